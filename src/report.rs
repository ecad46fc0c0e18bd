//! How a finding is shown: values to bytes. No statistics are computed here.

mod anatomy_table;
#[cfg(feature = "figures")]
mod draw;
#[cfg(feature = "figures")]
mod faces;
mod figure;
mod headline;
#[cfg(feature = "figures")]
mod layout;
mod listing;
mod number;
#[cfg(feature = "figures")]
mod picture;
mod setting;
mod table;
mod template;
#[cfg(feature = "cli")]
mod terminal;
mod verdict;
mod words;

pub use anatomy_table::anatomy_csv;
#[cfg(feature = "figures")]
pub use draw::draw;
pub use figure::{
    Axis, AxisKind, CurvePlace, Figure, Line, Look, Marker, Panel, PointPlace, ReferenceLine,
    Series,
};
pub use headline::{MixedAxes, headline, shared_axis};
pub use listing::{ScenarioEntry, entries, scenarios};
#[cfg(feature = "figures")]
pub use picture::{DrawError, Drawing, Picture};
pub use table::{csv, json, json_lines, markdown, tally_lines};
pub use template::template;
#[cfg(feature = "cli")]
pub use terminal::terminal;
pub use verdict::Verdicts;
