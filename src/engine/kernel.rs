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

use crate::domain::Reducer;

use super::ahead::Made;
use super::setting::{AtRun, AtScale, TestSet, mean_of};
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
    match setting.here.runs.as_slice() {
        [run] if setting.item_sums().is_empty() => run.plain.as_ref().map(Vec::len),
        _ => None,
    }
}

/// Pieces of which histograms of plain attempts are all that is wanted, with the same number of steps.
fn tallies_of_plain(path: Path, pieces: &[Piece]) -> Vec<Tally> {
    let (mut tallies, mut parts) = (Vec::new(), Vec::new());
    for piece in pieces {
        let (setting, items) = (piece.setting(), piece.items());
        let runs = setting.here.runs.iter();
        parts.extend(runs.filter_map(|run| Part::of(&setting.test, run, items)));
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
    let made = |test: &TestSet, at: &AtScale| {
        let ahead = at.made_ahead.take(&items);
        ahead.unwrap_or_else(|| attempt(path, test, at, &items))
    };
    let here = made(&setting.test, &setting.here);
    let next = setting.next.as_ref();
    let next = next.map(|next| (next, made(&next.test, &next.at)));
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
    tally.add_cells(&here.tally.cells);
    if let Some((next, made)) = next {
        next.at.made_ahead.keep(&items, made);
    }
}

/// Makes every attempt at some items.
fn attempt(path: Path, test: &TestSet, at: &AtScale, items: &Range<u64>) -> Made {
    let credits = test.item_sums().len();
    let count = (items.end - items.start) as usize;
    let mut tally = Tally::empty(credits);
    tally.cells = test.empty_cells(at.runs.len());
    if let (true, [run]) = (tally.cells.is_empty(), at.runs.as_slice()) {
        let sums = attempt_by_run(path, test, run, items, &mut tally);
        let of_credit = |credit: usize| -> Vec<u64> {
            match test.reducer(credit) {
                // Of one attempt the sum is the mean.
                Reducer::Mean => sums.of_items[credit]
                    .iter()
                    .map(|sum| *sum as u64)
                    .collect(),
                _ => (0..count)
                    .map(|item| sums.cell(test, credit, item))
                    .collect(),
            }
        };
        let means = (0..credits).map(of_credit).collect();
        return Made { means, tally };
    }
    let mut totals = vec![vec![0_u128; count]; credits];
    for (run, at) in at.runs.iter().enumerate() {
        let sums = attempt_by_run(path, test, at, items, &mut tally);
        for (credit, totals) in totals.iter_mut().enumerate() {
            for (item, total) in totals.iter_mut().enumerate() {
                let sum = sums.of_items[credit][item];
                if test.reducer(credit) == Reducer::Mean {
                    *total += sum;
                }
                let cell = sums.cell(test, credit, item);
                if test.reducer(credit) != Reducer::Mean {
                    *total += u128::from(cell);
                }
                if let Some(cells) = tally.cells.get_mut(credit) {
                    cells.add(run, cell, test.successes(credit, sum));
                }
            }
        }
    }
    let of_credit = |(credit, totals): (usize, Vec<u128>)| {
        let terms = test.terms_of_item(credit, at.runs.len());
        totals
            .into_iter()
            .map(|total| mean_of(total, terms))
            .collect()
    };
    Made {
        means: totals.into_iter().enumerate().map(of_credit).collect(),
        tally,
    }
}

/// Makes every attempt of a training run at some items.
fn attempt_by_run<'a>(
    path: Path,
    test: &'a TestSet,
    at: &'a AtRun,
    items: &Range<u64>,
    tally: &mut Tally,
) -> Sums<'a> {
    let mut sums = match Part::of(test, at, items) {
        Some(mut part) => {
            path.run(Plain(std::slice::from_mut(&mut part)));
            tally.add_length(&part.tally);
            part.sums
        }
        None => {
            let mut sums = Sums::new(test, items);
            path.run(Structured {
                test,
                at,
                items: items.clone(),
                sums: &mut sums,
                tally,
            });
            sums
        }
    };
    reference::add_readings(test, at, items, &mut sums.of_items);
    sums
}
