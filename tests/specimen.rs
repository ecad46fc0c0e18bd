//! Figures that hold every kind of layer, with labels that leave little room.

use mirage::report::{
    Annotation, Axis, BarStyle, Cloud, CreditAxis, CurvePlace, Distribution, Drawing, Fan, FanBand,
    FanEdge, Figure, Heatmap, Layer, Look, Panel, PlacedText, PointPlace, Raster, RasterGroup,
    ReferenceLine, Region, Series, Size, Span, StepMark, Style, Theme,
};

/// exp(-steps (N/c)^-alpha): exact match of a power-law skill.
pub(crate) fn exact_match(steps: f64, x: f64) -> f64 {
    libm::exp(-steps * libm::exp10(-0.34 * (x - 8.0)))
}

fn places(from: f64, to: f64) -> impl Iterator<Item = f64> {
    (0..=120).map(move |i| from + (to - from) * f64::from(i) / 120.0)
}

fn series(label: &str, place: usize, steps: f64) -> Series {
    let curve = places(7.0, 12.0).map(|x| {
        let y = exact_match(steps, x);
        let half = 2.0 * libm::sqrt(y * (1.0 - y) / 200.0);
        CurvePlace {
            x,
            y,
            low: (y - half).max(0.0),
            high: (y + half).min(1.0),
        }
    });
    let points = (0..=10).map(|i| {
        let x = 7.0 + 0.5 * f64::from(i);
        let y = (exact_match(steps, x) * 200.0).round() / 200.0;
        let low = (y - 0.04).max(0.0);
        PointPlace {
            x,
            y,
            low,
            high: (y + 0.04).min(1.0),
        }
    });
    Series {
        label: label.to_owned(),
        look: Look::at(place),
        curve: curve.collect(),
        points: points.collect(),
    }
}

fn panel(title: &str, x: Axis, y: Axis, layers: Vec<Layer>) -> Panel {
    Panel {
        title: title.to_owned(),
        subtitle: "what it counts, and of which attempts".to_owned(),
        x,
        y,
        measured: None,
        layers,
    }
}

fn scale() -> Axis {
    Axis::decades("Scale N (parameters)", (7.0, 12.0))
}

/// The anatomy of a rise: series, region, span, annotation and lines.
pub(crate) fn anatomy(kind: CreditAxis) -> Panel {
    let layers = vec![
        Region::new("hidden: below what 1000 items show", 7.0, 8.4).into(),
        ReferenceLine::vertical("break", 9.2).into(),
        ReferenceLine::horizontal("useful from 0.8", 0.8).into(),
        ReferenceLine::horizontal("1/n, n = 200", 0.005).into(),
        Span::new("shift 2.34 decades", (8.5, 10.84), 0.5).into(),
        Span::new("width 1.49 decades", (9.9, 11.39), 0.1).into(),
        Annotation::new("useful from 10¹¹·²⁴", 10.85, 0.8).into(),
        series("Exact match", 0, 10.0).into(),
        series("Partial credit", 1, 1.0).into(),
    ];
    let values = [0.005, 0.004, 0.996];
    let y = Axis::credit("Mean credit", kind, values);
    let mut panel = panel("The anatomy of a rise", scale(), y, layers);
    panel.measured = Some((7.5, 11.5));
    panel
}

pub(crate) fn forecast() -> Panel {
    let band = |level: f64, width: f64| FanBand {
        level,
        edges: places(9.0, 12.0)
            .map(|x| {
                let (y, half) = (exact_match(3.0, x), width * (x - 9.0) * 0.1);
                FanEdge {
                    x,
                    low: (y - half).max(0.0),
                    high: (y + half).min(1.0),
                }
            })
            .collect(),
    };
    let fan = Fan {
        label: "Forecast from small scales".to_owned(),
        look: Look::at(1),
        centre: places(9.0, 12.0)
            .map(|x| (x, exact_match(3.0, x)))
            .collect(),
        bands: vec![band(0.5, 0.35), band(0.95, 1.0), band(0.8, 0.65)],
    };
    let seen = Series {
        points: series("", 0, 3.0).points[..5].to_vec(),
        curve: Vec::new(),
        ..series("Measured", 0, 3.0)
    };
    let dots = seen.points.iter().flat_map(|at| {
        let scores = [0.02, 0.03, -0.04].map(|off| (at.x, (at.y + off).max(0.0)));
        scores.into_iter()
    });
    let runs = Cloud {
        label: seen.label.clone(),
        look: seen.look,
        places: dots.collect(),
    };
    let layers = vec![
        fan.into(),
        seen.into(),
        runs.into(),
        ReferenceLine::vertical("fitted up to here", 9.0).into(),
    ];
    panel(
        "Forecast",
        scale(),
        Axis::credit("Mean credit", CreditAxis::Linear, []),
        layers,
    )
}

pub(crate) fn distributions() -> Panel {
    let even = [
        0.01, 0.03, 0.1, 0.2, 0.26, 0.2, 0.12, 0.05, 0.02, 0.006, 0.004,
    ];
    let uneven = [
        0.0, 0.0, 0.01, 0.05, 0.2, 0.4, 0.25, 0.07, 0.01, 0.005, 0.005,
    ];
    let layers = vec![
        Distribution::of_counts("Even steps", Look::at(0), BarStyle::Filled, &even).into(),
        Distribution::of_counts("Uneven steps", Look::at(1), BarStyle::Outlined, &uneven).into(),
    ];
    panel(
        "Correct steps",
        Axis::number("Correct steps of 10", -0.5, 10.5),
        Axis::number("Share of attempts", 0.0, 0.45),
        layers,
    )
}

