//! An attempt step by step, as text of at most 80 columns.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::Serialize;

use super::attempts::digits;
use super::number::{four_digits, probability};
use super::setting::{WIDTH, toml_value, unbroken, wrapped};
use crate::domain::{Axis, Dependence, Difficulty, Past, Spread, StepsTask};
use crate::engine::{Answer, StepRecord};
use crate::study::{Replay, StepChance};

/// Which steps are shown, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepRange {
    /// All; of a long task people are shown the ends.
    All,
    /// From the first to the second, which both belong to it.
    Between(RangeInclusive<u32>),
}

impl StepRange {
    /// Whether an item of so many steps has all of them.
    ///
    /// # Errors
    /// It has not; in words.
    pub fn within(&self, steps: usize) -> Result<(), String> {
        match self {
            Self::Between(range) if *range.end() as usize > steps => Err(format!(
                "there is no step {}: the item has {} 1 to {steps}",
                range.end(),
                steps_of(steps)
            )),
            Self::All | Self::Between(_) => Ok(()),
        }
    }

    pub(super) fn contains(&self, step: u32) -> bool {
        match self {
            Self::All => true,
            Self::Between(range) => range.contains(&step),
        }
    }
}

impl FromStr for StepRange {
    type Err = &'static str;

    /// Reads `FROM..TO`, or one step.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "give steps as FROM..TO, both from 1 on, such as 20..40";
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let number = |word: &str| word.trim().replace('_', "").parse::<u32>();
        match (number(from), number(to)) {
            (Ok(from), Ok(to)) if 1 <= from && from <= to => Ok(Self::Between(from..=to)),
            _ => Err(WANTED),
        }
    }
}

/// What an attempt is like before a step, where that has a name.
pub(super) fn state(dependence: &Dependence, past: &Past) -> Option<&'static str> {
    let impaired = match dependence {
        Dependence::Independent | Dependence::ErrorFraction(_) | Dependence::CommonFactor(_) => {
            return None;
        }
        Dependence::Halting => "halted",
        Dependence::Tainted(_) => "tainted",
        Dependence::Markov(_) => "after-error",
    };
    Some(if past.impaired { impaired } else { "clean" })
}

/// Steps of a task that are all shown; of a longer one, so many at each end.
const MOST_SHOWN: u32 = 40;
const SHOWN_AT_ENDS: u32 = 15;

/// An attempt for people: what was attempted, each step, what came of it. Of more than forty steps the middle is summed up,
/// unless a range is asked for.
#[must_use]
pub fn replay_text(replay: &Replay, steps: &StepRange) -> String {
    head(replay) + "\n" + &table(replay, steps) + "\n" + &foot(replay)
}

/// "label    text", in as many lines as it takes.
fn labelled(label: &str, text: &str) -> String {
    // Names of some credits are longer.
    wrapped(text, WIDTH, &format!("{label:<15} "), &" ".repeat(16))
}

fn head(replay: &Replay) -> String {
    let task = replay.scenario.task.chain();
    let place = replay.place;
    let axis = match replay.scenario.evaluation.axis {
        Axis::Parameters => "parameters",
        Axis::Tokens => "tokens",
        Axis::Flops => "FLOPs",
    };
    let seed = replay.scenario.seed.get();
    let mut text = labelled("scenario", &format!("{} (seed {seed})", replay.name));
    text += &labelled("scale", &format!("{:e} {axis}", replay.scale.get()));
    let of_run = match replay.scenario.evaluation.training_seeds.get() {
        1 => String::new(),
        _ => format!(", training seed {}", place.training_seed),
    };
    let what = format!("item {}, attempt {}{of_run}", place.item, place.attempt);
    let length = replay.outcome.len();
    let lengths = task.lengths();
    let drawn = match lengths.to_string() == length.to_string() {
        true => String::new(),
        false => format!(" (items have {lengths})"),
    };
    text += &labelled("attempt", &what);
    text += &labelled("steps", &format!("{length}{drawn}"));
    text += &chances(replay, task);
    text += &rules(task);
    if let Some(z) = replay.common_factor() {
        let told = format!("{z:+.2} (above 0 it makes every step harder)");
        text += &labelled("common factor", &told);
    }
    if task.floor().get() > 0.0 {
        let guessed = match replay.record.guessed {
            true => "yes: every step counts as right",
            false => "no",
        };
        let floor = four_digits(task.floor().get());
        text += &labelled("whole guessed", &format!("{guessed} (probability {floor})"));
    }
    if let Some(extraction) = replay.extraction() {
        let extracted = match replay.record.extracted {
            true => "yes",
            false => "no: no step counts as right",
        };
        let chance = probability(extraction.extracted());
        text += &labelled("extracted", &format!("{extracted} (probability {chance})"));
    }
    text
}

fn steps_of(count: usize) -> &'static str {
    if count == 1 { "step" } else { "steps" }
}

