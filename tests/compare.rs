//! `mirage compare`, and what repeated attempts tell, as a user meets them.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn mirage(folder: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words).assert()
}

/// What is printed by a command that writes no file and says nothing else.
fn printed(folder: &Path, words: &[&str]) -> String {
    let before = fs::read_dir(folder).unwrap().count();
    let done = mirage(folder, words).success();
    let output = done.get_output();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(fs::read_dir(folder).unwrap().count(), before);
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(folder: &Path, words: &[&str]) -> String {
    let done = mirage(folder, words).code(2);
    assert!(done.get_output().stdout.is_empty());
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

const BASE: &str = "[task]\nspread = { kind = \"logit-normal\", sd = 1.5 }\n\
    [evaluation]\nscales = [1e9, 1e10]\nitems = 400\n";

/// Two scenarios on the same items: `base`, and `other` with more skill.
fn two() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("base.toml"), BASE).unwrap();
    let other = format!("{BASE}[skill]\nalpha = 0.4\n");
    fs::write(folder.path().join("other.toml"), other).unwrap();
    folder
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        row.iter().map(str::to_owned).collect()
    });
    rows.collect()
}

fn column(csv: &str, name: &str) -> usize {
    let header = csv.lines().next().unwrap();
    header.split(',').position(|one| one == name).unwrap()
}

#[test]
fn two_scenarios_are_compared_metric_by_metric() {
    let folder = two();
    let words = ["compare", "base.toml", "other.toml"];
    let csv = printed(folder.path(), &[&words[..], &["--format", "csv"]].concat());
    let json = printed(folder.path(), &[&words[..], &["--format", "json"]].concat());
    let table = printed(folder.path(), &words);
    let of_csv = rows(&csv);
    let json: Value = serde_json::from_str(&json).unwrap();
    let of_json = json.as_array().unwrap();
    // Two metrics at two scales.
    assert_eq!((of_csv.len(), of_json.len()), (4, 4));
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    for (row, entry) in of_csv.iter().zip(of_json) {
        for (name, cell) in header.iter().zip(row) {
            let told = match &entry[*name] {
                Value::Null => String::new(),
                Value::String(word) => word.clone(),
                number => number.to_string(),
            };
            let numbers = (told.parse::<f64>().ok(), cell.parse::<f64>().ok());
            assert!(
                told == *cell || (numbers.0.is_some() && numbers.0 == numbers.1),
                "{name}"
            );
        }
        let number = |name: &str| -> f64 { row[column(&csv, name)].parse().unwrap() };
        let value = number("difference");
        assert!((value - (number("second_estimate") - number("first_estimate"))).abs() < 1e-12);
        assert!(number("ci_low") < value && value < number("ci_high"));
        assert_eq!((number("items"), number("level")), (400.0, 0.95));
        assert_eq!(row[column(&csv, "first")], "base");
        assert_eq!(row[column(&csv, "second")], "other");
        // The same items are hard for both.
        assert!(number("correlation") > 0.05 || number("first_estimate") < 0.01);
        assert!(table.contains(&format!("{value:+.4}")), "{value}\n{table}");
    }
    assert!(
        table.contains("exact-match of other less exact-match of base"),
        "{table}"
    );
    assert!(table.contains("McNemar"));
}

#[test]
fn the_other_way_round_changes_the_sign() {
    let folder = two();
    let csv = |one: &str, other: &str| {
        let words = [
            "compare",
            one,
            other,
            "--metric",
            "partial-credit",
            "--format",
            "csv",
        ];
        printed(folder.path(), &words)
    };
    let (here, there) = (
        csv("base.toml", "other.toml"),
        csv("other.toml", "base.toml"),
    );
    for (here_row, there_row) in rows(&here).iter().zip(&rows(&there)) {
        let of = |row: &Vec<String>, name| -> f64 { row[column(&here, name)].parse().unwrap() };
        for (name, mirrored) in [
            ("difference", "difference"),
            ("ci_low", "ci_high"),
            ("expected", "expected"),
        ] {
            assert!(
                (of(here_row, name) + of(there_row, mirrored)).abs() < 1e-9,
                "{name}"
            );
        }
    }
}

