//! Laws that are held at one place: the largest likelihood of all that have a given hazard there.

use super::climb::{Peak, climb_once, value};
use super::evidence::CurveLikelihood;
use super::shape::{
    BrokenShape, FlooredShape, FreeBreakShape, GuessShape, LogisticShape, PowerShape, Shape,
};

/// A shape whose first number, the level, can be told from the value at one place and the other numbers.
pub(super) trait Pinnable<const N: usize>: Shape<N> {
    /// The level with which eta is this at u; `None` where no level is enough.
    fn level_at(&self, u: f64, eta: f64, free: &[f64; N]) -> Option<f64>;

    /// The bounds of the other numbers within which there is such a level; `None` if there are none.
    fn bounds_at(&self, _eta: f64) -> Option<[(f64, f64); N]> {
        Some(self.bounds())
    }

    /// Which number decides how steep the law is between the measured scales and u.
    fn steepness(&self, _u: f64, _free: &[f64; N]) -> usize {
        1
    }
}

impl Pinnable<2> for PowerShape {
    fn level_at(&self, u: f64, eta: f64, &[_, exponent]: &[f64; 2]) -> Option<f64> {
        Some(eta + exponent * u)
    }
}

impl Pinnable<2> for LogisticShape {
    fn level_at(&self, u: f64, eta: f64, &[_, slope]: &[f64; 2]) -> Option<f64> {
        // h = ln(1 + e^-x), so that x = -ln(e^h - 1).
        let hazard = libm::exp(eta);
        let log_odds = match hazard {
            h if h < 1e-17 => -eta,
            h if h > 40.0 => -h,
            h => -libm::log(libm::expm1(h)),
        };
        Some(log_odds - slope * u)
    }
}

impl Pinnable<3> for GuessShape {
    fn level_at(&self, u: f64, eta: f64, &[_, exponent, ln_floor]: &[f64; 3]) -> Option<f64> {
        let missing = -libm::expm1(-libm::exp(eta)) / -libm::expm1(ln_floor);
        let q = -libm::log1p(-missing);
        (missing < 1.0 && q > 0.0).then(|| libm::log(q) + exponent * u)
    }

    fn bounds_at(&self, eta: f64) -> Option<[(f64, f64); 3]> {
        let [level, exponent, (least, most)] = self.bounds();
        let most = most.min(-libm::exp(eta) - 1e-9);
        (most > least).then_some([level, exponent, (least, most)])
    }
}

impl Pinnable<3> for BrokenShape {
    fn level_at(&self, u: f64, eta: f64, free: &[f64; 3]) -> Option<f64> {
        let [_, before, after] = *free;
        Some(eta - self.log_hazard(u, &[0.0, before, after]).0)
    }

    fn steepness(&self, u: f64, _: &[f64; 3]) -> usize {
        if u > self.at { 2 } else { 1 }
    }
}

impl Pinnable<4> for FreeBreakShape {
    fn level_at(&self, u: f64, eta: f64, free: &[f64; 4]) -> Option<f64> {
        let [_, before, after, at] = *free;
        Some(eta - self.log_hazard(u, &[0.0, before, after, at]).0)
    }

    fn steepness(&self, u: f64, &[_, _, _, at]: &[f64; 4]) -> usize {
        if u > at { 2 } else { 1 }
    }
}

/// A shape with the level for which eta is given at one place. The level is held by bounds that leave it no room.
pub(super) struct Pinned<'a, S, const N: usize> {
    shape: &'a S,
    u: f64,
    eta: f64,
    bounds: [(f64, f64); N],
}

impl<'a, S: Pinnable<N>, const N: usize> Pinned<'a, S, N> {
    /// `None` where no law of the shape has this hazard.
    pub(super) fn new(shape: &'a S, u: f64, eta: f64) -> Option<Self> {
        let mut bounds = shape.bounds_at(eta)?;
        if let Some(level) = bounds.first_mut() {
            *level = (0.0, 0.0);
        }
        Some(Self {
            shape,
            u,
            eta,
            bounds,
        })
    }

    /// The same numbers with the level that they need.
    fn with_level(&self, free: &[f64; N]) -> Option<[f64; N]> {
        let mut free = *free;
        *free.first_mut()? = self.shape.level_at(self.u, self.eta, &free)?;
        Some(free)
    }
}

