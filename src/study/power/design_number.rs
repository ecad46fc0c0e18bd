//! The numbers of a design that a power depends on, and designs with another one.

use serde_json::Value as Json;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::{PowerPlan, PowerPlanError};
use crate::domain::{Scales, Scenario};

/// A number of a design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DesignNumber {
    /// Items of the test set.
    Items,
    /// Scales, even in log10 N between the first and the last.
    Scales,
    /// Attempts of each training run at an item.
    Attempts,
    /// Training runs at each scale.
    TrainingSeeds,
    /// How much of the way from the law without an effect to the alternative is gone: 1 is the alternative. Where a
    /// break is sought, the change of the exponent, in units of its own.
    Effect,
}

/// Why there is no such design.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DesignNumberError {
    /// A count is whole and at least one.
    #[error("{} = {value}: a whole number from 1 on is wanted", number.name())]
    NotACount {
        /// Which number.
        number: DesignNumber,
        /// Its value.
        value: f64,
    },
    /// The scenario with it is none.
    #[error("{} = {value}: {problem}", number.name())]
    NoScenario {
        /// Which number.
        number: DesignNumber,
        /// Its value.
        value: f64,
        /// What is wrong.
        problem: String,
    },
    /// More than numbers differ.
    #[error(
        "effect: the alternative differs by more than numbers ({key}), so there is nothing half-way; let both have the same kinds"
    )]
    NotBetween {
        /// The first key that has no number on both sides.
        key: String,
    },
    /// A list of values that is none.
    #[error("{}: {problem}", number.name())]
    NoValues {
        /// Which number.
        number: DesignNumber,
        /// What is wrong.
        problem: String,
    },
    /// Nothing is sought that could be smaller.
    #[error(
        "effect: give an alternative, or a curve with skill.kind = \"broken-power-law\", whose change can be made smaller"
    )]
    NoEffect,
    /// The plan with it cannot be answered.
    #[error(transparent)]
    Plan(#[from] PowerPlanError),
}

