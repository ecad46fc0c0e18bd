//! The frames of an animation: a metric moves, all else stays where it is.

use super::super::axis::CreditAxis;
use super::super::drawn::{credit_axis, measured};
use super::super::figure::{Figure, Panel};
use super::super::layer::{Layer, Series};
use super::super::look::Look;
use super::super::number::shortest;
use super::super::words;
use super::curves::widths;
use super::{curves_note, scale_axis};
use crate::study::{FigurePlan, Finding, MotionFinding, expected_curve};

/// The figures of an animation, in order. Partial credit and exact match are the same in all; the heading of a panel says
/// which metric has moved where.
#[must_use]
pub fn teaching_frames(plan: &FigurePlan, finding: &MotionFinding) -> Vec<Figure> {
    let still = still(&finding.still);
    let frame = |panels: &Vec<Finding>| {
        let panels: Vec<Panel> = panels.iter().map(|moving| panel(moving, &still)).collect();
        let note = curves_note(std::slice::from_ref(&finding.still), &panels);
        Figure {
            name: plan.name.clone(),
            title: plan.title.clone(),
            caption: format!("{} Beware: {}", plan.see.trim(), plan.beware.trim()),
            note: format!("{note} Solid: under the metric of the heading."),
            panels,
        }
    };
    finding.frames.iter().map(frame).collect()
}

/// Where the metric of each panel rises in each frame, in log10 N, and over how many decades; empty where it does not.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn frames_csv(finding: &MotionFinding) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["frame", "panel", "metric", "x10", "x50", "x90", "width"])?;
    for (frame, panels) in (1..).zip(&finding.frames) {
        for (panel, moving) in (1..).zip(panels) {
            let metrics = moving.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
            for one in metrics {
                let rise = one.rise.as_ref().ok();
                let places = rise.map(|rise| [rise.x10, rise.x50, rise.x90, rise.width]);
                let places = places.unwrap_or_default();
                let numbers = places.map(|place| place.map(shortest).unwrap_or_default());
                let words = [frame.to_string(), panel.to_string(), one.metric.to_string()];
                writer.write_record(words.iter().chain(&numbers))?;
            }
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What does not move: in lines that let the one through that does.
fn still(finding: &Finding) -> Vec<Layer> {
    let curves = finding.expected_curves();
    let series = curves.iter().zip(1..).map(|(curve, place)| {
        let places = curve.points.iter().map(|at| (at.x, at.expected));
        Series::curve(&words::title(curve.metric), Look::at(place), places).into()
    });
    series.collect()
}

fn panel(moving: &Finding, still: &[Layer]) -> Panel {
    let metrics = moving.scenario.evaluation.metrics.as_slice();
    let curves = metrics
        .iter()
        .filter_map(|&metric| expected_curve(&moving.scenario, metric));
    let moved = curves.map(|curve| {
        let places = curve.points.iter().map(|at| (at.x, at.expected));
        // The heading names it: a label at its end would wander.
        Layer::from(Series::curve("", Look::at(0), places))
    });
    Panel {
        title: metrics
            .first()
            .map_or_else(String::new, |metric| words::title(*metric)),
        subtitle: match widths(moving) {
            // In every frame a line, so that none has another height.
            none if none.is_empty() => "no rise from 10% to 90%".to_owned(),
            width => width,
        },
        x: scale_axis(moving),
        y: credit_axis(CreditAxis::Linear, metrics, still),
        measured: Some(measured(moving)),
        layers: moved.chain(still.iter().cloned()).collect(),
    }
}
