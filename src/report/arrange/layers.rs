//! The layers of a panel, but for their labels.

use super::super::board::Board;
use super::super::figure::Panel;
use super::super::layer::{
    Across, BarStyle, Crossing, Fan, Layer, PointPlace, Series, Span, Stroke, Trace,
};
use super::super::look::{Colour, Look, Marker};
use super::super::scene::{Bounds, End, Fill, Place, cut};
use super::super::style::{DOTS, Rgb, dashes, nested_grey};
use super::cells::{draw_bars, draw_heatmap};
use super::clouds::draw_clouds;
use super::panel::Frame;
use super::raster::draw_raster;

/// What lies below the lines of the grid: shades and regions.
pub(super) fn draw_below_axes(board: &mut Board, panel: &Panel, frame: &Frame<'_>) {
    let plot = frame.plot;
    if let Some((from, to)) = panel.measured {
        let (first, last) = (frame.x(from), frame.x(to));
        for (left, right) in [(plot.left, first), (last, plot.right)] {
            if left < right {
                let bounds = Bounds {
                    left,
                    right,
                    ..plot
                };
                match board.theme.unmeasured() {
                    Some(tint) => board.rectangle(bounds, Fill::solid(tint)),
                    None => {
                        let pen = board.pen(board.theme.hatch(), 0.4, &[]);
                        board.hatch(bounds, 5.0, &pen);
                    }
                }
            }
        }
    }
    for layer in &panel.layers {
        if let Layer::Region(region) = layer {
            let bounds = Bounds {
                left: frame.x(region.from.min(region.to)),
                right: frame.x(region.from.max(region.to)),
                ..plot
            };
            draw_region(board, bounds);
        }
    }
}

fn draw_region(board: &mut Board, bounds: Bounds) {
    match board.theme.region() {
        Some(tint) => board.rectangle(bounds, Fill::solid(tint)),
        None => {
            let pen = board.pen(board.theme.hatch(), 0.5, &[1.5, 1.5]);
            board.hatch(bounds, 3.5, &pen);
        }
    }
    let pen = board.pen(board.theme.soft_ink(), 0.5, &[]);
    for x in [bounds.left, bounds.right] {
        board.line((x, bounds.top), (x, bounds.bottom), pen.clone());
    }
}

/// All between the axes and the labels, kind by kind.
pub(super) fn draw_data(board: &mut Board, panel: &Panel, frame: &Frame<'_>) {
    let each = |board: &mut Board, draw: &dyn Fn(&mut Board, &Layer)| {
        panel.layers.iter().for_each(|layer| draw(board, layer));
    };
    each(board, &|board, layer| match layer {
        Layer::Heatmap(heatmap) => draw_heatmap(board, heatmap, frame),
        Layer::Raster(raster) => draw_raster(board, raster, frame),
        Layer::Fan(fan) => draw_bands(board, fan, frame),
        Layer::Series(series) => draw_band(board, series, frame),
        _ => {}
    });
    // An outline over a filled bar stays in sight.
    for style in [BarStyle::Filled, BarStyle::Outlined] {
        each(board, &|board, layer| match layer {
            Layer::Distribution(bars) if bars.style == style => draw_bars(board, bars, frame),
            _ => {}
        });
    }
    each(board, &|board, layer| {
        if let Layer::Line(line) = layer {
            draw_reference_line(board, line.at, frame);
        }
    });
    each(board, &|board, layer| match layer {
        Layer::Series(series) => {
            let curve: Vec<(f64, f64)> = series.curve.iter().map(|at| (at.x, at.y)).collect();
            draw_curve(board, entering(&curve, frame), series.look);
        }
        Layer::Fan(fan) => {
            draw_curve(board, entering(&fan.centre, frame), fan.look);
        }
        _ => {}
    });
    let is_heatmap = |layer: &Layer| matches!(layer, Layer::Heatmap(_));
    let ground = match panel.layers.iter().any(is_heatmap) {
        true => Ground::Cells,
        false => Ground::Plain,
    };
    each(board, &|board, layer| match layer {
        Layer::Trace(trace) => draw_trace(board, trace, ground, frame),
        Layer::Across(across) => draw_across(board, across, frame),
        _ => {}
    });
    draw_clouds(board, panel, frame);
    each(board, &|board, layer| {
        if let Layer::Series(series) = layer {
            draw_points(board, series, frame);
        }
    });
    each(board, &|board, layer| {
        if let Layer::Span(span) = layer {
            draw_span(board, span, frame);
        }
    });
    each(board, &|board, layer| {
        if let Layer::Annotation(annotation) = layer {
            draw_mark(board, frame.place((annotation.x, annotation.y)));
        }
    });
}

