//! What a table `[figure]` says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::motion::MotionSettings;
use crate::domain::{Items, Metrics, Scale, Steps};
use crate::study::{DesignNumber, OneOrMore};

/// What a teaching figure shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FigureKind {
    /// All worlds under each metric, a panel for each metric: attempts and what is expected.
    Worlds,
    /// Each world in a panel of its own, under the first metric, on a logarithmic axis: attempts and what is expected.
    TestSizes,
    /// Attempts at each scale as rows of right and wrong steps, and how many steps are right.
    Attempts,
    /// Exact match for each of some lengths, and beside it the same curves moved so that their middles coincide; a row for
    /// each world.
    Lengths,
    /// What is expected under metrics, a panel for each list of them.
    Metrics,
    /// What is expected under each metric, on every axis of credit.
    Axes,
    /// The attempts of the first world on all its scales, and of each other world on its own, joined by lines.
    Scales,
    /// Growth of the skill, what the metric makes of it, and where using it pays: one below the other.
    Claims,
    /// The success of a step, and the length of tasks that succeed with 50%, 80% and 99%, over scale.
    Horizon,
    /// Exact match over scale and length, as colours and as lines; and against partial credit, the scale removed.
    Landscape,
    /// Single training runs that break through or do not: their scores over scale with the mean and the most common one,
    /// and what scores are expected at some scales.
    Runs,
    /// Emergence scores of evaluations drawn in each world, and rows of estimates that reach the cut of the first: a row of
    /// panels for each world.
    Scores,
    /// Attempts at some scales as rows of right and wrong steps, and all metrics over scale, in words of its own.
    Exam,
    /// The power of tests over a number of the design, and where two are compared on the same items, what studies of the
    /// design as it is report: takes a table `[power]`.
    Power,
    /// A break and the smooth law that exact match, or whatever the first metric is, is likeliest to take it for: attempts
    /// at both, a panel for each metric; and the power to tell it from smooth laws, over a number of the design. Takes a
    /// table `[power]` with a test of breaks.
    Break,
    /// What small scales say of larger ones: takes a table `[forecast]`.
    Forecast,
    /// Scores that somebody published, and attempts of worlds at the same scales, with as many items, beside them.
    Published,
}

/// What a class calls scale, attempts, steps and metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExamWords {
    /// What is along the axis, such as "Hours of preparation".
    pub scale: String,
    /// What it is counted in, such as "hours".
    pub unit: String,
    /// Who attempts, such as "students".
    pub attempts: String,
    /// What they attempt, such as "questions".
    pub steps: String,
    /// What each metric of the evaluation is called, in their order, such as "mean points".
    pub metrics: Vec<String>,
}

/// The table `[figure]`, but for its list `worlds`, whose keys are those of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FigureSettings {
    /// What is shown.
    pub kind: FigureKind,
    /// What the figure is called: the heading of a slide.
    pub title: String,
    /// What there is to see, with its numbers.
    pub see: String,
    /// What must not be concluded.
    pub beware: String,
    /// For `attempts` and `exam`: at how many items of each scale an attempt is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Items>,
    /// For `lengths` and `landscape`: numbers of steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<OneOrMore<Steps>>,
    /// For `runs` and `exam`: the measured scales at which scores, or attempts, are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<OneOrMore<Scale>>,
    /// For `exam`: what things are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<ExamWords>,
    /// For `metrics`: the metrics of each panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panels: Option<Vec<Metrics>>,
    /// For `metrics`, which may go without: what moves when the figure is animated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub animate: Option<MotionSettings>,
    /// For `published`: a table of scores, a file beside this one; those of a world have its title in the column `scenario`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// For `power` and `break`: the number of the design.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<DesignNumber>,
    /// For `power` and `break`: the values that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<OneOrMore<f64>>,
}
