//! Single attempts, as a user meets them: `mirage replay` and the traces of `mirage run`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use mirage::domain::{Credit, Scale, Scenario};
use mirage::engine::{Control, Setting, attempt};
use mirage::files::{Source, load, simulate};
use mirage::report::tally_lines;
use serde_json::Value;
use tempfile::TempDir;

fn mirage(folder: &Path, words: &str) -> Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command
        .current_dir(folder)
        .args(words.split(' '))
        .write_stdin("")
        .assert()
}

fn output(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn messages(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// A folder with `s.toml`.
fn with_scenario(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), text).unwrap();
    folder
}

fn scenario(folder: &TempDir) -> Scenario {
    let source = Source::File(folder.path().join("s.toml"));
    load(&source, &[]).unwrap().scenario
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

const EVALUATION: &str = "
[evaluation]
scales = [3e9, 2e10]
items = 150
attempts = 2
training-seeds = 3
metrics = [\"exact-match\", \"prefix-credit\", \"pass-mark:0.6\", \"harshness:2\"]
";

/// Tasks that remember, with all else that items and attempts may draw.
const TASKS: [(&str, &str); 7] = [
    (
        "tainted",
        "[task]
steps = { kind = \"uniform\", from = 5, to = 12 }
floor = 0.3
spread = { kind = \"logit-normal\", sd = 1.0 }
dependence = { kind = \"tainted\", multiplier = 4, cleaning = 0.4 }",
    ),
    (
        "budget",
        "[task]
steps = 9
recovery = { kind = \"retry-budget\", retries = 4, true-positive-rate = 0.8, false-positive-rate = 0.3 }
difficulty = { kind = \"ramp\", from = 0.1, to = 3 }",
    ),
    (
        "markov",
        "[task]
steps = 11
dependence = { kind = \"markov\", multiplier = 3 }
recovery = { kind = \"retry\", tries = 2 }
spread = { kind = \"impossible\", share = 0.3 }",
    ),
    ("halting", "[task]\nsteps = 8\ndependence = { kind = \"halting\" }"),
    (
        "fraction",
        "[task]\nsteps = 12\nguess = 0.1\ndependence = { kind = \"error-fraction\", slope = 0.4 }",
    ),
    (
        "factor",
        "[task]\nsteps = 12\ndependence = { kind = \"common-factor\", correlation = 0.5 }",
    ),
    (
        "gate",
        "[task]
steps = 6
floor = 0.3
format = { kind = \"gate\", curve = { kind = \"logistic\", midpoint = 1e10, slope = 0.4 } }",
    ),
];

fn digits(outcome: &[bool]) -> String {
    outcome
        .iter()
        .map(|right| if *right { '1' } else { '0' })
        .collect()
}

/// Whether a number was printed as it is: reading it may cost the last bit. Infinity is null.
fn same(told: &Value, number: f64) -> bool {
    match told.as_f64() {
        Some(told) => told == number || (told / number - 1.0).abs() <= f64::EPSILON,
        None => told.is_null() && number == f64::INFINITY,
    }
}

/// The states before each step, by the rules as the documentation has them; `None` where a draw decides.
fn state_after(name: &str, before: &str, right: bool) -> Option<&'static str> {
    match (name, before, right) {
        ("tainted", "tainted", _) => None,
        ("halting", "halted", _) => Some("halted"),
        (_, _, true) => Some("clean"),
        ("tainted", _, false) => Some("tainted"),
        ("markov", _, false) => Some("after-error"),
        _ => Some("halted"),
    }
}

#[test]
fn a_replay_is_the_attempt_that_is_counted_and_follows_the_rules() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut note = |what: &'static str, happened: bool| {
        *seen.entry(what).or_default() += usize::from(happened);
    };
    for (name, task) in TASKS {
        let folder = with_scenario(&format!("{task}\n{EVALUATION}"));
        let scenario = scenario(&folder);
        let setting = Setting::new(&scenario, Scale::try_from(2e10).unwrap(), 0);
        for item in 0..25 {
            let (seed, number) = (item % 3, item % 2);
            let words = format!(
                "replay s.toml --scale 2e10 --item {item} --attempt {number} --training-seed {seed} --format json"
            );
            let done = mirage(folder.path(), &words).success();
            assert_eq!(messages(&done), "");
            let told = json(&output(&done));
            let record = attempt(&setting, item, (2 * seed + number) as usize).unwrap();
            let outcome = record.outcome();
            assert_eq!(told["outcome"], digits(&outcome), "{name} {item}");
            assert!(same(&told["item"]["hazard"], record.item_hazard));
            assert_eq!(told["guessed"], record.guessed);
            assert_eq!(told["extracted"], record.extracted);
            note("guessed", record.guessed);
            note("guessed in vain", record.guessed && !record.extracted);
            note("not extracted", !record.extracted);
            note("impossible", told["item"]["impossible"] == true);
            let (mut errors, mut left, mut state) = (0, Some(4), Some("clean"));
            let steps = told["steps"].as_array().unwrap();
            assert_eq!(steps.len(), outcome.len());
            for ((place, step), counts) in steps.iter().enumerate().zip(&outcome) {
                let right = step["right"].as_bool().unwrap();
                let tries = step["tries"].as_u64().unwrap();
                let own = &record.steps[place];
                assert_eq!(step["step"], place + 1);
                assert!(same(&step["chance"], own.chance.get()));
                assert_eq!((right, tries as usize), (own.right, own.tries.len()));
                assert_eq!(step["counts_as_right"], *counts);
                assert_eq!(*counts, record.extracted && (right || record.guessed));
                assert_eq!(step["errors_before"], errors);
                errors += u64::from(!right);
                match name {
                    "budget" => {
                        assert_eq!(step["retries_left"].as_u64(), left);
                        left = left.and_then(|left| left.checked_sub(tries - 1));
                        assert!(left.is_some(), "more retries than there are");
                        note("retried", tries > 1);
                        note("rejected right", !right && step["right_tries"] != 0);
                    }
                    "markov" => assert!(tries <= 2 && step["retries_left"].is_null()),
                    _ => assert_eq!(tries, 1),
                }
                match name {
                    "tainted" | "markov" | "halting" => {
                        let now = step["state"].as_str().unwrap();
                        assert!(
                            state.is_none_or(|state| state == now),
                            "{name} {item} {place}"
                        );
                        note("cleaned", state.is_none() && now == "clean");
                        note("stayed tainted", state.is_none() && now == "tainted");
                        assert_eq!(
                            name == "halting" && now == "halted",
                            step["chance"] == 0.0 && name == "halting"
                        );
                        state = state_after(name, now, right);
                    }
                    _ => assert!(step["state"].is_null()),
                }
            }
            let correct = outcome.iter().filter(|right| **right).count() as u32;
            let leading = outcome.iter().take_while(|right| **right).count() as u32;
            assert_eq!(
                (&told["correct"], &told["leading"]),
                (&correct.into(), &leading.into())
            );
            for (word, count) in [
                ("exact-match", correct),
                ("prefix-credit", leading),
                ("pass-mark:0.6", correct),
                ("harshness:2", correct),
            ] {
                let credit: Credit = word.parse().unwrap();
                let value = credit.counted().unwrap().value(count, outcome.len() as u32);
                assert!(same(&told["credit"][word], value));
            }
            assert_eq!(told["common_factor"].is_number(), name == "factor");
        }
    }
    for (what, times) in seen {
        assert!(times > 0, "no attempt was {what}");
    }
}

/// The words of the column `result`, by step, of the rows that a table shows.
/// Runs that break through have the curve's success, others that of those that do not.
#[test]
fn a_replay_tells_the_skill_of_its_training_run() {
    let folder = with_scenario(
        "[skill]
between-seeds = { kind = \"bimodal\", midpoint = 1e10, low = 0.3 }
[task]
steps = 3
[evaluation]
scales = [1e10]
items = 3
training-seeds = 30
",
    );
    let mut seen = [0, 0];
    for seed in 0..30 {
        let words = format!("replay s.toml --scale 1e10 --item 2 --training-seed {seed}");
        let told = json(&output(
            &mirage(folder.path(), &(words.clone() + " --format json")).success(),
        ));
        let success = |key: &str| told[key]["success"].as_f64().unwrap();
        let broken = success("ordinary_step") == success("curve_step");
        assert!(broken || (success("ordinary_step") - 0.3).abs() < 1e-12);
        let chances = told["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| &step["chance"]);
        for chance in chances {
            assert!((chance.as_f64().unwrap() - success("ordinary_step")).abs() < 1e-12);
        }
        seen[usize::from(broken)] += 1;
        let table = output(&mirage(folder.path(), &words).success());
        assert!(
            table.contains("\nby the curve    success 0.8115"),
            "{table}"
        );
    }
    assert!(seen.iter().all(|seen| *seen > 5), "{seen:?}");
    let plain = output(&mirage(folder.path(), "replay default --scale 1e10 --item 2").success());
    assert!(!plain.contains("by the curve"));
}

fn results(table: &str) -> BTreeMap<usize, bool> {
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let number = words.next()?.parse().ok()?;
        let mut words = words.map(|word| word.trim_end_matches(','));
        let result = words.find(|word| ["right", "wrong"].contains(word))?;
        Some((number, result == "right"))
    };
    table.lines().filter_map(row).collect()
}

#[test]
fn the_table_fits_a_terminal_and_says_what_the_object_says() {
    for (name, task) in TASKS {
        let folder = with_scenario(&format!("{task}\n{EVALUATION}"));
        for item in 0..12 {
            let words = format!("replay s.toml --scale 2e10 --item {item} --format");
            let table = output(&mirage(folder.path(), &format!("{words} table")).success());
            let told = json(&output(
                &mirage(folder.path(), &format!("{words} json")).success(),
            ));
            let wide = table.lines().find(|line| line.chars().count() > 80);
            assert_eq!(wide, None, "{name}");
            let steps = told["steps"].as_array().unwrap().iter();
            let right = steps.map(|step| step["right"].as_bool().unwrap());
            let right: BTreeMap<usize, bool> = (1..).zip(right).collect();
            assert_eq!(results(&table), right, "{name} {item}\n{table}");
            let outcome = told["outcome"].as_str().unwrap();
            assert!(
                table.contains(&format!("outcome         {outcome}\n")),
                "{table}"
            );
            let stopped =
                table.contains("extracted       no: no step counts as right (probability 0.");
            assert_eq!(stopped, told["extracted"] == false, "{table}");
            // The first error is marked where there is one that tells, and there alone.
            let leading = told["leading"].as_u64().unwrap() as usize + 1;
            let marked: Vec<&str> = table
                .lines()
                .filter(|line| line.contains("first error") && line.contains("<-"))
                .collect();
            match outcome.contains('0') && !stopped {
                true => assert!(
                    marked.len() == 1 && marked[0].trim_start().starts_with(&leading.to_string()),
                    "{table}"
                ),
                false => assert!(marked.is_empty(), "{table}"),
            }
            let csv = output(&mirage(folder.path(), &format!("{words} csv")).success());
            assert!(csv.starts_with("step,multiplier,state,errors_before,retries_left,chance,tries,right_tries,right,counts_as_right\n"));
            assert_eq!(csv.lines().count(), 1 + right.len());
        }
    }
}

#[test]
fn of_a_long_task_the_middle_is_summed_up_and_shown_when_asked_for() {
    let folder = with_scenario("[task]\nsteps = 2000\n[evaluation]\nitems = 5\n");
    let words = "replay s.toml --scale 1e10 --item 2";
    let table = output(&mirage(folder.path(), words).success());
    assert!(table.lines().count() < 50, "{table}");
    let shown = results(&table);
    assert_eq!(shown.len(), 30);
    let all = json(&output(
        &mirage(folder.path(), &format!("{words} --format json")).success(),
    ));
    let right: Vec<bool> = all["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["right"] == true)
        .collect();
    assert_eq!(right.len(), 2000);
    let middle = right[15..1985].iter().filter(|right| **right).count();
    let told = format!(
        "steps 16 to 1985: {middle} right, {} wrong (steps ",
        1970 - middle
    );
    assert!(table.contains(&told), "{told} in\n{table}");
    let asked = output(&mirage(folder.path(), &format!("{words} --steps 700..820")).success());
    let asked = results(&asked);
    assert_eq!(asked.len(), 121);
    assert!(
        asked
            .iter()
            .all(|(number, result)| right[number - 1] == *result)
    );
    let one = output(
        &mirage(
            folder.path(),
            &format!("{words} --steps 1_999 --format csv"),
        )
        .success(),
    );
    assert_eq!(one.lines().count(), 2);
    assert!(one.lines().nth(1).unwrap().starts_with("1999,"));
    let long = output(&mirage(folder.path(), &format!("{words} --set task.steps=1e6")).success());
    assert!(long.lines().count() < 50);
}

#[test]
fn a_scale_is_one_of_the_scenario_or_said_to_be_another() {
    let folder = with_scenario("[evaluation]\nitems = 5\n");
    let replayed = |scale: &str| {
        mirage(
            folder.path(),
            &format!("replay s.toml --scale {scale} --item 4"),
        )
        .success()
    };
    let listed = replayed("15848931.9246");
    let rounded = replayed("1.584893192e7");
    assert_eq!(
        (output(&listed), messages(&rounded)),
        (output(&rounded), String::new())
    );
    let other = replayed("1.58e7");
    let told = messages(&other);
    for part in [
        "s does not measure scale 1.58e7",
        "nearest: 1e7 and 1.58489319246e7",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(output(&other).contains("1.58e7 parameters"));
    let told = messages(&replayed("1e13"));
    assert!(told.ends_with("nearest: 1e12\n"), "{told}");
}

/// One line of a trace.
fn traces(path: &Path) -> Vec<Value> {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(json)
        .collect()
}

/// What `tallies.jsonl` holds.
fn tallies(folder: &TempDir) -> String {
    let source = Source::File(folder.path().join("s.toml"));
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let findings = simulate(&[load(&source, &[]).unwrap()], &control).unwrap();
    tally_lines(&findings[0]).unwrap()
}

#[test]
fn traces_may_lie_in_the_folder_of_their_tallies() {
    let folder = with_scenario(&format!("{}\n{EVALUATION}", TASKS[1].1));
    let words = "run s.toml -o results --figures none --traces results/t.jsonl";
    let told = messages(&mirage(folder.path(), words).success());
    assert_eq!(told, "results in results\ntraces in results/t.jsonl\n");
    let there = fs::read_to_string(folder.path().join("results/tallies.jsonl")).unwrap();
    assert_eq!(there, tallies(&folder));
    let words = "run s.toml -o results --figures none --traces results/u.jsonl";
    mirage(folder.path(), words).success();
    let [t, u] =
        ["t", "u"].map(|name| traces(&folder.path().join(format!("results/{name}.jsonl"))));
    assert_eq!(t, u);
}

#[test]
fn traces_add_up_to_the_tally_and_are_the_attempts_that_are_replayed() {
    for (name, task) in TASKS {
        let folder = with_scenario(&format!("{task}\n{EVALUATION}"));
        let words = "run s.toml --format csv --traces logs/t.jsonl";
        let told = messages(&mirage(folder.path(), words).success());
        assert!(told.contains("traces in logs/t.jsonl\n"), "{told}");
        let lines = traces(&folder.path().join("logs/t.jsonl"));
        assert_eq!(lines.len(), 2 * 150 * 2 * 3, "{name}");
        let place = |line: &Value| {
            let number = |key: &str| line[key].as_u64().unwrap();
            (
                line["scale"].as_f64().unwrap() as u64,
                number("item"),
                number("training_seed"),
                number("attempt"),
            )
        };
        assert!(lines.is_sorted_by(|one, other| place(one) < place(other)));
        let tallies = tallies(&folder);
        for tally in tallies.lines().map(json) {
            let here: Vec<&Value> = lines
                .iter()
                .filter(|line| line["scale"] == tally["scale"])
                .collect();
            for length in tally["tally"]["lengths"].as_array().unwrap() {
                let steps = length["steps"].as_u64().unwrap() as usize;
                let (mut correct, mut leading) = (vec![0_u64; steps + 1], vec![0_u64; steps + 1]);
                for line in here
                    .iter()
                    .filter(|line| line["steps"].as_array().unwrap().len() == steps)
                {
                    let outcome = line["steps"].as_array().unwrap();
                    let right: Vec<bool> = outcome.iter().map(|step| step == 1).collect();
                    let (k, t) = (
                        right.iter().filter(|right| **right).count(),
                        right.iter().take_while(|right| **right).count(),
                    );
                    assert_eq!((&line["correct"], &line["leading"]), (&k.into(), &t.into()));
                    correct[k] += 1;
                    leading[t] += 1;
                }
                assert_eq!(
                    length["correct"],
                    serde_json::to_value(correct).unwrap(),
                    "{name}"
                );
                assert_eq!(
                    length["leading"],
                    serde_json::to_value(leading).unwrap(),
                    "{name}"
                );
            }
        }
        for line in lines.iter().step_by(331) {
            let (scale, item, seed, attempt) = place(line);
            let words = format!(
                "replay s.toml --scale {scale} --item {item} --training-seed {seed} --attempt {attempt} --format json"
            );
            let replayed = json(&output(&mirage(folder.path(), &words).success()));
            let told = replayed["outcome"].as_str().unwrap().bytes();
            let told: Vec<u8> = told.map(|digit| digit - b'0').collect();
            assert_eq!(line["steps"], serde_json::to_value(told).unwrap(), "{name}");
            for key in [
                "correct",
                "leading",
                "credit",
                "scale",
                "training_seed",
                "attempt",
            ] {
                assert_eq!(replayed[key], line[key], "{name} {key}");
            }
        }
    }
}

#[test]
fn the_limit_takes_the_first_items_and_says_so() {
    let folder = with_scenario(EVALUATION);
    let run =
        |words: &str| mirage(folder.path(), &format!("run s.toml --format csv {words}")).success();
    let plain = run("-q");
    let all = run("--traces all.jsonl");
    assert_eq!(output(&plain), output(&all));
    assert_eq!(messages(&all), "traces in all.jsonl\n");
    let some = run("--traces some.jsonl --traces-limit 7");
    assert_eq!(
        messages(&some),
        "traces of the first 7 of 150 items in some.jsonl; --traces-limit 150 logs all\n"
    );
    let first: Vec<Value> = traces(&folder.path().join("all.jsonl"))
        .into_iter()
        .filter(|line| line["item"].as_u64().unwrap() < 7)
        .collect();
    assert_eq!(traces(&folder.path().join("some.jsonl")), first);
    assert_eq!(first.len(), 2 * 7 * 6);
    assert!(first.iter().all(|line| line.get("scenario").is_none()));
    run("even-steps --traces two.jsonl -q --traces-limit 1");
    let names = traces(&folder.path().join("two.jsonl"));
    assert_eq!(
        (
            &names[0]["scenario"],
            &names[11]["scenario"],
            &names[12]["scenario"]
        ),
        (&"s".into(), &"s".into(), &"even-steps".into())
    );
}

#[test]
fn a_trace_file_that_is_there_stays_as_it_is() {
    let folder = with_scenario(EVALUATION);
    fs::write(folder.path().join("t.jsonl"), "precious").unwrap();
    mirage(folder.path(), "run s.toml -o results --traces t.jsonl").code(2);
    assert_eq!(
        fs::read_to_string(folder.path().join("t.jsonl")).unwrap(),
        "precious"
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn interrupting_leaves_no_trace() {
    use std::io::{BufRead, BufReader};
    let folder = with_scenario(
        "[task]\nsteps = 200\n[evaluation]\nitems = 100_000\nscales = \"log:1e7:1e12:5\"\n",
    );
    // Attempts are counted in no time; one at a time they take a minute.
    let words = "run s.toml --progress json --format csv --traces t.jsonl --traces-limit 100000";
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("mirage"))
        .args(words.split(' '))
        .current_dir(&folder)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let partial = || {
        fs::read_dir(&folder)
            .unwrap()
            .map(Result::unwrap)
            .find(|entry| entry.file_name().to_string_lossy().ends_with(".partial"))
    };
    // Some of it is written: the handler is in place by then.
    while partial().is_none_or(|entry| entry.metadata().unwrap().len() == 0) {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = std::process::Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status()
        .unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let messages: Vec<String> = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .collect();
    assert!(
        messages.iter().any(|line| line.contains("interrupted")),
        "{messages:?}"
    );
    let left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["s.toml"]);
}
