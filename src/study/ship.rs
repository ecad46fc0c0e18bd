//! Ship or wait: from which scale on it pays, and how that place moves with the terms.

use std::sync::atomic::AtomicBool;

use super::useful::{
    UsefulFrom, bracket, jointly, pays_from, retries_meet_hard_items, steps_alike,
};
use super::view::View;
use super::{Finding, Interval};
use crate::domain::{Invalid, Lengths, Metric, Payoff, Scale, Scenario, Steps, Task, Usefulness};

/// What of the terms is changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShipSetting {
    /// Nothing.
    AsGiven,
    /// The loss, so many times as large.
    Loss(f64),
    /// The review, so many times as dear.
    Review(f64),
    /// The number of retries.
    Retries(u32),
    /// The number of steps.
    Steps(u32),
}

/// From where on it pays under some terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Ship {
    /// What of them is changed.
    pub setting: ShipSetting,
    /// q*, the success rate of an item from which on it pays.
    pub threshold: f64,
    /// Where it does for good; `None` where that is not computed, or never the case.
    pub from: Option<UsefulFrom>,
    /// The last scale at which the data exclude it, jointly over scales.
    pub not_yet: Option<Scale>,
    /// The first scale from which on they leave no doubt.
    pub surely: Option<Scale>,
    /// Why something is not told.
    pub missing: Option<&'static str>,
}

/// The terms as they are and changed one by one; those that are not there cannot be changed.
pub(super) fn ship(
    finding: &Finding,
    view: &View<'_>,
    metric: Metric,
    place: Option<usize>,
) -> Vec<Ship> {
    let scenario = &finding.scenario;
    let jointly = jointly(finding, metric, place);
    let mut table = vec![of_terms(
        ShipSetting::AsGiven,
        Ok(scenario.usefulness.clone()),
        view,
        metric,
        &jointly,
    )];
    let payoff = scenario.usefulness.payoff();
    table.extend(payoff.iter().flat_map(changes).map(|(setting, terms)| {
        let terms = Usefulness::with_terms(&terms);
        of_terms(setting, terms, view, metric, &jointly)
    }));
    if let (Task::Steps(task), Lengths::Fixed(steps)) = (&scenario.task, scenario.task.lengths()) {
        let given = steps.get();
        let mut others = [given.div_ceil(2), given.saturating_mul(2)].to_vec();
        others.retain(|other| *other != given);
        table.extend(others.into_iter().filter_map(|other| {
            let steps = Steps::try_from(u64::from(other)).ok()?;
            let task = task.with_steps(steps).ok()?;
            Some(of_length(scenario, Task::Steps(task), metric, &jointly))
        }));
    }
    table
}

fn changes(payoff: &Payoff) -> Vec<(ShipSetting, Payoff)> {
    let mut changes = Vec::new();
    for times in [0.5, 2.0] {
        let loss = payoff.loss * times;
        changes.push((ShipSetting::Loss(times), Payoff { loss, ..*payoff }));
    }
    for times in [0.5, 2.0] {
        let review = payoff.review * times;
        changes.push((ShipSetting::Review(times), Payoff { review, ..*payoff }));
    }
    for retries in [0, 1, 3] {
        changes.push((ShipSetting::Retries(retries), Payoff { retries, ..*payoff }));
    }
    // Half of nothing is nothing, and what is not caught is not tried again.
    changes.retain(|(_, changed)| {
        changed != payoff && (changed.retries == payoff.retries || payoff.caught > 0.0)
    });
    changes
}

fn of_terms(
    setting: ShipSetting,
    terms: Result<Usefulness, Invalid>,
    view: &View<'_>,
    metric: Metric,
    jointly: &[(Scale, Interval)],
) -> Ship {
    let never = |error: &Invalid| match error {
        Invalid::NeverPays { threshold, .. } | Invalid::NeverPaysMore { threshold, .. } => {
            *threshold
        }
        _ => f64::NAN,
    };
    let terms = match terms {
        Ok(terms) => terms,
        Err(error) => {
            return Ship {
                setting,
                threshold: never(&error),
                from: None,
                not_yet: None,
                surely: None,
                missing: Some("no success rate pays"),
            };
        }
    };
    let from = pays_from(view, metric, &terms);
    let retried = retries_meet_hard_items(view.scenario, &terms);
    let (not_yet, surely) = match retried {
        true => (None, None),
        false => bracket(jointly, terms.threshold()),
    };
    let missing = match (from, retried) {
        (None, _) => Some("expected credit is not computed"),
        (Some(_), true) => {
            Some("items differ: the data tell of retries only by several attempts at an item")
        }
        (Some(_), false) => None,
    };
    Ship {
        setting,
        threshold: terms.threshold(),
        from,
        not_yet,
        surely,
        missing,
    }
}

/// The same terms for tasks of another length.
fn of_length(
    scenario: &Scenario,
    task: Task,
    metric: Metric,
    jointly: &[(Scale, Interval)],
) -> Ship {
    let (given, steps) = (steps_alike(scenario, metric), task.steps().get());
    let other = Scenario {
        task,
        ..scenario.clone()
    };
    let never = AtomicBool::new(false);
    let view = View::of(&other, &never);
    let threshold = other.usefulness.threshold();
    // p^L' >= q* where p^L >= q*^(L/L').
    let measured = given.map(|given| {
        let power = f64::from(given) / f64::from(steps);
        bracket(jointly, libm::pow(threshold, power))
    });
    let from = pays_from(&view, metric, &other.usefulness);
    let (not_yet, surely) = measured.unwrap_or_default();
    let missing = match (from, measured) {
        (None, _) => Some("expected credit is not computed"),
        (Some(_), None) => {
            Some("the data tell of other lengths only where steps are equal and independent")
        }
        (Some(_), Some(_)) => None,
    };
    Ship {
        setting: ShipSetting::Steps(steps),
        threshold,
        from,
        not_yet,
        surely,
        missing,
    }
}
