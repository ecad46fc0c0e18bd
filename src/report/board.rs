//! Where a scene grows: lengths in points, lines, fills and texts in the inks of a theme.

use super::faces::{Face, known};
use super::scene::{Anchor, Bounds, Fill, Font, Item, Pen, Place, Text, Turn, UNITS_PER_INCH};
use super::style::{Rgb, Theme};

/// Items on their way to a scene.
pub(super) struct Board {
    pub(super) theme: Theme,
    /// How much larger than on a page everything is.
    pub(super) scale: f64,
    pub(super) items: Vec<Item>,
}

/// Distance of baselines in sizes of the type.
const LINE: f64 = 9.5 / 7.5;

impl Board {
    /// A length in points as canvas units.
    pub(super) fn points(&self, length: f64) -> i32 {
        (length * self.scale / 72.0 * UNITS_PER_INCH).round() as i32
    }

    /// A face at a size in points.
    pub(super) fn font(&self, face: Face, size: f64) -> Font {
        Font {
            face,
            size: f64::from(self.points(size)),
        }
    }

    /// A line `width` points wide, with dashes and gaps in points.
    pub(super) fn pen(&self, ink: Rgb, width: f64, dashes: &[f64]) -> Pen {
        Pen {
            ink,
            width: self.points(width),
            dashes: dashes
                .iter()
                .map(|length| f64::from(self.points(*length)))
                .collect(),
        }
    }

    pub(super) fn path(&mut self, places: Vec<Place>, pen: Pen) {
        self.items.push(Item::Path { places, pen });
    }

    pub(super) fn line(&mut self, from: Place, to: Place, pen: Pen) {
        self.path(vec![from, to], pen);
    }

    pub(super) fn polygon(&mut self, corners: Vec<Place>, fill: Fill) {
        self.items.push(Item::Polygon { corners, fill });
    }

    pub(super) fn rectangle(&mut self, bounds: Bounds, fill: Fill) {
        self.items.push(Item::Rectangle { bounds, fill });
    }

    /// The outline of a rectangle.
    pub(super) fn outline(&mut self, bounds: Bounds, pen: Pen) {
        let Bounds {
            left,
            top,
            right,
            bottom,
        } = bounds;
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.path(
            corners
                .into_iter()
                .chain([corners[0], corners[1]])
                .collect(),
            pen,
        );
    }

    /// Both diagonals of a rectangle.
    pub(super) fn cross(&mut self, bounds: Bounds, pen: Pen) {
        let Bounds {
            left,
            top,
            right,
            bottom,
        } = bounds;
        self.line((left, top), (right, bottom), pen.clone());
        self.line((left, bottom), (right, top), pen);
    }

    /// Lines across a rectangle, rising to the right.
    pub(super) fn hatch(&mut self, bounds: Bounds, gap: f64, pen: &Pen) {
        let step = self.points(gap).max(1);
        // The lines x + y = c; c starts at a multiple of the step, so that neighbouring hatches meet.
        let from = (bounds.left + bounds.top).div_euclid(step) * step + step;
        for c in (from..bounds.right + bounds.bottom).step_by(step as usize) {
            let (left, right) = (
                bounds.left.max(c - bounds.bottom),
                bounds.right.min(c - bounds.top),
            );
            if left < right {
                self.line((left, c - left), (right, c - right), pen.clone());
            }
        }
    }

    /// One line of text whose baseline is at a place; nothing if it has no letter.
    pub(super) fn text(&mut self, words: &str, font: Font, ink: Rgb, anchor: Anchor, at: Place) {
        if words.is_empty() {
            return;
        }
        self.items.push(Item::Text(Text {
            words: known(words),
            font,
            ink,
            at,
            anchor,
            turn: Turn::Level,
        }));
    }

    /// Lines of text, the first with its tall letters at a height; returns where the next line would begin.
    pub(super) fn texts(
        &mut self,
        lines: &[String],
        font: Font,
        ink: Rgb,
        anchor: Anchor,
        (x, top): Place,
    ) -> i32 {
        for (line, words) in (0..).zip(lines) {
            let y = top + ascent(font) + line * pitch(font);
            self.text(words, font, ink, anchor, (x, y));
        }
        top + lines.len() as i32 * pitch(font)
    }

    /// Lines of text that run upwards, centred at a height, the first with its tall letters at `left`.
    pub(super) fn upwards(&mut self, lines: &[String], font: Font, ink: Rgb, (left, y): Place) {
        for (line, words) in (0..).zip(lines) {
            self.items.push(Item::Text(Text {
                words: known(words),
                font,
                ink,
                at: (left + ascent(font) + line * pitch(font), y),
                anchor: Anchor::Centre,
                turn: Turn::Upwards,
            }));
        }
    }
}

/// Distance of the lines of a text.
pub(super) fn pitch(font: Font) -> i32 {
    (font.size * LINE).round() as i32
}

/// Height of tall letters.
pub(super) fn ascent(font: Font) -> i32 {
    (font.size * 0.76).round() as i32
}

/// How far below the middle of small letters and figures the baseline is.
pub(super) fn middle(font: Font) -> i32 {
    (font.size * 0.25).round() as i32
}
