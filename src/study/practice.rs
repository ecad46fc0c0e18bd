//! What a finding means for whoever would use the skill: costs, lengths, votes and gains, by scale.

use std::sync::atomic::AtomicBool;

use super::ship::{Ship, ship};
use super::useful::{estimates, retries_meet_hard_items, steps_alike, success_metric};
use super::view::{View, expected};
use super::{Estimate, Finding};
use crate::domain::{
    Credit, ItemSuccess, Level, Metric, Payoff, Probability, ProperProbability, Scale, Scenario,
    Vote, horizon, steps_with_checkpoints, steps_with_restarts, tries,
};

/// A number that decides whether to use a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PracticeQuantity {
    /// The success rate of one attempt.
    Success,
    /// Attempts until one is right.
    Tries,
    /// Steps until an attempt is right, each attempt made to its end.
    StepsRetried,
    /// Steps until a task is right, restarted at its first error.
    StepsRestarted,
    /// Steps until a task is right, with a checkpoint after each step.
    StepsCheckpointed,
    /// The length at which half of all tasks succeed.
    Horizon50,
    /// The length at which 80% do.
    Horizon80,
    /// The length at which 99% do.
    Horizon99,
    /// The least lead at which votes on each step bring a task to the threshold.
    VoteLead,
    /// Votes on all its steps.
    Votes,
    /// Attempts at a task, with the retries of the payoff.
    Attempts,
    /// The probability that one of them ends right.
    RightInTheEnd,
    /// The share of right ones among results that are not caught.
    RightOfPassed,
    /// What a task gains.
    Gain,
    /// That, less what it gains if the skill is not used.
    Advantage,
}

impl PracticeQuantity {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Success,
        Self::Tries,
        Self::StepsRetried,
        Self::StepsRestarted,
        Self::StepsCheckpointed,
        Self::Horizon50,
        Self::Horizon80,
        Self::Horizon99,
        Self::VoteLead,
        Self::Votes,
        Self::Attempts,
        Self::RightInTheEnd,
        Self::RightOfPassed,
        Self::Gain,
        Self::Advantage,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Tries => "tries",
            Self::StepsRetried => "steps-retried",
            Self::StepsRestarted => "steps-restarted",
            Self::StepsCheckpointed => "steps-checkpointed",
            Self::Horizon50 => "horizon-50",
            Self::Horizon80 => "horizon-80",
            Self::Horizon99 => "horizon-99",
            Self::VoteLead => "vote-lead",
            Self::Votes => "votes",
            Self::Attempts => "attempts",
            Self::RightInTheEnd => "right-in-the-end",
            Self::RightOfPassed => "right-of-passed",
            Self::Gain => "gain",
            Self::Advantage => "advantage",
        }
    }

    /// What it takes for granted.
    #[must_use]
    pub const fn assumes(self) -> &'static str {
        match self {
            Self::Success => "",
            Self::Tries | Self::StepsRetried => {
                "independent attempts at items alike, a check without error"
            }
            Self::StepsRestarted | Self::StepsCheckpointed => {
                "equal independent steps, errors noticed at once"
            }
            Self::Horizon50 | Self::Horizon80 | Self::Horizon99 => "equal independent steps",
            Self::VoteLead | Self::Votes => {
                "equal independent steps, independent votes, wrong ones agree"
            }
            Self::Attempts | Self::RightInTheEnd | Self::Gain | Self::Advantage => {
                "independent attempts at an item, reviews that catch wrong results independently"
            }
            Self::RightOfPassed => "reviews that catch wrong results independently",
        }
    }
}

/// A number by the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PracticeEstimate {
    /// At the estimated success rate.
    pub value: f64,
    /// At one end of its interval: the lesser value.
    pub low: f64,
    /// At the other end.
    pub high: f64,
    /// How the interval was made.
    pub method: &'static str,
    /// The metric it is a function of: a monotone one, so that it holds the truth as often.
    pub of: Metric,
    /// Number of items.
    pub items: u64,
}

/// One number at one scale. Infinite where success is impossible, or failure is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PracticeRow {
    /// The scale.
    pub scale: Scale,
    /// What it is.
    pub quantity: PracticeQuantity,
    /// By the expected success rate; `None` where that is not computed.
    pub expected: Option<f64>,
    /// By the data; `None` where nothing was simulated, or they do not tell.
    pub estimate: Option<PracticeEstimate>,
}

