//! Shards put together, and what is known of their folders.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::folder::{SCENARIO, entries};
use super::store::{Store, StoreError};
use super::study_file::Study;
use super::sweep_folder::{
    Growth, SweepFolder, SweepFolderError, SweepPlace, first_difference, is_complete, no_sweep,
    shard_of, shards_in, study_in,
};
use super::sweep_run::{Sweep, SweepRunError};
use super::tally_log::{Outcome, Repair};
use crate::engine::{Failure, Interrupted, TallyKey};
use crate::study::{Plan, Shard, Unit};

/// Why folders cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Two of them are of different sweeps.
    #[error("{} and {} are of different sweeps: {key} = {there} and {here}", one.display(), other.display())]
    Different {
        /// The first folder.
        one: PathBuf,
        /// The one that differs from it.
        other: PathBuf,
        /// The first setting that differs.
        key: String,
        /// Its value in the first.
        there: String,
        /// Its value in the other.
        here: String,
    },
    /// One of them has tallies that the sweep has no use for.
    #[error("{} has tallies of {keys} points or scales that its own scenario does not have; make it again with `mirage sweep`", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// So many.
        keys: usize,
    },
    /// Not everything is there.
    #[error("{missing} of {all} parts of the work are missing, of {points} points{}; `mirage status` tells which command makes them (nothing was written)", failed.as_ref().map(|failed| format!(" (one failed: {failed})")).unwrap_or_default())]
    Gaps {
        /// Units of the plan that are not there, or not whole.
        missing: usize,
        /// Units of the plan.
        all: usize,
        /// Points that they are of.
        points: usize,
        /// What stopped one of them, if anything did.
        failed: Option<Failure>,
    },
    /// The same items were counted twice, with different results.
    #[error("{} has other counts of items {first_item} to {last_item} at one scale than a folder before it: one of the two is damaged, or was made by another program", folder.display())]
    Disagree {
        /// The folder.
        folder: PathBuf,
        /// First item.
        first_item: u64,
        /// Last item.
        last_item: u64,
    },
    /// A folder or store is at fault, or the caller asked to stop.
    #[error(transparent)]
    Run(#[from] SweepRunError),
}

impl From<SweepFolderError> for MergeError {
    fn from(error: SweepFolderError) -> Self {
        Self::Run(error.into())
    }
}

impl From<StoreError> for MergeError {
    fn from(error: StoreError) -> Self {
        Self::Run(error.into())
    }
}

impl From<Interrupted> for MergeError {
    fn from(interrupted: Interrupted) -> Self {
        Self::Run(interrupted.into())
    }
}

/// What was put together.
#[derive(Debug)]
pub struct Merged {
    /// The whole sweep, in its folder; its tables are still to be made.
    pub sweep: Sweep,
    /// Records that were taken over.
    pub taken: u64,
    /// Records that said again what another had said.
    pub repeated: u64,
    /// Whether everything was there already, its tables as well.
    pub was_complete: bool,
}

/// Puts the tallies of folders of one sweep, whole or shards, into a folder of their own. A folder that holds shards stands
/// for all of them.
///
/// # Errors
/// They are of different sweeps, disagree, or leave a gap: then nothing is written. Or `out` holds something else.
pub fn merge(folders: &[PathBuf], out: PathBuf, cancel: &AtomicBool) -> Result<Merged, MergeError> {
    let folders = with_shards(folders)?;
    let study = common_study(&folders)?;
    let mut stores = Vec::new();
    for folder in &folders {
        stores.push((folder, Store::read(folder)?.0));
    }
    let plan = Plan::of(&study.points, cancel)?;
    let wanted: HashSet<TallyKey> = plan.keys.iter().flatten().copied().collect();
    for (folder, store) in &stores {
        let foreign = store
            .keys()
            .iter()
            .filter(|key| !wanted.contains(*key))
            .count();
        if foreign > 0 {
            return Err(MergeError::Foreign {
                folder: (*folder).clone(),
                keys: foreign,
            });
        }
    }
    refuse_gaps(&plan, &stores)?;
    let place = SweepPlace::whole(out);
    let folder = SweepFolder::claim(place, &study, Growth::Same, cancel)?;
    let was_complete = folder.is_complete();
    let (mut taken, mut repeated) = (0, 0);
    for (from, store) in &stores {
        for record in store.records() {
            if cancel.load(Ordering::Relaxed) {
                folder.store.flush()?;
                return Err(Interrupted.into());
            }
            let record = record?;
            let Outcome::Done(tally) = &record.outcome else {
                continue;
            };
            let (key, items) = (record.head.key, record.head.items.clone());
            let missing = folder.store.missing(key, items.clone());
            if missing == [items.clone()] {
                if taken == 0 {
                    folder.open()?;
                }
                folder.store.keep(&record)?;
                taken += 1;
                continue;
            }
            repeated += 1;
            if folder
                .store
                .exactly(key, &items)?
                .is_some_and(|known| known != *tally)
            {
                return Err(MergeError::Disagree {
                    folder: (*from).clone(),
                    first_item: items.start,
                    last_item: items.end.saturating_sub(1),
                });
            }
        }
    }
    folder.store.flush()?;
    Ok(Merged {
        sweep: Sweep::in_folder(study, folder, None, cancel)?,
        taken,
        repeated,
        was_complete: was_complete && taken == 0,
    })
}

