//! The program as a user meets it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use tempfile::TempDir;

fn mirage(folder: &TempDir, words: &[&str]) -> Assert {
    mirage_with_input(folder, words, "")
}

fn mirage_with_input(folder: &TempDir, words: &[&str], input: &str) -> Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command
        .current_dir(folder)
        .args(words)
        .write_stdin(input.to_owned())
        .assert()
}

fn temporary() -> TempDir {
    TempDir::new().unwrap()
}

fn output(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn messages(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Every file below a folder but the manifests, with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(
                contents(&path)
                    .into_iter()
                    .map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else if name != "manifest.json" {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

/// Names of files that differ: empty if the folders are the same.
fn differences(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = one
        .keys()
        .chain(other.keys())
        .filter(|name| one.get(*name) != other.get(*name));
    names.cloned().collect()
}

const SMALL: &str = "[evaluation]\nitems = 50\nscales = [1e8, 1e9, 1e10]\n";

#[test]
fn run_without_arguments_shows_the_two_worlds() {
    let folder = temporary();
    let done = mirage(&folder, &["run"]).success();
    let table = output(&done);
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    let header: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(
        header,
        [
            "scenario", "metric", "scale", "estimate", "interval", "expected", "z"
        ]
    );
    let files = contents(&folder.path().join("out/default+even-steps"));
    let wanted = [
        "scenario.toml",
        "anatomy.csv",
        "differences.csv",
        "practice.csv",
        "summary.csv",
        "summary.json",
        "tallies.jsonl",
    ];
    let wanted = wanted
        .iter()
        .flat_map(|name| [format!("default/{name}"), format!("even-steps/{name}")]);
    let shared = [
        "figures/anatomy.csv",
        "figures/anatomy.png",
        "figures/anatomy.svg",
        "figures/headline.csv",
        "figures/headline.png",
        "figures/headline.svg",
        "anatomy.csv",
        "differences.csv",
        "practice.csv",
        "summary.csv",
        "summary.json",
    ];
    let mut wanted: Vec<String> = wanted.chain(shared.map(str::to_owned)).collect();
    wanted.sort();
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), wanted);
    let manifest =
        fs::read_to_string(folder.path().join("out/default+even-steps/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(
        (&manifest["layout"], &manifest["software"]),
        (&1.into(), &"mirage-sim".into())
    );
    assert!(manifest["started"].as_str().unwrap().ends_with('Z'));
}

/// Every line that README shows of its first command is a line of what the command prints.
#[test]
fn readme_shows_what_is_printed() {
    let folder = temporary();
    let table = output(&mirage(&folder, &["run"]).success());
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown = readme
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert!(shown.lines().count() > 10);
    for line in shown.lines() {
        assert!(
            table.lines().any(|printed| printed == line),
            "README shows {line:?}"
        );
    }
    let lines = format!("its {} lines", table.lines().count());
    assert!(readme.contains(&lines), "README does not say {lines:?}");
}

/// README's list of settings is the default scenario.
#[test]
fn readme_shows_the_defaults() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown = readme
        .split("## Configuration\n")
        .nth(1)
        .unwrap()
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let folder = temporary();
    let told =
        output(&mirage_with_input(&folder, &["run", "-", "--format", "json"], shown).success());
    let empty =
        output(&mirage_with_input(&folder, &["run", "-", "--format", "json"], "").success());
    assert_eq!(told, empty);
    // And it names every one of them.
    let default: serde_json::Value = serde_json::from_str(&empty).unwrap();
    let tables =
        ["skill", "task", "evaluation", "usefulness"].map(|name| &default["scenario"][name]);
    let keys = tables
        .iter()
        .flat_map(|table| table.as_object().unwrap().keys());
    for key in keys {
        assert!(
            shown
                .lines()
                .any(|line| line.starts_with(&format!("{key} = "))),
            "{key}"
        );
    }
}

#[test]
fn csv_has_the_tidy_columns_and_nothing_else_is_printed_or_written() {
    let folder = temporary();
    let done = mirage_with_input(&folder, &["run", "-", "--format", "csv"], SMALL).success();
    let text = output(&done);
    let header =
        "point,scale,metric,estimate,ci_low,ci_high,ci_method,level,items,attempts,expected,z";
    assert_eq!(text.lines().next().unwrap(), header);
    assert_eq!(text.lines().count(), 1 + 3 * 2);
    assert_eq!(messages(&done), "");
    assert!(fs::read_dir(&folder).unwrap().next().is_none());
}

#[test]
fn several_scenarios_have_a_scenario_column() {
    let folder = temporary();
    let words = [
        "run",
        "default",
        "even-steps",
        "--format",
        "csv",
        "--set",
        "evaluation.items=20",
    ];
    let text = output(&mirage(&folder, &words).success());
    assert!(text.starts_with("scenario,point,scale,metric,"));
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("even-steps,0,"))
            .count(),
        52
    );
}

