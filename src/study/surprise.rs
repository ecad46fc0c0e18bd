//! How far an estimate lies from what was expected, as a standard normal score.

use super::pmf::Pmf;
use crate::domain::special::{binomial_mid_tails, normal_quantile};
use crate::domain::{
    Basis, Chances, Count, Counted, Credit, Expected, Metric, Range, Reducer, StepChances,
};
use crate::engine::Tally;

/// From this ratio of the variance of a sum to the squared range of a term, the sum counts as normal.
const NORMAL_FROM: f64 = 30.0;

/// The normal score of an estimate under what was expected of new items.
///
/// Several attempts at each of items that differ, what reducers make of attempts, and training runs that differ:
/// (estimate - expected)/sqrt(v/n) with n independent items, or training runs if those differ, whose means have variance v,
/// where n v >= 30. Otherwise attempts are independent of each other:
///
/// With N attempts, credit variance v and range 1: (estimate - expected)/sqrt(v/N) where N v >= 30. Otherwise the normal
/// score of the mid-p exact tail of the sum of credits: binomial for all-or-nothing credits and for partial credit of
/// independent steps that are alike, else the N-fold convolution of the distribution of steps for partial and prefix credit. Where that convolution would take more than 30 million
/// multiplications (tasks of hundreds of unequal steps), partial credit is scored as a sum of N L steps of range 1/L,
/// normal where N v L^2 >= 30.
///
/// What is read off answers beyond counts: (estimate - expected)/sqrt(v/n) with the variance v of an item's mean, where
/// n v >= 30, or n >= 30 for credits that have no largest value.
///
/// `None` where it is undefined: nothing varies, to the precision of a double; N v < 30 for harshness, or for shares of
/// steps of items with several lengths, whose sums lie on no lattice; or no way applies.
#[must_use]
pub fn z_score(
    tally: &Tally,
    metric: Metric,
    chances: &Chances<'_>,
    training_runs: u32,
    estimate: f64,
) -> Option<f64> {
    let credit = metric.credit;
    let attempts = tally.attempts;
    let attempts_per_item = attempts.checked_div(tally.items)?;
    let repeats = attempts_per_item > 1 && chances.items_differ();
    if repeats || metric.reducer != Reducer::Mean || chances.runs_differ() {
        let (items, runs) = (tally.items, training_runs);
        let variance = chances.variance_of_mean(credit, metric.reducer, items, runs)?;
        // Of independent units with this variance of their mean: items, or training runs.
        let units = match chances.runs_differ() {
            true => f64::from(runs),
            false => items as f64,
        };
        let mean = chances.reduced(credit, metric.reducer)?;
        let normal = (estimate - mean) / libm::sqrt(variance);
        return (units * units * variance >= NORMAL_FROM).then_some(normal);
    }
    let Expected { mean, variance } = chances.expected(credit)?;
    // Where items have several lengths, credits lie on no common lattice.
    let length = match tally.lengths.as_slice() {
        [length] if chances.lengths().count() == 1 => Some(length),
        _ => None,
    };
    let counted = match chances.basis(credit) {
        Basis::Counted(counted) => counted,
        Basis::Read(_) => {
            let variance = chances.item_variance(credit, attempts_per_item)?;
            return read_score(tally, credit, estimate - mean, variance);
        }
    };
    let is_share = matches!(counted, Counted::Share(_));
    let range = match (is_share, length) {
        (true, Some(length)) => f64::from(length.steps),
        _ => 1.0,
    };
    // The probability that any attempt differs from the rest is at most this sum: to the precision of a double, none can.
    if attempts as f64 * variance * range * range < 0.5 * f64::EPSILON {
        let off = (estimate - mean) * attempts as f64 * range;
        let impossible = if off > 0.0 { (1.0, 0.0) } else { (0.0, 1.0) };
        return (off.abs() > 0.5).then(|| normal_score(impossible));
    }
    let normal = Some((estimate - mean) / libm::sqrt(variance / attempts as f64));
    if attempts as f64 * variance >= NORMAL_FROM {
        return normal;
    }
    if credit.is_all_or_nothing() {
        let successes = (estimate * attempts as f64).round() as u64;
        return Some(normal_score(binomial_mid_tails(successes, attempts, mean)));
    }
    let length = length.filter(|_| is_share)?;
    let counts = length.histogram(counted.count()).iter().zip(0..);
    let total = counts.map(|(attempts, count)| attempts * count).sum();
    if counted.count() == Count::Correct
        && let Some(steps) = chances.independent().filter(StepChances::are_alike)
        && let Some(chance) = steps.iter().next()
    {
        let tries = attempts * u64::from(length.steps);
        return Some(normal_score(binomial_mid_tails(total, tries, chance.get())));
    }
    let distribution = chances.distribution(counted.count(), length.steps)?;
    let of_one = Pmf::new(0, distribution);
    if let Some(sum) = of_one.power(attempts) {
        return Some(normal_score(sum.mid_tails(total)));
    }
    // Correct steps are independent of each other: there, each step is a term, of range 1/L.
    let steps = f64::from(length.steps);
    let by_step = attempts as f64 * variance * steps * steps >= NORMAL_FROM;
    if counted.count() == Count::Correct && by_step && chances.independent().is_some() {
        normal
    } else {
        None
    }
}

