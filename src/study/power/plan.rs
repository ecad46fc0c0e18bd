//! What a power analysis asks, once it is known to be answerable.

use super::settings::{PowerSettings, PowerTest};
use crate::domain::{ChangeOfLaw, Positive, Scale, Scenario};

/// A width of breaks, in e-folds of scale, where nothing says it: that of the examples of Caballero et al. 2022.
const USUAL_WIDTH: Positive = Positive::constant(0.2);

/// The fewest scales at which a law with four numbers leaves something to tell.
const FEWEST_SCALES: usize = 5;

/// A scenario, its alternative, and the tests between them.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerPlan {
    /// What it is called.
    pub name: String,
    /// The design, with the law that holds; of two that are compared, the first.
    pub scenario: Scenario,
    /// The law that a test is to find in the place of the scenario's; of two that are compared, the second.
    pub alternative: Option<Scenario>,
    /// What is asked.
    pub settings: PowerSettings,
}

/// Where a break is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakPlace {
    /// The scale at which the exponent changes.
    pub at: Scale,
    /// How gradually it changes, in e-folds of scale.
    pub width: Positive,
}

/// Why a power analysis cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PowerPlanError {
    /// There is nothing to compare with.
    #[error(
        "{} compares two scenarios: say in [power.alternative] what the second has otherwise, such as \"skill.alpha\" = 0.4",
        test.name()
    )]
    NoAlternative {
        /// The test that asks for it.
        test: PowerTest,
    },
    /// The place of the break is not known.
    #[error(
        "{} asks for a break, and the curve of {name} declares no change of exponent: give break-at, or let the alternative have skill.kind = \"broken-power-law\"",
        test.name()
    )]
    NoBreak {
        /// The test that asks for it.
        test: PowerTest,
        /// The scenario.
        name: String,
    },
    /// The break lies where nothing is measured.
    #[error(
        "a break at {at:e} is not told by scales from {first:e} to {last:e}: at least two must lie on either side of it"
    )]
    BreakOutside {
        /// The place.
        at: f64,
        /// The first scale.
        first: f64,
        /// The last one.
        last: f64,
    },
    /// Curves have more numbers than there are scales.
    #[error(
        "{} fits laws of up to four numbers over scale: measure at least {FEWEST_SCALES} scales, not {scales}",
        test.name()
    )]
    FewScales {
        /// The test that asks for them.
        test: PowerTest,
        /// How many there are.
        scales: usize,
    },
    /// A scale that is not measured.
    #[error("{at:e} is none of the measured scales; the nearest is {nearest:e}")]
    NotMeasured {
        /// The scale asked for.
        at: f64,
        /// The measured one next to it.
        nearest: f64,
    },
    /// Nothing falls into groups.
    #[error(
        "dip asks whether training runs fall into groups: it needs at least 4 of them, such as --set evaluation.training-seeds=30, and one attempt of each at an item; here training-seeds = {runs} and attempts = {attempts}"
    )]
    FewRuns {
        /// How many there are.
        runs: u32,
        /// Attempts of each at an item.
        attempts: u32,
    },
    /// Two scenarios on other designs.
    #[error(
        "evaluation: the alternative has other items, attempts, scales or training runs; both are measured by one design"
    )]
    OtherDesign,
    /// More tasks are affected than there are.
    #[error("affected = {affected} of {count} tasks: no more can be affected than are tested")]
    TooManyAffected {
        /// Tasks with an effect.
        affected: u64,
        /// All of them.
        count: u64,
    },
}

impl PowerPlanError {
    /// The key of `[power]` at fault.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::NoAlternative { .. } | Self::OtherDesign => "alternative",
            Self::NoBreak { .. } | Self::BreakOutside { .. } => "break-at",
            Self::FewScales { .. } | Self::FewRuns { .. } => "test",
            Self::NotMeasured { .. } => "at",
            Self::TooManyAffected { .. } => "tasks",
        }
    }
}

impl PowerPlan {
    /// A plan whose tests can be made.
    ///
    /// # Errors
    /// See [`PowerPlanError`].
    pub fn new(
        name: String,
        scenario: Scenario,
        alternative: Option<Scenario>,
        settings: PowerSettings,
    ) -> Result<Self, PowerPlanError> {
        let plan = Self {
            name,
            scenario,
            alternative,
            settings,
        };
        plan.check_design()?;
        for &test in plan.settings.test.as_slice() {
            plan.check(test)?;
        }
        Ok(plan)
    }

