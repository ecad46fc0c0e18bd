//! Figures of sweeps: their numbers, what they refuse, and their letters.

use std::collections::BTreeSet;
use std::time::Instant;

use mirage::domain::{Credit, Metric, Scale};
use mirage::report::{
    AxisKind, Colour, CreditAxis, Crossing, Figure, Heatmap, Layer, Panel, PlotAxis, PlotError,
    PlotKind, PlotRequest, Series, Size, Stroke, Style, Trace, draw, plot,
};
use mirage::study::{Finding, SweepFinding};
use serde_json::{Value, json};

use crate::specimen::{assert_texts_keep_apart, styles};
use crate::sweeps::{self, Points, anatomy, credits, even, grid, key, listed, request, values};

const EXACT: Metric = Metric::mean(Credit::ExactMatch);
const PARTIAL: Metric = Metric::mean(Credit::PartialCredit);

fn scale(n: f64) -> Scale {
    n.try_into().unwrap()
}

fn labels(panel: &Panel) -> Vec<&str> {
    panel.series().map(|series| series.label.as_str()).collect()
}

fn titles(figure: &Figure) -> Vec<&str> {
    let panels = figure.panels.iter();
    panels.map(|panel| panel.title.as_str()).collect()
}

fn heatmap(panel: &Panel) -> &Heatmap {
    let mut layers = panel.layers.iter();
    let found = layers.find_map(|layer| match layer {
        Layer::Heatmap(heatmap) => Some(heatmap),
        _ => None,
    });
    found.unwrap()
}

fn traces(panel: &Panel) -> Vec<&Trace> {
    let layers = panel.layers.iter();
    layers
        .filter_map(|layer| match layer {
            Layer::Trace(trace) => Some(trace),
            _ => None,
        })
        .collect()
}

/// (x, y, low, high) of the points of a series.
fn points(series: &Series) -> Vec<(f64, f64, f64, f64)> {
    let points = series.points.iter();
    points.map(|at| (at.x, at.y, at.low, at.high)).collect()
}

fn estimates(finding: &Finding, metric: Metric) -> Vec<(f64, f64, f64, f64)> {
    let rows = finding.rows.iter().filter(|row| row.metric == metric);
    rows.map(|row| {
        let estimate = row.estimate.unwrap();
        let (low, high) = (estimate.interval.low, estimate.interval.high);
        (row.scale.log10(), estimate.value, low, high)
    })
    .collect()
}

fn refused(sweep: &SweepFinding, request: PlotRequest) -> String {
    plot(sweep, &request).unwrap_err().to_string()
}

#[test]
fn over_scale_each_point_of_the_sweep_is_a_line_in_the_order_of_the_key() {
    let sweep = sweeps::by_steps();
    let figure = plot(&sweep, &request()).unwrap();
    assert_eq!(titles(&figure), ["Exact match", "Partial credit"]);
    for (panel, metric) in figure.panels.iter().zip([EXACT, PARTIAL]) {
        assert_eq!(
            labels(panel),
            ["L = 1", "L = 2", "L = 5", "L = 10", "L = 20", "L = 50"]
        );
        assert_eq!(
            panel.measured.map(|(from, to)| (from.round(), to)),
            Some((7.0, 12.0))
        );
        for (series, point) in panel.series().zip(&sweep.points) {
            assert_eq!(points(series), estimates(&point.finding, metric));
            assert_eq!(series.curve.len(), 241);
        }
        let shares: Vec<f64> = panel
            .series()
            .map(|series| match series.look.colour {
                Colour::Sequential(share) => share,
                Colour::Categorical(_) => panic!("numbers have an order"),
            })
            .collect();
        assert!(shares.is_sorted() && shares[0] == 0.0 && shares[5] == 1.0);
    }
    // exp(-20 (10^11/10^8)^-.34), from Python.
    let curve = &figure.panels[0].series().nth(4).unwrap().curve;
    let at = curve.iter().find(|at| (at.x - 11.0).abs() < 1e-9).unwrap();
    assert!((at.y - 0.148_082_582_341_365_6).abs() < 1e-9, "{}", at.y);
    assert!(
        figure
            .note
            .starts_with("Points: simulated, n = 400 items, with 95% intervals (")
    );
    assert!(figure.panels[0].subtitle.contains("power law"));
}

#[test]
fn words_are_told_apart_by_more_than_colour() {
    let figure = plot(&sweeps::by_dependence(), &request()).unwrap();
    let panel = &figure.panels[0];
    assert_eq!(
        labels(panel),
        [
            "independent",
            "halting",
            "tainted",
            "markov",
            "error-fraction"
        ]
    );
    let looks: BTreeSet<String> = panel
        .series()
        .map(|series| format!("{:?} {:?}", series.look.line, series.look.marker))
        .collect();
    assert_eq!(looks.len(), 5);
    assert!(panel.subtitle.ends_with("power law, L = 10"));
}

