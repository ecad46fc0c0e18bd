//! A skill: its curve, and what acts on any curve.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::runs::{BetweenSeeds, Runs};
use super::{Break, ChangeOfLaw, Scale, SkillCurve, softplus};
use crate::domain::{Evaluation, Invalid, Positive};

/// The skill curve, and what acts on it whatever its kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Skill {
    /// Scale to step success.
    #[serde(flatten)]
    pub curve: SkillCurve,
    /// N counts this many times over: a model of scale N has the skill of one of `efficiency` N.
    pub efficiency: Positive,
    /// The log-odds of a step are divided by this: below 1 it makes the likelier answer likelier still, as greedy decoding
    /// does.
    pub temperature: Positive,
    /// Differences between training runs.
    pub between_seeds: BetweenSeeds,
}

impl From<SkillCurve> for Skill {
    fn from(curve: SkillCurve) -> Self {
        let Beside {
            efficiency,
            temperature,
            between_seeds,
        } = Beside::default();
        Self {
            curve,
            efficiency,
            temperature,
            between_seeds,
        }
    }
}

impl Default for Skill {
    fn default() -> Self {
        SkillCurve::default().into()
    }
}

/// What stands beside the parameters of every curve.
#[derive(Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
struct Beside {
    /// N counts this many times over: 10 moves the whole curve a decade to smaller scales.
    efficiency: Positive,
    /// The log-odds of a step are divided by this; below 1, as with greedy decoding, every curve is sharper.
    temperature: Positive,
    /// Differences between training runs of one scale.
    between_seeds: BetweenSeeds,
}

impl Default for Beside {
    fn default() -> Self {
        Self {
            efficiency: Positive::constant(1.0),
            temperature: Positive::constant(1.0),
            between_seeds: BetweenSeeds::default(),
        }
    }
}

impl Skill {
    /// The same kinds with every parameter at its default.
    #[must_use]
    pub fn with_default_parameters(&self) -> Self {
        Self {
            between_seeds: self.between_seeds.with_default_parameters(),
            ..self.curve.with_default_parameters().into()
        }
    }

    /// h(N) = -ln p(N), in nats per step of ordinary difficulty; infinite where p = 0.
    #[must_use]
    pub fn hazard(&self, scale: Scale) -> f64 {
        self.tempered(self.curve.hazard(times(scale, self.efficiency.get())))
    }

    /// p(N), the success probability of one step of ordinary difficulty.
    #[must_use]
    pub fn success(&self, scale: Scale) -> f64 {
        libm::exp(-self.hazard(scale))
    }

    /// What h tends to as N vanishes, and as N grows without end; of a table, its values at its ends.
    #[must_use]
    pub fn hazard_limits(&self) -> (f64, f64) {
        let (low, high) = self.curve.hazard_limits();
        (self.tempered(low), self.tempered(high))
    }

    /// Whether training runs of one scale differ in skill.
    #[must_use]
    pub fn runs_differ(&self) -> bool {
        self.between_seeds != BetweenSeeds::None
    }

    /// The training runs of a scale.
    #[must_use]
    pub fn runs(&self, scale: Scale) -> Runs {
        let counted = times(scale, self.efficiency.get());
        self.between_seeds.at(counted, self.hazard(scale))
    }

    /// What they tend to as N vanishes, and as N grows without end.
    #[must_use]
    pub fn run_limits(&self) -> (Runs, Runs) {
        self.between_seeds.limits(self.hazard_limits())
    }

    /// The hazard of the training run of a scale that is more skilled than a share `luck` of all its runs, within (0, 1).
    #[must_use]
    pub fn hazard_of_run(&self, scale: Scale, luck: f64) -> f64 {
        self.runs(scale).hazard(luck)
    }

    /// The genuine changes of law that the curve declares, by scale. Exponents are those before `temperature`.
    #[must_use]
    pub fn declared_breaks(&self) -> Vec<Break> {
        let success = |p: f64| libm::exp(-self.tempered(-libm::log(p)));
        let moved = |one: Break| Break {
            at: times(one.at, 1.0 / self.efficiency.get()),
            change: match one.change {
                ChangeOfLaw::Threshold { floor } => ChangeOfLaw::Threshold {
                    floor: success(floor),
                },
                ChangeOfLaw::Transition { floor } => ChangeOfLaw::Transition {
                    floor: success(floor),
                },
                ChangeOfLaw::Step { from, to } => ChangeOfLaw::Step {
                    from: success(from),
                    to: success(to),
                },
                same @ (ChangeOfLaw::Exponent { .. } | ChangeOfLaw::Turn) => same,
            },
            ..one
        };
        self.curve
            .declared_breaks()
            .into_iter()
            .map(moved)
            .collect()
    }

