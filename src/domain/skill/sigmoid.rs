//! Success probabilities that go from a floor to a ceiling over the logarithm of scale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Curve, Probability, Scale, hazard_between, hazards_of, softplus};
use crate::domain::special::{ln_normal_cdf, normal_cdf};
use crate::domain::tagged::checked;
use crate::domain::{Invalid, Positive, ProperProbability};

/// The four-parameter logistic of item response theory (Barton and Lord 1981, ETS Research Report 81-20) over ln N:
/// p = floor + (ceiling - floor) / (1 + exp(-slope ln(N/midpoint))).
///
/// Approach to its ceiling: as a power law with exponent `slope`. With floor 0 and ceiling 1, p^L is at most 4/e = 1.47
/// times as steep as p, however large L. A ceiling below 1 caps exact match at ceiling^L.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Logistic {
    /// Success probability at vanishing scale, below the ceiling.
    floor: Probability,
    /// Success probability at unlimited scale.
    ceiling: Probability,
    /// The scale half-way between floor and ceiling.
    midpoint: Scale,
    /// Log-odds per e-fold of scale; .3 to 3 is typical; per decade it is 2.3026 times as much.
    slope: Positive,
}

checked!(Logistic);

impl Default for Logistic {
    fn default() -> Self {
        Self {
            floor: Probability::constant(0.0),
            ceiling: Probability::constant(1.0),
            midpoint: Scale::constant(1e9),
            slope: Positive::constant(1.0),
        }
    }
}

impl Logistic {
    /// `slope` is in log-odds per e-fold of scale (.3 to 3 is typical; per decade: 2.3026 times as much).
    ///
    /// # Errors
    /// [`Invalid::FloorAboveCeiling`] unless floor < ceiling.
    pub fn new(
        floor: Probability,
        ceiling: Probability,
        midpoint: Scale,
        slope: Positive,
    ) -> Result<Self, Invalid> {
        Self {
            floor,
            ceiling,
            midpoint,
            slope,
        }
        .checked()
    }

    /// Success probability as N vanishes.
    #[must_use]
    pub const fn floor(&self) -> Probability {
        self.floor
    }

    /// Success probability as N grows.
    #[must_use]
    pub const fn ceiling(&self) -> Probability {
        self.ceiling
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self.floor < self.ceiling {
            Ok(self)
        } else {
            Err(Invalid::FloorAboveCeiling {
                floor: self.floor.get(),
                ceiling: self.ceiling.get(),
            })
        }
    }
}

/// A straight line over log10 N, a control of our own (no law of growth is known to arrive at a corner): p = 0 up to `zero-at`, 1 from `one-at` on.
///
/// Approach to 1: it arrives, at a corner. The width of p^L then shrinks as about 2.2/L: exact match truly sharpens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct LinearLog {
    /// The scale up to which p = 0, below one-at.
    zero_at: Scale,
    /// The scale from which on p = 1.
    one_at: Scale,
}

checked!(LinearLog);

impl Default for LinearLog {
    fn default() -> Self {
        Self {
            zero_at: Scale::constant(1e7),
            one_at: Scale::constant(1e12),
        }
    }
}

impl LinearLog {
    /// A line from p = 0 at `zero_at` to p = 1 at `one_at`.
    ///
    /// # Errors
    /// [`Invalid::LinearLogOrder`] unless zero_at < one_at.
    pub fn new(zero_at: Scale, one_at: Scale) -> Result<Self, Invalid> {
        Self { zero_at, one_at }.checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self.zero_at < self.one_at {
            Ok(self)
        } else {
            Err(Invalid::LinearLogOrder {
                zero_at: self.zero_at.get(),
                one_at: self.one_at.get(),
            })
        }
    }
}

