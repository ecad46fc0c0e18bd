//! 64 attempts to a word: the same draws as the reference, one word operation for each digit of p.

mod general;
mod lanes;
mod plain;

use std::ops::Range;

use super::draw::Try;
use super::setting::{AtScale, Item, TestSet};
use super::{Setting, Tally, Threshold};
use crate::domain::Count;
use general::Block;
use lanes::LaneCounter;

/// The tally of some items, a block of 64 at a time; those at either end may be in part.
pub(super) fn tally(setting: &Setting, items: Range<u64>) -> Tally {
    let mut tally = setting.empty_tally();
    let mut counts = Counts::new(setting.longest());
    for block in items.start / 64..items.end.div_ceil(64) {
        let lane = |item: u64| item.saturating_sub(block * 64).min(64) as usize;
        let lanes = lane(items.start)..lane(items.end);
        let sums = block_sums(
            setting,
            &setting.here,
            block,
            lanes.clone(),
            &mut counts,
            |steps, correct, leading| {
                tally.attempts += 1;
                tally.at_length(steps).add_attempt(correct, leading);
            },
        );
        let next = setting.next.as_ref();
        let next = next.map(|next| {
            block_sums(
                setting,
                next,
                block,
                lanes.clone(),
                &mut counts,
                |_, _, _| (),
            )
        });
        tally.items += lanes.len() as u64;
        for (place, kept) in tally.item_sums.iter_mut().enumerate() {
            for lane in lanes.clone() {
                let next = next.as_ref().map_or(0, |next| next[place][lane]);
                kept.add_item(
                    setting.item_mean(sums[place][lane]),
                    setting.item_mean(next),
                );
            }
        }
    }
    tally
}

/// How many lanes of a block hold an item.
fn present_items(setting: &Setting, block: u64) -> usize {
    (setting.items() - block * 64).min(64) as usize
}

/// For each credit that is wanted, the sums over the attempts of each lane's item; every attempt at these lanes is shown.
fn block_sums(
    setting: &Setting,
    at: &AtScale,
    block: u64,
    lanes: Range<usize>,
    counts: &mut Counts,
    mut show: impl FnMut(u32, usize, usize),
) -> Vec<[u128; 64]> {
    let test = &*setting.test;
    let items = present_items(setting, block);
    let mut sums = vec![[0_u128; 64]; setting.item_sums().len()];
    let mut way = match &at.plain {
        Some(thresholds) => Way::Plain(thresholds),
        None => {
            let numbers = block * 64..block * 64 + items as u64;
            let items = numbers.map(|number| at.item(test, number));
            Way::General(Box::new(Block::new(test, items.collect())))
        }
    };
    for one in at.tries(test) {
        counts.clear();
        match &mut way {
            Way::Plain(thresholds) => {
                plain::attempt(thresholds, &one, block as u32, items, counts);
            }
            Way::General(general) => general.attempt(&one, block as u32, counts),
        }
        for lane in lanes.clone() {
            let steps = match &way {
                Way::Plain(_) => setting.longest(),
                Way::General(general) => general.steps(lane),
            };
            let (correct, leading) = (counts.correct.lane(lane), counts.leading.lane(lane));
            show(steps, correct, leading);
            for (sum, wanted) in sums.iter_mut().zip(setting.item_sums()) {
                let units = wanted.at_length(steps);
                sum[lane] += u128::from(match wanted.count {
                    Count::Correct => units[correct],
                    Count::Leading => units[leading],
                });
            }
        }
    }
    sums
}

/// How the items of a block are attempted.
enum Way<'a> {
    Plain(&'a [Threshold]),
    General(Box<Block<'a>>),
}

/// Correct and leading steps of 64 attempts.
struct Counts {
    correct: LaneCounter,
    leading: LaneCounter,
}

impl Counts {
    fn new(steps: u32) -> Self {
        Self {
            correct: LaneCounter::up_to(steps),
            leading: LaneCounter::up_to(steps),
        }
    }

    fn clear(&mut self) {
        self.correct.clear();
        self.leading.clear();
    }
}

/// The first `items` lanes.
fn lanes_of(items: usize) -> u64 {
    if items == 64 { !0 } else { (1 << items) - 1 }
}
