//! What `mirage sweep` prints.

use mirage::files::{Dissection, Sweep, SweepControl, SweepRunError};
use mirage::report;
use mirage::study::PointFinding;

use super::sweep::shown;
use super::{Format, Stop, failed, print};

/// Points that the table for people shows.
const SHOWN: usize = 40;

/// What becomes of a sweep once nobody reads what it prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnceClosed {
    /// It stops: it was to be read.
    Stop,
    /// It goes on without printing: its folder is to be filled.
    GoOn,
    /// It has gone on since.
    GoneOn,
}

/// What must be computed of what is wanted, if no more is shown than this format does.
pub(super) fn shown_only(format: Format, wanted: Dissection) -> Dissection {
    match format {
        Format::Table | Format::Json => wanted,
        Format::Csv | Format::Jsonl | Format::Md => Dissection::None,
    }
}

/// What standard output gets, point by point.
pub(super) struct Output<'a> {
    format: Format,
    keys: &'a [String],
    once_closed: OnceClosed,
    /// The first points, for the table.
    shown: Vec<PointFinding>,
    points: usize,
}

impl<'a> Output<'a> {
    pub(super) fn new(
        format: Format,
        keys: &'a [String],
        once_closed: OnceClosed,
    ) -> Result<Self, Stop> {
        let header = match format {
            Format::Csv => report::sweep_csv_header(keys).map_err(failed)?,
            Format::Md => report::sweep_markdown_header(keys).map_err(failed)?,
            Format::Table | Format::Json | Format::Jsonl => String::new(),
        };
        let mut output = Self {
            format,
            keys,
            once_closed,
            shown: Vec::new(),
            points: 0,
        };
        output.print(&header)?;
        Ok(output)
    }

    fn print(&mut self, text: &str) -> Result<(), SweepRunError> {
        if self.once_closed == OnceClosed::GoneOn {
            return Ok(());
        }
        match shown(text) {
            Err(SweepRunError::Closed) if self.once_closed == OnceClosed::GoOn => {
                self.once_closed = OnceClosed::GoneOn;
                Ok(())
            }
            printed => printed,
        }
    }

    pub(super) fn take(&mut self, point: &PointFinding) -> Result<(), SweepRunError> {
        let text = match self.format {
            Format::Table => {
                if self.shown.len() < SHOWN {
                    self.shown.push(point.clone());
                }
                Ok(String::new())
            }
            Format::Csv => report::sweep_csv(self.keys, point).map_err(|error| error.to_string()),
            Format::Md => {
                report::sweep_markdown(self.keys, point).map_err(|error| error.to_string())
            }
            Format::Jsonl => {
                report::sweep_json_lines(self.keys, point).map_err(|error| error.to_string())
            }
            Format::Json => {
                let before = if self.points == 0 { "[\n" } else { ",\n" };
                let text = report::sweep_json(self.keys, point);
                text.map(|text| format!("{before}{text}"))
                    .map_err(|error| error.to_string())
            }
        };
        self.points += 1;
        let text = text.map_err(|error| SweepRunError::Table {
            path: "standard output".to_owned(),
            error,
        })?;
        self.print(&text)
    }

    /// Shows what a complete sweep says; no more of it is scored than is shown.
    pub(super) fn from(
        &mut self,
        sweep: &Sweep,
        dissection: Dissection,
        control: &SweepControl<'_>,
    ) -> Result<(), SweepRunError> {
        let dissection = shown_only(self.format, dissection);
        let most = match self.format {
            Format::Table => SHOWN,
            Format::Csv | Format::Json | Format::Jsonl | Format::Md => usize::MAX,
        };
        sweep.score_first(most, dissection, control, |point| self.take(point))?;
        self.points = sweep.study().points.len();
        Ok(())
    }

    pub(super) fn end(self) -> Result<(), Stop> {
        match self.format {
            Format::Table => {
                let left_out = self.points - self.shown.len();
                print(&report::sweep_terminal(self.keys, &self.shown, left_out))
            }
            Format::Json if self.points == 0 => print("[]\n"),
            Format::Json => print("\n]\n"),
            Format::Csv | Format::Jsonl | Format::Md => Ok(()),
        }
    }
}
