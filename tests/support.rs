//! Running scenarios, and tolerances from theorems with their false-alarm rates: the only place with a tolerance for
//! anything random.
//!
//! Seeds are fixed, so a test either always passes or never does; the rates say how likely a right program would have
//! been to fail when the seed was chosen.

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use mirage::domain::special::normal_quantile;
use mirage::domain::{Scale, Scenario, StepChances};
use mirage::engine::{Control, Method, Setting, simulate};
use mirage::files::{SHIPPED, Shipped, Source, load};
use mirage::study::{Finding, evaluate, expect};

/// Attempts a scenario at all its scales and scores it.
pub(crate) fn run(scenario: Scenario) -> Finding {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let settings = Setting::at_every_scale(&scenario, 0);
    let tallies = simulate(&settings, Method::Kernel, &control).unwrap();
    evaluate("test".to_owned(), scenario, tallies)
}

/// The chances of the steps of a scenario whose steps are independent.
pub(crate) fn step_chances(scenario: &Scenario, scale: Scale) -> StepChances {
    scenario.chances().at(scale).independent().unwrap()
}

/// Takes a finding apart, holding its scores against this many evaluations under each null.
pub(crate) fn dissect(finding: &mut Finding, replicates: u64) {
    finding
        .dissect(replicates, &AtomicBool::new(false))
        .unwrap();
}

/// What is expected of every shipped scenario, with its anatomy: some take a second.
pub(crate) fn shipped_findings() -> &'static [Finding] {
    static ALL: LazyLock<Vec<Finding>> = LazyLock::new(|| {
        let finding = |one: &Shipped| {
            let source = Source::Shipped(one.name.to_owned());
            let scenario = load(&source, &[]).unwrap().scenario;
            let mut finding = expect(one.name.to_owned(), scenario);
            dissect(&mut finding, 0);
            finding
        };
        SHIPPED.iter().map(finding).collect()
    });
    &ALL
}

/// The probability with which a right program fails any one assertion.
pub(crate) const FALSE_ALARM: f64 = 1e-6;

fn divergence(found: f64, expected: f64) -> f64 {
    let part = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * libm::log(a / b) };
    part(found, expected) + part(1.0 - found, 1.0 - expected)
}

/// Chernoff: P(rate as far from p) <= 2 exp(-n KL(rate || p)) for any n and p.
#[track_caller]
pub(crate) fn assert_rate(hits: u64, trials: u64, expected: f64) {
    let surprise = trials as f64 * divergence(hits as f64 / trials as f64, expected);
    assert!(
        surprise < libm::log(2.0 / FALSE_ALARM),
        "{hits} of {trials} is not a rate of {expected}"
    );
}

/// Chernoff, one-sided: a rate of at least `least` shows as little as this with probability below [`FALSE_ALARM`].
#[track_caller]
pub(crate) fn assert_rate_at_least(hits: u64, trials: u64, least: f64, what: &str) {
    let found = hits as f64 / trials as f64;
    let surprise = if found < least {
        trials as f64 * divergence(found, least)
    } else {
        0.0
    };
    assert!(
        surprise < libm::log(1.0 / FALSE_ALARM),
        "{what}: {hits} of {trials} is less than a rate of {least}"
    );
}

/// Bonferroni: the largest of m standard normal scores exceeds this with probability at most [`FALSE_ALARM`].
#[track_caller]
pub(crate) fn assert_scores(scores: &[f64], what: &str) {
    assert!(!scores.is_empty(), "{what}: nothing was compared");
    assert!(
        scores.iter().all(|score| score.is_finite()),
        "{what}: {scores:?}"
    );
    let limit = -normal_quantile(0.5 * FALSE_ALARM / scores.len() as f64);
    let worst = scores
        .iter()
        .fold(0.0_f64, |worst, score| worst.max(score.abs()));
    assert!(
        worst < limit,
        "{what}: score {worst:.2} of {} exceeds {limit:.2}",
        scores.len()
    );
}

/// The squares of m normal scores sum to m, with variance 2 m: too small a scatter is a fault as much as too large a one.
/// A tenth more allows for sums of few bounded credits; scores in groups of `group` that share attempts, for as much.
#[track_caller]
pub(crate) fn assert_scatter(scores: &[f64], group: f64, what: &str) {
    let squares: f64 = scores.iter().map(|score| score * score).sum();
    let count = scores.len() as f64;
    assert_scores(&[score(squares, count, 2.2 * group * count)], what);
}

/// Pearson's chi-square of counts against probabilities, as a normal score (Wilson and Hilferty 1931), with categories
/// pooled from both ends until each expects at least 10. `None` if fewer than two are left.
pub(crate) fn chi_square_score(counts: &[u64], probabilities: &[f64]) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    let mut pooled: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for (count, probability) in counts.iter().zip(probabilities) {
        open = (open.0 + *count as f64, open.1 + probability * total as f64);
        if open.1 >= 10.0 {
            pooled.push(open);
            open = (0.0, 0.0);
        }
    }
    if let Some(last) = pooled.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    if pooled.len() < 2 {
        return None;
    }
    let statistic: f64 = pooled
        .iter()
        .map(|(found, expected)| (found - expected) * (found - expected) / expected)
        .sum();
    let freedom = (pooled.len() - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    Some((libm::cbrt(statistic / freedom) - (1.0 - spread)) / libm::sqrt(spread))
}

/// The score of a sum of independent numbers of known mean and variance.
pub(crate) fn score(sum: f64, mean: f64, variance: f64) -> f64 {
    (sum - mean) / libm::sqrt(variance)
}
