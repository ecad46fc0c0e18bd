//! Forecasts of one model from the scores of one metric.

use mirage::domain::special::binomial_probabilities;
use mirage::domain::{Level, Metric, Probability, Scale, Scenario, Seed};
use mirage::engine::hypothetical_uniforms;
use mirage::study::{
    Evidence, Family, Forecast, ForecastAim, ForecastModel, Forecaster, Links, Measured,
    MeasuredError, MeasuredPoint, NoForecast, RateLikelihood, fit,
};

use crate::support::{assert_rate, assert_rate_at_least, run};

/// Five scales of a power law, c = 1e8, alpha = .35, ten steps.
const SCALES: [f64; 5] = [1e8, 316_227_766.016_838, 1e9, 3_162_277_660.168_38, 1e10];

fn scenario() -> Scenario {
    let text = r#"{"skill": {"kind": "power-law", "c": 1e8, "alpha": 0.35}, "task": {"steps": 10},
        "evaluation": {"scales": [1e8], "items": 100}}"#;
    serde_json::from_str(text).unwrap()
}

fn metric(word: &str) -> Metric {
    word.parse().unwrap()
}

fn level(level: f64) -> Level {
    Level::try_from(level).unwrap()
}

fn scale(n: f64) -> Scale {
    Scale::try_from(n).unwrap()
}

fn aim(n: f64, attempts: u64) -> ForecastAim {
    ForecastAim {
        scale: scale(n),
        attempts,
    }
}

/// The success probability of a step.
fn step(n: f64) -> f64 {
    libm::exp(-libm::pow(n / 1e8, -0.35))
}

/// Binomial counts by their inverse distribution functions.
struct Binomial {
    first: u64,
    cumulative: Vec<f64>,
}

impl Binomial {
    fn new(n: u64, p: f64) -> Self {
        let (first, probabilities) = binomial_probabilities(n, p, 1e-18);
        let mut sum = 0.0;
        let cumulative = probabilities.into_iter().map(|probability| {
            sum += probability;
            sum
        });
        Self {
            first,
            cumulative: cumulative.collect(),
        }
    }

    fn draw(&self, uniform: f64) -> u64 {
        let below = self.cumulative.partition_point(|&sum| sum < uniform);
        self.first + (below as u64).min(self.cumulative.len() as u64 - 1)
    }
}

fn rates(metric: Metric, scales: &[f64], means: &[f64], attempts: u64, trials: f64) -> Measured {
    let points = scales.iter().zip(means);
    let point =
        |(&n, &mean): (&f64, &f64)| MeasuredPoint::of_rate(scale(n), mean, attempts, trials);
    Measured::new(metric, points.map(point).collect()).unwrap()
}

fn forecaster(model: ForecastModel, word: &str, of: &str) -> Forecaster {
    let task = scenario();
    let metrics = (metric(word), metric(of));
    let likelihood = RateLikelihood::Binomial;
    Forecaster::new(model, metrics, Some(&task), likelihood, level(0.95)).unwrap()
}

fn root_mean_square(errors: &[f64]) -> f64 {
    let squares: f64 = errors.iter().map(|error| error * error).sum();
    libm::sqrt(squares / errors.len() as f64)
}

/// 0, 1, 2, 9 and 17 successes in a hundred.
fn few() -> Measured {
    let means = [0.0, 0.01, 0.02, 0.09, 0.17];
    rates(metric("exact-match"), &SCALES, &means, 100, 100.0)
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(off <= tolerance, "{found} is not {expected}");
}

/// Expected values: nested golden sections over the likelihoods as they are written, in another program, to 1e-7.
#[test]
fn signed_roots_are_those_of_a_search_by_brute_force() {
    let points = few();
    let scales: Vec<Scale> = points.points().iter().map(|point| point.scale).collect();
    let means: Vec<(f64, f64)> = points
        .points()
        .iter()
        .map(|point| (point.mean, 100.0))
        .collect();
    let links = Links::of_rates();
    let evidence = Evidence::of_means(links.told(), &scales, &means).unwrap();
    let likelihoods = links.likelihoods(&evidence).unwrap();
    for (family, expected) in [
        (Family::PowerLaw, POWER_ROOTS),
        (Family::FlooredPowerLaw, FLOORED_ROOTS),
    ] {
        let found = fit(&likelihoods, family).unwrap();
        for (hazard, root) in expected {
            let root_found = found
                .signed_root(&likelihoods, scale(1e11), hazard)
                .unwrap();
            near(root_found, root, 1e-4);
        }
    }
}