impl<S: Pinnable<N>, const N: usize> Shape<N> for Pinned<'_, S, N> {
    fn log_hazard(&self, u: f64, free: &[f64; N]) -> (f64, [f64; N]) {
        let Some(free) = self.with_level(free) else {
            return (f64::INFINITY, [0.0; N]);
        };
        // By the rule of implicit functions the level moves so that nothing changes at the place that is held.
        let (_, held) = self.shape.log_hazard(self.u, &free);
        let (eta, mut by) = self.shape.log_hazard(u, &free);
        let ratio = by[0] / held[0];
        for (by, held) in by.iter_mut().zip(held) {
            *by -= ratio * held;
            if !by.is_finite() {
                *by = 0.0;
            }
        }
        by[0] = 0.0;
        (eta, by)
    }

    fn bounds(&self) -> [(f64, f64); N] {
        self.bounds
    }
}

/// h = irreducible + exp(level - exponent u) with the floor for which ln h is given at one place: far beyond the measured scales
/// the floor is nearly all of h, and no level would tell it.
pub(super) struct HeldFloor {
    u: f64,
    eta: f64,
}

impl Shape<2> for HeldFloor {
    fn log_hazard(&self, u: f64, &[level, exponent]: &[f64; 2]) -> (f64, [f64; 2]) {
        let at = |u: f64| libm::exp((level - exponent * u).min(600.0));
        let (here, there) = (at(u), at(self.u));
        let held = libm::exp(self.eta);
        let hazard = held + here - there;
        // There is no law with a floor below 0.
        if there > held || hazard <= 0.0 {
            return (f64::INFINITY, [0.0; 2]);
        }
        let by_exponent = (self.u * there - u * here) / hazard;
        (libm::log(hazard), [(here - there) / hazard, by_exponent])
    }

    fn bounds(&self) -> [(f64, f64); 2] {
        let [level, exponent, _] = FlooredShape.bounds();
        [level, exponent]
    }
}

/// The largest likelihood under one shape where the hazard at a place is given.
pub(super) trait PinnedMaximum {
    /// Its logarithm; `None` where no law of the shape has this hazard.
    fn at(&mut self, u: f64, eta: f64) -> Option<f64>;
}

/// Of one shape, its search starting where the last one ended, or at a law between the fitted one and the place.
pub(super) struct Candidate<'a, S, const N: usize> {
    shape: S,
    likelihood: &'a CurveLikelihood,
    fitted: [f64; N],
    last: [f64; N],
}

impl<'a, S: Pinnable<N>, const N: usize> Candidate<'a, S, N> {
    pub(super) fn new(shape: S, likelihood: &'a CurveLikelihood, fitted: [f64; N]) -> Self {
        Self {
            shape,
            likelihood,
            fitted,
            last: fitted,
        }
    }

    /// The fitted law turned about the place so that it is where it was at the measured scale nearest to it: others soon lie
    /// where no likelihood tells the way.
    fn turned(&self, pinned: &Pinned<'_, S, N>) -> [f64; N] {
        let places = self.likelihood.places().iter().copied();
        let away = |place: &f64| (place - pinned.u).abs();
        let others = places.filter(|place| away(place) > 1e-6);
        let near = others.min_by(|one, other| away(one).total_cmp(&away(other)));
        let near = near.unwrap_or_default();
        let aim = self.shape.log_hazard(near, &self.fitted).0;
        let mut free = self.fitted;
        for (one, (least, most)) in free.iter_mut().zip(pinned.bounds) {
            *one = one.clamp(least, most);
        }
        let which = self.shape.steepness(pinned.u, &free);
        let Some(&(mut low, mut high)) = pinned.bounds.get(which) else {
            return free;
        };
        for _ in 0..25 {
            // Exponents span orders of magnitude.
            let middle = libm::sqrt(low * high);
            free[which] = middle;
            let is_too_steep = (pinned.log_hazard(near, &free).0 > aim) == (near < pinned.u);
            match is_too_steep {
                true => high = middle,
                false => low = middle,
            }
        }
        free
    }
}

impl<S: Pinnable<N>, const N: usize> PinnedMaximum for Candidate<'_, S, N> {
    fn at(&mut self, u: f64, eta: f64) -> Option<f64> {
        let pinned = Pinned::new(&self.shape, u, eta)?;
        let turned = self.turned(&pinned);
        let mut last = self.last;
        for (one, (least, most)) in last.iter_mut().zip(pinned.bounds) {
            *one = one.clamp(least, most);
        }
        let is_higher =
            value(self.likelihood, &pinned, &turned) > value(self.likelihood, &pinned, &last);
        let (first, second) = match is_higher {
            true => (turned, last),
            false => (last, turned),
        };
        let mut found: Peak<N> = climb_once(self.likelihood, &pinned, first);
        // With one number left there is one maximum in all that counts; with more a second start is worth its time.
        if N > 2 {
            found = found.or(climb_once(self.likelihood, &pinned, second));
        }
        self.last = found.free;
        Some(found.value)
    }
}

