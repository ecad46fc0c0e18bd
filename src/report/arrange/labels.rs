//! Labels inside a panel: of lines, regions, spans, annotations and distributions.
//!
//! Each tries the places that would tell what it belongs to, whole and in more lines, and takes the free one that covers
//! the least. If none is free, a number takes its place if there is room for that, and the notes explain the number.

use super::super::board::{Board, ascent, pitch};
use super::super::faces::{Face, extent};
use super::super::figure::Panel;
use super::super::layer::{Crossing, Distribution, Layer, Stroke};
use super::super::layout::wrap;
use super::super::scene::{Anchor, Bounds, Fill, Font, Place};
use super::super::style::{Rgb, Theme};
use super::Key;
use super::ends::inner;
use super::obstacles::{Obstacles, along, obstacles};
use super::panel::Frame;
use super::raster::heading_bounds;
use super::spots::{Belongs, Seat, places_along, spots};

const SIZE: f64 = 7.0;

struct Label<'a> {
    words: &'a str,
    face: Face,
    ink: Rgb,
    belongs: Belongs,
}

pub(super) fn draw_labels(board: &mut Board, panel: &Panel, frame: &Frame<'_>, key: &mut Key) {
    let mut obstacles = obstacles(board, panel, frame);
    let mut taken: Vec<Bounds> = panel
        .layers
        .iter()
        .flat_map(|layer| match layer {
            Layer::Raster(raster) => heading_bounds(raster, board, frame),
            _ => Vec::new(),
        })
        .collect();
    let on_cells = panel
        .layers
        .iter()
        .any(|layer| matches!(layer, Layer::Heatmap(_) | Layer::Raster(_)));
    // Leaders below all texts.
    let mut blocks = Vec::new();
    for label in labels(board, panel, frame) {
        let place = |words: &str| best(board, &label, words, frame, &taken, &obstacles);
        let block = match place(label.words) {
            Some(block) if block.covered < heavy(label.belongs) => Some(block),
            // A number on a line would be read as its value; lines have an order, and the notes tell of them.
            _ if matches!(label.belongs, Belongs::Along(..)) => None,
            // Beside the numbers of the axis another number would be one of them.
            _ if matches!(label.belongs, Belongs::Across(_) | Belongs::Upright(_)) => {
                key.dotted(label.words);
                None
            }
            _ => place(&key.number(label.words)),
        };
        let Some(block) = block else { continue };
        taken.push(block.bounds);
        if let Some(mark) = led_to(board, label.belongs, block.bounds) {
            let to = nearest(block.bounds, mark);
            obstacles.extend(along(board, mark, to).map(|place| (place, 2.0)));
            let pen = board.pen(board.theme.soft_ink(), 0.5, &[]);
            board.line(mark, to, pen);
        }
        blocks.push((block, label.ink));
    }
    for (block, ink) in blocks {
        // What is below a label must not take its letters apart.
        if block.covered > SLIGHT || on_cells || board.theme == Theme::Print {
            let rim = block.bounds.grown(board.points(0.8));
            board.rectangle(
                rim,
                Fill {
                    ink: board.theme.background(),
                    opacity: board.theme.behind_labels(),
                },
            );
        }
        let top = block.bounds.top + block.above - ascent(block.font);
        let at = (block.bounds.left, top);
        board.texts(&block.lines, block.font, ink, Anchor::Left, at);
    }
}