/// The reward of reinforcement learning over compute (Khatri et al. 2025, arXiv:2510.13786, "ScaleRL"):
/// p = initial + (asymptote - initial)/(1 + (midpoint/N)^exponent), there R0, A, C_mid and B. It is the logistic in ln N in
/// the words of that paper.
///
/// Approach to its asymptote: as a power law with that exponent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Hill {
    /// R0: success probability before anything is learned, below the asymptote.
    initial: Probability,
    /// A: success probability at unlimited scale; .6 is typical.
    asymptote: Probability,
    /// C_mid: the scale half-way between them.
    midpoint: Scale,
    /// B: how efficiently scale is turned into success; 1 to 2 is typical.
    exponent: Positive,
}

checked!(Hill);

impl Default for Hill {
    fn default() -> Self {
        Self {
            initial: Probability::constant(0.1),
            asymptote: Probability::constant(0.6),
            midpoint: Scale::constant(1e9),
            exponent: Positive::constant(1.5),
        }
    }
}

impl Hill {
    /// Success probability as N vanishes.
    #[must_use]
    pub const fn initial(&self) -> Probability {
        self.initial
    }

    /// Success probability as N grows.
    #[must_use]
    pub const fn asymptote(&self) -> Probability {
        self.asymptote
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self.initial < self.asymptote {
            Ok(self)
        } else {
            Err(Invalid::InitialAboveAsymptote {
                initial: self.initial.get(),
                asymptote: self.asymptote.get(),
            })
        }
    }
}

/// The normal ogive of item response theory (Lord 1952) over log10 N: p = floor + (ceiling - floor) Phi(log10(N/midpoint)/sd).
/// It is what comes of thresholds that are normal in log10 N.
///
/// Approach to its ceiling: faster than any power of N, so that exact match sharpens without bound, if slowly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Probit {
    /// Success probability at vanishing scale, below the ceiling.
    floor: Probability,
    /// Success probability at unlimited scale.
    ceiling: Probability,
    /// The scale half-way between floor and ceiling.
    midpoint: Scale,
    /// Standard deviation in decades of scale; .5 to 2 is typical.
    sd: Positive,
}

checked!(Probit);

impl Default for Probit {
    fn default() -> Self {
        Self {
            floor: Probability::constant(0.0),
            ceiling: Probability::constant(1.0),
            midpoint: Scale::constant(1e9),
            sd: Positive::constant(1.0),
        }
    }
}

impl Probit {
    fn checked(self) -> Result<Self, Invalid> {
        floor_below_ceiling(self.floor, self.ceiling)?;
        Ok(self)
    }
}

/// A skill that each try has a chance to teach for good (Okawa et al. 2023, arXiv:2310.09336; tries there are steps of
/// training): p = 1 - (1 - chance)^t after t = N/per-try tries. A task of L steps that each need a skill of their own has
/// p^L, the product that the paper measures.
///
/// Approach to 1: exponentially in N, faster than any power, so that exact match sharpens without bound, if slowly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Acquisition {
    /// Chance that one try teaches the skill; .001 to .1 is typical.
    pub chance: ProperProbability,
    /// The scale that affords one try.
    pub per_try: Scale,
}

impl Default for Acquisition {
    fn default() -> Self {
        Self {
            chance: ProperProbability::constant(0.01),
            per_try: Scale::constant(1e7),
        }
    }
}

pub(super) fn floor_below_ceiling(floor: Probability, ceiling: Probability) -> Result<(), Invalid> {
    match floor < ceiling {
        true => Ok(()),
        false => Err(Invalid::FloorAboveCeiling {
            floor: floor.get(),
            ceiling: ceiling.get(),
        }),
    }
}

/// The hazard of floor + (ceiling - floor)/(1 + e^-log_odds).
pub(super) fn logistic_hazard(floor: Probability, ceiling: Probability, log_odds: f64) -> f64 {
    let (floor, ceiling) = (floor.get(), ceiling.get());
    let share = 1.0 / (1.0 + libm::exp(-log_odds));
    let success = floor + (ceiling - floor) * share;
    // From whichever side keeps its leading digits: far below, easy steps still see p^w.
    if floor == 0.0 {
        softplus(-log_odds) - libm::log(ceiling)
    } else if success < 0.5 {
        -libm::log(success)
    } else {
        let below = (ceiling - floor) / (1.0 + libm::exp(log_odds));
        -libm::log1p(-((1.0 - ceiling) + below).min(1.0))
    }
}