/// A curve from where it comes into the range of the vertical axis: before, a line along the end of the axis would be
/// read as its values. It keeps its end, where its label is.
fn entering(curve: &[(f64, f64)], frame: &Frame<'_>) -> Vec<Place> {
    let within = curve.iter().position(|at| !frame.y.is_beyond(at.1));
    let before = within.map_or(0, |first| first.saturating_sub(1));
    curve[before..].iter().map(|&at| frame.place(at)).collect()
}

/// Whether the edges of a band stand clear of its curve anywhere: closer ones would fill the gaps of its dashes.
fn stands_clear(board: &Board, edges: &[(f64, f64, f64)], frame: &Frame<'_>) -> bool {
    let least = f64::from(board.points(2.0 * board.theme.curve_width()));
    edges.windows(2).any(|pair| {
        let ends = [pair[0], pair[1]].map(|(x, low, high)| {
            let (low, high) = (f64::from(frame.y(low)), f64::from(frame.y(high)));
            (f64::from(frame.x(x)), 0.5 * (low + high), low - high)
        });
        let (across, along) = (ends[1].0 - ends[0].0, ends[1].1 - ends[0].1);
        // Across the curve, not straight up.
        ends[0].2 * across > least * libm::hypot(across, along)
    })
}

/// A band on a grey print is its edges: tints vanish or muddy what lies on them.
fn draw_edges(board: &mut Board, edges: &[(f64, f64, f64)], ink: Rgb, frame: &Frame<'_>) {
    let pen = board.pen(ink, 0.45, &[]);
    let edge = |of: fn(&(f64, f64, f64)) -> (f64, f64)| -> Vec<Place> {
        edges.iter().map(|at| frame.place(of(at))).collect()
    };
    board.path(edge(|at| (at.0, at.1)), pen.clone());
    board.path(edge(|at| (at.0, at.2)), pen);
}

fn draw_area(board: &mut Board, edges: &[(f64, f64, f64)], fill: Fill, frame: &Frame<'_>) {
    let upper = edges.iter().map(|at| frame.place((at.0, at.2)));
    let lower = edges.iter().rev().map(|at| frame.place((at.0, at.1)));
    board.polygon(upper.chain(lower).collect(), fill);
}

fn draw_band(board: &mut Board, series: &Series, frame: &Frame<'_>) {
    let edges: Vec<(f64, f64, f64)> = series
        .curve
        .iter()
        .map(|at| (at.x, at.low, at.high))
        .collect();
    if edges.len() < 2 || edges.iter().all(|at| at.1 == at.2) {
        return;
    }
    let ink = board.theme.colour(series.look.colour);
    match board.theme.band() {
        Some(opacity) => draw_area(board, &edges, Fill { ink, opacity }, frame),
        None if stands_clear(board, &edges, frame) => draw_edges(board, &edges, ink, frame),
        None => {}
    }
}

