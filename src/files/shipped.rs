//! The scenarios that come with the program.

use super::scenario_file::{LoadError, Source, load};
use crate::report::ScenarioEntry;

/// A scenario embedded in the program.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name by which commands take it: that of its file, after that of its folder if it lies in one.
    pub name: &'static str,
    /// Its commented file.
    pub text: &'static str,
}

impl Shipped {
    /// The name without its folder: what results are called.
    #[must_use]
    pub fn stem(&self) -> &'static str {
        self.name
            .rsplit_once('/')
            .map_or(self.name, |(_, stem)| stem)
    }

    /// The folder that it lies in, if any.
    #[must_use]
    pub fn folder(&self) -> Option<&'static str> {
        self.name.rsplit_once('/').map(|(folder, _)| folder)
    }

    /// What its file asks: the comment after `# Question: `, up to the next empty line of the comment.
    #[must_use]
    pub fn question(&self) -> String {
        let after = self
            .text
            .split_once("# Question: ")
            .map_or("", |(_, after)| after);
        let lines = after
            .lines()
            .map(|line| line.trim_start_matches('#').trim());
        lines
            .take_while(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Every shipped scenario with its title and question.
///
/// # Errors
/// One of them cannot be read, which a test excludes.
pub fn shipped_entries() -> Result<Vec<ScenarioEntry>, LoadError> {
    let entry = |shipped: &Shipped| {
        let loaded = load(&Source::Shipped(shipped.name.to_owned()), &[])?;
        Ok(ScenarioEntry {
            name: shipped.name.to_owned(),
            title: loaded.scenario.title,
            question: shipped.question(),
        })
    };
    SHIPPED.iter().map(entry).collect()
}

/// Files of a folder that are embedded in the program, by their names.
macro_rules! embedded {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(Shipped { name: $name, text: include_str!(concat!($folder, $name, ".toml")) }),+]
    };
}
pub(super) use embedded;

/// Every shipped scenario: the first two are the worlds that run when none is named, practitioners' questions come
/// before reproductions of papers.
pub const SHIPPED: &[Shipped] = embedded!["../../configs/":
    "default",
    "even-steps",
    "power-law-translation",
    "logistic-steepening",
    "saturating-skill",
    "tiny-test-set",
    "few-scales",
    "pass-mark-sharpens",
    "genuine-break",
    "multi-step-arithmetic",
    "chain-of-thought",
    "code-generation",
    "one-in-a-thousand",
    "signal-below-the-floor",
    "self-conditioning",
    "hard-and-easy-items",
    "impossible-items",
    "retries-with-a-verifier",
    "ship-or-wait",
    "lucky-days",
    "formatting-gate",
    "agent-lengths",
    "longer-tasks",
    "larger-tests",
    "efficiency-is-capability",
    "greedy-decoding-sharpens",
    "chinchilla-scales",
    "loss-threshold",
    "percolation",
    "quanta",
    "cancelling-slices",
    "seeds-per-scale",
    "questions/zero-on-exact-match",
    "questions/rare-success",
    "questions/one-seed-per-scale",
    "questions/split-the-budget",
    "questions/ship-at-95",
    "questions/accurate-steps-few-wins",
    "questions/curvature-false-alarms",
    "questions/pass-until-budget",
    "questions/vote-or-retry",
    "questions/more-choices",
    "questions/horizon-to-quote",
    "questions/break-or-mirage",
    "questions/skill-or-chance",
    "questions/which-metric-to-preregister",
    "questions/will-the-next-model-do-it",
    "questions/across-a-break",
    "papers/schaeffer-2023-two-metrics",
    "papers/schaeffer-2023-lengths",
    "papers/schaeffer-2023-more-items",
    "papers/schaeffer-2023-eight-metrics",
    "papers/schaeffer-2023-options",
    "papers/schaeffer-2023-reconstruction",
    "papers/schaeffer-2023-subsets",
    "papers/schaeffer-2024-ladder",
    "papers/okawa-2023-composition",
    "papers/michaud-2023-quanta",
    "papers/wu-2024-slices",
    "papers/sinha-2025-horizons",
    "papers/kwa-2025-horizons",
    "papers/moss-2026-horizons",
    "papers/meyerson-2025-votes",
    "papers/zhao-2025-seeds",
    "papers/hu-2023-pass-until",
    "papers/chen-2021-pass-at-k",
    "papers/schaeffer-2025-monkeys",
    "papers/miller-2024-error-bars",
    "papers/caballero-2022-break-distance",
];
