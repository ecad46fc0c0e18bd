//! The reproductions in `configs/papers/` of repeated attempts at items. Any one assertion on simulated numbers fails a right
//! program with probability at most `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use std::sync::atomic::AtomicBool;

use mirage::domain::{Level, Metric, Scale, Scenario};
use mirage::engine::{Control, Method, Setting, Tally, simulate};
use mirage::study::{ItemLaw, LogLogLine, SuccessHistogram, fit_item_law, log_spaced};

use crate::papers::{all_close, changed, close, points};
use crate::support::{FALSE_ALARM, assert_rate, assert_rate_at_least, assert_scores};

/// What is expected of a metric, and the variance of the estimate.
pub(crate) fn told(scenario: &Scenario, word: &str, scale: f64) -> (f64, Option<f64>) {
    let metric: Metric = word.parse().unwrap();
    let chances = scenario.chances();
    let chances = chances.at(Scale::try_from(scale).unwrap());
    let (credit, reducer) = (metric.credit, metric.reducer);
    let items = scenario.evaluation.items.get();
    let variance = chances.variance_of_mean(credit, reducer, items, 1);
    (chances.reduced(credit, reducer).unwrap(), variance)
}

pub(crate) fn expected(scenario: &Scenario, word: &str, scale: f64) -> f64 {
    told(scenario, word, scale).0
}

fn tallies(scenario: &Scenario, replicate: u64) -> Vec<Tally> {
    let settings = Setting::at_every_scale(scenario, replicate);
    let tallies = simulate(&settings, Method::Kernel, &control(&AtomicBool::new(false))).unwrap();
    tallies.into_iter().map(Result::unwrap).collect()
}

pub(crate) fn control(cancel: &AtomicBool) -> Control<'_> {
    Control {
        cancel,
        events: &|_| (),
    }
}

/// The mean over items under the metric in this place.
fn mean(tally: &Tally, place: usize) -> f64 {
    libm::ldexp(tally.item_sums[place].sum as f64, -32) / tally.items as f64
}

fn from_json(json: &str) -> Scenario {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

const SIZES: [f64; 6] = [3e7, 1e8, 2e8, 5e8, 8e8, 2.4e9];
const PASS_UNTIL: &str = "hu-2023-pass-until";

/// exp(-(N/6e10)^-.3215).
fn pass_until(size: f64) -> f64 {
    libm::exp(-libm::pow(size / 6e10, -0.3215))
}

/// Straight over ln N where a success rate is exp(-c N^-alpha): the paper's F.
fn straightened(rate: f64) -> f64 {
    libm::log(-libm::log(rate))
}

/// Attempts until the first success, K, are p (1 - p)^(k-1)/k on average of 1/K, summed up to the last attempt; the
/// second of an item comes in time but with probability (1 - p)^m + m p (1 - p)^(m-1).
#[test]
fn the_second_success_is_unbiased_and_the_first_is_not() {
    let scenario = &points(PASS_UNTIL)[0];
    let attempts = 20_000.0;
    let rates = SIZES.map(pass_until);
    close(rates[0], 1e-5, 3e-8);
    close(rates[5], 0.0599, 0.000_03);
    let mut excess = Vec::new();
    for (size, p) in SIZES.into_iter().zip(rates) {
        close(expected(scenario, "exact-match", size), p, 1e-12 * p);
        close(expected(scenario, "pass-until@2", size), p, 1e-9 * p);
        let (mut naive, mut first_at_k) = (0.0, p);
        for k in 1..=20_000 {
            naive += first_at_k / f64::from(k);
            first_at_k *= 1.0 - p;
        }
        let found = expected(scenario, "pass-until-mle@1", size);
        close(found, naive, 1e-9 * naive);
        excess.push(found / p);
    }
    all_close(&excess, &[10.29, 7.82, 6.27, 4.71, 4.08, 2.99], 0.005);
    // One in a thousand: ln(1/p)/(1 - p), in all digits.
    let size = 6e10 * libm::pow(libm::log(1000.0), -1.0 / 0.3215);
    let one = &changed(PASS_UNTIL, &[&format!("evaluation.scales=[{size}]")])[0];
    let found = expected(one, "pass-until-mle@1", size);
    close(found, 0.006_914_669_948_931_068, 1e-11);
    let shares = tallies(scenario, 0)
        .into_iter()
        .zip(rates)
        .map(|(tally, p)| {
            let few = tally.cells[0].successes.range(..2);
            let none = libm::exp(attempts * libm::log1p(-p));
            let share = none * (1.0 + attempts * p / (1.0 - p));
            assert_rate(few.map(|(_, items)| items).sum(), tally.items, share);
            share
        });
    let shares: Vec<f64> = shares.collect();
    all_close(&shares[..2], &[0.9826, 0.0029], 0.000_05);
}

/// A weighted straight line through (x, y, variance of y): its value at a place, and the variance of that.
fn line_at(points: &[(f64, f64, f64)], place: f64) -> (f64, f64) {
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        points
            .iter()
            .map(|(x, y, variance)| f(*x, *y) / variance)
            .sum()
    };
    let weight = sum(&|_, _| 1.0);
    let middle = sum(&|x, _| x) / weight;
    let scatter = sum(&|x, _| (x - middle) * (x - middle));
    let slope = sum(&|x, y| (x - middle) * y) / scatter;
    let value = sum(&|_, y| y) / weight + slope * (place - middle);
    let reach = place - middle;
    (value, 1.0 / weight + reach * reach / scatter)
}

