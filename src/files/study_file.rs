//! From a scenario file with a table `[sweep]`, and flags, to the points of a sweep.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use serde_json::{Map, Value as Json};

use super::design_table::{
    AxisTable, AxisValues, Context, DesignTable, PartTable, PointList, SweepWords, number_value,
};
use super::folder::settings_text;
use super::read_error::{Place, ReadError, Spot};
use super::scenario_file::{
    Base, By, Change, LoadError, Loaded, Override, Source, base, fetch, read_scenario,
};
use super::study_table::StudyKind;
use super::tree::Node;
use crate::domain::{KnownKey, Scenario, dotted_values, known_keys};
use crate::report::toml_value;
use crate::study::{Part, Point, Taken, check_count};

/// A sweep: a base scenario, and the points that a design makes of it.
#[derive(Clone, Debug)]
pub struct Study {
    /// The base scenario, and what it was read from.
    pub loaded: Loaded,
    /// The swept keys, full and dotted, in order of first appearance.
    pub keys: Vec<String>,
    /// The points, numbered from 0; no two have the same scenario, and there is at least one.
    pub points: Vec<Point>,
    /// How many points of the design were left out because an earlier one has the same scenario.
    pub repeated: u64,
    /// How many points of the design were left out because a condition does not hold of them.
    pub excluded: u64,
    text: String,
}

impl Study {
    /// A scenario file that makes the same points again, whatever flags and files the design came from: every setting of the
    /// base scenario, and the table `[sweep]`.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.clone()
    }
}

/// Reads a scenario with its design; flags win over the file. Without a source every setting of the base scenario is at its
/// default, and it is called `sweep`.
///
/// # Errors
/// Those of [`load`](super::load); the design cannot be read, has no point or more than
/// [`MOST_POINTS`](crate::study::MOST_POINTS), or one of its points is no scenario.
pub fn load_study(
    source: Option<&Source>,
    overrides: &[Override],
    words: &SweepWords,
) -> Result<Study, LoadError> {
    let folder = source.map_or(Path::new(""), Source::folder);
    let nothing = || ("sweep".to_owned(), "no file".to_owned(), String::new());
    let read = source.map_or_else(|| Ok(nothing()), fetch)?;
    let Base {
        loaded,
        tree,
        tables,
    } = base(read, folder, overrides)?;
    // A study of another kind is swept as its scenario.
    let sweep = tables.study.filter(|table| table.kind == StudyKind::Sweep);
    let sweep = sweep.map(|table| table.entry);
    let known = known_keys();
    let names = key_names(&known);
    let values = dotted_values(&loaded.scenario);
    let context = Context {
        known: &known,
        names: &names,
        base: &values,
        folder,
    };
    let table = DesignTable::read(sweep.as_ref(), words, &context)?;
    let keys = table.keys();
    let mut builder = Builder {
        tree: &tree,
        values: &values,
        known: &known,
        title: &loaded.scenario.title,
        table: &table,
        keys: &keys,
        points: Vec::new(),
        seen: HashMap::new(),
        repeated: 0,
        excluded: 0,
    };
    builder.build_all()?;
    let (points, repeated, excluded) = (builder.points, builder.repeated, builder.excluded);
    let text = format!(
        "# Every setting of this sweep. `mirage sweep` on this file makes the same points again.\n{}\n{}",
        settings_text(&loaded.scenario),
        table.text(),
    );
    Ok(Study {
        loaded,
        keys,
        points,
        repeated,
        excluded,
        text,
    })
}

/// The name of each key once, in order.
pub(super) fn key_names(known: &[KnownKey]) -> Vec<String> {
    let mut names: Vec<String> = known.iter().map(|known| known.key.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// A value given to a key at a point.
struct Assignment<'a> {
    key: &'a str,
    /// Where the key stands.
    key_spot: &'a Spot,
    value: Cow<'a, Node>,
}

struct Builder<'a> {
    tree: &'a Node,
    /// Of the base scenario.
    values: &'a BTreeMap<String, Json>,
    known: &'a [KnownKey],
    title: &'a str,
    table: &'a DesignTable,
    keys: &'a [String],
    points: Vec<Point>,
    /// Points by the hash of their settings.
    seen: HashMap<u64, Vec<usize>>,
    repeated: u64,
    excluded: u64,
}

/// A part of a design with what there is to choose from.
struct Choices<'a> {
    table: &'a PartTable,
    part: Part,
    /// How many points are written one by one: 1 where none are.
    rows: u32,
}

