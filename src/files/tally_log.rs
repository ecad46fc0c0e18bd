//! The log of a sweep: records appended one after the other, each with its checksum.
//!
//! The file begins with [`MAGIC`]; then frames follow, of which the first says the [`LAYOUT`] and all others hold a
//! [`Record`]. A frame is the length of its content (4 bytes, little-endian), CRC-32 of it (4 bytes), and the content in
//! postcard's format. What was not written to its end is the last frame, and its length or checksum says so.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::engine::{LAYOUT, LengthTally, Tally, TallyKey};

/// The first bytes of every log; the number is that of the format.
const MAGIC: &[u8] = b"mirage tallies 1\n";

/// A log of no more bytes than this has no record: a key alone is longer.
pub(super) const EMPTY: u64 = MAGIC.len() as u64 + 16;

/// No record is longer: two histograms of the longest task for each length, and sums.
const LONGEST_FRAME: u32 = 1 << 30;

/// What was counted of some items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) head: Head,
    pub(super) outcome: Outcome,
}

/// What a record is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) key: TallyKey,
    pub(super) items: Range<u64>,
    /// Whether the attempts were finished.
    pub(super) done: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done(Tally),
    /// What stopped the attempts.
    Failed(String),
}

/// Where the content of a record lies in its log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    start: u64,
    length: u32,
}

/// What was found when a log was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Bytes at the end that a process had not finished writing; they are taken off when the log is opened for writing.
    pub torn: u64,
    /// Records in the middle whose checksum is wrong; they count as missing.
    pub damaged: u64,
}

/// Why a log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// It is something else.
    #[error(
        "it is no log of tallies that this version of mirage can read: it is damaged, or another program wrote it"
    )]
    Foreign,
    /// Its draws are addressed in another way.
    #[error(
        "its seeds have layout {there}, this version of mirage has layout {LAYOUT}: results of the two cannot be mixed"
    )]
    Layout {
        /// The layout in the log.
        there: u32,
    },
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A log that lies in a file or, where nothing is to be written to disk, in memory.
#[derive(Debug)]
pub(super) struct TallyLog {
    medium: Mutex<Medium>,
}

#[derive(Debug)]
struct Medium {
    bytes: Bytes,
    /// The end of what is in place.
    end: u64,
    /// Frames that follow it, not yet written.
    waiting: Vec<u8>,
}

#[derive(Debug)]
enum Bytes {
    File(File),
    Memory(Vec<u8>),
}

impl TallyLog {
    /// An empty log in memory.
    pub(super) fn in_memory() -> Self {
        Self::new(Bytes::Memory(Vec::new()), 0)
    }

