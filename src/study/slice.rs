//! One number out of many: a row of a finding, a scale that many findings share.

use super::{Finding, Row};
use crate::domain::{Metric, Scale};

impl Row {
    /// What was estimated; what is expected where nothing was simulated.
    #[must_use]
    pub fn shown(&self) -> Option<f64> {
        self.estimate
            .map(|estimate| estimate.value)
            .or(self.expected)
    }
}

impl Finding {
    /// The row of a metric at a scale; `None` where that scale failed or was not measured.
    #[must_use]
    pub fn row(&self, metric: Metric, scale: Scale) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.metric == metric && row.scale == scale)
    }
}

/// Every scale that one of these findings measured, in order.
#[must_use]
pub fn measured_scales<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Scale> {
    let evaluations = findings
        .into_iter()
        .map(|finding| &finding.scenario.evaluation);
    let mut scales: Vec<Scale> = evaluations
        .flat_map(|evaluation| evaluation.scales.as_slice())
        .copied()
        .collect();
    scales.sort_by(|one, other| one.get().total_cmp(&other.get()));
    scales.dedup();
    scales
}

/// The scale at which a metric differs most between findings, the least of several; among the scales at which most of them
/// have a number. `None` if there is no number at all.
#[must_use]
pub fn scale_of_widest_spread(findings: &[&Finding], metric: Metric) -> Option<Scale> {
    let at = |scale: Scale| {
        let rows = findings
            .iter()
            .filter_map(|finding| finding.row(metric, scale));
        let values: Vec<f64> = rows.filter_map(Row::shown).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (!values.is_empty()).then_some((values.len(), high - low))
    };
    let scales = measured_scales(findings.iter().copied());
    let spreads = scales
        .into_iter()
        .filter_map(|scale| Some((scale, at(scale)?)));
    let widest = spreads.reduce(|best, next| {
        let ((_, (most, width)), (_, (count, other))) = (best, next);
        match (count, other) > (most, width) {
            true => next,
            false => best,
        }
    });
    widest.map(|(scale, _)| scale)
}
