//! `mirage export`: the tables of a stored sweep.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};
use mirage::engine::with_threads;
#[cfg(feature = "parquet")]
use mirage::files::ParquetFile;
use mirage::files::{Dissection, Repair, Sweep, SweepControl, SweepRunError, TableFile};
use mirage::report::{self, Header};
use mirage::study::PointFinding;

use super::progress::{Progress, interruptible};
use super::sweep::{places, shown};
use super::work::{NullArguments, WorkArguments};
use super::{Stop, say};

/// Shown below `mirage export --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage export out/my --format csv                   summary.csv on standard output
  mirage export out/my --format jsonl --what anatomy
  mirage export out/my --format csv -o my.csv
  mirage export out/my --format parquet -o my.parquet      for pandas, polars, R,
                                                           DuckDB

Rows are sorted by point, scale and metric and hold nothing of the machine or the
time: equal studies give equal bytes.";

#[derive(Args)]
pub(super) struct ExportArguments {
    /// The folder of a sweep; another process may be at work in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    #[command(flatten)]
    table: TableArguments,
}

// What is exported, how and whereto.
#[derive(Args)]
pub(super) struct TableArguments {
    /// The format
    #[arg(long, value_enum, default_value_t)]
    format: ExportFormat,

    /// The table: one row for each point, scale and metric, or the anatomy
    #[arg(long, value_enum, default_value_t)]
    what: What,

    #[command(flatten)]
    scores: NullArguments,

    /// The file [default: standard output, which takes text only]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) work: WorkArguments,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// Tidy table, comma-separated.
    #[default]
    Csv,
    /// Tidy table, one JSON object a line.
    Jsonl,
    /// Columns with types, for data frames and databases; needs -o.
    Parquet,
}

impl TableArguments {
    /// Where the table goes. All that can be refused is refused before any work is done.
    fn target(&self) -> Result<Target<'_>, Stop> {
        let file = self.output.as_deref();
        match self.format {
            ExportFormat::Csv => Ok(Target::Text(TextFormat::Csv, file)),
            ExportFormat::Jsonl => Ok(Target::Text(TextFormat::Jsonl, file)),
            ExportFormat::Parquet => parquet(file),
        }
    }
}

#[cfg(feature = "parquet")]
fn parquet(file: Option<&Path>) -> Result<Target<'_>, Stop> {
    file.map(Target::Parquet).ok_or_else(|| {
        let problem = "is no text for standard output: give a file, such as -o my.parquet";
        Stop::Refused(format!("--format parquet {problem}"))
    })
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: Option<&Path>) -> Result<Target<'_>, Stop> {
    let problem = "this mirage was built without the feature `parquet`; `cargo install --path . --features parquet` \
                   builds one that has it, csv and jsonl are in every one";
    Err(Stop::Refused(format!("--format parquet: {problem}")))
}

