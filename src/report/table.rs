//! Findings as tables for machines: tidy CSV, JSON, JSON lines, Markdown.

use serde::Serialize;

use super::anatomy_table::AnatomySummary;
use super::difference_table::DifferenceRecord;
use super::verdict::Verdicts;
use crate::domain::{Scenario, Schema};
use crate::engine::{LAYOUT, Tally};
use crate::study::{Finding, Row};

/// One row of the tidy table, with its columns in order.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    point: u64,
    scale: f64,
    metric: String,
    estimate: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    ci_method: Option<&'static str>,
    level: Option<f64>,
    items: Option<u64>,
    attempts: Option<u64>,
    expected: Option<f64>,
    z: Option<f64>,
}

impl<'a> Record<'a> {
    fn new(scenario: Option<&'a str>, row: &Row) -> Self {
        let estimate = row.estimate.as_ref();
        let interval = estimate.map(|estimate| estimate.interval);
        Self {
            scenario,
            point: 0,
            scale: row.scale.get(),
            metric: row.metric.to_string(),
            estimate: estimate.map(|estimate| estimate.value),
            ci_low: interval.map(|interval| interval.low),
            ci_high: interval.map(|interval| interval.high),
            ci_method: interval.map(|interval| interval.method.name()),
            level: interval.map(|interval| interval.level.get()),
            items: estimate.map(|estimate| estimate.items),
            attempts: estimate.map(|estimate| estimate.attempts),
            expected: row.expected,
            z: row.z,
        }
    }
}

/// One record for each point, scale and metric; with a scenario column if there are several findings.
fn records(findings: &[Finding]) -> impl Iterator<Item = Record<'_>> {
    let named = findings.len() > 1;
    findings.iter().flat_map(move |finding| {
        let name = named.then_some(finding.name.as_str());
        finding.rows.iter().map(move |row| Record::new(name, row))
    })
}

/// The tidy table: one row for each point, scale and metric. Floats are the shortest decimals that read back the same.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    records(findings).try_for_each(|record| writer.serialize(record))?;
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The tidy table as Markdown, with the same cells as [`csv()`].
///
/// # Errors
/// Those of [`csv()`].
pub fn markdown(findings: &[Finding]) -> Result<String, csv::Error> {
    let tidy = csv(findings)?;
    let mut reader = csv::Reader::from_reader(tidy.as_bytes());
    let line = |cells: &csv::StringRecord| {
        format!("| {} |\n", cells.iter().collect::<Vec<_>>().join(" | "))
    };
    let header = reader.headers()?.clone();
    let rule = header.iter().map(|_| "---").collect();
    let mut text = line(&header) + &line(&rule);
    for row in reader.records() {
        text += &line(&row?);
    }
    Ok(text)
}

/// One JSON object on each line, with the columns of [`csv()`]; unknown values are null.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn json_lines(findings: &[Finding]) -> Result<String, serde_json::Error> {
    records(findings)
        .map(|record| serde_json::to_string(&record).map(|line| line + "\n"))
        .collect()
}

/// What one finding says, as `summary.json` holds it.
#[derive(Serialize)]
struct Summary<'a> {
    schema: Schema,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    scenario: &'a Scenario,
    #[serde(flatten)]
    anatomy: Option<AnatomySummary>,
    verdicts: Option<Verdicts>,
    rows: Vec<Record<'a>>,
    differences: Vec<DifferenceRecord<'a>>,
    failures: Vec<FailedScale>,
}

/// A scale without rows, and why.
#[derive(Serialize)]
struct FailedScale {
    scale: f64,
    problem: String,
}

impl<'a> Summary<'a> {
    /// `name` where it tells the finding from others beside it.
    fn new(name: Option<&'a str>, finding: &'a Finding) -> Self {
        let scales = finding.scenario.evaluation.scales.as_slice();
        let failures = scales
            .iter()
            .zip(&finding.tallies)
            .filter_map(|(scale, tally)| {
                Some(FailedScale {
                    scale: scale.get(),
                    problem: tally.as_ref().err()?.to_string(),
                })
            });
        Self {
            schema: Schema::CURRENT,
            name,
            scenario: &finding.scenario,
            anatomy: finding.anatomy.as_ref().map(AnatomySummary::new),
            verdicts: Verdicts::of(finding),
            rows: finding
                .rows
                .iter()
                .map(|row| Record::new(None, row))
                .collect(),
            differences: finding
                .differences
                .iter()
                .map(|one| DifferenceRecord::new(None, one))
                .collect(),
            failures: failures.collect(),
        }
    }
}

/// The summary of one finding, or the list of those of several.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn json(findings: &[Finding]) -> Result<String, serde_json::Error> {
    let text = match findings {
        [only] => serde_json::to_string_pretty(&Summary::new(None, only)),
        several => {
            let named = several
                .iter()
                .map(|finding| Summary::new(Some(&finding.name), finding));
            serde_json::to_string_pretty(&named.collect::<Vec<_>>())
        }
    };
    text.map(|text| text + "\n")
}

/// The tallies of one finding, one JSON object for each scale: all that is needed to score again.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn tally_lines(finding: &Finding) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Line<'a> {
        layout: u32,
        scale: f64,
        items: [u64; 2],
        tally: &'a Tally,
    }
    let scales = finding.scenario.evaluation.scales.as_slice();
    let done = scales
        .iter()
        .zip(&finding.tallies)
        .filter_map(|(scale, tally)| Some((scale, tally.as_ref().ok()?)));
    done.map(|(scale, tally)| {
        let line = Line {
            layout: LAYOUT,
            scale: scale.get(),
            items: [0, tally.items],
            tally,
        };
        serde_json::to_string(&line).map(|line| line + "\n")
    })
    .collect()
}
