//! Which values of one number a likelihood does not refuse.

use super::maximum::Maximum;
use crate::domain::Level;
use crate::domain::special::normal_quantile;

/// The values of one number that a likelihood does not refuse: those where the largest log-likelihood over all other
/// numbers is within z^2/2 of the maximum (Wilks 1938, Ann. Math. Stat. 9, 60).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LikelihoodInterval {
    /// Lower limit; `None` if no value down to the least that was looked at is refused.
    pub low: Option<f64>,
    /// Upper limit; `None` likewise.
    pub high: Option<f64>,
    /// How often it should hold the truth, for many items.
    pub level: Level,
    /// Whether every search on the way converged, and none found more than the maximum.
    pub converged: bool,
}

impl LikelihoodInterval {
    /// Whether a value is in it.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }

    /// The same of a monotone function of the number.
    #[must_use]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let (one, other) = (self.low.map(&f), self.high.map(&f));
        // A falling function turns the ends around.
        let falls = f(1.0) < f(0.0);
        let (low, high) = if falls { (other, one) } else { (one, other) };
        Self { low, high, ..self }
    }
}

/// Looks for both ends of the interval from the maximum outwards.
///
/// `profile` is the largest log-likelihood where the number is fixed; its search starts where the last one ended, which is
/// why it is told in order. `step` is about half the width of the interval; `within` the values to be looked at, both finite unless the profile falls
/// without end.
pub(crate) fn likelihood_interval(
    profile: &mut dyn FnMut(f64) -> Maximum,
    (peak, value): (f64, f64),
    step: f64,
    within: (f64, f64),
    level: Level,
) -> LikelihoodInterval {
    let z = -normal_quantile(0.5 * (1.0 - level.get()));
    let mut converged = true;
    // The signed root is nearly a straight line, on which a secant soon finds its mark.
    let mut excess = |place: f64| {
        let there = profile(place);
        converged &= there.converged && there.value <= value + 1e-3;
        libm::sqrt((2.0 * (value - there.value)).max(0.0)) - z
    };
    let mut end = |step: f64, limit: f64| {
        let (mut inner, mut step) = ((peak, -z), step);
        let outer = loop {
            let place = inner.0 + step;
            let is_last = (place - limit) * step >= 0.0;
            let place = if is_last { limit } else { place };
            let found = (place, excess(place));
            match found.1 > 0.0 {
                true => break found,
                false if is_last => return None,
                false => inner = found,
            }
            step *= 1.6;
        };
        Some(root(&mut excess, inner, outer, 1e-4))
    };
    let (low, high) = (end(-step, within.0), end(step, within.1));
    LikelihoodInterval {
        low,
        high,
        level,
        converged,
    }
}

/// Where a continuous function of one number is 0 to this tolerance, between two places where it has different signs: regula
/// falsi, halving the weight of an end that stays (Dowell and Jarratt 1971, BIT 11, 168).
pub(crate) fn root(
    f: &mut impl FnMut(f64) -> f64,
    mut one: (f64, f64),
    mut other: (f64, f64),
    tolerance: f64,
) -> f64 {
    for _ in 0..100 {
        let width = other.0 - one.0;
        let share = match one.1.is_finite() && other.1.is_finite() {
            true => one.1 / (one.1 - other.1),
            false => 0.5,
        };
        let place = one.0 + width * share;
        let found = (place, f(place));
        if found.1.abs() <= tolerance || width.abs() <= 4.0 * f64::EPSILON * place.abs() {
            return place;
        }
        if (found.1 > 0.0) == (other.1 > 0.0) {
            other = found;
            one.1 *= 0.5;
        } else {
            one = found;
            other.1 *= 0.5;
        }
    }
    0.5 * (one.0 + other.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A normal mean of known deviation: the estimate plus or minus z deviations; of a Poisson mean, the two roots of
    /// k ln(mean) - mean = k ln k - k - z^2/2 (mpmath).
    #[test]
    fn intervals_of_known_likelihoods() {
        let level = Level::constant(0.95);
        let fixed = |value| Maximum {
            place: Vec::new(),
            value,
            evaluations: 1,
            converged: true,
        };
        let mut normal = |x: f64| fixed(-0.5 * (x - 7.0) * (x - 7.0) / 0.09);
        let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
        let found = likelihood_interval(&mut normal, (7.0, 0.0), 0.1, everywhere, level);
        assert!((found.low.unwrap() - 6.412_010_804_637_984).abs() < 1e-4);
        assert!((found.high.unwrap() - 7.587_989_195_362_016).abs() < 1e-4);
        let mut poisson = |x: f64| fixed(5.0 * libm::log(x) - x);
        let peak = (5.0, 5.0 * libm::log(5.0) - 5.0);
        let found = likelihood_interval(&mut poisson, peak, 2.0, (0.0, 1e9), level);
        assert!((found.low.unwrap() - POISSON.0).abs() < 1e-3, "{found:?}");
        assert!((found.high.unwrap() - POISSON.1).abs() < 1e-3, "{found:?}");
        assert!(found.converged && found.contains(5.0) && !found.contains(1.0));
        let narrow = likelihood_interval(&mut poisson, peak, 2.0, (3.0, 1e9), level);
        assert_eq!(narrow.low, None);
        let mut better = |x: f64| fixed(x);
        let lower = likelihood_interval(&mut better, (0.0, 0.0), 1.0, (-100.0, 100.0), level);
        assert!(!lower.converged && lower.high.is_none());
    }

    const POISSON: (f64, f64) = (1.793_005_131_731, 10.746_388_633_485);
}
