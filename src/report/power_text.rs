//! A power analysis for people: question, estimate, interval, assumptions, and what would change it.

use super::number::{four_digits, percent, probability};
use super::page::aligned;
use super::setting::wrapped;
use crate::study::{
    FalseAlarms, Family, PowerFinding, PowerPlan, PowerRow, PowerTest, Rate, TestPower,
};

/// All answers, a block for each test. Within 80 columns.
#[must_use]
pub fn power_text(plan: &PowerPlan, finding: &PowerFinding) -> String {
    let mut text = design(plan, finding);
    for &test in plan.settings.test.as_slice() {
        let rows: Vec<&PowerRow> = finding.rows.iter().filter(|row| row.test == test).collect();
        text += &format!("\n{}\n", wrapped(&question(plan, test), 80, "", "  "));
        text += &powers(&rows);
        text += &reasons(&rows);
        text += &smooth_laws(&rows);
        text += &verdicts(&rows);
        text += &over_tasks(&rows);
        text += &notes(plan, test, &rows);
    }
    text
}

/// The design in a line or two.
fn design(plan: &PowerPlan, finding: &PowerFinding) -> String {
    let evaluation = &finding.scenario.evaluation;
    let (first, last) = evaluation.scales.window();
    let scales = match evaluation.scales.as_slice().len() {
        1 => format!("1 scale, {:.2e}", first.get()),
        many => format!(
            "{many} scales from {:.2e} to {:.2e}",
            first.get(),
            last.get()
        ),
    };
    let line = format!(
        "{}: {scales}; {}, {} by {}; alpha {}; {} evaluations under each law",
        finding.name,
        counted(evaluation.items.get(), "item"),
        counted(evaluation.attempts.get().into(), "attempt"),
        counted(evaluation.training_seeds.get().into(), "training run"),
        plan.settings.alpha.get(),
        plan.settings.replicates.get(),
    );
    wrapped(&line, 80, "", "  ")
}

/// So many of something, in the number that its word takes.
pub(super) fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

/// What a test asks of this plan.
pub(super) fn question(plan: &PowerPlan, test: PowerTest) -> String {
    let against = plan.settings.against.as_slice();
    let against: Vec<&str> = against.iter().map(|family| family.name()).collect();
    let against = against.join(", ");
    let place = plan
        .break_place()
        .map_or(String::new(), |place| format!("{:.2e}", place.at.get()));
    let at = format!("{:.2e}", plan.at().get());
    let asked = match test {
        PowerTest::LrKnownBreak => format!(
            "is the break at {place}, its place known, told from smooth growth ({against})?"
        ),
        PowerTest::LrUnknownBreak => {
            format!("is the break told from smooth growth ({against}) if its place is looked for?")
        }
        PowerTest::SlopeChange => format!(
            "does the exponent change at {place}, by more than smooth growth ({against}) would show?"
        ),
        PowerTest::AboveChance => format!("at {at}, is the success rate above chance?"),
        PowerTest::TwoRates => format!(
            "at {at}, do the scenario and its alternative differ, each on items of its own?"
        ),
        PowerTest::Paired => {
            format!("at {at}, do the scenario and its alternative differ, on the same items?")
        }
        PowerTest::Dip => format!("at {at}, do the training runs fall into two groups?"),
    };
    format!("{}: {asked}", test.name())
}

pub(super) fn interval(rate: Rate) -> String {
    format!(
        "{} [{}, {}]",
        share(rate.value),
        share(rate.interval.low),
        share(rate.interval.high)
    )
}

/// A share with half the width of its interval, which is short.
pub(super) fn about(rate: Rate) -> String {
    let half = 0.5 * (rate.interval.high - rate.interval.low);
    format!("{:.3} +-{half:.3}", rate.value)
}

/// A share in three decimals, of which 0 and 1 say so.
pub(super) fn share(share: f64) -> String {
    match share {
        0.0 => "0".to_owned(),
        1.0 => "1".to_owned(),
        _ => format!("{share:.3}"),
    }
}

