//! The largest value of a function of a few numbers, such as a likelihood.

/// A function's largest value, as far as a search found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Maximum {
    /// Where it is.
    pub place: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// How often the function was computed.
    pub evaluations: u32,
    /// Whether a new search from there found no more than the tolerance above it. A search that ran out of evaluations
    /// has not converged.
    pub converged: bool,
}

/// How far to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// By how much the value may fall short of the largest one nearby, in units of the function.
    pub tolerance: f64,
    /// The most evaluations from one start.
    pub evaluations: u32,
}

impl Default for Search {
    /// A log-likelihood to 1e-8, which is nothing beside the 1.92 of a 95% interval.
    fn default() -> Self {
        Self {
            tolerance: 1e-8,
            evaluations: 5000,
        }
    }
}

impl Search {
    /// Looks uphill from a start, first with steps of these sizes: the simplex search of Nelder and Mead 1965 (Computer
    /// Journal 7, 308) with the coefficients of Lagarias et al. 1998 (SIAM J. Optim. 9, 112), taken up again around its
    /// own result until that gains no more than the tolerance: a simplex can collapse before it arrives.
    ///
    /// Needs no derivative. What the function refuses is minus infinity; so is NaN. Meant for up to five or six numbers.
    #[must_use]
    pub fn climb(self, f: &mut impl FnMut(&[f64]) -> f64, start: &[f64], steps: &[f64]) -> Maximum {
        let mut evaluations = 0;
        let mut value_at = |place: &[f64]| {
            evaluations += 1;
            let value = f(place);
            if value.is_nan() {
                f64::NEG_INFINITY
            } else {
                value
            }
        };
        let mut best = (value_at(start), start.to_vec());
        let mut left = self.evaluations;
        let mut converged = false;
        let mut size = 1.0;
        while left > 0 && best.0 > f64::NEG_INFINITY {
            let before = best.0;
            let simplex = Simplex::around(&mut value_at, best, steps, size);
            best = simplex.climb(&mut value_at, self.tolerance, &mut left);
            converged = best.0 - before <= self.tolerance && left > 0;
            // The first time around the start itself: it may be no maximum at all.
            if converged && size < 1.0 {
                break;
            }
            size = 0.25;
        }
        Maximum {
            place: best.1,
            value: best.0,
            evaluations,
            converged: converged && best.0.is_finite(),
        }
    }

    /// The best of what is found from several starts, and how many of them came as high, to a thousandth.
    ///
    /// A maximum that most starts reach is likely to be the only one; one that a single start reaches is a warning.
    /// `None` without starts.
    #[must_use]
    pub fn climb_from_all(
        self,
        f: &mut impl FnMut(&[f64]) -> f64,
        starts: &[Vec<f64>],
        steps: &[f64],
    ) -> Option<(Maximum, u32)> {
        let found = starts.iter().map(|start| self.climb(f, start, steps));
        let mut found: Vec<Maximum> = found.collect();
        // Of equal ones, one that has converged.
        found.sort_by(|one, other| {
            let by_value = other.value.total_cmp(&one.value);
            other.converged.cmp(&one.converged).then(by_value)
        });
        let highest = found
            .iter()
            .map(|one| one.value)
            .fold(f64::NEG_INFINITY, f64::max);
        let is_as_high = |one: &&Maximum| one.value >= highest - 1e-3;
        let agreeing = found.iter().filter(is_as_high).count() as u32;
        let evaluations = found.iter().map(|one| one.evaluations).sum();
        let best = found
            .into_iter()
            .find(|one| one.value >= highest - self.tolerance)?;
        Some((
            Maximum {
                evaluations,
                ..best
            },
            agreeing,
        ))
    }
}

/// The corners of a body of one corner more than there are numbers, and the values there, the highest first.
struct Simplex {
    corners: Vec<(f64, Vec<f64>)>,
}

impl Simplex {
    fn around(
        value_at: &mut impl FnMut(&[f64]) -> f64,
        first: (f64, Vec<f64>),
        steps: &[f64],
        size: f64,
    ) -> Self {
        let mut corners = Vec::with_capacity(steps.len() + 1);
        for (i, step) in steps.iter().enumerate() {
            let mut corner = first.1.clone();
            corner[i] += size * step;
            corners.push((value_at(&corner), corner));
        }
        corners.push(first);
        Self { corners }
    }

