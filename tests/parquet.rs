//! Tables of sweeps as Parquet hold what their CSV holds, cell for cell.

use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::assert::Assert;
use parquet::basic::Type as Physical;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use tempfile::TempDir;

fn mirage(folder: &TempDir, words: &[&str]) -> Assert {
    let mut command = assert_cmd::Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words).assert()
}

fn messages(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Keys of whole numbers, of numbers that not all points have, of texts, and of both numbers and texts; a skill that never
/// changes, so that cells of the anatomy are empty.
const STUDY: &str = r#"
[evaluation]
items = 40
scales = [3e8, 2e9, 1e10]
[sweep]
blocks = [
  { "task.steps" = [3, 7], "skill.alpha" = [0.5, 1] },
  { "task.steps" = [{ kind = "uniform", from = 2, to = 4 }], "evaluation.items" = [10, 7000] },
  { "skill.kind" = ["logistic"], "skill.slope" = [2], "evaluation.metrics" = ["exact-match"] },
  { "skill.kind" = ["logistic"], "skill.ceiling" = [1e-300], "seed" = [9223372036854775807] },
]
"#;

fn swept(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("study.toml"), text).unwrap();
    mirage(&folder, &["sweep", "study.toml", "-o", "whole"]).success();
    folder
}

fn reader(path: &Path) -> SerializedFileReader<fs::File> {
    SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap()
}

/// Each column: its name, its type, whether every row must have a value.
fn columns(path: &Path) -> Vec<(String, Physical, bool)> {
    let reader = reader(path);
    let schema = reader.metadata().file_metadata().schema_descr();
    let column = |place| {
        let column = schema.column(place);
        let required = column.max_def_level() == 0;
        (column.name().to_owned(), column.physical_type(), required)
    };
    (0..schema.num_columns()).map(column).collect()
}

#[track_caller]
fn assert_same_cells(file: &Path, csv: &str) {
    let mut lines = csv::Reader::from_reader(csv.as_bytes());
    let names = lines.headers().unwrap().clone();
    let lines: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    let told: Vec<String> = columns(file).into_iter().map(|column| column.0).collect();
    assert_eq!(told, names.iter().collect::<Vec<_>>());
    let rows: Vec<_> = reader(file).into_iter().map(Result::unwrap).collect();
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        for ((name, field), cell) in row.get_column_iter().zip(line) {
            let same = match field {
                Field::Null => cell.is_empty(),
                Field::Long(whole) => whole.to_string() == cell,
                Field::Double(real) => cell.parse::<f64>().unwrap().to_bits() == real.to_bits(),
                Field::Str(text) => text == cell && !cell.is_empty(),
                other => panic!("{name}: {other:?}"),
            };
            assert!(same, "{name}: {field:?} is not {cell:?}");
        }
    }
}

#[test]
fn every_cell_is_that_of_the_csv() {
    let folder = swept(STUDY);
    for what in ["summary", "anatomy"] {
        let mut words = vec!["export", "whole", "--what", what];
        let csv = mirage(&folder, &words).success();
        let csv = String::from_utf8(csv.get_output().stdout.clone()).unwrap();
        words.extend(["--format", "parquet", "-o", "there/t.parquet"]);
        let done = mirage(&folder, &words).success();
        assert!(done.get_output().stdout.is_empty());
        assert_same_cells(&folder.path().join("there/t.parquet"), &csv);
        // What it is written to lies in its place, and nothing beside it.
        let names = fs::read_dir(folder.path().join("there")).unwrap();
        assert_eq!(names.count(), 1);
        fs::remove_file(folder.path().join("there/t.parquet")).unwrap();
    }
    let words = ["rescore", "whole", "--metric", "pass-mark:0.6"];
    let swept_metrics = mirage(&folder, &words).code(2);
    assert!(messages(&swept_metrics).contains("evaluation.metrics"));
    let plain = swept("[evaluation]\nitems = 30\n[sweep]\nsteps = [2, 4]\n");
    let csv = mirage(&plain, &words).success();
    let csv = String::from_utf8(csv.get_output().stdout.clone()).unwrap();
    let words = [&words[..], &["--format", "parquet", "-o", "t.parquet"]].concat();
    mirage(&plain, &words).success();
    assert_same_cells(&plain.path().join("t.parquet"), &csv);
}

