//! What is expected of the probabilities of options.
//!
//! With weights A of the right option and B_1, ..., B_n of the others, independent, and k that of everything else, every
//! mean is an integral over one variable, whatever n. With X = k + A + B_1 + ... + B_n,
//! X^-m = integral of t^(m-1) e^(-tX) dt / (m-1)!, so that
//! E[A^a B_1^b B_2^c / X^m] = integral of t^(m-1)/(m-1)! e^(-kt) G_A^a(t) G_B^b(t) G_B^c(t) G_B^0(t)^(n-2) dt, m = a + b + c,
//! with G_Y^r(t) = E[Y^r e^(-tY)]; and E[ln X] = integral of (e^-t - E[e^(-tX)])/t dt (Frullani). Over v = ln t all of them
//! are smooth and fall off at both ends: the trapezoid rule converges exponentially.

use crate::domain::choice::{ChoiceTask, EULER};
use crate::domain::{Expected, Reading};

/// Distance between nodes of v = ln t: functions of e^-e^v are smooth within pi/2 of the real line, so that the rule's error
/// is about e^(-pi^2/.25).
const STEP: f64 = 0.25;

/// Where t times all weights is less than e^-37, what is integrated is nothing.
const BELOW: f64 = 37.0;

/// Where t times any weight is more than e^4, e^-that is nothing.
const ABOVE: f64 = 4.0;

/// About how many multiplications [`expected`] takes.
pub(super) fn work(task: &ChoiceTask) -> f64 {
    let noise = task.noise().nodes();
    let (from, to) = range(&noise, 0.0, 0.0);
    20.0 * noise.len() as f64 * (to - from) / STEP
}

/// The range of v in which anything is to be integrated, where log-weights are these, noise aside.
fn range(noise: &[(f64, f64)], wrong: f64, right: f64) -> (f64, f64) {
    let least = noise.first().map_or(0.0, |node| node.0);
    let largest = noise.last().map_or(0.0, |node| node.0);
    (
        -(right.max(0.0) + largest) - BELOW,
        ABOVE - (wrong.min(0.0) + least),
    )
}

/// Mean and variance of a reading of an item of this hazard; `None` for readings of chains.
pub(super) fn expected(task: &ChoiceTask, reading: Reading, hazard: f64) -> Option<Expected> {
    let outside = match reading {
        Reading::StepLoss
        | Reading::ShareOfSequenceLoss
        | Reading::SequenceProbability
        | Reading::StepBrier => 1.0,
        Reading::ChoiceProbability | Reading::ChoiceLoss | Reading::HalfChoiceBrier => 0.0,
        Reading::EditDistance | Reading::CommonSubsequence => return None,
    };
    let margin = ChoiceTask::margin(hazard);
    if margin == f64::INFINITY {
        return Some(Expected::certain(match reading {
            Reading::SequenceProbability | Reading::ChoiceProbability => 1.0,
            _ => 0.0,
        }));
    }
    let weights = Weights::new(task, margin, outside);
    let of_moments = |mean: f64, square: f64| Expected {
        mean,
        variance: (square - mean * mean).max(0.0),
    };
    Some(match reading {
        Reading::SequenceProbability | Reading::ChoiceProbability => {
            of_moments(weights.moment(1, 0, 0), weights.moment(2, 0, 0))
        }
        Reading::StepBrier => {
            let [one, two, three, four] = [1, 2, 3, 4].map(|power| weights.moment(power, 0, 0));
            of_moments(
                1.0 - 2.0 * one + two,
                1.0 - 4.0 * one + 6.0 * two - 4.0 * three + four,
            )
        }
        Reading::HalfChoiceBrier => weights.half_brier(),
        _ => weights.loss(),
    })
}

/// At one place of v.
struct Place {
    /// ln t.
    v: f64,
    /// e^(-kt).
    outside: f64,
    /// E[(tA)^r e^(-tA)], r = 0 to 4.
    right: [f64; 5],
    /// E[ln A e^(-tA)].
    log_right: f64,
    /// E[(tB)^r e^(-tB)], r = 0 to 4.
    wrong: [f64; 5],
}

/// A weight that an option may have.
struct Node {
    log_weight: f64,
    weight: f64,
    /// How much of the noise it stands for.
    share: f64,
}

impl Node {
    fn around(centre: f64, noise: &[(f64, f64)]) -> Vec<Self> {
        let nodes = noise.iter().map(|&(x, share)| Self {
            log_weight: centre + x,
            weight: libm::exp(centre + x),
            share,
        });
        nodes.collect()
    }
}

