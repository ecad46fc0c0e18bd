//! What was measured of one metric over scales: all that a curve is fitted to where no attempts are at hand.

use crate::domain::{Metric, Scale};

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
}

impl Measured {
    /// Scores of one metric, by increasing scale.
    ///
    /// # Errors
    /// There are none, two of one scale, or one outside the range of the credit.
    pub fn new(metric: Metric, points: Vec<MeasuredPoint>) -> Result<Self, MeasuredError> {
        if points.is_empty() {
            return Err(MeasuredError::Nothing(metric));
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
