//! `mirage advise`: what metrics tell against closed forms and mpmath, and the command as a user meets it.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use mirage::domain::{Metric, Scenario};
use mirage::study::{
    Advice, AtScale, Information, Reference, RunLaw, Why, advise, items_for_a_success,
    seeds_for_one,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::configs::changed;

fn advice(scenario: &Scenario) -> Advice {
    advise("test".to_owned(), scenario, &AtomicBool::new(false)).unwrap()
}

fn of_json(json: &str) -> Advice {
    advice(&serde_json::from_str(json).unwrap())
}

#[track_caller]
fn at<'a>(advice: &'a Advice, metric: &str, place: usize) -> &'a AtScale {
    let metric: Metric = metric.parse().unwrap();
    &advice.of(metric).unwrap().at_scales[place]
}

#[track_caller]
fn told(advice: &Advice, metric: &str) -> Information {
    at(advice, metric, 0).information.unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, relative: f64) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{found} is not {expected}"
    );
}

/// A plan of one scale, at which a step of L equal ones is right with probability p.
fn equal_steps(p: f64, steps: u32) -> Advice {
    of_json(&format!(
        r#"{{"skill": {{"kind": "logistic", "midpoint": 1, "slope": 1}}, "task": {{"steps": {steps}}},
            "evaluation": {{"scales": [{}]}}}}"#,
        p / (1.0 - p)
    ))
}

/// L p^(L-1) (1 - p)/(1 - p^L) and (1 - p^L)/(L (1 - p)); numbers of mpmath.
#[test]
fn equal_steps_tell_what_the_closed_forms_say() {
    for (p, steps, exact, prefix) in [
        (0.5, 5, 0.161_290_32, 0.3875),
        (0.5, 10, 0.009_775_171_1, 0.199_804_687_5),
        (0.8, 10, 0.300_725_624_0, 0.446_312_908_8),
        (0.9, 10, 0.594_822_147_5, 0.651_321_56),
        (0.95, 20, 0.588_223_416_6, 0.641_514_077_6),
        (0.99, 100, 0.583_199_525_3, 0.633_967_658_8),
    ] {
        let advice = equal_steps(p, steps);
        assert_eq!(advice.reference, Reference::EveryStep);
        let all = libm::pow(p, f64::from(steps));
        let steps_of = f64::from(steps) * (1.0 - p);
        let closed = [all / p * steps_of / (1.0 - all), (1.0 - all) / steps_of];
        for (metric, known, closed) in [
            ("exact-match", exact, closed[0]),
            ("prefix-credit", prefix, closed[1]),
        ] {
            close(told(&advice, metric).efficiency(), closed, 1e-8);
            // As many digits as are printed.
            close(closed, known, 5e-8);
        }
        for of in [Information::efficiency, Information::efficiency_of_mean] {
            close(of(&told(&advice, "partial-credit")), 1.0, 1e-8);
        }
        // L/(p (1 - p)) about p, (p ln p)^2 times as much about ln h.
        let slope = p * libm::log(p);
        let of_steps = f64::from(steps) / (p * (1.0 - p)) * slope * slope;
        close(told(&advice, "exact-match").of_steps, of_steps, 1e-8);
        close(at(&advice, "exact-match", 0).step_success, p, 1e-12);
    }
    let times = told(&equal_steps(0.5, 10), "exact-match").times_as_many_items();
    close(times, 102.3, 1e-3);
}

/// Where next to nothing is right, or next to nothing wrong, the limits of the closed forms.
#[test]
fn the_ends_tell_no_nonsense() {
    let rare = equal_steps(1e-30, 10);
    assert!(told(&rare, "exact-match").efficiency() < 1e-200);
    close(told(&rare, "prefix-credit").efficiency(), 0.1, 1e-6);
    let sure = equal_steps(1.0 - 1e-9, 10);
    for metric in ["exact-match", "prefix-credit", "partial-credit"] {
        close(told(&sure, metric).efficiency(), 1.0, 1e-3);
    }
}

