//! Questions with a few answers to choose from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mixing::{Node, standard_gumbel_nodes, standard_normal_nodes};
use super::special::{normal_cdf, normal_quantile};
use super::tagged::{checked, tagged};
use super::{Deviation, Invalid, LogOdds, NoiseScale, Options, StepsTask};

tagged! {
    /// How the log-weights of options scatter from attempt to attempt.
    pub enum OptionNoise, default "normal" = Self::Normal(NormalNoise::default()); {
        "normal" => Normal(NormalNoise):
            "normal: the most plausible option is that of Thurstone's model",
            source "Thurstone 1927, Psychol. Rev. 34, 273";
        "gumbel" => Gumbel(GumbelNoise):
            "Gumbel: each option is the most plausible with a probability proportional to exp(log-weight/scale)",
            source "Luce 1959, Individual Choice Behavior; McFadden 1974";
    }
}

/// Normal noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NormalNoise {
    /// Standard deviation, in nats.
    pub sd: NoiseScale,
}

impl Default for NormalNoise {
    fn default() -> Self {
        Self {
            sd: NoiseScale::constant(1.0),
        }
    }
}

/// Gumbel noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GumbelNoise {
    /// Scale, in nats: the standard deviation is 1.28 times as much.
    pub scale: NoiseScale,
}

impl Default for GumbelNoise {
    fn default() -> Self {
        Self {
            scale: NoiseScale::constant(1.0),
        }
    }
}

/// Euler's constant, the mean of a standard Gumbel variable.
pub(super) const EULER: f64 = 0.577_215_664_901_532_9;

impl OptionNoise {
    /// What a standard number is multiplied by.
    pub(super) const fn scale(&self) -> f64 {
        match self {
            Self::Normal(normal) => normal.sd.get(),
            Self::Gumbel(gumbel) => gumbel.scale.get(),
        }
    }

    /// The noise of an option that draws this uniform number in (0, 1), in nats.
    #[must_use]
    pub fn of(&self, uniform: f64) -> f64 {
        let standard = match self {
            Self::Normal(_) => normal_quantile(uniform),
            Self::Gumbel(_) => -libm::log(-libm::log(uniform)),
        };
        self.scale() * standard
    }

    /// Mean and mean square of the noise.
    pub(super) fn moments(&self) -> (f64, f64) {
        let scale = self.scale();
        match self {
            Self::Normal(_) => (0.0, scale * scale),
            Self::Gumbel(_) => {
                let variance = std::f64::consts::PI * std::f64::consts::PI / 6.0;
                (EULER * scale, (variance + EULER * EULER) * scale * scale)
            }
        }
    }

    /// Noise and its weight at evenly spaced places, by the trapezoid rule; weights sum to 1.
    pub(super) fn nodes(&self) -> Vec<Node> {
        // Functions of e^noise turn within about one nat.
        let step = (0.25 / self.scale()).min(0.25);
        let mut nodes = match self {
            Self::Normal(_) => standard_normal_nodes(step),
            Self::Gumbel(_) => standard_gumbel_nodes(step),
        };
        nodes.iter_mut().for_each(|node| node.0 *= self.scale());
        nodes
    }
}

/// One question of C options, of which one is right and the one with the largest log-weight is chosen.
///
/// Against everything else that could be said, of weight 1, a wrong option has the log-weight d + noise, d = distractor, and
/// the right one d - ln(1 - p) + noise: without skill it is as plausible as the others, and with p near 1 its margin grows
/// as the log-odds of p do, linearly in ln N for a logistic skill. An option's probability is its weight over the sum of
/// all, or over that of the options. The definition is our own; the ladder of what is read off it (log-probability,
/// probability, probability among the options, Brier score, accuracy) is that of Schaeffer et al. 2024, arXiv:2406.04391.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct ChoiceTask {
    /// C, how many options there are.
    options: Options,
    /// d, the log-weight of a wrong option, in nats against everything else that could be said; -4 to 0 is typical.
    distractor: LogOdds,
    /// How log-weights scatter from option to option and from attempt to attempt.
    noise: OptionNoise,
    /// Standard deviation over items of the log-odds of p, shared by all scales.
    item_sd: Deviation,
    /// The same items, of one step.
    #[serde(skip)]
    chain: StepsTask,
}

