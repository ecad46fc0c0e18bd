//! Forecasts for programs: a record for each model, metric and target.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::power_table::written;
use crate::study::{Averaged, Crossing, ForecastFinding, ForecastRow, ForecastTold, Rate};

/// One model, fitted to one metric, at one target, with its columns in order.
#[derive(Serialize)]
struct ForecastRecord {
    model: &'static str,
    metric: String,
    of: String,
    target_scale: f64,
    decades: f64,
    predicted: Option<f64>,
    confidence_low: Option<f64>,
    confidence_high: Option<f64>,
    pi_low: Option<f64>,
    pi_high: Option<f64>,
    level: f64,
    expected: Option<f64>,
    measured: Option<f64>,
    threshold: f64,
    crossed: Option<f64>,
    crossing_scale: Option<f64>,
    crossing_low: Option<f64>,
    crossing_high: Option<f64>,
    rmse: Option<f64>,
    rmse_low: Option<f64>,
    rmse_high: Option<f64>,
    bias: Option<f64>,
    bias_low: Option<f64>,
    bias_high: Option<f64>,
    predicted_q05: Option<f64>,
    predicted_q50: Option<f64>,
    predicted_q95: Option<f64>,
    coverage: Option<f64>,
    coverage_low: Option<f64>,
    coverage_high: Option<f64>,
    coverage_method: Option<&'static str>,
    coverage_of_expected: Option<f64>,
    coverage_of_expected_low: Option<f64>,
    coverage_of_expected_high: Option<f64>,
    coverage_of_crossing: Option<f64>,
    coverage_of_crossing_low: Option<f64>,
    coverage_of_crossing_high: Option<f64>,
    width: Option<f64>,
    interval_score: Option<f64>,
    interval_score_low: Option<f64>,
    interval_score_high: Option<f64>,
    replicates: Option<u64>,
    failed: Option<u64>,
    scales: Option<usize>,
    reason: Option<String>,
}

impl ForecastRecord {
    fn new(finding: &ForecastFinding, row: &ForecastRow) -> Self {
        let told = row.told.as_ref().ok();
        let point = told.map(|told| told.point);
        let crossing = told.and_then(|told| told.crossing);
        let place = |of: fn(Crossing) -> Option<f64>| scale(crossing.and_then(of));
        let quality = row.quality.as_ref();
        let errors = quality.and_then(|quality| quality.errors);
        let rmse = Limits::of(errors.map(|errors| errors.rmse));
        let bias = Limits::of(errors.map(|errors| errors.bias));
        let score = Limits::of(quality.and_then(|quality| quality.interval_score));
        let quantiles = quality.and_then(|quality| quality.quantiles);
        let coverage = quality.map(|quality| quality.coverage);
        let of_expected = Limits::of_rate(quality.and_then(|one| one.coverage_of_expected));
        let of_crossing = Limits::of_rate(quality.and_then(|one| one.coverage_of_crossing));
        let covered = Limits::of_rate(coverage);
        Self {
            model: row.model.name(),
            metric: row.metric.to_string(),
            of: row.of.to_string(),
            target_scale: row.target.get(),
            decades: row.decades,
            predicted: point.map(|point| point.predicted),
            confidence_low: point.map(|point| point.confidence.0),
            confidence_high: point.map(|point| point.confidence.1),
            pi_low: point.map(|point| point.prediction.0),
            pi_high: point.map(|point| point.prediction.1),
            level: finding.level.get(),
            expected: row.expected,
            measured: row.measured,
            threshold: finding.threshold.get(),
            crossed: point.and_then(|point| point.crossed),
            crossing_scale: place(|crossing| crossing.place),
            crossing_low: place(|crossing| crossing.low),
            crossing_high: place(|crossing| crossing.high),
            rmse: rmse.value,
            rmse_low: rmse.low,
            rmse_high: rmse.high,
            bias: bias.value,
            bias_low: bias.low,
            bias_high: bias.high,
            predicted_q05: quantiles.map(|[low, _, _]| low),
            predicted_q50: quantiles.map(|[_, median, _]| median),
            predicted_q95: quantiles.map(|[_, _, high]| high),
            coverage: covered.value,
            coverage_low: covered.low,
            coverage_high: covered.high,
            coverage_method: coverage.map(|rate| rate.interval.method_name()),
            coverage_of_expected: of_expected.value,
            coverage_of_expected_low: of_expected.low,
            coverage_of_expected_high: of_expected.high,
            coverage_of_crossing: of_crossing.value,
            coverage_of_crossing_low: of_crossing.low,
            coverage_of_crossing_high: of_crossing.high,
            width: quality.and_then(|quality| Some(quality.width?.value)),
            interval_score: score.value,
            interval_score_low: score.low,
            interval_score_high: score.high,
            replicates: quality.map(|quality| quality.replicates),
            failed: quality.map(|quality| quality.failed),
            scales: told.map(|told| told.scales),
            reason: row.told.as_ref().err().map(ToString::to_string),
        }
    }
}

/// A number and the ends of its interval, each where there is one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    pub(super) value: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

impl Limits {
    pub(super) fn of(averaged: Option<Averaged>) -> Self {
        let interval = averaged.and_then(|averaged| averaged.interval);
        Self {
            value: averaged.map(|averaged| averaged.value),
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
        }
    }

    pub(super) fn of_rate(rate: Option<Rate>) -> Self {
        Self {
            value: rate.map(|rate| rate.value),
            low: rate.map(|rate| rate.interval.low),
            high: rate.map(|rate| rate.interval.high),
        }
    }
}

/// The scale with this logarithm, where there is a number for it.
pub(super) fn scale(decades: Option<f64>) -> Option<f64> {
    decades.map(libm::exp10).filter(|scale| scale.is_finite())
}

/// One row for each model, metric and target.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn forecast_csv(finding: &ForecastFinding) -> Result<String, csv::Error> {
    let rows = finding.rows.iter();
    written(rows.map(|row| ForecastRecord::new(finding, row)))
}

/// An array with an object for each model, metric and target, which holds the fitted law as well.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn forecast_json(finding: &ForecastFinding) -> Result<String, serde_json::Error> {
    let rows = finding.rows.iter();
    let objects: Result<Vec<Value>, _> = rows.map(|row| object(finding, row)).collect();
    Ok(serde_json::to_string_pretty(&objects?)? + "\n")
}

fn object(finding: &ForecastFinding, row: &ForecastRow) -> Result<Value, serde_json::Error> {
    let mut object = serde_json::to_value(ForecastRecord::new(finding, row))?;
    let quantiles = row.quality.as_ref().and_then(|quality| quality.quantiles);
    object["quantiles"] = match quantiles {
        Some([low, median, high]) => json!({ "0.05": low, "0.5": median, "0.95": high }),
        None => Value::Null,
    };
    object["parameters"] = match row.told.as_ref() {
        Ok(told) => parameters(told),
        Err(_) => Value::Null,
    };
    Ok(object)
}

/// The numbers of the fitted law by name; null where it has none.
fn parameters(told: &ForecastTold) -> Value {
    let Some(fit) = &told.fit else {
        return Value::Null;
    };
    let numbers = fit.parameters.iter();
    let numbers: Map<String, Value> = numbers
        .map(|one| (one.name.to_owned(), json!(one.value)))
        .collect();
    numbers.into()
}
