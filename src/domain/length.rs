//! How many steps items have: the same number for all, or one drawn for each.

use std::fmt;

use schemars::{JsonSchema, Schema, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::special::{normal_cdf, normal_interval};
use super::tagged::{FORMULA, checked, tagged};
use super::{AtLeastOne, Invalid, Longest, Positive, Steps};

/// The number of steps of the items: part of the test set, so the same at all scales.
///
/// Written as a whole number, or as a table with a `kind`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Lengths {
    /// Every item has this many steps.
    Fixed(Steps),
    /// Each item's number of steps is drawn from a distribution.
    Drawn(LengthDistribution),
}

tagged! {
    /// A law of the number of steps L of an item, drawn once for each. One that goes on for ever is cut off at `longest`,
    /// and the probabilities of the lengths up to it are renormalised to sum to 1.
    pub enum LengthDistribution; {
        "uniform" => Uniform(UniformLengths):
            "drawn for each item: P(L) = 1/(to - from + 1) for from <= L <= to";
        "geometric" => Geometric(GeometricLengths):
            "drawn for each item: P(L) proportional to (1 - 1/mean)^(L-1) for 1 <= L <= longest";
        "poisson" => Poisson(PoissonLengths):
            "drawn for each item: P(L) proportional to mean^L/L! for 1 <= L <= longest";
        "log-normal" => LogNormal(LogNormalLengths):
            "drawn for each item: median exp(sd Z), Z standard normal, rounded to a whole number, at least 1; for L <= longest";
        "list" => List(ListedLengths):
            "drawn for each item: P(L = lengths_i) proportional to weights_i";
    }
}

/// Lengths `from` to `to`, all equally likely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct UniformLengths {
    /// The least number of steps.
    from: Steps,
    /// The largest number of steps.
    to: Steps,
}

checked!(UniformLengths);

impl Default for UniformLengths {
    fn default() -> Self {
        Self {
            from: Steps::constant(5),
            to: Steps::constant(15),
        }
    }
}

impl UniformLengths {
    /// Lengths `from` to `to`, both included.
    ///
    /// # Errors
    /// [`Invalid::LengthRange`] unless from <= to; [`Invalid::TooManyLengths`] for more than
    /// [`LengthDistribution::MAX_COUNTS`].
    pub fn new(from: Steps, to: Steps) -> Result<Self, Invalid> {
        Self { from, to }.checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        let (from, to) = (self.from.get(), self.to.get());
        if from > to {
            return Err(Invalid::LengthRange { from, to });
        }
        countable(from, to, from..=to)?;
        Ok(self)
    }
}

/// P(L) = (1 - q)^(L-1) q / (1 - (1 - q)^longest), q = 1/mean: after each step an item ends with chance q.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct GeometricLengths {
    /// Mean number of steps before the law is cut off; at most the longest.
    mean: AtLeastOne,
    /// The largest number of steps: what lies beyond is cut off and the rest renormalised.
    longest: Longest,
}

checked!(GeometricLengths);

impl Default for GeometricLengths {
    fn default() -> Self {
        Self {
            mean: AtLeastOne::constant(10.0),
            longest: DEFAULT_LONGEST,
        }
    }
}

impl GeometricLengths {
    /// `mean` is that of the law before it is cut off at `longest`.
    ///
    /// # Errors
    /// [`Invalid::BeyondLongest`] unless mean <= longest.
    pub fn new(mean: AtLeastOne, longest: Longest) -> Result<Self, Invalid> {
        Self { mean, longest }.checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        within("mean", self.mean.get(), self.longest)?;
        Ok(self)
    }

    /// (1 - q)^(L-1) for L = 1, 2, ..., longest.
    fn weights(&self) -> Vec<f64> {
        let ln_ratio = libm::log1p(-1.0 / self.mean.get());
        let weight = |length| match length {
            // Where the mean is 1, the logarithm is infinite.
            1 => 1.0,
            _ => libm::exp(f64::from(length - 1) * ln_ratio),
        };
        (1..=self.longest.get()).map(weight).collect()
    }
}

