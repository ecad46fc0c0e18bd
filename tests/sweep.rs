//! Sweeps as a user meets them: whatever way the work was done in, the tables are the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use mirage::domain::Scenario;
use mirage::engine::{self, Control, Method, Setting};
use tempfile::TempDir;

fn mirage(folder: &TempDir, words: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words).assert()
}

fn output(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn messages(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Points that differ in every way that matters to what is stored: lengths, laws, items that differ, several attempts,
/// and scales that have random numbers in common.
const STUDY: &str = r#"
seed = 5
[task]
spread = { kind = "two-point" }
[evaluation]
items = 150
scales = [3e8, 2e9, 1e10]
metrics = ["exact-match", "prefix-credit"]
[sweep]
blocks = [
  { "task.steps" = [3, 7], "task.spread" = [{ kind = "none" }, { kind = "two-point" }] },
  { "skill.alpha" = [0.2, 0.5], "evaluation.attempts" = [1, 3] },
  { "evaluation.pairing" = ["independent", "scales"], "evaluation.items" = [10, 70, 700] },
]
"#;

fn with_study(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("study.toml"), text).unwrap();
    folder
}

/// The tables of a sweep in a folder.
fn tables(folder: &TempDir, name: &str) -> BTreeMap<&'static str, String> {
    let read = |file| fs::read_to_string(folder.path().join(name).join(file)).unwrap();
    ["summary.csv", "anatomy.csv", "scenario.toml"]
        .map(|file| (file, read(file)))
        .into()
}

fn swept(text: &str) -> (TempDir, BTreeMap<&'static str, String>) {
    let folder = with_study(text);
    mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).success();
    let tables = tables(&folder, "whole");
    (folder, tables)
}

/// The log and every other file of a folder.
fn bytes_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn a_range_of_items_has_its_part_of_the_tally() {
    let control = Control {
        cancel: &false.into(),
        events: &|_| (),
    };
    for task in [
        r#"{"steps": 5}"#,
        r#"{"steps": {"kind": "uniform", "from": 2, "to": 6}, "spread": {"kind": "logit-normal", "sd": 1.5}}"#,
    ] {
        let text = format!(
            r#"{{"task": {task}, "evaluation": {{"items": 333, "attempts": 2, "scales": [1e8, 3e9]}}}}"#
        );
        let scenario: Scenario = serde_json::from_str(&text).unwrap();
        let settings = Setting::at_every_scale(&scenario, 0);
        let whole = engine::simulate(&settings, Method::Reference, &control).unwrap();
        for (setting, whole) in settings.iter().zip(whole) {
            let ends = [0, 1, 63, 64, 130, 131, 256, 333];
            let mut sum = engine::tally(setting, 0..0).unwrap();
            for pair in ends.windows(2) {
                let part = engine::tally(setting, pair[0]..pair[1]).unwrap();
                assert_eq!(part.items, pair[1] - pair[0]);
                sum.add(&part);
            }
            assert_eq!(Ok(sum), whole, "{task}");
        }
    }
}

#[test]
fn a_point_of_a_sweep_is_the_run_of_its_scenario() {
    let (folder, tables) = swept(STUDY);
    let summary = &tables["summary.csv"];
    let header = "point,scale,task.steps,task.spread,skill.alpha,evaluation.attempts,evaluation.pairing,evaluation.items,metric,estimate,ci_low,ci_high,ci_method,level,items,attempts,expected,z";
    assert_eq!(summary.lines().next(), Some(header));
    let mut reader = csv::Reader::from_reader(summary.as_bytes());
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    // Four and four points and six, at three scales under two metrics.
    assert_eq!(rows.len(), 14 * 3 * 2);
    for (point, settings) in [
        (2, &["task.steps=7", "task.spread.kind=none"][..]),
        (3, &["task.steps=7"]),
        (7, &["skill.alpha=.5", "evaluation.attempts=3"]),
        (9, &["evaluation.items=70"]),
        (12, &["evaluation.pairing=scales", "evaluation.items=70"]),
    ] {
        let mut words = vec!["run", "study.toml", "--format", "csv"];
        settings
            .iter()
            .for_each(|setting| words.extend(["--set", *setting]));
        let run = output(&mirage(&folder, &words).success());
        let mut reader = csv::Reader::from_reader(run.as_bytes());
        let run: Vec<Vec<String>> = reader
            .records()
            .map(|row| row.unwrap().iter().skip(1).map(str::to_owned).collect())
            .collect();
        let of_point = rows.iter().filter(|row| row[0] == point.to_string());
        let without_keys = |row: &Vec<String>| [&row[1..2], &row[8..]].concat();
        let of_point: Vec<Vec<String>> = of_point.map(without_keys).collect();
        assert_eq!(of_point, run, "{settings:?}");
    }
}

