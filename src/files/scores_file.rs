//! Scores that a curve is fitted to: a table of what was measured, or a scenario that is still to be simulated.

use super::scenario_file::{LoadError, Loaded, Override, Source, base, fetch};
use super::summary_file::{Pick, Summary, is_summary, is_table, summary};

/// What was read.
#[derive(Clone, Debug)]
pub enum Scores {
    /// A table.
    Summary(Box<Summary>),
    /// A scenario, without its tables `[sweep]`, `[power]` and the like.
    Scenario(Box<Loaded>),
}

/// Reads a table of scores, or a scenario: a file called `.csv` is a table, and standard input if its first line names
/// columns.
///
/// # Errors
/// Those of [`load_summary`](super::load_summary) and [`load`](super::load).
pub fn load_scores(
    source: &Source,
    pick: &Pick,
    task: Option<&Source>,
    overrides: &[Override],
) -> Result<Scores, LoadError> {
    let fetched = fetch(source)?;
    match is_table_of(source, &fetched.2) {
        true => {
            let summary = summary(fetched, source, pick, task, overrides)?;
            Ok(Scores::Summary(Box::new(summary)))
        }
        false => {
            let loaded = base(fetched, source.folder(), overrides)?.loaded;
            Ok(Scores::Scenario(Box::new(loaded)))
        }
    }
}

/// Whether a source, with its text, is a table of scores.
pub(super) fn is_table_of(source: &Source, text: &str) -> bool {
    match source {
        Source::StandardInput => is_table(text),
        Source::File(_) | Source::Shipped(_) => is_summary(source),
    }
}
