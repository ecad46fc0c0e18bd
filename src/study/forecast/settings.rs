//! What a table `[forecast]` asks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::forecaster::RateLikelihood;
use super::model::ForecastModel;
use crate::domain::{
    Credit, Items, Metric, Positive, PowerReplicates, Probability, ProperProbability, Scale,
};
use crate::study::fit::Family;
use crate::study::power::OneOrMore;

/// The table `[forecast]`, but for its table `assumed`, whose keys are those of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ForecastSettings {
    /// The metric that is foretold [default: exact-match].
    pub of: Metric,
    /// The scales that are asked for, a number or a list [default: ten times the largest that is fitted].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<OneOrMore<Scale>>,
    /// The largest scale that is fitted; what was measured beyond it is held out [default: the largest that is measured].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Scale>,
    /// The models.
    pub models: OneOrMore<ForecastModel>,
    /// How scores scatter about the curve.
    pub likelihood: RateLikelihood,
    /// The score whose crossing is foretold [default: the threshold of usefulness].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Probability>,
    /// The most decades beyond the largest fitted scale for which anything is foretold.
    pub max_extrapolation: Positive,
    /// How often the evaluation is repeated to see how often forecasts are right.
    pub replicates: PowerReplicates,
    /// How far a visibility horizon reaches { within, share, from, per-decade, items, family }.
    pub horizon: HorizonSettings,
}

/// The table `[forecast.horizon]`: from which scale on the middle of the rise can be foretold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HorizonSettings {
    /// A forecast of the middle is right if it is off by no more than so many decades.
    pub within: Positive,
    /// How often forecasts must be right.
    pub share: ProperProbability,
    /// The smallest scale that is measured [default: the first of the scenario].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Scale>,
    /// Scales in each decade.
    pub per_decade: OneOrMore<u8>,
    /// Items of the test set.
    pub items: OneOrMore<Items>,
    /// The law that is fitted [default: the smooth family of the scenario's curve, or power-law].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
}

impl Default for ForecastSettings {
    fn default() -> Self {
        let models = [
            ForecastModel::Skill(Family::PowerLaw),
            ForecastModel::Skill(Family::Logistic),
            ForecastModel::LogitLinear,
            ForecastModel::LogLogLinear,
            ForecastModel::Gompertz,
            ForecastModel::Bnsl,
            ForecastModel::TwoStage,
            ForecastModel::LastValue,
            ForecastModel::StraightLine,
        ];
        Self {
            of: Metric::mean(Credit::ExactMatch),
            target: None,
            up_to: None,
            models: OneOrMore::constant(models),
            likelihood: RateLikelihood::Binomial,
            threshold: None,
            max_extrapolation: Positive::constant(1.0),
            replicates: PowerReplicates::constant(500),
            horizon: HorizonSettings::default(),
        }
    }
}

impl Default for HorizonSettings {
    fn default() -> Self {
        Self {
            within: Positive::constant(0.5),
            share: ProperProbability::constant(0.9),
            from: None,
            per_decade: OneOrMore::constant([2]),
            items: OneOrMore::constant([Items::constant(1000)]),
            family: None,
        }
    }
}