impl<'a> Choices<'a> {
    fn of(table: &'a PartTable) -> Result<Self, ReadError> {
        let points = table.points.as_ref().map_or(1, |points| points.rows.len());
        Ok(Self {
            table,
            part: table.part()?,
            rows: u32::try_from(points).unwrap_or(u32::MAX),
        })
    }

    /// The largest number stands for more.
    fn count(&self) -> u128 {
        self.part.count().saturating_mul(self.rows.into())
    }

    /// What the keys take at a point below [`Self::count`]: what is written one by one changes slowest.
    fn at(&self, point: u32) -> Vec<Assignment<'a>> {
        let combinations = u32::try_from(self.part.count()).unwrap_or(u32::MAX).max(1);
        let points = self.table.points.iter();
        let written = points.flat_map(|points| row(points, point / combinations));
        let axes = self.table.axes.iter();
        let taken = axes
            .zip(self.part.taken(point % combinations))
            .filter_map(|(axis, taken)| assignment(axis, taken));
        written.chain(taken).collect()
    }
}

fn row(points: &PointList, number: u32) -> impl Iterator<Item = Assignment<'_>> {
    let cells = points.rows.get(number as usize).into_iter().flatten();
    cells.filter_map(|(column, value)| {
        let (key, _) = points.columns.get(*column)?;
        Some(Assignment {
            key,
            // The header may be far from the row.
            key_spot: &value.spot,
            value: Cow::Borrowed(value),
        })
    })
}

fn assignment(axis: &AxisTable, taken: Taken) -> Option<Assignment<'_>> {
    let value = match (&axis.values, taken) {
        (AxisValues::Listed(values), Taken::Listed(place)) => Cow::Borrowed(values.get(place)?),
        (AxisValues::Range { .. }, Taken::Drawn(number)) => Cow::Owned(Node {
            value: number_value(number),
            spot: axis.spot.clone(),
        }),
        _ => return None,
    };
    Some(Assignment {
        key: &axis.key,
        key_spot: &axis.spot,
        value,
    })
}

