//! What is written by attempts that are right at given steps, by listing everything that could be.

use super::answer::{Tokens, WrongStep, edit_credit, subsequence_credit};
use super::{Expected, Reading};

/// Mean and variance of credits for what is written, for every set of right steps of an item.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edits {
    steps: u32,
    /// By the set of right steps as a number, whose bit i is step i: of the edit distance, and of the common subsequence.
    of_sets: Vec<[Expected; 2]>,
}

/// The most comparisons of two tokens, about, that a list may take: some tenths of a second.
const MOST_WORK: f64 = 2e7;

impl Edits {
    /// Of items of so many steps; `None` where there is too much to list.
    pub(super) fn of(tokens: &Tokens, steps: u32) -> Option<Self> {
        // Every answer, every token wrong in every way.
        let alphabet = f64::from(tokens.size().unwrap_or(1));
        let (deleted, inserted) = tokens.shares();
        let replaced = 1.0 - deleted - inserted;
        let if_any = |share: f64, ways: f64| if share > 0.0 { ways } else { 0.0 };
        let wrong = if_any(deleted, 1.0)
            + if_any(inserted, alphabet)
            + if_any(replaced, (alphabet - 1.0).max(1.0));
        let answers = libm::pow(alphabet, f64::from(steps));
        let outcomes = libm::pow(1.0 + wrong, f64::from(steps));
        let comparisons = 4.0 * f64::from(steps * steps);
        if steps > 20 || answers * outcomes * comparisons > MOST_WORK {
            return None;
        }
        let mut list = Listing::new(tokens, steps);
        let sets = 0..1_u32 << steps;
        let of_sets = sets.map(|set| list.of_set(set)).collect();
        Some(Self { steps, of_sets })
    }

    /// Of attempts whose steps are right independently of each other with these probabilities.
    pub(super) fn expected(&self, reading: Reading, chances: &[f64]) -> Expected {
        let place = usize::from(reading == Reading::CommonSubsequence);
        let probability = |set: usize| -> f64 {
            let of_step = |(step, p): (usize, &f64)| match set >> step & 1 {
                1 => *p,
                _ => 1.0 - p,
            };
            chances.iter().enumerate().map(of_step).product()
        };
        debug_assert_eq!(chances.len(), self.steps as usize);
        let sets = self.of_sets.iter().enumerate();
        let parts: Vec<(f64, Expected)> = sets
            .map(|(set, credits)| (probability(set), credits[place]))
            .collect();
        Expected::of_mixture(&parts)
    }
}

/// Lists what can be written.
struct Listing<'a> {
    tokens: &'a Tokens,
    /// The right answers that are looked at, each as likely as any other.
    answers: Vec<Vec<u32>>,
    written: Vec<u32>,
    /// Sums of weights times credits, and times their squares.
    sums: [[f64; 2]; 2],
}

impl<'a> Listing<'a> {
    fn new(tokens: &'a Tokens, steps: u32) -> Self {
        let answers = match tokens.size() {
            None => vec![(0..steps).collect()],
            Some(size) => {
                let digits = |mut number: u64| {
                    let digit = |_| {
                        let digit = number % u64::from(size);
                        number /= u64::from(size);
                        digit as u32
                    };
                    (0..steps).map(digit).collect()
                };
                (0..u64::from(size).pow(steps)).map(digits).collect()
            }
        };
        Self {
            tokens,
            answers,
            written: Vec::new(),
            sums: [[0.0; 2]; 2],
        }
    }

    fn of_set(&mut self, set: u32) -> [Expected; 2] {
        self.sums = [[0.0; 2]; 2];
        let answers = std::mem::take(&mut self.answers);
        for answer in &answers {
            self.list(answer, set, 0, 1.0 / answers.len() as f64);
        }
        self.answers = answers;
        self.sums.map(|[mean, square]| Expected {
            mean,
            variance: (square - mean * mean).max(0.0),
        })
    }

