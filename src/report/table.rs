//! Findings as tables: tidy CSV, JSON, JSON lines, Markdown, and one for the terminal.

use serde::Serialize;

use super::number::{percent, readable, scale};
use crate::domain::{Scenario, Schema};
use crate::engine::{LAYOUT, Tally};
use crate::study::{Finding, Row, upper_bound_at_zero};

/// One row of the tidy table, with its columns in order.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    point: u64,
    scale: f64,
    metric: String,
    estimate: f64,
    ci_low: f64,
    ci_high: f64,
    ci_method: &'static str,
    level: f64,
    items: u64,
    attempts: u64,
    expected: Option<f64>,
    z: Option<f64>,
}

impl<'a> Record<'a> {
    fn new(scenario: Option<&'a str>, row: &Row) -> Self {
        let estimate = row.estimate;
        Self {
            scenario,
            point: 0,
            scale: row.scale.get(),
            metric: row.metric.to_string(),
            estimate: estimate.value,
            ci_low: estimate.interval.low,
            ci_high: estimate.interval.high,
            ci_method: estimate.interval.method.name(),
            level: estimate.interval.level.get(),
            items: estimate.items,
            attempts: estimate.attempts,
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

/// The tidy table as Markdown, with the same cells as [`csv`].
///
/// # Errors
/// Those of [`csv`].
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

/// One JSON object on each line, with the columns of [`csv`]; unknown values are null.
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
    rows: Vec<Record<'a>>,
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
            rows: finding
                .rows
                .iter()
                .map(|row| Record::new(None, row))
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

/// The table people read, at most 80 columns wide: by scenario, metric and scale, with what the numbers are below it.
#[cfg(feature = "cli")]
#[must_use]
pub fn terminal(findings: &[Finding]) -> String {
    use comfy_table::{Cell, CellAlignment, Table, presets};

    let several = findings.len() > 1;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec!["metric", "scale", "estimate", "interval", "expected", "z"];
    if several {
        header.insert(0, "scenario");
    }
    table.set_header(header);
    for finding in findings {
        let mut name = Some(finding.name.as_str());
        for &metric in finding.scenario.evaluation.metrics.as_slice() {
            let mut metric_name = Some(metric.to_string());
            for row in finding.rows.iter().filter(|row| row.metric == metric) {
                let mut cells = vec![
                    metric_name.take().unwrap_or_default(),
                    scale(row.scale.get()),
                ];
                cells.push(readable(row.estimate.value));
                cells.push(interval(row));
                cells.push(row.expected.map(readable).unwrap_or_default());
                cells.push(row.z.map(score).unwrap_or_default());
                if several {
                    cells.insert(0, name.take().unwrap_or_default().to_owned());
                }
                table.add_row(cells.into_iter().map(Cell::new));
            }
        }
    }
    let first_number = if several { 2 } else { 1 };
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if place >= first_number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let rows = table
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect::<String>();
    rows + &notes(findings)
}

/// Two decimals with their sign; none at zero.
#[cfg(feature = "cli")]
fn score(z: f64) -> String {
    let text = format!("{z:+.2}");
    if text.ends_with("0.00") {
        "0.00".to_owned()
    } else {
        text
    }
}

/// "[0.0416, 0.0698] w"; where nothing succeeded, the bound that says so.
#[cfg(feature = "cli")]
fn interval(row: &Row) -> String {
    use crate::study::IntervalMethod;
    let interval = row.estimate.interval;
    let letter = match interval.method {
        IntervalMethod::Wilson => 'w',
        IntervalMethod::ClopperPearson => 'c',
        IntervalMethod::WilsonEffective => 'e',
        IntervalMethod::ClopperPearsonEffective => 'f',
    };
    if row.estimate.value == 0.0 && row.metric.credit.is_all_or_nothing() {
        return format!(
            "below {} b",
            readable(upper_bound_at_zero(row.estimate.items))
        );
    }
    format!(
        "[{}, {}] {letter}",
        readable(interval.low),
        readable(interval.high)
    )
}

/// What the letters and columns mean, with the sizes behind the numbers.
#[cfg(feature = "cli")]
fn notes(findings: &[Finding]) -> String {
    let mut text = String::from("\n");
    for finding in findings {
        let evaluation = &finding.scenario.evaluation;
        let (items, attempts, runs) = (
            evaluation.items.get(),
            evaluation.attempts.get(),
            evaluation.training_seeds.get(),
        );
        text += &format!(
            "{}: items {items}, attempts at each {attempts}, training runs {runs}\n",
            finding.name
        );
    }
    if findings
        .iter()
        .any(|finding| finding.scenario.evaluation.training_seeds.get() == 1)
    {
        text += "with one training run, intervals are for this training run\n";
    }
    let mut levels: Vec<String> = findings
        .iter()
        .map(|finding| percent(finding.scenario.evaluation.level))
        .collect();
    levels.dedup();
    let level = levels.join(", ");
    text += &format!(
        "interval ({level}): w Wilson, c Clopper-Pearson, e and f the same two with the\n  \
         effective number of items; b one-sided 95% bound when no item succeeded\n\
         expected: computed, not simulated; z: normal score of the estimate under it\n"
    );
    let scores = findings
        .iter()
        .flat_map(|finding| &finding.rows)
        .filter_map(|row| row.z);
    let (count, largest) = scores.fold((0, 0.0_f64), |(count, largest), z| {
        (count + 1, largest.max(z.abs()))
    });
    if count > 0 {
        text += &format!("largest |z| of {count}: {largest:.2}\n");
    }
    text
}
