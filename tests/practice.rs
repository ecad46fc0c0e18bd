//! What a finding means in practice: costs, horizons, votes and gains held against formulas and enumerations, and the
//! reproductions in `configs/papers/` that are about them. Any one assertion on simulated numbers fails a right program with
//! probability at most `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use crate::support::{assert_rate, run};
use mirage::domain::{
    Deviation, DurationLaw, GammaShape, Metric, Positive, Probability, ProperProbability, Scale,
    Scenario, Task, Vote, horizon, longest_task, marginal_log_odds, rounded_up_horizon,
    step_success_for,
};
use mirage::files::{Source, SweepWords, load, load_study};
use mirage::report::practice_csv;
use mirage::study::{
    Finding, Practice, PracticeQuantity, PracticeRow, Ship, ShipSetting, UsefulFrom, expect,
    practice,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

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

fn points(name: &str) -> Vec<Scenario> {
    let source = Source::Shipped(format!("papers/{name}"));
    let study = load_study(Some(&source), &[], &SweepWords::default()).unwrap();
    let points = study.points.into_iter();
    points.map(|point| point.scenario).collect()
}

/// Expected credit at a scale.
fn expected(scenario: &Scenario, metric: &str, scale: f64) -> f64 {
    let metric: Metric = metric.parse().unwrap();
    let chances = scenario.chances();
    let chances = chances.at(Scale::try_from(scale).unwrap());
    chances.mean(metric.credit).unwrap()
}

fn steps(scenario: &Scenario) -> u64 {
    u64::from(scenario.task.steps().get())
}

fn p(x: f64) -> Probability {
    Probability::try_from(x).unwrap()
}

fn s(x: f64) -> ProperProbability {
    ProperProbability::try_from(x).unwrap()
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

/// Sinha et al. 2025: H_s(p), and what errors do to the steps behind them.
#[test]
fn the_last_percents_of_a_step_buy_most_of_the_horizon() {
    for (step, half, eighty) in [
        (0.9, 6.5788, 2.1179),
        (0.95, 13.5134, 4.3503),
        (0.99, 68.967_563_936_528_49, 22.202_596_467_108_974),
        (0.999, 692.8005, 223.0320),
    ] {
        close(horizon(p(step), s(0.5)), half, 5e-5);
        close(horizon(p(step), s(0.8)), eighty, 5e-5);
        // At the whole number above, a task succeeds with less.
        let (below, above) = (
            longest_task(p(step), s(0.8)),
            rounded_up_horizon(p(step), s(0.8)),
        );
        assert!(libm::pow(step, below) >= 0.8 && libm::pow(step, above) < 0.8);
    }
    close(
        step_success_for(2176.0, s(0.8)),
        0.999_897_457_669_904,
        1e-16,
    );
    let points = points("sinha-2025-horizons");
    let last = |point: &Scenario| {
        // The share of right steps of L and of L - 1 steps.
        let shorter = point
            .task
            .chain()
            .with_steps(19_u64.try_into().unwrap())
            .unwrap();
        let shorter = Scenario {
            task: Task::Steps(shorter),
            ..point.clone()
        };
        20.0 * expected(point, "partial-credit", 19.0)
            - 19.0 * expected(&shorter, "partial-credit", 19.0)
    };
    let twenty: Vec<&Scenario> = points.iter().filter(|point| steps(point) == 20).collect();
    assert_eq!((points.len(), twenty.len()), (9, 3));
    let exact = libm::pow(0.95, 20.0);
    for (point, share, of_last) in [
        (twenty[0], 0.95, 0.95),
        (
            twenty[1],
            17.207_570_387_957_29 / 20.0,
            0.794_338_400_632_638_3,
        ),
    ] {
        close(expected(point, "exact-match", 19.0), exact, 1e-12);
        close(expected(point, "partial-credit", 19.0), share, 1e-12);
        close(last(point), of_last, 1e-11);
    }
    close(expected(twenty[2], "exact-match", 19.0), exact, 1e-12);
    let share = expected(twenty[2], "partial-credit", 19.0);
    assert!(share < 0.95 && share > 0.8);
    assert!(last(twenty[2]) < share);
}

const KAPPA: f64 = 0.56;

/// Kwa et al. 2025 and Ord 2025: how many times shorter the 80% horizon is, by simulated attempts and by formula.
#[test]
fn the_80_percent_horizon_is_3_or_5_times_shorter() {
    let points = points("kwa-2025-horizons");
    assert_eq!(points.len(), 22);
    for (world, ratio) in points.chunks(11).zip([3.106_28, 5.000_34]) {
        let success = |length: f64| {
            let law = match ratio < 4.0 {
                true => DurationLaw::ConstantHazard,
                false => gamma(),
            };
            law.success(length / 60.0)
        };
        for point in world {
            let length = steps(point) as f64;
            close(expected(point, "exact-match", 1.0), success(length), 1e-9);
        }
        close(success(60.0), 0.5, 1e-12);
        close(success(60.0 / ratio), 0.8, 1e-5);
    }
}

fn gamma() -> DurationLaw {
    let shape = GammaShape::try_from(KAPPA).unwrap();
    DurationLaw::GammaFrailty { shape }
}

fn laws() -> [DurationLaw; 4] {
    let positive = |x: f64| Positive::try_from(x).unwrap();
    [
        DurationLaw::ConstantHazard,
        DurationLaw::Weibull {
            shape: positive(0.7),
        },
        gamma(),
        DurationLaw::LogLogistic {
            slope: positive(0.86),
        },
    ]
}

/// 66 tasks of 2 to 30 seconds and 104 of a minute to 16 hours, in minutes.
fn lengths() -> Vec<f64> {
    let even = |first: f64, times: f64, count: u32| {
        (0..count).map(move |i| first * libm::pow(times, f64::from(i) / f64::from(count - 1)))
    };
    even(2.0 / 60.0, 15.0, 66)
        .chain(even(1.0, 960.0, 104))
        .collect()
}

/// The largest log-likelihood over T50, by golden sections of its logarithm.
fn fitted(law: &DurationLaw, tasks: &[(f64, f64)]) -> f64 {
    let at = |x: f64| -> f64 {
        let median = libm::exp(x);
        let of = |&(length, right): &(f64, f64)| {
            let success = law.success(length / median).clamp(1e-300, 1.0 - 1e-16);
            right * libm::log(success) + (8.0 - right) * libm::log1p(-success)
        };
        tasks.iter().map(of).sum()
    };
    let golden = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (0.0, libm::log(2000.0));
    let (mut one, mut two) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_one, mut at_two) = (at(one), at(two));
    for _ in 0..40 {
        match at_one > at_two {
            true => {
                (high, two, at_two) = (two, one, at_one);
                one = high - golden * (high - low);
                at_one = at(one);
            }
            false => {
                (low, one, at_one) = (one, two, at_two);
                two = low + golden * (high - low);
                at_two = at(two);
            }
        }
    }
    at_one.max(at_two)
}

/// How often the law that made the runs of 170 tasks fits them best: rates from 5,000 tests of an independent program, with
/// standard errors up to .006.
#[test]
fn equal_ratios_are_hard_to_tell_apart() {
    let laws = laws();
    for (law, ratio) in laws.iter().zip([3.106, 5.049, 5.000, 5.013]) {
        close(1.0 / law.horizon(s(0.8)), ratio, 0.0005);
    }
    let mut random = StdRng::seed_from_u64(20_230_428);
    for (truth, rate) in laws.iter().zip([0.9996, 0.9762, 0.779, 0.7434]) {
        let mut hits = 0;
        for _ in 0..200 {
            let tasks: Vec<(f64, f64)> = lengths()
                .into_iter()
                .map(|length| {
                    let success = truth.success(length / 59.0);
                    let right = (0..8).filter(|_| random.random::<f64>() < success).count();
                    (length, right as f64)
                })
                .collect();
            let fits: Vec<f64> = laws.iter().map(|law| fitted(law, &tasks)).collect();
            let own = fitted(truth, &tasks);
            hits += u64::from(fits.iter().all(|fit| *fit <= own));
        }
        assert_rate(hits, 200, rate);
    }
}

/// Moss 2026: the scale at which exact match reaches the threshold is the 50% horizon over the length.
#[test]
fn the_marginal_horizon_is_shorter_than_the_typical_one_but_not_at_a_half() {
    let points = points("moss-2026-horizons");
    assert_eq!(points.len(), 8);
    let place = |scenario: &Scenario| {
        let found = practice(&expect("test".to_owned(), scenario.clone()));
        place(under(&found, ShipSetting::AsGiven))
    };
    for (sd, times) in [(0.0, 5.013), (0.5, 5.452), (1.0, 6.809), (1.5, 9.284)] {
        let i = (2.0 * sd) as usize;
        close(place(&points[i]), 0.0, 1e-9);
        let theta = marginal_log_odds(s(0.8), Deviation::try_from(sd).unwrap());
        close(
            place(&points[4 + i]),
            theta / 0.86 / std::f64::consts::LN_10,
            1e-9,
        );
        close(libm::pow(10.0, place(&points[4 + i])), times, 0.0005);
    }
}

/// MAKER: a vote is a logistic of so many times the slope.
#[test]
fn a_few_votes_finish_a_million_steps() {
    let points = points("meyerson-2025-votes");
    for (point, lead) in points.iter().zip(1..) {
        for (odds, step) in [(99.0, 0.99), (499.0, 0.998)] {
            let finished = Vote::new(p(step), lead).task_success(1_000_000);
            close(expected(point, "exact-match", odds), finished, 1e-8);
        }
    }
    close(expected(&points[2], "exact-match", 99.0), 0.356_789_4, 1e-6);
    close(expected(&points[3], "exact-match", 99.0), 0.989_643_8, 1e-6);
    close(
        expected(&points[2], "exact-match", 499.0),
        0.991_984_1,
        1e-6,
    );
    let hanoi = 1_048_575;
    close(
        Vote::new(p(0.998), 3).task_success(hanoi),
        0.991_596_375_962_030_4,
        1e-12,
    );
    assert_eq!(Vote::least(p(0.998), hanoi, s(0.95)).unwrap().lead(), 3);
    close(Vote::new(p(0.99), 4).votes(), 4.0816, 5e-5);
    // The lead grows as the logarithm of the length.
    let leads: Vec<u32> = [10_u64, 1_000, 100_000, 10_000_000]
        .map(|steps| Vote::least(p(0.9), steps, s(0.9)).unwrap().lead())
        .to_vec();
    assert_eq!(leads, [3, 5, 7, 9]);
}
