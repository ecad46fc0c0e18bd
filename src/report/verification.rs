//! What `verify` found, as text of at most 80 columns, and for programs.

use serde::Serialize;

use super::number::shortest;
use crate::study::{Check, FALSE_ALARM, Verification, World, Worst};

/// Columns of the table.
const WIDTH: usize = 80;

/// How many of the least fitting numbers are shown: to people where the program is rejected, to programs always.
const SHOWN: usize = 10;

/// One row for each structure and each kind of number, the verdict, and what it means.
#[must_use]
pub fn verification(found: &Verification, worlds: &[World]) -> String {
    let Some(worst) = found.worst() else {
        return "nothing was checked\n".to_owned();
    };
    let row = |name: &str, worst: &Worst<'_>| {
        let start = format!(
            "{name:18} {:>7} {:>10}  ",
            worst.count,
            readable(worst.check.p_value)
        );
        let room = WIDTH - start.chars().count();
        start + &fitted(&place(worst.check, worlds, name), room) + "\n"
    };
    let header = |what: &str| format!("{what:18} {:>7} {:>10}  where\n", "numbers", "smallest p");
    let mut text = header("structure");
    for (name, worst) in found.by_structure(worlds) {
        text += &row(name, &worst);
    }
    text += "\n";
    text += &header("kind of number");
    for (name, worst) in found.by_quantity() {
        text += &row(name, &worst);
    }
    let verdict = match found.is_accepted() {
        true => "accepted",
        false => "REJECTED",
    };
    text += &format!(
        "\n{} numbers of {} worlds, seed {}\nsmallest p = {}, times {} = {}: {verdict}\n",
        worst.count,
        worlds.len(),
        found.seed.get(),
        readable(worst.check.p_value),
        worst.count,
        readable(worst.corrected()),
    );
    text += match found.is_accepted() {
        true => {
            "A right program is rejected (below 1e-4) with one seed in 10,000 at most.\n\
             Numbers of a world with several structures count in the row of each.\n"
        }
        false => {
            "A right program shows this with one seed in 10,000 at most: attempts and\n\
             expected values do not belong together. The numbers that say so:\n"
        }
    };
    for check in rejected(found) {
        text += &detail(check, worlds);
    }
    text
}

/// The verdict, every row, and the numbers that fit least, as JSON.
///
/// # Errors
/// None that is known: all values are plain.
pub fn verification_json(
    found: &Verification,
    worlds: &[World],
) -> Result<String, serde_json::Error> {
    let row = |(name, worst): &(&'static str, Worst<'_>)| Row {
        name,
        numbers: worst.count,
        smallest_p: worst.check.p_value,
        world: world_name(worst.check, worlds),
        quantity: worst.check.quantity.to_string(),
    };
    let mut checks: Vec<&Check> = found.checks.iter().collect();
    checks.sort_by(|one, other| one.p_value.total_cmp(&other.p_value));
    let worst = found.worst();
    let report = Report {
        seed: found.seed.get(),
        worlds: worlds.len(),
        numbers: found.checks.len(),
        smallest_p: worst.map(|worst| worst.check.p_value),
        smallest_p_times_numbers: worst.map(|worst| worst.corrected()),
        limit: FALSE_ALARM,
        accepted: found.is_accepted(),
        structures: found.by_structure(worlds).iter().map(row).collect(),
        quantities: found.by_quantity().iter().map(row).collect(),
        least_fitting: checks
            .into_iter()
            .take(SHOWN)
            .map(|check| Number::of(check, worlds))
            .collect(),
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

/// Every number, one a row: `world, scale, quantity, n, observed, expected, p_value`.
///
/// # Errors
/// None that is known: all values are plain.
pub fn verification_csv(found: &Verification, worlds: &[World]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for check in &found.checks {
        writer.serialize(Number::of(check, worlds))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[derive(Serialize)]
struct Report {
    seed: u64,
    worlds: usize,
    numbers: usize,
    smallest_p: Option<f64>,
    smallest_p_times_numbers: Option<f64>,
    limit: f64,
    accepted: bool,
    structures: Vec<Row>,
    quantities: Vec<Row>,
    least_fitting: Vec<Number>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    numbers: usize,
    smallest_p: f64,
    world: String,
    quantity: String,
}

#[derive(Serialize)]
struct Number {
    world: String,
    scale: f64,
    quantity: String,
    n: u64,
    observed: Option<f64>,
    expected: Option<f64>,
    p_value: f64,
}

impl Number {
    fn of(check: &Check, worlds: &[World]) -> Self {
        Self {
            world: world_name(check, worlds),
            scale: check.scale.get(),
            quantity: check.quantity.to_string(),
            n: check.n,
            observed: check.observed,
            expected: check.expected,
            p_value: check.p_value,
        }
    }
}

fn world_name(check: &Check, worlds: &[World]) -> String {
    worlds.get(check.world).map(World::name).unwrap_or_default()
}

/// The number, and the structures of its world beside the one that the row is about.
fn place(check: &Check, worlds: &[World], but: &str) -> String {
    let structures = worlds.get(check.world).map(|world| &world.structures);
    let others = structures.into_iter().flatten().copied();
    let others: Vec<&str> = others.filter(|name| *name != but).collect();
    match others.as_slice() {
        [] => check.quantity.to_string(),
        [first] => format!("{} with {first}", check.quantity),
        [first, more @ ..] => format!("{} with {first} and {} more", check.quantity, more.len()),
    }
}

/// The numbers that reject by themselves, the least likely first; none where the program is accepted.
fn rejected(found: &Verification) -> Vec<&Check> {
    let limit = FALSE_ALARM / found.checks.len() as f64;
    let checks = found.checks.iter();
    let mut checks: Vec<&Check> = checks.filter(|check| check.p_value < limit).collect();
    checks.sort_by(|one, other| one.p_value.total_cmp(&other.p_value));
    checks.truncate(SHOWN);
    checks
}

fn detail(check: &Check, worlds: &[World]) -> String {
    let values = match (check.observed, check.expected) {
        (Some(observed), Some(expected)) => format!(
            "    {} where {} was expected, n = {}\n",
            shortest(digits(observed)),
            shortest(digits(expected)),
            check.n
        ),
        _ => String::new(),
    };
    format!(
        "  {}\n    {} at scale {:.3e}: p = {}\n{values}",
        fitted(&world_name(check, worlds), WIDTH - 2),
        check.quantity,
        check.scale.get(),
        readable(check.p_value)
    )
}

/// To six digits.
fn digits(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}

fn readable(p: f64) -> String {
    match p {
        0.0 => "0".to_owned(),
        p if p >= 0.001 => format!("{p:.3}"),
        p => format!("{p:.1e}"),
    }
}

fn fitted(text: &str, room: usize) -> String {
    match text.chars().count() <= room {
        true => text.to_owned(),
        false => {
            text.chars()
                .take(room.saturating_sub(2))
                .collect::<String>()
                .trim_end()
                .to_owned()
                + ".."
        }
    }
}
