//! Where axes are marked.

use super::axis::{Axis, AxisKind, CreditAxis};
use super::number::{four_digits, power_of_ten};

/// A mark with its number.
pub(super) type Tick = (f64, String);

/// The marks with numbers of an axis this long: as many as the kind of axis is meant to have and as fit, their numbers at
/// least `gap` apart. `extent` says how far a number reaches along the axis.
pub(super) fn ticks(axis: &Axis, length: i32, gap: i32, extent: impl Fn(&str) -> i32) -> Vec<Tick> {
    let place = |tick: &Tick| axis.share(tick.0) * f64::from(length);
    let apart = |one: &Tick, other: &Tick| {
        let room = 0.5 * f64::from(extent(&one.1) + extent(&other.1)) + f64::from(gap);
        (place(one) - place(other)).abs() >= room
    };
    let mut choices = choices(axis);
    let fit = |ticks: &[Tick]| {
        let mut pairs = ticks
            .iter()
            .enumerate()
            .flat_map(|(i, tick)| ticks[..i].iter().map(move |before| (before, tick)));
        pairs.all(|(before, tick)| apart(before, tick))
    };
    if let Some(first) = choices.iter().position(|ticks| fit(ticks)) {
        return choices.swap_remove(first);
    }
    let mut kept: Vec<Tick> = Vec::new();
    for tick in choices.pop().unwrap_or_default() {
        if kept.iter().all(|other| apart(other, &tick)) {
            kept.push(tick);
        }
    }
    kept
}

/// Every number that [`ticks`] might put at an axis.
pub(super) fn possible_numbers(axis: &Axis) -> impl Iterator<Item = String> {
    let all = choices(axis).into_iter().flatten();
    all.map(|(_, number)| number)
}

/// Sets of marks in order, the first that fits to be taken; of the last, those that fit, the first before the next.
fn choices(axis: &Axis) -> Vec<Vec<Tick>> {
    if !axis.marks.is_empty() {
        return given(&axis.marks);
    }
    match &axis.kind {
        AxisKind::Decades => (1..=64).map(|step| decades(axis, step)).collect(),
        AxisKind::Number => numbers(axis),
        AxisKind::Log => logarithms(axis),
        AxisKind::Names(names) => vec![(0_u32..).map(f64::from).zip(names.clone()).collect()],
        AxisKind::Credit(CreditAxis::Linear) => [4, 2, 1].map(quarters).to_vec(),
        AxisKind::Credit(CreditAxis::Log) => (1..=6).map(|step| powers(axis, step)).collect(),
        AxisKind::Credit(CreditAxis::Logit | CreditAxis::Cloglog) => vec![both_ways(axis)],
    }
}

/// Numbers that are given: all, every second and so on.
fn given(marks: &[f64]) -> Vec<Vec<Tick>> {
    let least = marks.len().div_ceil(MOST_GIVEN);
    let choice = |step| {
        let marks = marks.iter().step_by(step);
        marks
            .map(|&value| (value, four_digits(value).replace('-', "−")))
            .collect()
    };
    (least..=marks.len()).map(choice).collect()
}

/// Given numbers at an axis: more cannot be taken in.
const MOST_GIVEN: usize = 12;

fn decades(axis: &Axis, step: usize) -> Vec<Tick> {
    let (from, to) = (axis.from.ceil() as i32, axis.to.floor() as i32);
    // At most seven numbers to an axis: more cannot be taken in.
    let least = ((i64::from(to) - i64::from(from)).max(0) / 7 + 1) as usize;
    (from..=to)
        .step_by(step.max(least))
        .map(|decade| (f64::from(decade), power_of_ten(decade)))
        .collect()
}

fn quarters(parts: i32) -> Vec<Tick> {
    let tick = |i| {
        let value = f64::from(i) / f64::from(parts);
        (value, format!("{value:.2}"))
    };
    (0..=parts).map(tick).collect()
}

/// 1, 0.1, 0.01, 10⁻³ and so on down.
fn powers(axis: &Axis, step: usize) -> Vec<Tick> {
    let tick = |power| (libm::exp10(f64::from(power)), small_power(power));
    let all = (-12..=0).rev().step_by(step).map(tick);
    all.filter(|tick| !axis.is_beyond(tick.0 * (1.0 + 1e-9)) || tick.0 == 1.0)
        .collect()
}

