//! The critical value of a statistic whose distribution under the null hypothesis is only known from replicates.

use super::successes::Successes;
use crate::domain::special::binomial_at_least;
use crate::domain::{Level, ProperProbability};
use crate::study::Rate;

/// The statistics of replicates, and how many have none.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicateStatistics {
    /// Increasing.
    sorted: Vec<f64>,
    failed: u64,
}

impl ReplicateStatistics {
    /// One for each replicate; `None`, and what is no number, where the fit failed.
    #[must_use]
    pub fn new(statistics: impl IntoIterator<Item = Option<f64>>) -> Self {
        let (mut sorted, mut failed) = (Vec::new(), 0);
        for one in statistics {
            match one.filter(|value| !value.is_nan()) {
                Some(value) => sorted.push(value),
                None => failed += 1,
            }
        }
        sorted.sort_by(f64::total_cmp);
        Self { sorted, failed }
    }

    /// How many fits failed.
    #[must_use]
    pub const fn failed(&self) -> u64 {
        self.failed
    }

    /// How many replicates there are, failed ones among them.
    #[must_use]
    pub fn replicates(&self) -> u64 {
        self.sorted.len() as u64 + self.failed
    }

    /// How many are larger, failed ones left out.
    #[must_use]
    pub fn above(&self, value: f64) -> u64 {
        (self.sorted.len() - self.sorted.partition_point(|one| *one <= value)) as u64
    }

    /// How many are as large or larger, failed ones left out.
    #[must_use]
    pub fn at_least(&self, value: f64) -> u64 {
        (self.sorted.len() - self.sorted.partition_point(|one| *one < value)) as u64
    }

    /// The one of this rank, from 1 on, where failed ones are larger than all others; `None` where it failed.
    fn ranked(&self, rank: u64) -> Option<f64> {
        let place = usize::try_from(rank.checked_sub(1)?).ok()?;
        self.sorted.get(place).copied()
    }
}

/// A simulated critical value: a statistic must be larger to reject the null hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CriticalValue {
    /// The value.
    pub value: f64,
    /// Lower limit of the quantile that the value estimates, whatever the distribution; `None` where the replicates are too
    /// few for one.
    pub low: Option<f64>,
    /// Upper limit; `None` likewise, and where failed fits might be as large.
    pub high: Option<f64>,
    /// How often both limits should surround the quantile.
    pub level: Level,
    /// The rate of false alarms that is not exceeded.
    pub alpha: ProperProbability,
    /// Replicates under the null hypothesis, failed ones among them.
    pub replicates: u64,
    /// How many of them failed, and count as larger than all others.
    pub failed: u64,
}

/// Why replicates give no critical value.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum CriticalError {
    /// Even the largest statistic is exceeded more often than alpha.
    #[error(
        "{replicates} replicates under the null hypothesis tell no critical value at alpha {alpha}: give {needed} or more (power.replicates = {needed})"
    )]
    FewReplicates {
        /// How many there are.
        replicates: u64,
        /// How many are needed.
        needed: u64,
        /// The rate of false alarms.
        alpha: f64,
    },
    /// So many fits failed that the critical value would be one of theirs.
    #[error(
        "{failed} of {replicates} fits under the null hypothesis failed, which is more than {allowed} allow at alpha {alpha}: there is no critical value"
    )]
    Failed {
        /// How many failed.
        failed: u64,
        /// Of how many.
        replicates: u64,
        /// How many may.
        allowed: u64,
        /// The rate of false alarms.
        alpha: f64,
    },
}

impl CriticalValue {
    /// The critical value at alpha from R replicates under the null hypothesis: their ceil((1 - alpha)(R + 1))-th smallest. A
    /// new statistic of the same distribution is larger with probability at most alpha, exactly: each of R + 1 ranks is as
    /// likely, and ties only make it rarer (Davison and Hinkley 1997, section 4.2; Dufour 2006, J. Econometrics 133, 443).
    /// That is so on average over sets of R replicates; how often the value of this set is exceeded has an interval by
    /// [`Self::size`].
    ///
    /// The limits are order statistics whose ranks a binomial number of R with 1 - alpha lies between (David and Nagaraja
    /// 2003, Order ReplicateStatistics, section 7.1).
    ///
    /// # Errors
    /// Too few replicates, or more failed ones than alpha allows.
    pub fn new(
        null: &ReplicateStatistics,
        alpha: ProperProbability,
        level: Level,
    ) -> Result<Self, CriticalError> {
        let replicates = null.replicates();
        // What .05 times 2000 is but for rounding.
        let exceed = |replicates: u64| {
            let share = alpha.get() * (replicates + 1) as f64;
            (share * (1.0 + 4.0 * f64::EPSILON)).floor() as u64
        };
        let allowed = exceed(replicates);
        let alpha_value = alpha.get();
        if allowed == 0 {
            let least = (1.0 / alpha_value).ceil() as u64;
            let needed = if exceed(least.saturating_sub(1)) > 0 {
                least - 1
            } else {
                least
            };
            return Err(CriticalError::FewReplicates {
                replicates,
                needed,
                alpha: alpha_value,
            });
        }
        let rank = replicates + 1 - allowed;
        let value = null.ranked(rank).ok_or(CriticalError::Failed {
            failed: null.failed,
            replicates,
            allowed: allowed - 1,
            alpha: alpha_value,
        })?;
        let (low, high) = ranks_of_limits(replicates, 1.0 - alpha_value, level);
        Ok(Self {
            value,
            low: low.and_then(|rank| null.ranked(rank)),
            high: high.and_then(|rank| null.ranked(rank)),
            level,
            alpha,
            replicates,
            failed: null.failed,
        })
    }

