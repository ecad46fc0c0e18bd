//! What was measured of one metric over scales: all that a curve is fitted to where no attempts are at hand.

use super::estimate::{Confidence, CreditSummary};
use super::finding::Finding;
use crate::domain::special::{beta_cdf, normal_quantile};
use crate::domain::{Invalid, Level, Metric, Range, Scale, Scenario};
use crate::engine::Tally;

/// The score of one metric at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredPoint {
    /// The scale, as the scenario or table counts it.
    pub scale: Scale,
    /// The mean credit: for losses in nats.
    pub mean: f64,
    /// Its standard error; of a rate that of `trials` binomial ones.
    pub error: f64,
    /// Attempts that were scored: items times attempts at each.
    pub attempts: u64,
    /// How many trials of a binomial tell as much of the mean: `attempts` for credits that are all or nothing, more where
    /// parts of an attempt earn credit by themselves, fewer where attempts have something in common. Above 0.
    pub trials: f64,
}

/// The scores of one metric over increasing scales.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    metric: Metric,
    points: Vec<MeasuredPoint>,
}

/// Why scores are none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MeasuredError {
    /// Nothing was measured.
    #[error("{0} was measured at no scale")]
    Nothing(Metric),
    /// Two scores at one scale, or scales out of order.
    #[error("{metric} has two scores at scale {scale:e}, or its scales do not increase there")]
    Order {
        /// The metric.
        metric: Metric,
        /// The scale.
        scale: f64,
    },
    /// A score that cannot be.
    #[error("{metric} = {mean} at scale {scale:e} is not within the range of its credit")]
    Range {
        /// The metric.
        metric: Metric,
        /// The scale.
        scale: f64,
        /// The score.
        mean: f64,
    },
    /// A score that is known from nothing.
    #[error(
        "{metric} at scale {scale:e} is the mean of {trials} trials with a standard error of {error}: give a finite number above 0 and an error of at least 0"
    )]
    Trials {
        /// The metric.
        metric: Metric,
        /// The scale.
        scale: f64,
        /// The trials.
        trials: f64,
        /// The standard error.
        error: f64,
    },
    /// The attempts were not scored under the metric.
    #[error(
        "the attempts at scale {scale:e} were not scored under {metric}: list it among the metrics"
    )]
    NotScored {
        /// The metric.
        metric: Metric,
        /// The scale.
        scale: f64,
    },
}

impl Measured {
    /// Scores of one metric, by increasing scale.
    ///
    /// # Errors
    /// There are none, two of one scale, or one outside the range of the credit or of no trials.
    pub fn new(metric: Metric, points: Vec<MeasuredPoint>) -> Result<Self, MeasuredError> {
        if points.is_empty() {
            return Err(MeasuredError::Nothing(metric));
        }
        for point in &points {
            point.check(metric)?;
        }
        for pair in points.windows(2) {
            if let [one, next] = pair
                && next.scale <= one.scale
            {
                return Err(MeasuredError::Order {
                    metric,
                    scale: next.scale.get(),
                });
            }
        }
        Ok(Self { metric, points })
    }

    /// What a finding has of a metric, at the scales whose attempts were finished.
    ///
    /// # Errors
    /// Nothing was simulated, or not under this metric.
    pub fn of(finding: &Finding, metric: Metric) -> Result<Self, MeasuredError> {
        let scales = finding.scenario.evaluation.scales.as_slice().iter();
        let done = scales.zip(&finding.tallies);
        let done = done.filter_map(|(scale, tally)| Some((*scale, tally.as_ref().ok()?)));
        Self::of_tallies(&finding.scenario, metric, done)
    }

    /// The same of tallies, by increasing scale.
    ///
    /// # Errors
    /// There are none, or they were not counted for this metric of the scenario.
    pub fn of_tallies<'a>(
        scenario: &Scenario,
        metric: Metric,
        tallies: impl IntoIterator<Item = (Scale, &'a Tally)>,
    ) -> Result<Self, MeasuredError> {
        let confidence = Confidence::of(scenario, scenario.evaluation.level);
        let longest = scenario.task.lengths().table().longest();
        let metrics = scenario.evaluation.metrics.as_slice().iter();
        let place = metrics.take_while(|one| **one != metric).count();
        let point = |(scale, tally): (Scale, &Tally)| {
            let summary = CreditSummary::of(tally, metric, place);
            let summary = summary.ok_or(MeasuredError::NotScored {
                metric,
                scale: scale.get(),
            })?;
            Ok(MeasuredPoint::of(
                scale,
                metric,
                &summary,
                &confidence,
                longest,
            ))
        };
        let points: Result<_, MeasuredError> = tallies.into_iter().map(point).collect();
        Self::new(metric, points?)
    }

    /// The metric.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// By increasing scale.
    #[must_use]
    pub fn points(&self) -> &[MeasuredPoint] {
        &self.points
    }

