//! A sweep at work: what is missing is attempted and kept, what is kept is scored. It can be stopped between any two
//! records and taken up again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::store::{Store, StoreError};
use super::tally_log::{Head, Outcome, Record};
use crate::engine::{Failure, Interrupted, Piece, Setting, Tally, for_all, tallies, together};
use crate::study::{Plan, Point, PointFinding, Shard, Unit, evaluate, outcomes};

/// What a sweep tells its caller while it is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepEvent {
    /// Some items of a point were attempted.
    Attempted {
        /// The point.
        point: u64,
        /// Points of which some items had been to attempt and all are.
        points_done: u64,
        /// Points of which some items are to attempt.
        points: u64,
        /// Step outcomes done.
        done: u64,
        /// Step outcomes to do.
        total: u64,
    },
    /// Some points were scored.
    Scored {
        /// So many.
        points_done: u64,
        /// Of so many.
        points: u64,
    },
}

/// A caller's hold on a sweep.
pub struct SweepControl<'a> {
    /// Set to stop once the records that are being made are kept.
    pub cancel: &'a AtomicBool,
    /// Called from any thread.
    pub events: &'a (dyn Fn(SweepEvent) + Sync),
}

/// Why a sweep did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// Tallies cannot be read or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller asked to stop; what was attempted is kept.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// Points whose settings are prepared at once, and units that are handed out at once.
const POINTS_AT_ONCE: usize = 256;
const UNITS_AT_ONCE: usize = 1 << 14;

/// What a store still needs of a plan, or of one part of it.
pub(super) fn missing(plan: &Plan, store: &Store, shard: Option<Shard>) -> Vec<Unit> {
    let units = plan.units_of(shard);
    let pieces = units.flat_map(|unit| {
        let missing = store.missing(plan.key(unit), unit.items.clone());
        missing.into_iter().map(|items| Unit {
            items,
            ..unit.clone()
        })
    });
    pieces.collect()
}

/// Attempts units and keeps what comes of each. A failure is kept as one, and does not stop the others.
pub(super) fn attempt(
    points: &[Point],
    plan: &Plan,
    units: &[Unit],
    store: &Store,
    control: &SweepControl<'_>,
) -> Result<(), SweepError> {
    let work = |unit: &Unit| {
        let scenario = &points[unit.point].scenario;
        outcomes(scenario, unit.items.end - unit.items.start)
    };
    let counts = Counts::of(points, units, work);
    let broken: Mutex<Option<StoreError>> = Mutex::new(None);
    let halted = AtomicBool::new(false);
    let mut rest = units;
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(batch_length(rest));
        rest = later;
        let mut wanted: Vec<usize> = batch.iter().map(|unit| unit.point).collect();
        wanted.dedup();
        let settings = for_all(&wanted, control.cancel, |&point| {
            (point, Setting::at_every_scale(&points[point].scenario, 0))
        });
        let settings: BTreeMap<usize, Vec<Setting>> = match settings {
            Ok(settings) => settings.into_iter().collect(),
            Err(interrupted) => {
                store.flush()?;
                return Err(interrupted.into());
            }
        };
        let piece = |unit: &Unit| {
            let setting = &settings[&unit.point][unit.scale];
            Piece::new(setting, unit.items.clone())
        };
        let runs = together(batch, work);
        let done = for_all(&runs, control.cancel, |run| {
            let units = &batch[run.clone()];
            let pieces: Vec<Piece> = units.iter().map(piece).collect();
            if halted.load(Ordering::Relaxed) {
                return;
            }
            for (unit, tally) in units.iter().zip(tallies(&pieces)) {
                let outcome = match tally {
                    Ok(tally) => Outcome::Done(tally),
                    Err(failure) => Outcome::Failed(failure.message),
                };
                let head = Head {
                    key: plan.key(unit),
                    items: unit.items.clone(),
                    done: matches!(outcome, Outcome::Done(_)),
                };
                if let Err(error) = store.keep(&Record { head, outcome }) {
                    halted.store(true, Ordering::Relaxed);
                    let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
                    broken.get_or_insert(error);
                    return;
                }
                (control.events)(counts.count(&points[unit.point], unit.point, work(unit)));
            }
        });
        if let Some(error) = broken.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error.into());
        }
        if done.is_err() || rest.is_empty() {
            store.flush()?;
        }
        done?;
    }
    Ok(())
}

