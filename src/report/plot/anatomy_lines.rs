//! Numbers of the anatomy over a swept key.

use super::super::axis::Axis;
use super::super::drawn::hull;
use super::super::figure::{Figure, Panel};
use super::super::layer::{Layer, PointPlace, Series};
use super::super::look::Look;
use super::anatomy_words::{meaning, title, unit};
use super::column::Column;
use super::company::company;
use super::credit_panels::told_apart;
use super::error::PlotError;
use super::note;
use super::plan::{Facet, Families, MOST_LINES, Plan, Shown};
use super::shade::Shade;
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
    let company = company(plan, Shown::Key(key), &families);
    let is_joined = column.is_numeric && company.is_joined;
    let (numbers, facets) = (chosen(numbers), plan.facets());
    plan.panels_fit(numbers.len() * facets.len())?;
    let common = note::common(plan);
    let (mut panels, mut drawn, mut all) = (Vec::new(), 0, 0);
    for &number in numbers {
        let told = Told::new(plan, number, metrics);
        let of_facet = |facet: &Facet<'_>| told.lines(facet, &families, column, is_joined);
        let lines: Vec<Vec<Series>> = facets.iter().map(of_facet).collect();
        // Panels of the same number can be compared at one height.
        let y = axis(number, lines.iter().flatten());
        for (facet, lines) in facets.iter().zip(lines) {
            if lines.len() > MOST_LINES {
                return Err(PlotError::TooManyLines {
                    lines: lines.len(),
                    most: MOST_LINES,
                });
            }
            all += match number {
                AnatomyNumber::UsefulFrom => facet.points.len(),
                _ => facet.points.len() * subjects(number, metrics).len(),
            };
            drawn += lines.iter().map(|line| line.points.len()).sum::<usize>();
            let shared = if panels.is_empty() {
                common.as_str()
            } else {
                ""
            };
            panels.push(Panel {
                title: note::listed_with(", ", [&told.title(), &facet.label]),
                subtitle: note::listed([meaning(number), shared]),
                x: x.clone(),
                y: y.clone(),
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
        company.words,
        note::drawn(drawn, all, "numbers"),
    ]);
    let title = format!("What metrics make of growth, over {}", column.name);
    Ok(super::figure(plan, &title, note, panels))
}

/// A number of those metrics of which it says something. Each metric keeps its look in all panels of a figure.
struct Told<'m> {
    number: AnatomyNumber,
    /// All metrics of the figure.
    metrics: &'m [Metric],
    /// The places among them of those that have a value.
    places: Vec<usize>,
}

impl<'m> Told<'m> {
    fn new(plan: &Plan<'_>, number: AnatomyNumber, metrics: &'m [Metric]) -> Self {
        let subjects = subjects(number, metrics);
        let has_value = |metric: Metric| {
            let mut points = plan.points.iter();
            points.any(|point| value(number, metric, point).is_some())
        };
        let places = metrics.iter().enumerate();
        let places = places.filter(|(_, metric)| subjects.contains(metric) && has_value(**metric));
        Self {
            number,
            metrics,
            places: places.map(|(place, _)| place).collect(),
        }
    }

    /// The only metric, if there is one.
    fn only(&self) -> Option<Metric> {
        match self.places[..] {
            [only] => Some(self.metrics[only]),
            _ => None,
        }
    }

    fn title(&self) -> String {
        match self.only() {
            Some(metric) => Shade::Number(self.number, metric).title(),
            None => title(self.number).to_owned(),
        }
    }

    fn lines(
        &self,
        facet: &Facet<'_>,
        families: &Families<'_, '_>,
        column: &Column<'_>,
        is_joined: bool,
    ) -> Vec<Series> {
        let mut series = Vec::new();
        for (family, points) in families.of(&facet.points) {
            for &place in &self.places {
                let (name, look) = told_apart(families, family, (place, self.metrics));
                // The title names a metric that is alone.
                let label = match self.only() {
                    Some(_) => families.label(family),
                    None => name,
                };
                let value = |point| value(self.number, self.metrics[place], point);
                let mut places: Vec<(f64, f64)> = points
                    .iter()
                    .filter_map(|&point| Some((column.position(point)?, value(point)?)))
                    .collect();
                places.sort_by(|one, other| one.0.total_cmp(&other.0));
                if !places.is_empty() {
                    series.push(line(&label, look, &places, is_joined));
                }
            }
        }
        series
    }
}

fn line(label: &str, look: Look, places: &[(f64, f64)], is_joined: bool) -> Series {
    let point = |&(x, y): &(f64, f64)| PointPlace {
        x,
        y,
        low: y,
        high: y,
    };
    let curve = places.iter().copied().filter(|_| is_joined);
    Series {
        points: places.iter().map(point).collect(),
        ..Series::curve(label, look, curve)
    }
}

/// An axis with all values of some lines: places, ratios that span much, or amounts with 0.
fn axis<'l>(number: AnatomyNumber, lines: impl Iterator<Item = &'l Series>) -> Axis {
    let values = lines.flat_map(|line| &line.points);
    let (low, high) = hull(values.map(|at| (at.y, at.y)));
    number_axis(number, (low, high))
}

/// At the ends of an axis, as a share of what the values span.
const ROOM: f64 = 0.06;
/// Ratios that span more are spaced by their logarithm.
const WIDE: f64 = 30.0;

const fn is_ratio(number: AnatomyNumber) -> bool {
    matches!(
        number,
        AnatomyNumber::Steepening | AnatomyNumber::LocalRatio
    )
}

/// The same for values between two ends.
fn number_axis(number: AnatomyNumber, (low, high): (f64, f64)) -> Axis {
    if low > high {
        return Axis::number(unit(number), 0.0, 1.0);
    }
    if number.is_place() {
        return Axis::decades(unit(number), (low, high));
    }
    if is_ratio(number) && low > 0.0 && high > WIDE * low {
        let room = libm::pow(high / low, ROOM);
        return Axis::logarithm(unit(number), low / room, high * room);
    }
    // Of amounts, not of places, 0 says something.
    let (low, high) = (low.min(0.0), high.max(0.0));
    let span = match high > low {
        true => high - low,
        false => 1.0,
    };
    let room = |end: f64| if end == 0.0 { 0.0 } else { ROOM * span };
    Axis::number(unit(number), low - room(low), low + span + room(high))
}
