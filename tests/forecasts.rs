//! How good forecasts are, held against independent computations. Any one assertion on simulated numbers fails a right program
//! with probability at most `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use std::sync::atomic::AtomicBool;

use mirage::domain::{Items, Level, Metric, Positive, PowerReplicates, Scale, Scenario};
use mirage::engine::Control;
use mirage::study::{
    AssumedTask, BackTest, ForecastFinding, ForecastModel, ForecastPlan, ForecastPlanError,
    ForecastRow, ForecastSettings, Given, HorizonFinding, HorizonRow, Measured,
    MeasuredForecastPlan, MeasuredPoint, OneOrMore, Rate, ScaleRole, back_tests, back_tests_of,
    forecasts, forecasts_of, horizon,
};

use crate::support::{assert_rate, assert_rate_at_least, assert_scores};

/// The scenario of a question, and what it asks.
fn question(name: &str) -> (Scenario, ForecastSettings) {
    let folder = env!("CARGO_MANIFEST_DIR");
    let path = format!("{folder}/configs/questions/{name}.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut table: toml::Table = text.parse().unwrap();
    let settings = table.remove("forecast").unwrap().try_into().unwrap();
    (toml::Value::Table(table).try_into().unwrap(), settings)
}

fn metric(word: &str) -> Metric {
    word.parse().unwrap()
}

fn model(word: &str) -> ForecastModel {
    word.parse().unwrap()
}

fn models(words: &[&str]) -> OneOrMore<ForecastModel> {
    OneOrMore::new(words.iter().map(|word| model(word)).collect()).unwrap()
}

fn scale(n: f64) -> Scale {
    Scale::try_from(n).unwrap()
}

fn with<T>(work: impl FnOnce(&Control<'_>) -> T) -> T {
    work(&Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    })
}

fn plan(scenario: Scenario, settings: ForecastSettings) -> ForecastPlan {
    ForecastPlan::new("test".to_owned(), scenario, None, settings).unwrap()
}

fn row<'a>(finding: &'a ForecastFinding, name: &str, from: &str, target: f64) -> &'a ForecastRow {
    let mut rows = finding.rows.iter();
    let is_it = |row: &&ForecastRow| {
        row.model == model(name)
            && row.metric == metric(from)
            && (row.target.log10() - libm::log10(target)).abs() < 1e-6
    };
    rows.find(is_it).unwrap()
}

fn hits(rate: &Rate) -> u64 {
    (rate.value * rate.replicates as f64).round() as u64
}

/// Root mean squared errors by an independent program, 20,000 evaluations each, whose standard error is below .7%; kurtosis of the
/// errors 3.89, 2.96, 3.13 and 3.00, which gives the scatter of the mean of their squares. By the normal law.
#[test]
fn the_next_model_is_foretold_from_partial_credit_as_well_as_from_ten_times_the_items() {
    let (scenario, mut settings) = question("will-the-next-model-do-it");
    settings.models = models(&["skill-power-law"]);
    settings.replicates = PowerReplicates::try_from(200).unwrap();
    let mut scores = Vec::new();
    for (items, from, rmse, kurtosis) in [
        (100, "exact-match", 0.113_05, 3.89),
        (100, "partial-credit", 0.030_23, 2.96),
        (1000, "exact-match", 0.033_02, 3.13),
        (1000, "partial-credit", 0.009_67, 3.0),
    ] {
        let mut scenario = scenario.clone();
        scenario.evaluation.items = Items::try_from(items).unwrap();
        let finding =
            with(|control| forecasts(&plan(scenario, settings.clone()), control)).unwrap();
        let row = row(&finding, "skill-power-law", from, 1e11);
        assert!(
            (row.expected.unwrap() - 0.410_142_3).abs() < 1e-6,
            "{row:?}"
        );
        let quality = row.quality.as_ref().unwrap();
        assert_eq!((quality.replicates, quality.failed), (200, 0));
        let found = quality.errors.unwrap().rmse;
        let (low, high) = found.interval.unwrap();
        assert!(low < found.value && found.value < high && found.count == 200);
        let deviation = rmse * rmse * libm::sqrt((kurtosis - 1.0) / 200.0);
        scores.push((found.value * found.value - rmse * rmse) / deviation);
        // Asymptotic intervals miss a little more often than they say.
        assert_rate_at_least(hits(&quality.coverage), 200, 0.93, "prediction interval");
        let coverage = quality.coverage_of_expected.unwrap();
        assert_rate_at_least(hits(&coverage), 200, 0.93, "confidence interval");
        let crossing = quality.coverage_of_crossing.unwrap();
        assert_rate_at_least(hits(&crossing), 200, 0.93, "crossing");
    }
    assert_scores(&scores, "mean squared errors");
}