    fn check_design(&self) -> Result<(), PowerPlanError> {
        if let Some(tasks) = self.settings.tasks
            && tasks.affected > tasks.count
        {
            return Err(PowerPlanError::TooManyAffected {
                affected: tasks.affected.get(),
                count: tasks.count.get(),
            });
        }
        let scales = &self.scenario.evaluation.scales;
        if let Some(at) = self.settings.at
            && scales.meant_by(at).is_none()
        {
            let distance = |scale: &&Scale| libm::fabs(scale.log10() - at.log10());
            let nearest = scales.as_slice().iter();
            let nearest = nearest.min_by(|one, other| distance(one).total_cmp(&distance(other)));
            return Err(PowerPlanError::NotMeasured {
                at: at.get(),
                nearest: nearest.map_or(at.get(), |scale| scale.get()),
            });
        }
        let same = |other: &Scenario| {
            let (one, other) = (&self.scenario.evaluation, &other.evaluation);
            one.scales == other.scales
                && one.items == other.items
                && one.attempts == other.attempts
                && one.training_seeds == other.training_seeds
                && one.metrics == other.metrics
        };
        match self.alternative.as_ref().is_none_or(same) {
            true => Ok(()),
            false => Err(PowerPlanError::OtherDesign),
        }
    }

    fn check(&self, test: PowerTest) -> Result<(), PowerPlanError> {
        let evaluation = &self.scenario.evaluation;
        match test {
            PowerTest::LrKnownBreak | PowerTest::LrUnknownBreak | PowerTest::SlopeChange => {
                let scales = evaluation.scales.as_slice();
                if scales.len() < FEWEST_SCALES {
                    let scales = scales.len();
                    return Err(PowerPlanError::FewScales { test, scales });
                }
                let place = self.break_place().ok_or_else(|| PowerPlanError::NoBreak {
                    test,
                    name: self.name.clone(),
                })?;
                let below = scales.iter().filter(|&&scale| scale < place.at).count();
                let above = scales.iter().filter(|&&scale| scale > place.at).count();
                match below.min(above) {
                    0 | 1 => {
                        let (first, last) = evaluation.scales.window();
                        Err(PowerPlanError::BreakOutside {
                            at: place.at.get(),
                            first: first.get(),
                            last: last.get(),
                        })
                    }
                    _ => Ok(()),
                }
            }
            PowerTest::TwoRates | PowerTest::Paired => match self.alternative {
                Some(_) => Ok(()),
                None => Err(PowerPlanError::NoAlternative { test }),
            },
            PowerTest::AboveChance => Ok(()),
            PowerTest::Dip => {
                let runs = evaluation.training_seeds.get();
                let attempts = evaluation.attempts.get();
                match runs >= 4 && attempts == 1 {
                    true => Ok(()),
                    false => Err(PowerPlanError::FewRuns { runs, attempts }),
                }
            }
        }
    }

    /// The law that a test is to find: the alternative's, or without one the scenario's own.
    #[must_use]
    pub fn sought(&self) -> &Scenario {
        self.alternative.as_ref().unwrap_or(&self.scenario)
    }

    /// Where the sought law's exponent changes; `None` where nothing says it.
    #[must_use]
    pub fn break_place(&self) -> Option<BreakPlace> {
        let breaks = self.sought().skill.declared_breaks();
        let declared = breaks
            .iter()
            .find(|one| matches!(one.change, ChangeOfLaw::Exponent { .. }));
        let width = declared.and_then(|one| {
            // Declared in decades.
            Positive::try_from(one.width * std::f64::consts::LN_10).ok()
        });
        Some(BreakPlace {
            at: self.settings.break_at.or(declared.map(|one| one.at))?,
            width: self.settings.break_width.or(width).unwrap_or(USUAL_WIDTH),
        })
    }

    /// The scale at which rates are compared.
    #[must_use]
    pub fn at(&self) -> Scale {
        let scales = &self.scenario.evaluation.scales;
        let meant = self.settings.at.and_then(|at| scales.meant_by(at));
        meant.unwrap_or(scales.window().1)
    }
}