/// The middle, then powers of ten from 0 and from 1, the nearest to the middle first.
fn both_ways(axis: &Axis) -> Vec<Tick> {
    let near = |power: i32| {
        let gap = libm::exp10(f64::from(power));
        let digits = power.unsigned_abs() as usize;
        [
            (gap, small_power(power)),
            (1.0 - gap, format!("{:.digits$}", 1.0 - gap)),
        ]
    };
    let middle = [(0.5, "0.5".to_owned())];
    let all = middle.into_iter().chain((-6..=-1).rev().flat_map(near));
    let hair = 1e-9;
    all.filter(|(value, _)| {
        *value >= axis.from * (1.0 - hair) && 1.0 - value >= (1.0 - axis.to) * (1.0 - hair)
    })
    .collect()
}

fn small_power(power: i32) -> String {
    match power {
        0 => "1".to_owned(),
        -1 => "0.1".to_owned(),
        -2 => "0.01".to_owned(),
        _ => power_of_ten(power),
    }
}

/// Steps of 1, 2 and 5 times powers of ten, from about six to an axis to one.
fn numbers(axis: &Axis) -> Vec<Vec<Tick>> {
    let span = axis.to - axis.from;
    let finite = axis.from.is_finite() && axis.to.is_finite();
    if !(span > 0.0 && span.is_finite() && finite) {
        return vec![vec![(axis.from, number(axis.from, 1.0, axis.from))]];
    }
    let first = libm::log10(span / 6.0).floor() as i32;
    let steps = (first..first + 3)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * libm::exp10(f64::from(power))));
    let largest = axis.from.abs().max(axis.to.abs());
    let ticks = |step: f64| -> Vec<Tick> {
        let (low, high) = (
            (axis.from / step - 1e-9).ceil(),
            (axis.to / step + 1e-9).floor(),
        );
        let count = (high - low).clamp(-1.0, 100.0) as i32;
        let tick = |i: i32| {
            let value = (low + f64::from(i)) * step;
            (value, number(value, step, largest))
        };
        (0..=count).map(tick).collect()
    };
    steps
        .filter(|step| *step >= span / 6.0)
        .map(ticks)
        .collect()
}

/// 1, 2 and 5 times powers of ten, or powers of ten alone; steps of plain numbers where there are fewer than three of them.
fn logarithms(axis: &Axis) -> Vec<Vec<Tick>> {
    let hair = 1e-9;
    let (low, high) = (axis.from * (1.0 - hair), axis.to * (1.0 + hair));
    let finite = low > 0.0 && high.is_finite();
    if !finite {
        return numbers(axis);
    }
    let powers = libm::log10(low).floor() as i32..=libm::log10(high).floor() as i32;
    let as_powers = high >= 1e5 || low < 1e-4;
    let marks = |digits: &[f64], step: usize| -> Vec<Tick> {
        let all = powers.clone().step_by(step).flat_map(|power| {
            let unit = libm::exp10(f64::from(power));
            let tick = move |digit: &f64| (digit * unit, power_or_number(*digit, power, as_powers));
            digits.iter().map(tick).collect::<Vec<_>>()
        });
        all.filter(|(value, _)| (low..=high).contains(value))
            .collect()
    };
    let mut choices = vec![marks(&[1.0, 2.0, 5.0], 1)];
    choices.extend((1..=64).map(|step| marks(&[1.0], step)));
    // More than ten cannot be taken in; fewer than three say little about a scale whose steps are uneven.
    choices.retain(|ticks| (3..=10).contains(&ticks.len()));
    match choices.is_empty() {
        true => numbers(axis),
        false => choices,
    }
}

/// A digit times a power of ten: 2000, or like all of its axis 2×10³ and 10³.
fn power_or_number(digit: f64, power: i32, as_powers: bool) -> String {
    let unit = libm::exp10(f64::from(power));
    match as_powers {
        true if digit == 1.0 => power_of_ten(power),
        true => format!("{digit}×{}", power_of_ten(power)),
        false => number(digit * unit, unit, digit * unit),
    }
}

/// A number on an axis with marks this far apart: −1.5, 20 000 as 20000, and from 100000 on 2×10⁶.
fn number(value: f64, step: f64, largest: f64) -> String {
    if value.abs() < 1e-9 * step {
        return "0".to_owned();
    }
    let text = if largest >= 1e5 || step < 1e-4 {
        let power = (libm::log10(value.abs()) + 1e-9).floor();
        // Two decimals tell marks apart that are 1, 2 or 5 of some power of ten from each other.
        let digits = format!("{:.2}", value / libm::exp10(power));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        format!("{digits}×{}", power_of_ten(power as i32))
    } else {
        let decimals = (-(libm::log10(step) + 1e-9).floor()).max(0.0) as usize;
        format!("{value:.decimals$}")
    };
    text.replace('-', "−")
}

