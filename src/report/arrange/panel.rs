//! One panel: its margins, headings and axes.

use super::super::axis::{Axis, AxisKind};
use super::super::board::{Board, ascent, middle, pitch};
use super::super::faces::Face;
use super::super::figure::Panel;
use super::super::layer::Layer;
use super::super::layout::wrap;
use super::super::scene::{Anchor, Bounds, Place};
use super::super::ticks::{Tick, possible_numbers, small_ticks, ticks};
use super::Key;
use super::ends::{EndLabels, Room, draw_ends, end_label_width, end_labels, heights, outer_words};
use super::labels::draw_labels;
use super::layers::{draw_below_axes, draw_data};
use super::side::{draw_side, side_width};

/// Sizes of type, in points.
const TITLE: f64 = 10.0;
const SUBTITLE: f64 = 7.5;
const AXIS_LABEL: f64 = 8.5;
pub(super) const LABEL: f64 = 7.5;

/// A panel and where it goes.
pub(super) struct Slot<'a> {
    pub(super) panel: &'a Panel,
    pub(super) letter: String,
    /// All of it.
    pub(super) area: Bounds,
    /// What its axes enclose.
    pub(super) plot: Bounds,
    pub(super) ends: EndLabels,
    pub(super) label_of_x: LabelOfX,
}

/// Where the label of the horizontal axes of a row stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelOfX {
    /// Below each of its panels.
    Own,
    /// Below the panels of the next row, each of which has the axis of the one above it.
    NextRow,
}

impl LabelOfX {
    pub(super) fn of(row: &[Panel], next: Option<&[Panel]>) -> Self {
        let alike = |next: &[Panel]| {
            let mut pairs = row.iter().zip(next);
            next.len() == row.len() && pairs.all(|(above, below)| above.x == below.x)
        };
        match next.is_some_and(alike) {
            true => Self::NextRow,
            false => Self::Own,
        }
    }

    /// The room that a row does not need below its axes.
    pub(super) fn saved(self, board: &Board) -> i32 {
        match self {
            Self::Own => 0,
            Self::NextRow => board.points(14.0),
        }
    }
}

impl Slot<'_> {
    /// Whether the labels at the ends of curves fit beside them.
    pub(super) fn end_labels_fit(&self, board: &Board) -> bool {
        let labels = end_labels(self.panel, board, self.room(), self.ends);
        let line = pitch(board.font(Face::Bold, LABEL));
        heights(board, &labels).iter().sum::<i32>() <= self.plot.height() + line
    }

    /// Gives curves their numbers, in the order of the figure, before labels without a place take others.
    pub(super) fn number_ends(&self, key: &mut Key) {
        if self.ends == EndLabels::Numbers {
            for label in outer_words(self.panel) {
                key.number(label);
            }
        }
    }

    pub(super) fn room(&self) -> Room {
        Room {
            width: self.area.width(),
            height: self.plot.height(),
        }
    }

    pub(super) fn frame(&self) -> Frame<'_> {
        Frame {
            plot: self.plot,
            x: &self.panel.x,
            y: &self.panel.y,
        }
    }
}

/// From axis values to places on the canvas.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) plot: Bounds,
    pub(super) x: &'a Axis,
    pub(super) y: &'a Axis,
}

impl Frame<'_> {
    pub(super) fn x(&self, value: f64) -> i32 {
        self.plot.left + (self.x.share(value) * f64::from(self.plot.width())).round() as i32
    }

    pub(super) fn y(&self, value: f64) -> i32 {
        self.plot.bottom - (self.y.share(value) * f64::from(self.plot.height())).round() as i32
    }

    pub(super) fn place(&self, (x, y): (f64, f64)) -> Place {
        (self.x(x), self.y(y))
    }
}

/// How the vertical axis is marked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// Lines across the panel.
    Grid,
    /// Short lines at the axis: cells would hide longer ones.
    Short,
    /// Nothing: rows have no numbers.
    None,
}

fn marks(panel: &Panel) -> Marks {
    let marks = panel.layers.iter().map(|layer| match layer {
        Layer::Raster(_) => Marks::None,
        Layer::Heatmap(_) => Marks::Short,
        _ => Marks::Grid,
    });
    marks
        .into_iter()
        .find(|marks| *marks != Marks::Grid)
        .unwrap_or(Marks::Grid)
}

/// Room left of, above and below the plot for texts.
#[derive(Clone, Copy)]
pub(super) struct Margins {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
}

/// Room right of a plot this high, in a panel this wide.
pub(super) fn right_margin(panel: &Panel, board: &Board, room: Room, ends: EndLabels) -> i32 {
    let labels = end_label_width(panel, board, room, ends) + side_width(panel, board);
    // Names keep within their part of the axis.
    let numbers = possible_numbers(&panel.x).take_while(|_| panel.x.all_names().is_empty());
    let last_number = numbers
        .map(|number| board.font(Face::Regular, LABEL).width(&number))
        .max();
    let half = last_number.unwrap_or(0) / 2 + board.points(3.0);
    half.max(labels + board.points(15.0))
}

