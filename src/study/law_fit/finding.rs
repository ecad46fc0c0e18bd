//! All that scores of a task say of its law.

use std::sync::atomic::AtomicBool;

use super::break_test::{BreakTest, NoBreakTest, break_test};
use super::law::{LawFit, fit_law, fitted};
use super::scores::{NoLaw, RateDraws, Scores};
use super::settings::LawFitSettings;
use super::steps::{StepsProfile, StepsRange, StepsUntold};
use crate::domain::{
    Attempts, Credit, Invalid, Items, Metric, Metrics, Scale, Scales, Scenario, Steps, Task,
    TrainingSeeds,
};
use crate::engine::{Interrupted, for_all};
use crate::study::fit::Family;
use crate::study::{Measured, Rate, RateLikelihood};

/// Scores, the task they belong to, and what is asked of them.
#[derive(Clone, Debug)]
pub struct LawFitPlan {
    /// What the scores are called.
    pub name: String,
    /// The scores of each metric.
    pub measured: Vec<Measured>,
    /// The metrics whose laws are told; all if there are none here.
    pub metrics: Vec<Metric>,
    /// The scenario whose task made the scores; `None` where it is not known, and steps are taken for independent and equal.
    pub task: Option<Scenario>,
    /// What is asked.
    pub settings: LawFitSettings,
}

/// What a number of steps leaves undecided where exact match alone was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactMatchAlone {
    /// The log-likelihood of the likeliest power law for each of some numbers of steps: all the same but for the tables of
    /// likelihoods, which are good to a millionth of an attempt.
    pub log_likelihoods: Vec<(Steps, f64)>,
    /// h(N) L, the hazard of a step times their number, at each measured scale: -ln exact match by that law.
    pub hazard_times_steps: Vec<(Scale, f64)>,
}

/// The laws of one metric.
#[derive(Clone, Debug)]
pub struct MetricLaws {
    /// What was measured.
    pub measured: Measured,
    /// For each family its fit, or why there is none.
    pub laws: Vec<(Family, Result<LawFit, NoLaw>)>,
    /// Whether the law breaks; `None` if that was not asked.
    pub breaks: Option<Result<BreakTest, NoBreakTest>>,
}

/// What scores say of the law that made them.
#[derive(Clone, Debug)]
pub struct LawFinding {
    /// What the scores are called.
    pub name: String,
    /// The task that laws were fitted under; `None` where neither was it told nor its number of steps found.
    pub task: Option<Scenario>,
    /// The number of independent equal steps, by exact match and partial credit together.
    pub steps: Result<StepsProfile, StepsUntold>,
    /// What exact match alone leaves undecided; `None` where there is more, or no exact match.
    pub exact_alone: Option<ExactMatchAlone>,
    /// One for each metric, in the order in which they were measured.
    pub metrics: Vec<MetricLaws>,
}

impl MetricLaws {
    /// The fit with the least AIC, of several the first.
    #[must_use]
    pub fn best(&self) -> Option<&LawFit> {
        let told = self
            .laws
            .iter()
            .rev()
            .filter_map(|(_, law)| law.as_ref().ok());
        told.min_by(|one, other| one.aic.total_cmp(&other.aic))
    }

    /// The fit of a family.
    #[must_use]
    pub fn of(&self, family: Family) -> Option<&LawFit> {
        let mut told = self.laws.iter().filter_map(|(_, law)| law.as_ref().ok());
        told.find(|law| law.family == family)
    }
}

/// Random numbers of different purposes are told apart by blocks of replicates.
const BLOCKS_OF_A_METRIC: u64 = 32;

/// Fits laws to scores.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub fn fit_laws(plan: &LawFitPlan, cancel: &AtomicBool) -> Result<LawFinding, Interrupted> {
    let settings = &plan.settings;
    let told = plan.task.as_ref();
    let range = told.map_or(settings.steps, |task| {
        settings.steps.reaching(task.task.steps())
    });
    let steps = StepsProfile::of(&plan.measured, range, settings.level);
    let task = task_of(plan, &steps);
    let mut metrics = Vec::new();
    for (place, measured) in (0..).zip(&plan.measured) {
        let block = place * BLOCKS_OF_A_METRIC;
        if plan.metrics.is_empty() || plan.metrics.contains(&measured.metric()) {
            metrics.push(metric_laws(
                measured,
                task.as_ref(),
                settings,
                block,
                cancel,
            )?);
        }
    }
    Ok(LawFinding {
        name: plan.name.clone(),
        exact_alone: exact_alone(plan, &steps),
        task,
        steps,
        metrics,
    })
}

