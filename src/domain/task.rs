//! The chain of steps that one attempt must get through.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dependence::Past;
use super::recovery::Verifier;
use super::tagged::{checked, tagged};
use super::{
    ChoiceTask, Dependence, Deviation, Difficulty, Format, Invalid, Lengths, Likelihood,
    LogitNormal, Probability, Recovery, Spread, Steps, Tokens, WrongAnswers,
};

tagged! {
    /// What an item asks for.
    pub enum Task, default "steps" = Self::Steps(StepsTask::default()); {
        "steps" => Steps(StepsTask):
            "a chain of steps, each right or wrong: step i of L has p_i = guess + (1 - guess) p^w_i",
            source "Schaeffer et al. 2023, arXiv:2304.15004, section 2, with p_i = p";
        "choice" => Choice(ChoiceTask):
            "a question of C options: log-weights d + noise of the wrong ones, d - ln(1 - p) + noise of the right one",
            source "Schaeffer et al. 2024, arXiv:2406.04391, for what is read off options; the weights are our own";
    }
}

/// What many steps of one item tell about a rate, compared with as many items: see `study::Estimate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepInformation {
    /// Steps succeed independently and alike for every item: L steps vary no more than L separate attempts would.
    Independent,
    /// Steps of an item share something: an item may tell no more than one of its steps.
    Shared,
}

/// A chain of steps, all of which exact match wants right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct StepsTask {
    /// L, the number of steps: the same for every item, or drawn for each.
    steps: Lengths,
    /// Chance that a step which would fail is right all the same.
    guess: Probability,
    /// Chance that an attempt is right at every step whatever its skill: a lucky guess of the whole item.
    floor: Probability,
    /// How the steps of a task differ: multipliers w_i, of the hazard unless said otherwise, so that step i succeeds with
    /// p^w_i.
    difficulty: Difficulty,
    /// How items differ, in a way shared by all steps of an item and by all scales.
    spread: Spread,
    /// How the failure of one step changes the next.
    dependence: Dependence,
    /// How a failed step may be made good.
    recovery: Recovery,
    /// How the losses of right tokens scatter, which metrics of likelihood read.
    likelihood: Likelihood,
    /// What is written, which edit distances and common subsequences read.
    tokens: Tokens,
    /// Whether the scorer finds the answer of an attempt.
    format: Format,
    /// How many different wrong answers an item has: a wrong attempt gives each of them as often. Votes count them; with
    /// one, all wrong attempts agree.
    wrong_answers: WrongAnswers,
}

checked!(StepsTask);

impl Default for StepsTask {
    fn default() -> Self {
        Self {
            steps: Lengths::default(),
            guess: Probability::constant(0.0),
            floor: Probability::constant(0.0),
            difficulty: Difficulty::default(),
            spread: Spread::default(),
            dependence: Dependence::default(),
            recovery: Recovery::default(),
            likelihood: Likelihood::default(),
            tokens: Tokens::default(),
            format: Format::default(),
            wrong_answers: WrongAnswers::constant(1),
        }
    }
}

impl StepsTask {
    /// Independent steps; a step that would fail is still right by chance with probability `guess`.
    ///
    /// # Errors
    /// [`Invalid::MultiplierCount`] if the difficulty lists another number of multipliers than there are steps at most.
    pub fn new(
        steps: impl Into<Lengths>,
        guess: Probability,
        difficulty: Difficulty,
    ) -> Result<Self, Invalid> {
        Self {
            steps: steps.into(),
            guess,
            difficulty,
            ..Self::default()
        }
        .checked()
    }

    /// One step of items whose log-odds differ by so much.
    pub(super) fn of_one_step(sd: Deviation) -> Self {
        Self {
            steps: Steps::constant(1).into(),
            spread: match sd.get() > 0.0 {
                true => Spread::LogitNormal(LogitNormal { sd }),
                false => Spread::None,
            },
            ..Self::default()
        }
    }

    fn checked(self) -> Result<Self, Invalid> {
        match &self.difficulty {
            Difficulty::List(list) if list.multipliers.len() != self.steps().get() as usize => {
                Err(Invalid::MultiplierCount {
                    listed: list.multipliers.len(),
                    steps: self.steps().get(),
                })
            }
            _ => Ok(self),
        }
    }