    /// Those up to a scale; `None` where there are none.
    #[must_use]
    pub fn up_to(&self, scale: Scale) -> Option<Self> {
        let points = self.points.iter().copied();
        let points: Vec<MeasuredPoint> = points.take_while(|point| point.scale <= scale).collect();
        (!points.is_empty()).then_some(Self {
            metric: self.metric,
            points,
        })
    }
}

impl MeasuredPoint {
    /// A rate that is as well known as that of so many trials of a binomial.
    #[must_use]
    pub fn of_rate(scale: Scale, mean: f64, attempts: u64, trials: f64) -> Self {
        Self {
            scale,
            mean,
            error: libm::sqrt((mean * (1.0 - mean)).max(0.0) / trials),
            attempts,
            trials,
        }
    }

    /// A rate with a confidence interval, as tables tell it: the trials are those for which Wilson's interval (1927, J. Am. Stat.
    /// Assoc. 22, 209) of this level is the given one. Where at most 5 of them succeeded or failed, or Wilson's two limits
    /// tell different numbers, they are those for which Clopper and Pearson's limit away from the nearer end is the given one.
    ///
    /// Intervals that were made with Student's t, as those of effective numbers of items, tell a little less: 4% of 100.
    ///
    /// # Errors
    /// [`Invalid::Probability`] for a limit outside [0, 1], or one that does not hold the rate.
    pub fn from_interval(
        scale: Scale,
        mean: f64,
        (low, high): (f64, f64),
        level: Level,
        attempts: u64,
    ) -> Result<Self, Invalid> {
        for (limit, holds) in [(low, low <= mean), (high, mean <= high)] {
            if !(holds && (0.0..=1.0).contains(&limit)) {
                return Err(Invalid::Probability(limit));
            }
        }
        let tail = 0.5 * (1.0 - level.get());
        let told = wilson_trials(mean, (low, high), tail);
        // Of failures instead of successes it is the same.
        let (rare, limit) = match mean <= 0.5 {
            true => (mean, high),
            false => (1.0 - mean, 1.0 - low),
        };
        let trials = match told {
            Some(trials) if trials * rare > 5.0 => trials,
            _ => clopper_pearson_trials(rare, limit, tail),
        };
        Ok(Self::of_rate(scale, mean, attempts, trials))
    }

    /// Of what the attempts of one scale come to.
    fn of(
        scale: Scale,
        metric: Metric,
        summary: &CreditSummary,
        confidence: &Confidence,
        longest: u32,
    ) -> Self {
        let attempts = summary.items * summary.attempts;
        let value = metric.of_mean(summary.mean, longest);
        if summary.range != Range::Open && metric.range() == Range::Unit {
            return Self::of_rate(scale, value, attempts, summary.trials(confidence));
        }
        let error = libm::sqrt(summary.variance_of_mean(summary.target(confidence)));
        let at = |mean: f64| metric.of_mean(mean, longest);
        Self {
            scale,
            mean: value,
            error: 0.5 * (at(summary.mean + error) - at(summary.mean - error)).abs(),
            attempts,
            trials: attempts as f64,
        }
    }

    fn check(&self, metric: Metric) -> Result<(), MeasuredError> {
        let (scale, mean) = (self.scale.get(), self.mean);
        let possible = match metric.range() {
            Range::Unit => (0.0..=1.0).contains(&mean),
            Range::Bounded | Range::Open => mean.is_finite(),
        };
        if !possible {
            return Err(MeasuredError::Range {
                metric,
                scale,
                mean,
            });
        }
        let (trials, error) = (self.trials, self.error);
        match trials > 0.0 && trials.is_finite() && error >= 0.0 && error.is_finite() {
            true => Ok(()),
            false => Err(MeasuredError::Trials {
                metric,
                scale,
                trials,
                error,
            }),
        }
    }
}

/// n with (limit - mean)^2 = z^2 limit (1 - limit)/n, if both limits tell nearly the same.
fn wilson_trials(mean: f64, (low, high): (f64, f64), tail: f64) -> Option<f64> {
    let z = normal_quantile(tail);
    let told = |limit: f64| {
        let off = limit - mean;
        z * z * limit * (1.0 - limit) / (off * off)
    };
    let (one, other) = (told(low), told(high));
    let agree = one > 0.8 * other && other > 0.8 * one && one.is_finite() && other.is_finite();
    agree.then(|| libm::sqrt(one * other))
}

/// n of which a share `rare` has this upper limit; within what doubles tell apart.
fn clopper_pearson_trials(rare: f64, limit: f64, tail: f64) -> f64 {
    if limit >= 1.0 {
        return 1.0;
    }
    // P(K <= n rare) under the limit falls as n grows.
    let refuses_more = |ln_n: f64| {
        let n = libm::exp(ln_n);
        beta_cdf(1.0 - limit, n * (1.0 - rare), n * rare + 1.0) > tail
    };
    let (mut few, mut many) = (0.0, 30.0);
    for _ in 0..60 {
        let middle = 0.5 * (few + many);
        match refuses_more(middle) {
            true => few = middle,
            false => many = middle,
        }
    }
    libm::exp(0.5 * (few + many))
}