impl Curve for Logistic {
    fn hazard(&self, scale: Scale) -> f64 {
        let log_odds = self.slope.get() * scale.e_folds_above(self.midpoint);
        logistic_hazard(self.floor, self.ceiling, log_odds)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        hazards_of(self.floor, self.ceiling)
    }
}

impl Curve for Hill {
    fn hazard(&self, scale: Scale) -> f64 {
        let log_odds = self.exponent.get() * scale.e_folds_above(self.midpoint);
        logistic_hazard(self.initial, self.asymptote, log_odds)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        hazards_of(self.initial, self.asymptote)
    }
}

impl Curve for Probit {
    fn hazard(&self, scale: Scale) -> f64 {
        let decades = scale.e_folds_above(self.midpoint) / std::f64::consts::LN_10;
        let z = decades / self.sd.get();
        match self.floor.get() {
            0.0 => -ln_normal_cdf(z) - libm::log(self.ceiling.get()),
            _ => hazard_between(self.floor, self.ceiling, normal_cdf(z), normal_cdf(-z)),
        }
    }

    fn hazard_limits(&self) -> (f64, f64) {
        hazards_of(self.floor, self.ceiling)
    }
}

impl Curve for LinearLog {
    fn hazard(&self, scale: Scale) -> f64 {
        let length = self.one_at.e_folds_above(self.zero_at);
        let there = scale.e_folds_above(self.zero_at) / length;
        let missing = self.one_at.e_folds_above(scale) / length;
        match there < 0.5 {
            true => -libm::log(there.max(0.0)),
            false => -libm::log1p(-missing.clamp(0.0, 1.0)),
        }
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (f64::INFINITY, 0.0)
    }
}