fn draw_bands(board: &mut Board, fan: &Fan, frame: &Frame<'_>) {
    let ink = board.theme.colour(fan.look.colour);
    let mut bands: Vec<_> = fan.bands.iter().collect();
    bands.sort_by(|one, other| other.level.total_cmp(&one.level));
    bands.retain(|band| band.edges.len() > 1);
    let count = bands.len();
    for (place, band) in bands.into_iter().enumerate() {
        let edges: Vec<_> = band
            .edges
            .iter()
            .map(|edge| (edge.x, edge.low, edge.high))
            .collect();
        match board.theme.fan_band() {
            Some(opacity) => draw_area(board, &edges, Fill { ink, opacity }, frame),
            None => {
                // Edges alone of several bands would not tell which is which.
                if count > 1 {
                    let grey = nested_grey(place);
                    draw_area(board, &edges, Fill::solid(grey), frame);
                }
                draw_edges(board, &edges, ink, frame);
            }
        }
    }
}

fn draw_reference_line(board: &mut Board, at: Crossing, frame: &Frame<'_>) {
    let plot = frame.plot;
    let pen = board.pen(board.theme.soft_ink(), 0.8, DOTS);
    match at {
        Crossing::At(y) => {
            let y = frame.y(y);
            board.line((plot.left, y), (plot.right, y), pen);
        }
        Crossing::Upright(x) => {
            let x = frame.x(x);
            board.line((x, plot.bottom), (x, plot.top), pen);
        }
    }
}

fn draw_curve(board: &mut Board, path: Vec<Place>, look: Look) {
    if path.len() > 1 {
        let ink = board.theme.colour(look.colour);
        let pen = board.pen(ink, board.theme.curve_width(), dashes(look.line));
        board.path(path, pen);
    }
}

/// What lies below a line.
#[derive(Clone, Copy)]
enum Ground {
    /// The background.
    Plain,
    /// Cells of every colour.
    Cells,
}

fn draw_trace(board: &mut Board, trace: &Trace, ground: Ground, frame: &Frame<'_>) {
    let pen = match (trace.stroke, ground) {
        (Stroke::Level(share), Ground::Plain) => {
            let ink = board.theme.colour(Colour::Sequential(share));
            board.pen(ink, board.theme.curve_width(), &[])
        }
        (Stroke::Level(_), Ground::Cells) => board.pen(board.theme.ink(), 1.0, &[]),
        (Stroke::Reference, _) => board.pen(board.theme.ink(), 0.9, DOTS),
    };
    for piece in &trace.pieces {
        let path: Vec<Place> = piece.iter().map(|&at| frame.place(at)).collect();
        if let (Stroke::Level(_), Ground::Cells) = (trace.stroke, ground) {
            // No ink is seen on every colour, but with a rim it is.
            let rim = board.pen(board.theme.background(), 2.6, &[]);
            board.path(path.clone(), rim);
        }
        board.path(path, pen.clone());
    }
}

fn draw_across(board: &mut Board, across: &Across, frame: &Frame<'_>) {
    let ink = board.theme.colour(across.look.colour);
    for at in &across.places {
        let beyond = frame.x.is_beyond(at.x) || frame.y.is_beyond(at.y);
        let pen = board.pen(ink, if beyond { 0.35 } else { 0.8 }, &[]);
        let y = frame.y(at.y);
        board.line((frame.x(at.low), y), (frame.x(at.high), y), pen);
    }
}

fn draw_points(board: &mut Board, series: &Series, frame: &Frame<'_>) {
    let ink = board.theme.colour(series.look.colour);
    for at in &series.points {
        let (x, low, high) = (frame.x(at.x), frame.y(at.low), frame.y(at.high));
        if frame.y.is_beyond(at.y) {
            // All that is known is a limit: a thin line with a bar at it, or many would hide what is measured.
            let pen = board.pen(ink, 0.35, &[]);
            let bar = board.points(1.2);
            board.line((x, low), (x, high), pen.clone());
            let limit = if at.y < frame.y.from { high } else { low };
            board.line((x - bar, limit), (x + bar, limit), pen);
        } else {
            let pen = board.pen(ink, 0.8, &[]);
            board.line((x, low), (x, high), pen);
        }
    }
    for at in &series.points {
        draw_point(board, series.look.marker, at, ink, frame);
    }
}

