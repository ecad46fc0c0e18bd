//! Step outcomes a second on one thread, for plain and structured tasks on every path of this machine, and the share that
//! they are of drawing alone.
//!
//! `cargo bench --bench shares`, with `-- WORD` only the workloads that have the word in their names. Read the shares; the
//! seconds belong to the machine. With `-- --gate` it fails where a share is below 80% of the one on record; `-- --attempt PATH ITEMS
//! WORKLOAD` only attempts one workload once, for programs that count instructions, and prints how many outcomes that were.

mod workload;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use mirage::engine::Path;
use workload::{WORKLOADS, Workload, attempt, draw};

const SAMPLES: u64 = 15;

/// What a sample takes, about. Short, so that many meet no other program.
const SAMPLE: Duration = Duration::from_millis(12);

/// Shares fall with what else runs on a machine; a kernel that went wrong loses more than this.
const GATE: f64 = 0.8;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, path, items, name] = words.as_slice()
        && flag == "--attempt"
    {
        return attempt_once(path, items, name);
    }
    let gated = words.iter().any(|word| word == "--gate");
    let word = words.iter().find(|word| !word.starts_with('-'));
    let wanted = |one: &&Workload| word.is_none_or(|word| one.name.contains(word.as_str()));
    let mut missed = Vec::new();
    println!(
        "1e9 step outcomes a second, the best of {SAMPLES} samples; share of drawing alone, their median; on record"
    );
    for path in Path::present() {
        println!("\n{:42} {:6.2}", path.name(), drawing(path));
        for one in WORKLOADS.iter().filter(wanted) {
            let (rate, share) = measured(path, one);
            let known = one.share(path);
            println!(
                "  {:40} {rate:6.2} {:4.0}% {:4.0}%",
                one.name,
                100.0 * share,
                100.0 * known
            );
            if share < GATE * known {
                missed.push(format!("{} on {}", one.name, path.name()));
            }
        }
    }
    if !missed.is_empty() {
        println!("\nbelow {GATE} of what is on record: {}", missed.join("; "));
    }
    match gated && !missed.is_empty() {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

fn attempt_once(path: &str, items: &str, name: &str) -> ExitCode {
    let workload = WORKLOADS.iter().find(|one| one.name == name);
    match (path.parse::<Path>(), items.parse(), workload) {
        (Ok(path), Ok(items), Some(workload)) => {
            println!("{}", attempt(path, &workload.settings(items, 0)));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("no such path, number of items or workload: {path} {items} {name}");
            ExitCode::FAILURE
        }
    }
}

/// Outcomes a nanosecond whose words are drawn and nothing else.
fn drawing(path: Path) -> f64 {
    let rates = (0..SAMPLES).map(|sample| rate(|| draw(path, 50_000_000, sample)));
    rates.fold(0.0, f64::max)
}

/// The best rate of some samples, and the median share that they are of drawing, which takes turns with them.
fn measured(path: Path, workload: &Workload) -> (f64, f64) {
    // So many items that a sample takes its time, in whole vectors of any path.
    let few = workload.settings(1024, 0);
    let started = Instant::now();
    attempt(path, &few);
    let many = SAMPLE.as_secs_f64() / started.elapsed().as_secs_f64();
    let items = ((many * 1024.0) as u64).clamp(1024, 200_000) / 1024 * 1024;
    let (mut best, mut shares) = (0.0_f64, Vec::new());
    for sample in 1..=SAMPLES {
        let settings = workload.settings(items, sample);
        let most = rate(|| draw(path, 50_000_000, sample));
        let rate = rate(|| attempt(path, &settings));
        best = best.max(rate);
        shares.push(rate / most);
    }
    shares.sort_by(f64::total_cmp);
    (best, shares[shares.len() / 2])
}

/// Outcomes a nanosecond of some work that tells how many it had.
fn rate(work: impl FnOnce() -> u64) -> f64 {
    let started = Instant::now();
    let outcomes = work();
    outcomes as f64 / started.elapsed().as_nanos() as f64
}
