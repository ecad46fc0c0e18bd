//! What is simulated to be held against what was expected: every structure alone, every two together, and many at once,
//! away from symmetric points.

use serde_json::{Map, Value, json};

use super::repeated_worlds::repeated_worlds;
use crate::domain::{Scale, Scales, Scenario};

/// One way in which a world may differ from the plainest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// Choices of one family exclude each other.
    pub(super) family: &'static str,
    pub(super) name: &'static str,
    /// What it sets in a scenario, as JSON.
    sets: &'static str,
}

/// A scenario of one structure or several.
#[derive(Clone, Debug)]
pub struct World {
    /// The structures that it has.
    pub structures: Vec<&'static str>,
    /// What is attempted; three scales or four.
    pub scenario: Scenario,
    /// Items, as a multiple of those of other worlds.
    pub weight: u64,
    /// Kinds of items with their shares, each as a scenario of items that are alike: there, products of an item's credits
    /// at neighbouring scales are looked at as well. Else none.
    pub kinds: Vec<(f64, Scenario)>,
    /// Items that the same training runs attempt, where training runs differ: others attempt as many more, until there are
    /// as many attempts as in other worlds. `None` where the same attempt all.
    pub items: Option<u64>,
}

impl World {
    /// Its structures in one line.
    #[must_use]
    pub fn name(&self) -> String {
        self.structures.join(" + ")
    }
}

const fn choice(family: &'static str, name: &'static str, sets: &'static str) -> Choice {
    Choice { family, name, sets }
}

