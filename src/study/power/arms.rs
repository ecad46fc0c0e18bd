//! The power of tests of success rates and mean credits at one scale.

use super::above_chance::{
    AboveChance, items_above_chance, normal_power_above_chance,
};
use super::finding::{CriticalValue, FalseAlarms, NoPower, Planned, PowerRow, TestPower};
use super::means::{MeanOf, MeanTest};
use super::over_tasks::over_tasks;
use super::paired::Discordant;
use super::plan::PowerPlan;
use super::replicates::Work;
use super::settings::PowerTest;
use super::successes::Successes;
use super::two_rates::{TwoRates, items_for_two_rates};
use crate::domain::special::normal_quantile;
use crate::domain::{Metric, Pairing, Probability, Reducer, Scale, Scenario};
use crate::engine::{Interrupted, Setting, Tally};
use crate::study::{Aim, CreditSummary, McNemar, Scatter, items_for_difference};

/// What one evaluation of a test at one scale says.
#[derive(Clone, Copy, Debug)]
struct Trial {
    p_value: f64,
    finds: bool,
}

/// One test at one scale, under every metric.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub(super) fn rows_at_scale(
    plan: &PowerPlan,
    test: PowerTest,
    work: &Work<'_>,
) -> Result<Vec<PowerRow>, Interrupted> {
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let mut rows = Vec::with_capacity(metrics.len());
    for (place, &metric) in metrics.iter().enumerate() {
        let told = match test {
            PowerTest::AboveChance => above_chance(plan, metric, work)?,
            PowerTest::TwoRates => two_rates(plan, (place, metric), work)?,
            _ => paired(plan, (place, metric), work)?,
        };
        rows.push(PowerRow { test, metric, told });
    }
    Ok(rows)
}
