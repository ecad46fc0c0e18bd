//! Single attempts: counted, scored, and shown step by step.

use super::Finding;
use crate::domain::{
    self, Basis, Count, Credit, Evaluation, Extraction, Metrics, Reading, Scale, Scenario,
};
use crate::engine::{Answer, AttemptRecord, Setting, answer, attempt};

/// Which attempt at a scale. All three count from 0, as in the addresses of draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptPlace {
    /// The training run.
    pub training_seed: u64,
    /// The item.
    pub item: u64,
    /// The attempt at this item by this training run.
    pub attempt: u64,
}

/// An attempt that the scenario does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {} {asked}: the scenario has {} ({} = {have})", counted.one(), counted.all(*have), counted.setting())]
pub struct NoSuchAttempt {
    /// What it has too few of.
    pub counted: Counted,
    /// The number asked for, from 0.
    pub asked: u64,
    /// How many there are.
    pub have: u64,
}

/// What attempts are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Training runs.
    TrainingSeeds,
    /// Items.
    Items,
    /// Attempts at an item by one training run.
    Attempts,
}

impl Counted {
    const fn one(self) -> &'static str {
        match self {
            Self::TrainingSeeds => "training seed",
            Self::Items => "item",
            Self::Attempts => "attempt",
        }
    }

    fn all(self, have: u64) -> String {
        let one = self.one();
        let each = match self {
            Self::TrainingSeeds | Self::Items => "",
            Self::Attempts => " at each item",
        };
        match have {
            1 => format!("only {one} 0{each}"),
            have => format!("{one}s 0 to {}{each}", have - 1),
        }
    }

    const fn setting(self) -> &'static str {
        match self {
            Self::TrainingSeeds => "evaluation.training-seeds",
            Self::Items => "evaluation.items",
            Self::Attempts => "evaluation.attempts",
        }
    }
}

impl AttemptPlace {
    /// Its place among all attempts at the item.
    fn of_all(self, evaluation: &Evaluation) -> Result<usize, NoSuchAttempt> {
        let attempts = u64::from(evaluation.attempts.get());
        let runs = u64::from(evaluation.training_seeds.get());
        for (counted, asked, have) in [
            (Counted::TrainingSeeds, self.training_seed, runs),
            (Counted::Items, self.item, evaluation.items.get()),
            (Counted::Attempts, self.attempt, attempts),
        ] {
            if asked >= have {
                return Err(NoSuchAttempt {
                    counted,
                    asked,
                    have,
                });
            }
        }
        Ok((self.training_seed * attempts + self.attempt) as usize)
    }
}

/// What the outcome of one attempt comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// K, the number of correct steps.
    pub correct: u32,
    /// T, the number of correct steps before the first error.
    pub leading: u32,
    /// Each credit of the metrics once, in their order, with what the attempt earns.
    pub credits: Vec<(Credit, f64)>,
}

impl Scored {
    /// Counts the steps of an outcome and scores it; of credits that take more, those that `answer` tells.
    #[must_use]
    pub fn new(outcome: &[bool], answer: Option<&Answer>, metrics: &Metrics) -> Self {
        let count = |steps: &mut dyn Iterator<Item = &bool>| steps.count() as u32;
        let correct = count(&mut outcome.iter().filter(|right| **right));
        let leading = count(&mut outcome.iter().take_while(|right| **right));
        let mut credits: Vec<(Credit, f64)> = Vec::new();
        for credit in metrics.as_slice().iter().map(|metric| metric.credit) {
            if credits.iter().all(|(known, _)| *known != credit) {
                let steps = outcome.len() as u32;
                let of_counts = |counted: domain::Counted| match counted.count() {
                    Count::Correct => counted.value(correct, steps),
                    Count::Leading => counted.value(leading, steps),
                };
                let value = match credit.basis() {
                    Basis::Counted(counted) => Some(of_counts(counted)),
                    Basis::Read(reading) => answer.and_then(|answer| {
                        let read = answer.reading(reading)?;
                        Some(credit.of_mean(read, answer.longest()))
                    }),
                };
                credits.extend(value.map(|value| (credit, value)));
            }
        }
        Self {
            correct,
            leading,
            credits,
        }
    }
}

/// The chance of a step, guessing and all that happened before it aside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepChance {
    /// h = -ln p; infinite for a step that cannot be right but by guessing.
    pub hazard: f64,
    /// p.
    pub success: f64,
}

impl StepChance {
    fn of(hazard: f64) -> Self {
        Self {
            hazard,
            success: libm::exp(-hazard),
        }
    }

    /// Whether such a step cannot be right but by guessing.
    #[must_use]
    pub fn is_impossible(self) -> bool {
        self.hazard == f64::INFINITY
    }
}

