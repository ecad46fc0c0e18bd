//! The table people read.

use comfy_table::{Cell, CellAlignment, Table, presets};

use super::number::percent;
use super::targets;
use super::training_runs_text::training_runs;
use super::verdict::Verdicts;
use super::words::each_once;
use crate::domain::{Metric, Pairing, StepInformation, Target};
use crate::study::{
    Estimate, Finding, IntervalMethod, MetricAnatomy, Null, Rate, upper_bound_at_zero,
};

/// The table people read, within 80 columns unless names are long: by scenario, metric and scale, with what the numbers are below it.
#[must_use]
pub fn terminal(findings: &[Finding]) -> String {
    let simulated = findings
        .iter()
        .any(|finding| finding.rows.iter().any(|row| row.estimate.is_some()));
    let rows = match simulated {
        true => estimates(findings) + &notes(findings),
        false => expected_credits(findings),
    };
    rows + &training_runs(findings) + &anatomies(findings)
}

fn estimates(findings: &[Finding]) -> String {
    by_metric(
        findings,
        1,
        &["scale", "estimate", "interval", "expected", "z"],
        |finding, metric| {
            let rows = finding.rows.iter().filter(|row| row.metric == metric);
            let cells = rows.filter_map(|row| {
                let estimate = row.estimate.as_ref()?;
                Some(vec![
                    scale(row.scale.get()),
                    readable(estimate.value),
                    interval(estimate, metric),
                    row.expected.map(readable).unwrap_or_default(),
                    row.z.map(score).unwrap_or_default(),
                ])
            });
            cells.collect()
        },
    )
}

fn expected_credits(findings: &[Finding]) -> String {
    let table = by_metric(findings, 1, &["scale", "expected"], |finding, metric| {
        let rows = finding.rows.iter().filter(|row| row.metric == metric);
        rows.map(|row| {
            vec![
                scale(row.scale.get()),
                row.expected.map(readable).unwrap_or_default(),
            ]
        })
        .collect()
    });
    table + "\nexpected: computed; nothing was simulated\n"
}