#[test]
fn json_is_what_the_summary_holds() {
    let folder = temporary();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    mirage(&folder, &["run", "small.toml", "--figures", "none"]).success();
    let printed = output(&mirage(&folder, &["run", "small.toml", "--format", "json"]).success());
    assert_eq!(
        printed,
        fs::read_to_string(folder.path().join("out/small/summary.json")).unwrap()
    );
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 6);
    assert_eq!(json["scenario"]["task"]["steps"], 10);
    assert!(!folder.path().join("out/small/figures").exists());
}

#[test]
fn other_formats_have_the_same_rows() {
    let folder = temporary();
    let run = |format| {
        output(&mirage_with_input(&folder, &["run", "-", "--format", format], SMALL).success())
    };
    let lines = run("jsonl");
    let rows: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((rows.len(), &rows[0]["metric"]), (6, &"exact-match".into()));
    let markdown = run("md");
    assert!(
        markdown.starts_with("| point | scale | metric |") && markdown.lines().count() == 8,
        "{markdown}"
    );
}

#[test]
fn a_result_is_remade_from_its_folder_byte_for_byte() {
    let folder = temporary();
    let words = [
        "run",
        "default",
        "--set",
        "task.steps=7",
        "--set",
        "skill.kind=logistic",
        "--seed",
        "5",
        "-o",
        "first",
    ];
    mirage(&folder, &words).success();
    mirage(
        &folder,
        &["run", "first/scenario.toml", "-o", "again/first"],
    )
    .success();
    let (first, again) = (
        contents(&folder.path().join("first")),
        contents(&folder.path().join("again/first")),
    );
    assert_eq!(differences(&first, &again), [""; 0]);
    assert!(first.len() >= 7);
}

#[test]
fn the_two_worlds_are_remade_from_their_folders() {
    let folder = temporary();
    mirage(
        &folder,
        &["run", "-o", "first", "--set", "evaluation.items=64"],
    )
    .success();
    mirage(
        &folder,
        &[
            "run",
            "first/default/scenario.toml",
            "first/even-steps/scenario.toml",
            "-o",
            "again",
        ],
    )
    .success();
    let (first, again) = (
        contents(&folder.path().join("first")),
        contents(&folder.path().join("again")),
    );
    assert_eq!(differences(&first, &again), [""; 0]);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let folder = temporary();
    let run = |jobs: &str| {
        let words = [
            "run",
            "-j",
            jobs,
            "-o",
            jobs,
            "--set",
            "evaluation.items=20000",
            "--set",
            "task.steps=30",
        ];
        mirage(&folder, &words).success();
        contents(&folder.path().join(jobs))
    };
    assert_eq!(differences(&run("1"), &run("2")), [""; 0]);
}

