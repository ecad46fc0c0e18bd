//! A run: scenarios attempted and scored, or only computed.

use std::sync::atomic::AtomicBool;

use super::scenario_file::Loaded;
use crate::engine::{self, Control, Interrupted, Method, Setting};
use crate::study::{self, Finding, evaluate};

/// Attempts every scenario at every scale and scores the attempts; one finding for each scenario, in order.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn simulate(loaded: &[Loaded], control: &Control<'_>) -> Result<Vec<Finding>, Interrupted> {
    let settings_of = |one: &Loaded| Setting::at_every_scale(&one.scenario, 0);
    let settings: Vec<Setting> = loaded.iter().flat_map(settings_of).collect();
    let mut tallies = engine::simulate(&settings, Method::Kernel, control)?.into_iter();
    let finding = |one: &Loaded| {
        let count = one.scenario.evaluation.scales.as_slice().len();
        let tallies = tallies.by_ref().take(count).collect();
        evaluate(one.name.clone(), one.scenario.clone(), tallies)
    };
    Ok(loaded.iter().map(finding).collect())
}

/// What is expected of every scenario, without attempting any.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub fn expect(loaded: &[Loaded], cancel: &AtomicBool) -> Result<Vec<Finding>, Interrupted> {
    let finding =
        |one: &Loaded| study::expect_unless(cancel, one.name.clone(), one.scenario.clone());
    loaded.iter().map(finding).collect()
}
