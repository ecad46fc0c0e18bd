//! The programs in Rust of `benches/peers/run`: mirage itself, and what one would write with `rand` and `rayon` instead.
//!
//! `workload.py` says what is counted and how a program is asked for it. `MIRAGE_SIMD` chooses mirage's path.

mod with_mirage;
mod with_rayon;

use std::error::Error;
use std::io::Write;

use rand::rngs::{SmallRng, StdRng};

const SCALES: u32 = 25;
const LOWEST: f64 = 0.05;
const HIGHEST: f64 = 0.999;

/// Items at each scale, and the steps of each.
#[derive(Clone, Copy)]
struct Workload {
    items: u64,
    steps: u32,
}

/// At one scale: items with all steps correct, correct steps, steps before the first error.
type Counts = [u64; 3];

/// One sweep over all scales, with a seed of its own.
type Program = fn(Workload, u64) -> Result<Vec<Counts>, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, items, steps] = arguments.as_slice() else {
        println!("benches/peers/run takes these beside their peers");
        return Ok(());
    };
    let program: Program = match program.as_str() {
        "mirage" => with_mirage::sweep,
        "std-rng" => with_rayon::sweep::<StdRng>,
        "small-rng" => with_rayon::sweep::<SmallRng>,
        unknown => return Err(format!("no program {unknown}").into()),
    };
    let workload = Workload {
        items: items.parse()?,
        steps: steps.parse()?,
    };
    println!("{}", with_mirage::version()?);
    for line in std::io::stdin().lines() {
        let line = line?;
        let (first, number) = line.split_once(' ').ok_or("two numbers are asked for")?;
        let first: u64 = first.parse()?;
        let mut sums = vec![Counts::default(); SCALES as usize];
        for seed in first..first + number.parse::<u64>()? {
            for (sum, counts) in sums.iter_mut().zip(program(workload, seed)?) {
                *sum = added(*sum, counts);
            }
        }
        println!("{}", serde_json::to_string(&sums)?);
        std::io::stdout().flush()?;
    }
    Ok(())
}

fn added(a: Counts, b: Counts) -> Counts {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn log_odds(chance: f64) -> f64 {
    libm::log(chance / (1.0 - chance))
}
