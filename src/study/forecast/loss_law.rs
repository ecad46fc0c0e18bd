//! The loss of a step over scale, with a standard error of where it goes.

use crate::domain::Direction;
use crate::study::measured::Measured;

/// loss = floor + e^level N^-exponent, floor and the rest from 0 on: the least sum of squares in standard errors.
///
/// Beside its own standard error every loss has one of [`BETWEEN_RUNS`] of itself: losses of training runs that differ by their
/// seed alone differ by .2 to 1% (Kaplan et al. 2020, arXiv:2001.08361, report .02 nats).
#[derive(Clone, Debug)]
pub(super) struct LossLaw {
    losses: Vec<Loss>,
    exponent: f64,
    floor: f64,
    reducible: f64,
    least_squares: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Loss {
    /// ln N above that of the last.
    u: f64,
    value: f64,
    /// 1/error^2.
    weight: f64,
}

/// The least standard error of a loss, as a share of it.
const BETWEEN_RUNS: f64 = 0.001;

/// Exponents that are looked at, and how many of them, evenly over their logarithm.
const EXPONENTS: (f64, f64, u32) = (0.005, 5.0, 60);

/// A loss that a metric tells: credits of which more is better have the opposite sign.
pub(super) fn loss_of(measured: &Measured, mean: f64) -> f64 {
    match measured.metric().direction() {
        Direction::MoreIsBetter => -mean,
        Direction::LessIsBetter => mean,
    }
}

impl LossLaw {
    /// `None` where losses do not fall with scale, or are none.
    pub(super) fn fit(losses: &Measured, ln_origin: f64) -> Option<Self> {
        let told = losses.points().iter().map(|point| {
            let value = loss_of(losses, point.mean);
            let error = point.error.max(BETWEEN_RUNS * value.abs());
            Loss {
                u: libm::log(point.scale.get()) - ln_origin,
                value,
                weight: 1.0 / (error * error),
            }
        });
        let losses: Vec<Loss> = told.collect();
        if !losses
            .iter()
            .all(|loss| loss.weight.is_finite() && loss.value >= 0.0)
        {
            return None;
        }
        let mut law = Self {
            losses,
            exponent: 0.0,
            floor: 0.0,
            reducible: 0.0,
            least_squares: 0.0,
        };
        let squares = |exponent: f64| law.at_exponent(exponent).2;
        let exponent = least(&squares, None);
        let (floor, reducible, least_squares) = law.at_exponent(exponent);
        (law.exponent, law.floor, law.reducible) = (exponent, floor, reducible);
        law.least_squares = least_squares;
        (reducible > 0.0).then_some(law)
    }

    /// The loss at ln N above the last.
    pub(super) fn loss(&self, u: f64) -> f64 {
        self.floor + self.reducible * libm::exp(-self.exponent * u)
    }

    /// How far below and above the fitted loss at a place the sum of squares is larger by 1, whatever the exponent: a standard
    /// error to either side.
    pub(super) fn errors(&self, u: f64) -> (f64, f64) {
        let middle = self.loss(u);
        let start = 0.01 * middle.max(1e-6);
        let side = |direction: f64| {
            let (mut off, mut exponent) = (start, self.exponent);
            for _ in 0..8 {
                let to = (middle + direction * off).max(0.0);
                let squares = |exponent: f64| self.pinned(u, to, exponent);
                exponent = least(&squares, Some(exponent));
                let excess = (squares(exponent) - self.least_squares).max(1e-12);
                let factor = 1.0 / libm::sqrt(excess);
                if (factor - 1.0).abs() < 0.01 {
                    break;
                }
                off *= factor.clamp(0.05, 10.0);
            }
            off
        };
        (side(-1.0), side(1.0))
    }

    /// Floor, the rest at the last scale, and the sum of squares: weighted least squares within their bounds.
    fn at_exponent(&self, exponent: f64) -> (f64, f64, f64) {
        let sum = |term: &dyn Fn(f64, &Loss) -> f64| -> f64 {
            let losses = self.losses.iter();
            losses
                .map(|loss| loss.weight * term(libm::exp(-exponent * loss.u), loss))
                .sum()
        };
        let (all, x, xx) = (sum(&|_, _| 1.0), sum(&|x, _| x), sum(&|x, _| x * x));
        let (y, xy) = (sum(&|_, loss| loss.value), sum(&|x, loss| x * loss.value));
        let slope = (all * xy - x * y) / (all * xx - x * x);
        let floor = (y - slope * x) / all;
        let (floor, slope) = match (floor >= 0.0, slope >= 0.0) {
            (true, true) => (floor, slope),
            (false, _) => (0.0, (xy / xx).max(0.0)),
            (_, false) => (y / all, 0.0),
        };
        let squares = sum(&|x, loss| {
            let off = loss.value - floor - slope * x;
            off * off
        });
        (floor, slope, squares)
    }

