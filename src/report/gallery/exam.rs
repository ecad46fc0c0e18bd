//! An exam: the same attempts as rows of right and wrong answers, and under every metric.

use super::super::axis::{Axis, CreditAxis};
use super::super::drawn::{credit_axis, measured, points};
use super::super::figure::Panel;
use super::super::layer::{CurvePlace, Layer, PointPlace, Raster, RasterGroup, Series, StepMark};
use super::super::look::Look;
use super::super::number::{four_digits, percent};
use super::Drawn;
use crate::domain::{Metric, Scale};
use crate::study::{ExamWords, FigureFinding, Finding, Shown, Trace};

/// Rows of answers at some scales, and what each metric makes of all of them.
pub(super) fn panels(finding: &FigureFinding, at: &[Scale], words: &ExamWords) -> Drawn {
    let (Some(one), Shown::Attempts { traces, .. }) = (finding.findings.first(), &finding.shown)
    else {
        return Drawn::default();
    };
    let steps = one.scenario.task.steps().get();
    let evaluation = &one.scenario.evaluation;
    let students = format!("{} {}", evaluation.items.get(), words.attempts);
    let here = traces
        .iter()
        .filter(|trace| Some(&trace.scale) == at.first());
    let groups = at.iter().map(|at| group(*at, one, traces, words));
    let rows = Panel {
        title: capital(&words.attempts),
        subtitle: format!(
            "right answers of {}, and how many pass",
            u64::from(steps) * here.clone().count() as u64
        ),
        x: Axis::number(&capital(&words.steps), 0.5, f64::from(steps) + 0.5),
        y: Axis::number(&capital(&words.attempts), 0.0, 1.0),
        measured: None,
        layers: vec![
            Raster {
                groups: groups.collect(),
            }
            .into(),
        ],
    };
    let metrics = one.scenario.evaluation.metrics.as_slice();
    let named = metrics.iter().zip(&words.metrics).enumerate();
    let layers: Vec<Layer> = named
        .map(|(place, (metric, name))| series(one, *metric, name, place).into())
        .collect();
    let (first, last) = measured(one);
    let (from, to) = (libm::exp10(first), libm::exp10(last));
    let marks = Panel {
        title: format!("The same {}", words.attempts),
        subtitle: rises(one, words),
        x: Axis::logarithm(&words.scale, from, to),
        y: Axis {
            label: "Share".to_owned(),
            ..credit_axis(CreditAxis::Linear, metrics, &layers)
        },
        measured: None,
        layers,
    };
    let note = format!(
        "Rows: the first {} of {students}, not chosen. Points: simulated, n = {students} for each number of {}, with {} intervals. Curves: expected.",
        here.count(),
        words.unit,
        percent(evaluation.level),
    );
    (vec![rows, marks], note)
}

/// What stands at the begin of a line.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// A number of units, such as "1.5 hours".
fn amount(at: Scale, words: &ExamWords) -> String {
    format!("{} {}", four_digits(at.get()), words.unit)
}

/// The attempts at a scale, under what they come to by each metric that gives all or nothing.
fn group(at: Scale, one: &Finding, traces: &[Trace], words: &ExamWords) -> RasterGroup {
    let here: Vec<&Trace> = traces.iter().filter(|trace| trace.scale == at).collect();
    let right: u32 = here.iter().map(|trace| trace.scored.correct).sum();
    let metrics = one.scenario.evaluation.metrics.as_slice();
    let passes = metrics.iter().zip(&words.metrics);
    let passes = passes.filter(|(metric, _)| metric.is_success_rate());
    let passes = passes.map(|(metric, name)| {
        let earns = |trace: &&&Trace| {
            let mut credits = trace.scored.credits.iter();
            credits.any(|(credit, value)| *credit == metric.credit && *value == 1.0)
        };
        format!(", {} {name}", here.iter().filter(earns).count())
    });
    let mark = |right: &bool| match right {
        true => StepMark::Right,
        false => StepMark::Wrong,
    };
    RasterGroup {
        heading: format!(
            "{}: {right} right{}",
            amount(at, words),
            passes.collect::<String>()
        ),
        attempts: here
            .iter()
            .map(|trace| trace.outcome.iter().map(mark).collect())
            .collect(),
    }
}

/// A metric over plain numbers of units.
fn series(one: &Finding, metric: Metric, name: &str, place: usize) -> Series {
    let curves = one.expected_curves();
    let own = curves.iter().filter(|curve| curve.metric == metric);
    let curve = own.flat_map(|curve| &curve.points).map(|at| CurvePlace {
        x: libm::exp10(at.x),
        y: at.expected,
        low: at.expected,
        high: at.expected,
    });
    let points = points(one, metric).into_iter().map(|point| PointPlace {
        x: libm::exp10(point.x),
        ..point
    });
    Series {
        label: name.to_owned(),
        look: Look::at(place),
        curve: curve.collect(),
        points: points.collect(),
    }
}

/// How many times as much of what scale counts takes each metric from 10% to 90%.
fn rises(one: &Finding, words: &ExamWords) -> String {
    let metrics = one.anatomy.iter().flat_map(|anatomy| &anatomy.metrics);
    let times = metrics.zip(&words.metrics).filter_map(|(metric, name)| {
        let width = metric.rise.as_ref().ok()?.width?;
        Some(format!("×{:.0} {name}", libm::exp10(width)))
    });
    format!("10-90%: {}", times.collect::<Vec<_>>().join(", "))
}
