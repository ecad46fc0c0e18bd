//! Figures: their numbers, their letters, their bytes.

#![cfg(feature = "figures")]

mod support;

use std::collections::BTreeSet;

use mirage::domain::Scenario;
use mirage::files::{SHIPPED, Source, load};
use mirage::report::{Figure, Look, draw, headline};
use mirage::study::Finding;
use resvg::usvg;

fn figure_of(scenarios: Vec<Scenario>) -> Figure {
    let findings: Vec<Finding> = scenarios.into_iter().map(support::run).collect();
    let curves: Vec<_> = findings.iter().map(Finding::expected_curves).collect();
    headline(&findings, &curves).unwrap()
}

fn two_worlds() -> Figure {
    figure_of(
        SHIPPED[..2]
            .iter()
            .map(|one| {
                load(&Source::Shipped(one.name.to_owned()), &[])
                    .unwrap()
                    .scenario
            })
            .collect(),
    )
}

fn of(json: &str) -> Figure {
    figure_of(vec![serde_json::from_str(json).unwrap()])
}

#[test]
fn the_headline_holds_what_it_should_show() {
    let figure = two_worlds();
    let titles: Vec<&str> = figure
        .panels
        .iter()
        .map(|panel| panel.title.as_str())
        .collect();
    assert_eq!(titles, ["Exact match", "Partial credit"]);
    for panel in &figure.panels {
        let labels: Vec<&str> = panel
            .series
            .iter()
            .map(|series| series.label.as_str())
            .collect();
        assert_eq!(labels, ["Uneven steps", "Even steps"]);
        assert!(
            panel
                .series
                .iter()
                .all(|series| series.points.len() == 26 && series.curve.len() == 241)
        );
        assert_eq!((panel.x.from, panel.x.to), (7.0, 12.0));
    }
    let lines: Vec<(&str, f64)> = figure.panels[0]
        .lines
        .iter()
        .map(|line| (line.label.as_str(), line.y))
        .collect();
    assert_eq!(lines, [("useful from 0.8", 0.8), ("1/n, n = 1000", 0.001)]);
    // The worlds coincide under exact match and part under partial credit.
    let apart = |panel: usize| {
        let [uneven, even] = &figure.panels[panel].series[..] else {
            panic!()
        };
        uneven
            .curve
            .iter()
            .zip(&even.curve)
            .map(|(one, other)| (one.y - other.y).abs())
            .fold(0.0, f64::max)
    };
    assert!(
        apart(0) < 1e-12 && apart(1) > 0.5,
        "{} {}",
        apart(0),
        apart(1)
    );
}

#[test]
fn curves_bands_and_intervals_surround_what_they_belong_to() {
    for panel in &two_worlds().panels {
        for series in &panel.series {
            assert!(series.curve.iter().all(|place| 0.0 <= place.low
                && place.low <= place.y
                && place.y <= place.high
                && place.high <= 1.0));
            assert!(series.points.iter().all(|place| 0.0 <= place.low
                && place.low <= place.y
                && place.y <= place.high
                && place.high <= 1.0));
        }
    }
}

#[test]
fn every_number_drawn_is_saved() {
    let figure = two_worlds();
    let csv = figure.csv().unwrap();
    assert_eq!(csv.lines().count(), 1 + 2 * 2 * (26 + 241) + 2);
    assert!(
        csv.starts_with("panel,series,kind,x,y,low,high\nExact match,Uneven steps,curve,7.0,0.0,")
    );
}

/// Every letter of a figure is in the embedded faces: a missing one would vanish without a word.
#[test]
fn every_letter_has_a_glyph() {
    let figures = [
        two_worlds(),
        of(
            r#"{"evaluation": {"axis": "flops", "scales": [1e-3, 1e22], "metrics": ["pass-mark:0.7", "harshness:2.5", "prefix-credit"]}}"#,
        ),
    ];
    let ticks = "0123456789.-⁻⁰¹²³⁴⁵⁶⁷⁸⁹abcdefghijklmnopqrstuvwxyz";
    let letters: BTreeSet<char> = figures
        .iter()
        .flat_map(Figure::texts)
        .chain([ticks])
        .flat_map(str::chars)
        .collect();
    for face in ["Regular", "Bold", "Italic"] {
        let path = format!(
            "{}/src/report/fonts/Inter-{face}.sub.ttf",
            env!("CARGO_MANIFEST_DIR")
        );
        let mut database = usvg::fontdb::Database::new();
        database.load_font_data(std::fs::read(path).unwrap());
        let id = database.faces().next().unwrap().id;
        for letter in &letters {
            let found = database
                .with_face_data(id, |data, index| has_glyph(data, index, *letter))
                .unwrap();
            assert!(found, "{letter:?} is not in Inter {face}");
        }
    }
}

