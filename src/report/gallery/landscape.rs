//! Exact match over scale and length.

use super::super::axis::Axis;
use super::super::drawn::measured;
use super::super::figure::Panel;
use super::super::layer::{Heatmap, Layer, Series, Stroke, Trace};
use super::super::look::Look;
use super::curves::unit_axis;
use super::{Drawn, curves_note, scale_axis};
use crate::domain::{Credit, Metric, Steps};
use crate::study::Finding;

/// As colours below lines of equal exact match, and against partial credit with the scale removed.
pub(super) fn panels(findings: &[Finding], lengths: &[Steps]) -> Drawn {
    let Some(first) = findings.first() else {
        return (Vec::new(), String::new());
    };
    let rows: Vec<f64> = lengths.iter().map(|steps| f64::from(steps.get())).collect();
    let edges = between(&rows);
    let y = match (edges.first(), edges.last()) {
        (Some(from), Some(to)) => Axis::logarithm("Steps L", *from, *to),
        _ => Axis::logarithm("Steps L", 1.0, 10.0),
    };
    let (from, to) = measured(first);
    let x = Axis {
        from,
        to,
        ..scale_axis(first)
    };
    let mut layers: Vec<Layer> = lines(findings, &rows, (from, to));
    layers.push(heatmap(findings, rows, edges).into());
    let colours = Panel {
        title: "Exact match".to_owned(),
        subtitle: "lines: where it is 10%, 50% and 90%".to_owned(),
        x,
        y,
        measured: Some((from, to)),
        layers,
    };
    let against = Panel {
        title: "Scale removed".to_owned(),
        subtitle: "the metric alone bends: credit to the power L".to_owned(),
        x: unit_axis("Partial credit"),
        y: unit_axis("Exact match"),
        measured: None,
        layers: against(findings),
    };
    let panels = vec![colours, against];
    let note = curves_note(&findings[..1], &panels[1..]);
    (panels, note)
}

/// Edges of cells around numbers above 0, half way between their logarithms.
fn between(values: &[f64]) -> Vec<f64> {
    let pairs = values.iter().zip(values.iter().skip(1));
    let inner: Vec<f64> = pairs.map(|(one, next)| libm::sqrt(one * next)).collect();
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return Vec::new();
    };
    let below = inner
        .first()
        .map_or(first / 2.0, |edge| first * first / edge);
    let above = inner.last().map_or(last * 2.0, |edge| last * last / edge);
    let inner = inner.into_iter();
    std::iter::once(below).chain(inner).chain([above]).collect()
}

const EXACT: Metric = Metric::mean(Credit::ExactMatch);
const PARTIAL: Metric = Metric::mean(Credit::PartialCredit);

fn heatmap(findings: &[Finding], rows: Vec<f64>, y_edges: Vec<f64>) -> Heatmap {
    let scales = findings
        .first()
        .map_or(&[][..], |one| one.scenario.evaluation.scales.as_slice());
    let columns: Vec<f64> = scales.iter().map(|scale| scale.log10()).collect();
    let middles = columns.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]));
    let ends = (columns.first(), columns.last());
    let x_edges = ends
        .0
        .copied()
        .into_iter()
        .chain(middles)
        .chain(ends.1.copied());
    let values = findings.iter().flat_map(|one| {
        let exact = one.rows.iter().filter(|row| row.metric == EXACT);
        exact.map(|row| row.expected)
    });
    Heatmap {
        label: "Exact match".to_owned(),
        range: (0.0, 1.0),
        x_edges: x_edges.collect(),
        columns,
        rows,
        y_edges,
        values: values.collect(),
    }
}

/// Where exact match is 10%, 50% and 90%, within these scales.
fn lines(findings: &[Finding], rows: &[f64], window: (f64, f64)) -> Vec<Layer> {
    let rises = || {
        let of = |one: &Finding| {
            let metrics = one.anatomy.as_ref()?.metrics.iter();
            let mut exact = metrics.filter(|one| one.metric == EXACT);
            exact.next()?.rise.as_ref().ok().copied()
        };
        findings.iter().map(of).zip(rows)
    };
    let level = |(place, label): (usize, &str)| {
        let places = rises().filter_map(|(rise, steps)| {
            let rise = rise?;
            let x = [rise.x10, rise.x50, rise.x90][place]?;
            Some((x, *steps))
        });
        let places: Vec<(f64, f64)> = places.collect();
        Layer::from(Trace {
            label: label.to_owned(),
            stroke: Stroke::Level(place as f64 / 2.0),
            pieces: vec![within(&places, window)],
        })
    };
    ["10%", "50%", "90%"]
        .into_iter()
        .enumerate()
        .map(level)
        .collect()
}

/// The part of a line between two scales, cut where it crosses one: straight over the logarithm of the length.
fn within(line: &[(f64, f64)], (from, to): (f64, f64)) -> Vec<(f64, f64)> {
    let is_inside = |&(x, _): &(f64, f64)| from <= x && x <= to;
    let mut inside: Vec<(f64, f64)> = line.iter().copied().filter(is_inside).collect();
    for pair in line.windows(2) {
        let [one, next] = pair else { continue };
        for edge in [from, to] {
            let share = (edge - one.0) / (next.0 - one.0);
            if share > 0.0 && share < 1.0 {
                let ratio = libm::log(next.1 / one.1);
                inside.push((edge, one.1 * libm::exp(share * ratio)));
            }
        }
    }
    inside.sort_by(|one, next| one.1.total_cmp(&next.1));
    inside
}

/// Exact match over partial credit, for at most five of the lengths.
fn against(findings: &[Finding]) -> Vec<Layer> {
    let step = findings.len().div_ceil(5).max(1);
    let some: Vec<&Finding> = findings.iter().step_by(step).collect();
    let last = (some.len().max(2) - 1) as f64;
    let series = some.iter().enumerate().filter_map(|(place, one)| {
        let curves = one.curves_over(measured(one));
        let of = |metric| curves.iter().find(|curve| curve.metric == metric);
        let pairs = of(PARTIAL)?.points.iter().zip(&of(EXACT)?.points);
        let places = pairs.map(|(partial, exact)| (partial.expected, exact.expected));
        let label = format!("L = {}", one.scenario.task.steps().get());
        let look = Look::along(place as f64 / last).drawn_as(place);
        Some(Layer::from(Series::curve(&label, look, places)))
    });
    series.collect()
}
