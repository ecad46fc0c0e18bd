//! How items differ, in a way shared by all their steps and attempts and by all scales.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mixing::{Node, beta_nodes, gamma_nodes, logit_normal_nodes};
use super::tagged::{checked, tagged};
use super::{BetaLaw, Deviation, GammaShape, Invalid, Lever, Positive, Probability};

tagged! {
    /// How items differ, in a way shared by all steps of an item, by all its attempts and by all scales. Steps of an item
    /// differ further by the difficulty: with multiplier w on the hazard, step i of item j succeeds with p_j^w_i.
    pub enum Spread, default "none" = Self::None; {
        "none" => None: "they do not: every item is as hard as any other";
        "logit-normal" => LogitNormal(LogitNormal):
            "ln(p_j/(1-p_j)) = ln(p/(1-p)) + sd z_j, z_j standard normal: p is that of the median item",
            source "Rasch's model with normal difficulties; Moss 2026 finds sd 1.5 for software tasks";
        "beta" => Beta(BetaSpread):
            "p_j ~ Beta(concentration p, concentration (1-p)), of mean p; an item keeps its rank at all scales",
            source "Skellam 1948, J. R. Stat. Soc. B 10, 257 (the beta-binomial)";
        "scaled-beta" => ScaledBeta(ScaledBeta):
            "p_j = ceiling x with x ~ Beta(concentration p, concentration (1-p)), of mean ceiling p; an item keeps its rank at all scales",
            source "Schaeffer et al. 2025, arXiv:2502.17578 (scaled beta)";
        "gamma-frailty" => GammaFrailty(GammaFrailty):
            "h_j = h z_j, z_j ~ Gamma(shape, 1/shape), of mean 1",
            source "Vaupel, Manton and Stallard 1979, Demography 16, 439 (frailty)";
        "two-point" => TwoPoint(TwoPoint): "a share of items has multiplier hard, the others have multiplier easy";
        "impossible" => Impossible(ImpossibleItems): "a share of items has p_j = 0 at every scale, but for guessing";
    }
}

/// Items whose log-odds differ by a normal number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogitNormal {
    /// Standard deviation of items on the log-odds of a step.
    pub sd: Deviation,
}

impl Default for LogitNormal {
    fn default() -> Self {
        Self {
            sd: Deviation::constant(1.0),
        }
    }
}

/// Items whose step success has a beta distribution of unchanged mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct BetaSpread {
    /// a + b of the beta distribution: two steps of an item correlate by 1/(concentration + 1).
    pub concentration: Positive,
}

impl Default for BetaSpread {
    fn default() -> Self {
        Self {
            concentration: Positive::constant(10.0),
        }
    }
}

/// Items whose step success has a beta distribution below a ceiling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScaledBeta {
    /// a + b of the beta distribution.
    pub concentration: Positive,
    /// Step success that no item exceeds.
    pub ceiling: Probability,
}

impl Default for ScaledBeta {
    fn default() -> Self {
        Self {
            concentration: Positive::constant(10.0),
            ceiling: Probability::constant(0.9),
        }
    }
}

/// Items whose hazard is multiplied by a gamma number of mean 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GammaFrailty {
    /// Shape of the gamma distribution; the multiplier has variance 1/shape.
    pub shape: GammaShape,
}

impl Default for GammaFrailty {
    fn default() -> Self {
        Self {
            shape: GammaShape::constant(1.0),
        }
    }
}

/// Two kinds of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct TwoPoint {
    /// Share of hard items.
    pub share: Probability,
    /// Multiplier of hard items.
    pub hard: Positive,
    /// Multiplier of easy items, below that of hard ones.
    pub easy: Positive,
    /// What multipliers act on.
    pub on: Lever,
}

checked!(TwoPoint);

impl Default for TwoPoint {
    fn default() -> Self {
        Self {
            share: Probability::constant(0.5),
            hard: Positive::constant(10.0),
            easy: Positive::constant(1.0),
            on: Lever::Hazard,
        }
    }
}

impl TwoPoint {
    fn checked(self) -> Result<Self, Invalid> {
        match (self.easy.get(), self.hard.get()) {
            (easy, hard) if easy < hard => Ok(self),
            (easy, hard) => Err(Invalid::EasyAboveHard { easy, hard }),
        }
    }
}

/// Items that cannot be solved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImpossibleItems {
    /// Share of impossible items.
    pub share: Probability,
}

impl Default for ImpossibleItems {
    fn default() -> Self {
        Self {
            share: Probability::constant(0.1),
        }
    }
}

/// The distribution of the number that an item draws once, for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Latent {
    /// It draws none.
    None,
    /// Uniform between 0 and 1.
    Uniform,
    /// Standard normal.
    Normal,
    /// Gamma of this shape and mean 1.
    Gamma {
        /// The shape.
        shape: f64,
    },
}

