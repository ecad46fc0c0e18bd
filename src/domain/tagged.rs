//! Choices written as a table with a `kind`.
//!
//! serde's own internally tagged enums buffer the table, which loses the place of a mistake in the file. These read
//! `kind` and hand the rest of the table, unbuffered, to the chosen variant. They ask for a struct called
//! [`TABLE_WITH_KIND`]; the scenario reader then puts `kind` first, and its default in its place where it is missing.
//! From other formats, where `kind` may come late, the rest is buffered as JSON values.

use schemars::{Schema, json_schema};
use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{Error, MapAccess};
use serde_json::{Map, Value};

/// The name under which a table with a kind is asked for, with the fields `["kind", <default kind>]`, or `["kind"]` where
/// there is no default.
pub(crate) const TABLE_WITH_KIND: &str = "table with a kind";

/// Reads `kind`, which is one of `kinds` and may be left out where there is a default, and then the rest of the table by
/// `read`, which is called at most once.
pub(super) fn read_tagged<'de, A: MapAccess<'de>, T>(
    mut map: A,
    default_kind: Option<&str>,
    kinds: &[&str],
    read: impl ReadKind<'de, T>,
) -> Result<T, A::Error> {
    let or_missing = || {
        let known: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
        let problem = format!("`kind` is missing: it is one of {}", known.join(", "));
        default_kind.ok_or_else(|| A::Error::custom(problem))
    };
    let Some(first) = map.next_key::<String>()? else {
        return read.read(or_missing()?, MapAccessDeserializer::new(map));
    };
    if first == "kind" {
        let kind = map.next_value::<String>()?;
        return read.read(&kind, MapAccessDeserializer::new(map));
    }
    let mut buffered = Map::new();
    buffered.insert(first, map.next_value()?);
    while let Some((key, value)) = map.next_entry()? {
        buffered.insert(key, value);
    }
    let kind = match buffered.remove("kind") {
        None => or_missing()?.to_owned(),
        Some(Value::String(kind)) => kind,
        Some(other) => return Err(Error::custom(format!("kind must be a name, not {other}"))),
    };
    let entries = buffered.into_iter();
    read.read(
        &kind,
        MapAccessDeserializer::new(MapDeserializer::new(entries)),
    )
    .map_err(|error: serde_json::Error| Error::custom(error))
}

/// Reads the table of one choice: a closure that is generic over the deserializer it is called with.
pub(super) trait ReadKind<'de, T> {
    /// Reads the parameters of `kind` from `rest`.
    fn read<D: serde::Deserializer<'de>>(self, kind: &str, rest: D) -> Result<T, D::Error>;
}

/// The parameters of a kind that has none; a key given to it is refused by name.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoParameters {}

/// One kind of a choice, as messages, catalogues and the documentation tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name by which scenario files choose it.
    pub kind: &'static str,
    /// Its formula, or in a plain line what it means.
    pub formula: &'static str,
    /// Where it is from; none where a plain line says all.
    pub source: Option<&'static str>,
}

/// What the schema of a kind has beside the words of JSON Schema: its formula, and its source if there is one.
pub(super) const FORMULA: &str = "x-formula";
/// See [`FORMULA`].
pub(super) const SOURCE: &str = "x-source";

