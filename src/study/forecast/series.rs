//! What was measured, to be shown beside what is foretold.

use super::finding::{ForecastSeries, ScaleRole, SeriesPoint};
use super::scales::ForecastScales;
use super::simulated::LOSS;
use crate::domain::special::normal_quantile;
use crate::domain::{Level, Range, Scenario};
use crate::study::curve::expected_curve_over;
use crate::study::estimate::rate_interval;
use crate::study::measured::{Measured, MeasuredPoint};

/// The scores of every metric but losses that only models see, and what is expected of a scenario.
pub(super) fn all_series(
    all: &[Measured],
    scales: &ForecastScales,
    level: Level,
    scenario: Option<&Scenario>,
) -> Vec<ForecastSeries> {
    let is_listed = |one: &&Measured| {
        let listed = scenario.map(|scenario| scenario.evaluation.metrics.as_slice());
        one.metric() != LOSS || listed.is_none_or(|listed| listed.contains(&LOSS))
    };
    let series = |one: &Measured| ForecastSeries {
        metric: one.metric(),
        points: one
            .points()
            .iter()
            .map(|point| series_point(one, point, scales, level))
            .collect(),
        curve: scenario.and_then(|scenario| {
            let range = scales.fitted.first().zip(scales.targets.last())?;
            expected_curve_over(scenario, one.metric(), (*range.0, *range.1))
        }),
    };
    all.iter().filter(is_listed).map(series).collect()
}

fn series_point(
    measured: &Measured,
    point: &MeasuredPoint,
    scales: &ForecastScales,
    level: Level,
) -> SeriesPoint {
    let interval = match measured.metric().range() {
        Range::Unit => {
            let interval = rate_interval(point.mean * point.trials, point.trials, level);
            (interval.low, interval.high)
        }
        Range::Bounded | Range::Open => {
            let half = -normal_quantile(0.5 * (1.0 - level.get())) * point.error;
            (point.mean - half, point.mean + half)
        }
    };
    SeriesPoint {
        scale: point.scale,
        value: point.mean,
        interval,
        attempts: point.attempts,
        role: match () {
            () if scales.fitted.contains(&point.scale) => ScaleRole::Fitted,
            () if scales.held_out.contains(&point.scale) => ScaleRole::HeldOut,
            () => ScaleRole::Target,
        },
    }
}
