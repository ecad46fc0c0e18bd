use super::*;
use crate::domain::Level;
use crate::domain::special::ln_binomial_probability;

fn law(a: f64, b: f64, ceiling: f64) -> ItemLaw {
    ItemLaw { a, b, ceiling }
}

/// The hypergeometric function with 60 digits (mpmath).
#[test]
fn probabilities_against_mpmath() {
    for (right, attempts, a, b, ceiling, expected) in PROBABILITIES {
        let found = law(a, b, ceiling).ln_probability(right, attempts);
        assert!(
            (found - expected).abs() < 1e-10,
            "{right} of {attempts}, Beta({a}, {b}) to {ceiling}: {found} is not {expected}"
        );
    }
}

#[test]
fn probabilities_sum_to_one() {
    for (a, b, ceiling) in [
        (0.15, 3.5, 0.1),
        (0.4, 5.0, 0.8),
        (3.0, 0.01, 0.3),
        (0.01, 20.0, 1.0),
        (0.002, 0.003, 0.6),
        (40.0, 1e5, 0.999),
    ] {
        let law = law(a, b, ceiling);
        let sum: f64 = (0..=60).map(|x| libm::exp(law.ln_probability(x, 60))).sum();
        let mean: f64 = (0..=60)
            .map(|x| f64::from(x) * libm::exp(law.ln_probability(x, 60)))
            .sum();
        let expected = 60.0 * ceiling * a / (a + b);
        assert!((sum - 1.0).abs() < 1e-9, "{law:?}: {sum}");
        assert!((mean / expected - 1.0).abs() < 1e-8, "{law:?}: {mean}");
    }
}

/// All but no items have the ceiling itself, and the sum over k has its largest term at 0, far from all others.
#[test]
fn a_law_of_nearly_one_probability() {
    let found = law(2.0, 1e-40, 0.5).ln_probability(0, 100);
    let expected = -100.0 * std::f64::consts::LN_2;
    assert!((found - expected).abs() < 1e-10, "{found}");
}

#[test]
fn pass_at_k_of_known_laws() {
    let close = |found: f64, expected: f64| {
        assert!(
            (found - expected).abs() < 1e-11,
            "{found} is not {expected}"
        );
    };
    close(law(0.15, 3.5, 0.1).pass_at(1), 0.004_109_589_041_095_89);
    close(law(0.15, 3.5, 0.1).pass_at(100), 0.190_847_673_824_421_2);
    close(law(0.2, 2.0, 1.0).pass_at(1000), 0.723_328_207_868_027_1);
    close(law(1.0, 1.0, 1.0).pass_at(9), 0.9);
    // The power law is approached slowly: at k = 1000 -ln pass@k is .3239 and not .2768.
    let beta = law(0.2, 2.0, 1.0);
    let asymptote = |k: u32| beta.factor() * libm::pow(f64::from(k), -beta.exponent());
    close(asymptote(1000), 0.276_760_272_704_420_8);
    let far = 1_000_000_000;
    let ratio = -libm::log(beta.pass_at(far)) / asymptote(far);
    assert!((ratio - 1.0).abs() < 0.01, "{ratio}");
}

#[test]
fn what_tells_nothing_is_refused() {
    let histogram =
        |attempts, items: &[(u32, u64)]| SuccessHistogram::new(attempts, items.iter().copied());
    let more = histogram(5, &[(6, 1)]).unwrap_err();
    assert_eq!(
        more.to_string(),
        "6 right attempts of 5: give at most as many as there were"
    );
    assert_eq!(histogram(5, &[(3, 0)]), Err(ItemLawError::NoItems));
    let fit = |attempts, items| fit_item_law(&histogram(attempts, items).unwrap()).unwrap_err();
    assert_eq!(fit(2, &[(1, 5)]), ItemLawError::FewAttempts(2));
    assert_eq!(fit(9, &[(0, 5)]), ItemLawError::NothingVaries("wrong"));
    assert_eq!(fit(9, &[(9, 5)]), ItemLawError::NothingVaries("right"));
    let merged = histogram(5, &[(3, 1), (1, 2), (3, 4)]).unwrap();
    assert_eq!(merged.items(), 7);
    assert!((merged.rate() - 17.0 / 35.0).abs() < 1e-15);
}

/// Items that do not differ have the law of one probability: b without end, or a ceiling that all reach.
#[test]
fn items_that_are_alike_are_at_an_edge() {
    let items = (0..=20_u32).map(|x| {
        let probability = libm::exp(ln_binomial_probability(x.into(), 20, 0.3));
        (x, (1000.0 * probability).round() as u64)
    });
    let fits = fit_item_law(&SuccessHistogram::new(20, items).unwrap()).unwrap();
    assert!(
        fits.whole.at_edge.is_some() || fits.whole.law.b > 1000.0,
        "{fits:?}"
    );
}

