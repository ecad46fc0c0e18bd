//! From which scale on the middle of a rise can be foretold.

use super::assess::place_of;
use super::backtest::HALF;
use super::candidate::Candidate;
use super::forecaster::NoForecast;
use super::model::ForecastModel;
use super::plan::ForecastPlan;
use super::simulated::{all_measured, measured_at};
use crate::domain::{
    Invalid, Items, Lengths, Level, Metric, Range, Scale, Scenario, SkillCurve, Steps, Task,
    twelve_digits,
};
use crate::engine::{Control, Interrupted};
use crate::study::Rate;
use crate::study::fit::Family;
use crate::study::power::{Extent, Work, scenario_outcomes};
use crate::study::view::View;

/// The fewest scales that a horizon looks at.
const FEWEST: u32 = 3;

/// The widest range of scales.
const MOST_DECADES: f64 = 100.0;

/// Where a fit puts the middle; `None` where it never gets there.
type Place = Result<Option<f64>, Failed>;

/// The fit failed.
#[derive(Clone, Copy, Debug)]
struct Failed;

/// What can be foretold of the middle of a rise, and how far ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonFinding {
    /// What it is called.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The metric whose middle is foretold.
    pub of: Metric,
    /// log10 of the scale where its expected score is 1/2.
    pub x50: f64,
    /// A forecast of it is right if it is off by no more than so many decades.
    pub within: f64,
    /// How often forecasts must be right.
    pub share: f64,
    /// The smallest scale that is measured.
    pub from: Scale,
    /// The law that is fitted.
    pub family: Family,
    /// How many evaluations were simulated for each test-set size and number of scales per decade.
    pub replicates: u64,
    /// The level of all intervals.
    pub level: Level,
    /// By metric, then by items, then by scales per decade, then by what the task is taken for.
    pub rows: Vec<HorizonRow>,
}

/// How far ahead the middle can be foretold from one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizonRow {
    /// The metric that the law is fitted to.
    pub metric: Metric,
    /// Items of the test set.
    pub items: Items,
    /// Scales in each decade.
    pub per_decade: u8,
    /// What the task is taken for.
    pub link: AssumedTask,
    /// How far, or why nothing is foretold.
    pub told: Result<Horizon, NoForecast>,
}

/// What the task is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssumedTask {
    /// What it is.
    True,
    /// Another, in words.
    Assumed(String),
}

/// A visibility horizon: how many decades before the middle of the rise its place can be foretold.
#[derive(Clone, Debug, PartialEq)]
pub struct Horizon {
    /// The middle less the least largest scale from which on, at every larger one up to the middle, forecasts are right often
    /// enough. 0 or less: the middle must have been measured; `None`: not even then.
    pub decades: Option<f64>,
    /// The same where the lower limit of the share must be as high: the horizon is surely as long as this.
    pub low: Option<f64>,
    /// The same where the upper limit may be: it may be as long as this.
    pub high: Option<f64>,
    /// Whether it starts at the first largest scale that was looked at: it is then as long as told, or longer.
    pub is_at_least: bool,
    /// By increasing largest scale.
    pub reached: Vec<Reached>,
}

/// How often forecasts from scales up to one are right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// log10 of the largest scale that is fitted.
    pub x_max: f64,
    /// How many scales are fitted.
    pub scales: usize,
    /// How often the middle is foretold to within the decades asked for: a fit that fails, and one that never gets there, is
    /// a miss.
    pub right: Rate,
    /// How often the fit failed.
    pub failed: u64,
}

/// Why there is no horizon.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoHorizon {
    /// It has no middle.
    #[error("the expected {of} of this scenario is not computed, or never comes up to 1/2")]
    NoMiddle {
        /// The metric.
        of: Metric,
    },
    /// The rise is over before anything is measured.
    #[error(
        "the expected {of} is 1/2 at {middle:e}: scales from {from:e} on see less than three places before that; set forecast.horizon.from lower"
    )]
    Over {
        /// The metric.
        of: Metric,
        /// The middle.
        middle: f64,
        /// The smallest measured scale.
        from: f64,
    },
    /// There is no such evaluation: the curve is not known at one of its scales.
    #[error(transparent)]
    Scenario(#[from] Invalid),
}

