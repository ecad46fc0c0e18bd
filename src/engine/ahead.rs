//! Attempts that were made for the sake of the scale before.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Tally;

/// The most numbers that are kept at one scale: four megabytes.
const MOST_KEPT: usize = 1 << 19;

/// What attempts at some items came to.
#[derive(Debug)]
pub(super) struct Made {
    /// Their histograms.
    pub(super) tally: Tally,
    /// For each credit that is wanted, the mean over the attempts at each item, in units of 2^-32.
    pub(super) means: Vec<Vec<u64>>,
}

/// Attempts at one scale that wait for it to be asked for. Where scales are attempted in order, each attempt is made once;
/// in any other order, and beyond what is kept, some are made again.
#[derive(Debug, Default)]
pub(super) struct MadeAhead {
    made: Mutex<BTreeMap<(u64, u64), Made>>,
}

impl Made {
    fn size(&self) -> usize {
        let lengths = self.tally.lengths.iter();
        let counts = lengths.map(|length| 2 * length.correct.len());
        let cells = self.tally.cells.iter();
        let cells = cells.map(|cells| 2 * (cells.by_run.len() + cells.successes.len()));
        let means = self.means.iter().map(Vec::len);
        counts.sum::<usize>() + cells.sum::<usize>() + means.sum::<usize>()
    }
}

impl MadeAhead {
    /// Attempts at just these items, for good.
    pub(super) fn take(&self, items: &Range<u64>) -> Option<Made> {
        self.lock().remove(&(items.start, items.end))
    }

    /// Keeps attempts at some items if there is room.
    pub(super) fn keep(&self, items: &Range<u64>, made: Made) {
        let mut all = self.lock();
        let size: usize = all.values().map(Made::size).sum();
        if size + made.size() <= MOST_KEPT {
            all.insert((items.start, items.end), made);
        }
    }

    /// Nothing that holds the lock can panic, so what is behind it is whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(u64, u64), Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
