//! One attempt at a time, as plainly as it can be written. Slow; the kernel is held against it.

use std::collections::BTreeMap;

use super::answer::{Answer, options, readings};
use super::draw::Try;
use super::setting::{AtRun, AtScale, CellAttempts, Item, TestSet, mean_of};
use super::{Piece, Setting, Tally, Threshold};
use crate::domain::{ChoiceTask, Count, ItemSum, Past, Probability, Reading, Reducer};

/// One step of one attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRecord {
    /// The multiplier of the step.
    pub multiplier: f64,
    /// What the attempt had come to before it.
    pub past: Past,
    /// Retries that the attempt had left before it; `None` where it has no stock of them.
    pub retries_left: Option<u32>,
    /// The success probability of each try.
    pub chance: Probability,
    /// Whether each try was right, in order: at least one.
    pub tries: Vec<bool>,
    /// Whether its last try was right.
    pub right: bool,
}

/// One attempt at one item.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptRecord {
    /// The hazard of an ordinary step of the training run, items aside.
    pub run_hazard: f64,
    /// The number that the item drew, which tells how hard it is: see [`Latent`](crate::domain::Latent); 0 where items
    /// are alike.
    pub item_latent: f64,
    /// The hazard of an ordinary step of the item; infinite if the item is impossible.
    pub item_hazard: f64,
    /// Its steps, in order.
    pub steps: Vec<StepRecord>,
    /// Whether the whole item was guessed, so that every step counts as right.
    pub guessed: bool,
    /// Whether the scorer found the answer; else no step counts as right.
    pub extracted: bool,
}

impl AttemptRecord {
    /// Each step as it was written, right or wrong, and whether the scorer found it.
    fn written(&self) -> (Vec<bool>, bool) {
        let steps = self.steps.iter();
        let written = steps.map(|step| step.right || self.guessed);
        (written.collect(), self.extracted)
    }

    /// Each step as it counts, right or wrong.
    #[must_use]
    pub fn outcome(&self) -> Vec<bool> {
        let steps = self.steps.iter();
        let counts = |step: &StepRecord| self.extracted && (step.right || self.guessed);
        steps.map(counts).collect()
    }
}

/// A question is one step, right if the right option weighs most.
fn choose(choice: &ChoiceTask, run: &AtRun, item: &Item, one: &Try) -> AttemptRecord {
    let right = options(choice, item, one).chosen() == 0;
    let past = Past::default();
    let step = StepRecord {
        multiplier: 1.0,
        past,
        retries_left: None,
        chance: Probability::rounded(choice.accuracy(item.hazard)),
        tries: vec![right],
        right,
    };
    AttemptRecord {
        run_hazard: run.hazard,
        item_latent: item.latent,
        item_hazard: item.hazard,
        steps: vec![step],
        guessed: false,
        extracted: true,
    }
}

