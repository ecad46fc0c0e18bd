//! Fitted laws over scale, and the scores they were fitted to.

use super::finding::{LawFinding, MetricLaws};
use super::law::LawFit;
use super::scores::expected_scores;
use crate::domain::{Level, Metric, Range, Scale, Scenario};
use crate::study::estimate::rate_interval;
use crate::study::fit::Family;
use crate::study::{Measured, MeasuredPoint};

/// A score and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreInterval {
    /// The scale.
    pub scale: Scale,
    /// The score.
    pub estimate: f64,
    /// Lower limit: Wilson's or Clopper and Pearson's for as many trials as tell as much.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Measured {
    /// The scores of a rate with their intervals.
    #[must_use]
    pub fn intervals(&self, level: Level) -> Vec<ScoreInterval> {
        let with_interval = |point: &MeasuredPoint| {
            let interval = rate_interval(point.mean * point.trials, point.trials, level);
            ScoreInterval {
                scale: point.scale,
                estimate: point.mean,
                low: interval.low,
                high: interval.high,
            }
        };
        self.points().iter().map(with_interval).collect()
    }
}

/// A fitted law over scale.
#[derive(Clone, Debug, PartialEq)]
pub struct LawCurve {
    /// Its family.
    pub family: Family,
    /// What it makes of the metric, by increasing scale.
    pub places: Vec<(Scale, f64)>,
}

/// What there is to draw of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct LawCurves {
    /// The metric.
    pub metric: Metric,
    /// The scores.
    pub points: Vec<ScoreInterval>,
    /// The laws, by increasing AIC.
    pub laws: Vec<LawCurve>,
}

/// Places of a curve.
const PLACES: u32 = 121;

/// How far curves go beyond what was measured, as a share of its decades on either side.
const BEYOND: f64 = 0.2;

/// The curves of all rates among the metrics.
#[must_use]
pub fn law_curves(finding: &LawFinding, level: Level) -> Vec<LawCurves> {
    let Some(task) = &finding.task else {
        return Vec::new();
    };
    let rates = finding
        .metrics
        .iter()
        .filter(|metric| metric.measured.metric().range() == Range::Unit);
    rates.map(|metric| curves(task, metric, level)).collect()
}

fn curves(task: &Scenario, metric: &MetricLaws, level: Level) -> LawCurves {
    let mut laws: Vec<&LawFit> = metric
        .laws
        .iter()
        .filter_map(|(_, law)| law.as_ref().ok())
        .collect();
    laws.sort_by(|one, other| one.aic.total_cmp(&other.aic));
    let scales = scales(metric);
    let word = metric.measured.metric();
    let curve = |law: &LawFit| {
        let expected = expected_scores(task, word, &law.fit, scales.iter().copied()).ok()?;
        Some(LawCurve {
            family: law.family,
            places: scales.iter().copied().zip(expected).collect(),
        })
    };
    LawCurves {
        metric: word,
        points: metric.measured.intervals(level),
        laws: laws.into_iter().filter_map(curve).collect(),
    }
}

/// Even in log10 N, from below the first measured scale to above the last.
fn scales(metric: &MetricLaws) -> Vec<Scale> {
    let points = metric.measured.points();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let (first, last) = (first.scale.log10(), last.scale.log10());
    let beyond = BEYOND * (last - first);
    let step = (last - first + 2.0 * beyond) / f64::from(PLACES - 1);
    let places = (0..PLACES).map(|place| first - beyond + step * f64::from(place));
    places
        .filter_map(|place| Scale::from_log10(place).ok())
        .collect()
}
