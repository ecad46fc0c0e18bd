//! Skill by way of the loss of pre-training.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sigmoid::floor_below_ceiling;
use super::{Break, ChangeOfLaw, Curve, Probability, Scale, hazard_of};
use crate::domain::tagged::{checked, tagged};
use crate::domain::word_or_number::WordOrNumber;
use crate::domain::{Invalid, NonNegative, Positive};

/// Published fits of the loss of N parameters after D tokens, in nats per token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Constants {
    /// L = 1.69 + 406.4/N^.34 + 410.7/D^.28 (Hoffmann et al. 2022, arXiv:2203.15556, equation 10).
    #[default]
    Hoffmann,
    /// The same before rounding: L = 1.6934 + 406.4/N^.3392 + 410.7/D^.2849.
    HoffmannUnrounded,
    /// L = 1.8172 + 482.01/N^.3478 + 2085.43/D^.3658 (Besiroglu et al. 2024, arXiv:2404.10102, the same runs fitted anew).
    Besiroglu,
    /// L = 1.87 + 521/N^.353 + 1488/D^.353 (Muennighoff et al. 2023, arXiv:2305.16264).
    Muennighoff,
    /// L = ((6.4e13/N)^(.076/.103) + 1.8e13/D)^.103 (Kaplan et al. 2020, arXiv:2001.08361, equation 1.5, table 2), N without
    /// embeddings; nothing is irreducible.
    Kaplan,
    /// L = (8.8e13/N)^.076, the same paper's equation 1.1: trained to convergence, whatever `data` says.
    KaplanConverged,
}

tagged! {
    /// How many tokens D a model of N parameters is trained on.
    pub enum TrainingData, default "compute-optimal" = Self::ComputeOptimal; {
        "compute-optimal" => ComputeOptimal:
            "as many as give the least loss for the compute spent, C = 6 N D, with the same constants";
        "tokens" => TrainingTokens(TrainingTokens): "D = tokens, whatever N";
        "tokens-per-parameter" => TokensPerParameter(TokensPerParameter): "D = ratio N";
        "unlimited" => Unlimited: "more than can be used: the reducible loss is a power law in N alone";
    }
}

/// The same tokens at every scale: loss ends at what those tokens allow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrainingTokens {
    /// Training tokens; 1.4e12 is what Chinchilla was trained on.
    pub tokens: Scale,
}

impl Default for TrainingTokens {
    fn default() -> Self {
        Self {
            tokens: Scale::constant(1.4e12),
        }
    }
}

/// Tokens in proportion to parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokensPerParameter {
    /// Tokens per parameter; 20 is what Chinchilla made a rule of thumb.
    pub ratio: Positive,
}

impl Default for TokensPerParameter {
    fn default() -> Self {
        Self {
            ratio: Positive::constant(20.0),
        }
    }
}

/// A part of a loss: coefficient (x/unit)^-exponent.
struct Part {
    coefficient: f64,
    unit: Scale,
    exponent: f64,
}

impl Part {
    const fn new(coefficient: f64, unit: f64, exponent: f64) -> Self {
        Self {
            coefficient,
            unit: Scale::constant(unit),
            exponent,
        }
    }

    fn at(&self, x: Scale) -> f64 {
        self.coefficient * libm::exp(-self.exponent * x.e_folds_above(self.unit))
    }
}

/// L(N, D) = irreducible + (parameters + data)^power.
struct Fit {
    irreducible: f64,
    parameters: Part,
    data: Part,
    power: f64,
}

impl Fit {
    /// E + A/N^alpha + B/D^beta.
    const fn sum(irreducible: f64, (a, alpha): (f64, f64), (b, beta): (f64, f64)) -> Self {
        Self {
            irreducible,
            parameters: Part::new(a, 1.0, alpha),
            data: Part::new(b, 1.0, beta),
            power: 1.0,
        }
    }
}

impl Constants {
    /// E, what no scale removes.
    #[must_use]
    pub fn irreducible_loss(self) -> f64 {
        self.fit().irreducible
    }

    const fn fit(self) -> Fit {
        match self {
            Self::Hoffmann => Fit::sum(1.69, (406.4, 0.34), (410.7, 0.28)),
            Self::HoffmannUnrounded => Fit::sum(1.6934, (406.4, 0.3392), (410.7, 0.2849)),
            Self::Besiroglu => Fit::sum(1.8172, (482.01, 0.3478), (2085.43, 0.3658)),
            Self::Muennighoff => Fit::sum(1.87, (521.0, 0.353), (1488.0, 0.353)),
            Self::Kaplan => Fit {
                irreducible: 0.0,
                parameters: Part::new(1.0, 6.4e13, 0.076 / 0.103),
                data: Part::new(1.0, 1.8e13, 1.0),
                power: 0.103,
            },
            Self::KaplanConverged => Fit {
                irreducible: 0.0,
                parameters: Part::new(1.0, 8.8e13, 0.076),
                data: Part::new(0.0, 1.0, 1.0),
                power: 1.0,
            },
        }
    }
}

