//! Step outcomes a second on one thread, for plain and structured tasks on every path of this machine, and the share that
//! they are of drawing alone.
//!
//! `cargo bench --bench shares`, with `-- WORD` only the workloads that have the word in their names. Read the shares; the
//! seconds belong to the machine. With `-- --gate` it fails where a share is below 60% of the one in `benches/shares.csv`,
//! which `-- --record` writes. `-- --attempt PATH ITEMS WORKLOAD` attempts one workload once, for programs that count
//! instructions, and prints how many outcomes that were.

mod workload;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use mirage::engine::Path;
use workload::{WORKLOADS, Workload, attempt, draw};

/// Shares that were reached beside other programs, the lesser of two runs.
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/shares.csv");

const SAMPLES: u64 = 15;

/// What a sample takes, about. Short, so that many meet no other program.
const SAMPLE: Duration = Duration::from_millis(12);

/// Shares fall with what else runs on a machine, and by a quarter from one make of processor to another, where drawing is vectors
/// and the rest is not; a kernel that went wrong loses more than this, and what it loses of less shows in its instructions.
const GATE: f64 = 0.6;

/// So often a share that seems to have fallen is measured again: other programs come and go.
const AGAIN: usize = 3;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, path, items, name] = words.as_slice()
        && flag == "--attempt"
    {
        let workload = WORKLOADS.iter().find(|one| one.name == name);
        let workload = workload.ok_or("there is no such workload")?;
        println!(
            "{}",
            attempt(path.parse()?, &workload.settings(items.parse()?, 0))
        );
        return Ok(ExitCode::SUCCESS);
    }
    let has = |flag: &str| words.iter().any(|word| word == flag);
    let word = words.iter().find(|word| !word.starts_with('-'));
    let wanted = |one: &&Workload| word.is_none_or(|word| one.name.contains(word.as_str()));
    let known = known()?;
    let mut found = Vec::new();
    println!(
        "1e9 step outcomes a second, the best of {SAMPLES} samples; their median share of drawing alone; on record"
    );
    for path in Path::present() {
        println!("\n{:42} {:6.2}", path.name(), drawing(path));
        for workload in WORKLOADS.iter().filter(wanted) {
            let known = known.get(&key(path, workload)).copied();
            let (mut rate, mut share) = measured(path, workload);
            for _ in 0..AGAIN {
                if known.is_some_and(|known| share < GATE * known) {
                    let again = measured(path, workload);
                    (rate, share) = (rate.max(again.0), share.max(again.1));
                }
            }
            let on_record = known.map_or_else(String::new, percent);
            println!(
                "  {:40} {rate:6.2} {} {on_record}",
                workload.name,
                percent(share)
            );
            found.push((path, workload, share, known));
        }
    }
    if has("--record") {
        let mut file = csv::Writer::from_path(RECORD)?;
        file.write_record(["path", "workload", "share"])?;
        for (path, workload, share, _) in &found {
            file.write_record([path.name(), workload.name, &format!("{share:.3}")])?;
        }
        file.flush()?;
    }
    let fell = |(_, _, share, known): &&(_, _, f64, Option<f64>)| {
        known.is_some_and(|known| *share < GATE * known)
    };
    let fallen: Vec<_> = found.iter().filter(fell).collect();
    for (path, workload, ..) in &fallen {
        println!(
            "below {GATE} of what is on record: {} on {}",
            workload.name,
            path.name()
        );
    }
    match has("--gate") && !fallen.is_empty() {
        true => Ok(ExitCode::FAILURE),
        false => Ok(ExitCode::SUCCESS),
    }
}

/// Shares on record, by path and workload.
fn known() -> Result<BTreeMap<(String, String), f64>, csv::Error> {
    let file = csv::Reader::from_path(RECORD)?;
    let rows = file.into_deserialize::<(String, String, f64)>();
    rows.map(|row| row.map(|(path, workload, share)| ((path, workload), share)))
        .collect()
}

fn key(path: Path, workload: &Workload) -> (String, String) {
    (path.name().to_owned(), workload.name.to_owned())
}

fn percent(share: f64) -> String {
    format!("{:4.1}%", 100.0 * share)
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
