//! The folder of a sweep: its scenario and design, the log of tallies, and the tables made from it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::Deserialize;

use super::design_table::SweepWords;
use super::folder::{MANIFEST, SCENARIO, entries, first_differing, is_partial, write_aside};
use super::provenance::{Provenance, SweepMark, sha256};
use super::read_error::plainly;
use super::scenario_file::{LoadError, Source};
use super::store::{LOCK, LOG, Store, StoreError};
use super::study_file::{Study, load_study};
use super::tally_log::{EMPTY, Repair};
use crate::domain::dotted_values;
use crate::engine::{Interrupted, TallyKey};
use crate::study::{Plan, Point, Shard};

pub(super) const SUMMARY: &str = "summary.csv";
pub(super) const ANATOMY: &str = "anatomy.csv";

/// Why a sweep cannot go on in a folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepFolderError {
    /// It holds another sweep.
    #[error("{} holds a sweep with {key} = {there}, this command says {here}; {} (nothing was changed)", folder.display(), advice(key))]
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
    /// It holds points, items or attempts that the sweep would not have any more.
    #[error("{} holds {what}, which this command leaves out; --extend only adds: use another -o (nothing was changed)", folder.display())]
    Smaller {
        /// The folder.
        folder: PathBuf,
        /// What would be lost.
        what: String,
    },
    /// It holds something that no sweep left there.
    #[error("{} {}; use another -o (nothing was changed)", folder.display(), foreign(*there))]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        there: Instead,
    },
    /// There is no sweep in it.
    #[error("{} holds no sweep: {}", folder.display(), there.told(folder))]
    NoSweep {
        /// The folder.
        folder: PathBuf,
        /// What is there.
        there: Instead,
    },
    /// What the folder says of its sweep cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Its tallies cannot be read or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system refused.
    #[error("cannot write {}: {}", path.display(), plainly(error))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// What is there where a sweep was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// No folder.
    Nothing,
    /// A file.
    File,
    /// A log of tallies without the scenario that they are of.
    Log,
    /// Results of a run.
    Run,
    /// Folders of shards.
    Shards,
    /// Something else.
    Other,
}

impl Instead {
    fn of(folder: &Path) -> Self {
        let has = |name: &str| folder.join(name).is_file();
        if folder.is_file() {
            Self::File
        } else if !folder.exists() {
            Self::Nothing
        } else if has(LOG) {
            Self::Log
        } else if has(SUMMARY_OF_RUN) {
            Self::Run
        } else if shards_in(folder).is_ok_and(|shards| !shards.is_empty()) {
            Self::Shards
        } else {
            Self::Other
        }
    }

    /// What to do about it.
    fn told(self, folder: &Path) -> String {
        let folder = folder.display();
        match self {
            Self::Nothing => "there is no such folder".to_owned(),
            Self::File => {
                "it is a file; give the folder that `mirage sweep` left its results in".to_owned()
            }
            Self::Log => format!("there is no {SCENARIO} with a [sweep] beside its log"),
            Self::Run => format!(
                "it holds results of `mirage run`, whose tables are {folder}/summary.csv and {folder}/anatomy.csv; `mirage sweep` makes sweeps"
            ),
            Self::Shards => format!(
                "it holds shards of one; `mirage merge {folder} -o DIR` puts them together in DIR"
            ),
            Self::Other => format!("there is no {SCENARIO} with a [sweep]"),
        }
    }
}

/// What only a run leaves in its folder.
const SUMMARY_OF_RUN: &str = "summary.json";

fn foreign(there: Instead) -> &'static str {
    match there {
        Instead::Run => "holds results of `mirage run`, not of a sweep",
        Instead::Shards => "holds shards of a sweep, not a whole one",
        _ => "is not empty and holds no sweep of mirage",
    }
}

/// What to say of a folder in which a sweep was looked for.
pub(super) fn no_sweep(folder: &Path) -> SweepFolderError {
    SweepFolderError::NoSweep {
        folder: folder.to_owned(),
        there: Instead::of(folder),
    }
}

fn is_foreign(folder: &Path) -> SweepFolderError {
    SweepFolderError::Foreign {
        folder: folder.to_owned(),
        there: Instead::of(folder),
    }
}

/// The folders of shards in a folder, by the number of shards and their own.
pub(super) fn shards_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = entries(folder)?.into_iter();
    let sweeps = entries.filter(|entry| entry.join(SCENARIO).is_file());
    let mut shards: Vec<_> = sweeps
        .filter_map(|entry| Some((shard_of(&entry)?, entry)))
        .collect();
    shards.sort_by_key(|(shard, _)| (shard.count(), shard.index()));
    Ok(shards.into_iter().map(|(_, entry)| entry).collect())
}

