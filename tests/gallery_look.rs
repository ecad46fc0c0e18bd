//! Teaching figures as pictures: nothing overlaps, nothing is too small, and what is said of one needs no colours.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use mirage::files::{GALLERY, load_figure};
use mirage::report::{Drawing, Figure, PlacedText, Size, Style, draw};

use crate::gallery::figures;
use crate::specimen::{assert_texts_keep_apart, styles};

/// Every figure of the gallery in every theme and size.
static DRAWN: LazyLock<Vec<(&'static Figure, Style, Drawing)>> = LazyLock::new(|| {
    let one = |figure| styles().map(move |style| (figure, style, draw(figure, style).unwrap()));
    figures().flat_map(one).collect()
});

/// All letters drawn, those of numbers at axes among them.
pub(crate) fn letters() -> impl Iterator<Item = char> {
    let texts = DRAWN.iter().flat_map(|(_, _, drawing)| drawing.texts());
    texts.flat_map(|text| text.words.chars())
}

#[test]
fn no_text_overlaps_another_or_leaves_the_canvas() {
    for (figure, style, drawing) in DRAWN.iter() {
        assert_texts_keep_apart(&format!("{}, {style:?}", figure.name), drawing);
    }
}

/// Heights of lines in dots; the type is nearly as high.
#[test]
fn the_smallest_text_can_be_read_at_half_the_size() {
    for (figure, style, drawing) in DRAWN.iter() {
        let height = |text: &PlacedText| match text.words.chars().count() {
            0 => f64::INFINITY,
            // Narrower than high, though level.
            1..=3 => text.bottom - text.top,
            // What runs upwards is as wide as its type is high.
            _ => (text.bottom - text.top).min(text.right - text.left),
        };
        let least = drawing.texts().iter().map(height);
        let least = least.fold(f64::INFINITY, f64::min);
        let (dots, wanted) = match style.size {
            Size::Page | Size::Column => (200.0, 8.5),
            Size::Slide => (144.0, 9.0),
        };
        let half = 0.5 * dots * least;
        assert!(half >= wanted, "{}, {style:?}: {half} dots", figure.name);
    }
}

#[test]
fn pictures_are_the_same_bytes_every_time_and_tell_those_who_cannot_see_them() {
    let drawn = DRAWN
        .iter()
        .filter(|(_, style, _)| *style == Style::default());
    for (figure, style, drawing) in drawn {
        let svg = drawing.svg();
        let name = &figure.name;
        assert!(svg == draw(figure, *style).unwrap().svg(), "{name}");
        let text = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        };
        let told = format!(
            "<title>{}</title><desc>{}</desc>",
            text(&figure.title),
            text(&figure.caption)
        );
        assert!(
            svg.contains(" role=\"img\" ") && svg.contains(&told),
            "{name}"
        );
        assert!(
            figure.title.len() > 20 && figure.caption.len() > 300,
            "{name}"
        );
    }
}

/// What tells a line from another in the picture alone; a reader of the words may have it in grey, or read aloud.
const LOOKS: [&str; 19] = [
    "blue", "orange", "green", "pink", "purple", "yellow", "red", "grey", "gray", "black", "white",
    "colour", "coloured", "colours", "dashed", "dotted", "solid", "square", "circle",
];

#[test]
fn what_is_said_of_a_figure_fits_a_caption_and_needs_no_colours() {
    let mut titles = BTreeSet::new();
    for shipped in GALLERY {
        let plan = load_figure(shipped.name).unwrap();
        let name = shipped.name;
        assert!(titles.insert(plan.title.clone()), "{name}: {}", plan.title);
        // A line of a slide.
        assert!(plan.title.len() <= 60, "{name}: {}", plan.title.len());
        for (said, most) in [(&plan.see, 660), (&plan.beware, 500)] {
            assert!(said.len() <= most, "{name}: {} letters", said.len());
            assert!(
                said.ends_with('.') && !said.contains("  "),
                "{name}: {said}"
            );
            let words = said.split(|letter: char| !letter.is_alphabetic());
            let words: BTreeSet<String> = words.map(str::to_lowercase).collect();
            let look = LOOKS.iter().find(|look| words.contains(**look));
            assert_eq!(look, None, "{name}: {said}");
        }
    }
    let names: BTreeSet<&str> = GALLERY.iter().map(|one| one.name).collect();
    assert_eq!(names.len(), GALLERY.len());
}
