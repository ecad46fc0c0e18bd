//! `mirage sweep`: many scenarios, resumable, in shards if wanted.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use clap::{Args, ColorChoice};
use mirage::engine::{self, with_threads};
use mirage::files::{
    Dissection, Growth, Missing, Naming, Source, Study, Sweep, SweepControl, SweepError,
    SweepFolder, SweepFolderError, SweepPlace, SweepRunError, SweepWords, load_study,
};
use mirage::report;
use mirage::study::Shard;

use super::design::DesignArguments;
use super::progress::{Progress, interruptible};
use super::settings::SettingArguments;
use super::shard::shard;
use super::sweep_output::{OnceClosed, Output, shown_only};
use super::work::{NullArguments, WorkArguments};
use super::{Format, Stop, command_line, failed, print, say};

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
                                              more items in the same folder
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

    /// Add points, scales, items or attempts to the sweep that the folder (-o, or out/<name>) holds
    #[arg(long)]
    extend: bool,

    /// Do one part of the work only: INDEX/COUNT from 0, or auto (Slurm arrays, Kubernetes indexed jobs)
    #[arg(long, value_name = "I/N|auto")]
    shard: Option<String>,

    #[command(flatten)]
    scores: NullArguments,

    /// Attempt nothing: print how many points and attempts there are, how long they take and how large they become
    #[arg(long)]
    dry_run: bool,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    pub(super) work: WorkArguments,

    /// Say on standard error what is swept, and how long it took
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,

    /// Colour; `auto` heeds NO_COLOR and whether a terminal is there
    #[arg(long, value_enum, default_value_t)]
    pub(super) color: ColorChoice,
}

