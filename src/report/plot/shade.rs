//! What colours and contours show.

use super::super::words;
use super::anatomy_lines::{chosen, subjects, value};
use super::anatomy_words::{title, unit};
use super::request::PlotKind;
use crate::domain::{Metric, Range, Scale};
use crate::study::{AnatomyNumber, PointFinding};

/// What is shown by colours or by lines.
#[derive(Clone, Copy)]
pub(super) enum Shade {
    /// Mean credit under a metric.
    Credit(Metric),
    /// A number of the anatomy of a metric.
    Number(AnatomyNumber, Metric),
}

impl Shade {
    pub(super) fn title(self) -> String {
        match self {
            Self::Credit(metric) => words::title(metric),
            Self::Number(AnatomyNumber::UsefulFrom, _) => {
                title(AnatomyNumber::UsefulFrom).to_owned()
            }
            Self::Number(number, metric) => {
                let name = words::title(metric);
                format!("{name}: {}", title(number).to_lowercase())
            }
        }
    }

    pub(super) fn label(self) -> String {
        match self {
            Self::Credit(metric) => words::unit(metric).to_owned(),
            Self::Number(number, _) if number.is_place() => format!("{} (log10)", unit(number)),
            Self::Number(number, _) => unit(number).to_owned(),
        }
    }

    /// Contours are of what is expected, where it is known: those of estimates show more noise than anything else.
    pub(super) fn value(
        self,
        point: &PointFinding,
        scale: Option<Scale>,
        kind: PlotKind,
    ) -> Option<f64> {
        match self {
            Self::Credit(metric) => {
                let row = point.finding.row(metric, scale?)?;
                let smooth = row.expected.filter(|_| kind == PlotKind::Contour);
                smooth.or_else(|| row.shown())
            }
            // Of the scenario, by whichever metric tells it.
            Self::Number(number @ AnatomyNumber::UsefulFrom, _) => {
                let own = point.finding.anatomy.as_ref()?.usefulness.metric;
                value(number, own, point)
            }
            Self::Number(number, metric) => value(number, metric, point),
        }
    }

    pub(super) const fn is_credit(self) -> bool {
        matches!(self, Self::Credit(_))
    }

    /// Whether it is mean credit that runs from 0 to 1.
    pub(super) fn runs_from_0_to_1(self) -> bool {
        matches!(self, Self::Credit(metric) if metric.range() == Range::Unit)
    }
}

/// The shades of the numbers of metrics.
pub(super) fn shades(numbers: &[AnatomyNumber], metrics: &[Metric]) -> Vec<Shade> {
    let of = |&number: &AnatomyNumber| {
        let metrics = match number {
            // One of the scenario.
            AnatomyNumber::UsefulFrom => metrics.iter().take(1).copied().collect(),
            _ => subjects(number, metrics),
        };
        metrics
            .into_iter()
            .map(move |metric| Shade::Number(number, metric))
    };
    chosen(numbers).iter().flat_map(of).collect()
}

/// Mean credit under each metric.
pub(super) fn credits(metrics: &[Metric]) -> Vec<Shade> {
    metrics.iter().copied().map(Shade::Credit).collect()
}
