//! From which success rate on it pays to use the skill.

use serde::{Deserialize, Serialize};

use super::tagged::checked;
use super::{Invalid, NonNegative, Payoff, Positive, Probability, TaskRetries};

/// The `[usefulness]` table: a threshold, or what right and wrong results are worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields, rename_all = "kebab-case")]
pub struct Usefulness {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold: Option<Probability>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Positive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    loss: Option<NonNegative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caught: Option<Probability>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    review: Option<NonNegative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempt_cost: Option<NonNegative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retries: Option<TaskRetries>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fallback: Option<Positive>,
}

checked!(Usefulness);

impl Default for Usefulness {
    fn default() -> Self {
        Self::from_threshold(Probability::constant(Self::DEFAULT_THRESHOLD))
    }
}

impl Usefulness {
    const DEFAULT_THRESHOLD: f64 = 0.8;

    const NOTHING: Self = Self {
        threshold: None,
        value: None,
        loss: None,
        caught: None,
        review: None,
        attempt_cost: None,
        retries: None,
        fallback: None,
    };

    /// It pays from this success rate on.
    #[must_use]
    pub const fn from_threshold(threshold: Probability) -> Self {
        Self {
            threshold: Some(threshold),
            ..Self::NOTHING
        }
    }

    /// A right result gains `value`, a wrong one that is not `caught` loses `loss`, and each result costs `review`.
    ///
    /// # Errors
    /// [`Invalid::NeverPays`] if not even a success rate of 1 would pay.
    pub fn from_payoff(
        value: Positive,
        loss: NonNegative,
        caught: Probability,
        review: NonNegative,
    ) -> Result<Self, Invalid> {
        Self {
            value: Some(value),
            loss: Some(loss),
            caught: Some(caught),
            review: Some(review),
            ..Self::NOTHING
        }
        .checked()
    }

    /// The same payoff with other terms: they must fit each other as in a file.
    ///
    /// # Errors
    /// As for a scenario file: [`Invalid::NeverPays`] and [`Invalid::NeverPaysMore`] if not even a success rate of 1 would
    /// pay, [`Invalid::RetriesUncaught`], [`Invalid::FallbackAboveValue`], and the refusals of single numbers.
    pub fn with_terms(terms: &Payoff) -> Result<Self, Invalid> {
        Self {
            value: Some(Positive::try_from(terms.value)?),
            loss: Some(NonNegative::try_from(terms.loss)?),
            caught: Some(Probability::try_from(terms.caught)?),
            review: Some(NonNegative::try_from(terms.review)?),
            attempt_cost: Some(NonNegative::try_from(terms.attempt_cost)?),
            retries: Some(TaskRetries::try_from(u64::from(terms.retries))?),
            fallback: terms.fallback.map(Positive::try_from).transpose()?,
            ..Self::NOTHING
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self == Self::NOTHING {
            return Ok(Self::default());
        }
        match (self.threshold, self.payoff()) {
            (None, Some(payoff)) => self.of_payoff(&payoff),
            (Some(threshold), None) if self == Self::from_threshold(threshold) => Ok(self),
            _ => Err(Invalid::UsefulnessMixed),
        }
    }

    fn of_payoff(self, payoff: &Payoff) -> Result<Self, Invalid> {
        let &Payoff {
            value,
            loss,
            caught,
            review,
            attempt_cost,
            retries,
            fallback,
        } = payoff;
        if retries > 0 && caught == 0.0 {
            return Err(Invalid::RetriesUncaught(retries));
        }
        if let Some(fallback) = fallback.filter(|cost| *cost > value) {
            return Err(Invalid::FallbackAboveValue { fallback, value });
        }
        let threshold = payoff.threshold();
        match (threshold <= 1.0, self.attempt_cost, fallback) {
            (true, ..) => Ok(self),
            (false, None, None) => Err(Invalid::NeverPays {
                value,
                loss,
                caught,
                review,
                threshold,
            }),
            (false, ..) => Err(Invalid::NeverPaysMore {
                value,
                loss,
                caught,
                review,
                attempt_cost,
                fallback,
                threshold,
            }),
        }
    }

    /// What right and wrong results are worth; `None` where only a threshold was given.
    #[must_use]
    pub fn payoff(&self) -> Option<Payoff> {
        let cost = |cost: Option<NonNegative>| cost.map_or(0.0, NonNegative::get);
        Some(Payoff {
            value: self.value?.get(),
            loss: self.loss?.get(),
            caught: self.caught.map_or(0.0, Probability::get),
            review: cost(self.review),
            attempt_cost: cost(self.attempt_cost),
            retries: self.retries.map_or(0, TaskRetries::get),
            fallback: self.fallback.map(Positive::get),
        })
    }

    /// q*, the success rate of an item at which using the skill gains as much as leaving it, or as having a person do the
    /// task; see [`Payoff::threshold`]. Without a person q* = ((1 - caught) loss + review + attempt-cost)/(value + (1 -
    /// caught) loss).
    #[must_use]
    pub fn threshold(&self) -> f64 {
        match (self.threshold, self.payoff()) {
            (None, Some(payoff)) => payoff.threshold(),
            (threshold, _) => threshold.map_or(Self::DEFAULT_THRESHOLD, Probability::get),
        }
    }

    /// What one use of the skill gains on average at success rate q, less what it costs, where all items are alike; see
    /// [`Payoff::gain`]. `None` where only a threshold was given.
    ///
    /// Whoever may also leave the skill alone gets the larger of this and the alternative, which are equal at the
    /// threshold: the kink is in the decision, not in q.
    #[must_use]
    pub fn gain(&self, success: f64) -> Option<f64> {
        Some(self.payoff()?.gain(success))
    }

    /// How often a result that is caught is tried again.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.payoff().map_or(0, |payoff| payoff.retries)
    }
}

