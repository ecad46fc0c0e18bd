//! The figure of an anatomy: how far a metric moved a rise, how wide it is, what a test hides of it, where it pays.

use super::axis::{Axis, CreditAxis};
use super::figure::{Figure, Panel};
use super::headline::{MixedAxes, shared_axis};
use super::layer::{
    Annotation, CurvePlace, Layer, PointPlace, ReferenceLine, Region, Series, Span,
};
use super::look::Look;
use super::number::scale;
use super::verdict::Verdicts;
use super::words;
use crate::domain::{Credit, Metric};
use crate::study::{Anatomy, Change, Curve, Finding, MetricRise, Useful, UsefulFrom};

/// Expected curves of every metric with shift, width, hidden part and threshold of the one that usefulness goes by; where
/// a payoff is given, what a use gains beside them.
///
/// `curves` are [`Finding::curves_of_rises`] of each finding, in order. Findings whose anatomy was not asked for have no
/// panel.
///
/// # Errors
/// [`MixedAxes`] if the scenarios do not count scale in the same unit.
pub fn anatomy_figure(
    findings: &[Finding],
    curves: &[Vec<Curve>],
    credit_axis: CreditAxis,
) -> Result<Figure, MixedAxes> {
    let axis = shared_axis(findings.iter().map(|finding| &finding.scenario))?;
    let label = words::scale_label(axis);
    let dissected = findings.iter().zip(curves);
    let panels = dissected.filter_map(|(finding, curves)| {
        let anatomy = finding.anatomy.as_ref()?;
        let rises = rise_panel(finding, anatomy, curves, label, credit_axis);
        Some(std::iter::once(rises).chain(gain_panel(finding, anatomy, curves, label)))
    });
    let panels: Vec<Panel> = panels.flatten().collect();
    let mut note = vec!["Curves: expected."];
    if panels
        .iter()
        .any(|panel| panel.series().any(|series| !series.points.is_empty()))
    {
        note.push("Points: simulated, with intervals.");
    }
    if panels
        .iter()
        .any(|panel| panel.measured != Some((panel.x.from, panel.x.to)))
    {
        note.push("Shaded: not measured.");
    }
    let verdicts = findings.iter().filter_map(|finding| {
        let Verdicts {
            growth,
            metric,
            usefulness,
        } = Verdicts::of(finding)?;
        let title = &finding.scenario.title;
        Some(format!(
            "{title}: growth is {growth} {} {usefulness}",
            metric.join(" ")
        ))
    });
    Ok(Figure {
        name: "anatomy".to_owned(),
        title: "What the metric makes of growth".to_owned(),
        caption: verdicts.collect::<Vec<_>>().join(" "),
        note: note.join(" "),
        panels,
    })
}

/// The metric whose rise is taken apart: the one that usefulness goes by, if it is among those asked for; else the first
/// other than partial credit.
fn subject(anatomy: &Anatomy) -> Option<(Metric, &MetricRise)> {
    let of_use = anatomy
        .metrics
        .iter()
        .find(|one| one.metric == anatomy.usefulness.metric);
    let mut others = anatomy.metrics.iter();
    let other = || others.find(|one| one.metric.credit != Credit::PartialCredit);
    let one = of_use.or_else(other)?;
    Some((one.metric, one.rise.as_ref().ok()?))
}

fn measured(finding: &Finding) -> (f64, f64) {
    let (first, last) = finding.scenario.evaluation.scales.window();
    (first.log10(), last.log10())
}

/// Both ends of what the curves show.
fn shown(finding: &Finding, curves: &[Curve]) -> (f64, f64) {
    let ends = curves
        .iter()
        .filter_map(|curve| Some((curve.points.first()?.x, curve.points.last()?.x)));
    ends.fold(measured(finding), |(low, high), (first, last)| {
        (low.min(first), high.max(last))
    })
}

fn rise_panel(
    finding: &Finding,
    anatomy: &Anatomy,
    curves: &[Curve],
    label: &str,
    credit_axis: CreditAxis,
) -> Panel {
    let series = curves.iter().enumerate().map(|(place, curve)| {
        let places = curve.points.iter().map(|at| (at.x, at.expected));
        Series {
            points: points(finding, curve.metric),
            ..Series::curve(&words::title(curve.metric.credit), Look::at(place), places)
        }
    });
    let mut layers: Vec<Layer> = series.map(Layer::from).collect();
    let subject = subject(anatomy);
    if let Some((_, rise)) = subject {
        layers.extend(marks(finding, rise));
    }
    layers.extend(threshold(&anatomy.usefulness).map(Layer::from));
    let drawn = curves
        .iter()
        .flat_map(|curve| curve.points.iter().map(|at| at.expected));
    Panel {
        title: finding.scenario.title.clone(),
        subtitle: subject.map_or_else(String::new, |(metric, rise)| subtitle(metric, rise)),
        x: Axis::decades(label, shown(finding, curves)),
        y: Axis::credit("Mean credit", credit_axis, drawn),
        measured: Some(measured(finding)),
        layers,
    }
}

