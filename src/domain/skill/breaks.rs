//! Changes of law that a curve declares, and the power law whose exponent changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Curve, Scale, softplus};
use crate::domain::tagged::checked;
use crate::domain::{Invalid, Positive};

/// Where a curve changes its law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// The scale of the change.
    pub at: Scale,
    /// How gradual it is, in decades of scale; 0 where it is sudden.
    pub width: f64,
    /// What changes.
    pub change: ChangeOfLaw,
}

/// What changes at a break.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChangeOfLaw {
    /// The exponent of the hazard: minus the slope of log10 h over log10 N.
    Exponent {
        /// Well below the break.
        before: f64,
        /// Well above it, and well below the next.
        after: f64,
    },
    /// The success probability leaves its floor, at a corner.
    Threshold {
        /// The floor.
        floor: f64,
    },
    /// A part of the whole comes to hang together: below there is none.
    Transition {
        /// The success probability below.
        floor: f64,
    },
    /// The success probability jumps.
    Step {
        /// From here.
        from: f64,
        /// To here.
        to: f64,
    },
    /// Slices of items turn: what fell rises, what rose falls.
    Turn,
}

/// A smoothly broken power law (Caballero et al. 2022, arXiv:2210.14891) in the hazard:
/// h = (N/c)^-alpha (1 + (N/d)^(1/f))^(-(alpha-after - alpha) f), d = break-at, f = break-width, with one more factor of the
/// same form for each further break, which changes the exponent from that of the break before it.
///
/// Approach to 1: as a power law with the last exponent. Each change of exponent is a genuine break.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct BrokenPowerLaw {
    /// The scale at which h = 1 if there were no break.
    pub c: Scale,
    /// Exponent well below the break.
    pub alpha: Positive,
    /// Exponent well above the break.
    pub alpha_after: Positive,
    /// Where the exponent changes.
    pub break_at: Scale,
    /// How gradually it changes, in e-folds of scale; .05 to .5 is typical, towards 0 it becomes a kink.
    pub break_width: Positive,
    /// Further breaks, by scale and all above `break-at`, each { at, alpha-after, width }.
    #[schemars(schema_with = "further_breaks")]
    more_breaks: Vec<FurtherBreak>,
}

checked!(BrokenPowerLaw);

/// One more change of exponent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FurtherBreak {
    /// Where the exponent changes.
    pub at: Scale,
    /// Exponent well above it.
    pub alpha_after: Positive,
    /// How gradually it changes, in e-folds of scale.
    pub width: Positive,
}

fn further_breaks(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let mut one = FurtherBreak::json_schema(generator);
    one.insert(
        "title".to_owned(),
        "table { at, alpha-after, width }".into(),
    );
    schemars::json_schema!({ "type": "array", "items": one })
}

impl Default for BrokenPowerLaw {
    fn default() -> Self {
        Self {
            c: Scale::constant(1e8),
            alpha: Positive::constant(0.25),
            alpha_after: Positive::constant(0.5),
            break_at: Scale::constant(1e10),
            break_width: Positive::constant(0.2),
            more_breaks: Vec::new(),
        }
    }
}

impl BrokenPowerLaw {
    /// The same law with further breaks, by scale.
    ///
    /// # Errors
    /// [`Invalid::BreaksOrder`] unless they increase from `break_at` on.
    pub fn with_more_breaks(self, more_breaks: Vec<FurtherBreak>) -> Result<Self, Invalid> {
        Self {
            more_breaks,
            ..self
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        let mut last = self.break_at;
        for one in &self.more_breaks {
            if one.at <= last {
                return Err(Invalid::BreaksOrder(last.get(), one.at.get()));
            }
            last = one.at;
        }
        Ok(self)
    }

    /// Where each break is, the exponents before and after it, and its width in e-folds.
    fn all_breaks(&self) -> impl Iterator<Item = (Scale, f64, f64, f64)> {
        let first = (self.break_at, self.alpha_after, self.break_width);
        let more = self.more_breaks.iter();
        let more = more.map(|one| (one.at, one.alpha_after, one.width));
        let mut before = self.alpha.get();
        std::iter::once(first)
            .chain(more)
            .map(move |(at, after, width)| {
                let from = std::mem::replace(&mut before, after.get());
                (at, from, after.get(), width.get())
            })
    }
}

impl Curve for BrokenPowerLaw {
    fn hazard(&self, scale: Scale) -> f64 {
        let turned = self.all_breaks().map(|(at, before, after, width)| {
            let past = scale.e_folds_above(at) / width;
            (after - before) * width * softplus(past)
        });
        // Adding to 0 changes no bit of the first.
        let turned = turned.fold(0.0, |sum, one| sum + one);
        libm::exp(-self.alpha.get() * scale.e_folds_above(self.c) - turned)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        (f64::INFINITY, 0.0)
    }

