//! Forecasts for people: what is foretold from what, how sure, how often such forecasts are right.

use super::forecast_words::conclusions;
use super::number::{percent, threshold};
use super::power_text::{about, counted, share, table};
use super::setting::wrapped;
use crate::domain::{Metric, Scale};
use crate::study::{
    Crossing, ForecastFinding, ForecastModel, ForecastQuality, ForecastRow, Given, NoForecast,
};

/// All forecasts, a block for each target, and what to conclude. Within 80 columns.
#[must_use]
pub fn forecast_text(finding: &ForecastFinding) -> String {
    let mut text = wrapped(&head(finding), 80, "", "  ");
    for &target in &finding.scales.targets {
        text += &format!("\n{}", wrapped(&at(finding, target), 80, "", "  "));
        for metric in metrics(finding) {
            let rows: Vec<&ForecastRow> = rows(finding, metric)
                .filter(|row| row.target == target)
                .collect();
            text += &scores(finding, metric, &rows);
        }
    }
    text += &crossings(finding);
    text += &reasons(finding);
    let lines = conclusions(finding).into_iter();
    let lines = lines.map(|line| wrapped(&line, 80, "  ", "    "));
    format!("{text}\n{}", lines.collect::<String>())
}

/// The metrics that models were fitted to, in order.
pub(super) fn metrics(finding: &ForecastFinding) -> Vec<Metric> {
    let mut metrics = Vec::new();
    for row in &finding.rows {
        if !metrics.contains(&row.metric) {
            metrics.push(row.metric);
        }
    }
    metrics
}

fn rows(finding: &ForecastFinding, metric: Metric) -> impl Iterator<Item = &ForecastRow> {
    finding.rows.iter().filter(move |row| row.metric == metric)
}

/// A scale as pages write it.
pub(super) fn written_scale(scale: Scale) -> String {
    format!("{:.2e}", scale.get())
}

fn head(finding: &ForecastFinding) -> String {
    let fitted = &finding.scales.fitted;
    let range = match (fitted.first(), fitted.last()) {
        (Some(first), Some(last)) => format!(
            " from {} to {}",
            written_scale(*first),
            written_scale(*last)
        ),
        _ => String::new(),
    };
    let held_out = match finding.scales.held_out.len() {
        0 => String::new(),
        count => format!("; {count} held out"),
    };
    format!(
        "{}: {} foretold from {} scales{range}{held_out}; {}",
        finding.name,
        finding.of,
        fitted.len(),
        source(finding),
    )
}

/// Where the scores come from.
fn source(finding: &ForecastFinding) -> String {
    let assumed = match finding.assumed {
        Some(_) => ", with a task assumed that is another",
        None => "",
    };
    match &finding.given {
        Given::Scenario(scenario) => {
            let evaluation = &scenario.evaluation;
            format!(
                "simulated, {}, {} by {}{assumed}",
                counted(evaluation.items.get(), "item"),
                counted(evaluation.attempts.get().into(), "attempt"),
                counted(evaluation.training_seeds.get().into(), "training run"),
            )
        }
        Given::Task(_) => "measured, their task known".to_owned(),
        Given::Nothing => "measured, their task not known".to_owned(),
    }
}

/// What is asked, and what is known of the answer.
fn at(finding: &ForecastFinding, target: Scale) -> String {
    let mut rows = finding.rows.iter().filter(|row| row.target == target);
    let Some(first) = rows.next() else {
        return format!("{} at {}", finding.of, written_scale(target));
    };
    let expected = first
        .expected
        .map_or_else(String::new, |expected| format!("; expected {expected:.4}"));
    let measured = first
        .measured
        .map_or_else(String::new, |measured| format!("; measured {measured:.4}"));
    format!(
        "{} at {}, {:.2} decades ahead{expected}{measured}",
        finding.of,
        written_scale(target),
        first.decades,
    )
}

fn scores(finding: &ForecastFinding, metric: Metric, rows: &[&ForecastRow]) -> String {
    let cells = rows.iter().filter_map(|row| {
        let point = row.told.as_ref().ok().map(|told| told.point);
        let quality = tried(row);
        if point.is_none() && quality.is_none() {
            return None;
        }
        let errors = quality.and_then(|quality| quality.errors);
        Some(vec![
            row.model.name().to_owned(),
            point.map_or("?".to_owned(), |point| share(point.predicted)),
            point.map_or(String::new(), |point| limits(point.prediction)),
            point
                .and_then(|point| point.crossed)
                .map_or(String::new(), share),
            errors.map_or(String::new(), |errors| format!("{:.3}", errors.rmse.value)),
            quality.map_or(String::new(), |quality| about(quality.coverage)),
        ])
    });
    let cells: Vec<Vec<String>> = cells.collect();
    if cells.is_empty() {
        return String::new();
    }
    let header = [
        &format!("from {metric}"),
        "predicted",
        &format!("{} limits", percent(finding.level)),
        &format!(">= {}", threshold(finding.threshold.get())),
        "rmse",
        "covers",
    ];
    format!("\n{}", table(&header, cells))
}

