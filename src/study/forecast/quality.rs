//! How good forecasts are, over many evaluations of which each is continued.

use super::forecaster::{Crossing, ForecastPoint};
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

/// What one replicate foretold, and what came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) point: ForecastPoint,
    pub(super) crossing: Option<Crossing>,
    /// The score of its evaluation at the target.
    pub(super) score: f64,
}

/// What is true where the replicates were drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    /// The expected score at the target.
    pub(super) expected: Option<f64>,
    /// log10 of the scale where the threshold is crossed.
    pub(super) crossing: Option<f64>,
}

/// Scores are whole numbers of parts, which a limit may be but for rounding.
const ROUNDING: f64 = 1e-9;

/// Whether a prediction interval holds a score.
pub(super) fn holds((low, high): (f64, f64), score: f64) -> bool {
    low <= score + ROUNDING && score <= high + ROUNDING
}

impl Crossing {
    /// Whether its interval holds the log10 of a scale.
    #[must_use]
    pub fn holds(&self, place: f64) -> bool {
        self.low.is_none_or(|low| low <= place) && self.high.is_none_or(|high| place <= high)
    }
}

impl ForecastQuality {
    /// Of one outcome for each replicate, `None` where its fit failed; there is at least one replicate.
    pub(super) fn of(outcomes: &[Option<Outcome>], truth: Truth, level: Level) -> Self {
        let told: Vec<&Outcome> = outcomes.iter().flatten().collect();
        let replicates = outcomes.len() as u64;
        let share = |is_held: &dyn Fn(&Outcome) -> bool| {
            let held = told.iter().filter(|one| is_held(one)).count() as u64;
            Rate::of(held, replicates, level)
        };
        let each = |number: &dyn Fn(&Outcome) -> f64| -> Vec<f64> {
            told.iter().map(|one| number(one)).collect()
        };
        let width = |one: &Outcome| one.point.prediction.1 - one.point.prediction.0;
        let scored = |one: &Outcome| interval_score(one.point.prediction, level, one.score);
        let errors = truth.expected.and_then(|expected| {
            let errors = each(&|one| one.point.predicted - expected);
            Some(ForecastErrors {
                rmse: Averaged::root_mean_square(&errors, level)?,
                bias: Averaged::mean(&errors, level)?,
            })
        });
        let confident = |expected: f64| share(&|one| holds(one.point.confidence, expected));
        let crossed =
            |place: f64| share(&|one| one.crossing.is_some_and(|crossing| crossing.holds(place)));
        Self {
            replicates,
            failed: replicates - told.len() as u64,
            level,
            errors,
            quantiles: quantiles(each(&|one| one.point.predicted)),
            coverage_of_expected: truth.expected.map(confident),
            coverage: share(&|one| holds(one.point.prediction, one.score)),
            width: Averaged::mean(&each(&width), level),
            interval_score: Averaged::mean(&each(&scored), level),
            coverage_of_crossing: truth.crossing.map(crossed),
        }
    }
}

/// The least numbers that 5%, 50% and 95% do not exceed; `None` of none.
fn quantiles(mut numbers: Vec<f64>) -> Option<[f64; 3]> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    let at = |share: f64| {
        let rank = (share * numbers.len() as f64).ceil() as usize;
        numbers[rank.saturating_sub(1).min(last)]
    };
    Some([0.05, 0.5, 0.95].map(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scale;

    const LEVEL: Level = Level::constant(0.9);

    /// 2/(1 - .9) = 20.
    #[test]
    fn interval_scores_by_hand() {
        let close = |found: f64, known: f64| assert!((found - known).abs() < 1e-12, "{found}");
        close(interval_score((0.2, 0.5), LEVEL, 0.3), 0.3);
        close(interval_score((0.2, 0.5), LEVEL, 0.2), 0.3);
        close(interval_score((0.2, 0.5), LEVEL, 0.17), 0.3 + 20.0 * 0.03);
        close(interval_score((0.2, 0.5), LEVEL, 0.61), 0.3 + 20.0 * 0.11);
    }

    #[test]
    fn averages_have_the_intervals_of_student() {
        let numbers = [0.1, 0.4, -0.3, 0.7];
        let mean = Averaged::mean(&numbers, LEVEL).unwrap();
        assert!((mean.value - 0.225).abs() < 1e-12);
        // s = sqrt(.5475/3) = .4272, t(.95, 3) = 2.353363.
        let half = 2.353_363_434_801_824 * libm::sqrt(0.5475 / 3.0 / 4.0);
        let (low, high) = mean.interval.unwrap();
        assert!((low - (0.225 - half)).abs() < 1e-6 && (high - (0.225 + half)).abs() < 1e-6);
        let root = Averaged::root_mean_square(&numbers, LEVEL).unwrap();
        assert!((root.value - libm::sqrt(0.1875)).abs() < 1e-12);
        let squares = [0.01, 0.16, 0.09, 0.49].map(|square| (square - 0.1875) * (square - 0.1875));
        let variance = squares.iter().sum::<f64>() / 3.0;
        let half = 2.353_363_434_801_824 * libm::sqrt(variance / 4.0) / (2.0 * root.value);
        assert!((root.interval.unwrap().1 - (root.value + half)).abs() < 1e-6);
        assert_eq!(Averaged::mean(&[], LEVEL), None);
        assert_eq!(Averaged::mean(&[0.3], LEVEL).unwrap().interval, None);
    }

    fn outcome(predicted: f64, prediction: (f64, f64), score: f64) -> Option<Outcome> {
        let point = ForecastPoint {
            scale: Scale::constant(1e9),
            predicted,
            confidence: (predicted - 0.1, predicted + 0.1),
            prediction,
            crossed: None,
        };
        Some(Outcome {
            point,
            crossing: None,
            score,
        })
    }

    #[test]
    fn a_failed_fit_is_a_miss_and_in_no_average() {
        let outcomes = [
            outcome(0.4, (0.2, 0.6), 0.6),
            outcome(0.5, (0.3, 0.7), 0.8),
            None,
            outcome(0.3, (0.1, 0.5), 0.2),
        ];
        let truth = Truth {
            expected: Some(0.45),
            crossing: Some(9.0),
        };
        let quality = ForecastQuality::of(&outcomes, truth, LEVEL);
        assert_eq!((quality.replicates, quality.failed), (4, 1));
        assert_eq!(
            (quality.coverage.value, quality.coverage.replicates),
            (0.5, 4)
        );
        // .3 is .15 below.
        assert_eq!(quality.coverage_of_expected.unwrap().value, 0.5);
        assert_eq!(quality.coverage_of_crossing.unwrap().value, 0.0);
        assert_eq!(quality.quantiles, Some([0.3, 0.4, 0.5]));
        let errors = quality.errors.unwrap();
        assert!((errors.bias.value + 0.05).abs() < 1e-12 && errors.bias.count == 3);
        let squares: f64 = [0.05, 0.05, 0.15]
            .map(|error: f64| error * error)
            .iter()
            .sum();
        assert!((errors.rmse.value - libm::sqrt(squares / 3.0)).abs() < 1e-12);
        let score = quality.interval_score.unwrap();
        assert!((score.value - (0.4 * 3.0 + 20.0 * 0.1) / 3.0).abs() < 1e-12);
        assert!((quality.width.unwrap().value - 0.4).abs() < 1e-12);
    }
}
