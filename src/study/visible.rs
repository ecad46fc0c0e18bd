//! From which scale on a test shows more than chance.

use super::rise::{first_at, least_scale};
use super::view::{View, variance_of_mean};
use crate::domain::special::{beta_cdf, beta_quantile, normal_quantile};
use crate::domain::{Chances, Metric, Reducer};

/// Chance of a false alarm when a test is held against chance, and of missing what is there.
const DETECTION: f64 = 0.05;

/// What shows more than chance.
enum Evidence {
    /// Any credit at all, whose probability is this at least.
    AnyCredit { least: f64 },
    /// A success rate of this at least.
    Rate { least: f64 },
    /// A mean above that of chance by the noise of both, each with this standard error at chance.
    Mean { chance: f64, error: f64 },
}

/// The least x where a test of all attempts shows more than chance with 95% probability.
///
/// Where chance gives no credit, or so seldom that one attempt in all with some is a 5% test of it, any credit shows it:
/// P(credit > 0) = 1 - .05^(1/N). Where it gives more, an all-or-nothing credit must exceed what a one-sided 5% binomial
/// test allows, and the mean of another credit what a normal one allows.
pub(super) fn first_visible(view: &View<'_>, metric: Metric) -> Option<f64> {
    let evaluation = &view.scenario.evaluation;
    // Of several attempts at items that differ, one at each is sure to tell something new.
    let attempts = match view.limits().0.items_differ() {
        true => evaluation.items.get() as f64,
        false => evaluation.attempts_at_all_items() as f64,
    };
    let credit = metric.credit;
    let mean = |chances: &Chances<'_>| chances.reduced(credit, metric.reducer);
    let by_chance = mean(&view.limits().0)?;
    // Skill raises it, or lowers it.
    let towards = match mean(&view.limits().1)? < by_chance {
        true => -1.0,
        false => 1.0,
    };
    // Chance may give some credit so seldom that any credit is a 5% test of it; what is read off answers, or made of several
    // attempts, has no such ends.
    let is_of_attempts = credit.counted().is_some() && metric.reducer == Reducer::Mean;
    let any_by_chance = view.limits().0.any_credit(credit);
    let any_by_chance = any_by_chance.filter(|_| is_of_attempts);
    let seldom = any_by_chance.is_some_and(|any_by_chance| {
        -libm::expm1(attempts * libm::log1p(-any_by_chance)) <= DETECTION
    });
    if any_by_chance.is_none() && is_of_attempts {
        return None;
    }
    let evidence = if seldom {
        Evidence::AnyCredit {
            least: -libm::expm1(libm::log(DETECTION) / attempts),
        }
    } else if is_of_attempts && credit.is_all_or_nothing() {
        Evidence::Rate {
            least: least_detectable(attempts, by_chance)?,
        }
    } else {
        let variance = variance_of_mean(view.scenario, metric, &view.limits().0)?;
        Evidence::Mean {
            chance: by_chance,
            error: libm::sqrt(variance),
        }
    };
    let shows = |chances: &Chances<'_>| match evidence {
        _ if view.cancelled() => None,
        Evidence::AnyCredit { least } => Some(chances.any_credit(credit)? >= least),
        Evidence::Rate { least } => Some(mean(chances)? >= least),
        Evidence::Mean { chance, error } => {
            let noise = error + libm::sqrt(variance_of_mean(view.scenario, metric, chances)?);
            let gain = (mean(chances)? - chance) * towards;
            Some(gain >= -normal_quantile(DETECTION) * noise)
        }
    };
    least_scale(|x| shows(&view.chances(x)).unwrap_or(false), view.window)
}

/// The least success rate that a one-sided 5% binomial test of n attempts against `chance` finds with 95% probability;
/// `None` where no number of successes would do.
fn least_detectable(n: f64, chance: f64) -> Option<f64> {
    // P(K > k | chance) = I_chance(k + 1, n - k).
    let critical = first_at(
        |k| {
            let k = k.floor();
            k >= n || beta_cdf(chance, k + 1.0, n - k) <= DETECTION
        },
        -1.0,
        n,
    );
    let critical = critical.floor();
    (critical < n).then(|| beta_quantile(1.0 - DETECTION, critical + 1.0, n - critical))
}