/// The task that was told, or else one of as many independent equal steps as the scores look like.
fn task_of(plan: &LawFitPlan, steps: &Result<StepsProfile, StepsUntold>) -> Option<Scenario> {
    if let Some(task) = &plan.task {
        return Some(task.clone());
    }
    let range = plan.settings.steps;
    let mut metrics = plan.measured.iter().map(Measured::metric);
    let is_partial_credit_alone =
        metrics.all(|metric| metric == Metric::mean(Credit::PartialCredit));
    let likeliest = match steps {
        Ok(profile) => Steps::try_from(u64::from(profile.likeliest)).ok()?,
        Err(_) if range.from() == range.to() => range.from(),
        // Its mean is that of a step, however many there are.
        Err(_) if is_partial_credit_alone => range.from(),
        Err(_) => return None,
    };
    equal_steps(likeliest).ok()
}

/// The default scenario with a task of so many independent equal steps.
///
/// # Errors
/// None are known: equal steps go with any number of them.
pub fn equal_steps(steps: Steps) -> Result<Scenario, Invalid> {
    with_steps(&Scenario::default(), steps)
}

/// The same scenario with a task of so many steps in each item.
fn with_steps(scenario: &Scenario, steps: Steps) -> Result<Scenario, Invalid> {
    Ok(Scenario {
        task: Task::Steps(scenario.task.chain().with_steps(steps)?),
        ..scenario.clone()
    })
}

fn metric_laws(
    measured: &Measured,
    task: Option<&Scenario>,
    settings: &LawFitSettings,
    block: u64,
    cancel: &AtomicBool,
) -> Result<MetricLaws, Interrupted> {
    let families = settings.families.as_slice();
    let asked = settings.breaks.as_ref();
    let against = asked.map_or(&[][..], |question| question.against.as_slice());
    let all: Vec<Family> = [families, against].concat();
    let scores = match task {
        Some(task) => Scores::new(measured, task, &all, settings.likelihood),
        None => Err(NoLaw::NoTask(measured.metric())),
    };
    let scores = match scores {
        Ok(scores) => scores,
        Err(reason) => {
            let laws = families.iter().map(|&family| (family, Err(reason.clone())));
            return Ok(MetricLaws {
                measured: measured.clone(),
                laws: laws.collect(),
                breaks: asked.map(|_| Err(reason.clone().into())),
            });
        }
    };
    let mut laws = Vec::new();
    for (place, &family) in (1..).zip(families) {
        let law = fit_law(&scores, family, settings, block + place, cancel)?;
        laws.push((family, law));
    }
    least_aic(&scores, &mut laws, settings, block, cancel)?;
    let breaks = match asked {
        Some(question) => {
            let block = block + BLOCKS_OF_A_METRIC / 2;
            Some(break_test(&scores, question, settings, block, cancel)?)
        }
        None => None,
    };
    Ok(MetricLaws {
        measured: measured.clone(),
        laws,
        breaks,
    })
}

/// How often each family has the least AIC in evaluations drawn about the measured rates. A rate of 0 or 1 is drawn as itself.
fn least_aic(
    scores: &Scores<'_>,
    laws: &mut [(Family, Result<LawFit, NoLaw>)],
    settings: &LawFitSettings,
    block: u64,
    cancel: &AtomicBool,
) -> Result<(), Interrupted> {
    let told: Vec<Family> = laws
        .iter()
        .filter(|(_, law)| law.is_ok())
        .map(|(family, _)| *family)
        .collect();
    let draws = RateDraws::new(scores.points, &scores.means(), 0.0);
    let numbers: Vec<u64> = (0..settings.replicates.get()).collect();
    let best = for_all(&numbers, cancel, |number| {
        let means = draws.rates(settings.seed, (block << 32) | number);
        let aic = |family: Family| {
            let found = fitted(scores, family, &means).ok()?;
            Some((
                family,
                2.0 * f64::from(scores.free(family)) - 2.0 * found.log_likelihood,
            ))
        };
        let all = told.iter().rev().filter_map(|&family| aic(family));
        let least = all.min_by(|one, other| one.1.total_cmp(&other.1));
        least.map(|(family, _)| family)
    })?;
    let replicates = best.iter().flatten().count() as u64;
    for (family, law) in laws {
        if let Ok(law) = law
            && replicates > 0
        {
            let hits = best.iter().flatten().filter(|best| *best == family).count() as u64;
            law.least_aic = Some(Rate::of(hits, replicates, settings.level));
        }
    }
    Ok(())
}