/// P(L) = mean^L/L! over its sum for 1 <= L <= longest: a Poisson number, given that it is among those.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct PoissonLengths {
    /// Mean of the whole Poisson law, before 0 and its tail are cut off; at most the longest.
    mean: Positive,
    /// The largest number of steps: what lies beyond is cut off and the rest renormalised.
    longest: Longest,
}

checked!(PoissonLengths);

impl Default for PoissonLengths {
    fn default() -> Self {
        Self {
            mean: Positive::constant(10.0),
            longest: DEFAULT_LONGEST,
        }
    }
}

impl PoissonLengths {
    /// `mean` is that of the Poisson law before 0 and all above `longest` are left out.
    ///
    /// # Errors
    /// [`Invalid::BeyondLongest`] unless mean <= longest.
    pub fn new(mean: Positive, longest: Longest) -> Result<Self, Invalid> {
        Self { mean, longest }.checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        within("mean", self.mean.get(), self.longest)?;
        Ok(self)
    }

    /// P(L) over that of the most likely length, for L = 1, 2, ..., longest: outwards by the ratios of neighbours.
    fn weights(&self) -> Vec<f64> {
        let (mean, longest) = (self.mean.get(), self.longest.get());
        let mode = (mean as u32).max(1);
        let mut weights = vec![1.0; longest as usize];
        for length in (1..mode).rev() {
            let place = length as usize;
            weights[place - 1] = weights[place] * f64::from(length + 1) / mean;
        }
        for length in mode + 1..=longest {
            let place = length as usize - 1;
            weights[place] = weights[place - 1] * mean / f64::from(length);
        }
        weights
    }
}

/// P(L) ~ P(L - 1/2 < X < L + 1/2) with ln X normal; P(1) ~ P(X < 3/2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct LogNormalLengths {
    /// Median before rounding and cutting off, in steps; at most the longest.
    median: Positive,
    /// Standard deviation of the natural logarithm; .3 to 1 is typical.
    sd: Positive,
    /// The largest number of steps: what lies beyond is cut off and the rest renormalised.
    longest: Longest,
}

checked!(LogNormalLengths);

impl Default for LogNormalLengths {
    fn default() -> Self {
        Self {
            median: Positive::constant(10.0),
            sd: Positive::constant(0.8),
            longest: DEFAULT_LONGEST,
        }
    }
}

impl LogNormalLengths {
    /// `median` in steps and `sd` of the natural logarithm are those of the law before it is rounded and cut off.
    ///
    /// # Errors
    /// [`Invalid::BeyondLongest`] unless median <= longest.
    pub fn new(median: Positive, sd: Positive, longest: Longest) -> Result<Self, Invalid> {
        Self {
            median,
            sd,
            longest,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        within("median", self.median.get(), self.longest)?;
        Ok(self)
    }

    /// P(X rounds to L) for L = 1, 2, ..., longest.
    fn weights(&self) -> Vec<f64> {
        let weight = |length| match length {
            1 => normal_cdf(self.deviations(1.5)),
            _ => {
                let (low, high) = (f64::from(length) - 0.5, f64::from(length) + 0.5);
                // From the ratio of the ends: their deviations may be large and nearly the same.
                let width = libm::log1p(1.0 / low) / self.sd.get();
                normal_interval(self.deviations(low), self.deviations(high), width)
            }
        };
        (1..=self.longest.get()).map(weight).collect()
    }

    /// ln(x/median)/sd, with its leading digits near the median as well.
    fn deviations(&self, x: f64) -> f64 {
        let median = self.median.get();
        let ratio = x / median;
        let logarithm = match 0.5 < ratio && ratio < 2.0 {
            true => libm::log1p((x - median) / median),
            false => libm::log(ratio),
        };
        logarithm / self.sd.get()
    }
}

/// P(L_i) = w_i / (w_1 + w_2 + ...).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListedLengths {
    /// The possible numbers of steps, increasing.
    #[schemars(extend("minItems" = 1, "examples" = [[1, 5, 20]]))]
    lengths: Vec<Steps>,
    /// How likely each is, one for each length, in any unit.
    #[schemars(extend("minItems" = 1, "examples" = [[3.0, 2.0, 1.0]]))]
    weights: Vec<Positive>,
}

