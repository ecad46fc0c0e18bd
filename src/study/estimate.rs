//! A value, and the range that holds the truth as often as it says.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::domain::special::{beta_quantile, normal_quantile, student_quantile};
use crate::domain::{Count, Counted, Credit, Level, Metric, Range, Reading, StepInformation};
use crate::engine::{ItemSums, LengthTally, Tally};

/// How an interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalMethod {
    /// Wilson 1927 (J. Am. Stat. Assoc. 22, 209): the rates a score test would not reject.
    Wilson,
    /// Clopper and Pearson 1934 (Biometrika 26, 404): the rates neither tail would reject.
    ClopperPearson,
    /// Wilson's with an effective number of items and Student's t.
    WilsonEffective,
    /// Clopper and Pearson's with an effective number of items.
    ClopperPearsonEffective,
    /// Student's t over items (Student 1908, Biometrika 6, 1), for credits that have no largest value.
    Student,
}

impl IntervalMethod {
    /// The name used in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::ClopperPearson => "clopper-pearson",
            Self::WilsonEffective => "wilson-effective-n",
            Self::ClopperPearsonEffective => "clopper-pearson-effective-n",
            Self::Student => "student-t",
        }
    }
}

/// A two-sided confidence interval, within the range of what it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// How it was made.
    pub method: IntervalMethod,
    /// How often it should hold the truth.
    pub level: Level,
}

/// The mean credit of a test, and how sure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean credit.
    pub value: f64,
    /// The interval for the mean over new items.
    pub interval: Interval,
    /// Number of items.
    pub items: u64,
    /// Attempts at each item, over all training runs.
    pub attempts: u64,
}

/// What the estimates of one evaluation have in common.
#[derive(Clone, Debug)]
pub struct Confidence {
    level: Level,
    information: StepInformation,
    /// A number of items, and the quantile of Student's t for it: found by search, which takes longer than all else of an
    /// estimate, and the same at every scale.
    student: Cell<Option<(u64, f64)>>,
}

impl Confidence {
    /// Intervals of this level, of attempts whose steps tell so much.
    #[must_use]
    pub fn new(level: Level, information: StepInformation) -> Self {
        Self {
            level,
            information,
            student: Cell::new(None),
        }
    }

    /// The upper quantile of Student's t with n - 1 degrees of freedom.
    fn student(&self, items: u64) -> f64 {
        let known = self.student.get().filter(|known| known.0 == items);
        // From the lower tail, which keeps its digits at levels near 1.
        let found = || -student_quantile(self.tail(), items as f64 - 1.0);
        let quantile = known.map_or_else(found, |known| known.1);
        self.student.set(Some((items, quantile)));
        quantile
    }

    fn tail(&self) -> f64 {
        0.5 * (1.0 - self.level.get())
    }
}

/// The one-sided 95% upper bound when none of n items succeeded: 1 - .05^(1/n), the rate at which that would happen one
/// time in twenty.
#[must_use]
pub fn upper_bound_at_zero(items: u64) -> f64 {
    -libm::expm1(libm::log(0.05) / items as f64)
}

/// Where fewer items than this differ from the commonest credit, their variance says too little to count more than n.
///
/// With 6 in its place coverage falls to .86 for credits of items that differ (harshness 2, n = 30); with 12, to .917.
pub const FEWEST_UNLIKE: u64 = 12;

impl Estimate {
    /// The estimate of a metric, from that of what its credit is a function of: a monotone function, so that the interval
    /// holds its truth as often.
    #[must_use]
    pub fn of_metric(self, metric: Metric, longest: u32) -> Self {
        let of = |mean: f64| metric.of_mean(mean, longest);
        let (one, other) = (of(self.interval.low), of(self.interval.high));
        Self {
            value: of(self.value),
            interval: Interval {
                low: one.min(other),
                high: one.max(other),
                ..self.interval
            },
            ..self
        }
    }
}

/// What an interval is made from: what the credit of each item is a function of, in sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CreditSummary {
    /// Number of items n.
    pub items: u64,
    /// Attempts k at each item.
    pub attempts: u64,
    /// Steps L of each attempt, on average.
    pub steps: f64,
    /// Mean credit m.
    pub mean: f64,
    /// Variance s^2 between items of an item's mean credit, with n - 1 in the denominator; 0 for a single item.
    pub variance: f64,
    /// Items whose credit is not the commonest one (with several attempts: not the commoner of none and all).
    pub unlike_commonest: u64,
    /// Whether every attempt earns all or nothing.
    pub all_or_nothing: bool,
    /// Whether the credit is the mean over steps of right (1) or wrong (0).
    pub step_mean: bool,
    /// Its least and its largest value.
    pub range: Range,
}