/// One attempt of a scenario, step by step: the one that is counted when the scenario is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The scenario's name.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The scale; one of the scenario's, or any other.
    pub scale: Scale,
    /// Whether the scenario measures that scale.
    pub measured: bool,
    /// Which attempt.
    pub place: AttemptPlace,
    /// An ordinary step of this training run at this scale.
    pub ordinary: StepChance,
    /// What the curve says of one, where training runs differ.
    pub of_curve: Option<StepChance>,
    /// An ordinary step of this item.
    pub of_item: StepChance,
    /// What happened.
    pub record: AttemptRecord,
    /// Each step as it counts, right or wrong.
    pub outcome: Vec<bool>,
    /// What its metrics read off the answer beside that, if anything.
    pub answer: Option<Answer>,
    /// What it comes to.
    pub scored: Scored,
}

/// What metrics read off an attempt's answer; `None` where they read nothing.
fn answer_of(setting: &Setting, metrics: &Metrics, item: u64, number: usize) -> Option<Answer> {
    let metrics = metrics.as_slice().iter();
    let mut readings: Vec<Reading> = metrics.filter_map(|one| one.credit.reading()).collect();
    readings.dedup();
    match readings.is_empty() {
        true => None,
        false => answer(setting, item, number, readings.into_iter()),
    }
}

impl Replay {
    /// What the steps of the attempt have in common, standard normal, above 0 for the worse; `None` where nothing.
    #[must_use]
    pub fn common_factor(&self) -> Option<f64> {
        let task = self.scenario.task.chain();
        task.dependence().correlation()?;
        let first = self.record.steps.first()?;
        Some(first.past.common)
    }

    /// What is extracted at this scale; `None` where that is everything.
    #[must_use]
    pub fn extraction(&self) -> Option<Extraction> {
        let task = self.scenario.task.chain();
        let format = task.format();
        format.gate().map(|_| format.at(self.scale))
    }
}

/// Replays one attempt of a scenario at a scale.
///
/// A scale within 1e-9 of one that the scenario measures is taken for that one. Any other has attempts of its own as well,
/// which no run of this scenario counts.
///
/// # Errors
/// [`NoSuchAttempt`] if the scenario has fewer items, attempts or training seeds.
pub fn replay(
    name: String,
    scenario: &Scenario,
    scale: Scale,
    place: AttemptPlace,
) -> Result<Replay, NoSuchAttempt> {
    let evaluation = &scenario.evaluation;
    let number = place.of_all(evaluation)?;
    let measured = evaluation.scales.meant_by(scale);
    let scale = measured.unwrap_or(scale);
    let setting = Setting::new(scenario, scale, 0);
    let record = attempt(&setting, place.item, number).ok_or(NoSuchAttempt {
        counted: Counted::Items,
        asked: place.item,
        have: evaluation.items.get(),
    })?;
    let outcome = record.outcome();
    let answer = answer_of(&setting, &evaluation.metrics, place.item, number);
    Ok(Replay {
        name,
        scale,
        measured: measured.is_some(),
        place,
        ordinary: StepChance::of(record.run_hazard),
        of_curve: match scenario.skill.runs_differ() {
            true => Some(StepChance::of(scenario.skill.hazard(scale))),
            false => None,
        },
        of_item: StepChance::of(record.item_hazard),
        scored: Scored::new(&outcome, answer.as_ref(), &evaluation.metrics),
        answer,
        scenario: scenario.clone(),
        record,
        outcome,
    })
}

/// What an evaluation would log of one attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The scale.
    pub scale: Scale,
    /// Which attempt.
    pub place: AttemptPlace,
    /// Each step, right or wrong.
    pub outcome: Vec<bool>,
    /// What it comes to.
    pub scored: Scored,
}

/// The attempts at the first items of a finding, by scale, item, training seed and attempt; none at scales that failed.
/// Each is attempted when it is asked for.
pub fn traces(finding: &Finding, items: u64) -> impl Iterator<Item = Trace> {
    let Finding {
        scenario, tallies, ..
    } = finding;
    let evaluation = &scenario.evaluation;
    let scales = evaluation.scales.as_slice().iter().zip(tallies);
    let done = scales.filter(|(_, tally)| tally.is_ok());
    done.flat_map(move |(&scale, _)| {
        let setting = Setting::new(scenario, scale, 0);
        let places = places(evaluation, items);
        places.filter_map(move |(place, number)| {
            let outcome = attempt(&setting, place.item, number)?.outcome();
            let answer = answer_of(&setting, &evaluation.metrics, place.item, number);
            Some(Trace {
                scale,
                place,
                scored: Scored::new(&outcome, answer.as_ref(), &evaluation.metrics),
                outcome,
            })
        })
    })
}

/// Every attempt at the first items, in order, with its place among those at its item.
fn places(evaluation: &Evaluation, items: u64) -> impl Iterator<Item = (AttemptPlace, usize)> {
    let attempts = u64::from(evaluation.attempts.get());
    let each = evaluation.attempts_per_item();
    (0..items.min(evaluation.items.get())).flat_map(move |item| {
        (0..each).map(move |number| {
            let place = AttemptPlace {
                training_seed: number / attempts,
                item,
                attempt: number % attempts,
            };
            (place, number as usize)
        })
    })
}
