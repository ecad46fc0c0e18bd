//! 64 attempts to a word: the same draws as the reference, one word operation for each digit of p.

mod counter;
mod general;
mod histogram;
mod lanes;
mod plain;
mod streams;
mod sums;
mod words;

use std::ops::Range;

use super::draw::Try;
use super::setting::{AtScale, Item, TestSet, present_lanes};
use super::simd::Path;
use super::{Key, Piece, Setting, Tally};
use crate::domain::Count;
use counter::Counter;
use general::Block;
use plain::{Part, Plain};
use streams::DrawOnly;
use sums::Sums;
use words::Words;

/// Blocks whose sums over items are kept at a time: with one attempt each, enough words for any path.
const BLOCKS_WITH_SUMS: u64 = 64;

/// The tally of each piece; blocks may be in part.
pub(super) fn tallies(path: Path, pieces: &[Piece]) -> Vec<Tally> {
    let together = |one: &Piece, other: &Piece| {
        let steps = plain_steps(one.setting());
        steps.is_some() && steps == plain_steps(other.setting())
    };
    let runs = pieces.chunk_by(together);
    runs.flat_map(|run| match run {
        [piece] => vec![tally(path, piece)],
        _ => tallies_of_plain(path, run),
    })
    .collect()
}

/// How many steps every attempt has, if histograms of plain attempts are all that is wanted.
fn plain_steps(setting: &Setting) -> Option<usize> {
    let plain = setting.here.plain.as_ref();
    let plain = plain.filter(|_| setting.item_sums().is_empty());
    plain.map(Vec::len)
}

/// Pieces of which histograms of plain attempts are all that is wanted, with the same number of steps.
fn tallies_of_plain(path: Path, pieces: &[Piece]) -> Vec<Tally> {
    let (mut tallies, mut parts) = (Vec::new(), Vec::new());
    for piece in pieces {
        let (setting, items) = (piece.setting(), piece.items());
        parts.extend(Part::of(&setting.test, &setting.here, &[], items));
        let mut tally = setting.empty_tally();
        tally.items = items.end - items.start;
        tally.attempts = tally.items * setting.attempts_per_item();
        tallies.push(tally);
    }
    path.run(Plain(&mut parts));
    for (tally, part) in tallies.iter_mut().zip(&parts) {
        tally.add_length(&part.tally);
    }
    tallies
}

/// The tally of a piece; the blocks at either end may be in part.
pub(super) fn tally(path: Path, piece: &Piece) -> Tally {
    let (setting, items) = (piece.setting(), piece.items());
    let mut tally = setting.empty_tally();
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
    let mut of_next_scale = setting.empty_tally();
    let here = attempt(path, setting, &setting.here, &items, tally);
    let next = setting.next.as_ref();
    let next = next.map(|next| attempt(path, setting, next, &items, &mut of_next_scale));
    let count = items.end - items.start;
    tally.items += count;
    tally.attempts += count * setting.attempts_per_item();
    for (credit, kept) in tally.item_sums.iter_mut().enumerate() {
        for item in 0..count as usize {
            let next = next.as_ref().map_or(0, |next| next.of(credit, item));
            kept.add_item(
                setting.item_mean(here.of(credit, item)),
                setting.item_mean(next),
            );
        }
    }
}

/// Makes every attempt at some items, adds their histograms to the tally, and sums what is wanted of each item.
fn attempt<'a>(
    path: Path,
    setting: &'a Setting,
    at: &'a AtScale,
    items: &Range<u64>,
    tally: &mut Tally,
) -> Sums<'a> {
    let test = &*setting.test;
    match Part::of(test, at, setting.item_sums(), items) {
        Some(mut part) => {
            path.run(Plain(std::slice::from_mut(&mut part)));
            tally.add_length(&part.tally);
            part.sums
        }
        None => {
            let mut sums = Sums::new(setting.item_sums(), items);
            let blocks = items.start / 64..items.end.div_ceil(64);
            let mut counts = Counts::new(setting.longest());
            for block in blocks {
                let present = present_lanes(block, items);
                let numbers = block * 64..(block * 64 + 64).min(setting.items());
                let of_block = numbers.map(|number| at.item(test, number));
                let mut general = Block::new(test, of_block.collect());
                for one in at.tries(test) {
                    counts.clear();
                    general.attempt(&one, block as u32, &mut counts);
                    let (correct, leading) = (counts.correct.of_word(0), counts.leading.of_word(0));
                    for lane in (0..64).filter(|lane| present >> lane & 1 == 1) {
                        let steps = general.steps(lane);
                        let length = tally.at_length(steps);
                        length.add_attempt(correct[lane] as usize, leading[lane] as usize);
                        let (block, only) = (block as u32, 1 << lane);
                        sums.add(block, only, steps, Count::Correct, &correct);
                        sums.add(block, only, steps, Count::Leading, &leading);
                    }
                }
            }
            sums
        }
    }
}

/// Correct and leading steps of 64 attempts.
struct Counts {
    correct: Counter<1>,
    leading: Counter<1>,
}

impl Counts {
    fn new(steps: u32) -> Self {
        Self {
            correct: Counter::up_to(steps),
            leading: Counter::up_to(steps),
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