/// By delta-method errors, sd(q)/(q ln(1/q)), a 95% interval of the largest size by the five smaller ones; it holds the truth
/// at least 85 times in 100.
#[test]
fn small_sizes_predict_the_largest_within_an_interval() {
    let scenario = &points(PASS_UNTIL)[0];
    let variances = SIZES.map(|size| told(scenario, "pass-until@2", size).1.unwrap());
    let truth = straightened(pass_until(SIZES[5]));
    let predicted = |rates: &[f64]| {
        let point = |place: usize| {
            let p = pass_until(SIZES[place]);
            let slope = 1.0 / (p * libm::log(p));
            let y = straightened(rates[place]);
            (libm::log(SIZES[place]), y, variances[place] * slope * slope)
        };
        let points: Vec<_> = (0..5).map(point).collect();
        let (value, variance) = line_at(&points, libm::log(SIZES[5]));
        (value, 1.959_964 * libm::sqrt(variance))
    };
    let (value, half) = predicted(&SIZES.map(pass_until));
    close(value, truth, 1e-12);
    let rate = |f: f64| libm::exp(-libm::exp(f));
    all_close(
        &[rate(value + half), rate(value - half)],
        &[0.0495, 0.0716],
        0.000_05,
    );
    let mut held = 0;
    for replicate in 0..24 {
        let tallies = tallies(scenario, replicate);
        let rates: Vec<f64> = tallies.iter().map(|tally| mean(tally, 1)).collect();
        let (value, half) = predicted(&rates);
        held += u64::from((value - truth).abs() < half);
    }
    assert_rate_at_least(held, 24, 0.85, "the largest size");
}

/// Slopes of F between neighbouring sizes, for the four points of the study.
#[test]
fn lines_bend_down_where_items_differ_and_up_where_steps_do() {
    let points = points(PASS_UNTIL);
    let slopes = |scenario: &Scenario| -> Vec<f64> {
        let at = |size: &f64| {
            let rate = expected(scenario, "pass-until@2", *size);
            (libm::log(*size), straightened(rate))
        };
        let line: Vec<(f64, f64)> = SIZES.iter().map(at).collect();
        let slope = |pair: &[(f64, f64)]| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
        line.windows(2).map(slope).collect()
    };
    all_close(&slopes(&points[0]), &[-0.3215; 5], 1e-8);
    for scenario in &points[1..3] {
        let slopes = slopes(scenario);
        assert!(
            slopes.is_sorted_by(|one, next| *next < *one - 0.004),
            "{slopes:?}"
        );
    }
    let convex = slopes(&points[3]);
    assert!(
        convex.is_sorted_by(|one, next| *next > *one + 0.004),
        "{convex:?}"
    );
    for (scenario, slopes_told) in points[1..].iter().zip([
        [-0.186, -0.202, -0.216, -0.228, -0.241],
        [-0.040, -0.170, -0.269, -0.304, -0.315],
        [-0.289, -0.281, -0.272, -0.264, -0.254],
    ]) {
        all_close(&slopes(scenario), &slopes_told, 0.000_51);
    }
}

