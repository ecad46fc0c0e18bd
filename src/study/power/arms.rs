//! The power of tests of success rates and mean credits at one scale.

use super::above_chance::AboveChance;
use super::closed_form::{ClosedForm, PowerAim};
use super::finding::{Critical, FalseAlarms, NoPower, PowerRow, TestPower};
use super::means::{MeanOf, MeanTest};
use super::over_tasks::over_tasks;
use super::paired::{Discordant, ReportedDifference};
use super::plan::PowerPlan;
use super::replicates::{Work, scenario_outcomes};
use super::settings::PowerTest;
use super::successes::Successes;
use super::two_rates::TwoRates;
use crate::domain::special::{binomial_probabilities, normal_quantile};
use crate::domain::{Items, Metric, Pairing, Probability, Reducer, Scale, Scenario};
use crate::engine::{Interrupted, Setting, Tally, hypothetical_uniforms};
use crate::study::{CreditSummary, McNemar, Scatter};

/// What one evaluation of a test at one scale says.
#[derive(Clone, Copy, Debug)]
struct Trial {
    p_value: f64,
    finds: bool,
}

impl Trial {
    fn new(p_value: f64, plan: &PowerPlan) -> Self {
        Self {
            p_value,
            finds: p_value <= plan.settings.alpha.get(),
        }
    }
}

/// One test at one scale, under every metric.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub(super) fn rows_at_scale(
    plan: &PowerPlan,
    test: PowerTest,
    work: &Work<'_>,
) -> Result<Vec<PowerRow>, Interrupted> {
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let mut rows = Vec::with_capacity(metrics.len());
    for (place, &metric) in metrics.iter().enumerate() {
        let told = match test {
            PowerTest::AboveChance => above_chance(plan, (place, metric), work)?,
            PowerTest::TwoRates => two_rates(plan, (place, metric), work)?,
            _ => paired(plan, (place, metric), work)?,
        };
        rows.push(PowerRow { test, metric, told });
    }
    Ok(rows)
}

/// A rate of one attempt at each item, right or wrong: what exact tests are of.
fn is_single(plan: &PowerPlan, metric: Metric) -> bool {
    plan.scenario.evaluation.attempts_per_item() == 1 && metric.is_success_rate()
}

fn expected(scenario: &Scenario, scale: Scale, metric: Metric) -> Option<f64> {
    scenario
        .chances()
        .at(scale)
        .reduced(metric.credit, metric.reducer)
}

fn probability(x: f64) -> Option<Probability> {
    Probability::try_from(x).ok()
}

/// Successes of a tally with one attempt at each item.
fn successes(tally: &Tally, metric: Metric, place: usize) -> Option<Successes> {
    let summary = CreditSummary::of(tally, metric, place)?;
    let right = libm::round(summary.mean * tally.items as f64);
    Successes::new(right as u64, tally.items).ok()
}

fn tallied(trials: Vec<Option<Option<Trial>>>) -> Vec<Option<Trial>> {
    trials.into_iter().map(Option::flatten).collect()
}

/// How often there is a find; what failed finds nothing.
fn found(trials: &[Option<Trial>]) -> Option<Successes> {
    let finds = trials.iter().flatten().filter(|trial| trial.finds).count();
    Successes::new(finds as u64, trials.len() as u64).ok()
}

fn p_values(trials: &[Option<Trial>]) -> Vec<f64> {
    trials
        .iter()
        .map(|one| one.map_or(1.0, |one| one.p_value))
        .collect()
}

