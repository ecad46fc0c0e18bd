//! From where on a smooth success rate pays.

use super::rise::Rise;
use super::view::{View, expected};
use super::{Confidence, CreditSummary, Estimate, Finding, Interval};
use crate::domain::{
    Credit, ItemSuccess, Level, Metric, Payoff, Scale, Scenario, Task, Usefulness,
};
use crate::engine::Tally;

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
    /// What a task gains that is not tried.
    pub alternative: f64,
    /// Whether retries meet items that differ: then it pays where the gain over items does, which is no function of their
    /// mean success rate, and the data, by that rate, do not say where.
    pub retries_meet_hard_items: bool,
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

/// What one use of the skill gains at a scale; see [`Payoff::gain`].
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
    let (metric, place) = success_metric(evaluation.metrics.as_slice());
    let threshold = scenario.usefulness.threshold();
    let retried = retries_meet_hard_items(scenario, &scenario.usefulness);
    let (not_yet, surely) = match retried {
        true => (None, None),
        false => bracket(&jointly(finding, metric, place), threshold),
    };
    let needed = |steps: u32| libm::pow(threshold, 1.0 / f64::from(steps));
    let steps = steps_alike(scenario, metric);
    let mut lengths: Vec<u32> = steps
        .into_iter()
        .flat_map(|steps| LENGTHS.into_iter().chain([steps]))
        .collect();
    lengths.sort_unstable();
    lengths.dedup();
    Useful {
        metric,
        threshold,
        alternative: scenario
            .usefulness
            .payoff()
            .map_or(0.0, |payoff| payoff.alternative()),
        retries_meet_hard_items: retried,
        from: pays_from(view, metric, &scenario.usefulness),
        not_yet,
        surely,
        level: evaluation.level,
        step_success: steps.map(needed),
        step_success_by_steps: lengths
            .into_iter()
            .map(|steps| (steps, needed(steps)))
            .collect(),
        gains: gains(finding, metric, place),
    }
}

/// The interval at each simulated scale, at a level so high that all hold together (Bonferroni).
pub(super) fn jointly(
    finding: &Finding,
    metric: Metric,
    place: Option<usize>,
) -> Vec<(Scale, Interval)> {
    let evaluation = &finding.scenario.evaluation;
    let scales = evaluation.scales.as_slice();
    let alone = 1.0 - (1.0 - evaluation.level.get()) / scales.len() as f64;
    let joint = Level::try_from(alone).unwrap_or(evaluation.level);
    let estimates = estimates(finding, metric, place, joint);
    let known = scales.iter().zip(estimates);
    known
        .filter_map(|(&scale, one)| Some((scale, one?.interval)))
        .collect()
}

/// The last scale whose success rate is surely below a threshold, and the first at which it is surely above.
pub(super) fn bracket(
    jointly: &[(Scale, Interval)],
    threshold: f64,
) -> (Option<Scale>, Option<Scale>) {
    let surely = jointly
        .iter()
        .find(|(_, interval)| interval.low > threshold);
    let not_yet = jointly
        .iter()
        .rfind(|(_, interval)| interval.high < threshold);
    (not_yet.map(|one| one.0), surely.map(|one| one.0))
}

/// Whether retries are made at items that differ.
pub(super) fn retries_meet_hard_items(scenario: &Scenario, usefulness: &Usefulness) -> bool {
    usefulness.retries() > 0 && scenario.task.chain().items_differ()
}

/// The metric whose credit is a success rate, and its place among those asked for if it is one of them.
pub(super) fn success_metric(metrics: &[Metric]) -> (Metric, Option<usize>) {
    let exact = Metric::mean(Credit::ExactMatch);
    let all_or_nothing = || metrics.iter().position(|metric| metric.is_success_rate());
    let place = metrics
        .iter()
        .position(|metric| *metric == exact)
        .or_else(all_or_nothing);
    (place.map_or(exact, |place| metrics[place]), place)
}

/// An estimate for each scale; `None` where nothing was simulated.
pub(super) fn estimates(
    finding: &Finding,
    metric: Metric,
    place: Option<usize>,
    level: Level,
) -> Vec<Option<Estimate>> {
    let confidence = Confidence::of(&finding.scenario, level);
    let of_tally = |tally: &Tally| {
        // Item sums are there for metrics that were asked for.
        let sums = place.unwrap_or(tally.item_sums.len());
        let summary = CreditSummary::of(tally, metric, sums)?;
        Some(summary.estimate(&confidence))
    };
    let tallies = finding.tallies.iter();
    tallies
        .map(|tally| of_tally(tally.as_ref().ok()?))
        .collect()
}

