//! `mirage sweep`: many scenarios, resumable, in shards if wanted.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use clap::{Args, ColorChoice};
use mirage::engine::with_threads;
use mirage::files::{
    Dissection, Growth, Missing, Source, Study, Sweep, SweepControl, SweepError, SweepFolder,
    SweepFolderError, SweepPlace, SweepRunError, SweepWords, load_study,
};
use mirage::report;
use mirage::study::{NULL_REPLICATES, PointFinding, Shard};

use super::design::DesignArguments;
use super::progress::{Progress, interruptible};
use super::settings::SettingArguments;
use super::{Format, ProgressStyle, Stop, command_line, failed, print, say, threads};

/// Shown below `mirage sweep --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage sweep --sweep task.steps=1,2,5,10,20,50
  mirage sweep my.toml --sweep alpha=lin:0.1:0.5:9 --sweep items=log:10:1e5:5
  mirage sweep my.toml --sweep steps=5,10 --sweep alpha=.3,.5 --zip steps,alpha
  mirage sweep my.toml                        the [sweep] of the file; goes on
                                              where it was stopped
  mirage sweep my.toml --dry-run              how many points, how long, how large
  mirage sweep my.toml --set evaluation.items=5000 --extend -o out/my
                                              more items for the same folder
  mirage sweep my.toml --shard 0/8 -o shards  one of eight parts
  mirage merge shards -o out/my               and all of them together";

#[derive(Args)]
pub(super) struct SweepArguments {
    /// A scenario file, the name of a shipped scenario, or - for standard input [default: every setting at its default]
    #[arg(value_name = "FILE|NAME|-")]
    scenario: Option<String>,

    #[command(flatten)]
    design: DesignArguments,

    #[command(flatten)]
    settings: SettingArguments,

    /// Folder for the results [default: out/<name>; with a machine format: none]; of shards, the folder for all of them
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Add points, scales, items or attempts to the sweep that the folder holds
    #[arg(long)]
    extend: bool,

    /// Do one part of the work only: INDEX/COUNT from 0, or auto (Slurm arrays, Kubernetes indexed jobs)
    #[arg(long, value_name = "I/N|auto")]
    shard: Option<String>,

    /// Hold scores of the anatomy against evaluations under both null hypotheses as well: slow
    #[arg(long)]
    nulls: bool,

    /// Attempt nothing: print how many points and attempts there are, how long they take and how large they become
    #[arg(long)]
    dry_run: bool,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Threads [default: all cores]; results never depend on their number
    #[arg(short, long, value_name = "N", value_parser = threads)]
    jobs: Option<NonZeroUsize>,

    /// Progress on standard error
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressStyle,

    /// Say nothing on standard error but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// Say on standard error what is swept, and how long it took
    #[arg(short, long)]
    verbose: bool,

    /// Colour; `auto` heeds NO_COLOR and whether a terminal is there
    #[arg(long, value_enum, default_value_t)]
    pub(super) color: ColorChoice,
}

/// Points that the table for people shows.
const SHOWN: usize = 40;

pub(super) fn run(arguments: &SweepArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let words = arguments.design.words()?;
    let overrides = arguments.settings.overrides()?;
    let shard = arguments.shard.as_deref().map(shard).transpose()?;
    let source = arguments.scenario.as_deref().map(Source::from);
    let study = load_study(source.as_ref(), &overrides, &words)?;
    if study.repeated > 0 && !arguments.quiet {
        let repeated = study.repeated;
        say(&format!(
            "{repeated} points are the same as one before them and stand once"
        ));
    }
    let work = Work::start(arguments);
    let done = with_threads(arguments.jobs, || match arguments.dry_run {
        true => work.rehearse(study, shard),
        false => work.sweep(
            study,
            shard,
            !overrides.is_empty() || words != SweepWords::default(),
            started,
        ),
    });
    work.progress.finish();
    done.map_err(Stop::Failed)?
}

/// A sweep with its caller's wishes.
struct Work<'a> {
    arguments: &'a SweepArguments,
    cancel: Arc<AtomicBool>,
    progress: Progress,
}

impl<'a> Work<'a> {
    fn start(arguments: &'a SweepArguments) -> Self {
        Self {
            arguments,
            cancel: interruptible(),
            progress: Progress::new(match arguments.quiet {
                true => ProgressStyle::None,
                false => arguments.progress,
            }),
        }
    }

    fn say(&self, text: &str) {
        if !self.arguments.quiet {
            say(text);
        }
    }