/// These folders; in the place of one that holds shards, those.
fn with_shards(folders: &[PathBuf]) -> Result<Vec<PathBuf>, MergeError> {
    let mut all = Vec::new();
    for folder in folders {
        if folder.join(SCENARIO).is_file() {
            all.push(folder.clone());
            continue;
        }
        match shards_in(folder) {
            Ok(shards) if !shards.is_empty() => all.extend(shards),
            _ => return Err(no_sweep(folder).into()),
        }
    }
    Ok(all)
}

/// The study that all folders are of.
fn common_study(folders: &[PathBuf]) -> Result<Study, MergeError> {
    let mut studies = folders.iter().map(|folder| (folder, study_in(folder)));
    let Some((one, first)) = studies.next() else {
        return Err(no_sweep(Path::new("")).into());
    };
    let first = first?;
    let text = first.text();
    for (other, study) in studies {
        let study = study?;
        if study.text() == text {
            continue;
        }
        if let Some((key, there, here)) = first_difference(&first, &study, Growth::Same) {
            return Err(MergeError::Different {
                one: one.clone(),
                other: other.clone(),
                key,
                there,
                here,
            });
        }
    }
    Ok(first)
}

fn refuse_gaps(plan: &Plan, stores: &[(&PathBuf, Store)]) -> Result<(), MergeError> {
    let mut missing: Vec<&Unit> = Vec::new();
    let mut failed = None;
    for unit in &plan.units {
        let key = plan.key(unit);
        let mut gaps = vec![unit.items.clone()];
        for (_, store) in stores {
            let left = gaps.into_iter().flat_map(|gap| store.missing(key, gap));
            gaps = left.collect();
        }
        let Some(gap) = gaps.first() else { continue };
        missing.push(unit);
        for (_, store) in stores {
            if failed.is_none() {
                failed = store.failure(key, gap)?;
            }
        }
    }
    let mut points: Vec<usize> = missing.iter().map(|unit| unit.point).collect();
    points.sort_unstable();
    points.dedup();
    match missing.len() {
        0 => Ok(()),
        some => Err(MergeError::Gaps {
            missing: some,
            all: plan.units.len(),
            points: points.len(),
            failed,
        }),
    }
}

/// How far the sweep in a folder is.
#[derive(Clone, Debug)]
pub struct FolderStatus {
    /// The folder.
    pub path: PathBuf,
    /// The shard it is of, by its name.
    pub shard: Option<Shard>,
    /// How far it is.
    pub progress: FolderProgress,
    /// What is wrong with its log.
    pub repair: Repair,
    /// The command that completes it; `None` if it is complete.
    pub command: Option<String>,
}

/// How far a sweep is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderProgress {
    /// Everything was done and written.
    Complete {
        /// Units of work.
        all: usize,
    },
    /// Something is missing.
    Incomplete {
        /// Units of work that are done.
        done: usize,
        /// Of so many.
        all: usize,
        /// Units that failed, and what stopped the first of them.
        failed: Option<(usize, Failure)>,
    },
    /// There is no such folder, though there are others of the same sweep.
    Absent,
}

