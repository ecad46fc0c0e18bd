//! The least differences that a test finds, and what more attempts at an item would buy.

use super::{MetricAdvice, hazard_of_interest};
use crate::domain::{Chances, Metric, Range, Reducer, Scenario};
use crate::study::{
    Aim, Scatter, items_for_difference, items_for_rates, least_rate_above, smallest_difference,
};

/// In multiplications, for one number: some hundredths of a second.
pub(super) const QUICK: f64 = 2e7;

/// How many times as many attempts at each item are looked at.
const MORE_ATTEMPTS: u32 = 4;

/// The least differences from a scale's mean credit, upwards, that two systems must have for a test of this size to find
/// them with a power of .8, two-sided at the scenario's level. On the metric's own scale.
///
/// Success rates by [`items_for_rates`], other credits by [`smallest_difference`] (Miller 2024, arXiv:2411.00640, section
/// 5): the variance of a mean is that between items and, over the number of attempts at each, that within. Both systems are
/// taken to scatter as the planned one does at this scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effects {
    /// The variance of one attempt at a new item.
    pub variance: f64,
    /// Which share of it lies between items, that more attempts at an item do not shrink; `None` where not computed.
    pub between_items: Option<f64>,
    /// Each system on items of its own; `None` where no difference is large enough.
    pub own_items: Option<f64>,
    /// Both on the same items, which are hard for both alike: the most that pairing can give.
    pub same_items: Option<f64>,
    /// On items of their own with four times as many attempts at each.
    pub more_attempts: Option<f64>,
    /// On items of their own with four times as many items.
    pub more_items: Option<f64>,
}

/// The variance of a mean of differences between two systems of one kind.
#[derive(Clone, Copy)]
struct Parts {
    between: f64,
    within: f64,
}

impl Parts {
    fn own_items(self, attempts: u32) -> Scatter {
        let one = (self.within, attempts);
        Scatter::paired(2.0 * self.between, one, one)
    }

    fn same_items(self, attempts: u32) -> Scatter {
        let one = (self.within, attempts);
        Scatter::paired(0.0, one, one)
    }

    fn all(self) -> f64 {
        self.between + self.within
    }
}

/// The share of items that a comparison of success rates needs, of what it takes with one attempt at items of its own.
fn needed(scatter: &Scatter, parts: Parts, attempts: u32, aim: Aim) -> f64 {
    let single = Parts {
        between: 0.0,
        within: parts.all(),
    };
    match parts.all() > 0.0 {
        true => {
            items_for_difference(1.0, scatter, aim)
                / items_for_difference(1.0, &single.own_items(1), aim)
        }
        // Rates of 0 and 1 to the last digit are those of all items.
        false => f64::from(attempts).recip(),
    }
}

pub(super) fn effects(
    scenario: &Scenario,
    metric: Metric,
    chances: &Chances<'_>,
    aim: Aim,
) -> Option<Effects> {
    let slope = metric.slope(chances.longest())?.abs();
    let (mean, parts) = parts(metric, chances)?;
    let evaluation = &scenario.evaluation;
    let (items, attempts) = (evaluation.items.get() as f64, evaluation.attempts.get());
    let least = |scatter: &Scatter, parts: Parts, attempts: u32, items: f64| -> Option<f64> {
        if metric.is_success_rate() {
            let alone = items / needed(scatter, parts, attempts, aim);
            return Some(least_rate_above(mean, alone, aim)? - mean);
        }
        let least = smallest_difference(items, scatter, aim) * slope;
        // Of what lies between 0 and 1 no two differ by more.
        let is_unit = metric.credit.range() == Range::Unit;
        (!is_unit || least <= slope).then_some(least)
    };
    let whole = match parts {
        Known::Split(parts) => parts,
        Known::Whole(variance) => Parts {
            between: 0.0,
            within: variance,
        },
    };
    let split = match parts {
        Known::Split(parts) => Some(parts),
        Known::Whole(_) => None,
    };
    // Without the parts, only single attempts are known.
    let told = split.or((attempts == 1).then_some(whole));
    let own = |times: f64| {
        told.and_then(|one| least(&one.own_items(attempts), one, attempts, times * items))
    };
    Some(Effects {
        variance: whole.all() * slope * slope,
        between_items: split.map(|one| match one.all() > 0.0 {
            true => one.between / one.all(),
            false => 0.0,
        }),
        own_items: own(1.0),
        same_items: split.and_then(|one| least(&one.same_items(attempts), one, attempts, items)),
        more_attempts: split.and_then(|one| {
            let attempts = attempts.saturating_mul(MORE_ATTEMPTS);
            least(&one.own_items(attempts), one, attempts, items)
        }),
        more_items: own(f64::from(MORE_ATTEMPTS)),
    })
}

/// The variance of an attempt, in parts where they are computed.
enum Known {
    Split(Parts),
    Whole(f64),
}

/// The mean over attempts of what a credit is a function of, and its variance.
fn parts(metric: Metric, chances: &Chances<'_>) -> Option<(f64, Known)> {
    let credit = metric.credit;
    if metric.reducer != Reducer::Mean || chances.variance_work(credit, metric.reducer) > QUICK {
        return None;
    }
    let one = chances.expected(credit)?;
    let known = match chances.items_differ() {
        false => Known::Split(Parts {
            between: 0.0,
            within: one.variance,
        }),
        true => match chances.item_variance(credit, 2) {
            // b + w/2 for two attempts, b + w for one.
            Some(two) => {
                let between = (2.0 * two - one.variance).clamp(0.0, one.variance);
                Known::Split(Parts {
                    between,
                    within: one.variance - between,
                })
            }
            None => Known::Whole(one.variance),
        },
    };
    Some((one.mean, known))
}

/// Items that tell every two neighbouring scales apart of which one lies within the rise, each on items of its own.
pub(super) fn items_for_neighbours(
    scenario: &Scenario,
    metric: &MetricAdvice,
    aim: Aim,
) -> Option<f64> {
    let rise = metric.rise.as_ref().ok()?;
    let chances = scenario.chances();
    let attempts = scenario.evaluation.attempts.get();
    let slope = metric.metric.slope(chances.limits().0.longest())?.abs();
    let inside = |y: f64| {
        let share = (y - rise.low) / (rise.high - rise.low);
        (0.1..0.9).contains(&share)
    };
    let mut most: Option<f64> = None;
    for pair in metric.at_scales.windows(2) {
        let [one, next] = pair else { continue };
        let (Some(y), Some(z)) = (one.expected, next.expected) else {
            continue;
        };
        if !inside(y) && !inside(z) {
            continue;
        }
        let at = |scale| {
            let hazard = hazard_of_interest(scenario, scale);
            let (_, known) = parts(metric.metric, &chances.of_run(scale, hazard))?;
            match known {
                Known::Split(parts) => Some(parts),
                Known::Whole(within) => (attempts == 1).then_some(Parts {
                    between: 0.0,
                    within,
                }),
            }
        };
        let (here, there) = (at(one.scale)?, at(next.scale)?);
        let needed = match metric.metric.is_success_rate() {
            true => {
                let scatter = here.own_items(attempts);
                items_for_rates(y, z, aim) * needed(&scatter, here, attempts, aim)
            }
            false => {
                let between = here.between + there.between;
                let (here, there) = ((here.within, attempts), (there.within, attempts));
                let scatter = Scatter::paired(between, here, there);
                items_for_difference((z - y) / slope, &scatter, aim)
            }
        };
        most = Some(most.map_or(needed, |most| most.max(needed)));
    }
    most
}
