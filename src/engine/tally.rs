//! What is kept of outcomes: whole-number counts, whose sums are exact in any order.

use serde::Serialize;

/// Counts over attempts of L steps each. Adding tallies of disjoint ranges of items gives the tally of their union.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Items attempted.
    pub items: u64,
    /// Attempts, over all items and training runs.
    pub attempts: u64,
    /// How many attempts had 0, 1, ..., L correct steps.
    pub correct: Vec<u64>,
    /// How many attempts had 0, 1, ..., L correct steps before the first error.
    pub leading: Vec<u64>,
    /// One for each [`ItemSum`](crate::domain::ItemSum) asked for.
    pub item_sums: Vec<ItemSums>,
}

/// Sums over items of an item's mean credit m_i over its attempts, in whole units of 2^-32 and 2^-64.
///
/// Rounding m_i to a unit moves the variance between items by less than 2^-31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ItemSums {
    /// Sum of m_i, in units of 2^-32.
    pub sum: u128,
    /// Sum of m_i^2, in units of 2^-64.
    pub squares: u128,
    /// Items with m_i = 0.
    pub none: u64,
    /// Items with m_i = 1.
    pub full: u64,
}

impl ItemSums {
    pub(super) fn add_item(&mut self, mean: u64) {
        self.sum += u128::from(mean);
        self.squares += u128::from(mean) * u128::from(mean);
        self.none += u64::from(mean == 0);
        self.full += u64::from(mean == 1 << 32);
    }
}

impl Tally {
    /// No attempts yet, at tasks of `steps` steps, with this many item sums.
    #[must_use]
    pub fn empty(steps: usize, item_sums: usize) -> Self {
        Self {
            correct: vec![0; steps + 1],
            leading: vec![0; steps + 1],
            item_sums: vec![ItemSums::default(); item_sums],
            items: 0,
            attempts: 0,
        }
    }

    /// L, the number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.correct.len().saturating_sub(1)
    }

    /// Adds a tally of other items of the same setting.
    pub(super) fn add(&mut self, other: &Self) {
        debug_assert_eq!(
            (self.steps(), self.item_sums.len()),
            (other.steps(), other.item_sums.len())
        );
        self.items += other.items;
        self.attempts += other.attempts;
        let add = |into: &mut [u64], from: &[u64]| {
            into.iter_mut()
                .zip(from)
                .for_each(|(into, from)| *into += from)
        };
        add(&mut self.correct, &other.correct);
        add(&mut self.leading, &other.leading);
        for (into, from) in self.item_sums.iter_mut().zip(&other.item_sums) {
            into.sum += from.sum;
            into.squares += from.squares;
            into.none += from.none;
            into.full += from.full;
        }
    }
}
