//! A value, and the range that holds the truth as often as it says.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::domain::special::{beta_quantile, normal_quantile, student_quantile};
use crate::domain::{
    Count, Counted, Credit, Level, Metric, Range, Reading, Reducer, Scenario, StepInformation,
    Target,
};
use crate::engine::{Cells, ItemSums, LengthTally, Tally};

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
    /// Student's t (Student 1908, Biometrika 6, 1), for credits that have no largest value.
    Student,
}

impl IntervalMethod {
    /// The name used in tables, for what would be drawn anew.
    #[must_use]
    pub const fn name(self, target: Target) -> &'static str {
        match (target, self) {
            (Target::Items, Self::Wilson) => "wilson",
            (Target::Items, Self::ClopperPearson) => "clopper-pearson",
            (Target::Items, Self::WilsonEffective) => "wilson-effective-n",
            (Target::Items, Self::ClopperPearsonEffective) => "clopper-pearson-effective-n",
            (Target::Items, Self::Student) => "student-t",
            (Target::TrainingRuns, Self::Wilson | Self::WilsonEffective) => "wilson-training-runs",
            (Target::TrainingRuns, Self::ClopperPearson | Self::ClopperPearsonEffective) => {
                "clopper-pearson-training-runs"
            }
            (Target::TrainingRuns, Self::Student) => "student-t-training-runs",
            (Target::Both, Self::Wilson | Self::WilsonEffective) => "wilson-two-way",
            (Target::Both, Self::ClopperPearson | Self::ClopperPearsonEffective) => {
                "clopper-pearson-two-way"
            }
            (Target::Both, Self::Student) => "student-t-two-way",
        }
    }
}

impl Interval {
    /// The name of its method in tables.
    #[must_use]
    pub const fn method_name(&self) -> &'static str {
        self.method.name(self.target)
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
    /// What it is for; items, where there is one training run.
    pub target: Target,
    /// How often it should hold the truth.
    pub level: Level,
}

/// The mean credit of a test, and how sure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean credit.
    pub value: f64,
    /// The interval for the mean over what would be drawn anew.
    pub interval: Interval,
    /// Number of items.
    pub items: u64,
    /// Attempts at each item, over all training runs.
    pub attempts: u64,
    /// Number of training runs.
    pub training_runs: u32,
}

/// What the estimates of one evaluation have in common.
#[derive(Clone, Debug)]
pub struct Confidence {
    level: Level,
    information: StepInformation,
    target: Target,
    /// Degrees of freedom, and the quantile of Student's t for them: found by search, which takes longer than all else of
    /// an estimate, and mostly the same at every scale.
    student: Cell<Option<(f64, f64)>>,
}

impl Confidence {
    /// Intervals of this level for this target, of attempts whose steps tell so much.
    #[must_use]
    pub fn new(level: Level, information: StepInformation, target: Target) -> Self {
        Self {
            level,
            information,
            target,
            student: Cell::new(None),
        }
    }

    /// Intervals of this level for a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario, level: Level) -> Self {
        let target = scenario.evaluation.target;
        Self::new(level, scenario.step_information(), target)
    }

    /// The upper quantile of Student's t with so many degrees of freedom.
    fn student(&self, freedom: f64) -> f64 {
        let known = self.student.get().filter(|known| known.0 == freedom);
        // From the lower tail, which keeps its digits at levels near 1.
        let found = || -student_quantile(self.tail(), freedom);
        let quantile = known.map_or_else(found, |known| known.1);
        self.student.set(Some((freedom, quantile)));
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
    /// How training runs differ; `None` where there is one.
    pub runs: Option<RunSpread>,
    /// Items whose credit is not the commonest one (with several attempts: not the commoner of none and all).
    pub unlike_commonest: u64,
    /// Whether every attempt earns all or nothing.
    pub all_or_nothing: bool,
    /// Whether the credit is the mean over steps of right (1) or wrong (0).
    pub step_mean: bool,
    /// Its least and its largest value.
    pub range: Range,
}

/// How the scores of training runs differ: S runs at n items, of which run s scores m_is at item i.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunSpread {
    /// S, at least 2.
    pub count: u32,
    /// Variance between runs of their means over items, with S - 1 in the denominator.
    pub variance: f64,
    /// What is left of m_is when the means of item i and of run s are taken away: its variance, with (n - 1)(S - 1) in the
    /// denominator; 0 for a single item.
    pub residual: f64,
}

