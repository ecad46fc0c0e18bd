//! A file that is written beside its place until it is whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Until [`place`](Self::place) it lies beside its place, and goes if it is dropped.
#[derive(Debug)]
pub(super) struct Aside {
    path: PathBuf,
    partial: PathBuf,
    /// `None` once it is in its place.
    writer: Option<BufWriter<File>>,
}

impl Aside {
    /// Begins a file, with its folder if there is none.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let partial = partial_of(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        Ok(Self {
            path: path.to_owned(),
            writer: Some(BufWriter::new(File::create(&partial)?)),
            partial,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it into its place; what was there before goes in the same moment.
    pub(super) fn place(mut self) -> io::Result<()> {
        if let Some(mut file) = self.writer.take() {
            let flushed = file.flush().and_then(|()| file.get_ref().sync_all());
            let placed = flushed.and_then(|()| fs::rename(&self.partial, &self.path));
            if placed.is_err() {
                // Dropping it takes it away.
                self.writer = Some(file);
            }
            placed?;
        }
        Ok(())
    }
}

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(file) => file.write(bytes),
            None => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(file) = self.writer.take() {
            // What is buffered need not be written, and there is nobody to tell of an error.
            drop(file.into_parts());
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Where a file lies until it is whole: beside its place.
pub(super) fn partial_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.{}.partial", std::process::id()))
}
