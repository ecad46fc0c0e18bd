//! Every shipped scenario runs, answers its question, and agrees with what is expected of it.

use std::path::Path;

use mirage::domain::{Credit, Metric, Scale, Scenario, SkillCurve};
use mirage::files::{Override, SHIPPED, Source, SweepWords, load, load_study};
use mirage::report::Verdicts;
use mirage::study::{Anatomy, Change, MetricRise, UsefulFrom, expect};

use crate::support::{self, assert_scores, run};

fn shipped(name: &str) -> Scenario {
    changed(name, &[])
}

/// Settings, each written `KEY=VALUE`.
pub(crate) fn overrides(settings: &[&str]) -> Vec<Override> {
    let change = |words: &&str| {
        let (key, value) = words.split_once('=').unwrap();
        Override {
            key: key.to_owned(),
            value: value.to_owned(),
            words: (*words).to_owned(),
        }
    };
    settings.iter().map(change).collect()
}

/// A shipped scenario with settings changed, each written `KEY=VALUE`.
pub(crate) fn changed(name: &str, settings: &[&str]) -> Scenario {
    let loaded = load(&Source::Shipped(name.to_owned()), &overrides(settings));
    loaded.unwrap().scenario
}

/// The points of a shipped study with settings changed, each written `KEY=VALUE`; a scenario without a sweep is one.
pub(crate) fn study_points(name: &str, settings: &[&str]) -> Vec<Scenario> {
    let source = Source::Shipped(name.to_owned());
    let overrides = overrides(settings);
    if !load(&source, &overrides).unwrap().has_sweep {
        return vec![changed(name, settings)];
    }
    let study = load_study(Some(&source), &overrides, &SweepWords::default()).unwrap();
    let points = study.points.into_iter();
    points.map(|point| point.scenario).collect()
}

fn expected(scenario: &Scenario, credit: &str, scale: f64) -> f64 {
    let credit: Credit = credit.parse().unwrap();
    let chances = scenario.chances();
    let chances = chances.at(Scale::try_from(scale).unwrap());
    chances.mean(credit).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, digits: f64) {
    assert!(
        (found - expected).abs() <= digits,
        "{found} is not {expected}"
    );
}

#[test]
fn every_config_is_shipped_and_every_shipped_scenario_is_a_config() {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let files = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(configs.join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.is_file())
            .map(|path| format!("{folder}{}", path.file_stem().unwrap().to_string_lossy()))
            .collect()
    };
    let mut names = [files(""), files("questions/"), files("papers/")].concat();
    let mut shipped: Vec<String> = SHIPPED.iter().map(|one| one.name.to_owned()).collect();
    names.sort();
    shipped.sort();
    assert_eq!(names, shipped);
}

#[test]
fn every_config_agrees_with_what_is_expected_and_says_what_it_asks() {
    for one in SHIPPED {
        assert!(
            one.text.starts_with("# ") && one.text.contains("# Question: "),
            "{} asks nothing",
            one.name
        );
        let scenario = shipped(one.name);
        // No estimate has a normal score then: `training_runs.rs` counts runs.
        if scenario.skill.runs_differ() {
            continue;
        }
        let finding = run(scenario);
        let scores: Vec<f64> = finding.rows.iter().filter_map(|row| row.z).collect();
        assert_scores(&scores, one.name);
    }
}

/// What a config's metrics make of its growth, computed.
fn anatomy(scenario: Scenario) -> Anatomy {
    let mut finding = expect("test".to_owned(), scenario);
    support::dissect(&mut finding, 0);
    finding.anatomy.unwrap()
}

fn rise(anatomy: &Anatomy, metric: &str) -> MetricRise {
    let wanted: Metric = metric.parse().unwrap();
    let found = anatomy.metrics.iter().find(|one| one.metric == wanted);
    found.unwrap().rise.unwrap()
}

/// Every config says its answer, and these tests compute it.
#[test]
fn every_config_gives_its_answer() {
    for one in SHIPPED.iter().skip(2) {
        assert!(one.text.contains("# Answer: "), "{}", one.name);
    }
}

#[test]
fn power_law_translation_moves_by_2_94_decades() {
    let exact = rise(&anatomy(shipped("power-law-translation")), "exact-match");
    close(exact.shift.unwrap(), 1.0 / 0.34, 1e-9);
    assert_eq!(exact.verdict.change, Some(Change::Moved));
}