#[test]
fn shards_threads_and_order_change_no_byte() {
    let (folder, whole) = swept(STUDY);
    for count in [1, 3, 16] {
        let parent = format!("shards-{count}");
        // Some of sixteen shards have no work; all are wanted in the end, in any order.
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|index| (index * 7 + 3) % count);
        for (place, index) in order.iter().enumerate() {
            let shard = format!("{index}/{count}");
            let threads = if place % 2 == 0 { "1" } else { "2" };
            let words = [
                "sweep",
                "study.toml",
                "--shard",
                &shard,
                "-j",
                threads,
                "-o",
                &parent,
            ];
            mirage(&folder, &words).success();
            // Again: nothing is done, nothing changes.
            let there = folder
                .path()
                .join(&parent)
                .join(format!("{index}-of-{count}"));
            let before = bytes_in(&there);
            mirage(&folder, &words).success();
            assert_eq!(before, bytes_in(&there));
        }
        let shards = order.iter().rev();
        let shards: Vec<String> = shards
            .map(|index| format!("{parent}/{index}-of-{count}"))
            .collect();
        let merged = format!("merged-{count}");
        let mut words = vec!["merge", "-o", &merged];
        words.extend(shards.iter().map(String::as_str));
        mirage(&folder, &words).success();
        assert_eq!(whole, tables(&folder, &merged), "{count}");
        // The folder of them stands for all.
        let together = format!("together-{count}");
        mirage(&folder, &["merge", &parent, "-o", &together]).success();
        assert_eq!(whole, tables(&folder, &together), "{count}");
    }
    for threads in ["1", "2"] {
        let words = ["sweep", "study.toml", "-j", threads, "-o", threads];
        mirage(&folder, &words).success();
        assert_eq!(whole, tables(&folder, threads));
    }
    // What came of a sweep replays it.
    let words = ["sweep", "whole/scenario.toml", "-o", "again"];
    mirage(&folder, &words).success();
    assert_eq!(whole, tables(&folder, "again"));
}

#[test]
fn exports_are_the_tables_in_every_format() {
    let (folder, whole) = swept(STUDY);
    let export = |words: &[&str]| {
        let words = [&["export", "whole"], words].concat();
        output(&mirage(&folder, &words).success())
    };
    assert_eq!(export(&[]), whole["summary.csv"]);
    assert_eq!(export(&["--what", "anatomy"]), whole["anatomy.csv"]);
    mirage(&folder, &["export", "whole", "-o", "there/s.csv"]).success();
    let file = fs::read_to_string(folder.path().join("there/s.csv")).unwrap();
    assert_eq!(file, whole["summary.csv"]);
    for (what, table) in [("summary", "summary.csv"), ("anatomy", "anatomy.csv")] {
        let lines = export(&["--format", "jsonl", "--what", what]);
        let mut reader = csv::Reader::from_reader(whole[table].as_bytes());
        let names = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(lines.lines().count(), rows.len());
        for (line, row) in lines.lines().zip(&rows) {
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(line).unwrap();
            let cells = object.iter().map(|(name, value)| {
                let text = match value {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    number => number.to_string(),
                };
                (name.clone(), text)
            });
            let expected: Vec<(String, String)> = names
                .iter()
                .zip(row)
                .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
                .collect();
            let cells: Vec<(String, String)> = cells.collect();
            for (cell, expected) in cells.iter().zip(&expected) {
                let number = |text: &str| text.parse::<f64>().ok();
                let same = number(&cell.1) == number(&expected.1);
                assert!(
                    cell.0 == expected.0 && (cell.1 == expected.1 || same),
                    "{cell:?} {expected:?}"
                );
            }
            assert_eq!(cells.len(), expected.len());
        }
    }
}

