//! A log of attempts, written while they are attempted.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::DocumentError;
use super::folder::partial_of;
use crate::engine::Interrupted;
use crate::report;
use crate::study::{Finding, traces};

/// Why a log was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file could not be written.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// An attempt could not be put into words.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The caller asked to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

/// A file for a log of attempts. Until [`place`](Self::place) it lies beside its place, and goes if it is dropped.
#[derive(Debug)]
pub struct TraceFile {
    path: PathBuf,
    partial: PathBuf,
    /// `None` once it is in its place.
    writer: Option<BufWriter<fs::File>>,
}

impl TraceFile {
    /// Takes a name for a log that must not exist yet, and makes its folder if there is none.
    ///
    /// # Errors
    /// [`DocumentError::Exists`], or the operating system refused.
    pub fn claim(path: &Path) -> Result<Self, DocumentError> {
        absent(path)?;
        let partial = partial_of(path);
        let folder = path.parent().unwrap_or(Path::new("."));
        let made = fs::create_dir_all(folder).and_then(|()| fs::File::create(&partial));
        let file = made.map_err(|error| io_error(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            writer: Some(BufWriter::new(file)),
        })
    }

    /// Attempts the first items of each finding again and writes a line for each attempt: by finding, scale, item, training
    /// seed and attempt. However many there are, only one is in memory.
    ///
    /// # Errors
    /// The operating system refused, or `cancel` was set.
    pub fn write(
        &mut self,
        findings: &[Finding],
        items: u64,
        cancel: &AtomicBool,
    ) -> Result<(), TraceError> {
        for finding in findings {
            let name = (findings.len() > 1).then_some(finding.name.as_str());
            for trace in traces(finding, items) {
                if cancel.load(Ordering::Relaxed) {
                    return Err(Interrupted.into());
                }
                let line = report::trace_line(name, &trace)?;
                let written = self
                    .writer
                    .as_mut()
                    .map(|file| file.write_all(line.as_bytes()));
                written
                    .unwrap_or(Ok(()))
                    .map_err(|error| io_error(&self.path, error))?;
            }
        }
        Ok(())
    }

    /// Puts it into its place.
    ///
    /// # Errors
    /// [`DocumentError::Exists`] if something has taken its place since, or the operating system refused.
    pub fn place(mut self) -> Result<(), DocumentError> {
        absent(&self.path)?;
        if let Some(mut file) = self.writer.take() {
            let flushed = file.flush().and_then(|()| file.get_ref().sync_all());
            let placed = flushed.and_then(|()| fs::rename(&self.partial, &self.path));
            if placed.is_err() {
                // Dropping it takes it away.
                self.writer = Some(file);
            }
            placed.map_err(|error| io_error(&self.path, error))?;
        }
        Ok(())
    }
}

impl Drop for TraceFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            // There is nobody to tell.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

fn absent(path: &Path) -> Result<(), DocumentError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(DocumentError::Exists {
            path: path.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error(path, error)),
    }
}

fn io_error(path: &Path, error: io::Error) -> DocumentError {
    DocumentError::Io {
        path: path.to_owned(),
        error,
    }
}
