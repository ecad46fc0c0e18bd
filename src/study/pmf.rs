//! Distributions of whole numbers and of their sums.

use crate::domain::special::binomial_probabilities;

/// The longest computation of an exact distribution, in multiplications: a fraction of a second.
const MAX_WORK: usize = 30_000_000;

/// Probabilities of the whole numbers from `first` on.
#[derive(Clone, Debug)]
pub(super) struct Pmf {
    first: u64,
    probabilities: Vec<f64>,
}

impl Pmf {
    /// Cuts off ends too improbable to matter in any tail that is looked at.
    pub(super) fn new(first: u64, probabilities: Vec<f64>) -> Self {
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

    /// The number of successes in n tries.
    pub(super) fn binomial(n: u64, p: f64) -> Self {
        let (first, probabilities) = binomial_probabilities(n, p, 1e-30);
        Self {
            first,
            probabilities,
        }
    }

    /// P(X <= x), in order from the least possible x, which comes first.
    pub(super) fn cumulative(&self) -> (u64, Vec<f64>) {
        let sums = self.probabilities.iter().scan(0.0, |sum, probability| {
            *sum += probability;
            Some(*sum)
        });
        (self.first, sums.collect())
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
    pub(super) fn power(self, mut n: u64) -> Option<Self> {
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
    pub(super) fn mid_tails(&self, x: u64) -> (f64, f64) {
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

    #[test]
    fn a_binomial_is_whole_but_for_what_no_tail_sees() {
        let (first, cumulative) = Pmf::binomial(1_000_000, 0.003).cumulative();
        assert!(first > 0 && cumulative.len() < 3000);
        // 1.4e5 ratios of neighbours and as many sums.
        assert!((cumulative[cumulative.len() - 1] - 1.0).abs() < 1e-9);
        assert_eq!(
            Pmf::binomial(3, 0.5).cumulative(),
            (0, vec![0.125, 0.5, 0.875, 1.0])
        );
    }
}
