//! Flags that change settings of scenarios.

use clap::Args;
use mirage::files::Override;

use super::Stop;

#[derive(Args)]
pub(super) struct SettingArguments {
    /// Change a setting in every scenario, such as task.steps=20; the value is TOML or a bare word
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// The seed of every scenario: short for --set seed=N
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<String>,

    /// Which attempts share random numbers: short for --set evaluation.pairing=WORD
    #[arg(long, value_name = "independent|scales|all")]
    pairing: Option<String>,
}

impl SettingArguments {
    pub(super) fn overrides(&self) -> Result<Vec<Override>, Stop> {
        let set = self.set.iter().map(|words| match words.split_once('=') {
            Some((key, value)) => Ok(Override {
                key: key.trim().to_owned(),
                value: value.to_owned(),
                words: format!("--set {words}"),
            }),
            None => Err(Stop::Refused(format!(
                "--set {words}: expected KEY=VALUE, such as --set task.steps=20"
            ))),
        });
        let flag = |name: &str, key: &str, value: &Option<String>| {
            let value = value.clone()?;
            Some(Ok(Override {
                key: key.to_owned(),
                words: format!("--{name} {value}"),
                value,
            }))
        };
        let flags = [
            flag("seed", "seed", &self.seed),
            flag("pairing", "evaluation.pairing", &self.pairing),
        ];
        set.chain(flags.into_iter().flatten()).collect()
    }
}
