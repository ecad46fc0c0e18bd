//! From a scenario file with a table `[power]`, and flags, to what a power analysis asks.

use serde_json::Value as Json;

use super::read_error::ReadError;
use super::scenario_file::{Base, LoadError, Loaded, Override, Source, base, fetch};
use super::study_table::{self, StudyKind, StudyTable, study_text};
use super::tree::{Entry, Node};
use crate::study::{PowerPlan, PowerPlanError};

/// A power analysis, and what it was read from.
#[derive(Clone, Debug)]
pub struct PowerStudy {
    /// The scenario, and what it was read from.
    pub loaded: Loaded,
    /// What is asked.
    pub plan: PowerPlan,
    /// The settings that the alternative has otherwise than the scenario: full key and value.
    pub changes: Vec<(String, Json)>,
}

impl PowerStudy {
    /// A scenario file that asks the same again, whatever flags it came from.
    #[must_use]
    pub fn text(&self) -> String {
        let head = "Every setting of this power analysis. `mirage power` on this file gives the same numbers again.";
        let (scenario, settings) = (&self.plan.scenario, &self.plan.settings);
        study_text(StudyKind::Power, head, scenario, settings, &self.changes)
    }
}

/// Reads a scenario with its table `[power]`, all of whose keys have defaults; overrides of keys that begin with `power.` win over
/// that table.
///
/// # Errors
/// Those of [`load`](super::load), of the scenario and of the alternative; a setting of the table is unknown or out of
/// range; [`PowerPlan::new`] refuses.
pub fn load_power(source: &Source, overrides: &[Override]) -> Result<PowerStudy, LoadError> {
    let (of_power, of_scenario) = StudyKind::Power.parted(overrides);
    let Base {
        loaded,
        tree,
        tables,
    } = base(fetch(source)?, source.folder(), &of_scenario)?;
    let table = StudyTable::of_kind(tables.study, StudyKind::Power)?;
    let (plan, changes) = plan(table, &of_power, &tree, &loaded)?;
    Ok(PowerStudy {
        loaded,
        plan,
        changes,
    })
}

/// What a table `[power]` asks of a scenario that was read from a tree, and the settings that the alternative has otherwise.
pub(super) fn plan(
    table: Option<Entry>,
    overrides: &[Override],
    tree: &Node,
    loaded: &Loaded,
) -> Result<(PowerPlan, Vec<(String, Json)>), ReadError> {
    let making = (
        PowerPlan::new as fn(_, _, _, _) -> _,
        PowerPlanError::key as fn(&_) -> _,
    );
    study_table::plan(StudyKind::Power, table, overrides, (tree, loaded), making)
}
