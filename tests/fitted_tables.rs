//! Tables of scores that others measured: read, and fitted.

use std::fs;
use std::sync::atomic::AtomicBool;

use mirage::domain::{Level, Metric, PowerReplicates, Scale, Scenario};
use mirage::engine::{Control, Method, Setting, Tally, simulate};
use mirage::files::{Override, Pick, Source, Summary, load_summary};
use mirage::study::{
    AllRightGiven, BreakDecision, BreakQuestion, Family, LawFinding, LawFit, LawFitPlan,
    LawFitSettings, Measured, MeasuredPoint, OneOrMore, RateLikelihood, StepsProfile, StepsRange,
    fit_laws, to_scenario,
};

use crate::support::{assert_rate_at_least, assert_scatter, assert_scores};

/// Reads a table from a file in a folder of its own, beside a scenario if there is one.
fn read(table: &str, scenario: Option<&str>, pick: &Pick) -> Result<Summary, String> {
    read_with(table, scenario, pick, &[])
}

fn read_with(
    table: &str,
    scenario: Option<&str>,
    pick: &Pick,
    overrides: &[Override],
) -> Result<Summary, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scores.csv");
    fs::write(&file, table).unwrap();
    if let Some(scenario) = scenario {
        fs::write(folder.path().join("scenario.toml"), scenario).unwrap();
    }
    let read = load_summary(&Source::File(file), pick, None, overrides);
    read.map_err(|error| {
        error
            .to_string()
            .replace(&folder.path().display().to_string(), "")
    })
}

fn means(measured: &Measured) -> Vec<(f64, f64, u64)> {
    let points = measured.points().iter();
    points
        .map(|point| (point.scale.get(), point.mean, point.attempts))
        .collect()
}

#[test]
fn a_table_written_by_hand_is_read() {
    let table = "\u{feff}note, metric,scale,items,estimate\n\
        \"large, late\",exact-match,1e10,1_000,0.4\n\n\
        small,exact-match,1e9,1e3,.1\n\
        small,log-likelihood,1e9,1000,-3.25\n\
        none,exact-match,1e8,1000,\n";
    let summary = read(table, None, &Pick::default()).unwrap();
    assert_eq!((summary.name.as_str(), summary.scenario), ("scores", None));
    let [exact, loss] = &summary.measured[..] else {
        panic!("{:?}", summary.measured)
    };
    assert_eq!(means(exact), [(1e9, 0.1, 1000), (1e10, 0.4, 1000)]);
    assert_eq!(means(loss), [(1e9, -3.25, 1000)]);
    assert_eq!(exact.metric().to_string(), "exact-match");
}

#[test]
fn the_scenario_beside_a_table_has_the_settings_of_the_point_that_is_picked() {
    let table = "point,scale,task.steps,metric,estimate,items,attempts\n\
        0,1e9,5,exact-match,0.4,100,2\n\
        1,1e9,20,exact-match,0.1,100,2\n";
    let scenario = "seed = 7\n[task]\nsteps = 10\n[sweep]\n\"task.steps\" = [5, 20]\n";
    let second = Pick {
        point: Some(1),
        ..Pick::default()
    };
    let summary = read(table, Some(scenario), &second).unwrap();
    assert_eq!(summary.name, "scores-1");
    assert_eq!(means(&summary.measured[0]), [(1e9, 0.1, 200)]);
    let scenario = summary.scenario.unwrap();
    assert_eq!((scenario.task.steps().get(), scenario.seed.get()), (20, 7));
}

