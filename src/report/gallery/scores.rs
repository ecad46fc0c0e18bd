//! Emergence scores of worlds, and rows of estimates that score high.

use super::super::axis::Axis;
use super::super::drawn::measured;
use super::super::figure::Panel;
use super::super::layer::{
    Bar, BarStyle, Distribution, Layer, PointPlace, ReferenceLine, Series, Stroke, Trace,
};
use super::super::look::Look;
use super::super::number::percent;
use super::super::words;
use super::{Drawn, scale_axis};
use crate::study::{DrawnScores, FigureFinding, Finding, Shown};

/// For each world, rows that reach the cut, and how all scores fall.
pub(super) fn panels(finding: &FigureFinding) -> Drawn {
    let Shown::Scores(drawn) = &finding.shown else {
        return Drawn::default();
    };
    let Some(first) = drawn.first() else {
        return Drawn::default();
    };
    let worlds = || finding.findings.iter().zip(drawn).enumerate();
    let highest = drawn.iter().flat_map(|one| &one.bars);
    let highest = highest.fold(0.0_f64, |most, bar| most.max(bar.1));
    let panels = worlds().flat_map(|(place, (world, drawn))| {
        let cut = first.one_in_twenty;
        [
            rows(world, drawn, cut),
            bars(place, world, drawn, (cut, highest)),
        ]
    });
    let evaluations = finding.findings.first().map(|one| &one.scenario.evaluation);
    let items = evaluations.map_or(0, |evaluation| evaluation.items.get());
    let level = evaluations.map_or_else(String::new, |one| percent(one.level));
    let note = format!(
        "n = {items} items at each scale. Dotted: expected. Bars: {} rows, the outermost with all beyond. Cut: what one in twenty without growth reach, {:.1}, {level} interval {:.1} to {:.1}.",
        first.replicates, first.one_in_twenty, first.limits.0, first.limits.1,
    );
    (panels.collect(), note)
}

/// The first rows that reach the cut.
fn rows(world: &Finding, drawn: &DrawnScores, cut: f64) -> Panel {
    let xs = world.scenario.evaluation.scales.as_slice().iter();
    let xs: Vec<f64> = xs.map(|scale| scale.log10()).collect();
    let series = drawn.rows.iter().enumerate();
    let series = series.map(|(place, (credits, score))| {
        let places = || xs.iter().copied().zip(credits.iter().copied());
        let point = |(x, y)| PointPlace {
            x,
            y,
            low: y,
            high: y,
        };
        Layer::from(Series {
            points: places().map(point).collect(),
            ..Series::curve(&format!("score {score:.1}"), Look::at(place), places())
        })
    });
    let mut layers: Vec<Layer> = series.collect();
    let metric = world.scenario.evaluation.metrics.as_slice().first();
    let curves = world.expected_curves();
    let own = curves.iter().filter(|curve| Some(&curve.metric) == metric);
    let expected = own.flat_map(|curve| curve.points.iter().map(|at| (at.x, at.expected)));
    layers.push(
        Trace {
            label: String::new(),
            stroke: Stroke::Reference,
            pieces: vec![expected.collect()],
        }
        .into(),
    );
    let largest = drawn.rows.iter().flat_map(|row| &row.0);
    let largest = largest.fold(0.0_f64, |most, credit| most.max(*credit));
    let label = metric.map_or_else(String::new, |metric| words::title(*metric));
    Panel {
        title: world.scenario.title.clone(),
        subtitle: format!(
            "the first {} rows that score {cut:.1} or more",
            drawn.rows.len()
        ),
        x: scale_axis(world),
        y: Axis::number(&label, 0.0, 1.15 * largest.max(0.01)),
        measured: Some(measured(world)),
        layers,
    }
}

/// How the scores fall, with the cut.
fn bars(place: usize, world: &Finding, drawn: &DrawnScores, (cut, highest): (f64, f64)) -> Panel {
    let bar = |&(from, height): &(f64, f64)| Bar {
        from,
        to: from + 1.0,
        height,
    };
    let distribution = Distribution {
        label: String::new(),
        look: Look::at(place).drawn_as(0),
        style: match place {
            0 => BarStyle::Filled,
            _ => BarStyle::Outlined,
        },
        bars: drawn.bars.iter().map(bar).collect(),
    };
    let ends = (drawn.bars.first(), drawn.bars.last());
    let from = ends.0.map_or(0.0, |bar| bar.0);
    let to = ends.1.map_or(1.0, |bar| bar.0 + 1.0);
    let rate = &drawn.reached;
    Panel {
        title: format!("{}: scores", world.scenario.title),
        subtitle: format!(
            "{:.3} [{:.3}, {:.3}] reach the cut; median {:.1}",
            rate.value, rate.interval.low, rate.interval.high, drawn.median
        ),
        x: Axis::number("Emergence score", from, to),
        y: Axis::number("Share of rows", 0.0, 1.2 * highest),
        measured: None,
        layers: vec![
            distribution.into(),
            ReferenceLine::vertical("cut", cut).into(),
        ],
    }
}
