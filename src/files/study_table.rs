//! The table that makes a study of a scenario: `[sweep]`, `[power]`, `[forecast]` or `[figure]`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::design_table::leaves;
use super::folder::settings_text;
use super::read_error::{ReadError, Spot};
use super::refusal::Refusal;
use super::scenario_file::{By, Change, Loaded, Override, read_scenario};
use super::study_file::key_names;
use super::tree::{Entry, Node, Value};
use crate::domain::{Scenario, dotted_values, full_key, known_keys};
use crate::report::toml_value;

/// A table beside those of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StudyKind {
    /// Points of a design.
    Sweep,
    /// Tests and their powers.
    Power,
    /// What small scales say of larger ones.
    Forecast,
    /// A teaching figure.
    Figure,
}

impl StudyKind {
    const ALL: [Self; 4] = [Self::Sweep, Self::Power, Self::Forecast, Self::Figure];
    /// Those of which a file has at most one.
    const STUDIES: [Self; 3] = [Self::Sweep, Self::Power, Self::Forecast];

    /// The name of the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sweep => "sweep",
            Self::Power => "power",
            Self::Forecast => "forecast",
            Self::Figure => "figure",
        }
    }

    /// The kind whose table holds a dotted key.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        let first = key.split('.').next();
        Self::ALL
            .into_iter()
            .find(|kind| first == Some(kind.name()))
    }

    /// Overrides of its table, and all others.
    pub(super) fn parted(self, overrides: &[Override]) -> (Vec<Override>, Vec<Override>) {
        let is_own = |one: &Override| Self::of_key(&one.key) == Some(self);
        overrides.iter().cloned().partition(is_own)
    }

    /// What a user is told who gives a key of its table where a setting of a scenario is wanted.
    pub(super) const fn elsewhere(self) -> &'static str {
        match self {
            Self::Sweep => {
                "this is no setting of a scenario; the flags of mirage sweep change a design"
            }
            Self::Power => "this is no setting of a scenario; mirage power takes it",
            Self::Forecast => "this is no setting of a scenario; mirage forecast takes it",
            Self::Figure => "this is no setting of a scenario; mirage gallery takes its file",
        }
    }

    /// A line of its table.
    const fn example(self) -> &'static str {
        match self {
            Self::Sweep => "\"task.steps\" = [1, 2, 5]",
            Self::Power => "test = \"lr-known-break\"",
            Self::Forecast => "target = 1e12",
            Self::Figure => "kind = \"worlds\"",
        }
    }

    /// The table in it whose keys are those of a scenario, with an example and what differs by it.
    const fn variant(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Sweep | Self::Power => (
                "alternative",
                "{ \"skill.alpha\" = 0.5 }",
                "the alternative has otherwise",
            ),
            Self::Forecast => (
                "assumed",
                "{ \"task.steps\" = 20 }",
                "are assumed to be otherwise",
            ),
            Self::Figure => (
                "worlds",
                "{ title = \"longer\", \"task.steps\" = 20 }",
                "the world has otherwise",
            ),
        }
    }
}

/// A table that makes a study of a scenario.
#[derive(Clone, Debug)]
pub(super) struct StudyTable {
    pub(super) kind: StudyKind,
    pub(super) entry: Entry,
}

/// The tables of a file beside its scenario: at most one study, and how that, or the scenario, is drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct StudyTables {
    pub(super) study: Option<StudyTable>,
    pub(super) figure: Option<Entry>,
}

impl StudyTables {
    /// What is left of the tree is a scenario.
    pub(super) fn taken_out_of(tree: &mut Node) -> Result<Self, ReadError> {
        let Value::Table(table) = &mut tree.value else {
            return Ok(Self::default());
        };
        let figure = table.remove(StudyKind::Figure.name());
        let mut studies = StudyKind::STUDIES.into_iter().filter_map(|kind| {
            let entry = table.remove(kind.name())?;
            Some(StudyTable { kind, entry })
        });
        match (studies.next(), studies.next()) {
            (Some(_), Some(other)) => {
                let problem = "a study has one of the tables [sweep], [power] and [forecast]: put the other into a file of its own";
                Err(other.entry.key_spot.error(other.kind.name(), problem))
            }
            (study, _) => Ok(Self { study, figure }),
        }
    }
}