/// What there is of sweeps in these folders: each is one of a sweep, of a shard, or one that holds such folders.
///
/// # Errors
/// A folder holds nothing of the kind, or cannot be read; or `cancel` is set.
pub fn status(
    folders: &[PathBuf],
    cancel: &AtomicBool,
) -> Result<Vec<FolderStatus>, SweepRunError> {
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let there = sweeps_at(folder, DEEPEST)?;
        if there.is_empty() {
            return Err(no_sweep(folder).into());
        }
        found.extend(there);
    }
    let with_shard = |path: PathBuf| (path.clone(), shard_of(&path));
    let mut found: Vec<(PathBuf, Option<Shard>)> = found.into_iter().map(with_shard).collect();
    found.sort_by_key(|(path, shard)| {
        let parent = path.parent().map(Path::to_owned);
        (
            parent,
            shard.map(|shard| (shard.count(), shard.index())),
            path.clone(),
        )
    });
    found.dedup();
    // Shards of which there is no trace, beside others of the same sweep.
    let mut families: BTreeMap<(PathBuf, u64), Vec<(u64, PathBuf)>> = BTreeMap::new();
    for (path, shard) in &found {
        if let (Some(shard), Some(parent)) = (shard, path.parent()) {
            let family = families.entry((parent.to_owned(), shard.count()));
            family.or_default().push((shard.index(), path.clone()));
        }
    }
    let mut all = Vec::new();
    for (path, shard) in found {
        all.push(status_of(path, shard, cancel)?);
    }
    for ((parent, count), there) in families {
        let Some((_, scenario)) = there.first().cloned() else {
            continue;
        };
        let has = |index: u64| there.iter().any(|(other, _)| *other == index);
        for shard in (0..count)
            .filter(|index| !has(*index))
            .map(|index| Shard::new(index, count))
        {
            let Ok(shard) = shard else { continue };
            let place = SweepPlace::of_shard(&parent, shard);
            // Somebody asked for others only.
            if place.exists() {
                continue;
            }
            all.push(FolderStatus {
                path: place.path().to_owned(),
                command: Some(command(&scenario, &parent, Some(shard))),
                shard: Some(shard),
                progress: FolderProgress::Absent,
                repair: Repair::default(),
            });
        }
    }
    Ok(all)
}

/// Sweeps lie in a folder such as `out`, shards in one of their own in it.
const DEEPEST: u32 = 2;

/// The sweep or shard that a folder holds, or those in its folders.
fn sweeps_at(folder: &Path, deepest: u32) -> Result<Vec<PathBuf>, SweepFolderError> {
    if folder.join(SCENARIO).is_file() {
        // The folder of a run has a scenario as well, without a design.
        return match study_in(folder) {
            Err(SweepFolderError::NoSweep { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
            Ok(_) => Ok(vec![folder.to_owned()]),
        };
    }
    if deepest == 0 || !folder.is_dir() {
        return Ok(Vec::new());
    }
    let inside = entries(folder).map_err(|error| SweepFolderError::Io {
        path: folder.to_owned(),
        error,
    })?;
    let mut found = Vec::new();
    for entry in inside.iter().filter(|entry| entry.is_dir()) {
        found.extend(sweeps_at(entry, deepest - 1)?);
    }
    Ok(found)
}

fn status_of(
    path: PathBuf,
    shard: Option<Shard>,
    cancel: &AtomicBool,
) -> Result<FolderStatus, SweepRunError> {
    let (sweep, repair) = Sweep::in_folder_to_read(&path, cancel)?;
    let (plan, store) = (sweep.plan(), sweep.store());
    let units: Vec<&Unit> = plan.units_of(shard).collect();
    let mut missing = 0;
    let mut failed: Option<(usize, Failure)> = None;
    for unit in &units {
        let gaps = store.missing(plan.key(unit), unit.items.clone());
        let Some(gap) = gaps.first() else { continue };
        missing += 1;
        if let Some(failure) = store.failure(plan.key(unit), gap)? {
            failed = Some(failed.map_or((1, failure), |(count, first)| (count + 1, first)));
        }
    }
    let all = units.len();
    let complete = missing == 0 && is_complete(&path, shard, &sweep.study().text());
    let parent = path.parent().unwrap_or(Path::new("."));
    let target = if shard.is_some() { parent } else { &path };
    Ok(FolderStatus {
        command: (!complete).then(|| command(&path, target, shard)),
        progress: match complete {
            true => FolderProgress::Complete { all },
            false => FolderProgress::Incomplete {
                done: all - missing,
                all,
                failed,
            },
        },
        path,
        shard,
        repair,
    })
}

/// The command that works on a folder, for a shell.
fn command(scenario: &Path, target: &Path, shard: Option<Shard>) -> String {
    let shard = shard.map(|shard| format!(" --shard {}/{}", shard.index(), shard.count()));
    format!(
        "mirage sweep {}{} -o {}",
        quoted(&scenario.join(SCENARIO)),
        shard.unwrap_or_default(),
        quoted(target)
    )
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |character: char| character.is_alphanumeric() || "/._-+:\\".contains(character);
    match text.chars().all(plain) && !text.is_empty() {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
