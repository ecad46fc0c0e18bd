//! A scenario as written: a tree of settings, each with the place it was given, and a serde deserializer that turns any
//! refusal into an error with that place.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read_error::{ReadError, Spot, Text};
use super::refusal::{Refusal, found};
use super::syntax::syntax_error;
use crate::domain::TABLE_WITH_KIND;

/// A setting and where it was given.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) spot: Spot,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Table(BTreeMap<String, Entry>),
    List(Vec<Node>),
    Text(String),
    Whole(i64),
    Real(f64),
    Flag(bool),
    /// A date or time, which no setting is.
    Date,
}

/// A key with the place of its name, and what it holds.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key_spot: Spot,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn empty_table() -> Self {
        Self {
            value: Value::Table(BTreeMap::new()),
            spot: Spot::Unknown,
        }
    }

    /// Reads a whole TOML document.
    pub(super) fn from_toml(file: &str, text: &str) -> Result<Self, ReadError> {
        // Some editors of Windows begin every file with a byte-order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Rc::new(Text::new(file, text));
        let at = |byte: usize| Spot::Text(Rc::clone(&source), byte);
        let table = DeTable::parse(text).map_err(|error| syntax_error(&error, text, &at))?;
        convert_table(table.get_ref(), Spot::Unknown, &at)
    }

    /// Reads one value as TOML; a number without its leading zero is one too, and a bare word that is no TOML value stands
    /// for itself.
    pub(super) fn from_words(words: &str, spot: &Spot) -> Result<Self, ReadError> {
        match DeValue::parse(words.trim()) {
            Ok(value) => convert(&value, &|_| spot.clone()),
            Err(_) => Ok(Self {
                value: match without_leading_zero(words.trim()) {
                    Some(number) => Value::Real(number),
                    None => Value::Text(words.trim().to_owned()),
                },
                spot: spot.clone(),
            }),
        }
    }

    /// The value without its places; what JSON has no word for is null, and no setting either.
    pub(super) fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Table(table) => {
                // The kind first, as people write it.
                let kind = table.get_key_value("kind").into_iter();
                let rest = table.iter().filter(|(key, _)| *key != "kind");
                let entries = kind.chain(rest);
                let entries = entries.map(|(key, entry)| (key.clone(), entry.node.json()));
                serde_json::Value::Object(entries.collect())
            }
            Value::List(list) => list.iter().map(Self::json).collect(),
            Value::Text(text) => text.as_str().into(),
            // A number without a sign is of one kind, so that equal numbers are equal.
            Value::Whole(number) => match u64::try_from(*number) {
                Ok(number) => number.into(),
                Err(_) => (*number).into(),
            },
            Value::Real(number) => (*number).into(),
            Value::Flag(flag) => (*flag).into(),
            Value::Date => serde_json::Value::Null,
        }
    }

    /// Where a dotted key was given, or else the innermost table of it that was.
    pub(super) fn spot_of(&self, key: &str) -> Spot {
        let mut node = self;
        let mut spot = &self.spot;
        for part in key.split('.') {
            let Value::Table(table) = &node.value else {
                break;
            };
            let Some(entry) = table.get(part) else {
                break;
            };
            (node, spot) = (&entry.node, &entry.node.spot);
        }
        spot.clone()
    }

    /// What it is, in the words of scenario files.
    pub(super) fn told(&self) -> String {
        found(self.kind_of_value())
    }

    fn kind_of_value(&self) -> de::Unexpected<'_> {
        match &self.value {
            Value::Table(_) => de::Unexpected::Map,
            Value::List(_) => de::Unexpected::Seq,
            Value::Text(text) => de::Unexpected::Str(text),
            Value::Whole(number) => de::Unexpected::Signed(*number),
            Value::Real(number) => de::Unexpected::Float(*number),
            Value::Flag(flag) => de::Unexpected::Bool(*flag),
            Value::Date => de::Unexpected::Other("a date"),
        }
    }

    /// Not a number, where one is wanted.
    fn not_a_number(&self, wanted: &str) -> Refusal {
        let hint = match &self.value {
            Value::Text(text) if text.parse::<f64>().is_ok() => "; write it without quotes",
            _ => "",
        };
        let found = found(self.kind_of_value());
        Refusal::new(format!("expected {wanted}, found {found}{hint}"))
    }
}

/// .8, -.5: numbers to people, but not to TOML.
fn without_leading_zero(words: &str) -> Option<f64> {
    let unsigned = words.strip_prefix(['-', '+']).unwrap_or(words);
    unsigned.starts_with('.').then(|| words.parse().ok())?
}

fn convert(value: &Spanned<DeValue<'_>>, at: &dyn Fn(usize) -> Spot) -> Result<Node, ReadError> {
    let spot = at(value.span().start);
    let number_problem = |what: &str| ReadError {
        place: spot.place(),
        key: String::new(),
        problem: format!("{what} is too large: whole numbers end at {}", i64::MAX),
    };
    let converted = match value.get_ref() {
        DeValue::Table(table) => return convert_table(table, spot, at),
        DeValue::Array(list) => Value::List(
            list.iter()
                .map(|value| convert(value, at))
                .collect::<Result<_, _>>()?,
        ),
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Float(number) => {
            let read = number.as_str().replace('_', "").parse();
            Value::Real(read.map_err(|_| number_problem(number.as_str()))?)
        }
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
            Value::Whole(read.map_err(|_| number_problem(number.as_str()))?)
        }
    };
    Ok(Node {
        value: converted,
        spot,
    })
}

