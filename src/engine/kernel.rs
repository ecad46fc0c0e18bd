//! 64 attempts to a word: the same draws as the reference, one word operation for each digit of p.

use super::setting::Try;
use super::{DIGITS, Setting, Stream, Tally, Threshold};
use crate::domain::Count;

/// The tally of some whole blocks of 64 items (the last block of the test set may be in part).
pub(super) fn tally(setting: &Setting, blocks: std::ops::Range<u64>) -> Tally {
    let mut tally = setting.empty_tally();
    let mut counts = Counts::new(setting.thresholds().len());
    for block in blocks {
        let items = (setting.items() - block * 64).min(64);
        let present = if items == 64 { !0 } else { (1 << items) - 1 };
        let mut sums = vec![[0_u128; 64]; setting.item_sums().len()];
        for one in setting.tries() {
            attempt_block(
                setting.thresholds(),
                &one,
                block as u32,
                present,
                &mut counts,
            );
            tally.attempts += items;
            for lane in 0..items as usize {
                let (correct, leading) = (counts.correct.lane(lane), counts.leading.lane(lane));
                tally.correct[correct] += 1;
                tally.leading[leading] += 1;
                for (sum, wanted) in sums.iter_mut().zip(setting.item_sums()) {
                    sum[lane] += match wanted.count {
                        Count::Correct => u128::from(wanted.units[correct]),
                        Count::Leading => u128::from(wanted.units[leading]),
                    };
                }
            }
        }
        tally.items += items;
        for (kept, sum) in tally.item_sums.iter_mut().zip(&sums) {
            sum[..items as usize]
                .iter()
                .for_each(|&sum| kept.add_item(setting.item_mean(sum)));
        }
    }
    tally
}

/// Counts correct and leading steps of 64 attempts.
fn attempt_block(
    thresholds: &[Threshold],
    one: &Try,
    block: u32,
    present: u64,
    counts: &mut Counts,
) {
    counts.clear();
    let mut stream = one.stream(block);
    let mut alive = present;
    for (step, threshold) in (0..).zip(thresholds) {
        let Lanes {
            mut right,
            undecided,
        } = compare_digits(&mut stream, threshold.digits());
        if undecided & present != 0 {
            right = break_ties(right, undecided & present, |lane| {
                threshold.tie_is_right(one.tie(block, step, lane))
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

struct Counts {
    correct: LaneCounter,
    leading: LaneCounter,
}

impl Counts {
    fn new(steps: usize) -> Self {
        Self {
            correct: LaneCounter::up_to(steps),
            leading: LaneCounter::up_to(steps),
        }
    }

    fn clear(&mut self) {
        self.correct.planes.fill(0);
        self.leading.planes.fill(0);
    }
}

/// 64 counters side by side: plane i holds digit i of every lane's count.
struct LaneCounter {
    planes: Vec<u64>,
}

impl LaneCounter {
    fn up_to(count: usize) -> Self {
        Self {
            planes: vec![0; (usize::BITS - count.leading_zeros()) as usize],
        }
    }

    #[inline]
    fn add(&mut self, lanes: u64) {
        let mut carry = lanes;
        for plane in &mut self.planes {
            if carry == 0 {
                return;
            }
            let sum = *plane ^ carry;
            carry &= *plane;
            *plane = sum;
        }
    }

    #[inline]
    fn lane(&self, lane: usize) -> usize {
        let digits = self.planes.iter().enumerate();
        digits.fold(0, |count, (place, plane)| {
            count | ((plane >> lane & 1) as usize) << place
        })
    }
}
