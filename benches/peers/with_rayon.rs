//! A loop over steps with a generator of the crate `rand`, blocks of items on the threads of `rayon`.

use std::error::Error;

use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use crate::{Counts, HIGHEST, LOWEST, SCALES, Workload, added, log_odds};

const ITEMS_PER_BLOCK: u64 = 4096;

pub(crate) fn sweep<R: RngExt + SeedableRng>(
    workload: Workload,
    seed: u64,
) -> Result<Vec<Counts>, Box<dyn Error>> {
    let at_scale = |place| {
        let low = log_odds(LOWEST);
        let above = (log_odds(HIGHEST) - low) * f64::from(place) / f64::from(SCALES - 1);
        let chance = 1.0 / (1.0 + libm::exp(-low - above));
        let blocks = 0..workload.items.div_ceil(ITEMS_PER_BLOCK);
        let counts = blocks.into_par_iter().map(|block| {
            let before = block * ITEMS_PER_BLOCK;
            let items = ITEMS_PER_BLOCK.min(workload.items - before);
            let first = (seed * u64::from(SCALES) + u64::from(place)) * workload.items + before;
            attempt(&mut R::seed_from_u64(first), chance, items, workload.steps)
        });
        counts.reduce(Counts::default, added)
    };
    Ok((0..SCALES).into_par_iter().map(at_scale).collect())
}

fn attempt(rng: &mut impl RngExt, chance: f64, items: u64, steps: u32) -> Counts {
    let [mut exact, mut correct, mut leading] = Counts::default();
    for _ in 0..items {
        let mut alive = true;
        for _ in 0..steps {
            let success = rng.random_bool(chance);
            alive &= success;
            correct += u64::from(success);
            leading += u64::from(alive);
        }
        exact += u64::from(alive);
    }
    [exact, correct, leading]
}
