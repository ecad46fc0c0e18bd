//! `mirage forecast`: what it takes, prints, writes and refuses.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use mirage::study::ForecastSettings;
use serde_json::Value;
use tempfile::TempDir;

/// Few scales, items and replicates: what is printed is looked at here, not how good it is.
const SMALL: &str = "[skill]\nalpha = 0.35\n[task]\nsteps = 8\n[evaluation]\nscales = \"log:1e8:1e10:5\"\nitems = 60\n\
    metrics = [\"exact-match\", \"partial-credit\"]\n[forecast]\nreplicates = 100\n\
    models = [\"skill-power-law\", \"logit-linear\", \"last-value\"]\nthreshold = 0.3\n";

fn mirage(folder: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words).assert()
}

fn small() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), SMALL).unwrap();
    folder
}

fn printed(done: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

fn said(done: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

/// The objects of a JSON array.
fn rows(done: &assert_cmd::assert::Assert) -> Vec<Value> {
    let json: Value = serde_json::from_str(&printed(done)).unwrap();
    json.as_array().unwrap().clone()
}

#[track_caller]
fn has_keys(row: &Value, keys: &[&str]) {
    for key in keys {
        assert!(row.get(key).is_some(), "{key} in {row}");
    }
}

#[test]
fn json_has_the_keys_of_a_forecast() {
    let folder = small();
    let words = ["forecast", "s.toml", "--format", "json", "-q"];
    let all = rows(&mirage(folder.path(), &words).success());
    // Three models, two metrics, one target.
    assert_eq!(all.len(), 6);
    for row in &all {
        has_keys(
            row,
            &[
                "model",
                "metric",
                "of",
                "target_scale",
                "predicted",
                "confidence_low",
                "confidence_high",
                "pi_low",
                "pi_high",
                "level",
                "crossed",
                "crossing_scale",
                "crossing_low",
                "crossing_high",
                "rmse",
                "rmse_low",
                "rmse_high",
                "bias",
                "quantiles",
                "coverage",
                "coverage_low",
                "coverage_high",
                "coverage_of_expected",
                "interval_score",
                "replicates",
                "failed",
                "expected",
                "measured",
                "reason",
            ],
        );
        // exp(-8 (1e11/1e8)^-.35), from Python's math module.
        let expected = row["expected"].as_f64().unwrap();
        assert!((expected - 0.490_171_107_179_746_7).abs() < 1e-9, "{row}");
        assert_eq!(row["target_scale"], 1e11);
        let told = row["reason"].is_null();
        let knows_the_task = row["model"] == "skill-power-law";
        assert_eq!(
            told,
            knows_the_task || row["metric"] == "exact-match",
            "{row}"
        );
        assert_eq!(row["predicted"].is_null(), !told);
        if told {
            let number = |key: &str| row[key].as_f64().unwrap();
            assert!(number("pi_low") <= number("predicted"), "{row}");
            assert!(number("predicted") <= number("pi_high"), "{row}");
            assert!((0.0..=1.0).contains(&number("crossed")), "{row}");
            assert_eq!(number("replicates"), 100.0);
        }
    }
}

#[test]
fn every_format_is_made_of_the_same_numbers() {
    let folder = small();
    let words = |format| ["forecast", "s.toml", "--format", format, "-q"];
    let csv = printed(&mirage(folder.path(), &words("csv")).success());
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = header.iter().position(|name| *name == "predicted").unwrap();
    let json = rows(&mirage(folder.path(), &words("json")).success());
    assert_eq!(lines.clone().count(), json.len());
    for (line, row) in lines.zip(&json) {
        let cell = line.split(',').nth(place).unwrap();
        // Shortest texts read back as the same number; what is not known is empty.
        assert_eq!(cell.parse().ok(), row["predicted"].as_f64(), "{line}");
    }
    let text = printed(&mirage(folder.path(), &words("table")).success());
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    for word in ["skill-power-law", "rmse", "covers", "baselines", "decades"] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
}

#[test]
fn what_it_writes_reads_back() {
    let folder = small();
    for (mode, name) in [
        (None, "forecast"),
        (Some("--back-test"), "back-test"),
        (Some("--horizon"), "horizon"),
    ] {
        let words = ["forecast", "s.toml", "-o", name, "-q"];
        let words: Vec<&str> = words.into_iter().chain(mode).collect();
        let first = mirage(folder.path(), &words).success();
        let out = folder.path().join(name);
        for file in [
            format!("{name}.csv"),
            format!("{name}.json"),
            "scenario.toml".to_owned(),
            "manifest.json".to_owned(),
            format!("figures/{name}.svg"),
            format!("figures/{name}.png"),
            format!("figures/{name}.csv"),
        ] {
            assert!(out.join(&file).is_file(), "{file}");
        }
        // Its own scenario gives the same numbers again.
        let again = format!("{name}/scenario.toml");
        let words = ["forecast", &again, "-q"];
        let words: Vec<&str> = words.into_iter().chain(mode).collect();
        let second = mirage(folder.path(), &words).success();
        // The name, by which the first lines are broken, is that of the folder.
        let shown = |done| printed(done).split_once("\n\n").unwrap().1.to_owned();
        assert_eq!(shown(&first), shown(&second));
    }
    // Other commands know the file.
    mirage(folder.path(), &["run", "s.toml", "--figures", "none", "-q"]).success();
    let refused = mirage(folder.path(), &["power", "s.toml"]).code(2);
    assert!(said(&refused).contains("this one is for mirage forecast"));
}

#[test]
fn flags_are_short_for_settings() {
    let folder = small();
    let flags = [
        "forecast",
        "s.toml",
        "--target",
        "2e10,5e10",
        "--up-to",
        "5e9",
        "--max-extrapolation",
        "1.2",
        "--threshold",
        "0.25",
        "--models",
        "straight-line, skill-power-law",
        "--metric",
        "partial-credit",
        "--format",
        "csv",
        "-q",
    ];
    let set = "[forecast]\ntarget = [2e10, 5e10]\nup-to = 5e9\nmax-extrapolation = 1.2\nthreshold = 0.25\n\
        models = [\"straight-line\", \"skill-power-law\"]\nof = \"partial-credit\"\nreplicates = 100\n";
    let (scenario, _) = SMALL.split_once("[forecast]\n").unwrap();
    fs::write(folder.path().join("t.toml"), format!("{scenario}{set}")).unwrap();
    let by_flags = printed(&mirage(folder.path(), &flags).success());
    let words = ["forecast", "t.toml", "--format", "csv", "-q"];
    let by_file = printed(&mirage(folder.path(), &words).success());
    assert_eq!(by_flags, by_file);
    // Two models, two metrics, two targets.
    assert_eq!(by_flags.lines().count(), 9);
}

#[test]
fn what_lies_too_far_ahead_is_refused() {
    let folder = small();
    let words = ["forecast", "s.toml", "--target", "1e13"];
    let refused = mirage(folder.path(), &words).code(2);
    let message = said(&refused);
    for word in ["3.00 decades", "1e10", "--max-extrapolation"] {
        assert!(message.contains(word), "{word} in {message}");
    }
    assert!(printed(&refused).is_empty());
    let far = ["--max-extrapolation", "3", "--format", "csv", "-q"];
    mirage(folder.path(), &[&words[..], &far].concat()).success();
    // What no model tells is missing.
    let untold = [
        "forecast", "s.toml", "--models", "bnsl", "--up-to", "1e9", "-q",
    ];
    mirage(folder.path(), &untold).code(3);
}

#[test]
fn tables_of_scores_are_continued() {
    let folder = small();
    let run = ["run", "s.toml", "-o", "ran", "--figures", "none", "-q"];
    mirage(folder.path(), &run).success();
    let told = |words: &[&str]| {
        let words = [words, &["--format", "json", "-q", "--replicates", "100"]].concat();
        rows(&mirage(folder.path(), &words).success())
    };
    // The scenario beside the table says what the task is.
    let models = ["--models", "skill-power-law,logit-linear"];
    let known = told(&[&["forecast", "ran/summary.csv"], &models[..]].concat());
    let skill = |rows: &[Value]| {
        let mut rows = rows.iter();
        let is_of_steps =
            |row: &&Value| row["model"] == "skill-power-law" && row["metric"] == "partial-credit";
        rows.find(is_of_steps).unwrap().clone()
    };
    assert!(skill(&known)["predicted"].is_number(), "{known:?}");
    // A table by itself: only curves that know no task.
    let table = "scale,metric,estimate,items\n1e8,exact-match,0.01,100\n3e8,exact-match,0.03,100\n1e9,exact-match,0.1,100\n\
        3e9,exact-match,0.22,100\n1e10,exact-match,0.4,100\n";
    fs::write(folder.path().join("mine.csv"), table).unwrap();
    let alone = told(&[&["forecast", "mine.csv"], &models[..]].concat());
    let of = |rows: &[Value], model: &str| {
        rows.iter()
            .find(|row| row["model"] == model)
            .unwrap()
            .clone()
    };
    assert!(of(&alone, "logit-linear")["predicted"].is_number());
    let reason = of(&alone, "skill-power-law")["reason"].to_string();
    assert!(reason.contains("needs the task"), "{reason}");
    let with_task = told(&[&["forecast", "mine.csv", "--task", "s.toml"], &models[..]].concat());
    assert!(of(&with_task, "skill-power-law")["predicted"].is_number());
    // What is written with the table gives the same numbers.
    let written = [
        "forecast",
        "mine.csv",
        "--task",
        "s.toml",
        "-o",
        "out",
        "-q",
        "--replicates",
        "100",
    ];
    let first = printed(&mirage(folder.path(), &written).success());
    let again = ["forecast", "out/scores.csv", "-q"];
    let again = printed(&mirage(folder.path(), &again).success());
    let shown = |text: &str| text.split_once("\n\n").unwrap().1.to_owned();
    assert_eq!(shown(&first), shown(&again));
    let refused = mirage(folder.path(), &["forecast", "mine.csv", "--horizon"]).code(2);
    assert!(said(&refused).contains("give a scenario"));
}

#[test]
fn back_tests_and_horizons_have_their_keys() {
    let folder = small();
    let words = ["forecast", "s.toml", "--format", "json", "-q"];
    let back = rows(&mirage(folder.path(), &[&words[..], &["--back-test"]].concat()).success());
    assert!(!back.is_empty());
    for row in &back {
        has_keys(
            row,
            &[
                "model",
                "metric",
                "depth",
                "decades",
                "error_points",
                "points_per_decade",
                "interval_score",
                "coverage",
                "x50_error",
                "reason",
            ],
        );
        let depth = row["depth"].as_u64().unwrap();
        // Scales are half a decade apart.
        let decades = row["decades"].as_f64().unwrap();
        assert!((decades - 0.5 * depth as f64).abs() < 1e-9, "{row}");
    }
    let horizon = rows(&mirage(folder.path(), &[&words[..], &["--horizon"]].concat()).success());
    for row in &horizon {
        has_keys(
            row,
            &[
                "metric",
                "items",
                "per_decade",
                "task",
                "horizon",
                "horizon_low",
                "horizon_high",
                "x50",
                "reached",
            ],
        );
        // log10 of 1e8 (8/ln 2)^(1/.35), from Python's math module.
        let middle = row["x50"].as_f64().unwrap();
        assert!((middle - 11.035_041_502_705_157).abs() < 1e-6, "{row}");
    }
}

#[test]
fn readme_shows_the_defaults() {
    let readme = include_str!("../README.md");
    let shown = readme.split("```toml\n[forecast]\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let settings: ForecastSettings = toml::from_str(&shown.replace("[forecast.", "[")).unwrap();
    assert_eq!(settings, ForecastSettings::default());
}

#[test]
fn readme_shows_what_is_printed() {
    let folder = TempDir::new().unwrap();
    let readme = include_str!("../README.md");
    mirage(
        folder.path(),
        &["run", "even-steps", "-q", "-o", "out/even"],
    )
    .success();
    let mut shown = 0;
    for words in [
        &["forecast", "default", "--horizon"][..],
        &["forecast", "even-steps", "--horizon"],
        &["fit", "out/even/summary.csv"],
    ] {
        let page = printed(&mirage(folder.path(), words).success());
        let command = format!("mirage {}\n", words.join(" "));
        let block = readme.split(&command).nth(1).unwrap();
        let block = block.split("\n$ ").next().unwrap();
        let block = block.split("```").next().unwrap();
        for line in block.lines().filter(|line| *line != "...") {
            assert!(page.lines().any(|one| one == line), "README shows {line:?}");
            shown += 1;
        }
    }
    assert!(shown > 20);
}
