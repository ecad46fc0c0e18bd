//! The JSON Schema says what the reader does.

use std::io::Write;
use std::process::{Command, Stdio};

use mirage::domain::Scenario;
use mirage::files::SHIPPED;
use mirage::study::study_schema;
use serde_json::{Value, json};

/// Tables [sweep] that reader and schema both refuse.
const WRONG_SWEEPS: &[&str] = &[
    "stepz = [1]",
    "kind = [1]",
    "task.steps = []",
    "task.steps = 5",
    "task.steps = \"five\"",
    "task.steps = \"lin:1:5\"",
    "task.steps = [1]\npoints = 3",
    "task.steps = [1]\npoints = []",
    "task.steps = [1]\nzip = [[\"steps\"]]",
    "task.steps = [1]\nzip = [\"steps\"]",
    "task.steps = [1]\nwhere = 3",
    "task.steps = [1]\nsample = \"random\"",
    "task.steps = [1]\nsample = { kind = \"random\" }",
    "task.steps = [1]\nsample = { kind = \"randon\", points = 5 }",
    "task.steps = [1]\nsample = { kind = \"random\", points = 0 }",
    "task.steps = [1]\nsample = { kind = \"grid\", points = 5 }",
    "task.steps = [1]\nblocks = 3",
    "task.steps = [1]\nblocks = []",
    "task.steps = [1]\nblocks = [3]",
];

/// Tables [sweep] that both accept.
const RIGHT_SWEEPS: &[&str] = &[
    "steps = [1, 2]\n\"skill.alpha\" = \"lin:0.1:0.5:2\"\nzip = [[\"steps\", \"alpha\"]]",
    "skill.kind = [\"power-law\", \"logistic\"]\nwhere = \"skill.kind == 'logistic'\"",
    "task.difficulty = [{ kind = \"equal\" }, { kind = \"ramp\", from = 1e-3 }]\nwhere = [\"1 < 2\"]",
    "alpha = \"log[0.1, 0.5]\"\nsample = { kind = \"latin-hypercube\", points = 3, seed = 2 }",
    "alpha = \"lin[0.1,0.5]\"\nsample = { kind = \"random\", points = 3 }",
    "alpha = [0.1]\nsample = { kind = \"grid\" }",
    "points = [{ steps = 1 }, { alpha = 0.3 }]",
    "\"curve.alpha\" = [0.1]\n\"task.format.kind\" = [\"gate\"]\n\"task.format.curve.kind\" = [\"power-law\"]",
    "guess = [0]\nblocks = [{ steps = [1, 2] }, { alpha = [0.2] }]",
];