const POWER_ROOTS: [(f64, f64); 3] = [
    (0.6, -1.506_408_916),
    (1.5, 2.529_514_288),
    (2.5, 5.115_306_460),
];

const FLOORED_ROOTS: [(f64, f64); 3] = [
    (0.6, -1.506_813_347),
    (1.5, 0.827_805_503),
    (2.5, 3.230_132_327),
];

/// By iteratively reweighted least squares and nested golden sections in another program.
#[test]
fn logit_linear_is_logistic_regression() {
    let found = forecaster(ForecastModel::LogitLinear, "exact-match", "exact-match")
        .forecast(&few(), None, &[aim(1e11, 100)], None)
        .unwrap();
    let point = found.points[0];
    near(point.predicted, 0.655_751_37, 2e-6);
    near(point.confidence.0, 0.369_603_27, 3e-4);
    near(point.confidence.1, 0.871_943_47, 3e-4);
    let fit = found.fit.unwrap();
    near(fit.parameter("slope").unwrap(), 0.932_318_32, 1e-5);
    near(
        fit.parameter("midpoint").unwrap() / 50_097_500_773.0,
        1.0,
        1e-5,
    );
    assert_eq!(found.crossing, None);
}

/// As above.
#[test]
fn a_crossing_and_its_interval() {
    let threshold = Probability::try_from(0.4).unwrap();
    let model = forecaster(ForecastModel::LogLogLinear, "exact-match", "exact-match");
    let found = model
        .forecast(&few(), None, &[aim(1e11, 100)], Some(threshold))
        .unwrap();
    near(found.points[0].confidence.0, 0.264_032_15, 3e-4);
    near(found.points[0].confidence.1, 0.585_599_28, 3e-4);
    let crossing = found.crossing.unwrap();
    near(crossing.place.unwrap(), 10.915_259_38, 1e-4);
    near(crossing.low.unwrap(), 10.454_850_45, 1e-3);
    near(crossing.high.unwrap(), 11.809_271_82, 1e-3);
    let place = model.place_of(&few(), None, threshold).unwrap();
    assert_eq!(place, crossing.place);
}

/// Expected scores of very many attempts are foretold as they are, by the right model.
#[test]
fn what_is_measured_without_noise_is_foretold_exactly() {
    let steps = |power: f64| SCALES.map(|n| libm::pow(step(n), power));
    let truth = libm::pow(step(1e11), 10.0);
    let place = 8.0 + libm::log10(10.0 / -libm::log(0.4)) / 0.35;
    let threshold = Probability::try_from(0.4).unwrap();
    for (word, power) in [("exact-match", 10.0), ("partial-credit", 1.0)] {
        for family in [
            Family::PowerLaw,
            Family::FlooredPowerLaw,
            Family::UnevenSteps,
        ] {
            let model = forecaster(ForecastModel::Skill(family), word, "exact-match");
            let data = rates(metric(word), &SCALES, &steps(power), 1_000_000, 1e8);
            let found = model
                .forecast(
                    &data,
                    None,
                    &[aim(1e11, 1000), aim(1e9, 1000)],
                    Some(threshold),
                )
                .unwrap();
            let [far, among] = found.points[..] else {
                panic!("{found:?}");
            };
            near(far.predicted, truth, 2e-3);
            near(among.predicted, libm::pow(step(1e9), 10.0), 2e-4);
            assert!(far.confidence.0 <= far.predicted && far.predicted <= far.confidence.1);
            assert!(far.confidence.1 - far.confidence.0 < 0.02, "{far:?}");
            // The binomial of a thousand attempts is all that is left: 1.96 standard deviations to either side.
            let half = 1.96 * libm::sqrt(truth * (1.0 - truth) / 1000.0);
            near(far.prediction.0, truth - half, 4e-3);
            near(far.prediction.1, truth + half, 4e-3);
            near(found.crossing.unwrap().place.unwrap(), place, 5e-3);
        }
    }
}

