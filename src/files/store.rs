//! What has been counted for a sweep: tallies of ranges of items, by what decides them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::read_error::plainly;
use super::tally_log::{Access, LogError, Outcome, Place, Record, Repair, TallyLog};
use crate::engine::{Failure, Tally, TallyKey};

pub(super) const LOG: &str = "tallies.log";
pub(super) const LOCK: &str = "tallies.lock";

/// Waiting records are written once they are as old or as large as this.
const FLUSH_EVERY: Duration = Duration::from_secs(1);
const FLUSH_BYTES: usize = 1 << 20;

/// Why tallies cannot be read or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process writes to it.
    #[error("another mirage is at work in {}; wait for it, or use another -o (nothing was changed)", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The log is of no use.
    #[error("{}: {error}", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// What is wrong with it.
        error: LogError,
    },
    /// The operating system does not let it be locked.
    #[error("cannot write {}: {}", path.display(), plainly(error))]
    Lock {
        /// The lock.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// Somebody else took it away or changed it.
    #[error("{} was taken away or changed while this command was at work; run it again to make what is missing", path.display())]
    Gone {
        /// The log.
        path: PathBuf,
    },
    /// The operating system refused to write; what was written before is whole.
    #[error("cannot write {}: {}; what is in it is whole: run the command again to go on", path.display(), plainly(error))]
    Write {
        /// The log.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// The operating system refused.
    #[error("cannot read {}: {}", path.display(), plainly(error))]
    Read {
        /// The log.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

/// Tallies in a log, with an index in memory.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    log: TallyLog,
    index: Mutex<Index>,
    /// Held as long as the process lives.
    _lock: Option<File>,
}

#[derive(Debug)]
struct Index {
    done: Segments,
    failed: Segments,
    flushed: Instant,
}

/// Ranges of items by what decides their tallies. Most keys have one record, which then takes no memory of its own.
#[derive(Debug, Default)]
struct Segments {
    first: HashMap<TallyKey, Segment>,
    others: HashMap<TallyKey, Vec<Segment>>,
}

impl Segments {
    fn add(&mut self, key: TallyKey, segment: Segment) {
        match self.first.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert(segment)),
            Entry::Occupied(_) => self.others.entry(key).or_default().push(segment),
        }
    }

    /// In the order of the log.
    fn of(&self, key: TallyKey) -> impl DoubleEndedIterator<Item = &Segment> {
        let others = self.others.get(&key).map_or(&[][..], Vec::as_slice);
        self.first.get(&key).into_iter().chain(others)
    }

    fn keys(&self) -> Vec<TallyKey> {
        let mut keys: Vec<TallyKey> = self.first.keys().copied().collect();
        keys.sort_unstable();
        keys
    }
}

/// A range of items that a record is of.
#[derive(Clone, Debug)]
struct Segment {
    items: Range<u64>,
    place: Place,
}

impl Store {
    /// A store that writes nothing to disk.
    pub(super) fn in_memory() -> Self {
        Self::new(PathBuf::new(), TallyLog::in_memory(), Index::empty(), None)
    }

    /// Opens the store of a folder, which is made if there is none, for reading and writing.
    ///
    /// # Errors
    /// Another process has it open for writing, or it cannot be read.
    pub(super) fn open(folder: &Path) -> Result<(Self, Repair), StoreError> {
        let lock_path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let made = fs::create_dir_all(folder).and_then(|()| options.open(&lock_path));
        let lock = made.map_err(|error| StoreError::Lock {
            path: lock_path.clone(),
            error,
        })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Busy {
                    folder: folder.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => {
                return Err(StoreError::Lock {
                    path: lock_path,
                    error,
                });
            }
        }
        Self::indexed(folder, Access::Write, Some(lock))
    }

