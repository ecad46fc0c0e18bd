//! Where scenarios come from and where results go: the only layer that touches the file system.

mod aside;
mod design_table;
mod document;
mod figure_file;
mod fitted_file;
mod folder;
mod forecast_file;
mod merge;
#[cfg(feature = "parquet")]
mod parquet_file;
mod power_file;
mod provenance;
mod read_error;
#[cfg(feature = "figures")]
mod record;
mod refusal;
mod rehearsal;
mod rescore;
mod run;
mod scenario_file;
mod scores_file;
mod shipped;
mod store;
mod study_file;
mod study_table;
mod summary_choice;
mod summary_file;
mod summary_table;
mod sweep;
mod sweep_folder;
mod sweep_run;
mod syntax;
mod table_file;
mod tally_log;
mod trace_file;
mod tree;

pub use design_table::{SampleWords, SweepWords, Told};
pub use document::{DocumentError, create, make_folder, replace};
pub use figure_file::{GALLERY, figure_talk, gallery_entries, load_figure};
pub use fitted_file::{LawFile, study_text, write_law};
pub use folder::{Folder, FolderError, NewFile, Results};
pub use forecast_file::{
    ForecastSource, ForecastStudy, MeasuredForecastStudy, load_forecast, load_forecast_source,
};
pub use merge::{FolderProgress, FolderStatus, MergeError, Merged, merge, status};
#[cfg(feature = "parquet")]
pub use parquet_file::ParquetFile;
pub use power_file::{PowerStudy, load_power};
pub use provenance::{Input, Provenance};
pub use read_error::{Place, ReadError};
#[cfg(feature = "figures")]
pub use record::{FigureRequest, RecordError, record, record_study};
pub use rehearsal::Rehearsal;
pub use rescore::{RescoreError, Rescored, rescore};
pub use run::{expect, simulate};
pub use scenario_file::{LoadError, Loaded, Override, Source, load, load_all};
pub use scores_file::{Scores, load_scores};
pub use shipped::{SHIPPED, Shipped, shipped_entries};
pub use store::{Store, StoreError};
pub use study_file::{Study, load_study};
pub use summary_file::{Pick, Summary, is_summary, load_summary};
pub use sweep::{Dissection, SweepControl, SweepError, SweepEvent};
pub use sweep_folder::{
    Growth, Instead, Naming, SweepFolder, SweepFolderError, SweepPlace, study_in,
};
pub use sweep_run::{Extent, Missing, Sweep, SweepRunError, TableFile};
pub use tally_log::{LogError, Repair};
pub use trace_file::{TraceError, TraceFile};