/// All labels, those with the fewest places first.
fn labels<'a>(board: &Board, panel: &'a Panel, frame: &Frame<'_>) -> Vec<Label<'a>> {
    let (ink, soft) = (board.theme.ink(), board.theme.soft_ink());
    let mut labels: Vec<(u8, Label<'a>)> = Vec::new();
    for layer in &panel.layers {
        let (rank, words, face, ink, belongs) = match layer {
            Layer::Span(span) => {
                let ends = (frame.x(span.from), frame.x(span.to));
                let (from, to) = (ends.0.min(ends.1), ends.0.max(ends.1));
                let belongs = Belongs::Arrow(from, to, frame.y(span.y));
                (0, &span.label, Face::Regular, ink, belongs)
            }
            Layer::Annotation(at) => {
                let belongs = Belongs::Mark(frame.place((at.x, at.y)));
                (1, &at.label, Face::Regular, ink, belongs)
            }
            Layer::Line(line) => {
                let belongs = match line.at {
                    Crossing::At(y) => Belongs::Across(frame.y(y)),
                    Crossing::Upright(x) => Belongs::Upright(frame.x(x)),
                };
                (2, &line.label, Face::Italic, soft, belongs)
            }
            Layer::Trace(trace) => {
                let pieces: Vec<Vec<Place>> = trace
                    .pieces
                    .iter()
                    .map(|piece| piece.iter().map(|&at| frame.place(at)).collect())
                    .collect();
                let Some(places) = places_along(&pieces) else {
                    continue;
                };
                let (face, ink, seat) = match trace.stroke {
                    Stroke::Level(_) => (Face::Bold, ink, Seat::On),
                    Stroke::Reference => (Face::Italic, soft, Seat::Beside),
                };
                (2, &trace.label, face, ink, Belongs::Along(places, seat))
            }
            Layer::Region(region) => {
                let ends = (frame.x(region.from), frame.x(region.to));
                let belongs = Belongs::Region(ends.0.min(ends.1), ends.0.max(ends.1));
                (3, &region.label, Face::Italic, soft, belongs)
            }
            Layer::Distribution(bars) => {
                let belongs = Belongs::Mark(peak(bars, frame));
                let ink = board.theme.text(bars.look.colour);
                (4, &bars.label, Face::Bold, ink, belongs)
            }
            Layer::Series(_)
            | Layer::Fan(_)
            | Layer::Raster(_)
            | Layer::Heatmap(_)
            | Layer::Across(_)
            | Layer::Cloud(_) => continue,
        };
        let label = Label {
            words,
            face,
            ink,
            belongs,
        };
        if !words.trim().is_empty() {
            labels.push((rank, label));
        }
    }
    for (end, at) in inner(panel) {
        let label = Label {
            words: end.label,
            face: Face::Bold,
            ink: board.theme.text(end.look.colour),
            belongs: Belongs::End(frame.place(at)),
        };
        labels.push((4, label));
    }
    labels.sort_by_key(|(rank, _)| *rank);
    labels.into_iter().map(|(_, label)| label).collect()
}

/// The top of the highest bar.
fn peak(bars: &Distribution, frame: &Frame<'_>) -> Place {
    let highest = bars
        .bars
        .iter()
        .max_by(|one, other| one.height.total_cmp(&other.height));
    highest.map_or((frame.plot.left, frame.plot.bottom), |bar| {
        frame.place((0.5 * (bar.from + bar.to), bar.height))
    })
}

/// A label where it will stand.
struct Block {
    lines: Vec<String>,
    font: Font,
    bounds: Bounds,
    /// From the top of the block to the first baseline.
    above: i32,
    /// What it covers, by weight.
    covered: f64,
}

/// The free place that covers the least, if any is free.
fn best(
    board: &Board,
    label: &Label<'_>,
    words: &str,
    frame: &Frame<'_>,
    taken: &[Bounds],
    obstacles: &Obstacles,
) -> Option<Block> {
    let font = board.font(label.face, SIZE);
    let apart = board.points(1.5);
    let inside = frame.plot.grown(-board.points(1.0));
    let mut best: Option<(f64, Block)> = None;
    let mut last = Vec::new();
    // No word is broken for the sake of a narrow place.
    let longest = words.split_whitespace().map(|word| font.width(word)).max();
    let rooms = rooms(label.belongs, frame).into_iter();
    let rooms = rooms.filter(|room| Some(*room) >= longest || *room == frame.plot.width());
    for (more, room) in rooms.enumerate() {
        let lines = wrap(words, font, room);
        if lines.is_empty() || lines == last {
            continue;
        }
        let (size, above) = extent_of(&lines, font);
        for spot in spots(board, label.belongs, size, frame) {
            let bounds = Bounds {
                left: spot.corner.0,
                top: spot.corner.1,
                right: spot.corner.0 + size.0,
                bottom: spot.corner.1 + size.1,
            };
            let near = bounds.grown(apart);
            if !bounds.is_within(inside) || taken.iter().any(|other| near.overlaps(*other)) {
                continue;
            }
            // What a label belongs to may come closer than another label.
            let cover = bounds.grown(apart / 2);
            let covered: f64 = obstacles
                .iter()
                .filter(|(place, _)| cover.has(*place))
                .map(|(_, weight)| weight)
                .sum();
            let cost =
                spot.cost + covered + crossed(board, label, bounds, taken) + 1.5 * more as f64;
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let block = Block {
                    lines: lines.clone(),
                    font,
                    bounds,
                    above,
                    covered,
                };
                best = Some((cost, block));
            }
        }
        last = lines;
    }
    best.map(|(_, block)| block)
}