#[test]
fn a_curve_that_is_not_the_law_is_sure_and_wrong() {
    let (mut scenario, mut settings) = question("will-the-next-model-do-it");
    scenario.evaluation.items = Items::try_from(1000).unwrap();
    settings.models = models(&["logit-linear", "skill-power-law"]);
    settings.replicates = PowerReplicates::try_from(100).unwrap();
    let finding = with(|control| forecasts(&plan(scenario, settings), control)).unwrap();
    let quality = |name| {
        row(&finding, name, "exact-match", 1e11)
            .quality
            .as_ref()
            .unwrap()
    };
    assert_rate_at_least(
        hits(&quality("skill-power-law").coverage),
        100,
        0.93,
        "the law",
    );
    let wrong = quality("logit-linear");
    assert_rate_at_least(100 - hits(&wrong.coverage), 100, 0.9, "another curve");
    // The independent program: bias .291, its scatter .049.
    let bias = wrong.errors.unwrap().bias;
    assert_scores(&[(bias.value - 0.291_45) / (0.049 / 10.0)], "bias");
    // It says nothing of other metrics.
    let other = row(&finding, "logit-linear", "partial-credit", 1e11);
    assert!(other.told.is_err() && other.quality.is_none());
}

/// Exact match of ten steps under a power law, as an endless test would measure it.
fn endless(alpha: f64, scales: &[f64]) -> Measured {
    let point = |&n: &f64| {
        let hazard = libm::pow(n / 1e8, -alpha);
        MeasuredPoint::of_rate(scale(n), libm::exp(-10.0 * hazard), 1_000_000_000, 1e9)
    };
    Measured::new(metric("exact-match"), scales.iter().map(point).collect()).unwrap()
}

const SEVEN: [f64; 7] = [1e8, 2e8, 1e9, 3e9, 1e10, 4e10, 1e11];

fn data_plan(settings: ForecastSettings) -> MeasuredForecastPlan {
    let (task, _) = question("will-the-next-model-do-it");
    let measured = vec![endless(0.35, &SEVEN)];
    MeasuredForecastPlan::new("test".to_owned(), measured, Some(task), settings).unwrap()
}

#[test]
fn a_back_test_holds_out_one_scale_after_the_other() {
    let settings = ForecastSettings {
        models: models(&["skill-power-law", "last-value", "gompertz"]),
        ..ForecastSettings::default()
    };
    let plan = data_plan(settings);
    let finding = with(|control| back_tests_of(&plan, control)).unwrap();
    assert_eq!((finding.replicates, finding.x50), (1, None));
    let of = |name: &str| -> Vec<&BackTest> {
        let rows = finding.rows.iter();
        rows.filter(|row| row.model == model(name)).collect()
    };
    // Of seven scales, as many are held out as leave the fewest a model needs.
    assert_eq!(
        ["skill-power-law", "gompertz", "last-value"].map(|name| of(name).len()),
        [4, 3, 6]
    );
    for (row, depth) in of("last-value").into_iter().zip(1..) {
        assert_eq!((row.depth, row.fitted), (depth, 7 - depth));
        assert_eq!(row.target, scale(1e11));
        let last = SEVEN[6 - depth];
        assert!((row.decades - libm::log10(1e11 / last)).abs() < 1e-12);
        let told = row.told.as_ref().unwrap();
        let y = |n: f64| libm::exp(-10.0 * libm::pow(n / 1e8, -0.35));
        let error = 100.0 * (y(1e11) - y(last));
        assert!((told.error_points.value - error).abs() < 1e-6, "{row:?}");
        let per_decade = error / row.decades;
        assert!((told.points_per_decade.value - per_decade).abs() < 1e-6);
        assert_eq!((told.coverage.value, told.failed), (0.0, 0));
        assert_eq!(told.error_points.interval, None);
    }
    for row in of("skill-power-law") {
        let told = row.told.as_ref().unwrap();
        assert!(told.error_points.value < 0.02, "{row:?}");
        assert_eq!((told.coverage.value, told.x50_missed), (1.0, 0));
        assert!(told.x50_error.unwrap().value < 1e-3, "{row:?}");
    }
}

