//! `mirage verify`: the engine held against expected values.

use clap::{Args, ValueEnum};
use mirage::domain::{Items, Scenario, Seed};
use mirage::engine::{Control, with_threads};
use mirage::report;
use mirage::study::{Unverified, verify, worlds};

use super::progress::interruptible;
use super::work::WorkArguments;
use super::{Stop, failed, print};

/// Shown below `mirage verify --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage verify                       half a minute on two cores; exit code 0 or 4
  mirage verify --seed 7              the same on other random numbers
  mirage verify --format csv > all.csv   every number with its p-value";

#[derive(Args)]
pub(super) struct VerifyArguments {
    /// The root of all randomness [default: that of scenarios]
    #[arg(long, value_name = "N", value_parser = seed, allow_hyphen_values = true)]
    seed: Option<Seed>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: VerifyFormat,

    #[command(flatten)]
    pub(super) work: WorkArguments,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum VerifyFormat {
    /// For people: each structure with its least fitting number, and the verdict.
    #[default]
    Table,
    /// Every number, comma-separated.
    Csv,
    /// The verdict and the least fitting numbers.
    Json,
}

fn seed(word: &str) -> Result<Seed, String> {
    let number: Result<u64, _> = word.replace('_', "").parse();
    let wanted = || "give a whole number from 0 to 2^63 - 1".to_owned();
    let number = number.map_err(|_| wanted())?;
    Seed::try_from(number).map_err(|_| wanted())
}

/// Attempts at each scale of an ordinary world.
const ITEMS: u64 = 30_000;

pub(super) fn run(arguments: &VerifyArguments) -> Result<(), Stop> {
    let cancel = interruptible();
    let progress = arguments.work.progress();
    let events = |event| progress.show(event);
    let control = Control {
        cancel: &cancel,
        events: &events,
    };
    let worlds = worlds();
    let seed = arguments.seed.unwrap_or(Scenario::default().seed);
    let items = Items::try_from(ITEMS).map_err(failed)?;
    let found = with_threads(arguments.work.jobs, || {
        verify(&worlds, seed, items, &control)
    });
    progress.finish();
    let found = found.map_err(Stop::Failed)?.map_err(|error| match error {
        Unverified::Interrupted(_) => Stop::Interrupted,
        Unverified::Failed(failure) => failed(failure),
    })?;
    print(&match arguments.format {
        VerifyFormat::Table => report::verification(&found, &worlds),
        VerifyFormat::Csv => report::verification_csv(&found, &worlds).map_err(failed)?,
        VerifyFormat::Json => report::verification_json(&found, &worlds).map_err(failed)?,
    })?;
    match found.is_accepted() {
        true => Ok(()),
        false => Err(Stop::Rejected(
            "verify: what was simulated is not what was expected".to_owned(),
        )),
    }
}
