//! What an outcome is worth: credits, reducers, and the metrics made of them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Invalid, Positive};

/// Which whole number of an outcome a credit looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// K, the number of correct steps.
    Correct,
    /// T, the number of correct steps before the first error.
    Leading,
}

/// A share of the steps, kept as the decimal it was written as: `.07 * 100` must be 7 steps, not 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// Millionths.
    millionths: u32,
}

impl Share {
    const WHOLE: u32 = 1_000_000;

    /// ceil(S L): the fewest correct steps of L that make the share.
    #[must_use]
    pub fn least_steps(self, steps: u32) -> u32 {
        let product = u64::from(self.millionths) * u64::from(steps);
        product.div_ceil(u64::from(Self::WHOLE)) as u32
    }
}

impl FromStr for Share {
    type Err = &'static str;

    /// Reads a decimal in (0, 1] with at most six places.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str =
            "needs a share above 0 and up to 1 with at most six decimals, such as pass-mark:0.8";
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole)
            || !digits(decimals)
            || decimals.len() > 6
            || (whole.is_empty() && decimals.is_empty())
        {
            return Err(WANTED);
        }
        let millionths = format!("{whole}{decimals:0<6}")
            .parse::<u32>()
            .map_err(|_| WANTED)?;
        if millionths == 0 || millionths > Self::WHOLE {
            Err(WANTED)
        } else {
            Ok(Self { millionths })
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Shortest decimal that reads back as the same number of millionths.
        write!(
            formatter,
            "{}",
            f64::from(self.millionths) / f64::from(Self::WHOLE)
        )
    }
}

/// The power of [`Credit::Harshness`]: above 0, up to 1000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponent(Positive);

impl Exponent {
    /// The power itself.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0.get()
    }
}

impl Eq for Exponent {}

impl PartialOrd for Exponent {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exponent {
    fn cmp(&self, other: &Self) -> Ordering {
        self.get().total_cmp(&other.get())
    }
}

impl FromStr for Exponent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "needs a power above 0 and up to 1000, such as harshness:3";
        let power = text.parse::<f64>().map_err(|_| WANTED)?;
        match Positive::try_from(power) {
            Ok(power) if power.get() <= 1000.0 => Ok(Self(power)),
            _ => Err(WANTED),
        }
    }
}

impl fmt::Display for Exponent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.get())
    }
}

/// Outcome to a number from 0 to 1, more being better. K of L steps are correct, T of them before the first error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credit {
    /// 1 if K = L, else 0.
    ExactMatch,
    /// K/L.
    PartialCredit,
    /// T/L.
    PrefixCredit,
    /// 1 if K >= ceil(S L), else 0.
    PassMark(Share),
    /// (K/L)^G.
    Harshness(Exponent),
}

impl Credit {
    /// The count it is a function of.
    #[must_use]
    pub const fn count(self) -> Count {
        match self {
            Self::ExactMatch | Self::PartialCredit | Self::PassMark(_) | Self::Harshness(_) => {
                Count::Correct
            }
            Self::PrefixCredit => Count::Leading,
        }
    }

    /// The credit of an outcome whose [`Count`] is `count`, of `steps` steps; within `[0, 1]`.
    #[must_use]
    pub fn value(self, count: u32, steps: u32) -> f64 {
        let all_if = |earned: bool| if earned { 1.0 } else { 0.0 };
        let share = f64::from(count) / f64::from(steps);
        match self {
            Self::ExactMatch => all_if(count == steps),
            Self::PassMark(mark) => all_if(count >= mark.least_steps(steps)),
            Self::PartialCredit | Self::PrefixCredit => share,
            Self::Harshness(power) => libm::pow(share, power.get()),
        }
    }

    /// Whether every outcome earns all or nothing.
    #[must_use]
    pub const fn is_all_or_nothing(self) -> bool {
        match self {
            Self::ExactMatch | Self::PassMark(_) => true,
            Self::PartialCredit | Self::PrefixCredit | Self::Harshness(_) => false,
        }
    }

    /// Whether the credit is its count over L, so that sums of credits are whole numbers of steps.
    #[must_use]
    pub const fn is_share_of_steps(self) -> bool {
        matches!(self, Self::PartialCredit | Self::PrefixCredit)
    }
}

