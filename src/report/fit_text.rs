//! Laws fitted to measured scores, for people: what holds, what it rests on, what cannot be told.

use super::number::{four_digits, percent, probability};
use super::power_text::table;
use super::setting::wrapped;
use crate::study::{
    BreakDecision, BreakTest, ExactMatchAlone, LawFinding, LawFit, LawFitPlan, MOST_HELD_OUT,
    MetricLaws, ParameterEstimate, RateLikelihood, StepSuccess, StepsProfile,
};

/// All answers: the steps, then a block for each metric. Within 80 columns.
#[must_use]
pub fn fit_text(plan: &LawFitPlan, finding: &LawFinding) -> String {
    let mut text = design(plan, finding);
    text += &match &finding.steps {
        Ok(profile) => steps(profile),
        Err(reason) if finding.exact_alone.is_none() => line(&format!("steps: {reason}")),
        Err(_) => String::new(),
    };
    if let Some(alone) = &finding.exact_alone {
        text += &exact_alone(alone);
    }
    for metric in &finding.metrics {
        text += &format!("\n{}\n", metric.measured.metric());
        text += &laws(metric);
        text += &conclusion(metric);
        text += &match &metric.breaks {
            Some(Ok(told)) => breaks(plan, told),
            Some(Err(reason)) => line(&format!("break: {reason}")),
            None => String::new(),
        };
    }
    match finding.metrics.iter().any(|metric| metric.best().is_some()) {
        true => text + &format!("\n{}", notes(plan)),
        false => text,
    }
}

fn line(text: &str) -> String {
    wrapped(text, 80, "  ", "    ")
}

fn design(plan: &LawFitPlan, finding: &LawFinding) -> String {
    let points = || {
        finding
            .metrics
            .iter()
            .flat_map(|metric| metric.measured.points())
    };
    let scales = |least: bool| {
        let all = points().map(|point| point.scale.get());
        match least {
            true => all.fold(f64::INFINITY, f64::min),
            false => all.fold(0.0, f64::max),
        }
    };
    let most = finding
        .metrics
        .iter()
        .map(|metric| metric.measured.points().len())
        .max();
    let attempts = || points().map(|point| point.attempts);
    let attempts = match (attempts().min().unwrap_or(0), attempts().max().unwrap_or(0)) {
        (least, most) if least == most => format!("{most} attempts at each"),
        (least, most) => format!("{least} to {most} attempts at each"),
    };
    let task = match (&plan.task, &finding.task) {
        (Some(task), _) => format!(
            "task of {} as told",
            counted(task.task.steps().get(), "step")
        ),
        (None, Some(task)) => {
            let steps = counted(task.task.steps().get(), "independent equal step");
            format!("fitted as {steps}")
        }
        (None, None) => "task not known".to_owned(),
    };
    let all = format!(
        "{}: {} from {:.2e} to {:.2e}, {attempts}; {task}; {}",
        finding.name,
        counted(
            u32::try_from(most.unwrap_or(0)).unwrap_or(u32::MAX),
            "scale"
        ),
        scales(true),
        scales(false),
        match plan.settings.likelihood {
            RateLikelihood::Binomial => "binomial scatter",
            RateLikelihood::BetaBinomial => "beta-binomial scatter",
        },
    );
    wrapped(&all, 80, "", "  ")
}

