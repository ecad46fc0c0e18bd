//! `mirage rescore`: a stored sweep under metrics that nobody asked for at the time.

use std::path::PathBuf;

use clap::Args;
use mirage::domain::{Metric, Metrics};
use mirage::files::{RescoreError, Rescored, Sweep, rescore};

use super::export::{TableArguments, Work, told};
use super::{Stop, failed, say};

/// Shown below `mirage rescore --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage rescore out/my --metric pass-mark:0.9
  mirage rescore out/my --metric exact-match,harshness:2 --what anatomy -o again.csv
  mirage rescore out/my --metric prefix-credit --format parquet -o again.parquet

Nothing is attempted anew where the same is counted: under metrics of right and
wrong steps, with one attempt at each item, unless scales have items or random
numbers in common. Otherwise, and for metrics that read more off answers, the
same attempts are made again, and must come to the same counts.";

#[derive(Args)]
pub(super) struct RescoreArguments {
    /// The folder of a complete sweep; it is not changed
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The metrics
    #[arg(
        long = "metric",
        required = true,
        value_name = "METRIC",
        value_delimiter = ','
    )]
    metrics: Vec<Metric>,

    #[command(flatten)]
    table: TableArguments,
}

pub(super) fn run(arguments: &RescoreArguments) -> Result<(), Stop> {
    let metrics = Metrics::new(arguments.metrics.clone())
        .map_err(|error| Stop::Refused(format!("--metric: {error}")))?;
    let work = Work::start(&arguments.table)?;
    let (sweep, repair) = Sweep::in_folder_to_read(&arguments.folder, &work.cancel)?;
    told(&repair, &arguments.folder, arguments.table.work.quiet);
    let (sweep, how) = work.controlled(|control| rescore(sweep, &metrics, control))??;
    if how == Rescored::ByReplay && !arguments.table.work.quiet {
        say("the attempts were made again and came to the counts that are stored");
    }
    work.export(&sweep)
}

impl From<RescoreError> for Stop {
    fn from(error: RescoreError) -> Self {
        match error {
            RescoreError::Run(error) => error.into(),
            RescoreError::Swept | RescoreError::Metrics { .. } => Self::Refused(error.to_string()),
            RescoreError::Incomplete { .. } => Self::Missing(error.to_string()),
            other => failed(other),
        }
    }
}
