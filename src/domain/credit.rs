//! Credits: what an attempt is worth.

mod towards;

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

/// A credit that is a function of one count of the steps of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// 1 if every step is right, else 0.
    AllRight,
    /// The count over L.
    Share(Count),
    /// 1 if at least this share of the steps is right, else 0.
    PassMark(Share),
    /// The share of right steps to a power.
    Power(Exponent),
}

impl Counted {
    /// The count it is a function of.
    #[must_use]
    pub const fn count(self) -> Count {
        match self {
            Self::AllRight | Self::PassMark(_) | Self::Power(_) => Count::Correct,
            Self::Share(count) => count,
        }
    }

    /// The credit of an outcome whose [`Count`] is `count`, of `steps` steps; within `[0, 1]`.
    #[must_use]
    pub fn value(self, count: u32, steps: u32) -> f64 {
        let all_if = |earned: bool| if earned { 1.0 } else { 0.0 };
        let share = f64::from(count) / f64::from(steps);
        match self {
            Self::AllRight => all_if(count == steps),
            Self::PassMark(mark) => all_if(count >= mark.least_steps(steps)),
            Self::Share(_) => share,
            Self::Power(power) => libm::pow(share, power.get()),
        }
    }
}

/// A number that an attempt comes to beyond which steps are right: how likely its right answer was, or what it wrote.
///
/// None is negative. A question is one step, whose loss is that of the right option among everything that could be said.
/// Those of an attempt at L steps have h_i, the loss -ln p_i that the right token of step i had, given
/// right ones before it, with its noise; D, the edit distance between the L tokens of the right answer and the M that were
/// written, and S, the length of the longest common subsequence of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// (h_1 + ... + h_L)/L, in nats.
    StepLoss,
    /// (h_1 + ... + h_L)/L', L' being the largest number of steps that an item may have: in nats.
    ShareOfSequenceLoss,
    /// exp(-(h_1 + ... + h_L)).
    SequenceProbability,
    /// The mean over steps of (1 - exp(-h_i))^2.
    StepBrier,
    /// 1 - D/max(L, M).
    EditDistance,
    /// 2 S/(L + M).
    CommonSubsequence,
    /// Of a question: the right option's probability among the options.
    ChoiceProbability,
    /// Of a question: -ln of that, in nats.
    ChoiceLoss,
    /// Of a question: half the sum over options of the squared distance of their probabilities among the options from 1
    /// for the right one and 0 for the others.
    HalfChoiceBrier,
}

impl Reading {
    /// Whether it tells how likely the right answer was.
    #[must_use]
    pub const fn is_of_likelihood(self) -> bool {
        match self {
            Self::StepLoss
            | Self::ShareOfSequenceLoss
            | Self::SequenceProbability
            | Self::StepBrier => true,
            Self::EditDistance
            | Self::CommonSubsequence
            | Self::ChoiceProbability
            | Self::ChoiceLoss
            | Self::HalfChoiceBrier => false,
        }
    }

    /// Whether it is read off options.
    #[must_use]
    pub const fn is_of_options(self) -> bool {
        matches!(
            self,
            Self::ChoiceProbability | Self::ChoiceLoss | Self::HalfChoiceBrier
        )
    }

    /// Whether it is read off what is written.
    #[must_use]
    pub const fn is_of_writing(self) -> bool {
        matches!(self, Self::EditDistance | Self::CommonSubsequence)
    }

    /// Whether it has no largest value.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::StepLoss | Self::ShareOfSequenceLoss | Self::ChoiceLoss
        )
    }
}

/// What a credit is a function of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A count of steps.
    Counted(Counted),
    /// More than that.
    Read(Reading),
}

/// Which end of a credit is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    MoreIsBetter,
    /// Less is better.
    LessIsBetter,
}

/// The least and the largest value of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// From 0 to 1.
    Unit,
    /// Between other ends.
    Bounded,
    /// Without an end on one side.
    Open,
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
        /// Attempt to a number. K of L steps are correct, T of them before the first error; for what else there is, see
        /// [`Reading`].
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
    EditDistance: "edit-distance",
        "1 - D/max(L, M), D the least number of tokens to put in, leave out or replace",
        "how much of the answer need not be edited", "0 to 1, more is better",
        source "Levenshtein 1966, Sov. Phys. Dokl. 10, 707; Schaeffer et al. 2023, arXiv:2304.15004, section 2";
    CommonSubsequence: "common-subsequence" or "rouge-l",
        "2 S/(L + M), S the length of the longest common subsequence",
        "how much of the answer stands in the same order", "0 to 1, more is better",
        source "Lin 2004, ROUGE-L with equal weights, ACL Anthology W04-1013";
    LogLikelihood: "log-likelihood",
        "-(h_1 + ... + h_L)/L, h_i = -ln p_i of the right token after right ones", "what each step of the right answer had, on average",
        "nats per step, up to 0, more is better",
        source "Schaeffer et al. 2023, arXiv:2304.15004, section 2 (cross-entropy)";
    SequenceLoss: "sequence-nll",
        "h_1 + ... + h_L", "the negative log-likelihood of the whole right answer", "nats, from 0 on, less is better",
        source "Schaeffer et al. 2024, arXiv:2406.04391";
    Perplexity: "perplexity",
        "exp of the mean of (h_1 + ... + h_L)/L over attempts", "among how many equally likely tokens a step seems to choose",
        "from 1 on, less is better",
        source "Jelinek et al. 1977, J. Acoust. Soc. Am. 62, S63";
    Probability: "probability",
        "exp(-(h_1 + ... + h_L))", "the probability that the whole right answer had", "0 to 1, more is better",
        source "Schaeffer et al. 2024, arXiv:2406.04391 (p of the correct choice)";
    Brier: "brier",
        "the mean over steps of (1 - exp(-h_i))^2", "the squared distance of each step's probability from 1",
        "0 to 1, less is better",
        source "Brier 1950, Mon. Weather Rev. 78, 1, of the right token alone";
    ChoiceAccuracy: "choice-accuracy",
        "1 if the right option has the largest weight, else 0", "the right option must be the most plausible one", "0 or 1, more is better",
        source "Schaeffer et al. 2023, arXiv:2304.15004, section 1 (multiple choice grade)";
    ChoiceProbability: "choice-probability",
        "q_0 = w_0/(w_0 + ... + w_(C-1)), w_0 that of the right option", "the right option's probability among the options", "0 to 1, more is better",
        source "Schaeffer et al. 2024, arXiv:2406.04391 (p among choices)";
    ChoiceLogLikelihood: "choice-log-likelihood",
        "ln q_0", "the logarithm of that", "nats, up to 0, more is better",
        source "Schaeffer et al. 2024, arXiv:2406.04391";
    ChoiceBrier: "choice-brier",
        "(q_0 - 1)^2 + q_1^2 + ... + q_(C-1)^2", "the squared distance of all options' probabilities from the right ones", "0 to 2, less is better",
        source "Brier 1950, Mon. Weather Rev. 78, 1";
}

