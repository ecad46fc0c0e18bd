//! Powers over a number of the design, and the number that a power takes, for people.

use super::number::{four_digits, percent};
use super::power_text::{interval, items, question, table};
use super::setting::wrapped;
use crate::study::{DesignNumber, PowerAtValue, PowerPlan, SolvedPower};

/// What each test under each metric takes for the power asked for.
#[must_use]
pub fn solved_text(plan: &PowerPlan, number: DesignNumber, solved: &[SolvedPower]) -> String {
    let mut text = format!(
        "{}: {} for power {}; alpha {}; {} evaluations for each design\n\n",
        plan.name,
        number.name(),
        plan.settings.target.get(),
        plan.settings.alpha.get(),
        plan.settings.replicates.get(),
    );
    let rows = solved.iter().filter_map(|one| {
        let required = one.required.as_ref().ok()?;
        let value = |value: f64| match number.is_count() {
            true => items(value),
            false => four_digits(value),
        };
        Some(vec![
            one.test.name().to_owned(),
            one.metric.to_string(),
            value(required.value),
            match required.high {
                Some(high) => format!("{} to {}", value(required.low), value(high)),
                None => format!("from {}", value(required.low)),
            },
            one.by_formula.map_or(String::new(), value),
        ])
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        text += &table(
            &["test", "metric", number.name(), "interval", "formula"],
            rows,
        );
    }
    for one in solved {
        if let Err(reason) = &one.required {
            let line = format!("{} by {}: {reason}", one.test.name(), one.metric);
            text += &(wrapped(&line, 80, "  ", "  "));
        }
    }
    let level = solved
        .iter()
        .find_map(|one| Some(one.required.as_ref().ok()?.level));
    let level = level.map_or(String::new(), |level| {
        format!(
            "interval ({}): of a probit line through simulated powers\n",
            percent(level)
        )
    });
    text + "\n" + &level
}

/// The powers over a number of the design.
#[must_use]
pub fn power_curve_text(plan: &PowerPlan, number: DesignNumber, curve: &[PowerAtValue]) -> String {
    let mut text = format!(
        "{}: power over {}; alpha {}; {} evaluations under each law\n",
        plan.name,
        number.name(),
        plan.settings.alpha.get(),
        plan.settings.replicates.get(),
    );
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    for &test in plan.settings.test.as_slice() {
        let names: Vec<String> = metrics.iter().map(ToString::to_string).collect();
        let mut header = vec![number.name()];
        header.extend(names.iter().map(String::as_str));
        let rows = curve.iter().map(|at| {
            let cells = metrics.iter().map(|&metric| {
                let mut rows = at.finding.rows.iter();
                let row = rows.find(|row| row.test == test && row.metric == metric);
                let told = row.and_then(|row| row.told.as_ref().ok());
                told.map_or(String::new(), |told| interval(told.power))
            });
            std::iter::once(four_digits(at.value))
                .chain(cells)
                .collect()
        });
        text += &format!(
            "\n{}\n{}",
            wrapped(&question(plan, test), 80, "", "  "),
            table(&header, rows.collect())
        );
    }
    text
}