    /// The same task with this number of steps in every item.
    ///
    /// # Errors
    /// [`Invalid::MultiplierCount`] if the difficulty lists a multiplier for each of another number of steps.
    pub fn with_steps(&self, steps: Steps) -> Result<Self, Invalid> {
        let steps = Lengths::Fixed(steps);
        Self {
            steps,
            ..self.clone()
        }
        .checked()
    }

    /// The same task with steps that differ in this way.
    ///
    /// # Errors
    /// [`Invalid::MultiplierCount`] if it lists a multiplier for each of another number of steps.
    pub fn with_difficulty(&self, difficulty: Difficulty) -> Result<Self, Invalid> {
        Self {
            difficulty,
            ..self.clone()
        }
        .checked()
    }

    /// The task of an item of known length and hazard: nothing is left that items differ in, but for drawn steps.
    pub(super) fn of_one_item(&self, steps: Steps) -> Self {
        Self {
            steps: Lengths::Fixed(steps),
            spread: Spread::None,
            ..self.clone()
        }
    }

    /// L, the number of steps: the same for every item, or drawn for each.
    #[must_use]
    pub const fn lengths(&self) -> &Lengths {
        &self.steps
    }

    /// The largest number of steps that an item may have.
    #[must_use]
    pub fn steps(&self) -> Steps {
        self.steps.longest()
    }

    /// The probability that a step which would fail is right by chance.
    #[must_use]
    pub const fn guess(&self) -> Probability {
        self.guess
    }

    /// The probability that an attempt is right at every step by chance.
    #[must_use]
    pub const fn floor(&self) -> Probability {
        self.floor
    }

    /// How steps differ.
    #[must_use]
    pub const fn difficulty(&self) -> &Difficulty {
        &self.difficulty
    }

    /// How items differ.
    #[must_use]
    pub const fn spread(&self) -> &Spread {
        &self.spread
    }

    /// How the failure of one step changes the next.
    #[must_use]
    pub const fn dependence(&self) -> &Dependence {
        &self.dependence
    }

    /// How a failed step may be made good.
    #[must_use]
    pub const fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// How the losses of right tokens scatter.
    #[must_use]
    pub const fn likelihood(&self) -> &Likelihood {
        &self.likelihood
    }

    /// What is written.
    #[must_use]
    pub const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The loss of the right token of a step of this hazard, after right ones: -ln(guess + (1 - guess) e^-h), in nats.
    #[must_use]
    pub fn token_loss(&self, hazard: f64) -> f64 {
        let guess = self.guess.get();
        match guess {
            0.0 => hazard,
            // 1 - p = (1 - guess)(1 - e^-h), to its leading digits however small.
            _ => -libm::log1p((1.0 - guess) * libm::expm1(-hazard)),
        }
    }

    /// Whether the scorer finds the answer of an attempt.
    #[must_use]
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// How many different wrong answers an item has.
    #[must_use]
    pub const fn wrong_answers(&self) -> u32 {
        self.wrong_answers.get()
    }

    /// The success probability of one try of a step of this hazard, after what the attempt has come to:
    /// guess + (1 - guess) p; 0 for a step that is not taken.
    #[must_use]
    pub fn try_chance(&self, hazard: f64, past: &Past) -> Probability {
        let guess = self.guess.get();
        let filled = |p: f64| guess + (1.0 - guess) * p;
        let p = self.dependence.chance(hazard, past);
        Probability::rounded(p.map_or(0.0, filled))
    }

    /// The success probability of the first try of a first step with this multiplier, where an ordinary one has hazard h:
    /// guess + (1 - guess) exp(-multiplier h) for multipliers of the hazard.
    #[must_use]
    pub fn chance(&self, multiplier: f64, hazard: f64) -> Probability {
        let hazard = self.difficulty.lever().hazard(hazard, multiplier);
        let guess = self.guess.get();
        Probability::rounded(guess + (1.0 - guess) * libm::exp(-hazard))
    }

    /// The multipliers of its steps from the easiest to the hardest, each once; none where they are drawn.
    #[must_use]
    pub fn different_multipliers(&self) -> Vec<f64> {
        let mut different = match &self.difficulty {
            Difficulty::Normal(_) => Vec::new(),
            difficulty => difficulty
                .multipliers(self.steps().get())
                .unwrap_or_else(|| vec![1.0]),
        };
        different.sort_by(f64::total_cmp);
        different.dedup();
        different
    }

