//! `mirage schema`: what a scenario file may hold, for programs.

use mirage::study::study_schema;

use super::{Stop, failed, print};

/// Shown below `mirage schema --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage schema > mirage.schema.json

Editors of TOML (such as VS Code with Even Better TOML) then complete and check
a scenario file in the same folder whose first line is
  #:schema ./mirage.schema.json";

pub(super) fn schema() -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(&study_schema()).map_err(failed)?;
    print(&(text + "\n"))
}
