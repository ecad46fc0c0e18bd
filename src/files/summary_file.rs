//! A tidy table of scores, as `summary.csv` holds it or as people write it, and the scenario it belongs to.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::folder::SCENARIO;
use super::read_error::{ReadError, Spot};
use super::scenario_file::{LoadError, Override, Source, fetch, load};
use super::summary_choice::chosen;
use super::summary_table::Table;
use crate::domain::Scenario;
use crate::study::Measured;

/// Which rows of a table are meant, where it holds those of several scenarios or points of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// The value in the column `scenario`.
    pub scenario: Option<String>,
    /// The number in the column `point`.
    pub point: Option<u64>,
}

/// The scores of a table.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The stem of the file; a `summary.csv` is called like the folder it lies in, rows picked by scenario like that.
    pub name: String,
    /// Where the text came from, as the user would name it.
    pub origin: String,
    /// The text that was read.
    pub text: String,
    /// The scores of each metric, in the order of the table. Metrics that are no rates are kept as they are.
    pub measured: Vec<Measured>,
    /// The scenario that was given, or else the one in `scenario.toml` beside the file, with the settings of the point that
    /// was picked; `None` where there is neither.
    pub scenario: Option<Scenario>,
}

/// Whether a source is a table by its name, and no scenario.
#[must_use]
pub fn is_summary(source: &Source) -> bool {
    match source {
        Source::File(path) => path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv")),
        Source::Shipped(_) | Source::StandardInput => false,
    }
}

/// Whether a text is a table by its first line, and no scenario.
pub(super) fn is_table(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().find(|line| !line.trim().is_empty());
    let names: Vec<&str> = first.unwrap_or_default().split(',').map(bare).collect();
    names.contains(&"metric") && names.contains(&"scale")
}

fn bare(cell: &str) -> &str {
    cell.trim().trim_matches('"')
}

/// Reads a table with the columns `scale`, `metric`, `estimate` and `items`; `attempts` (at each item, 1 where it is missing), `ci_low`,
/// `ci_high`, `level`, `scenario` and `point` are read where they are there, and other columns left out. Rows without an
/// estimate are left out as well. `task` is the scenario that the scores belong to, by default `scenario.toml` beside the
/// file; overrides change it.
///
/// # Errors
/// The text cannot be fetched or is no such table, a cell cannot be read, several scenarios or points are in it and none
/// is picked, or the scenario cannot be loaded.
pub fn load_summary(
    source: &Source,
    pick: &Pick,
    task: Option<&Source>,
    overrides: &[Override],
) -> Result<Summary, LoadError> {
    summary(fetch(source)?, source, pick, task, overrides)
}

/// The same of a text that was fetched.
pub(super) fn summary(
    (stem, origin, text): (String, String, String),
    source: &Source,
    pick: &Pick,
    task: Option<&Source>,
    overrides: &[Override],
) -> Result<Summary, LoadError> {
    let table = Table::read(&origin, body(&text))?;
    let rows = chosen(&table, pick)?;
    let measured = table.measured(&rows)?;
    let scenario = match task {
        Some(task) => Some(load(task, overrides)?.scenario),
        None => match beside(source, pick) {
            Some(path) => {
                let mut settings = table.settings(&rows);
                settings.extend_from_slice(overrides);
                Some(load(&Source::File(path), &settings)?.scenario)
            }
            None => none(overrides)?,
        },
    };
    Ok(Summary {
        name: name(stem, source, pick),
        origin,
        measured,
        scenario,
        text,
    })
}

fn body(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The scores of each metric of a scenario in a table, which is taken for no more than that.
pub(super) fn scores_of(
    origin: &str,
    text: &str,
    scenario: &str,
) -> Result<Vec<Measured>, ReadError> {
    let table = Table::read(origin, body(text))?;
    let pick = Pick {
        scenario: Some(scenario.to_owned()),
        point: None,
    };
    table.measured(&chosen(&table, &pick)?)
}

/// Settings of a scenario that is not there.
fn none(overrides: &[Override]) -> Result<Option<Scenario>, ReadError> {
    match overrides.first() {
        Some(first) => {
            let spot = Spot::CommandLine(Rc::from(first.words.as_str()));
            let problem =
                "there is no scenario beside the table whose setting this is: give --task FILE";
            Err(spot.error(&first.key, problem))
        }
        None => Ok(None),
    }
}

/// The scenario file beside a table, or in the folder of the scenario that was picked.
pub(super) fn beside(source: &Source, pick: &Pick) -> Option<PathBuf> {
    let Source::File(path) = source else {
        return None;
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let of_pick = pick.scenario.as_ref().map(|name| folder.join(name));
    let folders = of_pick.into_iter().chain([folder.to_owned()]);
    let mut files = folders.map(|folder| folder.join(SCENARIO));
    files.find(|file| file.is_file())
}

fn name(stem: String, source: &Source, pick: &Pick) -> String {
    let folder = match source {
        Source::File(path) if stem == "summary" => std::path::absolute(path).ok(),
        _ => None,
    };
    let folder =
        folder.and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()));
    let name = pick.scenario.clone().or(folder).unwrap_or(stem);
    match pick.point {
        Some(point) => format!("{name}-{point}"),
        None => name,
    }
}
