//! Choices written as a table with a `kind`.
//!
//! serde's own internally tagged enums buffer the table, which loses the place of a mistake in the file. These read
//! `kind` and hand the rest of the table, unbuffered, to the chosen variant. They ask for a struct called
//! [`TABLE_WITH_KIND`]; the scenario reader then puts `kind` first, and its default in its place where it is missing.
//! From other formats, where `kind` may come late, the rest is buffered as JSON values.

use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{Error, MapAccess};

/// The name under which a table with a kind is asked for, with the fields `["kind", <default kind>]`.
pub(crate) const TABLE_WITH_KIND: &str = "table with a kind";

/// Reads `kind` and then the rest of the table by `read`, which is called exactly once.
pub(super) fn read_tagged<'de, A: MapAccess<'de>, T>(
    mut map: A,
    default_kind: &str,
    read: impl ReadKind<'de, T>,
) -> Result<T, A::Error> {
    let Some(first) = map.next_key::<String>()? else {
        return read.read(default_kind, MapAccessDeserializer::new(map));
    };
    if first == "kind" {
        let kind = map.next_value::<String>()?;
        return read.read(&kind, MapAccessDeserializer::new(map));
    }
    let mut buffered = serde_json::Map::new();
    buffered.insert(first, map.next_value()?);
    while let Some((key, value)) = map.next_entry()? {
        buffered.insert(key, value);
    }
    let kind = match buffered.remove("kind") {
        None => default_kind.to_owned(),
        Some(serde_json::Value::String(kind)) => kind,
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

/// Defines an enum read from a table with a `kind`, its kebab-case names, and its default kind.
macro_rules! tagged {
    (
        $(#[$doc:meta])*
        pub enum $name:ident, default $default:literal = $default_value:expr; {
            $($(#[$variant_doc:meta])* $kind:literal => $variant:ident $(($parameters:ty))?),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(tag = "kind")]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $kind)] $variant $(($parameters))?),+
        }

        impl $name {
            /// The names by which scenario files choose.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// The fields that stand for a table of this choice: see [`TABLE_WITH_KIND`](crate::domain::TABLE_WITH_KIND).
            pub(crate) const KIND_FIRST: &'static [&'static str] = &["kind", $default];

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

        impl Default for $name {
            fn default() -> Self {
                $default_value
            }
        }

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
                        write!(formatter, "a table such as {{ kind = {:?} }}", $default)
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        crate::domain::tagged::read_tagged(map, $default, Table)
                    }
                }

                deserializer.deserialize_struct(crate::domain::TABLE_WITH_KIND, $name::KIND_FIRST, Table)
            }
        }
    };
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
