//! `mirage run`: scenarios in, one table, one figure and a folder out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use clap::Args;
use mirage::engine::{Control, with_threads};
use mirage::files::{
    FigureRequest, Folder, FolderError, Loaded, Results, SHIPPED, Source, TraceFile, expect,
    load_all, record, simulate,
};
use mirage::report::{self, InPractice, Picture};
use mirage::study::{Finding, NULL_REPLICATES};

use super::look::pdf;
use super::progress::{Progress, interruptible};
use super::settings::SettingArguments;
use super::{FigureFormat, Format, OutputArguments, Stop, command_line, failed, print, say, whole};

/// Shown below `mirage run --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage run                               the two shipped worlds
  mirage run my.toml --set task.steps=20   a file of yours, one setting changed
  mirage run even-steps --set skill.kind=logistic --format csv
  mirage run default --set evaluation.metrics=exact-match,pass-mark:0.8
  mirage run chain-of-thought --expected-only   computed, nothing simulated
  mirage run --size slide --theme print --credit-axis cloglog -o slides
  mirage run even-steps --traces even.jsonl     a line for each attempt
  cat my.toml | mirage run - --format json";

#[derive(Args)]
pub(super) struct RunArguments {
    /// Scenario files, names of shipped scenarios, or - for standard input [default: the two shipped worlds]
    #[arg(value_name = "FILE|NAME|-")]
    scenarios: Vec<String>,

    #[command(flatten)]
    settings: SettingArguments,

    /// Log each attempt in a new file, as one JSON object a line
    #[arg(long, value_name = "FILE", conflicts_with = "expected_only")]
    traces: Option<PathBuf>,

    /// Log the attempts at the first N items of each scale only
    #[arg(long, value_name = "N", default_value = "1000", value_parser = some, requires = "traces")]
    traces_limit: u64,

    #[command(flatten)]
    pub(super) output: OutputArguments,
}

pub(super) fn run(arguments: RunArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let overrides = arguments.settings.overrides()?;
    let loaded = load_all(&sources(&arguments.scenarios), &overrides)?;
    let output = &arguments.output;
    // All that can be refused is refused before any work is done.
    let folder = folder(&loaded, output, !overrides.is_empty())?;
    let figures = FigureRequest {
        pictures: pictures(&output.figures, folder.is_some())?,
        style: output.look.style(),
        credit_axis: output.look.credit_axis.into(),
    };
    if !figures.pictures.is_empty() {
        report::shared_axis(loaded.iter().map(|one| &one.scenario)).map_err(refused)?;
    }
    if !output.work.quiet {
        let with_sweep = loaded.iter().filter(|one| one.has_sweep);
        with_sweep.for_each(|one| say(&left_out(one)));
    }
    let work = Work::start(output);
    let traces = arguments.traces.as_deref().map(claim).transpose()?;
    if output.verbose {
        loaded.iter().for_each(|one| say(&described(one)));
    }
    let mut findings = match output.results() {
        Results::Simulated => work.attempt(&loaded, output)?,
        Results::Expected => work.expect(&loaded)?,
    };
    let logged = match work.log(traces, &findings, arguments.traces_limit) {
        Err(Stop::Interrupted) => return Err(Stop::Interrupted),
        logged => logged,
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
        record(
            folder,
            &loaded,
            &findings,
            &figures,
            command_line(),
            started,
        )
    });
    let placed = logged.and_then(|file| Ok(file.map_or(Ok(()), TraceFile::place)?));
    work.progress.finish();
    let shown = print(&match output.format {
        Format::Table => table(&findings, output),
        Format::Csv => report::csv(&findings).map_err(failed)?,
        Format::Json => report::json(&findings).map_err(failed)?,
        Format::Jsonl => report::json_lines(&findings).map_err(failed)?,
        Format::Md => report::markdown(&findings).map_err(failed)?,
    });
    recorded?;
    placed?;
    shown?;
    if output.verbose {
        let seconds = started.elapsed().unwrap_or_default().as_secs_f64();
        say(&format!("{seconds:.2} s"));
    }
    if let Some(folder) = folder.filter(|_| !output.work.quiet) {
        say(&format!("results in {}", folder.path().display()));
    }
    if let Some(path) = arguments.traces.filter(|_| !output.work.quiet) {
        say(&traced(&path, &loaded, arguments.traces_limit));
    }
    failures(&findings)
}

