//! Flags that say how figures look.

use clap::{Args, ValueEnum};
use mirage::report::{self, Picture, Style};

use super::Stop;

/// The format PDF, which not every program has; `wanted` is how it was asked for, such as `--figures pdf`.
pub(super) fn pdf(wanted: &str) -> Result<Picture, Stop> {
    let mut known = Picture::ALL.iter();
    let found = known.find(|picture| picture.extension() == "pdf");
    found.copied().ok_or_else(|| {
        let problem = "this mirage was built without the feature `pdf`; `cargo install --path . --features pdf` builds \
                       one that has it, svg and png are in every one";
        Stop::Refused(format!("{wanted}: {problem}"))
    })
}

#[derive(Args)]
pub(super) struct LookArguments {
    #[command(flatten)]
    style: StyleArguments,

    /// The axis of credit in figures
    #[arg(long, value_enum, default_value_t)]
    pub(super) credit_axis: CreditAxis,
}

impl LookArguments {
    pub(super) fn style(&self) -> Style {
        self.style.style()
    }
}

// Theme and size.
#[derive(Args)]
pub(super) struct StyleArguments {
    /// Colours of figures
    #[arg(long, value_enum, default_value_t)]
    theme: Theme,

    /// What figures are to fit
    #[arg(long, value_enum, default_value_t)]
    size: Size,
}

impl StyleArguments {
    pub(super) fn style(&self) -> Style {
        Style {
            theme: match self.theme {
                Theme::Light => report::Theme::Light,
                Theme::Print => report::Theme::Print,
                Theme::Dark => report::Theme::Dark,
            },
            size: match self.size {
                Size::Page => report::Size::Page,
                Size::Column => report::Size::Column,
                Size::Slide => report::Size::Slide,
            },
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Theme {
    /// White, in colour.
    #[default]
    Light,
    /// For printing without colour.
    Print,
    /// Nearly black, in light colours.
    Dark,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Size {
    /// 7.2 inches wide, two panels to a row.
    #[default]
    Page,
    /// 3.5 inches wide, panels one above the other.
    Column,
    /// 16:9, 1920 by 1080 dots, for the back row.
    Slide,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum CreditAxis {
    /// y.
    #[default]
    Linear,
    /// log10 y: a power law is a straight line.
    Log,
    /// ln(y / (1 - y)): a logistic rise is a straight line.
    Logit,
    /// -ln(-ln y): exact match of a power-law skill is a straight line.
    Cloglog,
}

impl From<CreditAxis> for report::CreditAxis {
    fn from(axis: CreditAxis) -> Self {
        match axis {
            CreditAxis::Linear => Self::Linear,
            CreditAxis::Log => Self::Log,
            CreditAxis::Logit => Self::Logit,
            CreditAxis::Cloglog => Self::Cloglog,
        }
    }
}
