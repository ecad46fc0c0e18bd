//! One curve over scales: a law, a task, how it is measured, when it pays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expected::PreparedTask;
use super::tagged::checked;
use super::{
    Chances, Credit, Evaluation, Format, Invalid, Likelihood, Metrics, Reading, Runs, Scale,
    Schema, Seed, Skill, StepInformation, Task, Usefulness,
};

/// Everything that decides a result. Every key of the file is optional; its default is the value of
/// [`Scenario::default`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
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

checked!(Scenario);

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
    /// A combination of settings that makes no sense.
    fn checked(self) -> Result<Self, Invalid> {
        self.skill.fits(&self.evaluation)?;
        if let Some(gate) = self.task.chain().format().gate() {
            gate.fits(gate.range(), &self.evaluation)?;
        }
        for metric in self.evaluation.metrics.as_slice() {
            let (needed, attempts) = (
                metric.reducer.needed_attempts(),
                self.evaluation.attempts.get(),
            );
            if needed > attempts {
                return Err(Invalid::TooFewAttempts {
                    metric: metric.to_string(),
                    needed,
                    attempts,
                });
            }
            let is = |of: fn(Reading) -> bool| metric.credit.reading().is_some_and(of);
            let of_choice = is(Reading::is_of_options) || metric.credit == Credit::ChoiceAccuracy;
            let of_other = |wanted: &'static str| Invalid::MetricOfOtherTask {
                metric: metric.to_string(),
                wanted,
                kind: self.task.kind(),
            };
            match &self.task {
                Task::Steps(_) if of_choice => return Err(of_other("choice")),
                Task::Choice(_) if is(Reading::is_of_writing) => return Err(of_other("steps")),
                Task::Steps(task)
                    if is(Reading::is_of_likelihood) && *task.likelihood() == Likelihood::None =>
                {
                    return Err(Invalid::NoLikelihood(metric.to_string()));
                }
                Task::Steps(_) | Task::Choice(_) => {}
            }
        }
        Ok(self)
    }

    /// The same attempts under other metrics.
    ///
    /// # Errors
    /// A metric that the task has nothing for.
    pub fn under(mut self, metrics: Metrics) -> Result<Self, Invalid> {
        self.evaluation.metrics = metrics;
        self.checked()
    }

    /// What attempts may come to, at any scale: what does not depend on scale is worked out once.
    #[must_use]
    pub fn chances(&self) -> ChancesOverScale<'_> {
        ChancesOverScale {
            skill: &self.skill,
            attempts: self.evaluation.attempts.get(),
            task: match &self.task {
                Task::Steps(task) => PreparedTask::new(task, None),
                Task::Choice(task) => PreparedTask::new(task.chain(), Some(task)),
            },
            format: self.task.chain().format(),
        }
    }

    /// Whether steps of one item vary together.
    #[must_use]
    pub fn step_information(&self) -> StepInformation {
        self.task.chain().step_information()
    }
}

/// What attempts may come to, at any scale.
#[derive(Clone, Debug)]
pub struct ChancesOverScale<'a> {
    skill: &'a Skill,
    attempts: u32,
    format: &'a Format,
    task: PreparedTask<'a>,
}

impl ChancesOverScale<'_> {
    /// At one scale.
    #[must_use]
    pub fn at(&self, scale: Scale) -> Chances<'_> {
        let (runs, format) = (self.skill.runs(scale), self.format.at(scale));
        self.task.at(runs, format, self.attempts)
    }

    /// At one scale, for attempts by a training run whose ordinary step has this hazard.
    #[must_use]
    pub fn of_run(&self, scale: Scale, hazard: f64) -> Chances<'_> {
        let format = self.format.at(scale);
        self.task.at(Runs::Alike(hazard), format, self.attempts)
    }

    /// What they tend to as N vanishes, and as N grows without end.
    #[must_use]
    pub fn limits(&self) -> (Chances<'_>, Chances<'_>) {
        let (low, high) = self.skill.run_limits();
        let (first, last) = self.format.limits();
        let at = |runs, format| self.task.at(runs, format, self.attempts);
        (at(low, first), at(high, last))
    }
}
