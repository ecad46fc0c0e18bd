//! Swept keys: their names, their values in order, and where a value lies along an axis.

use serde_json::Value;

use super::super::axis::Axis;
use super::error::PlotError;
use super::request::NumberScale;
use crate::domain::nearest_name;
use crate::study::{PointFinding, SweepFinding};

/// A swept key and its values at some points.
#[derive(Clone, Debug)]
pub(super) struct Column<'a> {
    /// Its place among the keys.
    pub(super) place: usize,
    /// In full.
    pub(super) name: &'a str,
    /// As much of the end of the name as tells it from the others.
    short: &'a str,
    /// Different ones: numbers from the least, words in the order of the points; null last.
    pub(super) values: Vec<&'a Value>,
    /// Whether all of them but null are numbers.
    pub(super) is_numeric: bool,
}

const NULL: &Value = &Value::Null;

/// What a point has for the key at a place.
pub(super) fn setting(point: &PointFinding, place: usize) -> &Value {
    point.settings.get(place).unwrap_or(NULL)
}

/// All keys, with their values at these points.
pub(super) fn columns<'a>(sweep: &'a SweepFinding, points: &[&'a PointFinding]) -> Vec<Column<'a>> {
    let keys = sweep.keys.iter().enumerate();
    keys.map(|(place, name)| Column::new(sweep, points, place, name))
        .collect()
}

impl<'a> Column<'a> {
    fn new(
        sweep: &'a SweepFinding,
        points: &[&'a PointFinding],
        place: usize,
        name: &'a str,
    ) -> Self {
        let all = || points.iter().map(|point| setting(point, place));
        let is_numeric =
            all().all(|value| value.is_number() || value.is_null()) && all().any(Value::is_number);
        let mut values: Vec<&Value> = Vec::new();
        if is_numeric {
            values.extend(all());
            // Nulls, which are no numbers, last.
            values.sort_by(|one, other| number(one).total_cmp(&number(other)));
            values.dedup_by(|one, other| same(one, other));
        } else {
            for value in all().filter(|value| !value.is_null()) {
                if !values.iter().any(|known| same(known, value)) {
                    values.push(value);
                }
            }
            values.extend(all().find(|value| value.is_null()));
        }
        Self {
            place,
            name,
            short: short(sweep, name),
            values,
            is_numeric,
        }
    }

    pub(super) fn varies(&self) -> bool {
        self.values.len() > 1
    }

    /// Which of the values a point has.
    pub(super) fn rank(&self, point: &PointFinding) -> usize {
        let own = setting(point, self.place);
        let known = self.values.iter().position(|value| same(value, own));
        known.unwrap_or(self.values.len())
    }

    /// Where a point lies along an axis of this key; `None` where it has no such key.
    pub(super) fn position(&self, point: &PointFinding) -> Option<f64> {
        match setting(point, self.place) {
            Value::Null => None,
            value if self.is_numeric => value.as_f64(),
            _ => Some(self.rank(point) as f64),
        }
    }

    /// `L = 20`, `alpha = 0.34`, `power-law`.
    pub(super) fn label(&self, value: &Value) -> String {
        let name = match self.name {
            "task.steps" => "L",
            "evaluation.items" => "n",
            _ => self.short,
        };
        let is_kind = self.name == "skill.kind" || self.short == "kind";
        match value {
            Value::Null => format!("no {name}"),
            Value::String(word) if is_kind || word.starts_with('{') => plain(value),
            value => format!("{name} = {}", plain(value)),
        }
    }

    /// The label of the axis of this key.
    pub(super) fn title(&self) -> String {
        match self.name {
            "task.steps" => "Number of steps L".to_owned(),
            "evaluation.items" => "Number of items n".to_owned(),
            "skill.alpha" => "Exponent alpha".to_owned(),
            "skill.c" => "Scale constant c".to_owned(),
            "task.guess" => "Guess rate per step".to_owned(),
            name => name.to_owned(),
        }
    }

    /// An axis with all values and some room at its ends.
    pub(super) fn axis(&self, scale: NumberScale) -> Result<Axis, PlotError> {
        if !self.is_numeric {
            let words = self.values.iter().filter(|value| !value.is_null());
            let names = words.map(|value| plain(value)).collect();
            return Ok(Axis::names(&self.title(), names));
        }
        let numbers = self.numbers();
        let (low, high) = match (numbers.first(), numbers.last()) {
            (Some(low), Some(high)) => (*low, *high),
            _ => (0.0, 1.0),
        };
        let is_log = match scale {
            NumberScale::Auto => low > 0.0 && high > 30.0 * low,
            NumberScale::Linear => false,
            NumberScale::Log if low > 0.0 => true,
            NumberScale::Log => {
                return Err(PlotError::NotPositive {
                    key: self.name.to_owned(),
                });
            }
        };
        let title = self.title();
        Ok(match is_log {
            true => {
                let room = match low < high {
                    true => libm::pow(high / low, ROOM),
                    false => 2.0,
                };
                Axis::logarithm(&title, low / room, high * room)
            }
            false => {
                let room = match low < high {
                    true => ROOM * (high - low),
                    false => (0.5 * low.abs()).max(f64::from(u8::from(low == 0.0))),
                };
                Axis::number(&title, low - room, high + room)
            }
        })
    }

    /// Its values as numbers, from the least.
    pub(super) fn numbers(&self) -> Vec<f64> {
        let numbers = self.values.iter().filter_map(|value| value.as_f64());
        numbers.collect()
    }

    /// A condition that fixes it.
    pub(super) fn condition(&self) -> String {
        match self.values.first() {
            Some(Value::String(word)) => format!("{} == {word:?}", self.name),
            Some(value) => format!("{} == {}", self.name, plain(value)),
            None => self.name.to_owned(),
        }
    }
}

/// At each end of an axis of numbers, as a share of what the values span.
const ROOM: f64 = 0.03;

/// NaN, which is sorted last, where it is none.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// 10 and 10.0 are the same setting.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// A value for the reader: words without quotes, numbers as short as they can be.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(word) => of_kind(word).unwrap_or_else(|| word.clone()),
        Value::Number(number) => match number.as_f64() {
            Some(real) if (1e-4..1e6).contains(&real.abs()) || real == 0.0 => format!("{real}"),
            Some(real) => format!("{real:e}"),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// `{ kind = "ramp", ratio = 4 }` as `ramp (ratio = 4)`; `None` for other texts.
fn of_kind(table: &str) -> Option<String> {
    let inside = table.strip_prefix('{')?.strip_suffix('}')?.trim();
    let kind = inside
        .strip_prefix("kind")?
        .trim_start()
        .strip_prefix('=')?;
    let (kind, rest) = kind.trim_start().strip_prefix('"')?.split_once('"')?;
    match rest.trim_start_matches(',').trim() {
        "" => Some(kind.to_owned()),
        rest => Some(format!("{kind} ({rest})")),
    }
}

/// The shortest end of a dotted name that no other key ends in.
fn short<'a>(sweep: &SweepFinding, name: &'a str) -> &'a str {
    let ends = name
        .rmatch_indices('.')
        .map(|(dot, _)| &name[dot + 1..])
        .chain([name]);
    let alone = |end: &&str| {
        let others = sweep.keys.iter().filter(|key| key.as_str() != name);
        others.into_iter().all(|key| !ends_in(key, end))
    };
    let mut ends = ends;
    ends.find(alone).unwrap_or(name)
}

/// Whether a dotted name ends in these parts.
fn ends_in(name: &str, end: &str) -> bool {
    name == end
        || name
            .strip_suffix(end)
            .is_some_and(|front| front.ends_with('.'))
}

/// The key that a word means.
pub(super) fn find<'a, 'b>(
    columns: &'b [Column<'a>],
    word: &str,
) -> Result<&'b Column<'a>, PlotError> {
    if let Some(column) = columns.iter().find(|column| column.name == word) {
        return Ok(column);
    }
    let candidates: Vec<&Column<'_>> = columns
        .iter()
        .filter(|column| ends_in(column.name, word))
        .collect();
    match candidates[..] {
        [only] => Ok(only),
        [] => {
            let names = columns.iter().flat_map(|column| {
                let last = column.name.rsplit('.').next().unwrap_or(column.name);
                [column.name, last]
            });
            Err(PlotError::UnknownKey {
                word: word.to_owned(),
                near: nearest_name(word, names.chain(["scale"]).filter(|name| *name != word)),
                known: columns
                    .iter()
                    .map(|column| column.name.to_owned())
                    .collect(),
            })
        }
        _ => Err(PlotError::AmbiguousKey {
            word: word.to_owned(),
            candidates: candidates
                .iter()
                .map(|column| column.name.to_owned())
                .collect(),
        }),
    }
}
