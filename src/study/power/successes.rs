//! A count of successes, out of how many.

use crate::domain::Level;
use crate::study::Rate;

/// So many successes out of so many: items solved, or replicates in which something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successes {
    count: u64,
    total: u64,
}

/// Why a count is none of a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} successes of {total}: give a total of at least 1, and at most as many successes")]
pub struct SuccessesError {
    /// The successes.
    pub count: u64,
    /// Out of how many.
    pub total: u64,
}

impl Successes {
    /// `count` of `total`.
    ///
    /// # Errors
    /// The total is 0, or the count larger than it.
    pub fn new(count: u64, total: u64) -> Result<Self, SuccessesError> {
        match total > 0 && count <= total {
            true => Ok(Self { count, total }),
            false => Err(SuccessesError { count, total }),
        }
    }

    /// How many succeeded.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Out of how many, at least 1.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.total
    }

    /// Their share, from 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        self.count as f64 / self.total as f64
    }

    /// Their share with its interval: Clopper and Pearson's where at most 5 succeed or fail, else Wilson's.
    #[must_use]
    pub fn rate(self, level: Level) -> Rate {
        Rate::of(self.count, self.total, level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_and_its_interval() {
        // R: prop.test(30, 100, correct = FALSE)$conf.int, binom.test(0, 50)$conf.int
        let level = Level::constant(0.95);
        let some = Successes::new(30, 100).unwrap().rate(level);
        assert_eq!((some.value, some.replicates), (0.3, 100));
        assert!((some.interval.low - 0.218_948_852_9).abs() < 1e-10);
        assert!((some.interval.high - 0.395_848_546_3).abs() < 1e-10);
        let none = Successes::new(0, 50).unwrap().rate(level);
        assert!((none.interval.high - 0.071_121_736_46).abs() < 1e-10);
        let refused = Successes::new(3, 2).unwrap_err().to_string();
        assert!(refused.starts_with("3 successes of 2"), "{refused}");
        assert!(Successes::new(0, 0).is_err());
    }
}
