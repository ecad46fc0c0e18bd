//! The kinds of laws that are fitted.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::{Positive, Scale, UnknownWord, named, schema_of_words};

/// A kind of law over scale, with what is free in it.
///
/// The words by which smooth families are chosen read back. A broken law is no word: where and how gradually it breaks
/// must be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// h = (N/c)^-alpha; c and alpha are free.
    PowerLaw,
    /// h = irreducible + (N/c)^-alpha; all three are free, irreducible from 0 on.
    FlooredPowerLaw,
    /// p = 1/(1 + (N/midpoint)^-slope); both are free.
    Logistic,
    /// p = floor + (1 - floor) exp(-(N/c)^-alpha); all three are free, floor from 0 on.
    GuessFloored,
    /// h = (N/c)^-alpha, times w for each step, ln w normal of deviation sd, w of mean 1, drawn anew for each step of each
    /// item; c and alpha are free, and sd is 0 or one of [`UNEVEN`](super::UNEVEN).
    UnevenSteps,
    /// h = (N/c)^-alpha (1 + (N/d)^(1/f))^(-(alpha-after - alpha) f); c and both exponents are free.
    BrokenPowerLaw {
        /// d.
        place: BreakAt,
        /// f, in e-folds of scale.
        width: Positive,
    },
}

/// Where a law breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BreakAt {
    /// At this scale, as the skill curve counts it.
    Known(Scale),
    /// Anywhere from the second measured scale to the last but one.
    Free,
}

impl Family {
    /// The families without a break, in the order of the documentation.
    pub const SMOOTH: [Self; 5] = [
        Self::PowerLaw,
        Self::FlooredPowerLaw,
        Self::Logistic,
        Self::GuessFloored,
        Self::UnevenSteps,
    ];

    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PowerLaw => "power-law",
            Self::FlooredPowerLaw => "floored-power-law",
            Self::Logistic => "logistic",
            Self::GuessFloored => "guess-floored",
            Self::UnevenSteps => "uneven-steps",
            Self::BrokenPowerLaw { .. } => "broken-power-law",
        }
    }

    /// Its formula.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::PowerLaw => "h = (N/c)^-alpha",
            Self::FlooredPowerLaw => "h = irreducible + (N/c)^-alpha",
            Self::Logistic => "p = 1/(1 + (N/midpoint)^-slope)",
            Self::GuessFloored => "p = floor + (1 - floor) exp(-(N/c)^-alpha)",
            Self::UnevenSteps => "h = (N/c)^-alpha, steps differ: h w, ln w normal, w of mean 1",
            Self::BrokenPowerLaw { .. } => {
                "h = (N/c)^-alpha (1 + (N/d)^(1/f))^(-(alpha-after - alpha) f)"
            }
        }
    }

    /// How many numbers are free in it.
    #[must_use]
    pub const fn free(self) -> u32 {
        match self {
            Self::PowerLaw | Self::Logistic => 2,
            Self::FlooredPowerLaw | Self::GuessFloored | Self::UnevenSteps => 3,
            Self::BrokenPowerLaw {
                place: BreakAt::Known(_),
                ..
            } => 3,
            Self::BrokenPowerLaw {
                place: BreakAt::Free,
                ..
            } => 4,
        }
    }
}

impl Serialize for Family {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Family {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for Family {
    fn schema_name() -> Cow<'static, str> {
        "SmoothFamily".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schema_of_words(Self::SMOOTH.map(|one| (one.name(), one.formula())))
    }
}

impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        named(word, &Self::SMOOTH, Self::name, "smooth family of laws")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for family in Family::SMOOTH {
            assert_eq!(family.to_string().parse(), Ok(family));
        }
        let error = "floored-powerlaw".parse::<Family>().unwrap_err();
        assert_eq!(error.near.as_deref(), Some("floored-power-law"));
        assert!("broken-power-law".parse::<Family>().is_err());
    }
}