/// What reader and schema both refuse.
const WRONG: &[&str] = &[
    "stepz = 3",
    "title = 3",
    "seed = -1",
    "seed = 1.5",
    "schema = 0",
    "schema = 2",
    "[skil]",
    "[skill]\nkind = \"powerlaw\"",
    "[skill]\nalpha = 0",
    "[skill]\nalpha = \"x\"",
    "[skill]\nc = -1e8",
    "[skill]\nmidpoint = 1e9",
    "[skill]\nkind = \"logistic\"\nalpha = 1",
    "[skill]\nkind = \"logistic\"\nfloor = 1.5",
    "[skill]\nbetween-seeds = { kind = \"some\" }",
    "[skill]\nbetween-seeds = { kind = \"normal\", low = 0.1 }",
    "[skill]\nbetween-seeds = { kind = \"normal\", sd = -1 }",
    "[skill]\nbetween-seeds = { kind = \"bimodal\", low = 2 }",
    "[skill]\nbetween-seeds = { kind = \"bimodal\", slope = 0 }",
    "[skill]\nbetween-seeds = { sd = 0.3 }",
    "[task]\nwrong-answers = 0",
    "[task]\nwrong-answers = 1000001",
    "[task]\nkind = \"choice\"\nwrong-answers = 2",
    "[evaluation]\ntarget = \"both-of-them\"",
    "[evaluation]\nattempts = 8\nmetrics = [\"pass@0\"]",
    "[evaluation]\nattempts = 8\nmetrics = [\"pass@2.5\"]",
    "[evaluation]\nattempts = 8\nmetrics = [\"pass@5/pass@2\"]",
    "[evaluation]\nattempts = 8\nmetrics = [\"pass-until@1\"]",
    "[evaluation]\nattempts = 8\nmetrics = [\"g-pass@8:0\"]",
    "[evaluation]\nattempts = 8\nmetrics = [\"g-pass@8\"]",
    "[skill]\nkind = \"broken-power-law\"\nmore-breaks = [{ at = 1e11 }]",
    "[skill]\nkind = \"broken-power-law\"\nmore-breaks = [{ at = 1e11, alpha-after = 1, width = 0 }]",
    "[skill]\nkind = \"chinchilla\"\nconstants = \"hofmann\"",
    "[skill]\nkind = \"chinchilla\"\ndata = { kind = \"tokens\", ratio = 20 }",
    "[skill]\nkind = \"chinchilla\"\nirreducible-loss = \"E\"",
    "[skill]\nkind = \"chinchilla\"\nirreducible-loss = -1",
    "[skill]\nkind = \"acquisition\"\nchance = 1",
    "[skill]\nkind = \"table\"",
    "[skill]\nkind = \"table\"\npoints = [[1e7, 0.5]]",
    "[skill]\nkind = \"table\"\npoints = [[1e7, 0.5], [1e12, 1]]",
    "[skill]\nkind = \"table\"\npoints = [[1e7, 0.5], [1e12, 0.6, 3]]",
    "[skill]\nkind = \"table\"\nfile = 3",
    "[skill]\nkind = \"quanta\"\nof = 0",
    "[skill]\nkind = \"quanta\"\nof = \"all\"",
    "[skill]\nkind = \"quanta\"\ncount = 1001",
    "[skill]\nefficiency = 0",
    "[skill]\ntemperature = -1",
    "[task]\nsteps = 0",
    "[task]\nsteps = 1000001",
    "[task]\nsteps = 2.5",
    "[task]\nsteps = \"ten\"",
    "[task]\nsteps = [10]",
    "[task]\nsteps = {}",
    "[task]\nsteps = { from = 3, to = 9 }",
    "[task]\nsteps = { kind = \"normal\" }",
    "[task]\nsteps = { kind = \"uniform\", from = 0 }",
    "[task]\nsteps = { kind = \"uniform\", mean = 7 }",
    "[task]\nsteps = { kind = \"geometric\", mean = 0.5 }",
    "[task]\nsteps = { kind = \"geometric\", longest = 1413 }",
    "[task]\nsteps = { kind = \"poisson\", mean = 0 }",
    "[task]\nsteps = { kind = \"log-normal\", sd = 0 }",
    "[task]\nsteps = { kind = \"list\", lengths = [1, 5] }",
    "[task]\nsteps = { kind = \"list\", lengths = [], weights = [] }",
    "[task]\nsteps = { kind = \"list\", lengths = [1, 5], weights = [1, -1] }",
    "[task]\nguess = -0.1",
    "[task]\ndifficulty = \"ramp\"",
    "[task]\ndifficulty = { kind = \"ramp\", form = 1 }",
    "[task]\ndifficulty = { kind = \"ramp\", from = 0 }",
    "[task]\ndifficulty = { kind = \"list\" }",
    "[task]\ndifficulty = { from = 1e-3 }",
    "[task]\nspread = { kind = \"none\", sd = 1 }",
    "[task]\nformat = \"gate\"",
    "[task]\nformat = { kind = \"none\", curve = { kind = \"logistic\" } }",
    "[task]\nformat = { kind = \"gate\", midpoint = 1e9 }",
    "[task]\nformat = { kind = \"gate\", curve = { kind = \"logistic\", alpha = 1 } }",
    "[task]\nformat = { kind = \"gate\", curve = { kind = \"logistic\", floor = 1.5 } }",
    "[evaluation]\naxis = \"params\"",
    "[evaluation]\nscales = \"log:1e7:1e12\"",
    "[evaluation]\nscales = []",
    "[evaluation]\nscales = [0, 1e9]",
    "[evaluation]\nitems = 0",
    "[evaluation]\nattempts = 2000000000",
    "[evaluation]\nmetrics = []",
    "[evaluation]\nmetrics = [\"exact\"]",
    "[evaluation]\nmetrics = [\"pass-mark\"]",
    "[evaluation]\nmetrics = [\"pass-mark:1.2\"]",
    "[evaluation]\nmetrics = [\"pass-mark:0.1234567\"]",
    "[evaluation]\nmetrics = [\"harshness:-1\"]",
    "[evaluation]\nmetrics = [\"exact-match:2\"]",
    "[evaluation]\nmetrics = [\"exact-match\", \"exact-match\"]",
    "[evaluation]\nlevel = 1",
    "[evaluation]\npairing = true",
    "[usefulness]\nthreshold = 1.5",
    "[usefulness]\nthreshold = 0.5\nvalue = 1",
    "[usefulness]\nvalue = 1",
    "[usefulness]\nthreshold = 0.5\nretries = 1",
    "[usefulness]\nvalue = 1\nloss = 4\nretries = 101",
    "[usefulness]\nvalue = 1\nloss = 4\nfallback = 0",
];

