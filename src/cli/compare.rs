//! `mirage compare`: two scenarios, or two metrics, on the same items.

use clap::{Args, ValueEnum};
use mirage::domain::{Metric, Metrics};
use mirage::engine::{Control, with_threads};
use mirage::files::{Source, load_all};
use mirage::report::{contrasts_csv, contrasts_json, contrasts_text};
use mirage::study::{Compared, contrasts};

use super::progress::interruptible;
use super::settings::SettingArguments;
use super::work::WorkArguments;
use super::{Stop, failed, print};

/// Shown below `mirage compare --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage compare default even-steps             two worlds, metric by metric
  mirage compare default --metric exact-match,pass-mark:0.8
                                                two metrics of the same attempts
  mirage compare my.toml other.toml --set evaluation.pairing=all --format csv

Both sides meet the same items where their seeds are the same, and differences are
surer for it. With pairing = \"all\" they share their random numbers as well.";

#[derive(Args)]
pub(super) struct CompareArguments {
    /// One scenario (a file, or the name of a shipped one), or two
    #[arg(value_name = "FILE|NAME|-", required = true, num_args = 1..=2)]
    scenarios: Vec<String>,

    /// Metrics: of two scenarios, those to compare; of one, the first and what it is compared with [default: the scenario's]
    #[arg(long = "metric", value_name = "METRIC", value_delimiter = ',')]
    metrics: Vec<Metric>,

    #[command(flatten)]
    settings: SettingArguments,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    work: WorkArguments,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// A row for each scale and pair of metrics.
    Csv,
    /// An array with an object for each scale and pair of metrics.
    Json,
}

pub(super) fn run(arguments: &CompareArguments) -> Result<(), Stop> {
    let overrides = arguments.settings.overrides()?;
    let words = arguments.scenarios.iter();
    let sources: Vec<Source> = words.map(|word| Source::from(word.as_str())).collect();
    let mut loaded = load_all(&sources, &overrides)?;
    for one in &mut loaded {
        if !arguments.metrics.is_empty() {
            let metrics = Metrics::new(arguments.metrics.clone());
            let metrics = metrics.map_err(|error| Stop::Refused(format!("--metric: {error}")))?;
            let scenario = one.scenario.clone().under(metrics);
            one.scenario = scenario.map_err(|error| Stop::Refused(format!("--metric: {error}")))?;
        }
    }
    let side = |place: usize, metrics: Vec<Metric>| Compared {
        name: loaded[place].name.clone(),
        scenario: loaded[place].scenario.clone(),
        metrics,
    };
    let metrics = |place: usize| {
        loaded[place]
            .scenario
            .evaluation
            .metrics
            .as_slice()
            .to_vec()
    };
    let (one, other) = match (loaded.len(), metrics(0).as_slice()) {
        (1, [first, rest @ ..]) if !rest.is_empty() => {
            let firsts = vec![*first; rest.len()];
            (side(0, firsts), side(0, rest.to_vec()))
        }
        (1, _) => {
            return Err(Stop::Refused(
                "one scenario under one metric leaves nothing to compare: name another scenario, or two metrics such as --metric exact-match,pass-mark:0.8"
                    .to_owned(),
            ));
        }
        _ => {
            let theirs = metrics(1);
            let common: Vec<Metric> = metrics(0)
                .into_iter()
                .filter(|metric| theirs.contains(metric))
                .collect();
            if common.is_empty() {
                return Err(Stop::Refused(format!(
                    "{} and {} have no metric in common: name some, such as --metric exact-match",
                    loaded[0].name, loaded[1].name
                )));
            }
            (side(0, common.clone()), side(1, common))
        }
    };
    let cancel = interruptible();
    let progress = arguments.work.progress();
    let events = |event| progress.show(event);
    let control = Control {
        cancel: &cancel,
        events: &events,
    };
    let found = with_threads(arguments.work.jobs, || contrasts(&one, &other, &control));
    progress.finish();
    let found = found.map_err(Stop::Failed)?;
    let found = found
        .map_err(|error| Stop::Refused(error.to_string()))?
        .map_err(|_| Stop::Interrupted)?;
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for one in found {
        match one {
            Ok(contrast) => done.push(contrast),
            Err(failure) => failures.push(failure),
        }
    }
    let sides = [&one, &other];
    print(&match arguments.format {
        Format::Table => contrasts_text(sides, &done),
        Format::Csv => contrasts_csv(sides, &done).map_err(failed)?,
        Format::Json => contrasts_json(sides, &done).map_err(failed)?,
    })?;
    match failures.first() {
        None => Ok(()),
        Some(failure) => Err(failed(failure.clone())),
    }
}