/// The loss over N, of constants and data.
struct Loss<'a> {
    fit: Fit,
    data: &'a TrainingData,
}

impl<'a> Loss<'a> {
    const fn new(constants: Constants, data: &'a TrainingData) -> Self {
        let fit = constants.fit();
        Self { fit, data }
    }

    /// L - E.
    fn reducible(&self, scale: Scale) -> f64 {
        let Fit {
            parameters, data, ..
        } = &self.fit;
        let of_parameters = parameters.at(scale);
        let of_data = match self.data {
            // Where C = 6 N D stays the same, parameter and data parts change by their exponents times themselves.
            TrainingData::ComputeOptimal if data.coefficient > 0.0 => {
                parameters.exponent / data.exponent * of_parameters
            }
            TrainingData::TrainingTokens(fixed) => data.at(fixed.tokens),
            TrainingData::TokensPerParameter(rule) => {
                data.at(scale) * libm::pow(rule.ratio.get(), -data.exponent)
            }
            TrainingData::ComputeOptimal | TrainingData::Unlimited => 0.0,
        };
        libm::pow(of_parameters + of_data, self.fit.power)
    }

    /// What L - E tends to as N grows.
    fn reducible_limit(&self) -> f64 {
        match self.data {
            TrainingData::TrainingTokens(fixed) => {
                libm::pow(self.fit.data.at(fixed.tokens), self.fit.power)
            }
            _ => 0.0,
        }
    }

    /// The exponent of L - E, where it is a power of N.
    fn exponent(&self) -> Option<f64> {
        match self.data {
            TrainingData::ComputeOptimal | TrainingData::Unlimited => {
                Some(self.fit.parameters.exponent * self.fit.power)
            }
            TrainingData::TrainingTokens(_) | TrainingData::TokensPerParameter(_) => None,
        }
    }

    /// Where L falls to a value; `None` where it never does, or always has.
    fn place_of(&self, loss: f64) -> Option<Scale> {
        let wanted = loss - self.fit.irreducible;
        let below =
            |x: f64| Scale::from_log10(x).is_ok_and(|scale| self.reducible(scale) <= wanted);
        let (mut from, mut to) = (-300.0, 300.0);
        if below(from) || !below(to) {
            return None;
        }
        // 600 decades halved so often are less than the last bit of any of them.
        for _ in 0..64 {
            let middle = 0.5 * (from + to);
            match below(middle) {
                true => to = middle,
                false => from = middle,
            }
        }
        Scale::from_log10(to).ok()
    }
}

/// A loss that is a level, in nats per token: the constants' own irreducible loss, or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WordOrNumber", into = "WordOrNumber")]
pub enum LossFloor {
    /// `own`: E of the constants.
    #[default]
    Own,
    /// So many nats.
    Nats(NonNegative),
}

impl TryFrom<WordOrNumber> for LossFloor {
    type Error = Invalid;

    fn try_from(written: WordOrNumber) -> Result<Self, Invalid> {
        match written {
            WordOrNumber::Word(word) if word == "own" => Ok(Self::Own),
            WordOrNumber::Word(word) => Err(Invalid::NeitherWordNorNumber { word, known: "own" }),
            WordOrNumber::Whole(nats) => Ok(Self::Nats((nats as f64).try_into()?)),
            WordOrNumber::Real(nats) => Ok(Self::Nats(nats.try_into()?)),
        }
    }
}

impl From<LossFloor> for WordOrNumber {
    fn from(floor: LossFloor) -> Self {
        match floor {
            LossFloor::Own => Self::Word("own".to_owned()),
            LossFloor::Nats(nats) => Self::Real(nats.get()),
        }
    }
}

impl JsonSchema for LossFloor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LossFloor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            { "const": "own", "description": "E of the constants" },
            { "title": "nats per token", "description": "up to E", "type": "number", "minimum": 0.0 },
        ] })
    }
}

