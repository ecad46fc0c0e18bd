//! Why a value was refused.

/// A value outside its range, with what would be right.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// A number outside `[0, 1]`.
    #[error("{0} is not a probability: give a number from 0 to 1")]
    Probability(f64),
    /// A number outside the open interval.
    #[error("{0} is not strictly between 0 and 1: give a number such as 0.01")]
    ProperProbability(f64),
    /// A number that must be above zero and finite.
    #[error("{0} is not a positive number: give one above 0")]
    Positive(f64),
    /// A number that must not be negative, and finite.
    #[error("{0} is not zero or a positive number: give one from 0 on")]
    NonNegative(f64),
    /// A standard deviation that is negative, or so large that nothing is left between never and always.
    #[error("{0} is not a standard deviation of log-odds: give a number from 0 to 10")]
    Deviation(f64),
    /// Noise that is none, or so much that a mean is hardly ever seen.
    #[error("{0} is not a standard deviation of log-losses: give a number above 0 and up to 3")]
    NoiseDeviation(f64),
    /// Noise of log-weights that is none, or so much that only it decides.
    #[error("{0} is not a scale of noise: give a number of nats above 0 and up to 10")]
    NoiseScale(f64),
    /// A weight so small or large that nothing else counts.
    #[error("{0} is not a log-weight: give a number of nats from -50 to 50")]
    LogOdds(f64),
    /// A metric of another kind of task.
    #[error(
        "evaluation.metrics: {metric} is a metric of tasks of kind \"{wanted}\", not of kind \"{kind}\""
    )]
    MetricOfOtherTask {
        /// The metric.
        metric: String,
        /// The kind of task that it reads.
        wanted: &'static str,
        /// The kind of task there is.
        kind: &'static str,
    },
    /// Kinds of errors that are more than all.
    #[error(
        "deleted {deleted} and inserted {inserted} are shares of the errors: together at most 1"
    )]
    ErrorShares {
        /// Share of errors that leave a token out.
        deleted: f64,
        /// Share of errors that put one in.
        inserted: f64,
    },
    /// A metric of likelihood where nothing is said of its noise.
    #[error(
        "evaluation.metrics: {0} needs to know how likelihoods scatter, or it would have no variance and win every comparison: set task.likelihood = {{ kind = \"log-normal\", sd = 0.5 }}"
    )]
    NoLikelihood(String),
    /// A metric takes more attempts at an item than there are.
    #[error(
        "{metric} takes {needed} attempts at each item, and evaluation.attempts is {attempts}: let it be at least {needed}"
    )]
    TooFewAttempts {
        /// The metric.
        metric: String,
        /// The attempts it takes.
        needed: u32,
        /// The attempts there are.
        attempts: u32,
    },
    /// A reducer counts right attempts, and a credit gives parts.
    #[error(
        "{reducer} asks of each attempt whether it is right, and {credit} gives parts: take exact-match or pass-mark:0.8, such as {reducer}/pass-mark:0.8"
    )]
    ReducedParts {
        /// The reducer.
        reducer: String,
        /// The credit.
        credit: String,
    },
    /// The form of a metric that maps two numbers to one.
    #[error("{0:?} needs {1}")]
    Form(String, &'static str),
    /// A number that is no share, or has too many decimals.
    #[error("{0} is not a share: give a number above 0 and up to 1, with at most six decimals")]
    Share(f64),
    /// A number that must be 1 or above, and finite.
    #[error("{0} is not a finite number from 1 on: give one such as 10")]
    AtLeastOne(f64),
    /// A scale that is not above zero and finite.
    #[error("{} is not a scale: give a positive number, such as 1e9", readable(*.0))]
    Scale(f64),
    /// A confidence level outside the open interval.
    #[error("{0} is not a confidence level: give a number between 0 and 1, such as 0.95")]
    Level(f64),
    /// A whole number outside its range.
    #[error("{value} is not in the range of {what}: {min} to {max}")]
    Whole {
        /// What the number counts.
        what: &'static str,
        /// The number given.
        value: u64,
        /// The least allowed.
        min: u64,
        /// The largest allowed.
        max: u64,
    },
    /// A schema newer than this program reads.
    #[error("schema {0} is newer than this program reads (up to {1}): update mirage")]
    NewerSchema(u64, u64),
    /// A schema that never was.
    #[error("there is no schema {0}: this program writes schema = {1}")]
    NoSuchSchema(u64, u64),
    /// A text that is not a list of scales.
    #[error(
        "{0:?} is not a list of scales: write \"log:1e7:1e12:26\", \"lin:1e9:1e10:10\" or [1e8, 1e9, 1e10]"
    )]
    ScalesText(String),
    /// A generated range of scales that is empty or reversed.
    #[error(
        "scales from {} to {} in {count} points: the first must be below the last, and there must be at least 2 points", readable(*from), readable(*to)
    )]
    ScaleRange {
        /// First scale.
        from: f64,
        /// Last scale.
        to: f64,
        /// Number of scales.
        count: usize,
    },
    /// More scales than one scenario may have.
    #[error("{0} scales are more than the {1} a scenario may have")]
    TooManyScales(usize, usize),
    /// A list of scales without entries.
    #[error("the list of scales is empty: name at least one")]
    NoScales,
    /// Scales that do not increase.
    #[error("scales must increase: {} is followed by {}", readable(*.0), readable(*.1))]
    ScalesOrder(f64, f64),
    /// A logistic curve whose floor is not below its ceiling.
    #[error("floor {floor} must be below ceiling {ceiling}")]
    FloorAboveCeiling {
        /// Success probability at vanishing scale.
        floor: f64,
        /// Success probability at unlimited scale.
        ceiling: f64,
    },
    /// A curve over compute that does not rise.
    #[error("initial {initial} must be below asymptote {asymptote}")]
    InitialAboveAsymptote {
        /// Success probability at vanishing scale.
        initial: f64,
        /// Success probability at unlimited scale.
        asymptote: f64,
    },
    /// Quanta that teach nothing.
    #[error("unlearned {unlearned} must be below learned {learned}")]
    UnlearnedAboveLearned {
        /// Success probability without the quantum.
        unlearned: f64,
        /// Success probability with it.
        learned: f64,
    },
    /// A quantum beyond the last.
    #[error("there is no quantum {rank} of {count}: give `of` from 1 to {count}, or raise count")]
    NoSuchQuantum {
        /// The quantum asked for.
        rank: u32,
        /// How many there are.
        count: u32,
    },
    /// A rank that is no whole number.
    #[error("{0} is not the rank of a quantum: give a whole number from 1 on, or \"any\"")]
    Rank(f64),
    /// Neither the one word that is allowed nor a number.
    #[error("{word:?} is not allowed here: give {known:?} or a number")]
    NeitherWordNorNumber {
        /// The word given.
        word: String,
        /// The one that is known.
        known: &'static str,
    },
    /// Breaks that do not increase.
    #[error("breaks must increase: {} is followed by {}", readable(*.0), readable(*.1))]
    BreaksOrder(f64, f64),
    /// A level of loss above what the constants call irreducible: hazards would be negative.
    #[error("irreducible-loss {given} must not be above {own}, that of the constants")]
    LossFloor {
        /// The level given.
        given: f64,
        /// The irreducible loss of the constants.
        own: f64,
    },
    /// An error rate that falls below 0 at some scale.
    #[error(
        "k exp(-gamma L) comes to {most} at unlimited scale, more than epsilon {epsilon}: the error would fall below 0; lower \
         k, or raise gamma or epsilon"
    )]
    ErrorBelowZero {
        /// The error at unlimited loss.
        epsilon: f64,
        /// What it loses.
        most: f64,
    },
    /// A table without enough points for a curve.
    #[error("points: {0}; a curve goes through two or more")]
    TooFewPoints(usize),
    /// A table without points.
    #[error("a table needs points = [[1e8, 0.2], [1e10, 0.9], ...] or file = \"curve.csv\"")]
    NoPoints,
    /// A table with both.
    #[error("give either points or file, not both")]
    PointsAndFile,
    /// A file where nobody reads files.
    #[error(
        "the file {0:?} cannot be read here: only a scenario file's own [skill] reads one; give its points instead"
    )]
    UnreadTable(String),
    /// A measured scale that a table says nothing of.
    #[error(
        "evaluation.scales: {} is outside the table of [skill], which is known from {} to {}: measure there, or add points",
        readable(*scale), readable(*first), readable(*last)
    )]
    OutsideTable {
        /// The scale.
        scale: f64,
        /// The least scale that is known.
        first: f64,
        /// The largest.
        last: f64,
    },
    /// A curve whose N counts parameters, over an axis that counts something else.
    #[error("evaluation.axis: N counts parameters in {0:?}, so the axis must be \"parameters\"")]
    NeedsParameters(&'static str),
    /// A straight line that does not rise.
    #[error("zero-at {} must be below one-at {}", readable(*zero_at), readable(*one_at))]
    LinearLogOrder {
        /// Where the success probability leaves 0.
        zero_at: f64,
        /// Where it reaches 1.
        one_at: f64,
    },
    /// A frailty that is nearly none or nearly all.
    #[error("a frailty of shape {0} cannot be computed: give a shape from 0.01 to 1e6")]
    GammaShape(f64),
    /// Two kinds of items in the wrong order.
    #[error("easy {easy} must be below hard {hard}: a larger multiplier is harder")]
    EasyAboveHard {
        /// Multiplier of easy items.
        easy: f64,
        /// Multiplier of hard items.
        hard: f64,
    },
    /// Steps that succeed or fail as one.
    #[error("a correlation of {0} leaves steps nothing of their own: give one from 0 to 0.99")]
    Correlation(f64),
    /// A verifier that prefers wrong steps.
    #[error(
        "a verifier that accepts wrong steps more often ({false_positive}) than right ones ({true_positive}) makes every retry worse: false-positive-rate must not be above true-positive-rate"
    )]
    VerifierWorseThanChance {
        /// Chance that a right step is accepted.
        true_positive: f64,
        /// Chance that a wrong step is accepted.
        false_positive: f64,
    },
    /// A list of multipliers whose length is not the number of steps.
    #[error(
        "difficulty lists {listed} multipliers for {steps} steps: give one for each step, of the longest item where lengths differ"
    )]
    MultiplierCount {
        /// Multipliers given.
        listed: usize,
        /// Steps of the longest item.
        steps: u32,
    },
    /// A range of lengths that is reversed.
    #[error("lengths from {from} to {to}: `from` must not be above `to`")]
    LengthRange {
        /// The least number of steps.
        from: u32,
        /// The largest number of steps.
        to: u32,
    },
    /// A typical length beyond the longest: the law would be cut off before its middle.
    #[error(
        "{what} {} must not be above longest {longest}: lower {what} or raise longest, to {} at most",
        readable(*value), super::Longest::MAX
    )]
    BeyondLongest {
        /// The parameter.
        what: &'static str,
        /// Its value.
        value: f64,
        /// The largest number of steps.
        longest: u32,
    },
    /// A list of lengths without entries.
    #[error("the list of lengths is empty: name at least one")]
    NoLengths,
    /// Lengths that do not increase.
    #[error("lengths must increase: {0} is followed by {1}")]
    LengthsOrder(u32, u32),
    /// Another number of weights than of lengths.
    #[error("lengths: {lengths}, weights: {weights}; give one weight for each length")]
    WeightCount {
        /// Weights given.
        weights: usize,
        /// Lengths given.
        lengths: usize,
    },
    /// So many lengths, or such long ones, that counting each would take too much memory.
    #[error(
        "lengths from {first} to {last} take {counts} counts, L + 1 for each length L, of {max} at most: give fewer or \
         shorter lengths, such as 1 to 1000"
    )]
    TooManyLengths {
        /// The shortest length.
        first: u32,
        /// The longest length.
        last: u32,
        /// The sum of L + 1 over the lengths L.
        counts: u64,
        /// The largest sum allowed.
        max: u64,
    },
    /// No metric at all.
    #[error("metrics is empty: name at least one, such as \"exact-match\"")]
    NoMetrics,
    /// The same metric twice.
    #[error("metric {0} is named twice")]
    RepeatedMetric(String),
    /// A word that names no metric.
    #[error("{word:?} is not a metric{}: metrics are {known}", nearest.as_ref().map(|name| format!(" (did you mean {name:?}?)")).unwrap_or_default())]
    UnknownMetric {
        /// The word given.
        word: String,
        /// The nearest valid name.
        nearest: Option<String>,
        /// The valid names.
        known: String,
    },
    /// A parameter on a metric that takes none, or none on one that needs it.
    #[error("{word:?}: {name} {problem}")]
    MetricParameter {
        /// The word given.
        word: String,
        /// The metric.
        name: &'static str,
        /// What is wrong, and what would be right.
        problem: &'static str,
    },
    /// Both ways of saying when the skill pays, or half of one.
    #[error(
        "give either threshold, or both value and loss (with caught, review, attempt-cost, retries and fallback if wanted)"
    )]
    UsefulnessMixed,
    /// Retries of results that nobody finds wrong.
    #[error(
        "retries {0}: only a result that is caught is tried again, and none is: give caught above 0, or leave retries out"
    )]
    RetriesUncaught(u32),
    /// A person who costs more than a right result gains.
    #[error(
        "fallback {fallback} is above value {value}: nobody would have a person do what costs more than it gains; lower fallback, or leave it out"
    )]
    FallbackAboveValue {
        /// Cost of the person.
        fallback: f64,
        /// Gain per right result.
        value: f64,
    },
    /// Costs so high that at no success rate does using the skill gain more than not using it.
    #[error(
        "with value {value}, loss {loss}, caught {caught}, review {review}, attempt-cost {attempt_cost} and {} the threshold would be {threshold}: no success rate pays; lower attempt-cost, review or loss, or raise value{}",
        fallback.map_or_else(|| "no fallback".to_owned(), |cost| format!("fallback {cost}")),
        if fallback.is_some() { " or fallback" } else { "" }
    )]
    NeverPaysMore {
        /// Gain per right result.
        value: f64,
        /// Loss per undetected wrong result.
        loss: f64,
        /// Share of wrong results that are caught.
        caught: f64,
        /// Cost of a review.
        review: f64,
        /// Cost of an attempt.
        attempt_cost: f64,
        /// Cost of a person who does the task instead.
        fallback: Option<f64>,
        /// The success rate at which it would pay.
        threshold: f64,
    },
    /// A review or loss so dear that no success rate pays.
    #[error(
        "with value {value}, loss {loss}, caught {caught} and review {review} the threshold would be {threshold}: no success rate pays; lower review or loss, or raise value"
    )]
    NeverPays {
        /// Gain per right result.
        value: f64,
        /// Loss per undetected wrong result.
        loss: f64,
        /// Share of wrong results that are caught.
        caught: f64,
        /// Cost of a review.
        review: f64,
        /// The success rate at which it would pay.
        threshold: f64,
    },
}

/// A number in the shorter of its two spellings: 1e9 rather than 1000000000.
fn readable(x: f64) -> String {
    let (plain, scientific) = (x.to_string(), format!("{x:e}"));
    if scientific.len() < plain.len() {
        scientific
    } else {
        plain
    }
}
