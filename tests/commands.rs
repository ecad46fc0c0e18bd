//! The commands beside `run`, as a user meets them.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use mirage::domain::{
    BetweenSeeds, Credit, Dependence, Difficulty, Form, Format, LengthDistribution, Recovery,
    Reducer, Scenario, SkillCurve, Spread,
};
use mirage::files::{Source, SweepWords, load, load_forecast, load_power, load_study};
use mirage::study::ForecastSettings;
use serde_json::Value;
use tempfile::TempDir;

fn mirage(folder: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words).assert()
}

fn printed(words: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let done = mirage(folder.path(), words).success();
    assert!(done.get_output().stderr.is_empty());
    assert!(fs::read_dir(&folder).unwrap().next().is_none());
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

const LISTS: [&str; 4] = ["curves", "tasks", "metrics", "scenarios"];

#[test]
fn lists_fit_a_terminal_and_name_the_same_things_in_both_formats() {
    for what in LISTS {
        let table = printed(&["list", what]);
        let wide = table.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{what}");
        let json: Value =
            serde_json::from_str(&printed(&["list", what, "--format", "json"])).unwrap();
        for entry in json.as_array().unwrap() {
            let name = entry["name"].as_str().unwrap();
            let told = |line: &str| line == name || line.starts_with(&format!("{name} ("));
            assert!(table.lines().any(told), "{what} shows no {name}");
        }
    }
}

#[test]
fn lists_hold_every_kind_and_every_setting() {
    let list = |what| -> Vec<Value> {
        serde_json::from_str(&printed(&["list", what, "--format", "json"])).unwrap()
    };
    let names = |list: &[Value], key: &str| -> Vec<String> {
        let of_key = list.iter().filter(|entry| entry["key"] == key);
        of_key
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let (curves, tasks) = (list("curves"), list("tasks"));
    assert_eq!(names(&curves, "skill"), SkillCurve::KINDS);
    assert_eq!(names(&curves, "skill.between-seeds"), BetweenSeeds::KINDS);
    for (key, kinds) in [
        ("task.difficulty", Difficulty::KINDS),
        ("task.spread", Spread::KINDS),
        ("task.dependence", Dependence::KINDS),
        ("task.recovery", Recovery::KINDS),
        ("task.format", Format::KINDS),
    ] {
        assert_eq!(names(&tasks, key), kinds);
    }
    let lengths = names(&tasks, "task.steps");
    assert_eq!(lengths[0], "a whole number");
    assert_eq!(lengths[1..], *LengthDistribution::KINDS);
    // What a scenario has that says nothing of it.
    let defaults = tasks.iter().filter(|entry| entry["default"] == true);
    let defaults: Vec<&Value> = defaults.map(|entry| &entry["name"]).collect();
    assert_eq!(
        defaults,
        [
            "steps",
            "a whole number",
            "equal",
            "none",
            "independent",
            "none",
            "none",
            "distinct",
            "none",
            "normal"
        ]
    );
    for entry in curves.iter().chain(&tasks) {
        let key = entry["key"].as_str().unwrap();
        assert!(!entry["formula"].as_str().unwrap().is_empty(), "{entry}");
        for parameter in entry["parameters"].as_array().unwrap() {
            for told in ["name", "range", "meaning"] {
                assert!(
                    !parameter[told].as_str().unwrap().is_empty(),
                    "{key} {parameter}"
                );
            }
        }
    }
    for entry in curves.iter().filter(|entry| entry["key"] == "skill") {
        assert!(entry["source"].as_str().unwrap().len() > 20, "{entry}");
    }
    assert_eq!(
        names(&list("metrics"), "evaluation.metrics").len(),
        Credit::CATALOGUE.len() + Reducer::CATALOGUE.len() + Form::CATALOGUE.len()
    );
    let scenarios = list("scenarios");
    assert_eq!(scenarios.len(), mirage::files::SHIPPED.len());
    assert_eq!(
        scenarios[0]["question"],
        "does a cliff in exact match mean that the skill arrived suddenly?"
    );
    for scenario in &scenarios {
        let question = scenario["question"].as_str().unwrap();
        assert!(
            question.ends_with('?') && !question.contains('#'),
            "{question}"
        );
    }
}

#[test]
fn a_question_may_run_over_several_lines() {
    let shipped = mirage::files::Shipped {
        name: "x",
        text: "# A title.\n#\n# Question: does one line\n# follow the other?\n#\n# More.\nseed = 1\n",
    };
    assert_eq!(shipped.question(), "does one line follow the other?");
}

/// README's tables of curves and metrics say what the catalogue says.
#[test]
fn readme_has_the_names_and_formulas_of_the_catalogue() {
    let readme = readme();
    for curve in SkillCurve::CATALOGUE {
        let row = format!("| `{}` | {} |", curve.kind, curve.formula);
        assert!(readme.contains(&row), "README has no {row:?}");
    }
    for credit in Credit::CATALOGUE {
        let row = format!("| `{}` | {}", credit.written(), credit.formula);
        assert!(readme.contains(&row), "README has no {row:?}");
    }
}

/// The settings of a text, each paragraph by itself, with the table it belongs to.
fn paragraphs(text: &str) -> Vec<(String, Vec<String>)> {
    let mut table = String::new();
    let mut found = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut settings = Vec::new();
        for line in paragraph
            .lines()
            .filter(|line| !line.starts_with("# ") && *line != "#")
        {
            match line.strip_prefix('[') {
                Some(name) => table = name.trim_end_matches(']').to_owned(),
                None => settings.push(line.to_owned()),
            }
        }
        found.push((table.clone(), settings));
    }
    found
}

#[test]
fn a_new_scenario_is_the_default_one() {
    let folder = TempDir::new().unwrap();
    let done = mirage(folder.path(), &["init"]).success();
    assert!(done.get_output().stdout.is_empty());
    let file = folder.path().join("my-scenario.toml");
    let mut loaded = load(&Source::File(file.clone()), &[]).unwrap();
    assert_eq!(loaded.scenario.title, "my-scenario");
    loaded.scenario.title.clear();
    assert_eq!(loaded.scenario, Scenario::default());
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, printed(&["init", "-"]));
    for told in [
        "#:schema ./mirage.schema.json\n",
        "mirage run my-scenario.toml",
        "mirage schema > mirage.schema.json",
    ] {
        assert!(text.contains(told), "{told}");
    }
    // Every setting of the default scenario is written, not merely left at its default.
    let written: toml::Table = toml::from_str(&text).unwrap();
    let told = serde_json::to_value(written).unwrap();
    assert_eq!(told, serde_json::to_value(Scenario::default()).unwrap());
    // A text that explains is never as wide as a list of ten multipliers.
    for line in text.lines().filter(|line| line.starts_with("# ")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn every_other_choice_is_accepted_when_it_is_switched_on() {
    let text = printed(&["init", "-"]);
    let (text, _) = text.split_once("#[sweep]").unwrap();
    // Choices of some curves only stand beside these, and their others in comments.
    let is_inner = |line: &str| line.starts_with("data = ") || line.starts_with("noise = ");
    let mut kinds = Vec::new();
    for (table, settings) in paragraphs(text) {
        let off = settings.iter().filter_map(|line| line.strip_prefix('#'));
        let on: Vec<&str> = off.filter(|line| !line.starts_with(':')).collect();
        if on.is_empty() {
            continue;
        }
        let file = format!("[{table}]\n{}\n", on.join("\n"));
        let read: Result<Scenario, _> = toml::from_str(&file);
        let scenario = read.unwrap_or_else(|error| panic!("{error}\n{file}"));
        assert_ne!(scenario, Scenario::default(), "{file}");
        kinds.extend(
            on.iter()
                .filter(|line| line.contains("kind = ") && !is_inner(line))
                .map(|line| (*line).to_owned()),
        );
    }
    // All but the default of each choice; the last is what right and wrong results are worth.
    let choices = ["curves", "tasks"].map(|what| printed(&["list", what, "--format", "json"]));
    let choices = choices
        .map(|text| serde_json::from_str::<Vec<Value>>(&text).unwrap())
        .concat();
    let is_number = |entry: &Value| {
        let key = entry["key"].as_str().unwrap();
        ["skill.efficiency", "skill.temperature"].contains(&key)
    };
    let others = choices
        .iter()
        .filter(|entry| entry["default"] == false && !is_number(entry));
    let (inner, others): (Vec<&Value>, Vec<&Value>) =
        others.partition(|entry| entry["key"] == "skill.data" || entry["key"] == "task.noise");
    let words = text.replace("\n# ", " ");
    for one in inner {
        let key = one["key"].as_str().unwrap().rsplit('.').next().unwrap();
        let kind = format!("Or {key} = {{ kind = {}", one["name"]);
        assert!(words.contains(&kind), "{kind}");
    }
    for other in &others {
        let kind = format!("kind = {}", other["name"]);
        assert!(kinds.iter().any(|line| line.contains(&kind)), "{kind}");
    }
    assert_eq!(kinds.len(), others.len());
}

#[test]
fn every_line_of_a_sweep_is_accepted_when_it_is_switched_on() {
    let text = printed(&["init", "-"]);
    let (_, sweep) = text.split_once("#[sweep]\n").unwrap();
    let (sweep, _) = sweep.split_once("#[power]\n").unwrap();
    let off = sweep.lines().filter_map(|line| line.strip_prefix('#'));
    let on = off.filter(|line| !line.starts_with(' '));
    let (keys, words): (Vec<&str>, Vec<&str>) = on.partition(|line| line.starts_with('"'));
    let points = |lines: &[&str]| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("s.toml");
        fs::write(&file, format!("[sweep]\n{}\n", lines.join("\n"))).unwrap();
        let study = load_study(Some(&Source::File(file)), &[], &SweepWords::default());
        study.unwrap_or_else(|error| panic!("{error}")).points.len()
    };
    assert_eq!(points(&keys), 4 * 4 * 2);
    let expected = [
        ("points", 2),
        ("zip", 4 * 2),
        ("where", 15 * 2),
        // 100 draws among 32 combinations; those that repeat an earlier one are left out.
        ("sample", 30),
        ("blocks", 2 + 5),
    ];
    assert_eq!(words.len(), expected.len());
    for (line, (word, count)) in words.iter().zip(expected) {
        assert!(line.starts_with(&format!("{word} = ")), "{line}");
        // These give values to the same keys.
        let with: &[&str] = match word {
            "points" | "blocks" => &[],
            _ => &keys,
        };
        assert_eq!(points(&[with, &[*line]].concat()), count, "{line}");
    }
}

#[test]
fn every_line_of_a_power_analysis_is_accepted_when_it_is_switched_on() {
    let text = printed(&["init", "-"]);
    let (_, power) = text.split_once("#[power]\n").unwrap();
    let (power, _) = power.split_once("#[forecast]\n").unwrap();
    let off = power.lines().filter_map(|line| line.strip_prefix('#'));
    let on: Vec<&str> = off.filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(on.len(), 12);
    // The base scenario has no break: only with a place is there something to ask.
    let study = |lines: &[&str]| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("s.toml");
        fs::write(&file, format!("[power]\n{}\n", lines.join("\n"))).unwrap();
        load_power(&Source::File(file), &[])
    };
    let all = study(&on).unwrap_or_else(|error| panic!("{error}"));
    assert!(all.plan.alternative.is_some() && all.plan.settings.tasks.is_some());
    let place = on.iter().find(|line| line.starts_with("break-at")).unwrap();
    for line in &on {
        let lines: Vec<&str> = if line == place {
            vec![line]
        } else {
            vec![line, place]
        };
        study(&lines).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    // What is written down reads back the same.
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("again.toml");
    fs::write(&file, all.text()).unwrap();
    let again = load_power(&Source::File(file), &[]).unwrap();
    assert_eq!(again.plan.settings, all.plan.settings);
    assert_eq!(again.plan.alternative, all.plan.alternative);
    assert_eq!(again.text(), all.text());
}

#[test]
fn every_line_of_a_forecast_is_accepted_when_it_is_switched_on() {
    let text = printed(&["init", "-"]);
    let (_, forecast) = text.split_once("#[forecast]\n").unwrap();
    let off = forecast.lines().filter_map(|line| line.strip_prefix('#'));
    let on: Vec<&str> = off.filter(|line| !line.starts_with(' ')).collect();
    let (horizon, own) = match on.iter().position(|line| *line == "[forecast.horizon]") {
        Some(place) => (&on[place..], &on[..place]),
        None => panic!("{on:?}"),
    };
    assert_eq!((own.len(), horizon.len()), (9, 7));
    let study = |lines: &[&str]| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("s.toml");
        fs::write(&file, format!("[forecast]\n{}\n", lines.join("\n"))).unwrap();
        load_forecast(&Source::File(file), &[])
    };
    let all = study(&on).unwrap_or_else(|error| panic!("{error}"));
    assert!(all.plan.assumed.is_some() && all.plan.settings.horizon.family.is_some());
    let alone = own.iter().map(|line| vec![*line]);
    let inside = horizon[1..].iter().map(|line| vec![horizon[0], *line]);
    for lines in alone.chain(inside) {
        let read = study(&lines).unwrap_or_else(|error| panic!("{lines:?}: {error}"));
        // An example stands where there is no default.
        let has_default = !["target", "up-to", "threshold", "assumed", "from", "family"]
            .iter()
            .any(|key| lines.last().unwrap().starts_with(&format!("{key} =")));
        let is_default =
            read.plan.settings == ForecastSettings::default() && read.changes.is_empty();
        assert_eq!(is_default, has_default, "{lines:?}");
    }
    // What is written down reads back the same.
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("again.toml");
    fs::write(&file, all.text()).unwrap();
    let again = load_forecast(&Source::File(file), &[]).unwrap();
    assert_eq!(again.plan.settings, all.plan.settings);
    assert_eq!(again.plan.assumed, all.plan.assumed);
    assert_eq!(again.text(), all.text());
}