checked!(ChoiceTask);

impl Default for ChoiceTask {
    fn default() -> Self {
        Self {
            options: Options::constant(4),
            distractor: LogOdds::constant(-2.0),
            noise: OptionNoise::default(),
            item_sd: Deviation::constant(0.0),
            chain: StepsTask::of_one_step(Deviation::constant(0.0)),
        }
    }
}

impl ChoiceTask {
    fn checked(self) -> Result<Self, Invalid> {
        Ok(Self {
            chain: StepsTask::of_one_step(self.item_sd),
            ..self
        })
    }

    /// C, the number of options.
    #[must_use]
    pub const fn options(&self) -> u32 {
        self.options.get()
    }

    /// d, the log-weight of a wrong option.
    #[must_use]
    pub const fn distractor(&self) -> f64 {
        self.distractor.get()
    }

    /// How log-weights scatter.
    #[must_use]
    pub const fn noise(&self) -> &OptionNoise {
        &self.noise
    }

    /// Its items as chains of one step, which differ as they do.
    #[must_use]
    pub const fn chain(&self) -> &StepsTask {
        &self.chain
    }

    pub(super) fn with_default_parameters(&self) -> Self {
        Self {
            noise: self.noise.with_default_parameters(),
            ..Self::default()
        }
    }

    /// By how much the right option's log-weight is above that of a wrong one, noise aside, where an item has this hazard:
    /// -ln(1 - e^-h), in nats.
    #[must_use]
    pub fn margin(hazard: f64) -> f64 {
        match hazard < 0.7 {
            true => -libm::log(-libm::expm1(-hazard)),
            false => -libm::log1p(-libm::exp(-hazard)),
        }
    }

    /// The probability that the right option is chosen.
    ///
    /// Normal noise: the integral of phi(x) Phi(x + m/s)^(C-1), m the margin; Gumbel noise: 1/(1 + (C-1) e^(-m/s)).
    #[must_use]
    pub fn accuracy(&self, hazard: f64) -> f64 {
        let margin = Self::margin(hazard) / self.noise.scale();
        let others = f64::from(self.options() - 1);
        if margin == f64::INFINITY {
            return 1.0;
        }
        match &self.noise {
            OptionNoise::Gumbel(_) => 1.0 / (1.0 + others * libm::exp(-margin)),
            OptionNoise::Normal(_) => {
                // What is missing from 1, to its leading digits: 1 - (1 - q)^(C-1).
                let missing =
                    |x: f64| -libm::expm1(others * libm::log1p(-normal_cdf(-(x + margin))));
                let nodes = standard_normal_nodes(0.125).into_iter();
                1.0 - nodes.map(|(x, weight)| weight * missing(x)).sum::<f64>()
            }
        }
    }
}

/// What one attempt makes of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionWeights {
    /// Log-weights with their noise, the right option's first, in nats.
    pub logs: Vec<f64>,
}

impl OptionWeights {
    /// The place of the option that is chosen: 0 is the right one.
    #[must_use]
    pub fn chosen(&self) -> usize {
        let places = self.logs.iter().enumerate();
        let largest = places.max_by(|one, other| one.1.total_cmp(other.1));
        largest.map_or(0, |(place, _)| place)
    }

    /// -ln of the right option's probability, among everything or among the options: ln of the sum of e^(log - right).
    fn loss(&self, outside: f64) -> f64 {
        let right = self.logs[0];
        if right == f64::INFINITY {
            return 0.0;
        }
        let others = self.logs[1..].iter().chain([&outside]);
        let largest = others.clone().fold(right, |most, log| most.max(*log));
        let sum: f64 = others.map(|log| libm::exp(log - largest)).sum();
        largest - right + libm::log(sum + libm::exp(right - largest))
    }

    /// -ln of the right option's probability among everything that could be said.
    #[must_use]
    pub fn loss_of_all(&self) -> f64 {
        self.loss(0.0)
    }

    /// -ln of its probability among the options.
    #[must_use]
    pub fn loss_of_options(&self) -> f64 {
        self.loss(f64::NEG_INFINITY)
    }

