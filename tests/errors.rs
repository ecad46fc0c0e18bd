//! Every kind of bad input, and what the program says to it, as one text to read: `tests/snapshots/`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// Bytes for `s.toml`, a text for `p.csv`, words behind `mirage`, and what lies in the folder besides.
struct Case {
    file: Option<Vec<u8>>,
    points: Option<String>,
    words: Vec<String>,
    prepare: fn(&Path),
}

/// A file that `run` should refuse.
fn file(text: &str) -> Case {
    Case {
        file: Some(text.as_bytes().to_vec()),
        ..command("run s.toml --format csv")
    }
}

/// Words that should be refused, separated by single spaces.
fn command(words: &str) -> Case {
    Case {
        file: None,
        points: None,
        words: words.split(' ').map(str::to_owned).collect(),
        prepare: |_| {},
    }
}

/// `run` with a flag that should be refused.
fn with(words: &str) -> Case {
    command(&format!("run even-steps --format csv {words}"))
}

fn after(prepare: fn(&Path), words: &str) -> Case {
    Case {
        prepare,
        ..command(words)
    }
}

fn mirage(folder: &Path, words: &[String]) -> std::process::Output {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command
        .current_dir(folder)
        .args(words)
        .write_stdin("")
        .output()
        .unwrap()
}

/// The session as a user sees it: the file, the command, the exit code and standard error.
fn session(case: &Case) -> String {
    let folder = TempDir::new().unwrap();
    (case.prepare)(folder.path());
    let mut told = String::new();
    if let Some(bytes) = &case.file {
        fs::write(folder.path().join("s.toml"), bytes).unwrap();
        let text = String::from_utf8_lossy(bytes).replace('\r', "\\r");
        told += "s.toml:\n";
        text.lines()
            .for_each(|line| writeln!(told, "    {line}").unwrap());
    }
    if let Some(csv) = &case.points {
        fs::write(folder.path().join("p.csv"), csv).unwrap();
        told += "p.csv:\n";
        csv.lines()
            .for_each(|line| writeln!(told, "    {line}").unwrap());
    }
    let words: Vec<String> = case
        .words
        .iter()
        .map(|word| match word.contains(['"', '{', '[', '\'', '>']) {
            true => format!("'{word}'"),
            false if word.is_empty() => "''".to_owned(),
            false => word.clone(),
        })
        .collect();
    let done = mirage(folder.path(), &case.words);
    let code = done.status.code();
    // A new scenario is no new message.
    let shipped: Vec<&str> = mirage::files::SHIPPED.iter().map(|one| one.name).collect();
    let message = String::from_utf8(done.stderr).unwrap();
    let message = message.replace(&shipped.join(", "), "<every shipped name>");
    writeln!(told, "$ mirage {}", words.join(" ")).unwrap();
    told += &message;
    writeln!(told, "exit code {}", code.unwrap_or(-1)).unwrap();
    assert!(matches!(code, Some(1..=3)), "{told}");
    assert!(done.stdout.is_empty(), "{told}");
    for telltale in [
        "panicked",
        "Some(",
        "None",
        "Err(",
        "Error {",
        "src/",
        "Os {",
        folder.path().to_str().unwrap(),
    ] {
        assert!(!message.contains(telltale), "{telltale} in:\n{told}");
    }
    told
}

fn results_of_default(folder: &Path) {
    let words = "run default -q --set evaluation.items=10 --figures none -o results";
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    assert!(mirage(folder, &words).status.success());
}

/// `sweep` of a file with this design, which it should refuse.
fn file_swept(design: &str) -> Case {
    file(&format!("[sweep]\n{design}")).words("sweep s.toml --format csv")
}

/// `sweep` with points from `p.csv`, beside items.
fn with_points(csv: &str) -> Case {
    Case {
        points: Some(csv.to_owned()),
        ..file_swept("points = \"p.csv\"\nitems = [10, 20]\n")
    }
}

/// `power` of a file with these settings, which it should refuse.
fn powered(settings: &str) -> Case {
    file(&format!("[power]\n{settings}")).words("power s.toml")
}

/// `fit` of this table, which it should refuse.
fn scores(table: &str, flags: &str) -> Case {
    Case {
        points: Some(table.to_owned()),
        ..command(&format!("fit p.csv{flags}"))
    }
}

/// The same of rows below the usual header.
fn rows(rows: &str, flags: &str) -> Case {
    scores(&format!("scale,metric,estimate,items\n{rows}"), flags)
}

/// `forecast` of a file with these settings, which it should refuse.
fn foretold(settings: &str) -> Case {
    file(&format!("[forecast]\n{settings}")).words("forecast s.toml")
}

/// `forecast` of a table of scores, which it should refuse.
fn continued(words: &'static str) -> Case {
    after(
        |folder| {
            let table = "scale,metric,estimate,items\n1e8,exact-match,0.01,100\n1e9,exact-match,0.1,100\n1e10,exact-match,0.4,100\n";
            fs::write(folder.join("mine.csv"), table).unwrap();
        },
        words,
    )
}

impl Case {
    fn words(self, words: &str) -> Self {
        Self {
            words: command(words).words,
            ..self
        }
    }
}

#[track_caller]
fn run_quietly(folder: &Path, words: &str) {
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let done = mirage(folder, &words);
    let message = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{words:?}: {message}");
}

/// A sweep of two points in `swept`.
fn a_sweep(folder: &Path) {
    a_study(folder);
    run_quietly(folder, "sweep -q study.toml -o swept");
}

fn a_study(folder: &Path) {
    let text = "[evaluation]\nitems = 10\nscales = [1e8, 1e10]\n[sweep]\n\"task.steps\" = [2, 5]\n";
    fs::write(folder.join("study.toml"), text).unwrap();
}

/// The first of two shards of it in `shards`.
fn one_of_two_shards(folder: &Path) {
    a_study(folder);
    run_quietly(folder, "sweep -q study.toml --shard 0/2 -o shards");
}

