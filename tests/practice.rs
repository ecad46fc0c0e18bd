//! What a finding means in practice: costs, horizons, votes and gains held against formulas and enumerations. Any one assertion
//! on simulated numbers fails a right program with probability at most `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use crate::support::run;
use mirage::domain::Scenario;
use mirage::files::{Source, load};
use mirage::report::{InPractice, in_practice, practice_csv};
use mirage::study::{
    Finding, Practice, PracticeQuantity, PracticeRow, Ship, ShipSetting, UsefulFrom, expect,
    practice,
};

#[track_caller]
fn close(found: f64, expected: f64, digits: f64) {
    assert!(
        (found - expected).abs() <= digits,
        "{found} is not {expected}"
    );
}

fn of(json: &str) -> Finding {
    run(serde_json::from_str(json).unwrap())
}

fn shipped(name: &str) -> Scenario {
    load(&Source::Shipped(name.to_owned()), &[])
        .unwrap()
        .scenario
}

fn row(practice: &Practice, scale: usize, quantity: PracticeQuantity) -> PracticeRow {
    let mut rows = practice.rows.iter().filter(|row| row.quantity == quantity);
    *rows.nth(scale).unwrap()
}

fn place(ship: &Ship) -> f64 {
    match ship.from {
        Some(UsefulFrom::At(x)) => x,
        ref other => panic!("{other:?}"),
    }
}

fn under(practice: &Practice, setting: ShipSetting) -> &Ship {
    let mut ships = practice.ship.iter();
    ships.find(|ship| ship.setting == setting).unwrap()
}

/// 95% per step, 20 steps: each number by its formula, and its interval by the same formula from that of the metric it is of.
#[test]
fn numbers_are_functions_of_one_success_rate() {
    use PracticeQuantity as Q;
    let finding = run(shipped("ship-or-wait"));
    let found = practice(&finding);
    let at = 4; // 1e10
    let q = libm::pow(0.95, 20.0);
    for (quantity, value) in [
        (Q::Success, q),
        (Q::Tries, 1.0 / q),
        (Q::StepsRetried, 20.0 / q),
        (Q::StepsRestarted, (1.0 - q) / (q * 0.05)),
        (Q::StepsCheckpointed, 20.0 / 0.95),
        (Q::Horizon50, libm::log(0.5) / libm::log(0.95)),
        (Q::Horizon80, libm::log(0.8) / libm::log(0.95)),
        (Q::Horizon99, libm::log(0.99) / libm::log(0.95)),
        (Q::Attempts, 1.0 + 0.5 * (1.0 - q)),
        (Q::RightInTheEnd, q * (1.0 + 0.5 * (1.0 - q))),
        (Q::RightOfPassed, q / (1.0 - 0.5 * (1.0 - q))),
    ] {
        let row = row(&found, at, quantity);
        close(row.scale.get(), 1e10, 1.0);
        close(row.expected.unwrap() / value, 1.0, 1e-9);
        let estimate = row.estimate.unwrap();
        assert!(estimate.low < estimate.value && estimate.value < estimate.high);
        let of_steps = !matches!(
            quantity,
            Q::Success
                | Q::Tries
                | Q::StepsRetried
                | Q::Attempts
                | Q::RightInTheEnd
                | Q::RightOfPassed
        );
        let of = if of_steps {
            "partial-credit"
        } else {
            "exact-match"
        };
        assert_eq!(estimate.of.to_string(), of);
    }
    // A lead of 2 at .95: error .0025/.905 a step, .9461 of tasks.
    close(row(&found, at, Q::VoteLead).expected.unwrap(), 2.0, 0.0);
    // One attempt, and what is caught once more: the person does what is caught twice.
    let once = q - (1.0 - q) * 0.5 * 4.0 - 0.12;
    let caught = 0.5 * (1.0 - q);
    let gain = once + caught * (once + caught * 0.3);
    close(row(&found, at, Q::Gain).expected.unwrap(), gain, 1e-9);
    close(
        row(&found, at, Q::Advantage).expected.unwrap(),
        gain - 0.3,
        1e-9,
    );
    // The interval is that of the metric itself.
    let exact = finding.rows.iter().step_by(2).nth(at).unwrap();
    let estimate = row(&found, at, Q::Tries).estimate.unwrap();
    close(
        estimate.low,
        1.0 / exact.estimate.unwrap().interval.high,
        1e-12,
    );
}