#[test]
fn what_was_measured_is_foretold_and_drawn_again() {
    let settings = ForecastSettings {
        models: models(&["skill-power-law"]),
        up_to: Some(scale(1e10)),
        threshold: Some(0.4.try_into().unwrap()),
        replicates: PowerReplicates::try_from(100).unwrap(),
        ..ForecastSettings::default()
    };
    let point =
        |(n, right): (f64, u64)| MeasuredPoint::of_rate(scale(n), right as f64 / 400.0, 400, 400.0);
    let measured = [
        (1e8, 0),
        (3e8, 1),
        (1e9, 6),
        (3e9, 16),
        (1e10, 54),
        (3e10, 99),
    ]
    .map(point);
    let measured = Measured::new(metric("exact-match"), measured.to_vec()).unwrap();
    let (task, _) = question("will-the-next-model-do-it");
    let plan =
        MeasuredForecastPlan::new("test".to_owned(), vec![measured], Some(task), settings).unwrap();
    let finding = with(|control| forecasts_of(&plan, control)).unwrap();
    assert!(matches!(finding.given, Given::Task(_)));
    let [row] = &finding.rows[..] else {
        panic!("{:?}", finding.rows)
    };
    // Held out, and so the target.
    assert_eq!(
        (row.target, row.measured),
        (scale(3e10), Some(99.0 / 400.0))
    );
    assert_eq!(row.expected, None);
    let roles: Vec<ScaleRole> = finding.series[0]
        .points
        .iter()
        .map(|one| one.role)
        .collect();
    assert_eq!(roles[4..], [ScaleRole::Fitted, ScaleRole::HeldOut]);
    let told = row.told.as_ref().unwrap();
    let quality = row.quality.as_ref().unwrap();
    assert_eq!((quality.replicates, quality.failed), (100, 0));
    let bias = quality.errors.unwrap().bias;
    // A maximum of the likelihood is biased by less than a quarter of its scatter here.
    assert!(
        bias.value.abs() < 0.25 * quality.errors.unwrap().rmse.value + 1e-3,
        "{bias:?}"
    );
    let [low, middle, high] = quality.quantiles.unwrap();
    assert!(low < told.point.predicted && told.point.predicted < high && low < middle);
    assert_rate_at_least(hits(&quality.coverage), 100, 0.93, "prediction interval");
    let again = with(|control| forecasts_of(&plan, control)).unwrap();
    assert_eq!(again, finding);
}

fn place(words: &str, of: Option<&f64>) -> f64 {
    *of.unwrap_or_else(|| panic!("no {words}"))
}

fn horizon_row<'a>(
    finding: &'a HorizonFinding,
    from: &str,
    items: u64,
    is_true: bool,
) -> &'a HorizonRow {
    let mut rows = finding.rows.iter();
    let is_it = |row: &&HorizonRow| {
        row.metric == metric(from)
            && row.items.get() == items
            && (row.link == AssumedTask::True) == is_true
    };
    rows.find(is_it).unwrap()
}

