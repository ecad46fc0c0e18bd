//! Histograms of many attempts from words of lanes.

use super::counter::counts;
use super::words::Words;
use crate::engine::LengthTally;

/// How many attempts had how many correct and leading steps, each word of a batch on its own until the end.
pub(super) struct Histograms<const C: usize> {
    attempts: u64,
    /// For each step, how many attempts were right up to and with it.
    pub(super) survivors: Vec<Words<C>>,
    correct: Correct<C>,
    /// Room for products of planes.
    products: [[Words<C>; HALF]; 2],
}

enum Correct<const C: usize> {
    /// Few steps: the lanes with each count are counted at once.
    AtOnce(Vec<Words<C>>),
    /// Many: lanes are read one by one.
    LaneByLane(Vec<u64>),
}

/// The most steps whose counts have [`HALF`] x [`HALF`] values.
const MOST_AT_ONCE: usize = HALF * HALF - 1;

/// The values that half the digits of a count have.
const HALF: usize = 16;

impl<const C: usize> Histograms<C> {
    pub(super) fn of_steps(steps: u32) -> Self {
        let steps = steps as usize;
        Self {
            attempts: 0,
            survivors: vec![Words::NONE; steps],
            products: [[Words::NONE; HALF]; 2],
            correct: match steps <= MOST_AT_ONCE {
                true => Correct::AtOnce(vec![Words::NONE; steps + 1]),
                false => Correct::LaneByLane(vec![0; steps + 1]),
            },
        }
    }

    /// Adds the correct steps of attempts in the lanes that are present.
    #[inline(always)]
    pub(super) fn add(&mut self, planes: &[Words<C>], present: Words<C>) {
        self.attempts += present.count_ones().sum();
        match &mut self.correct {
            Correct::AtOnce(histogram) => {
                add_at_once(histogram, &mut self.products, planes, present);
            }
            Correct::LaneByLane(histogram) => add_lane_by_lane(histogram, planes, present),
        }
    }

    pub(super) fn finish(self) -> LengthTally {
        let correct = match self.correct {
            Correct::AtOnce(histogram) => histogram.into_iter().map(Words::sum).collect(),
            Correct::LaneByLane(histogram) => histogram,
        };
        // Those with k leading steps are the survivors of step k that the next one lost.
        let mut leading = Vec::with_capacity(correct.len());
        let mut before = self.attempts;
        for survivors in self.survivors {
            let survivors = survivors.sum();
            leading.push(before - survivors);
            before = survivors;
        }
        leading.push(before);
        LengthTally::new(correct, leading)
    }
}

/// The lanes with a count are those with its digits: a product of planes, or of two products of half of them.
#[inline(always)]
fn add_at_once<const C: usize>(
    histogram: &mut [Words<C>],
    products: &mut [[Words<C>; HALF]; 2],
    planes: &[Words<C>],
    present: Words<C>,
) {
    let (low, high) = planes.split_at(planes.len() / 2);
    let values = 1 << low.len();
    let [lows, highs] = products;
    multiply(lows, Words::all(!0), low);
    multiply(highs, present, high);
    for (counts, high) in histogram.chunks_mut(values).zip(highs) {
        for (count, low) in counts.iter_mut().zip(&*lows) {
            *count = *count + (*high & *low).count_ones();
        }
    }
}

/// For each value of some digits, the lanes of `root` that have it.
#[inline(always)]
fn multiply<const C: usize>(products: &mut [Words<C>; HALF], root: Words<C>, digits: &[Words<C>]) {
    products[0] = root;
    for (place, digit) in digits.iter().enumerate() {
        let (without, with) = products.split_at_mut(1 << place);
        for (without, with) in without.iter_mut().zip(with) {
            (*without, *with) = (*without & !*digit, *without & *digit);
        }
    }
}

#[inline(never)]
fn add_lane_by_lane<const C: usize>(histogram: &mut [u64], planes: &[Words<C>], present: Words<C>) {
    for (word, present) in present.0.into_iter().enumerate() {
        let counts = counts(planes, word);
        for (lane, count) in counts.into_iter().enumerate() {
            histogram[count as usize] += present >> lane & 1;
        }
    }
}
