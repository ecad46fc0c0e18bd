//! The table `[sweep]` and the flags that change it: read, checked and written again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value as Json;

use super::read_error::{ReadError, Spot, Text};
use super::scenario_file::{LoadError, Override, file_text};
use super::tree::{Entry, Node, Value};
use crate::domain::{KeyValue, KnownKey, Seed, full_key};
use crate::report::toml_value;
use crate::study::{
    Condition, DesignError, Number, Numbers, Range, Sample, SweepKey, Swept, SweptValues,
    even_steps,
};

/// What the command line says of a sweep; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepWords {
    /// Keys and their values: separated by commas outside quotes and brackets, or one text such as `lin:0:1:5`. One
    /// replaces the values that the file has for that key.
    pub axes: Vec<Override>,
    /// Keys that go together, separated by commas; added to those of the file.
    pub together: Vec<Told>,
    /// Conditions; added to those of the file.
    pub conditions: Vec<Told>,
    /// How points are chosen; replaces what the file says.
    pub sample: Option<SampleWords>,
    /// Which points are drawn.
    pub sample_seed: Option<u64>,
    /// A file of points; replaces those of the file.
    pub points: Option<PathBuf>,
}

/// Something said on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What was said.
    pub text: String,
    /// The words on the command line, for messages.
    pub words: String,
}

/// How many points are drawn, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleWords {
    /// By themselves.
    Random(u64),
    /// Such that each key takes all of its values, or parts of its range, equally often.
    LatinHypercube(u64),
}

impl SweepWords {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a table `[sweep]` is read with.
pub(super) struct Context<'a> {
    /// Every key a scenario may have, and their names by themselves.
    pub(super) known: &'a [KnownKey],
    pub(super) names: &'a [String],
    /// The values of the base scenario by key.
    pub(super) base: &'a BTreeMap<String, Json>,
    /// Where a path in the file begins.
    pub(super) folder: &'a Path,
}

/// A design as written, with the flags worked in.
pub(super) struct DesignTable {
    pub(super) outer: PartTable,
    pub(super) blocks: Vec<PartTable>,
}

/// A part of a design: keys that are combined in one way.
pub(super) struct PartTable {
    pub(super) points: Option<PointList>,
    pub(super) axes: Vec<AxisTable>,
    together: Vec<Together>,
    pub(super) conditions: Vec<(Condition, Spot)>,
    sample: Sample,
    /// Where it was asked for.
    pub(super) spot: Spot,
}

/// Points written one by one.
pub(super) struct PointList {
    pub(super) columns: Vec<(String, Spot)>,
    /// Place of the column, and the value.
    pub(super) rows: Vec<Vec<(usize, Node)>>,
}

/// A key and its values.
pub(super) struct AxisTable {
    pub(super) key: String,
    pub(super) spot: Spot,
    pub(super) values: AxisValues,
}

pub(super) enum AxisValues {
    Listed(Vec<Node>),
    Range { text: String, range: Range },
}

struct Together {
    keys: Vec<String>,
    spot: Spot,
}

/// Names in `[sweep]` that are no keys of a scenario.
const WORDS: [SweepKey; 5] = [
    SweepKey::Points,
    SweepKey::Zip,
    SweepKey::Where,
    SweepKey::Sample,
    SweepKey::Blocks,
];

impl DesignTable {
    /// Reads the table, if there is one, and works in the words of the command line.
    pub(super) fn read(
        sweep: Option<&Entry>,
        words: &SweepWords,
        context: &Context<'_>,
    ) -> Result<Self, LoadError> {
        if sweep.is_none() && words.is_empty() {
            return Err(LoadError::NoSweep);
        }
        let mut outer = PartTable::empty(sweep.map_or(Spot::Unknown, |one| one.key_spot.clone()));
        let mut blocks = Vec::new();
        if let Some(entry) = sweep {
            let table = table(
                &entry.node,
                "sweep",
                "[sweep] is a table: below it stand lines such as \"task.steps\" = [1, 2, 5]",
            )?;
            outer.fill(table, context)?;
            if let Some(entry) = table.get(SweepKey::Blocks.name()) {
                blocks = read_blocks(&entry.node, context)?;
            }
        }
        outer.work_in(words, context)?;
        let all = Self { outer, blocks };
        let is_empty = |part: &PartTable| part.axes.is_empty() && part.points.is_none();
        if is_empty(&all.outer) && all.blocks.iter().all(is_empty) {
            return Err(match all.outer.spot {
                Spot::Unknown => LoadError::NoSweep,
                spot => spot
                    .error("sweep", "nothing is swept; give a key and its values, such as \"task.steps\" = [1, 2, 5]")
                    .into(),
            });
        }
        all.check_keys()?;
        Ok(all)
    }

