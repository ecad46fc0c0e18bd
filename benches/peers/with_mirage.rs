//! mirage, by its library.

use std::error::Error;
use std::sync::atomic::AtomicBool;

use mirage::domain::Scenario;
use mirage::engine::{Path, Setting, for_all, tally_on};

use crate::{Counts, HIGHEST, LOWEST, SCALES, Workload, log_odds};

/// What is measured, on the path that `MIRAGE_SIMD` names.
pub(crate) fn version() -> Result<String, Box<dyn Error>> {
    if let Ok(name) = std::env::var("MIRAGE_SIMD") {
        name.parse::<Path>()?.force()?;
    }
    let path = Path::in_use().name();
    Ok(format!("mirage {} ({path})", env!("CARGO_PKG_VERSION")))
}

pub(crate) fn sweep(workload: Workload, seed: u64) -> Result<Vec<Counts>, Box<dyn Error>> {
    let settings = Setting::at_every_scale(&scenario(workload)?, seed);
    let tallies = for_all(&settings, &AtomicBool::new(false), |setting| {
        tally_on(Path::in_use(), setting, 0..workload.items)
    })?;
    tallies
        .into_iter()
        .map(|tally| {
            let tally = tally?;
            let length = tally.lengths.first().ok_or("no attempts")?;
            let exact = length.correct.last().copied().unwrap_or_default();
            Ok([exact, total(&length.correct), total(&length.leading)])
        })
        .collect()
}

/// The workload's chances as a skill curve over scales from 1e7 to 1e12.
fn scenario(workload: Workload) -> Result<Scenario, Box<dyn Error>> {
    let (low, high) = (log_odds(LOWEST), log_odds(HIGHEST));
    let slope = (high - low) / libm::log(1e5);
    let midpoint = 1e7 * libm::exp(-low / slope);
    let Workload { items, steps } = workload;
    Ok(serde_json::from_value(serde_json::json!({
        "skill": { "kind": "logistic", "midpoint": midpoint, "slope": slope },
        "task": { "steps": steps },
        "evaluation": { "items": items, "scales": format!("log:1e7:1e12:{SCALES}") },
    }))?)
}

/// The sum of what a histogram of 0, 1, 2, ... counts.
fn total(histogram: &[u64]) -> u64 {
    (0..)
        .zip(histogram)
        .map(|(value, count)| value * count)
        .sum()
}