/// Derivatives of F at x = ln(N/1e9) = 0, 4, 8, 12, 16, by mpmath: ln(1 + 20 e^(-x/4)), as under frailty of shape 1;
/// .1 + .9 exp(-10 e^(-x/4)); and 10 e^(-x/2) + e^(-x/10).
#[test]
fn bends_are_those_of_their_closed_forms() {
    let power =
        |c: f64, alpha: f64| format!(r#"{{"kind": "power-law", "c": {c}, "alpha": {alpha}}}"#);
    let gate = format!(r#"{{"kind": "gate", "curve": {}}}"#, power(1e9, 0.1));
    for (skill, task, told) in [
        (
            power(1.6e14, 0.25),
            r#""spread": {"kind": "gamma-frailty", "shape": 1}"#.to_owned(),
            [-0.0782, -0.1037, -0.1393, -0.1805, -0.2147],
        ),
        (
            power(1e13, 0.25),
            r#""floor": 0.1"#.to_owned(),
            [-0.0004, -0.0812, -0.2149, -0.2417, -0.2475],
        ),
        (
            power(1e11, 0.5),
            format!(r#""format": {gate}"#),
            [-0.4636, -0.3675, -0.2158, -0.1304, -0.1065],
        ),
    ] {
        let scenario = from_json(&format!(
            r#"{{"skill": {skill}, "task": {{"steps": 1, {task}}},
                "evaluation": {{"attempts": 50, "metrics": ["pass-until@2"]}}}}"#
        ));
        let at = |x: f64| {
            let rate = expected(&scenario, "pass-until@2", 1e9 * libm::exp(x));
            straightened(rate)
        };
        let slopes = [0.0, 4.0, 8.0, 12.0, 16.0].map(|x| (at(x + 0.01) - at(x - 0.01)) / 0.02);
        all_close(&slopes, &told, 0.000_06);
    }
}

/// 1 - (1 - j/n)^5 over j ~ Binomial(n, .1), term by term.
#[test]
fn the_plug_in_is_too_low_at_any_number_of_attempts() {
    let points = points("chen-2021-pass-at-k");
    let mut scores = Vec::new();
    for (scenario, (attempts, plug_in)) in points.iter().zip([
        (5, 0.296_262_784),
        (10, 0.348_516_424),
        (25, 0.384_016_369_254_4),
        (50, 0.396_576_567_078_4),
    ]) {
        let n = f64::from(attempts);
        let (mut sum, mut chance) = (0.0, libm::pow(0.9, n));
        for j in 0..=attempts {
            let j = f64::from(j);
            sum += chance * (1.0 - libm::pow(1.0 - j / n, 5.0));
            chance *= (n - j) / (j + 1.0) / 9.0;
        }
        close(sum, plug_in, 1e-10);
        close(expected(scenario, "plug-in-pass@5", 1e9), sum, 1e-12);
        close(expected(scenario, "pass@5", 1e9), 0.409_51, 1e-12);
        let mut many = scenario.clone();
        many.evaluation.items = 100_000_u64.try_into().unwrap();
        let tally = &tallies(&many, 0)[2];
        for (place, word) in ["exact-match", "pass@5", "plug-in-pass@5"]
            .into_iter()
            .enumerate()
        {
            let (expected, variance) = told(&many, word, 1e9);
            scores.push((mean(tally, place) - expected) / libm::sqrt(variance.unwrap()));
        }
    }
    assert_scores(&scores, "100,000 problems");
}

const MONKEYS: &str = "schaeffer-2025-monkeys";

/// Exponents of the paper's table 1.
const PYTHIA: [(f64, f64); 7] = [
    (7e7, 0.194),
    (1.6e8, 0.280),
    (4.1e8, 0.286),
    (1e9, 0.315),
    (2.8e9, 0.336),
    (6.9e9, 0.348),
    (1.2e10, 0.370),
];

fn pythia(a: f64) -> ItemLaw {
    ItemLaw {
        a,
        b: 5.0 - a,
        ceiling: 0.1,
    }
}

fn histogram(tally: &Tally) -> SuccessHistogram {
    let items = tally.cells[0].successes.iter();
    SuccessHistogram::new(10_000, items.map(|(right, items)| (*right, *items))).unwrap()
}

/// Wilks: twice the logarithm of how much likelier the fit is than the truth exceeds 30.66 with probability 1e-6; each
/// interval misses with that probability.
#[test]
fn the_laws_of_items_are_recovered_from_their_power_laws() {
    let scenario = &changed(MONKEYS, &["evaluation.items=128"])[0];
    let sure = Level::try_from(1.0 - FALSE_ALARM).unwrap();
    for ((size, a), tally) in PYTHIA.into_iter().zip(tallies(scenario, 0)) {
        let truth = pythia(a);
        for (word, k) in [
            ("exact-match", 1),
            ("pass@100", 100),
            ("pass@10000", 10_000),
        ] {
            close(expected(scenario, word, size), truth.pass_at(k), 1e-9);
        }
        let histogram = histogram(&tally);
        let fit = fit_item_law(&histogram).unwrap().scaled;
        let drop = 2.0 * (fit.ln_likelihood - histogram.ln_likelihood(&truth));
        assert!((0.0..30.66).contains(&drop), "{drop} {fit:?}");
        let exponent = fit.exponent_interval(sure);
        assert!(exponent.converged && exponent.contains(a), "{exponent:?}");
        if size == PYTHIA[0].0 {
            assert!(fit.ceiling_interval(sure).contains(0.1));
            let beyond = fit.pass_at_interval(100_000, sure);
            assert!(beyond.contains(truth.pass_at(100_000)), "{beyond:?}");
        }
    }
}

/// If the line were as near as the fit in half of all tests, it would be farther in all of 20 with probability 2^-20, the
/// false-alarm rate.
#[test]
fn a_straight_line_misses_the_exponent_by_more_than_the_law_of_items() {
    let (size, a) = PYTHIA[0];
    let settings = [
        "evaluation.items=128",
        &format!("evaluation.scales=[{size}]"),
        "evaluation.metrics=exact-match",
    ];
    let scenario = &changed(MONKEYS, &settings)[0];
    let (mut of_line, mut of_fit) = (Vec::new(), Vec::new());
    for replicate in 0..20 {
        let histogram = histogram(&tallies(scenario, replicate)[0]);
        let line = LogLogLine::through(&histogram, &log_spaced(10_000, 40)).unwrap();
        let fit = fit_item_law(&histogram).unwrap().scaled.law;
        let off = |exponent: f64| (exponent / a - 1.0).abs();
        of_line.push(off(line.exponent));
        of_fit.push(off(fit.exponent()));
    }
    for (line, fit) in of_line.iter().zip(&of_fit) {
        assert!(line > fit, "{of_line:?} {of_fit:?}");
    }
    close(median(of_line) / median(of_fit), 8.9, 0.05);
}

/// What 128 items lose of their log-likelihood, on average, under the same b/ceiling and a ceiling of 1.
#[test]
fn items_far_below_a_ceiling_do_not_tell_it() {
    let lost = |a: f64| -> f64 {
        let truth = pythia(a);
        let other = ItemLaw {
            b: 10.0 * truth.b,
            ceiling: 1.0,
            ..truth
        };
        let of = |right: u32| {
            let [ln_true, ln_other] = [truth, other].map(|law| law.ln_probability(right, 10_000));
            libm::exp(ln_true) * (ln_true - ln_other)
        };
        128.0 * (0..=10_000).map(of).sum::<f64>()
    };
    for (_, a) in PYTHIA {
        assert!((0.0..0.8).contains(&lost(a)));
    }
}

/// Half of the items at p^2, half at p^.7.
#[test]
fn without_items_near_0_there_is_no_power_law() {
    let words: Vec<String> = [1000, 2000, 4000, 10_000]
        .map(|k| format!("pass@{k}"))
        .into();
    let metrics = format!("evaluation.metrics={}", words.join(","));
    let points = changed(MONKEYS, &[&metrics]);
    let falls = |scenario: &Scenario, size: f64| -> Vec<f64> {
        let ln = |word: &String| -libm::log(expected(scenario, word, size));
        words.iter().map(ln).collect()
    };
    for (size, a) in [PYTHIA[0], PYTHIA[6]] {
        let p = a / 5.0;
        let hard = libm::log1p(-p * p);
        let found = falls(&points[1], size);
        for (found, k) in found.iter().zip([1000.0, 2000.0, 4000.0, 10_000.0]) {
            let missed = 0.5 * libm::exp(k * hard);
            close(*found, -libm::log1p(-missed), 1e-11);
        }
        let rate = libm::log(found[2] / found[1]) / 2000.0;
        close(rate, hard, 0.02 * hard.abs());
    }
    let local = |found: &[f64]| libm::log10(found[0] / found[3]);
    close(local(&falls(&points[0], PYTHIA[0].0)), 0.26, 0.005);
    close(local(&falls(&points[1], PYTHIA[0].0)), 5.91, 0.005);
}
