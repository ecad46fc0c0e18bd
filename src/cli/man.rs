//! `mirage man`: the manual, made from the help texts.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use mirage::files::replace;

use super::{Arguments, Stop, failed, print, say};

/// Shown below `mirage man --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage man | man -l -                 reads the main page
  mirage man ~/.local/share/man/man1    then `man mirage-run` finds its page";

#[derive(Args)]
pub(super) struct ManArguments {
    /// Folder for one page for each command (mirage.1, mirage-run.1, ...); pages of these names are replaced
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn man(arguments: &ManArguments) -> Result<(), Stop> {
    let mut main = Arguments::command().disable_help_subcommand(true);
    // Gives each command its full name.
    main.build();
    let Some(folder) = &arguments.folder else {
        return print(&page(&main)?);
    };
    for command in std::iter::once(&main).chain(main.get_subcommands()) {
        let name = command.get_display_name().unwrap_or(command.get_name());
        replace(&folder.join(format!("{name}.1")), page(command)?.as_bytes())?;
    }
    say(&format!("manual pages in {}", folder.display()));
    Ok(())
}

fn page(command: &Command) -> Result<String, Stop> {
    let mut page = Vec::new();
    Man::new(command.clone())
        .render(&mut page)
        .map_err(failed)?;
    // What help shows last is examples, for which manuals have a heading of their own.
    let text = String::from_utf8_lossy(&page);
    let (before, examples) = match text.split_once(".SH EXTRA\nExamples:\n") {
        Some(parts) => parts,
        None => return Ok(text.into_owned()),
    };
    // Set as they stand, in columns.
    let (examples, after) =
        examples.split_at(examples.find("\n.SH").map_or(examples.len(), |end| end + 1));
    Ok(format!("{before}.SH EXAMPLES\n.nf\n{examples}.fi\n{after}"))
}
