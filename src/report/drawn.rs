//! What the figures of a run have in common: points, ranges, and the words below the panels.

use super::axis::{Axis, CreditAxis};
use super::cloud;
use super::figure::Panel;
use super::layer::{Crossing, Layer, PointPlace, ReferenceLine};
use super::number::percent;
use super::words::{self, each_once};
use crate::domain::{Metric, Range};
use crate::study::{Estimate, Finding};

/// The measured scales of a finding as a range of log10 N.
pub(super) fn measured(finding: &Finding) -> (f64, f64) {
    let (first, last) = finding.scenario.evaluation.scales.window();
    (first.log10(), last.log10())
}

/// The range that holds all of these; empty if there are none.
pub(super) fn hull(ranges: impl IntoIterator<Item = (f64, f64)>) -> (f64, f64) {
    let empty = (f64::INFINITY, f64::NEG_INFINITY);
    let wider =
        |(low, high): (f64, f64), (first, last): (f64, f64)| (low.min(first), high.max(last));
    ranges.into_iter().fold(empty, wider)
}

/// The estimates of one metric with their intervals; none where nothing was simulated.
pub(super) fn points(finding: &Finding, metric: Metric) -> Vec<PointPlace> {
    let rows = finding.rows.iter().filter(|row| row.metric == metric);
    let points = rows.filter_map(|row| {
        let Estimate {
            value, interval, ..
        } = row.estimate?;
        Some(PointPlace {
            x: row.scale.log10(),
            y: value,
            low: interval.low,
            high: interval.high,
        })
    });
    points.collect()
}

/// The axis of mean credit that shows all of these layers: from 0 to 1, unless a metric has no such ends.
pub(super) fn credit_axis<'a>(
    kind: CreditAxis,
    metrics: &[Metric],
    layers: impl IntoIterator<Item = &'a Layer>,
) -> Axis {
    let values = layers.into_iter().flat_map(credits);
    if metrics.iter().any(|metric| metric.range() != Range::Unit) {
        let values = values.filter(|value| value.is_finite());
        let (from, to) = hull(values.map(|value| (value, value)));
        let unit = match metrics {
            [only] => words::unit(*only),
            _ => "Mean",
        };
        return match from < to {
            true => Axis::number(unit, from, to),
            // Nothing to show, or the same everywhere.
            false => Axis::number(unit, from.min(0.0), to.max(1.0)),
        };
    }
    let label = match kind {
        CreditAxis::Linear => "Mean credit",
        CreditAxis::Log => "Mean credit (log)",
        CreditAxis::Logit => "Mean credit (logit)",
        CreditAxis::Cloglog => "Mean credit (cloglog)",
    };
    Axis::credit(label, kind, values)
}

/// All that an axis of credit should show of a layer.
fn credits(layer: &Layer) -> Vec<f64> {
    match layer {
        Layer::Series(series) => {
            let curve = series.curve.iter().map(|at| at.y);
            let points = series.points.iter().flat_map(|at| [at.y, at.low, at.high]);
            curve.chain(points).collect()
        }
        Layer::Across(across) => across.places.iter().map(|at| at.y).collect(),
        Layer::Cloud(cloud) => cloud.places.iter().map(|at| at.1).collect(),
        Layer::Line(ReferenceLine {
            at: Crossing::At(y),
            ..
        }) => vec![*y],
        _ => Vec::new(),
    }
}

/// What bands are in a figure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bands {
    /// There are none.
    None,
    /// Where estimates fall.
    OfEstimates,
}

/// What points, curves, bands and shades are, with sizes.
pub(super) fn note(findings: &[Finding], panels: &[Panel], bands: Bands) -> String {
    let evaluations = || findings.iter().map(|finding| &finding.scenario.evaluation);
    let levels = each_once(evaluations().map(|evaluation| percent(evaluation.level)));
    let items = each_once(evaluations().map(|evaluation| evaluation.items.get().to_string()));
    let points = panels.iter().flat_map(|panel| {
        let points = panel.series().flat_map(|series| &series.points);
        points.map(|point| panel.y.is_beyond(point.y))
    });
    let points: Vec<bool> = points.collect();
    let simulated = !points.is_empty();
    let mut sentences = Vec::new();
    if let [only] = findings {
        sentences.push(format!(
            "{}.",
            only.scenario.title.trim_end_matches(['.', '?', '!'])
        ));
    }
    if simulated {
        sentences.push(format!(
            "Points: simulated, n = {items} items, with {levels} intervals."
        ));
    }
    let clouds = || panels.iter().flat_map(|panel| &panel.layers);
    if clouds().any(|layer| matches!(layer, Layer::Cloud(_))) {
        sentences.extend(cloud::words(findings));
    }
    sentences.push("Curves: expected.".to_owned());
    match (bands, simulated) {
        (Bands::None, _) => {}
        (Bands::OfEstimates, true) => {
            sentences.push(format!("Bands: about {levels} of estimates."))
        }
        (Bands::OfEstimates, false) => {
            sentences.push(format!(
                "Bands: about {levels} of estimates from n = {items} items."
            ));
        }
    }
    if points.contains(&true) {
        sentences.push("Halved markers: beyond the axis.".to_owned());
    }
    let shaded = |panel: &Panel| {
        let all = (panel.x.from, panel.x.to);
        panel.measured.is_some_and(|measured| measured != all)
    };
    if panels.iter().any(shaded) {
        let mut layers = panels.iter().flat_map(|panel| &panel.layers);
        sentences.push(
            match layers.any(|layer| matches!(layer, Layer::Region(_))) {
                true => "Shaded without a label: not measured.".to_owned(),
                false => "Shaded: not measured.".to_owned(),
            },
        );
    }
    sentences.join(" ")
}
