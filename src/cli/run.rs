//! `mirage run`: scenarios in, one table, one figure and a folder out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use mirage::domain::Scenario;
use mirage::engine::{Control, Event, Failure, Method, Setting, Tally, simulate, with_threads};
use mirage::files::{Folder, Input, Loaded, NewFile, Override, Provenance, SHIPPED, Source, load};
use mirage::report;
use mirage::study::{Finding, evaluate, expected_curve};

use super::{FigureFormat, Format, OutputArguments, ProgressStyle, Stop, print};

/// Shown below `mirage run --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage run                                     the two worlds: one exact-match curve, two partial credits
  mirage run my.toml --set task.steps=20         a file of your own, with one setting changed
  mirage run even-steps --set skill.kind=logistic --format csv
  mirage run default --set evaluation.metrics=exact-match,pass-mark:0.8,prefix-credit
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
    output: OutputArguments,
}

pub(super) fn run(arguments: RunArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let overrides = overrides(&arguments)?;
    let loaded = load_all(&arguments.scenarios, &overrides)?;
    let named: Vec<(String, Scenario)> = loaded
        .iter()
        .map(|one| (one.name.clone(), one.scenario.clone()))
        .collect();
    let output = &arguments.output;
    let folder = match (&output.output, output.format) {
        (Some(path), _) => Some(path.clone()),
        (None, Format::Table) => Some(Folder::default_path(&named, !overrides.is_empty())),
        (None, _) => None,
    };
    // Refused before any work is done.
    let folder = folder.map(|path| Folder::claim(path, &named)).transpose()?;
    let figures = figure_formats(output, folder.is_some())?;

    let tallies = attempt(&named, output)?;
    let findings: Vec<Finding> = named
        .into_iter()
        .zip(tallies)
        .map(|((name, scenario), tallies)| evaluate(name, scenario, tallies))
        .collect();

    if let Some(folder) = &folder {
        let inputs = loaded
            .iter()
            .map(|one| Input::new(&one.name, &one.origin, &one.text, &one.scenario));
        let provenance = Provenance::new(std::env::args().collect(), started, inputs.collect());
        let mut files = result_files(&findings)?;
        files.extend(figure_files(&findings, &figures)?);
        let manifest = serde_json::to_vec_pretty(&provenance).map_err(failed)?;
        folder.write(files, manifest)?;
    }
    print(&match output.format {
        Format::Table => report::terminal(&findings),
        Format::Csv => report::csv(&findings).map_err(failed)?,
        Format::Json => report::json(&findings).map_err(failed)?,
        Format::Jsonl => report::json_lines(&findings).map_err(failed)?,
        Format::Md => report::markdown(&findings).map_err(failed)?,
    })?;
    if let Some(folder) = folder.filter(|_| !output.quiet) {
        eprintln!("results in {}", folder.path().display());
    }
    failures(&findings)
}