impl RunSpread {
    /// `None` of a single run. `between_items` is the variance of items' means over runs.
    fn of(cells: &Cells, items: u64, mean: f64, between_items: f64) -> Option<Self> {
        let (n, s) = (items as f64, cells.by_run.len() as f64);
        if cells.by_run.len() < 2 {
            return None;
        }
        let of_run = |sum: &u128| libm::ldexp(*sum as f64, -32) / n;
        let squares = cells.by_run.iter().map(|sum| {
            let off = of_run(sum) - mean;
            off * off
        });
        let of_runs: f64 = squares.sum();
        let all = libm::ldexp(cells.squares as f64, -64) - n * s * mean * mean;
        let rest = all - n * of_runs - s * (n - 1.0) * between_items;
        Some(Self {
            count: cells.by_run.len() as u32,
            variance: of_runs / (s - 1.0),
            residual: rest.max(0.0) / ((n - 1.0).max(1.0) * (s - 1.0)),
        })
    }
}

/// The variance of a mean, and the degrees of freedom it is known with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Uncertainty {
    pub(super) variance: f64,
    pub(super) freedom: f64,
}

impl CreditSummary {
    /// Sums up a tally under a metric. `sums` is the place of the metric's item sums in the tally.
    ///
    /// `None` if the tally holds no items, or neither what the credit is a function of nor those sums.
    #[must_use]
    pub fn of(tally: &Tally, metric: Metric, sums: usize) -> Option<Self> {
        let summary = match (metric.reducer, metric.credit.counted()) {
            (Reducer::Mean, Some(counted)) => Self::of_counts(tally, counted, sums),
            _ => Self::of_items(tally, metric.credit, sums),
        }?;
        let cells = tally.cells.get(sums);
        let runs = |cells| RunSpread::of(cells, tally.items, summary.mean, summary.variance);
        Some(Self {
            runs: cells.and_then(runs),
            ..summary
        })
    }