/// The law counts twice as many parameters as there are.
#[test]
fn scales_are_counted_by_their_efficiency() {
    let mut task = scenario();
    task.skill.efficiency = 2.0.try_into().unwrap();
    let exact = metric("exact-match");
    let model = ForecastModel::Skill(Family::PowerLaw);
    let made = Forecaster::new(
        model,
        (exact, exact),
        Some(&task),
        RateLikelihood::Binomial,
        level(0.9),
    );
    let means = SCALES.map(|n| libm::pow(step(2.0 * n), 10.0));
    let data = rates(exact, &SCALES, &means, 1_000_000, 1e6);
    let found = made
        .unwrap()
        .forecast(&data, None, &[aim(1e11, 100)], None)
        .unwrap();
    near(found.points[0].predicted, libm::pow(step(2e11), 10.0), 1e-4);
    near(found.fit.unwrap().parameter("c").unwrap() / 1e8, 1.0, 1e-3);
}

#[test]
fn nothing_right_leaves_everything_open() {
    let data = rates(metric("exact-match"), &SCALES, &[0.0; 5], 100, 100.0);
    let half = Probability::try_from(0.5).unwrap();
    for model in ForecastModel::ALL {
        if model == ForecastModel::TwoStage {
            continue;
        }
        let made = forecaster(model, "exact-match", "exact-match");
        let found = made
            .forecast(&data, None, &[aim(1e11, 100)], Some(half))
            .unwrap();
        let point = found.points[0];
        assert_eq!(point.confidence.0, 0.0, "{model}: {point:?}");
        assert_eq!(point.prediction.0, 0.0, "{model}: {point:?}");
        assert!(point.confidence.1 > 0.03, "{model}: {point:?}");
        assert_eq!(found.crossing.unwrap().high, None, "{model}: {found:?}");
    }
}

#[test]
fn the_last_value_has_its_own_interval() {
    let made = forecaster(ForecastModel::LastValue, "exact-match", "exact-match");
    let found = made
        .forecast(&few(), None, &[aim(1e11, 100)], None)
        .unwrap();
    let point = found.points[0];
    near(point.predicted, 0.17, 1e-12);
    // R: prop.test(17, 100, correct = FALSE)$conf.int
    near(point.confidence.0, 0.108_900_84, 2e-4);
    near(point.confidence.1, 0.255_465_9, 2e-4);
    // Twice the variance: 1.96 sqrt(2 .17 .83/100) to either side, about.
    near(point.prediction.0, 0.08, 0.021);
    near(point.prediction.1, 0.28, 0.021);
}

#[test]
fn a_line_without_noise_is_a_line() {
    let line = |n: f64| 0.1 + 0.07 * libm::log10(n / 1e8);
    let made = forecaster(ForecastModel::StraightLine, "exact-match", "exact-match");
    let data = rates(
        metric("exact-match"),
        &SCALES,
        &SCALES.map(line),
        1_000_000,
        1e6,
    );
    let threshold = Probability::try_from(0.4).unwrap();
    let found = made
        .forecast(&data, None, &[aim(1e11, 100)], Some(threshold))
        .unwrap();
    near(found.points[0].predicted, line(1e11), 1e-5);
    near(
        found.crossing.unwrap().place.unwrap(),
        8.0 + 0.3 / 0.07,
        1e-3,
    );
}

