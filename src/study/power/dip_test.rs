//! The power of the dip test of training runs.

use super::finding::{Critical, FalseAlarms, NoPower, PowerRow, TestPower};
use super::over_tasks::over_tasks;
use super::plan::PowerPlan;
use super::replicates::{Work, scenario_outcomes};
use super::settings::PowerTest;
use super::successes::Successes;
use crate::domain::{Metric, Scenario};
use crate::engine::{Interrupted, Setting};
use crate::study::run_groups::scores;
use crate::study::{CriticalDip, Replicates, RunScores};

/// The first random numbers of critical dips: those of all else come before.
const FIRST_REPLICATE: u64 = 1 << 43;

/// The dip test at one scale, under every metric. Where the scenario has an alternative, it is what has no groups; else the
/// same law without differences between training runs is.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub(super) fn dip_rows(plan: &PowerPlan, work: &Work<'_>) -> Result<Vec<PowerRow>, Interrupted> {
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let mut rows = Vec::with_capacity(metrics.len());
    for (place, &metric) in metrics.iter().enumerate() {
        rows.push(PowerRow {
            test: PowerTest::Dip,
            metric,
            told: told(plan, (place, metric), work)?,
        });
    }
    Ok(rows)
}

fn told(
    plan: &PowerPlan,
    (place, metric): (usize, Metric),
    work: &Work<'_>,
) -> Result<Result<TestPower, NoPower>, Interrupted> {
    if !metric.is_success_rate() {
        let test = PowerTest::Dip;
        return Ok(Err(NoPower::NoSuccessRate { test, metric }));
    }
    let at = plan.at();
    let evaluation = &plan.scenario.evaluation;
    let scales = evaluation.scales.as_slice().len() as u64;
    let outcomes = scenario_outcomes(&plan.scenario) / scales.max(1);
    let replicates = plan.settings.replicates.get();
    let evaluated = |scenario: &Scenario, numbers| -> Result<Vec<Option<RunScores>>, Interrupted> {
        let settings = |number| vec![Setting::new(scenario, at, number)];
        let found = work.each(outcomes, numbers, settings, |tallies| {
            scores(tallies.first()?, place)
        })?;
        Ok(found.into_iter().map(Option::flatten).collect())
    };
    let alike = match plan.alternative {
        Some(_) => plan.scenario.clone(),
        None => match without_differences(&plan.scenario) {
            Some(alike) => alike,
            None => return Ok(Err(NoPower::Nothing)),
        },
    };
    let sought = evaluated(plan.sought(), 0..replicates)?;
    let null = evaluated(&alike, replicates..2 * replicates)?;
    Ok(power_of(plan, &sought, &null))
}

/// The same law, whose training runs do not differ.
fn without_differences(scenario: &Scenario) -> Option<Scenario> {
    let mut json = serde_json::to_value(scenario).ok()?;
    *json.pointer_mut("/skill/between-seeds")? = serde_json::json!({ "kind": "none" });
    serde_json::from_value(json).ok()
}

fn power_of(
    plan: &PowerPlan,
    sought: &[Option<RunScores>],
    null: &[Option<RunScores>],
) -> Result<TestPower, NoPower> {
    let evaluation = &plan.scenario.evaluation;
    let (alpha, level) = (plan.settings.alpha, evaluation.level);
    let numbers = Replicates {
        seed: plan.scenario.seed,
        numbers: FIRST_REPLICATE..FIRST_REPLICATE + plan.settings.replicates.get(),
    };
    let runs = evaluation.training_seeds.get();
    // One group has the mean and the variance of the runs that are tested.
    let critical = |scores: &[Option<RunScores>]| {
        let all = scores.iter().flatten().flat_map(RunScores::right);
        let all: Vec<u64> = all.copied().collect();
        let pool = RunScores::new(evaluation.items.get(), all).map_err(|_| NoPower::Nothing)?;
        CriticalDip::new(&pool, runs, &numbers, alpha, level)
            .map_err(|error| NoPower::NoLikelihood(error.to_string()))
    };
    let (critical, of_null) = (critical(sought)?, critical(null)?);
    let dips = |scores: &[Option<RunScores>]| -> Vec<Option<f64>> {
        scores.iter().map(|one| Some(one.as_ref()?.dip())).collect()
    };
    let [sought, null] = [dips(sought), dips(null)];
    let rate = |dips: &[Option<f64>], critical: &CriticalDip| {
        let finds = dips
            .iter()
            .flatten()
            .filter(|dip| **dip > critical.critical.value);
        let found = Successes::new(finds.count() as u64, dips.len() as u64);
        Some(found.ok()?.rate(level))
    };
    // Of evaluations without groups, how many have as large a dip.
    let p_values = |dips: &[Option<f64>]| -> Vec<f64> {
        let p_value = |dip: f64| {
            let larger = null.iter().flatten().filter(|other| **other >= dip).count();
            (larger + 1) as f64 / (null.len() + 1) as f64
        };
        dips.iter().map(|dip| dip.map_or(1.0, p_value)).collect()
    };
    let tasks = plan
        .settings
        .tasks
        .and_then(|tasks| over_tasks(&[p_values(&sought), p_values(&null)], tasks, plan));
    Ok(TestPower {
        power: rate(&sought, &critical).ok_or(NoPower::Nothing)?,
        false_alarms: FalseAlarms::Simulated(rate(&null, &of_null).ok_or(NoPower::Nothing)?),
        critical: Critical {
            value: critical.critical.value,
            simulated: Some(critical.critical),
            asymptotic: None,
        },
        failed: sought.iter().filter(|one| one.is_none()).count() as u64,
        smooth: Vec::new(),
        verdicts: None,
        verdicts_if_smooth: None,
        closed_forms: Vec::new(),
        noncentrality: None,
        over_tasks: tasks,
    })
}