/// Puts together what one test says.
fn answer(
    plan: &PowerPlan,
    (sought, null): (&[Option<Trial>], &[Option<Trial>]),
    critical: f64,
    exact_size: Option<f64>,
    closed_forms: Vec<ClosedForm>,
) -> Result<TestPower, NoPower> {
    let level = plan.scenario.evaluation.level;
    let power = found(sought).ok_or(NoPower::Nothing)?.rate(level);
    let alarms = match exact_size {
        Some(size) => FalseAlarms::Exact(size),
        None => {
            let alarms = found(null).ok_or(NoPower::Nothing)?;
            FalseAlarms::Simulated(alarms.rate(level))
        }
    };
    let pools = [p_values(sought), p_values(null)];
    Ok(TestPower {
        power,
        false_alarms: alarms,
        critical: Critical {
            value: critical,
            simulated: None,
            asymptotic: None,
        },
        failed: sought.iter().filter(|one| one.is_none()).count() as u64,
        smooth: Vec::new(),
        verdicts: None,
        verdicts_if_smooth: None,
        closed_forms,
        noncentrality: None,
        over_tasks: plan
            .settings
            .tasks
            .and_then(|tasks| over_tasks(&pools, tasks, plan)),
    })
}

/// Whether the sought law's success rate is above chance. Under the null hypothesis every p-value is drawn from the exact
/// distribution of successes by chance.
fn above_chance(
    plan: &PowerPlan,
    (place, metric): (usize, Metric),
    work: &Work<'_>,
) -> Result<Result<TestPower, NoPower>, Interrupted> {
    let test = PowerTest::AboveChance;
    if !is_single(plan, metric) {
        return Ok(Err(NoPower::NoSuccessRate { test, metric }));
    }
    let (sought, at) = (plan.sought(), plan.at());
    let Some(chance) = chance_of(plan, metric) else {
        return Ok(Err(NoPower::NoChance(metric)));
    };
    let (items, alpha) = (sought.evaluation.items, plan.settings.alpha);
    let exact = AboveChance::new(items, chance, alpha);
    let outcomes = outcomes_at_one_scale(sought);
    let trials = work.each(
        outcomes,
        0..plan.settings.replicates.get(),
        |number| vec![Setting::new(sought, at, number)],
        |tallies| {
            let right = successes(tallies.first()?, metric, place)?;
            Some(Trial {
                p_value: AboveChance::p_value(right, chance),
                finds: exact.finds(right.count()),
            })
        },
    )?;
    let forms = above_chance_forms(plan, chance, metric);
    let by_chance = by_chance(plan, items.get(), chance);
    let critical = exact.critical.map_or(f64::INFINITY, |count| count as f64);
    Ok(answer(
        plan,
        (&tallied(trials), &by_chance),
        critical,
        Some(exact.size),
        forms.unwrap_or_default(),
    ))
}

/// The rate of chance: as given, or that of the sought law's task without any skill.
fn chance_of(plan: &PowerPlan, metric: Metric) -> Option<Probability> {
    let without_skill = || {
        let chances = plan.sought().chances();
        probability(
            chances
                .of_run(plan.at(), f64::INFINITY)
                .mean(metric.credit)?,
        )
    };
    plan.settings.chance.or_else(without_skill)
}

fn above_chance_forms(
    plan: &PowerPlan,
    chance: Probability,
    metric: Metric,
) -> Option<Vec<ClosedForm>> {
    let sought = plan.sought();
    let rate = probability(expected(sought, plan.at(), metric)?)?;
    let items = sought.evaluation.items;
    Some(ClosedForm::above_chance(items, chance, rate, aim(plan)).to_vec())
}

/// What formulas say of a test at one scale; nothing where none is known.
pub(super) fn forms_at_scale(plan: &PowerPlan, test: PowerTest, metric: Metric) -> Vec<ClosedForm> {
    let (at, single) = (plan.at(), is_single(plan, metric));
    let forms = match (test, &plan.alternative) {
        (PowerTest::AboveChance, _) if single => {
            chance_of(plan, metric).and_then(|chance| above_chance_forms(plan, chance, metric))
        }
        (PowerTest::TwoRates, Some(other)) => two_rates_forms(plan, (other, at), metric, single),
        (PowerTest::Paired, Some(other)) => paired_forms(plan, (other, at), metric, single),
        _ => None,
    };
    forms.unwrap_or_default()
}