#[test]
fn logistic_steepening_is_1_40_times() {
    let exact = rise(&anatomy(shipped("logistic-steepening")), "exact-match");
    close(
        exact.steepening.unwrap(),
        4.0 * libm::pow(10.0 / 11.0, 11.0),
        1e-6,
    );
    close(exact.steepening.unwrap(), 1.40, 0.005);
    close(exact.shift.unwrap(), 2.29, 0.005);
}

#[test]
fn saturating_skill_is_capped_at_the_ceiling_to_the_power_of_steps() {
    let anatomy = anatomy(shipped("saturating-skill"));
    close(
        rise(&anatomy, "exact-match").high,
        libm::pow(0.97, 20.0),
        1e-12,
    );
    close(rise(&anatomy, "exact-match").high, 0.5438, 0.00005);
    assert!(matches!(
        anatomy.usefulness.from,
        Some(UsefulFrom::Unattainable { .. })
    ));
}

#[test]
fn tiny_test_set_hides_six_tenths_of_a_decade() {
    let tiny = shipped("tiny-test-set");
    let mut large = tiny.clone();
    large.evaluation.items = 10_000.try_into().unwrap();
    let visible = |scenario| {
        rise(&anatomy(scenario), "exact-match")
            .first_visible
            .unwrap()
    };
    let (tiny, large) = (visible(tiny), visible(large));
    close(tiny, 10.10, 0.005);
    close(large, 9.51, 0.005);
    close(tiny - large, 0.60, 0.005);
}

#[test]
fn few_scales_put_98_percent_of_growth_between_two() {
    let exact = rise(&anatomy(shipped("few-scales")), "exact-match");
    close(exact.largest_jump.unwrap(), 0.98, 0.005);
    assert_eq!(exact.scales_inside_rise, 1);
    assert!(exact.verdict.drawn_as_a_jump);
}

/// Widths in log-odds, .633 and 3.085 (80 of 100 steps), over .5 ln 10 of them in a decade.
#[test]
fn pass_mark_sharpens_and_exact_match_hardly_does() {
    let anatomy = anatomy(shipped("pass-mark-sharpens"));
    let width = |metric| rise(&anatomy, metric).width.unwrap();
    let decade = 0.5 * std::f64::consts::LN_10;
    let log_odds = |p: f64| libm::log(p / (1.0 - p));
    let exact = log_odds(0.998_946_949_690_454) - log_odds(0.977_237_220_955_811);
    let mark = log_odds(0.842_331_936_046_5) - log_odds(0.739_315_323_600_6);
    close(width("pass-mark:0.8"), mark / decade, 1e-8);
    close(width("exact-match"), exact / decade, 1e-8);
    for (metric, known) in [
        ("pass-mark:0.8", 0.55),
        ("exact-match", 2.69),
        ("partial-credit", 3.82),
    ] {
        close(width(metric), known, 0.005);
    }
}

#[test]
fn genuine_break_is_told_from_the_curve_itself() {
    let scenario = shipped("genuine-break");
    let breaks = anatomy(scenario.clone()).growth.breaks;
    assert_eq!((breaks.len(), breaks[0].at.get()), (1, 1e10));
    assert!(expected(&scenario, "exact-match", 1e10) < 0.1);
}

/// exp(-5 (N/1e8)^-.25) at the four sizes; emergence scores of those four numbers and of the shares of digits.
#[test]
fn multi_step_arithmetic_scores_4_26_and_3_28() {
    let scenario = shipped("multi-step-arithmetic");
    let scales = [3.5e8, 1.3e9, 6.7e9, 1.75e11];
    for (scale, known) in scales.into_iter().zip([0.0258, 0.0719, 0.1742, 0.4616]) {
        close(expected(&scenario, "exact-match", scale), known, 0.0001);
    }
    // Edit distance, L (1 - p), of the same sizes.
    for (scale, known) in scales.into_iter().zip([2.593, 2.047, 1.475, 0.716]) {
        close(
            5.0 * (1.0 - expected(&scenario, "partial-credit", scale)),
            known,
            0.0005,
        );
    }
    let anatomy = anatomy(scenario);
    let score = |place: usize| anatomy.metrics[place].scores.unwrap().emergence;
    close(score(0), 4.26, 0.005);
    close(score(1), 3.28, 0.005);
}