fn cases() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        (
            "Keys that are not known",
            vec![
                file("[task]\nsteps = 3\nstesp = 3\n"),
                file("[skill]\nalhpa = 0.3\n"),
                file("[evaluation]\nbananas = 3\n"),
                file("items = 3\n"),
                file("[skill]\nsteps = 3\n"),
                file("[skil]\nalpha = 1\n"),
                file("[skill]\nkind = \"logistic\"\nalpha = 0.3\n"),
                file("[task]\nspread = { kind = \"none\", sd = 1 }\n"),
                file("[task]\ndifficulty = { kind = \"ramp\", form = 1 }\n"),
                file("[task]\ndifficulty = { from = 1 }\n"),
            ],
        ),
        (
            "Kinds and names that are not known",
            vec![
                file("[skill]\nkind = \"powerlaw\"\n"),
                file("[skill]\nkind = \"banana\"\n"),
                file("[skill]\nkind = 3\n"),
                file("[task]\nkind = \"step\"\n"),
                file("[task]\ndifficulty = { kind = \"rampe\" }\n"),
                file("[task]\ndifficulty = \"ramp\"\n"),
                file("[evaluation]\naxis = \"params\"\n"),
                file("[evaluation]\npairing = \"some\"\n"),
            ],
        ),
        (
            "Values of another type",
            vec![
                file("title = 3\n"),
                file("seed = \"7\"\n"),
                file("seed = 1979-05-27\n"),
                file("skill = \"logistic\"\n"),
                file("task = 5\n"),
                file("[[task]]\nsteps = 3\n"),
                file("[task]\nsteps = \"ten\"\n"),
                file("[task]\nsteps = 2.5\n"),
                file("[task]\nsteps = true\n"),
                file("[skill]\nalpha = \"x\"\n"),
                file("[skill]\nalpha = [1, 2]\n"),
                file("[skill]\nbetween-seeds = false\n"),
                file("[evaluation]\naxis = 3\n"),
                file("[evaluation]\nscales = 1e9\n"),
                file("[evaluation]\nscales = [1e8, \"1e9\"]\n"),
                file("[evaluation]\nmetrics = 3\n"),
                file("[evaluation]\nmetrics = [3]\n"),
                file("evaluation = []\n"),
                file("[usefulness]\nthreshold = \"high\"\n"),
                file("usefulness = 0.8\n"),
                file("[task]\ndifficulty = { kind = \"list\", multipliers = 3 }\n"),
            ],
        ),
        (
            "Values out of range",
            vec![
                file("schema = 0\n"),
                file("schema = 2\n"),
                file("seed = -1\n"),
                file("seed = 9223372036854775808\n"),
                file("[skill]\nc = 0\n"),
                file("[skill]\nc = inf\n"),
                file("[skill]\nalpha = -0.3\n"),
                file("[skill]\nalpha = nan\n"),
                file("[skill]\nalpha = 1e999\n"),
                file("[skill]\nkind = \"irreducible-power-law\"\nirreducible = -0.1\n"),
                file("[task]\nguess = 1.5\n"),
                file("[task]\nformat = { kind = \"gate\", curve = { midpoint = 1e9 } }\n"),
                file("[task]\nsteps = 0\n"),
                file("[task]\nsteps = -4\n"),
                file("[task]\nsteps = 2e6\n"),
                file("[evaluation]\nitems = 0\n"),
                file("[evaluation]\nattempts = 2e9\n"),
                file("[evaluation]\ntraining-seeds = 1e6\n"),
                file("[evaluation]\nlevel = 1\n"),
                file("[evaluation]\nlevel = 95\n"),
                file("[usefulness]\nthreshold = -0.1\n"),
            ],
        ),
        (
            "Lengths",
            vec![
                file("[task]\nsteps = \"many\"\n"),
                file("[task]\nsteps = \"10\"\n"),
                file("[task]\nsteps = [5, 15]\n"),
                file("[task]\nsteps = {}\n"),
                file("[task]\nsteps = { mean = 7 }\n"),
                file("[task]\nsteps = { kind = \"gaussian\", mean = 7 }\n"),
                file("[task]\nsteps = { kind = \"possion\", mean = 7 }\n"),
                file("[task]\nsteps = { kind = 3 }\n"),
                file("[task]\nsteps = { kind = \"uniform\", from = 5, upto = 15 }\n"),
                file("[task]\nsteps = { kind = \"uniform\", mean = 7 }\n"),
                file("[task]\nmean = 7\n"),
                file("[task]\nsteps = { kind = \"uniform\", from = 0, to = 3 }\n"),
                file("[task]\nsteps = { kind = \"uniform\", from = 2.5, to = 3 }\n"),
                file("[task]\nsteps = { kind = \"uniform\", from = 9, to = 3 }\n"),
                file("[task]\nsteps = { kind = \"uniform\", from = 1, to = 5000 }\n"),
                file("[task.steps]\nkind = \"geometric\"\nmean = 0.5\n"),
                file("[task.steps]\nkind = \"geometric\"\nmean = inf\n"),
                file("[task]\nsteps = { kind = \"geometric\", mean = 300 }\n"),
                file("[task]\nsteps = { kind = \"poisson\", mean = 10, longest = 5000 }\n"),
                file("[task]\nsteps = { kind = \"poisson\", mean = -1 }\n"),
                file("[task]\nsteps = { kind = \"poisson\", mean = 20, longest = 10 }\n"),
                file("[task]\nsteps = { kind = \"log-normal\", median = 1e9 }\n"),
                file("[task]\nsteps = { kind = \"log-normal\", sd = 0 }\n"),
                file("[task]\nsteps = { kind = \"list\" }\n"),
                file("[task]\nsteps = { kind = \"list\", lengths = [1, 5] }\n"),
                file("[task]\nsteps = { kind = \"list\", lengths = [], weights = [] }\n"),
                file("[task]\nsteps = { kind = \"list\", lengths = [5, 1], weights = [1, 2] }\n"),
                file("[task]\nsteps = { kind = \"list\", lengths = [1, 5], weights = [1] }\n"),
                file("[task]\nsteps = { kind = \"list\", lengths = [1, 0], weights = [1, 2] }\n"),
                file("[task]\nsteps = { kind = \"list\", lengths = [1, 1e6], weights = [1, 2] }\n"),
                file(
                    "[task]\nsteps = { kind = \"uniform\", to = 6 }\ndifficulty = { kind = \"list\", multipliers = [1, 2] }\n",
                ),
            ],
        ),
        (
            "Scales",
            vec![
                file("[evaluation]\nscales = \"log:1e7:1e12\"\n"),
                file("[evaluation]\nscales = \"log:1e7:1e12:many\"\n"),
                file("[evaluation]\nscales = \"log:0:1e12:26\"\n"),
                file("[evaluation]\nscales = \"log:1e9:1e8:3\"\n"),
                file("[evaluation]\nscales = \"lin:1e8:1e9:1\"\n"),
                file("[evaluation]\nscales = \"log:1e7:1e12:1e6\"\n"),
                file("[evaluation]\nscales = [1e9, 1e8]\n"),
                file("[evaluation]\nscales = [1e8, -1e9]\n"),
                file("[evaluation]\nscales = []\n"),
            ],
        ),
        (
            "Metrics",
            vec![
                file("[evaluation]\nmetrics = [\"exact-match\", \"partial\"]\n"),
                file("[evaluation]\nmetrics = [\"pass-mrak:0.8\"]\n"),
                file("[evaluation]\nmetrics = [\"bleu\"]\n"),
                file("[evaluation]\nmetrics = \"exact-match,bleu\"\n"),
                file("[evaluation]\nmetrics = [\"pass-mark\"]\n"),
                file("[evaluation]\nmetrics = [\"pass-mark:1.2\"]\n"),
                file("[evaluation]\nmetrics = [\"pass-mark:80%\"]\n"),
                file("[evaluation]\nmetrics = [\"harshness:0\"]\n"),
                file("[evaluation]\nmetrics = [\"log-likelihood\"]\n"),
                file("[evaluation]\nmetrics = [\"exact-match\", \"choice-accuracy\"]\n"),
                file("[task]\nkind = \"choice\"\n[evaluation]\nmetrics = [\"edit-distance\"]\n"),
                file("[evaluation]\nmetrics = [\"chance-corrected:1/exact-match\"]\n"),
                file("[evaluation]\nmetrics = [\"normalised:0.2/exact-match\"]\n"),
                file("[evaluation]\nmetrics = [\"normalized:0:1/exact-match\"]\n"),
                file("[task.tokens]\ndeleted = 0.7\ninserted = 0.4\n"),
                file("[task.likelihood]\nkind = \"log-normal\"\nsd = 0\n"),
                file("[task]\nkind = \"choice\"\noptions = 1\n"),
                file("[task]\nkind = \"choice\"\nsteps = 3\n"),
                file("[skill]\nkind = \"table\"\npoints = [[1e8, 0.5], [1e9, 0.6]]\n"),
                file("[skill]\nkind = \"chinchilla\"\n[evaluation]\naxis = \"flops\"\n"),
                file("[skill]\ntemperature = 0\n"),
                file("[evaluation]\nmetrics = [\"exact-match:2\"]\n"),
                file("[evaluation]\nmetrics = [\"exact-match\", \"all-or-nothing\"]\n"),
                file("[evaluation]\nmetrics = []\n"),
                file("[evaluation]\nmetrics = \"\"\n"),
            ],
        ),
        (
            "Settings that do not go together",
            vec![
                file("[skill]\nkind = \"logistic\"\nfloor = 0.9\nceiling = 0.5\n"),
                file(
                    "[task]\nformat = { kind = \"gate\", curve = { kind = \"logistic\", floor = 0.9, ceiling = 0.5 } }\n",
                ),
                file("[skill]\nkind = \"linear-log\"\nzero-at = 1e9\none-at = 1e8\n"),
                file("[task]\nsteps = 3\ndifficulty = { kind = \"list\", multipliers = [1, 2] }\n"),
                file("[task]\ndifficulty = { kind = \"list\" }\n"),
                file("[usefulness]\nthreshold = 0.5\nvalue = 1\n"),
                file("[usefulness]\nvalue = 1\n"),
                file("[usefulness]\nvalue = 1\nloss = 0\nreview = 2\n"),
                file("[usefulness]\nvalue = 1\nloss = 4\nretries = 3\n"),
                file("[usefulness]\nvalue = 1\nloss = 4\ncaught = 0.5\nretries = 101\n"),
                file("[usefulness]\nvalue = 1\nloss = 4\nfallback = 1.5\n"),
                file("[usefulness]\nvalue = 1\nloss = 4\nfallback = 0\n"),
                file("[usefulness]\nvalue = 1\nloss = 4\nreview = 0.3\nfallback = 0.2\n"),
                file("[usefulness]\nvalue = 1\nloss = 0\nattempt-cost = 2\n"),
                file("[usefulness]\nthreshold = 0.5\nretries = 1\n"),
            ],
        ),
        (
            "Attempts that are reduced, and training runs that differ",
            vec![
                file("[evaluation]\nmetrics = [\"pass@5\"]\n"),
                file("[evaluation]\nattempts = 4\nmetrics = [\"exact-match\", \"majority@5\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass@0\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass@\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass@2.5\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass5\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass@5/partial-credit\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass@5/pass@2\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass-until@1\"]\n"),
                file("[evaluation]\nattempts = 8\nmetrics = [\"g-pass@8:0\"]\n"),
                file("[evaluation]\nattempts = 8\nmetrics = [\"g-pass@8\"]\n"),
                file("[evaluation]\nattempts = 8\nmetrics = [\"g-pass@8:1.5\"]\n"),
                file("[evaluation]\nattempts = 5\nmetrics = [\"pass@3\", \"pass@03\"]\n"),
                file("[evaluation]\ntarget = \"both-of-them\"\n"),
                file("[evaluation]\ntarget = 3\n"),
                file("[task]\nwrong-answers = 0\n"),
                file("[task]\nwrong-answers = 1000001\n"),
                file("[task]\nkind = \"choice\"\nwrong-answers = 2\n"),
                file("[skill]\nbetween-seeds = { kind = \"gaussian\" }\n"),
                file("[skill]\nbetween-seeds = { kind = \"normal\", low = 0.1 }\n"),
                file("[skill]\nbetween-seeds = { kind = \"normal\", sd = -0.1 }\n"),
                file("[skill]\nbetween-seeds = { kind = \"bimodal\", low = 2 }\n"),
                file("[skill]\nbetween-seeds = { kind = \"bimodal\", slope = 0 }\n"),
                file("[skill]\nbetween-seeds = { sd = 0.1 }\n"),
                file("[usefulness]\nvalue = 1\nloss = 4\nattempt-cost = -1\n"),
                with("--metric pass@3"),
            ],
        ),
        (
            "Comparisons",
            vec![
                command("compare default --metric exact-match"),
                command("compare default --metric exact-match,exact-match"),
                command("compare default even-steps few-scales"),
                command("compare default nosuch"),
                command("compare default even-steps --metric pass@3"),
                file("seed = 3\n").words("compare default s.toml"),
                file("[evaluation]\nitems = 30\n").words("compare default s.toml"),
                file("[evaluation]\nscales = [3e9]\n").words("compare default s.toml"),
                file("[evaluation]\nmetrics = [\"prefix-credit\"]\n")
                    .words("compare default s.toml"),
            ],
        ),
        (
            "Text that is not TOML",
            vec![
                file("[task\nsteps = 3\n"),
                file("[task]\nsteps == 3\n"),
                file("[task]\nsteps =\n"),
                file("[task]\nsteps\n"),
                file("[task]\nsteps: 3\n"),
                file("[task]\nsteps = 3 guess = 0.1\n"),
                file("[task]\nsteps = 3\nsteps = 4\n"),
                file("[task]\nsteps = 3\n[task]\nguess = 0.1\n"),
                file("title = \"never closed\n"),
                file("title = \"a \\q b\"\n"),
                file("title = Uneven\n"),
                file("[skill]\nalpha = .3\n"),
                file("[skill]\nalpha = 0,3\n"),
                file("[skill]\nalpha = 1.2.3\n"),
                file("[evaluation]\nitems = 1,000\n"),
                file("[evaluation]\nscales = [1e8 1e9]\n"),
                file("[evaluation]\nscales = [1e8, 1e9\n"),
                file("[task]\ndifficulty = { kind = \"ramp\"\n"),
                file("# \u{e4}\u{f6}\u{fc}\n[task]\n\t\"\u{e4}\" = 1; steps\n"),
                file("{ \"task\": { \"steps\": 3 } }\n"),
                file("\u{1}\n"),
            ],
        ),
        (
            "Settings on the command line",
            vec![
                with("--set task.steps"),
                with("--set =1"),
                with("--set task..steps=1"),
                with("--set task.stesp=3"),
                with("--set bananas.ripe=3"),
                with("--set steps=3"),
                with("--set task=3"),
                with("--set task.steps.more=3"),
                with("--set task.steps=many"),
                with("--set task.steps="),
                with("--set task.steps.mean=7"),
                with("--set task.steps.kind=binomial"),
                with("--set task.steps.kind=uniform --set task.steps.mean=7"),
                with("--set task.steps={kind=\"uniform\",from=9,to=3}"),
                with("--set task.guess.kind=none"),
                with("--set task.guess=1.5"),
                with("--set task.format.kind=gates"),
                with("--set task.format.curve.midpoint=1e9"),
                with("--set skill.kind=banana"),
                with("--set skill.midpoint=1e9"),
                with("--set skill.kind=logistic --set skill.alpha=0.3"),
                with("--set evaluation.metrics=exact-match,exact"),
                with("--set evaluation.scales=[1e9,1e8]"),
                with("--set evaluation.scales=[1e8"),
                with("--seed -1"),
                with("--seed seven"),
                with("--pairing some"),
            ],
        ),
        (
            "Words on the command line",
            vec![
                command("walk"),
                command("rum"),
                command("run --stes 3"),
                command("run evensteps"),
                command("run banana"),
                command("run none.toml"),
                command("run ./even-steps"),
                after(
                    |folder| fs::create_dir(folder.join("dir")).unwrap(),
                    "run dir/",
                ),
                after(
                    |folder| fs::create_dir(folder.join("dir.toml")).unwrap(),
                    "run dir.toml",
                ),
                after(
                    |folder| fs::write(folder.join("latin1.toml"), b"title = \"\xe4\"\n").unwrap(),
                    "run latin1.toml",
                ),
                command("run - -"),
                Case {
                    words: vec!["run".to_owned(), String::new()],
                    ..command("")
                },
                command("run --format yaml"),
                command("run --figures gif"),
                command("run --figures png,none"),
                command("run default --figures png --format csv"),
                command("run -j 0"),
                command("run -q -v"),
                after(
                    |folder| {
                        fs::write(folder.join("t.toml"), "[evaluation]\naxis = \"tokens\"\n")
                            .unwrap()
                    },
                    "run default t.toml",
                ),
                command("list"),
                command("list curve"),
                command("list bananas"),
                command("completions tcsh"),
                after(
                    |folder| fs::write(folder.join("mine.toml"), "precious").unwrap(),
                    "init mine",
                ),
                command("init no-such-folder/mine"),
                command("init folder/"),
                after(
                    |folder| fs::write(folder.join("man1"), "a file").unwrap(),
                    "man man1",
                ),
            ],
        ),
        (
            "Replays",
            vec![
                command("replay"),
                command("replay even-steps --item 3"),
                command("replay evensteps --scale 1e10 --item 3"),
                command("replay even-steps --scale 0 --item 3"),
                command("replay even-steps --scale big --item 3"),
                command("replay even-steps --scale 1e10 --item -1"),
                command("replay even-steps --scale 1e10 --item 1000"),
                command("replay even-steps --scale 1e10 --item 3 --attempt 1"),
                command(
                    "replay even-steps --scale 1e10 --item 3 --attempt 4 --set evaluation.attempts=4",
                ),
                command("replay even-steps --scale 1e10 --item 3 --training-seed 1"),
                command("replay even-steps --scale 1e10 --item 3 --steps 5..11"),
                command("replay even-steps --scale 1e10 --item 3 --steps 5..2"),
                command("replay even-steps --scale 1e10 --item 3 --steps 0"),
                command("replay even-steps --scale 1e10 --item 3 --set task.stesp=3"),
            ],
        ),
        (
            "Traces",
            vec![
                after(
                    |folder| fs::write(folder.join("t.jsonl"), "precious").unwrap(),
                    "run default --traces t.jsonl",
                ),
                command("run default --traces -"),
                command("run default --traces traces/"),
                command("run default --traces t.jsonl --traces-limit 0"),
                command("run default --traces-limit 10"),
                command("run default --traces t.jsonl --expected-only"),
                after(
                    |folder| fs::write(folder.join("logs"), "a file").unwrap(),
                    "run default --traces logs/t.jsonl",
                ),
            ],
        ),
        (
            "Folders that are taken",
            vec![
                after(
                    |folder| fs::write(folder.join("thesis.tex"), "precious").unwrap(),
                    "run default -o .",
                ),
                after(
                    results_of_default,
                    "run default --set task.guess=0.1 -o results",
                ),
                after(results_of_default, "run -o results"),
                after(
                    |folder| fs::write(folder.join("out"), "a file").unwrap(),
                    "run default",
                ),
            ],
        ),
        (
            "Designs in a file",
            vec![
                file_swept("stepz = [1]\n"),
                file_swept("kind = [1]\n"),
                file_swept("task.steps = []\n"),
                file_swept("task.steps = 5\n"),
                file_swept("task.steps = \"five\"\n"),
                file_swept("task.steps = \"lin:1:5\"\n"),
                file_swept("task.steps = \"lin:1:5:1\"\n"),
                file_swept("skill.c = \"log:0:5:3\"\n"),
                file_swept("task.steps = \"lin[1,5]\"\n"),
                file_swept("task.steps = \"lin[1.2,1.8]\"\n"),
                file_swept("task.steps = \"lin[5,1]\"\n"),
                file_swept("task.steps = [1, 0]\n"),
                file_swept("task.steps = [1, 2.5]\n"),
                file_swept("task.steps = [1]\nsteps = [2]\n"),
                file_swept("skill.slope = [1, 2]\n"),
                file_swept("skill.kind = [\"logistik\"]\n"),
                file_swept("task.steps.to = [3]\n"),
                file_swept(
                    "\"skill.kind\" = [\"logistic\"]\n\"skill.floor\" = [0.1, 0.8]\n\"skill.ceiling\" = [0.5, 0.9]\n",
                ),
                file_swept("seed = \"lin:1:3000:3000\"\nitems = \"lin:1:4000:4000\"\n"),
                file_swept(""),
                file("sweep = 3\n").words("sweep s.toml --format csv"),
                file("[task]\nsteps = 3\n").words("sweep s.toml --format csv"),
                file("[task]\nsteps = 3\n[sweep]\ntask.steps.to = [3]\n")
                    .words("sweep s.toml --format csv"),
                file_swept("steps = [1]\n").words("sweep s.toml --set sweep.zip=3"),
                file_swept("steps = [1]\n").words("sweep s.toml --set task.stesp=3"),
                file("[task\n[sweep]\nsteps = [1]\n").words("sweep s.toml --format csv"),
            ],
        ),
        (
            "Keys that go together, conditions and samples",
            vec![
                file_swept("steps = [1, 2]\nalpha = [0.1]\nzip = [[\"steps\", \"alpha\"]]\n"),
                file_swept("steps = [1]\nzip = [[\"steps\"]]\n"),
                file_swept("steps = [1]\nzip = [[\"steps\", \"alpha\"]]\n"),
                file_swept("steps = [1]\nzip = [[\"steps\", \"steps\"]]\n"),
                file_swept("steps = [1]\nzip = [\"steps\"]\n"),
                file_swept(
                    "steps = [1]\nalpha = \"lin[0.1,0.2]\"\nzip = [[\"steps\", \"alpha\"]]\nsample = { kind = \"random\", points = 3 }\n",
                ),
                file_swept("steps = [1, 2]\nwhere = \"steps > 5\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"stepz > 5\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"steps = 5\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"steps + 5\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"steps < 5 & alpha < 1\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"(steps < 5\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"skill.kind == 3\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"task.difficulty == 3\"\n"),
                file_swept("steps = [1, 2]\nwhere = \"\"\n"),
                file_swept("steps = [1]\nwhere = 3\n"),
                file_swept("sample = { kind = \"random\", points = 5 }\n"),
                file_swept("steps = [1]\nsample = { kind = \"random\" }\n"),
                file_swept("steps = [1]\nsample = { kind = \"randon\", points = 5 }\n"),
                file_swept("steps = [1]\nsample = { kind = \"random\", point = 5 }\n"),
                file_swept("steps = [1]\nsample = { kind = \"random\", points = 0 }\n"),
                file_swept("steps = [1]\nsample = { kind = \"grid\", points = 5 }\n"),
                file_swept("steps = [1]\nsample = \"random\"\n"),
            ],
        ),
        (
            "Points one by one, and blocks",
            vec![
                with_points("steps,alpha\n1,0.3\n2\n"),
                with_points("steps\n"),
                with_points(""),
                with_points("stepz\n1\n"),
                with_points("steps,task.steps\n1,2\n"),
                with_points("steps\n1\nx\n"),
                with_points("items\n5\n"),
                file_swept("points = \"absent.csv\"\n"),
                file_swept("points = [3]\n"),
                file_swept("points = 3\n"),
                file_swept("points = []\n"),
                file_swept("steps = [1]\nblocks = [{ steps = [2] }]\n"),
                file_swept("steps = [1]\nblocks = [{ }]\n"),
                file_swept("steps = [1]\nblocks = []\n"),
                file_swept("steps = [1]\nblocks = [3]\n"),
                file_swept("steps = [1]\nblocks = 3\n"),
                file_swept("blocks = [{ steps = [1], blocks = [] }]\n"),
            ],
        ),
        (
            "Designs on the command line",
            vec![
                command("sweep"),
                command("sweep even-steps"),
                command("sweep evensteps --sweep steps=1,2"),
                command("sweep nowhere.toml"),
                command("sweep --sweep steps"),
                command("sweep --sweep =1,2"),
                command("sweep --sweep stepz=3"),
                command("sweep --sweep steps="),
                command("sweep --sweep steps=1,,2"),
                command("sweep --sweep steps=1 --sweep task.steps=2"),
                command("sweep --sweep steps=lin:5:1:3"),
                command("sweep --sweep steps=lin:1:5"),
                command("sweep --sweep steps=2,2.5"),
                command("sweep --sweep steps=lin[1,5]"),
                command("sweep --sweep skill.slope=1,2"),
                command("sweep --sweep steps=3 --sample-seed 4"),
                command("sweep --sweep steps=3 --random 5 --sample-seed 9223372036854775808"),
                command("sweep --sweep steps=3 --random 0"),
                command("sweep --sweep steps=3 --random five"),
                command("sweep --sweep steps=3 --random 5 --latin-hypercube 5"),
                command("sweep --random 5"),
                command("sweep --sweep steps=1,2 --sweep alpha=.3 --zip steps,alpha"),
                command("sweep --sweep steps=1,2 --zip steps"),
                command("sweep --sweep steps=1,2 --zip steps,alhpa"),
                command("sweep --sweep steps=1,2 --where steps>5"),
                command("sweep --sweep steps=1,2 --where stepz>1"),
                command("sweep --sweep steps=1,2 --where steps=1"),
                command("sweep --where steps>3"),
                command("sweep --points absent.csv"),
                after(
                    |folder| fs::write(folder.join("p.csv"), "stepz\n1\n").unwrap(),
                    "sweep --points p.csv",
                ),
                command("sweep --sweep steps=1,2 --set steps=3"),
                command("sweep --sweep steps=1,2 --set task.stesp=3"),
                command("sweep --sweep steps=1,2 --format parquet"),
            ],
        ),
        (
            "Shards",
            vec![
                command("sweep --sweep steps=1,2 --shard 3/3"),
                command("sweep --sweep steps=1,2 --shard 1/0"),
                command("sweep --sweep steps=1,2 --shard 1"),
                command("sweep --sweep steps=1,2 --shard one/two"),
                command("sweep --sweep steps=1,2 --shard -1/2"),
                command("sweep --sweep steps=1,2 --shard auto"),
            ],
        ),
        (
            "Folders of sweeps",
            vec![
                after(
                    a_sweep,
                    "sweep study.toml --set evaluation.items=20 -o swept",
                ),
                after(a_sweep, "sweep study.toml --seed 3 -o swept"),
                after(a_sweep, "sweep study.toml --sweep steps=2,9 -o swept"),
                after(
                    a_sweep,
                    "sweep study.toml --sweep steps=2,9 -o swept --extend",
                ),
                after(
                    a_sweep,
                    "sweep study.toml --set evaluation.items=5 -o swept --extend",
                ),
                after(a_sweep, "sweep study.toml --seed 3 -o swept --extend"),
                after(a_sweep, "run even-steps -o swept"),
                after(a_sweep, "sweep swept"),
                after(
                    |folder| fs::write(folder.join("thesis.tex"), "precious").unwrap(),
                    "sweep --sweep steps=1,2 -o .",
                ),
                after(results_of_default, "sweep --sweep steps=1,2 -o results"),
                after(one_of_two_shards, "sweep study.toml -o shards"),
                after(
                    |folder| fs::write(folder.join("out"), "a file").unwrap(),
                    "sweep --sweep steps=1,2",
                ),
                after(
                    |folder| {
                        a_sweep(folder);
                        fs::write(folder.join("swept/tallies.log"), "something else").unwrap();
                    },
                    "sweep study.toml -o swept",
                ),
            ],
        ),
        (
            "What is read of sweeps",
            vec![
                command("export"),
                command("export nowhere"),
                after(results_of_default, "export results"),
                after(
                    |folder| {
                        let words = "run -q --set evaluation.items=10 --figures none -o both";
                        run_quietly(folder, words);
                    },
                    "export both",
                ),
                after(one_of_two_shards, "export shards"),
                after(one_of_two_shards, "export shards/0-of-2 -o part.csv"),
                after(a_sweep, "export study.toml"),
                after(a_sweep, "export ."),
                after(
                    |folder| {
                        a_sweep(folder);
                        fs::remove_file(folder.join("swept/scenario.toml")).unwrap();
                    },
                    "export swept",
                ),
                after(a_sweep, "export swept --format json"),
                after(a_sweep, "export swept --what figures"),
                after(a_sweep, "export swept -o swept"),
                after(
                    |folder| {
                        a_sweep(folder);
                        fs::write(folder.join("swept/tallies.log"), "something else").unwrap();
                    },
                    "export swept",
                ),
                command("status nowhere"),
                after(results_of_default, "status results"),
                after(a_sweep, "status study.toml"),
                command("rescore swept"),
                after(a_sweep, "rescore swept --metric pass-mrak:0.9"),
                after(a_sweep, "rescore swept --metric exact-match,all-or-nothing"),
                after(
                    one_of_two_shards,
                    "rescore shards/0-of-2 --metric prefix-credit",
                ),
                after(results_of_default, "rescore results --metric prefix-credit"),
                after(
                    |folder| {
                        run_quietly(
                            folder,
                            "sweep -q --sweep metrics=exact-match,partial-credit --set evaluation.items=10 -o swept",
                        )
                    },
                    "rescore swept --metric prefix-credit",
                ),
            ],
        ),
        (
            "Merges",
            vec![
                command("merge"),
                command("merge a b"),
                command("merge nowhere -o merged"),
                after(results_of_default, "merge results -o merged"),
                after(one_of_two_shards, "merge shards -o merged"),
                after(
                    one_of_two_shards,
                    "merge shards/0-of-2 shards/1-of-2 -o merged",
                ),
                after(
                    |folder| {
                        a_sweep(folder);
                        run_quietly(folder, "sweep -q study.toml --seed 3 -o other");
                    },
                    "merge swept other -o merged",
                ),
                after(
                    |folder| {
                        a_sweep(folder);
                        run_quietly(folder, "sweep -q study.toml --seed 3 -o other");
                        fs::copy(
                            folder.join("swept/scenario.toml"),
                            folder.join("other/scenario.toml"),
                        )
                        .unwrap();
                    },
                    "merge swept other -o merged",
                ),
                after(
                    |folder| {
                        a_sweep(folder);
                        run_quietly(folder, "sweep -q study.toml --seed 3 -o other");
                    },
                    "merge swept -o other",
                ),
                after(
                    |folder| {
                        a_sweep(folder);
                        results_of_default(folder);
                    },
                    "merge swept -o results",
                ),
            ],
        ),
        (
            "Figures of sweeps",
            vec![
                command("plot"),
                command("plot swept"),
                command("plot nowhere -o a.svg"),
                after(results_of_default, "plot results -o a.svg"),
                after(a_sweep, "plot swept -o a.gif"),
                after(a_sweep, "plot swept -o a"),
                after(
                    |folder| {
                        a_sweep(folder);
                        fs::write(folder.join("a.svg"), "precious").unwrap();
                    },
                    "plot swept -o a.svg",
                ),
                after(
                    |folder| {
                        a_sweep(folder);
                        fs::write(folder.join("swept/tallies.log"), "").unwrap();
                    },
                    "plot swept -o a.svg",
                ),
                after(a_sweep, "plot swept -o a.svg --where steps>9"),
                after(a_sweep, "plot swept -o a.svg --where stepz>9"),
                after(a_sweep, "plot swept -o a.svg --where steps"),
                after(a_sweep, "plot swept -o a.svg --x stepz"),
                after(a_sweep, "plot swept -o a.svg --x skill.alpha"),
                after(a_sweep, "plot swept -o a.svg --by items"),
                after(a_sweep, "plot swept -o a.svg --facet scale"),
                after(a_sweep, "plot swept -o a.svg --y exact"),
                after(a_sweep, "plot swept -o a.svg --y prefix-credit"),
                after(a_sweep, "plot swept -o a.svg --what anatomy --y shfit"),
                after(a_sweep, "plot swept -o a.svg --kind heat"),
                after(a_sweep, "plot swept -o a.svg --at 5"),
                after(a_sweep, "plot swept -o a.svg --at big"),
            ],
        ),
        (
            "mirage power",
            vec![
                powered("test = \"lr-break\"\n"),
                powered("test = []\n"),
                powered("test = [\"dip\", \"dip\"]\n"),
                powered("test = 3\n"),
                powered("alfa = 0.1\n"),
                powered("alpha = 1.5\n"),
                powered("against = [\"powerlaw\"]\n"),
                powered("against = \"broken-power-law\"\n"),
                powered("replicates = 10\n"),
                powered("delta = 0\n"),
                powered("target = \"high\"\n"),
                powered("tasks = { count = 3, affected = 5 }\nbreak-at = 1e10\n"),
                powered("tasks = { count = 3, correction = \"sidak\" }\n"),
                powered("tasks = 57\n"),
                powered(""),
                powered("break-at = 1e15\n"),
                powered("test = \"above-chance\"\nat = 1e3\n"),
                powered("test = \"two-rates\"\n"),
                powered("test = \"dip\"\n"),
                powered("alternative = 0.4\n"),
                powered("alternative = {}\n"),
                powered("test = \"paired\"\n[power.alternative]\n\"skill.alfa\" = 0.4\n"),
                powered("test = \"paired\"\n[power.alternative]\nskill.alpha = -1\n"),
                powered("test = \"paired\"\n[power.alternative]\nevaluation.items = 7\n"),
                powered("break-at = 1e10\n[sweep]\n\"task.steps\" = [1, 2]\n"),
                file("[evaluation]\nscales = [1e9, 1e10, 1e11]\n[power]\nbreak-at = 1e10\n")
                    .words("power s.toml"),
                file("power = 0.8\n").words("power s.toml"),
                file("[sweep]\n\"task.steps\" = [1, 2]\n").words("power s.toml"),
                with("--set power.alpha=0.01"),
                command("power genuine-break --set power.alfa=0.01"),
                command("power genuine-break --set power.replicates=many"),
                command("power genuine-break --replicates 3"),
                command("power genuine-break --target 1"),
                command("power genuine-break --solve steps"),
                command("power genuine-break --solve items --curve items=10"),
                command("power genuine-break --curve items"),
                command("power genuine-break --curve steps=1,2"),
                command("power genuine-break --curve items=10,ten"),
                command("power genuine-break --curve items=log:20:10:3"),
                command("power genuine-break --curve scales=3"),
                command("power default --curve effect=1,2 --set power.break-at=1e10"),
                command("power genuine-break --figures svg"),
                command("power nowhere"),
                after(
                    |folder| fs::write(folder.join("mine"), "precious").unwrap(),
                    "power genuine-break -o .",
                ),
            ],
        ),
        (
            "mirage fit",
            vec![
                scores("", ""),
                scores("scale,metrc,estimate\n1e9,exact-match,0.1\n", ""),
                scores("scale;metric;estimate;items\n1e9;exact-match;0.1;100\n", ""),
                rows("1e9,exact-match,12%,100\n", ""),
                rows("1e9,exact-match,12.5,100\n", ""),
                rows("1e9,exact-mach,0.1,100\n", ""),
                rows("1e9,exact-match,0.1,100\n1e9,exact-match,0.2,200\n", ""),
                rows("-1,exact-match,0.1,100\n", ""),
                rows("1e9,exact-match,0.1,2.5\n", ""),
                rows("1e9,exact-match,0.1\n", ""),
                rows("1e9,exact-match,,100\n", ""),
                rows("1e9,exact-match,0.1,100\n", " --set task.steps=3"),
                rows("1e9,exact-match,0.1,100\n", " --point 3"),
                rows("1e9,exact-match,0.1,100\n", " --task nowhere"),
                scores(
                    "scenario,scale,metric,estimate,items\na,1e9,exact-match,0.1,9\nb,1e9,exact-match,0.2,9\n",
                    "",
                ),
                command("fit default --steps 5..2"),
                command("fit default --steps 5"),
                command("fit default --task even-steps"),
                command("fit default --families powerlaw"),
                command("fit default --families logistic,logistic"),
                command("fit default --metric exact-mach"),
                command("fit default --bootstrap 10"),
                command("fit default --level 95"),
                command("fit default --delta 0.2"),
                command("fit default --break-at -3"),
                command("fit default --break --alpha 2"),
                command("fit default --family logistic"),
                command("fit nowhere"),
                command("fit nowhere.csv"),
            ],
        ),
        (
            "mirage forecast",
            vec![
                foretold("targets = 1e13\n"),
                foretold("target = \"far\"\n"),
                foretold("target = []\n"),
                foretold("target = [1e13, 1e13]\n"),
                foretold("target = -1e13\n"),
                foretold("target = 1e15\n"),
                foretold("target = 1e11\n"),
                foretold("up-to = 1e5\n"),
                foretold("up-to = 2e7\n"),
                foretold("of = \"exact\"\n"),
                foretold("of = \"log-likelihood\"\n"),
                foretold("models = [\"logit-lineer\"]\n"),
                foretold("models = []\n"),
                foretold("models = 3\n"),
                foretold("models = [\"bnsl\", \"bnsl\"]\n"),
                foretold("likelihood = \"normal\"\n"),
                foretold("threshold = 80\n"),
                foretold("max-extrapolation = 0\n"),
                foretold("replicates = 10\n"),
                foretold("horizon = 2\n"),
                foretold("[forecast.horizon]\nwithin = -1\n"),
                foretold("[forecast.horizon]\nshare = 90\n"),
                foretold("[forecast.horizon]\nper-decade = 300\n"),
                foretold("[forecast.horizon]\nitems = 0\n"),
                foretold("[forecast.horizon]\nfamilly = \"logistic\"\n"),
                foretold("assumed = 20\n"),
                foretold("assumed = {}\n"),
                foretold("[forecast.assumed]\nsteps = \"many\"\n"),
                foretold("[forecast.assumed]\n\"task.stepz\" = 20\n"),
                foretold("[forecast.assumed]\nitems = 20\n"),
                foretold("target = 1e13\n[power]\ntarget = 0.8\n"),
                file("forecast = 1e13\n").words("forecast s.toml"),
                file("[power]\ntarget = 0.8\n").words("forecast s.toml"),
                file("[forecast]\ntarget = 1e13\n").words("power s.toml"),
                file("[forecast]\ntarget = 1e13\n").words("sweep s.toml"),
                with("--set forecast.target=1e13"),
                command("forecast default --target 1e14"),
                command("forecast default --target far"),
                command("forecast default --up-to 1e6"),
                command("forecast default --models bnsl,bnls"),
                command("forecast default --threshold high"),
                command("forecast default --of exact"),
                command("forecast default --replicates 3"),
                command("forecast default --max-extrapolation none"),
                command("forecast default --set forecast.tarket=1e13"),
                command("forecast default --back-test --horizon"),
                command("forecast default --figures svg"),
                command("forecast nowhere"),
                command("forecast nowhere.csv"),
                continued("forecast mine.csv --horizon"),
                continued("forecast mine.csv --set task.steps=3"),
                continued("forecast mine.csv --task nowhere"),
                continued("forecast mine.csv --up-to 1e9"),
                continued("forecast mine.csv --target 1e12"),
            ],
        ),
    ]
}