impl CreditSummary {
    /// Sums up a tally under a credit. `sums` is the place of the credit's item sums in the tally.
    ///
    /// `None` if the tally holds no items, or neither what the credit is a function of nor those sums.
    #[must_use]
    pub fn of(tally: &Tally, credit: Credit, sums: usize) -> Option<Self> {
        match credit.counted() {
            Some(counted) => Self::of_counts(tally, counted, sums),
            None => Self::of_items(tally, credit.reading()?, sums),
        }
    }

    /// Of what was read off each attempt.
    fn of_items(tally: &Tally, reading: Reading, sums: usize) -> Option<Self> {
        let attempts = tally.attempts.checked_div(tally.items)?;
        let sums = tally.item_sums.get(sums)?;
        let (mean, variance) = moments(sums, tally.items);
        Some(Self {
            items: tally.items,
            attempts,
            steps: steps_of(tally),
            mean,
            variance,
            unlike_commonest: tally.items - sums.none.max(sums.full),
            all_or_nothing: false,
            step_mean: false,
            range: match reading.is_open() {
                true => Range::Open,
                false => Range::Unit,
            },
        })
    }

    fn of_counts(tally: &Tally, credit: Counted, sums: usize) -> Option<Self> {
        let attempts = tally.attempts.checked_div(tally.items)?;
        let is_share = matches!(credit, Counted::Share(_));
        let by_length = |length: &'_ LengthTally| {
            let counts = length.histogram(credit.count()).iter().zip(0_u32..);
            let counts = counts.filter(|(attempts, _)| **attempts > 0);
            let steps = length.steps;
            counts
                .map(|(attempts, count)| (*attempts, credit.value(count, steps)))
                .collect::<Vec<_>>()
        };
        // How many attempts earned what.
        let earned: Vec<(u64, f64)> = tally.lengths.iter().flat_map(by_length).collect();
        let weigh = |term: &dyn Fn(f64) -> f64| -> f64 {
            let terms = earned.iter();
            terms
                .map(|&(attempts, value)| attempts as f64 * term(value))
                .sum()
        };
        let items = tally.items as f64;
        let mean = match (is_share, tally.lengths.as_slice()) {
            // One division of whole numbers: .2269, not .22690000000000005.
            (true, [length]) => {
                let counts = length.histogram(credit.count()).iter().zip(0..);
                let total: u64 = counts.map(|(attempts, count)| attempts * count).sum();
                total as f64 / (tally.attempts * u64::from(length.steps)) as f64
            }
            // No more than 1, whatever rounding does to the sum.
            _ => (weigh(&|value| value) / tally.attempts as f64).min(1.0),
        };
        let freedom = (items - 1.0).max(1.0);
        let (variance, unlike_commonest) = match attempts {
            2.. => {
                let sums = tally.item_sums.get(sums)?;
                let unlike = tally.items - sums.none.max(sums.full);
                (moments(sums, tally.items).1, unlike)
            }
            _ => {
                // Several counts may earn the same.
                let mut by_credit = BTreeMap::new();
                for (attempts, value) in &earned {
                    *by_credit.entry(value.to_bits()).or_insert(0) += attempts;
                }
                let commonest = by_credit.into_values().max().unwrap_or(0);
                let scatter = weigh(&|value| (value - mean) * (value - mean));
                (scatter / freedom, tally.items.saturating_sub(commonest))
            }
        };
        Some(Self {
            items: tally.items,
            attempts,
            steps: steps_of(tally),
            mean,
            variance,
            unlike_commonest,
            all_or_nothing: matches!(credit, Counted::AllRight | Counted::PassMark(_)),
            step_mean: credit == Counted::Share(Count::Correct),
            range: Range::Unit,
        })
    }

    /// The estimate of the mean credit of new items.
    ///
    /// One all-or-nothing attempt per item: Wilson, or Clopper-Pearson where at most 5 items succeed or at most 5 fail.
    /// Otherwise the same two with the effective number of items N = n m (1 - m)/s^2 (Clopper-Pearson where N m or
    /// N (1 - m) is at most 5), and Student's t with n - 1 degrees of freedom in Wilson's. N is capped: at n L for the
    /// mean over independent steps of one attempt; for other credits, which a single step can move by more than 1/L,
    /// and for repeated attempts, at n where fewer than [`FEWEST_UNLIKE`] items differ from the commonest credit (so that
    /// 0 of n counts items, not attempts); else at the number of all steps. Credits that have no largest value: m +- t
    /// s/sqrt(n), with Student's t of n - 1 degrees of freedom; no limit but that of the credit from a single item.
    /// Coverage: `tests/coverage.rs`.
    #[must_use]
    pub fn estimate(&self, confidence: &Confidence) -> Estimate {
        let (level, tail) = (confidence.level, confidence.tail());
        let items = self.items as f64;
        if self.range == Range::Open {
            return self.by_student(confidence);
        }
        let (low, high, method) = if self.all_or_nothing && self.attempts == 1 {
            let interval = rate_interval((self.mean * items).round(), items, level);
            (interval.low, interval.high, interval.method)
        } else {
            let n = self.effective_items(confidence.information);
            if n * self.mean.min(1.0 - self.mean) <= 5.0 {
                let (low, high) = clopper_pearson(n * self.mean, n, tail);
                (low, high, IntervalMethod::ClopperPearsonEffective)
            } else {
                let quantile = match self.items {
                    // The variance of one item is not estimated but bounded by its steps.
                    1 => -normal_quantile(tail),
                    _ => confidence.student(self.items),
                };
                let (low, high) = wilson(self.mean, n, quantile);
                (low, high, IntervalMethod::WilsonEffective)
            }
        };
        // Rounding must not push a limit past the value it surrounds.
        let (low, high) = (low.clamp(0.0, self.mean), high.clamp(self.mean, 1.0));
        // Of less than a whole success there is no telling whether it is one in 10^15 or one in 10^300.
        let low = if low < 1e-15 { 0.0 } else { low };
        Estimate {
            value: self.mean,
            interval: Interval {
                low,
                high,
                method,
                level,
            },
            items: self.items,
            attempts: self.attempts,
        }
    }

    fn by_student(&self, confidence: &Confidence) -> Estimate {
        let half = match self.items {
            1 => f64::INFINITY,
            items => confidence.student(items) * libm::sqrt(self.variance / items as f64),
        };
        Estimate {
            value: self.mean,
            interval: Interval {
                // Nothing that is summed is negative.
                low: (self.mean - half).max(0.0),
                high: self.mean + half,
                method: IntervalMethod::Student,
                level: confidence.level,
            },
            items: self.items,
            attempts: self.attempts,
        }
    }

    fn effective_items(&self, information: StepInformation) -> f64 {
        let items = self.items as f64;
        let units_per_attempt = if self.all_or_nothing { 1.0 } else { self.steps };
        let all = items * (self.attempts as f64 * units_per_attempt);
        let cap = match information {
            StepInformation::Independent if self.attempts == 1 && self.step_mean => all,
            _ if self.unlike_commonest < FEWEST_UNLIKE => items,
            _ => all,
        };
        // A single item has no variance to go by.
        let from_variance = if self.items > 1 {
            items * self.mean * (1.0 - self.mean) / self.variance
        } else {
            cap
        };
        if from_variance.is_nan() {
            cap
        } else {
            from_variance.min(cap)
        }
    }
}

