//! What is simulated, as values: nothing here draws a random number, reads a clock or touches a file, and nothing fails
//! after construction.

mod tagged;

mod beta_law;
mod catalogue;
mod credit;
mod dotted;
mod evaluation;
mod expected;
mod invalid;
mod law;
mod metric;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the tasks whose items differ at random come with it"
    )
)]
mod mixing;
mod nearest;
mod needs;
mod quantity;
mod scale;
mod scenario;
mod skill;
pub mod special;
mod task;
mod usefulness;

pub use beta_law::BetaLaw;
pub use catalogue::{Entry, Parameter, credits, curves, tasks};
pub(crate) use catalogue::{KnownKey, known_keys, parameters};
pub use credit::{Count, Credit, CreditEntry, CreditParameter, Exponent, Share};
pub(crate) use dotted::dotted_values;
pub use evaluation::{Axis, Evaluation, Pairing};
pub use expected::{CountDistribution, Expected, StepChances};
pub use invalid::Invalid;
pub use metric::{Metric, Metrics, Reducer};
pub(crate) use nearest::nearest_name;
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
pub use tagged::Choice;
pub(crate) use tagged::TABLE_WITH_KIND;
pub use task::{
    Dependence, Difficulty, MultiplierList, Ramp, Recovery, Spread, StepInformation, StepsTask,
    Task,
};
pub use usefulness::Usefulness;