    /// No point may have two values of one key.
    fn check_keys(&self) -> Result<(), ReadError> {
        let mut taken = BTreeMap::new();
        claim(&mut taken, &self.outer)?;
        for block in &self.blocks {
            claim(&mut taken.clone(), block)?;
        }
        Ok(())
    }

    /// Every key in order of first appearance.
    pub(super) fn keys(&self) -> Vec<String> {
        let parts = std::iter::once(&self.outer).chain(&self.blocks);
        let mut seen = std::collections::BTreeSet::new();
        let keys = parts.flat_map(PartTable::keys).map(|(key, _)| key);
        keys.filter(|key| seen.insert((*key).to_owned()))
            .map(str::to_owned)
            .collect()
    }

    /// The table as TOML, nothing left to other files.
    pub(super) fn text(&self) -> String {
        let blocks = self.blocks.iter();
        let blocks = blocks.map(|block| format!("\n[[sweep.blocks]]\n{}", block.text()));
        format!(
            "[sweep]\n{}{}",
            self.outer.text(),
            blocks.collect::<String>()
        )
    }
}

fn claim<'a>(
    taken: &mut BTreeMap<&'a str, &'a Spot>,
    part: &'a PartTable,
) -> Result<(), ReadError> {
    for (key, spot) in part.keys() {
        if let Some(first) = taken.insert(key, spot) {
            let first = match first.place().to_string() {
                place if place.is_empty() => String::new(),
                place => format!(", first at {place}"),
            };
            return Err(spot.error(key, format!("every point would have this key twice{first}")));
        }
    }
    Ok(())
}

fn table<'a>(
    node: &'a Node,
    key: &str,
    wanted: &str,
) -> Result<&'a BTreeMap<String, Entry>, ReadError> {
    match &node.value {
        Value::Table(table) => Ok(table),
        _ => Err(node
            .spot
            .error(key, format!("{wanted}; found {}", node.told()))),
    }
}

fn list<'a>(node: &'a Node, key: &str, wanted: &str) -> Result<&'a [Node], ReadError> {
    match &node.value {
        Value::List(list) => Ok(list),
        _ => Err(node
            .spot
            .error(key, format!("expected {wanted}, found {}", node.told()))),
    }
}

fn text<'a>(node: &'a Node, key: &str, wanted: &str) -> Result<&'a str, ReadError> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(node
            .spot
            .error(key, format!("expected {wanted}, found {}", node.told()))),
    }
}

fn read_blocks(node: &Node, context: &Context<'_>) -> Result<Vec<PartTable>, LoadError> {
    let key = "sweep.blocks";
    let blocks = list(node, key, "a list of tables, each with keys of its own")?;
    if blocks.is_empty() {
        return Err(node
            .spot
            .error(key, "there is no block in it; leave it out")
            .into());
    }
    let block = |node: &Node| {
        let settings = table(
            node,
            key,
            "a block is a table such as { \"task.steps\" = [1, 2] }",
        )?;
        if let Some(inner) = settings.get(SweepKey::Blocks.name()) {
            let problem = "a block has no blocks; write them one after the other";
            return Err(inner.key_spot.error(key, problem).into());
        }
        let mut part = PartTable::empty(node.spot.clone());
        part.fill(settings, context)?;
        let has_keys = part.keys().next().is_some();
        match has_keys {
            true => Ok(part),
            false => Err(node
                .spot
                .error(key, "this block has no key; give it one and its values")
                .into()),
        }
    };
    blocks.iter().map(block).collect()
}

