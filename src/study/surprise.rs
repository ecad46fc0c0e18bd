//! How far an estimate lies from what was expected, as a standard normal score.

use super::pmf::Pmf;
use crate::domain::special::{binomial_mid_tails, normal_quantile};
use crate::domain::{Count, Credit, Expected, StepChances};
use crate::engine::Tally;

/// From this ratio of the variance of a sum to the squared range of a term, the sum counts as normal.
const NORMAL_FROM: f64 = 30.0;

/// The normal score of an estimate under what was expected, where attempts are independent.
///
/// With N attempts, credit variance v and range 1: (estimate - expected)/sqrt(v/N) where N v >= 30. Otherwise the normal
/// score of the mid-p exact tail of the sum of credits: binomial for all-or-nothing credits, the N-fold convolution of
/// the distribution of steps for partial and prefix credit. Where that convolution would take more than 30 million
/// multiplications (tasks of hundreds of unequal steps), partial credit is scored as a sum of N L steps of range 1/L,
/// normal where N v L^2 >= 30.
///
/// `None` where it is undefined: nothing varies, to the precision of a double; harshness where N v < 30, whose sums lie on no lattice; or neither way
/// applies.
#[must_use]
pub fn z_score(tally: &Tally, credit: Credit, chances: &StepChances, estimate: f64) -> Option<f64> {
    let Expected { mean, variance } = Expected::of(credit, chances)?;
    let attempts = tally.attempts;
    let range = match credit.is_share_of_steps() {
        true => chances.steps() as f64,
        false => 1.0,
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
    if !credit.is_share_of_steps() {
        return None;
    }
    let histogram = match credit.count() {
        Count::Correct => &tally.correct,
        Count::Leading => &tally.leading,
    };
    let total = histogram
        .iter()
        .zip(0..)
        .map(|(attempts, count)| attempts * count)
        .sum();
    let of_one = Pmf::new(0, chances.distribution(credit.count())?.probabilities);
    if let Some(sum) = of_one.power(attempts) {
        return Some(normal_score(sum.mid_tails(total)));
    }
    // Correct steps are independent of each other: there, each step is a term, of range 1/L.
    let steps = chances.steps() as f64;
    let by_step = attempts as f64 * variance * steps * steps >= NORMAL_FROM;
    if credit.count() == Count::Correct && by_step {
        normal
    } else {
        None
    }
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

    fn tally_of(correct: &[u64]) -> Tally {
        let attempts = correct.iter().sum();
        Tally {
            items: attempts,
            attempts,
            correct: correct.to_vec(),
            leading: correct.to_vec(),
            item_sums: Vec::new(),
        }
    }

    fn chances(json: &str, scale: f64) -> StepChances {
        let scenario: Scenario = serde_json::from_str(json).unwrap();
        scenario.step_chances(scale.try_into().unwrap())
    }

    /// Correct steps of equal chances are binomial both ways.
    #[test]
    fn partial_credit_of_equal_steps_has_a_binomial_tail() {
        let chances = chances(r#"{"task": {"steps": 3}}"#, 3e7);
        let p = chances.iter().next().unwrap().get();
        let tally = tally_of(&[20, 9, 3, 2]);
        let (found, correct) = (
            z_score(&tally, Credit::PartialCredit, &chances, 21.0 / 102.0).unwrap(),
            9 + 6 + 6,
        );
        let expected = normal_score(binomial_mid_tails(correct, 102, p));
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
    }

    #[test]
    fn scores_are_empty_where_nothing_varies_and_finite_where_the_impossible_happened() {
        let certain = chances(r#"{"skill": {"kind": "linear-log"}}"#, 1e13);
        let tally = tally_of(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(z_score(&tally, Credit::ExactMatch, &certain, 1.0), None);
        // EM = 2e-21 of 7 attempts: none can succeed, and that none did is no surprise.
        let failed = tally_of(&[7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let nearly = chances(r#"{"task": {"steps": 10}}"#, 9e5);
        assert_eq!(z_score(&failed, Credit::ExactMatch, &nearly, 0.0), None);
        // That one did is the greatest surprise there is.
        let score = z_score(&failed, Credit::ExactMatch, &nearly, 1.0 / 7.0).unwrap();
        assert!(score > 37.0 && score.is_finite(), "{score}");
        let hopeless = chances("{}", 2e6);
        let score = z_score(&tally, Credit::ExactMatch, &hopeless, 1.0).unwrap();
        assert!(score > 6.0 && score.is_finite(), "{score}");
    }
}