fn failed(error: impl std::fmt::Display) -> Stop {
    Stop::Failed(error.to_string())
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

/// Reads every scenario, and tells apart those of one name.
fn load_all(words: &[String], overrides: &[Override]) -> Result<Vec<Loaded>, Stop> {
    let sources: Vec<Source> = match words {
        [] => SHIPPED[..2]
            .iter()
            .map(|shipped| Source::Shipped(shipped.name.to_owned()))
            .collect(),
        words => words
            .iter()
            .map(|word| Source::from(word.as_str()))
            .collect(),
    };
    if sources
        .iter()
        .filter(|source| **source == Source::StandardInput)
        .count()
        > 1
    {
        return Err(Stop::Refused(
            "standard input can be read once: name - only once".to_owned(),
        ));
    }
    let mut loaded: Vec<Loaded> = Vec::new();
    for source in &sources {
        let mut one = load(source, overrides)?;
        let same = |name: &str| loaded.iter().any(|other| other.name == name);
        if let Some(name) = (2..)
            .map(|i| format!("{}-{i}", one.name))
            .find(|name| !same(name))
            .filter(|_| same(&one.name))
        {
            one.name = name;
        }
        loaded.push(one);
    }
    Ok(loaded)
}

fn figure_formats(output: &OutputArguments, has_folder: bool) -> Result<Vec<FigureFormat>, Stop> {
    let wanted = &output.figures;
    let drawn: Vec<FigureFormat> = wanted
        .iter()
        .copied()
        .filter(|format| *format != FigureFormat::None)
        .collect();
    match (wanted.is_empty(), has_folder) {
        (true, true) => Ok(vec![FigureFormat::Svg, FigureFormat::Png]),
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

type Tallies = Vec<Result<Tally, Failure>>;

/// Attempts every scenario at every scale; the tallies of each scenario, in order.
fn attempt(named: &[(String, Scenario)], output: &OutputArguments) -> Result<Vec<Tallies>, Stop> {
    let scales = |scenario: &Scenario| scenario.evaluation.scales.as_slice().to_vec();
    let settings: Vec<Setting> = named
        .iter()
        .flat_map(|(_, scenario)| {
            scales(scenario)
                .into_iter()
                .map(|scale| Setting::new(scenario, scale, 0))
        })
        .collect();
    let cancel = Arc::new(AtomicBool::new(false));
    let on_signal = Arc::clone(&cancel);
    // Without a handler Ctrl-C still ends the program, only less politely.
    let _ = ctrlc::set_handler(move || {
        if on_signal.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let progress = Progress::new(if output.quiet {
        ProgressStyle::None
    } else {
        output.progress
    });
    let events = |event| progress.show(event);
    let control = Control {
        cancel: &cancel,
        events: &events,
    };
    let tallies = with_threads(output.jobs, || {
        simulate(&settings, Method::Kernel, &control)
    });
    progress.finish();
    let mut tallies = tallies
        .map_err(Stop::Failed)?
        .map_err(|_| Stop::Interrupted)?
        .into_iter();
    Ok(named
        .iter()
        .map(|(_, scenario)| tallies.by_ref().take(scales(scenario).len()).collect())
        .collect())
}

/// Where long work stands, on standard error, once it has taken a second.
struct Progress {
    style: ProgressStyle,
    began: Instant,
    shown: Mutex<Shown>,
}

struct Shown {
    next: Instant,
    bar: Option<indicatif::ProgressBar>,
}

impl Progress {
    const FIRST: Duration = Duration::from_secs(1);
    const EVERY: Duration = Duration::from_secs(5);

    fn new(style: ProgressStyle) -> Self {
        let began = Instant::now();
        Self {
            style,
            began,
            shown: Mutex::new(Shown {
                next: began + Self::FIRST,
                bar: None,
            }),
        }
    }

    fn show(&self, Event::Progress { done, total }: Event) {
        if self.style == ProgressStyle::None {
            return;
        }
        // Another thread is showing it: no need to wait.
        let Ok(mut shown) = self.shown.try_lock() else {
            return;
        };
        let now = Instant::now();
        if now < shown.next {
            return;
        }
        let seconds = (now - self.began).as_secs_f64();
        let per_second = done as f64 / seconds;
        match self.style {
            ProgressStyle::Auto => {
                let bar = shown
                    .bar
                    .get_or_insert_with(|| indicatif::ProgressBar::new(total));
                bar.set_position(done);
                shown.next = now + Duration::from_millis(100);
            }
            ProgressStyle::Plain => {
                let left = (total - done) as f64 / per_second;
                eprintln!(
                    "{:.0}% of {total} outcomes, {per_second:.2e} a second, {left:.0} s left",
                    100.0 * done as f64 / total as f64
                );
                shown.next = now + Self::EVERY;
            }
            ProgressStyle::Json => {
                eprintln!(
                    "{{\"event\":\"progress\",\"done\":{done},\"total\":{total},\"seconds\":{seconds:.1}}}"
                );
                shown.next = now + Self::EVERY;
            }
            ProgressStyle::None => {}
        }
    }

    fn finish(&self) {
        if let Ok(mut shown) = self.shown.lock()
            && let Some(bar) = shown.bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

/// Everything but figures and the manifest: one subfolder for each scenario if there are several.
fn result_files(findings: &[Finding]) -> Result<Vec<NewFile>, Stop> {
    let mut files = Vec::new();
    let mut add = |name: String, text: String| {
        files.push(NewFile {
            name,
            bytes: text.into_bytes(),
        })
    };
    for finding in findings {
        let prefix = if findings.len() > 1 {
            format!("{}/", finding.name)
        } else {
            String::new()
        };
        let one = std::slice::from_ref(finding);
        let scenario = Folder::scenario_file(&prefix, &finding.scenario);
        add(
            format!("{prefix}tallies.jsonl"),
            report::tally_lines(finding).map_err(failed)?,
        );
        add(
            format!("{prefix}summary.csv"),
            report::csv(one).map_err(failed)?,
        );
        add(
            format!("{prefix}summary.json"),
            report::json(one).map_err(failed)?,
        );
        add(
            scenario.name,
            String::from_utf8_lossy(&scenario.bytes).into_owned(),
        );
    }
    if findings.len() > 1 {
        add(
            "summary.csv".to_owned(),
            report::csv(findings).map_err(failed)?,
        );
        add(
            "summary.json".to_owned(),
            report::json(findings).map_err(failed)?,
        );
    }
    Ok(files)
}

fn figure_files(findings: &[Finding], formats: &[FigureFormat]) -> Result<Vec<NewFile>, Stop> {
    if formats.is_empty() {
        return Ok(Vec::new());
    }
    let curves: Vec<Vec<_>> = findings
        .iter()
        .map(|finding| {
            let metrics = finding.scenario.evaluation.metrics.as_slice().iter();
            metrics
                .filter_map(|&metric| expected_curve(&finding.scenario, metric))
                .collect()
        })
        .collect();
    let figure =
        report::headline(findings, &curves).map_err(|error| Stop::Refused(error.to_string()))?;
    let drawing = report::draw(&figure).map_err(failed)?;
    let mut files = vec![NewFile {
        name: format!("figures/{}.csv", figure.name),
        bytes: figure.csv().map_err(failed)?.into_bytes(),
    }];
    for format in formats {
        let (extension, bytes) = match format {
            FigureFormat::Svg => ("svg", drawing.svg().into_bytes()),
            FigureFormat::Png => ("png", drawing.png().map_err(failed)?),
            FigureFormat::None => continue,
        };
        files.push(NewFile {
            name: format!("figures/{}.{extension}", figure.name),
            bytes,
        });
    }
    Ok(files)
}

/// A scale whose attempts failed makes the command fail, after everything else was shown and written.
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
        Err(Stop::Failed(all.join("\n")))
    }
}
