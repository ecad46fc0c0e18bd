//! Gains between neighbouring scales for machines: part of `summary.json`, and `differences.csv`.

use serde::Serialize;

use crate::study::{Difference, Finding};

/// One gain, with its columns in order.
#[derive(Serialize)]
pub(super) struct DifferenceRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    metric: String,
    scale: f64,
    next_scale: f64,
    difference: f64,
    ci_low: f64,
    ci_high: f64,
    ci_method: &'static str,
    level: f64,
    items: u64,
    correlation: Option<f64>,
    expected: Option<f64>,
    z: Option<f64>,
}

impl<'a> DifferenceRecord<'a> {
    pub(super) fn new(scenario: Option<&'a str>, one: &Difference) -> Self {
        Self {
            scenario,
            metric: one.metric.to_string(),
            scale: one.from.get(),
            next_scale: one.to.get(),
            difference: one.value,
            ci_low: one.low,
            ci_high: one.high,
            ci_method: one.method.name(),
            level: one.level.get(),
            items: one.items,
            correlation: one.correlation,
            expected: one.expected,
            z: one.z,
        }
    }
}

/// One row for each pair of neighbouring scales and each metric; with a scenario column if there are several findings.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn differences_csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let named = findings.len() > 1;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for finding in findings {
        let name = named.then_some(finding.name.as_str());
        for one in &finding.differences() {
            writer.serialize(DifferenceRecord::new(name, one))?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
