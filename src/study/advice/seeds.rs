//! What one training run for each scale can say, and how many runs see what.

use super::SEEN;
use super::effects::QUICK;
use crate::domain::{BetweenSeeds, Metric, Runs, Scale, Scenario};

/// Shares of training runs that break through, for which the needed number is told whatever the plan says.
pub const SEED_RATES: [f64; 4] = [0.5, 0.2, 0.1, 0.05];

/// Training runs of which one at least is of a kind that a share of all is, with probability .95: ln .05/ln(1 - share), not
/// rounded, at least 1; infinite for a share of 0. The probability that s runs hold one is 1 - (1 - share)^s.
#[must_use]
pub fn seeds_for_one(share: f64) -> f64 {
    (libm::log1p(-SEEN) / libm::log1p(-share)).max(1.0)
}

/// How training runs differ by plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunLaw {
    /// They do not: an assumption, which no single run can test.
    Alike,
    /// By a normal number on the log-odds of a step.
    Normal {
        /// Its standard deviation.
        sd: f64,
    },
    /// Some break through, the others do not.
    Bimodal,
}

/// What planned training runs can say.
#[derive(Clone, Debug, PartialEq)]
pub struct RunsAdvice {
    /// Runs at each scale.
    pub planned: u32,
    /// How they differ.
    pub law: RunLaw,
    /// By scale; none where they do not differ.
    pub at_scales: Vec<RunsAtScale>,
    /// Runs at each scale of which, with probability .95, one at least is of a kind that a share is: of the rarest kind that
    /// is one in twenty or more at a planned scale, and where nothing is known of kinds of one in two. Ten at least where
    /// runs differ by degrees: below, an interval over runs is wide.
    pub enough: u32,
}

/// The training runs of one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunsAtScale {
    /// The scale.
    pub scale: Scale,
    /// The share that breaks through; `None` where runs differ by degrees.
    pub share: Option<f64>,
    /// [`seeds_for_one`] of that share.
    pub for_one: Option<f64>,
    /// The chance that one at least of the planned runs breaks through.
    pub chance_of_one: Option<f64>,
    /// The chance that the planned runs are not all of one kind.
    pub chance_of_both: Option<f64>,
    /// The standard error of the mean success rate; `None` where not computed.
    pub errors: Option<MeanErrors>,
}

/// The standard error of the mean success rate over new items and new training runs; where items differ as well, a little
/// more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanErrors {
    /// As planned.
    pub planned: f64,
    /// With four times as many items.
    pub more_items: f64,
    /// With four times as many training runs.
    pub more_runs: f64,
}

/// How many times as much is looked at.
const MORE: u32 = 4;

/// The rarest kind of training run that is looked for.
const RAREST: f64 = 0.05;

/// Below so many runs an interval over runs is wide.
const FEW: u32 = 10;

impl RunsAdvice {
    pub(super) fn new(scenario: &Scenario, success: Metric) -> Self {
        let planned = scenario.evaluation.training_seeds.get();
        let law = match scenario.skill.between_seeds() {
            BetweenSeeds::None => RunLaw::Alike,
            BetweenSeeds::Normal(normal) => RunLaw::Normal {
                sd: normal.sd.get(),
            },
            BetweenSeeds::Bimodal(_) => RunLaw::Bimodal,
        };
        let scales = match law {
            RunLaw::Alike => &[],
            RunLaw::Normal { .. } | RunLaw::Bimodal => scenario.evaluation.scales.as_slice(),
        };
        let at_scales: Vec<RunsAtScale> = scales
            .iter()
            .map(|&scale| at_scale(scenario, success, scale))
            .collect();
        let shares = at_scales.iter().filter_map(|at| at.share);
        let rarest = shares.filter(|share| *share >= RAREST).reduce(f64::min);
        let enough = match law {
            RunLaw::Normal { .. } => FEW,
            RunLaw::Alike | RunLaw::Bimodal => {
                libm::ceil(seeds_for_one(rarest.unwrap_or(0.5))) as u32
            }
        };
        Self {
            planned,
            law,
            at_scales,
            enough,
        }
    }
}

fn at_scale(scenario: &Scenario, success: Metric, scale: Scale) -> RunsAtScale {
    let runs = scenario.evaluation.training_seeds.get();
    let share = match scenario.skill.runs(scale) {
        Runs::Bimodal { share, .. } => Some(share),
        Runs::Alike(_) | Runs::Normal { .. } => None,
    };
    let all = |share: f64| libm::pow(share, f64::from(runs));
    RunsAtScale {
        scale,
        share,
        for_one: share.map(seeds_for_one),
        chance_of_one: share.map(|share| 1.0 - all(1.0 - share)),
        chance_of_both: share.map(|share| (1.0 - all(share) - all(1.0 - share)).max(0.0)),
        errors: errors(scenario, success, scale),
    }
}

fn errors(scenario: &Scenario, success: Metric, scale: Scale) -> Option<MeanErrors> {
    let evaluation = &scenario.evaluation;
    let chances = scenario.chances();
    let at = chances.at(scale);
    if at.variance_work(success.credit, success.reducer) > QUICK {
        return None;
    }
    let (items, runs) = (evaluation.items.get(), evaluation.training_seeds.get());
    let error = |items, runs| {
        let variance = at.most_variance_of_mean(success.credit, success.reducer, items, runs)?;
        Some(libm::sqrt(variance))
    };
    Some(MeanErrors {
        planned: error(items, runs)?,
        more_items: error(items.saturating_mul(u64::from(MORE)), runs)?,
        more_runs: error(items, runs.saturating_mul(MORE))?,
    })
}
