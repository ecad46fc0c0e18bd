//! The teaching figures that come with the program, and those of the user: from files with a table `[figure]`.

use super::power_file::Otherwise;
use super::read_error::Spot;
use super::refusal::Refusal;
use super::scenario_file::{Base, LoadError, Source, base, fetch};
use super::shipped::Shipped;
use super::tree::Value;
use crate::domain::{Scenario, known_keys, nearest_name};
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
        figure,
        ..
    } = base(read, source.folder(), &[])?;
    let Some(mut figure) = figure else {
        return Err(LoadError::NoFigure {
            name: loaded.origin,
        });
    };
    let worlds = match &mut figure.node.value {
        Value::Table(table) => table.remove("worlds"),
        _ => None,
    };
    let settings: FigureSettings = serde::Deserialize::deserialize(&figure.node)
        .map_err(|refusal: Refusal| refusal.inside("figure").into_read_error(&[]))?;
    let list = match worlds.as_ref().map(|entry| &entry.node) {
        None => &[],
        Some(node) => match &node.value {
            Value::List(list) => list.as_slice(),
            _ => {
                let problem = format!("expected a list of tables, found {}", node.told());
                return Err(node.spot.error("figure.worlds", problem).into());
            }
        },
    };
    let known = known_keys();
    let others = list.iter().map(|node| {
        let otherwise = Otherwise {
            key: "figure.worlds",
            called: "the world",
            spot: &node.spot,
            settings: node,
        };
        Ok(otherwise.apply(&tree, &loaded.scenario, &known)?.0)
    });
    let others: Vec<Scenario> = others.collect::<Result<_, LoadError>>()?;
    let plan = FigurePlan::new(loaded.name, loaded.scenario, others, settings);
    plan.map_err(|error| {
        let key = error.key();
        let own = match (key, &worlds) {
            ("worlds", Some(entry)) => entry.key_spot.clone(),
            _ => figure.node.spot_of(key),
        };
        let spot = match own {
            Spot::Unknown => figure.key_spot.clone(),
            told => told,
        };
        spot.error(&format!("figure.{key}"), error).into()
    })
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
