//! Values over two axes.

use std::collections::BTreeMap;

use super::super::axis::{Axis, AxisKind};
use super::super::drawn::hull;
use super::super::headline::shared_axis;
use super::super::layer::Heatmap;
use super::super::words;
use super::error::PlotError;
use super::plan::{Facet, Plan, Shown};
use super::request::PlotKind;
use crate::domain::Scale;
use crate::study::{PointFinding, measured_scales};

/// Something along an axis: what it stands for, where it begins and ends.
pub(super) struct Side {
    pub(super) axis: Axis,
    pub(super) values: Vec<f64>,
    edges: Vec<f64>,
    pub(super) name: String,
}

/// Values at the crossings of two sides.
pub(super) struct Grid<'s> {
    pub(super) x: &'s Side,
    pub(super) y: &'s Side,
    /// Row by row, each from the left.
    pub(super) values: Vec<Option<f64>>,
}

/// What lies along an axis, for the points of all facets.
pub(super) fn side(plan: &Plan<'_>, shown: Shown) -> Result<Side, PlotError> {
    let name = plan.title(shown);
    let (axis, values) = match shown {
        Shown::Scale => {
            let unit = shared_axis(plan.findings().map(|finding| &finding.scenario))?;
            let scales = measured_scales(plan.findings());
            let values: Vec<f64> = scales.into_iter().map(Scale::log10).collect();
            let range = hull(values.iter().map(|x| (*x, *x)));
            (Axis::decades(words::scale_label(unit), range), values)
        }
        Shown::Key(place) => {
            let column = &plan.columns[place];
            let axis = column.axis(plan.request.x_scale)?;
            let values = match axis.all_names().len() {
                0 => column.numbers(),
                names => (0..names).map(|place| place as f64).collect(),
            };
            (axis, values)
        }
    };
    if plan.request.kind == PlotKind::Contour && !axis.all_names().is_empty() {
        return Err(PlotError::NotNumbers { key: name });
    }
    let edges = edges(&axis, &values);
    Ok(Side {
        axis,
        values,
        edges,
        name,
    })
}

/// Half-way between neighbours as the axis spaces them, and as far beyond the first and the last.
fn edges(axis: &Axis, values: &[f64]) -> Vec<f64> {
    let places: Vec<f64> = values.iter().map(|value| axis.spaced(*value)).collect();
    let usual = match axis.kind {
        AxisKind::Log => 0.3,
        _ => 1.0,
    };
    let first = places
        .windows(2)
        .next()
        .map_or(usual, |pair| pair[1] - pair[0]);
    let last = places
        .windows(2)
        .last()
        .map_or(usual, |pair| pair[1] - pair[0]);
    let ends = |place: Option<&f64>, by: f64| place.map(|place| place + by);
    let between = places.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]));
    let all = ends(places.first(), -0.5 * first)
        .into_iter()
        .chain(between)
        .chain(ends(places.last(), 0.5 * last));
    let mut edges: Vec<f64> = all.map(|place| unspaced(axis, place)).collect();
    // What is above 0 has no cell below it.
    if let (AxisKind::Number, Some(edge), Some(&least)) =
        (&axis.kind, edges.first_mut(), values.first())
        && least > 0.0
    {
        *edge = edge.max(0.5 * least);
    }
    edges
}

/// The value at a place of an axis, as it spaces them; of axes of keys and scales.
pub(super) fn unspaced(axis: &Axis, place: f64) -> f64 {
    match axis.kind {
        AxisKind::Log => libm::exp10(place),
        AxisKind::Decades | AxisKind::Number | AxisKind::Names(_) | AxisKind::Credit(_) => place,
    }
}

/// The axis of a panel: as far as cells reach, or as values do.
pub(super) fn shown(side: &Side, kind: PlotKind) -> Axis {
    let reach = match kind {
        PlotKind::Contour => &side.values,
        _ => &side.edges,
    };
    let (from, to) = match (reach.first(), reach.last()) {
        (Some(from), Some(to)) if from < to => (*from, *to),
        _ => (side.axis.from, side.axis.to),
    };
    // A cell stands for its value, not for what lies between two of them.
    let is_marked =
        kind == PlotKind::Heatmap && matches!(side.axis.kind, AxisKind::Number | AxisKind::Log);
    let marks = match is_marked {
        true => side.values.clone(),
        false => Vec::new(),
    };
    // An axis of scales has a power of ten in sight.
    let has_mark = side.axis.kind != AxisKind::Decades || from.ceil() <= to.floor();
    match has_mark {
        true => Axis {
            from,
            to,
            marks,
            ..side.axis.clone()
        },
        false => side.axis.clone(),
    }
}

/// The values of a facet.
pub(super) fn grid<'s>(
    plan: &Plan<'_>,
    facet: &Facet<'_>,
    (x, y): (Shown, Shown),
    sides: &'s (Side, Side),
    value: &dyn Fn(&PointFinding, Option<Scale>) -> Option<f64>,
) -> Grid<'s> {
    let scales = measured_scales(plan.findings());
    let mut values = BTreeMap::new();
    let columns = sides.0.values.len();
    // A key's place at a point, and that of scale for each scale.
    let rank = |shown: Shown, side: &Side, point: &PointFinding, scale: usize| match shown {
        Shown::Scale => Some(scale),
        Shown::Key(place) => {
            let position = plan.columns[place].position(point)?;
            side.values.iter().position(|value| *value == position)
        }
    };
    let over_scale = [x, y].contains(&Shown::Scale);
    let each: Vec<(usize, Option<Scale>)> = match over_scale {
        true => scales.into_iter().map(Some).enumerate().collect(),
        false => vec![(0, None)],
    };
    for point in &facet.points {
        for &(place, scale) in &each {
            let column = rank(x, &sides.0, point, place);
            let row = rank(y, &sides.1, point, place);
            if let (Some(column), Some(row)) = (column, row)
                && let Some(value) = value(point, scale)
            {
                values.insert(row * columns + column, value);
            }
        }
    }
    let cells = 0..columns * sides.1.values.len();
    Grid {
        x: &sides.0,
        y: &sides.1,
        values: cells.map(|cell| values.get(&cell).copied()).collect(),
    }
}

/// Values as colours.
pub(super) fn heatmap(grid: &Grid<'_>, label: String, range: (f64, f64)) -> Heatmap {
    Heatmap {
        label,
        range,
        columns: grid.x.values.clone(),
        x_edges: grid.x.edges.clone(),
        rows: grid.y.values.clone(),
        y_edges: grid.y.edges.clone(),
        values: grid.values.clone(),
    }
}