/// Where a table goes; text on standard output if to no file.
#[derive(Clone, Copy)]
enum Target<'a> {
    Text(TextFormat, Option<&'a Path>),
    #[cfg(feature = "parquet")]
    Parquet(&'a Path),
}

#[derive(Clone, Copy)]
enum TextFormat {
    Csv,
    Jsonl,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum What {
    /// Estimates: summary.csv.
    #[default]
    Summary,
    /// Rises and their shifts: anatomy.csv.
    Anatomy,
}

pub(super) fn run(arguments: &ExportArguments) -> Result<(), Stop> {
    let work = Work::start(&arguments.table)?;
    let (sweep, repair) = Sweep::in_folder_to_read(&arguments.folder, &work.cancel)?;
    told(&repair, &arguments.folder, arguments.table.work.quiet);
    work.export(&sweep)
}

/// Says what is wrong with a log that is only read.
pub(super) fn told(repair: &Repair, folder: &Path, quiet: bool) {
    let folder = folder.display();
    if repair.torn > 0 && !quiet {
        let bytes = repair.torn;
        say(&format!(
            "{folder}: the last {bytes} bytes of the log are not whole and left out; the sweep is at work, or was stopped"
        ));
    }
    if repair.damaged > 0 && !quiet {
        say(&format!(
            "{folder}: the log is damaged in {}; what was counted there is left out",
            places(repair.damaged)
        ));
    }
}

/// An export at work.
pub(super) struct Work<'a> {
    arguments: &'a TableArguments,
    target: Target<'a>,
    pub(super) cancel: Arc<AtomicBool>,
    progress: Progress,
}

impl<'a> Work<'a> {
    pub(super) fn start(arguments: &'a TableArguments) -> Result<Self, Stop> {
        Ok(Self {
            arguments,
            target: arguments.target()?,
            cancel: interruptible(),
            progress: arguments.work.progress(),
        })
    }

    /// Does something with a hold on it.
    pub(super) fn controlled<R: Send>(
        &self,
        work: impl FnOnce(&SweepControl<'_>) -> R + Send,
    ) -> Result<R, Stop> {
        let events = |event| self.progress.sweep(event);
        let control = SweepControl {
            cancel: &self.cancel,
            events: &events,
        };
        let done = with_threads(self.arguments.work.jobs, || work(&control));
        self.progress.finish();
        done.map_err(Stop::Failed)
    }

    /// Exports a sweep; of one that is not complete, the points that are.
    pub(super) fn export(&self, sweep: &Sweep) -> Result<(), Stop> {
        let mut output = Output::begin(self.target, self.arguments.what, sweep)?;
        let left_out = self.controlled(|control| {
            let left_out = sweep.score(self.dissection(), control, |point| output.take(point))?;
            output.end()?;
            Ok::<u64, SweepRunError>(left_out)
        })??;
        match left_out {
            0 => Ok(()),
            some => Err(Stop::Missing(format!(
                "{some} of {} points are not attempted yet and left out; `mirage status` tells which command does that",
                sweep.study().points.len()
            ))),
        }
    }

    fn dissection(&self) -> Dissection {
        match self.arguments.what {
            What::Summary => Dissection::None,
            What::Anatomy => self.arguments.scores.dissection(),
        }
    }
}

/// A table on its way out.
enum Output<'a> {
    Text(TextTable<'a>),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetFile>),
}

impl<'a> Output<'a> {
    fn begin(target: Target<'_>, what: What, sweep: &'a Sweep) -> Result<Self, SweepRunError> {
        match target {
            Target::Text(format, path) => {
                let file = path.map(TableFile::create).transpose()?;
                TextTable::begin(format, what, &sweep.study().keys, file).map(Self::Text)
            }
            #[cfg(feature = "parquet")]
            Target::Parquet(path) => {
                let rows = match what {
                    What::Summary => report::ParquetRows::Summary,
                    What::Anatomy => report::ParquetRows::Anatomy,
                };
                let file = ParquetFile::create(path, rows, sweep)?;
                Ok(Self::Parquet(Box::new(file)))
            }
        }
    }

    fn take(&mut self, point: &PointFinding) -> Result<(), SweepRunError> {
        match self {
            Self::Text(table) => table.take(point),
            #[cfg(feature = "parquet")]
            Self::Parquet(file) => file.add(point),
        }
    }

    fn end(self) -> Result<(), SweepRunError> {
        match self {
            Self::Text(table) => table.end(),
            #[cfg(feature = "parquet")]
            Self::Parquet(file) => file.place(),
        }
    }
}

/// A table that is text, in a file or on standard output.
struct TextTable<'a> {
    format: TextFormat,
    what: What,
    keys: &'a [String],
    header: Header,
    file: Option<TableFile>,
}

impl<'a> TextTable<'a> {
    fn begin(
        format: TextFormat,
        what: What,
        keys: &'a [String],
        file: Option<TableFile>,
    ) -> Result<Self, SweepRunError> {
        let mut table = Self {
            format,
            what,
            keys,
            header: Header::With,
            file,
        };
        if let (TextFormat::Csv, What::Summary) = (format, what) {
            table.write(&told_error(report::sweep_csv_header(keys))?)?;
        }
        Ok(table)
    }

    fn take(&mut self, point: &PointFinding) -> Result<(), SweepRunError> {
        let keys = self.keys;
        let lines = match (self.what, self.format) {
            (What::Summary, TextFormat::Csv) => told_error(report::sweep_csv(keys, point)),
            (What::Summary, TextFormat::Jsonl) => told_error(report::sweep_json_lines(keys, point)),
            (What::Anatomy, TextFormat::Csv) => {
                told_error(report::sweep_anatomy_csv(keys, point, self.header))
            }
            (What::Anatomy, TextFormat::Jsonl) => {
                told_error(report::sweep_anatomy_json_lines(keys, point))
            }
        };
        self.header = Header::Without;
        self.write(&lines?)
    }

    fn write(&mut self, text: &str) -> Result<(), SweepRunError> {
        match &mut self.file {
            None => shown(text),
            Some(file) => file.write(text),
        }
    }

    fn end(self) -> Result<(), SweepRunError> {
        match self.file {
            None => std::io::stdout().flush().or(Ok(())),
            Some(file) => file.place(),
        }
    }
}

fn told_error<E: std::fmt::Display>(text: Result<String, E>) -> Result<String, SweepRunError> {
    text.map_err(|error| SweepRunError::Table {
        path: "the table".to_owned(),
        error: error.to_string(),
    })
}