impl Margins {
    /// Of a panel with headings of one line and short numbers.
    pub(super) fn least(board: &Board) -> Self {
        Self {
            left: board.points(44.0),
            top: board.points(42.0),
            bottom: board.points(34.0),
        }
    }

    /// Of a panel on an area at least this wide and high.
    pub(super) fn of(
        panel: &Panel,
        board: &Board,
        (width, height): (i32, i32),
        label: LabelOfX,
    ) -> Self {
        let least = Self::least(board);
        let more =
            |lines: usize, size| pitch(board.font(Face::Regular, size)) * (lines.max(1) - 1) as i32;
        let left = least
            .left
            .max(numbers_width(panel, board, width) + board.points(23.0))
            + more(
                y_label(panel, board, (width, height + label.saved(board))).len(),
                AXIS_LABEL,
            );
        let headings = headings(panel, board, width - left);
        let x_label = match label {
            LabelOfX::Own => x_label(panel, board, width),
            LabelOfX::NextRow => Vec::new(),
        };
        Self {
            left,
            top: least.top + more(headings.0.len(), TITLE) + more(headings.1.len(), SUBTITLE),
            bottom: least.bottom - label.saved(board) + more(x_label.len(), AXIS_LABEL),
        }
    }
}

/// The widest number that may stand at the vertical axis.
fn numbers_width(panel: &Panel, board: &Board, width: i32) -> i32 {
    let font = board.font(Face::Regular, LABEL);
    let widest = || {
        let widths = possible_numbers(&panel.y).map(|number| font.width(&number));
        widths.max().unwrap_or(0)
    };
    match marks(panel) {
        Marks::None => 0,
        Marks::Grid | Marks::Short if names_fit_beside(&panel.y, board, width) => widest(),
        Marks::Grid | Marks::Short => font.width("000"),
    }
}

/// Whether the names along a vertical axis leave room for data in a panel this wide.
fn names_fit_beside(axis: &Axis, board: &Board, width: i32) -> bool {
    let font = board.font(Face::Regular, LABEL);
    let mut names = axis.all_names().iter();
    names.all(|name| font.width(name) <= width / 4)
}

/// Whether the names along a horizontal axis this long keep within their parts of it.
fn names_fit_below(axis: &Axis, board: &Board, length: i32) -> bool {
    let font = board.font(Face::Regular, LABEL);
    let names = axis.all_names();
    let room = length / names.len().max(1) as i32 - board.points(3.0);
    names.iter().all(|name| font.width(name) <= room)
}

/// The marks of an axis: where its names do not fit, numbers that the notes explain.
fn marked(
    axis: &Axis,
    names_fit: bool,
    (length, gap): (i32, i32),
    extent: impl Fn(&str) -> i32,
    key: &mut Key,
) -> Vec<Tick> {
    if names_fit {
        return ticks(axis, length, gap, extent);
    }
    let numbered = Axis {
        kind: AxisKind::Names(
            axis.all_names()
                .iter()
                .map(|name| key.number(name))
                .collect(),
        ),
        ..axis.clone()
    };
    ticks(&numbered, length, gap, extent)
}

/// The lines of title and subtitle.
fn headings(panel: &Panel, board: &Board, room: i32) -> (Vec<String>, Vec<String>) {
    let room = room - board.points(6.0);
    (
        wrap(&panel.title, board.font(Face::Bold, TITLE), room),
        wrap(&panel.subtitle, board.font(Face::Italic, SUBTITLE), room),
    )
}

/// What runs upwards keeps below the letter of the panel and above the label of the horizontal axis.
const ABOVE_Y_LABEL: f64 = 22.0;
const BELOW_Y_LABEL: f64 = 17.0;

/// The lines of the vertical label in a panel this wide and high.
fn y_label(panel: &Panel, board: &Board, (width, height): (i32, i32)) -> Vec<String> {
    let font = board.font(Face::Regular, AXIS_LABEL);
    let others = pitch(font) * (x_label(panel, board, width).len().max(1) - 1) as i32;
    let room = height - others - board.points(ABOVE_Y_LABEL + BELOW_Y_LABEL);
    wrap(&panel.y.label, font, room)
}

fn x_label(panel: &Panel, board: &Board, width: i32) -> Vec<String> {
    let font = board.font(Face::Regular, AXIS_LABEL);
    wrap(&panel.x.label, font, width - board.points(12.0))
}

pub(super) fn draw_panel(board: &mut Board, slot: &Slot<'_>, key: &mut Key) {
    let frame = slot.frame();
    draw_headings(board, slot);
    draw_below_axes(board, slot.panel, &frame);
    draw_y_axis(board, slot, key);
    draw_x_axis(board, slot, key);
    draw_data(board, slot.panel, &frame);
    draw_labels(board, slot.panel, &frame, key);
    draw_ends(board, slot, key);
    draw_side(board, slot);
}