/// Numbers are such that nothing is symmetric, of size one, or the same twice.
pub(super) const CHOICES: &[Choice] = &[
    choice(
        "skill",
        "irreducible",
        r#"{"skill": {"kind": "irreducible-power-law", "c": 3.3e8, "irreducible": 0.021, "alpha": 0.53}}"#,
    ),
    choice(
        "skill",
        "logistic",
        r#"{"skill": {"kind": "logistic", "floor": 0.11, "ceiling": 0.985, "midpoint": 7e8, "slope": 0.83}}"#,
    ),
    choice(
        "skill",
        "linear-log",
        r#"{"skill": {"kind": "linear-log", "zero-at": 3e6, "one-at": 4e12}}"#,
    ),
    choice(
        "skill",
        "broken",
        r#"{"skill": {"kind": "broken-power-law", "c": 2.2e8, "alpha": 0.22, "alpha-after": 0.71, "break-at": 3e9}}"#,
    ),
    choice("steps", "23 steps", r#"{"task": {"steps": 23}}"#),
    choice(
        "steps",
        "uniform",
        r#"{"task": {"steps": {"kind": "uniform", "from": 3, "to": 9}}}"#,
    ),
    choice(
        "steps",
        "geometric",
        r#"{"task": {"steps": {"kind": "geometric", "mean": 4.3, "longest": 9}}}"#,
    ),
    choice(
        "steps",
        "poisson",
        r#"{"task": {"steps": {"kind": "poisson", "mean": 4.7, "longest": 10}}}"#,
    ),
    choice(
        "steps",
        "log-normal",
        r#"{"task": {"steps": {"kind": "log-normal", "median": 4.4, "sd": 0.47, "longest": 9}}}"#,
    ),
    choice(
        "steps",
        "list of lengths",
        r#"{"task": {"steps": {"kind": "list", "lengths": [2, 5, 9], "weights": [3, 2, 1.4]}}}"#,
    ),
    choice("guess", "guess", r#"{"task": {"guess": 0.13}}"#),
    choice("floor", "floor", r#"{"task": {"floor": 0.07}}"#),
    choice(
        "difficulty",
        "ramp",
        r#"{"task": {"difficulty": {"kind": "ramp", "from": 0.21, "to": 1.7}}}"#,
    ),
    choice(
        "difficulty",
        "ramp, odds",
        r#"{"task": {"difficulty": {"kind": "ramp", "from": 2.6, "to": 0.33, "on": "log-odds"}}}"#,
    ),
    choice(
        "difficulty",
        "bottleneck",
        r#"{"task": {"difficulty": {"kind": "bottleneck", "multiplier": 3.7, "place": 0.27}}}"#,
    ),
    choice(
        "difficulty",
        "bottleneck, odds",
        r#"{"task": {"difficulty": {"kind": "bottleneck", "multiplier": 4.3, "place": 0.81, "on": "log-odds"}}}"#,
    ),
    choice(
        "difficulty",
        "two-rate",
        r#"{"task": {"difficulty": {"kind": "two-rate", "share": 0.35, "key": 2.4, "other": 0.6}}}"#,
    ),
    choice(
        "difficulty",
        "two-rate, odds",
        r#"{"task": {"difficulty": {"kind": "two-rate", "share": 0.41, "key": 0.45, "other": 3.1, "on": "log-odds"}}}"#,
    ),
    choice(
        "difficulty",
        "normal",
        r#"{"task": {"difficulty": {"kind": "normal", "sd": 0.83, "on": "hazard"}}}"#,
    ),
    choice(
        "difficulty",
        "normal, odds",
        r#"{"task": {"difficulty": {"kind": "normal", "sd": 1.37, "on": "log-odds"}}}"#,
    ),
    choice(
        "difficulty",
        "list",
        r#"{"task": {"difficulty": {"kind": "list"}}}"#,
    ),
    choice(
        "difficulty",
        "list, odds",
        r#"{"task": {"difficulty": {"kind": "list", "on": "log-odds"}}}"#,
    ),
    choice(
        "spread",
        "logit-normal",
        r#"{"task": {"spread": {"kind": "logit-normal", "sd": 1.23}}}"#,
    ),
    choice(
        "spread",
        "beta",
        r#"{"task": {"spread": {"kind": "beta", "concentration": 6.3}}}"#,
    ),
    choice(
        "spread",
        "scaled-beta",
        r#"{"task": {"spread": {"kind": "scaled-beta", "concentration": 4.7, "ceiling": 0.93}}}"#,
    ),
    choice(
        "spread",
        "gamma-frailty",
        r#"{"task": {"spread": {"kind": "gamma-frailty", "shape": 1.7}}}"#,
    ),
    choice(
        "spread",
        "two-point",
        r#"{"task": {"spread": {"kind": "two-point", "share": 0.37, "hard": 3.3, "easy": 0.41}}}"#,
    ),
    choice(
        "spread",
        "two-point, odds",
        r#"{"task": {"spread": {"kind": "two-point", "share": 0.29, "hard": 4.1, "easy": 0.62, "on": "log-odds"}}}"#,
    ),
    choice(
        "spread",
        "impossible",
        r#"{"task": {"spread": {"kind": "impossible", "share": 0.17}}}"#,
    ),
    choice(
        "dependence",
        "halting",
        r#"{"task": {"dependence": {"kind": "halting"}}}"#,
    ),
    choice(
        "dependence",
        "tainted",
        r#"{"task": {"dependence": {"kind": "tainted", "multiplier": 2.7, "cleaning": 0.23}}}"#,
    ),
    choice(
        "dependence",
        "tainted, odds",
        r#"{"task": {"dependence": {"kind": "tainted", "multiplier": 3.9, "cleaning": 0.41, "on": "log-odds"}}}"#,
    ),
    choice(
        "dependence",
        "tainted for good",
        r#"{"task": {"dependence": {"kind": "tainted", "multiplier": 0.37}}}"#,
    ),
    choice(
        "dependence",
        "markov",
        r#"{"task": {"dependence": {"kind": "markov", "multiplier": 3.2}}}"#,
    ),
    choice(
        "dependence",
        "markov, odds",
        r#"{"task": {"dependence": {"kind": "markov", "multiplier": 0.28, "on": "log-odds"}}}"#,
    ),
    choice(
        "dependence",
        "error-fraction",
        r#"{"task": {"dependence": {"kind": "error-fraction", "slope": 0.43}}}"#,
    ),
    choice(
        "dependence",
        "common-factor",
        r#"{"task": {"dependence": {"kind": "common-factor", "correlation": 0.37}}}"#,
    ),
    choice(
        "recovery",
        "retry",
        r#"{"task": {"recovery": {"kind": "retry", "tries": 3, "true-positive-rate": 0.93, "false-positive-rate": 0.18}}}"#,
    ),
    choice(
        "recovery",
        "retry, perfect",
        r#"{"task": {"recovery": {"kind": "retry", "tries": 2}}}"#,
    ),
    choice(
        "recovery",
        "retry-budget",
        r#"{"task": {"recovery": {"kind": "retry-budget", "retries": 3, "true-positive-rate": 0.89, "false-positive-rate": 0.14}}}"#,
    ),
    choice(
        "recovery",
        "budget, perfect",
        r#"{"task": {"recovery": {"kind": "retry-budget", "retries": 1}}}"#,
    ),
    choice(
        "format",
        "gate",
        r#"{"task": {"format": {"kind": "gate", "curve":
            {"kind": "logistic", "midpoint": 7.3e9, "slope": 0.53, "floor": 0.07, "ceiling": 0.96}}}}"#,
    ),
];

