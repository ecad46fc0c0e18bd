//! `mirage run`: scenarios in, one table, one figure and a folder out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use clap::Args;
use mirage::engine::{Control, with_threads};
use mirage::files::{
    FigureRequest, Folder, FolderError, Loaded, Override, Results, SHIPPED, Source, expect,
    load_all, record, simulate,
};
use mirage::report::{self, Picture};
use mirage::study::{Finding, NULL_REPLICATES};

use super::progress::{Progress, interruptible};
use super::{FigureFormat, Format, OutputArguments, ProgressStyle, Stop, failed, print, say};

/// Shown below `mirage run --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage run                               the two shipped worlds
  mirage run my.toml --set task.steps=20   a file of yours, one setting changed
  mirage run even-steps --set skill.kind=logistic --format csv
  mirage run default --set evaluation.metrics=exact-match,pass-mark:0.8
  mirage run chain-of-thought --expected-only   computed, nothing simulated
  mirage run --size slide --theme print --credit-axis cloglog -o slides
  cat my.toml | mirage run - --format json";

#[derive(Args)]
pub(super) struct RunArguments {
    /// Scenario files, names of shipped scenarios, or - for standard input [default: the two shipped worlds]
    #[arg(value_name = "FILE|NAME|-")]
    scenarios: Vec<String>,

    /// Change a setting in every scenario, such as task.steps=20; the value is TOML or a bare word
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// The seed of every scenario: short for --set seed=N
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<String>,

    /// Which attempts share random numbers: short for --set evaluation.pairing=WORD
    #[arg(long, value_name = "independent|scales|all")]
    pairing: Option<String>,

    #[command(flatten)]
    pub(super) output: OutputArguments,
}

pub(super) fn run(arguments: RunArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let overrides = overrides(&arguments)?;
    let loaded = load_all(&sources(&arguments.scenarios), &overrides)?;
    let output = &arguments.output;
    // All that can be refused is refused before any work is done.
    let folder = folder(&loaded, output, !overrides.is_empty())?;
    let figures = FigureRequest {
        pictures: pictures(output, folder.is_some())?,
        style: output.look.style(),
        credit_axis: output.look.credit_axis.into(),
    };
    if !figures.pictures.is_empty() {
        report::shared_axis(loaded.iter().map(|one| &one.scenario)).map_err(refused)?;
    }
    if output.verbose {
        loaded.iter().for_each(|one| say(&described(one)));
    }
    let work = Work::start(output);
    let mut findings = match output.results() {
        Results::Simulated => work.attempt(&loaded, output)?,
        Results::Expected => expect(&loaded),
    };
    // Computed where it is shown.
    if folder.is_some() || matches!(output.format, Format::Table | Format::Json) {
        work.dissect(&mut findings, output)?;
    }
    if !figures.pictures.is_empty() {
        work.progress.stage("drawing figures");
    }
    // What was simulated is shown even if it cannot be written.
    let recorded = folder.as_ref().map_or(Ok(()), |folder| {
        let command = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
        record(
            folder,
            &loaded,
            &findings,
            &figures,
            command.collect(),
            started,
        )
    });
    work.progress.finish();
    let shown = print(&match output.format {
        Format::Table => table(&findings, output),
        Format::Csv => report::csv(&findings).map_err(failed)?,
        Format::Json => report::json(&findings).map_err(failed)?,
        Format::Jsonl => report::json_lines(&findings).map_err(failed)?,
        Format::Md => report::markdown(&findings).map_err(failed)?,
    });
    recorded?;
    shown?;
    if output.verbose {
        let seconds = started.elapsed().unwrap_or_default().as_secs_f64();
        say(&format!("{seconds:.2} s"));
    }
    if let Some(folder) = folder.filter(|_| !output.quiet) {
        say(&format!("results in {}", folder.path().display()));
    }
    failures(&findings)
}

/// The table for people, its header bold where colour is wanted.
fn table(findings: &[Finding], output: &OutputArguments) -> String {
    let text = report::terminal(findings);
    match text
        .split_once('\n')
        .filter(|_| output.colours(&std::io::stdout()))
    {
        Some((header, rows)) => format!("\x1b[1m{header}\x1b[0m\n{rows}"),
        None => text,
    }
}

fn described(one: &Loaded) -> String {
    let (scenario, evaluation) = (&one.scenario, &one.scenario.evaluation);
    format!(
        "{}: from {}, seed {}; scales {}, items {}, attempts at each {}, steps {}",
        one.name,
        one.origin,
        scenario.seed.get(),
        evaluation.scales.as_slice().len(),
        evaluation.items.get(),
        evaluation.attempts_per_item(),
        scenario.task.lengths(),
    )
}

fn refused(error: impl std::fmt::Display) -> Stop {
    Stop::Refused(error.to_string())
}

