//! Sums over the attempts at each item.

use std::ops::Range;

use crate::domain::{Count, CountSum, ItemSum};

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
        let mut counted = self.wanted.iter().filter_map(ItemSum::counted);
        counted.any(|wanted| wanted.count == count)
    }

    /// Adds an attempt at the items of a block that are present, with these counts. `places` are those of the items' lengths
    /// among all that there may be; `None` where there is one.
    pub(super) fn add(
        &mut self,
        block: u32,
        present: u64,
        places: Option<&[u32; 64]>,
        count: Count,
        counts: &[u32; 64],
    ) {
        let first = (u64::from(block) * 64).wrapping_sub(self.first_item);
        let wanted = self.wanted.iter().map(ItemSum::counted);
        let of_count = |wanted: Option<&'a CountSum>| wanted.filter(|wanted| wanted.count == count);
        let wanted = wanted.map(of_count).zip(&mut self.of_items);
        for (wanted, of_items) in wanted.filter_map(|(wanted, items)| Some((wanted?, items))) {
            let units = wanted.at_place(0);
            if let (u64::MAX, None) = (present, places) {
                let sums = &mut of_items[first as usize..][..64];
                for (sum, count) in sums.iter_mut().zip(counts) {
                    *sum += u128::from(units[*count as usize]);
                }
                continue;
            }
            let mut present = present;
            while present != 0 {
                let lane = present.trailing_zeros() as usize;
                let units = places.map_or(units, |places| wanted.at_place(places[lane] as usize));
                let item = first.wrapping_add(lane as u64);
                of_items[item as usize] += u128::from(units[counts[lane] as usize]);
                present &= present - 1;
            }
        }
    }

    /// For each credit that is wanted, its sum at each item.
    pub(super) fn finish(self) -> Vec<Vec<u128>> {
        self.of_items
    }
}
