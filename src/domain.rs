//! What is simulated, as values: nothing here draws a random number, reads a clock or touches a file, and nothing fails
//! after construction.

mod tagged;

mod answer;
mod beta_law;
mod catalogue;
mod chain;
mod choice;
mod credit;
mod dependence;
mod difficulty;
mod dotted;
mod edits;
mod evaluation;
mod expected;
mod format;
mod invalid;
mod key_name;
mod law;
mod length;
mod metric;
mod mixing;
mod near;
mod near_functions;
mod nearest;
mod needs;
mod payoff;
mod practice;
mod quantity;
mod recovery;
mod reducer;
mod scale;
mod scenario;
mod skill;
pub mod special;
mod spread;
mod step_chances;
mod task;
mod usefulness;
mod word_or_number;

pub use answer::{
    AlphabetTokens, DistinctTokens, Likelihood, LogNormalLoss, Tokens, WrongStep, edit_credit,
    subsequence_credit,
};
pub use beta_law::BetaLaw;
pub use catalogue::{Entry, Parameter, credits, curves, tasks};
pub(crate) use catalogue::{KeyValue, KnownKey, known_keys, parameters, schema_of};
pub use choice::{ChoiceTask, GumbelNoise, NormalNoise, OptionNoise, OptionWeights};
pub use credit::{
    Basis, Count, Counted, Credit, CreditEntry, CreditParameter, Direction, Exponent, Range,
    Reading, Share,
};
pub use dependence::{AfterError, CommonFactor, Dependence, ErrorFraction, Past, Tainted};
pub use difficulty::{Bottleneck, Difficulty, Lever, MultiplierList, NormalSteps, Ramp, TwoRate};
pub(crate) use dotted::dotted_values;
pub use evaluation::{Axis, Evaluation, Pairing, Target};
pub use expected::{Chances, Expected};
pub use format::{Extraction, Format, Gate};
pub use invalid::Invalid;
pub(crate) use key_name::{NoSuchKey, full_key};
pub use length::{
    GeometricLengths, LengthDistribution, LengthTable, Lengths, ListedLengths, LogNormalLengths,
    PoissonLengths, UniformLengths,
};
pub use metric::{Form, FormEntry, Landmark, Metric, Metrics};
pub(crate) use near::{Hardness, MOST_OFF, NearPasts, OfLanes, near_normals};
pub(crate) use near_functions::{Rounding, nearest_whole_of_product};
pub use nearest::UnknownWord;
pub(crate) use nearest::{named, nearest_name, schema_of_words};
pub(crate) use needs::in_units;
pub use needs::{CountSum, ItemSum, Needs, Neighbours};
pub use payoff::Payoff;
pub use practice::{
    Accepted, DurationLaw, ItemSuccess, Vote, accepted, horizon, longest_task, marginal_log_odds,
    rounded_up_horizon, step_success_for, step_success_for_twice, steps_with_checkpoints,
    steps_with_restarts, tries, typical_over_marginal,
};
pub use quantity::{
    AlphabetSize, AtLeastOne, Attempts, Correlation, Deviation, GammaShape, Items, Level, LogOdds,
    Longest, NoiseDeviation, NoiseScale, NonNegative, Options, Positive, PowerReplicates,
    Probability, ProperProbability, QuantaCount, Retries, Schema, Seed, Steps, TaskCount,
    TaskRetries, TrainingSeeds, Tries, WrongAnswers,
};
pub use recovery::{Recovery, Retry, RetryBudget, Verifier};
pub use reducer::{AtLeastTwo, Reducer, ReducerEntry, Successes, ValuesByCount};
pub(crate) use scale::twelve_digits;
pub use scale::{Scale, Scales};
pub use scenario::{ChancesOverScale, Scenario};
pub use skill::{
    Acquisition, BetweenSeeds, BimodalRuns, Break, BrokenPowerLaw, ChangeOfLaw, Chinchilla,
    Constants, FurtherBreak, Gadre, Gompertz, Hill, IrreduciblePowerLaw, LinearLog, Logistic,
    LossFloor, LossThreshold, NormalRuns, OpposedSlices, Percolation, PowerLaw, Probit, Quanta,
    Quantum, Runs, Skill, SkillCurve, Tabulated, TokensPerParameter, TrainingData, TrainingTokens,
};
pub use spread::{
    BetaSpread, GammaFrailty, ImpossibleItems, ItemHazards, Latent, LogitNormal, ScaledBeta,
    Spread, TwoPoint,
};
pub use step_chances::StepChances;
pub use tagged::Choice;
pub(crate) use tagged::TABLE_WITH_KIND;
pub use task::{StepInformation, StepsTask, Task};
pub use usefulness::Usefulness;
