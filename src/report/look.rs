//! How series are told apart.

/// A colour, by its place: the theme says which it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Colour {
    /// Of things that have no order: a place in a palette for all kinds of colour vision; places beyond its end begin anew.
    Categorical(usize),
    /// Of things ordered by a number, from 0 to 1 along a palette of even steps; values beyond lie at its ends.
    Sequential(f64),
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Without gaps.
    Solid,
    /// In dashes.
    Dashed,
    /// In long dashes.
    LongDashed,
    /// In dashes with dots between them.
    DashDotted,
}

/// The shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A circle.
    Circle,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A square on its corner.
    Diamond,
}

const LINES: [Line; 4] = [
    Line::Solid,
    Line::Dashed,
    Line::LongDashed,
    Line::DashDotted,
];
const MARKERS: [Marker; 4] = [
    Marker::Circle,
    Marker::Square,
    Marker::Triangle,
    Marker::Diamond,
];

/// How a series is told from the others: by colour, and without colour by line and marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Its colour.
    pub colour: Colour,
    /// Its curve.
    pub line: Line,
    /// Its points.
    pub marker: Marker,
}

impl Look {
    /// The look of the series at a place; the first 16 all differ in more than colour.
    #[must_use]
    pub fn at(place: usize) -> Self {
        Self {
            colour: Colour::Categorical(place),
            line: LINES[place % 4],
            marker: MARKERS[(place + place / 4) % 4],
        }
    }

    /// The same with the line and the marker of the series at a place.
    #[must_use]
    pub fn drawn_as(self, place: usize) -> Self {
        Self {
            colour: self.colour,
            ..Self::at(place)
        }
    }

    /// The same with the marker of the series at a place.
    #[must_use]
    pub fn marked_as(self, place: usize) -> Self {
        Self {
            marker: MARKERS[place % 4],
            ..self
        }
    }

    /// The look of one of a family of curves in the order of a number, such as the number of steps; `share` places it
    /// from 0 (the least) to 1 (the largest). Such curves are told apart by their order and labels.
    #[must_use]
    pub fn along(share: f64) -> Self {
        Self {
            colour: Colour::Sequential(share),
            line: Line::Solid,
            marker: Marker::Circle,
        }
    }
}