/// A marker; where its value lies beyond the axis, the half that the end of the axis leaves.
fn draw_point(board: &mut Board, marker: Marker, at: &PointPlace, ink: Rgb, frame: &Frame<'_>) {
    let (x, y) = frame.place((at.x, at.y));
    let whole = corners(board, marker, (x, y));
    let mut outline = whole;
    if at.y < frame.y.from {
        outline = cut(&outline, frame.plot.bottom, End::Bottom);
    } else if at.y > frame.y.to {
        outline = cut(&outline, frame.plot.top, End::Top);
    }
    if at.x < frame.x.from {
        outline = cut(&outline, frame.plot.left, End::Left);
    } else if at.x > frame.x.to {
        outline = cut(&outline, frame.plot.right, End::Right);
    }
    board.polygon(outline.clone(), Fill::solid(board.theme.background()));
    let closed: Vec<_> = outline
        .iter()
        .chain(outline.iter().take(2))
        .copied()
        .collect();
    let pen = board.pen(ink, 0.9, &[]);
    board.path(closed, pen);
}

/// The corners of a marker.
fn corners(board: &Board, marker: Marker, (x, y): Place) -> Vec<Place> {
    let (corners, radius, turn) = match marker {
        Marker::Circle => (24, 1.9, 0.0),
        Marker::Square => (4, 2.4, 0.125),
        Marker::Triangle => (3, 2.5, 0.25),
        Marker::Diamond => (4, 2.5, 0.0),
    };
    let radius = f64::from(board.points(radius));
    let corner = |i: i32| {
        let angle = std::f64::consts::TAU * (f64::from(i) / f64::from(corners) + turn);
        let offset = |part: f64| (radius * part).round() as i32;
        (x + offset(libm::cos(angle)), y - offset(libm::sin(angle)))
    };
    (0..corners).map(corner).collect()
}

fn draw_span(board: &mut Board, span: &Span, frame: &Frame<'_>) {
    let (from, to) = (
        frame.x(span.from.min(span.to)),
        frame.x(span.from.max(span.to)),
    );
    let y = frame.y(span.y);
    let ink = board.theme.ink();
    let pen = board.pen(ink, 0.8, &[]);
    board.line((from, y), (to, y), pen.clone());
    if let Some((left, right)) = span.ends_at {
        let thin = board.pen(board.theme.soft_ink(), 0.5, &[]);
        for (x, end) in [(span.from, left), (span.to, right)] {
            board.line((frame.x(x), frame.y(end)), (frame.x(x), y), thin.clone());
        }
    }
    // Heads no longer than a third of the arrow.
    let (long, half) = (board.points(4.0).min((to - from) / 3), board.points(1.6));
    let bar = board.points(3.0);
    for (x, inwards) in [(from, long), (to, -long)] {
        board.line((x, y - bar), (x, y + bar), pen.clone());
        let head = vec![(x, y), (x + inwards, y - half), (x + inwards, y + half)];
        board.polygon(head, Fill::solid(ink));
    }
}

/// The mark of an annotation: a small disc with a rim, to be seen on any curve.
fn draw_mark(board: &mut Board, (x, y): Place) {
    for (radius, ink) in [(2.6, board.theme.background()), (1.7, board.theme.ink())] {
        let radius = f64::from(board.points(radius));
        let corner = |i: i32| {
            let angle = std::f64::consts::TAU * f64::from(i) / 20.0;
            let offset = |part: f64| (radius * part).round() as i32;
            (x + offset(libm::cos(angle)), y + offset(libm::sin(angle)))
        };
        board.polygon((0..20).map(corner).collect(), Fill::solid(ink));
    }
}