#[test]
fn two_metrics_of_one_scenario_are_those_of_the_same_attempts() {
    let folder = two();
    let words = [
        "compare",
        "base.toml",
        "--metric",
        "exact-match,pass-mark:0.8,partial-credit",
    ];
    let csv = printed(folder.path(), &[&words[..], &["--format", "csv"]].concat());
    let of_csv = rows(&csv);
    // Each of the others against the first.
    assert_eq!(of_csv.len(), 4);
    for row in &of_csv {
        let cell = |name: &str| row[column(&csv, name)].as_str();
        assert_eq!((cell("first"), cell("second")), ("base", "base"));
        assert_eq!(cell("first_metric"), "exact-match");
        // All right is at least 0.8 right: no item is solved by the first alone.
        match cell("second_metric") {
            "pass-mark:0.8" => assert_eq!(cell("only_first"), "0"),
            other => assert_eq!((other, cell("mcnemar_p")), ("partial-credit", "")),
        }
    }
    // They are the attempts that `run` makes.
    let run = [
        "run",
        "base.toml",
        "--set",
        "evaluation.metrics=[\"exact-match\",\"pass-mark:0.8\"]",
        "--format",
        "csv",
    ];
    let run = printed(folder.path(), &run);
    for row in &of_csv {
        let estimate = &row[column(&csv, "first_estimate")];
        let scale = &row[column(&csv, "scale")];
        let same = |one: &&Vec<String>| {
            one[column(&run, "scale")] == *scale && one[column(&run, "metric")] == "exact-match"
        };
        let all = rows(&run);
        let found = all.iter().find(same).unwrap();
        assert_eq!(found[column(&run, "estimate")], *estimate);
    }
}

#[test]
fn reducers_are_compared_as_well() {
    let folder = two();
    let words = [
        "compare",
        "base.toml",
        "other.toml",
        "--metric",
        "pass@3,pass^2",
        "--format",
        "csv",
    ];
    let csv = printed(
        folder.path(),
        &[&words[..], &["--set", "evaluation.attempts=4"]].concat(),
    );
    let of_csv = rows(&csv);
    let metrics: Vec<&str> = of_csv
        .iter()
        .map(|row| row[column(&csv, "first_metric")].as_str())
        .collect();
    assert_eq!(metrics, ["pass@3", "pass^2", "pass@3", "pass^2"]);
    for row in &of_csv {
        assert_eq!(row[column(&csv, "mcnemar_p")], "");
        assert!(!row[column(&csv, "expected")].is_empty());
    }
}

#[test]
fn sides_with_nothing_in_common_are_refused() {
    let folder = two();
    let with = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    with("seed.toml", &format!("seed = 7\n{BASE}"));
    with("items.toml", &BASE.replace("400", "300"));
    with("scales.toml", &BASE.replace("[1e9, 1e10]", "[3e9]"));
    with(
        "metrics.toml",
        &format!("{BASE}metrics = [\"prefix-credit\"]\n"),
    );
    for (words, told) in [
        (
            &["base.toml", "seed.toml"][..],
            "error: seed: base has 20230428 and seed has 7",
        ),
        (
            &["base.toml", "items.toml"],
            "error: evaluation.items: base has 400 and items has 300",
        ),
        (
            &["base.toml", "scales.toml"],
            "error: evaluation.scales: base and scales have no scale in common",
        ),
        (
            &["base.toml", "metrics.toml"],
            "error: base and metrics have no metric in common",
        ),
        (
            &["base.toml", "--metric", "exact-match"],
            "error: one scenario under one metric",
        ),
        (
            &["base.toml", "other.toml", "--metric", "pass@3"],
            "error: --metric: pass@3 takes 3 attempts",
        ),
        (
            &["base.toml", "--metric", "exact-match,exact-match"],
            "error: --metric: metric exact-match is named twice",
        ),
    ] {
        let message = refused(folder.path(), &[&["compare"], words].concat());
        assert!(message.starts_with(told), "{message}");
    }
    // With the words that the message proposes they are compared.
    printed(
        folder.path(),
        &["compare", "base.toml", "seed.toml", "--seed", "20230428"],
    );
    printed(
        folder.path(),
        &[
            "compare",
            "base.toml",
            "items.toml",
            "--set",
            "evaluation.items=400",
        ],
    );
}

