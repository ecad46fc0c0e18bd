//! Whether two success rates differ, each of items of its own: the z test of two evaluations.

use super::least_items::{NoItems, least_items};
use super::successes::Successes;
use crate::domain::special::{binomial_probabilities, normal_cdf, normal_quantile};
use crate::domain::{Items, Probability, ProperProbability};
use crate::study::sample_size::{Aim, items_for_rates};

/// The two-sided z test that two success rates of independent items differ: the difference over sqrt(m (1 - m) (1/n_1 + 1/n_2))
/// with m the rate of both together.
///
/// Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 3.1, without its correction for
/// continuity. Its size is not alpha but near it: [`Self::size`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoRates {
    items: [u64; 2],
    /// |z| from which on they differ.
    critical: f64,
}

/// Enough of a binomial distribution for powers to 1e-15.
const NEGLIGIBLE: f64 = 1e-22;

impl TwoRates {
    /// The test of so many items of each.
    #[must_use]
    pub fn new(items: [Items; 2], alpha: ProperProbability) -> Self {
        Self::of(items.map(Items::get), alpha)
    }

    fn of(items: [u64; 2], alpha: ProperProbability) -> Self {
        Self {
            items,
            critical: -normal_quantile(0.5 * alpha.get()),
        }
    }

    /// The difference of the second rate from the first in standard errors; 0 where all succeed, or none.
    #[must_use]
    pub fn z(one: Successes, other: Successes) -> f64 {
        z([one.count(), other.count()], [one.total(), other.total()])
    }

    /// The two-sided p-value, 2 Phi(-|z|).
    #[must_use]
    pub fn p_value(one: Successes, other: Successes) -> f64 {
        2.0 * normal_cdf(-Self::z(one, other).abs())
    }

    /// The probability with which rates are found to differ, exactly but for 1e-15: the sum over the counts of both.
    #[must_use]
    pub fn power(&self, rates: [Probability; 2]) -> f64 {
        let ([n, m], [p, q]) = (self.items, rates.map(Probability::get));
        let (first, one) = binomial_probabilities(n, p, NEGLIGIBLE);
        let (second, other) = binomial_probabilities(m, q, NEGLIGIBLE);
        let below = sums(other.iter());
        let above: Vec<f64> = sums(other.iter().rev()).into_iter().rev().collect();
        let z = |count: u64, place: usize| z([count, second + place as u64], self.items);
        // Both ends of what does not differ move up with the first count.
        let (mut low, mut high) = (0, 0);
        let mut power = 0.0;
        for (count, probability) in (first..).zip(one) {
            while low < other.len() && z(count, low) <= -self.critical {
                low += 1;
            }
            while high < other.len() && z(count, high) < self.critical {
                high += 1;
            }
            let less = low.checked_sub(1).and_then(|last| below.get(last));
            let more = above.get(high);
            let differs = less.copied().unwrap_or(0.0) + more.copied().unwrap_or(0.0);
            power += probability * differs;
        }
        power
    }

    /// How often rates that are the same are found to differ, exactly.
    #[must_use]
    pub fn size(&self, rate: Probability) -> f64 {
        self.power([rate; 2])
    }

    /// The largest size over common rates p, and the p up to 1/2 that has it; 1 - p has the same. Looks at 128 rates evenly
    /// spaced in arcsin(sqrt(p)), and at those that expect 1/4, 2/4, ... 20 successes of the smaller test, where sizes vary
    /// most.
    #[must_use]
    pub fn largest_size(&self) -> (f64, f64) {
        let quarter = 0.25 / self.items[0].min(self.items[1]) as f64;
        let few = (1..=80).map(|count| f64::from(count) * quarter);
        let even = (1..=128).map(|place| {
            let sine = libm::sin(f64::from(place) / 128.0 * std::f64::consts::FRAC_PI_4);
            sine * sine
        });
        let rates = few.chain(even).filter(|rate| *rate <= 0.5);
        let sizes = rates.map(|rate| (self.size(Probability::rounded(rate)), rate));
        sizes.fold(
            (0.0, 0.5),
            |best, one| if one.0 > best.0 { one } else { best },
        )
    }
}

/// Increasing in the second count, for any first one.
fn z([first, second]: [u64; 2], [items, others]: [u64; 2]) -> f64 {
    let (n, m) = (items as f64, others as f64);
    let (k, l) = (first as f64, second as f64);
    let successes = k + l;
    let failures = n + m - successes;
    if successes == 0.0 || failures == 0.0 {
        return 0.0;
    }
    (l * n - k * m) * libm::sqrt((n + m) / (n * m * successes * failures))
}

fn sums<'a>(terms: impl Iterator<Item = &'a f64>) -> Vec<f64> {
    let running = terms.scan(0.0, |sum, term| {
        *sum += term;
        Some(*sum)
    });
    running.collect()
}

/// The least number of items of each from which on the z test tells two rates with the target power, at larger numbers as well;
/// exact, where [`items_for_rates`] is for many items.
///
/// # Errors
/// The rates are the same, or more than [`MOST_EXACT_ITEMS`](super::MOST_EXACT_ITEMS) are needed.
pub fn items_for_two_rates(
    rates: [Probability; 2],
    alpha: ProperProbability,
    target: ProperProbability,
) -> Result<u64, NoItems> {
    let [p, q] = rates.map(Probability::get);
    if p == q {
        return Err(NoItems::Same(p));
    }
    let mut power = |items: u64| TwoRates::of([items; 2], alpha).power(rates);
    let both = 0.5 * (p + q);
    let tooth = 1.0 / both.min(1.0 - both);
    let guess = items_for_rates(p, q, Aim::at(alpha, target));
    least_items(&mut power, guess, tooth, target)
}
