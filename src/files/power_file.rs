//! From a scenario file with a table `[power]`, and flags, to what a power analysis asks.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::design_table::leaves;
use super::folder::settings_text;
use super::read_error::{ReadError, Spot};
use super::refusal::Refusal;
use super::scenario_file::{
    Base, By, Change, LoadError, Loaded, Override, Source, base, fetch, read_scenario,
};
use super::study_file::key_names;
use super::tree::{Entry, Node, Value};
use crate::domain::{KnownKey, Scenario, dotted_values, full_key, known_keys};
use crate::report::toml_value;
use crate::study::{PowerPlan, PowerSettings};

/// A power analysis, and what it was read from.
#[derive(Clone, Debug)]
pub struct PowerStudy {
    /// The scenario, and what it was read from.
    pub loaded: Loaded,
    /// What is asked.
    pub plan: PowerPlan,
    /// The settings that the alternative has otherwise than the scenario: full key and value.
    pub changes: Vec<(String, Json)>,
}

impl PowerStudy {
    /// A scenario file that asks the same again, whatever flags it came from.
    #[must_use]
    pub fn text(&self) -> String {
        let settings = toml::to_string(&self.plan.settings).unwrap_or_default();
        let changes = self.changes.iter();
        let changes: String = changes
            .map(|(key, value)| format!("{key:?} = {}\n", toml_value(value)))
            .collect();
        let alternative = match changes.is_empty() {
            true => String::new(),
            false => format!("\n[power.alternative]\n{changes}"),
        };
        // A table of its own, below which no key of [power] may stand.
        let (own, tasks) = match settings.split_once("[tasks]") {
            Some((own, tasks)) => (own.to_owned(), format!("\n[power.tasks]{tasks}")),
            None => (settings, String::new()),
        };
        format!(
            "# Every setting of this power analysis. `mirage power` on this file gives the same numbers again.\n{}\n[power]\n{own}{tasks}{alternative}",
            settings_text(&self.plan.scenario),
        )
    }
}

/// Reads a scenario with its table `[power]`, all of whose keys have defaults; overrides of keys that begin with `power.` win over
/// that table.
///
/// # Errors
/// Those of [`load`](super::load), of the scenario and of the alternative; a setting of the table is unknown or out of
/// range; [`PowerPlan::new`] refuses.
pub fn load_power(source: &Source, overrides: &[Override]) -> Result<PowerStudy, LoadError> {
    let is_of_power = |one: &&Override| one.key.split('.').next() == Some("power");
    let of_scenario: Vec<Override> = overrides
        .iter()
        .filter(|one| !is_of_power(one))
        .cloned()
        .collect();
    let Base {
        loaded,
        tree,
        sweep,
        power,
        figure,
    } = base(fetch(source)?, source.folder(), &of_scenario)?;
    for (name, other) in [("sweep", sweep), ("figure", figure)] {
        if let Some(other) = other {
            let command = if name == "figure" { "gallery" } else { name };
            let problem = format!(
                "mirage power takes a file with a table [power], or with neither; this one is for mirage {command}"
            );
            return Err(other.key_spot.error(name, problem).into());
        }
    }
    let of_power = overrides.iter().filter(is_of_power);
    let (table, alternative) = table(power, &of_power.collect::<Vec<_>>())?;
    let settings = serde::Deserialize::deserialize(&table)
        .map_err(|refusal: Refusal| refusal.inside("power").into_read_error(&[]))?;
    let known = known_keys();
    let (alternative, changes) = match alternative {
        Some(entry) => {
            let otherwise = Otherwise {
                key: "power.alternative",
                called: "the alternative",
                spot: &entry.key_spot,
                settings: &entry.node,
            };
            let (mut other, changes) = otherwise.apply(&tree, &loaded.scenario, &known)?;
            other.title.clone_from(&loaded.scenario.title);
            (Some(other), changes)
        }
        None => (None, Vec::new()),
    };
    let spot = table.spot.clone();
    let settings: PowerSettings = settings;
    let plan = PowerPlan::new(
        loaded.name.clone(),
        loaded.scenario.clone(),
        alternative,
        settings,
    );
    let plan = plan.map_err(|error| {
        let key = error.key();
        let place = match table.spot_of(key) {
            Spot::Unknown => spot,
            told => told,
        };
        place.error(&format!("power.{key}"), error)
    })?;
    Ok(PowerStudy {
        loaded,
        plan,
        changes,
    })
}