impl DesignNumber {
    /// As the command line writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Scales => "scales",
            Self::Attempts => "attempts",
            Self::TrainingSeeds => "training-seeds",
            Self::Effect => "effect",
        }
    }

    /// The least and the largest that are looked at.
    #[must_use]
    pub const fn bounds(self) -> (f64, f64) {
        match self {
            Self::Items => (2.0, 1e6),
            Self::Scales => (5.0, 200.0),
            Self::Attempts => (1.0, 1000.0),
            Self::TrainingSeeds => (1.0, 1000.0),
            Self::Effect => (0.01, 100.0),
        }
    }

    /// Whether it counts something.
    #[must_use]
    pub const fn is_count(self) -> bool {
        !matches!(self, Self::Effect)
    }

    /// Reads values: separated by commas, or `log:FIRST:LAST:COUNT` or `lin:FIRST:LAST:COUNT`; counts are rounded to whole
    /// numbers, and each stands once.
    ///
    /// # Errors
    /// [`DesignNumberError::NoValues`].
    pub fn values(self, text: &str) -> Result<Vec<f64>, DesignNumberError> {
        let refused = |problem: String| DesignNumberError::NoValues {
            number: self,
            problem,
        };
        let text = text.trim();
        let all: Vec<f64> = if text.starts_with("log:") || text.starts_with("lin:") {
            let scales = Scales::generated(text).map_err(|error| refused(error.to_string()))?;
            scales.as_slice().iter().map(|value| value.get()).collect()
        } else {
            let number = |word: &str| word.trim().replace('_', "").parse().ok();
            let numbers = text.split(',').map(|word| {
                let value = number(word).filter(|value: &f64| value.is_finite() && *value > 0.0);
                value.ok_or_else(|| refused(format!("{:?} is no number above 0", word.trim())))
            });
            numbers.collect::<Result<_, _>>()?
        };
        let mut kept: Vec<f64> = Vec::with_capacity(all.len());
        for value in all {
            let value = match self.is_count() {
                true => libm::round(value),
                false => value,
            };
            if !kept.contains(&value) {
                kept.push(value);
            }
        }
        Ok(kept)
    }

    /// What a design has.
    #[must_use]
    pub fn of(self, plan: &PowerPlan) -> f64 {
        let evaluation = &plan.scenario.evaluation;
        match self {
            Self::Items => evaluation.items.get() as f64,
            Self::Scales => evaluation.scales.as_slice().len() as f64,
            Self::Attempts => f64::from(evaluation.attempts.get()),
            Self::TrainingSeeds => f64::from(evaluation.training_seeds.get()),
            Self::Effect => 1.0,
        }
    }

    /// The same plan with each of some values of it.
    ///
    /// # Errors
    /// See [`DesignNumberError`].
    pub fn designs(
        self,
        plan: &PowerPlan,
        values: &[f64],
    ) -> Result<Vec<(f64, PowerPlan)>, DesignNumberError> {
        let designs = values.iter();
        let designs = designs.map(|&value| Ok((value, self.put(plan, value)?)));
        designs.collect()
    }

    /// The same plan with another value of it.
    ///
    /// # Errors
    /// See [`DesignNumberError`].
    pub fn put(self, plan: &PowerPlan, value: f64) -> Result<PowerPlan, DesignNumberError> {
        let is_whole = value >= 1.0 && libm::floor(value) == value;
        if self.is_count() && !is_whole {
            let number = self;
            return Err(DesignNumberError::NotACount { number, value });
        }
        let (key, setting): (&str, Json) = match self {
            Self::Effect => return effect(plan, value),
            Self::Items => ("items", (value as u64).into()),
            Self::Attempts => ("attempts", (value as u64).into()),
            Self::TrainingSeeds => ("training-seeds", (value as u64).into()),
            Self::Scales => {
                let (first, last) = plan.scenario.evaluation.scales.window();
                let words = format!("log:{:e}:{:e}:{value}", first.get(), last.get());
                ("scales", words.into())
            }
        };
        let with = |scenario: &Scenario| {
            rewritten(scenario, |json| {
                if let Some(there) = json.pointer_mut(&format!("/evaluation/{key}")) {
                    *there = setting.clone();
                }
            })
            .map_err(|problem| DesignNumberError::NoScenario {
                number: self,
                value,
                problem,
            })
        };
        let alternative = plan.alternative.as_ref().map(with).transpose()?;
        Ok(PowerPlan::new(
            plan.name.clone(),
            with(&plan.scenario)?,
            alternative,
            plan.settings.clone(),
        )?)
    }
}