    fn breaks(&self) -> Vec<Break> {
        let changes = self.all_breaks();
        let changes = changes.filter(|(_, before, after, _)| before != after);
        changes
            .map(|(at, before, after, width)| Break {
                at,
                width: width / std::f64::consts::LN_10,
                change: ChangeOfLaw::Exponent { before, after },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve, refusal};
    use super::*;

    // Expected values: mpmath with 40 digits, at places where a wrong sign, base or exponent would show.

    #[test]
    fn broken_power_law_changes_exponent() {
        let curve = curve(r#"{"kind": "broken-power-law"}"#);
        // At the break itself: 100^-.25 * 2^(-.25 * .2).
        close(
            curve.hazard(at(1e10)),
            0.316_227_766_016_837_94 * 0.965_936_328_924_845_5,
        );
        let slope = |n: f64| {
            libm::log(curve.hazard(at(n * 1.001)) / curve.hazard(at(n))) / libm::log(1.001)
        };
        assert!((slope(1e7) + 0.25).abs() < 1e-6 && (slope(1e13) + 0.5).abs() < 1e-6);
    }

    #[test]
    fn each_break_changes_the_exponent_from_that_before_it() {
        let told = curve(
            r#"{"kind": "broken-power-law", "c": 3e8, "alpha": 0.21, "alpha-after": 0.61, "break-at": 2e9, "break-width": 0.3,
                "more-breaks": [{"at": 5e10, "alpha-after": 0.17, "width": 0.45}, {"at": 3e12, "alpha-after": 0.9, "width": 0.08}]}"#,
        );
        close(told.hazard(at(1e8)), 1.259485436405021);
        close(told.hazard(at(9e9)), 0.2691886695545504);
        close(told.hazard(at(4e11)), 0.06630598571213696);
        close(told.hazard(at(2e13)), 0.008519857316650723);
        let changes: Vec<ChangeOfLaw> = told
            .declared_breaks()
            .iter()
            .map(|one| one.change)
            .collect();
        let change = |before, after| ChangeOfLaw::Exponent { before, after };
        assert_eq!(
            changes,
            [change(0.21, 0.61), change(0.61, 0.17), change(0.17, 0.9)]
        );
    }

    #[test]
    fn only_a_change_of_exponent_is_a_break() {
        let [broken] = curve(r#"{"kind": "broken-power-law"}"#).declared_breaks()[..] else {
            panic!("one break");
        };
        let (before, after) = (0.25, 0.5);
        assert_eq!(broken.at, at(1e10));
        assert_eq!(broken.change, ChangeOfLaw::Exponent { before, after });
        close(broken.width, 0.086_858_896_380_650_37); // .2 log10 e
        let same = curve(r#"{"kind": "broken-power-law", "alpha-after": 0.25}"#);
        assert_eq!(same.declared_breaks(), []);
    }

    #[test]
    fn breaks_out_of_order_are_refused() {
        let json = r#"{"kind": "broken-power-law", "more-breaks": [{"at": 1e10, "alpha-after": 1, "width": 1}]}"#;
        assert!(refusal(json).contains("breaks must increase: 1e10 is followed by 1e10"));
    }
}
