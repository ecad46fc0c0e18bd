//! The integration tests in one program: the library is linked, and its generic code compiled, once rather than once a
//! file.

#[cfg(feature = "cli")]
mod advise;
mod anatomy;
#[cfg(feature = "figures")]
mod anatomy_figure;
#[cfg(feature = "figures")]
mod animation;
mod architecture;
mod breaks;
mod cli;
mod commands;
mod compare;
mod configs;
mod coverage;
mod coverage_runs;
mod designs;
mod differences;
mod dips;
#[cfg(unix)]
mod errors;
#[cfg(feature = "figures")]
mod figures;
#[cfg(feature = "cli")]
mod fit_command;
mod fits;
mod fitted_tables;
mod forecast_command;
mod forecaster;
mod forecasts;
#[cfg(feature = "figures")]
mod gallery;
mod gallery_look;
mod horizons;
mod identity;
mod item_laws;
#[cfg(feature = "figures")]
mod open_plots;
mod papers;
mod papers_breaks;
mod papers_compared;
mod papers_repeated;
mod pinned;
#[cfg(feature = "figures")]
mod plots;
mod power;
mod powers;
mod practice;
mod questions;
mod questions_simulated;
mod read_off;
mod readings;
mod repeated;
mod replay;
mod schema;
mod solving;
mod special;
#[cfg(feature = "figures")]
mod specimen;
mod statistics;
mod streams;
mod structures;
mod support;
mod sweep;
#[cfg(feature = "figures")]
mod sweeps;
mod tables;
#[cfg(feature = "cli")]
mod training_runs;
mod truths;
mod verify;
