//! `mirage replay`: one attempt, step by step.

use clap::{Args, ValueEnum};
use mirage::domain::Scale;
use mirage::files::{Source, load};
use mirage::report::{self, StepRange};
use mirage::study::{self, AttemptPlace, Replay};

use super::settings::SettingArguments;
use super::{Stop, failed, print, say, whole};

/// Shown below `mirage replay --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage replay default --scale 1e10 --item 3
  mirage replay my.toml --scale 1e10 --item 3 --attempt 1 --training-seed 2
  mirage replay even-steps --scale 1e11 --item 0 --set task.steps=2000
  mirage replay long.toml --scale 1e11 --item 0 --steps 500..600
  mirage replay default --scale 1e10 --item 3 --format csv

Items, attempts and training seeds are counted from 0, as in traces; steps from
1, as in the formulas of `mirage list tasks`.";

#[derive(Args)]
pub(super) struct ReplayArguments {
    /// A scenario file, the name of a shipped scenario, or - for standard input
    #[arg(value_name = "FILE|NAME|-")]
    scenario: String,

    /// The scale N; one that the scenario does not measure is attempted all the same
    #[arg(long, value_name = "N", value_parser = scale, allow_hyphen_values = true)]
    scale: Scale,

    /// The item, from 0
    #[arg(long, value_name = "I", value_parser = whole, allow_hyphen_values = true)]
    item: u64,

    /// The attempt at this item by one training run, from 0
    #[arg(long, value_name = "A", value_parser = whole, default_value = "0", allow_hyphen_values = true)]
    attempt: u64,

    /// The training run, from 0
    #[arg(long, value_name = "T", value_parser = whole, default_value = "0", allow_hyphen_values = true)]
    training_seed: u64,

    /// Show these steps only [default: all; in the table the ends of a long task]
    #[arg(long, value_name = "FROM..TO", allow_hyphen_values = true)]
    steps: Option<StepRange>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: ReplayFormat,

    #[command(flatten)]
    settings: SettingArguments,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ReplayFormat {
    /// For people.
    #[default]
    Table,
    /// An object with the item, an array of steps and what they come to.
    Json,
    /// A row for each step.
    Csv,
}

pub(super) fn replay(arguments: &ReplayArguments) -> Result<(), Stop> {
    let source = Source::from(arguments.scenario.as_str());
    let loaded = load(&source, &arguments.settings.overrides()?)?;
    let place = AttemptPlace {
        training_seed: arguments.training_seed,
        item: arguments.item,
        attempt: arguments.attempt,
    };
    let replayed = study::replay(loaded.name, &loaded.scenario, arguments.scale, place);
    let replayed = replayed.map_err(|error| Stop::Refused(error.to_string()))?;
    let steps = arguments.steps.clone().unwrap_or(StepRange::All);
    steps
        .within(replayed.outcome.len())
        .map_err(Stop::Refused)?;
    if !replayed.measured {
        say(&unmeasured(&replayed));
    }
    print(&match arguments.format {
        ReplayFormat::Table => report::replay_text(&replayed, &steps),
        ReplayFormat::Json => report::replay_json(&replayed, &steps).map_err(failed)?,
        ReplayFormat::Csv => report::replay_csv(&replayed, &steps).map_err(failed)?,
    })
}

pub(super) fn scale(word: &str) -> Result<Scale, String> {
    let number = word.replace('_', "").parse::<f64>().ok();
    let scale = number.and_then(|number| Scale::try_from(number).ok());
    scale.ok_or_else(|| "give a number above 0, such as 1e10".to_owned())
}

/// Where the attempt is at no scale of the scenario: the nearest that are.
fn unmeasured(replayed: &Replay) -> String {
    let near = replayed.scenario.evaluation.scales.around(replayed.scale);
    let near: Vec<String> = near
        .iter()
        .map(|scale| format!("{:e}", scale.get()))
        .collect();
    format!(
        "{} does not measure scale {:e}, so no run of it counts this attempt; nearest: {}",
        replayed.name,
        replayed.scale.get(),
        near.join(" and "),
    )
}