    /// Of what became of each item.
    fn of_items(tally: &Tally, credit: Credit, sums: usize) -> Option<Self> {
        let attempts = tally.attempts.checked_div(tally.items)?;
        let sums = tally.item_sums.get(sums)?;
        let (mean, variance) = moments(sums, tally.items);
        Some(Self {
            items: tally.items,
            attempts,
            steps: steps_of(tally),
            mean,
            variance,
            runs: None,
            unlike_commonest: tally.items - sums.none.max(sums.full),
            all_or_nothing: false,
            step_mean: false,
            range: match credit.reading().is_some_and(Reading::is_open) {
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
            runs: None,
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
    ///
    /// Several training runs: s^2/n and n - 1 make way for the variance of the mean over what would be drawn anew, and for
    /// its degrees of freedom. With mean squares I, R and E of items, runs and what is left, over n S: I/(n S) of new items
    /// (the same as s^2/n); R/(n S) of new training runs, with S - 1; of both, (I + R - E)/(n S), at least either, with
    /// those of Satterthwaite 1946 (Biometrics Bull. 2, 110). Runs that score all the same count as so many attempts.
    /// Coverage: `tests/coverage.rs`.
    #[must_use]
    pub fn estimate(&self, confidence: &Confidence) -> Estimate {
        let (level, tail) = (confidence.level, confidence.tail());
        let items = self.items as f64;
        if self.range == Range::Open {
            return self.by_student(confidence);
        }
        let target = self.target(confidence);
        let (low, high, method) = if self.all_or_nothing && self.attempts == 1 {
            let interval = rate_interval((self.mean * items).round(), items, level);
            (interval.low, interval.high, interval.method)
        } else {
            let uncertainty = self.uncertainty(target);
            let n = self.effective_items(confidence.information, target, uncertainty);
            if n * self.mean.min(1.0 - self.mean) <= 5.0 {
                let (low, high) = clopper_pearson(n * self.mean, n, tail);
                (low, high, IntervalMethod::ClopperPearsonEffective)
            } else {
                let quantile = match uncertainty.freedom > 0.0 {
                    // The variance of one item is not estimated but bounded by its steps.
                    false => -normal_quantile(tail),
                    true => confidence.student(uncertainty.freedom),
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
                target,
                level,
            },
            items: self.items,
            attempts: self.attempts,
            training_runs: self.training_runs(),
        }
    }

    /// How many trials of a binomial of this mean tell as much: the number of items for one all-or-nothing attempt at each,
    /// otherwise the effective number N of [`Self::estimate`].
    #[must_use]
    pub fn trials(&self, confidence: &Confidence) -> f64 {
        if self.all_or_nothing && self.attempts == 1 && self.runs.is_none() {
            return self.items as f64;
        }
        let target = self.target(confidence);
        self.effective_items(confidence.information, target, self.uncertainty(target))
    }

    fn training_runs(&self) -> u32 {
        self.runs.map_or(1, |runs| runs.count)
    }

    /// What an interval is for: one training run cannot tell how others differ.
    pub(super) fn target(&self, confidence: &Confidence) -> Target {
        self.runs.map_or(Target::Items, |_| confidence.target)
    }

    /// The variance of the mean over what would be drawn anew.
    #[must_use]
    pub fn variance_of_mean(&self, target: Target) -> f64 {
        self.uncertainty(target).variance
    }

    pub(super) fn uncertainty(&self, target: Target) -> Uncertainty {
        let n = self.items as f64;
        let of_items = Uncertainty {
            variance: self.variance / n,
            freedom: n - 1.0,
        };
        let Some(runs) = self.runs else {
            return of_items;
        };
        let s = f64::from(runs.count);
        let of_runs = Uncertainty {
            variance: runs.variance / s,
            freedom: s - 1.0,
        };
        match target {
            Target::Items => of_items,
            Target::TrainingRuns => of_runs,
            Target::Both => {
                let rest = runs.residual / (n * s);
                let (a, b) = (of_items.variance, of_runs.variance);
                let variance = (a + b - rest).max(a).max(b);
                let square = |x: f64, freedom: f64| match freedom > 0.0 {
                    true => x * x / freedom,
                    false => 0.0,
                };
                let squares = square(a, of_items.freedom)
                    + square(b, of_runs.freedom)
                    + square(rest, of_items.freedom * of_runs.freedom);
                let freedom = match squares > 0.0 {
                    true => (variance * variance / squares).max(of_runs.freedom.min(n)),
                    false => of_runs.freedom,
                };
                Uncertainty { variance, freedom }
            }
        }
    }

    fn by_student(&self, confidence: &Confidence) -> Estimate {
        let target = self.target(confidence);
        let Uncertainty { variance, freedom } = self.uncertainty(target);
        let half = match freedom > 0.0 {
            false => f64::INFINITY,
            true => confidence.student(freedom) * libm::sqrt(variance),
        };
        Estimate {
            value: self.mean,
            interval: Interval {
                // Nothing that is summed is negative.
                low: (self.mean - half).max(0.0),
                high: self.mean + half,
                method: IntervalMethod::Student,
                target,
                level: confidence.level,
            },
            items: self.items,
            attempts: self.attempts,
            training_runs: self.training_runs(),
        }
    }

    fn effective_items(
        &self,
        information: StepInformation,
        target: Target,
        uncertainty: Uncertainty,
    ) -> f64 {
        let items = self.items as f64;
        let units_per_attempt = if self.all_or_nothing { 1.0 } else { self.steps };
        let all = items * (self.attempts as f64 * units_per_attempt);
        let cap = match information {
            _ if target == Target::TrainingRuns && uncertainty.variance == 0.0 => {
                f64::from(self.training_runs())
            }
            StepInformation::Independent if self.attempts == 1 && self.step_mean => all,
            _ if self.unlike_commonest < FEWEST_UNLIKE => items,
            _ => all,
        };
        // A single item has no variance to go by.
        let from_variance = if uncertainty.freedom > 0.0 {
            self.mean * (1.0 - self.mean) / uncertainty.variance
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
        target: Target::Items,
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
            cells: Vec::new(),
        };
        let summary = CreditSummary::of(&tally, Metric::mean(Credit::ExactMatch), 0).unwrap();
        summary
            .estimate(&Confidence::new(
                Level::constant(0.95),
                StepInformation::Independent,
                Target::Both,
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
            cells: Vec::new(),
        };
        let interval = |tally: &Tally, credit, information| {
            CreditSummary::of(tally, Metric::mean(credit), 0)
                .unwrap()
                .estimate(&Confidence::new(
                    Level::constant(0.95),
                    information,
                    Target::Both,
                ))
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
            cells: Vec::new(),
        };
        let summary = CreditSummary::of(&tally, Metric::mean(Credit::ExactMatch), 0).unwrap();
        close(summary.variance, 0.4 * 0.6 * 30.0 / 29.0);
        close(
            summary.effective_items(
                StepInformation::Independent,
                Target::Items,
                summary.uncertainty(Target::Items),
            ),
            29.0,
        );
        let interval = summary
            .estimate(&Confidence::new(
                Level::constant(0.95),
                StepInformation::Independent,
                Target::Both,
            ))
            .interval;
        let (low, high) = wilson(0.4, 29.0, student_quantile(0.975, 29.0));
        assert_eq!(
            (interval.low, interval.high, interval.method),
            (low, high, IntervalMethod::WilsonEffective)
        );
    }
}
