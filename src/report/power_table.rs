//! A power analysis for programs: a record for each test and metric.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::study::{
    DesignNumber, FalseAlarms, PowerAtValue, PowerFinding, PowerPlan, PowerRow, Rate,
    RequiredMethod, SolveError, SolvedPower, TestPower, Verdicts,
};

/// One test under one metric, with its columns in order.
#[derive(Serialize)]
struct PowerRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    metric: String,
    test: &'static str,
    power: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    ci_method: Option<&'static str>,
    level: Option<f64>,
    alpha: f64,
    type_i_error: Option<f64>,
    type_i_low: Option<f64>,
    type_i_high: Option<f64>,
    critical_value: Option<f64>,
    critical_low: Option<f64>,
    critical_high: Option<f64>,
    asymptotic_critical_value: Option<f64>,
    replicates: u64,
    failed: Option<u64>,
    formula: Option<&'static str>,
    formula_power: Option<f64>,
    formula_items: Option<f64>,
    items: u64,
    scales: usize,
    attempts: u32,
    training_seeds: u32,
    reason: Option<String>,
}

impl PowerRecord {
    fn new(plan: &PowerPlan, finding: &PowerFinding, row: &PowerRow) -> Self {
        let evaluation = &finding.scenario.evaluation;
        let told = row.told.as_ref().ok();
        let power = told.map(|told| told.power);
        let alarms = told.and_then(|told| match told.false_alarms {
            FalseAlarms::Simulated(rate) => Some(rate),
            FalseAlarms::Exact(_) => None,
        });
        let critical = told.map(|told| told.critical);
        let formula = told.and_then(|told| told.closed_forms.first());
        Self {
            number: None,
            value: None,
            metric: row.metric.to_string(),
            test: row.test.name(),
            power: power.map(|rate| rate.value),
            ci_low: power.map(|rate| rate.interval.low),
            ci_high: power.map(|rate| rate.interval.high),
            ci_method: power.map(|rate| rate.interval.method_name()),
            level: power.map(|rate| rate.interval.level.get()),
            alpha: plan.settings.alpha.get(),
            type_i_error: told.map(|told| told.false_alarms.value()),
            type_i_low: alarms.map(|rate| rate.interval.low),
            type_i_high: alarms.map(|rate| rate.interval.high),
            critical_value: critical.map(|critical| critical.value),
            critical_low: critical.and_then(|critical| critical.simulated?.low),
            critical_high: critical.and_then(|critical| critical.simulated?.high),
            asymptotic_critical_value: critical.and_then(|critical| critical.asymptotic),
            replicates: power.map_or(plan.settings.replicates.get(), |rate| rate.replicates),
            failed: told.map(|told| told.failed),
            formula: formula.map(|form| form.formula.name()),
            formula_power: formula.map(|form| form.power),
            formula_items: formula.and_then(|form| form.items),
            items: evaluation.items.get(),
            scales: evaluation.scales.as_slice().len(),
            attempts: evaluation.attempts.get(),
            training_seeds: evaluation.training_seeds.get(),
            reason: row.told.as_ref().err().map(ToString::to_string),
        }
    }
}

/// Records as rows below the names of their fields.
pub(super) fn written(
    records: impl IntoIterator<Item = impl Serialize>,
) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.serialize(record)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One row for each test and metric.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn power_csv(plan: &PowerPlan, finding: &PowerFinding) -> Result<String, csv::Error> {
    let rows = finding.rows.iter();
    written(rows.map(|row| PowerRecord::new(plan, finding, row)))
}

/// One row for each value of a number of the design, test and metric.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn power_curve_csv(
    plan: &PowerPlan,
    number: DesignNumber,
    curve: &[PowerAtValue],
) -> Result<String, csv::Error> {
    let rows = curve.iter().flat_map(|at| {
        let rows = at.finding.rows.iter();
        rows.map(move |row| PowerRecord {
            number: Some(number.name()),
            value: Some(at.value),
            ..PowerRecord::new(plan, &at.finding, row)
        })
    });
    written(rows)
}

/// An array with an object for each test and metric, which holds what the smooth laws came to and what was said as well.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn power_json(plan: &PowerPlan, finding: &PowerFinding) -> Result<String, serde_json::Error> {
    let rows = finding.rows.iter();
    let objects: Result<Vec<Value>, _> = rows.map(|row| object(plan, finding, row)).collect();
    Ok(serde_json::to_string_pretty(&objects?)? + "\n")
}

