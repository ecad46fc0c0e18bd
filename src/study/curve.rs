//! Expected credit over the whole window, for figures.

use super::view::{quickly, variance_of_mean};
use crate::domain::special::normal_quantile;
use crate::domain::{Metric, Range, Scale, Scenario};

/// Expected credit at one place of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// log10 N.
    pub x: f64,
    /// Expected credit.
    pub expected: f64,
    /// Least estimate that a score test at the scenario's level would not reject.
    pub low: f64,
    /// Largest such estimate.
    pub high: f64,
}

/// Expected credit under one metric, with the band that holds estimates.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The metric.
    pub metric: Metric,
    /// Evenly spaced in log10 N.
    pub points: Vec<CurvePoint>,
}

/// Intervals between the points of a curve.
const INTERVALS: u32 = 240;

/// The expected credit over the measured window; `None` where it is not computed. See [`expected_curve_over`].
#[must_use]
pub fn expected_curve(scenario: &Scenario, metric: Metric) -> Option<Curve> {
    expected_curve_over(scenario, metric, scenario.evaluation.scales.window())
}

/// The expected credit between two scales; `None` where it is not computed.
///
/// The band is expected -+ z sqrt(v/n) for n items whose mean credit has variance v, within the credit's range: the
/// estimates that a score test at the scenario's level would not reject.
#[must_use]
pub fn expected_curve_over(
    scenario: &Scenario,
    metric: Metric,
    (first, last): (Scale, Scale),
) -> Option<Curve> {
    let evaluation = &scenario.evaluation;
    let (from, to) = (first.log10(), last.log10());
    let quantile = -normal_quantile(0.5 * (1.0 - evaluation.level.get()));
    let chances = scenario.chances();
    let point = |i: u32| {
        let x = from + (to - from) * f64::from(i) / f64::from(INTERVALS);
        let scale = match i {
            0 => first,
            INTERVALS => last,
            _ => Scale::from_log10(x).ok()?,
        };
        let at_scale = chances.at(scale);
        quickly(metric, &at_scale)?;
        let mean = at_scale.reduced(metric.credit, metric.reducer)?;
        let half = quantile * libm::sqrt(variance_of_mean(scenario, metric, &at_scale)?);
        let most = match metric.credit.range() {
            Range::Unit | Range::Bounded => 1.0,
            Range::Open => f64::INFINITY,
        };
        let of = |mean: f64| metric.of_mean(mean, at_scale.longest());
        let (one, other) = (of((mean - half).max(0.0)), of((mean + half).min(most)));
        Some(CurvePoint {
            x,
            expected: of(mean),
            low: one.min(other),
            high: one.max(other),
        })
    };
    let count = if first == last { 0 } else { INTERVALS };
    Some(Curve {
        metric,
        points: (0..=count).map(point).collect::<Option<_>>()?,
    })
}
