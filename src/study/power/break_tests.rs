//! The power of tests for a break, under every metric.

use std::num::NonZeroU32;
use std::ops::Range;

use super::closed_form::{BreakFreedom, ClosedForm, PowerAim};
use super::critical::{CriticalValue, ReplicateStatistics};
use super::decision::{BreakDecision, BreakDecisions};
use super::finding::{Critical, FalseAlarms, NoPower, PowerRow, SmoothLaw, TestPower, Verdicts};
use super::over_tasks::over_tasks;
use super::plan::PowerPlan;
use super::replicates::{Extent, Work};
use super::settings::PowerTest;
use crate::domain::special::normal_quantile;
use crate::domain::{Level, Metric, NonNegative, Positive, Reducer, Scale, Scenario};
use crate::engine::{Interrupted, Tally};
use crate::study::LikelihoodInterval;
use crate::study::chi_square::ChiSquare;
use crate::study::fit::{
    BreakAt, ChangeInterval, CurveFit, Evidence, Family, Likelihoods, Links, Nearest, SlopeChange,
    fit, nearest,
};

/// What the counts of one evaluation say of a break.
#[derive(Clone, Copy, Debug)]
struct Said {
    known: f64,
    unknown: f64,
    /// The change of the exponent over its standard error.
    slope: f64,
    /// Of level 1 - 2 alpha: both of its sides are tests at alpha that the change is not as large as delta.
    change: LikelihoodInterval,
}

impl Said {
    const fn statistic(&self, test: PowerTest) -> f64 {
        match test {
            PowerTest::LrUnknownBreak => self.unknown,
            PowerTest::SlopeChange => self.slope,
            _ => self.known,
        }
    }
}

/// What counts are held against under one metric.
struct Judge {
    links: Links,
    known: Family,
    unknown: Family,
    against: Vec<Family>,
    level: Level,
    tests: Vec<PowerTest>,
}

impl Judge {
    fn new(plan: &PowerPlan, metric: Metric) -> Result<Self, NoPower> {
        let none = |reason: String| NoPower::NoLikelihood(reason);
        if metric.reducer != Reducer::Mean {
            return Err(none(format!(
                "{metric}: curves are fitted to means over attempts, not to {}",
                metric.reducer
            )));
        }
        let place = plan
            .break_place()
            .ok_or_else(|| none("the place of the break is not known".to_owned()))?;
        // Fits count scales as the skill curve does.
        let counted = place.at.get() * plan.sought().skill.efficiency.get();
        let counted = Scale::try_from(counted).map_err(|error| none(error.to_string()))?;
        let links = Links::of(plan.sought(), metric.credit, &Family::SMOOTH);
        let two_alpha = (2.0 * plan.settings.alpha.get()).min(0.99);
        Ok(Self {
            links: links.map_err(|reason| none(reason.to_string()))?,
            known: Family::BrokenPowerLaw {
                place: BreakAt::Known(counted),
                width: place.width,
            },
            unknown: Family::BrokenPowerLaw {
                place: BreakAt::Free,
                width: place.width,
            },
            against: plan.settings.against.as_slice().to_vec(),
            level: Level::try_from(1.0 - two_alpha).unwrap_or(Level::constant(0.9)),
            tests: plan.settings.test.as_slice().to_vec(),
        })
    }

    /// `None` where a fit failed.
    fn say(&self, tallies: &[Tally]) -> Option<Said> {
        let evidence = Evidence::of(self.links.told(), tallies).ok()?;
        let likelihoods = self.links.likelihoods(&evidence).ok()?;
        let found = |family: Family| {
            let found = fit(&likelihoods, family).ok()?;
            found.converged.then_some(found)
        };
        let mut smooth = f64::NEG_INFINITY;
        for &family in &self.against {
            smooth = smooth.max(found(family)?.log_likelihood);
        }
        let known = found(self.known)?;
        let unknown = match self.tests.contains(&PowerTest::LrUnknownBreak) {
            true => 2.0 * (found(self.unknown)?.log_likelihood - smooth),
            false => f64::NAN,
        };
        let (slope, change) = self.change(&likelihoods, &known)?;
        Some(Said {
            known: 2.0 * (known.log_likelihood - smooth),
            unknown,
            slope,
            change,
        })
    }

