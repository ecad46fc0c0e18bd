//! From which success rate on it pays to use the skill.

use serde::{Deserialize, Serialize};

use super::tagged::checked;
use super::{Invalid, NonNegative, Positive, Probability};

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
}

checked!(Usefulness);

impl Default for Usefulness {
    fn default() -> Self {
        Self::from_threshold(Probability::constant(Self::DEFAULT_THRESHOLD))
    }
}

impl Usefulness {
    const DEFAULT_THRESHOLD: f64 = 0.8;

    /// It pays from this success rate on.
    #[must_use]
    pub const fn from_threshold(threshold: Probability) -> Self {
        Self {
            threshold: Some(threshold),
            value: None,
            loss: None,
            caught: None,
            review: None,
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
        let (value, loss, caught, review) = (Some(value), Some(loss), Some(caught), Some(review));
        Self {
            threshold: None,
            value,
            loss,
            caught,
            review,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        match (
            self.threshold,
            self.value,
            self.loss,
            self.caught,
            self.review,
        ) {
            (None, None, None, None, None) => Ok(Self::default()),
            (Some(_), None, None, None, None) => Ok(self),
            (None, Some(value), Some(loss), caught, review) => {
                let threshold = self.threshold();
                if threshold <= 1.0 {
                    return Ok(self);
                }
                Err(Invalid::NeverPays {
                    value: value.get(),
                    loss: loss.get(),
                    caught: caught.map_or(0.0, Probability::get),
                    review: review.map_or(0.0, NonNegative::get),
                    threshold,
                })
            }
            _ => Err(Invalid::UsefulnessMixed),
        }
    }

    /// q* = ((1 - caught) loss + review) / (value + (1 - caught) loss): the success rate at which using the skill
    /// neither gains nor costs.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        match (self.threshold, self.value, self.loss) {
            (None, Some(value), Some(loss)) => {
                let undetected = (1.0 - self.caught.map_or(0.0, Probability::get)) * loss.get();
                (undetected + self.review.map_or(0.0, NonNegative::get))
                    / (value.get() + undetected)
            }
            (threshold, _, _) => threshold.map_or(Self::DEFAULT_THRESHOLD, Probability::get),
        }
    }

    /// What one use of the skill gains on average at success rate q, less what it costs:
    /// q value - (1 - q) (1 - caught) loss - review. Zero at the threshold; `None` where only a threshold was given.
    ///
    /// Whoever may also leave the skill alone gets the larger of this and 0: the kink is in the decision, not in q.
    #[must_use]
    pub fn gain(&self, success: f64) -> Option<f64> {
        let (value, loss) = (self.value?.get(), self.loss?.get());
        let undetected = (1.0 - self.caught.map_or(0.0, Probability::get)) * loss;
        Some(
            success * value
                - (1.0 - success) * undetected
                - self.review.map_or(0.0, NonNegative::get),
        )
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

        /// what results are worth: it pays from q* = ((1 - caught) loss + review)/(value + (1 - caught) loss) on
        #[derive(schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
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
