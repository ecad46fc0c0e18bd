//! How a finding is shown: values to bytes. No statistics are computed here.

#[cfg(feature = "figures")]
mod draw;
mod figure;
mod headline;
mod number;
mod table;
#[cfg(feature = "cli")]
mod terminal;
mod words;

#[cfg(feature = "figures")]
pub use draw::{DrawError, Drawing, Picture, draw};
pub use figure::{
    Axis, AxisKind, CurvePlace, Figure, Line, Look, Marker, Panel, PointPlace, ReferenceLine,
    Series,
};
pub use headline::{MixedAxes, headline, shared_axis};
pub use table::{csv, json, json_lines, markdown, tally_lines};
#[cfg(feature = "cli")]
pub use terminal::terminal;
