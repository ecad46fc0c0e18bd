//! At which scales the training runs fall into two groups: a dip test at each, and Holm's procedure over them.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Correction, DipTest, Finding, Replicates, RunScores};
use crate::domain::{Metric, Scale, Scenario};
use crate::engine::{Cells, Interrupted, Tally};

/// Replicates of a first look, and the p-value from which on it is all that is taken: one group is enough there.
const FIRST_LOOK: u64 = 100;
const PLAINLY_ONE: f64 = 0.2;

/// The first random numbers of replicates here: those of scores against both nulls come before.
const FIRST_REPLICATE: u64 = 1 << 40;

/// The dip tests of a metric, at every scale with enough runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunGroups {
    /// All or nothing, with one attempt of each run at each item.
    pub metric: Metric,
    /// By scale.
    pub tests: Vec<GroupTest>,
}

/// The dip test at one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupTest {
    /// The scale.
    pub scale: Scale,
    /// The test, by itself.
    pub test: DipTest,
    /// Its p-value adjusted over scales (Holm 1979, Scand. J. Stat. 6, 65): below 1 - level, the runs of this scale fall into
    /// two groups, and that is said wrongly of any scale with probability at most 1 - level.
    pub adjusted: f64,
}

impl GroupTest {
    /// Whether the runs fall into two groups, jointly with all other scales.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.adjusted < 1.0 - self.test.level.get()
    }
}

/// Under the first metric that gives all or nothing; `None` if there is none, or no scale with enough runs.
///
/// Where a first look of 100 replicates gives a p-value of .2 or more, it stands; elsewhere a test on other random numbers
/// takes its place. All smaller p-values are of that second test, and mean what they say.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub(super) fn run_groups(
    finding: &Finding,
    replicates: u64,
    cancel: &AtomicBool,
) -> Result<Option<RunGroups>, Interrupted> {
    let evaluation = &finding.scenario.evaluation;
    let mut metrics = evaluation.metrics.as_slice().iter().copied().enumerate();
    let Some((place, metric)) = metrics.find(|(_, one)| one.is_success_rate()) else {
        return Ok(None);
    };
    let scales = evaluation.scales.as_slice().iter().zip(&finding.tallies);
    let scores: Vec<(Scale, RunScores)> = scales
        .filter_map(|(&scale, tally)| Some((scale, scores(tally.as_ref().ok()?, place)?)))
        .collect();
    let enough = needed(replicates, scores.len(), evaluation.level.get());
    let mut tests = Vec::with_capacity(scores.len());
    for ((scale, scores), number) in scores.into_iter().zip(0_u64..) {
        if cancel.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        tests.push(GroupTest {
            scale,
            test: tested(&finding.scenario, &scores, enough, number),
            adjusted: 1.0,
        });
    }
    adjust(&mut tests);
    Ok((!tests.is_empty()).then_some(RunGroups { metric, tests }))
}

/// As many replicates as the least of so many p-values needs to be told.
fn needed(replicates: u64, tests: usize, level: f64) -> u64 {
    let least = (2.0 * tests as f64 / (1.0 - level)).ceil();
    replicates.max(least as u64)
}

/// How many items each run had right; `None` where runs have several attempts at an item, are fewer than 4, or items more
/// than a test takes.
pub(super) fn scores(tally: &Tally, place: usize) -> Option<RunScores> {
    let Cells {
        by_run, squares, ..
    } = tally.cells.get(place)?;
    // A number is its own square if it is 0 or 1, and no other number between them is.
    let whole = by_run.iter().sum::<u128>() << 32 == *squares;
    let right = by_run.iter().map(|sum| (sum >> 32) as u64).collect();
    whole.then(|| RunScores::new(tally.items, right).ok())?
}

fn tested(scenario: &Scenario, scores: &RunScores, enough: u64, number: u64) -> DipTest {
    let level = scenario.evaluation.level;
    let first = FIRST_REPLICATE + number * (FIRST_LOOK + enough);
    let with = |from: u64, count: u64| {
        let replicates = Replicates {
            seed: scenario.seed,
            numbers: from..from + count,
        };
        DipTest::new(scores, &replicates, level)
    };
    let look = with(first, FIRST_LOOK);
    match look.p_value >= PLAINLY_ONE {
        true => look,
        false => with(first + FIRST_LOOK, enough),
    }
}

fn adjust(tests: &mut [GroupTest]) {
    let p_values: Vec<f64> = tests.iter().map(|one| one.test.p_value).collect();
    for (one, adjusted) in tests.iter_mut().zip(Correction::Holm.adjusted(&p_values)) {
        one.adjusted = adjusted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Level, Seed};

    fn test(p_value: f64) -> GroupTest {
        let scores = RunScores::new(10, vec![1, 2, 3, 4]).unwrap();
        let replicates = Replicates {
            seed: Seed::constant(7),
            numbers: 0..1,
        };
        let test = DipTest::new(&scores, &replicates, Level::constant(0.95));
        GroupTest {
            scale: Scale::constant(1e9),
            test: DipTest { p_value, ..test },
            adjusted: 1.0,
        }
    }

    #[test]
    fn p_values_are_adjusted_as_by_r() {
        // R: p.adjust(c(.03, .001, .012, .9, .03), "holm")
        let mut tests = [0.03, 0.001, 0.012, 0.9, 0.03].map(test);
        adjust(&mut tests);
        let adjusted = tests.each_ref().map(|one| one.adjusted);
        let wanted = [0.09, 0.005, 0.048, 0.9, 0.09];
        for (found, wanted) in adjusted.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!(
            tests.map(|one| one.tells()),
            [false, true, true, false, false]
        );
    }

    #[test]
    fn scores_that_are_no_counts_of_items_are_not_tested() {
        let tally = |squares| Tally {
            items: 10,
            attempts: 40,
            lengths: Vec::new(),
            item_sums: Vec::new(),
            cells: vec![Cells {
                by_run: [1, 3, 5, 9].map(|right| right << 32).to_vec(),
                squares,
                successes: std::collections::BTreeMap::new(),
            }],
        };
        let right = RunScores::new(10, vec![9, 1, 3, 5]).unwrap();
        assert_eq!(scores(&tally(18 << 64), 0), Some(right));
        // One item half right here and there.
        assert_eq!(scores(&tally(17 << 64), 0), None);
        assert_eq!(scores(&tally(18 << 64), 1), None);
    }
}
