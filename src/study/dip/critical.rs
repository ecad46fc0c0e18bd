//! The critical dip of a design: of many tests of the same design, each need only compare.

use super::null::of_one_group;
use super::{OneGroup, Replicates, RunScores, RunScoresError, dip_of_counts};
use crate::domain::{Level, ProperProbability};
use crate::study::power::{CriticalError, CriticalValue, ReplicateStatistics};

/// The dip that as many runs of one group, scored on as many items, exceed with probability at most alpha.
///
/// [`DipTest`](super::DipTest) draws the laws of one group with the mean and the variance of the very runs that it tests. Here they
/// are those of the design, and drawn once: what a power over thousands of replicates takes. The two differ as far as mean and
/// variance of a few runs do from those of all.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalDip {
    /// Training runs of one test.
    pub runs: u32,
    /// Items of a test.
    pub items: u64,
    /// The law of one group with the largest critical value.
    pub one_group: OneGroup,
    /// That value: a larger dip tells two groups.
    pub critical: CriticalValue,
}

/// Why there is no critical dip.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum CriticalDipError {
    /// A test would have too few runs.
    #[error(transparent)]
    Runs(#[from] RunScoresError),
    /// Too few replicates.
    #[error(transparent)]
    Critical(#[from] CriticalError),
}

/// The same whole numbers have the same dip but for rounding.
const ROUNDING: f64 = 1e-12;

impl CriticalDip {
    /// Of tests with so many runs each. Laws of one group take the mean and the variance of `alike`: runs of the design, the more
    /// the better, such as those of all replicates together.
    ///
    /// # Errors
    /// Fewer than 4 runs, or fewer replicates than alpha needs.
    pub fn new(
        alike: &RunScores,
        runs: u32,
        replicates: &Replicates,
        alpha: ProperProbability,
        level: Level,
    ) -> Result<Self, CriticalDipError> {
        if runs < 4 {
            return Err(RunScoresError::FewRuns(runs as usize).into());
        }
        let mut largest: Option<Self> = None;
        for (one_group, counts) in of_one_group(alike) {
            let numbers = replicates.numbers.clone();
            let dips = numbers.map(|number| Some(counts.dip(runs, replicates.seed, number)));
            let critical = CriticalValue::new(&ReplicateStatistics::new(dips), alpha, level)?;
            let is_larger = |one: &Self| one.critical.value < critical.value;
            if largest.as_ref().is_none_or(is_larger) {
                largest = Some(Self {
                    runs,
                    items: alike.items,
                    one_group,
                    critical,
                });
            }
        }
        // There is always one law at least.
        let none = CriticalError::FewReplicates {
            replicates: 0,
            needed: 1,
            alpha: alpha.get(),
        };
        let mut largest = largest.ok_or(none)?;
        largest.critical.value += ROUNDING;
        Ok(largest)
    }

    /// Whether runs fall into two groups. They are as many, on as many items, as the critical dip is for; others are not
    /// told.
    #[must_use]
    pub fn tells(&self, scores: &RunScores) -> bool {
        let same = scores.runs() == self.runs && scores.items == self.items;
        same && dip_of_counts(&scores.right) > self.critical.value
    }
}
