//! How the failure of one step changes the next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mixing::copula_hazard;
use super::special::normal_quantile;
use super::tagged::tagged;
use super::{Correlation, Lever, Positive, Probability};

tagged! {
    /// How the steps of one attempt hang together.
    pub enum Dependence, default "independent" = Self::Independent; {
        "independent" => Independent: "not at all: steps succeed or fail independently";
        "halting" => Halting: "after the first error every step is wrong: K = T";
        "tainted" => Tainted(Tainted):
            "an error made clean taints: steps then have the multiplier, until the attempt is clean again, which happens after each such step, right or wrong, with probability cleaning",
            source "the idea of self-conditioning: Sinha et al. 2025, arXiv:2509.09677";
        "markov" => Markov(AfterError): "a step right after a wrong one has the multiplier";
        "error-fraction" => ErrorFraction(ErrorFraction):
            "p_t = p (1 - slope e_t), e_t the share of wrong steps among those before step t",
            source "the idea of self-conditioning: Sinha et al. 2025, arXiv:2509.09677";
        "common-factor" => CommonFactor(CommonFactor):
            "step t is right where sqrt(correlation) Z + sqrt(1 - correlation) e_t is at most the p-quantile of the normal distribution; Z is normal and shared by the steps of an attempt, e_t is normal and is not",
            source "one-factor Gaussian copula: Vasicek 2002, Risk 15(12), 160";
    }
}

/// A taint that may be cleaned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tainted {
    /// Multiplier of steps while the attempt is tainted.
    pub multiplier: Positive,
    /// Chance, after each step taken tainted, that the next is taken clean.
    pub cleaning: Probability,
    /// What the multiplier acts on.
    pub on: Lever,
}

impl Default for Tainted {
    fn default() -> Self {
        Self {
            multiplier: Positive::constant(5.0),
            cleaning: Probability::constant(0.0),
            on: Lever::Hazard,
        }
    }
}

/// What a wrong step does to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AfterError {
    /// Multiplier of a step right after a wrong one.
    pub multiplier: Positive,
    /// What the multiplier acts on.
    pub on: Lever,
}

impl Default for AfterError {
    fn default() -> Self {
        Self {
            multiplier: Positive::constant(5.0),
            on: Lever::Hazard,
        }
    }
}

/// Success that falls with the share of errors so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ErrorFraction {
    /// The share of its success probability that a step has lost where all steps before it were wrong.
    pub slope: Probability,
}

impl Default for ErrorFraction {
    fn default() -> Self {
        Self {
            slope: Probability::constant(0.5),
        }
    }
}

/// A good or a bad day of the whole attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommonFactor {
    /// Correlation of the normal numbers behind two steps of an attempt.
    pub correlation: Correlation,
}

impl Default for CommonFactor {
    fn default() -> Self {
        Self {
            correlation: Correlation::constant(0.3),
        }
    }
}

impl CommonFactor {
    /// The success probability of a step of this hazard where the common factor is z.
    fn chance(&self, hazard: f64, z: f64) -> f64 {
        // From the smaller tail, which has its leading digits.
        let p = libm::exp(-hazard);
        let quantile = match p < 0.5 {
            true => normal_quantile(p),
            false => -normal_quantile(-libm::expm1(-hazard)),
        };
        libm::exp(-copula_hazard(quantile, self.correlation.get(), z))
    }
}

/// What an attempt has come to before a step, as far as the step depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Past {
    /// Steps taken.
    pub steps: u32,
    /// Wrong ones among them.
    pub errors: u32,
    /// Whether the last error still tells: see [`Dependence::impaired`].
    pub impaired: bool,
    /// The attempt's common factor, 0 where there is none.
    pub common: f64,
}

impl Dependence {
    /// The success probability of a step of this hazard, guessing aside; `None` for a step that is not taken at all.
    pub(super) fn chance(&self, hazard: f64, past: &Past) -> Option<f64> {
        let after_error = |on: Lever, multiplier: Positive| match past.impaired {
            true => on.hazard(hazard, multiplier.get()),
            false => hazard,
        };
        Some(match self {
            Self::Independent => libm::exp(-hazard),
            Self::Halting if past.impaired => return None,
            Self::Halting => libm::exp(-hazard),
            Self::Tainted(tainted) => libm::exp(-after_error(tainted.on, tainted.multiplier)),
            Self::Markov(markov) => libm::exp(-after_error(markov.on, markov.multiplier)),
            Self::ErrorFraction(fraction) => {
                let share = f64::from(past.errors) / f64::from(past.steps.max(1));
                libm::exp(-hazard) * (1.0 - fraction.slope.get() * share)
            }
            Self::CommonFactor(factor) => factor.chance(hazard, past.common),
        })
    }

    /// Whether an error still tells after a step that came out right or wrong. `cleaned` is whether a taint went with the
    /// step.
    #[must_use]
    pub const fn impaired(&self, before: bool, right: bool, cleaned: bool) -> bool {
        match self {
            Self::Independent | Self::ErrorFraction(_) | Self::CommonFactor(_) => false,
            Self::Halting => before || !right,
            Self::Tainted(_) if before => !cleaned,
            Self::Tainted(_) | Self::Markov(_) => !right,
        }
    }

    /// Whether an error may tell on later steps: see [`Self::impaired`].
    #[must_use]
    pub const fn impairs(&self) -> bool {
        match self {
            Self::Independent | Self::ErrorFraction(_) | Self::CommonFactor(_) => false,
            Self::Halting | Self::Tainted(_) | Self::Markov(_) => true,
        }
    }

    /// The chance that a taint goes with a step taken tainted; 0 where there is none to go.
    #[must_use]
    pub fn cleaning(&self) -> Probability {
        match self {
            Self::Tainted(tainted) => tainted.cleaning,
            _ => Probability::constant(0.0),
        }
    }

    /// Whether the chance of a step depends on how many errors there were.
    #[must_use]
    pub const fn counts_errors(&self) -> bool {
        matches!(self, Self::ErrorFraction(_))
    }

    /// The correlation behind the steps of an attempt, where they have a common factor.
    #[must_use]
    pub fn correlation(&self) -> Option<f64> {
        match self {
            Self::CommonFactor(factor) => Some(factor.correlation.get()),
            _ => None,
        }
    }
}
