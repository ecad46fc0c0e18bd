//! 64 attempts to a word: the same draws as the reference, one word operation for each digit of p.

mod batch;
mod counter;
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
use super::{Key, Piece, Setting, Tally, reference};
use plain::{Part, Plain};
pub(super) use select::{ByErrors, MOST_STEPS as MOST_STEPS_BY_ERRORS};
use streams::DrawOnly;
use structured::Structured;
use sums::Sums;

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
    if setting.test.choice.is_some() {
        // A question has no bits to slice: its options' weights are numbers.
        return reference::tally(piece);
    }
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
    let sums = match Part::of(test, at, setting.item_sums(), items) {
        Some(mut part) => {
            path.run(Plain(std::slice::from_mut(&mut part)));
            tally.add_length(&part.tally);
            part.sums
        }
        None => {
            let mut sums = Sums::new(setting.item_sums(), items);
            path.run(Structured {
                test,
                at,
                items: items.clone(),
                sums: &mut sums,
                tally: &mut tally,
            });
            sums
        }
    };
    let mean = |sums: Vec<u128>| sums.into_iter().map(|sum| setting.item_mean(sum));
    let mut sums = sums.finish();
    reference::add_readings(setting, at, items, &mut sums);
    let means = sums.into_iter().map(|sums| mean(sums).collect());
    Made {
        means: means.collect(),
        tally,
    }
}
