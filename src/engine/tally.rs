//! What is kept of outcomes: whole-number counts, whose sums are exact in any order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Count;

/// Counts over attempts. Adding tallies of disjoint ranges of items gives the tally of their union.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Items attempted.
    pub items: u64,
    /// Attempts, over all items and training runs.
    pub attempts: u64,
    /// One for each number of steps L that an item had, increasing.
    pub lengths: Vec<LengthTally>,
    /// One for each [`ItemSum`](crate::domain::ItemSum) asked for.
    pub item_sums: Vec<ItemSums>,
    /// One for each of those where an item has several attempts, else none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<Cells>,
}

/// Sums over cells. A cell is what the attempts of one training run at one item come to: m_is, in whole units of 2^-32.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cells {
    /// For each training run, the sum over items of m_is, in units of 2^-32.
    pub by_run: Vec<u128>,
    /// Sum over items and training runs of m_is^2, in units of 2^-64.
    pub squares: u128,
    /// How many cells had how many right attempts, where a cell has several and each earns all or nothing.
    pub successes: BTreeMap<u32, u64>,
}

impl Cells {
    pub(super) fn empty(runs: usize) -> Self {
        Self {
            by_run: vec![0; runs],
            squares: 0,
            successes: BTreeMap::new(),
        }
    }

    /// Adds an item's cell of a training run, in units of 2^-32, with how many of its attempts were right.
    pub(super) fn add(&mut self, run: usize, cell: u64, successes: Option<u32>) {
        let cell = u128::from(cell);
        self.by_run[run] += cell;
        self.squares += cell * cell;
        if let Some(successes) = successes {
            *self.successes.entry(successes).or_default() += 1;
        }
    }

    fn add_all(&mut self, other: &Self) {
        for (into, from) in self.by_run.iter_mut().zip(&other.by_run) {
            *into += from;
        }
        self.squares += other.squares;
        for (&successes, cells) in &other.successes {
            *self.successes.entry(successes).or_default() += cells;
        }
    }
}

/// Counts over attempts at items of L steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LengthTally {
    /// L.
    pub steps: u32,
    /// How many attempts had 0, 1, ..., L correct steps.
    pub correct: Vec<u64>,
    /// How many attempts had 0, 1, ..., L correct steps before the first error.
    pub leading: Vec<u64>,
}

impl LengthTally {
    /// Counts of attempts with 0, 1, ..., L correct and leading steps: two histograms of L + 1 counts.
    #[must_use]
    pub fn new(correct: Vec<u64>, leading: Vec<u64>) -> Self {
        Self {
            steps: correct.len().saturating_sub(1) as u32,
            correct,
            leading,
        }
    }

    /// No attempts yet.
    pub(super) fn empty(steps: u32) -> Self {
        let counts = vec![0; steps as usize + 1];
        Self::new(counts.clone(), counts)
    }

    /// The histogram of a count.
    #[must_use]
    pub fn histogram(&self, count: Count) -> &[u64] {
        match count {
            Count::Correct => &self.correct,
            Count::Leading => &self.leading,
        }
    }

    /// Whether its histograms have a count for each number of steps.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let counts = self.steps as usize + 1;
        self.correct.len() == counts && self.leading.len() == counts
    }

    /// Attempts at items of this length.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.correct.iter().sum()
    }

    pub(super) fn add_attempt(&mut self, correct: usize, leading: usize) {
        self.correct[correct] += 1;
        self.leading[leading] += 1;
    }
}

/// Sums over items of an item's mean credit m_i over its attempts, in whole units of 2^-32 and 2^-64.
///
/// Rounding m_i to a unit moves the variance between items by less than 2^-31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSums {
    /// Sum of m_i, in units of 2^-32.
    pub sum: u128,
    /// Sum of m_i^2, in units of 2^-64.
    pub squares: u128,
    /// Items with m_i = 0.
    pub none: u64,
    /// Items with m_i = 1.
    pub full: u64,
    /// Sum of m_i times the same item's mean credit at the next larger scale, in units of 2^-64; 0 where neighbouring
    /// scales have nothing in common, and at the last scale.
    pub with_next: u128,
}

impl ItemSums {
    /// Adds an item by its mean credit here and at the next scale, in units of 2^-32.
    pub(super) fn add_item(&mut self, mean: u64, next: u64) {
        self.with_next += u128::from(mean) * u128::from(next);
        self.sum += u128::from(mean);
        self.squares += u128::from(mean) * u128::from(mean);
        self.none += u64::from(mean == 0);
        self.full += u64::from(mean == 1 << 32);
    }
}

impl Tally {
    /// No attempts yet, with this many item sums.
    #[must_use]
    pub fn empty(item_sums: usize) -> Self {
        Self {
            lengths: Vec::new(),
            item_sums: vec![ItemSums::default(); item_sums],
            cells: Vec::new(),
            items: 0,
            attempts: 0,
        }
    }

    /// The counts over items of this many steps.
    pub(super) fn at_length(&mut self, steps: u32) -> &mut LengthTally {
        let place = self
            .lengths
            .binary_search_by_key(&steps, |length| length.steps);
        let place = place.unwrap_or_else(|place| {
            self.lengths.insert(place, LengthTally::empty(steps));
            place
        });
        &mut self.lengths[place]
    }

    /// Adds the histograms of other attempts.
    pub(super) fn add_length(&mut self, from: &LengthTally) {
        let into = self.at_length(from.steps);
        for (into, from) in [
            (&mut into.correct, &from.correct),
            (&mut into.leading, &from.leading),
        ] {
            for (into, from) in into.iter_mut().zip(from) {
                *into += from;
            }
        }
    }

    /// Adds the cells of other items.
    pub(super) fn add_cells(&mut self, cells: &[Cells]) {
        for (into, from) in self.cells.iter_mut().zip(cells) {
            into.add_all(from);
        }
    }

    /// Adds a tally of other items of the same setting, with the same sums.
    pub fn add(&mut self, other: &Self) {
        debug_assert_eq!(self.item_sums.len(), other.item_sums.len());
        self.items += other.items;
        self.attempts += other.attempts;
        for from in &other.lengths {
            self.add_length(from);
        }
        for (into, from) in self.item_sums.iter_mut().zip(&other.item_sums) {
            into.sum += from.sum;
            into.squares += from.squares;
            into.none += from.none;
            into.full += from.full;
            into.with_next += from.with_next;
        }
        self.add_cells(&other.cells);
    }
}
