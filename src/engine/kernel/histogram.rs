//! Histograms of many attempts from words of lanes.

use super::counter::counts;
use super::words::Words;
use crate::engine::LengthTally;

/// How many attempts had how many correct and leading steps, each word of a batch on its own until the end.
pub(super) struct Histograms<const C: usize> {
    attempts: Words<C>,
    /// For each step, how many attempts were right up to and with it.
    pub(super) survivors: Vec<Words<C>>,
    correct: Correct<C>,
}

/// For each number of correct steps, how many attempts had so many.
enum Correct<const C: usize> {
    /// Few steps: the lanes with each count are counted at once.
    AtOnce {
        counts: Vec<Words<C>>,
        /// For each digit, the lanes whose counts have the digits from there up in common with the one looked at.
        alike: Vec<Words<C>>,
    },
    /// Many: lanes are read one by one.
    LaneByLane(Vec<Words<C>>),
}

impl<const C: usize> Histograms<C> {
    /// From how many steps on it is quicker to read the lanes one by one, about.
    const MANY_STEPS: u32 = 16 * C as u32;

    pub(super) fn of_steps(steps: u32) -> Self {
        let digits = (u32::BITS - steps.leading_zeros()) as usize;
        let counts = vec![Words::NONE; steps as usize + 1];
        Self {
            attempts: Words::NONE,
            survivors: vec![Words::NONE; steps as usize],
            correct: match steps < Self::MANY_STEPS {
                true => Correct::AtOnce {
                    counts,
                    alike: vec![Words::NONE; digits + 1],
                },
                false => Correct::LaneByLane(counts),
            },
        }
    }

    /// Adds the correct steps of attempts in the lanes that are present: `planes` are the digits of their counts, least
    /// significant first.
    #[inline(always)]
    pub(super) fn add(&mut self, planes: &[Words<C>], present: Words<C>) {
        self.attempts = self.attempts + present.count_ones();
        match &mut self.correct {
            Correct::AtOnce { counts, alike } => add_at_once(counts, alike, planes, present),
            Correct::LaneByLane(counts) => add_lane_by_lane(counts, planes, present),
        }
    }

    /// What all words have counted.
    pub(super) fn finish(mut self) -> LengthTally {
        let mut tally = LengthTally::empty(self.survivors.len() as u32);
        for word in 0..C {
            self.hand_over(word, &mut tally);
        }
        tally
    }

    /// Adds what one word has counted to a tally, and forgets it.
    pub(super) fn hand_over(&mut self, word: usize, tally: &mut LengthTally) {
        let take = |words: &mut Words<C>| std::mem::take(&mut words.0[word]);
        let (Correct::AtOnce { counts, .. } | Correct::LaneByLane(counts)) = &mut self.correct;
        for (into, counts) in tally.correct.iter_mut().zip(counts) {
            *into += take(counts);
        }
        // Those with k leading steps are the survivors of step k that the next one lost.
        let mut before = take(&mut self.attempts);
        for (into, survivors) in tally.leading.iter_mut().zip(&mut self.survivors) {
            let survivors = take(survivors);
            *into += before - survivors;
            before = survivors;
        }
        if let Some(all) = tally.leading.last_mut() {
            *all += before;
        }
    }
}

/// Counts are looked at in order: from one to the next only the last digits change, two on average.
#[inline(always)]
fn add_at_once<const C: usize>(
    histogram: &mut [Words<C>],
    alike: &mut [Words<C>],
    planes: &[Words<C>],
    present: Words<C>,
) {
    alike[planes.len()] = present;
    for (count, attempts) in histogram.iter_mut().enumerate() {
        let changed = match count {
            0 => planes.len(),
            _ => count.trailing_zeros() as usize + 1,
        };
        let mut lanes = alike[changed];
        for digit in (0..changed).rev() {
            lanes = match count >> digit & 1 {
                0 => lanes & !planes[digit],
                _ => lanes & planes[digit],
            };
            alike[digit] = lanes;
        }
        *attempts = *attempts + lanes.count_ones();
    }
}

#[inline(never)]
fn add_lane_by_lane<const C: usize>(
    histogram: &mut [Words<C>],
    planes: &[Words<C>],
    present: Words<C>,
) {
    for (word, present) in present.0.into_iter().enumerate() {
        let counts = counts(planes, word);
        for (lane, count) in counts.into_iter().enumerate() {
            histogram[count as usize].0[word] += present >> lane & 1;
        }
    }
}
