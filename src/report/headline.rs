//! The figure of a run: one panel for each metric, all scenarios in each.

use super::axis::{Axis, CreditAxis};
use super::figure::{Figure, Panel};
use super::layer::{Crossing, CurvePlace, Layer, PointPlace, ReferenceLine, Series};
use super::look::Look;
use super::number::{percent, shortest};
use super::words::{self, each_once};
use crate::domain::{Axis as ScaleAxis, Metric, Scenario};
use crate::study::{Curve, Estimate, Finding};

/// Scenarios whose scales count different things share no axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "these scenarios are measured on different axes and cannot share a figure: run them one by one, or with --figures none"
)]
pub struct MixedAxes;

/// What the scales of all these scenarios count.
///
/// # Errors
/// [`MixedAxes`] if they do not all count the same.
pub fn shared_axis<'a>(
    scenarios: impl IntoIterator<Item = &'a Scenario>,
) -> Result<ScaleAxis, MixedAxes> {
    let mut axes = scenarios
        .into_iter()
        .map(|scenario| scenario.evaluation.axis);
    let first = axes.next().unwrap_or_default();
    if axes.all(|axis| axis == first) {
        Ok(first)
    } else {
        Err(MixedAxes)
    }
}

/// Points with intervals, expected curves with their bands, the 1/n line and the threshold of usefulness.
///
/// `curves` are those of each finding, in order. The axis of credit reaches down to the least value drawn, at most six
/// decades; what lies beyond its ends is drawn at them.
///
/// # Errors
/// [`MixedAxes`] if the scenarios do not count scale in the same unit.
pub fn headline(
    findings: &[Finding],
    curves: &[Vec<Curve>],
    credit_axis: CreditAxis,
) -> Result<Figure, MixedAxes> {
    let scenarios: Vec<&Scenario> = findings.iter().map(|finding| &finding.scenario).collect();
    let axis = shared_axis(scenarios.iter().copied())?;
    let ends = scenarios
        .iter()
        .map(|scenario| scenario.evaluation.scales.window());
    let measured = ends.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(low, high), (first, last)| (low.min(first.log10()), high.max(last.log10())),
    );
    let mut metrics: Vec<Metric> = Vec::new();
    for &metric in scenarios
        .iter()
        .flat_map(|scenario| scenario.evaluation.metrics.as_slice())
    {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    let labels = labels(findings);
    let panel = |&metric: &Metric| {
        let series = findings.iter().zip(curves).enumerate();
        let series = series.filter_map(|(place, (finding, curves))| {
            series_of(&labels, place, finding, curves, metric)
        });
        let mut layers: Vec<Layer> = series.map(Layer::from).collect();
        if metric.credit.is_all_or_nothing() {
            layers.extend(reference_lines(&scenarios).into_iter().map(Layer::from));
        }
        Panel {
            title: words::title(metric.credit),
            subtitle: words::explanation(metric.credit),
            x: Axis::decades(words::scale_label(axis), measured),
            y: Axis::credit("Mean credit", credit_axis, layers.iter().flat_map(credits)),
            measured: Some(measured),
            layers,
        }
    };
    let panels: Vec<Panel> = metrics.iter().map(panel).collect();
    let shaded = panels
        .iter()
        .any(|panel| panel.measured != Some((panel.x.from, panel.x.to)));
    let cut = panels.iter().any(|panel| {
        let mut points = panel.series().flat_map(|series| &series.points);
        points.any(|point| panel.y.is_beyond(point.y))
    });
    let mut more = Vec::new();
    if cut {
        more.push("Halved markers: beyond the axis.");
    }
    if shaded {
        more.push("Shaded: not measured.");
    }
    Ok(Figure {
        name: "headline".to_owned(),
        title: "The same attempts under each metric".to_owned(),
        caption: caption(findings),
        note: note(findings, &scenarios, &more),
        panels,
    })
}

fn caption(findings: &[Finding]) -> String {
    let sizes = findings.iter().map(|finding| {
        let evaluation = &finding.scenario.evaluation;
        format!(
            "{} (n = {} items, seed {})",
            finding.scenario.title,
            evaluation.items.get(),
            finding.scenario.seed.get()
        )
    });
    let points = match any_simulated(findings) {
        true => "Points: mean credit of simulated attempts with their intervals. ",
        false => "",
    };
    format!(
        "{points}Curves: expected credit, computed. Bands: where estimates from n items fall. {}.",
        sizes.collect::<Vec<_>>().join("; ")
    )
}

