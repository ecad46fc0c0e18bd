//! Training runs: what single ones score, how many are needed, whether they fall into groups, and how all that is shown.
//! Any one assertion on simulated numbers fails a right program with probability at most `support::FALSE_ALARM`, 1e-6, when
//! its seed is chosen, unless it says otherwise.

use mirage::domain::{Metric, Target};
use mirage::report::{
    CreditAxis, Layer, Panel, headline, json, terminal, training_runs_csv,
    training_runs_summary_csv,
};
use mirage::study::{CreditSummary, Finding, Row, TrainingRuns};

use crate::configs::changed;
use crate::support::{self, assert_rate, run};

const ZHAO: &str = "papers/zhao-2025-seeds";

fn under(finding: &Finding, metric: &str) -> Vec<TrainingRuns> {
    let metric: Metric = metric.parse().unwrap();
    let runs = finding.training_runs().into_iter();
    runs.filter(|runs| runs.metric == metric).collect()
}

/// The middle of the fullest of ten bins.
fn mode(scores: &[f64]) -> f64 {
    let mut counts = [0; 10];
    for score in scores {
        counts[((10.0 * score) as usize).min(9)] += 1;
    }
    let most = *counts.iter().max().unwrap();
    let bin = counts.iter().position(|&count| count == most).unwrap();
    (bin as f64 + 0.5) / 10.0
}

