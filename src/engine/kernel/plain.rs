//! Steps that succeed independently, with the same chance for every item, tried once.

use super::counter::{Counter, counts};
use super::digits::{Digits, Lanes};
use super::histogram::Histograms;
use super::streams::{Starts, Streams};
use super::sums::Sums;
use super::words::Words;
use crate::domain::Count;
use crate::engine::draw::Try;
use crate::engine::simd::Work;
use crate::engine::{LengthTally, Threshold};

/// One attempt at the items of a block.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) one: Try<'a>,
    pub(super) block: u32,
    /// The lanes whose items are attempted.
    pub(super) present: u64,
}

/// Attempts at blocks of items: any words side by side, of whatever blocks, attempts and training runs.
pub(super) struct Plain<'a, 's, W> {
    /// One for each step.
    pub(super) thresholds: &'a [Threshold],
    pub(super) words: W,
    pub(super) sums: &'s mut Sums<'a>,
}

impl<'a, W: Iterator<Item = Word<'a>>> Work for Plain<'a, '_, W> {
    type Output = LengthTally;

    #[inline(always)]
    fn run<const C: usize>(mut self) -> LengthTally {
        let steps = self.thresholds.len() as u32;
        let mut histograms = Histograms::<C>::of_steps(steps);
        let mut correct = Counter::<C>::up_to(steps);
        let mut leading = Counter::<C>::up_to(steps);
        let counts_leading = self.sums.want(Count::Leading);
        let mut streams = Streams::NONE;
        let mut digits = Digits::ZERO;
        let mut lanes = Lanes::<C>::NONE;
        let mut batch = Batch::<C>::new();
        while batch.fill(&mut self.words) {
            let present = Words(batch.present);
            streams.start(&batch.starts);
            let mut alive = present;
            correct.clear();
            leading.clear();
            let chain = (0..).zip(self.thresholds).zip(&mut histograms.survivors);
            for ((step, threshold), survivors) in chain {
                digits.set(*threshold);
                digits.decide(&mut streams, &mut lanes);
                let mut right = lanes.right & present;
                let tied = lanes.undecided & present;
                if tied.any() {
                    right = batch.break_ties(right, tied, *threshold, step);
                }
                alive = alive & right;
                *survivors = *survivors + alive.count_ones();
                correct.add(right);
                if counts_leading {
                    leading.add(alive);
                }
            }
            let planes = correct.planes();
            histograms.add(planes, present);
            if self.sums.want(Count::Correct) {
                batch.add_sums(planes, Count::Correct, steps, self.sums);
            }
            if counts_leading {
                batch.add_sums(leading.planes(), Count::Leading, steps, self.sums);
            }
        }
        histograms.finish()
    }
}

/// Words side by side.
struct Batch<'a, const C: usize> {
    /// Up to `C`; the last batch may have fewer.
    words: Vec<Word<'a>>,
    present: [u64; C],
    starts: Starts<C>,
}

impl<'a, const C: usize> Batch<'a, C> {
    fn new() -> Self {
        Self {
            words: Vec::with_capacity(C),
            present: [0; C],
            starts: Starts::NONE,
        }
    }

    /// Takes the next words; false if there are none.
    ///
    /// Not part of its caller: there the numbers would be put into vectors one by one.
    #[inline(never)]
    fn fill(&mut self, words: &mut impl Iterator<Item = Word<'a>>) -> bool {
        self.words.clear();
        self.words.extend(words.take(C));
        self.present = [0; C];
        for (place, word) in self.words.iter().enumerate() {
            self.present[place] = word.present;
            let Word { one, block, .. } = word;
            self.starts
                .set(place, one.step_keys().digits, *block, one.attempt);
        }
        !self.words.is_empty()
    }

    /// The lanes that are right, those that their digits left undecided as well.
    #[cold]
    #[inline(never)]
    fn break_ties(
        &self,
        right: Words<C>,
        tied: Words<C>,
        threshold: Threshold,
        step: u32,
    ) -> Words<C> {
        let mut right = right & !tied;
        for (place, word) in self.words.iter().enumerate() {
            let ties = word.one.step_keys().ties;
            let mut tied = tied.0[place];
            while tied != 0 {
                let lane = tied.trailing_zeros();
                let tie = ties.tie(word.block, word.one.attempt, step, lane);
                right.0[place] |= u64::from(threshold.tie_is_right(tie)) << lane;
                tied &= tied - 1;
            }
        }
        right
    }

    #[inline(never)]
    fn add_sums(&self, planes: &[Words<C>], count: Count, steps: u32, sums: &mut Sums) {
        for (place, word) in self.words.iter().enumerate() {
            let counts = counts(planes, place);
            sums.add(word.block, word.present, steps, count, &counts);
        }
    }
}
