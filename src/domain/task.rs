//! The chain of steps that one attempt must get through.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tagged::{checked, tagged};
use super::{Invalid, Lengths, Positive, Probability, StepChances, Steps};

tagged! {
    /// What an item asks for.
    pub enum Task, default "steps" = Self::Steps(StepsTask::default()); {
        "steps" => Steps(StepsTask):
            "a chain of steps, each right or wrong: step i of L has p_i = guess + (1 - guess) p^w_i",
            source "Schaeffer et al. 2023, arXiv:2304.15004, section 2, with p_i = p";
    }
}

tagged! {
    /// How the steps of a task differ. Multipliers act on the hazard: step i succeeds with p^w_i.
    pub enum Difficulty, default "equal" = Self::Equal; {
        "equal" => Equal: "they do not: w_i = 1";
        "ramp" => Ramp(Ramp): "w_i = from (to/from)^((i-1)/(L-1)): even in log10 from the first step to the last";
        "list" => List(MultiplierList): "w_i is the i-th of a list of multipliers, one for each step";
    }
}

tagged! {
    /// How items differ, in a way shared by all steps of an item and by all scales.
    pub enum Spread, default "none" = Self::None; {
        "none" => None: "they do not: every item is as hard as any other";
    }
}

tagged! {
    /// How the failure of one step changes the next.
    pub enum Dependence, default "independent" = Self::Independent; {
        "independent" => Independent: "not at all: steps succeed or fail independently";
    }
}

tagged! {
    /// How a failed step may be made good.
    pub enum Recovery, default "none" = Self::None; {
        "none" => None: "it may not: a failed step stays failed";
    }
}

/// Multipliers w_i = 10^(log10 from + (log10 to - log10 from) (i-1)/(L-1)) for step i of L; a single step gets `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ramp {
    /// Hazard multiplier of the first step.
    pub from: Positive,
    /// Hazard multiplier of the last step.
    pub to: Positive,
}

impl Default for Ramp {
    fn default() -> Self {
        Self {
            from: Positive::constant(1e-4),
            to: Positive::constant(1.0),
        }
    }
}

/// Multipliers of the hazard, one for each step in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MultiplierList {
    /// Multipliers of the hazard, one for each step in order.
    #[schemars(extend("minItems" = 1, "examples" = [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]]))]
    pub multipliers: Vec<Positive>,
}