/// How steps, items and tries differ, where they do, in the words of scenario files.
fn rules(task: &StepsTask) -> String {
    let rules = [
        ("difficulty", rule(task.difficulty())),
        ("spread", rule(task.spread())),
        ("dependence", rule(task.dependence())),
        ("recovery", rule(task.recovery())),
    ];
    let told = rules
        .into_iter()
        .filter(|(_, rule)| !["equal", "none", "independent"].contains(&rule.as_str()));
    told.map(|(key, rule)| labelled(key, &rule)).collect()
}

/// "tainted: multiplier 5, cleaning 0.3, on hazard"; lists are left to the steps.
fn rule(choice: &impl Serialize) -> String {
    // Choices are tables of numbers, words and lists, which are all values of JSON.
    let value = serde_json::to_value(choice).unwrap_or_default();
    let settings = value.as_object().into_iter().flatten();
    let parameters = settings.filter(|(key, value)| *key != "kind" && !value.is_array());
    let parameters: Vec<String> = parameters
        .map(|(key, value)| {
            let told = match value.as_f64() {
                Some(number) => four_digits(number),
                None => toml_value(value).trim_matches('"').to_owned(),
            };
            unbroken(&format!("{key} {told}"))
        })
        .collect();
    let kind = value["kind"].as_str().unwrap_or_default();
    match parameters.is_empty() {
        true => kind.to_owned(),
        false => format!("{kind}: {}", parameters.join(", ")),
    }
}

/// What an ordinary step succeeds with, and what one of this item does.
fn chances(replay: &Replay, task: &StepsTask) -> String {
    let told = |chance: StepChance| {
        format!(
            "{} (hazard {})",
            probability(chance.success),
            four_digits(chance.hazard)
        )
    };
    let guess = match task.guess().get() {
        0.0 => String::new(),
        guess => format!(
            "; a failure is right by a guess with {}",
            four_digits(guess)
        ),
    };
    let mut text = labelled(
        "ordinary step",
        &format!("success {}{guess}", told(replay.ordinary)),
    );
    if let Some(of_curve) = replay.of_curve {
        text += &labelled("by the curve", &format!("success {}", told(of_curve)));
    }
    if task.spread() != &Spread::None {
        let of_item = match replay.of_item.is_impossible() && !replay.ordinary.is_impossible() {
            true => "impossible: no step is right but by a guess".to_owned(),
            false => format!("success {}", told(replay.of_item)),
        };
        text += &labelled("of this item", &of_item);
    }
    text
}

/// A column: its header, and what it shows of a step.
struct Column {
    header: &'static str,
    cell: Box<dyn Fn(&StepRecord) -> String>,
}

impl Column {
    fn new(header: &'static str, cell: impl Fn(&StepRecord) -> String + 'static) -> Self {
        let cell = Box::new(cell);
        Self { header, cell }
    }
}

/// The columns that this task has something to say in.
fn columns(task: &StepsTask) -> Vec<Column> {
    let mut columns = Vec::new();
    if task.difficulty() != &Difficulty::Equal {
        columns.push(Column::new("multiplier", |step| {
            four_digits(step.multiplier)
        }));
    }
    let dependence = task.dependence().clone();
    if state(&dependence, &Past::default()).is_some() {
        let name = move |step: &StepRecord| {
            let name = state(&dependence, &step.past).unwrap_or_default();
            name.replace('-', " ")
        };
        columns.push(Column::new("state", name));
    } else if task.dependence().counts_errors() {
        columns.push(Column::new("wrong so far", |step| match step.past.steps {
            0 => "-".to_owned(),
            steps => format!("{} of {steps}", step.past.errors),
        }));
    }
    columns.push(Column::new("p of a try", |step| {
        probability(step.chance.get())
    }));
    if let Some(verifier) = task.recovery().verifier() {
        if verifier.retries_of_attempt.is_some() {
            columns.push(Column::new("retries left", |step| {
                step.retries_left.unwrap_or_default().to_string()
            }));
        }
        columns.push(Column::new("tries", |step| tries(&step.tries)));
    }
    columns
}

/// Each try as a digit, 1 for a right one; of many the number.
fn tries(tries: &[bool]) -> String {
    const MOST: usize = 12;
    match tries.len() {
        1..=MOST => digits(tries),
        many => format!("{many} tries"),
    }
}

/// A line of the table, or what stands for those that are left out.
enum Shown {
    Step(usize),
    LeftOut(RangeInclusive<usize>),
}

