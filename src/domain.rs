//! What is simulated, as values: nothing here draws a random number, reads a clock or touches a file, and nothing fails
//! after construction.

mod tagged;

mod catalogue;
mod credit;
mod dotted;
mod evaluation;
mod expected;
mod invalid;
mod law;
mod length;
mod metric;
mod nearest;
mod needs;
mod quantity;
mod scale;
mod scenario;
mod skill;
pub mod special;
mod task;
mod usefulness;

pub use catalogue::{Entry, Parameter, credits, curves, tasks};
pub(crate) use catalogue::{KnownKey, known_keys, parameters};
pub use credit::{Count, Credit, CreditEntry, CreditParameter, Exponent, Share};
pub(crate) use dotted::dotted_values;
pub use evaluation::{Axis, Evaluation, Pairing};
pub use expected::{CountDistribution, Expected, StepChances};
pub use invalid::Invalid;
pub use length::{
    GeometricLengths, LengthDistribution, LengthTable, Lengths, ListedLengths, LogNormalLengths,
    PoissonLengths, UniformLengths,
};
pub use metric::{Metric, Metrics, Reducer};
pub(crate) use nearest::nearest_name;
pub use needs::{ItemSum, Needs};
pub use quantity::{
    AtLeastOne, Attempts, Items, Level, Longest, NonNegative, Positive, Probability, Schema, Seed,
    Steps, TrainingSeeds,
};
pub use scale::{Scale, Scales};
pub use scenario::{ChancesOverScale, Scenario};
pub use skill::{
    BetweenSeeds, Break, BrokenPowerLaw, IrreduciblePowerLaw, LinearLog, Logistic, PowerLaw, Skill,
    SkillCurve,
};
pub use tagged::Choice;
pub(crate) use tagged::TABLE_WITH_KIND;
pub use task::{
    Dependence, Difficulty, MultiplierList, Ramp, Recovery, Spread, StepInformation, StepsTask,
    Task,
};
pub use usefulness::Usefulness;