/// The largest value over two numbers by looking everywhere, ever finer.
fn by_grid(f: impl Fn(f64, f64) -> f64, mut middle: (f64, f64), mut half: f64) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for _ in 0..9 {
        let around = middle;
        for i in -10..=10 {
            for j in -10..=10 {
                let step = |i: i32| 0.1 * half * f64::from(i);
                let place = (around.0 + step(i), around.1 + step(j));
                let value = f(place.0, place.1);
                if value > best {
                    (best, middle) = (value, place);
                }
            }
        }
        half *= 0.5;
    }
    best
}

/// At either end of a 95% interval the best of all other laws is 1.92 below the maximum.
#[test]
fn ends_of_intervals_are_at_the_drop_of_the_profile() {
    let items = [
        (0, 31),
        (1, 9),
        (2, 7),
        (3, 4),
        (5, 5),
        (8, 3),
        (11, 4),
        (14, 1),
    ];
    let histogram = SuccessHistogram::new(40, items).unwrap();
    let fit = fit_item_law(&histogram).unwrap().scaled;
    assert!(fit.converged && fit.at_edge.is_none(), "{fit:?}");
    let level = Level::constant(0.95);
    let at_drop = |value: f64| {
        let drop = fit.ln_likelihood - value;
        // What looks everywhere can miss a little of a ridge, but find nothing above the profile.
        assert!((1.9187..1.95).contains(&drop), "{drop}");
    };
    let ceiling = |log_odds: f64| 1.0 / (1.0 + libm::exp(-log_odds));
    let exponent = fit.exponent_interval(level);
    for a in [exponent.low.unwrap(), exponent.high.unwrap()] {
        let f =
            |ln_b, log_odds| histogram.ln_likelihood(&law(a, libm::exp(ln_b), ceiling(log_odds)));
        at_drop(by_grid(f, (1.5, 1.0), 5.0));
    }
    let of_ceiling = fit.ceiling_interval(level).low.unwrap();
    let f =
        |ln_a, ln_b| histogram.ln_likelihood(&law(libm::exp(ln_a), libm::exp(ln_b), of_ceiling));
    at_drop(by_grid(f, (0.0, 0.0), 5.0));
    let pass = fit.pass_at_interval(300, level);
    for wanted in [pass.low.unwrap(), pass.high.unwrap()] {
        let f = |ln_a, log_odds| {
            // pass@k falls with b.
            let law = |ln_b: f64| law(libm::exp(ln_a), libm::exp(ln_b), ceiling(log_odds));
            let (mut low, mut high) = (-9.0, 11.0);
            for _ in 0..50 {
                let middle = 0.5 * (low + high);
                let is_above = law(middle).pass_at(300) > wanted;
                (low, high) = if is_above {
                    (middle, high)
                } else {
                    (low, middle)
                };
            }
            histogram.ln_likelihood(&law(low))
        };
        at_drop(by_grid(f, (-1.0, 1.0), 4.0));
    }
}

/// Of chi-square with one degree of freedom.
#[test]
fn the_tail_of_a_ceiling_test() {
    let test = fit::CeilingTest::of(3.841_458_820_694_124);
    assert!((test.p_value - 0.05).abs() < 1e-12);
    assert!(test.tells(Level::constant(0.949)) && !test.tells(Level::constant(0.951)));
    assert_eq!(fit::CeilingTest::of(0.0).p_value, 1.0);
}

#[rustfmt::skip]
const PROBABILITIES: [(u32, u32, f64, f64, f64, f64); 9] = [
    (0, 100, 0.15, 3.5, 0.1, -0.211_768_090_184_866_9),
    (7, 100, 0.15, 3.5, 0.1, -5.952_970_449_736_437),
    (40, 100, 0.4, 5.0, 0.8, -6.822_246_661_353_611),
    (0, 3, 2.0, 0.3, 0.5, -1.626_495_895_338_677),
    (990, 1000, 0.4, 5.0, 0.8, -214.375_619_771_455_3),
    (13, 1000, 3.0, 0.02, 0.3, -15.598_821_836_116_91),
    (0, 10000, 0.4, 3.5, 0.1, -2.297_522_675_840_513),
    (250, 10000, 0.4, 5.0, 0.1, -7.403_587_099_949_719),
    (3, 12, 0.7, 1.9, 1.0, -2.300_105_531_943_761),
];
