//! Whether two success rates on the same items differ: McNemar's test, planned by how often one side alone succeeds.

use std::collections::BTreeMap;

use super::least_items::{NoItems, least_items};
use crate::domain::special::{
    binomial_at_least, binomial_probabilities, normal_cdf, normal_quantile,
};
use crate::domain::{Items, Probability, ProperProbability};
use crate::study::McNemar;

/// How often one of two sides alone succeeds at an item; they differ by as much as these do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Discordant {
    only_first: f64,
    only_second: f64,
}

/// A difference of two success rates as studies report it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReportedDifference {
    /// The second rate less the first.
    pub difference: f64,
    /// The share of studies that report it.
    pub share: f64,
    /// The share of studies that report it and call it a difference.
    pub found: f64,
}

/// Why probabilities are none of two kinds of items.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "one side alone succeeds with {only_first}, the other with {only_second}: together these are at most 1"
)]
pub struct DiscordantError {
    /// That of the first side.
    pub only_first: f64,
    /// That of the second.
    pub only_second: f64,
}

impl Discordant {
    /// From the probability that the first side alone succeeds, and that the second does.
    ///
    /// # Errors
    /// Their sum is more than 1.
    pub fn new(only_first: Probability, only_second: Probability) -> Result<Self, DiscordantError> {
        let (only_first, only_second) = (only_first.get(), only_second.get());
        match only_first + only_second <= 1.0 + 4.0 * f64::EPSILON {
            true => Ok(Self {
                only_first,
                only_second,
            }),
            false => Err(DiscordantError {
                only_first,
                only_second,
            }),
        }
    }

    /// The second rate less the first.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.only_second - self.only_first
    }

    /// How often exactly one of both succeeds, psi.
    #[must_use]
    pub fn sum(&self) -> f64 {
        (self.only_first + self.only_second).min(1.0)
    }

    /// The probability with which McNemar's exact test at alpha finds a difference among so many items, exactly: the sum over
    /// the binomial number D of items that one side alone solved, of which the second side's are Binomial(D, share).
    #[must_use]
    pub fn power(&self, items: Items, alpha: ProperProbability) -> f64 {
        GivenDiscordant::new(self, alpha).power(items.get())
    }

    /// The differences that studies of so many items report, in steps of one item, the second side's successes less the
    /// first's: how often each is reported, and how often McNemar's exact test at alpha finds it, exactly. In increasing order,
    /// without those that are rarer than 1e-9.
    #[must_use]
    pub fn reported(&self, items: Items, alpha: ProperProbability) -> Vec<ReportedDifference> {
        let items = items.get();
        let share = GivenDiscordant::new(self, alpha).share;
        let (fewest, sums) = binomial_probabilities(items, self.sum(), 1e-12);
        let mut all: BTreeMap<i64, [f64; 2]> = BTreeMap::new();
        for (discordant, with_sum) in (fewest..).zip(sums) {
            let (least, seconds) = binomial_probabilities(discordant, share, 1e-12);
            for (second, probability) in (least..).zip(seconds) {
                let first = discordant - second;
                let found = McNemar::new(first, second).p_value <= alpha.get();
                let [reported, significant] =
                    all.entry(second as i64 - first as i64).or_insert([0.0; 2]);
                *reported += with_sum * probability;
                *significant += f64::from(u8::from(found)) * with_sum * probability;
            }
        }
        let often = all.into_iter().filter(|(_, [share, _])| *share >= 1e-9);
        let one = |(net, [share, found]): (i64, [f64; 2])| ReportedDifference {
            difference: net as f64 / items as f64,
            share,
            found,
        };
        often.map(one).collect()
    }

    /// The least number of items from which on the exact test finds the difference with the target power, at larger numbers as
    /// well.
    ///
    /// # Errors
    /// Both kinds are as likely, or more than [`MOST_EXACT_ITEMS`](super::MOST_EXACT_ITEMS) are needed.
    pub fn items(
        &self,
        alpha: ProperProbability,
        target: ProperProbability,
    ) -> Result<u64, NoItems> {
        if self.difference() == 0.0 {
            return Err(NoItems::Same(self.only_first));
        }
        let mut given = GivenDiscordant::new(self, alpha);
        let guess = self.connor_items(alpha, target);
        let tooth = 1.0 / self.sum();
        least_items(&mut |items| given.power(items), guess, tooth, target)
    }

    /// The same for many items, by the normal distribution: (z_(alpha/2) sqrt(psi) + z_power sqrt(psi - delta^2))^2/delta^2, not
    /// rounded; infinite where there is no difference. For McNemar's test by the normal distribution, of which the exact
    /// test needs somewhat more.
    ///
    /// Connor 1987, Biometrics 43, 207.
    #[must_use]
    pub fn connor_items(&self, alpha: ProperProbability, target: ProperProbability) -> f64 {
        let [none, some] = self.deviations();
        let z = -normal_quantile(0.5 * alpha.get()) * none + normal_quantile(target.get()) * some;
        let needed = z / self.difference();
        needed * needed
    }

    /// The power of so many items by the normal distribution, the inverse of [`Self::connor_items`]: Phi((|delta| sqrt(n) -
    /// z_(alpha/2) sqrt(psi))/sqrt(psi - delta^2)).
    #[must_use]
    pub fn connor_power(&self, items: f64, alpha: ProperProbability) -> f64 {
        let [none, some] = self.deviations();
        let off = self.difference().abs() * libm::sqrt(items);
        normal_cdf((off + normal_quantile(0.5 * alpha.get()) * none) / some)
    }

    /// Of one item's difference, where there is none and as it is.
    fn deviations(&self) -> [f64; 2] {
        let (psi, delta) = (self.sum(), self.difference());
        [psi, (psi - delta * delta).max(0.0)].map(libm::sqrt)
    }
}

/// The power of McNemar's exact test given how many items one side alone solved, as far as it was asked for.
struct GivenDiscordant {
    discordant: f64,
    /// Of these items, the share that the second side solved.
    share: f64,
    alpha: f64,
    /// By the number of these items.
    power: Vec<f64>,
    /// The counts of the rarer kind that find a difference, in the last of these: one less is the largest of them.
    significant: u64,
}

impl GivenDiscordant {
    fn new(rates: &Discordant, alpha: ProperProbability) -> Self {
        let discordant = rates.sum();
        Self {
            discordant,
            share: match discordant > 0.0 {
                true => (rates.only_second / discordant).min(1.0),
                false => 0.5,
            },
            alpha: alpha.get(),
            power: vec![0.0],
            significant: 0,
        }
    }

    fn power(&mut self, items: u64) -> f64 {
        let (first, probabilities) = binomial_probabilities(items, self.discordant, 1e-18);
        self.extend(first + probabilities.len() as u64);
        let powers = self.power.iter().skip(first as usize);
        powers
            .zip(probabilities)
            .map(|(power, probability)| power * probability)
            .sum()
    }

    /// Takes up numbers below this one.
    fn extend(&mut self, end: u64) {
        for all in self.power.len() as u64..end {
            // With one more item at most one more count of the rarer kind is significant.
            let next = self.significant;
            if 2 * next < all && McNemar::new(next, all - next).p_value <= self.alpha {
                self.significant += 1;
            }
            self.power.push(match self.significant.checked_sub(1) {
                Some(largest) => {
                    let side = |share: f64| binomial_at_least(all - largest, all, share);
                    side(self.share) + side(1.0 - self.share)
                }
                None => 0.0,
            });
        }
    }
}
