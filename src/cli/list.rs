//! `mirage list`: what there is to choose from.

use clap::{Args, ValueEnum};
use mirage::domain::{self, Entry};
use mirage::files::shipped_entries;
use mirage::report;
use serde::Serialize;

use super::{Stop, failed, print};

/// Shown below `mirage list --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage list curves                  skill curves: formula, parameters, source
  mirage list metrics --format json   the same of metrics, for programs
  mirage list scenarios               names to give to `mirage run`";

#[derive(Args)]
pub(super) struct ListArguments {
    /// What to list
    #[arg(value_enum, value_name = "curves|tasks|metrics|scenarios")]
    what: What,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Skill curves: how one step's success grows with scale.
    Curves,
    /// Tasks, and how their steps and items may differ.
    Tasks,
    /// Metrics: what an outcome is worth.
    Metrics,
    /// Shipped scenarios, and what each of them asks.
    Scenarios,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ListFormat {
    /// For people.
    #[default]
    Table,
    /// An array of objects.
    Json,
}

pub(super) fn list(arguments: &ListArguments) -> Result<(), Stop> {
    let format = arguments.format;
    match arguments.what {
        What::Curves => print_list(&domain::curves(), format, report::entries),
        What::Tasks => print_list(&domain::tasks(), format, report::entries),
        What::Metrics => print_list::<Entry>(&domain::credits(), format, report::entries),
        What::Scenarios => print_list(&shipped_entries()?, format, report::scenarios),
    }
}

fn print_list<T: Serialize>(
    list: &[T],
    format: ListFormat,
    table: impl Fn(&[T]) -> String,
) -> Result<(), Stop> {
    match format {
        ListFormat::Table => print(&table(list)),
        ListFormat::Json => print(&(serde_json::to_string_pretty(list).map_err(failed)? + "\n")),
    }
}