/// The full key of a name.
fn resolve(name: &str, spot: &Spot, context: &Context<'_>) -> Result<String, ReadError> {
    full_key(name, context.names).map_err(|error| spot.error("sweep", error))
}

impl Context<'_> {
    /// Which numbers a key has: those of the base scenario, or what some kind has there.
    fn numbers(&self, key: &str) -> Numbers {
        let whole = match self.base.get(key) {
            Some(value) if value.is_number() => value.is_u64(),
            _ => self
                .known
                .iter()
                .any(|known| known.key == key && known.value == KeyValue::Whole),
        };
        match whole {
            true => Numbers::Whole,
            false => Numbers::Real,
        }
    }

    fn condition(&self, text: &str, spot: &Spot) -> Result<(Condition, Spot), ReadError> {
        let read = Condition::parse(text, self.names);
        let condition = read.map_err(|error| spot.error("sweep.where", error))?;
        Ok((condition, spot.clone()))
    }
}

impl PartTable {
    pub(super) fn empty(spot: Spot) -> Self {
        Self {
            points: None,
            axes: Vec::new(),
            together: Vec::new(),
            conditions: Vec::new(),
            sample: Sample::Grid,
            spot,
        }
    }

    fn fill(
        &mut self,
        table: &BTreeMap<String, Entry>,
        context: &Context<'_>,
    ) -> Result<(), LoadError> {
        let mut axes = Vec::new();
        let is_word = |key: &str| WORDS.iter().any(|word| word.name() == key);
        for (key, entry) in table.iter().filter(|(key, _)| !is_word(key)) {
            leaves(key.clone(), entry, &mut axes);
        }
        // In the order of the file, which the tree does not keep.
        axes.sort_by_key(|(_, entry)| entry.key_spot.byte());
        for (name, entry) in axes {
            let spot = &entry.key_spot;
            let key = resolve(&name, spot, context)?;
            let values = AxisValues::read(&entry.node, &key, context)?;
            self.axes.push(AxisTable {
                key,
                spot: spot.clone(),
                values,
            });
        }
        let word = |word: SweepKey| table.get(word.name()).map(|entry| &entry.node);
        if let Some(node) = word(SweepKey::Points) {
            self.points = Some(PointList::read(node, context)?);
        }
        if let Some(node) = word(SweepKey::Sample) {
            self.sample = read_sample(node)?;
            self.spot = node.spot.clone();
        }
        if let Some(node) = word(SweepKey::Where) {
            let key = "sweep.where";
            let wanted = "a condition such as \"task.steps < 20\", or a list of them";
            let all = match &node.value {
                Value::List(list) => list,
                _ => std::slice::from_ref(node),
            };
            for one in all {
                let condition = context.condition(text(one, key, wanted)?, &one.spot)?;
                self.conditions.push(condition);
            }
        }
        if let Some(node) = word(SweepKey::Zip) {
            let key = "sweep.zip";
            let wanted =
                "lists of keys that go together, such as [[\"task.steps\", \"skill.alpha\"]]";
            for group in list(node, key, wanted)? {
                let names = list(group, key, wanted)?.iter();
                let names = names.map(|name| Ok((text(name, key, wanted)?, &name.spot)));
                let names: Vec<_> = names.collect::<Result<_, ReadError>>()?;
                self.add_together(&names, &group.spot, context)?;
            }
        }
        Ok(())
    }

    fn work_in(&mut self, words: &SweepWords, context: &Context<'_>) -> Result<(), LoadError> {
        let mut given: Vec<String> = Vec::new();
        for one in &words.axes {
            let spot = Spot::CommandLine(Rc::from(one.words.as_str()));
            let key = resolve(&one.key, &spot, context)?;
            if given.contains(&key) {
                return Err(spot.error(&key, "this key is given twice").into());
            }
            given.push(key.clone());
            let values = AxisValues::from_words(&one.value, &key, &spot, context)?;
            let axis = AxisTable { key, spot, values };
            match self.axes.iter_mut().find(|other| other.key == axis.key) {
                Some(other) => *other = axis,
                None => self.axes.push(axis),
            }
        }
        for one in &words.together {
            let spot = Spot::CommandLine(Rc::from(one.words.as_str()));
            let names = one.text.split(',').map(|name| (name.trim(), &spot));
            self.add_together(&names.collect::<Vec<_>>(), &spot, context)?;
        }
        for one in &words.conditions {
            let spot = Spot::CommandLine(Rc::from(one.words.as_str()));
            self.conditions.push(context.condition(&one.text, &spot)?);
        }
        if let Some(path) = &words.points {
            self.points = Some(PointList::from_file(path)?.with_full_keys(context)?);
        }
        self.resample(words).map_err(LoadError::from)
    }

