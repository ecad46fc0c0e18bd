//! The questions of `configs/questions/` whose answers are rates of tests and costs of sampling. Any one assertion on simulated
//! numbers fails a right program with probability at most `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use std::sync::atomic::AtomicBool;

use mirage::domain::{Level, Metric, Scenario, Seed};
use mirage::engine::{Method, Setting, simulate};
use mirage::study::{CreditSummary, DipTest, Nulls, Replicates, RunScores, Scores};

use crate::papers::close;
use crate::papers_repeated::{control, expected, told};
use crate::questions::{changed, points};
use crate::support::{assert_rate, dissect, run};

/// The scenario of a question, without its sweep, with settings changed.
fn one(name: &str, settings: &[&str]) -> Scenario {
    crate::configs::changed(&format!("questions/{name}"), settings)
}

/// The score of a whole study at each scale, on random numbers of its own.
fn scores(scenario: &Scenario, replicate: u64) -> Vec<f64> {
    let settings = Setting::at_every_scale(scenario, replicate);
    let tallies = simulate(&settings, Method::Kernel, &control(&AtomicBool::new(false))).unwrap();
    let exact: Metric = "exact-match".parse().unwrap();
    let score = |tally| CreditSummary::of(tally, exact, 0).unwrap().mean;
    let tallies = tallies.iter().map(|tally| tally.as_ref().unwrap());
    tallies.map(score).collect()
}

/// How often two groups are found, by an independent program with another implementation of the dip and of the null: 4,000 tests
/// each, standard errors up to .008.
#[test]
fn rare_breakthroughs_take_sixty_runs_to_be_two_groups() {
    let tests = 100;
    for (scale, runs, told) in [
        ("1e9", 5, 0.247),
        ("1e9", 10, 0.321),
        ("1e9", 20, 0.395),
        ("1e9", 30, 0.604),
        ("1e9", 60, 0.948),
        ("4e9", 5, 0.593),
        ("4e9", 10, 0.861),
    ] {
        let settings = [
            format!("evaluation.scales=[{scale}]"),
            format!("evaluation.training-seeds={}", runs * tests),
        ];
        let scenario = one("one-seed-per-scale", &[&settings[0], &settings[1]]);
        let all = run(scenario).training_runs().remove(0).scores;
        let found = all
            .chunks_exact(runs as usize)
            .zip(0_u64..)
            .filter(|(of_test, number)| {
                let right = of_test.iter().map(|score| (100.0 * score).round() as u64);
                let replicates = Replicates {
                    seed: Seed::try_from(7).unwrap(),
                    numbers: 1000 * number..1000 * number + 200,
                };
                let scores = RunScores::new(100, right.collect()).unwrap();
                DipTest::new(&scores, &replicates, Level::try_from(0.95).unwrap()).tells()
            });
        assert_rate(found.count() as u64, tests, told);
    }
    close(1.0 - libm::pow(0.8, 14.0), 0.956, 0.000_05);
}

/// The z of the quadratic term of a weighted parabola over -1..1 through values of known variance.
fn curvature(values: &[(f64, f64)]) -> f64 {
    let count = values.len() as f64;
    let place = |i: usize| 2.0 * i as f64 / (count - 1.0) - 1.0;
    let moment = |power: i32, of: &dyn Fn(f64) -> f64| -> f64 {
        let terms = values.iter().enumerate().map(|(i, (y, variance))| {
            let x = (0..power).fold(1.0, |product, _| product * place(i));
            x * of(*y) / variance
        });
        terms.sum()
    };
    let s: Vec<f64> = (0..5).map(|power| moment(power, &|_| 1.0)).collect();
    let t: Vec<f64> = (0..3).map(|power| moment(power, &|y| y)).collect();
    // Cramer's rule for the last of three, and the last diagonal element of the inverse.
    let minor = s[0] * s[2] - s[1] * s[1];
    let determinant =
        s[4] * minor - s[3] * (s[0] * s[3] - s[1] * s[2]) + s[2] * (s[1] * s[3] - s[2] * s[2]);
    let quadratic =
        t[2] * minor - t[1] * (s[0] * s[3] - s[1] * s[2]) + t[0] * (s[1] * s[3] - s[2] * s[2]);
    quadratic / determinant / libm::sqrt(minor / determinant)
}

/// A share, its log-odds and ln(-ln of it), each with its variance by the delta method; half an item is added to either side.
fn transformed(share: f64, items: f64) -> [(f64, f64); 3] {
    let y = (share * items + 0.5) / (items + 1.0);
    let variance = y * (1.0 - y) / items;
    let (odds, loss) = (y * (1.0 - y), libm::log(y));
    [
        (y, variance),
        (libm::log(y / (1.0 - y)), variance / (odds * odds)),
        (libm::log(-loss), variance / (y * loss * y * loss)),
    ]
}

