//! From a scenario file with a table `[forecast]`, or a table of scores, and flags, to what a forecast asks.

use serde_json::Value as Json;

use super::read_error::ReadError;
use super::scenario_file::{Base, LoadError, Loaded, Override, Source, base, fetch};
use super::scores_file::is_table_of;
use super::study_table::{self, SettingsTable, StudyKind, StudyTable, study_text};
use super::summary_file::{Pick, beside, summary};
use super::tree::{Entry, Node};
use crate::domain::Scenario;
use crate::study::{ForecastPlan, ForecastPlanError, MeasuredForecastPlan};

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

/// A forecast of scores that were measured, and what it was read from.
#[derive(Clone, Debug)]
pub struct MeasuredForecastStudy {
    /// The table, and the scenario that its scores belong to; every setting at its default where that is not known.
    pub loaded: Loaded,
    /// What is asked.
    pub plan: MeasuredForecastPlan,
    /// The settings that are assumed to be otherwise than the scenario has them: full key and value.
    pub changes: Vec<(String, Json)>,
}

impl MeasuredForecastStudy {
    /// A scenario file that, beside the table, asks the same again; `None` where no scenario is known.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let head = "Every setting of this forecast. `mirage forecast` on a table of scores beside this file gives the same numbers again.";
        let settings = &self.plan.settings;
        let scenario = &self.loaded.scenario;
        let known = self.plan.task.is_some();
        known.then(|| study_text(StudyKind::Forecast, head, scenario, settings, &self.changes))
    }
}

/// What a forecast is made from.
#[derive(Clone, Debug)]
pub enum ForecastSource {
    /// A scenario, which is simulated.
    Scenario(Box<ForecastStudy>),
    /// A table of scores that were measured.
    Measured(Box<MeasuredForecastStudy>),
}

/// Reads a scenario with its table `[forecast]`, all of whose keys have defaults; overrides of keys that begin with `forecast.`
/// win over that table.
///
/// # Errors
/// Those of [`load`](super::load), of the scenario and of what is assumed; a setting of the table is unknown or out of
/// range; [`ForecastPlan::new`] refuses.
pub fn load_forecast(source: &Source, overrides: &[Override]) -> Result<ForecastStudy, LoadError> {
    scenario(fetch(source)?, source, overrides)
}

/// Reads a table of scores, as [`load_summary`](super::load_summary) does, or else a scenario, as [`load_forecast`] does. The
/// settings of a table's forecast stand in `[forecast]` of the scenario that it belongs to.
///
/// # Errors
/// Those of both; [`MeasuredForecastPlan::new`] refuses.
pub fn load_forecast_source(
    source: &Source,
    pick: &Pick,
    task: Option<&Source>,
    overrides: &[Override],
) -> Result<ForecastSource, LoadError> {
    let fetched = fetch(source)?;
    match is_table_of(source, &fetched.2) {
        true => {
            let study = measured(fetched, source, pick, task, overrides)?;
            Ok(ForecastSource::Measured(Box::new(study)))
        }
        false => {
            let study = scenario(fetched, source, overrides)?;
            Ok(ForecastSource::Scenario(Box::new(study)))
        }
    }
}

fn scenario(
    fetched: (String, String, String),
    source: &Source,
    overrides: &[Override],
) -> Result<ForecastStudy, LoadError> {
    let (of_forecast, of_scenario) = StudyKind::Forecast.parted(overrides);
    let Base {
        loaded,
        tree,
        tables,
    } = base(fetched, source.folder(), &of_scenario)?;
    let table = StudyTable::of_kind(tables.study, StudyKind::Forecast)?;
    let (plan, changes) = plan(table, &of_forecast, &tree, &loaded)?;
    Ok(ForecastStudy {
        loaded,
        plan,
        changes,
    })
}

/// What a table `[forecast]` asks of a scenario that was read from a tree, and the settings that are assumed to be otherwise.
pub(super) fn plan(
    table: Option<Entry>,
    overrides: &[Override],
    tree: &Node,
    loaded: &Loaded,
) -> Result<(ForecastPlan, Vec<(String, Json)>), ReadError> {
    let making = (
        ForecastPlan::new as fn(_, _, _, _) -> _,
        ForecastPlanError::key as fn(&_) -> _,
    );
    study_table::plan(
        StudyKind::Forecast,
        table,
        overrides,
        (tree, loaded),
        making,
    )
}

fn measured(
    fetched: (String, String, String),
    source: &Source,
    pick: &Pick,
    task: Option<&Source>,
    overrides: &[Override],
) -> Result<MeasuredForecastStudy, LoadError> {
    let (of_forecast, of_scenario) = StudyKind::Forecast.parted(overrides);
    let told = summary(fetched, source, pick, task, &of_scenario)?;
    let place = task.cloned();
    let place = place.or_else(|| beside(source, pick).map(Source::File));
    let base = place.map(|place| base(fetch(&place)?, place.folder(), &of_scenario));
    let (tree, table) = match base.transpose()? {
        Some(base) => (Some(base.tree), base.tables.study),
        None => (None, None),
    };
    // The scenario beside a table may be that of a sweep.
    let table = table.filter(|table| table.kind == StudyKind::Forecast);
    let table = table.map(|table| table.entry);
    let table = SettingsTable::read(StudyKind::Forecast, table, &of_forecast)?;
    let settings = table.settings()?;
    let variant = match (&tree, &told.scenario) {
        (Some(tree), Some(scenario)) => table.variant(tree, scenario)?,
        _ => None,
    };
    let (task, changes): (Option<Scenario>, _) = match variant {
        Some(variant) => (Some(variant.scenario), variant.changes),
        None => (told.scenario.clone(), Vec::new()),
    };
    let plan = MeasuredForecastPlan::new(told.name.clone(), told.measured, task, settings)
        .map_err(|error| table.error(error.key(), error))?;
    let loaded = Loaded {
        name: told.name,
        scenario: told.scenario.unwrap_or_default(),
        origin: told.origin,
        text: told.text,
        has_sweep: false,
    };
    Ok(MeasuredForecastStudy {
        loaded,
        plan,
        changes,
    })
}