#[test]
fn what_a_test_cannot_resolve_is_drawn_where_it_can_be_told() {
    let lines = |y_scale| {
        let what = credits(&["exact-match"]);
        let figure = plot(
            &sweeps::by_steps(),
            &PlotRequest {
                what,
                y_scale,
                ..request()
            },
        );
        let figure = figure.unwrap();
        let lines = figure.panels[0].layers.iter();
        lines
            .filter_map(|layer| match layer {
                Layer::Line(line) => Some((line.label.clone(), line.at)),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let useful = ("useful from 0.8".to_owned(), Crossing::At(0.8));
    let resolution = ("1/n, n = 400".to_owned(), Crossing::At(0.0025));
    assert_eq!(lines(CreditAxis::Log), [useful.clone(), resolution]);
    // Six lines lie on the foot of a linear axis already.
    assert_eq!(lines(CreditAxis::Linear), [useful]);
}

#[test]
fn over_a_key_the_rows_of_one_scale_are_drawn() {
    let sweep = sweeps::by_steps();
    let at = scale(1e10);
    let over = |at: Option<Scale>| {
        let x = key("steps");
        plot(&sweep, &PlotRequest { x, at, ..request() }).unwrap()
    };
    let figure = over(Some(at));
    for (panel, metric) in figure.panels.iter().zip([EXACT, PARTIAL]) {
        let [series] = panel.series().collect::<Vec<_>>()[..] else {
            panic!()
        };
        let rows = sweep.points.iter().map(|point| {
            let estimate = point.finding.row(metric, at).unwrap().estimate.unwrap();
            let steps = point.settings[0].as_f64().unwrap();
            (
                steps,
                estimate.value,
                estimate.interval.low,
                estimate.interval.high,
            )
        });
        assert_eq!(points(series), rows.collect::<Vec<_>>());
        assert_eq!(panel.x.kind, AxisKind::Log);
    }
    assert!(figure.panels[0].subtitle.contains("at N = 10¹⁰;"));
    // By default, where the first metric differs most; found anew.
    let spread = |at: &Scale| {
        let values = sweep.points.iter();
        let values = values.map(|point| point.finding.row(EXACT, *at).unwrap().shown().unwrap());
        let (low, high) = values.fold((1.0_f64, 0.0_f64), |(low, high), y| {
            (low.min(y), high.max(y))
        });
        high - low
    };
    let scales = sweep.points[0]
        .finding
        .scenario
        .evaluation
        .scales
        .as_slice();
    let widest = scales
        .iter()
        .max_by(|one, other| spread(one).total_cmp(&spread(other)));
    let figure = over(None);
    let drawn = figure.panels[0].series().next().unwrap().points[0].y;
    let first = sweep.points[0]
        .finding
        .row(EXACT, *widest.unwrap())
        .unwrap();
    assert_eq!(Some(drawn), first.shown());
    assert!(
        figure.panels[0]
            .subtitle
            .contains("where exact match differs most")
    );
}

#[test]
fn scales_are_lines_over_a_key_and_the_note_tells_how_many() {
    let sweep = sweeps::by_steps();
    let (x, by) = (key("task.steps"), key("scale"));
    let figure = plot(&sweep, &PlotRequest { x, by, ..request() }).unwrap();
    let found = labels(&figure.panels[0]);
    assert_eq!(
        found,
        [
            "N = 10¹²",
            "N = 10¹¹",
            "N = 10¹⁰",
            "N = 10⁹",
            "N = 10⁸",
            "N = 10⁷"
        ]
    );
    assert!(
        figure.note.contains("6 of 11 scales drawn."),
        "{}",
        figure.note
    );
}

#[test]
fn between_words_nothing_is_joined() {
    let sweep = sweeps::by_dependence();
    let x = key("kind");
    let figure = plot(&sweep, &PlotRequest { x, ..request() }).unwrap();
    let panel = &figure.panels[0];
    let AxisKind::Names(names) = &panel.x.kind else {
        panic!("{:?}", panel.x.kind)
    };
    assert_eq!(names.len(), 5);
    let series = panel.series().next().unwrap();
    assert!(series.curve.is_empty() && series.points.len() == 5);
    let bars = panel.layers.iter().find_map(|layer| match layer {
        Layer::Across(across) => Some(&across.places),
        _ => None,
    });
    let expected = sweep.points.iter().map(|point| {
        let mut rows = point.finding.rows.iter().rev();
        rows.find(|row| row.metric == EXACT)
            .unwrap()
            .expected
            .unwrap()
    });
    let bars: Vec<f64> = bars.unwrap().iter().map(|bar| bar.y).collect();
    assert_eq!(bars, expected.collect::<Vec<_>>());
}

#[test]
fn keys_that_go_together_make_no_lines_of_their_own() {
    let sweep = sweeps::zipped();
    let by = |by: &str| PlotRequest {
        by: key(by),
        facet: Some("items".to_owned()),
        what: credits(&["exact-match"]),
        ..request()
    };
    let figure = plot(&sweep, &by("steps")).unwrap();
    assert_eq!(
        titles(&figure),
        ["Exact match, n = 100", "Exact match, n = 1000"]
    );
    assert_eq!(labels(&figure.panels[0]), ["L = 5", "L = 10", "L = 20"]);
    // Nobody named a key: every combination that there is.
    let what = credits(&["exact-match"]);
    let figure = plot(&sweep, &PlotRequest { what, ..request() }).unwrap();
    let found = labels(&figure.panels[0]);
    assert_eq!((found.len(), found[0]), (6, "L = 5, alpha = 0.3, n = 100"));
    // Along one of them, the other follows.
    let x = PlotRequest {
        x: key("alpha"),
        ..request()
    };
    let figure = plot(&sweep, &x).unwrap();
    assert_eq!(labels(&figure.panels[0]), ["n = 100", "n = 1000"]);
}

#[test]
fn facets_have_all_metrics_where_they_are_few_lines() {
    let keys = [
        ("task.steps", values(&[2, 7])),
        ("skill.alpha", values(&[0.3, 0.5])),
    ];
    let sweep = grid(&even(), &keys, Points::Simulated);
    let facet = Some("skill.alpha".to_owned());
    let figure = plot(&sweep, &PlotRequest { facet, ..request() }).unwrap();
    assert_eq!(titles(&figure), ["alpha = 0.3", "alpha = 0.5"]);
    assert_eq!(
        labels(&figure.panels[1]),
        [
            "Exact match, L = 2",
            "Partial credit, L = 2",
            "Exact match, L = 7",
            "Partial credit, L = 7"
        ]
    );
    let drawn = points(figure.panels[1].series().nth(2).unwrap());
    assert_eq!(drawn, estimates(&sweep.points[3].finding, EXACT));
}

#[test]
fn a_power_law_is_shifted_by_the_logarithm_of_the_length_over_alpha() {
    let sweep = sweeps::by_steps_and_alpha(Points::Simulated);
    let what = anatomy(&["shift", "useful-from"]);
    let request = PlotRequest {
        what,
        x: key("steps"),
        ..request()
    };
    let figure = plot(&sweep, &request).unwrap();
    assert_eq!(titles(&figure), ["Exact match: shift", "Useful from"]);
    let alphas = [0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6];
    // Partial credit is not shifted against itself.
    assert_eq!(figure.panels[0].series().count(), alphas.len());
    for (series, alpha) in figure.panels[0].series().zip(alphas) {
        assert_eq!(
            (series.label.clone(), series.points.len()),
            (format!("alpha = {alpha}"), 8)
        );
        for at in &series.points {
            assert!((at.y - libm::log10(at.x) / alpha).abs() < 1e-6, "{at:?}");
        }
    }
    // exp(-L (N/c)^-alpha) = .8 where N = c (L / -ln .8)^(1/alpha).
    for (series, alpha) in figure.panels[1].series().zip(alphas) {
        for at in &series.points {
            let expected = 8.0 + libm::log10(at.x / -libm::log(0.8)) / alpha;
            assert!((at.y - expected).abs() < 1e-6, "{at:?}");
        }
    }
}

#[test]
fn cells_hold_what_was_estimated_and_missing_ones_are_told() {
    let mut sweep = sweeps::by_steps_and_alpha(Points::Simulated);
    let gone = sweep.points.remove(10);
    assert_eq!(gone.settings, [json!(2), json!(0.35)]);
    let at = scale(1e10);
    let request = PlotRequest {
        kind: PlotKind::Heatmap,
        x: key("alpha"),
        by: key("steps"),
        at: Some(at),
        what: credits(&["exact-match"]),
        ..request()
    };
    let figure = plot(&sweep, &request).unwrap();
    let map = heatmap(&figure.panels[0]);
    assert_eq!(map.columns, [0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6]);
    assert_eq!(map.rows, [1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 50.0]);
    assert_eq!((map.range, map.values.len()), ((0.0, 1.0), 56));
    for point in &sweep.points {
        let place = |all: &[f64], value: &Value| {
            all.iter()
                .position(|one| Some(*one) == value.as_f64())
                .unwrap()
        };
        let (row, column) = (
            place(&map.rows, &point.settings[0]),
            place(&map.columns, &point.settings[1]),
        );
        let expected = point
            .finding
            .row(EXACT, at)
            .unwrap()
            .estimate
            .unwrap()
            .value;
        assert_eq!(map.values[row * 7 + column], Some(expected));
    }
    assert_eq!(map.values[7 + 3], None);
    assert!(
        figure
            .note
            .contains("55 of 56 cells have a value; hatched: none.")
    );
    // Lengths are spaced by their ratios: an edge lies at their geometric mean.
    assert!(
        (map.y_edges[4] - libm::sqrt(50.0)).abs() < 1e-9,
        "{:?}",
        map.y_edges
    );
    assert!((map.x_edges[5] - 0.45).abs() < 1e-12);
    let csv = figure.csv().unwrap();
    assert!(
        csv.contains("Exact match,Mean credit,cell,0.35,2.0,,\n"),
        "{csv}"
    );
    assert!(
        csv.contains("Exact match,Mean credit,column,0.5,,0.45,0.55\n"),
        "{csv}"
    );
}

#[test]
fn scale_may_be_a_side_of_a_heatmap() {
    let sweep = sweeps::by_steps();
    let kind = PlotKind::Heatmap;
    let figure = plot(&sweep, &PlotRequest { kind, ..request() }).unwrap();
    let map = heatmap(&figure.panels[1]);
    assert_eq!((map.columns.len(), map.rows.len()), (11, 6));
    let row = sweep.points[2].finding.row(PARTIAL, scale(1e10)).unwrap();
    assert_eq!(map.values[2 * 11 + 6], row.shown());
    // The other way round.
    let turned = PlotRequest {
        kind,
        x: key("steps"),
        ..request()
    };
    let turned = plot(&sweep, &turned).unwrap();
    assert_eq!(heatmap(&turned.panels[1]).values[6 * 6 + 2], row.shown());
}

#[test]
fn contours_of_shift_lie_where_they_must() {
    let sweep = sweeps::by_steps_and_alpha(Points::Simulated);
    let request = PlotRequest {
        kind: PlotKind::Contour,
        what: anatomy(&["shift"]),
        x: key("alpha"),
        ..request()
    };
    let figure = plot(&sweep, &request).unwrap();
    let found = traces(&figure.panels[0]);
    let names: Vec<&str> = found.iter().map(|trace| trace.label.as_str()).collect();
    assert_eq!(names, ["1", "2", "3", "4", "5", "6", "7", "8"]);
    let mut checked = 0;
    for trace in found {
        let level: f64 = trace.label.parse().unwrap();
        assert_eq!(trace.pieces.len(), 1, "one piece");
        for &(alpha, steps) in &trace.pieces[0] {
            // shift = log10(L)/alpha: linear in log10(L), so exact where alpha is one of the sweep's.
            if [0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6].contains(&alpha) {
                assert!(
                    (libm::log10(steps) - level * alpha).abs() < 1e-6,
                    "{level} {alpha} {steps}"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 25, "{checked}");
    assert!(
        figure.note.ends_with("Levels: 1, 2, 3, 4, 5, 6, 7, 8."),
        "{}",
        figure.note
    );
}

#[test]
fn one_metric_against_another_has_both_intervals_and_its_power() {
    let sweep = sweeps::by_steps();
    let against = PlotRequest {
        kind: PlotKind::MetricAgainstMetric,
        ..request()
    };
    let figure = plot(&sweep, &against).unwrap();
    let panel = &figure.panels[0];
    assert_eq!(
        (panel.x.label.as_str(), panel.y.label.as_str()),
        ("Partial credit", "Exact match")
    );
    let across: Vec<_> = panel
        .layers
        .iter()
        .filter_map(|layer| match layer {
            Layer::Across(across) => Some(across),
            _ => None,
        })
        .collect();
    for ((series, across), point) in panel.series().zip(across).zip(&sweep.points) {
        let (ys, xs) = (
            estimates(&point.finding, EXACT),
            estimates(&point.finding, PARTIAL),
        );
        let drawn = points(series);
        for (((at, y), x), side) in drawn.iter().zip(&ys).zip(&xs).zip(&across.places) {
            assert_eq!((at.0, at.1, at.2, at.3), (x.1, y.1, y.2, y.3));
            assert_eq!((side.x, side.y, side.low, side.high), (x.1, y.1, x.2, x.3));
        }
        let steps = point.settings[0].as_f64().unwrap();
        for at in &series.curve {
            assert!((at.y - libm::pow(at.x, steps)).abs() < 1e-9, "{at:?}");
        }
    }
    let found = traces(panel);
    let names: Vec<&str> = found.iter().map(|trace| trace.label.as_str()).collect();
    assert_eq!(
        names,
        ["y = x", "y = x²", "y = x⁵", "y = x¹⁰", "y = x²⁰", "y = x⁵⁰"]
    );
    assert!(found.iter().all(|trace| trace.stroke == Stroke::Reference));
    let (x, y) = found[2].pieces[0][120];
    assert!((x - 0.5).abs() < 1e-12 && (y - 0.031_25).abs() < 1e-12);
    // Steps that hang together have no such curve; the other way round there is none either.
    let dependence = plot(&sweeps::by_dependence(), &against).unwrap();
    assert_eq!(traces(&dependence.panels[0]).len(), 1);
    let turned = PlotRequest {
        what: credits(&["partial-credit", "exact-match"]),
        ..against
    };
    let turned = plot(&sweep, &turned).unwrap();
    assert_eq!(turned.panels[0].y.label, "Partial credit");
    assert!(traces(&turned.panels[0]).is_empty());
}

#[test]
fn what_cannot_be_drawn_is_explained() {
    let (steps, both) = (
        sweeps::by_steps(),
        sweeps::by_steps_and_alpha(Points::Expected),
    );
    let x = |word: &str| PlotRequest {
        x: key(word),
        ..request()
    };
    let check = |error: String, parts: &[&str]| {
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    };
    check(
        refused(&steps, x("stpes")),
        &["\"stpes\"", "did you mean steps?", "task.steps"],
    );
    check(
        refused(
            &steps,
            PlotRequest {
                what: credits(&["prefix-credit"]),
                ..request()
            },
        ),
        &[
            "prefix-credit was not measured",
            "exact-match, partial-credit",
        ],
    );
    check(
        refused(
            &steps,
            PlotRequest {
                by: key("steps"),
                ..x("task.steps")
            },
        ),
        &["task.steps is asked for twice"],
    );
    check(
        refused(&both, request()),
        &[
            "task.steps and skill.alpha vary",
            "56 combinations",
            "skill.alpha == 0.2",
            "--facet",
        ],
    );
    check(
        refused(
            &steps,
            PlotRequest {
                at: Some(scale(2e10)),
                ..x("steps")
            },
        ),
        &["scale 2e10 was not measured", "1e10 and 3.16227766017e10"],
    );
    check(
        refused(
            &steps,
            PlotRequest {
                at: Some(scale(1e10)),
                ..request()
            },
        ),
        &["leave --at out"],
    );
    check(
        refused(
            &both,
            PlotRequest {
                what: anatomy(&[]),
                ..x("steps")
            },
        ),
        &["anatomy of this sweep was not computed"],
    );
    let what = anatomy(&["shift"]);
    check(
        refused(
            &steps,
            PlotRequest {
                what: what.clone(),
                ..x("scale")
            },
        ),
        &["sums up all scales"],
    );
    let y_scale = CreditAxis::Log;
    check(
        refused(
            &steps,
            PlotRequest {
                what: what.clone(),
                y_scale,
                ..request()
            },
        ),
        &["an anatomy has no axis of credit"],
    );
    let against = PlotRequest {
        kind: PlotKind::MetricAgainstMetric,
        ..request()
    };
    check(
        refused(
            &steps,
            PlotRequest {
                what: credits(&["exact-match"]),
                ..against.clone()
            },
        ),
        &["takes two metrics", "1 are given"],
    );
    check(
        refused(
            &steps,
            PlotRequest {
                what,
                ..against.clone()
            },
        ),
        &["shows mean credit"],
    );
    check(
        refused(
            &steps,
            PlotRequest {
                x: key("steps"),
                ..against
            },
        ),
        &["leave --x"],
    );
    let contour = PlotRequest {
        kind: PlotKind::Contour,
        by: key("kind"),
        ..request()
    };
    check(
        refused(&sweeps::by_dependence(), contour),
        &["no numbers", "--kind heatmap"],
    );
    let none = SweepFinding {
        keys: vec!["task.steps".to_owned()],
        points: Vec::new(),
    };
    assert_eq!(plot(&none, &request()), Err(PlotError::NoPoints));
    let word = mirage::report::PlotWhat::anatomy(["stepening"])
        .unwrap_err()
        .to_string();
    check(word, &["did you mean steepening?"]);
    // Two keys that end alike.
    let kinds = |kind: &str| vec![json!(kind), json!("none")];
    let keys = ["task.dependence.kind", "task.spread.kind"];
    let alike = listed(
        &even(),
        &keys,
        &[kinds("independent"), kinds("halting")],
        Points::Expected,
    );
    check(
        refused(&alike, x("kind")),
        &["may mean task.dependence.kind or task.spread.kind"],
    );
    assert!(plot(&alike, &x("dependence.kind")).is_ok());
    // More lines than can be told apart.
    let many: Vec<Value> = (1..=61).map(Value::from).collect();
    let many = grid(&even(), &[("task.steps", many)], Points::Expected);
    check(
        refused(&many, request()),
        &["61 lines", "60", "--kind heatmap"],
    );
}

/// Of many lines in the order of a number, some have labels, and none a number that means another.
#[test]
fn families_too_large_for_labels_show_some_of_them() {
    let many: Vec<Value> = (1..=40).map(Value::from).collect();
    let many = grid(&even(), &[("task.steps", many)], Points::Expected);
    let figure = plot(&many, &request()).unwrap();
    for style in styles() {
        let drawing = draw(&figure, style).unwrap();
        let words: Vec<&str> = drawing
            .texts()
            .iter()
            .map(|text| text.words.as_str())
            .collect();
        assert!(
            words.contains(&"L = 1") && words.contains(&"L = 40"),
            "{style:?}: {words:?}"
        );
        assert!(
            words.iter().all(|text| !text.contains("1 = ")),
            "{style:?}: {words:?}"
        );
        assert_texts_keep_apart(&format!("{style:?}"), &drawing);
    }
    assert!(figure.csv().unwrap().contains("Exact match,L = 23,curve"));
}

#[test]
fn tables_are_written_as_people_say_them() {
    let tables = [
        r#"{ kind = "ramp", ratio = 4 }"#,
        r#"{ kind = "bottleneck", share = 0.2 }"#,
        r#"{ kind = "equal" }"#,
    ];
    let settings = tables.map(|table| vec![json!(table)]);
    let mut sweep = listed(&even(), &["title"], &settings, Points::Expected);
    sweep.keys = vec!["task.difficulty".to_owned()];
    let figure = plot(&sweep, &request()).unwrap();
    let found = labels(&figure.panels[0]);
    assert_eq!(
        found,
        ["ramp (ratio = 4)", "bottleneck (share = 0.2)", "equal"]
    );
}

/// No number of a picture is lost on the way, and none is NaN.
fn drawn(what: &str, figure: &Figure) {
    assert!(!figure.panels.is_empty(), "{what}");
    let csv = figure.csv().unwrap();
    assert!(
        !csv.contains("NaN") && !csv.contains("inf"),
        "{what}: {csv}"
    );
    // What fits in a column and on a slide fits on a page; a theme moves no letter.
    for size in [Size::Column, Size::Slide] {
        let style = Style {
            size,
            ..Style::default()
        };
        let drawing = draw(figure, style).unwrap();
        assert_texts_keep_apart(&format!("{what}, {style:?}"), &drawing);
    }
    let svg = draw(figure, Style::default()).unwrap().svg();
    assert!(!svg.contains("NaN"), "{what}");
}

/// Every kind of figure of a sweep of lengths, on every axis of credit; what has no value at all may be refused.
fn all_kinds(what: &str, sweep: &SweepFinding) {
    let may_be_empty = |result: Result<Figure, PlotError>, name: &str| match result {
        Ok(figure) => drawn(&format!("{what}, {name}"), &figure),
        Err(PlotError::NothingToDraw { .. } | PlotError::NoKey { .. }) => {}
        Err(error) => panic!("{what}, {name}: {error}"),
    };
    for y_scale in CreditAxis::ALL {
        let lines = PlotRequest {
            y_scale,
            ..request()
        };
        drawn(
            &format!("{what}, lines {y_scale:?}"),
            &plot(sweep, &lines).unwrap(),
        );
        let over = PlotRequest {
            x: key("steps"),
            ..lines.clone()
        };
        may_be_empty(plot(sweep, &over), "over steps");
        let by = PlotRequest {
            by: key("scale"),
            ..over
        };
        may_be_empty(plot(sweep, &by), "by scale");
        let kind = PlotKind::MetricAgainstMetric;
        may_be_empty(plot(sweep, &PlotRequest { kind, ..lines }), "against");
    }
    for kind in [PlotKind::Heatmap, PlotKind::Contour] {
        let cells = PlotRequest {
            kind,
            by: key("steps"),
            ..request()
        };
        may_be_empty(plot(sweep, &cells), "cells");
    }
    let numbers: Vec<&str> = mirage::study::AnatomyNumber::ALL
        .map(|number| number.name())
        .to_vec();
    let all = PlotRequest {
        what: anatomy(&numbers),
        x: key("steps"),
        ..request()
    };
    may_be_empty(plot(sweep, &all), "anatomy");
}

#[test]
fn degenerate_sweeps_have_figures_too() {
    let with = |changes: &[(&str, Value)], steps: &[i32]| {
        let mut base = even();
        for (key, value) in changes {
            let (table, key) = key.split_once('.').unwrap();
            base[table][key] = value.clone();
        }
        grid(&base, &[("task.steps", values(steps))], Points::Simulated)
    };
    all_kinds("one point", &with(&[], &[10]));
    let one_scale = [("evaluation.scales", json!([1e9]))];
    all_kinds("one scale", &with(&one_scale, &[1, 7, 30]));
    all_kinds("one of each", &with(&one_scale, &[7]));
    all_kinds("zeros", &with(&[("skill.c", json!(1e40))], &[1, 7, 30]));
    all_kinds("ones", &with(&[("skill.c", json!(1e-40))], &[1, 7, 30]));
    let mut failed = with(&[], &[1, 7, 30]);
    failed.points[0].finding.rows.clear();
    failed.points[1]
        .finding
        .rows
        .retain(|row| row.scale.log10() > 9.1);
    all_kinds("failed scales", &failed);
    let figure = plot(&failed, &request()).unwrap();
    let counts: Vec<usize> = figure.panels[0]
        .series()
        .map(|series| series.points.len())
        .collect();
    assert_eq!(counts, [0, 6, 11]);
    let kind = PlotKind::Heatmap;
    let figure = plot(&failed, &PlotRequest { kind, ..request() }).unwrap();
    assert!(
        figure.note.contains("34 of 66 cells have a value"),
        "{}",
        figure.note
    );
    // Zeros are on the edge of a log axis, told by halved markers.
    let y_scale = CreditAxis::Log;
    let zeros = with(&[("skill.c", json!(1e40))], &[7]);
    let figure = plot(
        &zeros,
        &PlotRequest {
            y_scale,
            ..request()
        },
    )
    .unwrap();
    assert!(figure.note.contains("Halved markers: beyond the axis."));
}

#[test]
fn points_without_a_key_are_counted_out() {
    let keys = ["skill.kind", "skill.alpha"];
    let settings = [
        vec![json!("power-law"), json!(0.3)],
        vec![json!("power-law"), json!(0.6)],
        vec![json!("logistic"), Value::Null],
    ];
    let base = json!({"evaluation": {"scales": "log:1e8:1e11:4", "items": 50}});
    let sweep = listed(&base, &keys, &settings, Points::Simulated);
    let over = PlotRequest {
        x: key("alpha"),
        by: key("skill.kind"),
        ..request()
    };
    let figure = plot(&sweep, &over).unwrap();
    assert_eq!(labels(&figure.panels[0]), ["power-law"]);
    assert!(
        figure.note.contains("2 of 3 points drawn"),
        "{}",
        figure.note
    );
    let lines = plot(&sweep, &request()).unwrap();
    let found = labels(&lines.panels[0]);
    assert_eq!(found.len(), 3);
    assert!(found.contains(&"logistic, no alpha"), "{found:?}");
}

#[test]
fn ten_thousand_points_make_a_heatmap_of_reasonable_size() {
    let steps: Vec<Value> = (1..=100).map(Value::from).collect();
    let alphas: Vec<Value> = (1..=100)
        .map(|i| Value::from(0.1 + 0.01 * f64::from(i)))
        .collect();
    let base = json!({"evaluation": {"scales": [1e10], "items": 100}});
    let keys = [("task.steps", steps), ("skill.alpha", alphas)];
    let sweep = grid(&base, &keys, Points::Expected);
    let request = PlotRequest {
        kind: PlotKind::Heatmap,
        x: key("alpha"),
        by: key("steps"),
        what: credits(&["exact-match"]),
        ..request()
    };
    let began = Instant::now();
    let figure = plot(&sweep, &request).unwrap();
    assert!(figure.note.contains("10000 cells."), "{}", figure.note);
    let svg = draw(&figure, Style::default()).unwrap().svg();
    assert!(svg.len() < 2_000_000, "{} bytes", svg.len());
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn no_text_overlaps_another_or_leaves_the_canvas() {
    for (name, figure) in sweeps::gallery() {
        for style in styles() {
            let drawing = draw(&figure, style).unwrap();
            assert_texts_keep_apart(&format!("{name}, {style:?}"), &drawing);
        }
    }
}

/// Every text is drawn, but for labels of traces without room, of which the notes tell.
#[test]
fn every_text_is_drawn_and_has_glyphs() {
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    for (name, figure) in sweeps::gallery() {
        let traces: BTreeSet<&str> = figure
            .panels
            .iter()
            .flat_map(traces)
            .map(|trace| trace.label.as_str())
            .collect();
        let drawing = draw(&figure, Style::default()).unwrap();
        let all = drawing.texts().iter().map(|text| letters(&text.words));
        let all: String = all.collect();
        for text in figure.texts() {
            let optional = text == figure.title || traces.contains(text);
            assert!(
                all.contains(&letters(text)) || optional,
                "{name}: {text} is missing"
            );
        }
        // What has no glyph is replaced.
        assert!(!all.contains('\u{fffd}'), "{name}");
    }
}

#[test]
fn every_number_drawn_is_saved() {
    let kinds = |figure: &Figure| -> BTreeSet<String> {
        let csv = figure.csv().unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        reader
            .records()
            .map(|row| row.unwrap()[2].to_owned())
            .collect()
    };
    let sweep = sweeps::by_steps();
    let against = PlotRequest {
        kind: PlotKind::MetricAgainstMetric,
        ..request()
    };
    let figure = plot(&sweep, &against).unwrap();
    assert_eq!(
        Vec::from_iter(kinds(&figure)),
        ["across", "curve", "point", "trace"]
    );
    let rows = figure.csv().unwrap().lines().count();
    assert_eq!(rows, 1 + 6 * (11 + 11 + 241) + 6 * 241);
    let names = PlotRequest {
        x: Some(PlotAxis::Key("kind".to_owned())),
        ..request()
    };
    let figure = plot(&sweeps::by_dependence(), &names).unwrap();
    let csv = figure.csv().unwrap();
    assert!(csv.contains("Exact match,halting,name,1.0,,,\n"), "{csv}");
}

/// Where the ends of bars beside points are, and the points.
fn bars(panel: &Panel) -> Vec<(f64, f64)> {
    let layers = panel.layers.iter().filter_map(|layer| match layer {
        Layer::Across(across) => Some(&across.places),
        _ => None,
    });
    layers.flatten().map(|bar| (bar.low, bar.high)).collect()
}

#[test]
fn a_key_that_varies_as_well_is_told_and_parts_the_points() {
    let sweep = sweeps::scattered();
    let credit = PlotRequest {
        x: key("alpha"),
        what: credits(&["exact-match"]),
        ..request()
    };
    let figure = plot(&sweep, &credit).unwrap();
    let [series] = figure.panels[0].series().collect::<Vec<_>>()[..] else {
        panic!()
    };
    assert!(series.curve.is_empty() && series.points.len() == 20);
    let bars = bars(&figure.panels[0]);
    assert_eq!(bars.len(), 20);
    assert!(
        bars.iter()
            .all(|(low, high)| low < high && high - low < 0.03)
    );
    let told = "skill.c varies as well: 1e6 to 6.3e9.";
    assert!(figure.note.contains(told), "{}", figure.note);
    assert!(!figure.note.contains("join"), "{}", figure.note);
    let anatomy = PlotRequest {
        what: anatomy(&["x50"]),
        ..credit.clone()
    };
    let figure = plot(&sweep, &anatomy).unwrap();
    let mut lines = figure.panels[0].series();
    assert!(lines.all(|line| line.curve.is_empty() && line.points.len() == 20));
    assert!(figure.note.contains(told), "{}", figure.note);
    // Over scale each point is a line of its own: more than twelve are too many.
    let error = refused(&sweep, request());
    assert!(error.contains("skill.alpha and skill.c vary"), "{error}");
    // Values that come again, with others that do not.
    let settings: Vec<Vec<Value>> = (0..20)
        .map(|i| vec![json!(2 + i % 3), json!(0.2 + 0.01 * f64::from(i * 7 % 20))])
        .collect();
    let keys = ["task.steps", "skill.alpha"];
    let again = listed(&even(), &keys, &settings, Points::Expected);
    let x = key("steps");
    let figure = plot(&again, &PlotRequest { x, ..credit }).unwrap();
    assert_eq!(figure.panels[0].series().count(), 1);
    assert!(
        figure
            .note
            .contains("skill.alpha varies as well: 0.2 to 0.39."),
        "{}",
        figure.note
    );
}

#[test]
fn a_key_that_goes_along_is_told() {
    let sweep = sweeps::zipped();
    let what = credits(&["exact-match"]);
    let over = PlotRequest {
        x: key("steps"),
        what: what.clone(),
        ..request()
    };
    let facet = Some("items".to_owned());
    let by = PlotRequest {
        by: key("steps"),
        facet,
        what,
        ..request()
    };
    for request in [over, by] {
        let figure = plot(&sweep, &request).unwrap();
        let note = &figure.note;
        let told = "skill.alpha goes along: 0.3, 0.4, 0.5.";
        assert!(note.contains(told), "{note}");
        let mut lines = figure.panels[0].series();
        assert!(lines.all(|line| line.curve.len() > 1));
    }
    // Nothing goes along in a grid.
    let figure = plot(&sweeps::by_steps(), &request()).unwrap();
    assert!(!figure.note.contains("goes along"), "{}", figure.note);
}

#[test]
fn no_line_of_two_metrics_loses_its_label() {
    let keys = [
        ("task.guess", values(&[0.0, 0.2])),
        ("task.steps", values(&[2, 5, 10, 20])),
    ];
    let sweep = grid(&even(), &keys, Points::Simulated);
    let (facet, by) = (Some("guess".to_owned()), key("steps"));
    let figure = plot(
        &sweep,
        &PlotRequest {
            facet,
            by,
            ..request()
        },
    );
    let figure = figure.unwrap();
    assert_eq!(labels(&figure.panels[0]).len(), 8);
    let drawing = draw(&figure, Style::default()).unwrap();
    let all: Vec<&str> = drawing
        .texts()
        .iter()
        .map(|text| text.words.as_str())
        .collect();
    let all = all.join(" ");
    for label in labels(&figure.panels[0]) {
        // Whole, or explained below.
        assert!(
            all.matches(label).count() >= 1,
            "{label} is missing in {all}"
        );
    }
    // Where some must be left out, the note says so.
    let many: Vec<Value> = (1..=40).map(Value::from).collect();
    let many = grid(&even(), &[("task.steps", many)], Points::Expected);
    let drawing = draw(&plot(&many, &request()).unwrap(), Style::default()).unwrap();
    let mut texts = drawing.texts().iter();
    assert!(texts.any(|text| text.words.contains("lines without a label")));
}

#[test]
fn a_metric_looks_alike_in_all_panels_of_an_anatomy() {
    let mut base = even();
    base["evaluation"]["metrics"] = json!(["partial-credit", "exact-match", "prefix-credit"]);
    let steps = values(&[2, 5, 10]);
    let sweep = grid(&base, &[("task.steps", steps)], Points::Simulated);
    let what = anatomy(&["x50", "shift"]);
    let figure = plot(&sweep, &PlotRequest { what, ..request() }).unwrap();
    let looks = |panel: &Panel| -> Vec<(String, String)> {
        let looks = panel.series();
        let mut looks: Vec<_> = looks
            .map(|line| (line.label.clone(), format!("{:?}", line.look)))
            .collect();
        looks.sort();
        looks
    };
    let (all, against) = (looks(&figure.panels[0]), looks(&figure.panels[1]));
    assert_eq!((all.len(), against.len()), (3, 2));
    assert!(against.iter().all(|look| all.contains(look)), "{against:?}");
    // The only metric that a number says something of is named.
    let what = anatomy(&["shift", "exact-match", "partial-credit"]);
    let figure = plot(&sweep, &PlotRequest { what, ..request() }).unwrap();
    assert_eq!(titles(&figure), ["Exact match: shift"]);
}

#[test]
fn an_anatomy_over_words_is_not_joined() {
    let sweep = sweeps::by_dependence();
    let what = anatomy(&["x50"]);
    let figure = plot(&sweep, &PlotRequest { what, ..request() }).unwrap();
    let mut lines = figure.panels[0].series();
    assert!(lines.all(|line| line.curve.is_empty() && line.points.len() == 5));
}

#[test]
fn panels_of_one_number_share_their_axis() {
    let keys = [
        ("task.steps", values(&[2, 10])),
        ("skill.alpha", values(&[0.2, 0.5])),
    ];
    let sweep = grid(&even(), &keys, Points::Simulated);
    for request in [
        PlotRequest {
            what: anatomy(&["shift"]),
            ..request()
        },
        PlotRequest {
            y_scale: CreditAxis::Log,
            ..request()
        },
    ] {
        let facet = Some("alpha".to_owned());
        let figure = plot(&sweep, &PlotRequest { facet, ..request }).unwrap();
        assert_eq!(figure.panels[0].y, figure.panels[1].y);
    }
}

/// A label a panel away from its line would need a line to it, which would look like data.
#[test]
fn lines_that_end_inside_a_panel_have_their_labels_there() {
    let base = json!({"title": "One", "evaluation": {"scales": [2e9], "items": 50}});
    let sweep = grid(
        &base,
        &[("task.steps", values(&[1, 20]))],
        Points::Simulated,
    );
    let figure = plot(&sweep, &request()).unwrap();
    let drawing = draw(&figure, Style::default()).unwrap();
    let label = drawing.texts().iter().find(|text| text.words == "L = 1");
    let label = label.unwrap();
    let last = drawing.texts().iter().find(|text| text.words == "10¹⁰");
    assert!(label.right < last.unwrap().left, "{label:?}");
}

#[test]
fn ratios_that_span_much_lie_on_a_logarithm() {
    let steps = values(&[1, 3, 10, 30, 100, 1000]);
    let mut base = even();
    base["evaluation"]["scales"] = json!("log:1e7:1e22:31");
    let sweep = grid(&base, &[("task.steps", steps)], Points::Simulated);
    let what = anatomy(&["steepening"]);
    let figure = plot(&sweep, &PlotRequest { what, ..request() }).unwrap();
    let y = figure.panels[0].series().next().unwrap();
    let (least, most) = (y.points[0].y, y.points.last().unwrap().y);
    let is_log = figure.panels[0].y.kind == AxisKind::Log;
    assert_eq!(is_log, most > 30.0 * least, "{least} {most}");
}

#[test]
fn cells_are_marked_by_their_values_and_need_a_grid() {
    let sweep = sweeps::by_steps_and_alpha(Points::Expected);
    let cells = PlotRequest {
        kind: PlotKind::Heatmap,
        x: key("alpha"),
        by: key("steps"),
        ..request()
    };
    let figure = plot(&sweep, &cells).unwrap();
    assert_eq!(
        figure.panels[0].x.marks,
        [0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6]
    );
    assert_eq!(figure.panels[0].x.label, "Exponent alpha");
    for kind in [PlotKind::Heatmap, PlotKind::Contour] {
        let by = key("c");
        let scattered = PlotRequest {
            kind,
            by,
            ..cells.clone()
        };
        let error = refused(&sweeps::scattered(), scattered);
        assert!(error.contains("the points are no grid"), "{error}");
    }
}

#[test]
fn words_of_a_figure_are_whole() {
    let sweep = sweeps::by_alpha();
    let figure = plot(&sweep, &request()).unwrap();
    assert!(
        figure.note.contains("Bands: about 95% of estimates."),
        "{}",
        figure.note
    );
    let facet = Some("scale".to_owned());
    let error = refused(&sweep, PlotRequest { facet, ..request() });
    assert!(error.contains("give --by scale"), "{error}");
    let mut base = even();
    base["title"] = json!("stdin");
    let sweep = grid(&base, &[("task.steps", values(&[2]))], Points::Expected);
    let figure = plot(&sweep, &request()).unwrap();
    assert_eq!(figure.title, "Mean credit over scale");
}
