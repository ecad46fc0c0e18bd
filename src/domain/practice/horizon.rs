//! How long a task may be: of equal, independent steps, each right with probability p.

use crate::domain::{Probability, ProperProbability};

/// H_s = ln s/ln p, the length at which a task succeeds with probability s, as a real number. Infinite at p = 1.
///
/// Halving 1 - p doubles it where p is near 1: H_s is about ln(1/s)/(1 - p).
#[must_use]
pub fn horizon(step: Probability, success: ProperProbability) -> f64 {
    // From 0, so that a hazard of none is 0 and not -0.
    -libm::log(success.get()) / (0.0 - libm::log(step.get()))
}

/// The longest task that succeeds with probability s at least: the floor of [`horizon`].
#[must_use]
pub fn longest_task(step: Probability, success: ProperProbability) -> f64 {
    libm::floor(settled(horizon(step, success)))
}

/// The ceiling of [`horizon`], which Sinha et al. 2025 (arXiv:2509.09677, proposition 1) print: unless H_s is whole, a task
/// of that length succeeds with less than s.
#[must_use]
pub fn rounded_up_horizon(step: Probability, success: ProperProbability) -> f64 {
    libm::ceil(settled(horizon(step, success)))
}

/// A quotient of logarithms that is whole but for rounding.
fn settled(horizon: f64) -> f64 {
    let whole = libm::round(horizon);
    match (horizon - whole).abs() <= 1e-12 * whole {
        true => whole,
        false => horizon,
    }
}

/// The success probability of a step that a horizon of this many steps takes: s^(1/H).
#[must_use]
pub fn step_success_for(horizon: f64, success: ProperProbability) -> f64 {
    libm::exp(libm::log(success.get()) / horizon)
}

/// The success probability of a step that doubles a 50% horizon of H steps: 2^(-1/(2H)) (Sinha et al. 2025, section 2.1).
#[must_use]
pub fn step_success_for_twice(horizon: f64) -> f64 {
    libm::exp2(-0.5 / horizon)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(x: f64) -> ProperProbability {
        ProperProbability::constant(x)
    }

    const fn p(x: f64) -> Probability {
        Probability::constant(x)
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-14,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn horizons_of_known_steps() {
        close(horizon(p(0.99), s(0.5)), 68.967_563_936_528_49);
        close(horizon(p(0.99), s(0.8)), 22.202_596_467_108_974);
        assert_eq!(longest_task(p(0.99), s(0.5)), 68.0);
        assert_eq!(rounded_up_horizon(p(0.99), s(0.5)), 69.0);
        close(
            horizon(p(0.999), s(0.5)) / horizon(p(0.99), s(0.5)),
            10.045_309_847_627_673,
        );
        assert_eq!(horizon(p(1.0), s(0.5)), f64::INFINITY);
        assert_eq!(horizon(p(0.0), s(0.5)), 0.0);
    }

    #[test]
    fn a_whole_horizon_is_its_own_floor_and_ceiling() {
        for steps in [3.0, 7.0, 19.0, 1000.0] {
            let step = p(libm::pow(0.8, 1.0 / steps));
            assert_eq!(longest_task(step, s(0.8)), steps);
            assert_eq!(rounded_up_horizon(step, s(0.8)), steps);
        }
    }

    #[test]
    fn the_step_that_a_horizon_needs() {
        close(step_success_for(2176.0, s(0.8)), 0.999_897_457_669_904);
        close(horizon(p(step_success_for_twice(60.0)), s(0.5)), 120.0);
    }
}