/// Evaluations of a model without skill: their numbers of successes are binomial.
fn by_chance(plan: &PowerPlan, items: u64, chance: Probability) -> Vec<Option<Trial>> {
    let replicates = plan.settings.replicates.get();
    let uniforms = hypothetical_uniforms(plan.scenario.seed, FIRST_BY_CHANCE, replicates as usize);
    let (first, probabilities) = binomial_probabilities(items, chance.get(), 1e-18);
    let cumulative: Vec<f64> = probabilities
        .iter()
        .scan(0.0, |sum, probability| {
            *sum += probability;
            Some(*sum)
        })
        .collect();
    let last = cumulative.len().saturating_sub(1);
    let trial = |uniform: f64| {
        let past = cumulative.partition_point(|sum| *sum < uniform).min(last);
        let right = Successes::new((first + past as u64).min(items), items).ok()?;
        Some(Trial::new(AboveChance::p_value(right, chance), plan))
    };
    uniforms.into_iter().map(trial).collect()
}

/// The random numbers of evaluations by chance.
const FIRST_BY_CHANCE: u64 = 1 << 42;

/// Whether two scenarios differ, each on items of its own: the first has the even replicates, the second the odd ones.
fn two_rates(
    plan: &PowerPlan,
    (place, metric): (usize, Metric),
    work: &Work<'_>,
) -> Result<Result<TestPower, NoPower>, Interrupted> {
    let Some(alternative) = &plan.alternative else {
        return Ok(Err(NoPower::Nothing));
    };
    let (scenario, at, alpha) = (&plan.scenario, plan.at(), plan.settings.alpha);
    let single = is_single(plan, metric);
    let judge = |tallies: &[Tally]| {
        let [one, other] = tallies.first_chunk::<2>()?;
        let p_value = match single {
            true => {
                let [one, other] = [one, other].map(|tally| successes(tally, metric, place));
                TwoRates::p_value(one?, other?)
            }
            false => {
                let target = scenario.evaluation.target;
                let mean = |tally: &Tally| {
                    let summary = CreditSummary::of(tally, metric, place)?;
                    Some(MeanOf::of(&summary, target))
                };
                MeanTest::welch(&mean(one)?, &mean(other)?).p_value
            }
        };
        Some(Trial::new(p_value, plan))
    };
    let replicates = plan.settings.replicates.get();
    let outcomes = outcomes_of_both(scenario, alternative);
    let arms = |second: &Scenario, numbers| {
        let settings = |number: u64| {
            vec![
                Setting::new(scenario, at, 2 * number),
                Setting::new(second, at, 2 * number + 1),
            ]
        };
        work.each(outcomes, numbers, settings, judge)
    };
    let sought = tallied(arms(alternative, 0..replicates)?);
    let null = tallied(arms(scenario, replicates..2 * replicates)?);
    let forms = two_rates_forms(plan, (alternative, at), metric, single);
    let critical = -normal_quantile(0.5 * alpha.get());
    let forms = forms.unwrap_or_default();
    Ok(answer(plan, (&sought, &null), critical, None, forms))
}

fn two_rates_forms(
    plan: &PowerPlan,
    (alternative, at): (&Scenario, Scale),
    metric: Metric,
    single: bool,
) -> Option<Vec<ClosedForm>> {
    let (one, other) = (
        expected(&plan.scenario, at, metric)?,
        expected(alternative, at, metric)?,
    );
    Some(match single {
        true => {
            let rates = [probability(one)?, probability(other)?];
            ClosedForm::two_rates(plan.scenario.evaluation.items, rates, aim(plan))
        }
        false => vec![by_means(plan, (alternative, at), metric, other - one)?],
    })
}

