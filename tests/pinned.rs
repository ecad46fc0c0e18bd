//! What seeds mean. A change here is a change of every published number: raise `LAYOUT` and say so in CHANGELOG.md.

use std::sync::atomic::AtomicBool;

use mirage::domain::{Scale, Scenario};
use mirage::engine::{Address, Control, LAYOUT, LawHash, Method, Role, Setting, attempt, simulate};

fn address() -> Address {
    let scenario = Scenario::default();
    Address {
        seed: scenario.seed,
        law: Some(LawHash::from_canonical("skill.alpha=f3fe0000000000000\n")),
        scale: Scale::try_from(3e9).ok(),
        training_seed: 2,
        replicate: 5,
    }
}

#[test]
fn layout_one() {
    assert_eq!(LAYOUT, 1);
}

#[test]
fn the_words_of_a_stream() {
    let mut stream = address().key(Role::Step).stream(7, 11);
    let words: [u64; 4] = std::array::from_fn(|_| stream.next_word());
    // Also what an independent program makes of the documentation of `Address`, `Key` and `Stream`.
    assert_eq!(
        words,
        [
            7_901_304_323_394_058_667,
            966_648_983_939_915_130,
            13_636_524_772_602_669_251,
            15_390_904_911_509_049_025
        ]
    );
    assert_eq!(
        address().key(Role::StepTie).tie(7, 11, 13, 17),
        17_248_843_598_149_782_651
    );
}

#[test]
fn the_steps_of_an_attempt() {
    let scenario: Scenario =
        serde_json::from_str(r#"{"task": {"steps": 30}, "evaluation": {"attempts": 2}}"#).unwrap();
    let setting = Setting::new(&scenario, Scale::try_from(2e8).unwrap(), 3);
    let outcome = attempt(&setting, 999, 1).unwrap().outcome();
    let text: String = outcome
        .iter()
        .map(|right| if *right { '1' } else { '0' })
        .collect();
    assert_eq!(text, "000100010100000001000001101111");
}

#[test]
fn the_tallies_of_the_uneven_world() {
    let json = r#"{"skill": {"c": 2e10, "alpha": 0.9}, "task": {"difficulty": {"kind": "ramp", "from": 1e-4, "to": 1}}}"#;
    let scenario: Scenario = serde_json::from_str(json).unwrap();
    assert_eq!(
        LawHash::from_canonical(&scenario.canonical_law()).to_hex(),
        "7e1fbcfdc9c57d424a9a321d6bdc9daa"
    );
    let scales = [1e9, 1e10, 1e11].map(|n| Setting::new(&scenario, Scale::try_from(n).unwrap(), 0));
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let tallies = simulate(&scales, Method::Kernel, &control).unwrap();
    let correct: Vec<Vec<u64>> = tallies
        .into_iter()
        .map(|tally| tally.unwrap().lengths.remove(0).correct)
        .collect();
    assert_eq!(
        correct,
        [
            [0, 0, 0, 0, 9, 131, 433, 382, 45, 0, 0],
            [0, 0, 0, 0, 0, 1, 15, 126, 425, 380, 53],
            [0, 0, 0, 0, 0, 0, 0, 1, 31, 263, 705]
        ]
    );
}

/// Every role in one scenario: lengths, items, steps, retries, the verifier, cleaning and whole items guessed.
#[test]
fn the_tally_of_a_structured_world() {
    let json = r#"{"skill": {"c": 2e8, "alpha": 0.4}, "task": {"steps": {"kind": "list", "lengths": [3, 8], "weights": [1, 2]},
        "guess": 0.05, "floor": 0.1, "difficulty": {"kind": "normal", "sd": 0.8}, "spread": {"kind": "two-point", "share": 0.3},
        "dependence": {"kind": "tainted", "multiplier": 6, "cleaning": 0.25},
        "recovery": {"kind": "retry-budget", "retries": 2, "true-positive-rate": 0.9, "false-positive-rate": 0.2}}}"#;
    let scenario: Scenario = serde_json::from_str(json).unwrap();
    let setting = Setting::new(&scenario, Scale::try_from(3e9).unwrap(), 0);
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let tally = simulate(&[setting], Method::Kernel, &control).unwrap();
    let tally = tally.into_iter().next().unwrap().unwrap();
    let counts = tally.lengths.iter();
    let counts: Vec<_> = counts
        .map(|length| (length.steps, &length.correct[..], &length.leading[..]))
        .collect();
    assert_eq!(
        format!("{counts:?}"),
        "[(3, [76, 49, 41, 169], [93, 38, 35, 169]), (8, [112, 74, 45, 52, 58, 61, 59, 47, 157], [218, 91, 42, 41, 32, 33, 21, 30, 157])]"
    );
}

/// What is extracted has a role of its own: the same attempts with and without a gate, where laws share their draws.
#[test]
fn the_tally_behind_a_gate() {
    let with = |format: &str| {
        let json = format!(
            r#"{{"skill": {{"c": 2e8, "alpha": 0.4}}, "task": {{"steps": 4, "floor": 0.1, "format": {format}}},
                "evaluation": {{"pairing": "all"}}}}"#
        );
        let scenario: Scenario = serde_json::from_str(&json).unwrap();
        let setting = Setting::new(&scenario, Scale::try_from(3e9).unwrap(), 0);
        let control = Control {
            cancel: &AtomicBool::new(false),
            events: &|_| (),
        };
        let tally = simulate(&[setting], Method::Kernel, &control).unwrap();
        let mut tally = tally.into_iter().next().unwrap().unwrap();
        tally.lengths.remove(0).correct
    };
    let gate = r#"{"kind": "gate", "curve": {"kind": "logistic", "midpoint": 3e9, "slope": 4, "ceiling": 0.7}}"#;
    assert_eq!(
        [with(r#"{"kind": "none"}"#), with(gate)],
        [[2, 57, 229, 402, 310], [647, 17, 86, 137, 113]]
    );
}

#[test]
fn the_common_factor_of_an_attempt() {
    let json =
        r#"{"task": {"steps": 12, "dependence": {"kind": "common-factor", "correlation": 0.5}}}"#;
    let scenario: Scenario = serde_json::from_str(json).unwrap();
    let setting = Setting::new(&scenario, Scale::try_from(2e9).unwrap(), 0);
    let factors = [0, 63, 64].map(|item| attempt(&setting, item, 0).unwrap().steps[0].past.common);
    assert_eq!(
        factors,
        [-0.605643015922926, -1.704861915250277, 0.7464872637207295]
    );
}
