//! Teaching figures: the same bytes as those committed, legible in every theme and size, and true: every number that one
//! is said to show is computed here from a closed form.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use mirage::domain::{Credit, Metric};
use mirage::engine::Control;
use mirage::files::{GALLERY, load_figure};
use mirage::report::{CurvePlace, Figure, Layer, StepMark, Style, draw, teaching_figure};
use mirage::study::{FigureFinding, illustrate};

fn found(name: &str) -> FigureFinding {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    illustrate(load_figure(name).unwrap(), &control).unwrap()
}

static ALL: LazyLock<Vec<(FigureFinding, Figure)>> = LazyLock::new(|| {
    let one = |name| {
        let finding = found(name);
        let figure = teaching_figure(&finding).unwrap();
        (finding, figure)
    };
    GALLERY.iter().map(|shipped| one(shipped.name)).collect()
});

/// Every figure of the gallery.
pub(crate) fn figures() -> impl Iterator<Item = &'static Figure> {
    ALL.iter().map(|(_, figure)| figure)
}

fn gallery(name: &str) -> (&'static FigureFinding, &'static Figure) {
    let (finding, figure) = ALL.iter().find(|(_, one)| one.name == name).unwrap();
    (finding, figure)
}

#[test]
fn every_file_of_the_gallery_is_in_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/gallery");
    let files = std::fs::read_dir(folder).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let known: BTreeSet<String> = GALLERY.iter().map(|one| one.name.to_owned()).collect();
    assert_eq!(files, known);
}

#[test]
fn the_committed_gallery_is_up_to_date() {
    for figure in figures() {
        let file = format!(
            "{}/out/gallery/{}.svg",
            env!("CARGO_MANIFEST_DIR"),
            figure.name
        );
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        let drawn = draw(figure, Style::default()).unwrap().svg();
        assert!(
            drawn.len() < 150_000,
            "{}: {} bytes",
            figure.name,
            drawn.len()
        );
        assert!(
            committed == drawn,
            "copy {0}.svg of `mirage gallery {0} -o DIR` to out/gallery",
            figure.name
        );
    }
}

/// The text says this number, with these decimals and without a zero before the point.
#[track_caller]
fn says(text: &str, number: f64, decimals: usize) {
    let word = format!("{number:.decimals$}");
    let word = word
        .strip_prefix('0')
        .filter(|rest| rest.starts_with('.'))
        .unwrap_or(&word);
    assert!(text.contains(word), "{word} is not in {text:?}");
}

fn curve<'a>(figure: &'a Figure, panel: usize, label: &str) -> &'a [CurvePlace] {
    let mut series = figure.panels[panel].series();
    &series.find(|series| series.label == label).unwrap().curve
}

