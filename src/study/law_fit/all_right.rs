//! How many attempts are all right, given how many steps are.

/// The number M of attempts, of n at L steps each, of which every step is right, given that S of all n L steps are.
///
/// Where steps are independent and equal, every choice of S right steps among n L is as likely as any other, whatever the
/// probability p of a step: S tells p, and M given S tells L alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllRightGiven {
    /// n, at least 1.
    attempts: u64,
    /// L, at least 1.
    steps: u32,
    /// n L - S.
    wrong: u64,
}

/// The longest exact computation, in additions.
const MOST_WORK: u64 = 300_000;

impl AllRightGiven {
    /// `right` is S; `None` where there are no attempts or steps, or more right steps than steps.
    #[must_use]
    pub fn new(attempts: u64, steps: u32, right: u64) -> Option<Self> {
        let all = attempts.checked_mul(u64::from(steps))?;
        (all > 0).then_some(())?;
        Some(Self {
            attempts,
            steps,
            wrong: all.checked_sub(right)?,
        })
    }

    fn all_steps(&self) -> u64 {
        self.attempts * u64::from(self.steps)
    }

    fn right(&self) -> u64 {
        self.all_steps() - self.wrong
    }

    /// E[M | S] = n prod over j < L of (S - j)/(n L - j): the steps of an attempt are L of the n L, and all of them are right.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let (right, all) = (self.right() as f64, self.all_steps() as f64);
        if self.right() < u64::from(self.steps) {
            return 0.0;
        }
        let steps = (0..self.steps).map(f64::from);
        let share: f64 = steps.map(|j| (right - j) / (all - j)).product();
        self.attempts as f64 * share
    }

    /// Var[M | S] = E[M (M - 1) | S] + E[M | S] - E[M | S]^2, where E[M (M - 1) | S] = n (n - 1) prod over j < 2 L of
    /// (S - j)/(n L - j), the probability that the steps of two attempts are all right.
    ///
    /// For many attempts it tends to n q (1 - q) (1 - rho^2) with q = p^L and rho^2 = q L (1 - p)/((1 - q) p), the squared
    /// correlation of M and S of an attempt: cov(M, S) = q L (1 - p), var(M) = q (1 - q), var(S) = L p (1 - p).
    #[must_use]
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let (right, all) = (self.right() as f64, self.all_steps() as f64);
        let steps = f64::from(self.steps);
        if self.right() < 2 * u64::from(self.steps) || self.attempts < 2 {
            return mean * (1.0 - mean).max(0.0);
        }
        // Of the second attempt's probability over the first's: nearly 1, so that logarithms keep what a difference would lose.
        let ratios = (0..self.steps)
            .map(f64::from)
            .map(|j| libm::log1p(-steps / (right - j)) - libm::log1p(-steps / (all - j)));
        let excess = libm::log1p(-1.0 / self.attempts as f64) + ratios.sum::<f64>();
        (mean + mean * mean * libm::expm1(excess)).max(0.0)
    }

    /// ln P(M = m | S): exact where that takes at most 300 000 additions; else that of a binomial number above the
    /// least possible one, with the exact mean and variance; minus infinity where m is impossible.
    #[must_use]
    pub fn ln_probability(&self, all_right: u64) -> f64 {
        let least = self.attempts.saturating_sub(self.wrong);
        let most = self.right() / u64::from(self.steps);
        if !(least..=most).contains(&all_right) {
            return f64::NEG_INFINITY;
        }
        match self.wrong.saturating_mul(self.wrong.min(self.attempts)) <= MOST_WORK {
            true => self.exact(all_right),
            false => self.matched(all_right, least),
        }
    }

    /// Wrong steps one after the other: each falls among the steps still right, so that after e of them in r attempts the
    /// next hits another attempt with probability (n - r) L/(n L - e).
    fn exact(&self, all_right: u64) -> f64 {
        let (steps, all) = (f64::from(self.steps), self.all_steps() as f64);
        let hit = (self.attempts - all_right) as usize;
        // More attempts than are hit in the end are never hit on the way.
        let mut probabilities = vec![0.0; hit + 1];
        probabilities[0] = 1.0;
        for wrong in 0..self.wrong {
            let left = all - wrong as f64;
            let top = hit.min(wrong as usize + 1);
            for r in (0..=top).rev() {
                let again = (r as f64 * steps - wrong as f64).max(0.0) / left;
                let before = match r.checked_sub(1) {
                    Some(before) => {
                        probabilities[before] * (self.attempts as f64 - before as f64) * steps
                            / left
                    }
                    None => 0.0,
                };
                probabilities[r] = probabilities[r] * again + before;
            }
        }
        libm::log(probabilities[hit])
    }

    fn matched(&self, all_right: u64, least: u64) -> f64 {
        let (mean, variance) = (self.mean() - least as f64, self.variance());
        let above = (all_right - least) as f64;
        if mean - variance <= 1e-9 * mean {
            // Too rare for rows to hinder one another.
            return above * libm::log(mean.max(1e-300)) - mean - libm::lgamma(above + 1.0);
        }
        let trials = mean * mean / (mean - variance);
        if trials > above {
            let share = mean / trials;
            let ways = libm::lgamma(trials + 1.0)
                - libm::lgamma(above + 1.0)
                - libm::lgamma(trials - above + 1.0);
            return ways + above * libm::log(share) + (trials - above) * libm::log1p(-share);
        }
        let off = above - mean;
        (-0.5 * (off * off / variance + libm::log(std::f64::consts::TAU * variance))).min(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every choice of right steps, counted.
    fn counted(attempts: u32, steps: u32, right: u32) -> Vec<f64> {
        let all = attempts * steps;
        let mut counts = vec![0.0; attempts as usize + 1];
        for choice in 0_u32..1 << all {
            if choice.count_ones() == right {
                let row = |i: u32| (choice >> (i * steps)) & ((1 << steps) - 1);
                let full = (0..attempts).filter(|&i| row(i).count_ones() == steps);
                counts[full.count()] += 1.0;
            }
        }
        let total: f64 = counts.iter().sum();
        counts.iter().map(|count| count / total).collect()
    }

    #[test]
    fn small_tables_are_counted() {
        for (attempts, steps, right) in [
            (4, 3, 8),
            (5, 3, 11),
            (3, 5, 12),
            (6, 2, 7),
            (7, 2, 13),
            (5, 1, 3),
        ] {
            let given = AllRightGiven::new(attempts.into(), steps, right.into()).unwrap();
            let expected = counted(attempts, steps, right);
            let numbers = (0..).zip(&expected);
            let mean: f64 = numbers.clone().map(|(m, p)| f64::from(m) * p).sum();
            let square: f64 = numbers.clone().map(|(m, p)| f64::from(m * m) * p).sum();
            assert!((given.mean() - mean).abs() < 1e-12, "{given:?}");
            assert!(
                (given.variance() - (square - mean * mean)).abs() < 1e-12,
                "{given:?}"
            );
            for (m, p) in numbers {
                let found = libm::exp(given.ln_probability(m as u64));
                assert!((found - p).abs() < 1e-12, "{given:?} {m}: {found} {p}");
            }
        }
        assert_eq!(AllRightGiven::new(0, 3, 0), None);
        assert_eq!(AllRightGiven::new(2, 3, 7), None);
    }

    #[test]
    fn the_variance_tends_to_that_of_what_the_right_steps_leave_unsaid() {
        let (attempts, steps, p) = (10_000_000_u64, 10, 0.93);
        let right = (p * attempts as f64 * f64::from(steps)).round() as u64;
        let given = AllRightGiven::new(attempts, steps, right).unwrap();
        let n = attempts as f64;
        let q = libm::pow(p, 10.0);
        let rho2 = q * 10.0 * (1.0 - p) / ((1.0 - q) * p);
        assert!((given.mean() / (n * q) - 1.0).abs() < 1e-6);
        let limit = n * q * (1.0 - q) * (1.0 - rho2);
        assert!(
            (given.variance() / limit - 1.0).abs() < 1e-5,
            "{} {limit}",
            given.variance()
        );
    }

    /// None at all is as likely as not finding any of so few: e^-mean, and not more likely than sure.
    #[test]
    fn what_is_hardly_expected_is_no_surprise_where_it_is_missing() {
        for (attempts, steps, right) in [(500, 10, 2000), (500, 100, 20_000), (500, 10, 1100)] {
            let given = AllRightGiven::new(attempts, steps, right).unwrap();
            let (found, mean) = (given.ln_probability(0), given.mean());
            assert!(
                (found + mean).abs() < 1e-3 * mean + 1e-15,
                "{given:?}: {found} {mean}"
            );
        }
    }

    /// Where both are at hand, what stands in for the exact probability is off by a twentieth within three deviations.
    #[test]
    fn what_stands_in_for_long_computations_is_near() {
        for (attempts, steps, right) in [(400, 10, 3300), (400, 10, 2100), (2000, 20, 39_700)] {
            let given = AllRightGiven::new(attempts, steps, right).unwrap();
            let least = attempts.saturating_sub(given.wrong);
            let (mean, deviation) = (given.mean(), libm::sqrt(given.variance()));
            let from = (mean - 3.0 * deviation).max(least as f64).ceil() as u64;
            for m in from..=(mean + 3.0 * deviation) as u64 {
                let (exact, near) = (given.exact(m), given.matched(m, least));
                assert!((exact - near).abs() < 0.3, "{given:?} {m}: {exact} {near}");
            }
        }
    }
}