pub(crate) fn raster() -> Panel {
    let attempts = |rule: fn(usize, usize) -> bool| -> Vec<Vec<StepMark>> {
        let row = |i| {
            (0..10).map(move |k| {
                if rule(i, k) {
                    StepMark::Right
                } else {
                    StepMark::Wrong
                }
            })
        };
        (0..6).map(|i| row(i).collect()).collect()
    };
    let group = |heading: &str, attempts| RasterGroup {
        heading: heading.to_owned(),
        attempts,
    };
    let groups = vec![
        group(
            "Even steps: any step may fail",
            attempts(|i, k| (i * 7 + k * 5) % 11 > 1),
        ),
        group(
            "Uneven steps: late ones fail",
            attempts(|i, k| k + i % 3 < 7),
        ),
    ];
    panel(
        "Attempts at 10¹⁰ parameters",
        Axis::number("Step", 0.5, 10.5),
        Axis::number("Attempt", 0.0, 1.0),
        vec![Raster { groups }.into()],
    )
}

pub(crate) fn heatmap() -> Panel {
    let x_edges: Vec<f64> = (0..=20).map(|i| 7.0 + 0.25 * f64::from(i)).collect();
    let y_edges: Vec<f64> = (0..=10).map(|i| 0.5 + f64::from(i)).collect();
    let value = |j: i32, i: i32| {
        let x = 7.125 + 0.25 * f64::from(i);
        (i + j < 27).then(|| exact_match(f64::from(j + 1), x))
    };
    let values = (0..10).flat_map(|j| (0..20).map(move |i| value(j, i)));
    let middles = |edges: &[f64]| -> Vec<f64> {
        edges
            .windows(2)
            .map(|pair| 0.5 * (pair[0] + pair[1]))
            .collect()
    };
    let heatmap = Heatmap {
        label: "Exact match".to_owned(),
        range: (0.0, 1.0),
        columns: middles(&x_edges),
        rows: middles(&y_edges),
        x_edges,
        y_edges,
        values: values.collect(),
    };
    let layers = vec![
        heatmap.into(),
        Annotation::new("the default run", 9.5, 4.0).into(),
    ];
    panel(
        "Scale against length",
        scale(),
        Axis::number("Number of steps", 0.5, 10.5),
        layers,
    )
}

/// A family of curves in the order of a number, on an axis with negative numbers.
pub(crate) fn money() -> Panel {
    let lengths = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
    let family = (0..).zip(lengths).map(|(i, steps)| {
        let curve = places(7.0, 12.0).map(|x| (x, 3.0 * exact_match(steps, x) - 2.0));
        Series::curve(
            &format!("L = {steps}"),
            Look::along(f64::from(i) / 5.0),
            curve,
        )
        .into()
    });
    let layers = family.chain([ReferenceLine::horizontal("pays from here on", 0.0).into()]);
    panel(
        "Usefulness",
        scale(),
        Axis::number("Money per task", -2.0, 1.0),
        layers.collect(),
    )
}

fn figure(name: &str, panels: Vec<Panel>) -> Figure {
    Figure {
        name: name.to_owned(),
        title: "Every kind of layer, with labels that leave little room".to_owned(),
        caption: "A specimen.".to_owned(),
        note: "Points: simulated, n = 200 items, with 95% intervals. Curves: expected.".to_owned(),
        panels,
    }
}

pub(crate) fn all_layers(kind: CreditAxis) -> Figure {
    figure(
        "specimen",
        vec![
            anatomy(kind),
            forecast(),
            distributions(),
            raster(),
            heatmap(),
            money(),
        ],
    )
}

/// Labels without a place: too many, too long, all at one spot.
pub(crate) fn crowded() -> Figure {
    let mut panel = anatomy(CreditAxis::Linear);
    for i in 0..14 {
        let label = format!("annotation number {i} with rather a lot to say about this place");
        panel.layers.push(Annotation::new(&label, 9.5, 0.5).into());
        let label = format!("a line of its own number {i}");
        panel
            .layers
            .push(ReferenceLine::horizontal(&label, 0.4 + 0.002 * i as f64).into());
        panel.layers.push(
            series(
                &format!("One more series with a long name {i}"),
                i,
                2.0 + i as f64,
            )
            .into(),
        );
    }
    panel.title =
        "A heading that has to be broken several times because nobody thought of the reader"
            .to_owned();
    panel.x.label = "A label of an axis that is so long that it does not fit below any panel of a usual width at all".to_owned();
    panel.y.label = panel.x.label.clone();
    let mut family = money();
    family
        .layers
        .extend((0..40).map(|i| Layer::from(series(&format!("curve {i}"), i, 1.0 + i as f64))));
    figure("crowded", vec![panel, family])
}

/// One panel alone.
pub(crate) fn alone(panel: Panel) -> Figure {
    figure("alone", vec![panel])
}

pub(crate) fn styles() -> impl Iterator<Item = Style> {
    let themes = |size| Theme::ALL.map(|theme| Style { theme, size });
    Size::ALL.into_iter().flat_map(themes)
}

#[track_caller]
pub(crate) fn assert_texts_keep_apart(what: &str, drawing: &Drawing) {
    let (width, height) = drawing.inches();
    let texts = drawing.texts();
    for (i, one) in texts.iter().enumerate() {
        assert!(
            one.left >= 0.0 && one.top >= 0.0 && one.right <= width && one.bottom <= height,
            "{what}: {one:?} leaves a canvas of {width} x {height}"
        );
        let overlaps = |other: &&PlacedText| {
            one.left < other.right
                && other.left < one.right
                && one.top < other.bottom
                && other.top < one.bottom
        };
        if let Some(other) = texts[i + 1..].iter().find(overlaps) {
            panic!("{what}: {one:?} overlaps {other:?}");
        }
    }
}
