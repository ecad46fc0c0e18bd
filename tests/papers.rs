//! The reproductions in `configs/papers/`: what they say comes out, expected values to the digits given, and simulated ones
//! at every point of every study. Any one assertion on simulated numbers fails a right program with probability at most
//! `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use std::collections::BTreeMap;

use mirage::domain::special::normal_cdf;
use mirage::domain::{Credit, Direction, Metric, Scale, Scenario};
use mirage::files::{SHIPPED, Source, load};
use mirage::study::{Anatomy, MetricRise, Scores, UsefulFrom, expect, traces};

use crate::configs::study_points;
use crate::support::{self, FALSE_ALARM, assert_scores, run};

/// The points of a reproduction with settings changed, each written `KEY=VALUE`.
pub(crate) fn changed(name: &str, settings: &[&str]) -> Vec<Scenario> {
    study_points(&format!("papers/{name}"), settings)
}

pub(crate) fn points(name: &str) -> Vec<Scenario> {
    changed(name, &[])
}

fn scales(scenario: &Scenario) -> Vec<f64> {
    let scales = scenario.evaluation.scales.as_slice().iter();
    scales.map(|scale| scale.get()).collect()
}

pub(crate) fn expected(scenario: &Scenario, metric: &str, scale: f64) -> f64 {
    let metric: Metric = metric.parse().unwrap();
    let chances = scenario.chances();
    let chances = chances.at(Scale::try_from(scale).unwrap());
    let longest = scenario.task.lengths().longest().get();
    metric.of_mean(chances.mean(metric.credit).unwrap(), longest)
}

/// What is expected at each scale.
fn row(scenario: &Scenario, metric: &str) -> Vec<f64> {
    let at = |scale: &f64| expected(scenario, metric, *scale);
    scales(scenario).iter().map(at).collect()
}

fn emergence(credits: &[f64]) -> f64 {
    Scores::of(credits).unwrap().emergence
}

pub(crate) fn anatomy(scenario: &Scenario) -> Anatomy {
    let mut finding = expect("test".to_owned(), scenario.clone());
    support::dissect(&mut finding, 0);
    finding.anatomy.unwrap()
}

pub(crate) fn rise(scenario: &Scenario, metric: &str) -> MetricRise {
    let wanted: Metric = metric.parse().unwrap();
    let anatomy = anatomy(scenario);
    let found = anatomy.metrics.iter().find(|one| one.metric == wanted);
    found.unwrap().rise.unwrap()
}

#[track_caller]
pub(crate) fn close(found: f64, expected: f64, digits: f64) {
    assert!(
        (found - expected).abs() <= digits,
        "{found} is not {expected}"
    );
}

#[track_caller]
pub(crate) fn all_close(found: &[f64], expected: &[f64], digits: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        close(*found, *expected, digits);
    }
}

const SIZES: [f64; 4] = [3.5e8, 1.3e9, 6.7e9, 1.75e11];

#[test]
fn every_point_of_every_reproduction_agrees_with_what_is_expected() {
    every_point_agrees("papers/");
}

/// Every point of every shipped study in a folder agrees with what is expected.
pub(crate) fn every_point_agrees(folder: &str) {
    let names = SHIPPED.iter().map(|one| one.name);
    for name in names.filter(|name| name.starts_with(folder)) {
        // Where training runs differ no estimate has a normal score: `training_runs.rs` counts runs.
        let mut alike = study_points(name, &[]);
        alike.retain(|scenario| !scenario.skill.runs_differ());
        if alike.is_empty() {
            continue;
        }
        let scores: Vec<f64> = alike
            .into_iter()
            .flat_map(|scenario| run(scenario).rows)
            .filter_map(|row| row.z)
            .collect();
        assert_scores(&scores, name);
    }
}