impl Spread {
    /// What an item draws.
    #[must_use]
    pub const fn latent(&self) -> Latent {
        match self {
            Self::None => Latent::None,
            Self::LogitNormal(_) => Latent::Normal,
            Self::Beta(_) | Self::ScaledBeta(_) | Self::TwoPoint(_) | Self::Impossible(_) => {
                Latent::Uniform
            }
            Self::GammaFrailty(frailty) => Latent::Gamma {
                shape: frailty.shape.get(),
            },
        }
    }

    /// Items where an ordinary step has this hazard.
    #[must_use]
    pub fn items(&self, hazard: f64) -> ItemHazards {
        let beta = |concentration: &Positive| BetaLaw::from_mean(hazard, *concentration);
        ItemHazards {
            spread: self.clone(),
            hazard,
            beta: match self {
                Self::Beta(beta_spread) => Some(beta(&beta_spread.concentration)),
                Self::ScaledBeta(scaled) => Some(beta(&scaled.concentration)),
                _ => None,
            },
        }
    }
}

/// The hazards of items at one scale.
#[derive(Clone, Debug)]
pub struct ItemHazards {
    spread: Spread,
    hazard: f64,
    beta: Option<BetaLaw>,
}

impl ItemHazards {
    /// How items differ.
    pub(super) const fn spread(&self) -> &Spread {
        &self.spread
    }

    /// The hazard of an ordinary step, items aside.
    pub(super) const fn ordinary(&self) -> f64 {
        self.hazard
    }

    /// The hazard of an ordinary step of an item that drew this number.
    #[must_use]
    pub fn of(&self, latent: f64) -> f64 {
        let hazard = self.hazard;
        let beta = |ceiling: f64| match &self.beta {
            Some(law) => law.hazard_at(latent) - libm::log(ceiling),
            None => hazard,
        };
        match &self.spread {
            Spread::None => hazard,
            Spread::LogitNormal(normal) => {
                Lever::LogOdds.hazard(hazard, libm::exp(-normal.sd.get() * latent))
            }
            Spread::Beta(_) => beta(1.0),
            Spread::ScaledBeta(scaled) => beta(scaled.ceiling.get()),
            Spread::GammaFrailty(_) => hazard * latent,
            Spread::TwoPoint(two) => {
                let hard = latent < two.share.get();
                two.on
                    .hazard(hazard, if hard { two.hard } else { two.easy }.get())
            }
            Spread::Impossible(impossible) if latent < impossible.share.get() => f64::INFINITY,
            Spread::Impossible(_) => hazard,
        }
    }

    /// Hazards with weights that sum to 1, over which means of functions of an item's hazard are taken. `relevant` are the
    /// least and the largest number that a hazard is multiplied by in such functions; `counts` is the number of trials
    /// whose count they tell, 0 for powers of the success probability.
    #[must_use]
    pub(super) fn nodes(&self, relevant: (f64, f64), counts: f64) -> Vec<Node> {
        let hazard = self.hazard;
        let beta = |ceiling: f64| match &self.beta {
            Some(law) => {
                let shift = -libm::log(ceiling);
                let nodes = beta_nodes(law, counts).into_iter();
                nodes.map(|(h, weight)| (h + shift, weight)).collect()
            }
            None => vec![(hazard, 1.0)],
        };
        match &self.spread {
            Spread::None => vec![(hazard, 1.0)],
            // Nothing to spread: a step that never or always fails does so in every item but impossible ones.
            Spread::LogitNormal(_) | Spread::GammaFrailty(_) | Spread::TwoPoint(_)
                if hazard == 0.0 || hazard.is_infinite() =>
            {
                vec![(hazard, 1.0)]
            }
            Spread::LogitNormal(normal) => {
                let sd = normal.sd.get();
                let nodes = logit_normal_nodes(sd, counts).into_iter();
                nodes.map(|(z, weight)| (self.of(z), weight)).collect()
            }
            Spread::Beta(_) => beta(1.0),
            Spread::ScaledBeta(scaled) => beta(scaled.ceiling.get()),
            Spread::GammaFrailty(frailty) => {
                let hazards = hazard * relevant.0..=hazard * relevant.1;
                let nodes = gamma_nodes(frailty.shape.get(), hazards, counts).into_iter();
                let ln_hazard = libm::log(hazard);
                let of = |(ln_z, weight)| (libm::exp(ln_hazard + ln_z), weight);
                nodes.map(of).collect()
            }
            Spread::TwoPoint(two) => {
                let share = two.share.get();
                vec![
                    (two.on.hazard(hazard, two.hard.get()), share),
                    (two.on.hazard(hazard, two.easy.get()), 1.0 - share),
                ]
            }
            Spread::Impossible(impossible) => {
                let share = impossible.share.get();
                vec![(f64::INFINITY, share), (hazard, 1.0 - share)]
            }
        }
    }
}