/// What both accept.
const RIGHT: &[&str] = &[
    "",
    "[evaluation]\nattempts = 8\nmetrics = [\"pass@5\", \"pass@5/pass-mark:0.8\", \"pass^8\", \"plug-in-pass@3\", \"g-pass@8:.5\", \"majority@1\", \"pass-until@2\", \"pass-until-mle@1\"]",
    "[skill]\nbetween-seeds = { kind = \"normal\", sd = 0 }\n[evaluation]\ntarget = \"training-runs\"\ntraining-seeds = 3",
    "[skill]\nbetween-seeds = { kind = \"bimodal\", midpoint = 1e8, slope = 3, low = 0 }\n[task]\nwrong-answers = 1000000",
    "[evaluation]\nitems = 1e6\nscales = [1, 2.5e9]\nmetrics = [\"pass-mark:1.00\", \"harshness:.5\", \"all-or-nothing\"]",
    "[evaluation]\nmetrics = \"exact-match, partial-credit\"\nscales = \"lin: 1e9 : 2e9 : 3\"",
    "[skill]\nkind = \"logistic\"\nslope = 2\n[usefulness]\nvalue = 1\nloss = 4",
    "[skill]\nkind = \"broken-power-law\"\nmore-breaks = [{ at = 1e11, alpha-after = 1, width = 0.1 }]",
    "[skill]\nkind = \"chinchilla\"\nirreducible-loss = 1.5\ndata = { kind = \"tokens\", tokens = 1e12 }\nefficiency = 2",
    "[skill]\nkind = \"gadre\"\nconstants = \"besiroglu\"\ndata = { kind = \"unlimited\" }",
    "[skill]\nkind = \"table\"\npoints = [[1e7, 0.5], [1e12, 0.4]]\ntemperature = 0.3",
    "[skill]\nkind = \"quanta\"\nof = 7",
    "[skill]\nkind = \"quanta\"\nof = \"any\"",
    "[task]\nsteps = 2\ndifficulty = { kind = \"list\", multipliers = [1, 0.5] }",
    "[task]\nsteps = 1e3",
    "[task]\nsteps = { kind = \"uniform\", from = 3, to = 9 }",
    "[task]\nsteps = { kind = \"geometric\" }",
    "[task]\nsteps = { kind = \"poisson\", mean = 0.5, longest = 1412 }",
    "[task]\nsteps = { kind = \"log-normal\", median = 7.5, sd = 2 }",
    "[task]\nsteps = { kind = \"list\", lengths = [1, 5], weights = [1, 0.5] }",
    "[task]\nsteps = { kind = \"uniform\", to = 6 }\ndifficulty = { kind = \"list\", multipliers = [1, 2, 3, 4, 5, 6] }",
    "[task]\nformat = { kind = \"gate\" }",
    "[task]\nformat = { kind = \"gate\", curve = { kind = \"logistic\", midpoint = 3e9, slope = 4, floor = 0.02 } }",
    "[task.format]\nkind = \"gate\"\ncurve = { alpha = 0.3 }",
    "[usefulness]\nvalue = 1\nloss = 4\ncaught = 0.5\nreview = 0.1",
    "[usefulness]\nvalue = 1\nloss = 4\ncaught = 0.5\nattempt-cost = 0.02\nretries = 3\nfallback = 0.5",
];