#[test]
fn a_machine_format_and_a_dry_run_write_nothing() {
    let (folder, whole) = swept(STUDY);
    let bare = with_study(STUDY);
    let csv = mirage(&bare, &["sweep", "study.toml", "--format", "csv"]).success();
    assert_eq!(output(&csv), whole["summary.csv"]);
    let lines = mirage(&bare, &["sweep", "study.toml", "--format", "jsonl"]).success();
    let exported = mirage(&folder, &["export", "whole", "--format", "jsonl"]).success();
    assert_eq!(output(&lines), output(&exported));
    let json = mirage(&bare, &["sweep", "study.toml", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&output(&json)).unwrap();
    let points = json.as_array().unwrap();
    assert_eq!(points.len(), 14);
    assert_eq!(points[2]["settings"]["task.steps"], 7);
    assert_eq!(points[2]["metric"][0]["metric"], "exact-match");
    assert_eq!(points[9]["rows"].as_array().unwrap().len(), 6);
    let md = mirage(&bare, &["sweep", "study.toml", "--format", "md"]).success();
    assert_eq!(
        output(&md).lines().count(),
        whole["summary.csv"].lines().count() + 1
    );
    let dry = output(&mirage(&bare, &["sweep", "study.toml", "--dry-run"]).success());
    assert!(
        dry.contains("points     14\nscales     42 over all points\n"),
        "{dry}"
    );
    // Lengths 3 and 7, alike and not; two alphas with 1 and 3 attempts; 700 items, of which fewer are the first.
    let attempts = 3 * (4 * 150 + 2 * 150 * (1 + 3) + 2 * 700);
    assert!(dry.contains(&format!("attempts   {attempts}\n")), "{dry}");
    let names = fs::read_dir(bare.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["study.toml"]);
}

#[test]
fn a_torn_tail_is_taken_off_at_every_byte_and_the_rest_is_kept() {
    let (folder, whole) = swept(GROWING);
    let there = folder.path().join("whole");
    let log = fs::read(there.join("tallies.log")).unwrap();
    // Frames: a length, a checksum, and so many bytes.
    let mut starts = vec![17];
    while let Some(head) = log.get(starts[starts.len() - 1]..starts[starts.len() - 1] + 4) {
        let length = u32::from_le_bytes(head.try_into().unwrap()) as usize;
        starts.push(starts[starts.len() - 1] + 8 + length);
    }
    let last = starts[starts.len() - 2];
    assert_eq!(starts.last(), Some(&log.len()));
    for end in last..log.len() {
        fs::write(there.join("tallies.log"), &log[..end]).unwrap();
        let done = mirage(
            &folder,
            &["sweep", "study.toml", "-o", "whole", "--format", "csv"],
        );
        let done = done.success();
        assert_eq!(output(&done), whole["summary.csv"]);
        let told = messages(&done).contains(&format!("ended in {} bytes", end - last));
        assert_eq!(told, end > last, "{}", messages(&done));
        assert_eq!(
            fs::read(there.join("tallies.log")).unwrap().len(),
            log.len()
        );
    }
    // Zeros where a file system had grown the file, and a byte that turned over in the last record and in a middle one.
    for (place, changed) in [
        ("zeros", [&log[..], &[0; 100]].concat()),
        ("last", flipped(&log, last + 20)),
        ("middle", flipped(&log, starts[2] + 20)),
        ("length", flipped(&log, starts[2])),
        ("layout", flipped(&flipped(&log, starts[0] + 8), starts[2])),
    ] {
        fs::write(there.join("tallies.log"), &changed).unwrap();
        let exported = mirage(&folder, &["export", "whole"]);
        let done = mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).success();
        let (told, wanted) = match place {
            "zeros" => (exported.success(), "the log ended in 100 bytes"),
            "last" => (exported.code(3), "taken off"),
            // Also where the length of a record is at fault, only that record is lost.
            "layout" => (exported.code(3), "the log is damaged in 2 places"),
            _ => (exported.code(3), "the log is damaged in one place"),
        };
        assert!(messages(&done).contains(wanted), "{}", messages(&done));
        assert!(messages(&told).contains("left out"), "{}", messages(&told));
        assert_eq!(tables(&folder, "whole"), whole, "{place}");
        let after = fs::read(there.join("tallies.log")).unwrap();
        assert!(place != "zeros" || after == log);
    }
    // What is damaged costs no other record.
    let done = |log: &[u8], first: &str| {
        fs::write(there.join("tallies.log"), log).unwrap();
        let words = ["sweep", "study.toml", "-o", "whole", "-v"];
        let told = messages(&mirage(&folder, &words).success());
        assert!(told.contains(first), "{told}");
    };
    // Two steps, 100 items, one scale.
    done(&flipped(&log, starts[1] + 1), "200 step outcomes to do");
    // Half of the beginning, and nothing at all.
    for end in [0, 5, 17, 20] {
        fs::write(there.join("tallies.log"), &log[..end]).unwrap();
        mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).success();
        assert_eq!(tables(&folder, "whole"), whole, "{end}");
    }
}

