//! Comparisons on the same items, for people and programs.

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::number::percent;
use crate::domain::{Pairing, Target};
use crate::study::{Compared, Contrast};

/// One comparison at one scale, with its columns in order.
#[derive(Serialize)]
struct ContrastRecord<'a> {
    scale: f64,
    first: &'a str,
    first_metric: String,
    second: &'a str,
    second_metric: String,
    first_estimate: f64,
    second_estimate: f64,
    difference: f64,
    ci_low: f64,
    ci_high: f64,
    ci_method: &'static str,
    level: f64,
    items: u64,
    correlation: Option<f64>,
    only_first: Option<u64>,
    only_second: Option<u64>,
    mcnemar_p: Option<f64>,
    expected: Option<f64>,
    z: Option<f64>,
}

impl<'a> ContrastRecord<'a> {
    fn new(sides: [&'a Compared; 2], one: &Contrast) -> Self {
        let [first, second] = &one.estimates;
        let mcnemar = one.mcnemar;
        Self {
            scale: one.scale.get(),
            first: &sides[0].name,
            first_metric: one.metrics[0].to_string(),
            second: &sides[1].name,
            second_metric: one.metrics[1].to_string(),
            first_estimate: first.value,
            second_estimate: second.value,
            difference: one.value,
            ci_low: one.low,
            ci_high: one.high,
            ci_method: one.method.name(),
            level: one.level.get(),
            items: first.items,
            correlation: one.correlation,
            only_first: mcnemar.map(|test| test.only_first),
            only_second: mcnemar.map(|test| test.only_second),
            mcnemar_p: mcnemar.map(|test| test.p_value),
            expected: one.expected,
            z: one.z,
        }
    }
}

/// One row for each scale and pair of metrics.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn contrasts_csv(sides: [&Compared; 2], contrasts: &[Contrast]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for one in contrasts {
        writer.serialize(ContrastRecord::new(sides, one))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same rows as one JSON array.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn contrasts_json(
    sides: [&Compared; 2],
    contrasts: &[Contrast],
) -> Result<String, serde_json::Error> {
    let records = contrasts.iter().map(|one| ContrastRecord::new(sides, one));
    let records: Vec<_> = records.collect();
    Ok(serde_json::to_string_pretty(&records)? + "\n")
}

/// The table people read: the second side less the first, with what the numbers are below it.
#[must_use]
pub fn contrasts_text(sides: [&Compared; 2], contrasts: &[Contrast]) -> String {
    let mut text = String::new();
    let mut rest = contrasts.to_vec();
    while let Some(first) = rest.first().cloned() {
        let (these, others) = rest
            .into_iter()
            .partition(|one| one.metrics == first.metrics);
        rest = others;
        text += &format!(
            "{} of {} less {} of {}\n{}\n",
            first.metrics[1],
            sides[1].name,
            first.metrics[0],
            sides[0].name,
            table(&these)
        );
    }
    text + &notes(sides, contrasts)
}

fn table(contrasts: &[Contrast]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let header = [
        "scale",
        "first",
        "second",
        "difference",
        "interval",
        "r",
        "only 1st",
        "only 2nd",
        "McNemar p",
        "z",
    ];
    let tested = contrasts.iter().any(|one| one.mcnemar.is_some());
    let shown = |place: usize| tested || !(6..9).contains(&place);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let kept = |cells: Vec<String>| {
        let cells = cells.into_iter().enumerate();
        cells
            .filter(|cell| shown(cell.0))
            .map(|cell| right(cell.1))
            .collect::<Vec<_>>()
    };
    table.set_header(kept(header.map(str::to_owned).to_vec()));
    for one in contrasts {
        let count = |of: fn(&crate::study::McNemar) -> u64| {
            one.mcnemar
                .as_ref()
                .map_or(String::new(), |test| of(test).to_string())
        };
        let two = |x: f64| format!("{x:.2}");
        table.add_row(kept(vec![
            format!("{:.2e}", one.scale.get()),
            format!("{:.4}", one.estimates[0].value),
            format!("{:.4}", one.estimates[1].value),
            format!("{:+.4}", one.value),
            format!("[{:+.4}, {:+.4}]", one.low, one.high),
            one.correlation.map_or(String::new(), two),
            count(|test| test.only_first),
            count(|test| test.only_second),
            one.mcnemar
                .map_or(String::new(), |test| p_value(test.p_value)),
            one.z.map_or(String::new(), |z| format!("{z:+.2}")),
        ]));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

fn p_value(p: f64) -> String {
    match p < 1e-4 {
        true => format!("{p:.1e}"),
        false => format!("{p:.4}"),
    }
}

/// What the columns mean, and what the intervals are for.
fn notes(sides: [&Compared; 2], contrasts: &[Contrast]) -> String {
    let Some(one) = contrasts.first() else {
        return String::new();
    };
    let evaluation = &sides[0].scenario.evaluation;
    let target = match (
        one.estimates[0].training_runs,
        one.estimates[0].interval.target,
    ) {
        (1, _) => "new items, and this training run of each",
        (_, Target::Items) => "new items, and these training runs",
        (_, Target::TrainingRuns) => "new training runs, and these items",
        (_, Target::Both) => "new items and new training runs",
    };
    let same = sides[0].scenario == sides[1].scenario;
    let shared = match same
        || sides
            .iter()
            .all(|side| side.scenario.evaluation.pairing == Pairing::All)
    {
        true if same => "the same attempts",
        true => "the same items, and the same random numbers",
        false => "the same items, each attempted anew",
    };
    let tests = contrasts.iter().filter(|one| one.mcnemar.is_some()).count();
    let mcnemar = match tests {
        0 => String::new(),
        _ => format!(
            "McNemar: exact and two-sided, of items that one side alone solved; {tests} tests: below {:.1e}\n  \
             each (Bonferroni), one of them by chance at most {} of the time\n",
            (1.0 - one.level.get()) / tests as f64,
            percent_of(1.0 - one.level.get()),
        ),
    };
    format!(
        "items {}: {shared}; r: correlation over items\n\
         interval ({}): Newcombe's of paired differences, for {target}\n{mcnemar}\
         z: normal score of the difference under what is expected\n",
        evaluation.items.get(),
        percent(one.level),
    )
}

fn percent_of(share: f64) -> String {
    format!("{}%", libm::round(share * 1e6) / 1e4)
}
