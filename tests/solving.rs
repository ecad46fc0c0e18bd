//! The number that a power needs, where the power is known: how often its limits hold it, and what is said where there is none.

use mirage::domain::special::{
    beta_quantile, binomial_at_least, binomial_probabilities, normal_cdf, normal_quantile,
};
use mirage::domain::{Level, Probability, ProperProbability, Seed};
use mirage::engine::hypothetical_uniforms;
use mirage::study::{
    AboveChance, NumberKind, RequiredMethod, RequiredNumber, SolveError, SoughtNumber, Successes,
    items_above_chance, solve_for_power,
};

use crate::support::assert_rate_at_least;

const REPLICATES: u64 = 2000;

fn target() -> ProperProbability {
    ProperProbability::try_from(0.8).unwrap()
}

fn level() -> Level {
    Level::try_from(0.95).unwrap()
}

/// Solves with a power that is known at every number, simulated anew at each call.
fn solved(
    power: impl Fn(f64) -> f64,
    guess: f64,
    sought: &SoughtNumber,
    number: u64,
) -> Result<RequiredNumber, SolveError<String>> {
    let mut calls = 0;
    let mut power_at = |value: f64| {
        calls += 1;
        let seed = Seed::try_from(20_251_122).unwrap();
        let uniforms = hypothetical_uniforms(seed, 1000 * number + calls, 1);
        Ok(drawn(power(value), uniforms[0]))
    };
    solve_for_power(&mut power_at, guess, sought, target(), level())
}

/// So many successes of the replicates as a uniform number makes them.
fn drawn(power: f64, uniform: f64) -> Successes {
    let (first, probabilities) = binomial_probabilities(REPLICATES, power, 1e-18);
    let mut below = 0.0;
    let place = probabilities.iter().position(|probability| {
        below += probability;
        below >= uniform
    });
    let count = first + place.unwrap_or(probabilities.len() - 1) as u64;
    Successes::new(count, REPLICATES).unwrap()
}

fn items() -> SoughtNumber {
    SoughtNumber::new(NumberKind::Whole, 1.0, 1e6).unwrap()
}

fn holds(found: &RequiredNumber, truth: f64) -> bool {
    found.low <= truth && found.high.is_none_or(|high| truth <= high)
}

/// How often the limits hold the truth in so many tries, the mean number of powers that each took, and the mean of the larger
/// limit over the smaller.
fn coverage(
    power: impl Fn(f64) -> f64,
    (guess, truth): (f64, f64),
    sought: &SoughtNumber,
    tries: u64,
) -> (u64, f64, f64) {
    let (mut held, mut powers, mut width) = (0, 0, 0.0);
    for number in 0..tries {
        let found = solved(&power, guess, sought, number).unwrap();
        held += u64::from(holds(&found, truth));
        powers += found.tried.len();
        width += found.high.unwrap() / found.low;
    }
    let count = tries as f64;
    (held, powers as f64 / count, width / count)
}

/// A normal test of two sides at 5%: 784.9 items give 80%.
#[test]
fn limits_hold_the_number_of_a_normal_test() {
    let power = |n: f64| {
        normal_cdf(0.1 * libm::sqrt(n) + normal_quantile(0.025))
            + normal_cdf(-0.1 * libm::sqrt(n) + normal_quantile(0.025))
    };
    for guess in [700.0, 60.0, 20_000.0] {
        let (held, powers, width) = coverage(power, (guess, 785.0), &items(), 300);
        assert_rate_at_least(held, 300, 0.95, &format!("from {guess}"));
        assert!(
            powers < 20.0 && width < 1.06,
            "from {guess}: {powers} powers, {width}"
        );
    }
}

/// The size of an effect: 2.8016 standard errors.
#[test]
fn limits_hold_the_size_of_an_effect() {
    let sought = SoughtNumber::new(NumberKind::Effect, 0.01, 100.0).unwrap();
    let power = |t: f64| normal_cdf(0.7 * t + normal_quantile(0.025));
    let truth = (normal_quantile(0.975) + normal_quantile(0.8)) / 0.7;
    let (held, ..) = coverage(power, (1.3, truth), &sought, 300);
    assert_rate_at_least(held, 300, 0.95, "effect");
}

/// Powers that rise otherwise than a normal distribution function, and one that is a saw.
#[test]
fn limits_hold_where_the_line_is_bent() {
    // The first success of many: 1 - (1 - .004)^n >= .8 from n = 401.6 on.
    let any = |n: f64| 1.0 - libm::pow(0.996, n);
    let (held, ..) = coverage(any, (200.0, 402.0), &items(), 300);
    assert_rate_at_least(held, 300, 0.9, "any success");
    // Three successes or more.
    let three = |n: f64| binomial_at_least(3, n as u64, 0.01);
    let truth = (1..).find(|n| three(f64::from(*n)) >= 0.8).unwrap();
    let (held, ..) = coverage(three, (700.0, f64::from(truth)), &items(), 300);
    assert_rate_at_least(held, 300, 0.9, "three successes");
}

