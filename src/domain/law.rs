//! The canonical text of a law: skill and task without the number of steps.
//!
//! Random draws are addressed by its hash. Keys at their default are left out, so that a key added later, with a
//! default that changes nothing, changes no draw.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Scenario, Skill, Task, dotted_values};

#[derive(Serialize)]
struct Law<'a> {
    skill: &'a Skill,
    task: &'a Task,
}

impl Law<'_> {
    /// Every number and word of the law by its dotted key.
    fn leaves(&self) -> BTreeMap<String, String> {
        let values = dotted_values(self).into_iter();
        let mut leaves: BTreeMap<_, _> =
            values.map(|(key, value)| (key, spelling(&value))).collect();
        leaves.retain(|key, _| !is_length(key));
        leaves
    }
}

/// Sorted lines `key=value`.
fn lines<'a>(leaves: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    leaves
        .map(|(key, value)| format!("{key}={value}\n"))
        .collect()
}

/// Whether a key says how many steps there are.
fn is_length(key: &str) -> bool {
    key == "task.steps" || key.starts_with("task.steps.")
}

/// Bits, not digits: equal numbers have one spelling, different ones have two.
fn spelling(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(real) => format!("f{:016x}", real.to_bits()),
            None => number.to_string(),
        },
        Value::Array(list) => {
            let spellings: Vec<String> = list.iter().map(spelling).collect();
            format!("[{}]", spellings.join(","))
        }
        // A table in a list; others are keys of their own.
        Value::Object(table) => {
            let spellings = table.iter().map(|(key, value)| (key, spelling(value)));
            let sorted: BTreeMap<_, _> = spellings.collect();
            let sorted: Vec<String> = sorted
                .into_iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            format!("{{{}}}", sorted.join(","))
        }
        other => other.to_string(),
    }
}

impl Scenario {
    /// The law as sorted lines `key=value`, without keys at their default and without the number of steps.
    #[must_use]
    pub fn canonical_law(&self) -> String {
        let default_parameters = self.skill.with_default_parameters();
        let default_task = self.task.with_parameters_at_default();
        let same_kinds = Law {
            skill: &default_parameters,
            task: &default_task,
        }
        .leaves();
        let defaults = Law {
            skill: &Skill::default(),
            task: &Task::default(),
        }
        .leaves();
        let is_default = |key: &str, value: &String| match key.ends_with(".kind") {
            true => defaults.get(key) == Some(value),
            false => same_kinds.get(key) == Some(value),
        };
        let leaves = Law {
            skill: &self.skill,
            task: &self.task,
        }
        .leaves();
        lines(leaves.iter().filter(|(key, value)| !is_default(key, value)))
    }

    /// The number of steps, or how it is drawn, as sorted lines `key=value`: what the law leaves out of the task.
    #[must_use]
    pub fn canonical_lengths(&self) -> String {
        let values = dotted_values(&self.task).into_iter();
        let leaves: BTreeMap<_, _> = values
            .map(|(key, value)| (format!("task.{key}"), spelling(&value)))
            .collect();
        lines(leaves.iter().filter(|(key, _)| is_length(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(json: &str) -> String {
        serde_json::from_str::<Scenario>(json)
            .unwrap()
            .canonical_law()
    }

    #[test]
    fn how_many_steps_there_are_is_no_part_of_the_law() {
        for steps in [
            r#"3"#,
            r#"{"kind": "uniform", "from": 3, "to": 9}"#,
            r#"{"kind": "geometric", "mean": 7.5, "longest": 30}"#,
            r#"{"kind": "poisson", "mean": 7.5}"#,
            r#"{"kind": "log-normal", "median": 7.5, "sd": 0.3}"#,
            r#"{"kind": "list", "lengths": [2, 9], "weights": [1.5, 0.25]}"#,
        ] {
            let told = format!(r#"{{"task": {{"steps": {steps}, "guess": 0.25}}}}"#);
            assert_eq!(law(&told), "task.guess=f3fd0000000000000\n", "{steps}");
        }
    }

    #[test]
    fn defaults_and_what_is_no_part_of_the_law_are_left_out() {
        let told = r#"{"title": "t", "seed": 3, "skill": {"kind": "power-law", "c": 1e8}, "task": {"steps": 7},
            "evaluation": {"items": 5, "scales": [1e3]}, "usefulness": {"threshold": 0.3}}"#;
        assert_eq!(law(told), "");
        assert_eq!(
            law(r#"{"skill": {"kind": "logistic"}}"#),
            "skill.kind=\"logistic\"\n"
        );
        assert_eq!(
            law(r#"{"skill": {"alpha": 0.5}}"#),
            "skill.alpha=f3fe0000000000000\n"
        );
        let ramp = r#"{"task": {"difficulty": {"kind": "ramp", "from": 1e-4, "to": 2.0}}}"#;
        assert_eq!(
            law(ramp),
            "task.difficulty.kind=\"ramp\"\ntask.difficulty.to=f4000000000000000\n"
        );
    }
}