#[test]
fn every_mistake_is_answered_with_what_where_and_what_would_be_right() {
    let mut told = String::new();
    let mut number = 0;
    for (title, cases) in cases() {
        writeln!(told, "== {title}\n").unwrap();
        for case in &cases {
            number += 1;
            writeln!(told, "{number}.\n{}", session(case)).unwrap();
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("errors", told);
    });
    let readme = include_str!("../README.md");
    let claim = format!("**{number} kinds of bad input**");
    assert!(readme.contains(&claim), "README does not say {claim}");
}

fn run_text(text: &str) -> std::process::Output {
    let folder = TempDir::new().unwrap();
    let mut command = Command::cargo_bin("mirage").unwrap();
    let words = ["run", "-", "--format", "csv"];
    command
        .current_dir(folder.path())
        .args(words)
        .write_stdin(text)
        .output()
        .unwrap()
}

/// It depends on how the program was built, so it is not in the text.
#[cfg(not(feature = "parquet"))]
#[test]
fn a_format_that_is_not_built_in_is_told_how_to_get() {
    for words in [
        "export swept --format parquet -o t.parquet",
        "rescore swept --metric prefix-credit --format parquet -o t.parquet",
    ] {
        let told = session(&command(words));
        let right =
            "without the feature `parquet`; `cargo install --path . --features parquet` builds one";
        assert!(
            told.contains(right) && told.contains("exit code 2"),
            "{told}"
        );
    }
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_change_nothing() {
    let text = "[evaluation]\nitems = 20\nscales = [1e8, 1e9]\n";
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let (plain, windows) = (run_text(text), run_text(&windows));
    assert!(plain.status.success() && plain.stdout.starts_with(b"point,"));
    assert_eq!(plain, windows);
    let message = String::from_utf8(run_text("\u{feff}bananas = 3\r\n").stderr).unwrap();
    assert!(
        message.ends_with("standard input:1:1\n  |\n1 | bananas = 3\n  | ^\n"),
        "{message}"
    );
}

#[test]
fn what_is_deep_or_long_is_refused_in_a_few_lines() {
    let depth = 100_000;
    let long = "x".repeat(1_000_000);
    for text in [
        format!("title = {}{}", "[".repeat(depth), "]".repeat(depth)),
        format!("title = {}1{}", "{ a = ".repeat(depth), "}".repeat(depth)),
        format!("a{} = 1", ".a".repeat(depth)),
        format!("[skill]\nkind = \"{long}\""),
        format!("{long} = 1"),
        format!("title = \"{long}\" y"),
        format!("[evaluation]\nmetrics = \"{long}\""),
        format!("[evaluation]\nscales = [{}]", "1, ".repeat(300_000)),
    ] {
        let done = run_text(&text);
        let message = String::from_utf8(done.stderr).unwrap();
        let start: String = text.chars().take(30).collect();
        assert_eq!(done.status.code(), Some(2), "{start}: {message}");
        assert!(
            message.len() < 2000 && message.starts_with("error: "),
            "{start}: {message}"
        );
    }
    let deep = format!("run default --set a{}=1", ".a".repeat(depth / 2));
    let words: Vec<String> = deep.split(' ').map(str::to_owned).collect();
    let folder = TempDir::new().unwrap();
    assert_eq!(mirage(folder.path(), &words).status.code(), Some(2));
}
