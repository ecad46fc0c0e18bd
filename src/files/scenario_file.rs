//! From a file, a name or standard input, and overrides, to a scenario.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::folder::SCENARIO;
use super::read_error::{ReadError, Spot, plainly};
use super::refusal::Refusal;
use super::shipped::{SHIPPED, Shipped};
use super::study_table::{StudyKind, StudyTables};
use super::table_file::read_table_file;
use super::tree::{Entry, Node, Value};
use crate::domain::{KnownKey, Scenario, known_keys, nearest_name};

/// The folder of common figures, beside the folders of scenarios.
pub(super) const FIGURES: &str = "figures";

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// A shipped scenario, by name.
    Shipped(String),
    /// Standard input.
    StandardInput,
}

impl From<&str> for Source {
    /// `-` is standard input; the name of a shipped scenario is that, unless it is also a file; all else is a file.
    fn from(word: &str) -> Self {
        match word {
            "-" => Self::StandardInput,
            "" => Self::Shipped(String::new()),
            name if is_name(name) && !Path::new(name).is_file() => Self::Shipped(name.to_owned()),
            path => Self::File(PathBuf::from(path)),
        }
    }
}

impl Source {
    /// The folder of a file; where there is none, that in which the program runs.
    pub(super) fn folder(&self) -> &Path {
        let parent = match self {
            Self::File(path) => path.parent(),
            Self::Shipped(_) | Self::StandardInput => None,
        };
        parent.unwrap_or(Path::new(""))
    }
}

/// A word without an extension, and without folders but one that shipped scenarios lie in.
fn is_name(word: &str) -> bool {
    let (folder, name) = match word.rsplit_once('/') {
        Some((folder, name)) => (Some(folder), name),
        None => (None, word),
    };
    let path = Path::new(name);
    path.extension().is_none()
        && path.file_name().is_some_and(|own| own == name)
        && folder.is_none_or(|folder| {
            let mut folders = SHIPPED.iter().filter_map(Shipped::folder);
            folders.any(|known| known == folder)
        })
}

/// The shipped scenario that was meant: by its name without the folder, or a name most like it.
fn nearest_shipped(name: &str) -> Option<String> {
    let of_stem = SHIPPED.iter().find(|shipped| shipped.stem() == name);
    match of_stem {
        Some(shipped) => Some(shipped.name.to_owned()),
        None => nearest_name(name, SHIPPED.iter().map(|shipped| shipped.name)),
    }
}

/// A setting from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Dotted key, such as `task.steps`.
    pub key: String,
    /// The value as TOML, or a bare word.
    pub value: String,
    /// The words on the command line, for messages.
    pub words: String,
}

/// A scenario and what it was read from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The stem of the file or of the shipped name; a `scenario.toml` is called like the folder it lies in.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
    /// Where the text came from, as the user would name it.
    pub origin: String,
    /// The text that was read.
    pub text: String,
    /// Whether the text has a table `[sweep]`, which the scenario is without.
    pub has_sweep: bool,
}

/// A scenario with the tree it was read from, and the tables that were taken out of it.
pub(super) struct Base {
    pub(super) loaded: Loaded,
    pub(super) tree: Node,
    pub(super) tables: StudyTables,
}

