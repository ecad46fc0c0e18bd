//! Designs of sweeps: which points a table `[sweep]` and flags make.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use mirage::domain::{Difficulty, Scenario, Seed};
use mirage::engine::DesignDraws;
use mirage::files::{
    LoadError, Override, SampleWords, Source, Study, SweepWords, Told, load, load_study,
};
use mirage::study::{MOST_POINTS, Point};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{assert_scores, chi_square_score};

fn override_of(words: &str) -> Override {
    let (key, value) = words.split_once('=').unwrap();
    Override {
        key: key.to_owned(),
        value: value.to_owned(),
        words: format!("--set {words}"),
    }
}

fn axis(words: &str) -> Override {
    Override {
        words: format!("--sweep {words}"),
        ..override_of(words)
    }
}

fn told(flag: &str, text: &str) -> Told {
    Told {
        text: text.to_owned(),
        words: format!("{flag} {text}"),
    }
}

struct Case {
    folder: TempDir,
    file: PathBuf,
    overrides: Vec<Override>,
    words: SweepWords,
}

/// A scenario file with this text.
fn case(text: &str) -> Case {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("s.toml");
    fs::write(&file, text).unwrap();
    Case {
        folder,
        file,
        overrides: Vec::new(),
        words: SweepWords::default(),
    }
}

impl Case {
    fn with_points(self, csv: &str) -> Self {
        fs::write(self.folder.path().join("points.csv"), csv).unwrap();
        self
    }

    fn set(mut self, words: &str) -> Self {
        self.overrides.push(override_of(words));
        self
    }

    fn words(mut self, words: SweepWords) -> Self {
        self.words = words;
        self
    }

    fn load(&self) -> Result<Study, LoadError> {
        load_study(
            Some(&Source::File(self.file.clone())),
            &self.overrides,
            &self.words,
        )
    }

    /// The study, which its own text must make again.
    #[track_caller]
    fn study(&self) -> Study {
        let study = self.load().unwrap_or_else(|error| panic!("{error}"));
        let again = self.folder.path().join("again.toml");
        fs::write(&again, study.text()).unwrap();
        let again = load_study(Some(&Source::File(again)), &[], &SweepWords::default());
        let again = again.unwrap_or_else(|error| panic!("{error}\n{}", study.text()));
        assert_eq!(again.keys, study.keys, "{}", study.text());
        assert_eq!(again.points, study.points, "{}", study.text());
        assert_eq!(again.loaded.scenario, study.loaded.scenario);
        assert_eq!(again.text(), study.text());
        assert_eq!(
            (again.repeated, again.excluded),
            (study.repeated, study.excluded)
        );
        study
    }

    /// The settings of all points, as JSON.
    #[track_caller]
    fn settings(&self) -> Value {
        let study = self.study();
        for (place, point) in study.points.iter().enumerate() {
            assert_eq!(point.number, place as u64);
        }
        study
            .points
            .into_iter()
            .map(|point| point.settings)
            .collect()
    }

    fn error(&self) -> String {
        let error = self.load().unwrap_err().to_string();
        let folder = format!("{}/", self.folder.path().display());
        error.replace(&folder, "")
    }
}

fn sweep(text: &str) -> Case {
    case(&format!("[sweep]\n{text}"))
}

#[track_caller]
fn assert_message(case: &Case, parts: &[&str]) {
    let error = case.error();
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in:\n{error}");
    }
}

#[test]
fn a_grid_has_all_combinations_the_last_key_fastest() {
    let case = sweep("\"task.steps\" = [5, 1]\n\"skill.alpha\" = [0.2, 0.4, 0.3]\n");
    let study = case.study();
    assert_eq!(study.keys, ["task.steps", "skill.alpha"]);
    let expected = json!([[5, 0.2], [5, 0.4], [5, 0.3], [1, 0.2], [1, 0.4], [1, 0.3]]);
    assert_eq!(case.settings(), expected);
    let told = |point: &Point| {
        let alpha = serde_json::to_value(&point.scenario).unwrap()["skill"]["alpha"].clone();
        (point.scenario.task.lengths().to_string(), alpha)
    };
    assert_eq!(told(&study.points[3]), ("1".to_owned(), json!(0.2)));
    assert_eq!(study.points[3].scenario.title, "s");
    assert_eq!((study.repeated, study.excluded), (0, 0));
    assert_eq!(study.loaded.scenario.title, "s");
    assert!(study.loaded.has_sweep);
    fn is_shared_by_threads<T: Send + Sync>(_: &T) {}
    is_shared_by_threads(&study);
}

#[test]
fn keys_may_be_short_nested_and_in_any_order() {
    let whole = sweep("\"evaluation.items\" = [10, 20]\n\"skill.alpha\" = [0.2]\n");
    for text in [
        "items = [10, 20]\nalpha = [0.2]\n",
        "evaluation.items = [10, 20]\nskill.alpha = [0.2]\n",
        "evaluation = { items = [10, 20] }\nskill = { alpha = [0.2] }\n",
        "[sweep.evaluation]\nitems = [10, 20]\n[sweep.skill]\nalpha = [0.2]\n",
    ] {
        let study = sweep(text).study();
        assert_eq!(study.keys, ["evaluation.items", "skill.alpha"], "{text}");
        assert_eq!(study.points, whole.study().points, "{text}");
    }
}

