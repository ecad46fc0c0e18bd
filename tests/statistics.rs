//! Simulation against closed forms. Tolerances and false-alarm rates: `support`.

use mirage::domain::{Count, Scale, Scenario};
use mirage::engine::{Setting, Tally, attempt};
use mirage::study::Finding;

use crate::support::{
    self, assert_rate, assert_scatter, assert_scores, chi_square_score, step_chances,
};

fn run(json: &str) -> Finding {
    let scenario: Result<Scenario, _> = serde_json::from_str(json);
    support::run(scenario.unwrap_or_else(|error| panic!("{error} in {json}")))
}

/// Worlds away from every symmetric point: no midpoints, no equal steps by accident, no spread of one.
const WORLDS: &[&str] = &[
    r#"{"task": {"steps": 7}}"#,
    r#"{"task": {"steps": 1, "guess": 0.13}, "skill": {"alpha": 0.61, "c": 3e8}}"#,
    r#"{"task": {"steps": 12, "difficulty": {"kind": "ramp", "from": 2e-4, "to": 1.7}}, "skill": {"alpha": 0.77, "c": 4e9}}"#,
    r#"{"task": {"steps": 4, "guess": 0.21, "difficulty": {"kind": "list", "multipliers": [0.3, 2.1, 0.05, 1.2]}}}"#,
    r#"{"task": {"steps": 33}, "skill": {"kind": "irreducible-power-law", "irreducible": 0.02, "alpha": 0.53}}"#,
    r#"{"task": {"steps": 9}, "skill": {"kind": "logistic", "floor": 0.11, "ceiling": 0.93, "midpoint": 7e8, "slope": 0.8}}"#,
    r#"{"task": {"steps": 5}, "skill": {"kind": "linear-log", "zero-at": 3e6, "one-at": 4e12}}"#,
    r#"{"task": {"steps": 6}, "skill": {"kind": "broken-power-law", "alpha": 0.22, "alpha-after": 0.71, "break-at": 3e9}}"#,
];

const METRICS: &str =
    r#"["exact-match", "partial-credit", "prefix-credit", "pass-mark:0.7", "harshness:2.3"]"#;

fn world(world: &str, evaluation: &str) -> String {
    format!(
        r#"{}, "evaluation": {{"metrics": {METRICS}, {evaluation}}}}}"#,
        &world[..world.len() - 1]
    )
}

