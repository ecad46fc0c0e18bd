//! One model, fitted to the scores of one metric, and what it says of larger scales.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::ForecastModel;
use crate::domain::{Level, Metric, Probability, Scale, Scenario};
use crate::study::fit::{CurveFit, Likelihoods, Links, NoFit, NoLink, OtherCounts};
use crate::study::measured::Measured;

/// How scores scatter about the curve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateLikelihood {
    /// Binomial, of as many trials as tell as much.
    #[default]
    Binomial,
    /// Beta-binomial: the rate of a scale differs from the curve as well, as between training runs; by how much is free.
    BetaBinomial,
}

/// A scale that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastAim {
    /// The scale.
    pub scale: Scale,
    /// Attempts of the evaluation whose score is foretold there.
    pub attempts: u64,
}

/// What is foretold of the score at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastPoint {
    /// The scale.
    pub scale: Scale,
    /// The expected score under the fitted curve.
    pub predicted: f64,
    /// Confidence interval of the expected score.
    pub confidence: (f64, f64),
    /// Prediction interval of the score of a new evaluation there: the confidence distribution of the expected score, and the
    /// binomial scatter of so many attempts (Shen, Liu and Xie 2018, J. Stat. Plan. Inference 195, 126).
    pub prediction: (f64, f64),
    /// The confidence that the expected score is at least the threshold; `None` without one.
    pub crossed: Option<f64>,
}

/// Where the fitted curve comes up to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// The score.
    pub threshold: f64,
    /// log10 of the least scale from which on the curve is at least as high; `None` where it never is.
    pub place: Option<f64>,
    /// Lower limit, of the level of the forecast; `None` where no scale that was looked at is refused.
    pub low: Option<f64>,
    /// Upper limit, likewise.
    pub high: Option<f64>,
}

/// What one model says of larger scales.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The model.
    pub model: ForecastModel,
    /// The metric that it was fitted to.
    pub metric: Metric,
    /// The metric that is foretold.
    pub of: Metric,
    /// The level of its intervals.
    pub level: Level,
    /// How many scales it was fitted to.
    pub scales: usize,
    /// One for each aim, in order.
    pub points: Vec<ForecastPoint>,
    /// Where the threshold is crossed; `None` without one.
    pub crossing: Option<Crossing>,
    /// The fitted law, where there is one.
    pub fit: Option<CurveFit>,
}

/// Why nothing is foretold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoForecast {
    /// The model continues scores of one metric and cannot tell another's.
    #[error(
        "{model} continues {metric} and says nothing of {of}: take a skill model, which knows the task"
    )]
    OtherMetric {
        /// The model.
        model: ForecastModel,
        /// The metric it is fitted to.
        metric: Metric,
        /// The one asked for.
        of: Metric,
    },
    /// The task is not known.
    #[error("{0} needs the task: give the scenario that the scores belong to")]
    NoTask(ForecastModel),
    /// There are no losses.
    #[error("{0} needs the loss of a step: measure log-likelihood at the same scales")]
    NoLoss(ForecastModel),
    /// Too few scales.
    #[error("{model} needs {needed} scales or more, not {scales}")]
    FewScales {
        /// The model.
        model: ForecastModel,
        /// How many it needs.
        needed: usize,
        /// How many there are.
        scales: usize,
    },
    /// A credit that is no rate.
    #[error("{0} is no rate between 0 and 1, which curves are fitted to")]
    NoRate(Metric),
    /// The search for the likeliest curve did not end at a maximum.
    #[error("the fit of {0} did not converge")]
    NotConverged(ForecastModel),
    /// No hazard tells what is measured.
    #[error(transparent)]
    Link(#[from] NoLink),
    /// Another task's scores.
    #[error(transparent)]
    Counts(#[from] OtherCounts),
    /// No fit.
    #[error(transparent)]
    Fit(#[from] NoFit),
}

/// A model made ready to be fitted to scores of one metric, however often.
#[derive(Clone, Debug)]
pub struct Forecaster {
    model: ForecastModel,
    metric: Metric,
    of: Metric,
    level: Level,
    likelihood: RateLikelihood,
}

impl Forecaster {
    /// Prepares a model: `metric` is what was measured, `of` what is foretold, `task` the scenario whose task made the scores,
    /// where it is known.
    ///
    /// # Errors
    /// The model cannot tell `of` from `metric`, or lacks the task.
    pub fn new(
        model: ForecastModel,
        (metric, of): (Metric, Metric),
        task: Option<&Scenario>,
        likelihood: RateLikelihood,
        level: Level,
    ) -> Result<Self, NoForecast> {
        let _ = task;
        Ok(Self {
            model,
            metric,
            of,
            level,
            likelihood,
        })
    }

    /// Fits the model to scores and says what they come to at larger scales. `losses` are those of the metric log-likelihood
    /// at the same scales, where they were measured.
    ///
    /// # Errors
    /// See [`NoForecast`].
    pub fn forecast(
        &self,
        measured: &Measured,
        losses: Option<&Measured>,
        aims: &[ForecastAim],
        threshold: Option<Probability>,
    ) -> Result<Forecast, NoForecast> {
        let _ = (
            measured,
            losses,
            aims,
            threshold,
            self.likelihood,
            self.level,
            self.of,
            self.metric,
        );
        Err(NoForecast::NotConverged(self.model))
    }

    /// log10 of the scale from which on the fitted curve is at least as high as a score, without its interval: far quicker
    /// than a forecast. `None` where it never is.
    ///
    /// # Errors
    /// See [`NoForecast`].
    pub fn place_of(
        &self,
        measured: &Measured,
        losses: Option<&Measured>,
        score: Probability,
    ) -> Result<Option<f64>, NoForecast> {
        let _ = (measured, losses, score);
        Err(NoForecast::NotConverged(self.model))
    }
}

/// Unused until models are fitted.
#[allow(dead_code)]
type Prepared = (Links, Likelihoods);
