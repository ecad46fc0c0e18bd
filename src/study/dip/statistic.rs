//! The dip statistic.

/// Hartigan and Hartigan's dip (1985, Ann. Stat. 13, 70): the largest distance between the distribution function of these
/// numbers and the unimodal one that comes nearest, by the algorithm of P. M. Hartigan 1985 (AS 217, Applied Statistics 34,
/// 320) with Maechler's corrections of 1994 and 2003 (R's package diptest). At least 1/(2n), at most 1/4; 0 where all numbers
/// are the same, which have one mode.
///
/// Numbers in any order; `None` for none, or if any is NaN. Time proportional to n ln n.
#[must_use]
pub fn dip(numbers: &[f64]) -> Option<f64> {
    if numbers.is_empty() || numbers.iter().any(|x| x.is_nan()) {
        return None;
    }
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(dip_of_sorted(&sorted))
}

/// The same of numbers in increasing order.
pub(super) fn dip_of_sorted(x: &[f64]) -> f64 {
    let n = x.len();
    let last = n - 1;
    if x[0] == x[last] {
        return 0.0;
    }
    let (minorant, majorant) = (convex_minorant(x), concave_majorant(x));
    // The modal interval, by places. Distances are in units of 1/n, and twice the dip.
    let (mut low, mut high) = (0, last);
    let mut dip = 1.0_f64;
    loop {
        let below = chain(high, low, &minorant);
        let above = chain(low, high, &majorant);
        let widest = widest_gap(x, &below, &above);
        if widest.distance < dip {
            break;
        }
        let outside_below = below[widest.below..].windows(2).map(|ends| {
            let (from, to) = (ends[1], ends[0]);
            sag(x, from, to, |place, chord| {
                (place - from + 1) as f64 - chord
            })
        });
        let outside_above = above[widest.above..].windows(2).map(|ends| {
            let (from, to) = (ends[0], ends[1]);
            // One less than the number of places passed, which is -1 at the start.
            sag(x, from, to, |place, chord| {
                chord - ((place - from) as f64 - 1.0)
            })
        });
        dip = outside_below.chain(outside_above).fold(dip, f64::max);
        let narrowed = (below[widest.below], above[widest.above]);
        if narrowed == (low, high) {
            break;
        }
        (low, high) = narrowed;
    }
    dip / (2.0 * n as f64)
}

/// For each place, the one before it on the greatest convex minorant of the numbers up to it; itself at the first.
fn convex_minorant(x: &[f64]) -> Vec<usize> {
    let mut before = vec![0; x.len()];
    for j in 1..x.len() {
        let mut from = j - 1;
        loop {
            let earlier = before[from];
            let (run, earlier_run) = ((j - from) as f64, (from - earlier) as f64);
            if from == 0 || (x[j] - x[from]) * earlier_run < (x[from] - x[earlier]) * run {
                break;
            }
            from = earlier;
        }
        before[j] = from;
    }
    before
}

/// For each place, the one after it on the least concave majorant of the numbers from it on; itself at the last.
fn concave_majorant(x: &[f64]) -> Vec<usize> {
    let last = x.len() - 1;
    let mut after = vec![last; x.len()];
    for k in (0..last).rev() {
        let mut to = k + 1;
        loop {
            let later = after[to];
            let (run, later_run) = ((to - k) as f64, (later - to) as f64);
            if to == last || (x[to] - x[k]) * later_run < (x[later] - x[to]) * run {
                break;
            }
            to = later;
        }
        after[k] = to;
    }
    after
}

/// The places from one end to the other.
fn chain(from: usize, to: usize, next: &[usize]) -> Vec<usize> {
    let mut places = vec![from];
    let mut place = from;
    while place != to {
        place = next[place];
        places.push(place);
    }
    places
}

/// Where the majorant is farthest above the minorant.
struct Gap {
    distance: f64,
    /// Where, among the places of the minorant, which run downwards: the end of the part that is left out.
    below: usize,
    /// Where, among the places of the majorant, which run upwards.
    above: usize,
}

fn widest_gap(x: &[f64], below: &[usize], above: &[usize]) -> Gap {
    let mut widest = Gap {
        distance: 0.0,
        below: below.len() - 1,
        above: above.len() - 1,
    };
    if below.len() == 2 && above.len() == 2 {
        widest.distance = 1.0;
        return widest;
    }
    // Upwards along both, from corner to corner.
    let (mut i, mut j) = (below.len() - 2, 1);
    loop {
        let (low, high) = (below[i], above[j]);
        let steps = |from: usize, to: usize| to as f64 - from as f64;
        if low > high {
            let from = below[i + 1];
            let chord = (x[high] - x[from]) * steps(from, low) / (x[low] - x[from]);
            let distance = steps(from, high) + 1.0 - chord;
            j += 1;
            if distance >= widest.distance {
                widest = Gap {
                    distance,
                    below: i + 1,
                    above: j - 1,
                };
            }
        } else {
            let from = above[j - 1];
            let chord = (x[low] - x[from]) * steps(from, high) / (x[high] - x[from]);
            let distance = chord - (steps(from, low) - 1.0);
            if distance >= widest.distance {
                widest = Gap {
                    distance,
                    below: i,
                    above: j,
                };
            }
            i = i.saturating_sub(1);
        }
        j = j.min(above.len() - 1);
        if below[i] == above[j] {
            return widest;
        }
    }
}