    fn resample(&mut self, words: &SweepWords) -> Result<(), ReadError> {
        if let Some(chosen) = words.sample {
            let seed = match self.sample {
                Sample::Grid => Seed::constant(DEFAULT_SEED),
                Sample::Random { seed, .. } | Sample::LatinHypercube { seed, .. } => seed,
            };
            let (flag, sample) = match chosen {
                SampleWords::Random(points) => (
                    format!("--random {points}"),
                    Sample::Random { points, seed },
                ),
                SampleWords::LatinHypercube(points) => (
                    format!("--latin-hypercube {points}"),
                    Sample::LatinHypercube { points, seed },
                ),
            };
            self.spot = Spot::CommandLine(Rc::from(flag));
            self.sample = sample;
        }
        if let Some(number) = words.sample_seed {
            let words = format!("--sample-seed {number}");
            self.spot = Spot::CommandLine(Rc::from(words));
            let refused = |problem: String| self.spot.error("sweep.sample", problem);
            let new = Seed::try_from(number).map_err(|error| refused(error.to_string()))?;
            match &mut self.sample {
                Sample::Grid => {
                    let problem = "a grid has no seed; add --random N or --latin-hypercube N";
                    return Err(refused(problem.to_owned()));
                }
                Sample::Random { seed, .. } | Sample::LatinHypercube { seed, .. } => *seed = new,
            }
        }
        Ok(())
    }

    fn add_together(
        &mut self,
        names: &[(&str, &Spot)],
        spot: &Spot,
        context: &Context<'_>,
    ) -> Result<(), ReadError> {
        let key = "sweep.zip";
        let mut keys = Vec::new();
        for (name, spot) in names {
            let full = resolve(name, spot, context)?;
            if self.axes.iter().all(|axis| axis.key != full) {
                let problem = format!(
                    "`{full}` has no values here; keys that go together have them beside each other"
                );
                return Err(spot.error(key, problem));
            }
            let before = self.together.iter().flat_map(|group| &group.keys);
            if before.chain(&keys).any(|other| *other == full) {
                let problem =
                    format!("`{full}` is in here twice; each key goes together with others once");
                return Err(spot.error(key, problem));
            }
            keys.push(full);
        }
        if keys.len() < 2 {
            return Err(spot.error(key, "two keys or more go together"));
        }
        let spot = spot.clone();
        self.together.push(Together { keys, spot });
        Ok(())
    }

