//! The teaching figures that come with the program, and those of the user: from files with a table `[figure]`.

use super::read_error::ReadError;
use super::scenario_file::{Base, LoadError, Loaded, Source, base, fetch};
use super::shipped::{Shipped, embedded};
use super::study_table::{SettingsTable, StudyKind, StudyTable};
use super::summary_file::scores_of;
use super::tree::Node;
use super::{forecast_file, power_file};
use crate::domain::{Scenario, nearest_name};
use crate::report::ScenarioEntry;
use crate::study::{FigurePlan, FigureSettings, FigureStudy, Measured};

/// Every teaching figure that comes with the program, in the order of a lecture.
pub const GALLERY: &[Shipped] = embedded!["../../configs/gallery/":
    "two-worlds",
    "exam",
    "outcome-raster",
    "steps-fan",
    "harshness",
    "floor",
    "four-axes",
    "few-scales",
    "heterogeneity",
    "self-conditioning",
    "guessing",
    "retries-and-votes",
    "mirage-or-break",
    "bimodal-seeds",
    "three-claims",
    "forecast",
    "horizon",
    "landscape",
    "emergence-scores",
    "gpt-3",
    "what-power-buys",
];

/// Talks to be given beside figures of the gallery.
const TALKS: &[Shipped] = &[Shipped {
    name: "exam",
    text: include_str!("../../configs/gallery/exam.md"),
}];

/// The talk to be given beside a figure of the gallery, by the name of the figure, in Markdown; `None` where there is none,
/// and for figures of files.
#[must_use]
pub fn figure_talk(word: &str) -> Option<&'static str> {
    let of_gallery = matches!(Source::from(word), Source::Shipped(_));
    let mut talks = TALKS.iter().filter(|_| of_gallery);
    talks.find(|talk| talk.name == word).map(|talk| talk.text)
}

/// The tables of scores that figures of the gallery show.
const TABLES: &[Shipped] = &[Shipped {
    name: "gpt3_arithmetic_few_shot.csv",
    text: include_str!("../../configs/gallery/gpt3_arithmetic_few_shot.csv"),
}];

/// Reads a teaching figure: one that comes with the program, by its name, or that of a file.
///
/// # Errors
/// There is no such figure or file; those of [`load`](super::load), of the scenario and of its other worlds; a setting of the
/// table is unknown or out of range; [`FigurePlan::new`] refuses.
pub fn load_figure(word: &str) -> Result<FigurePlan, LoadError> {
    let source = Source::from(word);
    let is_file = matches!(source, Source::File(_) | Source::StandardInput);
    let read = match GALLERY.iter().find(|one| one.name == word) {
        Some(one) if !is_file => (
            word.to_owned(),
            format!("{word} (gallery)"),
            one.text.to_owned(),
        ),
        _ if is_file => fetch(&source)?,
        _ => return Err(unknown(word)),
    };
    let Base {
        loaded,
        tree,
        tables,
    } = base(read, source.folder(), &[])?;
    let Some(table) = tables.figure else {
        return Err(LoadError::NoFigure {
            name: loaded.origin,
        });
    };
    let table = SettingsTable::read(StudyKind::Figure, Some(table), &[])?;
    let settings: FigureSettings = table.settings()?;
    let others = table.variants(&tree, &loaded.scenario)?;
    let others = others.into_iter().map(|other| other.scenario);
    let others: Vec<Scenario> = others.collect();
    let study = study(tables.study, &tree, &loaded)?;
    let scores = match &settings.table {
        Some(name) => {
            let worlds = std::iter::once(&loaded.scenario).chain(&others);
            published(&source, name, worlds)?
        }
        None => Vec::new(),
    };
    let plan = FigurePlan::new(
        loaded.name,
        loaded.scenario,
        others,
        study,
        &scores,
        settings,
    );
    Ok(plan.map_err(|error| table.error(error.key(), error))?)
}

/// The published scores of each world: from a table that comes with the program, or a file beside that of the figure.
fn published<'a>(
    source: &Source,
    name: &str,
    worlds: impl Iterator<Item = &'a Scenario>,
) -> Result<Vec<Vec<Measured>>, LoadError> {
    let shipped = TABLES.iter().find(|one| one.name == name);
    let (origin, text) = match (source, shipped) {
        (Source::Shipped(_), Some(one)) => (format!("{name} (gallery)"), one.text.to_owned()),
        _ => {
            let (_, origin, text) = fetch(&Source::File(source.folder().join(name)))?;
            (origin, text)
        }
    };
    let of_world = |world: &Scenario| scores_of(&origin, &text, &world.title);
    let scores = worlds.map(of_world).collect::<Result<_, _>>()?;
    Ok(scores)
}

/// The study that a figure shows.
fn study(
    table: Option<StudyTable>,
    tree: &Node,
    loaded: &Loaded,
) -> Result<Option<FigureStudy>, ReadError> {
    let Some(StudyTable { kind, entry }) = table else {
        return Ok(None);
    };
    match kind {
        StudyKind::Power => {
            let (plan, _) = power_file::plan(Some(entry), &[], tree, loaded)?;
            Ok(Some(FigureStudy::Power(Box::new(plan))))
        }
        StudyKind::Forecast => {
            let (plan, _) = forecast_file::plan(Some(entry), &[], tree, loaded)?;
            Ok(Some(FigureStudy::Forecast(Box::new(plan))))
        }
        StudyKind::Sweep | StudyKind::Figure => {
            let name = kind.name();
            let problem = format!("a teaching figure shows no [{name}]: leave it out");
            Err(entry.key_spot.error(name, problem))
        }
    }
}

fn unknown(word: &str) -> LoadError {
    let names = || GALLERY.iter().map(|one| one.name);
    LoadError::UnknownFigure {
        name: word.to_owned(),
        nearest: nearest_name(word, names()),
        known: names().collect::<Vec<_>>().join(", "),
    }
}

/// Every teaching figure that comes with the program, with its title and what there is to see.
///
/// # Errors
/// One of them cannot be read, which a test excludes.
pub fn gallery_entries() -> Result<Vec<ScenarioEntry>, LoadError> {
    let entry = |one: &Shipped| {
        let plan = load_figure(one.name)?;
        Ok(ScenarioEntry {
            name: plan.name,
            title: plan.title,
            question: plan.see,
        })
    };
    GALLERY.iter().map(entry).collect()
}
