//! Expected credit along the axis, x = log10 N.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::{Chances, ChancesOverScale, Metric, Reducer, Scale, Scenario};

/// A scenario along the axis.
pub(super) struct View<'a> {
    pub(super) scenario: &'a Scenario,
    chances: ChancesOverScale<'a>,
    /// The measured window in x.
    pub(super) window: (f64, f64),
    /// Set by a caller who no longer wants the answer: from then on nothing is computed.
    cancel: &'a AtomicBool,
}

impl<'a> View<'a> {
    pub(super) fn of(scenario: &'a Scenario, cancel: &'a AtomicBool) -> Self {
        let (first, last) = scenario.evaluation.scales.window();
        Self {
            scenario,
            chances: scenario.chances(),
            window: (first.log10(), last.log10()),
            cancel,
        }
    }

    /// The step chances at x; beyond the range of floating point, those at its end.
    pub(super) fn chances(&self, x: f64) -> Chances<'_> {
        let scale = Scale::from_log10(x.clamp(-300.0, 300.0));
        let first = self.scenario.evaluation.scales.window().0;
        self.chances.at(scale.unwrap_or(first))
    }

    pub(super) fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Expected credit at x; NaN where it is not computed, or not wanted any more.
    pub(super) fn expected(&self, metric: Metric, x: f64) -> f64 {
        if self.cancelled() {
            return f64::NAN;
        }
        quickly(metric, &self.chances(x)).unwrap_or(f64::NAN)
    }

    /// Expected credit at every measured scale; `None` where it is not computed.
    pub(super) fn at_scales(&self, metric: Metric) -> Option<Vec<f64>> {
        let scales = self.scenario.evaluation.scales.as_slice().iter();
        scales
            .map(|&scale| quickly(metric, &self.chances.at(scale)))
            .collect()
    }

    /// The step chances as N vanishes and as it grows.
    pub(super) fn limits(&self) -> (Chances<'_>, Chances<'_>) {
        self.chances.limits()
    }

    /// Expected credit as N vanishes and as it grows; `None` where it is not computed.
    pub(super) fn ends(&self, metric: Metric) -> Option<(f64, f64)> {
        // What takes too long in the middle is not looked at anywhere.
        let middle = 0.5 * (self.window.0 + self.window.1);
        quickly(metric, &self.chances(middle))?;
        let (low, high) = self.chances.limits();
        Some((expected(metric, &low)?, expected(metric, &high)?))
    }
}

/// The variance of the mean over a test of what a metric's credit is a function of, or a little more; where it is not
/// computed, that of one attempt at each item by training runs that are alike.
pub(super) fn variance_of_mean(
    scenario: &Scenario,
    metric: Metric,
    chances: &Chances<'_>,
) -> Option<f64> {
    let evaluation = &scenario.evaluation;
    let (items, runs) = (evaluation.items.get(), evaluation.training_seeds.get());
    let (credit, reducer) = (metric.credit, metric.reducer);
    let variance = match chances.variance_work(credit, reducer) <= QUICK {
        true => chances.most_variance_of_mean(credit, reducer, items, runs),
        false => None,
    };
    let of_one = || match metric.reducer {
        Reducer::Mean => Some(chances.expected(metric.credit)?.variance / items as f64),
        // Of numbers from 0 to 1 with this mean none varies more.
        _ => {
            let mean = chances.reduced(metric.credit, metric.reducer)?;
            Some(mean * (1.0 - mean) / items as f64)
        }
    };
    variance.or_else(of_one)
}

/// In multiplications: what can be done thousands of times while one waits.
const QUICK: f64 = 2e6;

/// Expected credit, if thousands of such values can be computed while one waits: an anatomy takes so many.
pub(super) fn quickly(metric: Metric, chances: &Chances<'_>) -> Option<f64> {
    match chances.reduced_work(metric.credit, metric.reducer) <= QUICK {
        true => expected(metric, chances),
        false => None,
    }
}

pub(super) fn expected(metric: Metric, chances: &Chances<'_>) -> Option<f64> {
    let mean = chances.reduced(metric.credit, metric.reducer)?;
    Some(metric.of_mean(mean, chances.longest()))
}
