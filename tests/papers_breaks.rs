//! The reproduction of Caballero et al. 2022 in `configs/papers/`: how near to a break its first law must be measured.

use mirage::domain::{Credit, Scale, Scenario};

use crate::papers::{close, expected, points};

/// d, and the share of the first law by which y falls short of it at t = x/d: 1 - (1 + t^2)^-.15.
const BREAK: f64 = 1e10;

fn short(broken: &Scenario, first: &Scenario, t: f64) -> f64 {
    let loss = |scenario: &Scenario| expected(scenario, "log-likelihood", t * BREAK);
    1.0 - loss(broken) / loss(first)
}

/// Where an increasing function reaches a value, between d/1000 and 1000 d, in units of d.
fn place(of: impl Fn(f64) -> f64, value: f64) -> f64 {
    let (mut low, mut high) = (-3.0, 3.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        (low, high) = match of(libm::pow(10.0, middle)) < value {
            true => (middle, high),
            false => (low, middle),
        };
    }
    libm::pow(10.0, low)
}

fn worlds() -> (Scenario, Scenario, [f64; 2]) {
    let points = points("caballero-2022-break-distance");
    assert_eq!(points.len(), 4);
    let items = [0, 1].map(|place| points[place].evaluation.items.get() as f64);
    (points[0].clone(), points[2].clone(), items)
}

/// Values by mpmath: with 1 - (1 + t^2)^-.15 = .03 and .006, t = .474497280774413, .202326915876122.
#[test]
fn a_break_shows_within_half_of_its_distance() {
    let (broken, first, items) = worlds();
    close(
        short(&broken, &first, 0.1),
        0.001_491_436_329_732_405,
        1e-12,
    );
    for (t, told) in [(0.21, 0.0065), (1.0, 0.0987)] {
        close(short(&broken, &first, t), told, 0.000_05);
    }
    let from = |short_by: f64| place(|t| short(&broken, &first, t), short_by);
    close(from(0.03), 0.474_497_280_774_413, 1e-9);
    close(from(0.006), 0.202_326_915_876_122, 1e-9);
    close(libm::log10(from(0.03) / from(0.006)), 0.37, 0.000_5);
    // The noise of items is what was said: sqrt(e^.25 - 1) of a step's loss.
    let chances = first.chances();
    let of_item = chances.at(Scale::try_from(0.3 * BREAK).unwrap());
    let of_item = of_item.expected(Credit::LogLikelihood).unwrap();
    for (items, noise) in items.into_iter().zip([0.01, 0.002]) {
        let error = libm::sqrt(of_item.variance / items) / of_item.mean.abs();
        close(error, noise, 1e-4 * noise);
    }
}

/// Places and numbers of items by scipy: exp(-10 h), h = t^-.1/10, times (1 + t^2)^-.15 with the break.
#[test]
fn exact_match_sees_a_break_when_it_is_past() {
    let (broken, first, items) = worlds();
    let right = |scenario: &Scenario, t: f64| expected(scenario, "exact-match", t * BREAK);
    let gain = |t: f64| right(&broken, t) - right(&first, t);
    let variance = |t: f64| right(&first, t) * (1.0 - right(&first, t));
    let surprise = |t: f64, items: f64| gain(t) / libm::sqrt(variance(t) / items);
    for (items, told) in items.into_iter().zip([1.995_383_097, 0.600_205_573]) {
        close(place(|t| surprise(t, items), 3.0), told, 1e-8);
    }
    let needed = |t: f64| 9.0 * variance(t) / (gain(t) * gain(t));
    close(needed(0.474_497_280_774_413), 16_155.0, 0.5);
    close(needed(0.202_326_915_876_122), 402_611.7, 0.5);
    for (scenario, told) in [(&first, 0.532), (&broken, 0.853)] {
        close(right(scenario, 100.0), told, 0.000_5);
    }
}