fn convert_table(
    table: &DeTable<'_>,
    spot: Spot,
    at: &dyn Fn(usize) -> Spot,
) -> Result<Node, ReadError> {
    let entries = table.iter().map(|(key, value)| {
        let entry = Entry {
            key_spot: at(key.span().start),
            node: convert(value, at)?,
        };
        Ok((key.get_ref().to_string(), entry))
    });
    Ok(Node {
        value: Value::Table(entries.collect::<Result<_, _>>()?),
        spot,
    })
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let result = match &self.value {
            Value::Table(table) => read_table(table, None, visitor),
            Value::List(list) => visitor.visit_seq(List {
                nodes: list.iter(),
                read: 0,
            }),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Whole(number) => match u64::try_from(*number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(*number),
            },
            Value::Real(number) => visitor.visit_f64(*number),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::Date => Err(de::Error::invalid_type(self.kind_of_value(), &visitor)),
        };
        result.map_err(|refusal| refusal.placed(&self.spot))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.value {
            Value::Whole(number) => visitor
                .visit_f64(number as f64)
                .map_err(|refusal: Refusal| refusal.placed(&self.spot)),
            Value::Real(_) => self.deserialize_any(visitor),
            _ => Err(self.not_a_number("a number").placed(&self.spot)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let whole = match self.value {
            Value::Whole(number) => u64::try_from(number).ok(),
            // 1e6 is a whole number to everyone but TOML. Below 2^63 the cast is exact for a float without fraction.
            Value::Real(number) if number.fract() == 0.0 && (0.0..9.2e18).contains(&number) => {
                Some(number as u64)
            }
            _ => None,
        };
        let result = match whole {
            Some(whole) => visitor.visit_u64(whole),
            None => Err(self.not_a_number("a whole number from 0 on")),
        };
        result.map_err(|refusal| refusal.placed(&self.spot))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let result = match &self.value {
            Value::Text(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => Err(Refusal::new(format!(
                "expected a name, found {}",
                found(self.kind_of_value())
            ))),
        };
        result.map_err(|refusal| refusal.placed(&self.spot))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match (&self.value, fields) {
            (Value::Table(table), ["kind", default])
                if name == TABLE_WITH_KIND && !table.contains_key("kind") =>
            {
                read_table(table, Some(default), visitor)
                    .map_err(|refusal| refusal.placed(&self.spot))
            }
            (Value::Table(_), _) => self.deserialize_any(visitor),
            // Where it reads a table, serde would take a list of the values in their order as well, and name the type.
            (Value::Text(kind), ["kind", _]) if name == TABLE_WITH_KIND => Err(Refusal::new(
                format!("expected a table, found the text {kind:?}; write {{ kind = {kind:?} }}"),
            )),
            (_, ["kind", _]) if name == TABLE_WITH_KIND => {
                Err(de::Error::invalid_type(self.kind_of_value(), &visitor))
            }
            _ => Err(Refusal::new(format!(
                "expected a table of settings (key = value), found {}",
                found(self.kind_of_value())
            ))),
        }
        .map_err(|refusal| refusal.placed(&self.spot))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// Reads a table, `kind` first (a default one, if it is given), and gives an unknown key its place.
fn read_table<'de, V: Visitor<'de>>(
    table: &'de BTreeMap<String, Entry>,
    default_kind: Option<&'static str>,
    visitor: V,
) -> Result<V::Value, Refusal> {
    let kind = table.get_key_value("kind").into_iter();
    let rest = table.iter().filter(|(key, _)| *key != "kind");
    let default_kind = default_kind
        .into_iter()
        .map(|kind| ("kind", Setting::Default(kind)));
    let told = kind
        .chain(rest)
        .map(|(key, entry)| (key.as_str(), Setting::Told(&entry.node)));
    let read = visitor.visit_map(Table {
        settings: default_kind.chain(told),
        current: None,
    });
    read.map_err(|mut refusal| {
        let key = refusal
            .unknown_key
            .take()
            .filter(|_| refusal.spot.is_none());
        match key.map(|key| (table.get(&key), key)) {
            Some((Some(entry), key)) if key == "kind" => {
                refusal.inside(&key).placed(&entry.node.spot)
            }
            Some((Some(entry), key)) => refusal.inside(&key).placed(&entry.key_spot),
            _ => refusal,
        }
    })
}

#[derive(Clone, Copy)]
enum Setting<'de> {
    Default(&'static str),
    Told(&'de Node),
}

struct Table<'de, I> {
    settings: I,
    current: Option<(&'de str, Setting<'de>)>,
}

impl<'de, I: Iterator<Item = (&'de str, Setting<'de>)>> de::MapAccess<'de> for Table<'de, I> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        self.current = self.settings.next();
        self.current
            .map(|(key, _)| seed.deserialize(key.into_deserializer()))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        match self.current {
            Some((key, Setting::Told(node))) => seed
                .deserialize(node)
                .map_err(|refusal| refusal.placed(&node.spot).inside(key)),
            Some((_, Setting::Default(kind))) => seed.deserialize(kind.into_deserializer()),
            None => Err(Refusal::new(
                "a value was asked for before its key".to_owned(),
            )),
        }
    }
}

struct List<'de> {
    nodes: std::slice::Iter<'de, Node>,
    read: usize,
}

impl<'de> de::SeqAccess<'de> for List<'de> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(node) = self.nodes.next() else {
            return Ok(None);
        };
        self.read += 1;
        let element = seed
            .deserialize(node)
            .map_err(|refusal| refusal.placed(&node.spot).inside(&self.read.to_string()));
        element.map(Some)
    }
}
