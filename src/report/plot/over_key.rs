//! Mean credit at one scale, or at several, over a swept key.

use super::super::figure::{Figure, Panel};
use super::super::layer::{CurvePlace, PointPlace, Series};
use super::super::look::Look;
use super::super::number;
use super::column::Column;
use super::company::company;
use super::credit_panels::{Along, credit_panels, told_apart};
use super::error::PlotError;
use super::note;
use super::plan::{Families, Plan, Shown};
use crate::domain::{Metric, Scale};
use crate::study::{PointFinding, measured_scales};

/// Scales with a line each; of more, every second or third is drawn, and the note says so.
const MOST_SCALES: usize = 8;

pub(super) fn over_key(
    plan: &Plan<'_>,
    metrics: &[Metric],
    key: usize,
    by: Option<Shown>,
) -> Result<Figure, PlotError> {
    let column = &plan.columns[key];
    let families = plan.families(Shown::Key(key), by)?;
    let all = measured_scales(plan.findings());
    let (scales, words) = match (by, metrics.first()) {
        (Some(Shown::Scale), _) if plan.request.at.is_some() => return Err(PlotError::ScaleShown),
        (Some(Shown::Scale), _) | (_, None) => (spread_over(&all), String::new()),
        (_, Some(&first)) => {
            let (scale, words) = plan.scale(first)?;
            (vec![scale], words)
        }
    };
    let company = company(plan, Shown::Key(key), &families);
    let is_joined = column.is_numeric && company.is_joined;
    let along = Along {
        axis: column.axis(plan.request.x_scale)?,
        measured: None,
        words,
        lines: families.members.len() * scales.len(),
        is_joined,
    };
    let panels = credit_panels(plan, metrics, &along, |facet, metrics| {
        let mut lines = Vec::new();
        for (family, points) in families.of(&facet.points) {
            let places = places(column, &points);
            for (place, &metric) in metrics.iter().enumerate() {
                // The largest first: where credit grows with scale, as labels stand.
                for (rank, &scale) in scales.iter().enumerate().rev() {
                    let told = at_scale(&families, (family, place, metrics), (rank, &scales));
                    lines.extend(series(&places, metric, scale, told));
                }
            }
        }
        lines
    })?;
    let placed = places(column, &plan.points).len();
    let thinned = (scales.len() > 1 && scales.len() < all.len())
        .then(|| format!("{} of {} scales drawn.", scales.len(), all.len()));
    let note = note::sentences([
        note::estimates(&plan.points, metrics),
        match is_joined {
            true => panels
                .iter()
                .flat_map(Panel::series)
                .any(|series| series.curve.len() > 1)
                .then(|| "Lines join expected values.".to_owned()),
            false => Some("Bars: expected.".to_owned()),
        },
        company.words,
        note::beyond(&panels),
        thinned,
        note::drawn(placed, plan.points.len(), "points"),
    ]);
    let title = format!("Mean credit over {}", column.name);
    Ok(super::figure(plan, &title, note, panels))
}

/// Every scale, every second or every third and so on, the last among them: at most [`MOST_SCALES`].
fn spread_over(all: &[Scale]) -> Vec<Scale> {
    let stride = all.len().div_ceil(MOST_SCALES).max(1);
    let mut scales: Vec<Scale> = all.iter().rev().step_by(stride).copied().collect();
    scales.reverse();
    scales
}

/// Label and look of a line; where there are several scales, their order is the order of colours.
fn at_scale(
    families: &Families<'_, '_>,
    (family, place, metrics): (usize, usize, &[Metric]),
    (rank, scales): (usize, &[Scale]),
) -> (String, Look) {
    let (name, look) = told_apart(families, family, (place, metrics));
    let [_, _, ..] = scales else {
        return (name, look);
    };
    let along = Look::along(rank as f64 / (scales.len() - 1) as f64);
    let scale = format!("N = {}", number::scale(scales[rank].log10()));
    match name.as_str() {
        "" => (scale, along.marked_as(rank)),
        name => (
            format!("{name}, {scale}"),
            along.drawn_as(family * metrics.len() + place),
        ),
    }
}

/// Points along the axis of a key, from the left; without those that have no such key.
fn places<'a>(column: &Column<'_>, points: &[&'a PointFinding]) -> Vec<(f64, &'a PointFinding)> {
    let places = points
        .iter()
        .filter_map(|point| Some((column.position(point)?, *point)));
    let mut places: Vec<_> = places.collect();
    places.sort_by(|one, other| one.0.total_cmp(&other.0));
    places
}

/// A line over the values of a key; none where it has no value at all.
fn series(
    places: &[(f64, &PointFinding)],
    metric: Metric,
    scale: Scale,
    (label, look): (String, Look),
) -> Option<Series> {
    let rows = places
        .iter()
        .filter_map(|&(x, point)| Some((x, point.finding.row(metric, scale)?)));
    let curve = rows.clone().filter_map(|(x, row)| {
        let y = row.expected?;
        Some(CurvePlace {
            x,
            y,
            low: y,
            high: y,
        })
    });
    let points = rows.clone().filter_map(|(x, row)| {
        let y = row.shown()?;
        let interval = row.estimate.map(|estimate| estimate.interval);
        Some(PointPlace {
            x,
            y,
            low: interval.map_or(y, |interval| interval.low),
            high: interval.map_or(y, |interval| interval.high),
        })
    });
    let (curve, points): (Vec<_>, Vec<_>) = (curve.collect(), points.collect());
    (!points.is_empty()).then_some(Series {
        label,
        look,
        curve,
        points,
    })
}