fn flipped(log: &[u8], place: usize) -> Vec<u8> {
    let mut log = log.to_vec();
    log[place] ^= 0x10;
    log
}

#[test]
fn another_process_at_work_and_other_layouts_are_refused() {
    let (folder, whole) = swept(STUDY);
    let there = folder.path().join("whole");
    let before = bytes_in(&there);
    let lock = fs::File::open(there.join("tallies.lock")).unwrap();
    lock.lock().unwrap();
    let refused = mirage(&folder, &["sweep", "study.toml", "-o", "whole", "--nulls"]).code(2);
    assert!(messages(&refused).contains("another mirage is at work in whole"));
    // Where there is nothing to do, nobody is in the way.
    let done = mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).success();
    assert!(messages(&done).contains("nothing was missing"));
    assert_eq!(before, bytes_in(&there));
    // Looking is allowed.
    let exported = mirage(&folder, &["export", "whole"]).success();
    assert_eq!(output(&exported), whole["summary.csv"]);
    drop(lock);
    let log = fs::read(there.join("tallies.log")).unwrap();
    let mut other = log.clone();
    // The content of the first frame is the layout.
    assert_eq!(other[17..25][..4], [1, 0, 0, 0]);
    other[25] = 2;
    let checksum = crc32fast::hash(&other[25..26]);
    other[21..25].copy_from_slice(&checksum.to_le_bytes());
    for (text, problem) in [
        (other, "layout 2"),
        (b"something else".to_vec(), "no log of tallies"),
    ] {
        fs::write(there.join("tallies.log"), &text).unwrap();
        let refused = mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).failure();
        assert!(
            messages(&refused).contains(problem),
            "{}",
            messages(&refused)
        );
        let refused = mirage(&folder, &["merge", "whole", "-o", "merged"]).failure();
        assert!(
            messages(&refused).contains(problem),
            "{}",
            messages(&refused)
        );
        assert_eq!(fs::read(there.join("tallies.log")).unwrap(), text);
        assert!(!folder.path().join("merged").exists());
    }
}

const GROWING: &str = r#"
[evaluation]
items = 100
scales = [1e8, 1e10]
[sweep]
"task.steps" = [2, 5]
"#;

