//! What a finding means in practice, for people.

use super::number::{percent, threshold};
use super::page::{aligned, some_of, three_digits, wrapped};
use super::practice_table::setting;
use crate::domain::Scale;
use crate::study::{Finding, Practice, PracticeQuantity, PracticeRow, Ship, UsefulFrom, practice};

/// Of which findings it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPractice {
    /// Of those that say what results are worth.
    Payoffs,
    /// Of all.
    All,
}

/// Costs, lengths and gains at some scales, and from where on it pays as the terms change; nothing for findings whose
/// anatomy was not asked for. Within 80 columns.
#[must_use]
pub fn in_practice(findings: &[Finding], which: InPractice) -> String {
    let wanted = findings.iter().filter(|finding| {
        let payoff = finding.scenario.usefulness.payoff();
        finding.anatomy.is_some() && (which == InPractice::All || payoff.is_some())
    });
    wanted.map(told).collect()
}

/// The most scales that are shown.
const SCALES: usize = 5;

fn told(finding: &Finding) -> String {
    let practice = practice(finding);
    let payoff = finding.scenario.usefulness.payoff().is_some();
    let shown = some_of(finding.scenario.evaluation.scales.as_slice(), SCALES);
    let columns: Vec<PracticeQuantity> = columns(&practice, payoff);
    let mut table = vec![
        std::iter::once("scale".to_owned())
            .chain(columns.iter().map(|one| heading(*one).to_owned()))
            .collect::<Vec<_>>(),
    ];
    for scale in &shown {
        let cells = columns.iter().map(|&quantity| {
            let mut rows = practice.rows.iter();
            rows.find(|row| row.scale == *scale && row.quantity == quantity)
                .map(cell)
                .unwrap_or_default()
        });
        let scale = std::iter::once(format!("{:.2e}", scale.get()));
        table.push(scale.chain(cells).collect());
    }
    let mut assumed: Vec<&str> = columns.iter().map(|one| one.assumes()).collect();
    assumed.retain(|one| !one.is_empty());
    assumed.dedup();
    let assumed = match assumed.is_empty() {
        true => String::new(),
        false => format!("; assumes {}", assumed.join("; ")),
    };
    let level = percent(practice.level);
    let simulated = practice.rows.iter().any(|row| row.estimate.is_some());
    let brackets = match simulated {
        true => format!("computed, in brackets the {level} interval of the data"),
        false => "computed".to_owned(),
    };
    let note = wrapped(&format!(
        "{brackets}; other scales and numbers in practice.csv{assumed}"
    ));
    format!(
        "\nin practice: {}, by {}\n\n{}\n{note}\n\n{}",
        finding.name,
        practice.metric,
        aligned(&table, "  "),
        shipping(&practice)
    )
}

/// Three numbers, as many as fit.
fn columns(practice: &Practice, payoff: bool) -> Vec<PracticeQuantity> {
    use PracticeQuantity as Q;
    let wanted = match payoff {
        true => [
            Q::Tries,
            Q::Horizon80,
            Q::RightInTheEnd,
            Q::RightOfPassed,
            Q::Gain,
        ],
        false => [
            Q::Tries,
            Q::StepsRetried,
            Q::Horizon50,
            Q::Horizon80,
            Q::Success,
        ],
    };
    let has = |one: &Q| practice.rows.iter().any(|row| row.quantity == *one);
    let mut columns: Vec<Q> = wanted.into_iter().filter(has).collect();
    // What it gains is what is asked for: it stays, and is the last.
    while columns.len() > 3 {
        columns.remove(columns.len() - 2);
    }
    columns
}

const fn heading(quantity: PracticeQuantity) -> &'static str {
    use PracticeQuantity as Q;
    match quantity {
        Q::Tries => "tries a success",
        Q::StepsRetried => "steps a success",
        Q::Horizon50 => "steps at 50%",
        Q::Horizon80 => "steps at 80%",
        Q::RightInTheEnd => "right in the end",
        Q::RightOfPassed => "right of passed",
        other => other.name(),
    }
}

fn cell(row: &PracticeRow) -> String {
    let value = row.expected.map(three_digits);
    let interval = row
        .estimate
        .map(|one| format!("[{}, {}]", three_digits(one.low), three_digits(one.high)));
    let parts: Vec<String> = value.into_iter().chain(interval).collect();
    parts.join(" ")
}

/// From where on it pays, by the terms.
fn shipping(practice: &Practice) -> String {
    let mut table = vec![
        ["terms", "q*", "pays from", "by the data"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let mut reasons: Vec<&str> = Vec::new();
    for ship in &practice.ship {
        let needed = match ship.threshold.is_finite() && ship.threshold <= 1.0 {
            true => threshold((ship.threshold * 1e4).round() / 1e4),
            false => "above 1".to_owned(),
        };
        table.push(vec![
            setting(ship.setting),
            needed,
            pays(ship),
            between(ship),
        ]);
        reasons.extend(ship.missing);
    }
    reasons.sort_unstable();
    reasons.dedup();
    let level = percent(practice.level);
    let reasons = reasons.iter().map(|reason| wrapped(reason));
    format!(
        "{}\n{}{}",
        aligned(&table, "  "),
        wrapped(&format!(
            "pays from: where what a task gains is computed to be above what it gains without the skill, for good; by the \
             data: {level}, Bonferroni over scales"
        )),
        reasons.map(|line| format!("\n{line}")).collect::<String>()
    ) + "\n"
}

fn pays(ship: &Ship) -> String {
    match ship.from {
        Some(UsefulFrom::At(x)) => format!("10^{x:.2}"),
        Some(UsefulFrom::Everywhere) => "everywhere".to_owned(),
        Some(UsefulFrom::Unattainable { .. }) => "nowhere".to_owned(),
        Some(UsefulFrom::Beyond) => "beyond all".to_owned(),
        None if ship.threshold > 1.0 => "nowhere".to_owned(),
        None => "not computed".to_owned(),
    }
}

fn between(ship: &Ship) -> String {
    let place = |scale: Scale| format!("10^{:.2}", scale.log10());
    match (ship.not_yet.map(place), ship.surely.map(place)) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("above {low}"),
        (None, Some(high)) => format!("{high} or below"),
        (None, None) => "-".to_owned(),
    }
}
