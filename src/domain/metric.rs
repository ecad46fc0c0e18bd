//! Metrics: a credit, how the attempts at one item are reduced, and on which scale the mean is told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Credit, CreditParameter, Direction, Invalid, Range, Reducer};

/// On which scale a mean credit is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Its own.
    Plain,
    /// (y - G)/(1 - G): 0 is what guessing earns, 1 all there is.
    ChanceCorrected(Landmark),
    /// 100 (y - low)/(high - low): 0 is the one, 100 the other (BIG-bench's normalised preferred metric, Srivastava et al.
    /// 2022, arXiv:2206.04615, section 3).
    Normalised {
        /// What counts as 0.
        low: Landmark,
        /// What counts as 100.
        high: Landmark,
    },
}

/// A finite value of a credit that a form refers to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmark(f64);

impl Landmark {
    /// The value itself.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Eq for Landmark {}

impl PartialOrd for Landmark {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Landmark {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl fmt::Display for Landmark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// A form of metrics as catalogues and messages show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormEntry {
    /// The name it is written with.
    pub name: &'static str,
    /// How it is written before a credit.
    pub written: &'static str,
    /// Its formula, of a mean credit y.
    pub formula: &'static str,
    /// What it is for, in a plain line.
    pub meaning: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// What is written behind its name, each behind a colon.
    pub parameters: &'static [CreditParameter],
}

const CHANCE_CORRECTED: &str = "chance-corrected";
const NORMALISED: &str = "normalised";
const NUMBER: &str = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?";
impl Form {
    /// Every form but the plain one, in the order of the documentation.
    pub const CATALOGUE: &'static [FormEntry] = &[
        FormEntry {
            name: CHANCE_CORRECTED,
            written: "chance-corrected:G/CREDIT",
            formula: "(y - G)/(1 - G)",
            meaning: "0 is what guessing earns, 1 all there is",
            source: "Abbott 1925, J. Econ. Entomol. 18, 265",
            parameters: &[CreditParameter {
                name: "G",
                range: "from 0 on, below 1",
                meaning: "the mean credit of guessing: 0.25 of four choices",
                pattern: NUMBER,
            }],
        },
        FormEntry {
            name: NORMALISED,
            written: "normalised:LOW:HIGH/CREDIT",
            formula: "100 (y - LOW)/(HIGH - LOW)",
            meaning: "0 is a low landmark, such as chance, and 100 a high one, such as experts",
            source: "Srivastava et al. 2022, arXiv:2206.04615, section 3",
            parameters: &[
                CreditParameter {
                    name: "LOW",
                    range: "any number but HIGH",
                    meaning: "the mean credit that counts as 0",
                    pattern: NUMBER,
                },
                CreditParameter {
                    name: "HIGH",
                    range: "any number but LOW",
                    meaning: "the mean credit that counts as 100",
                    pattern: NUMBER,
                },
            ],
        },
    ];

    /// A mean credit on this scale.
    #[must_use]
    pub fn of(self, credit: f64) -> f64 {
        match self {
            Self::Plain => credit,
            Self::ChanceCorrected(chance) => (credit - chance.0) / (1.0 - chance.0),
            Self::Normalised { low, high } => 100.0 * (credit - low.0) / (high.0 - low.0),
        }
    }

    /// How much of this scale one unit of a credit is.
    #[must_use]
    pub fn slope(self) -> f64 {
        match self {
            Self::Plain => 1.0,
            Self::ChanceCorrected(chance) => 1.0 / (1.0 - chance.0),
            Self::Normalised { low, high } => 100.0 / (high.0 - low.0),
        }
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        const CHANCE: &str =
            "what guessing earns, from 0 on and below 1, such as chance-corrected:0.25/exact-match";
        const LANDMARKS: &str = "two different numbers, such as normalised:0.25:0.9/exact-match";
        let number = |word: &str| word.parse().ok().filter(|number: &f64| number.is_finite());
        let mut words = text.split(':');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(CHANCE_CORRECTED), chance, None, None) => {
                let chance = chance.and_then(number);
                let chance = chance.filter(|chance| (0.0..1.0).contains(chance));
                chance
                    .map(|chance| Self::ChanceCorrected(Landmark(chance + 0.0)))
                    .ok_or(CHANCE)
            }
            (Some(CHANCE_CORRECTED), ..) => Err(CHANCE),
            (Some(NORMALISED), low, high, None) => {
                let landmarks = low.and_then(number).zip(high.and_then(number));
                let landmarks = landmarks.filter(|(low, high)| low != high);
                let form = |(low, high): (f64, f64)| Self::Normalised {
                    low: Landmark(low + 0.0),
                    high: Landmark(high + 0.0),
                };
                landmarks.map(form).ok_or(LANDMARKS)
            }
            (Some(NORMALISED), ..) => Err(LANDMARKS),
            _ => Err(
                "one of its forms before the slash: chance-corrected:G or normalised:LOW:HIGH, such as chance-corrected:0.25/exact-match",
            ),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => Ok(()),
            Self::ChanceCorrected(chance) => write!(formatter, "{CHANCE_CORRECTED}:{chance}/"),
            Self::Normalised { low, high } => write!(formatter, "{NORMALISED}:{low}:{high}/"),
        }
    }
}