    fn dissection(&self) -> Dissection {
        match self.arguments.nulls {
            true => Dissection::WithNulls(NULL_REPLICATES),
            false => Dissection::WithoutNulls,
        }
    }

    fn rehearse(&self, study: Study, shard: Option<Shard>) -> Result<(), Stop> {
        let sweep = Sweep::in_memory(study, &self.cancel).map_err(interrupted)?;
        let sweep = sweep.of_shard(shard);
        let (missing, cores) = (sweep.missing(), self.threads());
        let extent = missing.extent;
        let rehearsal = sweep.rehearse(&missing, self.dissection(), cores, &self.cancel)?;
        print(&report::rehearsal(&report::RehearsalWords {
            points: extent.points,
            scales: extent.scales,
            attempts: extent.attempts,
            outcomes: extent.outcomes,
            tried: rehearsal.tried,
            threads: cores.get(),
            attempting: rehearsal.attempting,
            scoring: rehearsal.scoring,
            log_bytes: rehearsal.log_bytes,
            table_bytes: rehearsal.table_bytes,
        }))
    }

    fn threads(&self) -> NonZeroUsize {
        let cores = std::thread::available_parallelism();
        self.arguments
            .jobs
            .or(cores.ok())
            .unwrap_or(NonZeroUsize::MIN)
    }

    fn sweep(
        &self,
        study: Study,
        shard: Option<Shard>,
        changed: bool,
        started: SystemTime,
    ) -> Result<(), Stop> {
        let sweep = match self.place(&study, shard, changed) {
            None => Sweep::in_memory(study, &self.cancel).map_err(interrupted)?,
            Some(place) => {
                let folder = self.claim(place, &study)?;
                Sweep::in_folder(study, folder, shard, &self.cancel).map_err(interrupted)?
            }
        };
        let missing = sweep.missing();
        let (here, was_complete) = (sweep.path().map(PathBuf::from), sweep.is_complete());
        if self.arguments.verbose {
            self.describe(&sweep, &missing);
        }
        let done = self.finish(sweep, &missing, shard, started);
        self.progress.finish();
        match (done, &here) {
            (Err(Stop::Interrupted), Some(folder)) => Err(Stop::Resumable(format!(
                "interrupted; what was done is in {}: run the command again to go on",
                folder.display()
            ))),
            (Ok(()), Some(folder)) => {
                let nothing = if missing.is_nothing() && was_complete {
                    ": nothing was missing"
                } else {
                    ""
                };
                self.say(&format!("results in {}{nothing}", folder.display()));
                if self.arguments.verbose {
                    let seconds = started.elapsed().unwrap_or_default().as_secs_f64();
                    say(&format!("{seconds:.2} s"));
                }
                Ok(())
            }
            (done, _) => done,
        }
    }

    /// Where the results go; nowhere with a machine format.
    fn place(&self, study: &Study, shard: Option<Shard>, changed: bool) -> Option<SweepPlace> {
        match (&self.arguments.output, shard) {
            (Some(folder), Some(shard)) => Some(SweepPlace::of_shard(folder, shard)),
            (Some(folder), None) => Some(SweepPlace::whole(folder.clone())),
            (None, None) if self.arguments.format != Format::Table => None,
            (None, shard) => Some(SweepPlace::by_default(study, changed, shard)),
        }
    }

    /// Takes the folder. If the default one holds something else (its file was changed since, or was run), the one with the
    /// hash is taken.
    fn claim(&self, place: SweepPlace, study: &Study) -> Result<SweepFolder, Stop> {
        let growth = match self.arguments.extend {
            true => Growth::Extend,
            false => Growth::Same,
        };
        let shard = place.shard();
        let claimed = SweepFolder::claim(place.clone(), study, growth, &self.cancel);
        let folder = match claimed {
            Err(SweepFolderError::Different { .. } | SweepFolderError::Foreign { .. })
                if self.arguments.output.is_none() && growth == Growth::Same =>
            {
                let other = SweepPlace::by_default(study, true, shard);
                if other != place {
                    let place = place.path().display();
                    self.say(&format!("{place} holds something else and stays as it is"));
                }
                SweepFolder::claim(other, study, growth, &self.cancel)?
            }
            claimed => claimed?,
        };
        let repair = &folder.repair;
        if repair.torn > 0 {
            self.say(&format!(
                "the log ended in {} bytes that were not written to their end; they are taken off",
                repair.torn
            ));
        }
        if repair.damaged > 0 {
            self.say(&format!(
                "{} records of the log are damaged; their attempts are made again",
                repair.damaged
            ));
        }
        Ok(folder)
    }

