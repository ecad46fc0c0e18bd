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
    /// For dark rooms and screens: nearly black, in light colours of the same hues.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Light, Self::Print, Self::Dark];
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

/// Okabe and Ito's colours for all kinds of colour vision, without yellow, which is too pale for lines on white; orange and
/// sky blue are darker than theirs for the same reason.
const CATEGORIES: [Rgb; 6] = [
    (0x00, 0x72, 0xb2),
    (0xd5, 0x5e, 0x00),
    (0x00, 0x9e, 0x73),
    (0xcc, 0x79, 0xa7),
    (0xb4, 0x6a, 0x30),
    (0x48, 0x98, 0xde),
];

/// The same hues in the same order, light enough to be told apart on a dark background.
const LIGHT_CATEGORIES: [Rgb; 6] = [
    (0x3d, 0x97, 0xd7),
    (0xf0, 0x7e, 0x33),
    (0x22, 0xbf, 0x92),
    (0xda, 0x8f, 0xba),
    (0xf7, 0xc0, 0x42),
    (0xa9, 0xdc, 0xff),
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

/// The end of viridis is too pale for lines on white, and its beginning too dark for lines on a dark background.
const LINES_ON_WHITE: (f64, f64) = (0.0, 0.58);
const LINES_ON_DARK: (f64, f64) = (0.4, 1.0);

fn mixed(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let part = |from: u8, to: u8| {
        (f64::from(from) + share * (f64::from(to) - f64::from(from))).round() as u8
    };
    (part(from.0, to.0), part(from.1, to.1), part(from.2, to.2))
}

/// The place of a share between two ends.
fn along((from, to): (f64, f64), share: f64) -> f64 {
    from + (to - from) * share.clamp(0.0, 1.0)
}

fn viridis(share: f64) -> Rgb {
    let place = share.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let step = (place.floor() as usize).min(VIRIDIS.len() - 2);
    mixed(VIRIDIS[step], VIRIDIS[step + 1], place - step as f64)
}

impl Theme {
    /// What everything lies on; also inside of markers and behind labels.
    pub(super) const fn background(self) -> Rgb {
        match self {
            Self::Light | Self::Print => (0xff, 0xff, 0xff),
            Self::Dark => (0x14, 0x18, 0x1d),
        }
    }

    /// Behind what was not measured; where there is no tint, lines across stand for it.
    pub(super) const fn unmeasured(self) -> Option<Rgb> {
        match self {
            Self::Light => Some((0xf1, 0xf2, 0xf4)),
            Self::Print => None,
            Self::Dark => Some((0x1e, 0x23, 0x2a)),
        }
    }

    /// Behind what has a meaning of its own; where there is no tint, lines across stand for it.
    pub(super) const fn region(self) -> Option<Rgb> {
        match self {
            Self::Light => Some((0xe3, 0xea, 0xf2)),
            Self::Print => None,
            Self::Dark => Some((0x22, 0x30, 0x40)),
        }
    }

    /// Lines across what has no tint.
    pub(super) const fn hatch(self) -> Rgb {
        match self {
            Self::Light | Self::Print => (0xb4, 0xb4, 0xb4),
            Self::Dark => (0x5a, 0x62, 0x6c),
        }
    }

    /// How dense the colour of a band is; none where tints would muddy what lies on them and edges stand for it.
    pub(super) const fn band(self) -> Option<f64> {
        match self {
            Self::Light => Some(0.18),
            Self::Print => None,
            Self::Dark => Some(0.26),
        }
    }

    /// How dense each band of a fan is, which lie on each other.
    pub(super) const fn fan_band(self) -> Option<f64> {
        match self {
            Self::Light => Some(0.13),
            Self::Print => None,
            Self::Dark => Some(0.18),
        }
    }

    /// Inside bars of this colour.
    pub(super) const fn bar(self, ink: Rgb) -> (Rgb, f64) {
        match self {
            Self::Light => (ink, 0.22),
            Self::Print => ((0xdc, 0xdc, 0xdc), 1.0),
            Self::Dark => (ink, 0.35),
        }
    }

    /// A step that is right.
    pub(super) fn right_step(self) -> Rgb {
        match self {
            Self::Light | Self::Dark => self.colour(Colour::Categorical(0)),
            Self::Print => (0x48, 0x48, 0x48),
        }
    }

    /// How much of what lies below a label its background hides.
    pub(super) const fn behind_labels(self) -> f64 {
        match self {
            Self::Light | Self::Dark => 0.9,
            Self::Print => 1.0,
        }
    }

    /// Texts and axes.
    pub(super) const fn ink(self) -> Rgb {
        match self {
            Self::Light => (0x22, 0x26, 0x2b),
            Self::Print => (0, 0, 0),
            Self::Dark => (0xe6, 0xe9, 0xed),
        }
    }

    /// What is less important: subtitles, notes, reference lines.
    pub(super) const fn soft_ink(self) -> Rgb {
        match self {
            Self::Light => (0x5b, 0x64, 0x70),
            Self::Print => (0x30, 0x30, 0x30),
            Self::Dark => (0xa6, 0xaf, 0xba),
        }
    }

    /// Lines across the panel at ticks.
    pub(super) const fn grid(self) -> Rgb {
        match self {
            Self::Light => (0xe4, 0xe7, 0xeb),
            Self::Print => (0xd8, 0xd8, 0xd8),
            Self::Dark => (0x2b, 0x31, 0x39),
        }
    }

    /// A series.
    pub(super) fn colour(self, colour: Colour) -> Rgb {
        match (self, colour) {
            (Self::Light, Colour::Categorical(place)) => CATEGORIES[place % CATEGORIES.len()],
            (Self::Print, Colour::Categorical(place)) => GREYS[place % GREYS.len()],
            (Self::Dark, Colour::Categorical(place)) => {
                LIGHT_CATEGORIES[place % LIGHT_CATEGORIES.len()]
            }
            (Self::Light, Colour::Sequential(share)) => viridis(along(LINES_ON_WHITE, share)),
            (Self::Dark, Colour::Sequential(share)) => viridis(along(LINES_ON_DARK, share)),
            (Self::Print, Colour::Sequential(share)) => {
                mixed((0x92, 0x92, 0x92), (0, 0, 0), share.clamp(0.0, 1.0))
            }
        }
    }

    /// A label of a series: its colour, nearer to that of other texts, since letters need more contrast than lines.
    pub(super) fn text(self, colour: Colour) -> Rgb {
        let share = match self {
            Self::Light => 0.4,
            Self::Print => 0.25,
            Self::Dark => 0.35,
        };
        mixed(self.colour(colour), self.ink(), share)
    }

    /// A value between the ends of a colour bar; light is much in every theme.
    pub(super) fn heat(self, share: f64) -> Rgb {
        match self {
            Self::Light | Self::Dark => viridis(share),
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
            Self::Light | Self::Dark => 1.3,
            Self::Print => 1.6,
        }
    }
}

/// The greys of bands inside each other, from the widest on, where bands are not tinted.
pub(super) const fn nested_grey(place: usize) -> Rgb {
    match place {
        0 => (0xea, 0xea, 0xea),
        1 => (0xd4, 0xd4, 0xd4),
        _ => (0xba, 0xba, 0xba),
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
    use super::super::look::Look;
    use super::*;

    /// Rec. 709 luma: how light a colour is in a grey print.
    fn lightness((red, green, blue): Rgb) -> f64 {
        0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue)
    }

    /// A family of nine curves.
    fn family(theme: Theme) -> Vec<Rgb> {
        let share = |i: i32| f64::from(i) / 8.0;
        (0..=8)
            .map(|i| theme.colour(Colour::Sequential(share(i))))
            .collect()
    }

    /// The colours of a theme for things without an order.
    fn palette(theme: Theme) -> Vec<Rgb> {
        let count = match theme {
            Theme::Light => CATEGORIES.len(),
            Theme::Print => GREYS.len(),
            Theme::Dark => LIGHT_CATEGORIES.len(),
        };
        (0..count)
            .map(|place| theme.colour(Colour::Categorical(place)))
            .collect()
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
            let family: Vec<f64> = family(theme).into_iter().map(lightness).collect();
            let (first, last) = (family[0], family[8]);
            assert!((first - last).abs() > 100.0, "{theme:?} {family:?}");
        }
    }

    /// Red, green and blue as light, from 0 to 1 (IEC 61966-2-1).
    fn light(colour: Rgb) -> [f64; 3] {
        [colour.0, colour.1, colour.2].map(|part| {
            let part = f64::from(part) / 255.0;
            match part <= 0.040_45 {
                true => part / 12.92,
                false => libm::pow((part + 0.055) / 1.055, 2.4),
            }
        })
    }

    /// Web Content Accessibility Guidelines 2.1, "contrast ratio": from 1 to 21.
    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let luminance = |colour| {
            let [red, green, blue] = light(colour);
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let (one, other) = (luminance(one), luminance(other));
        one.max(other) / one.min(other)
    }

    /// Success criteria 1.4.3 (texts, 4.5) and 1.4.11 (graphics, 3).
    #[test]
    fn inks_and_curves_stand_out_from_the_background() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
        for theme in Theme::ALL {
            let background = theme.background();
            let tints = [theme.unmeasured(), theme.region()].into_iter().flatten();
            for below in tints.chain([background]) {
                for ink in [theme.ink(), theme.soft_ink()] {
                    let found = contrast(ink, below);
                    assert!(found >= 4.5, "{theme:?} {ink:?} on {below:?}: {found}");
                }
            }
            for ink in palette(theme).into_iter().chain(family(theme)) {
                let found = contrast(ink, background);
                assert!(found >= 3.0, "{theme:?} {ink:?}: {found}");
            }
        }
    }

    /// What may lie below a text or a mark, but for cells.
    fn tints(theme: Theme) -> Vec<Rgb> {
        let tints = [theme.unmeasured(), theme.region()].into_iter().flatten();
        tints.chain([theme.background()]).collect()
    }

    #[test]
    fn labels_in_the_colours_of_their_curves_can_be_read() {
        for theme in Theme::ALL {
            let shares = (0..=8).map(|i| Colour::Sequential(f64::from(i) / 8.0));
            let places = (0..palette(theme).len()).map(Colour::Categorical);
            for colour in places.chain(shares) {
                for below in tints(theme) {
                    let found = contrast(theme.text(colour), below);
                    assert!(found >= 4.5, "{theme:?} {colour:?} on {below:?}: {found}");
                }
            }
            // On cells, through the background that a label brings along.
            for i in 0..=32 {
                let cell = theme.heat(f64::from(i) / 32.0);
                let below = mixed(cell, theme.background(), theme.behind_labels());
                for ink in [theme.ink(), theme.soft_ink()] {
                    let found = contrast(ink, below);
                    assert!(
                        found >= 4.5,
                        "{theme:?} {ink:?} on a cell {cell:?}: {found}"
                    );
                }
            }
        }
    }

    /// A tint is no part of what a line must be told from, and takes some of its contrast: never more than this leaves.
    #[test]
    fn marks_stand_out_from_what_they_lie_on() {
        const LEAST: f64 = 2.1;
        for theme in Theme::ALL {
            let found = contrast(theme.right_step(), theme.background());
            assert!(found >= 3.0, "{theme:?}: steps {found}");
            let palette = palette(theme);
            let (fill, opacity) = theme.bar(palette[0]);
            let bar = mixed(theme.background(), fill, opacity);
            for ink in &palette {
                let found = contrast(*ink, bar);
                assert!(found >= LEAST, "{theme:?} {ink:?} on a bar: {found}");
                let bands = theme
                    .fan_band()
                    .map(|share| 1.0 - libm::pow(1.0 - share, 3.0));
                for share in bands.into_iter().chain(theme.band()) {
                    let found = contrast(*ink, mixed(theme.background(), *ink, share));
                    assert!(found >= LEAST, "{theme:?} {ink:?} on its band: {found}");
                }
                for below in tints(theme) {
                    let found = contrast(*ink, below);
                    assert!(found >= LEAST, "{theme:?} {ink:?} on {below:?}: {found}");
                }
            }
        }
    }

    /// CIE 1976 L*, from 0 to 100.
    fn l_star(colour: Rgb) -> f64 {
        lab(colour, &VISIONS[0].1)[0]
    }

    /// Neighbours in print differ in lightness, and any two series of one grey in dash or marker.
    #[test]
    fn greys_of_a_print_stay_apart() {
        let greys: Vec<f64> = palette(Theme::Print).into_iter().map(l_star).collect();
        for (i, one) in greys.iter().enumerate() {
            let next = greys[(i + 1) % greys.len()];
            assert!((one - next).abs() >= 15.0, "{i}: {greys:?}");
        }
        for i in 0..16 {
            for j in 0..i {
                let (one, other) = (Look::at(i), Look::at(j));
                let alike = (one.line, one.marker) == (other.line, other.marker);
                assert!(!alike, "{i} and {j} are drawn alike");
            }
        }
        let ends = [0.0, 1.0].map(|share| l_star(Theme::Print.colour(Colour::Sequential(share))));
        assert!(ends[0] - ends[1] >= 50.0, "{ends:?}");
    }

    /// CIE 1976 L*a*b* under D65 of a colour as seen through a matrix.
    fn lab(colour: Rgb, seen: &[[f64; 3]; 3]) -> [f64; 3] {
        const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];
        const TO_XYZ: [[f64; 3]; 3] = [
            [0.412_456_4, 0.357_576_1, 0.180_437_5],
            [0.212_672_9, 0.715_152_2, 0.072_175_0],
            [0.019_333_9, 0.119_192_0, 0.950_304_1],
        ];
        let times = |matrix: &[[f64; 3]; 3], v: [f64; 3]| {
            matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
        };
        let shown = times(seen, light(colour)).map(|part| part.clamp(0.0, 1.0));
        let xyz = times(&TO_XYZ, shown);
        let root = |place: usize| {
            let t = xyz[place] / WHITE[place];
            match t > 216.0 / 24_389.0 {
                true => libm::cbrt(t),
                false => (24_389.0 / 27.0 * t + 16.0) / 116.0,
            }
        };
        let (x, y, z) = (root(0), root(1), root(2));
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// Machado, Oliveira and Fernandes 2009, table 1, severity 1; on light, not on sRGB values.
    const VISIONS: [(&str, [[f64; 3]; 3]); 4] = [
        ("usual", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
        (
            "tritanopia",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    /// By colour alone, in every kind of colour vision; that series differ in line and marker as well is tested elsewhere.
    #[test]
    fn colours_of_a_palette_stay_apart_in_every_kind_of_colour_vision() {
        for theme in Theme::ALL {
            let palette = palette(theme);
            for (vision, seen) in &VISIONS {
                for (i, one) in palette.iter().enumerate() {
                    for other in &palette[i + 1..] {
                        let (one, other) = (lab(*one, seen), lab(*other, seen));
                        let squares = [0, 1, 2].map(|k| (one[k] - other[k]) * (one[k] - other[k]));
                        let apart = libm::sqrt(squares.iter().sum());
                        assert!(apart >= 12.0, "{theme:?} {vision}, from {i}: {apart}");
                    }
                }
            }
        }
    }
}
