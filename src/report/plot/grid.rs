//! Values over two axes: heatmaps and contours.

use std::collections::BTreeMap;

use super::super::axis::{Axis, AxisKind};
use super::super::drawn::hull;
use super::super::figure::{Figure, Panel};
use super::super::headline::shared_axis;
use super::super::layer::{Heatmap, Layer, Stroke, Trace};
use super::super::words;
use super::anatomy_lines::{chosen, subjects, title, unit, value};
use super::contour::contours;
use super::error::PlotError;
use super::note;
use super::plan::{Facet, Plan, Shown};
use super::request::PlotKind;
use crate::domain::{Metric, Scale};
use crate::study::{AnatomyNumber, PointFinding, measured_scales};

/// Cells in a panel.
const MOST_CELLS: usize = 40_000;

/// What is shown by colours or by lines.
#[derive(Clone, Copy)]
pub(super) enum Shade {
    /// Mean credit under a metric.
    Credit(Metric),
    /// A number of the anatomy of a metric.
    Number(AnatomyNumber, Metric),
}

impl Shade {
    fn title(self) -> String {
        match self {
            Self::Credit(metric) => words::title(metric.credit),
            Self::Number(AnatomyNumber::UsefulFrom, _) => {
                title(AnatomyNumber::UsefulFrom).to_owned()
            }
            Self::Number(number, metric) => {
                let name = words::title(metric.credit);
                format!("{name}: {}", title(number).to_lowercase())
            }
        }
    }

    fn label(self) -> String {
        match self {
            Self::Credit(_) => "Mean credit".to_owned(),
            Self::Number(number, _) if number.is_place() => format!("{} (log10)", unit(number)),
            Self::Number(number, _) => unit(number).to_owned(),
        }
    }

    /// Contours are of what is expected, where it is known: those of estimates show more noise than anything else.
    fn value(self, point: &PointFinding, scale: Option<Scale>, kind: PlotKind) -> Option<f64> {
        match self {
            Self::Credit(metric) => {
                let row = point.finding.row(metric, scale?)?;
                let smooth = row.expected.filter(|_| kind == PlotKind::Contour);
                smooth.or_else(|| row.shown())
            }
            Self::Number(number, metric) => value(number, metric, point),
        }
    }

    const fn is_credit(self) -> bool {
        matches!(self, Self::Credit(_))
    }
}

/// The shades of the numbers of metrics.
pub(super) fn shades(numbers: &[AnatomyNumber], metrics: &[Metric]) -> Vec<Shade> {
    let of = |&number: &AnatomyNumber| {
        let metrics = match number {
            // Of the scenario: by whichever metric it has.
            AnatomyNumber::UsefulFrom => metrics.iter().take(1).copied().collect(),
            _ => subjects(number, metrics),
        };
        metrics
            .into_iter()
            .map(move |metric| Shade::Number(number, metric))
    };
    chosen(numbers).iter().flat_map(of).collect()
}

/// Something along an axis: what it stands for, where it begins and ends.
pub(super) struct Side {
    pub(super) axis: Axis,
    pub(super) values: Vec<f64>,
    edges: Vec<f64>,
    name: String,
}

/// Values at the crossings of two sides.
pub(super) struct Grid<'s> {
    pub(super) x: &'s Side,
    pub(super) y: &'s Side,
    /// Row by row, each from the left.
    pub(super) values: Vec<Option<f64>>,
}

