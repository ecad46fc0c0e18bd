//! What a forecast asks, once it is known to be answerable.

use super::scales::ForecastScales;
use super::settings::ForecastSettings;
use super::simulated::measured_at;
use crate::domain::{Axis, Invalid, Level, Metric, Probability, Range, Scale, Scenario, Seed};
use crate::study::measured::Measured;

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
    scales: ForecastScales,
    /// The scenario under all metrics that are needed.
    measured: Scenario,
    /// The same at all those scales.
    simulated: Scenario,
}

/// Scores that were measured, what is known of their task, and what is to be foretold.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredForecastPlan {
    /// What it is called.
    pub name: String,
    /// The scores, one for each metric.
    pub measured: Vec<Measured>,
    /// A scenario whose task made the scores; `None` where it is not known. Its law and its evaluation are not looked at,
    /// but for seed, level, axis and threshold of usefulness.
    pub task: Option<Scenario>,
    /// What is asked.
    pub settings: ForecastSettings,
    scales: ForecastScales,
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
    /// Within what is fitted.
    #[error(
        "a target of {target:e} is not beyond the largest fitted scale, {last:e}: give a larger one, or hold scales out with up-to"
    )]
    NotBeyond {
        /// The target.
        target: f64,
        /// The largest fitted scale.
        last: f64,
    },
    /// Hardly anything would be fitted.
    #[error(
        "up-to = {up_to:e} leaves fewer than two scales to fit: it must be {second:e} or larger"
    )]
    UpTo {
        /// The largest scale that may be fitted.
        up_to: f64,
        /// The second measured scale.
        second: f64,
    },
    /// Too few scales.
    #[error(
        "forecasts are made from {needed} scales or more, not from {scales}: measure more, or raise up-to"
    )]
    FewScales {
        /// How many would be fitted.
        scales: usize,
        /// How many it takes.
        needed: usize,
    },
    /// A metric that is no rate.
    #[error("{0} is no rate between 0 and 1, and only rates are foretold: such as exact-match")]
    NoRate(Metric),
    /// Another evaluation.
    #[error(
        "the assumed task has other scales, items, attempts or metrics: what is measured is that of the scenario, only the task may be another"
    )]
    OtherEvaluation,
    /// Nothing to go by.
    #[error("there are no scores to make a forecast from")]
    NothingMeasured,
    /// There is no such scenario: its curve is not known at a target, or its task has nothing for the metric.
    #[error(transparent)]
    Scenario(#[from] Invalid),
    /// A metric twice.
    #[error("{0} was measured twice: one table of scores for each metric")]
    Repeated(Metric),
}

impl ForecastPlanError {
    /// The key of `[forecast]` at fault.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooFar { .. } | Self::NotBeyond { .. } => "target",
            Self::UpTo { .. } | Self::FewScales { .. } => "up-to",
            Self::NoRate(_) | Self::NothingMeasured | Self::Repeated(_) | Self::Scenario(_) => "of",
            Self::OtherEvaluation => "assumed",
        }
    }
}

impl ForecastPlan {
    /// A plan that can be answered.
    ///
    /// # Errors
    /// See [`ForecastPlanError`].
    pub fn new(
        name: String,
        scenario: Scenario,
        assumed: Option<Scenario>,
        settings: ForecastSettings,
    ) -> Result<Self, ForecastPlanError> {
        let same = |other: &Scenario| other.evaluation == scenario.evaluation;
        if !assumed.as_ref().is_none_or(same) {
            return Err(ForecastPlanError::OtherEvaluation);
        }
        check_rate(settings.of)?;
        let scales = ForecastScales::of(scenario.evaluation.scales.as_slice(), &settings)?;
        let at_its_own = scenario.evaluation.scales.as_slice().to_vec();
        let measured = measured_at(&scenario, at_its_own, &settings)?;
        let simulated = measured_at(&scenario, scales.all(), &settings)?;
        Ok(Self {
            name,
            scenario,
            assumed,
            settings,
            scales,
            measured,
            simulated,
        })
    }

    /// Which scales are fitted, held out and asked for.
    #[must_use]
    pub const fn scales(&self) -> &ForecastScales {
        &self.scales
    }

    /// The scenario under all metrics that are needed.
    pub(super) const fn measured(&self) -> &Scenario {
        &self.measured
    }

    /// The same at all scales that are fitted, held out or asked for.
    pub(super) const fn simulated(&self) -> &Scenario {
        &self.simulated
    }

    /// What skill models take the task to be.
    #[must_use]
    pub fn task(&self) -> &Scenario {
        self.assumed.as_ref().unwrap_or(&self.scenario)
    }

    /// The score whose crossing is foretold.
    #[must_use]
    pub fn threshold(&self) -> Probability {
        threshold(&self.settings, Some(&self.scenario))
    }
}

impl MeasuredForecastPlan {
    /// A plan that can be answered.
    ///
    /// # Errors
    /// See [`ForecastPlanError`].
    pub fn new(
        name: String,
        measured: Vec<Measured>,
        task: Option<Scenario>,
        settings: ForecastSettings,
    ) -> Result<Self, ForecastPlanError> {
        if measured.is_empty() {
            return Err(ForecastPlanError::NothingMeasured);
        }
        for (place, one) in measured.iter().enumerate() {
            let before = measured.iter().take(place);
            if before.clone().any(|other| other.metric() == one.metric()) {
                return Err(ForecastPlanError::Repeated(one.metric()));
            }
        }
        check_rate(settings.of)?;
        let points = measured.iter().flat_map(|one| one.points());
        let mut at: Vec<Scale> = points.map(|point| point.scale).collect();
        at.sort_by(|one, other| one.get().total_cmp(&other.get()));
        at.dedup();
        let scales = ForecastScales::of(&at, &settings)?;
        Ok(Self {
            name,
            measured,
            task,
            settings,
            scales,
        })
    }

    /// Which scales are fitted, held out and asked for: of all that any metric was measured at.
    #[must_use]
    pub const fn scales(&self) -> &ForecastScales {
        &self.scales
    }

    /// The score whose crossing is foretold.
    #[must_use]
    pub fn threshold(&self) -> Probability {
        threshold(&self.settings, self.task.as_ref())
    }

    /// The level of intervals: that of the task's evaluation, or .95.
    #[must_use]
    pub fn level(&self) -> Level {
        let level = |task: &Scenario| task.evaluation.level;
        self.task.as_ref().map_or(Level::constant(0.95), level)
    }

    /// The root of the random numbers of replicates: that of the task, or that of all scenarios that say none.
    #[must_use]
    pub fn seed(&self) -> Seed {
        let seed = |task: &Scenario| task.seed;
        self.task.as_ref().map_or(Scenario::default().seed, seed)
    }

    /// What scales count: as the task says, or parameters.
    #[must_use]
    pub fn axis(&self) -> Axis {
        let axis = |task: &Scenario| task.evaluation.axis;
        self.task.as_ref().map_or(Axis::default(), axis)
    }
}

fn check_rate(of: Metric) -> Result<(), ForecastPlanError> {
    match of.range() {
        Range::Unit => Ok(()),
        Range::Bounded | Range::Open => Err(ForecastPlanError::NoRate(of)),
    }
}

fn threshold(settings: &ForecastSettings, scenario: Option<&Scenario>) -> Probability {
    let useful = || {
        let usefulness = scenario.map(|scenario| scenario.usefulness.clone());
        Probability::rounded(usefulness.unwrap_or_default().threshold())
    };
    settings.threshold.unwrap_or_else(useful)
}