/// Where an axis has a mark without a number: at 2 to 9 times each power of ten, on axes short enough to tell them apart.
pub(super) fn small_ticks(axis: &Axis) -> Vec<f64> {
    if !axis.marks.is_empty() {
        return Vec::new();
    }
    match axis.kind {
        AxisKind::Decades if axis.to - axis.from <= 8.0 => {
            let decades = axis.from.floor() as i32..axis.to.ceil() as i32;
            let within = decades.flat_map(|decade| {
                (2..10).map(move |digit| f64::from(decade) + libm::log10(f64::from(digit)))
            });
            within
                .filter(|value| (axis.from..=axis.to).contains(value))
                .collect()
        }
        AxisKind::Decades => {
            let (from, to) = (axis.from.ceil() as i32, axis.to.floor() as i32);
            (from..=to).take(400).map(f64::from).collect()
        }
        AxisKind::Log if axis.from > 0.0 && axis.to < 1e8 * axis.from => {
            let powers =
                libm::log10(axis.from).floor() as i32..=libm::log10(axis.to).floor() as i32;
            let within = powers.flat_map(|power| {
                (1..10).map(move |digit| f64::from(digit) * libm::exp10(f64::from(power)))
            });
            within
                .filter(|value| (axis.from..=axis.to).contains(value))
                .collect()
        }
        AxisKind::Credit(_) | AxisKind::Number | AxisKind::Log | AxisKind::Names(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, length: i32) -> Vec<String> {
        let ticks = ticks(axis, length, 5, |label| 10 * label.chars().count() as i32);
        ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn decades_are_written_as_powers() {
        assert_eq!([12, -3, 0].map(power_of_ten), ["10¹²", "10⁻³", "10⁰"]);
    }

    #[test]
    fn each_axis_has_the_numbers_that_suit_it() {
        let decades = Axis::decades("", (7.0, 12.0));
        assert_eq!(
            labels(&decades, 1000),
            ["10⁷", "10⁸", "10⁹", "10¹⁰", "10¹¹", "10¹²"]
        );
        assert_eq!(labels(&decades, 100), ["10⁷", "10⁹", "10¹¹"]);
        assert_eq!(labels(&decades, 90), ["10⁷", "10¹⁰"]);
        let credit = |kind| Axis::credit("", kind, [0.002, 0.97]);
        let of = |kind, length| labels(&credit(kind), length);
        assert_eq!(
            of(CreditAxis::Linear, 1000),
            ["0.00", "0.25", "0.50", "0.75", "1.00"]
        );
        assert_eq!(of(CreditAxis::Log, 1000), ["1", "0.1", "0.01", "10⁻³"]);
        assert_eq!(
            of(CreditAxis::Logit, 1000),
            ["0.5", "0.1", "0.9", "0.01", "0.99", "10⁻³"]
        );
        // Close to 0 the transform brings powers of ten together: those that do not fit are left out.
        assert_eq!(
            of(CreditAxis::Cloglog, 400),
            ["0.5", "0.1", "0.9", "0.01", "0.99"]
        );
        let money = Axis::number("", -2.5, 1.0);
        assert_eq!(labels(&money, 1000), ["−2", "−1", "0", "1"]);
        assert_eq!(
            labels(&Axis::number("", 0.0, 0.3), 1000),
            ["0", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"]
        );
        assert_eq!(
            labels(&Axis::number("", 0.0, 4e6), 1000),
            ["0", "1×10⁶", "2×10⁶", "3×10⁶", "4×10⁶"]
        );
        assert_eq!(labels(&Axis::number("", 3.0, 3.0), 1000), ["3"]);
        assert!(labels(&Axis::number("", f64::NAN, 1.0), 1000).len() == 1);
        let steps = |from, to| labels(&Axis::logarithm("", from, to), 1000);
        assert_eq!(steps(0.9, 60.0), ["1", "2", "5", "10", "20", "50"]);
        assert_eq!(steps(0.5, 2e4), ["1", "10", "100", "1000", "10000"]);
        assert_eq!(steps(0.3, 0.45), ["0.30", "0.35", "0.40", "0.45"]);
        assert_eq!(steps(0.05, 1.0), ["0.05", "0.1", "0.2", "0.5", "1"]);
        // One way of writing to an axis.
        assert_eq!(steps(5.0, 2e5), ["10¹", "10²", "10³", "10⁴", "10⁵"]);
        let given = Axis {
            marks: vec![0.1, 0.25, 12.0],
            ..Axis::number("", 0.0, 12.0)
        };
        assert_eq!(labels(&given, 10_000), ["0.1", "0.25", "12"]);
        assert_eq!(labels(&given, 200), ["0.1", "12"]);
    }
}
