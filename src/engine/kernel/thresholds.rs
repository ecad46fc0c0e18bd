//! The thresholds of a step in every lane, and what they depend on.

use super::batch::Batch;
use super::group::Group;
use super::lanes::Lanes;
use super::past::Pasts;
use super::planes::Planes;
use super::words::Words;
use crate::domain::Difficulty;
use crate::engine::Threshold;
use crate::engine::alike::Alike;
use crate::engine::setting::TestSet;

/// The most steps of which thresholds are kept over attempts: some four kilobytes for each.
const MOST_STEPS_KEPT: u32 = 1024;

/// The thresholds of attempts at a group of blocks.
pub(super) struct Thresholds<'a, const C: usize> {
    source: Source<'a>,
    /// Where thresholds are kept over attempts, those of each step; else those of the step that is taken.
    rows: Vec<Row<C>>,
    lanes: Lanes<C>,
    /// Whether the next batch is the first of its group.
    is_new: bool,
}

/// The thresholds of a step.
pub(super) struct Row<const C: usize> {
    /// Of lanes that are not impaired, or of all if lanes differ by more than that.
    pub(super) clean: Planes<C>,
    pub(super) impaired: Planes<C>,
    of: [Threshold; 2],
}

/// How thresholds come about.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// From lists: all items have the same.
    Alike(&'a Alike),
    /// Lane by lane, for both states in which an attempt may be.
    States(Changes),
    /// Lane by lane, for the pasts that attempts have come to.
    Pasts,
}

/// With what the thresholds of an item change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Changes {
    Nothing,
    Steps,
    Attempts,
    StepsAndAttempts,
}

impl<const C: usize> Row<C> {
    fn new() -> Self {
        Self {
            clean: Planes::NONE,
            impaired: Planes::NONE,
            of: [Threshold::default(); 2],
        }
    }
}

impl<'a, const C: usize> Thresholds<'a, C> {
    pub(super) fn new(test: &TestSet, alike: Option<&'a Alike>, tries: u64) -> Self {
        let dependence = test.task.dependence();
        let steps_differ = *test.task.difficulty() != Difficulty::Equal;
        let has_factor = dependence.correlation().is_some();
        let changes = match (steps_differ, has_factor) {
            (false, false) => Changes::Nothing,
            (true, false) => Changes::Steps,
            (false, true) => Changes::Attempts,
            (true, true) => Changes::StepsAndAttempts,
        };
        let kept = changes == Changes::Steps && tries > 1 && test.longest() <= MOST_STEPS_KEPT;
        let by_past = dependence.counts_errors() || dependence.impairs() && steps_differ && !kept;
        let source = match alike {
            Some(alike) => Source::Alike(alike),
            None if by_past => Source::Pasts,
            None => Source::States(changes),
        };
        let rows = match source {
            Source::States(_) if kept => test.longest(),
            _ => 1,
        };
        Self {
            source,
            rows: (0..rows).map(|_| Row::new()).collect(),
            lanes: Lanes::new(test.task.has_near_chances()),
            is_new: true,
        }
    }

    /// Whether the thresholds of a row are those of both states.
    pub(super) fn are_by_state(&self) -> bool {
        match self.source {
            Source::Alike(Alike::ByState(_)) | Source::States(_) => true,
            Source::Alike(Alike::ByErrors(_)) | Source::Pasts => false,
        }
    }

    /// Begins a group.
    #[inline(always)]
    pub(super) fn start(&mut self, group: &Group) {
        self.is_new = true;
        if !matches!(self.source, Source::Alike(_)) {
            self.lanes.start(group);
        }
    }

    /// Begins a batch.
    #[inline(always)]
    pub(super) fn start_batch(&mut self, group: &Group, batch: &Batch<C>) {
        if !matches!(self.source, Source::Alike(_)) {
            self.lanes.start_batch(group, batch);
        }
    }

    /// Ends a batch.
    pub(super) fn end_batch(&mut self) {
        self.is_new = false;
    }

    /// The thresholds of a step in the lanes that take it.
    #[inline(always)]
    pub(super) fn at(
        &mut self,
        group: &Group,
        batch: &Batch<C>,
        pasts: &Pasts<C>,
        step: u32,
        active: Words<C>,
    ) -> &Row<C> {
        let place = if self.rows.len() > 1 {
            step as usize
        } else {
            0
        };
        let kept = self.rows.len() > 1;
        let row = &mut self.rows[place];
        match self.source {
            Source::Alike(Alike::ByState(listed)) => {
                let of = listed[(step as usize).min(listed.len() - 1)];
                if of != row.of {
                    set_row(row, of);
                }
            }
            Source::Alike(Alike::ByErrors(listed)) => {
                listed.select(step, &pasts.errors, &mut row.clean);
            }
            Source::States(changes) => {
                let is_stale = match changes {
                    Changes::Nothing => self.is_new && step == 0,
                    Changes::Steps => self.is_new || !kept,
                    Changes::Attempts => step == 0,
                    Changes::StepsAndAttempts => true,
                };
                if is_stale {
                    self.lanes.fill_states(group, batch, step, active, row);
                }
            }
            Source::Pasts => {
                let planes = &mut row.clean;
                self.lanes.fill(group, batch, pasts, step, active, planes);
            }
        }
        row
    }
}

#[inline(never)]
fn set_row<const C: usize>(row: &mut Row<C>, [clean, impaired]: [Threshold; 2]) {
    row.of = [clean, impaired];
    row.clean.set_all(clean);
    row.impaired.set_all(impaired);
}
