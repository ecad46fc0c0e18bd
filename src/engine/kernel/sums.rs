//! Sums over the attempts at each item.

use std::ops::Range;

use crate::domain::{Count, ItemSum};

/// For each credit that is wanted, its sum over the attempts at each item of a range, in units of 2^-32.
pub(super) struct Sums<'a> {
    wanted: &'a [ItemSum],
    first_item: u64,
    /// One list for each credit.
    of_items: Vec<Vec<u128>>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(wanted: &'a [ItemSum], items: &Range<u64>) -> Self {
        let count = (items.end - items.start) as usize;
        Self {
            wanted,
            first_item: items.start,
            of_items: wanted.iter().map(|_| vec![0; count]).collect(),
        }
    }

    /// Whether anything is a function of this count.
    pub(super) fn want(&self, count: Count) -> bool {
        self.wanted.iter().any(|wanted| wanted.count == count)
    }

    /// Adds an attempt at the items of a block that are present: `counts` of `steps` steps.
    pub(super) fn add(
        &mut self,
        block: u32,
        present: u64,
        steps: u32,
        count: Count,
        counts: &[u32; 64],
    ) {
        for (wanted, of_items) in self.wanted.iter().zip(&mut self.of_items) {
            if wanted.count != count {
                continue;
            }
            let units = wanted.at_length(steps);
            let first = (u64::from(block) * 64).wrapping_sub(self.first_item);
            let mut present = present;
            if present == !0 {
                let sums = &mut of_items[first as usize..][..64];
                for (sum, count) in sums.iter_mut().zip(counts) {
                    *sum += u128::from(units[*count as usize]);
                }
                present = 0;
            }
            while present != 0 {
                let lane = present.trailing_zeros();
                let item = first.wrapping_add(u64::from(lane));
                of_items[item as usize] += u128::from(units[counts[lane as usize] as usize]);
                present &= present - 1;
            }
        }
    }

    /// For each credit that is wanted, its sum at each item.
    pub(super) fn finish(self) -> Vec<Vec<u128>> {
        self.of_items
    }
}
