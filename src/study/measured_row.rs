//! Scores as tables tell them.

use super::measured::MeasuredPoint;
use crate::domain::special::student_quantile;
use crate::domain::{Invalid, Items, Level, Metric, Range, Scale};

/// A row of a table: the score of one metric at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredRow {
    /// The metric.
    pub metric: Metric,
    /// The scale.
    pub scale: Scale,
    /// The score.
    pub estimate: f64,
    /// Items.
    pub items: Items,
    /// Attempts at each, at least 1.
    pub attempts_per_item: u64,
    /// Its confidence interval, where it is told.
    pub interval: Option<ToldInterval>,
}

/// A confidence interval as a table tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToldInterval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// How often it should hold the truth.
    pub level: Level,
}

impl MeasuredRow {
    /// The score with what it is known from: of all-or-nothing credits of one attempt at each item as many trials as items; of
    /// other rates what their interval tells ([`MeasuredPoint::from_interval`]), and without one as many trials as attempts,
    /// which are never too many where attempts are independent: no credit within 0 and 1 varies more than m (1 - m) (Bhatia
    /// and Davis 2000, Am. Math. Mon. 107, 353). The standard error of losses is that of Student's interval, and 0 without one.
    ///
    /// # Errors
    /// An interval that cannot be one of the rate.
    pub fn point(&self) -> Result<MeasuredPoint, Invalid> {
        let attempts = self.items.get().saturating_mul(self.attempts_per_item);
        let (scale, estimate) = (self.scale, self.estimate);
        let is_rate = self.metric.range() == Range::Unit;
        let is_verdict = self.metric.is_success_rate() && self.attempts_per_item == 1;
        match self.interval.filter(|told| told.low < told.high) {
            Some(told) if is_rate && !is_verdict => {
                let limits = (told.low, told.high);
                MeasuredPoint::from_interval(scale, estimate, limits, told.level, attempts)
            }
            interval if !is_rate => Ok(MeasuredPoint {
                scale,
                mean: estimate,
                error: interval.map_or(0.0, |told| self.error(told)),
                attempts,
                trials: attempts as f64,
            }),
            _ => Ok(MeasuredPoint::of_rate(
                scale,
                estimate,
                attempts,
                attempts as f64,
            )),
        }
    }

    fn error(&self, told: ToldInterval) -> f64 {
        let freedom = (self.items.get() as f64 - 1.0).max(1.0);
        let quantile = -student_quantile(0.5 * (1.0 - told.level.get()), freedom);
        0.5 * (told.high - told.low) / quantile
    }
}
