//! Flags that say which points a sweep has.

use std::path::PathBuf;

use clap::Args;
use mirage::files::{Override, SampleWords, SweepWords, Told};

use super::{Stop, whole};

#[derive(Args)]
pub(super) struct DesignArguments {
    /// Values of a key: task.steps=1,2,5 or skill.alpha=lin:0.1:0.5:9 (log: for even logarithms); lin[0.1,0.5] and log[1,100] are ranges to draw from
    #[arg(long, value_name = "KEY=VALUES")]
    sweep: Vec<String>,

    /// Keys whose values go together, one by one
    #[arg(long, value_name = "KEY,KEY")]
    zip: Vec<String>,

    /// Only points where this holds, such as "task.steps * skill.alpha < 4"
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true)]
    conditions: Vec<String>,

    /// Draw N points at random
    #[arg(long, value_name = "N", value_parser = whole, conflicts_with = "latin_hypercube", allow_hyphen_values = true)]
    random: Option<u64>,

    /// Draw N points of a Latin hypercube: every part of each range, or each value, equally often
    #[arg(long, value_name = "N", value_parser = whole, allow_hyphen_values = true)]
    latin_hypercube: Option<u64>,

    /// Which points are drawn [default: 1]
    #[arg(long, value_name = "S", value_parser = whole, allow_hyphen_values = true)]
    sample_seed: Option<u64>,

    /// Points from a file: a header of keys, a row for each point
    #[arg(long, value_name = "FILE.csv")]
    points: Option<PathBuf>,
}

impl DesignArguments {
    pub(super) fn words(&self) -> Result<SweepWords, Stop> {
        let axis = |words: &String| match words
            .split_once('=')
            .filter(|(key, _)| !key.trim().is_empty())
        {
            Some((key, values)) => Ok(Override {
                key: key.trim().to_owned(),
                value: values.to_owned(),
                words: format!("--sweep {words}"),
            }),
            None => Err(Stop::Refused(format!(
                "--sweep {words}: expected KEY=VALUES, such as --sweep task.steps=1,2,5,10"
            ))),
        };
        let told = |flag: &str, texts: &[String]| -> Vec<Told> {
            let told = texts.iter().map(|text| Told {
                text: text.clone(),
                words: format!("--{flag} {text}"),
            });
            told.collect()
        };
        let random = self.random.map(SampleWords::Random);
        let hypercube = self.latin_hypercube.map(SampleWords::LatinHypercube);
        Ok(SweepWords {
            axes: self.sweep.iter().map(axis).collect::<Result<_, _>>()?,
            together: told("zip", &self.zip),
            conditions: told("where", &self.conditions),
            sample: random.or(hypercube),
            sample_seed: self.sample_seed,
            points: self.points.clone(),
        })
    }
}
