//! What a planned design can tell, before anything is paid for: all of it from expected curves, but for the scores that
//! smooth growth reaches by chance, which are drawn.

mod choose;
mod effects;
mod place;
mod seeds;

use std::sync::atomic::{AtomicBool, Ordering};

use super::information::{Information, NoInformation, Probe, Reference, hazard_of_interest};
use super::useful::success_metric;
use super::view::expected as expected_credit;
use super::{
    Aim, Course, MetricRise, NULL_REPLICATES, NoRise, Nulls, Scores, anatomy, expect_unless,
};
use crate::domain::{
    Chances, Credit, Invalid, Metric, Metrics, ProperProbability, Scale, Scenario,
};
use crate::engine::Interrupted;

pub use choose::{FEWEST_INSIDE, Recommendation, Why};
pub use effects::Effects;
pub use place::{Departure, Place};
pub use seeds::{MeanErrors, RunLaw, RunsAdvice, RunsAtScale, SEED_RATES, seeds_for_one};

/// The power that differences are to be found with.
pub const POWER: f64 = 0.8;

/// The chance to see what is to be seen at least once.
pub const SEEN: f64 = 0.95;

/// What a planned design can tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// Its name.
    pub name: String,
    /// The plan, under every metric of the advice.
    pub scenario: Scenario,
    /// What comparisons are to achieve: the scenario's level, a power of .8.
    pub aim: Aim,
    /// What the information of metrics is held against.
    pub reference: Reference,
    /// Whether skill grows smoothly over the planned scales.
    pub course: Course,
    /// The metric that says how often tasks succeed.
    pub success: Metric,
    /// The scenario's, in its order; then exact match, partial and prefix credit if it has not asked for them.
    pub metrics: Vec<MetricAdvice>,
    /// What one training run for each scale can say, and how many see what.
    pub training_runs: RunsAdvice,
    /// What to write into the pre-registration.
    pub recommendation: Recommendation,
}

impl Advice {
    /// What is said of a metric.
    #[must_use]
    pub fn of(&self, metric: Metric) -> Option<&MetricAdvice> {
        self.metrics.iter().find(|one| one.metric == metric)
    }
}

/// What a planned design can tell by one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricAdvice {
    /// The metric.
    pub metric: Metric,
    /// Whether the scenario asks for it.
    pub is_planned: bool,
    /// Its rise, and what of it this test and these scales see; or why there is none.
    pub rise: Result<MetricRise, NoRise>,
    /// By scale.
    pub at_scales: Vec<AtScale>,
    /// Where exact match is 1/e, in log10 N: within the planned scales or beyond them, and what the metric tells there;
    /// `None` where it gets nowhere near, or this is not computed.
    pub at_one_in_e: Option<(f64, Information)>,
    /// How well this test knows where the curve lies; `None` where no scale tells.
    pub place: Option<Place>,
    /// How far planned growth departs from a power law, as this test sees it; `None` for fewer than three scales that tell.
    pub departure: Option<Departure>,
    /// Items that tell every two neighbouring scales within its rise apart, each on items of its own; `None` where there are
    /// none, or this is not computed.
    pub items_for_neighbours: Option<f64>,
    /// The scores of its expected curve; `None` for a single scale.
    pub scores: Option<Scores>,
    /// What the scores would be without growth, and by smooth growth; `None` where not computed.
    pub nulls: Option<Nulls>,
}

impl MetricAdvice {
    /// The scale at which it tells least, relative to the reference, and the one at which it tells most.
    #[must_use]
    pub fn extremes(&self) -> Option<(&AtScale, &AtScale)> {
        let known = || {
            let scales = self.at_scales.iter();
            scales.filter_map(|at| Some((at, at.information.as_ref().ok()?.efficiency())))
        };
        let least = known().min_by(|one, other| one.1.total_cmp(&other.1))?.0;
        let most = known().max_by(|one, other| one.1.total_cmp(&other.1))?.0;
        Some((least, most))
    }

    /// Why its information is not told at any scale; `None` where it is told at some.
    #[must_use]
    pub fn why_untold(&self) -> Option<NoInformation> {
        let mut reasons = self.at_scales.iter().map(|at| at.information.err());
        let first = reasons.next()??;
        reasons.all(|reason| reason.is_some()).then_some(first)
    }
}

/// One metric at one scale, for one training run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtScale {
    /// The scale.
    pub scale: Scale,
    /// The success probability of an ordinary step, guessing included.
    pub step_success: f64,
    /// The mean credit; `None` where not computed.
    pub expected: Option<f64>,
    /// What an attempt at a new item tells of the chance of a step.
    pub information: Result<Information, NoInformation>,
    /// ln(1 - .95)/ln(1 - q): items, tried once, of which one at least is right with probability .95; infinite for q = 0.
    /// `None` but for success rates.
    pub items_for_a_success: Option<f64>,
    /// 1 - (1 - q)^n: the chance that one at least of the planned items is right.
    pub chance_of_a_success: Option<f64>,
    /// The least differences that would be found; `None` for other reducers than the mean, and where not computed.
    pub effects: Option<Effects>,
}

