//! Teaching figures: the same bytes as those committed, legible in every theme and size, and true: every number that one
//! is said to show is computed here from a closed form.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use mirage::domain::{Credit, Metric, Metrics};
use mirage::engine::Control;
use mirage::files::{GALLERY, figure_talk, load_figure};
use mirage::report::{CurvePlace, Figure, Layer, StepMark, Style, draw, teaching_figure};
use mirage::study::{
    DesignNumber, Family, FigureFinding, ForecastModel, ForecastRow, Illustration, PowerPlan,
    PowerSettings, Shown, illustrate, power_curve,
};

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
    let files = files.map(|file| file.unwrap().path());
    // Tables of scores are named by the figures that show them.
    let (tables, files): (Vec<PathBuf>, Vec<PathBuf>) =
        files.partition(|file| file.extension().is_some_and(|end| end == "csv"));
    for table in tables {
        let name = table.file_name().unwrap().to_string_lossy().into_owned();
        let key = format!("table = {name:?}");
        assert!(GALLERY.iter().any(|one| one.text.contains(&key)), "{key}");
    }
    let stem = |file: PathBuf| file.file_stem().unwrap().to_string_lossy().into_owned();
    let files: BTreeSet<String> = files.into_iter().map(stem).collect();
    let known: BTreeSet<String> = GALLERY.iter().map(|one| one.name.to_owned()).collect();
    assert_eq!(files, known);
}