#[test]
fn what_is_wrong_in_a_table_is_told_with_its_place() {
    let head = "scale,metric,estimate,items\n";
    let cases = [
        (
            "",
            "the table is empty: it needs the columns scale, metric, estimate, items",
        ),
        (
            "scale,metric,estimates\n1,exact-match,0.1\n",
            "estimate: the table has no column estimate, items (is \"estimates\" meant for estimate?); found scale, metric, estimates\n  --> /scores.csv:1:1",
        ),
        (
            "1e9,exact-match,12%,100\n",
            "estimate: expected a number, found \"12%\"\n  --> /scores.csv:2:17",
        ),
        (
            "1e9,exact-match,12.5,100\n",
            "estimate: exact-match lies between 0 and 1, found 12.5: give shares, not percentages (0.125)\n  --> /scores.csv:2:17",
        ),
        ("1e9,exact-mach,0.1,100\n", "did you mean \"exact-match\"?"),
        (
            "1e9,exact-match,0.1,100\n1e9,exact-match,0.2,200\n",
            "scale: exact-match has two scores at scale 1e9, in lines 2 and 3, of 100 and 200 attempts: one row for each scale and metric\n  --> /scores.csv:3:1",
        ),
        (
            "1e9,exact-match,0.1\n",
            "expected 4 cells as in the header, found 3",
        ),
        ("-1,exact-match,0.1,100\n", "scale: -1"),
        ("1e9,exact-match,0.1,0\n", "items: 0"),
        (
            "1e9,exact-match,0.1,2.5\n",
            "items: expected a whole number from 0 on, found 2.5",
        ),
        ("1e9,exact-match,,100\n", "estimate: no row has an estimate"),
    ];
    for (rows, message) in cases {
        let is_whole = rows.is_empty() || rows.starts_with("scale");
        let table = if is_whole {
            rows.to_owned()
        } else {
            format!("{head}{rows}")
        };
        let error = read(&table, None, &Pick::default()).unwrap_err();
        assert!(error.contains(message), "{rows}\n{error}\n{message}");
    }
}

#[test]
fn several_scenarios_or_points_ask_for_a_choice() {
    let table = "scenario,point,scale,metric,estimate,items\n\
        even,0,1e9,exact-match,0.4,100\n\
        uneven,0,1e9,exact-match,0.3,100\n\
        uneven,1,1e9,exact-match,0.2,100\n";
    let pick = |scenario: Option<&str>, point| Pick {
        scenario: scenario.map(str::to_owned),
        point,
    };
    let refused = |pick: &Pick| read(table, None, pick).unwrap_err();
    let several = refused(&pick(None, None));
    assert!(
        several.contains(
            "scenario: the table holds several scenarios: choose one with --scenario (even, uneven)"
        ) && several.contains(":3:1"),
        "{several}"
    );
    assert!(
        refused(&pick(Some("uneven"), None))
            .contains("several points: choose one with --point (0, 1)")
    );
    assert!(
        refused(&pick(Some("uneve"), None))
            .contains("there is no scenario uneve (did you mean uneven?)")
    );
    assert!(refused(&pick(Some("even"), Some(1))).contains("there is no point 1"));
    let chosen = read(table, None, &pick(Some("uneven"), Some(1))).unwrap();
    assert_eq!(means(&chosen.measured[0]), [(1e9, 0.2, 100)]);
    assert_eq!(chosen.name, "uneven-1");
    let changed = Override {
        key: "task.steps".to_owned(),
        value: "5".to_owned(),
        words: "--set task.steps=5".to_owned(),
    };
    let error = read_with(table, None, &pick(Some("even"), None), &[changed]).unwrap_err();
    assert!(error.contains("give --task FILE"), "{error}");
}

fn scenario(json: &str) -> Scenario {
    serde_json::from_str(json).unwrap()
}

fn metric(word: &str) -> Metric {
    word.parse().unwrap()
}

/// What is expected of a metric at the scales of a scenario, as if it had been measured on so many attempts.
fn without_noise(scenario: &Scenario, word: &str, attempts: u64) -> Measured {
    let chances = scenario.chances();
    let scales = scenario.evaluation.scales.as_slice().iter();
    let points = scales.map(|&scale| {
        let mean = chances.at(scale).mean(metric(word).credit).unwrap();
        MeasuredPoint::of_rate(scale, mean, attempts, attempts as f64)
    });
    Measured::new(metric(word), points.collect()).unwrap()
}