fn counted(count: u32, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

fn steps(profile: &StepsProfile) -> String {
    let end = |limit: Option<u32>, open: &str| {
        limit.map_or_else(|| open.to_owned(), |limit| limit.to_string())
    };
    let mut text = String::from("\nsteps, by exact match given partial credit\n");
    let rows = profile.at_scales.iter().map(|one| {
        vec![
            format!("{:.2e}", one.scale.get()),
            one.closed_form.map_or(String::new(), four_digits),
            match (one.likeliest, one.low, one.high) {
                (Some(likeliest), Some(low), Some(high)) => format!("{likeliest} [{low}, {high}]"),
                (Some(_), Some(low), None) => format!("{low} or more"),
                (Some(_), None, Some(high)) => format!("{high} or fewer"),
                _ => String::new(),
            },
            one.score
                .map_or(String::new(), |score| format!("{score:+.1}")),
        ]
    });
    text += &table(
        &["scale", "ln exact/ln partial", "likeliest", "z of all"],
        rows.collect(),
    );
    let interval = format!(
        "{} interval: {} to {}",
        percent(profile.level),
        end(profile.low, "the least tried"),
        end(profile.high, "no upper limit among those tried"),
    );
    let said = match profile.heterogeneity {
        Some(test) if test.p < 0.05 => format!(
            "Over all scales as many independent equal steps as {} ({interval}), but one number does not fit all scales (chi-square {} of {}, p = {}): steps are not independent and equal.",
            profile.likeliest,
            four_digits(test.statistic),
            test.freedom,
            probability(test.p),
        ),
        Some(test) => format!(
            "As many independent equal steps as {} ({interval}); one number fits all scales (chi-square {} of {}, p = {}).",
            profile.likeliest,
            four_digits(test.statistic),
            test.freedom,
            probability(test.p),
        ),
        None => format!(
            "As many independent equal steps as {} ({interval}).",
            profile.likeliest
        ),
    };
    text + &line(&said)
}

fn exact_alone(alone: &ExactMatchAlone) -> String {
    let values = alone
        .log_likelihoods
        .iter()
        .map(|(steps, value)| format!("{value:.3} of {steps}", steps = steps.get()));
    let products = alone
        .hazard_times_steps
        .iter()
        .map(|(scale, product)| vec![format!("{:.2e}", scale.get()), four_digits(*product)]);
    let said = format!(
        "Exact match alone tells the hazard of a step times their number, not either: the likeliest power law has log-likelihood {} steps. Measure partial credit as well, or give --steps N.",
        values.collect::<Vec<_>>().join(", "),
    );
    format!(
        "\nsteps\n{}{}",
        line(&said),
        table(&["scale", "hazard x steps"], products.collect())
    )
}

fn laws(metric: &MetricLaws) -> String {
    let best = metric
        .best()
        .map(|best| (best.aic, metric_least(metric, |law| law.bic)));
    let told = metric.laws.iter().filter_map(|(_, law)| law.as_ref().ok());
    let rows = told.clone().map(|law| {
        let (aic, bic) = best.unwrap_or((law.aic, law.bic));
        vec![
            law.family.name().to_owned(),
            format!("{:.1}", law.aic - aic),
            format!("{:.1}", law.bic - bic),
            law.least_aic
                .map_or(String::new(), |rate| format!("{:.2}", rate.value)),
            format!("{} ({})", four_digits(law.deviance), law.freedom),
            law.p_bootstrap.map_or(String::new(), probability),
            law.held_out_points()
                .map_or(String::new(), |points| format!("{points:.1}")),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let mut text = match rows.is_empty() {
        true => String::new(),
        false => table(
            &[
                "family",
                "dAIC",
                "dBIC",
                "least AIC",
                "deviance (df)",
                "p",
                "off",
            ],
            rows,
        ),
    };
    for law in told {
        let numbers: Vec<String> = law.parameters.iter().map(parameter).collect();
        let rho = match law.fit.rho > 0.0 {
            true => format!(", rho {}", law.fit.rho),
            false => String::new(),
        };
        let step = law
            .step
            .map_or_else(String::new, |step| step_success(&step));
        text += &line(&format!(
            "{}: {}{rho}{step}",
            law.family,
            numbers.join(", ")
        ));
    }
    let untold = metric
        .laws
        .iter()
        .filter_map(|(family, law)| Some((family, law.as_ref().err()?)));
    let untold: Vec<_> = untold.collect();
    match untold.as_slice() {
        // The same for all.
        [(_, reason), rest @ ..]
            if untold.len() == metric.laws.len() && rest.iter().all(|one| one.1 == *reason) =>
        {
            text + &line(&reason.to_string())
        }
        some => {
            text + &some
                .iter()
                .map(|(family, reason)| line(&format!("{family}: {reason}")))
                .collect::<String>()
        }
    }
}

fn metric_least(metric: &MetricLaws, of: impl Fn(&LawFit) -> f64) -> f64 {
    let told = metric.laws.iter().filter_map(|(_, law)| law.as_ref().ok());
    told.map(of).fold(f64::INFINITY, f64::min)
}

fn parameter(parameter: &ParameterEstimate) -> String {
    let limits = parameter.low.zip(parameter.high);
    let limits = limits.map_or_else(
        || "[not told]".to_owned(),
        |(low, high)| format!("[{}, {}]", short(low), short(high)),
    );
    format!(
        "{}\u{a0}{}\u{a0}{}",
        parameter.name,
        short(parameter.value),
        limits.replace(' ', "\u{a0}")
    )
}

fn step_success(step: &StepSuccess) -> String {
    let end = |limit: Option<f64>, open: &str| limit.map_or_else(|| open.to_owned(), probability);
    format!(
        "; a step succeeds with {} [{},\u{a0}{}] at {:.2e}",
        probability(step.value),
        end(step.low, "0"),
        end(step.high, "1"),
        step.scale.get(),
    )
}

/// Three digits of a scale, four of other numbers.
fn short(number: f64) -> String {
    match number.abs() >= 1e5 {
        true => format!("{number:.2e}"),
        false => four_digits(number),
    }
}

/// What is to be said of the laws of a metric.
fn conclusion(metric: &MetricLaws) -> String {
    let Some(best) = metric.best() else {
        return String::new();
    };
    // Burnham and Anderson 2002, section 2.6: substantial support within 2.
    let told = metric.laws.iter().filter_map(|(_, law)| law.as_ref().ok());
    let near = told.filter(|law| law.family != best.family && law.aic - best.aic <= 2.0);
    let near: Vec<&str> = near.map(|law| law.family.name()).collect();
    let choice = match near.as_slice() {
        [] => format!("{} has the least AIC, by more than 2.", best.family),
        near => format!(
            "{} has the least AIC; {} within 2 of it, and so not told from it.",
            best.family,
            listed(near)
        ),
    };
    let scatter = match (best.p_bootstrap, best.dispersion) {
        (Some(p), Some(dispersion)) if p < 0.05 => format!(
            " Scores scatter about it more widely than binomial ones (dispersion {}, p = {}): another law, or scales that differ in more than size; --likelihood beta-binomial widens the intervals.",
            four_digits(dispersion),
            probability(p),
        ),
        _ => String::new(),
    };
    line(&format!("{choice}{scatter}"))
}

fn listed(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} lies"),
        [first @ .., last] => format!("{} and {last} lie", first.join(", ")),
        [] => String::new(),
    }
}

fn breaks(plan: &LawFitPlan, told: &BreakTest) -> String {
    let delta = plan
        .settings
        .breaks
        .as_ref()
        .map_or(0.0, |question| question.delta.get());
    let end = |limit: Option<f64>| limit.map_or_else(|| "open".to_owned(), four_digits);
    let place = told
        .place
        .map_or(String::new(), |place| format!(" at {:.2e}", place.get()));
    let verdict = match told.decision {
        BreakDecision::Break => "break".to_owned(),
        BreakDecision::NoLargeBreak => {
            format!("no large break: the change lies within {delta} either way")
        }
        BreakDecision::CannotTell => {
            format!(
                "cannot tell: no break is found, and a change larger than {delta} is not excluded"
            )
        }
    };
    let rows = told.against.iter().map(|null| {
        vec![
            null.family.name().to_owned(),
            probability(null.p),
            four_digits(null.critical),
            null.failed.to_string(),
        ]
    });
    let said = format!(
        "break{place}: likelihood ratio {}, p = {} over all families, critical value {}; change of the exponent {} [{}, {}] ({}).",
        four_digits(told.statistic),
        probability(told.p),
        four_digits(told.critical),
        four_digits(told.change.value),
        end(told.change.low),
        end(told.change.high),
        percent(told.change.level),
    );
    line(&said)
        + &table(
            &["smooth family", "p", "critical", "failed"],
            rows.collect(),
        )
        + &line(&format!("Verdict: {verdict}."))
}

fn notes(plan: &LawFitPlan) -> String {
    let said = format!(
        "dAIC, dBIC: above the least; BIC counts trials. least AIC: share of {} evaluations drawn about the measured rates. p: share of evaluations drawn from the law that deviate as much. off: hundredths of credit by which the last 1 to {MOST_HELD_OUT} scales, held out, are missed on average. Intervals: {}, percentiles of {} evaluations drawn from the law.",
        plan.settings.replicates.get(),
        percent(plan.settings.level),
        plan.settings.replicates.get(),
    );
    wrapped(&said, 80, "", "")
}