impl Difficulty {
    /// The hazard multiplier of each of `steps` steps.
    fn multipliers(&self, steps: Steps) -> Vec<f64> {
        let count = steps.get() as usize;
        match self {
            Self::Equal => vec![1.0; count],
            Self::Ramp(ramp) => {
                let (from, to) = (libm::log10(ramp.from.get()), libm::log10(ramp.to.get()));
                let multiplier = |i: usize| {
                    let left = if count == 1 {
                        0.0
                    } else {
                        (count - 1 - i) as f64 / (count - 1) as f64
                    };
                    libm::pow(10.0, to - (to - from) * left)
                };
                (0..count).map(multiplier).collect()
            }
            Self::List(list) => list
                .multipliers
                .iter()
                .map(|multiplier| multiplier.get())
                .collect(),
        }
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
    /// How the steps of a task differ: multipliers w_i of the hazard, so that step i succeeds with p^w_i.
    difficulty: Difficulty,
    /// How items differ, in a way shared by all steps of an item and by all scales.
    spread: Spread,
    /// How the failure of one step changes the next.
    dependence: Dependence,
    /// How a failed step may be made good.
    recovery: Recovery,
}

checked!(StepsTask);

impl Default for StepsTask {
    fn default() -> Self {
        Self {
            steps: Lengths::default(),
            guess: Probability::constant(0.0),
            difficulty: Difficulty::default(),
            spread: Spread::default(),
            dependence: Dependence::default(),
            recovery: Recovery::default(),
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

    /// How steps differ.
    #[must_use]
    pub const fn difficulty(&self) -> &Difficulty {
        &self.difficulty
    }

    /// The success probability of each step when an ordinary one has the hazard h:
    /// p_i = guess + (1 - guess) exp(-w_i h).
    #[must_use]
    pub fn step_chances(&self, hazard: f64) -> StepChances {
        self.weighed().chances(hazard)
    }

    /// The same for many hazards.
    pub(super) fn weighed(&self) -> WeighedSteps<'_> {
        let multipliers = match self.difficulty {
            Difficulty::Equal => None,
            Difficulty::Ramp(_) | Difficulty::List(_) => {
                Some(self.difficulty.multipliers(self.steps()))
            }
        };
        WeighedSteps {
            task: self,
            multipliers,
        }
    }

    /// The success probability of a step whose hazard is `multiplier` times that of an ordinary one:
    /// guess + (1 - guess) exp(-multiplier h).
    #[must_use]
    pub fn chance(&self, multiplier: f64, hazard: f64) -> Probability {
        let guess = self.guess.get();
        Probability::rounded(guess + (1.0 - guess) * libm::exp(-multiplier * hazard))
    }

    /// The hazard multipliers of its steps from the easiest to the hardest, each once.
    #[must_use]
    pub fn different_multipliers(&self) -> Vec<f64> {
        let mut different = self.difficulty.multipliers(self.steps());
        different.sort_by(f64::total_cmp);
        different.dedup();
        different
    }

    /// Whether steps of one item vary together.
    #[must_use]
    pub const fn step_information(&self) -> StepInformation {
        match (&self.spread, &self.dependence, &self.recovery) {
            (Spread::None, Dependence::Independent, Recovery::None) => StepInformation::Independent,
        }
    }

    pub(super) fn with_default_parameters(&self) -> Self {
        Self {
            difficulty: self.difficulty.with_default_parameters(),
            spread: self.spread.with_default_parameters(),
            dependence: self.dependence.with_default_parameters(),
            recovery: self.recovery.with_default_parameters(),
            ..Self::default()
        }
    }
}

/// A chain of steps whose multipliers have been worked out; none where all are 1.
pub(super) struct WeighedSteps<'a> {
    task: &'a StepsTask,
    multipliers: Option<Vec<f64>>,
}

impl WeighedSteps<'_> {
    pub(super) fn chances(&self, hazard: f64) -> StepChances {
        let chance = |&multiplier: &f64| self.task.chance(multiplier, hazard);
        match &self.multipliers {
            None => StepChances::alike(chance(&1.0), self.task.steps().get() as usize),
            Some(multipliers) => StepChances::new(multipliers.iter().map(chance)),
        }
    }
}

impl Task {
    /// L, the number of steps: the same for every item, or drawn for each.
    #[must_use]
    pub const fn lengths(&self) -> &Lengths {
        match self {
            Self::Steps(task) => task.lengths(),
        }
    }

    /// The largest number of steps that an item may have.
    #[must_use]
    pub fn steps(&self) -> Steps {
        match self {
            Self::Steps(task) => task.steps(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_even_in_log10_and_ends_where_it_says() {
        let weights = Difficulty::Ramp(Ramp::default()).multipliers(Steps::constant(10));
        assert_eq!((weights[0], weights[9]), (1e-4, 1.0));
        assert!((weights.iter().sum::<f64>() - 1.560_935_023_406_202_7).abs() < 1e-15);
        assert!((weights[7] - 0.129_154_966_501_488_4).abs() < 1e-16); // 10^(-8/9)
        assert_eq!(
            Difficulty::Ramp(Ramp::default()).multipliers(Steps::constant(1)),
            [1.0]
        );
    }

    #[test]
    fn guessing_fills_part_of_what_is_missing() {
        let task = StepsTask::new(
            Steps::constant(2),
            Probability::constant(0.25),
            Difficulty::Equal,
        )
        .unwrap();
        let chances = task.step_chances(1.203_972_804_325_936); // -ln .3
        assert!((chances.iter().nth(1).unwrap().get() - 0.475).abs() < 1e-15);
    }

    #[test]
    fn a_list_must_have_one_multiplier_for_each_step() {
        let list = Difficulty::List(MultiplierList {
            multipliers: vec![Positive::constant(1.0); 3],
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