fn range(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest - values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn largest_step(values: &[f64]) -> f64 {
    let steps = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    steps.fold(0.0, f64::max)
}

#[test]
fn the_commonest_score_leaps_where_the_mean_grows_smoothly() {
    let finding = run(changed(ZHAO, &[]));
    let runs = under(&finding, "exact-match");
    assert_eq!(runs.len(), 41);
    for runs in &runs {
        let n = runs.scale.get();
        let share = 1.0 / (1.0 + libm::pow(n / 1e9, -0.7));
        let right = libm::exp(-5.0 * libm::pow(n / 1e5, -0.34));
        let of_scale = |row: &&Row| row.scale == runs.scale && row.metric == runs.metric;
        let expected = finding.rows.iter().find(of_scale).unwrap().expected;
        let mean = share * right + (1.0 - share) * libm::pow(0.3, 5.0);
        assert!((expected.unwrap() - mean).abs() < 1e-9);
        let through = runs.scores.iter().filter(|score| **score > 0.15).count();
        assert_rate(through as u64, 250, share);
    }
    assert!(runs.iter().all(|runs| runs.scores.len() == 250));
    let modes: Vec<f64> = runs.iter().map(|runs| mode(&runs.scores)).collect();
    let means: Vec<f64> = runs.iter().map(|runs| runs.mean).collect();
    assert!(largest_step(&modes) > 0.5 * range(&modes), "{modes:?}");
    assert!((largest_step(&modes) - 0.8).abs() < 1e-9, "{modes:?}");
    assert!(largest_step(&means) < 0.06 * range(&means), "{means:?}");
    // Those that break through grow gradually as well.
    let through = |runs: &TrainingRuns| {
        let through = runs.scores.iter().filter(|score| **score > 0.15);
        through.clone().sum::<f64>() / through.count() as f64
    };
    let through: Vec<f64> = runs.iter().map(through).collect();
    assert!(
        largest_step(&through) < 0.15 * range(&through),
        "{through:?}"
    );
}

/// What the config says: with pi = 1/(1 + (N/1e9)^-.7), k runs all fail with probability (1 - pi)^k.
#[test]
fn few_seeds_miss_what_some_runs_have() {
    let zhao = [
        "evaluation.scales=[1.25892541e8, 1e9]",
        "evaluation.training-seeds=6000",
    ];
    let zhao = run(changed(
        ZHAO,
        &[&zhao[..], &["evaluation.pairing=independent"]].concat(),
    ));
    let ours = run(changed(
        "seeds-per-scale",
        &["evaluation.training-seeds=6000"],
    ));
    let at = |finding: &Finding, scale: f64| {
        let runs = under(finding, "exact-match").into_iter();
        let mut runs = runs.filter(|runs| (runs.scale.get() / scale - 1.0).abs() < 1e-6);
        runs.next().unwrap().scores
    };
    let cases = [
        (
            at(&zhao, 1e8 * 1.258_925_41),
            0.190,
            [(1, 0.81), (2, 0.66), (3, 0.53)],
        ),
        (at(&zhao, 1e9), 0.5, [(1, 0.5), (2, 0.25), (3, 0.125)]),
        (at(&ours, 1e9), 0.2, [(1, 0.8), (5, 0.33), (10, 0.11)]),
        (at(&ours, 4e9), 0.5, [(1, 0.5), (5, 0.03), (10, 0.001)]),
    ];
    for (scores, share, misses) in cases {
        for (seeds, said) in misses {
            let miss = libm::pow(1.0 - share, f64::from(seeds));
            assert!((miss - said).abs() < 0.006, "{miss} is not {said}");
            let tries: Vec<&[f64]> = scores.chunks_exact(seeds as usize).collect();
            // No run that breaks through scores as little, nor one that does not as much, with 100 items.
            let failed = |tried: &&&[f64]| tried.iter().all(|score| *score < 0.3);
            let missed = tries.iter().filter(failed).count();
            assert_rate(missed as u64, tries.len() as u64, miss);
        }
    }
}

#[test]
fn scores_of_runs_have_the_mean_and_the_variance_of_the_estimate() {
    let scenario = changed(
        "default",
        &[
            "evaluation.training-seeds=12",
            "evaluation.items=40",
            "evaluation.attempts=3",
            "evaluation.metrics=exact-match,partial-credit,pass@2,pass-mark:0.8",
            "skill.between-seeds.kind=normal",
            "task.spread.kind=logit-normal",
        ],
    );
    let finding = run(scenario);
    let runs = finding.training_runs();
    assert_eq!(runs.len(), 26 * 4);
    let mut positive = 0;
    for (runs, row) in runs.iter().zip(&finding.rows) {
        assert_eq!((runs.scale, runs.metric), (row.scale, row.metric));
        let estimate = row.estimate.unwrap();
        assert!((runs.mean - estimate.value).abs() < 1e-9);
        assert!(runs.least <= runs.mean && runs.mean <= runs.largest);
        assert!((range(&runs.scores) - (runs.largest - runs.least)).abs() < 1e-12);
        let place = |tally| {
            let metrics = finding.scenario.evaluation.metrics.as_slice();
            let place = metrics.iter().position(|one| *one == runs.metric).unwrap();
            CreditSummary::of(tally, runs.metric, place).unwrap()
        };
        let scales = finding.scenario.evaluation.scales.as_slice();
        let at = scales
            .iter()
            .position(|scale| *scale == runs.scale)
            .unwrap();
        let summary = place(finding.tallies[at].as_ref().unwrap());
        let spread = summary.runs.unwrap();
        assert!((runs.sd * runs.sd - spread.variance).abs() < 1e-9);
        // Where no part was negative, they are all of the variance.
        let parts = runs.parts;
        if parts.runs > 0.0 && parts.items > 0.0 {
            positive += 1;
            assert!((parts.sum() - summary.variance_of_mean(Target::Both)).abs() < 1e-12);
        }
        let useful = runs.scores.iter().filter(|score| **score >= 0.8).count();
        match runs.useful {
            Some(found) => {
                assert!(runs.metric.is_success_rate());
                assert_eq!(found.count as usize, useful);
                assert_eq!(found.share, useful as f64 / 12.0);
                assert!(found.interval.low <= found.share && found.share <= found.interval.high);
            }
            None => assert!(!runs.metric.is_success_rate()),
        }
    }
    assert!(positive > 20, "{positive}");
}

#[test]
fn tables_of_training_runs_hold_every_score() {
    let findings = [run(changed(ZHAO, &["evaluation.scales=[1e8, 1e9]"]))];
    let scores = training_runs_csv(&findings).unwrap();
    let mut lines = scores.lines();
    assert_eq!(lines.next(), Some("scale,metric,training_run,score"));
    assert_eq!(lines.count(), 2 * 2 * 250);
    assert!(scores.contains("\n100000000.0,exact-match,249,"));
    let summary = training_runs_summary_csv(&findings).unwrap();
    assert_eq!(summary.lines().count(), 1 + 2 * 2);
    let text = json(&findings).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = read["training_runs"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0]["training_runs"], 250);
    assert_eq!(rows[0]["useful_method"], "clopper-pearson-training-runs");
    assert_eq!(rows[1]["useful"], serde_json::Value::Null);
    // One run says nothing of others.
    let one = [run(changed(ZHAO, &["evaluation.training-seeds=1"]))];
    assert_eq!(training_runs_csv(&one).unwrap(), "");
    assert_eq!(training_runs_summary_csv(&one).unwrap(), "");
    assert!(!json(&one).unwrap().contains("training_runs"));
    assert!(!terminal(&one).contains("Training runs"));
}

fn dissected(settings: &[&str]) -> Finding {
    let scales = ["evaluation.scales=[1e7, 1e9, 1e11]"];
    let mut finding = run(changed(ZHAO, &[&scales, settings].concat()));
    support::dissect(&mut finding, 1);
    finding
}

