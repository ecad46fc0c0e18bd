//! Figures of metrics that do not run from 0 to 1.

use mirage::domain::{Direction, Metric};
use mirage::report::{
    CreditAxis, Heatmap, Layer, PlotError, PlotKind, PlotRequest, Stroke, draw, plot,
};
use mirage::study::SweepFinding;
use serde_json::json;

use crate::specimen::{assert_texts_keep_apart, styles};
use crate::sweeps::{Points, credits, even, grid, request, values};

fn sweep() -> SweepFinding {
    let mut base = even();
    base["task"] = json!({"likelihood": {"kind": "log-normal", "sd": 0.5}});
    base["evaluation"]["metrics"] = json!(["perplexity", "log-likelihood", "exact-match"]);
    base["evaluation"]["scales"] = json!([1e8, 1e9, 1e10, 1e11]);
    grid(
        &base,
        &[("skill.alpha", values(&[0.3, 0.45, 0.6]))],
        Points::Simulated,
    )
}

fn drawn_as(kind: PlotKind, metric: &str) -> mirage::report::Figure {
    let request = PlotRequest {
        kind,
        what: credits(&[metric]),
        ..request()
    };
    let figure = plot(&sweep(), &request).unwrap();
    for style in styles() {
        assert_texts_keep_apart(metric, &draw(&figure, style).unwrap());
    }
    figure
}

#[test]
fn colours_span_the_values() {
    for (metric, label) in [
        ("perplexity", "Perplexity"),
        ("log-likelihood", "Nats per step"),
    ] {
        let figure = drawn_as(PlotKind::Heatmap, metric);
        let [
            Layer::Heatmap(Heatmap {
                label: told,
                range,
                values,
                ..
            }),
        ] = &figure.panels[0].layers[..]
        else {
            panic!()
        };
        assert_eq!(told, label);
        let values: Vec<f64> = values.iter().map(|value| value.unwrap()).collect();
        assert_eq!(
            range.0,
            values.iter().copied().fold(f64::INFINITY, f64::min)
        );
        assert_eq!(
            range.1,
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        );
        assert!(
            figure.note.starts_with(&format!("{label}: simulated.")),
            "{}",
            figure.note
        );
        let direction = metric.parse::<Metric>().unwrap().direction();
        // With a larger exponent, losses fall off faster.
        let better = if direction == Direction::LessIsBetter {
            -1.0
        } else {
            1.0
        };
        assert!(better * values[11] > better * values[3]);
    }
}

#[test]
fn contours_have_levels_among_the_values() {
    for metric in ["perplexity", "log-likelihood"] {
        let figure = drawn_as(PlotKind::Contour, metric);
        let is_level = |layer: &&Layer| matches!(layer, Layer::Trace(trace) if matches!(trace.stroke, Stroke::Level(_)));
        let found = figure.panels[0].layers.iter().filter(is_level).count();
        assert!((4..=10).contains(&found), "{metric}: {found} levels");
    }
}

/// A transform that is left out in silence would be taken for a straight line.
#[test]
fn transforms_of_credit_need_a_metric_from_0_to_1() {
    let asked = |metrics: &[&str], kind| {
        let request = PlotRequest {
            kind,
            what: credits(metrics),
            y_scale: CreditAxis::Log,
            ..request()
        };
        plot(&sweep(), &request)
    };
    let refused = |metrics: &[&str], kind| {
        matches!(asked(metrics, kind), Err(PlotError::NoCreditAxis { .. }))
    };
    assert!(refused(&["perplexity"], PlotKind::Line));
    assert!(refused(&["perplexity", "log-likelihood"], PlotKind::Line));
    assert!(refused(
        &["perplexity", "log-likelihood"],
        PlotKind::MetricAgainstMetric
    ));
    assert!(asked(&["perplexity", "exact-match"], PlotKind::Line).is_ok());
}
