//! A figure as numbers and words. [`draw`](super::draw()) turns one into a picture and decides nothing else.

use super::axis::Axis;
use super::layer::{Layer, Series};

/// All that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// File name without extension.
    pub name: String,
    /// What it shows, in a line: the heading of a slide.
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
    pub measured: Option<(f64, f64)>,
    /// Drawn kind by kind (see [`Layer`]); within a kind in this order, the later ones above.
    pub layers: Vec<Layer>,
}

/// What the cells of a raster mean, written beside it.
pub(super) const RASTER_KEY: [&str; 2] = ["right", "wrong"];

impl Panel {
    /// The series among the layers.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Series(series) => Some(series),
            _ => None,
        })
    }
}

impl Figure {
    /// Every text a reader sees, but for the numbers at axes.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let panels = self.panels.iter().flat_map(|panel| {
            let axes = [
                &panel.title,
                &panel.subtitle,
                &panel.x.label,
                &panel.y.label,
            ];
            let layers = panel.layers.iter().flat_map(texts);
            let names = panel.x.all_names().iter().chain(panel.y.all_names());
            let words = axes.into_iter().chain(names).map(String::as_str);
            words.chain(layers)
        });
        panels.chain([self.title.as_str(), self.note.as_str()])
    }
}

fn texts(layer: &Layer) -> Vec<&str> {
    match layer {
        Layer::Series(series) => vec![&series.label],
        Layer::Fan(fan) => vec![&fan.label],
        Layer::Distribution(distribution) => vec![&distribution.label],
        Layer::Raster(raster) => {
            let headings = raster.groups.iter().map(|group| group.heading.as_str());
            headings.chain(RASTER_KEY).collect()
        }
        Layer::Heatmap(heatmap) => vec![&heatmap.label],
        Layer::Line(line) => vec![&line.label],
        Layer::Trace(trace) => vec![&trace.label],
        // Their points bear their label.
        Layer::Across(_) | Layer::Cloud(_) => Vec::new(),
        Layer::Region(region) => vec![&region.label],
        Layer::Span(span) => vec![&span.label],
        Layer::Annotation(annotation) => vec![&annotation.label],
    }
}