    /// The scales that the skill is known at, where those are not all.
    #[must_use]
    pub fn range(&self) -> Option<(Scale, Scale)> {
        let (first, last) = self.curve.range()?;
        let moved = |scale| times(scale, 1.0 / self.efficiency.get());
        Some((moved(first), moved(last)))
    }

    /// The exponent a where the hazard of every training run is a multiple of N^-a and nothing else.
    #[must_use]
    pub fn pure_exponent(&self) -> Option<f64> {
        let is_untempered = self.temperature.get() == 1.0;
        let exponent = self.curve.pure_exponent();
        exponent.filter(|_| is_untempered && !self.runs_differ())
    }

    /// Whether every training run has the same logistic in ln N from 0 to 1, which no temperature changes.
    #[must_use]
    pub fn is_whole_logistic(&self) -> bool {
        self.curve.is_whole_logistic() && !self.runs_differ()
    }

    /// Whether the curve is known where an evaluation measures it.
    pub(crate) fn fits(&self, evaluation: &Evaluation) -> Result<(), Invalid> {
        self.curve.fits(self.range(), evaluation)
    }

    /// The hazard whose log-odds are those of another divided by the temperature.
    fn tempered(&self, hazard: f64) -> f64 {
        let temperature = self.temperature.get();
        if temperature == 1.0 {
            return hazard;
        }
        // ln((1-p)/p) = ln(e^h - 1); the hazard of log-odds x is ln(1 + e^-x).
        let against = match hazard > 1.0 {
            true => hazard + libm::log1p(-libm::exp(-hazard)),
            false => libm::log(libm::expm1(hazard)),
        };
        softplus(against / temperature)
    }
}

/// A scale times a factor, within what doubles hold.
fn times(scale: Scale, factor: f64) -> Scale {
    let product = scale.get() * factor;
    Scale::try_from(product.clamp(f64::MIN_POSITIVE, f64::MAX)).unwrap_or(scale)
}

impl JsonSchema for Skill {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Skill".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let beside = Beside::json_schema(generator);
        let mut schema = SkillCurve::json_schema(generator);
        crate::domain::tagged::give_every_kind(&mut schema, &beside);
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
                let mut beside = Beside::default();
                let curve = Aside {
                    map,
                    beside: &mut beside,
                };
                let curve =
                    SkillCurve::deserialize(serde::de::value::MapAccessDeserializer::new(curve))?;
                let Beside {
                    efficiency,
                    temperature,
                    between_seeds,
                } = beside;
                Ok(Skill {
                    curve,
                    efficiency,
                    temperature,
                    between_seeds,
                })
            }
        }

        deserializer.deserialize_struct(
            crate::domain::TABLE_WITH_KIND,
            SkillCurve::KIND_FIRST,
            Table,
        )
    }
}