/// The table with the overrides worked in, and its table `alternative` by itself.
fn table(
    power: Option<Entry>,
    overrides: &[&Override],
) -> Result<(Node, Option<Entry>), ReadError> {
    let node = power.map_or_else(Node::empty_table, |entry| entry.node);
    if !matches!(node.value, Value::Table(_)) {
        let told = node.told();
        let problem = format!(
            "[power] is a table: below it stand lines such as test = \"lr-known-break\"; found {told}"
        );
        return Err(node.spot.error("power", problem));
    }
    let keys: Vec<&str> = overrides.iter().map(|one| one.key.as_str()).collect();
    let mut tree = Node {
        value: Value::Table(BTreeMap::from([(
            "power".to_owned(),
            Entry {
                key_spot: node.spot.clone(),
                node,
            },
        )])),
        spot: Spot::Unknown,
    };
    for one in overrides {
        let spot = Spot::CommandLine(one.words.as_str().into());
        let change = Change {
            key: &one.key,
            key_spot: &spot,
            all: &keys,
            by: By::Override,
        };
        change.put(&mut tree, Node::from_words(&one.value, &spot))?;
    }
    let Value::Table(mut all) = tree.value else {
        return Ok((Node::empty_table(), None));
    };
    let mut node = all
        .remove("power")
        .map_or_else(Node::empty_table, |entry| entry.node);
    let alternative = match &mut node.value {
        Value::Table(table) => table.remove("alternative"),
        _ => None,
    };
    Ok((node, alternative))
}

/// A table of settings that something has otherwise than a scenario.
pub(super) struct Otherwise<'a> {
    /// The key of the table.
    pub(super) key: &'a str,
    /// What has them.
    pub(super) called: &'a str,
    /// Where the table was given.
    pub(super) spot: &'a Spot,
    /// The table.
    pub(super) settings: &'a Node,
}

impl Otherwise<'_> {
    /// The scenario with these settings in the place of its own, and the settings by their full keys.
    pub(super) fn apply(
        &self,
        tree: &Node,
        scenario: &Scenario,
        known: &[KnownKey],
    ) -> Result<(Scenario, Vec<(String, Json)>), ReadError> {
        let Value::Table(table) = &self.settings.value else {
            let told = self.settings.told();
            let problem = format!(
                "expected a table of settings of a scenario, such as {{ \"skill.alpha\" = 0.5 }}, found {told}"
            );
            return Err(self.settings.spot.error(self.key, problem));
        };
        let mut all = Vec::new();
        for (name, entry) in table {
            leaves(name.clone(), entry, &mut all);
        }
        if all.is_empty() {
            let problem = format!(
                "there is nothing in it: give the settings that {} has otherwise, or leave it out",
                self.called
            );
            return Err(self.spot.error(self.key, problem));
        }
        all.sort_by_key(|(_, entry)| entry.key_spot.byte());
        let names = key_names(known);
        let mut changes = Vec::with_capacity(all.len());
        for (name, entry) in all {
            let full =
                full_key(&name, &names).map_err(|error| entry.key_spot.error(self.key, error))?;
            changes.push((full, entry));
        }
        let keys: Vec<&str> = changes.iter().map(|(key, _)| key.as_str()).collect();
        let values = dotted_values(scenario);
        let mut tree = tree.clone();
        // A table before its keys, and its kind before those that depend on it.
        let mut order: Vec<&(String, &Entry)> = changes.iter().collect();
        order.sort_by_key(|(key, _)| (key.matches('.').count(), !key.ends_with("kind")));
        for (key, entry) in order {
            let change = Change {
                key,
                key_spot: &entry.key_spot,
                all: &keys,
                by: By::Point(&values),
            };
            change.put(&mut tree, Ok(entry.node.clone()))?;
        }
        let altered = read_scenario(&tree, known)?;
        let changes = changes.iter();
        let changes = changes.map(|(key, entry)| (key.clone(), entry.node.json()));
        Ok((altered, changes.collect()))
    }
}