    /// The change of the exponent over its standard error, and its interval.
    fn change(
        &self,
        likelihoods: &Likelihoods,
        fit: &CurveFit,
    ) -> Option<(f64, LikelihoodInterval)> {
        let change = SlopeChange::of(likelihoods, fit, ChangeInterval::Wald, self.level).ok()?;
        let z = -normal_quantile(0.5 * (1.0 - self.level.get()));
        // A likelihood that does not curve tells nothing of the change.
        let width = change.low.zip(change.high).map(|(low, high)| high - low);
        let slope = width.map_or(0.0, |width| 2.0 * z * libm::fabs(change.value) / width);
        let interval = LikelihoodInterval {
            low: change.low,
            high: change.high,
            level: change.level,
            converged: change.converged,
        };
        Some((slope, interval))
    }
}

/// What was said of each of many evaluations; `None` where a fit failed, or the evaluation itself.
type AllSaid = Vec<Option<Said>>;

/// A smooth law, and what is said where it holds.
struct Smooth {
    family: Family,
    nearest: Nearest,
    /// In evaluations that give critical values; none where the family is not held against the break.
    first: Option<AllSaid>,
    /// In others; none where only powers are asked for, and the family is not the nearest of those.
    second: Option<AllSaid>,
}

/// Every test for a break, under every metric, by metric.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub(super) fn break_rows(plan: &PowerPlan, work: &Work<'_>) -> Result<Vec<PowerRow>, Interrupted> {
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let judges: Vec<Result<Judge, NoPower>> = metrics
        .iter()
        .map(|&metric| Judge::new(plan, metric))
        .collect();
    let replicates = plan.settings.replicates.get();
    // The same evaluations under every metric.
    let said: Vec<Option<Vec<Option<Said>>>> =
        work.evaluations(plan.sought(), 0..replicates, |tallies| {
            let judges = judges.iter();
            judges
                .map(|judge| judge.as_ref().ok().and_then(|judge| judge.say(tallies)))
                .collect()
        })?;
    let mut rows = Vec::new();
    for (place, (&metric, judge)) in metrics.iter().zip(&judges).enumerate() {
        let sought: AllSaid = said.iter().map(|one| *one.as_ref()?.get(place)?).collect();
        let smooth = match judge {
            Ok(judge) => smooth_laws(plan, judge, work)?,
            Err(reason) => Err(reason.clone()),
        };
        for &test in plan.settings.test.as_slice() {
            if !test.is_of_breaks() {
                continue;
            }
            let told = match &smooth {
                Ok(smooth) => told(plan, test, &sought, smooth),
                Err(reason) => Err(reason.clone()),
            };
            rows.push(PowerRow { test, metric, told });
        }
    }
    Ok(rows)
}