/// The shipped question: efficiencies, precision and false breaks. By mpmath (sums over binomial and geometric laws,
/// derivatives to 40 digits) and NumPy (weighted least squares).
#[test]
fn the_question_of_the_metric_has_its_answer() {
    let advice = advice(&changed("questions/which-metric-to-preregister", &[]));
    for (metric, known) in [
        (
            "exact-match",
            [
                0.009_775_171_065_49,
                0.300_725_624_003,
                0.594_822_147_542,
                0.955_382_840_161,
            ],
        ),
        (
            "prefix-credit",
            [
                0.199_804_687_5,
                0.446_312_908_8,
                0.651_321_559_9,
                0.956_179_249_912,
            ],
        ),
        (
            "pass-mark:0.8",
            [
                0.239_079_102_715,
                0.668_155_194_662,
                0.408_854_197_505,
                0.009_791_578_212_05,
            ],
        ),
        ("partial-credit", [1.0; 4]),
    ] {
        for (place, known) in known.into_iter().enumerate() {
            let told = at(&advice, metric, place).information.unwrap();
            close(told.efficiency(), known, 2e-8);
        }
    }
    let mean_of_prefix = [
        0.199_711_029_862,
        0.425_633_134_498,
        0.578_397_358_861,
        0.762_426_149_462,
    ];
    for (place, known) in mean_of_prefix.into_iter().enumerate() {
        let told = at(&advice, "prefix-credit", place).information.unwrap();
        close(told.efficiency_of_mean(), known, 2e-8);
    }
    let of = |metric: &str| advice.of(metric.parse().unwrap()).unwrap();
    for (metric, efficiency, half_width, items, lambda, rejected) in [
        (
            "partial-credit",
            1.0,
            0.011_920_374_4,
            14.209_532_6,
            13.670_417_6,
            0.958_840_725,
        ),
        (
            "exact-match",
            0.222_694_991_2,
            0.025_260_077_1,
            63.807_149_5,
            2.032_714_30,
            0.296_945_827,
        ),
        (
            "prefix-credit",
            0.371_536_286,
            0.019_556_416_5,
            38.245_342_7,
            8.445_352_54,
            0.827_958_124,
        ),
    ] {
        let place = of(metric).place.unwrap();
        close(place.efficiency, efficiency, 1e-6);
        close(place.half_width, half_width, 1e-6);
        close(place.items_for_a_tenth, items, 1e-6);
        let departure = of(metric).departure.unwrap();
        close(departure.noncentrality, lambda, 1e-5);
        close(departure.rejected, rejected, 1e-5);
    }
    // (z + z)^2 (.16 + .09)/10/.1^2 from .8 to .9; of rates from .9^10 and before, by scipy. No more than places need.
    close(
        of("partial-credit").items_for_neighbours.unwrap(),
        19.622199336,
        1e-8,
    );
    close(
        of("exact-match").items_for_neighbours.unwrap(),
        69.862994940,
        1e-8,
    );
    assert_eq!(advice.recommendation.items, Some(64));
    // In mid-transition, at p = e^-.1.
    let (x, told) = of("exact-match").at_one_in_e.unwrap();
    close(x, 9.0 - libm::log10(libm::expm1(0.1)), 1e-9);
    close(told.times_as_many_items(), 1.633_799_4, 1e-7);
    assert_eq!(advice.recommendation.primary.to_string(), "partial-credit");
    assert_eq!(advice.recommendation.why, Why::TellsMore);
    assert_eq!(
        advice.recommendation.secondary.unwrap().to_string(),
        "exact-match"
    );
}

