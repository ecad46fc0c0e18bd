//! Back-tests of forecasts for people.

use super::forecast_text::untold_text;
use super::number::percent;
use super::power_text::{about, counted, table};
use super::setting::wrapped;
use crate::domain::Metric;
use crate::study::{Averaged, BackTest, BackTestErrors, BackTestFinding, Given};

/// How far off each model was, by metric and by how many of the largest scales were held out. Within 80 columns.
#[must_use]
pub fn back_test_text(finding: &BackTestFinding) -> String {
    let mut text = wrapped(&head(finding), 80, "", "  ");
    let mut groups: Vec<(Metric, usize)> = Vec::new();
    for row in &finding.rows {
        if !groups.contains(&(row.metric, row.depth)) {
            groups.push((row.metric, row.depth));
        }
    }
    let place = |metric: Metric| groups.iter().position(|group| group.0 == metric);
    let mut ordered = groups.clone();
    ordered.sort_by_key(|&(metric, depth)| (place(metric), depth));
    for (metric, depth) in ordered {
        let rows = finding.rows.iter();
        let rows = rows.filter(|row| row.metric == metric && row.depth == depth);
        text += &block(&rows.collect::<Vec<_>>(), metric);
    }
    let untold = finding.rows.iter().filter_map(|row| {
        let reason = row.told.as_ref().err()?;
        Some((row.model, row.metric, reason))
    });
    text += &untold_text(finding.of, untold);
    let lines = notes(finding).into_iter();
    let lines = lines.map(|line| wrapped(&line, 80, "  ", "    "));
    format!("{text}\n{}", lines.collect::<String>())
}

fn head(finding: &BackTestFinding) -> String {
    let source = match finding.given {
        Given::Scenario(_) => format!("{} evaluations simulated", finding.replicates),
        Given::Task(_) | Given::Nothing => "one evaluation, as measured".to_owned(),
    };
    format!(
        "{}: forecasts of {} where it was measured; {source}",
        finding.name, finding.of
    )
}

fn block(rows: &[&BackTest], metric: Metric) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .filter_map(|row| Some(cells(row, row.told.as_ref().ok()?)))
        .collect();
    let Some(first) = rows.first().filter(|_| !cells.is_empty()) else {
        return String::new();
    };
    let what = format!(
        "from {metric} at {}, {} held out: {:.2} decades ahead, {:.2e}",
        counted(first.fitted as u64, "scale"),
        first.depth,
        first.decades,
        first.target.get(),
    );
    let header = ["model", "points off", "per decade", "covers", "middle off"];
    format!(
        "\n{}{}",
        wrapped(&what, 80, "", "  "),
        table(&header, cells)
    )
}

fn cells(row: &BackTest, told: &BackTestErrors) -> Vec<String> {
    vec![
        row.model.name().to_owned(),
        with_half_width(told.error_points),
        format!("{:.1}", told.points_per_decade.value),
        covers(told),
        middle(told),
    ]
}

/// How often the limits held; of one evaluation, whether.
fn covers(told: &BackTestErrors) -> String {
    match told.replicates {
        1 if told.coverage.value > 0.0 => "yes".to_owned(),
        1 => "no".to_owned(),
        _ => about(told.coverage),
    }
}

/// How far off the middle was, and how often it was foretold never to come.
fn middle(told: &BackTestErrors) -> String {
    let error = told.x50_error.map(|error| format!("{:.2}", error.value));
    let error = error.unwrap_or_default();
    match (told.x50_missed, told.replicates) {
        (0, _) => error,
        (_, 1) => "never".to_owned(),
        (missed, _) => format!("{error} ({missed} never)").trim_start().to_owned(),
    }
}

/// A number with half the width of its interval, where it has one.
fn with_half_width(number: Averaged) -> String {
    let half = number.interval.map(|(low, high)| 0.5 * (high - low));
    let half = half.map_or_else(String::new, |half| format!(" +-{half:.1}"));
    format!("{:.1}{half}", number.value)
}

fn notes(finding: &BackTestFinding) -> Vec<String> {
    let level = percent(finding.level);
    let mut lines = vec![format!(
        "points off: mean distance of predictions from the score measured at the furthest scale held out, in points (100 x score), with its {level} limits; per decade: the same by the decades ahead (Owen 2024); covers: how often {level} prediction limits hold the score (Wilson); middle off: distance in decades of the place where the score is 1/2",
    )];
    lines.push(match finding.given {
        Given::Scenario(_) => "the middle is held against the law of the scenario".to_owned(),
        Given::Task(_) | Given::Nothing => "one evaluation: a model that was near here may have been lucky; the middle is held against the fit to all scales".to_owned(),
    });
    lines.push(
        "interval scores (Gneiting and Raftery 2007), which weigh width against misses, are in the csv and json tables"
            .to_owned(),
    );
    lines
}
