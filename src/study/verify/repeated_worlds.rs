//! Worlds whose attempts are reduced to one number, and whose training runs differ.

use serde_json::{Value, json};

use super::worlds::{CHOICES, Choice, SKILLS, World, scenario, world};

/// Reducers of six attempts, each with parameters of its own.
const REDUCED: [&str; 10] = [
    "exact-match",
    "pass@4",
    "plug-in-pass@3",
    "pass^2",
    "g-pass@5:0.6",
    "majority@3",
    "majority@6",
    "pass-until@2",
    "pass-until-mle@1",
    "pass@2/pass-mark:0.7",
];

/// Numbers of different wrong answers.
const WRONG_ANSWERS: [(&str, u32); 3] = [
    ("two wrong answers", 2),
    ("three wrong answers", 3),
    ("many wrong answers", 1000),
];

/// How training runs differ. Runs that fail do worse at every scale that is looked at.
const RUNS: [(&str, &str); 2] = [
    ("normal runs", r#"{"kind": "normal", "sd": 0.83}"#),
    (
        "bimodal runs",
        r#"{"kind": "bimodal", "midpoint": 2e10, "slope": 0.37, "low": 0.43}"#,
    ),
];

/// Metrics of four attempts by training runs that differ.
const BY_RUN: [&str; 7] = [
    "exact-match",
    "partial-credit",
    "prefix-credit",
    "pass@3",
    "pass^2",
    "majority@4",
    "pass-until@2",
];

pub(super) fn repeated_worlds() -> Vec<World> {
    let reduced = reduced().into_iter();
    reduced
        .chain(unlike_runs())
        .chain(many_runs())
        .chain(shared_runs())
        .collect()
}

fn every_choice() -> impl Iterator<Item = Vec<&'static Choice>> {
    let alone = CHOICES.iter().map(|one| vec![one]);
    // Skills are seen as a hazard: one kind does for all.
    let alone = alone.filter(|choices| choices.iter().all(|one| one.family != "skill"));
    [Vec::new()].into_iter().chain(alone)
}

/// Several attempts of runs that are alike.
fn reduced() -> Vec<World> {
    let evaluation = |runs: u32| json!({"attempts": 6, "training-seeds": runs, "metrics": REDUCED});
    let alone = every_choice().filter_map(move |choices| {
        let more = json!({"evaluation": evaluation(1)});
        Some(world(
            &choices,
            Some("reduced"),
            scenario(&choices, more, &SKILLS)?,
            6,
        ))
    });
    let voted = WRONG_ANSWERS.iter().flat_map(move |&(told, answers)| {
        let spreads = [None, CHOICES.iter().find(|one| one.name == "beta")];
        spreads.into_iter().filter_map(move |spread| {
            let choices: Vec<&Choice> = spread.into_iter().collect();
            let more = json!({"task": {"wrong-answers": answers}, "evaluation": evaluation(2)});
            let scenario = scenario(&choices, more, &SKILLS)?;
            Some(named(
                world(&choices, Some(told), scenario, 12),
                &["reduced"],
            ))
        })
    });
    alone.chain(voted).collect()
}

/// Training runs that differ, with every structure, so that there are many of them: sixteen attempt the same items.
fn unlike_runs() -> Vec<World> {
    let worlds = RUNS.iter().flat_map(|&(told, between)| {
        every_choice().filter_map(move |choices| {
            let more = of_runs(between, &BY_RUN, 4, 16)?;
            let scenario = scenario(&choices, more, &SKILLS)?;
            Some(World {
                items: Some(16),
                ..world(&choices, Some(told), scenario, 4)
            })
        })
    });
    worlds.collect()
}

/// Training runs that differ, each kept by itself.
fn many_runs() -> Vec<World> {
    let worlds = RUNS.iter().filter_map(|&(told, between)| {
        let more = of_runs(between, &BY_RUN, 4, 3000)?;
        let world = world(&[], Some(told), scenario(&[], more, &SKILLS)?, 4);
        Some(World {
            items: Some(10),
            ..named(world, &["many runs"])
        })
    });
    worlds.collect()
}

/// Training runs that differ, at items that scales share: runs do not.
fn shared_runs() -> Vec<World> {
    let impossible = || CHOICES.iter().find(|one| one.name == "impossible");
    let worlds = RUNS.iter().filter_map(|&(told, between)| {
        let choices: Vec<&Choice> = impossible().into_iter().collect();
        let more = of_runs(between, &BY_RUN[..3], 2, 1)?;
        let world = world(
            &choices,
            Some(told),
            scenario(&choices, more.clone(), &SKILLS)?,
            5,
        );
        Some(World {
            items: Some(16),
            // Impossible items earn nothing.
            kinds: vec![(0.83, scenario(&[], more, &SKILLS)?)],
            ..named(world, &["shared items"])
        })
    });
    worlds.collect()
}

/// Training runs that differ: so many, each with so many attempts at an item.
fn of_runs(between: &str, metrics: &[&str], attempts: u32, runs: u32) -> Option<Value> {
    let between: Value = serde_json::from_str(between).ok()?;
    let evaluation = json!({"attempts": attempts, "training-seeds": runs, "metrics": metrics});
    Some(json!({"skill": {"between-seeds": between}, "evaluation": evaluation}))
}

fn named(mut world: World, more: &[&'static str]) -> World {
    world.structures.extend(more);
    world
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_reduced_and_run() {
        let choices = every_choice().count();
        assert_eq!(reduced().len(), choices + 2 * WRONG_ANSWERS.len());
        assert_eq!(unlike_runs().len(), RUNS.len() * choices);
        assert_eq!((many_runs().len(), shared_runs().len()), (2, 2));
        let kinds = shared_runs().into_iter().map(|world| world.kinds.len());
        assert_eq!(kinds.sum::<usize>(), 2);
    }
}
