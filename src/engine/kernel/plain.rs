//! Steps that succeed independently, with the same chance for every item, tried once.

use std::ops::Range;

use super::batch::break_ties;
use super::counter::{Counter, counts};
use super::histogram::Histograms;
use super::planes::Planes;
use super::streams::{Starts, Streams};
use super::sums::Sums;
use super::words::Words;
use crate::domain::Count;
use crate::engine::setting::{AtRun, Attempts, TestSet, Word};
use crate::engine::simd::Work;
use crate::engine::{LengthTally, Threshold};

/// Attempts at items of one setting.
pub(super) struct Part<'a> {
    /// One for each step.
    thresholds: &'a [Threshold],
    words: Attempts<'a>,
    pub(super) sums: Sums<'a>,
    pub(super) tally: LengthTally,
}

impl<'a> Part<'a> {
    /// None where steps are not plain.
    pub(super) fn of(test: &'a TestSet, at: &'a AtRun, items: &Range<u64>) -> Option<Self> {
        let thresholds = at.plain.as_deref()?;
        Some(Self {
            thresholds,
            words: at.attempts(test, items),
            sums: Sums::new(test, items),
            tally: LengthTally::empty(thresholds.len() as u32),
        })
    }
}

/// Attempts of several parts, all of the same number of steps. A part that does not fill the last words of a batch leaves
/// them to the next one.
pub(super) struct Plain<'a, 'p>(pub(super) &'p mut [Part<'a>]);

impl Work for Plain<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<const C: usize>(self) {
        let Self(parts) = self;
        let steps = parts.first().map_or(0, |part| part.thresholds.len() as u32);
        let mut histograms = Histograms::<C>::of_steps(steps);
        let mut correct = Counter::<C>::up_to(steps);
        let mut leading = Counter::<C>::up_to(steps);
        let counts_leading = parts.iter().any(|part| part.sums.want(Count::Leading));
        let counts_correct = parts.iter().any(|part| part.sums.want(Count::Correct));
        let alike = parts.iter().all(|part| all_equal(part.thresholds));
        let mut streams = Streams::NONE;
        let (mut planes, mut digits) = (Planes::NONE, Words::NONE);
        let mut batch = Batch::<C>::new();
        while batch.fill(parts, &mut histograms) {
            let present = batch.present;
            streams.start(&batch.starts);
            let mut alive = present;
            correct.clear();
            leading.clear();
            for (step, survivors) in histograms.survivors.iter_mut().enumerate() {
                if step == 0 || !alike {
                    let wanted = batch.digits(parts, step);
                    if (wanted ^ digits).any() {
                        digits = wanted;
                        planes.set_words(digits);
                    }
                }
                let (right, undecided) =
                    streams.hold_against(|place, word| planes.0[place].0[word]);
                let mut right = right & present;
                let tied = undecided & present;
                if tied.any() {
                    right = batch.break_ties(parts, right, tied, step);
                }
                alive = alive & right;
                *survivors = *survivors + alive.count_ones();
                correct.add(right);
                if counts_leading {
                    leading.add(alive);
                }
            }
            let planes = correct.planes();
            histograms.add(planes, present);
            if counts_correct {
                batch.add_sums(parts, planes, Count::Correct);
            }
            if counts_leading {
                batch.add_sums(parts, leading.planes(), Count::Leading);
            }
        }
    }
}

fn all_equal(thresholds: &[Threshold]) -> bool {
    thresholds.windows(2).all(|pair| pair[0] == pair[1])
}

/// Words side by side.
struct Batch<'a, const C: usize> {
    /// Up to `C`; the last batch may have fewer.
    words: Vec<Word<'a>>,
    /// The part of each.
    parts: [usize; C],
    present: Words<C>,
    starts: Starts<C>,
}

impl<'a, const C: usize> Batch<'a, C> {
    fn new() -> Self {
        Self {
            words: Vec::with_capacity(C),
            parts: [0; C],
            present: Words::NONE,
            starts: Starts::NONE,
        }
    }

    /// Takes the next words; false if there are none. Where words change their part, the histograms are handed over.
    ///
    /// Not part of its caller: there the numbers would be put into vectors one by one.
    #[inline(never)]
    fn fill(&mut self, parts: &mut [Part<'a>], histograms: &mut Histograms<C>) -> bool {
        self.words.clear();
        self.present = Words::NONE;
        let mut of_words = self.parts;
        for (place, part) in parts.iter_mut().enumerate() {
            for word in part.words.by_ref().take(C - self.words.len()) {
                let Word { one, block, .. } = word;
                let (here, digits) = (self.words.len(), one.keys.step.digits);
                self.starts.set(here, digits, block, one.attempt);
                self.present.0[here] = word.present;
                of_words[here] = place;
                self.words.push(word);
            }
        }
        if of_words != self.parts || self.words.is_empty() {
            for (word, part) in self.parts.into_iter().enumerate() {
                histograms.hand_over(word, &mut parts[part].tally);
            }
            self.parts = of_words;
        }
        !self.words.is_empty()
    }

    /// The digits of the threshold of each word.
    #[inline(never)]
    fn digits(&self, parts: &[Part], step: usize) -> Words<C> {
        let digits = |part: usize| u64::from(parts[part].thresholds[step].digits());
        Words(self.parts.map(digits))
    }

    /// The lanes that are right, those that are tied as well.
    #[cold]
    #[inline(never)]
    fn break_ties(&self, parts: &[Part], right: Words<C>, tied: Words<C>, step: usize) -> Words<C> {
        let ties = |place: usize| self.words[place].one.keys.step.ties;
        let exact = |place: usize, _| parts[self.parts[place]].thresholds[step];
        break_ties(&self.words, right, tied, step as u32, &ties, &exact)
    }

    #[inline(never)]
    fn add_sums(&self, parts: &mut [Part], planes: &[Words<C>], count: Count) {
        for (place, word) in self.words.iter().enumerate() {
            let counts = counts(planes, place);
            let sums = &mut parts[self.parts[place]].sums;
            sums.add(word, None, count, &counts);
        }
    }
}