fn record(test: &TestSet, run: &AtRun, item: &Item, one: &Try) -> AttemptRecord {
    if let Some(choice) = &test.choice {
        return choose(choice, run, item, one);
    }
    let (block, lane) = ((item.number / 64) as u32, (item.number % 64) as u32);
    let dependence = test.task.dependence();
    let (mut draws, mut cleaning) = (one.steps(block), one.cleaning(block));
    let cleans = dependence.cleaning().get() > 0.0;
    let mut past = Past::default();
    if dependence.correlation().is_some() {
        past.common = one.common(block, lane);
    }
    let mut left = test.verifier.and_then(|at| at.rules.retries_of_attempt);
    let mut steps = Vec::with_capacity(item.steps as usize);
    for step in 0..item.steps {
        let chance = test.task.try_chance(test.step_hazard(item, step), &past);
        let threshold = Threshold::from(chance);
        let mut right = draws.decide(threshold, lane);
        let mut tries = vec![right];
        let retries_left = left;
        if let Some(verifier) = test.verifier {
            let (mut accepts, mut retries) = (one.verifier(block, step), one.retries(block, step));
            let most = left.unwrap_or(u32::MAX).min(verifier.rules.retries_of_step);
            while tries.len() as u32 <= most {
                let accepted = match right {
                    true => accepts.decide(verifier.accepts_right, lane),
                    false => accepts.decide(verifier.accepts_wrong, lane),
                };
                if accepted {
                    break;
                }
                right = retries.decide(threshold, lane);
                tries.push(right);
            }
            left = left.map(|left| left - (tries.len() as u32 - 1));
        }
        steps.push(StepRecord {
            multiplier: test.multiplier(item, step),
            past,
            retries_left,
            chance,
            tries,
            right,
        });
        let cleaned = cleans && cleaning.decide(test.cleaning, lane);
        past.impaired = dependence.impaired(past.impaired, right, cleaned);
        past.steps += 1;
        past.errors += u32::from(!right);
    }
    AttemptRecord {
        run_hazard: run.hazard,
        item_latent: item.latent,
        item_hazard: item.hazard,
        steps,
        guessed: one.floor(block).decide(test.floor, lane),
        extracted: run
            .gate
            .is_none_or(|gate| one.format(block).decide(gate, lane)),
    }
}

/// One attempt, step by step. `attempt` counts over all training runs, from 0; `None` if there is no such attempt or item.
#[must_use]
pub fn attempt(setting: &Setting, item: u64, attempt: usize) -> Option<AttemptRecord> {
    let Setting { test, here, .. } = setting;
    let (run, one) = here.one_try(test, attempt)?;
    (item < setting.items()).then(|| record(test, run, &run.item(test, item), &one))
}

/// What there is to the answer of an attempt, as far as these readings take it; `None` if there is no such attempt or item.
#[must_use]
pub fn answer(
    setting: &Setting,
    item: u64,
    attempt: usize,
    readings: impl Iterator<Item = Reading>,
) -> Option<Answer> {
    let Setting { test, here, .. } = setting;
    let (run, one) = here.one_try(test, attempt)?;
    let item = (item < setting.items()).then(|| run.item(test, item))?;
    let written = || record(test, run, &item, &one).written();
    Some(Answer::of(test, &item, &one, readings, written))
}

/// What one attempt earned under a credit, in units of 2^-32, and which wrong answer it would give.
#[derive(Clone, Copy)]
struct Earned {
    units: u64,
    wrong_answer: u32,
}

/// What the attempts of one training run at an item earned, in order, for each credit that is wanted; every attempt is
/// shown.
fn earned(
    test: &TestSet,
    run: &AtRun,
    number: u64,
    mut show: impl FnMut(u32, usize, usize),
) -> Vec<Vec<Earned>> {
    let item = run.item(test, number);
    let wanted = test.item_sums();
    let mut earned = vec![Vec::new(); wanted.len()];
    for one in run.tries(test) {
        let record = record(test, run, &item, &one);
        let outcome = record.outcome();
        let correct = outcome.iter().filter(|right| **right).count();
        let leading = outcome.iter().take_while(|right| **right).count();
        let answer = Answer::of(test, &item, &one, readings(wanted), || record.written());
        for (earned, wanted) in earned.iter_mut().zip(wanted) {
            let units = match wanted {
                ItemSum::Read(reading) => answer.units(*reading),
                ItemSum::Counted(counted) => {
                    let count = match counted.count {
                        Count::Correct => correct,
                        Count::Leading => leading,
                    };
                    counted.at_length(item.steps)[count]
                }
            };
            let (block, lane) = ((number / 64) as u32, (number % 64) as u32);
            let wrong_answer = match &test.choice {
                Some(choice) => options(choice, &item, &one).chosen() as u32,
                None => one.wrong_answer(test.wrong_answers(), block, lane),
            };
            earned.push(Earned {
                units,
                wrong_answer,
            });
        }
        show(item.steps, correct, leading);
    }
    earned
}