#[test]
fn another_sweep_is_refused_and_a_larger_one_extends() {
    let (folder, whole) = swept(GROWING);
    let before = bytes_in(&folder.path().join("whole"));
    let change = |from: &str, to: &str| {
        let text = GROWING.replace(from, to);
        assert_ne!(text, GROWING);
        fs::write(folder.path().join("study.toml"), &text).unwrap();
        text
    };
    for (from, to, problem) in [
        (
            "items = 100",
            "items = 333",
            "evaluation.items = 100, this command says 333; --extend adds",
        ),
        ("[2, 5]", "[2, 5, 9]", "task.steps"),
        (
            "[evaluation]",
            "seed = 3\n[evaluation]",
            "seed = 20230428, this command says 3; use another -o",
        ),
        (
            "[evaluation]",
            "[evaluation]\nlevel = 0.9",
            "evaluation.level = 0.95, this command says 0.9; use",
        ),
    ] {
        change(from, to);
        let refused = mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).code(2);
        assert!(
            messages(&refused).contains(problem),
            "{}",
            messages(&refused)
        );
        assert_eq!(before, bytes_in(&folder.path().join("whole")));
    }
    for (from, to, problem) in [
        (
            "items = 100",
            "items = 50",
            "point 0 (task.steps = 2; items 100, attempts 1), which this command leaves out",
        ),
        ("[2, 5]", "[2, 9]", "point 1 (task.steps = 5"),
        ("[evaluation]", "seed = 3\n[evaluation]", "seed = 20230428"),
    ] {
        change(from, to);
        let refused = mirage(&folder, &["sweep", "study.toml", "-o", "whole", "--extend"]).code(2);
        assert!(
            messages(&refused).contains(problem),
            "{}",
            messages(&refused)
        );
        assert_eq!(before, bytes_in(&folder.path().join("whole")));
    }
    for (name, from, to) in [
        ("items", "items = 100", "items = 333"),
        ("points", "[2, 5]", "[1, 2, 5, 9]"),
        ("attempts", "items = 100", "items = 100\nattempts = 2"),
        ("scales", "[1e8, 1e10]", "[1e8, 3e9, 1e10]"),
    ] {
        let text = change(from, to);
        fs::write(folder.path().join("study.toml"), &text).unwrap();
        fs::write(folder.path().join("first.toml"), GROWING).unwrap();
        mirage(
            &folder,
            &["sweep", "first.toml", "--set", "title=study", "-o", name],
        )
        .success();
        mirage(&folder, &["sweep", "study.toml", "-o", name, "--extend"]).success();
        let (_alone, fresh) = swept(&text);
        assert_eq!(tables(&folder, name), fresh, "{name}");
        // Without --extend it is now the sweep of its folder.
        let again = mirage(&folder, &["sweep", "study.toml", "-o", name]).success();
        assert!(messages(&again).contains("nothing was missing"));
    }
    assert_eq!(tables(&folder, "whole"), whole);
    // A folder of something else is left alone.
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/notes.txt"), "mine").unwrap();
    let refused = mirage(&folder, &["sweep", "study.toml", "-o", "mine"]).code(2);
    assert!(messages(&refused).contains("mine is not empty and holds no sweep"));
    assert_eq!(fs::read_dir(folder.path().join("mine")).unwrap().count(), 1);
    mirage(
        &folder,
        &["run", "even-steps", "-o", "ran", "--figures", "none"],
    )
    .success();
    mirage(&folder, &["sweep", "study.toml", "-o", "ran"]).code(2);
}

#[test]
fn items_that_are_extended_are_not_attempted_again() {
    let (folder, _) = swept(GROWING);
    let size = |name: &str| {
        fs::metadata(folder.path().join(name).join("tallies.log"))
            .unwrap()
            .len()
    };
    let before = size("whole");
    fs::write(
        folder.path().join("study.toml"),
        GROWING.replace("items = 100", "items = 150"),
    )
    .unwrap();
    let words = ["sweep", "study.toml", "-o", "whole", "--extend", "-v"];
    let done = mirage(&folder, &words).success();
    // Two points with 2 and 5 steps at two scales, 50 items more.
    assert!(
        messages(&done).contains("700 step outcomes to do"),
        "{}",
        messages(&done)
    );
    assert!(size("whole") > before);
}

#[test]
fn merging_refuses_gaps_foreigners_and_contradictions() {
    let (folder, whole) = swept(STUDY);
    for index in ["0/3", "2/3"] {
        mirage(
            &folder,
            &["sweep", "study.toml", "--shard", index, "-o", "s"],
        )
        .success();
    }
    let merge = |words: &[&str]| mirage(&folder, &[&["merge", "-o", "merged"], words].concat());
    let gap = merge(&["s/0-of-3", "s/2-of-3"]).code(3);
    assert!(
        messages(&gap).contains("parts of the work are missing"),
        "{}",
        messages(&gap)
    );
    assert!(!folder.path().join("merged").exists());
    // What status prints does the rest.
    let status = mirage(&folder, &["status", "s"]).code(3);
    let text = output(&status);
    assert!(
        text.contains(
            "# s/1-of-3: missing\nmirage sweep s/0-of-3/scenario.toml --shard 1/3 -o s\n"
        ),
        "{text}"
    );
    let command = text.lines().find(|line| !line.starts_with('#')).unwrap();
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    mirage(&folder, &words).success();
    assert_eq!(
        mirage(&folder, &["status", "s"])
            .success()
            .get_output()
            .status
            .code(),
        Some(0)
    );
    // A whole sweep beside shards says everything twice.
    let twice = merge(&["s/0-of-3", "s/1-of-3", "s/2-of-3", "whole"]).success();
    assert!(
        messages(&twice).contains("others said the same again"),
        "{}",
        messages(&twice)
    );
    assert_eq!(tables(&folder, "merged"), whole);
    // Of a folder that holds sweeps, each.
    let all = output(&mirage(&folder, &["status", "."]).success());
    assert!(
        all.contains("# ./merged: complete") && all.contains("# ./whole: complete"),
        "{all}"
    );
    // Another sweep.
    fs::write(
        folder.path().join("other.toml"),
        STUDY.replace("seed = 5", "seed = 6\ntitle = \"study\""),
    )
    .unwrap();
    mirage(&folder, &["sweep", "other.toml", "-o", "other"]).success();
    let refused = merge(&["whole", "other"]).code(2);
    assert!(
        messages(&refused).contains("seed = 5 and 6"),
        "{}",
        messages(&refused)
    );
    // Its tallies under our scenario.
    fs::copy(
        folder.path().join("whole/scenario.toml"),
        folder.path().join("other/scenario.toml"),
    )
    .unwrap();
    let refused = merge(&["whole", "other"]).code(2);
    assert!(
        messages(&refused).contains("other has tallies of"),
        "{}",
        messages(&refused)
    );
    let refused = mirage(&folder, &["merge", "-o", "m", "nowhere"]).code(2);
    assert!(
        messages(&refused).contains("nowhere holds no sweep"),
        "{}",
        messages(&refused)
    );
}