pub(super) fn run(arguments: &SweepArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let words = arguments.design.words()?;
    let overrides = arguments.settings.overrides()?;
    let shard = arguments.shard.as_deref().map(shard).transpose()?;
    let source = arguments.scenario.as_deref().map(Source::from);
    let study = load_study(source.as_ref(), &overrides, &words)?;
    if !arguments.work.quiet {
        match study.repeated {
            0 => {}
            1 => say("one point is the same as one before it and stands once"),
            some => say(&format!(
                "{some} points are the same as others before them and stand once"
            )),
        }
        for one in overrides.iter().filter(|one| study.keys.contains(&one.key)) {
            say(&format!(
                "{} has no effect: {} is swept",
                one.words, one.key
            ));
        }
    }
    let work = Work::start(arguments);
    let naming = match overrides.is_empty() && words == SweepWords::default() {
        true => Naming::Plain,
        false => Naming::Hashed,
    };
    let done = with_threads(arguments.work.jobs, || match arguments.dry_run {
        true => work.rehearse(study, shard),
        false => work.sweep(study, shard, naming, started),
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
            progress: arguments.work.progress(),
        }
    }

    fn say(&self, text: &str) {
        if !self.arguments.work.quiet {
            say(text);
        }
    }

    fn dissection(&self) -> Dissection {
        self.arguments.scores.dissection()
    }

    fn rehearse(&self, study: Study, shard: Option<Shard>) -> Result<(), Stop> {
        let sweep = Sweep::in_memory(study, &self.cancel).map_err(interrupted)?;
        let sweep = sweep.of_shard(shard);
        let missing = sweep.missing();
        let extent = missing.extent;
        let rehearsal = sweep.rehearse(&missing, self.dissection(), &self.cancel)?;
        print(&report::rehearsal(&report::RehearsalWords {
            points: extent.points,
            scales: extent.scales,
            attempts: extent.attempts,
            outcomes: extent.outcomes,
            tried: rehearsal.tried,
            threads: engine::threads(),
            attempting: rehearsal.attempting,
            scoring: rehearsal.scoring,
            log_bytes: rehearsal.log_bytes,
            table_bytes: rehearsal.table_bytes,
        }))
    }

    fn sweep(
        &self,
        study: Study,
        shard: Option<Shard>,
        naming: Naming,
        started: SystemTime,
    ) -> Result<(), Stop> {
        let sweep = match self.place(&study, shard, naming)? {
            None => Sweep::in_memory(study, &self.cancel).map_err(interrupted)?,
            Some(place) => match self.complete(study, &place)? {
                Ok(sweep) => return self.show(&sweep, &place, started),
                Err(study) => {
                    let folder = SweepFolder::claim(place, &study, self.growth(), &self.cancel)?;
                    Sweep::in_folder(study, folder, shard, &self.cancel).map_err(interrupted)?
                }
            },
        };
        let missing = sweep.missing();
        let here = sweep.path().map(PathBuf::from);
        self.tell_damage(&sweep, &missing);
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
                self.say(&format!("results in {}", folder.display()));
                self.tell_time(started);
                Ok(())
            }
            (done, _) => done,
        }
    }

    /// The sweep that is there already, if it is complete and nothing else is wanted of it.
    fn complete(&self, study: Study, place: &SweepPlace) -> Result<Result<Sweep, Study>, Stop> {
        match self.arguments.scores.nulls {
            true => Ok(Err(study)),
            false => Sweep::complete_in(study, place, &self.cancel).map_err(interrupted),
        }
    }

    /// Shows a sweep to which nothing is done.
    fn show(&self, sweep: &Sweep, place: &SweepPlace, started: SystemTime) -> Result<(), Stop> {
        let events = |event| self.progress.sweep(event);
        let control = SweepControl {
            cancel: &self.cancel,
            events: &events,
        };
        if place.shard().is_none() {
            let keys = &sweep.study().keys;
            let mut output = Output::new(self.arguments.format, keys, OnceClosed::Stop)?;
            output.from(sweep, self.dissection(), &control)?;
            self.progress.finish();
            output.end()?;
        }
        let folder = place.path().display();
        self.say(&format!("results in {folder}: nothing was missing"));
        self.tell_time(started);
        Ok(())
    }

    fn tell_time(&self, started: SystemTime) {
        if self.arguments.verbose {
            let seconds = started.elapsed().unwrap_or_default().as_secs_f64();
            say(&format!("{seconds:.2} s"));
        }
    }

    /// Says what was wrong with a log, where it cost something.
    fn tell_damage(&self, sweep: &Sweep, missing: &Missing) {
        let repair = sweep.repair();
        if repair.torn > 0 {
            self.say(&format!(
                "the log ended in {} bytes that were not written to their end; they are taken off",
                repair.torn
            ));
        }
        if repair.damaged > 0 && !missing.is_nothing() {
            self.say(&format!(
                "the log is damaged in {}; attempts lost there are made again",
                places(repair.damaged)
            ));
        }
    }

    fn growth(&self) -> Growth {
        match self.arguments.extend {
            true => Growth::Extend,
            false => Growth::Same,
        }
    }

    /// Where the results go; nowhere with a machine format. If the default folder holds something else (its file was changed
    /// since, or was run), they go to the one with the hash.
    fn place(
        &self,
        study: &Study,
        shard: Option<Shard>,
        naming: Naming,
    ) -> Result<Option<SweepPlace>, Stop> {
        let place = match (&self.arguments.output, shard) {
            (Some(folder), Some(shard)) => SweepPlace::of_shard(folder, shard),
            (Some(folder), None) => SweepPlace::whole(folder.clone()),
            (None, None) if self.arguments.format != Format::Table => return Ok(None),
            // What grows is there already, under the name that it had.
            (None, shard) if self.arguments.extend => {
                SweepPlace::by_default(study, Naming::Plain, shard)
            }
            (None, shard) => SweepPlace::by_default(study, naming, shard),
        };
        let growth = self.growth();
        if growth == Growth::Extend && !place.exists() {
            return Err(Stop::Refused(format!(
                "--extend: there is no sweep in {} to add to; name its folder with -o",
                place.path().display()
            )));
        }
        if self.arguments.output.is_some() || growth == Growth::Extend || naming == Naming::Hashed {
            return Ok(Some(place));
        }
        match place.suits(study, growth, &self.cancel) {
            Err(SweepFolderError::Different { .. } | SweepFolderError::Foreign { .. }) => {
                let taken = place.path().display();
                self.say(&format!("{taken} holds something else and stays as it is"));
                Ok(Some(SweepPlace::by_default(study, Naming::Hashed, shard)))
            }
            suits => {
                suits?;
                Ok(Some(place))
            }
        }
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
        sweep.attempt(missing, &control)?;
        let failures = sweep.failures(missing)?;
        if shard.is_some() {
            // Others have the rest: there is nothing to score yet.
            return match failures {
                Some(problem) => Err(Stop::Missing(problem)),
                None => Ok(sweep.close(command_line(), started)?),
            };
        }
        let keys = sweep.study().keys.clone();
        let (once_closed, dissection) = match sweep.path() {
            None => (
                OnceClosed::Stop,
                shown_only(self.arguments.format, self.dissection()),
            ),
            Some(_) => (OnceClosed::GoOn, self.dissection()),
        };
        let mut output = Output::new(self.arguments.format, &keys, once_closed)?;
        sweep.tabulate(dissection, &control, |point| output.take(point))?;
        if failures.is_none() {
            sweep.close(command_line(), started)?;
        }
        self.progress.finish();
        output.end()?;
        failures.map_or(Ok(()), |problem| Err(Stop::Missing(problem)))
    }
}

/// So many places.
pub(super) fn places(count: u64) -> String {
    match count {
        1 => "one place".to_owned(),
        some => format!("{some} places"),
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

impl From<SweepRunError> for Stop {
    fn from(error: SweepRunError) -> Self {
        match error {
            SweepRunError::Closed => Self::Closed,
            SweepRunError::Folder(error) => error.into(),
            SweepRunError::Sweep(SweepError::Interrupted(_)) => Self::Interrupted,
            SweepRunError::Sweep(SweepError::Store(error)) => error.into(),
            SweepRunError::Document(error) => error.into(),
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
