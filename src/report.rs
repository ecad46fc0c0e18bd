//! How a finding is shown: values to bytes. No statistics are computed here.
//!
//! A [`Figure`] is data: panels that hold [`Layer`]s of a few kinds. With the feature `figures`, `draw` arranges it as
//! a scene of lines, areas and measured texts, and turns that into a picture.

#[cfg(feature = "figures")]
mod arrange;
#[cfg(feature = "figures")]
mod arrange_cells;
#[cfg(feature = "figures")]
mod arrange_ends;
#[cfg(feature = "figures")]
mod arrange_labels;
#[cfg(feature = "figures")]
mod arrange_layers;
#[cfg(feature = "figures")]
mod arrange_obstacles;
#[cfg(feature = "figures")]
mod arrange_panel;
#[cfg(feature = "figures")]
mod arrange_raster;
#[cfg(feature = "figures")]
mod arrange_side;
#[cfg(feature = "figures")]
mod arrange_spots;
mod axis;
#[cfg(feature = "figures")]
mod board;
#[cfg(feature = "figures")]
mod draw;
#[cfg(feature = "figures")]
mod faces;
mod figure;
mod figure_csv;
mod headline;
mod layer;
#[cfg(feature = "figures")]
mod layout;
mod look;
mod number;
#[cfg(feature = "figures")]
mod picture;
#[cfg(feature = "figures")]
mod scene;
#[cfg(feature = "figures")]
mod style;
mod table;
#[cfg(feature = "cli")]
mod terminal;
#[cfg(feature = "figures")]
mod ticks;
mod words;

pub use axis::{Axis, AxisKind, CreditAxis};
#[cfg(feature = "figures")]
pub use draw::draw;
pub use figure::{Figure, Panel};
pub use headline::{MixedAxes, headline, shared_axis};
pub use layer::{
    Annotation, Bar, BarStyle, Crossing, CurvePlace, Distribution, Fan, FanBand, FanEdge, Heatmap,
    Layer, PointPlace, Raster, RasterGroup, ReferenceLine, Region, Series, Span, StepMark,
};
pub use look::{Colour, Line, Look, Marker};
#[cfg(feature = "figures")]
pub use picture::{DrawError, Drawing, Picture, PlacedText};
#[cfg(feature = "figures")]
pub use style::{Size, Style, Theme};
pub use table::{csv, json, json_lines, markdown, tally_lines};
#[cfg(feature = "cli")]
pub use terminal::terminal;
