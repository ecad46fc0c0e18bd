//! The beta law of a random success probability, through its log-odds, so that both of its ends keep their digits.

use super::Positive;
use super::skill::softplus;
use super::special::normal_quantile;

/// X ~ Beta(a, b), the success probability of one step of a new item, read through its log-odds y = ln(X/(1 - X)), in
/// which its density x^a (1 - x)^b / B(a, b) is smooth and log-concave however near X is to 0 or 1.
///
/// a, b >= 0, not both 0; measured for 1e-300, below which they count as 0, to 1e8 (`tests` below). a = 0 means X = 0,
/// b = 0 means X = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaLaw {
    a: f64,
    b: f64,
    /// ln(B(a, b) ab/(a + b)): unlike ln B it neither grows nor loses digits as a or b vanishes.
    ln_norm: f64,
    /// P(Y < [`Self::pivot`]).
    below_pivot: f64,
}

impl BetaLaw {
    /// Both at least this: the density is taken relative to its peak (Loader 2000), since a ln x would cancel ln B.
    const PEAKED: f64 = 10.0;

    /// Less than this is 0: the hazards of such a law, or their inverses, are infinite.
    const LEAST: f64 = 1e-300;

    /// Beta(a, b) for finite a, b >= 0, not both 0.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        let [a, b] = [a, b].map(|x| if x < Self::LEAST { 0.0 } else { x });
        let (small, large) = (a.min(b), a.max(b));
        let ln_norm = if large < Self::PEAKED {
            libm::lgamma(1.0 + a) + libm::lgamma(1.0 + b) - libm::lgamma(1.0 + (a + b))
        } else {
            libm::lgamma(1.0 + small) - ln_gamma_rise(1.0 + large, small)
        };
        let law = Self {
            a,
            b,
            ln_norm,
            below_pivot: 0.0,
        };
        if small == 0.0 {
            return law;
        }
        Self {
            below_pivot: libm::exp(law.ln_below(law.pivot())),
            ..law
        }
    }

    /// The law of mean p = exp(-hazard) and concentration kappa = a + b: a = kappa p, b = kappa (1 - p), whose leading
    /// digits are kept as p approaches 1; the variance is p (1 - p)/(kappa + 1). `hazard` in \[0, inf\].
    #[must_use]
    pub fn from_mean(hazard: f64, concentration: Positive) -> Self {
        let kappa = concentration.get();
        Self::new(kappa * libm::exp(-hazard), -kappa * libm::expm1(-hazard))
    }

    /// -ln X at the u-quantile of X, for u in (0, 1): the hazard of the item that u draws. Non-increasing in u up to
    /// rounding.
    ///
    /// Accuracy: to 2e-15 of the hazard, or as if u were off by 1e-15, whichever is larger. About 1 microsecond for
    /// a + b up to 1e3, growing as sqrt(a + b) to 12 at 1e8.
    #[must_use]
    pub fn hazard_at(&self, u: f64) -> f64 {
        if self.a == 0.0 || u <= 0.0 {
            f64::INFINITY
        } else if self.b == 0.0 || u >= 1.0 {
            0.0
        } else if u < self.below_pivot {
            softplus(-self.log_odds_below(libm::log(u)))
        } else {
            softplus(self.mirrored().log_odds_below(libm::log1p(-u)))
        }
    }

    /// ab/(a + b): minus the second derivative of the log density over y at its peak.
    pub(super) fn curvature(&self) -> f64 {
        let (small, large) = (self.a.min(self.b), self.a.max(self.b));
        small / (1.0 + small / large)
    }

    /// The log-odds of the peak of the density over y, which is the mean a/(a + b).
    pub(super) fn peak(&self) -> f64 {
        libm::log(self.a) - libm::log(self.b)
    }

    /// a, b: the rates at which the density over y vanishes to the left and to the right.
    pub(super) const fn decays(&self) -> (f64, f64) {
        (self.a, self.b)
    }

    /// The density of Y at the log-odds y.
    pub(super) fn density(&self, y: f64) -> f64 {
        self.curvature() * libm::exp(self.ln_shape(y))
    }

    /// The logarithm of the density of Y over ab/(a + b).
    fn ln_shape(&self, y: f64) -> f64 {
        let Self { a, b, .. } = *self;
        if a.min(b) < Self::PEAKED {
            return -(a * softplus(-y) + b * softplus(y)) - self.ln_norm;
        }
        // a (x/x0 - 1) + b ((1 - x)/(1 - x0) - 1) = 0, so the deviance from the peak is a sum of two small squares.
        let total = a + b;
        let rise = libm::expm1((y - self.peak()).min(700.0));
        let grown = 1.0 + a / total * rise;
        let deviance =
            a * less_log1p(b / total * rise / grown) + b * less_log1p(-(a / total) * rise / grown);
        let stirling = stirling_rest(total) - stirling_rest(a) - stirling_rest(b);
        stirling - deviance - 0.5 * libm::log(std::f64::consts::TAU * self.curvature())
    }

    /// ln P(Y < y) for y up to [`Self::pivot`], and the density over P(Y < y), the slope of that logarithm.
    fn ln_below_and_slope(&self, y: f64) -> (f64, f64) {
        let over_density = self.below_over_density(y);
        let ln_below = self.ln_shape(y) + libm::log(self.curvature() * over_density);
        (ln_below, 1.0 / over_density)
    }

    fn ln_below(&self, y: f64) -> f64 {
        self.ln_below_and_slope(y).0
    }

    /// P(Y < y) over the density at y: the continued fraction of Didonato and Morris 1992 (ACM TOMS 18, 360-373,
    /// equation 9), which sees x only beside a - (a + b) x, so that large a or b cost no digits; by Steed's algorithm.
    fn below_over_density(&self, y: f64) -> f64 {
        let Self { a, b, .. } = *self;
        let x = 1.0 / (1.0 + libm::exp(-y));
        let missing = 1.0 / (1.0 + libm::exp(y));
        let beyond = 1.0 + a * missing - b * x;
        let mut inverse = 1.0 / (a + 1.0);
        let mut denominator = 1.0 / (a * inverse * beyond);
        let mut term = denominator;
        let mut fraction = term;
        // It needs about sqrt(max(a, b)) rounds.
        for n in 1..100_000 {
            let n = f64::from(n);
            let falling = n * (b - n) * x * inverse;
            let before = n - 1.0;
            let numerator = (a + before) * (a + b + before) * inverse * falling * x;
            inverse = 1.0 / (a + 2.0 * n + 1.0);
            let plain = n + falling + (a + n) * inverse * (beyond + n * (1.0 + missing));
            denominator = 1.0 / (numerator * denominator + plain);
            term *= plain * denominator - 1.0;
            fraction += term;
            if term.abs() <= 0.5 * f64::EPSILON * fraction {
                break;
            }
        }
        fraction
    }

    /// Up to here the continued fraction of the lower tail converges fast; from here on that of the upper one does.
    fn pivot(&self) -> f64 {
        libm::log1p(self.a) - libm::log1p(self.b)
    }

    /// The law of 1 - X.
    fn mirrored(self) -> Self {
        Self {
            a: self.b,
            b: self.a,
            below_pivot: 1.0 - self.below_pivot,
            ..self
        }
    }

    /// The y, no larger than the pivot, with ln P(Y < y) = `ln_u`.
    ///
    /// ln P(Y < y) is concave and rising, because the density is log-concave, so that Newton's step on it never passes
    /// the root from the left; Halley's, used here, corrects it for the curvature that the density gives for nothing.
    fn log_odds_below(&self, ln_u: f64) -> f64 {
        let Self { a, b, .. } = *self;
        // P(Y < y) is below the integral of e^(a y)/B(a, b).
        let mut low = (ln_u + libm::log1p(a / b) + self.ln_norm) / a;
        let mut high = self.pivot();
        let tolerance = 1e-5 / libm::sqrt(1.0 + self.curvature());
        // The next term of that integral, or a normal law, whichever is the better guess.
        let next = libm::exp(low) * ((a + b) / (a + 1.0));
        let mut y = if next * next * libm::sqrt(1.0 + self.curvature()) < 0.5 {
            low + next
        } else {
            self.normal_guess(ln_u).max(low)
        };
        y = y.min(high);
        for _ in 0..100 {
            let (ln_below, slope) = self.ln_below_and_slope(y);
            let above = ln_below - ln_u;
            if above > 0.0 {
                high = y
            } else {
                low = y
            }
            let bend = a - (a + b) / (1.0 + libm::exp(-y)) - slope;
            let newton = above / slope;
            let step = newton / (1.0 - 0.5 * newton * bend).max(0.5);
            let next = y - step;
            // Its error is about the cube of the step.
            if step.abs() <= tolerance + 4.0 * f64::EPSILON * y.abs() {
                return next;
            }
            y = if low < next && next < high {
                next
            } else {
                0.5 * (low + high)
            };
        }
        y
    }

    fn normal_guess(&self, ln_u: f64) -> f64 {
        let z = normal_quantile(libm::exp(ln_u));
        self.peak() + z / libm::sqrt(self.curvature())
    }
}