/// Simulates evaluations over ever more scales, and sees from which on the place where the expected score is 1/2 is foretold.
///
/// Scales are even: so many per decade from the smallest on. All of a row's forecasts of one replicate are made from the same
/// attempts, of which the first scales are fitted, three or more and as many as the law needs. The law is fitted where the
/// task is what it is, and where it is taken for another: the assumed one of the plan or, for steps of one length, one of twice
/// as many.
///
/// # Errors
/// There is none to foretell; the outer one if the caller cancelled.
pub fn horizon(
    plan: &ForecastPlan,
    control: &Control<'_>,
) -> Result<Result<HorizonFinding, NoHorizon>, Interrupted> {
    let asked = match Asked::of(plan, control) {
        Ok(asked) => asked,
        Err(reason) => return Ok(Err(reason)),
    };
    let settings = &plan.settings.horizon;
    let mut rows = Vec::new();
    for &items in settings.items.as_slice() {
        for &per_decade in settings.per_decade.as_slice() {
            let design = match asked.design(items, per_decade) {
                Ok(design) => design,
                Err(reason) => return Ok(Err(reason)),
            };
            rows.extend(asked.rows(&design, (items, per_decade), control)?);
        }
    }
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let place = |row: &HorizonRow| metrics.iter().position(|metric| *metric == row.metric);
    rows.sort_by_key(place);
    Ok(Ok(HorizonFinding {
        name: plan.name.clone(),
        scenario: plan.scenario.clone(),
        of: plan.settings.of,
        x50: asked.x50,
        within: settings.within.get(),
        share: settings.share.get(),
        from: asked.from,
        family: asked.family,
        replicates: plan.settings.replicates.get(),
        level: plan.scenario.evaluation.level,
        rows,
    }))
}

/// What a horizon asks of every design.
struct Asked<'a> {
    plan: &'a ForecastPlan,
    x50: f64,
    from: Scale,
    family: Family,
    links: Vec<(AssumedTask, Scenario)>,
}

impl<'a> Asked<'a> {
    fn of(plan: &'a ForecastPlan, control: &Control<'_>) -> Result<Self, NoHorizon> {
        let of = plan.settings.of;
        let view = View::of(&plan.scenario, control.cancel);
        let x50 = place_of(&view, of, HALF).ok_or(NoHorizon::NoMiddle { of })?;
        let first = plan.scenario.evaluation.scales.window().0;
        let family = plan.settings.horizon.family;
        let links = [(AssumedTask::True, plan.scenario.clone())];
        Ok(Self {
            plan,
            x50,
            from: plan.settings.horizon.from.unwrap_or(first),
            family: family.unwrap_or_else(|| smooth_family(&plan.scenario.skill.curve)),
            links: links.into_iter().chain(assumed(plan)).collect(),
        })
    }

    /// The scenario measured from the smallest scale up to the first that is no smaller than the middle.
    fn design(&self, items: Items, per_decade: u8) -> Result<Scenario, NoHorizon> {
        let (from, of) = (self.from.log10(), self.plan.settings.of);
        let over = || NoHorizon::Over {
            of,
            middle: libm::pow(10.0, self.x50),
            from: self.from.get(),
        };
        let intervals = ((self.x50 - from) * f64::from(per_decade) - 1e-9).ceil();
        let most = f64::from(per_decade) * MOST_DECADES;
        if !(f64::from(FEWEST - 1)..=most).contains(&intervals) {
            return Err(over());
        }
        let scale = |i: u32| match i {
            0 => Ok(self.from),
            i => {
                let x = from + f64::from(i) / f64::from(per_decade);
                Scale::try_from(twelve_digits(libm::pow(10.0, x)))
            }
        };
        let scales = (0..=intervals as u32)
            .map(scale)
            .collect::<Result<_, _>>()?;
        let mut scenario = self.plan.scenario.clone();
        scenario.evaluation.items = items;
        Ok(measured_at(&scenario, scales, &self.plan.settings)?)
    }

    /// Under every metric, for what the task is and for what it is taken for.
    fn rows(
        &self,
        design: &Scenario,
        (items, per_decade): (Items, u8),
        control: &Control<'_>,
    ) -> Result<Vec<HorizonRow>, Interrupted> {
        let candidates = self.candidates();
        let scales = design.evaluation.scales.as_slice();
        let model = ForecastModel::Skill(self.family);
        let fewest = model.fewest_scales().max(FEWEST as usize);
        let largest: Vec<Scale> = scales.iter().copied().skip(fewest - 1).collect();
        let replicates = self.plan.settings.replicates.get();
        let outcomes = scenario_outcomes(design).saturating_mul(replicates);
        let work = Work::new(control, Extent::Whole, 0, outcomes);
        let repeated = work.evaluations(design, 0..replicates, |tallies| {
            let all = all_measured(design, tallies);
            let places = |(_, candidate): &(&AssumedTask, Candidate)| -> Vec<Place> {
                let place =
                    |&up_to: &Scale| candidate.place_of(&all, up_to, HALF).map_err(|_| Failed);
                largest.iter().map(place).collect()
            };
            candidates.iter().map(places).collect::<Vec<_>>()
        })?;
        let row = |(at, (link, candidate)): (usize, &(&AssumedTask, Candidate))| {
            let of_replicate = |one: &'_ Option<Vec<Vec<Place>>>| one.as_ref()?.get(at).cloned();
            let places: Vec<Option<Vec<Place>>> = repeated.iter().map(of_replicate).collect();
            let reached =
                |(i, scale): (usize, &Scale)| self.reached(&places, (i, i + fewest), *scale);
            let reached = || largest.iter().enumerate().map(reached).collect();
            HorizonRow {
                metric: candidate.metric,
                items,
                per_decade,
                link: (*link).clone(),
                told: candidate
                    .made
                    .as_ref()
                    .map_err(Clone::clone)
                    .map(|_| self.horizon(reached())),
            }
        };
        Ok(candidates.iter().enumerate().map(row).collect())
    }

