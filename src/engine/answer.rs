//! What there is to an attempt's answer beyond which steps are right. Read lane by lane: few studies ask for it.

use super::draw::{Try, below};
use super::item::open_unit;
use super::setting::{Item, TestSet};
use crate::domain::special::normal_quantile;
use crate::domain::{
    ChoiceTask, ItemSum, Likelihood, OptionWeights, Reading, WrongStep, edit_credit, in_units,
    subsequence_credit,
};

/// What an attempt wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The tokens of the right answer.
    pub right: Vec<u32>,
    /// The tokens that were written.
    pub written: Vec<u32>,
    /// Whether the scorer found them: if not, they earn nothing.
    pub extracted: bool,
}

impl Writing {
    fn credit(&self, credit: fn(&[u32], &[u32]) -> f64) -> f64 {
        match self.extracted {
            true => credit(&self.right, &self.written),
            false => 0.0,
        }
    }
}

/// The losses of the right tokens and what was written, as far as they are wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// h_i, in nats, one for each step.
    pub losses: Option<Vec<f64>>,
    /// What was written.
    pub writing: Option<Writing>,
    /// What a question's options weighed.
    pub options: Option<OptionWeights>,
    longest: u32,
}

impl Answer {
    /// Of an attempt, as much as these readings take; `written` tells which steps were written right, and whether the scorer
    /// found them.
    pub(super) fn of(
        test: &TestSet,
        item: &Item,
        one: &Try,
        readings: impl Iterator<Item = Reading>,
        written: impl FnOnce() -> (Vec<bool>, bool),
    ) -> Self {
        let mut answer = Self {
            longest: test.longest(),
            ..Self::default()
        };
        if let Some(choice) = &test.choice {
            answer.options = Some(options(choice, item, one));
            return answer;
        }
        let (mut likelihood, mut writing) = (false, false);
        for reading in readings {
            match reading.is_of_likelihood() {
                true => likelihood = true,
                false => writing = true,
            }
        }
        if likelihood {
            answer.losses = Some(losses(test, item, one));
        }
        if writing {
            let (right, extracted) = written();
            answer.writing = Some(Writing {
                extracted,
                ..write(test, item, one, &right)
            });
        }
        answer
    }

    /// A reading; `None` if it was not wanted.
    #[must_use]
    pub fn reading(&self, reading: Reading) -> Option<f64> {
        if let Some(options) = &self.options {
            let loss = options.loss_of_all().min(Likelihood::MOST_LOSS);
            let chosen = options.loss_of_options();
            return match reading {
                Reading::StepLoss | Reading::ShareOfSequenceLoss => Some(loss),
                Reading::SequenceProbability => Some(libm::exp(-loss)),
                Reading::StepBrier => Some(libm::expm1(-loss) * libm::expm1(-loss)),
                Reading::ChoiceProbability => Some(libm::exp(-chosen)),
                Reading::ChoiceLoss => Some(chosen.min(Likelihood::MOST_LOSS)),
                Reading::HalfChoiceBrier => Some(0.5 * options.brier()),
                Reading::EditDistance | Reading::CommonSubsequence => None,
            };
        }
        let losses = || self.losses.as_ref();
        let sum = || losses().map(|losses| losses.iter().sum::<f64>());
        let steps = || losses().map(|losses| losses.len() as f64);
        match reading {
            Reading::ChoiceProbability | Reading::ChoiceLoss | Reading::HalfChoiceBrier => None,
            Reading::StepLoss => Some(sum()? / steps()?),
            Reading::ShareOfSequenceLoss => Some(sum()? / f64::from(self.longest)),
            Reading::SequenceProbability => Some(libm::exp(-sum()?)),
            Reading::StepBrier => {
                let squares = losses()?.iter().map(|&loss| {
                    let missing = libm::expm1(-loss);
                    missing * missing
                });
                Some(squares.sum::<f64>() / steps()?)
            }
            Reading::EditDistance => Some(self.writing.as_ref()?.credit(edit_credit)),
            Reading::CommonSubsequence => Some(self.writing.as_ref()?.credit(subsequence_credit)),
        }
    }

    /// The largest number of steps that an item may have.
    #[must_use]
    pub const fn longest(&self) -> u32 {
        self.longest
    }

