//! Attempts as rows of steps.

use super::super::board::{Board, pitch};
use super::super::faces::Face;
use super::super::layer::{Raster, StepMark};
use super::super::layout::wrap;
use super::super::scene::{Anchor, Bounds, Fill, Font};
use super::panel::Frame;

/// Where the groups of a raster lie.
struct Rows {
    font: Font,
    headings: Vec<Vec<String>>,
    /// Above each group but the first.
    gap: i32,
    /// Height of one attempt, in parts of a unit.
    height: f64,
}

impl Rows {
    fn of(raster: &Raster, board: &Board, frame: &Frame<'_>) -> Self {
        let font = board.font(Face::Bold, 7.0);
        let headings: Vec<Vec<String>> = raster
            .groups
            .iter()
            .map(|group| wrap(&group.heading, font, frame.plot.width()))
            .collect();
        let lines: usize = headings.iter().map(Vec::len).sum();
        let gap = board.points(3.0);
        let gaps = gap * (raster.groups.len() as i32 - 1).max(0);
        let rest = frame.plot.height() - gaps - pitch(font) * lines as i32;
        let attempts: usize = raster.groups.iter().map(|group| group.attempts.len()).sum();
        Self {
            font,
            headings,
            gap,
            height: f64::from(rest.max(0)) / attempts.max(1) as f64,
        }
    }
}

pub(super) fn draw_raster(board: &mut Board, raster: &Raster, frame: &Frame<'_>) {
    let rows = Rows::of(raster, board, frame);
    let (ink, left) = (board.theme.ink(), frame.plot.left);
    let mut top = f64::from(frame.plot.top);
    for (group, heading) in raster.groups.iter().zip(&rows.headings) {
        let at = (left, top.round() as i32);
        let below = board.texts(heading, rows.font, ink, Anchor::Left, at);
        top += f64::from(below - at.1);
        for attempt in &group.attempts {
            for (step, mark) in (1..).zip(attempt) {
                let cell = Bounds {
                    left: frame.x(f64::from(step) - 0.5),
                    top: top.round() as i32,
                    right: frame.x(f64::from(step) + 0.5),
                    bottom: (top + rows.height).round() as i32,
                };
                draw_step(board, cell, *mark);
            }
            top += rows.height;
        }
        top += f64::from(rows.gap);
    }
}

/// The rows in which headings stand: no place for other labels.
pub(super) fn heading_bounds(raster: &Raster, board: &Board, frame: &Frame<'_>) -> Vec<Bounds> {
    let rows = Rows::of(raster, board, frame);
    let mut top = f64::from(frame.plot.top);
    let mut bounds = Vec::new();
    for (group, heading) in raster.groups.iter().zip(&rows.headings) {
        let bottom = top + f64::from(pitch(rows.font) * heading.len() as i32);
        bounds.push(Bounds {
            top: top.floor() as i32,
            bottom: bottom.ceil() as i32,
            ..frame.plot
        });
        top = bottom + rows.height * group.attempts.len() as f64 + f64::from(rows.gap);
    }
    bounds
}

/// The size of a cell beside a raster.
pub(super) fn step_pitch(board: &Board) -> i32 {
    board.points(8.0)
}

/// One step of an attempt: filled if right; hollow with a cross if wrong.
pub(super) fn draw_step(board: &mut Board, cell: Bounds, mark: StepMark) {
    let inner = cell.grown(-(cell.width().min(cell.height()) / 10));
    match mark {
        StepMark::Right => {
            board.rectangle(inner, Fill::solid(board.theme.right_step()));
        }
        StepMark::Wrong => {
            let pen = board.pen(board.theme.soft_ink(), 0.45, &[]);
            board.outline(inner, pen.clone());
            // As wide as high, in cells of any shape.
            let half = inner.width().min(inner.height()) / 4;
            let (x, y) = (
                (inner.left + inner.right) / 2,
                (inner.top + inner.bottom) / 2,
            );
            let centre = Bounds {
                left: x,
                top: y,
                right: x,
                bottom: y,
            };
            board.cross(centre.grown(half), pen);
        }
    }
}
