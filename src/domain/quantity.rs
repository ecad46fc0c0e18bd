//! Numbers with a meaning and a range. Whoever holds one need not check it again.

use serde::{Deserialize, Serialize};

use super::Invalid;

/// A finite number within bounds, which are those of its JSON Schema as well.
macro_rules! real {
    ($(#[$doc:meta])* $name:ident, $($bound:tt: $limit:literal),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// The number itself.
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }

            /// For constants known to be in range; checked when the program is compiled.
            pub(crate) const fn constant(x: f64) -> Self {
                assert!(Self::contains(x));
                Self(x)
            }

            const fn contains(x: f64) -> bool {
                x.is_finite() $(&& real!(@holds $bound, x, $limit))+
            }
        }

        impl TryFrom<f64> for $name {
            type Error = Invalid;

            fn try_from(x: f64) -> Result<Self, Invalid> {
                // Adding zero turns -0 into 0, so that equal numbers have equal bits.
                if Self::contains(x) { Ok(Self(x + 0.0)) } else { Err(Invalid::$name(x)) }
            }
        }

        impl From<$name> for f64 {
            fn from(number: $name) -> f64 {
                number.0
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "number", $($bound: $limit),+ })
            }
        }
    };
    (@holds "minimum", $x:ident, $limit:literal) => { $x >= $limit };
    (@holds "exclusiveMinimum", $x:ident, $limit:literal) => { $x > $limit };
    (@holds "maximum", $x:ident, $limit:literal) => { $x <= $limit };
    (@holds "exclusiveMaximum", $x:ident, $limit:literal) => { $x < $limit };
}

/// A whole number within bounds, which are those of its JSON Schema as well.
macro_rules! whole {
    ($(#[$doc:meta])* $name:ident($inner:ty), $what:literal, $min:expr, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "u64", into = "u64")]
        pub struct $name($inner);

        impl $name {
            /// The least allowed.
            pub const MIN: u64 = $min;

            /// The largest allowed.
            pub const MAX: u64 = $max;

            /// The number itself.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }

            /// For constants known to be in range; checked when the program is compiled.
            pub(crate) const fn constant(value: $inner) -> Self {
                assert!(matches!(value as u64, Self::MIN..=Self::MAX));
                Self(value)
            }
        }

        impl TryFrom<u64> for $name {
            type Error = Invalid;

            fn try_from(value: u64) -> Result<Self, Invalid> {
                let outside = Invalid::Whole { what: $what, value, min: Self::MIN, max: Self::MAX };
                if !(Self::MIN..=Self::MAX).contains(&value) {
                    return Err(outside);
                }
                <$inner>::try_from(value).map(Self).map_err(|_| outside)
            }
        }

        impl From<$name> for u64 {
            fn from(number: $name) -> u64 {
                u64::from(number.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "integer", "minimum": Self::MIN, "maximum": Self::MAX })
            }
        }
    };
}

real! {
    /// A number in `[0, 1]`.
    Probability, "minimum": 0.0, "maximum": 1.0
}
real! {
    /// A number in the open interval (0, 1): a probability of what is neither impossible nor sure.
    ProperProbability, "exclusiveMinimum": 0.0, "exclusiveMaximum": 1.0
}
real! {
    /// A finite number above zero.
    Positive, "exclusiveMinimum": 0.0
}
real! {
    /// A finite number that is zero or above.
    NonNegative, "minimum": 0.0
}
real! {
    /// A finite number that is 1 or above.
    AtLeastOne, "minimum": 1.0
}
real! {
    /// A standard deviation of log-odds or of the logarithm of a hazard: 0 to 10.
    Deviation, "minimum": 0.0, "maximum": 10.0
}
real! {
    /// A standard deviation of the logarithm of a loss: above 0, up to 3.
    NoiseDeviation, "exclusiveMinimum": 0.0, "maximum": 3.0
}
real! {
    /// The scale of the noise of a log-weight, in nats: above 0, up to 10.
    NoiseScale, "exclusiveMinimum": 0.0, "maximum": 10.0
}
real! {
    /// The logarithm of a weight, in nats: -50 to 50.
    LogOdds, "minimum": -50.0, "maximum": 50.0
}
real! {
    /// The shape of a gamma distribution of mean 1: 0.01 to 1e6; its variance is 1/shape.
    GammaShape, "minimum": 0.01, "maximum": 1e6
}
real! {
    /// The correlation of normal numbers behind steps: 0 to 0.99.
    Correlation, "minimum": 0.0, "maximum": 0.99
}
real! {
    /// A two-sided confidence level, in the open interval (0, 1).
    Level, "exclusiveMinimum": 0.0, "exclusiveMaximum": 1.0
}

