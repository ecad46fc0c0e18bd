//! A setting refused, while the reader works its way out of the tree.

use std::fmt;

use serde::de;

use super::read_error::{Place, ReadError, Spot};
use crate::domain::{Invalid, KnownKey, nearest_name};

/// A refusal on its way out of the tree: it learns its place at the innermost setting that knows one.
#[derive(Debug)]
pub(super) struct Refusal {
    problem: String,
    /// The key at fault, until the table that holds it has given its place.
    pub(super) unknown_key: Option<String>,
    pub(super) spot: Option<Spot>,
    path: Vec<String>,
    /// What could have been meant by a name that is not known.
    names: Option<Box<Names>>,
}

#[derive(Debug)]
struct Names {
    of: Named,
    /// The valid name most like it.
    near: Option<String>,
    /// The valid names, as the end of a message.
    known: String,
}

/// What has a name that is not known.
#[derive(Clone, Copy, Debug)]
enum Named {
    /// A key, which may belong elsewhere.
    Key,
    /// One of a closed list of choices.
    Choice,
}

impl Refusal {
    pub(super) fn new(problem: String) -> Self {
        Self {
            problem,
            unknown_key: None,
            spot: None,
            path: Vec::new(),
            names: None,
        }
    }

    pub(super) fn placed(mut self, spot: &Spot) -> Self {
        self.spot.get_or_insert_with(|| spot.clone());
        self
    }

    pub(super) fn inside(mut self, key: &str) -> Self {
        self.path.push(key.to_owned());
        self
    }

    /// The error with its place. An unknown key that is one of another kind, or of another table, is told where it
    /// belongs.
    pub(super) fn into_read_error(self, keys: &[KnownKey]) -> ReadError {
        let key = self
            .path
            .iter()
            .rev()
            .cloned()
            .collect::<Vec<_>>()
            .join(".");
        let (hint, known) = match self.names.map(|names| *names) {
            None => (String::new(), String::new()),
            Some(names) => {
                let belongs = match names.of {
                    Named::Key => belongs(&key, &names, keys),
                    Named::Choice => None,
                };
                let near = || Some(format!("did you mean `{}`?", names.near.as_ref()?));
                let hint = belongs.or_else(near);
                (
                    hint.map(|hint| format!(" ({hint})")).unwrap_or_default(),
                    names.known,
                )
            }
        };
        ReadError {
            place: self.spot.map_or(Place::Unknown, |spot| spot.place()),
            key,
            problem: format!("{}{hint}{known}", self.problem),
        }
    }
}

/// Where a key belongs: to other kinds of the same table, or if none of this table is like it, to another table, unless it
/// was given in the table of a choice such as `task.difficulty`, where nobody would look for settings of others.
fn belongs(key: &str, names: &Names, keys: &[KnownKey]) -> Option<String> {
    let mut of_kinds: Vec<String> = keys
        .iter()
        .filter(|known| known.key == key)
        .filter_map(|known| Some(format!("{:?}", known.kind.as_ref()?)))
        .collect();
    // What every kind of a table has stands with each of them.
    of_kinds.dedup();
    if !of_kinds.is_empty() {
        return Some(format!("it is one of kind {}", of_kinds.join(", ")));
    }
    if key.matches('.').count() > 1 {
        return None;
    }
    let last = key.rsplit('.').next();
    let elsewhere = keys
        .iter()
        .find(|known| known.key.rsplit('.').next() == last);
    let elsewhere = elsewhere.filter(|_| names.near.is_none())?;
    Some(format!("did you mean `{}`?", elsewhere.key))
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let wanted = wanted(expected);
        let hint = match unexpected {
            de::Unexpected::Unsigned(_) | de::Unexpected::Signed(_) | de::Unexpected::Float(_)
                if wanted == "a text" =>
            {
                "; quote it to make it text"
            }
            de::Unexpected::Str(text)
                if wanted.starts_with("a whole number") && text.parse::<f64>().is_ok() =>
            {
                "; write it without quotes"
            }
            _ => "",
        };
        let found = found(unexpected);
        Self::new(format!("expected {wanted}, found {found}{hint}"))
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing: this kind needs it"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known = match expected {
            [] => "; this kind takes none".to_owned(),
            _ => known(expected),
        };
        Self {
            unknown_key: Some(field.to_owned()),
            names: Some(Box::new(Names {
                of: Named::Key,
                near: nearest_name(field, expected.iter().copied()),
                known,
            })),
            ..Self::new(format!("`{field}` is not a setting here"))
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        // A choice is the `kind` of a table, unless it has been placed as a value of its own by then.
        Self {
            unknown_key: Some("kind".to_owned()),
            names: Some(Box::new(Names {
                of: Named::Choice,
                near: nearest_name(variant, expected.iter().copied()),
                known: known(expected),
            })),
            ..Self::new(format!("{variant:?} is not a choice"))
        }
    }
}

/// "; known: `c`, `alpha`".
fn known(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("; known: {}", names.join(", "))
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::new(invalid.to_string())
    }
}

/// What was found, in the words of scenario files.
pub(super) fn found(found: de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Map => "a table".to_owned(),
        de::Unexpected::Seq => "a list".to_owned(),
        de::Unexpected::Str("") => "an empty text".to_owned(),
        de::Unexpected::Str(text) => format!("the text {text:?}"),
        de::Unexpected::Signed(number) => number.to_string(),
        de::Unexpected::Unsigned(number) => number.to_string(),
        de::Unexpected::Float(number) => number.to_string(),
        de::Unexpected::Bool(flag) => flag.to_string(),
        other => other.to_string(),
    }
}

/// What serde expects, in the words of scenario files.
fn wanted(expected: &dyn de::Expected) -> String {
    match expected.to_string().as_str() {
        "a string" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "f64" => "a number".to_owned(),
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u32" | "u64" => "a whole number from 0 on".to_owned(),
        choice if choice.starts_with("enum ") => "a word".to_owned(),
        other => other.to_owned(),
    }
}
