//! Where scenarios come from and where results go: the only layer that touches the file system.

mod folder;
mod provenance;
mod read_error;
mod scenario_file;
mod shipped;
mod tree;

pub use folder::{Folder, FolderError, NewFile};
pub use provenance::{Input, Provenance};
pub use read_error::{Place, ReadError};
pub use scenario_file::{LoadError, Loaded, Override, Source, load};
pub use shipped::{SHIPPED, Shipped};