pub(super) fn over_two(
    plan: &Plan<'_>,
    shades: &[Shade],
    (x, by): (Shown, Shown),
) -> Result<Figure, PlotError> {
    let kind = plan.request.kind;
    let free = plan.free(&[x, by]);
    if !free.is_empty() {
        let combinations = plan.families(x, Some(by))?.members.len();
        return Err(plan.not_fixed(&free, combinations));
    }
    let sides = (side(plan, x)?, side(plan, by)?);
    let (columns, rows) = (sides.0.values.len(), sides.1.values.len());
    if columns * rows > MOST_CELLS {
        return Err(PlotError::NotAGrid {
            x: sides.0.name,
            y: sides.1.name,
            columns,
            rows,
            most: MOST_CELLS,
        });
    }
    let over_scale = [x, by].contains(&Shown::Scale);
    let (at, words) = match shades.iter().copied().find_map(|shade| match shade {
        Shade::Credit(metric) => Some(metric),
        Shade::Number(..) => None,
    }) {
        Some(_) if over_scale && plan.request.at.is_some() => return Err(PlotError::ScaleShown),
        Some(metric) if !over_scale => {
            let (scale, words) = plan.scale(metric)?;
            (Some(scale), words)
        }
        _ => (None, String::new()),
    };
    let facets = plan.facets();
    plan.panels_fit(shades.len() * facets.len())?;
    let common = note::common(plan);
    let (mut panels, mut filled, mut simulated) = (Vec::new(), 0, false);
    for &shade in shades {
        let grids: Vec<Grid<'_>> = facets
            .iter()
            .map(|facet| {
                grid(plan, facet, (x, by), &sides, &|point, scale| {
                    shade.value(point, scale.or(at), kind)
                })
            })
            .collect();
        let all = || grids.iter().flat_map(|grid| &grid.values).flatten();
        filled += all().count();
        let range = match shade.is_credit() {
            true => (0.0, 1.0),
            false => wide(hull(all().map(|value| (*value, *value)))),
        };
        if let Shade::Credit(metric) = shade {
            let mut rows = plan.findings().flat_map(|finding| &finding.rows);
            simulated |= rows.any(|row| {
                let drawn = kind != PlotKind::Contour || row.expected.is_none();
                row.metric == metric && row.estimate.is_some() && drawn
            });
        }
        for (facet, grid) in facets.iter().zip(grids) {
            let shared = if panels.is_empty() {
                common.as_str()
            } else {
                ""
            };
            let layers = match kind {
                PlotKind::Contour => contours(&grid, range, shade.is_credit()),
                _ => vec![Layer::from(heatmap(&grid, shade.label(), range))],
            };
            panels.push(Panel {
                title: note::listed_with(", ", [&shade.title(), &facet.label]),
                subtitle: match kind {
                    PlotKind::Contour => {
                        let none = if layers.is_empty() {
                            "no level lies between values"
                        } else {
                            ""
                        };
                        note::listed([&shade.label(), &words, none, shared])
                    }
                    _ => note::listed([&words, shared]),
                },
                x: shown(&sides.0, plan.request.kind),
                y: shown(&sides.1, plan.request.kind),
                measured: None,
                layers,
            });
        }
    }
    if filled == 0 {
        let names = shades.iter().map(|shade| shade.title());
        return Err(PlotError::NothingToDraw {
            what: names.collect::<Vec<_>>().join(", "),
        });
    }
    let cells = columns * rows * facets.len() * shades.len();
    let from = match (shades.iter().any(|shade| shade.is_credit()), simulated) {
        (true, true) => "Mean credit: simulated.",
        (true, false) => "Mean credit: expected.",
        (false, _) => "Computed from expected credit, not simulated.",
    };
    let missing = match kind {
        PlotKind::Contour => format!(
            "Lines between {filled} values, linear along the axes{}.",
            if filled < cells {
                "; none beside values that are missing"
            } else {
                ""
            }
        ),
        _ if filled < cells => format!("{filled} of {cells} cells have a value; hatched: none."),
        _ => format!("{cells} cells."),
    };
    let note = note::sentences([
        Some(from.to_owned()),
        simulated.then(|| items(plan)).flatten(),
        Some(missing),
        levels(&panels),
    ]);
    let title = format!("Over {} and {}", plan.title(x), plan.title(by));
    Ok(super::figure(plan, &title, note, panels))
}

/// The levels of contours, some of which may have no room for a label: `Levels: 0.1, 0.5.`
fn levels(panels: &[Panel]) -> Option<String> {
    let mut levels: Vec<(f64, &str)> = Vec::new();
    for layer in panels.iter().flat_map(|panel| &panel.layers) {
        if let Layer::Trace(Trace { label, stroke, .. }) = layer
            && let Stroke::Level(share) = stroke
            && levels.iter().all(|(_, known)| known != label)
        {
            levels.push((*share, label));
        }
    }
    levels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let words: Vec<&str> = levels.into_iter().map(|(_, label)| label).collect();
    (!words.is_empty()).then(|| format!("Levels: {}.", words.join(", ")))
}

/// `n = 1000 items.`
fn items(plan: &Plan<'_>) -> Option<String> {
    let items = plan
        .findings()
        .map(|finding| finding.scenario.evaluation.items.get());
    let (least, most) = (items.clone().min()?, items.max()?);
    Some(match least == most {
        true => format!("n = {least} items."),
        false => format!("n = {least} to {most} items."),
    })
}

/// A range that is not empty.
fn wide((low, high): (f64, f64)) -> (f64, f64) {
    match (low < high, low > high) {
        (true, _) => (low, high),
        (_, true) => (0.0, 1.0),
        _ => (low - 0.5, high + 0.5),
    }
}

fn side(plan: &Plan<'_>, shown: Shown) -> Result<Side, PlotError> {
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
fn shown(side: &Side, kind: PlotKind) -> Axis {
    let reach = match kind {
        PlotKind::Contour => &side.values,
        _ => &side.edges,
    };
    let (from, to) = match (reach.first(), reach.last()) {
        (Some(from), Some(to)) if from < to => (*from, *to),
        _ => (side.axis.from, side.axis.to),
    };
    // An axis of scales has a power of ten in sight.
    let has_mark = side.axis.kind != AxisKind::Decades || from.ceil() <= to.floor();
    match has_mark {
        true => Axis {
            from,
            to,
            ..side.axis.clone()
        },
        false => side.axis.clone(),
    }
}

fn grid<'s>(
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

fn heatmap(grid: &Grid<'_>, label: String, range: (f64, f64)) -> Heatmap {
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

/// Mean credit under each metric.
pub(super) fn credits(metrics: &[Metric]) -> Vec<Shade> {
    metrics.iter().copied().map(Shade::Credit).collect()
}
