//! How long a sweep will take and how large it will be, from a few of its points.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::store::Store;
use super::sweep::Dissection;
use super::sweep::{SweepError, finding_of};
use super::sweep_run::{Missing, Sweep, SweepRunError};
use super::tally_log::{Head, Outcome, Record};
use crate::engine::{Setting, tally, threads};
use crate::report::{self, Header};
use crate::study::{Point, Unit, outcomes};

/// What a few points say of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rehearsal {
    /// Points that were tried.
    pub tried: usize,
    /// Seconds to attempt what is missing.
    pub attempting: f64,
    /// Seconds to score all points and write the tables.
    pub scoring: f64,
    /// Bytes that the log grows by.
    pub log_bytes: f64,
    /// Bytes of the tables.
    pub table_bytes: f64,
}

/// Points that are tried, from the first to the last.
const TRIED: usize = 8;
/// Step outcomes that are tried of each unit.
const OUTCOMES_TRIED: u64 = 1 << 17;

impl Sweep {
    /// Attempts a little of some points, scores it, and says what all of it will take on the threads at hand, which are
    /// taken to share the work evenly.
    ///
    /// # Errors
    /// The caller asked to stop.
    pub fn rehearse(
        &self,
        missing: &Missing,
        dissection: Dissection,
        cancel: &AtomicBool,
    ) -> Result<Rehearsal, SweepRunError> {
        let points = &self.study().points;
        let mut sums = Rehearsal {
            tried: 0,
            attempting: 0.0,
            scoring: 0.0,
            log_bytes: 0.0,
            table_bytes: 0.0,
        };
        let mut outcomes_tried = 0.0;
        let mut units_tried = 0.0;
        for place in spread(points.len()) {
            let tried = self.try_point(place, &points[place], dissection, cancel)?;
            outcomes_tried += tried.outcomes;
            units_tried += tried.units;
            sums.tried += 1;
            sums.attempting += tried.attempting;
            sums.scoring += tried.scoring;
            sums.log_bytes += tried.log_bytes;
            sums.table_bytes += tried.table_bytes;
        }
        let per_thread = 1.0 / threads() as f64;
        let of_points = points.len() as f64 / (sums.tried as f64).max(1.0);
        let of_outcomes = missing.extent.outcomes as f64 / f64::max(outcomes_tried, 1.0);
        let of_units = missing.units().len() as f64 / f64::max(units_tried, 1.0);
        Ok(Rehearsal {
            tried: sums.tried,
            attempting: sums.attempting * of_outcomes * per_thread,
            scoring: sums.scoring * of_points * per_thread,
            log_bytes: sums.log_bytes * of_units,
            table_bytes: sums.table_bytes * of_points,
        })
    }

    fn try_point(
        &self,
        place: usize,
        point: &Point,
        dissection: Dissection,
        cancel: &AtomicBool,
    ) -> Result<Tried, SweepRunError> {
        let keys = &self.plan().keys[place];
        let store = Store::in_memory();
        let mut tried = Tried::default();
        let began = Instant::now();
        let settings = Setting::at_every_scale(&point.scenario, 0);
        let mut sample = point.clone();
        for (scale, setting) in settings.iter().enumerate() {
            let most = point.scenario.evaluation.items.get();
            let each = outcomes(&point.scenario, 1).max(1);
            let items = (OUTCOMES_TRIED / each).clamp(1, most);
            if let Ok(items) = items.try_into() {
                sample.scenario.evaluation.items = items;
            }
            let Ok(tally) = tally(setting, 0..items) else {
                continue;
            };
            tried.outcomes += outcomes(&point.scenario, items) as f64;
            tried.units += 1.0;
            let unit = Unit {
                point: place,
                scale,
                items: 0..items,
            };
            let record = Record {
                head: Head {
                    key: keys[unit.scale],
                    items: unit.items,
                    done: true,
                },
                outcome: Outcome::Done(tally),
            };
            tried.log_bytes += record.size() as f64;
            store.keep(&record).map_err(SweepError::from)?;
        }
        tried.attempting = began.elapsed().as_secs_f64();
        let began = Instant::now();
        if let Some(finding) = finding_of(keys, &sample, &store, dissection, cancel)? {
            let names = &self.study().keys;
            let tables = [
                report::sweep_csv(names, &finding),
                report::sweep_anatomy_csv(names, &finding, Header::Without),
            ];
            tried.table_bytes = tables.iter().flatten().map(String::len).sum::<usize>() as f64;
        }
        tried.scoring = began.elapsed().as_secs_f64();
        Ok(tried)
    }
}

#[derive(Default)]
struct Tried {
    outcomes: f64,
    units: f64,
    attempting: f64,
    scoring: f64,
    log_bytes: f64,
    table_bytes: f64,
}

/// Some places of so many, even from the first to the last.
fn spread(count: usize) -> impl Iterator<Item = usize> {
    let tried = count.min(TRIED);
    (0..tried).map(move |place| place * (count - 1) / tried.saturating_sub(1).max(1))
}
