//! The figure of an anatomy: what it marks, and that its labels can be read.

use mirage::domain::Scenario;
use mirage::files::{SHIPPED, Source, load};
use mirage::report::{CreditAxis, Figure, Layer, Panel, Style, anatomy_figure, draw};
use mirage::study::{Finding, expect};

use crate::specimen::{assert_texts_keep_apart, styles};
use crate::support;

fn shipped(name: &str) -> Scenario {
    load(&Source::Shipped(name.to_owned()), &[])
        .unwrap()
        .scenario
}

fn dissected(mut finding: Finding) -> Finding {
    support::dissect(&mut finding, 0);
    finding
}

fn figure_of(findings: Vec<Finding>, axis: CreditAxis) -> Figure {
    let findings: Vec<Finding> = findings.into_iter().map(dissected).collect();
    anatomy_figure(&findings, axis).unwrap()
}

fn simulated(name: &str) -> Figure {
    figure_of(vec![support::run(shipped(name))], CreditAxis::Linear)
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

fn spans(panel: &Panel) -> Vec<(&str, f64, f64, f64)> {
    let layers = panel.layers.iter().filter_map(|layer| match layer {
        Layer::Span(span) => Some((span.label.as_str(), span.from, span.to, span.y)),
        _ => None,
    });
    layers.collect()
}

#[test]
fn shift_width_hidden_window_and_threshold_are_marked() {
    let figure = simulated("default");
    let [panel] = &figure.panels[..] else {
        panic!()
    };
    assert_eq!(
        panel.subtitle,
        "Exact match moved by 2.34 decades, sharpened 3.76×"
    );
    let [moved, width] = &spans(panel)[..] else {
        panic!()
    };
    assert_eq!(moved.0, "moved by 2.34 decades");
    close(moved.2, 10.693, 0.0005);
    close(moved.2 - moved.1, 2.34, 0.005);
    close(moved.3, 0.5, 1e-9);
    assert_eq!(width.0, "10–90%: 1.49 decades");
    close(width.1, 10.113, 0.0005);
    close(width.2, 11.602, 0.0005);
    let region = panel.layers.iter().find_map(|layer| match layer {
        Layer::Region(region) => Some(region),
        _ => None,
    });
    let region = region.unwrap();
    assert_eq!(region.label, "hidden from 1000 items");
    close(region.from, 7.0, 1e-9);
    close(region.to, 9.6666, 0.0001);
    let mark = panel.layers.iter().find_map(|layer| match layer {
        Layer::Annotation(mark) => Some(mark),
        _ => None,
    });
    let mark = mark.unwrap();
    assert_eq!(mark.label, "useful from 1.7×10¹¹");
    close(mark.x, 11.24, 0.0005);
    close(mark.y, 0.8, 1e-12);
    // Partial credit and exact match, each with its points, over all that is marked.
    let labels: Vec<&str> = panel.series().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["Partial credit", "Exact match"]);
    assert!(panel.series().all(|series| series.points.len() == 26));
    let exact = panel.series().nth(1).unwrap();
    assert!((exact.points[0].x, exact.points[25].x) == (7.0, 12.0) && exact.points[20].y > 0.6);
    assert!(panel.x.from <= moved.1 && width.2 <= panel.x.to);
    assert!(
        figure
            .caption
            .contains("Each single step is as sharp as exact match")
    );
    // Where nothing was simulated there are no points, and none are claimed.
    let computed = figure_of(
        vec![expect("test".to_owned(), shipped("default"))],
        CreditAxis::Linear,
    );
    assert!(
        computed.panels[0]
            .series()
            .all(|series| series.points.is_empty())
    );
    assert!(!computed.note.contains("Points"));
}