/// v - ln(1 + v), to its leading digits for v near 0.
fn less_log1p(v: f64) -> f64 {
    if v.abs() > 0.5 {
        return v - libm::log1p(v);
    }
    // ln(1 + v) = 2 (s + s^3/3 + s^5/5 + ...) and v - 2 s = s v.
    let s = v / (2.0 + v);
    let square = s * s;
    let series = (1..18)
        .rev()
        .fold(0.0, |sum, n| (sum + 1.0 / f64::from(2 * n + 1)) * square);
    s * v - 2.0 * s * series
}

/// ln(Gamma(x + rise)/Gamma(x)) for x >= 10, without the cancellation of two large logarithms.
fn ln_gamma_rise(x: f64, rise: f64) -> f64 {
    let share = rise / x;
    rise * libm::log(x + rise) - x * less_log1p(share) - 0.5 * libm::log1p(share)
        + (stirling_rest(x + rise) - stirling_rest(x))
}

/// ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi)/2) for x >= 10, to 1e-17 absolute (DLMF 5.11.1).
fn stirling_rest(x: f64) -> f64 {
    const TERMS: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let square = 1.0 / (x * x);
    TERMS
        .iter()
        .rev()
        .fold(0.0, |sum, term| sum * square + term)
        / x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a, b, u and -ln of the u-quantile: mpmath, 40 digits.
    #[rustfmt::skip]
    const HAZARDS: &[(f64, f64, f64, f64)] = &[
        (8.0, 2.0, 1e-300, 86.62159405944374),
        (8.0, 2.0, 1e-10, 3.148020228902144),
        (8.0, 2.0, 0.003, 0.9480099836189646),
        (8.0, 2.0, 0.3, 0.28787014033585745),
        (8.0, 2.0, 0.5, 0.19798715845770568),
        (8.0, 2.0, 0.77, 0.10692128000418155),
        (8.0, 2.0, 0.999, 0.005350819574655277),
        (8.0, 2.0, 0.9999999999990905, 1.5894579098168747e-07),
        (0.8, 0.2, 1e-20, 55.74840238795562),
        (0.8, 0.2, 0.01, 3.9488720447153574),
        (0.8, 0.2, 0.2, 0.5470338491772125),
        (0.8, 0.2, 0.5, 0.04426446437566553),
        (0.8, 0.2, 0.9, 1.3957509620566308e-05),
        (80.0, 20.0, 1e-12, 0.7787291998133274),
        (80.0, 20.0, 0.1, 0.2907661355336092),
        (80.0, 20.0, 0.5, 0.22064019800309267),
        (80.0, 20.0, 0.975, 0.1369483467508139),
        (0.001, 10.0, 1e-05, 11515.753663738904),
        (0.001, 10.0, 0.3, 1206.8010030946125),
        (0.001, 10.0, 0.99, 12.87851167445142),
        (0.001, 10.0, 0.9999, 1.9242134731015947),
        (2e-05, 5.0, 0.5, 34659.44234709464),
        (2e-05, 5.0, 0.99999, 2.159880743642733),
        (2e-05, 5.0, 0.999999, 1.0361475100030384),
        (10.0, 1e-06, 1e-09, 0.5372309788053805),
        (10.0, 1e-06, 2e-07, 0.11101602981858635),
        (10.0, 1e-06, 1e-05, 2.6818813680372206e-06),
        (10.0, 1e-06, 0.5, 0.0),
        (1e-300, 3.0, 0.25, 1.3862943611198904e+300),
        (2.0, 1e-300, 0.25, 0.0),
        (1e-05, 2e-05, 0.1, 189711.99852148606),
        (1e-05, 2e-05, 0.66667, 0.4740758693347289),
        (1e-05, 2e-05, 0.9, 0.0),
        (0.6, 900.0, 0.02, 13.509100617114427),
        (0.6, 900.0, 0.5, 7.955304474110562),
        (0.6, 900.0, 0.999, 5.056018592391807),
        (3.0, 100000000.0, 1e-06, 22.42403629761159),
        (3.0, 100000000.0, 0.4, 17.59428108557895),
        (3.0, 100000000.0, 0.99, 16.29174137456479),
        (100000000.0, 0.001, 0.001, 2.6477027156217868e-09),
        (100000000.0, 0.001, 0.6, 0.0),
        (800.0, 200.0, 0.001, 0.2753818318647554),
        (800.0, 200.0, 0.4, 0.22692164645497312),
        (8000.0, 2000.0, 0.001, 0.2389292923227216),
        (8000.0, 2000.0, 0.8, 0.21893714856824315),
        (80000000.0, 20000000.0, 1e-09, 0.22344357408071264),
        (80000000.0, 20000000.0, 0.3, 0.2231697698709756),
        (80000000.0, 20000000.0, 0.6, 0.22313088169980003),
        (12.0, 11.0, 0.45, 0.6750302483033593),
    ];

    /// To 2e-15 of the hazard, or to 1e-15 of u, which knows its distance from 1 no better.
    #[test]
    fn hazards_of_quantiles_against_mpmath() {
        for &(a, b, u, hazard) in HAZARDS {
            let law = BetaLaw::new(a, b);
            let found = law.hazard_at(u);
            let y = -libm::log(libm::expm1(hazard));
            let of_u = match hazard > 0.0 && y.is_finite() {
                true => 1e-15 * -libm::expm1(-hazard) / law.density(y),
                false => 0.0,
            };
            assert!(
                (found - hazard).abs() <= 2e-15 * hazard + of_u,
                "Beta({a:e}, {b:e}) at {u:e}: {found:e} is not {hazard:e}"
            );
        }
    }

    /// X = u^(1/a) for b = 1 and 1 - (1 - u)^(1/b) for a = 1, from one end to the other.
    #[test]
    fn hazards_of_power_laws() {
        for shape in [1e-9, 0.03, 1.0, 7.0, 450.0, 1e6] {
            for u in [1e-300, 1e-17, 1e-3, 0.2, 0.5, 0.7, 0.999, 1.0 - 1e-15] {
                // X^a = u is known from u no better than 1 - u.
                let relative = 1e-14 + if u > 0.5 { 2e-16 / (1.0 - u) } else { 0.0 };
                let close = |found: f64, expected: f64| {
                    assert!(
                        (found - expected).abs() <= relative * expected,
                        "{shape:e} at {u:e}: {found:e} is not {expected:e}"
                    );
                };
                let (right, wrong) = (libm::log(u) / shape, libm::log1p(-u) / shape);
                close(BetaLaw::new(shape, 1.0).hazard_at(u), -right);
                let expected = match wrong < -0.7 {
                    true => -libm::log1p(-libm::exp(wrong)),
                    false => -libm::log(-libm::expm1(wrong)),
                };
                close(BetaLaw::new(1.0, shape).hazard_at(u), expected);
            }
        }
    }

    #[test]
    fn hazards_fall_as_u_grows() {
        for (a, b) in [(8.0, 2.0), (0.8, 0.2), (1e-3, 10.0), (800.0, 200.0)] {
            let law = BetaLaw::new(a, b);
            let hazards: Vec<f64> = (1..5000)
                .map(|i| law.hazard_at(f64::from(i) / 5e3))
                .collect();
            assert!(hazards.is_sorted_by(|before, after| before >= after));
        }
    }

    #[test]
    fn laws_of_one_value() {
        assert_eq!(BetaLaw::new(0.0, 3.0).hazard_at(0.4), f64::INFINITY);
        assert_eq!(BetaLaw::new(3.0, 0.0).hazard_at(0.4), 0.0);
        let kappa = Positive::constant(10.0);
        assert_eq!(BetaLaw::from_mean(0.0, kappa), BetaLaw::new(10.0, 0.0));
        assert_eq!(
            BetaLaw::from_mean(f64::INFINITY, kappa),
            BetaLaw::new(0.0, 10.0)
        );
    }

    /// kappa (1 - p) is 1 although p is 1 to the last digit: X = u^(1/kappa).
    #[test]
    fn the_mean_keeps_its_distance_from_one() {
        let law = BetaLaw::from_mean(1e-20, Positive::constant(1e20));
        let hazard = law.hazard_at(0.3);
        let expected = -libm::log(0.3) * 1e-20;
        assert!((hazard - expected).abs() <= 1e-12 * expected, "{hazard:e}");
        assert_eq!(
            BetaLaw::from_mean(std::f64::consts::LN_2, Positive::constant(6.0)),
            BetaLaw::new(3.0, 3.0)
        );
    }
}
