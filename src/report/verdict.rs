//! Three claims kept apart, in sentences with their numbers: growth, metric, usefulness.

use serde::Serialize;

use super::number::{percent, shortest};
use crate::domain::{Credit, Evaluation};
use crate::study::{
    Anatomy, Change, Finding, Growth, MetricAnatomy, MetricRise, NoRise, SingleSteps, Theorem,
    Useful, UsefulFrom,
};

/// What a finding says, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdicts {
    /// Is the skill of a single step smooth in scale?
    pub growth: String,
    /// What each metric, the size of the test and the choice of scales made of it; nothing on partial credit, which the
    /// others are held against.
    pub metric: Vec<String>,
    /// From where on it pays.
    pub usefulness: String,
}

impl Verdicts {
    /// The verdicts on a finding; `None` if its anatomy was not asked for.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        let anatomy = finding.anatomy.as_ref()?;
        let evaluation = &finding.scenario.evaluation;
        let metrics = anatomy.metrics.iter();
        let metrics = metrics.filter(|one| one.metric.credit != Credit::PartialCredit);
        Some(Self {
            growth: growth(&anatomy.growth, evaluation),
            metric: metrics
                .map(|one| metric(one, anatomy, evaluation))
                .collect(),
            usefulness: usefulness(&anatomy.usefulness),
        })
    }
}

/// A place of the axis: 10^9.67, 10^12.
fn place(x: f64) -> String {
    let power = format!("{x:.2}");
    format!("10^{}", power.strip_suffix(".00").unwrap_or(&power))
}

/// A probability in four decimals; as a power of ten where they would show nothing.
fn rate(p: f64) -> String {
    match p {
        0.0 => "0".to_owned(),
        p if p < 5e-4 => format!("{p:.1e}"),
        p => format!("{p:.4}"),
    }
}

fn growth(growth: &Growth, evaluation: &Evaluation) -> String {
    let (first, last) = evaluation.scales.window();
    let course = format!(
        "An ordinary step succeeds with probability {} at {} and {} at {}, and gains at most {} within a decade",
        rate(growth.first),
        place(first.log10()),
        rate(growth.last),
        place(last.log10()),
        rate(growth.largest_gain),
    );
    match growth.change {
        None => format!("smooth. {course}."),
        Some(change) => format!(
            "a break. At {} the exponent of the hazard changes from {} to {}, over {:.2} decades. {course}.",
            place(change.at.log10()),
            change.exponent_before,
            change.exponent_after,
            change.width,
        ),
    }
}

fn metric(one: &MetricAnatomy, anatomy: &Anatomy, evaluation: &Evaluation) -> String {
    let name = one.metric.to_string();
    let rise = match &one.rise {
        Ok(rise) => rise,
        Err(NoRise::NotComputed) => {
            return format!("{name}: its expected credit is not computed, so nothing is said.");
        }
        Err(NoRise::Flat) => {
            return format!("{name} does not rise: its expected credit is the same at all scales.");
        }
    };
    let mut sentences = vec![moved(&name, rise)];
    sentences.extend(capped(&name, rise));
    sentences.push(sampled(rise, evaluation));
    if rise.verdict.partial_credit_done_before {
        sentences.push("Partial credit's own rise lies below the measured scales.".to_owned());
    }
    sentences.extend(rise.verdict.theorem.map(theorem));
    let sharpened = rise.verdict.change == Some(Change::Sharpened);
    sentences.extend(
        anatomy
            .single_steps
            .filter(|_| sharpened)
            .map(|steps| single_steps(&name, rise, steps)),
    );
    sentences.join(" ")
}

/// "exact-match moved by 2.34 decades and sharpened 3.76 times against partial-credit."
fn moved(name: &str, rise: &MetricRise) -> String {
    let (Some(change), Some(times)) = (rise.verdict.change, rise.steepening) else {
        return format!("{name} has no partial credit that rises to be held against.");
    };
    let by = match rise.shift {
        Some(decades) if decades >= 0.0 => format!("moved by {decades:.2} decades"),
        Some(decades) => format!("moved by {:.2} decades towards smaller scales", -decades),
        None => "moved beyond all scales".to_owned(),
    };
    match change {
        Change::Moved => format!("{name} {by}, not sharpened, against partial-credit."),
        Change::Sharpened => {
            format!("{name} {by} and sharpened {times:.2} times against partial-credit.")
        }
        Change::Blunted => {
            format!("{name} {by} and blunted to {times:.2} of the steepness of partial-credit.")
        }
    }
}

fn capped(name: &str, rise: &MetricRise) -> Option<String> {
    (rise.high < 1.0 - 1e-9).then(|| {
        format!(
            "However large the scale, {name} stays below {}.",
            rate(rise.high)
        )
    })
}

