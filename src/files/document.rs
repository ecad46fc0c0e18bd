//! Single files for people: a new scenario, pages of the manual.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::folder::write_aside;
use super::read_error::plainly;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// There is one already.
    #[error("{} exists and stays as it is; give another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot write {}: {}", path.display(), plainly(error))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
}

/// Writes a file that must not exist yet. What could not be written whole is taken away again.
///
/// # Errors
/// [`DocumentError::Exists`], or the operating system refused.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), DocumentError> {
    let new = fs::File::create_new(path);
    let written = new.and_then(|mut file| {
        let written = file.write_all(bytes);
        written.inspect_err(|_| {
            let _ = fs::remove_file(path);
        })
    });
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => DocumentError::Exists {
            path: path.to_owned(),
        },
        _ => DocumentError::Io {
            path: path.to_owned(),
            error,
        },
    })
}

/// Writes a file that is made anew each time, with its folder if there is none.
///
/// # Errors
/// The operating system refused; a file that was there is still whole.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), DocumentError> {
    write_aside(path, bytes).map_err(|error| DocumentError::Io {
        path: path.to_owned(),
        error,
    })
}

/// Whether a name is free.
pub(super) fn absent(path: &Path) -> Result<(), DocumentError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(DocumentError::Exists {
            path: path.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(DocumentError::Io {
            path: path.to_owned(),
            error,
        }),
    }
}

/// Makes a folder, and those that it lies in, where there is none.
///
/// # Errors
/// The operating system refused.
pub fn make_folder(path: &Path) -> Result<(), DocumentError> {
    fs::create_dir_all(path).map_err(|error| DocumentError::Io {
        path: path.to_owned(),
        error,
    })
}
