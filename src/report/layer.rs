//! What a panel can hold.

use super::look::Look;

/// One thing in a panel. Kinds are drawn in a fixed order, whatever theirs in the panel: regions; cells and bars; fans;
/// bands; reference lines; curves; traces; clouds; points; spans; annotations; labels.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A curve with its band, and points with their intervals.
    Series(Series),
    /// A curve inside intervals of several levels.
    Fan(Fan),
    /// Bars over a number.
    Distribution(Distribution),
    /// Attempts in rows, their steps right or wrong.
    Raster(Raster),
    /// A grid of cells with values.
    Heatmap(Heatmap),
    /// A line across the panel with a meaning.
    Line(ReferenceLine),
    /// A line of any shape with a meaning.
    Trace(Trace),
    /// Intervals of points along the horizontal axis.
    Across(Across),
    /// Values that the points of a series are means of.
    Cloud(Cloud),
    /// A part of the horizontal axis with a meaning.
    Region(Region),
    /// A distance along the horizontal axis.
    Span(Span),
    /// A place with a meaning.
    Annotation(Annotation),
}

macro_rules! layers {
    ($($kind:ident($content:ident)),*) => {$(
        impl From<$content> for Layer {
            fn from(content: $content) -> Self {
                Self::$kind(content)
            }
        }
    )*};
}
layers!(
    Series(Series),
    Fan(Fan),
    Distribution(Distribution),
    Raster(Raster),
    Heatmap(Heatmap),
    Line(ReferenceLine),
    Trace(Trace),
    Across(Across),
    Cloud(Cloud),
    Region(Region),
    Span(Span),
    Annotation(Annotation)
);

/// A place of a curve with its band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePlace {
    /// Along the horizontal axis.
    pub x: f64,
    /// The curve.
    pub y: f64,
    /// Lower edge of the band.
    pub low: f64,
    /// Upper edge of the band.
    pub high: f64,
}

/// A measured point with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointPlace {
    /// Along the horizontal axis.
    pub x: f64,
    /// The estimate.
    pub y: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// A curve with its band, and points with their intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Written beside it.
    pub label: String,
    /// How it is told from the others.
    pub look: Look,
    /// Expected values, from left to right; may be empty. A band without width is not drawn.
    pub curve: Vec<CurvePlace>,
    /// Estimates; may be empty.
    pub points: Vec<PointPlace>,
}

impl Series {
    /// A curve without band and points.
    #[must_use]
    pub fn curve(label: &str, look: Look, places: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let place = |(x, y)| CurvePlace {
            x,
            y,
            low: y,
            high: y,
        };
        Self {
            label: label.to_owned(),
            look,
            curve: places.into_iter().map(place).collect(),
            points: Vec::new(),
        }
    }
}

/// One edge-to-edge piece of a band: where it lies and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanEdge {
    /// Along the horizontal axis.
    pub x: f64,
    /// Lower edge.
    pub low: f64,
    /// Upper edge.
    pub high: f64,
}

/// The intervals of one level.
#[derive(Clone, Debug, PartialEq)]
pub struct FanBand {
    /// How often the truth is meant to lie inside, in (0, 1).
    pub level: f64,
    /// From left to right.
    pub edges: Vec<FanEdge>,
}

/// A central curve inside nested bands, such as a forecast. Wider bands lie below narrower ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Written beside it.
    pub label: String,
    /// Its colour and line.
    pub look: Look,
    /// The central curve, (x, y) from left to right.
    pub centre: Vec<(f64, f64)>,
    /// In any order.
    pub bands: Vec<FanBand>,
}

/// How the bars of a distribution are drawn, so that two are told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarStyle {
    /// Filled.
    Filled,
    /// The outline only.
    Outlined,
}

/// One bar, from the horizontal axis up or down to a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Left edge.
    pub from: f64,
    /// Right edge.
    pub to: f64,
    /// Its height, such as a share or a density, in units of the vertical axis.
    pub height: f64,
}

/// Shares over a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Written beside it.
    pub label: String,
    /// Its colour.
    pub look: Look,
    /// Filled or outlined.
    pub style: BarStyle,
    /// From left to right.
    pub bars: Vec<Bar>,
}

impl Distribution {
    /// Shares of whole numbers from 0 on, each bar one wide around its number.
    #[must_use]
    pub fn of_counts(label: &str, look: Look, style: BarStyle, shares: &[f64]) -> Self {
        let bar = |(count, &height): (u32, &f64)| Bar {
            from: f64::from(count) - 0.5,
            to: f64::from(count) + 0.5,
            height,
        };
        Self {
            label: label.to_owned(),
            look,
            style,
            bars: (0..).zip(shares).map(bar).collect(),
        }
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepMark {
    /// A filled cell.
    Right,
    /// A hollow cell with a cross.
    Wrong,
}

/// Attempts that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct RasterGroup {
    /// Written above them.
    pub heading: String,
    /// One row for each attempt, from the top; one mark for each step, from the left.
    pub attempts: Vec<Vec<StepMark>>,
}

/// Attempts as rows and steps as cells: step k lies around k on the horizontal axis, a plain number axis from 0.5 on. The
/// rows share the height of the panel; its vertical axis has a label and no ticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    /// From the top.
    pub groups: Vec<RasterGroup>,
}

