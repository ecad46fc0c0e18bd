//! From the hazard of an ordinary step to what is counted: the task is known, so one number decides all.

use super::family::Family;
use super::spline::{Grid, PER_UNIT, knots};
use crate::domain::{
    Basis, BetweenSeeds, Chances, Count, Counted, Credit, Deviation, Difficulty, Invalid, Lever,
    NormalSteps, Positive, PowerLaw, Scale, Scenario, Skill, SkillCurve, Task,
};

/// Why no hazard tells what is counted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoLink {
    /// The credit is a function of more than a count.
    #[error("{0} is no function of how many steps are right, which is what curves are fitted to")]
    NotCounted(Credit),
    /// Its probabilities are not computed.
    #[error(
        "what {0} may come to is not computed for this task: items or steps have too much in common"
    )]
    NotComputed(Credit),
    /// The scorer finds more answers at some scales than at others.
    #[error(
        "the share of answers that are extracted changes with scale, so no hazard tells what is counted"
    )]
    Gate,
    /// The share of training runs that break through grows with scale.
    #[error(
        "the share of training runs that break through changes with scale, so no hazard tells what is counted"
    )]
    Bimodal,
    /// Too many different counts.
    #[error("items have {0} different counts, more than the {MOST_CELLS} that fits take")]
    TooManyCounts(usize),
    /// Steps that differ, of a question.
    #[error("a question has a single step: steps cannot differ")]
    Question,
    /// The task has no such steps.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// The most different counts, over all lengths.
pub const MOST_CELLS: usize = 20_000;

/// Which outcomes a credit tells apart: the cells of a table of counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Layout {
    /// Wrong and right, over all lengths together.
    Verdicts(Counted, Vec<u32>),
    /// For each length, increasing: a count from 0 to L.
    Counts(Count, Vec<u32>),
}

impl Layout {
    fn of(chances: &Chances<'_>, credit: Credit) -> Result<Self, NoLink> {
        let Basis::Counted(counted) = chances.basis(credit) else {
            return Err(NoLink::NotCounted(credit));
        };
        let lengths: Vec<u32> = chances.lengths().map(|(steps, _)| steps).collect();
        let layout = match counted {
            Counted::AllRight | Counted::PassMark(_) => Self::Verdicts(counted, lengths),
            // A power of the share tells as much as the share.
            Counted::Share(_) | Counted::Power(_) => Self::Counts(counted.count(), lengths),
        };
        match layout.cells() {
            cells if cells > MOST_CELLS => Err(NoLink::TooManyCounts(cells)),
            _ => Ok(layout),
        }
    }

    /// How many cells there are.
    pub(super) fn cells(&self) -> usize {
        match self {
            Self::Verdicts(..) => 2,
            Self::Counts(_, lengths) => lengths.iter().map(|&steps| steps as usize + 1).sum(),
        }
    }

    /// How many cells each group has within which probabilities sum to 1.
    pub(super) fn groups(&self) -> Vec<usize> {
        match self {
            Self::Verdicts(..) => vec![2],
            Self::Counts(_, lengths) => lengths.iter().map(|&steps| steps as usize + 1).collect(),
        }
    }

    /// The first cell of items of this length, for counts.
    pub(super) fn first_of(&self, steps: u32) -> Option<usize> {
        let (Self::Verdicts(_, lengths) | Self::Counts(_, lengths)) = self;
        let place = lengths.binary_search(&steps).ok()?;
        match self {
            Self::Verdicts(..) => Some(0),
            Self::Counts(..) => Some(lengths[..place].iter().map(|&one| one as usize + 1).sum()),
        }
    }

    /// The probability of each cell, given the length of the item for counts; `None` where it is not computed.
    pub(super) fn probabilities(&self, chances: &Chances<'_>, credit: Credit) -> Option<Vec<f64>> {
        match self {
            Self::Verdicts(..) => {
                let right = chances.mean(credit)?;
                Some(vec![1.0 - right, right])
            }
            Self::Counts(count, lengths) => {
                let of_lengths = lengths
                    .iter()
                    .map(|&steps| chances.distribution(*count, steps));
                let of_lengths: Vec<Vec<f64>> = of_lengths.collect::<Option<_>>()?;
                Some(of_lengths.concat())
            }
        }
    }

    /// Below this a probability has lost its digits.
    fn least(&self, cell: usize) -> f64 {
        match (self, cell) {
            // 1 - P(right).
            (Self::Verdicts(..), 0) => 1e-10,
            _ => 1e-290,
        }
    }
}

/// ln P(cell | eta) of every cell that a credit tells apart, as a table over eta = ln h, h the hazard that the skill curve
/// gives an ordinary step.
///
/// Everything else that decides an outcome is that of the scenario: task, differences between items and training runs,
/// temperature. Attempts are taken for independent of each other; where they have something in common (attempts at one
/// item, items of one training run) the likelihood is a composite one (Lindsay 1988, Contemp. Math. 80, 221): its maximum is right on average,
/// its curvature claims too much.
#[derive(Clone, Debug)]
pub struct Link {
    pub(super) credit: Credit,
    pub(super) layout: Layout,
    pub(super) grid: Grid,
    /// For each cell, one after the other: see [`knots`].
    pub(super) columns: Vec<[f64; 2]>,
    /// As the skill curve counts them.
    pub(super) scales: Vec<Scale>,
}

