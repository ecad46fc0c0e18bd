//! How training runs of one scale differ in skill.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Scale;
use crate::domain::mixing::{Node, logit_normal_nodes};
use crate::domain::special::normal_quantile;
use crate::domain::tagged::tagged;
use crate::domain::{Deviation, Lever, Positive, Probability};

tagged! {
    /// How training runs of one scale differ in skill. A run has one skill for all its attempts.
    pub enum BetweenSeeds, default "none" = Self::None; {
        "none" => None:
            "they do not: another training seed is another set of attempts at the same skill";
        "normal" => Normal(NormalRuns):
            "ln(p_s/(1-p_s)) = ln(p/(1-p)) + sd z_s, z_s standard normal: p is that of the median run",
            source "a normal effect of the seed on the log-odds, as of items in Rasch's model";
        "bimodal" => Bimodal(BimodalRuns):
            "p_s = p with probability 1/(1 + (N/midpoint)^-slope), else min(p, low)",
            source "Zhao et al. 2025, arXiv:2502.17356: runs break through or do not; the formula's shape is ours";
    }
}

/// Training runs whose log-odds of a step differ by a normal number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NormalRuns {
    /// Standard deviation of training runs on the log-odds of a step.
    pub sd: Deviation,
}

impl Default for NormalRuns {
    fn default() -> Self {
        Self {
            sd: Deviation::constant(0.3),
        }
    }
}

/// Training runs that break through to the curve, or stay below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct BimodalRuns {
    /// The scale at which half of all training runs break through.
    pub midpoint: Scale,
    /// Log-odds of breaking through per e-fold of scale (per decade: 2.3026 times as much).
    pub slope: Positive,
    /// Step success of a run that does not break through, at most that of one that does.
    pub low: Probability,
}

impl Default for BimodalRuns {
    fn default() -> Self {
        Self {
            midpoint: Scale::constant(1e9),
            slope: Positive::constant(1.0),
            low: Probability::constant(0.1),
        }
    }
}

impl BimodalRuns {
    /// The share of training runs of a scale that break through.
    #[must_use]
    pub fn share(&self, scale: Scale) -> f64 {
        let odds = self.slope.get() * scale.e_folds_above(self.midpoint);
        1.0 / (1.0 + libm::exp(-odds))
    }

    fn runs(&self, share: f64, hazard: f64) -> Runs {
        let failed = hazard.max(-libm::log(self.low.get()));
        Runs::Bimodal {
            share,
            hazard,
            failed,
        }
    }
}

impl BetweenSeeds {
    /// The training runs of a scale where the curve says this hazard.
    #[must_use]
    pub(super) fn at(&self, scale: Scale, hazard: f64) -> Runs {
        match self {
            Self::None => Runs::Alike(hazard),
            Self::Normal(normal) => Runs::Normal {
                hazard,
                sd: normal.sd.get(),
            },
            Self::Bimodal(bimodal) => bimodal.runs(bimodal.share(scale), hazard),
        }
    }

    /// What they tend to as N vanishes, and as N grows without end, where the curve tends to these hazards.
    #[must_use]
    pub(super) fn limits(&self, (low, high): (f64, f64)) -> (Runs, Runs) {
        let of = |share: f64, hazard: f64| match self {
            Self::None => Runs::Alike(hazard),
            Self::Normal(normal) => Runs::Normal {
                hazard,
                sd: normal.sd.get(),
            },
            Self::Bimodal(bimodal) => bimodal.runs(share, hazard),
        };
        (of(0.0, low), of(1.0, high))
    }
}

/// The training runs of one scale: the hazard of an ordinary step of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Runs {
    /// All have this one.
    Alike(f64),
    /// Log-odds differ by a normal number of this standard deviation from those of this hazard.
    Normal {
        /// Of the median run.
        hazard: f64,
        /// Of the log-odds.
        sd: f64,
    },
    /// Two kinds.
    Bimodal {
        /// The share that breaks through.
        share: f64,
        /// Theirs.
        hazard: f64,
        /// That of the others.
        failed: f64,
    },
}

