//! Evaluations of a scenario, as scores over scales.

use super::settings::ForecastSettings;
use crate::domain::{Credit, Invalid, Metric, Metrics, Scale, Scales, Scenario};
use crate::engine::Tally;
use crate::study::measured::Measured;

/// What a model of losses is fitted to.
pub(super) const LOSS: Metric = Metric::mean(Credit::LogLikelihood);

/// The same law and task measured at these scales, under all metrics that a forecast needs: those of the scenario, the one
/// that is foretold, and losses where the task has any.
///
/// # Errors
/// The curve is not known at one of the scales, or the task has nothing for the metric that is foretold.
pub(super) fn measured_at(
    scenario: &Scenario,
    scales: Vec<Scale>,
    settings: &ForecastSettings,
) -> Result<Scenario, Invalid> {
    let mut scenario = scenario.clone();
    if scales != scenario.evaluation.scales.as_slice() {
        scenario.evaluation.scales = Scales::listed(scales)?;
    }
    let mut metrics = scenario.evaluation.metrics.as_slice().to_vec();
    let add = |metrics: &mut Vec<Metric>, metric: Metric| {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    };
    add(&mut metrics, settings.of);
    let needed = scenario.clone().under(Metrics::new(metrics.clone())?)?;
    let models = settings.models.as_slice().iter();
    if !models.clone().any(|model| model.needs_losses()) {
        return Ok(needed);
    }
    add(&mut metrics, LOSS);
    // Tasks without losses can be foretold by all other models.
    Ok(scenario.under(Metrics::new(metrics)?).unwrap_or(needed))
}

/// What was measured of each metric of a scenario, from the tallies of every scale in order; without the metrics that have no
/// scores.
pub(super) fn all_measured(scenario: &Scenario, tallies: &[Tally]) -> Vec<Measured> {
    let evaluation = &scenario.evaluation;
    let scales = || evaluation.scales.as_slice().iter().copied().zip(tallies);
    let of = |&metric: &Metric| Measured::of_tallies(scenario, metric, scales()).ok();
    evaluation
        .metrics
        .as_slice()
        .iter()
        .filter_map(of)
        .collect()
}

/// The scores of one metric; `None` where there are none.
pub(super) fn of_metric(all: &[Measured], metric: Metric) -> Option<&Measured> {
    all.iter().find(|one| one.metric() == metric)
}

/// The score at a scale; `None` where it was not measured.
pub(super) fn score_at(measured: &Measured, scale: Scale) -> Option<f64> {
    let mut points = measured.points().iter();
    Some(points.find(|point| point.scale == scale)?.mean)
}
