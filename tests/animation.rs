//! Animated figures: every frame is the figure of a metric between two others, computed here from closed forms; the file
//! shows what the frames show.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use mirage::files::load_figure;
use mirage::report::{Figure, Size, Style, Theme, animation, draw, frames_csv, teaching_frames};
use mirage::study::{FigurePlan, animate};

use crate::gallery::{OWN, assert_near, binomial, inverse, mirage};
use crate::specimen::assert_texts_keep_apart;

fn frames(plan: &FigurePlan) -> (Vec<Figure>, String) {
    let motion = plan.motion.as_ref().unwrap();
    let moved = animate(motion, &AtomicBool::new(false)).unwrap();
    (teaching_frames(plan, &moved), frames_csv(&moved).unwrap())
}

/// The mean of a credit of 100 steps, each right with probability p.
fn mean(credit: impl Fn(u32) -> f64, p: f64) -> f64 {
    (0..=100).map(|k| credit(k) * binomial(100, k, p)).sum()
}

#[test]
fn the_metrics_move_evenly_and_are_drawn_as_they_are() {
    let plan = load_figure("harshness").unwrap();
    let (frames, numbers) = frames(&plan);
    assert_eq!(frames.len(), 31);
    let still = |figure: &Figure| {
        let panels = figure.panels.clone().into_iter();
        let panels = panels.map(|panel| (panel.x, panel.y, panel.layers[1..].to_vec()));
        (figure.note.clone(), panels.collect::<Vec<_>>())
    };
    // All but the moving curve and the words above it stays.
    assert!(frames.iter().all(|frame| still(frame) == still(&frames[0])));
    let labels: Vec<&str> = frames[0].panels[1]
        .series()
        .map(|one| one.label.as_str())
        .collect();
    assert_eq!(labels, ["", "Partial credit", "Exact match"]);
    let mut rows = csv::Reader::from_reader(numbers.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 62);
    let scale = |p: f64| 8.0 - libm::log10(-libm::log(p)) / 0.34;
    for (place, power, mark) in [
        (0, 1.0, 10),
        (13, 4.37, 49),
        (22, 12.1, 76),
        (30, 30.0, 100),
    ] {
        // 30^(place / 30) to three digits, and 10 + 3 place.
        let ratio = libm::pow(30.0, f64::from(place) / 30.0);
        assert!((power / ratio - 1.0_f64).abs() < 0.005, "{power} {ratio}");
        assert_eq!(mark, 10 + 3 * place);
        let credits: [(String, &dyn Fn(u32) -> f64); 2] = [
            (format!("Harshness {power}"), &|k| {
                libm::pow(f64::from(k) / 100.0, power)
            }),
            (format!("Pass-mark {}", f64::from(mark) / 100.0), &|k| {
                f64::from(u8::from(k >= mark))
            }),
        ];
        for (panel, (name, credit)) in credits.into_iter().enumerate() {
            let shown = &frames[place as usize].panels[panel];
            assert_eq!(shown.title, name);
            let at = |q: f64| scale(inverse(|p| mean(credit, p), q));
            let width = at(0.9) - at(0.1);
            assert_eq!(
                shown.subtitle,
                format!("from 10% to 90% in {width:.2} decades")
            );
            let row = &rows[2 * place as usize + panel];
            assert_near(row[4].parse().unwrap(), at(0.5), 1e-6);
            assert_near(row[6].parse().unwrap(), width, 1e-6);
            let moving = &shown.series().next().unwrap().curve;
            for drawn in moving.iter().step_by(37) {
                let p = libm::exp(-libm::exp10(-0.34 * (drawn.x - 8.0)));
                assert_near(drawn.y, mean(credit, p), 1e-9);
            }
        }
    }
    for size in Size::ALL {
        let style = Style {
            theme: Theme::Light,
            size,
        };
        let drawing = draw(&frames[11], style).unwrap();
        assert_texts_keep_apart(&format!("{size:?}"), &drawing);
    }
}

const MOVES: &str = "kind = \"metrics\"\npanels = [[\"exact-match\"]]\nanimate = { frames = 4, from = [\"harshness:1\"], \
                     to = [\"harshness:8\"] }";

fn own(folder: &Path, moves: &str) {
    let text = OWN.replace("kind = \"axes\"", moves);
    std::fs::write(folder.join("mine.toml"), text).unwrap();
}

