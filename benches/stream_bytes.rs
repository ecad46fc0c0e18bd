//! The words that attempts use, as bytes on standard output, for batteries of tests of random numbers:
//!
//! ```sh
//! cargo run --release --example stream-bytes -- 10 | dieharder -a -g 200
//! ```
//!
//! The argument is the number of steps: the words of one block of 64 items, 14 for each step, are followed by those of
//! the next, as in a simulation. A short task changes streams often; a long one stays long in each.

use std::io::Write;

use mirage::domain::{Scale, Scenario};
use mirage::engine::{Address, DIGITS, LawHash, Role};

fn main() -> std::io::Result<()> {
    let steps: u32 = std::env::args()
        .nth(1)
        .and_then(|steps| steps.parse().ok())
        .unwrap_or(10);
    let scenario = Scenario::default();
    let scale = Scale::from_log10(9.0).ok();
    let law = Some(LawHash::from_canonical(&scenario.canonical_law()));
    let key = Address {
        seed: scenario.seed,
        law,
        scale,
        training_seed: 0,
        replicate: 0,
    }
    .key(Role::Step);
    let mut out = std::io::BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    for attempt in 0.. {
        for block in 0..=u32::MAX {
            let mut stream = key.stream(block, attempt);
            for _ in 0..steps * DIGITS {
                if let Err(error) = out.write_all(&stream.next_word().to_le_bytes()) {
                    // The battery has read all it wanted.
                    return if error.kind() == std::io::ErrorKind::BrokenPipe {
                        Ok(())
                    } else {
                        Err(error)
                    };
                }
            }
        }
    }
    Ok(())
}