fn has_glyph(data: &[u8], index: u32, letter: char) -> bool {
    ttf_parser::Face::parse(data, index).is_ok_and(|face| face.glyph_index(letter).is_some())
}

#[test]
fn pictures_are_the_same_bytes_every_time_and_need_no_font() {
    let figure = two_worlds();
    let (one, other) = (draw(&figure).unwrap(), draw(&figure).unwrap());
    assert!(one.svg() == other.svg() && one.png().unwrap() == other.png().unwrap());
    let svg = one.svg();
    assert!(
        !svg.contains("<text")
            && !svg.contains("font-family")
            && svg.contains("<title>")
            && svg.contains("<desc>")
    );
    // It is well-formed and as large as it says.
    let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
    assert!(
        (tree.size().width() - 7.2 * 96.0).abs() < 0.1,
        "{}",
        tree.size().width()
    );
}

/// The figure that README shows is the one that README's first command draws.
#[test]
fn the_committed_figure_is_up_to_date() {
    let path = format!("{}/out/gallery/two-worlds.svg", env!("CARGO_MANIFEST_DIR"));
    let (committed, drawn) = (
        std::fs::read_to_string(path).unwrap(),
        draw(&two_worlds()).unwrap().svg(),
    );
    assert!(
        committed == drawn,
        "copy figures/headline.svg of `mirage run` to out/gallery/two-worlds.svg"
    );
    assert!(drawn.len() < 150_000, "{} bytes", drawn.len());
}

#[test]
fn a_png_says_how_large_it_is_meant_to_be() {
    let png = draw(&two_worlds()).unwrap().png().unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.height), (1440, 656));
    assert_eq!(info.pixel_dims.unwrap().xppu, 7874);
}

#[test]
fn odd_scenarios_have_figures_too() {
    for json in [
        r#"{"evaluation": {"scales": [1e9], "items": 1}}"#,
        r#"{"evaluation": {"scales": [1e-9, 1e-8, 1e300]}}"#,
        r#"{"title": "A title with <markup> & a long long tail of words that has to be broken", "evaluation": {"scales": [3e8, 4e8], "metrics": ["exact-match"]}}"#,
        r#"{"title": "a-stem-without-any-space-that-goes-on-and-on-and-on-beyond-all-measure"}"#,
        r#"{"title": "control\u0007 and 能力"}"#,
        r#"{"skill": {"kind": "linear-log"}, "evaluation": {"scales": [1e12, 1e13], "metrics": ["exact-match", "partial-credit", "prefix-credit"]}}"#,
    ] {
        let drawing = draw(&of(json)).unwrap();
        assert!(
            usvg::Tree::from_str(&drawing.svg(), &usvg::Options::default()).is_ok(),
            "{json}"
        );
        assert!(drawing.png().unwrap().len() > 1000);
    }
}

#[test]
fn the_unmeasured_part_of_an_axis_is_told() {
    let figure = of(r#"{"evaluation": {"scales": [3e8, 4e9]}}"#);
    let panel = &figure.panels[0];
    assert_eq!((panel.x.from, panel.x.to), (8.0, 10.0));
    assert!((panel.measured.0 - 8.477_121_254_719_662).abs() < 1e-12);
    assert!(figure.note.ends_with("Grey: not measured."));
    assert!(!two_worlds().note.contains("Grey"));
}

#[test]
fn series_are_told_apart_without_colour() {
    let looks: BTreeSet<String> = (0..4)
        .map(|place| format!("{:?} {:?}", Look::at(place).line, Look::at(place).marker))
        .collect();
    assert_eq!(looks.len(), 4);
}
