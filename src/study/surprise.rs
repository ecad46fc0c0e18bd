//! How far an estimate lies from what was expected, as a standard normal score.

use crate::domain::special::{binomial_mid_tails, normal_quantile};
use crate::domain::{Count, Credit, Expected, StepChances};
use crate::engine::Tally;

/// From this ratio of the variance of a sum to the squared range of a term, the sum counts as normal.
const NORMAL_FROM: f64 = 30.0;

/// The longest computation of an exact distribution, in multiplications: a fraction of a second.
const MAX_WORK: usize = 30_000_000;

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
        true => chances.as_slice().len() as f64,
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
    let steps = chances.as_slice().len() as f64;
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

/// Probabilities of the whole numbers from `first` on.
#[derive(Clone)]
struct Pmf {
    first: u64,
    probabilities: Vec<f64>,
}

impl Pmf {
    /// Cuts off ends too improbable to matter in any tail that is looked at.
    fn new(first: u64, probabilities: Vec<f64>) -> Self {
        const NEGLIGIBLE: f64 = 1e-30;
        let start = probabilities
            .iter()
            .position(|&p| p > NEGLIGIBLE)
            .unwrap_or(0);
        let end = probabilities
            .iter()
            .rposition(|&p| p > NEGLIGIBLE)
            .map_or(probabilities.len(), |last| last + 1);
        Self {
            first: first + start as u64,
            probabilities: probabilities[start..end].to_vec(),
        }
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = vec![0.0; self.probabilities.len() + other.probabilities.len() - 1];
        for (i, p) in self.probabilities.iter().enumerate() {
            for (sum, q) in product[i..].iter_mut().zip(&other.probabilities) {
                *sum += p * q;
            }
        }
        Self::new(self.first + other.first, product)
    }

    /// The distribution of the sum of n such numbers, by squaring; `None` if it takes more than [`MAX_WORK`].
    fn power(self, mut n: u64) -> Option<Self> {
        let mut work = 0;
        let mut times = |one: &Self, other: &Self| {
            work += one.probabilities.len() * other.probabilities.len();
            (work <= MAX_WORK).then(|| one.times(other))
        };
        let mut sum = Self {
            first: 0,
            probabilities: vec![1.0],
        };
        let mut square = self;
        loop {
            if n & 1 == 1 {
                sum = times(&sum, &square)?;
            }
            n >>= 1;
            if n == 0 {
                return Some(sum);
            }
            square = times(&square, &square)?;
        }
    }

    /// P(X < x) + P(X = x)/2 and P(X > x) + P(X = x)/2.
    fn mid_tails(&self, x: u64) -> (f64, f64) {
        let at = |value: u64| {
            value
                .checked_sub(self.first)
                .and_then(|i| self.probabilities.get(i as usize))
        };
        let half = 0.5 * at(x).copied().unwrap_or(0.0);
        let split = (x.saturating_sub(self.first) as usize).min(self.probabilities.len());
        let after = if x < self.first {
            0
        } else {
            (split + 1).min(self.probabilities.len())
        };
        let sum = |part: &[f64]| part.iter().sum::<f64>();
        (
            half + sum(&self.probabilities[..split]),
            half + sum(&self.probabilities[after..]),
        )
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

    #[test]
    fn sums_of_unequal_numbers_by_hand() {
        let die = Pmf::new(2, vec![0.5, 0.3, 0.2]);
        let sum = die.power(3).unwrap();
        // 6: .125; 7: 3 * .25 * .3 = .225; 8: 3 * .25 * .2 + 3 * .5 * .09 = .285; ...
        let expected = [0.125, 0.225, 0.285, 0.207, 0.114, 0.036, 0.008];
        assert!(
            sum.first == 6
                && sum
                    .probabilities
                    .iter()
                    .zip(expected)
                    .all(|(p, q)| (p - q).abs() < 1e-15)
        );
        let (below, above) = sum.mid_tails(8);
        assert!((below - 0.4925).abs() < 1e-15 && (above - 0.5075).abs() < 1e-15);
        assert_eq!((sum.mid_tails(3).0, sum.mid_tails(20).1), (0.0, 0.0));
        assert!(
            (sum.mid_tails(3).1 - 1.0).abs() < 1e-15 && (sum.mid_tails(20).0 - 1.0).abs() < 1e-15
        );
    }

    /// Correct steps of equal chances are binomial both ways.
    #[test]
    fn partial_credit_of_equal_steps_has_a_binomial_tail() {
        let chances = chances(r#"{"task": {"steps": 3}}"#, 3e7);
        let p = chances.as_slice()[0].get();
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
