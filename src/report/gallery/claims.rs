//! Growth, metric and usefulness: three claims about one scenario; and what small gains per step do to lengths.

use super::super::anatomy_figure::{gain_panel, threshold};
use super::super::axis::{Axis, CreditAxis};
use super::super::drawn::{credit_axis, measured};
use super::super::figure::Panel;
use super::super::layer::{Layer, Series};
use super::super::look::Look;
use super::curves::{layers, unit_axis};
use super::{Drawn, curves_note, scale_axis};
use crate::domain::ProperProbability;
use crate::study::{FigureFinding, Finding, horizons as lengths_at};

/// Three panels over the same scales: the success of a step, mean credit with its threshold, and the gain of a use.
pub(super) fn panels(finding: &FigureFinding) -> Drawn {
    let (Some(one), Some(steps)) = (finding.findings.first(), finding.steps.first()) else {
        return (Vec::new(), String::new());
    };
    let growth = Panel {
        title: "Growth".to_owned(),
        subtitle: "success of one step: smooth".to_owned(),
        x: scale_axis(one),
        y: unit_axis("Success probability"),
        measured: Some(measured(one)),
        layers: vec![Series::curve("One step", Look::at(0), steps.iter().copied()).into()],
    };
    let panels: Vec<Panel> = [Some(growth), metric(one), gain(one)]
        .into_iter()
        .flatten()
        .collect();
    let note = curves_note(&finding.findings[..1], &panels);
    (panels, note)
}

fn metric(finding: &Finding) -> Option<Panel> {
    let x = scale_axis(finding);
    let useful = &finding.anatomy.as_ref()?.usefulness;
    let metrics = finding.scenario.evaluation.metrics.as_slice();
    let mut layers = layers(finding);
    layers.extend(threshold(useful, &x).map(Layer::from));
    Some(Panel {
        title: "Metric".to_owned(),
        subtitle: "the same growth under two metrics".to_owned(),
        y: credit_axis(CreditAxis::Linear, metrics, &layers),
        x,
        measured: Some(measured(finding)),
        layers,
    })
}

fn gain(finding: &Finding) -> Option<Panel> {
    let x = scale_axis(finding);
    let curves = finding.expected_curves();
    let panel = gain_panel(finding, finding.anatomy.as_ref()?, &curves, &x)?;
    Some(Panel {
        title: "Usefulness".to_owned(),
        ..panel
    })
}

const SHARES: [(ProperProbability, &str); 3] = [
    (ProperProbability::constant(0.5), "50% succeed"),
    (ProperProbability::constant(0.8), "80% succeed"),
    (ProperProbability::constant(0.99), "99% succeed"),
];

/// The success of a step, and the lengths of tasks that succeed with given probabilities, over the same scales.
pub(super) fn horizons(finding: &FigureFinding) -> Drawn {
    let Some(one) = finding.findings.first() else {
        return (Vec::new(), String::new());
    };
    let worlds = || finding.findings.iter().zip(&finding.steps).enumerate();
    let many = finding.findings.len() > 1;
    let named = |world: &Finding, words: &str| match many {
        true => format!("{}: {words}", world.scenario.title),
        false => words.to_owned(),
    };
    let steps = worlds().map(|(place, (world, steps))| {
        let label = named(world, "one step");
        Layer::from(Series::curve(
            &label,
            Look::at(place),
            steps.iter().copied(),
        ))
    });
    let growth = Panel {
        title: "Success of one step".to_owned(),
        subtitle: "small gains near the top".to_owned(),
        x: scale_axis(one),
        y: unit_axis("Success probability"),
        measured: Some(measured(one)),
        layers: steps.collect(),
    };
    let mut longest = 1.0_f64;
    let mut layers: Vec<Layer> = Vec::new();
    for (world, steps) in worlds().map(|(_, one)| one) {
        for (share, words) in SHARES {
            let places: Vec<(f64, f64)> = lengths_at(steps, share)
                .into_iter()
                .filter(|(_, length)| *length >= 1.0)
                .collect();
            longest = places.iter().fold(longest, |most, at| most.max(at.1));
            let look = Look::at(layers.len());
            layers.push(Series::curve(&named(world, words), look, places).into());
        }
    }
    let decades = libm::exp10(libm::log10(longest).ceil());
    let horizons = Panel {
        title: "Length of tasks".to_owned(),
        subtitle: "equal, independent steps without repair".to_owned(),
        x: scale_axis(one),
        y: Axis::logarithm("Steps", 1.0, decades.max(10.0)),
        measured: Some(measured(one)),
        layers,
    };
    let panels = vec![growth, horizons];
    let note = curves_note(&finding.findings[..1], &panels);
    (panels, note)
}
