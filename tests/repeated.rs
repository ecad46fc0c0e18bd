//! Several attempts at an item, and several training runs: the engine held against what is expected, and that against
//! closed forms.

use mirage::domain::{Metric, Scale, Scenario};
use mirage::engine::{Control, Method, Setting, Tally, simulate};
use std::sync::atomic::AtomicBool;

fn scenario(json: &str) -> Scenario {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

fn metric(word: &str) -> Metric {
    word.parse().unwrap()
}

fn tally_of(scenario: &Scenario, replicate: u64) -> Tally {
    let settings = Setting::at_every_scale(scenario, replicate);
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let mut tallies = simulate(&settings[..1], Method::Kernel, &control).unwrap();
    tallies.remove(0).unwrap()
}

fn mean(tally: &Tally, place: usize) -> f64 {
    libm::ldexp(tally.item_sums[place].sum as f64, -32) / tally.items as f64
}

/// What is expected of a metric at one scale of a world of one-step items.
fn expected(task: &str, p: f64, attempts: u32, word: &str) -> f64 {
    let json = format!(
        r#"{{"skill": {{"kind": "table", "points": [[1e9, {p}], [2e9, {p}]]}}, "task": {task},
            "evaluation": {{"scales": [1e9], "attempts": {attempts}, "metrics": ["{word}"]}}}}"#
    );
    let scenario = scenario(&json);
    let metric = metric(word);
    let chances = scenario.chances();
    let at_scale = chances.at(Scale::try_from(1e9).unwrap());
    at_scale.reduced(metric.credit, metric.reducer).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-9 * expected,
        "{found} is not {expected}"
    );
}

/// 1 - B(a, b + k)/B(a, b), and its like for the scaled beta distribution, by mpmath.
#[test]
fn beta_items_pass_as_their_law_says() {
    let beta = r#"{"steps": 1, "spread": {"kind": "beta", "concentration": 2.2}}"#;
    let pass = |k: u32| expected(beta, 1.0 / 11.0, 1000, &format!("pass@{k}"));
    close(pass(1), 1.0 / 11.0);
    close(pass(10), 0.325_182_456_221_662_5);
    close(pass(1000), 0.723_328_207_868_027_1);
    let scaled =
        r#"{"steps": 1, "spread": {"kind": "scaled-beta", "concentration": 3.65, "ceiling": 0.1}}"#;
    let p = 0.15 / 3.65;
    close(expected(scaled, p, 100, "pass@1"), 0.004_109_589_041_095_89);
    close(
        expected(scaled, p, 100, "pass@100"),
        0.190_847_673_824_421_2,
    );
    let steady = r#"{"steps": 1, "spread": {"kind": "beta", "concentration": 1}}"#;
    close(expected(steady, 0.6, 8, "pass^8"), 0.287_958_528);
}

#[test]
fn items_alike_pass_as_one_does() {
    let plain = r#"{"steps": 1}"#;
    for (word, attempts, p, truth) in [
        ("pass@10", 10, 0.1, 0.651_321_559_9),
        ("pass@5", 10, 0.1, 0.409_51),
        ("plug-in-pass@5", 10, 0.1, 0.348_516_424),
        ("pass^8", 8, 0.6, 0.016_796_16),
        ("majority@5", 9, 0.6, 0.682_56),
        ("majority@25", 25, 0.45, 0.306_323_965_924_482),
        ("pass-until@2", 40, 0.1, 0.1),
    ] {
        close(expected(plain, p, attempts, word), truth);
    }
    // With many attempts to wait for, the mean of 1/K is p ln(1/p)/(1 - p).
    let naive = expected(plain, 0.1, 3000, "pass-until-mle@1");
    close(naive, 0.255_842_788_110_449_5);
}

/// Every reducer at items, answers and training runs that differ: the mean over replicates is that expected, and so is
/// its scatter where that is computed. Scores are normal over 3,000 replicates; 6 is passed once in 5e8.
#[test]
fn means_and_their_scatter_are_those_expected() {
    let metrics = r#"["exact-match", "partial-credit", "pass@2", "plug-in-pass@3", "pass^2", "g-pass@4:0.75",
        "majority@3", "pass-until@2", "pass-until-mle@1", "pass@2/pass-mark:0.6"]"#;
    let plain = r#""steps": 3, "wrong-answers": 3"#;
    let spread = r#""steps": 3, "wrong-answers": 2, "spread": {"kind": "logit-normal", "sd": 1.2}"#;
    let normal = r#"{"kind": "normal", "sd": 0.9}"#;
    let bimodal = r#"{"kind": "bimodal", "midpoint": 2e9, "low": 0.2}"#;
    for (between, task, runs) in [
        (r#"{"kind": "none"}"#, plain, 1),
        (r#"{"kind": "none"}"#, spread, 1),
        (r#"{"kind": "none"}"#, spread, 3),
        (normal, plain, 1),
        (normal, plain, 3),
        (normal, spread, 1),
        (normal, spread, 3),
        (bimodal, plain, 4),
    ] {
        let json = format!(
            r#"{{"seed": 3, "skill": {{"c": 3e7, "alpha": 0.4, "between-seeds": {between}}}, "task": {{{task}}},
                "evaluation": {{"scales": [1e9], "items": 11, "attempts": 5, "training-seeds": {runs}, "metrics": {metrics}}}}}"#
        );
        let scenario = scenario(&json);
        let chances = scenario.chances();
        let at_scale = chances.at(Scale::try_from(1e9).unwrap());
        let replicates = 3000;
        let tallies: Vec<Tally> = (0..replicates)
            .map(|replicate| tally_of(&scenario, replicate))
            .collect();
        for (place, &metric) in scenario.evaluation.metrics.as_slice().iter().enumerate() {
            let (credit, reducer) = (metric.credit, metric.reducer);
            let truth = at_scale.reduced(credit, reducer).unwrap();
            let off = |power: i32| -> Vec<f64> {
                let means = tallies.iter().map(|tally| mean(tally, place) - truth);
                means
                    .map(|off| if power == 1 { off } else { off * off })
                    .collect()
            };
            let most = at_scale.most_variance_of_mean(credit, reducer, 11, runs);
            let variance = at_scale.variance_of_mean(credit, reducer, 11, runs);
            if between == normal && task == spread && runs > 1 {
                assert_eq!(variance, None);
                at_most(
                    &off(2),
                    most.unwrap(),
                    &format!("scatter of {metric} in {json}"),
                );
                continue;
            }
            assert_eq!(variance, most);
            score(&off(1), 0.0, &format!("mean of {metric} in {json}"));
            let variance = variance.unwrap_or_else(|| panic!("{metric} in {json}"));
            score(&off(2), variance, &format!("scatter of {metric} in {json}"));
        }
    }
}

