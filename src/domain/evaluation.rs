//! How skill is measured: where, on how many items, under which metrics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Attempts, Items, Level, Metrics, Scales, TrainingSeeds};

/// What scales count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Parameters of the model.
    #[default]
    Parameters,
    /// Training tokens.
    Tokens,
    /// Training compute, in floating-point operations.
    Flops,
}

/// Which attempts share their random numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pairing {
    /// None: every scale and every law has its own.
    #[default]
    Independent,
    /// The same item and attempt at different scales (common random numbers): neighbouring scales move together.
    Scales,
    /// The same item and attempt at all scales and under all laws.
    All,
}

/// What an interval is for: what would be drawn anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// New items, for the training runs at hand.
    Items,
    /// New training runs, on the items at hand.
    TrainingRuns,
    /// Both new; with one training run there is no telling how others would differ, and it is for that run.
    #[default]
    Both,
}

/// The `[evaluation]` table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evaluation {
    /// What scales count; it labels figures and changes no number.
    pub axis: Axis,
    /// The measured scales, increasing: even in log10 N (`log`), even in N (`lin`), or as listed.
    pub scales: Scales,
    /// Size of the test set, shared by all scales: number of items.
    pub items: Items,
    /// Number of attempts at each item by each training run.
    pub attempts: Attempts,
    /// Which attempts share their random numbers.
    pub pairing: Pairing,
    /// Number of training runs at each scale.
    pub training_seeds: TrainingSeeds,
    /// What intervals are for: the mean over new items, over new training runs, or over both.
    pub target: Target,
    /// The metrics, all scored on the same attempts, of which K of L steps are right, T of them before the first error.
    pub metrics: Metrics,
    /// Two-sided confidence level of every interval.
    pub level: Level,
}

impl Default for Evaluation {
    fn default() -> Self {
        Self {
            axis: Axis::default(),
            scales: Scales::default(),
            items: Items::constant(1000),
            attempts: Attempts::constant(1),
            pairing: Pairing::default(),
            training_seeds: TrainingSeeds::constant(1),
            target: Target::default(),
            metrics: Metrics::default(),
            level: Level::constant(0.95),
        }
    }
}

impl Evaluation {
    /// Attempts at all items at one scale, over all training runs.
    #[must_use]
    pub fn attempts_at_all_items(&self) -> u64 {
        self.items.get().saturating_mul(self.attempts_per_item())
    }

    /// Attempts at each item, over all training runs.
    #[must_use]
    pub fn attempts_per_item(&self) -> u64 {
        u64::from(self.attempts.get()) * u64::from(self.training_seeds.get())
    }
}