/// The shard that a folder is called after: `INDEX-of-COUNT`, with `.partial` behind it while it is worked on.
pub(super) fn shard_of(folder: &Path) -> Option<Shard> {
    let name = folder.file_name()?.to_str()?;
    let name = name.strip_suffix(".partial").unwrap_or(name);
    let (index, count) = name.split_once("-of-")?;
    Shard::new(index.parse().ok()?, count.parse().ok()?).ok()
}

fn advice(key: &str) -> &'static str {
    let grows = GROWING.contains(&key) || key.starts_with("sweep");
    match grows {
        true => "--extend adds to it, or use another -o",
        false => "use another -o",
    }
}

/// What may differ where a sweep is extended.
const GROWING: [&str; 3] = [
    "evaluation.attempts",
    "evaluation.items",
    "evaluation.scales",
];

/// What a folder is claimed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// The sweep that it holds, if it holds one.
    Same,
    /// That sweep with points, scales, items or attempts added.
    Extend,
}

/// What the folder of a sweep is called when no name is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// After its scenario.
    Plain,
    /// After its scenario, with a hash of every setting.
    Hashed,
}

/// Where a sweep, or one shard of it, lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepPlace {
    /// Its folder once it is complete.
    path: PathBuf,
    shard: Option<Shard>,
}

impl SweepPlace {
    /// A folder for the whole of a sweep.
    #[must_use]
    pub fn whole(path: PathBuf) -> Self {
        Self { path, shard: None }
    }

    /// The folder of one shard: `INDEX-of-COUNT` in a folder for all of them.
    #[must_use]
    pub fn of_shard(parent: &Path, shard: Shard) -> Self {
        Self {
            path: parent.join(format!("{}-of-{}", shard.index(), shard.count())),
            shard: Some(shard),
        }
    }

    /// The folder of a sweep when none is given: `out/NAME`, with eight digits of a hash appended if it is to be told from
    /// others of that name, and `-shards` for the folder of all shards.
    #[must_use]
    pub fn by_default(study: &Study, naming: Naming, shard: Option<Shard>) -> Self {
        let name = &study.loaded.name;
        let hash = match naming {
            Naming::Hashed => format!("-{}", &sha256(study.text().as_bytes())[..8]),
            Naming::Plain => String::new(),
        };
        match shard {
            None => Self::whole(Path::new("out").join(format!("{name}{hash}"))),
            Some(shard) => {
                let parent = Path::new("out").join(format!("{name}{hash}-shards"));
                Self::of_shard(&parent, shard)
            }
        }
    }

    /// Its folder once it is complete.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a sweep is there, complete or not.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.now().join(SCENARIO).is_file()
    }

    /// Whether a study may lie here: nothing else does.
    ///
    /// # Errors
    /// Something else lies here, which is named.
    pub fn suits(
        &self,
        study: &Study,
        growth: Growth,
        cancel: &AtomicBool,
    ) -> Result<(), SweepFolderError> {
        check(&self.now(), study, &study.text(), growth, cancel)
    }

    /// Which shard it is for; `None` for the whole.
    #[must_use]
    pub const fn shard(&self) -> Option<Shard> {
        self.shard
    }

    /// Where it lies now: a shard has another name until it is complete.
    fn now(&self) -> PathBuf {
        match self.shard {
            Some(_) if !self.path.is_dir() => self.at_work(),
            _ => self.path.clone(),
        }
    }

    /// Where it lies while it is worked on.
    fn at_work(&self) -> PathBuf {
        match self.shard {
            None => self.path.clone(),
            Some(_) => self.path.with_extension("partial"),
        }
    }
}

/// A folder that is worked on, by this process alone.
#[derive(Debug)]
pub struct SweepFolder {
    place: SweepPlace,
    /// The text of its study.
    text: String,
    /// Where it lies while it is worked on.
    pub(super) at: PathBuf,
    /// What has been counted.
    pub(super) store: Store,
    /// What was mended when it was opened.
    pub repair: Repair,
}