/// The level is 95%, so a right program says something else with one seed in twenty where there is one group.
#[test]
fn the_table_says_where_runs_fall_into_two_groups() {
    let two = dissected(&["evaluation.training-seeds=60"]);
    let groups = two.run_groups.as_ref().unwrap();
    let told: Vec<bool> = groups.tests.iter().map(|one| one.tells()).collect();
    // At 10^7 three of 60 runs break through, at 10^11 all but a few.
    assert_eq!(told, [false, true, true], "{groups:?}");
    let table = terminal(std::slice::from_ref(&two));
    let joined = table.replace("\n    ", " ");
    assert!(
        joined.contains("exact-match: runs fall into two groups at 10^9.00 to 10^11.00"),
        "{table}"
    );
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    let summary = training_runs_summary_csv(&[two]).unwrap();
    let mut rows = csv::Reader::from_reader(summary.as_bytes());
    let header = rows.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|one| one == name).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let number = |row: usize, name: &str| rows[row][column(name)].parse::<f64>().unwrap();
    // Exact match at 10^9.
    assert!(number(2, "dip") > 0.1 && number(2, "dip_p_holm") < 0.01);
    assert_eq!(number(2, "dip_p"), 1.0 / 1001.0);
    assert_eq!(number(2, "dip_replicates"), 1000.0);
    assert!(number(2, "dip_p_low") <= number(2, "dip_p") && number(2, "dip_p_high") < 0.01);
    assert_eq!(&rows[3][column("dip")], "", "partial credit is not tested");
    let normal = "skill.between-seeds.kind=normal";
    let one = dissected(&[normal, "evaluation.training-seeds=40"]);
    let table = terminal(&[one]);
    assert!(
        table.contains("no sign that runs fall into two groups"),
        "{table}"
    );
    let few = dissected(&[normal, "evaluation.training-seeds=10"]);
    let table = terminal(&[few]).replace("\n    ", " ");
    assert!(
        table.contains("10 runs are too few for a dip test to tell two groups from one"),
        "{table}"
    );
    // Three runs have no shape.
    let three = dissected(&[normal, "evaluation.training-seeds=3"]);
    assert_eq!(three.run_groups, None);
    let several = dissected(&["evaluation.training-seeds=60", "evaluation.attempts=2"]);
    assert_eq!(several.run_groups, None);
}

/// How many dots each series of a panel has.
fn dots(panel: &Panel) -> Vec<usize> {
    let clouds = panel.layers.iter().filter_map(|layer| match layer {
        Layer::Cloud(cloud) => Some(cloud.places.len()),
        _ => None,
    });
    clouds.collect()
}

#[test]
fn the_headline_has_a_dot_for_each_training_run() {
    let small = ["evaluation.items=20", "evaluation.scales=[1e9, 1e10, 1e11]"];
    let of = |name: &str, seeds: &str| run(changed(name, &[&small[..], &[seeds]].concat()));
    let figure = |findings: &[Finding]| {
        let curves: Vec<_> = findings.iter().map(Finding::expected_curves).collect();
        headline(findings, &curves, CreditAxis::Linear).unwrap()
    };
    let findings = [
        of("default", "evaluation.training-seeds=7"),
        of("even-steps", "evaluation.training-seeds=400"),
    ];
    let shown = figure(&findings);
    for panel in &shown.panels {
        assert_eq!(dots(panel), [21, 900]);
    }
    let words = "Small dots: single training runs, 7 and the first 300 of 400 at each scale; intervals are for new items and new training runs.";
    assert!(shown.note.contains(words), "{}", shown.note);
    assert!(shown.caption.contains(words), "{}", shown.caption);
    let csv = shown.csv().unwrap();
    assert_eq!(
        csv.lines().filter(|line| line.contains(",run,")).count(),
        2 * 921
    );
    let scores = findings[0].training_runs();
    for (panel, metric) in shown.panels.iter().zip(["exact-match", "partial-credit"]) {
        let Some(Layer::Cloud(cloud)) = panel
            .layers
            .iter()
            .find(|one| matches!(one, Layer::Cloud(_)))
        else {
            panic!("no dots")
        };
        assert_eq!(cloud.label, "Uneven steps");
        let wanted = scores
            .iter()
            .filter(|runs| runs.metric.to_string() == metric);
        let wanted: Vec<(f64, f64)> = wanted
            .flat_map(|runs| runs.scores.iter().map(|score| (runs.scale.log10(), *score)))
            .collect();
        assert_eq!(cloud.places, wanted);
    }
    let alone = figure(&[of("default", "evaluation.training-seeds=1")]);
    assert!(alone.panels.iter().all(|panel| dots(panel).is_empty()));
    assert!(!alone.note.contains("dots") && !alone.caption.contains("dots"));
}
