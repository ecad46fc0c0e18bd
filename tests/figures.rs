//! Figures: their numbers, their letters, their bytes.

use std::collections::BTreeSet;

use mirage::domain::Scenario;
use mirage::files::{SHIPPED, Source, load};
use mirage::report::{
    CreditAxis, Crossing, Drawing, Figure, Layer, Look, Size, Style, Theme, draw, headline,
};
use mirage::study::Finding;
use resvg::usvg;

use crate::specimen::{self, assert_texts_keep_apart, styles};
use crate::support;

fn figure_on(axis: CreditAxis, scenarios: Vec<Scenario>) -> Figure {
    let findings: Vec<Finding> = scenarios.into_iter().map(support::run).collect();
    let curves: Vec<_> = findings.iter().map(Finding::expected_curves).collect();
    headline(&findings, &curves, axis).unwrap()
}

fn figure_of(scenarios: Vec<Scenario>) -> Figure {
    figure_on(CreditAxis::Linear, scenarios)
}

fn two_worlds_on(axis: CreditAxis) -> Figure {
    figure_on(
        axis,
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

fn two_worlds() -> Figure {
    two_worlds_on(CreditAxis::Linear)
}

/// On a page, in colour.
fn page(figure: &Figure) -> Drawing {
    draw(figure, Style::default()).unwrap()
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
        let labels: Vec<&str> = panel.series().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["Uneven steps", "Even steps"]);
        assert!(
            panel
                .series()
                .all(|series| series.points.len() == 26 && series.curve.len() == 241)
        );
        assert_eq!((panel.x.from, panel.x.to), (7.0, 12.0));
    }
    let lines: Vec<(&str, f64)> = figure.panels[0]
        .layers
        .iter()
        .filter_map(|layer| match layer {
            Layer::Line(line) => match line.at {
                Crossing::At(y) => Some((line.label.as_str(), y)),
                Crossing::Upright(_) => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(lines, [("useful from 0.8", 0.8), ("1/n, n = 1000", 0.001)]);
    // The worlds coincide under exact match and part under partial credit.
    let apart = |panel: usize| {
        let [uneven, even] = figure.panels[panel].series().collect::<Vec<_>>()[..] else {
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
        for series in panel.series() {
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
    // The numbers of curves and points, two lines, and what was measured.
    assert_eq!(csv.lines().count(), 1 + 2 * 2 * (26 + 241) + 2 + 2);
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
    let specimens = CreditAxis::ALL.map(specimen::all_layers);
    let gallery: Vec<Figure> = crate::gallery::figures().cloned().collect();
    let ticks = "×−=;0123456789.-⁻⁰¹²³⁴⁵⁶⁷⁸⁹abcdefghijklmnopqrstuvwxyz";
    let letters: BTreeSet<char> = figures
        .iter()
        .chain(&specimens)
        .chain(&gallery)
        .flat_map(Figure::texts)
        .chain([ticks])
        .flat_map(str::chars)
        .chain(crate::gallery_look::letters())
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
    let (one, other) = (page(&figure), page(&figure));
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

/// The figure that README shows has the panels that README's first command draws.
#[test]
fn the_first_figure_of_the_gallery_is_that_of_a_run() {
    let mut figures = crate::gallery::figures();
    let shown = figures.find(|figure| figure.name == "two-worlds").unwrap();
    let of_run = two_worlds();
    assert_eq!((&shown.panels, &shown.note), (&of_run.panels, &of_run.note));
}

#[test]
fn a_png_says_how_large_it_is_meant_to_be() {
    let png = page(&two_worlds()).png().unwrap();
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
        let drawing = page(&of(json));
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
    assert!((panel.measured.unwrap().0 - 8.477_121_254_719_662).abs() < 1e-12);
    assert!(figure.note.ends_with("Shaded: not measured."));
    assert!(!two_worlds().note.contains("Shaded"));
}

#[test]
fn series_are_told_apart_without_colour() {
    let looks: BTreeSet<String> = (0..16)
        .map(|place| format!("{:?} {:?}", Look::at(place).line, Look::at(place).marker))
        .collect();
    assert_eq!(looks.len(), 16);
}

const LONG: &str = "a-stem-without-any-space-that-goes-on-and-on-and-on-beyond-all-measure";

/// Scenarios alike but for their titles and seeds.
fn scenarios(titles: &[String], metrics: &str) -> Vec<Scenario> {
    let scenario = |(seed, title): (usize, &String)| {
        let json = format!(
            r#"{{"title": "{title}", "seed": {seed}, "task": {{"steps": {}}}, "evaluation": {{"scales": "log:1e7:1e12:6", "metrics": [{metrics}]}}}}"#,
            seed + 2
        );
        serde_json::from_str(&json).unwrap()
    };
    titles.iter().enumerate().map(scenario).collect()
}

/// Figures that are hard to label, with what to call them.
fn hard_figures() -> Vec<(String, Figure)> {
    let metrics = r#""exact-match", "partial-credit", "pass-mark:0.7", "harshness:2.5""#;
    let long = [
        "A first title of many words that has to be broken",
        LONG,
        "Even",
    ];
    let nine: Vec<String> = (0..9)
        .map(|i| format!("Scenario number {i} with a name of some length"))
        .collect();
    let mut figures = vec![
        (
            "long labels".to_owned(),
            figure_of(scenarios(&long.map(String::from), metrics)),
        ),
        (
            "nine".to_owned(),
            figure_of(scenarios(&nine, r#""exact-match", "partial-credit""#)),
        ),
        (
            "one metric".to_owned(),
            figure_of(scenarios(&[LONG.to_owned()], r#""exact-match""#)),
        ),
        ("crowded".to_owned(), specimen::crowded()),
    ];
    for axis in CreditAxis::ALL {
        figures.push((format!("two worlds {axis:?}"), two_worlds_on(axis)));
        figures.push((format!("specimen {axis:?}"), specimen::all_layers(axis)));
    }
    for panel in specimen::all_layers(CreditAxis::Logit).panels {
        let name = format!("alone {}", panel.title);
        figures.push((name, specimen::alone(panel)));
    }
    figures
}

#[test]
fn no_text_overlaps_another_or_leaves_the_canvas() {
    for (name, figure) in hard_figures() {
        for style in styles() {
            let drawing = draw(&figure, style).unwrap();
            assert_texts_keep_apart(&format!("{name}, {style:?}"), &drawing);
        }
    }
}

#[test]
fn a_label_without_a_place_is_explained_in_the_notes() {
    let words = |figure: &Figure| -> String {
        let texts = page(figure).texts().to_vec();
        texts.into_iter().map(|text| text.words + " ").collect()
    };
    let crowded = words(&specimen::crowded());
    // The series come first, in their order.
    assert!(
        crowded.contains("1 = Exact match; 2 = Partial credit;"),
        "{crowded}"
    );
    let nine: Vec<String> = (0..9)
        .map(|i| format!("Scenario number {i} with a long name"))
        .collect();
    let nine = words(&figure_of(scenarios(&nine, r#""exact-match""#)));
    assert!(nine.contains("9 = Scenario number 8"), "{nine}");
    // Where there is room, labels are words.
    assert!(!words(&two_worlds()).contains(" = Even steps"));
    for panel in specimen::all_layers(CreditAxis::Linear).panels {
        let figure = specimen::alone(panel);
        let shown = words(&figure);
        assert!(
            !shown.contains("1 = "),
            "{}: {shown}",
            figure.panels[0].title
        );
    }
}

/// No letter of a figure gets lost between its data and its picture.
#[test]
fn every_text_is_drawn() {
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    for figure in [
        two_worlds(),
        specimen::all_layers(CreditAxis::Logit),
        specimen::crowded(),
    ] {
        for size in Size::ALL {
            let style = Style {
                theme: Theme::Light,
                size,
            };
            let drawing = draw(&figure, style).unwrap();
            let drawn: String = drawing
                .texts()
                .iter()
                .map(|text| letters(&text.words))
                .collect();
            let title = letters(&figure.title);
            for text in figure.texts().map(letters) {
                assert!(
                    drawn.contains(&text) || (text == title && size != Size::Slide),
                    "{text} is missing, {size:?}"
                );
            }
        }
    }
}

#[test]
fn every_kind_of_layer_saves_its_numbers() {
    let figure = specimen::all_layers(CreditAxis::Log);
    let csv = figure.csv().unwrap();
    let count = |kind: &str| {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows = reader
            .records()
            .filter(|row| row.as_ref().unwrap()[2] == *kind);
        rows.count()
    };
    let counts = [
        ("curve", 2 * 121 + 6 * 121),
        ("point", 2 * 11 + 5),
        ("run", 15),
        ("line", 3 + 1 + 1),
        ("region", 1),
        ("span", 2),
        ("annotation", 2),
        ("measured", 1),
        ("centre", 121),
        ("band 0.5", 121),
        ("band 0.8", 121),
        ("band 0.95", 121),
        ("bar", 22),
        ("cell", 200),
        ("column", 20),
        ("row", 10),
        ("range", 1),
    ];
    for (kind, expected) in counts {
        assert_eq!(count(kind), expected, "{kind}");
    }
    assert_eq!(count("right") + count("wrong"), 120);
    let rows = 1 + 120 + counts.iter().map(|(_, count)| count).sum::<usize>();
    assert_eq!(csv.lines().count(), rows, "a kind without a test");
    for row in [
        "The anatomy of a rise,shift 2.34 decades,span,,0.5,8.5,10.84",
        "The anatomy of a rise,break,line,9.2,,,",
        "The anatomy of a rise,\"useful from 0.8\",line,,0.8,,",
        "The anatomy of a rise,hidden: below what 1000 items show,region,,,7.0,8.4",
        "The anatomy of a rise,useful from 10¹¹·²⁴,annotation,10.85,0.8,,",
        "The anatomy of a rise,,measured,,,7.5,11.5",
        "Correct steps,Even steps,bar,4.0,0.26,3.5,4.5",
        "Attempts at 10¹⁰ parameters,Uneven steps: late ones fail,wrong,8.0,1.0,,",
        "Scale against length,Exact match,cell,11.875,10.0,,",
        "Scale against length,Exact match,column,7.125,,7.0,7.25",
        "Scale against length,Exact match,range,,,0.0,1.0",
    ] {
        let row = row.replace('"', "");
        assert!(csv.lines().any(|line| line == row), "{row}");
    }
}

#[test]
fn sizes_are_what_they_are_called() {
    let figure = two_worlds();
    let pixels = |size| {
        let style = Style {
            theme: Theme::Print,
            size,
        };
        let png = draw(&figure, style).unwrap().png().unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .unwrap();
        (reader.info().width, reader.info().height)
    };
    assert_eq!(pixels(Size::Slide), (1920, 1080));
    assert_eq!(pixels(Size::Column).0, 700);
    assert_eq!(pixels(Size::Page).0, 1440);
    // From the back row: labels of 14 points and more, as high as 14 points of this face are.
    let slide = draw(
        &figure,
        Style {
            theme: Theme::Light,
            size: Size::Slide,
        },
    )
    .unwrap();
    let least = slide
        .texts()
        .iter()
        .filter(|text| ["Even steps", "useful from 0.8", "0.50"].contains(&text.words.as_str()))
        .map(|text| text.bottom - text.top)
        .fold(f64::INFINITY, f64::min);
    assert!(least >= 14.0 * (0.76 + 0.21) / 72.0, "{least}");
}

/// Without colour nothing is lost: no red, green or blue leaves a figure for print.
#[test]
fn print_is_grey() {
    for figure in [two_worlds(), specimen::all_layers(CreditAxis::Linear)] {
        for size in Size::ALL {
            let svg = draw(
                &figure,
                Style {
                    theme: Theme::Print,
                    size,
                },
            )
            .unwrap()
            .svg();
            for colour in svg.split("=\"#").skip(1).map(|rest| &rest[..6]) {
                assert!(
                    colour[..2] == colour[2..4] && colour[2..4] == colour[4..],
                    "{colour}"
                );
            }
        }
    }
}

#[test]
fn the_numbers_do_not_depend_on_the_axis() {
    let csv = |axis| two_worlds_on(axis).csv().unwrap();
    for axis in CreditAxis::ALL {
        assert_eq!(csv(axis), csv(CreditAxis::Linear), "{axis:?}");
    }
    let figure = two_worlds_on(CreditAxis::Log);
    assert!(figure.note.contains("Halved markers: beyond the axis."));
    assert!(!two_worlds().note.contains("Halved"));
    let ends = |axis| {
        let y = two_worlds_on(axis).panels[0].y.clone();
        (y.from, y.to)
    };
    assert_eq!(ends(CreditAxis::Log), (1e-6, 1.0));
    assert_eq!(ends(CreditAxis::Cloglog), (1e-6, 0.99));
}