impl SweepFolder {
    /// Takes a folder for a study. It may be absent, empty, or hold the same study, complete or not; with
    /// [`Growth::Extend`] also a part of it.
    ///
    /// # Errors
    /// It holds anything else, which is left as it is; or another process is at work in it.
    pub fn claim(
        place: SweepPlace,
        study: &Study,
        growth: Growth,
        cancel: &AtomicBool,
    ) -> Result<Self, SweepFolderError> {
        let now = place.now();
        let text = study.text();
        check(&now, study, &text, growth, cancel)?;
        let same = fs::read_to_string(now.join(SCENARIO)).is_ok_and(|there| there == text);
        // A complete shard keeps its name unless it grows: somebody may be reading it.
        let at = match same {
            true => now.clone(),
            false => place.at_work(),
        };
        if now != at {
            rename(&now, &at)?;
        }
        let (store, repair) = Store::open(&at)?;
        // Somebody else may have been faster before the lock was ours.
        check(&at, study, &text, growth, cancel)?;
        // Tables that a process was writing when it died.
        for entry in entries(&at).unwrap_or_default() {
            if is_partial(&entry) && entry.is_file() {
                // Nobody misses them, and they do no harm.
                let _ = fs::remove_file(entry);
            }
        }
        let folder = Self {
            place,
            text,
            at,
            store,
            repair,
        };
        let path = folder.at.join(SCENARIO);
        // What a reader has written beside the settings stays.
        let keeps = growth == Growth::Same && path.is_file();
        if !keeps && !same {
            folder.open()?;
            write_aside(&path, folder.text.as_bytes())
                .map_err(|error| SweepFolderError::Io { path, error })?;
        }
        Ok(folder)
    }

    /// Where it is once it is complete.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Whether everything was done and written when it was last closed, and is still there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(&self.at, self.place.shard, &self.text)
    }

    /// Takes the manifest away: from here on it is not complete.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn open(&self) -> Result<(), SweepFolderError> {
        let path = self.at.join(MANIFEST);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(SweepFolderError::Io { path, error })
            }
            _ => Ok(()),
        }
    }

    /// Writes the manifest: it is complete. A shard gets its name.
    ///
    /// # Errors
    /// The operating system refused, or somebody took the folder away.
    pub fn close(self, provenance: Provenance) -> Result<(), SweepFolderError> {
        self.store.flush()?;
        let mark = mark(&self.at, self.place.shard, &self.text);
        let path = self.at.join(SCENARIO);
        let Some(mark) = mark.filter(|_| path.is_file()) else {
            return Err(StoreError::Gone { path }.into());
        };
        let path = self.at.join(MANIFEST);
        let written = serde_json::to_string_pretty(&provenance.of_sweep(mark))
            .map_err(io::Error::other)
            .and_then(|manifest| write_aside(&path, (manifest + "\n").as_bytes()));
        written.map_err(|error| SweepFolderError::Io { path, error })?;
        let (from, to) = (self.at, self.place.path);
        if from == to {
            return Ok(());
        }
        // The lock is held until it has its name, where folders with open files can be given one.
        if cfg!(windows) {
            drop(self.store);
        }
        rename(&from, &to)
    }
}

/// Whether a folder was closed with this study and has the tables that it had then.
pub(super) fn is_complete(folder: &Path, shard: Option<Shard>, text: &str) -> bool {
    let manifest = fs::read(folder.join(MANIFEST)).ok();
    let manifest: Option<Closed> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let found = mark(folder, shard, text);
    manifest.is_some_and(|manifest| found == Some(manifest.sweep))
}

/// What of a manifest tells whether a sweep is complete.
#[derive(Deserialize)]
struct Closed {
    sweep: SweepMark,
}

/// What a sweep would be recognised by as it lies there; `None` if a table is missing. A shard has none.
fn mark(folder: &Path, shard: Option<Shard>, text: &str) -> Option<SweepMark> {
    let names: &[&str] = match shard {
        None => &[SUMMARY, ANATOMY],
        Some(_) => &[],
    };
    let table = |name: &&str| {
        let file = fs::metadata(folder.join(name)).ok()?;
        Some(((*name).to_owned(), file.len()))
    };
    Some(SweepMark {
        scenario_sha256: sha256(text.as_bytes()),
        tables: names.iter().map(table).collect::<Option<_>>()?,
    })
}

fn rename(from: &Path, to: &Path) -> Result<(), SweepFolderError> {
    fs::rename(from, to).map_err(|error| SweepFolderError::Io {
        path: to.to_owned(),
        error,
    })
}

/// The study of a folder.
///
/// # Errors
/// There is none, or it cannot be read.
pub fn study_in(folder: &Path) -> Result<Study, SweepFolderError> {
    let path = folder.join(SCENARIO);
    if !path.is_file() {
        return Err(no_sweep(folder));
    }
    match load_study(Some(&Source::File(path)), &[], &SweepWords::default()) {
        Err(LoadError::NoSweep) => Err(no_sweep(folder)),
        study => Ok(study?),
    }
}