    /// A reading in units of 2^-32; 0 if it was not wanted.
    pub(super) fn units(&self, reading: Reading) -> u64 {
        in_units(self.reading(reading).unwrap_or(0.0))
    }
}

/// The readings among sums over items.
pub(super) fn readings(wanted: &[ItemSum]) -> impl Iterator<Item = Reading> + Clone {
    wanted.iter().filter_map(|sum| match sum {
        ItemSum::Counted(_) => None,
        ItemSum::Read(reading) => Some(*reading),
    })
}

fn losses(test: &TestSet, item: &Item, one: &Try) -> Vec<f64> {
    let likelihood = test.task.likelihood();
    let (block, lane) = place(item);
    let of_step = |step: u32| {
        let loss = test.task.token_loss(test.step_hazard(item, step));
        let noise = match likelihood.sd() > 0.0 {
            true => normal_quantile(open_unit(one.loss_word(block, step, lane))),
            false => 0.0,
        };
        likelihood.loss(loss, noise)
    };
    (0..item.steps).map(of_step).collect()
}

fn write(test: &TestSet, item: &Item, one: &Try, outcome: &[bool]) -> Writing {
    let tokens = test.task.tokens();
    let (block, lane) = place(item);
    let mut writing = Writing {
        right: Vec::with_capacity(outcome.len()),
        written: Vec::with_capacity(outcome.len()),
        extracted: true,
    };
    for (step, is_right) in (0..).zip(outcome) {
        let right = match tokens.size() {
            None => step,
            Some(size) => below(test.token_word(item.number, step), size),
        };
        writing.right.push(right);
        if *is_right {
            writing.written.push(right);
            continue;
        }
        let kind = tokens.wrong_step(open_unit(one.token_word(block, 2 * step, lane)));
        let which = one.token_word(block, 2 * step + 1, lane);
        // Where tokens occur once, those of wrong steps follow those of right ones.
        let other = item.steps + step;
        match (kind, tokens.size()) {
            (WrongStep::Deleted, _) => {}
            (WrongStep::Inserted, size) => {
                let stray = size.map_or(other, |size| below(which, size));
                writing.written.extend([stray, right]);
            }
            (WrongStep::Replaced, None) => writing.written.push(other),
            // One of the others: from the right one on, the next.
            (WrongStep::Replaced, Some(size)) => {
                let token = below(which, size - 1);
                writing.written.push(token + u32::from(token >= right));
            }
        }
    }
    writing
}

/// What the options of a question weigh in an attempt.
pub(super) fn options(choice: &ChoiceTask, item: &Item, one: &Try) -> OptionWeights {
    let (block, lane) = place(item);
    let weight = |option: u32| {
        let above = match option {
            0 => ChoiceTask::margin(item.hazard),
            _ => 0.0,
        };
        let word = one.option_word(block, option, lane);
        choice.distractor() + above + choice.noise().of(open_unit(word))
    };
    OptionWeights {
        logs: (0..choice.options()).map(weight).collect(),
    }
}

fn place(item: &Item) -> (u32, u32) {
    ((item.number / 64) as u32, (item.number % 64) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_a_bound() {
        assert_eq!((below(0, 3), below(u64::MAX, 3)), (0, 2));
        let third = u64::MAX / 3;
        assert_eq!((below(third, 3), below(third + 1, 3)), (0, 1));
    }

    #[test]
    fn readings_of_three_steps() {
        let answer = Answer {
            losses: Some(vec![0.2, 0.0, 1.3]),
            writing: None,
            options: None,
            longest: 5,
        };
        let close = |reading, expected: f64| {
            let found = answer.reading(reading).unwrap();
            assert!((found - expected).abs() < 1e-15, "{found}");
        };
        close(Reading::StepLoss, 0.5);
        close(Reading::ShareOfSequenceLoss, 0.3);
        close(Reading::SequenceProbability, 0.223_130_160_148_429_8);
        // ((1 - e^-.2)^2 + (1 - e^-1.3)^2)/3.
        close(Reading::StepBrier, 0.187_356_177_341_994_8);
        assert_eq!(answer.reading(Reading::EditDistance), None);
    }
}