#[test]
fn init_leaves_a_file_that_is_there_as_it_is() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("mine.toml"), "precious").unwrap();
    for name in ["mine", "mine.toml"] {
        let refused = mirage(folder.path(), &["init", name]).code(2);
        let message = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(
            message.contains("mine.toml exists and stays as it is"),
            "{message}"
        );
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("mine.toml")).unwrap(),
        "precious"
    );
    mirage(folder.path(), &["init", "v1.5"]).success();
    assert!(folder.path().join("v1.5.toml").exists());
}

#[test]
fn every_command_has_help_with_examples_a_page_and_completions() {
    let folder = TempDir::new().unwrap();
    let help = printed(&["--help"]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    // What they are for may go on in a line below.
    let names = commands.lines().filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' '));
    let commands: Vec<&str> = names
        .map(|line| line.split(' ').next().unwrap())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.contains(&"export") && commands.contains(&"man"));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let list = words(&help);
    for command in &commands {
        let help = printed(&[command, "--help"]);
        // Flags that commands share must not change what a command is for.
        let purpose = words(help.split("\n\n").next().unwrap());
        assert!(list.contains(&format!(" {command} {purpose}")), "{purpose}");
        let wide = help.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{command}");
        let (flags, examples) = help.split_once("Examples:\n").unwrap();
        assert!(examples.contains(&format!("mirage {command}")), "{help}");
        let calls = examples.lines().flat_map(|line| line.trim().split(" | "));
        for call in calls.filter_map(|call| call.strip_prefix("mirage ")) {
            // Behind two spaces stands what it does.
            let mut words = call.split("  ").next().unwrap().split(' ');
            let other = words.next().filter(|name| name != command);
            let flags = match other {
                None => flags.to_owned(),
                Some(other) => printed(&[other, "--help"]),
            };
            for word in words.filter(|word| word.len() > 1 && word.starts_with('-')) {
                let flag = word.split('=').next().unwrap();
                let told = [" ", ",", "\n"].map(|end| format!(" {flag}{end}"));
                let known = told.iter().any(|told| flags.contains(told));
                assert!(known, "mirage {call}: {flag}");
            }
        }
    }
    mirage(folder.path(), &["man", "man1"]).success();
    mirage(folder.path(), &["man", "man1"]).success();
    let page = |name: &str| fs::read_to_string(folder.path().join("man1").join(name)).unwrap();
    assert_eq!(page("mirage.1"), printed(&["man"]));
    for command in &commands {
        let text = page(&format!("mirage-{command}.1"));
        assert!(
            text.contains(".TH") && text.contains(".SH EXAMPLES\n"),
            "{text}"
        );
    }
    assert_eq!(
        fs::read_dir(folder.path().join("man1")).unwrap().count(),
        1 + commands.len()
    );
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        assert!(
            commands.iter().all(|command| script.contains(command)),
            "{shell}"
        );
    }
}

#[test]
fn without_a_command_there_is_help() {
    let folder = TempDir::new().unwrap();
    let done = mirage(folder.path(), &[]).code(2);
    let help = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(
        help.contains("Usage: mirage <COMMAND>") && help.contains("Examples:"),
        "{help}"
    );
}
