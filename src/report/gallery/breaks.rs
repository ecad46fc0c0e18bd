//! A break, the smooth law that is taken for it, and how surely each metric tells them apart.

use super::super::axis::CreditAxis;
use super::super::drawn::{credit_axis, measured, points};
use super::super::figure::Panel;
use super::super::layer::{Layer, Series};
use super::super::look::Look;
use super::super::number::percent;
use super::super::power_figure::power_panels;
use super::super::words;
use super::{Drawn, scale_axis};
use crate::domain::Metric;
use crate::study::{Curve, Finding, PowerOver, PowersOver};

/// A panel for each metric with the attempts at both laws, and one for each test with its power: where the break is held
/// against one family alone, and against all.
pub(super) fn panels(
    findings: &[Finding],
    (over, all): (&PowerOver, &PowersOver),
    alone: Option<(&PowerOver, &PowersOver)>,
) -> Drawn {
    let curves: Vec<Vec<Curve>> = findings.iter().map(Finding::expected_curves).collect();
    let metrics = over.plan.scenario.evaluation.metrics.as_slice().iter();
    let laws = metrics.filter_map(|&metric| laws(findings, &curves, metric));
    let mut panels: Vec<Panel> = laws.collect();
    // Metrics look otherwise than the two laws.
    let of = |over: &PowerOver, powers: &PowersOver| {
        let both = (&powers.curve[..], &powers.planned[..]);
        power_panels(&over.plan, over.number, both, findings.len())
    };
    let (told, _) = of(over, all);
    let axis = told.first().map(|panel| panel.x.clone());
    let named = |panel: Panel, title: &str| Panel {
        title: title.to_owned(),
        x: axis.clone().unwrap_or(panel.x),
        ..panel
    };
    if let Some((over, powers)) = alone {
        let first = over.plan.settings.against.as_slice().first();
        let title = first.map_or(String::new(), |family| {
            format!("Told from a {} alone", family.name().replace('-', " "))
        });
        let panels_alone = of(over, powers).0.into_iter();
        panels.extend(panels_alone.map(|panel| named(panel, &title)));
    }
    let families = over.plan.settings.against.as_slice().len();
    let title = match families {
        1 => "Told from smooth growth".to_owned(),
        _ => format!("Told from {families} smooth laws"),
    };
    panels.extend(told.into_iter().map(|panel| named(panel, &title)));
    let evaluation = &over.plan.scenario.evaluation;
    let note = format!(
        "Points, {} intervals: credit of n = {} items; power of {} simulated evaluations, alpha {}. Lines: expected; power by the formula for many items. Shaded: not measured.",
        percent(evaluation.level),
        evaluation.items.get(),
        over.plan.settings.replicates.get(),
        over.plan.settings.alpha.get(),
    );
    (panels, note)
}

/// Attempts at each law and what is expected, under a metric.
fn laws(findings: &[Finding], curves: &[Vec<Curve>], metric: Metric) -> Option<Panel> {
    let first = findings.first()?;
    let series = findings.iter().zip(curves).enumerate();
    let series = series.map(|(place, (finding, curves))| {
        let curve = curves.iter().filter(|curve| curve.metric == metric);
        let places = curve.flat_map(|curve| curve.points.iter().map(|at| (at.x, at.expected)));
        Layer::from(Series {
            points: points(finding, metric),
            ..Series::curve(&finding.scenario.title, Look::at(place), places)
        })
    });
    let layers: Vec<Layer> = series.collect();
    Some(Panel {
        title: words::title(metric),
        subtitle: words::explanation(metric),
        x: scale_axis(first),
        y: credit_axis(CreditAxis::Linear, &[metric], &layers),
        measured: Some(measured(first)),
        layers,
    })
}
