//! Numbers drawn digit by digit, held against a threshold.

use super::streams::{Streams, Xoshiro};
use super::words::Words;
use crate::engine::{DIGITS, Threshold};

/// The digits of a threshold, most significant first.
pub(super) struct Digits {
    of: u16,
    pairs: [[Digit; 2]; DIGITS as usize / 2],
}

/// A digit in every lane of a word, and its opposite. From one alone, compilers find longer ways to the same lanes.
#[derive(Clone, Copy)]
struct Digit {
    word: u64,
    inverted: u64,
}

/// What digits decide.
pub(super) struct Lanes<const C: usize> {
    /// Lanes whose number is below the threshold; among the undecided any.
    pub(super) right: Words<C>,
    /// Lanes whose digits all equal the threshold's.
    pub(super) undecided: Words<C>,
}

impl<const C: usize> Lanes<C> {
    pub(super) const NONE: Self = Self {
        right: Words::NONE,
        undecided: Words::NONE,
    };
}

impl Digits {
    /// Those of 0.
    pub(super) const ZERO: Self = Self {
        of: 0,
        pairs: [[Digit {
            word: 0,
            inverted: !0,
        }; 2]; DIGITS as usize / 2],
    };

    /// Makes them those of a threshold. Steps are often all alike: then there is nothing to do.
    #[inline(always)]
    pub(super) fn set(&mut self, threshold: Threshold) {
        if threshold.digits() != self.of {
            self.change(threshold.digits());
        }
    }

    #[inline(never)]
    fn change(&mut self, digits: u16) {
        self.of = digits;
        for (digit, place) in self
            .pairs
            .as_flattened_mut()
            .iter_mut()
            .zip((0..DIGITS).rev())
        {
            let word = u64::from(digits >> place & 1).wrapping_neg();
            *digit = Digit {
                word,
                inverted: !word,
            };
        }
    }

    /// Draws a number for every lane, most significant digit first. A lane is decided by its first digit that differs
    /// from the threshold's: right if the threshold's is the 1.
    #[inline(always)]
    pub(super) fn decide<const C: usize>(&self, streams: &mut Streams<C>, lanes: &mut Lanes<C>) {
        let [a, b, c, d, e, f, g] = &self.pairs;
        for word in 0..C {
            let mut generators = streams.of_word(word);
            // One after the other and not in a loop, so that the loop over words is the one that becomes vectors.
            let decided = decide_pair((0, !0), &mut generators, a);
            let decided = decide_pair(decided, &mut generators, b);
            let decided = decide_pair(decided, &mut generators, c);
            let decided = decide_pair(decided, &mut generators, d);
            let decided = decide_pair(decided, &mut generators, e);
            let decided = decide_pair(decided, &mut generators, f);
            let decided = decide_pair(decided, &mut generators, g);
            streams.set_word(word, generators);
            (lanes.right.0[word], lanes.undecided.0[word]) = decided;
        }
    }
}

/// Of the lanes (right, undecided) what two more digits make.
#[inline(always)]
fn decide_pair(
    decided: (u64, u64),
    [next, after]: &mut [Xoshiro; 2],
    [first, second]: &[Digit; 2],
) -> (u64, u64) {
    let decided = decide_one(decided, next.next(), first);
    decide_one(decided, after.next(), second)
}

#[inline(always)]
fn decide_one((right, undecided): (u64, u64), drawn: u64, digit: &Digit) -> (u64, u64) {
    (
        undecided & digit.word | !undecided & right,
        undecided & (drawn ^ digit.inverted),
    )
}
