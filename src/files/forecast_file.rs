//! From a scenario file with a table `[forecast]`, and flags, to what a forecast asks.

use serde_json::Value as Json;

use super::scenario_file::{Base, LoadError, Loaded, Override, Source, base, fetch};
use super::study_table::{SettingsTable, StudyKind, StudyTable, study_text};
use crate::study::ForecastPlan;

/// A forecast, and what it was read from.
#[derive(Clone, Debug)]
pub struct ForecastStudy {
    /// The scenario, and what it was read from.
    pub loaded: Loaded,
    /// What is asked.
    pub plan: ForecastPlan,
    /// The settings that are assumed to be otherwise than the scenario has them: full key and value.
    pub changes: Vec<(String, Json)>,
}

impl ForecastStudy {
    /// A scenario file that asks the same again, whatever flags it came from.
    #[must_use]
    pub fn text(&self) -> String {
        let head = "Every setting of this forecast. `mirage forecast` on this file gives the same numbers again.";
        let (scenario, settings) = (&self.plan.scenario, &self.plan.settings);
        study_text(StudyKind::Forecast, head, scenario, settings, &self.changes)
    }
}

/// Reads a scenario with its table `[forecast]`, all of whose keys have defaults; overrides of keys that begin with `forecast.`
/// win over that table.
///
/// # Errors
/// Those of [`load`](super::load), of the scenario and of what is assumed; a setting of the table is unknown or out of
/// range; [`ForecastPlan::new`] refuses.
pub fn load_forecast(source: &Source, overrides: &[Override]) -> Result<ForecastStudy, LoadError> {
    let (of_forecast, of_scenario): (Vec<Override>, Vec<Override>) = overrides
        .iter()
        .cloned()
        .partition(|one| StudyKind::of_key(&one.key) == Some(StudyKind::Forecast));
    let Base {
        loaded,
        tree,
        table,
    } = base(fetch(source)?, source.folder(), &of_scenario)?;
    let table = StudyTable::of_kind(table, StudyKind::Forecast)?;
    let table = SettingsTable::read(StudyKind::Forecast, table, &of_forecast)?;
    let settings = table.settings()?;
    let variant = table.variant(&tree, &loaded.scenario)?;
    let (assumed, changes) = match variant {
        Some(variant) => (Some(variant.scenario), variant.changes),
        None => (None, Vec::new()),
    };
    let (name, scenario) = (loaded.name.clone(), loaded.scenario.clone());
    let plan = ForecastPlan::new(name, scenario, assumed, settings)
        .map_err(|error| table.error(error.key(), error))?;
    Ok(ForecastStudy {
        loaded,
        plan,
        changes,
    })
}