/// e^-x for x >= 0: most of what is integrated lies where its first terms are all that a double holds.
fn exp_minus(x: f64) -> f64 {
    match x < 1e-8 {
        true => 1.0 - x,
        false => libm::exp(-x),
    }
}

struct Weights {
    places: Vec<Place>,
    /// How many wrong options there are.
    others: i32,
    /// Mean and mean square of ln A.
    log_right: (f64, f64),
}

impl Weights {
    fn new(task: &ChoiceTask, margin: f64, outside: f64) -> Self {
        let noise = task.noise().nodes();
        // Weights relative to everything else; among the options alone, to a wrong option.
        let wrong = if outside > 0.0 {
            task.distractor()
        } else {
            0.0
        };
        let right = wrong + margin;
        let (from, to) = range(&noise, wrong, right);
        let (of_right, of_wrong) = (Node::around(right, &noise), Node::around(wrong, &noise));
        let count = libm::ceil((to - from) / STEP) as u32;
        let place = |i: u32| {
            let v = from + STEP * f64::from(i);
            let t = libm::exp(v);
            let powers = |option: &[Node]| {
                let (mut sums, mut log) = ([0.0; 5], 0.0);
                for node in option {
                    let product = t * node.weight;
                    let mut term = node.share * exp_minus(product);
                    log += node.log_weight * term;
                    for sum in &mut sums {
                        *sum += term;
                        term *= product;
                    }
                }
                (sums, log)
            };
            let (of_right, log_right) = powers(&of_right);
            Place {
                v,
                outside: libm::exp(-outside * t),
                right: of_right,
                log_right,
                wrong: powers(&of_wrong).0,
            }
        };
        let (mean, square) = task.noise().moments();
        Self {
            places: (0..=count).map(place).collect(),
            others: task.options() as i32 - 1,
            log_right: (right + mean, right * right + 2.0 * right * mean + square),
        }
    }

    /// E[p_0^a p_1^b p_2^c], p_0 being that of the right option.
    fn moment(&self, a: usize, b: usize, c: usize) -> f64 {
        let looked_at = i32::from(b > 0) + i32::from(c > 0);
        if looked_at > self.others {
            return 0.0;
        }
        let factorial: f64 = (1..a + b + c).map(|factor| factor as f64).product();
        let terms = self.places.iter().map(|place| {
            let wrong = |power: usize| if power > 0 { place.wrong[power] } else { 1.0 };
            let rest = libm::pow(place.wrong[0], f64::from(self.others - looked_at));
            place.outside * place.right[a] * wrong(b) * wrong(c) * rest
        });
        STEP * terms.sum::<f64>() / factorial
    }

    /// b = (1 - p_0)^2 + S, S the sum of p_j^2 over the others, in halves.
    fn half_brier(&self) -> Expected {
        let n = f64::from(self.others);
        let right = [1, 2, 3, 4].map(|power| self.moment(power, 0, 0));
        let squares = n * self.moment(0, 2, 0);
        let mean = 1.0 - 2.0 * right[0] + right[1] + squares;
        let fourth = 1.0 - 4.0 * right[0] + 6.0 * right[1] - 4.0 * right[2] + right[3];
        let crossed =
            n * (self.moment(0, 2, 0) - 2.0 * self.moment(1, 2, 0) + self.moment(2, 2, 0));
        let square_of_squares = n * self.moment(0, 4, 0) + n * (n - 1.0) * self.moment(0, 2, 2);
        let square = fourth + 2.0 * crossed + square_of_squares;
        Expected {
            mean: 0.5 * mean,
            variance: (0.25 * (square - mean * mean)).max(0.0),
        }
    }

