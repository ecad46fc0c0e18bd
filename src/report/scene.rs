//! A picture as a list of plain things in whole canvas units, 1200 to the inch, the later ones above; y grows downwards.

use super::faces::{self, Face};
use super::style::Rgb;

pub(super) const UNITS_PER_INCH: f64 = 1200.0;

/// A place: x, y.
pub(super) type Place = (i32, i32);

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Bounds {
    pub(super) const fn overlaps(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) const fn is_within(self, outer: Self) -> bool {
        self.left >= outer.left
            && self.right <= outer.right
            && self.top >= outer.top
            && self.bottom <= outer.bottom
    }

    pub(super) const fn has(self, (x, y): Place) -> bool {
        self.left <= x && x <= self.right && self.top <= y && y <= self.bottom
    }

    pub(super) const fn grown(self, by: i32) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }

    pub(super) const fn width(self) -> i32 {
        self.right - self.left
    }

    pub(super) const fn height(self) -> i32 {
        self.bottom - self.top
    }
}

/// A face at a size in canvas units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Font {
    pub(super) face: Face,
    pub(super) size: f64,
}

impl Font {
    /// How wide a text is, rounded up.
    pub(super) fn width(self, words: &str) -> i32 {
        (self.size * faces::extent(words, self.face).width).ceil() as i32
    }
}

/// Which end of a line of text lies at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Centre,
    Right,
}

/// Which way a line of text runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Level,
    Upwards,
}

/// One line of text; `at` is on its baseline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) words: String,
    pub(super) font: Font,
    pub(super) ink: Rgb,
    pub(super) at: Place,
    pub(super) anchor: Anchor,
    pub(super) turn: Turn,
}

impl Text {
    /// Measured from the embedded faces.
    pub(super) fn bounds(&self) -> Bounds {
        let extent = faces::extent(&self.words, self.font.face);
        let long = |share: f64| (self.font.size * share).ceil() as i32;
        let (width, above, below) = (long(extent.width), long(extent.above), long(extent.below));
        let before = match self.anchor {
            Anchor::Left => 0,
            Anchor::Centre => width / 2,
            Anchor::Right => width,
        };
        let (x, y) = self.at;
        match self.turn {
            Turn::Level => Bounds {
                left: x - before,
                top: y - above,
                right: x - before + width,
                bottom: y + below,
            },
            Turn::Upwards => Bounds {
                left: x - above,
                top: y + before - width,
                right: x + below,
                bottom: y + before,
            },
        }
    }
}

/// A line's colour, width in canvas units, and lengths of dashes and gaps in turn; none for a line without gaps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pen {
    pub(super) ink: Rgb,
    pub(super) width: i32,
    pub(super) dashes: Vec<f64>,
}

/// A colour that may let through what is below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fill {
    pub(super) ink: Rgb,
    pub(super) opacity: f64,
}

impl Fill {
    pub(super) const fn solid(ink: Rgb) -> Self {
        Self { ink, opacity: 1.0 }
    }
}

/// Something to draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Polygon { corners: Vec<Place>, fill: Fill },
    Rectangle { bounds: Bounds, fill: Fill },
    Path { places: Vec<Place>, pen: Pen },
    Text(Text),
}

/// A canvas and all on it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) items: Vec<Item>,
}

impl Scene {
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.items.iter().filter_map(|item| match item {
            Item::Text(text) => Some(text),
            _ => None,
        })
    }
}

/// A line cut into its dashes.
pub(super) fn dashed(places: &[Place], dashes: &[f64]) -> Vec<Vec<Place>> {
    let mut pieces = Vec::new();
    let (mut phase, mut left) = (0, dashes.first().copied().unwrap_or(f64::INFINITY));
    let mut piece: Vec<Place> = places.first().copied().into_iter().collect();
    for (from, to) in places.iter().zip(places.iter().skip(1)) {
        let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let length = libm::hypot(dx, dy);
        let mut done = 0.0;
        // A dash of no length would never end.
        while length - done > left.max(1.0) {
            done += left.max(1.0);
            let share = done / length;
            let at = (
                from.0 + (dx * share).round() as i32,
                from.1 + (dy * share).round() as i32,
            );
            if phase % 2 == 0 {
                piece.push(at);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![at];
            }
            phase = (phase + 1) % dashes.len();
            left = dashes[phase];
        }
        left -= length - done;
        if phase % 2 == 0 {
            piece.push(*to);
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The part of a polygon that a line at an end of an axis leaves: what lies towards the other end.
pub(super) fn cut(corners: &[Place], at: i32, end: End) -> Vec<Place> {
    let inside = |place: &Place| match end {
        End::Bottom => place.1 <= at,
        End::Top => place.1 >= at,
        End::Left => place.0 >= at,
        End::Right => place.0 <= at,
    };
    let crossing = |from: &Place, to: &Place| {
        let part =
            |from: i32, to: i32, share: f64| from + (share * f64::from(to - from)).round() as i32;
        let share = |from: i32, to: i32| f64::from(at - from) / f64::from(to - from);
        match end {
            End::Bottom | End::Top => (part(from.0, to.0, share(from.1, to.1)), at),
            End::Left | End::Right => (at, part(from.1, to.1, share(from.0, to.0))),
        }
    };
    let mut kept = Vec::new();
    for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        if inside(from) {
            kept.push(*from);
        }
        if inside(from) != inside(to) {
            kept.push(crossing(from, to));
        }
    }
    kept
}

/// The end of an axis at which something is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Top,
    Bottom,
    Left,
    Right,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_run_on_around_corners() {
        let pieces = dashed(&[(0, 0), (10, 0), (10, 10)], &[6.0, 3.0]);
        assert_eq!(
            pieces,
            [
                vec![(0, 0), (6, 0)],
                vec![(9, 0), (10, 0), (10, 5)],
                vec![(10, 8), (10, 10)]
            ]
        );
        assert_eq!(dashed(&[(0, 0), (9, 9)], &[]), [[(0, 0), (9, 9)]]);
        assert!(dashed(&[(3, 3)], &[1.0, 1.0]).is_empty());
    }

    #[test]
    fn a_cut_marker_keeps_its_inner_half() {
        let square = [(0, 0), (10, 0), (10, 10), (0, 10)];
        let half = cut(&square, 4, End::Bottom);
        assert_eq!(half, [(0, 0), (10, 0), (10, 4), (0, 4)]);
        assert_eq!(cut(&square, 4, End::Top).len(), 4);
        assert!(cut(&square, -1, End::Bottom).is_empty());
    }

    #[test]
    fn bounds_of_texts_follow_anchor_and_turn() {
        let text = |anchor, turn| Text {
            words: "Scale".to_owned(),
            font: Font {
                face: Face::Regular,
                size: 100.0,
            },
            ink: (0, 0, 0),
            at: (500, 500),
            anchor,
            turn,
        };
        let left = text(Anchor::Left, Turn::Level).bounds();
        assert_eq!((left.left, left.top, left.bottom), (500, 424, 521));
        assert!((left.width() - 248).abs() < 20, "{left:?}");
        let right = text(Anchor::Right, Turn::Level).bounds();
        assert_eq!((right.right, right.width()), (500, left.width()));
        let up = text(Anchor::Centre, Turn::Upwards).bounds();
        assert_eq!((up.left, up.right, up.height()), (424, 521, left.width()));
        assert!(up.top < 500 && up.bottom > 500);
    }
}
