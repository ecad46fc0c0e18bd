//! The command-line program; see the library's front page for what it does.

mod cli;

use clap::Parser;

fn main() -> std::process::ExitCode {
    cli::run(cli::Arguments::parse())
}
