//! Attempts as rows of right and wrong steps, and how many are right.

use super::super::axis::Axis;
use super::super::figure::Panel;
use super::super::layer::{BarStyle, Distribution, Layer, Raster, RasterGroup, StepMark};
use super::super::look::Look;
use super::super::number::scale;
use super::Drawn;
use crate::domain::Scale;
use crate::study::{FigureFinding, Shown, Trace};

pub(super) fn panels(finding: &FigureFinding) -> Drawn {
    let (Some(one), Shown::Attempts { traces, counts }) =
        (finding.findings.first(), &finding.shown)
    else {
        return Drawn::default();
    };
    let scales = one.scenario.evaluation.scales.as_slice();
    let steps = one.scenario.task.steps().get();
    let groups = scales.iter().map(|at| group(*at, traces));
    let raster = Panel {
        title: "Single attempts".to_owned(),
        subtitle: "exact match wants rows without a cross".to_owned(),
        x: Axis::number("Step", 0.5, f64::from(steps) + 0.5),
        y: Axis::number("Attempts", 0.0, 1.0),
        measured: None,
        layers: vec![
            Raster {
                groups: groups.collect(),
            }
            .into(),
        ],
    };
    let most = counts
        .iter()
        .flatten()
        .fold(0.0_f64, |most, share| most.max(*share));
    let bars = scales.iter().zip(counts).enumerate();
    let bars = bars.map(|(place, (at, shares))| {
        let style = match place {
            0 => BarStyle::Filled,
            _ => BarStyle::Outlined,
        };
        let label = format!("N = {}", scale(at.log10()));
        Layer::from(Distribution::of_counts(
            &label,
            Look::at(place),
            style,
            shares,
        ))
    });
    let counts = Panel {
        title: "Correct steps".to_owned(),
        subtitle: format!("exact match counts the last bar alone, {steps} of {steps}"),
        x: Axis::number(
            &format!("Correct steps of {steps}"),
            -0.7,
            f64::from(steps) + 0.7,
        ),
        y: Axis::number("Share of attempts", 0.0, 1.25 * most),
        measured: None,
        layers: bars.collect(),
    };
    let rows = traces
        .iter()
        .filter(|trace| Some(&trace.scale) == scales.first());
    let note = format!(
        "Rows: the first {} of n = {} simulated attempts at each scale, not chosen. Bars: expected.",
        rows.count(),
        one.scenario.evaluation.attempts_at_all_items(),
    );
    (vec![raster, counts], note)
}

/// The attempts at a scale, under what they come to.
fn group(at: Scale, traces: &[Trace]) -> RasterGroup {
    let here: Vec<&Trace> = traces.iter().filter(|trace| trace.scale == at).collect();
    let right = here.iter().flat_map(|trace| &trace.outcome);
    let (steps, correct) = right.fold((0_u32, 0_u32), |(all, correct), right| {
        (all + 1, correct + u32::from(*right))
    });
    let whole = here
        .iter()
        .filter(|trace| trace.outcome.iter().all(|right| *right));
    let mark = |right: &bool| match right {
        true => StepMark::Right,
        false => StepMark::Wrong,
    };
    RasterGroup {
        heading: format!(
            "N = {}: {correct}/{steps} steps, {}/{} rows right",
            scale(at.log10()),
            whole.count(),
            here.len(),
        ),
        attempts: here
            .iter()
            .map(|trace| trace.outcome.iter().map(mark).collect())
            .collect(),
    }
}