/// The same for each value of a number of the design.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn power_curve_json(
    plan: &PowerPlan,
    number: DesignNumber,
    curve: &[PowerAtValue],
) -> Result<String, serde_json::Error> {
    let mut all = Vec::new();
    for at in curve {
        for row in &at.finding.rows {
            let mut object = object(plan, &at.finding, row)?;
            object["number"] = number.name().into();
            object["value"] = at.value.into();
            all.push(object);
        }
    }
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn object(
    plan: &PowerPlan,
    finding: &PowerFinding,
    row: &PowerRow,
) -> Result<Value, serde_json::Error> {
    let mut object = serde_json::to_value(PowerRecord::new(plan, finding, row))?;
    if let Ok(told) = &row.told {
        object["sizes"] = sizes(told);
        object["verdicts"] = verdicts(told.verdicts);
        object["verdicts_if_smooth"] = verdicts(told.verdicts_if_smooth);
        object["noncentrality"] = json!(told.noncentrality);
        let forms = told.closed_forms.iter();
        let forms = forms.map(|form| {
            json!({
                "formula": form.formula.name(),
                "source": form.formula.source(),
                "power": form.power,
                "items": form.items,
            })
        });
        object["closed_forms"] = forms.collect();
        object["over_tasks"] = match &told.over_tasks {
            Some(tasks) => json!({
                "found": rate(tasks.found),
                "any_false_alarm": rate(tasks.any_false_alarm),
                "false_share": tasks.false_share,
            }),
            None => Value::Null,
        };
    }
    Ok(object)
}

fn rate(rate: Rate) -> Value {
    json!({
        "value": rate.value,
        "ci_low": rate.interval.low,
        "ci_high": rate.interval.high,
        "replicates": rate.replicates,
    })
}

/// By family: how often its nearest law is called a break, and what that law is.
fn sizes(told: &TestPower) -> Value {
    let mut families = Map::new();
    for law in &told.smooth {
        let mut one = rate(law.false_alarms);
        one["failed"] = law.failed.into();
        one["divergence"] = json!(law.divergence);
        one["against"] = law.is_held_against.into();
        let numbers = law.parameters.iter();
        let numbers: Map<String, Value> = numbers
            .map(|one| (one.name.to_owned(), json!(one.value)))
            .collect();
        one["parameters"] = numbers.into();
        families.insert(law.family.name().to_owned(), one);
    }
    families.into()
}

fn verdicts(verdicts: Option<Verdicts>) -> Value {
    match verdicts {
        Some(verdicts) => json!({
            "break": rate(verdicts.broken),
            "no_break": rate(verdicts.none),
            "cannot_tell": rate(verdicts.cannot_tell),
        }),
        None => Value::Null,
    }
}

/// What a design needs, test by test and metric by metric.
#[derive(Serialize)]
struct SolvedRecord {
    metric: String,
    test: &'static str,
    number: &'static str,
    target: f64,
    required: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    level: Option<f64>,
    ci_method: Option<&'static str>,
    replicates: u64,
    by_formula: Option<f64>,
    best_attainable: Option<f64>,
    best_power: Option<f64>,
    reason: Option<String>,
}

impl SolvedRecord {
    fn new(plan: &PowerPlan, number: DesignNumber, one: &SolvedPower) -> Self {
        let required = one.required.as_ref().ok();
        let unattained = one.required.as_ref().err();
        let best = unattained.and_then(|reason| match reason {
            SolveError::Unattainable { best, .. } => Some(best),
            SolveError::Power(_) | SolveError::NoTrend { .. } => None,
        });
        Self {
            metric: one.metric.to_string(),
            test: one.test.name(),
            number: number.name(),
            target: plan.settings.target.get(),
            required: required.map(|required| required.value),
            ci_low: required.map(|required| required.low),
            ci_high: required.and_then(|required| required.high),
            level: required.map(|required| required.level.get()),
            ci_method: required.map(|required| match required.method {
                RequiredMethod::Probit { .. } => "probit-fieller",
                RequiredMethod::Neighbours => "neighbours",
            }),
            replicates: plan.settings.replicates.get(),
            by_formula: one.by_formula,
            best_attainable: best.map(|best| best.value),
            best_power: best.map(|best| best.found.share()),
            reason: unattained.map(ToString::to_string),
        }
    }
}

/// One row for each test and metric: the number of the design that the power asked for takes.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn solved_csv(
    plan: &PowerPlan,
    number: DesignNumber,
    solved: &[SolvedPower],
) -> Result<String, csv::Error> {
    let solved = solved.iter();
    written(solved.map(|one| SolvedRecord::new(plan, number, one)))
}

/// The same as an array with an object for each, which holds the designs that were tried as well.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn solved_json(
    plan: &PowerPlan,
    number: DesignNumber,
    solved: &[SolvedPower],
) -> Result<String, serde_json::Error> {
    let objects: Result<Vec<Value>, _> = solved
        .iter()
        .map(|one| {
            let mut object = serde_json::to_value(SolvedRecord::new(plan, number, one))?;
            let tried = one.required.as_ref().ok().map(|required| &required.tried);
            let tried = tried.into_iter().flatten();
            object["tried"] = tried
                .map(|tried| {
                    let mut one = rate(tried.power(plan.scenario.evaluation.level));
                    one["at"] = json!(tried.value);
                    one
                })
                .collect();
            Ok(object)
        })
        .collect();
    Ok(serde_json::to_string_pretty(&objects?)? + "\n")
}
