//! Published scores, and beside them worlds that were simulated at the same scales.

use super::super::axis::{Axis, CreditAxis};
use super::super::drawn::{credit_axis, measured};
use super::super::figure::Panel;
use super::super::headline::MixedAxes;
use super::super::layer::{CurvePlace, Layer, PointPlace, Series};
use super::super::look::Look;
use super::super::number::percent;
use super::super::words;
use super::{Drawn, scale_axis, worlds};
use crate::domain::Metric;
use crate::study::{Finding, ScoreInterval};

/// The scores joined by lines, as they are reported; the worlds under each of their metrics; and the scores again on a
/// logarithmic axis, with what is expected of the worlds.
pub(super) fn panels(
    findings: &[Finding],
    scores: &[Vec<ScoreInterval>],
) -> Result<Drawn, MixedAxes> {
    let Some(first) = findings.first() else {
        return Ok(Drawn::default());
    };
    let metrics = first.scenario.evaluation.metrics.as_slice();
    let Some(&shown) = metrics.first() else {
        return Ok(Drawn::default());
    };
    let (simulated, _) = worlds(findings)?;
    let simulated = simulated.into_iter().zip(metrics);
    let simulated = simulated.map(|(panel, metric)| simulated_panel(panel, *metric, shown));
    let title = words::title(shown);
    let published = Panel {
        title: format!("Published {}", title.to_lowercase()),
        subtitle: "joined by lines".to_owned(),
        ..panel(first, CreditAxis::Linear, joined(findings, scores))
    };
    let compared = Panel {
        title: "Published, and simulated laws".to_owned(),
        subtitle: "logarithmic: what is small is in sight".to_owned(),
        ..panel(first, CreditAxis::Log, with_curves(findings, scores, shown))
    };
    let panels = std::iter::once(published)
        .chain(simulated)
        .chain([compared]);
    let (from, to) = measured(first);
    let around = |panel: Panel| Panel {
        x: Axis {
            from: from - AROUND,
            to: to + AROUND,
            ..panel.x
        },
        ..panel
    };
    let evaluation = &first.scenario.evaluation;
    let note = format!(
        "Points: n = {} items, with {} intervals. Curves: expected.",
        evaluation.items.get(),
        percent(evaluation.level),
    );
    Ok((panels.map(around).collect(), note))
}

/// Decades beside the outermost scales.
const AROUND: f64 = 0.1;

fn panel(first: &Finding, kind: CreditAxis, layers: Vec<Layer>) -> Panel {
    let metrics = first.scenario.evaluation.metrics.as_slice();
    let mut y = credit_axis(kind, &metrics[..metrics.len().min(1)], &layers);
    if kind == CreditAxis::Log {
        // Down to where a test of this size still tells something.
        let items = first.scenario.evaluation.items.get() as f64;
        y.from = libm::exp10(-libm::log10(items).ceil());
    }
    Panel {
        title: String::new(),
        subtitle: String::new(),
        x: scale_axis(first),
        y,
        measured: Some(measured(first)),
        layers,
    }
}

/// What a panel of a run shows, without the lines of its test and the bands of its curves: the points have intervals.
fn simulated_panel(panel: Panel, metric: Metric, shown: Metric) -> Panel {
    let bare = |layer: Layer| match layer {
        Layer::Line(_) => None,
        Layer::Series(series) => {
            let places = series.curve.iter().map(|at| (at.x, at.y));
            Some(Layer::from(Series {
                points: series.points,
                ..Series::curve(&series.label, series.look, places)
            }))
        }
        other => Some(other),
    };
    Panel {
        title: format!("Simulated {}", words::title(metric).to_lowercase()),
        subtitle: match metric == shown {
            true => "same scales and items".to_owned(),
            false => "of these worlds: not measured".to_owned(),
        },
        layers: panel.layers.into_iter().filter_map(bare).collect(),
        ..panel
    }
}

fn series(finding: &Finding, place: usize, scores: &[ScoreInterval]) -> Series {
    let point = |score: &ScoreInterval| PointPlace {
        x: score.scale.log10(),
        y: score.estimate,
        low: score.low,
        high: score.high,
    };
    Series {
        label: finding.scenario.title.clone(),
        look: Look::at(place),
        curve: Vec::new(),
        points: scores.iter().map(point).collect(),
    }
}

fn joined(findings: &[Finding], scores: &[Vec<ScoreInterval>]) -> Vec<Layer> {
    let both = findings.iter().zip(scores).enumerate();
    let layer = |(place, (finding, scores)): (usize, (&Finding, &Vec<ScoreInterval>))| {
        let points = series(finding, place, scores);
        let places: Vec<(f64, f64)> = points.points.iter().map(|at| (at.x, at.y)).collect();
        Layer::from(Series {
            points: points.points,
            ..Series::curve(&points.label, points.look, places)
        })
    };
    both.map(layer).collect()
}

fn with_curves(findings: &[Finding], scores: &[Vec<ScoreInterval>], metric: Metric) -> Vec<Layer> {
    let both = findings.iter().zip(scores).enumerate();
    let layer = |(place, (finding, scores)): (usize, (&Finding, &Vec<ScoreInterval>))| {
        let curves = finding.expected_curves();
        let curve = curves.into_iter().find(|curve| curve.metric == metric);
        let places = curve.into_iter().flat_map(|curve| curve.points);
        let places = places.map(|at| CurvePlace {
            x: at.x,
            y: at.expected,
            low: at.expected,
            high: at.expected,
        });
        Layer::from(Series {
            curve: places.collect(),
            ..series(finding, place, scores)
        })
    };
    both.map(layer).collect()
}