/// Two columns in from the edge, header first.
pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let header = header.iter().map(|&word| word.to_owned()).collect();
    let all: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    aligned(&all, "  ")
}

fn told<'a>(rows: &[&'a PowerRow]) -> Vec<(&'a PowerRow, &'a TestPower)> {
    let told = rows
        .iter()
        .filter_map(|&row| Some((row, row.told.as_ref().ok()?)));
    told.collect()
}

fn powers(rows: &[&PowerRow]) -> String {
    let told = told(rows);
    if told.is_empty() {
        return String::new();
    }
    let cells = told.iter().map(|(row, told)| {
        let alarms = match told.false_alarms {
            FalseAlarms::Simulated(rate) => about(rate),
            FalseAlarms::Exact(size) => format!("{} (exact)", share(size)),
        };
        let formula = told.closed_forms.first();
        vec![
            row.metric.to_string(),
            interval(told.power),
            alarms,
            four_digits(told.critical.value),
            formula.map_or(String::new(), |form| share(form.power)),
            formula
                .and_then(|form| form.items)
                .map_or(String::new(), items),
        ]
    });
    table(
        &[
            "metric",
            "power",
            "false alarms",
            "critical",
            "formula",
            "items",
        ],
        cells.collect(),
    )
}

/// A number of items, whole where it matters.
pub(super) fn items(items: f64) -> String {
    match items < 1e6 {
        true => format!("{}", libm::ceil(items)),
        false => format!("{items:.1e}"),
    }
}

fn reasons(rows: &[&PowerRow]) -> String {
    let untold = rows.iter().filter_map(|row| {
        let reason = row.told.as_ref().err()?;
        Some(wrapped(
            &format!("{}: {reason}", row.metric),
            80,
            "  ",
            "  ",
        ))
    });
    untold.collect()
}

/// How often the nearest law of each smooth family is called a break.
fn smooth_laws(rows: &[&PowerRow]) -> String {
    let told = told(rows);
    if told.iter().all(|(_, told)| told.smooth.is_empty()) {
        return String::new();
    }
    let mut header = vec!["smooth, called a break"];
    let names: Vec<String> = told.iter().map(|(row, _)| row.metric.to_string()).collect();
    header.extend(names.iter().map(String::as_str));
    let rows = Family::SMOOTH.iter().map(|&family| {
        let laws = told
            .iter()
            .map(|(_, told)| told.smooth.iter().find(|law| law.family == family));
        let laws: Vec<_> = laws.collect();
        let held = laws.iter().flatten().any(|law| law.is_held_against);
        let mark = if held { " *" } else { "" };
        let cells = laws
            .iter()
            .map(|law| law.map_or("?".to_owned(), |law| about(law.false_alarms)));
        std::iter::once(format!("{}{mark}", family.name()))
            .chain(cells)
            .collect()
    });
    format!(
        "\n{}  * held against the break; the others show what a claim without them is worth\n",
        table(&header, rows.collect())
    )
}

/// What is said of a law with the break, and of the nearest smooth one.
fn verdicts(rows: &[&PowerRow]) -> String {
    let cells = told(rows).into_iter().flat_map(|(row, told)| {
        let lines = [
            ("break", told.verdicts),
            ("smooth", told.verdicts_if_smooth),
        ];
        lines.into_iter().filter_map(|(truth, verdicts)| {
            let verdicts = verdicts?;
            Some(vec![
                format!("{}, truth: {truth}", row.metric),
                share(verdicts.broken.value),
                share(verdicts.none.value),
                share(verdicts.cannot_tell.value),
            ])
        })
    });
    let cells: Vec<_> = cells.collect();
    match cells.is_empty() {
        true => String::new(),
        false => format!(
            "\n{}",
            table(&["said", "break", "no break", "cannot tell"], cells)
        ),
    }
}