/// At h = .3 with multipliers .2, 1 and 3, at h = .4 with gamma frailty of shape .7, at h = .2 with fourfold hazard after
/// an error and guessing, at p = .7 with guessing and a floor: mpmath, by sums over all outcomes.
#[test]
fn structures_tell_what_enumeration_says() {
    let of = |task: &str, hazard: f64, metrics: &str| {
        of_json(&format!(
            r#"{{"skill": {{"c": 1, "alpha": 1}}, "task": {task},
                "evaluation": {{"scales": [{}], "metrics": {metrics}}}}}"#,
            1.0 / hazard
        ))
    };
    let plain = r#"["exact-match"]"#;
    let uneven = of(
        r#"{"steps": 3, "difficulty": {"kind": "list", "multipliers": [0.2, 1, 3]}}"#,
        0.3,
        plain,
    );
    let shared = of(
        r#"{"steps": 3, "spread": {"kind": "gamma-frailty", "shape": 0.7}}"#,
        0.4,
        plain,
    );
    let tainted = of(
        r#"{"steps": 4, "guess": 0.1, "dependence": {"kind": "tainted", "multiplier": 4}}"#,
        0.2,
        r#"["exact-match", "pass-mark:0.5"]"#,
    );
    let lucky = of(
        r#"{"steps": 5, "guess": 0.2, "floor": 0.05}"#,
        -libm::log(0.7),
        plain,
    );
    for (advice, reference, metric, known) in [
        (
            &uneven,
            Reference::EveryStep,
            "exact-match",
            0.722_243_001_976,
        ),
        (
            &uneven,
            Reference::EveryStep,
            "partial-credit",
            0.982_863_117_111,
        ),
        (
            &uneven,
            Reference::EveryStep,
            "prefix-credit",
            0.790_036_877_812,
        ),
        (
            &shared,
            Reference::EveryStep,
            "exact-match",
            0.560_357_566_162,
        ),
        (
            &shared,
            Reference::EveryStep,
            "prefix-credit",
            0.672_672_175_881,
        ),
        (&shared, Reference::EveryStep, "partial-credit", 1.0),
        (
            &tainted,
            Reference::RightSteps,
            "exact-match",
            0.606_354_477_594,
        ),
        (
            &tainted,
            Reference::RightSteps,
            "prefix-credit",
            0.630_767_977_093,
        ),
        (
            &tainted,
            Reference::RightSteps,
            "pass-mark:0.5",
            0.608_464_473_502,
        ),
        (
            &lucky,
            Reference::EveryStep,
            "exact-match",
            0.502_068_872_283,
        ),
        (
            &lucky,
            Reference::EveryStep,
            "prefix-credit",
            0.594_106_979_13,
        ),
    ] {
        assert_eq!(advice.reference, reference);
        close(told(advice, metric).efficiency(), known, 1e-7);
    }
    close(
        told(&uneven, "partial-credit").efficiency_of_mean(),
        0.978_171_732_91,
        1e-7,
    );
    close(
        told(&shared, "partial-credit").efficiency_of_mean(),
        0.970_496_527_769,
        1e-7,
    );
}

/// No score tells more than what it is made of, whatever the task; and no metric is left out without a reason.
#[test]
fn no_score_tells_more_than_every_step() {
    for name in [
        "default",
        "saturating-skill",
        "pass-mark-sharpens",
        "hard-and-easy-items",
        "lucky-days",
        "formatting-gate",
        "self-conditioning",
        "retries-with-a-verifier",
        "signal-below-the-floor",
        "lengths",
    ] {
        let advice = advice(&match name {
            "lengths" => changed(
                "even-steps",
                &["task.steps={ kind = \"uniform\", from = 1, to = 9 }"],
            ),
            name => changed(name, &[]),
        });
        for one in &advice.metrics {
            assert!(one.extremes().is_some() != one.why_untold().is_some());
            for at in &one.at_scales {
                let Ok(told) = at.information else { continue };
                let is_counted = told.of_score.is_some();
                let is_whole = advice.reference == Reference::EveryStep;
                if is_counted && is_whole {
                    let share = told.efficiency();
                    assert!(
                        (0.0..=1.0 + 1e-6).contains(&share),
                        "{name} {} {share}",
                        one.metric
                    );
                }
                if is_counted {
                    let (mean, score) = (told.of_mean, told.get());
                    assert!(
                        mean <= score * (1.0 + 1e-6),
                        "{name} {} {mean} {score}",
                        one.metric
                    );
                }
            }
        }
    }
}

