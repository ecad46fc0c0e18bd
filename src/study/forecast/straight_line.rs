//! A straight line over ln N.

use super::foretell::{FittedCurve, Reached};
use crate::study::maximum::Search;
use crate::study::measured::{Measured, MeasuredPoint};

/// y = a + b (ln N - middle) within 0 and 1, fitted to rates by their binomial likelihood; x is the line's own value.
pub(super) struct StraightLine<'a> {
    points: &'a [MeasuredPoint],
    middle: f64,
    level: f64,
    slope: f64,
    most: f64,
    /// The slope that was likeliest when x was given last.
    last_slope: f64,
}

/// Scores that no line leaves: where a count is impossible there is no likelihood.
const WITHIN: (f64, f64) = (1e-9, 1.0 - 1e-9);

impl<'a> StraightLine<'a> {
    /// `None` if the search for the likeliest line did not converge.
    pub(super) fn fit(measured: &'a Measured) -> Option<Self> {
        let points = measured.points();
        let logarithms = points.iter().map(|point| libm::log(point.scale.get()));
        let middle = logarithms.sum::<f64>() / points.len().max(1) as f64;
        let mut line = Self {
            points,
            middle,
            level: 0.0,
            slope: 0.0,
            most: 0.0,
            last_slope: 0.0,
        };
        let (level, slope) = line.least_squares();
        let mut f = |free: &[f64]| match *free {
            [level, slope] => line.log_likelihood(level, slope),
            _ => f64::NEG_INFINITY,
        };
        let steps = [0.05, 0.02];
        let starts = [vec![level, slope], vec![level, 0.5 * slope]];
        let (found, _) = Search::default().climb_from_all(&mut f, &starts, &steps)?;
        let [level, slope] = *found.place.first_chunk::<2>()?;
        (line.level, line.slope, line.last_slope) = (level, slope, slope);
        line.most = found.value;
        found.converged.then_some(line)
    }

    /// Level in the middle, and slope.
    fn least_squares(&self) -> (f64, f64) {
        let places = || self.points.iter().map(|point| (self.u(point), point.mean));
        let mean = places().map(|(_, y)| y).sum::<f64>() / self.points.len().max(1) as f64;
        let products: f64 = places().map(|(u, y)| u * (y - mean)).sum();
        let squares: f64 = places().map(|(u, _)| u * u).sum();
        (mean, products / squares.max(1e-12))
    }

    fn u(&self, point: &MeasuredPoint) -> f64 {
        libm::log(point.scale.get()) - self.middle
    }

    fn log_likelihood(&self, level: f64, slope: f64) -> f64 {
        let of_point = |point: &MeasuredPoint| {
            let y = (level + slope * self.u(point)).clamp(WITHIN.0, WITHIN.1);
            let lost = 1.0 - point.mean;
            point.trials * (point.mean * libm::log(y) + lost * libm::log1p(-y))
        };
        self.points.iter().map(of_point).sum()
    }
}

impl FittedCurve for StraightLine<'_> {
    fn fitted(&self, ln_scale: f64) -> f64 {
        self.level + self.slope * (ln_scale - self.middle)
    }

    fn root(&mut self, ln_scale: f64, x: f64) -> f64 {
        let u = ln_scale - self.middle;
        let mut f = |free: &[f64]| match *free {
            [slope] => self.log_likelihood(x - slope * u, slope),
            _ => f64::NEG_INFINITY,
        };
        let starts = [vec![self.last_slope], vec![self.slope]];
        let found = Search::default().climb_from_all(&mut f, &starts, &[0.02]);
        let Some((found, _)) = found else {
            return 0.0;
        };
        self.last_slope = found.place.first().copied().unwrap_or(self.slope);
        let fallen = (self.most - found.value).max(0.0);
        libm::sqrt(2.0 * fallen).copysign(x - self.fitted(ln_scale))
    }

    fn score(&self, x: f64) -> f64 {
        match x {
            x if x <= WITHIN.0 => 0.0,
            x if x >= WITHIN.1 => 1.0,
            x => x,
        }
    }

    fn least_with(&self, score: f64) -> Reached {
        match score > 0.0 {
            true => Reached::From(score.min(WITHIN.1)),
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
        let last = self.points.last();
        let share = last.map_or(1.0, |last| last.trials / last.attempts.max(1) as f64);
        attempts as f64 * share
    }
}
