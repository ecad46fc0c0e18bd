//! Tables of scores that others measured: read, and fitted.

use std::fs;

use mirage::files::{Override, Pick, Source, Summary, load_summary};
use mirage::study::Measured;

/// Reads a table from a file in a folder of its own, beside a scenario if there is one.
fn read(table: &str, scenario: Option<&str>, pick: &Pick) -> Result<Summary, String> {
    read_with(table, scenario, pick, &[])
}

fn read_with(
    table: &str,
    scenario: Option<&str>,
    pick: &Pick,
    overrides: &[Override],
) -> Result<Summary, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scores.csv");
    fs::write(&file, table).unwrap();
    if let Some(scenario) = scenario {
        fs::write(folder.path().join("scenario.toml"), scenario).unwrap();
    }
    let read = load_summary(&Source::File(file), pick, None, overrides);
    read.map_err(|error| {
        error
            .to_string()
            .replace(&folder.path().display().to_string(), "")
    })
}

fn means(measured: &Measured) -> Vec<(f64, f64, u64)> {
    let points = measured.points().iter();
    points
        .map(|point| (point.scale.get(), point.mean, point.attempts))
        .collect()
}

#[test]
fn a_table_written_by_hand_is_read() {
    let table = "\u{feff}note, metric,scale,items,estimate\n\
        \"large, late\",exact-match,1e10,1_000,0.4\n\n\
        small,exact-match,1e9,1e3,.1\n\
        small,log-likelihood,1e9,1000,-3.25\n\
        none,exact-match,1e8,1000,\n";
    let summary = read(table, None, &Pick::default()).unwrap();
    assert_eq!((summary.name.as_str(), summary.scenario), ("scores", None));
    let [exact, loss] = &summary.measured[..] else {
        panic!("{:?}", summary.measured)
    };
    assert_eq!(means(exact), [(1e9, 0.1, 1000), (1e10, 0.4, 1000)]);
    assert_eq!(means(loss), [(1e9, -3.25, 1000)]);
    assert_eq!(exact.metric().to_string(), "exact-match");
}

#[test]
fn the_scenario_beside_a_table_has_the_settings_of_the_point_that_is_picked() {
    let table = "point,scale,task.steps,metric,estimate,items,attempts\n\
        0,1e9,5,exact-match,0.4,100,2\n\
        1,1e9,20,exact-match,0.1,100,2\n";
    let scenario = "seed = 7\n[task]\nsteps = 10\n[sweep]\n\"task.steps\" = [5, 20]\n";
    let second = Pick {
        point: Some(1),
        ..Pick::default()
    };
    let summary = read(table, Some(scenario), &second).unwrap();
    assert_eq!(summary.name, "scores-1");
    assert_eq!(means(&summary.measured[0]), [(1e9, 0.1, 200)]);
    let scenario = summary.scenario.unwrap();
    assert_eq!((scenario.task.steps().get(), scenario.seed.get()), (20, 7));
}

#[test]
fn what_is_wrong_in_a_table_is_told_with_its_place() {
    let head = "scale,metric,estimate,items\n";
    let cases = [
        (
            "",
            "the table is empty: it needs the columns scale, metric, estimate, items",
        ),
        (
            "scale,metric,estimates\n1,exact-match,0.1\n",
            "estimate: the table has no column estimate and no column items (is \"estimates\" meant for estimate?); found scale, metric, estimates\n --> /scores.csv:1:1",
        ),
        (
            "1e9,exact-match,12%,100\n",
            "estimate: expected a number, found \"12%\"\n --> /scores.csv:2:17",
        ),
        (
            "1e9,exact-match,12.5,100\n",
            "estimate: exact-match lies between 0 and 1, found 12.5: give shares, not percentages (0.125)\n --> /scores.csv:2:17",
        ),
        ("1e9,exact-mach,0.1,100\n", "did you mean \"exact-match\"?"),
        (
            "1e9,exact-match,0.1,100\n1e9,exact-match,0.2,200\n",
            "scale: exact-match has two scores at scale 1e9, in lines 2 and 3, of 100 and 200 attempts: one row for each scale and metric\n --> /scores.csv:3:1",
        ),
        (
            "1e9,exact-match,0.1\n",
            "expected 4 cells as in the header, found 3",
        ),
        ("-1,exact-match,0.1,100\n", "scale: -1"),
        ("1e9,exact-match,0.1,0\n", "items: 0"),
        (
            "1e9,exact-match,0.1,2.5\n",
            "items: expected a whole number from 0 on, found 2.5",
        ),
        ("1e9,exact-match,,100\n", "estimate: no row has an estimate"),
    ];
    for (rows, message) in cases {
        let is_whole = rows.is_empty() || rows.starts_with("scale");
        let table = if is_whole {
            rows.to_owned()
        } else {
            format!("{head}{rows}")
        };
        let error = read(&table, None, &Pick::default()).unwrap_err();
        assert!(error.contains(message), "{rows}\n{error}\n{message}");
    }
}

#[test]
fn several_scenarios_or_points_ask_for_a_choice() {
    let table = "scenario,point,scale,metric,estimate,items\n\
        even,0,1e9,exact-match,0.4,100\n\
        uneven,0,1e9,exact-match,0.3,100\n\
        uneven,1,1e9,exact-match,0.2,100\n";
    let pick = |scenario: Option<&str>, point| Pick {
        scenario: scenario.map(str::to_owned),
        point,
    };
    let refused = |pick: &Pick| read(table, None, pick).unwrap_err();
    let several = refused(&pick(None, None));
    assert!(
        several.contains(
            "scenario: the table holds several scenarios: choose one with --scenario (even, uneven)"
        ) && several.contains(":3:1"),
        "{several}"
    );
    assert!(
        refused(&pick(Some("uneven"), None))
            .contains("several points: choose one with --point (0, 1)")
    );
    assert!(
        refused(&pick(Some("uneve"), None))
            .contains("there is no scenario uneve (did you mean uneven?)")
    );
    assert!(refused(&pick(Some("even"), Some(1))).contains("there is no point 1"));
    let chosen = read(table, None, &pick(Some("uneven"), Some(1))).unwrap();
    assert_eq!(means(&chosen.measured[0]), [(1e9, 0.2, 100)]);
    assert_eq!(chosen.name, "uneven-1");
    let changed = Override {
        key: "task.steps".to_owned(),
        value: "5".to_owned(),
        words: "--set task.steps=5".to_owned(),
    };
    let error = read_with(table, None, &pick(Some("even"), None), &[changed]).unwrap_err();
    assert!(error.contains("give --task FILE"), "{error}");
}
