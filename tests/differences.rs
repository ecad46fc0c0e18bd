//! Gains between neighbouring scales on one test set. Tolerances and false-alarm rates: `support`.

use mirage::domain::{Metric, Scenario};
use mirage::study::{Difference, DifferenceMethod, Finding};

use crate::support::{assert_rate_at_least, assert_scatter, assert_scores, run};

fn found(json: &str) -> Finding {
    run(serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}")))
}

fn of(finding: &Finding, metric: &str) -> Vec<Difference> {
    let metric: Metric = metric.parse().unwrap();
    let all = finding.differences().into_iter();
    all.filter(|one| one.metric == metric).collect()
}

/// With hard items (never right) and easy ones, exact match at both scales is right for easy items alone: of two scales
/// with p^L = a and b, items correlate by (1-w) a b w / sqrt(...), by hand below.
#[test]
fn items_that_differ_correlate_as_much_as_they_should() {
    let json = r#"{"task": {"steps": 2, "spread": {"kind": "impossible", "share": 0.4}},
        "skill": {"c": 1e8, "alpha": 0.5},
        "evaluation": {"items": 200000, "scales": [1e9, 4e9], "metrics": ["exact-match", "partial-credit"]}}"#;
    let finding = found(json);
    let p = |scale: f64| libm::exp(-libm::pow(scale / 1e8, -0.5));
    let (a, b) = (libm::pow(p(1e9), 2.0), libm::pow(p(4e9), 2.0));
    // P(right) = .6 a; covariance = .6 a b - .36 a b.
    let deviation = |q: f64| libm::sqrt(q * (1.0 - q));
    let expected = 0.24 * a * b / deviation(0.6 * a) / deviation(0.6 * b);
    let one = of(&finding, "exact-match")[0];
    // The standard error of a correlation r of n pairs is below 1/sqrt(n); 5 of them.
    assert!((one.correlation.unwrap() - expected).abs() < 5.0 / libm::sqrt(200_000.0));
    assert!(expected > 0.3, "{expected}");
    assert_eq!(one.method, DifferenceMethod::NewcombePaired);
    assert!((one.expected.unwrap() - 0.6 * (b - a)).abs() < 1e-12);
    // A correlated difference is surer than that of two tests.
    let alone = libm::sqrt(0.6 * a * (1.0 - 0.6 * a) + 0.6 * b * (1.0 - 0.6 * b));
    let width = 2.0 * 1.96 * alone / libm::sqrt(200_000.0);
    let ratio = (one.high - one.low) / width;
    let correlated = libm::sqrt(
        1.0 - 2.0 * expected * deviation(0.6 * a) * deviation(0.6 * b) / (alone * alone),
    );
    assert!((ratio - correlated).abs() < 0.01, "{ratio} {correlated}");
}

#[test]
fn independent_scales_have_no_correlation_and_shared_numbers_have_one() {
    let json = |pairing: &str| {
        format!(
            r#"{{"evaluation": {{"pairing": "{pairing}", "items": 20000, "scales": [1e10, 1.5e10]}}}}"#
        )
    };
    let apart = found(&json("independent"));
    assert!(
        apart
            .differences()
            .iter()
            .all(|one| one.correlation.is_none() && one.method == DifferenceMethod::Newcombe)
    );
    let shared = found(&json("scales"));
    let (apart, shared) = (of(&apart, "exact-match")[0], of(&shared, "exact-match")[0]);
    // The same number decides at both scales: whoever is right at the first is right at the second.
    assert!(shared.correlation.unwrap() > 0.7, "{shared:?}");
    assert!(shared.high - shared.low < 0.6 * (apart.high - apart.low));
}

/// Worlds whose neighbouring scales share items, 400 of them a hair apart in scale so that each pair is a replicate of the
/// same design but for its seed.
const SHARED: &[&str] = &[
    r#""spread": {"kind": "logit-normal", "sd": 1.7}"#,
    r#""spread": {"kind": "beta", "concentration": 4.0}"#,
    r#""difficulty": {"kind": "normal", "sd": 1.3}"#,
    r#""steps": {"kind": "uniform", "from": 1, "to": 9}"#,
];

#[test]
fn scores_of_gains_scatter_as_scores_should() {
    for one in SHARED {
        let mut scores = Vec::new();
        for seed in 0..120 {
            let json = format!(
                r#"{{"seed": {seed}, "task": {{{one}}}, "skill": {{"c": 3e8, "alpha": 0.4}},
                    "evaluation": {{"items": 700, "scales": [2e9, 4e10],
                    "metrics": ["exact-match", "partial-credit"]}}}}"#
            );
            scores.extend(found(&json).differences().iter().filter_map(|one| one.z));
        }
        assert!(scores.len() > 100, "{one}: {}", scores.len());
        assert_scores(&scores, one);
        // Two metrics share their attempts.
        assert_scatter(&scores, 2.0, one);
    }
}

#[test]
fn intervals_of_gains_hold_the_truth_as_often_as_they_say() {
    for (one, items) in [(SHARED[0], 60), (SHARED[3], 60), (r#""steps": 6"#, 40)] {
        let mut held = [0; 2];
        let seeds = 1000;
        for seed in 0..seeds {
            let json = format!(
                r#"{{"seed": {seed}, "task": {{{one}}}, "skill": {{"c": 3e8, "alpha": 0.4}},
                    "evaluation": {{"items": {items}, "scales": [2e9, 4e10],
                    "metrics": ["exact-match", "partial-credit"]}}}}"#
            );
            for (held, one) in held.iter_mut().zip(&found(&json).differences()) {
                *held += u64::from((one.low..=one.high).contains(&one.expected.unwrap()));
            }
        }
        for held in held {
            assert_rate_at_least(held, seeds, 0.93, one);
        }
    }
}

#[test]
fn a_single_scale_gains_nothing() {
    let scenario: Scenario = serde_json::from_str(r#"{"evaluation": {"scales": [1e10]}}"#).unwrap();
    assert!(run(scenario).differences().is_empty());
}