    /// Writes the steps from `step` on in every way, each with its share of `weight`.
    fn list(&mut self, answer: &[u32], set: u32, step: usize, weight: f64) {
        let Some(&right) = answer.get(step) else {
            let credits = [
                edit_credit(answer, &self.written),
                subsequence_credit(answer, &self.written),
            ];
            for (sums, credit) in self.sums.iter_mut().zip(credits) {
                sums[0] += weight * credit;
                sums[1] += weight * credit * credit;
            }
            return;
        };
        let before = self.written.len();
        if set >> step & 1 == 1 {
            self.written.push(right);
            self.list(answer, set, step + 1, weight);
        } else {
            let (deleted, inserted) = self.tokens.shares();
            for (kind, share) in [
                (WrongStep::Deleted, deleted),
                (WrongStep::Inserted, inserted),
                (WrongStep::Replaced, 1.0 - deleted - inserted),
            ] {
                let tokens = self.stray(answer, kind, right);
                for token in tokens.iter().filter(|_| share > 0.0) {
                    self.written.extend(token);
                    if kind == WrongStep::Inserted {
                        self.written.push(right);
                    }
                    let weight = weight * share / tokens.len() as f64;
                    self.list(answer, set, step + 1, weight);
                    self.written.truncate(before);
                }
            }
        }
        self.written.truncate(before);
    }

    /// The tokens, or none, that may stand there, each as likely as any other.
    fn stray(&self, answer: &[u32], kind: WrongStep, right: u32) -> Vec<Option<u32>> {
        match (kind, self.tokens.size()) {
            (WrongStep::Deleted, _) => vec![None],
            // Whichever it is: it occurs nowhere else.
            (_, None) => vec![Some(u32::MAX - answer.len() as u32)],
            (WrongStep::Inserted, Some(size)) => (0..size).map(Some).collect(),
            (WrongStep::Replaced, Some(size)) => {
                let others = (0..size).filter(|token| *token != right);
                others.map(Some).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(tokens: &str, reading: Reading, chances: &[f64]) -> Expected {
        let tokens: Tokens = serde_json::from_str(tokens).unwrap();
        let edits = Edits::of(&tokens, chances.len() as u32).unwrap();
        edits.expected(reading, chances)
    }

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 5e-11,
            "{found} is not {expected}"
        );
    }

    /// Mean edit distances of equal steps over alphabets, by another program's enumeration.
    #[test]
    fn finite_alphabets_forgive_some_errors() {
        for (size, steps, p, distance) in [
            (2, 4, 0.6, 1.5456),
            (3, 4, 0.6, 1.566_933_333_333_3),
            (3, 5, 0.6, 1.941_372_839_5),
        ] {
            let tokens = format!(r#"{{"kind": "alphabet", "size": {size}}}"#);
            let chances = vec![p; steps];
            let found = expected(&tokens, Reading::EditDistance, &chances);
            close((1.0 - found.mean) * steps as f64, distance);
        }
    }

    #[test]
    fn distinct_tokens_make_one_edit_of_each_error() {
        let chances = [0.9, 0.35, 0.6, 0.72];
        let mean = chances.iter().sum::<f64>() / 4.0;
        let variance = chances.map(|p| p * (1.0 - p)).iter().sum::<f64>() / 16.0;
        for tokens in ["{}", r#"{"deleted": 0.3}"#] {
            let found = expected(tokens, Reading::EditDistance, &chances);
            close(found.mean, mean);
            close(found.variance, variance);
        }
        // Without length errors the common subsequence is what is right.
        close(
            expected("{}", Reading::CommonSubsequence, &chances).mean,
            mean,
        );
    }

    /// One step: right; left out; with a stray token before it, which is right with 1/3.
    #[test]
    fn insertions_lengthen_what_is_written() {
        let tokens = r#"{"kind": "alphabet", "size": 3, "deleted": 0.2, "inserted": 0.5}"#;
        let found = expected(tokens, Reading::EditDistance, &[0.4]);
        // Left out: 0; replaced: 0; inserted: 1 - 1/2.
        close(found.mean, 0.4 + 0.6 * 0.5 * 0.5);
        let common = expected(tokens, Reading::CommonSubsequence, &[0.4]);
        close(common.mean, 0.4 + 0.6 * 0.5 * (2.0 / 3.0));
        close(common.variance, {
            let square = 0.4 + 0.3 * (4.0 / 9.0);
            square - common.mean * common.mean
        });
    }

    #[test]
    fn long_answers_are_not_listed() {
        let tokens = serde_json::from_str(r#"{"kind": "alphabet", "size": 10}"#).unwrap();
        assert_eq!(Edits::of(&tokens, 10), None);
    }
}
