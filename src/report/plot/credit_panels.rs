//! Panels of mean credit: one for each metric, or one for each value of a key with all metrics in it.

use super::super::axis::Axis;
use super::super::drawn::credit_axis;
use super::super::figure::Panel;
use super::super::headline::reference_lines;
use super::super::layer::{Layer, Series};
use super::super::look::Look;
use super::super::words;
use super::error::PlotError;
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
}

pub(super) fn credit_panels(
    plan: &Plan<'_>,
    metrics: &[Metric],
    along: &Along,
    lines: impl Fn(&Facet<'_>, &[Metric]) -> Vec<Series>,
) -> Result<Vec<Panel>, PlotError> {
    let facets = plan.facets();
    let parts: Vec<(&Facet<'_>, &[Metric])> = match plan.request.facet {
        Some(_) => facets.iter().map(|facet| (facet, metrics)).collect(),
        None => {
            let each = metrics.chunks(1);
            each.flat_map(|metric| facets.iter().map(move |facet| (facet, metric)))
                .collect()
        }
    };
    plan.panels_fit(parts.len())?;
    let common = note::common(plan);
    let panel = |(i, (facet, metrics)): (usize, (&Facet<'_>, &[Metric]))| {
        let series = lines(facet, metrics);
        if series.len() > MOST_LINES {
            return Err(PlotError::TooManyLines {
                lines: series.len(),
                most: MOST_LINES,
            });
        }
        let mut layers: Vec<Layer> = series.into_iter().map(Layer::from).collect();
        layers.extend(references(facet, metrics));
        let explanation = match metrics {
            [only] => words::explanation(only.credit),
            _ => String::new(),
        };
        Ok(Panel {
            title: match (metrics, facet.label.as_str()) {
                ([only], "") => words::title(only.credit),
                ([only], label) => format!("{}, {label}", words::title(only.credit)),
                (_, label) => label.to_owned(),
            },
            subtitle: match i {
                0 => note::listed([&explanation, &along.words, &common]),
                _ => note::listed([&explanation, "same attempts"]),
            },
            x: along.axis.clone(),
            y: credit_axis(plan.request.y_scale, &layers),
            measured: along.measured,
            layers,
        })
    };
    parts.into_iter().enumerate().map(panel).collect()
}

/// From where on it pays, and what the test resolves; none where there are many of them.
fn references(facet: &Facet<'_>, metrics: &[Metric]) -> Vec<Layer> {
    let scenarios = facet.points.iter().map(|point| &point.finding.scenario);
    let lines = reference_lines(&scenarios.collect::<Vec<_>>());
    let apply = metrics
        .iter()
        .any(|metric| metric.credit.is_all_or_nothing());
    match apply && lines.len() <= MOST_REFERENCES {
        true => lines.into_iter().map(Layer::from).collect(),
        false => Vec::new(),
    }
}

/// The label and the look of a line of a family under one of the metrics.
pub(super) fn told_apart(
    families: &Families<'_, '_>,
    family: usize,
    (place, metrics): (usize, &[Metric]),
) -> (String, Look) {
    let name = words::title(metrics[place].credit);
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
