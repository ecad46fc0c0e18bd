//! The teaching figures that come with the program, and those of the user: from files with a table `[figure]`.

use super::scenario_file::{Base, LoadError, Source, base, fetch};
use super::shipped::Shipped;
use super::study_table::{SettingsTable, StudyKind, StudyTable};
use crate::domain::nearest_name;
use crate::report::ScenarioEntry;
use crate::study::{FigurePlan, FigureSettings};

macro_rules! gallery {
    ($($name:literal),+ $(,)?) => {
        /// Every teaching figure that comes with the program, in the order of a lecture.
        pub const GALLERY: &[Shipped] = &[
            $(Shipped { name: $name, text: include_str!(concat!("../../configs/gallery/", $name, ".toml")) }),+
        ];
    };
}

gallery![
    "two-worlds",
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
    "three-claims",
    "horizon",
    "landscape",
];

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
        table,
    } = base(read, source.folder(), &[])?;
    let Some(table) = StudyTable::of_kind(table, StudyKind::Figure)? else {
        return Err(LoadError::NoFigure {
            name: loaded.origin,
        });
    };
    let table = SettingsTable::read(StudyKind::Figure, Some(table), &[])?;
    let settings: FigureSettings = table.settings()?;
    let others = table.variants(&tree, &loaded.scenario)?;
    let others = others.into_iter().map(|other| other.scenario).collect();
    let plan = FigurePlan::new(loaded.name, loaded.scenario, others, settings);
    Ok(plan.map_err(|error| table.error(error.key(), error))?)
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