#[test]
fn a_stored_sweep_is_scored_under_other_metrics() {
    let metrics = "[\"exact-match\", \"prefix-credit\"]";
    let (folder, whole) = swept(STUDY);
    let (_other, fresh) = swept(&STUDY.replace(metrics, "[\"pass-mark:0.6\", \"harshness:2\"]"));
    let words = ["rescore", "whole", "--metric", "pass-mark:0.6,harshness:2"];
    let again = mirage(&folder, &words).success();
    assert!(messages(&again).contains("came to the counts that are stored"));
    assert_eq!(output(&again), fresh["summary.csv"]);
    let anatomy = mirage(&folder, &[&words[..], &["--what", "anatomy"]].concat()).success();
    assert_eq!(output(&anatomy), fresh["anatomy.csv"]);
    // Items alike, one attempt at each: nothing is attempted again.
    let (plain, _) = swept(GROWING);
    let again = mirage(&plain, &["rescore", "whole", "--metric", "prefix-credit"]).success();
    assert_eq!(messages(&again), "");
    let (_other, fresh) =
        swept(&GROWING.replace("items = 100", "items = 100\nmetrics = [\"prefix-credit\"]"));
    assert_eq!(output(&again), fresh["summary.csv"]);
    assert_eq!(tables(&folder, "whole"), whole);
    let refused = mirage(&folder, &["rescore", "whole", "--metric", "pass-mrak:0.9"]).code(2);
    assert!(
        messages(&refused).contains("did you mean"),
        "{}",
        messages(&refused)
    );
}

#[test]
fn readme_shows_the_table_and_the_folder_of_its_sweep() {
    let readme = include_str!("../README.md");
    let (command, shown) = readme
        .split_once("```sh\nmirage sweep ")
        .and_then(|(_, rest)| rest.split_once("\n```"))
        .unwrap();
    let shown = shown.split("```").nth(1).unwrap();
    let folder = TempDir::new().unwrap();
    let words: Vec<&str> = ["sweep"].into_iter().chain(command.split(' ')).collect();
    let table = output(&mirage(&folder, &words).success());
    let shown: Vec<&str> = shown.lines().skip(1).collect();
    assert!(shown.len() > 3);
    for line in shown {
        assert!(
            table.lines().any(|printed| printed == line),
            "README shows {line:?}"
        );
    }
    let mut made = fs::read_dir(folder.path().join("out")).unwrap();
    let made = made
        .next()
        .unwrap()
        .unwrap()
        .file_name()
        .into_string()
        .unwrap();
    assert!(
        readme.contains(&format!("`out/{made}` here")),
        "README does not say out/{made}"
    );
}

/// Readings of what was written: they differ from partial credit only where tokens are inserted or guessed.
const WRITTEN: &str = r#"
[task]
steps = 6
tokens = { kind = "alphabet", size = 3, inserted = 0.3 }
likelihood = { kind = "log-normal", sd = 0.5 }
[evaluation]
items = 100
scales = [1e9, 1e10]
[sweep]
"skill.alpha" = [0.3, 0.6]
"#;