fn some(word: &str) -> Result<u64, String> {
    let number = whole(word).ok().filter(|number| *number > 0);
    number.ok_or_else(|| "give a whole number from 1 on".to_owned())
}

/// A new file for traces. Standard output is for results.
fn claim(path: &Path) -> Result<TraceFile, Stop> {
    let word = path.to_string_lossy();
    if word == "-" || path.file_name().is_none() || word.ends_with(['/', '\\']) {
        return Err(Stop::Refused(format!(
            "--traces {word} names no file: give a name such as traces.jsonl"
        )));
    }
    Ok(TraceFile::claim(path)?)
}

/// Where the traces are, and what of the attempts they leave out.
fn traced(path: &Path, loaded: &[Loaded], limit: u64) -> String {
    let items = loaded.iter().map(|one| one.scenario.evaluation.items.get());
    let path = path.display();
    match items.max().filter(|most| *most > limit) {
        Some(most) => format!(
            "traces of the first {limit} of {most} items in {path}; --traces-limit {most} logs all"
        ),
        None => format!("traces in {path}"),
    }
}

/// The table for people, its header bold where colour is wanted.
fn table(findings: &[Finding], output: &OutputArguments) -> String {
    let shown = match output.verbose {
        true => InPractice::All,
        false => InPractice::Payoffs,
    };
    let text = report::terminal(findings)
        + &report::repeated_text(findings)
        + &report::in_practice(findings, shown);
    match text
        .split_once('\n')
        .filter(|_| output.colours(&std::io::stdout()))
    {
        Some((header, rows)) => format!("\x1b[1m{header}\x1b[0m\n{rows}"),
        None => text,
    }
}

/// `run` has one scenario of each file.
fn left_out(one: &Loaded) -> String {
    let (name, origin) = (&one.name, &one.origin);
    let file = match origin.strip_suffix(" (shipped)") {
        Some(shipped) => shipped,
        None => origin,
    };
    format!(
        "{name}: the file has a [sweep], left out here; mirage sweep {file} runs all its points"
    )
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
            if !output.work.quiet {
                let folder = folder.display();
                say(&format!(
                    "{folder} holds a run with {key} = {there} and stays as it is"
                ));
            }
            Ok(Some(default(true)?))
        }
        Err(FolderError::Sweep { folder }) if !changed => {
            if !output.work.quiet {
                say(&format!(
                    "{} holds a sweep and stays as it is",
                    folder.display()
                ));
            }
            Ok(Some(default(true)?))
        }
        claimed => Ok(Some(claimed?)),
    }
}

/// The formats of figures that are wanted: without a word all, where there is a folder for them.
pub(super) fn pictures(wanted: &[FigureFormat], has_folder: bool) -> Result<Vec<Picture>, Stop> {
    let drawn = wanted.iter().filter_map(|format| match format {
        FigureFormat::Svg => Some(Ok(Picture::Svg)),
        FigureFormat::Png => Some(Ok(Picture::Png)),
        FigureFormat::Pdf => Some(pdf("--figures pdf")),
        FigureFormat::None => None,
    });
    let drawn: Vec<Picture> = drawn.collect::<Result<_, _>>()?;
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
        let progress = output.work.progress();
        Self { cancel, progress }
    }

    /// Attempts and scores.
    fn attempt(&self, loaded: &[Loaded], output: &OutputArguments) -> Result<Vec<Finding>, Stop> {
        let events = |event| self.progress.show(event);
        let control = Control {
            cancel: &self.cancel,
            events: &events,
        };
        let findings = with_threads(output.work.jobs, || simulate(loaded, &control));
        self.progress.finish();
        findings
            .map_err(Stop::Failed)?
            .map_err(|_| Stop::Interrupted)
    }

    /// Fills a file for traces, if there is one.
    fn log(
        &self,
        file: Option<TraceFile>,
        findings: &[Finding],
        items: u64,
    ) -> Result<Option<TraceFile>, Stop> {
        let Some(mut file) = file else {
            return Ok(None);
        };
        self.progress.stage("writing traces");
        file.write(findings, items, &self.cancel)?;
        Ok(Some(file))
    }

    fn expect(&self, loaded: &[Loaded]) -> Result<Vec<Finding>, Stop> {
        self.progress.stage("expected values");
        expect(loaded, &self.cancel).map_err(|_| Stop::Interrupted)
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
            finding.study_attempts(&self.cancel);
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
