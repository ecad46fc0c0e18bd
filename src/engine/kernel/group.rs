//! Blocks of items that are attempted side by side, again and again.

use std::ops::Range;

use super::batch::Batch;
use super::words::Words;
use crate::domain::Past;
use crate::engine::setting::{AtRun, TestSet, Word, present_lanes};
use crate::engine::{Threshold, draw::Try};

/// Some blocks, fewer than a batch has words or as many. A batch takes all of them once for each try: so a word of it has
/// the same block in every batch.
pub(super) struct Group<'a> {
    pub(super) test: &'a TestSet,
    pub(super) at: &'a AtRun,
    first_block: u64,
    blocks: usize,
    items: Range<u64>,
}

impl<'a> Group<'a> {
    /// The next group of at most `most` blocks.
    pub(super) fn of(
        test: &'a TestSet,
        at: &'a AtRun,
        items: &Range<u64>,
        first_block: u64,
        most: usize,
    ) -> Self {
        let rest = items.end.div_ceil(64) - first_block;
        let most = (most as u64).min(rest);
        let blocks = match at.tries(test).nth(1) {
            None => most,
            // So that batches of several tries are full.
            Some(_) => 1 << most.ilog2(),
        };
        Self {
            test,
            at,
            first_block,
            blocks: blocks as usize,
            items: items.clone(),
        }
    }

    /// How many blocks it has.
    pub(super) fn blocks(&self) -> usize {
        self.blocks
    }

    /// The number of an item, by the place of its block.
    pub(super) fn item(&self, block: usize, lane: u32) -> u64 {
        (self.first_block + block as u64) * 64 + u64::from(lane)
    }

    /// The number of a block.
    pub(super) fn block(&self, block: usize) -> u64 {
        self.first_block + block as u64
    }

    /// The lanes of a block whose items are attempted.
    pub(super) fn present(&self, block: usize) -> u64 {
        present_lanes(self.first_block + block as u64, &self.items)
    }

    /// The next batch of tries.
    pub(super) fn fill<const C: usize>(
        &self,
        tries: &mut impl Iterator<Item = Try<'a>>,
        batch: &mut Batch<'a, C>,
    ) -> bool {
        batch.words.clear();
        batch.present = Words::NONE;
        for one in tries.take(C / self.blocks) {
            for block in 0..self.blocks {
                let present = self.present(block);
                batch.present.0[batch.words.len()] = present;
                let block = self.block(block) as u32;
                batch.words.push(Word {
                    one,
                    block,
                    present,
                });
            }
        }
        !batch.words.is_empty()
    }

    /// The common factor of an attempt; 0 where there is none.
    pub(super) fn common<const C: usize>(&self, batch: &Batch<C>, word: usize, lane: u32) -> f64 {
        let Word { one, block, .. } = batch.words[word];
        match self.test.task.dependence().correlation() {
            Some(_) => one.common(block, lane),
            None => 0.0,
        }
    }

    /// The threshold of a try of a step, as the reference finds it.
    pub(super) fn threshold(&self, word: usize, lane: u32, step: u32, past: &Past) -> Threshold {
        let item = self.item(word % self.blocks, lane);
        let item = self.at.item(self.test, item);
        let hazard = self.test.step_hazard(&item, step);
        self.test.task.try_chance(hazard, past).into()
    }
}