    /// Opens a log for reading and, unless it is to be `ReadOnly`, for writing; every record is shown.
    pub(super) fn open(
        path: &Path,
        access: Access,
        mut show: impl FnMut(Head, Place),
    ) -> Result<(Self, Repair), LogError> {
        let mut options = OpenOptions::new();
        options.read(true);
        if access == Access::Write {
            options.write(true).create(true).truncate(false);
        }
        let mut file = match options.open(path) {
            // A process that died early left none, and there is nothing in it to read.
            Err(error) if error.kind() == io::ErrorKind::NotFound && access == Access::Read => {
                return Ok((Self::in_memory(), Repair::default()));
            }
            opened => opened?,
        };
        let (end, repair) = scan(&file, &mut show)?;
        if access == Access::Write {
            if end == 0 {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0))?;
                file.write_all(&beginning()?)?;
            } else if repair.torn > 0 {
                file.set_len(end)?;
            }
        }
        let end = match end {
            0 => beginning()?.len() as u64,
            end => end,
        };
        Ok((Self::new(Bytes::File(file), end), repair))
    }

    fn new(bytes: Bytes, end: u64) -> Self {
        Self {
            medium: Mutex::new(Medium {
                bytes,
                end,
                waiting: Vec::new(),
            }),
        }
    }

    /// Adds a record behind those that wait to be written; where it will lie.
    pub(super) fn append(&self, record: &Record) -> io::Result<Place> {
        let content = record.to_bytes()?;
        let mut medium = self.lock();
        let start = medium.end + medium.waiting.len() as u64 + FRAME_HEAD;
        medium.waiting.extend(frame(&content));
        Ok(Place {
            start,
            length: content.len() as u32,
        })
    }

    /// Whether the file at a path has the length of this log: it has not been taken away or changed by others.
    pub(super) fn lies_at(&self, path: &Path) -> bool {
        let medium = self.lock();
        match medium.bytes {
            Bytes::Memory(_) => true,
            Bytes::File(_) => std::fs::metadata(path).is_ok_and(|file| file.len() == medium.end),
        }
    }

    /// How many bytes wait to be written.
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Writes what waits. If the operating system refuses, the log ends where it ended before.
    pub(super) fn flush(&self) -> io::Result<()> {
        let mut medium = self.lock();
        let waiting = std::mem::take(&mut medium.waiting);
        let end = medium.end;
        match &mut medium.bytes {
            Bytes::Memory(bytes) => bytes.extend(&waiting),
            Bytes::File(file) => {
                let start = file.seek(SeekFrom::Start(end));
                if let Err(error) = start.and_then(|_| file.write_all(&waiting)) {
                    // A frame half written would be repaired at the next opening; better there is none.
                    let _ = file.set_len(end);
                    return Err(error);
                }
            }
        }
        medium.end += waiting.len() as u64;
        Ok(())
    }

    /// Writes what waits, and makes the operating system keep it.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.flush()?;
        match &self.lock().bytes {
            Bytes::File(file) => file.sync_data(),
            Bytes::Memory(_) => Ok(()),
        }
    }

    /// Reads a record that was appended or shown.
    pub(super) fn read(&self, place: Place) -> io::Result<Record> {
        let mut medium = self.lock();
        let mut content = vec![0; place.length as usize];
        let end = medium.end;
        if place.start >= end {
            let start = (place.start - end) as usize;
            content.copy_from_slice(&medium.waiting[start..start + place.length as usize]);
        } else {
            match &mut medium.bytes {
                Bytes::Memory(bytes) => {
                    let start = place.start as usize;
                    content.copy_from_slice(&bytes[start..start + place.length as usize]);
                }
                Bytes::File(file) => {
                    file.seek(SeekFrom::Start(place.start))?;
                    file.read_exact(&mut content)?;
                }
            }
        }
        drop(medium);
        Record::from_bytes(&content).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn lock(&self) -> MutexGuard<'_, Medium> {
        // Nothing that holds the lock can panic half-way.
        self.medium.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a log is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

impl Record {
    /// Bytes that it takes in a log.
    pub(super) fn size(&self) -> u64 {
        self.to_bytes()
            .map_or(0, |bytes| FRAME_HEAD + bytes.len() as u64)
    }

    fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let bytes = match &self.outcome {
            Outcome::Done(tally) => postcard::to_stdvec(&(&self.head, tally)),
            Outcome::Failed(problem) => postcard::to_stdvec(&(&self.head, problem)),
        };
        bytes.map_err(io::Error::other)
    }

    fn from_bytes(content: &[u8]) -> Option<Self> {
        let (head, rest) = postcard::take_from_bytes::<Head>(content).ok()?;
        let outcome = match head.done {
            true => {
                let tally: Tally = match postcard::from_bytes(rest) {
                    Ok(tally) => tally,
                    // Where there are no cells nothing stands in their place, which is what no list looks like but for its
                    // length.
                    Err(_) => postcard::from_bytes(&[rest, &[0]].concat()).ok()?,
                };
                let whole = |tally: &Tally| tally.lengths.iter().all(LengthTally::is_whole);
                Outcome::Done(Some(tally).filter(whole)?)
            }
            false => Outcome::Failed(postcard::from_bytes(rest).ok()?),
        };
        Some(Self { head, outcome })
    }
}

const FRAME_HEAD: u64 = 8;

fn frame(content: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(content.len() + FRAME_HEAD as usize);
    frame.extend((content.len() as u32).to_le_bytes());
    frame.extend(crc32fast::hash(content).to_le_bytes());
    frame.extend(content);
    frame
}

/// What every log begins with.
fn beginning() -> io::Result<Vec<u8>> {
    let layout = postcard::to_stdvec(&LAYOUT).map_err(io::Error::other)?;
    Ok([MAGIC, &frame(&layout)].concat())
}