#[test]
fn shipping_waits_for_what_the_terms_ask() {
    let finding = run(shipped("ship-or-wait"));
    let found = practice(&finding);
    let given = under(&found, ShipSetting::AsGiven);
    close(given.threshold, 2.27 / 2.85, 1e-15);
    close(place(given), 11.92, 0.005);
    let (low, high) = (given.not_yet.unwrap(), given.surely.unwrap());
    assert!(low.log10() < place(given) && place(given) < high.log10());
    // Each retry is the same bet again.
    for retries in [0, 3] {
        close(
            place(under(&found, ShipSetting::Retries(retries))),
            place(given),
            1e-9,
        );
    }
    close(
        place(under(&found, ShipSetting::Steps(10))),
        place(given) - 0.885,
        0.0005,
    );
    close(
        place(under(&found, ShipSetting::Steps(40))),
        place(given) + 0.885,
        0.0005,
    );
    close(
        place(under(&found, ShipSetting::Loss(2.0))),
        place(given) + 0.741,
        0.0005,
    );
    assert!(place(under(&found, ShipSetting::Review(2.0))) > place(given));
    // What the data say of tasks of half the length, they say at this one with the square of the threshold.
    let half = under(&found, ShipSetting::Steps(10));
    assert!(half.not_yet.unwrap() < low && half.surely.unwrap() < high);
}