    /// The sum of squares where the loss at a place is given.
    fn pinned(&self, u: f64, to: f64, exponent: f64) -> f64 {
        let held = libm::exp(-exponent * u);
        let each = || {
            let losses = self.losses.iter();
            losses.map(|loss| {
                (
                    libm::exp(-exponent * loss.u) - held,
                    loss.value - to,
                    loss.weight,
                )
            })
        };
        let products: f64 = each().map(|(x, y, weight)| weight * x * y).sum();
        let squares: f64 = each().map(|(x, _, weight)| weight * x * x).sum();
        // The floor is the loss less the rest there, and neither is below 0.
        let slope = (products / squares).clamp(0.0, to / held);
        each()
            .map(|(x, y, weight)| weight * (y - slope * x) * (y - slope * x))
            .sum()
    }
}

/// The exponent with the least value: the best of even ones, or from one nearby, and between its neighbours by golden section.
fn least(f: &impl Fn(f64) -> f64, near: Option<f64>) -> f64 {
    let (first, last, count) = EXPONENTS;
    let (from, to) = (libm::log(first), libm::log(last));
    let step = (to - from) / f64::from(count - 1);
    let at = |ln: f64| f(libm::exp(ln.clamp(from, to)));
    let mut best = match near {
        Some(near) => libm::log(near),
        None => {
            let all = (0..count).map(|i| from + step * f64::from(i));
            let best = all.map(|ln| (at(ln), ln));
            best.min_by(|one, other| one.0.total_cmp(&other.0))
                .map_or(from, |best| best.1)
        }
    };
    // Downhill until both neighbours are higher.
    let mut here = at(best);
    for _ in 0..2 * count {
        let (down, up) = (at(best - step), at(best + step));
        if down >= here && up >= here {
            break;
        }
        (best, here) = match down < up {
            true => (best - step, down),
            false => (best + step, up),
        };
        if !(from..=to).contains(&best) {
            break;
        }
    }
    let golden = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (best - step, best + step);
    for _ in 0..16 {
        let (one, other) = (high - golden * (high - low), low + golden * (high - low));
        match at(one) <= at(other) {
            true => high = other,
            false => low = one,
        }
    }
    libm::exp((0.5 * (low + high)).clamp(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Metric, Scale};
    use crate::study::measured::MeasuredPoint;

    fn losses(values: &[(f64, f64)]) -> Measured {
        let metric: Metric = "sequence-nll".parse().unwrap();
        let point = |&(scale, mean): &(f64, f64)| MeasuredPoint {
            scale: Scale::try_from(scale).unwrap(),
            mean,
            error: 0.002 * mean,
            attempts: 100,
            trials: 100.0,
        };
        Measured::new(metric, values.iter().map(point).collect()).unwrap()
    }

    #[test]
    fn an_exact_law_is_found_again() {
        let law = |n: f64| 1.2 + 3.0 * libm::pow(n / 1e8, -0.31);
        let scales = [1e8, 3e8, 1.1e9, 4e9, 1e10];
        let told = losses(&scales.map(|n| (n, law(n))));
        let found = LossLaw::fit(&told, libm::log(1e10)).unwrap();
        let at = |n: f64| libm::log(n / 1e10);
        assert!(
            (found.loss(at(1e11)) / law(1e11) - 1.0).abs() < 1e-3,
            "{found:?}"
        );
        assert!((found.exponent - 0.31).abs() < 2e-3);
        // Where it was measured it is known better than any one loss; further on worse.
        let (low, high) = found.errors(at(1e10));
        assert!(low < 0.003 * law(1e10) && high < 0.003 * law(1e10));
        let (further_low, further_high) = found.errors(at(1e12));
        assert!(further_low > 3.0 * low && further_high > 3.0 * high);
    }

    #[test]
    fn losses_that_rise_have_no_law() {
        let told = losses(&[(1e8, 2.0), (1e9, 2.4), (1e10, 2.9), (1e11, 3.1)]);
        assert!(LossLaw::fit(&told, 0.0).is_none());
    }
}
