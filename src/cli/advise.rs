//! `mirage advise`: what a planned design can tell, before anything is paid for.

use clap::{Args, ValueEnum};
use mirage::files::{Source, load};
use mirage::report::{advice_json, advice_markdown, advice_text};
use mirage::study;

use super::progress::interruptible;
use super::settings::SettingArguments;
use super::{Stop, failed, print};

/// Shown below `mirage advise --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage advise default                         one page on a plan
  mirage advise plan.toml --set evaluation.items=200
  mirage advise plan.toml --md > plan.md        for a pre-registration
  mirage advise seeds-per-scale --format json

A plan is a scenario file. Nothing is simulated: what metrics tell, which
differences are found and what smooth growth scores by chance follow from it.";

#[derive(Args)]
pub(super) struct AdviseArguments {
    /// The plan: a scenario file, the name of a shipped scenario, or - for standard input
    #[arg(value_name = "FILE|NAME|-")]
    scenario: String,

    #[command(flatten)]
    settings: SettingArguments,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// A pre-registration in Markdown: short for --format md
    #[arg(long, conflicts_with = "format")]
    md: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// A page for people.
    #[default]
    #[value(alias = "table")]
    Text,
    /// An object with every number.
    Json,
    /// A pre-registration in Markdown, with every number of design and advice.
    Md,
}

impl AdviseArguments {
    const fn format(&self) -> Format {
        match self.md {
            true => Format::Md,
            false => self.format,
        }
    }
}

pub(super) fn run(arguments: &AdviseArguments) -> Result<(), Stop> {
    let source = Source::from(arguments.scenario.as_str());
    let loaded = load(&source, &arguments.settings.overrides()?)?;
    let cancel = interruptible();
    let advice = study::advise(loaded.name, &loaded.scenario, &cancel);
    let advice = advice.map_err(|_| Stop::Interrupted)?;
    print(&match arguments.format() {
        Format::Text => advice_text(&advice),
        Format::Json => advice_json(&advice).map_err(failed)?,
        Format::Md => advice_markdown(&advice),
    })
}
