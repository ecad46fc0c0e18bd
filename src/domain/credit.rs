//! Credits: what an outcome is worth.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Invalid, Positive, nearest_name};

/// Which whole number of an outcome a credit looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// K, the number of correct steps.
    Correct,
    /// T, the number of correct steps before the first error.
    Leading,
}

/// A share of the steps, kept as the decimal it was written as: `.07 * 100` must be 7 steps, not 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share {
    /// Millionths.
    millionths: u32,
}

impl Share {
    const PARAMETER: CreditParameter = CreditParameter {
        name: "S",
        range: "above 0 and up to 1, with at most six decimals",
        meaning: "the least share of the steps; a decimal, so that .07 of 100 steps is 7",
        pattern: r"(0*\.[0-9]{1,6}|0*1(\.0{0,6})?)",
    };

    const WHOLE: u32 = 1_000_000;

    /// For constants known to be in range; checked when the program is compiled.
    pub(super) const fn constant(millionths: u32) -> Self {
        assert!(0 < millionths && millionths <= Self::WHOLE);
        Self { millionths }
    }

    /// floor(S n).
    #[must_use]
    pub fn whole_steps(self, steps: u32) -> u32 {
        (u64::from(self.millionths) * u64::from(steps) / u64::from(Self::WHOLE)) as u32
    }

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

impl TryFrom<f64> for Share {
    type Error = Invalid;

    fn try_from(share: f64) -> Result<Self, Invalid> {
        // The decimal it was written as.
        share.to_string().parse().map_err(|_| Invalid::Share(share))
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> Self {
        Self::from(share.millionths) / Self::from(Share::WHOLE)
    }
}

impl schemars::JsonSchema for Share {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "exclusiveMinimum": 0.0, "maximum": 1.0 })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Shortest decimal that reads back as the same number of millionths.
        write!(formatter, "{}", f64::from(*self))
    }
}

/// The power of [`Credit::Harshness`]: above 0, up to 1000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponent(Positive);

impl Exponent {
    const PARAMETER: CreditParameter = CreditParameter {
        name: "G",
        range: "above 0 and up to 1000",
        meaning: "the power; 1 is partial credit, a large one comes close to exact match",
        pattern: r"\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    };

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

/// A credit as catalogues and messages show it. K of L steps are correct, T of them before the first error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditEntry {
    /// The name scenario files use, without a parameter.
    pub name: &'static str,
    /// Another name for it.
    pub alias: Option<&'static str>,
    /// Its formula.
    pub formula: &'static str,
    /// What it rewards, in a plain line.
    pub meaning: &'static str,
    /// Its range and direction.
    pub values: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// What is written behind the name and a colon.
    pub parameter: Option<CreditParameter>,
}

impl CreditEntry {
    /// The name as it is written, with the letter of its parameter: `pass-mark:S`.
    #[must_use]
    pub fn written(&self) -> String {
        match self.parameter {
            Some(parameter) => format!("{}:{}", self.name, parameter.name),
            None => self.name.to_owned(),
        }
    }
}

/// The parameter of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditParameter {
    /// The letter that formulas call it.
    pub name: &'static str,
    /// What is allowed.
    pub range: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// A regular expression of what can be read.
    pub(super) pattern: &'static str,
}

/// Every credit in one place: its name, formula, meaning, range with direction, and source.
macro_rules! credits {
    ($(
        $variant:ident $(($parameter:ident))?: $name:literal $(or $alias:literal)?,
        $formula:literal, $meaning:literal, $values:literal, source $source:literal;
    )+) => {
        /// Outcome to a number from 0 to 1, more being better. K of L steps are correct, T of them before the first
        /// error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Credit {
            $(
                #[doc = concat!($formula, ": ", $meaning, "; ", $values, ".\n\nSource: ", $source, ".")]
                $variant $(($parameter))?
            ),+
        }

        impl Credit {
            /// Every credit, in the order of the documentation.
            pub const CATALOGUE: &'static [CreditEntry] = &[$(CreditEntry {
                name: $name,
                alias: credits!(@optional $($alias)?),
                formula: $formula,
                meaning: $meaning,
                values: $values,
                source: $source,
                parameter: credits!(@optional $($parameter::PARAMETER)?),
            }),+];
        }

        impl FromStr for Credit {
            type Err = Invalid;

            fn from_str(word: &str) -> Result<Self, Invalid> {
                let (name, parameter) = match word.split_once(':') {
                    Some((name, parameter)) => (name, Some(parameter)),
                    None => (word, None),
                };
                match name {
                    $($name $(| $alias)? => credits!(@read $variant $(($parameter))?, parameter).map_err(|problem| {
                        Invalid::MetricParameter { word: word.to_owned(), name: $name, problem }
                    }),)+
                    _ => Err(unknown(word, name)),
                }
            }
        }

        impl fmt::Display for Credit {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(credits!(@pattern $variant $($parameter given)?) => {
                        credits!(@write formatter, $name $(, $parameter given)?)
                    })+
                }
            }
        }
    };
    (@optional) => { None };
    (@optional $value:expr) => { Some($value) };
    (@pattern $variant:ident) => { Self::$variant };
    (@pattern $variant:ident $parameter:ident $given:ident) => { Self::$variant($given) };
    (@write $formatter:ident, $name:literal) => { $formatter.write_str($name) };
    (@write $formatter:ident, $name:literal, $parameter:ident $given:ident) => {
        write!($formatter, "{}:{}", $name, $given)
    };
    (@read $variant:ident, $given:ident) => {
        match $given {
            None => Ok(Self::$variant),
            Some(_) => Err("takes no parameter; write its name alone"),
        }
    };
    (@read $variant:ident ($parameter:ident), $given:ident) => {
        $given.unwrap_or_default().parse().map(Self::$variant)
    };
}

credits! {
    ExactMatch: "exact-match" or "all-or-nothing",
        "1 if K = L, else 0", "all steps must be right", "0 or 1, more is better",
        source "Schaeffer et al. 2023, arXiv:2304.15004, section 2 (accuracy)";
    PartialCredit: "partial-credit",
        "K/L", "the share of steps that are right", "0 to 1, more is better",
        source "Schaeffer et al. 2023, arXiv:2304.15004, section 2 (a credit for each step)";
    PrefixCredit: "prefix-credit",
        "T/L", "the share of steps that are right before the first error", "0 to 1, more is better",
        source "a definition of our own";
    PassMark(Share): "pass-mark",
        "1 if K >= ceil(S L), else 0", "at least a share of the steps must be right", "0 or 1, more is better",
        source "a definition of our own: a threshold on partial credit";
    Harshness(Exponent): "harshness",
        "(K/L)^G", "partial credit to a power: from lenient to nearly all or nothing", "0 to 1, more is better",
        source "a definition of our own: partial credit at G = 1, exact match as G grows";
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

fn unknown(word: &str, name: &str) -> Invalid {
    let near = nearest_name(name, Credit::CATALOGUE.iter().map(|entry| entry.name));
    let written = |entry: &CreditEntry| entry.written();
    let entry = Credit::CATALOGUE
        .iter()
        .find(|entry| near.as_deref() == Some(entry.name));
    let known: Vec<String> = Credit::CATALOGUE.iter().map(written).collect();
    Invalid::UnknownMetric {
        word: word.to_owned(),
        nearest: entry.map(written),
        known: known.join(", "),
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
            assert_eq!(credit(word).to_string(), word);
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