/// The schema of a table with a `kind`: one object for each kind, in the order of `choices`. Only the default kind, if
/// there is one, may leave `kind` out.
pub(super) fn kinds_schema(
    default: Option<&str>,
    choices: &[Choice],
    parameters: Vec<Schema>,
) -> Schema {
    let kinds = choices.iter().zip(parameters).map(|(choice, parameters)| {
        let is_default = default == Some(choice.kind);
        let mut properties = Map::new();
        let mut kind = json_schema!({ "type": "string", "const": choice.kind });
        if is_default {
            kind.insert("default".to_owned(), choice.kind.into());
        }
        properties.insert("kind".to_owned(), kind.to_value());
        let mut required: Vec<Value> = match is_default {
            true => Vec::new(),
            false => vec!["kind".into()],
        };
        if let Some(Value::Object(own)) = parameters.get("properties") {
            properties.extend(own.clone());
        }
        if let Some(Value::Array(own)) = parameters.get("required") {
            required.extend(own.iter().cloned());
        }
        let source = choice
            .source
            .map(|source| format!("\n\nSource: {source}"))
            .unwrap_or_default();
        let mut schema = json_schema!({
            "title": choice.kind,
            "description": format!("{}{source}", choice.formula),
            FORMULA: choice.formula,
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if let Some(source) = choice.source {
            schema.insert(SOURCE.to_owned(), source.into());
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        // Settings of which one must be given.
        if let Some(either) = parameters.get("anyOf") {
            schema.insert("anyOf".to_owned(), either.clone());
        }
        schema
    });
    json_schema!({ "oneOf": kinds.collect::<Vec<_>>() })
}

/// Adds the keys of the object `beside` to every kind.
pub(super) fn give_every_kind(schema: &mut Schema, beside: &Schema) {
    let (Some(Value::Array(kinds)), Some(Value::Object(shared))) =
        (schema.get_mut("oneOf"), beside.get("properties"))
    else {
        return;
    };
    for kind in kinds {
        if let Some(Value::Object(own)) = kind.get_mut("properties") {
            own.extend(shared.clone());
        }
    }
}

/// Defines an enum read from a table with a `kind`: its kebab-case names, its default kind (without one, `kind` must be
/// given), and of each kind its formula (or in a plain line what it means) and its source, which are its documentation
/// and its entry in every catalogue.
macro_rules! tagged {
    (
        $(#[$doc:meta])*
        pub enum $name:ident $(, default $default:literal = $default_value:expr)?; {
            $($kind:literal => $variant:ident $(($parameters:ty))?: $formula:literal $(, source $source:literal)?;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(tag = "kind")]
        pub enum $name {
            $(
                #[doc = concat!($formula, ".")]
                $(#[doc = concat!("\n\nSource: ", $source, ".")])?
                #[serde(rename = $kind)]
                $variant $(($parameters))?
            ),+
        }

        impl $name {
            /// Every kind with its formula and source, in the order of the documentation.
            pub const CATALOGUE: &'static [crate::domain::Choice] = &[$(crate::domain::Choice {
                kind: $kind,
                formula: $formula,
                source: tagged!(@optional $($source)?),
            }),+];

            /// The names by which scenario files choose.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// The fields that stand for a table of this choice: see [`TABLE_WITH_KIND`](crate::domain::TABLE_WITH_KIND).
            pub(crate) const KIND_FIRST: &'static [&'static str] = &["kind" $(, $default)?];

            /// The name of this choice.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(tagged!(@pattern $variant $($parameters)?) => $kind),+
                }
            }

            /// The same choice with every parameter at its default.
            #[must_use]
            pub fn with_default_parameters(&self) -> Self {
                match self {
                    $(tagged!(@pattern $variant $($parameters)?) => tagged!(@default $variant $($parameters)?)),+
                }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            #[allow(unused_variables, reason = "choices without parameters ask nothing of the generator")]
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let parameters = vec![$(tagged!(@schema generator $($parameters)?)),+];
                let default = tagged!(@optional $($default)?);
                crate::domain::tagged::kinds_schema(default, Self::CATALOGUE, parameters)
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                $default_value
            }
        })?

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Table;

                impl<'de> crate::domain::tagged::ReadKind<'de, $name> for Table {
                    fn read<D: serde::Deserializer<'de>>(self, kind: &str, rest: D) -> Result<$name, D::Error> {
                        match kind {
                            $($kind => tagged!(@read rest $name $variant $($parameters)?),)+
                            other => Err(serde::de::Error::unknown_variant(other, $name::KINDS)),
                        }
                    }
                }

                impl<'de> serde::de::Visitor<'de> for Table {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "a table such as {{ kind = {:?} }}", $name::KINDS[0])
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        let default = tagged!(@optional $($default)?);
                        crate::domain::tagged::read_tagged(map, default, $name::KINDS, Table)
                    }
                }

                deserializer.deserialize_struct(crate::domain::TABLE_WITH_KIND, $name::KIND_FIRST, Table)
            }
        }
    };
    (@optional) => { None };
    (@optional $value:literal) => { Some($value) };
    (@schema $generator:ident) => { schemars::json_schema!({}) };
    (@schema $generator:ident $parameters:ty) => { <$parameters as schemars::JsonSchema>::json_schema($generator) };
    (@pattern $variant:ident) => { Self::$variant };
    (@pattern $variant:ident $parameters:ty) => { Self::$variant(_) };
    (@default $variant:ident) => { Self::$variant };
    (@default $variant:ident $parameters:ty) => { Self::$variant(<$parameters>::default()) };
    (@read $rest:ident $name:ident $variant:ident) => {
        <crate::domain::tagged::NoParameters as serde::Deserialize>::deserialize($rest).map(|_| $name::$variant)
    };
    (@read $rest:ident $name:ident $variant:ident $parameters:ty) => {
        <$parameters as serde::Deserialize>::deserialize($rest).map($name::$variant)
    };
}

/// Sends (de)serialization of a type derived with `#[serde(remote = "Self")]` through its `checked` method, so that a
/// combination of fields that makes no sense cannot be read from a file either.
macro_rules! checked {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // The inherent function made by `remote = "Self"`, not this one.
                Self::deserialize(deserializer)?
                    .checked()
                    .map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
    };
}

pub(super) use {checked, tagged};