/// What the attempts of one replicate come to.
fn simulated(scenario: &Scenario, replicate: u64) -> Vec<Measured> {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let settings = Setting::at_every_scale(scenario, replicate);
    let tallies = simulate(&settings, Method::Kernel, &control).unwrap();
    let tallies: Vec<Tally> = tallies.into_iter().map(Result::unwrap).collect();
    let scales = scenario.evaluation.scales.as_slice();
    let metrics = scenario.evaluation.metrics.as_slice().iter();
    metrics
        .map(|&metric| {
            let rows = scales.iter().copied().zip(&tallies);
            Measured::of_tallies(scenario, metric, rows).unwrap()
        })
        .collect()
}

fn fitted(measured: Vec<Measured>, task: Option<Scenario>, settings: LawFitSettings) -> LawFinding {
    let plan = LawFitPlan {
        name: "test".to_owned(),
        measured,
        metrics: Vec::new(),
        task,
        settings,
    };
    fit_laws(&plan, &AtomicBool::new(false)).unwrap()
}

fn quick(families: &[Family]) -> LawFitSettings {
    LawFitSettings {
        families: OneOrMore::new(families.to_vec()).unwrap(),
        replicates: PowerReplicates::try_from(100).unwrap(),
        ..LawFitSettings::default()
    }
}

/// Seven uneven scales, six steps, a chance to guess.
const AWKWARD: &str = r#"{"skill": {"kind": "irreducible-power-law", "c": 3e8, "alpha": 0.37, "irreducible": 0.05},
    "task": {"steps": 6, "guess": 0.07},
    "evaluation": {"scales": [2e7, 1.1e8, 3e8, 2e9, 9e9, 4e10, 5e11], "items": 400}}"#;

#[test]
fn a_table_without_noise_gives_its_own_law_back() {
    let truth = scenario(AWKWARD);
    let metrics = [
        "exact-match",
        "partial-credit",
        "prefix-credit",
        "pass-mark:0.5",
    ];
    let measured = metrics
        .map(|word| without_noise(&truth, word, 1_000_000))
        .to_vec();
    let settings = quick(&[Family::PowerLaw, Family::FlooredPowerLaw]);
    let found = fitted(measured, Some(truth), settings);
    for metric in &found.metrics {
        let law = metric.best().unwrap();
        assert_eq!(law.family, Family::FlooredPowerLaw);
        let expected = [("c", 3e8), ("alpha", 0.37), ("irreducible", 0.05)];
        for (parameter, (name, value)) in law.parameters.iter().zip(expected) {
            assert_eq!(parameter.name, name);
            // Tables of means are good to a ten-millionth.
            assert!((parameter.value / value - 1.0).abs() < 2e-3, "{law:?}");
            assert!(
                parameter.low.unwrap() < value && value < parameter.high.unwrap(),
                "{law:?}"
            );
        }
        let step = law.step.unwrap();
        let hazard = 0.05 + libm::pow(5e11 / 3e8, -0.37);
        assert!((step.value - libm::exp(-hazard)).abs() < 1e-5, "{step:?}");
        assert!(step.low.unwrap() < step.value && step.value < step.high.unwrap());
        assert!(
            law.deviance < 1e-2 && law.p_bootstrap == Some(1.0),
            "{law:?}"
        );
        assert!(law.held_out_points().unwrap() < 0.05, "{law:?}");
        assert_eq!(
            law.held_out.iter().map(|one| one.depth).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert!((law.held_out[1].decades - libm::log10(5e11 / 9e9)).abs() < 1e-12);
        let other = metric.of(Family::PowerLaw).unwrap();
        assert!(other.p.unwrap() < 1e-9 && other.deviance > law.deviance);
        // Free numbers: 3 and 2; trials of seven scales.
        assert!((law.bic - law.aic - 3.0 * (libm::log(7e6) - 2.0)).abs() < 1e-9);
        assert!((other.aic + 2.0 * other.fit.log_likelihood - 4.0).abs() < 1e-9);
        assert_eq!((law.freedom, other.freedom), (4, 5));
    }
}

/// The interval of alpha holds it in 95 of 100 tables; 60 tables and two families: Chernoff, one in a million.
#[test]
fn intervals_of_parameters_hold_them_as_often_as_they_say() {
    let truth = scenario(
        r#"{"skill": {"alpha": 0.37, "c": 3e8}, "task": {"steps": 4},
            "evaluation": {"scales": "log:2e7:3e10:6", "items": 300, "metrics": ["exact-match"]}}"#,
    );
    let tables = 60;
    let mut held = [0, 0, 0];
    for replicate in 0..tables {
        let found = fitted(
            simulated(&truth, replicate),
            Some(truth.clone()),
            quick(&[Family::PowerLaw]),
        );
        let law = found.metrics[0].best().unwrap();
        let [c, alpha] = [0, 1].map(|place| law.parameters[place]);
        let step = law.step.unwrap();
        let truth = libm::exp(-libm::pow(3e10 / 3e8, -0.37));
        let intervals = [
            (c.low, 3e8, c.high),
            (alpha.low, 0.37, alpha.high),
            (step.low, truth, step.high),
        ];
        for (held, (low, value, high)) in held.iter_mut().zip(intervals) {
            *held += u64::from(low.unwrap() <= value && value <= high.unwrap());
        }
    }
    for held in held {
        // 2 of 101 ranks less than the level say at each end.
        assert_rate_at_least(held, tables, 0.93, "intervals of parameters");
        assert!(held < tables, "no interval misses");
    }
}

