//! How one step's success probability grows with scale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tagged::{checked, tagged};
use super::{Invalid, NonNegative, Positive, Probability, Scale};

tagged! {
    /// Scale to the success probability of one step, p(N); equivalently its hazard h(N) = -ln p(N).
    ///
    /// How p approaches 1 decides what exact match does to the curve: see each variant.
    pub enum SkillCurve, default "power-law" = Self::PowerLaw(PowerLaw::default()); {
        "power-law" => PowerLaw(PowerLaw):
            "h = (N/c)^-alpha",
            source "Kaplan et al. 2020, arXiv:2001.08361; Schaeffer et al. 2023, arXiv:2304.15004, section 2";
        "irreducible-power-law" => IrreduciblePowerLaw(IrreduciblePowerLaw):
            "h = irreducible + (N/c)^-alpha",
            source "Hoffmann et al. 2022, arXiv:2203.15556, equation 10, in N alone";
        "logistic" => Logistic(Logistic):
            "p = floor + (ceiling - floor)/(1 + (N/midpoint)^-slope)",
            source "Barton and Lord 1981, ETS Research Report 81-20, over ln N";
        "linear-log" => LinearLog(LinearLog):
            "p = log10(N/zero-at)/log10(one-at/zero-at), kept within 0 and 1",
            source "a control of our own: no law of growth is known to arrive at a corner";
        "broken-power-law" => BrokenPowerLaw(BrokenPowerLaw):
            "h = (N/c)^-alpha (1 + (N/d)^(1/f))^(-(alpha-after - alpha) f), d = break-at, f = break-width",
            source "Caballero et al. 2022, arXiv:2210.14891, with one break, in the hazard";
    }
}

/// The per-token loss of Kaplan et al. (arXiv:2001.08361), as the per-step hazard of Schaeffer et al. 2023
/// (arXiv:2304.15004, section 2): h = (N/c)^-alpha, p = exp(-h).
///
/// Approach to 1: as a power law, 1 - p ~ (N/c)^-alpha. The curve p^L over log N is a Gumbel curve whose width does not
/// depend on L: more steps move it by log10(L)/alpha decades and sharpen nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PowerLaw {
    /// The scale at which h = 1, p = 1/e.
    pub c: Scale,
    /// Exponent; .05 to .5 is typical of losses.
    pub alpha: Positive,
}

impl Default for PowerLaw {
    fn default() -> Self {
        Self {
            c: Scale::constant(1e8),
            alpha: Positive::constant(0.34),
        }
    }
}

/// A power law above an irreducible loss (Hoffmann et al. 2022, arXiv:2203.15556, equation 10, in N alone):
/// h = irreducible + (N/c)^-alpha.
///
/// Approach to 1: it stops at exp(-irreducible), so exact match of L steps never exceeds exp(-L irreducible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct IrreduciblePowerLaw {
    /// The scale at which the reducible part of the hazard is 1.
    pub c: Scale,
    /// Exponent of the reducible part.
    pub alpha: Positive,
    /// Hazard that no scale removes, per step; 0 to .05 is typical.
    pub irreducible: NonNegative,
}

impl Default for IrreduciblePowerLaw {
    fn default() -> Self {
        let PowerLaw { c, alpha } = PowerLaw::default();
        Self {
            c,
            alpha,
            irreducible: NonNegative::constant(0.01),
        }
    }
}

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

/// A smoothly broken power law with one break (Caballero et al. 2022, arXiv:2210.14891) in the hazard:
/// h = (N/c)^-alpha (1 + (N/d)^(1/f))^(-(alpha-after - alpha) f), d = break-at, f = break-width.
///
/// Approach to 1: as a power law with exponent alpha-after. The change of exponent is a genuine break.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct BrokenPowerLaw {
    /// The scale at which h = 1 if there were no break.
    pub c: Scale,
    /// Exponent well below the break.
    pub alpha: Positive,
    /// Exponent well above the break.
    pub alpha_after: Positive,
    /// Where the exponent changes.
    pub break_at: Scale,
    /// How gradually it changes, in e-folds of scale; .05 to .5 is typical, towards 0 it becomes a kink.
    pub break_width: Positive,
}