/// README's table of figures is the gallery, in its order; and it shows none that is not committed.
#[test]
fn the_readme_lists_the_gallery() {
    let readme = include_str!("../README.md");
    let rows: Vec<String> = GALLERY
        .iter()
        .map(|one| format!("| `{}` | {} |", one.name, gallery(one.name).1.title))
        .collect();
    assert!(readme.contains(&rows.join("\n")), "{}", rows.join("\n"));
    for (_, rest) in readme
        .match_indices("](out/gallery/")
        .map(|(at, _)| readme.split_at(at))
    {
        let path = rest[2..].split(')').next().unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        assert!(file.is_file(), "{path}");
    }
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
pub(crate) fn assert_near(found: f64, expected: f64, tolerance: f64) {
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

pub(crate) fn binomial(n: u32, k: u32, p: f64) -> f64 {
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
pub(crate) fn inverse(of: impl Fn(f64) -> f64, value: f64) -> f64 {
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
    let (finding, figure) = gallery("harshness");
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
        ("pass-mark:0.2", 20),
        ("pass-mark:0.5", 50),
        ("pass-mark:0.8", 80),
        ("pass-mark:0.9", 90),
        ("pass-mark:0.95", 95),
    ] {
        check(name, &|k| f64::from(u8::from(k >= mark)));
    }
    let traces = |panel: usize| {
        let layers = figure.panels[panel].layers.iter();
        let traces = layers.filter_map(|layer| match layer {
            Layer::Trace(trace) => Some(trace),
            _ => None,
        });
        traces.collect::<Vec<_>>()
    };
    let labels = |panel: usize| -> Vec<&str> {
        let traces = traces(panel).into_iter();
        traces.map(|trace| trace.label.as_str()).collect()
    };
    assert_eq!(labels(0), ["G = 1", "G = 2", "G = 5", "G = 10", "G = 30"]);
    assert_eq!(labels(1), ["0.2", "0.5", "0.8", "0.9", "0.95"]);
    for (trace, power) in traces(0).iter().zip([1.0, 2.0, 5.0, 10.0, 30.0]) {
        for &(x, y) in trace.pieces[0].iter().step_by(40) {
            let credit = |k: u32| libm::pow(f64::from(k) / 100.0, power);
            assert_near(y, mean(&credit, exact_match(1.0, 8.0, 0.34, x)), 1e-9);
        }
    }
    for (panel, words) in [
        (0, "moved, not sharpened: 3.94 to 3.95 decades"),
        (1, "really sharpened: 0.41 to 1.38 decades"),
    ] {
        assert_eq!(figure.panels[panel].subtitle, words);
    }
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

/// Phi.
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The power of a chi-square test with one degree of freedom at .05: that of a two-sided z test.
fn of_noncentrality(noncentrality: f64) -> f64 {
    let (z, far) = (1.959_963_984_540_054, libm::sqrt(noncentrality));
    normal(far - z) + normal(-far - z)
}

/// The least number of items with a power of .8, from the noncentrality of 200.
fn needed(noncentrality: f64) -> u32 {
    let power = |items: &u32| of_noncentrality(noncentrality * f64::from(*items) / 200.0);
    (1..10_000).find(|items| power(items) >= 0.8).unwrap()
}

fn annotated(figure: &Figure, panel: usize) -> Vec<(f64, &str)> {
    let marks = figure.panels[panel].layers.iter();
    let marks = marks.filter_map(|layer| match layer {
        Layer::Annotation(mark) => Some((mark.x, mark.label.as_str())),
        _ => None,
    });
    marks.collect()
}

/// The share simulated at so many items, and its interval, are in the text.
#[track_caller]
fn says_simulated(text: &str, figure: &Figure, place: (usize, &str, f64), decimals: usize) {
    let (panel, label, items) = place;
    let mut series = figure.panels[panel].series();
    let series = series.find(|series| series.label == label).unwrap();
    let point = series.points.iter().find(|point| point.x == items).unwrap();
    let word = |number: f64| {
        format!("{number:.decimals$}")
            .trim_start_matches('0')
            .to_owned()
    };
    let words = match point.y == 1.0 {
        true => format!("each time (from {})", word(point.low)),
        false => format!(
            "{} ({} to {})",
            word(point.y),
            word(point.low),
            word(point.high)
        ),
    };
    assert!(text.contains(&words), "{words} is not in {text}");
}

#[test]
fn a_break_is_told_from_the_laws_that_are_named() {
    let (finding, figure) = gallery("mirage-or-break");
    let (see, beware) = (&finding.plan.see, &finding.plan.beware);
    let broken = |x: f64| {
        let soft = 1.0 + libm::pow(libm::exp10(x - 10.0), 5.0);
        libm::exp(-libm::exp10(-0.25 * (x - 8.0)) * libm::pow(soft, -0.05))
    };
    // Minimised by scipy.optimize: the law floored by guessing of least divergence from exact match at 8 scales, .4545
    // for 200 items. Those of the other families are .6444 (uneven steps), 1.2519 (logistic), and 2.4841 (power law).
    let floor = 0.491_692_7;
    let hazard = |x: f64| libm::exp10(-0.519_194_66 * (x - libm::log10(4_918_918_163.0)));
    let smooth = |x: f64| floor + (1.0 - floor) * libm::exp(-hazard(x));
    for (label, step) in [
        ("Genuine break", &broken as &dyn Fn(f64) -> f64),
        ("Nearest smooth law", &smooth),
    ] {
        for place in curve(figure, 0, label) {
            assert_near(place.y, libm::pow(step(place.x), 10.0), 2e-5);
        }
        for place in curve(figure, 1, label) {
            assert_near(place.y, step(place.x), 2e-5);
        }
    }
    let scales = (0..8).map(|i| 8.0 + 0.5 * f64::from(i));
    let apart = scales.map(|x| libm::pow(broken(x), 10.0) - libm::pow(smooth(x), 10.0));
    says(
        see,
        apart.fold(0.0, |most: f64, one| most.max(one.abs())),
        3,
    );
    says(see, broken(8.0), 3);
    says(see, smooth(8.0), 3);
    says(see, floor, 2);
    // Twice the least divergences for 200 items, by scipy.optimize as well; those of partial credit are of the power law
    // and of uneven steps.
    for (panel, exact, partial) in [
        (2, 2.0 * 2.484_108, 2.0 * 36.298_01),
        (3, 2.0 * 0.454_455, 2.0 * 9.325_361),
    ] {
        let marks = annotated(figure, panel);
        for (label, noncentrality) in [("Exact match", exact), ("Partial credit", partial)] {
            for place in curve(figure, panel, label) {
                let power = of_noncentrality(noncentrality * place.x / 200.0);
                assert_near(place.y, power, 1e-4);
            }
            let items = needed(noncentrality);
            assert!(see.contains(&format!("{items}")), "{items}");
            // Few items are marked where they are on the axis.
            let marked = marks.iter().any(|(x, _)| *x == f64::from(items));
            assert_eq!(marked, items >= 50, "{items} in {marks:?}");
        }
        says_simulated(see, figure, (panel, "Exact match", 400.0), 2);
        says_simulated(see, figure, (panel, "Partial credit", 400.0), 2);
    }
    assert_eq!(figure.panels.len(), 4);
    assert!(beware.contains("all of 100 simulated studies of 200 items"));
    assert_eq!(called_a_break(finding), (100, 100));
}

/// In how many of how many evaluations partial credit calls the smooth law of a figure a break, against a power law alone.
fn called_a_break(finding: &FigureFinding) -> (u64, u64) {
    let Illustration::Break { alone, smooth, .. } = &finding.plan.illustration else {
        panic!("no break");
    };
    let plan = &alone.as_ref().unwrap().plan;
    let place = plan.break_place().unwrap();
    let settings = PowerSettings {
        break_at: Some(place.at),
        break_width: Some(place.width),
        ..plan.settings.clone()
    };
    let partial = Metrics::new(vec![Metric::mean(Credit::PartialCredit)]).unwrap();
    let smooth = smooth.as_ref().clone().under(partial).unwrap();
    let plan = PowerPlan::new(String::new(), smooth, None, settings).unwrap();
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let values = power_curve(&plan, DesignNumber::Items, &[200.0], &control);
    let told = &values.unwrap().unwrap()[0].finding.rows[0].told;
    let power = told.as_ref().unwrap().power;
    let found = (power.value * power.replicates as f64).round();
    (found as u64, power.replicates)
}

/// The probabilities of a paired study of so many items in which one side alone is right at b, the other at c of them.
fn discordant(items: u32, rates: [f64; 2]) -> impl Iterator<Item = (u32, u32, f64)> {
    let [one, other] = rates;
    let alone = [one * (1.0 - other), other * (1.0 - one)];
    let sum = alone[0] + alone[1];
    (0..=items).flat_map(move |all| {
        let of_all = binomial(items, all, sum);
        (0..=all).map(move |c| (all - c, c, of_all * binomial(all, c, alone[1] / sum)))
    })
}

/// Those of these studies in which McNemar's exact test, both sides, finds a difference at .05.
fn finding_studies(items: u32, rates: [f64; 2]) -> Vec<(u32, u32, f64)> {
    // The counts of the rarer kind that are few enough, by the number of both.
    let few = |all: u32| {
        let tails = (0..=all / 2).scan(0.0, |tail, k| {
            *tail += binomial(all, k, 0.5);
            Some(*tail)
        });
        tails.take_while(|tail| 2.0 * tail <= 0.05).count()
    };
    let few: Vec<usize> = (0..=items).map(few).collect();
    let studies = discordant(items, rates);
    studies
        .filter(|(b, c, _)| (*b.min(c) as usize) < few[(b + c) as usize])
        .collect()
}

#[test]
fn small_studies_miss_differences_or_exaggerate_them() {
    let (finding, figure) = gallery("what-power-buys");
    let (see, beware) = (&finding.plan.see, &finding.plan.beware);
    let steps = [1e8, 5e7].map(|c| exact_match(1.0, libm::log10(c), 0.34, 10.0));
    let whole = steps.map(|p| libm::pow(p, 10.0));
    for (step, whole) in steps.into_iter().zip(whole) {
        says(see, step, 3);
        says(see, whole, 3);
    }
    let truth = whole[1] - whole[0];
    says(see, truth, 3);
    let all_studies: Vec<(u32, u32, f64)> = discordant(100, whole).collect();
    let finding_them = finding_studies(100, whole);
    let studies = || finding_them.iter().copied();
    let found: f64 = studies().map(|(_, _, share)| share).sum();
    let sum: f64 = studies()
        .map(|(b, c, share)| share * (f64::from(c) - f64::from(b)) / 100.0)
        .sum();
    assert!(see.contains(&format!("{:.0}% of studies", 100.0 * (1.0 - found))));
    says(see, sum / found, 3);
    says(see, sum / found / truth, 1);
    let bars = figure.panels[1].layers.iter();
    let bars = bars.filter_map(|layer| match layer {
        Layer::Distribution(bars) => Some(&bars.bars),
        _ => None,
    });
    let bars: Vec<_> = bars.collect();
    let [all, those] = bars[..] else {
        panic!("two heights for each difference");
    };
    for (all, those) in all.iter().zip(those) {
        let net = (50.0 * (all.from + all.to)).round();
        let here = |(b, c, _): &(u32, u32, f64)| f64::from(*c) - f64::from(*b) == net;
        let share = |studies: &mut dyn Iterator<Item = (u32, u32, f64)>| -> f64 {
            studies.filter(|one| here(one)).map(|one| one.2).sum()
        };
        assert_near(all.height, share(&mut all_studies.iter().copied()), 1e-9);
        assert_near(those.height, share(&mut studies()), 1e-9);
        assert_near(all.to - all.from, 0.01, 1e-12);
    }
    assert!(
        figure.panels[1]
            .subtitle
            .contains(&format!("{:.3}", sum / found))
    );

    // Mean credits by the normal distribution: the variance of K/L, and of leading steps, E[M^2] - E[M]^2 over L^2.
    let partial = |p: f64| (p, p * (1.0 - p) / 10.0);
    let prefix = |p: f64| {
        let power = |m: u32| libm::pow(p, f64::from(m));
        let mean: f64 = (1..=10).map(power).sum();
        let square: f64 = (1..=10).map(|m| f64::from(2 * m - 1) * power(m)).sum();
        (mean / 10.0, (square - mean * mean) / 100.0)
    };
    let planned = |of: &dyn Fn(f64) -> (f64, f64), items: f64| {
        let [one, other] = steps.map(of);
        let error = libm::sqrt((one.1 + other.1) / items);
        // What is found on the wrong side is left out.
        normal((other.0 - one.0) / error - 1.959_963_984_540_054)
    };
    let marks = annotated(figure, 0);
    let says_items = |items: u32| {
        assert!(see.contains(&format!("{items} items")) || see.contains(&format!("{items} under")));
        assert!(marks.contains(&(f64::from(items), format!("{items} items").as_str())));
    };
    for (label, of) in [
        ("Partial credit", &partial as &dyn Fn(f64) -> (f64, f64)),
        ("Prefix credit", &prefix),
    ] {
        for place in curve(figure, 0, label) {
            assert_near(place.y, planned(of, place.x), 1e-9);
        }
        let least = (1..2000).find(|items| planned(of, f64::from(*items)) >= 0.8);
        says_items(least.unwrap());
    }
    let exact = |items: u32| -> f64 { finding_studies(items, whole).iter().map(|one| one.2).sum() };
    let line = curve(figure, 0, "Exact match");
    for place in [&line[0], &line[line.len() / 2]] {
        assert_near(place.y, exact(place.x as u32), 1e-9);
    }
    assert!(exact(475) >= 0.8 && exact(474) < 0.8, "or a tooth");
    says_items(475);
    assert!(marks.contains(&(100.0, "100 items: 80% of studies miss it")));
    // Points lie on the lines.
    for series in figure.panels[0].series() {
        for point in &series.points {
            let near = series.curve.iter().min_by(|one, other| {
                let off = |place: &CurvePlace| (place.x - point.x).abs();
                off(one).total_cmp(&off(other))
            });
            let expected = near.unwrap().y;
            let error = libm::sqrt(expected * (1.0 - expected) / 600.0);
            assert_near(point.y, expected, 4.5 * error + 0.03);
        }
    }
    says_simulated(see, figure, (0, "Exact match", 100.0), 3);
    says_simulated(see, figure, (0, "Partial credit", 100.0), 3);
    assert!(beware.contains("half the difference takes about four times the items"));
    let [one, other] = steps;
    let half = [one, 0.5 * (one + other)];
    let items =
        |[one, other]: [f64; 2]| (partial(one).1 + partial(other).1) / libm::pow(other - one, 2.0);
    assert_near(items(half) / items(steps), 4.0, 0.3);
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
    let [map, against] = &figure.panels[..] else {
        panic!("not two panels");
    };
    let layers = map.layers.iter();
    let lines = layers.filter_map(|layer| match layer {
        Layer::Trace(trace) => Some((trace.label.as_str(), &trace.pieces[0])),
        _ => None,
    });
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 3);
    for ((label, line), (level, words)) in
        lines
            .into_iter()
            .zip([(0.1, "10%"), (0.5, "50%"), (0.9, "90%")])
    {
        assert_eq!(label, words);
        assert!(line.len() >= 5);
        for &(x, steps) in line {
            assert_near(x, place(steps, 8.0, 0.34, level), 1e-6);
        }
        // They end where the map does: at one of its lengths, or at one of its scales.
        for &(x, steps) in [line.first().unwrap(), line.last().unwrap()] {
            let is_at_end = [1.0, 100.0].contains(&steps) || [7.0, 14.0].contains(&x);
            assert!(is_at_end, "{label} ends at {x}, {steps}");
        }
    }
    let cells = map.layers.iter().find_map(|layer| match layer {
        Layer::Heatmap(cells) => Some(cells),
        _ => None,
    });
    let cells = cells.expect("the lines lie on a heat map");
    for (row, steps) in cells.rows.iter().enumerate() {
        for (column, x) in cells.columns.iter().enumerate() {
            let value = cells.values[row * cells.columns.len() + column].unwrap();
            assert_near(value, exact_match(*steps, 8.0, 0.34, *x), 1e-9);
        }
    }
    for (series, steps) in against.series().zip([1.0, 5.0, 15.0, 50.0]) {
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

/// 1/(1 + 4e9/N): the share of runs that break through.
fn breaking_through(x: f64) -> f64 {
    1.0 / (1.0 + 4e9 / libm::exp10(x))
}

/// The shares of runs with 0, 1, ... of 100 items right.
fn shares_of_runs(x: f64) -> Vec<f64> {
    let (share, success) = (breaking_through(x), exact_match(1.0, 4.0, 0.34, x));
    let shared =
        |right| share * binomial(100, right, success) + (1.0 - share) * binomial(100, right, 0.1);
    (0..=100).map(shared).collect()
}

/// The number of items that most runs have right, as a share.
fn most_common(x: f64) -> f64 {
    let shares = shares_of_runs(x).into_iter().enumerate();
    let most = shares.reduce(|best, one| if one.1 > best.1 { one } else { best });
    most.unwrap().0 as f64 / 100.0
}

#[test]
fn the_mode_of_runs_jumps_where_their_mean_is_smooth() {
    let (finding, figure) = gallery("bimodal-seeds");
    let see = &finding.plan.see;
    for at in curve(figure, 0, "mean of all runs") {
        let (share, success) = (breaking_through(at.x), exact_match(1.0, 4.0, 0.34, at.x));
        assert_near(at.y, share * success + (1.0 - share) * 0.1, 1e-9);
    }
    let (mut low, mut high) = (9.0, 10.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        match most_common(middle) < 0.5 {
            true => low = middle,
            false => high = middle,
        }
    }
    assert!(see.contains(&format!("{:.2e}", libm::exp10(high))));
    says(see, breaking_through(high), 3);
    says(see, most_common(low), 2);
    says(see, most_common(high), 2);
    let mode = curve(figure, 0, "most common");
    let (before, after): (Vec<&CurvePlace>, Vec<&CurvePlace>) =
        mode.iter().partition(|at| at.y < 0.5);
    assert_near(before.last().unwrap().x, high, 1e-9);
    assert_near(after[0].x, high, 1e-9);
    // Where two numbers of items are about as common, either may be drawn.
    for at in mode.iter().filter(|at| (at.x - high).abs() > 1e-3) {
        assert_near(at.y, most_common(at.x), 0.010_001);
    }
    for (panel, scale) in figure.panels[1..].iter().zip([1e9, 2e9, 1.6e10]) {
        let x = libm::log10(scale);
        let mut drawn = vec![0.0; 101];
        for layer in &panel.layers {
            let Layer::Distribution(bars) = layer else {
                panic!("no distribution");
            };
            for bar in &bars.bars {
                drawn[(0.5 * (bar.from + bar.to)).round() as usize] += bar.height;
            }
        }
        for (found, expected) in drawn.iter().zip(shares_of_runs(x)) {
            assert_near(*found, expected, 2e-6);
        }
        says(see, breaking_through(x), 3);
        let missed = 1.0 - breaking_through(x);
        let told: f64 = panel.subtitle.rsplit(' ').next().unwrap().parse().unwrap();
        assert_near(told / libm::pow(missed, 5.0), 1.0, 1e-3);
    }
    for runs in [1.0, 5.0, 10.0] {
        says(see, libm::pow(1.0 - breaking_through(9.0), runs), 3);
    }
    // A dot for each of 24 runs at each of ten scales.
    let dots = figure.panels[0]
        .layers
        .iter()
        .find_map(|layer| match layer {
            Layer::Cloud(cloud) => Some(cloud.places.len()),
            _ => None,
        });
    assert_eq!(dots, Some(240));
}

/// Schaeffer et al. 2023, equation 1, from sorted lists.
fn emergence(row: &[f64]) -> f64 {
    let ends = |wanted: f64| row.iter().position(|credit| *credit == wanted).unwrap();
    let most = row.iter().copied().fold(f64::MIN, f64::max);
    let least = row.iter().copied().fold(f64::MAX, f64::min);
    let mut squares: Vec<f64> = row
        .windows(2)
        .map(|two| (two[1] - two[0]) * (two[1] - two[0]))
        .collect();
    squares.sort_by(f64::total_cmp);
    let middle = squares.len() / 2;
    // Nine scales: eight differences.
    let median = 0.5 * (squares[middle - 1] + squares[middle]);
    let sign = if ends(most) > ends(least) { 1.0 } else { -1.0 };
    sign * (most - least) / libm::sqrt(median)
}

#[test]
fn nothing_reaches_the_cut_sometimes_and_a_line_nearly_always() {
    let (finding, figure) = gallery("emergence-scores");
    let (see, beware) = (&finding.plan.see, &finding.plan.beware);
    let Shown::Scores(drawn) = &finding.shown else {
        panic!("no scores");
    };
    assert_eq!((figure.panels.len(), drawn.len()), (4, 2));
    let cut = drawn[0].one_in_twenty;
    // By 2e7 draws of whole numbers in NumPy: the shares that score 5 or more, standard errors below 6e-5; of no growth
    // .0422 score more than 5.
    for (world, known) in drawn.iter().zip([0.063_584, 0.948_426]) {
        let deviation = libm::sqrt(known * (1.0 - known) / world.replicates as f64);
        assert_near(world.reached.value, known, 4.0 * deviation);
        says(see, world.reached.value, 3);
        says(see, world.reached.interval.low, 3);
        says(see, world.reached.interval.high, 3);
        let all: f64 = world.bars.iter().map(|bar| bar.1).sum();
        assert_near(all, 1.0, 1e-9);
        let reach: f64 = world
            .bars
            .iter()
            .filter(|bar| bar.0 >= 5.0)
            .map(|bar| bar.1)
            .sum();
        assert_near(reach, world.reached.value, 1e-9);
        assert_eq!(world.rows.len(), 3);
        for (row, score) in &world.rows {
            assert_near(emergence(row), *score, 1e-9);
            assert!(*score > 5.0 - 1e-9);
            let whole = row
                .iter()
                .all(|credit| (100.0 * credit - (100.0 * credit).round()).abs() < 1e-9);
            assert!(whole && row.len() == 9, "{row:?}");
        }
    }
    assert_near(cut, 5.0, 1e-9);
    let ends = drawn[0].limits;
    assert!(see.contains(&format!(
        "scores {cut:.1} or more (95% interval {:.1} to {:.1})",
        ends.0, ends.1
    )));
    assert!(figure.note.contains(&format!(
        "{cut:.1}, 95% interval {:.1} to {:.1}",
        ends.0, ends.1
    )));
    // A straight line through m scales scores m - 1.
    let line: Vec<f64> = (0..9).map(|i| 0.05 + 0.05 * f64::from(i)).collect();
    assert_near(emergence(&line), 8.0, 1e-9);
    let expected = curve_of_trace(figure, 2);
    for (x, y) in expected {
        assert_near(*y, 0.05 + 0.1 * (x - 7.0), 1e-9);
    }
    assert_near(drawn[1].median, 7.424, 0.1);
    says(see, drawn[1].median, 1);
    assert!(see.contains("scores 8,") && beware.contains("six or seven"));
}

fn curve_of_trace(figure: &Figure, panel: usize) -> &[(f64, f64)] {
    let traces = figure.panels[panel].layers.iter();
    let mut traces = traces.filter_map(|layer| match layer {
        Layer::Trace(trace) => Some(&trace.pieces[0]),
        _ => None,
    });
    traces.next().unwrap()
}

/// The probability of m of ten or more right.
fn passing(least: u32, p: f64) -> f64 {
    (least..=10).map(|right| binomial(10, right, p)).sum()
}

#[test]
fn an_exam_is_marked_as_it_is_drawn_and_told() {
    let (finding, figure) = gallery("exam");
    let see = &finding.plan.see;
    let chance = |hours: f64| hours / (hours + 2.0);
    let marks: [(&str, &dyn Fn(f64) -> f64); 3] = [
        ("points", &|p| p),
        ("pass at 6", &|p| passing(6, p)),
        ("all ten", &|p| passing(10, p)),
    ];
    let mut times = Vec::new();
    let mut steepest = Vec::new();
    for (name, mark) in &marks {
        for at in curve(figure, 1, name) {
            assert_near(at.y, mark(chance(at.x)), 1e-9);
        }
        let hours = |share: f64| {
            let p = inverse(mark, share);
            2.0 * p / (1.0 - p)
        };
        times.push(format!("{:.0}", hours(0.9) / hours(0.1)));
        let at = |i: i32| mark(chance(libm::exp10(0.001 * f64::from(i))));
        let slopes = (-2000..4000).map(|i| 1000.0 * (at(i + 1) - at(i)));
        steepest.push(slopes.fold(0.0, f64::max));
    }
    assert_eq!(
        figure.panels[1].subtitle,
        format!(
            "10-90%: ×{} points, ×{} pass at 6, ×{} all ten",
            times[0], times[1], times[2]
        )
    );
    assert!(see.contains(&format!("takes {} times the hours", times[0])));
    let half = inverse(marks[2].1, 0.5);
    let talk = figure_talk("exam").unwrap();
    let number = |value: f64, decimals: usize| {
        let word = format!("{value:.decimals$}");
        word.strip_prefix('0').map(str::to_owned).unwrap_or(word)
    };
    let shared = [
        number(passing(10, chance(4.0)), 3),
        number(passing(10, chance(32.0)), 3),
        number(2.0 * half / (1.0 - half), 1),
        number(steepest[2] / steepest[0], 2),
        number(steepest[1] / steepest[0], 2),
        number(passing(6, 0.5), 3),
    ];
    for word in &shared {
        assert!(see.contains(word), "{word} is not in {see}");
        assert!(talk.contains(word), "{word} is not in {talk}");
    }
    says(see, passing(6, chance(8.0)), 3);
    assert!(passing(6, chance(2.0)) == passing(6, 0.5));
    // All decimals of the talk.
    let points = [2.0, 8.0, 32.0, 4.0].map(|hours| number(10.0 * chance(hours), 1));
    let second = [number(7.5, 1), number(passing(6, 0.75), 3)];
    let known: Vec<&String> = shared.iter().chain(&points).chain(&second).collect();
    let words = talk
        .split_whitespace()
        .map(|word| word.trim_end_matches(['.', ',', ':', ';', ')']));
    let decimals =
        words.filter(|word| word.contains('.') && word.contains(|c: char| c.is_ascii_digit()));
    let mut told = 0;
    for word in decimals.clone() {
        assert!(known.iter().any(|one| *one == word), "{word} is in no list");
        told += 1;
    }
    assert!(told >= known.len());
    // Coins: 2^10, (4/3)^10, and 1.5^10.
    let one_in = |p: f64| libm::pow(p, -10.0);
    assert!(talk.contains("One in 1,024") && one_in(0.5) == 1024.0);
    assert!(talk.contains(&format!("one in {:.0}", one_in(0.75))));
    assert!(talk.contains(&format!("{:.0} times as many", one_in(0.5) / one_in(0.75))));
    let points_of_few = 10.0 * inverse(marks[2].1, 0.1);
    assert!(talk.contains("eight of ten") && points_of_few.round() == 8.0);
    let length = talk.split_whitespace().count();
    assert!((250..=350).contains(&length), "{length} words");
    // The rows are counted as they are drawn.
    let Layer::Raster(raster) = &figure.panels[0].layers[0] else {
        panic!("no raster");
    };
    assert_eq!(raster.groups.len(), 3);
    for (group, hours) in raster.groups.iter().zip([2, 8, 32]) {
        let right =
            |row: &Vec<StepMark>| row.iter().filter(|mark| **mark == StepMark::Right).count();
        let points: usize = group.attempts.iter().map(right).sum();
        let pass = |least: usize| {
            group
                .attempts
                .iter()
                .filter(|row| right(row) >= least)
                .count()
        };
        assert_eq!(group.attempts.len(), 8);
        assert_eq!(
            group.heading,
            format!(
                "{hours} hours: {points} right, {} pass at 6, {} all ten",
                pass(6),
                pass(10)
            )
        );
    }
}

/// Numbers at which a function is largest: one after the other is moved, by less and less.
fn largest<const K: usize>(of: impl Fn([f64; K]) -> f64, mut at: [f64; K]) -> [f64; K] {
    let mut best = of(at);
    let mut step = 0.3;
    while step > 1e-9 {
        let mut moved = false;
        for i in 0..K {
            for j in 0..K {
                // Along axes and diagonals, or narrow valleys would take long.
                for (one, other) in [
                    (1.0, 0.0),
                    (-1.0, 0.0),
                    (1.0, 1.0),
                    (1.0, -1.0),
                    (-1.0, -1.0),
                ] {
                    let mut next = at;
                    next[i] += one * step;
                    if i != j {
                        next[j] += other * step;
                    }
                    let value = of(next);
                    if value > best {
                        (best, at, moved) = (value, next, true);
                    }
                }
            }
        }
        if !moved {
            step *= 0.7;
        }
    }
    at
}

/// ln of the probability of a share of so many, but for what no law changes.
fn log_likelihood(n: f64, share: f64, q: f64) -> f64 {
    let part = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * libm::log(b) };
    n * (part(share, q) + part(1.0 - share, 1.0 - q))
}

/// Two numbers below 1 as texts have them.
fn range(low: f64, high: f64, decimals: usize) -> String {
    let word = |number: f64| format!("{number:.decimals$}").replace("0.", ".");
    format!("{} to {}", word(low), word(high))
}

#[test]
fn partial_credit_foretells_better_where_the_law_is_right() {
    let (finding, figure) = gallery("forecast");
    let (see, beware) = (&finding.plan.see, &finding.plan.beware);
    let Shown::Forecast(forecast) = &finding.shown else {
        panic!("no forecast");
    };
    let steps = 10.0;
    let expected = exact_match(steps, 8.0, 0.35, 11.0);
    says(see, expected, 3);
    let row = |model: ForecastModel, credit: Credit| {
        let mut rows = forecast.rows.iter();
        let of = |row: &&ForecastRow| row.model == model && row.metric == Metric::mean(credit);
        rows.find(of).unwrap()
    };
    let (power, logistic) = (
        ForecastModel::Skill(Family::PowerLaw),
        ForecastModel::Skill(Family::Logistic),
    );
    // The likeliest laws of the shown scores, found anew: hazard e^(a - b x) or log-odds -(a - b x).
    let scores = |credit: Credit| -> Vec<(f64, f64)> {
        let mut all = forecast.series.iter();
        let own = all.find(|one| one.metric == Metric::mean(credit)).unwrap();
        let points = own.points.iter();
        let points = points.filter(|point| point.scale.get() < 1.01e10);
        points
            .map(|point| (point.scale.log10() - 9.0, point.value))
            .collect()
    };
    let step_of = |model: ForecastModel, eta: f64| match model == power {
        true => libm::exp(-libm::exp(eta)),
        false => 1.0 / (1.0 + libm::exp(eta)),
    };
    let foretold = |model: ForecastModel, credit: Credit| {
        let (n, of_task) = match credit {
            Credit::ExactMatch => (100.0, steps),
            _ => (1000.0, 1.0),
        };
        let scores = scores(credit);
        let of = |[a, b]: [f64; 2]| -> f64 {
            let at = |(x, share): &(f64, f64)| {
                let q = libm::pow(step_of(model, a - b * x), of_task);
                log_likelihood(n, *share, q)
            };
            scores.iter().map(at).sum()
        };
        let [a, b] = largest(of, [0.0, 0.8]);
        libm::pow(step_of(model, a - b * 2.0), steps)
    };
    for (model, credit, words) in [
        (power, Credit::ExactMatch, see),
        (power, Credit::PartialCredit, see),
        (logistic, Credit::PartialCredit, beware),
    ] {
        let point = row(model, credit).told.as_ref().unwrap().point;
        assert_near(point.predicted, foretold(model, credit), 2e-3);
        says(words, point.predicted, 3);
        let (low, high) = point.prediction;
        assert!(words.contains(&range(low, high, 2)), "{low} to {high}");
    }
    // Errors and widths by information and the delta method, at the true law.
    for (credit, n, of_task) in [
        (Credit::ExactMatch, 100.0, steps),
        (Credit::PartialCredit, 1000.0, 1.0),
    ] {
        let mut information = [[0.0; 2]; 2];
        for i in 0..5 {
            let x = 8.0 + 0.5 * f64::from(i);
            let hazard = of_task * libm::exp10(-0.35 * (x - 8.0));
            let q = libm::exp(-hazard);
            let weight = n * q * hazard * hazard / (1.0 - q);
            let of = [1.0, x - 11.0];
            for j in 0..2 {
                for k in 0..2 {
                    information[j][k] += weight * of[j] * of[k];
                }
            }
        }
        let [[a, b], [_, c]] = information;
        let error = expected * -libm::log(expected) * libm::sqrt(c / (a * c - b * b));
        let quality = row(power, credit).quality.as_ref().unwrap();
        let errors = quality.errors.as_ref().unwrap();
        let rmse = errors.rmse;
        let (low, high) = rmse.interval.unwrap();
        assert!(
            low < error && error < high,
            "{error} is not in {low} to {high}"
        );
        says(see, rmse.value, 3);
        assert!(see.contains(&range(low, high, 3)), "{low} to {high}");
        let whole = libm::sqrt(error * error + expected * (1.0 - expected) / 100.0);
        let width = quality.width.unwrap().value;
        assert_near(width / (2.0 * 1.96 * whole), 1.0, 0.06);
    }
    // 500 studies of the same question: .79.
    let coverage = &row(logistic, Credit::PartialCredit)
        .quality
        .as_ref()
        .unwrap()
        .coverage;
    assert!(coverage.interval.low < 0.79 && 0.79 < coverage.interval.high);
    says(beware, coverage.value, 2);
    assert!(beware.contains(&range(coverage.interval.low, coverage.interval.high, 2)));
    // Bands of .5, .8 and .95, each inside the next, as wide as normal ones to a count or two.
    for panel in &figure.panels {
        let fan = panel.layers.iter().find_map(|layer| match layer {
            Layer::Fan(fan) => Some(fan),
            _ => None,
        });
        let bands = &fan.unwrap().bands;
        let levels: Vec<f64> = bands.iter().map(|band| band.level).collect();
        assert_eq!(levels, [0.5, 0.8, 0.95]);
        let last: Vec<_> = bands
            .iter()
            .map(|band| *band.edges.last().unwrap())
            .collect();
        let width = |i: usize| last[i].high - last[i].low;
        for (i, z) in [(0, 0.674), (1, 1.282)] {
            assert!(last[i].low >= last[i + 1].low && last[i].high <= last[i + 1].high);
            assert_near(width(i), width(2) * z / 1.96, 0.025);
        }
        assert!((bands[0].edges[0].x - 10.0).abs() < 1e-9);
    }
    assert_eq!(figure.panels[0].subtitle, "the right law");
    assert_eq!(figure.panels[3].subtitle, "a wrong law");
}

#[test]
fn laws_beside_published_scores_are_the_likeliest_and_said_to_be_refused() {
    let (finding, figure) = gallery("gpt-3");
    let (see, beware) = (&finding.plan.see, &finding.plan.beware);
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/configs/gallery/gpt3_arithmetic_few_shot.csv"
    );
    let table = std::fs::read_to_string(file).unwrap();
    let published = |task: &str| -> Vec<(f64, f64)> {
        let rows = table
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>());
        let rows = rows.filter(|cells| cells[0] == task && cells[4] == "2000");
        let number = |word: &str| word.parse::<f64>().unwrap();
        rows.map(|cells| (libm::log10(number(cells[1])), number(cells[3])))
            .collect()
    };
    let mut shown = figure.panels[0].series();
    for (task, steps, deviance_of_law, deviance_without) in [
        ("2D+", 2.0, 118.7, 1990.0),
        ("3D+", 3.0, 17.8, 783.0),
        ("4D+", 4.0, 6.4, 64.0),
    ] {
        let scores = published(task);
        let series = shown.next().unwrap();
        assert_eq!((series.label.as_str(), scores.len()), (task, 8));
        for (point, (x, y)) in series.points.iter().zip(&scores) {
            assert_near(point.x, *x, 1e-12);
            assert_near(point.y, *y, 1e-12);
        }
        let (at_7, at_175) = (scores[5].1, scores[7].1);
        says(see, at_7, if task == "4D+" { 4 } else { 3 });
        says(see, at_175, if task == "2D+" { 0 } else { 3 });
        // p = floor + (1 - floor) exp(-(N/c)^-alpha), by logit floor, log10 c and ln alpha.
        let law = |[floor, log_c, alpha]: [f64; 3], x: f64| {
            let floor = 1.0 / (1.0 + libm::exp(-floor));
            let known = exact_match(1.0, log_c, libm::exp(alpha), x);
            libm::pow(floor + (1.0 - floor) * known, steps)
        };
        let deviance = |of: &dyn Fn(f64) -> f64| -> f64 {
            let each = scores.iter().map(|(x, y)| {
                2.0 * (log_likelihood(2000.0, *y, *y) - log_likelihood(2000.0, *y, of(*x)))
            });
            each.sum()
        };
        let likeliest = largest(|at| -deviance(&|x| law(at, x)), [-1.5, 10.2, 0.0]);
        for place in curve(figure, 1, task) {
            assert_near(place.y, law(likeliest, place.x), 2e-4);
        }
        let found = deviance(&|x| law(likeliest, x));
        assert_near(found, deviance_of_law, 0.05);
        says(beware, deviance_of_law, 1);
        // Chi-square of 5 degrees of freedom is above 11.07 in 5%.
        assert_eq!(found > 11.07, ["2D+", "3D+"].contains(&task));
        let law = |[log_c, alpha]: [f64; 2], x: f64| exact_match(steps, log_c, libm::exp(alpha), x);
        let likeliest = largest(|at| -deviance(&|x| law(at, x)), [10.2, -0.5]);
        let found = deviance(&|x| law(likeliest, x));
        assert_near(found, deviance_without, 0.5);
        says(beware, deviance_without, 0);
    }
    // Wilson's interval of .804 of 2,000.
    let (n, p, z) = (2000.0, 0.804, 1.959_963_984_540_054_f64);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * libm::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
    let last = figure.panels[0].series().nth(1).unwrap().points[7];
    assert_near(last.low, middle - half, 1e-9);
    assert_near(last.high, middle + half, 1e-9);
    // Partial credit of the worlds is that of a step, exact match its power.
    for (task, steps) in [("2D+", 2.0), ("4D+", 4.0)] {
        for (exact, partial) in curve(figure, 1, task).iter().zip(curve(figure, 2, task)) {
            assert_near(exact.y, libm::pow(partial.y, steps), 1e-9);
        }
    }
    says(beware, (1.75e11_f64 / 1.3e10).floor(), 0);
}

pub(crate) fn mirage(folder: &Path, words: &[&str]) -> (i32, String, String) {
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

pub(crate) const OWN: &str = "title = \"Mine\"\n[figure]\nkind = \"axes\"\ntitle = \"My axes\"\nsee = \"This.\"\nbeware = \"That.\"\n";

const SCORES: &str = "scenario,scale,metric,estimate,items\nMine,1e8,exact-match,0.1,50\nMine,1e9,exact-match,0.5,50\nOther,1e8,exact-match,0.2,50\n";

#[test]
fn scores_of_a_table_beside_a_file_are_shown_with_that_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let evaluation = "[evaluation]\nscales = [1e8, 1e9]\nitems = 50\n[figure]";
    let own = OWN.replace("[figure]", evaluation);
    let own = own.replace("\"axes\"", "\"published\"\ntable = \"scores.csv\"");
    std::fs::write(&file, own).unwrap();
    std::fs::write(folder.path().join("scores.csv"), SCORES).unwrap();
    let figure = teaching_figure(&found(file.to_str().unwrap())).unwrap();
    let points = &figure.panels[0].series().next().unwrap().points;
    let places: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.y)).collect();
    assert_eq!(places, [(8.0, 0.1), (9.0, 0.5)]);
}

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
    assert!(!folder.join("new/one/mine.md").exists());
    let (code, _, error) = mirage(folder, &["exam", "-o", "class"]);
    assert_eq!(code, 0, "{error}");
    let talk = std::fs::read_to_string(folder.join("class/exam.md")).unwrap();
    assert_eq!(Some(talk.as_str()), figure_talk("exam"));
    std::fs::write(folder.join("exam"), OWN).unwrap();
    let (code, _, error) = mirage(folder, &["exam", "-o", "own"]);
    assert_eq!(code, 0, "{error}");
    assert!(
        !folder.join("own/exam.md").exists(),
        "a file is not the figure of that name"
    );
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
    std::fs::write(folder.join("scores.csv"), SCORES).unwrap();
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
            own("\"axes\"", "\"exam\"\nrows = 3"),
            "figure.at: a figure of this kind takes at, such as at = [1e9, 1e11]",
        ),
        (
            own("\"axes\"", "\"exam\"\nrows = 3\nat = 1e7"),
            "figure.words: a figure of this kind takes words, such as words = {",
        ),
        (
            own(
                "\"axes\"",
                "\"exam\"\nrows = 3\nat = 1e7\nwords = { scale = \"a\", unit = \"b\", attempts = \"c\", steps = \"d\", metrics = [\"e\"] }",
            ),
            "figure.words: there are 2 metrics, and names for 1",
        ),
        (
            own("\"axes\"", "\"runs\"\nat = 1e9"),
            "figure.kind: a figure of this kind takes several training runs of two kinds",
        ),
        (
            own(
                "[figure]\nkind = \"axes\"",
                "skill.between-seeds.kind = \"bimodal\"\nevaluation.training-seeds = 9\nevaluation.items = 90\n[figure]\nkind = \"runs\"\nat = 3e9",
            ),
            "figure.at: 3000000000 is none of evaluation.scales",
        ),
        (
            own("\"axes\"", "\"scores\""),
            "figure.worlds: a figure of this kind takes worlds",
        ),
        (
            own(
                "\"axes\"",
                "\"scores\"\nworlds = [{ \"evaluation.scales\" = [1e7, 1e8] }]",
            ),
            "figure.kind: a figure of this kind draws the first metric at three scales or more",
        ),
        (
            own("see =", "at = 1e9\nsee ="),
            "figure.at: a figure of this kind takes no at",
        ),
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
            own("\"axes\"", "\"break\""),
            "figure.over: a figure of this kind takes over",
        ),
        (
            own(
                "[figure]\nkind = \"axes\"",
                "[power]\ntest = \"above-chance\"\n[figure]\nkind = \"break\"\nover = \"items\"\nvalues = [10, 20]",
            ),
            "figure.kind: a figure of this kind shows how a break is told: let [power] have a test of breaks alone",
        ),
        (
            own("[figure]", "[sweep]\n\"task.steps\" = [1, 2]\n[figure]"),
            "a teaching figure shows no [sweep]: leave it out",
        ),
        (
            own("\"axes\"", "\"published\""),
            "figure.table: a figure of this kind takes a table, such as table = \"scores.csv\"",
        ),
        (
            own("see =", "table = \"scores.csv\"\nsee ="),
            "figure.table: a figure of this kind takes no table",
        ),
        (
            own("\"axes\"", "\"published\"\ntable = \"no.csv\""),
            "cannot read no.csv",
        ),
        (
            own("\"axes\"", "\"published\"\ntable = \"scores.csv\""),
            "figure.table: the table has \"Mine\" at other scales, or of other numbers of attempts, than are simulated: set evaluation.scales = [1e8, 1e9], evaluation.items = 50",
        ),
        (
            own(
                "\n[figure]\nkind = \"axes\"",
                "\n[evaluation]\nscales = [1e8, 1e9]\nitems = 60\n[figure]\nkind = \"published\"\ntable = \"scores.csv\"",
            ),
            "or of other numbers of attempts, than are simulated: set evaluation.scales = [1e8, 1e9], evaluation.items = 50",
        ),
        (
            own(
                "\"Mine\"\n[figure]\nkind = \"axes\"",
                "\"Mein\"\n[figure]\nkind = \"published\"\ntable = \"scores.csv\"",
            ),
            "there is no scenario Mein (did you mean Mine?)",
        ),
        (
            own(
                "\n[figure]\nkind = \"axes\"",
                "\n[evaluation]\nmetrics = [\"partial-credit\"]\n[figure]\nkind = \"published\"\ntable = \"scores.csv\"",
            ),
            "figure.table: the table has no partial-credit of \"Mine\"",
        ),
    ] {
        assert!(error.contains(wanted), "{wanted} is not in {error}");
    }
    assert!(
        !folder.join("new").exists(),
        "nothing is made where nothing is drawn"
    );
}

#[cfg(not(feature = "pdf"))]
#[test]
fn without_its_feature_pdf_is_known_and_told_how_to_get() {
    let folder = tempfile::tempdir().unwrap();
    for (words, flag) in [
        ("gallery harshness -o new --format svg,pdf", "--format pdf"),
        ("run even-steps -o new --figures pdf", "--figures pdf"),
        ("plot nowhere -o new.pdf", "-o new.pdf"),
    ] {
        let mut command = assert_cmd::Command::cargo_bin("mirage").unwrap();
        let command = command.current_dir(&folder).args(words.split(' '));
        let output = command.output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        let wanted = format!("{flag}: this mirage was built without the feature `pdf`");
        assert!(error.contains(&wanted), "{words}: {error}");
        assert!(error.contains("cargo install --path . --features pdf"));
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