fn exact_alone(
    plan: &LawFitPlan,
    steps: &Result<StepsProfile, StepsUntold>,
) -> Option<ExactMatchAlone> {
    if !matches!(steps, Err(StepsUntold::OneMetric { .. })) {
        return None;
    }
    let mut all = plan.measured.iter();
    let exact = all.find(|one| one.metric() == Metric::mean(Credit::ExactMatch))?;
    let (mut log_likelihoods, mut hazards) = (Vec::new(), Vec::new());
    for steps in few_of(plan.settings.steps) {
        let task = equal_steps(steps).ok()?;
        let scores =
            Scores::new(exact, &task, &[Family::PowerLaw], RateLikelihood::Binomial).ok()?;
        let found = fitted(&scores, Family::PowerLaw, &scores.means()).ok()?;
        log_likelihoods.push((steps, found.log_likelihood));
        if hazards.is_empty() {
            let scales = exact.points().iter().map(|point| point.scale);
            let of_all = found
                .hazards
                .iter()
                .map(|hazard| hazard * f64::from(steps.get()));
            hazards = scales.zip(of_all).collect();
        }
    }
    Some(ExactMatchAlone {
        log_likelihoods,
        hazard_times_steps: hazards,
    })
}

/// The ends of a range and what lies between them on a logarithmic axis.
fn few_of(range: StepsRange) -> Vec<Steps> {
    let (from, to) = (f64::from(range.from().get()), f64::from(range.to().get()));
    let middle = libm::round(libm::sqrt(from * to)) as u64;
    let mut few: Vec<Steps> = [
        Some(range.from()),
        Steps::try_from(middle).ok(),
        Some(range.to()),
    ]
    .into_iter()
    .flatten()
    .collect();
    few.dedup();
    few
}

/// Why a law becomes no scenario.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoScenario {
    /// Nothing was fitted.
    #[error("no law was fitted to {0}, so there is none to write")]
    NoLaw(Metric),
    /// A scenario has one number of items.
    #[error(
        "the scores are of {least} to {most} attempts: a scenario has as many at all scales, so none reproduces them"
    )]
    SeveralCounts {
        /// The fewest attempts at a scale.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A value that no scenario has.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The law has no scenario.
    #[error(transparent)]
    Law(#[from] NoLaw),
}

/// The scenario of a fitted law: its skill, the task that it was fitted under, and an evaluation like the one whose scores
/// they are, of which one attempt at each item is taken unless the task's scenario has several.
///
/// # Errors
/// See [`NoScenario`].
pub fn to_scenario(
    finding: &LawFinding,
    metric: Metric,
    law: &LawFit,
) -> Result<Scenario, NoScenario> {
    let task = finding.task.as_ref().ok_or(NoScenario::NoLaw(metric))?;
    let mut all = finding.metrics.iter();
    let of_metric = all.find(|one| one.measured.metric() == metric);
    let points = of_metric.map_or(&[][..], |one| one.measured.points());
    let counts = || points.iter().map(|point| point.attempts);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    if least != most {
        return Err(NoScenario::SeveralCounts { least, most });
    }
    let fitted = law.fit.scenario(task).map_err(NoLaw::from)?;
    let each = task.evaluation.attempts_per_item();
    let mut evaluation = task.evaluation.clone();
    evaluation.items = match most.is_multiple_of(each) {
        true => Items::try_from(most / each)?,
        false => {
            evaluation.attempts = Attempts::constant(1);
            evaluation.training_seeds = TrainingSeeds::constant(1);
            Items::try_from(most)?
        }
    };
    evaluation.scales = Scales::listed(points.iter().map(|point| point.scale).collect())?;
    let metrics = finding.metrics.iter().map(|one| one.measured.metric());
    let scenario = Scenario {
        title: format!("{}: {} fitted to {metric}", finding.name, law.family),
        skill: fitted.skill,
        task: fitted.task,
        evaluation,
        ..task.clone()
    };
    Ok(scenario.under(Metrics::new(metrics.collect())?)?)
}
