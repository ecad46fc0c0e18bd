//! What advice on a planned design takes for granted, what would change it, and what it leaves out.

use super::number::percent;
use crate::domain::{Pairing, StepInformation};
use crate::study::{Advice, Reference, RunLaw};

/// What all numbers take for granted.
pub(super) fn assumptions(advice: &Advice) -> Vec<String> {
    let scenario = &advice.scenario;
    let mut told = vec![
        "growth, steps and items are as the scenario says; guessing, gates and differences between items are taken as known"
            .to_owned(),
        "the information is that of one attempt at a new item about ln h = ln(-ln p) of an ordinary step (any function of p \
         has the same ratios), of scores kept item by item"
            .to_owned(),
    ];
    told.push(match advice.reference {
        Reference::EveryStep => "1 is what scoring every step tells".to_owned(),
        Reference::RightSteps => {
            "1 is what the number of right steps tells: steps hang together and differ, so that which of them are right may \
             tell more"
                .to_owned()
        }
    });
    if scenario.skill.runs_differ() {
        told.push(match advice.training_runs.law {
            RunLaw::Bimodal => {
                "numbers by scale are of a training run that breaks through".to_owned()
            }
            RunLaw::Alike | RunLaw::Normal { .. } => {
                "numbers by scale are of the median training run".to_owned()
            }
        });
    }
    told.push(format!(
        "differences: two-sided at {}, power .8, by normal approximations",
        percent(advice.aim.level)
    ));
    told
}

/// What would change the advice.
pub(super) fn would_change(advice: &Advice) -> Vec<String> {
    let scenario = &advice.scenario;
    let task = scenario.task.chain();
    let mut told = Vec::new();
    if scenario.task.steps().get() > 1 {
        told.push(
            "longer tasks: with L steps exact match tells about x e^-x/(1 - e^-x) of what every step does, x = L h being the \
             expected number of errors; .58 where it is 1/e, .16 where it is .05"
                .to_owned(),
        );
    }
    if !task.items_differ() {
        told.push(
            "items that differ (task.spread): every metric tells less, and more attempts at an item buy less"
                .to_owned(),
        );
    }
    if scenario.step_information() == StepInformation::Independent
        && scenario.task.steps().get() > 1
    {
        told.push(
            "errors that breed errors (task.dependence): partial credit then tells of the time after the first error as well"
                .to_owned(),
        );
    }
    if !scenario.skill.runs_differ() {
        told.push(
            "training runs that differ (skill.between-seeds): more items do not shrink what lies between runs"
                .to_owned(),
        );
    }
    told.push(
        "another rise: a few values of the exponent and the place, with --set, say how far the advice holds".to_owned(),
    );
    told
}

/// Metrics of which too little is told, and why.
pub(super) fn untold(advice: &Advice) -> Vec<String> {
    let untold = advice.metrics.iter().filter_map(|one| {
        let why = one.why_untold()?.why();
        Some(format!("{}: {why}", one.metric))
    });
    untold.collect()
}

/// Why scores of chance were not drawn; `None` where all were.
pub(super) fn undrawn(advice: &Advice) -> Option<String> {
    let undrawn = advice.metrics.iter().filter(|one| one.nulls.is_none());
    let undrawn: Vec<String> = undrawn.map(|one| one.metric.to_string()).collect();
    if undrawn.is_empty() {
        return None;
    }
    let scenario = &advice.scenario;
    let why = match scenario.step_information() {
        _ if scenario.evaluation.scales.as_slice().len() == 1 => "one scale has no score",
        _ if scenario.evaluation.pairing != Pairing::Independent => {
            "scales share random numbers (evaluation.pairing), and noise that scales share is not what is drawn"
        }
        _ if scenario.skill.runs_differ() => {
            "training runs differ, and what is drawn is the chance of items alone"
        }
        StepInformation::Shared => {
            "steps of an item vary together, and what smooth growth would be is not drawn for such items"
        }
        StepInformation::Independent => {
            "the distribution of the mean is not computed: it is neither of shares of steps nor of all or nothing"
        }
    };
    Some(format!("not drawn for {}: {why}", undrawn.join(", ")))
}
