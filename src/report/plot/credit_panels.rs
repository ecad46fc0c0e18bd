//! Panels of mean credit: one for each metric, or one for each value of a key with all metrics in it.

use super::super::axis::{Axis, AxisKind, CreditAxis};
use super::super::drawn::{credit_axis, hull};
use super::super::figure::Panel;
use super::super::headline::reference_lines;
use super::super::layer::{
    Across, AcrossPlace, Crossing, CurvePlace, Layer, ReferenceLine, Series,
};
use super::super::look::Look;
use super::super::words;
use super::error::PlotError;
use super::grid::unspaced;
use super::note;
use super::plan::{Facet, Families, MOST_LINES, Plan};
use crate::domain::Metric;

/// Thresholds and resolutions with a line each.
const MOST_REFERENCES: usize = 3;

/// What lies along the horizontal axis of all panels.
pub(super) struct Along {
    pub(super) axis: Axis,
    /// The part of it that was measured, where that is to be told.
    pub(super) measured: Option<(f64, f64)>,
    /// What there is to say of it below the heading.
    pub(super) words: String,
    /// Lines that each metric has along it.
    pub(super) lines: usize,
    /// Whether lines lead from point to point.
    pub(super) is_joined: bool,
}

/// Lines that share a panel although they are of several metrics.
const MOST_TOGETHER: usize = 8;

/// What each panel shows: each metric, of all points or of those of a facet; all metrics of a facet where they are few
/// lines.
fn parts<'f, 'a, 'm>(
    facets: &'f [Facet<'a>],
    metrics: &'m [Metric],
    lines: usize,
) -> Vec<(&'f Facet<'a>, &'m [Metric])> {
    let together = facets.len() > 1 && lines * metrics.len() <= MOST_TOGETHER;
    let shares = metrics.chunks(if together { metrics.len() } else { 1 });
    let of_facet = |facet: &'f Facet<'a>| shares.clone().map(move |share| (facet, share));
    facets.iter().flat_map(of_facet).collect()
}

pub(super) fn credit_panels(
    plan: &Plan<'_>,
    metrics: &[Metric],
    along: &Along,
    lines: impl Fn(&Facet<'_>, &[Metric]) -> Vec<Series>,
) -> Result<Vec<Panel>, PlotError> {
    let facets = plan.facets();
    let parts = parts(&facets, metrics, along.lines);
    plan.panels_fit(parts.len())?;
    let common = note::common(plan);
    let panel = |(i, (facet, metrics)): (usize, (&Facet<'_>, &[Metric]))| {
        let series = lines(facet, metrics);
        let drawn = series.len();
        if drawn > MOST_LINES {
            return Err(PlotError::TooManyLines {
                lines: drawn,
                most: MOST_LINES,
            });
        }
        let mut layers: Vec<Layer> = match along.is_joined {
            true => series.into_iter().map(Layer::from).collect(),
            false => {
                let apart = series.into_iter();
                apart
                    .flat_map(|series| unjoined(series, &along.axis))
                    .collect()
            }
        };
        let references = references(facet, metrics).into_iter();
        let told = references.filter(|line| is_told(line, plan.request.y_scale, drawn));
        layers.extend(told.map(Layer::from));
        let explanation = match metrics {
            [only] => words::explanation(*only),
            _ => String::new(),
        };
        Ok(Panel {
            title: match (metrics, facet.label.as_str()) {
                ([only], "") => words::title(*only),
                ([only], label) => format!("{}, {label}", words::title(*only)),
                (_, label) => label.to_owned(),
            },
            subtitle: match i {
                0 => note::listed([&explanation, &along.words, &common]),
                _ if plan.request.facet.is_none() => note::listed([&explanation, "same attempts"]),
                _ => explanation,
            },
            x: along.axis.clone(),
            y: credit_axis(plan.request.y_scale, metrics, &layers),
            measured: along.measured,
            layers,
        })
    };
    let panels: Result<Vec<Panel>, PlotError> =
        parts.iter().copied().enumerate().map(panel).collect();
    let mut panels = panels?;
    // Panels of the same metrics can be compared at one height.
    for metrics in parts.iter().map(|(_, metrics)| metrics) {
        let alike = |place: &usize| parts[*place].1 == *metrics;
        let alike: Vec<usize> = (0..parts.len()).filter(alike).collect();
        let (from, to) = hull(
            alike
                .iter()
                .map(|place| (panels[*place].y.from, panels[*place].y.to)),
        );
        for place in alike {
            (panels[place].y.from, panels[place].y.to) = (from, to);
        }
    }
    Ok(panels)
}

/// Half the length of a bar beside a name, of the room that each name has.
const HALF_BAR: f64 = 0.3;
/// Half the length of a bar beside a number, of the axis.
const HALF_TICK: f64 = 0.014;

/// Points with a bar at each expected value: between names, or points that differ in more than what lies along the axis,
/// there is nothing that a line could show.
fn unjoined(series: Series, axis: &Axis) -> Vec<Layer> {
    let half = match axis.kind {
        AxisKind::Names(_) => HALF_BAR,
        _ => HALF_TICK * (axis.spaced(axis.to) - axis.spaced(axis.from)),
    };
    let bar = |at: &CurvePlace| AcrossPlace {
        x: at.x,
        y: at.y,
        low: unspaced(axis, axis.spaced(at.x) - half),
        high: unspaced(axis, axis.spaced(at.x) + half),
    };
    let bars = Across {
        label: series.label.clone(),
        look: series.look,
        places: series.curve.iter().map(bar).collect(),
    };
    let points = Series {
        curve: Vec::new(),
        ..series
    };
    vec![bars.into(), points.into()]
}

/// From where on it pays, and what the test resolves; none where there are many of them.
fn references(facet: &Facet<'_>, metrics: &[Metric]) -> Vec<ReferenceLine> {
    let mut lines = Vec::new();
    if metrics.iter().any(|metric| metric.is_success_rate()) {
        let scenarios = facet.points.iter().map(|point| &point.finding.scenario);
        lines = reference_lines(&scenarios.collect::<Vec<_>>());
    }
    if lines.len() > MOST_REFERENCES {
        lines.clear();
    }
    lines
}

/// Whether a reference line can be told from the foot of the axis, or has room beside few other lines.
fn is_told(line: &ReferenceLine, axis: CreditAxis, lines: usize) -> bool {
    let low = matches!(line.at, Crossing::At(y) if y < 0.01);
    !(low && axis == CreditAxis::Linear && lines > 2)
}

/// The label and the look of a line of a family under one of the metrics.
pub(super) fn told_apart(
    families: &Families<'_, '_>,
    family: usize,
    (place, metrics): (usize, &[Metric]),
) -> (String, Look) {
    let name = words::title(metrics[place]);
    let own = families.label(family);
    match (metrics.len(), families.members.len()) {
        (1, _) => (own, families.look(family)),
        (_, 1) => (name, Look::at(place)),
        _ => (
            format!("{name}, {own}"),
            families.look(family).drawn_as(place),
        ),
    }
}
