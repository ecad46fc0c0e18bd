//! A paragraph for a pre-registration, with every number of the design and of the advice.

use super::advice_assumed::{assumptions, undrawn, untold, would_change};
use super::advice_words::{
    attempts, capital, departures, items, place, plan, primary, runs_wanted, scales, secondary,
    three_digits, training_runs, whole,
};
use super::number::percent;
use crate::domain::Scale;
use crate::study::{Advice, MetricAdvice, NULL_REPLICATES};

/// Markdown: the plan, the metrics with what they tell, false alarms, the least differences, training runs, assumptions.
#[must_use]
pub fn advice_markdown(advice: &Advice) -> String {
    let evaluation = &advice.scenario.evaluation;
    let scales_listed = evaluation.scales.as_slice().iter();
    let scales_listed: Vec<String> = scales_listed
        .map(|one| format!("{:e}", one.get()))
        .collect();
    let mut text = format!(
        "## Design and analysis: {}\n\n\
         **Design.** {}. Scales: {}. Level {}, power {}. Seed {}.\n\n",
        advice.name,
        capital(&plan(advice)),
        scales_listed.join(", "),
        percent(advice.aim.level),
        advice.aim.power.get(),
        advice.scenario.seed.get(),
    );
    text += &format!("**Primary metric.** {}.\n\n", capital(&primary(advice)));
    if let Some(secondary) = secondary(advice) {
        text += &format!("**Secondary metric.** {}.\n\n", capital(&secondary));
    }
    text += &format!(
        "**Size.** Items: {}. Scales: {}. Training runs: {}.\n\n",
        items(advice),
        scales(advice),
        runs_wanted(advice),
    );
    text += &format!(
        "**What an item tells** of the chance of a step, relative to every step scored:\n\n{}\n",
        information(advice)
    );
    text += &format!(
        "**What {} items show.**\n\n{}\n",
        evaluation.items.get(),
        sizes(advice)
    );
    if let Some(told) = attempts(advice) {
        text += &format!("{}.\n\n", capital(&told));
    }
    text += &format!(
        "**False alarms** of the emergence score when growth is a straight line over log10 N ({NULL_REPLICATES} drawn \
         tests of this design, intervals {}):\n\n{}\n",
        percent(advice.aim.level),
        alarms(advice)
    );
    if let Some(told) = undrawn(advice) {
        text += &format!("{}.\n\n", capital(&told));
    }
    if let Some(told) = departures(advice) {
        text += &format!("{}.\n\n", capital(&told));
    }
    text += &paragraph("Training runs", &training_runs(advice));
    text += &paragraph("Assumptions", &assumptions(advice));
    let untold = untold(advice);
    if !untold.is_empty() {
        text += &paragraph("Not computed", &untold);
    }
    text += &paragraph("What would change this", &would_change(advice));
    text.trim_end().to_owned() + "\n"
}

fn paragraph(title: &str, sentences: &[String]) -> String {
    let sentences: Vec<String> = sentences.iter().map(|one| capital(one)).collect();
    format!("**{title}.** {}.\n\n", sentences.join(". "))
}

fn table(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let mut rows = rows.iter();
    let head = rows.next();
    let rule = head.map(|head| {
        let first = "|---".to_owned();
        first + &"|---:".repeat(head.len().saturating_sub(1)) + "|\n"
    });
    let head = head.map(line).unwrap_or_default();
    head + &rule.unwrap_or_default() + &rows.map(line).collect::<String>()
}

fn number(x: Option<f64>) -> String {
    x.map_or("-".to_owned(), three_digits)
}

fn scale_row(scale: Scale, cells: impl Iterator<Item = String>) -> Vec<String> {
    let head = std::iter::once(format!("{:.3e}", scale.get()));
    head.chain(cells).collect()
}

