//! How far off forecasts of measured scales were, drawn.

use super::axis::Axis;
use super::drawn::hull;
use super::figure::{Figure, Panel};
use super::forecast_figure::shown;
use super::layer::{Layer, PointPlace, Series};
use super::look::Look;
use super::number::percent;
use super::words;
use crate::domain::Metric;
use crate::study::{BackTest, BackTestFinding, ForecastModel, Given};

/// A panel for each metric: the error in points over the decades ahead, model by model.
#[must_use]
pub fn back_test_figure(finding: &BackTestFinding) -> Figure {
    let told = finding.rows.iter().filter(|row| row.told.is_ok());
    let told: Vec<&BackTest> = told.collect();
    let baselines = [ForecastModel::LastValue, ForecastModel::StraightLine];
    let models = shown(told.iter().map(|row| row.model), &baselines);
    let others = match told.iter().any(|row| !models.contains(&row.model)) {
        true => " The other models are in back-test.csv.",
        false => "",
    };
    let mut metrics: Vec<Metric> = Vec::new();
    for row in &told {
        if !metrics.contains(&row.metric) {
            metrics.push(row.metric);
        }
    }
    let drawn = told.iter().copied();
    let drawn: Vec<&BackTest> = drawn.filter(|row| models.contains(&row.model)).collect();
    let axes = axes(&drawn);
    let panels = metrics.iter().map(|&metric| {
        let rows = drawn.iter().copied().filter(|row| row.metric == metric);
        panel(finding, metric, &models, &rows.collect::<Vec<_>>(), &axes)
    });
    let source = match finding.given {
        Given::Scenario(_) => format!(
            "Means of {} simulated evaluations, with {} intervals.",
            finding.replicates,
            percent(finding.level)
        ),
        Given::Task(_) | Given::Nothing => "One evaluation, as measured.".to_owned(),
    };
    Figure {
        name: "back-test".to_owned(),
        title: "How far off forecasts of measured scales were".to_owned(),
        caption: format!(
            "Error of forecasts of {} at the furthest of the scales held out, over how far it lies beyond the last fitted one.{others}",
            words::title(finding.of).to_lowercase()
        ),
        note: format!("{source} A point is 1/100 of the score.{others}"),
        panels: panels.collect(),
    }
}

fn panel(
    finding: &BackTestFinding,
    metric: Metric,
    models: &[ForecastModel],
    rows: &[&BackTest],
    (x, y): &(Axis, Axis),
) -> Panel {
    let lines = models.iter().enumerate().filter_map(|(place, &model)| {
        let points: Vec<PointPlace> = rows
            .iter()
            .filter(|row| row.model == model)
            .filter_map(|row| point(row))
            .collect();
        let line = points.iter().map(|at| (at.x, at.y));
        let line = Series::curve(model.name(), Look::at(place), line);
        (!points.is_empty()).then_some(Series { points, ..line })
    });
    Panel {
        title: words::title(finding.of),
        subtitle: format!("foretold from {}", words::title(metric).to_lowercase()),
        x: x.clone(),
        y: y.clone(),
        measured: None,
        layers: lines.map(Layer::from).collect(),
    }
}

/// The same for all panels, so that errors compare.
fn axes(rows: &[&BackTest]) -> (Axis, Axis) {
    let points: Vec<PointPlace> = rows.iter().filter_map(|row| point(row)).collect();
    let (_, furthest) = hull(points.iter().map(|at| (at.x, at.x)));
    let (_, most) = hull(points.iter().map(|at| (at.y, at.high)));
    (
        Axis::number("Decades ahead", 0.0, 1.05 * furthest.max(0.1)),
        Axis::number("Error (points)", 0.0, (1.05 * most).clamp(1.0, 100.0)),
    )
}

fn point(row: &BackTest) -> Option<PointPlace> {
    let error = row.told.as_ref().ok()?.error_points;
    let (low, high) = error.interval.unwrap_or((error.value, error.value));
    Some(PointPlace {
        x: row.decades,
        y: error.value,
        low: low.max(0.0),
        high,
    })
}