/// The loss of pre-training as a hazard: h = kappa (L(N, D) - irreducible-loss), L = E + A/N^alpha + B/D^beta (Hoffmann et
/// al. 2022, arXiv:2203.15556, equation 10; Schaeffer et al. 2023, arXiv:2304.15004, have kappa 1). N counts parameters, and
/// so must the axis; compute is 6 N D.
///
/// Approach to 1: as a power law where all loss above `irreducible-loss` can be removed; else it stops at
/// exp(-kappa (E - irreducible-loss)), or at what the data allow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Chinchilla {
    /// Whose fit of the loss.
    constants: Constants,
    /// How many tokens a model of N parameters is trained on.
    data: TrainingData,
    /// Hazard per nat of loss; .2 to 2 is typical.
    kappa: Positive,
    /// The loss at which a step always succeeds, at most E of the constants.
    irreducible_loss: LossFloor,
}

checked!(Chinchilla);

impl Default for Chinchilla {
    fn default() -> Self {
        Self {
            constants: Constants::default(),
            data: TrainingData::default(),
            kappa: Positive::constant(1.0),
            irreducible_loss: LossFloor::default(),
        }
    }
}

impl Chinchilla {
    fn checked(self) -> Result<Self, Invalid> {
        let own = self.constants.irreducible_loss();
        match self.irreducible_loss {
            LossFloor::Nats(nats) if nats.get() > own => Err(Invalid::LossFloor {
                given: nats.get(),
                own,
            }),
            _ => Ok(self),
        }
    }

    /// E - irreducible-loss.
    fn excess(&self) -> f64 {
        match self.irreducible_loss {
            LossFloor::Own => 0.0,
            LossFloor::Nats(nats) => self.constants.irreducible_loss() - nats.get(),
        }
    }

    /// The exponent of the hazard, where it is a power of N and nothing else.
    pub(super) fn pure_exponent(&self) -> Option<f64> {
        let loss = Loss::new(self.constants, &self.data);
        loss.exponent().filter(|_| self.excess() == 0.0)
    }
}

impl Curve for Chinchilla {
    fn hazard(&self, scale: Scale) -> f64 {
        let loss = Loss::new(self.constants, &self.data);
        self.kappa.get() * (self.excess() + loss.reducible(scale))
    }

    fn hazard_limits(&self) -> (f64, f64) {
        let loss = Loss::new(self.constants, &self.data);
        let high = self.kappa.get() * (self.excess() + loss.reducible_limit());
        (f64::INFINITY, high)
    }
}

/// Error over loss (Gadre et al. 2024, arXiv:2403.08540, equation 5): p = 1 - (epsilon - k exp(-gamma L(N, D))). N counts
/// parameters, and so must the axis; compute is 6 N D.
///
/// Approach to its ceiling, 1 - epsilon + k exp(-gamma E): as a power law, as the loss does. It starts at 1 - epsilon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Gadre {
    /// Whose fit of the loss.
    constants: Constants,
    /// How many tokens a model of N parameters is trained on.
    data: TrainingData,
    /// Error at unlimited loss; about .85 for the mean of many tasks.
    epsilon: Probability,
    /// What the error would lose at loss 0, such that it stays above 0 at any scale; about 2.
    k: Positive,
    /// How fast that fades, per nat of loss; about .75.
    gamma: Positive,
}

checked!(Gadre);

impl Default for Gadre {
    fn default() -> Self {
        Self {
            constants: Constants::default(),
            data: TrainingData::default(),
            epsilon: Probability::constant(0.85),
            k: Positive::constant(2.1),
            gamma: Positive::constant(0.75),
        }
    }
}

impl Gadre {
    fn checked(self) -> Result<Self, Invalid> {
        let (epsilon, most) = (self.epsilon.get(), self.most());
        match most <= epsilon {
            true => Ok(self),
            false => Err(Invalid::ErrorBelowZero { epsilon, most }),
        }
    }

    /// k exp(-gamma L) at unlimited N.
    fn most(&self) -> f64 {
        let loss = Loss::new(self.constants, &self.data);
        let least = loss.fit.irreducible + loss.reducible_limit();
        self.k.get() * libm::exp(-self.gamma.get() * least)
    }
}

impl Curve for Gadre {
    fn hazard(&self, scale: Scale) -> f64 {
        let loss = Loss::new(self.constants, &self.data);
        let above = loss.reducible(scale) - loss.reducible_limit();
        let (epsilon, most, faded) = (self.epsilon.get(), self.most(), -self.gamma.get() * above);
        let success = (1.0 - epsilon) + most * libm::exp(faded);
        hazard_of(success, (epsilon - most) - most * libm::expm1(faded))
    }

    fn hazard_limits(&self) -> (f64, f64) {
        let left = self.epsilon.get() - self.most();
        (-libm::log1p(-self.epsilon.get()), -libm::log1p(-left))
    }
}

