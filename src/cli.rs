//! Words in, one call, words out.

mod advise;
mod compare;
mod completions;
mod design;
mod export;
mod fit;
mod forecast;
mod gallery;
mod init;
mod list;
mod look;
mod man;
mod merge;
mod plot;
mod power;
mod progress;
mod replay;
mod rescore;
mod run;
mod schema;
mod settings;
mod shard;
mod status;
mod study_output;
mod sweep;
mod sweep_output;
mod verify;
mod work;

use std::io::{IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use mirage::engine::Path;
use mirage::files::Results;

use work::WorkArguments;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

/// Are emergent abilities growth, a trick of the metric, or a threshold of usefulness?
///
/// mirage simulates models whose per-step success grows with scale, lets them attempt multi-step tasks, and scores the
/// same attempts under every metric.
#[derive(Parser)]
#[command(name = "mirage", version, about, after_help = EXAMPLES, max_term_width = 80)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

// The flags of a command are built when it is the one that was given. A doc comment on flags that commands share would then
// take the place of what the command is for.
#[derive(Subcommand)]
#[command(defer = true)]
enum Command {
    /// Simulate scenarios and score the same attempts under every metric.
    #[command(after_help = run::EXAMPLES)]
    Run(run::RunArguments),
    /// Run many scenarios: every combination of some settings, a sample, or a list; resumable, in shards if wanted.
    #[command(after_help = sweep::EXAMPLES)]
    Sweep(sweep::SweepArguments),
    /// Put shards of a sweep together: the same bytes as without shards.
    #[command(after_help = merge::EXAMPLES)]
    Merge(merge::MergeArguments),
    /// Tell what of sweeps is done, missing or failed, and which commands do the rest.
    #[command(after_help = status::EXAMPLES)]
    Status(status::StatusArguments),
    /// Print the tables of a sweep: the same bytes for the same study.
    #[command(after_help = export::EXAMPLES)]
    Export(export::ExportArguments),
    /// Draw a sweep: credit or its anatomy over scale or any swept key.
    #[command(after_help = plot::EXAMPLES)]
    Plot(plot::PlotArguments),
    /// Draw teaching figures, each with what to see in it and what not to conclude.
    #[command(after_help = gallery::EXAMPLES)]
    Gallery(gallery::GalleryArguments),
    /// Score a stored sweep under other metrics.
    #[command(after_help = rescore::EXAMPLES)]
    Rescore(rescore::RescoreArguments),
    /// Compare two scenarios, or two metrics, on the same items.
    #[command(after_help = compare::EXAMPLES)]
    Compare(compare::CompareArguments),
    /// Tell, before it is paid for, how often a design finds a break, a difference or two groups.
    #[command(after_help = power::EXAMPLES)]
    Power(power::PowerArguments),
    /// Fit laws of growth to measured scores: which hold, how many steps a task looks to have, whether the law breaks.
    #[command(after_help = fit::EXAMPLES)]
    Fit(fit::FitArguments),
    /// Foretell scores at larger scales, and tell how often such forecasts are right.
    #[command(after_help = forecast::EXAMPLES)]
    Forecast(forecast::ForecastArguments),
    /// Tell what a planned design can show, before anything is paid for: metrics, items, scales, training runs.
    #[command(after_help = advise::EXAMPLES)]
    Advise(advise::AdviseArguments),
    /// Show one attempt step by step: the same one that `run` counts.
    #[command(after_help = replay::EXAMPLES)]
    Replay(replay::ReplayArguments),
    /// Hold the engine against expected values: exit code 4 if they do not belong together.
    #[command(after_help = verify::EXAMPLES)]
    Verify(verify::VerifyArguments),
    /// List what a scenario can choose: curves, tasks, metrics; and the shipped scenarios.
    #[command(after_help = list::EXAMPLES)]
    List(list::ListArguments),
    /// Write a scenario file in which every setting is explained.
    #[command(after_help = init::EXAMPLES)]
    Init(init::InitArguments),
    /// Print the JSON Schema of scenario files, for editors.
    #[command(after_help = schema::EXAMPLES)]
    Schema,
    /// Print a completion script for a shell.
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::CompletionsArguments),
    /// Print the manual page, or write one for each command.
    #[command(after_help = man::EXAMPLES)]
    Man(man::ManArguments),
}

const EXAMPLES: &str = "\
Examples:
  mirage run                          simulate the two shipped worlds
  mirage list scenarios               what else is shipped, and what it asks
  mirage init                         a scenario of your own, explained
  mirage run my-scenario.toml         run it";

// Flags that every command with results takes.
#[derive(Args)]
struct OutputArguments {
    /// Folder for the results [default: out/<name>; with a machine format: none]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Formats of figures: svg, png, pdf, several such as svg,pdf, or none [default: svg,png; with a machine format and no -o: none]
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    figures: Vec<FigureFormat>,

    /// Attempt nothing: expected credit, its anatomy and figures, without random numbers
    #[arg(long)]
    expected_only: bool,
    #[command(flatten)]
    look: look::LookArguments,

    #[command(flatten)]
    pub(super) work: WorkArguments,

    /// Say on standard error what is run, and how long it took
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,

    /// Colour; `auto` heeds NO_COLOR and whether a terminal is there
    #[arg(long, value_enum, default_value_t)]
    color: ColorChoice,
}

impl OutputArguments {
    fn results(&self) -> Results {
        match self.expected_only {
            true => Results::Expected,
            false => Results::Simulated,
        }
    }

    /// Whether text for this stream may be coloured.
    fn colours(&self, stream: &impl IsTerminal) -> bool {
        colours(self.color, stream)
    }
}

