//! How a finding is shown: values to bytes. No statistics are computed here.
//!
//! A [`Figure`] is data: panels that hold [`Layer`]s of a few kinds. With the feature `figures`, `draw` arranges it as
//! a scene of lines, areas and measured texts, and turns that into a picture.

#[cfg(feature = "cli")]
mod advice_assumed;
#[cfg(feature = "cli")]
mod advice_json;
#[cfg(feature = "cli")]
mod advice_markdown;
#[cfg(feature = "cli")]
mod advice_text;
#[cfg(feature = "cli")]
mod advice_words;
mod anatomy_figure;
mod anatomy_table;
#[cfg(feature = "figures")]
mod animation;
#[cfg(feature = "figures")]
mod arrange;
mod attempt_text;
mod attempts;
mod axis;
#[cfg(feature = "cli")]
mod back_test_figure;
#[cfg(feature = "cli")]
mod back_test_table;
#[cfg(feature = "cli")]
mod back_test_text;
#[cfg(feature = "figures")]
mod board;
mod cloud;
#[cfg(feature = "cli")]
mod contrast_table;
mod difference_table;
#[cfg(feature = "figures")]
mod draw;
mod drawn;
#[cfg(feature = "figures")]
mod faces;
mod figure;
mod figure_csv;
#[cfg(feature = "cli")]
mod fit_figure;
#[cfg(feature = "cli")]
mod fit_table;
#[cfg(feature = "cli")]
mod fit_text;
#[cfg(feature = "cli")]
mod forecast_figure;
#[cfg(feature = "cli")]
mod forecast_table;
#[cfg(feature = "cli")]
mod forecast_text;
#[cfg(feature = "cli")]
mod forecast_words;
#[cfg(feature = "cli")]
mod gallery;
mod headline;
#[cfg(feature = "cli")]
mod horizon_figure;
#[cfg(feature = "cli")]
mod horizon_table;
#[cfg(feature = "cli")]
mod horizon_text;
mod layer;
#[cfg(feature = "figures")]
mod layout;
mod listing;
mod look;
mod number;
#[cfg(feature = "cli")]
mod page;
#[cfg(feature = "parquet")]
mod parquet_table;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "figures")]
mod picture;
mod plot;
#[cfg(feature = "cli")]
mod power_curve_text;
#[cfg(feature = "cli")]
mod power_figure;
#[cfg(feature = "cli")]
mod power_table;
#[cfg(feature = "cli")]
mod power_text;
mod practice_table;
#[cfg(feature = "cli")]
mod practice_text;
mod rehearsal;
mod repeated_table;
#[cfg(feature = "figures")]
mod scene;
mod setting;
mod status;
#[cfg(feature = "figures")]
mod style;
#[cfg(feature = "cli")]
mod sweep_terminal;
mod table;
mod targets;
mod template;
#[cfg(feature = "cli")]
mod terminal;
#[cfg(feature = "figures")]
mod ticks;
mod training_runs_table;
#[cfg(feature = "cli")]
mod training_runs_text;
mod verdict;
mod verification;
mod words;

#[cfg(feature = "cli")]
pub use advice_json::advice_json;
#[cfg(feature = "cli")]
pub use advice_markdown::advice_markdown;
#[cfg(feature = "cli")]
pub use advice_text::advice_text;
pub use anatomy_figure::anatomy_figure;
pub use anatomy_table::{Header, anatomy_csv, sweep_anatomy_csv, sweep_anatomy_json_lines};
#[cfg(feature = "figures")]
pub use animation::animation;
pub use attempt_text::{StepRange, replay_text};
pub use attempts::{replay_csv, replay_json, trace_line};
pub use axis::{Axis, AxisKind, CreditAxis};
#[cfg(feature = "cli")]
pub use back_test_figure::back_test_figure;
#[cfg(feature = "cli")]
pub use back_test_table::{back_test_csv, back_test_json};
#[cfg(feature = "cli")]
pub use back_test_text::back_test_text;
#[cfg(feature = "cli")]
pub use contrast_table::{contrasts_csv, contrasts_json, contrasts_text};
pub use difference_table::differences_csv;
#[cfg(feature = "figures")]
pub use draw::draw;
pub use figure::{Figure, Panel};
#[cfg(feature = "cli")]
pub use fit_figure::fit_figure;
#[cfg(feature = "cli")]
pub use fit_table::{fit_csv, fit_json, steps_csv};
#[cfg(feature = "cli")]
pub use fit_text::fit_text;
#[cfg(feature = "cli")]
pub use forecast_figure::forecast_figure;
#[cfg(feature = "cli")]
pub use forecast_table::{forecast_csv, forecast_json};
#[cfg(feature = "cli")]
pub use forecast_text::forecast_text;
#[cfg(feature = "cli")]
pub use gallery::{frames_csv, teaching_figure, teaching_frames, told_figure};
pub use headline::{MixedAxes, headline, shared_axis};
#[cfg(feature = "cli")]
pub use horizon_figure::horizon_figure;
#[cfg(feature = "cli")]
pub use horizon_table::{horizon_csv, horizon_json};
#[cfg(feature = "cli")]
pub use horizon_text::horizon_text;
pub use layer::{
    Across, AcrossPlace, Annotation, Bar, BarStyle, Cloud, Crossing, CurvePlace, Distribution, Fan,
    FanBand, FanEdge, Heatmap, Layer, PointPlace, Raster, RasterGroup, ReferenceLine, Region,
    Series, Span, StepMark, Stroke, Trace,
};
pub use listing::{ScenarioEntry, entries, scenarios};
pub use look::{Colour, Line, Look, Marker};
#[cfg(feature = "parquet")]
pub use parquet_table::{ParquetRows, ParquetTable, ParquetTableError};
#[cfg(feature = "figures")]
pub use picture::{DrawError, Drawing, Picture, PlacedText};
pub use plot::{
    NumberScale, PlotAxis, PlotError, PlotKind, PlotRequest, PlotWhat, UnknownPlotWord, plot,
};
#[cfg(feature = "cli")]
pub use power_curve_text::{power_curve_text, solved_text};
#[cfg(feature = "cli")]
pub use power_figure::power_figure;
#[cfg(feature = "cli")]
pub use power_table::{
    power_csv, power_curve_csv, power_curve_json, power_json, solved_csv, solved_json,
};
#[cfg(feature = "cli")]
pub use power_text::power_text;
pub use practice_table::practice_csv;
#[cfg(feature = "cli")]
pub use practice_text::{InPractice, in_practice};
pub use rehearsal::{RehearsalWords, rehearsal};
pub use repeated_table::{repeated_csv, repeated_text};
pub(crate) use setting::toml_value;
pub use status::{StatusEntry, status, status_json};
#[cfg(feature = "figures")]
pub use style::{Size, Style, Theme};
#[cfg(feature = "cli")]
pub use sweep_terminal::sweep_terminal;
pub use table::{
    csv, json, json_lines, markdown, sweep_csv, sweep_csv_header, sweep_json, sweep_json_lines,
    sweep_markdown, sweep_markdown_header, tally_lines,
};
pub use template::template;
#[cfg(feature = "cli")]
pub use terminal::terminal;
pub use training_runs_table::{training_runs_csv, training_runs_summary_csv};
pub use verdict::Verdicts;
pub use verification::{verification, verification_csv, verification_json};
