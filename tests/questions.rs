//! The questions of `configs/questions/`: answers that are computed, held against closed forms and values of other programs.

use mirage::domain::special::{normal_cdf, student_quantile};
use mirage::domain::{
    Credit, Expected, Level, Metric, ProperProbability, Reducer, Scale, Scenario,
};
use mirage::study::{
    Aim, Scatter, UsefulFrom, items_for_difference, items_for_rates, upper_bound_at_zero,
};

use crate::configs::study_points;
use crate::papers::{all_close, anatomy, close, every_point_agrees, rise};
use crate::papers_repeated::expected;
use crate::support::run;

/// The points of a question with settings changed, each written `KEY=VALUE`.
pub(crate) fn changed(name: &str, settings: &[&str]) -> Vec<Scenario> {
    study_points(&format!("questions/{name}"), settings)
}

pub(crate) fn points(name: &str) -> Vec<Scenario> {
    changed(name, &[])
}

fn of_attempt(scenario: &Scenario, credit: Credit, scale: f64) -> Expected {
    let chances = scenario.chances();
    let chances = chances.at(Scale::try_from(scale).unwrap());
    chances.expected(credit).unwrap()
}

fn log_odds(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

/// 5%, two-sided, found four times in five.
fn aim() -> Aim {
    Aim {
        level: Level::try_from(0.95).unwrap(),
        power: ProperProbability::try_from(0.8).unwrap(),
    }
}

#[test]
fn every_point_of_every_question_agrees_with_what_is_expected() {
    every_point_agrees("questions/");
}

/// exp(-8 h), h = (N/4e9)^-.34, and steps of e^-h, or of e^(-.08 h).
#[test]
fn seven_zeros_say_little_and_single_steps_much() {
    let points = points("zero-on-exact-match");
    assert_eq!(points.len(), 2);
    let sizes: Vec<f64> = points[0]
        .evaluation
        .scales
        .as_slice()
        .iter()
        .map(|scale| scale.get())
        .collect();
    let losses: Vec<f64> = sizes.iter().map(|n| libm::pow(n / 4e9, -0.34)).collect();
    let mut none = 0.0;
    for (size, loss) in sizes.iter().zip(&losses) {
        let right = libm::exp(-8.0 * loss);
        for (scenario, steps) in points.iter().zip([8.0, 100.0]) {
            let exact = expected(scenario, "exact-match", *size);
            close(exact / right, 1.0, 1e-9);
            let step = libm::exp(-8.0 * loss / steps);
            close(expected(scenario, "partial-credit", *size), step, 1e-12);
        }
        none += 1319.0 * libm::log1p(-right);
    }
    close(libm::exp(none), 0.858_375_69, 1e-8);
    // In the attempts as well: seven standard errors and more lie between neighbouring sizes.
    for metric in ["partial-credit", "log-likelihood"] {
        let metric: Metric = metric.parse().unwrap();
        let rows = run(points[0].clone()).rows.into_iter();
        let rows = rows.filter(|row| row.metric == metric);
        let scores: Vec<f64> = rows.map(|row| row.estimate.unwrap().value).collect();
        assert!(scores.is_sorted_by(|one, next| one < next), "{scores:?}");
    }
    close(upper_bound_at_zero(1319), 0.002_27, 0.000_005);
    all_close(&[losses[0], losses[6]], &[4.17, 1.14], 0.005);
    let ends = [sizes[0], sizes[6]];
    let steps = ends.map(|size| expected(&points[0], "partial-credit", size));
    all_close(&steps, &[0.015, 0.319], 0.000_5);
    let items = |scenario: &Scenario, credit: Credit, first: usize| {
        let [one, other] = [0, 1].map(|next| of_attempt(scenario, credit, sizes[first + next]));
        let scatter = Scatter::paired(one.variance + other.variance, (0.0, 1), (0.0, 1));
        items_for_difference(other.mean - one.mean, &scatter, aim())
    };
    // Losses end at 100 nats: by mpmath, the moments of a log-normal variable that does.
    for (scenario, first, of_steps, of_losses) in [
        (&points[0], 5, 50.151, 20.609_289),
        (&points[0], 0, 204.42, 41.644_857),
        (&points[1], 5, 25.887, 1.648_74),
    ] {
        let found = items(scenario, Credit::PartialCredit, first);
        close(found / of_steps, 1.0, 1e-4);
        let found = items(scenario, Credit::LogLikelihood, first);
        close(found / of_losses, 1.0, 1e-5);
    }
    let noisy = &changed("zero-on-exact-match", &["task.likelihood.sd=1"])[0];
    close(items(noisy, Credit::LogLikelihood, 5), 55.926, 0.001);
    close(items(noisy, Credit::PartialCredit, 5), 50.151, 0.001);
    let rates = [5, 6].map(|place: usize| expected(&points[0], "exact-match", sizes[place]));
    let found = items_for_rates(rates[0], rates[1], aim());
    close(found, 92_490.1, 0.1);
    let once = libm::log(0.05) / libm::log1p(-rates[1]);
    close(once, 28_027.318, 0.001);
    let exact = rise(&points[0], "exact-match");
    close(exact.first_visible.unwrap(), 9.950_807_83, 1e-6);
}

/// 1 - prod over i < 15 of (.999 s + i)/(s + i) for a beta law of concentration s, by mpmath.
#[test]
fn samples_of_the_same_problems_are_not_new_problems() {
    let missed = |items: i32| libm::pow(0.999, f64::from(items));
    assert!(missed(2994) > 0.05 && missed(2995) < 0.05);
    close(1.0 - missed(2994), 0.949_99, 0.000_005);
    close(1.0 - missed(3000), 0.9503, 0.000_05);
    let points = points("rare-success");
    for (scenario, (pass, hit, problems)) in points.iter().zip([
        (0.014_895_453_637_998, 0.950_287_606, 199.615_610_5),
        (0.013_949_986_418_178_3, 0.939_773_353_4, 213.246_669_1),
        (0.009_428_389_949_921_05, 0.849_625_092_1, 316.235_065_2),
        (0.003_313_517_756_643_2, 0.485_110_993_4, 902.595_531_9),
        (0.001_310_145_345_329_54, 0.230_643_530_3, 2_285.066_64),
    ]) {
        close(expected(scenario, "exact-match", 1e9), 0.001, 1e-11);
        let found = expected(scenario, "pass@15", 1e9);
        close(found, pass, 1e-9);
        let none = libm::log1p(-found);
        close(-libm::expm1(200.0 * none), hit, 1e-7);
        close(libm::log(0.05) / none, problems, 1e-3);
    }
}

/// A step of three tries is right with p t (1 + r) + r^2 p, r = 1 - p t - (1 - p) f being the chance that a try is
/// rejected.
#[test]
fn ninety_five_percent_ships_with_a_verifier() {
    let points = points("ship-at-95");
    let step = libm::pow(0.82, 0.05);
    close(step, 0.990_126_519_111_834_4, 1e-15);
    let steps = |p: f64, t: f64, f: f64| {
        let rejected = 1.0 - p * t - (1.0 - p) * f;
        p * t * (1.0 + rejected) + rejected * rejected * p
    };
    let right = |p: f64, t: f64, f: f64| libm::pow(steps(p, t, f), 20.0);
    let alone = libm::pow(0.95, 20.0);
    for (scenario, (exact, gain, from)) in points.iter().zip([
        (alone, -2.31, 12.098_345_386_05),
        (alone, -2.31, 12.098_345_386_05),
        (right(0.95, 1.0, 0.0), 0.89, 8.021_146_045_46),
        (right(0.95, 0.9, 0.1), 0.27, 9.547_750_514_26),
    ]) {
        close(scenario.usefulness.threshold(), 0.82, 1e-15);
        close(expected(scenario, "exact-match", 1e10), exact, 1e-12);
        close(5.0 * exact - 4.1, gain, 0.005);
        let useful = anatomy(scenario).usefulness;
        let Some(UsefulFrom::At(x)) = useful.from else {
            panic!("{useful:?}")
        };
        close(x, from, 1e-8);
        let of_scale = useful.gains.iter().find(|gain| {
            let off = gain.scale.log10() - 10.0;
            off.abs() < 1e-9
        });
        close(of_scale.unwrap().expected.unwrap(), 5.0 * exact - 4.1, 1e-9);
    }
    for (found, told) in [
        (right(0.95, 1.0, 0.0), 0.9975),
        (right(0.95, 0.9, 0.1), 0.8745),
        (expected(&points[1], "partial-credit", 1e10), 0.86),
    ] {
        close(found, told, 0.000_5);
    }
    // Skill at the places where it pays.
    close(steps(0.785_468_980_506_486_8, 1.0, 0.0), step, 1e-14);
    close(steps(0.929_522_260_458_554_5, 0.9, 0.1), step, 1e-14);
    // A verifier that lets .157 of wrong tries pass is as good as is needed.
    close(steps(0.95, 0.9, 0.157_113_793_102_617), step, 1e-14);
    assert!(expected(&points[4], "exact-match", 1e10) < 0.82);
    // What is often told is right of steps of .8.
    let fewer = 1_607_165.377_944_866_4 * libm::pow(-libm::log(0.8), -1.0 / 0.34);
    close(
        expected(&points[2], "exact-match", fewer),
        0.851_595_667_085_149_3,
        1e-12,
    );
}

/// k votes on two answers: at p = 1/2 the slope is k C(k - 1, (k - 1)/2)/2^(k-1) times that of p. Any k right: moved by the
/// log-odds of 1 - 2^(-1/k), 4 (k/(k + 1))^(k + 1) times as steep. Votes on eleven answers, and over items, by an
/// independent program.
#[test]
fn votes_sharpen_and_retries_move() {
    let points = points("vote-or-retry");
    let alike = anatomy(&points[0]);
    let of = |place: usize| {
        let rise = alike.metrics[place].rise.unwrap();
        (rise.shift.unwrap(), rise.steepening.unwrap())
    };
    let per_decade = 0.5 * std::f64::consts::LN_10;
    for (place, k, steeper) in [(3, 5.0, 1.875), (4, 25.0, 4.029_506_445)] {
        let (shift, steepening) = of(place);
        close(shift, 0.0, 1e-6);
        close(steepening, steeper, 1e-5);
        close(steepening, libm::sqrt(2.0 * k / std::f64::consts::PI), 0.1);
        let (shift, steepening) = of(place - 2);
        let half = 1.0 - libm::pow(0.5, 1.0 / k);
        close(shift, log_odds(half) / per_decade, 1e-6);
        close(steepening, 4.0 * libm::pow(k / (k + 1.0), k + 1.0), 1e-5);
    }
    close(of(1).0, -1.655_387_67, 1e-6);
    close(of(2).0, -3.102_160_07, 1e-6);
    let scale = |p: f64| 1e10 * libm::exp(2.0 * log_odds(p));
    let vote = |scenario: &Scenario, k: u32, p: f64| {
        expected(scenario, &format!("majority@{k}"), scale(p))
    };
    for (k, p, told) in [
        (5, 0.6, 0.682_56),
        (25, 0.6, 0.846_232_231_024_237_1),
        (25, 0.45, 0.306_323_965_924_482),
        (25, 0.3, 0.017_469_740_526_057_7),
    ] {
        close(vote(&points[0], k, p), told, 1e-12);
    }
    let many = &points[1];
    close(vote(many, 25, 0.3), 0.889_752_270_327_053_5, 1e-10);
    for (k, half, decades) in [
        (5, 0.319_835_310_967_755_1, -0.655_375_343_8),
        (25, 0.184_709_530_334_419_3, -1.289_646_123_3),
    ] {
        close(vote(many, k, half), 0.5, 1e-9);
        close(log_odds(half) / per_decade, decades, 1e-9);
    }
    let differ = anatomy(&points[2]);
    for (place, steeper) in [(3, 1.298_611_853), (4, 1.454_197_924)] {
        let rise = differ.metrics[place].rise.unwrap();
        close(rise.steepening.unwrap(), steeper, 1e-4);
        close(rise.shift.unwrap(), 0.0, 1e-5);
    }
    // Any number of votes counts the items above one half: Phi(log-odds/1.5).
    let single = |odds: f64| expected(&points[2], "exact-match", 1e10 * libm::exp(2.0 * odds));
    let slope = (single(1e-3) - single(-1e-3)) / 2e-3;
    let most = 0.398_942_280_401_432_7 / 1.5;
    close(most / slope, 1.504_922_46, 1e-5);
}

/// (1 + R)/(C + R), R = N/1e20; visible places by the binomial distribution of scipy, correlations by all 2^11 rows of grades.
#[test]
fn more_options_move_accuracy_and_lift_chance() {
    let points = points("more-choices");
    for (scenario, (options, visible, items, correlation)) in points.iter().zip([
        (
            2.0,
            -0.630_618_543,
            [184.137_4, 40.225_19, 127.728_18],
            0.466_449_147,
        ),
        (
            4.0,
            -0.571_311_356,
            [200.158_5, 24.255_06, 47.551_44],
            0.624_466_466,
        ),
        (
            8.0,
            -0.458_884_714,
            [307.727_9, 24.014_76, 25.002_9],
            0.696_417_627,
        ),
        (
            16.0,
            -0.313_094_283,
            [543.005_3, 31.989_75, 16.666_95],
            0.720_882_046,
        ),
    ]) {
        let accuracy = |decades: f64| {
            let scale = libm::pow(10.0, 20.0 + decades);
            expected(scenario, "choice-accuracy", scale)
        };
        for decades in [-2.0, -0.3, 0.0, 1.7, 3.0] {
            let r = libm::pow(10.0, decades);
            close(accuracy(decades), (1.0 + r) / (options + r), 1e-9);
        }
        let rise = rise(scenario, "choice-accuracy");
        close(rise.x50.unwrap(), 20.0 + libm::log10(options), 1e-6);
        close(rise.width.unwrap(), 2.0 * libm::log10(9.0), 1e-6);
        close(rise.first_visible.unwrap(), 20.0 + visible, 1e-5);
        for (from, items) in [-1.0, 0.0, 1.0].into_iter().zip(items) {
            let needed = items_for_rates(accuracy(from), accuracy(from + 1.0), aim());
            close(needed / items, 1.0, 1e-5);
        }
        let scales = scenario.evaluation.scales.as_slice().iter();
        let places: Vec<f64> = scales.map(|scale| scale.log10() - 20.0).collect();
        let chances: Vec<f64> = places.iter().map(|x| accuracy(*x)).collect();
        close(mean_correlation(&places, &chances), correlation, 1e-7);
    }
}

/// Of Pearson's correlation between places and all-or-nothing grades with these chances; 0 where grades never change.
fn mean_correlation(places: &[f64], chances: &[f64]) -> f64 {
    let count = places.len() as f64;
    let middle = places.iter().sum::<f64>() / count;
    let scatter: f64 = places.iter().map(|x| (x - middle) * (x - middle)).sum();
    let mut mean = 0.0;
    for row in 1..(1_u32 << places.len()) - 1 {
        let right = f64::from(row.count_ones());
        let (mut chance, mut product) = (1.0, 0.0);
        for (i, (x, p)) in places.iter().zip(chances).enumerate() {
            if row >> i & 1 == 1 {
                chance *= p;
                product += x - middle;
            } else {
                chance *= 1.0 - p;
            }
        }
        mean += chance * product / libm::sqrt(scatter * right * (1.0 - right / count));
    }
    mean
}

/// E[p^j] over a beta law, and over a common factor by quadrature, both by mpmath with 25 digits.
#[test]
fn two_numbers_have_three_reasons_and_two_more_tell_them_apart() {
    let points = points("accurate-steps-few-wins");
    let exact = 0.358_485_922_408_542_2;
    for (scenario, (prefix, both, any)) in points.iter().zip([
        (
            0.609_438_373_711_884_9,
            exact * exact,
            0.588_459_688_251_955_5,
        ),
        (
            0.510_029_134_612_090_2,
            0.263_935_633_004_315_05,
            0.453_036_211_812_769_4,
        ),
        (
            0.513_815_470_682_392_7,
            exact * exact,
            0.588_459_688_251_955_5,
        ),
    ]) {
        let at = |metric: &str| expected(scenario, metric, 1e10);
        close(at("exact-match"), exact, 1e-8);
        let steps = at("partial-credit");
        close(steps, 17.207_570_387_957_29 / 20.0, 1e-9);
        close(libm::pow(steps, 20.0), 0.0494, 0.000_05);
        close(at("prefix-credit"), prefix, 1e-8);
        close(at("pass^2"), both, 1e-8);
        close(at("pass@2"), any, 1e-8);
    }
}

fn error_for_new_runs(scenario: &Scenario, scale: f64) -> f64 {
    let evaluation = &scenario.evaluation;
    let (items, runs) = (evaluation.items.get(), evaluation.training_seeds.get());
    let chances = scenario.chances();
    let chances = chances.at(Scale::try_from(scale).unwrap());
    let variance = chances.variance_of_mean(Credit::ExactMatch, Reducer::Mean, items, runs);
    libm::sqrt(variance.unwrap())
}

/// The mean and the variance of 1/(1 + exp(-log-odds - .4 z)) over z, by quadrature.
#[test]
fn runs_are_what_a_budget_should_buy() {
    let points = points("split-the-budget");
    assert_eq!(points.len(), 7);
    for (scenario, (error, half)) in points.iter().zip([
        (0.069_588_15, None),
        (0.049_258_67, Some(0.625_9)),
        (0.040_290_77, Some(0.173_36)),
        (0.031_647_02, Some(0.087_87)),
        (0.022_377_82, Some(0.050_62)),
        (0.049_519_92, Some(0.629_2)),
        (0.069_785_65, None),
    ]) {
        let evaluation = &scenario.evaluation;
        let (scales, runs) = (
            evaluation.scales.as_slice().len() as f64,
            f64::from(evaluation.training_seeds.get()),
        );
        let items = evaluation.items.get() as f64;
        close(scales * runs * (50.0 + items / 100.0), 2400.0, 1e-9);
        let found = error_for_new_runs(scenario, 1e11);
        close(found, error, 1e-6);
        if let Some(half) = half {
            let quantile = student_quantile(0.975, runs - 1.0);
            close(quantile * found / half, 1.0, 1e-4);
        }
    }
    // One run: the interval of its items, by the mean of p (1 - p) over runs, holds the mean of other runs this often.
    let error = error_for_new_runs(&points[0], 1e11);
    let held = 2.0 * normal_cdf(0.005_141_636_8 / error) - 1.0;
    close(held, 0.058_9, 0.000_05);
}
