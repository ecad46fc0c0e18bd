//! What must be attempted for a sweep, in pieces that can be done in any order, by anyone.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::Point;
use crate::domain::Scenario;
use crate::engine::{Interrupted, TallyKey, for_all};

/// Step outcomes in a unit, about: as many as are lost at most when a process dies, and as may be waited for after Ctrl-C.
/// The number never matters for a result.
const OUTCOMES_PER_UNIT: u64 = 1 << 26;

/// Some items of one point at one scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Which of the points; others may have its tally in common.
    pub point: usize,
    /// Which of the point's scales.
    pub scale: usize,
    /// The items.
    pub items: Range<u64>,
}

/// All that a sweep needs counted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The keys of each point's scales, in order.
    pub keys: Vec<Vec<TallyKey>>,
    /// Every item of every key once: by the first point that has the key, then by scale and item.
    pub units: Vec<Unit>,
}

/// One of several parts of the units of a plan, each for a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

/// A part that there is none of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no shard {index} of {count}: {}", known_shards(*count))]
pub struct NoSuchShard {
    index: u64,
    count: u64,
}

fn known_shards(count: u64) -> String {
    match count {
        0 => format!("the count, behind the /, is from 1 to {}", Shard::MOST),
        _ if count > Shard::MOST => format!("there may be {} at most", Shard::MOST),
        _ => format!("the first is 0/{count}, the last {}/{count}", count - 1),
    }
}

impl Shard {
    /// The most parts of one sweep.
    pub const MOST: u64 = 1_000_000;

    /// Part `index`, from 0, of `count`.
    ///
    /// # Errors
    /// There is no such part.
    pub fn new(index: u64, count: u64) -> Result<Self, NoSuchShard> {
        match index < count && count <= Self::MOST {
            true => Ok(Self { index, count }),
            false => Err(NoSuchShard { index, count }),
        }
    }

    /// Which part, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Of how many.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Whether a unit, by its place in the plan, belongs to this part.
    #[must_use]
    pub const fn has(self, unit: usize) -> bool {
        unit as u64 % self.count == self.index
    }
}

/// The numbers of items that are wanted of a key, and where most are.
struct Wanted {
    point: usize,
    scale: usize,
    most: u64,
    ends: Vec<u64>,
}

impl Plan {
    /// The plan of some points.
    ///
    /// # Errors
    /// [`Interrupted`] once `cancel` is set.
    pub fn of(points: &[Point], cancel: &AtomicBool) -> Result<Self, Interrupted> {
        let keys = for_all(points, cancel, |point| {
            TallyKey::at_every_scale(&point.scenario)
        })?;
        let mut places: HashMap<TallyKey, usize> = HashMap::new();
        let mut wanted: Vec<Wanted> = Vec::new();
        for (point, keys_of_point) in keys.iter().enumerate() {
            let items = points[point].scenario.evaluation.items.get();
            for (scale, key) in keys_of_point.iter().enumerate() {
                let place = *places.entry(*key).or_insert(wanted.len());
                if place == wanted.len() {
                    wanted.push(Wanted {
                        point,
                        scale,
                        most: items,
                        ends: Vec::new(),
                    });
                }
                let wanted = &mut wanted[place];
                wanted.ends.push(items);
                // The one that attempts them must have them all.
                if wanted.most < items {
                    (wanted.point, wanted.scale, wanted.most) = (point, scale, items);
                }
            }
        }
        let units = wanted.into_iter().flat_map(|mut wanted| {
            wanted.ends.sort_unstable();
            wanted.ends.dedup();
            let scenario = &points[wanted.point].scenario;
            let starts = std::iter::once(0).chain(wanted.ends.clone());
            let ranges = starts.zip(wanted.ends);
            let step = items_per_unit(scenario);
            let (point, scale) = (wanted.point, wanted.scale);
            let pieces = ranges.flat_map(move |(start, end)| pieces(start..end, step));
            pieces.map(move |items| Unit {
                point,
                scale,
                items,
            })
        });
        Ok(Self {
            units: units.collect(),
            keys,
        })
    }

    /// The units of a shard; all of them without one.
    pub fn units_of(&self, shard: Option<Shard>) -> impl Iterator<Item = &Unit> {
        let units = self.units.iter().enumerate();
        let mine = move |place: usize| shard.is_none_or(|shard| shard.has(place));
        units
            .filter(move |(place, _)| mine(*place))
            .map(|(_, unit)| unit)
    }

    /// The key of a unit.
    #[must_use]
    pub fn key(&self, unit: &Unit) -> TallyKey {
        self.keys[unit.point][unit.scale]
    }
}

/// The step outcomes of some items of a scenario at one scale.
#[must_use]
pub fn outcomes(scenario: &Scenario, items: u64) -> u64 {
    items.saturating_mul(outcomes_per_item(scenario))
}

fn outcomes_per_item(scenario: &Scenario) -> u64 {
    let task = scenario.task.chain();
    let longest = u64::from(task.lengths().table().longest());
    scenario
        .evaluation
        .attempts_per_item()
        .saturating_mul(longest)
}

/// Whole blocks of 64.
fn items_per_unit(scenario: &Scenario) -> u64 {
    (OUTCOMES_PER_UNIT / outcomes_per_item(scenario).max(1) / 64).max(1) * 64
}

/// A range cut at the multiples of a step.
fn pieces(range: Range<u64>, step: u64) -> impl Iterator<Item = Range<u64>> {
    let first = range.start / step;
    let last = range.end.div_ceil(step);
    (first..last).map(move |place| {
        let (start, end) = (place * step, (place + 1).saturating_mul(step));
        start.max(range.start)..end.min(range.end)
    })
}