/// A credit, a reducer and a form. Written as the credit where the reducer is the mean and the form its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    /// On which scale it is told.
    pub form: Form,
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
            form: Form::Plain,
            reducer: Reducer::Mean,
            credit,
        }
    }

    /// The metric, from the mean over attempts of what its credit is a function of. `longest` is the largest number of
    /// steps that an item may have.
    #[must_use]
    pub fn of_mean(self, mean: f64, longest: u32) -> f64 {
        self.form.of(self.credit.of_mean(mean, longest))
    }

    /// How much it changes with that mean; `None` if that depends on the mean.
    #[must_use]
    pub fn slope(self, longest: u32) -> Option<f64> {
        Some(self.form.slope() * self.credit.slope(longest)?)
    }

    /// Which end is the better one.
    #[must_use]
    pub fn direction(self) -> Direction {
        match (self.credit.direction(), self.form.slope() > 0.0) {
            (direction, true) => direction,
            (Direction::MoreIsBetter, false) => Direction::LessIsBetter,
            (Direction::LessIsBetter, false) => Direction::MoreIsBetter,
        }
    }

    /// Its least and its largest value.
    #[must_use]
    pub fn range(self) -> Range {
        match self.form {
            Form::Plain => self.credit.range(),
            Form::ChanceCorrected(_) | Form::Normalised { .. } => match self.credit.range() {
                Range::Unit | Range::Bounded => Range::Bounded,
                Range::Open => Range::Open,
            },
        }
    }

    /// Whether it is the share of attempts that earn all there is.
    #[must_use]
    pub fn is_success_rate(self) -> bool {
        self.form == Form::Plain && self.reducer == Reducer::Mean && self.credit.is_all_or_nothing()
    }
}

impl FromStr for Metric {
    type Err = Invalid;

    fn from_str(word: &str) -> Result<Self, Invalid> {
        let is_reducer = |part: &str| part.contains(['@', '^']) || part == Reducer::MEAN;
        let (form, rest) = match word.split_once('/') {
            Some((form, rest)) if !is_reducer(form) => {
                let refused = |problem| Invalid::Form(word.to_owned(), problem);
                (Form::read(form).map_err(refused)?, rest)
            }
            _ => (Form::Plain, word),
        };
        let (reducer, credit) = match rest.split_once('/') {
            Some((reducer, credit)) => (reducer.parse()?, credit.parse()?),
            None if is_reducer(rest) => (rest.parse()?, Credit::ExactMatch),
            None => (Reducer::Mean, rest.parse()?),
        };
        if reducer != Reducer::Mean && !credit.is_all_or_nothing() {
            return Err(Invalid::ReducedParts {
                reducer: reducer.to_string(),
                credit: credit.to_string(),
            });
        }
        Ok(Self {
            form,
            reducer,
            credit,
        })
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.form)?;
        match (self.reducer, self.credit) {
            (Reducer::Mean, credit) => write!(formatter, "{credit}"),
            (reducer, Credit::ExactMatch) => write!(formatter, "{reducer}"),
            (reducer, credit) => write!(formatter, "{reducer}/{credit}"),
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
        let forms = Form::CATALOGUE.iter().map(|form| {
            let parameters = form.parameters.iter();
            let parameters = parameters.map(|parameter| format!(":{}", parameter.pattern));
            schemars::json_schema!({
                "title": form.written,
                "pattern": format!("^{}{}/", form.name, parameters.collect::<String>()),
                "description": format!("{}: {}", form.meaning, form.formula),
            })
        });
        let reducers = Reducer::CATALOGUE.iter().map(|reducer| {
            schemars::json_schema!({
                "title": reducer.written,
                // One reducer only: their names have signs that no credit has.
                "pattern": format!("^{}(/[^@^/]+)?$", reducer.pattern()),
                "description": format!("{}: {}", reducer.meaning, reducer.formula),
            })
        });
        let all: Vec<_> = names.chain(aliases).chain(reducers).chain(forms).collect();
        schemars::json_schema!({ "type": "string", "anyOf": all })
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
            "chance-corrected:0.25/exact-match",
            "normalised:-1.5:0/log-likelihood",
            "pass@5",
            "pass^3/pass-mark:0.8",
            "chance-corrected:0.25/majority@7",
            "normalised:0:1/g-pass@8:0.75/pass-mark:0.5",
        ] {
            assert_eq!(word.parse::<Metric>().unwrap().to_string(), word);
        }
    }

    #[test]
    fn forms_are_straight_lines() {
        let metric = |word: &str| word.parse::<Metric>().unwrap();
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-14, "{found}");
        let corrected = metric("chance-corrected:0.25/partial-credit");
        close(corrected.of_mean(0.7, 10), 0.6);
        close(corrected.slope(10).unwrap(), 4.0 / 3.0);
        let normalised = metric("normalised:2.5:0.5/sequence-nll");
        // Of a share .3 of 10 steps' loss: 3 nats, below the low landmark.
        close(normalised.of_mean(0.3, 10), -25.0);
        close(normalised.slope(10).unwrap(), -500.0);
        assert_eq!(normalised.direction(), Direction::MoreIsBetter);
        assert_eq!(metric("sequence-nll").direction(), Direction::LessIsBetter);
        assert_eq!(metric("perplexity").slope(10), None);
        close(metric("perplexity").of_mean(0.3, 10), 1.349_858_807_576_003);
    }

    #[test]
    fn forms_that_mean_nothing_are_refused() {
        for word in [
            "chance-corrected/exact-match",
            "chance-corrected:1/exact-match",
            "chance-corrected:-0.1/exact-match",
            "normalised:1/exact-match",
            "normalised:1:1/exact-match",
            "normalised:1:inf/exact-match",
            "pass@0/exact-match",
            "pass@5/partial-credit",
            "pass-until@1",
        ] {
            let error = word.parse::<Metric>().unwrap_err().to_string();
            assert!(error.contains("such as"), "{word}: {error}");
        }
    }
}