#[test]
fn even_steps_have_twelve_digits_and_whole_keys_whole_numbers() {
    let case = sweep("alpha = \"lin:0.1:0.5:5\"\n");
    assert_eq!(case.settings(), json!([[0.1], [0.2], [0.3], [0.4], [0.5]]));
    let case = sweep("skill.c = \"log:1e7:1e9:5\"\n");
    let steps = json!([[1e7], [31_622_776.601_7], [1e8], [316_227_766.017], [1e9]]);
    assert_eq!(case.settings(), steps);
    // 1, 1.78, 3.16, 5.62, 10 and 1, 1.29, 1.67, 2.15, 2.78, ...
    let case = sweep("steps = \"log:1:10:5\"\n");
    assert_eq!(case.settings(), json!([[1], [2], [3], [6], [10]]));
    let case = sweep("steps = \"lin:1:3:9\"\n");
    assert_eq!(case.settings(), json!([[1], [2], [3]]));
    // Zero is a step where the number itself is even.
    assert_eq!(
        sweep("guess = \"lin:0:.5:2\"\n").settings(),
        json!([[0.0], [0.5]])
    );
    // The base scenario has a law of lengths, so what the key may be decides.
    let case = case_with_law("[sweep]\n\"task.steps\" = \"lin:1:2:4\"\n");
    assert_eq!(case.settings(), json!([[1], [2]]));
}

fn case_with_law(sweep: &str) -> Case {
    case(&format!(
        "[task]\nsteps = {{ kind = \"uniform\", to = 6 }}\n{sweep}"
    ))
}

#[test]
fn keys_that_go_together() {
    let text = "steps = [1, 2]\nitems = [10, 20, 30]\nalpha = [0.1, 0.2]\nzip = [[\"task.steps\", \"alpha\"]]\n";
    let expected = json!([
        [1, 10, 0.1],
        [1, 20, 0.1],
        [1, 30, 0.1],
        [2, 10, 0.2],
        [2, 20, 0.2],
        [2, 30, 0.2]
    ]);
    assert_eq!(sweep(text).settings(), expected);
    let unlike = sweep("steps = [1, 2]\nalpha = [0.1]\nzip = [[\"steps\", \"alpha\"]]\n");
    assert_message(
        &unlike,
        &[
            "`task.steps` has 2 values, `skill.alpha` has 1",
            "s.toml:4:8",
        ],
    );
    for (text, told) in [
        ("steps = [1]\nzip = [[\"steps\"]]\n", "two keys or more"),
        (
            "steps = [1]\nzip = [[\"steps\", \"alpha\"]]\n",
            "`skill.alpha` has no values here",
        ),
        (
            "steps = [1]\nzip = [[\"steps\", \"steps\"]]\n",
            "`task.steps` is in here twice",
        ),
        ("steps = [1]\nzip = [\"steps\"]\n", "expected lists of keys"),
        (
            "steps = [1]\nalpha = \"lin[0.1,0.2]\"\nzip = [[\"steps\", \"alpha\"]]\nsample = { kind = \"random\", points = 3 }",
            "`skill.alpha` has a range: only lists go together",
        ),
    ] {
        assert_message(&sweep(text), &[told, "s.toml:"]);
    }
}

#[test]
fn conditions_leave_points_out() {
    let text =
        "steps = [1, 10, 20]\nalpha = [0.2, 0.4]\nwhere = \"task.steps * skill.alpha < 4\"\n";
    let case = sweep(text);
    assert_eq!(case.settings(), json!([[1, 0.2], [1, 0.4], [10, 0.2]]));
    assert_eq!(case.study().excluded, 3);
    // All of a list, also of keys that are not swept.
    let text = "steps = [1, 2, 3]\nwhere = [\"steps > 1\", \"steps * items < 3000 and skill.kind == 'power-law'\"]\n";
    assert_eq!(sweep(text).settings(), json!([[2]]));
    // A key of another kind: not this point.
    let text = "skill.kind = [\"power-law\", \"logistic\"]\nwhere = \"skill.slope > 0\"\n";
    assert_eq!(sweep(text).settings(), json!([["logistic"]]));
    // What makes no scenario may be left out by a condition.
    let text = "kind = [\"logistic\"]\nfloor = [0.1, 0.8]\nskill.ceiling = [0.5, 0.9]\n";
    let text = text
        .replace("kind", "skill.kind")
        .replace("floor", "skill.floor");
    let kept = sweep(&format!("{text}where = \"skill.floor < skill.ceiling\"\n"));
    assert_eq!(kept.study().points.len(), 3);
    assert_message(
        &sweep(&text),
        &["in the point skill.kind = \"logistic\", skill.floor = 0.8, skill.ceiling = 0.5)"],
    );
    for (where_, told) in [
        (
            "steps > 5",
            "no point is left: the conditions hold for none of the 2 points",
        ),
        (
            "stepz > 5",
            "there is no key `stepz` (did you mean `task.steps`?)",
        ),
        (
            "steps = 5",
            "in the condition `steps = 5`: two values are compared with ==",
        ),
        ("steps + 5", "it is no comparison"),
        (
            "skill.kind == 3",
            "the text \"power-law\" cannot be compared so with the number 3",
        ),
        ("task.difficulty == 3", "`task.difficulty` is a table"),
    ] {
        let case = sweep(&format!("steps = [1, 2]\nwhere = \"{where_}\"\n"));
        assert_message(&case, &[told, "s.toml:3:9", "sweep.where"]);
    }
    assert_message(
        &sweep("steps = [1]\nwhere = 3\n"),
        &["expected a condition such as"],
    );
}

