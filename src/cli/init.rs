//! `mirage init`: a scenario file in which every setting is explained.

use std::path::Path;

use clap::Args;
use mirage::files::create;
use mirage::report::template;

use super::{Stop, print, say};

/// Shown below `mirage init --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage init              writes my-scenario.toml
  mirage init long-chains  writes long-chains.toml
  mirage init - | less     prints it instead";

#[derive(Args)]
pub(super) struct InitArguments {
    /// Name of the new file, with or without .toml; - prints it on standard output
    #[arg(default_value = "my-scenario")]
    name: String,
}

pub(super) fn init(arguments: &InitArguments) -> Result<(), Stop> {
    let file = match arguments.name.as_str() {
        "-" => return print(&template("my-scenario.toml")),
        name if name.is_empty() || name.ends_with(['/', '\\']) => {
            return Err(Stop::Refused(format!(
                "{name:?} names no file: give a name such as my-scenario"
            )));
        }
        name if name.ends_with(".toml") => name.to_owned(),
        name => format!("{name}.toml"),
    };
    create(Path::new(&file), template(&file).as_bytes())?;
    say(&format!("wrote {file}; run it with: mirage run {file}"));
    Ok(())
}