    fn describe(&self, sweep: &Sweep, missing: &Missing) {
        let (study, extent) = (sweep.study(), missing.extent);
        say(&format!(
            "{}: from {}; {} points over {}; {} step outcomes to do",
            study.loaded.name,
            study.loaded.origin,
            study.points.len(),
            study.keys.join(", "),
            extent.outcomes,
        ));
    }

    /// Attempts what is missing, scores everything, writes and prints.
    fn finish(
        &self,
        sweep: Sweep,
        missing: &Missing,
        shard: Option<Shard>,
        started: SystemTime,
    ) -> Result<(), Stop> {
        let events = |event| self.progress.sweep(event);
        let control = SweepControl {
            cancel: &self.cancel,
            events: &events,
        };
        let complete = sweep.is_complete() && missing.is_nothing();
        sweep.attempt(missing, &control)?;
        let failures = sweep.failures(missing)?;
        if shard.is_some() {
            // Others have the rest: there is nothing to score yet.
            return match (failures, complete) {
                (Some(problem), _) => Err(Stop::Missing(problem)),
                (None, true) => Ok(sweep.leave()?),
                (None, false) => Ok(sweep.close(command_line(), started)?),
            };
        }
        let keys = sweep.study().keys.clone();
        let mut output = Output::new(self.arguments.format, &keys)?;
        let again = complete && !self.arguments.nulls;
        match again {
            true => output.from(&sweep, self.dissection(), &control)?,
            false => {
                let dissection = match sweep.path() {
                    None => output.dissection(self.dissection()),
                    Some(_) => self.dissection(),
                };
                sweep.tabulate(dissection, &control, |point| output.take(point))?;
            }
        }
        if !again && failures.is_none() {
            sweep.close(command_line(), started)?;
        }
        self.progress.finish();
        output.end()?;
        failures.map_or(Ok(()), |problem| Err(Stop::Missing(problem)))
    }
}

/// What standard output gets, point by point.
struct Output<'a> {
    format: Format,
    keys: &'a [String],
    /// The first points, for the table.
    shown: Vec<PointFinding>,
    points: usize,
}

impl<'a> Output<'a> {
    fn new(format: Format, keys: &'a [String]) -> Result<Self, Stop> {
        match format {
            Format::Csv => print(&report::sweep_csv_header(keys).map_err(failed)?)?,
            Format::Md => print(&report::sweep_markdown_header(keys).map_err(failed)?)?,
            Format::Table | Format::Json | Format::Jsonl => {}
        }
        Ok(Self {
            format,
            keys,
            shown: Vec::new(),
            points: 0,
        })
    }

    /// What must be computed to be shown.
    fn dissection(&self, wanted: Dissection) -> Dissection {
        match self.format {
            Format::Table | Format::Json => wanted,
            Format::Csv | Format::Jsonl | Format::Md => Dissection::None,
        }
    }

    fn take(&mut self, point: &PointFinding) -> Result<(), SweepRunError> {
        let text = match self.format {
            Format::Table => {
                if self.shown.len() < SHOWN {
                    self.shown.push(point.clone());
                }
                Ok(String::new())
            }
            Format::Csv => report::sweep_csv(self.keys, point).map_err(|error| error.to_string()),
            Format::Md => {
                report::sweep_markdown(self.keys, point).map_err(|error| error.to_string())
            }
            Format::Jsonl => {
                report::sweep_json_lines(self.keys, point).map_err(|error| error.to_string())
            }
            Format::Json => {
                let before = if self.points == 0 { "[\n" } else { ",\n" };
                let text = report::sweep_json(self.keys, point);
                text.map(|text| format!("{before}{text}"))
                    .map_err(|error| error.to_string())
            }
        };
        self.points += 1;
        let text = text.map_err(|error| SweepRunError::Table {
            path: "standard output".to_owned(),
            error,
        })?;
        shown(&text)
    }

    /// Shows what a complete sweep says; no more of it is scored than is shown.
    fn from(
        &mut self,
        sweep: &Sweep,
        dissection: Dissection,
        control: &SweepControl<'_>,
    ) -> Result<(), SweepRunError> {
        let dissection = self.dissection(dissection);
        let most = match self.format {
            Format::Table => SHOWN,
            Format::Csv | Format::Json | Format::Jsonl | Format::Md => usize::MAX,
        };
        sweep.score_first(most, dissection, control, |point| self.take(point))?;
        self.points = sweep.study().points.len();
        Ok(())
    }