impl schemars::JsonSchema for Usefulness {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Usefulness".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        /// a threshold of the success rate, from which on it pays
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        struct Threshold {
            /// The least success rate at which it pays.
            threshold: Probability,
        }

        impl Default for Threshold {
            fn default() -> Self {
                let threshold = Probability::constant(Usefulness::DEFAULT_THRESHOLD);
                Self { threshold }
            }
        }

        /// what results are worth: it pays from q* = ((1 - caught)(loss + P) + review + attempt-cost)/(value + (1 - caught) loss - caught P) on, with P = value - fallback, 0 without fallback
        #[derive(schemars::JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        #[allow(dead_code, reason = "only its schema is wanted")]
        struct Payoff {
            /// Gain of a right result, in any unit.
            #[schemars(extend("examples" = [1.0]))]
            value: Positive,
            /// Loss of a wrong result that is not caught, in the same unit.
            #[schemars(extend("examples" = [4.0]))]
            loss: NonNegative,
            /// Share of wrong results that are caught.
            #[serde(default = "never")]
            caught: Probability,
            /// Cost of reviewing a result, in the same unit.
            #[serde(default = "nothing")]
            review: NonNegative,
            /// Cost of each attempt, in the same unit.
            #[serde(default = "nothing")]
            attempt_cost: NonNegative,
            /// How often a task whose result is caught is tried again at most; takes caught above 0.
            #[serde(default = "once")]
            retries: TaskRetries,
            /// Cost of a person who does the task if it is not tried, or caught at last; at most value. Without it such a
            /// task gains nothing.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Positive", extend("examples" = [0.5]))]
            fallback: Option<Positive>,
        }

        const fn once() -> TaskRetries {
            TaskRetries::constant(0)
        }

        const fn never() -> Probability {
            Probability::constant(0.0)
        }

        const fn nothing() -> NonNegative {
            NonNegative::constant(0.0)
        }

        schemars::json_schema!({ "oneOf": [
            generator.subschema_for::<Threshold>(),
            generator.subschema_for::<Payoff>(),
        ] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_gains_nothing_at_the_threshold() {
        let payoff: Usefulness =
            serde_json::from_str(r#"{"value": 3.0, "loss": 4.0, "caught": 0.25, "review": 0.1}"#)
                .unwrap();
        assert!(payoff.gain(payoff.threshold()).unwrap().abs() < 1e-15);
        assert!((payoff.gain(0.9).unwrap() - 2.3).abs() < 1e-15); // 2.7 - .1 * .75 * 4 - .1
        assert_eq!(Usefulness::default().gain(0.9), None);
    }

    #[test]
    fn a_person_and_retries_must_make_sense() {
        let read = |json: &str| serde_json::from_str::<Usefulness>(json);
        let told = |json: &str| read(json).unwrap_err().to_string();
        assert!(
            told(r#"{"value": 1.0, "loss": 4.0, "retries": 2}"#).contains("give caught above 0")
        );
        assert!(
            told(r#"{"value": 1.0, "loss": 4.0, "fallback": 1.5}"#).contains("is above value 1")
        );
        assert!(
            told(r#"{"value": 1.0, "loss": 4.0, "review": 0.3, "fallback": 0.2}"#)
                .contains("no success rate pays")
        );
        assert!(read(r#"{"threshold": 0.5, "retries": 0}"#).is_err());
        assert!(read(r#"{"fallback": 0.5}"#).is_err());
        // ((1 - .5)(4 + .6) + .1 + .02)/(1 + .5 4 - .5 .6)
        let full = r#"{"value": 1.0, "loss": 4.0, "caught": 0.5, "review": 0.1,
            "attempt-cost": 0.02, "retries": 3, "fallback": 0.4}"#;
        let full = read(full).unwrap();
        assert!((full.threshold() - 2.42 / 2.7).abs() < 1e-15);
        assert_eq!(Usefulness::with_terms(&full.payoff().unwrap()), Ok(full));
    }

    #[test]
    fn the_threshold_follows_from_the_payoff() {
        let read = |json: &str| serde_json::from_str::<Usefulness>(json);
        assert_eq!(
            read(r#"{"value": 1.0, "loss": 4.0, "review": 0.1}"#)
                .unwrap()
                .threshold(),
            0.82
        );
        // ((1 - .5) 4 + .1) / (1 + 2)
        assert!(
            (read(r#"{"value": 1.0, "loss": 4.0, "caught": 0.5, "review": 0.1}"#)
                .unwrap()
                .threshold()
                - 0.7)
                .abs()
                < 1e-15
        );
        assert_eq!(read("{}").unwrap().threshold(), 0.8);
        assert!(
            read(r#"{"value": 1.0, "loss": 0.0, "review": 1.5}"#)
                .unwrap_err()
                .to_string()
                .contains("no success rate")
        );
        assert!(
            read(r#"{"value": 1.0, "threshold": 0.5}"#).is_err()
                && read(r#"{"value": 1.0}"#).is_err()
        );
    }
}