/// exp(-8 (N/1e8)^-.5) = .82 at N = 1e8 (8/ln(1/.82))^2.
#[test]
fn chain_of_thought_pays_from_10_to_the_11_21() {
    let useful = anatomy(shipped("chain-of-thought")).usefulness;
    let Some(UsefulFrom::At(x)) = useful.from else {
        panic!("{useful:?}")
    };
    close(x, 8.0 + 2.0 * libm::log10(8.0 / -libm::log(0.82)), 1e-9);
    close(x, 11.21, 0.005);
    close(useful.step_success.unwrap(), 0.9755, 0.00005);
}

#[test]
fn code_generation_with_99_of_100_tokens_right_is_right_366_times_in_1000() {
    let scenario = shipped("code-generation");
    // .99^100, and .99 (1 - .99^100)/.01 of 100 steps before the first error.
    close(expected(&scenario, "partial-credit", 1e10), 0.99, 1e-14);
    close(
        expected(&scenario, "exact-match", 1e10),
        0.366_032_341_273_229_5,
        1e-12,
    );
    close(
        expected(&scenario, "prefix-credit", 1e10),
        0.627_627_982_139_502_8,
        1e-12,
    );
}

#[test]
fn one_in_a_thousand_is_seen_once_in_2995_items() {
    let scenario = shipped("one-in-a-thousand");
    let rate = expected(&scenario, "exact-match", 1e10);
    close(rate, 0.001, 1e-7);
    close(libm::pow(1.0 - rate, 100.0), 0.905, 0.0005);
    close((libm::log(0.05) / libm::log1p(-rate)).ceil(), 2995.0, 0.5);
    let anatomy = anatomy(scenario);
    close(
        rise(&anatomy, "exact-match").first_visible.unwrap(),
        10.86,
        0.005,
    );
    let Some(UsefulFrom::At(x)) = anatomy.usefulness.from else {
        panic!()
    };
    close(x - 10.0, 4.4, 0.05);
}

/// .95^20, and 17.207570387957289 of 20 steps: .8604, whose twentieth power is .0494.
#[test]
fn single_steps_show_growth_where_every_model_fails() {
    let scenario = shipped("signal-below-the-floor");
    let scales = scenario.evaluation.scales.as_slice().to_vec();
    let of = |credit: &str, place: usize| expected(&scenario, credit, scales[place].get());
    assert!((0..7).all(|place| of("exact-match", place) < 1e-3));
    // Stored losses; of 200 items of 20 steps their standard error is h sqrt((e^(.49) - 1)/4000).
    let (first, third, last) = (
        of("log-likelihood", 0),
        of("log-likelihood", 2),
        of("log-likelihood", 6),
    );
    close(first, 2.2, 0.05);
    close(last, 0.5, 0.05);
    let error = first * libm::sqrt(libm::expm1(0.49) / 4000.0);
    assert!(first - third > 20.0 * error);
    close(of("edit-distance", 0), 0.11, 0.005);
    close(of("edit-distance", 6), 0.58, 0.01);
}

#[test]
fn self_conditioning_leaves_36_percent_of_tasks_where_86_percent_of_steps_are_right() {
    let scenario = shipped("self-conditioning");
    let exact = expected(&scenario, "exact-match", 1e10);
    close(exact, 0.358_485_922_408_542_2, 1e-12);
    let partial = expected(&scenario, "partial-credit", 1e10);
    close(partial, 17.207_570_387_957_29 / 20.0, 1e-12);
    let naive = libm::pow(partial, 20.0);
    close(naive, 0.0494, 0.000_05);
    close(exact / naive, 7.0, 0.5);
}

#[test]
fn hard_and_easy_items_solve_61_of_10_000_tasks_of_100_steps() {
    let with = |steps: &str| changed("hard-and-easy-items", &[&format!("task.steps={steps}")]);
    let shipped = shipped("hard-and-easy-items");
    close(
        expected(&shipped, "exact-match", 1e10),
        0.006_116_207_951_070_336,
        1e-14,
    );
    close(libm::pow(0.8, 100.0), 2e-10, 0.05e-10);
    close(expected(&shipped, "partial-credit", 1e10), 0.8, 1e-12);
    close(
        expected(&with("10"), "exact-match", 1e10),
        4.0 / 19.0,
        1e-12,
    );
    let ratio = expected(&with("20000"), "exact-match", 1e10)
        / expected(&with("10000"), "exact-match", 1e10);
    close(libm::log2(ratio), -2.0, 0.002);
}