/// "A test of 1000 items hides what lies below 10^9.67 (14 of 26 scales; 8 lie inside the rise)."
fn sampled(rise: &MetricRise, evaluation: &Evaluation) -> String {
    let count = evaluation.scales.as_slice().len();
    let items = evaluation.items.get();
    let test = match evaluation.attempts_per_item() {
        1 => format!("A test of {items} items"),
        attempts => format!("A test of {items} items with {attempts} attempts at each"),
    };
    let inside = match rise.scales_inside_rise {
        1 => "1 lies inside the rise".to_owned(),
        inside => format!("{inside} lie inside the rise"),
    };
    let hides = match (rise.first_visible, rise.hidden_scales) {
        (None, _) => format!("{test} hides all of it, at any scale"),
        (Some(_), 0) => format!("{test} hides none of the {count} scales ({inside})"),
        (Some(x), hidden) => format!(
            "{test} hides what lies below {} ({hidden} of {count} scales; {inside})",
            place(x),
        ),
    };
    match rise.verdict.drawn_as_a_jump {
        true => format!("{hides}, and the measured scales draw it as a jump."),
        false => format!("{hides}."),
    }
}

fn theorem(theorem: Theorem) -> String {
    match theorem {
        Theorem::PureShift { decades } => format!(
            "Theorem: with a power law and equal, independent steps it can only move, by log10(L)/alpha = {decades:.2} \
             decades."
        ),
        Theorem::AtMostFourOverE { times } => format!(
            "Theorem: with a logistic and L equal, independent steps it sharpens 4 (L/(L+1))^(L+1) = {times:.2} times, \
             never more than 4/e = 1.47 times, however long the task."
        ),
    }
}

/// Where steps differ: whether single steps are themselves as sharp.
fn single_steps(name: &str, rise: &MetricRise, steps: SingleSteps) -> String {
    let near = |slope: f64| (slope / rise.max_slope - 1.0).abs() <= 0.05;
    let reason = "partial credit is gradual because steps become solvable at different scales";
    let name = match name {
        "exact-match" => "exact match",
        other => other,
    };
    if near(steps.least) && near(steps.most) {
        return format!("Each single step is as sharp as {name}: {reason}.");
    }
    let (least, most) = (steps.least / rise.max_slope, steps.most / rise.max_slope);
    if most - least <= 0.05 * most {
        return format!("Each single step is {most:.2} times as sharp as {name}.");
    }
    format!("Single steps are {least:.2} to {most:.2} times as sharp as {name}.")
}

fn usefulness(useful: &Useful) -> String {
    let name = useful.metric.to_string();
    let threshold = shortest((useful.threshold * 1e6).round() / 1e6);
    let mut text = match useful.from {
        None => format!("where {name} reaches q* = {threshold} is not computed."),
        Some(UsefulFrom::At(x)) => format!("{name} reaches q* = {threshold} at {}.", place(x)),
        Some(UsefulFrom::Everywhere) => {
            format!("{name} is at q* = {threshold} or above at every scale.")
        }
        Some(UsefulFrom::Unattainable { at_most }) => {
            format!(
                "{name} never reaches q* = {threshold}: it is at most {}.",
                rate(at_most)
            )
        }
        Some(UsefulFrom::Beyond) => format!("{name} reaches q* = {threshold} beyond 10^300 only."),
    };
    let level = percent(useful.level);
    let known = match (useful.not_yet, useful.surely) {
        (Some(low), Some(high)) => Some(format!(
            "between {} and {}",
            place(low.log10()),
            place(high.log10())
        )),
        (Some(low), None) => Some(format!("above {}", place(low.log10()))),
        (None, Some(high)) => Some(format!("at or below {}", place(high.log10()))),
        (None, None) => None,
    };
    if let Some(known) = known {
        text += &format!(" By the data that scale is {known} ({level}, Bonferroni over scales).");
    }
    if let Some(success) = useful.step_success {
        let must = match useful.from {
            Some(UsefulFrom::Unattainable { .. }) => "would have to",
            _ => "must then",
        };
        text += &format!(" Each step {must} succeed with probability {success:.4}.");
    }
    if let (Some(first), Some(last)) = (useful.gains.first(), useful.gains.last()) {
        let gain = |gain: Option<f64>| {
            gain.map_or_else(|| "unknown".to_owned(), |gain| format!("{gain:+.3}"))
        };
        text += &format!(
            " One use gains {} at {} and {} at {}: who may leave it alone gains 0 below q*, and the kink is in that \
             choice, not in the skill.",
            gain(first.expected),
            place(first.scale.log10()),
            gain(last.expected),
            place(last.scale.log10()),
        );
    }
    text
}
