//! Two ways to the same bits, and all that must not change them.

use std::sync::atomic::AtomicBool;

use mirage::domain::{Scale, Scenario};
use mirage::engine::{
    Control, Method, Path, Piece, Setting, Tally, attempt, simulate, tallies_on, tally_on,
    with_threads,
};
use proptest::prelude::*;

fn scenario(json: &str) -> Scenario {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

fn settings(scenario: &Scenario) -> Vec<Setting> {
    scenario
        .evaluation
        .scales
        .as_slice()
        .iter()
        .map(|&scale| Setting::new(scenario, scale, 0))
        .collect()
}

fn tallies(scenario: &Scenario, method: Method) -> Vec<Tally> {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let tallies = simulate(&settings(scenario), method, &control).unwrap();
    tallies.into_iter().map(Result::unwrap).collect()
}

/// Scenario files as text, over every kind of curve, difficulty and metric.
fn any_scenario() -> impl Strategy<Value = String> {
    let skill = prop_oneof![
        (1e7..1e10, 0.05..1.5).prop_map(|(c, alpha)| format!(r#"{{"c": {c}, "alpha": {alpha}}}"#)),
        (1e7..1e10, 0.0..0.3).prop_map(|(c, floor)| {
            format!(r#"{{"kind": "irreducible-power-law", "c": {c}, "irreducible": {floor}}}"#)
        }),
        (0.0..0.4, 0.5..1.0, 0.3..3.0).prop_map(|(floor, ceiling, slope)| {
            format!(r#"{{"kind": "logistic", "floor": {floor}, "ceiling": {ceiling}, "slope": {slope}}}"#)
        }),
        Just(r#"{"kind": "linear-log"}"#.to_owned()),
        (0.1..2.0).prop_map(|after| format!(r#"{{"kind": "broken-power-law", "alpha-after": {after}}}"#)),
    ];
    let between = prop_oneof![
        2 => Just(r#"{"kind": "none"}"#.to_owned()),
        1 => (0.0..3.0).prop_map(|sd| format!(r#"{{"kind": "normal", "sd": {sd}}}"#)),
        1 => (1e8..1e11, 0.0..0.5).prop_map(|(midpoint, low)| format!(
            r#"{{"kind": "bimodal", "midpoint": {midpoint}, "low": {low}}}"#
        )),
    ];
    let skill = (skill, between).prop_map(|(skill, between)| {
        let parameters = skill.trim_end_matches('}');
        format!(r#"{parameters}, "between-seeds": {between}}}"#)
    });
    let steps = prop_oneof![Just(1_usize), 2..20_usize, 60..70_usize, 120..135_usize];
    let difficulty = |steps: usize| {
        prop_oneof![
            Just(r#"{"kind": "equal"}"#.to_owned()),
            (1e-4..1.0, 0.5..3.0).prop_map(|(from, to)| format!(
                r#"{{"kind": "ramp", "from": {from}, "to": {to}}}"#
            )),
            (0.01..30.0, 0.0..1.0).prop_map(|(multiplier, place)| format!(
                r#"{{"kind": "bottleneck", "multiplier": {multiplier}, "place": {place}, "on": "log-odds"}}"#
            )),
            (1..100_u32, 0.1..10.0).prop_map(|(percent, key)| format!(
                r#"{{"kind": "two-rate", "share": {}, "key": {key}}}"#, f64::from(percent) / 100.0
            )),
            (0.0..2.0, prop_oneof![Just("hazard"), Just("log-odds")]).prop_map(|(sd, on)| format!(
                r#"{{"kind": "normal", "sd": {sd}, "on": "{on}"}}"#
            )),
            proptest::collection::vec(0.01..3.0, steps)
                .prop_map(|list| format!(r#"{{"kind": "list", "multipliers": {list:?}}}"#)),
        ]
    };
    let probability = || prop_oneof![Just(0.0), 0.0..1.0];
    let lever = || prop_oneof![Just("hazard"), Just("log-odds")];
    let spread = prop_oneof![
        Just(r#"{"kind": "none"}"#.to_owned()),
        (0.0..3.0).prop_map(|sd| format!(r#"{{"kind": "logit-normal", "sd": {sd}}}"#)),
        (0.3..50.0).prop_map(|sum| format!(r#"{{"kind": "beta", "concentration": {sum}}}"#)),
        (0.3..50.0, 0.1..1.0).prop_map(|(sum, ceiling)| format!(
            r#"{{"kind": "scaled-beta", "concentration": {sum}, "ceiling": {ceiling}}}"#
        )),
        (0.05..20.0).prop_map(|shape| format!(r#"{{"kind": "gamma-frailty", "shape": {shape}}}"#)),
        (0.0..1.0, 1.1..30.0, 0.1..1.0, lever()).prop_map(|(share, hard, easy, on)| format!(
            r#"{{"kind": "two-point", "share": {share}, "hard": {hard}, "easy": {easy}, "on": "{on}"}}"#
        )),
        (0.0..1.0).prop_map(|share| format!(r#"{{"kind": "impossible", "share": {share}}}"#)),
    ];
    let dependence = prop_oneof![
        Just(r#"{"kind": "independent"}"#.to_owned()),
        Just(r#"{"kind": "halting"}"#.to_owned()),
        (0.1..20.0, probability(), lever()).prop_map(|(multiplier, cleaning, on)| format!(
            r#"{{"kind": "tainted", "multiplier": {multiplier}, "cleaning": {cleaning}, "on": "{on}"}}"#
        )),
        (0.1..20.0, lever()).prop_map(|(multiplier, on)| format!(
            r#"{{"kind": "markov", "multiplier": {multiplier}, "on": "{on}"}}"#
        )),
        (0.0..1.0).prop_map(|slope| format!(r#"{{"kind": "error-fraction", "slope": {slope}}}"#)),
        (0.0..0.99).prop_map(|rho| format!(r#"{{"kind": "common-factor", "correlation": {rho}}}"#)),
    ];
    let rates = || (0.5..1.0, 0.0..0.5);
    let recovery = prop_oneof![
        Just(r#"{"kind": "none"}"#.to_owned()),
        (2..6_u32, rates()).prop_map(|(tries, (right, wrong))| format!(
            r#"{{"kind": "retry", "tries": {tries}, "true-positive-rate": {right}, "false-positive-rate": {wrong}}}"#
        )),
        (1..9_u32, rates()).prop_map(|(retries, (right, wrong))| format!(
            r#"{{"kind": "retry-budget", "retries": {retries}, "true-positive-rate": {right}, "false-positive-rate": {wrong}}}"#
        )),
    ];
    let lengths = |most: usize| {
        let share = 0.05..1.0_f64;
        prop_oneof![
            4 => Just(most.to_string()),
            1 => (1..=most).prop_map(move |from| format!(r#"{{"kind": "uniform", "from": {from}, "to": {most}}}"#)),
            1 => share.clone().prop_map(move |share| format!(
                r#"{{"kind": "geometric", "mean": {}, "longest": {most}}}"#, (share * most as f64).max(1.0)
            )),
            1 => share.clone().prop_map(move |share| format!(
                r#"{{"kind": "poisson", "mean": {}, "longest": {most}}}"#, share * most as f64
            )),
            1 => (share, 0.1..2.0).prop_map(move |(share, sd)| format!(
                r#"{{"kind": "log-normal", "median": {}, "sd": {sd}, "longest": {most}}}"#, share * most as f64
            )),
            1 => Just(match most {
                1 => r#"{"kind": "list", "lengths": [1], "weights": [2]}"#.to_owned(),
                most => format!(r#"{{"kind": "list", "lengths": [1, {most}], "weights": [2, 3.5]}}"#),
            }),
        ]
    };
    let curve = prop_oneof![
        (1e7..1e12, 0.3..6.0, 0.0..0.4, 0.5..=1.0).prop_map(|(midpoint, slope, floor, ceiling)| format!(
            r#"{{"kind": "logistic", "midpoint": {midpoint}, "slope": {slope}, "floor": {floor}, "ceiling": {ceiling}}}"#
        )),
        // Nothing is extracted at the first scale, everything at the last.
        Just(r#"{"kind": "linear-log", "zero-at": 2e7, "one-at": 1e12}"#.to_owned()),
        (0.05..2.0).prop_map(|alpha| format!(r#"{{"c": 1e9, "alpha": {alpha}}}"#)),
    ];
    let format = prop_oneof![
        Just(r#"{"kind": "none"}"#.to_owned()),
        curve.prop_map(|curve| format!(r#"{{"kind": "gate", "curve": {curve}}}"#)),
    ];
    let structure = (spread, dependence, recovery, probability(), format);
    let chain = steps.prop_flat_map(move |steps| (lengths(steps), difficulty(steps)));
    let task = (chain, probability(), structure, 1..5_u32).prop_map(
        |((steps, difficulty), guess, (spread, dependence, recovery, floor, format), wrong)| {
            format!(
                r#"{{"steps": {steps}, "guess": {guess}, "floor": {floor}, "difficulty": {difficulty}, "spread": {spread},
                    "dependence": {dependence}, "recovery": {recovery}, "format": {format}, "wrong-answers": {wrong}}}"#
            )
        },
    );
    let items = prop_oneof![Just(1_u64), Just(64), 2..200_u64];
    let evaluation = (items, 1..6_u32, 1..4_u32, prop_oneof![Just("independent"), Just("scales"), Just("all")]).prop_map(
        |(items, attempts, seeds, pairing)| {
            let of_attempts = match attempts {
                1 => r#", "pass@1""#,
                2 => r#", "pass^2", "pass-until-mle@1""#,
                _ => r#", "majority@3", "pass-until@2", "pass@2/pass-mark:0.7", "g-pass@3:0.5", "plug-in-pass@2""#,
            };
            format!(
                r#"{{"items": {items}, "attempts": {attempts}, "training-seeds": {seeds}, "pairing": "{pairing}",
                    "scales": [1e7, 1.7e9, 1e12],
                    "metrics": ["exact-match", "prefix-credit", "pass-mark:0.7", "harshness:2.5", "partial-credit"{of_attempts}]}}"#
            )
        },
    );
    (any::<u32>(), skill, task, evaluation).prop_map(|(seed, skill, task, evaluation)| {
        format!(
            r#"{{"seed": {seed}, "skill": {skill}, "task": {task}, "evaluation": {evaluation}}}"#
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_230_428),
        ..ProptestConfig::default()
    })]

    #[test]
    fn kernel_and_reference_count_the_same(text in any_scenario()) {
        let scenario = scenario(&text);
        prop_assert_eq!(tallies(&scenario, Method::Kernel), tallies(&scenario, Method::Reference));
        for setting in Setting::at_every_scale(&scenario, 0) {
            on_every_path(&setting, 0..setting.items());
        }
    }
}

fn reference(setting: &Setting) -> Tally {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let tally = simulate(std::slice::from_ref(setting), Method::Reference, &control);
    tally.unwrap().remove(0).unwrap()
}

/// Tallies of some items on every path of this machine: all the same.
fn on_every_path(setting: &Setting, items: std::ops::Range<u64>) -> Tally {
    let tally = |path| tally_on(path, setting, items.clone()).unwrap();
    let mut paths = Path::present();
    let first = tally(paths.next().unwrap());
    for path in paths {
        assert_eq!(first, tally(path), "{} {items:?}", path.name());
    }
    first
}

/// Small settings have words of one vector in common: of other scales, points, replicates and training runs, with chances
/// that differ from step to step or not; structured ones, other lengths and sums over items come between.
#[test]
fn small_settings_keep_their_words_apart() {
    let scenarios = [
        r#"{"task": {"steps": 13}, "evaluation": {"items": 70, "scales": "log:1e8:1e11:9"}}"#,
        r#"{"task": {"steps": 13, "difficulty": {"kind": "ramp"}}, "evaluation": {"items": 1, "scales": [1e9, 4e9, 1e10]}}"#,
        r#"{"task": {"steps": 13}, "skill": {"alpha": 0.8}, "evaluation": {"items": 257, "training-seeds": 3, "scales": [3e9]}}"#,
        r#"{"task": {"steps": 7}, "evaluation": {"items": 130, "scales": [1e9, 3e9]}}"#,
        r#"{"task": {"steps": 7, "dependence": {"kind": "markov"}}, "evaluation": {"items": 90, "scales": [1e9, 3e9]}}"#,
        r#"{"task": {"steps": 7, "format": {"kind": "gate"}}, "evaluation": {"items": 90, "scales": [1e9, 3e9]}}"#,
        r#"{"task": {"steps": 7}, "evaluation": {"items": 30, "attempts": 5, "scales": [1e9, 3e9]}}"#,
        r#"{"task": {"steps": 7}, "evaluation": {"items": 2500, "scales": [1e9, 3e9]}}"#,
    ];
    let settings: Vec<Setting> = scenarios
        .iter()
        .flat_map(|text| {
            (0..3).flat_map(|replicate| Setting::at_every_scale(&scenario(text), replicate))
        })
        .collect();
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let reference = simulate(&settings, Method::Reference, &control).unwrap();
    assert_eq!(
        simulate(&settings, Method::Kernel, &control).unwrap(),
        reference
    );
    let pieces: Vec<Piece> = settings.iter().map(Piece::all_of).collect();
    for path in Path::present() {
        assert_eq!(tallies_on(path, &pieces), reference, "{}", path.name());
    }
}

fn plain(curve: &str, steps: u32, evaluation: &str) -> Vec<Setting> {
    let text = format!(
        r#"{{"skill": {curve}, "task": {{"steps": {steps}}}, "evaluation": {{{evaluation}}}}}"#
    );
    Setting::at_every_scale(&scenario(&text), 5)
}

const MIDDLING: &str = r#"{"c": 3e7, "alpha": 0.6}"#;

/// Lengths around those at which a count takes another digit, or its histogram another way.
#[test]
fn paths_agree_on_every_length() {
    for steps in (1..=200).chain([254, 255, 256, 257, 300, 511, 1025]) {
        // 26 blocks, the last of 3 items: words to spare on any path.
        let settings = plain(MIDDLING, steps, r#""items": 1603, "scales": [2e9]"#);
        let tally = on_every_path(&settings[0], 0..1603);
        assert_eq!(tally.attempts, 1603);
        if steps % 40 == 0 || steps > 253 {
            assert_eq!(tally, reference(&settings[0]), "{steps}");
        }
    }
}

#[test]
fn paths_agree_on_any_range_and_ranges_add_up() {
    for evaluation in [
        r#""items": 3000, "scales": [2e9, 1e10]"#,
        // Sums over items, and products with the next scale.
        r#""items": 3000, "scales": [2e9, 1e10], "attempts": 3, "training-seeds": 2,
            "metrics": ["exact-match", "prefix-credit", "harshness:2"]"#,
        r#""scales": [2e9, 1e10], "pairing": "scales", "items": 3000"#,
    ] {
        let setting = &plain(MIDDLING, 13, evaluation)[0];
        let whole = on_every_path(setting, 0..3000);
        // Within a block, from block to block, one item, and the rest.
        let ends = [0, 5, 60, 64, 65, 1087, 1088, 1088, 2999, 3000];
        let mut sum = on_every_path(setting, 0..0);
        for pair in ends.windows(2) {
            sum.add(&on_every_path(setting, pair[0]..pair[1]));
        }
        assert_eq!(sum, whole, "{evaluation}");
    }
}

/// Impossible and certain steps leave only ties in doubt; so do chances that have few digits, or that lie below them all.
#[test]
fn paths_agree_on_ties() {
    let middle = |floor: &str, ceiling: &str| {
        format!(
            r#"{{"kind": "logistic", "midpoint": 2e9, "floor": {floor}, "ceiling": {ceiling}}}"#
        )
    };
    let linear = r#"{"kind": "linear-log"}"#.to_owned();
    for (curve, scale) in [
        (linear.clone(), 1e6),
        (linear, 1e13),
        (middle("0", "1"), 2e9),
        (middle("0.5", "1"), 2e9),
        (middle("0", "1e-5"), 2e9),
        (middle("0.99999", "1"), 2e9),
    ] {
        // Half a million decisions: some thirty ties.
        let evaluation = format!(r#""items": 50000, "scales": [{scale:e}]"#);
        let setting = &plain(&curve, 9, &evaluation)[0];
        let tally = on_every_path(setting, 0..50_000);
        let correct = tally.lengths[0].correct.iter();
        assert_eq!(correct.sum::<u64>(), 50_000, "{curve}");
    }
}

/// Few items and many attempts: a vector has words of one block only.
#[test]
fn paths_agree_on_many_attempts() {
    let evaluation = r#""items": 7, "scales": [2e9], "attempts": 1000, "training-seeds": 3"#;
    let setting = &plain(MIDDLING, 20, evaluation)[0];
    assert_eq!(on_every_path(setting, 0..7).attempts, 21_000);
    on_every_path(setting, 3..4);
}

#[test]
fn paths_have_names() {
    for path in Path::present() {
        assert_eq!(path.name().parse(), Ok(path));
    }
    assert_eq!("none".parse(), Ok(Path::present().last().unwrap()));
    let unknown = "sse9".parse::<Path>().unwrap_err();
    let message = "there is no path `sse9`: choose avx512, avx2 or none";
    assert_eq!(unknown.to_string(), message);
}

#[test]
fn tallies_are_consistent_with_single_attempts() {
    let scenario = scenario(
        r#"{"evaluation": {"items": 70, "attempts": 2, "scales": [2e9]}, "task": {"steps": 6}}"#,
    );
    let setting = &settings(&scenario)[0];
    let tally = &tallies(&scenario, Method::Kernel)[0];
    let mut correct = vec![0; 7];
    for item in 0..70 {
        for one in 0..2 {
            let outcome = attempt(setting, item, one).unwrap().outcome();
            correct[outcome.iter().filter(|right| **right).count()] += 1;
        }
    }
    assert_eq!(tally.lengths[0].correct, correct);
    assert_eq!((tally.items, tally.attempts), (70, 140));
    assert_eq!(
        (attempt(setting, 70, 0), attempt(setting, 0, 2)),
        (None, None)
    );
}

/// Large enough to be shared out to threads.
const LARGE: &str =
    r#"{"evaluation": {"items": 20000, "scales": "log:1e8:1e11:6"}, "task": {"steps": 50}}"#;

#[test]
fn the_number_of_threads_changes_nothing() {
    let scenario = scenario(LARGE);
    let by = |threads: usize| {
        with_threads(threads.try_into().ok(), || {
            tallies(&scenario, Method::Kernel)
        })
        .unwrap()
    };
    let one = by(1);
    assert_eq!(one, by(2));
    assert_eq!(one, by(7));
}

fn outcomes(json: &str, scale: f64, items: u64) -> Vec<Vec<bool>> {
    let setting = Setting::new(&scenario(json), Scale::try_from(scale).unwrap(), 0);
    (0..items)
        .map(|item| attempt(&setting, item, 0).unwrap().outcome())
        .collect()
}

#[test]
fn more_items_attempts_scales_or_metrics_change_no_outcome() {
    let plain = outcomes(r#"{"evaluation": {"items": 100}}"#, 1e9, 100);
    for other in [
        r#"{"evaluation": {"items": 5000}}"#,
        r#"{"evaluation": {"items": 100, "attempts": 9, "training-seeds": 3}}"#,
        r#"{"evaluation": {"items": 100, "scales": [1e8, 1e9]}}"#,
        r#"{"evaluation": {"items": 100, "metrics": ["harshness:3"], "level": 0.5}, "title": "t"}"#,
        r#"{"evaluation": {"items": 100}, "usefulness": {"threshold": 0.1}}"#,
    ] {
        assert_eq!(plain, outcomes(other, 1e9, 100), "{other}");
    }
}

#[test]
fn longer_chains_extend_shorter_ones() {
    let short = outcomes(r#"{"task": {"steps": 5}}"#, 1e9, 300);
    let long = outcomes(r#"{"task": {"steps": 40}}"#, 1e9, 300);
    assert!(
        short
            .iter()
            .zip(&long)
            .all(|(short, long)| *short == long[..5])
    );
}

/// Structures whose steps do not depend on how many there are, all at once.
const STRUCTURE: &str = r#""guess": 0.1, "floor": 0.05,
    "difficulty": {"kind": "normal", "sd": 0.7}, "spread": {"kind": "gamma-frailty", "shape": 0.6},
    "dependence": {"kind": "tainted", "multiplier": 4, "cleaning": 0.3},
    "recovery": {"kind": "retry", "tries": 3, "true-positive-rate": 0.8, "false-positive-rate": 0.3}"#;

fn structured(steps: &str, evaluation: &str) -> String {
    format!(r#"{{"task": {{"steps": {steps}, {STRUCTURE}}}, "evaluation": {{{evaluation}}}}}"#)
}

#[test]
fn structured_tasks_keep_their_outcomes_as_the_test_grows() {
    let short = outcomes(&structured("5", r#""items": 300"#), 1e9, 300);
    let long = outcomes(
        &structured("40", r#""items": 900, "attempts": 2"#),
        1e9,
        300,
    );
    // A lucky guess of the whole item, too, is the same guess.
    assert!(
        short
            .iter()
            .zip(&long)
            .all(|(short, long)| *short == long[..5])
    );
    assert!(short.iter().flatten().any(|right| !right));
    // Drawn lengths take the first steps of the same chains.
    let drawn = r#"{"kind": "uniform", "from": 1, "to": 40}"#;
    let drawn = outcomes(&structured(drawn, r#""items": 900"#), 1e9, 300);
    assert!(
        drawn
            .iter()
            .zip(&long)
            .all(|(drawn, long)| *drawn == long[..drawn.len()])
    );
    assert!(drawn.iter().any(|drawn| drawn.len() < 9));
}

#[test]
fn items_are_the_same_at_all_scales_and_under_all_laws() {
    let items = |json: &str, scale: f64| -> Vec<(usize, f64)> {
        let setting = Setting::new(&scenario(json), Scale::try_from(scale).unwrap(), 0);
        let items = (0..200).map(|item| attempt(&setting, item, 0).unwrap());
        items
            .map(|one| (one.steps.len(), one.item_hazard))
            .collect()
    };
    let json = |alpha: f64| {
        format!(
            r#"{{"skill": {{"alpha": {alpha}}}, "task": {{"steps": {{"kind": "poisson", "mean": 6}},
                "spread": {{"kind": "gamma-frailty", "shape": 2}}}}}}"#
        )
    };
    // h = (N/1e8)^-alpha is 1 at 1e8 whatever alpha, and items multiply it.
    let frailties = items(&json(0.3), 1e8);
    assert_eq!(frailties, items(&json(0.9), 1e8));
    let elsewhere = items(&json(0.5), 1e10);
    for ((steps, frailty), (same, hazard)) in frailties.into_iter().zip(elsewhere) {
        assert!(steps == same && (hazard / frailty - 0.1).abs() < 1e-12);
    }
}

/// Units of work are whole blocks; how many to a unit depends on the number of steps, so tests of one block, of several and
/// of all must agree.
#[test]
fn structured_tasks_are_the_same_however_they_are_shared_out() {
    let text = structured("30", r#""items": 40000, "scales": [1e9, 1e10]"#);
    let scenario = scenario(&text);
    let by = |threads: usize| {
        with_threads(threads.try_into().ok(), || {
            tallies(&scenario, Method::Kernel)
        })
        .unwrap()
    };
    let whole = by(1);
    assert_eq!(whole, by(3));
    // The same items as separate tests: their counts are part of the whole.
    let part = {
        let text = structured("30", r#""items": 640, "scales": [1e9, 1e10]"#);
        tallies(&self::scenario(&text), Method::Reference)
    };
    for (whole, part) in whole.iter().zip(&part) {
        let pairs = whole.lengths[0]
            .correct
            .iter()
            .zip(&part.lengths[0].correct);
        assert!(pairs.clone().all(|(whole, part)| part <= whole));
    }
}

#[test]
fn seed_scale_and_law_change_outcomes() {
    let half = r#""skill": {"kind": "logistic", "slope": 1e-9, "midpoint": 1e9"#;
    let plain = outcomes(&format!("{{{half}}}}}"), 1e9, 64);
    for (other, scale) in [
        (format!(r#"{{"seed": 1, {half}}}}}"#), 1e9),
        (format!("{{{half}}}}}"), 1.000_000_1e9),
        (format!(r#"{{"task": {{"guess": 1e-9}}, {half}}}}}"#), 1e9),
        (format!(r#"{{{half}, "floor": 1e-9}}}}"#), 1e9),
    ] {
        assert_ne!(plain, outcomes(&other, scale, 64), "{other}");
    }
}

/// Nothing else that is drawn knows of the gate: where laws share their draws, an attempt is what it is without one or
/// nothing at all, guessed or not.
#[test]
fn a_gate_takes_attempts_as_a_whole() {
    let with = |gate: &str| {
        format!(
            r#"{{"task": {{"steps": 9, {STRUCTURE}{gate}}}, "evaluation": {{"items": 4000, "pairing": "all"}}}}"#
        )
    };
    let gate = r#", "format": {"kind": "gate", "curve": {"kind": "logistic", "midpoint": 2e9, "slope": 1.3}}"#;
    let (open, gated) = (
        outcomes(&with(""), 1e9, 4000),
        outcomes(&with(gate), 1e9, 4000),
    );
    let some = |outcome: &Vec<bool>| outcome.iter().any(|right| *right);
    let (mut passed, mut stopped, mut stopped_whole) = (0_i32, 0, 0);
    for (open, gated) in open.iter().zip(&gated) {
        assert!(!some(gated) || open == gated, "{open:?} {gated:?}");
        passed += i32::from(some(gated));
        stopped += i32::from(some(open) && !some(gated));
        stopped_whole += i32::from(open.iter().all(|right| *right) && !some(gated));
    }
    // g = 1/(1 + 2^1.3) = .289; of some 3,600 attempts, ten standard deviations.
    let share = f64::from(passed) / f64::from(passed + stopped);
    assert!((share - 0.289).abs() < 0.08, "{share}");
    // One in twenty is guessed as a whole.
    assert!(stopped_whole > 60, "{stopped_whole}");
    // An attempt that a smaller scale extracts, a larger one does, of whatever skill.
    let later = outcomes(&with(gate), 1e10, 4000);
    let lost = gated.iter().zip(&later);
    let lost = lost.filter(|(here, later)| some(here) && !some(later));
    assert_eq!(lost.count(), 0);
}

/// Gates that stand open or shut, and one whose probability has few digits.
#[test]
fn paths_agree_on_gates_at_their_ends() {
    for (scale, gate) in [
        (1e6, r#"{"kind": "linear-log"}"#),
        (1e13, r#"{"kind": "linear-log"}"#),
        (1e9, r#"{"kind": "logistic", "midpoint": 1e9}"#),
        (
            1e9,
            r#"{"kind": "logistic", "midpoint": 1e9, "ceiling": 3e-5}"#,
        ),
        (
            1e9,
            r#"{"kind": "logistic", "midpoint": 1e9, "floor": 0.99997}"#,
        ),
    ] {
        for spread in ["none", "logit-normal"] {
            let text = format!(
                r#"{{"skill": {MIDDLING}, "task": {{"steps": 3, "floor": 0.3, "spread": {{"kind": "{spread}"}},
                    "format": {{"kind": "gate", "curve": {gate}}}}},
                    "evaluation": {{"items": 60000, "scales": [{scale:e}], "attempts": 3}}}}"#
            );
            let setting = &Setting::at_every_scale(&scenario(&text), 0)[0];
            let tally = on_every_path(setting, 0..60_000);
            assert_eq!(tally, reference(setting), "{text}");
            if gate.contains("linear") && scale < 1e7 {
                assert_eq!(tally.lengths[0].correct[0], 180_000);
            }
        }
    }
}

/// Where attempts share their draws, a larger success probability turns wrong steps right and no right step wrong.
#[test]
fn pairing_couples_scales_and_laws_monotonically() {
    let better = |one: &[Vec<bool>], other: &[Vec<bool>]| {
        let steps = one.iter().flatten().zip(other.iter().flatten());
        (
            steps
                .clone()
                .filter(|(one, other)| **one && !**other)
                .count(),
            steps.filter(|(one, other)| !**one && **other).count(),
        )
    };
    let scales = r#"{"evaluation": {"items": 300, "pairing": "scales"}}"#;
    let (lost, gained) = better(&outcomes(scales, 1e8, 300), &outcomes(scales, 1e9, 300));
    assert!(lost == 0 && gained > 300, "{lost} {gained}");
    let weaker = r#"{"evaluation": {"items": 300, "pairing": "all"}, "skill": {"c": 1e8}}"#;
    let stronger = r#"{"evaluation": {"items": 300, "pairing": "all"}, "skill": {"c": 1e7}}"#;
    let (lost, gained) = better(&outcomes(weaker, 1e9, 300), &outcomes(stronger, 1e10, 300));
    assert!(lost == 0 && gained > 300, "{lost} {gained}");
    let independent = r#"{"evaluation": {"items": 300}}"#;
    let (lost, _) = better(
        &outcomes(independent, 1e8, 300),
        &outcomes(independent, 1e9, 300),
    );
    assert!(lost > 300, "{lost}");
}

#[test]
fn certain_and_impossible_steps_are_exactly_that() {
    let certain = outcomes(r#"{"skill": {"kind": "linear-log"}}"#, 1e13, 1000);
    let impossible = outcomes(r#"{"skill": {"kind": "linear-log"}}"#, 1e6, 1000);
    assert!(
        certain.iter().flatten().all(|right| *right)
            && impossible.iter().flatten().all(|right| !right)
    );
}

/// Numbers of items that are no multiples of 64, several attempts and training runs, and one; tallies of scales in order.
#[test]
fn every_structure_is_the_same_on_every_path() {
    const SPREADS: [&str; 8] = [
        r#""none""#,
        r#""logit-normal", "sd": 1.3"#,
        r#""beta", "concentration": 3"#,
        r#""scaled-beta", "concentration": 3, "ceiling": 0.7"#,
        r#""gamma-frailty", "shape": 0.7"#,
        r#""two-point", "share": 0.3, "on": "log-odds""#,
        r#""two-point", "share": 0.3"#,
        r#""impossible", "share": 0.3"#,
    ];
    const DEPENDENCES: [&str; 8] = [
        r#""independent""#,
        r#""halting""#,
        r#""tainted", "multiplier": 3, "cleaning": 0.3"#,
        r#""tainted", "multiplier": 3, "on": "log-odds""#,
        r#""markov", "multiplier": 4"#,
        r#""markov", "multiplier": 4, "on": "log-odds""#,
        r#""error-fraction", "slope": 0.8"#,
        r#""common-factor", "correlation": 0.4"#,
    ];
    const DIFFICULTIES: [&str; 5] = [
        r#""equal""#,
        r#""ramp", "from": 0.1, "to": 3"#,
        r#""ramp", "from": 0.1, "to": 3, "on": "log-odds""#,
        r#""normal", "sd": 1.2, "on": "hazard""#,
        r#""normal", "sd": 1.2"#,
    ];
    const RECOVERIES: [&str; 3] = [
        r#""none""#,
        r#""retry", "tries": 3"#,
        r#""retry-budget", "retries": 5, "true-positive-rate": 0.9, "false-positive-rate": 0.2"#,
    ];
    const GATE: &str =
        r#""gate", "curve": {"kind": "logistic", "midpoint": 5e9, "slope": 0.7, "floor": 0.1}"#;
    const LENGTHS: [&str; 3] = ["23", r#"{"kind": "uniform", "from": 2, "to": 30}"#, "131"];
    const EVALUATIONS: [&str; 2] = [
        r#""items": 597"#,
        r#""items": 75, "attempts": 3, "training-seeds": 2"#,
    ];
    let all = SPREADS.iter().flat_map(|spread| {
        DEPENDENCES.iter().flat_map(move |dependence| {
            let difficulties = DIFFICULTIES.iter();
            difficulties.map(move |difficulty| (spread, dependence, difficulty))
        })
    });
    // Every second: each spread with each dependence, and two or three difficulties with each pair.
    for (place, (spread, dependence, difficulty)) in all.enumerate().step_by(2) {
        let (recovery, length) = (RECOVERIES[place * 7 / 2 % 3], LENGTHS[place * 5 / 4 % 3]);
        let text = format!(
            r#"{{"seed": {place}, "skill": {{"kind": "logistic", "midpoint": 2e9, "floor": 0.02, "ceiling": 0.98}},
                "task": {{"steps": {length}, "guess": {}, "floor": {}, "spread": {{"kind": {spread}}},
                    "dependence": {{"kind": {dependence}}}, "difficulty": {{"kind": {difficulty}}},
                    "recovery": {{"kind": {recovery}}}, "format": {{"kind": {}}}}},
                "evaluation": {{{}, "scales": [3e9, 1e10], "metrics": ["exact-match", "prefix-credit", "partial-credit"]}}}}"#,
            if place % 3 == 0 { 0.1 } else { 0.0 },
            if place % 5 == 0 { 0.05 } else { 0.0 },
            if place % 4 == 0 { GATE } else { r#""none""# },
            EVALUATIONS[place * 11 / 3 % 2],
        );
        let settings = Setting::at_every_scale(&scenario(&text), 0);
        for setting in &settings {
            let tally = on_every_path(setting, 0..setting.items());
            assert_eq!(tally, reference(setting), "{text}");
        }
    }
}

/// Thresholds by the number of errors are chosen in one way for few steps, in another for many.
#[test]
fn errors_are_counted_in_tasks_of_any_length() {
    for steps in (1..=9).chain([15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130, 257]) {
        let text = format!(
            r#"{{"skill": {MIDDLING}, "task": {{"steps": {steps}, "dependence": {{"kind": "error-fraction", "slope": 0.9}}}},
                "evaluation": {{"items": 333, "scales": [2e9]}}}}"#
        );
        let setting = &Setting::at_every_scale(&scenario(&text), 3)[0];
        assert_eq!(
            on_every_path(setting, 0..333),
            reference(setting),
            "{steps}"
        );
    }
}

/// Attempts at the next scale are kept until it is asked for: in whatever order, as often as one likes, whatever items.
#[test]
fn the_order_of_scales_changes_nothing() {
    let text = r#"{"task": {"steps": 9, "spread": {"kind": "logit-normal"}},
        "evaluation": {"items": 5000, "attempts": 2, "scales": [1e8, 1e9, 1e10]}}"#;
    let at_every_scale = || Setting::at_every_scale(&scenario(text), 0);
    let path = Path::in_use();
    let tally = |setting: &Setting, items| tally_on(path, setting, items).unwrap();
    let alone: Vec<Tally> = (0..3)
        .map(|place| tally(&at_every_scale()[place], 0..5000))
        .collect();
    let settings = at_every_scale();
    for place in [0, 1, 0, 2, 1, 1, 2, 0] {
        assert_eq!(tally(&settings[place], 0..5000), alone[place], "{place}");
        let mut parts = tally(&settings[place], 0..70);
        parts.add(&tally(&settings[place], 70..5000));
        assert_eq!(parts, alone[place], "{place}");
    }
}

/// So hard or so easy that near chances cannot be told, or lie on a digit.
#[test]
fn paths_agree_where_nothing_is_in_between() {
    for (place, task) in [
        r#""guess": 0.25, "spread": {"kind": "impossible", "share": 0.5}"#,
        r#""guess": 0.5, "difficulty": {"kind": "ramp", "from": 1e-6, "to": 1e6}, "spread": {"kind": "logit-normal", "sd": 3}"#,
        r#""difficulty": {"kind": "normal", "sd": 9}, "dependence": {"kind": "markov", "multiplier": 1e-5}"#,
        r#""difficulty": {"kind": "ramp", "from": 1e-120, "to": 1}, "spread": {"kind": "gamma-frailty", "shape": 0.1}"#,
        r#""dependence": {"kind": "error-fraction", "slope": 1}, "spread": {"kind": "two-point", "hard": 1e5}"#,
        r#""dependence": {"kind": "common-factor", "correlation": 0.99}, "difficulty": {"kind": "normal", "sd": 5}"#,
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!(
            r#"{{"skill": {{"c": 1e9, "alpha": 2}}, "task": {{"steps": 12, {task}}},
                "evaluation": {{"items": 200, "scales": [1e5, 1e9, 1e14]}}}}"#
        );
        for setting in &Setting::at_every_scale(&scenario(&text), place as u64) {
            assert_eq!(on_every_path(setting, 0..200), reference(setting), "{text}");
        }
    }
}
