//! How the success of a task falls with its length, where lengths are times.

use crate::domain::{GammaShape, Positive, ProperProbability};

/// The probability that a task of length t succeeds, by the law of what goes wrong; t is measured in units of the 50%
/// horizon T50, at which it is 1/2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DurationLaw {
    /// 2^-t: a chain of parts of one hazard, independent and the same for all tasks (Ord 2025, arXiv:2505.05115).
    ConstantHazard,
    /// 2^-(t^shape): below 1 the hazard falls on the way (Weibull 1951, J. Appl. Mech. 18, 293).
    Weibull {
        /// The shape.
        shape: Positive,
    },
    /// (1 + theta t)^-shape: hazards that differ between tasks by a gamma number of this shape (Vaupel, Manton and Stallard
    /// 1979, Demography 16, 439).
    GammaFrailty {
        /// The shape.
        shape: GammaShape,
    },
    /// 1/(1 + t^slope): logistic in ln t, as METR fits it (Kwa et al. 2025, arXiv:2503.14499).
    LogLogistic {
        /// The slope over ln t.
        slope: Positive,
    },
}

const HALF: ProperProbability = ProperProbability::constant(0.5);

impl DurationLaw {
    /// The probability that a task of t times the 50% horizon succeeds; t from 0 on.
    #[must_use]
    pub fn success(&self, t: f64) -> f64 {
        match self {
            Self::ConstantHazard => libm::exp2(-t),
            Self::Weibull { shape } => libm::exp2(-libm::pow(t, shape.get())),
            Self::GammaFrailty { shape } => {
                let shape = shape.get();
                libm::exp(-shape * libm::log1p(t * odds(HALF, shape)))
            }
            Self::LogLogistic { slope } => 1.0 / (1.0 + libm::pow(t, slope.get())),
        }
    }

    /// T_s/T50, the length at which a task succeeds with probability s, in units of that at which it does with 1/2.
    #[must_use]
    pub fn horizon(&self, success: ProperProbability) -> f64 {
        let s = success.get();
        let halvings = -libm::log2(s);
        match self {
            Self::ConstantHazard => halvings,
            Self::Weibull { shape } => libm::pow(halvings, 1.0 / shape.get()),
            Self::GammaFrailty { shape } => odds(success, shape.get()) / odds(HALF, shape.get()),
            Self::LogLogistic { slope } => libm::pow((1.0 - s) / s, 1.0 / slope.get()),
        }
    }

    /// The Weibull law under which T50/T80 is this: shape ln(ln .5/ln .8)/ln ratio. `None` for ratios of 1 or less.
    #[must_use]
    pub fn weibull_of_ratio(ratio: f64) -> Option<Self> {
        let shape = libm::log(CONSTANT_HAZARD_RATIO) / libm::log(ratio);
        let shape = Positive::try_from(shape).ok()?;
        Some(Self::Weibull { shape })
    }

    /// The logistic law under which T50/T80 is this: slope ln 4/ln ratio. `None` for ratios of 1 or less.
    #[must_use]
    pub fn log_logistic_of_ratio(ratio: f64) -> Option<Self> {
        let slope = Positive::try_from(libm::log(4.0) / libm::log(ratio)).ok()?;
        Some(Self::LogLogistic { slope })
    }

    /// The frailty under which T50/T80 is this, by bisection: the ratio falls with the shape, towards ln .5/ln .8 = 3.106,
    /// that of a constant hazard. `None` for ratios that no shape from 0.01 to 1e6 has.
    #[must_use]
    pub fn gamma_frailty_of_ratio(ratio: f64) -> Option<Self> {
        let ratio_of = |shape: f64| odds(HALF, shape) / odds(EIGHTY, shape);
        let (mut low, mut high) = (libm::log(0.01), libm::log(1e6));
        if !(ratio_of(1e6)..=ratio_of(0.01)).contains(&ratio) {
            return None;
        }
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            match ratio_of(libm::exp(middle)) > ratio {
                true => low = middle,
                false => high = middle,
            }
        }
        let shape = libm::exp(0.5 * (low + high)).clamp(0.01, 1e6);
        let shape = GammaShape::try_from(shape).ok()?;
        Some(Self::GammaFrailty { shape })
    }
}

const EIGHTY: ProperProbability = ProperProbability::constant(0.8);

/// ln .5/ln .8, T50/T80 under a constant hazard.
const CONSTANT_HAZARD_RATIO: f64 = 3.106_283_719_505_391;

/// s^(-1/shape) - 1, theta T_s.
fn odds(success: ProperProbability, shape: f64) -> f64 {
    libm::expm1(-libm::log(success.get()) / shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64, digits: f64) {
        assert!(
            (found / expected - 1.0).abs() < digits,
            "{found} is not {expected}"
        );
    }

    const fn s(x: f64) -> ProperProbability {
        ProperProbability::constant(x)
    }

    #[test]
    fn a_constant_hazard() {
        let law = DurationLaw::ConstantHazard;
        close(law.horizon(s(0.8)), 0.321_928_094_887_362_35, 1e-14);
        close(law.horizon(s(0.9)), 0.152_003_093_445_049_98, 1e-14);
        close(law.horizon(s(0.99)), 0.014_499_569_695_115_077, 1e-13);
        close(1.0 / law.horizon(s(0.8)), CONSTANT_HAZARD_RATIO, 1e-14);
    }

    #[test]
    fn horizons_are_where_the_success_says() {
        let laws = [
            DurationLaw::ConstantHazard,
            DurationLaw::weibull_of_ratio(5.0).unwrap(),
            DurationLaw::gamma_frailty_of_ratio(5.0).unwrap(),
            DurationLaw::log_logistic_of_ratio(5.0).unwrap(),
        ];
        for law in laws {
            for success in [0.01, 0.3, 0.5, 0.8, 0.999] {
                close(law.success(law.horizon(s(success))), success, 1e-12);
            }
        }
        for law in &laws[1..] {
            close(1.0 / law.horizon(s(0.8)), 5.0, 1e-12);
        }
    }

    #[test]
    fn shapes_that_a_ratio_implies() {
        for (ratio, slope) in [
            (4.0, 1.0),
            (5.0, 0.861_353_116_146_786_1),
            (6.0, 0.773_705_614_469_083_1),
        ] {
            let slope = Positive::try_from(slope).unwrap();
            let Some(DurationLaw::LogLogistic { slope: found }) =
                DurationLaw::log_logistic_of_ratio(ratio)
            else {
                panic!("{ratio}")
            };
            close(found.get(), slope.get(), 1e-14);
        }
        for (shape, ratio) in [
            (0.3, 8.2245),
            (0.5, 16.0 / 3.0),
            (1.0, 4.0),
            (2.0, 3.5093),
            (100.0, 3.1136),
        ] {
            let Some(DurationLaw::GammaFrailty { shape: found }) =
                DurationLaw::gamma_frailty_of_ratio(ratio)
            else {
                panic!("{ratio}")
            };
            let digits = if ratio == 4.0 || shape == 0.5 {
                1e-12
            } else {
                1e-2
            };
            close(found.get(), shape, digits);
        }
        assert_eq!(DurationLaw::gamma_frailty_of_ratio(3.0), None);
        assert_eq!(DurationLaw::weibull_of_ratio(0.9), None);
    }
}
