//! What stands right of a panel and explains its cells: the colour bar of a heatmap, the marks of a raster.

use super::super::axis::Axis;
use super::super::board::{Board, ascent, middle, pitch};
use super::super::faces::Face;
use super::super::figure::{Panel, RASTER_KEY};
use super::super::layer::{Heatmap, Layer, StepMark};
use super::super::layout::wrap;
use super::super::scene::{Anchor, Bounds, Fill};
use super::super::ticks::{possible_numbers, ticks};
use super::panel::{LABEL, Slot};
use super::raster::{draw_step, step_pitch};

/// Steps of colour in a bar.
const SHADES: i32 = 64;

/// The first of several heatmaps explains the colours of all.
fn heatmap(panel: &Panel) -> Option<&Heatmap> {
    panel.layers.iter().find_map(|layer| match layer {
        Layer::Heatmap(heatmap) => Some(heatmap),
        _ => None,
    })
}

fn has_raster(panel: &Panel) -> bool {
    let mut layers = panel.layers.iter();
    layers.any(|layer| matches!(layer, Layer::Raster(_)))
}

fn bar_axis(heatmap: &Heatmap) -> Axis {
    Axis::number(&heatmap.label, heatmap.range.0, heatmap.range.1)
}

fn bar_numbers_width(heatmap: &Heatmap, board: &Board) -> i32 {
    let font = board.font(Face::Regular, LABEL);
    let axis = bar_axis(heatmap);
    let widths = possible_numbers(&axis).map(|number| font.width(&number));
    widths.max().unwrap_or(0)
}

/// A bar's label runs upwards; longer ones have several lines.
fn bar_label(heatmap: &Heatmap, board: &Board) -> Vec<String> {
    let font = board.font(Face::Regular, LABEL);
    wrap(&heatmap.label, font, board.points(90.0))
}

/// How much room it all needs.
pub(super) fn side_width(panel: &Panel, board: &Board) -> i32 {
    let font = board.font(Face::Regular, LABEL);
    let bar = heatmap(panel).map_or(0, |heatmap| {
        let lines = bar_label(heatmap, board).len() as i32;
        bar_numbers_width(heatmap, board) + lines * pitch(font) + board.points(22.0)
    });
    let raster = if has_raster(panel) {
        let widest = RASTER_KEY.map(|word| font.width(word)).into_iter().max();
        widest.unwrap_or(0) + board.points(18.0)
    } else {
        0
    };
    bar.max(raster)
}

pub(super) fn draw_side(board: &mut Board, slot: &Slot<'_>) {
    let left = slot.area.right - side_width(slot.panel, board) - board.points(4.0);
    if let Some(heatmap) = heatmap(slot.panel) {
        draw_bar(board, slot, heatmap, left);
    } else if has_raster(slot.panel) {
        draw_raster_key(board, slot, left);
    }
}

fn draw_bar(board: &mut Board, slot: &Slot<'_>, heatmap: &Heatmap, left: i32) {
    let plot = slot.plot;
    let (ink, font) = (board.theme.ink(), board.font(Face::Regular, LABEL));
    let bar = Bounds {
        left: left + board.points(2.0),
        right: left + board.points(10.0),
        ..plot
    };
    let height = |i: i32| bar.bottom - bar.height() * i / SHADES;
    for i in 0..SHADES {
        let share = (f64::from(i) + 0.5) / f64::from(SHADES);
        let fill = Fill::solid(board.theme.heat(share));
        // Each reaches to the top, below the next: no seams.
        let bounds = Bounds {
            bottom: height(i),
            ..bar
        };
        board.rectangle(bounds, fill);
    }
    let pen = board.pen(ink, 0.5, &[]);
    board.outline(bar, pen);
    let axis = bar_axis(heatmap);
    for (value, number) in ticks(&axis, bar.height(), 0, |_| pitch(font)) {
        let y = bar.bottom - (axis.share(value) * f64::from(bar.height())).round() as i32;
        let pen = board.pen(ink, 0.8, &[]);
        board.line((bar.right, y), (bar.right + board.points(2.5), y), pen);
        let at = (bar.right + board.points(4.5), y + middle(font));
        board.text(&number, font, ink, Anchor::Left, at);
    }
    let lines = bar_label(heatmap, board);
    let label_left = bar.right + board.points(8.0) + bar_numbers_width(heatmap, board);
    let half = lines.iter().map(|line| font.width(line)).max().unwrap_or(0) / 2;
    let centre = ((plot.top + plot.bottom) / 2).max(slot.area.top + half);
    board.upwards(&lines, font, ink, (label_left, centre));
}

fn draw_raster_key(board: &mut Board, slot: &Slot<'_>, left: i32) {
    let font = board.font(Face::Regular, LABEL);
    let ink = board.theme.ink();
    let marks = [StepMark::Right, StepMark::Wrong];
    let size = step_pitch(board);
    for (i, (mark, word)) in (0..).zip(marks.into_iter().zip(RASTER_KEY)) {
        let top = slot.plot.top + i * (pitch(font) + board.points(4.0));
        let cell = Bounds {
            left,
            top,
            right: left + size,
            bottom: top + size,
        };
        draw_step(board, cell, mark);
        let baseline = top + (size + ascent(font)) / 2;
        let at = (cell.right + board.points(4.0), baseline);
        board.text(word, font, ink, Anchor::Left, at);
    }
}
