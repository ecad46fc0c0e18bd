//! The figure of an anatomy: how far a metric moved a rise, how wide it is, what a test hides of it, where it pays.

use super::axis::{Axis, CreditAxis};
use super::drawn::{self, Bands, hull, measured, note, points};
use super::figure::{Figure, Panel};
use super::headline::{MixedAxes, shared_axis};
use super::layer::{
    Annotation, CurvePlace, Layer, PointPlace, ReferenceLine, Region, Series, Span,
};
use super::look::Look;
use super::number::scale;
use super::verdict::{Verdicts, moved_by};
use super::words;
use crate::domain::{Credit, Metric, Range};
use crate::study::{Anatomy, Change, Curve, Finding, MetricRise, Useful, UsefulFrom};

/// Expected curves of every metric with shift, width and hidden part of the first that is not partial credit, and where it
/// pays; where a payoff is given, what a use gains beside them.
///
/// Findings whose anatomy was not asked for have no panel; all panels show the same range of scales.
///
/// # Errors
/// [`MixedAxes`] if the scenarios do not count scale in the same unit.
pub fn anatomy_figure(findings: &[Finding], credit_axis: CreditAxis) -> Result<Figure, MixedAxes> {
    let axis = shared_axis(findings.iter().map(|finding| &finding.scenario))?;
    // One range for all, so that equal curves look equal.
    let x = Axis::decades(
        words::scale_label(axis),
        hull(findings.iter().filter_map(Finding::range_of_rises)),
    );
    let dissected = findings.iter();
    let panels = dissected.filter_map(|finding| {
        let anatomy = finding.anatomy.as_ref()?;
        let curves = finding.curves_over((x.from, x.to));
        let rises = rise_panel(finding, anatomy, &curves, &x, credit_axis);
        Some(std::iter::once(rises).chain(gain_panel(finding, anatomy, &curves, &x)))
    });
    let panels: Vec<Panel> = panels.flatten().collect();
    let beyond = findings.iter().filter_map(|finding| {
        let UsefulFrom::At(at) = finding.anatomy.as_ref()?.usefulness.from? else {
            return None;
        };
        let title = &finding.scenario.title;
        let outside = at < x.from || at > x.to;
        outside.then(|| format!(" {title} is useful from {}, outside the axis.", scale(at)))
    });
    let note = note(findings, &panels, Bands::None) + &beyond.collect::<String>();
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
        note,
        panels,
    })
}

/// The metric whose rise is marked: the first one asked for that is not partial credit.
fn subject(anatomy: &Anatomy) -> Option<(Metric, &MetricRise)> {
    let mut others = anatomy
        .metrics
        .iter()
        .filter(|one| one.metric.credit != Credit::PartialCredit)
        .filter(|one| one.metric.range() == Range::Unit);
    let one = others.next()?;
    Some((one.metric, one.rise.as_ref().ok()?))
}

fn rise_panel(
    finding: &Finding,
    anatomy: &Anatomy,
    curves: &[Curve],
    x: &Axis,
    credit_axis: CreditAxis,
) -> Panel {
    // What has no ends has no rise, and no place on an axis of credit.
    let curves: Vec<Curve> = curves
        .iter()
        .filter(|curve| curve.metric.range() == Range::Unit)
        .cloned()
        .collect();
    let series = curves.iter().enumerate().map(|(place, curve)| {
        let places = curve.points.iter().map(|at| (at.x, at.expected));
        Series {
            points: points(finding, curve.metric),
            ..Series::curve(&words::title(curve.metric), Look::at(place), places)
        }
    });
    let mut layers: Vec<Layer> = series.map(Layer::from).collect();
    let subject = subject(anatomy);
    if let Some((_, rise)) = subject {
        layers.extend(marks(finding, anatomy, rise, &curves, x));
    }
    // A mark stands on its curve or nowhere.
    let useful = &anatomy.usefulness;
    if curves.iter().any(|curve| curve.metric == useful.metric) {
        layers.extend(threshold(useful, x).map(Layer::from));
    }
    Panel {
        title: finding.scenario.title.clone(),
        subtitle: subject.map_or_else(String::new, |(metric, rise)| subtitle(metric, rise)),
        x: x.clone(),
        y: drawn::credit_axis(credit_axis, &[], &layers),
        measured: Some(measured(finding)),
        layers,
    }
}

