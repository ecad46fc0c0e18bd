//! The tables of a sweep as Parquet: the columns of their CSV, each with a type.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use serde_json::Value;

use super::anatomy_table::{anatomy_names, anatomy_rows};
use super::table::{summary_names, summary_rows};
use crate::study::{Point, PointFinding};

/// Rows are written when there are so many: what is kept in memory does not grow with the sweep.
const ROWS_IN_A_GROUP: usize = 1 << 16;

/// Why rows cannot be written as Parquet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetTableError {
    /// Whatever the bytes go to refused them.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The writer of the format refused.
    #[error(transparent)]
    Format(ParquetError),
    /// A column has no place for a value.
    #[error("column {column} of type {kind} has no place for {value}")]
    Cell {
        /// The column.
        column: String,
        /// Its type.
        kind: &'static str,
        /// The value.
        value: String,
    },
}

impl From<ParquetError> for ParquetTableError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(error) => match error.downcast() {
                Ok(error) => Self::Io(*error),
                Err(error) => Self::Format(ParquetError::External(error)),
            },
            other => Self::Format(other),
        }
    }
}

/// One cell of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Missing,
    Whole(u64),
    Real(f64),
    Text(String),
    /// Of whatever type its column has.
    Any(Value),
}

impl From<Option<f64>> for Cell {
    fn from(real: Option<f64>) -> Self {
        real.map_or(Self::Missing, Self::Real)
    }
}

impl From<Option<u64>> for Cell {
    fn from(whole: Option<u64>) -> Self {
        whole.map_or(Self::Missing, Self::Whole)
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(text.to_owned()))
    }
}

/// Which table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParquetRows {
    /// A row for each point, scale and metric.
    Summary,
    /// A row for each point and metric.
    Anatomy,
}

/// A table on its way into a file. Equal rows give equal bytes.
pub struct ParquetTable<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    rows: ParquetRows,
    keys: Vec<String>,
    columns: Vec<Column>,
}

impl<W: Write + Send> ParquetTable<W> {
    /// Begins a table with the columns of its CSV. A swept key is of whole numbers, of numbers or of texts, as all its
    /// values are.
    ///
    /// # Errors
    /// `out` refused.
    pub fn new(
        out: W,
        rows: ParquetRows,
        keys: &[String],
        points: &[Point],
    ) -> Result<Self, ParquetTableError> {
        let names = match rows {
            ParquetRows::Summary => summary_names(keys),
            ParquetRows::Anatomy => anatomy_names(keys),
        };
        let column = |name: String| match keys.iter().position(|key| *key == name) {
            Some(place) => {
                let values = points.iter().filter_map(|point| point.settings.get(place));
                Column::new(name, Kind::of(values), Repetition::OPTIONAL)
            }
            None => Column::fixed(name),
        };
        let columns: Vec<Column> = names.into_iter().map(column).collect();
        let fields: Result<Vec<TypePtr>, ParquetError> =
            columns.iter().map(Column::schema).collect();
        let schema = Type::group_type_builder("mirage").with_fields(fields?);
        let properties = WriterProperties::builder()
            // No version: what writes the same rows writes the same bytes.
            .set_created_by("mirage".to_owned())
            .set_compression(Compression::SNAPPY);
        let (schema, properties) = (Arc::new(schema.build()?), Arc::new(properties.build()));
        Ok(Self {
            writer: SerializedFileWriter::new(out, schema, properties)?,
            rows,
            keys: keys.to_vec(),
            columns,
        })
    }

    /// Adds the rows of a point.
    ///
    /// # Errors
    /// `out` refused, or a column has no place for a value.
    pub fn add(&mut self, point: &PointFinding) -> Result<(), ParquetTableError> {
        let rows = match self.rows {
            ParquetRows::Summary => summary_rows(&self.keys, point),
            ParquetRows::Anatomy => anatomy_rows(&self.keys, point),
        };
        for row in rows {
            for (column, cell) in self.columns.iter_mut().zip(row) {
                column.push(cell)?;
            }
            let first = self.columns.first();
            if first.is_some_and(|column| column.levels.len() >= ROWS_IN_A_GROUP) {
                self.write()?;
            }
        }
        Ok(())
    }

    /// Writes what is left of it; whatever it was written to.
    ///
    /// # Errors
    /// `out` refused.
    pub fn end(mut self) -> Result<W, ParquetTableError> {
        let first = self.columns.first();
        if first.is_some_and(|column| !column.levels.is_empty()) {
            self.write()?;
        }
        Ok(self.writer.into_inner()?)
    }

    /// Writes the rows there are.
    fn write(&mut self) -> Result<(), ParquetTableError> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            if let Some(writer) = group.next_column()? {
                column.write(writer)?;
            }
        }
        group.close()?;
        Ok(())
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Real,
    Text,
}