fn points(finding: &Finding, metric: Metric) -> Vec<PointPlace> {
    let rows = finding.rows.iter().filter(|row| row.metric == metric);
    rows.filter_map(|row| {
        let estimate = row.estimate.as_ref()?;
        Some(PointPlace {
            x: row.scale.log10(),
            y: estimate.value,
            low: estimate.interval.low,
            high: estimate.interval.high,
        })
    })
    .collect()
}

/// "exact match: moved 2.34 decades, sharpened 3.76 times".
fn subtitle(metric: Metric, rise: &MetricRise) -> String {
    let name = words::title(metric.credit);
    let moved = rise.shift.map(|shift| format!("moved {shift:.2} decades"));
    let change = rise
        .verdict
        .change
        .zip(rise.steepening)
        .map(|(change, times)| match change {
            Change::Moved => "not sharpened".to_owned(),
            Change::Sharpened => format!("sharpened {times:.2} times"),
            Change::Blunted => format!("blunted to {times:.2}"),
        });
    let all: Vec<String> = moved.into_iter().chain(change).collect();
    format!("{name}: {}", all.join(", "))
}

/// What the test hides, how far the rise was moved, and how wide it is.
fn marks(finding: &Finding, rise: &MetricRise) -> Vec<Layer> {
    let at_share = |share: f64| rise.low + share * (rise.high - rise.low);
    let (first, last) = measured(finding);
    let items = finding.scenario.evaluation.items.get();
    let hidden = rise.first_visible.map_or(last, |x| x.clamp(first, last));
    let mut marks: Vec<Layer> = Vec::new();
    if hidden > first {
        marks.push(Region::new(&format!("hidden from {items} items"), first, hidden).into());
    }
    if let Some((to, by)) = rise.x50.zip(rise.shift).filter(|(_, by)| by.abs() >= 0.005) {
        let label = format!("moved {by:.2} decades");
        marks.push(Span::new(&label, (to - by, to), at_share(0.5)).into());
    }
    if let (Some(x10), Some(x90)) = (rise.x10, rise.x90) {
        let label = format!("10-90%: {:.2} decades", x90 - x10);
        marks.push(Span::new(&label, (x10, x90), at_share(0.04)).into());
    }
    marks
}

fn threshold(useful: &Useful) -> Option<Annotation> {
    match useful.from? {
        UsefulFrom::At(x) => {
            let label = format!("useful from {}", scale(x));
            Some(Annotation::new(&label, x, useful.threshold))
        }
        UsefulFrom::Everywhere | UsefulFrom::Unattainable { .. } | UsefulFrom::Beyond => None,
    }
}

/// What one use gains along the axis, and what a choice between using and not using gains; where a payoff is given.
fn gain_panel(
    finding: &Finding,
    anatomy: &Anatomy,
    curves: &[Curve],
    label: &str,
) -> Option<Panel> {
    let useful = &anatomy.usefulness;
    let gain = |success: f64| finding.scenario.usefulness.gain(success);
    gain(useful.threshold)?;
    let curve = curves.iter().find(|curve| curve.metric == useful.metric)?;
    let use_it = curve
        .points
        .iter()
        .map(|at| Some((at.x, gain(at.expected)?)));
    let use_it: Vec<(f64, f64)> = use_it.collect::<Option<_>>()?;
    let choice = use_it.iter().map(|&(x, gain)| CurvePlace {
        x,
        y: gain.max(0.0),
        low: gain.max(0.0),
        high: gain.max(0.0),
    });
    let estimates = useful.gains.iter().filter_map(|gain| {
        let (y, low, high) = gain.estimate?;
        Some(PointPlace {
            x: gain.scale.log10(),
            y,
            low,
            high,
        })
    });
    let (low, high) = use_it
        .iter()
        .fold((0.0_f64, 0.0_f64), |(low, high), &(_, gain)| {
            (low.min(gain), high.max(gain))
        });
    let room = 0.05 * (high - low).max(f64::MIN_POSITIVE);
    let mut layers: Vec<Layer> = vec![
        Series {
            label: "Using it or not".to_owned(),
            look: Look::at(0),
            curve: choice.collect(),
            points: Vec::new(),
        }
        .into(),
        Series {
            points: estimates.collect(),
            ..Series::curve("Using it", Look::at(1), use_it.iter().copied())
        }
        .into(),
        ReferenceLine::horizontal("leaving it alone", 0.0).into(),
    ];
    if let Some(UsefulFrom::At(x)) = useful.from {
        layers.push(Annotation::new(&format!("it pays from {}", scale(x)), x, 0.0).into());
    }
    Some(Panel {
        title: format!("{}: gain", finding.scenario.title),
        subtitle: "the kink is in the choice, not in the skill".to_owned(),
        x: Axis::decades(label, shown(finding, curves)),
        y: Axis::number("Expected gain of one use", low - room, high + room),
        measured: Some(measured(finding)),
        layers,
    })
}
