//! How false alarms are kept rare where several tasks are tested alike.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ProperProbability;

/// How false alarms are kept rare over several tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Correction {
    /// Not at all: each task is tested at alpha.
    None,
    /// Each at alpha over their number: any false alarm has probability at most alpha, however the tests depend on each
    /// other.
    Bonferroni,
    /// Holm 1979 (Scand. J. Stat. 6, 65): the same, and finds whatever Bonferroni's finds.
    #[default]
    Holm,
    /// Benjamini and Hochberg 1995 (J. R. Stat. Soc. B 57, 289): the share of false alarms among all findings is at most
    /// alpha on average, for independent tests and for those that depend positively.
    BenjaminiHochberg,
}

impl Correction {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 4] = [
        Self::None,
        Self::Bonferroni,
        Self::Holm,
        Self::BenjaminiHochberg,
    ];

    /// As files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bonferroni => "bonferroni",
            Self::Holm => "holm",
            Self::BenjaminiHochberg => "benjamini-hochberg",
        }
    }

    /// Adjusted p-values, in the order of the p-values: a task is found at alpha iff its adjusted p-value is at most alpha.
    /// A p-value that is no number, of a test that failed, counts as 1.
    ///
    /// With p_(1) <= ... <= p_(m): Bonferroni m p; Holm the largest over i <= j of (m - i + 1) p_(i); Benjamini and Hochberg
    /// the smallest over i >= j of (m/i) p_(i); none above 1 (Wright 1992, Biometrics 48, 1005).
    #[must_use]
    pub fn adjusted(self, p_values: &[f64]) -> Vec<f64> {
        let counted = |p: f64| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) };
        let count = p_values.len() as f64;
        let mut ranked: Vec<(usize, f64)> =
            p_values.iter().copied().map(counted).enumerate().collect();
        ranked.sort_by(|one, other| one.1.total_cmp(&other.1));
        let ranks = (1..ranked.len() + 1).map(|rank| rank as f64);
        match self {
            Self::None => {}
            Self::Bonferroni => ranked.iter_mut().for_each(|(_, p)| *p *= count),
            Self::Holm => {
                let mut largest = 0.0_f64;
                for ((_, p), rank) in ranked.iter_mut().zip(ranks) {
                    largest = largest.max((count - rank + 1.0) * *p);
                    *p = largest;
                }
            }
            Self::BenjaminiHochberg => {
                let mut smallest = f64::INFINITY;
                for ((_, p), rank) in ranked.iter_mut().zip(ranks).rev() {
                    smallest = smallest.min(count / rank * *p);
                    *p = smallest;
                }
            }
        }
        ranked.sort_by_key(|(place, _)| *place);
        ranked.into_iter().map(|(_, p)| p.min(1.0)).collect()
    }

    /// Which tasks are found at alpha, in the order of the p-values.
    #[must_use]
    pub fn found(self, p_values: &[f64], alpha: ProperProbability) -> Vec<bool> {
        let adjusted = self.adjusted(p_values).into_iter();
        adjusted.map(|p| p <= alpha.get()).collect()
    }

    /// The level that the smallest of so many p-values is held against: alpha over their number but without correction. To
    /// plan with it for one affected task is exact for Bonferroni, and on the safe side for Holm and for Benjamini and
    /// Hochberg, which hold the others against more once the smallest is found.
    #[must_use]
    pub fn alpha_of_first(self, alpha: ProperProbability, tasks: u64) -> ProperProbability {
        match self {
            Self::None => alpha,
            Self::Bonferroni | Self::Holm | Self::BenjaminiHochberg => {
                let share = alpha.get() / tasks.max(1) as f64;
                // Only of an alpha near the least number there is would nothing be left.
                ProperProbability::try_from(share).unwrap_or(alpha)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: [f64; 7] = [0.03, 0.001, 0.012, 0.9, 0.03, 0.2, 0.048];

    fn close(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (one, other) in found.iter().zip(wanted) {
            assert!((one - other).abs() < 1e-12, "{found:?} is not {wanted:?}");
        }
    }

    /// By the definitions in exact fractions (Python); the last also by scipy.stats.false_discovery_control.
    #[test]
    fn p_values_are_adjusted_as_defined() {
        close(&Correction::None.adjusted(&P), &P);
        close(&Correction::Bonferroni.adjusted(&P), &BONFERRONI);
        close(&Correction::Holm.adjusted(&P), &HOLM);
        close(&Correction::BenjaminiHochberg.adjusted(&P), &BENJAMINI);
    }

    #[test]
    fn holm_finds_what_bonferroni_finds_and_hochberg_what_holm_finds() {
        let alpha = ProperProbability::constant(0.1);
        let found = Correction::ALL.map(|correction| {
            let found = correction.found(&P, alpha);
            found.into_iter().filter(|found| *found).count()
        });
        assert_eq!(found, [5, 2, 2, 5]);
        assert_eq!(
            Correction::Holm.found(&[0.03, 0.04], ProperProbability::constant(0.05)),
            [false, false]
        );
        assert_eq!(
            Correction::Holm.found(&[0.03, 0.02], ProperProbability::constant(0.05)),
            [true, true]
        );
    }

    #[test]
    fn failed_tests_find_nothing() {
        let adjusted = Correction::Holm.adjusted(&[f64::NAN, 0.01, f64::NAN]);
        close(&adjusted, &[1.0, 0.03, 1.0]);
        assert!(Correction::BenjaminiHochberg.adjusted(&[]).is_empty());
    }

    #[test]
    fn the_first_of_a_hundred() {
        let alpha = ProperProbability::constant(0.05);
        let first = Correction::Holm.alpha_of_first(alpha, 100).get();
        assert!((first - 5e-4).abs() < 1e-18);
        assert_eq!(Correction::None.alpha_of_first(alpha, 100), alpha);
    }

    const BONFERRONI: [f64; 7] = [0.21, 0.007, 0.084, 1.0, 0.21, 1.0, 0.336];
    const HOLM: [f64; 7] = [0.15, 0.007, 0.072, 0.9, 0.15, 0.4, 0.15];
    const BENJAMINI: [f64; 7] = [0.0525, 0.007, 0.042, 0.9, 0.0525, 0.7 / 3.0, 0.0672];
}
