//! A figure as numbers and words. [`draw`](super::draw()) turns one into a picture and decides nothing else.

use super::number::shortest;

/// All that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// File name without extension.
    pub name: String,
    /// What it shows, in a line.
    pub title: String,
    /// What to see, and how it was made: caption and alternative text.
    pub caption: String,
    /// A line below the panels: what points, curves and bands are, with sizes.
    pub note: String,
    /// In reading order.
    pub panels: Vec<Panel>,
}

/// One set of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Heading.
    pub title: String,
    /// A line below the heading.
    pub subtitle: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// The part of the horizontal axis that was measured; the rest is shaded.
    pub measured: (f64, f64),
    /// Drawn in order, the later ones above.
    pub series: Vec<Series>,
    /// Horizontal lines to compare with.
    pub lines: Vec<ReferenceLine>,
}

/// What an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisKind {
    /// log10 of a scale: ticks at powers of ten.
    Decades,
    /// Credit from 0 to 1.
    Credit,
}

/// An axis and the range it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it counts, for the reader.
    pub label: String,
    /// How it is ticked.
    pub kind: AxisKind,
    /// Left or lower end.
    pub from: f64,
    /// Right or upper end.
    pub to: f64,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Without gaps.
    Solid,
    /// In dashes.
    Dashed,
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

/// How a series is told from the others: by colour, and without colour by line and marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Place in the palette.
    pub colour: usize,
    /// Its curve.
    pub line: Line,
    /// Its points.
    pub marker: Marker,
}

impl Look {
    /// The look of the series at a place; the first 12 differ in more than colour from their neighbours.
    #[must_use]
    pub fn at(place: usize) -> Self {
        let line = if place.is_multiple_of(2) {
            Line::Solid
        } else {
            Line::Dashed
        };
        let marker = [
            Marker::Circle,
            Marker::Square,
            Marker::Triangle,
            Marker::Diamond,
        ][place % 4];
        Self {
            colour: place,
            line,
            marker,
        }
    }
}

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
    /// Expected values; may be empty.
    pub curve: Vec<CurvePlace>,
    /// Estimates.
    pub points: Vec<PointPlace>,
}

/// A horizontal line with its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceLine {
    /// What it means.
    pub label: String,
    /// Where it is.
    pub y: f64,
}

impl Figure {
    /// Every number drawn: panel, series, kind (curve, point, line), x, y, low, high.
    ///
    /// # Errors
    /// None are known; the writer's own if there is one.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["panel", "series", "kind", "x", "y", "low", "high"])?;
        for panel in &self.panels {
            for series in &panel.series {
                let curve = series
                    .curve
                    .iter()
                    .map(|place| ("curve", [place.x, place.y, place.low, place.high]));
                let points = series
                    .points
                    .iter()
                    .map(|place| ("point", [place.x, place.y, place.low, place.high]));
                for (kind, numbers) in curve.chain(points) {
                    let numbers = numbers.map(shortest);
                    let words = [panel.title.as_str(), series.label.as_str(), kind];
                    writer.write_record(
                        words.into_iter().chain(numbers.iter().map(String::as_str)),
                    )?;
                }
            }
            for line in &panel.lines {
                writer.write_record([
                    &panel.title,
                    &line.label,
                    "line",
                    "",
                    &shortest(line.y),
                    "",
                    "",
                ])?;
            }
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Every text a reader sees.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let panels = self.panels.iter().flat_map(|panel| {
            let axes = [
                &panel.title,
                &panel.subtitle,
                &panel.x.label,
                &panel.y.label,
            ];
            let series = panel.series.iter().map(|series| &series.label);
            let lines = panel.lines.iter().map(|line| &line.label);
            axes.into_iter()
                .chain(series)
                .chain(lines)
                .map(String::as_str)
        });
        panels.chain([self.note.as_str()])
    }
}
