//! Lines of equal values between the values of a grid.
//!
//! Marching squares: each line enters and leaves a square of four neighbouring values where a straight line between two
//! of them crosses the level. Places are interpolated as the axes space them, so that what is linear in a logarithm is
//! exact on an axis of logarithms.

use std::collections::BTreeMap;

use super::super::layer::{Layer, Stroke, Trace};
use super::super::number::four_digits;
use super::grid::{Grid, unspaced};

/// The levels of mean credit.
const CREDITS: [f64; 5] = [0.1, 0.2, 0.5, 0.8, 0.9];

/// A line for each level that lies among the values; `is_unit` if these are credits from 0 to 1.
pub(super) fn contours(grid: &Grid<'_>, (low, high): (f64, f64), is_unit: bool) -> Vec<Layer> {
    let levels = match is_unit {
        true => CREDITS.to_vec(),
        false => nice_levels(low, high),
    };
    let last = (levels.len().max(2) - 1) as f64;
    let trace = |(i, level): (usize, f64)| {
        let pieces = pieces(grid, level);
        (!pieces.is_empty()).then(|| {
            Trace {
                label: four_digits(level),
                stroke: Stroke::Level(i as f64 / last),
                pieces,
            }
            .into()
        })
    };
    levels.into_iter().enumerate().filter_map(trace).collect()
}

/// Four to ten multiples of 1, 2 or 5 times a power of ten.
fn nice_levels(low: f64, high: f64) -> Vec<f64> {
    let least = (high - low) / 9.0;
    if !(least > 0.0 && least.is_finite()) {
        return Vec::new();
    }
    let unit = libm::exp10(libm::log10(least).floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * unit);
    let step = steps
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(10.0 * unit);
    let first = (low / step).ceil() as i64;
    (first..first + 12)
        .map(|i| i as f64 * step)
        .filter(|level| *level < high)
        .collect()
}

/// An edge of the grid: from a node to its neighbour on the right, or to the one above.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    Right(usize, usize),
    Up(usize, usize),
}

/// The pieces of the line at which values come to a level.
fn pieces(grid: &Grid<'_>, level: f64) -> Vec<Vec<(f64, f64)>> {
    let columns = grid.x.values.len();
    let at = |i: usize, j: usize| grid.values.get(j * columns + i).copied().flatten();
    let mut ways: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for j in 1..grid.y.values.len() {
        for i in 1..columns {
            let corners = [(i - 1, j - 1), (i, j - 1), (i, j), (i - 1, j)];
            let [Some(a), Some(b), Some(c), Some(d)] = corners.map(|(i, j)| at(i, j)) else {
                continue;
            };
            for (from, to) in segments([a, b, c, d], level, (i - 1, j - 1)) {
                ways.entry(from).or_default().push(to);
                ways.entry(to).or_default().push(from);
            }
        }
    }
    let place = |edge: Edge| {
        let ((i, j), (k, l)) = match edge {
            Edge::Right(i, j) => ((i, j), (i + 1, j)),
            Edge::Up(i, j) => ((i, j), (i, j + 1)),
        };
        let (from, to) = (at(i, j).unwrap_or(level), at(k, l).unwrap_or(level));
        let share = (level - from) / (to - from);
        let between = |from: f64, to: f64| match from == to {
            true => from,
            false => from + share * (to - from),
        };
        let (x, y) = (&grid.x, &grid.y);
        (along(x, i, k, &between), along(y, j, l, &between))
    };
    chains(ways)
        .into_iter()
        .map(|chain| chain.into_iter().map(place).collect())
        .collect()
}

/// Between two values of a side; at one of them, the value itself.
fn along(
    side: &super::grid::Side,
    from: usize,
    to: usize,
    between: &dyn Fn(f64, f64) -> f64,
) -> f64 {
    if from == to {
        return side.values[from];
    }
    let spaced = |place: usize| side.axis.spaced(side.values[place]);
    unspaced(&side.axis, between(spaced(from), spaced(to)))
}

/// How a line runs through a square with these values from its lower left corner on, anticlockwise.
fn segments([a, b, c, d]: [f64; 4], level: f64, (i, j): (usize, usize)) -> Vec<(Edge, Edge)> {
    let (south, east) = (Edge::Right(i, j), Edge::Up(i + 1, j));
    let (north, west) = (Edge::Right(i, j + 1), Edge::Up(i, j));
    let above = [a, b, c, d].map(|value| value >= level);
    // Two crossings at opposite corners: the mean decides which corners hang together.
    let middle = 0.25 * (a + b + c + d) >= level;
    match above {
        [false, false, false, false] | [true, true, true, true] => Vec::new(),
        [true, false, false, false] | [false, true, true, true] => vec![(west, south)],
        [false, true, false, false] | [true, false, true, true] => vec![(south, east)],
        [false, false, true, false] | [true, true, false, true] => vec![(east, north)],
        [false, false, false, true] | [true, true, true, false] => vec![(north, west)],
        [true, true, false, false] | [false, false, true, true] => vec![(west, east)],
        [true, false, false, true] | [false, true, true, false] => vec![(south, north)],
        [true, false, true, false] if middle => vec![(west, north), (south, east)],
        [true, false, true, false] => vec![(west, south), (east, north)],
        [false, true, false, true] if middle => vec![(west, south), (east, north)],
        [false, true, false, true] => vec![(west, north), (south, east)],
    }
}

/// Steps from edge to edge joined into chains: open ones from end to end first, then rings.
fn chains(mut ways: BTreeMap<Edge, Vec<Edge>>) -> Vec<Vec<Edge>> {
    let ends = ways.iter().filter(|(_, next)| next.len() == 1);
    let ends: Vec<Edge> = ends.map(|(edge, _)| *edge).collect();
    let rest: Vec<Edge> = ways.keys().copied().collect();
    let mut chains = Vec::new();
    for start in ends.into_iter().chain(rest) {
        let mut chain = vec![start];
        let mut here = start;
        while let Some(next) = ways.get_mut(&here).and_then(Vec::pop) {
            if let Some(back) = ways.get_mut(&next)
                && let Some(place) = back.iter().position(|edge| *edge == here)
            {
                back.swap_remove(place);
            }
            chain.push(next);
            here = next;
        }
        if chain.len() > 1 {
            chains.push(chain);
        }
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_round_numbers_within_the_values() {
        assert_eq!(
            nice_levels(0.0, 8.5),
            [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
        );
        assert_eq!(
            nice_levels(-0.31, 0.9),
            [-0.2, 0.0, 0.2, 0.4, 0.6000000000000001, 0.8]
        );
        assert!(nice_levels(1.0, 1.0).is_empty());
    }

    #[test]
    fn rings_close_and_saddles_part() {
        let ring = [
            (Edge::Up(0, 0), Edge::Right(0, 0)),
            (Edge::Right(0, 0), Edge::Up(1, 0)),
            (Edge::Up(1, 0), Edge::Up(0, 0)),
        ];
        let mut ways: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
        for (from, to) in ring {
            ways.entry(from).or_default().push(to);
            ways.entry(to).or_default().push(from);
        }
        let found = chains(ways);
        assert_eq!((found.len(), found[0].len()), (1, 4));
        assert!(found[0].first() == found[0].last());
        // High at two opposite corners and on the mean: the low corners are cut off.
        let parted = segments([1.0, 0.0, 1.0, 0.2], 0.5, (0, 0));
        assert!(parted.contains(&(Edge::Right(0, 0), Edge::Up(1, 0))) && parted.len() == 2);
    }
}