/// Losses of a power law above a floor, and a logistic in them.
#[test]
fn two_stages_without_noise() {
    let loss = |n: f64| 1.1 + 2.0 * libm::pow(n / 1e8, -0.4);
    let score = |n: f64| 1.0 / (1.0 + libm::exp(-9.0 + 5.0 * loss(n)));
    let data = rates(
        metric("exact-match"),
        &SCALES,
        &SCALES.map(score),
        1_000_000,
        1e6,
    );
    let losses = metric("log-likelihood");
    let point = |n: f64| MeasuredPoint {
        scale: scale(n),
        mean: -loss(n),
        error: 1e-4,
        attempts: 1000,
        trials: 1000.0,
    };
    let losses = Measured::new(losses, SCALES.map(point).to_vec()).unwrap();
    let made = forecaster(ForecastModel::TwoStage, "exact-match", "exact-match");
    let threshold = Probability::try_from(0.9).unwrap();
    let found = made
        .forecast(&data, Some(&losses), &[aim(1e11, 1000)], Some(threshold))
        .unwrap();
    let point = found.points[0];
    near(point.predicted, score(1e11), 1e-3);
    assert!(point.confidence.0 < score(1e11) && score(1e11) < point.confidence.1);
    assert!(point.confidence.1 - point.confidence.0 < 0.1, "{point:?}");
    // 9 - 5 loss = ln 9.
    let reducible = (9.0 - libm::log(9.0)) / 5.0 - 1.1;
    near(
        found.crossing.unwrap().place.unwrap(),
        8.0 - libm::log10(reducible / 2.0) / 0.4,
        0.02,
    );
    let refusal = made.forecast(&data, None, &[], None).unwrap_err();
    assert_eq!(refusal, NoForecast::NoLoss(ForecastModel::TwoStage));
}

/// Four hundred evaluations of a hundred items: 95% of the intervals hold what is expected, or the test is of a kind that a right
/// program fails one time in a million; the root mean square of the forecasts' errors is .115, to 4 standard errors.
#[test]
fn as_many_intervals_hold_the_truth_as_they_say() {
    let truth = libm::pow(step(1e11), 10.0);
    let made = forecaster(
        ForecastModel::Skill(Family::PowerLaw),
        "exact-match",
        "exact-match",
    );
    let laws = SCALES.map(|n| Binomial::new(100, libm::pow(step(n), 10.0)));
    let target = Binomial::new(100, truth);
    let (mut held, mut scored, mut errors) = (0, 0, Vec::new());
    for replicate in 0..400 {
        let uniforms = hypothetical_uniforms(Seed::try_from(41).unwrap(), replicate, 6);
        let counts = laws
            .iter()
            .zip(&uniforms)
            .map(|(law, uniform)| law.draw(*uniform));
        let means: Vec<f64> = counts.map(|count| count as f64 / 100.0).collect();
        let data = rates(metric("exact-match"), &SCALES, &means, 100, 100.0);
        let found = made.forecast(&data, None, &[aim(1e11, 100)], None).unwrap();
        let point = found.points[0];
        held += u64::from(point.confidence.0 <= truth && truth <= point.confidence.1);
        let score = target.draw(uniforms[5]) as f64 / 100.0;
        scored += u64::from(point.prediction.0 <= score && score <= point.prediction.1);
        errors.push(point.predicted - truth);
    }
    assert_rate(held, 400, 0.95);
    assert_rate_at_least(scored, 400, 0.95, "scores of new evaluations");
    near(root_mean_square(&errors), 0.115, 0.017);
}

#[test]
fn what_cannot_be_foretold_says_why() {
    let task = scenario();
    let make = |model, one: &str, other: &str, task: Option<&Scenario>| {
        let metrics = (metric(one), metric(other));
        Forecaster::new(model, metrics, task, RateLikelihood::Binomial, level(0.95))
    };
    let (skill, line) = (
        ForecastModel::Skill(Family::PowerLaw),
        ForecastModel::LogitLinear,
    );
    let refused = |made: Result<Forecaster, NoForecast>| made.unwrap_err();
    let (exact, partial) = ("exact-match", "partial-credit");
    assert_eq!(
        refused(make(skill, exact, exact, None)),
        NoForecast::NoTask(skill)
    );
    assert!(matches!(
        refused(make(line, partial, exact, Some(&task))),
        NoForecast::OtherMetric { .. }
    ));
    let corrected = "chance-corrected:0.25/exact-match";
    assert_eq!(
        refused(make(line, corrected, corrected, None)),
        NoForecast::NoRate(metric(corrected))
    );
    assert_eq!(
        refused(make(line, "brier", "brier", None)),
        NoForecast::Falls(metric("brier"))
    );
    assert_eq!(
        refused(make(skill, exact, "pass@5", Some(&task))),
        NoForecast::Reduced(metric("pass@5"))
    );
    assert!(make(line, "pass@5", "pass@5", None).is_ok());
    let two = few().up_to(scale(4e8)).unwrap();
    let refusal = make(skill, exact, exact, Some(&task))
        .unwrap()
        .forecast(&two, None, &[], None);
    assert!(matches!(
        refusal,
        Err(NoForecast::FewScales {
            needed: 3,
            scales: 2,
            ..
        })
    ));
}

