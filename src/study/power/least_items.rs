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

/// The least n with at least the target power at n and at all larger numbers, of a power that sums over two counts: it falls back
/// a little here and there, but no further than one of its teeth is long. `tooth` is about the number of items that one more
/// count takes; after the last number below the target three times as many are looked at, and 4 sqrt(n) at least.
pub(super) fn least_items(
    power: &mut dyn FnMut(u64) -> f64,
    guess: f64,
    tooth: f64,
    target: ProperProbability,
) -> Result<u64, NoItems> {
    let mut least = crossing(power, guess, target)?;
    let mut next = least + 1;
    while next <= MOST_EXACT_ITEMS.min(least.saturating_add(margin(least, 3.0 * tooth))) {
        if power(next) < target.get() {
            least = next + 1;
        }
        next += 1;
    }
    Ok(least)
}

/// How far beyond n to look.
pub(super) fn margin(n: u64, at_least: f64) -> u64 {
    (4.0 * libm::sqrt(n as f64) + 5.0).max(at_least) as u64
}

/// A number that reaches the target, after one that does not.
pub(super) fn crossing(
    power: &mut dyn FnMut(u64) -> f64,
    guess: f64,
    target: ProperProbability,
) -> Result<u64, NoItems> {
    let target = target.get();
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
    Ok(enough)
}
