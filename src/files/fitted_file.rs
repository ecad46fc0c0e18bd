//! A fitted law as a scenario file.

use std::path::Path;

use super::document::{DocumentError, create};
use super::folder::settings_text;
use crate::domain::{Metric, Scenario};
use crate::study::LawFit;

/// A law that is written, and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct LawFile<'a> {
    /// What the scores are called.
    pub name: &'a str,
    /// The metric it was fitted to.
    pub metric: Metric,
    /// The law.
    pub law: &'a LawFit,
    /// The scenario that it is.
    pub scenario: &'a Scenario,
}

/// Writes a scenario that `mirage run` takes, into a file that must not exist yet.
///
/// # Errors
/// The file exists, or the operating system refused.
pub fn write_law(path: &Path, file: LawFile<'_>) -> Result<(), DocumentError> {
    let text = format!(
        "# {} fitted to {} of {}: {}\n{}",
        file.law.family,
        file.metric,
        file.name,
        file.law.family.formula(),
        settings_text(file.scenario),
    );
    create(path, text.as_bytes())
}

/// The scenario whose task scores were taken to be of, as it lies beside the tables of a fit.
#[must_use]
pub fn study_text(scenario: &Scenario) -> String {
    format!(
        "# The scenario whose task the scores were taken to be of.\n{}",
        settings_text(scenario),
    )
}
