//! What a new evaluation will score.

use crate::domain::special::{beta_cdf, normal_cdf, normal_quantile};

/// The quantiles of K/n that leave `tail` to either side, K binomial of n trials and of an expected score that is itself known
/// only as a confidence distribution, told by expected scores of equal weight (Shen, Liu and Xie 2018, J. Stat. Plan. Inference
/// 195, 126): P(K/n < low) and P(K/n > high) are at most `tail`.
pub(super) fn prediction_interval(scores: &[f64], trials: u64, tail: f64) -> (f64, f64) {
    let n = trials.max(1) as f64;
    let below = |k: u64| {
        let sum: f64 = scores
            .iter()
            .map(|score| binomial_at_most(k as f64, n, *score))
            .sum();
        sum / scores.len().max(1) as f64
    };
    let at = |share: f64| least_with(&below, trials.max(1), share) as f64 / n;
    (at(tail), at(1.0 - tail))
}

/// The least k whose distribution function is at least a share: by interpolation of normal scores, halving where that does not
/// bring the ends together.
fn least_with(below: &impl Fn(u64) -> f64, trials: u64, share: f64) -> u64 {
    let mark = normal_quantile(share);
    let score = |probability: f64| normal_quantile(probability.clamp(1e-15, 1.0 - 1e-15)) - mark;
    // A rounding above or below decides nothing.
    let reached = |probability: f64| probability >= share * (1.0 - 1e-12);
    let first = below(0);
    if reached(first) {
        return 0;
    }
    let (mut low, mut high) = ((0, score(first)), (trials, score(1.0)));
    for round in 0.. {
        let width = high.0 - low.0;
        if width <= 1 {
            break;
        }
        let part = match round % 3 {
            2 => 0.5,
            _ => low.1 / (low.1 - high.1),
        };
        let step = (width as f64 * part) as u64;
        let k = low.0 + step.clamp(1, width - 1);
        let probability = below(k);
        match reached(probability) {
            true => high = (k, score(probability)),
            false => low = (k, score(probability)),
        }
    }
    high.0
}

/// P(K <= k) for K binomial of n trials: from a variance of 400 on by Edgeworth's expansion with a correction for continuity
/// (Feller 1971, volume 2, section XVI.4), off by less than 2e-4.
fn binomial_at_most(k: f64, n: f64, p: f64) -> f64 {
    if p <= 0.0 || k >= n {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let variance = n * p * (1.0 - p);
    let z = (k + 0.5 - n * p) / libm::sqrt(variance);
    if variance >= 400.0 {
        let density = libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI);
        let skew = (1.0 - 2.0 * p) / libm::sqrt(variance);
        return (normal_cdf(z) - skew * (z * z - 1.0) * density / 6.0).clamp(0.0, 1.0);
    }
    // Hoeffding: P(K <= k) <= exp(-2 n (p - k/n)^2), and beyond the mean as much is missing.
    let off = (k + 1.0) / n - p;
    match 2.0 * n * off * off > 40.0 {
        true if off > 0.0 => 1.0,
        true => 0.0,
        false => beta_cdf(1.0 - p, n - k, k + 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::special::binomial_probabilities;

    /// The sum of probabilities.
    fn exactly(k: u64, n: u64, p: f64) -> f64 {
        let (first, all) = binomial_probabilities(n, p, 0.0);
        let those = (first..=k).zip(all);
        those.map(|(_, probability)| probability).sum()
    }

    #[test]
    fn distribution_functions_of_binomials() {
        for (n, p) in [
            (7_u64, 0.31),
            (100, 0.02),
            (1000, 0.41),
            (40_000, 0.012),
            (90_000, 0.7),
        ] {
            for share in [-3.0, -1.1, 0.2, 1.7, 3.1] {
                let (n_float, mean) = (n as f64, n as f64 * p);
                let k = mean + share * libm::sqrt(mean * (1.0 - p));
                let k = k.max(0.0).floor() as u64;
                let found = binomial_at_most(k as f64, n_float, p);
                assert!(
                    (found - exactly(k, n, p)).abs() < 2e-4,
                    "{n} {p} {k}: {found}"
                );
            }
        }
    }

    #[test]
    fn equal_tails_of_a_mixture() {
        let (scores, n) = ([0.21, 0.4, 0.55], 60);
        let below = |k: u64| scores.iter().map(|p| exactly(k, n, *p)).sum::<f64>() / 3.0;
        for tail in [0.025, 0.1, 0.25] {
            let (low, high) = prediction_interval(&scores, n, tail);
            let (low, high) = ((low * 60.0).round() as u64, (high * 60.0).round() as u64);
            assert!(below(low - 1) < tail && below(low) >= tail, "{tail}: {low}");
            assert!(below(high) >= 1.0 - tail && below(high - 1) < 1.0 - tail);
        }
        assert_eq!(prediction_interval(&[0.0, 1.0], 40, 0.025), (0.0, 1.0));
        assert_eq!(prediction_interval(&[0.0; 3], 40, 0.025), (0.0, 0.0));
    }
}