#[test]
fn columns_have_the_type_of_all_their_values() {
    let folder = swept(STUDY);
    let words = ["export", "whole", "--format", "parquet", "-o", "t.parquet"];
    mirage(&folder, &words).success();
    let (whole, real, text) = (Physical::INT64, Physical::DOUBLE, Physical::BYTE_ARRAY);
    let expected = [
        ("point", whole, true),
        ("scale", real, true),
        // A number or a law.
        ("task.steps", text, false),
        ("skill.alpha", real, false),
        ("evaluation.items", whole, false),
        ("skill.kind", text, false),
        ("skill.slope", real, false),
        ("evaluation.metrics", text, false),
        ("skill.ceiling", real, false),
        ("seed", whole, false),
        ("metric", text, true),
        ("estimate", real, false),
        ("ci_low", real, false),
        ("ci_high", real, false),
        ("ci_method", text, false),
        ("level", real, false),
        ("items", whole, false),
        ("attempts", whole, false),
        ("expected", real, false),
        ("z", real, false),
    ];
    let expected = expected.map(|(name, kind, required)| (name.to_owned(), kind, required));
    assert_eq!(columns(&folder.path().join("t.parquet")), expected);
    let steps = swept("[evaluation]\nitems = 10\n[sweep]\nsteps = [2, 4]\n");
    mirage(&steps, &words).success();
    let (name, kind, _) = columns(&steps.path().join("t.parquet"))[2].clone();
    assert_eq!((name.as_str(), kind), ("task.steps", whole));
}

#[test]
fn equal_studies_give_equal_bytes() {
    let (folder, other) = (swept(STUDY), swept(STUDY));
    for what in ["summary", "anatomy"] {
        let bytes = |folder: &TempDir, threads, file| {
            let words = ["export", "whole", "--what", what, "-j", threads];
            let into = ["--format", "parquet", "-o", file];
            mirage(folder, &[&words[..], &into].concat()).success();
            let path = folder.path().join(file);
            let bytes = fs::read(&path).unwrap();
            // Nothing is written over.
            mirage(folder, &[&words[..], &into].concat()).code(2);
            fs::remove_file(path).unwrap();
            bytes
        };
        let one = bytes(&folder, "1", "one.parquet");
        assert!(one == bytes(&folder, "1", "again.parquet"), "{what}");
        assert!(one == bytes(&other, "2", "two.parquet"), "{what}");
    }
}

#[test]
fn rows_are_written_in_groups() {
    // 1,100 points, 30 scales, two metrics: 66,000 rows, more than the 65,536 of a group.
    let text = "[evaluation]\nitems = 1\nscales = \"log:1e7:1e12:30\"\n[task]\nsteps = 1\n[sweep]\nalpha = \"lin:0.1:0.5:1100\"\n";
    let folder = swept(text);
    let words = ["export", "whole", "--format", "parquet", "-o", "t.parquet"];
    mirage(&folder, &words).success();
    let file = folder.path().join("t.parquet");
    let groups = reader(&file);
    let groups = groups.metadata().row_groups();
    let rows: Vec<i64> = groups.iter().map(|group| group.num_rows()).collect();
    assert_eq!(rows, [65_536, 66_000 - 65_536]);
    let csv = fs::read_to_string(folder.path().join("whole/summary.csv")).unwrap();
    assert_same_cells(&file, &csv);
}

#[test]
fn what_is_missing_is_left_out_and_no_file_is_lost() {
    let folder = swept("[evaluation]\nitems = 10\n[sweep]\nsteps = [2, 4]\n");
    let words = ["export", "whole", "--format", "parquet"];
    let refused = mirage(&folder, &words).code(2);
    let message = messages(&refused);
    assert!(message.contains("give a file, such as -o"), "{message}");
    // A folder is in its place.
    fs::create_dir(folder.path().join("taken")).unwrap();
    mirage(&folder, &[&words[..], &["-o", "taken"]].concat()).failure();
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["study.toml", "taken", "whole"]);
    // No point is attempted: a table without rows.
    let log = fs::read(folder.path().join("whole/tallies.log")).unwrap();
    fs::write(folder.path().join("whole/tallies.log"), &log[..26]).unwrap();
    mirage(&folder, &[&words[..], &["-o", "none.parquet"]].concat()).code(3);
    let none = folder.path().join("none.parquet");
    assert_eq!(columns(&none).len(), 13);
    assert_eq!(reader(&none).into_iter().count(), 0);
}

/// An implementation that has nothing in common with the one that wrote it.
#[test]
fn pyarrow_reads_the_same() {
    let run = |words: &[&str], folder: &Path| {
        let output = Command::new("python3")
            .current_dir(folder)
            .args(words)
            .output();
        output.ok().filter(|output| output.status.success())
    };
    if run(&["-c", "import pyarrow.parquet"], Path::new(".")).is_none() {
        println!("skipped: python3 cannot import pyarrow");
        return;
    }
    let folder = swept(STUDY);
    let words = ["export", "whole", "--format", "parquet", "-o", "t.parquet"];
    mirage(&folder, &words).success();
    let script = "import csv, pyarrow.parquet as p; t = p.read_table('t.parquet'); \
        w = list(csv.reader(open('whole/summary.csv'))); assert t.column_names == w[0]; \
        r = [list(x.values()) for x in t.to_pylist()]; assert len(r) == len(w) - 1; \
        [(c is None and v == '') or c == type(c)(v) or print(c, v) for a, b in zip(r, w[1:]) for c, v in zip(a, b)]; \
        print(len(r), t.schema.field('scale').type, t.schema.field('metric').type)";
    let output = run(&["-c", script], folder.path()).unwrap();
    // Eight points at three scales; two metrics, but one for the point that is swept to have one.
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "45 double string\n"
    );
}
