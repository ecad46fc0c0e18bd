//! What a user wants to see of a sweep.

use crate::domain::{Invalid, Metric, Scale, UnknownWord};
use crate::report::CreditAxis;
use crate::study::AnatomyNumber;

/// A figure of a sweep, as asked for. What is left out follows from the sweep: see [`plot`](super::plot).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlotRequest {
    /// The kind of figure.
    pub kind: PlotKind,
    /// Which numbers are drawn.
    pub what: PlotWhat,
    /// What lies along the horizontal axis.
    pub x: Option<PlotAxis>,
    /// What lines stand for; in heatmaps and contours, what lies along the vertical axis.
    pub by: Option<PlotAxis>,
    /// A swept key with a panel for each of its values, full or by the end of its name.
    pub facet: Option<String>,
    /// The scale at which metrics are shown where scale is along no axis.
    pub at: Option<Scale>,
    /// The transform of axes of credit.
    pub y_scale: CreditAxis,
    /// How the numbers of a swept key are spaced.
    pub x_scale: NumberScale,
}

/// The kind of a figure of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlotKind {
    /// Lines with points.
    #[default]
    Line,
    /// Coloured cells over two axes.
    Heatmap,
    /// Lines of equal values over two axes.
    Contour,
    /// One metric against another, the scale removed.
    MetricAgainstMetric,
}

/// Which numbers of a sweep are drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum PlotWhat {
    /// Mean credit under these metrics; under all of the sweep if there is none.
    Summary(Vec<Metric>),
    /// Numbers of the anatomy.
    Anatomy {
        /// These; x50, width, shift and steepening if there is none.
        numbers: Vec<AnatomyNumber>,
        /// Of these metrics; of all of the sweep if there is none.
        metrics: Vec<Metric>,
    },
}

impl Default for PlotWhat {
    fn default() -> Self {
        Self::Summary(Vec::new())
    }
}

/// A word that is neither a metric nor a number of an anatomy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UnknownPlotWord {
    /// It is no metric.
    #[error(transparent)]
    Metric(#[from] Invalid),
    /// It is neither.
    #[error("{0}; or a metric such as exact-match")]
    Number(#[from] UnknownWord),
}

impl PlotWhat {
    /// Mean credit under the metrics with these names.
    ///
    /// # Errors
    /// A word is no metric.
    pub fn summary<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownPlotWord> {
        let metrics = words.into_iter().map(|word| word.trim().parse());
        Ok(Self::Summary(metrics.collect::<Result<_, Invalid>>()?))
    }

    /// The numbers of an anatomy with these names, of the metrics that are named among them.
    ///
    /// # Errors
    /// A word is neither.
    pub fn anatomy<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownPlotWord> {
        let (mut numbers, mut metrics) = (Vec::new(), Vec::new());
        for word in words.into_iter().map(str::trim) {
            match (word.parse::<AnatomyNumber>(), word.parse::<Metric>()) {
                (Ok(number), _) => numbers.push(number),
                (Err(_), Ok(metric)) => metrics.push(metric),
                (Err(error), Err(_)) => return Err(error.into()),
            }
        }
        Ok(Self::Anatomy { numbers, metrics })
    }
}

/// What an axis or the lines of a figure stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlotAxis {
    /// The scale.
    Scale,
    /// A swept key, full or by the end of its name where no other ends alike.
    Key(String),
}

impl From<&str> for PlotAxis {
    fn from(word: &str) -> Self {
        match word {
            "scale" => Self::Scale,
            key => Self::Key(key.to_owned()),
        }
    }
}

/// How the numbers of a swept key are spaced along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberScale {
    /// By their logarithm if all are above 0 and the largest is more than 30 times the least.
    #[default]
    Auto,
    /// Evenly.
    Linear,
    /// By their logarithm.
    Log,
}