#[test]
fn kinds_take_their_keys_with_them() {
    let base = "[skill]\nalpha = 0.5\nc = 1e9\n";
    let case = case(&format!(
        "{base}[sweep]\nskill.kind = [\"power-law\", \"logistic\"]\n"
    ));
    let study = case.study();
    let skill = |place: usize| {
        serde_json::to_value(&study.points[place].scenario).unwrap()["skill"].clone()
    };
    // The kind that the base has by default keeps the settings of the base.
    assert_eq!(skill(0)["alpha"], 0.5);
    assert_eq!(skill(0)["c"], 1e9);
    assert_eq!(skill(1)["kind"], "logistic");
    assert_eq!(
        skill(1)["midpoint"],
        serde_json::to_value(Scenario::default())
            .map(|_| 1e9)
            .unwrap()
    );
    // A key that only one kind has: other points have none.
    let text = "blocks = [{ skill.kind = [\"logistic\"], skill.slope = [2, 3] }, { skill.kind = [\"power-law\"] }]\n";
    let settings = sweep(text).settings();
    assert_eq!(
        settings,
        json!([["logistic", 2.0], ["logistic", 3.0], ["power-law", null]])
    );
    // The kind may come after the key that needs it.
    let text = "skill.slope = [2]\nskill.kind = [\"logistic\"]\n";
    assert_eq!(sweep(text).settings(), json!([[2.0, "logistic"]]));
    // An override of a kind is part of the base.
    let case = sweep("skill.kind = [\"logistic\", \"power-law\"]\n");
    let case = case.set("skill.kind=logistic").set("skill.slope=3");
    let study = case.study();
    let slope = serde_json::to_value(&study.points[0].scenario).unwrap();
    assert_eq!(slope["skill"]["slope"], 3.0);
    assert_eq!(study.points[1].scenario.skill, Scenario::default().skill);
    // A payoff takes the place of the threshold, and the other way round.
    let study = sweep("usefulness.value = [1.0]\nusefulness.loss = [1, 4]\n").study();
    assert_eq!(study.points[1].scenario.usefulness.threshold(), 0.8);
    assert_eq!(study.points[0].scenario.usefulness.threshold(), 0.5);
    let case = self::case("[usefulness]\nvalue = 1\nloss = 4\n[sweep]\nthreshold = [0.3]\n");
    assert_eq!(case.study().points[0].scenario.usefulness.threshold(), 0.3);
}

#[test]
fn a_table_as_a_value_replaces_the_table() {
    let text = "[task]\ndifficulty = { kind = \"ramp\", from = 1e-2, to = 2 }\n[sweep]\n\"task.difficulty\" = [{ kind = \"equal\" }, { kind = \"ramp\", from = 1e-3 }]\n";
    let study = case(text).study();
    let texts = ["{ kind = \"equal\" }", "{ kind = \"ramp\", from = 1e-3 }"];
    let settings: Vec<&Value> = study
        .points
        .iter()
        .map(|point| &point.settings[0])
        .collect();
    assert_eq!(settings, texts);
    let ramp = serde_json::to_value(&study.points[1].scenario).unwrap();
    assert_eq!(ramp["task"]["difficulty"]["to"], 1.0);
    // Single values and tables in one list.
    let text = "task.steps = [3, { kind = \"uniform\", from = 2, to = 4 }]\nguess = [0, 0.5]\n";
    let uniform = "{ kind = \"uniform\", from = 2, to = 4 }";
    assert_eq!(
        sweep(text).settings(),
        json!([[3, 0.0], [3, 0.5], [uniform, 0.0], [uniform, 0.5]])
    );
    // Where another block leaves the table as it is, it is told as it is; so is a list.
    let text = "blocks = [{ \"task.difficulty\" = [{ kind = \"ramp\" }] }, { metrics = [[\"exact-match\"], \"partial-credit\"] }]\n";
    let settings = sweep(text).settings();
    let metrics = "[\"exact-match\", \"partial-credit\"]";
    let equal = "{ kind = \"equal\" }";
    let expected = json!([
        ["{ kind = \"ramp\" }", metrics],
        [equal, "[\"exact-match\"]"],
        [equal, "[\"partial-credit\"]"]
    ]);
    assert_eq!(settings, expected);
    // A table and one of its keys.
    let text = "task.difficulty = [{ kind = \"ramp\" }, { kind = \"ramp\", to = 2 }]\n";
    let text = format!(
        "\"task.difficulty.from\" = [0.01]\n{}",
        text.replace("task.difficulty", "\"task.difficulty\"")
    );
    let study = sweep(&text).study();
    let difficulty =
        serde_json::to_value(&study.points[1].scenario).unwrap()["task"]["difficulty"].clone();
    assert_eq!(
        difficulty,
        json!({ "kind": "ramp", "from": 0.01, "to": 2.0, "on": "hazard" })
    );
}