/// Readings are not in the tallies of counts, so the attempts are made again.
#[test]
fn a_stored_sweep_is_scored_by_what_is_read_off_answers() {
    let metrics = "edit-distance,log-likelihood,brier";
    let (folder, _) = swept(WRITTEN);
    let words = ["rescore", "whole", "--metric", metrics];
    let again = mirage(&folder, &words).success();
    assert!(messages(&again).contains("came to the counts that are stored"));
    let listed = format!("metrics = [\"{}\"]\nitems", metrics.replace(',', "\", \""));
    let (other, fresh) = swept(&WRITTEN.replace("items", &listed));
    assert_eq!(output(&again), fresh["summary.csv"]);
    // And back.
    let words = ["rescore", "whole", "--metric", "exact-match,partial-credit"];
    let back = mirage(&other, &words).success();
    let (_folder, counted) = swept(WRITTEN);
    assert_eq!(output(&back), counted["summary.csv"]);
}

#[test]
fn a_stored_sweep_is_not_scored_under_metrics_that_its_scenarios_refuse() {
    let choice = "[task]\nkind = \"choice\"\n[evaluation]\nitems = 10\nscales = [1e9]\n[sweep]\n\"task.options\" = [2, 4]\n";
    for (study, metric, why) in [
        (GROWING, "log-likelihood", "set task.likelihood"),
        (GROWING, "choice-accuracy", "tasks of kind \"choice\""),
        (
            choice,
            "exact-match,edit-distance",
            "tasks of kind \"steps\"",
        ),
    ] {
        let (folder, _) = swept(study);
        let refused = mirage(&folder, &["rescore", "whole", "--metric", metric]).code(2);
        let told = messages(&refused);
        assert!(
            told.contains(why) && told.contains("point 0: evaluation.metrics"),
            "{told}"
        );
    }
}

#[test]
fn an_unfinished_sweep_exports_what_is_there() {
    let (folder, whole) = swept(GROWING);
    fs::write(
        folder.path().join("study.toml"),
        GROWING.replace("[2, 5]", "[2, 3, 5]"),
    )
    .unwrap();
    mirage(
        &folder,
        &["sweep", "study.toml", "--shard", "0/3", "-o", "s"],
    )
    .success();
    let part = mirage(&folder, &["export", "s/0-of-3"]).code(3);
    assert!(
        messages(&part).contains("of 3 points are not attempted yet"),
        "{}",
        messages(&part)
    );
    assert!(output(&part).starts_with("point,scale,task.steps,metric"));
    let none = mirage(&folder, &["export", "nowhere"]).code(2);
    assert!(messages(&none).contains("nowhere holds no sweep"));
    assert_eq!(tables(&folder, "whole"), whole);
}

#[test]
fn schedulers_say_which_shard() {
    let folder = with_study(GROWING);
    let auto = |variables: &[(&str, &str)]| {
        let mut command = Command::cargo_bin("mirage").unwrap();
        command.current_dir(&folder).envs(variables.iter().copied());
        command
            .args(["sweep", "study.toml", "--shard", "auto", "-o", "s"])
            .assert()
    };
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "7"),
        ("SLURM_ARRAY_TASK_COUNT", "3"),
        ("SLURM_ARRAY_TASK_MIN", "5"),
    ];
    auto(&slurm).success();
    assert!(folder.path().join("s/2-of-3/manifest.json").is_file());
    auto(&[("JOB_COMPLETION_INDEX", "1"), ("JOB_COMPLETIONS", "3")]).success();
    assert!(folder.path().join("s/1-of-3/manifest.json").is_file());
    for (variables, problem) in [
        (&[][..], "this is no array job"),
        (&[("JOB_COMPLETION_INDEX", "1")], "set JOB_COMPLETIONS"),
        (
            &[("SLURM_ARRAY_TASK_ID", "1")],
            "SLURM_ARRAY_TASK_COUNT is not",
        ),
        (
            &[
                ("SLURM_ARRAY_TASK_ID", "x"),
                ("SLURM_ARRAY_TASK_COUNT", "3"),
            ],
            "no whole number",
        ),
    ] {
        let refused = auto(variables).code(2);
        assert!(
            messages(&refused).contains(problem),
            "{}",
            messages(&refused)
        );
    }
    for word in ["3/3", "1/0", "x", "1"] {
        mirage(
            &folder,
            &["sweep", "study.toml", "--shard", word, "-o", "s"],
        )
        .code(2);
    }
}