/// Rates that scatter eight times as widely as binomials widen intervals; rates that do not leave the correlation at 0.
#[test]
fn scatter_about_the_curve_is_seen() {
    let exact = metric("exact-match");
    let task = scenario();
    let model = ForecastModel::Skill(Family::PowerLaw);
    let made = |likelihood| {
        Forecaster::new(model, (exact, exact), Some(&task), likelihood, level(0.95)).unwrap()
    };
    let smooth = SCALES.map(|n| libm::pow(step(100.0 * n), 10.0));
    let signs = [1.0, -1.0, 1.0, 1.0, -1.0];
    let mut rough = smooth;
    for (mean, sign) in rough.iter_mut().zip(signs) {
        *mean += sign * 3.0 * libm::sqrt(*mean * (1.0 - *mean) / 2000.0);
    }
    let of = |means: &[f64; 5], likelihood| {
        let data = rates(exact, &SCALES, means, 2000, 2000.0);
        made(likelihood)
            .forecast(&data, None, &[aim(1e11, 2000)], None)
            .unwrap()
    };
    let width = |found: &Forecast| found.points[0].prediction.1 - found.points[0].prediction.0;
    let even = of(&smooth, RateLikelihood::BetaBinomial);
    assert_eq!(even.fit.as_ref().unwrap().rho, 0.0);
    let found = of(&rough, RateLikelihood::BetaBinomial);
    let rho = found.fit.as_ref().unwrap().rho;
    assert!((0.001..=0.01).contains(&rho), "{rho}");
    assert!(width(&found) > 1.6 * width(&of(&rough, RateLikelihood::Binomial)));
}

/// From tallies, and from a table of the same estimates.
#[test]
fn tables_tell_as_many_trials_as_tallies() {
    let text = r#"{"skill": {"kind": "power-law", "c": 1e8, "alpha": 0.35}, "task": {"steps": 10},
        "evaluation": {"scales": [3e8, 1e10, 1e12], "items": 300,
            "metrics": ["exact-match", "partial-credit", "harshness:2"]}}"#;
    let finding = run(serde_json::from_str(text).unwrap());
    for word in ["exact-match", "partial-credit", "harshness:2"] {
        let measured = Measured::of(&finding, metric(word)).unwrap();
        let rows = finding.rows.iter().filter(|row| row.metric == metric(word));
        for (point, row) in measured.points().iter().zip(rows) {
            let estimate = row.estimate.unwrap();
            let limits = (estimate.interval.low, estimate.interval.high);
            let told =
                MeasuredPoint::from_interval(point.scale, estimate.value, limits, level(0.95), 300);
            assert_eq!((point.mean, point.attempts), (estimate.value, 300));
            near(told.unwrap().trials / point.trials, 1.0, 0.03);
            near(
                point.error,
                libm::sqrt(point.mean * (1.0 - point.mean) / point.trials),
                1e-15,
            );
        }
    }
    let absent = Measured::of(&finding, metric("pass-mark:0.8")).map(|_| ());
    assert!(absent.is_ok(), "counts tell pass marks: {absent:?}");
}

#[test]
fn scores_that_cannot_be_are_refused() {
    let exact = metric("exact-match");
    let point = |mean, trials| MeasuredPoint::of_rate(scale(1e9), mean, 10, trials);
    let refusal = |point| Measured::new(exact, vec![point]).unwrap_err();
    assert!(matches!(
        refusal(point(1.2, 10.0)),
        MeasuredError::Range { .. }
    ));
    assert!(matches!(
        refusal(point(0.2, 0.0)),
        MeasuredError::Trials { .. }
    ));
    assert!(matches!(
        refusal(point(0.2, f64::NAN)),
        MeasuredError::Trials { .. }
    ));
    let twice = vec![point(0.2, 10.0); 2];
    assert!(matches!(
        Measured::new(exact, twice),
        Err(MeasuredError::Order { .. })
    ));
}
