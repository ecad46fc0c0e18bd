//! Step outcomes a second on one thread for tasks whose steps, items or attempts hang together, on every path of this
//! machine, and the share that they are of drawing alone.
//!
//! `cargo bench --bench structures`, or with `-- word` only the structures whose name has the word; read the shares, the
//! seconds belong to the machine. Every measurement uses a replicate of its own: with one replicate again and again, the
//! branch predictor would learn its ties.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mirage::domain::Scenario;
use mirage::engine::{Address, Key, Path, Role, Setting, draw_only, tally_on};

const SAMPLES: u64 = 7;

/// CPU time of a sample, about: so long that the clock's steps of some milliseconds do not matter.
const SAMPLE: Duration = Duration::from_millis(60);

/// Name, task, and attempts at each item. Where items or steps draw effects, many attempts show the steps alone and one
/// attempt shows the draws as well.
const STRUCTURES: [(&str, &str, u32); 22] = [
    (
        "logit-normal items",
        r#""steps": 100, "spread": {"kind": "logit-normal"}"#,
        20,
    ),
    (
        "logit-normal items, one attempt",
        r#""steps": 100, "spread": {"kind": "logit-normal"}"#,
        1,
    ),
    (
        "logit-normal items, 10 steps",
        r#""steps": 10, "spread": {"kind": "logit-normal"}"#,
        1,
    ),
    (
        "beta items, one attempt",
        r#""steps": 100, "spread": {"kind": "beta"}"#,
        1,
    ),
    (
        "frail items, one attempt",
        r#""steps": 100, "spread": {"kind": "gamma-frailty"}"#,
        1,
    ),
    ("guessed items", r#""steps": 100, "floor": 0.1"#, 1),
    (
        "markov",
        r#""steps": 100, "dependence": {"kind": "markov"}"#,
        1,
    ),
    (
        "halting",
        r#""steps": 100, "dependence": {"kind": "halting"}"#,
        1,
    ),
    (
        "tainted",
        r#""steps": 100, "dependence": {"kind": "tainted"}"#,
        1,
    ),
    (
        "tainted and cleaned",
        r#""steps": 100, "dependence": {"kind": "tainted", "cleaning": 0.3}"#,
        1,
    ),
    (
        "errors, 10 steps",
        r#""steps": 10, "dependence": {"kind": "error-fraction"}"#,
        1,
    ),
    (
        "errors",
        r#""steps": 100, "dependence": {"kind": "error-fraction"}"#,
        1,
    ),
    (
        "errors of items",
        r#""steps": 100, "dependence": {"kind": "error-fraction"}, "spread": {"kind": "logit-normal"}"#,
        1,
    ),
    (
        "items and a ramp",
        r#""steps": 100, "difficulty": {"kind": "ramp"}, "spread": {"kind": "logit-normal"}"#,
        1,
    ),
    (
        "items, a ramp and errors",
        r#""steps": 100, "difficulty": {"kind": "ramp"}, "spread": {"kind": "logit-normal"},
        "dependence": {"kind": "error-fraction"}"#,
        1,
    ),
    (
        "normal steps",
        r#""steps": 100, "difficulty": {"kind": "normal"}"#,
        1,
    ),
    (
        "normal steps, many attempts",
        r#""steps": 100, "difficulty": {"kind": "normal"}"#,
        20,
    ),
    (
        "common factor",
        r#""steps": 100, "dependence": {"kind": "common-factor"}"#,
        1,
    ),
    (
        "common factor and a ramp",
        r#""steps": 100, "difficulty": {"kind": "ramp"}, "dependence": {"kind": "common-factor"}"#,
        1,
    ),
    (
        "retries",
        r#""steps": 100, "recovery": {"kind": "retry"}"#,
        1,
    ),
    (
        "a budget, and a verifier that errs",
        r#""steps": 100, "recovery": {"kind": "retry-budget", "true-positive-rate": 0.9,
        "false-positive-rate": 0.2}"#,
        1,
    ),
    (
        "geometric lengths",
        r#""steps": {"kind": "geometric", "mean": 30}"#,
        1,
    ),
];

fn main() {
    let word = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let wanted = |name: &str| {
        word.as_ref()
            .is_none_or(|word| name.contains(word.as_str()))
    };
    println!("1e9 step outcomes a second, medians of {SAMPLES}; share of drawing alone");
    let paths: Vec<Path> = Path::present().collect();
    print!("{:36}", "");
    for path in &paths {
        print!("   {:10}", path.name());
    }
    println!();
    for (name, task, attempts) in STRUCTURES.into_iter().filter(|one| wanted(one.0)) {
        print!("{name:36}");
        for &path in &paths {
            let (rate, share) = measured(path, task, attempts);
            print!("   {rate:6.3} {:2.0}%", 100.0 * share);
        }
        println!();
    }
}

/// Outcomes a nanosecond, and the share that they are of drawing alone, which takes turns with them.
fn measured(path: Path, task: &str, attempts: u32) -> (f64, f64) {
    let json = format!(
        r#"{{"skill": {{"kind": "logistic", "midpoint": 3.121e8, "slope": 0.85566}}, "task": {{{task}}},
            "evaluation": {{"items": 1000000, "attempts": {attempts}, "scales": "log:1e7:1e12:5"}}}}"#
    );
    let scenario: Scenario = serde_json::from_str(&json).unwrap_or_default();
    let attempting = |replicate: u64, items: u64| {
        let settings = Setting::at_every_scale(&scenario, replicate);
        spent(|| {
            let tallies = settings
                .iter()
                .map(|setting| tally_on(path, setting, 0..items));
            let tallies = tallies
                .filter_map(Result::ok)
                .flat_map(|tally| tally.lengths);
            let outcomes = tallies.map(|length| u64::from(length.steps) * length.attempts());
            outcomes.sum::<u64>()
        })
    };
    // As many items as fill a sample: found by doubling, for clocks may be coarse.
    let mut items = 1024;
    while attempting(0, items).1 < SAMPLE && items < 512_000 {
        items *= 2;
    }
    let (mut rates, mut shares) = (Vec::new(), Vec::new());
    for replicate in 1..=SAMPLES {
        let most = drawing_rate(path, replicate);
        let (outcomes, time) = attempting(replicate, items);
        rates.push(outcomes as f64 / time.as_nanos() as f64);
        shares.push(outcomes as f64 / time.as_nanos() as f64 / most);
    }
    (median(&mut rates), median(&mut shares))
}

fn drawing_rate(path: Path, replicate: u64) -> f64 {
    let (blocks, steps) = (4096, 1000);
    let address = Address {
        seed: Scenario::default().seed,
        law: None,
        scale: None,
        training_seed: 0,
        replicate,
    };
    let key: Key = address.key(Role::Step);
    let (_, time) = spent(|| draw_only(path, key, blocks, steps));
    f64::from(blocks) * 64.0 * f64::from(steps) / time.as_nanos() as f64
}

fn spent<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let (before, started) = (cpu_time(), Instant::now());
    let result = black_box(work());
    let wall = started.elapsed();
    let spent = match (before, cpu_time()) {
        (Some(before), Some(after)) => after - before,
        _ => wall,
    };
    (result, spent)
}

/// What this thread has had of a processor so far, where the system tells: others may use the machine as well.
fn cpu_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