impl Curve for Acquisition {
    fn hazard(&self, scale: Scale) -> f64 {
        let tries = libm::exp(scale.e_folds_above(self.per_try));
        // 1 - p = e^-y.
        let y = -tries * libm::log1p(-self.chance.get());
        match y < std::f64::consts::LN_2 {
            // -expm1(-y) underflows with y, whose logarithm does not.
            true if y < 1e-16 => {
                -scale.e_folds_above(self.per_try) - libm::log(-libm::log1p(-self.chance.get()))
            }
            true => -libm::log(-libm::expm1(-y)),
            false => -libm::log1p(-libm::exp(-y)),
        }
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (f64::INFINITY, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve, near, refusal};

    // Expected values: mpmath with 40 digits, at places where a wrong sign, base or exponent would show.

    #[test]
    fn logistic_between_floor_and_ceiling() {
        let curve = curve(r#"{"kind": "logistic", "floor": 0.1, "ceiling": 0.9, "slope": 0.7}"#);
        close(curve.success(at(1e10)), 0.766_929_975_346_750_5); // .1 + .8/(1 + 10^-.7)
        close(curve.success(at(1e8)), 0.233_070_024_653_249_5);
    }

    #[test]
    fn logistic_keeps_the_last_digits_near_one() {
        let curve = curve(r#"{"kind": "logistic"}"#);
        close(curve.hazard(at(1e19)), 9.999_999_999_5e-11); // -ln(1 - 1/(1 + 1e10))
    }

    /// p = 1e-32 there; an easy step of multiplier .001 still succeeds with p^.001 = .929.
    #[test]
    fn logistic_keeps_the_leading_digits_far_below() {
        let logistic =
            curve(r#"{"kind": "logistic", "ceiling": 0.8, "midpoint": 1e12, "slope": 4}"#);
        // 4 ln 1e8 + ln(1/.8).
        close(logistic.hazard(at(1e4)), 73.905_866_527_123_67);
        let line = curve(r#"{"kind": "linear-log"}"#);
        close(line.hazard(at(1.5e7)), 3.3461908133999362); // ln(5/log10 1.5)
    }

    #[test]
    fn linear_log_is_a_straight_line_with_corners() {
        let curve = curve(r#"{"kind": "linear-log"}"#);
        close(curve.success(at(1e8)), 0.2);
        assert_eq!(
            (curve.success(at(1e6)), curve.success(at(1e13))),
            (0.0, 1.0)
        );
    }

    #[test]
    fn hill_is_the_logistic_in_other_words() {
        let hill = curve(
            r#"{"kind": "hill", "initial": 0.13, "asymptote": 0.71, "midpoint": 4e8, "exponent": 1.3}"#,
        );
        close(hill.hazard(at(1e8)), 1.550604847319427);
        close(hill.success(at(9e9)), 0.7000443105317247);
        let logistic = curve(
            r#"{"kind": "logistic", "floor": 0.13, "ceiling": 0.71, "midpoint": 4e8, "slope": 1.3}"#,
        );
        for n in [1.0, 2e7, 5e9, 1e20] {
            assert_eq!(hill.hazard(at(n)), logistic.hazard(at(n)));
        }
    }

    #[test]
    fn probit_is_the_normal_distribution_over_decades() {
        let told = curve(
            r#"{"kind": "probit", "floor": 0.13, "ceiling": 0.94, "midpoint": 4e8, "sd": 0.7}"#,
        );
        close(told.success(at(1e8)), 0.28784542990366796);
        close(told.success(at(9e9)), 0.918373864753654);
    }

    #[test]
    fn probit_keeps_its_digits_at_both_ends() {
        let below = curve(r#"{"kind": "probit", "ceiling": 0.8, "midpoint": 4e8, "sd": 0.7}"#);
        close(below.hazard(at(1e-6)), 221.75379242612755);
        let above = curve(r#"{"kind": "probit", "midpoint": 4e8, "sd": 0.7}"#);
        // z = 5.3, whose square is in the exponent: twelve digits are what z has.
        near(above.hazard(at(2e12)), 6.311285508012837e-8, 1e-13);
    }

    #[test]
    fn acquisition_is_one_less_the_chance_to_have_failed_every_time() {
        let told = curve(r#"{"kind": "acquisition", "chance": 0.013, "per-try": 3e7}"#);
        close(told.hazard(at(1e8)), 3.154027095424082);
        close(told.hazard(at(6e9)), 0.07582124003116836);
        close(told.hazard(at(1e-290)), 689.302655343948);
        near(told.hazard(at(8e10)), 7.010362125696418e-16, 1e-13);
    }

    /// Okawa et al.: tries after which one skill, and three at once, are there with probability .5, at chance .01.
    #[test]
    fn acquisition_takes_as_many_tries_as_the_paper_says() {
        let told = curve(r#"{"kind": "acquisition", "chance": 0.01, "per-try": 1}"#);
        close(told.success(at(68.96756393652849)), 0.5);
        close(libm::pow(told.success(at(157.05210567327697)), 3.0), 0.5);
    }

    #[test]
    fn impossible_curves_cannot_be_built() {
        for (json, told) in [
            (
                r#"{"kind": "logistic", "floor": 0.9, "ceiling": 0.2}"#,
                "floor 0.9 must be below",
            ),
            (
                r#"{"kind": "logistic", "floor": 0.5, "ceiling": 0.5}"#,
                "must be below ceiling 0.5",
            ),
            (
                r#"{"kind": "linear-log", "zero-at": 1e9, "one-at": 1e8}"#,
                "zero-at 1e9 must be below",
            ),
            (
                r#"{"kind": "hill", "initial": 0.6}"#,
                "initial 0.6 must be below asymptote 0.6",
            ),
            (
                r#"{"kind": "probit", "floor": 1.0}"#,
                "floor 1 must be below ceiling 1",
            ),
            (
                r#"{"kind": "acquisition", "chance": 1.0}"#,
                "1 is not strictly between 0 and 1",
            ),
            (
                r#"{"kind": "acquisition", "chance": 0.0}"#,
                "0 is not strictly between 0 and 1",
            ),
        ] {
            assert!(refusal(json).contains(told), "{json}: {}", refusal(json));
        }
    }
}