#[test]
fn points_may_be_written_one_by_one() {
    let csv = "\u{feff}task.steps, kind2, alpha, difficulty\r\n1,power-law,.5,\r\n2, logistic, ,\"{ kind = \"\"ramp\"\", from = 1e-3 }\"\r\n";
    let csv = csv.replace("kind2", "skill.kind");
    let case = sweep("points = \"points.csv\"\nitems = [10, 20]\n").with_points(&csv);
    let ramp = "{ kind = \"ramp\", from = 1e-3 }";
    let equal = "{ kind = \"equal\" }";
    let expected = json!([
        [1, "power-law", 0.5, equal, 10],
        [1, "power-law", 0.5, equal, 20],
        [2, "logistic", null, ramp, 10],
        [2, "logistic", null, ramp, 20]
    ]);
    assert_eq!(case.settings(), expected);
    let text =
        "points = [{ steps = 1, \"alpha\" = 0.5 }, { \"task.steps\" = 2, title = \"two\" }]\n";
    let default = 0.34;
    let expected = json!([[1, 0.5, "s"], [2, default, "two"]]);
    assert_eq!(sweep(text).settings(), expected);
    // Those of the command line replace those of the file; a path there begins where the user is.
    let other = TempDir::new().unwrap();
    fs::write(other.path().join("other.csv"), "steps\n7\n").unwrap();
    let words = SweepWords {
        points: Some(other.path().join("other.csv")),
        ..SweepWords::default()
    };
    let case = sweep("points = \"points.csv\"\n").with_points("steps\n1\n");
    assert_eq!(case.words(words).settings(), json!([[7]]));
    for (csv, parts) in [
        (
            "steps,alpha\n1,0.3\n2\n",
            ["this row has 1 cells, the header 2", "points.csv:3:1"],
        ),
        ("steps\n", ["there is no point in it", "points.csv:1:1"]),
        ("", ["there is no point in it", "sweep.points"]),
        (
            "stepz\n1\n",
            ["did you mean `task.steps`?", "points.csv:1:1"],
        ),
        (
            "steps,task.steps\n1,2\n",
            ["two columns have this key", "points.csv:1:1"],
        ),
        ("steps\n1\nx\n", ["task.steps: ", "points.csv:3:1"]),
        (
            "items\n5\n",
            ["every point would have this key twice", "evaluation.items"],
        ),
    ] {
        let text = "points = \"points.csv\"\nitems = [10, 20]\n";
        assert_message(&sweep(text).with_points(csv), &parts);
    }
    assert_message(
        &sweep("points = \"absent.csv\"\n"),
        &["cannot read", "absent.csv: there is no such file"],
    );
    assert_message(
        &sweep("points = [3]\n"),
        &["a point is a table such as", "s.toml:2:11"],
    );
    assert_message(&sweep("points = 3\n"), &["expected the name of a CSV file"]);
    assert_message(&sweep("points = []\n"), &["there is no point in it"]);
}

#[test]
fn blocks_stand_one_after_the_other() {
    let text = "guess = [0, 0.1]\nblocks = [{ steps = [1, 2] }, { steps = [3, 4], alpha = [0.2, 0.3], zip = [[\"steps\", \"alpha\"]] }]\n";
    let expected = json!([
        [0.0, 1, 0.34],
        [0.0, 2, 0.34],
        [0.1, 1, 0.34],
        [0.1, 2, 0.34],
        [0.0, 3, 0.2],
        [0.0, 4, 0.3],
        [0.1, 3, 0.2],
        [0.1, 4, 0.3]
    ]);
    let case = sweep(text);
    assert_eq!(
        case.study().keys,
        ["task.guess", "task.steps", "skill.alpha"]
    );
    assert_eq!(case.settings(), expected);
    // Points that are there already are left out, and counted.
    let text = "blocks = [{ steps = [1, 2] }, { steps = [2, 3], where = \"steps > guess\" }, { alpha = [0.34, 0.2] }]\n";
    let case = sweep(text);
    let study = case.study();
    assert_eq!(study.repeated, 1);
    assert_eq!(
        case.settings(),
        json!([[1, 0.34], [2, 0.34], [3, 0.34], [10, 0.34], [10, 0.2]])
    );
    // Each may have its own sample.
    let text = "blocks = [{ steps = [1] }, { steps = [2, 3], alpha = \"lin[0.1,0.2]\", sample = { kind = \"random\", points = 4 } }]\n";
    assert_eq!(sweep(text).study().points.len(), 5);
    for (text, told) in [
        (
            "steps = [1]\nblocks = [{ steps = [2] }]\n",
            "every point would have this key twice, first at s.toml:2:1",
        ),
        ("steps = [1]\nblocks = [{ }]\n", "this block has no key"),
        ("steps = [1]\nblocks = []\n", "there is no block in it"),
        ("steps = [1]\nblocks = [3]\n", "a block is a table such as"),
        ("steps = [1]\nblocks = 3\n", "expected a list of tables"),
        (
            "blocks = [{ steps = [1], blocks = [] }]\n",
            "a block has no blocks",
        ),
    ] {
        assert_message(&sweep(text), &[told, "s.toml:"]);
    }
}

