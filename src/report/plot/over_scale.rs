//! Mean credit over scale.

use super::super::axis::Axis;
use super::super::drawn::{hull, measured, points};
use super::super::figure::{Figure, Panel};
use super::super::headline::shared_axis;
use super::super::layer::{CurvePlace, PointPlace, Series};
use super::super::look::Look;
use super::super::words;
use super::company::company;
use super::credit_panels::{Along, credit_panels, told_apart};
use super::error::PlotError;
use super::note;
use super::plan::{MOST_LINES, Plan, Shown};
use crate::domain::Metric;
use crate::study::{Finding, expected_curve};

/// Lines with bands; more would be a fog.
const MOST_BANDS: usize = 4;

pub(super) fn over_scale(
    plan: &Plan<'_>,
    metrics: &[Metric],
    by: Option<Shown>,
) -> Result<Figure, PlotError> {
    let families = plan.families(Shown::Scale, by)?;
    let unit = shared_axis(plan.findings().map(|finding| &finding.scenario))?;
    let range = hull(plan.findings().map(measured));
    let facets = plan.facets();
    let fullest = facets.iter().map(|facet| facet.points.len()).max();
    let lines = fullest.unwrap_or(0);
    let along = Along {
        axis: Axis::decades(words::scale_label(unit), range),
        measured: Some(range),
        words: String::new(),
        lines,
        is_joined: true,
    };
    // Before curves are computed for nothing.
    if lines > MOST_LINES {
        return Err(PlotError::TooManyLines {
            lines,
            most: MOST_LINES,
        });
    }
    let panels = credit_panels(plan, metrics, &along, |facet, metrics| {
        let lines = facet.points.len() * metrics.len();
        let mut series = Vec::new();
        for (family, points) in families.of(&facet.points) {
            for (place, &metric) in metrics.iter().enumerate() {
                let told = told_apart(&families, family, (place, metrics));
                let findings = points.iter().map(|point| &point.finding);
                series.extend(findings.filter_map(|finding| line(finding, metric, lines, &told)));
            }
        }
        series
    })?;
    let drawn = panels.iter().flat_map(Panel::series).count();
    let has_band = |series: &Series| {
        let mut places = series.curve.iter();
        series.curve.len() > 1 && places.any(|at| at.low < at.high)
    };
    let note = note::sentences([
        note::estimates(&plan.points, metrics),
        Some("Curves: expected.".to_owned()),
        panels
            .iter()
            .flat_map(Panel::series)
            .any(has_band)
            .then(|| note::bands(plan)),
        company(plan, Shown::Scale, &families).words,
        note::beyond(&panels),
        note::shaded(&panels),
        note::drawn(drawn, plan.points.len() * metrics.len(), "lines"),
    ]);
    Ok(super::figure(plan, "Mean credit over scale", note, panels))
}

fn line(
    finding: &Finding,
    metric: Metric,
    lines: usize,
    (label, look): &(String, Look),
) -> Option<Series> {
    let mut points = points(finding, metric);
    let curve = expected_curve(&finding.scenario, metric);
    let curve = curve.map_or_else(Vec::new, |curve| curve.points);
    let place = |at: &crate::study::CurvePoint| {
        let (low, high) = match lines <= MOST_BANDS {
            true => (at.low, at.high),
            false => (at.expected, at.expected),
        };
        CurvePlace {
            x: at.x,
            y: at.expected,
            low,
            high,
        }
    };
    let curve: Vec<CurvePlace> = curve.iter().map(place).collect();
    if let ([], [only]) = (&points[..], &curve[..]) {
        // A curve of one place is a point.
        points.push(PointPlace {
            x: only.x,
            y: only.y,
            low: only.y,
            high: only.y,
        });
    }
    let shown = !points.is_empty() || !curve.is_empty();
    shown.then(|| Series {
        label: label.clone(),
        look: *look,
        curve,
        points,
    })
}
