//! What a table `[power]` asks: which tests, against what, how sure.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::{self, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::multiplicity::Correction;
use crate::domain::{Positive, PowerReplicates, Probability, ProperProbability, Scale, TaskCount};
use crate::study::fit::Family;

/// A test whose power is wanted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PowerTest {
    /// Likelihood ratio of a power law that breaks at a known place and with a known width, against the smooth families.
    LrKnownBreak,
    /// The same where the place is looked for among the measured scales.
    LrUnknownBreak,
    /// Whether the exponent changes at a known place: its change over its standard error.
    SlopeChange,
    /// Whether the success rate at one scale is above chance: exact binomial test.
    AboveChance,
    /// Whether two scenarios differ at one scale, each on items of its own.
    TwoRates,
    /// Whether they differ on the same items: McNemar's test, or of fractional credits the mean difference.
    Paired,
    /// Whether the training runs at one scale fall into two groups: Hartigan's dip.
    Dip,
}

impl PowerTest {
    /// As files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LrKnownBreak => "lr-known-break",
            Self::LrUnknownBreak => "lr-unknown-break",
            Self::SlopeChange => "slope-change",
            Self::AboveChance => "above-chance",
            Self::TwoRates => "two-rates",
            Self::Paired => "paired",
            Self::Dip => "dip",
        }
    }

    /// Whether it asks for a break of the curve.
    #[must_use]
    pub const fn is_of_breaks(self) -> bool {
        matches!(
            self,
            Self::LrKnownBreak | Self::LrUnknownBreak | Self::SlopeChange
        )
    }
}

/// At least one, none of them twice; one alone may be written without brackets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOrMore<T>(Vec<T>);

impl<T: PartialEq> OneOrMore<T> {
    /// A list.
    ///
    /// # Errors
    /// It is empty, or names one twice.
    pub fn new(list: Vec<T>) -> Result<Self, ListError> {
        let mut rest = list.as_slice();
        while let [first, others @ ..] = rest {
            if others.contains(first) {
                return Err(ListError::Twice);
            }
            rest = others;
        }
        match list.is_empty() {
            true => Err(ListError::Empty),
            false => Ok(Self(list)),
        }
    }

    /// Known to hold different ones, and at least one.
    pub(crate) fn constant<const N: usize>(list: [T; N]) -> Self {
        const { assert!(N > 0) };
        Self(list.into())
    }

    /// In order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

/// Why a list is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Nothing is in it.
    #[error("there is nothing in the list: name at least one, or leave the key out")]
    Empty,
    /// One is in it more than once.
    #[error("the list names one twice: each may stand in it once")]
    Twice,
}

impl<'de, T: Deserialize<'de> + PartialEq> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrList<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + PartialEq> Visitor<'de> for WordOrList<T> {
            type Value = OneOrMore<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value, or a list of values")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<OneOrMore<T>, E> {
                Ok(OneOrMore(vec![T::deserialize(number.into_deserializer())?]))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<OneOrMore<T>, E> {
                Ok(OneOrMore(vec![T::deserialize(number.into_deserializer())?]))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<OneOrMore<T>, E> {
                Ok(OneOrMore(vec![T::deserialize(number.into_deserializer())?]))
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<OneOrMore<T>, E> {
                Ok(OneOrMore(vec![T::deserialize(word.into_deserializer())?]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<OneOrMore<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(word) = words.next_element()? {
                    list.push(word);
                }
                OneOrMore::new(list).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(WordOrList(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMore<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMore{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let word = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [
            word,
            { "type": "array", "items": word, "minItems": 1, "uniqueItems": true },
        ] })
    }
}

/// Several tasks that are tested alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tasks {
    /// How many tasks are tested.
    pub count: TaskCount,
    /// In how many of them the alternative is true; in all others the null hypothesis.
    #[serde(default = "one")]
    pub affected: TaskCount,
    /// How false alarms are kept rare.
    #[serde(default)]
    pub correction: Correction,
}

fn one() -> TaskCount {
    TaskCount::constant(1)
}

/// The table `[power]`, but for its table `alternative`, whose keys are those of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PowerSettings {
    /// The test, or a list of tests.
    pub test: OneOrMore<PowerTest>,
    /// The rate of false alarms that each test may have, two-sided where both directions count.
    pub alpha: ProperProbability,
    /// The smooth laws of growth that a break must be told from: it is found where it fits better than all of them.
    pub against: OneOrMore<Family>,
    /// Where the exponent may change, where the test knows the place [default: where the alternative's does].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_at: Option<Scale>,
    /// How gradually it changes, in e-folds of scale [default: as the alternative's does, or .2].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_width: Option<Positive>,
    /// The largest change of the exponent that counts as none: "no break" is said where the interval of the change lies
    /// within it on both sides, "cannot tell" where it does not.
    pub delta: Positive,
    /// The scale at which rates are compared [default: the largest].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Scale>,
    /// The success rate of chance, for above-chance [default: that of the scenario's task without any skill].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<Probability>,
    /// How often the evaluation is repeated under each hypothesis.
    pub replicates: PowerReplicates,
    /// The power that is asked for where a design is solved for.
    pub target: ProperProbability,
    /// Several tasks that are tested alike { count, affected, correction } [default: one].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Tasks>,
}

impl Default for PowerSettings {
    fn default() -> Self {
        Self {
            test: OneOrMore(vec![PowerTest::LrKnownBreak, PowerTest::LrUnknownBreak]),
            alpha: ProperProbability::constant(0.05),
            against: OneOrMore(Family::SMOOTH.to_vec()),
            break_at: None,
            break_width: None,
            delta: Positive::constant(0.1),
            at: None,
            chance: None,
            replicates: PowerReplicates::constant(2000),
            target: ProperProbability::constant(0.8),
            tasks: None,
        }
    }
}
