//! Fits and tables on small scale.

use super::*;
use crate::domain::{Count, Credit, Scenario};

fn scenario(json: &str) -> Scenario {
    serde_json::from_str(json).unwrap()
}

fn credit(word: &str) -> Credit {
    word.parse().unwrap()
}

/// ln P(k) by formula: binomial for correct steps, geometric for leading ones, at places that are no knots.
#[test]
fn tables_are_read_to_a_millionth() {
    for steps in [1_u32, 10, 100] {
        let task = scenario(&format!(
            r#"{{"task": {{"steps": {steps}}}, "evaluation": {{"scales": [1e9]}}}}"#
        ));
        for (word, count) in [
            ("partial-credit", Count::Correct),
            ("prefix-credit", Count::Leading),
        ] {
            let link = Link::of(&task, credit(word)).unwrap();
            // Around what three attempts of four would tell, and far to either side.
            for eta in [-9.03, -6.31, -3.217, -1.119, 0.041, 0.777, 1.431] {
                let p = libm::exp(-libm::exp(eta));
                let wrong = -libm::expm1(-libm::exp(eta));
                let expected_counts: Vec<f64> = (0..=steps)
                    .map(|k| 200.0 * probability(count, steps, k, p, wrong))
                    .collect();
                let exact: f64 = expected_counts
                    .iter()
                    .filter(|n| **n > 0.0)
                    .map(|n| n * libm::log(n / 200.0))
                    .sum();
                let found: f64 = expected_counts
                    .iter()
                    .enumerate()
                    .map(|(k, n)| {
                        let column = &link.columns[k * link.grid.points..][..link.grid.points];
                        n * link.grid.read(column, eta).value
                    })
                    .sum();
                assert!(
                    (found - exact).abs() < 1e-6 * exact.abs().max(1.0),
                    "{word} {steps} {eta}: {found} {exact}"
                );
            }
        }
        let link = Link::of(&task, credit("exact-match")).unwrap();
        for eta in [-9.03, -6.31, -3.217, -1.119, 0.041, 0.777, 1.431] {
            let all = f64::from(steps) * libm::exp(eta);
            if all > 300.0 {
                continue;
            }
            let read = |cell: usize| {
                let column = &link.columns[cell * link.grid.points..][..link.grid.points];
                link.grid.read(column, eta)
            };
            let (wrong, right) = (read(0), read(1));
            let exact = libm::log(-libm::expm1(-all));
            assert!((wrong.value - exact).abs() < 1e-6, "{steps} {eta}");
            assert!((right.value + all).abs() < 1e-6 * all, "{steps} {eta}");
            assert!((right.slope + all).abs() < 1e-4 * all, "{steps} {eta}");
            assert!((right.curvature + all).abs() < 1e-2 * all, "{steps} {eta}");
        }
    }
}

fn probability(count: Count, steps: u32, k: u32, p: f64, wrong: f64) -> f64 {
    let rest = steps - k;
    match count {
        Count::Leading => libm::pow(p, f64::from(k)) * if rest > 0 { wrong } else { 1.0 },
        Count::Correct => {
            let (all, k, rest) = (f64::from(steps), f64::from(k), f64::from(rest));
            let ways = libm::lgamma(all + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(rest + 1.0);
            libm::exp(ways + k * libm::log(p) + rest * libm::log(wrong))
        }
    }
}

#[test]
fn what_no_hazard_tells_is_refused() {
    let refusal = |json: &str, word: &str| Link::of(&scenario(json), credit(word)).unwrap_err();
    let gate = r#"{"task": {"format": {"kind": "gate", "curve": {"kind": "logistic"}}}}"#;
    assert_eq!(refusal(gate, "exact-match"), NoLink::Gate);
    let bimodal = r#"{"skill": {"between-seeds": {"kind": "bimodal"}}}"#;
    assert_eq!(refusal(bimodal, "exact-match"), NoLink::Bimodal);
    let brier = credit("brier");
    assert_eq!(refusal("{}", "brier"), NoLink::NotCounted(brier));
    let long = r#"{"task": {"steps": 20000}}"#;
    assert_eq!(
        refusal(long, "partial-credit"),
        NoLink::TooManyCounts(20_001)
    );
    let question = scenario(r#"{"task": {"kind": "choice"}}"#);
    let families = [Family::UnevenSteps];
    let refused = Links::of(&question, credit("choice-accuracy"), &families);
    assert_eq!(refused.unwrap_err(), NoLink::Question);
    assert!(Links::of(&question, credit("choice-accuracy"), &[]).is_ok());
}
