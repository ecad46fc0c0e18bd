//! `mirage merge`: shards of a sweep put together.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use mirage::engine::with_threads;
use mirage::files::{Dissection, MergeError, SweepControl, merge};
use mirage::study::NULL_REPLICATES;

use super::progress::{Progress, interruptible};
use super::{ProgressStyle, Stop, command_line, say, threads};

/// Shown below `mirage merge --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage merge shards -o out/my               all shards in a folder
  mirage merge shards/*-of-16 -o out/my       the same, named

The result is the folder that `mirage sweep` without shards makes, byte for byte
(but for manifest.json). Every part of the work must be there once at least.";

#[derive(Args)]
pub(super) struct MergeArguments {
    /// Folders of shards or of whole sweeps, or folders of shards; all of one scenario and design
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,

    /// Folder for the whole
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Hold scores of the anatomy against evaluations under both null hypotheses as well: slow
    #[arg(long)]
    nulls: bool,

    /// Threads [default: all cores]; results never depend on their number
    #[arg(short, long, value_name = "N", value_parser = threads)]
    jobs: Option<NonZeroUsize>,

    /// Progress on standard error
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressStyle,

    /// Say nothing on standard error but errors
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(arguments: &MergeArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let cancel = interruptible();
    let progress = Progress::new(match arguments.quiet {
        true => ProgressStyle::None,
        false => arguments.progress,
    });
    let events = |event| progress.sweep(event);
    let control = SweepControl {
        cancel: &cancel,
        events: &events,
    };
    let dissection = match arguments.nulls {
        true => Dissection::WithNulls(NULL_REPLICATES),
        false => Dissection::WithoutNulls,
    };
    let merged = with_threads(arguments.jobs, || -> Result<_, Stop> {
        let merged = merge(&arguments.folders, arguments.output.clone(), &cancel)?;
        let (taken, repeated) = (merged.taken, merged.repeated);
        let points = merged.sweep.study().points.len();
        if !merged.was_complete || arguments.nulls {
            merged.sweep.tabulate(dissection, &control, |_| Ok(()))?;
            merged.sweep.close(command_line(), started)?;
        }
        Ok((taken, repeated, points))
    });
    progress.finish();
    let (taken, repeated, points) = merged.map_err(Stop::Failed)??;
    if !arguments.quiet {
        let twice = match repeated {
            0 => String::new(),
            some => format!(" ({some} others said the same again)"),
        };
        let folder = arguments.output.display();
        say(&format!(
            "{points} points from {taken} records{twice}; results in {folder}"
        ));
    }
    Ok(())
}

impl From<MergeError> for Stop {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Run(error) => error.into(),
            MergeError::Gaps { .. } => Self::Missing(error.to_string()),
            MergeError::Different { .. } | MergeError::Foreign { .. } => {
                Self::Refused(error.to_string())
            }
            other => Self::Failed(other.to_string()),
        }
    }
}
