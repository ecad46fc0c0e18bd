//! The links that some families need: steps may differ more than the task tells.

use super::family::Family;
use super::link::{Link, NoLink};
use crate::domain::{Credit, Deviation, Difficulty, Lever, NormalSteps, Scenario, Task};

/// The links that some families need: that of the task as the scenario tells it, and those of steps that differ.
#[derive(Clone, Debug)]
pub struct Links {
    pub(super) told: Link,
    pub(super) uneven: Vec<(Deviation, Link)>,
    /// Whether the steps of the task are equal as told.
    pub(super) told_is_even: bool,
}

/// The standard deviations of ln w that steps which differ may have, beside 0.
pub const UNEVEN: [f64; 6] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0];

impl Links {
    /// What a credit tells of attempts at the task of a scenario, for these families.
    ///
    /// # Errors
    /// See [`NoLink`].
    pub fn of(scenario: &Scenario, credit: Credit, families: &[Family]) -> Result<Self, NoLink> {
        Self::each(scenario, families, |scenario| Link::of(scenario, credit))
    }

    /// What a mean credit tells, for these families; see [`Link::of_mean`].
    ///
    /// # Errors
    /// See [`NoLink`].
    pub fn of_means(
        scenario: &Scenario,
        credit: Credit,
        families: &[Family],
    ) -> Result<Self, NoLink> {
        Self::each(scenario, families, |scenario| {
            Link::of_mean(scenario, credit)
        })
    }

    /// What rates tell where no task is known; see [`Link::of_rates`].
    #[must_use]
    pub fn of_rates() -> Self {
        Self {
            told: Link::of_rates(),
            uneven: Vec::new(),
            told_is_even: true,
        }
    }

    fn each(
        scenario: &Scenario,
        families: &[Family],
        link: impl Fn(&Scenario) -> Result<Link, NoLink>,
    ) -> Result<Self, NoLink> {
        let told = link(scenario)?;
        let mut uneven = Vec::new();
        if families.contains(&Family::UnevenSteps) {
            for sd in UNEVEN {
                let sd = Deviation::try_from(sd)?;
                uneven.push((sd, link(&with_uneven_steps(scenario, sd)?)?));
            }
        }
        let told_is_even = *scenario.task.chain().difficulty() == Difficulty::Equal;
        Ok(Self {
            told,
            uneven,
            told_is_even,
        })
    }

    /// That of the task as the scenario tells it.
    #[must_use]
    pub const fn told(&self) -> &Link {
        &self.told
    }
}

/// The same scenario with steps whose hazards are multiplied by w, ln w normal of this standard deviation, w of mean 1.
///
/// # Errors
/// [`NoLink::Question`] for a question.
pub(super) fn with_uneven_steps(scenario: &Scenario, sd: Deviation) -> Result<Scenario, NoLink> {
    let Task::Steps(task) = &scenario.task else {
        return Err(NoLink::Question);
    };
    let difficulty = match sd.get() > 0.0 {
        true => Difficulty::Normal(NormalSteps {
            sd,
            on: Lever::Hazard,
        }),
        false => Difficulty::Equal,
    };
    Ok(Scenario {
        task: Task::Steps(task.with_difficulty(difficulty)?),
        ..scenario.clone()
    })
}