    /// How often the value is exceeded under the null hypothesis, by replicates that did not make it: those that did know
    /// better. Failed fits count as false alarms; `None` without replicates.
    #[must_use]
    pub fn size(&self, others: &ReplicateStatistics, level: Level) -> Option<Rate> {
        let alarms = others.above(self.value) + others.failed;
        let alarms = Successes::new(alarms, others.replicates()).ok()?;
        Some(alarms.rate(level))
    }

    /// In how many replicates under the alternative the value is exceeded. Failed fits find nothing; `None` without
    /// replicates.
    #[must_use]
    pub fn found(&self, alternative: &ReplicateStatistics) -> Option<Successes> {
        Successes::new(alternative.above(self.value), alternative.replicates()).ok()
    }
}

/// The ranks, from 1 on, of the order statistics of n draws that surround a quantile with this probability at least, each
/// side by itself.
fn ranks_of_limits(n: u64, quantile: f64, level: Level) -> (Option<u64>, Option<u64>) {
    let tail = 0.5 * (1.0 - level.get());
    // Draws at or below the quantile are binomial. The l-th lies above it where fewer than l are, the u-th below it where u
    // or more are strictly below.
    let at_least = |k: u64| binomial_at_least(k, n, quantile);
    let fewer = |k: u64| binomial_at_least(n + 1 - k, n, 1.0 - quantile);
    let low = last(n, &|rank| rank == 0 || fewer(rank) <= tail);
    let high = last(n, &|rank| at_least(rank) > tail) + 1;
    ((low > 0).then_some(low), (high <= n).then_some(high))
}

/// The last of 0..=n that holds, where those that hold come first and 0 does.
fn last(n: u64, holds: &dyn Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, n + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match holds(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALPHA: ProperProbability = ProperProbability::constant(0.05);
    const LEVEL: Level = Level::constant(0.95);

    fn numbers(count: u64, failed: usize) -> ReplicateStatistics {
        let some = (1..=count).rev().map(|number| Some(number as f64));
        ReplicateStatistics::new(some.chain(std::iter::repeat_n(None, failed)))
    }

    /// By hand: .95 (1999 + 1) = 1900 and no more, though .05 in binary is more than .05.
    #[test]
    fn the_rank_is_that_of_whole_numbers() {
        let value = |count| {
            CriticalValue::new(&numbers(count, 0), ALPHA, LEVEL)
                .unwrap()
                .value
        };
        assert_eq!(value(1999), 1900.0);
        assert_eq!(value(2000), 1901.0);
        assert_eq!(value(19), 19.0);
        assert_eq!(value(38), 38.0);
        assert_eq!(value(39), 38.0);
    }

    #[test]
    fn too_few_replicates_say_how_many_do() {
        let refused = CriticalValue::new(&numbers(18, 0), ALPHA, LEVEL).unwrap_err();
        let words = refused.to_string();
        assert!(words.contains("give 19 or more"), "{words}");
        let third = ProperProbability::constant(0.3);
        let needed = |alpha| match CriticalValue::new(&numbers(1, 0), alpha, LEVEL) {
            Err(CriticalError::FewReplicates { needed, .. }) => needed,
            other => panic!("{other:?}"),
        };
        assert_eq!(needed(third), 3);
        assert!(CriticalValue::new(&numbers(3, 0), third, LEVEL).is_ok());
    }

    /// scipy: the largest l with binom.cdf(l - 1, n, .95) <= .025 and the least u with binom.sf(u - 1, n, .95) <= .025.
    #[test]
    fn limits_are_order_statistics() {
        for (count, low, high) in LIMITS {
            let found = CriticalValue::new(&numbers(count, 0), ALPHA, LEVEL).unwrap();
            assert_eq!((found.low, found.high), (low, high), "{count}");
        }
    }

    const LIMITS: [(u64, Option<f64>, Option<f64>); 3] = [
        (19, Some(16.0), None),
        (200, Some(184.0), Some(197.0)),
        (1999, Some(1880.0), Some(1919.0)),
    ];

    #[test]
    fn failed_fits_count_against_the_test_on_both_sides() {
        let value =
            |failed| CriticalValue::new(&numbers(1999 - failed as u64, failed), ALPHA, LEVEL);
        let some = value(30).unwrap();
        assert_eq!(
            (some.value, some.failed, some.replicates),
            (1900.0, 30, 1999)
        );
        assert!(value(99).is_ok());
        let words = value(100).unwrap_err().to_string();
        assert!(words.starts_with("100 of 1999 fits"), "{words}");
        let others =
            ReplicateStatistics::new([Some(1900.0), Some(1901.0), None, Some(f64::NAN), Some(3.0)]);
        assert_eq!(others.failed(), 2);
        assert_eq!(some.size(&others, LEVEL).unwrap().value, 0.6);
        let found = some.found(&others).unwrap();
        assert_eq!((found.count(), found.total()), (1, 5));
    }

    /// A statistic at its bound in most replicates is no larger than the critical value there.
    #[test]
    fn ties_do_not_reject() {
        let ties = ReplicateStatistics::new(
            (0..200).map(|number| Some(if number < 190 { 0.0 } else { 7.0 })),
        );
        let critical = CriticalValue::new(&ties, ALPHA, LEVEL).unwrap();
        assert_eq!(critical.value, 7.0);
        assert_eq!(critical.size(&ties, LEVEL).unwrap().value, 0.0);
        let fewer = ReplicateStatistics::new(
            (0..200).map(|number| Some(if number < 191 { 0.0 } else { 7.0 })),
        );
        let critical = CriticalValue::new(&fewer, ALPHA, LEVEL).unwrap();
        assert_eq!(critical.value, 0.0);
        assert_eq!(critical.size(&fewer, LEVEL).unwrap().value, 0.045);
    }
}