#[test]
fn steps_are_told_by_exact_match_and_partial_credit_together() {
    let truth = scenario(
        r#"{"task": {"steps": 10}, "evaluation": {"scales": "log:1e8:1e11:6", "items": 1000}}"#,
    );
    let found = fitted(simulated(&truth, 3), None, quick(&[Family::PowerLaw]));
    let profile = found.steps.unwrap();
    let (low, high) = (profile.low.unwrap(), profile.high.unwrap());
    assert!(
        (9..=11).contains(&profile.likeliest) && low <= 10 && 10 <= high && high - low <= 3,
        "{profile:?}"
    );
    assert!(profile.heterogeneity.unwrap().p > 1e-6);
    assert_eq!(found.task.unwrap().task.steps().get(), profile.likeliest);
    for one in &profile.at_scales {
        let near = |closed: f64| one.low.is_none_or(|low| f64::from(low) <= closed + 1.0);
        assert!(one.closed_form.is_none_or(near), "{one:?}");
    }
    // Without noise ln(exact)/ln(partial) is L to the last digits.
    let exact =
        ["exact-match", "partial-credit"].map(|word| without_noise(&truth, word, 1_000_000_000));
    let profile = StepsProfile::of(
        &exact,
        StepsRange::default(),
        Level::try_from(0.95).unwrap(),
    )
    .unwrap();
    assert!(
        profile
            .at_scales
            .iter()
            .all(|one| (one.closed_form.unwrap() - 10.0).abs() < 1e-9)
    );
    assert_eq!(
        (profile.likeliest, profile.low, profile.high),
        (10, Some(10), Some(10))
    );
}

#[test]
fn exact_match_alone_says_nothing_of_steps() {
    let truth = scenario(
        r#"{"task": {"steps": 10}, "evaluation": {"scales": "log:1e8:1e11:6", "items": 1000, "metrics": ["exact-match"]}}"#,
    );
    let measured = simulated(&truth, 5);
    let found = fitted(measured.clone(), None, quick(&[Family::PowerLaw]));
    let refused = found.steps.unwrap_err().to_string();
    assert!(
        refused.contains("exact-match alone does not tell the number of steps"),
        "{refused}"
    );
    assert!(found.task.is_none() && found.metrics[0].best().is_none());
    let alone = found.exact_alone.unwrap();
    assert_eq!(
        alone
            .log_likelihoods
            .iter()
            .map(|one| one.0.get())
            .collect::<Vec<_>>(),
        [1, 10, 100]
    );
    let (_, first) = alone.log_likelihoods[0];
    // 6000 attempts in tables good to 1e-7 of one.
    assert!(
        alone
            .log_likelihoods
            .iter()
            .all(|(_, value)| (value - first).abs() < 2e-3),
        "{alone:?}"
    );
    // h L is the same as the power law's own: (N/c)^-alpha L, with its sampling error.
    for (scale, told) in &alone.hazard_times_steps {
        let truth = 10.0 * truth.skill.curve.hazard(*scale);
        assert!((told / truth - 1.0).abs() < 0.3, "{scale:?} {told} {truth}");
    }
}

