//! Steps of any structure: a threshold for each lane, chosen by what its attempt has come to.

use std::ops::Range;

use super::batch::{Batch, Decisions};
use super::group::Group;
use super::lasting::Lasting;
use super::past::Pasts;
use super::planes::digit_words;
use super::retries::Retries;
use super::scores::Scores;
use super::sums::Sums;
use super::thresholds::Thresholds;
use super::words::Words;
use crate::engine::Tally;
use crate::engine::setting::{AtRun, TestSet};
use crate::engine::simd::Work;

/// Every attempt at some items.
pub(super) struct Structured<'a, 's> {
    pub(super) test: &'a TestSet,
    pub(super) at: &'a AtRun,
    pub(super) items: Range<u64>,
    pub(super) sums: &'s mut Sums<'a>,
    pub(super) tally: &'s mut Tally,
}

impl Work for Structured<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<const C: usize>(self) {
        let Self { test, at, .. } = self;
        let tries = at.tries(test).count() as u64;
        let mut attempts = Attempts::<C> {
            first_tries: Decisions::new(),
            cleaning: Decisions::new(),
            floor: Decisions::new(),
            format: Decisions::new(),
            retries: test.verifier.map(Retries::new),
            thresholds: Thresholds::new(test, at.alike(test), tries),
            pasts: Pasts::new(test.task.dependence(), test.longest()),
            lasting: Lasting::default(),
            scores: Scores::new(test, self.sums),
        };
        let mut batch = Batch {
            words: Vec::with_capacity(C),
            present: Words::NONE,
        };
        let mut block = self.items.start / 64;
        while block < self.items.end.div_ceil(64) {
            let group = Group::of(test, at, &self.items, block, C);
            attempts.start(&group);
            let mut tries = at.tries(test);
            while group.fill(&mut tries, &mut batch) {
                attempts.make(&group, &batch);
                attempts.scores.end_batch(&batch, self.sums);
            }
            block += group.blocks() as u64;
        }
        attempts.scores.finish(self.tally);
    }
}

/// Attempts, one batch after the other.
struct Attempts<'a, const C: usize> {
    first_tries: Decisions<C>,
    cleaning: Decisions<C>,
    floor: Decisions<C>,
    format: Decisions<C>,
    retries: Option<Retries<C>>,
    thresholds: Thresholds<'a, C>,
    pasts: Pasts<C>,
    lasting: Lasting<C>,
    scores: Scores<C>,
}

impl<const C: usize> Attempts<'_, C> {
    #[inline(always)]
    fn start(&mut self, group: &Group) {
        self.thresholds.start(group);
        self.lasting.start(group);
        self.scores.start(group);
    }

    /// Makes the attempts of a batch.
    #[inline(always)]
    fn make(&mut self, group: &Group, batch: &Batch<C>) {
        let test = group.test;
        let dependence = test.task.dependence();
        let selects = dependence.impairs() && self.thresholds.are_by_state();
        let cleans = dependence.cleaning().get() > 0.0;
        let cleaned_by = digit_words(test.cleaning);
        let guessed = self.guess(group, batch);
        self.first_tries.start(batch, |keys| keys.step);
        if cleans {
            self.cleaning.start(batch, |keys| keys.cleaning);
        }
        if let Some(retries) = &mut self.retries {
            retries.clear();
        }
        self.thresholds.start_batch(group, batch);
        self.pasts.clear();
        let extracted = self.extract(group, batch);
        self.scores.start_batch(batch.present, extracted);
        let mut active = batch.present;
        for step in 0..self.lasting.longest() {
            active = active & self.lasting.at(step);
            let row = self.thresholds.at(group, batch, &self.pasts, step, active);
            let pasts = &self.pasts;
            let exact = |word: usize, lane: u32| {
                let past = pasts.of_lane(group, batch, step, word, lane);
                group.threshold(word, lane, step, &past)
            };
            let (clean, impaired) = (&row.clean.0, &row.impaired.0);
            let of_all = |place: usize, word: usize| clean[place].0[word];
            let of_state = |place: usize, word: usize| {
                let (clean, impaired) = (clean[place].0[word], impaired[place].0[word]);
                clean ^ pasts.impaired.0[word] & (clean ^ impaired)
            };
            let mut right = match selects {
                true => self.first_tries.decide(batch, active, of_state, exact),
                false => self.first_tries.decide(batch, active, of_all, exact),
            };
            if let Some(retries) = &mut self.retries {
                right = match selects {
                    true => retries.recover(batch, step, right, active, of_state, exact),
                    false => retries.recover(batch, step, right, active, of_all, exact),
                };
            }
            let cleaned = match cleans {
                true => {
                    let digit = |place: usize, _| cleaned_by[place];
                    let exact = |_, _| test.cleaning;
                    self.cleaning.decide(batch, active, digit, exact)
                }
                false => Words::NONE,
            };
            self.pasts.add(dependence, right, cleaned);
            self.scores.add(step, (right | guessed) & active);
        }
        self.thresholds.end_batch();
    }

    /// The lanes whose whole item is guessed.
    #[inline(always)]
    fn guess(&mut self, group: &Group, batch: &Batch<C>) -> Words<C> {
        let test = group.test;
        if test.task.floor().get() == 0.0 {
            return Words::NONE;
        }
        self.floor.start(batch, |keys| keys.floor);
        let digits = digit_words(test.floor);
        let digit = |place: usize, _| digits[place];
        self.floor
            .decide(batch, batch.present, digit, |_, _| test.floor)
    }

    /// The lanes whose attempts are extracted; `None` where all are.
    #[inline(always)]
    fn extract(&mut self, group: &Group, batch: &Batch<C>) -> Option<Words<C>> {
        let gate = group.at.gate?;
        self.format.start(batch, |keys| keys.format);
        let digits = digit_words(gate);
        let digit = |place: usize, _| digits[place];
        Some(self.format.decide(batch, batch.present, digit, |_, _| gate))
    }
}
