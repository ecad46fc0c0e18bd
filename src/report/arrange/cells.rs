//! Bars and cells: distributions and heatmaps.

use super::super::board::Board;
use super::super::layer::{Bar, BarStyle, Distribution, Heatmap};
use super::super::scene::{Bounds, Fill, Place};
use super::super::style::{Rgb, dashes};
use super::panel::Frame;

pub(super) fn draw_bars(board: &mut Board, distribution: &Distribution, frame: &Frame<'_>) {
    let ink = board.theme.colour(distribution.look.colour);
    let ground = frame.y(0.0);
    let bounds = |bar: &Bar| {
        let height = frame.y(bar.height);
        Bounds {
            left: frame.x(bar.from),
            top: height.min(ground),
            right: frame.x(bar.to),
            bottom: height.max(ground),
        }
    };
    if distribution.style == BarStyle::Filled {
        let (ink, opacity) = board.theme.bar(ink);
        let fill = Fill { ink, opacity };
        for bar in &distribution.bars {
            board.rectangle(bounds(bar), fill);
        }
    }
    // The outline of all bars as stairs.
    let mut stairs: Vec<Place> = Vec::new();
    for bar in &distribution.bars {
        let (left, right, height) = (frame.x(bar.from), frame.x(bar.to), frame.y(bar.height));
        if stairs.last().is_none_or(|last| last.0 != left) {
            if let Some(&(x, _)) = stairs.last() {
                stairs.push((x, ground));
            }
            stairs.push((left, ground));
        }
        stairs.extend([(left, height), (right, height)]);
    }
    if let Some(&(x, _)) = stairs.last() {
        stairs.push((x, ground));
    }
    let pen = match distribution.style {
        BarStyle::Filled => board.pen(ink, 0.8, &[]),
        BarStyle::Outlined => board.pen(ink, 1.3, dashes(distribution.look.line)),
    };
    board.path(stairs, pen);
}

pub(super) fn draw_heatmap(board: &mut Board, heatmap: &Heatmap, frame: &Frame<'_>) {
    let (low, high) = heatmap.range;
    // A hair wider than it is, below the next: no seams.
    let hair = board.points(0.3);
    let ink = |value: f64| {
        let share = (value - low) / (high - low);
        board.theme.heat(if share.is_nan() { 0.0 } else { share })
    };
    // Neighbours in a row that look alike are one rectangle.
    let mut runs: Vec<(Bounds, usize, Option<Rgb>)> = Vec::new();
    for cell in heatmap.cells() {
        let bounds = Bounds {
            left: frame.x(cell.x.0),
            top: frame.y(cell.y.1),
            right: frame.x(cell.x.1),
            bottom: frame.y(cell.y.0),
        };
        let (row, colour) = (cell.place.1, cell.value.map(ink));
        match runs.last_mut() {
            Some(last) if (last.1, last.2) == (row, colour) => last.0.right = bounds.right,
            _ => runs.push((bounds, row, colour)),
        }
    }
    for (bounds, _, colour) in runs {
        match colour {
            Some(ink) => {
                let wide = Bounds {
                    top: (bounds.top - hair).max(frame.plot.top),
                    right: (bounds.right + hair).min(frame.plot.right),
                    ..bounds
                };
                board.rectangle(wide, Fill::solid(ink));
            }
            None => {
                board.rectangle(bounds, Fill::solid(board.theme.background()));
                let pen = board.pen(board.theme.soft_ink(), 0.4, &[]);
                board.hatch(bounds, 3.0, &pen);
                board.outline(bounds, pen);
            }
        }
    }
}