/// The names metrics go by, as messages show them.
const KNOWN: &[&str] = &[
    "exact-match",
    "partial-credit",
    "prefix-credit",
    "pass-mark:S",
    "harshness:G",
];

impl FromStr for Credit {
    type Err = Invalid;

    fn from_str(word: &str) -> Result<Self, Invalid> {
        let (name, parameter) = match word.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (word, None),
        };
        let problem = |name, problem| Invalid::MetricParameter {
            word: word.to_owned(),
            name,
            problem,
        };
        let plain = |credit, name| match parameter {
            None => Ok(credit),
            Some(_) => Err(problem(name, "takes no parameter")),
        };
        match name {
            "exact-match" | "all-or-nothing" => plain(Self::ExactMatch, "exact-match"),
            "partial-credit" => plain(Self::PartialCredit, "partial-credit"),
            "prefix-credit" => plain(Self::PrefixCredit, "prefix-credit"),
            "pass-mark" => {
                let share = parameter.unwrap_or_default().parse();
                share
                    .map(Self::PassMark)
                    .map_err(|wanted| problem("pass-mark", wanted))
            }
            "harshness" => {
                let power = parameter.unwrap_or_default().parse();
                power
                    .map(Self::Harshness)
                    .map_err(|wanted| problem("harshness", wanted))
            }
            _ => Err(Invalid::UnknownMetric {
                word: word.to_owned(),
                nearest: nearest_name(word, KNOWN.iter().copied()),
                known: KNOWN.join(", "),
            }),
        }
    }
}

impl fmt::Display for Credit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExactMatch => formatter.write_str("exact-match"),
            Self::PartialCredit => formatter.write_str("partial-credit"),
            Self::PrefixCredit => formatter.write_str("prefix-credit"),
            Self::PassMark(share) => write!(formatter, "pass-mark:{share}"),
            Self::Harshness(power) => write!(formatter, "harshness:{power}"),
        }
    }
}

/// The valid name most like `word`, if one is alike enough to have been meant.
pub(crate) fn nearest_name<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    names
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name.to_owned())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(word: &str) -> Credit {
        word.parse().unwrap()
    }

    #[test]
    fn pass_marks_round_up_in_whole_numbers() {
        // Each of these products is a whole number that floating point puts just above it.
        for (mark, steps, least) in [
            ("0.07", 100, 7),
            ("0.14", 50, 7),
            ("0.28", 25, 7),
            ("0.56", 25, 14),
            ("0.75", 10, 8),
        ] {
            let Credit::PassMark(share) = credit(&format!("pass-mark:{mark}")) else {
                panic!()
            };
            assert_eq!(share.least_steps(steps), least, "{mark} of {steps}");
        }
        assert_eq!(credit("pass-mark:1"), credit("pass-mark:1.000"));
    }

    #[test]
    fn each_credit_of_seven_steps_of_ten() {
        let values = [
            "exact-match",
            "partial-credit",
            "prefix-credit",
            "pass-mark:0.7",
            "pass-mark:0.71",
            "harshness:2",
        ];
        let values = values.map(|word| credit(word).value(7, 10));
        assert_eq!(values, [0.0, 0.7, 0.7, 1.0, 0.0, 0.7 * 0.7]);
        assert_eq!(credit("exact-match").value(10, 10), 1.0);
    }

    #[test]
    fn only_prefix_credit_looks_at_the_steps_before_the_first_error() {
        for word in [
            "exact-match",
            "partial-credit",
            "pass-mark:0.5",
            "harshness:3",
        ] {
            assert_eq!(credit(word).count(), Count::Correct, "{word}");
        }
        assert_eq!(credit("prefix-credit").count(), Count::Leading);
    }

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
        assert_eq!(credit("all-or-nothing"), Credit::ExactMatch);
    }

    #[test]
    fn a_mistaken_name_is_answered_with_the_nearest() {
        let message = "exact-mach".parse::<Credit>().unwrap_err().to_string();
        assert!(
            message.contains("did you mean \"exact-match\"?"),
            "{message}"
        );
        for word in [
            "pass-mark",
            "pass-mark:0",
            "pass-mark:1.2",
            "pass-mark:0.1234567",
            "harshness:-1",
            "harshness:1e4",
            "exact-match:2",
            "",
        ] {
            assert!(word.parse::<Credit>().is_err(), "{word}");
        }
    }
}
