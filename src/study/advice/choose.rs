//! Which metric to pre-register, on how many items, scales and training runs, and why.

use super::{MetricAdvice, RunsAdvice};
use crate::domain::{Basis, Metric, Reducer, Scenario};

/// Fewer scales inside a rise than this cannot tell a broken line, which has four numbers, from a straight one.
pub const FEWEST_INSIDE: usize = 5;

/// A metric that tells at least this share of what every step does, over all planned scales together, costs at most twice the
/// items.
const FINE: f64 = 0.5;

/// Efficiencies that differ by less are the same.
const SAME: f64 = 0.01;

/// Why a metric is the primary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Items have one step: all metrics of right and wrong are the same.
    OneStep,
    /// How often tasks succeed is what decides, and the planned test sees it at every scale for at most twice the items.
    SuccessSuffices,
    /// The metric of success hides planned scales, or takes more than twice the items.
    TellsMore,
    /// The metric of success hides planned scales, or takes more than twice the items, and no other tells more.
    NoneTellsMore,
    /// What metrics tell is not computed.
    NotComputed,
}

/// What to write into the pre-registration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recommendation {
    /// The metric that decides.
    pub primary: Metric,
    /// Why.
    pub why: Why,
    /// The metric beside it.
    pub secondary: Option<Metric>,
    /// Items that serve: they place the curve within a tenth of a decade under both metrics, and tell neighbouring scales
    /// within the rise of the primary one apart; `None` where neither is computed.
    pub items: Option<u64>,
    /// Planned scales inside the rise of the primary metric; `None` where there is no rise to speak of.
    pub scales_inside: Option<usize>,
    /// Where the rise of the primary metric begins and ends, u = .1 and .9, in log10 N.
    pub rise: Option<(f64, f64)>,
    /// Training runs at each scale.
    pub training_runs: u32,
}

impl Recommendation {
    pub(super) fn new(
        scenario: &Scenario,
        success: Metric,
        metrics: &[MetricAdvice],
        runs: &RunsAdvice,
    ) -> Self {
        let of = |metric: Metric| metrics.iter().find(|one| one.metric == metric);
        let (primary, why) = primary(scenario, success, metrics);
        let secondary = match primary == success {
            false => Some(success),
            true => most_telling(scenario, metrics, Some(success)).map(|one| one.metric),
        };
        let needs = [Some(primary), secondary]
            .into_iter()
            .flatten()
            .filter_map(of)
            .filter_map(|one| Some(one.place?.items_for_a_tenth));
        let neighbours = of(primary).and_then(|one| one.items_for_neighbours);
        let items = needs.chain(neighbours).reduce(f64::max);
        let rise = of(primary).and_then(|one| one.rise.as_ref().ok());
        Self {
            primary,
            why,
            secondary: secondary.filter(|_| why != Why::OneStep),
            items: items
                .filter(|items| items.is_finite())
                .map(|items| libm::ceil(items).max(1.0) as u64),
            scales_inside: rise.map(|rise| rise.scales_inside_rise),
            rise: rise.and_then(|rise| rise.x10.zip(rise.x90)),
            training_runs: runs.enough.max(runs.planned),
        }
    }
}

fn primary(scenario: &Scenario, success: Metric, metrics: &[MetricAdvice]) -> (Metric, Why) {
    if scenario.task.steps().get() == 1 {
        return (success, Why::OneStep);
    }
    let Some(of_success) = metrics.iter().find(|one| one.metric == success) else {
        return (success, Why::NotComputed);
    };
    let hidden = of_success.rise.as_ref().map(|rise| rise.hidden_scales);
    let efficiency = efficiency(of_success);
    if hidden == Ok(0) && efficiency.is_some_and(|share| share >= FINE) {
        return (success, Why::SuccessSuffices);
    }
    match most_telling(scenario, metrics, None) {
        None => (success, Why::NotComputed),
        Some(one) if one.metric == success => (success, Why::NoneTellsMore),
        Some(one) => (one.metric, Why::TellsMore),
    }
}

fn efficiency(one: &MetricAdvice) -> Option<f64> {
    Some(one.place?.efficiency)
}

/// Of the metrics of right and wrong steps that which tells most over all planned scales; of equals the first. What reads
/// likelihoods tells what the right answer was given, not what an attempt does, and is not chosen.
fn most_telling<'a>(
    scenario: &Scenario,
    metrics: &'a [MetricAdvice],
    but: Option<Metric>,
) -> Option<&'a MetricAdvice> {
    let chances = scenario.chances();
    let (low, _) = chances.limits();
    let mut best: Option<&MetricAdvice> = None;
    for one in metrics.iter().filter(|one| Some(one.metric) != but) {
        let is_counted = matches!(low.basis(one.metric.credit), Basis::Counted(_));
        let is_of_single_attempts = one.metric.reducer == Reducer::Mean;
        let Some(share) = efficiency(one).filter(|_| is_counted && is_of_single_attempts) else {
            continue;
        };
        if best
            .and_then(efficiency)
            .is_none_or(|most| share > most + SAME)
        {
            best = Some(one);
        }
    }
    best
}
