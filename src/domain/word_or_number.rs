//! Settings that are a word or a number.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A word or a number, as written.
pub(super) enum WordOrNumber {
    Word(String),
    Whole(u64),
    Real(f64),
}

impl Serialize for WordOrNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Word(word) => serializer.serialize_str(word),
            Self::Whole(number) => serializer.serialize_u64(*number),
            Self::Real(number) => serializer.serialize_f64(*number),
        }
    }
}

impl<'de> Deserialize<'de> for WordOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl serde::de::Visitor<'_> for Either {
            type Value = WordOrNumber;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a word or a number")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<WordOrNumber, E> {
                Ok(WordOrNumber::Word(word.to_owned()))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<WordOrNumber, E> {
                Ok(WordOrNumber::Whole(number))
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<WordOrNumber, E> {
                Ok(WordOrNumber::Real(number as f64))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<WordOrNumber, E> {
                Ok(WordOrNumber::Real(number))
            }
        }

        deserializer.deserialize_any(Either)
    }
}