/// p^5 and 5 (1 - p) with p = exp(-(N/c)^-alpha).
#[test]
fn exact_match_looks_emergent_where_edit_distance_does_not() {
    let points = points("schaeffer-2023-two-metrics");
    let tokens = "normalised:1:21/edit-distance";
    for (world, c, alpha, exact, distance, scores) in [
        (
            &points[0],
            1e8,
            0.25,
            [0.0258, 0.0718, 0.1742, 0.4616],
            [2.593, 2.047, 1.475, 0.716],
            [4.26, 3.28],
        ),
        (
            &points[2],
            1e9,
            0.34,
            [0.0008, 0.0103, 0.0729, 0.4216],
            [3.802, 2.997, 2.039, 0.793],
            [6.73, 3.1404],
        ),
    ] {
        let right = SIZES.map(|n| libm::exp(-libm::pow(n / c, -alpha)));
        let found = row(world, "exact-match");
        all_close(&found, &right.map(|p| libm::pow(p, 5.0)), 1e-12);
        all_close(&found, &exact, 0.000_051);
        close(emergence(&found), scores[0], 0.005);
        let found = row(world, tokens);
        all_close(&found, &right.map(|p| -5.0 * (1.0 - p)), 1e-11);
        all_close(&found, &distance.map(|tokens| -tokens), 0.000_51);
        close(emergence(&found), scores[1], 0.005);
        let loss = SIZES.map(|n| -libm::pow(n / c, -alpha));
        all_close(&row(world, "log-likelihood"), &loss, 1e-9);
        let exact = rise(world, "exact-match");
        close(exact.shift.unwrap(), libm::log10(5.0) / alpha, 1e-8);
        close(exact.steepening.unwrap(), 1.0, 1e-8);
    }
}

/// The distances that were listed by all answers to all right answers of five digits: 3.758107118930949 tokens, where as
/// many digits as 3.802 are wrong. No distance is above the number of wrong digits. Hoeffding's bound on a million items.
#[test]
fn levenshteins_distance_is_at_most_that_of_hamming() {
    let settings = [
        "evaluation.items=1e6",
        "evaluation.scales=[3.5e8]",
        "evaluation.metrics=edit-distance",
    ];
    let digits = &changed("schaeffer-2023-two-metrics", &settings)[3];
    let finding = run(digits.clone());
    let credit = finding.rows[0].estimate.unwrap().value;
    let most = libm::sqrt(libm::log(2.0 / FALSE_ALARM) / 2e6);
    close(credit, 1.0 - 3.758_107_118_930_949 / 5.0, most);
    assert!(5.0 * (1.0 - credit) < 3.802 - 0.02);
    let mut below = 0;
    for trace in traces(&finding, 2000) {
        let wrong = 5.0 - f64::from(trace.scored.correct);
        let distance = 5.0 * (1.0 - trace.scored.credits[0].1);
        assert!(distance <= wrong + 1e-6);
        below += u32::from(distance < wrong - 0.5);
    }
    assert!(below > 0);
}

#[test]
fn longer_answers_fall_geometrically_and_are_edited_linearly() {
    let points = points("schaeffer-2023-lengths");
    let right = SIZES.map(|n| libm::exp(-libm::pow(n / 1e8, -0.25)));
    all_close(
        &right.map(libm::log),
        &[-0.731, -0.527, -0.350, -0.155],
        0.000_5,
    );
    all_close(
        &right.map(|p| 1.0 - p),
        &[0.519, 0.409, 0.295, 0.143],
        0.000_5,
    );
    for (scenario, tokens) in points.iter().zip(1..) {
        let tokens = f64::from(tokens);
        let logarithms = right.map(|p| tokens * libm::log(p));
        let found: Vec<f64> = row(scenario, "exact-match")
            .into_iter()
            .map(libm::log)
            .collect();
        all_close(&found, &logarithms, 1e-12);
        let distance = |credit: &f64| tokens * (1.0 - credit);
        let found: Vec<f64> = row(scenario, "edit-distance")
            .iter()
            .map(distance)
            .collect();
        all_close(&found, &right.map(|p| tokens * (1.0 - p)), 1e-12);
        let exact = rise(scenario, "exact-match");
        close(exact.shift.unwrap(), libm::log10(tokens) / 0.25, 1e-8);
        close(exact.width.unwrap(), 5.36, 0.005);
    }
}

