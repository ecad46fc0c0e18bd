//! Probabilities that a right program shows a number as far from what was expected, or further: two-sided, each exact or
//! an upper bound, or where said otherwise an approximation good to a few percent however small it is.

use crate::domain::special::{binomial_mid_tails, ln_binomial_probability, normal_cdf};

/// A value that one attempt may come to, with its probability.
pub(super) type Term = (f64, f64);

/// From this ratio of the variance of a sum to the squared range of a term, its tails are approximated, not bounded.
const SADDLE_FROM: f64 = 100.0;

/// Cells of a histogram are merged until each expects as many.
const LEAST_EXPECTED: f64 = 30.0;

/// Exact: twice the smaller tail of Binomial(n, p), what was seen included.
pub(super) fn binomial(seen: u64, n: u64, p: f64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if p <= 0.0 || p >= 1.0 {
        let certain = if p >= 1.0 { n } else { 0 };
        return f64::from(u8::from(seen == certain));
    }
    let half = 0.5 * libm::exp(ln_binomial_probability(seen, n, p));
    let (below, above) = binomial_mid_tails(seen, n, p);
    two_sided(below.min(above) + half)
}

/// Fisher's combination of independent exact p-values (Statistical methods for research workers, 1932): with the cells
/// merged until each expects 30, the number in each, given those before it, is binomial; -2 sum ln p is chi-square with
/// two degrees of freedom for each, or less, since exact p-values are no less than uniform. So its tail is honest
/// however far out, which that of Pearson's chi-square is not.
pub(super) fn histogram(counts: &[u64], probabilities: &[f64]) -> f64 {
    let cells = merged(counts, probabilities);
    let mut left: u64 = cells.iter().map(|cell| cell.0).sum();
    let mut share: f64 = cells.iter().map(|cell| cell.1).sum();
    let (mut sum, mut pairs) = (0.0, 0_u32);
    for &(seen, probability) in cells.iter().take(cells.len().saturating_sub(1)) {
        sum -= libm::log(binomial(seen, left, probability / share));
        pairs += 1;
        left -= seen;
        share -= probability;
    }
    chi_square_of_pairs(sum, pairs)
}

fn merged(counts: &[u64], probabilities: &[f64]) -> Vec<(u64, f64)> {
    let total = counts.iter().sum::<u64>() as f64;
    let mut cells: Vec<(u64, f64)> = Vec::new();
    let mut open = (0, 0.0);
    for (count, probability) in counts.iter().zip(probabilities) {
        open = (open.0 + count, open.1 + probability);
        if open.1 * total >= LEAST_EXPECTED {
            cells.push(open);
            open = (0, 0.0);
        }
    }
    match cells.last_mut() {
        Some(last) => *last = (last.0 + open.0, last.1 + open.1),
        None => cells.push(open),
    }
    cells
}

/// P(chi-square with 2 m degrees of freedom >= 2 y) = exp(-y) (1 + y + ... + y^(m-1)/(m-1)!).
fn chi_square_of_pairs(y: f64, m: u32) -> f64 {
    if m == 0 {
        return 1.0;
    }
    let terms = (1..m).scan(1.0, |term, i| {
        *term *= y / f64::from(i);
        Some(*term)
    });
    let sum = 1.0 + terms.sum::<f64>();
    // NaN where y is infinite.
    match y > 700.0 {
        true => 0.0,
        false => (libm::exp(-y) * sum).min(1.0),
    }
}

/// The mean of n independent values of a known distribution.
///
/// Where their sum has a variance of 100 squared ranges: Lugannani and Rice's saddlepoint approximation (1980, Advances
/// in Applied Probability 12, 475), whose relative error stays small in the tail, unlike that of the normal one.
/// Elsewhere Chernoff's bound.
pub(super) fn mean(terms: &[Term], n: f64, seen: f64) -> f64 {
    let possible = terms.iter().filter(|term| term.1 > 0.0);
    let (least, most) = possible.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), term| {
        (least.min(term.0), most.max(term.0))
    });
    let range = most - least;
    let expected = moment(terms, |value| value);
    let variance = moment(terms, |value| (value - expected) * (value - expected));
    let rounding = 1e-12 * range.max(f64::MIN_POSITIVE);
    if (seen - expected).abs() <= rounding.max(1e-13 * expected.abs()) {
        return 1.0;
    }
    if seen < least - rounding || seen > most + rounding {
        return 0.0;
    }
    for end in [least, most] {
        if (seen - end).abs() <= rounding {
            let one = moment(terms, |value| {
                f64::from(u8::from((value - end).abs() <= rounding))
            });
            return two_sided(libm::exp(n * libm::log(one)));
        }
    }
    let (tilt, rate) = chernoff(terms, seen, range);
    let bound = two_sided(libm::exp(-n * rate));
    if n * variance < SADDLE_FROM * range * range {
        return bound;
    }
    let weigh = |value: f64| libm::exp(tilt * (value - seen));
    let curvature = moment(terms, |value| {
        (value - seen) * (value - seen) * weigh(value)
    }) / moment(terms, weigh);
    let w = libm::sqrt(2.0 * n * rate);
    let u = tilt.abs() * libm::sqrt(n * curvature);
    // At the centre both terms of the correction grow without end, and it is not needed.
    let correction = match w < 0.1 {
        true => 0.0,
        false => density(w) * (1.0 / u - 1.0 / w),
    };
    two_sided(normal_cdf(-w) + correction).min(bound)
}

