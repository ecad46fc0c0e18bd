//! Words of 64 lanes.

use crate::engine::draw::Draws;
use crate::engine::{DIGITS, Threshold};

/// A threshold for each lane: words of digits, most significant first, and the thresholds themselves for ties.
#[derive(Clone)]
pub(super) struct LaneThresholds {
    digits: [u64; DIGITS as usize],
    lanes: [Threshold; 64],
}

impl LaneThresholds {
    pub(super) fn new(lanes: [Threshold; 64]) -> Self {
        let mut digits = [0; DIGITS as usize];
        for (lane, threshold) in lanes.iter().enumerate() {
            for (place, word) in (0..DIGITS).rev().zip(&mut digits) {
                *word |= u64::from(threshold.digits() >> place & 1) << lane;
            }
        }
        Self { digits, lanes }
    }

    pub(super) fn of_all(threshold: Threshold) -> Self {
        let digit = |i: usize| {
            let place = DIGITS as usize - 1 - i;
            u64::from(threshold.digits() >> place & 1).wrapping_neg()
        };
        Self {
            digits: std::array::from_fn(digit),
            lanes: [threshold; 64],
        }
    }

    /// In the lanes of `mask` the thresholds of `other`.
    pub(super) fn with(&self, other: &Self, mask: u64) -> Self {
        let either = |here: u64, there: u64| here & !mask | there & mask;
        let lane = |lane: usize| match mask >> lane & 1 {
            0 => self.lanes[lane],
            _ => other.lanes[lane],
        };
        Self {
            digits: std::array::from_fn(|i| either(self.digits[i], other.digits[i])),
            lanes: std::array::from_fn(lane),
        }
    }
}

/// The next decision of every lane; those outside `wanted` may be wrong.
pub(super) fn decide(draws: &mut Draws, thresholds: &LaneThresholds, wanted: u64) -> u64 {
    let (mut right, mut undecided) = (0, !0_u64);
    for digit in thresholds.digits {
        let word = draws.stream.next_word();
        right |= undecided & digit & !word;
        undecided &= !(word ^ digit);
    }
    let place = draws.count();
    let mut tied = undecided & wanted;
    while tied != 0 {
        let lane = tied.trailing_zeros();
        let decided = thresholds.lanes[lane as usize].tie_is_right(draws.tie(place, lane));
        right |= u64::from(decided) << lane;
        tied &= tied - 1;
    }
    right
}