    /// The keys with the places where they stand, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &Spot)> {
        let columns = self.points.iter().flat_map(|points| &points.columns);
        let columns = columns.map(|(key, spot)| (key.as_str(), spot));
        columns.chain(self.axes.iter().map(|axis| (axis.key.as_str(), &axis.spot)))
    }

    /// The part without its values.
    pub(super) fn part(&self) -> Result<crate::study::Part, ReadError> {
        let swept: Vec<Swept> = self
            .axes
            .iter()
            .map(|axis| Swept {
                key: axis.key.clone(),
                values: axis.values.swept(),
            })
            .collect();
        let place = |key: &String| self.axes.iter().position(|axis| axis.key == *key);
        let groups = self.together.iter();
        let together: Vec<Vec<usize>> = groups
            .map(|group| group.keys.iter().filter_map(place).collect())
            .collect();
        crate::study::Part::new(&swept, &together, self.sample).map_err(|error| {
            let axis = |key: &String| self.axes.iter().find(|axis| axis.key == *key);
            match &error {
                DesignError::Lengths { one: (one, _), .. } | DesignError::RangeTogether(one) => {
                    let mut groups = self.together.iter();
                    let group = groups.find(|group| group.keys.contains(one));
                    group.map_or(&self.spot, |group| &group.spot)
                }
                DesignError::RangeInGrid(key) | DesignError::NoValues(key) => {
                    axis(key).map_or(&self.spot, |axis| &axis.spot)
                }
                _ => &self.spot,
            }
            .error("sweep", &error)
        })
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(points) = &self.points {
            let rows = points.rows.iter().map(|row| {
                let cells = row.iter().filter_map(|(column, value)| {
                    let (key, _) = points.columns.get(*column)?;
                    Some(format!("{} = {}", quoted(key), toml_value(&value.json())))
                });
                format!("    {{ {} }},\n", cells.collect::<Vec<_>>().join(", "))
            });
            text += &format!("points = [\n{}]\n", rows.collect::<String>());
        }
        for axis in &self.axes {
            let values = match &axis.values {
                AxisValues::Listed(nodes) => nodes.iter().map(Node::json).collect(),
                AxisValues::Range { text, .. } => Json::from(text.as_str()),
            };
            text += &format!("{} = {}\n", quoted(&axis.key), toml_value(&values));
        }
        let groups: Vec<Json> = self
            .together
            .iter()
            .map(|group| group.keys.clone().into())
            .collect();
        let conditions: Vec<Json> = self
            .conditions
            .iter()
            .map(|(condition, _)| condition.text().into())
            .collect();
        for (word, values) in [(SweepKey::Zip, groups), (SweepKey::Where, conditions)] {
            if !values.is_empty() {
                text += &format!("{} = {}\n", word.name(), toml_value(&values.into()));
            }
        }
        let sample = match self.sample {
            Sample::Grid => return text,
            Sample::Random { points, seed } => ("random", points, seed),
            Sample::LatinHypercube { points, seed } => ("latin-hypercube", points, seed),
        };
        let (kind, points, seed) = sample;
        text + &format!(
            "sample = {{ kind = {kind:?}, points = {points}, seed = {} }}\n",
            seed.get()
        )
    }
}

/// A dotted key as one name.
fn quoted(key: &str) -> String {
    toml_value(&key.into())
}

/// The lists below a key, each with its dotted name: a table that is no value only leads to others.
pub(super) fn leaves<'a>(name: String, entry: &'a Entry, all: &mut Vec<(String, &'a Entry)>) {
    match &entry.node.value {
        Value::Table(table) => {
            for (key, entry) in table {
                leaves(format!("{name}.{key}"), entry, all);
            }
        }
        _ => all.push((name, entry)),
    }
}

/// The values below a key, each with its dotted name: a table is one where it says its kind, else it leads to others.
fn values<'a>(name: String, entry: &'a Entry, all: &mut Vec<(String, &'a Entry)>) {
    match &entry.node.value {
        Value::Table(table) if !table.contains_key("kind") => {
            for (key, entry) in table {
                values(format!("{name}.{key}"), entry, all);
            }
        }
        _ => all.push((name, entry)),
    }
}

impl AxisValues {
    fn read(node: &Node, key: &str, context: &Context<'_>) -> Result<Self, ReadError> {
        let spot = &node.spot;
        match &node.value {
            Value::List(list) => Ok(Self::Listed(list.clone())),
            Value::Text(text) => match Self::generated(text, key, spot, context) {
                Some(values) => values,
                None => Err(spot.error(key, DesignError::Unreadable(text.clone()))),
            },
            _ => {
                let told = node.told();
                Err(spot.error(key, format!("expected a list of values, such as [{told}], or a text such as \"lin:1:5:9\", found {told}")))
            }
        }
    }

    /// Even steps or a range; `None` if the text is none of these.
    fn generated(
        text: &str,
        key: &str,
        spot: &Spot,
        context: &Context<'_>,
    ) -> Option<Result<Self, ReadError>> {
        let numbers = context.numbers(key);
        let node = |number| Node {
            value: number_value(number),
            spot: spot.clone(),
        };
        let steps = even_steps(text, numbers).map(|steps| {
            let nodes = steps?.into_iter().map(node).collect();
            Ok(Self::Listed(nodes))
        });
        let values = steps.or_else(|| {
            Some(Range::read(text, numbers)?.map(|range| Self::Range {
                text: text.to_owned(),
                range,
            }))
        });
        Some(values?.map_err(|error: DesignError| spot.error(key, error)))
    }