#[test]
fn impossible_items_cap_every_credit_at_nine_tenths() {
    let scenario = shipped("impossible-items");
    for (scale, step) in [(1e10, 0.9048), (1e12, 0.9900), (1e14, 0.9990)] {
        let partial = expected(&scenario, "partial-credit", scale);
        close(partial / 0.9, step, 0.000_05);
    }
    close(
        1.0 - expected(&scenario, "exact-match", 1e12),
        0.1856,
        0.000_05,
    );
    let found = anatomy(scenario.clone());
    for metric in ["exact-match", "partial-credit"] {
        close(rise(&found, metric).high, 0.9, 1e-12);
    }
    assert_eq!(
        found.usefulness.from,
        Some(UsefulFrom::Unattainable { at_most: 0.9 })
    );
    let without = anatomy(changed("impossible-items", &["task.spread.kind=none"]));
    for of in [
        |rise: MetricRise| rise.x50,
        |rise: MetricRise| rise.max_slope.ok(),
    ] {
        let both = [&found, &without].map(|one| of(rise(one, "exact-match")).unwrap());
        close(both[0], both[1], 1e-6);
    }
}

/// .855 (1 + .14) + .14^2 .95 = .99332 of steps.
#[test]
fn retries_with_a_verifier_solve_87_percent_or_nearly_all() {
    let with = |changes: &[&str]| {
        expected(
            &changed("retries-with-a-verifier", changes),
            "exact-match",
            1e10,
        )
    };
    close(with(&[]), libm::pow(0.993_32, 20.0), 1e-12);
    close(with(&[]), 0.8745, 0.000_05);
    let perfect = [
        "task.recovery.true-positive-rate=1",
        "task.recovery.false-positive-rate=0",
    ];
    close(
        with(&perfect),
        libm::pow(1.0 - 0.05 * 0.05 * 0.05, 20.0),
        1e-12,
    );
    close(with(&perfect), 0.9975, 0.000_05);
    let limit = libm::pow(0.855 / 0.86, 20.0);
    close(limit, 0.8899, 0.000_05);
    close(with(&["task.recovery.tries=100"]), limit, 1e-12);
    close(
        with(&["task.recovery.kind=none"]),
        0.358_485_922_408_542_2,
        1e-12,
    );
}

#[test]
fn lucky_days_make_exact_match_5048_instead_of_3487() {
    let scenario = shipped("lucky-days");
    close(
        expected(&scenario, "exact-match", 1e10),
        0.504_783_865_946_511_2,
        1e-12,
    );
    close(expected(&scenario, "partial-credit", 1e10), 0.9, 1e-12);
    close(libm::pow(0.9, 10.0), 0.3487, 0.000_05);
}

/// g = .02 + .96/(1 + (N/3e9)^-4), p^3 with p = exp(-(N/1e7)^-.34).
#[test]
fn the_parser_jumps_and_the_skill_does_not() {
    let (scenario, fixed) = (
        shipped("formatting-gate"),
        changed("formatting-gate", &["task.format.kind=none"]),
    );
    let extracted = |n: f64| 0.02 + 0.96 / (1.0 + libm::pow(n / 3e9, -4.0));
    let right = |n: f64| libm::exp(-libm::pow(n / 1e7, -0.34));
    for (n, [of_gate, exact, partial, skill]) in [
        (1e9, [0.032, 0.017, 0.026, 0.534]),
        (1e10, [0.972, 0.730, 0.884, 0.751]),
    ] {
        close(extracted(n), of_gate, 0.000_5);
        for (credit, power, rounded) in [
            ("exact-match", 3.0, exact),
            ("partial-credit", 1.0, partial),
        ] {
            let found = expected(&scenario, credit, n);
            close(found, extracted(n) * libm::pow(right(n), power), 1e-12);
            close(found, rounded, 0.000_5);
        }
        close(expected(&fixed, "exact-match", n), skill, 0.000_5);
    }
    let found = anatomy(scenario.clone());
    let gate = found.growth.gate.clone().unwrap();
    assert!(gate.steepest_inside && !gate.skill_steepest_inside);
    assert!(gate.largest_gain > 0.94 && found.growth.largest_gain < 0.18);
    assert_eq!(found.growth.breaks, []);
    assert_eq!(rise(&found, "exact-match").verdict.theorem, None);
    assert_eq!(found.usefulness.step_success, None);
    assert_eq!(anatomy(fixed).growth.gate, None);
    // Partial credit has the cliff, too.
    assert!(rise(&found, "exact-match").steepening.unwrap() < 1.0);
    close(rise(&found, "exact-match").high, 0.98, 1e-12);
}

