//! Fitted laws through the scores they were fitted to.

use super::axis::{Axis, CreditAxis};
use super::figure::{Figure, Panel};
use super::layer::{CurvePlace, Layer, PointPlace, Series};
use super::look::Look;
use super::number::percent;
use super::words;
use crate::study::{Family, LawCurves, LawFinding, LawFitPlan};

/// A panel for each metric: its scores with their intervals, and the curve of each family as far as it was fitted.
#[must_use]
pub fn fit_figure(
    plan: &LawFitPlan,
    finding: &LawFinding,
    curves: &[LawCurves],
    axis: CreditAxis,
) -> Figure {
    let told = curves.iter().filter(|of_metric| !of_metric.laws.is_empty());
    let label = finding
        .task
        .as_ref()
        .map_or("Scale N", |task| words::scale_label(task.evaluation.axis));
    let panels: Vec<Panel> = told
        .map(|of_metric| panel(of_metric, label, axis))
        .collect();
    let steps = finding.task.as_ref().map_or(String::new(), |task| {
        format!(" of {} steps", task.task.steps().get())
    });
    Figure {
        name: "fit".to_owned(),
        title: format!("Laws fitted to {}", finding.name),
        caption: format!(
            "Measured scores over scale, metric by metric, and the likeliest law of each family under a task{steps}: families that lie on one another are not told apart by these scores."
        ),
        note: format!(
            "Points: measured, with {} intervals of as many binomial trials as tell as much. Curves: fitted laws; the shaded part was not measured.",
            percent(plan.settings.level),
        ),
        panels,
    }
}

fn panel(curves: &LawCurves, label: &str, axis: CreditAxis) -> Panel {
    let points: Vec<PointPlace> = curves
        .points
        .iter()
        .map(|point| PointPlace {
            x: point.scale.log10(),
            y: point.estimate,
            low: point.low,
            high: point.high,
        })
        .collect();
    let measured = points
        .first()
        .zip(points.last())
        .map(|(first, last)| (first.x, last.x));
    let values: Vec<f64> = points
        .iter()
        .flat_map(|point| [point.y, point.low, point.high])
        .collect();
    let measured_series = Series {
        label: "measured".to_owned(),
        look: Look::at(0),
        curve: Vec::new(),
        points,
    };
    let laws = curves.laws.iter().map(|law| {
        let places = law.places.iter().map(|&(scale, y)| CurvePlace {
            x: scale.log10(),
            y,
            low: y,
            high: y,
        });
        Layer::from(Series {
            label: law.family.name().to_owned(),
            look: look(law.family),
            curve: places.collect(),
            points: Vec::new(),
        })
    });
    let ends = curves
        .laws
        .iter()
        .flat_map(|law| law.places.iter().map(|(scale, _)| scale.log10()));
    let (first, last) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), x| {
        (first.min(x), last.max(x))
    });
    Panel {
        title: curves.metric.to_string(),
        subtitle: String::new(),
        x: Axis::decades(label, (first, last)),
        y: Axis::credit("score", axis, values),
        measured,
        layers: laws.chain([Layer::from(measured_series)]).collect(),
    }
}

/// The same in every panel.
fn look(family: Family) -> Look {
    let place = Family::SMOOTH.iter().position(|&one| one == family);
    Look::at(1 + place.unwrap_or(Family::SMOOTH.len()))
}