/// How far the numbers between two places lie from the chord, at most; at least 1.
fn sag(x: &[f64], from: usize, to: usize, distance: impl Fn(usize, f64) -> f64) -> f64 {
    if to - from <= 1 || x[to] == x[from] {
        return 1.0;
    }
    let slope = (to - from) as f64 / (x[to] - x[from]);
    let distances = (from..=to).map(|place| distance(place, (x[place] - x[from]) * slope));
    distances.fold(1.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(numbers: &[f64], expected: f64) {
        let found = dip(numbers).unwrap();
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn evenly_spaced_numbers_have_the_least_dip() {
        for n in [2, 3, 4, 5, 8, 63, 1000] {
            let numbers: Vec<f64> = (1..=n).map(f64::from).collect();
            close(&numbers, 0.5 / f64::from(n));
        }
        assert_eq!(dip(&[0.3; 7]), Some(0.0));
        assert_eq!(dip(&[0.3]), Some(0.0));
        assert_eq!((dip(&[]), dip(&[1.0, f64::NAN])), (None, None));
    }

    /// As many numbers close to each of two points: the dip tends to 1/4.
    #[test]
    fn two_points_have_the_largest_dip() {
        for n in [4_u32, 50, 1000] {
            let numbers: Vec<f64> = (0..2 * n).map(|i| f64::from(i / n)).collect();
            close(&numbers, 0.25);
            // Spread out a little.
            let spread = numbers.iter().zip(1_u32..);
            let spread: Vec<f64> = spread.map(|(x, i)| x + 1e-6 * f64::from(i)).collect();
            let found = dip(&spread).unwrap();
            assert!(found < 0.25 && found > 0.25 - 1.0 / f64::from(n), "{found}");
        }
    }

    /// The example of R's package diptest (version 0.77): quality ratings of 63 statistics faculties, dip 0.05952381.
    #[test]
    fn the_faculty_of_diptest() {
        let faculty = [
            30, 33, 35, 36, 37, 37, 39, 39, 39, 39, 39, 40, 40, 40, 40, 41, 42, 43, 43, 43, 44, 44,
            45, 45, 46, 47, 47, 47, 47, 48, 48, 49, 50, 50, 51, 52, 52, 53, 53, 53, 53, 53, 54, 54,
            57, 57, 59, 60, 60, 60, 61, 61, 61, 61, 62, 62, 62, 62, 63, 66, 70, 72, 72,
        ];
        let numbers = faculty.map(f64::from);
        assert_eq!(numbers.len(), 63);
        let found = dip(&numbers).unwrap();
        assert!((found - 0.059_523_81).abs() < 5e-9, "{found}");
    }

    /// The nearest unimodal distribution function found by linear programming (SciPy), for every place of the mode.
    #[test]
    fn dips_by_linear_programming() {
        for (numbers, expected) in BY_LINEAR_PROGRAMMING {
            let found = dip(numbers).unwrap();
            assert!(
                (found - expected).abs() < 1e-10,
                "{numbers:?}: {found} is not {expected}"
            );
        }
    }

    #[rustfmt::skip]
    const BY_LINEAR_PROGRAMMING: &[(&[f64], f64)] = &[
        (&[0.09, 0.43, 0.58, 0.8, 1.59, 1.74, 1.98], 0.143462469734),
        (&[1.0, 1.0, 1.0, 3.0, 3.0, 4.0, 4.0, 4.0, 5.0], 0.166666666667),
        (&[0.0, 0.03, 0.29, 0.3, 0.31, 0.37, 0.47, 0.59, 0.71, 0.77, 0.89, 0.97], 0.074712643678),
        (&[1.0, 1.0, 1.0, 2.0, 3.0, 5.0, 9.0, 10.0, 12.0, 12.0, 12.0, 12.0, 13.0, 13.0, 14.0], 0.118181818182),
        (&[0.2, 0.28, 0.29, 0.4, 0.56, 0.61, 0.87], 0.109375000000),
        (&[0.0, 1.0, 1.0, 1.0, 3.0, 4.0, 4.0, 4.0, 5.0], 0.166666666667),
        (&[0.05, 0.21, 0.61, 0.62, 0.85, 0.96, 1.58, 1.67, 1.87, 2.29, 2.29, 2.47], 0.102649006623),
        (&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0, 5.0], 0.133333333333),
        (&[0.13, 0.2, 0.48, 0.5, 0.54, 0.55, 0.77], 0.114285714286),
        (&[0.0, 0.0, 1.0, 2.0, 2.0, 3.0, 3.0, 9.0, 13.0], 0.111111111111),
        (&[0.25, 0.26, 0.34, 0.48, 0.56, 0.74, 0.74, 0.81, 0.82, 0.84, 0.92, 0.95], 0.086734693878),
        (&[0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 5.0], 0.133333333333),
        (&[0.17, 0.33, 0.4, 0.51, 0.67, 0.71, 1.59], 0.100840336134),
        (&[0.0, 2.0, 3.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0], 0.111111111111),
    ];
}
