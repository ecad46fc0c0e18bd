//! `mirage export`: the tables of a stored sweep.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};
use mirage::engine::with_threads;
use mirage::files::{Dissection, Repair, Sweep, SweepControl, SweepRunError, TableFile};
use mirage::report::{self, Header};
use mirage::study::{NULL_REPLICATES, PointFinding};

use super::progress::{Progress, interruptible};
use super::sweep::shown;
use super::{ProgressStyle, Stop, say, threads};

/// Shown below `mirage export --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage export out/my --format csv                   summary.csv on standard output
  mirage export out/my --format jsonl --what anatomy
  mirage export out/my --format csv -o my.csv

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

/// What is exported, how and whereto.
#[derive(Args)]
pub(super) struct TableArguments {
    /// The format
    #[arg(long, value_enum, default_value_t)]
    format: ExportFormat,

    /// The table: one row for each point, scale and metric, or the anatomy
    #[arg(long, value_enum, default_value_t)]
    what: What,

    /// Hold scores of the anatomy against evaluations under both null hypotheses as well: slow
    #[arg(long)]
    nulls: bool,

    /// The file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Threads [default: all cores]; results never depend on their number
    #[arg(short, long, value_name = "N", value_parser = threads)]
    jobs: Option<NonZeroUsize>,

    /// Progress on standard error
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressStyle,

    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// Tidy table, comma-separated.
    #[default]
    Csv,
    /// Tidy table, one JSON object a line.
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
    let work = Work::start(&arguments.table);
    let (sweep, repair) = Sweep::in_folder_to_read(&arguments.folder, &work.cancel)?;
    told(&repair, &arguments.folder, arguments.table.quiet);
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
        let records = repair.damaged;
        say(&format!(
            "{folder}: the log has {records} damaged places; what was counted there is left out"
        ));
    }
}

/// An export at work.
pub(super) struct Work<'a> {
    arguments: &'a TableArguments,
    pub(super) cancel: Arc<AtomicBool>,
    progress: Progress,
}

impl<'a> Work<'a> {
    pub(super) fn start(arguments: &'a TableArguments) -> Self {
        Self {
            arguments,
            cancel: interruptible(),
            progress: Progress::new(match arguments.quiet {
                true => ProgressStyle::None,
                false => arguments.progress,
            }),
        }
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
        let done = with_threads(self.arguments.jobs, || work(&control));
        self.progress.finish();
        done.map_err(Stop::Failed)
    }

    /// Exports a sweep; of one that is not complete, the points that are.
    pub(super) fn export(&self, sweep: &Sweep) -> Result<(), Stop> {
        let keys = &sweep.study().keys;
        let mut output = match &self.arguments.output {
            None => Output::Standard,
            Some(path) => Output::File(TableFile::create(path)?),
        };
        let mut header = Header::With;
        let left_out = self.controlled(|control| {
            if self.arguments.what == What::Summary && self.arguments.format == ExportFormat::Csv {
                output.write(&told_error(report::sweep_csv_header(keys))?)?;
            }
            let left_out = sweep.score(self.dissection(), control, |point| {
                output.write(&self.lines(keys, point, header)?)?;
                header = Header::Without;
                Ok(())
            })?;
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
        match (self.arguments.what, self.arguments.nulls) {
            (What::Summary, _) => Dissection::None,
            (What::Anatomy, false) => Dissection::WithoutNulls,
            (What::Anatomy, true) => Dissection::WithNulls(NULL_REPLICATES),
        }
    }

    fn lines(
        &self,
        keys: &[String],
        point: &PointFinding,
        header: Header,
    ) -> Result<String, SweepRunError> {
        match (self.arguments.what, self.arguments.format) {
            (What::Summary, ExportFormat::Csv) => told_error(report::sweep_csv(keys, point)),
            (What::Summary, ExportFormat::Jsonl) => {
                told_error(report::sweep_json_lines(keys, point))
            }
            (What::Anatomy, ExportFormat::Csv) => {
                told_error(report::sweep_anatomy_csv(keys, point, header))
            }
            (What::Anatomy, ExportFormat::Jsonl) => {
                told_error(report::sweep_anatomy_json_lines(keys, point))
            }
        }
    }
}

fn told_error<E: std::fmt::Display>(text: Result<String, E>) -> Result<String, SweepRunError> {
    text.map_err(|error| SweepRunError::Table {
        path: "the table".to_owned(),
        error: error.to_string(),
    })
}

/// Where an export goes.
enum Output {
    Standard,
    File(TableFile),
}

impl Output {
    fn write(&mut self, text: &str) -> Result<(), SweepRunError> {
        match self {
            Self::Standard => shown(text),
            Self::File(file) => file.write(text),
        }
    }

    fn end(self) -> Result<(), SweepRunError> {
        match self {
            Self::Standard => std::io::stdout().flush().or(Ok(())),
            Self::File(file) => file.place(),
        }
    }
}