/// Where it pays is a matter of exact match: without its curve the mark would stand on another's.
#[test]
fn a_threshold_is_marked_on_its_own_curve_or_not_at_all() {
    let mut scenario = shipped("default");
    scenario.evaluation.metrics =
        serde_json::from_str(r#"["prefix-credit", "partial-credit"]"#).unwrap();
    let figure = figure_of(
        vec![expect("test".to_owned(), scenario)],
        CreditAxis::Linear,
    );
    let marked = |layer: &Layer| matches!(layer, Layer::Annotation(_));
    assert!(!figure.panels[0].layers.iter().any(marked));
}

/// The choice gains max(0, 5 q - 4.1): nothing up to the threshold, and then what use gains.
#[test]
fn a_payoff_has_a_panel_with_its_kink() {
    let figure = simulated("chain-of-thought");
    let [_, gains] = &figure.panels[..] else {
        panic!()
    };
    let series: Vec<_> = gains.series().collect();
    let [choice, use_it] = &series[..] else {
        panic!()
    };
    let kink = 11.21;
    for (chosen, used) in choice.curve.iter().zip(&use_it.curve) {
        close(chosen.y, used.y.max(0.0), 1e-15);
        assert_eq!(chosen.y == 0.0, chosen.x < kink + 0.01, "{}", chosen.x);
    }
    assert_eq!(use_it.points.len(), 26);
    let surrounded =
        |place: &mirage::report::PointPlace| place.low <= place.y && place.y <= place.high;
    assert!(use_it.points.iter().all(surrounded));
    assert_eq!(simulated("default").panels.len(), 1);
}

#[test]
fn labels_keep_apart_in_every_shipped_scenario() {
    // Each on the plain axis in the plain style; in turn, each on another axis, and in another style.
    let all = support::shipped_findings().iter().enumerate();
    for (place, finding) in all {
        let in_turn = CreditAxis::ALL[place % CreditAxis::ALL.len()];
        let style = styles().nth(place % styles().count()).unwrap();
        let plain = (CreditAxis::Linear, Style::default());
        for (axis, style) in [plain, (in_turn, plain.1), (plain.0, style)] {
            let figure = anatomy_figure(std::slice::from_ref(finding), axis).unwrap();
            let drawing = draw(&figure, style).unwrap();
            assert_texts_keep_apart(&format!("{}, {axis:?}, {style:?}", finding.name), &drawing);
        }
    }
}

/// The figure that README shows is the one that README's first command draws.
#[test]
fn the_committed_anatomy_is_up_to_date() {
    let path = format!("{}/out/gallery/anatomy.svg", env!("CARGO_MANIFEST_DIR"));
    let committed = std::fs::read_to_string(path).unwrap();
    let worlds = SHIPPED[..2]
        .iter()
        .map(|one| support::run(shipped(one.name)));
    let figure = figure_of(worlds.collect(), CreditAxis::Linear);
    let drawn = draw(&figure, Style::default()).unwrap().svg();
    assert!(drawn.len() < 180_000, "{} bytes", drawn.len());
    assert!(
        committed == drawn,
        "copy figures/anatomy.svg of `mirage run` to out/gallery/anatomy.svg"
    );
}

/// A metric without a rise, a useful scale out of reach, partial credit alone: a panel all the same.
#[test]
fn odd_scenarios_have_anatomies_too() {
    for json in [
        r#"{"skill": {"kind": "logistic", "ceiling": 1e-300}}"#,
        r#"{"skill": {"kind": "logistic", "ceiling": 0.5}, "usefulness": {"value": 1.0, "loss": 2.0}}"#,
        r#"{"evaluation": {"metrics": ["partial-credit"]}}"#,
        r#"{"evaluation": {"metrics": ["prefix-credit"], "scales": [1e9]}}"#,
        r#"{"usefulness": {"threshold": 0.0}}"#,
        r#"{"task": {"steps": 1000000}}"#,
        r#"{"skill": {"kind": "power-law", "alpha": 0.001}}"#,
        r#"{"skill": {"kind": "linear-log", "zero-at": 1e9, "one-at": 1.00001e9}, "evaluation": {"scales": [1e-3, 1e20]}}"#,
    ] {
        let finding = expect("test".to_owned(), serde_json::from_str(json).unwrap());
        let figure = figure_of(vec![finding], CreditAxis::Linear);
        assert!(!figure.panels.is_empty(), "{json}");
        let drawing = draw(&figure, Style::default()).unwrap();
        assert_texts_keep_apart(json, &drawing);
    }
}