fn sources(words: &[String]) -> Vec<Source> {
    match words {
        [] => SHIPPED[..2]
            .iter()
            .map(|shipped| Source::Shipped(shipped.name.to_owned()))
            .collect(),
        words => words
            .iter()
            .map(|word| Source::from(word.as_str()))
            .collect(),
    }
}

fn overrides(arguments: &RunArguments) -> Result<Vec<Override>, Stop> {
    let set = arguments
        .set
        .iter()
        .map(|words| match words.split_once('=') {
            Some((key, value)) => Ok(Override {
                key: key.trim().to_owned(),
                value: value.to_owned(),
                words: format!("--set {words}"),
            }),
            None => Err(Stop::Refused(format!(
                "--set {words}: expected KEY=VALUE, such as --set task.steps=20"
            ))),
        });
    let flag = |name: &str, key: &str, value: &Option<String>| {
        let value = value.clone()?;
        Some(Ok(Override {
            key: key.to_owned(),
            words: format!("--{name} {value}"),
            value,
        }))
    };
    let flags = [
        flag("seed", "seed", &arguments.seed),
        flag("pairing", "evaluation.pairing", &arguments.pairing),
    ];
    set.chain(flags.into_iter().flatten()).collect()
}

/// The folder asked for, or the default one; none with a machine format. If the default one holds another scenario (its
/// file was changed since), the one with the hash is taken.
fn folder(
    loaded: &[Loaded],
    output: &OutputArguments,
    changed: bool,
) -> Result<Option<Folder>, Stop> {
    if let Some(path) = &output.output {
        let path = PathBuf::from(path);
        return Ok(Some(Folder::claim(path, loaded, output.results())?));
    }
    if output.format != Format::Table {
        return Ok(None);
    }
    let results = output.results();
    let default = |changed: bool| {
        Folder::claim(
            Folder::default_path(loaded, changed, results),
            loaded,
            results,
        )
    };
    match default(changed) {
        Err(FolderError::Different {
            folder, key, there, ..
        }) if !changed => {
            if !output.quiet {
                let folder = folder.display();
                say(&format!(
                    "{folder} holds a run with {key} = {there} and stays as it is"
                ));
            }
            Ok(Some(default(true)?))
        }
        claimed => Ok(Some(claimed?)),
    }
}

fn pictures(output: &OutputArguments, has_folder: bool) -> Result<Vec<Picture>, Stop> {
    let wanted = &output.figures;
    let drawn: Vec<Picture> = wanted
        .iter()
        .filter_map(|format| match format {
            FigureFormat::Svg => Some(Picture::Svg),
            FigureFormat::Png => Some(Picture::Png),
            FigureFormat::None => None,
        })
        .collect();
    match (wanted.is_empty(), has_folder) {
        (true, true) => Ok(vec![Picture::Svg, Picture::Png]),
        (true, false) => Ok(Vec::new()),
        (false, _) if drawn.len() < wanted.len() && !drawn.is_empty() => Err(Stop::Refused(
            "--figures: none goes with no other format".to_owned(),
        )),
        (false, false) if !drawn.is_empty() => Err(Stop::Refused(
            "--figures needs a folder: name one with -o".to_owned(),
        )),
        (false, _) => Ok(drawn),
    }
}

/// Long work, with progress, until done or interrupted.
struct Work {
    cancel: Arc<AtomicBool>,
    progress: Progress,
}

impl Work {
    fn start(output: &OutputArguments) -> Self {
        let cancel = interruptible();
        let progress = Progress::new(if output.quiet {
            ProgressStyle::None
        } else {
            output.progress
        });
        Self { cancel, progress }
    }

    /// Attempts and scores.
    fn attempt(&self, loaded: &[Loaded], output: &OutputArguments) -> Result<Vec<Finding>, Stop> {
        let events = |event| self.progress.show(event);
        let control = Control {
            cancel: &self.cancel,
            events: &events,
        };
        let findings = with_threads(output.jobs, || simulate(loaded, &control));
        self.progress.finish();
        findings
            .map_err(Stop::Failed)?
            .map_err(|_| Stop::Interrupted)
    }

    fn dissect(&self, findings: &mut [Finding], output: &OutputArguments) -> Result<(), Stop> {
        let replicates = match output.results() {
            Results::Simulated => NULL_REPLICATES,
            Results::Expected => 0,
        };
        for finding in findings {
            self.progress.stage(&format!("anatomy of {}", finding.name));
            let done = finding.dissect(replicates, &self.cancel);
            done.map_err(|_| Stop::Interrupted)?;
        }
        Ok(())
    }
}

/// A scale whose attempts failed is missing; everything else was shown and written.
fn failures(findings: &[Finding]) -> Result<(), Stop> {
    let failures = findings.iter().flat_map(|finding| {
        finding
            .tallies
            .iter()
            .filter_map(|tally| tally.as_ref().err())
    });
    let all: Vec<String> = failures.map(ToString::to_string).collect();
    if all.is_empty() {
        Ok(())
    } else {
        Err(Stop::Missing(all.join("\n")))
    }
}