    /// The sum over options of the squared distance of their probabilities among the options from 1 for the right one and 0
    /// for the others; 0 to 2.
    #[must_use]
    pub fn brier(&self) -> f64 {
        if self.logs[0] == f64::INFINITY {
            return 0.0;
        }
        let largest = self
            .logs
            .iter()
            .fold(f64::NEG_INFINITY, |most, log| most.max(*log));
        let weights = self.logs.iter().map(|log| libm::exp(log - largest));
        let sum: f64 = weights.clone().sum();
        let of = |(place, weight): (usize, f64)| {
            let distance = weight / sum - if place == 0 { 1.0 } else { 0.0 };
            distance * distance
        };
        weights.enumerate().map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(json: &str) -> ChoiceTask {
        serde_json::from_str(json).unwrap()
    }

    /// The hazard at which the margin is so much: 1 - e^-h = e^-m.
    fn hazard(margin: f64) -> f64 {
        -libm::log1p(-libm::exp(-margin))
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-13,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn margins_of_skills() {
        close(ChoiceTask::margin(f64::INFINITY), 0.0);
        // p = .3 and .9.
        close(
            ChoiceTask::margin(1.203_972_804_325_936),
            0.356_674_943_938_732_4,
        );
        close(
            ChoiceTask::margin(0.105_360_515_657_826_3),
            core::f64::consts::LN_10,
        );
        assert_eq!(ChoiceTask::margin(0.0), f64::INFINITY);
    }

    /// Four options, by 40-digit quadrature.
    #[test]
    fn accuracies_of_margins() {
        let normal = task("{}");
        let gumbel = task(r#"{"noise": {"kind": "gumbel"}}"#);
        for (margin, of_normal, of_gumbel) in [
            (1.0, 0.552_031_438_443_016_3, 0.475_366_886_418_671_7),
            (2.0, 0.822_792_955_993_229_7, 0.711_234_594_227_593_9),
            (3.0, 0.956_374_371_560_585_9, 0.870_048_506_561_407_8),
        ] {
            close(normal.accuracy(hazard(margin)), of_normal);
            close(gumbel.accuracy(hazard(margin)), of_gumbel);
        }
        close(normal.accuracy(f64::INFINITY), 0.25);
        assert_eq!(normal.accuracy(0.0), 1.0);
        // Only the ratio of margin and noise counts.
        let noisier = task(r#"{"noise": {"kind": "normal", "sd": 2.5}}"#);
        close(noisier.accuracy(hazard(2.5)), 0.552_031_438_443_016_3);
    }

    #[test]
    fn weights_of_three_options() {
        let weights = OptionWeights {
            logs: vec![0.5, 1.2, -0.7],
        };
        assert_eq!(weights.chosen(), 1);
        let of = |log: f64| libm::exp(log);
        let options = of(0.5) + of(1.2) + of(-0.7);
        close(weights.loss_of_options(), libm::log(options) - 0.5);
        close(weights.loss_of_all(), libm::log(options + 1.0) - 0.5);
        let p = [0.5, 1.2, -0.7].map(|log| of(log) / options);
        close(
            weights.brier(),
            (p[0] - 1.0) * (p[0] - 1.0) + p[1] * p[1] + p[2] * p[2],
        );
        // Far apart, nothing overflows.
        let far = OptionWeights {
            logs: vec![-900.0, 900.0],
        };
        close(far.loss_of_options(), 1800.0);
        close(far.brier(), 2.0);
    }

    #[test]
    fn nodes_of_noise_weigh_one() {
        for json in [
            "{}",
            r#"{"noise": {"kind": "normal", "sd": 4.2}}"#,
            r#"{"noise": {"kind": "gumbel", "scale": 0.7}}"#,
        ] {
            let noise = task(json).noise;
            let nodes = noise.nodes();
            let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
                nodes.iter().map(|&(x, weight)| weight * of(x)).sum()
            };
            close(sum(&|_| 1.0), 1.0);
            let (mean, square) = noise.moments();
            close(sum(&|x| x), mean);
            assert!((sum(&|x| x * x) - square).abs() < 1e-12 * square.max(1.0));
        }
    }
}
