//! The same quantities computed, not simulated: means over new items and new attempts.

use super::{Count, Credit, Probability};

/// The success probability of each step, in order, where steps are independent.
#[derive(Clone, Debug, PartialEq)]
pub struct StepChances(Vec<Probability>);

impl StepChances {
    /// The longest task whose steps differ and whose distribution of correct steps is computed (time grows as L^2).
    pub const MAX_UNEQUAL_STEPS: usize = 2048;

    pub(super) fn new(chances: Vec<Probability>) -> Self {
        Self(chances)
    }

    /// One probability for each step.
    #[must_use]
    pub fn as_slice(&self) -> &[Probability] {
        &self.0
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|p| p.get())
    }

    /// P(all steps right), by the sum of logarithms: no product underflows on the way.
    #[must_use]
    pub fn all_right(&self) -> f64 {
        libm::exp(self.numbers().map(ln_probability).sum())
    }

    /// The distribution of a count of correct steps; `None` for [`Count::Correct`] of more than
    /// [`Self::MAX_UNEQUAL_STEPS`] steps of unequal chances.
    #[must_use]
    pub fn distribution(&self, count: Count) -> Option<CountDistribution> {
        let probabilities = match count {
            Count::Leading => self.leading(),
            Count::Correct if self.0.len() <= Self::MAX_UNEQUAL_STEPS => self.poisson_binomial(),
            Count::Correct => self.binomial()?,
        };
        Some(CountDistribution {
            count,
            probabilities,
        })
    }

    /// P(T = t): the first t steps right and the next one wrong.
    fn leading(&self) -> Vec<f64> {
        let mut reached = 1.0;
        let mut probabilities: Vec<f64> = self
            .numbers()
            .map(|p| {
                let stops = reached * (1.0 - p);
                reached *= p;
                stops
            })
            .collect();
        probabilities.push(reached);
        probabilities
    }

    /// P(K = k), one step after the other.
    fn poisson_binomial(&self) -> Vec<f64> {
        let mut probabilities = vec![0.0; self.0.len() + 1];
        probabilities[0] = 1.0;
        for (done, p) in self.numbers().enumerate() {
            for k in (0..=done).rev() {
                probabilities[k + 1] += probabilities[k] * p;
                probabilities[k] *= 1.0 - p;
            }
        }
        probabilities
    }

    /// P(K = k) where all chances are equal, from logarithms.
    fn binomial(&self) -> Option<Vec<f64>> {
        let p = self.0.first()?.get();
        if self.numbers().any(|other| other != p) {
            return None;
        }
        let steps = self.0.len() as u64;
        Some(
            (0..=steps)
                .map(|k| libm::exp(super::special::ln_binomial_probability(k, steps, p)))
                .collect(),
        )
    }
}

fn ln_probability(p: f64) -> f64 {
    // 1 - p is exact for p >= 1/2, and log1p keeps it.
    if p > 0.5 {
        libm::log1p(-(1.0 - p))
    } else {
        libm::log(p)
    }
}

/// The distribution of one count over attempts.
#[derive(Clone, Debug, PartialEq)]
pub struct CountDistribution {
    /// What is counted.
    pub count: Count,
    /// P(count = 0), ..., P(count = L).
    pub probabilities: Vec<f64>,
}

/// Mean and variance of the credit of one attempt at a new item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Mean credit.
    pub mean: f64,
    /// Variance of the credit of one attempt.
    pub variance: f64,
}

impl Expected {
    /// The credit of attempts whose steps succeed independently with these chances; `None` where it would need a
    /// distribution that [`StepChances::distribution`] does not compute.
    #[must_use]
    pub fn of(credit: Credit, chances: &StepChances) -> Option<Self> {
        let steps = chances.as_slice().len() as f64;
        match credit {
            Credit::ExactMatch => {
                let mean = chances.all_right();
                Some(Self {
                    mean,
                    variance: mean * (1.0 - mean),
                })
            }
            Credit::PartialCredit => {
                let sum = |term: fn(f64) -> f64| chances.numbers().map(term).sum::<f64>();
                Some(Self {
                    mean: sum(|p| p) / steps,
                    variance: sum(|p| p * (1.0 - p)) / (steps * steps),
                })
            }
            Credit::PrefixCredit | Credit::PassMark(_) | Credit::Harshness(_) => {
                Some(Self::over(&chances.distribution(credit.count())?, credit))
            }
        }
    }

