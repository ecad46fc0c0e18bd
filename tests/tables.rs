//! Skill curves read from a file of points.

use std::fs;
use std::path::Path;

use mirage::files::{Override, Source, SweepWords, load, load_study};
use tempfile::TempDir;

const SCENARIO: &str = "[skill]\nkind = \"table\"\nfile = \"curve.csv\"\n";

fn folder(points: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.toml"), SCENARIO).unwrap();
    fs::write(folder.path().join("curve.csv"), points).unwrap();
    folder
}

fn source(folder: &Path) -> Source {
    Source::File(folder.join("x.toml"))
}

/// The points are in the scenario, and the file need not stay.
#[test]
fn points_are_read_from_beside_the_scenario() {
    let folder = folder("\u{feff}scale, p\r\n1e7,0.2\r\n\r\n1_000_000_000 , .5\r\n1e12,0.9\r\n");
    let loaded = load(&source(folder.path()), &[]).unwrap();
    let json = serde_json::to_value(&loaded.scenario).unwrap();
    let points = serde_json::json!([[1e7, 0.2], [1e9, 0.5], [1e12, 0.9]]);
    assert_eq!(json["skill"]["points"], points);
    let inline = format!("[skill]\nkind = \"table\"\npoints = {points}\n");
    fs::write(folder.path().join("x.toml"), inline).unwrap();
    assert_eq!(
        load(&source(folder.path()), &[]).unwrap().scenario,
        loaded.scenario
    );
}

#[test]
fn a_sweep_reads_them_too() {
    let folder = folder("scale,p\n1e7,0.2\n1e12,0.9\n");
    let file = folder.path().join("x.toml");
    fs::write(&file, format!("{SCENARIO}[sweep]\nsteps = [1, 2]\n")).unwrap();
    let study = load_study(Some(&Source::File(file)), &[], &SweepWords::default()).unwrap();
    assert_eq!(study.points.len(), 2);
    assert!(
        study.text().contains("points = [[1e7, 0.2], [1e12, 0.9]]")
            || study.text().contains("points = [")
    );
    assert!(!study.text().contains("curve.csv"));
}

#[test]
fn mistakes_are_told_with_file_line_and_column() {
    for (points, place, problem) in [
        (
            "",
            "curve.csv:1:1",
            "expected the header scale,p, found \"\"",
        ),
        (
            "n,p\n1e7,0.2\n",
            "curve.csv:1:1",
            "expected the header scale,p",
        ),
        (
            "scale,p\n1e7,0.2\n1e9;0.3\n",
            "curve.csv:3:1",
            "found 1 cells",
        ),
        (
            "scale,p\n1e7,0.2\n1e9, zero\n",
            "curve.csv:3:6",
            "expected a number, found \"zero\"",
        ),
        (
            "scale,p\n1e7,0.2\n\n1e9,1.0\n",
            "curve.csv:4:5",
            "1 is not strictly between 0 and 1",
        ),
        (
            "scale,p\n-1e7,0.2\n1e9,0.3\n",
            "curve.csv:2:1",
            "-1e7 is not a scale",
        ),
        (
            "scale,p\n1e7,0.2\n1e6,0.3\n",
            "curve.csv:3:1",
            "1e7 is followed by 1e6",
        ),
        (
            "scale,p\n1e7,0.2\n",
            "x.toml:3:8",
            "curve.csv: 1; a curve goes through two or more",
        ),
        ("scale,p\n1e8,0.2\n1e12,0.5", "", "1e7 is outside the table"),
    ] {
        let folder = folder(points);
        let told = load(&source(folder.path()), &[]).unwrap_err().to_string();
        assert!(
            told.contains(place) && told.contains(problem),
            "{points:?}: {told}"
        );
    }
    let folder = folder("scale,p\n1e7,0.2\n1e12,0.9\n");
    fs::remove_file(folder.path().join("curve.csv")).unwrap();
    let told = load(&source(folder.path()), &[]).unwrap_err().to_string();
    assert!(
        told.contains("curve.csv") && told.contains("no such file"),
        "{told}"
    );
}

/// What is out of range is shown where it was written, not where the points are.
#[test]
fn scales_outside_a_table_are_told_where_they_stand() {
    let folder = folder("scale,p\n1e7,0.2\n1e12,0.9\n");
    let scales = Override {
        key: "evaluation.scales".to_owned(),
        value: "[1e8, 1e13]".to_owned(),
        words: "--set evaluation.scales=[1e8,1e13]".to_owned(),
    };
    let told = load(&source(folder.path()), &[scales])
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "evaluation.scales: 1e13 is outside the table of [skill], which is known from 1e7 to 1e12: measure there, or add \
         points\n  --> --set evaluation.scales=[1e8,1e13]"
    );
}