/// Costs, lengths, votes and gains by scale, and from which scale on it pays.
#[derive(Clone, Debug, PartialEq)]
pub struct Practice {
    /// The metric whose credit is the success rate.
    pub metric: Metric,
    /// The level of all intervals.
    pub level: Level,
    /// By scale, then by quantity.
    pub rows: Vec<PracticeRow>,
    /// Quantities that are not told, and why.
    pub left_out: Vec<(PracticeQuantity, &'static str)>,
    /// From where on it pays, and how that place moves with the terms.
    pub ship: Vec<Ship>,
}

/// What is known of a probability at a scale.
#[derive(Clone, Copy)]
struct Known {
    expected: Option<f64>,
    estimate: Option<(Estimate, Metric)>,
}

impl Known {
    /// A monotone function of it.
    fn row(self, scale: Scale, quantity: PracticeQuantity, of: impl Fn(f64) -> f64) -> PracticeRow {
        let estimate = self.estimate.map(|(estimate, metric)| {
            let (one, other) = (of(estimate.interval.low), of(estimate.interval.high));
            PracticeEstimate {
                value: of(estimate.value),
                low: one.min(other),
                high: one.max(other),
                method: estimate.interval.method_name(),
                of: metric,
                items: estimate.items,
            }
        });
        PracticeRow {
            scale,
            quantity,
            expected: self.expected.map(of),
            estimate,
        }
    }
}

/// What a finding means in practice.
#[must_use]
pub fn practice(finding: &Finding) -> Practice {
    let scenario = &finding.scenario;
    let evaluation = &scenario.evaluation;
    let (metric, place) = success_metric(evaluation.metrics.as_slice());
    let successes = estimates(finding, metric, place, evaluation.level);
    let steps = steps_alike(scenario, metric);
    let step = steps.map(|steps| StepEstimates::of(finding, metric, steps, &successes));
    let chances = scenario.chances();
    let mut left_out = left_out(scenario, metric);
    let mut rows = Vec::new();
    for (i, &scale) in evaluation.scales.as_slice().iter().enumerate() {
        let at = chances.at(scale);
        let success = Known {
            expected: expected(metric, &at),
            estimate: successes.get(i).copied().flatten().zip(Some(metric)),
        };
        let step = step.as_ref().map(|step| Known {
            expected: at.mean(Credit::PartialCredit),
            estimate: step.at(i),
        });
        let told = PracticeQuantity::ALL.into_iter();
        let told = told.filter(|one| left_out.iter().all(|(missing, _)| missing != one));
        rows.extend(
            told.filter_map(|quantity| row(scenario, metric, scale, quantity, success, step)),
        );
    }
    rows.retain(|row| row.expected.is_some() || row.estimate.is_some());
    for quantity in PracticeQuantity::ALL {
        let told = rows.iter().any(|row| row.quantity == quantity);
        if !told && left_out.iter().all(|(missing, _)| *missing != quantity) {
            left_out.push((
                quantity,
                "it is not computed for this task, nor do the data tell",
            ));
        }
    }
    let never = AtomicBool::new(false);
    Practice {
        metric,
        level: evaluation.level,
        rows,
        left_out,
        ship: ship(finding, &View::of(scenario, &never), metric, place),
    }
}

/// The success of a step by the data, where all are alike: from partial credit if it was asked for, as it sees every step.
struct StepEstimates {
    metric: Metric,
    estimates: Vec<Option<Estimate>>,
    /// The power of an estimate that is the success of a step.
    power: f64,
}

impl StepEstimates {
    fn of(finding: &Finding, success: Metric, steps: u32, successes: &[Option<Estimate>]) -> Self {
        let partial = Metric::mean(Credit::PartialCredit);
        let evaluation = &finding.scenario.evaluation;
        let mut metrics = evaluation.metrics.as_slice().iter();
        match metrics.position(|one| *one == partial) {
            Some(place) => Self {
                metric: partial,
                estimates: estimates(finding, partial, Some(place), evaluation.level),
                power: 1.0,
            },
            None => Self {
                metric: success,
                estimates: successes.to_vec(),
                power: 1.0 / f64::from(steps),
            },
        }
    }

