//! Exact match of tasks of many lengths: as it is, and moved to one place.

use super::super::axis::Axis;
use super::super::drawn::measured;
use super::super::figure::Panel;
use super::super::layer::{Layer, ReferenceLine, Series};
use super::super::look::Look;
use super::curves::unit_axis;
use super::{Drawn, curves_note, scale_axis};
use crate::domain::{Credit, Metric, Steps};
use crate::study::{FigureFinding, Finding, MetricRise};

/// How far beside the middle of its rise each curve is shown, in decades.
const AROUND: f64 = 3.0;

/// For each world, the curves of all lengths, and beside them the same moved so that their middles coincide.
pub(super) fn panels(finding: &FigureFinding, lengths: &[Steps]) -> Drawn {
    let worlds = finding.findings.chunks(lengths.len().max(1));
    let panels: Vec<Panel> = worlds
        .flat_map(|world| [apart(world), Some(aligned(world))])
        .flatten()
        .collect();
    let one = finding.findings.chunks(lengths.len().max(1));
    let firsts: Vec<Finding> = one.filter_map(|world| world.first().cloned()).collect();
    let told = curves_note(&firsts, &panels);
    (panels, told)
}

/// Its exact match, and the rise of that.
fn rise(finding: &Finding) -> Option<&MetricRise> {
    let metrics = finding.anatomy.as_ref()?.metrics.iter();
    let mut exact = metrics.filter(|one| one.metric == Metric::mean(Credit::ExactMatch));
    exact.next()?.rise.as_ref().ok()
}

fn series(
    (place, last): (usize, usize),
    finding: &Finding,
    range: (f64, f64),
    moved: f64,
) -> Option<Layer> {
    let curves = finding.curves_over(range);
    let exact = Metric::mean(Credit::ExactMatch);
    let curve = curves.iter().find(|curve| curve.metric == exact)?;
    let places = curve.points.iter().map(|at| (at.x - moved, at.expected));
    let label = format!("L = {}", finding.scenario.task.steps().get());
    let look = Look::along(place as f64 / last.max(1) as f64);
    Some(Series::curve(&label, look, places).into())
}

fn apart(world: &[Finding]) -> Option<Panel> {
    let last = world.len().saturating_sub(1);
    let first = world.first()?;
    let range = measured(first);
    let layers = world.iter().enumerate();
    let layers = layers.filter_map(|(place, one)| series((place, last), one, range, 0.0));
    Some(Panel {
        title: first.scenario.title.clone(),
        subtitle: "exact match of tasks of L steps".to_owned(),
        x: scale_axis(first),
        y: unit_axis("Mean credit"),
        measured: Some(range),
        layers: layers.collect(),
    })
}

fn aligned(world: &[Finding]) -> Panel {
    let last = world.len().saturating_sub(1);
    let layers = world.iter().enumerate().filter_map(|(place, one)| {
        let middle = rise(one)?.x50?;
        let range = (middle - AROUND, middle + AROUND);
        series((place, last), one, range, middle)
    });
    let middle = ReferenceLine::vertical("half way", 0.0);
    let steepest = world.iter().filter_map(|one| rise(one)?.max_slope.ok());
    let (least, most) = steepest.fold((f64::INFINITY, 0.0_f64), |(least, most), slope| {
        (least.min(slope), most.max(slope))
    });
    let subtitle = match most <= 1.005 * least {
        true => format!("one curve: none is steeper than {most:.3} per decade"),
        false => format!(
            "from {least:.3} to {most:.3} per decade, {:.2} times as steep",
            most / least
        ),
    };
    Panel {
        title: "The same, moved to one place".to_owned(),
        subtitle,
        x: Axis::number("Decades from where half the rise is done", -AROUND, AROUND),
        y: unit_axis("Mean credit"),
        measured: None,
        layers: layers.chain([Layer::from(middle)]).collect(),
    }
}