    fn candidates(&self) -> Vec<(&AssumedTask, Candidate)> {
        let (settings, evaluation) = (&self.plan.settings, &self.plan.scenario.evaluation);
        let model = ForecastModel::Skill(self.family);
        let metrics = evaluation.metrics.as_slice().iter();
        let rates = metrics.filter(|metric| metric.range() == Range::Unit);
        let of_metric = |&metric: &Metric| {
            self.links.iter().map(move |(link, task)| {
                let (both, likelihood) = ((metric, settings.of), settings.likelihood);
                let made = Candidate::new(model, both, Some(task), likelihood, evaluation.level);
                (link, made)
            })
        };
        rates.flat_map(of_metric).collect()
    }

    /// How often the middle is foretold from scales up to one; `at` is its place among those.
    fn reached(
        &self,
        places: &[Option<Vec<Place>>],
        (at, scales): (usize, usize),
        scale: Scale,
    ) -> Reached {
        let within = self.plan.settings.horizon.within.get();
        let of_replicate = |one: &Option<Vec<Place>>| one.as_ref()?.get(at).copied()?.ok();
        let is_right = |place: Option<f64>| place.is_some_and(|x| (x - self.x50).abs() <= within);
        let fitted: Vec<Option<f64>> = places.iter().filter_map(of_replicate).collect();
        let right = fitted.iter().filter(|place| is_right(**place)).count();
        let (replicates, level) = (places.len() as u64, self.plan.scenario.evaluation.level);
        Reached {
            x_max: scale.log10(),
            scales,
            right: Rate::of(right as u64, replicates, level),
            failed: replicates - fitted.len() as u64,
        }
    }

    fn horizon(&self, reached: Vec<Reached>) -> Horizon {
        let share = self.plan.settings.horizon.share.get();
        let from_where = |is_enough: &dyn Fn(&Rate) -> bool| {
            let enough = reached.iter().rev().take_while(|one| is_enough(&one.right));
            enough.last().map(|one| self.x50 - one.x_max)
        };
        let decades = from_where(&|rate| rate.value >= share);
        Horizon {
            decades,
            is_at_least: decades.is_some()
                && decades == reached.first().map(|one| self.x50 - one.x_max),
            low: from_where(&|rate| rate.interval.low >= share),
            high: from_where(&|rate| rate.interval.high >= share),
            reached,
        }
    }
}

/// The smooth family that a curve belongs to, or a power law.
fn smooth_family(curve: &SkillCurve) -> Family {
    match curve {
        SkillCurve::IrreduciblePowerLaw(_) => Family::FlooredPowerLaw,
        SkillCurve::Gompertz(_) => Family::GuessFloored,
        curve if curve.is_whole_logistic() => Family::Logistic,
        _ => Family::PowerLaw,
    }
}

/// What the task is taken for beside what it is.
fn assumed(plan: &ForecastPlan) -> Option<(AssumedTask, Scenario)> {
    let steps_of = |scenario: &Scenario| match (&scenario.task, scenario.task.lengths()) {
        (Task::Steps(_), Lengths::Fixed(steps)) => Some(steps.get()),
        _ => None,
    };
    let truly = steps_of(&plan.scenario);
    let described = |scenario: Scenario| {
        let words = match (truly, steps_of(&scenario)) {
            (Some(true_steps), Some(steps)) if steps != true_steps => {
                format!("{steps} steps, not {true_steps}")
            }
            _ => "as assumed".to_owned(),
        };
        (AssumedTask::Assumed(words), scenario)
    };
    if let Some(assumed) = &plan.assumed {
        return Some(described(assumed.clone()));
    }
    let Task::Steps(task) = &plan.scenario.task else {
        return None;
    };
    let twice = Steps::try_from(2 * u64::from(truly?)).ok()?;
    let task = Task::Steps(task.with_steps(twice).ok()?);
    let scenario = Scenario {
        task,
        ..plan.scenario.clone()
    };
    Some(described(scenario))
}
