//! Expected curves under many metrics, or on many axes.

use super::super::axis::{Axis, CreditAxis};
use super::super::drawn::{credit_axis, hull, measured};
use super::super::figure::Panel;
use super::super::layer::{Layer, Series, Stroke, Trace};
use super::super::look::Look;
use super::super::words;
use super::{Drawn, curves_note, scale_axis};
use crate::domain::{Credit, Metric};
use crate::study::{Curve, Finding, MetricAnatomy};

/// A panel for each finding, a curve for each of its metrics.
pub(super) fn panels(findings: &[Finding]) -> Drawn {
    let panel = |finding: &Finding| {
        let metrics = finding.scenario.evaluation.metrics.as_slice();
        let (layers, title, subtitle) = match Ladder::of(metrics) {
            Some(ladder) => (
                ladder.layers(finding),
                ladder.title().to_owned(),
                compared(finding),
            ),
            None => (layers(finding), from_to(metrics), widths(finding)),
        };
        Panel {
            title,
            subtitle,
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

/// The first metric and the last.
fn from_to(metrics: &[Metric]) -> String {
    let title = |metric: Option<&Metric>| metric.map_or_else(String::new, |&one| words::title(one));
    let (from, to) = (title(metrics.first()), title(metrics.last()));
    format!("{from} to {}", to.to_lowercase())
}

/// Metrics that differ by one number, on the way to exact match.
#[derive(Clone, Copy, PartialEq)]
enum Ladder {
    /// Powers of the share of right steps.
    Powers,
    /// All or nothing from a share of right steps on.
    PassMarks,
}

const EXACT: Metric = Metric::mean(Credit::ExactMatch);

impl Ladder {
    /// That of two metrics or more beside exact match.
    fn of(metrics: &[Metric]) -> Option<Self> {
        let ladder = |metric: &Metric| match metric.credit {
            credit if *metric != Metric::mean(credit) => None,
            Credit::PartialCredit | Credit::Harshness(_) => Some(Self::Powers),
            Credit::PassMark(_) => Some(Self::PassMarks),
            _ => None,
        };
        let others = metrics.iter().filter(|metric| **metric != EXACT);
        let all: Vec<Self> = others.map(ladder).collect::<Option<_>>()?;
        match all.as_slice() {
            [first, rest @ ..] if !rest.is_empty() && rest.iter().all(|one| one == first) => {
                Some(*first)
            }
            _ => None,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Powers => "Powers G of the share right",
            Self::PassMarks => "Pass-marks: this share right",
        }
    }

    fn label(metric: Metric) -> String {
        match metric.credit {
            Credit::PartialCredit => "G = 1".to_owned(),
            Credit::Harshness(power) => format!("G = {power}"),
            Credit::PassMark(share) => share.to_string(),
            _ => words::title(metric),
        }
    }

    /// Its curves, each with its number on it; exact match beside its end.
    fn layers(self, finding: &Finding) -> Vec<Layer> {
        let curves = finding.expected_curves();
        let last = (curves.len().max(2) - 1) as f64;
        let layer = |(place, curve): (usize, &Curve)| {
            let share = place as f64 / last;
            let places = curve.points.iter().map(|at| (at.x, at.expected));
            let label = Self::label(curve.metric);
            match curve.metric == EXACT {
                true => Series::curve(&label, Look::along(share), places).into(),
                false => Layer::from(Trace {
                    label,
                    stroke: Stroke::Level(share),
                    pieces: vec![places.collect()],
                }),
            }
        };
        curves.iter().enumerate().map(layer).collect()
    }
}

/// How wide the rises are, compared with that of exact match.
fn compared(finding: &Finding) -> String {
    let metrics = finding.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
    let width = |one: &MetricAnatomy| one.rise.as_ref().ok()?.width;
    let all: Option<Vec<(Metric, f64)>> =
        metrics.map(|one| Some((one.metric, width(one)?))).collect();
    let all = all.unwrap_or_default();
    let others = all.iter().filter(|(metric, _)| *metric != EXACT);
    let (least, most) = hull(others.map(|(_, width)| (*width, *width)));
    let exact = all.iter().find(|(metric, _)| *metric == EXACT);
    match exact {
        Some((_, exact)) if least >= 0.95 * exact && most <= 1.05 * exact => {
            format!("moved, not sharpened: {least:.2} to {most:.2} decades")
        }
        Some((_, exact)) if most < 0.95 * exact => {
            format!("really sharpened: {least:.2} to {most:.2} decades")
        }
        _ => widths(finding),
    }
}

/// The least and the largest width of the rises of its metrics.
pub(super) fn widths(finding: &Finding) -> String {
    let metrics = finding.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
    let rises = metrics.filter_map(|one| one.rise.as_ref().ok()?.width);
    let (least, most) = hull(rises.map(|width| (width, width)));
    match least <= most {
        true if least == most => format!("from 10% to 90% in {least:.2} decades"),
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