/// Where half of the items are hopeless, retries meet these: they put off the place from which on it pays.
#[test]
fn retries_at_items_that_differ_put_off_what_they_do_not_where_items_are_alike() {
    let world = |spread: &str| {
        practice(&of(&format!(
            r#"{{"task": {{"steps": 5, "spread": {spread}}}, "evaluation": {{"items": 200}},
                "usefulness": {{"value": 1, "loss": 1, "caught": 0.5, "review": 0.05, "retries": 3}}}}"#
        )))
    };
    let alike = world(r#"{"kind": "none"}"#);
    let differ = world(r#"{"kind": "impossible", "share": 0.2}"#);
    let by = |found: &Practice, retries: u32| {
        let given = under(found, ShipSetting::AsGiven);
        let other = found
            .ship
            .iter()
            .find(|ship| ship.setting == ShipSetting::Retries(retries));
        place(other.unwrap_or(given))
    };
    close(by(&alike, 0), by(&alike, 3), 1e-9);
    assert!(by(&differ, 0) < by(&differ, 1) && by(&differ, 1) < by(&differ, 3));
    // At q of the others and 0 of a fifth: .8 G(q) + .2 G(0) = 0.
    let gain = |q: f64| {
        let once = q - (1.0 - q) * 0.5 - 0.05;
        let s = 0.5 * (1.0 - q);
        once * (1.0 + s + s * s + s * s * s)
    };
    let hazard = libm::pow(10.0, -0.34 * (by(&differ, 3) - 8.0));
    close(
        0.8 * gain(libm::exp(-5.0 * hazard)) + 0.2 * gain(0.0),
        0.0,
        1e-9,
    );
    let ship = under(&differ, ShipSetting::AsGiven);
    assert!(ship.not_yet.is_none() && ship.missing.is_some());
    assert!(
        differ
            .left_out
            .iter()
            .any(|one| one.0 == PracticeQuantity::Tries)
    );
}

#[test]
fn a_person_is_the_one_to_beat() {
    let with = |fallback: &str| {
        practice(&of(&format!(
            r#"{{"evaluation": {{"items": 100}}, "usefulness": {{"value": 1, "loss": 4, "review": 0.1{fallback}}}}}"#
        )))
    };
    let (alone, person) = (with(""), with(r#", "fallback": 0.5"#));
    let gain = |found: &Practice, at: usize| {
        let gain = row(found, at, PracticeQuantity::Gain).expected.unwrap();
        let advantage = row(found, at, PracticeQuantity::Advantage)
            .expected
            .unwrap();
        (gain, gain - advantage)
    };
    // Nothing is caught: the person changes what a use is held against, not what it gains.
    for at in [0, 12, 25] {
        close(gain(&alone, at).0, gain(&person, at).0, 1e-12);
        close(gain(&alone, at).1, 0.0, 1e-12);
        close(gain(&person, at).1, 0.5, 1e-12);
    }
    let given = |found: &Practice| place(under(found, ShipSetting::AsGiven));
    assert!(given(&person) > given(&alone));
    close(
        under(&person, ShipSetting::AsGiven).threshold,
        4.6 / 5.0,
        1e-15,
    );
}

#[test]
fn what_is_not_told_has_a_reason() {
    let found = practice(&of(
        r#"{"task": {"steps": 8, "difficulty": {"kind": "ramp"}}, "evaluation": {"items": 50}}"#,
    ));
    let missing = |quantity: PracticeQuantity| {
        let mut left_out = found.left_out.iter();
        left_out.find(|one| one.0 == quantity).map(|one| one.1)
    };
    assert!(
        missing(PracticeQuantity::Horizon80)
            .unwrap()
            .contains("not equal")
    );
    assert!(
        missing(PracticeQuantity::Gain)
            .unwrap()
            .contains("no value")
    );
    assert_eq!(missing(PracticeQuantity::Tries), None);
    assert!(found.rows.iter().all(|row| missing(row.quantity).is_none()));
    // What holds of one training run at a time is no function of the mean over those that differ.
    let found = practice(&of(
        r#"{"skill": {"between-seeds": {"kind": "normal"}}, "task": {"steps": 8}, "evaluation": {"items": 50}}"#,
    ));
    for quantity in [
        PracticeQuantity::Tries,
        PracticeQuantity::Horizon50,
        PracticeQuantity::Votes,
    ] {
        let why = found.left_out.iter().find(|one| one.0 == quantity).unwrap();
        assert!(why.1.starts_with("training runs differ"), "{quantity:?}");
        assert!(found.rows.iter().all(|row| row.quantity != quantity));
    }
    assert!(
        found
            .rows
            .iter()
            .any(|row| row.quantity == PracticeQuantity::Success)
    );
}

#[test]
fn the_table_says_what_each_number_is() {
    let finding = run(shipped("ship-or-wait"));
    let text = practice_csv(std::slice::from_ref(&finding)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(
        header.join(","),
        "scale,quantity,setting,value,low,high,method,metric,level,items,assumes,reason"
    );
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let of = |record: &csv::StringRecord, name: &str| {
        let place = header.iter().position(|one| one == name).unwrap();
        record[place].to_owned()
    };
    for record in &records {
        let measured = !["expected", ""].contains(&of(record, "method").as_str());
        // Whatever comes from data has a level, and limits about it; what is computed has none.
        assert_eq!(of(record, "level").is_empty(), !measured, "{record:?}");
        let limits = [of(record, "low"), of(record, "high")];
        assert_eq!(
            limits.iter().any(|limit| !limit.is_empty()),
            measured,
            "{record:?}"
        );
        let nothing = of(record, "value").is_empty() && !measured;
        assert!(!nothing || !of(record, "reason").is_empty(), "{record:?}");
    }
    // Of two findings the first column says which.
    let both = practice_csv(&[finding.clone(), finding]).unwrap();
    assert!(both.starts_with("scenario,scale,quantity,"));
}

/// Every line of numbers that README shows is one that is printed.
#[test]
fn readme_shows_what_is_printed() {
    let mut finding = run(shipped("ship-or-wait"));
    crate::support::dissect(&mut finding, 0);
    let text = in_practice(std::slice::from_ref(&finding), InPractice::Payoffs);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let printed = readme.split("$ mirage run ship-or-wait\n").nth(1).unwrap();
    let block = printed.split("```").next().unwrap();
    let mut shown = block.lines().filter(|line| line.starts_with("  "));
    assert!(shown.clone().count() > 10);
    assert!(
        shown.all(|line| text.contains(&format!("{line}\n"))),
        "{text}"
    );
    // With a threshold alone it is told on request only.
    let mut plain = of("{}");
    crate::support::dissect(&mut plain, 0);
    let plain = std::slice::from_ref(&plain);
    assert_eq!(in_practice(plain, InPractice::Payoffs), "");
    assert!(
        in_practice(plain, InPractice::All)
            .lines()
            .all(|line| line.chars().count() <= 80)
    );
}

#[test]
fn what_nothing_was_simulated_for_has_no_interval() {
    let found = practice(&expect("test".to_owned(), shipped("ship-or-wait")));
    assert!(
        found
            .rows
            .iter()
            .all(|row| row.estimate.is_none() && row.expected.is_some())
    );
    assert!(
        found
            .ship
            .iter()
            .all(|ship| ship.not_yet.is_none() && ship.surely.is_none())
    );
}