impl Credit {
    /// What it is a function of.
    #[must_use]
    pub const fn basis(self) -> Basis {
        match self {
            Self::ExactMatch => Basis::Counted(Counted::AllRight),
            Self::PartialCredit => Basis::Counted(Counted::Share(Count::Correct)),
            Self::PrefixCredit => Basis::Counted(Counted::Share(Count::Leading)),
            Self::PassMark(mark) => Basis::Counted(Counted::PassMark(mark)),
            Self::Harshness(power) => Basis::Counted(Counted::Power(power)),
            Self::EditDistance => Basis::Read(Reading::EditDistance),
            Self::CommonSubsequence => Basis::Read(Reading::CommonSubsequence),
            Self::LogLikelihood | Self::Perplexity => Basis::Read(Reading::StepLoss),
            Self::SequenceLoss => Basis::Read(Reading::ShareOfSequenceLoss),
            Self::Probability => Basis::Read(Reading::SequenceProbability),
            Self::Brier => Basis::Read(Reading::StepBrier),
            Self::ChoiceAccuracy => Basis::Counted(Counted::AllRight),
            Self::ChoiceProbability => Basis::Read(Reading::ChoiceProbability),
            Self::ChoiceLogLikelihood => Basis::Read(Reading::ChoiceLoss),
            Self::ChoiceBrier => Basis::Read(Reading::HalfChoiceBrier),
        }
    }

    /// Itself as a function of a count; `None` if it takes more than that.
    #[must_use]
    pub const fn counted(self) -> Option<Counted> {
        match self.basis() {
            Basis::Counted(counted) => Some(counted),
            Basis::Read(_) => None,
        }
    }

    /// What it is a function of, if that is more than a count.
    #[must_use]
    pub const fn reading(self) -> Option<Reading> {
        match self.basis() {
            Basis::Counted(_) => None,
            Basis::Read(reading) => Some(reading),
        }
    }

    /// The mean credit, from the mean over attempts of what it is a function of. `longest` is the largest number of steps
    /// that an item may have.
    #[must_use]
    pub fn of_mean(self, mean: f64, longest: u32) -> f64 {
        match self {
            // Not -0, which tables would show.
            Self::LogLikelihood | Self::ChoiceLogLikelihood => 0.0 - mean,
            Self::ChoiceBrier => 2.0 * mean,
            Self::Perplexity => libm::exp(mean),
            Self::SequenceLoss => mean * f64::from(longest),
            _ => mean,
        }
    }

    /// How much the mean credit changes with the mean of what it is a function of; `None` if that depends on the mean.
    #[must_use]
    pub fn slope(self, longest: u32) -> Option<f64> {
        match self {
            Self::Perplexity => None,
            _ => Some(self.of_mean(1.0, longest)),
        }
    }

    /// Which end is the better one.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::SequenceLoss | Self::Perplexity | Self::Brier | Self::ChoiceBrier => {
                Direction::LessIsBetter
            }
            _ => Direction::MoreIsBetter,
        }
    }

    /// Its least and its largest value.
    #[must_use]
    pub const fn range(self) -> Range {
        match self {
            Self::LogLikelihood
            | Self::SequenceLoss
            | Self::Perplexity
            | Self::ChoiceLogLikelihood => Range::Open,
            Self::ChoiceBrier => Range::Bounded,
            _ => Range::Unit,
        }
    }

    /// Whether every outcome earns all or nothing.
    #[must_use]
    pub const fn is_all_or_nothing(self) -> bool {
        matches!(
            self.counted(),
            Some(Counted::AllRight | Counted::PassMark(_))
        )
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
        let values = values.map(|word| credit(word).counted().unwrap().value(7, 10));
        assert_eq!(values, [0.0, 0.7, 0.7, 1.0, 0.0, 0.7 * 0.7]);
        assert_eq!(Counted::AllRight.value(10, 10), 1.0);
    }

    #[test]
    fn only_prefix_credit_looks_at_the_steps_before_the_first_error() {
        for word in [
            "exact-match",
            "partial-credit",
            "pass-mark:0.5",
            "harshness:3",
        ] {
            assert_eq!(
                credit(word).counted().unwrap().count(),
                Count::Correct,
                "{word}"
            );
        }
        assert_eq!(
            credit("prefix-credit").counted().unwrap().count(),
            Count::Leading
        );
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