/// Shares by an independent program, 4,000 evaluations each, standard error below .008.
#[test]
fn exact_match_needs_no_number_of_steps_and_partial_credit_is_lost_without_it() {
    let (scenario, mut settings) = question("will-the-next-model-do-it");
    settings.replicates = PowerReplicates::try_from(100).unwrap();
    settings.horizon.items =
        OneOrMore::new([100, 1000].map(|n| Items::try_from(n).unwrap()).to_vec()).unwrap();
    let plan = plan(scenario, settings);
    let finding = with(|control| horizon(&plan, control)).unwrap().unwrap();
    // 10 h = ln 2.
    let x50 = 8.0 + libm::log10(10.0 / std::f64::consts::LN_2) / 0.35;
    assert!((finding.x50 - x50).abs() < 1e-9);
    assert_eq!(finding.rows.len(), 8);
    let rates = |from, items, is_true| -> Vec<u64> {
        let told = horizon_row(&finding, from, items, is_true)
            .told
            .as_ref()
            .unwrap();
        told.reached.iter().map(|one| hits(&one.right)).collect()
    };
    let known = [
        (100, [0.0127, 0.404, 0.7592, 0.9635, 0.9972, 0.9999]),
        (1000, [0.4422, 0.9202, 0.9995, 0.9999, 0.9999, 0.9999]),
    ];
    for (items, known) in known {
        let exact = rates("exact-match", items, true);
        assert_eq!(exact, rates("exact-match", items, false));
        assert_eq!(exact.len(), 6);
        for (right, known) in exact.iter().zip(known) {
            assert_rate(*right, 100, known);
        }
    }
    assert_rate(rates("partial-credit", 100, true)[0], 100, 0.9552);
    // Off by log10(2)/.35 = .86 decades, more than half of one.
    assert!(
        rates("partial-credit", 1000, false)
            .iter()
            .all(|right| *right == 0)
    );
    let decades = |from, items, is_true| {
        let told = horizon_row(&finding, from, items, is_true)
            .told
            .as_ref()
            .unwrap();
        assert!(told.low <= told.decades && told.decades <= told.high);
        told.decades
    };
    // From 10^10.5 on with 100 items, from 10^9.5 on with 1000.
    let [few, many] = [100, 1000].map(|items| decades("exact-match", items, true));
    assert!(
        (place("horizon", few.as_ref()) - (x50 - 10.5)).abs() < 1e-9,
        "{few:?}"
    );
    assert!(
        (place("horizon", many.as_ref()) - (x50 - 9.5)).abs() < 1e-9,
        "{many:?}"
    );
    assert!(decades("partial-credit", 100, true) > many);
    assert_eq!(decades("partial-credit", 1000, false), None);
}

#[test]
fn plans_that_cannot_be_answered_say_what_can() {
    let (scenario, settings) = question("will-the-next-model-do-it");
    let refused = |change: &dyn Fn(&mut Scenario, &mut ForecastSettings)| {
        let (mut scenario, mut settings) = (scenario.clone(), settings.clone());
        change(&mut scenario, &mut settings);
        let plan = ForecastPlan::new("test".to_owned(), scenario, None, settings);
        let error = plan.unwrap_err();
        (error.key(), error.to_string())
    };
    let target = |n: f64| {
        move |_: &mut Scenario, settings: &mut ForecastSettings| {
            settings.target = Some(OneOrMore::new(vec![scale(n)]).unwrap());
        }
    };
    let (key, words) = refused(&target(1e12));
    assert_eq!(key, "target");
    assert!(
        words.contains("2.00 decades") && words.contains("--max-extrapolation 2.00"),
        "{words}"
    );
    let (key, words) = refused(&target(1e10));
    assert!(key == "target" && words.contains("not beyond"), "{words}");
    let (key, words) = refused(&|_, settings| settings.up_to = Some(scale(2e8)));
    assert!(
        key == "up-to" && words.contains("3.16227766017e8"),
        "{words}"
    );
    let (key, words) = refused(&|_, settings| settings.up_to = Some(scale(3.2e8)));
    assert!(key == "up-to" && words.contains("not from 2"), "{words}");
    let (key, words) = refused(&|_, settings| settings.of = metric("log-likelihood"));
    assert!(key == "of" && words.contains("no rate"), "{words}");
    let (key, _) = refused(&|_, settings| settings.of = metric("pass@5"));
    assert_eq!(key, "of");
    // A rounding beyond the limit is within it.
    let plan = |n: f64, most: f64| {
        let mut settings = settings.clone();
        target(n)(&mut scenario.clone(), &mut settings);
        settings.max_extrapolation = Positive::try_from(most).unwrap();
        ForecastPlan::new("test".to_owned(), scenario.clone(), None, settings)
    };
    assert!(plan(1.000_000_001e11, 1.0).is_ok());
    assert!(plan(1.000_000_003e11, 1.0).is_err());
    let mut other = scenario.clone();
    other.evaluation.items = Items::try_from(7).unwrap();
    let named = ForecastPlan::new(
        "test".to_owned(),
        scenario.clone(),
        Some(other),
        settings.clone(),
    );
    assert_eq!(named.unwrap_err(), ForecastPlanError::OtherEvaluation);
}