impl Kind {
    /// What has a place for all of these.
    fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let kinds = values.filter(|value| !value.is_null()).map(|value| {
            if value.is_i64() {
                Self::Whole
            } else if value.is_number() {
                Self::Real
            } else {
                Self::Text
            }
        });
        let wider = |one, other| match (one, other) {
            (Self::Text, _) | (_, Self::Text) => Self::Text,
            (Self::Real, _) | (_, Self::Real) => Self::Real,
            (Self::Whole, Self::Whole) => Self::Whole,
        };
        kinds.reduce(wider).unwrap_or(Self::Text)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Whole => "INT64",
            Self::Real => "DOUBLE",
            Self::Text => "UTF8",
        }
    }
}

/// A column, with the rows that are not written yet.
struct Column {
    name: String,
    repetition: Repetition,
    values: Values,
    /// 1 for each row that has a value, 0 for each other.
    levels: Vec<i16>,
}

enum Values {
    Whole(Vec<i64>),
    Real(Vec<f64>),
    Text(Vec<ByteArray>),
}

impl Column {
    fn new(name: String, kind: Kind, repetition: Repetition) -> Self {
        Self {
            name,
            repetition,
            values: match kind {
                Kind::Whole => Values::Whole(Vec::new()),
                Kind::Real => Values::Real(Vec::new()),
                Kind::Text => Values::Text(Vec::new()),
            },
            levels: Vec::new(),
        }
    }

    /// A column that every sweep has.
    fn fixed(name: String) -> Self {
        let (kind, repetition) = match name.as_str() {
            "point" => (Kind::Whole, Repetition::REQUIRED),
            "scale" => (Kind::Real, Repetition::REQUIRED),
            "metric" | "growth" => (Kind::Text, Repetition::REQUIRED),
            "ci_method" | "verdict" => (Kind::Text, Repetition::OPTIONAL),
            "items" | "attempts" | "hidden_scales" | "scales_inside_rise" | "null_replicates" => {
                (Kind::Whole, Repetition::OPTIONAL)
            }
            _ => (Kind::Real, Repetition::OPTIONAL),
        };
        Self::new(name, kind, repetition)
    }

    fn kind(&self) -> Kind {
        match self.values {
            Values::Whole(_) => Kind::Whole,
            Values::Real(_) => Kind::Real,
            Values::Text(_) => Kind::Text,
        }
    }

    fn schema(&self) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match self.kind() {
            Kind::Whole => (Physical::INT64, None),
            Kind::Real => (Physical::DOUBLE, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let column = Type::primitive_type_builder(&self.name, physical)
            .with_logical_type(logical)
            .with_repetition(self.repetition);
        Ok(Arc::new(column.build()?))
    }

    fn push(&mut self, cell: Cell) -> Result<(), ParquetTableError> {
        let value = match cell {
            Cell::Missing | Cell::Any(Value::Null) => None,
            other => Some(other),
        };
        let taken = match (&mut self.values, &value) {
            (_, None) => self.repetition == Repetition::OPTIONAL,
            (Values::Whole(column), Some(cell)) => take(column, whole(cell)),
            (Values::Real(column), Some(cell)) => take(column, real(cell)),
            (Values::Text(column), Some(cell)) => take(column, text(cell)),
        };
        if !taken {
            return Err(ParquetTableError::Cell {
                column: self.name.clone(),
                kind: self.kind().name(),
                value: value.map_or_else(|| "a missing value".to_owned(), |cell| shown(&cell)),
            });
        }
        self.levels.push(i16::from(value.is_some()));
        Ok(())
    }

    /// Writes the rows there are, and forgets them.
    fn write(&mut self, mut writer: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = match self.repetition {
            Repetition::OPTIONAL => Some(self.levels.as_slice()),
            Repetition::REQUIRED | Repetition::REPEATED => None,
        };
        match &mut self.values {
            Values::Whole(values) => {
                let column = writer.typed::<Int64Type>();
                column.write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Real(values) => {
                let column = writer.typed::<DoubleType>();
                column.write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Text(values) => {
                let column = writer.typed::<ByteArrayType>();
                column.write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.levels.clear();
        writer.close()
    }
}

fn take<T>(column: &mut Vec<T>, value: Option<T>) -> bool {
    let taken = value.is_some();
    column.extend(value);
    taken
}

fn whole(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Whole(whole) => i64::try_from(*whole).ok(),
        Cell::Any(value) => value.as_i64(),
        Cell::Missing | Cell::Real(_) | Cell::Text(_) => None,
    }
}

fn real(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Real(real) => Some(*real),
        Cell::Any(value) => value.as_f64(),
        Cell::Missing | Cell::Whole(_) | Cell::Text(_) => None,
    }
}

fn text(cell: &Cell) -> Option<ByteArray> {
    match cell {
        Cell::Text(text) => Some(text.as_str().into()),
        Cell::Any(Value::String(text)) => Some(text.as_str().into()),
        Cell::Any(value) => Some(value.to_string().as_str().into()),
        Cell::Missing | Cell::Whole(_) | Cell::Real(_) => None,
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Real(real) => real.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Any(value) => value.to_string(),
    }
}