fn threads(word: &str) -> Result<NonZeroUsize, String> {
    let number = word.parse();
    number.map_err(|_| "give a whole number from 1 on".to_owned())
}

/// A whole number from 0 on, written as scenario files may: 1000, 1_000 or 1e3.
fn whole(word: &str) -> Result<u64, String> {
    let digits = word.replace('_', "");
    let real = || digits.parse().ok().filter(|real: &f64| real.fract() == 0.0);
    let exact = || real().filter(|real| (0.0..=9e15).contains(real));
    let number = digits.parse().ok().or_else(|| Some(exact()? as u64));
    number.ok_or_else(|| "give a whole number from 0 on".to_owned())
}

fn colours(choice: ColorChoice, stream: &impl IsTerminal) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()) && stream.is_terminal()
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// Tidy table, comma-separated.
    Csv,
    /// What summary.json holds.
    Json,
    /// Tidy table, one JSON object a line.
    Jsonl,
    /// Tidy table in Markdown.
    Md,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FigureFormat {
    /// Vector graphics.
    Svg,
    /// Pixels, 200 per inch; on a slide 144.
    Png,
    /// A page that is the figure, for papers; in programs built with the feature pdf.
    Pdf,
    /// No figures.
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ProgressStyle {
    /// A bar on a terminal after a second; elsewhere lines of a sweep every few seconds, and of others nothing.
    #[default]
    Auto,
    /// A line every few seconds.
    Plain,
    /// A JSON object every few seconds.
    Json,
    /// Nothing.
    None,
}

/// Why a command did not succeed; each with its exit code.
pub(crate) enum Stop {
    /// The user asked for something that cannot be: exit code 2.
    Refused(String),
    /// It went wrong: exit code 1.
    Failed(String),
    /// A scale that was asked for is missing from the results: exit code 3.
    Missing(String),
    /// `verify` found what a right program does not show: exit code 4.
    Rejected(String),
    /// Ctrl-C: exit code 130.
    Interrupted,
    /// Ctrl-C, with something kept to go on from: exit code 130.
    Resumable(String),
    /// Whoever read our output has had enough: success.
    Closed,
}

impl From<mirage::files::LoadError> for Stop {
    fn from(error: mirage::files::LoadError) -> Self {
        Self::Refused(error.to_string())
    }
}

fn failed(error: impl std::fmt::Display) -> Stop {
    Stop::Failed(error.to_string())
}

impl From<mirage::files::RecordError> for Stop {
    fn from(error: mirage::files::RecordError) -> Self {
        failed(error)
    }
}

impl From<mirage::files::FolderError> for Stop {
    fn from(error: mirage::files::FolderError) -> Self {
        match error {
            mirage::files::FolderError::Io { .. } => Self::Failed(error.to_string()),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<mirage::files::TraceError> for Stop {
    fn from(error: mirage::files::TraceError) -> Self {
        match error {
            mirage::files::TraceError::Document(error) => error.into(),
            mirage::files::TraceError::Interrupted(_) => Self::Interrupted,
            other => failed(other),
        }
    }
}

impl From<mirage::files::DocumentError> for Stop {
    fn from(error: mirage::files::DocumentError) -> Self {
        match error {
            mirage::files::DocumentError::Io { .. } => Self::Failed(error.to_string()),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

/// The words of this command, for the record.
fn command_line() -> Vec<String> {
    std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// Prints data on standard output; a closed pipe ends the program with success.
fn print(text: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Stop::Closed,
            _ => Stop::Failed(format!("cannot write to standard output: {error}")),
        })
}

/// Says something on standard error. Nobody listening is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Takes the path that the environment asks for.
fn choose_path() -> Result<(), Stop> {
    let name = std::env::var_os("MIRAGE_SIMD").filter(|name| !name.is_empty());
    let Some(name) = name else {
        return Ok(());
    };
    let path = name.to_string_lossy().parse();
    path.and_then(Path::force)
        .map_err(|problem| Stop::Refused(format!("MIRAGE_SIMD: {problem}")))
}

/// Runs the command and says how it ended.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let colour = match &arguments.command {
        Command::Run(run) => run.output.color,
        Command::Sweep(sweep) => sweep.color,
        _ => ColorChoice::Auto,
    };
    let error = match colours(colour, &std::io::stderr()) {
        true => "\x1b[1;31merror:\x1b[0m",
        false => "error:",
    };
    let done = choose_path().and_then(|()| match arguments.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Plot(arguments) => plot::run(&arguments),
        Command::Gallery(arguments) => gallery::run(&arguments),
        Command::Rescore(arguments) => rescore::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Power(arguments) => power::run(&arguments),
        Command::Fit(arguments) => fit::run(&arguments),
        Command::Forecast(arguments) => forecast::run(&arguments),
        Command::Advise(arguments) => advise::run(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::Init(arguments) => init::init(&arguments),
        Command::Schema => schema::schema(),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => man::man(&arguments),
    });
    match done {
        Ok(()) | Err(Stop::Closed) => ExitCode::SUCCESS,
        Err(Stop::Refused(problem)) => {
            say(&format!("{error} {problem}"));
            ExitCode::from(2)
        }
        Err(Stop::Failed(problem)) => {
            say(&format!("{error} {problem}"));
            ExitCode::FAILURE
        }
        Err(Stop::Missing(problem)) => {
            say(&format!("{error} {problem}"));
            ExitCode::from(3)
        }
        Err(Stop::Rejected(problem)) => {
            say(&format!("{error} {problem}"));
            ExitCode::from(4)
        }
        Err(Stop::Interrupted) => {
            say("interrupted; nothing was changed, run the command again to start over");
            ExitCode::from(130)
        }
        Err(Stop::Resumable(text)) => {
            say(&text);
            ExitCode::from(130)
        }
    }
}