/// The variance between items of an item's mean credit, its attempts' scatter among it.
fn variance_of_item(scenario: &Scenario, at: Scale, metric: Metric) -> Option<f64> {
    if metric.reducer != Reducer::Mean {
        return None;
    }
    let chances = scenario.chances();
    chances
        .at(at)
        .item_variance(metric.credit, scenario.evaluation.attempts_per_item())
}

/// What Miller's formula says of mean credits whose attempts at an item are independent.
fn by_means(
    plan: &PowerPlan,
    (alternative, at): (&Scenario, Scale),
    metric: Metric,
    difference: f64,
) -> Option<ClosedForm> {
    let variance =
        variance_of_item(&plan.scenario, at, metric)? + variance_of_item(alternative, at, metric)?;
    let scatter = Scatter::paired(variance, (0.0, 1), (0.0, 1));
    let items = plan.scenario.evaluation.items;
    Some(ClosedForm::difference(
        items,
        difference,
        &scatter,
        aim(plan),
    ))
}

fn aim(plan: &PowerPlan) -> PowerAim {
    PowerAim {
        alpha: plan.settings.alpha,
        target: plan.settings.target,
    }
}

/// Whether two scenarios differ on the same items: McNemar's exact test of success rates, Student's of other credits. Where
/// there is no difference, the scenario is compared with itself, its attempts drawn anew.
fn paired(
    plan: &PowerPlan,
    (place, metric): (usize, Metric),
    work: &Work<'_>,
) -> Result<Result<TestPower, NoPower>, Interrupted> {
    let Some(alternative) = &plan.alternative else {
        return Ok(Err(NoPower::Nothing));
    };
    let (scenario, at, alpha) = (&plan.scenario, plan.at(), plan.settings.alpha);
    let single = is_single(plan, metric);
    let judge = |tallies: &[Tally]| {
        let [one, other] = tallies.first_chunk::<2>()?;
        let sums = [one, other].map(|tally| tally.item_sums.get(place));
        let (first, second) = (sums[0]?, sums[1]?);
        let p_value = match single {
            true => {
                let both = (first.with_next >> 64) as u64;
                let solved = [first.sum, second.sum].map(|sum| (sum >> 32) as u64);
                McNemar::new(solved[0] - both, solved[1] - both).p_value
            }
            false => {
                // Differences in units of 2^-32.
                let unit = libm::exp2(-32.0);
                let sum = (second.sum as f64 - first.sum as f64) * unit;
                let squares =
                    first.squares as i128 + second.squares as i128 - 2 * first.with_next as i128;
                let squares = squares as f64 * unit * unit;
                MeanTest::paired(&MeanOf::of_differences(one.items, sum, squares)?).p_value
            }
        };
        Some(Trial::new(p_value, plan))
    };
    let replicates = plan.settings.replicates.get();
    let outcomes = outcomes_of_both(scenario, alternative);
    let metrics = scenario.evaluation.metrics.as_slice();
    let arms = |second: &Scenario, numbers| {
        let settings = |number: u64| {
            let [one, other] = [scenario, second].map(|side| (side, side.needs_of(metrics)));
            Setting::pair(one, other, at, number).to_vec()
        };
        work.each(outcomes, numbers, settings, judge)
    };
    let sought = tallied(arms(alternative, 0..replicates)?);
    // Another address, and so other attempts at the same items.
    let mut itself = scenario.clone();
    itself.evaluation.pairing = match scenario.evaluation.pairing {
        Pairing::All => Pairing::Independent,
        Pairing::Independent | Pairing::Scales => Pairing::All,
    };
    let null = tallied(arms(&itself, replicates..2 * replicates)?);
    let forms = paired_forms(plan, (alternative, at), metric, single).unwrap_or_default();
    Ok(answer(plan, (&sought, &null), alpha.get(), None, forms))
}