/// (1 - q)^n: no success in 50 items, and in 10,000.
#[test]
fn fifty_items_show_nothing_of_what_ten_thousand_show() {
    let points = points("schaeffer-2023-more-items");
    for (few, many, nothing) in [
        (&points[0], &points[1], [0.961_3, 0.000_373]),
        (&points[2], &points[3], [0.270_0, 0.0]),
    ] {
        let rate = expected(few, "exact-match", SIZES[0]);
        let none = |scenario: &Scenario| {
            let items = scenario.evaluation.items.get() as f64;
            libm::exp(items * libm::log1p(-rate))
        };
        close(none(few), nothing[0], 0.000_05);
        close(none(many), nothing[1], 0.000_000_5);
        let finding = run(many.clone());
        let mut estimates = finding.rows.iter().filter_map(|row| row.estimate);
        assert!(estimates.all(|estimate| estimate.value > 0.0));
        // Exact match of N items is a whole number of them over N, not of tokens.
        let finding = run(few.clone());
        let exact: Metric = "exact-match".parse().unwrap();
        for row in finding.rows.iter().filter(|row| row.metric == exact) {
            let items = 50.0 * row.estimate.unwrap().value;
            close(items, items.round(), 1e-9);
        }
    }
    close(1.0 - libm::pow(0.05, 1.0 / 50.0), 0.0582, 0.000_05);
}

/// A straight line through seven sizes scores 6.
#[test]
fn products_score_high_where_they_begin_and_nothing_does_where_they_rise() {
    let points = points("schaeffer-2023-eight-metrics");
    for (metric, low, high) in [
        ("exact-match", 23.4, 5.1),
        ("probability", 16.4, 5.2),
        ("pass-mark:0.8", 10.3, 5.9),
        ("log-likelihood", 7.2, 7.2),
        ("prefix-credit", 6.6, 5.8),
        ("brier", -5.8, -7.1),
        ("partial-credit", 5.2, 6.0),
        ("edit-distance", 5.2, 6.0),
    ] {
        for (scenario, score) in points.iter().zip([low, high]) {
            close(emergence(&row(scenario, metric)), score, 0.05);
        }
    }
}

/// A straight line through nine sizes scores 8.
#[test]
fn grades_of_options_jump_and_brier_scores_do_not() {
    for (noise, grades, briers) in [
        (0.2, [9.8, 12.1, 13.9, 15.4], [-7.9, -8.7, -8.3, -8.1]),
        (0.05, [100.0; 4], [-8.1, -8.8, -8.4, -8.0]),
        (0.5, [9.9, 9.7, 9.0, 8.8], [-8.4, -8.4, -7.7, -8.3]),
    ] {
        let points = changed(
            "schaeffer-2023-options",
            &[&format!("task.noise.sd={noise}")],
        );
        for (place, scenario) in points.iter().enumerate() {
            let grade = emergence(&row(scenario, "choice-accuracy"));
            close(grade, grades[place], 0.05);
            close(
                emergence(&row(scenario, "choice-brier")),
                briers[place],
                0.05,
            );
        }
    }
}

