//! The figure of a run: one panel for each metric, all scenarios in each.

use super::axis::{Axis, CreditAxis};
use super::cloud;
use super::drawn::{self, Bands, hull, measured, note, points};
use super::figure::{Figure, Panel};
use super::layer::{Crossing, CurvePlace, Layer, ReferenceLine, Series};
use super::look::Look;
use super::number;
use super::words;
use crate::domain::{Axis as ScaleAxis, Metric, Scenario};
use crate::study::{Curve, Finding};

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

/// Points with intervals, a dot for each training run where there are several, expected curves with their bands, the 1/n
/// line and the threshold of usefulness.
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
    let measured = hull(findings.iter().map(measured));
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
    let panel = |(i, &metric): (usize, &Metric)| {
        let series = findings.iter().zip(curves).enumerate();
        let series = series.filter_map(|(place, (finding, curves))| {
            series_of(&labels, place, finding, curves, metric)
        });
        let mut layers: Vec<Layer> = series.map(Layer::from).collect();
        let clouds = findings.iter().enumerate().filter_map(|(place, finding)| {
            cloud::cloud(&labels[place], Look::at(place), finding, metric)
        });
        layers.extend(clouds.map(Layer::from));
        if metric.is_success_rate() {
            layers.extend(reference_lines(&scenarios).into_iter().map(Layer::from));
        }
        Panel {
            title: words::title(metric),
            subtitle: match i {
                0 => words::explanation(metric),
                _ => format!("{}, same attempts", words::explanation(metric)),
            },
            x: Axis::decades(words::scale_label(axis), measured),
            y: drawn::credit_axis(credit_axis, &[metric], &layers),
            measured: Some(measured),
            layers,
        }
    };
    let panels: Vec<Panel> = metrics.iter().enumerate().map(panel).collect();
    Ok(Figure {
        name: "headline".to_owned(),
        title: match findings {
            [only] => only.scenario.title.clone(),
            _ => "The same attempts under each metric".to_owned(),
        },
        caption: caption(findings),
        note: note(findings, &panels, Bands::OfEstimates),
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
    let simulated = findings.iter().any(|finding| !finding.tallies.is_empty());
    let points = match simulated {
        true => "Points: mean credit of simulated attempts with their intervals. ",
        false => "",
    };
    let dots = cloud::words(findings).map_or_else(String::new, |words| words + " ");
    format!(
        "{points}{dots}Curves: expected credit, computed. Bands: where estimates from n items fall. {}.",
        sizes.collect::<Vec<_>>().join("; ")
    )
}

/// The titles; where one repeats, with the name behind it.
fn labels(findings: &[Finding]) -> Vec<String> {
    let titles: Vec<&String> = findings
        .iter()
        .map(|finding| &finding.scenario.title)
        .collect();
    // One scenario needs no name beside each of its curves: it stands below them all.
    if findings.len() == 1 {
        return vec![String::new()];
    }
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
    let points = points(finding, metric);
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

/// One line for each different threshold and each different number of items.
pub(super) fn reference_lines(scenarios: &[&Scenario]) -> Vec<ReferenceLine> {
    let mut lines: Vec<ReferenceLine> = Vec::new();
    let mut add = |label: String, y: f64| {
        if lines.iter().all(|line| line.at != Crossing::At(y)) {
            lines.push(ReferenceLine::horizontal(&label, y));
        }
    };
    for scenario in scenarios {
        let threshold = scenario.usefulness.threshold();
        add(
            format!("useful from {}", number::threshold(threshold)),
            threshold,
        );
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
