//! Findings as tables for machines: tidy CSV, JSON, JSON lines, Markdown.

use serde::Serialize;
use serde_json::Value;

use super::anatomy_table::AnatomySummary;
use super::difference_table::DifferenceRecord;
#[cfg(feature = "parquet")]
use super::parquet_table::Cell;
use super::practice_table::PracticeSummary;
use super::repeated_table::{RepeatedRecord, repeated_records};
use super::training_runs_table::TrainingRunsRecord;
use super::verdict::Verdicts;
use crate::domain::{Scenario, Schema};
use crate::engine::{LAYOUT, Tally};
use crate::study::{Finding, PointFinding, Row, practice};

/// What a row of the tidy table is of.
#[derive(Serialize)]
struct Lead<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    point: u64,
    scale: f64,
}

/// What stands in it.
#[derive(Serialize)]
struct Measured {
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

const LEAD: [&str; 2] = ["point", "scale"];
const MEASURED: [&str; 10] = [
    "metric",
    "estimate",
    "ci_low",
    "ci_high",
    "ci_method",
    "level",
    "items",
    "attempts",
    "expected",
    "z",
];

impl Measured {
    fn new(row: &Row) -> Self {
        let estimate = row.estimate.as_ref();
        let interval = estimate.map(|estimate| estimate.interval);
        Self {
            metric: row.metric.to_string(),
            estimate: estimate.map(|estimate| estimate.value),
            ci_low: interval.map(|interval| interval.low),
            ci_high: interval.map(|interval| interval.high),
            ci_method: interval.map(|interval| interval.method_name()),
            level: interval.map(|interval| interval.level.get()),
            items: estimate.map(|estimate| estimate.items),
            attempts: estimate.map(|estimate| estimate.attempts),
            expected: row.expected,
            z: row.z,
        }
    }
}

/// Swept keys with a point's settings, between what a row is of and what stands in it.
#[derive(Clone, Copy, Default)]
pub(super) struct Settings<'a> {
    pub(super) keys: &'a [String],
    pub(super) values: &'a [Value],
}

impl Settings<'_> {
    /// Those of a scenario that no sweep made.
    pub(super) const NONE: Settings<'static> = Settings {
        keys: &[],
        values: &[],
    };
}

impl Serialize for Settings<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.keys.iter().zip(self.values))
    }
}

/// One row of the tidy table.
struct Record<'a> {
    lead: Lead<'a>,
    settings: Settings<'a>,
    measured: Measured,
}

impl<'a> Record<'a> {
    fn new(scenario: Option<&'a str>, row: &Row) -> Self {
        Self::of_point(scenario, 0, Settings::NONE, row)
    }

    fn of_point(scenario: Option<&'a str>, point: u64, settings: Settings<'a>, row: &Row) -> Self {
        Self {
            lead: Lead {
                scenario,
                point,
                scale: row.scale.get(),
            },
            settings,
            measured: Measured::new(row),
        }
    }
}

/// An object with the columns in order.
impl Serialize for Record<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Object<'a> {
            #[serde(flatten)]
            lead: &'a Lead<'a>,
            #[serde(flatten)]
            settings: Settings<'a>,
            #[serde(flatten)]
            measured: &'a Measured,
        }
        let (lead, settings, measured) = (&self.lead, self.settings, &self.measured);
        Object {
            lead,
            settings,
            measured,
        }
        .serialize(serializer)
    }
}

/// The columns of the tidy table of a sweep.
#[cfg(feature = "parquet")]
pub(super) fn summary_names(keys: &[String]) -> Vec<String> {
    let fixed = |names: &'static [&'static str]| names.iter().map(|name| (*name).to_owned());
    fixed(&LEAD)
        .chain(keys.iter().cloned())
        .chain(fixed(&MEASURED))
        .collect()
}

/// The rows of a point in that table.
#[cfg(feature = "parquet")]
pub(super) fn summary_rows(keys: &[String], point: &PointFinding) -> Vec<Vec<Cell>> {
    let row = |record: Record<'_>| {
        let (lead, measured) = (record.lead, record.measured);
        let settings = record.settings.values.iter().cloned().map(Cell::Any);
        let lead = [Cell::Whole(lead.point), Cell::Real(lead.scale)];
        let measured = [
            Cell::Text(measured.metric),
            measured.estimate.into(),
            measured.ci_low.into(),
            measured.ci_high.into(),
            measured.ci_method.into(),
            measured.level.into(),
            measured.items.into(),
            measured.attempts.into(),
            measured.expected.into(),
            measured.z.into(),
        ];
        lead.into_iter().chain(settings).chain(measured).collect()
    };
    records_of_point(keys, point).map(row).collect()
}

/// One record for each point, scale and metric; with a scenario column if there are several findings.
fn records(findings: &[Finding]) -> impl Iterator<Item = Record<'_>> {
    let named = findings.len() > 1;
    findings.iter().flat_map(move |finding| {
        let name = named.then_some(finding.name.as_str());
        finding.rows.iter().map(move |row| Record::new(name, row))
    })
}

fn records_of_point<'a>(
    keys: &'a [String],
    point: &'a PointFinding,
) -> impl Iterator<Item = Record<'a>> {
    let values = &point.settings;
    let settings = Settings { keys, values };
    let rows = point.finding.rows.iter();
    rows.map(move |row| Record::of_point(None, point.number, settings, row))
}

/// The tidy table: one row for each point, scale and metric. Floats are the shortest decimals that read back the same.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let named = (findings.len() > 1).then_some("scenario");
    let header = named.into_iter().chain(LEAD).chain(MEASURED);
    let rows = csv_rows(records(findings))?;
    Ok(csv_line(header)? + &rows)
}

