//! What is read off answers, as a user meets it: in traces, in sweeps, in figures.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const WRITTEN: &str = r#"
[task]
steps = 6
tokens = { kind = "alphabet", size = 3, inserted = 0.3 }
likelihood = { kind = "log-normal", sd = 0.5 }
[evaluation]
items = 150
scales = [1e8, 1e9]
metrics = ["edit-distance", "common-subsequence", "log-likelihood", "sequence-nll", "probability", "brier"]
"#;

const CHOSEN: &str = r#"
[task]
kind = "choice"
[evaluation]
items = 150
scales = [1e8, 1e9]
metrics = ["choice-accuracy", "choice-probability", "choice-log-likelihood", "choice-brier"]
"#;

fn with_scenario(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    folder
}

fn mirage(folder: &Path, words: &str) -> String {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words.split_whitespace());
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// The estimates of a table, by scale and metric.
fn estimates(table: &str) -> BTreeMap<(String, String), f64> {
    let mut lines = table
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|one| *one == name).unwrap();
    let [scale, metric, estimate] = ["scale", "metric", "estimate"].map(column);
    lines
        .map(|cells| {
            let place = (cells[scale].to_owned(), cells[metric].to_owned());
            (place, cells[estimate].parse().unwrap())
        })
        .collect()
}

/// Estimates are means of the credits in traces, each counted to 2^-32 of a unit.
#[test]
fn estimates_are_means_of_what_traces_say() {
    for text in [WRITTEN, CHOSEN] {
        let folder = with_scenario(text);
        let table = mirage(folder.path(), "run s.toml --format csv --traces t.jsonl");
        let traces = fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
        let traces: Vec<Value> = traces
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(traces.len(), 2 * 150);
        for ((scale, metric), estimate) in estimates(&table) {
            let scale: f64 = scale.parse().unwrap();
            let here = traces.iter().filter(|line| line["scale"] == scale);
            let credits = here.map(|line| line["credit"][&metric].as_f64().unwrap());
            let mean = credits.sum::<f64>() / 150.0;
            // What a whole answer loses is counted as a share of it.
            let steps = if metric == "sequence-nll" { 6.0 } else { 1.0 };
            let unit = steps * 200.0 / 4_294_967_296.0;
            assert!(
                (mean - estimate).abs() <= unit,
                "{metric} {mean} {estimate}"
            );
        }
    }
}

/// Each point of a sweep over the number of options is the scenario with that number.
#[test]
fn options_are_swept() {
    let folder = with_scenario(CHOSEN);
    mirage(folder.path(), "sweep s.toml --sweep options=2,7 -o swept");
    let summary = fs::read_to_string(folder.path().join("swept/summary.csv")).unwrap();
    for (point, options) in ["2", "7"].into_iter().enumerate() {
        let words = format!("run s.toml --set task.options={options} --format csv");
        let alone = estimates(&mirage(folder.path(), &words));
        let of_point =
            |line: &&str| line.starts_with("point") || line.starts_with(&format!("{point},"));
        let here: Vec<&str> = summary.lines().filter(of_point).collect();
        assert_eq!(estimates(&here.join("\n")), alone, "{options}");
        assert!(
            here[1].contains(&format!(",{options},choice-accuracy,")),
            "{}",
            here[1]
        );
    }
}
