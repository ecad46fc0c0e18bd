//! The words of a figure of a sweep.

use super::super::figure::Panel;
use super::super::number::percent;
use super::super::words::each_once;
use super::plan::Plan;
use crate::domain::{Lengths, Metric, Scenario, dotted_values};
use crate::study::{IntervalMethod, PointFinding};

/// What holds for every point: `power law, L = 10`.
pub(super) fn common(plan: &Plan<'_>) -> String {
    let scenarios: Vec<&Scenario> = plan.findings().map(|finding| &finding.scenario).collect();
    let shared = |of: &dyn Fn(&Scenario) -> Option<String>| -> Option<String> {
        let mut words = scenarios.iter().map(|scenario| of(scenario));
        let first = words.next()??;
        words
            .all(|word| word.as_ref() == Some(&first))
            .then_some(first)
    };
    let kind = |key: &'static str| {
        shared(&|scenario: &Scenario| {
            let value = dotted_values(scenario).remove(key)?;
            value.as_str().map(|word| word.replace('-', " "))
        })
    };
    let steps = shared(&|scenario| {
        let task = scenario.task.chain();
        Some(match task.lengths() {
            Lengths::Fixed(steps) => format!("L = {}", steps.get()),
            drawn @ Lengths::Drawn(_) => format!("L from {drawn}"),
        })
    });
    let named = [
        ("task.difficulty.kind", "equal", "difficulty"),
        ("task.spread.kind", "none", "spread of items"),
        ("task.dependence.kind", "independent", "steps"),
        ("task.recovery.kind", "none", "recovery"),
    ];
    let structures = named.into_iter().filter_map(|(key, usual, name)| {
        let word = kind(key).filter(|word| word != usual)?;
        Some(format!("{word} {name}"))
    });
    // What was swept and is now the same everywhere.
    let fixed = plan
        .columns
        .iter()
        .filter_map(|column| match column.values[..] {
            [only] if !["task.steps", "skill.kind"].contains(&column.name) && !only.is_null() => {
                Some(column.label(only))
            }
            _ => None,
        });
    let all = kind("skill.kind").into_iter().chain(steps);
    all.chain(structures)
        .chain(fixed)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What points are: `Points: simulated, n = 1000 items, with 95% intervals (Clopper-Pearson and Wilson).`; nothing
/// where nothing was simulated.
pub(super) fn estimates(points: &[&PointFinding], metrics: &[Metric]) -> Option<String> {
    let estimates = points.iter().flat_map(|point| {
        let rows = point.finding.rows.iter();
        let drawn = rows.filter(|row| metrics.contains(&row.metric));
        drawn.filter_map(|row| row.estimate)
    });
    let mut methods: Vec<IntervalMethod> = Vec::new();
    let (mut levels, mut items): (Vec<String>, Vec<u64>) = (Vec::new(), Vec::new());
    for estimate in estimates {
        methods.push(estimate.interval.method);
        levels.push(percent(estimate.interval.level));
        items.push(estimate.items);
    }
    let (least, most) = (items.iter().min()?, items.iter().max()?);
    let items = match least == most {
        true => least.to_string(),
        false => format!("{least} to {most}"),
    };
    Some(format!(
        "Points: simulated, n = {items} items, with {} intervals ({}).",
        each_once(levels.into_iter()),
        named(&methods)
    ))
}

/// `Clopper-Pearson and Wilson, some with effective n`.
fn named(methods: &[IntervalMethod]) -> String {
    let named = |method: &IntervalMethod| match method {
        IntervalMethod::Wilson => ("Wilson", false),
        IntervalMethod::ClopperPearson => ("Clopper-Pearson", false),
        IntervalMethod::WilsonEffective => ("Wilson", true),
        IntervalMethod::ClopperPearsonEffective => ("Clopper-Pearson", true),
        IntervalMethod::Student => ("Student's t", false),
    };
    let mut names: Vec<&str> = methods.iter().map(|method| named(method).0).collect();
    names.sort_unstable();
    names.dedup();
    let names = names.join(" and ");
    let mut effective = methods.iter().map(|method| named(method).1);
    match (effective.clone().any(|is| is), effective.all(|is| is)) {
        (false, _) => names,
        (true, false) => format!("{names}, some with effective n"),
        (true, true) => format!("{names}, with effective n"),
    }
}

/// What bands are: `Bands: about 95% of estimates.`
pub(super) fn bands(plan: &Plan<'_>) -> String {
    let levels = plan
        .findings()
        .map(|finding| percent(finding.scenario.evaluation.level));
    format!("Bands: about {} of estimates.", each_once(levels))
}

/// What markers at the edge mean, if there are some.
pub(super) fn beyond(panels: &[Panel]) -> Option<String> {
    let mut beyond = panels.iter().flat_map(|panel| {
        let points = panel.series().flat_map(|series| &series.points);
        points.map(|at| panel.y.is_beyond(at.y) || panel.x.is_beyond(at.x))
    });
    beyond
        .any(|is_beyond| is_beyond)
        .then(|| "Halved markers: beyond the axis.".to_owned())
}

/// What shades mean, if there are some.
pub(super) fn shaded(panels: &[Panel]) -> Option<String> {
    let mut shaded = panels.iter().map(|panel| {
        let range = (panel.x.from, panel.x.to);
        panel.measured.is_some_and(|measured| measured != range)
    });
    shaded
        .any(|is_shaded| is_shaded)
        .then(|| "Shaded: not measured.".to_owned())
}

/// How much of something is drawn, if not all.
pub(super) fn drawn(drawn: usize, all: usize, what: &str) -> Option<String> {
    (drawn < all).then(|| format!("{drawn} of {all} {what} drawn; the others have no value."))
}

/// With one space between.
pub(super) fn sentences<const N: usize>(all: [Option<String>; N]) -> String {
    all.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Words with `;` between, without the empty ones.
pub(super) fn listed<const N: usize>(all: [&str; N]) -> String {
    listed_with("; ", all)
}

/// Words with something between, without the empty ones.
pub(super) fn listed_with<const N: usize>(between: &str, all: [&str; N]) -> String {
    let words: Vec<&str> = all.into_iter().filter(|words| !words.is_empty()).collect();
    words.join(between)
}
