//! One curve over scales: a law, a task, how it is measured, when it pays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::task::WeighedSteps;
use super::{
    Evaluation, Scale, Schema, Seed, Skill, SkillCurve, StepChances, StepInformation, Task,
    Usefulness,
};

/// Everything that decides a result. Every key of the file is optional; its default is the value of
/// [`Scenario::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// Version of the format of this file.
    pub schema: Schema,
    /// What figures call it; empty: the name of the file. No effect on any number.
    pub title: String,
    /// The root of all randomness: the same seed, the same numbers.
    pub seed: Seed,
    /// How one step's success grows with scale.
    pub skill: Skill,
    /// What one attempt must get through.
    pub task: Task,
    /// How it is measured: where, on how many items, under which metrics.
    pub evaluation: Evaluation,
    /// When it pays: a threshold, or what right and wrong results are worth.
    pub usefulness: Usefulness,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            schema: Schema::CURRENT,
            title: String::new(),
            seed: Seed::constant(20_230_428),
            skill: Skill::default(),
            task: Task::default(),
            evaluation: Evaluation::default(),
            usefulness: Usefulness::default(),
        }
    }
}

impl Scenario {
    /// The success probability of every step at one scale, for a training run and an item like all others.
    #[must_use]
    pub fn step_chances(&self, scale: Scale) -> StepChances {
        self.chances().at(scale)
    }

    /// The same for many scales: what does not depend on scale is worked out once.
    #[must_use]
    pub fn chances(&self) -> ChancesOverScale<'_> {
        ChancesOverScale {
            curve: &self.skill.curve,
            steps: match &self.task {
                Task::Steps(task) => task.weighed(),
            },
        }
    }

    /// Whether steps of one item vary together.
    #[must_use]
    pub const fn step_information(&self) -> StepInformation {
        match &self.task {
            Task::Steps(task) => task.step_information(),
        }
    }
}

/// The success probability of every step, at any scale.
pub struct ChancesOverScale<'a> {
    curve: &'a SkillCurve,
    steps: WeighedSteps<'a>,
}

impl ChancesOverScale<'_> {
    /// At one scale.
    #[must_use]
    pub fn at(&self, scale: Scale) -> StepChances {
        self.steps.chances(self.curve.hazard(scale))
    }

    /// What they tend to as N vanishes, and as N grows without end.
    #[must_use]
    pub fn limits(&self) -> (StepChances, StepChances) {
        let (low, high) = self.curve.hazard_limits();
        (self.steps.chances(low), self.steps.chances(high))
    }
}