/// Where a leader joins a label to what it belongs to; none where it stands right at it.
fn led_to(board: &Board, belongs: Belongs, bounds: Bounds) -> Option<Place> {
    match belongs {
        Belongs::Mark(mark) => Some(mark),
        Belongs::End(end) => {
            let (_, near) = nearest(bounds, end);
            ((near - end.1).abs() > board.points(2.0)).then_some(end)
        }
        Belongs::Arrow(from, to, y) => {
            let middle = (bounds.left + bounds.right) / 2;
            let end = (middle.clamp(from, to.max(from)), y);
            let (_, near) = nearest(bounds, end);
            ((near - y).abs() > board.points(6.0)).then_some(end)
        }
        Belongs::Across(_) | Belongs::Upright(_) | Belongs::Region(..) | Belongs::Along(..) => None,
    }
}

/// What speaks against a leader that runs through other labels.
fn crossed(board: &Board, label: &Label<'_>, bounds: Bounds, taken: &[Bounds]) -> f64 {
    let Some(mark) = led_to(board, label.belongs, bounds) else {
        return 0.0;
    };
    let mut leader = along(board, mark, nearest(bounds, mark));
    if leader.any(|place| taken.iter().any(|other| other.has(place))) {
        15.0
    } else {
        0.0
    }
}

/// How wide lines may be, the preferred width first.
fn rooms(belongs: Belongs, frame: &Frame<'_>) -> Vec<i32> {
    let width = frame.plot.width();
    let shares = [width, width / 2, width / 3, width / 4];
    match belongs {
        Belongs::Region(from, to) => [(to - from) * 9 / 10].into_iter().chain(shares).collect(),
        _ => shares.to_vec(),
    }
}

/// Width and height of a block of lines, and how far below its top the first baseline is.
fn extent_of(lines: &[String], font: Font) -> (Place, i32) {
    let width = lines.iter().map(|line| font.width(line)).max().unwrap_or(0);
    let reach = |of: fn(super::super::faces::Extent) -> f64| {
        let reaches = lines.iter().map(|line| of(extent(line, font.face)));
        (font.size * reaches.fold(0.0, f64::max)).ceil() as i32
    };
    let (above, below) = (reach(|extent| extent.above), reach(|extent| extent.below));
    let height = above + below + pitch(font) * (lines.len() as i32 - 1);
    ((width, height), above)
}

/// A dotted line or the edge of a region behind a label does not make it hard to read.
const SLIGHT: f64 = 0.9;
/// What would hide this much is replaced by a number, as if it had no place.
const HEAVY: f64 = 12.0;
/// The same of the label of a line across the panel: more than the edge of a marker.
const HEAVY_ON_LINE: f64 = 3.0;

const fn heavy(belongs: Belongs) -> f64 {
    match belongs {
        Belongs::Across(_) => HEAVY_ON_LINE,
        _ => HEAVY,
    }
}

/// The place of a block next to another place.
fn nearest(bounds: Bounds, (x, y): Place) -> Place {
    (
        x.clamp(bounds.left, bounds.right.max(bounds.left)),
        y.clamp(bounds.top, bounds.bottom.max(bounds.top)),
    )
}
