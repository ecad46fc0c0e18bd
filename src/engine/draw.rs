//! Where the attempts of one training run take their draws.

use super::item::{open_unit, open_units};
use super::{Address, DIGITS, Key, Role, Stream, Threshold};
use crate::domain::special::normal_quantile;
use crate::domain::{Format, OfLanes, near_normals};

/// Two roles that decide by a probability: digits for all lanes, and the rest for the few that those leave undecided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) digits: Key,
    pub(super) ties: Key,
}

impl Pair {
    pub(super) fn at_step(self, step: u32) -> Self {
        Self {
            digits: self.digits.at_step(step),
            ties: self.ties.at_step(step),
        }
    }
}

/// The keys of one training run.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunKeys {
    pub(super) step: Pair,
    pub(super) cleaning: Pair,
    pub(super) floor: Pair,
    /// Those of steps where nothing is in the way of an answer: no draw is taken from them then.
    pub(super) format: Pair,
    common: Key,
    loss: Key,
    token: Key,
    option: Key,
    wrong_answer: Key,
    pub(super) retry: Pair,
    pub(super) verifier: Pair,
}

impl RunKeys {
    pub(super) fn new(address: &Address, format: &Format) -> Self {
        let pair = |digits, ties| Pair {
            digits: address.key(digits),
            ties: address.key(ties),
        };
        let step = pair(Role::Step, Role::StepTie);
        Self {
            step,
            cleaning: pair(Role::Cleaning, Role::CleaningTie),
            floor: pair(Role::Floor, Role::FloorTie),
            format: match format {
                Format::None => step,
                Format::Gate(_) => pair(Role::Format, Role::FormatTie),
            },
            common: address.key(Role::CommonFactor),
            loss: address.key(Role::Loss),
            token: address.key(Role::Token),
            option: address.key(Role::Option),
            wrong_answer: address.key(Role::WrongAnswer),
            retry: pair(Role::Retry, Role::RetryTie),
            verifier: pair(Role::Verifier, Role::VerifierTie),
        }
    }
}

/// How skilled the training run at an address is among those of its scale: within (0, 1), all alike likely.
pub(super) fn run_luck(address: &Address) -> f64 {
    open_unit(address.key(Role::TrainingRun).tie(0, 0, 0, 0))
}

/// One of 0, ..., n - 1: each with a probability within 2^-64 of 1/n.
pub(super) fn below(word: u64, n: u32) -> u32 {
    ((u128::from(word) * u128::from(n)) >> 64) as u32
}

/// One attempt at every item by one training run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try<'a> {
    pub(super) keys: &'a RunKeys,
    /// Which attempt of this run, from 0.
    pub(super) attempt: u32,
}

impl Try<'_> {
    /// The first tries of steps.
    pub(super) fn steps(&self, block: u32) -> Draws {
        self.draws(self.keys.step, block)
    }

    /// Whether taints go.
    pub(super) fn cleaning(&self, block: u32) -> Draws {
        self.draws(self.keys.cleaning, block)
    }

    /// Whether whole items are guessed.
    pub(super) fn floor(&self, block: u32) -> Draws {
        self.draws(self.keys.floor, block)
    }

    /// Whether attempts are extracted.
    pub(super) fn format(&self, block: u32) -> Draws {
        self.draws(self.keys.format, block)
    }

    /// Retries of a step.
    pub(super) fn retries(&self, block: u32, step: u32) -> Draws {
        self.draws(self.keys.retry.at_step(step), block)
    }

    /// What the verifier makes of the tries of a step.
    pub(super) fn verifier(&self, block: u32, step: u32) -> Draws {
        self.draws(self.keys.verifier.at_step(step), block)
    }

    /// What the steps of the attempt at an item have in common: standard normal.
    pub(super) fn common(&self, block: u32, lane: u32) -> f64 {
        let word = self.keys.common.tie(block, self.attempt, 0, lane);
        normal_quantile(open_unit(word))
    }

    /// The word that decides how the loss of a step's right token scatters.
    pub(super) fn loss_word(&self, block: u32, step: u32, lane: u32) -> u64 {
        self.keys.loss.tie(block, self.attempt, step, lane)
    }

    /// A word that decides what is written at a wrong step: two for each step.
    pub(super) fn token_word(&self, block: u32, place: u32, lane: u32) -> u64 {
        self.keys.token.tie(block, self.attempt, place, lane)
    }

    /// The word that decides how the log-weight of an option scatters.
    pub(super) fn option_word(&self, block: u32, option: u32, lane: u32) -> u64 {
        self.keys.option.tie(block, self.attempt, option, lane)
    }

    /// Which of so many wrong answers an attempt gives if it is wrong.
    pub(super) fn wrong_answer(&self, answers: u32, block: u32, lane: u32) -> u32 {
        below(
            self.keys.wrong_answer.tie(block, self.attempt, 0, lane),
            answers,
        )
    }

    /// Near the [common factors](Self::common) of the attempts at the items of a block.
    #[inline(always)]
    pub(super) fn near_common(&self, block: u32) -> OfLanes {
        near_normals(&open_units(&self.keys.common.ties_of_lanes(
            block,
            self.attempt,
            0,
        )))
    }

    fn draws(&self, pair: Pair, block: u32) -> Draws {
        Draws {
            stream: pair.digits.stream(block, self.attempt),
            ties: pair.ties,
            block,
            attempt: self.attempt,
            next: 0,
        }
    }
}

/// Decisions by probabilities, one after the other, each for 64 lanes.
pub(super) struct Draws {
    stream: Stream,
    ties: Key,
    block: u32,
    attempt: u32,
    /// How many decisions were made.
    next: u32,
}

impl Draws {
    /// The next decision, for one lane.
    pub(super) fn decide(&mut self, threshold: Threshold, lane: u32) -> bool {
        let mut number = 0;
        for _ in 0..DIGITS {
            number = number << 1 | (self.stream.next_word() >> lane & 1) as u16;
        }
        let place = self.next;
        self.next += 1;
        match number == threshold.digits() {
            true => {
                let tie = self.ties.tie(self.block, self.attempt, place, lane);
                threshold.tie_is_right(tie)
            }
            false => number < threshold.digits(),
        }
    }
}