/// Skills that are worlds by themselves only: what is attempted and what is expected see of them a hazard, the same number
/// under every structure.
const SKILLS_ALONE: &[Choice] = &[
    choice(
        "skill",
        "three breaks",
        r#"{"skill": {"kind": "broken-power-law", "c": 2.2e8, "alpha": 0.22, "alpha-after": 0.71, "break-at": 3e9,
            "more-breaks": [{"at": 7e9, "alpha-after": 0.13, "width": 0.4}, {"at": 5e10, "alpha-after": 0.6, "width": 0.1}]}}"#,
    ),
    choice(
        "skill",
        "gompertz",
        r#"{"skill": {"kind": "gompertz", "floor": 0.17, "c": 3e8, "alpha": 0.37, "irreducible": 0.013}}"#,
    ),
    choice(
        "skill",
        "chinchilla",
        r#"{"skill": {"kind": "chinchilla", "constants": "besiroglu", "data": {"kind": "tokens-per-parameter", "ratio": 33},
            "kappa": 0.7, "irreducible-loss": 1.79}}"#,
    ),
    choice(
        "skill",
        "gadre",
        r#"{"skill": {"kind": "gadre", "epsilon": 0.93, "k": 11.4, "gamma": 1.5, "constants": "hoffmann"}}"#,
    ),
    choice(
        "skill",
        "hill",
        r#"{"skill": {"kind": "hill", "initial": 0.13, "asymptote": 0.983, "midpoint": 4e8, "exponent": 1.3}}"#,
    ),
    choice(
        "skill",
        "probit",
        r#"{"skill": {"kind": "probit", "floor": 0.08, "ceiling": 0.99, "midpoint": 6e8, "sd": 0.83}}"#,
    ),
    choice(
        "skill",
        "acquisition",
        r#"{"skill": {"kind": "acquisition", "chance": 0.013, "per-try": 3e7}}"#,
    ),
    choice(
        "skill",
        "table",
        r#"{"skill": {"kind": "table", "points": [[2e6, 0.12], [1e9, 0.55], [3e9, 0.71], [8e10, 0.97], [2e13, 0.98]]}}"#,
    ),
    choice(
        "skill",
        "loss threshold",
        r#"{"skill": {"kind": "loss-threshold", "constants": "muennighoff", "floor": 0.13, "ceiling": 0.99, "at-loss": 2.7,
            "slope": 1.2, "exponent": 1.3}}"#,
    ),
    choice(
        "skill",
        "percolation",
        r#"{"skill": {"kind": "percolation", "floor": 0.11, "ceiling": 0.98, "critical-at": 2e9, "exponent": 0.43}}"#,
    ),
    choice(
        "skill",
        "quanta",
        r#"{"skill": {"kind": "quanta", "unlearned": 0.08, "learned": 0.99, "alpha": 0.37, "count": 400, "capacity": 3e7}}"#,
    ),
    choice(
        "skill",
        "opposed slices",
        r#"{"skill": {"kind": "opposed-slices", "share": 0.37, "start": 0.22, "dip": 0.55, "hump": 0.31, "slope": 1.3}}"#,
    ),
    choice(
        "skill",
        "efficiency",
        r#"{"skill": {"c": 3e8, "alpha": 0.41, "efficiency": 3.3}}"#,
    ),
    choice(
        "skill",
        "temperature",
        r#"{"skill": {"kind": "logistic", "floor": 0.11, "ceiling": 0.985, "midpoint": 7e8, "slope": 0.83, "temperature": 0.7}}"#,
    ),
];