fn over_tasks(rows: &[&PowerRow]) -> String {
    let cells = told(rows).into_iter().filter_map(|(row, told)| {
        let tasks = told.over_tasks?;
        Some(vec![
            row.metric.to_string(),
            interval(tasks.found),
            interval(tasks.any_false_alarm),
            probability(tasks.false_share),
        ])
    });
    let cells: Vec<_> = cells.collect();
    match cells.is_empty() {
        true => String::new(),
        false => format!(
            "\n{}",
            table(
                &[
                    "over tasks",
                    "affected found",
                    "any false alarm",
                    "false among found"
                ],
                cells
            )
        ),
    }
}

fn notes(plan: &PowerPlan, test: PowerTest, rows: &[&PowerRow]) -> String {
    let told = told(rows);
    let Some((_, first)) = told.first() else {
        return String::new();
    };
    let mut lines = vec![format!(
        "{} intervals of simulated shares: Wilson, Clopper-Pearson within 5 of an end",
        percent(first.power.interval.level)
    )];
    if let Some(simulated) = &first.critical.simulated {
        let asymptotic = first.critical.asymptotic;
        let asymptotic = asymptotic.map_or(String::new(), |value| {
            format!(
                "; for many items, against a power law alone, {}",
                four_digits(value)
            )
        });
        lines.push(format!(
            "critical: simulated, {} evaluations{asymptotic}",
            simulated.replicates
        ));
    }
    if let Some(form) = first.closed_forms.first() {
        lines.push(format!(
            "formula: {}; items: for power {}",
            form.formula.source(),
            plan.settings.target.get()
        ));
    }
    let promises = told.iter().any(|(_, told)| {
        let form = told.closed_forms.first();
        form.is_some_and(|form| form.power > told.power.interval.high + 0.02)
    });
    if promises {
        lines.push(
            "the formula holds for many items: where it promises more than is simulated, so do its items; --solve items tells them"
                .to_owned(),
        );
    }
    lines.push(format!("assumes {}", assumed(plan, test)));
    lines.push(format!("would change it: {}", would_change(test)));
    let failed: u64 = told.iter().map(|(_, told)| told.failed).sum();
    if failed > 0 {
        lines.push(format!(
            "{failed} fits failed under the sought law and count as not found"
        ));
    }
    let lines = lines.iter().map(|line| wrapped(line, 80, "  ", "  "));
    format!("\n{}", lines.collect::<String>())
}

fn assumed(plan: &PowerPlan, test: PowerTest) -> String {
    match test {
        PowerTest::LrKnownBreak | PowerTest::LrUnknownBreak | PowerTest::SlopeChange => {
            let width = plan.break_place().map_or(0.0, |place| place.width.get());
            format!(
                "the task as the scenario says it, steps and guessing known; growth is one of the families named or breaks, with a width of {} e-folds; \"no break\" is said where the interval of the change lies within {} of 0",
                four_digits(width),
                plan.settings.delta.get()
            )
        }
        PowerTest::AboveChance => {
            "chance is known, and items are answered independently".to_owned()
        }
        PowerTest::TwoRates => "items of both are drawn from the same source".to_owned(),
        PowerTest::Paired => "both meet the same items, each attempted anew".to_owned(),
        PowerTest::Dip => {
            "training runs are independent, and one group is a law of one number with binomial scatter"
                .to_owned()
        }
    }
}

const fn would_change(test: PowerTest) -> &'static str {
    match test {
        PowerTest::LrKnownBreak | PowerTest::LrUnknownBreak | PowerTest::SlopeChange => {
            "another smooth law that bends as the break does: hold it against the break as well, or say that it is excluded; a metric that sees single steps; more scales on either side"
        }
        PowerTest::AboveChance => {
            "another chance rate, such as of a model that always gives the commonest answer; several tests, which take a smaller alpha each"
        }
        PowerTest::TwoRates => "the same items for both (paired); more items",
        PowerTest::Paired => "items on which both always agree: they tell nothing",
        PowerTest::Dip => "more training runs; more items, which narrow each group",
    }
}
