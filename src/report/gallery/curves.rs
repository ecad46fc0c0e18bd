//! Expected curves under many metrics, or on many axes.

use super::super::axis::{Axis, CreditAxis};
use super::super::drawn::{credit_axis, hull, measured};
use super::super::figure::Panel;
use super::super::layer::{Layer, Series};
use super::super::look::Look;
use super::super::words;
use super::{Drawn, curves_note, scale_axis};
use crate::study::Finding;

/// A panel for each finding, a curve for each of its metrics.
pub(super) fn panels(findings: &[Finding]) -> Drawn {
    let panel = |finding: &Finding| {
        let layers = layers(finding);
        let metrics = finding.scenario.evaluation.metrics.as_slice();
        let (first, last) = (metrics.first(), metrics.last());
        let from = first.map_or_else(String::new, |metric| words::title(*metric));
        let to = last.map_or_else(String::new, |metric| words::title(*metric));
        Panel {
            title: format!("{from} to {}", to.to_lowercase()),
            subtitle: widths(finding),
            x: scale_axis(finding),
            y: credit_axis(CreditAxis::Linear, metrics, &layers),
            measured: Some(measured(finding)),
            layers,
        }
    };
    let panels: Vec<Panel> = findings.iter().map(panel).collect();
    let note = curves_note(&findings[..findings.len().min(1)], &panels);
    (panels, note)
}

/// The least and the largest width of the rises of its metrics.
fn widths(finding: &Finding) -> String {
    let metrics = finding.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
    let rises = metrics.filter_map(|one| one.rise.as_ref().ok()?.width);
    let (least, most) = hull(rises.map(|width| (width, width)));
    match least <= most {
        true => format!("from 10% to 90% in {least:.2} to {most:.2} decades"),
        false => String::new(),
    }
}

/// The same curves on every axis of credit.
pub(super) fn on_every_axis(findings: &[Finding]) -> Drawn {
    let Some(finding) = findings.first() else {
        return (Vec::new(), String::new());
    };
    let layers = layers(finding);
    let panel = |(kind, title, subtitle): (CreditAxis, &str, &str)| Panel {
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        x: scale_axis(finding),
        y: credit_axis(kind, &[], &layers),
        measured: Some(measured(finding)),
        layers: layers.clone(),
    };
    let panels = [
        (CreditAxis::Linear, "Linear", "as it is usually drawn"),
        (CreditAxis::Log, "Logarithmic", "what is small is in sight"),
        (
            CreditAxis::Logit,
            "Logit",
            "straight where growth is logistic",
        ),
        (
            CreditAxis::Cloglog,
            "−ln(−ln y)",
            "straight where growth is a power law",
        ),
    ];
    let panels: Vec<Panel> = panels.into_iter().map(panel).collect();
    let note = curves_note(&findings[..1], &panels);
    (panels, note)
}

/// A curve for each metric: told apart by line as well, or if they are many, by their order.
pub(super) fn layers(finding: &Finding) -> Vec<Layer> {
    let curves = finding.expected_curves();
    let many = curves.len() > 4;
    let last = (curves.len().max(2) - 1) as f64;
    let series = curves.iter().enumerate().map(|(place, curve)| {
        let look = match many {
            true => Look::along(place as f64 / last),
            false => Look::at(place),
        };
        let places = curve.points.iter().map(|at| (at.x, at.expected));
        Layer::from(Series::curve(&words::title(curve.metric), look, places))
    });
    series.collect()
}

/// The axis of credit from 0 to 1.
pub(super) fn unit_axis(label: &str) -> Axis {
    Axis::credit(label, CreditAxis::Linear, [])
}