const PLAINEST: &str = r#"{"skill": {"kind": "power-law", "c": 3e8, "alpha": 0.41}, "task": {"steps": 7},
    "evaluation": {"metrics": ["exact-match", "partial-credit", "prefix-credit", "pass-mark:0.7", "harshness:2.3"]}}"#;

/// Multipliers of a listed difficulty: as many as there are steps at most.
const MULTIPLIERS: [f64; 23] = [
    0.3, 2.1, 0.55, 1.2, 0.8, 1.6, 0.45, 1.9, 0.65, 0.9, 1.4, 0.25, 1.1, 0.7, 1.3, 0.35, 2.3, 0.6,
    0.95, 1.7, 0.4, 1.5, 0.85,
];

/// The success probabilities of an ordinary step, guessing and all structure aside, at which worlds are looked at.
pub(super) const SKILLS: [f64; 3] = [0.61, 0.85, 0.958];
const MORE_SKILLS: [f64; 4] = [0.41, 0.68, 0.87, 0.967];

/// Every world. Some hundreds.
#[must_use]
pub fn worlds() -> Vec<World> {
    let alone = CHOICES.iter().chain(SKILLS_ALONE);
    let alone = alone.map(|one| (vec![one], 6, &MORE_SKILLS[..]));
    let pairs = CHOICES.iter().enumerate().flat_map(|(i, one)| {
        let others = CHOICES[i + 1..].iter();
        let others = others.filter(|other| other.family != one.family);
        others.map(move |other| (vec![one, other], 1, &SKILLS[..]))
    });
    let many = (0..MANY).map(|seed| (many_at_once(seed), 1, &SKILLS[..]));
    let once = [(Vec::new(), 6, &MORE_SKILLS[..])].into_iter();
    let once = once.chain(alone).chain(pairs).chain(many);
    let once = once.filter_map(|(choices, weight, skills)| {
        let scenario = scenario(&choices, json!({}), skills)?;
        Some(world(&choices, None, scenario, weight))
    });
    let repeated = CHOICES.iter().filter_map(|one| {
        let four = json!({"evaluation": {"attempts": 2, "training-seeds": 2}});
        let scenario = scenario(&[one], four, &SKILLS)?;
        Some(world(&[one], Some("four attempts"), scenario, 1))
    });
    let rest = shared_items().into_iter().chain(readings());
    let rest = rest.chain(repeated_worlds());
    once.chain(repeated).chain(rest).collect()
}

pub(super) fn world(
    choices: &[&Choice],
    more: Option<&'static str>,
    scenario: Scenario,
    weight: u64,
) -> World {
    let names = choices.iter().map(|one| one.name).chain(more);
    let structures: Vec<&str> = names.collect();
    World {
        structures: match structures.is_empty() {
            true => vec!["none"],
            false => structures,
        },
        scenario,
        weight,
        kinds: Vec::new(),
        items: None,
    }
}

