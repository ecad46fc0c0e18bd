//! What there is to choose from, as text of at most 80 columns.

use serde::Serialize;

use super::setting::{WIDTH, toml_value, unbroken, wrapped};
use crate::domain::{Entry, Parameter};

/// A shipped scenario as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScenarioEntry {
    /// The name by which commands take it.
    pub name: String,
    /// What figures call it.
    pub title: String,
    /// What it asks.
    pub question: String,
}

/// Each scenario with its title and question, those of a folder below its name.
#[must_use]
pub fn scenarios(list: &[ScenarioEntry]) -> String {
    let mut before = None;
    let told = list.iter().map(|one| {
        let folder = one.name.rsplit_once('/').map(|(folder, _)| folder);
        let heading = match folder {
            Some(name) if folder != before => format!("== {name}\n\n"),
            _ => String::new(),
        };
        before = folder;
        format!(
            "{heading}{} ({})\n{}",
            one.name,
            one.title,
            wrapped(&one.question, WIDTH, "  ", "  ")
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

/// Each entry with its formula, parameters (name, default, meaning, range) and source, below the key that chooses it.
#[must_use]
pub fn entries(list: &[Entry]) -> String {
    let mut text = String::new();
    let mut key = "";
    for entry in list {
        if entry.key != key {
            key = &entry.key;
            text += &heading(key);
        }
        text += &told(entry);
    }
    text.trim_start().to_owned()
}

fn heading(key: &str) -> String {
    let (title, symbols) = match key {
        "skill" => (
            "Skill curves",
            "N: scale; p: success probability of one step; h = -ln p: its hazard.",
        ),
        "task" => (
            "Tasks",
            "p: success probability of an ordinary step; w_i: multiplier of the hazard of step i of L.",
        ),
        "evaluation.metrics" => (
            "Metrics",
            "K of L steps are right, T of them before the first error; M tokens are written. y: mean credit.",
        ),
        "task.steps" => return format!("\n== {key} = 10, or {key}.kind = \"NAME\"\n"),
        "skill.efficiency" | "skill.temperature" => {
            return format!("\n== {key} = 1, with any curve\n");
        }
        _ => return format!("\n== {key}.kind = \"NAME\"\n"),
    };
    let written = match key {
        "evaluation.metrics" => "evaluation.metrics = [\"NAME\", ...]".to_owned(),
        key => format!("{key}.kind = \"NAME\""),
    };
    format!("\n== {title}: {written}\n") + &wrapped(symbols, WIDTH, "", "")
}

fn told(entry: &Entry) -> String {
    let default = if entry.default { " (default)" } else { "" };
    let mut text = format!("\n{}{default}\n", entry.name);
    let mut say = |words: &str| text += &wrapped(words, WIDTH, "  ", "    ");
    say(&entry.formula);
    if let (Some(meaning), Some(values)) = (entry.meaning, entry.values) {
        say(&format!("{meaning}; {values}"));
    }
    if let Some(alias) = entry.alias {
        say(&format!("also written {alias}"));
    }
    text += &parameters(&entry.parameters);
    if let Some(source) = &entry.source {
        text += &wrapped(&format!("source: {source}"), WIDTH, "  ", "    ");
    }
    text
}

/// Columns: name, default, and what it means with its range in brackets.
fn parameters(list: &[Parameter]) -> String {
    // Of a choice, the name of the kind says all.
    let default = |one: &Parameter| match one.default.as_ref() {
        Some(default) => default["kind"]
            .as_str()
            .map_or_else(|| toml_value(default), str::to_owned),
        None => "-".to_owned(),
    };
    let widest = |of: &dyn Fn(&Parameter) -> usize| list.iter().map(of).max().unwrap_or(0);
    let (names, defaults) = (
        widest(&|one| one.name.len()),
        widest(&|one| default(one).len()),
    );
    let told = list.iter().map(|one| {
        let first = format!("    {:names$}  {:defaults$}  ", one.name, default(one));
        let rest = " ".repeat(first.len());
        wrapped(
            &format!(
                "{} [{}]",
                one.meaning.trim_end_matches('.'),
                unbroken(&one.range)
            ),
            WIDTH,
            &first,
            &rest,
        )
    });
    told.collect()
}
