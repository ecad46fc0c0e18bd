//! Laws fitted to measured scores, for programs: a record for each metric and family.

use serde_json::{Map, Value, json};

use super::table::written;
use crate::domain::Scale;
use crate::study::{BreakTest, HeldOut, LawFinding, LawFit, LawFitPlan, MetricLaws, StepsProfile};

/// The numbers that laws of smooth families have.
const PARAMETERS: [&str; 7] = [
    "c",
    "alpha",
    "irreducible",
    "midpoint",
    "slope",
    "floor",
    "sd",
];

/// One row for each metric and family: how well it fits, and each number with its limits; cells of numbers that a family
/// does not have are empty.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn fit_csv(finding: &LawFinding) -> Result<String, csv::Error> {
    let mut records = Vec::new();
    for metric in &finding.metrics {
        for (family, law) in &metric.laws {
            let mut record = vec![
                metric.measured.metric().to_string(),
                family.name().to_owned(),
            ];
            let reason = law.as_ref().err().map(ToString::to_string);
            let told = law.as_ref().ok();
            record.extend(NUMBERS.iter().map(|(_, of)| cell(told.and_then(of))));
            for name in PARAMETERS {
                let own = told.and_then(|law| law.parameters.iter().find(|one| one.name == name));
                record.extend([
                    cell(own.map(|one| one.value)),
                    cell(own.and_then(|one| one.low)),
                    cell(own.and_then(|one| one.high)),
                ]);
            }
            record.push(reason.unwrap_or_default());
            records.push(record);
        }
    }
    written_rows(header(), records)
}

type Number = (&'static str, fn(&LawFit) -> Option<f64>);

/// What a law tells beside its own numbers.
const NUMBERS: [Number; 18] = [
    ("log_likelihood", |law| Some(law.fit.log_likelihood)),
    ("aic", |law| Some(law.aic)),
    ("bic", |law| Some(law.bic)),
    ("deviance", |law| Some(law.deviance)),
    ("df", |law| Some(f64::from(law.freedom))),
    ("dispersion", |law| law.dispersion),
    ("p", |law| law.p),
    ("p_bootstrap", |law| law.p_bootstrap),
    ("rho", |law| Some(law.fit.rho)),
    ("held_out_points", LawFit::held_out_points),
    ("bootstrap_share", |law| {
        law.least_aic.map(|rate| rate.value)
    }),
    ("bootstrap_share_low", |law| {
        law.least_aic.map(|rate| rate.interval.low)
    }),
    ("bootstrap_share_high", |law| {
        law.least_aic.map(|rate| rate.interval.high)
    }),
    ("step_success", |law| law.step.map(|step| step.value)),
    ("step_success_low", |law| law.step?.low),
    ("step_success_high", |law| law.step?.high),
    ("replicates", |law| Some(law.replicates as f64)),
    ("failed", |law| Some(law.failed as f64)),
];

fn header() -> Vec<String> {
    let numbers = NUMBERS.iter().map(|(name, _)| (*name).to_owned());
    let parameters = PARAMETERS.iter().flat_map(|name| {
        [
            (*name).to_owned(),
            format!("{name}_low"),
            format!("{name}_high"),
        ]
    });
    let first = ["metric", "family"].map(str::to_owned);
    let all = first.into_iter().chain(numbers).chain(parameters);
    all.chain(["reason".to_owned()]).collect()
}

/// The shortest decimal that reads back the same, whole numbers without a point.
fn cell(number: Option<f64>) -> String {
    number.map_or(String::new(), |number| {
        match number.fract() == 0.0 && number.abs() < 1e15 {
            true => format!("{number:.0}"),
            false => format!("{number:?}"),
        }
    })
}

fn written_rows(header: Vec<String>, records: Vec<Vec<String>>) -> Result<String, csv::Error> {
    written(|writer| {
        let mut rows = std::iter::once(header).chain(records);
        rows.try_for_each(|row| writer.write_record(row))
    })
}

/// The likelihood of each number of steps that was tried.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn steps_csv(profile: &StepsProfile) -> Result<String, csv::Error> {
    let header = ["steps", "log_likelihood"].map(str::to_owned).to_vec();
    let rows = profile.log_likelihoods.iter().map(|(steps, value)| {
        let value = value.is_finite().then(|| cell(Some(*value)));
        vec![steps.to_string(), value.unwrap_or_default()]
    });
    written_rows(header, rows.collect())
}

