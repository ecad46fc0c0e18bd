//! What is said of a break: found, none that matters, or no telling.

use super::successes::Successes;
use crate::domain::{Level, Positive};
use crate::study::{LikelihoodInterval, Rate};

/// What one evaluation says of a break of the slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BreakDecision {
    /// There is one: the statistic exceeds its critical value.
    Break,
    /// There is none larger than delta, and none was found: the interval of the change lies within -delta and delta.
    NoLargeBreak,
    /// Neither can be said.
    CannotTell,
}

impl BreakDecision {
    /// All, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Break, Self::NoLargeBreak, Self::CannotTell];

    /// The name used in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Break => "break",
            Self::NoLargeBreak => "no-large-break",
            Self::CannotTell => "cannot-tell",
        }
    }

    /// Decides by a test statistic, which must exceed the critical value, and by an interval of the change of the slope, in the
    /// unit of delta. A statistic that is no number, of a fit that failed, finds no break; an interval of searches that did
    /// not converge, or with an open end, excludes none.
    ///
    /// To say "none larger than delta" by a two-sided interval of level 1 - 2 alpha is wrong with probability at most alpha
    /// where the change is delta (Schuirmann 1987, J. Pharmacokinet. Biopharm. 15, 657, two one-sided tests); by one of level
    /// 1 - alpha, half as often. Not to find a break is no evidence of none.
    #[must_use]
    pub fn new(
        statistic: f64,
        critical: f64,
        change: &LikelihoodInterval,
        delta: Positive,
    ) -> Self {
        if statistic > critical {
            return Self::Break;
        }
        let within = change
            .low
            .zip(change.high)
            .is_some_and(|(low, high)| -delta.get() <= low && low <= high && high <= delta.get());
        match within && change.converged {
            true => Self::NoLargeBreak,
            false => Self::CannotTell,
        }
    }
}

/// How often each was said, over replicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BreakDecisions {
    /// "There is a break."
    pub breaks: u64,
    /// "There is none larger than delta."
    pub no_large_breaks: u64,
    /// "Cannot tell."
    pub cannot_tell: u64,
}

impl BreakDecisions {
    /// How often this was said.
    #[must_use]
    pub const fn count(&self, decision: BreakDecision) -> u64 {
        match decision {
            BreakDecision::Break => self.breaks,
            BreakDecision::NoLargeBreak => self.no_large_breaks,
            BreakDecision::CannotTell => self.cannot_tell,
        }
    }

    /// The share of replicates in which this was said, with its interval; `None` of no replicates.
    #[must_use]
    pub fn share(&self, decision: BreakDecision, level: Level) -> Option<Rate> {
        let total = self.breaks + self.no_large_breaks + self.cannot_tell;
        let said = Successes::new(self.count(decision), total).ok()?;
        Some(said.rate(level))
    }
}

impl FromIterator<BreakDecision> for BreakDecisions {
    fn from_iter<I: IntoIterator<Item = BreakDecision>>(decisions: I) -> Self {
        let mut all = Self::default();
        for decision in decisions {
            *match decision {
                BreakDecision::Break => &mut all.breaks,
                BreakDecision::NoLargeBreak => &mut all.no_large_breaks,
                BreakDecision::CannotTell => &mut all.cannot_tell,
            } += 1;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::BreakDecision::{Break, CannotTell, NoLargeBreak};
    use super::*;

    const LEVEL: Level = Level::constant(0.9);

    fn decided(
        statistic: f64,
        low: Option<f64>,
        high: Option<f64>,
        converged: bool,
    ) -> BreakDecision {
        let change = LikelihoodInterval {
            low,
            high,
            level: LEVEL,
            converged,
        };
        BreakDecision::new(statistic, 3.84, &change, Positive::constant(0.1))
    }

    #[test]
    fn three_answers() {
        let of = |statistic, low, high| decided(statistic, Some(low), Some(high), true);
        assert_eq!(of(5.0, 0.02, 0.09), Break);
        // Found, though it is small: the test comes first.
        assert_eq!(of(3.85, -0.01, 0.05), Break);
        assert_eq!(of(3.84, -0.01, 0.05), NoLargeBreak);
        assert_eq!(of(0.3, -0.1, 0.1), NoLargeBreak);
        assert_eq!(of(0.3, -0.12, 0.05), CannotTell);
        assert_eq!(of(0.3, -0.05, 0.12), CannotTell);
        assert_eq!(of(0.3, 0.2, 0.4), CannotTell);
    }

    #[test]
    fn what_failed_says_nothing() {
        assert_eq!(decided(f64::NAN, None, None, true), CannotTell);
        assert_eq!(decided(0.3, None, Some(0.05), true), CannotTell);
        assert_eq!(decided(0.3, Some(-0.05), None, true), CannotTell);
        assert_eq!(decided(0.3, Some(-0.05), Some(0.05), false), CannotTell);
        assert_eq!(decided(0.3, Some(f64::NAN), Some(0.05), true), CannotTell);
    }

    #[test]
    fn shares_are_of_all_replicates() {
        let said = [Break, CannotTell, NoLargeBreak, Break, CannotTell, Break];
        let all: BreakDecisions = said.into_iter().collect();
        let shares = BreakDecision::ALL.map(|decision| all.share(decision, LEVEL).unwrap());
        assert_eq!(shares.map(|share| share.value), [0.5, 1.0 / 6.0, 1.0 / 3.0]);
        assert!(shares.iter().all(|share| share.replicates == 6));
        assert_eq!(BreakDecisions::default().share(Break, LEVEL), None);
    }
}
