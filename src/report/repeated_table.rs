//! What repeated attempts tell, for programs and people.

use serde::Serialize;

use super::number::percent;
use crate::domain::{Credit, Reducer};
use crate::study::{Finding, ItemLawError, Repeated, ToldLaw};

/// One number about repeated attempts, with its columns in order.
#[derive(Serialize)]
pub(super) struct RepeatedRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    scale: f64,
    credit: String,
    quantity: &'static str,
    k: Option<u32>,
    value: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    method: &'static str,
    level: f64,
    items: u64,
    attempts: u32,
    expected: Option<f64>,
    note: String,
}

fn records<'a>(scenario: Option<&'a str>, one: &Repeated) -> Vec<RepeatedRecord<'a>> {
    let blank = |quantity: &'static str, method: &'static str| RepeatedRecord {
        scenario,
        scale: one.scale.get(),
        credit: one.credit.to_string(),
        quantity,
        k: None,
        value: None,
        ci_low: None,
        ci_high: None,
        method,
        level: one.level.get(),
        items: one.items,
        attempts: one.attempts,
        expected: None,
        note: String::new(),
    };
    let mut all = Vec::new();
    for pass in &one.passes {
        let interval = pass.estimate.interval;
        all.push(RepeatedRecord {
            k: Some(pass.k),
            value: Some(pass.estimate.value),
            ci_low: Some(interval.low),
            ci_high: Some(interval.high),
            expected: pass.expected,
            ..blank("pass@k", interval.method_name())
        });
        all.push(RepeatedRecord {
            k: Some(pass.k),
            value: Some(pass.plug_in),
            note: "too low on average".to_owned(),
            ..blank("plug-in-pass@k", "none")
        });
    }
    match &one.law {
        Err(error) => all.push(RepeatedRecord {
            note: error.to_string(),
            ..blank("exponent", "maximum-likelihood")
        }),
        Ok(law) => all.extend(of_law(one, law, &blank)),
    }
    all
}

fn of_law<'a>(
    one: &Repeated,
    told: &ToldLaw,
    blank: &dyn Fn(&'static str, &'static str) -> RepeatedRecord<'a>,
) -> Vec<RepeatedRecord<'a>> {
    let fit = told.best(one.level);
    let (k, pass, interval) = told.beyond;
    let note = match told.items_differ(one.level) {
        true => note(fit.converged, fit.at_edge),
        false => "these attempts do not tell that items differ".to_owned(),
    };
    let shape = |quantity, value| RepeatedRecord {
        value: Some(value),
        note: note.clone(),
        ..blank(quantity, "maximum-likelihood")
    };
    vec![
        RepeatedRecord {
            value: Some(fit.law.exponent()),
            ci_low: told.exponent.low,
            ci_high: told.exponent.high,
            note: note.clone(),
            ..blank("exponent", "profile-likelihood")
        },
        shape("shape-at-ceiling", fit.law.b),
        shape("ceiling", fit.law.ceiling),
        RepeatedRecord {
            note: "of items that differ against items alike".to_owned(),
            value: Some(told.alike_p_value),
            ..blank("differ-p-value", "likelihood-ratio")
        },
        RepeatedRecord {
            note: "of a ceiling below 1 against none".to_owned(),
            value: Some(told.fits.ceiling.p_value),
            ..blank("ceiling-p-value", "likelihood-ratio")
        },
        RepeatedRecord {
            k: Some(k),
            value: Some(pass),
            ci_low: interval.low,
            ci_high: interval.high,
            note: "by the law of items alone".to_owned(),
            ..blank("pass@k", "profile-likelihood")
        },
    ]
}

fn note(converged: bool, at_edge: Option<&'static str>) -> String {
    match (converged, at_edge) {
        (false, _) => "the search did not converge".to_owned(),
        (true, Some(edge)) => format!("{edge} at the end of what is looked at"),
        (true, None) => String::new(),
    }
}

/// A row for each number; with a scenario column if there are several findings. Empty where no items were attempted at least
/// three times by one training run.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn repeated_csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let named = findings.len() > 1;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for finding in findings {
        let name = named.then_some(finding.name.as_str());
        for record in finding.repeated.iter().flat_map(|one| records(name, one)) {
            writer.serialize(record)?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same as objects, of one finding.
pub(super) fn repeated_records(finding: &Finding) -> Vec<RepeatedRecord<'static>> {
    let all = finding.repeated.iter();
    all.flat_map(|one| records(None, one)).collect()
}

/// The laws of items, a line for each scale, for findings whose metrics ask what becomes of several attempts; else nothing.
#[must_use]
pub fn repeated_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let metrics = finding.scenario.evaluation.metrics.as_slice();
        let asked = metrics.iter().any(|metric| metric.reducer != Reducer::Mean);
        if !asked {
            continue;
        }
        let mut credits: Vec<Credit> = Vec::new();
        for one in &finding.repeated {
            if !credits.contains(&one.credit) {
                credits.push(one.credit);
            }
        }
        for credit in credits {
            let of_credit = finding.repeated.iter().filter(|one| one.credit == credit);
            let Some(first) = of_credit.clone().next() else {
                continue;
            };
            text += &format!(
                "\nrepeated attempts, {}: {credit}, {} at each of {} items\n\
                 how items differ, by maximum likelihood: -ln pass@k falls as k^-a;\n\
                 intervals ({}) by profile likelihood\n",
                finding.name,
                first.attempts,
                first.items,
                percent(first.level)
            );
            text.extend(of_credit.map(line));
        }
    }
    text
}

fn line(one: &Repeated) -> String {
    let scale = format!("  {:.2e}", one.scale.get());
    let told = match &one.law {
        Ok(told) => told,
        Err(ItemLawError::NothingVaries(what)) => {
            return format!("{scale}  every attempt {what}\n");
        }
        Err(error) => return format!("{scale}  {error}\n"),
    };
    if !told.items_differ(one.level) {
        let p = told.alike_p_value;
        return format!("{scale}  these attempts do not tell that items differ (p = {p:.3})\n");
    }
    let fit = told.best(one.level);
    let end = |end: Option<f64>, open: &str| end.map_or(open.to_owned(), |x| format!("{x:.3}"));
    let interval = |low, high| format!("[{}, {}]", end(low, "0"), end(high, "open"));
    let ceiling = match fit.law.ceiling < 1.0 {
        true => format!(", no item above {:.3}", fit.law.ceiling),
        false => String::new(),
    };
    let (k, pass, of_pass) = told.beyond;
    let doubt = match note(fit.converged, fit.at_edge).as_str() {
        "" => String::new(),
        note => format!(" ({note})"),
    };
    format!(
        "{scale}  a = {:.3} {}{ceiling}; pass@{k} = {pass:.4} {}{doubt}\n",
        fit.law.exponent(),
        interval(told.exponent.low, told.exponent.high),
        interval(of_pass.low, of_pass.high),
    )
}
