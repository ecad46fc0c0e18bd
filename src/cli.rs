//! Words in, one call, words out.

mod look;
mod progress;
mod run;

use std::io::{IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

/// Are emergent abilities growth, a trick of the metric, or a threshold of usefulness?
///
/// mirage simulates models whose per-step success grows with scale, lets them attempt multi-step tasks, and scores the
/// same attempts under every metric.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulate scenarios and score the same attempts under every metric.
    #[command(after_help = run::EXAMPLES)]
    Run(run::RunArguments),
}

/// Flags that every command with results takes.
#[derive(Args)]
struct OutputArguments {
    /// Folder for the results [default: out/<name>; with a machine format: none]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Formats of figures: svg, png, svg,png or none [default: svg,png; with a machine format and no -o: none]
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    figures: Vec<FigureFormat>,

    #[command(flatten)]
    look: look::LookArguments,

    /// Threads [default: all cores]; results never depend on their number
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Progress on standard error
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressStyle,

    /// Say nothing on standard error but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// Say on standard error what is run, and how long it took
    #[arg(short, long)]
    verbose: bool,

    /// Colour; `auto` heeds NO_COLOR and whether a terminal is there
    #[arg(long, value_enum, default_value_t)]
    color: ColorChoice,
}

impl OutputArguments {
    /// Whether text for this stream may be coloured.
    fn colours(&self, stream: &impl IsTerminal) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
                    && stream.is_terminal()
            }
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
    /// No figures.
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ProgressStyle {
    /// A bar on a terminal after a second; otherwise nothing.
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
    /// Ctrl-C: exit code 130.
    Interrupted,
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

/// Runs the command and says how it ended.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let Command::Run(arguments) = arguments.command;
    let error = match arguments.output.colours(&std::io::stderr()) {
        true => "\x1b[1;31merror:\x1b[0m",
        false => "error:",
    };
    match run::run(arguments) {
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
        Err(Stop::Interrupted) => {
            say("interrupted; nothing was changed, run the command again to start over");
            ExitCode::from(130)
        }
    }
}