/// The values of one key at all points.
fn column(study: &Study, key: &str) -> Vec<f64> {
    let place = study.keys.iter().position(|other| other == key).unwrap();
    let values = study.points.iter().map(|point| &point.settings[place]);
    values.map(|value| value.as_f64().unwrap()).collect()
}

fn sampled(kind: &str, points: u64, seed: u64, axes: &str) -> Case {
    sweep(&format!(
        "{axes}sample = {{ kind = \"{kind}\", points = {points}, seed = {seed} }}\n"
    ))
}

#[test]
fn random_points_stay_when_more_points_or_keys_are_asked_for() {
    let alpha = "alpha = \"lin[0.1,0.5]\"\n";
    let few = sampled("random", 20, 3, alpha).study();
    let more = sampled("random", 60, 3, alpha).study();
    assert_eq!(few.points[..], more.points[..20]);
    let wider = sampled(
        "random",
        20,
        3,
        &format!("skill.c = \"log[1e7,1e9]\"\n{alpha}"),
    )
    .study();
    assert_eq!(column(&wider, "skill.alpha"), column(&few, "skill.alpha"));
    assert_ne!(
        column(&wider, "skill.alpha"),
        column(&sampled("random", 20, 4, alpha).study(), "skill.alpha")
    );
    // A key by its full name or a shorter one is the same.
    let full = sampled(
        "random",
        20,
        3,
        &format!("\"skill.{}", alpha.replace(" =", "\" =")),
    );
    assert_eq!(full.study().points, few.points);
    // Pinned: a change here is a change of every published design.
    assert_eq!(column(&few, "skill.alpha")[..3], PINNED_ALPHA);
    let draws = DesignDraws::new(Seed::try_from(3).unwrap(), "task.steps");
    assert_eq!([draws.word(0), draws.word(9_999_999)], PINNED_WORDS);
    assert_eq!(draws.permutation(8), PINNED_PERMUTATION);
}

const PINNED_ALPHA: [f64; 3] = [0.3028584792632073, 0.3078717448970887, 0.2725042554498076];
const PINNED_WORDS: [u64; 2] = [18_311_976_777_447_723_753, 2_664_212_011_552_419_585];
const PINNED_PERMUTATION: [u32; 8] = [5, 2, 3, 6, 0, 1, 7, 4];

/// Counts of values by their share of a range in `cells` equal cells.
fn counts(shares: impl Iterator<Item = f64>, cells: usize) -> Vec<u64> {
    let mut counts = vec![0; cells];
    for share in shares {
        assert!((0.0..1.0).contains(&share), "{share}");
        counts[(share * cells as f64) as usize] += 1;
    }
    counts
}

#[test]
fn random_values_have_their_distributions() {
    let axes = "alpha = \"lin[0.1,0.5]\"\nskill.c = \"log[1e7,1e9]\"\nsteps = \"lin[3,9]\"\nitems = \"log[1,4]\"\nlevel = [0.8, 0.9, 0.95, 0.99]\nguess = \"lin[0,1]\"\n";
    let study = sampled("random", 20_000, 5, axes).study();
    assert_eq!(study.points.len(), 20_000);
    let even = |cells: usize| vec![1.0 / cells as f64; cells];
    let mut scores = Vec::new();
    let mut add =
        |counts: Vec<u64>, law: &[f64]| scores.push(chi_square_score(&counts, law).unwrap());
    let alpha = column(&study, "skill.alpha");
    add(counts(alpha.iter().map(|x| (x - 0.1) / 0.4), 50), &even(50));
    let c = column(&study, "skill.c");
    add(
        counts(c.iter().map(|x| (libm::log10(*x) - 7.0) / 2.0), 50),
        &even(50),
    );
    let steps = column(&study, "task.steps");
    add(
        counts(steps.iter().map(|x| (x - 3.0) / 7.0 + 0.01), 7),
        &even(7),
    );
    let items = column(&study, "evaluation.items");
    let law: Vec<f64> = (1..=4)
        .map(|k| (libm::log(f64::from(k + 1)) - libm::log(f64::from(k))) / libm::log(5.0))
        .collect();
    add(counts(items.iter().map(|x| (x - 0.5) / 4.0), 4), &law);
    let level = column(&study, "evaluation.level");
    let place = |x: &f64| [0.8, 0.9, 0.95, 0.99].iter().position(|y| x == y).unwrap();
    add(
        counts(level.iter().map(|x| place(x) as f64 / 4.0 + 0.01), 4),
        &even(4),
    );
    // Keys know nothing of each other, nor points of the next.
    let guess = column(&study, "task.guess");
    let pairs = alpha.iter().zip(&guess);
    add(
        counts(pairs.map(|(x, y)| ((x - 0.1) / 0.4 + y) % 1.0), 50),
        &even(50),
    );
    let neighbours = guess.iter().zip(&guess[1..]);
    add(
        counts(neighbours.map(|(x, y)| (x + y) % 1.0), 50),
        &even(50),
    );
    assert_scores(&scores, "draws of a design");
}