/// Why a scenario could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The text could not be fetched.
    #[error("cannot read {name}: {}{}", plainly(error), shipped_hint(name))]
    Unreadable {
        /// What was to be read.
        name: String,
        /// What the operating system said.
        error: std::io::Error,
    },
    /// It is a folder that a run or a sweep left its results in.
    #[error("{name} is a folder of results; the scenario in it is {name}/scenario.toml")]
    ResultFolder {
        /// The folder.
        name: String,
    },
    /// The text is not UTF-8.
    #[error("cannot read {name}: line {line} is not UTF-8 text; save it as UTF-8")]
    NotText {
        /// What was to be read.
        name: String,
        /// The first line at fault, from 1.
        line: usize,
    },
    /// No such shipped scenario, nor a file of that name.
    #[error("there is no scenario {name:?}{}, and no such file; shipped: {known}", nearest.as_ref().map(|name| format!(" (did you mean {name:?}?)")).unwrap_or_default())]
    UnknownName {
        /// The name given.
        name: String,
        /// The nearest shipped one.
        nearest: Option<String>,
        /// All shipped names.
        known: String,
    },
    /// No such teaching figure, nor a file of that name.
    #[error("there is no figure {name:?}{}, and no such file; in the gallery: {known}", nearest.as_ref().map(|name| format!(" (did you mean {name:?}?)")).unwrap_or_default())]
    UnknownFigure {
        /// The name given.
        name: String,
        /// The nearest one.
        nearest: Option<String>,
        /// All names.
        known: String,
    },
    /// There is nothing to draw.
    #[error(
        "{name} has no table [figure], which says what a teaching figure shows: see mirage schema"
    )]
    NoFigure {
        /// What was read.
        name: String,
    },
    /// Standard input was asked for twice.
    #[error("standard input can be read once: name - only once")]
    StandardInputTwice,
    /// There is nothing to sweep.
    #[error(
        "there is nothing to sweep: give a file with a table [sweep], or --sweep task.steps=1,2,5,10"
    )]
    NoSweep,
    /// A setting is wrong.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Reads a scenario; overrides win over the file, and the file over the defaults. A table that makes a study of
/// it, such as `[sweep]`, is left out.
///
/// # Errors
/// The text cannot be fetched, is not TOML, or a setting is unknown or out of range.
pub fn load(source: &Source, overrides: &[Override]) -> Result<Loaded, LoadError> {
    Ok(base(fetch(source)?, source.folder(), overrides)?.loaded)
}

/// Reads name, origin and text of a scenario that lies in a folder.
pub(super) fn base(
    (name, origin, text): (String, String, String),
    folder: &Path,
    overrides: &[Override],
) -> Result<Base, LoadError> {
    let mut tree = Node::from_toml(&origin, &text)?;
    let tables = StudyTables::taken_out_of(&mut tree)?;
    for one in overrides {
        apply(&mut tree, one, overrides)?;
    }
    read_table_file(&mut tree, folder)?;
    let loaded = Loaded {
        name,
        scenario: read_scenario(&tree, &known_keys())?,
        origin,
        text,
        has_sweep: tables
            .study
            .as_ref()
            .is_some_and(|table| table.kind == StudyKind::Sweep),
    };
    Ok(Base {
        loaded: loaded.titled(),
        tree,
        tables,
    })
}

/// Reads a scenario and checks how its tables go together.
pub(super) fn read_scenario(tree: &Node, keys: &[KnownKey]) -> Result<Scenario, ReadError> {
    // The trait's function: one of the same name on the type itself checks nothing.
    let read: Result<Scenario, Refusal> = serde::Deserialize::deserialize(tree);
    let error = match read {
        Ok(scenario) => return Ok(scenario),
        Err(refusal) => refusal.into_read_error(keys),
    };
    // Refused as a whole: the problem begins with the key at fault.
    let told = error.problem.split_once(": ");
    let key_at_fault = |key: &str| keys.iter().any(|known| known.key == key);
    match told.filter(|(key, _)| error.key.is_empty() && key_at_fault(key)) {
        Some((key, problem)) => Err(tree.spot_of(key).error(key, problem)),
        None => Err(error),
    }
}

impl Loaded {
    /// Figures need something to call it, and its folder must remember what.
    fn titled(mut self) -> Self {
        if self.scenario.title.is_empty() {
            self.scenario.title.clone_from(&self.name);
        }
        self
    }
}

/// Reads several scenarios; a name that is taken gets a number: `x`, `x-2`, `x-3`.
///
/// # Errors
/// Those of [`load`], and standard input named twice.
pub fn load_all(sources: &[Source], overrides: &[Override]) -> Result<Vec<Loaded>, LoadError> {
    let inputs = sources
        .iter()
        .filter(|source| **source == Source::StandardInput);
    if inputs.count() > 1 {
        return Err(LoadError::StandardInputTwice);
    }
    let mut all: Vec<Loaded> = Vec::new();
    for source in sources {
        let mut one = load(source, overrides)?;
        // Names become folders, and some file systems do not tell those apart by case; `figures` is taken.
        let taken = |name: &str| {
            let same = |other: &str| other.to_lowercase() == name.to_lowercase();
            same(FIGURES) || all.iter().any(|other| same(&other.name))
        };
        if sources.len() > 1 && taken(&one.name) {
            let numbered = (2..)
                .map(|i| format!("{}-{i}", one.name))
                .find(|name| !taken(name));
            let name = numbered.unwrap_or_default();
            if one.scenario.title == one.name {
                one.scenario.title.clone_from(&name);
            }
            one.name = name;
        }
        all.push(one);
    }
    Ok(all)
}