/// A scenario with settings changed in the tree of its values, checked like any other.
fn rewritten(scenario: &Scenario, change: impl FnOnce(&mut Json)) -> Result<Scenario, String> {
    let mut json = serde_json::to_value(scenario).map_err(|error| error.to_string())?;
    change(&mut json);
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// A plan whose sought law lies so far from the law without an effect.
fn effect(plan: &PowerPlan, value: f64) -> Result<PowerPlan, DesignNumberError> {
    let breaks = plan.settings.test.as_slice();
    let seeks_break = breaks.iter().any(|test| test.is_of_breaks());
    let no_scenario = |problem: String| DesignNumberError::NoScenario {
        number: DesignNumber::Effect,
        value,
        problem,
    };
    let (from, to) = match (&plan.alternative, seeks_break) {
        (Some(alternative), false) => (plan.scenario.clone(), alternative),
        _ => {
            let sought = plan.sought();
            let unbroken = rewritten(sought, |json| {
                let alpha = json.pointer("/skill/alpha").cloned();
                if let (Some(alpha), Some(after)) = (alpha, json.pointer_mut("/skill/alpha-after"))
                {
                    *after = alpha;
                }
            });
            let unbroken = unbroken.map_err(no_scenario)?;
            if unbroken == *sought {
                return Err(DesignNumberError::NoEffect);
            }
            (unbroken, sought)
        }
    };
    let json = |scenario: &Scenario| {
        serde_json::to_value(scenario).map_err(|error| no_scenario(error.to_string()))
    };
    let (from, to) = (json(&from)?, json(to)?);
    let between = between("", &from, &to, value)?;
    let sought: Scenario =
        serde_json::from_value(between).map_err(|error| no_scenario(error.to_string()))?;
    let (scenario, alternative) = match plan.alternative {
        Some(_) => (plan.scenario.clone(), Some(sought)),
        None => (sought, None),
    };
    Ok(PowerPlan::new(
        plan.name.clone(),
        scenario,
        alternative,
        plan.settings.clone(),
    )?)
}

/// Numbers that differ, this far on the way from one to the other; all else must be the same.
fn between(key: &str, from: &Json, to: &Json, way: f64) -> Result<Json, DesignNumberError> {
    let not_between = || DesignNumberError::NotBetween {
        key: key.trim_start_matches('.').to_owned(),
    };
    match (from, to) {
        _ if from == to => Ok(from.clone()),
        (Json::Number(one), Json::Number(other)) => {
            let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) else {
                return Err(not_between());
            };
            Ok((one + way * (other - one)).into())
        }
        (Json::Object(one), Json::Object(other)) if one.len() == other.len() => {
            let mut all = serde_json::Map::new();
            for (name, value) in one {
                let Some(there) = other.get(name) else {
                    return Err(not_between());
                };
                let inner = between(&format!("{key}.{name}"), value, there, way)?;
                all.insert(name.clone(), inner);
            }
            Ok(all.into())
        }
        _ => Err(not_between()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(scenario: &str, alternative: Option<&str>, settings: &str) -> PowerPlan {
        let scenario = serde_json::from_str(scenario).unwrap();
        let alternative = alternative.map(|text| serde_json::from_str(text).unwrap());
        let settings = serde_json::from_str(settings).unwrap();
        PowerPlan::new("plan".to_owned(), scenario, alternative, settings).unwrap()
    }

    const BROKEN: &str = r#"{"skill": {"kind": "broken-power-law", "alpha": 0.2, "alpha-after": 0.7, "break-at": 3e9}}"#;

    #[test]
    fn counts_are_put_into_the_design() {
        let plan = plan(BROKEN, None, "{}");
        for (number, value) in [
            (DesignNumber::Items, 77.0),
            (DesignNumber::Scales, 9.0),
            (DesignNumber::Attempts, 3.0),
            (DesignNumber::TrainingSeeds, 4.0),
        ] {
            let changed = number.put(&plan, value).unwrap();
            assert_eq!(number.of(&changed), value);
            let (first, last) = changed.scenario.evaluation.scales.window();
            assert_eq!((first.get(), last.get()), (1e7, 1e12));
            assert!(number.put(&plan, value + 0.5).is_err());
        }
    }

    #[test]
    fn an_effect_is_part_of_the_way() {
        let alone = DesignNumber::Effect
            .put(&plan(BROKEN, None, "{}"), 0.3)
            .unwrap();
        let json = serde_json::to_value(&alone.scenario.skill).unwrap();
        assert!((json["alpha-after"].as_f64().unwrap() - 0.35).abs() < 1e-12);
        assert_eq!(json["alpha"], 0.2);
        let two = plan(
            r#"{"skill": {"alpha": 0.3}}"#,
            Some(r#"{"skill": {"alpha": 0.5}}"#),
            r#"{"test": "two-rates"}"#,
        );
        let half = DesignNumber::Effect.put(&two, 0.5).unwrap();
        let json = serde_json::to_value(&half.alternative.unwrap().skill).unwrap();
        assert!((json["alpha"].as_f64().unwrap() - 0.4).abs() < 1e-12);
        assert_eq!(half.scenario, two.scenario);
    }

    #[test]
    fn nothing_lies_between_kinds() {
        let two = plan(
            "{}",
            Some(r#"{"skill": {"kind": "logistic"}}"#),
            r#"{"test": "paired"}"#,
        );
        let error = DesignNumber::Effect.put(&two, 0.5).unwrap_err();
        assert!(error.to_string().contains("skill"), "{error}");
    }
}