#[test]
fn a_latin_hypercube_takes_every_part_once() {
    let axes = "alpha = \"lin[0.1,0.5]\"\nskill.c = \"log[1e7,1e9]\"\nsteps = \"lin[1,120]\"\nitems = \"lin[1,7]\"\nattempts = \"log[1,100]\"\nlevel = [0.8, 0.9, 0.95, 0.99, 0.5, 0.6, 0.7]\n";
    let study = sampled("latin-hypercube", 60, 2, axes).study();
    assert_eq!(study.points.len(), 60);
    let share = |key: &str, share: &dyn Fn(f64) -> f64| -> Vec<f64> {
        column(&study, key).into_iter().map(share).collect()
    };
    let once = vec![1; 60];
    let alpha = share("skill.alpha", &|x| (x - 0.1) / 0.4);
    assert_eq!(counts(alpha.iter().copied(), 60), once);
    let c = share("skill.c", &|x| (libm::log10(x) - 7.0) / 2.0);
    assert_eq!(counts(c.iter().copied(), 60), once);
    // Two whole numbers to a part.
    let steps = share("task.steps", &|x| (x - 1.0 + 0.5) / 120.0);
    assert_eq!(counts(steps.iter().copied(), 60), once);
    // 60 / 7 points to a number, or to a value: 8 or 9.
    let items = counts(
        share("evaluation.items", &|x| (x - 0.5) / 7.0).into_iter(),
        7,
    );
    assert!(
        items.iter().all(|count| (8..=10).contains(count)),
        "{items:?}"
    );
    let mut levels = BTreeMap::new();
    for level in column(&study, "evaluation.level") {
        *levels.entry((level * 100.0) as u32).or_insert(0) += 1;
    }
    let mut found: Vec<u32> = levels.into_values().collect();
    found.sort_unstable();
    assert_eq!(found, [8, 8, 8, 9, 9, 9, 9]);
    // In no order, and each key in another.
    assert!(!alpha.is_sorted() && !c.is_sorted());
    let ranks = |shares: &[f64]| -> Vec<u32> { shares.iter().map(|x| (x * 60.0) as u32).collect() };
    assert_ne!(ranks(&alpha), ranks(&c));
    assert_ne!(ranks(&alpha), ranks(&steps));
}

#[test]
fn permutations_are_fair() {
    // All 24 orders of four, over seeds.
    let mut seen = BTreeMap::new();
    for seed in 0..24_000 {
        let draws = DesignDraws::new(Seed::try_from(seed).unwrap(), "task.steps");
        *seen.entry(draws.permutation(4)).or_insert(0) += 1;
    }
    let counts: Vec<u64> = seen.into_values().collect();
    assert_eq!(counts.len(), 24);
    let score = chi_square_score(&counts, &[1.0 / 24.0; 24]).unwrap();
    assert_scores(&[score], "permutations");
}

#[test]
fn the_command_line_adds_and_replaces() {
    let words = SweepWords {
        axes: vec![axis("steps=3,4"), axis("skill.alpha=lin:0.1:0.2:2")],
        ..SweepWords::default()
    };
    let file = sweep("\"task.steps\" = [1, 2]\nguess = [0, 0.5]\n").words(words.clone());
    assert_eq!(
        file.study().keys,
        ["task.steps", "task.guess", "skill.alpha"]
    );
    assert_eq!(file.study().points.len(), 8);
    assert_eq!(file.settings()[0], json!([3, 0.0, 0.1]));
    // Without a table [sweep], and without a file.
    let plain = case("[evaluation]\nitems = 50\n").words(words.clone());
    assert_eq!(
        plain.settings(),
        json!([[3, 0.1], [3, 0.2], [4, 0.1], [4, 0.2]])
    );
    let study = load_study(None, &[override_of("title=t")], &words).unwrap();
    assert_eq!(
        (study.loaded.name.as_str(), study.loaded.origin.as_str()),
        ("sweep", "no file")
    );
    assert_eq!(study.points.len(), 4);
    assert_eq!(study.points[0].scenario.title, "t");
    // Tables, texts, lists; conditions; keys that go together.
    let words = SweepWords {
        axes: vec![
            axis("task.difficulty={ kind = \"ramp\", from = 1e-3 },{ kind = \"equal\" }"),
            axis("skill.kind=power-law,\"logistic\""),
            axis("evaluation.metrics=[\"exact-match\", \"partial-credit\"],exact-match"),
        ],
        together: vec![told("--zip", "task.difficulty, skill.kind")],
        conditions: vec![told("--where", "skill.kind == 'logistic'")],
        ..SweepWords::default()
    };
    let expected = json!([
        [
            "{ kind = \"equal\" }",
            "logistic",
            "[\"exact-match\", \"partial-credit\"]"
        ],
        ["{ kind = \"equal\" }", "logistic", "[\"exact-match\"]"]
    ]);
    assert_eq!(case("").words(words).settings(), expected);
    // The sample of the file, or part of it.
    let file = |words| sampled("random", 5, 3, "alpha = \"lin[0.1,0.2]\"\n").words(words);
    let five = file(SweepWords::default()).study().points;
    let seven = SweepWords {
        sample: Some(SampleWords::Random(7)),
        ..SweepWords::default()
    };
    assert_eq!(file(seven).study().points[..5], five);
    let other = SweepWords {
        sample_seed: Some(4),
        ..SweepWords::default()
    };
    let other = file(other).study().points;
    assert!(other.len() == 5 && other != five);
    let hypercube = SweepWords {
        sample: Some(SampleWords::LatinHypercube(7)),
        ..SweepWords::default()
    };
    let shares = column(&file(hypercube).study(), "skill.alpha")
        .into_iter()
        .map(|x| (x - 0.1) / 0.1);
    assert_eq!(counts(shares, 7), [1; 7]);
    for (words, told) in [
        (
            SweepWords {
                axes: vec![axis("stepz=3")],
                ..SweepWords::default()
            },
            "did you mean `task.steps`?)\n  --> --sweep stepz=3",
        ),
        (
            SweepWords {
                axes: vec![axis("steps=1,,2")],
                ..SweepWords::default()
            },
            "a value is missing",
        ),
        (
            SweepWords {
                axes: vec![axis("steps=1"), axis("task.steps=2")],
                ..SweepWords::default()
            },
            "this key is given twice",
        ),
        (
            SweepWords {
                axes: vec![axis("steps=lin:5:1:3")],
                ..SweepWords::default()
            },
            "a range goes from a smaller to a larger",
        ),
        (
            SweepWords {
                sample_seed: Some(4),
                axes: vec![axis("steps=3")],
                ..SweepWords::default()
            },
            "a grid has no seed",
        ),
        (
            SweepWords {
                sample_seed: Some(1 << 63),
                axes: vec![axis("steps=3")],
                ..SweepWords::default()
            },
            "seeds",
        ),
        (
            SweepWords {
                axes: vec![axis("steps=2,2.5")],
                ..SweepWords::default()
            },
            "(in the point task.steps = 2.5)\n  --> --sweep steps=2,2.5",
        ),
        (
            SweepWords::default(),
            "there is nothing to sweep: give a file with a table [sweep], or --sweep",
        ),
        (
            SweepWords {
                conditions: vec![self::told("--where", "steps > 3")],
                ..SweepWords::default()
            },
            "there is nothing to sweep",
        ),
    ] {
        let error = case("").words(words).error();
        assert!(error.contains(told), "{told:?} is not in {error}");
    }
}