    fn over(distribution: &CountDistribution, credit: Credit) -> Self {
        let steps = (distribution.probabilities.len() - 1) as u32;
        let weigh = |term: &dyn Fn(f64) -> f64| -> f64 {
            let counted = distribution.probabilities.iter().zip(0..);
            counted
                .map(|(probability, count)| probability * term(credit.value(count, steps)))
                .sum()
        };
        let mean = weigh(&|value| value).min(1.0);
        Self {
            mean,
            variance: weigh(&|value| (value - mean) * (value - mean)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 2e-14 * expected.abs().max(1e-300),
            "{found} is not {expected}"
        );
    }

    fn chances(list: &[f64]) -> StepChances {
        StepChances::new(
            list.iter()
                .map(|&p| Probability::try_from(p).unwrap())
                .collect(),
        )
    }

    fn equal(p: f64, steps: usize) -> StepChances {
        chances(&vec![p; steps])
    }

    fn expected(word: &str, chances: &StepChances) -> Expected {
        Expected::of(word.parse().unwrap(), chances).unwrap()
    }

    #[test]
    fn exact_match_is_the_product() {
        close(
            expected("exact-match", &equal(0.9, 10)).mean,
            0.348_678_440_1,
        );
        close(
            expected("exact-match", &equal(0.95, 20)).mean,
            0.358_485_922_408_542_2,
        );
        close(
            expected("exact-match", &equal(0.99, 100)).mean,
            0.366_032_341_273_229_5,
        );
        close(
            expected("exact-match", &equal(0.999, 1000)).mean,
            0.367_695_424_770_964_05,
        );
        assert_eq!(expected("exact-match", &chances(&[0.5, 0.0])).mean, 0.0);
    }

    #[test]
    fn poisson_binomial_of_five_unequal_steps() {
        let chances = chances(&[0.9, 0.8, 0.7, 0.6, 0.5]);
        let distribution = chances.distribution(Count::Correct).unwrap();
        for (found, expected) in distribution
            .probabilities
            .iter()
            .zip([0.0012, 0.0214, 0.1274, 0.3274, 0.3714, 0.1512])
        {
            close(*found, expected);
        }
        close(expected("partial-credit", &chances).mean, 0.7);
        close(expected("partial-credit", &chances).variance, 0.95 / 25.0);
        close(expected("pass-mark:0.8", &chances).mean, 0.5226);
        close(expected("exact-match", &chances).mean, 0.1512);
    }

    #[test]
    fn prefix_credit_depends_on_the_order_and_exact_match_does_not() {
        let easy_first = chances(&[0.9, 0.8, 0.7, 0.6, 0.5]);
        let hard_first = chances(&[0.5, 0.6, 0.7, 0.8, 0.9]);
        close(expected("prefix-credit", &easy_first).mean * 5.0, 2.5776);
        close(expected("prefix-credit", &hard_first).mean * 5.0, 1.3292);
        close(expected("exact-match", &hard_first).mean, 0.1512);
    }

    #[test]
    fn prefix_length_of_equal_steps() {
        for (p, steps, mean, variance) in [
            (0.9, 10, 5.861_894_039_1, 14.252_065_799_263_888),
            (0.99, 100, 62.762_798_213_950_28, 1_303.187_647_721_121),
            (0.5, 5, 0.968_75, 1.655_273_437_5),
        ] {
            let found = expected("prefix-credit", &equal(p, steps));
            close(found.mean * steps as f64, mean);
            close(found.variance * (steps * steps) as f64, variance);
        }
    }

    #[test]
    fn pass_marks_of_equal_steps() {
        close(
            expected("pass-mark:0.7", &equal(0.7, 10)).mean,
            0.649_610_718_4,
        );
        close(
            expected("pass-mark:0.8", &equal(0.7, 20)).mean,
            0.237_507_778_877_601_64,
        );
        close(
            expected("pass-mark:0.8", &equal(0.75, 100)).mean,
            0.148_831_050_442_991_26,
        );
    }

    #[test]
    fn long_tasks_have_a_binomial_or_none() {
        let steps = StepChances::MAX_UNEQUAL_STEPS + 952;
        let found = expected("pass-mark:0.9", &equal(0.9, steps)).mean;
        // Sum of 301 terms in mpmath; lgamma(3001) = 21024 leaves 12 digits.
        assert!((found - 0.515_370_063_359_663_3).abs() < 1e-11, "{found}");
        let mut unequal = vec![0.9; steps];
        unequal[7] = 0.8;
        assert_eq!(
            Expected::of("pass-mark:0.9".parse().unwrap(), &chances(&unequal)),
            None
        );
    }
}
