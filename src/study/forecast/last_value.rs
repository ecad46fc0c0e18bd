//! The score of the largest scale, for ever.

use super::foretell::{FittedCurve, Reached};
use crate::study::measured::MeasuredPoint;

/// x is ln(y/(1 - y)), and the signed root that of Wilson's score test (1927, J. Am. Stat. Assoc. 22, 209).
pub(super) struct LastValue {
    last: MeasuredPoint,
}

/// Log-odds beyond which a score is 0 or 1.
const WITHIN: (f64, f64) = (-30.0, 30.0);

pub(super) fn share(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

impl LastValue {
    pub(super) const fn new(last: MeasuredPoint) -> Self {
        Self { last }
    }
}

impl FittedCurve for LastValue {
    fn fitted(&self, _: f64) -> f64 {
        let mean = self.last.mean;
        libm::log(mean / (1.0 - mean)).clamp(WITHIN.0, WITHIN.1)
    }

    fn root(&mut self, _: f64, x: f64) -> f64 {
        let y = share(x);
        let deviation = libm::sqrt(y * (1.0 - y) / self.last.trials);
        ((y - self.last.mean) / deviation).clamp(-40.0, 40.0)
    }

    fn score(&self, x: f64) -> f64 {
        match x {
            x if x <= WITHIN.0 => 0.0,
            x if x >= WITHIN.1 => 1.0,
            x => share(x),
        }
    }

    fn least_with(&self, score: f64) -> Reached {
        match score > 0.0 {
            true => Reached::From(libm::log(score / (1.0 - score)).min(WITHIN.1)),
            false => Reached::Always,
        }
    }

    fn within(&self) -> (f64, f64) {
        WITHIN
    }

    fn ends(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn trials(&self, _: f64, attempts: u64) -> f64 {
        attempts as f64 * self.last.trials / self.last.attempts.max(1) as f64
    }
}