#[test]
fn mistakes_are_told_where_they_stand() {
    for (text, parts) in [
        (
            "stepz = [1]\n",
            [
                "there is no key `stepz` (did you mean `task.steps`?)",
                "s.toml:2:1",
            ],
        ),
        ("kind = [1]\n", ["`kind` could be ", "s.toml:2:1"]),
        (
            "task.steps = []\n",
            ["`task.steps` has no values", "s.toml:2:"],
        ),
        (
            "task.steps = 5\n",
            ["expected a list of values, such as [5]", "s.toml:2:14"],
        ),
        (
            "task.steps = \"five\"\n",
            ["found the text \"five\"", "s.toml:2:14"],
        ),
        (
            "task.steps = \"lin:1:5\"\n",
            ["expected a list such as", "s.toml:2:14"],
        ),
        (
            "task.steps = \"lin:1:5:1\"\n",
            ["expected 2 to 1000000 steps", "s.toml:2:14"],
        ),
        (
            "skill.c = \"log:0:5:3\"\n",
            ["a logarithmic one begins above 0", "s.toml:2:11"],
        ),
        (
            "task.steps = \"lin[1,5]\"\n",
            [
                "`task.steps` has a range to draw from, which a grid cannot list: add sample = { kind = \"random\", points = 100 }",
                "s.toml:2:",
            ],
        ),
        (
            "task.steps = \"lin[1.2,1.8]\"\n",
            ["this key takes whole numbers", "s.toml:2:14"],
        ),
        (
            "task.steps = \"lin[5,1]\"\n",
            ["a range goes from a smaller", "s.toml:2:14"],
        ),
        (
            "task.steps = [1, 0]\n",
            ["(in the point task.steps = 0)", "s.toml:2:18"],
        ),
        (
            "task.steps = [1]\nsteps = [2]\n",
            [
                "every point would have this key twice, first at s.toml:2:6",
                "s.toml:3:1",
            ],
        ),
        (
            "skill.slope = [1, 2]\n",
            ["it is one of kind \"logistic\"", "s.toml:2:7"],
        ),
        (
            "skill.kind = [\"logistik\"]\n",
            ["did you mean `logistic`?", "s.toml:2:15"],
        ),
        (
            "sample = { kind = \"random\", points = 5 }\n",
            ["nothing is swept", "s.toml:2:10"],
        ),
        (
            "steps = [1]\nsample = { kind = \"random\" }\n",
            ["`points` is missing", "s.toml:3:10"],
        ),
        (
            "steps = [1]\nsample = { kind = \"randon\", points = 5 }\n",
            ["did you mean `random`?", "s.toml:3:19"],
        ),
        (
            "steps = [1]\nsample = { kind = \"random\", point = 5 }\n",
            ["did you mean `points`?", "s.toml:3:29"],
        ),
        (
            "steps = [1]\nsample = { kind = \"random\", points = 0 }\n",
            ["a sample has 1 to 1000000 points, not 0", "s.toml:3:10"],
        ),
        (
            "steps = [1]\nsample = { kind = \"grid\", points = 5 }\n",
            ["a grid has all points", "s.toml:3:10"],
        ),
        (
            "steps = [1]\nsample = \"random\"\n",
            ["expected a table", "s.toml:3:10"],
        ),
        (
            "task.steps.to = [3]\n",
            ["`kind` is missing: it is one of", "s.toml:2:"],
        ),
        (
            "seed = \"lin:1:3000:3000\"\nitems = \"lin:1:4000:4000\"\n",
            [
                "the design has 12000000 points, more than the 1000000",
                "s.toml:1:2",
            ],
        ),
    ] {
        assert_message(&sweep(text), &parts);
    }
    assert_message(&case("sweep = 3\n"), &["[sweep] is a table"]);
    assert_message(&case("[sweep]\n"), &["nothing is swept", "s.toml:1:2"]);
    let set = sweep("steps = [1]\n").set("sweep.zip=3");
    assert_message(
        &set,
        &[
            "the flags of mirage sweep change a design",
            "--> --set sweep.zip=3",
        ],
    );
    let single = case("[task]\nsteps = 3\n[sweep]\ntask.steps.to = [3]\n");
    assert_message(
        &single,
        &[
            "`task.steps` is a single value, not a table; with a value for task.steps.kind it becomes one",
        ],
    );
    // More than any number of bits holds.
    let keys = [
        "skill.c",
        "guess",
        "task.floor",
        "threshold",
        "level",
        "seed",
    ];
    let many = keys.map(|key| format!("{key} = \"lin:1:9000000:100000\"\n"));
    let blocks: String = (0..6)
        .map(|_| format!("[[sweep.blocks]]\n{}", many.concat()))
        .collect();
    let outer = "title = [\"a\", \"b\"]\n";
    assert_message(
        &sweep(&format!("{outer}{blocks}")),
        &["the design has 12000000000000000000000000000000 points"],
    );
    assert_eq!(MOST_POINTS, 1_000_000);
    // Every message that the parts above do not name stays free of the words of programmers.
    assert_eq!(
        sweep("task.steps = [1, 0]\n").error(),
        "\
task.steps: 0 is not in the range of steps: 1 to 1000000 (in the point task.steps = 0)
  --> s.toml:2:18
  |
2 | task.steps = [1, 0]
  |                  ^"
    );
}

