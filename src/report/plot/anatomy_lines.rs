//! Numbers of the anatomy over a swept key.

use super::super::axis::Axis;
use super::super::drawn::hull;
use super::super::figure::{Figure, Panel};
use super::super::layer::{Layer, PointPlace, Series};
use super::super::look::Look;
use super::anatomy_words::{meaning, title, unit};
use super::column::Column;
use super::credit_panels::told_apart;
use super::error::PlotError;
use super::note;
use super::plan::{Facet, Families, MOST_LINES, Plan, Shown};
use crate::domain::{Credit, Metric};
use crate::study::{AnatomyNumber, PointFinding};

/// What is drawn where nothing is named.
const USUAL: [AnatomyNumber; 4] = [
    AnatomyNumber::X50,
    AnatomyNumber::Width,
    AnatomyNumber::Shift,
    AnatomyNumber::Steepening,
];

/// The numbers to draw.
pub(super) fn chosen(numbers: &[AnatomyNumber]) -> &[AnatomyNumber] {
    match numbers {
        [] => &USUAL,
        some => some,
    }
}

/// Those metrics of which a number says something.
pub(super) fn subjects(number: AnatomyNumber, metrics: &[Metric]) -> Vec<Metric> {
    let partial = Metric::mean(Credit::PartialCredit);
    let says = |metric: &&Metric| **metric != partial || !number.is_against_partial_credit();
    metrics.iter().filter(says).copied().collect()
}

/// A number of the anatomy of a point.
pub(super) fn value(number: AnatomyNumber, metric: Metric, point: &PointFinding) -> Option<f64> {
    let value = number.of(point.finding.anatomy.as_ref()?, metric)?;
    value.is_finite().then_some(value)
}

pub(super) fn anatomy_lines(
    plan: &Plan<'_>,
    (numbers, metrics): (&[AnatomyNumber], &[Metric]),
    key: usize,
    by: Option<Shown>,
) -> Result<Figure, PlotError> {
    let column = &plan.columns[key];
    let x = column.axis(plan.request.x_scale)?;
    let families = plan.families(Shown::Key(key), by)?;
    let (numbers, facets) = (chosen(numbers), plan.facets());
    plan.panels_fit(numbers.len() * facets.len())?;
    let common = note::common(plan);
    let (mut panels, mut drawn, mut all) = (Vec::new(), 0, 0);
    for &number in numbers {
        let metrics = subjects(number, metrics);
        for facet in &facets {
            let lines = series(facet, &families, (number, &metrics), column);
            if lines.len() > MOST_LINES {
                return Err(PlotError::TooManyLines {
                    lines: lines.len(),
                    most: MOST_LINES,
                });
            }
            all += match number {
                AnatomyNumber::UsefulFrom => facet.points.len(),
                _ => facet.points.len() * metrics.len(),
            };
            drawn += lines.iter().map(|line| line.points.len()).sum::<usize>();
            let shared = if panels.is_empty() {
                common.as_str()
            } else {
                ""
            };
            panels.push(Panel {
                title: note::listed_with(", ", [title(number), &facet.label]),
                subtitle: note::listed([meaning(number), shared]),
                x: x.clone(),
                y: axis(number, &lines),
                measured: None,
                layers: lines.into_iter().map(Layer::from).collect(),
            });
        }
    }
    if drawn == 0 {
        let names = numbers.iter().map(ToString::to_string);
        return Err(PlotError::NothingToDraw {
            what: names.collect::<Vec<_>>().join(", "),
        });
    }
    let note = note::sentences([
        Some(
            "Computed from expected credit, not simulated. Markers: points of the sweep."
                .to_owned(),
        ),
        note::drawn(drawn, all, "numbers"),
    ]);
    let title = format!("What metrics make of growth, over {}", column.name);
    Ok(super::figure(plan, &title, note, panels))
}

fn series(
    facet: &Facet<'_>,
    families: &Families<'_, '_>,
    (number, metrics): (AnatomyNumber, &[Metric]),
    column: &Column<'_>,
) -> Vec<Series> {
    let mut series = Vec::new();
    for (family, points) in families.of(&facet.points) {
        for (place, &metric) in metrics.iter().enumerate() {
            let (label, look) = told_apart(families, family, (place, metrics));
            let mut places: Vec<(f64, f64)> = points
                .iter()
                .filter_map(|point| Some((column.position(point)?, value(number, metric, point)?)))
                .collect();
            places.sort_by(|one, other| one.0.total_cmp(&other.0));
            if !places.is_empty() {
                series.push(line(&label, look, &places));
            }
        }
    }
    series
}

fn line(label: &str, look: Look, places: &[(f64, f64)]) -> Series {
    let point = |&(x, y): &(f64, f64)| PointPlace {
        x,
        y,
        low: y,
        high: y,
    };
    Series {
        points: places.iter().map(point).collect(),
        ..Series::curve(label, look, places.iter().copied())
    }
}

/// An axis with all values of some lines, and 0 where they reach below a third of the way to it.
fn axis(number: AnatomyNumber, lines: &[Series]) -> Axis {
    let values = lines.iter().flat_map(|line| &line.points);
    let (low, high) = hull(values.map(|at| (at.y, at.y)));
    number_axis(number, (low, high))
}

/// The same for values between two ends.
pub(super) fn number_axis(number: AnatomyNumber, (low, high): (f64, f64)) -> Axis {
    if low > high {
        return Axis::number(unit(number), 0.0, 1.0);
    }
    if number.is_place() {
        return Axis::decades(unit(number), (low, high));
    }
    // Of amounts, not of places, 0 says something.
    let (low, high) = (low.min(0.0), high.max(0.0));
    let span = match high > low {
        true => high - low,
        false => 1.0,
    };
    let room = |end: f64| if end == 0.0 { 0.0 } else { 0.06 * span };
    Axis::number(unit(number), low - room(low), low + span + room(high))
}
