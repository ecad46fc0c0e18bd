//! Where scenarios come from and where results go: the only layer that touches the file system.

mod design_table;
mod document;
mod folder;
mod provenance;
mod read_error;
#[cfg(feature = "figures")]
mod record;
mod refusal;
mod run;
mod scenario_file;
mod shipped;
mod study_file;
mod syntax;
mod trace_file;
mod tree;

pub use design_table::{SampleWords, SweepWords, Told};
pub use document::{DocumentError, create, replace};
pub use folder::{Folder, FolderError, NewFile, Results};
pub use provenance::{Input, Provenance};
pub use read_error::{Place, ReadError};
#[cfg(feature = "figures")]
pub use record::{FigureRequest, RecordError, record};
pub use run::{expect, simulate};
pub use scenario_file::{LoadError, Loaded, Override, Source, load, load_all};
pub use shipped::{SHIPPED, Shipped, shipped_entries};
pub use study_file::{Study, load_study};
pub use trace_file::{TraceError, TraceFile};