impl StudyTable {
    /// The table of a kind, where there is one.
    ///
    /// # Errors
    /// There is one of another kind, which another command takes.
    pub(super) fn of_kind(
        table: Option<Self>,
        kind: StudyKind,
    ) -> Result<Option<Entry>, ReadError> {
        match table {
            Some(other) if other.kind != kind => {
                let (name, found) = (kind.name(), other.kind.name());
                let problem = format!(
                    "mirage {name} takes a file with a table [{name}], or without any; this one is for mirage {found}"
                );
                Err(other.entry.key_spot.error(found, problem))
            }
            table => Ok(table.map(|table| table.entry)),
        }
    }
}

/// A scenario with some settings otherwise.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) scenario: Scenario,
    /// What it has otherwise: full key and value, in the order of the file.
    pub(super) changes: Vec<(String, Json)>,
}

/// A table of settings, overrides worked in, and the table in it whose keys are those of a scenario.
#[derive(Clone, Debug)]
pub(super) struct SettingsTable {
    kind: StudyKind,
    node: Node,
    variant: Option<Entry>,
}

impl SettingsTable {
    /// Works the overrides, whose keys all begin with the name of the table, into it.
    pub(super) fn read(
        kind: StudyKind,
        table: Option<Entry>,
        overrides: &[Override],
    ) -> Result<Self, ReadError> {
        let name = kind.name();
        let node = table.map_or_else(Node::empty_table, |entry| entry.node);
        if !matches!(node.value, Value::Table(_)) {
            let problem = format!(
                "[{name}] is a table: below it stand lines such as {}; found {}",
                kind.example(),
                node.told()
            );
            return Err(node.spot.error(name, problem));
        }
        let mut node = with_overrides(name, node, overrides)?;
        let variant = match &mut node.value {
            Value::Table(table) => table.remove(kind.variant().0),
            _ => None,
        };
        Ok(Self {
            kind,
            node,
            variant,
        })
    }

    /// The settings, but for the variant.
    pub(super) fn settings<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        // The trait's function, whose refusals know their places.
        let read: Result<T, Refusal> = serde::Deserialize::deserialize(&self.node);
        read.map_err(|refusal| refusal.inside(self.kind.name()).into_read_error(&[]))
    }

    /// An error at a key of the table, or where that was not given, at the table.
    pub(super) fn error(&self, key: &str, problem: impl std::fmt::Display) -> ReadError {
        let place = match (&self.variant, self.node.spot_of(key)) {
            (Some(entry), _) if key == self.kind.variant().0 => entry.key_spot.clone(),
            (_, Spot::Unknown) => self.node.spot.clone(),
            (_, told) => told,
        };
        place.error(&format!("{}.{key}", self.kind.name()), problem)
    }

    /// The scenario, read from a tree, with the settings of the variant in the place of its own; `None` where there is
    /// no variant.
    pub(super) fn variant(
        &self,
        tree: &Node,
        scenario: &Scenario,
    ) -> Result<Option<Variant>, ReadError> {
        let Some(entry) = &self.variant else {
            return Ok(None);
        };
        let (place, node) = (&entry.key_spot, &entry.node);
        let mut variant = altered(self.kind, place, node, tree, scenario)?;
        variant.scenario.title.clone_from(&scenario.title);
        Ok(Some(variant))
    }

    /// The same for a list of variants, which may have titles of their own; empty where there are none.
    pub(super) fn variants(
        &self,
        tree: &Node,
        scenario: &Scenario,
    ) -> Result<Vec<Variant>, ReadError> {
        let Some(node) = self.variant.as_ref().map(|entry| &entry.node) else {
            return Ok(Vec::new());
        };
        let Value::List(list) = &node.value else {
            let (name, example, _) = self.kind.variant();
            let problem = format!(
                "expected a list of tables, such as [{example}], found {}",
                node.told()
            );
            return Err(node
                .spot
                .error(&format!("{}.{name}", self.kind.name()), problem));
        };
        let altered = |node: &Node| altered(self.kind, &node.spot, node, tree, scenario);
        list.iter().map(altered).collect()
    }
}

