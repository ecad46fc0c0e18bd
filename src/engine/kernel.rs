//! 64 attempts to a word: the same draws as the reference, one word operation for each digit of p.

mod batch;
mod counter;
mod digits;
mod group;
mod histogram;
mod lanes;
mod lasting;
mod past;
mod plain;
mod planes;
mod retries;
mod scores;
mod select;
mod streams;
mod structured;
mod sums;
mod thresholds;
mod words;

use std::ops::Range;

use super::ahead::Made;
use super::setting::AtScale;
use super::simd::Path;
use super::{Key, Setting, Tally};
use plain::{Plain, Word};
pub(super) use select::{ByErrors, MOST_STEPS as MOST_STEPS_BY_ERRORS};
use streams::DrawOnly;
use structured::Structured;
use sums::Sums;

/// Blocks whose sums over items are kept at a time: with one attempt each, enough words for any path.
const BLOCKS_WITH_SUMS: u64 = 64;

/// The tally of some items; the blocks at either end may be in part.
pub(super) fn tally(path: Path, setting: &Setting, items: Range<u64>) -> Tally {
    let mut tally = setting.empty_tally();
    let items = items.start..items.end.min(setting.items());
    let blocks = match setting.item_sums().is_empty() {
        true => setting.blocks(),
        false => BLOCKS_WITH_SUMS,
    };
    let mut rest = items.clone();
    while !rest.is_empty() {
        let end = ((rest.start / 64 + blocks) * 64).min(items.end);
        add_items(path, setting, rest.start..end, &mut tally);
        rest.start = end;
    }
    tally
}

/// Draws the words that plain attempts at so many blocks take, and only joins them by exclusive or: what a kernel that did
/// nothing else would cost. The result depends on how many words the path has side by side.
#[must_use]
pub fn draw_only(path: Path, key: Key, blocks: u32, steps: u32) -> u64 {
    path.run(DrawOnly { key, blocks, steps })
}

fn add_items(path: Path, setting: &Setting, items: Range<u64>, tally: &mut Tally) {
    let made = |at: &AtScale| {
        let ahead = at.made_ahead.take(&items);
        ahead.unwrap_or_else(|| attempt(path, setting, at, &items))
    };
    let here = made(&setting.here);
    let next = setting.next.as_ref().map(|next| (next, made(next)));
    for length in &here.tally.lengths {
        tally.add_length(length);
    }
    let count = items.end - items.start;
    tally.items += count;
    tally.attempts += count * setting.attempts_per_item();
    for (credit, kept) in tally.item_sums.iter_mut().enumerate() {
        for (item, &mean) in here.means[credit].iter().enumerate() {
            let next = next
                .as_ref()
                .map_or(0, |(_, next)| next.means[credit][item]);
            kept.add_item(mean, next);
        }
    }
    if let Some((next, made)) = next {
        next.made_ahead.keep(&items, made);
    }
}

/// Makes every attempt at some items.
fn attempt(path: Path, setting: &Setting, at: &AtScale, items: &Range<u64>) -> Made {
    let test = &*setting.test;
    let mut tally = setting.empty_tally();
    let mut sums = Sums::new(setting.item_sums(), items);
    match &at.plain {
        Some(thresholds) => {
            let blocks = items.start / 64..items.end.div_ceil(64);
            let words = blocks.flat_map(|block| {
                let present = present_lanes(block, items);
                at.tries(test).map(move |one| Word {
                    one,
                    block: block as u32,
                    present,
                })
            });
            let plain = Plain {
                thresholds,
                words,
                sums: &mut sums,
            };
            tally.add_length(&path.run(plain));
        }
        None => path.run(Structured {
            test,
            at,
            items: items.clone(),
            sums: &mut sums,
            tally: &mut tally,
        }),
    }
    let mean = |sums: Vec<u128>| sums.into_iter().map(|sum| setting.item_mean(sum));
    let means = sums.finish().into_iter().map(|sums| mean(sums).collect());
    Made {
        means: means.collect(),
        tally,
    }
}

/// The lanes of a block whose items are in the range.
fn present_lanes(block: u64, items: &Range<u64>) -> u64 {
    let lane = |item: u64| item.saturating_sub(block * 64).min(64) as usize;
    lanes_of(lane(items.end)) & !lanes_of(lane(items.start))
}

/// The first `items` lanes.
fn lanes_of(items: usize) -> u64 {
    if items == 64 { !0 } else { (1 << items) - 1 }
}