/// What only the reader can see: how settings go together.
const WRONG_TOGETHER: &[&str] = &[
    "[skill]\nkind = \"logistic\"\nfloor = 0.9\nceiling = 0.5",
    "[task]\nformat = { kind = \"gate\", curve = { kind = \"logistic\", floor = 0.9, ceiling = 0.5 } }",
    "[skill]\nkind = \"hill\"\ninitial = 0.9",
    "[skill]\nkind = \"gadre\"\nk = 9",
    "[skill]\nkind = \"gadre\"\n[evaluation]\naxis = \"tokens\"",
    "[skill]\nkind = \"chinchilla\"\nirreducible-loss = 2",
    "[skill]\nkind = \"quanta\"\ncount = 6\nof = 7",
    "[skill]\nkind = \"broken-power-law\"\nmore-breaks = [{ at = 1e9, alpha-after = 1, width = 0.1 }]",
    "[skill]\nkind = \"table\"\npoints = [[1e8, 0.5], [1e11, 0.6]]",
    "[skill]\nkind = \"table\"\npoints = [[1e12, 0.5], [1e7, 0.6]]",
    "[skill]\nkind = \"table\"\npoints = [[1e7, 0.5], [1e12, 0.6]]\nfile = \"x.csv\"",
    "[task]\nsteps = 3\ndifficulty = { kind = \"list\", multipliers = [1, 2] }",
    "[task]\nsteps = { kind = \"uniform\", to = 6 }\ndifficulty = { kind = \"list\", multipliers = [1, 2, 3, 4, 5] }",
    "[task]\nsteps = { kind = \"uniform\", from = 9, to = 3 }",
    "[task]\nsteps = { kind = \"uniform\", from = 1, to = 1413 }",
    "[task]\nsteps = { kind = \"geometric\", mean = 30, longest = 20 }",
    "[task]\nsteps = { kind = \"poisson\", mean = 300 }",
    "[task]\nsteps = { kind = \"log-normal\", median = 300 }",
    "[task]\nsteps = { kind = \"list\", lengths = [5, 5], weights = [1, 1] }",
    "[task]\nsteps = { kind = \"list\", lengths = [5, 6], weights = [1] }",
    "[evaluation]\nscales = [2, 1]",
    "[evaluation]\nmetrics = [\"exact-match\", \"all-or-nothing\"]",
];

/// Tables [forecast] that reader and schema both refuse.
const WRONG_FORECASTS: &[&str] = &[
    "targets = 1e13",
    "target = []",
    "target = \"far\"",
    "target = -1e13",
    "target = [1e13, 1e13]",
    "of = 3",
    "up-to = 0",
    "models = []",
    "models = \"logit-lineer\"",
    "models = [\"bnsl\", \"bnsl\"]",
    "likelihood = \"normal\"",
    "threshold = 1.5",
    "max-extrapolation = 0",
    "replicates = 3",
    "assumed = 0.4",
    "assumed = {}",
    "horizon = 2",
    "[forecast.horizon]\nwithin = 0",
    "[forecast.horizon]\nshare = 1",
    "[forecast.horizon]\nfrom = []",
    "[forecast.horizon]\nper-decade = 300",
    "[forecast.horizon]\nitems = []",
    "[forecast.horizon]\nfamily = \"powerlaw\"",
    "[forecast.horizon]\ndepth = 3",
];

/// Tables [forecast] that both accept.
const RIGHT_FORECASTS: &[&str] = &[
    "",
    "target = 3e12",
    "target = [2e12, 3_000_000_000_000]",
    "of = \"partial-credit\"",
    "up-to = 1e10",
    "models = \"bnsl\"",
    "models = [\"skill-logistic\", \"last-value\"]",
    "likelihood = \"beta-binomial\"",
    "threshold = 0.25",
    "max-extrapolation = 0.5\nreplicates = 200",
    "assumed = { \"task.steps\" = 20 }",
    "[forecast.assumed]\ntask.steps = 20",
    "[forecast.horizon]\nwithin = 0.3\nper-decade = [1, 2, 4]\nitems = 100",
];

