//! Heatmaps and contours.

use std::collections::BTreeSet;

use super::super::drawn::hull;
use super::super::figure::{Figure, Panel};
use super::super::layer::{Layer, Stroke, Trace};
use super::company::beside;
use super::contour::contours;
use super::error::PlotError;
use super::grid::{Grid, Side, grid, heatmap, shown, side};
use super::note;
use super::plan::{Facet, Plan, Shown};
use super::request::PlotKind;
use super::shade::Shade;
use crate::domain::Scale;

/// Cells in a panel.
const MOST_CELLS: usize = 40_000;

/// What is drawn over two axes, a panel for each shade and facet.
pub(super) fn over_two(
    plan: &Plan<'_>,
    shades: &[Shade],
    (x, by): (Shown, Shown),
) -> Result<Figure, PlotError> {
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
    if let Some(points) = scattered(plan, (x, by), (columns, rows)) {
        return Err(PlotError::Scattered {
            x: sides.0.name,
            y: sides.1.name,
            columns,
            rows,
            points,
        });
    }
    let (at, words) = scale_shown(plan, shades, (x, by))?;
    let facets = plan.facets();
    plan.panels_fit(shades.len() * facets.len())?;
    let common = note::common(plan);
    let (mut panels, mut filled) = (Vec::new(), 0);
    for &shade in shades {
        let of_facet = |facet: &Facet<'_>| {
            grid(plan, facet, (x, by), &sides, &|point, scale| {
                shade.value(point, scale.or(at), plan.request.kind)
            })
        };
        let grids: Vec<Grid<'_>> = facets.iter().map(of_facet).collect();
        let all = || grids.iter().flat_map(|grid| &grid.values).flatten();
        filled += all().count();
        let range = match shade.runs_from_0_to_1() {
            true => (0.0, 1.0),
            false => wide(hull(all().map(|value| (*value, *value)))),
        };
        for (facet, grid) in facets.iter().zip(grids) {
            let title = note::listed_with(", ", [&shade.title(), &facet.label]);
            let shared = match panels.is_empty() {
                true => note::listed([&words, &common]),
                false => words.clone(),
            };
            panels.push(panel(plan, (shade, range), &grid, title, &shared));
        }
    }
    if filled == 0 {
        let names = shades.iter().map(|shade| shade.title());
        return Err(PlotError::NothingToDraw {
            what: names.collect::<Vec<_>>().join(", "),
        });
    }
    let cells = columns * rows * facets.len() * shades.len();
    let note = note::sentences([
        Some(words_below(plan, shades, &panels, (filled, cells))),
        beside(plan, [x, by]),
    ]);
    let title = format!("Over {} and {}", plan.title(x), plan.title(by));
    Ok(super::figure(plan, &title, note, panels))
}

/// Of a grid, at least this share is there.
const LEAST_SHARE: f64 = 0.25;

/// How many pairs of values there are, where they leave most of the cells between two keys empty.
fn scattered(
    plan: &Plan<'_>,
    shown: (Shown, Shown),
    (columns, rows): (usize, usize),
) -> Option<usize> {
    let (Shown::Key(x), Shown::Key(y)) = shown else {
        return None;
    };
    let (x, y) = (&plan.columns[x], &plan.columns[y]);
    let pairs = plan
        .points
        .iter()
        .map(|point| (x.rank(point), y.rank(point)));
    let pairs = pairs.collect::<BTreeSet<_>>().len();
    let share = pairs as f64 / (columns * rows).max(1) as f64;
    (share < LEAST_SHARE).then_some(pairs)
}

/// The scale of mean credit where scale is along neither axis, and what to say of it.
fn scale_shown(
    plan: &Plan<'_>,
    shades: &[Shade],
    (x, by): (Shown, Shown),
) -> Result<(Option<Scale>, String), PlotError> {
    let over_scale = [x, by].contains(&Shown::Scale);
    let credit = shades.iter().find_map(|shade| match shade {
        Shade::Credit(metric) => Some(*metric),
        Shade::Number(..) => None,
    });
    match credit {
        Some(_) if over_scale && plan.request.at.is_some() => Err(PlotError::ScaleShown),
        Some(metric) if !over_scale => {
            let (scale, words) = plan.scale(metric)?;
            Ok((Some(scale), words))
        }
        _ => Ok((None, String::new())),
    }
}

fn panel(
    plan: &Plan<'_>,
    (shade, range): (Shade, (f64, f64)),
    grid: &Grid<'_>,
    title: String,
    shared: &str,
) -> Panel {
    let kind = plan.request.kind;
    let axis = |side: &Side| shown(side, kind);
    let (layers, subtitle) = match kind {
        PlotKind::Contour => {
            let lines = contours(grid, range, shade.runs_from_0_to_1());
            let none = match lines.is_empty() {
                true => "no level lies between values",
                false => "",
            };
            let subtitle = note::listed([&shade.label(), none, shared]);
            (lines, subtitle)
        }
        _ => {
            let cells = heatmap(grid, shade.label(), range);
            (vec![Layer::from(cells)], shared.to_owned())
        }
    };
    Panel {
        title,
        subtitle,
        x: axis(grid.x),
        y: axis(grid.y),
        measured: None,
        layers,
    }
}

/// Where values are from, and how many of them there are.
fn words_below(
    plan: &Plan<'_>,
    shades: &[Shade],
    panels: &[Panel],
    (filled, cells): (usize, usize),
) -> String {
    let kind = plan.request.kind;
    let simulated = shades.iter().any(|shade| is_simulated(plan, *shade));
    let mut labels: Vec<String> = shades.iter().map(|shade| shade.label()).collect();
    labels.dedup();
    let shown = match &labels[..] {
        [only] => only.as_str(),
        _ => "Means",
    };
    let from = match (shades.iter().any(|shade| shade.is_credit()), simulated) {
        (true, true) => format!("{shown}: simulated."),
        (true, false) => format!("{shown}: expected."),
        (false, _) => "Computed from expected credit, not simulated.".to_owned(),
    };
    let missing = match (kind, filled < cells) {
        (PlotKind::Contour, false) => {
            format!("Lines between {filled} values, linear along the axes.")
        }
        (PlotKind::Contour, true) => format!(
            "Lines between {filled} values, linear along the axes; none beside values that are missing."
        ),
        (_, true) => format!("{filled} of {cells} cells have a value; hatched: none."),
        (_, false) => format!("{cells} cells."),
    };
    note::sentences([
        Some(from),
        simulated.then(|| items(plan)).flatten(),
        Some(missing),
        levels(panels),
    ])
}

/// Whether an estimate is among what is drawn: contours show one only where nothing is expected.
fn is_simulated(plan: &Plan<'_>, shade: Shade) -> bool {
    let Shade::Credit(metric) = shade else {
        return false;
    };
    let mut rows = plan.findings().flat_map(|finding| &finding.rows);
    rows.any(|row| {
        let drawn = plan.request.kind != PlotKind::Contour || row.expected.is_none();
        row.metric == metric && row.estimate.is_some() && drawn
    })
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