/// "Exact match moved by 2.34 decades, sharpened 3.76×".
fn subtitle(metric: Metric, rise: &MetricRise) -> String {
    let name = words::title(metric);
    let moved = rise.shift.map(|_| format!("{name} {}", moved_by(rise)));
    let change = rise
        .verdict
        .change
        .zip(rise.steepening)
        .map(|(change, times)| match change {
            Change::Moved => "not sharpened".to_owned(),
            Change::Sharpened => format!("sharpened {times:.2}×"),
            Change::Blunted => format!("blunted to {times:.2} of the steepness"),
        });
    let all: Vec<String> = moved.into_iter().chain(change).collect();
    all.join(", ")
}

/// What the test hides, how far the rise was moved, and how wide it is; each where it lies within the axis.
fn marks(
    finding: &Finding,
    anatomy: &Anatomy,
    rise: &MetricRise,
    curves: &[Curve],
    x: &Axis,
) -> Vec<Layer> {
    let at_share = |share: f64| rise.low + share * (rise.high - rise.low);
    let within = |place: f64| x.from <= place && place <= x.to;
    let (first, last) = measured(finding);
    let items = finding.scenario.evaluation.items.get();
    let hidden = rise.first_visible.map_or(last, |x| x.clamp(first, last));
    let mut marks: Vec<Layer> = Vec::new();
    if hidden > first {
        let words = format!("hidden from {items} items");
        marks.push(Region::new(&words, first, hidden).into());
    }
    let moved = rise.x50.zip(rise.shift).map(|(to, by)| (to - by, to));
    if let Some((from, to)) =
        moved.filter(|&(from, to)| (to - from).abs() >= 0.005 && within(from) && within(to))
    {
        let (own, partial) = (at_share(0.5), half_way_of_partial(anatomy, curves, from));
        let arrow = Span::new(&moved_by(rise), (from, to), own);
        marks.push(
            match partial.filter(|partial| (partial - own).abs() > 0.005) {
                Some(partial) => arrow.between(partial, own).into(),
                None => arrow.into(),
            },
        );
    }
    if let (Some(x10), Some(x90)) = (rise.x10, rise.x90)
        && within(x10)
        && within(x90)
    {
        let label = format!("10–90%: {:.2} decades", x90 - x10);
        marks.push(Span::new(&label, (x10, x90), at_share(0.04)).into());
    }
    marks
}

/// Partial credit where half its rise is done: from its own anatomy, or else read off its curve.
fn half_way_of_partial(anatomy: &Anatomy, curves: &[Curve], x: f64) -> Option<f64> {
    let is_partial = |metric: Metric| metric.credit == Credit::PartialCredit;
    let own = anatomy.metrics.iter().find(|one| is_partial(one.metric));
    if let Some(Ok(rise)) = own.map(|one| &one.rise) {
        return Some(rise.low + 0.5 * (rise.high - rise.low));
    }
    let curve = curves.iter().find(|curve| is_partial(curve.metric))?;
    let after = curve.points.iter().find(|at| at.x >= x)?;
    Some(after.expected)
}

pub(super) fn threshold(useful: &Useful, x: &Axis) -> Option<Annotation> {
    match useful.from? {
        UsefulFrom::At(at) if x.from <= at && at <= x.to => {
            let label = format!("useful from {}", scale(at));
            Some(Annotation::new(&label, at, useful.threshold))
        }
        UsefulFrom::At(_)
        | UsefulFrom::Everywhere
        | UsefulFrom::Unattainable { .. }
        | UsefulFrom::Beyond => None,
    }
}

/// What one use gains along the axis, and what a choice between using and not using gains; where a payoff is given.
pub(super) fn gain_panel(
    finding: &Finding,
    anatomy: &Anatomy,
    curves: &[Curve],
    x: &Axis,
) -> Option<Panel> {
    let useful = &anatomy.usefulness;
    if useful.retries_meet_hard_items {
        return None;
    }
    let instead = useful.alternative;
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
        y: gain.max(instead),
        low: gain.max(instead),
        high: gain.max(instead),
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
        .fold((instead, instead), |(low, high), &(_, gain)| {
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
        match finding.scenario.usefulness.payoff()?.fallback {
            Some(_) => ReferenceLine::horizontal("a person", instead).into(),
            None => ReferenceLine::horizontal("leaving it alone", instead).into(),
        },
    ];
    if let Some(mark) = threshold(useful, x) {
        let label = format!("it pays from {}", scale(mark.x));
        layers.push(Annotation::new(&label, mark.x, instead).into());
    }
    Some(Panel {
        title: format!("{}: gain", finding.scenario.title),
        subtitle: "the kink is in the choice, not in the skill".to_owned(),
        x: x.clone(),
        y: Axis::number("Expected gain of one use", low - room, high + room),
        measured: Some(measured(finding)),
        layers,
    })
}