fn draw_headings(board: &mut Board, slot: &Slot<'_>) {
    let (area, plot) = (slot.area, slot.plot);
    let (title, subtitle) = headings(slot.panel, board, area.right - plot.left);
    let (ink, soft) = (board.theme.ink(), board.theme.soft_ink());
    let (bold, italic) = (
        board.font(Face::Bold, TITLE),
        board.font(Face::Italic, SUBTITLE),
    );
    let top = area.top + board.points(6.0);
    let corner = (area.left + board.points(6.0), top + ascent(bold));
    board.text(&slot.letter, bold, ink, Anchor::Left, corner);
    let end = board.texts(&title, bold, ink, Anchor::Left, (plot.left, top));
    let second = end.max(top + pitch(bold)) + board.points(2.0);
    board.texts(&subtitle, italic, soft, Anchor::Left, (plot.left, second));
}

fn draw_y_axis(board: &mut Board, slot: &Slot<'_>, key: &mut Key) {
    let (panel, plot, frame) = (slot.panel, slot.plot, slot.frame());
    let font = board.font(Face::Regular, LABEL);
    let marks = marks(panel);
    let numbers = match marks {
        Marks::None => Vec::new(),
        Marks::Grid | Marks::Short => {
            let fit = names_fit_beside(&panel.y, board, slot.area.width());
            let length = (plot.height(), 0);
            marked(&panel.y, fit, length, |_| pitch(font), key)
        }
    };
    let (ink, grid) = (board.theme.ink(), board.theme.grid());
    for (value, number) in numbers {
        let y = frame.y(value);
        match marks {
            Marks::Grid => {
                // Zero parts gain from loss.
                let inner = panel.y.kind == AxisKind::Number && value == 0.0 && y < plot.bottom;
                let pen = board.pen(if inner { ink } else { grid }, 0.6, &[]);
                board.line((plot.left, y), (plot.right, y), pen);
            }
            Marks::Short | Marks::None => {
                let pen = board.pen(ink, 0.8, &[]);
                board.line((plot.left - board.points(3.5), y), (plot.left, y), pen);
            }
        }
        let at = (plot.left - board.points(5.0), y + middle(font));
        board.text(&number, font, ink, Anchor::Right, at);
    }
    let font = board.font(Face::Regular, AXIS_LABEL);
    let room = slot.area.height() + slot.label_of_x.saved(board);
    let lines = y_label(panel, board, (slot.area.width(), room));
    let half = lines.iter().map(|line| font.width(line)).max().unwrap_or(0) / 2 + 1;
    let centre = ((plot.top + plot.bottom) / 2)
        .min(plot.bottom + board.points(34.0 - BELOW_Y_LABEL) - half)
        .max(slot.area.top + board.points(ABOVE_Y_LABEL) + half);
    let left = slot.area.left + board.points(6.0);
    board.upwards(&lines, font, ink, (left, centre));
}

fn draw_x_axis(board: &mut Board, slot: &Slot<'_>, key: &mut Key) {
    let (panel, plot, frame) = (slot.panel, slot.plot, slot.frame());
    let font = board.font(Face::Regular, LABEL);
    let ink = board.theme.ink();
    let gap = board.points(3.0);
    let fit = names_fit_below(&panel.x, board, plot.width());
    let length = (plot.width(), gap);
    for (value, number) in marked(&panel.x, fit, length, |number| font.width(number), key) {
        let x = frame.x(value);
        let pen = board.pen(ink, 0.8, &[]);
        board.line((x, plot.bottom), (x, plot.bottom + board.points(3.5)), pen);
        let at = (x, plot.bottom + board.points(6.0) + ascent(font));
        board.text(&number, font, ink, Anchor::Centre, at);
    }
    for value in small_ticks(&panel.x) {
        let x = frame.x(value);
        let pen = board.pen(ink, 0.5, &[]);
        board.line((x, plot.bottom), (x, plot.bottom + board.points(2.0)), pen);
    }
    let pen = board.pen(ink, 0.8, &[]);
    board.line((plot.left, plot.bottom), (plot.right, plot.bottom), pen);
    if slot.label_of_x == LabelOfX::NextRow {
        return;
    }
    let font = board.font(Face::Regular, AXIS_LABEL);
    let lines = x_label(panel, board, slot.area.width());
    let half = lines.iter().map(|line| font.width(line)).max().unwrap_or(0) / 2;
    let margin = board.points(4.0);
    let centre = ((plot.left + plot.right) / 2)
        .min(slot.area.right - margin - half)
        .max(slot.area.left + margin + half);
    let at = (centre, plot.bottom + board.points(20.0));
    board.texts(&lines, font, ink, Anchor::Centre, at);
}