    fn from_words(
        words: &str,
        key: &str,
        spot: &Spot,
        context: &Context<'_>,
    ) -> Result<Self, ReadError> {
        if let Some(values) = Self::generated(words.trim(), key, spot, context) {
            return values;
        }
        let node = |word: &str| match word.trim() {
            "" => Err(spot.error(key, "a value is missing; values are separated by one comma")),
            word => Node::from_words(word, spot),
        };
        let nodes = split(words).into_iter().map(node);
        let mut nodes = nodes.collect::<Result<Vec<_>, _>>()?;
        // A single list is the list of values, as it is in a file.
        if let [
            Node {
                value: Value::List(list),
                ..
            },
        ] = nodes.as_mut_slice()
        {
            return Ok(Self::Listed(std::mem::take(list)));
        }
        Ok(Self::Listed(nodes))
    }

    fn swept(&self) -> SweptValues {
        match self {
            Self::Listed(nodes) => SweptValues::Listed(nodes.len()),
            Self::Range { range, .. } => SweptValues::Range(*range),
        }
    }
}

/// A number as scenario files hold it.
pub(super) fn number_value(number: Number) -> Value {
    match number {
        // Whole numbers of designs end where those of TOML do.
        Number::Whole(number) => Value::Whole(i64::try_from(number).unwrap_or(i64::MAX)),
        Number::Real(number) => Value::Real(number),
    }
}

/// What stands between commas outside quotes and brackets.
fn split(words: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quote, mut depth) = (None, 0_usize);
    let mut escaped = false;
    for (place, character) in words.char_indices() {
        match (quote, character) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), _) if open == character && !escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(&words[start..place]);
                start = place + 1;
            }
            (None, _) => {}
        }
        escaped = false;
    }
    parts.push(&words[start..]);
    parts
}

impl PointList {
    fn read(node: &Node, context: &Context<'_>) -> Result<Self, LoadError> {
        let key = "sweep.points";
        let list = match &node.value {
            Value::Text(path) => {
                let list = Self::from_file(&context.folder.join(path))?;
                return Ok(list.with_full_keys(context)?);
            }
            Value::List(list) => list,
            _ => {
                let told = node.told();
                let problem = format!(
                    "expected the name of a CSV file, or a list of tables such as [{{ \"task.steps\" = 3 }}], found {told}"
                );
                return Err(node.spot.error(key, problem).into());
            }
        };
        let mut points = Self {
            columns: Vec::new(),
            rows: Vec::new(),
        };
        for point in list {
            let wanted = "a point is a table such as { \"task.steps\" = 3 }";
            let settings = table(point, key, wanted)?;
            let mut row = Vec::new();
            let mut all = Vec::new();
            for (name, entry) in settings {
                values(name.clone(), entry, &mut all);
            }
            // Of the first point, the columns are in the order of the file.
            all.sort_by_key(|(_, entry)| entry.key_spot.byte());
            for (name, entry) in all {
                let full = resolve(&name, &entry.key_spot, context)?;
                let place = points.columns.iter().position(|(key, _)| *key == full);
                let place = place.unwrap_or_else(|| {
                    points.columns.push((full.clone(), entry.key_spot.clone()));
                    points.columns.len() - 1
                });
                if row.iter().any(|(other, _)| *other == place) {
                    let problem = "this point has the key twice";
                    return Err(entry.key_spot.error(&full, problem).into());
                }
                row.push((place, entry.node.clone()));
            }
            points.rows.push(row);
        }
        points.with_rows(&node.spot).map_err(LoadError::from)
    }

