//! How a figure is meant to be seen: theme and size, with the colours and lengths that follow. Palettes live here.

use super::look::{Colour, Line};

/// What a figure is to be seen on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// White, in colour.
    #[default]
    Light,
    /// For printing without colour: blacks and greys, thicker lines, no tints behind data.
    Print,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Light, Self::Print];
}

/// How large a figure is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// Panels two to a row across a page 7.2 inches wide; 200 dots to the inch.
    #[default]
    Page,
    /// Panels one above the other in a column 3.5 inches wide; 200 dots to the inch.
    Column,
    /// All panels on a slide of 16:9, with the title of the figure above and texts to be read from the back row; 1920 by
    /// 1080 dots.
    Slide,
}

impl Size {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Page, Self::Column, Self::Slide];

    /// Dots to the inch.
    pub(super) const fn dots_per_inch(self) -> f64 {
        match self {
            Self::Page | Self::Column => 200.0,
            Self::Slide => 144.0,
        }
    }
}

/// Theme and size of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Its colours.
    pub theme: Theme,
    /// Its extent.
    pub size: Size,
}

/// Red, green, blue.
pub(super) type Rgb = (u8, u8, u8);

pub(super) const WHITE: Rgb = (0xff, 0xff, 0xff);

/// Okabe and Ito's colours for all kinds of colour vision, without yellow, which is too pale for lines on white.
const CATEGORIES: [Rgb; 6] = [
    (0x00, 0x72, 0xb2),
    (0xd5, 0x5e, 0x00),
    (0x00, 0x9e, 0x73),
    (0xcc, 0x79, 0xa7),
    (0xe6, 0x9f, 0x00),
    (0x56, 0xb4, 0xe9),
];

/// Neighbours differ in lightness as well as in line and marker.
const GREYS: [Rgb; 4] = [
    (0x00, 0x00, 0x00),
    (0x68, 0x68, 0x68),
    (0x2c, 0x2c, 0x2c),
    (0x88, 0x88, 0x88),
];

/// Viridis (van der Walt and Smith 2015) at nine even steps: its lightness grows evenly, so it can be read in grey.
const VIRIDIS: [Rgb; 9] = [
    (0x44, 0x01, 0x54),
    (0x47, 0x2d, 0x7b),
    (0x3b, 0x52, 0x8b),
    (0x2c, 0x72, 0x8e),
    (0x21, 0x91, 0x8c),
    (0x28, 0xae, 0x80),
    (0x5e, 0xc9, 0x62),
    (0xad, 0xdc, 0x30),
    (0xfd, 0xe7, 0x25),
];

/// The last fifth of viridis is too pale for lines on white.
const LINES_END: f64 = 0.8;

fn mixed(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let part = |from: u8, to: u8| {
        (f64::from(from) + share * (f64::from(to) - f64::from(from))).round() as u8
    };
    (part(from.0, to.0), part(from.1, to.1), part(from.2, to.2))
}

fn viridis(share: f64) -> Rgb {
    let place = share.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let step = (place.floor() as usize).min(VIRIDIS.len() - 2);
    mixed(VIRIDIS[step], VIRIDIS[step + 1], place - step as f64)
}

impl Theme {
    /// Texts and axes.
    pub(super) const fn ink(self) -> Rgb {
        match self {
            Self::Light => (0x22, 0x26, 0x2b),
            Self::Print => (0, 0, 0),
        }
    }

    /// What is less important: subtitles, notes, reference lines.
    pub(super) const fn soft_ink(self) -> Rgb {
        match self {
            Self::Light => (0x5b, 0x64, 0x70),
            Self::Print => (0x30, 0x30, 0x30),
        }
    }

    /// Lines across the panel at ticks.
    pub(super) const fn grid(self) -> Rgb {
        match self {
            Self::Light => (0xe4, 0xe7, 0xeb),
            Self::Print => (0xd8, 0xd8, 0xd8),
        }
    }

    /// A series.
    pub(super) fn colour(self, colour: Colour) -> Rgb {
        match (self, colour) {
            (Self::Light, Colour::Categorical(place)) => CATEGORIES[place % CATEGORIES.len()],
            (Self::Print, Colour::Categorical(place)) => GREYS[place % GREYS.len()],
            (Self::Light, Colour::Sequential(share)) => viridis(LINES_END * share.clamp(0.0, 1.0)),
            (Self::Print, Colour::Sequential(share)) => {
                mixed((0x98, 0x98, 0x98), (0, 0, 0), share.clamp(0.0, 1.0))
            }
        }
    }

    /// A value between the ends of a colour bar; light is much in every theme.
    pub(super) fn heat(self, share: f64) -> Rgb {
        match self {
            Self::Light => viridis(share),
            Self::Print => mixed(
                (0x20, 0x20, 0x20),
                (0xf4, 0xf4, 0xf4),
                share.clamp(0.0, 1.0),
            ),
        }
    }

    /// How wide a curve is, in points.
    pub(super) const fn curve_width(self) -> f64 {
        match self {
            Self::Light => 1.3,
            Self::Print => 1.6,
        }
    }
}

/// Lengths of dashes and of the gaps after them, in points; none for a line without gaps.
pub(super) const fn dashes(line: Line) -> &'static [f64] {
    match line {
        Line::Solid => &[],
        Line::Dashed => &[4.0, 2.6],
        Line::LongDashed => &[8.0, 2.6],
        Line::DashDotted => &[5.0, 2.0, 1.2, 2.0],
    }
}

/// Lengths of the dots of reference lines and of the gaps after them, in points.
pub(super) const DOTS: &[f64] = &[1.2, 2.2];

#[cfg(test)]
mod tests {
    use super::*;

    /// Rec. 709 luma: how light a colour is in a grey print.
    fn lightness((red, green, blue): Rgb) -> f64 {
        0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue)
    }

    #[test]
    fn values_can_be_read_in_grey() {
        for theme in Theme::ALL {
            let heat: Vec<f64> = (0..=64)
                .map(|i| lightness(theme.heat(f64::from(i) / 64.0)))
                .collect();
            assert!(
                heat.windows(2).all(|pair| pair[1] - pair[0] > 1.0),
                "{theme:?} {heat:?}"
            );
            let along = |i: i32| lightness(theme.colour(Colour::Sequential(f64::from(i) / 8.0)));
            let family: Vec<f64> = (0..=8).map(along).collect();
            let (first, last) = (family[0], family[8]);
            assert!((first - last).abs() > 100.0, "{theme:?} {family:?}");
            assert!(
                family.iter().all(|lightness| *lightness < 185.0),
                "pale on white"
            );
        }
    }
}