/// The first line of the tidy table of a sweep.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn sweep_csv_header(keys: &[String]) -> Result<String, csv::Error> {
    let keys = keys.iter().map(String::as_str);
    csv_line(LEAD.into_iter().chain(keys).chain(MEASURED))
}

/// The lines of a point in the tidy table of a sweep: as [`csv()`], with a column for each swept key behind the scale.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn sweep_csv(keys: &[String], point: &PointFinding) -> Result<String, csv::Error> {
    csv_rows(records_of_point(keys, point))
}

/// The same as [`sweep_csv`], one JSON object on each line; unknown values are null.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn sweep_json_lines(
    keys: &[String],
    point: &PointFinding,
) -> Result<String, serde_json::Error> {
    object_lines(records_of_point(keys, point))
}

/// An object on each line.
pub(super) fn object_lines(
    records: impl Iterator<Item = impl Serialize>,
) -> Result<String, serde_json::Error> {
    records
        .map(|record| serde_json::to_string(&record).map(|line| line + "\n"))
        .collect()
}

fn csv_rows<'a>(records: impl Iterator<Item = Record<'a>>) -> Result<String, csv::Error> {
    written(|writer| {
        let mut records = records;
        records.try_for_each(|record| {
            writer.serialize((&record.lead, record.settings.values, &record.measured))
        })
    })
}

fn csv_line<'a>(cells: impl Iterator<Item = &'a str>) -> Result<String, csv::Error> {
    written(|writer| writer.write_record(cells))
}

/// What is written by a writer that writes no header of its own.
pub(super) fn written(
    write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error>,
) -> Result<String, csv::Error> {
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.has_headers(false).from_writer(Vec::new());
    write(&mut writer)?;
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
    with_rule(&csv(findings)?)
}

/// A table with a header, as Markdown.
fn with_rule(tidy: &str) -> Result<String, csv::Error> {
    let mut reader = csv::Reader::from_reader(tidy.as_bytes());
    let header = reader.headers()?.clone();
    let rule = header.iter().map(|_| "---").collect();
    let mut text = markdown_line(&header) + &markdown_line(&rule);
    for row in reader.records() {
        text += &markdown_line(&row?);
    }
    Ok(text)
}

/// The first lines of the tidy table of a sweep as Markdown.
///
/// # Errors
/// Those of [`csv()`].
pub fn sweep_markdown_header(keys: &[String]) -> Result<String, csv::Error> {
    with_rule(&sweep_csv_header(keys)?)
}

/// The lines of a point in the tidy table of a sweep as Markdown, with the same cells as [`sweep_csv`].
///
/// # Errors
/// Those of [`csv()`].
pub fn sweep_markdown(keys: &[String], point: &PointFinding) -> Result<String, csv::Error> {
    let tidy = sweep_csv(keys, point)?;
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(tidy.as_bytes());
    let rows = reader.records();
    rows.map(|row| row.map(|row| markdown_line(&row))).collect()
}

fn markdown_line(cells: &csv::StringRecord) -> String {
    // A bar would end the cell.
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// One JSON object on each line, with the columns of [`csv()`]; unknown values are null.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn json_lines(findings: &[Finding]) -> Result<String, serde_json::Error> {
    object_lines(records(findings))
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
    #[serde(skip_serializing_if = "Option::is_none")]
    practice: Option<PracticeSummary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repeated: Vec<RepeatedRecord<'static>>,
    rows: Vec<Record<'a>>,
    differences: Vec<DifferenceRecord<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    training_runs: Vec<TrainingRunsRecord<'a>>,
    failures: Vec<FailedScale>,
}

/// What one point of a sweep says.
#[derive(Serialize)]
struct PointSummary<'a> {
    point: u64,
    settings: Settings<'a>,
    #[serde(flatten)]
    summary: Summary<'a>,
}

/// A scale without rows, and why.
#[derive(Serialize)]
struct FailedScale {
    scale: f64,
    problem: String,
}

impl<'a> Summary<'a> {
    /// With what it means in practice, which takes as long as an anatomy and so goes with one.
    fn with_practice(name: Option<&'a str>, finding: &'a Finding) -> Self {
        let dissected = finding.anatomy.is_some();
        Self {
            practice: dissected.then(|| PracticeSummary::new(&practice(finding))),
            ..Self::new(name, finding)
        }
    }

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
            practice: None,
            repeated: repeated_records(finding),
            rows: finding
                .rows
                .iter()
                .map(|row| Record::new(None, row))
                .collect(),
            differences: finding
                .differences()
                .iter()
                .map(|one| DifferenceRecord::new(None, one))
                .collect(),
            training_runs: TrainingRunsRecord::all(None, finding),
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
        [only] => serde_json::to_string_pretty(&Summary::with_practice(None, only)),
        several => {
            let named = several
                .iter()
                .map(|finding| Summary::with_practice(Some(&finding.name), finding));
            serde_json::to_string_pretty(&named.collect::<Vec<_>>())
        }
    };
    text.map(|text| text + "\n")
}

/// The summary of one point of a sweep: what [`json`] says of its scenario, with its number and settings.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn sweep_json(keys: &[String], point: &PointFinding) -> Result<String, serde_json::Error> {
    let values = &point.settings;
    serde_json::to_string_pretty(&PointSummary {
        point: point.number,
        settings: Settings { keys, values },
        summary: Summary::new(None, &point.finding),
    })
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