/// The smooth laws nearest to the sought one, and what is said where they hold.
fn smooth_laws(
    plan: &PowerPlan,
    judge: &Judge,
    work: &Work<'_>,
) -> Result<Result<Vec<Smooth>, NoPower>, Interrupted> {
    let sought = plan.sought();
    let replicates = plan.settings.replicates.get();
    let families: &[Family] = match work.extent() {
        Extent::Whole => &Family::SMOOTH,
        Extent::Powers => &judge.against,
    };
    let found = match nearest_of(sought, judge, families) {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let held = |family: Family| judge.against.contains(&family);
    let least = found
        .iter()
        .filter(|(family, _)| held(*family))
        .map(|(_, one)| one.divergence)
        .fold(f64::INFINITY, f64::min);
    let mut laws: Vec<Smooth> = Vec::new();
    for (family, nearest) in found {
        // A floor of 0 and steps that do not differ are the power law itself.
        let same = laws
            .iter()
            .find(|law| is_same(&law.nearest.fit, &nearest.fit));
        let (known_first, known_second) = match same {
            Some(law) => (law.first.clone(), law.second.clone()),
            None => (None, None),
        };
        let scenario = match nearest.fit.scenario(sought) {
            Ok(scenario) => scenario,
            Err(reason) => return Ok(Err(NoPower::NoLikelihood(reason.to_string()))),
        };
        let say = |numbers: Range<u64>| said_of(&scenario, numbers, judge, work);
        let first = match (held(family), known_first) {
            (false, _) => None,
            (true, Some(known)) => Some(known),
            (true, None) => Some(say(replicates..2 * replicates)?),
        };
        let is_near = held(family) && nearest.divergence <= least;
        let second = match (work.extent(), known_second) {
            (_, Some(known)) => Some(known),
            (Extent::Powers, None) if !is_near => None,
            (_, None) => Some(say(2 * replicates..3 * replicates)?),
        };
        laws.push(Smooth {
            family,
            nearest,
            first,
            second,
        });
    }
    Ok(Ok(laws))
}

/// The law of each of these families that is nearest to the sought one.
fn nearest_of(
    sought: &Scenario,
    judge: &Judge,
    families: &[Family],
) -> Result<Vec<(Family, Nearest)>, NoPower> {
    let law = |&family: &Family| match nearest(sought, &judge.links, family) {
        Ok(one) if one.fit.converged => Ok((family, one)),
        _ => Err(NoPower::NoNearest(family)),
    };
    families.iter().map(law).collect()
}

/// Of the laws held against the break, the one nearest to the sought law under a metric.
fn nearest_held(plan: &PowerPlan, metric: Metric) -> Result<(Family, Nearest), NoPower> {
    let judge = Judge::new(plan, metric)?;
    let laws = nearest_of(plan.sought(), &judge, &judge.against)?;
    let nearer = |one: &(Family, Nearest), other: &(Family, Nearest)| {
        one.1.divergence.total_cmp(&other.1.divergence)
    };
    laws.into_iter().min_by(nearer).ok_or(NoPower::Nothing)
}

/// The scenario of the smooth law nearest to the sought one under a metric, of the families that the break is held against,
/// and its family: what a study under that metric is likeliest to take the break for.
///
/// # Errors
/// No law is fitted to the metric, or a fit did not converge.
pub fn nearest_smooth(plan: &PowerPlan, metric: Metric) -> Result<(Family, Scenario), NoPower> {
    let (family, nearest) = nearest_held(plan, metric)?;
    match nearest.fit.scenario(plan.sought()) {
        Ok(scenario) => Ok((family, scenario)),
        Err(reason) => Err(NoPower::NoLikelihood(reason.to_string())),
    }
}

/// The noncentrality of a test for a break; `None` where no formula tells its power by it.
pub(super) fn break_noncentrality(
    plan: &PowerPlan,
    test: PowerTest,
    metric: Metric,
) -> Option<f64> {
    let (_, nearest) = nearest_held(plan, metric).ok()?;
    has_formula(plan, test).then(|| nearest.noncentrality())
}

/// Whether two laws of a task told alike have the same hazards.
fn is_same(one: &CurveFit, other: &CurveFit) -> bool {
    let uneven = |fit: &CurveFit| fit.parameter("sd").is_some_and(|sd| sd > 0.0);
    let close = |(one, other): (&f64, &f64)| libm::fabs(one / other - 1.0) < 1e-6;
    !uneven(one) && !uneven(other) && one.hazards.iter().zip(&other.hazards).all(close)
}

fn said_of(
    scenario: &Scenario,
    numbers: Range<u64>,
    judge: &Judge,
    work: &Work<'_>,
) -> Result<AllSaid, Interrupted> {
    let said = work.evaluations(scenario, numbers, |tallies| judge.say(tallies))?;
    Ok(said.into_iter().map(Option::flatten).collect())
}

fn statistics(said: &AllSaid, test: PowerTest) -> ReplicateStatistics {
    ReplicateStatistics::new(said.iter().map(|one| Some(one.as_ref()?.statistic(test))))
}

/// One test under one metric.
fn told(
    plan: &PowerPlan,
    test: PowerTest,
    sought: &AllSaid,
    smooth: &[Smooth],
) -> Result<TestPower, NoPower> {
    let (alpha, level) = (plan.settings.alpha, plan.scenario.evaluation.level);
    let held: Vec<&Smooth> = smooth.iter().filter(|law| law.first.is_some()).collect();
    // The claim is made against each law: the largest of their critical values keeps all of them.
    let mut critical: Option<CriticalValue> = None;
    for law in &held {
        let first = law.first.as_ref().ok_or(NoPower::Nothing)?;
        let one = CriticalValue::new(&statistics(first, test), alpha, level)?;
        critical = match critical {
            Some(before) if before.value >= one.value => Some(before),
            _ => Some(one),
        };
    }
    let critical = critical.ok_or(NoPower::Nothing)?;
    let found = statistics(sought, test);
    let power = critical.found(&found).ok_or(NoPower::Nothing)?.rate(level);
    let divergence = |law: &Smooth| law.nearest.divergence;
    let near = held
        .iter()
        .min_by(|one, other| divergence(one).total_cmp(&divergence(other)));
    let near = near.ok_or(NoPower::Nothing)?;
    let laws = smooth.iter().filter_map(|law| {
        let others = statistics(law.second.as_ref()?, test);
        Some(SmoothLaw {
            family: law.family,
            divergence: law.nearest.divergence,
            parameters: law.nearest.fit.parameters.clone(),
            false_alarms: critical.size(&others, level)?,
            failed: others.failed(),
            is_held_against: law.first.is_some(),
        })
    });
    let laws: Vec<SmoothLaw> = laws.collect();
    let if_smooth = near.second.as_ref().ok_or(NoPower::Nothing)?;
    let alarms = critical.size(&statistics(if_smooth, test), level);
    let delta = plan.settings.delta;
    let pools = [sought, if_smooth].map(|said| p_values(said, &held, test));
    Ok(TestPower {
        power,
        false_alarms: FalseAlarms::Simulated(alarms.ok_or(NoPower::Nothing)?),
        critical: Critical {
            value: critical.value,
            simulated: Some(critical),
            asymptotic: Some(match test {
                PowerTest::SlopeChange => -normal_quantile(0.5 * alpha.get()),
                PowerTest::LrUnknownBreak => {
                    ChiSquare::central(NonZeroU32::MIN.saturating_add(1)).critical(alpha)
                }
                _ => ChiSquare::central(NonZeroU32::MIN).critical(alpha),
            }),
        },
        failed: found.failed(),
        smooth: laws,
        verdicts: verdicts(sought, test, critical.value, delta, level),
        verdicts_if_smooth: verdicts(if_smooth, test, critical.value, delta, level),
        closed_forms: match has_formula(plan, test) {
            true => vec![break_form(plan, test, near.nearest.noncentrality())],
            false => Vec::new(),
        },
        noncentrality: Some(near.nearest.noncentrality()),
        over_tasks: plan
            .settings
            .tasks
            .and_then(|tasks| over_tasks(&pools, tasks, plan)),
    })
}

/// What a broken law has more than a power law.
const fn freedom(test: PowerTest) -> BreakFreedom {
    match test {
        PowerTest::LrUnknownBreak => BreakFreedom::PlaceFree,
        _ => BreakFreedom::PlaceKnown,
    }
}

/// Whether the divergence from the nearest law held against the break tells the power.
fn has_formula(plan: &PowerPlan, test: PowerTest) -> bool {
    // Its statistic knows no law but the power law.
    test != PowerTest::SlopeChange || plan.settings.against.as_slice() == [Family::PowerLaw]
}

/// What holds for many items, of a noncentrality at as many as the design has.
pub(super) fn break_form(plan: &PowerPlan, test: PowerTest, noncentrality: f64) -> ClosedForm {
    let aim = PowerAim {
        alpha: plan.settings.alpha,
        target: plan.settings.target,
    };
    // Neither below 0 nor infinite.
    let noncentrality = NonNegative::try_from(noncentrality);
    let noncentrality = noncentrality.unwrap_or(NonNegative::constant(0.0));
    ClosedForm::of_break(
        plan.scenario.evaluation.items,
        freedom(test),
        noncentrality,
        aim,
    )
}

fn verdicts(
    said: &AllSaid,
    test: PowerTest,
    critical: f64,
    delta: Positive,
    level: Level,
) -> Option<Verdicts> {
    let decisions: BreakDecisions = said
        .iter()
        .map(|one| match one {
            Some(said) => BreakDecision::new(said.statistic(test), critical, &said.change, delta),
            None => BreakDecision::CannotTell,
        })
        .collect();
    Some(Verdicts {
        broken: decisions.share(BreakDecision::Break, level)?,
        none: decisions.share(BreakDecision::NoLargeBreak, level)?,
        cannot_tell: decisions.share(BreakDecision::CannotTell, level)?,
    })
}

/// The p-value of each evaluation: the largest over the laws held against, each the share of its evaluations with a statistic
/// as large, this one counted (Davison and Hinkley 1997, section 4.2). A fit that failed has 1.
fn p_values(said: &AllSaid, held: &[&Smooth], test: PowerTest) -> Vec<f64> {
    let nulls = held.iter().filter_map(|law| law.first.as_ref());
    let nulls: Vec<ReplicateStatistics> = nulls.map(|first| statistics(first, test)).collect();
    let p_value = |one: &Option<Said>| {
        let Some(said) = one else {
            return 1.0;
        };
        let statistic = said.statistic(test);
        let shares = nulls.iter().map(|null| {
            let larger = null.at_least(statistic) + null.failed();
            (larger + 1) as f64 / (null.replicates() + 1) as f64
        });
        shares.fold(0.0, f64::max)
    };
    said.iter().map(p_value).collect()
}