    /// A CSV file with a header of keys. Its cells are values of TOML or bare words; an empty one is no value.
    fn from_file(path: &Path) -> Result<Self, LoadError> {
        let (shown, text) = file_text(path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let source = Rc::new(Text::new(&shown, text));
        let at = |byte: u64| Spot::Text(Rc::clone(&source), byte as usize);
        let refused = |error: &csv::Error| {
            let byte = error.position().map_or(0, csv::Position::byte);
            at(byte).error("sweep.points", plain(error))
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| refused(&error))?;
        let columns = header
            .iter()
            .map(|name| (name.to_owned(), at(0)))
            .collect::<Vec<_>>();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| refused(&error))?;
            let spot = at(record.position().map_or(0, csv::Position::byte));
            let cells = record
                .iter()
                .enumerate()
                .filter(|(_, cell)| !cell.is_empty());
            let row = cells.map(|(place, cell)| {
                let node = Node::from_words(cell, &spot)?;
                match &node.value {
                    Value::Table(table) if !table.contains_key("kind") => {
                        let problem = "a table in a cell says its `kind`; keys of a table without one have columns of their own";
                        Err(spot.error(&columns[place].0, problem))
                    }
                    _ => Ok((place, node)),
                }
            });
            rows.push(row.collect::<Result<Vec<_>, ReadError>>()?);
        }
        let points = Self { columns, rows };
        points.with_rows(&at(0)).map_err(LoadError::from)
    }

    fn with_rows(self, spot: &Spot) -> Result<Self, ReadError> {
        match self.rows.is_empty() || self.columns.is_empty() {
            true => Err(spot.error("sweep.points", "there is no point in it")),
            false => Ok(self),
        }
    }

    fn with_full_keys(mut self, context: &Context<'_>) -> Result<Self, ReadError> {
        for place in 0..self.columns.len() {
            let (name, spot) = &self.columns[place];
            let full = resolve(name, spot, context)?;
            if self.columns[..place].iter().any(|(key, _)| *key == full) {
                return Err(spot.error(&full, "two columns have this key"));
            }
            self.columns[place].0 = full;
        }
        Ok(self)
    }
}

fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!(
            "this row has {len} cells, the header {expected_len}; a cell with a comma in it needs double quotes around it"
        ),
        _ => format!("this is not a CSV file: {error}"),
    }
}

/// The seed of a sample that names none.
const DEFAULT_SEED: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTable {
    kind: SampleKind,
    points: Option<u64>,
    seed: Option<Seed>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum SampleKind {
    Grid,
    Random,
    LatinHypercube,
}

fn read_sample(node: &Node) -> Result<Sample, ReadError> {
    let key = "sweep.sample";
    let read = SampleTable::deserialize(node).map_err(|refusal| {
        let placed = refusal.inside("sample").inside("sweep");
        placed.into_read_error(&[])
    })?;
    let seed = read.seed.unwrap_or(Seed::constant(DEFAULT_SEED));
    match (read.kind, read.points) {
        (SampleKind::Grid, None) if read.seed.is_none() => Ok(Sample::Grid),
        (SampleKind::Grid, _) => Err(node.spot.error(
            key,
            "a grid has all points, and no seed: leave `points` and `seed` out",
        )),
        (_, None) => Err(node
            .spot
            .error(key, "`points` is missing: how many are drawn")),
        (SampleKind::Random, Some(points)) => Ok(Sample::Random { points, seed }),
        (SampleKind::LatinHypercube, Some(points)) => Ok(Sample::LatinHypercube { points, seed }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::known_keys;

    #[test]
    fn values_are_split_at_commas_outside_quotes_and_brackets() {
        let words = r#"1, [2, 3],{ a = 1, b = "}" },"a, \"b", 'c,d' ,e"#;
        let parts = split(words);
        assert_eq!(
            parts,
            [
                "1",
                " [2, 3]",
                r#"{ a = 1, b = "}" }"#,
                r#""a, \"b""#,
                " 'c,d' ",
                "e"
            ]
        );
        assert_eq!(split(""), [""]);
    }

    #[test]
    fn no_key_of_a_scenario_is_a_word_of_a_sweep() {
        // Of a table the points are, so that only `skill.points` may stand for them in a sweep.
        let others = known_keys();
        let is_of_table = |key: &str| key == "skill.points" || key.ends_with(".curve.points");
        for known in others.iter().filter(|known| !is_of_table(&known.key)) {
            let last = known.key.rsplit('.').next().unwrap();
            assert!(WORDS.iter().all(|word| word.name() != last), "{last}");
        }
    }
}