#[test]
fn running_again_changes_nothing_and_another_scenario_is_refused() {
    let folder = temporary();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    mirage(&folder, &["run", "small.toml", "-o", "results"]).success();
    let before = contents(&folder.path().join("results"));
    mirage(&folder, &["run", "small.toml", "-o", "results"]).success();
    let refused = mirage(
        &folder,
        &[
            "run",
            "small.toml",
            "--set",
            "task.guess=0.1",
            "-o",
            "results",
        ],
    )
    .code(2);
    assert!(
        messages(&refused).contains("task.guess = 0.0, this command says 0.1"),
        "{}",
        messages(&refused)
    );
    let refused = mirage(&folder, &["run", "-o", "results"]).code(2);
    assert!(
        messages(&refused).contains("a single scenario"),
        "{}",
        messages(&refused)
    );
    assert_eq!(
        differences(&before, &contents(&folder.path().join("results"))),
        [""; 0]
    );
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let folder = temporary();
    fs::write(folder.path().join("thesis.tex"), "precious").unwrap();
    let refused = mirage(&folder, &["run", "-o", "."]).code(2);
    assert!(
        messages(&refused).contains("not empty"),
        "{}",
        messages(&refused)
    );
    assert_eq!(contents(folder.path()).len(), 1);
}

#[test]
fn overrides_have_a_folder_of_their_own() {
    let folder = temporary();
    mirage(&folder, &["run", "default", "--set", "evaluation.items=10"]).success();
    let name = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .file_name();
    let name = name.to_string_lossy();
    let hash = name.strip_prefix("default-").unwrap();
    assert!(
        hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{name}"
    );
}

#[test]
fn an_edited_file_leaves_the_results_of_the_old_one_as_they_are() {
    let folder = temporary();
    let file = folder.path().join("small.toml");
    fs::write(&file, SMALL).unwrap();
    mirage(&folder, &["run", "small.toml"]).success();
    let before = contents(&folder.path().join("out/small"));
    fs::write(&file, SMALL.replace("50", "60")).unwrap();
    let done = mirage(&folder, &["run", "small.toml"]).success();
    assert!(
        messages(&done).contains("evaluation.items = 50 and stays as it is"),
        "{}",
        messages(&done)
    );
    assert_eq!(
        differences(&before, &contents(&folder.path().join("out/small"))),
        [""; 0]
    );
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 2);
}

/// Far more than a second of work, with one thread.
#[cfg(unix)]
const LONG: [&str; 9] = [
    "run",
    "default",
    "-j",
    "1",
    "--set",
    "evaluation.items=2e8",
    "--progress",
    "json",
    "--figures=none",
];

#[cfg(unix)]
#[test]
fn interrupting_stops_the_run_and_leaves_nothing_behind() {
    use std::io::{BufRead, BufReader};
    let folder = temporary();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("mirage"))
        .args(LONG)
        .current_dir(&folder)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap()).lines();
    // The first line of progress says that the handler is in place.
    let progress: serde_json::Value =
        serde_json::from_str(&messages.next().unwrap().unwrap()).unwrap();
    assert_eq!(
        (
            &progress["event"],
            progress["done"].as_u64() < progress["total"].as_u64()
        ),
        (&"progress".into(), true)
    );
    let kill = std::process::Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status()
        .unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        messages
            .map(Result::unwrap)
            .any(|line| line.contains("interrupted"))
    );
    assert!(!folder.path().join("out").exists());
}

#[test]
fn several_training_runs_have_tables_of_their_own() {
    let folder = temporary();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let several = "evaluation.training-seeds=3";
    let words = [
        "run",
        "small.toml",
        "even-steps",
        "--set",
        several,
        "-o",
        "runs",
    ];
    let done = mirage(&folder, &words).success();
    assert!(output(&done).contains("\nTraining runs\n"));
    let files = contents(&folder.path().join("runs"));
    for table in ["training-runs.csv", "training-runs-summary.csv"] {
        for folder in ["", "small/", "even-steps/"] {
            let name = format!("{folder}{table}");
            let text = String::from_utf8_lossy(&files[&name]).into_owned();
            let first = if folder.is_empty() {
                "scenario,scale,metric,"
            } else {
                "scale,metric,"
            };
            assert!(text.starts_with(first), "{name}: {text}");
        }
    }
}