pub(super) fn fetch(source: &Source) -> Result<(String, String, String), LoadError> {
    let results = |path: &Path| LoadError::ResultFolder {
        name: path.display().to_string(),
    };
    let is_results = |path: &Path| path.join(SCENARIO).is_file();
    match source {
        Source::StandardInput => {
            let (mut bytes, shown) = (Vec::new(), "standard input".to_owned());
            let read = std::io::stdin().read_to_end(&mut bytes);
            let text = text(&shown, read.map(|_| bytes))?;
            Ok(("stdin".to_owned(), shown, text))
        }
        Source::Shipped(name) => match SHIPPED.iter().find(|shipped| shipped.name == name) {
            Some(shipped) => Ok((
                shipped.stem().to_owned(),
                format!("{name} (shipped)"),
                shipped.text.to_owned(),
            )),
            None if is_results(Path::new(name)) => Err(results(Path::new(name))),
            None => Err(LoadError::UnknownName {
                name: name.clone(),
                nearest: nearest_shipped(name),
                known: SHIPPED
                    .iter()
                    .map(|shipped| shipped.name)
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        },
        Source::File(path) if is_results(path) => Err(results(path)),
        Source::File(path) => {
            let (shown, text) = file_text(path)?;
            Ok((stem(path), shown, text))
        }
    }
}

/// What a file is called for the user, and what it holds.
pub(super) fn file_text(path: &Path) -> Result<(String, String), LoadError> {
    let shown = path.display().to_string();
    let text = text(&shown, std::fs::read(path))?;
    Ok((shown, text))
}

fn text(name: &str, read: std::io::Result<Vec<u8>>) -> Result<String, LoadError> {
    let bytes = read.map_err(|error| LoadError::Unreadable {
        name: name.to_owned(),
        error,
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        LoadError::NotText {
            name: name.to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        }
    })
}

/// Perhaps the file is one of those that come with the program.
fn shipped_hint(name: &str) -> String {
    let stem = Path::new(name)
        .file_stem()
        .map(|stem| stem.to_string_lossy());
    match SHIPPED
        .iter()
        .find(|shipped| stem.as_deref() == Some(shipped.stem()))
    {
        Some(Shipped { name, .. }) => format!("; a scenario {name} is shipped: mirage run {name}"),
        None => String::new(),
    }
}

fn stem(path: &Path) -> String {
    let lies_in = || {
        Some(
            std::path::absolute(path)
                .ok()?
                .parent()?
                .file_name()?
                .to_string_lossy()
                .into_owned(),
        )
    };
    let own = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    match own {
        Some(own) if own == "scenario" => lies_in().unwrap_or(own),
        own => own.unwrap_or_default(),
    }
}

/// Puts an override into the tree.
fn apply(tree: &mut Node, one: &Override, all: &[Override]) -> Result<(), ReadError> {
    let spot = Spot::CommandLine(Rc::from(one.words.as_str()));
    if let Some(kind) = StudyKind::of_key(&one.key) {
        return Err(spot.error(&one.key, kind.elsewhere()));
    }
    // A key that is none is told before a value that is none.
    let node = Node::from_words(&one.value, &spot);
    let keys: Vec<&str> = all.iter().map(|other| other.key.as_str()).collect();
    let change = Change {
        key: &one.key,
        key_spot: &spot,
        all: &keys,
        by: By::Override,
    };
    change.put(tree, node)
}

/// A setting to be changed.
pub(super) struct Change<'a> {
    /// Full and dotted.
    pub(super) key: &'a str,
    /// Where it was given.
    pub(super) key_spot: &'a Spot,
    /// The keys of all changes made together with this one.
    pub(super) all: &'a [&'a str],
    /// What makes it.
    pub(super) by: By<'a>,
}