/// Shows every record of a log. The end of the last whole frame, 0 if there is not even the beginning.
///
/// Behind a frame that is damaged the next whole one is looked for; what no whole frame follows is the torn end.
fn scan(file: &File, show: &mut impl FnMut(Head, Place)) -> Result<(u64, Repair), LogError> {
    let size = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut magic = vec![0; MAGIC.len().min(size as usize)];
    reader.read_exact(&mut magic)?;
    if !MAGIC.starts_with(&magic) {
        return Err(LogError::Foreign);
    }
    let mut content = Vec::new();
    let mut at = MAGIC.len() as u64;
    let mut damaged = 0;
    match next_frame(&mut reader, at, size, &mut content)? {
        Frame::Whole => {
            let layout = postcard::from_bytes(&content).map_err(|_| LogError::Foreign)?;
            if layout != LAYOUT {
                return Err(LogError::Layout { there: layout });
            }
            at += FRAME_HEAD + content.len() as u64;
        }
        Frame::Bad if size <= EMPTY => {
            let torn = size;
            return Ok((0, Repair { torn, damaged }));
        }
        // The keys of records know their layout as well.
        Frame::Bad => {
            damaged += 1;
            at = match whole_frame_after(file, at, size)? {
                Some(next) => next,
                None => return Err(LogError::Foreign),
            };
            reader.seek(SeekFrom::Start(at))?;
        }
    }
    loop {
        let head = match next_frame(&mut reader, at, size, &mut content)? {
            Frame::Whole => postcard::take_from_bytes::<Head>(&content).ok(),
            Frame::Bad => None,
        };
        if let Some((head, _)) = head {
            let (start, length) = (at + FRAME_HEAD, content.len() as u32);
            show(head, Place { start, length });
            at = start + u64::from(length);
            continue;
        }
        match whole_frame_after(file, at, size)? {
            Some(next) => {
                damaged += 1;
                at = next;
                reader.seek(SeekFrom::Start(at))?;
            }
            None => {
                let torn = size - at;
                return Ok((at, Repair { torn, damaged }));
            }
        }
    }
}

/// Where the next whole record begins behind a place where none does.
fn whole_frame_after(mut file: &File, at: u64, size: u64) -> io::Result<Option<u64>> {
    /// A damaged record and the one behind it fit into so many bytes, but for tasks of millions of steps.
    const WINDOW: u64 = 64 << 20;
    let mut bytes = vec![0; (size - at).min(WINDOW) as usize];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    let is_record = |start: &usize| {
        let number = |place: usize| {
            let bytes = bytes.get(place..place + 4)?;
            Some(u32::from_le_bytes(bytes.try_into().ok()?))
        };
        let content = || {
            let length = number(*start)?;
            let from = start + FRAME_HEAD as usize;
            let content = bytes.get(from..from.checked_add(length as usize)?)?;
            let whole = length > 0 && crc32fast::hash(content) == number(start + 4)?;
            postcard::take_from_bytes::<Head>(content)
                .ok()
                .filter(|_| whole)
        };
        content().is_some()
    };
    let found = (1..bytes.len()).find(is_record);
    Ok(found.map(|offset| at + offset as u64))
}

enum Frame {
    /// Its content is as it was written.
    Whole,
    /// The log ends before it does, or its checksum is wrong.
    Bad,
}

fn next_frame(
    reader: &mut impl Read,
    at: u64,
    size: u64,
    content: &mut Vec<u8>,
) -> io::Result<Frame> {
    if size < at + FRAME_HEAD {
        return Ok(Frame::Bad);
    }
    let mut head = [[0; 4]; 2];
    reader.read_exact(&mut head[0])?;
    reader.read_exact(&mut head[1])?;
    let [length, checksum] = head.map(u32::from_le_bytes);
    // An empty frame is what a file system leaves that grew a file and lost what was written.
    if length == 0 || length > LONGEST_FRAME || size < at + FRAME_HEAD + u64::from(length) {
        return Ok(Frame::Bad);
    }
    content.resize(length as usize, 0);
    reader.read_exact(content)?;
    Ok(match crc32fast::hash(content) == checksum {
        true => Frame::Whole,
        false => Frame::Bad,
    })
}