/// Without sampling there is expected credit and its anatomy, and neither estimates nor a null.
#[test]
fn expected_only_attempts_nothing() {
    let folder = temporary();
    let done = mirage(&folder, &["run", "even-steps", "--expected-only"]).success();
    let table = output(&done);
    assert!(table.starts_with("metric") && !table.contains("estimate") && !table.contains("|z|"));
    assert!(table.contains("moved by 1.11 decades, not sharpened"));
    let files = contents(&folder.path().join("out/even-steps-expected"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert!(names.contains(&"anatomy.csv") && names.contains(&"figures/headline.svg"));
    assert!(!names.contains(&"tallies.jsonl"));
    let summary = String::from_utf8(files["summary.csv"].clone()).unwrap();
    assert!(
        summary
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("0,10000000.0,exact-match,,,,,,,,"),
        "{summary}"
    );
    // Without random numbers the seed is of no consequence.
    let csv = |seed: &str| {
        let words = ["run", "--expected-only", "--format", "csv", "--seed", seed];
        output(&mirage(&folder, &words).success())
    };
    assert_eq!(csv("1"), csv("2"));
}

/// What was simulated is not lost to what is expected; the other way nothing is lost.
#[test]
fn expected_results_never_replace_simulated_ones() {
    let folder = temporary();
    mirage(&folder, &["run", "even-steps", "-q", "-o", "one"]).success();
    let before = contents(&folder.path().join("one"));
    let refused = mirage(
        &folder,
        &["run", "even-steps", "--expected-only", "-o", "one"],
    )
    .code(2);
    assert!(
        messages(&refused).contains("one holds simulated results of this scenario; use another -o")
    );
    assert_eq!(before, contents(&folder.path().join("one")));
    mirage(
        &folder,
        &["run", "even-steps", "-q", "--expected-only", "-o", "two"],
    )
    .success();
    mirage(&folder, &["run", "even-steps", "-q", "-o", "two"]).success();
    assert_eq!(before, contents(&folder.path().join("two")));
}

#[test]
fn a_new_kind_drops_the_keys_of_the_old_one() {
    let folder = temporary();
    let words = [
        "run",
        "default",
        "--set",
        "skill.kind=logistic",
        "--set",
        "skill.midpoint=3e10",
        "--format",
        "json",
    ];
    let json: serde_json::Value =
        serde_json::from_str(&output(&mirage(&folder, &words).success())).unwrap();
    assert_eq!(json["scenario"]["skill"]["midpoint"], 3e10);
    assert!(json["scenario"]["skill"].get("c").is_none());
    assert_eq!(json["scenario"]["evaluation"]["items"], 1000);
}

#[test]
fn numbers_may_be_written_as_people_write_them() {
    let folder = temporary();
    let text =
        "[evaluation]\nitems = 1e2\nattempts = 2.0\nscales = [1_000_000, 1e9]\n[skill]\nc = 10\n";
    let text =
        output(&mirage_with_input(&folder, &["run", "-", "--format", "csv"], text).success());
    assert!(text.lines().nth(1).unwrap().contains(",100,2,"), "{text}");
}

/// Starts the program with its output on a pipe, closes the pipe, and waits.
fn with_closed_pipe(folder: &TempDir, words: &[&str], both: bool) -> std::process::Output {
    let program = assert_cmd::cargo::cargo_bin("mirage");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = std::process::Command::new(program);
    command
        .args(words)
        .current_dir(folder)
        .stdout(writer.try_clone().unwrap());
    match both {
        true => command.stderr(writer),
        false => command.stderr(std::process::Stdio::piped()),
    };
    command.spawn().unwrap().wait_with_output().unwrap()
}

#[test]
fn a_closed_pipe_is_success() {
    let folder = temporary();
    let ended = with_closed_pipe(&folder, &["run", "--format", "csv"], false);
    assert!(
        ended.status.success() && ended.stderr.is_empty(),
        "{ended:?}"
    );
    // Nobody listens to messages either; results are written all the same.
    let ended = with_closed_pipe(&folder, &["run", "-v"], true);
    assert!(ended.status.success(), "{ended:?}");
    assert!(
        folder
            .path()
            .join("out/default+even-steps/manifest.json")
            .exists()
    );
}

#[cfg(unix)]
#[test]
fn folders_may_have_names_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = temporary();
    let name = std::ffi::OsStr::from_bytes(b"r\xffsults");
    let mut command = Command::cargo_bin("mirage").unwrap();
    command
        .current_dir(&folder)
        .args(["run", "default", "-o"])
        .arg(name)
        .assert()
        .success();
    assert!(folder.path().join(name).join("manifest.json").exists());
}

#[test]
fn what_an_interrupted_run_left_is_completed() {
    let folder = temporary();
    mirage(&folder, &["run", "-o", "results"]).success();
    let whole = contents(&folder.path().join("results"));
    // The disk was full, or the machine went down, after the first scenario.
    let results = folder.path().join("results");
    fs::remove_file(results.join("manifest.json")).unwrap();
    fs::remove_dir_all(results.join("even-steps")).unwrap();
    fs::write(results.join("summary.csv.1234.partial"), "half a fi").unwrap();
    mirage(&folder, &["run", "-o", "results"]).success();
    let again = contents(&results);
    assert_eq!(differences(&whole, &again), ["summary.csv.1234.partial"]);
    assert!(results.join("manifest.json").exists());
}

#[test]
fn results_of_another_layout_are_not_mixed_with_ours() {
    let folder = temporary();
    mirage(&folder, &["run", "default", "-o", "results"]).success();
    let manifest = folder.path().join("results/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"layout\": 1", "\"layout\": 0")).unwrap();
    let refused = mirage(&folder, &["run", "default", "-o", "results"]).code(2);
    assert!(
        messages(&refused).contains("layout = 0"),
        "{}",
        messages(&refused)
    );
}