fn table(replay: &Replay, steps: &StepRange) -> String {
    let task = replay.scenario.task.chain();
    let columns = columns(task);
    let all = replay.record.steps.len();
    let ends = SHOWN_AT_ENDS as usize;
    let shown: Vec<Shown> = match steps {
        StepRange::Between(range) => {
            let range = *range.start() as usize..=(*range.end() as usize).min(all);
            range.map(Shown::Step).collect()
        }
        StepRange::All if all <= MOST_SHOWN as usize => (1..=all).map(Shown::Step).collect(),
        StepRange::All => {
            let middle = Shown::LeftOut(ends + 1..=all - ends);
            let first = (1..=ends).map(Shown::Step);
            let last = (all - ends + 1..=all).map(Shown::Step);
            first.chain([middle]).chain(last).collect()
        }
    };
    let header = std::iter::once("step".to_owned())
        .chain(columns.iter().map(|column| column.header.to_owned()));
    let header: Vec<String> = header.chain(["result".to_owned()]).collect();
    let row = |number: usize| -> Vec<String> {
        let step = &replay.record.steps[number - 1];
        let cells = columns.iter().map(|column| (column.cell)(step));
        let first = std::iter::once(number.to_string()).chain(cells);
        first.chain([result(replay, number)]).collect()
    };
    let rows: Vec<Result<Vec<String>, String>> = shown
        .into_iter()
        .map(|shown| match shown {
            Shown::Step(number) => Ok(row(number)),
            Shown::LeftOut(range) => Err(left_out(replay, range)),
        })
        .collect();
    let width = |place: usize| {
        let cells = rows.iter().flatten().chain([&header]);
        cells.map(|cells| cells[place].chars().count()).max()
    };
    let widths: Vec<usize> = (0..header.len()).filter_map(width).collect();
    let line = |cells: &Vec<String>| {
        let mut line = String::new();
        for (place, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            line += &match place + 1 == widths.len() {
                true => format!("  {cell}"),
                false if place == 0 => format!("{cell:>width$}"),
                false => format!("  {cell:>width$}"),
            };
        }
        line.trim_end().to_owned() + "\n"
    };
    let lines = rows.iter().map(|row| match row {
        Ok(cells) => line(cells),
        Err(told) => told.clone(),
    });
    let legend = match task.recovery().verifier() {
        Some(_) => "tries: 1 for a right one, 0 for a wrong one; the last one counts\n",
        None => "",
    };
    line(&header) + &lines.collect::<String>() + legend
}

/// Right or wrong; the first error, after which prefix credit counts nothing, is marked.
fn result(replay: &Replay, number: usize) -> String {
    let right = replay.record.steps[number - 1].right;
    if !replay.record.extracted {
        return match right {
            true => "right, not extracted".to_owned(),
            false => "wrong".to_owned(),
        };
    }
    match (right, replay.record.guessed) {
        (true, _) => "right".to_owned(),
        (false, true) => "wrong, counts as right".to_owned(),
        (false, false) if number == replay.scored.leading as usize + 1 => {
            "wrong  <- first error".to_owned()
        }
        (false, false) => "wrong".to_owned(),
    }
}

/// What happened in the steps that are not shown, and how to see them.
fn left_out(replay: &Replay, range: RangeInclusive<usize>) -> String {
    const NAMED: usize = 8;
    let (from, to) = (*range.start(), *range.end());
    let wrong: Vec<usize> = range
        .filter(|number| !replay.record.steps[number - 1].right)
        .collect();
    let right = to + 1 - from - wrong.len();
    let named: Vec<String> = wrong.iter().take(NAMED).map(usize::to_string).collect();
    let which = match wrong.len() {
        0 => String::new(),
        count if count > NAMED => format!(" (steps {}, ...)", named.join(", ")),
        1 => format!(" (step {})", named.join(", ")),
        _ => format!(" (steps {})", named.join(", ")),
    };
    let told = format!(
        "steps {from} to {to}: {right} right, {} wrong{which}; --steps {from}..{to} shows them",
        wrong.len()
    );
    wrapped(&told, WIDTH, " ... ", "     ")
}

/// What metrics read off an answer; of a long one, the beginning.
fn answer(answer: &Answer) -> String {
    let listed = |numbers: &mut dyn Iterator<Item = String>| {
        let mut words: Vec<String> = numbers.take(MOST_SHOWN as usize + 1).collect();
        if words.len() > MOST_SHOWN as usize {
            words[MOST_SHOWN as usize] = "...".to_owned();
        }
        words.join(" ")
    };
    let nats = |numbers: &[f64]| listed(&mut numbers.iter().map(|one| four_digits(*one)));
    let tokens = |tokens: &[u32]| listed(&mut tokens.iter().map(u32::to_string));
    let mut text = String::new();
    if let Some(losses) = &answer.losses {
        text += &labelled("losses", &format!("{} (nats)", nats(losses)));
    }
    if let Some(writing) = &answer.writing {
        text += &labelled("right answer", &tokens(&writing.right));
        text += &labelled("written", &tokens(&writing.written));
    }
    if let Some(options) = &answer.options {
        let told = format!(
            "{} (log-weights, the right one's first)",
            nats(&options.logs)
        );
        text += &labelled("options", &told);
    }
    text
}

fn foot(replay: &Replay) -> String {
    let scored = &replay.scored;
    let steps = replay.outcome.len();
    let mut text = String::new();
    if steps <= MOST_SHOWN as usize {
        text += &labelled("outcome", &digits(&replay.outcome));
    }
    text += &labelled(
        "K",
        &format!("{} of {steps} {} right", scored.correct, steps_of(steps)),
    );
    text += &labelled(
        "T",
        &format!("{} right before the first error", scored.leading),
    );
    text += &replay.answer.as_ref().map(answer).unwrap_or_default();
    for (credit, earned) in &scored.credits {
        text += &labelled(&format!("{credit:<15}"), &four_digits(*earned));
    }
    text
}