/// Where one step's failure makes the next likelier, attempts are all right more often than independent steps would have it.
#[test]
fn dependent_steps_look_like_fewer() {
    let truth = scenario(
        r#"{"task": {"steps": 10, "dependence": {"kind": "common-factor", "correlation": 0.5}},
            "evaluation": {"scales": "log:1e8:1e11:6", "items": 2000}}"#,
    );
    let measured = simulated(&truth, 0);
    let profile = StepsProfile::of(
        &measured,
        StepsRange::default(),
        Level::try_from(0.95).unwrap(),
    )
    .unwrap();
    assert!(profile.likeliest < 8, "{profile:?}");
    assert!(profile.heterogeneity.unwrap().p < 1e-6, "{profile:?}");
}

/// Attempts that are all right given right steps: their scores are standard normal where steps are independent and equal.
#[test]
fn conditional_moments_are_those_of_simulated_attempts() {
    let truth = scenario(
        r#"{"task": {"steps": 7}, "evaluation": {"scales": [3e8, 2e9, 2e10], "items": 700}}"#,
    );
    let mut scores = Vec::new();
    for replicate in 0..200 {
        let measured = simulated(&truth, replicate);
        for (exact, partial) in measured[0].points().iter().zip(measured[1].points()) {
            let right = libm::round(partial.mean * 4900.0) as u64;
            let given = AllRightGiven::new(700, 7, right).unwrap();
            let all_right = libm::round(exact.mean * 700.0);
            scores.push((all_right - given.mean()) / libm::sqrt(given.variance()));
        }
    }
    assert_scores(
        &[scores.iter().sum::<f64>() / libm::sqrt(scores.len() as f64)],
        "conditional mean",
    );
    assert_scatter(&scores, 1.0, "conditional variance");
}

fn asked(place: Option<f64>) -> LawFitSettings {
    let breaks = BreakQuestion {
        place: place.map(|at| Scale::try_from(at).unwrap()),
        against: OneOrMore::new(vec![Family::PowerLaw, Family::FlooredPowerLaw]).unwrap(),
        ..BreakQuestion::default()
    };
    LawFitSettings {
        breaks: Some(breaks),
        ..quick(&[Family::PowerLaw])
    }
}

#[test]
fn a_break_is_found_where_there_is_one_and_mostly_not_where_there_is_none() {
    let broken = scenario(
        r#"{"skill": {"kind": "broken-power-law", "c": 1e9, "alpha": 0.2, "alpha-after": 0.7, "break-at": 1e10},
            "task": {"steps": 5}, "evaluation": {"scales": "log:1e8:1e12:9", "items": 2000, "metrics": ["partial-credit"]}}"#,
    );
    let found = fitted(simulated(&broken, 0), Some(broken.clone()), asked(None));
    let told = found.metrics[0].breaks.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(told.decision, BreakDecision::Break);
    // The least that a hundred replicates allow.
    assert!(
        (told.p - 1.0 / 101.0).abs() < 1e-12 && told.statistic > told.critical,
        "{told:?}"
    );
    assert!((told.place.unwrap().log10() - 10.0).abs() < 0.4, "{told:?}");
    let (low, high) = (told.change.low.unwrap(), told.change.high.unwrap());
    assert!(low < 0.5 && 0.5 < high && low > 0.2, "{told:?}");
    let smooth = scenario(
        r#"{"skill": {"c": 1e9, "alpha": 0.35},
            "task": {"steps": 5}, "evaluation": {"scales": "log:1e8:1e12:9", "items": 2000, "metrics": ["partial-credit"]}}"#,
    );
    // Each p is above 1/20 in 95 of 100 tables: of 8, 4 or more are below with probability 4e-4.
    let tables = (0..8).map(|replicate| {
        let found = fitted(
            simulated(&smooth, replicate),
            Some(smooth.clone()),
            asked(Some(1e10)),
        );
        let told = found.metrics[0].breaks.as_ref().unwrap().as_ref().unwrap();
        u32::from(told.p <= 0.05)
    });
    assert!(tables.sum::<u32>() < 4);
}

