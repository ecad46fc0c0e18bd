//! What the training runs of a scale score, and how much of what is not known of their mean comes of them.

use super::estimate::rate_interval;
use super::{CreditSummary, Finding, Interval};
use crate::domain::{Level, Metric, Scale, Scenario, Target};
use crate::engine::{Cells, Tally};

/// The training runs of one scale under one metric: two or more of them, all at the same items.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingRuns {
    /// The scale.
    pub scale: Scale,
    /// The metric, on whose scale scores are.
    pub metric: Metric,
    /// The mean credit of each over all items, by training seed.
    pub scores: Vec<f64>,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with one less than there are runs in the denominator; chance of items included.
    pub sd: f64,
    /// The least of them.
    pub least: f64,
    /// The largest of them.
    pub largest: f64,
    /// How many reach the threshold of usefulness; `None` where scores are not success rates.
    pub useful: Option<UsefulRuns>,
    /// What the uncertainty of the mean is made of.
    pub parts: VarianceParts,
}

/// Training runs whose score is at least the threshold of usefulness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsefulRuns {
    /// How many there are.
    pub count: u32,
    /// Their share.
    pub share: f64,
    /// The interval for the share of all runs that would score as much on these items: runs are independent.
    pub interval: Interval,
}

/// The variance of the mean credit of S training runs at n items, over new items and new runs, in the squared unit of what
/// the credit is a function of.
///
/// From the mean squares I, R and E of items, runs and what is left (Searle, Casella and McCulloch 1992, Variance
/// Components, section 4.3): (I - E)/(n S), (R - E)/(n S) and E/(n S). A part that comes out negative is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceParts {
    /// Of new training runs: shrinks with S alone.
    pub runs: f64,
    /// Of new items: shrinks with n alone.
    pub items: f64,
    /// Of what neither explains: shrinks with n S.
    pub rest: f64,
}

impl VarianceParts {
    fn of(summary: &CreditSummary) -> Option<Self> {
        let spread = summary.runs?;
        let (n, s) = (summary.items as f64, f64::from(spread.count));
        let rest = spread.residual / (n * s);
        Some(Self {
            runs: (spread.variance / s - rest).max(0.0),
            items: (summary.variance / n - rest).max(0.0),
            rest,
        })
    }

    /// All of them.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.runs + self.items + self.rest
    }

    /// The shares of runs, items and the rest; `None` where nothing varies.
    #[must_use]
    pub fn shares(&self) -> Option<[f64; 3]> {
        let sum = self.sum();
        (sum > 0.0).then(|| [self.runs, self.items, self.rest].map(|part| part / sum))
    }
}

/// By scale, then by metric in the scenario's order; none where there is one run, or nothing was simulated.
pub(super) fn training_runs(finding: &Finding) -> Vec<TrainingRuns> {
    let evaluation = &finding.scenario.evaluation;
    let scales = evaluation.scales.as_slice().iter().zip(&finding.tallies);
    let done = scales.filter_map(|(scale, tally)| Some((*scale, tally.as_ref().ok()?)));
    let of_scale = |(scale, tally)| {
        let metrics = evaluation.metrics.as_slice().iter().enumerate();
        metrics.filter_map(move |(place, &metric)| {
            TrainingRuns::of(&finding.scenario, scale, tally, (metric, place))
        })
    };
    done.flat_map(of_scale).collect()
}

impl TrainingRuns {
    /// `place` is that of the metric's sums in the tally.
    fn of(
        scenario: &Scenario,
        scale: Scale,
        tally: &Tally,
        (metric, place): (Metric, usize),
    ) -> Option<Self> {
        let summary = CreditSummary::of(tally, metric, place)?;
        let parts = VarianceParts::of(&summary)?;
        let longest = scenario.task.lengths().longest().get();
        let means = means(tally.cells.get(place)?, tally.items);
        let scores: Vec<f64> = means.map(|mean| metric.of_mean(mean, longest)).collect();
        let count = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / count;
        let squares = scores.iter().map(|score| (score - mean) * (score - mean));
        let sd = libm::sqrt(squares.sum::<f64>() / (count - 1.0));
        let threshold = scenario.usefulness.threshold();
        let level = scenario.evaluation.level;
        Some(Self {
            scale,
            metric,
            mean,
            sd,
            least: scores.iter().copied().fold(f64::INFINITY, f64::min),
            largest: scores.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            useful: metric
                .is_success_rate()
                .then(|| UsefulRuns::of(&scores, threshold, level)),
            parts,
            scores,
        })
    }
}

/// The mean over items of what the credit is a function of, for each run.
fn means(cells: &Cells, items: u64) -> impl Iterator<Item = f64> {
    let sums = cells.by_run.iter();
    sums.map(move |&sum| libm::ldexp(sum as f64, -32) / items as f64)
}

impl UsefulRuns {
    fn of(scores: &[f64], threshold: f64, level: Level) -> Self {
        let useful = scores.iter().filter(|score| **score >= threshold).count();
        let runs = scores.len() as f64;
        Self {
            count: useful as u32,
            share: useful as f64 / runs,
            interval: Interval {
                target: Target::TrainingRuns,
                ..rate_interval(useful as f64, runs, level)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credit, Metric};
    use crate::engine::{ItemSums, LengthTally};

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
    }

    /// Items by runs, right or wrong: 111, 101, 001, 000. Mean squares 5/9 of items, 1/4 of runs and 5/36 of what is left.
    #[test]
    fn parts_are_those_of_an_analysis_of_variance() {
        let third = (1_u128 << 32) / 3;
        let thirds = [3, 2, 1, 0].map(|part| part * third);
        let tally = Tally {
            items: 4,
            attempts: 12,
            lengths: vec![LengthTally::new(vec![6, 6], vec![6, 6])],
            item_sums: vec![ItemSums {
                sum: thirds.iter().sum(),
                squares: thirds.iter().map(|mean| mean * mean).sum(),
                none: 1,
                full: 1,
                with_next: 0,
            }],
            cells: vec![Cells {
                by_run: [2, 1, 3].map(|right| right << 32).to_vec(),
                squares: 6 << 64,
                successes: std::collections::BTreeMap::new(),
            }],
        };
        let metric = Metric::mean(Credit::ExactMatch);
        let scenario = Scenario::default();
        let runs = TrainingRuns::of(&scenario, Scale::constant(1e9), &tally, (metric, 0)).unwrap();
        assert_eq!(runs.scores, [0.5, 0.25, 0.75]);
        assert_eq!(
            (runs.mean, runs.sd, runs.least, runs.largest),
            (0.5, 0.25, 0.25, 0.75)
        );
        close(runs.parts.runs, (1.0 / 4.0 - 5.0 / 36.0) / 12.0);
        close(runs.parts.items, (5.0 / 9.0 - 5.0 / 36.0) / 12.0);
        close(runs.parts.rest, 5.0 / 36.0 / 12.0);
        let [of_runs, of_items, rest] = runs.parts.shares().unwrap();
        close(of_runs, 4.0 / 24.0);
        close(of_items, 15.0 / 24.0);
        close(rest, 5.0 / 24.0);
        let useful = runs.useful.unwrap();
        assert_eq!((useful.count, useful.share), (0, 0.0));
        // R: binom.test(0, 3)$conf.int
        close(useful.interval.high, 0.707_598_226_2);
        assert_eq!(
            useful.interval.method_name(),
            "clopper-pearson-training-runs"
        );
    }
}
