//! Mean and variance of a reducer over new attempts at an item whose success probability is known.

use super::counting::binomial;
use super::{Reducer, Successes, vote};
use crate::domain::special::ln_binomial_probability;
use crate::domain::{Chances, Expected};

/// The most values that are kept.
const MOST_VALUES: u32 = 1 << 22;

/// The values of a reducer that is a function of the number of right attempts.
#[derive(Clone, Debug, PartialEq)]
pub struct ValuesByCount {
    /// At 0, 1, ..., m right attempts.
    values: Vec<f64>,
}

impl ValuesByCount {
    /// The value at so many right attempts; beyond all of them, that of all.
    #[must_use]
    pub fn at(&self, right: u32) -> f64 {
        let value = self.values.get(right as usize).or(self.values.last());
        value.copied().unwrap_or_default()
    }

    /// Mean and variance over independent attempts, each right with probability `q` in `[0, 1]`.
    #[must_use]
    pub fn moments(&self, q: f64) -> Expected {
        let (first, probabilities) = binomial(self.values.len() as u32 - 1, q);
        let values = self.values.iter().skip(first as usize);
        of(probabilities.iter().copied().zip(values.copied()))
    }
}

impl Reducer {
    /// Its values by the number of right attempts; `None` where it is [no function](Self::is_by_count) of that, or where
    /// they take more than [`Chances::MAX_WORK`] multiplications or are more than 2^22.
    #[must_use]
    pub fn values(self, attempts: u32, wrong_answers: u32) -> Option<ValuesByCount> {
        let (m, k) = (f64::from(attempts), f64::from(self.needed_attempts()));
        if !self.is_by_count(wrong_answers) || attempts >= MOST_VALUES {
            return None;
        }
        let each = match self {
            Self::Mean | Self::PlugInPassAt(_) => 1.0,
            _ => k,
        };
        let value = |right| {
            self.value(&Successes {
                attempts,
                right,
                reached: None,
                wrong: &[],
            })
        };
        (m * each <= Chances::MAX_WORK).then(|| ValuesByCount {
            values: (0..=attempts).map(value).collect(),
        })
    }

    /// Mean and variance of its value over `attempts` independent attempts, each right with probability `q` in `[0, 1]`,
    /// wrong ones giving one of `wrong_answers` answers with the same probability (0 and 1: one and the same).
    ///
    /// Computed exactly, to about 12 digits, over everything that the attempts can come to. `None` where
    /// that is too much: more than [`Chances::MAX_WORK`] multiplications, or more than 2^22 attempts. Votes among two or
    /// more wrong answers meet that bound first: of all attempts near 200, and of some of them where the
    /// partitions of up to m wrong attempts times k^3 are that many: near 40 attempts at k = 5. The mean alone of such a
    /// vote is that of all of k attempts.
    #[must_use]
    pub fn moments(self, q: f64, attempts: u32, wrong_answers: u32) -> Option<Expected> {
        match self {
            Self::MajorityAt(k) if wrong_answers > 1 => match k.get() {
                k if k >= attempts => {
                    vote::moments_of_all(q, attempts, wrong_answers, Chances::MAX_WORK)
                }
                k => vote::moments_of_some(q, attempts, k, wrong_answers, Chances::MAX_WORK),
            },
            Self::PassUntil(r) => self.until(q, attempts, r.get()),
            Self::PassUntilMle(r) => self.until(q, attempts, r.get()),
            _ => Some(self.values(attempts, wrong_answers)?.moments(q)),
        }
    }

    /// Over all points at which attempts that go on until the r-th success, or to the last, can end.
    fn until(self, q: f64, attempts: u32, successes: u32) -> Option<Expected> {
        if attempts >= MOST_VALUES || attempts < successes {
            return None;
        }
        let value = |end: End| {
            self.value(&match end {
                End::Reached(attempt) => Successes {
                    attempts,
                    right: successes,
                    reached: Some(attempt),
                    wrong: &[],
                },
                End::Short(right) => Successes {
                    attempts,
                    right,
                    reached: None,
                    wrong: &[],
                },
            })
        };
        let ends = Ends {
            attempts,
            successes,
        };
        let weights = ends.weights(q);
        let total: f64 = weights.iter().sum();
        let values = (0..).map(|place| value(ends.at(place)));
        let probabilities = weights.iter().map(|weight| weight / total);
        Some(of(probabilities.zip(values)))
    }
}

/// Mean and variance of values with their probabilities, which sum to 1.
pub(super) fn of(values: impl Iterator<Item = (f64, f64)> + Clone) -> Expected {
    let mean: f64 = values.clone().map(|(weight, value)| weight * value).sum();
    let squares = values.map(|(weight, value)| weight * (value - mean) * (value - mean));
    Expected {
        mean,
        variance: squares.sum(),
    }
}

/// Where attempts end that go on until enough are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// At this attempt, with the last success.
    Reached(u32),
    /// At the last attempt, with so many successes, too few.
    Short(u32),
}

/// All ends in a row: reached at attempt r, r + 1, ..., m; then short with r - 1, r - 2, ..., 0 successes.
#[derive(Clone, Copy, Debug)]
struct Ends {
    attempts: u32,
    successes: u32,
}

impl Ends {
    fn at(self, place: u32) -> End {
        let reached = self.attempts - self.successes;
        match place.checked_sub(reached + 1) {
            None => End::Reached(self.successes + place),
            Some(short) => End::Short(self.successes - 1 - short),
        }
    }

    /// The probability of the next end, over that of this one.
    fn ratio(self, place: u32, q: f64) -> f64 {
        let (m, r) = (f64::from(self.attempts), f64::from(self.successes));
        match (self.at(place), self.at(place + 1)) {
            (End::Reached(t), End::Reached(_)) => f64::from(t) * (1.0 - q) / (f64::from(t + 1) - r),
            (End::Reached(_), End::Short(_)) => m * (1.0 - q) / ((m + 1.0 - r) * q),
            (End::Short(j), _) => {
                let j = f64::from(j);
                j * (1.0 - q) / ((m + 1.0 - j) * q)
            }
        }
    }

    /// Numbers in the proportion of the probabilities of all ends. The most probable of them has 1, so that none
    /// overflows; between those ends that are reached and those that fall short there is no deep valley in which ratios
    /// would lose the other side.
    fn weights(self, q: f64) -> Vec<f64> {
        let (m, r) = (self.attempts, self.successes);
        let last = m;
        if q <= 0.0 || q >= 1.0 {
            let only = if q <= 0.0 { last } else { 0 };
            return (0..=last)
                .map(|place| if place == only { 1.0 } else { 0.0 })
                .collect();
        }
        // P(K = t) = r/t P(r of t), largest at 1 + (r - 1)/q.
        let reached = (1.0 + (f64::from(r) - 1.0) / q).min(f64::from(m)) as u32;
        let reached = reached.max(r);
        let short = ((f64::from(m) + 1.0) * q).min(f64::from(r) - 1.0) as u32;
        let ln_reached = libm::log(f64::from(r) / f64::from(reached))
            + ln_binomial_probability(u64::from(r), u64::from(reached), q);
        let ln_short = ln_binomial_probability(u64::from(short), u64::from(m), q);
        let top = match ln_reached >= ln_short {
            true => reached - r,
            false => m - short,
        };
        let mut weights = vec![0.0; last as usize + 1];
        weights[top as usize] = 1.0;
        for place in top..last {
            weights[place as usize + 1] = weights[place as usize] * self.ratio(place, q);
        }
        for place in (0..top).rev() {
            weights[place as usize] = weights[place as usize + 1] / self.ratio(place, q);
        }
        weights
    }
}