#[test]
fn a_reader_that_leaves_costs_no_table() {
    let (folder, whole) = swept(STUDY);
    let program = assert_cmd::cargo::cargo_bin("mirage");
    for (words, written) in [(&["-o", "left"][..], true), (&[], false)] {
        let mut child = std::process::Command::new(&program)
            .current_dir(&folder)
            .args(["sweep", "study.toml", "--format", "csv", "-q"])
            .args(words)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        assert!(child.wait().unwrap().success());
        assert_eq!(folder.path().join("left/manifest.json").is_file(), written);
        fs::remove_file(folder.path().join("left/manifest.json")).ok();
    }
    assert_eq!(tables(&folder, "left"), whole);
    // Tables that are lost are made again, and nothing else.
    fs::remove_file(folder.path().join("whole/anatomy.csv")).unwrap();
    mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).success();
    assert_eq!(tables(&folder, "whole"), whole);
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let (folder, whole) = swept(GROWING);
    let before = bytes_in(&folder.path().join("whole"));
    for file in ["summary.csv", "tallies.log", "scenario.toml"] {
        let place = format!("whole/{file}");
        for words in [
            &["export", "whole", "-o", &place][..],
            &["rescore", "whole", "--metric", "harshness:2", "-o", &place],
        ] {
            let refused = mirage(&folder, words).code(2);
            assert!(messages(&refused).contains("exists and stays as it is"));
        }
    }
    assert_eq!(before, bytes_in(&folder.path().join("whole")));
    let refused = mirage(&folder, &["run", "study.toml", "-o", "whole"]).code(2);
    assert!(messages(&refused).contains("whole holds a sweep"));
    let words = ["sweep", "study.toml", "--extend", "-o", "nowhere"];
    let refused = mirage(&folder, &words).code(2);
    assert!(messages(&refused).contains("there is no sweep in nowhere to add to"));
    assert!(!folder.path().join("nowhere").exists());
    assert_eq!(tables(&folder, "whole"), whole);
}

#[test]
fn status_finds_sweeps_and_shards_in_folders_and_passes_over_runs() {
    let folder = with_study(GROWING);
    mirage(&folder, &["sweep", "study.toml"]).success();
    mirage(&folder, &["run", "even-steps", "--figures", "none"]).success();
    for index in ["0/3", "1/3"] {
        mirage(&folder, &["sweep", "study.toml", "--shard", index]).success();
    }
    let status = output(&mirage(&folder, &["status", "out"]).code(3));
    let lines: Vec<&str> = status.lines().collect();
    assert_eq!(
        lines,
        [
            "# out/study: complete, 4 of 4 parts done",
            "# out/study-shards/0-of-3: complete, 2 of 2 parts done",
            "# out/study-shards/1-of-3: complete, 1 of 1 parts done",
            "# out/study-shards/2-of-3: missing",
            "mirage sweep out/study-shards/0-of-3/scenario.toml --shard 2/3 -o out/study-shards",
        ]
    );
    // Nobody asked for its siblings.
    mirage(&folder, &["sweep", "study.toml", "--shard", "2/3"]).success();
    mirage(&folder, &["status", "out/study-shards/1-of-3"]).success();
    fs::remove_file(folder.path().join("out/study/summary.csv")).unwrap();
    let status = output(&mirage(&folder, &["status", "out/study", "--format", "json"]).code(3));
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(
        status[0]["command"],
        "mirage sweep out/study/scenario.toml -o out/study"
    );
    let refused = mirage(&folder, &["status", "study.toml"]).code(2);
    assert!(messages(&refused).contains("study.toml holds no sweep"));
}

/// The default folder of a file that has changed since keeps what it holds; the new sweep has one with a hash, and is found
/// there again.
#[test]
fn a_changed_file_has_a_folder_of_its_own() {
    let folder = with_study(GROWING);
    mirage(&folder, &["sweep", "study.toml"]).success();
    let before = bytes_in(&folder.path().join("out/study"));
    let changed = GROWING.replace("items = 100", "items = 50");
    fs::write(folder.path().join("study.toml"), changed).unwrap();
    let first = messages(&mirage(&folder, &["sweep", "study.toml"]).success());
    let again = messages(&mirage(&folder, &["sweep", "study.toml"]).success());
    for told in [&first, &again] {
        assert!(told.contains("out/study holds something else and stays as it is"));
    }
    assert!(!first.contains("nothing was missing"), "{first}");
    assert!(again.contains(": nothing was missing"), "{again}");
    assert_eq!(before, bytes_in(&folder.path().join("out/study")));
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 2);
}