/// Worlds with a choice from nearly every family.
const MANY: usize = 40;

fn many_at_once(seed: usize) -> Vec<&'static Choice> {
    let mut families: Vec<&str> = CHOICES.iter().map(|one| one.family).collect();
    families.dedup();
    let mut chosen: Vec<&Choice> = Vec::new();
    for (place, family) in families.into_iter().enumerate() {
        let of_family = CHOICES.iter().filter(|one| one.family == family);
        // Expected values of several random effects at once take long.
        let is_random = |one: &Choice| {
            one.name.starts_with("normal")
                || [
                    "common-factor",
                    "logit-normal",
                    "beta",
                    "scaled-beta",
                    "gamma-frailty",
                ]
                .contains(&one.name)
        };
        let has_random = chosen.iter().any(|one| is_random(one));
        let long = chosen.iter().any(|one| one.name == "23 steps");
        let of_family: Vec<&Choice> = of_family
            .filter(|one| !is_random(one) || !(has_random || long))
            .collect();
        // Strides that have nothing in common with the sizes of families.
        let turn = seed * [13, 11, 1, 1, 17, 19, 23, 29][place % 8] + seed / 7 + place;
        chosen.extend(of_family.get(turn % (of_family.len() + 1)));
    }
    chosen
}

/// Kinds of items with their shares, each by what it sets.
type Kinds = Vec<(f64, Value)>;

/// Worlds whose scales share items that differ in a way that can be listed.
fn shared_items() -> Vec<World> {
    let multiplied = |by: f64, on: &str| json!({"task": {"difficulty": {"kind": "list", "multipliers": vec![by; 7], "on": on}}});
    let normal = (-80..=80).map(|i| {
        let z = 0.1 * f64::from(i);
        let weight = 0.1 * libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI);
        (weight, multiplied(libm::exp(-1.23 * z), "log-odds"))
    });
    let kinds: [(&[&str], Kinds); 6] = [
        (&["logit-normal"], normal.collect()),
        (
            &["two-point"],
            vec![
                (0.37, multiplied(3.3, "hazard")),
                (0.63, multiplied(0.41, "hazard")),
            ],
        ),
        (
            &["two-point, odds"],
            vec![
                (0.29, multiplied(4.1, "log-odds")),
                (0.71, multiplied(0.62, "log-odds")),
            ],
        ),
        // Impossible items earn nothing.
        (&["impossible"], vec![(0.83, json!({}))]),
        (
            &["uniform"],
            (3..=9)
                .map(|steps| (1.0 / 7.0, json!({"task": {"steps": steps}})))
                .collect(),
        ),
        // Nor does what is not extracted, of which another share is at another scale.
        (&["impossible", "gate"], vec![(0.83, json!({}))]),
    ];
    let attempts = [("shared items", 1), ("shared, 3 attempts", 3)];
    let worlds = kinds.iter().flat_map(|(names, kinds)| {
        attempts.iter().filter_map(move |&(told, attempts)| {
            let named = CHOICES.iter().filter(|one| names.contains(&one.name));
            let chosen: Vec<&Choice> = named.collect();
            // What differs between items is in the kinds; what does not is in all of them.
            let in_common = chosen.iter().filter(|one| one.family == "format");
            let in_common: Vec<&Choice> = in_common.copied().collect();
            let evaluation = json!({"evaluation": {"attempts": attempts}});
            let whole = scenario(&chosen, evaluation, &SKILLS)?;
            let kind = |(share, sets): &(f64, Value)| {
                Some((*share, scenario(&in_common, sets.clone(), &SKILLS)?))
            };
            Some(World {
                kinds: kinds.iter().map(kind).collect::<Option<_>>()?,
                ..world(&chosen, Some(told), whole, 1)
            })
        })
    });
    worlds.collect()
}

