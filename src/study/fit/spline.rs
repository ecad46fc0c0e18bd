//! Functions of the logarithm of a hazard, kept at even places and read in between.

/// Places that are even over eta, the logarithm of a hazard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    /// The first place, in steps from 0.
    pub(super) first: i32,
    /// How many places there are: at least four.
    pub(super) points: usize,
}

/// Places for each unit of eta: a power of 2, so that places are exact. A cubic between neighbours is off by about
/// 4e-8 of the fourth derivative.
pub(super) const PER_UNIT: i32 = 16;

const STEP: f64 = 1.0 / PER_UNIT as f64;

/// A function and its first two derivatives at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) curvature: f64,
}

impl Grid {
    /// A place, by its number of steps from 0.
    pub(super) fn place(steps: i32) -> f64 {
        f64::from(steps) * STEP
    }

    /// The place of an entry.
    pub(super) fn at(self, entry: usize) -> f64 {
        (f64::from(self.first) + entry as f64) * STEP
    }

    /// Reads a table that [`knots`] made, or a sum of such, at any place; beyond its ends the function stays as it is there.
    pub(super) fn read(self, table: &[[f64; 2]], eta: f64) -> Reading {
        let flat = |value: f64| Reading {
            value,
            slope: 0.0,
            curvature: 0.0,
        };
        let place = (eta - f64::from(self.first) * STEP) * f64::from(PER_UNIT);
        let entry = place.max(0.0) as usize;
        // Not a number is read as the first.
        if place.is_nan() || place <= 0.0 {
            return flat(table.first().map_or(0.0, |knot| knot[0]));
        }
        let Some(&[[from, bend_from], [to, bend_to]]) =
            table.get(entry..).and_then(|rest| rest.first_chunk::<2>())
        else {
            return flat(table.last().map_or(0.0, |knot| knot[0]));
        };
        let after = place - entry as f64;
        let before = 1.0 - after;
        let cubic = |share: f64| share * (share * share - 1.0);
        let tilt = |share: f64| 3.0 * share * share - 1.0;
        Reading {
            value: before * from + after * to + cubic(before) * bend_from + cubic(after) * bend_to,
            slope: (to - from + tilt(after) * bend_to - tilt(before) * bend_from) / STEP,
            curvature: 6.0 * (before * bend_from + after * bend_to) / (STEP * STEP),
        }
    }
}

/// Values at even places, each with the second derivative there of the cubic spline through them, times step^2/6. At both
/// ends that is what the four last values say.
pub(super) fn knots(values: &[f64]) -> Vec<[f64; 2]> {
    let last = values.len().saturating_sub(1);
    let at_end = |values: [Option<&f64>; 4]| match values {
        [Some(a), Some(b), Some(c), Some(d)] => (2.0 * a - 5.0 * b + 4.0 * c - d) / 6.0,
        _ => 0.0,
    };
    let from_front = [0, 1, 2, 3].map(|i| values.get(i));
    let from_back = [0, 1, 2, 3].map(|i| values.get(last.wrapping_sub(i)));
    let mut knots: Vec<[f64; 2]> = values.iter().map(|&value| [value, 0.0]).collect();
    let (start, end) = (at_end(from_front), at_end(from_back));
    if let Some(knot) = knots.first_mut() {
        knot[1] = start;
    }
    // m_{i-1} + 4 m_i + m_{i+1} = y_{i+1} - 2 y_i + y_{i-1}: Gauss forwards, then back.
    let mut shares = vec![0.0; knots.len()];
    for (i, window) in values.windows(3).enumerate() {
        let [before, here, after] = *window else {
            continue;
        };
        let pivot = 4.0 - shares[i];
        shares[i + 1] = 1.0 / pivot;
        knots[i + 1][1] = (after - 2.0 * here + before - knots[i][1]) / pivot;
    }
    if let Some(knot) = knots.last_mut() {
        knot[1] = end;
    }
    for i in (1..last).rev() {
        knots[i][1] -= shares[i] * knots[i + 1][1];
    }
    knots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_read_as_it_is() {
        // Inside: at the ends the fourth difference of a cubic is 0, so that four values say all.
        let f = |x: f64| 2.0 - x + 0.3 * x * x - 0.07 * x * x * x;
        let grid = Grid {
            first: -20,
            points: 60,
        };
        let values: Vec<f64> = (0..grid.points).map(|i| f(grid.at(i))).collect();
        let table = knots(&values);
        for x in [-1.25, -1.2, -0.71, 0.0, 0.333, 1.9, 2.43] {
            let found = grid.read(&table, x);
            assert!((found.value - f(x)).abs() < 1e-13, "{x}");
            let slope = -1.0 + 0.6 * x - 0.21 * x * x;
            if x > -1.25 {
                assert!((found.slope - slope).abs() < 1e-11, "{x}");
                assert!((found.curvature - 0.6 + 0.42 * x).abs() < 1e-9, "{x}");
            }
        }
    }

    #[test]
    fn beyond_the_ends_nothing_changes() {
        let grid = Grid {
            first: 5,
            points: 4,
        };
        let table = knots(&[1.0, 4.0, 2.0, 7.0]);
        for (eta, value) in [
            (0.0, 1.0),
            (0.3125, 1.0),
            (0.5, 7.0),
            (9.0, 7.0),
            (f64::INFINITY, 7.0),
            (f64::NAN, 1.0),
        ] {
            let found = grid.read(&table, eta);
            assert_eq!(
                (found.value, found.slope, found.curvature),
                (value, 0.0, 0.0)
            );
        }
    }
}
