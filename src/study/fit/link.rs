//! From the hazard of an ordinary step to what is counted: the task is known, so one number decides all.

use super::spline::{Grid, PER_UNIT, knots};
use crate::domain::{
    Basis, BetweenSeeds, Chances, Count, Counted, Credit, Invalid, Positive, PowerLaw, Range,
    Scale, Scenario, Skill, SkillCurve,
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
    /// The credit may be more than 1.
    #[error("{0} is no rate between 0 and 1, as which means of credits are fitted")]
    NoRate(Credit),
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
    /// What the mean credit of attempts lacks of 1, and the mean credit.
    Means(Credit),
    /// The same of a rate exp(-h), whatever it is of.
    Rates,
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
            Self::Verdicts(..) | Self::Means(_) | Self::Rates => 2,
            Self::Counts(_, lengths) => lengths.iter().map(|&steps| steps as usize + 1).sum(),
        }
    }

    /// How many cells each group has within which probabilities sum to 1.
    pub(super) fn groups(&self) -> Vec<usize> {
        match self {
            Self::Verdicts(..) | Self::Means(_) | Self::Rates => vec![2],
            Self::Counts(_, lengths) => lengths.iter().map(|&steps| steps as usize + 1).collect(),
        }
    }

    /// The lengths of the items whose attempts are counted; none of means.
    pub(super) fn lengths(&self) -> &[u32] {
        match self {
            Self::Verdicts(_, lengths) | Self::Counts(_, lengths) => lengths,
            Self::Means(_) | Self::Rates => &[],
        }
    }

    /// The first cell of items of this length, for counts.
    pub(super) fn first_of(&self, steps: u32) -> Option<usize> {
        let place = self.lengths().binary_search(&steps).ok()?;
        match self {
            Self::Counts(_, lengths) => {
                Some(lengths[..place].iter().map(|&one| one as usize + 1).sum())
            }
            Self::Verdicts(..) | Self::Means(_) | Self::Rates => Some(0),
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
            Self::Means(credit) => {
                let earned = credit.of_mean(chances.mean(*credit)?, chances.longest());
                Some(vec![1.0 - earned, earned])
            }
            Self::Rates => None,
        }
    }

    /// Below this a probability has lost its digits.
    fn least(&self, cell: usize) -> f64 {
        match (self, cell) {
            // 1 - P(right).
            (Self::Verdicts(..) | Self::Means(_), 0) => 1e-10,
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
    /// `None` of rates.
    pub(super) credit: Option<Credit>,
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

/// Places of tables of rates, in steps: a hazard from 2e-9 to 665.
const RATES: (i32, i32) = (-20 * PER_UNIT, 13 * PER_UNIT / 2);

/// Impossible at every hazard.
const LN_NEVER: f64 = -745.0;

impl Link {
    /// What a credit tells of attempts at the task of a scenario.
    ///
    /// # Errors
    /// See [`NoLink`].
    pub fn of(scenario: &Scenario, credit: Credit) -> Result<Self, NoLink> {
        Self::probed(scenario, credit, Layout::of)
    }

    /// What the mean credit of attempts at the task of a scenario tells: of n trials a share m is earned and 1 - m lost, m the
    /// expected mean at the hazard.
    ///
    /// For credits that are no verdicts this is a quasi-likelihood (Wedderburn 1974, Biometrika 61, 439): of the outcomes it
    /// uses their mean alone, and n is the number of trials of a binomial that vary as much.
    ///
    /// # Errors
    /// See [`NoLink`]; [`NoLink::NoRate`] for a credit that is not between 0 and 1.
    pub fn of_mean(scenario: &Scenario, credit: Credit) -> Result<Self, NoLink> {
        match credit.range() {
            Range::Unit => Self::probed(scenario, credit, |_, credit| Ok(Layout::Means(credit))),
            Range::Bounded | Range::Open => Err(NoLink::NoRate(credit)),
        }
    }

    /// What rates tell where no task is known: y = exp(-h).
    ///
    /// Then [`Family::Logistic`] is ln(y/(1 - y)) = a + b ln N, [`Family::PowerLaw`] ln(-ln y) = a - b ln N,
    /// [`Family::GuessFloored`] Gompertz's law above a floor, and [`Family::BrokenPowerLaw`] -ln y with a smooth break.
    ///
    /// [`Family::Logistic`]: super::Family::Logistic
    /// [`Family::PowerLaw`]: super::Family::PowerLaw
    /// [`Family::GuessFloored`]: super::Family::GuessFloored
    /// [`Family::BrokenPowerLaw`]: super::Family::BrokenPowerLaw
    #[must_use]
    pub fn of_rates() -> Self {
        let (first, last) = RATES;
        let hazards = (first..=last).map(|steps| libm::exp(Grid::place(steps)));
        let earned: Vec<f64> = hazards.clone().map(|hazard| -hazard).collect();
        let lost: Vec<f64> = hazards
            .map(|hazard| libm::log(-libm::expm1(-hazard)))
            .collect();
        Self {
            credit: None,
            layout: Layout::Rates,
            grid: Grid {
                first,
                points: earned.len(),
            },
            columns: [knots(&lost), knots(&earned)].concat(),
            scales: Vec::new(),
        }
    }

    fn probed(
        scenario: &Scenario,
        credit: Credit,
        layout: fn(&Chances<'_>, Credit) -> Result<Layout, NoLink>,
    ) -> Result<Self, NoLink> {
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
        let layout = layout(&at(0), credit)?;
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
            credit: Some(credit),
            grid,
            columns,
            scales: counted_scales(scenario)?,
            layout,
        })
    }

    /// The credit; `None` of rates that may be any's.
    #[must_use]
    pub const fn credit(&self) -> Option<Credit> {
        self.credit
    }

    /// The measured scales as the skill curve counts them: N times the efficiency of the scenario; none of rates.
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