/// What is read off answers beyond right and wrong steps: its name, and what it adds to the plainest scenario.
const READ: &[(&str, &str)] = &[
    (
        "losses",
        r#"{"task": {"likelihood": {"kind": "log-normal", "sd": 0.63}}, "evaluation": {"metrics":
        ["exact-match", "log-likelihood", "sequence-nll", "probability", "brier"]}}"#,
    ),
    (
        "digits",
        r#"{"task": {"steps": 4, "tokens": {"kind": "alphabet", "size": 2, "deleted": 0.2, "inserted": 0.13}},
        "evaluation": {"metrics": ["partial-credit", "edit-distance", "common-subsequence"]}}"#,
    ),
    (
        "words",
        r#"{"task": {"steps": {"kind": "uniform", "from": 2, "to": 5},
        "tokens": {"kind": "distinct", "deleted": 0.31, "inserted": 0.27}},
        "evaluation": {"metrics": ["edit-distance", "common-subsequence"]}}"#,
    ),
    (
        "edits",
        r#"{"evaluation": {"metrics": ["partial-credit", "edit-distance", "common-subsequence"]}}"#,
    ),
    (
        "question",
        r#"{"task": {"kind": "choice", "options": 5, "distractor": -1.3,
        "noise": {"kind": "normal", "sd": 0.83}}, "evaluation": {"metrics": ["log-likelihood", "probability", "brier",
        "choice-accuracy", "choice-log-likelihood", "choice-probability", "choice-brier"]}}"#,
    ),
    (
        "question, Gumbel",
        r#"{"task": {"kind": "choice", "options": 3, "distractor": -0.4, "item-sd": 0.71,
        "noise": {"kind": "gumbel", "scale": 1.21}}, "evaluation": {"metrics": ["log-likelihood", "probability", "brier",
        "choice-accuracy", "choice-log-likelihood", "choice-probability", "choice-brier"]}}"#,
    ),
];

/// Which structures change what is read, and some that must not.
const READ_WITH: &[(&str, &[&str])] = &[
    (
        "losses",
        &[
            "guess",
            "floor",
            "ramp",
            "two-rate, odds",
            "normal",
            "logit-normal",
            "beta",
            "gamma-frailty",
            "impossible",
            "uniform",
            "tainted",
            "common-factor",
            "retry",
            "gate",
        ],
    ),
    (
        "digits",
        &[
            "guess",
            "floor",
            "ramp",
            "normal, odds",
            "logit-normal",
            "common-factor",
            "retry",
            "gate",
        ],
    ),
    ("words", &["two-point", "floor"]),
    ("edits", &["markov", "ramp", "beta"]),
    ("question", &["logistic"]),
];

/// Worlds whose answers are read.
fn readings() -> Vec<World> {
    let named = |name: &'static str| READ.iter().find(|read| read.0 == name);
    let choice = |name: &&str| CHOICES.iter().find(|one| one.name == *name);
    let alone = READ.iter().map(|read| (read, None));
    let pairs = READ_WITH.iter().flat_map(|&(name, with)| {
        let read = named(name).into_iter();
        read.flat_map(move |read| with.iter().map(move |other| (read, choice(other))))
    });
    let made = alone.chain(pairs).flat_map(|(&(name, sets), with)| {
        [(None, 1), (Some("four attempts"), 2)]
            .into_iter()
            .filter_map(move |(told, twice)| {
                let mut more: Value = serde_json::from_str(sets).ok()?;
                set(
                    &mut more,
                    json!({"evaluation": {"attempts": twice, "training-seeds": twice}}),
                );
                let with: Vec<&Choice> = with.into_iter().collect();
                let scenario = scenario(&with, more, &SKILLS)?;
                let mut world = world(&with, told, scenario, 1);
                world.structures.retain(|structure| *structure != "none");
                world.structures.insert(0, name);
                Some(world)
            })
    });
    made.collect()
}