/// p^K with p = 1/(1 + (N/1e4)^-.8).
#[test]
fn k_of_k_emerges_where_measuring_ends_too_early() {
    let points = points("schaeffer-2023-subsets");
    let scores = |of: usize| -> Vec<f64> {
        let points = points.iter().skip(of).step_by(3);
        points
            .map(|scenario| emergence(&row(scenario, "exact-match")))
            .collect()
    };
    all_close(&scores(0), &[4.0, 5.5, 8.6, 14.2, 24.2], 0.05);
    all_close(&scores(1), &[15.3, 19.7, 16.7, 22.0, 17.8], 0.05);
    all_close(&scores(2), &[2.3, 4.0, 3.2, 2.6, 2.2], 0.05);
    let five = &points[14];
    let right = scales(five).into_iter();
    let right: Vec<f64> = right
        .map(|n| libm::pow(1.0 + libm::pow(n / 1e4, -0.8), -5.0))
        .collect();
    all_close(&row(five, "exact-match"), &right, 1e-12);
    all_close(&right, &[0.000_05, 0.031, 0.479, 0.883], 0.000_5);
    let exact = rise(five, "exact-match");
    close(
        exact.steepening.unwrap(),
        4.0 * libm::pow(5.0 / 6.0, 6.0),
        1e-6,
    );
    close(exact.steepening.unwrap(), 1.34, 0.005);
    close(exact.shift.unwrap(), 1.03, 0.005);
}

/// Pearson's correlation; 0 where one of both never changes.
fn correlation(xs: &[f64], ys: &[f64]) -> f64 {
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let (x, y) = (mean(xs), mean(ys));
    let product = |one: &[f64], of_one: f64, other: &[f64], of_other: f64| -> f64 {
        let pairs = one.iter().zip(other);
        pairs.map(|(a, b)| (a - of_one) * (b - of_other)).sum()
    };
    let scatter = product(xs, x, xs, x) * product(ys, y, ys, y);
    match scatter > 1e-18 {
        true => product(xs, x, ys, y) / libm::sqrt(scatter),
        false => 0.0,
    }
}

/// The ranks of numbers, those of equal ones halfway.
fn ranks(of: &[f64]) -> Vec<f64> {
    let rank = |one: &f64| {
        let below = of.iter().filter(|other| *other < one).count();
        let equal = of.iter().filter(|other| *other == one).count();
        below as f64 + 0.5 * (equal as f64 - 1.0)
    };
    of.iter().map(rank).collect()
}

/// For each metric in order, Pearson's or Spearman's correlations of items' scores with log scale, for better scores.
fn ladder(scenario: &Scenario, of_ranks: bool) -> Vec<Vec<f64>> {
    let items = scenario.evaluation.items.get();
    let mut scores: BTreeMap<u64, Vec<Vec<f64>>> = BTreeMap::new();
    let sign = |credit: Credit| match credit.direction() {
        Direction::MoreIsBetter => 1.0,
        Direction::LessIsBetter => -1.0,
    };
    for trace in traces(&run(scenario.clone()), items) {
        let of_item = scores.entry(trace.place.item).or_default();
        of_item.resize_with(trace.scored.credits.len(), Vec::new);
        for (of_metric, (credit, score)) in of_item.iter_mut().zip(trace.scored.credits) {
            of_metric.push(sign(credit) * score);
        }
    }
    let logarithms: Vec<f64> = scales(scenario).into_iter().map(libm::log10).collect();
    let mut correlations = vec![Vec::new(); scenario.evaluation.metrics.as_slice().len()];
    for of_item in scores.into_values() {
        for (of_metric, scores) in correlations.iter_mut().zip(of_item) {
            of_metric.push(match of_ranks {
                true => correlation(&ranks(&logarithms), &ranks(&scores)),
                false => correlation(&logarithms, &scores),
            });
        }
    }
    correlations
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / of.len() as f64
}

/// By how many standard errors the mean of the first exceeds that of the second, item by item.
fn lead(first: &[f64], second: &[f64]) -> f64 {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let (mean, n) = (mean(&differences), differences.len() as f64);
    let squares = differences.iter().map(|one| (one - mean) * (one - mean));
    mean / libm::sqrt(squares.sum::<f64>() / (n * (n - 1.0)))
}

