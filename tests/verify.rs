//! `mirage verify` in small, and that it rejects what is wrong.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use mirage::domain::{
    BetweenSeeds, Dependence, Difficulty, Format, Items, LengthDistribution, Lengths, Recovery,
    Reducer, Scenario, SkillCurve, Spread,
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
        let means = here.filter(|check| check.quantity.name().starts_with("mean"));
        let evaluation = &world.scenario.evaluation;
        let (scales, metrics) = (evaluation.scales.as_slice(), evaluation.metrics.as_slice());
        // Drawn steps leave no number for what reducers make of attempts.
        let is_drawn = matches!(
            world.scenario.task.chain().difficulty(),
            Difficulty::Normal(_)
        );
        let known = metrics
            .iter()
            .filter(|metric| metric.reducer == Reducer::Mean || !is_drawn);
        assert_eq!(
            means.count(),
            known.count() * scales.len(),
            "{}",
            world.name()
        );
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
    let between = worlds
        .iter()
        .map(|world| world.scenario.skill.between_seeds().kind());
    let metrics = worlds
        .iter()
        .flat_map(|world| world.scenario.evaluation.metrics.as_slice());
    let reducers: BTreeSet<String> = metrics.map(|metric| metric.reducer.to_string()).collect();
    for entry in Reducer::CATALOGUE {
        let is_used = reducers
            .iter()
            .any(|reducer| reducer.starts_with(entry.name));
        assert!(is_used, "{}", entry.written);
    }
    let kinds: [(BTreeSet<&str>, &[&str]); 8] = [
        (between.collect(), BetweenSeeds::KINDS),
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
        (&["beta", "reduced"], "pass@4", "pass@5"),
        (&["guess", "reduced"], "pass-until@2", "pass-until-mle@2"),
        (
            &["three wrong answers", "reduced"],
            r#""wrong-answers":3"#,
            r#""wrong-answers":1"#,
        ),
        (
            &["three wrong answers", "reduced"],
            r#""wrong-answers":3"#,
            r#""wrong-answers":4"#,
        ),
        (
            &["impossible", "gate", "shared, 3 attempts"],
            r#""midpoint":7300000000.0"#,
            r#""midpoint":6000000000.0"#,
        ),
    ] {
        let world = world_named(structures);
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
        let verdict = |world: &World| verdict(world, &tallies);
        assert!(verdict(&world).is_accepted(), "{structures:?}");
        assert!(!verdict(&off).is_accepted(), "{structures:?}");
    }
}

fn world_named(structures: &[&str]) -> World {
    let mut all = worlds().into_iter();
    all.find(|world| world.structures == structures).unwrap()
}

/// The checks of training runs that differ: right, and against a law a little off.
#[test]
fn training_runs_that_differ_too_much_are_rejected() {
    for (structures, right, wrong) in [
        (
            &["normal runs", "many runs"][..],
            r#""sd":0.83"#,
            r#""sd":1.66"#,
        ),
        (
            &["normal runs", "many runs"],
            r#""sd":0.83"#,
            r#""sd":0.64"#,
        ),
        (
            &["logit-normal", "normal runs"],
            r#""sd":0.83"#,
            r#""sd":1.66"#,
        ),
        (&["gate", "bimodal runs"], r#""low":0.43"#, r#""low":0.33"#),
        (
            &["bimodal runs", "many runs"],
            r#""slope":0.37"#,
            r#""slope":0.57"#,
        ),
    ] {
        let world = world_named(structures);
        let json = serde_json::to_string(&world.scenario).unwrap();
        assert!(json.contains(right), "{json}");
        let off = World {
            scenario: serde_json::from_str(&json.replace(right, wrong)).unwrap(),
            ..world.clone()
        };
        let tallies = batches(&world, 200, |_| world.scenario.clone());
        let verdict = |world: &World| verdict(world, &tallies);
        let found = verdict(&world);
        let table = report::verification(&found, std::slice::from_ref(&world));
        assert!(found.is_accepted(), "{table}");
        assert!(!verdict(&off).is_accepted(), "{structures:?}");
    }
}

fn verdict(world: &World, tallies: &[Tally]) -> Verification {
    Verification {
        seed: world.scenario.seed,
        checks: compare(0, world, tallies),
    }
}

/// The attempts of many batches of a world, one where its runs are many, each of a scenario of its own.
fn batches(world: &World, count: u64, scenario: impl Fn(u64) -> Scenario) -> Vec<Tally> {
    let runs = world.scenario.evaluation.training_seeds.get();
    let count = if runs > 1000 { 1 } else { count };
    let settings = |batch: u64| {
        let mut scenario = scenario(batch);
        scenario.evaluation.items = world.items.unwrap().try_into().unwrap();
        Setting::at_every_scale(&scenario, batch)
    };
    let settings: Vec<Setting> = (0..count).flat_map(settings).collect();
    let cancel = AtomicBool::new(false);
    let tallies = simulate(&settings, Method::Kernel, &control(&cancel)).unwrap();
    let mut sums: Vec<Tally> = Vec::new();
    let scales = world.scenario.evaluation.scales.as_slice().len();
    for (place, tally) in tallies.into_iter().enumerate() {
        let tally = tally.unwrap();
        match sums.get_mut(place % scales) {
            Some(sum) => sum.add(&tally),
            None => sums.push(tally),
        }
    }
    sums
}

/// A run that breaks through at one scale would at every scale: means are as they should be, products are not.
#[test]
fn luck_that_scales_share_is_rejected() {
    let world = world_named(&["impossible", "bimodal runs", "shared items"]);
    let set = |between: &str| {
        let mut world = world.clone();
        let mut all = vec![&mut world.scenario];
        all.extend(world.kinds.iter_mut().map(|kind| &mut kind.1));
        for scenario in all {
            let json = serde_json::to_string(&scenario).unwrap();
            let at = json.find(r#""between-seeds":{"#).unwrap() + r#""between-seeds":"#.len();
            let end = at + json[at..].find('}').unwrap() + 1;
            let json = json[..at].to_owned() + between + &json[end..];
            *scenario = serde_json::from_str(&json).unwrap();
        }
        world
    };
    // Half of all runs break through, at any scale.
    let half = set(r#"{"kind":"bimodal","midpoint":2e10,"slope":1e-9,"low":0.43}"#);
    let all = set(r#"{"kind":"bimodal","midpoint":1e-3,"slope":50.0,"low":0.43}"#).scenario;
    let none = set(r#"{"kind":"bimodal","midpoint":1e30,"slope":50.0,"low":0.43}"#).scenario;
    let right = batches(&half, 4000, |_| half.scenario.clone());
    assert!(verdict(&half, &right).is_accepted());
    let shared = |batch: u64| {
        if batch.is_multiple_of(2) {
            all.clone()
        } else {
            none.clone()
        }
    };
    let found = verdict(&half, &batches(&half, 4000, shared));
    assert!(!found.is_accepted());
    let limit = FALSE_ALARM / found.checks.len() as f64;
    let told = found.checks.iter().filter(|check| check.p_value < limit);
    let told: BTreeSet<&str> = told.map(|check| check.quantity.name()).collect();
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["product of scales"]);
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