impl Runs {
    /// The hazard of the run that is more skilled than a share `luck` of all, within (0, 1).
    #[must_use]
    pub fn hazard(&self, luck: f64) -> f64 {
        match *self {
            Self::Alike(hazard) => hazard,
            Self::Normal { hazard, sd } => shifted(hazard, sd * normal_quantile(luck)),
            Self::Bimodal {
                share,
                hazard,
                failed,
            } => match luck > 1.0 - share {
                true => hazard,
                false => failed,
            },
        }
    }

    /// Whether they differ.
    #[must_use]
    pub const fn differ(&self) -> bool {
        !matches!(self, Self::Alike(_))
    }

    /// Hazards with weights that sum to 1, over which means of functions of a run's hazard are taken; `counts` is the
    /// number of trials whose count they tell, 0 for powers of the success probability.
    pub(in crate::domain) fn nodes(&self, counts: f64) -> Vec<Node> {
        match *self {
            Self::Alike(hazard) => vec![(hazard, 1.0)],
            Self::Normal { hazard, .. } if hazard == 0.0 || hazard.is_infinite() => {
                vec![(hazard, 1.0)]
            }
            Self::Normal { hazard, sd } => {
                let nodes = logit_normal_nodes(sd, counts).into_iter();
                nodes
                    .map(|(z, weight)| (shifted(hazard, sd * z), weight))
                    .collect()
            }
            Self::Bimodal {
                share,
                hazard,
                failed,
            } => vec![(hazard, share), (failed, 1.0 - share)],
        }
    }
}

/// The hazard whose log-odds of success are more by so much.
fn shifted(hazard: f64, log_odds: f64) -> f64 {
    Lever::LogOdds.hazard(hazard, libm::exp(-log_odds))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, skill};
    use super::*;

    #[test]
    fn runs_of_one_scale_differ_as_they_say() {
        let normal = skill(r#"{"between-seeds": {"kind": "normal", "sd": 0.7}}"#);
        // p = exp(-30^-.34) = .7300; logit + .7 * 1.2815515655446004 at luck .9, mpmath.
        close(normal.hazard_of_run(at(3e9), 0.9), 0.140_422_729_253_851_02);
        close(normal.hazard_of_run(at(3e9), 0.5), normal.hazard(at(3e9)));
        let json = r#"{"efficiency": 10, "between-seeds": {"kind": "bimodal", "midpoint": 1e9, "slope": 2.0, "low": 0.05}}"#;
        let bimodal = skill(json);
        // At 2e8, which counts as 2e9: 1/(1 + 2^-2) = .8 break through.
        let hazard = |luck| bimodal.hazard_of_run(at(2e8), luck);
        assert_eq!(hazard(0.201), bimodal.hazard(at(2e8)));
        close(hazard(0.199), -libm::log(0.05));
        // A run that fails is no better than one that does not.
        let early = skill(r#"{"between-seeds": {"kind": "bimodal", "low": 0.9}}"#);
        assert_eq!(early.hazard_of_run(at(1e7), 1e-9), early.hazard(at(1e7)));
    }

    #[test]
    fn nodes_have_the_moments_of_runs() {
        let runs = Runs::Normal {
            hazard: 0.3,
            sd: 1.3,
        };
        let mean = |of: &dyn Fn(f64) -> f64| -> f64 {
            let nodes = runs.nodes(0.0);
            nodes.iter().map(|&(h, weight)| weight * of(h)).sum()
        };
        // By scipy.integrate.quad.
        close(mean(&|h| libm::exp(-h)), 0.689_263_661_857_270_8);
        close(mean(&|h| libm::exp(-10.0 * h)), 0.163_506_829_753_040_18);
        let two = Runs::Bimodal {
            share: 0.3,
            hazard: 0.1,
            failed: 2.0,
        };
        assert_eq!(two.nodes(5.0), [(0.1, 0.3), (2.0, 0.7)]);
    }
}