fn is_foretold(text: &str) -> bool {
    use mirage::files::{Source, load_forecast};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.toml");
    std::fs::write(&file, format!("[forecast]\n{text}")).unwrap();
    load_forecast(&Source::File(file), &[]).is_ok()
}

#[test]
fn the_reader_of_forecasts_agrees_with_these_examples() {
    for text in RIGHT_FORECASTS {
        assert!(is_foretold(text), "{text}");
    }
    for text in WRONG_FORECASTS {
        assert!(!is_foretold(text), "{text}");
    }
}

fn is_read(text: &str) -> bool {
    use mirage::files::{Source, load};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.toml");
    std::fs::write(&file, text).unwrap();
    load(&Source::File(file), &[]).is_ok()
}

fn is_swept(text: &str) -> bool {
    use mirage::files::{Source, SweepWords, load_study};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.toml");
    std::fs::write(&file, format!("[sweep]\n{text}")).unwrap();
    load_study(Some(&Source::File(file)), &[], &SweepWords::default()).is_ok()
}

#[test]
fn the_reader_of_sweeps_agrees_with_these_examples() {
    for text in RIGHT_SWEEPS {
        assert!(is_swept(text), "{text}");
    }
    for text in WRONG_SWEEPS {
        assert!(!is_swept(text), "{text}");
    }
}

#[test]
fn the_reader_agrees_with_these_examples() {
    for text in RIGHT {
        assert!(is_read(text), "{text}");
    }
    for text in WRONG.iter().chain(WRONG_TOGETHER) {
        assert!(!is_read(text), "{text}");
    }
}

/// Asks an independent validator, Python's jsonschema; where it is not installed, says so and checks nothing.
#[test]
fn an_independent_validator_agrees_with_these_examples() {
    const PROGRAM: &str = r#"
import json, sys
from jsonschema import Draft7Validator
told = json.load(sys.stdin)
Draft7Validator.check_schema(told["schema"])
validator = Draft7Validator(told["schema"])
json.dump([validator.is_valid(one) for one in told["instances"]], sys.stdout)
"#;
    let python = |arguments: &[&str]| {
        let mut command = Command::new("python3");
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    };
    if !python(&["-c", "import jsonschema"])
        .status()
        .is_ok_and(|status| status.success())
    {
        println!("skipped: python3 with the package jsonschema is not installed");
        return;
    }
    let shipped = SHIPPED.iter().map(|one| (one.text, true));
    let right = RIGHT.iter().chain(WRONG_TOGETHER).map(|text| (*text, true));
    let sweep = |text: &&str| format!("[sweep]\n{text}");
    let forecast = |text: &&str| format!("[forecast]\n{text}");
    let right_sweeps: Vec<String> = RIGHT_SWEEPS.iter().map(sweep).collect();
    let wrong_sweeps: Vec<String> = WRONG_SWEEPS.iter().map(sweep).collect();
    let right_forecasts: Vec<String> = RIGHT_FORECASTS.iter().map(forecast).collect();
    let wrong_forecasts: Vec<String> = WRONG_FORECASTS.iter().map(forecast).collect();
    let cases: Vec<(&str, bool)> = shipped
        .chain(right)
        .chain(right_sweeps.iter().map(|text| (text.as_str(), true)))
        .chain(WRONG.iter().map(|text| (*text, false)))
        .chain(wrong_sweeps.iter().map(|text| (text.as_str(), false)))
        .chain(right_forecasts.iter().map(|text| (text.as_str(), true)))
        .chain(wrong_forecasts.iter().map(|text| (text.as_str(), false)))
        .collect();
    let instances: Vec<Value> = cases
        .iter()
        .map(|(text, _)| {
            serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
        })
        .collect();
    let told = json!({ "schema": study_schema(), "instances": instances });
    let mut child = python(&["-c", PROGRAM]).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(told.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let verdicts: Vec<bool> = serde_json::from_slice(&output.stdout).expect("a valid schema");
    assert_eq!(verdicts.len(), cases.len());
    for ((text, valid), verdict) in cases.iter().zip(verdicts) {
        assert_eq!(verdict, *valid, "the schema on:\n{text}");
    }
}

/// A schema's choices with the table that selects each: `{}` or `{ "kind": ... }`.
fn kinds(schema: &Value) -> Vec<(Value, &Value)> {
    let Some(forms) = schema["oneOf"].as_array() else {
        return vec![(json!({}), schema)];
    };
    let with_kind = |form: &'_ Value| match form["properties"]["kind"]["const"].as_str() {
        Some(kind) => json!({ "kind": kind }),
        None => json!({}),
    };
    forms.iter().map(|form| (with_kind(form), form)).collect()
}

