//! A power analysis: every test under every metric, over a number of the design, or solved for one.

use super::arms::rows_at_scale;
use super::break_tests::break_rows;
use super::design_number::{DesignNumber, DesignNumberError};
use super::dip_test::dip_rows;
use super::finding::{NoPower, PowerFinding, PowerRow};
use super::plan::PowerPlan;
use super::replicates::{Extent, Work, scenario_outcomes};
use super::settings::{OneOrMore, PowerSettings, PowerTest};
use super::solve::{NumberKind, RequiredNumber, SolveError, SoughtNumber, solve_for_power};
use super::successes::Successes;
use crate::domain::{Metric, Metrics, Scenario};
use crate::engine::{Control, Interrupted};

/// The answers for one value of a number of the design.
#[derive(Clone, Debug)]
pub struct PowerAtValue {
    /// The value.
    pub value: f64,
    /// The answers.
    pub finding: PowerFinding,
}

/// What one test under one metric takes for the power asked for.
#[derive(Clone, Debug)]
pub struct SolvedPower {
    /// The test.
    pub test: PowerTest,
    /// The metric it looks at.
    pub metric: Metric,
    /// The number of the design, or why none is named.
    pub required: Result<RequiredNumber, SolveError<NoNumber>>,
    /// The same by a formula, where the number counts items; `None` where none is known.
    pub by_formula: Option<f64>,
}

/// Why a power is not told on the way to a number of the design.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoNumber {
    /// There is no such design.
    #[error(transparent)]
    Design(#[from] DesignNumberError),
    /// The test tells nothing of it.
    #[error(transparent)]
    Power(#[from] NoPower),
    /// The caller cancelled.
    #[error("interrupted")]
    Interrupted,
}

/// How often each test finds what there is, under each metric, by simulated evaluations.
///
/// A number of evaluations is simulated where the sought law holds; for tests of breaks as many again where each smooth law
/// nearest to it holds that the break is held against, which give the critical value, and others where each of all smooth
/// laws holds, which give the rate of false alarms.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn power(plan: &PowerPlan, control: &Control<'_>) -> Result<PowerFinding, Interrupted> {
    found(plan, control, Extent::Whole, 0)
}

fn found(
    plan: &PowerPlan,
    control: &Control<'_>,
    extent: Extent,
    first: u64,
) -> Result<PowerFinding, Interrupted> {
    let tests = plan.settings.test.as_slice();
    let metrics = plan.scenario.evaluation.metrics.as_slice().len() as u64;
    let outcomes = scenario_outcomes(plan.sought()).saturating_mul(plan.settings.replicates.get());
    // As many evaluations, about: shares of this are what progress shows.
    let of_breaks = match extent {
        Extent::Whole => plan.settings.against.as_slice().len() as u64 + 5,
        Extent::Powers => plan.settings.against.as_slice().len() as u64 + 1,
    };
    let total = match tests.iter().any(|test| test.is_of_breaks()) {
        true => outcomes.saturating_mul(1 + metrics * of_breaks),
        false => outcomes,
    };
    let work = Work::new(control, extent, first, total);
    let mut rows: Vec<PowerRow> = Vec::new();
    if tests.iter().any(|test| test.is_of_breaks()) {
        rows.extend(break_rows(plan, &work)?);
    }
    for &test in tests.iter().filter(|test| !test.is_of_breaks()) {
        rows.extend(match test {
            PowerTest::Dip => dip_rows(plan, &work)?,
            _ => rows_at_scale(plan, test, &work)?,
        });
    }
    let place = |test: PowerTest| tests.iter().position(|one| *one == test);
    rows.sort_by_key(|row| place(row.test));
    Ok(PowerFinding {
        name: plan.name.clone(),
        scenario: plan.sought().clone(),
        rows,
    })
}

/// The same for designs with other values of a number: without the false alarms of laws that the break is not held against.
///
/// # Errors
/// A design cannot be; the outer one if the caller cancelled.
pub fn power_curve(
    plan: &PowerPlan,
    number: DesignNumber,
    values: &[f64],
    control: &Control<'_>,
) -> Result<Result<Vec<PowerAtValue>, DesignNumberError>, Interrupted> {
    match number.designs(plan, values) {
        Ok(designs) => Ok(Ok(powers_of(&designs, control)?)),
        Err(error) => Ok(Err(error)),
    }
}

