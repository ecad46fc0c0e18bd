//! A folder of results: what it holds is never mixed with anything else, and never half written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::aside::Aside;
use super::provenance::sha256;
use super::read_error::plainly;
use super::scenario_file::{Loaded, read_scenario};
use super::store::LOG;
use super::study_table::StudyTables;
use super::tree::Node;
use crate::domain::{Scenario, dotted_values};
use crate::engine::LAYOUT;

/// Why results cannot be put into a folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// It holds results of another scenario.
    #[error("{} holds a run with {key} = {there}, this command says {here}; use another -o (nothing was changed)", folder.display())]
    Different {
        /// The folder.
        folder: PathBuf,
        /// The first setting that differs.
        key: String,
        /// Its value in the folder.
        there: String,
        /// Its value now.
        here: String,
    },
    /// It holds results of scenarios that are not run now, or not of those that are.
    #[error("{} holds a run of {there}, this command runs {here}; use another -o (nothing was changed)", folder.display())]
    OtherScenarios {
        /// The folder.
        folder: PathBuf,
        /// Names of the scenarios in it.
        there: String,
        /// Names of the scenarios now.
        here: String,
    },
    /// It holds simulated results, which expected ones must not replace.
    #[error("{} holds simulated results of this scenario; use another -o (nothing was changed)", folder.display())]
    Simulated {
        /// The folder.
        folder: PathBuf,
    },
    /// It holds something that no run left there.
    #[error("{} is not empty and holds no results of mirage; use another -o (nothing was changed)", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
    },
    /// It holds a sweep.
    #[error("{} holds a sweep, not a run; use another -o (nothing was changed)", folder.display())]
    Sweep {
        /// The folder.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot write {}: {}", path.display(), plainly(error))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Results {
    /// Simulated attempts and what is expected of them.
    Simulated,
    /// What is expected, by itself.
    Expected,
}

/// A file to be written.
pub struct NewFile {
    /// Below the folder, with `/` between parts.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A folder for the results of one or several scenarios.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// The record that a run was finished; written last.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SCENARIO: &str = "scenario.toml";
pub(super) const TALLIES: &str = "tallies.jsonl";

impl Folder {
    /// The folder of these scenarios when none is given: `out/<names>`, with eight digits of their hash appended if they
    /// were changed on the command line, and `-expected` if nothing is simulated.
    #[must_use]
    pub fn default_path(scenarios: &[Loaded], changed: bool, results: Results) -> PathBuf {
        let names: Vec<&str> = scenarios.iter().map(|one| one.name.as_str()).collect();
        let stem = match names[..] {
            [one, two, three, .., last] => format!("{one}+{two}+{three}+...+{last}"),
            _ => names.join("+"),
        };
        let texts: String = scenarios
            .iter()
            .map(|one| scenario_text(&one.scenario))
            .collect();
        let many = scenarios.len() > 3;
        let hash = if changed || many {
            format!("-{}", &sha256(texts.as_bytes())[..8])
        } else {
            String::new()
        };
        let end = match results {
            Results::Simulated => "",
            Results::Expected => "-expected",
        };
        Path::new("out").join(format!("{stem}{hash}{end}"))
    }

    /// The file that replays a scenario: every setting, resolved.
    #[must_use]
    pub fn scenario_file(prefix: &str, scenario: &Scenario) -> NewFile {
        NewFile {
            name: format!("{prefix}{SCENARIO}"),
            bytes: scenario_text(scenario).into_bytes(),
        }
    }

