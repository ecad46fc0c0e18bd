//! A folder of results: what it holds is never mixed with anything else, and never half written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::provenance::sha256;
use super::scenario_file::Loaded;
use super::tree::Node;
use crate::domain::Scenario;

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
    /// It holds something that no run left there.
    #[error("{} is not empty and holds no results of mirage; use another -o (nothing was changed)", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot write {}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
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
const MANIFEST: &str = "manifest.json";
const SCENARIO: &str = "scenario.toml";

impl Folder {
    /// The folder of these scenarios when none is given: `out/<names>`, with eight digits of their hash appended if they
    /// were changed on the command line.
    #[must_use]
    pub fn default_path(scenarios: &[Loaded], changed: bool) -> PathBuf {
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
        Path::new("out").join(format!("{stem}{hash}"))
    }

    /// The file that replays a scenario: every setting, resolved.
    #[must_use]
    pub fn scenario_file(prefix: &str, scenario: &Scenario) -> NewFile {
        NewFile {
            name: format!("{prefix}{SCENARIO}"),
            bytes: scenario_text(scenario).into_bytes(),
        }
    }

    /// Takes a folder for these scenarios (a single one lies in the folder itself, several in subfolders). It may be absent,
    /// empty, or hold results of the same scenarios.
    ///
    /// # Errors
    /// The folder holds anything else, which is left as it is.
    pub fn claim(path: PathBuf, scenarios: &[Loaded]) -> Result<Self, FolderError> {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries.collect::<Result<Vec<_>, _>>(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        let entries = entries.map_err(|error| FolderError::Io {
            path: path.clone(),
            error,
        })?;
        let mut there = BTreeMap::new();
        let folders = entries
            .iter()
            .map(fs::DirEntry::path)
            .filter(|entry| entry.is_dir());
        for folder in std::iter::once(path.clone()).chain(folders) {
            if let Ok(text) = fs::read_to_string(folder.join(SCENARIO)) {
                let name = if folder == path {
                    String::new()
                } else {
                    file_name(&folder)
                };
                there.insert(name, text);
            }
        }
        let here: BTreeMap<String, &Scenario> = match scenarios {
            [only] => BTreeMap::from([(String::new(), &only.scenario)]),
            several => several
                .iter()
                .map(|one| (one.name.clone(), &one.scenario))
                .collect(),
        };
        if there.is_empty() {
            // What an interrupted first run left behind may be there; anything else is not ours.
            let ours = |entry: &fs::DirEntry| {
                is_partial(&entry.path()) || entry.path().is_dir() && is_empty(&entry.path())
            };
            return match entries.iter().all(ours) {
                true => Ok(Self { path }),
                false => Err(FolderError::Foreign { folder: path }),
            };
        }
        if !there.keys().eq(here.keys()) {
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
        for (text, scenario) in there.values().zip(here.values()) {
            if let Some((key, there, here)) = first_difference(text, scenario) {
                return Err(FolderError::Different {
                    folder: path,
                    key,
                    there,
                    here,
                });
            }
        }
        Ok(Self { path })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes every file aside and renames it into place, then `manifest.json`: a folder with a manifest is complete.
    ///
    /// # Errors
    /// The operating system refused; files already in place are whole.
    pub fn write(&self, files: Vec<NewFile>, manifest: Vec<u8>) -> Result<(), FolderError> {
        let manifest = NewFile {
            name: MANIFEST.to_owned(),
            bytes: manifest,
        };
        for NewFile { name, bytes } in files.into_iter().chain([manifest]) {
            let path = name
                .split('/')
                .fold(self.path.clone(), |path, part| path.join(part));
            write_aside(&path, &bytes).map_err(|error| FolderError::Io { path, error })?;
        }
        Ok(())
    }
}

fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let partial = folder.join(format!(
        "{}.{}.partial",
        file_name(path),
        std::process::id()
    ));
    let written = fs::File::create(&partial).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs::rename(&partial, path));
    if placed.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&partial);
    }
    placed
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn is_partial(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "partial")
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.all(|entry| entry.is_ok_and(|entry| is_partial(&entry.path())))
    })
}

fn scenario_text(scenario: &Scenario) -> String {
    // A scenario is tables of numbers, words and lists, all of which TOML can write.
    let settings = toml::to_string(scenario).unwrap_or_default();
    format!(
        "# Every setting of this run. `mirage run` on this file makes the same results again.\n{settings}"
    )
}

/// The first setting, by dotted key, in which a stored scenario differs from one at hand: key, there, here.
fn first_difference(text: &str, scenario: &Scenario) -> Option<(String, String, String)> {
    let stored = Node::from_toml(SCENARIO, text)
        .ok()
        .and_then(|tree| Scenario::deserialize(&tree).ok());
    let Some(stored) = stored else {
        return Some((
            "scenario.toml".to_owned(),
            "something unreadable".to_owned(),
            "otherwise".to_owned(),
        ));
    };
    let (there, here) = (settings(&stored), settings(scenario));
    let key = there
        .keys()
        .chain(here.keys())
        .filter(|key| there.get(*key) != here.get(*key))
        .min()?;
    let show = |settings: &BTreeMap<String, String>| {
        settings
            .get(key)
            .cloned()
            .unwrap_or_else(|| "(none)".to_owned())
    };
    Some((key.clone(), show(&there), show(&here)))
}

fn settings(scenario: &Scenario) -> BTreeMap<String, String> {
    fn collect(key: String, value: serde_json::Value, settings: &mut BTreeMap<String, String>) {
        match value {
            serde_json::Value::Object(table) => table.into_iter().for_each(|(name, value)| {
                let key = if key.is_empty() {
                    name
                } else {
                    format!("{key}.{name}")
                };
                collect(key, value, settings);
            }),
            value => drop(settings.insert(key, value.to_string())),
        }
    }
    let mut all = BTreeMap::new();
    collect(
        String::new(),
        serde_json::to_value(scenario).unwrap_or_default(),
        &mut all,
    );
    all
}
