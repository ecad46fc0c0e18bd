//! A file of points for a skill curve that is a table.

use std::path::Path;
use std::rc::Rc;

use super::read_error::{ReadError, Spot, Text};
use super::scenario_file::{LoadError, file_text};
use super::tree::{Entry, Node, Value};

/// The first line of such a file.
const HEADER: [&str; 2] = ["scale", "p"];

/// Puts the points of the file that `[skill]` names in its place, each with its place in the file. A name in a scenario file
/// is relative to its folder, one on the command line to that in which the program runs.
pub(super) fn read_table_file(tree: &mut Node, folder: &Path) -> Result<(), LoadError> {
    let Value::Table(scenario) = &mut tree.value else {
        return Ok(());
    };
    let Some(Value::Table(skill)) = scenario.get_mut("skill").map(|skill| &mut skill.node.value)
    else {
        return Ok(());
    };
    let text = |key: &str| match skill.get(key).map(|entry| &entry.node.value) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    // What goes wrong otherwise, the reader of scenarios says.
    let wanted = text("kind") == Some("table") && !skill.contains_key("points");
    let Some(name) = text("file").filter(|_| wanted).map(str::to_owned) else {
        return Ok(());
    };
    let Some(Entry { key_spot, node }) = skill.remove("file") else {
        return Ok(());
    };
    let path = match node.spot {
        Spot::CommandLine(_) => Path::new(&name).to_owned(),
        Spot::Text(..) | Spot::Unknown => folder.join(&name),
    };
    let (shown, text) = file_text(&path)?;
    let points = points(&shown, &text)?;
    if let count @ 0..2 = points.len() {
        let problem = format!("points in {shown}: {count}; a curve goes through two or more");
        return Err(node.spot.error("skill.file", problem).into());
    }
    let entry = Entry {
        key_spot,
        node: Node {
            value: Value::List(points),
            spot: node.spot,
        },
    };
    skill.insert("points".to_owned(), entry);
    Ok(())
}

/// The points [scale, p] of a text of two columns, below a header; empty lines are left out.
fn points(file: &str, text: &str) -> Result<Vec<Node>, ReadError> {
    // Some programs of Windows begin every file with a byte-order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Rc::new(Text::new(file, text));
    let at = |cell: &str| {
        Spot::Text(
            Rc::clone(&source),
            cell.as_ptr() as usize - text.as_ptr() as usize,
        )
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header = lines.next().unwrap_or_default();
    if !header.split(',').map(str::trim).eq(HEADER) {
        let problem = format!("expected the header {}, found {header:?}", HEADER.join(","));
        return Err(at(if header.is_empty() { text } else { header }).error("skill.file", problem));
    }
    let mut points: Vec<Node> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for line in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let [scale, p] = cells[..] else {
            let problem = format!(
                "expected two numbers, scale and p, found {} cells",
                cells.len()
            );
            return Err(at(line).error("skill.file", problem));
        };
        let scale_read = number(scale, &at(scale))?;
        if scale_read <= last {
            let problem = format!("scales must increase: {last:e} is followed by {scale_read:e}");
            return Err(at(scale).error("skill.file", problem));
        }
        last = scale_read;
        let real = |cell, value| Node {
            value: Value::Real(value),
            spot: at(cell),
        };
        let pair = vec![real(scale, scale_read), real(p, number(p, &at(p))?)];
        points.push(Node {
            value: Value::List(pair),
            spot: at(line),
        });
    }
    Ok(points)
}

fn number(cell: &str, spot: &Spot) -> Result<f64, ReadError> {
    let read = cell.replace('_', "").parse::<f64>();
    let read = read.ok().filter(|number| number.is_finite());
    read.ok_or_else(|| spot.error("skill.file", format!("expected a number, found {cell:?}")))
}
