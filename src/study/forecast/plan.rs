//! What a forecast asks, once it is known to be answerable.

use super::settings::ForecastSettings;
use crate::domain::Scenario;

/// A scenario, what is assumed of its task, and what is to be foretold.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastPlan {
    /// What it is called.
    pub name: String,
    /// The design, with the law that holds.
    pub scenario: Scenario,
    /// What skill models take the task to be; `None`: what it is.
    pub assumed: Option<Scenario>,
    /// What is asked.
    pub settings: ForecastSettings,
}

/// Why there can be no forecast.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastPlanError {
    /// Too far.
    #[error(
        "a target of {target:e} lies {decades:.2} decades beyond the largest fitted scale, {last:e}: forecasts go no further than {most} (--max-extrapolation {decades:.2} if you mean it)"
    )]
    TooFar {
        /// The target.
        target: f64,
        /// How far it is.
        decades: f64,
        /// The largest fitted scale.
        last: f64,
        /// How far forecasts may go.
        most: f64,
    },
}
