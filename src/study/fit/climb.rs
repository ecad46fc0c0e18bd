//! The largest likelihood of a law, by its derivatives.

use super::evidence::CurveLikelihood;
use super::shape::Shape;
use crate::study::maximum::Search;

/// Where a likelihood is largest, as far as searches found it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Peak<const N: usize> {
    pub(super) free: [f64; N],
    pub(super) value: f64,
    /// Whether no direction within the bounds promises more than [`NEAR`].
    pub(super) converged: bool,
    pub(super) starts: u32,
    /// Starts from which a search came as high, to a thousandth.
    pub(super) agreeing: u32,
    pub(super) evaluations: u32,
}

/// A search is done when the next step promises no more than this.
const DONE: f64 = 1e-9;

/// A search that can rise no further has converged if the next step promised no more than this.
const NEAR: f64 = 1e-6;

/// Steps of one search.
const MOST_STEPS: u32 = 100;

/// A likelihood and its derivatives at one place.
struct Look<const N: usize> {
    free: [f64; N],
    value: f64,
    gradient: [f64; N],
    /// What the free numbers are told by the curvature of each scale's likelihood, as an information matrix: the
    /// curvature of the law itself is left out, as in Fisher's scoring.
    information: [[f64; N]; N],
}

fn look<const N: usize>(
    likelihood: &CurveLikelihood,
    shape: &impl Shape<N>,
    free: [f64; N],
) -> Look<N> {
    let mut look = Look {
        free,
        value: 0.0,
        gradient: [0.0; N],
        information: [[0.0; N]; N],
    };
    for (u, read) in likelihood.readers() {
        let (eta, by) = shape.log_hazard(u, &free);
        let there = read(eta);
        look.value += there.value;
        // Where a likelihood bends upwards, as far below its maximum, its size still says how far a step may go.
        let weight = there.curvature.abs();
        for i in 0..N {
            look.gradient[i] += there.slope * by[i];
            for j in 0..=i {
                look.information[i][j] += weight * by[i] * by[j];
            }
        }
    }
    look
}

/// The likelihood, minus infinity outside the bounds.
pub(super) fn value<const N: usize>(
    likelihood: &CurveLikelihood,
    shape: &impl Shape<N>,
    free: &[f64; N],
) -> f64 {
    let mut within = free.iter().zip(shape.bounds());
    if !within.all(|(one, (least, most))| (least..=most).contains(one)) {
        return f64::NEG_INFINITY;
    }
    let readers = likelihood.readers();
    readers
        .map(|(u, read)| read(shape.log_hazard(u, free).0).value)
        .sum()
}

/// The gradient alone.
pub(super) fn gradient<const N: usize>(
    likelihood: &CurveLikelihood,
    shape: &impl Shape<N>,
    free: [f64; N],
) -> [f64; N] {
    look(likelihood, shape, free).gradient
}

/// x with A x = b over the numbers that are not held, A being symmetric, told below its diagonal, with its diagonal
/// `damping` larger; 0 for those that are held. `None` unless A is positive definite.
pub(super) fn solve<const N: usize>(
    matrix: &[[f64; N]; N],
    right: &[f64; N],
    held: &[bool; N],
    damping: f64,
) -> Option<[f64; N]> {
    let most = (0..N).map(|i| matrix[i][i]).fold(0.0, f64::max);
    let mut root = [[0.0; N]; N];
    let mut x = [0.0; N];
    for i in 0..N {
        for j in 0..=i {
            let mut sum = match (held[i] || held[j], i == j) {
                (true, true) => 1.0,
                (true, false) => 0.0,
                (false, true) => matrix[i][i] * (1.0 + damping) + damping * 1e-9 * most,
                (false, false) => matrix[i][j],
            };
            let known = root[i].iter().zip(&root[j]).take(j);
            sum -= known.map(|(one, other)| one * other).sum::<f64>();
            if i != j {
                root[i][j] = sum / root[j][j];
            } else if sum > 1e-14 * matrix[i][i] && sum > 0.0 {
                root[i][i] = libm::sqrt(sum);
            } else {
                return None;
            }
        }
    }
    for i in 0..N {
        let known: f64 = (0..i).map(|k| root[i][k] * x[k]).sum();
        let own = if held[i] { 0.0 } else { right[i] };
        x[i] = (own - known) / root[i][i];
    }
    for i in (0..N).rev() {
        let known: f64 = (i + 1..N).map(|k| root[k][i] * x[k]).sum();
        x[i] = (x[i] - known) / root[i][i];
    }
    Some(x)
}

fn clamp<const N: usize>(mut free: [f64; N], bounds: &[(f64, f64); N]) -> [f64; N] {
    for (one, (least, most)) in free.iter_mut().zip(bounds) {
        *one = one.clamp(*least, *most);
    }
    free
}

