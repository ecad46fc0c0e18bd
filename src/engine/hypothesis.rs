//! Chance for whole evaluations under a hypothesis, drawn from a distribution and not step by step.

use super::item::open_unit;
use super::{Address, Role};
use crate::domain::Seed;

/// Uniform numbers in the open interval (0, 1), one for each of `count` scales, for one replicate: the midpoints of
/// 2^53 equal cells.
#[must_use]
pub fn hypothetical_uniforms(seed: Seed, replicate: u64, count: usize) -> Vec<f64> {
    let address = Address {
        seed,
        law: None,
        scale: None,
        training_seed: 0,
        replicate,
    };
    let mut stream = address.key(Role::Hypothesis).stream(0, 0);
    (0..count).map(|_| open_unit(stream.next_word())).collect()
}