    fn at(&self, scale: usize) -> Option<(Estimate, Metric)> {
        let mut estimate = self.estimates.get(scale).copied().flatten()?;
        let of = |x: f64| libm::pow(x, self.power);
        estimate.value = of(estimate.value);
        estimate.interval.low = of(estimate.interval.low);
        estimate.interval.high = of(estimate.interval.high);
        Some((estimate, self.metric))
    }
}

/// What cannot be told of a scenario, and why.
fn left_out(scenario: &Scenario, metric: Metric) -> Vec<(PracticeQuantity, &'static str)> {
    use PracticeQuantity as Q;
    let payoff = scenario.usefulness.payoff();
    let differ = scenario.task.chain().items_differ();
    let alike = steps_alike(scenario, metric).is_some();
    let threshold = scenario.usefulness.threshold();
    let why = |quantity: Q| match quantity {
        Q::Success => None,
        Q::Tries
        | Q::StepsRetried
        | Q::StepsRestarted
        | Q::StepsCheckpointed
        | Q::Horizon50
        | Q::Horizon80
        | Q::Horizon99
        | Q::VoteLead
        | Q::Votes
            if scenario.skill.runs_differ() =>
        {
            Some("training runs differ: each has its own, and the mean over runs is none of theirs")
        }
        Q::Tries | Q::StepsRetried if differ => {
            Some("items differ, and the mean over items of 1/q hangs on the hardest of them")
        }
        Q::Tries | Q::StepsRetried => None,
        Q::StepsRestarted | Q::StepsCheckpointed | Q::Horizon50 | Q::Horizon80 | Q::Horizon99
            if !alike =>
        {
            Some("steps are not equal and independent, or a task may pass with errors")
        }
        Q::VoteLead | Q::Votes if !alike => {
            Some("steps are not equal and independent, or a task may pass with errors")
        }
        Q::VoteLead | Q::Votes if ProperProbability::try_from(threshold).is_err() => {
            Some("no vote is needed for a threshold of 0, and none suffices for 1")
        }
        Q::Attempts | Q::RightInTheEnd => match &payoff {
            Some(payoff) if payoff.retries > 0 => None,
            _ => Some("usefulness has no retries"),
        },
        Q::RightOfPassed => match &payoff {
            None => Some("usefulness has no value and loss"),
            Some(payoff) if payoff.retries > 0 && differ => {
                Some("items differ, and retries meet the hard ones")
            }
            Some(_) => None,
        },
        Q::Gain | Q::Advantage if payoff.is_none() => Some("usefulness has no value and loss"),
        _ => None,
    };
    let all = Q::ALL.into_iter();
    all.filter_map(|one| Some((one, why(one)?))).collect()
}

fn row(
    scenario: &Scenario,
    metric: Metric,
    scale: Scale,
    quantity: PracticeQuantity,
    success: Known,
    step: Option<Known>,
) -> Option<PracticeRow> {
    use PracticeQuantity as Q;
    let steps = u64::from(scenario.task.steps().get());
    let of_step = |of: &dyn Fn(Probability) -> f64| {
        Some(step?.row(scale, quantity, |p| of(Probability::rounded(p))))
    };
    let of_success = |of: &dyn Fn(f64) -> f64| Some(success.row(scale, quantity, of));
    let of_payoff = |of: &dyn Fn(&Payoff, f64) -> f64| {
        let payoff = scenario.usefulness.payoff()?;
        if !retries_meet_hard_items(scenario, &scenario.usefulness) {
            return Some(success.row(scale, quantity, |q| of(&payoff, q)));
        }
        let items = scenario.item_successes(metric.credit, scale, payoff.retries + 1);
        let mean = |items: Vec<ItemSuccess>| -> f64 {
            let items = items.iter();
            items
                .map(|item| item.share * of(&payoff, item.success))
                .sum()
        };
        Some(PracticeRow {
            scale,
            quantity,
            expected: items.map(mean),
            estimate: None,
        })
    };
    let length_at = |success: f64| {
        let success = ProperProbability::try_from(success).ok()?;
        of_step(&move |p| horizon(p, success))
    };
    let vote = |of: &dyn Fn(Vote) -> f64| {
        let target = ProperProbability::try_from(scenario.usefulness.threshold()).ok()?;
        of_step(&|p| Vote::least(p, steps, target).map_or(f64::INFINITY, of))
    };
    match quantity {
        Q::Success => of_success(&|q| q),
        Q::Tries => of_success(&|q| tries(Probability::rounded(q))),
        Q::StepsRetried => of_success(&|q| steps as f64 * tries(Probability::rounded(q))),
        Q::StepsRestarted => of_step(&|p| steps_with_restarts(p, steps)),
        Q::StepsCheckpointed => of_step(&|p| steps_with_checkpoints(p, steps, 1)),
        Q::Horizon50 => length_at(0.5),
        Q::Horizon80 => length_at(0.8),
        Q::Horizon99 => length_at(0.99),
        Q::VoteLead => vote(&|vote| f64::from(vote.lead())),
        Q::Votes => vote(&|vote| steps as f64 * vote.votes()),
        Q::Attempts => of_payoff(&|payoff, q| payoff.attempts(q)),
        Q::RightInTheEnd => of_payoff(&|payoff, q| payoff.right(q)),
        // Where nothing passes, there is nothing to be right.
        Q::RightOfPassed => of_payoff(&|payoff, q| payoff.right_of_passed(q).unwrap_or(0.0)),
        Q::Gain => of_payoff(&|payoff, q| payoff.gain(q)),
        Q::Advantage => of_payoff(&|payoff, q| payoff.gain(q) - payoff.alternative()),
    }
}
