//! Back-tests of forecasts for programs: a record for each model, metric and depth.

use serde::Serialize;

use super::forecast_table::Limits;
use super::power_table::written;
use crate::study::{BackTest, BackTestFinding};

/// One model, fitted to all but the largest scales of one metric, with its columns in order.
#[derive(Serialize)]
struct BackTestRecord {
    model: &'static str,
    metric: String,
    of: String,
    depth: usize,
    scales: usize,
    target_scale: f64,
    decades: f64,
    error_points: Option<f64>,
    error_points_low: Option<f64>,
    error_points_high: Option<f64>,
    points_per_decade: Option<f64>,
    points_per_decade_low: Option<f64>,
    points_per_decade_high: Option<f64>,
    interval_score: Option<f64>,
    interval_score_low: Option<f64>,
    interval_score_high: Option<f64>,
    coverage: Option<f64>,
    coverage_low: Option<f64>,
    coverage_high: Option<f64>,
    coverage_method: Option<&'static str>,
    x50_error: Option<f64>,
    x50_error_low: Option<f64>,
    x50_error_high: Option<f64>,
    x50_missed: Option<u64>,
    level: f64,
    replicates: Option<u64>,
    failed: Option<u64>,
    reason: Option<String>,
}

impl BackTestRecord {
    fn new(finding: &BackTestFinding, row: &BackTest) -> Self {
        let told = row.told.as_ref().ok();
        let points = Limits::of(told.map(|told| told.error_points));
        let per_decade = Limits::of(told.map(|told| told.points_per_decade));
        let score = Limits::of(told.map(|told| told.interval_score));
        let middle = Limits::of(told.and_then(|told| told.x50_error));
        let coverage = told.map(|told| told.coverage);
        let covered = Limits::of_rate(coverage);
        Self {
            model: row.model.name(),
            metric: row.metric.to_string(),
            of: row.of.to_string(),
            depth: row.depth,
            scales: row.fitted,
            target_scale: row.target.get(),
            decades: row.decades,
            error_points: points.value,
            error_points_low: points.low,
            error_points_high: points.high,
            points_per_decade: per_decade.value,
            points_per_decade_low: per_decade.low,
            points_per_decade_high: per_decade.high,
            interval_score: score.value,
            interval_score_low: score.low,
            interval_score_high: score.high,
            coverage: covered.value,
            coverage_low: covered.low,
            coverage_high: covered.high,
            coverage_method: coverage.map(|rate| rate.interval.method_name()),
            x50_error: middle.value,
            x50_error_low: middle.low,
            x50_error_high: middle.high,
            x50_missed: told.map(|told| told.x50_missed),
            level: finding.level.get(),
            replicates: told.map(|told| told.replicates),
            failed: told.map(|told| told.failed),
            reason: row.told.as_ref().err().map(ToString::to_string),
        }
    }
}

/// One row for each model, metric and number of scales held out.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn back_test_csv(finding: &BackTestFinding) -> Result<String, csv::Error> {
    let rows = finding.rows.iter();
    written(rows.map(|row| BackTestRecord::new(finding, row)))
}

/// An array with an object for each model, metric and number of scales held out.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn back_test_json(finding: &BackTestFinding) -> Result<String, serde_json::Error> {
    let rows = finding.rows.iter();
    let records: Vec<BackTestRecord> = rows.map(|row| BackTestRecord::new(finding, row)).collect();
    Ok(serde_json::to_string_pretty(&records)? + "\n")
}