/// `None` where choices do not make a scenario: never, which a test checks.
pub(super) fn scenario(choices: &[&Choice], more: Value, skills: &[f64]) -> Option<Scenario> {
    let mut all: Value = serde_json::from_str(PLAINEST).ok()?;
    for one in choices {
        set(&mut all, serde_json::from_str(one.sets).ok()?);
    }
    set(&mut all, more);
    let lengths = &all["task"]["steps"];
    let longest = ["longest", "to"]
        .iter()
        .find_map(|key| lengths[key].as_u64());
    let longest = longest.or_else(|| lengths["lengths"].as_array()?.last()?.as_u64());
    let longest = longest.or_else(|| lengths.as_u64());
    let difficulty = all["task"].get_mut("difficulty");
    if let Some(difficulty) = difficulty.filter(|one| one["kind"] == "list")
        && difficulty.get("multipliers").is_none()
    {
        difficulty["multipliers"] = json!(MULTIPLIERS.get(..longest? as usize)?);
    }
    let mut scenario: Scenario = serde_json::from_value(all).ok()?;
    let scales = skills.iter().map(|&skill| scale_of(&scenario, skill));
    scenario.evaluation.scales = Scales::listed(scales.collect::<Option<_>>()?).ok()?;
    Some(scenario)
}

/// Puts values into tables of tables.
fn set(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            // A kind brings its own settings.
            if from.contains_key("kind") {
                *into = Map::new();
            }
            for (key, value) in from {
                set(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// The scale at which an ordinary step succeeds with this probability, to within a hair.
fn scale_of(scenario: &Scenario, skill: f64) -> Option<Scale> {
    let hazard = -libm::log(skill);
    let (mut low, mut high) = (2.0, 30.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        match scenario.skill.hazard(Scale::from_log10(middle).ok()?) > hazard {
            true => low = middle,
            false => high = middle,
        }
    }
    Scale::from_log10(high).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_and_every_allowed_pair_is_a_world() {
        let worlds = worlds();
        let has = |names: &[&str]| worlds.iter().any(|world| world.structures == names);
        let mut pairs = 0;
        for (i, one) in CHOICES.iter().enumerate() {
            assert!(
                has(&[one.name]) && has(&[one.name, "four attempts"]),
                "{}",
                one.name
            );
            for other in &CHOICES[i + 1..] {
                if one.family != other.family {
                    assert!(has(&[one.name, other.name]), "{} {}", one.name, other.name);
                    pairs += 1;
                }
            }
        }
        let read: usize = READ_WITH.iter().map(|(_, with)| with.len()).sum();
        let read = 2 * (READ.len() + read);
        assert_eq!(readings().len(), read);
        for one in SKILLS_ALONE {
            assert!(has(&[one.name]), "{}", one.name);
        }
        let alone = 2 * CHOICES.len() + SKILLS_ALONE.len();
        let repeated = repeated_worlds().len();
        assert_eq!(
            worlds.len(),
            1 + alone + pairs + MANY + 12 + read + repeated
        );
        let many = worlds.iter().filter(|world| world.structures.len() > 3);
        assert!(many.count() > MANY / 2);
    }

    #[test]
    fn worlds_are_looked_at_where_they_can_tell_something() {
        for world in worlds() {
            for (place, &scale) in world
                .scenario
                .evaluation
                .scales
                .as_slice()
                .iter()
                .enumerate()
            {
                let p = libm::exp(-world.scenario.skill.hazard(scale));
                let skills = [&SKILLS[..], &MORE_SKILLS[..]];
                // A staircase has no scale of just that skill: it jumps past it.
                let off = match world.structures[..] == ["quanta"] {
                    true => 0.1,
                    false => 1e-6,
                };
                let wanted = skills
                    .iter()
                    .any(|skills| (skills[place.min(skills.len() - 1)] - p).abs() < off);
                assert!(wanted, "{:?} at {p}", world.structures);
            }
        }
    }
}