#[test]
fn numbers_for_one_success_and_for_one_run_are_closed_forms() {
    for (rate, items) in [
        (0.01, 298.072_852_2),
        (0.001, 2_994.234_158),
        (1e-4, 29_955.824_84),
    ] {
        close(items_for_a_success(rate), items, 1e-9);
    }
    assert_eq!(items_for_a_success(1.0), 1.0);
    assert!(items_for_a_success(0.0).is_infinite());
    let runs = [0.5, 0.2, 0.1, 0.05].map(|share| seeds_for_one(share).ceil());
    assert_eq!(runs, [5.0, 14.0, 29.0, 59.0]);
    let shipped = advice(&changed(
        "seeds-per-scale",
        &["evaluation.training-seeds=5"],
    ));
    let runs = &shipped.training_runs;
    assert_eq!((runs.planned, runs.law), (5, RunLaw::Bimodal));
    // At 10^9 one run in five breaks through: .8^5 miss it, and .2^5 show nothing else.
    let middle = &runs.at_scales[1];
    close(middle.share.unwrap(), 0.2, 1e-12);
    close(middle.for_one.unwrap(), 13.425_134_88, 1e-8);
    close(middle.chance_of_one.unwrap(), 0.672_32, 1e-12);
    close(middle.chance_of_both.unwrap(), 0.672, 1e-12);
    // One in seventeen at the smallest scale: ln .05/ln(16/17).
    assert_eq!(
        (runs.enough, shipped.recommendation.training_runs),
        (50, 50)
    );
    let alike = advice(&changed("even-steps", &[]));
    assert_eq!(
        (alike.training_runs.law, alike.training_runs.enough),
        (RunLaw::Alike, 5)
    );
}

/// Runs whose log-odds differ by sd .7: by scipy.integrate.quad the rate of a step of h = .4 has the variance between runs
/// that four times the items leave and four times the runs divide by four.
#[test]
fn more_items_do_not_shrink_what_lies_between_runs() {
    let advice = of_json(
        r#"{"skill": {"c": 1, "alpha": 1, "between-seeds": {"kind": "normal", "sd": 0.7}}, "task": {"steps": 3},
            "evaluation": {"scales": [2.5], "items": 400, "training-seeds": 2, "metrics": ["exact-match"]}}"#,
    );
    let errors = advice.training_runs.at_scales[0].errors.unwrap();
    close(errors.more_runs, 0.5 * errors.planned, 1e-12);
    assert!(errors.more_items > 0.9 * errors.planned);
    assert_eq!(advice.recommendation.training_runs, 10);
}

/// 500 items, q = .49710 under gamma frailty, .10577 of its .25 between items: brentq of scipy on the closed form; and Miller's
/// for partial credit of plain steps.
#[test]
fn least_differences_are_the_inverse_of_the_closed_forms() {
    let advice = of_json(
        r#"{"skill": {"c": 1, "alpha": 1}, "task": {"steps": 3, "spread": {"kind": "gamma-frailty", "shape": 0.7}},
            "evaluation": {"scales": [2.5], "items": 500, "metrics": ["exact-match"]}}"#,
    );
    let one = at(&advice, "exact-match", 0);
    close(one.expected.unwrap(), 0.497_096_960_145, 1e-9);
    let effects = one.effects.unwrap();
    close(
        effects.between_items.unwrap(),
        0.105_765_184_934 / effects.variance,
        1e-8,
    );
    close(effects.own_items.unwrap(), 0.088_188_702, 1e-7);
    close(effects.same_items.unwrap(), 0.067_119_733, 1e-7);
    close(effects.more_attempts.unwrap(), 0.066_560_890, 1e-7);
    let plain = equal_steps(0.9, 10);
    let effects = at(&plain, "partial-credit", 0).effects.unwrap();
    close(effects.own_items.unwrap(), 0.011_886_119_43, 1e-8);
    assert_eq!(effects.own_items, effects.same_items);
    let exact = at(&plain, "exact-match", 0).effects.unwrap();
    close(exact.own_items.unwrap(), 0.060_749_127_4, 1e-7);
}