/// A table that shares its keys between a curve and what stands beside it, which is put aside on the way.
struct Aside<'a, A> {
    map: A,
    beside: &'a mut Beside,
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
            match key.as_str() {
                "efficiency" => self.beside.efficiency = self.map.next_value()?,
                "temperature" => self.beside.temperature = self.map.next_value()?,
                "between-seeds" => self.beside.between_seeds = self.map.next_value()?,
                _ => return seed.deserialize(key.into_deserializer()).map(Some),
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
    use super::super::testing::{at, close, near, skill};
    use super::*;

    #[test]
    fn the_kind_may_come_last_and_what_stands_beside_in_between() {
        let json = r#"{"slope": 2.0, "between-seeds": {"kind": "none"}, "temperature": 0.5, "kind": "logistic", "efficiency": 3.0}"#;
        let skill = skill(json);
        assert_eq!(skill.curve.kind(), "logistic");
        assert_eq!(
            (skill.temperature.get(), skill.efficiency.get()),
            (0.5, 3.0)
        );
        assert!(serde_json::from_str::<Skill>(r#"{"kind": "logistic", "alpha": 2.0}"#).is_err());
    }

    // Expected values: mpmath with 40 digits, at places where a wrong sign, base or exponent would show.

    #[test]
    fn efficiency_multiplies_scale() {
        let told = skill(r#"{"efficiency": 7}"#);
        close(told.hazard(at(3e9)), 0.16234743813548297);
        assert_eq!(skill(r#"{"efficiency": 1}"#), Skill::default());
        let broken = skill(r#"{"kind": "broken-power-law", "efficiency": 4}"#);
        assert_eq!(broken.declared_breaks()[0].at, at(2.5e9));
        let table =
            skill(r#"{"kind": "table", "points": [[4e8, 0.2], [8e9, 0.7]], "efficiency": 4}"#);
        assert_eq!(table.range(), Some((at(1e8), at(2e9))));
        close(table.success(at(1e8)), 0.2);
        // Further than doubles reach is as far as they reach.
        let far = skill(r#"{"efficiency": 1e300}"#);
        assert!(far.hazard(at(1e300)) < 1e-90);
    }

    #[test]
    fn temperature_divides_the_log_odds() {
        close(
            skill(r#"{"temperature": 0.4}"#).hazard(at(3e9)),
            0.07984749058744199,
        );
        near(
            skill(r#"{"temperature": 1.7}"#).hazard(at(3.0)),
            212.48577049256824,
            1e-14,
        );
    }

    /// Far out the logarithm of the hazard, divided by the temperature, is what has sixteen digits.
    #[test]
    fn temperature_keeps_the_digits_at_both_ends() {
        near(
            skill(r#"{"temperature": 0.4}"#).hazard(at(1e30)),
            1.9952623975555626e-19,
            1e-13,
        );
        near(
            skill(r#"{"temperature": 2.5}"#).hazard(at(1e40)),
            4.446213829150781e-5,
            1e-13,
        );
        let sure = skill(r#"{"kind": "linear-log", "temperature": 0.4}"#);
        assert_eq!(
            (sure.hazard(at(1e13)), sure.hazard(at(1e6))),
            (0.0, f64::INFINITY)
        );
        assert_eq!(sure.hazard_limits(), (f64::INFINITY, 0.0));
        let mid =
            skill(r#"{"kind": "logistic", "floor": 0.2, "ceiling": 0.7, "temperature": 0.5}"#);
        // Odds squared: 1/16 and 49/9.
        close(libm::exp(-mid.hazard_limits().0), 1.0 / 17.0);
        close(libm::exp(-mid.hazard_limits().1), 49.0 / 58.0);
    }

    #[test]
    fn theorems_know_the_temperature() {
        let exponent = |json| skill(json).pure_exponent();
        assert_eq!(exponent(r#"{"efficiency": 3}"#), Some(0.34));
        assert_eq!(exponent(r#"{"temperature": 0.5}"#), None);
        assert!(skill(r#"{"kind": "logistic", "temperature": 0.5}"#).is_whole_logistic());
    }

    #[test]
    fn a_table_is_measured_where_it_is_known() {
        let read = |rest: &str| {
            let json = format!(
                r#"{{"skill": {{"kind": "table", "points": [[1e8, 0.2], [1e10, 0.7]]}}, "evaluation": {{{rest}}}}}"#
            );
            serde_json::from_str::<crate::domain::Scenario>(&json)
                .map_err(|error| error.to_string())
        };
        assert!(read(r#""scales": [1e8, 2e9, 1e10]"#).is_ok());
        for scales in ["[9.9e7, 1e9]", "[1e9, 1.01e10]"] {
            let told = read(&format!(r#""scales": {scales}"#)).unwrap_err();
            assert!(
                told.contains("is outside the table of [skill], which is known from 1e8 to 1e10"),
                "{told}"
            );
        }
        let by_loss = r#"{"skill": {"kind": "chinchilla"}, "evaluation": {"axis": "flops"}}"#;
        let told = serde_json::from_str::<crate::domain::Scenario>(by_loss).unwrap_err();
        assert!(told.to_string().contains("the axis must be"), "{told}");
    }
}