checked!(ListedLengths);

impl Default for ListedLengths {
    fn default() -> Self {
        Self {
            lengths: [1, 5, 20].map(Steps::constant).to_vec(),
            weights: [3.0, 2.0, 1.0].map(Positive::constant).to_vec(),
        }
    }
}

impl ListedLengths {
    /// One weight for each length; lengths increase.
    ///
    /// # Errors
    /// [`Invalid::NoLengths`], [`Invalid::LengthsOrder`], [`Invalid::WeightCount`], or [`Invalid::TooManyLengths`] for
    /// more than [`LengthDistribution::MAX_COUNTS`].
    pub fn new(lengths: Vec<Steps>, weights: Vec<Positive>) -> Result<Self, Invalid> {
        Self { lengths, weights }.checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        let (Some(first), Some(last)) = (self.lengths.first(), self.lengths.last()) else {
            return Err(Invalid::NoLengths);
        };
        if let Some(pair) = self.lengths.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(Invalid::LengthsOrder(pair[0].get(), pair[1].get()));
        }
        if self.weights.len() != self.lengths.len() {
            return Err(Invalid::WeightCount {
                weights: self.weights.len(),
                lengths: self.lengths.len(),
            });
        }
        let lengths = self.lengths.iter().map(|length| length.get());
        countable(first.get(), last.get(), lengths)?;
        Ok(self)
    }

    /// The weights, none above 1.
    fn weights(&self) -> Vec<f64> {
        // Their sum must not overflow.
        let weights = self.weights.iter().map(|weight| weight.get());
        let largest = weights.clone().fold(0.0, f64::max);
        weights.map(|weight| weight / largest).collect()
    }
}

const DEFAULT_LONGEST: Longest = Longest::constant(200);

/// Refuses a typical length that the law's end would cut off.
fn within(what: &'static str, value: f64, longest: Longest) -> Result<(), Invalid> {
    let longest = longest.get();
    match value <= f64::from(longest) {
        true => Ok(()),
        false => Err(Invalid::BeyondLongest {
            what,
            value,
            longest,
        }),
    }
}

/// Refuses lengths from `first` to `last` that take more counts than there may be.
fn countable(first: u32, last: u32, lengths: impl Iterator<Item = u32>) -> Result<(), Invalid> {
    let counts = lengths.map(|length| u64::from(length) + 1).sum();
    let max = LengthDistribution::MAX_COUNTS;
    match counts <= max {
        true => Ok(()),
        false => Err(Invalid::TooManyLengths {
            first,
            last,
            counts,
            max,
        }),
    }
}

impl LengthDistribution {
    /// The largest sum of L + 1 over all lengths L that may be asked for: each has a count for 0, 1, ..., L correct steps.
    pub const MAX_COUNTS: u64 = 1_000_000;

    /// The least and the largest number of steps that it allows.
    #[must_use]
    pub fn range(&self) -> (Steps, Steps) {
        let up_to = |longest: Longest| (Steps::constant(1), Steps::from(longest));
        match self {
            Self::Uniform(law) => (law.from, law.to),
            Self::Geometric(law) => up_to(law.longest),
            Self::Poisson(law) => up_to(law.longest),
            Self::LogNormal(law) => up_to(law.longest),
            // Never empty.
            Self::List(law) => (law.lengths[0], law.lengths[law.lengths.len() - 1]),
        }
    }