/// A power law is what a power law fits.
#[test]
fn a_power_law_departs_from_none_and_a_break_does() {
    let plain = advice(&changed("even-steps", &[]));
    for one in &plain.metrics {
        let departure = one.departure.unwrap();
        assert!(departure.noncentrality < 1e-6, "{}", one.metric);
        close(departure.rejected, 0.05, 1e-6);
    }
    let broken = advice(&changed("genuine-break", &[]));
    let partial = broken.of("partial-credit".parse().unwrap()).unwrap();
    assert!(partial.departure.unwrap().rejected > 0.99);
}

#[test]
fn where_all_scales_lie_in_the_rise_exact_match_is_fine() {
    let scales = "evaluation.scales=[3e10, 4e10, 5e10, 7e10, 1e11, 2e11]";
    let inside = advice(&changed("even-steps", &[scales]));
    assert_eq!(inside.recommendation.why, Why::SuccessSuffices);
    assert_eq!(inside.recommendation.primary.to_string(), "exact-match");
    assert_eq!(
        inside.recommendation.secondary.unwrap().to_string(),
        "partial-credit"
    );
    let one = advice(&changed("even-steps", &["task.steps=1"]));
    assert_eq!(
        (one.recommendation.why, one.recommendation.secondary),
        (Why::OneStep, None)
    );
    // Two metrics only: the others say the same of one step.
    assert_eq!(one.metrics.len(), 2);
    let default = advice(&changed("default", &[]));
    assert_eq!(default.recommendation.why, Why::TellsMore);
    assert_eq!(default.recommendation.scales_inside, Some(17));
    let items: Vec<bool> = default.metrics.iter().map(|one| one.is_planned).collect();
    assert_eq!(items, [true, true, false]);
}

/// The limits of a quantile hold it, and are as wide as the replicates of 5% make them.
#[test]
fn scores_that_one_in_twenty_reaches_have_limits() {
    let default = advice(&changed("default", &[]));
    for one in &default.metrics {
        let nulls = one.nulls.unwrap();
        for null in [nulls.smooth, nulls.no_growth] {
            let [median, ninety, score, ninety_nine] = null.quantiles;
            let (low, high) = null.one_in_twenty;
            assert!(low <= score && score <= high, "{null:?}");
            assert!(
                median <= ninety && ninety <= high && low <= ninety_nine,
                "{null:?}"
            );
            assert!(high - low < 1.0 && low > median, "{null:?}");
        }
    }
}

fn mirage(folder: &Path, words: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("mirage").unwrap();
    command.current_dir(folder).args(words).assert()
}

/// What is printed by a command that writes no file and says nothing else.
fn printed(words: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let done = mirage(folder.path(), words).success();
    let output = done.get_output();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_page_is_a_page() {
    for name in [
        "default",
        "seeds-per-scale",
        "self-conditioning",
        "tiny-test-set",
        "papers/schaeffer-2023-eight-metrics",
        "questions/which-metric-to-preregister",
    ] {
        let page = printed(&["advise", name]);
        let wide = page.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name}");
        assert!(page.lines().count() < 200, "{name}");
        for part in [
            "\nAdvice\n",
            "- primary: ",
            "- items: ",
            "\nAssumed\n",
            "\nWhat would change it\n",
        ] {
            assert!(page.contains(part), "{name} has no {part:?}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf "), "{name}");
    }
}

