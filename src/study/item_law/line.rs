//! The straight line through ln(-ln pass@k) over ln k, for comparison.

use super::SuccessHistogram;

/// -ln pass@k = factor k^-exponent by least squares on logarithms, as Brown et al. 2024 fit it (arXiv:2407.21787).
///
/// A comparison, not an estimate to rely on: the points share their items and differ in precision, the line is fitted where
/// the power law has not yet set in, and what it predicts has no interval (Kazdan et al. 2025, arXiv:2510.05197;
/// Schaeffer et al. 2025, arXiv:2502.17578, figure 7). [`fit_item_law`](super::fit_item_law) has none of these faults: of 128
/// items with 1000 attempts its median relative error of the exponent is a fourth to a sixth of the line's for a = 0.15,
/// and half of it or as large for a = 0.4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogLogLine {
    /// The exponent.
    pub exponent: f64,
    /// The factor.
    pub factor: f64,
    /// Through how many points it goes.
    pub points: u32,
    /// Points without a logarithm: pass@k of 0 or 1, or k beyond the attempts.
    pub left_out: u32,
}

impl LogLogLine {
    /// The line through the unbiased pass@k at these k; `None` if fewer than two points are left.
    #[must_use]
    pub fn through(histogram: &SuccessHistogram, ks: &[u32]) -> Option<Self> {
        let point = |k: &u32| {
            let pass = histogram.pass_at(*k)?;
            let is_inside = 0.0 < pass && pass < 1.0;
            is_inside.then(|| (libm::log(f64::from(*k)), libm::log(-libm::log(pass))))
        };
        let points: Vec<(f64, f64)> = ks.iter().filter_map(point).collect();
        let n = points.len() as f64;
        let (mean_x, mean_y) = points.iter().fold((0.0, 0.0), |(sum_x, sum_y), (x, y)| {
            (sum_x + x / n, sum_y + y / n)
        });
        let products = |f: &dyn Fn(f64, f64) -> f64| {
            let terms = points.iter().map(|(x, y)| f(x - mean_x, y - mean_y));
            terms.sum::<f64>()
        };
        let square = products(&|x, _| x * x);
        let slope = products(&|x, y| x * y) / square;
        (square > 0.0).then(|| Self {
            exponent: -slope,
            factor: libm::exp(mean_y - slope * mean_x),
            points: points.len() as u32,
            left_out: (ks.len() - points.len()) as u32,
        })
    }

    /// pass@k on the line.
    #[must_use]
    pub fn pass_at(&self, k: u32) -> f64 {
        libm::exp(-self.factor * libm::pow(f64::from(k), -self.exponent))
    }
}

/// About `count` different whole numbers from 1 to `most`, evenly spaced on a logarithmic scale.
#[must_use]
pub fn log_spaced(most: u32, count: u32) -> Vec<u32> {
    let steps = f64::from(count.max(2) - 1);
    let at = |i: u32| {
        let exponent = f64::from(i) / steps * libm::log(f64::from(most));
        (libm::round(libm::exp(exponent)) as u32).clamp(1, most.max(1))
    };
    let mut all: Vec<u32> = (0..count.max(2)).map(at).collect();
    all.dedup();
    all
}
