//! What a stream of random words is for.

/// Every role has its own streams. The numbers are part of [`LAYOUT`](super::LAYOUT): a new role takes a new number,
/// and so changes no old draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Role {
    /// Whether the first try of a step is right: [`DIGITS`](super::DIGITS) words for each step.
    Step = 0,
    /// The remaining digits, for the few lanes that the first ones leave undecided.
    StepTie = 1,
    /// Whole evaluations under a hypothesis: one word for each scale.
    Hypothesis = 2,
    /// The number of steps of an item: one word.
    ItemLength = 3,
    /// How hard an item is: one word, or a stream of its own for draws by `rand_distr`.
    ItemSpread = 4,
    /// How hard each step of an item is: one word for each step.
    ItemStep = 5,
    /// Whether a taint goes: [`DIGITS`](super::DIGITS) words for each step.
    Cleaning = 6,
    /// See [`Self::StepTie`].
    CleaningTie = 7,
    /// Whether another try of a step is right: a stream for each step, [`DIGITS`](super::DIGITS) words for each retry.
    Retry = 8,
    /// See [`Self::StepTie`].
    RetryTie = 9,
    /// Whether a try is accepted: a stream for each step, [`DIGITS`](super::DIGITS) words for each try.
    Verifier = 10,
    /// See [`Self::StepTie`].
    VerifierTie = 11,
    /// What the steps of an attempt have in common: one word.
    CommonFactor = 12,
    /// Whether an attempt guesses the whole item: [`DIGITS`](super::DIGITS) words.
    Floor = 13,
    /// See [`Self::StepTie`].
    FloorTie = 14,
    /// Which values the points of a sampled design take: for each key a stream for each point, and two for all points.
    Design = 15,
    /// Whether an attempt is extracted: [`DIGITS`](super::DIGITS) words.
    Format = 16,
    /// See [`Self::StepTie`].
    FormatTie = 17,
    /// How the losses of right tokens scatter: one word for each step.
    Loss = 18,
    /// The right tokens of an item: one word for each step.
    ItemToken = 19,
    /// What is written at a wrong step: two words for each step.
    Token = 20,
    /// How the log-weights of options scatter: one word for each option.
    Option = 21,
    /// How skilled a training run is among those of its scale: one word.
    TrainingRun = 22,
    /// Which wrong answer a wrong attempt gives: one word.
    WrongAnswer = 23,
}
