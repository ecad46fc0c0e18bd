//! Whether a success rate is above chance: the exact binomial test of one evaluation.

use super::least_items::{MOST_EXACT_ITEMS, NoItems, crossing, margin};
use super::successes::Successes;
use crate::domain::special::{binomial_at_least, normal_cdf, normal_quantile};
use crate::domain::{Items, Probability, ProperProbability};

/// The exact one-sided binomial test that the success rate of independent items exceeds chance.
///
/// Clopper and Pearson 1934 (Biometrika 26, 404), whose one-sided lower limit lies above chance where this test finds more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboveChance {
    items: u64,
    chance: f64,
    /// The least count of successes that finds more than chance; `None` where not even all of them do.
    pub critical: Option<u64>,
    /// How often chance alone reaches that count; 0 where chance never succeeds, so that one success is proof.
    pub size: f64,
}

impl AboveChance {
    /// The test of so many items: the critical count is the least k with P(X >= k) <= alpha for X ~ Binomial(items, chance).
    #[must_use]
    pub fn new(items: Items, chance: Probability, alpha: ProperProbability) -> Self {
        Self::of(items.get(), chance.get(), alpha.get())
    }

    fn of(items: u64, chance: f64, alpha: f64) -> Self {
        let n = items as f64;
        let tail = |count: u64| binomial_at_least(count, items, chance);
        // Where the normal distribution puts it, with a term for skewness (Cornish and Fisher 1938); then to the count itself.
        let z = -normal_quantile(alpha);
        let skewness = (1.0 - 2.0 * chance) * (z * z - 1.0) / 6.0;
        let guess = n * chance + z * libm::sqrt(n * chance * (1.0 - chance)) + skewness;
        let mut count = (guess.ceil().max(1.0) as u64).min(items + 1);
        while count > 1 && tail(count - 1) <= alpha {
            count -= 1;
        }
        while tail(count) > alpha {
            count += 1;
        }
        let critical = (count <= items).then_some(count);
        Self {
            items,
            chance,
            critical,
            size: critical.map_or(0.0, tail),
        }
    }

    /// Whether so many successes are more than chance.
    #[must_use]
    pub fn finds(&self, successes: u64) -> bool {
        self.critical.is_some_and(|critical| successes >= critical)
    }

    /// The probability with which a success rate is found to be above chance, exactly.
    #[must_use]
    pub fn power(&self, rate: Probability) -> f64 {
        self.critical.map_or(0.0, |critical| {
            binomial_at_least(critical, self.items, rate.get())
        })
    }

    /// How often chance has as many successes or more; at most alpha where the test finds.
    #[must_use]
    pub fn p_value(successes: Successes, chance: Probability) -> f64 {
        binomial_at_least(successes.count(), successes.total(), chance.get())
    }

    /// The chance that it is held against.
    #[must_use]
    pub const fn chance(&self) -> f64 {
        self.chance
    }
}

/// The least number of items from which on the exact test finds a rate above chance with the target power, at all larger
/// numbers as well.
///
/// # Errors
/// The rate is not above chance, or more than [`MOST_EXACT_ITEMS`] are needed.
pub fn items_above_chance(
    chance: Probability,
    rate: Probability,
    alpha: ProperProbability,
    target: ProperProbability,
) -> Result<u64, NoItems> {
    let (p, q) = (chance.get(), rate.get());
    if q <= p {
        return Err(NoItems::NotAbove { rate: q, chance: p });
    }
    let test = |items: u64| AboveChance::of(items, p, alpha.get());
    let mut power = |items: u64| test(items).power(rate);
    let guess = normal_items_above_chance(chance, rate, alpha, target);
    let mut least = crossing(&mut power, guess, target)?;
    // A saw: power rises with items but where the critical count does, so that only there it can fall below the target again.
    // Counts of failures, of which fewer and fewer are allowed, change once in 1/(1 - chance) items.
    let (mut tooth, mut passed) = (least, 0);
    while passed < 3 || tooth <= least.saturating_add(margin(least, 2.0 / (1.0 - p))) {
        tooth = match next_rise(&test, tooth) {
            Some(next) => next,
            None => break,
        };
        passed += 1;
        if power(tooth) < target.get() {
            (least, passed) = (tooth + 1, 0);
            while power(least) < target.get() {
                least += 1;
            }
            tooth = least;
        }
    }
    Ok(least)
}

/// The first larger number of items with a larger critical count, up to [`MOST_EXACT_ITEMS`].
fn next_rise(test: &dyn Fn(u64) -> AboveChance, items: u64) -> Option<u64> {
    let critical = test(items).critical;
    let rises = |items: u64| test(items).critical > critical;
    let (mut same, mut step) = (items, 1);
    while !rises((same + step).min(MOST_EXACT_ITEMS)) {
        same = (same + step).min(MOST_EXACT_ITEMS);
        if same == MOST_EXACT_ITEMS {
            return None;
        }
        step *= 2;
    }
    let mut risen = (same + step).min(MOST_EXACT_ITEMS);
    while risen - same > 1 {
        let middle = same + (risen - same) / 2;
        match rises(middle) {
            true => risen = middle,
            false => same = middle,
        }
    }
    Some(risen)
}

/// The same for many items, by the normal distribution: ((z_alpha sqrt(p (1 - p)) + z_power sqrt(q (1 - q)))/(q - p))^2 for a
/// rate q and chance p, not rounded; infinite where they are the same.
///
/// Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, chapter 2.
#[must_use]
pub fn normal_items_above_chance(
    chance: Probability,
    rate: Probability,
    alpha: ProperProbability,
    target: ProperProbability,
) -> f64 {
    let [none, some] = deviations(chance, rate);
    let z = -normal_quantile(alpha.get()) * none + normal_quantile(target.get()) * some;
    let needed = z / (rate.get() - chance.get());
    needed * needed
}

/// The power of so many items by the normal distribution, the inverse of [`normal_items_above_chance`]: Phi(((q - p) sqrt(n) -
/// z_alpha sqrt(p (1 - p)))/sqrt(q (1 - q))).
#[must_use]
pub fn normal_power_above_chance(
    chance: Probability,
    rate: Probability,
    items: f64,
    alpha: ProperProbability,
) -> f64 {
    let [none, some] = deviations(chance, rate);
    let off = (rate.get() - chance.get()) * libm::sqrt(items);
    normal_cdf((off + normal_quantile(alpha.get()) * none) / some)
}

/// Of one item.
fn deviations(chance: Probability, rate: Probability) -> [f64; 2] {
    [chance, rate].map(|rate| libm::sqrt(rate.get() * (1.0 - rate.get())))
}
