//! One metric against another: what both make of the same attempts, the scale removed.

use super::super::axis::Axis;
use super::super::drawn::credit_axis;
use super::super::figure::{Figure, Panel};
use super::super::layer::{
    Across, AcrossPlace, CurvePlace, Layer, PointPlace, Series, Stroke, Trace,
};
use super::super::look::Look;
use super::super::words;
use super::company::company;
use super::error::PlotError;
use super::note;
use super::plan::{Facet, Families, MOST_LINES, Plan, Shown};
use crate::domain::{Credit, Lengths, Metric};
use crate::study::{Finding, expected_curve};

/// Reference curves in a panel; more would hide the data.
const MOST_POWERS: usize = 8;
/// Places of a reference curve.
const PLACES: u32 = 240;

const EXACT: Metric = Metric::mean(Credit::ExactMatch);
const PARTIAL: Metric = Metric::mean(Credit::PartialCredit);

/// The two metrics, the vertical one first: exact match against partial credit if none is named.
pub(super) fn pair(plan: &Plan<'_>, wanted: &[Metric]) -> Result<(Metric, Metric), PlotError> {
    let both = match wanted {
        [] => vec![EXACT, PARTIAL],
        some => some.to_vec(),
    };
    match plan.metrics(&both)?[..] {
        [first, second] => Ok((first, second)),
        _ => Err(PlotError::TwoMetrics {
            given: wanted.len(),
        }),
    }
}

pub(super) fn against(
    plan: &Plan<'_>,
    (vertical, horizontal): (Metric, Metric),
    by: Option<Shown>,
) -> Result<Figure, PlotError> {
    let families = plan.families(Shown::Scale, by)?;
    let facets = plan.facets();
    plan.panels_fit(facets.len())?;
    let common = note::common(plan);
    let mut panels = Vec::new();
    for facet in &facets {
        if facet.points.len() > MOST_LINES {
            return Err(PlotError::TooManyLines {
                lines: facet.points.len(),
                most: MOST_LINES,
            });
        }
        let mut layers = lines(facet, &families, (vertical, horizontal));
        let axis = |metric: Metric, layers: &[Layer]| Axis {
            label: words::title(metric),
            ..credit_axis(plan.request.y_scale, &[metric], layers)
        };
        let y = axis(vertical, &layers);
        let x = axis(horizontal, &turned(&layers));
        if (vertical, horizontal) == (EXACT, PARTIAL) {
            layers.extend(powers(facet, (x.from, y.from)));
        }
        let shared = if panels.is_empty() {
            common.as_str()
        } else {
            ""
        };
        let title = match facet.label.as_str() {
            "" => format!(
                "{} against {}",
                words::title(vertical),
                words::title(horizontal).to_lowercase()
            ),
            label => label.to_owned(),
        };
        panels.push(Panel {
            title,
            subtitle: note::listed(["the same attempts at each scale", shared]),
            x,
            y,
            measured: None,
            layers,
        });
    }
    let has =
        |wanted: fn(&Layer) -> bool| panels.iter().any(|panel| panel.layers.iter().any(wanted));
    let dotted = has(|layer| matches!(layer, Layer::Trace(_)));
    let drawn: usize = panels
        .iter()
        .flat_map(Panel::series)
        .map(|line| line.points.len())
        .sum();
    let scales = plan
        .findings()
        .map(|finding| finding.scenario.evaluation.scales.as_slice().len());
    let note = note::sentences([
        note::estimates(&plan.points, &[vertical, horizontal]),
        Some("A point for each scale. Curves: expected.".to_owned()),
        dotted.then(|| "Dotted: even, independent steps, y = x to the power of L.".to_owned()),
        company(plan, Shown::Scale, &families).words,
        note::beyond(&panels),
        note::drawn(drawn, scales.sum(), "points"),
    ]);
    let title = format!(
        "{} against {}",
        words::title(vertical),
        words::title(horizontal).to_lowercase()
    );
    Ok(super::figure(plan, &title, note, panels))
}

