//! Labels beside the right ends of curves: pushed apart, with a leader where one had to move, or numbers if the words of
//! all do not fit.

use super::super::board::{Board, ascent, middle, pitch};
use super::super::faces::Face;
use super::super::figure::Panel;
use super::super::layer::Layer;
use super::super::layout::{push_apart, wrap};
use super::super::look::{Colour, Line, Look};
use super::super::scene::{Anchor, Font, Place};
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
    look: Look,
    end: Option<(f64, f64)>,
}

/// The right end of a curve that has a label.
pub(super) struct CurveEnd<'a> {
    pub(super) label: &'a str,
    pub(super) look: Look,
    at: Option<(f64, f64)>,
}

/// A curve that ends before this share of the axis has its label at its end, inside the panel: beside the panel it would
/// be far away.
const NEAR: f64 = 0.8;
/// Labels at ends inside a panel; of more, none would be clear.
const MOST_INSIDE: usize = 12;

/// The end of a curve; none of one without a name: a curve alone may need none.
fn curve_end(layer: &Layer) -> Option<CurveEnd<'_>> {
    let (label, look, at) = match layer {
        Layer::Series(series) => {
            let curve = series.curve.last().map(|place| (place.x, place.y));
            let points = series.points.last().map(|place| (place.x, place.y));
            (&series.label, series.look, curve.or(points))
        }
        Layer::Fan(fan) => (&fan.label, fan.look, fan.centre.last().copied()),
        _ => return None,
    };
    let label = label.as_str();
    (!label.trim().is_empty()).then_some(CurveEnd { label, look, at })
}

fn curve_ends(panel: &Panel) -> impl Iterator<Item = CurveEnd<'_>> {
    panel.layers.iter().filter_map(curve_end)
}

/// The place of an end that has its label inside the panel.
fn inside(panel: &Panel, end: &CurveEnd<'_>) -> Option<(f64, f64)> {
    end.at.filter(|at| panel.x.share(at.0) < NEAR)
}

/// The ends whose labels stand inside a panel, and where they are.
pub(super) fn inner(panel: &Panel) -> Vec<(CurveEnd<'_>, (f64, f64))> {
    let all = curve_ends(panel).filter_map(|end| Some((inside(panel, &end)?, end)));
    let all: Vec<_> = all.map(|(at, end)| (end, at)).collect();
    match all.len() > MOST_INSIDE {
        true => Vec::new(),
        false => all,
    }
}

/// Those whose labels stand beside it.
fn outer(panel: &Panel) -> impl Iterator<Item = CurveEnd<'_>> {
    let none_inside = inner(panel).is_empty();
    curve_ends(panel).filter(move |end| none_inside || inside(panel, end).is_none())
}

/// Their labels.
pub(super) fn outer_words(panel: &Panel) -> impl Iterator<Item = &str> {
    outer(panel).map(|end| end.label)
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
    let count = outer(panel).count();
    let together = numbers_to_a_line(count, size.height, pitch(font));
    let lines = |label: &str| match ends {
        EndLabels::Words => balanced(label, font, room),
        // As wide as any number of curves that can be told apart.
        EndLabels::Numbers => vec![vec!["00"; together].join(" ")],
    };
    let label = |end: CurveEnd<'a>| EndLabel {
        label: end.label,
        lines: lines(end.label),
        look: end.look,
        end: end.at,
    };
    let labels = outer(panel).map(label).collect();
    match ends {
        EndLabels::Words => thinned(board, labels, size.height),
        EndLabels::Numbers => labels,
    }
}

/// Lines no wider than `room`, as many as it takes, and none wider than it must be for that: the plot gains the rest.
fn balanced(label: &str, font: Font, room: i32) -> Vec<String> {
    let count = wrap(label, font, room).len();
    let longest = label.split_whitespace().map(|word| font.width(word)).max();
    let (mut low, mut high) = (longest.unwrap_or(0).min(room), room);
    while low < high {
        let middle = (low + high) / 2;
        match wrap(label, font, middle).len() <= count {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    wrap(label, font, high)
}

/// Of families in the order of a number, as many labels as fit, the first and the last of each among them: the order of
/// colours tells the others.
fn thinned<'a>(board: &Board, labels: Vec<EndLabel<'a>>, height: i32) -> Vec<EndLabel<'a>> {
    let line = pitch(board.font(Face::Bold, LABEL));
    let fits = |kept: &[&EndLabel<'_>]| {
        let lines: usize = kept.iter().map(|label| label.lines.len()).sum();
        line * lines as i32 <= height + line
    };
    let mut sequences = labels
        .iter()
        .map(|label| matches!(label.look.colour, Colour::Sequential(_)));
    if fits(&labels.iter().collect::<Vec<_>>()) || !sequences.all(|is| is) {
        return labels;
    }
    // Each family has a line of its own kind.
    let mut families: Vec<(Line, Vec<usize>)> = Vec::new();
    for (place, label) in labels.iter().enumerate() {
        match families
            .iter_mut()
            .find(|(line, _)| *line == label.look.line)
        {
            Some((_, places)) => places.push(place),
            None => families.push((label.look.line, vec![place])),
        }
    }
    let most = families.iter().map(|(_, places)| places.len()).max();
    let spread = |count: usize| -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        for (_, places) in &families {
            let count = count.min(places.len()).max(1);
            let last = places.len() - 1;
            kept.extend((0..count).map(|i| places[i * last / (count - 1).max(1)]));
        }
        kept
    };
    let mut choices = (2..=most.unwrap_or(2)).rev().map(spread);
    let kept = choices.find(|kept| {
        let kept: Vec<&EndLabel<'_>> = kept.iter().map(|place| &labels[*place]).collect();
        fits(&kept)
    });
    let Some(kept) = kept else { return labels };
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
    let mut labels = end_labels(slot.panel, board, slot.room(), slot.ends);
    // Ends closer together than the canvas can show stand in their order; those of curves that are the same, in that of
    // the figure, whatever the last digits of their computation.
    let height = |label: &EndLabel<'_>| {
        let share = label.end.map_or(0.0, |end| frame.y.share(end.1));
        (share * 1e6).round() as i32
    };
    labels.sort_by_key(|label| std::cmp::Reverse(height(label)));
    key.has_unnamed |= labels.len() < outer(slot.panel).count();
    let mut placed: Vec<Placed> = labels
        .into_iter()
        .map(|label| {
            let colour = board.theme.colour(label.look.colour);
            let end = label
                .end
                .map_or((plot.right, plot.bottom), |end| frame.place(end));
            Placed {
                lines: match slot.ends {
                    EndLabels::Words => label.lines,
                    EndLabels::Numbers => vec![key.number(label.label)],
                },
                ink: board.theme.text(label.look.colour),
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
                // Inside the panel a coloured line would be one of the data.
                let ink = match x < plot.right - board.points(6.0) {
                    true => board.theme.soft_ink(),
                    false => ink,
                };
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