#[test]
fn repeated_attempts_are_told_in_a_table_of_their_own() {
    let folder = TempDir::new().unwrap();
    let file = format!(
        "{}attempts = 5\nmetrics = [\"exact-match\", \"pass@3/pass-mark:0.7\"]\n",
        BASE.replace("400", "60")
    );
    fs::write(folder.path().join("s.toml"), file).unwrap();
    let words = ["run", "s.toml", "-o", "out", "--figures", "none"];
    let done = mirage(folder.path(), &words).success();
    let screen = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    // A block for each credit, with a line for each scale.
    for credit in ["exact-match", "pass-mark:0.7"] {
        let header = format!("repeated attempts, s: {credit}, 5 at each of 60 items\n");
        let block = screen.split(&header).nth(1).unwrap();
        let lines: Vec<&str> = block.lines().take(4).collect();
        assert!(
            lines[2].starts_with("  1.00e9") && lines[3].starts_with("  1.00e10"),
            "{screen}"
        );
    }
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let csv = read("repeated.csv");
    let header =
        "scale,credit,quantity,k,value,ci_low,ci_high,method,level,items,attempts,expected,note";
    assert_eq!(csv.lines().next().unwrap(), header);
    let all = rows(&csv);
    let passes = |quantity: &str, credit: &str, scale: &str| -> Vec<(u32, f64)> {
        let wanted = all.iter().filter(|row| {
            let of_law = row[column(&csv, "note")].starts_with("by the law");
            [&row[0], &row[1], &row[2]] == [scale, credit, quantity] && !of_law
        });
        let number = |row: &Vec<String>| (row[3].parse().unwrap(), row[4].parse().unwrap());
        wanted.map(number).collect()
    };
    let summary = read("summary.csv");
    let of_run = rows(&summary);
    let estimate = |metric: &str, scale: &str| -> f64 {
        let same = |row: &&Vec<String>| row[1] == scale && row[2] == metric;
        of_run.iter().find(same).unwrap()[3].parse().unwrap()
    };
    for scale in ["1000000000.0", "10000000000.0"] {
        for credit in ["exact-match", "pass-mark:0.7"] {
            let passed = passes("pass@k", credit, scale);
            let places: Vec<u32> = passed.iter().map(|one| one.0).collect();
            assert_eq!(places, [1, 2, 5]);
            assert!(passed.windows(2).all(|two| two[0].1 <= two[1].1));
            // One of one is the mean, and its plug-in as well.
            let plug_in = passes("plug-in-pass@k", credit, scale)[0].1;
            assert!((plug_in - passed[0].1).abs() < 1e-12);
        }
        let one = passes("pass@k", "exact-match", scale)[0].1;
        assert!((one - estimate("exact-match", scale)).abs() < 1e-9);
        let marked = passes("pass@k", "pass-mark:0.7", scale);
        let three = estimate("pass@3/pass-mark:0.7", scale);
        assert!(marked[1].1 <= three && three <= marked[2].1);
    }
    let json: Value = serde_json::from_str(&read("summary.json")).unwrap();
    assert!(json.to_string().contains("plug-in-pass@k"), "{json}");
    // Neither one attempt at each item nor several training runs tell it.
    for (name, setting) in [
        ("once", "evaluation.attempts=1"),
        ("runs", "evaluation.training-seeds=2"),
    ] {
        let metric = "evaluation.metrics=exact-match";
        let words = ["run", "s.toml", "-o", name, "--figures", "none"];
        let words = [&words[..], &["--set", metric, "--set", setting]].concat();
        mirage(folder.path(), &words).success();
        assert!(!folder.path().join(name).join("repeated.csv").exists());
    }
}