/// Rates by an independent program, 100,000 tests each, standard errors up to .0016.
#[test]
fn a_curvature_test_calls_smooth_growth_emergent() {
    let points = points("curvature-false-alarms");
    let known = [
        [0.0535, 0.2789, 0.1144],
        [0.0496, 0.9991, 0.7903],
        [0.0537, 0.0439, 0.0462],
        [0.0504, 0.0490, 0.0494],
        [1.0, 0.0522, 0.9258],
        [1.0, 0.0493, 1.0],
        [0.9297, 0.6012, 0.0407],
        [1.0, 1.0, 0.0487],
    ];
    assert_eq!(points.len(), known.len());
    let tests = 500;
    for (scenario, known) in points.iter().zip(known) {
        let items = scenario.evaluation.items.get() as f64;
        let mut alarms = [0_u64; 3];
        for replicate in 0..tests {
            let shares = scores(scenario, replicate);
            for (place, alarms) in alarms.iter_mut().enumerate() {
                let values = shares.iter().map(|share| transformed(*share, items)[place]);
                let z = curvature(&values.collect::<Vec<_>>());
                *alarms += u64::from(z.abs() > 1.959_963_984_540_054);
            }
        }
        for (alarms, rate) in alarms.into_iter().zip(known) {
            // A rate of 1 is one of at least .9999 in 100,000 tests.
            assert_rate(alarms, tests, f64::min(rate, 0.9999));
        }
    }
}

fn nulls(scenario: &Scenario, replicates: u64) -> Nulls {
    let mut finding = mirage::study::expect("test".to_owned(), scenario.clone());
    dissect(&mut finding, replicates);
    finding.anatomy.unwrap().metrics[0].nulls.unwrap()
}

/// What is expected of the straight line is a score of 8, which the nulls are held against. Rates and quantiles by 400,000 tests
/// of an independent program.
#[test]
fn a_straight_line_scores_more_than_no_growth_nearly_always() {
    let points = points("curvature-false-alarms");
    for (scenario, (flat, line, below, above, beyond_cut)) in points.iter().zip([
        (0.006_7, 0.381, 11.2, 12.4, 0.962_8),
        (0.005_6, 0.482, 9.05, 9.30, 0.999_9),
    ]) {
        let nulls = nulls(scenario, 4000);
        let hits = |rate: f64| (4000.0 * rate).round() as u64;
        assert_rate(hits(nulls.no_growth.emergence.value), 4000, flat);
        assert_rate(hits(nulls.smooth.emergence.value), 4000, line);
        assert!((4.6..5.0).contains(&nulls.no_growth.quantiles[2]));
        let cut = nulls.smooth.quantiles[2];
        assert!((below..above).contains(&cut), "{cut}");
        // Nearly all studies of that line exceed the cut of no growth.
        let studies = (0..500).map(|number| Scores::of(&scores(scenario, number)).unwrap());
        let beyond = studies.filter(|one| one.emergence >= 4.8).count();
        assert_rate(beyond as u64, 500, beyond_cut);
    }
}

/// Rates beyond the cut of runs that are alike, and the cuts that would be right, by 100,000 studies of an independent program.
#[test]
fn runs_that_differ_break_the_nulls_of_emergence_scores() {
    let name = "split-the-budget";
    let alike = changed(name, &["skill.between-seeds.kind=none"]);
    let tests = 200;
    for ((scenario, alike), (cut, rate, fair)) in points(name).iter().zip(&alike).zip([
        (7.137, 0.379, Some(12.007)),
        (7.155, 0.442, None),
        (7.181, 0.442, None),
        (7.318, 0.377, Some(9.356)),
        (3.059, 0.358, None),
        (16.005, 0.085, None),
        (24.955, 0.000_5, None),
    ]) {
        let of_nulls = nulls(alike, 2000).smooth.quantiles[2];
        close(of_nulls / cut, 1.0, 0.02);
        let studies: Vec<f64> = (0..tests)
            .map(|replicate| Scores::of(&scores(scenario, replicate)).unwrap().emergence)
            .collect();
        let beyond = |cut: f64| studies.iter().filter(|score| **score >= cut).count() as u64;
        assert_rate(beyond(of_nulls), tests, rate);
        if let Some(fair) = fair {
            assert_rate(beyond(fair), tests, 0.05);
        }
    }
}