/// The mean over n items, and the variance between them with n - 1 in the denominator; 0 for a single item.
fn moments(sums: &ItemSums, items: u64) -> (f64, f64) {
    let n = items as f64;
    let sum = libm::ldexp(sums.sum as f64, -32);
    let squares = libm::ldexp(sums.squares as f64, -64);
    let scatter = (squares - sum * sum / n).max(0.0);
    (sum / n, scatter / (n - 1.0).max(1.0))
}

/// Steps of an attempt, on average.
fn steps_of(tally: &Tally) -> f64 {
    let steps = tally.lengths.iter();
    let steps = steps.map(|length| f64::from(length.steps) * length.attempts() as f64);
    steps.sum::<f64>() / tally.attempts as f64
}

/// The interval of a rate of independent successes: Clopper and Pearson's where at most 5 succeed or fail, else Wilson's.
pub(super) fn rate_interval(successes: f64, n: f64, level: Level) -> Interval {
    let tail = 0.5 * (1.0 - level.get());
    let (low, high, method) = if successes.min(n - successes) <= 5.0 {
        let (low, high) = clopper_pearson(successes, n, tail);
        (low, high, IntervalMethod::ClopperPearson)
    } else {
        let (low, high) = wilson(successes / n, n, -normal_quantile(tail));
        (low, high, IntervalMethod::Wilson)
    };
    Interval {
        low,
        high,
        method,
        level,
    }
}