    fn end(self) -> Result<(), Stop> {
        match self.format {
            Format::Table => {
                let left_out = self.points - self.shown.len();
                print(&report::sweep_terminal(self.keys, &self.shown, left_out))
            }
            Format::Json if self.points == 0 => print("[]\n"),
            Format::Json => print("\n]\n"),
            Format::Csv | Format::Jsonl | Format::Md => Ok(()),
        }
    }
}

/// Prints in the middle of a sweep.
pub(super) fn shown(text: &str) -> Result<(), SweepRunError> {
    if text.is_empty() {
        return Ok(());
    }
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => SweepRunError::Closed,
        _ => SweepRunError::Table {
            path: "to standard output".to_owned(),
            error: error.to_string(),
        },
    })
}

fn interrupted(_: mirage::engine::Interrupted) -> Stop {
    Stop::Interrupted
}

/// Reads `INDEX/COUNT`, or what a scheduler says of itself.
fn shard(word: &str) -> Result<Shard, Stop> {
    let refused = |problem: String| Stop::Refused(format!("--shard {word}: {problem}"));
    let (index, count) = match word {
        "auto" => scheduled().map_err(refused)?,
        word => {
            let numbers = word.split_once('/').and_then(|(index, count)| {
                Some((index.trim().parse().ok()?, count.trim().parse().ok()?))
            });
            numbers.ok_or_else(|| {
                refused("expected INDEX/COUNT such as 0/8 (the first of eight), or auto".to_owned())
            })?
        }
    };
    Shard::new(index, count).map_err(|error| refused(error.to_string()))
}

/// What Slurm says to the tasks of an array, or Kubernetes to the pods of an indexed job.
fn scheduled() -> Result<(u64, u64), String> {
    let number = |name: &str| {
        let word = std::env::var(name).ok()?;
        Some(
            word.trim()
                .parse::<u64>()
                .map_err(|_| format!("{name} is {word:?}, no whole number")),
        )
    };
    if let Some(task) = number("SLURM_ARRAY_TASK_ID") {
        let count = number("SLURM_ARRAY_TASK_COUNT")
            .ok_or("SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_COUNT is not")??;
        let first = number("SLURM_ARRAY_TASK_MIN").unwrap_or(Ok(0))?;
        let step = number("SLURM_ARRAY_TASK_STEP").unwrap_or(Ok(1))?.max(1);
        let index = task?.checked_sub(first).filter(|index| index % step == 0);
        let index = index.ok_or("SLURM_ARRAY_TASK_ID is not among the tasks of the array")?;
        return Ok((index / step, count));
    }
    match (number("JOB_COMPLETION_INDEX"), number("JOB_COMPLETIONS")) {
        (Some(index), Some(count)) => Ok((index?, count?)),
        (Some(_), None) => Err(
            "JOB_COMPLETION_INDEX is set, but not how many there are: set JOB_COMPLETIONS to the \
             job's completions, or give INDEX/COUNT"
                .to_owned(),
        ),
        (None, _) => Err(
            "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set: this is no array job; \
             give INDEX/COUNT, such as 0/8"
                .to_owned(),
        ),
    }
}

impl From<SweepRunError> for Stop {
    fn from(error: SweepRunError) -> Self {
        match error {
            SweepRunError::Closed => Self::Closed,
            SweepRunError::Folder(error) => error.into(),
            SweepRunError::Sweep(SweepError::Interrupted(_)) => Self::Interrupted,
            SweepRunError::Sweep(SweepError::Store(error)) => error.into(),
            SweepRunError::Condition(_) | SweepRunError::NoPoint { .. } => {
                Self::Refused(error.to_string())
            }
            other => failed(other),
        }
    }
}

impl From<SweepFolderError> for Stop {
    fn from(error: SweepFolderError) -> Self {
        match error {
            SweepFolderError::Interrupted(_) => Self::Interrupted,
            SweepFolderError::Io { .. } => failed(error),
            SweepFolderError::Store(error) => error.into(),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<mirage::files::StoreError> for Stop {
    fn from(error: mirage::files::StoreError) -> Self {
        match error {
            mirage::files::StoreError::Busy { .. } => Self::Refused(error.to_string()),
            other => failed(other),
        }
    }
}