    /// Opens the store of a folder for reading; another process may be writing to it.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(super) fn read(folder: &Path) -> Result<(Self, Repair), StoreError> {
        Self::indexed(folder, Access::Read, None)
    }

    fn indexed(
        folder: &Path,
        access: Access,
        lock: Option<File>,
    ) -> Result<(Self, Repair), StoreError> {
        let path = folder.join(LOG);
        let mut index = Index::empty();
        let opened = TallyLog::open(&path, access, |head, place| {
            let records = match head.done {
                true => &mut index.done,
                false => &mut index.failed,
            };
            let items = head.items;
            records.add(head.key, Segment { items, place });
        });
        let (log, repair) = opened.map_err(|error| StoreError::Log {
            path: path.clone(),
            error,
        })?;
        Ok((Self::new(path, log, index, lock), repair))
    }

    fn new(path: PathBuf, log: TallyLog, index: Index, lock: Option<File>) -> Self {
        Self {
            path,
            log,
            index: Mutex::new(index),
            _lock: lock,
        }
    }

    /// The parts of a range of items that no record is of, in order. Records that overlap count once.
    pub(super) fn missing(&self, key: TallyKey, items: Range<u64>) -> Vec<Range<u64>> {
        cover(self.lock().done.of(key), items).1
    }

    /// The tally of the first items of a key: the sum of its records. A failure if its attempts were stopped by one;
    /// `None` if something is missing.
    pub(super) fn tally(
        &self,
        key: TallyKey,
        items: u64,
    ) -> Result<Option<Result<Tally, Failure>>, StoreError> {
        let (used, missing) = cover(self.lock().done.of(key), 0..items);
        if let Some(missing) = missing.first() {
            return Ok(self.failure(key, missing)?.map(Err));
        }
        let mut sum: Option<Tally> = None;
        for segment in used {
            let Outcome::Done(tally) = self.record(segment.place)?.outcome else {
                continue;
            };
            match &mut sum {
                Some(sum) => sum.add(&tally),
                None => sum = Some(tally),
            }
        }
        Ok(sum.map(Ok))
    }

    /// What stopped attempts at these items, if anything did.
    pub(super) fn failure(
        &self,
        key: TallyKey,
        items: &Range<u64>,
    ) -> Result<Option<Failure>, StoreError> {
        let place = {
            let index = self.lock();
            let of_these = |segment: &&Segment| {
                segment.items.start < items.end && items.start < segment.items.end
            };
            index
                .failed
                .of(key)
                .filter(of_these)
                .map(|one| one.place)
                .next_back()
        };
        let Some(place) = place else {
            return Ok(None);
        };
        let record = self.record(place)?;
        Ok(match record.outcome {
            Outcome::Done(_) => None,
            Outcome::Failed(message) => Some(Failure {
                first_item: record.head.items.start,
                last_item: record.head.items.end.saturating_sub(1),
                message,
            }),
        })
    }

    /// The tally of a record that is of exactly these items.
    pub(super) fn exactly(
        &self,
        key: TallyKey,
        items: &Range<u64>,
    ) -> Result<Option<Tally>, StoreError> {
        let place = {
            let index = self.lock();
            let same = index.done.of(key).find(|segment| segment.items == *items);
            same.map(|segment| segment.place)
        };
        let Some(place) = place else {
            return Ok(None);
        };
        Ok(match self.record(place)?.outcome {
            Outcome::Done(tally) => Some(tally),
            Outcome::Failed(_) => None,
        })
    }

    /// Every record, in order of key and first item; those that others cover are among them.
    pub(super) fn records(&self) -> impl Iterator<Item = Result<Record, StoreError>> + '_ {
        let mut places: Vec<_> = {
            let index = self.lock();
            let all = [&index.done, &index.failed].map(sorted);
            all.into_iter().flatten().collect()
        };
        places.sort_by_key(|(key, segment)| (*key, segment.items.start, segment.items.end));
        places
            .into_iter()
            .map(|(_, segment)| self.record(segment.place))
    }

    /// The keys of which something is there.
    pub(super) fn keys(&self) -> Vec<TallyKey> {
        self.lock().done.keys()
    }

    /// Keeps a record; it is written within a second or with the next [`flush`](Self::flush).
    pub(super) fn keep(&self, record: &Record) -> Result<(), StoreError> {
        let appended = self.log.append(record);
        let place = appended.map_err(|error| self.write_error(error))?;
        let due = {
            let mut index = self.lock();
            let records = match record.head.done {
                true => &mut index.done,
                false => &mut index.failed,
            };
            let items = record.head.items.clone();
            records.add(record.head.key, Segment { items, place });
            let due = index.flushed.elapsed() > FLUSH_EVERY;
            if due {
                index.flushed = Instant::now();
            }
            due
        };
        match due || self.log.waiting() > FLUSH_BYTES {
            true => self.log.flush().map_err(|error| self.write_error(error)),
            false => Ok(()),
        }
    }

    /// Writes all that was kept, and makes the operating system keep it as well.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.log.sync().map_err(|error| self.write_error(error))?;
        match self.log.lies_at(&self.path) {
            true => Ok(()),
            false => Err(StoreError::Gone {
                path: self.path.clone(),
            }),
        }
    }

    fn write_error(&self, error: io::Error) -> StoreError {
        StoreError::Write {
            path: self.path.clone(),
            error,
        }
    }

    fn record(&self, place: Place) -> Result<Record, StoreError> {
        self.log.read(place).map_err(|error| StoreError::Read {
            path: self.path.clone(),
            error,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn empty() -> Self {
        Self {
            done: Segments::default(),
            failed: Segments::default(),
            flushed: Instant::now(),
        }
    }
}

fn sorted(records: &Segments) -> Vec<(TallyKey, Segment)> {
    let keys = records.keys().into_iter();
    keys.flat_map(|key| records.of(key).map(move |segment| (key, segment.clone())))
        .collect()
}

/// Segments that tile a range from its start on as far as they go, and the gaps between them. Of those that begin at the
/// same item the longest is taken; those that begin inside another are left out.
fn cover<'a>(
    segments: impl Iterator<Item = &'a Segment>,
    items: Range<u64>,
) -> (Vec<Segment>, Vec<Range<u64>>) {
    let inside = |segment: &&Segment| {
        items.start <= segment.items.start
            && segment.items.end <= items.end
            && !segment.items.is_empty()
    };
    let mut candidates: Vec<&Segment> = segments.filter(inside).collect();
    candidates.sort_by_key(|one| (one.items.start, std::cmp::Reverse(one.items.end)));
    let (mut used, mut gaps, mut at) = (Vec::new(), Vec::new(), items.start);
    for segment in candidates {
        if segment.items.start < at {
            continue;
        }
        if at < segment.items.start {
            gaps.push(at..segment.items.start);
        }
        at = segment.items.end;
        used.push(segment.clone());
    }
    if at < items.end {
        gaps.push(at..items.end);
    }
    (used, gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_tile_a_range_once_and_leave_gaps() {
        let range_of = |items: Range<u64>, ranges: &[Range<u64>]| {
            let place = Place::default();
            let segments: Vec<Segment> = ranges
                .iter()
                .map(|items| Segment {
                    items: items.clone(),
                    place,
                })
                .collect();
            let (used, gaps) = cover(segments.iter(), items);
            let used: Vec<_> = used.into_iter().map(|one| one.items).collect();
            (used, gaps)
        };
        // Twice the same, one that begins inside another, one that reaches beyond the range.
        let ranges = [0..64, 64..128, 64..200, 100..200, 0..64, 300..400, 350..500];
        let (used, gaps) = range_of(0..450, &ranges);
        assert_eq!(used, [0..64, 64..200, 300..400]);
        assert_eq!(gaps, [200..300, 400..450]);
        let (used, gaps) = range_of(64..128, &ranges);
        assert!(used.len() == 1 && used[0] == (64..128) && gaps.is_empty());
        let (used, gaps) = range_of(5..9, &[]);
        assert!(used.is_empty() && gaps.len() == 1 && gaps[0] == (5..9));
    }
}