/// The powers of designs side by side, each with its value of a number; see [`power_curve`].
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn powers_of(
    designs: &[(f64, PowerPlan)],
    control: &Control<'_>,
) -> Result<Vec<PowerAtValue>, Interrupted> {
    let mut curve = Vec::with_capacity(designs.len());
    for (place, (value, plan)) in (0..).zip(designs) {
        let finding = found(plan, control, Extent::Powers, first_of(place, plan))?;
        curve.push(PowerAtValue {
            value: *value,
            finding,
        });
    }
    Ok(curve)
}

/// Designs side by side have random numbers of their own: three times as many evaluations each, of two arms each.
fn first_of(place: u64, plan: &PowerPlan) -> u64 {
    place * 6 * plan.settings.replicates.get()
}

/// The number of the design that each test takes under each metric for the power asked for, with an interval.
///
/// # Errors
/// The design as it is cannot be; the outer one if the caller cancelled.
pub fn required(
    plan: &PowerPlan,
    number: DesignNumber,
    control: &Control<'_>,
) -> Result<Result<Vec<SolvedPower>, DesignNumberError>, Interrupted> {
    if let Err(error) = number.put(plan, number.of(plan)) {
        return Ok(Err(error));
    }
    let mut solved = Vec::new();
    for &test in plan.settings.test.as_slice() {
        for &metric in plan.scenario.evaluation.metrics.as_slice() {
            solved.push(required_by(plan, (test, metric), number, control)?);
        }
    }
    Ok(Ok(solved))
}

fn required_by(
    plan: &PowerPlan,
    (test, metric): (PowerTest, Metric),
    number: DesignNumber,
    control: &Control<'_>,
) -> Result<SolvedPower, Interrupted> {
    let level = plan.scenario.evaluation.level;
    let mut by_formula = None;
    let mut calls = 0;
    let mut power_at = |value: f64| -> Result<Successes, NoNumber> {
        let alone = alone(plan, test, metric)?;
        let design = number.put(&alone, value)?;
        let first = first_of(calls, &design);
        calls += 1;
        let finding = found(&design, control, Extent::Powers, first);
        let finding = finding.map_err(|Interrupted| NoNumber::Interrupted)?;
        let row = finding.rows.into_iter().next().ok_or(NoPower::Nothing)?;
        let told = row.told?;
        by_formula = by_formula.or(told.closed_forms.first().and_then(|form| form.items));
        let rate = told.power;
        let found = libm::round(rate.value * rate.replicates as f64) as u64;
        Ok(Successes::new(found, rate.replicates).map_err(|_| NoPower::Nothing)?)
    };
    let (least, most) = number.bounds();
    let kind = match number.is_count() {
        true => NumberKind::Whole,
        false => NumberKind::Effect,
    };
    let Ok(sought) = SoughtNumber::new(kind, least, most) else {
        return Ok(SolvedPower {
            test,
            metric,
            required: Err(SolveError::Power(NoPower::Nothing.into())),
            by_formula: None,
        });
    };
    let here = number.of(plan);
    let target = plan.settings.target;
    let required = solve_for_power(&mut power_at, here, &sought, target, level);
    match required {
        Err(SolveError::Power(NoNumber::Interrupted)) => Err(Interrupted),
        required => Ok(SolvedPower {
            test,
            metric,
            required,
            by_formula: by_formula.filter(|_| number == DesignNumber::Items),
        }),
    }
}

/// The same plan with one test and one metric.
fn alone(plan: &PowerPlan, test: PowerTest, metric: Metric) -> Result<PowerPlan, NoNumber> {
    let nothing = || NoNumber::Power(NoPower::Nothing);
    let metrics = Metrics::new(vec![metric]).map_err(|_| nothing())?;
    let under = |scenario: &Scenario| {
        scenario
            .clone()
            .under(metrics.clone())
            .map_err(|_| nothing())
    };
    let settings = PowerSettings {
        test: OneOrMore::new(vec![test]).map_err(|_| nothing())?,
        tasks: None,
        ..plan.settings.clone()
    };
    let alternative = plan.alternative.as_ref().map(under).transpose()?;
    let alone = PowerPlan::new(
        plan.name.clone(),
        under(&plan.scenario)?,
        alternative,
        settings,
    );
    Ok(alone.map_err(DesignNumberError::from)?)
}
