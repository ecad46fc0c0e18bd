//! What a test of some size, or at some scales, shows of one curve.

use super::super::axis::CreditAxis;
use super::super::drawn::{Bands, credit_axis, hull, measured, note, points};
use super::super::figure::Panel;
use super::super::layer::{CurvePlace, Layer, ReferenceLine, Region, Series, Stroke, Trace};
use super::super::look::Look;
use super::super::words;
use super::{Drawn, scale_axis};
use crate::domain::Metric;
use crate::study::Finding;

/// The metric that is shown: the first of a finding.
fn subject(finding: &Finding) -> Option<Metric> {
    finding
        .scenario
        .evaluation
        .metrics
        .as_slice()
        .first()
        .copied()
}

fn curve(finding: &Finding, metric: Metric) -> Vec<CurvePlace> {
    let curves = finding.expected_curves();
    let curve = curves.into_iter().find(|curve| curve.metric == metric);
    let places = curve.into_iter().flat_map(|curve| curve.points);
    let place = |at: crate::study::CurvePoint| CurvePlace {
        x: at.x,
        y: at.expected,
        low: at.low,
        high: at.high,
    };
    places.map(place).collect()
}

/// A panel for each finding on one logarithmic axis; what its test hides is shaded.
pub(super) fn panels(findings: &[Finding]) -> Drawn {
    let drawn: Vec<(&Finding, Metric, Vec<Layer>)> = findings
        .iter()
        .filter_map(|finding| {
            let metric = subject(finding)?;
            let series = Series {
                label: String::new(),
                look: Look::at(0),
                curve: curve(finding, metric),
                points: points(finding, metric),
            };
            let items = finding.scenario.evaluation.items.get();
            let limit = ReferenceLine::horizontal(&format!("1/n = 1/{items}"), 1.0 / items as f64);
            let mut layers: Vec<Layer> = vec![series.into(), limit.into()];
            layers.extend(hidden(finding, metric).map(Layer::from));
            Some((finding, metric, layers))
        })
        .collect();
    let metrics: Vec<Metric> = drawn.iter().map(|one| one.1).collect();
    let all = drawn.iter().flat_map(|one| &one.2);
    let y = credit_axis(CreditAxis::Log, &metrics[..metrics.len().min(1)], all);
    let panel = |(finding, metric, layers): &(&Finding, Metric, Vec<Layer>)| Panel {
        title: finding.scenario.title.clone(),
        subtitle: words::title(*metric),
        x: scale_axis(finding),
        y: y.clone(),
        measured: Some(measured(finding)),
        layers: layers.clone(),
    };
    let panels: Vec<Panel> = drawn.iter().map(panel).collect();
    let note = note(findings, &panels, Bands::OfEstimates);
    (panels, note)
}

/// The measured scales at which the test shows no more than chance in more than one of twenty.
fn hidden(finding: &Finding, metric: Metric) -> Option<Region> {
    let metrics = finding.anatomy.as_ref()?.metrics.iter();
    let mut own = metrics.filter(|one| one.metric == metric);
    let visible = own.next()?.rise.as_ref().ok()?.first_visible?;
    let (first, last) = measured(finding);
    let to = visible.clamp(first, last);
    (to > first).then(|| Region::new("hidden", first, to))
}

/// The first finding as it is; of the others the estimates joined by lines, as reports of few scales show them.
pub(super) fn joined(findings: &[Finding]) -> Drawn {
    let x = hull(findings.iter().map(measured));
    let panel = |(place, finding): (usize, &Finding)| {
        let metrics = finding.scenario.evaluation.metrics.as_slice();
        let layers = metrics.iter().enumerate().flat_map(|(order, &metric)| {
            let whole = Series {
                label: words::title(metric),
                look: Look::at(order),
                curve: curve(finding, metric),
                points: points(finding, metric),
            };
            match place {
                0 => vec![Layer::from(whole)],
                _ => between_points(whole),
            }
        });
        let layers: Vec<Layer> = layers.collect();
        let mut axis = scale_axis(finding);
        (axis.from, axis.to) = (x.0.floor(), x.1.ceil());
        Panel {
            title: finding.scenario.title.clone(),
            subtitle: match place {
                0 => "and the expected curves".to_owned(),
                _ => "joined by lines; dotted: expected".to_owned(),
            },
            x: axis,
            y: credit_axis(CreditAxis::Linear, metrics, &layers),
            measured: Some(x),
            layers,
        }
    };
    let panels: Vec<Panel> = findings.iter().enumerate().map(panel).collect();
    let note = note(findings, &panels, Bands::OfEstimates);
    (panels, note)
}

/// A series whose curve joins its points, and what is expected as dots.
fn between_points(whole: Series) -> Vec<Layer> {
    let expected = Trace {
        label: String::new(),
        stroke: Stroke::Reference,
        pieces: vec![whole.curve.iter().map(|at| (at.x, at.y)).collect()],
    };
    let places: Vec<(f64, f64)> = whole.points.iter().map(|at| (at.x, at.y)).collect();
    let joined = Series {
        points: whole.points,
        ..Series::curve(&whole.label, whole.look, places)
    };
    vec![expected.into(), joined.into()]
}
