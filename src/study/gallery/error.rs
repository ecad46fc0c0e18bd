//! Why a teaching figure cannot be drawn.

use crate::domain::{Invalid, Metric, Scale};
use crate::study::{DesignNumberError, NoPower};

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FigurePlanError {
    /// A setting without which there is no such figure.
    #[error("a figure of this kind takes {}", told(key))]
    Missing {
        /// The setting.
        key: &'static str,
    },
    /// A setting of another kind.
    #[error("a figure of this kind takes no {key}: leave it out")]
    NotTaken {
        /// The setting.
        key: &'static str,
    },
    /// Worlds on different axes.
    #[error("the worlds count scale in different units: give all the same evaluation.axis")]
    MixedAxes,
    /// Something in it is no scenario.
    #[error("{problem}")]
    Invalid {
        /// The setting at fault.
        key: &'static str,
        /// What is wrong.
        problem: Invalid,
    },
    /// A study without which there is no such figure.
    #[error(
        "a figure of this kind shows the study of a table [{table}]: write one beside [figure]"
    )]
    NoStudy {
        /// The table.
        table: &'static str,
    },
    /// A study of another kind.
    #[error("a figure of this kind shows no [{table}]: leave that table out")]
    OtherStudy {
        /// The table.
        table: &'static str,
    },
    /// A power analysis that asks for something else.
    #[error(
        "a figure of this kind shows how a break is told: let [power] have a test of breaks alone, such as test = \"lr-known-break\""
    )]
    NoBreakTest,
    /// No smooth law to show beside a break.
    #[error("no smooth law is nearest: {0}")]
    NoSmooth(NoPower),
    /// A design of a power analysis that cannot be.
    #[error(transparent)]
    Design(#[from] DesignNumberError),
    /// A table without what is simulated beside it.
    #[error("the table has no {metric} of {world:?}, the first metric of that world")]
    NotPublished {
        /// The world.
        world: String,
        /// Its first metric.
        metric: Metric,
    },
    /// What is compared is not alike.
    #[error(
        "the table has {world:?} at other scales, or of other numbers of attempts, than are simulated: set evaluation.scales = [{}], evaluation.items = {attempts} and evaluation.attempts = 1",
        scales.iter().map(|scale| format!("{scale:e}")).collect::<Vec<_>>().join(", ")
    )]
    OtherEvaluation {
        /// The world.
        world: String,
        /// The scales of the table.
        scales: Vec<f64>,
        /// The attempts at the first of them.
        attempts: u64,
    },
    /// Lengths of a task that has none.
    #[error("only a task of steps has lengths: set task.kind = \"steps\"")]
    NoSteps,
    /// Metrics that move in panels that are not there at the first or at the last frame.
    #[error(
        "from names {from} metrics and to names {to}: each panel takes one of either, such as from = [\"harshness:1\"] and \
         to = [\"harshness:30\"]"
    )]
    UnevenMotion {
        /// Metrics of the first frame.
        from: usize,
        /// Metrics of the last frame.
        to: usize,
    },
    /// Metrics without others between them.
    #[error(
        "nothing lies between {from} and {to}: give two powers, such as harshness:1 and harshness:30, or two pass-marks, \
         such as pass-mark:0.1 and pass-mark:1"
    )]
    NothingBetween {
        /// That of the first frame.
        from: Metric,
        /// That of the last frame.
        to: Metric,
    },
    /// Frames that do not make an animation.
    #[error("{frames} frames: give 2 to 100")]
    Frames {
        /// How many are wanted.
        frames: u8,
    },
    /// A scale that is not measured.
    #[error("{} is none of evaluation.scales: give some of them", .scale.get())]
    NotMeasured {
        /// The scale.
        scale: Scale,
    },
    /// Training runs whose scores are not those of two kinds.
    #[error(
        "a figure of this kind takes several training runs of two kinds, one attempt of each at no more than 200 items, and exact match: set skill.between-seeds.kind = \"bimodal\", evaluation.training-seeds = 40, evaluation.items = 100, evaluation.attempts = 1 and evaluation.metrics = [\"exact-match\"]"
    )]
    OneKindOfRun,
    /// Scores of a row of estimates that cannot be drawn.
    #[error(
        "a figure of this kind draws the first metric at three scales or more: it must be a share of independent steps, such as exact-match"
    )]
    NoScores,
    /// Names for other metrics than there are.
    #[error(
        "there are {metrics} metrics, and names for {names}: give one for each of evaluation.metrics"
    )]
    MetricNames {
        /// How many metrics there are.
        metrics: usize,
        /// How many names.
        names: usize,
    },
    /// Nothing to write below the figure.
    #[error("write a sentence: it is printed with the figure and read to those who cannot see it")]
    NoWords {
        /// The setting at fault.
        key: &'static str,
    },
}

fn told(key: &str) -> &'static str {
    match key {
        "rows" => "rows, such as rows = 8",
        "lengths" => "lengths, such as lengths = [1, 10, 50]",
        "over" => "over, such as over = \"items\"",
        "values" => "values, such as values = [50, 100, 200]",
        "at" => "at, such as at = [1e9, 1e11]",
        "words" => {
            "words, such as words = { scale = \"Hours of preparation\", unit = \"hours\", attempts = \"students\", steps = \"questions\", metrics = [\"all right\"] }"
        }
        "table" => "a table, such as table = \"scores.csv\"",
        "panels" => "panels, such as panels = [[\"exact-match\", \"partial-credit\"]]",
        _ => "worlds, such as worlds = [{ title = \"longer\", \"task.steps\" = 20 }]",
    }
}

impl FigurePlanError {
    /// The key of `[figure]` at fault.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Missing { key }
            | Self::NotTaken { key }
            | Self::NoWords { key }
            | Self::Invalid { key, .. } => key,
            Self::MixedAxes => "worlds",
            Self::UnevenMotion { .. } | Self::NothingBetween { .. } | Self::Frames { .. } => {
                "animate"
            }
            Self::NotPublished { .. } | Self::OtherEvaluation { .. } => "table",
            Self::NoStudy { .. }
            | Self::OtherStudy { .. }
            | Self::NoBreakTest
            | Self::NoSmooth(_) => "kind",
            Self::Design(_) => "values",
            Self::NoSteps => "lengths",
            Self::NotMeasured { .. } => "at",
            Self::OneKindOfRun | Self::NoScores => "kind",
            Self::MetricNames { .. } => "words",
        }
    }
}