/// Of what was read off answers: a mean over items, normal where they are many enough for its range, or, where it has no
/// largest value, for its noise, which is the less skewed the more items and steps there are.
fn read_score(tally: &Tally, credit: Credit, off: f64, variance: f64) -> Option<f64> {
    let items = tally.items as f64;
    let enough = match credit.range() {
        Range::Unit | Range::Bounded => items * variance >= NORMAL_FROM,
        Range::Open => items >= NORMAL_FROM,
    };
    let score = off / libm::sqrt(variance / items);
    (enough && score.is_finite()).then_some(score)
}

fn normal_score((below, above): (f64, f64)) -> f64 {
    // From the smaller tail, which has its leading digits.
    let score = |tail: f64| normal_quantile(tail.max(f64::MIN_POSITIVE));
    if below <= above {
        score(below)
    } else {
        -score(above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scenario;
    use crate::engine::LengthTally;

    fn tally_of(correct: &[u64]) -> Tally {
        let attempts = correct.iter().sum();
        Tally {
            items: attempts,
            attempts,
            lengths: vec![LengthTally::new(correct.to_vec(), correct.to_vec())],
            item_sums: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// The score of a mean credit at one scale of a scenario.
    fn score(json: &str, scale: f64, tally: &Tally, credit: Credit, mean: f64) -> Option<f64> {
        let scenario: Scenario = serde_json::from_str(json).unwrap();
        let chances = scenario.chances();
        let at_scale = chances.at(scale.try_into().unwrap());
        z_score(tally, Metric::mean(credit), &at_scale, 1, mean)
    }

    /// Correct steps of equal chances are binomial, which the convolution of attempts comes to as well.
    #[test]
    fn partial_credit_of_equal_steps_has_a_binomial_tail() {
        let json = r#"{"task": {"steps": 3}}"#;
        let scenario: Scenario = serde_json::from_str(json).unwrap();
        let chances = scenario.chances();
        let chances = chances.at(3e7.try_into().unwrap());
        let p = chances.mean(Credit::PartialCredit).unwrap();
        let tally = tally_of(&[20, 9, 3, 2]);
        let found = score(json, 3e7, &tally, Credit::PartialCredit, 21.0 / 102.0).unwrap();
        let expected = normal_score(binomial_mid_tails(9 + 6 + 6, 102, p));
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
    }

    #[test]
    fn scores_are_empty_where_nothing_varies_and_finite_where_the_impossible_happened() {
        let exact = Credit::ExactMatch;
        let certain = r#"{"skill": {"kind": "linear-log"}}"#;
        let tally = tally_of(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(score(certain, 1e13, &tally, exact, 1.0), None);
        // EM = 2e-21 of 7 attempts: none can succeed, and that none did is no surprise.
        let failed = tally_of(&[7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let nearly = r#"{"task": {"steps": 10}}"#;
        assert_eq!(score(nearly, 9e5, &failed, exact, 0.0), None);
        // That one did is the greatest surprise there is.
        let surprise = score(nearly, 9e5, &failed, exact, 1.0 / 7.0).unwrap();
        assert!(surprise > 37.0 && surprise.is_finite(), "{surprise}");
        let surprise = score("{}", 2e6, &tally, exact, 1.0).unwrap();
        assert!(surprise > 6.0 && surprise.is_finite(), "{surprise}");
    }
}
