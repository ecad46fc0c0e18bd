//! From where on a smooth success rate pays.

use super::rise::Rise;
use super::view::{View, expected};
use super::{CreditSummary, Estimate, Finding};
use crate::domain::{Credit, Difficulty, Level, Metric, Scale, StepInformation, Task};

/// The lengths for which the needed step success is told.
const LENGTHS: [u32; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/// From where on it pays, by exact match; by the first other metric that gives all or nothing if the scenario has one and
/// not exact match.
#[derive(Clone, Debug, PartialEq)]
pub struct Useful {
    /// The metric whose credit is the success rate.
    pub metric: Metric,
    /// q*, the success rate from which on it pays.
    pub threshold: f64,
    /// Where expected credit reaches it for good; `None` where expected credit is not computed.
    pub from: Option<UsefulFrom>,
    /// The last scale at which the data exclude the threshold from below, jointly over scales (Bonferroni).
    pub not_yet: Option<Scale>,
    /// The first scale at which they exclude it from above.
    pub surely: Option<Scale>,
    /// The level of those two.
    pub level: Level,
    /// The success probability q*^(1/L) that each of the L equal, independent steps needs; `None` for other tasks and metrics.
    pub step_success: Option<f64>,
    /// The same for tasks of other lengths, in order of L.
    pub step_success_by_steps: Vec<(u32, f64)>,
    /// What a use gains, where a payoff is given; by scale.
    pub gains: Vec<Gain>,
}

/// Where a success rate reaches the threshold for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UsefulFrom {
    /// At this x.
    At(f64),
    /// At every scale.
    Everywhere,
    /// At none: it stays below this.
    Unattainable {
        /// The upper end of the success rate.
        at_most: f64,
    },
    /// Beyond 10^300.
    Beyond,
}

/// What one use of the skill gains at a scale: q value - (1 - q) (1 - caught) loss - review.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// The scale.
    pub scale: Scale,
    /// By the expected success rate.
    pub expected: Option<f64>,
    /// By the estimated one: value, lower and upper limit at the scenario's level.
    pub estimate: Option<(f64, f64, f64)>,
}

/// From where on it pays.
pub(super) fn usefulness(finding: &Finding, view: &View<'_>) -> Useful {
    let scenario = &finding.scenario;
    let evaluation = &scenario.evaluation;
    let metrics = evaluation.metrics.as_slice();
    let exact = Metric::mean(Credit::ExactMatch);
    let is_exact = |metric: &Metric| *metric == exact;
    let place = metrics.iter().position(is_exact).or_else(|| {
        let mut all = metrics.iter();
        all.position(|metric| metric.credit.is_all_or_nothing())
    });
    let metric = place.map_or(exact, |place| metrics[place]);
    let threshold = scenario.usefulness.threshold();
    let scales = evaluation.scales.as_slice();
    // Each scale at a level so high that all hold together.
    let alone = 1.0 - (1.0 - evaluation.level.get()) / scales.len() as f64;
    let joint = Level::try_from(alone).unwrap_or(evaluation.level);
    let at_level = |level: Level| -> Vec<(Scale, Estimate)> {
        let done = scales.iter().zip(&finding.tallies);
        let summaries = done.filter_map(|(&scale, tally)| {
            let sums = place.unwrap_or(usize::MAX);
            let summary = CreditSummary::of(tally.as_ref().ok()?, metric.credit, sums)?;
            Some((scale, summary.estimate(level, scenario.step_information())))
        });
        summaries.collect()
    };
    let jointly = at_level(joint);
    let equal_steps = |metric: Metric| {
        let Task::Steps(task) = &scenario.task;
        let plain = task.difficulty() == &Difficulty::Equal
            && task.step_information() == StepInformation::Independent
            && metric == Metric::mean(Credit::ExactMatch);
        plain.then(|| task.steps().get())
    };
    let needed = |steps: u32| libm::pow(threshold, 1.0 / f64::from(steps));
    let steps = equal_steps(metric);
    let mut lengths: Vec<u32> = steps
        .into_iter()
        .flat_map(|steps| LENGTHS.into_iter().chain([steps]))
        .collect();
    lengths.sort_unstable();
    lengths.dedup();
    let gain = |success: f64| scenario.usefulness.gain(success);
    let estimates = at_level(evaluation.level);
    let gains = scales.iter().filter_map(|&scale| {
        let estimate = estimates
            .iter()
            .find(|(at, _)| *at == scale)
            .map(|(_, estimate)| estimate);
        let estimate = estimate.and_then(|estimate| {
            let Estimate {
                value, interval, ..
            } = *estimate;
            Some((gain(value)?, gain(interval.low)?, gain(interval.high)?))
        });
        let success = expected(metric, &scenario.step_chances(scale));
        gain(threshold).map(|_| Gain {
            scale,
            expected: success.and_then(gain),
            estimate,
        })
    });
    Useful {
        metric,
        threshold,
        from: useful_from(view, metric, threshold),
        not_yet: jointly
            .iter()
            .rev()
            .find(|(_, estimate)| estimate.interval.high < threshold)
            .map(|one| one.0),
        surely: jointly
            .iter()
            .find(|(_, estimate)| estimate.interval.low > threshold)
            .map(|one| one.0),
        level: evaluation.level,
        step_success: steps.map(needed),
        step_success_by_steps: lengths
            .into_iter()
            .map(|steps| (steps, needed(steps)))
            .collect(),
        gains: gains.collect(),
    }
}

fn useful_from(view: &View<'_>, metric: Metric, threshold: f64) -> Option<UsefulFrom> {
    let (low, high) = view.ends(metric)?;
    if threshold <= low {
        return Some(UsefulFrom::Everywhere);
    }
    if threshold > high {
        return Some(UsefulFrom::Unattainable { at_most: high });
    }
    let y = |x: f64| view.expected(metric, x);
    let rise = Rise::new(&y, (low, high), view.window);
    let place = rise.and_then(|rise| rise.crossing((threshold - low) / (high - low)));
    let curve = &view.scenario.skill.curve;
    let arrived = |x: f64| {
        Scale::from_log10(x).is_ok_and(|scale| curve.hazard(scale) == curve.hazard_limits().1)
    };
    Some(match place {
        // Rounding makes a curve that only nears its upper end seem to get there.
        Some(x) if threshold == high && !arrived(x) => UsefulFrom::Unattainable { at_most: high },
        Some(x) => UsefulFrom::At(x),
        None => UsefulFrom::Beyond,
    })
}