    /// Its lengths, increasing, and numbers proportional to their probabilities.
    fn weighed(&self) -> (Vec<u32>, Vec<f64>) {
        let weights = match self {
            Self::Uniform(law) => vec![1.0; (law.to.get() - law.from.get()) as usize + 1],
            Self::Geometric(law) => law.weights(),
            Self::Poisson(law) => law.weights(),
            Self::LogNormal(law) => law.weights(),
            Self::List(law) => law.weights(),
        };
        let lengths = match self {
            Self::List(law) => law.lengths.iter().map(|length| length.get()).collect(),
            Self::Uniform(_) | Self::Geometric(_) | Self::Poisson(_) | Self::LogNormal(_) => {
                let (least, most) = self.range();
                (least.get()..=most.get()).collect()
            }
        };
        (lengths, weights)
    }
}

impl Lengths {
    /// The least and the largest number of steps that an item may have.
    #[must_use]
    pub fn range(&self) -> (Steps, Steps) {
        match self {
            Self::Fixed(steps) => (*steps, *steps),
            Self::Drawn(law) => law.range(),
        }
    }

    /// The largest number of steps that an item may have.
    #[must_use]
    pub fn longest(&self) -> Steps {
        self.range().1
    }

    /// Every length that a draw can come to, with its probability.
    #[must_use]
    pub fn table(&self) -> LengthTable {
        match self {
            Self::Fixed(steps) => LengthTable::of(&[steps.get()], &[1.0]),
            Self::Drawn(law) => {
                let (lengths, weights) = law.weighed();
                LengthTable::of(&lengths, &weights)
            }
        }
    }
}

impl Default for Lengths {
    /// Ten steps.
    fn default() -> Self {
        Self::Fixed(Steps::constant(10))
    }
}

impl From<Steps> for Lengths {
    fn from(steps: Steps) -> Self {
        Self::Fixed(steps)
    }
}

impl From<LengthDistribution> for Lengths {
    fn from(law: LengthDistribution) -> Self {
        Self::Drawn(law)
    }
}

impl fmt::Display for Lengths {
    /// `10`, or `3 to 9`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range() {
            (least, most) if least == most => write!(formatter, "{}", most.get()),
            (least, most) => write!(formatter, "{} to {}", least.get(), most.get()),
        }
    }
}

/// The lengths that a draw can come to, and which of the 2^64 words comes to which.
///
/// Invariant: lengths increase, each has at least one word, and the last ends at the largest word.
#[derive(Clone, Debug, PartialEq)]
pub struct LengthTable {
    lengths: Vec<u32>,
    probabilities: Vec<f64>,
    /// The last word of each length.
    last_words: Vec<u64>,
}

impl LengthTable {
    /// `weights` are proportional to the probabilities of `lengths`; the largest is neither 0 nor infinite.
    fn of(lengths: &[u32], weights: &[f64]) -> Self {
        const WORDS: f64 = 18_446_744_073_709_551_616.0;
        let sum = compensated_sum(weights);
        let probabilities = weights.iter().map(|weight| weight / sum);
        // A probability times 2^64 is exact, and its nearest whole number is the same on every machine.
        let words = |probability: f64| libm::rint(probability * WORDS) as u128;
        let all = lengths.iter().copied().zip(probabilities);
        let possible: Vec<(u32, f64, u128)> = all
            .map(|(length, probability)| (length, probability, words(probability)))
            .filter(|&(_, _, words)| words > 0)
            .collect();
        // What rounding left over, or took too much, is the most likely length's: to it, it is next to nothing.
        let given: u128 = possible.iter().map(|&(_, _, words)| words).sum();
        let most = possible.iter().map(|&(_, _, words)| words).max();
        let likeliest = possible
            .iter()
            .position(|&(_, _, words)| Some(words) == most);
        let mut table = Self {
            lengths: Vec::with_capacity(possible.len()),
            probabilities: Vec::with_capacity(possible.len()),
            last_words: Vec::with_capacity(possible.len()),
        };
        let mut end = 0;
        for (place, (length, probability, words)) in possible.into_iter().enumerate() {
            end += words;
            if Some(place) == likeliest {
                end = end + (1 << 64) - given;
            }
            table.lengths.push(length);
            table.probabilities.push(probability);
            table.last_words.push((end - 1) as u64);
        }
        table
    }