/// What formulas say where the items of both are alike, so that attempts at one are independent; `None` where items differ.
fn paired_forms(
    plan: &PowerPlan,
    (alternative, at): (&Scenario, Scale),
    metric: Metric,
    single: bool,
) -> Option<Vec<ClosedForm>> {
    let scenario = &plan.scenario;
    if share_items(plan, (alternative, at)) {
        return None;
    }
    let (one, other) = (
        expected(scenario, at, metric)?,
        expected(alternative, at, metric)?,
    );
    if !single {
        return Some(vec![by_means(
            plan,
            (alternative, at),
            metric,
            other - one,
        )?]);
    }
    Some(ClosedForm::paired(
        scenario.evaluation.items,
        &discordant(one, other)?,
        aim(plan),
    ))
}

/// How often one side alone succeeds at an item, where a plan compares two success rates on the same items and these do not
/// differ.
pub(super) fn discordant_of(plan: &PowerPlan, metric: Metric) -> Option<Discordant> {
    let (at, alternative) = (plan.at(), plan.alternative.as_ref()?);
    let told = is_single(plan, metric) && !share_items(plan, (alternative, at));
    let rates = [&plan.scenario, alternative].map(|side| expected(side, at, metric));
    told.then_some(discordant(rates[0]?, rates[1]?)?)
}

/// How often one side alone succeeds, where attempts at an item are independent.
fn discordant(one: f64, other: f64) -> Option<Discordant> {
    let alone = [one * (1.0 - other), other * (1.0 - one)].map(probability);
    Discordant::new(alone[0]?, alone[1]?).ok()
}

/// What studies of the design report under a metric, where they compare two success rates on the same items.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedDifferences {
    /// The metric.
    pub metric: Metric,
    /// Items of each study.
    pub items: Items,
    /// The difference that there is.
    pub difference: f64,
    /// Those that are reported, increasing.
    pub reported: Vec<ReportedDifference>,
    /// The share of studies that find a difference.
    pub found: f64,
    /// The mean of the differences that these report; `None` where none finds one.
    pub mean_found: Option<f64>,
}

/// At most so many items: the differences are as many, and the work grows with their square.
const MOST_REPORTED: u64 = 2000;

/// The differences that studies of a design report under its first metric, exactly; `None` where it does not ask whether two
/// success rates differ on the same items, where items differ, and beyond 2000 items.
#[must_use]
pub fn reported_differences(plan: &PowerPlan) -> Option<ReportedDifferences> {
    let asks = plan.settings.test.as_slice().contains(&PowerTest::Paired);
    let items = plan.scenario.evaluation.items;
    let metric = *plan.scenario.evaluation.metrics.as_slice().first()?;
    if !asks || items.get() > MOST_REPORTED {
        return None;
    }
    let rates = discordant_of(plan, metric)?;
    let reported = rates.reported(items, plan.settings.alpha);
    let found: f64 = reported.iter().map(|one| one.found).sum();
    let sum: f64 = reported.iter().map(|one| one.found * one.difference).sum();
    Some(ReportedDifferences {
        metric,
        items,
        difference: rates.difference(),
        reported,
        found,
        mean_found: (found > 0.0).then_some(sum / found),
    })
}

/// Whether attempts of both at an item depend on each other.
fn share_items(plan: &PowerPlan, (alternative, at): (&Scenario, Scale)) -> bool {
    plan.scenario.chances().at(at).items_differ()
        || alternative.chances().at(at).items_differ()
        || plan.scenario.evaluation.pairing == Pairing::All
}

/// Steps of all attempts of two scenarios at one scale, about.
fn outcomes_of_both(one: &Scenario, other: &Scenario) -> u64 {
    outcomes_at_one_scale(one).saturating_add(outcomes_at_one_scale(other))
}

/// Steps of all attempts at one scale, about.
fn outcomes_at_one_scale(scenario: &Scenario) -> u64 {
    let scales = scenario.evaluation.scales.as_slice().len() as u64;
    scenario_outcomes(scenario) / scales.max(1)
}