#[test]
fn every_metric_has_its_expected_mean() {
    let mut scores = Vec::new();
    for one in WORLDS {
        let finding = run(&world(one, r#""scales": "log:1e7:1e12:9", "items": 4000"#));
        assert_eq!(finding.rows.len(), 9 * 5);
        scores.extend(finding.rows.iter().filter_map(|row| row.z));
    }
    assert!(scores.len() > 300, "{}", scores.len());
    assert_scores(&scores, "means");
    // The five metrics share their attempts.
    assert_scatter(&scores, 5.0, "scatter of scores");
}

#[test]
fn repeated_attempts_and_training_runs_have_the_same_mean() {
    let mut scores = Vec::new();
    for one in &WORLDS[..4] {
        let more =
            r#""scales": "log:3e7:5e11:5", "items": 300, "attempts": 4, "training-seeds": 3"#;
        scores.extend(run(&world(one, more)).rows.iter().filter_map(|row| row.z));
    }
    assert_scores(&scores, "means of repeated attempts");
}

#[test]
fn whole_histograms_have_their_expected_shape() {
    let mut scores = Vec::new();
    for one in WORLDS {
        let finding = run(&world(one, r#""scales": "log:1e7:1e12:9", "items": 20000"#));
        for (scale, tally) in finding
            .scenario
            .evaluation
            .scales
            .as_slice()
            .iter()
            .zip(&finding.tallies)
        {
            let (chances, tally) = (
                step_chances(&finding.scenario, *scale),
                tally.as_ref().unwrap(),
            );
            for (count, histogram) in [
                (Count::Correct, &tally.lengths[0].correct),
                (Count::Leading, &tally.lengths[0].leading),
            ] {
                let expected = chances.distribution(count).unwrap();
                scores.extend(chi_square_score(histogram, &expected));
            }
        }
    }
    assert!(scores.len() > 90, "{}", scores.len());
    assert_scores(&scores, "chi-squares of histograms");
}

#[test]
fn rare_success_is_as_rare_as_it_should_be() {
    // p = .003 for one step: 2 in 16,384 lanes are decided by a tie.
    let json = r#"{"task": {"steps": 1}, "skill": {"kind": "logistic", "midpoint": 1e12, "slope": 0.7},
        "evaluation": {"items": 2000000, "scales": [2.5e8]}}"#;
    let finding = run(json);
    let expected = finding.rows[0].expected.unwrap();
    assert!((0.002..0.004).contains(&expected), "{expected}");
    let tally = finding.tallies[0].as_ref().unwrap();
    assert_rate(tally.lengths[0].correct[1], tally.attempts, expected);
}

/// A quarter of 2^-14: no lane is right by its first 14 digits, and of those that tie, one in four is.
#[test]
fn ties_decide_as_often_as_they_should() {
    let p = 0.25 / 16_384.0;
    let json = format!(
        r#"{{"task": {{"steps": 20}}, "skill": {{"kind": "logistic", "ceiling": {p}, "slope": 1000}},
            "evaluation": {{"items": 2000000, "scales": [1e12], "metrics": ["partial-credit"]}}}}"#
    );
    let finding = run(&json);
    let tally = finding.tallies[0].as_ref().unwrap();
    let right = tally.lengths[0]
        .correct
        .iter()
        .zip(0..)
        .map(|(attempts, steps)| attempts * steps)
        .sum();
    assert_rate(right, 40_000_000, p);
}

/// Means stay right if one stream serves twice; uncertainties do not. So: nothing is the same thing again.
#[test]
fn blocks_attempts_runs_scales_and_replicates_are_independent() {
    let json = r#"{"task": {"steps": 3}, "evaluation": {"items": 20000, "attempts": 2, "training-seeds": 2}}"#;
    let scenario: Scenario = serde_json::from_str(json).unwrap();
    let scale = Scale::try_from(2e8).unwrap();
    let setting = Setting::new(&scenario, scale, 0);
    let p = step_chances(&scenario, scale).iter().next().unwrap().get();
    let steps = |setting: &Setting, one: usize| -> Vec<f64> {
        let outcomes = (0..20_000).map(|item| attempt(setting, item, one).unwrap().outcome());
        outcomes
            .flatten()
            .map(|right| f64::from(u8::from(right)) - p)
            .collect()
    };
    let base = steps(&setting, 0);
    let product = |one: &[f64], other: &[f64]| {
        let sum: f64 = one.iter().zip(other).map(|(one, other)| one * other).sum();
        let variance = p * (1.0 - p) * p * (1.0 - p) * one.len().min(other.len()) as f64;
        sum / libm::sqrt(variance)
    };
    let other_scale = Setting::new(&scenario, Scale::try_from(2.000_000_000_1e8).unwrap(), 0);
    let scores = [
        product(&base, &base[3..]),      // the next item
        product(&base, &base[64 * 3..]), // the same lane of the next block
        product(&base, &base[1..]),      // the next step, or the next item's first
        product(&base, &steps(&setting, 1)),
        product(&base, &steps(&setting, 2)),
        product(&base, &steps(&other_scale, 0)),
        product(&base, &steps(&Setting::new(&scenario, scale, 1), 0)),
    ];
    assert_scores(&scores, "correlation with");
}

/// Where every attempt is guessed, what counts is what is extracted.
#[test]
fn what_is_extracted_is_drawn_anew_for_each_attempt_and_by_itself() {
    let gate = r#""format": {"kind": "gate", "curve": {"kind": "logistic", "midpoint": 3e8, "slope": 0.7, "floor": 0.1}}"#;
    let of = |task: &str| -> Scenario {
        let json = format!(
            r#"{{"task": {{"steps": 3, {task}, {gate}}}, "evaluation": {{"items": 20000, "attempts": 2, "training-seeds": 2}}}}"#
        );
        serde_json::from_str(&json).unwrap()
    };
    let scale = Scale::try_from(2e8).unwrap();
    // .1 + .9/(1 + 1.5^.7)
    let g = 0.486_564_522_241_172_4;
    let scenario = of(r#""floor": 1"#);
    let setting = Setting::new(&scenario, scale, 0);
    let extracted = |setting: &Setting, one: usize| -> Vec<f64> {
        let passed = |item: u64| {
            let outcome = attempt(setting, item, one).unwrap().outcome();
            assert!(outcome.iter().all(|right| *right == outcome[0]));
            f64::from(u8::from(outcome[0])) - g
        };
        (0..20_000).map(passed).collect()
    };
    let base = extracted(&setting, 0);
    let passed = base.iter().filter(|one| **one > 0.0).count() as u64;
    assert_rate(passed, 20_000, g);
    let product = |one: &[f64], other: &[f64], variance: f64| {
        let sum: f64 = one.iter().zip(other).map(|(one, other)| one * other).sum();
        sum / libm::sqrt(g * (1.0 - g) * variance * one.len().min(other.len()) as f64)
    };
    let other_scale = Setting::new(&scenario, Scale::try_from(2.000_000_000_1e8).unwrap(), 0);
    let same = |other: &[f64]| product(&base, other, g * (1.0 - g));
    let mut scores = vec![
        same(&base[1..]),
        same(&base[64..]),
        same(&extracted(&setting, 1)),
        same(&extracted(&setting, 2)),
        same(&extracted(&other_scale, 0)),
        same(&extracted(&Setting::new(&scenario, scale, 1), 0)),
    ];
    // Nothing that is drawn of the attempt tells whether it is extracted.
    let scenario = of(r#""floor": 0.4"#);
    let setting = Setting::new(&scenario, scale, 0);
    let records: Vec<_> = (0..20_000)
        .map(|item| attempt(&setting, item, 0).unwrap())
        .collect();
    let number = |is: bool, p: f64| f64::from(u8::from(is)) - p;
    let base: Vec<f64> = records.iter().map(|one| number(one.extracted, g)).collect();
    let guessed: Vec<f64> = records.iter().map(|one| number(one.guessed, 0.4)).collect();
    scores.push(product(&base, &guessed, 0.4 * 0.6));
    let p = records[0].steps[0].chance.get();
    for step in 0..3 {
        let right: Vec<f64> = records
            .iter()
            .map(|one| number(one.steps[step].right, p))
            .collect();
        scores.push(product(&base, &right, p * (1.0 - p)));
    }
    assert_scores(&scores, "correlation of what is extracted with");
}

/// 400 scales a hair apart are 400 replicates. With 100 items scores come from exact tails, with 1,000 from the normal
/// distribution; either way they scatter as scores should.
#[test]
fn more_items_narrow_the_scatter_as_they_should() {
    for items in [100, 1000] {
        let json = format!(
            r#"{{"task": {{"steps": 3}},
                "evaluation": {{"items": {items}, "scales": "lin:1e9:1.000001e9:400"}}}}"#
        );
        let finding = run(&json);
        for metric in finding.scenario.evaluation.metrics.as_slice() {
            let rows = finding.rows.iter().filter(|row| row.metric == *metric);
            let scores: Vec<f64> = rows.filter_map(|row| row.z).collect();
            assert_eq!(scores.len(), 400);
            assert_scatter(&scores, 1.0, "scatter over replicates");
        }
    }
}

#[test]
fn the_tally_adds_up() {
    let check = |tally: &Tally| {
        let [counts] = &tally.lengths[..] else {
            panic!("{} lengths", tally.lengths.len());
        };
        assert_eq!(counts.correct.iter().sum::<u64>(), tally.attempts);
        assert_eq!(counts.leading.iter().sum::<u64>(), tally.attempts);
        assert_eq!(counts.correct.last(), counts.leading.last());
    };
    for one in WORLDS {
        let finding = run(&world(
            one,
            r#""scales": "log:1e8:1e11:4", "items": 777, "attempts": 2"#,
        ));
        finding
            .tallies
            .iter()
            .for_each(|tally| check(tally.as_ref().unwrap()));
    }
}
