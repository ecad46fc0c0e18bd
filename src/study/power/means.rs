//! Whether two mean credits differ, each of items of its own or both of the same: Student's t in one evaluation.

use crate::domain::special::student_two_sided;
use crate::domain::{ProperProbability, Target};
use crate::study::CreditSummary;

/// A mean, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanOf {
    mean: f64,
    variance: f64,
    freedom: f64,
}

/// Why numbers are no mean.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "a mean of {mean} with variance {variance} and {freedom} degrees of freedom: the mean is finite, the others are 0 or more"
)]
pub struct MeanError {
    /// The mean.
    pub mean: f64,
    /// The variance of the mean.
    pub variance: f64,
    /// The degrees of freedom of that variance.
    pub freedom: f64,
}

impl MeanOf {
    /// A mean, the variance of the mean (of n independent credits s^2/n), and the degrees of freedom of that variance (n - 1;
    /// infinite where it is known; 0 where it is not).
    ///
    /// # Errors
    /// The mean is not finite, the variance is negative or not finite, the degrees are negative or no number.
    pub fn new(mean: f64, variance: f64, freedom: f64) -> Result<Self, MeanError> {
        let is_one = mean.is_finite() && variance.is_finite() && variance >= 0.0 && freedom >= 0.0;
        match is_one {
            true => Ok(Self {
                mean,
                variance,
                freedom,
            }),
            false => Err(MeanError {
                mean,
                variance,
                freedom,
            }),
        }
    }

    /// That of an evaluation, over what would be drawn anew.
    #[must_use]
    pub fn of(summary: &CreditSummary, target: Target) -> Self {
        let uncertainty = summary.uncertainty(target);
        Self {
            mean: summary.mean,
            variance: uncertainty.variance,
            freedom: uncertainty.freedom.max(0.0),
        }
    }

    /// Of independent differences at n items, from their sum and the sum of their squares; `None` of no items.
    #[must_use]
    pub fn of_differences(items: u64, sum: f64, squares: f64) -> Option<Self> {
        let n = items as f64;
        let freedom = (n - 1.0).max(1.0);
        let scatter = (squares - sum * sum / n).max(0.0);
        Self::new(sum / n, scatter / freedom / n, n - 1.0).ok()
    }
}

/// Student's two-sided t test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanTest {
    /// What was found, in the unit of the credit.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Degrees of freedom.
    pub freedom: f64,
    /// How often no difference shows as much. 1 where the variance is not known; where nothing varies, 1 if there is no
    /// difference and else 0.
    pub p_value: f64,
}

impl MeanTest {
    /// Of a mean difference at the same items, against 0 (Student 1908, Biometrika 6, 1).
    #[must_use]
    pub fn paired(differences: &MeanOf) -> Self {
        let standard_error = libm::sqrt(differences.variance);
        Self::of(differences.mean, standard_error, differences.freedom)
    }

    /// Of the second mean less the first, independent of each other, with variances that may differ (Welch 1938, Biometrika 29,
    /// 350) and the degrees of freedom of Satterthwaite 1946 (Biometrics Bull. 2, 110): (a + b)^2/(a^2/f_a + b^2/f_b).
    #[must_use]
    pub fn welch(one: &MeanOf, other: &MeanOf) -> Self {
        let (a, b) = (one.variance, other.variance);
        // A mean without variance adds nothing, and says nothing of the other's.
        let part = |variance: f64, freedom: f64| match variance > 0.0 {
            true => variance * variance / freedom,
            false => 0.0,
        };
        let parts = part(a, one.freedom) + part(b, other.freedom);
        let freedom = match a + b > 0.0 {
            true => (a + b) * (a + b) / parts,
            false => one.freedom.min(other.freedom),
        };
        Self::of(other.mean - one.mean, libm::sqrt(a + b), freedom)
    }

    fn of(difference: f64, standard_error: f64, freedom: f64) -> Self {
        let is_known = freedom > 0.0;
        let p_value = match (is_known, standard_error > 0.0) {
            (false, _) => 1.0,
            (true, true) => student_two_sided(difference / standard_error, freedom),
            (true, false) => f64::from(u8::from(difference == 0.0)),
        };
        Self {
            difference,
            standard_error,
            freedom,
            p_value,
        }
    }

    /// Whether they differ at alpha.
    #[must_use]
    pub fn finds(&self, alpha: ProperProbability) -> bool {
        self.p_value <= alpha.get()
    }
}
