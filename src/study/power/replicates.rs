//! Many evaluations of one scenario, side by side.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::Scenario;
use crate::engine::{Control, Event, Interrupted, Piece, Setting, Tally, for_all, tallies};

/// Outcomes that are worth a hand-over to another thread, about.
const OUTCOMES_TOGETHER: u64 = 1 << 21;

/// How much of an analysis is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::study) enum Extent {
    /// All of it.
    Whole,
    /// Powers, and false alarms at the nearest null.
    Powers,
}

/// Work that goes through many evaluations, told to a caller as one.
pub(in crate::study) struct Work<'a> {
    control: &'a Control<'a>,
    extent: Extent,
    /// The number of the first evaluation: other numbers are other random numbers.
    first: u64,
    done: AtomicU64,
    total: u64,
}

impl<'a> Work<'a> {
    /// Of about so many outcomes in all.
    pub(in crate::study) fn new(
        control: &'a Control<'a>,
        extent: Extent,
        first: u64,
        total: u64,
    ) -> Self {
        Self {
            control,
            extent,
            first,
            done: AtomicU64::new(0),
            total,
        }
    }

    /// How much is wanted.
    pub(super) const fn extent(&self) -> Extent {
        self.extent
    }

    /// What each of the numbered evaluations of a scenario comes to, in order; `None` for one whose work failed.
    /// `tallies` gets those of every scale, in order.
    ///
    /// # Errors
    /// [`Interrupted`] if the caller cancelled.
    pub(in crate::study) fn evaluations<R: Send>(
        &self,
        scenario: &Scenario,
        numbers: Range<u64>,
        tallied: impl Fn(&[Tally]) -> R + Send + Sync,
    ) -> Result<Vec<Option<R>>, Interrupted> {
        let settings = |number| Setting::at_every_scale(scenario, number);
        self.each(scenario_outcomes(scenario), numbers, settings, tallied)
    }

    /// The same of whatever settings an evaluation has; `outcomes` are those of one.
    ///
    /// # Errors
    /// [`Interrupted`] if the caller cancelled.
    pub(super) fn each<R: Send>(
        &self,
        outcomes: u64,
        numbers: Range<u64>,
        settings: impl Fn(u64) -> Vec<Setting> + Send + Sync,
        tallied: impl Fn(&[Tally]) -> R + Send + Sync,
    ) -> Result<Vec<Option<R>>, Interrupted> {
        let together = (OUTCOMES_TOGETHER / outcomes.max(1)).clamp(1, 64);
        let starts: Vec<u64> = numbers.clone().step_by(together as usize).collect();
        let chunk = |&start: &u64| {
            let numbers = start..(start + together).min(numbers.end);
            let numbers = numbers.map(|number| self.first + number);
            let each: Vec<Vec<Setting>> = numbers.map(&settings).collect();
            let pieces: Vec<Piece<'_>> = each.iter().flatten().map(Piece::all_of).collect();
            let mut found = tallies(&pieces).into_iter();
            let results: Vec<Option<R>> = each
                .iter()
                .map(|settings| {
                    let these = found.by_ref().take(settings.len());
                    let these: Result<Vec<Tally>, _> =
                        these.collect::<Vec<_>>().into_iter().collect();
                    these.ok().map(|these| tallied(&these))
                })
                .collect();
            self.advance(outcomes.saturating_mul(each.len() as u64));
            results
        };
        let chunks = for_all(&starts, self.control.cancel, chunk)?;
        Ok(chunks.into_iter().flatten().collect())
    }

    fn advance(&self, outcomes: u64) {
        let done = self.done.fetch_add(outcomes, Ordering::Relaxed);
        let done = done.saturating_add(outcomes);
        (self.control.events)(Event::Progress {
            done,
            total: self.total.max(done),
        });
    }
}

/// Steps of all attempts of one evaluation, about.
pub(in crate::study) fn scenario_outcomes(scenario: &Scenario) -> u64 {
    let evaluation = &scenario.evaluation;
    let scales = evaluation.scales.as_slice().len() as u64;
    let longest = u64::from(
        scenario
            .chances()
            .at(evaluation.scales.window().0)
            .longest(),
    );
    evaluation
        .attempts_at_all_items()
        .saturating_mul(scales)
        .saturating_mul(longest)
}