impl Default for BrokenPowerLaw {
    fn default() -> Self {
        Self {
            c: Scale::constant(1e8),
            alpha: Positive::constant(0.25),
            alpha_after: Positive::constant(0.5),
            break_at: Scale::constant(1e10),
            break_width: Positive::constant(0.2),
        }
    }
}

impl SkillCurve {
    /// h(N) = -ln p(N), in nats per step; infinite where p = 0.
    #[must_use]
    pub fn hazard(&self, scale: Scale) -> f64 {
        let power = |c: Scale, alpha: Positive| libm::exp(-alpha.get() * scale.e_folds_above(c));
        match self {
            Self::PowerLaw(law) => power(law.c, law.alpha),
            Self::IrreduciblePowerLaw(law) => law.irreducible.get() + power(law.c, law.alpha),
            Self::Logistic(law) => {
                let (floor, ceiling) = (law.floor.get(), law.ceiling.get());
                let log_odds = law.slope.get() * scale.e_folds_above(law.midpoint);
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
            Self::LinearLog(law) => {
                let length = law.one_at.e_folds_above(law.zero_at);
                let there = scale.e_folds_above(law.zero_at) / length;
                let missing = law.one_at.e_folds_above(scale) / length;
                match there < 0.5 {
                    true => -libm::log(there.max(0.0)),
                    false => -libm::log1p(-missing.clamp(0.0, 1.0)),
                }
            }
            Self::BrokenPowerLaw(law) => {
                let width = law.break_width.get();
                let past = scale.e_folds_above(law.break_at) / width;
                let change = law.alpha_after.get() - law.alpha.get();
                let turned = change * width * softplus(past);
                libm::exp(-law.alpha.get() * scale.e_folds_above(law.c) - turned)
            }
        }
    }

    /// p(N), the success probability of one step of ordinary difficulty.
    #[must_use]
    pub fn success(&self, scale: Scale) -> f64 {
        libm::exp(-self.hazard(scale))
    }

    /// What h tends to as N vanishes, and as N grows without end.
    #[must_use]
    pub fn hazard_limits(&self) -> (f64, f64) {
        match self {
            Self::PowerLaw(_) | Self::LinearLog(_) | Self::BrokenPowerLaw(_) => {
                (f64::INFINITY, 0.0)
            }
            Self::IrreduciblePowerLaw(law) => (f64::INFINITY, law.irreducible.get()),
            Self::Logistic(law) => (-libm::log(law.floor.get()), -libm::log(law.ceiling.get())),
        }
    }

    /// The genuine change of law that the curve declares, if any. Corners of a straight line are none.
    #[must_use]
    pub fn declared_break(&self) -> Option<Break> {
        match self {
            Self::BrokenPowerLaw(law) if law.alpha != law.alpha_after => Some(Break {
                at: law.break_at,
                exponent_before: law.alpha.get(),
                exponent_after: law.alpha_after.get(),
                width: law.break_width.get() / std::f64::consts::LN_10,
            }),
            _ => None,
        }
    }
}

/// ln(1 + e^x), without overflow.
pub(super) fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

/// Where a curve changes its law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// The scale of the change.
    pub at: Scale,
    /// Minus the slope of log10 h over log10 N well below it.
    pub exponent_before: f64,
    /// Minus the slope of log10 h over log10 N well above it.
    pub exponent_after: f64,
    /// How gradual it is, in decades of scale.
    pub width: f64,
}

tagged! {
    /// How training runs of one scale differ in skill.
    pub enum BetweenSeeds, default "none" = Self::None; {
        "none" => None:
            "they do not: another training seed is another set of attempts at the same skill";
    }
}

/// The skill curve, and how training runs scatter around it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Skill {
    /// Scale to step success.
    #[serde(flatten)]
    pub curve: SkillCurve,
    /// Differences between training runs.
    pub between_seeds: BetweenSeeds,
}

impl JsonSchema for Skill {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Skill".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // `between-seeds` stands beside the parameters of every curve.
        #[derive(Default, Serialize, JsonSchema)]
        #[serde(default, rename_all = "kebab-case")]
        struct Beside {
            /// Differences between training runs of one scale.
            between_seeds: BetweenSeeds,
        }
        let beside = Beside::json_schema(generator);
        let mut schema = SkillCurve::json_schema(generator);
        super::tagged::give_every_kind(&mut schema, &beside);
        schema
    }
}