#[test]
fn a_break_takes_five_scales_and_a_place_among_them() {
    let few =
        scenario(r#"{"evaluation": {"scales": "log:1e8:1e11:4", "metrics": ["exact-match"]}}"#);
    let of = |scenario: &Scenario, place| {
        let found = fitted(simulated(scenario, 0), Some(scenario.clone()), asked(place));
        found.metrics[0]
            .breaks
            .clone()
            .unwrap()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        of(&few, None),
        "a break is looked for in 5 scales or more, not in 4"
    );
    let more =
        scenario(r#"{"evaluation": {"scales": "log:1e8:1e11:6", "metrics": ["exact-match"]}}"#);
    assert_eq!(
        of(&more, Some(1e12)),
        "the break at 1e12 lies outside the measured scales, from 1e8 to 1e11"
    );
}

/// Training runs differ: scores scatter more widely than binomial ones, which a beta-binomial takes up.
#[test]
fn scatter_of_training_runs_is_told_and_taken_up() {
    let truth = scenario(
        r#"{"skill": {"between-seeds": {"kind": "normal", "sd": 0.3}}, "task": {"steps": 5},
            "evaluation": {"scales": "log:1e8:1e11:12", "items": 3000, "metrics": ["exact-match"]}}"#,
    );
    let measured = simulated(&truth, 1);
    let binomial = fitted(
        measured.clone(),
        Some(truth.clone()),
        quick(&[Family::PowerLaw]),
    );
    let law = binomial.metrics[0].best().unwrap();
    assert!(
        law.dispersion.unwrap() > 3.0 && law.p_bootstrap.unwrap() < 0.02,
        "{law:?}"
    );
    let settings = LawFitSettings {
        likelihood: RateLikelihood::BetaBinomial,
        ..quick(&[Family::PowerLaw])
    };
    let scattered = fitted(measured, Some(truth), settings);
    let wide = scattered.metrics[0].best().unwrap();
    assert!(wide.fit.rho > 0.0 && wide.aic < law.aic - 10.0, "{wide:?}");
    let width = |law: &LawFit| law.parameters[1].high.unwrap() - law.parameters[1].low.unwrap();
    assert!(width(wide) > 1.5 * width(law), "{wide:?} {law:?}");
    assert_eq!(wide.p, None);
}

#[test]
fn the_scenario_of_a_law_reproduces_the_scores() {
    let truth = scenario(AWKWARD);
    let found = fitted(
        simulated(&truth, 2),
        Some(truth.clone()),
        quick(&Family::SMOOTH),
    );
    for metric in &found.metrics {
        let word = metric.measured.metric();
        let law = metric.best().unwrap();
        let written = to_scenario(&found, word, law).unwrap();
        assert_eq!(written.evaluation.items, truth.evaluation.items);
        assert_eq!(
            written.evaluation.scales.as_slice(),
            truth.evaluation.scales.as_slice()
        );
        let again = without_noise(&written, &word.to_string(), 400);
        for (one, measured) in again.points().iter().zip(metric.measured.points()) {
            let error = libm::sqrt(one.mean * (1.0 - one.mean) / measured.trials);
            assert!(
                (one.mean - measured.mean).abs() < 4.9 * error + 1e-9,
                "{one:?} {measured:?}"
            );
        }
    }
    let mut uneven = found;
    let point = |scale: f64, attempts: u64| {
        MeasuredPoint::of_rate(
            Scale::try_from(scale).unwrap(),
            0.5,
            attempts,
            attempts as f64,
        )
    };
    let word = uneven.metrics[0].measured.metric();
    uneven.metrics[0].measured =
        Measured::new(word, vec![point(1e8, 100), point(1e9, 400)]).unwrap();
    let law = uneven.metrics[0].best().unwrap();
    let refused = to_scenario(&uneven, word, law).unwrap_err().to_string();
    assert!(refused.contains("of 100 to 400 attempts"), "{refused}");
}