/// Where two rungs were equal on average, one would lead by five standard errors with probability below 1e-6.
#[test]
fn the_way_from_log_probability_to_accuracy_loses_its_correlation_with_compute() {
    let points = points("schaeffer-2024-ladder");
    let means = |place: usize| -> Vec<f64> {
        let rungs = ladder(&points[place], false);
        rungs.iter().map(|rung| mean(rung)).collect()
    };
    let rungs = ladder(&points[4], false);
    let found: Vec<f64> = rungs.iter().map(|rung| mean(rung)).collect();
    all_close(&found, &[0.93, 0.92, 0.81, 0.70, 0.40], 0.005);
    for pair in rungs.windows(2) {
        assert!(lead(&pair[0], &pair[1]) > 5.0);
    }
    let ranked = ladder(&points[4], true);
    let found: Vec<f64> = ranked.iter().map(|rung| mean(rung)).collect();
    all_close(&found, &[0.95, 0.95, 0.93, 0.93, 0.40], 0.005);
    all_close(&ranked[0], &ranked[1], 1e-12);
    all_close(&means(5), &[0.81, 0.81, 0.70, 0.62, 0.53], 0.006);
    let (two, sixteen) = (ladder(&points[1], false), ladder(&points[7], false));
    all_close(&[mean(&two[2]), mean(&sixteen[2])], &[0.71, 0.91], 0.005);
    all_close(&[mean(&two[4]), mean(&sixteen[4])], &[0.22, 0.62], 0.005);
    for rung in [2, 4] {
        assert!(lead(&rungs[rung], &two[rung]) > 5.0);
        assert!(lead(&sixteen[rung], &rungs[rung]) > 5.0);
    }
}

/// Phi((c - error)/s), error = 1 - .2 log10(N/1e3). From a tenth to nine tenths Phi takes 2.5631031310892 deviations.
#[test]
fn a_threshold_on_errors_is_as_steep_as_images_are_alike() {
    let points = points("schaeffer-2023-reconstruction");
    for (scenario, (c, s)) in points.iter().zip([
        (0.7, 0.05),
        (0.7, 0.2),
        (0.5, 0.05),
        (0.5, 0.2),
        (0.3, 0.05),
        (0.3, 0.2),
    ]) {
        let below = |n: &f64| {
            let error = 1.0 - 0.2 * libm::log10(n / 1e3);
            normal_cdf((c - error) / s)
        };
        let below: Vec<f64> = scales(scenario).iter().map(below).collect();
        all_close(&row(scenario, "exact-match"), &below, 1e-9);
        let width = rise(scenario, "exact-match").width.unwrap();
        close(width, 2.563_103_131_089_2 * s / 0.2, 1e-8);
    }
    let sharp = row(&points[2], "exact-match");
    all_close(&sharp[2..4], &[0.0228, 0.9772], 0.000_05);
    close(emergence(&sharp), 44.0, 0.05);
    close(emergence(&row(&points[3], "exact-match")), 4.1, 0.05);
}

/// (1 - .99^t)^n, and the paper's equation for the t at which that is .5.
#[test]
fn compositions_arrive_when_the_paper_says() {
    let points = points("okawa-2023-composition");
    let counts = [1.0, 2.0, 3.0, 5.0, 10.0];
    let tries = [68.97, 122.18, 157.05, 203.42, 269.00];
    let steeper = [1.0, 1.415, 1.693, 2.074, 2.638];
    for (place, scenario) in points.iter().enumerate() {
        let n = counts[place];
        let concept = |t: f64| -libm::expm1(t * libm::log(0.99));
        for t in [50.0, 150.0, 300.0] {
            let scale = 1e6 * t;
            let found = expected(scenario, "exact-match", scale);
            close(found, libm::pow(concept(t), n), 1e-12);
            close(
                expected(scenario, "partial-credit", scale),
                concept(t),
                1e-12,
            );
        }
        let Some(UsefulFrom::At(x)) = anatomy(scenario).usefulness.from else {
            panic!("{n} concepts never arrive")
        };
        let by_equation = libm::log(1.0 - libm::pow(0.5, 1.0 / n)) / libm::log(0.99);
        close(libm::pow(10.0, x - 6.0), by_equation, 1e-6);
        close(by_equation, tries[place], 0.005);
        let exact = rise(scenario, "exact-match");
        close(exact.steepening.unwrap(), steeper[place], 0.000_6);
    }
    for (t, concept, composition) in [(50.0, 0.39, 0.06), (150.0, 0.78, 0.47), (300.0, 0.95, 0.86)]
    {
        let at = |metric| expected(&points[2], metric, 1e6 * t);
        close(at("partial-credit"), concept, 0.005);
        close(at("exact-match"), composition, 0.005);
    }
}

