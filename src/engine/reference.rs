//! One attempt at a time, as plainly as it can be written. Slow; the kernel is held against it.

use super::setting::Try;
use super::{DIGITS, Setting, Tally};
use crate::domain::Count;

/// The steps of one attempt at one item, right or wrong, in order.
fn steps(setting: &Setting, one: &Try, item: u64) -> Vec<bool> {
    let (block, lane) = ((item / 64) as u32, (item % 64) as u32);
    let mut stream = one.stream(block);
    let mut outcome = Vec::with_capacity(setting.thresholds().len());
    for (step, threshold) in (0..).zip(setting.thresholds()) {
        let mut number = 0;
        for _ in 0..DIGITS {
            number = number << 1 | (stream.next_word() >> lane & 1) as u16;
        }
        outcome.push(if number == threshold.digits() {
            threshold.tie_is_right(one.tie(block, step, lane))
        } else {
            number < threshold.digits()
        });
    }
    outcome
}

/// The outcome of one attempt: each step right or wrong. `attempt` counts over all training runs, from 0; `None` if
/// there is no such attempt or item.
#[must_use]
pub fn attempt(setting: &Setting, item: u64, attempt: usize) -> Option<Vec<bool>> {
    let one = setting.tries().nth(attempt)?;
    (item < setting.items()).then(|| steps(setting, &one, item))
}

/// The tally of some items.
pub(super) fn tally(setting: &Setting, items: std::ops::Range<u64>) -> Tally {
    let mut tally = setting.empty_tally();
    for item in items {
        let mut sums = vec![0_u128; setting.item_sums().len()];
        for one in setting.tries() {
            let outcome = steps(setting, &one, item);
            let correct = outcome.iter().filter(|right| **right).count();
            let leading = outcome.iter().take_while(|right| **right).count();
            tally.attempts += 1;
            tally.correct[correct] += 1;
            tally.leading[leading] += 1;
            for (sum, wanted) in sums.iter_mut().zip(setting.item_sums()) {
                *sum += match wanted.count {
                    Count::Correct => u128::from(wanted.units[correct]),
                    Count::Leading => u128::from(wanted.units[leading]),
                };
            }
        }
        tally.items += 1;
        for (kept, sum) in tally.item_sums.iter_mut().zip(sums) {
            kept.add_item(setting.item_mean(sum));
        }
    }
    tally
}