/// L, where all steps are alike and the metric wants every one of them right.
pub(super) fn steps_alike(scenario: &Scenario, metric: Metric) -> Option<u32> {
    let task = scenario.task.chain();
    let plain = matches!(scenario.task, Task::Steps(_))
        && task.is_plain_chain()
        && !scenario.skill.runs_differ()
        && metric == Metric::mean(Credit::ExactMatch);
    plain.then(|| task.steps().get())
}

/// What a use gains at each scale; nothing without a payoff.
fn gains(finding: &Finding, metric: Metric, place: Option<usize>) -> Vec<Gain> {
    let scenario = &finding.scenario;
    let gain = |success: f64| scenario.usefulness.gain(success);
    if gain(1.0).is_none() {
        return Vec::new();
    }
    let payoff = scenario.usefulness.payoff();
    let over_items = payoff
        .as_ref()
        .filter(|_| retries_meet_hard_items(scenario, &scenario.usefulness));
    let mut estimates = estimates(finding, metric, place, scenario.evaluation.level).into_iter();
    let chances = scenario.chances();
    let at = |&scale: &Scale| {
        let estimate = estimates.next().flatten();
        Gain {
            scale,
            expected: match over_items {
                Some(payoff) => gain_of_items(scenario, metric, payoff, scale),
                None => expected(metric, &chances.at(scale)).and_then(gain),
            },
            estimate: estimate.filter(|_| over_items.is_none()).and_then(
                |Estimate {
                     value, interval, ..
                 }| {
                    Some((gain(value)?, gain(interval.low)?, gain(interval.high)?))
                },
            ),
        }
    };
    scenario
        .evaluation
        .scales
        .as_slice()
        .iter()
        .map(at)
        .collect()
}

/// What a task gains on average over items at a scale.
pub(super) fn gain_of_items(
    scenario: &Scenario,
    metric: Metric,
    payoff: &Payoff,
    scale: Scale,
) -> Option<f64> {
    let items = scenario.item_successes(metric.credit, scale, payoff.retries + 1)?;
    Some(payoff.gain_over_items(&items))
}

/// From where on it pays for good.
pub(super) fn pays_from(
    view: &View<'_>,
    metric: Metric,
    usefulness: &Usefulness,
) -> Option<UsefulFrom> {
    match usefulness.payoff() {
        Some(payoff) if retries_meet_hard_items(view.scenario, usefulness) => {
            pays_over_items(view, metric, &payoff)
        }
        _ => useful_from(view, metric, usefulness.threshold()),
    }
}

/// From where on the gain over items is above the alternative.
fn pays_over_items(view: &View<'_>, metric: Metric, payoff: &Payoff) -> Option<UsefulFrom> {
    let ahead = |items: &[ItemSuccess]| payoff.gain_over_items(items) - payoff.alternative();
    let limits = view
        .scenario
        .item_success_limits(metric.credit, payoff.retries + 1)?;
    let (low, high) = (ahead(&limits.0), ahead(&limits.1));
    let first = view.scenario.evaluation.scales.window().0;
    let y = |x: f64| {
        if view.cancelled() {
            return f64::NAN;
        }
        let scale = Scale::from_log10(x.clamp(-300.0, 300.0)).unwrap_or(first);
        let gain = gain_of_items(view.scenario, metric, payoff, scale);
        gain.map_or(f64::NAN, |gain| gain - payoff.alternative())
    };
    if y(0.5 * (view.window.0 + view.window.1)).is_nan() {
        return None;
    }
    if high <= 0.0 {
        let at_most = view.ends(metric)?.1;
        return Some(UsefulFrom::Unattainable { at_most });
    }
    if low >= 0.0 {
        return Some(UsefulFrom::Everywhere);
    }
    let rise = Rise::new(&y, (low, high), view.window);
    let place = rise.and_then(|rise| rise.crossing(-low / (high - low)));
    Some(place.map_or(UsefulFrom::Beyond, UsefulFrom::At))
}

/// From where on expected credit is at a threshold or above.
pub(super) fn useful_from(view: &View<'_>, metric: Metric, threshold: f64) -> Option<UsefulFrom> {
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
    let (skill, format) = (&view.scenario.skill, view.scenario.task.chain().format());
    let arrived = |x: f64| {
        Scale::from_log10(x).is_ok_and(|scale| {
            skill.hazard(scale) == skill.hazard_limits().1 && format.at(scale) == format.limits().1
        })
    };
    Some(match place {
        // Rounding makes a curve that only nears its upper end seem to get there.
        Some(x) if threshold == high && !arrived(x) => UsefulFrom::Unattainable { at_most: high },
        Some(x) => UsefulFrom::At(x),
        None => UsefulFrom::Beyond,
    })
}