    /// Takes a folder for these scenarios (a single one lies in the folder itself, several in subfolders). It may be
    /// absent, empty, or hold results of the same scenarios: all of them, or what was finished of an interrupted run.
    ///
    /// # Errors
    /// The folder holds anything else, which is left as it is.
    pub fn claim(
        path: PathBuf,
        scenarios: &[Loaded],
        results: Results,
    ) -> Result<Self, FolderError> {
        let entries = entries(&path).map_err(|error| FolderError::Io {
            path: path.clone(),
            error,
        })?;
        if path.join(LOG).is_file() {
            return Err(FolderError::Sweep { folder: path });
        }
        let there = scenarios_in(&path, &entries);
        let manifest = fs::read_to_string(path.join(MANIFEST)).ok();
        if there.is_empty() {
            // What an interrupted first run left behind may be there; anything else is not ours.
            let ours = |entry: &PathBuf| is_partial(entry) || entry.is_dir() && is_empty(entry);
            return match entries.iter().all(ours) {
                true => Ok(Self { path }),
                false => Err(FolderError::Foreign { folder: path }),
            };
        }
        let here: BTreeMap<String, &Scenario> = match scenarios {
            [only] => BTreeMap::from([(String::new(), &only.scenario)]),
            several => several
                .iter()
                .map(|one| (one.name.clone(), &one.scenario))
                .collect(),
        };
        let complete = there.len() == here.len() || manifest.is_none();
        if !complete || there.keys().any(|name| !here.contains_key(name)) {
            let names = |names: Vec<&String>| match names[..] {
                [one] if one.is_empty() => "a single scenario".to_owned(),
                _ => names.into_iter().cloned().collect::<Vec<_>>().join(", "),
            };
            let (there, here) = (names(there.keys().collect()), names(here.keys().collect()));
            return Err(FolderError::OtherScenarios {
                folder: path,
                there,
                here,
            });
        }
        for (name, text) in &there {
            let difference = here
                .get(name)
                .and_then(|scenario| first_difference(text, scenario));
            if let Some((key, there, here)) = difference {
                return Err(FolderError::Different {
                    folder: path,
                    key,
                    there,
                    here,
                });
            }
        }
        let has_tallies = |name: &String| path.join(name).join(TALLIES).exists();
        if results == Results::Expected && there.keys().any(has_tallies) {
            return Err(FolderError::Simulated { folder: path });
        }
        match manifest
            .as_deref()
            .and_then(layout_of)
            .filter(|layout| *layout != u64::from(LAYOUT))
        {
            Some(layout) => Err(FolderError::Different {
                folder: path,
                key: "layout".to_owned(),
                there: layout.to_string(),
                here: LAYOUT.to_string(),
            }),
            None => Ok(Self { path }),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes every file aside and renames it into place.
    ///
    /// # Errors
    /// The operating system refused; files already in place are whole.
    pub fn write(&self, files: Vec<NewFile>) -> Result<(), FolderError> {
        for NewFile { name, bytes } in files {
            let path = name
                .split('/')
                .fold(self.path.clone(), |path, part| path.join(part));
            write_aside(&path, &bytes).map_err(|error| FolderError::Io { path, error })?;
        }
        Ok(())
    }

    /// Takes the manifest away: from here on the folder is not complete.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn open(&self) -> Result<(), FolderError> {
        let path = self.path.join(MANIFEST);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(FolderError::Io { path, error })
            }
            _ => Ok(()),
        }
    }

    /// Writes the manifest: the folder is complete.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn close(&self, manifest: Vec<u8>) -> Result<(), FolderError> {
        self.write(vec![NewFile {
            name: MANIFEST.to_owned(),
            bytes: manifest,
        }])
    }
}

/// What lies in a folder, in order; nothing if there is no such folder.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    paths.sort();
    Ok(paths)
}

/// The text of each scenario in a folder: its own under the empty name, those of subfolders under theirs.
fn scenarios_in(folder: &Path, entries: &[PathBuf]) -> BTreeMap<String, String> {
    let subfolders = entries.iter().filter(|entry| entry.is_dir());
    let named = subfolders.map(|subfolder| (file_name(subfolder), subfolder.clone()));
    let all = std::iter::once((String::new(), folder.to_owned())).chain(named);
    all.filter_map(|(name, folder)| Some((name, fs::read_to_string(folder.join(SCENARIO)).ok()?)))
        .collect()
}

fn layout_of(manifest: &str) -> Option<u64> {
    serde_json::from_str::<serde_json::Value>(manifest)
        .ok()?
        .get("layout")?
        .as_u64()
}

/// Writes a file beside its place and renames it into it, so that no reader sees half of it.
pub(super) fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Aside::create(path)?;
    file.write_all(bytes)?;
    file.place()
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

pub(super) fn is_partial(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "partial")
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.all(|entry| entry.is_ok_and(|entry| is_partial(&entry.path())))
    })
}

fn scenario_text(scenario: &Scenario) -> String {
    let settings = settings_text(scenario);
    format!(
        "# Every setting of this run. `mirage run` on this file makes the same results again.\n{settings}"
    )
}

/// Every setting of a scenario, as TOML.
pub(super) fn settings_text(scenario: &Scenario) -> String {
    // A scenario is tables of numbers, words and lists, all of which TOML can write.
    toml::to_string(scenario).unwrap_or_default()
}

/// The first setting, by dotted key, in which a stored scenario differs from one at hand: key, there, here.
fn first_difference(text: &str, scenario: &Scenario) -> Option<(String, String, String)> {
    let stored = Node::from_toml(SCENARIO, text).ok().and_then(|mut tree| {
        StudyTables::taken_out_of(&mut tree).ok()?;
        read_scenario(&tree, &[]).ok()
    });
    let Some(stored) = stored else {
        return Some((
            "scenario.toml".to_owned(),
            "something unreadable".to_owned(),
            "otherwise".to_owned(),
        ));
    };
    first_differing(&settings(&stored), &settings(scenario), |_| true)
}

/// The first key, among those that matter, under which two tables differ: key, there, here.
pub(super) fn first_differing(
    there: &BTreeMap<String, String>,
    here: &BTreeMap<String, String>,
    matters: impl Fn(&str) -> bool,
) -> Option<(String, String, String)> {
    let keys = there.keys().chain(here.keys());
    let key = keys
        .filter(|key| matters(key) && there.get(*key) != here.get(*key))
        .min()?;
    let show = |settings: &BTreeMap<String, String>| {
        settings
            .get(key)
            .cloned()
            .unwrap_or_else(|| "(none)".to_owned())
    };
    Some((key.clone(), show(there), show(here)))
}

fn settings(scenario: &Scenario) -> BTreeMap<String, String> {
    dotted_values(scenario)
        .into_iter()
        .map(|(key, value)| (key, value.to_string()))
        .collect()
}