/// What the design of a scenario can tell.
///
/// Where training runs differ, numbers by scale are of the median run, or of one that breaks through.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub fn advise(
    name: String,
    scenario: &Scenario,
    cancel: &AtomicBool,
) -> Result<Advice, Interrupted> {
    let planned = scenario.evaluation.metrics.as_slice().to_vec();
    let scenario = with_usual_metrics(scenario).unwrap_or_else(|_| scenario.clone());
    let finding = expect_unless(cancel, name, scenario)?;
    let whole = anatomy(&finding, NULL_REPLICATES, cancel)?;
    let (name, scenario) = (finding.name, finding.scenario);
    let aim = Aim {
        level: scenario.evaluation.level,
        power: ProperProbability::constant(POWER),
    };
    let chances = scenario.chances();
    let middle = place::one_in_e(&scenario, &chances);
    let scales = scenario.evaluation.scales.as_slice();
    let metrics = whole.metrics.into_iter().map(|one| MetricAdvice {
        metric: one.metric,
        is_planned: planned.contains(&one.metric),
        rise: one.rise,
        at_scales: Vec::with_capacity(scales.len()),
        at_one_in_e: None,
        place: None,
        departure: None,
        items_for_neighbours: None,
        scores: one.scores,
        nulls: one.nulls,
    });
    let mut metrics: Vec<MetricAdvice> = metrics.collect();
    // Distributions around a scale serve all metrics.
    let places = scales.iter().copied().map(Some).chain([middle]);
    for (number, scale) in places.flatten().enumerate() {
        if cancel.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let hazard = hazard_of_interest(&scenario, scale);
        let probe = Probe::new(&scenario, &chances, scale, hazard);
        for one in &mut metrics {
            let information = match &probe {
                Some(probe) => probe.information(one.metric),
                None => Err(NoInformation::Certain),
            };
            match number < scales.len() {
                true => {
                    let of_run = chances.of_run(scale, hazard);
                    let at = at_scale(&scenario, one.metric, scale, &of_run, information, aim);
                    one.at_scales.push(at);
                }
                false => {
                    one.at_one_in_e = information.ok().map(|told| (scale.log10(), told));
                }
            }
        }
    }
    for one in &mut metrics {
        one.place = Place::new(&scenario, &one.at_scales);
        one.departure = Departure::new(&scenario, &one.at_scales, aim.level);
        one.items_for_neighbours = effects::items_for_neighbours(&scenario, one, aim);
    }
    let success = success_metric(scenario.evaluation.metrics.as_slice()).0;
    let training_runs = RunsAdvice::new(&scenario, success);
    let recommendation = Recommendation::new(&scenario, success, &metrics, &training_runs);
    Ok(Advice {
        name,
        aim,
        reference: Reference::of(&scenario),
        course: whole.growth.course,
        success,
        metrics,
        training_runs,
        recommendation,
        scenario,
    })
}

/// The plan with those metrics beside its own that every pre-registration should weigh.
fn with_usual_metrics(scenario: &Scenario) -> Result<Scenario, Invalid> {
    let mut metrics = scenario.evaluation.metrics.as_slice().to_vec();
    let usual: &[Credit] = match scenario.task.steps().get() {
        // All are the same there.
        1 if metrics.iter().any(|one| one.is_success_rate()) => &[],
        1 => &[Credit::ExactMatch],
        _ => &[
            Credit::ExactMatch,
            Credit::PartialCredit,
            Credit::PrefixCredit,
        ],
    };
    for &credit in usual {
        if !metrics.contains(&Metric::mean(credit)) {
            metrics.push(Metric::mean(credit));
        }
    }
    scenario.clone().under(Metrics::new(metrics)?)
}

/// Attempts at all items by one training run that tell something new each: where items differ, one at each.
fn separate_attempts(scenario: &Scenario) -> f64 {
    let evaluation = &scenario.evaluation;
    let attempts = match scenario.task.chain().items_differ() {
        true => 1,
        false => evaluation.attempts.get(),
    };
    evaluation.items.get() as f64 * f64::from(attempts)
}

fn at_scale(
    scenario: &Scenario,
    metric: Metric,
    scale: Scale,
    chances: &Chances<'_>,
    information: Result<Information, NoInformation>,
    aim: Aim,
) -> AtScale {
    let quick = chances.reduced_work(metric.credit, metric.reducer) <= effects::QUICK;
    let expected = quick.then(|| expected_credit(metric, chances)).flatten();
    let rate = expected.filter(|_| metric.is_success_rate());
    let hazard = hazard_of_interest(scenario, scale);
    AtScale {
        scale,
        step_success: scenario.task.chain().chance(1.0, hazard).get(),
        expected,
        information,
        items_for_a_success: rate.map(items_for_a_success),
        chance_of_a_success: rate
            .map(|rate| -libm::expm1(separate_attempts(scenario) * libm::log1p(-rate))),
        effects: effects::effects(scenario, metric, chances, aim),
    }
}

/// Items tried once of which one at least is right with probability .95: ln .05/ln(1 - q), not rounded, at least 1;
/// infinite for a rate of 0.
#[must_use]
pub fn items_for_a_success(rate: f64) -> f64 {
    (libm::log1p(-SEEN) / libm::log1p(-rate)).max(1.0)
}
