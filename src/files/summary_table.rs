//! The cells of a table of scores, each with its place.

use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::read_error::{ReadError, Spot, Text};
use super::scenario_file::Override;
use crate::domain::{Items, Level, Metric, Range, Scale, known_keys, nearest_name};
use crate::study::{Measured, MeasuredPoint, MeasuredRow, ToldInterval};

/// The columns without which a table tells nothing.
const REQUIRED: [&str; 4] = ["scale", "metric", "estimate", "items"];

/// The rows of a text, each cell with its place.
pub(super) struct Table<'a> {
    source: Rc<Text>,
    text: &'a str,
    header: StringRecord,
    pub(super) rows: Vec<StringRecord>,
}

impl<'a> Table<'a> {
    pub(super) fn read(origin: &str, text: &'a str) -> Result<Self, ReadError> {
        let source = Rc::new(Text::new(origin, text));
        let start = Spot::Text(Rc::clone(&source), 0);
        let mut builder = ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).trim(Trim::All);
        let rows: Result<Vec<StringRecord>, _> =
            reader.from_reader(text.as_bytes()).into_records().collect();
        let mut rows = rows.map_err(|error| start.error("", error))?;
        if rows.is_empty() {
            let problem = format!(
                "the table is empty: it needs the columns {}",
                REQUIRED.join(", ")
            );
            return Err(start.error("", problem));
        }
        let header = rows.remove(0);
        let table = Self {
            source,
            text,
            header,
            rows,
        };
        table.checked(&start)
    }

    fn checked(self, start: &Spot) -> Result<Self, ReadError> {
        let missing = REQUIRED.iter().filter(|name| self.column(name).is_none());
        let missing: Vec<&str> = missing.copied().collect();
        if let Some(&first) = missing.first() {
            let hint = match self.header.get(0) {
                Some(only) if self.header.len() == 1 && only.contains([';', '\t']) => {
                    " (cells are separated by commas)".to_owned()
                }
                _ => nearest_name(first, self.header.iter()).map_or_else(String::new, |near| {
                    format!(" (is {near:?} meant for {first}?)")
                }),
            };
            let found: Vec<&str> = self.header.iter().collect();
            let problem = format!(
                "the table has no column {}{hint}; found {}",
                missing.join(", "),
                found.join(", ")
            );
            return Err(start.error(first, problem));
        }
        for row in &self.rows {
            if row.len() != self.header.len() {
                let problem = format!(
                    "expected {} cells as in the header, found {}",
                    self.header.len(),
                    row.len()
                );
                return Err(self.spot(row, 0).error("", problem));
            }
        }
        Ok(self)
    }

    /// The place of a column by its name.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|own| own == name)
    }

    /// What stands in a column; nothing where there is no such column, or the cell is empty.
    pub(super) fn cell<'r>(&self, row: &'r StringRecord, name: &str) -> Option<&'r str> {
        row.get(self.column(name)?).filter(|cell| !cell.is_empty())
    }

    /// Where a cell stands.
    pub(super) fn spot(&self, row: &StringRecord, column: usize) -> Spot {
        let start = row
            .position()
            .map_or(0, |position| position.byte() as usize);
        let start = start.min(self.text.len());
        let rest = &self.text[start..];
        // The reader counts empty lines before a row as parts of it.
        let mut byte = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let (mut left, mut quoted) = (column, false);
        for (place, letter) in self.text[byte..].char_indices() {
            match letter {
                _ if left == 0 => break,
                '"' => quoted = !quoted,
                ',' if !quoted => {
                    left -= 1;
                    if left == 0 {
                        byte += place + 1;
                    }
                }
                _ => {}
            }
        }
        let cell = &self.text[byte..];
        let blanks = cell.len() - cell.trim_start_matches([' ', '\t']).len();
        Spot::Text(Rc::clone(&self.source), byte + blanks)
    }

    pub(super) fn error(
        &self,
        row: &StringRecord,
        name: &str,
        problem: impl std::fmt::Display,
    ) -> ReadError {
        self.spot(row, self.column(name).unwrap_or(0))
            .error(name, problem)
    }

    /// The settings that a point of a sweep has otherwise than its scenario.
    pub(super) fn settings(&self, rows: &[&StringRecord]) -> Vec<Override> {
        let known = known_keys();
        let Some(row) = rows.first() else {
            return Vec::new();
        };
        let keys = self
            .header
            .iter()
            .filter(|name| known.iter().any(|key| key.key == *name));
        let settings = keys.filter_map(|key| {
            let value = self.cell(row, key)?.to_owned();
            let words = format!("{key} = {value} (column {key})");
            Some(Override {
                key: key.to_owned(),
                value,
                words,
            })
        });
        settings.collect()
    }

    /// The scores of each metric, in the order in which metrics come.
    pub(super) fn measured(&self, rows: &[&StringRecord]) -> Result<Vec<Measured>, ReadError> {
        let mut all: Vec<(Metric, Vec<(MeasuredPoint, &StringRecord)>)> = Vec::new();
        for row in rows {
            let metric = self.metric(row)?;
            let Some(point) = self.point(row, metric)? else {
                continue;
            };
            match all.iter_mut().find(|(known, _)| *known == metric) {
                Some((_, points)) => points.push((point, row)),
                None => all.push((metric, vec![(point, row)])),
            }
        }
        if all.is_empty() {
            let start = Spot::Text(Rc::clone(&self.source), 0);
            let problem = "no row has an estimate: tables of expected values are no measurements";
            return Err(start.error("estimate", problem));
        }
        all.into_iter()
            .map(|(metric, points)| self.ordered(metric, points))
            .collect()
    }

    /// By scale, none twice.
    fn ordered(
        &self,
        metric: Metric,
        mut points: Vec<(MeasuredPoint, &StringRecord)>,
    ) -> Result<Measured, ReadError> {
        points.sort_by(|(one, _), (other, _)| one.scale.get().total_cmp(&other.scale.get()));
        for pair in points.windows(2) {
            if let [(one, first), (other, second)] = pair
                && one.scale == other.scale
            {
                let line = |row: &StringRecord| row.position().map_or(0, csv::Position::line);
                let counts = match one.attempts == other.attempts {
                    true => String::new(),
                    false => format!(", of {} and {} attempts", one.attempts, other.attempts),
                };
                let problem = format!(
                    "{metric} has two scores at scale {:e}, in lines {} and {}{counts}: one row for each scale and metric",
                    one.scale.get(),
                    line(first),
                    line(second),
                );
                return Err(self.error(second, "scale", problem));
            }
        }
        let row = points.first().map(|(_, row)| *row);
        let points = points.into_iter().map(|(point, _)| point).collect();
        Measured::new(metric, points).map_err(|error| match row {
            Some(row) => self.error(row, "estimate", error),
            None => Spot::Unknown.error("estimate", error),
        })
    }

    fn metric(&self, row: &StringRecord) -> Result<Metric, ReadError> {
        let word = self.cell(row, "metric").unwrap_or_default();
        word.parse()
            .map_err(|error| self.error(row, "metric", error))
    }

    /// `None` where there is no estimate.
    fn point(
        &self,
        row: &StringRecord,
        metric: Metric,
    ) -> Result<Option<MeasuredPoint>, ReadError> {
        let scale = self.number(row, "scale")?;
        let scale = scale.ok_or_else(|| {
            self.error(row, "scale", "the cell is empty: give a number such as 1e9")
        })?;
        let scale = Scale::try_from(scale).map_err(|error| self.error(row, "scale", error))?;
        let Some(mean) = self.number(row, "estimate")? else {
            return Ok(None);
        };
        if metric.range() == Range::Unit && !(0.0..=1.0).contains(&mean) {
            let percent = match (1.0..=100.0).contains(&mean) {
                true => format!(": give shares, not percentages ({})", mean / 100.0),
                false => String::new(),
            };
            let problem = format!("{metric} lies between 0 and 1, found {mean}{percent}");
            return Err(self.error(row, "estimate", problem));
        }
        let items = self.whole(row, "items")?;
        let items = items.ok_or_else(|| {
            self.error(row, "items", "the cell is empty: give the number of items")
        })?;
        let items = Items::try_from(items).map_err(|error| self.error(row, "items", error))?;
        let attempts_per_item = match self.whole(row, "attempts")? {
            Some(0) => {
                return Err(self.error(
                    row,
                    "attempts",
                    "each item has 1 attempt or more, found 0",
                ));
            }
            attempts => attempts.unwrap_or(1),
        };
        let read = MeasuredRow {
            metric,
            scale,
            estimate: mean,
            items,
            attempts_per_item,
            interval: self.interval(row, mean)?,
        };
        let point = read
            .point()
            .map_err(|error| self.error(row, "ci_low", error));
        point.map(Some)
    }

    /// Both limits and their level, where all three are told.
    fn interval(&self, row: &StringRecord, mean: f64) -> Result<Option<ToldInterval>, ReadError> {
        let limits = self
            .number(row, "ci_low")?
            .zip(self.number(row, "ci_high")?);
        let level = self.number(row, "level")?.map(Level::try_from).transpose();
        let level = level.map_err(|error| self.error(row, "level", error))?;
        let Some(((low, high), level)) = limits.zip(level) else {
            return Ok(None);
        };
        match low <= mean && mean <= high {
            true => Ok(Some(ToldInterval { low, high, level })),
            false => {
                let problem =
                    format!("the interval from {low} to {high} does not hold the estimate {mean}");
                Err(self.error(row, "ci_low", problem))
            }
        }
    }

    fn number(&self, row: &StringRecord, name: &str) -> Result<Option<f64>, ReadError> {
        let Some(cell) = self.cell(row, name) else {
            return Ok(None);
        };
        let read = cell.replace('_', "").parse::<f64>();
        match read.ok().filter(|number| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.error(row, name, format!("expected a number, found {cell:?}"))),
        }
    }

    fn whole(&self, row: &StringRecord, name: &str) -> Result<Option<u64>, ReadError> {
        let is_whole = |number: &f64| number.fract() == 0.0 && (0.0..=9e15).contains(number);
        match self.number(row, name)? {
            None => Ok(None),
            Some(number) if is_whole(&number) => Ok(Some(number as u64)),
            Some(number) => Err(self.error(
                row,
                name,
                format!("expected a whole number from 0 on, found {number}"),
            )),
        }
    }
}