fn wilson(mean: f64, n: f64, quantile: f64) -> (f64, f64) {
    let z2 = quantile * quantile;
    let centre = (mean + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = quantile / (1.0 + z2 / n) * libm::sqrt(mean * (1.0 - mean) / n + z2 / (4.0 * n * n));
    (centre - half, centre + half)
}

fn clopper_pearson(successes: f64, n: f64, tail: f64) -> (f64, f64) {
    let failures = n - successes;
    let low = if successes <= 0.0 {
        0.0
    } else {
        beta_quantile(tail, successes, failures + 1.0)
    };
    // The mirrored lower limit, which keeps its leading digits near 1.
    let high = if failures <= 0.0 {
        1.0
    } else {
        beta_quantile(1.0 - tail, successes + 1.0, failures)
    };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn successes(k: u64, n: u64) -> Interval {
        let tally = Tally {
            items: n,
            attempts: n,
            lengths: vec![LengthTally::new(vec![n - k, k], vec![n - k, k])],
            item_sums: Vec::new(),
        };
        let summary = CreditSummary::of(&tally, Credit::ExactMatch, 0).unwrap();
        summary
            .estimate(&Confidence::new(
                Level::constant(0.95),
                StepInformation::Independent,
            ))
            .interval
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-10,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn rare_successes_have_clopper_pearson_limits() {
        // R: binom.test(k, n)$conf.int
        close(successes(0, 50).high, 0.071_121_736_46);
        close(successes(0, 100).high, 0.036_216_692_65);
        close(successes(5, 100).low, 0.016_431_879_18);
        close(successes(5, 100).high, 0.112_834_911_11);
        close(successes(95, 100).low, 1.0 - 0.112_834_911_11);
        assert_eq!((successes(0, 50).low, successes(50, 50).high), (0.0, 1.0));
        assert_eq!(successes(5, 100).method, IntervalMethod::ClopperPearson);
    }

    #[test]
    fn other_rates_have_wilson_limits() {
        // R: prop.test(30, 100, correct = FALSE)$conf.int
        assert_eq!(successes(30, 100).method, IntervalMethod::Wilson);
        close(successes(30, 100).low, 0.2189488529);
        close(successes(30, 100).high, 0.3958485463);
        let (low, high) = wilson(0.05, 100.0, -normal_quantile(0.025));
        close(low, 0.021_543_679_15);
        close(high, 0.111_750_469_23);
    }

    #[test]
    fn the_bound_at_zero_is_the_rate_that_shows_nothing_one_time_in_twenty() {
        close(upper_bound_at_zero(100), 0.029_513_049_61);
    }

    #[test]
    fn partial_credit_that_never_varies_counts_steps_but_repeated_attempts_count_items() {
        let tally = Tally {
            items: 40,
            attempts: 40,
            lengths: vec![LengthTally::new(vec![40, 0, 0, 0, 0], vec![40, 0, 0, 0, 0])],
            item_sums: Vec::new(),
        };
        let interval = |tally: &Tally, credit, information| {
            CreditSummary::of(tally, credit, 0)
                .unwrap()
                .estimate(&Confidence::new(Level::constant(0.95), information))
                .interval
        };
        let one = interval(&tally, Credit::PartialCredit, StepInformation::Independent);
        close(one.high, 1.0 - libm::pow(0.025, 1.0 / 160.0));
        let shared = interval(&tally, Credit::PartialCredit, StepInformation::Shared);
        close(shared.high, 1.0 - libm::pow(0.025, 1.0 / 40.0));
        let repeated = Tally {
            attempts: 120,
            lengths: vec![LengthTally::new(
                vec![120, 0, 0, 0, 0],
                vec![120, 0, 0, 0, 0],
            )],
            item_sums: vec![crate::engine::ItemSums {
                none: 40,
                ..Default::default()
            }],
            ..tally
        };
        let repeated = interval(&repeated, Credit::ExactMatch, StepInformation::Independent);
        close(repeated.high, 1.0 - libm::pow(0.025, 1.0 / 40.0));
    }

    #[test]
    fn repeated_attempts_are_as_many_as_they_vary() {
        // 30 items of 4 attempts that all agree within an item: 12 items right, 18 wrong.
        let tally = Tally {
            items: 30,
            attempts: 120,
            lengths: vec![LengthTally::new(vec![72, 48], vec![72, 48])],
            item_sums: vec![crate::engine::ItemSums {
                sum: 12 << 32,
                squares: 12 << 64,
                none: 18,
                full: 12,
                with_next: 0,
            }],
        };
        let summary = CreditSummary::of(&tally, Credit::ExactMatch, 0).unwrap();
        close(summary.variance, 0.4 * 0.6 * 30.0 / 29.0);
        close(summary.effective_items(StepInformation::Independent), 29.0);
        let interval = summary
            .estimate(&Confidence::new(
                Level::constant(0.95),
                StepInformation::Independent,
            ))
            .interval;
        let (low, high) = wilson(0.4, 29.0, student_quantile(0.975, 29.0));
        assert_eq!(
            (interval.low, interval.high, interval.method),
            (low, high, IntervalMethod::WilsonEffective)
        );
    }
}