/// Places that every table has, in steps: from eta = -10 to 4.
const CORE: (i32, i32) = (-10 * PER_UNIT, 4 * PER_UNIT);

/// No table goes further: eta = -40 to 40.
const FURTHEST: i32 = 40 * PER_UNIT;

/// A table ends where probabilities change by less than this over a unit of eta.
const STILL: f64 = 1e-5;

/// Impossible at every hazard.
const LN_NEVER: f64 = -745.0;

impl Link {
    /// What a credit tells of attempts at the task of a scenario.
    ///
    /// # Errors
    /// See [`NoLink`].
    pub fn of(scenario: &Scenario, credit: Credit) -> Result<Self, NoLink> {
        let (low, high) = scenario.task.chain().format().limits();
        if low != high {
            return Err(NoLink::Gate);
        }
        if matches!(scenario.skill.between_seeds, BetweenSeeds::Bimodal(_)) {
            return Err(NoLink::Bimodal);
        }
        let c = Scale::constant(1e8);
        let alpha = Positive::constant(1.0);
        let probe = Scenario {
            skill: Skill {
                curve: SkillCurve::PowerLaw(PowerLaw { c, alpha }),
                efficiency: alpha,
                ..scenario.skill.clone()
            },
            ..scenario.clone()
        };
        let chances = probe.chances();
        // h = c/N.
        let at = |steps: i32| {
            let scale = Scale::try_from(c.get() * libm::exp(-Grid::place(steps)));
            chances.at(scale.unwrap_or(c))
        };
        let layout = Layout::of(&at(0), credit)?;
        let row = |steps: i32| {
            let row = layout.probabilities(&at(steps), credit);
            row.ok_or(NoLink::NotComputed(credit))
        };
        let mut rows = std::collections::VecDeque::new();
        for steps in CORE.0..=CORE.1 {
            rows.push_back(row(steps)?);
        }
        let unit = PER_UNIT as usize;
        let (mut first, mut last) = CORE;
        while first > -FURTHEST && change(rows.front(), rows.get(unit)) > STILL {
            for _ in 0..PER_UNIT {
                first -= 1;
                rows.push_front(row(first)?);
            }
        }
        while last < FURTHEST && change(rows.back(), rows.get(rows.len() - 1 - unit)) > STILL {
            for _ in 0..PER_UNIT {
                last += 1;
                rows.push_back(row(last)?);
            }
        }
        let mut columns = Vec::with_capacity(layout.cells() * rows.len());
        for cell in 0..layout.cells() {
            let column: Vec<f64> = rows.iter().map(|row| row[cell]).collect();
            columns.extend(knots(&logarithms(&column, layout.least(cell))));
        }
        let grid = Grid {
            first,
            points: rows.len(),
        };
        Ok(Self {
            credit,
            grid,
            columns,
            scales: counted_scales(scenario)?,
            layout,
        })
    }

    /// The credit.
    #[must_use]
    pub const fn credit(&self) -> Credit {
        self.credit
    }

    /// The measured scales as the skill curve counts them: N times the efficiency of the scenario.
    #[must_use]
    pub fn scales(&self) -> &[Scale] {
        &self.scales
    }
}

/// The scales of a scenario as its skill curve counts them.
pub(super) fn counted_scales(scenario: &Scenario) -> Result<Vec<Scale>, Invalid> {
    let scales = scenario.evaluation.scales.as_slice().iter();
    let efficiency = scenario.skill.efficiency.get();
    scales
        .map(|scale| Scale::try_from(scale.get() * efficiency))
        .collect()
}

/// By how much the probabilities of two rows differ, as a sum.
fn change(one: Option<&Vec<f64>>, other: Option<&Vec<f64>>) -> f64 {
    let pairs = one.into_iter().flatten().zip(other.into_iter().flatten());
    pairs.map(|(one, other)| (one - other).abs()).sum()
}

/// The logarithms of probabilities; where they have lost their digits, on along a straight line.
fn logarithms(column: &[f64], least: f64) -> Vec<f64> {
    let is_sound = |p: &f64| *p > least;
    let (Some(first), Some(last)) = (
        column.iter().position(is_sound),
        column.iter().rposition(is_sound),
    ) else {
        return vec![LN_NEVER; column.len()];
    };
    let at = |i: usize| libm::log(column.get(i).map_or(least, |p| p.max(least)));
    let on_from = |end: usize, inner: usize, distance: usize| {
        at(end) + (at(end) - at(inner)) * distance as f64
    };
    let value = |i: usize| match i {
        i if i < first => on_from(first, (first + 1).min(last), first - i),
        i if i > last => on_from(last, last.saturating_sub(1).max(first), i - last),
        i => at(i),
    };
    (0..column.len()).map(value).collect()
}

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
        let told = Link::of(scenario, credit)?;
        let mut uneven = Vec::new();
        if families.contains(&Family::UnevenSteps) {
            for sd in UNEVEN {
                let sd = Deviation::try_from(sd)?;
                uneven.push((sd, Link::of(&with_uneven_steps(scenario, sd)?, credit)?));
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
