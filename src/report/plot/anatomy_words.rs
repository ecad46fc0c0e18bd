//! What the numbers of an anatomy are called in figures.

use crate::study::AnatomyNumber;

/// The heading of its panel.
pub(super) const fn title(number: AnatomyNumber) -> &'static str {
    match number {
        AnatomyNumber::X10 => "Where it begins to rise",
        AnatomyNumber::X50 => "Where it rises",
        AnatomyNumber::X90 => "Where its rise is done",
        AnatomyNumber::Width => "Width of the rise",
        AnatomyNumber::MaxSlope => "Largest slope",
        AnatomyNumber::Shift => "Shift",
        AnatomyNumber::Steepening => "Steepening",
        AnatomyNumber::LocalRatio => "Local ratio",
        AnatomyNumber::Concentration => "Concentration",
        AnatomyNumber::FirstVisible => "Visible scale",
        AnatomyNumber::HiddenDecades => "Hidden decades",
        AnatomyNumber::HiddenScales => "Hidden scales",
        AnatomyNumber::ScalesInsideRise => "Scales inside the rise",
        AnatomyNumber::LargestJump => "Largest jump",
        AnatomyNumber::UsefulFrom => "Useful from",
    }
}

/// What it is, below the heading.
pub(super) const fn meaning(number: AnatomyNumber) -> &'static str {
    match number {
        AnatomyNumber::X10 => "x10: a tenth of the rise is done",
        AnatomyNumber::X50 => "x50: half of the rise is done",
        AnatomyNumber::X90 => "x90: nine tenths of the rise are done",
        AnatomyNumber::Width => "x90 - x10, in decades",
        AnatomyNumber::MaxSlope => "of the share of the rise, per decade",
        AnatomyNumber::Shift => "x50 less that of partial credit",
        AnatomyNumber::Steepening => "largest slope over that of partial credit",
        AnatomyNumber::LocalRatio => "slope over that of partial credit, at x50",
        AnatomyNumber::Concentration => "largest share of the gain within a decade",
        AnatomyNumber::FirstVisible => "the test shows more than chance from here on",
        AnatomyNumber::HiddenDecades => "of the window, below the visible scale",
        AnatomyNumber::HiddenScales => "measured below the visible scale",
        AnatomyNumber::ScalesInsideRise => "measured with a tenth to nine tenths done",
        AnatomyNumber::LargestJump => "between neighbouring scales, of the whole gain",
        AnatomyNumber::UsefulFrom => "it pays from this scale on",
    }
}

/// The label of its axis.
pub(super) const fn unit(number: AnatomyNumber) -> &'static str {
    match number {
        AnatomyNumber::X10 => "Scale N at x10",
        AnatomyNumber::X50 => "Scale N at x50",
        AnatomyNumber::X90 => "Scale N at x90",
        AnatomyNumber::Width => "Width (decades)",
        AnatomyNumber::MaxSlope => "Largest slope (per decade)",
        AnatomyNumber::Shift => "Shift (decades)",
        AnatomyNumber::Steepening => "Steepening",
        AnatomyNumber::LocalRatio => "Local ratio",
        AnatomyNumber::Concentration => "Share of the gain",
        AnatomyNumber::FirstVisible => "Visible scale N",
        AnatomyNumber::HiddenDecades => "Decades",
        AnatomyNumber::HiddenScales | AnatomyNumber::ScalesInsideRise => "Number of scales",
        AnatomyNumber::LargestJump => "Share of the gain",
        AnatomyNumber::UsefulFrom => "Scale N",
    }
}
