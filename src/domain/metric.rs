//! Metrics: a credit, and how the attempts at one item are reduced.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Credit, Invalid};

/// The attempts at one item to one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reducer {
    /// Their mean credit.
    Mean,
}

/// A credit and a reducer. Written as the credit where the reducer is the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    /// How attempts of one item become one number.
    pub reducer: Reducer,
    /// What one outcome is worth.
    pub credit: Credit,
}

impl Metric {
    /// The mean credit over attempts.
    #[must_use]
    pub const fn mean(credit: Credit) -> Self {
        Self {
            reducer: Reducer::Mean,
            credit,
        }
    }
}

impl FromStr for Metric {
    type Err = Invalid;

    fn from_str(word: &str) -> Result<Self, Invalid> {
        word.parse().map(Self::mean)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reducer {
            Reducer::Mean => self.credit.fmt(formatter),
        }
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.trim().parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Metric {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Metric".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names = Credit::CATALOGUE.iter().map(|entry| match entry.parameter {
            None => schemars::json_schema!({
                "const": entry.name,
                "description": format!("{}: {}", entry.meaning, entry.formula),
            }),
            Some(parameter) => schemars::json_schema!({
                "title": entry.written(),
                "pattern": format!("^{}:{}$", entry.name, parameter.pattern),
                "description": format!("{}: {}", entry.meaning, entry.formula),
            }),
        });
        let aliases = Credit::CATALOGUE.iter().filter_map(|entry| entry.alias);
        let aliases = aliases.map(|alias| schemars::json_schema!({ "const": alias }));
        schemars::json_schema!({ "type": "string", "anyOf": names.chain(aliases).collect::<Vec<_>>() })
    }
}

/// The metrics of a scenario, in the order asked for: at least one, none twice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metrics(Vec<Metric>);

impl Metrics {
    /// Takes the metrics in this order.
    ///
    /// # Errors
    /// There is none, or one stands twice.
    pub fn new(metrics: Vec<Metric>) -> Result<Self, Invalid> {
        if metrics.is_empty() {
            return Err(Invalid::NoMetrics);
        }
        match metrics
            .iter()
            .enumerate()
            .find(|(i, metric)| metrics[..*i].contains(metric))
        {
            Some((_, repeated)) => Err(Invalid::RepeatedMetric(repeated.to_string())),
            None => Ok(Self(metrics)),
        }
    }

    /// The metrics, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Metric] {
        &self.0
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self(
            [Credit::ExactMatch, Credit::PartialCredit]
                .map(Metric::mean)
                .to_vec(),
        )
    }
}

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListOrText;

        impl<'de> serde::de::Visitor<'de> for ListOrText {
            type Value = Metrics;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("metrics such as [\"exact-match\", \"pass-mark:0.8\"]")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Metrics, E> {
                if text.trim().is_empty() {
                    return Err(E::custom(Invalid::NoMetrics));
                }
                let metrics = text
                    .split(',')
                    .map(|word| word.trim().parse())
                    .collect::<Result<_, _>>();
                metrics.and_then(Metrics::new).map_err(E::custom)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Metrics, A::Error> {
                let mut metrics = Vec::new();
                while let Some(metric) = list.next_element()? {
                    metrics.push(metric);
                }
                Metrics::new(metrics).map_err(serde::de::Error::custom)
            }
        }

        deserializer.deserialize_any(ListOrText)
    }
}

impl schemars::JsonSchema for Metrics {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Metrics".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            {
                "title": "a list",
                "type": "array",
                "items": generator.subschema_for::<Metric>(),
                "minItems": 1,
                "uniqueItems": true,
            },
            { "title": "a text with commas between", "type": "string", "minLength": 1 },
        ] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for word in [
            "exact-match",
            "partial-credit",
            "prefix-credit",
            "pass-mark:0.85",
            "harshness:2.5",
        ] {
            assert_eq!(word.parse::<Metric>().unwrap().to_string(), word);
        }
    }
}
