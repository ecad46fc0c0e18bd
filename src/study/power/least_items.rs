//! The least number of items at which an exact power stays at its target.

use crate::domain::ProperProbability;

/// Why no number of items is named.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum NoItems {
    /// A rate that does not exceed chance.
    #[error("a rate of {rate} is not above chance, {chance}: no number of items finds it")]
    NotAbove {
        /// The rate.
        rate: f64,
        /// The success rate of chance.
        chance: f64,
    },
    /// Two rates that do not differ.
    #[error("both rates are {0}: no number of items tells them")]
    Same(f64),
    /// More than are counted through; formulas for many items hold there.
    #[error("more than {MOST_EXACT_ITEMS} items are needed: take the formula for many items")]
    TooMany,
}

/// Up to so many items power is computed exactly.
pub const MOST_EXACT_ITEMS: u64 = 200_000;

/// The least n with at least the target power at n and at all larger numbers. A power of whole counts is a sawtooth, which falls
/// a little wherever the critical count rises; after the last number below the target as many more are looked at as its
/// teeth are long: 4 sqrt(n) + 5 or more.
///
/// The lowest points of a tooth rise with slope (p - p0) phi/(2 sqrt(n v)) per item and are at most p phi/sqrt(n v) below its
/// highest, so that the teeth cross the target over about 2 p/(p - p0) items, which at 80% power and 5% false alarms is 0.8
/// sqrt(n p/(1 - p)): less than 4 sqrt(n) for p up to 0.96, and beyond that teeth are few.
pub(super) fn least_items(
    power: &mut dyn FnMut(u64) -> f64,
    guess: f64,
    target: ProperProbability,
) -> Result<u64, NoItems> {
    let target = target.get();
    // Any n that reaches the target, and one below it that does not.
    let mut enough = (guess.ceil() as u64).clamp(1, MOST_EXACT_ITEMS);
    while power(enough) < target {
        if enough == MOST_EXACT_ITEMS {
            return Err(NoItems::TooMany);
        }
        enough = (2 * enough).min(MOST_EXACT_ITEMS);
    }
    let mut few = enough / 2;
    while few > 0 && power(few) >= target {
        enough = few;
        few /= 2;
    }
    while enough - few > 1 {
        let middle = few + (enough - few) / 2;
        match power(middle) >= target {
            true => enough = middle,
            false => few = middle,
        }
    }
    let (mut least, mut next) = (enough, enough + 1);
    while next <= least + 5 + (4.0 * libm::sqrt(least as f64)) as u64 {
        if power(next) < target {
            least = next + 1;
        }
        next += 1;
    }
    Ok(least)
}
