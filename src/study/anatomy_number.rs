//! The numbers of an anatomy by name.

use std::fmt;
use std::str::FromStr;

use super::{Anatomy, MetricRise, UsefulFrom};
use crate::domain::{Metric, UnknownWord, named};

/// One number of an anatomy; see [`MetricRise`] and [`Useful`](super::Useful).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnatomyNumber {
    /// log10 N where a tenth of the rise is done.
    X10,
    /// log10 N where half the rise is done.
    X50,
    /// log10 N where nine tenths of the rise are done.
    X90,
    /// Decades between x10 and x90.
    Width,
    /// The largest slope of the rise, per decade.
    MaxSlope,
    /// Decades from the middle of partial credit's rise.
    Shift,
    /// Largest slope over that of partial credit.
    Steepening,
    /// Slope over that of partial credit, at the middle of the rise.
    LocalRatio,
    /// The largest share of the window's gain that falls in one decade.
    Concentration,
    /// log10 N from which on the test shows more than chance.
    FirstVisible,
    /// Decades of the window that the test hides.
    HiddenDecades,
    /// Measured scales that the test hides.
    HiddenScales,
    /// Measured scales inside the rise.
    ScalesInsideRise,
    /// The largest gain between neighbouring scales, as a share of the whole.
    LargestJump,
    /// log10 N from which on it pays; of the whole scenario, not of a metric.
    UsefulFrom,
}

impl AnatomyNumber {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::X10,
        Self::X50,
        Self::X90,
        Self::Width,
        Self::MaxSlope,
        Self::Shift,
        Self::Steepening,
        Self::LocalRatio,
        Self::Concentration,
        Self::FirstVisible,
        Self::HiddenDecades,
        Self::HiddenScales,
        Self::ScalesInsideRise,
        Self::LargestJump,
        Self::UsefulFrom,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::X10 => "x10",
            Self::X50 => "x50",
            Self::X90 => "x90",
            Self::Width => "width",
            Self::MaxSlope => "max-slope",
            Self::Shift => "shift",
            Self::Steepening => "steepening",
            Self::LocalRatio => "local-ratio",
            Self::Concentration => "concentration",
            Self::FirstVisible => "first-visible",
            Self::HiddenDecades => "hidden-decades",
            Self::HiddenScales => "hidden-scales",
            Self::ScalesInsideRise => "scales-inside-rise",
            Self::LargestJump => "largest-jump",
            Self::UsefulFrom => "useful-from",
        }
    }

    /// Whether it compares a metric with partial credit, and so says nothing of partial credit itself.
    #[must_use]
    pub const fn is_against_partial_credit(self) -> bool {
        matches!(self, Self::Shift | Self::Steepening | Self::LocalRatio)
    }

    /// Whether it is a place of the scale axis: a log10 N.
    #[must_use]
    pub const fn is_place(self) -> bool {
        matches!(
            self,
            Self::X10 | Self::X50 | Self::X90 | Self::FirstVisible | Self::UsefulFrom
        )
    }

    /// What it is of a metric; `None` where there is none.
    #[must_use]
    pub fn of(self, anatomy: &Anatomy, metric: Metric) -> Option<f64> {
        if self == Self::UsefulFrom {
            return match anatomy.usefulness.from? {
                UsefulFrom::At(x) if anatomy.usefulness.metric == metric => Some(x),
                _ => None,
            };
        }
        let mut metrics = anatomy.metrics.iter();
        let own = metrics.find(|one| one.metric == metric)?;
        self.of_rise(own.rise.as_ref().ok()?)
    }

    fn of_rise(self, rise: &MetricRise) -> Option<f64> {
        match self {
            Self::X10 => rise.x10,
            Self::X50 => rise.x50,
            Self::X90 => rise.x90,
            Self::Width => rise.width,
            Self::MaxSlope => rise.max_slope.ok(),
            Self::Shift => rise.shift,
            Self::Steepening => rise.steepening,
            Self::LocalRatio => rise.local_ratio,
            Self::Concentration => rise.concentration,
            Self::FirstVisible => rise.first_visible,
            Self::HiddenDecades => Some(rise.hidden_decades),
            Self::HiddenScales => Some(rise.hidden_scales as f64),
            Self::ScalesInsideRise => Some(rise.scales_inside_rise as f64),
            Self::LargestJump => rise.largest_jump,
            Self::UsefulFrom => None,
        }
    }
}

impl fmt::Display for AnatomyNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for AnatomyNumber {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        named(word, &Self::ALL, Self::name, "number of an anatomy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for number in AnatomyNumber::ALL {
            assert_eq!(number.name().parse(), Ok(number));
        }
        let error = "stepening".parse::<AnatomyNumber>().unwrap_err();
        assert_eq!(error.near.as_deref(), Some("steepening"));
    }
}