/// Whether a folder may be worked on for a study.
fn check(
    folder: &Path,
    study: &Study,
    text: &str,
    growth: Growth,
    cancel: &AtomicBool,
) -> Result<(), SweepFolderError> {
    let io_error = |error| SweepFolderError::Io {
        path: folder.to_owned(),
        error,
    };
    let there = match fs::read_to_string(folder.join(SCENARIO)) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // What a process left that died before it had written anything.
            // Or what one has written since that was faster.
            let ours = |entry: &PathBuf| {
                is_partial(entry)
                    || entry.ends_with(LOCK)
                    || entry.ends_with(SCENARIO)
                    || is_new(entry)
            };
            return match entries(folder).map_err(io_error)?.iter().all(ours) {
                true => Ok(()),
                false => Err(is_foreign(folder)),
            };
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(io_error(error)),
        Err(error) => return Err(io_error(error)),
    };
    if there == text {
        return Ok(());
    }
    let stored = match study_in(folder) {
        Err(SweepFolderError::NoSweep { .. }) => return Err(is_foreign(folder)),
        stored => stored?,
    };
    if let Some((key, there, here)) = first_difference(&stored, study, growth) {
        return Err(SweepFolderError::Different {
            folder: folder.to_owned(),
            key,
            there,
            here,
        });
    }
    match growth {
        Growth::Same => Ok(()),
        Growth::Extend => contains(study, &stored, cancel)?.map_or(Ok(()), |what| {
            Err(SweepFolderError::Smaller {
                folder: folder.to_owned(),
                what,
            })
        }),
    }
}

/// A log that holds no record yet.
fn is_new(entry: &Path) -> bool {
    entry.ends_with(LOG) && fs::metadata(entry).is_ok_and(|file| file.len() <= EMPTY)
}

/// The first setting, by dotted key, in which a stored study differs from one at hand: key, there, here. What may grow is
/// left out where it is to.
pub(super) fn first_difference(
    stored: &Study,
    study: &Study,
    growth: Growth,
) -> Option<(String, String, String)> {
    let grows = |key: &str| GROWING.contains(&key) || key.starts_with("sweep");
    first_differing(&settings(stored), &settings(study), |key| {
        // A title is the file's name where none is given, and decides no number.
        key != "title" && (growth == Growth::Same || !grows(key))
    })
}

/// Every setting of a study, that of the design below `sweep`.
fn settings(study: &Study) -> BTreeMap<String, String> {
    let base = dotted_values(&study.loaded.scenario);
    let text = study.text();
    let sweep = toml::from_str::<toml::Table>(&text).unwrap_or_default();
    let sweep = sweep.get("sweep").map(dotted_values).unwrap_or_default();
    let sweep = sweep
        .into_iter()
        .map(|(key, value)| (format!("sweep.{key}"), value));
    let all = base.into_iter().chain(sweep);
    all.map(|(key, value)| (key, value.to_string())).collect()
}

/// What of a stored study another one leaves out, in words; `None` if it has all of it.
fn contains(
    study: &Study,
    stored: &Study,
    cancel: &AtomicBool,
) -> Result<Option<String>, Interrupted> {
    let mut has: HashMap<[u8; 16], (u64, u32)> = HashMap::new();
    let plan = Plan::of(&study.points, cancel)?;
    let sizes = |point: &Point, key: &TallyKey| {
        let items = point.scenario.evaluation.items.get();
        (items, key.attempts)
    };
    for (point, keys) in study.points.iter().zip(&plan.keys) {
        for key in keys {
            let (items, attempts) = sizes(point, key);
            let most = has.entry(key.address).or_default();
            *most = (most.0.max(items), most.1.max(attempts));
        }
    }
    let stored_plan = Plan::of(&stored.points, cancel)?;
    for (point, keys) in stored.points.iter().zip(&stored_plan.keys) {
        for key in keys {
            let (items, attempts) = sizes(point, key);
            let here = has.get(&key.address).copied().unwrap_or_default();
            if here.0 < items || here.1 < attempts {
                let settings = stored.keys.iter().zip(&point.settings);
                let settings: Vec<String> = settings
                    .map(|(key, value)| format!("{key} = {value}"))
                    .collect();
                return Ok(Some(format!(
                    "point {} ({}; items {items}, attempts {attempts})",
                    point.number,
                    settings.join(", ")
                )));
            }
        }
    }
    Ok(None)
}
