//! How far sweeps are, for people and for shells.

use serde::Serialize;

/// How far one folder is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusEntry {
    /// The folder.
    pub folder: String,
    /// `complete`, `incomplete`, `failed` or `missing`.
    pub state: &'static str,
    /// Parts of the work that are done.
    pub done: usize,
    /// Of so many; `None` where nothing is known of it.
    pub all: Option<usize>,
    /// Parts that failed.
    pub failed: usize,
    /// What stopped the first of them.
    pub problem: Option<String>,
    /// Bytes at the end of the log that were not written to their end.
    pub torn_bytes: u64,
    /// Records of the log that are damaged.
    pub damaged_records: u64,
    /// What completes it; `None` if it is complete.
    pub command: Option<String>,
}

/// A line behind `#` for each folder, below it the command that completes it: a script.
#[must_use]
pub fn status(entries: &[StatusEntry]) -> String {
    entries.iter().map(lines).collect()
}

fn lines(entry: &StatusEntry) -> String {
    let mut line = format!("# {}: {}", entry.folder, entry.state);
    if let Some(all) = entry.all {
        line += &format!(", {} of {all} parts done", entry.done);
    }
    if entry.failed > 0 {
        let problem = entry.problem.as_deref().unwrap_or_default();
        let problem = problem.replace('\n', " ");
        line += &format!(", {} failed ({problem})", entry.failed);
    }
    if entry.torn_bytes > 0 {
        line += &format!(", {} bytes torn", entry.torn_bytes);
    }
    if entry.damaged_records > 0 {
        line += &format!(", {} records damaged", entry.damaged_records);
    }
    match &entry.command {
        Some(command) => format!("{line}\n{command}\n"),
        None => line + "\n",
    }
}

/// An array with an object for each folder.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn status_json(entries: &[StatusEntry]) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(entries).map(|text| text + "\n")
}
