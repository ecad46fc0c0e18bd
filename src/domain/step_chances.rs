//! The success probability of each step of a task whose steps are independent, and what follows from it.

use super::special::{beta_cdf, binomial_probabilities};
use super::{Count, Counted, Expected, Probability};

/// The success probability of each step, in order, where steps are independent.
#[derive(Clone, Debug, PartialEq)]
pub struct StepChances {
    /// Neighbouring steps of one chance, and how many they are: a million equal steps are one run.
    runs: Vec<(Probability, usize)>,
    steps: usize,
}

impl StepChances {
    /// The longest task whose steps differ and whose distribution of correct steps is computed (time grows as L^2).
    pub const MAX_UNEQUAL_STEPS: usize = 2048;

    /// `steps` steps of one chance, a probability but for rounding.
    pub(super) fn alike(chance: f64, steps: usize) -> Self {
        Self {
            runs: vec![(Probability::rounded(chance), steps)],
            steps,
        }
    }

    /// Steps of these chances, probabilities but for rounding.
    pub(super) fn new(chances: impl Iterator<Item = f64>) -> Self {
        let mut runs: Vec<(Probability, usize)> = Vec::new();
        let mut steps = 0;
        for chance in chances.map(Probability::rounded) {
            steps += 1;
            match runs.last_mut().filter(|last| last.0 == chance) {
                Some(last) => last.1 += 1,
                None => runs.push((chance, 1)),
            }
        }
        Self { runs, steps }
    }

    /// L, the number of steps.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }

    /// One probability for each step, in order.
    pub fn iter(&self) -> impl Iterator<Item = Probability> {
        let runs = self.runs.iter();
        runs.flat_map(|&(chance, count)| std::iter::repeat_n(chance, count))
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.iter().map(Probability::get)
    }

    fn runs(&self) -> impl Iterator<Item = (f64, f64)> {
        let runs = self.runs.iter();
        runs.map(|(chance, count)| (chance.get(), *count as f64))
    }

    /// Whether every step has the same chance.
    #[must_use]
    pub fn are_alike(&self) -> bool {
        self.runs.len() < 2
    }

    /// P(all steps right), by the sum of logarithms: no product underflows on the way.
    #[must_use]
    pub fn all_right(&self) -> f64 {
        libm::exp(
            self.runs()
                .map(|(p, count)| count * ln_probability(p))
                .sum(),
        )
    }

    /// P(any step right), to its leading digits however small.
    #[must_use]
    pub fn any_right(&self) -> f64 {
        -libm::expm1(self.runs().map(|(p, count)| count * libm::log1p(-p)).sum())
    }

    /// P(credit > 0); `None` where it would need a distribution that [`Self::distribution`] does not compute.
    #[must_use]
    pub fn any_credit(&self, credit: Counted) -> Option<f64> {
        match credit {
            Counted::AllRight | Counted::PassMark(_) => self.mean(credit),
            Counted::Share(Count::Correct) | Counted::Power(_) => Some(self.any_right()),
            Counted::Share(Count::Leading) => self.numbers().next(),
        }
    }

    /// The distribution of a count of correct steps; `None` for [`Count::Correct`] of more than
    /// [`Self::MAX_UNEQUAL_STEPS`] steps of unequal chances.
    #[must_use]
    pub fn distribution(&self, count: Count) -> Option<Vec<f64>> {
        match count {
            Count::Leading => Some(self.leading()),
            Count::Correct if self.are_alike() => Some(self.binomial()),
            Count::Correct if self.steps <= Self::MAX_UNEQUAL_STEPS => {
                Some(self.poisson_binomial())
            }
            Count::Correct => None,
        }
    }