    /// The length that a word uniform on 0..2^64 comes to: the first whose last word is not below it.
    #[must_use]
    pub fn draw(&self, word: u64) -> u32 {
        // The last word of all is the largest there is, so that no word lies behind.
        self.lengths[self.last_words.partition_point(|&last| last < word)]
    }

    /// Each possible length, increasing, with its probability; they sum to 1 but for rounding. Relative error about 1e-14.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, f64)> + '_ {
        let lengths = self.lengths.iter().copied();
        lengths.zip(self.probabilities.iter().copied())
    }

    /// Mean number of steps.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let products: Vec<f64> = self
            .iter()
            .map(|(length, p)| f64::from(length) * p)
            .collect();
        compensated_sum(&products)
    }

    /// The longest length that a draw can come to: that of the law, or less where those near its end have probabilities
    /// below 2^-65.
    #[must_use]
    pub fn longest(&self) -> u32 {
        // Never empty.
        self.lengths[self.lengths.len() - 1]
    }
}

/// Sum with what each addition rounds off carried along: Kahan 1965, Communications of the ACM 8, 40. Terms are not
/// negative.
fn compensated_sum(terms: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0, 0.0);
    for term in terms {
        let term = term - lost;
        let next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }
    sum
}

impl<'de> Deserialize<'de> for Lengths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrTable;

        impl<'de> Visitor<'de> for NumberOrTable {
            type Value = Lengths;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(
                    "a whole number of steps, or a table such as { kind = \"uniform\", from = 5, to = 15 }",
                )
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Lengths, E> {
                Steps::try_from(number)
                    .map(Lengths::Fixed)
                    .map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Lengths, E> {
                match u64::try_from(number) {
                    Ok(number) => self.visit_u64(number),
                    Err(_) => Err(E::invalid_type(Unexpected::Signed(number), &self)),
                }
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Lengths, E> {
                // 1e6 is a whole number to everyone but TOML. Below 2^63 the cast is exact for a float without fraction.
                match number.fract() == 0.0 && (0.0..9.2e18).contains(&number) {
                    true => self.visit_u64(number as u64),
                    false => Err(E::invalid_type(Unexpected::Float(number), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Lengths, A::Error> {
                LengthDistribution::deserialize(MapAccessDeserializer::new(table))
                    .map(Lengths::Drawn)
            }
        }

        deserializer.deserialize_any(NumberOrTable)
    }
}

impl JsonSchema for Lengths {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Lengths".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> Schema {
        let meaning = "every item has the same number of steps, 1 to 1,000,000";
        let number = json_schema!({
            "title": "a whole number",
            "description": meaning,
            FORMULA: meaning,
            "type": "integer",
            "minimum": Steps::MIN,
            "maximum": Steps::MAX,
        });
        let mut forms = vec![number.to_value()];
        let kinds = LengthDistribution::json_schema(generator).to_value();
        if let Some(Value::Array(kinds)) = kinds.get("oneOf") {
            forms.extend(kinds.iter().cloned());
        }
        json_schema!({ "oneOf": forms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Lengths {
        serde_json::from_str(json).unwrap()
    }

    fn table(json: &str) -> LengthTable {
        read(json).table()
    }

    /// Probabilities of some lengths, and the mean. Expected values: mpmath with 40 digits.
    #[track_caller]
    fn check(json: &str, probabilities: &[(u32, f64)], mean: f64) {
        let table = table(json);
        let close = |found: f64, expected: f64| (found / expected - 1.0).abs() < 2e-14;
        for &(length, expected) in probabilities {
            let found = table.iter().find(|&(other, _)| other == length);
            let found = found.map_or(0.0, |(_, probability)| probability);
            assert!(
                close(found, expected),
                "P({length}): {found:e} is not {expected:e}"
            );
        }
        assert!(close(table.mean(), mean), "{} is not {mean}", table.mean());
        let sum: f64 = table.iter().map(|(_, probability)| probability).sum();
        assert!((sum - 1.0).abs() < 1e-14, "{sum}");
    }

    #[test]
    fn a_number_of_steps_is_drawn_by_every_word() {
        let table = table("7");
        assert_eq!((table.draw(0), table.draw(u64::MAX)), (7, 7));
        assert_eq!(table.iter().collect::<Vec<_>>(), [(7, 1.0)]);
        assert_eq!((table.mean(), table.longest()), (7.0, 7));
    }

    #[test]
    fn uniform_lengths_share_the_words_evenly() {
        let table = table(r#"{"kind": "uniform", "from": 3, "to": 6}"#);
        let quarter = 1 << 62;
        let drawn = [
            0,
            quarter - 1,
            quarter,
            2 * quarter - 1,
            2 * quarter,
            3 * quarter,
            u64::MAX,
        ];
        assert_eq!(drawn.map(|word| table.draw(word)), [3, 3, 4, 4, 5, 6, 6]);
        assert_eq!((table.mean(), table.longest()), (4.5, 6));
    }

    #[test]
    fn listed_lengths_are_as_likely_as_their_weights() {
        let table = table(r#"{"kind": "list", "lengths": [1, 5, 20], "weights": [1, 2.5, 0.5]}"#);
        let quarter = 1 << 62;
        let last = quarter + (5 << 61);
        let drawn = [quarter - 1, quarter, last - 1, last].map(|word| table.draw(word));
        assert_eq!(drawn, [1, 5, 5, 20]);
        assert_eq!(table.mean(), 5.875); // (1 + 12.5 + 10)/4
        let large = r#"{"kind": "list", "lengths": [2, 3], "weights": [1e308, 1.5e308]}"#;
        check(large, &[(2, 0.4), (3, 0.6)], 2.6);
    }

    #[test]
    fn geometric_lengths() {
        check(
            r#"{"kind": "geometric"}"#,
            &[
                (1, 0.100_000_000_070_550_79),
                (7, 0.053_144_100_037_493_583),
                (200, 7.838_976_792_925_274e-11),
            ],
            9.999_999_858_898_418,
        );
        check(
            r#"{"kind": "geometric", "mean": 7.5, "longest": 30}"#,
            &[
                (1, 0.135_180_373_929_717_65),
                (30, 0.002_131_200_688_135_751_1),
            ],
            7.084_415_865_813_528,
        );
        check(
            r#"{"kind": "geometric", "mean": 1.25, "longest": 1412}"#,
            &[(1, 0.8), (3, 0.032), (27, 5.368_709_12e-19)],
            1.25,
        );
        check(r#"{"kind": "geometric", "mean": 1}"#, &[(1, 1.0)], 1.0);
    }

    #[test]
    fn poisson_lengths() {
        check(
            r#"{"kind": "poisson"}"#,
            &[
                (1, 0.000_454_019_910_096_877_7),
                (10, 0.125_115_715_965_850_33),
                (40, 5.564_547_195_262_352e-13),
            ],
            10.000_454_019_910_097,
        );
        check(
            r#"{"kind": "poisson", "mean": 2.5, "longest": 4}"#,
            &[
                (1, 0.253_632_760_898_282_7),
                (3, 0.264_200_792_602_377_81),
                (4, 0.165_125_495_376_486_13),
            ],
            2.340_819_022_457_067_4,
        );
        check(
            r#"{"kind": "poisson", "mean": 700, "longest": 1412}"#,
            &[
                (500, 2.860_712_013_026_083_7e-16),
                (700, 0.015_076_805_912_737_029),
                (930, 1.804_660_746_902_260_6e-17),
            ],
            700.0,
        );
        check(
            r#"{"kind": "poisson", "mean": 0.3}"#,
            &[
                (1, 0.857_488_774_053_024_8),
                (12, 3.171_212_034_723_290_7e-15),
            ],
            1.157_488_774_053_024_8,
        );
    }

    #[test]
    fn log_normal_lengths() {
        check(
            r#"{"kind": "log-normal"}"#,
            &[
                (1, 0.008_861_211_529_252_663),
                (2, 0.032_702_066_828_139_159),
                (10, 0.049_881_264_218_942_09),
                (50, 0.001_318_639_541_761_060_8),
                (200, 2.248_506_143_171_945_8e-6),
            ],
            13.750_542_662_864_019,
        );
        check(
            r#"{"kind": "log-normal", "median": 100, "sd": 0.05}"#,
            &[
                (70, 1.192_386_171_059_478_8e-12),
                (100, 0.079_656_333_670_497_64),
                (150, 2.931_487_788_738_075e-16),
            ],
            100.125_078_157_562_26,
        );
        check(
            r#"{"kind": "log-normal", "median": 6, "sd": 1.5, "longest": 9}"#,
            &[(1, 0.286_446_378_356_715_93), (9, 0.045_979_158_723_156_11)],
            3.534_967_860_010_5,
        );
        check(
            r#"{"kind": "log-normal", "median": 300, "sd": 2, "longest": 1412}"#,
            &[
                (300, 0.000_851_642_477_607_783_4),
                (1412, 0.000_134_057_493_487_831_26),
            ],
            312.960_276_071_015_24,
        );
        check(
            r#"{"kind": "log-normal", "median": 0.2, "sd": 1.1, "longest": 50}"#,
            &[
                (1, 0.966_504_411_827_460_5),
                (50, 2.452_883_058_367_522_4e-8),
            ],
            1.055_073_423_119_58,
        );
    }

    /// From the smallest to the largest parameters, every table is one: it has words for each length, and all words.
    #[test]
    fn every_word_comes_to_a_length_and_every_length_has_a_word() {
        let ends = [f64::from_bits(1), 1e-300, 0.01, 0.999, 1.0, 37.5, 1412.0];
        let mut laws: Vec<LengthDistribution> = Vec::new();
        for longest in [1, 2, 200, 1412].map(Longest::constant) {
            for typical in ends.map(Positive::constant) {
                laws.extend(PoissonLengths::new(typical, longest).map(LengthDistribution::Poisson));
                for sd in [f64::from_bits(1), 1e-3, 0.7, 50.0, f64::MAX].map(Positive::constant) {
                    let law = LogNormalLengths::new(typical, sd, longest);
                    laws.extend(law.map(LengthDistribution::LogNormal));
                }
                let mean = AtLeastOne::try_from(typical.get());
                let law = mean.and_then(|mean| GeometricLengths::new(mean, longest));
                laws.extend(law.map(LengthDistribution::Geometric));
            }
        }
        assert_eq!(laws.len(), 145);
        for law in laws {
            let table = Lengths::Drawn(law.clone()).table();
            let sum: f64 = table.iter().map(|(_, probability)| probability).sum();
            assert!((sum - 1.0).abs() < 1e-14, "{sum} of {law:?}");
            let mut first = 0;
            for (place, (length, probability)) in table.iter().enumerate() {
                let last = table.last_words[place];
                assert_eq!(
                    (table.draw(first), table.draw(last)),
                    (length, length),
                    "{law:?}"
                );
                let words = (last - first) as f64 + 1.0;
                let asked = probability * 18_446_744_073_709_551_616.0;
                assert!(
                    (words - asked).abs() <= 0.5 + 1e-11 * asked,
                    "{length} of {law:?}"
                );
                first = last.wrapping_add(1);
            }
            assert_eq!(first, 0, "{law:?}");
            assert_eq!(
                table.iter().last().map(|(length, _)| length),
                Some(table.longest())
            );
        }
    }

    #[test]
    fn lengths_too_rare_to_be_drawn_are_not_in_the_table() {
        let poisson = read(r#"{"kind": "poisson"}"#);
        // 10^51 e^-10/51! = 2.9e-20, and 5.6e-21 for 52; half a word of 2^64 is 2.7e-20.
        assert_eq!(
            (poisson.longest().get(), poisson.table().longest()),
            (200, 51)
        );
        let list = table(r#"{"kind": "list", "lengths": [2, 3], "weights": [1e-30, 1]}"#);
        assert_eq!(list.iter().collect::<Vec<_>>(), [(3, 1.0)]);
    }

    #[test]
    fn the_memory_that_lengths_may_take_is_bounded() {
        let counts = |longest: u64| (1..=longest).map(|length| length + 1).sum::<u64>();
        assert!(counts(Longest::MAX) <= LengthDistribution::MAX_COUNTS);
        assert!(counts(Longest::MAX + 1) > LengthDistribution::MAX_COUNTS);
        let uniform = |from, to| UniformLengths::new(Steps::constant(from), Steps::constant(to));
        assert!(uniform(1, 1412).is_ok() && uniform(999_999, 999_999).is_ok());
        assert_eq!(
            uniform(1, 1413),
            Err(Invalid::TooManyLengths {
                first: 1,
                last: 1413,
                counts: 1_000_404,
                max: 1_000_000
            })
        );
        let listed = |lengths: &[u32]| {
            let steps = lengths.iter().map(|&length| Steps::constant(length));
            ListedLengths::new(
                steps.collect(),
                vec![Positive::constant(1.0); lengths.len()],
            )
        };
        assert!(listed(&[400_000, 599_998]).is_ok() && listed(&[400_000, 599_999]).is_err());
    }

    #[test]
    fn lengths_that_make_no_sense_are_refused() {
        for json in [
            r#"0"#,
            r#"-3"#,
            r#"2.5"#,
            r#""ten""#,
            r#"[10]"#,
            r#"{}"#,
            r#"{"from": 3, "to": 9}"#,
            r#"{"kind": "normal"}"#,
            r#"{"kind": "uniform", "from": 9, "to": 8}"#,
            r#"{"kind": "uniform", "mean": 9}"#,
            r#"{"kind": "geometric", "mean": 0.99}"#,
            r#"{"kind": "geometric", "mean": 30, "longest": 29}"#,
            r#"{"kind": "geometric", "longest": 1413}"#,
            r#"{"kind": "poisson", "mean": 0}"#,
            r#"{"kind": "poisson", "mean": 200.5}"#,
            r#"{"kind": "log-normal", "sd": 0}"#,
            r#"{"kind": "log-normal", "median": 201}"#,
            r#"{"kind": "list", "lengths": [], "weights": []}"#,
            r#"{"kind": "list", "lengths": [1, 1], "weights": [1, 1]}"#,
            r#"{"kind": "list", "lengths": [1, 2], "weights": [1]}"#,
            r#"{"kind": "list", "lengths": [1], "weights": [0]}"#,
            r#"{"kind": "list", "lengths": [1]}"#,
        ] {
            assert!(serde_json::from_str::<Lengths>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn lengths_are_written_as_they_are_read() {
        for json in [
            r#"10"#,
            r#"{"kind":"uniform","from":3,"to":9}"#,
            r#"{"kind":"geometric","mean":7.5,"longest":30}"#,
            r#"{"kind":"poisson","mean":7.5,"longest":30}"#,
            r#"{"kind":"log-normal","median":7.5,"sd":0.25,"longest":30}"#,
            r#"{"kind":"list","lengths":[1,5],"weights":[0.5,1.0]}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(json)).unwrap(), json);
        }
        let late = read(r#"{"to": 9, "from": 3, "kind": "uniform"}"#);
        assert_eq!(late, read(r#"{"kind": "uniform", "from": 3, "to": 9}"#));
        assert_eq!(read("1e3"), read("1000"));
        assert_eq!(
            (late.to_string(), read("7").to_string()),
            ("3 to 9".into(), "7".into())
        );
    }
}
