//! What the benches measure: attempts at tasks of one structure, and drawing alone.

use mirage::domain::Scenario;
use mirage::engine::{Address, DIGITS, Path, Role, Setting, draw_only, tally_on};

/// Tasks of one structure.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// As in a scenario file, without the braces.
    pub(crate) task: &'static str,
    /// At each item. Where items or steps draw effects, many attempts show the steps alone.
    pub(crate) attempts: u32,
}

/// Plain steps first, then one structure at a time, then what costs most.
pub(crate) const WORKLOADS: &[Workload] = &[
    Workload::new("plain, 1 step", r#""steps": 1"#, 1),
    Workload::new("plain, 10 steps", r#""steps": 10"#, 1),
    Workload::new("plain", r#""steps": 100"#, 1),
    Workload::new(
        "items differ, 20 attempts",
        r#""steps": 100, "spread": {"kind": "logit-normal"}"#,
        20,
    ),
    Workload::new(
        "logit-normal items",
        r#""steps": 100, "spread": {"kind": "logit-normal"}"#,
        1,
    ),
    Workload::new(
        "beta items",
        r#""steps": 100, "spread": {"kind": "beta"}"#,
        1,
    ),
    Workload::new(
        "frail items",
        r#""steps": 100, "spread": {"kind": "gamma-frailty"}"#,
        1,
    ),
    Workload::new("guessed items", r#""steps": 100, "floor": 0.1"#, 1),
    Workload::new(
        "markov",
        r#""steps": 100, "dependence": {"kind": "markov"}"#,
        1,
    ),
    Workload::new(
        "halting",
        r#""steps": 100, "dependence": {"kind": "halting"}"#,
        1,
    ),
    Workload::new(
        "tainted",
        r#""steps": 100, "dependence": {"kind": "tainted"}"#,
        1,
    ),
    Workload::new(
        "errors, 10 steps",
        r#""steps": 10, "dependence": {"kind": "error-fraction"}"#,
        1,
    ),
    Workload::new(
        "errors",
        r#""steps": 100, "dependence": {"kind": "error-fraction"}"#,
        1,
    ),
    Workload::new(
        "items, a ramp, errors",
        r#""steps": 100, "difficulty": {"kind": "ramp"}, "spread": {"kind": "logit-normal"},
        "dependence": {"kind": "error-fraction"}"#,
        1,
    ),
    Workload::new(
        "items and a ramp",
        r#""steps": 100, "difficulty": {"kind": "ramp"}, "spread": {"kind": "logit-normal"}"#,
        1,
    ),
    Workload::new(
        "normal steps",
        r#""steps": 100, "difficulty": {"kind": "normal"}"#,
        1,
    ),
    Workload::new(
        "common factor",
        r#""steps": 100, "dependence": {"kind": "common-factor"}"#,
        1,
    ),
    Workload::new(
        "retries",
        r#""steps": 100, "recovery": {"kind": "retry"}"#,
        1,
    ),
    Workload::new(
        "a budget, a verifier that errs",
        r#""steps": 100, "recovery": {"kind": "retry-budget", "true-positive-rate": 0.9,
        "false-positive-rate": 0.2}"#,
        1,
    ),
    Workload::new(
        "geometric lengths",
        r#""steps": {"kind": "geometric", "mean": 30}"#,
        1,
    ),
];

/// 25 scales at which a step succeeds with chances evenly spaced in log-odds from .05 to .999.
const REFERENCE: &str = r#""skill": {"kind": "logistic", "midpoint": 3.121e8, "slope": 0.85566}"#;

impl Workload {
    const fn new(name: &'static str, task: &'static str, attempts: u32) -> Self {
        Self {
            name,
            task,
            attempts,
        }
    }

    /// The settings of one replicate. Every measurement wants another one: with one again and again, the branch predictor
    /// would learn its ties.
    pub(crate) fn settings(&self, items: u64, replicate: u64) -> Vec<Setting> {
        let json = format!(
            r#"{{{REFERENCE}, "task": {{{}}}, "evaluation":
                {{"items": {items}, "attempts": {}, "scales": "log:1e7:1e12:25"}}}}"#,
            self.task, self.attempts
        );
        let scenario: Result<Scenario, _> = serde_json::from_str(&json);
        let scenario = scenario.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        Setting::at_every_scale(&scenario, replicate)
    }
}

/// Attempts everything on this thread; how many step outcomes that were.
pub(crate) fn attempt(path: Path, settings: &[Setting]) -> u64 {
    let tallies = settings
        .iter()
        .map(|setting| tally_on(path, setting, 0..setting.items()));
    let lengths = tallies
        .filter_map(Result::ok)
        .flat_map(|tally| tally.lengths);
    lengths
        .map(|length| u64::from(length.steps) * length.attempts())
        .sum()
}

/// Draws the words of so many plain step outcomes, and does nothing with them; how many they are.
pub(crate) fn draw(path: Path, outcomes: u64, replicate: u64) -> u64 {
    let address = Address {
        seed: Scenario::default().seed,
        law: None,
        scale: None,
        training_seed: 0,
        replicate,
    };
    let steps = 1000;
    debug_assert_eq!(DIGITS, 14);
    let blocks = (outcomes / 64 / u64::from(steps)).next_multiple_of(64);
    std::hint::black_box(draw_only(
        path,
        address.key(Role::Step),
        blocks as u32,
        steps,
    ));
    blocks * 64 * u64::from(steps)
}