/// Means of L and of .98^L over rounded log-normal lengths up to 1000, by the error function of Python.
#[test]
fn agent_lengths_finish_more_than_jobs_of_the_mean_length() {
    let scenario = shipped("agent-lengths");
    let mean: f64 = scenario
        .task
        .lengths()
        .table()
        .iter()
        .map(|(steps, probability)| f64::from(steps) * probability)
        .sum();
    close(mean, 32.916_941_702, 1e-8);
    let exact = expected(&scenario, "exact-match", 1e10);
    close(exact, 0.613_921_409_550_387_8, 1e-12);
    close(libm::pow(0.98, mean), 0.5143, 0.000_05);
}

/// The points of a shipped sweep, with what their metrics make of them.
fn swept(name: &str) -> Vec<(Scenario, Anatomy)> {
    let points = study_points(name, &[]).into_iter();
    points
        .map(|scenario| (scenario.clone(), anatomy(scenario)))
        .collect()
}

#[test]
fn longer_tasks_sharpen_only_what_arrives() {
    let points = swept("longer-tasks");
    assert_eq!(points.len(), 21);
    for (scenario, anatomy) in &points {
        let task = scenario.task.chain();
        let steps = f64::from(task.lengths().longest().get());
        let exact = rise(anatomy, "exact-match");
        let steepening = exact.steepening.unwrap();
        match &scenario.skill.curve {
            SkillCurve::PowerLaw(_) => {
                close(exact.shift.unwrap(), libm::log10(steps) / 0.34, 1e-8);
                close(steepening, 1.0, 1e-8);
            }
            SkillCurve::Logistic(_) => {
                let exponent = steps + 1.0;
                close(
                    steepening,
                    4.0 * libm::pow(steps / exponent, exponent),
                    1e-6,
                );
                assert!(steepening < 4.0 / std::f64::consts::E);
            }
            SkillCurve::LinearLog(_) => close(steepening / steps, 1.0, 1e-3),
            other => panic!("{other:?} is not swept"),
        }
    }
}

#[test]
fn larger_tests_show_less_each_time() {
    let points = swept("larger-tests");
    let visible: Vec<f64> = points
        .iter()
        .map(|(_, anatomy)| rise(anatomy, "exact-match").first_visible.unwrap())
        .collect();
    for (visible, gains) in [
        (&visible[..5], [1.22, 0.64, 0.43, 0.32]),
        (&visible[5..], [0.93, 0.54, 0.40, 0.33]),
    ] {
        for (pair, gain) in visible.windows(2).zip(gains) {
            close(pair[0] - pair[1], gain, 0.005);
        }
    }
    // exp(-10 (N/1e8)^-.34) = 1 - .05^(1/1000).
    let least = 1.0 - libm::pow(0.05, 1e-3);
    let place = 8.0 - libm::log10(-libm::log(least) / 10.0) / 0.34;
    close(visible[2], place, 1e-6);
}

/// The sentences of every config can be read: no "NaN", no empty claim.
#[test]
fn every_config_has_three_verdicts() {
    for finding in support::shipped_findings() {
        let Verdicts {
            growth,
            metric,
            usefulness,
        } = Verdicts::of(finding).unwrap();
        assert!(!metric.is_empty());
        for text in metric.iter().chain([&growth, &usefulness]) {
            assert!(
                text.ends_with('.') && !text.contains("NaN") && !text.contains("inf"),
                "{text}"
            );
        }
    }
}

/// EM = exp(-1.560935 (N/2e10)^-.9) in both worlds: 9e-11, .054, .693, .955.
#[test]
fn the_two_worlds_have_one_exact_match_curve() {
    let (uneven, even) = (shipped("default"), shipped("even-steps"));
    for i in 0..=50 {
        let scale = libm::pow(10.0, 7.0 + 0.1 * f64::from(i));
        let exact = libm::exp(-1.560_935_023_406_202_7 * libm::pow(scale / 2e10, -0.9));
        close(expected(&uneven, "exact-match", scale), exact, 1e-12);
        close(expected(&even, "exact-match", scale), exact, 1e-12);
    }
    for (scale, known) in [
        (1e9, 8.946e-11),
        (1e10, 0.0543),
        (1e11, 0.6930),
        (1e12, 0.9549),
    ] {
        close(
            expected(&uneven, "exact-match", scale),
            known,
            0.005 * known,
        );
    }
    // u = EM reaches q at N = 2e10 (1.560935 / ln(1/q))^(1/.9).
    for (q, x) in [(0.1, 10.113), (0.5, 10.693), (0.9, 11.602)] {
        close(expected(&even, "exact-match", libm::pow(10.0, x)), q, 0.001);
    }
}