/// Red, green and blue of all pixels.
fn png_pixels(figure: &Figure, style: Style) -> Vec<u8> {
    let png = draw(figure, style).unwrap().png().unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels
}

/// Hundredths of a second and pixels of each frame, put on those before it.
fn gif_frames(bytes: &[u8]) -> (gif::Repeat, Vec<(u16, Vec<u8>)>) {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).unwrap();
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let mut screen = vec![0_u8; width * height * 3];
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        let pixels = frame.buffer.chunks_exact(4).enumerate();
        for (place, pixel) in pixels.filter(|(_, pixel)| pixel[3] == 255) {
            let (x, y) = (
                place % usize::from(frame.width),
                place / usize::from(frame.width),
            );
            let at = (y + usize::from(frame.top)) * width + x + usize::from(frame.left);
            screen[3 * at..3 * at + 3].copy_from_slice(&pixel[..3]);
        }
        frames.push((frame.delay, screen.clone()));
    }
    (decoder.repeat(), frames)
}

#[test]
fn the_file_shows_the_frames_for_their_time_without_end() {
    let folder = tempfile::tempdir().unwrap();
    own(folder.path(), MOVES);
    let file = folder.path().join("mine.toml");
    let (frames, _) = frames(&load_figure(&file.to_string_lossy()).unwrap());
    let style = Style {
        theme: Theme::Dark,
        size: Size::Column,
    };
    let bytes = animation(&frames, style).unwrap();
    assert!(bytes == animation(&frames, style).unwrap());
    let (repeat, shown) = gif_frames(&bytes);
    assert_eq!(repeat, gif::Repeat::Infinite);
    let times: Vec<u16> = shown.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [200, 12, 12, 400]);
    for place in [0, 3] {
        let wanted = png_pixels(&frames[place], style);
        let found = &shown[place].1;
        assert_eq!(found.len(), wanted.len());
        let apart = found
            .iter()
            .zip(&wanted)
            .map(|(one, other)| one.abs_diff(*other));
        let most = apart.clone().max().unwrap();
        let same = apart.filter(|apart| *apart == 0).count() as f64 / wanted.len() as f64;
        // Only blends at edges differ, by what no eye sees.
        assert!(most <= 12 && same > 0.999, "{place}: {most} {same}");
    }
}

#[test]
fn the_command_animates_what_moves_and_refuses_what_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let words = ["mine.toml", "--animate", "--size", "column", "-o", "new"];
    let refused = |moves: &str| {
        own(folder, moves);
        let (code, _, error) = mirage(folder, &words);
        assert_eq!(code, 2, "{error}");
        error
    };
    for (moves, wanted) in [
        (
            "kind = \"axes\"".to_owned(),
            "nothing moves in mine; of the gallery, something does in harshness,",
        ),
        (
            MOVES
                .replace("metrics", "axes")
                .replace("panels = [[\"exact-match\"]]", ""),
            "figure.animate: a figure of this kind takes no animate",
        ),
        (
            MOVES.replace("harshness:8", "pass-mark:0.8"),
            "figure.animate: nothing lies between harshness:1 and pass-mark:0.8: give two powers",
        ),
        (
            MOVES.replace("[\"harshness:8\"]", "[\"harshness:8\", \"harshness:9\"]"),
            "figure.animate: from names 1 metrics and to names 2",
        ),
        (
            MOVES.replace("= 4", "= 1"),
            "figure.animate: 1 frames: give 2 to 100",
        ),
    ] {
        let error = refused(&moves);
        assert!(error.contains(wanted), "{wanted} is not in {error}");
    }
    assert!(!folder.join("new").exists());
    own(folder, MOVES);
    let (code, _, error) = mirage(folder, &words);
    assert_eq!(code, 0, "{error}");
    let there = |file: &str| std::fs::read(folder.join("new").join(file)).unwrap();
    assert!(there("mine.gif").starts_with(b"GIF89a") && there("mine.svg").len() > 1000);
    assert_eq!(
        there("mine.frames.csv")
            .iter()
            .filter(|byte| **byte == b'\n')
            .count(),
        5
    );
    assert_eq!(
        refused(MOVES).matches("exists and stays as it is").count(),
        1
    );
}