/// Sums of k^-1.4 over the subtasks that are not learned.
#[test]
fn five_hundred_steps_make_one_smooth_mean() {
    let points = points("michaud-2023-quanta");
    let use_of =
        |from: u32, to: u32| -> f64 { (from..=to).map(|k| libm::pow(f64::from(k), -1.4)).sum() };
    for learned in [1, 7, 100, 499] {
        let missing = use_of(learned + 1, 500) / use_of(1, 500);
        let scale = 1e4 * (f64::from(learned) + 0.5);
        close(
            expected(&points[0], "exact-match", scale),
            1.0 - 0.5 * missing,
            1e-12,
        );
    }
    close(use_of(101, 500) / use_of(1, 500), 0.06467, 0.000_005);
    // Without end: zeta(1.4).
    let zeta = 3.105_547_277_977_58;
    close(1.0 - use_of(1, 100) / zeta, 0.127_331_083_748_136, 1e-12);
    let approximation = libm::pow(100.0, -0.4) / (0.4 * zeta);
    close(approximation, 0.12759, 0.000_005);
    for (scenario, place) in points[1..].iter().zip([1e4, 1e5, 1e6]) {
        close(expected(scenario, "exact-match", 0.999 * place), 0.5, 1e-12);
        close(expected(scenario, "exact-match", 1.001 * place), 1.0, 1e-12);
    }
}

#[test]
fn opposed_slices_cancel_and_the_control_has_none() {
    let points = points("wu-2024-slices");
    // Easy questions, both, hard ones; each with opposed trends and without.
    let rows: Vec<Vec<f64>> = points
        .iter()
        .map(|scenario| row(scenario, "exact-match"))
        .collect();
    let [easy, _, both, control, hard, _] = &rows[..] else {
        panic!("{} points", rows.len())
    };
    for (found, control) in both.iter().zip(control) {
        close(*found, *control, 0.000_6);
    }
    for early in &both[..6] {
        assert!((0.2495..0.2535).contains(early), "{early}");
    }
    close(both[12], 0.998, 0.000_5);
    close(easy[4], 0.40, 0.005);
    close(easy[6], 0.29, 0.005);
    close(hard[4], 0.10, 0.005);
}

#[test]
fn a_reproduction_is_found_by_its_folder_and_called_by_its_stem() {
    let source = Source::from("papers/okawa-2023-composition");
    assert!(matches!(source, Source::Shipped(_)));
    let loaded = load(&source, &[]).unwrap();
    assert_eq!(loaded.name, "okawa-2023-composition");
    assert_eq!(loaded.origin, "papers/okawa-2023-composition (shipped)");
    for word in ["okawa-2023-composition", "papers/okawa-2023-compositions"] {
        let told = load(&Source::from(word), &[]).unwrap_err().to_string();
        let meant = "(did you mean \"papers/okawa-2023-composition\"?)";
        assert!(told.contains(meant), "{told}");
    }
    for file in [
        "papers/okawa-2023-composition.toml",
        "other/okawa-2023-composition",
    ] {
        assert!(matches!(Source::from(file), Source::File(_)));
    }
}