#[test]
fn targets_default_to_what_is_held_out_within_reach_or_ten_times_the_last() {
    let (scenario, settings) = question("will-the-next-model-do-it");
    let targets = |up_to: Option<f64>, most: f64| -> Vec<f64> {
        let settings = ForecastSettings {
            target: None,
            up_to: up_to.map(scale),
            max_extrapolation: Positive::try_from(most).unwrap(),
            ..settings.clone()
        };
        let plan = plan(scenario.clone(), settings);
        plan.scales().targets.iter().map(|one| one.get()).collect()
    };
    assert_eq!(targets(None, 1.0), [1e11]);
    assert_eq!(targets(None, 2.0), [1e11]);
    assert_eq!(targets(None, 0.5), [3.162_277_660_17e10]);
    assert_eq!(targets(Some(1e9), 1.0), [3.162_277_660_17e9, 1e10]);
    assert_eq!(targets(Some(2e9), 0.6), [3.162_277_660_17e9]);
    assert_eq!(targets(Some(1e9), 0.2), [1_584_893_192.46]);
}

#[test]
fn bits_do_not_depend_on_threads() {
    let (scenario, mut settings) = question("will-the-next-model-do-it");
    settings.models = models(&["skill-power-law", "last-value"]);
    settings.replicates = PowerReplicates::try_from(100).unwrap();
    let plan = plan(scenario, settings);
    let told = |threads: usize| {
        let threads = std::num::NonZeroUsize::new(threads);
        let work = || {
            let forecasts = with(|control| forecasts(&plan, control)).unwrap();
            (
                forecasts,
                with(|control| back_tests(&plan, control)).unwrap(),
            )
        };
        mirage::engine::with_threads(threads, work).unwrap()
    };
    let one = told(1);
    assert_eq!(one, told(3));
    // Five scales: two more than a power law has numbers.
    let depths = |name| {
        one.1
            .rows
            .iter()
            .filter(|row| row.model == model(name))
            .count()
    };
    assert_eq!(
        [depths("skill-power-law"), depths("last-value")],
        [2 * 2, 2 * 4]
    );
    let x50 = 8.0 + libm::log10(10.0 / std::f64::consts::LN_2) / 0.35;
    assert!((one.1.x50.unwrap() - x50).abs() < 1e-9);
    let fan = &one.0.fans[0].points;
    assert_eq!((fan[0].scale, fan[24].scale), (scale(1e8), scale(1e11)));
    assert_eq!(one.0.level, Level::try_from(0.95).unwrap());
}

/// The shares by 500 evaluations, standard error below .023.
#[test]
fn nothing_foretells_what_lies_beyond_a_break() {
    let (scenario, mut settings) = question("across-a-break");
    let hazard = |n: f64| scenario.skill.hazard(scale(n));
    let without = |n: f64| libm::pow(n / 1e5, -0.1);
    let below = |n: f64| 1.0 - hazard(n) / without(n);
    assert!(
        (below(1e10) - 0.001_49).abs() < 0.000_005,
        "{}",
        below(1e10)
    );
    assert!(below(0.47e11) < 0.03 && below(0.48e11) > 0.03);
    settings.models = models(&["skill-power-law"]);
    settings.replicates = PowerReplicates::try_from(100).unwrap();
    let finding = with(|control| forecasts(&plan(scenario.clone(), settings), control)).unwrap();
    let quality = |from, target| {
        let row = row(&finding, "skill-power-law", from, target);
        row.quality.clone().unwrap()
    };
    for (from, at_the_break) in [("exact-match", 0.588), ("partial-credit", 0.472)] {
        let held = |target| hits(&quality(from, target).coverage);
        assert_rate_at_least(held(3.162_277_660_17e10), 100, 0.93, from);
        assert_rate(held(1e11), 100, at_the_break);
        assert_eq!(held(1e12), 0);
        // What is foretold is the law without a break.
        let law = libm::exp(-5.0 * without(1e12));
        let [_, middle, _] = quality(from, 1e12).quantiles.unwrap();
        assert!((middle - law).abs() < 0.02, "{middle} {law}");
    }
}
