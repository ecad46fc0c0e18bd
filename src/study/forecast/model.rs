//! The curves that scores are continued by.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::{UnknownWord, named, schema_of_words};
use crate::study::fit::Family;

/// A curve through the scores of small scales, and on to larger ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ForecastModel {
    /// A law of the success of a step, made a score by the task: any metric of the same task can be foretold from any other.
    Skill(Family),
    /// ln(y/(1 - y)) = a + b ln N.
    LogitLinear,
    /// ln(-ln y) = a - b ln N.
    LogLogLinear,
    /// y = floor + (1 - floor) exp(-(N/c)^-alpha).
    Gompertz,
    /// -ln y as a power law with one smooth break, its place free (Caballero et al. 2022, arXiv:2210.14891).
    Bnsl,
    /// A floored power law of the loss of a step, then ln(y/(1 - y)) = a - b loss (Gadre et al. 2024, arXiv:2403.08540).
    TwoStage,
    /// y stays what it was at the largest scale.
    LastValue,
    /// y = a + b ln N, within 0 and 1.
    StraightLine,
}

impl ForecastModel {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 12] = [
        Self::Skill(Family::PowerLaw),
        Self::Skill(Family::FlooredPowerLaw),
        Self::Skill(Family::Logistic),
        Self::Skill(Family::GuessFloored),
        Self::Skill(Family::UnevenSteps),
        Self::LogitLinear,
        Self::LogLogLinear,
        Self::Gompertz,
        Self::Bnsl,
        Self::TwoStage,
        Self::LastValue,
        Self::StraightLine,
    ];

    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skill(Family::PowerLaw) => "skill-power-law",
            Self::Skill(Family::FlooredPowerLaw) => "skill-floored-power-law",
            Self::Skill(Family::Logistic) => "skill-logistic",
            Self::Skill(Family::GuessFloored) => "skill-guess-floored",
            Self::Skill(Family::UnevenSteps) => "skill-uneven-steps",
            Self::Skill(Family::BrokenPowerLaw { .. }) => "skill-broken-power-law",
            Self::LogitLinear => "logit-linear",
            Self::LogLogLinear => "log-log-linear",
            Self::Gompertz => "gompertz",
            Self::Bnsl => "bnsl",
            Self::TwoStage => "two-stage",
            Self::LastValue => "last-value",
            Self::StraightLine => "straight-line",
        }
    }

    /// Its formula.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Skill(family) => family.formula(),
            Self::LogitLinear => "ln(y/(1 - y)) = a + b ln N",
            Self::LogLogLinear => "ln(-ln y) = a - b ln N",
            Self::Gompertz => "y = floor + (1 - floor) exp(-(N/c)^-alpha)",
            Self::Bnsl => "-ln y = (N/c)^-a (1 + (N/d)^(1/f))^(-(b - a) f)",
            Self::TwoStage => "loss = floor + (N/c)^-alpha, ln(y/(1 - y)) = a - b loss",
            Self::LastValue => "y as at the largest scale",
            Self::StraightLine => "y = a + b ln N, within 0 and 1",
        }
    }

    /// Whether it is fitted to losses as well.
    #[must_use]
    pub const fn needs_losses(self) -> bool {
        matches!(self, Self::TwoStage)
    }

    /// The fewest scales that it is fitted to: one more than it has free numbers.
    #[must_use]
    pub const fn fewest_scales(self) -> usize {
        match self {
            Self::Skill(family) => family.free() as usize + 1,
            Self::LogitLinear | Self::LogLogLinear | Self::StraightLine => 3,
            Self::Gompertz | Self::TwoStage => 4,
            Self::Bnsl => 5,
            Self::LastValue => 1,
        }
    }
}

impl fmt::Display for ForecastModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Serialize for ForecastModel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for ForecastModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for ForecastModel {
    fn schema_name() -> Cow<'static, str> {
        "ForecastModel".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schema_of_words(Self::ALL.map(|one| (one.name(), one.formula())))
    }
}

impl FromStr for ForecastModel {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        named(word, &Self::ALL, Self::name, "model of forecasts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for model in ForecastModel::ALL {
            assert_eq!(model.to_string().parse(), Ok(model));
        }
        let error = "logit-lineer".parse::<ForecastModel>().unwrap_err();
        assert_eq!(error.near.as_deref(), Some("logit-linear"));
    }
}