/// A skill that stays at its floor until the loss is below a threshold (Du et al. 2024, arXiv:2403.15796, who see scores
/// leave chance near 2.2 nats per token; the formula's shape is ours): p = floor + slope (at-loss - L(N, D))^exponent below
/// that loss, `floor` above it, and `ceiling` where that is less. N counts parameters, and so must the axis; compute is
/// 6 N D. With `data` unlimited the loss is a power law in N.
///
/// A kink, for `exponent` 1: a genuine break, whatever the metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct LossThreshold {
    /// Whose fit of the loss.
    constants: Constants,
    /// How many tokens a model of N parameters is trained on.
    data: TrainingData,
    /// Success probability above the threshold, below the ceiling.
    floor: Probability,
    /// Success probability that is never exceeded.
    ceiling: Probability,
    /// The loss, in nats per token, below which skill grows.
    at_loss: Positive,
    /// Success probability gained at one nat below the threshold.
    slope: Positive,
    /// How the gain begins: 1 is a kink, 2 bends upwards from nothing.
    exponent: Positive,
}

checked!(LossThreshold);

impl Default for LossThreshold {
    fn default() -> Self {
        Self {
            constants: Constants::default(),
            data: TrainingData::default(),
            floor: Probability::constant(0.25),
            ceiling: Probability::constant(1.0),
            at_loss: Positive::constant(2.2),
            slope: Positive::constant(1.4),
            exponent: Positive::constant(1.0),
        }
    }
}

impl LossThreshold {
    fn checked(self) -> Result<Self, Invalid> {
        floor_below_ceiling(self.floor, self.ceiling)?;
        Ok(self)
    }

    fn hazard_at(&self, reducible: f64) -> f64 {
        let below = (self.at_loss.get() - self.constants.irreducible_loss()) - reducible;
        let gain = match below > 0.0 {
            true => self.slope.get() * libm::pow(below, self.exponent.get()),
            false => 0.0,
        };
        -libm::log((self.floor.get() + gain).min(self.ceiling.get()))
    }
}

impl Curve for LossThreshold {
    fn hazard(&self, scale: Scale) -> f64 {
        self.hazard_at(Loss::new(self.constants, &self.data).reducible(scale))
    }

    fn hazard_limits(&self) -> (f64, f64) {
        let loss = Loss::new(self.constants, &self.data);
        (
            self.hazard_at(f64::INFINITY),
            self.hazard_at(loss.reducible_limit()),
        )
    }

