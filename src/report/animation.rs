//! Figures one after the other as an animated GIF, which every browser and slide shows. The only file that names gif.
//!
//! A frame holds only what differs from the one before. All share one list of colours: those of areas and lines are kept
//! as they are, and of their blends at edges as many as there is room for.

use std::collections::BTreeMap;

use gif::{AnyExtension, DisposalMethod, Encoder, EncodingError, Extension, Frame, Repeat};

use super::draw::draw;
use super::figure::Figure;
use super::picture::{DrawError, Pixels};
use super::style::Style;

type Rgb = [u8; 3];

/// How long frames are shown, in hundredths of a second: the first to be read, the last to be thought about.
const FIRST: u16 = 200;
const BETWEEN: u16 = 12;
const LAST: u16 = 400;

/// The index that lets the frame before through; all others are colours.
const SAME: u8 = 255;

/// Frames of one size as a GIF that begins anew when it ends. The first one's caption is its comment.
///
/// # Errors
/// A defect in this program or in a library it draws with; frames of different sizes; no frames.
pub fn animation(frames: &[Figure], style: Style) -> Result<Vec<u8>, DrawError> {
    let nothing = || DrawError::of("an animation", &"there are no frames");
    let first = frames.first().ok_or_else(nothing)?;
    let failed = |problem: &dyn std::fmt::Display| DrawError::new(first, problem);
    let mut colours = Colours::default();
    let mut size = None;
    let mut pictures = Vec::new();
    for frame in frames {
        let pixels = draw(frame, style)?.pixels()?;
        let own = (pixels.width, pixels.height);
        if *size.get_or_insert(own) != own {
            return Err(failed(&"its frames differ in size"));
        }
        pictures.push(colours.count(pixels));
    }
    let (width, height) = size.ok_or_else(nothing)?;
    let side = |pixels: u32| u16::try_from(pixels).map_err(|error| failed(&error));
    let screen = Screen {
        width: side(width)?,
        height: side(height)?,
    };
    let (palette, nearest) = colours.reduced();
    let pictures = pictures.iter().map(|picture| {
        let picture = picture.iter().map(|place| nearest[*place as usize]);
        picture.collect::<Vec<u8>>()
    });
    encoded(screen, &palette, pictures, &first.caption).map_err(|error| failed(&error))
}

#[derive(Clone, Copy)]
struct Screen {
    width: u16,
    height: u16,
}

fn encoded(
    screen: Screen,
    palette: &[Rgb],
    pictures: impl ExactSizeIterator<Item = Vec<u8>>,
    comment: &str,
) -> Result<Vec<u8>, EncodingError> {
    let mut encoder = Encoder::new(
        Vec::new(),
        screen.width,
        screen.height,
        palette.as_flattened(),
    )?;
    encoder.set_repeat(Repeat::Infinite)?;
    // Comments are 7-bit ASCII.
    let plain: String = comment.chars().filter(char::is_ascii).collect();
    encoder.write_raw_extension(AnyExtension(Extension::Comment as u8), &[plain.as_bytes()])?;
    let count = pictures.len();
    let mut before: Option<Vec<u8>> = None;
    for (place, picture) in pictures.enumerate() {
        let delay = match place {
            0 => FIRST,
            _ if place + 1 == count => LAST,
            _ => BETWEEN,
        };
        let frame = match &before {
            None => Frame {
                width: screen.width,
                height: screen.height,
                buffer: picture.as_slice().into(),
                ..Frame::default()
            },
            Some(before) => changed(screen, before, &picture),
        };
        encoder.write_frame(&Frame {
            delay,
            dispose: DisposalMethod::Keep,
            ..frame
        })?;
        before = Some(picture);
    }
    encoder.into_inner()
}

