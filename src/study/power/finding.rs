//! What a power analysis says.

use super::closed_form::ClosedForm;
use super::critical::{CriticalError, CriticalValue};
use super::settings::PowerTest;
use crate::domain::{Metric, Scenario};
use crate::study::Rate;
use crate::study::fit::{Family, FittedParameter};

/// The answers to a power analysis, by test, then by metric in the scenario's order.
#[derive(Clone, Debug)]
pub struct PowerFinding {
    /// What it is called.
    pub name: String,
    /// The design, with the law that is to be found.
    pub scenario: Scenario,
    /// One for each test and metric.
    pub rows: Vec<PowerRow>,
}

/// One test under one metric.
#[derive(Clone, Debug)]
pub struct PowerRow {
    /// The test.
    pub test: PowerTest,
    /// The metric it looks at.
    pub metric: Metric,
    /// How often it finds what there is; or why that is not told.
    pub told: Result<TestPower, NoPower>,
}

/// Why a test has no power to tell under a metric.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoPower {
    /// Its likelihood is not known.
    #[error("{0}")]
    NoLikelihood(String),
    /// Credits of other kinds have no such test.
    #[error("{metric} is no success rate of one attempt at each item, which {} takes: such as exact-match, with attempts = 1 and training-seeds = 1", test.name())]
    NoSuccessRate {
        /// The test.
        test: PowerTest,
        /// The metric.
        metric: Metric,
    },
    /// A fit to what is expected found no place.
    #[error(
        "the smooth law {0} nearest to the sought one was not found: its fit to expected counts did not converge"
    )]
    NoNearest(Family),
    /// Replicates give no critical value.
    #[error(transparent)]
    Critical(#[from] CriticalError),
    /// What is expected is not computed.
    #[error("what {0} comes to is not computed for this task, and chance = P not given")]
    NoChance(Metric),
    /// No evaluation was finished.
    #[error("no evaluation could be tested")]
    Nothing,
}

/// How often a test finds what there is, and what is not there.
#[derive(Clone, Debug)]
pub struct TestPower {
    /// How often the test finds what it is to find. An evaluation whose fit failed counts as one where it does not.
    pub power: Rate,
    /// How often it finds something where there is nothing.
    pub false_alarms: FalseAlarms,
    /// What the statistic must exceed.
    pub critical: Critical,
    /// Evaluations under the sought law whose fit failed.
    pub failed: u64,
    /// The smooth laws nearest to the sought one, and how often each is called a break; of tests of breaks.
    pub smooth: Vec<SmoothLaw>,
    /// What is said under the sought law; of tests of breaks.
    pub verdicts: Option<Verdicts>,
    /// What is said under the nearest smooth law; of tests of breaks.
    pub verdicts_if_smooth: Option<Verdicts>,
    /// The same by formulas, the best one first; none where none is known.
    pub closed_forms: Vec<ClosedForm>,
    /// The noncentrality of the statistic, twice the divergence from the nearest law held against; of tests of breaks.
    pub noncentrality: Option<f64>,
    /// The share of affected tasks that are found, and of false alarms among what is found, over several tasks.
    pub over_tasks: Option<OverTasks>,
}

/// How often a test finds something where there is nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FalseAlarms {
    /// In simulated evaluations, other than those that gave the critical value.
    Simulated(Rate),
    /// Computed.
    Exact(f64),
}

impl FalseAlarms {
    /// The rate itself.
    #[must_use]
    pub const fn value(&self) -> f64 {
        match self {
            Self::Simulated(rate) => rate.value,
            Self::Exact(value) => *value,
        }
    }
}

/// What a statistic must exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Critical {
    /// The value used.
    pub value: f64,
    /// How it was simulated; `None` where it is computed.
    pub simulated: Option<CriticalValue>,
    /// What holds for many items; `None` where nothing is known.
    pub asymptotic: Option<f64>,
}

/// A smooth law nearest to the sought one.
#[derive(Clone, Debug)]
pub struct SmoothLaw {
    /// Its family.
    pub family: Family,
    /// The Kullback-Leibler divergence of the whole evaluation from it, in nats; twice that is the noncentrality.
    pub divergence: f64,
    /// Its numbers by name.
    pub parameters: Vec<FittedParameter>,
    /// How often it is called a break.
    pub false_alarms: Rate,
    /// Its evaluations whose fit failed.
    pub failed: u64,
    /// Whether the test holds a break against it.
    pub is_held_against: bool,
}

/// What a test of breaks says, how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdicts {
    /// "A break".
    pub broken: Rate,
    /// "No break": the interval of the change lies within delta on both sides.
    pub none: Rate,
    /// "Cannot tell".
    pub cannot_tell: Rate,
}

/// What testing several tasks comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverTasks {
    /// How many of the affected tasks are found, on average.
    pub found: Rate,
    /// How often any other is called one.
    pub any_false_alarm: Rate,
    /// The mean share of false alarms among what is found, 0 where nothing is.
    pub false_share: f64,
}