    fn breaks(&self) -> Vec<Break> {
        let loss = Loss::new(self.constants, &self.data);
        let place = loss.place_of(self.at_loss.get());
        let kink = place.map(|at| Break {
            at,
            width: 0.0,
            change: ChangeOfLaw::Threshold {
                floor: self.floor.get(),
            },
        });
        kink.into_iter().collect()
    }
}
#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve, near, refusal};
    use super::*;

    // Expected values: mpmath with 40 digits; compute-optimal tokens there by a root of the derivative of the loss.

    fn loss(constants: &str, data: &str, n: f64) -> f64 {
        let constants: Constants = serde_json::from_str(&format!("{constants:?}")).unwrap();
        let data: TrainingData = serde_json::from_str(data).unwrap();
        let loss = Loss::new(constants, &data);
        constants.irreducible_loss() + loss.reducible(at(n))
    }

    #[test]
    fn losses_are_those_of_the_papers() {
        for (constants, chinchilla, small, optimal) in [
            (
                "hoffmann",
                1.9366454705587175,
                2.9740106374064244,
                Some(2.229468549528345),
            ),
            (
                "hoffmann-unrounded",
                1.9208352039108185,
                2.907352398531866,
                None,
            ),
            (
                "besiroglu",
                1.973881863158564,
                2.9126116478396087,
                Some(2.2926714190011332),
            ),
            ("muennighoff", 2.024099930596438, 2.9260834780403706, None),
            (
                "kaplan",
                1.6929734868045474,
                2.6209440749171966,
                Some(2.258031991764087),
            ),
        ] {
            let tokens = r#"{"kind": "tokens", "tokens": 1.4e12}"#;
            close(loss(constants, tokens, 7e10), chinchilla);
            let rule = r#"{"kind": "tokens-per-parameter", "ratio": 20}"#;
            close(loss(constants, rule, 3e8), small);
            if let Some(optimal) = optimal {
                close(
                    loss(constants, r#"{"kind": "compute-optimal"}"#, 3e9),
                    optimal,
                );
            }
        }
        let unlimited = r#"{"kind": "unlimited"}"#;
        close(loss("hoffmann", unlimited, 3e9), 1.9336309578515107);
        close(loss("kaplan", unlimited, 3e9), 2.1330864780735936);
        // Kaplan et al., equation 1.1, for 1.3 and 175 billion parameters.
        for data in [unlimited, r#"{"kind": "compute-optimal"}"#] {
            near(
                loss("kaplan-converged", data, 1.3e9),
                2.328_739_921_354_3,
                1e-13,
            );
            near(
                loss("kaplan-converged", data, 1.75e11),
                1.604_389_427_313_2,
                1e-13,
            );
        }
    }

    #[test]
    fn a_hazard_is_kappa_times_the_loss_above_a_level() {
        let told = |floor: &str| {
            curve(&format!(
                r#"{{"kind": "chinchilla", "constants": "besiroglu", "data": {{"kind": "tokens"}}, "kappa": 0.6 {floor}}}"#
            ))
        };
        let loss = 1.973881863158564;
        // What the loss is above E has fewer digits than the loss.
        near(told("").hazard(at(7e10)), 0.6 * (loss - 1.8172), 1e-13);
        let level = told(r#", "irreducible-loss": 1.31"#);
        close(level.hazard(at(7e10)), 0.6 * (loss - 1.31));
        assert!(
            refusal(r#"{"kind": "chinchilla", "irreducible-loss": 1.7}"#)
                .contains("irreducible-loss 1.7 must not be above 1.69")
        );
        assert!(
            refusal(r#"{"kind": "chinchilla", "irreducible-loss": "none"}"#)
                .contains(r#"give "own" or a number"#)
        );
    }

    #[test]
    fn a_reducible_loss_alone_is_a_power_law() {
        let told = curve(r#"{"kind": "chinchilla"}"#);
        let ratio = told.hazard(at(3e14)) / told.hazard(at(3e9));
        close(ratio, libm::pow(1e5, -0.34));
        close(told.pure_exponent().unwrap(), 0.34);
        let kaplan = curve(
            r#"{"kind": "chinchilla", "constants": "kaplan", "data": {"kind": "unlimited"}}"#,
        );
        close(kaplan.pure_exponent().unwrap(), 0.076);
        for json in [
            r#"{"kind": "chinchilla", "irreducible-loss": 1.5}"#,
            r#"{"kind": "chinchilla", "data": {"kind": "tokens"}}"#,
            r#"{"kind": "chinchilla", "data": {"kind": "tokens-per-parameter"}}"#,
        ] {
            assert_eq!(curve(json).pure_exponent(), None, "{json}");
        }
    }

    #[test]
    fn error_falls_with_the_exponential_of_loss() {
        let told = curve(
            r#"{"kind": "gadre", "data": {"kind": "tokens", "tokens": 3e11}, "epsilon": 0.83, "k": 1.9, "gamma": 0.71}"#,
        );
        close(told.hazard(at(1e8)), 0.806703746786959);
        close(told.hazard(at(5e11)), 0.4548785398843674);
        let rare = curve(
            r#"{"kind": "gadre", "data": {"kind": "tokens", "tokens": 3e11}, "epsilon": 0.97, "k": 1.1, "gamma": 0.9}"#,
        );
        close(rare.hazard(at(1e9)), 1.7753932674066055);
        let json = r#"{"kind": "gadre", "epsilon": 0.8, "k": 3.0, "gamma": 0.71}"#;
        assert!(
            refusal(json).contains("the error would fall below 0"),
            "{}",
            refusal(json)
        );
    }

    #[test]
    fn a_skill_leaves_its_floor_where_the_loss_is_below_a_threshold() {
        let told = curve(
            r#"{"kind": "loss-threshold", "constants": "besiroglu", "data": {"kind": "tokens-per-parameter"}, "floor": 0.2,
                "slope": 0.9, "exponent": 1.3, "at-loss": 2.4, "ceiling": 0.55}"#,
        );
        close(told.success(at(4e10)), 0.4659706490870768);
        close(told.success(at(1.7e9)), 0.2);
        close(told.success(at(1e20)), 0.55);
        let [kink] = told.declared_breaks()[..] else {
            panic!("one kink");
        };
        near(kink.at.log10(), 9.245204400999901, 1e-13);
        assert_eq!(kink.change, ChangeOfLaw::Threshold { floor: 0.2 });
        let never = r#"{"kind": "loss-threshold", "at-loss": 1.6}"#;
        assert_eq!(curve(never).declared_breaks(), []);
        let json = r#"{"kind": "loss-threshold", "ceiling": 0.2}"#;
        assert!(refusal(json).contains("floor 0.25 must be below ceiling 0.2"));
    }
}
