//! The table of a sweep for people: how the rise moves from point to point.

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde_json::Value;

use super::terminal::rise;
use crate::study::{PointFinding, UsefulFrom};

/// Rises of some points by metric, with the settings that were swept; below it, how many points are left out.
#[must_use]
pub fn sweep_terminal(keys: &[String], points: &[PointFinding], left_out: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let numbers = [
        "x10", "x50", "x90", "width", "shift", "steeper", "visible", "inside", "pays",
    ];
    let names = short(keys);
    let header = ["point"]
        .into_iter()
        .chain(names.iter().map(String::as_str));
    let header: Vec<&str> = header.chain(["metric"]).chain(numbers).collect();
    table.set_header(&header);
    for point in points {
        let Some(anatomy) = &point.finding.anatomy else {
            continue;
        };
        for (place, one) in anatomy.metrics.iter().enumerate() {
            let lead = match place {
                0 => std::iter::once(point.number.to_string())
                    .chain(point.settings.iter().map(cell))
                    .collect(),
                _ => vec![String::new(); 1 + keys.len()],
            };
            let mut row = rise(one);
            row.resize(numbers.len() - 1, String::new());
            let useful = &anatomy.usefulness;
            row.push(match useful.from.filter(|_| useful.metric == one.metric) {
                Some(UsefulFrom::At(x)) => format!("{x:.2}"),
                Some(UsefulFrom::Everywhere) => "always".to_owned(),
                Some(UsefulFrom::Unattainable { .. } | UsefulFrom::Beyond) => "never".to_owned(),
                None => String::new(),
            });
            let metric = [one.metric.to_string()];
            table.add_row(lead.into_iter().chain(metric).chain(row).map(Cell::new));
        }
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if place > 1 + keys.len() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: String = table
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect();
    let rest = match left_out {
        0 => String::new(),
        1 => "one more point is in summary.csv and anatomy.csv\n".to_owned(),
        more => format!("{more} more points are in summary.csv and anatomy.csv\n"),
    };
    format!(
        "{lines}\nfrom expected credit over all scales, x = log10 N: where 10, 50, 90% of the rise\n  \
         are done; width: x90 - x10; shift, steeper: against partial credit; visible:\n  \
         where this test shows more than chance (95%); inside: measured scales in it;\n  \
         pays: from where on the threshold of usefulness is reached\n{rest}"
    )
}

/// The last part of each key, or all of it where two end alike.
fn short(keys: &[String]) -> Vec<String> {
    let last = |key: &String| key.rsplit('.').next().unwrap_or_default().to_owned();
    let ends: Vec<String> = keys.iter().map(last).collect();
    let unique = |end: &String| ends.iter().filter(|other| *other == end).count() == 1;
    let names = keys.iter().zip(&ends);
    names
        .map(|(key, end)| {
            if unique(end) {
                end.clone()
            } else {
                key.clone()
            }
        })
        .collect()
}

/// A setting in few letters: a table without its braces, and not too much of it.
fn cell(value: &Value) -> String {
    const LONGEST: usize = 24;
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => {
            let table = text
                .strip_prefix("{ ")
                .and_then(|text| text.strip_suffix(" }"));
            let plain = match table {
                Some(table) => table.replace("kind = ", "").replace(['"', ' '], ""),
                None => text.clone(),
            };
            match plain.chars().count() > LONGEST {
                true => plain
                    .chars()
                    .take(LONGEST - 3)
                    .chain("...".chars())
                    .collect(),
                false => plain,
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_short() {
        let text = |text: &str| cell(&Value::String(text.to_owned()));
        assert_eq!(text("{ kind = \"ramp\", to = 2.0 }"), "ramp,to=2.0");
        assert_eq!(text(&"a".repeat(40)).len(), 24);
        assert_eq!(cell(&Value::Null), "-");
    }
}