#[test]
fn run_and_replay_take_no_notice_of_a_sweep() {
    let with = case("[task]\nsteps = 3\n[sweep]\nnonsense = 3\n");
    let loaded = load(&Source::File(with.file.clone()), &[]).unwrap();
    assert!(loaded.has_sweep);
    let without = case("[task]\nsteps = 3\n");
    let plain = load(&Source::File(without.file.clone()), &[]).unwrap();
    assert!(!plain.has_sweep);
    assert_eq!(loaded.scenario, plain.scenario);
    // Whoever runs the file is told.
    let run = |case: &Case, words: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("mirage").unwrap();
        command.current_dir(case.folder.path());
        let done = command
            .args(["run", "s.toml", "--format", "csv"])
            .args(words);
        String::from_utf8(done.assert().success().get_output().stderr.clone()).unwrap()
    };
    let notice =
        "s: the file has a [sweep], left out here; mirage sweep s.toml runs all its points\n";
    let few = ["--set", "evaluation.items=10"];
    assert_eq!(run(&with, &few), notice);
    assert_eq!(run(&with, &[&few[..], &["-q"]].concat()), "");
    assert_eq!(run(&without, &few), "");
}

#[test]
fn ten_thousand_points_take_no_time() {
    let started = std::time::Instant::now();
    let case = sweep(
        "seed = \"lin:1:100:100\"\nalpha = \"lin:0.1:0.5:100\"\nwhere = \"alpha * seed > 0\"\n",
    );
    assert_eq!(case.load().unwrap().points.len(), 10_000);
    let took = started.elapsed().as_secs_f64();
    println!("{took} s");
    // A release takes a tenth of this; a program that looks through all points for each, a hundred times as much.
    assert!(took < 20.0, "{took} s");
}

/// In a written point a table with a kind is a value; any other leads to values.
#[test]
fn points_may_have_dotted_keys() {
    let of = |points: &str| {
        case(&format!(
            "[task]\nguess = 0.25\n[sweep]\npoints = [{points}]\n"
        ))
        .study()
    };
    let quoted = of("{ \"task.steps\" = 5 }");
    for points in ["{ task.steps = 5 }", "{ task = { steps = 5 } }"] {
        let dotted = of(points);
        assert_eq!(
            (&dotted.keys, &dotted.points),
            (&quoted.keys, &quoted.points)
        );
    }
    let table = of("{ task.difficulty = { kind = \"ramp\" }, skill.alpha = 0.5 }");
    assert_eq!(table.keys, ["task.difficulty", "skill.alpha"]);
    let task = table.points[0].scenario.task.chain();
    assert!(matches!(task.difficulty(), Difficulty::Ramp(_)));
    assert_message(
        &sweep("points = \"points.csv\"\n").with_points("skill\n\"{ alpha = 0.3 }\"\n"),
        &["a table in a cell says its `kind`"],
    );
}

/// A single list on the command line is the list of values that it would be in a file.
#[test]
fn a_list_on_the_command_line_is_one_of_values() {
    let of = |value: &str| {
        let words = SweepWords {
            axes: vec![override_of(&format!("task.steps={value}"))],
            ..SweepWords::default()
        };
        case("").words(words).settings()
    };
    assert_eq!(of("[1, 2, 5]"), of("1,2,5"));
}