    /// ln X - ln A.
    fn loss(&self) -> Expected {
        let (log, square) = self.log_right;
        // Integrals of (e^-t - E[e^(-tX)])/t, of ln t times that, and of (e^-t E[ln A] - E[ln A e^(-tX)])/t.
        let (mut of_log, mut of_square, mut of_product) = (0.0, 0.0, 0.0);
        for place in &self.places {
            let others = place.outside * libm::pow(place.wrong[0], f64::from(self.others));
            let plain = libm::exp(-libm::exp(place.v));
            let difference = plain - place.right[0] * others;
            of_log += STEP * difference;
            of_square += STEP * place.v * difference;
            of_product += STEP * (plain * log - place.log_right * others);
        }
        let mean = of_log - log;
        // E[ln^2 X]/2 + gamma E[ln X] = - integral of ln t (e^-t - E[e^(-tX)])/t.
        let of_squares = -2.0 * (of_square + EULER * of_log);
        Expected {
            mean,
            variance: (of_squares - 2.0 * of_product + square - mean * mean).max(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str, reading: Reading, margin: f64) -> Expected {
        let task: ChoiceTask = serde_json::from_str(json).unwrap();
        expected(&task, reading, -libm::log1p(-libm::exp(-margin))).unwrap()
    }

    #[track_caller]
    fn close(found: f64, expected: f64, relative: f64) {
        assert!(
            (found - expected).abs() <= relative * expected.abs(),
            "{found} is not {expected}"
        );
    }

    /// Of two options, q_0 = 1/(1 + e^-d) with d normal of mean m and standard deviation s sqrt(2): one integral.
    #[test]
    fn two_options_are_a_logistic_of_a_normal() {
        let (margin, sd) = (0.83, 0.7);
        let json = r#"{"options": 2, "noise": {"kind": "normal", "sd": 0.7}}"#;
        let mean = |f: &dyn Fn(f64) -> f64| {
            let step = 0.05;
            let terms = (-180..=180).map(|place| {
                let z = step * f64::from(place);
                let d = margin + sd * core::f64::consts::SQRT_2 * z;
                step * libm::exp(-0.5 * z * z) * f(1.0 / (1.0 + libm::exp(-d)))
            });
            terms.sum::<f64>() / libm::sqrt(2.0 * std::f64::consts::PI)
        };
        for (reading, value) in [
            (Reading::ChoiceProbability, &(|q| q) as &dyn Fn(f64) -> f64),
            (Reading::ChoiceLoss, &|q| -libm::log(q)),
            (Reading::HalfChoiceBrier, &|q| (1.0 - q) * (1.0 - q)),
        ] {
            let found = of(json, reading, margin);
            let first = mean(value);
            close(found.mean, first, 1e-12);
            let square = mean(&|q| value(q) * value(q));
            close(found.variance, square - first * first, 1e-10);
        }
    }

    /// With next to no noise everything is what the weights say.
    #[test]
    fn nearly_fixed_weights_have_nearly_fixed_probabilities() {
        let json = r#"{"options": 6, "distractor": -1.3, "noise": {"kind": "normal", "sd": 1e-5}}"#;
        let margin = 1.9;
        let (right, wrong) = (libm::exp(margin - 1.3), libm::exp(-1.3));
        let (p, q) = (
            right / (1.0 + right + 5.0 * wrong),
            right / (right + 5.0 * wrong),
        );
        let rest = (1.0 - q) / 5.0;
        for (reading, value) in [
            (Reading::StepLoss, -libm::log(p)),
            (Reading::SequenceProbability, p),
            (Reading::StepBrier, (1.0 - p) * (1.0 - p)),
            (Reading::ChoiceProbability, q),
            (Reading::ChoiceLoss, -libm::log(q)),
            (
                Reading::HalfChoiceBrier,
                0.5 * ((1.0 - q) * (1.0 - q) + 5.0 * rest * rest),
            ),
        ] {
            let found = of(json, reading, margin);
            close(found.mean, value, 1e-8);
            assert!(found.variance < 1e-9, "{reading:?}");
        }
    }

    /// Without skill all options are alike: q_0 is 1/C on average, and no loss is less than -ln of that.
    #[test]
    fn without_skill_all_options_are_alike() {
        for json in [
            r#"{"options": 7, "noise": {"kind": "gumbel", "scale": 1.6}}"#,
            r#"{"options": 7, "noise": {"kind": "normal", "sd": 2.3}}"#,
        ] {
            close(
                of(json, Reading::ChoiceProbability, 0.0).mean,
                1.0 / 7.0,
                1e-12,
            );
            assert!(of(json, Reading::ChoiceLoss, 0.0).mean > libm::log(7.0));
        }
    }

    #[test]
    fn certainty_has_no_loss() {
        let task = ChoiceTask::default();
        let of = |reading| expected(&task, reading, 0.0).unwrap().mean;
        assert_eq!(of(Reading::ChoiceProbability), 1.0);
        assert_eq!(
            (of(Reading::StepLoss), of(Reading::HalfChoiceBrier)),
            (0.0, 0.0)
        );
        assert_eq!(expected(&task, Reading::EditDistance, 1.0), None);
    }
}
