//! Visibility horizons for programs: a record for each metric, test set, spacing of scales and idea of the task.

use serde::Serialize;
use serde_json::{Value, json};

use super::forecast_table::{Limits, scale};
use super::power_table::written;
use crate::study::{AssumedTask, HorizonFinding, HorizonRow, Reached};

/// One horizon with its columns in order.
#[derive(Serialize)]
struct HorizonRecord<'a> {
    metric: String,
    of: String,
    items: u64,
    per_decade: u8,
    task: &'a str,
    family: &'static str,
    horizon: Option<f64>,
    horizon_low: Option<f64>,
    horizon_high: Option<f64>,
    at_least: Option<bool>,
    x50: f64,
    x50_scale: Option<f64>,
    within: f64,
    share: f64,
    from_scale: f64,
    level: f64,
    replicates: u64,
    reason: Option<String>,
}

/// What a task is taken for, in words.
pub(super) fn task_words(link: &AssumedTask) -> &str {
    match link {
        AssumedTask::True => "true",
        AssumedTask::Assumed(words) => words,
    }
}

impl<'a> HorizonRecord<'a> {
    fn new(finding: &HorizonFinding, row: &'a HorizonRow) -> Self {
        let told = row.told.as_ref().ok();
        Self {
            metric: row.metric.to_string(),
            of: finding.of.to_string(),
            items: row.items.get(),
            per_decade: row.per_decade,
            task: task_words(&row.link),
            family: finding.family.name(),
            horizon: told.and_then(|told| told.decades),
            horizon_low: told.and_then(|told| told.low),
            horizon_high: told.and_then(|told| told.high),
            at_least: told.map(|told| told.is_at_least),
            x50: finding.x50,
            x50_scale: scale(Some(finding.x50)),
            within: finding.within,
            share: finding.share,
            from_scale: finding.from.get(),
            level: finding.level.get(),
            replicates: finding.replicates,
            reason: row.told.as_ref().err().map(ToString::to_string),
        }
    }
}

/// One row for each metric, test-set size, number of scales per decade, and idea of the task.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn horizon_csv(finding: &HorizonFinding) -> Result<String, csv::Error> {
    let rows = finding.rows.iter();
    written(rows.map(|row| HorizonRecord::new(finding, row)))
}

/// The same as an array with an object for each, which holds how often forecasts from scales up to each were right as
/// well.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn horizon_json(finding: &HorizonFinding) -> Result<String, serde_json::Error> {
    let rows = finding.rows.iter();
    let objects: Result<Vec<Value>, _> = rows.map(|row| object(finding, row)).collect();
    Ok(serde_json::to_string_pretty(&objects?)? + "\n")
}

fn object(finding: &HorizonFinding, row: &HorizonRow) -> Result<Value, serde_json::Error> {
    let mut object = serde_json::to_value(HorizonRecord::new(finding, row))?;
    let reached = row.told.as_ref().ok().map(|told| &told.reached);
    object["reached"] = reached.into_iter().flatten().map(shares).collect();
    Ok(object)
}

fn shares(reached: &Reached) -> Value {
    let right = Limits::of_rate(Some(reached.right));
    json!({
        "x_max": reached.x_max,
        "scales": reached.scales,
        "right": right.value,
        "right_low": right.low,
        "right_high": right.high,
        "method": reached.right.interval.method_name(),
        "replicates": reached.right.replicates,
        "failed": reached.failed,
    })
}
