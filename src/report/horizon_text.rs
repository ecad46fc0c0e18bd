//! Visibility horizons for people.

use super::forecast_text::power_of_ten;
use super::horizon_table::task_words;
use super::number::percent;
use super::power_text::{share, table};
use super::setting::wrapped;
use crate::study::{Horizon, HorizonFinding, HorizonRow};

/// How far ahead the middle of the rise can be foretold, by metric, test set, spacing of scales and idea of the task. Within 80
/// columns, but for long names of tasks.
#[must_use]
pub fn horizon_text(finding: &HorizonFinding) -> String {
    let head = format!(
        "{}: from how far below is the middle of {} foretold to within {} decades, in {} of evaluations? The middle lies at {}; scales from {:.2e} on; {} evaluations each",
        finding.name,
        finding.of,
        finding.within,
        percent_of(finding.share),
        power_of_ten(finding.x50),
        finding.from.get(),
        finding.replicates,
    );
    let rows = finding.rows.iter().filter_map(|row| {
        let told = row.told.as_ref().ok()?;
        Some(cells(row, told))
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let mut text = wrapped(&head, 80, "", "  ");
    if !rows.is_empty() {
        let header = [
            "metric",
            "items",
            "a decade",
            "task taken for",
            "horizon",
            "limits",
            "at it",
        ];
        text += &format!("\n{}", table(&header, rows));
    }
    let untold = finding.rows.iter().filter_map(|row| {
        let reason = row.told.as_ref().err()?;
        let line = format!("{}: {reason}", row.metric);
        Some(wrapped(&line, 80, "  ", "    "))
    });
    text += &untold.collect::<String>();
    let lines = notes(finding).into_iter();
    let lines = lines.map(|line| wrapped(&line, 80, "  ", "    "));
    format!("{text}\n{}", lines.collect::<String>())
}

fn percent_of(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

fn cells(row: &HorizonRow, told: &Horizon) -> Vec<String> {
    vec![
        row.metric.to_string(),
        row.items.get().to_string(),
        row.per_decade.to_string(),
        task_words(&row.link).to_owned(),
        format!("{}{}", at_least(told), end(told.decades)),
        match (told.low, told.high) {
            (None, None) => end(None),
            (low, high) => format!("{} to {}", end(low), end(high)),
        },
        told.reached
            .last()
            .map_or(String::new(), |last| share(last.right.value)),
    ]
}

/// Where nothing shorter was looked at.
pub(super) const fn at_least(told: &Horizon) -> &'static str {
    match told.is_at_least {
        true => ">= ",
        false => "",
    }
}

/// Decades before the middle; a middle that is not foretold even where it is measured has none.
fn end(decades: Option<f64>) -> String {
    decades.map_or("none".to_owned(), |decades| format!("{decades:.2}"))
}

fn notes(finding: &HorizonFinding) -> Vec<String> {
    let level = percent(finding.level);
    vec![
        format!(
            "a decade: scales in each; horizon: decades between the middle and the least largest scale from which on, up to the middle, the fit of {} is right often enough; its limits are those where all {level} Wilson lower, or upper, limits of the shares are as high",
            finding.family.name(),
        ),
        ">=: forecasts are right from the fewest scales on that were tried; 0 or less: the middle is foretold only where it is measured; none: not even there; at it: how often it is right once the middle is measured"
            .to_owned(),
        "every horizon takes the family for granted: a curve of another family, or a break on the way, is not foretold at all"
            .to_owned(),
    ]
}
