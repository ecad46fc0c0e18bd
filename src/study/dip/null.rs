//! What training runs of one group, or of two, would score.

use super::{OneGroup, RunScores, TwoGroups, dip_of_counts};
use crate::domain::Seed;
use crate::domain::special::{beta_cdf, binomial_probabilities};
use crate::engine::hypothetical_uniforms;
use crate::study::ItemLaw;

/// The distribution of the number of right items of one run.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    first: u64,
    cumulative: Vec<f64>,
}

impl Counts {
    fn new(first: u64, probabilities: &[f64]) -> Self {
        let total: f64 = probabilities.iter().sum();
        let sums = probabilities.iter().scan(0.0, |sum, probability| {
            *sum += probability / total;
            Some(*sum)
        });
        Self {
            first,
            cumulative: sums.collect(),
        }
    }

    /// One success probability for all runs.
    fn binomial(items: u64, p: f64) -> Self {
        let (first, probabilities) = binomial_probabilities(items, p, 1e-18);
        Self::new(first, &probabilities)
    }

    /// A success probability of each run, from Beta(a, b).
    pub(super) fn beta(items: u64, a: f64, b: f64) -> Self {
        let law = ItemLaw { a, b, ceiling: 1.0 };
        // At most 2^16 items.
        let items = items as u32;
        let probabilities = (0..=items).map(|right| libm::exp(law.ln_probability(right, items)));
        Self::new(0, &probabilities.collect::<Vec<_>>())
    }

    /// A success probability of each run, uniform between two: the binomial probability of x of n has the integral
    /// I_p(x + 1, n - x + 1)/(n + 1).
    pub(super) fn uniform(items: u64, low: f64, high: f64) -> Self {
        let n = items as f64;
        let probability = |right: u64| {
            let x = right as f64;
            let integral = |p: f64| beta_cdf(p, x + 1.0, n - x + 1.0);
            (integral(high) - integral(low)).max(0.0)
        };
        Self::new(0, &(0..=items).map(probability).collect::<Vec<_>>())
    }

    pub(super) fn of_two_groups(groups: &TwoGroups, items: u64) -> Self {
        let mut probabilities = vec![0.0; items as usize + 1];
        for (p, share) in [
            (groups.low, 1.0 - groups.share_high),
            (groups.high, groups.share_high),
        ] {
            let (first, of_group) = binomial_probabilities(items, p, 1e-18);
            let places = probabilities.iter_mut().skip(first as usize);
            for (sum, probability) in places.zip(of_group) {
                *sum += share * probability;
            }
        }
        Self::new(0, &probabilities)
    }

    /// P(X <= x) from the first x that can be.
    #[cfg(test)]
    pub(super) fn cumulative(&self) -> &[f64] {
        &self.cumulative
    }

    /// The dip of so many drawn runs.
    pub(super) fn dip(&self, runs: u32, seed: Seed, replicate: u64) -> f64 {
        let uniforms = hypothetical_uniforms(seed, replicate, runs as usize);
        let count = |uniform: f64| {
            let place = self.cumulative.partition_point(|&sum| sum < uniform);
            self.first + place.min(self.cumulative.len() - 1) as u64
        };
        let mut counts: Vec<u64> = uniforms.into_iter().map(count).collect();
        counts.sort_unstable();
        dip_of_counts(&counts)
    }
}

/// The laws of one group that have the runs' mean and variance, the variance as far as they can.
///
/// With v = m (1 - m) (1 + (n - 1) rho)/n, that of a score with correlation rho = 1/(a + b + 1) between the items of a run
/// (the beta-binomial): a = m (1/rho - 1), b = (1 - m) (1/rho - 1). It has one mode unless both are below 1; if either is,
/// the mode is at that end.
pub(super) fn of_one_group(scores: &RunScores) -> Vec<(OneGroup, Counts)> {
    let (mean, variance) = scores.moments();
    let (n, items) = (scores.items as f64, scores.items);
    let of_chance = mean * (1.0 - mean);
    if of_chance <= 0.0 {
        return vec![(OneGroup::Same, Counts::binomial(items, mean))];
    }
    // With a single item runs cannot be seen to differ.
    let correlation = match n > 1.0 {
        true => (variance * n / of_chance - 1.0) / (n - 1.0),
        false => 0.0,
    };
    if correlation <= 1e-9 {
        return vec![(OneGroup::Same, Counts::binomial(items, mean))];
    }
    let mut laws = Vec::new();
    let sum = 1.0 / correlation - 1.0;
    let (a, b) = (mean * sum, (1.0 - mean) * sum);
    if sum > 0.0 && (a >= 1.0 || b >= 1.0) {
        laws.push((OneGroup::Beta, Counts::beta(items, a, b)));
    }
    let half_width = libm::sqrt(3.0 * correlation * of_chance);
    let half_width = half_width.min(mean).min(1.0 - mean);
    let uniform = Counts::uniform(items, mean - half_width, mean + half_width);
    laws.push((OneGroup::Uniform, uniform));
    laws
}
