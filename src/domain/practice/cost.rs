//! What a right result costs, in attempts or in steps.

use crate::domain::Probability;

/// Expected attempts until one is right, 1/q: the mean of a geometric distribution. Attempts are independent, each right
/// with probability q, and a check without error tells which is right. From 1; infinite at q = 0.
///
/// Where items differ this is of one item: the mean over items of 1/q is more than 1 over the mean.
#[must_use]
pub fn tries(success: Probability) -> f64 {
    1.0 / success.get()
}

/// What passes a check that errs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accepted {
    /// Expected attempts until one is accepted, 1/(q t + (1 - q) f); infinite if none ever is.
    pub tries: f64,
    /// The share of accepted results that are right, q t/(q t + (1 - q) f); `None` if none is ever accepted.
    pub right: Option<f64>,
}

/// Attempts until a check accepts one, where it accepts right results with probability t and wrong ones with probability f,
/// independently of each other: Bayes' rule. Retries without end bring the share of right results here and no further.
#[must_use]
pub fn accepted(
    success: Probability,
    true_positive: Probability,
    false_positive: Probability,
) -> Accepted {
    let right = success.get() * true_positive.get();
    let all = right + (1.0 - success.get()) * false_positive.get();
    Accepted {
        tries: 1.0 / all,
        right: (all > 0.0).then(|| right / all),
    }
}

/// Expected steps until L of them in a row are right, where the first error is noticed at once and the task restarted:
/// (1 - p^L)/(p^L (1 - p)), the waiting time for a run of L successes (Feller 1968, An Introduction to Probability Theory and
/// Its Applications I, XIII.7). Steps are independent, each right with probability p. From L; infinite at p = 0.
#[must_use]
pub fn steps_with_restarts(step: Probability, steps: u64) -> f64 {
    let hazard = -libm::log(step.get());
    match (steps, hazard > 0.0) {
        (0, _) => 0.0,
        (_, false) => steps as f64,
        // Both differences keep their digits as p nears 1.
        (_, true) => libm::expm1(steps as f64 * hazard) / -libm::expm1(-hazard),
    }
}

/// The same where every `every` steps what was right so far is saved, and an error costs what came since: a run of `every`
/// steps for each part, and of what is left for the last. With a checkpoint after each step L/p; with none within the
/// task, `every` >= L, [`steps_with_restarts`]. 0 counts as 1.
#[must_use]
pub fn steps_with_checkpoints(step: Probability, steps: u64, every: u64) -> f64 {
    let every = every.max(1);
    let (parts, rest) = (steps / every, steps % every);
    let whole = match parts {
        0 => 0.0,
        parts => parts as f64 * steps_with_restarts(step, every),
    };
    whole + steps_with_restarts(step, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn p(x: f64) -> Probability {
        Probability::constant(x)
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-13,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn restarts_cost_far_more_than_checkpoints() {
        close(steps_with_restarts(p(0.9), 20), 72.252_633_399_699_59);
        close(steps_with_checkpoints(p(0.9), 20, 1), 200.0 / 9.0);
        assert_eq!(
            steps_with_checkpoints(p(0.9), 20, 20),
            steps_with_restarts(p(0.9), 20)
        );
        // Runs of 8, 8 and 4: (1 - .9^8)/(.9^8 .1) = 13.230..., (1 - .9^4)/(.9^4 .1) = 5.241...
        close(
            steps_with_checkpoints(p(0.9), 20, 8),
            2.0 * (1.0 / libm::pow(0.9, 8.0) - 1.0) / 0.1 + (1.0 / libm::pow(0.9, 4.0) - 1.0) / 0.1,
        );
    }

    /// The expected steps from each place of the task, solved backwards: e_i = 1 + p e_(i+1) + (1 - p) e_0.
    #[test]
    fn restarts_solve_their_equations() {
        for (chance, steps) in [(0.3, 4_u64), (0.97, 50)] {
            // e_i = a_i + b_i e_0, from e_L = 0.
            let (a, b) = (0..steps).fold((0.0, 0.0), |(a, b), _| {
                (1.0 + chance * a, chance * b + 1.0 - chance)
            });
            close(steps_with_restarts(p(chance), steps), a / (1.0 - b));
        }
    }

    #[test]
    fn ends_are_what_they_tend_to() {
        assert_eq!(steps_with_restarts(p(1.0), 7), 7.0);
        assert_eq!(steps_with_restarts(p(0.0), 7), f64::INFINITY);
        assert_eq!(steps_with_checkpoints(p(0.0), 7, 7), f64::INFINITY);
        assert_eq!(steps_with_checkpoints(p(0.5), 0, 3), 0.0);
        assert_eq!(tries(p(0.0)), f64::INFINITY);
        let nearly = steps_with_restarts(p(1.0 - 1e-15), 1000);
        assert!((nearly / 1000.0 - 1.0).abs() < 1e-12, "{nearly}");
    }

    #[test]
    fn a_check_that_errs_lets_wrong_results_through() {
        let found = accepted(p(0.6), p(0.9), p(0.1));
        close(found.right.unwrap(), 27.0 / 29.0);
        close(found.tries, 1.0 / 0.58);
        assert_eq!(accepted(p(0.0), p(1.0), p(0.0)).right, None);
    }
}