/// By sums over the negative binomial distribution of scipy: standard errors over p of one item, and shares of items whose r-th
/// success does not come in time.
#[test]
fn a_rate_of_one_in_10_000_costs_a_million_samples() {
    let p = 1e-4;
    let unending = &one("pass-until-budget", &["evaluation.attempts=1e6"]);
    let relative = |scenario: &Scenario, metric: &str| {
        let (mean, variance) = told(scenario, metric, 1e9);
        close(mean / p, 1.0, 1e-9);
        libm::sqrt(variance.unwrap()) / p
    };
    for (r, of_item, error, millions) in [
        (2.0, 2.865_529_881, 0.22, 16.42),
        (3.0, 0.999_178_454_3, 0.078, 2.995),
        (5.0, 0.577_292_542_8, 0.045, 1.666),
        (10.0, 0.353_530_662_2, 0.028, 1.250),
    ] {
        let found = relative(unending, &format!("pass-until@{r}"));
        close(found * libm::sqrt(164.0) / of_item, 1.0, 1e-8);
        close(found, error, 0.005 * f64::min(10.0 * error, 1.0));
        let items = of_item * of_item / 0.01;
        close(items * r / p / 1e6, millions, 0.005);
    }
    // Counted: (1 - p)/(p m) for each item.
    let counted = relative(unending, "exact-match");
    close(counted, libm::sqrt((1.0 - p) / (p * 164e6)), 1e-12);
    close((1.0 - p) / p / 0.01 / 164.0, 6097.0, 0.1);
    let points = points("pass-until-budget");
    let cut_off = [
        [0.405_992_3, 0.676_676_4, 0.947_356_0, 0.999_953_6],
        [0.000_499_195, 0.002_768_488, 0.029_247_01, 0.457_923_5],
    ];
    for (scenario, cut_off) in points.iter().zip(cut_off) {
        let attempts = scenario.evaluation.attempts.get();
        let tally = {
            let settings = Setting::at_every_scale(scenario, 0);
            let mut tallies =
                simulate(&settings, Method::Kernel, &control(&AtomicBool::new(false))).unwrap();
            tallies.remove(0).unwrap()
        };
        for (r, share) in [2, 3, 5, 10].into_iter().zip(cut_off) {
            close(
                expected(scenario, &format!("pass-until@{r}"), 1e9) / p,
                1.0,
                1e-9,
            );
            let few = tally.cells[0].successes.range(..r).map(|(_, items)| items);
            assert_rate(few.sum(), 164, share);
            close(late(p, r, attempts), share, 1e-6);
        }
    }
    for (attempts, r, told) in [(100_000, 10, 1.230_786_19), (20_000, 2, 1.455_645_675)] {
        close(finished(p, r, attempts) / p, told, 1e-6);
    }
    let settings = [
        "evaluation.attempts=1e5",
        "evaluation.metrics=pass-until-mle@2,pass-until-mle@5",
    ];
    let naive = one("pass-until-budget", &settings);
    for (r, told) in [(2, 1.998_312_202_5), (5, 1.247_374_913)] {
        let found = expected(&naive, &format!("pass-until-mle@{r}"), 1e9);
        close(found / p, told, 1e-7);
    }
    // Rates that vary by twice their mean: (1 - p)/(p (c + 1)) = 4.
    let settings = [
        "task.spread.kind=beta",
        "task.spread.concentration=2498.75",
        "evaluation.attempts=1e6",
        "evaluation.metrics=exact-match",
    ];
    let differ = &one("pass-until-budget", &settings);
    let error = relative(differ, "exact-match");
    close(error, libm::sqrt(4.0 / 164.0), 0.002);
}

/// P(K > m) of the r-th success at attempt K.
fn late(p: f64, r: u32, attempts: u32) -> f64 {
    let m = f64::from(attempts);
    let mut term = libm::exp(m * libm::log1p(-p));
    let mut sum = 0.0;
    for j in 0..r {
        sum += term;
        let j = f64::from(j);
        term *= (m - j) / (j + 1.0) * p / (1.0 - p);
    }
    sum
}

/// The mean of (r - 1)/(K - 1) over items with K <= m.
fn finished(p: f64, r: u32, attempts: u32) -> f64 {
    let least = f64::from(r);
    let (mut chance, mut sum, mut total) = (libm::pow(p, least), 0.0, 0.0);
    for k in r..=attempts {
        let k = f64::from(k);
        sum += chance * (least - 1.0) / (k - 1.0);
        total += chance;
        chance *= k / (k - least + 1.0) * (1.0 - p);
    }
    sum / total
}
