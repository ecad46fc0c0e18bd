//! How surely one number is told, at every level at once.

/// A confidence distribution: C(x) = Phi(r(x)) is the confidence that the number is no more than x, r its signed root of the
/// likelihood ratio (Schweder and Hjort 2016, Confidence, Likelihood, Probability, chapter 3). Its quantiles are the limits of
/// one-sided confidence intervals. Where values out to an end are not told apart, C has an atom there.
#[derive(Clone, Debug)]
pub(super) struct ConfidenceDistribution {
    /// By increasing x, r never falling.
    knots: Vec<Knot>,
    /// Whether values were told apart as far as was asked: below, above.
    closed: (bool, bool),
}

#[derive(Clone, Copy, Debug)]
struct Knot {
    x: f64,
    root: f64,
    slope: f64,
}

/// Where a quantile is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quantile {
    /// In the atom at the lower end.
    Lowest,
    At(f64),
    /// In the atom at the upper end.
    Highest,
}

/// By how much r should grow from knot to knot: it is nearly a straight line, which a cubic follows to a thousandth.
const APART: f64 = 0.5;

/// Knots to either side, and tries that went too far.
const MOST_TRIES: usize = 60;

impl ConfidenceDistribution {
    /// Follows r from a place outwards, until it is beyond `reach` or at the ends of `within`.
    pub(super) fn explore(
        root: &mut dyn FnMut(f64) -> f64,
        centre: f64,
        within: (f64, f64),
        reach: f64,
    ) -> Self {
        let middle = (centre, root(centre));
        let mut step = 0.1;
        let mut follow = |direction: f64, limit: f64| {
            let mut found: Vec<(f64, f64)> = Vec::new();
            let (mut x, mut r) = middle;
            let mut first = None;
            for _ in 0..MOST_TRIES {
                if direction * r >= reach || direction * (limit - x) <= 0.0 {
                    break;
                }
                let next = x + direction * step;
                let next = match direction * (limit - next) > 0.0 {
                    true => next,
                    false => limit,
                };
                let there = root(next);
                let gain = direction * (there - r);
                if gain > 2.0 * APART && step > 1e-7 {
                    step *= (APART / gain).max(0.1);
                    continue;
                }
                // What a search missed by a little must not turn the curve around.
                (x, r) = (next, r + direction * gain.max(0.0));
                found.push((x, r));
                first.get_or_insert(step);
                step *= (APART / gain.max(1e-9)).clamp(0.3, 3.0);
            }
            step = first.unwrap_or(step);
            (found, direction * r >= reach)
        };
        let (above, closed_above) = follow(1.0, within.1);
        let (mut below, closed_below) = follow(-1.0, within.0);
        below.reverse();
        let places = below.into_iter().chain([middle]).chain(above);
        Self {
            knots: knots(places.collect()),
            closed: (closed_below, closed_above),
        }
    }

    /// The signed root.
    pub(super) fn root_at(&self, x: f64) -> f64 {
        let above = self.knots.partition_point(|knot| knot.x <= x);
        match (above.checked_sub(1), self.knots.get(above)) {
            (Some(below), Some(to)) => self.knots.get(below).map_or(to.root, |from| {
                let width = to.x - from.x;
                let share = (x - from.x) / width;
                let rest = 1.0 - share;
                let (from_weight, to_weight) = (
                    (1.0 + 2.0 * share) * rest * rest,
                    (1.0 + 2.0 * rest) * share * share,
                );
                from_weight * from.root
                    + to_weight * to.root
                    + width * share * rest * (rest * from.slope - share * to.slope)
            }),
            (None, Some(first)) => first.root,
            (_, None) => self.knots.last().map_or(0.0, |last| last.root),
        }
    }

    /// The x with this signed root.
    pub(super) fn quantile(&self, root: f64) -> Quantile {
        let above = self.knots.partition_point(|knot| knot.root < root);
        let ends = above.checked_sub(1).and_then(|below| self.knots.get(below));
        match (ends, self.knots.get(above)) {
            (Some(from), Some(to)) => {
                let (mut low, mut high) = (from.x, to.x);
                for _ in 0..30 {
                    let middle = 0.5 * (low + high);
                    match self.root_at(middle) < root {
                        true => low = middle,
                        false => high = middle,
                    }
                }
                Quantile::At(0.5 * (low + high))
            }
            (None, Some(first)) if self.closed.0 => Quantile::At(first.x),
            (Some(last), None) if self.closed.1 => Quantile::At(last.x),
            (None, _) => Quantile::Lowest,
            (Some(_), None) => Quantile::Highest,
        }
    }
}

/// Slopes with which the cubics between places rise wherever the values do (Fritsch and Butland 1984, SIAM J. Sci. Stat.
/// Comput. 5, 300).
fn knots(places: Vec<(f64, f64)>) -> Vec<Knot> {
    let secants: Vec<(f64, f64)> = places
        .windows(2)
        .map(|pair| match pair {
            [(x, r), (next, there)] => (next - x, (there - r) / (next - x)),
            _ => (1.0, 0.0),
        })
        .collect();
    let slope = |i: usize| {
        let before = i.checked_sub(1).and_then(|i| secants.get(i));
        match (before, secants.get(i)) {
            (Some(&(width, one)), Some(&(next_width, other))) => {
                if one <= 0.0 || other <= 0.0 {
                    return 0.0;
                }
                let share = (width + 2.0 * next_width) / (3.0 * (width + next_width));
                one * other / (share * other + (1.0 - share) * one)
            }
            (Some(&(_, only)), None) | (None, Some(&(_, only))) => only,
            (None, None) => 0.0,
        }
    };
    let knot = |(i, &(x, root)): (usize, &(f64, f64))| Knot {
        x,
        root,
        slope: slope(i),
    };
    places.iter().enumerate().map(knot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log-normal mean: r = (ln x - m)/s.
    #[test]
    fn quantiles_of_a_known_distribution() {
        let mut calls = 0;
        let mut root = |x: f64| {
            calls += 1;
            (libm::log(x) - 0.3) / 0.4
        };
        let found = ConfidenceDistribution::explore(&mut root, 1.35, (1e-9, 1e9), 3.3);
        assert!(calls < 30, "{calls}");
        for z in [-2.6, -1.96, -0.3, 0.0, 0.7, 1.645, 3.0] {
            let x = libm::exp(0.3 + 0.4 * z);
            let Quantile::At(place) = found.quantile(z) else {
                panic!("{z}");
            };
            assert!((place / x - 1.0).abs() < 2e-3, "{z}: {place} {x}");
            assert!((found.root_at(x) - z).abs() < 5e-3, "{z}");
        }
    }

    /// What the data do not tell apart: an atom at the end.
    #[test]
    fn a_flat_side_is_open() {
        let mut root = |x: f64| if x > 0.0 { x } else { x / (1.0 - x) };
        let found = ConfidenceDistribution::explore(&mut root, 0.0, (-40.0, 40.0), 3.3);
        assert_eq!(found.quantile(-1.96), Quantile::Lowest);
        let Quantile::At(place) = found.quantile(-0.5) else {
            panic!("the median of the rest");
        };
        assert!((place + 1.0).abs() < 0.01, "{place}");
        assert!(matches!(found.quantile(1.96), Quantile::At(x) if (x - 1.96).abs() < 1e-9));
        assert!((found.root_at(-1e9) + 40.0 / 41.0).abs() < 1e-12);
    }
}