fn any_simulated(findings: &[Finding]) -> bool {
    let mut rows = findings.iter().flat_map(|finding| &finding.rows);
    rows.any(|row| row.estimate.is_some())
}

fn note(findings: &[Finding], scenarios: &[&Scenario], more: &[&str]) -> String {
    let levels = each_once(
        scenarios
            .iter()
            .map(|scenario| percent(scenario.evaluation.level)),
    );
    let items = each_once(
        scenarios
            .iter()
            .map(|scenario| scenario.evaluation.items.get().to_string()),
    );
    let first = match any_simulated(findings) {
        true => format!(
            "Points: simulated, n = {items} items, with {levels} intervals. Curves: expected. \
             Bands: about {levels} of estimates."
        ),
        false => {
            format!("Curves: expected. Bands: about {levels} of estimates from n = {items} items.")
        }
    };
    let sentences = [first.as_str()].into_iter().chain(more.iter().copied());
    sentences.collect::<Vec<_>>().join(" ")
}

/// The titles; where one repeats, with the name behind it.
fn labels(findings: &[Finding]) -> Vec<String> {
    let titles: Vec<&String> = findings
        .iter()
        .map(|finding| &finding.scenario.title)
        .collect();
    let label = |finding: &Finding| {
        let title = &finding.scenario.title;
        match titles.iter().filter(|other| **other == title).count() {
            1 => title.clone(),
            _ => format!("{title} ({})", finding.name),
        }
    };
    findings.iter().map(label).collect()
}

fn series_of(
    labels: &[String],
    place: usize,
    finding: &Finding,
    curves: &[Curve],
    metric: Metric,
) -> Option<Series> {
    let rows = finding.rows.iter().filter(|row| row.metric == metric);
    let points: Vec<PointPlace> = rows
        .filter_map(|row| {
            let Estimate {
                value, interval, ..
            } = row.estimate?;
            Some(PointPlace {
                x: row.scale.log10(),
                y: value,
                low: interval.low,
                high: interval.high,
            })
        })
        .collect();
    let curve = curves
        .iter()
        .find(|curve| curve.metric == metric)
        .map(|curve| {
            let places = curve.points.iter();
            places
                .map(|at| CurvePlace {
                    x: at.x,
                    y: at.expected,
                    low: at.low,
                    high: at.high,
                })
                .collect()
        });
    let curve: Vec<CurvePlace> = curve.unwrap_or_default();
    let shown = !points.is_empty() || !curve.is_empty();
    shown.then(|| Series {
        label: labels[place].clone(),
        look: Look::at(place),
        curve,
        points,
    })
}

/// All that an axis of credit should show of a layer.
fn credits(layer: &Layer) -> Vec<f64> {
    match layer {
        Layer::Series(series) => {
            let curve = series.curve.iter().map(|at| at.y);
            let points = series.points.iter().flat_map(|at| [at.y, at.low, at.high]);
            curve.chain(points).collect()
        }
        Layer::Line(ReferenceLine {
            at: Crossing::At(y),
            ..
        }) => vec![*y],
        _ => Vec::new(),
    }
}

/// One line for each different threshold and each different number of items.
fn reference_lines(scenarios: &[&Scenario]) -> Vec<ReferenceLine> {
    let mut lines: Vec<ReferenceLine> = Vec::new();
    let mut add = |label: String, y: f64| {
        if lines.iter().all(|line| line.at != Crossing::At(y)) {
            lines.push(ReferenceLine::horizontal(&label, y));
        }
    };
    for scenario in scenarios {
        let threshold = scenario.usefulness.threshold();
        add(format!("useful from {}", shortest(threshold)), threshold);
    }
    for scenario in scenarios {
        let resolution = 1.0 / scenario.evaluation.items.get() as f64;
        add(
            format!("1/n, n = {}", scenario.evaluation.items.get()),
            resolution,
        );
    }
    lines
}