impl<'de> Deserialize<'de> for Skill {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;

        impl<'de> serde::de::Visitor<'de> for Table {
            type Value = Skill;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter
                    .write_str("a table such as { kind = \"power-law\", c = 1e8, alpha = 0.34 }")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Skill, A::Error> {
                let mut between_seeds = None;
                let curve = Aside {
                    map,
                    aside: &mut between_seeds,
                };
                let curve =
                    SkillCurve::deserialize(serde::de::value::MapAccessDeserializer::new(curve))?;
                Ok(Skill {
                    curve,
                    between_seeds: between_seeds.unwrap_or_default(),
                })
            }
        }

        deserializer.deserialize_struct(super::TABLE_WITH_KIND, SkillCurve::KIND_FIRST, Table)
    }
}

/// A table that shares its keys between a curve and `between-seeds`, which is put aside on the way.
struct Aside<'a, A> {
    map: A,
    aside: &'a mut Option<BetweenSeeds>,
}

impl<'de, A: serde::de::MapAccess<'de>> serde::de::MapAccess<'de> for Aside<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: serde::de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        use serde::de::IntoDeserializer;
        loop {
            let Some(key) = self.map.next_key::<String>()? else {
                return Ok(None);
            };
            if key == "between-seeds" {
                *self.aside = Some(self.map.next_value()?);
            } else {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
        }
    }

    fn next_value_seed<V: serde::de::DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: f64) -> Scale {
        Scale::try_from(n).unwrap()
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 1e-14 * expected.abs(),
            "{found} is not {expected}"
        );
    }

    // Expected values: mpmath with 40 digits, at places where a wrong sign, base or exponent would show.

    #[test]
    fn power_law_hazard() {
        let curve = SkillCurve::default();
        close(curve.hazard(at(1e10)), 0.208_929_613_085_403_95); // 100^-.34
        close(curve.success(at(3e7)), 0.221_830_920_556_312_2); // exp(-(.3)^-.34)
    }

    #[test]
    fn irreducible_hazard_is_added() {
        let curve = SkillCurve::IrreduciblePowerLaw(IrreduciblePowerLaw::default());
        close(curve.hazard(at(1e10)), 0.218_929_613_085_403_95);
    }

    #[test]
    fn logistic_between_floor_and_ceiling() {
        let probability = |p| Probability::try_from(p).unwrap();
        let curve = Logistic::new(
            probability(0.1),
            probability(0.9),
            at(1e9),
            Positive::try_from(0.7).unwrap(),
        );
        let curve = SkillCurve::Logistic(curve.unwrap());
        close(curve.success(at(1e10)), 0.766_929_975_346_750_5); // .1 + .8/(1 + 10^-.7)
        close(curve.success(at(1e8)), 0.233_070_024_653_249_5);
    }

    #[test]
    fn logistic_keeps_the_last_digits_near_one() {
        let curve = SkillCurve::Logistic(Logistic::default());
        close(curve.hazard(at(1e19)), 9.999_999_999_5e-11); // -ln(1 - 1/(1 + 1e10))
    }

    /// p = 1e-32 there; an easy step of multiplier .001 still succeeds with p^.001 = .929.
    #[test]
    fn logistic_keeps_the_leading_digits_far_below() {
        let probability = |p| Probability::try_from(p).unwrap();
        let curve = Logistic::new(
            probability(0.0),
            probability(0.8),
            at(1e12),
            Positive::constant(4.0),
        );
        let curve = SkillCurve::Logistic(curve.unwrap());
        // 4 ln 1e8 + ln(1/.8).
        close(curve.hazard(at(1e4)), 73.905_866_527_123_67);
        let line = SkillCurve::LinearLog(LinearLog::default());
        close(line.hazard(at(1.5e7)), 3.3461908133999362); // ln(5/log10 1.5)
    }

    #[test]
    fn linear_log_is_a_straight_line_with_corners() {
        let curve = SkillCurve::LinearLog(LinearLog::default());
        close(curve.success(at(1e8)), 0.2);
        assert_eq!(
            (curve.success(at(1e6)), curve.success(at(1e13))),
            (0.0, 1.0)
        );
    }

    #[test]
    fn broken_power_law_changes_exponent() {
        let curve = SkillCurve::BrokenPowerLaw(BrokenPowerLaw::default());
        // At the break itself: 100^-.25 * 2^(-.25 * .2).
        close(
            curve.hazard(at(1e10)),
            0.316_227_766_016_837_94 * 0.965_936_328_924_845_5,
        );
        let slope = |n: f64| {
            libm::log(curve.hazard(at(n * 1.001)) / curve.hazard(at(n))) / libm::log(1.001)
        };
        assert!((slope(1e7) + 0.25).abs() < 1e-6 && (slope(1e13) + 0.5).abs() < 1e-6);
    }

    /// Each curve is as near to its limits, far out, as its own formula says.
    #[test]
    fn hazards_tend_to_their_limits() {
        let read = |json: &str| serde_json::from_str::<SkillCurve>(json).unwrap();
        for (json, low, high) in [
            (r#"{"kind": "power-law"}"#, f64::INFINITY, 0.0),
            (
                r#"{"kind": "irreducible-power-law", "irreducible": 0.03}"#,
                f64::INFINITY,
                0.03,
            ),
            (
                r#"{"kind": "logistic", "floor": 0.2, "ceiling": 0.7}"#,
                1.609_437_912_434_100_4,
                0.356_674_943_938_732_4,
            ),
            (r#"{"kind": "linear-log"}"#, f64::INFINITY, 0.0),
            (r#"{"kind": "broken-power-law"}"#, f64::INFINITY, 0.0),
        ] {
            let curve = read(json);
            let (found_low, found_high) = curve.hazard_limits();
            assert!(
                found_low == low || (found_low - low).abs() < 1e-14,
                "{json}"
            );
            assert!((found_high - high).abs() < 1e-14, "{json}");
            assert!((curve.hazard(at(1e100)) - high).abs() < 1e-12, "{json}");
            let far = curve.hazard(at(1e-100));
            assert!(
                if low.is_infinite() {
                    far > 1e20
                } else {
                    (far - low).abs() < 1e-12
                },
                "{json}"
            );
        }
    }

    #[test]
    fn only_a_change_of_exponent_is_a_break() {
        let broken = SkillCurve::BrokenPowerLaw(BrokenPowerLaw::default())
            .declared_break()
            .unwrap();
        assert_eq!(
            (broken.at, broken.exponent_before, broken.exponent_after),
            (at(1e10), 0.25, 0.5)
        );
        close(broken.width, 0.086_858_896_380_650_37); // .2 log10 e
        let same = BrokenPowerLaw {
            alpha_after: Positive::constant(0.25),
            ..BrokenPowerLaw::default()
        };
        assert_eq!(SkillCurve::BrokenPowerLaw(same).declared_break(), None);
        assert_eq!(
            SkillCurve::LinearLog(LinearLog::default()).declared_break(),
            None
        );
    }

    #[test]
    fn impossible_curves_cannot_be_built() {
        let half = Probability::try_from(0.5).unwrap();
        assert!(Logistic::new(half, half, at(1e9), Positive::constant(1.0)).is_err());
        assert!(LinearLog::new(at(1e9), at(1e8)).is_err());
        let json = r#"{"kind": "logistic", "floor": 0.9, "ceiling": 0.2}"#;
        assert!(
            serde_json::from_str::<Skill>(json)
                .unwrap_err()
                .to_string()
                .contains("floor 0.9 must be below")
        );
    }

    #[test]
    fn the_kind_may_come_last_and_seeds_in_between() {
        let json = r#"{"slope": 2.0, "between-seeds": {"kind": "none"}, "kind": "logistic"}"#;
        let skill: Skill = serde_json::from_str(json).unwrap();
        assert_eq!(skill.curve.kind(), "logistic");
        assert!(serde_json::from_str::<Skill>(r#"{"kind": "logistic", "alpha": 2.0}"#).is_err());
    }
}
