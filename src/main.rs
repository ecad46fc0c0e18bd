//! The command-line program; see the library's front page for what it does.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cli;

use clap::Parser;

fn main() -> std::process::ExitCode {
    cli::run(cli::Arguments::parse())
}
