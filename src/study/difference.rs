//! What a metric gains between neighbouring scales, on the same test set.

use super::{CreditSummary, Estimate, Row};
use crate::domain::{Level, Metric, Neighbours, Range, Scale, Scenario, Target};
use crate::engine::{Failure, Tally};

/// From this variance of a sum of differences on, the sum counts as normal.
const NORMAL_FROM: f64 = 30.0;

/// The gain of one metric from one scale to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The smaller scale.
    pub from: Scale,
    /// The larger scale.
    pub to: Scale,
    /// The metric.
    pub metric: Metric,
    /// Mean credit at the larger scale less that at the smaller.
    pub value: f64,
    /// Lower limit; from -1 on for credits from 0 to 1.
    pub low: f64,
    /// Upper limit; up to 1 for credits from 0 to 1.
    pub high: f64,
    /// How the interval was made.
    pub method: DifferenceMethod,
    /// How often the interval should hold the truth.
    pub level: Level,
    /// Number of items, the same at both scales.
    pub items: u64,
    /// The correlation, over items, of an item's mean credits at the two scales; `None` where they have nothing in
    /// common, and where one of them does not vary.
    pub correlation: Option<f64>,
    /// What is expected; `None` where no method computes it.
    pub expected: Option<f64>,
    /// (value - expected)/sqrt(v/n), v the variance between items of the gain; `None` where n v < 30, and where training
    /// runs differ.
    pub z: Option<f64>,
}

/// How the interval of a difference was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceMethod {
    /// From the two intervals, as of independent numbers: Newcombe 1998, Stat. Med. 17, 873, method 10.
    Newcombe,
    /// The same with their correlation: Newcombe 1998, Stat. Med. 17, 2635, method 10; Zou 2007, Psychol. Methods 12, 399.
    NewcombePaired,
}

impl DifferenceMethod {
    /// The name used in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newcombe => "newcombe",
            Self::NewcombePaired => "newcombe-paired",
        }
    }
}

/// The gains of every metric between neighbouring scales (but of perplexity, whose noise depends on where it stands), by the smaller scale, then by metric in the scenario's order;
/// none where either scale failed.
///
/// Items that differ, and random numbers that scales share, have credits of neighbouring scales move together: their
/// difference then is surer than that of two separate tests, as the products in the tally tell.
pub(super) fn differences(
    scenario: &Scenario,
    tallies: &[Result<Tally, Failure>],
    rows: &[Row],
) -> Vec<Difference> {
    let evaluation = &scenario.evaluation;
    let together = scenario.neighbours() == Neighbours::Together;
    let runs_differ = scenario.skill.runs_differ();
    let scales = evaluation.scales.as_slice();
    let pairs = scales.windows(2).zip(tallies.windows(2));
    let of_pair = |(scales, tallies): (&[Scale], &[Result<Tally, Failure>])| {
        let (Ok(here), Ok(next)) = (&tallies[0], &tallies[1]) else {
            return Vec::new();
        };
        let of_metric = |(place, &metric): (usize, &Metric)| {
            let row = |scale: Scale| {
                let mut rows = rows.iter();
                rows.find(|row| row.scale == scale && row.metric == metric)
            };
            let rows = (row(scales[0])?, row(scales[1])?);
            let side = |tally, row: &Row| {
                Some(Side {
                    summary: CreditSummary::of(tally, metric, place)?,
                    estimate: row.estimate?,
                })
            };
            let (one, other) = (side(here, rows.0)?, side(next, rows.1)?);
            // Where the metric bends, variances of differences are not those of what it is a function of.
            let slope = metric.slope(scenario.task.steps().get())?;
            let with_next = together.then(|| here.item_sums.get(place).map(|sums| sums.with_next));
            let correlation = with_next
                .flatten()
                .and_then(|sum| one.correlation(&other, sum));
            let expected = rows.1.expected.zip(rows.0.expected);
            let expected = expected.map(|(other, one)| other - one);
            let (low, high) = one.interval_to(&other, correlation.unwrap_or(0.0));
            let most = match metric.range() {
                Range::Unit => 1.0,
                Range::Bounded | Range::Open => f64::INFINITY,
            };
            let value = other.estimate.value - one.estimate.value;
            Some(Difference {
                from: scales[0],
                to: scales[1],
                metric,
                value,
                low: low.max(-most),
                high: high.min(most),
                method: match together {
                    true => DifferenceMethod::NewcombePaired,
                    false => DifferenceMethod::Newcombe,
                },
                level: evaluation.level,
                items: here.items,
                correlation,
                expected,
                z: expected.filter(|_| !runs_differ).and_then(|expected| {
                    let off = (value - expected) / slope.abs();
                    one.score_to(&other, correlation.unwrap_or(0.0), off)
                }),
            })
        };
        let metrics = evaluation.metrics.as_slice().iter().enumerate();
        metrics.filter_map(of_metric).collect()
    };
    pairs.flat_map(of_pair).collect()
}

/// One of two estimates on the same items.
pub(super) struct Side {
    pub(super) summary: CreditSummary,
    pub(super) estimate: Estimate,
}

impl Side {
    /// The correlation over items with the other one, from the sum of products in units of 2^-64; `None` where one does not
    /// vary.
    pub(super) fn correlation(&self, next: &Self, products: u128) -> Option<f64> {
        let items = self.summary.items as f64;
        let unit = 18_446_744_073_709_551_616.0;
        let scatter = products as f64 / unit - items * self.summary.mean * next.summary.mean;
        let covariance = scatter / (items - 1.0);
        let deviations = libm::sqrt(self.summary.variance * next.summary.variance);
        // A hair beyond the bounds is rounding.
        (deviations > 0.0).then(|| (covariance / deviations).clamp(-1.0, 1.0))
    }

    /// The correlation of both means over that of their items: less than 1 where training runs are drawn anew as well.
    fn share_of_items(&self, next: &Self) -> f64 {
        let share = |side: &Self| {
            let of_items = side.summary.variance_of_mean(Target::Items);
            let of_all = side.summary.variance_of_mean(side.estimate.interval.target);
            match of_all > of_items {
                true => libm::sqrt(of_items / of_all),
                false => 1.0,
            }
        };
        share(self) * share(next)
    }

    /// The interval of the gain to the other one, whose distances to the two limits add up as those of correlated numbers;
    /// `correlation` is that over items.
    pub(super) fn interval_to(&self, next: &Self, correlation: f64) -> (f64, f64) {
        let correlation = correlation * self.share_of_items(next);
        let (here, there) = (&self.estimate, &next.estimate);
        let value = there.value - here.value;
        let distance = |one: f64, other: f64| {
            libm::sqrt((one * one - 2.0 * correlation * one * other + other * other).max(0.0))
        };
        let below = distance(
            there.value - there.interval.low,
            here.interval.high - here.value,
        );
        let above = distance(
            there.interval.high - there.value,
            here.value - here.interval.low,
        );
        (value - below, value + above)
    }

    /// How far the gain lies from what was expected, in standard errors of items.
    pub(super) fn score_to(&self, next: &Self, correlation: f64, off: f64) -> Option<f64> {
        let (here, there) = (self.summary.variance, next.summary.variance);
        let variance = here + there - 2.0 * correlation * libm::sqrt(here * there);
        let items = self.summary.items as f64;
        (items * variance >= NORMAL_FROM).then(|| off / libm::sqrt(variance / items))
    }
}
