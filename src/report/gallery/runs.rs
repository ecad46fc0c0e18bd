//! Single training runs: their scores over scale, and how they fall at some scales.

use super::super::axis::{Axis, CreditAxis};
use super::super::cloud::cloud;
use super::super::drawn::{credit_axis, measured};
use super::super::figure::Panel;
use super::super::layer::{Bar, BarStyle, Distribution, Layer, ReferenceLine, Series};
use super::super::look::Look;
use super::super::number::{four_digits, scale};
use super::super::words;
use super::{Drawn, scale_axis};
use crate::study::{FigureFinding, KindOfRun, RunsAt, RunsShown, Shown};

const MEAN: &str = "mean of all runs";

/// The runs over scale, and a panel for each scale whose scores are shown.
pub(super) fn panels(finding: &FigureFinding) -> Drawn {
    let (Some(one), Shown::Runs(shown)) = (finding.findings.first(), &finding.shown) else {
        return Drawn::default();
    };
    let Some(&metric) = one.scenario.evaluation.metrics.as_slice().first() else {
        return Drawn::default();
    };
    let items = one.scenario.evaluation.items.get();
    let curves = one.expected_curves();
    let places = curves.iter().filter(|curve| curve.metric == metric);
    let places = places.flat_map(|curve| &curve.points);
    let places = places.map(|at| (at.x, at.expected));
    let mean = Series::curve(MEAN, Look::at(0), places);
    let mode = Series::curve("most common", Look::at(1), shown.mode.iter().copied());
    let mut layers: Vec<Layer> = vec![mean.into(), mode.into()];
    layers.extend(cloud(MEAN, Look::at(0), one, metric).map(Layer::from));
    layers.extend(jump(shown).map(Layer::from));
    let over_scale = Panel {
        title: "Single training runs".to_owned(),
        subtitle: "the mean is smooth, the most common score jumps".to_owned(),
        x: scale_axis(one),
        y: Axis {
            label: words::title(metric),
            ..credit_axis(CreditAxis::Linear, &[metric], &layers)
        },
        measured: Some(measured(one)),
        layers,
    };
    let evaluation = &one.scenario.evaluation;
    let note = format!(
        "Dots: simulated, a run each, {} at each scale, n = {items} items. Curves and bars: expected.",
        evaluation.training_seeds.get(),
    );
    let highest = shown.at.iter().flat_map(|at| [&at.below, &at.through]);
    let highest = highest.flat_map(|kind| &kind.counts.1);
    let highest = highest.fold(0.0_f64, |most, share| most.max(*share));
    let at_scales = shown.at.iter().map(|at| scores(at, items, highest));
    let panels = std::iter::once(over_scale).chain(at_scales).collect();
    (panels, note)
}

fn jump(shown: &RunsShown) -> Option<ReferenceLine> {
    let x = shown.jump?;
    Some(ReferenceLine::vertical(
        &format!("jumps at {}", scale(x)),
        x,
    ))
}

/// Runs of which none may break through.
const FEW: i32 = 5;

/// The scores of both kinds of run at a scale.
fn scores(at: &RunsAt, items: u64, highest: f64) -> Panel {
    let bars = |label: &str, place, style, kind: &KindOfRun| {
        let (first, shares) = &kind.counts;
        let bar = |(right, &height): (u64, &f64)| Bar {
            from: right as f64 - 0.5,
            to: right as f64 + 0.5,
            height,
        };
        Layer::from(Distribution {
            label: format!("{:.3} {label}", kind.share),
            look: Look::at(place).drawn_as(0),
            style,
            bars: (*first..).zip(shares).map(bar).collect(),
        })
    };
    let missed = libm::pow(at.below.share, f64::from(FEW));
    let beside = 0.02 * items as f64;
    Panel {
        title: format!("N = {}", scale(at.scale.log10())),
        subtitle: format!("{FEW} runs all fail: {}", four_digits(missed)),
        x: Axis::number(
            &format!("Items right of {items}"),
            -beside,
            items as f64 + beside,
        ),
        y: Axis::number("Share of runs", 0.0, 1.4 * highest),
        measured: None,
        layers: vec![
            bars("stay below", 2, BarStyle::Outlined, &at.below),
            bars("break through", 3, BarStyle::Filled, &at.through),
        ],
    }
}
