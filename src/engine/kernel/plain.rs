//! Steps that succeed independently, with the same chance for every item, tried once.

use super::{Counts, Try, lanes_of};
use crate::engine::{DIGITS, Stream, Threshold};

/// Counts correct and leading steps of one attempt at each item of a block.
pub(super) fn attempt(
    thresholds: &[Threshold],
    one: &Try,
    block: u32,
    items: usize,
    counts: &mut Counts,
) {
    let present = lanes_of(items);
    let mut draws = one.steps(block);
    let mut alive = present;
    for (step, threshold) in (0..).zip(thresholds) {
        let Lanes {
            mut right,
            undecided,
        } = compare_digits(&mut draws.stream, threshold.digits());
        if undecided & present != 0 {
            right = break_ties(right, undecided & present, |lane| {
                threshold.tie_is_right(draws.tie(step, lane))
            });
        }
        alive &= right;
        counts.correct.add(right & present);
        counts.leading.add(alive);
    }
}

struct Lanes {
    /// Lanes whose number is below the threshold as far as it was drawn.
    right: u64,
    /// Lanes whose digits all equal the threshold's.
    undecided: u64,
}

/// Draws [`DIGITS`] digits for 64 lanes, most significant first. A lane is decided by its first digit that differs from
/// the threshold's: right if the threshold's is the 1.
#[inline]
fn compare_digits(stream: &mut Stream, digits: u16) -> Lanes {
    let mut lanes = Lanes {
        right: 0,
        undecided: !0,
    };
    for pair in (0..DIGITS).rev().step_by(2) {
        let words = stream.next_pair();
        for (word, place) in words.into_iter().zip([pair, pair - 1]) {
            let digit = u64::from(digits >> place & 1).wrapping_neg();
            lanes.right = lanes.undecided & digit | !lanes.undecided & lanes.right;
            lanes.undecided &= !(word ^ digit);
        }
    }
    lanes
}

#[cold]
#[inline(never)]
fn break_ties(right: u64, mut tied: u64, tie_is_right: impl Fn(u32) -> bool) -> u64 {
    let mut right = right & !tied;
    while tied != 0 {
        let lane = tied.trailing_zeros();
        right |= u64::from(tie_is_right(lane)) << lane;
        tied &= tied - 1;
    }
    right
}
