//! How good forecasts are, over many evaluations of which each is continued.

use crate::domain::Level;
use crate::domain::special::student_quantile;
use crate::study::Rate;

/// An average over replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Averaged {
    /// The average.
    pub value: f64,
    /// Its interval, by Student's t; `None` of a single one.
    pub interval: Option<(f64, f64)>,
    /// Over how many.
    pub count: u64,
}

/// How good forecasts of one score are.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastQuality {
    /// How many evaluations were continued.
    pub replicates: u64,
    /// Those whose fit failed: they count as forecasts whose intervals miss, and are in no average.
    pub failed: u64,
    /// The level of the intervals whose coverage is told, and of all intervals here.
    pub level: Level,
    /// How far predictions lie from what is expected; `None` where that is not computed, or every fit failed.
    pub errors: Option<ForecastErrors>,
    /// The predictions that 5%, 50% and 95% of the replicates do not exceed; `None` where every fit failed.
    pub quantiles: Option<[f64; 3]>,
    /// How often the confidence interval holds the expected score; `None` where that is not computed.
    pub coverage_of_expected: Option<Rate>,
    /// How often the prediction interval holds the score that an evaluation at the target has.
    pub coverage: Rate,
    /// The mean width of prediction intervals; `None` where every fit failed.
    pub width: Option<Averaged>,
    /// Their mean interval score, see [`interval_score`]; `None` where every fit failed.
    pub interval_score: Option<Averaged>,
    /// How often the interval of the crossing holds the true one; `None` where no threshold is crossed.
    pub coverage_of_crossing: Option<Rate>,
}

/// How far predictions lie from what is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastErrors {
    /// The root of the mean squared error. Its interval is that of the mean squared error by the delta method: root -+ t s/(2
    /// root sqrt(n)), with s the standard deviation of squared errors.
    pub rmse: Averaged,
    /// The mean error.
    pub bias: Averaged,
}

/// The interval score of an interval of this level, if `score` is what came: its width, and for each side on which it was
/// missed 2/(1 - level) times by how much. The smaller the better; on average least for the true quantiles.
///
/// Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359, equation 43.
#[must_use]
pub fn interval_score((low, high): (f64, f64), level: Level, score: f64) -> f64 {
    let missed = (low - score).max(0.0) + (score - high).max(0.0);
    (high - low) + 2.0 / (1.0 - level.get()) * missed
}

impl Averaged {
    /// The mean of numbers, and its interval by Student's t; `None` of none.
    #[must_use]
    pub fn mean(numbers: &[f64], level: Level) -> Option<Self> {
        if numbers.is_empty() {
            return None;
        }
        let count = numbers.len() as f64;
        let value = numbers.iter().sum::<f64>() / count;
        let squares = numbers.iter().map(|one| (one - value) * (one - value));
        let variance = squares.sum::<f64>() / (count - 1.0).max(1.0);
        let interval = (numbers.len() > 1).then(|| {
            let tail = 0.5 * (1.0 - level.get());
            let half = -student_quantile(tail, count - 1.0) * libm::sqrt(variance / count);
            (value - half, value + half)
        });
        Some(Self {
            value,
            interval,
            count: numbers.len() as u64,
        })
    }

    /// The root of the mean square of numbers, and its interval by the delta method; `None` of none.
    #[must_use]
    pub fn root_mean_square(numbers: &[f64], level: Level) -> Option<Self> {
        let squares: Vec<f64> = numbers.iter().map(|one| one * one).collect();
        let mean = Self::mean(&squares, level)?;
        let root = libm::sqrt(mean.value);
        let interval = mean.interval.map(|(_, high)| match root > 0.0 {
            true => {
                let half = (high - mean.value) / (2.0 * root);
                ((root - half).max(0.0), root + half)
            }
            false => (0.0, 0.0),
        });
        Some(Self {
            value: root,
            interval,
            count: mean.count,
        })
    }
}