/// The mean is no more than a bound, which is no more than a third above it.
#[track_caller]
fn at_most(values: &[f64], bound: f64, what: &str) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    let error = libm::sqrt(squares.sum::<f64>() / (n * (n - 1.0)));
    assert!(
        mean - 6.0 * error < bound,
        "{what}: {mean} is more than {bound}"
    );
    assert!(
        bound < 1.33 * (mean + 6.0 * error),
        "{what}: {bound} is far above {mean}"
    );
}

#[track_caller]
fn score(values: &[f64], expected: f64, what: &str) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    let error = libm::sqrt(squares.sum::<f64>() / (n * (n - 1.0)));
    let z = (mean - expected) / error;
    assert!(z.abs() < 6.0, "{what}: {mean} is not {expected}, z = {z}");
}

/// A vote among the options of a question: wrong options share what the right one leaves.
#[test]
fn questions_are_voted_on() {
    let json = r#"{"skill": {"kind": "logistic", "midpoint": 1e9}, "task": {"kind": "choice", "options": 4},
        "evaluation": {"scales": [1e9], "items": 20000, "attempts": 5, "metrics": ["majority@5/choice-accuracy", "choice-accuracy"]}}"#;
    let scenario = scenario(json);
    let tally = tally_of(&scenario, 0);
    let chances = scenario.chances();
    let at_scale = chances.at(Scale::try_from(1e9).unwrap());
    let vote = metric("majority@5/choice-accuracy");
    let truth = at_scale.reduced(vote.credit, vote.reducer).unwrap();
    let variance = at_scale
        .variance_of_mean(vote.credit, vote.reducer, tally.items, 1)
        .unwrap();
    let z = (mean(&tally, 0) - truth) / libm::sqrt(variance);
    assert!(z.abs() < 6.0, "{} {truth} {z}", mean(&tally, 0));
    assert!(truth > mean(&tally, 1) + 0.05);
}

/// A training run has one skill for all its attempts, which depends on its seed and on nothing that is asked of it.
#[test]
fn training_runs_keep_their_skill() {
    let of = |items: u64, attempts: u32, runs: u32, metrics: &str| {
        let json = format!(
            r#"{{"skill": {{"between-seeds": {{"kind": "bimodal", "midpoint": 1e9, "low": 0.0}}}}, "task": {{"steps": 1}},
                "evaluation": {{"scales": [1e9], "items": {items}, "attempts": {attempts}, "training-seeds": {runs},
                "metrics": {metrics}}}}}"#
        );
        tally_of(&scenario(&json), 0)
    };
    let some = of(64, 3, 6, r#"["exact-match"]"#);
    let more = of(128, 4, 60, r#"["partial-credit", "pass@2"]"#);
    let through =
        |tally: &Tally| -> Vec<bool> { tally.cells[0].by_run.iter().map(|sum| *sum > 0).collect() };
    assert_eq!(through(&some), through(&more)[..6]);
    let count = through(&more).iter().filter(|through| **through).count();
    // Binomial of 60 and 1/2: outside with probability 4e-6.
    assert!((13..=47).contains(&count), "{count}");
}

#[test]
fn cells_add_up_to_what_items_have() {
    let json = r#"{"task": {"steps": 3}, "evaluation": {"scales": [2e9], "items": 40, "attempts": 4, "training-seeds": 3,
        "metrics": ["exact-match", "pass@2"]}}"#;
    let tally = tally_of(&scenario(json), 0);
    let exact = &tally.cells[0];
    assert_eq!(exact.successes.values().sum::<u64>(), 40 * 3);
    let right: u64 = exact
        .successes
        .iter()
        .map(|(right, cells)| u64::from(*right) * cells)
        .sum();
    assert_eq!(right, tally.lengths[0].correct[3]);
    // Quarters are whole units.
    assert_eq!(exact.by_run.iter().sum::<u128>(), u128::from(right) << 30);
    let squares: u128 = exact
        .successes
        .iter()
        .map(|(right, cells)| (u128::from(right * right) * u128::from(*cells)) << 60)
        .sum();
    assert_eq!(exact.squares, squares);
    // 1 - C(4 - j, 2)/6 at j = 0, ..., 4.
    let pass = [0.0, 0.5, 5.0 / 6.0, 1.0, 1.0];
    let expected: f64 = exact
        .successes
        .iter()
        .map(|(right, cells)| pass[*right as usize] * *cells as f64)
        .sum();
    assert!((mean(&tally, 1) - expected / 120.0).abs() < 1e-9);
}
