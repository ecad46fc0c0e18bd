//! Laws of items recovered from how often each item was right.

use mirage::domain::special::{beta_quantile, binomial_probabilities};
use mirage::domain::{Level, Seed};
use mirage::engine::hypothetical_uniforms;
use mirage::study::{ItemLaw, LogLogLine, SuccessHistogram, fit_item_law, log_spaced};

use crate::support::{FALSE_ALARM, assert_rate_at_least};

fn law(a: f64, b: f64, ceiling: f64) -> ItemLaw {
    ItemLaw { a, b, ceiling }
}

fn level(level: f64) -> Level {
    Level::try_from(level).unwrap()
}

/// Items drawn from a law, from two uniform numbers each.
fn drawn(law: &ItemLaw, attempts: u32, items: usize, replicate: u64) -> SuccessHistogram {
    let seed = Seed::try_from(20_250_218).unwrap();
    let uniforms = hypothetical_uniforms(seed, replicate, 2 * items);
    let right = |pair: &[f64]| {
        let p = law.ceiling * beta_quantile(pair[0], law.a, law.b);
        let (first, probabilities) = binomial_probabilities(u64::from(attempts), p, 1e-18);
        let mut below = 0.0;
        let place = probabilities.iter().position(|probability| {
            below += probability;
            below >= pair[1]
        });
        let place = place.unwrap_or(probabilities.len() - 1);
        (first as u32 + place as u32, 1)
    };
    SuccessHistogram::new(attempts, uniforms.chunks(2).map(right)).unwrap()
}

/// A corner of the grid of Schaeffer et al. 2025 (arXiv:2502.17578).
///
/// No law of the family is likelier than the fitted one. Twice the logarithm of how much likelier it is than the truth
/// follows chi-square with three degrees of freedom (Wilks), which exceeds 30.66 with probability 1e-6; each interval at
/// the level 1 - 1e-6 misses with that probability.
fn recovers(a: f64, b: f64, ceiling: f64) {
    let truth = law(a, b, ceiling);
    let histogram = drawn(&truth, 215, 128, 1);
    let fits = fit_item_law(&histogram).unwrap();
    let scaled = &fits.scaled;
    let drop = 2.0 * (scaled.ln_likelihood - histogram.ln_likelihood(&truth));
    assert!((0.0..30.66).contains(&drop), "{drop}: {fits:?}");
    assert!(scaled.converged && scaled.agreeing >= 2, "{scaled:?}");
    let sure = level(1.0 - FALSE_ALARM);
    let exponent = scaled.exponent_interval(sure);
    assert!(exponent.converged && exponent.contains(a), "{exponent:?}");
    assert!(scaled.ceiling_interval(sure).contains(ceiling));
    for k in [10, 100_000] {
        let pass = scaled.pass_at_interval(k, sure);
        assert!(
            pass.converged && pass.contains(truth.pass_at(k)),
            "{pass:?}"
        );
    }
}

#[test]
fn the_grid_of_schaeffer_is_recovered() {
    // The half of it in which every pair of numbers is met.
    for (a, b, ceiling) in [
        (0.15, 3.5, 0.1),
        (0.15, 5.0, 0.8),
        (0.4, 3.5, 0.8),
        (0.4, 5.0, 0.1),
    ] {
        recovers(a, b, ceiling);
    }
}

/// Of 128 items with 100 attempts each a 95% interval holds its truth 90 times of 100: at least 85.
#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let truth = law(0.4, 3.5, 0.1);
    let (mut exponent, mut pass) = (0, 0);
    for replicate in 0..40 {
        let fits = fit_item_law(&drawn(&truth, 100, 128, 100 + replicate)).unwrap();
        let found = fits.scaled.exponent_interval(level(0.95));
        exponent += u64::from(found.contains(truth.a));
        let found = fits.scaled.pass_at_interval(100, level(0.95));
        pass += u64::from(found.contains(truth.pass_at(100)));
    }
    assert_rate_at_least(exponent, 40, 0.85, "exponent");
    assert_rate_at_least(pass, 40, 0.85, "pass@100");
}

/// Where the ceiling is 1 it is rarely told from 1; a low one over many attempts is.
#[test]
fn a_ceiling_is_told_where_there_is_one() {
    let told = |truth: &ItemLaw, attempts, replicate| {
        let fits = fit_item_law(&drawn(truth, attempts, 128, replicate)).unwrap();
        u64::from(fits.ceiling.tells(level(0.95)))
    };
    let none = law(0.4, 3.5, 1.0);
    let rarely = (0..100).map(|replicate| told(&none, 100, 300 + replicate));
    assert_rate_at_least(100 - rarely.sum::<u64>(), 100, 0.92, "no ceiling");
    // A ceiling that many items come near.
    let low = law(0.8, 0.9, 0.3);
    let mostly = (0..20).map(|replicate| told(&low, 100, 500 + replicate));
    assert_rate_at_least(mostly.sum(), 20, 0.99, "a ceiling of .3");
}

/// If the line were as near as the fit in half of all tests, it would be farther in all of 20 with probability 2^-20, the
/// false-alarm rate.
#[test]
fn the_log_log_line_is_farther_from_the_exponent() {
    let truth = law(0.15, 3.5, 0.1);
    let ks = log_spaced(1000, 40);
    for replicate in 0..20 {
        let histogram = drawn(&truth, 1000, 128, 700 + replicate);
        let line = LogLogLine::through(&histogram, &ks).unwrap();
        let fit = fit_item_law(&histogram).unwrap().scaled;
        let off = |exponent: f64| (exponent / truth.a - 1.0).abs();
        assert!(
            off(line.exponent) > off(fit.law.exponent()),
            "{replicate}: {line:?} {fit:?}"
        );
    }
}