/// Every key of the table that the reader knows is in the schema, with the same default, and the other way round. `path` has
/// the names that lead to it, each with the table that it is in.
fn assert_agree(path: &[(&str, &Value)], table: &Value, form: &Value) {
    let mut file = table.clone();
    // What has no default, in its place.
    // Of settings of which one must be given, the first.
    let either = &form["anyOf"][0]["required"];
    let required = [&form["required"], either].into_iter();
    for required in required.filter_map(Value::as_array).flatten() {
        let name = required.as_str().unwrap();
        if name != "kind" {
            file[name] = form["properties"][name]["examples"][0].clone();
        }
    }
    let given = file.clone();
    // A table within a kind needs that kind around it.
    for (name, around) in path.iter().rev() {
        let mut outer = (*around).clone();
        outer[*name] = file;
        file = outer;
    }
    let scenario: Scenario =
        serde_json::from_value(file).unwrap_or_else(|error| panic!("{error}: {path:?}"));
    let mut read = serde_json::to_value(&scenario).unwrap();
    for (name, _) in path {
        read = read[*name].clone();
    }
    let (read, properties) = (
        read.as_object().unwrap(),
        form["properties"].as_object().unwrap(),
    );
    let sorted = |table: &serde_json::Map<String, Value>| {
        let mut keys: Vec<String> = table.keys().cloned().collect();
        keys.sort();
        keys
    };
    // A payoff leaves out what was not given.
    let is_payoff = properties.contains_key("loss");
    if !is_payoff {
        let mut known = properties.clone();
        // What is read from a file is written as what was read.
        known.remove("file");
        assert_eq!(sorted(read), sorted(&known), "{path:?} {table}");
    }
    for (key, value) in read {
        let schema = &properties[key];
        let default = match schema.get("default") {
            Some(default) => default,
            None => &given[key],
        };
        let default = if key == "kind" {
            &schema["const"]
        } else {
            default
        };
        assert_eq!(value, default, "{path:?}.{key}");
        let here = (key.as_str(), &given);
        let deeper: Vec<(&str, &Value)> = path.iter().copied().chain([here]).collect();
        for (table, form) in kinds(schema)
            .into_iter()
            .filter(|(_, form)| form["properties"].is_object())
        {
            assert_agree(&deeper, &table, form);
        }
    }
}

#[test]
fn schema_and_reader_know_the_same_keys_with_the_same_defaults() {
    assert_agree(&[], &json!({}), &Scenario::json_schema());
}

#[test]
fn only_a_default_kind_may_be_left_out() {
    let schema = Scenario::json_schema();
    let kinds = schema["properties"]["skill"]["oneOf"].as_array().unwrap();
    let optional = kinds.iter().filter(|kind| kind["required"].is_null());
    let names: Vec<&Value> = optional.map(|kind| &kind["title"]).collect();
    assert_eq!(names, ["power-law"]);
}

/// What a payoff leaves out is not written back, so its defaults are held against what they decide.
#[test]
fn what_a_payoff_leaves_out_has_the_default_of_the_schema() {
    let schema = Scenario::json_schema();
    let payoff = &schema["properties"]["usefulness"]["oneOf"][1]["properties"];
    let mut told = json!({ "value": 1.0, "loss": 4.0 });
    let threshold = |table: &Value| {
        let scenario: Scenario = serde_json::from_value(json!({ "usefulness": table })).unwrap();
        scenario.usefulness.threshold()
    };
    let left_out = threshold(&told);
    for key in ["caught", "review", "attempt-cost", "retries"] {
        told[key] = payoff[key]["default"].clone();
    }
    assert_eq!(threshold(&told), left_out);
}
