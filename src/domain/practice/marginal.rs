//! Typical and marginal: the item in the middle, and the mean over items.

use crate::domain::mixing::logit_normal_nodes;
use crate::domain::{Deviation, Positive, ProperProbability};

/// theta at which items of log-odds theta + sd z, z standard normal, succeed with this probability on average: the log-odds
/// of the item in the middle. ln(s/(1 - s)) at sd = 0; further from 0 the more items differ, and 0 at s = 1/2 whatever they
/// do. By bisection of a mean that rises with theta.
#[must_use]
pub fn marginal_log_odds(success: ProperProbability, sd: Deviation) -> f64 {
    let nodes = logit_normal_nodes(sd.get(), 0.0);
    // Of the rarer of success and failure, by symmetry: what is small keeps its digits.
    let s = success.get();
    let (rarer, sign) = if s < 0.5 { (s, 1.0) } else { (1.0 - s, -1.0) };
    let mean = |theta: f64| -> f64 {
        let of = |&(z, weight): &(f64, f64)| weight / (1.0 + libm::exp(-theta - sd.get() * z));
        nodes.iter().map(of).sum()
    };
    let (mut low, mut high) = (-1.0, 0.0);
    while mean(low) > rarer && low > -1e4 {
        (low, high) = (2.0 * low, low);
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match mean(middle) < rarer {
            true => low = middle,
            false => high = middle,
        }
    }
    sign * 0.5 * (low + high)
}

/// How many times longer the typical horizon is than the marginal one, where the log-odds of success fall by `slope` per
/// e-fold of length and items of one length differ by `sd` on them: exp((theta - ln(s/(1 - s)))/slope). The typical horizon
/// is the length at which the item in the middle succeeds with probability s, the marginal one that at which items do on
/// average (Moss 2026). 1 at s = 1/2; below 1 for smaller s.
#[must_use]
pub fn typical_over_marginal(success: ProperProbability, sd: Deviation, slope: Positive) -> f64 {
    let s = success.get();
    let typical = libm::log(s / (1.0 - s));
    libm::exp((marginal_log_odds(success, sd) - typical) / slope.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64, digits: f64) {
        assert!(
            (found - expected).abs() < digits,
            "{found} is not {expected}"
        );
    }

    const fn s(x: f64) -> ProperProbability {
        ProperProbability::constant(x)
    }

    #[test]
    fn the_more_items_differ_the_better_the_typical_one_must_be() {
        for (sd, theta) in [
            (0.0, 1.386_294_361_119_890_6),
            (0.5, 1.458_511_86),
            (1.0, 1.649_703_37),
            (1.51, 1.922_179_67),
            (2.0, 2.228_460_54),
        ] {
            let sd = Deviation::constant(sd);
            close(marginal_log_odds(s(0.8), sd), theta, 6e-9);
            close(marginal_log_odds(s(0.2), sd), -theta, 6e-9);
            close(marginal_log_odds(s(0.5), sd), 0.0, 1e-14);
        }
        // The mean at theta = 1 is the success at which theta is 1.
        let mean = s(0.670_738_984_660_389_7);
        close(
            marginal_log_odds(mean, Deviation::constant(1.5)),
            1.0,
            1e-12,
        );
    }

    #[test]
    fn horizons_agree_at_a_half_and_for_items_alike() {
        let slope = Positive::constant(0.86);
        let of = |success: f64, sd: f64| {
            typical_over_marginal(s(success), Deviation::constant(sd), slope)
        };
        close(of(0.5, 1.5), 1.0, 1e-13);
        close(of(0.8, 0.0), 1.0, 1e-13);
        close(
            of(0.8, 1.51),
            libm::exp((1.922_179_67 - 1.386_294_36) / 0.86),
            1e-7,
        );
    }
}