/// A curve with points for each finding, and the intervals across.
fn lines(facet: &Facet<'_>, families: &Families<'_, '_>, metrics: (Metric, Metric)) -> Vec<Layer> {
    let mut layers = Vec::new();
    for (family, points) in families.of(&facet.points) {
        for point in points {
            let (label, look) = (families.label(family), families.look(family));
            layers.extend(line(&point.finding, metrics, &label, look));
        }
    }
    layers
}

fn line(
    finding: &Finding,
    (vertical, horizontal): (Metric, Metric),
    label: &str,
    look: Look,
) -> Vec<Layer> {
    let curve = |metric| expected_curve(&finding.scenario, metric).map(|curve| curve.points);
    let curve: Vec<CurvePlace> = match (curve(horizontal), curve(vertical)) {
        (Some(xs), Some(ys)) => {
            let places = xs.iter().zip(&ys);
            let place = places.map(|(x, y)| CurvePlace {
                x: x.expected,
                y: y.expected,
                low: y.expected,
                high: y.expected,
            });
            place.collect()
        }
        _ => Vec::new(),
    };
    let (mut points, mut across) = (Vec::new(), Vec::new());
    for &scale in finding.scenario.evaluation.scales.as_slice() {
        let (Some(x), Some(y)) = (finding.row(horizontal, scale), finding.row(vertical, scale))
        else {
            continue;
        };
        let (Some(x_value), Some(y_value)) = (x.shown(), y.shown()) else {
            continue;
        };
        let ends = |row: &crate::study::Row, value: f64| {
            let interval = row.estimate.map(|estimate| estimate.interval);
            interval.map_or((value, value), |interval| (interval.low, interval.high))
        };
        let ((left, right), (low, high)) = (ends(x, x_value), ends(y, y_value));
        points.push(PointPlace {
            x: x_value,
            y: y_value,
            low,
            high,
        });
        across.push(AcrossPlace {
            x: x_value,
            y: y_value,
            low: left,
            high: right,
        });
    }
    if points.is_empty() && curve.is_empty() {
        return Vec::new();
    }
    let label = label.to_owned();
    vec![
        Across {
            label: label.clone(),
            look,
            places: across,
        }
        .into(),
        Series {
            label,
            look,
            curve,
            points,
        }
        .into(),
    ]
}

/// The same with x for y, to see how far the horizontal axis must reach.
fn turned(layers: &[Layer]) -> Vec<Layer> {
    let turn = |layer: &Layer| match layer {
        Layer::Across(across) => Some(
            Series {
                label: String::new(),
                look: across.look,
                curve: Vec::new(),
                points: {
                    let points = across.places.iter().map(|at| PointPlace {
                        x: at.y,
                        y: at.x,
                        low: at.low,
                        high: at.high,
                    });
                    points.collect()
                },
            }
            .into(),
        ),
        Layer::Series(series) => {
            let places = series.curve.iter().map(|at| (at.y, at.x));
            Some(Series::curve("", series.look, places).into())
        }
        _ => None,
    };
    layers.iter().filter_map(turn).collect()
}

/// y = x^L for each length whose steps are even and independent.
fn powers(facet: &Facet<'_>, (left, bottom): (f64, f64)) -> Vec<Layer> {
    let mut lengths: Vec<u32> = Vec::new();
    for point in &facet.points {
        let scenario = &point.finding.scenario;
        let is_power = scenario.task.chain().is_plain_chain() && !scenario.skill.runs_differ();
        if let (Lengths::Fixed(steps), true) = (scenario.task.lengths(), is_power)
            && !lengths.contains(&steps.get())
        {
            lengths.push(steps.get());
        }
    }
    if lengths.len() > MOST_POWERS {
        return Vec::new();
    }
    lengths.sort_unstable();
    let trace = |steps: u32| {
        let place = |i: u32| {
            let x = left + (1.0 - left) * f64::from(i) / f64::from(PLACES);
            (x, libm::pow(x, f64::from(steps)))
        };
        let places = (0..=PLACES).map(place).filter(|(_, y)| *y >= bottom);
        Trace {
            label: match steps {
                1 => "y = x".to_owned(),
                _ => format!("y = x{}", super::super::number::superscript(steps)),
            },
            stroke: Stroke::Reference,
            pieces: vec![places.collect()],
        }
        .into()
    };
    lengths.into_iter().map(trace).collect()
}
