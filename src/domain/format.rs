//! What lies between the answer of an attempt and the scorer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tagged::tagged;
use super::{Logistic, Probability, Scale, SkillCurve};

tagged! {
    /// Whether the scorer finds the answer of an attempt in what was written. What it does not find earns nothing,
    /// right or wrong: stop sequences and regular expressions have made whole curves of benchmarks.
    pub enum Format, default "none" = Self::None; {
        "none" => None: "nothing is in the way: every answer is extracted";
        "gate" => Gate(Gate):
            "an attempt is extracted with probability g(N), a curve of its own; one that is not has no step right, K = T = 0, not even by a guess of the whole item",
            source "the scorer as a cause of its own: EleutherAI lm-evaluation-harness, pull request 700 (0.00% with answers cut off, 1.67% without)";
    }
}

/// A scorer that misses answers, at some scales more than at others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gate {
    /// Scale to the probability g(N) that an attempt is extracted: any curve that skill may have, with its settings.
    pub curve: SkillCurve,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            curve: SkillCurve::Logistic(Logistic::default()),
        }
    }
}

/// The probability that an attempt is extracted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extraction {
    /// -ln of it: 0 where every attempt is, infinite where none is.
    hazard: f64,
}

impl Extraction {
    /// Every attempt is extracted.
    pub const CERTAIN: Self = Self { hazard: 0.0 };

    /// g, to be drawn by.
    #[must_use]
    pub fn chance(self) -> Probability {
        Probability::rounded(self.extracted())
    }

    /// g.
    #[must_use]
    pub fn extracted(self) -> f64 {
        libm::exp(-self.hazard)
    }

    /// 1 - g, to its leading digits.
    #[must_use]
    pub fn missed(self) -> f64 {
        -libm::expm1(-self.hazard)
    }
}

impl Format {
    /// The curve of what is extracted; `None` where everything is.
    #[must_use]
    pub const fn gate(&self) -> Option<&SkillCurve> {
        match self {
            Self::None => None,
            Self::Gate(gate) => Some(&gate.curve),
        }
    }

    /// What is extracted at a scale.
    #[must_use]
    pub fn at(&self, scale: Scale) -> Extraction {
        self.gate().map_or(Extraction::CERTAIN, |curve| Extraction {
            hazard: curve.hazard(scale),
        })
    }

    /// What that tends to as N vanishes, and as N grows without end.
    #[must_use]
    pub fn limits(&self) -> (Extraction, Extraction) {
        let (low, high) = self.gate().map_or((0.0, 0.0), SkillCurve::hazard_limits);
        (Extraction { hazard: low }, Extraction { hazard: high })
    }

    /// The same choices, that of a curve included, with every parameter at its default.
    pub(super) fn with_defaults_throughout(&self) -> Self {
        match self {
            Self::None => Self::None,
            Self::Gate(gate) => Self::Gate(Gate {
                curve: gate.curve.with_default_parameters(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(json: &str) -> Format {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_gate_has_the_curve_it_is_given() {
        let gate = format(
            r#"{"kind": "gate", "curve": {"kind": "logistic", "midpoint": 3e9, "slope": 0.7, "floor": 0.1, "ceiling": 0.9}}"#,
        );
        // .1 + .8/(1 + 10^-.7)
        let extraction = gate.at(Scale::constant(3e10));
        assert!((extraction.extracted() - 0.766_929_975_346_750_5).abs() < 1e-14);
        assert!((extraction.missed() - 0.233_070_024_653_249_5).abs() < 1e-14);
        let (low, high) = gate.limits();
        assert!((low.extracted() - 0.1).abs() < 1e-15 && (high.extracted() - 0.9).abs() < 1e-15);
    }

    #[test]
    fn what_is_missed_has_its_digits_near_certainty() {
        let gate = format(r#"{"kind": "gate"}"#);
        let missed = gate.at(Scale::constant(1e19)).missed();
        assert!((missed / 9.999_999_999e-11 - 1.0).abs() < 1e-12);
        assert_eq!(gate.limits().0.extracted(), 0.0);
        assert_eq!(gate.limits().1.missed(), 0.0);
    }

    #[test]
    fn without_a_gate_everything_is_extracted() {
        let none = Format::default();
        assert_eq!(none.at(Scale::constant(1e3)), Extraction::CERTAIN);
        assert_eq!(none.limits(), (Extraction::CERTAIN, Extraction::CERTAIN));
        assert!(serde_json::from_str::<Format>(r#"{"kind": "none", "curve": {}}"#).is_err());
    }
}