/// How a plan is made from its name, a scenario, the same with the settings of the variant, and settings; and which key of its
/// table an error is about.
type Making<S, P, E> = (
    fn(String, Scenario, Option<Scenario>, S) -> Result<P, E>,
    fn(&E) -> &'static str,
);

/// What a table asks of a scenario that was read from a tree, and the settings that the variant has otherwise.
pub(super) fn plan<S: DeserializeOwned, P, E: std::fmt::Display>(
    kind: StudyKind,
    table: Option<Entry>,
    overrides: &[Override],
    (tree, loaded): (&Node, &Loaded),
    (make, key): Making<S, P, E>,
) -> Result<(P, Vec<(String, Json)>), ReadError> {
    let table = SettingsTable::read(kind, table, overrides)?;
    let settings = table.settings()?;
    let variant = table.variant(tree, &loaded.scenario)?;
    let (other, changes) = match variant {
        Some(variant) => (Some(variant.scenario), variant.changes),
        None => (None, Vec::new()),
    };
    let (name, scenario) = (loaded.name.clone(), loaded.scenario.clone());
    let plan =
        make(name, scenario, other, settings).map_err(|error| table.error(key(&error), error))?;
    Ok((plan, changes))
}

fn with_overrides(name: &str, node: Node, overrides: &[Override]) -> Result<Node, ReadError> {
    let keys: Vec<&str> = overrides.iter().map(|one| one.key.as_str()).collect();
    let entry = Entry {
        key_spot: node.spot.clone(),
        node,
    };
    let mut tree = Node {
        value: Value::Table(BTreeMap::from([(name.to_owned(), entry)])),
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
    let entry = match tree.value {
        Value::Table(mut all) => all.remove(name),
        _ => None,
    };
    Ok(entry.map_or_else(Node::empty_table, |entry| entry.node))
}

fn altered(
    kind: StudyKind,
    place: &Spot,
    node: &Node,
    tree: &Node,
    scenario: &Scenario,
) -> Result<Variant, ReadError> {
    let (name, example, differs) = kind.variant();
    let key = format!("{}.{name}", kind.name());
    let Value::Table(table) = &node.value else {
        let told = node.told();
        let problem =
            format!("expected a table of settings of a scenario, such as {example}, found {told}");
        return Err(node.spot.error(&key, problem));
    };
    let mut all = Vec::new();
    for (name, entry) in table {
        leaves(name.clone(), entry, &mut all);
    }
    if all.is_empty() {
        let problem =
            format!("there is nothing in it: give the settings that {differs}, or leave it out");
        return Err(place.error(&key, problem));
    }
    all.sort_by_key(|(_, entry)| entry.key_spot.byte());
    let known = known_keys();
    let names = key_names(&known);
    let mut changes = Vec::with_capacity(all.len());
    for (name, entry) in all {
        let full = full_key(&name, &names).map_err(|error| entry.key_spot.error(&key, error))?;
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
    let altered = read_scenario(&tree, &known)?;
    let changes = changes.iter();
    let changes = changes.map(|(key, entry)| (key.clone(), entry.node.json()));
    Ok(Variant {
        scenario: altered,
        changes: changes.collect(),
    })
}

/// A file that holds a scenario and a table of settings with its variant.
pub(super) fn study_text(
    kind: StudyKind,
    head: &str,
    scenario: &Scenario,
    settings: &impl Serialize,
    changes: &[(String, Json)],
) -> String {
    let name = kind.name();
    let settings = toml::to_string(settings).unwrap_or_default();
    // Tables in it are below it.
    let settings: String = settings
        .lines()
        .map(|line| match line.strip_prefix('[') {
            Some(inner) => format!("[{name}.{inner}\n"),
            None => format!("{line}\n"),
        })
        .collect();
    let values: String = changes
        .iter()
        .map(|(key, value)| format!("{key:?} = {}\n", toml_value(value)))
        .collect();
    let variant = match values.is_empty() {
        true => String::new(),
        false => format!("\n[{name}.{}]\n{values}", kind.variant().0),
    };
    format!(
        "# {head}\n{}\n[{name}]\n{settings}{variant}",
        settings_text(scenario)
    )
}