#[test]
fn partial_credit_tells_the_two_worlds_apart() {
    let (uneven, even) = (shipped("default"), shipped("even-steps"));
    let at = |scenario: &Scenario| {
        [1e7, 1e8, 1e9, 1e10, 1e11, 1e12].map(|scale| expected(scenario, "partial-credit", scale))
    };
    for (found, known) in at(&uneven)
        .into_iter()
        .zip([0.230, 0.428, 0.630, 0.832, 0.966, 0.995])
    {
        close(found, known, 0.0005);
    }
    for (found, known) in at(&even)
        .into_iter()
        .zip([0.0, 0.0, 0.099, 0.747, 0.964, 0.995])
    {
        close(found, known, 0.0005);
    }
    let slope = |x: f64| {
        let credit = |x: f64| expected(&uneven, "partial-credit", libm::pow(10.0, x));
        (credit(x + 1e-4) - credit(x - 1e-4)) / 2e-4
    };
    let steepest = (0..=5000)
        .map(|i| slope(7.0 + 0.001 * f64::from(i)))
        .fold(0.0, f64::max);
    close(steepest, 0.203, 0.0005);
}

/// The scenario of a skill and a number of steps, in JSON.
fn with(skill: &str, steps: u32) -> Scenario {
    serde_json::from_str(&format!(
        r#"{{"skill": {{{skill}}}, "task": {{"steps": {steps}}}}}"#
    ))
    .unwrap()
}

/// Exact match at a place of the axis, and its slope there per unit of the axis.
fn exact_match(scenario: &Scenario, scale_at: impl Fn(f64) -> f64, place: f64) -> (f64, f64) {
    let at = |place: f64| expected(scenario, "exact-match", scale_at(place));
    (at(place), (at(place + 1e-4) - at(place - 1e-4)) / 2e-4)
}

fn decade(x: f64) -> f64 {
    libm::pow(10.0, x)
}

