//! Hazards that fall as powers of scale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Curve, Probability, Scale, hazard_of};
use crate::domain::{NonNegative, Positive};

/// The per-token loss of Kaplan et al. (arXiv:2001.08361), as the per-step hazard of Schaeffer et al. 2023
/// (arXiv:2304.15004, section 2): h = (N/c)^-alpha, p = exp(-h).
///
/// Approach to 1: as a power law, 1 - p ~ (N/c)^-alpha. The curve p^L over log N is a Gumbel curve whose width does not
/// depend on L: more steps move it by log10(L)/alpha decades and sharpen nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PowerLaw {
    /// The scale at which h = 1, p = 1/e.
    pub c: Scale,
    /// Exponent; .05 to .5 is typical of losses.
    pub alpha: Positive,
}

impl Default for PowerLaw {
    fn default() -> Self {
        Self {
            c: Scale::constant(1e8),
            alpha: Positive::constant(0.34),
        }
    }
}

/// A power law above an irreducible loss (Hoffmann et al. 2022, arXiv:2203.15556, equation 10, in N alone):
/// h = irreducible + (N/c)^-alpha.
///
/// Approach to 1: it stops at exp(-irreducible), so exact match of L steps never exceeds exp(-L irreducible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct IrreduciblePowerLaw {
    /// The scale at which the reducible part of the hazard is 1.
    pub c: Scale,
    /// Exponent of the reducible part.
    pub alpha: Positive,
    /// Hazard that no scale removes, per step; 0 to .05 is typical.
    pub irreducible: NonNegative,
}

impl Default for IrreduciblePowerLaw {
    fn default() -> Self {
        let PowerLaw { c, alpha } = PowerLaw::default();
        Self {
            c,
            alpha,
            irreducible: NonNegative::constant(0.01),
        }
    }
}

/// The score of a cluster of tasks of one difficulty (Xu et al. 2025, arXiv:2502.17262, "clustering on difficulty"; there
/// over compute): p = floor + (1 - floor) exp(-(N/c)^-alpha - irreducible). Over ln N the exponential is a Gompertz curve,
/// and with `irreducible` 0 it is exact match under a power law with the chance to guess.
///
/// Approach to 1: it stops at floor + (1 - floor) exp(-irreducible).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Gompertz {
    /// Success probability at vanishing scale, such as 1 of 4 choices.
    pub floor: Probability,
    /// The scale at which the reducible exponent is 1.
    pub c: Scale,
    /// Exponent; .1 to .5 is typical.
    pub alpha: Positive,
    /// What is left of the exponent at unlimited scale; 0 to .3 is typical.
    pub irreducible: NonNegative,
}

impl Default for Gompertz {
    fn default() -> Self {
        Self {
            floor: Probability::constant(0.25),
            c: Scale::constant(1e9),
            alpha: Positive::constant(0.3),
            irreducible: NonNegative::constant(0.05),
        }
    }
}

fn power(scale: Scale, c: Scale, alpha: Positive) -> f64 {
    libm::exp(-alpha.get() * scale.e_folds_above(c))
}

impl Curve for PowerLaw {
    fn hazard(&self, scale: Scale) -> f64 {
        power(scale, self.c, self.alpha)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (f64::INFINITY, 0.0)
    }
}

impl Curve for IrreduciblePowerLaw {
    fn hazard(&self, scale: Scale) -> f64 {
        self.irreducible.get() + power(scale, self.c, self.alpha)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (f64::INFINITY, self.irreducible.get())
    }
}

impl Gompertz {
    fn hazard_at(&self, exponent: f64) -> f64 {
        let floor = self.floor.get();
        // Without a floor nothing is lost far below, where exp(-exponent) vanishes.
        if floor == 0.0 {
            return exponent;
        }
        let success = floor + (1.0 - floor) * libm::exp(-exponent);
        hazard_of(success, (1.0 - floor) * -libm::expm1(-exponent))
    }
}

impl Curve for Gompertz {
    fn hazard(&self, scale: Scale) -> f64 {
        self.hazard_at(self.irreducible.get() + power(scale, self.c, self.alpha))
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (
            self.hazard_at(f64::INFINITY),
            self.hazard_at(self.irreducible.get()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::SkillCurve;
    use super::super::testing::{at, close, curve};

    // Expected values: mpmath with 40 digits, at places where a wrong sign, base or exponent would show.

    #[test]
    fn power_law_hazard() {
        let curve = SkillCurve::default();
        close(curve.hazard(at(1e10)), 0.208_929_613_085_403_95); // 100^-.34
        close(curve.success(at(3e7)), 0.221_830_920_556_312_2); // exp(-(.3)^-.34)
    }

    #[test]
    fn irreducible_hazard_is_added() {
        let curve = curve(r#"{"kind": "irreducible-power-law"}"#);
        close(curve.hazard(at(1e10)), 0.218_929_613_085_403_95);
    }

    #[test]
    fn gompertz_above_its_floor() {
        let told = curve(
            r#"{"kind": "gompertz", "floor": 0.17, "c": 3.3e8, "alpha": 0.29, "irreducible": 0.04}"#,
        );
        close(told.hazard(at(1e7)), 1.5111967419026568);
        close(told.hazard(at(7e10)), 0.20402500475551097);
    }

    #[test]
    fn gompertz_keeps_its_digits_at_both_ends() {
        let near_one = curve(
            r#"{"kind": "gompertz", "floor": 0.17, "c": 3.3e8, "alpha": 0.29, "irreducible": 0}"#,
        );
        close(near_one.hazard(at(1e40)), 6.158105641740078e-10);
        let far_below = curve(
            r#"{"kind": "gompertz", "floor": 0, "c": 3.3e8, "alpha": 0.29, "irreducible": 0.04}"#,
        );
        close(far_below.hazard(at(1e4)), 20.474736527396214);
    }
}