/// So many units that they are of few points, and not too many themselves.
fn batch_length(units: &[Unit]) -> usize {
    let mut points = 0;
    let mut before = None;
    let within = |unit: &&Unit| {
        if before != Some(unit.point) {
            before = Some(unit.point);
            points += 1;
        }
        points <= POINTS_AT_ONCE
    };
    units.iter().take(UNITS_AT_ONCE).take_while(within).count()
}

/// What is done of all that is to do.
struct Counts {
    /// Units left of each point.
    left: Vec<AtomicU64>,
    points: u64,
    points_done: AtomicU64,
    total: u64,
    done: AtomicU64,
}

impl Counts {
    fn of(points: &[Point], units: &[Unit], work: impl Fn(&Unit) -> u64) -> Self {
        let mut left = vec![0; points.len()];
        for unit in units {
            left[unit.point] += 1;
        }
        Self {
            points: left.iter().filter(|left| **left > 0).count() as u64,
            left: left.into_iter().map(AtomicU64::new).collect(),
            points_done: AtomicU64::new(0),
            total: units
                .iter()
                .fold(0, |total: u64, unit| total.saturating_add(work(unit))),
            done: AtomicU64::new(0),
        }
    }

    fn count(&self, point: &Point, place: usize, work: u64) -> SweepEvent {
        let last = self.left[place].fetch_sub(1, Ordering::Relaxed) == 1;
        let points_done = self
            .points_done
            .fetch_add(u64::from(last), Ordering::Relaxed);
        let done = self.done.fetch_add(work, Ordering::Relaxed);
        SweepEvent::Attempted {
            point: point.number,
            points_done: points_done + u64::from(last),
            points: self.points,
            done: done.saturating_add(work).min(self.total),
            total: self.total,
        }
    }
}

/// Whether scores are held against evaluations under null hypotheses, which takes longer than all else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dissection {
    /// Rows only.
    None,
    /// The anatomy, without nulls.
    WithoutNulls,
    /// The anatomy, with so many evaluations under each null.
    WithNulls(u64),
}

/// What came of one point; `None` if some of its attempts are not made yet.
pub(super) fn finding_of(
    keys: &[crate::engine::TallyKey],
    point: &Point,
    store: &Store,
    dissection: Dissection,
    cancel: &AtomicBool,
) -> Result<Option<PointFinding>, SweepError> {
    let items = point.scenario.evaluation.items.get();
    let mut tallies: Vec<Result<Tally, Failure>> = Vec::with_capacity(keys.len());
    for key in keys {
        match store.tally(*key, items)? {
            Some(tally) => tallies.push(tally),
            None => return Ok(None),
        }
    }
    let name = format!("point {}", point.number);
    let mut finding = evaluate(name, point.scenario.clone(), tallies);
    match dissection {
        Dissection::None => {}
        Dissection::WithoutNulls => finding.dissect(0, cancel)?,
        Dissection::WithNulls(replicates) => finding.dissect(replicates, cancel)?,
    }
    Ok(Some(PointFinding {
        number: point.number,
        settings: point.settings.clone(),
        finding,
    }))
}

/// Shows what came of each point, in order, to `show`; how many points had attempts missing and were left out.
///
/// Points are scored side by side, some at a time, so that memory does not grow with their number.
pub(super) fn score<E: From<SweepError>>(
    points: &[Point],
    plan: &Plan,
    store: &Store,
    dissection: Dissection,
    control: &SweepControl<'_>,
    mut show: impl FnMut(PointFinding) -> Result<(), E>,
) -> Result<u64, E> {
    let mut left_out = 0;
    let numbered: Vec<(usize, &Point)> = points.iter().enumerate().collect();
    let mut points_done = 0;
    for batch in numbered.chunks(POINTS_AT_ONCE) {
        let findings = for_all(batch, control.cancel, |(place, point)| {
            finding_of(&plan.keys[*place], point, store, dissection, control.cancel)
        });
        for finding in findings.map_err(SweepError::from)? {
            match finding? {
                Some(finding) => show(finding)?,
                None => left_out += 1,
            }
        }
        points_done += batch.len() as u64;
        (control.events)(SweepEvent::Scored {
            points_done,
            points: points.len() as u64,
        });
    }
    Ok(left_out)
}
