//! `mirage verify` in small, and that it rejects what is wrong.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use mirage::domain::{
    Dependence, Difficulty, Format, Items, LengthDistribution, Lengths, Recovery, SkillCurve,
    Spread,
};
use mirage::engine::{Control, Interrupted, Method, Setting, Tally, simulate};
use mirage::report;
use mirage::study::{FALSE_ALARM, Unverified, Verification, World, compare, verify, worlds};

fn control(cancel: &AtomicBool) -> Control<'_> {
    Control {
        cancel,
        events: &|_| (),
    }
}

fn verified(worlds: &[World], seed: u64, items: u64) -> Verification {
    let (seed, items) = (seed.try_into().unwrap(), Items::try_from(items).unwrap());
    verify(worlds, seed, items, &control(&AtomicBool::new(false))).unwrap()
}

/// Whether more than counts is read off its answers.
fn is_read(world: &World) -> bool {
    let mut metrics = world.scenario.evaluation.metrics.as_slice().iter();
    metrics.any(|metric| metric.credit.reading().is_some())
}

/// Every structure once by itself, and a part of the rest.
fn some() -> Vec<World> {
    let all = worlds().into_iter().enumerate();
    let some = all.filter(|(place, world)| {
        world.structures.len() == 1 || !world.kinds.is_empty() || place % 9 == 0 || is_read(world)
    });
    some.map(|(_, world)| world).collect()
}

/// P(rejection) is below 1e-4 for a right program, at the time the seed was chosen.
#[test]
fn the_engine_attempts_what_is_expected() {
    let worlds = some();
    let found = verified(&worlds, 20_230_428, 2000);
    assert!(found.checks.len() > 10_000, "{}", found.checks.len());
    let table = report::verification(&found, &worlds);
    assert!(found.is_accepted(), "{table}");
    // Every credit has a mean at every scale.
    for (place, world) in worlds.iter().enumerate() {
        let here = found.checks.iter().filter(|check| check.world == place);
        let means = here.filter(|check| check.quantity.name() == "mean").count();
        let scales = world.scenario.evaluation.scales.as_slice().len();
        let metrics = world.scenario.evaluation.metrics.as_slice().len();
        assert_eq!(means, metrics * scales, "{}", world.name());
    }
}

#[test]
fn worlds_have_every_kind_of_everything() {
    let worlds = worlds();
    let tasks = || worlds.iter().map(|world| world.scenario.task.chain());
    let drawn = tasks().filter_map(|task| match task.lengths() {
        Lengths::Drawn(law) => Some(law.kind()),
        Lengths::Fixed(_) => None,
    });
    let curves = worlds.iter().map(|world| world.scenario.skill.curve.kind());
    let kinds: [(BTreeSet<&str>, &[&str]); 7] = [
        (curves.collect(), SkillCurve::KINDS),
        (drawn.collect(), LengthDistribution::KINDS),
        (
            tasks().map(|task| task.difficulty().kind()).collect(),
            Difficulty::KINDS,
        ),
        (
            tasks().map(|task| task.spread().kind()).collect(),
            Spread::KINDS,
        ),
        (
            tasks().map(|task| task.dependence().kind()).collect(),
            Dependence::KINDS,
        ),
        (
            tasks().map(|task| task.recovery().kind()).collect(),
            Recovery::KINDS,
        ),
        (
            tasks().map(|task| task.format().kind()).collect(),
            Format::KINDS,
        ),
    ];
    for (found, wanted) in kinds {
        assert_eq!(found, wanted.iter().copied().collect(), "{wanted:?}");
    }
}

/// What is attempted by one law is held against what is expected of another, a little off.
#[test]
fn a_wrong_expectation_is_rejected() {
    for (structures, right, wrong) in [
        (&["tainted"][..], r#""cleaning":0.23"#, r#""cleaning":0.33"#),
        (
            &["beta"],
            r#""concentration":6.3"#,
            r#""concentration":5.5"#,
        ),
        (
            &["retry"],
            r#""false-positive-rate":0.18"#,
            r#""false-positive-rate":0.22"#,
        ),
        (
            &["common-factor"],
            r#""correlation":0.37"#,
            r#""correlation":0.33"#,
        ),
        (
            &["logit-normal", "shared, 3 attempts"],
            r#""sd":1.23"#,
            r#""sd":1.4"#,
        ),
        (&["log-normal"], r#""sd":0.47"#, r#""sd":0.49"#),
        (&["gate"], r#""slope":0.53"#, r#""slope":0.5"#),
        (
            &["impossible", "gate", "shared, 3 attempts"],
            r#""midpoint":7300000000.0"#,
            r#""midpoint":6000000000.0"#,
        ),
    ] {
        let mut all = worlds().into_iter();
        let world = all.find(|world| world.structures == structures).unwrap();
        let mut scenario = world.scenario.clone();
        scenario.evaluation.items = Items::try_from(40_000).unwrap();
        let json = serde_json::to_string(&scenario).unwrap();
        assert!(json.contains(right), "{json}");
        let off = World {
            scenario: serde_json::from_str(&json.replace(right, wrong)).unwrap(),
            ..world.clone()
        };
        let settings = Setting::at_every_scale(&scenario, 0);
        let cancel = AtomicBool::new(false);
        let tallies = simulate(&settings, Method::Kernel, &control(&cancel)).unwrap();
        let tallies: Vec<Tally> = tallies.into_iter().map(Result::unwrap).collect();
        let verdict = |world: &World| Verification {
            seed: scenario.seed,
            checks: compare(0, world, &tallies),
        };
        assert!(verdict(&world).is_accepted(), "{structures:?}");
        assert!(!verdict(&off).is_accepted(), "{structures:?}");
    }
}

#[test]
fn readme_says_how_many_worlds_there_are() {
    let readme = include_str!("../README.md");
    assert!(readme.contains(&format!("attempts {} worlds", worlds().len())));
}

#[test]
fn verdicts_correct_for_the_number_of_numbers() {
    let worlds = some();
    let mut found = verified(&worlds[..3], 11, 500);
    let count = found.checks.len() as f64;
    found.checks[7].p_value = 1.01 * FALSE_ALARM / count;
    assert!(found.is_accepted());
    found.checks[7].p_value = 0.99 * FALSE_ALARM / count;
    assert!(!found.is_accepted());
    let table = report::verification(&found, &worlds[..3]);
    assert!(table.contains("REJECTED") && table.lines().all(|line| line.chars().count() <= 80));
    found.checks.clear();
    assert!(!found.is_accepted());
}

#[test]
fn a_cancelled_verification_returns_nothing() {
    let cancelled = AtomicBool::new(true);
    let (seed, items) = (1.try_into().unwrap(), Items::try_from(100).unwrap());
    let none = verify(&some(), seed, items, &control(&cancelled));
    assert_eq!(none.unwrap_err(), Unverified::Interrupted(Interrupted));
}
