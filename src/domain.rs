//! What is simulated, as values: nothing here draws a random number, reads a clock or touches a file, and nothing fails
//! after construction.

mod tagged;

mod dotted;
mod evaluation;
mod expected;
mod invalid;
mod law;
mod metric;
mod needs;
mod quantity;
mod scale;
mod scenario;
mod skill;
pub mod special;
mod task;
mod usefulness;

pub(crate) use dotted::dotted_values;
pub use evaluation::{Axis, Evaluation, Pairing};
pub use expected::{CountDistribution, Expected, StepChances};
pub use invalid::Invalid;
pub(crate) use metric::nearest_name;
pub use metric::{Count, Credit, Exponent, Metric, Metrics, Reducer, Share};
pub use needs::{ItemSum, Needs};
pub use quantity::{
    Attempts, Items, Level, NonNegative, Positive, Probability, Schema, Seed, Steps, TrainingSeeds,
};
pub use scale::{Scale, Scales};
pub use scenario::{ChancesOverScale, Scenario};
pub use skill::{
    BetweenSeeds, Break, BrokenPowerLaw, IrreduciblePowerLaw, LinearLog, Logistic, PowerLaw, Skill,
    SkillCurve,
};
pub(crate) use tagged::TABLE_WITH_KIND;
pub use task::{
    Dependence, Difficulty, MultiplierList, Ramp, Recovery, Spread, StepInformation, StepsTask,
    Task,
};
pub use usefulness::Usefulness;