/// A Gumbel curve in ln N: EM = q at N = c (L/ln(1/q))^(1/alpha). Its width, 1.3395378012066272/alpha decades, and its
/// largest slope, .84707371726034308 alpha per decade at EM = 1/e, do not depend on L (with the power-law loss of
/// Schaeffer et al. 2023).
#[test]
fn more_steps_move_a_power_law_and_sharpen_nothing() {
    for (alpha, c) in [(0.34, 3e8), (0.25, 1e7), (0.9, 2e10)] {
        for steps in [1, 3, 10, 100] {
            let scenario = with(&format!(r#""c": {c}, "alpha": {alpha}"#), steps);
            let x = |q: f64| {
                libm::log10(c) + libm::log10(f64::from(steps) / libm::log(1.0 / q)) / alpha
            };
            for q in [0.1, 0.5, 0.9] {
                close(exact_match(&scenario, decade, x(q)).0, q, 1e-10);
            }
            close(x(0.9) - x(0.1), 1.339_537_801_206_627_2 / alpha, 1e-12);
            let (_, steepest) = exact_match(&scenario, decade, x(libm::exp(-1.0)));
            close(steepest, 0.847_073_717_260_343_1 * alpha, 1e-7);
        }
    }
    let half = |steps: u32, place: f64| {
        exact_match(
            &with(r#""c": 1e8, "alpha": 0.25"#, steps),
            |n| 1e8 * n,
            place,
        )
        .0
    };
    close(half(5, 2_707.560_521_932_7), 0.5, 1e-12);
    close(half(1, 4.332_096_835_092_3), 0.5, 1e-12);
}

/// From 1/n to one half a power law takes log10(ln n/ln 2)/alpha decades: what a test of n items does not see of it.
#[test]
fn a_test_of_n_items_hides_what_lies_below_one_in_n() {
    for (items, gap) in [(100.0, 0.82242), (1000.0, 0.99851)] {
        let alpha = 0.34;
        let scenario = with(&format!(r#""c": 1e8, "alpha": {alpha}"#), 10);
        let half = 8.0 + libm::log10(10.0 / std::f64::consts::LN_2) / alpha;
        close(
            exact_match(&scenario, decade, half - gap / alpha).0,
            1.0 / items,
            5e-5 / items,
        );
    }
}

/// p logistic in ln N with slope 1: the largest slope of p^L per e-fold is (L/(L+1))^(L+1), never above 1/e = 4/e times
/// that of p, and the width from 10% to 90% stops shrinking at 3.084 e-folds.
#[test]
fn more_steps_sharpen_a_logistic_by_at_most_four_over_e() {
    for (steps, steepest, width) in [
        (1, 0.25, 4.394_449_154_67),
        (2, 0.296_296_296_3, 3.688_220_886_33),
        (5, 0.334_897_976_68, 3.312_924_661_44),
        (10, 0.350_493_899_48, 3.196_464_525_07),
        (50, 0.364_243_021_69, 3.106_460_196_73),
    ] {
        let scenario = with(
            r#""kind": "logistic", "midpoint": 1e9, "slope": 1.0"#,
            steps,
        );
        let e_folds = |log_odds: f64| 1e9 * libm::exp(log_odds);
        // p = L/(L+1) there: log-odds ln L.
        let (_, slope) = exact_match(&scenario, e_folds, libm::log(f64::from(steps)));
        close(slope, steepest, 1e-8);
        assert!(steepest / 0.25 < 4.0 / std::f64::consts::E);
        let log_odds = |q: f64| {
            let p = libm::pow(q, 1.0 / f64::from(steps));
            libm::log(p / (1.0 - p))
        };
        for q in [0.1, 0.9] {
            close(exact_match(&scenario, e_folds, log_odds(q)).0, q, 1e-10);
        }
        close(log_odds(0.9) - log_odds(0.1), width, 1e-10);
    }
}

/// p a straight line: the width of p^L shrinks as about 2.2/L, because p arrives at 1.
#[test]
fn more_steps_truly_sharpen_a_straight_line() {
    for (steps, width) in [
        (1, 0.8),
        (2, 0.632_455_53),
        (5, 0.348_191_02),
        (10, 0.195_191_02),
        (50, 0.042_902_42),
    ] {
        let scenario = with(
            r#""kind": "linear-log", "zero-at": 1.0, "one-at": 10.0"#,
            steps,
        );
        let p = |q: f64| libm::pow(q, 1.0 / f64::from(steps));
        for q in [0.1, 0.9] {
            close(exact_match(&scenario, decade, p(q)).0, q, 1e-10);
        }
        close(p(0.9) - p(0.1), width, 1e-8);
    }
}

/// README's lists of questions, those of practitioners and of papers are those of the shipped scenarios.
#[test]
fn readme_lists_every_question_and_every_paper() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let listed = |section: &str| -> Vec<String> {
        let after = readme.split(&format!("## {section}\n")).nth(1).unwrap();
        let rows = after.split("\n## ").next().unwrap().lines();
        let names = rows.filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        names.skip(1).map(str::to_owned).collect()
    };
    let shipped: Vec<&str> = SHIPPED.iter().map(|one| one.name).collect();
    let told = [
        listed("Questions with shipped answers"),
        listed("Questions of practitioners"),
        listed("Papers, reproduced"),
    ];
    assert_eq!(told.concat(), shipped);
}

/// exp(-10 (x 1e10/1e8)^-.34) for an efficiency x of 1 and 10.
#[test]
fn efficiency_moves_the_whole_curve() {
    let points = swept("efficiency-is-capability");
    assert_eq!(points.len(), 4);
    let useful = |anatomy: &Anatomy| match anatomy.usefulness.from {
        Some(UsefulFrom::At(x)) => x,
        ref other => panic!("{other:?}"),
    };
    for ((scenario, anatomy), efficiency) in points.iter().zip([1.0, 3.0, 10.0, 100.0]) {
        assert_eq!(scenario.skill.efficiency.get(), efficiency);
        let decades = libm::log10(efficiency);
        close(useful(anatomy), useful(&points[0].1) - decades, 1e-9);
        close(rise(anatomy, "exact-match").width.unwrap(), 3.94, 0.005);
    }
    close(expected(&points[0].0, "exact-match", 1e10), 0.124, 0.0005);
    close(expected(&points[2].0, "exact-match", 1e10), 0.385, 0.0005);
    close(useful(&points[0].1), 12.86, 0.005);
    close(useful(&points[2].1), 11.86, 0.005);
}

#[test]
fn greedy_decoding_is_a_real_sharpener() {
    let points = swept("greedy-decoding-sharpens");
    let widths = [(2.73, 1.98), (1.36, 0.99), (0.68, 0.50)];
    assert_eq!(points.len(), widths.len());
    for ((_, anatomy), (partial, exact)) in points.iter().zip(widths) {
        close(
            rise(anatomy, "partial-credit").width.unwrap(),
            partial,
            0.005,
        );
        close(rise(anatomy, "exact-match").width.unwrap(), exact, 0.005);
        close(
            rise(anatomy, "exact-match").steepening.unwrap(),
            1.40,
            0.005,
        );
    }
    let low = libm::pow(10.0, 8.5);
    close(expected(&points[0].0, "partial-credit", low), 0.309, 0.0005);
    close(expected(&points[2].0, "partial-credit", low), 0.038, 0.0005);
}

#[test]
fn chinchilla_scales_differ_by_a_quarter_of_a_decade() {
    let points = swept("chinchilla-scales");
    let answers = [
        (12.10, 13.55, 3.94),
        (11.88, 13.30, 3.85),
        (11.83, 13.23, 3.79),
    ];
    assert_eq!(points.len(), answers.len());
    for ((_, anatomy), (half, useful, width)) in points.iter().zip(answers) {
        let exact = rise(anatomy, "exact-match");
        close(exact.x50.unwrap(), half, 0.005);
        close(exact.width.unwrap(), width, 0.005);
        assert!(
            matches!(anatomy.usefulness.from, Some(UsefulFrom::At(x)) if (x - useful).abs() < 0.005)
        );
    }
}

#[test]
fn a_loss_threshold_is_one_under_any_metric() {
    let scenario = shipped("loss-threshold");
    let anatomy = anatomy(scenario.clone());
    close(anatomy.growth.breaks[0].at.log10(), 9.55, 0.005);
    let exact = rise(&anatomy, "exact-match");
    close(exact.first_visible.unwrap(), 9.64, 0.005);
    close(exact.high, 0.964, 0.0005);
    assert!(
        matches!(anatomy.usefulness.from, Some(UsefulFrom::At(x)) if (x - 11.43).abs() < 0.005)
    );
    for credit in ["exact-match", "partial-credit"] {
        close(expected(&scenario, credit, 3e9), 0.25, 1e-12);
    }
}

#[test]
fn percolation_is_smoothed_by_exact_match_alone() {
    let anatomy = anatomy(shipped("percolation"));
    assert_eq!(anatomy.growth.breaks[0].at.get(), 1e9);
    let (exact, partial) = (
        rise(&anatomy, "exact-match"),
        rise(&anatomy, "partial-credit"),
    );
    close(partial.first_visible.unwrap(), 9.0, 0.005);
    close(exact.first_visible.unwrap(), 9.14, 0.005);
    close(exact.shift.unwrap(), 0.44, 0.005);
    close(exact.steepening.unwrap(), 0.56, 0.005);
}

/// Shares of k^-1.4 over 100 quanta: .369, .140, .079, .053, .039.
#[test]
fn quanta_are_steps_alone_and_a_slope_together() {
    let points = swept("quanta");
    assert_eq!(points.len(), 4);
    let all = rise(&points[0].1, "exact-match");
    close(all.width.unwrap(), 1.43, 0.005);
    for ((_, anatomy), place) in points[1..].iter().zip([8.0, 9.0, 9.85]) {
        assert_eq!(anatomy.growth.breaks.len(), 1);
        let alone = rise(anatomy, "exact-match");
        close(alone.width.unwrap(), 0.0, 1e-9);
        close(alone.x50.unwrap(), place, 0.005);
    }
    let gain = |k: f64| {
        let at = |k: f64| expected(&points[0].0, "exact-match", k * 1e8);
        (at(k) - at(k - 0.5)) / 0.95
    };
    assert!(gain(4.0) > 0.05 && gain(5.0) < 0.05);
}

#[test]
fn cancelling_slices_are_flat_only_together() {
    let points = swept("cancelling-slices");
    let [easy, both, hard] = [0, 1, 2].map(|place| &points[place].0);
    let score = |scenario: &Scenario, x: f64| expected(scenario, "exact-match", libm::pow(10.0, x));
    for i in 0..=50 {
        let x = 7.0 + 0.05 * f64::from(i);
        assert!((0.25..0.253).contains(&score(both, x)), "{x}");
    }
    close(score(easy, 9.0), 0.40, 0.005);
    assert!(score(easy, 10.0) < 0.3);
    close(score(hard, 9.0), 0.10, 0.005);
    assert!(score(both, 12.0) > 0.9);
}