impl Builder<'_> {
    fn build_all(&mut self) -> Result<(), LoadError> {
        let table = self.table;
        let outer = Choices::of(&table.outer)?;
        let blocks = table.blocks.iter().map(Choices::of);
        let mut blocks: Vec<Choices<'_>> = blocks.collect::<Result<_, ReadError>>()?;
        let none = PartTable::empty(Spot::Unknown);
        if blocks.is_empty() {
            blocks.push(Choices::of(&none)?);
        }
        let counts = blocks.iter().map(Choices::count);
        let all = counts.fold(0, u128::saturating_add);
        let all = outer.count().saturating_mul(all);
        check_count(all).map_err(|error| table.outer.spot.error("sweep", error))?;
        for block in &blocks {
            // Neither is more than their product, unless that is 0.
            for outside in 0..outer.count() as u32 {
                let outside = outer.at(outside);
                for inside in 0..block.count() as u32 {
                    let mut assignments = block.at(inside);
                    let before = outside.iter().map(|one| Assignment {
                        value: Cow::Borrowed(one.value.as_ref()),
                        ..*one
                    });
                    assignments.splice(0..0, before);
                    self.add(&assignments, block.table)?;
                }
            }
        }
        match self.points.is_empty() {
            true => {
                let parts = std::iter::once(&self.table.outer).chain(&self.table.blocks);
                let first = parts.flat_map(|part| &part.conditions).next();
                let spot = first.map_or(Spot::Unknown, |(_, spot)| spot.clone());
                let problem = format!(
                    "no point is left: the conditions hold for none of the {all} points of the design"
                );
                Err(spot.error("sweep.where", problem).into())
            }
            false => Ok(()),
        }
    }

    /// Makes a point and keeps it, unless a condition does not hold or there is one like it.
    fn add(&mut self, assignments: &[Assignment<'_>], block: &PartTable) -> Result<(), LoadError> {
        let scenario = match self.scenario(assignments) {
            Ok(scenario) => scenario,
            Err(error) => {
                // Conditions may be there to keep settings apart that make no scenario together.
                let values = self.assigned(assignments);
                if self.holds(block, &values) == Ok(false) {
                    self.excluded += 1;
                    return Ok(());
                }
                return Err(self.at_point(error, assignments).into());
            }
        };
        let values = dotted_values(&scenario);
        if !self.holds(block, &values)? {
            self.excluded += 1;
            return Ok(());
        }
        let mut hasher = DefaultHasher::new();
        for (key, value) in &values {
            key.hash(&mut hasher);
            value.to_string().hash(&mut hasher);
        }
        let alike = self.seen.entry(hasher.finish()).or_default();
        let same = |place: &usize| {
            let other = self.points.get(*place);
            other.is_some_and(|point| point.scenario == scenario)
        };
        if alike.iter().any(same) {
            self.repeated += 1;
            return Ok(());
        }
        alike.push(self.points.len());
        let cell = |key: &String| cell(key, &values, assignments);
        self.points.push(Point {
            number: self.points.len() as u64,
            settings: self.keys.iter().map(cell).collect(),
            scenario,
        });
        Ok(())
    }

    fn scenario(&self, assignments: &[Assignment<'_>]) -> Result<Scenario, ReadError> {
        let mut tree = self.tree.clone();
        let keys: Vec<&str> = assignments.iter().map(|one| one.key).collect();
        // A table before its keys, and its kind before those that depend on it.
        let mut order: Vec<&Assignment<'_>> = assignments.iter().collect();
        order.sort_by_key(|one| (one.key.matches('.').count(), !one.key.ends_with("kind")));
        for one in order {
            let change = Change {
                key: one.key,
                key_spot: one.key_spot,
                all: &keys,
                by: By::Point(self.values),
            };
            change.put(&mut tree, Ok(one.value.as_ref().clone()))?;
        }
        let mut scenario = read_scenario(&tree, self.known)?;
        if scenario.title.is_empty() {
            scenario.title.push_str(self.title);
        }
        Ok(scenario)
    }

    fn holds(&self, block: &PartTable, values: &BTreeMap<String, Json>) -> Result<bool, ReadError> {
        let outer = self.table.outer.conditions.iter();
        for (condition, spot) in outer.chain(&block.conditions) {
            let holds = condition.holds(values);
            if !holds.map_err(|error| spot.error("sweep.where", error))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The values of the base scenario, with those assigned in their place.
    fn assigned(&self, assignments: &[Assignment<'_>]) -> BTreeMap<String, Json> {
        let mut values = self.values.clone();
        for one in assignments {
            let inside = format!("{}.", one.key);
            values.retain(|key, _| key != one.key && !key.starts_with(&inside));
            match one.value.json() {
                table @ Json::Object(_) => {
                    let inner = dotted_values(&table).into_iter();
                    values.extend(inner.map(|(key, value)| (format!("{inside}{key}"), value)));
                }
                value => drop(values.insert(one.key.to_owned(), value)),
            }
        }
        values
    }

    /// An error of a point, at a value of that point, with all of its values.
    fn at_point(&self, error: ReadError, assignments: &[Assignment<'_>]) -> ReadError {
        let places = |one: &Assignment<'_>| [one.value.spot.place(), one.key_spot.place()];
        let is_there = |one: &&Assignment<'_>| places(one).contains(&error.place);
        let told: Vec<String> = assignments
            .iter()
            .map(|one| format!("{} = {}", one.key, toml_value(&one.value.json())))
            .collect();
        // The value at fault, else one of the same table, else the last one: the base scenario itself is right.
        let table = error.key.split('.').next().unwrap_or_default();
        let near = |one: &&Assignment<'_>| one.key.split('.').next() == Some(table);
        let culprit = assignments.iter().rev().find(near).or(assignments.last());
        let known = assignments.iter().any(|one| is_there(&one)) && error.place != Place::Unknown;
        let place = match (known, culprit) {
            (false, Some(culprit)) => culprit.value.spot.place(),
            _ => error.place,
        };
        ReadError {
            place,
            key: error.key,
            problem: format!("{} (in the point {})", error.problem, told.join(", ")),
        }
    }
}

/// What a table of results shows for a key at a point.
fn cell(key: &str, values: &BTreeMap<String, Json>, assignments: &[Assignment<'_>]) -> Json {
    match values.get(key) {
        Some(list @ Json::Array(_)) => return toml_value(list).into(),
        Some(value) => return value.clone(),
        None => {}
    }
    if let Some(one) = assignments.iter().find(|one| one.key == key) {
        return toml_value(&one.value.json()).into();
    }
    let prefix = format!("{key}.");
    let inside = values.range(prefix.clone()..);
    let inside = inside.take_while(|(key, _)| key.starts_with(&prefix));
    let mut table = Map::new();
    for (key, value) in inside {
        let parts: Vec<&str> = key[prefix.len()..].split('.').collect();
        insert(&mut table, &parts, value);
    }
    match table.is_empty() {
        true => Json::Null,
        false => toml_value(&table.into()).into(),
    }
}

fn insert(table: &mut Map<String, Json>, parts: &[&str], value: &Json) {
    match parts {
        [] => {}
        [last] => drop(table.insert((*last).to_owned(), value.clone())),
        [first, rest @ ..] => {
            let inner = table.entry(*first).or_insert_with(|| Map::new().into());
            if let Json::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