/// Uphill from a start within the bounds, by Fisher's scoring, damped as by Levenberg 1944 and Marquardt 1963 (SIAM J. Appl.
/// Math. 11, 431) wherever a whole step would not rise.
pub(super) fn climb_once<const N: usize>(
    likelihood: &CurveLikelihood,
    shape: &impl Shape<N>,
    start: [f64; N],
) -> Peak<N> {
    let bounds = shape.bounds();
    let mut here = look(likelihood, shape, clamp(start, &bounds));
    let mut evaluations = 1;
    let mut damping = 0.0;
    let mut promised = f64::INFINITY;
    'steps: for _ in 0..MOST_STEPS {
        let mut held = [false; N];
        for (i, (least, most)) in bounds.iter().enumerate() {
            let (one, slope) = (here.free[i], here.gradient[i]);
            held[i] = (one <= *least && slope <= 0.0) || (one >= *most && slope >= 0.0);
        }
        let step = |damping: f64| solve(&here.information, &here.gradient, &held, damping);
        let promise = |step: [f64; N]| -> f64 {
            let both = step.iter().zip(&here.gradient);
            0.5 * both.map(|(step, slope)| step * slope).sum::<f64>()
        };
        promised = step(0.0)
            .or_else(|| step(1e-9))
            .map_or_else(|| flat(&here.gradient, &held), promise);
        if promised <= DONE + 1e-15 * here.value.abs() {
            break;
        }
        loop {
            if let Some(step) = step(damping) {
                let mut to = here.free;
                to.iter_mut().zip(step).for_each(|(to, step)| *to += step);
                let there = look(likelihood, shape, clamp(to, &bounds));
                evaluations += 1;
                if there.value > here.value {
                    here = there;
                    damping = if damping < 1e-3 { 0.0 } else { 0.1 * damping };
                    continue 'steps;
                }
            }
            damping = (10.0 * damping).max(1e-3);
            if damping > 1e9 {
                break 'steps;
            }
        }
    }
    Peak {
        free: here.free,
        value: here.value,
        converged: promised <= NEAR + 1e-13 * here.value.abs(),
        starts: 1,
        agreeing: 1,
        evaluations,
    }
}

/// What a gradient promises where nothing is known of curvature: nothing only if it is nothing.
fn flat<const N: usize>(gradient: &[f64; N], held: &[bool; N]) -> f64 {
    let mut free = gradient.iter().zip(held).filter(|(_, held)| !**held);
    match free.all(|(slope, _)| *slope == 0.0) {
        true => 0.0,
        false => f64::INFINITY,
    }
}

/// The best of what is found from several starts. A search that stalls is taken up by a simplex.
pub(super) fn climb<const N: usize>(
    likelihood: &CurveLikelihood,
    shape: &impl Shape<N>,
    starts: impl IntoIterator<Item = [f64; N]>,
) -> Option<Peak<N>> {
    let mut best: Option<Peak<N>> = None;
    for start in starts {
        let found = climb_once(likelihood, shape, start);
        best = Some(match best {
            None => found,
            Some(best) => best.or(found),
        });
    }
    let best = best?;
    if best.converged {
        return Some(best);
    }
    let mut f = |free: &[f64]| {
        let free = free.first_chunk::<N>();
        free.map_or(f64::NEG_INFINITY, |free| value(likelihood, shape, free))
    };
    let steps = best.free.map(|one| 0.05 * (1.0 + one.abs()));
    let found = Search::default().climb(&mut f, &best.free, &steps);
    let refined = found.place.first_chunk::<N>().copied();
    let again = climb_once(likelihood, shape, refined.unwrap_or(best.free));
    let by_simplex = Peak {
        converged: again.converged || found.converged,
        evaluations: again.evaluations + found.evaluations,
        ..again
    };
    let found = best.or(by_simplex);
    Some(Peak {
        starts: best.starts,
        agreeing: found.agreeing.min(best.starts),
        ..found
    })
}

impl<const N: usize> Peak<N> {
    /// The better of what two searches found; of equal ones that which converged.
    pub(super) fn or(self, other: Self) -> Self {
        let is_as_high = |one: &Self, other: &Self| one.value >= other.value - 1e-3;
        let other_wins = match (self.value - other.value).abs() <= 1e-8 {
            true => other.converged && !self.converged,
            false => other.value > self.value,
        };
        let (best, rest) = if other_wins {
            (other, self)
        } else {
            (self, other)
        };
        let joins = is_as_high(&rest, &best);
        Self {
            starts: self.starts + other.starts,
            agreeing: best.agreeing + if joins { rest.agreeing } else { 0 },
            evaluations: self.evaluations + other.evaluations,
            ..best
        }
    }

    /// The same seen as a place in another shape.
    pub(super) fn map<const M: usize>(self, f: impl Fn([f64; N]) -> [f64; M]) -> Peak<M> {
        Peak {
            free: f(self.free),
            value: self.value,
            converged: self.converged,
            starts: self.starts,
            agreeing: self.agreeing,
            evaluations: self.evaluations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_of_three_with_one_held() {
        let matrix = [[4.0, 0.0, 0.0], [1.0, 3.0, 0.0], [-2.0, 0.5, 5.0]];
        let x = solve(&matrix, &[1.0, -2.0, 3.0], &[false; 3], 0.0).unwrap();
        for (found, expected) in x.iter().zip([1.15625, -1.25, 1.1875]) {
            assert!((found - expected).abs() < 1e-14, "{x:?}");
        }
        // Without the second: 4 x - 2 z = 1, -2 x + 5 z = 3.
        let x = solve(&matrix, &[1.0, -2.0, 3.0], &[false, true, false], 0.0).unwrap();
        assert!((x[0] - 11.0 / 16.0).abs() < 1e-15 && x[1] == 0.0);
        assert!((x[2] - 14.0 / 16.0).abs() < 1e-15);
        let singular = [[1.0, 0.0], [2.0, 4.0]];
        assert_eq!(solve(&singular, &[1.0, 1.0], &[false; 2], 0.0), None);
        assert!(solve(&singular, &[1.0, 1.0], &[false; 2], 0.1).is_some());
    }
}