/// Powers of a critical value that is the 1900th of 1999 statistics: the share of statistics above it has a beta law.
#[test]
fn limits_hold_where_critical_values_are_simulated() {
    let mut held = 0;
    for number in 0..300 {
        let mut calls = 0;
        let mut power_at = |n: f64| {
            calls += 1;
            let seed = Seed::try_from(20_251_123).unwrap();
            let uniforms = hypothetical_uniforms(seed, 1000 * number + calls, 2);
            let critical = -normal_quantile(beta_quantile(uniforms[0], 100.0, 1900.0));
            Ok::<_, String>(drawn(
                normal_cdf(0.1 * libm::sqrt(n) - critical),
                uniforms[1],
            ))
        };
        let found = solve_for_power(&mut power_at, 400.0, &items(), target(), level()).unwrap();
        // (1.644854 + 0.841621)^2/.01 = 618.3.
        held += u64::from(holds(&found, 619.0));
    }
    assert_rate_at_least(held, 300, 0.94, "simulated critical values");
}

/// A saw has no one number: its teeth cross the target from 1337 to 1385 items.
#[test]
fn the_number_of_a_saw_is_within_its_teeth() {
    let rate = |share: f64| Probability::try_from(share).unwrap();
    let (chance, other) = (rate(0.25), rate(0.28));
    let alpha = ProperProbability::try_from(0.05).unwrap();
    let power = |n: f64| {
        let items = mirage::domain::Items::try_from(n as u64).unwrap();
        AboveChance::new(items, chance, alpha).power(other)
    };
    let exact = items_above_chance(chance, other, alpha, target()).unwrap() as f64;
    let mut within = 0;
    for number in 0..100 {
        let found = solved(power, 1320.0, &items(), number).unwrap();
        within += u64::from(found.low <= exact && found.high.unwrap() >= 1337.0);
    }
    assert_rate_at_least(within, 100, 0.95, "saw");
}

#[test]
fn a_leap_is_found_between_neighbours() {
    // Four scales never, five always.
    let power = |n: f64| if n < 5.0 { 0.03 } else { 1.0 };
    let sought = SoughtNumber::new(NumberKind::Whole, 2.0, 50.0).unwrap();
    let found = solved(power, 12.0, &sought, 1).unwrap();
    assert_eq!((found.value, found.low, found.high), (5.0, 5.0, Some(5.0)));
    assert_eq!(found.method, RequiredMethod::Neighbours);
    // Not surely enough until six.
    let power = |n: f64| match n as u64 {
        0..5 => 0.0,
        5 => 0.803,
        _ => 1.0,
    };
    let found = solved(power, 12.0, &sought, 2).unwrap();
    assert_eq!((found.low, found.high), (5.0, Some(6.0)));
}

#[test]
fn numbers_at_the_ends_of_what_may_be_looked_at() {
    let sought = SoughtNumber::new(NumberKind::Whole, 10.0, 300.0).unwrap();
    let always = solved(|_| 0.97, 40.0, &sought, 1).unwrap();
    assert_eq!(
        (always.value, always.low, always.high),
        (10.0, 10.0, Some(10.0))
    );
    let words = match solved(|n| normal_cdf(0.1 * libm::sqrt(n) - 1.96), 40.0, &sought, 2) {
        Err(error @ SolveError::Unattainable { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(
        words.starts_with("no number up to 300 reaches a power of 0.8: the largest found is"),
        "{words}"
    );
    assert!(words.ends_with("at 300"), "{words}");
    // 299 items: the largest number might do, and might not.
    let near = |n: f64| normal_cdf(0.16 * libm::sqrt(n) - 1.925);
    let near = (3..20).find_map(|number| solved(near, 250.0, &sought, number).ok());
    let near = near.unwrap();
    assert!(
        near.value <= 300.0 && near.low < 299.0 && near.high.is_none(),
        "{near:?}"
    );
    let flat = solved(|_| 0.3, 40.0, &sought, 4).unwrap_err();
    assert!(matches!(flat, SolveError::Unattainable { .. }));
}

#[test]
fn a_power_that_fails_or_does_not_rise_says_so() {
    let mut failing = |_: f64| Err::<Successes, _>("interrupted");
    let failed = solve_for_power(&mut failing, 10.0, &items(), target(), level()).unwrap_err();
    assert_eq!(failed, SolveError::Power("interrupted"));
    let falls = |n: f64| if n < 100.0 { 0.9 } else { 0.4 };
    assert!(solved(falls, 400.0, &items(), 1).is_err());
    let sought = |kind, least, most| SoughtNumber::new(kind, least, most);
    assert!(
        sought(NumberKind::Whole, 1.5, 9.0).is_err()
            && sought(NumberKind::Whole, 0.0, 9.0).is_err()
    );
    assert!(sought(NumberKind::Effect, 2.0, 1.0).is_err());
    assert!(sought(NumberKind::Effect, 0.5, f64::INFINITY).is_err());
}
