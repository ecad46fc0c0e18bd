//! Attempts side by side: what is drawn for them, and how ties among them are broken.

use super::streams::{Starts, Streams};
use super::words::Words;
use crate::engine::draw::{Pair, RunKeys};
use crate::engine::setting::Word;
use crate::engine::{Key, Threshold};

/// Up to `C` words of attempts.
pub(super) struct Batch<'a, const C: usize> {
    pub(super) words: Vec<Word<'a>>,
    /// The lanes whose items are attempted.
    pub(super) present: Words<C>,
}

/// Decisions of one kind, one after the other, each for all lanes.
pub(super) struct Decisions<const C: usize> {
    starts: Starts<C>,
    streams: Streams<C>,
    ties: Vec<Key>,
    /// How many decisions were made.
    next: u32,
}

impl<const C: usize> Decisions<C> {
    pub(super) fn new() -> Self {
        Self {
            starts: Starts::NONE,
            streams: Streams::NONE,
            ties: Vec::with_capacity(C),
            next: 0,
        }
    }

    /// Begins those of a batch. What pair of keys they take depends on the training run alone.
    #[inline(always)]
    pub(super) fn start(&mut self, batch: &Batch<C>, pair: impl Fn(&RunKeys) -> Pair) {
        self.set_starts(batch, &pair);
        self.streams.start(&self.starts);
        self.next = 0;
    }

    /// Not part of its caller: there the numbers would be put into vectors one by one.
    #[inline(never)]
    fn set_starts(&mut self, batch: &Batch<C>, pair: &dyn Fn(&RunKeys) -> Pair) {
        self.ties.clear();
        let mut known: Option<(&RunKeys, Pair)> = None;
        for (place, word) in batch.words.iter().enumerate() {
            let keys = word.one.keys;
            let of_run = match known {
                Some((run, of_run)) if std::ptr::eq(run, keys) => of_run,
                _ => pair(keys),
            };
            known = Some((keys, of_run));
            self.ties.push(of_run.ties);
            self.starts
                .set(place, of_run.digits, word.block, word.one.attempt);
        }
    }

    /// The next decision. `digit` tells the digits of thresholds by their place, the most significant being 0, and the
    /// word; `exact` the threshold of a lane of a word. Lanes that are not wanted may be wrong.
    #[inline(always)]
    pub(super) fn decide(
        &mut self,
        batch: &Batch<C>,
        wanted: Words<C>,
        digit: impl Fn(usize, usize) -> u64,
        exact: impl Fn(usize, u32) -> Threshold,
    ) -> Words<C> {
        let (right, undecided) = self.streams.hold_against(digit);
        self.next += 1;
        let tied = undecided & wanted;
        match tied.any() {
            false => right,
            true => {
                let ties = |place: usize| self.ties[place];
                break_ties(&batch.words, right, tied, self.next - 1, &ties, &exact)
            }
        }
    }
}

/// The lanes that are right: those that are tied by what their remaining digits say of their thresholds. `decision` is the
/// number of the decision, `ties` the key of the remaining digits of a word, `exact` the threshold of a lane of a word.
#[cold]
#[inline(never)]
pub(super) fn break_ties<const C: usize>(
    words: &[Word],
    right: Words<C>,
    tied: Words<C>,
    decision: u32,
    ties: &dyn Fn(usize) -> Key,
    exact: &dyn Fn(usize, u32) -> Threshold,
) -> Words<C> {
    let mut right = right & !tied;
    for (place, word) in words.iter().enumerate() {
        let mut tied = tied.0[place];
        while tied != 0 {
            let lane = tied.trailing_zeros();
            let tie = ties(place).tie(word.block, word.one.attempt, decision, lane);
            let decided = exact(place, lane).tie_is_right(tie);
            right.0[place] |= u64::from(decided) << lane;
            tied &= tied - 1;
        }
    }
    right
}