    /// Mean and variance of a credit; `None` where it would need a distribution that [`Self::distribution`] does not
    /// compute.
    #[must_use]
    pub fn expected(&self, credit: Counted) -> Option<Expected> {
        let mean = self.mean(credit)?;
        let variance = match credit {
            Counted::AllRight | Counted::PassMark(_) => mean * (1.0 - mean),
            Counted::Share(Count::Correct) => {
                let steps = self.steps as f64;
                let of_one = self.runs().map(|(p, count)| count * p * (1.0 - p));
                of_one.sum::<f64>() / (steps * steps)
            }
            Counted::Share(Count::Leading) | Counted::Power(_) => {
                let distribution = self.distribution(credit.count())?;
                mean_over(&distribution, |count| {
                    let off = credit.value(count, self.steps as u32) - mean;
                    off * off
                })
            }
        };
        Some(Expected { mean, variance })
    }

    /// The mean by itself, which takes far less for long tasks.
    #[must_use]
    pub fn mean(&self, credit: Counted) -> Option<f64> {
        let steps = self.steps;
        match credit {
            Counted::AllRight => Some(self.all_right()),
            Counted::Share(Count::Correct) => {
                Some(self.runs().map(|(p, count)| count * p).sum::<f64>() / steps as f64)
            }
            Counted::Share(Count::Leading) => Some(self.mean_leading() / steps as f64),
            // P(K >= m) = I_p(m, L - m + 1).
            Counted::PassMark(mark) if steps > Self::MAX_UNEQUAL_STEPS && self.are_alike() => {
                let least = f64::from(mark.least_steps(steps as u32));
                let p = self.numbers().next()?;
                Some(beta_cdf(p, least, steps as f64 - least + 1.0))
            }
            Counted::PassMark(_) | Counted::Power(_) => {
                let distribution = self.distribution(credit.count())?;
                let mean = mean_over(&distribution, |count| credit.value(count, steps as u32));
                Some(mean.min(1.0))
            }
        }
    }

    /// E\[T\]: over each run of c steps of chance p, reached with probability r, r p (1 - p^c)/(1 - p).
    fn mean_leading(&self) -> f64 {
        let mut reached = 1.0;
        let of_run = |(p, count): (f64, f64)| {
            let ln_all = count * ln_probability(p);
            let mean = match p {
                1.0 => count,
                p => p * -libm::expm1(ln_all) / (1.0 - p),
            };
            let steps = reached * mean;
            reached *= libm::exp(ln_all);
            steps
        };
        self.runs().map(of_run).sum()
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
        let mut probabilities = vec![0.0; self.steps + 1];
        probabilities[0] = 1.0;
        for (done, p) in self.numbers().enumerate() {
            for k in (0..=done).rev() {
                probabilities[k + 1] += probabilities[k] * p;
                probabilities[k] *= 1.0 - p;
            }
        }
        probabilities
    }

    /// P(K = k) where all chances are equal.
    fn binomial(&self) -> Vec<f64> {
        let p = self.numbers().next().unwrap_or(0.0);
        let (first, within) = binomial_probabilities(self.steps as u64, p, 0.0);
        let mut probabilities = vec![0.0; self.steps + 1];
        probabilities[first as usize..][..within.len()].copy_from_slice(&within);
        probabilities
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

/// The mean of a function of a count, by the probabilities of 0, 1, ...
pub(super) fn mean_over(probabilities: &[f64], term: impl Fn(u32) -> f64) -> f64 {
    // Impossible counts are many in long tasks.
    let possible = probabilities.iter().zip(0..);
    let possible = possible.filter(|(probability, _)| **probability > 0.0);
    possible
        .map(|(probability, count)| probability * term(count))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credit;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 5e-14 * expected.abs().max(1e-300),
            "{found} is not {expected}"
        );
    }

    fn chances(list: &[f64]) -> StepChances {
        StepChances::new(list.iter().copied())
    }

    fn equal(p: f64, steps: usize) -> StepChances {
        chances(&vec![p; steps])
    }

    fn counted(word: &str) -> Counted {
        word.parse::<Credit>().unwrap().counted().unwrap()
    }

    fn expected(word: &str, chances: &StepChances) -> Expected {
        chances.expected(counted(word)).unwrap()
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
        let mark = counted("pass-mark:0.9");
        assert_eq!(chances(&unequal).expected(mark), None);
    }
}