impl Probability {
    /// The result of a formula that is a probability but for rounding.
    pub(crate) fn rounded(x: f64) -> Self {
        // NaN, from parameters at the ends of floating point, is no chance at all.
        Self(if x.is_nan() { 0.0 } else { x.clamp(0.0, 1.0) })
    }
}

whole! {
    /// The root of all randomness of a scenario: 0 to 2^63 - 1.
    Seed(u64), "seeds", 0, (1 << 63) - 1
}
whole! {
    /// Number of steps in a task: 1 to 1,000,000.
    Steps(u32), "steps", 1, 1_000_000
}
whole! {
    /// Tries of one step: 2 to 100.
    Tries(u32), "tries", 2, 100
}
whole! {
    /// Options of a question: 2 to 1,000.
    Options(u32), "options", 2, 1000
}
whole! {
    /// Different wrong answers: 1 to 1,000,000.
    WrongAnswers(u32), "wrong answers", 1, 1_000_000
}
whole! {
    /// Different tokens: 2 to 2^20.
    AlphabetSize(u32), "tokens", 2, 1 << 20
}
whole! {
    /// Quanta of skill: 1 to 1,000.
    QuantaCount(u32), "quanta", 1, 1000
}
whole! {
    /// Retries that an attempt has for all its steps: 1 to 100.
    Retries(u32), "retries", 1, 100
}
whole! {
    /// Retries of a whole task: 0 to 100.
    TaskRetries(u32), "retries of a task", 0, 100
}
whole! {
    /// The longest length of a law of lengths: 1 to 1,412, beyond which all lengths up to it take more than
    /// [`LengthDistribution::MAX_COUNTS`](super::LengthDistribution::MAX_COUNTS).
    Longest(u32), "longest", 1, 1412
}

impl From<Longest> for Steps {
    fn from(longest: Longest) -> Self {
        // Within its range: 1 to 1,000,000.
        Self(longest.0)
    }
}

whole! {
    /// Number of items in the test set: 1 to 2^38 (2^32 blocks of 64 lanes).
    Items(u64), "items", 1, 1 << 38
}
whole! {
    /// Attempts at each item by each training run: 1 to 2^30.
    Attempts(u32), "attempts", 1, 1 << 30
}
whole! {
    /// Training runs at each scale: 1 to 100,000.
    TrainingSeeds(u32), "training-seeds", 1, 100_000
}

whole! {
    /// How often a whole evaluation is repeated for a power: 100 to 1,000,000.
    PowerReplicates(u64), "replicates", 100, 1_000_000
}
whole! {
    /// Tasks that are tested alike: 1 to 1,000,000.
    TaskCount(u64), "tasks", 1, 1_000_000
}

/// The version of the scenario format. Every older one is read; newer ones are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Schema(u64);

impl Schema {
    /// The version this program writes.
    pub const CURRENT: Self = Self(1);
}

impl TryFrom<u64> for Schema {
    type Error = Invalid;

    fn try_from(version: u64) -> Result<Self, Invalid> {
        match version {
            0 => Err(Invalid::NoSuchSchema(0, Self::CURRENT.0)),
            // An older file means the same as its translation to today's schema, so that is what it becomes.
            1..=1 => Ok(Self::CURRENT),
            newer => Err(Invalid::NewerSchema(newer, Self::CURRENT.0)),
        }
    }
}

impl From<Schema> for u64 {
    fn from(schema: Schema) -> u64 {
        schema.0
    }
}

impl schemars::JsonSchema for Schema {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Schema".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1, "maximum": Self::CURRENT.0 })
    }
}
