//! `mirage status`: what of sweeps is done, and which commands do the rest.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};
use mirage::files::{FolderProgress, FolderStatus, status};
use mirage::report::{self, StatusEntry};

use super::{Stop, failed, print};

/// Shown below `mirage status --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage status out/my             a sweep
  mirage status shards             all shards in a folder, and those that lack
  mirage status shards | sh        does what is missing (lines with # are talk)

Exit code 3 if something is missing.";

#[derive(Args)]
pub(super) struct StatusArguments {
    /// Folders of sweeps or of shards, or folders of such folders
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: StatusFormat,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum StatusFormat {
    /// For people, and for a shell: the commands that do what is missing; all else behind #.
    #[default]
    Table,
    /// An array with an object for each folder.
    Json,
}

pub(super) fn run(arguments: &StatusArguments) -> Result<(), Stop> {
    let all = status(&arguments.folders, &AtomicBool::new(false))?;
    let entries: Vec<StatusEntry> = all.iter().map(entry).collect();
    print(&match arguments.format {
        StatusFormat::Table => report::status(&entries),
        StatusFormat::Json => report::status_json(&entries).map_err(failed)?,
    })?;
    match entries
        .iter()
        .filter(|entry| entry.command.is_some())
        .count()
    {
        0 => Ok(()),
        some => Err(Stop::Missing(format!(
            "{some} of {} are not complete",
            entries.len()
        ))),
    }
}

fn entry(one: &FolderStatus) -> StatusEntry {
    let (state, done, all, failed, problem) = match &one.progress {
        FolderProgress::Complete { all } => ("complete", *all, Some(*all), 0, None),
        FolderProgress::Absent => ("missing", 0, None, 0, None),
        FolderProgress::Incomplete { done, all, failed } => {
            let problem = failed.as_ref().map(|(_, failure)| failure.to_string());
            let count = failed.as_ref().map_or(0, |(count, _)| *count);
            let state = if count > 0 { "failed" } else { "incomplete" };
            (state, *done, Some(*all), count, problem)
        }
    };
    StatusEntry {
        folder: one.path.display().to_string(),
        state,
        done,
        all,
        failed,
        problem,
        torn_bytes: one.repair.torn,
        damaged_records: one.repair.damaged,
        command: one.command.clone(),
    }
}