/// The sum of what an item's attempts by a training run earned under one of the wanted sums, and what becomes of them.
fn sum_and_cell(test: &TestSet, place: usize, earned: &[Earned]) -> (u128, u64) {
    let sum = earned.iter().map(|one| u128::from(one.units)).sum();
    let mut right = earned.iter().zip(1..).filter(|(one, _)| one.units > 0);
    let awaited = test.reducer(place).awaited();
    let reached = awaited.and_then(|successes| right.nth(successes as usize - 1));
    let reached = reached.map(|(_, attempt)| attempt);
    let mut by_answer = BTreeMap::new();
    for one in earned.iter().filter(|one| one.units == 0) {
        *by_answer.entry(one.wrong_answer).or_insert(0_u32) += 1;
    }
    let wrong: Vec<u32> = match test.reducer(place).is_by_count(test.wrong_answers()) {
        true => Vec::new(),
        false => by_answer.into_values().collect(),
    };
    let attempts = CellAttempts {
        reached,
        wrong: &wrong,
    };
    (sum, test.cell(place, sum, attempts))
}

/// Adds, for each credit that is read off answers, its sum over the attempts of a training run at each of some items.
pub(super) fn add_readings(
    test: &TestSet,
    run: &AtRun,
    items: &std::ops::Range<u64>,
    sums: &mut [Vec<u128>],
) {
    let wanted = test.item_sums();
    if readings(wanted).next().is_none() {
        return;
    }
    for (place, number) in items.clone().enumerate() {
        let item = run.item(test, number);
        for one in run.tries(test) {
            let written = || record(test, run, &item, &one).written();
            let answer = Answer::of(test, &item, &one, readings(wanted), written);
            for (sums, wanted) in sums.iter_mut().zip(wanted) {
                if let ItemSum::Read(reading) = wanted {
                    sums[place] += u128::from(answer.units(*reading));
                }
            }
        }
    }
}

/// What each wanted sum makes of an item over all training runs, in units of 2^-32. `show` sees every attempt, `cell` the
/// training run, the credit, and the sum and the cell of each.
fn item_means(
    test: &TestSet,
    at: &AtScale,
    number: u64,
    mut show: impl FnMut(u32, usize, usize),
    mut cell: impl FnMut(usize, usize, u128, u64),
) -> Vec<u64> {
    let mut totals = vec![0_u128; test.item_sums().len()];
    for (place, run) in at.runs.iter().enumerate() {
        let earned = earned(test, run, number, &mut show);
        for (credit, (total, earned)) in totals.iter_mut().zip(&earned).enumerate() {
            let (sum, of_cell) = sum_and_cell(test, credit, earned);
            *total += match test.reducer(credit) {
                Reducer::Mean => sum,
                _ => u128::from(of_cell),
            };
            cell(place, credit, sum, of_cell);
        }
    }
    let totals = totals.into_iter().enumerate();
    totals
        .map(|(credit, total)| mean_of(total, test.terms_of_item(credit, at.runs.len())))
        .collect()
}

/// The tally of a piece.
pub(super) fn tally(piece: &Piece) -> Tally {
    let setting = piece.setting();
    let mut tally = setting.empty_tally();
    let mut all_cells = std::mem::take(&mut tally.cells);
    let test = &*setting.test;
    for item in piece.items().clone() {
        let show = |steps, correct, leading| {
            tally.attempts += 1;
            tally.at_length(steps).add_attempt(correct, leading);
        };
        let means = item_means(test, &setting.here, item, show, |run, credit, sum, cell| {
            if let Some(cells) = all_cells.get_mut(credit) {
                cells.add(run, cell, test.successes(credit, sum));
            }
        });
        let next = setting.next.as_ref();
        let next =
            next.map(|next| item_means(&next.test, &next.at, item, |_, _, _| (), |_, _, _, _| ()));
        tally.items += 1;
        for (place, kept) in tally.item_sums.iter_mut().enumerate() {
            let next = next.as_ref().map_or(0, |next| next[place]);
            kept.add_item(means[place], next);
        }
    }
    tally.cells = all_cells;
    tally
}
