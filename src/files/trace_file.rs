//! A log of attempts, written while they are attempted.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::DocumentError;
use super::aside::Aside;
use super::document::absent;
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
pub struct TraceFile(Aside);

impl TraceFile {
    /// Takes a name for a log that must not exist yet, and makes its folder if there is none.
    ///
    /// # Errors
    /// [`DocumentError::Exists`], or the operating system refused.
    pub fn claim(path: &Path) -> Result<Self, DocumentError> {
        absent(path)?;
        let file = Aside::create(path).map_err(|error| io_error(path, error))?;
        Ok(Self(file))
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
                let written = self.0.write_all(line.as_bytes());
                written.map_err(|error| io_error(self.0.path(), error))?;
            }
        }
        Ok(())
    }

    /// Puts it into its place.
    ///
    /// # Errors
    /// [`DocumentError::Exists`] if something has taken its place since, or the operating system refused.
    pub fn place(self) -> Result<(), DocumentError> {
        let path = self.0.path().to_owned();
        absent(&path)?;
        self.0.place().map_err(|error| io_error(&path, error))
    }
}

fn io_error(path: &Path, error: io::Error) -> DocumentError {
    DocumentError::Io {
        path: path.to_owned(),
        error,
    }
}
