//! Labels beside the right ends of curves: pushed apart, with a leader where one had to move, or numbers if the words of
//! all do not fit.

use super::super::board::{Board, ascent, middle, pitch};
use super::super::faces::Face;
use super::super::figure::Panel;
use super::super::layer::Layer;
use super::super::layout::{push_apart, wrap};
use super::super::look::Colour;
use super::super::scene::{Anchor, Place};
use super::super::style::Rgb;
use super::Key;
use super::panel::{LABEL, Slot};

/// What stands at the ends of curves, in all panels alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndLabels {
    /// Their labels.
    Words,
    /// Numbers, explained in the notes.
    Numbers,
}

/// Width of a panel and height of its plot.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A label at the end of a curve.
pub(super) struct EndLabel<'a> {
    label: &'a str,
    lines: Vec<String>,
    colour: Colour,
    end: Option<(f64, f64)>,
}

/// Letters in a line of a label, where the panel is wide enough.
const LETTERS: f64 = 16.0;
/// Mean width of a bold letter in sizes of the type.
const LETTER: f64 = 0.61;
/// Between the axis and the labels, in points.
const GAP: f64 = 9.0;

pub(super) fn end_labels<'a>(
    panel: &'a Panel,
    board: &Board,
    size: Room,
    ends: EndLabels,
) -> Vec<EndLabel<'a>> {
    let font = board.font(Face::Bold, LABEL);
    let room = ((font.size * LETTERS * LETTER) as i32).min(size.width * 3 / 10);
    let count = panel.layers.iter().filter_map(end_words).count();
    let together = numbers_to_a_line(count, size.height, pitch(font));
    let lines = |label: &str| match ends {
        EndLabels::Words => wrap(label, font, room),
        // As wide as any number of curves that can be told apart.
        EndLabels::Numbers => vec![vec!["00"; together].join(" ")],
    };
    let label = |layer: &'a Layer| {
        let (label, look, end) = match layer {
            Layer::Series(series) => {
                let curve = series.curve.last().map(|place| (place.x, place.y));
                let points = series.points.last().map(|place| (place.x, place.y));
                (&series.label, series.look, curve.or(points))
            }
            Layer::Fan(fan) => (&fan.label, fan.look, fan.centre.last().copied()),
            _ => return None,
        };
        // A curve alone may need no name.
        (!label.trim().is_empty()).then(|| EndLabel {
            label,
            lines: lines(label),
            colour: look.colour,
            end,
        })
    };
    let labels = panel.layers.iter().filter_map(label).collect();
    match ends {
        EndLabels::Words => thinned(board, labels, size.height),
        EndLabels::Numbers => labels,
    }
}

/// Of a family in the order of a number, as many labels as fit, the first and the last among them: the order of colours
/// tells the others.
fn thinned<'a>(board: &Board, labels: Vec<EndLabel<'a>>, height: i32) -> Vec<EndLabel<'a>> {
    let is_family = labels
        .iter()
        .all(|label| matches!(label.colour, Colour::Sequential(_)));
    let lines = labels.iter().map(|label| label.lines.len()).max();
    let line = pitch(board.font(Face::Bold, LABEL)) * lines.unwrap_or(1) as i32;
    let room = (height / line.max(1)).max(2) as usize;
    if !is_family || labels.len() <= room {
        return labels;
    }
    let last = labels.len() - 1;
    let kept: Vec<usize> = (0..room).map(|i| i * last / (room - 1)).collect();
    let labels = labels.into_iter().enumerate();
    let kept = labels.filter(|(place, _)| kept.contains(place));
    kept.map(|(_, label)| label).collect()
}

pub(super) fn end_label_width(panel: &Panel, board: &Board, size: Room, ends: EndLabels) -> i32 {
    let font = board.font(Face::Bold, LABEL);
    let labels = end_labels(panel, board, size, ends);
    let widths = labels
        .iter()
        .flat_map(|label| &label.lines)
        .map(|line| font.width(line));
    widths.max().unwrap_or(0)
}