fn information(advice: &Advice) -> String {
    let names = advice.metrics.iter().map(|one| one.metric.to_string());
    let head = ["scale".to_owned(), "step".to_owned()].into_iter();
    let mut rows = vec![head.chain(names).collect::<Vec<_>>()];
    for (i, &scale) in advice
        .scenario
        .evaluation
        .scales
        .as_slice()
        .iter()
        .enumerate()
    {
        let at = |one: &MetricAdvice| one.at_scales.get(i).copied();
        let step = advice
            .metrics
            .first()
            .and_then(at)
            .map(|at| at.step_success);
        let told = advice.metrics.iter().map(|one| {
            let told = at(one).and_then(|at| at.information.ok());
            number(told.map(|told| told.efficiency()))
        });
        rows.push(scale_row(scale, std::iter::once(number(step)).chain(told)));
    }
    let summary = |head: &str, of: &dyn Fn(&MetricAdvice) -> Option<f64>| {
        let cells = advice.metrics.iter().map(|one| number(of(one)));
        [head.to_owned(), String::new()]
            .into_iter()
            .chain(cells)
            .collect::<Vec<_>>()
    };
    if let Some((x, _)) = advice.metrics.iter().find_map(|one| one.at_one_in_e) {
        let head = format!("exact match 1/e, at {}", place(x));
        rows.push(summary(&head, &|one| Some(one.at_one_in_e?.1.efficiency())));
    }
    rows.push(summary("all scales together", &|one| {
        Some(one.place?.efficiency)
    }));
    rows.push(summary("times as many items", &|one| {
        Some(one.place?.times_as_many_items())
    }));
    rows.push(summary("place of the curve, +- decades", &|one| {
        Some(one.place?.half_width)
    }));
    table(&rows)
}

fn sizes(advice: &Advice) -> String {
    let primary = advice.recommendation.primary;
    let success = advice.of(advice.success);
    let other = advice.of(primary).filter(|_| primary != advice.success);
    let columns = |one: &MetricAdvice| {
        [
            one.metric.to_string(),
            "found, own items".to_owned(),
            "found, same items".to_owned(),
        ]
    };
    let mut head = vec!["scale".to_owned()];
    head.extend(success.iter().flat_map(|one| columns(one)));
    head.extend(["chance of any right", "items for one (95%)"].map(str::to_owned));
    head.extend(other.iter().flat_map(|one| columns(one)));
    let mut rows = vec![head];
    for (i, &scale) in advice
        .scenario
        .evaluation
        .scales
        .as_slice()
        .iter()
        .enumerate()
    {
        let at = |one: &MetricAdvice| one.at_scales.get(i).copied();
        let cells = |one: &MetricAdvice| {
            let effects = at(one).and_then(|at| at.effects);
            [
                number(at(one).and_then(|at| at.expected)),
                number(effects.and_then(|effects| effects.own_items)),
                number(effects.and_then(|effects| effects.same_items)),
            ]
        };
        let mut row: Vec<String> = success.iter().flat_map(|one| cells(one)).collect();
        let of_success = success.and_then(at);
        row.push(number(of_success.and_then(|at| at.chance_of_a_success)));
        let for_one = of_success.and_then(|at| at.items_for_a_success);
        row.push(for_one.map_or("-".to_owned(), whole));
        row.extend(other.iter().flat_map(|one| cells(one)));
        rows.push(scale_row(scale, row.into_iter()));
    }
    table(&rows)
}

fn alarms(advice: &Advice) -> String {
    let head = [
        "metric",
        "expected score",
        "smooth growth scores as much",
        "score that 1 in 20 reaches",
        "the same without growth",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for one in &advice.metrics {
        let score = one.scores.map(|scores| scores.emergence);
        let mut row = vec![one.metric.to_string(), number(score)];
        match &one.nulls {
            Some(nulls) => {
                let rate = &nulls.smooth.emergence;
                let (low, high) = (rate.interval.low, rate.interval.high);
                row.push(format!("{:.4} ({low:.4} to {high:.4})", rate.value));
                for null in [&nulls.smooth, &nulls.no_growth] {
                    let [_, _, score, _] = null.quantiles;
                    let (low, high) = null.one_in_twenty;
                    row.push(format!("{score:.2} ({low:.2} to {high:.2})"));
                }
            }
            None => row.extend(["not computed", "-", "-"].map(str::to_owned)),
        }
        rows.push(row);
    }
    table(&rows)
}
