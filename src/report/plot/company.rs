//! Keys that nothing shown stands for, although they vary along with it.

use serde_json::Value;

use super::super::number::four_digits;
use super::column::{Column, plain};
use super::plan::{Families, Plan, Shown};
use crate::study::PointFinding;

/// Values that are named one by one.
const MOST_NAMED: usize = 6;

/// What varies along, and whether a line may lead from point to point all the same.
pub(super) struct Company {
    /// No key changes along a line, or all that do go one way with the horizontal axis.
    pub(super) is_joined: bool,
    /// What there is to say of it: `skill.alpha goes along: 0.2, 0.3, 0.5.`
    pub(super) words: Option<String>,
}

/// How a key varies along the lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It is the same all along each line, and tells none of them from another.
    Same,
    /// Up, or down, wherever the horizontal axis goes up.
    Along,
    /// Neither.
    AsWell,
}

/// The company of what lies along the horizontal axis, of the lines, and of panels.
pub(super) fn company(plan: &Plan<'_>, x: Shown, families: &Families<'_, '_>) -> Company {
    let lines: Vec<Vec<&PointFinding>> = plan
        .facets()
        .iter()
        .flat_map(|facet| families.of(&facet.points))
        .map(|(_, points)| points)
        .collect();
    let x = match x {
        Shown::Scale => None,
        Shown::Key(place) => Some(&plan.columns[place]),
    };
    let is_shown = |column: &Column<'_>| {
        let by = families.columns.iter().any(|by| by.place == column.place);
        by || plan.is_facet(column) || x.is_some_and(|x| x.place == column.place)
    };
    let others = plan.columns.iter();
    let others = others.filter(|column| column.varies() && !is_shown(column));
    let (mut is_joined, mut words) = (true, Vec::new());
    for column in others {
        let way = way(&lines, x, column);
        is_joined &= way != Way::AsWell;
        words.push(match way {
            Way::Same | Way::Along => format!("{} goes along: {}.", column.name, listed(column)),
            Way::AsWell => format!("{} varies as well: {}.", column.name, listed(column)),
        });
    }
    Company {
        is_joined: is_joined && x.is_none_or(|x| once(&lines, x)),
        words: (!words.is_empty()).then(|| words.join(" ")),
    }
}

/// The same of two axes without lines: the words alone.
pub(super) fn beside(plan: &Plan<'_>, shown: [Shown; 2]) -> Option<String> {
    let others = plan.columns.iter().filter(|column| {
        column.varies() && !plan.is_facet(column) && !shown.contains(&Shown::Key(column.place))
    });
    let words: Vec<String> = others
        .map(|column| format!("{} goes along: {}.", column.name, listed(column)))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn way(lines: &[Vec<&PointFinding>], x: Option<&Column<'_>>, column: &Column<'_>) -> Way {
    let (mut up, mut down, mut is_constant) = (true, true, true);
    for line in lines {
        let place = |point: &&PointFinding| (x.map(|x| x.rank(point)), column.rank(point));
        let mut places: Vec<_> = line.iter().map(place).collect();
        places.sort_unstable();
        for pair in places.windows(2) {
            let ((x, rank), (next_x, next)) = (pair[0], pair[1]);
            is_constant &= rank == next;
            up &= rank == next || (rank < next && x < next_x);
            down &= rank == next || (rank > next && x < next_x);
        }
    }
    match (is_constant, column.is_numeric && (up || down)) {
        (true, _) => Way::Same,
        (false, true) => Way::Along,
        (false, false) => Way::AsWell,
    }
}

/// Whether no line comes to one place of the axis twice.
fn once(lines: &[Vec<&PointFinding>], x: &Column<'_>) -> bool {
    lines.iter().all(|line| {
        let mut ranks: Vec<usize> = line.iter().map(|point| x.rank(point)).collect();
        ranks.sort_unstable();
        ranks.windows(2).all(|pair| pair[0] < pair[1])
    })
}

/// `0.2, 0.3, 0.5`, or of more numbers `0.1 to 0.5`.
fn listed(column: &Column<'_>) -> String {
    let values = &column.values;
    match (values.len() > MOST_NAMED, &column.numbers()[..]) {
        (true, [least, .., most]) => {
            format!("{} to {}", four_digits(*least), four_digits(*most))
        }
        (true, _) => format!("{} different ones", values.len()),
        (false, _) => {
            let names = values.iter().map(|value| match value {
                Value::Null => "none".to_owned(),
                value => plain(value),
            });
            names.collect::<Vec<_>>().join(", ")
        }
    }
}