/// What makes a change.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    /// A flag of the command line.
    Override,
    /// A point of a sweep whose other settings have these values.
    Point(&'a BTreeMap<String, serde_json::Value>),
}

impl Change<'_> {
    /// Puts a value, which may be a table, into the tree. Setting a `kind` drops the keys of the old kind or the single value
    /// in its place, and a payoff the threshold (or a threshold the payoff), except those that are changed as well. A point
    /// of a sweep that has the kind it would have anyway drops none.
    pub(super) fn put(
        &self,
        tree: &mut Node,
        value: Result<Node, ReadError>,
    ) -> Result<(), ReadError> {
        let parts: Vec<&str> = self.key.split('.').collect();
        // No table lies deeper than this; a chain of thousands would outgrow the stack.
        const DEEPEST: usize = 16;
        let is_key = parts.len() <= DEEPEST && parts.iter().all(|part| !part.is_empty());
        let Some((last, tables)) = parts.split_last().filter(|_| is_key) else {
            let problem = "expected a dotted key such as task.steps";
            return Err(self.key_spot.error(self.key, problem));
        };
        let mut node = tree;
        for (depth, part) in tables.iter().enumerate() {
            let fresh = || Entry {
                key_spot: self.key_spot.clone(),
                node: Node {
                    spot: self.key_spot.clone(),
                    ..Node::empty_table()
                },
            };
            node = match &mut node.value {
                Value::Table(table) => {
                    &mut table.entry((*part).to_owned()).or_insert_with(fresh).node
                }
                _ => return Err(self.no_table(tables)),
            };
            if !matches!(node.value, Value::Table(_)) {
                let kind = format!("{}.kind", tables[..=depth].join("."));
                if self.all.contains(&kind.as_str()) {
                    *node = fresh().node;
                }
            }
        }
        let Value::Table(table) = &mut node.value else {
            return Err(self.no_table(tables));
        };
        let prefix = &self.key[..self.key.len() - last.len()];
        let is_set = |key: &str| {
            self.all.iter().any(|other| {
                let inside = other.strip_prefix(prefix);
                let rest = inside.and_then(|inside| inside.strip_prefix(key));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match (tables, *last) {
            (_, "kind") if self.is_same_kind(table, value.as_ref()) => {}
            (_, "kind") => table.retain(|key, _| is_set(key)),
            // The two ways of saying when the skill pays exclude each other.
            (["usefulness"], "threshold") => {
                table.retain(|key, _| key == "threshold" || is_set(key));
            }
            (["usefulness"], _) => table.retain(|key, _| key != "threshold" || is_set(key)),
            _ => {}
        }
        let entry = Entry {
            key_spot: self.key_spot.clone(),
            node: value?,
        };
        table.insert((*last).to_owned(), entry);
        Ok(())
    }

    /// Whether a point has the kind that the table has, or has by default.
    fn is_same_kind(
        &self,
        table: &BTreeMap<String, Entry>,
        value: Result<&Node, &ReadError>,
    ) -> bool {
        let By::Point(base) = self.by else {
            return false;
        };
        let new = value.map(|node| &node.value);
        match (table.get("kind").map(|entry| &entry.node.value), new) {
            (Some(Value::Text(old)), Ok(Value::Text(new))) => old == new,
            (None, Ok(Value::Text(new))) => {
                base.get(self.key).and_then(|kind| kind.as_str()) == Some(new)
            }
            _ => false,
        }
    }

    fn no_table(&self, tables: &[&str]) -> ReadError {
        let path = tables.join(".");
        let kind = format!("{path}.kind");
        let becomes = known_keys().iter().any(|known| known.key == kind);
        let hint = match self.by {
            _ if !becomes => String::new(),
            By::Override => format!("; with --set {kind}=NAME it becomes one"),
            By::Point(_) => format!("; with a value for {kind} it becomes one"),
        };
        let problem = format!("`{path}` is a single value, not a table{hint}");
        self.key_spot.error(self.key, problem)
    }
}
