//! `mirage completions`: a script that lets a shell complete commands and flags.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Stop, print};

/// Shown below `mirage completions --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage completions bash > ~/.local/share/bash-completion/completions/mirage
  mirage completions zsh > ~/.zfunc/_mirage      (with ~/.zfunc in fpath)
  mirage completions fish > ~/.config/fish/completions/mirage.fish";

#[derive(Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "bash|zsh|fish|elvish|powershell")]
    shell: Shell,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "mirage",
        &mut script,
    );
    print(&String::from_utf8_lossy(&script))
}