/// Two ends in three decimals.
fn limits((low, high): (f64, f64)) -> String {
    format!("{low:.3}-{high:.3}")
}

/// Where the threshold is crossed, by every model that tells it: a block for each metric.
fn crossings(finding: &ForecastFinding) -> String {
    let blocks: String = metrics(finding)
        .into_iter()
        .map(|metric| crossings_from(finding, metric))
        .collect();
    let what = format!(
        "log10 of the scale from which on {} is {} or more",
        finding.of,
        threshold(finding.threshold.get())
    );
    match blocks.is_empty() {
        true => blocks,
        false => format!("\n{}{blocks}", wrapped(&what, 80, "", "  ")),
    }
}

/// A place that is refused wherever one was looked for lies beyond, if anywhere.
fn crossing_limits(crossing: &Crossing) -> String {
    let low = decades(crossing.low, "open");
    match (crossing.place, crossing.high) {
        (None, None) if crossing.low.is_some() => format!("beyond {low}"),
        (_, high) => format!("{low} to {}", decades(high, "open")),
    }
}

fn crossings_from(finding: &ForecastFinding, metric: Metric) -> String {
    let mut cells: Vec<Vec<String>> = Vec::new();
    let mut seen: Vec<ForecastModel> = Vec::new();
    for row in rows(finding, metric) {
        let crossing = row.told.as_ref().ok().and_then(|told| told.crossing);
        let Some(crossing) = crossing.filter(|_| !seen.contains(&row.model)) else {
            continue;
        };
        seen.push(row.model);
        let covered = row.quality.as_ref();
        let covered = covered.and_then(|quality| quality.coverage_of_crossing);
        cells.push(vec![
            row.model.name().to_owned(),
            decades(crossing.place, "never"),
            crossing_limits(&crossing),
            covered.map_or(String::new(), about),
        ]);
    }
    if cells.is_empty() {
        return String::new();
    }
    let header = [
        &format!("from {metric}"),
        "crossing",
        &format!("{} limits", percent(finding.level)),
        "covers",
    ];
    format!("\n{}", table(&header, cells))
}

fn decades(place: Option<f64>, otherwise: &str) -> String {
    place.map_or_else(|| otherwise.to_owned(), |place| format!("{place:.2}"))
}

/// 10^11.24.
pub(super) fn power_of_ten(decades: f64) -> String {
    format!("10^{decades:.2}")
}

/// How good forecasts are, unless no evaluation gave any.
pub(super) fn tried(row: &ForecastRow) -> Option<&ForecastQuality> {
    let quality = row.quality.as_ref();
    quality.filter(|quality| quality.failed < quality.replicates)
}

/// Why models tell nothing.
fn reasons(finding: &ForecastFinding) -> String {
    let untold = finding.rows.iter().filter_map(|row| {
        let reason = row.told.as_ref().err()?;
        Some((row.model, row.metric, reason))
    });
    untold_text(finding.of, untold)
}

/// Why models tell nothing: each reason once, and in one sentence those that cannot tell another metric.
pub(super) fn untold_text<'a>(
    of: Metric,
    untold: impl IntoIterator<Item = (ForecastModel, Metric, &'a NoForecast)>,
) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut strangers: Vec<(Metric, Vec<&str>)> = Vec::new();
    for (model, metric, reason) in untold {
        if let NoForecast::OtherMetric { .. } = reason {
            match strangers.iter_mut().find(|(of, _)| *of == metric) {
                Some((_, names)) if names.contains(&model.name()) => {}
                Some((_, names)) => names.push(model.name()),
                None => strangers.push((metric, vec![model.name()])),
            }
            continue;
        }
        let line = format!("from {metric}: {reason}");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(strangers.into_iter().map(|(metric, names)| {
        format!(
            "from {metric} nothing is told of {of} by {}: they know no task",
            names.join(", ")
        )
    }));
    let lines = lines.iter().map(|line| wrapped(line, 80, "  ", "    "));
    let lines: String = lines.collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\n{lines}"),
    }
}
