//! What a random choice of some attempts holds.

use crate::domain::special::binomial_probabilities;

/// The least possible number of right attempts among `chosen` of `attempts` of which `right` are right, and the
/// probabilities of the numbers from there on, until they underflow. By the ratios of neighbours from the most probable
/// number, so that no binomial coefficient is formed; relative error about the number of ratios times 1e-16.
pub(super) fn hypergeometric(attempts: u32, right: u32, chosen: u32) -> (u32, Vec<f64>) {
    let wrong = attempts - right;
    let (least, most) = (chosen.saturating_sub(wrong), chosen.min(right));
    let mode = u64::from(chosen + 1) * u64::from(right + 1) / (u64::from(attempts) + 2);
    let mode = (mode as u32).clamp(least, most);
    // P(i + 1)/P(i).
    let ratio = |i: u32| {
        f64::from(right - i) * f64::from(chosen - i)
            / (f64::from(i + 1) * f64::from(wrong + i + 1 - chosen))
    };
    let falling = |weights: &mut Vec<f64>, ratio: f64| {
        let next = weights.last().map_or(1.0, |weight| weight * ratio);
        weights.push(next);
        next > 0.0
    };
    let mut weights = vec![1.0];
    let mut first = mode;
    while first > least && falling(&mut weights, 1.0 / ratio(first - 1)) {
        first -= 1;
    }
    if weights.last() == Some(&0.0) {
        weights.pop();
    }
    weights.reverse();
    let mut last = mode;
    while last < most && falling(&mut weights, ratio(last)) {
        last += 1;
    }
    normalise(&mut weights);
    (first, weights)
}

/// P(K = first), P(K = first + 1), ... for K ~ Binomial(n, p), and first, summing to 1 to the last digit.
pub(super) fn binomial(n: u32, p: f64) -> (u32, Vec<f64>) {
    let (first, mut probabilities) = binomial_probabilities(u64::from(n), p, 0.0);
    normalise(&mut probabilities);
    // No larger than n.
    (first as u32, probabilities)
}

pub(super) fn normalise(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}

/// The probability of a number, of a distribution from `first` on.
pub(super) fn at(distribution: &(u32, Vec<f64>), number: u32) -> f64 {
    let (first, probabilities) = distribution;
    let place = number.checked_sub(*first);
    let found = place.and_then(|place| probabilities.get(place as usize));
    found.copied().unwrap_or_default()
}

/// C(m-w, k)/C(m, k), the share of choices of k of m attempts with none of the w wrong ones among them: a product of the
/// smaller of k and w factors.
pub(super) fn none_chosen(attempts: u32, wrong: u32, chosen: u32) -> f64 {
    if wrong > attempts - chosen {
        return 0.0;
    }
    let (fewer, more) = (wrong.min(chosen), wrong.max(chosen));
    let factor = |i: u32| f64::from(attempts - more - i) / f64::from(attempts - i);
    (0..fewer).map(factor).product()
}
