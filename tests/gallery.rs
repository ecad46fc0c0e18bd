//! Teaching figures: the same bytes as those committed, legible in every theme and size, and true: every number that one
//! is said to show is computed here from a closed form.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use mirage::domain::{Credit, Metric, Metrics};
use mirage::engine::Control;
use mirage::files::{GALLERY, load_figure};
use mirage::report::{CurvePlace, Figure, Layer, StepMark, Style, draw, teaching_figure};
use mirage::study::{
    DesignNumber, FigureFinding, Illustration, PowerPlan, PowerSettings, illustrate, power_curve,
};

use crate::specimen::{assert_texts_keep_apart, styles};

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

#[test]
fn no_text_overlaps_another_or_leaves_the_canvas() {
    for figure in figures() {
        for style in styles() {
            let drawing = draw(figure, style).unwrap();
            assert_texts_keep_apart(&format!("{}, {style:?}", figure.name), &drawing);
        }
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
        let words = format!(
            "{right} of {} steps right, {whole} of 8 attempts",
            steps().count()
        );
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
    ] {
        assert!(error.contains(wanted), "{wanted} is not in {error}");
    }
    assert!(
        !folder.join("new").exists(),
        "nothing is made where nothing is drawn"
    );
}
