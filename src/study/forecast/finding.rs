//! What forecasts say, and how often they are right.

use super::forecaster::{Crossing, ForecastPoint, NoForecast};
use super::model::ForecastModel;
use super::quality::ForecastQuality;
use super::scales::ForecastScales;
use crate::domain::{Axis, Level, Metric, Probability, Scale, Scenario, SkillCurve};
use crate::study::Curve;
use crate::study::fit::{CurveFit, Family};

/// What is known of where scores come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// All of it: they are simulated.
    Scenario(Scenario),
    /// The task; they were measured.
    Task(Scenario),
    /// Nothing; they were measured.
    Nothing,
}

/// What forecasts say.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastFinding {
    /// What it is called.
    pub name: String,
    /// What is known of where the scores come from.
    pub given: Given,
    /// What skill models take the task to be where that is not what it is.
    pub assumed: Option<Scenario>,
    /// The metric that is foretold.
    pub of: Metric,
    /// Which scales are fitted, held out and asked for.
    pub scales: ForecastScales,
    /// The score whose crossing is foretold.
    pub threshold: Probability,
    /// The log10 of the least scale from which on the expected score is at least as high; `None` where it never is, or is
    /// not known.
    pub crossing: Option<f64>,
    /// The level of all intervals.
    pub level: Level,
    /// How often evaluations are repeated.
    pub replicates: u64,
    /// What was measured of each metric, and of the one that is foretold.
    pub series: Vec<ForecastSeries>,
    /// By model, then by metric, then by target.
    pub rows: Vec<ForecastRow>,
    /// By model, then by metric: the curve of every forecast.
    pub fans: Vec<ForecastFan>,
}

/// One model, fitted to one metric, at one target.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastRow {
    /// The model.
    pub model: ForecastModel,
    /// The metric that it is fitted to.
    pub metric: Metric,
    /// The metric that is foretold.
    pub of: Metric,
    /// The scale.
    pub target: Scale,
    /// How far it lies beyond the largest fitted scale, in decades.
    pub decades: f64,
    /// What the evaluation at hand (number 0, or the one that was measured) foretells, or why nothing.
    pub told: Result<ForecastTold, NoForecast>,
    /// What is expected there under the true law; `None` where that is not known.
    pub expected: Option<f64>,
    /// The score that the evaluation at hand has there; `None` where it was not measured.
    pub measured: Option<f64>,
    /// How often such forecasts are right; `None` where no replicate foretells anything.
    pub quality: Option<ForecastQuality>,
}

/// What the evaluation at hand foretells.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastTold {
    /// The score at the target.
    pub point: ForecastPoint,
    /// Where the threshold is crossed.
    pub crossing: Option<Crossing>,
    /// The fitted law, where there is one.
    pub fit: Option<CurveFit>,
    /// How many scales it was fitted to.
    pub scales: usize,
}

/// A fitted model over scale: at the level of the finding, from the first fitted scale to the furthest target.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastFan {
    /// The model.
    pub model: ForecastModel,
    /// The metric that it is fitted to.
    pub metric: Metric,
    /// The metric that is foretold.
    pub of: Metric,
    /// By increasing scale.
    pub points: Vec<ForecastPoint>,
    /// The prediction intervals of lower levels beyond the last fitted scale, by increasing level.
    pub inner: Vec<FanIntervals>,
}

/// The prediction intervals of one level.
#[derive(Clone, Debug, PartialEq)]
pub struct FanIntervals {
    /// The level.
    pub level: Level,
    /// Scale, lower and upper limit, by increasing scale.
    pub limits: Vec<(Scale, f64, f64)>,
}

/// What the evaluation at hand measured of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastSeries {
    /// The metric.
    pub metric: Metric,
    /// By increasing scale.
    pub points: Vec<SeriesPoint>,
    /// What is expected under the true law; `None` where that is not known.
    pub curve: Option<Curve>,
}

/// A score at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesPoint {
    /// The scale.
    pub scale: Scale,
    /// The score.
    pub value: f64,
    /// The interval of its expectation: Wilson's, or Clopper and Pearson's, of as many trials as tell as much; of losses
    /// value -+ z standard errors.
    pub interval: (f64, f64),
    /// Attempts that were scored.
    pub attempts: u64,
    /// What is done with it.
    pub role: ScaleRole,
}

/// What is done with a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleRole {
    /// Models are fitted to it.
    Fitted,
    /// It was measured, and no model knows of it.
    HeldOut,
    /// It is asked for, and was measured to see what comes true: scenarios only.
    Target,
}

impl ForecastFinding {
    /// Whether a law of a step is of a kind that holds; `None` where that is not known.
    #[must_use]
    pub fn holds(&self, model: ForecastModel) -> Option<bool> {
        let (Given::Scenario(scenario), ForecastModel::Skill(family)) = (&self.given, model) else {
            return None;
        };
        let skill = &scenario.skill;
        if self.assumed.is_some() || skill.runs_differ() || skill.temperature.get() != 1.0 {
            return None;
        }
        match &skill.curve {
            // Every other family has power laws among its own.
            SkillCurve::PowerLaw(_) => Some(family != Family::Logistic),
            curve if curve.is_whole_logistic() => Some(family == Family::Logistic),
            _ => None,
        }
    }

    /// What scales count.
    #[must_use]
    pub fn axis(&self) -> Axis {
        match &self.given {
            Given::Scenario(scenario) | Given::Task(scenario) => scenario.evaluation.axis,
            Given::Nothing => Axis::default(),
        }
    }
}