#[test]
fn colour_and_talk_are_as_wished() {
    let folder = temporary();
    let run = |words: &[&str]| mirage_with_input(&folder, &[&["run", "-"], words].concat(), SMALL);
    let done = run(&["-o", "a", "--color", "always", "-v"]).success();
    assert!(
        output(&done).starts_with("\u{1b}[1mmetric"),
        "{}",
        output(&done)
    );
    assert!(
        messages(&done).contains("stdin: from standard input, seed 20230428; scales 3, items 50")
    );
    let done = run(&["-o", "b", "-q"]).success();
    assert!(output(&done).starts_with("metric") && messages(&done).is_empty());
    let refused = run(&["--set", "task.steps=0", "--color", "always"]).code(2);
    assert!(messages(&refused).starts_with("\u{1b}[1;31merror:\u{1b}[0m task.steps"));
}

/// Runs a scenario from a file `s.toml`, expecting exit code 2 and all of these words in the message.
#[track_caller]
fn refused(text: &str, words: &[&str], wanted: &[&str]) {
    let folder = temporary();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let done = mirage(
        &folder,
        &[&["run", "s.toml", "--format", "csv"], words].concat(),
    )
    .code(2);
    let message = messages(&done);
    for wanted in wanted {
        assert!(message.contains(wanted), "no {wanted:?} in:\n{message}");
    }
    assert!(
        !message.contains("panicked") && output(&done).is_empty(),
        "{message}"
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn an_unknown_key_is_shown_where_it_stands_with_the_nearest_name() {
    refused(
        "[task]\nstesp = 3\n",
        &[],
        &[
            "s.toml:2:1",
            "task.stesp",
            "did you mean `steps`?",
            "2 | stesp = 3",
        ],
    );
    refused(
        "[skill]\nkind = \"power-law\"\nalhpa = 3\n",
        &[],
        &["s.toml:3:1", "skill.alhpa", "did you mean `alpha`?"],
    );
    refused(
        "[task]\ndifficulty = { kind = \"ramp\", form = 1 }\n",
        &[],
        &["s.toml:2:", "task.difficulty.form", "`from`"],
    );
    refused("[skil]\n", &[], &["s.toml:1:", "`skill`"]);
    refused(
        "[task]\nspread = { kind = \"none\", sd = 1 }\n",
        &[],
        &["task.spread.sd", "takes none"],
    );
}

#[test]
fn a_wrong_value_is_shown_where_it_stands_with_what_would_be_right() {
    refused(
        "[task]\nguess = 1.5\n",
        &[],
        &[
            "s.toml:2:9",
            "task.guess",
            "1.5 is not a probability",
            "0 to 1",
        ],
    );
    refused(
        "[task]\nsteps = 0\n",
        &[],
        &["s.toml:2:9", "task.steps", "1 to 1000000"],
    );
    refused(
        "[task]\nsteps = 2.5\n",
        &[],
        &["task.steps", "whole number"],
    );
    refused("[task]\nsteps = -4\n", &[], &["task.steps", "whole number"]);
    refused("[skill]\nc = 0\n", &[], &["skill.c", "not a scale"]);
    refused(
        "[skill]\nalpha = \"x\"\n",
        &[],
        &["skill.alpha", "expected a number"],
    );
    refused(
        "[skill]\nalpha = nan\n",
        &[],
        &["skill.alpha", "not a positive number"],
    );
    refused("title = 3\n", &[], &["s.toml:1:9", "title", "quote it"]);
    refused("seed = 9223372036854775808\n", &[], &["seed", "s.toml:1"]);
    refused("schema = 2\n", &[], &["schema 2 is newer"]);
    refused(
        "[skill]\nkind = \"powerlaw\"\n",
        &[],
        &["s.toml:2:", "did you mean `power-law`?"],
    );
    refused(
        "[evaluation]\naxis = \"params\"\n",
        &[],
        &["evaluation.axis", "`parameters`"],
    );
    refused(
        "[evaluation]\nscales = \"log:1e9:1e8:3\"\n",
        &[],
        &["evaluation.scales", "first must be below the last"],
    );
    refused(
        "[evaluation]\nscales = [1e9, 1e8]\n",
        &[],
        &["evaluation.scales", "must increase"],
    );
    refused(
        "[evaluation]\nmetrics = [\"exact\"]\n",
        &[],
        &["evaluation.metrics.1", "did you mean \"exact-match\"?"],
    );
    refused(
        "[evaluation]\nmetrics = []\n",
        &[],
        &["evaluation.metrics", "name at least one"],
    );
    refused(
        "[evaluation]\nmetrics = [\"exact-match\", \"all-or-nothing\"]\n",
        &[],
        &["exact-match is named twice"],
    );
    refused(
        "[evaluation]\nlevel = 1\n",
        &[],
        &["evaluation.level", "between 0 and 1"],
    );
    refused(
        "task = 5\n",
        &[],
        &["s.toml:1:8", "task", "a table such as"],
    );
    refused("seed = 1979-05-27\n", &[], &["seed", "date"]);
}

#[test]
fn combinations_that_make_no_sense_are_explained() {
    refused(
        "[skill]\nkind = \"logistic\"\nfloor = 0.9\nceiling = 0.5\n",
        &[],
        &["s.toml:1:", "skill", "below ceiling"],
    );
    refused(
        "[skill]\nkind = \"linear-log\"\nzero-at = 1e9\none-at = 1e8\n",
        &[],
        &["skill", "must be below one-at"],
    );
    refused(
        "[task]\nsteps = 3\ndifficulty = { kind = \"list\", multipliers = [1, 2] }\n",
        &[],
        &["task", "2 multipliers for 3 steps"],
    );
    refused(
        "[usefulness]\nthreshold = 0.5\nvalue = 1\n",
        &[],
        &["usefulness", "either threshold, or both value and loss"],
    );
    refused(
        "[usefulness]\nvalue = 1\nloss = 0\nreview = 2\n",
        &[],
        &["usefulness", "no success rate pays"],
    );
}

#[test]
fn bad_toml_is_shown_where_it_breaks() {
    refused("[task\nsteps = 3\n", &[], &["s.toml:1:", "not valid TOML"]);
    refused("steps == 3\n", &[], &["s.toml:1:", "not valid TOML"]);
    refused(
        "[task]\nsteps = 3\nsteps = 4\n",
        &[],
        &["s.toml:3:", "not valid TOML"],
    );
}

/// A number of steps gives way to a table where a kind is set, in any order, and a table to a number or another table.
#[test]
fn the_number_of_steps_is_set_as_a_number_or_as_a_table() {
    use mirage::files::{Override, Source, load};
    let folder = TempDir::new().unwrap();
    let lengths = |steps: &str, set: &[&str]| {
        let file = folder.path().join("s.toml");
        fs::write(&file, format!("[task]\n{steps}\n")).unwrap();
        let set = set.iter().map(|words| {
            let (key, value) = words.split_once('=').unwrap();
            let words = (*words).to_owned();
            Override {
                key: key.to_owned(),
                value: value.to_owned(),
                words,
            }
        });
        let loaded = load(&Source::File(file), &set.collect::<Vec<_>>());
        let lengths = loaded.map(|one| one.scenario.task.lengths().clone());
        lengths.map(|lengths| serde_json::to_string(&lengths).unwrap())
    };
    let poisson = r#"{"kind":"poisson","mean":10.0,"longest":200}"#;
    let uniform = r#"{"kind":"uniform","from":3,"to":15}"#;
    for steps in [
        "steps = 10",
        "",
        "steps = { kind = \"geometric\", mean = 4 }",
    ] {
        let set = |set: &[&str]| lengths(steps, set).unwrap();
        assert_eq!(set(&["task.steps=20"]), "20");
        assert_eq!(set(&["task.steps.kind=poisson"]), poisson);
        let both = ["task.steps.kind=uniform", "task.steps.from=3"];
        assert_eq!(set(&both), uniform);
        assert_eq!(set(&[both[1], both[0]]), uniform);
        let table = r#"task.steps={kind="uniform",from=3,to=15}"#;
        assert_eq!(set(&[table]), uniform);
    }
    let mean = ["task.steps.mean=7"];
    assert_eq!(
        lengths("steps = { kind = \"geometric\", longest = 50 }", &mean).unwrap(),
        r#"{"kind":"geometric","mean":7.0,"longest":50}"#
    );
    for (steps, told) in [
        (
            "steps = { kind = \"uniform\" }",
            "it is one of kind \"geometric\", \"poisson\"",
        ),
        (
            "steps = 10",
            "with --set task.steps.kind=NAME it becomes one",
        ),
        ("", "`kind` is missing"),
    ] {
        let message = lengths(steps, &mean).unwrap_err().to_string();
        assert!(
            message.contains(told) && message.contains("--> task.steps.mean=7"),
            "{message}"
        );
    }
}

#[test]
fn a_wrong_override_is_named_as_such() {
    refused(
        "",
        &["--set", "task.stesp=3"],
        &["--> --set task.stesp=3", "did you mean `steps`?"],
    );
    refused(
        "",
        &["--set", "items=3"],
        &["--> --set items=3", "did you mean `evaluation.items`?"],
    );
    refused(
        "",
        &["--set", "task.steps=many"],
        &["--> --set task.steps=many", "whole number"],
    );
    refused(
        "",
        &["--set", "task.steps"],
        &["--set task.steps", "expected KEY=VALUE"],
    );
    refused("", &["--set", "seed.x=1"], &["--set seed.x=1"]);
    refused(
        "seed = 1\n",
        &["--set", "seed.x=1"],
        &["`seed` is a single value"],
    );
    refused("", &["--set", "=1"], &["expected a dotted key"]);
    refused("", &["--seed", "-1"], &["seed"]);
    refused(
        "",
        &["--pairing", "some"],
        &["--> --pairing some", "`scales`"],
    );
}

#[test]
fn sources_that_are_not_there_are_named() {
    let folder = temporary();
    for (words, wanted) in [
        (&["run", "evensteps"][..], "did you mean \"even-steps\"?"),
        (&["run", "none.toml"], "cannot read none.toml"),
        (&["run", "-", "-"], "only once"),
        (
            &["run", "default", "--figures", "png", "--format", "csv"],
            "needs a folder",
        ),
        (&["run", "--figures", "png,none"], "none goes with no other"),
        (&["run", "-j", "0"], "-j"),
        (&["walk"], "walk"),
    ] {
        let message = messages(&mirage(&folder, words).code(2));
        assert!(message.contains(wanted), "no {wanted:?} in:\n{message}");
    }
    assert!(fs::read_dir(&folder).unwrap().next().is_none());
}

#[test]
fn scenarios_of_one_name_are_told_apart() {
    let folder = temporary();
    for name in ["a", "b"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("x.toml"), SMALL).unwrap();
    }
    let text =
        output(&mirage(&folder, &["run", "a/x.toml", "b/x.toml", "--format", "csv"]).success());
    assert!(
        text.contains("\nx,0,") && text.contains("\nx-2,0,"),
        "{text}"
    );
}

#[test]
fn figures_of_scenarios_on_different_axes_are_refused() {
    let folder = temporary();
    fs::write(
        folder.path().join("t.toml"),
        "[evaluation]\naxis = \"tokens\"\n",
    )
    .unwrap();
    let refused = mirage(&folder, &["run", "default", "t.toml"]).code(2);
    assert!(
        messages(&refused).contains("different axes"),
        "{}",
        messages(&refused)
    );
    assert!(!folder.path().join("out").exists());
    mirage(&folder, &["run", "default", "t.toml", "--figures", "none"]).success();
}

#[cfg(unix)]
#[test]
fn an_unwritable_folder_is_a_failure_that_says_so() {
    let folder = temporary();
    fs::write(folder.path().join("out"), "a file, not a folder").unwrap();
    let failed = mirage(&folder, &["run"]).code(1);
    assert!(
        messages(&failed).contains("cannot write"),
        "{}",
        messages(&failed)
    );
}

#[test]
fn figures_look_as_asked() {
    let folder = temporary();
    fs::write(folder.path().join("small.toml"), SMALL).unwrap();
    let words = "run small.toml --theme print --size slide --credit-axis cloglog --figures png";
    mirage(&folder, &words.split(' ').collect::<Vec<_>>()).success();
    let png = fs::read(folder.path().join("out/small/figures/headline.png")).unwrap();
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (1920, 1080));
    mirage(&folder, &["run", "small.toml", "--size", "poster"]).code(2);
}

#[test]
fn the_environment_may_choose_a_path_and_changes_no_result() {
    let folder = temporary();
    let run = |path: &str, output: &str| {
        let mut command = Command::cargo_bin("mirage").unwrap();
        let words = ["run", "--figures", "none", "-q", "-o", output];
        command.current_dir(&folder).args(words);
        command.env("MIRAGE_SIMD", path).assert()
    };
    run("", "fastest").success();
    run("none", "plain").success();
    let [fastest, plain] = ["fastest", "plain"].map(|name| contents(&folder.path().join(name)));
    assert_eq!(differences(&fastest, &plain), Vec::<String>::new());
    let manifest = fs::read_to_string(folder.path().join("plain/manifest.json")).unwrap();
    assert!(manifest.contains(r#""simd-path": "none""#), "{manifest}");
    let refused = messages(&run("sse9", "other").code(2));
    let problem = "error: MIRAGE_SIMD: there is no path `sse9`: choose avx512, avx2 or none\n";
    assert_eq!(refused, problem);
    assert!(!folder.path().join("other").exists());
}
