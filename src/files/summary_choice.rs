//! Which rows of a table are meant.

use csv::StringRecord;

use super::read_error::{ReadError, Spot};
use super::summary_file::Pick;
use super::summary_table::Table;
use crate::domain::nearest_name;

/// The different values of a column, in their order, each with the first row that has it.
struct Choice<'t> {
    column: &'static str,
    values: Vec<(&'t str, &'t StringRecord)>,
}

impl<'t> Choice<'t> {
    fn of(table: &Table<'_>, rows: &[&'t StringRecord], column: &'static str) -> Self {
        let mut values: Vec<(&str, &StringRecord)> = Vec::new();
        for &row in rows {
            // Rows of one value mostly lie together.
            if let Some(cell) = table.cell(row, column)
                && values.last().is_none_or(|(last, _)| *last != cell)
                && !values.iter().any(|(known, _)| *known == cell)
            {
                values.push((cell, row));
            }
        }
        Self { column, values }
    }

    /// The value that is meant; `None` where all rows are.
    fn value(&self, table: &Table<'_>, wanted: Option<&str>) -> Result<Option<&'t str>, ReadError> {
        let all = || self.values.iter().map(|(value, _)| *value);
        match (wanted, self.values.as_slice()) {
            (Some(wanted), _) => all()
                .find(|value| *value == wanted)
                .map(Some)
                .ok_or_else(|| {
                    let near = nearest_name(wanted, all());
                    let near =
                        near.map_or_else(String::new, |near| format!(" (did you mean {near}?)"));
                    let there = match self.values.is_empty() {
                        true => "the table has no such column".to_owned(),
                        false => format!("the table has {}", listed(all())),
                    };
                    let problem = format!("there is no {} {wanted}{near}: {there}", self.column);
                    self.spot(table, 0).error(self.column, problem)
                }),
            (None, [_, (_, second), ..]) => {
                let problem = format!(
                    "the table holds several {column}s: choose one with --{column} ({})",
                    listed(all()),
                    column = self.column,
                );
                Err(table.error(second, self.column, problem))
            }
            (None, _) => Ok(None),
        }
    }

    fn spot(&self, table: &Table<'_>, place: usize) -> Spot {
        let column = table.column(self.column);
        let row = self.values.get(place);
        row.zip(column)
            .map_or(Spot::Unknown, |((_, row), column)| table.spot(row, column))
    }
}

/// All of a few, the first and the last of many.
fn listed<'a>(values: impl Iterator<Item = &'a str>) -> String {
    const FEW: usize = 8;
    let values: Vec<&str> = values.collect();
    match values.as_slice() {
        [first @ .., last] if first.len() >= FEW => {
            format!(
                "{}, ..., {last}: {} in all",
                first[..FEW - 1].join(", "),
                values.len()
            )
        }
        few => few.join(", "),
    }
}

/// The rows of the scenario and the point that are meant.
pub(super) fn chosen<'t>(
    table: &'t Table<'_>,
    pick: &Pick,
) -> Result<Vec<&'t StringRecord>, ReadError> {
    let point = pick.point.map(|point| point.to_string());
    let mut rows: Vec<&StringRecord> = table.rows.iter().collect();
    // Points are numbered anew in each scenario.
    for (column, wanted) in [
        ("scenario", pick.scenario.as_deref()),
        ("point", point.as_deref()),
    ] {
        if let Some(value) = Choice::of(table, &rows, column).value(table, wanted)? {
            rows.retain(|row| table.cell(row, column) == Some(value));
        }
    }
    Ok(rows)
}
