//! One curve over scales: a law, a task, how it is measured, when it pays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expected::PreparedTask;
use super::{
    Chances, Evaluation, Format, Scale, Schema, Seed, Skill, SkillCurve, StepInformation, Task,
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
    /// What attempts may come to, at any scale: what does not depend on scale is worked out once.
    #[must_use]
    pub fn chances(&self) -> ChancesOverScale<'_> {
        let Task::Steps(task) = &self.task;
        ChancesOverScale {
            curve: &self.skill.curve,
            format: task.format(),
            task: PreparedTask::new(task),
        }
    }

    /// Whether steps of one item vary together.
    #[must_use]
    pub fn step_information(&self) -> StepInformation {
        match &self.task {
            Task::Steps(task) => task.step_information(),
        }
    }
}

/// What attempts may come to, at any scale.
#[derive(Clone, Debug)]
pub struct ChancesOverScale<'a> {
    curve: &'a SkillCurve,
    format: &'a Format,
    task: PreparedTask<'a>,
}

impl ChancesOverScale<'_> {
    /// At one scale.
    #[must_use]
    pub fn at(&self, scale: Scale) -> Chances<'_> {
        self.task
            .at(self.curve.hazard(scale), self.format.at(scale))
    }

    /// What they tend to as N vanishes, and as N grows without end.
    #[must_use]
    pub fn limits(&self) -> (Chances<'_>, Chances<'_>) {
        let (low, high) = self.curve.hazard_limits();
        let (first, last) = self.format.limits();
        (self.task.at(low, first), self.task.at(high, last))
    }
}
