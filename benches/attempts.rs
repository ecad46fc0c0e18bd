//! Step outcomes a second on one thread, on every path of this machine, and the share that they are of drawing alone.
//!
//! `cargo bench`; read the shares, the seconds belong to the machine. The workload: 100,000 items at 25 scales, with chances
//! evenly spaced in log-odds from .05 to .999. Every measurement uses a replicate of its own: with one replicate again and
//! again, the branch predictor would learn its ties.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mirage::domain::Scenario;
use mirage::engine::{Address, DIGITS, Path, Role, Setting, draw_only, tally_on};

const ITEMS: u64 = 100_000;
const SAMPLES: u64 = 15;

/// Step outcomes in a sample, at least: so many that the clock's steps of some milliseconds do not matter.
const OUTCOMES_PER_SAMPLE: u64 = 500_000_000;

fn main() {
    println!("1e9 step outcomes a second, medians of {SAMPLES}; share of drawing alone");
    println!("path     drawing    L = 1        L = 10       L = 100");
    for path in Path::present() {
        // Drawing and attempting take turns, so that both meet the machine in the same moods.
        let mut drawing = Vec::new();
        let mut attempting = [1, 10, 100].map(|steps| (steps, Vec::new()));
        for sample in 0..SAMPLES {
            drawing.push(drawing_rate(path, sample));
            for (steps, rates) in &mut attempting {
                rates.push(attempting_rate(path, *steps, sample));
            }
        }
        let most = median(&mut drawing);
        print!("{:7} {most:8.2}", path.name());
        for (_, rates) in &mut attempting {
            let rate = median(rates);
            print!("   {rate:5.2} {:3.0}%", 100.0 * rate / most);
        }
        println!();
    }
}

fn drawing_rate(path: Path, sample: u64) -> f64 {
    let address = Address {
        seed: Scenario::default().seed,
        law: None,
        scale: None,
        training_seed: 0,
        replicate: sample,
    };
    let key = address.key(Role::Step);
    let steps = 1000;
    let blocks = (OUTCOMES_PER_SAMPLE / 64 / u64::from(steps)).next_multiple_of(64) as u32;
    let outcomes = u64::from(blocks) * 64 * u64::from(steps);
    debug_assert_eq!(DIGITS, 14);
    rate(outcomes, || draw_only(path, key, blocks, steps))
}

fn attempting_rate(path: Path, steps: u32, sample: u64) -> f64 {
    let json = format!(
        r#"{{"skill": {{"kind": "logistic", "midpoint": 3.121e8, "slope": 0.85566}}, "task": {{"steps": {steps}}},
            "evaluation": {{"items": {ITEMS}, "scales": "log:1e7:1e12:25"}}}}"#
    );
    let scenario: Scenario = serde_json::from_str(&json).unwrap_or_default();
    let outcomes = 25 * ITEMS * u64::from(steps);
    // A twentieth is enough where a sweep is short.
    let sweeps = (OUTCOMES_PER_SAMPLE / 4).div_ceil(outcomes).min(20);
    let settings: Vec<Setting> = (0..sweeps)
        .flat_map(|sweep| Setting::at_every_scale(&scenario, sample * sweeps + sweep))
        .collect();
    rate(outcomes * sweeps, || {
        let tallies = settings
            .iter()
            .map(|setting| tally_on(path, setting, 0..ITEMS));
        tallies.filter(Result::is_ok).count()
    })
}

/// Outcomes a nanosecond.
fn rate<R>(outcomes: u64, work: impl FnOnce() -> R) -> f64 {
    let (before, started) = (cpu_time(), Instant::now());
    black_box(work());
    let wall = started.elapsed();
    let spent = match (before, cpu_time()) {
        (Some(before), Some(after)) => after - before,
        _ => wall,
    };
    outcomes as f64 / spent.as_nanos() as f64
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