    /// Whether steps of one item vary together.
    #[must_use]
    pub fn step_information(&self) -> StepInformation {
        let independent = self.dependence == Dependence::Independent
            && !self.items_differ()
            && self.floor.get() == 0.0
            && self.format == Format::None
            && !self.has_memory();
        match independent {
            true => StepInformation::Independent,
            false => StepInformation::Shared,
        }
    }

    /// Whether the chance of a step depends on what came of the steps before.
    #[must_use]
    pub fn has_memory(&self) -> bool {
        let shares_retries = |verifier: Verifier| verifier.retries_of_attempt.is_some();
        let remembers = match self.dependence {
            Dependence::Independent | Dependence::CommonFactor(_) => false,
            Dependence::Halting
            | Dependence::Tainted(_)
            | Dependence::Markov(_)
            | Dependence::ErrorFraction(_) => true,
        };
        remembers || self.recovery.verifier().is_some_and(shares_retries)
    }

    /// Whether items of a test set differ, so that scales which share them move together.
    #[must_use]
    pub fn items_differ(&self) -> bool {
        self.spread != Spread::None
            || matches!(self.difficulty, Difficulty::Normal(_))
            || matches!(self.steps, Lengths::Drawn(_))
    }

    /// Whether exact match is p^L: equal, independent steps of one length, alike for every item, tried once, without any
    /// guessing and extracted whatever the scale.
    #[must_use]
    pub fn is_plain_chain(&self) -> bool {
        self.difficulty == Difficulty::Equal
            && self.recovery == Recovery::None
            && self.guess.get() == 0.0
            && self.step_information() == StepInformation::Independent
    }

    pub(super) fn with_default_parameters(&self) -> Self {
        Self {
            difficulty: self.difficulty.with_default_parameters(),
            spread: self.spread.with_default_parameters(),
            dependence: self.dependence.with_default_parameters(),
            recovery: self.recovery.with_default_parameters(),
            likelihood: self.likelihood.with_default_parameters(),
            tokens: self.tokens.with_default_parameters(),
            format: self.format.with_defaults_throughout(),
            ..Self::default()
        }
    }
}

impl Task {
    /// Its items as chains of steps: those of a question have one.
    #[must_use]
    pub const fn chain(&self) -> &StepsTask {
        match self {
            Self::Steps(task) => task,
            Self::Choice(task) => task.chain(),
        }
    }

    /// L, the number of steps: the same for every item, or drawn for each.
    #[must_use]
    pub const fn lengths(&self) -> &Lengths {
        self.chain().lengths()
    }

    /// The largest number of steps that an item may have.
    #[must_use]
    pub fn steps(&self) -> Steps {
        self.chain().steps()
    }

    /// How many different wrong answers an item has: of a question, its wrong options.
    #[must_use]
    pub const fn wrong_answers(&self) -> u32 {
        match self {
            Self::Steps(task) => task.wrong_answers(),
            Self::Choice(task) => task.options() - 1,
        }
    }

    /// Itself with every parameter at its default.
    pub(super) fn with_parameters_at_default(&self) -> Self {
        match self {
            Self::Steps(task) => Self::Steps(task.with_default_parameters()),
            Self::Choice(task) => Self::Choice(task.with_default_parameters()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MultiplierList, Positive};

    #[test]
    fn guessing_fills_part_of_what_is_missing() {
        let task = StepsTask::new(
            Steps::constant(2),
            Probability::constant(0.25),
            Difficulty::Equal,
        )
        .unwrap();
        let chance = task.try_chance(1.203_972_804_325_936, &Past::default()); // -ln .3
        assert!((chance.get() - 0.475).abs() < 1e-15);
    }

    #[test]
    fn a_list_must_have_one_multiplier_for_each_step() {
        let list = Difficulty::List(MultiplierList {
            multipliers: vec![Positive::constant(1.0); 3],
            ..MultiplierList::default()
        });
        let task = StepsTask::new(Steps::constant(4), Probability::constant(0.0), list);
        assert_eq!(
            task,
            Err(Invalid::MultiplierCount {
                listed: 3,
                steps: 4
            })
        );
    }
}
