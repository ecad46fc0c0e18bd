//! Correct and leading steps of attempts, counted and summed.

use super::batch::Batch;
use super::counter::{Counter, counts};
use super::group::Group;
use super::histogram::Histograms;
use super::sums::Sums;
use super::words::Words;
use crate::domain::Count;
use crate::engine::setting::TestSet;
use crate::engine::{LengthTally, Tally};

/// What the attempts of one batch after the other come to.
pub(super) struct Scores<const C: usize> {
    alive: Words<C>,
    /// The lanes whose outcomes count at all; `None` where all do.
    extracted: Option<Words<C>>,
    correct: Counter<C>,
    /// Where someone asks for them, or lanes have different lengths.
    leading: Option<Counter<C>>,
    histograms: ByLength<C>,
}

enum ByLength<const C: usize> {
    One(Histograms<C>),
    /// For each place in the list of lengths its histograms, and for each block of a group the places of its items.
    Many {
        tallies: Vec<LengthTally>,
        places: Vec<[u32; 64]>,
    },
}

impl<const C: usize> Scores<C> {
    pub(super) fn new(test: &TestSet, sums: &Sums) -> Self {
        let longest = test.longest();
        let histograms = match test.different_lengths() {
            1 => ByLength::One(Histograms::of_steps(longest)),
            lengths => ByLength::Many {
                tallies: vec![LengthTally::new(Vec::new(), Vec::new()); lengths],
                places: Vec::new(),
            },
        };
        let counts_leading =
            sums.want(Count::Leading) || matches!(histograms, ByLength::Many { .. });
        Self {
            alive: Words::NONE,
            extracted: None,
            correct: Counter::up_to(longest),
            leading: counts_leading.then(|| Counter::up_to(longest)),
            histograms,
        }
    }

    /// Begins a group.
    pub(super) fn start(&mut self, group: &Group) {
        let ByLength::Many { tallies, places } = &mut self.histograms else {
            return;
        };
        places.clear();
        for block in 0..group.blocks() {
            let of_lanes = group.test.length_places(group.block(block));
            for (lane, &place) in of_lanes.iter().enumerate() {
                let tally = &mut tallies[place as usize];
                if group.present(block) >> lane & 1 == 1 && tally.correct.is_empty() {
                    let counts = vec![0; group.test.length_at(place as usize) as usize + 1];
                    *tally = LengthTally::new(counts.clone(), counts);
                }
            }
            places.push(of_lanes);
        }
    }

    /// Begins a batch. Of lanes that are not extracted, where some may not be, no step counts as right.
    #[inline(always)]
    pub(super) fn start_batch(&mut self, present: Words<C>, extracted: Option<Words<C>>) {
        self.alive = extracted.map_or(present, |extracted| present & extracted);
        self.extracted = extracted;
        self.correct.clear();
        if let Some(leading) = &mut self.leading {
            leading.clear();
        }
    }

    /// Adds a step that came out right in some of the lanes that take it.
    #[inline(always)]
    pub(super) fn add(&mut self, step: u32, right: Words<C>) {
        self.alive = self.alive & right;
        self.correct.add(right);
        if let Some(leading) = &mut self.leading {
            leading.add(self.alive);
        }
        if let ByLength::One(histograms) = &mut self.histograms {
            let survivors = &mut histograms.survivors[step as usize];
            *survivors = *survivors + self.alive.count_ones();
        }
    }

    /// Ends a batch.
    #[inline(always)]
    pub(super) fn end_batch(&mut self, batch: &Batch<C>, sums: &mut Sums) {
        let correct = match self.extracted {
            None => self.correct.planes(),
            Some(extracted) => self.correct.planes_of(extracted),
        };
        if let ByLength::One(histograms) = &mut self.histograms {
            histograms.add(correct, batch.present);
        }
        let leading = self.leading.as_mut().map(Counter::planes);
        if let ByLength::Many { tallies, places } = &mut self.histograms {
            add_lane_by_lane(tallies, places, batch, correct, leading.unwrap_or(&[]));
        }
        let places = match &self.histograms {
            ByLength::One(_) => None,
            ByLength::Many { places, .. } => Some(places.as_slice()),
        };
        if sums.want(Count::Correct) {
            add_sums(batch, places, correct, Count::Correct, sums);
        }
        if let Some(leading) = leading.filter(|_| sums.want(Count::Leading)) {
            add_sums(batch, places, leading, Count::Leading, sums);
        }
    }

    pub(super) fn finish(self, tally: &mut Tally) {
        match self.histograms {
            ByLength::One(histograms) => tally.add_length(&histograms.finish()),
            ByLength::Many { tallies, .. } => {
                let attempted = tallies.iter().filter(|length| !length.correct.is_empty());
                attempted.for_each(|length| tally.add_length(length));
            }
        }
    }
}

#[inline(never)]
fn add_lane_by_lane<const C: usize>(
    tallies: &mut [LengthTally],
    places: &[[u32; 64]],
    batch: &Batch<C>,
    correct: &[Words<C>],
    leading: &[Words<C>],
) {
    for word in 0..batch.words.len() {
        let (correct, leading) = (counts(correct, word), counts(leading, word));
        let places = &places[word % places.len()];
        let mut present = batch.present.0[word];
        while present != 0 {
            let lane = present.trailing_zeros() as usize;
            let tally = &mut tallies[places[lane] as usize];
            tally.add_attempt(correct[lane] as usize, leading[lane] as usize);
            present &= present - 1;
        }
    }
}

#[inline(never)]
fn add_sums<const C: usize>(
    batch: &Batch<C>,
    places: Option<&[[u32; 64]]>,
    planes: &[Words<C>],
    count: Count,
    sums: &mut Sums,
) {
    for (place, word) in batch.words.iter().enumerate() {
        let places = places.map(|places| &places[place % places.len()]);
        sums.add(word, places, count, &counts(planes, place));
    }
}
