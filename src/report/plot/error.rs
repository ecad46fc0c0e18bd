//! Why a figure of a sweep cannot be drawn, and what would be right.

use super::super::headline::MixedAxes;

/// Why a figure of a sweep cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// There is no point.
    #[error("no point to draw: the sweep has none, or none for which the condition holds")]
    NoPoints,
    /// A key is not swept.
    #[error(
        "{word:?} is no swept key{}: give {}",
        did_you_mean(near),
        one_of(known)
    )]
    UnknownKey {
        /// The word given.
        word: String,
        /// The name most like it.
        near: Option<String>,
        /// Every key that is swept.
        known: Vec<String>,
    },
    /// Several swept keys end alike.
    #[error("{word:?} may mean {}: give more of its name", candidates.join(" or "))]
    AmbiguousKey {
        /// The word given.
        word: String,
        /// The keys it may mean.
        candidates: Vec<String>,
    },
    /// A metric was not measured.
    #[error(
        "{metric} was not measured{}: give {}",
        did_you_mean(near),
        one_of(known)
    )]
    UnknownMetric {
        /// The metric asked for.
        metric: String,
        /// The name most like it.
        near: Option<String>,
        /// Every metric that was.
        known: Vec<String>,
    },
    /// The same thing was asked for twice.
    #[error("{name} is asked for twice: --x, --by and --facet must differ")]
    UsedTwice {
        /// A key, or `scale`.
        name: String,
    },
    /// More keys vary than the figure can tell apart.
    #[error(
        "{} vary besides what is drawn, in {combinations} combinations: fix all but one, as with --where {example:?}, or \
         give one to --by or --facet",
        keys.join(" and ")
    )]
    NotFixed {
        /// The keys.
        keys: Vec<String>,
        /// How many lines, or how many points to a cell.
        combinations: usize,
        /// A condition that fixes one.
        example: String,
    },
    /// There are too many lines to tell apart.
    #[error(
        "{lines} lines in a panel are more than the {most} that can be told apart: leave some out with --where, or draw \
         --kind heatmap"
    )]
    TooManyLines {
        /// How many.
        lines: usize,
        /// How many there may be.
        most: usize,
    },
    /// There are too many panels to look at.
    #[error(
        "{panels} panels are more than {most}: leave some out with --where or name fewer in --y"
    )]
    TooManyPanels {
        /// How many.
        panels: usize,
        /// How many there may be.
        most: usize,
    },
    /// The points do not lie on a grid of a size that can be drawn.
    #[error(
        "the points lie at {columns} different {x} and {rows} different {y}: {most} cells can be drawn at most; leave some \
         out with --where"
    )]
    NotAGrid {
        /// What lies along the horizontal axis.
        x: String,
        /// What lies along the vertical axis.
        y: String,
        /// How many values the first has.
        columns: usize,
        /// How many values the second has.
        rows: usize,
        /// How many cells there may be.
        most: usize,
    },
    /// The points are spread over two axes without forming a grid.
    #[error(
        "the points are no grid: of {columns} different {x} and {rows} different {y}, {points} combinations were swept; \
         draw lines, as with --x {x}"
    )]
    Scattered {
        /// What lies along the horizontal axis.
        x: String,
        /// What lies along the vertical axis.
        y: String,
        /// How many values the first has.
        columns: usize,
        /// How many values the second has.
        rows: usize,
        /// How many pairs of values there are.
        points: usize,
    },
    /// Panels are parted by keys.
    #[error("--facet takes a swept key, and scale is none: give --by scale")]
    NoScaleFacet,
    /// A scale was not measured.
    #[error("scale {scale} was not measured: the nearest are {}", around.join(" and "))]
    UnknownScale {
        /// The scale asked for.
        scale: String,
        /// Those next to it.
        around: Vec<String>,
    },
    /// A scale was given where it is along an axis.
    #[error("--at fixes a scale, and here scale is along an axis: leave --at out")]
    ScaleShown,
    /// Something has to lie along an axis, and more than one key would do.
    #[error("{what} needs {axis}: give one of {}", known.join(", "))]
    AxisNeeded {
        /// The figure.
        what: &'static str,
        /// The flag.
        axis: &'static str,
        /// What it may be.
        known: Vec<String>,
    },
    /// Something needs a swept key, and there is none.
    #[error("{what} needs a swept key with several values, and no key varies")]
    NoKey {
        /// The figure.
        what: &'static str,
    },
    /// Metric against metric has neither.
    #[error(
        "metric against metric removes the scale and has no key along an axis: leave --x and --by scale out"
    )]
    NoScaleAxis,
    /// An anatomy is a number for all scales together.
    #[error("an anatomy sums up all scales: give a swept key in place of scale")]
    AnatomyOverScale,
    /// No anatomy was computed.
    #[error("the anatomy of this sweep was not computed: sweep again, or draw --what summary")]
    NotDissected,
    /// Two metrics are compared.
    #[error(
        "metric against metric takes two metrics, as in --y exact-match,partial-credit; {given} are given"
    )]
    TwoMetrics {
        /// How many there are.
        given: usize,
    },
    /// A kind of figure shows mean credit only.
    #[error("{what} shows mean credit: leave out --what anatomy")]
    CreditOnly {
        /// The kind.
        what: &'static str,
    },
    /// A transform of credit where there is no axis of credit.
    #[error("{what} has no axis of credit: leave --y-scale out")]
    NoCreditAxis {
        /// The kind of figure.
        what: &'static str,
    },
    /// Contours need numbers.
    #[error(
        "{key} has values that are no numbers, between which there is no contour: draw --kind heatmap"
    )]
    NotNumbers {
        /// The key.
        key: String,
    },
    /// A logarithm of what is not above 0.
    #[error("{key} has values that are not above 0 and have no logarithm: give --x-scale linear")]
    NotPositive {
        /// The key.
        key: String,
    },
    /// The points count scale in different units.
    #[error(
        "the points are measured on different axes and cannot share one: leave some out with --where"
    )]
    MixedAxes,
    /// None of the numbers asked for exists at any point.
    #[error("{what} has no value at any of these points")]
    NothingToDraw {
        /// What was asked for.
        what: String,
    },
}

impl From<MixedAxes> for PlotError {
    fn from(_: MixedAxes) -> Self {
        Self::MixedAxes
    }
}

fn did_you_mean(near: &Option<String>) -> String {
    near.as_ref()
        .map_or_else(String::new, |near| format!(" (did you mean {near}?)"))
}

fn one_of(known: &[String]) -> String {
    match known {
        [] => "none: there is none".to_owned(),
        [only] => only.clone(),
        several => format!("one of {}", several.join(", ")),
    }
}