    fn climb(
        mut self,
        value_at: &mut impl FnMut(&[f64]) -> f64,
        tolerance: f64,
        left: &mut u32,
    ) -> (f64, Vec<f64>) {
        let last = self.corners.len() - 1;
        loop {
            self.corners.sort_by(|one, other| other.0.total_cmp(&one.0));
            let (highest, lowest) = (self.corners[0].0, self.corners[last].0);
            // Minus infinity everywhere has no spread either.
            let is_flat = highest - lowest <= tolerance || highest == f64::NEG_INFINITY;
            if is_flat || *left == 0 {
                return self.corners.swap_remove(0);
            }
            let mut try_at = |place: Vec<f64>| {
                *left = left.saturating_sub(1);
                (value_at(&place), place)
            };
            // On the line from the lowest corner through the middle of the others: 1 is the middle.
            let middle = self.middle_of_others();
            let lowest_place = self.corners[last].1.clone();
            let on_line = |t: f64| -> Vec<f64> {
                let both = lowest_place.iter().zip(&middle);
                both.map(|(low, middle)| low + t * (middle - low)).collect()
            };
            let reflected = try_at(on_line(2.0));
            let next_lowest = self.corners[last - 1].0;
            let next = if reflected.0 > highest {
                let expanded = try_at(on_line(3.0));
                Some(if expanded.0 > reflected.0 {
                    expanded
                } else {
                    reflected
                })
            } else if reflected.0 > next_lowest {
                Some(reflected)
            } else if reflected.0 > lowest {
                let contracted = try_at(on_line(1.5));
                (contracted.0 >= reflected.0).then_some(contracted)
            } else {
                let contracted = try_at(on_line(0.5));
                (contracted.0 > lowest).then_some(contracted)
            };
            match next {
                Some(next) => self.corners[last] = next,
                None => {
                    let (best, others) = self.corners.split_at_mut(1);
                    for corner in others {
                        let pairs = corner.1.iter().zip(&best[0].1);
                        let halved = pairs.map(|(far, near)| near + 0.5 * (far - near));
                        *corner = try_at(halved.collect());
                    }
                }
            }
        }
    }

    /// The mean of all corners but the lowest.
    fn middle_of_others(&self) -> Vec<f64> {
        let others = &self.corners[..self.corners.len() - 1];
        let mean = |i: usize| {
            let sum: f64 = others.iter().map(|(_, place)| place[i]).sum();
            sum / others.len() as f64
        };
        (0..others[0].1.len()).map(mean).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valley_of_rosenbrock() {
        let mut f = |x: &[f64]| {
            let (bend, along) = (x[1] - x[0] * x[0], 1.0 - x[0]);
            -(100.0 * bend * bend + along * along)
        };
        let found = Search::default().climb(&mut f, &[-1.2, 1.0], &[0.5, 0.5]);
        assert!(
            found.converged && found.value > -1e-8 && found.evaluations < 1000,
            "{found:?}"
        );
        assert!((found.place[0] - 1.0).abs() < 1e-3 && (found.place[1] - 1.0).abs() < 2e-3);
        // Four numbers, each pair in a valley of its own.
        let mut twice = |x: &[f64]| f(&x[..2]) + 3.0 * f(&x[2..]);
        let start = [-1.2, 1.0, 0.3, -0.6];
        let found = Search::default().climb(&mut twice, &start, &[0.5; 4]);
        assert!(found.converged && found.value > -1e-7, "{found:?}");
    }

    const X: [f64; 10] = [-2.1, -1.3, -0.9, -0.2, 0.1, 0.4, 0.8, 1.1, 1.7, 2.4];
    const W: [f64; 10] = [0.5, -1.0, 2.0, 0.3, -0.7, 1.1, 0.0, -2.0, 0.9, 0.2];
    const RIGHT: [f64; 10] = [0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0];

    fn logistic(place: &[f64]) -> f64 {
        let term = |((x, w), right): ((&f64, &f64), &f64)| {
            let eta = place[0] + place[1] * x + place[2] * w;
            right * eta - libm::log1p(libm::exp(eta))
        };
        X.iter().zip(&W).zip(&RIGHT).map(term).sum()
    }

    /// Newton's method in NumPy to its last digits.
    #[test]
    fn a_logistic_regression() {
        let starts = [vec![0.0, 0.0, 0.0], vec![2.0, -1.0, 1.0]];
        let found = Search::default().climb_from_all(&mut logistic, &starts, &[0.5; 3]);
        let (found, agreeing) = found.unwrap();
        assert!(found.converged && agreeing == 2);
        assert!((found.value - LOGISTIC_VALUE).abs() < 1e-7, "{found:?}");
        for (place, expected) in found.place.iter().zip(LOGISTIC_PLACE) {
            assert!((place - expected).abs() < 1e-3, "{found:?}");
        }
    }

    #[test]
    fn two_hills_of_different_height() {
        let mut f = |x: &[f64]| {
            let hill = |at: f64, height: f64| height * libm::exp(-(x[0] - at) * (x[0] - at));
            hill(-3.0, 1.0) + hill(3.0, 2.0)
        };
        let starts = [vec![-4.0], vec![-2.5], vec![2.0]];
        let (found, agreeing) = Search::default()
            .climb_from_all(&mut f, &starts, &[0.2])
            .unwrap();
        assert!((found.place[0] - 3.0).abs() < 1e-3 && agreeing == 1 && found.converged);
    }

    #[test]
    fn what_does_not_arrive_says_so() {
        // Without end, refused everywhere, and too short.
        let search = Search::default();
        assert!(!search.climb(&mut |x| x[0], &[0.0], &[1.0]).converged);
        let nowhere = search.climb(&mut |_| f64::NAN, &[0.0], &[1.0]);
        assert!(!nowhere.converged);
        let short = Search {
            evaluations: 10,
            ..search
        };
        let mut hill = |x: &[f64]| -x[0] * x[0] - x[1] * x[1];
        assert!(!short.climb(&mut hill, &[9.0, 9.0], &[0.1, 0.1]).converged);
    }

    const LOGISTIC_PLACE: [f64; 3] = [-0.280_774_076_703, 0.447_431_369_135, 1.155_887_962_375];
    const LOGISTIC_VALUE: f64 = -5.350_633_258_550;
}
