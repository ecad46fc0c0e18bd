//! Where scenarios come from and where results go: the only layer that touches the file system.

mod folder;
mod provenance;
mod read_error;
mod run;
mod scenario_file;
mod shipped;
mod tree;

pub use folder::{Folder, FolderError, NewFile};
pub use provenance::{Input, Provenance};
pub use read_error::{Place, ReadError};
pub use run::simulate;
#[cfg(feature = "figures")]
pub use run::{FigureRequest, RecordError, record};
pub use scenario_file::{LoadError, Loaded, Override, Source, load, load_all};
pub use shipped::{SHIPPED, Shipped};