/// The same of laws above a floor.
pub(super) struct FlooredCandidate<'a> {
    likelihood: &'a CurveLikelihood,
    fitted: [f64; 2],
    last: [f64; 2],
}

impl<'a> FlooredCandidate<'a> {
    pub(super) const fn new(
        likelihood: &'a CurveLikelihood,
        [level, exponent, _]: [f64; 3],
    ) -> Self {
        let fitted = [level, exponent];
        Self {
            likelihood,
            fitted,
            last: fitted,
        }
    }
}

impl PinnedMaximum for FlooredCandidate<'_> {
    fn at(&mut self, u: f64, eta: f64) -> Option<f64> {
        let pinned = HeldFloor { u, eta };
        // Where the fit has too much left above any floor, from one that has half of it.
        let start = |[level, exponent]: [f64; 2]| {
            let most = eta + exponent * u - std::f64::consts::LN_2;
            [level.min(most), exponent]
        };
        let found = climb_once(self.likelihood, &pinned, start(self.last));
        let found = found.or(climb_once(self.likelihood, &pinned, start(self.fitted)));
        self.last = found.free;
        Some(found.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value at the place is the given one, and derivatives are central differences of step 1e-6, off by 1e-8 or so.
    #[track_caller]
    fn holds<const N: usize>(shape: &impl Pinnable<N>, free: [f64; N]) {
        let (held_at, eta) = (1.3, -0.8);
        let pinned = Pinned::new(shape, held_at, eta).unwrap();
        let there = pinned.log_hazard(held_at, &free);
        assert!((there.0 - eta).abs() < 1e-12, "{} {eta}", there.0);
        assert!(there.1.iter().all(|by| by.abs() < 1e-12), "{there:?}");
        for u in [-2.1, 0.4, 2.9] {
            let (_, by) = pinned.log_hazard(u, &free);
            assert_eq!(by[0], 0.0);
            for i in 1..N {
                let (mut up, mut down) = (free, free);
                up[i] += 1e-6;
                down[i] -= 1e-6;
                let slope = (pinned.log_hazard(u, &up).0 - pinned.log_hazard(u, &down).0) / 2e-6;
                assert!(
                    (slope - by[i]).abs() < 1e-7 * slope.abs().max(1.0),
                    "{u} {i}: {slope} {}",
                    by[i]
                );
            }
        }
    }

    #[test]
    fn the_level_gives_way_to_the_other_numbers() {
        holds(&PowerShape, [0.0, 0.31]);
        holds(&LogisticShape, [0.0, 0.62]);
        holds(&GuessShape, [0.0, 0.31, -2.2]);
        let (at, width) = (0.7, 0.3);
        holds(&BrokenShape { at, width }, [0.0, 0.31, 0.72]);
        let within = (-5.0, 5.0);
        holds(&FreeBreakShape { width, within }, [0.0, 0.31, 0.72, 0.7]);
    }

    #[test]
    fn the_floor_gives_way_to_level_and_exponent() {
        let held = HeldFloor { u: 1.3, eta: -0.8 };
        assert!((held.log_hazard(1.3, &[-1.4, 0.31]).0 + 0.8).abs() < 1e-15);
        for u in [-2.1, 0.4, 2.9] {
            let (eta, by) = held.log_hazard(u, &[-1.4, 0.31]);
            // As the shape says of the floor that is left.
            let floor = libm::exp(-0.8) - libm::exp(-1.4 - 0.31 * 1.3);
            let whole = FlooredShape.log_hazard(u, &[-1.4, 0.31, floor]).0;
            assert!((eta - whole).abs() < 1e-14);
            for (i, by) in by.into_iter().enumerate() {
                let at = |step: f64| {
                    let mut free = [-1.4, 0.31];
                    free[i] += step;
                    held.log_hazard(u, &free).0
                };
                let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
                assert!((slope - by).abs() < 1e-8, "{u} {i}: {slope} {by}");
            }
        }
        assert_eq!(held.log_hazard(0.0, &[2.0, 0.31]).0, f64::INFINITY);
    }

    #[test]
    fn guesses_stay_below_what_is_held() {
        assert!(GuessShape.bounds_at(3.2).is_none());
        let most = GuessShape.bounds_at(0.4).unwrap()[2].1;
        assert!(GuessShape.level_at(0.0, 0.4, &[0.0, 0.3, most]).is_some());
        assert!(
            GuessShape
                .level_at(0.0, 0.4, &[0.0, 0.3, most + 1e-6])
                .is_none()
        );
    }
}
