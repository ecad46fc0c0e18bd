//! Training runs for machines: part of `summary.json`, `training-runs.csv` and `training-runs-summary.csv`.

use serde::Serialize;

use crate::study::{Finding, TrainingRuns};

/// What the runs of one scale say under one metric, with its columns in order.
#[derive(Serialize)]
pub(super) struct TrainingRunsRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    scale: f64,
    metric: String,
    training_runs: usize,
    mean: f64,
    sd: f64,
    least: f64,
    largest: f64,
    useful_from: Option<f64>,
    useful: Option<f64>,
    useful_low: Option<f64>,
    useful_high: Option<f64>,
    useful_method: Option<&'static str>,
    level: Option<f64>,
    variance_of_runs: f64,
    variance_of_items: f64,
    variance_of_rest: f64,
    dip: Option<f64>,
    dip_p: Option<f64>,
    dip_p_low: Option<f64>,
    dip_p_high: Option<f64>,
    dip_p_holm: Option<f64>,
    dip_replicates: Option<u64>,
}

impl<'a> TrainingRunsRecord<'a> {
    fn new(scenario: Option<&'a str>, finding: &Finding, runs: &TrainingRuns) -> Self {
        let threshold = finding.scenario.usefulness.threshold();
        let groups = finding.run_groups.as_ref();
        let groups = groups.filter(|groups| groups.metric == runs.metric);
        let dip = groups.and_then(|groups| {
            let mut tests = groups.tests.iter();
            tests.find(|one| one.scale == runs.scale)
        });
        let interval = runs.useful.map(|useful| useful.interval);
        Self {
            scenario,
            scale: runs.scale.get(),
            metric: runs.metric.to_string(),
            training_runs: runs.scores.len(),
            mean: runs.mean,
            sd: runs.sd,
            least: runs.least,
            largest: runs.largest,
            useful_from: runs.useful.map(|_| threshold),
            useful: runs.useful.map(|useful| useful.share),
            useful_low: interval.map(|interval| interval.low),
            useful_high: interval.map(|interval| interval.high),
            useful_method: interval.map(|interval| interval.method_name()),
            level: interval.map(|interval| interval.level.get()),
            variance_of_runs: runs.parts.runs,
            variance_of_items: runs.parts.items,
            variance_of_rest: runs.parts.rest,
            dip: dip.map(|one| one.test.dip),
            dip_p: dip.map(|one| one.test.p_value),
            dip_p_low: dip.map(|one| one.test.interval.low),
            dip_p_high: dip.map(|one| one.test.interval.high),
            dip_p_holm: dip.map(|one| one.adjusted),
            dip_replicates: dip.map(|one| one.test.replicates),
        }
    }

    /// Those of a finding, by scale and metric.
    pub(super) fn all(scenario: Option<&'a str>, finding: &Finding) -> Vec<Self> {
        let runs = finding.training_runs();
        runs.iter()
            .map(|runs| Self::new(scenario, finding, runs))
            .collect()
    }
}

/// The score of one training run.
#[derive(Serialize)]
struct ScoreRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    scale: f64,
    metric: &'a str,
    training_run: usize,
    score: f64,
}

/// One row for each scale, metric and training run (counted from 0) with its mean credit over items; with a scenario column
/// if there are several findings. Empty where no scale has several runs.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn training_runs_csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for finding in findings {
        for runs in &finding.training_runs() {
            let metric = runs.metric.to_string();
            for (training_run, &score) in runs.scores.iter().enumerate() {
                writer.serialize(ScoreRecord {
                    scenario: name(findings, finding),
                    scale: runs.scale.get(),
                    metric: &metric,
                    training_run,
                    score,
                })?;
            }
        }
    }
    text(writer)
}

/// One row for each scale and metric: what its runs score, how many are useful, and what the variance of their mean is made
/// of; with a scenario column if there are several findings. Empty where no scale has several runs.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn training_runs_summary_csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for finding in findings {
        for record in TrainingRunsRecord::all(name(findings, finding), finding) {
            writer.serialize(record)?;
        }
    }
    text(writer)
}

fn name<'a>(findings: &[Finding], finding: &'a Finding) -> Option<&'a str> {
    (findings.len() > 1).then_some(finding.name.as_str())
}

fn text(writer: csv::Writer<Vec<u8>>) -> Result<String, csv::Error> {
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
