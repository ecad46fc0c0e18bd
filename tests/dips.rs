//! How often the dip test calls one group two, and how often it finds two.

use mirage::domain::special::{beta_quantile, binomial_probabilities};
use mirage::domain::{Level, ProperProbability, Seed};
use mirage::engine::hypothetical_uniforms;
use mirage::study::{CriticalDip, DipTest, Replicates, RunScores};

use crate::support::assert_rate_at_least;

const TESTS: u64 = 100;

/// The success probability of a training run, from a uniform number.
type Law = fn(f64) -> f64;

/// The scores of runs, from two uniform numbers each.
fn drawn(law: Law, items: u64, runs: usize, replicate: u64) -> RunScores {
    let seed = Seed::try_from(20_250_217).unwrap();
    let uniforms = hypothetical_uniforms(seed, replicate, 2 * runs);
    let right = uniforms.chunks(2).map(|pair| {
        let (first, probabilities) = binomial_probabilities(items, law(pair[0]), 1e-18);
        let mut below = 0.0;
        let place = probabilities.iter().position(|probability| {
            below += probability;
            below >= pair[1]
        });
        first + place.unwrap_or(probabilities.len() - 1) as u64
    });
    RunScores::new(items, right.collect()).unwrap()
}

/// In how many tests two groups are found at 5%.
fn found(law: Law, items: u64, runs: usize) -> u64 {
    let test = |number: u64| {
        let replicates = Replicates {
            seed: Seed::try_from(7).unwrap(),
            numbers: 1000 * number..1000 * number + 200,
        };
        let scores = drawn(law, items, runs, number);
        let test = DipTest::new(&scores, &replicates, Level::try_from(0.95).unwrap());
        u64::from(test.tells())
    };
    (0..TESTS).map(test).sum()
}

/// Laws with one mode, in the middle or at an end, wide or not at all, some with most runs on the same few scores.
#[test]
fn one_group_is_rarely_called_two() {
    let laws: [(Law, u64, usize); 8] = [
        (|u| beta_quantile(u, 2.0, 5.0), 100, 60),
        (|_| 0.03, 100, 60),
        (|_| 0.4, 37, 60),
        (|u| beta_quantile(u, 0.5, 3.0), 100, 60),
        (|u| beta_quantile(u, 0.2, 1.5), 50, 40),
        (|u| 0.2 + 0.4 * u, 20, 60),
        (|u| u, 200, 60),
        (|u| beta_quantile(u, 2.0, 5.0), 100, 12),
    ];
    for (place, (law, items, runs)) in laws.into_iter().enumerate() {
        let found = found(law, items, runs);
        assert_rate_at_least(TESTS - found, TESTS, 0.95, &format!("law {place}"));
    }
}

/// Zhao et al. 2025 (arXiv:2502.17356) compare 250 seeds: two groups that lie apart are found in most tests of 60, those
/// that lie nearer only of 250, and of 12 hardly any.
#[test]
fn two_groups_are_found_by_enough_runs() {
    let apart: Law = |u| if u < 0.2 { 0.8 } else { 0.05 };
    let near: Law = |u| if u < 0.3 { 0.5 } else { 0.3 };
    let nearly_always = found(apart, 100, 60);
    assert_rate_at_least(nearly_always, TESTS, 0.95, "60 runs, far apart");
    assert_rate_at_least(found(near, 100, 250), TESTS, 0.5, "250 runs, near");
    assert_rate_at_least(TESTS - found(near, 100, 60), TESTS, 0.8, "60 runs, near");
    assert_rate_at_least(TESTS - found(apart, 100, 12), TESTS, 0.7, "12 runs");
}

/// In how many tests a critical dip of the design, drawn once, finds two groups at 5%.
fn found_at_design(law: Law, items: u64, runs: usize, tests: u64) -> u64 {
    let replicates = Replicates {
        seed: Seed::try_from(7).unwrap(),
        numbers: 1 << 50..(1 << 50) + 1999,
    };
    let pooled = drawn(law, items, 5000, 1 << 51);
    let alpha = ProperProbability::try_from(0.05).unwrap();
    let level = Level::try_from(0.95).unwrap();
    let critical = CriticalDip::new(&pooled, runs as u32, &replicates, alpha, level).unwrap();
    let tells = |number: &u64| critical.tells(&drawn(law, items, runs, *number));
    (0..tests).filter(tells).count() as u64
}

/// It calls one group two as rarely as the test with laws of its own, and finds two groups about as often.
#[test]
fn a_critical_dip_drawn_once_decides_as_the_test_does() {
    let laws: [(Law, u64, usize); 5] = [
        (|u| beta_quantile(u, 2.0, 5.0), 100, 60),
        (|_| 0.4, 37, 60),
        (|u| beta_quantile(u, 0.2, 1.5), 50, 40),
        (|u| 0.2 + 0.4 * u, 20, 60),
        (|u| u, 200, 60),
    ];
    for (place, (law, items, runs)) in laws.into_iter().enumerate() {
        let found = found_at_design(law, items, runs, 1000);
        assert_rate_at_least(1000 - found, 1000, 0.95, &format!("law {place}"));
    }
    let apart: Law = |u| if u < 0.2 { 0.8 } else { 0.05 };
    let near: Law = |u| if u < 0.3 { 0.5 } else { 0.3 };
    for (law, items, runs) in [(apart, 100, 60), (near, 100, 250), (near, 100, 60)] {
        let (once, each) = (
            found_at_design(law, items, runs, TESTS),
            found(law, items, runs),
        );
        // Both on the same tests: they differ only where one is near its edge.
        assert!(once.abs_diff(each) <= 12, "{once} {each} of {TESTS}");
    }
}

#[test]
fn a_critical_dip_is_of_its_own_design() {
    let replicates = |count| Replicates {
        seed: Seed::try_from(7).unwrap(),
        numbers: 0..count,
    };
    let scores = |runs| RunScores::new(50, (0..runs).map(|run| 5 + run % 20).collect()).unwrap();
    let alpha = ProperProbability::try_from(0.05).unwrap();
    let level = Level::try_from(0.95).unwrap();
    let new = |runs, count| CriticalDip::new(&scores(100), runs, &replicates(count), alpha, level);
    assert!(
        new(3, 99)
            .unwrap_err()
            .to_string()
            .starts_with("3 training runs")
    );
    assert!(
        new(40, 18)
            .unwrap_err()
            .to_string()
            .contains("give 19 or more")
    );
    let critical = new(40, 99).unwrap();
    let two_groups = |runs: u64| {
        RunScores::new(
            50,
            (0..runs)
                .map(|run| if run % 2 == 0 { 2 } else { 40 })
                .collect(),
        )
        .unwrap()
    };
    assert!(critical.tells(&two_groups(40)) && !critical.tells(&two_groups(41)));
    assert!(!critical.tells(&scores(40)));
}
