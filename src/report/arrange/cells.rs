//! Bars and cells: distributions and heatmaps.

use super::super::board::Board;
use super::super::layer::{Bar, BarStyle, Distribution, Heatmap};
use super::super::scene::{Bounds, Fill, Place};
use super::super::style::{Theme, WHITE, dashes};
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
        let fill = match board.theme {
            Theme::Light => Fill { ink, opacity: 0.4 },
            Theme::Print => Fill::solid((0xc6, 0xc6, 0xc6)),
        };
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
        BarStyle::Filled => board.pen(ink, 0.5, &[]),
        BarStyle::Outlined => board.pen(ink, 1.3, dashes(distribution.look.line)),
    };
    board.path(stairs, pen);
}

pub(super) fn draw_heatmap(board: &mut Board, heatmap: &Heatmap, frame: &Frame<'_>) {
    let (low, high) = heatmap.range;
    // A hair wider than it is, below the next: no seams.
    let hair = board.points(0.3);
    let cells: Vec<_> = heatmap.cells().collect();
    for cell in cells {
        let bounds = Bounds {
            left: frame.x(cell.x.0),
            top: frame.y(cell.y.1),
            right: frame.x(cell.x.1),
            bottom: frame.y(cell.y.0),
        };
        match cell.value {
            Some(value) => {
                let share = (value - low) / (high - low);
                let share = if share.is_nan() { 0.0 } else { share };
                let wide = Bounds {
                    top: (bounds.top - hair).max(frame.plot.top),
                    right: (bounds.right + hair).min(frame.plot.right),
                    ..bounds
                };
                let fill = Fill::solid(board.theme.heat(share));
                board.rectangle(wide, fill);
            }
            None => {
                board.rectangle(bounds, Fill::solid(WHITE));
                let pen = board.pen(board.theme.soft_ink(), 0.4, &[]);
                board.cross(bounds, pen.clone());
                board.outline(bounds, pen);
            }
        }
    }
}