/// Where the curve has a place at x.
#[track_caller]
fn at(curve: &[CurvePlace], x: f64) -> f64 {
    let place = curve.iter().find(|place| (place.x - x).abs() < 1e-9);
    place.unwrap().y
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

/// exp(-L (N/c)^-alpha) at x = log10 N.
fn exact_match(steps: f64, log_c: f64, alpha: f64, x: f64) -> f64 {
    libm::exp(-steps * libm::exp10(-alpha * (x - log_c)))
}

/// Where exact match of a power law is y, in log10 N.
fn place(steps: f64, log_c: f64, alpha: f64, y: f64) -> f64 {
    log_c + libm::log10(steps / -libm::log(y)) / alpha
}

#[test]
fn two_worlds_share_exact_match() {
    let (finding, figure) = gallery("two-worlds");
    let (uneven, even) = (
        curve(figure, 0, "Uneven steps"),
        curve(figure, 0, "Even steps"),
    );
    // The sum of ten multipliers 10^(-4 (10-i)/9).
    let sum: f64 = (0..10)
        .map(|i| libm::exp10(-4.0 * f64::from(i) / 9.0))
        .sum();
    let log_c = libm::log10(2e10);
    for (one, other) in uneven.iter().zip(even) {
        let expected = exact_match(sum, log_c, 0.9, one.x);
        assert_near(one.y, expected, 1e-12);
        assert_near(other.y, expected, 1e-12);
    }
    let see = &finding.plan.see;
    assert!(see.contains(&format!("{:.1e}", libm::exp10(place(sum, log_c, 0.9, 0.5)))));
    // ln 10 / (alpha ln 10): ten equal steps.
    says(see, 1.0 / 0.9, 2);
    let (uneven, even) = (
        curve(figure, 1, "Uneven steps"),
        curve(figure, 1, "Even steps"),
    );
    let step = |x: f64| exact_match(sum / 10.0, log_c, 0.9, x);
    assert!(even.iter().all(|at| (at.y - step(at.x)).abs() < 1e-12));
    assert!(
        uneven[0].y > 0.1 && even[0].y < 1e-9,
        "gradual only where steps differ"
    );
}

fn binomial(n: u32, k: u32, p: f64) -> f64 {
    let ways = (0..k).fold(1.0, |ways, i| ways * f64::from(n - i) / f64::from(i + 1));
    ways * libm::pow(p, f64::from(k)) * libm::pow(1.0 - p, f64::from(n - k))
}

#[test]
fn rows_of_attempts_are_counted_as_they_are_drawn() {
    let (finding, figure) = gallery("outcome-raster");
    let Layer::Raster(raster) = &figure.panels[0].layers[0] else {
        panic!("no raster");
    };
    assert_eq!(raster.groups.len(), 3);
    for group in &raster.groups {
        let steps = || group.attempts.iter().flatten();
        let right = steps().filter(|mark| **mark == StepMark::Right).count();
        let whole = |row: &&Vec<StepMark>| row.iter().all(|mark| *mark == StepMark::Right);
        let whole = group.attempts.iter().filter(whole).count();
        let words = format!(": {right}/{} steps, {whole}/8 rows right", steps().count());
        assert!(
            group.heading.ends_with(&words),
            "{} is not {words}",
            group.heading
        );
    }
    for ((layer, x), decimals) in figure.panels[1]
        .layers
        .iter()
        .zip([9.0, 10.0, 11.0])
        .zip([4, 3, 3])
    {
        let Layer::Distribution(bars) = layer else {
            panic!("no distribution");
        };
        let p = exact_match(1.0, 8.0, 0.34, x);
        for (k, bar) in (0..=10).zip(&bars.bars) {
            assert_near(bar.height, binomial(10, k, p), 1e-12);
        }
        says(&finding.plan.see, p, 3);
        says(&finding.plan.see, bars.bars[10].height, decimals);
    }
}

#[test]
fn longer_tasks_are_moved_or_steepen_by_what_theory_says() {
    let (finding, figure) = gallery("steps-fan");
    let curves = |panel: usize| -> Vec<&[CurvePlace]> {
        let series = figure.panels[panel].series();
        series.map(|series| series.curve.as_slice()).collect()
    };
    let slope = |curve: &[CurvePlace]| {
        let slopes = curve
            .windows(2)
            .map(|two| (two[1].y - two[0].y) / (two[1].x - two[0].x));
        slopes.fold(0.0, f64::max)
    };
    let moved = curves(1);
    assert_eq!(moved.len(), 5);
    for other in &moved[1..] {
        for (one, other) in moved[0].iter().zip(*other) {
            assert_near(one.y, other.y, 1e-6);
        }
    }
    // Schaeffer et al. 2023 with equal steps: the largest slope is alpha ln 10/e at any length.
    assert_near(
        slope(moved[0]),
        0.34 * std::f64::consts::LN_10 / std::f64::consts::E,
        1e-3,
    );
    says(&finding.plan.see, libm::log10(50.0) / 0.34, 2);
    // p^L of a logistic p: 4 (L/(L+1))^(L+1), below 4/e.
    let logistic = curves(3);
    let times = 4.0 * libm::pow(50.0 / 51.0, 51.0);
    assert_near(slope(logistic[4]) / slope(logistic[0]), times, 2e-3);
    says(&finding.plan.see, times, 3);
    says(&finding.plan.see, 4.0 / std::f64::consts::E, 3);
    assert!(
        figure.panels[3].subtitle.ends_with("1.46 times as steep"),
        "{}",
        figure.panels[3].subtitle
    );
}

/// The p in (0, 1) at which an increasing function of it is this.
fn inverse(of: impl Fn(f64) -> f64, value: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        match of(middle) < value {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

#[test]
fn harshness_moves_and_pass_marks_sharpen() {
    let (finding, _) = gallery("harshness");
    let width = |credit: &str| {
        let metric: Metric = credit.parse().unwrap();
        let anatomies = finding
            .findings
            .iter()
            .flat_map(|one| &one.anatomy.as_ref().unwrap().metrics);
        let own = anatomies
            .into_iter()
            .find(|one| one.metric == metric)
            .unwrap();
        own.rise.as_ref().unwrap().width.unwrap()
    };
    let scale = |p: f64| -libm::log10(-libm::log(p)) / 0.34;
    let mean = |credit: &dyn Fn(u32) -> f64, p: f64| -> f64 {
        (0..=100).map(|k| credit(k) * binomial(100, k, p)).sum()
    };
    let check = |name: &str, credit: &dyn Fn(u32) -> f64| {
        let place = |q: f64| scale(inverse(|p| mean(credit, p), q));
        let expected = place(0.9) - place(0.1);
        assert_near(width(name), expected, 1e-6);
        says(&finding.plan.see, expected, 2);
    };
    check("partial-credit", &|k| f64::from(k) / 100.0);
    check("harshness:30", &|k| libm::pow(f64::from(k) / 100.0, 30.0));
    for (name, mark) in [
        ("pass-mark:0.8", 80),
        ("pass-mark:0.9", 90),
        ("pass-mark:0.95", 95),
    ] {
        check(name, &|k| f64::from(u8::from(k >= mark)));
    }
    assert!(finding.plan.see.contains(".5 takes 0.47"));
    assert_near(width("pass-mark:0.5"), 0.47, 0.005);
}

#[test]
fn tests_hide_what_lies_below_their_size() {
    let (finding, figure) = gallery("floor");
    let see = &finding.plan.see;
    for (panel, (items, decimals)) in
        figure
            .panels
            .iter()
            .zip([(30.0, 3), (100.0, 4), (1000.0, 4), (10_000.0, 5)])
    {
        let least = 1.0 - libm::pow(0.05, 1.0 / items);
        says(see, least, decimals);
        let region = panel.layers.iter().find_map(|layer| match layer {
            Layer::Region(region) => Some(region),
            _ => None,
        });
        assert_near(region.unwrap().to, place(10.0, 8.0, 0.34, least), 1e-6);
    }
    let ends = |items: f64| {
        let least = 1.0 - libm::pow(0.05, 1.0 / items);
        format!("{:.1e}", libm::exp10(place(10.0, 8.0, 0.34, least)))
    };
    assert!(
        see.contains(&ends(30.0)) && see.contains(&ends(10_000.0)),
        "{} {}",
        ends(30.0),
        ends(1e4)
    );
}

#[test]
fn the_last_axis_makes_both_lines_straight_and_parallel() {
    let (finding, figure) = gallery("four-axes");
    assert_eq!(figure.panels.len(), 4);
    let (exact, partial) = (
        curve(figure, 3, "Exact match"),
        curve(figure, 3, "Partial credit"),
    );
    let axis = &figure.panels[3].y;
    for (one, other) in exact.iter().zip(partial) {
        assert_near(
            axis.spaced(other.y) - axis.spaced(one.y),
            std::f64::consts::LN_10,
            1e-9,
        );
    }
    let slope =
        (axis.spaced(exact[200].y) - axis.spaced(exact[160].y)) / (exact[200].x - exact[160].x);
    assert_near(slope, 0.34 * std::f64::consts::LN_10, 1e-9);
    says(&finding.plan.see, slope, 3);
}

#[test]
fn eight_scales_make_a_jump_of_a_smooth_curve() {
    let (finding, figure) = gallery("few-scales");
    let see = &finding.plan.see;
    let y = |x: f64| exact_match(10.0, 9.0, 0.5, x);
    let largest = (0..25).map(|i| y(7.2 + 0.2 * f64::from(i)) - y(7.0 + 0.2 * f64::from(i)));
    says(see, largest.fold(0.0, f64::max), 3);
    says(see, y(10.0), 3);
    says(see, y(11.6), 3);
    let share = 100.0 * (y(11.6) - y(10.0)) / (y(12.0) - y(7.0));
    assert!(see.contains(&format!("{share:.0}%")));
    // The same attempts: every point on the right is one on the left.
    let points = |panel: usize| &figure.panels[panel].series().next().unwrap().points;
    assert_eq!((points(0).len(), points(1).len()), (26, 8));
    for point in points(1) {
        assert!(points(0).contains(point), "{point:?}");
    }
}

#[test]
fn differences_between_items_and_between_steps_do_opposite_things() {
    let (finding, figure) = gallery("heterogeneity");
    let see = &finding.plan.see;
    let p = exact_match(1.0, 8.0, 0.34, 10.0);
    // Beta items of concentration 4: E[p^10] = prod (4p + j)/(4 + j).
    let items = (0..10).fold(1.0, |all, j| {
        all * (4.0 * p + f64::from(j)) / (4.0 + f64::from(j))
    });
    let steps = 0.8 * libm::pow(p, 0.2) + 0.2 * libm::pow(p, 4.2);
    let expected = [
        ("Equal steps and items", libm::pow(p, 10.0), p),
        ("Items differ", items, p),
        ("Steps differ", libm::pow(p, 10.0), steps),
    ];
    for (label, exact, partial) in expected {
        assert_near(at(curve(figure, 0, label), 10.0), exact, 1e-9);
        assert_near(at(curve(figure, 1, label), 10.0), partial, 1e-9);
        says(see, exact, 3);
        says(see, partial, 3);
    }
    assert!(
        libm::pow(steps, 10.0) > 1.5 * libm::pow(p, 10.0),
        "low for its mean success"
    );
}

#[test]
fn errors_that_breed_errors_spare_exact_match() {
    let (finding, figure) = gallery("self-conditioning");
    let see = &finding.plan.see;
    for label in ["Errors breed errors", "Errors are independent"] {
        assert_near(
            at(curve(figure, 0, label), 10.0),
            libm::pow(0.95, 20.0),
            1e-9,
        );
    }
    // E[K] = L p_b + (p_g - p_b)(1 - p_g^L)/(1 - p_g).
    let right = 20.0 * 0.7 + 0.25 * (1.0 - libm::pow(0.95, 20.0)) / 0.05;
    assert_near(
        at(curve(figure, 1, "Errors breed errors"), 10.0),
        right / 20.0,
        1e-9,
    );
    assert_near(
        at(curve(figure, 1, "Errors are independent"), 10.0),
        0.95,
        1e-9,
    );
    says(see, libm::pow(0.95, 20.0), 3);
    says(see, right / 20.0, 3);
    says(&finding.plan.beware, libm::pow(right / 20.0, 20.0), 3);
}

#[test]
fn guessing_lifts_both_metrics_and_chance_is_taken_from_one() {
    let (finding, figure) = gallery("guessing");
    let see = &finding.plan.see;
    let p = exact_match(1.0, 8.0, 0.34, 10.0);
    let guessed = 0.25 + 0.75 * p;
    for (label, step) in [("Guessing 1 of 4", guessed), ("No guessing", p)] {
        assert_near(
            at(curve(figure, 0, label), 10.0),
            libm::pow(step, 10.0),
            1e-9,
        );
        assert_near(at(curve(figure, 1, label), 10.0), step, 1e-9);
        says(see, step, 3);
        says(see, libm::pow(step, 10.0), 3);
    }
    assert!(see.contains(&format!("{:.1e}", libm::pow(0.25, 10.0))));
}

#[test]
fn retries_move_and_sharpen_and_votes_sharpen_in_place() {
    let (finding, _) = gallery("retries-and-votes");
    let see = &finding.plan.see;
    let rise = |name: &str| {
        let metric: Metric = name.parse().unwrap();
        let anatomies = finding.findings.iter();
        let metrics = anatomies.flat_map(|one| &one.anatomy.as_ref().unwrap().metrics);
        let own = metrics
            .into_iter()
            .find(|one| one.metric == metric)
            .unwrap();
        *own.rise.as_ref().unwrap()
    };
    let middle = place(10.0, 8.0, 0.34, 0.5);
    for (k, name) in [(5, "pass@5"), (25, "pass@25")] {
        let least = |share: f64| -libm::expm1(libm::log1p(-share) / f64::from(k));
        let at = |share: f64| place(10.0, 8.0, 0.34, least(share));
        assert_near(rise(name).x50.unwrap(), at(0.5), 1e-6);
        assert_near(rise(name).width.unwrap(), at(0.9) - at(0.1), 1e-6);
        says(see, middle - at(0.5), 2);
        says(see, at(0.9) - at(0.1), 2);
    }
    for (k, name) in [(5, "majority@5"), (25, "majority@25")] {
        // One wrong answer: the vote is right where more than half of k attempts are.
        let vote = |q: f64| -> f64 { (k / 2 + 1..=k).map(|right| binomial(k, right, q)).sum() };
        let at = |share: f64| place(10.0, 8.0, 0.34, inverse(vote, share));
        assert_near(rise(name).x50.unwrap(), middle, 1e-6);
        assert_near(rise(name).width.unwrap(), at(0.9) - at(0.1), 1e-6);
        let width = format!("{:.2}", at(0.9) - at(0.1));
        assert!(see.contains(&width), "{width} is not in {see}");
    }
}

#[test]
fn use_pays_from_where_the_threshold_is_reached() {
    let (finding, figure) = gallery("three-claims");
    let see = &finding.plan.see;
    // (loss + review)/(value + loss).
    let threshold: f64 = 4.1 / 5.0;
    says(see, threshold, 2);
    let step = libm::pow(threshold, 1.0 / 20.0);
    says(see, step, 3);
    let log_c = libm::log10(1_607_165.377_944_866_4);
    let pays = place(1.0, log_c, 0.34, step);
    assert!(see.contains(&format!("{:.2e}", libm::exp10(pays))));
    assert_eq!(figure.panels.len(), 3);
    let marked = figure.panels[1]
        .layers
        .iter()
        .find_map(|layer| match layer {
            Layer::Annotation(mark) => Some((mark.x, mark.y)),
            _ => None,
        });
    let (x, y) = marked.unwrap();
    assert_near(x, pays, 1e-6);
    assert_near(y, threshold, 1e-12);
}

#[test]
fn lengths_grow_as_a_power_of_scale() {
    let (finding, figure) = gallery("horizon");
    let see = &finding.plan.see;
    let log_c = libm::log10(1_607_165.377_944_866_4);
    let length = |share: f64, x: f64| -libm::log(share) / libm::exp10(-0.34 * (x - log_c));
    for (label, share) in [
        ("50% succeed", 0.5),
        ("80% succeed", 0.8),
        ("99% succeed", 0.99),
    ] {
        for place in curve(figure, 1, label) {
            let expected = length(share, place.x);
            assert_near(place.y / expected, 1.0, 1e-9);
        }
    }
    for (x, p) in [(10.0, 0.95), (12.0, exact_match(1.0, log_c, 0.34, 12.0))] {
        assert_near(at(curve(figure, 0, "one step"), x), p, 1e-9);
        says(see, p, 3);
        says(see, length(0.5, x), 1);
    }
    says(see, libm::pow(100.0, 0.34), 2);
    says(see, libm::log(0.5) / libm::log(0.8), 2);
    says(see, libm::log(0.5) / libm::log(0.99), 1);
}

#[test]
fn lines_of_equal_exact_match_are_straight_and_parallel() {
    let (finding, figure) = gallery("landscape");
    let lines = figure.panels[1]
        .layers
        .iter()
        .filter_map(|layer| match layer {
            Layer::Trace(trace) => Some(&trace.pieces[0]),
            _ => None,
        });
    for (line, level) in lines.zip([0.1, 0.5, 0.9]) {
        assert!(line.len() >= 5);
        for &(x, steps) in line {
            assert_near(x, place(steps, 8.0, 0.34, level), 1e-6);
        }
    }
    for (series, steps) in figure.panels[2].series().zip([1.0, 5.0, 15.0, 50.0]) {
        for at in &series.curve {
            assert_near(at.y, libm::pow(at.x, steps), 1e-9);
        }
    }
    let see = &finding.plan.see;
    says(see, libm::exp10(1.0 / 0.34), 0);
    says(
        see,
        place(1.0, 8.0, 0.34, 0.9) - place(1.0, 8.0, 0.34, 0.1),
        2,
    );
    assert!(finding.findings.iter().all(|one| {
        let rises = &one.anatomy.as_ref().unwrap().metrics;
        rises
            .iter()
            .any(|one| one.metric == Metric::mean(Credit::ExactMatch))
    }));
}

fn mirage(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::cargo_bin("mirage").unwrap();
    let output = command
        .current_dir(folder)
        .arg("gallery")
        .args(words)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

const OWN: &str = "title = \"Mine\"\n[figure]\nkind = \"axes\"\ntitle = \"My axes\"\nsee = \"This.\"\nbeware = \"That.\"\n";

#[test]
fn the_command_draws_what_is_asked_for_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (code, listed, _) = mirage(folder, &[]);
    assert_eq!(code, 0);
    for one in GALLERY {
        assert!(listed.contains(&format!("{} (", one.name)), "{}", one.name);
    }
    std::fs::write(folder.join("mine.toml"), OWN).unwrap();
    let words = [
        "mine.toml",
        "-o",
        "new/one",
        "--theme",
        "dark",
        "--format",
        "svg,png",
    ];
    let (code, told, error) = mirage(folder, &words);
    assert_eq!(
        (code, told.as_str()),
        (0, "mine (My axes)\n  See:    This.\n  Beware: That.\n"),
        "{error}"
    );
    for end in ["svg", "png", "csv"] {
        let file = folder.join("new/one/mine").with_extension(end);
        assert!(std::fs::metadata(file).unwrap().len() > 1000, "{end}");
    }
    let svg = std::fs::read_to_string(folder.join("new/one/mine.svg")).unwrap();
    assert!(svg.contains("<desc>This. Beware: That.</desc>") && svg.contains("#14181d"));
    let (code, _, error) = mirage(folder, &["mine.toml", "-o", "two", "--format", "svg,svg"]);
    assert_eq!(code, 0, "{error}");
    let (code, _, error) = mirage(folder, &words);
    assert_eq!(code, 2);
    assert!(
        error.contains("mine.csv exists and stays as it is"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_drawn_is_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let own = |from: &str, to: &str| {
        std::fs::write(folder.join("mine.toml"), OWN.replace(from, to)).unwrap();
        let (code, _, error) = mirage(folder, &["mine.toml", "-o", "new"]);
        assert_eq!(code, 2, "{error}");
        error
    };
    for (error, wanted) in [
        (
            mirage(folder, &["two-words", "-o", "new"]).2,
            "did you mean \"two-worlds\"?",
        ),
        (mirage(folder, &["two-worlds"]).2, "-o is missing"),
        (
            mirage(folder, &["-o", "new"]).2,
            "which figures are to be drawn? give names, or --all",
        ),
        (
            mirage(folder, &["floor", "horizon", "floor", "-o", "new"]).2,
            "two of these figures are called floor",
        ),
        (own("axes", "axis"), "axes"),
        (
            own("\"axes\"", "\"lengths\""),
            "figure.lengths: a figure of this kind takes lengths",
        ),
        (
            own("see = \"This.\"", "see = \" \""),
            "figure.see: write a sentence",
        ),
        (
            own("see =", "rows = 3\nsee ="),
            "figure.rows: a figure of this kind takes no rows",
        ),
        (
            own("see =", "worlds = [{}]\nsee ="),
            "figure.worlds: there is nothing in it",
        ),
        (own("[figure]", "[figures]"), "figures"),
        (
            own("[figure]", "[forecast]\n[figure]"),
            "figure.kind: a figure of this kind shows no [forecast]: leave that table out",
        ),
        (
            own("\"axes\"", "\"power\""),
            "figure.over: a figure of this kind takes over",
        ),
        (
            own("\"axes\"", "\"forecast\""),
            "figure.kind: a figure of this kind shows the study of a table [forecast]",
        ),
        (
            own("[figure]", "[sweep]\n\"task.steps\" = [1, 2]\n[figure]"),
            "a teaching figure shows no [sweep]: leave it out",
        ),
    ] {
        assert!(error.contains(wanted), "{wanted} is not in {error}");
    }
    assert!(
        !folder.join("new").exists(),
        "nothing is made where nothing is drawn"
    );
}