pub(super) fn heights(board: &Board, labels: &[EndLabel<'_>]) -> Vec<i32> {
    let line = pitch(board.font(Face::Bold, LABEL));
    let height = |label: &EndLabel<'_>| line * label.lines.len() as i32;
    labels.iter().map(height).collect()
}

/// A text at the height where it goes, and the ends of the curves it belongs to.
struct Placed {
    lines: Vec<String>,
    ink: Rgb,
    ends: Vec<(Place, Rgb)>,
}

pub(super) fn draw_ends(board: &mut Board, slot: &Slot<'_>, key: &mut Key) {
    let (plot, frame) = (slot.plot, slot.frame());
    let font = board.font(Face::Bold, LABEL);
    let line = pitch(font);
    let labels = end_labels(slot.panel, board, slot.room(), slot.ends);
    let mut placed: Vec<Placed> = labels
        .into_iter()
        .map(|label| {
            let colour = board.theme.colour(label.colour);
            let end = label
                .end
                .map_or((plot.right, plot.bottom), |end| frame.place(end));
            Placed {
                lines: match slot.ends {
                    EndLabels::Words => label.lines,
                    EndLabels::Numbers => vec![key.number(label.label)],
                },
                ink: colour,
                ends: vec![(end, colour)],
            }
        })
        .collect();
    if slot.ends == EndLabels::Numbers {
        let together = numbers_to_a_line(placed.len(), plot.height(), line);
        placed = merged(board, placed, together);
    }
    let wanted: Vec<i32> = placed.iter().map(Placed::height_wanted).collect();
    let heights: Vec<i32> = placed
        .iter()
        .map(|label| line * label.lines.len() as i32)
        .collect();
    let ends = (plot.top - line / 2, plot.bottom + line / 2);
    let centres = push_apart(&wanted, &heights, ends);
    let left = plot.right + board.points(GAP);
    for ((label, centre), height) in placed.iter().zip(centres).zip(heights) {
        for &((x, y), ink) in &label.ends {
            if (centre - y).abs() > board.points(2.0) || x < plot.right {
                let from = (x + board.points(2.8), y);
                let pen = board.pen(ink, 0.5, &[]);
                board.line(from, (left - board.points(1.5), centre), pen);
            }
        }
        // Between the lines of a label its middle is, as near as whole units allow.
        let first = centre - height / 2 + line / 2 + middle(font) - ascent(font);
        board.texts(&label.lines, font, label.ink, Anchor::Left, (left, first));
    }
}

impl Placed {
    /// The mean height of the ends it belongs to.
    fn height_wanted(&self) -> i32 {
        let sum: i32 = self.ends.iter().map(|((_, y), _)| y).sum();
        sum / (self.ends.len() as i32).max(1)
    }
}

/// The label of a layer that has its label at its right end.
pub(super) fn end_words(layer: &Layer) -> Option<&str> {
    match layer {
        Layer::Series(series) => Some(&series.label),
        Layer::Fan(fan) => Some(&fan.label),
        _ => None,
    }
}

/// How many numbers must share a line so that so many fit at a height.
fn numbers_to_a_line(count: usize, height: i32, line: i32) -> usize {
    let lines = (height / line.max(1)).max(1) as usize;
    count.div_ceil(lines).max(1)
}

/// Where even numbers are too many to stand one above the other, those of neighbouring curves share a line.
fn merged(board: &Board, mut labels: Vec<Placed>, together: usize) -> Vec<Placed> {
    if together == 1 {
        return labels;
    }
    labels.sort_by_key(Placed::height_wanted);
    let merge = |group: &[Placed]| Placed {
        lines: vec![
            group
                .iter()
                .flat_map(|one| one.lines.clone())
                .collect::<Vec<_>>()
                .join(" "),
        ],
        ink: board.theme.ink(),
        ends: group.iter().flat_map(|one| one.ends.clone()).collect(),
    };
    labels.chunks(together).map(merge).collect()
}