/// An array with an object of kind `law` for each metric and family, one of kind `break` for each metric that was tested, and
/// one of kind `steps`.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn fit_json(plan: &LawFitPlan, finding: &LawFinding) -> Result<String, serde_json::Error> {
    let mut all = Vec::new();
    for metric in &finding.metrics {
        all.extend(laws(plan, metric));
        if let Some(told) = &metric.breaks {
            let word = metric.measured.metric().to_string();
            all.push(match told {
                Ok(told) => breaks(plan, &word, told),
                Err(reason) => json!({ "kind": "break", "metric": word, "verdict": null, "reason": reason.to_string() }),
            });
        }
    }
    all.push(steps(finding));
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn laws(plan: &LawFitPlan, metric: &MetricLaws) -> Vec<Value> {
    let objects = metric.laws.iter().map(|(family, law)| {
        let told = law.as_ref().ok();
        let mut object = json!({
            "kind": "law",
            "metric": metric.measured.metric().to_string(),
            "family": family.name(),
            "formula": family.formula(),
            "level": plan.settings.level.get(),
        });
        for (name, of) in NUMBERS {
            object[name] = json!(told.and_then(of));
        }
        // Whole numbers stay whole.
        object["df"] = json!(told.map(|law| law.freedom));
        object["replicates"] = json!(told.map(|law| law.replicates));
        object["failed"] = json!(told.map(|law| law.failed));
        object["parameters"] = told.map_or(Value::Null, parameters);
        object["held_out"] = told.map_or(Value::Null, |law| {
            law.held_out.iter().map(held_out).collect()
        });
        object["expected"] = told.map_or(Value::Null, |law| expected(metric, law));
        object["converged"] = told.is_some_and(|law| law.fit.converged).into();
        object["least_aic"] = told
            .zip(metric.best())
            .is_some_and(|(law, best)| law.family == best.family)
            .into();
        object["reason"] = json!(law.as_ref().err().map(ToString::to_string));
        object
    });
    objects.collect()
}

fn parameters(law: &LawFit) -> Value {
    let numbers = law.parameters.iter().map(|one| {
        let limits = json!({ "value": one.value, "low": one.low, "high": one.high });
        (one.name.to_owned(), limits)
    });
    Value::Object(numbers.collect())
}

fn held_out(one: &HeldOut) -> Value {
    json!({
        "depth": one.depth,
        "decades": one.decades,
        "points": one.points,
        "log_score": one.log_score,
    })
}

fn expected(metric: &MetricLaws, law: &LawFit) -> Value {
    let both = metric.measured.points().iter().zip(&law.expected);
    let of = both.map(|(point, expected)| {
        json!({ "scale": point.scale.get(), "estimate": point.mean, "trials": point.trials, "expected": expected })
    });
    of.collect()
}

fn breaks(plan: &LawFitPlan, metric: &str, told: &BreakTest) -> Value {
    let question = plan.settings.breaks.as_ref();
    let numbers = told.alternative.iter();
    let numbers: Map<String, Value> = numbers
        .map(|one| (one.name.to_owned(), json!(one.value)))
        .collect();
    let against = told.against.iter().map(|smooth| {
        json!({
            "family": smooth.family.name(),
            "log_likelihood": smooth.log_likelihood,
            "p": smooth.p,
            "critical_value": smooth.critical,
            "failed": smooth.failed,
        })
    });
    json!({
        "kind": "break",
        "metric": metric,
        "verdict": told.decision.name(),
        "statistic": told.statistic,
        "p": told.p,
        "critical_value": told.critical,
        "alpha": question.map(|question| question.alpha.get()),
        "delta": question.map(|question| question.delta.get()),
        "break_at": told.place.map(Scale::get),
        "parameters": numbers,
        "change": told.change.value,
        "change_low": told.change.low,
        "change_high": told.change.high,
        "change_level": told.change.level.get(),
        "replicates": told.replicates,
        "against": against.collect::<Value>(),
        "reason": null,
    })
}

fn steps(finding: &LawFinding) -> Value {
    let alone = finding.exact_alone.as_ref().map(|alone| {
        let values = alone.log_likelihoods.iter();
        let products = alone.hazard_times_steps.iter();
        json!({
            "log_likelihoods": values.map(|(steps, value)| json!([steps.get(), value])).collect::<Value>(),
            "hazard_times_steps": products.map(|(scale, value)| json!([scale.get(), value])).collect::<Value>(),
        })
    });
    match &finding.steps {
        Ok(profile) => json!({
            "kind": "steps",
            "steps": profile.likeliest,
            "low": profile.low,
            "high": profile.high,
            "level": profile.level.get(),
            "tried": [profile.range.from().get(), profile.range.to().get()],
            "chi_square": profile.heterogeneity.map(|test| test.statistic),
            "df": profile.heterogeneity.map(|test| test.freedom),
            "p": profile.heterogeneity.map(|test| test.p),
            "scales": profile.at_scales.iter().map(|one| json!({
                "scale": one.scale.get(),
                "attempts": one.attempts,
                "closed_form": one.closed_form,
                "steps": one.likeliest,
                "low": one.low,
                "high": one.high,
                "z": one.score,
            })).collect::<Value>(),
            "exact_match_alone": alone,
            "reason": null,
        }),
        Err(reason) => json!({
            "kind": "steps",
            "steps": null,
            "exact_match_alone": alone,
            "reason": reason.to_string(),
        }),
    }
}
