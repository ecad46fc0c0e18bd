//! Skill that needs parts to hang together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sigmoid::floor_below_ceiling;
use super::{Break, ChangeOfLaw, Curve, Probability, Scale, hazard_between, hazards_of};
use crate::domain::special::lambert_w0;
use crate::domain::tagged::checked;
use crate::domain::{Invalid, Positive};

/// A phase transition (Lubana et al. 2024, arXiv:2408.12578, who find percolation on a graph of types and properties): what
/// is learned are links between parts, c = (N/critical-at)^exponent of them for each part, and a step succeeds as parts belong
/// to the giant component, a share S of them: p = floor + (ceiling - floor) S. S solves S = 1 - exp(-c S) and is 0 up to c = 1;
/// above it begins as 2 (c - 1) (Erdos and Renyi 1960).
///
/// Approach to its ceiling: as exp(-c), faster than any power.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Percolation {
    /// Success probability up to the transition, below the ceiling.
    floor: Probability,
    /// Success probability where all parts hang together.
    ceiling: Probability,
    /// The scale of one link for each part, where the giant component appears.
    critical_at: Scale,
    /// How the number of links grows with scale; .2 to 1 is typical.
    exponent: Positive,
}

checked!(Percolation);

impl Default for Percolation {
    fn default() -> Self {
        Self {
            floor: Probability::constant(0.05),
            ceiling: Probability::constant(0.99),
            critical_at: Scale::constant(1e9),
            exponent: Positive::constant(0.5),
        }
    }
}

impl Percolation {
    fn checked(self) -> Result<Self, Invalid> {
        floor_below_ceiling(self.floor, self.ceiling)?;
        Ok(self)
    }
}

/// The share of the parts that the giant component has, and the share of all others, at ln c; to within 1e-14 of each.
fn giant_component(ln_c: f64) -> (f64, f64) {
    if ln_c <= 0.0 {
        return (0.0, 1.0);
    }
    if ln_c >= std::f64::consts::LN_2 {
        let c = libm::exp(ln_c);
        let rest = -lambert_w0(-libm::exp(ln_c - c)) / c;
        return (1.0 - rest, rest);
    }
    // Near the transition W0 is at its branch point, where it loses half of its digits: -ln(1 - S)/S - 1 = c - 1 does not.
    // The left side is convex and at least S/2, so that Newton's steps come down to S from here.
    let above = libm::expm1(ln_c);
    let mut share = (2.0 * above).min(0.8);
    for _ in 0..60 {
        let left = excess(share);
        let step = (left - above) / (1.0 / (1.0 - share) - left / share);
        share = (share - step).max(0.5 * share);
        if step.abs() <= 1e-16 * share {
            break;
        }
    }
    (share, 1.0 - share)
}

/// -ln(1 - S)/S - 1 = S/2 + S^2/3 + ...
fn excess(share: f64) -> f64 {
    if share > 0.2 {
        return -libm::log1p(-share) / share - 1.0;
    }
    (1..26)
        .rev()
        .fold(0.0, |sum, n| share * (sum + 1.0 / f64::from(n + 1)))
}

impl Curve for Percolation {
    fn hazard(&self, scale: Scale) -> f64 {
        let ln_c = self.exponent.get() * scale.e_folds_above(self.critical_at);
        let (share, rest) = giant_component(ln_c);
        hazard_between(self.floor, self.ceiling, share, rest)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        hazards_of(self.floor, self.ceiling)
    }

    fn breaks(&self) -> Vec<Break> {
        vec![Break {
            at: self.critical_at,
            width: 0.0,
            change: ChangeOfLaw::Transition {
                floor: self.floor.get(),
            },
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve, near};
    use super::*;

    // Expected values: mpmath with 40 digits.

    #[test]
    fn giant_components_have_the_size_of_the_theory() {
        for (c, share) in [
            (1.1, 0.17613414363180954),
            (1.5, 0.5828116438658114),
            (2.0, 0.79681213002002),
            (3.0, 0.9404797907073597),
        ] {
            near(giant_component(libm::log(c)).0, share, 3e-15);
        }
        for (ln_c, share, rest) in [
            (1e-9, 1.9999999983333333e-9, 0.9999999980000001),
            (0.003, 0.005985020980364242, 0.9940149790196358),
            (0.4, 0.577457631241479, 0.422542368758521),
            (0.69, 0.7950896059869915, 0.2049103940130085),
            (0.7, 0.8005226736373638, 0.19947732636263618),
            (1.9, 0.998741049995815, 0.0012589500041849336),
            // c = 33 is in the exponent.
            (3.5, 0.9999999999999959, 4.150896920109607e-15),
        ] {
            let found = giant_component(ln_c);
            close(found.0, share);
            close(found.1, rest);
        }
        assert_eq!(giant_component(0.0), (0.0, 1.0));
        assert_eq!(giant_component(-3.0), (0.0, 1.0));
        assert_eq!(giant_component(2000.0), (1.0, 0.0));
    }

    #[test]
    fn a_skill_percolates_from_its_critical_scale_on() {
        let told = curve(
            r#"{"kind": "percolation", "floor": 0.11, "ceiling": 0.93, "critical-at": 2e9, "exponent": 0.43}"#,
        );
        close(told.success(at(1.99e9)), 0.11);
        close(told.success(at(3e9)), 0.3575939914252875);
        close(told.success(at(7e10)), 0.9214604892445761);
        let [transition] = told.declared_breaks()[..] else {
            panic!("one transition");
        };
        assert_eq!(transition.at, at(2e9));
        assert_eq!(transition.change, ChangeOfLaw::Transition { floor: 0.11 });
    }
}