/// The least rectangle that holds all that differs, and in it only what differs: long runs of one index take few bytes.
fn changed(screen: Screen, before: &[u8], picture: &[u8]) -> Frame<'static> {
    let row = usize::from(screen.width);
    let differ = before.iter().zip(picture).enumerate();
    let differ = differ.filter(|(_, (before, now))| before != now);
    let (mut left, mut right, mut top, mut bottom) = (row, 0, usize::MAX, 0);
    for (place, _) in differ {
        let (x, y) = (place % row, place / row);
        (left, right) = (left.min(x), right.max(x + 1));
        (top, bottom) = (top.min(y), bottom.max(y + 1));
    }
    if right == 0 {
        // Nothing differs: one pixel stands for all.
        (left, right, top, bottom) = (0, 1, 0, 1);
    }
    let line = |y: usize| {
        let line = y * row + left..y * row + right;
        let both = before[line.clone()].iter().zip(&picture[line]);
        both.map(|(before, now)| if before == now { SAME } else { *now })
    };
    let buffer: Vec<u8> = (top..bottom).flat_map(line).collect();
    // None is beyond the sides of the screen.
    let short = |pixels: usize| u16::try_from(pixels).unwrap_or(u16::MAX);
    Frame {
        left: short(left),
        top: short(top),
        width: short(right - left),
        height: short(bottom - top),
        transparent: Some(SAME),
        buffer: buffer.into(),
        ..Frame::default()
    }
}

/// All colours of some pictures, in the order in which they were met.
#[derive(Default)]
struct Colours {
    places: BTreeMap<Rgb, u32>,
    /// Each with the number of its pixels.
    all: Vec<(Rgb, u64)>,
}

impl Colours {
    /// A picture as places in the list of colours.
    fn count(&mut self, pixels: Pixels) -> Vec<u32> {
        let mut last: Option<(Rgb, u32)> = None;
        let mut place_of = |colour: Rgb| {
            let known = last.filter(|(before, _)| *before == colour);
            let place = known.map_or_else(
                || {
                    let next = self.all.len() as u32;
                    let place = *self.places.entry(colour).or_insert(next);
                    if place == next {
                        self.all.push((colour, 0));
                    }
                    place
                },
                |(_, place)| place,
            );
            self.all[place as usize].1 += 1;
            last = Some((colour, place));
            place
        };
        pixels.colours.into_iter().map(&mut place_of).collect()
    }

    /// As many of them as there are indices, and for each colour the place of the one that is nearest to it. From the most frequent
    /// one on, the next is always that whose pixels the list so far would change the most: a colour of many pixels, such as
    /// that of a curve, is in it unchanged.
    fn reduced(&self) -> (Vec<Rgb>, Vec<u8>) {
        let mut nearest = vec![(0_u8, u64::MAX); self.all.len()];
        let mut kept: Vec<Rgb> = Vec::new();
        for place in 0..SAME {
            let most = |(_, pixels): &(Rgb, u64), distance: u64| match kept.is_empty() {
                true => *pixels,
                false => pixels.saturating_mul(distance),
            };
            let harm = self.all.iter().zip(&nearest);
            let harm = harm.map(|(colour, (_, distance))| (most(colour, *distance), colour.0));
            let Some((_, next)) = harm.max().filter(|(harm, _)| *harm > 0) else {
                break;
            };
            kept.push(next);
            for ((colour, _), nearest) in self.all.iter().zip(&mut nearest) {
                let distance = distance(*colour, next);
                if distance < nearest.1 {
                    *nearest = (place, distance);
                }
            }
        }
        // The list is as long as its indices reach.
        kept.resize(usize::from(SAME) + 1, [0; 3]);
        (kept, nearest.into_iter().map(|(place, _)| place).collect())
    }
}

/// The square of how far colours lie apart.
fn distance(one: Rgb, other: Rgb) -> u64 {
    let parts = one.iter().zip(other);
    parts
        .map(|(one, other)| u64::from(one.abs_diff(other)))
        .map(|apart| apart * apart)
        .sum()
}