#[test]
fn json_has_every_number_of_the_page() {
    let json: Value =
        serde_json::from_str(&printed(&["advise", "default", "--format", "json"])).unwrap();
    let advice = advice(&changed("default", &[]));
    assert_eq!(json["name"], "default");
    let metrics = json["metric"].as_array().unwrap();
    assert_eq!(metrics.len(), advice.metrics.len());
    for (told, one) in metrics.iter().zip(&advice.metrics) {
        assert_eq!(told["metric"], one.metric.to_string());
        let at_scales = told["at_scales"].as_array().unwrap();
        assert_eq!(at_scales.len(), 26);
        for (told, at) in at_scales.iter().zip(&one.at_scales) {
            assert_eq!(told["scale"], at.scale.get());
            assert_eq!(told["efficiency"], at.information.unwrap().efficiency());
            assert_eq!(told["expected"], at.expected.unwrap());
        }
        let nulls = one.nulls.unwrap();
        assert_eq!(
            told["smooth_growth"]["emergence_95"],
            nulls.smooth.quantiles[2]
        );
        assert_eq!(
            told["smooth_growth"]["emergence_as_much"]["estimate"],
            nulls.smooth.emergence.value
        );
    }
    assert_eq!(json["recommendation"]["primary"], "partial-credit");
    assert_eq!(json["recommendation"]["why"], "tells-more");
    assert_eq!(
        json["recommendation"]["items"],
        advice.recommendation.items.unwrap()
    );
}

#[test]
fn a_preregistration_names_every_number_of_the_design() {
    let text = printed(&["advise", "default", "--md", "--set", "evaluation.items=321"]);
    let same = printed(&[
        "advise",
        "default",
        "--format",
        "md",
        "--set",
        "evaluation.items=321",
    ]);
    assert_eq!(text, same);
    let scenario = changed("default", &["evaluation.items=321"]);
    for scale in scenario.evaluation.scales.as_slice() {
        assert!(text.contains(&format!("{:e}", scale.get())), "{text}");
    }
    for number in [
        "321 items",
        "1 attempt at each",
        "1 training run at each scale",
        "tasks of 10 steps",
        "Level 95%, power 0.8",
        "Seed 20230428",
        "**Primary metric.** partial-credit",
        "**Secondary metric.** exact-match",
    ] {
        assert!(text.contains(number), "no {number:?} in\n{text}");
    }
    assert!(text.lines().filter(|line| line.starts_with("|---")).count() == 3);
}

#[test]
fn wrong_words_are_refused() {
    let folder = TempDir::new().unwrap();
    let refused = |words: &[&str]| {
        let done = mirage(folder.path(), words).code(2);
        assert!(done.get_output().stdout.is_empty());
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    for (words, told) in [
        (&["advise"][..], "<FILE|NAME|->"),
        (&["advise", "nosuch"], "there is no scenario \"nosuch\""),
        (&["advise", "defalt"], "did you mean \"default\"?"),
        (
            &["advise", "default", "--set", "task.steps"],
            "expected KEY=VALUE",
        ),
        (
            &["advise", "default", "--set", "task.setps=3"],
            "task.setps",
        ),
        (
            &["advise", "default", "--format", "pdf"],
            "[possible values: text, json, md]",
        ),
        (
            &["advise", "default", "--md", "--format", "json"],
            "cannot be used with",
        ),
        (&["advise", "default", "even-steps"], "unexpected argument"),
    ] {
        let message = refused(words);
        assert!(message.contains(told), "{words:?}: {message}");
    }
}

/// Every line that README shows of the page is one that is printed.
#[test]
fn readme_shows_what_is_printed() {
    let page = printed(&["advise", "default"]);
    let readme = include_str!("../README.md");
    let shown = readme.split("$ mirage advise default\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    for line in shown
        .lines()
        .filter(|line| !line.is_empty() && *line != "...")
    {
        assert!(page.lines().any(|one| one == line), "README shows {line:?}");
    }
}