/// The tilt t at which the mean is x, and the rate I(x) = t x - K(t), of P(mean beyond x) <= exp(-n I(x)).
fn chernoff(terms: &[Term], x: f64, range: f64) -> (f64, f64) {
    let slope = |t: f64| moment(terms, |value| (value - x) * libm::exp(t * (value - x)));
    let upward = slope(0.0) < 0.0;
    let sign = if upward { 1.0 } else { -1.0 };
    let short = |t: f64| (slope(sign * t) < 0.0) == upward;
    let (mut low, mut high) = (0.0, 1.0 / range);
    // Beyond this, exponentials overflow; any tilt gives a bound.
    while short(high) && high * range < 600.0 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        match short(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    let tilt = sign * 0.5 * (low + high);
    let ln_mean = libm::log(moment(terms, |value| libm::exp(tilt * (value - x))));
    (tilt, (-ln_mean).max(0.0))
}

/// Bennett's bound (1962, Journal of the American Statistical Association 57, 33) for the mean of n independent values
/// between `least` and `most`, of known mean and of a variance no larger than given.
pub(super) fn bounded(
    (least, most): (f64, f64),
    n: f64,
    (expected, variance): (f64, f64),
    seen: f64,
) -> f64 {
    let off = seen - expected;
    let reach = if off > 0.0 {
        most - expected
    } else {
        expected - least
    };
    if off.abs() <= 1e-9 * (most - least) {
        return 1.0;
    }
    if off.abs() > reach + 1e-9 * (most - least) {
        return 0.0;
    }
    let u = reach * off.abs() / variance;
    let rate = variance / (reach * reach) * ((1.0 + u) * libm::log1p(u) - u);
    two_sided(libm::exp(-n * rate))
}

fn two_sided(tail: f64) -> f64 {
    (2.0 * tail).min(1.0)
}

fn density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / libm::sqrt(2.0 * std::f64::consts::PI)
}

pub(super) fn moment(terms: &[Term], of: impl Fn(f64) -> f64) -> f64 {
    let possible = terms.iter().filter(|term| term.1 > 0.0);
    possible.map(|&(value, p)| p * of(value)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binomial_tail_holds_what_was_seen() {
        // 2 (1 + 10 + 45)/1024.
        assert!((binomial(2, 10, 0.5) - 0.109_375).abs() < 1e-13);
        assert_eq!(binomial(5, 10, 0.5), 1.0);
        assert_eq!((binomial(0, 10, 0.0), binomial(1, 10, 0.0)), (1.0, 0.0));
        assert_eq!((binomial(9, 10, 1.0), binomial(0, 0, 0.3)), (0.0, 1.0));
    }

    #[test]
    fn chi_square_tails() {
        // R: pchisq(2 * y, 2 * m, lower.tail = FALSE) for (40, 3) and (4, 1).
        assert!((chi_square_of_pairs(4.0, 1) / libm::exp(-4.0) - 1.0).abs() < 1e-15);
        let expected = libm::exp(-40.0) * (1.0 + 40.0 + 800.0);
        assert!((chi_square_of_pairs(40.0, 3) / expected - 1.0).abs() < 1e-14);
        assert_eq!(
            (chi_square_of_pairs(0.0, 4), chi_square_of_pairs(9.0, 0)),
            (1.0, 1.0)
        );
        assert_eq!(chi_square_of_pairs(f64::INFINITY, 4), 0.0);
    }

    /// Six standard deviations out, against the exact tail of the binomial distribution.
    #[test]
    fn the_saddlepoint_keeps_its_digits_in_the_tail() {
        for (n, p) in [(20_000_u64, 0.013), (5_000, 0.37)] {
            let sd = libm::sqrt(n as f64 * p * (1.0 - p));
            for deviations in [-6.2, -3.1, 0.7, 4.4, 6.3] {
                let seen = libm::round(n as f64 * p + deviations * sd);
                let (below, above) = binomial_mid_tails(seen as u64, n, p);
                let exact = 2.0 * below.min(above);
                let found = mean(&[(0.0, 1.0 - p), (1.0, p)], n as f64, seen / n as f64);
                // On a lattice it falls between the tails with and without what was seen.
                assert!((found / exact - 1.0).abs() < 0.05, "{found:e} {exact:e}");
                let variance = (p, p * (1.0 - p));
                let bound = bounded((0.0, 1.0), n as f64, variance, seen / n as f64);
                assert!(
                    found < bound && bound < 500.0 * found,
                    "{found:e} {bound:e}"
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_has_no_probability_and_rare_ends_theirs() {
        let terms = [(0.0, 0.75), (0.5, 0.0), (1.0, 0.25)];
        assert_eq!(mean(&terms, 4.0, 1.2), 0.0);
        assert!((mean(&terms, 4.0, 1.0) - 2.0 / 256.0).abs() < 1e-15);
        assert_eq!(mean(&terms, 4.0, 0.25), 1.0);
        // Chernoff: (p/x)^(n x) ((1-p)/(1-x))^(n (1-x)) = (1/3)^3 3, twice.
        assert!((mean(&terms, 4.0, 0.75) - 2.0 / 9.0).abs() < 1e-9);
    }

    #[test]
    fn a_histogram_that_fits_is_no_surprise_and_one_that_does_not_is() {
        let probabilities = [0.1, 0.0001, 0.2, 0.3, 0.3999];
        assert!(histogram(&[1000, 1, 2000, 3000, 3999], &probabilities) > 0.9);
        assert!(histogram(&[1200, 1, 2000, 3000, 3799], &probabilities) < 1e-9);
        assert_eq!(histogram(&[3, 1], &[0.75, 0.25]), 1.0);
    }
}
