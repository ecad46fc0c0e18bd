//! A table of a sweep in a Parquet file.

use std::path::{Path, PathBuf};

use super::aside::Aside;
use super::read_error::plainly;
use super::sweep_run::{Sweep, SweepRunError, table_error};
use crate::report::{ParquetRows, ParquetTable};
use crate::study::PointFinding;

/// A table in the format Parquet that lies beside its place until it is whole.
pub struct ParquetFile {
    path: PathBuf,
    table: ParquetTable<Aside>,
}

impl ParquetFile {
    /// Begins a table of a sweep.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn create(path: &Path, rows: ParquetRows, sweep: &Sweep) -> Result<Self, SweepRunError> {
        let file = Aside::create(path).map_err(|error| table_error(path, &plainly(&error)))?;
        let study = sweep.study();
        let table = ParquetTable::new(file, rows, &study.keys, &study.points);
        Ok(Self {
            path: path.to_owned(),
            table: table.map_err(|error| table_error(path, &error))?,
        })
    }

    /// Adds the rows of a point.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn add(&mut self, point: &PointFinding) -> Result<(), SweepRunError> {
        let added = self.table.add(point);
        added.map_err(|error| table_error(&self.path, &error))
    }

    /// Puts it into its place; what was there before goes in the same moment.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn place(self) -> Result<(), SweepRunError> {
        let file = self.table.end();
        let file = file.map_err(|error| table_error(&self.path, &error))?;
        let placed = file.place();
        placed.map_err(|error| table_error(&self.path, &plainly(&error)))
    }
}