/// A table with some rows for each metric of each finding; the names stand in the first of them. Columns are aligned to
/// the right from the given one on, not counting names of scenarios.
pub(super) fn by_metric(
    findings: &[Finding],
    first_number: usize,
    header: &[&str],
    rows_of: impl Fn(&Finding, Metric) -> Vec<Vec<String>>,
) -> String {
    let several = findings.len() > 1;
    let names = if several {
        &["scenario", "metric"][..]
    } else {
        &["metric"]
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(names.iter().chain(header));
    for finding in findings {
        let mut scenario_name = Some(finding.name.clone());
        for &metric in finding.scenario.evaluation.metrics.as_slice() {
            let mut metric_name = Some(metric.to_string());
            for row in rows_of(finding, metric) {
                let scenario = several.then(|| scenario_name.take().unwrap_or_default());
                let names = scenario
                    .into_iter()
                    .chain([metric_name.take().unwrap_or_default()]);
                table.add_row(names.chain(row).map(Cell::new));
            }
        }
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if place >= names.len() - 1 + first_number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// Rises, scores and verdicts; nothing of findings whose anatomy was not asked for.
fn anatomies(findings: &[Finding]) -> String {
    if findings.iter().all(|finding| finding.anatomy.is_none()) {
        return String::new();
    }
    let header = [
        "x10", "x50", "x90", "width", "shift", "steeper", "visible", "inside",
    ];
    let rises = by_metric(findings, 1, &header, |finding, metric| {
        let of = finding.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
        of.filter(|one| one.metric == metric).map(rise).collect()
    });
    let verdicts = findings.iter().map(verdict).collect::<String>();
    format!(
        "\n{rises}\nfrom expected credit over all scales, x = log10 N: where 10, 50, 90% of the rise\n  \
         are done; width: x90 - x10; shift, steeper: against partial credit; visible:\n  \
         where this test shows more than chance (95%); inside: measured scales in it\n\
         {}{verdicts}",
        score_table(findings)
    )
}

/// Both scores of each metric with what they are held against; nothing where no metric has any.
fn score_table(findings: &[Finding]) -> String {
    let metrics = || {
        findings
            .iter()
            .flat_map(|finding| finding.anatomy.iter().flat_map(|anatomy| &anatomy.metrics))
    };
    if metrics().all(|one| one.scores.is_none()) {
        return String::new();
    }
    let replicates = metrics()
        .filter_map(|one| Some(one.nulls.as_ref()?.smooth.emergence.replicates))
        .max();
    let (header, against) = match replicates {
        Some(replicates) => (
            &["score", "observed", "no growth", "smooth growth"][..],
            format!(
                "no growth, smooth growth: % of {replicates} tests of this size that score as much\n  \
                 without growth, and with a straight line between the same ends, with intervals\n"
            ),
        ),
        None => (&["score", "observed"][..], String::new()),
    };
    let shares = |finding: &&Finding| {
        let scenario = &finding.scenario;
        scenario.step_information() == StepInformation::Shared
            || scenario.evaluation.pairing != Pairing::Independent
    };
    let mut simulated = findings
        .iter()
        .filter(|finding| !finding.tallies.is_empty());
    let unknown = match simulated.any(|finding| shares(&finding)) {
        true => {
            "where scales, or the steps of an item, share something, how many tests would\n  \
             score as much by chance is not known\n"
        }
        false => "",
    };
    let table = by_metric(findings, 2, header, |finding, metric| {
        let of = finding.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
        let rows = of.filter(|one| one.metric == metric).flat_map(scores);
        rows.map(|row| row.into_iter().take(header.len()).collect())
            .collect()
    });
    format!(
        "\n{table}\nemergence: range over root median square of neighbours' differences, up to 100,\n  \
         as which infinite counts; linearity: over their root mean square. A high score\n  \
         says that the row bends, not why\n{against}{unknown}"
    )
}

pub(super) fn rise(one: &MetricAnatomy) -> Vec<String> {
    let Ok(rise) = &one.rise else {
        return vec!["none".to_owned()];
    };
    let x = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{x:.2}"));
    vec![
        x(rise.x10),
        x(rise.x50),
        x(rise.x90),
        x(rise.width),
        rise.shift.map_or_else(|| "-".to_owned(), score),
        x(rise.steepening),
        x(rise.first_visible),
        rise.scales_inside_rise.to_string(),
    ]
}

/// A row for each of the two scores.
fn scores(one: &MetricAnatomy) -> Vec<Vec<String>> {
    let Some(scores) = one.scores else {
        return Vec::new();
    };
    let percent = |share: f64| {
        format!("{:.1}", 100.0 * share)
            .trim_end_matches(".0")
            .to_owned()
    };
    let rate = |rate: &Rate| {
        let interval = rate.interval;
        format!(
            "{} [{}, {}]",
            percent(rate.value),
            percent(interval.low),
            percent(interval.high)
        )
    };
    let nulls = one.nulls.as_ref();
    let against = |of: fn(&Null) -> &Rate| {
        let pair = nulls.map(|nulls| [rate(of(&nulls.no_growth)), rate(of(&nulls.smooth))]);
        pair.unwrap_or_default()
    };
    let emergence = match scores.infinite {
        true if scores.emergence < 0.0 => "-infinite".to_owned(),
        true => "infinite".to_owned(),
        false => format!("{:.1}", scores.emergence),
    };
    let row = |name: &str, observed: String, [flat, smooth]: [String; 2]| {
        vec![name.to_owned(), observed, flat, smooth]
    };
    vec![
        row("emergence", emergence, against(|null| &null.emergence)),
        row(
            "linearity",
            format!("{:.1}", scores.linearity),
            against(|null| &null.linearity),
        ),
    ]
}

/// The three verdicts on one finding.
fn verdict(finding: &Finding) -> String {
    let Some(verdicts) = Verdicts::of(finding) else {
        return String::new();
    };
    let metric = verdicts.metric.iter().map(|metric| ("metric", metric));
    let all = std::iter::once(("growth", &verdicts.growth))
        .chain(metric)
        .chain([("usefulness", &verdicts.usefulness)]);
    let lines = all.map(|(claim, text)| indented(&format!("{claim}: {text}")));
    format!("\n{}\n{}", finding.name, lines.collect::<String>())
}

/// Lines of at most 80 columns, the first indented by two and the others by four.
pub(super) fn indented(text: &str) -> String {
    let mut lines = vec![" ".to_owned()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        match lines
            .last_mut()
            .filter(|_| last + 1 + word.chars().count() <= 80)
        {
            Some(line) => *line += &format!(" {word}"),
            None => lines.push(format!("    {word}")),
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Two decimals with their sign; none at zero.
fn score(z: f64) -> String {
    let text = format!("{z:+.2}");
    if text == "+0.00" || text == "-0.00" {
        "0.00".to_owned()
    } else {
        text
    }
}

/// "[0.0416, 0.0698] w"; where nothing succeeded, the bound that says so.
fn interval(estimate: &Estimate, metric: Metric) -> String {
    let interval = estimate.interval;
    let letter = match interval.method {
        IntervalMethod::Wilson => 'w',
        IntervalMethod::ClopperPearson => 'c',
        IntervalMethod::WilsonEffective => 'e',
        IntervalMethod::ClopperPearsonEffective => 'f',
        IntervalMethod::Student => 't',
    };
    if estimate.value == 0.0 && metric.is_success_rate() {
        let units = match interval.target {
            Target::Items | Target::Both => estimate.items,
            Target::TrainingRuns => u64::from(estimate.training_runs),
        };
        return format!("below {} b", readable(upper_bound_at_zero(units)));
    }
    format!(
        "[{}, {}] {letter}",
        readable(interval.low),
        readable(interval.high)
    )
}

/// What the letters and columns mean, with the sizes behind the numbers.
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
    text += &targets(findings);
    let level = each_once(
        findings
            .iter()
            .map(|finding| percent(finding.scenario.evaluation.level)),
    );
    let mut estimates = findings
        .iter()
        .flat_map(|finding| &finding.rows)
        .filter_map(|row| row.estimate);
    let by_student = estimates.any(|one| one.interval.method == IntervalMethod::Student);
    let student = match by_student {
        true => ";\n  t Student's t",
        false => "",
    };
    text += &format!(
        "interval ({level}): w Wilson, c Clopper-Pearson, e and f the same two with the\n  \
         effective number of items; b one-sided 95% bound when no item succeeded{student}\n\
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

/// What intervals are for, and what few items or runs make of them, once for each case among the findings.
fn targets(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for finding in findings {
        let evaluation = &finding.scenario.evaluation;
        let all = std::iter::once(targets::target(evaluation)).chain(targets::few(evaluation));
        for line in all {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Four decimals; powers of ten where they would show nothing.
pub(super) fn readable(x: f64) -> String {
    if x == 0.0 {
        "0".to_owned()
    } else if x.abs() < 5e-4 {
        format!("{x:.1e}")
    } else {
        format!("{x:.4}")
    }
}

/// A scale in three digits: 1.58e7.
pub(super) fn scale(n: f64) -> String {
    format!("{n:.2e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_matters() {
        let numbers = [0.0, 0.0537, 9.3e-11, 1.0].map(readable);
        assert_eq!(numbers, ["0", "0.0537", "9.3e-11", "1.0000"]);
        assert_eq!(
            [-0.001, -1.384, 10.0].map(score),
            ["0.00", "-1.38", "+10.00"]
        );
    }
}
