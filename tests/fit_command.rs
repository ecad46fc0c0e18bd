//! `mirage fit`: what the command says of a table, what it writes, and what it refuses.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn mirage(folder: &Path, words: &str) -> std::process::Output {
    let mut command = Command::cargo_bin("mirage").unwrap();
    let words = words.split(' ').filter(|word| !word.is_empty());
    command.current_dir(folder).args(words).output().unwrap()
}

#[track_caller]
fn said(folder: &Path, words: &str) -> String {
    let done = mirage(folder, words);
    let message = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{words}: {message}");
    String::from_utf8(done.stdout).unwrap()
}

/// A folder with the table of a run of ten equal steps, six scales of 500 items, in `out`.
fn measured() -> TempDir {
    let folder = TempDir::new().unwrap();
    let words = "run even-steps -q -o out --figures none --set skill.c=3e8 --set skill.alpha=0.37 --set evaluation.scales=log:1e8:1e11:6 --set evaluation.items=500";
    said(folder.path(), words);
    folder
}

#[test]
fn the_table_of_a_run_is_fitted_and_its_law_runs_again() {
    let folder = measured();
    let at = folder.path();
    let words = "fit out/summary.csv --bootstrap 100 --families power-law,logistic --format json --to-scenario law.toml -o fitted";
    let told: Value = serde_json::from_str(&said(at, words)).unwrap();
    let laws: Vec<&Value> = told
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "law")
        .collect();
    assert_eq!(laws.len(), 4);
    for law in &laws {
        let keys = [
            "family",
            "metric",
            "parameters",
            "log_likelihood",
            "aic",
            "bic",
            "deviance",
            "df",
            "p",
            "p_bootstrap",
            "held_out_points",
            "bootstrap_share",
            "converged",
            "replicates",
            "reason",
        ];
        assert!(keys.iter().all(|key| law.get(*key).is_some()), "{law}");
        assert_eq!(law["reason"], Value::Null);
        assert_eq!(law["replicates"], 100);
    }
    let alpha = &laws[0]["parameters"]["alpha"];
    let limit = |end: &str| alpha[end].as_f64().unwrap();
    assert!(
        limit("low") < limit("value") && limit("value") < limit("high"),
        "{alpha}"
    );
    let steps = told.as_array().unwrap().last().unwrap();
    assert_eq!(steps["kind"], "steps");
    assert!(
        steps["low"].as_u64().unwrap() <= 10 && 10 <= steps["high"].as_u64().unwrap(),
        "{steps}"
    );
    for file in [
        "fit.csv",
        "fit.json",
        "steps.csv",
        "scenario.toml",
        "manifest.json",
        "figures/fit.svg",
        "figures/fit.csv",
    ] {
        assert!(at.join("fitted").join(file).is_file(), "{file}");
    }
    let refused = mirage(at, words);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("law.toml exists"));
    // What the written scenario expects lies within 4.9 standard errors of each score that its law was fitted to: 6 of
    // them, less than one in 100 000.
    let again = said(at, "run law.toml --expected-only --format csv");
    let first = fs::read_to_string(at.join("out/summary.csv")).unwrap();
    let column = |table: &str, name: &str| -> Vec<f64> {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let header = reader.headers().unwrap().clone();
        let place = header.iter().position(|own| own == name).unwrap();
        let rows = reader.records().map(Result::unwrap);
        let of_metric = rows.filter(|row| row.iter().any(|cell| cell == "exact-match"));
        of_metric.map(|row| row[place].parse().unwrap()).collect()
    };
    let (expected, seen) = (column(&again, "expected"), column(&first, "estimate"));
    assert_eq!((expected.len(), seen.len()), (6, 6));
    for (expected, seen) in expected.iter().zip(seen) {
        let error = libm::sqrt(expected * (1.0 - expected) / 500.0);
        assert!(
            (expected - seen).abs() < 4.9 * error + 1e-9,
            "{expected} {seen}"
        );
    }
}

#[test]
fn people_read_what_holds_and_what_cannot_be_told() {
    let folder = measured();
    let at = folder.path();
    let text = said(
        at,
        "fit out/summary.csv --bootstrap 100 --families power-law,floored-power-law --break-at 1e10 --against power-law",
    );
    for words in [
        "out: 6 scales from 1.00e8 to 1.00e11, 500 attempts at each; task of 10 steps as told; binomial scatter",
        "steps, by exact match given partial credit",
        "exact-match family dAIC dBIC",
        "power-law: c",
        "has the least AIC",
        "likelihood ratio",
        "Verdict:",
    ] {
        let all: Vec<&str> = text.split_whitespace().collect();
        assert!(all.join(" ").contains(words), "{words}\n{text}");
    }
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    // The same table where nobody knows the task.
    let table = fs::read_to_string(at.join("out/summary.csv")).unwrap();
    let exact: Vec<&str> = table
        .lines()
        .filter(|line| !line.contains("partial-credit"))
        .collect();
    fs::write(at.join("exact.csv"), exact.join("\n")).unwrap();
    let done = mirage(at, "fit exact.csv --bootstrap 100 -o alone");
    assert_eq!(done.status.code(), Some(3));
    assert!(at.join("alone/fit.csv").is_file());
    assert!(!at.join("alone/scenario.toml").exists(), "of what task?");
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(
        text.contains("Exact match alone tells the hazard of a step times their number"),
        "{text}"
    );
    let message = String::from_utf8(done.stderr).unwrap();
    assert!(message.contains("--steps N for equal steps"), "{message}");
    let csv = said(
        at,
        "fit exact.csv --bootstrap 100 --steps 10 --families power-law --format csv",
    );
    assert!(
        csv.starts_with("metric,family,log_likelihood,aic,bic,") && csv.lines().count() == 2,
        "{csv}"
    );
}

#[test]
fn a_table_comes_by_standard_input_too_and_numbers_do_not_depend_on_threads() {
    let folder = measured();
    let table = fs::read(folder.path().join("out/summary.csv")).unwrap();
    let on = |threads: &str| {
        let mut command = Command::cargo_bin("mirage").unwrap();
        let words = [
            "fit",
            "-",
            "--steps",
            "10",
            "--bootstrap",
            "100",
            "--families",
            "power-law,logistic",
            "--format",
            "csv",
            "-j",
            threads,
        ];
        let done = command
            .args(words)
            .write_stdin(table.clone())
            .output()
            .unwrap();
        assert!(done.status.success());
        String::from_utf8(done.stdout).unwrap()
    };
    assert_eq!(on("1"), on("2"));
}
