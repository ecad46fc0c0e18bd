//! From which scale on the middle of a rise is foretold, drawn.

use super::axis::{Axis, CreditAxis};
use super::drawn::hull;
use super::figure::{Figure, Panel};
use super::horizon_text::at_least;
use super::layer::{Annotation, Layer, PointPlace, ReferenceLine, Series};
use super::look::Look;
use super::number::{percent, scale};
use super::words::{self, each_once};
use crate::domain::Metric;
use crate::study::{AssumedTask, Horizon, HorizonFinding, HorizonRow};

/// A panel for each metric and idea of the task: how often the middle is foretold, over how far below it the largest fitted
/// scale lies, with the share asked for and the horizon.
#[must_use]
pub fn horizon_figure(finding: &HorizonFinding) -> Figure {
    let told = finding.rows.iter();
    let told = told.filter_map(|row| Some((row, row.told.as_ref().ok()?)));
    let told: Vec<(&HorizonRow, &Horizon)> = told.collect();
    let mut kinds: Vec<(Metric, &AssumedTask)> = Vec::new();
    for (row, _) in &told {
        if !kinds.contains(&(row.metric, &row.link)) {
            kinds.push((row.metric, &row.link));
        }
    }
    let places = told.iter().flat_map(|(_, told)| &told.reached);
    let (first, last) = hull(places.map(|at| (at.x_max - finding.x50, at.x_max - finding.x50)));
    let panels = kinds.iter().map(|&kind| {
        let rows = told.iter().copied();
        let rows = rows.filter(|(row, _)| (row.metric, &row.link) == kind);
        panel(finding, kind, &rows.collect::<Vec<_>>(), (first, last))
    });
    let of = words::title(finding.of).to_lowercase();
    Figure {
        name: "horizon".to_owned(),
        title: format!("How early the middle of {of} can be foretold"),
        caption: format!(
            "Share of {} simulated evaluations in which the fit of {} to scales up to one foretells the middle of {of} to within {} decades.",
            finding.replicates,
            finding.family.name(),
            finding.within,
        ),
        note: format!(
            "Points: shares of {} evaluations that are right to within {} decades, with {} intervals. Scales from {} on, {} a decade; the middle lies at {}.",
            finding.replicates,
            finding.within,
            percent(finding.level),
            scale(finding.from.log10()),
            each_once(finding.rows.iter().map(|row| row.per_decade.to_string())),
            scale(finding.x50),
        ),
        panels: panels.collect(),
    }
}

fn panel(
    finding: &HorizonFinding,
    (metric, link): (Metric, &AssumedTask),
    rows: &[(&HorizonRow, &Horizon)],
    (first, last): (f64, f64),
) -> Panel {
    let series = rows
        .iter()
        .enumerate()
        .map(|(place, (row, told))| Layer::from(line(finding, place, row, told)));
    let mut marks: Vec<Annotation> = Vec::new();
    for (_, told) in rows {
        let Some(decades) = told.decades.filter(|decades| *decades > 0.0) else {
            continue;
        };
        let label = format!("horizon {}{decades:.2}", at_least(told));
        let mark = Annotation::new(&label, -decades, finding.share);
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    let share = finding.share;
    let asked = ReferenceLine::horizontal(&format!("right in {:.0}%", 100.0 * share), share);
    let middle = ReferenceLine::vertical("the middle", 0.0);
    let lines = [asked, middle].map(Layer::from);
    Panel {
        title: words::title(metric),
        subtitle: match link {
            AssumedTask::True => "the task known".to_owned(),
            AssumedTask::Assumed(words) => format!("the task taken for {words}"),
        },
        x: Axis::number(
            "Largest fitted scale, decades from the middle",
            first.min(-0.5) - 0.05,
            last.max(0.0) + 0.05,
        ),
        y: Axis::credit("Share foretold", CreditAxis::Linear, []),
        measured: None,
        layers: series
            .chain(marks.into_iter().map(Layer::from))
            .chain(lines)
            .collect(),
    }
}

fn line(finding: &HorizonFinding, place: usize, row: &HorizonRow, told: &Horizon) -> Series {
    let points: Vec<PointPlace> = told
        .reached
        .iter()
        .map(|at| PointPlace {
            x: at.x_max - finding.x50,
            y: at.right.value,
            low: at.right.interval.low,
            high: at.right.interval.high,
        })
        .collect();
    let label = label(finding, row);
    let line = points.iter().map(|at| (at.x, at.y));
    let line = Series::curve(&label, Look::at(place), line);
    Series { points, ..line }
}

/// What tells a test from the others of the figure.
fn label(finding: &HorizonFinding, row: &HorizonRow) -> String {
    let differ = |one: fn(&HorizonRow) -> u64| {
        let mut rows = finding.rows.iter();
        rows.any(|other| one(other) != one(row))
    };
    let items = format!("{} items", row.items.get());
    let spacing = format!("{} a decade", row.per_decade);
    let is_spaced_alike = !differ(|row| row.per_decade.into());
    match (differ(|row| row.items.get()), is_spaced_alike) {
        (_, true) => items,
        (false, false) => spacing,
        (true, false) => format!("{items}, {spacing}"),
    }
}
