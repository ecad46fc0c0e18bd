//! Single attempts for machines: replays as JSON and CSV, logs of many attempts as JSON lines.

use serde::Serialize;
use serde_json::{Map, Value};

use super::attempt_text::{StepRange, state};
use crate::domain::Schema;
use crate::study::{Replay, Scored, StepChance, Trace};

/// An outcome as a text, a 1 for each right step and a 0 for each wrong one: `1101`.
pub(super) fn digits(outcome: &[bool]) -> String {
    let digits = outcome.iter().map(|right| if *right { '1' } else { '0' });
    digits.collect()
}

fn credits(scored: &Scored) -> Map<String, Value> {
    let credits = scored.credits.iter();
    credits
        .map(|(credit, earned)| (credit.to_string(), Value::from(*earned)))
        .collect()
}

/// One step of a replay, with its columns in order.
#[derive(Serialize)]
struct StepLine {
    step: u32,
    multiplier: f64,
    state: Option<&'static str>,
    errors_before: u32,
    retries_left: Option<u32>,
    chance: f64,
    tries: usize,
    right_tries: usize,
    right: bool,
    counts_as_right: bool,
}

fn step_lines(replay: &Replay, steps: &StepRange) -> impl Iterator<Item = StepLine> {
    let task = replay.scenario.task.chain();
    let all = (1_u32..).zip(&replay.record.steps).zip(&replay.outcome);
    let shown = all.filter(move |((number, _), _)| steps.contains(*number));
    shown.map(|((number, step), counts)| StepLine {
        step: number,
        multiplier: step.multiplier,
        state: state(task.dependence(), &step.past),
        errors_before: step.past.errors,
        retries_left: step.retries_left,
        chance: step.chance.get(),
        tries: step.tries.len(),
        right_tries: step.tries.iter().filter(|right| **right).count(),
        right: step.right,
        counts_as_right: *counts,
    })
}

/// A replay as an object: the item, the steps asked for, what they come to. Infinite hazards are null.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn replay_json(replay: &Replay, steps: &StepRange) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Chance {
        hazard: f64,
        success: f64,
    }
    #[derive(Serialize)]
    struct Item {
        number: u64,
        steps: usize,
        latent: f64,
        hazard: f64,
        success: f64,
        impossible: bool,
    }
    #[derive(Serialize)]
    struct Line<'a> {
        schema: Schema,
        scenario: &'a str,
        seed: u64,
        scale: f64,
        measured: bool,
        training_seed: u64,
        attempt: u64,
        ordinary_step: Chance,
        #[serde(skip_serializing_if = "Option::is_none")]
        curve_step: Option<Chance>,
        item: Item,
        common_factor: Option<f64>,
        guessed: bool,
        extracted: bool,
        steps: Vec<StepLine>,
        outcome: String,
        correct: u32,
        leading: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        losses: Option<&'a [f64]>,
        #[serde(skip_serializing_if = "Option::is_none")]
        right_tokens: Option<&'a [u32]>,
        #[serde(skip_serializing_if = "Option::is_none")]
        written_tokens: Option<&'a [u32]>,
        #[serde(skip_serializing_if = "Option::is_none")]
        option_log_weights: Option<&'a [f64]>,
        credit: Map<String, Value>,
    }
    let answer = replay.answer.as_ref();
    let writing = answer.and_then(|answer| answer.writing.as_ref());
    let chance = |StepChance { hazard, success }| Chance { hazard, success };
    let text = serde_json::to_string_pretty(&Line {
        schema: Schema::CURRENT,
        scenario: &replay.name,
        seed: replay.scenario.seed.get(),
        scale: replay.scale.get(),
        measured: replay.measured,
        training_seed: replay.place.training_seed,
        attempt: replay.place.attempt,
        ordinary_step: chance(replay.ordinary),
        curve_step: replay.of_curve.map(chance),
        item: Item {
            number: replay.place.item,
            steps: replay.outcome.len(),
            latent: replay.record.item_latent,
            hazard: replay.of_item.hazard,
            success: replay.of_item.success,
            impossible: replay.of_item.is_impossible(),
        },
        common_factor: replay.common_factor(),
        guessed: replay.record.guessed,
        extracted: replay.record.extracted,
        steps: step_lines(replay, steps).collect(),
        outcome: digits(&replay.outcome),
        correct: replay.scored.correct,
        leading: replay.scored.leading,
        losses: answer.and_then(|answer| answer.losses.as_deref()),
        right_tokens: writing.map(|writing| writing.right.as_slice()),
        written_tokens: writing.map(|writing| writing.written.as_slice()),
        option_log_weights: answer
            .and_then(|answer| answer.options.as_ref())
            .map(|options| options.logs.as_slice()),
        credit: credits(&replay.scored),
    });
    text.map(|text| text + "\n")
}

/// The steps asked for, one row each.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn replay_csv(replay: &Replay, steps: &StepRange) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    step_lines(replay, steps).try_for_each(|line| writer.serialize(line))?;
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An attempt as evaluations log it, as one line of JSON; `scenario` names its scenario where there are several.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn trace_line(scenario: Option<&str>, trace: &Trace) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        scenario: Option<&'a str>,
        scale: f64,
        training_seed: u64,
        item: u64,
        attempt: u64,
        steps: Vec<u8>,
        correct: u32,
        leading: u32,
        credit: Map<String, Value>,
    }
    let line = serde_json::to_string(&Line {
        scenario,
        scale: trace.scale.get(),
        training_seed: trace.place.training_seed,
        item: trace.place.item,
        attempt: trace.place.attempt,
        steps: trace.outcome.iter().copied().map(u8::from).collect(),
        correct: trace.scored.correct,
        leading: trace.scored.leading,
        credit: credits(&trace.scored),
    });
    line.map(|line| line + "\n")
}
