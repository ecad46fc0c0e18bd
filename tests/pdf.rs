//! Figures as PDF: a page of their size, in embedded faces, the same bytes every time.

use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use mirage::engine::Control;
use mirage::files::{GALLERY, load_figure};
use mirage::report::{Drawing, Figure, Picture, Size, Style, Theme, draw, teaching_figure};
use mirage::study::illustrate;

static GALLERY_FIGURES: LazyLock<Vec<Figure>> = LazyLock::new(|| {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let figure = |name| {
        let finding = illustrate(load_figure(name).unwrap(), &control).unwrap();
        teaching_figure(&finding).unwrap()
    };
    // Studies take long where nothing is optimised, and their panels are like others.
    let is_short = |text: &str| !text.contains("\n[power]") && !text.contains("\n[forecast]");
    let short = GALLERY.iter().filter(|shipped| is_short(shipped.text));
    short.map(|shipped| figure(shipped.name)).collect()
});

fn drawn(figure: &Figure, theme: Theme, size: Size) -> Drawing {
    draw(figure, Style { theme, size }).unwrap()
}

/// A PDF without what is compressed in it, as text.
fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The numbers behind the first `/MediaBox`.
fn media_box(text: &str) -> Vec<f64> {
    let (_, from) = text.split_once("/MediaBox").unwrap();
    let inside = from.split(['[', ']']).nth(1).unwrap();
    let numbers = inside.split_whitespace();
    numbers.map(|word| word.parse().unwrap()).collect()
}

#[test]
fn every_figure_is_a_page_of_its_size_with_its_faces_and_no_date() {
    // Each in one of the themes, in turn.
    let themes = Theme::ALL.into_iter().cycle();
    for (figure, theme) in GALLERY_FIGURES.iter().zip(themes) {
        let drawing = drawn(figure, theme, Size::Page);
        let bytes = drawing.bytes(Picture::Pdf).unwrap();
        let what = format!("{}, {theme:?}", figure.name);
        assert!(
            bytes.starts_with(b"%PDF-1.") && bytes.ends_with(b"%%EOF"),
            "{what}"
        );
        let text = plain(&bytes);
        let (width, height) = drawing.inches();
        let wanted = [0.0, 0.0, 72.0 * width, 72.0 * height];
        let page = media_box(&text);
        let same = page.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.01);
        assert!(same && page.len() == 4, "{what}: {page:?}, not {wanted:?}");
        let count = |word: &str| text.matches(word).count();
        // Regular, bold and italic: each is there, and so is what its glyphs mean.
        let faces = count("/FontFile2") + count("/FontFile3");
        assert!((1..=3).contains(&faces), "{what}: {faces}");
        assert_eq!(count("/ToUnicode"), faces, "{what}");
        // Names of subsets start with six letters and a plus sign.
        assert!(count("+Inter") > 0, "{what}");
        for word in ["/Subtype/Image", "CreationDate", "ModDate", "CreateDate"] {
            assert_eq!(count(word), 0, "{what}: {word}");
        }
    }
}

#[test]
fn the_same_bytes_twice_with_title_and_caption_for_those_who_cannot_see() {
    let figure = &GALLERY_FIGURES[0];
    let pdf = || {
        let drawing = drawn(figure, Theme::Dark, Size::Slide);
        drawing.bytes(Picture::Pdf).unwrap()
    };
    let bytes = pdf();
    assert!(bytes == pdf());
    let text = plain(&bytes);
    for word in ["/StructTreeRoot", "/Figure", "/Alt", "/Lang", &figure.title] {
        assert!(text.contains(word), "{word}");
    }
    assert_eq!(media_box(&text)[2..], [960.0, 540.0]);
}

#[test]
fn commands_write_it_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &str| {
        let mut command = assert_cmd::Command::cargo_bin("mirage").unwrap();
        command
            .current_dir(&folder)
            .args(words.split(' '))
            .assert()
            .success();
    };
    run("gallery two-worlds -o gallery --format svg,pdf");
    run("run even-steps --expected-only --figures pdf -o results");
    let study = "[evaluation]\nitems = 10\nscales = [3e8, 2e9]\n[sweep]\n\"task.steps\" = [1, 2]\n";
    fs::write(folder.path().join("study.toml"), study).unwrap();
    run("sweep study.toml -o swept");
    run("plot swept -o plot.pdf");
    for file in [
        "gallery/two-worlds.pdf",
        "results/figures/headline.pdf",
        "plot.pdf",
    ] {
        let bytes = fs::read(folder.path().join(file)).unwrap();
        assert!(bytes.starts_with(b"%PDF-1."), "{file}");
    }
    assert!(folder.path().join("gallery/two-worlds.svg").exists());
}