/// A grid of cells with values; cells without one are hatched.
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// What the values are: the label of the colour bar.
    pub label: String,
    /// The values at the ends of the colour bar.
    pub range: (f64, f64),
    /// What each column stands for, increasing.
    pub columns: Vec<f64>,
    /// Edges of the columns, increasing, one more than there are columns.
    pub x_edges: Vec<f64>,
    /// What each row stands for, increasing.
    pub rows: Vec<f64>,
    /// Edges of the rows, increasing, one more than there are rows.
    pub y_edges: Vec<f64>,
    /// Row by row from the least y, each from the least x; missing at the end: missing.
    pub values: Vec<Option<f64>>,
}

/// A cell of a [`Heatmap`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
    /// Place of its column and of its row.
    pub(super) place: (usize, usize),
    pub(super) value: Option<f64>,
}

impl Heatmap {
    /// All cells, in the order of `values`.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> {
        let columns = self.x_edges.len().saturating_sub(1);
        let pairs = |edges: &[f64]| -> Vec<(f64, f64)> {
            let pairs = edges.iter().zip(edges.iter().skip(1));
            pairs.map(|(low, high)| (*low, *high)).collect()
        };
        let (xs, ys) = (pairs(&self.x_edges), pairs(&self.y_edges));
        let cell = move |(j, y): (usize, (f64, f64))| {
            let row = xs.clone().into_iter().enumerate();
            row.map(move |(i, x)| Cell {
                x,
                y,
                place: (i, j),
                value: self.values.get(j * columns + i).copied().flatten(),
            })
        };
        ys.into_iter().enumerate().flat_map(cell)
    }
}

/// Where a reference line lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// A horizontal line at this y.
    At(f64),
    /// A vertical line at this x.
    Upright(f64),
}

/// A dotted line across the panel with its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceLine {
    /// What it means.
    pub label: String,
    /// Where it is.
    pub at: Crossing,
}

impl ReferenceLine {
    /// A line at this height.
    #[must_use]
    pub fn horizontal(label: &str, y: f64) -> Self {
        Self {
            label: label.to_owned(),
            at: Crossing::At(y),
        }
    }

    /// A line at this place of the horizontal axis.
    #[must_use]
    pub fn vertical(label: &str, x: f64) -> Self {
        Self {
            label: label.to_owned(),
            at: Crossing::Upright(x),
        }
    }
}

/// How a trace is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stroke {
    /// One of a family of levels, from 0 (the least) to 1; its label stands on it.
    Level(f64),
    /// Dotted, above curves that may coincide with it; its label stands beside it.
    Reference,
}

/// A line of any shape with its meaning, in one or more pieces, such as a contour.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What it means.
    pub label: String,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Its pieces, each a chain of places.
    pub pieces: Vec<Vec<(f64, f64)>>,
}

/// Where a point lies, and its interval along the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcrossPlace {
    /// Along the horizontal axis.
    pub x: f64,
    /// Along the vertical axis.
    pub y: f64,
    /// Left end of its interval.
    pub low: f64,
    /// Right end of its interval.
    pub high: f64,
}

/// Intervals of the points of a [`Series`] along the horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Across {
    /// The label of those points; not written again.
    pub label: String,
    /// As those points.
    pub look: Look,
    /// One for each of them.
    pub places: Vec<AcrossPlace>,
}

/// Values that the points of a [`Series`] are means of, such as the scores of single training runs: small dots, drawn
/// beside each other where they would lie on top of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    /// The label of those points; not written again.
    pub label: String,
    /// As those points.
    pub look: Look,
    /// (x, y) of each, in any order.
    pub places: Vec<(f64, f64)>,
}

/// A part of the horizontal axis, shaded, with its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// What it means, such as "hidden: below what 1000 items show".
    pub label: String,
    /// Left end.
    pub from: f64,
    /// Right end.
    pub to: f64,
}

impl Region {
    /// The part between two places.
    #[must_use]
    pub fn new(label: &str, from: f64, to: f64) -> Self {
        Self {
            label: label.to_owned(),
            from,
            to,
        }
    }
}

/// A distance along the horizontal axis, as an arrow with two heads.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// What it is, such as "shift 2.34 decades".
    pub label: String,
    /// Left end.
    pub from: f64,
    /// Right end.
    pub to: f64,
    /// Its height on the vertical axis.
    pub y: f64,
    /// Heights of what its ends belong to, which thin lines join to it; none where it lies at them.
    pub ends_at: Option<(f64, f64)>,
}

impl Span {
    /// The distance between two places, at a height.
    #[must_use]
    pub fn new(label: &str, (from, to): (f64, f64), y: f64) -> Self {
        Self {
            label: label.to_owned(),
            from,
            to,
            y,
            ends_at: None,
        }
    }

    /// The same, joined by thin lines to these heights at its left and right end.
    #[must_use]
    pub fn between(self, left: f64, right: f64) -> Self {
        Self {
            ends_at: Some((left, right)),
            ..self
        }
    }
}

/// A place with its meaning: a mark, a thin leader and a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// What it means, such as "useful from 10^11.24".
    pub label: String,
    /// Along the horizontal axis.
    pub x: f64,
    /// Along the vertical axis.
    pub y: f64,
}

impl Annotation {
    /// What is to be said of a place.
    #[must_use]
    pub fn new(label: &str, x: f64, y: f64) -> Self {
        Self {
            label: label.to_owned(),
            x,
            y,
        }
    }
}
