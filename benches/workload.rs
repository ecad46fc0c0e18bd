//! What the benches measure: attempts at tasks of one structure, and drawing alone.

use mirage::domain::Scenario;
use mirage::engine::{Address, DIGITS, Path, Role, Setting, draw_only, tally_on};

/// Tasks of one structure, and what share of drawing alone the kernel is to reach on them.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// As in a scenario file, without the braces.
    pub(crate) task: &'static str,
    /// At each item. Where items or steps draw effects, many attempts show the steps alone.
    pub(crate) attempts: u32,
    /// On the paths avx512, avx2 and none.
    pub(crate) goals: [f64; 3],
}

/// Plain steps first, then one structure at a time, then what costs most.
pub(crate) const WORKLOADS: &[Workload] = &[
    Workload::new("plain, 1 step", r#""steps": 1"#, 1, [0.15; 3]),
    Workload::new("plain, 10 steps", r#""steps": 10"#, 1, [0.52, 0.52, 0.4]),
    Workload::new("plain, 100 steps", r#""steps": 100"#, 1, [0.65, 0.65, 0.5]),
];

/// 25 scales at which a step succeeds with chances evenly spaced in log-odds from .05 to .999.
const REFERENCE: &str = r#""skill": {"kind": "logistic", "midpoint": 3.121e8, "slope": 0.85566}"#;

impl Workload {
    const fn new(name: &'static str, task: &'static str, attempts: u32, goals: [f64; 3]) -> Self {
        Self {
            name,
            task,
            attempts,
            goals,
        }
    }

    /// The share that is to be reached on a path.
    pub(crate) fn goal(&self, path: Path) -> f64 {
        let [avx512, avx2, none] = self.goals;
        match path.name() {
            "avx512" => avx512,
            "avx2" => avx2,
            _ => none,
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
