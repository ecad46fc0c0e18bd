//! `mirage merge`: shards of a sweep put together.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use mirage::engine::with_threads;
use mirage::files::{MergeError, SweepControl, merge};

use super::progress::interruptible;
use super::work::{NullArguments, WorkArguments};
use super::{Stop, command_line, say};

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

    #[command(flatten)]
    scores: NullArguments,

    #[command(flatten)]
    pub(super) work: WorkArguments,
}

pub(super) fn run(arguments: &MergeArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let cancel = interruptible();
    let progress = arguments.work.progress();
    let events = |event| progress.sweep(event);
    let control = SweepControl {
        cancel: &cancel,
        events: &events,
    };
    let dissection = arguments.scores.dissection();
    let merged = with_threads(arguments.work.jobs, || -> Result<_, Stop> {
        let merged = merge(&arguments.folders, arguments.output.clone(), &cancel)?;
        let (taken, repeated) = (merged.taken, merged.repeated);
        let points = merged.sweep.study().points.len();
        if !merged.was_complete || arguments.scores.nulls {
            merged.sweep.tabulate(dissection, &control, |_| Ok(()))?;
            merged.sweep.close(command_line(), started)?;
        }
        Ok((taken, repeated, points))
    });
    progress.finish();
    let merged = merged.map_err(Stop::Failed)?;
    let (taken, repeated, points) = merged.map_err(|stop| match stop {
        Stop::Interrupted => Stop::Resumable(format!(
            "interrupted; what was taken over is in {}: run the command again to go on",
            arguments.output.display()
        )),
        stop => stop,
    })?;
    if !arguments.work.quiet {
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
