//! The logarithm of the hazard as a function of scale and of what is free in a law.

/// eta = ln h over u = ln N above the middle of the measured scales, with N numbers free.
pub(super) trait Shape<const N: usize> {
    /// eta, and its derivative by each free number.
    fn log_hazard(&self, u: f64, free: &[f64; N]) -> (f64, [f64; N]);

    /// The least and the largest value of each free number.
    fn bounds(&self) -> [(f64, f64); N];
}

/// Values of eta in the middle, or where a law breaks.
const LEVELS: (f64, f64) = (-40.0, 40.0);

/// Exponents: within the scales that studies measure less is no growth at all, and more is a jump.
const EXPONENTS: (f64, f64) = (0.005, 20.0);

/// ln(1 + e^x), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

/// 1/(1 + e^-x).
fn share(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// e^x, within what doubles hold.
fn exp(x: f64) -> f64 {
    libm::exp(x.min(600.0))
}

/// eta = level - exponent u.
pub(super) struct PowerShape;

impl Shape<2> for PowerShape {
    fn log_hazard(&self, u: f64, &[level, exponent]: &[f64; 2]) -> (f64, [f64; 2]) {
        (level - exponent * u, [1.0, -u])
    }

    fn bounds(&self) -> [(f64, f64); 2] {
        [LEVELS, EXPONENTS]
    }
}

/// h = irreducible + exp(level - exponent u).
pub(super) struct FlooredShape;

impl Shape<3> for FlooredShape {
    fn log_hazard(&self, u: f64, &[level, exponent, floor]: &[f64; 3]) -> (f64, [f64; 3]) {
        let reducible = exp(level - exponent * u);
        let hazard = floor + reducible;
        let part = reducible / hazard;
        (libm::log(hazard), [part, -u * part, 1.0 / hazard])
    }

    fn bounds(&self) -> [(f64, f64); 3] {
        [LEVELS, EXPONENTS, (0.0, 50.0)]
    }
}

/// Log-odds of a step: level + slope u.
pub(super) struct LogisticShape;

impl Shape<2> for LogisticShape {
    fn log_hazard(&self, u: f64, &[level, slope]: &[f64; 2]) -> (f64, [f64; 2]) {
        let log_odds = level + slope * u;
        // Beyond this e^-log-odds is the hazard to all its digits.
        if log_odds > 40.0 {
            return (-log_odds, [-1.0, -u]);
        }
        let hazard = softplus(-log_odds);
        let by_odds = -share(-log_odds) / hazard;
        (libm::log(hazard), [by_odds, by_odds * u])
    }

    fn bounds(&self) -> [(f64, f64); 2] {
        [LEVELS, EXPONENTS]
    }
}

/// p = floor + (1 - floor) exp(-q), q = exp(level - exponent u); ln floor is free.
pub(super) struct GuessShape;

impl Shape<3> for GuessShape {
    fn log_hazard(&self, u: f64, &[level, exponent, ln_floor]: &[f64; 3]) -> (f64, [f64; 3]) {
        let floor = exp(ln_floor);
        let q = exp(level - exponent * u);
        let skilled = libm::exp(-q);
        let success = floor + (1.0 - floor) * skilled;
        let missing = (1.0 - floor) * -libm::expm1(-q);
        let hazard = match success < 0.5 {
            true => -libm::log(success),
            false => -libm::log1p(-missing.min(1.0)),
        };
        let by_ln_q = (1.0 - floor) * skilled * q / (success * hazard);
        let by_ln_floor = -floor * -libm::expm1(-q) / (success * hazard);
        (libm::log(hazard), [by_ln_q, -u * by_ln_q, by_ln_floor])
    }

    fn bounds(&self) -> [(f64, f64); 3] {
        // Floors from 1e-9 to .999; without one it is a power law.
        [LEVELS, EXPONENTS, (-20.723_265_836_946_41, -0.001)]
    }
}

/// eta = level + before f ln(1 + e^(-v/f)) - after f ln(1 + e^(v/f)), v = u - at: a line of slope -before well below the
/// break, of slope -after well above.
#[derive(Clone, Copy)]
pub(super) struct BrokenShape {
    pub(super) at: f64,
    pub(super) width: f64,
}

impl BrokenShape {
    /// What both exponents are multiplied by, and the derivatives of that by the place.
    fn bends(self, u: f64) -> ([f64; 2], [f64; 2]) {
        let past = (u - self.at) / self.width;
        let bends = [self.width * softplus(-past), -self.width * softplus(past)];
        (bends, [share(-past), share(past)])
    }
}

impl Shape<3> for BrokenShape {
    fn log_hazard(&self, u: f64, &[level, before, after]: &[f64; 3]) -> (f64, [f64; 3]) {
        let ([below, above], _) = self.bends(u);
        (level + before * below + after * above, [1.0, below, above])
    }

    fn bounds(&self) -> [(f64, f64); 3] {
        [LEVELS, EXPONENTS, EXPONENTS]
    }
}

/// The same with the place free.
#[derive(Clone, Copy)]
pub(super) struct FreeBreakShape {
    pub(super) width: f64,
    pub(super) within: (f64, f64),
}

impl Shape<4> for FreeBreakShape {
    fn log_hazard(&self, u: f64, &[level, before, after, at]: &[f64; 4]) -> (f64, [f64; 4]) {
        let width = self.width;
        let ([below, above], [below_by, above_by]) = BrokenShape { at, width }.bends(u);
        let by_place = before * below_by + after * above_by;
        (
            level + before * below + after * above,
            [1.0, below, above, by_place],
        )
    }

    fn bounds(&self) -> [(f64, f64); 4] {
        [LEVELS, EXPONENTS, EXPONENTS, self.within]
    }
}

/// A broken law whose exponent changes by a known number: level and the exponent before the break are free.
pub(super) struct KnownChange {
    pub(super) shape: BrokenShape,
    pub(super) change: f64,
}

impl Shape<2> for KnownChange {
    fn log_hazard(&self, u: f64, &[level, before]: &[f64; 2]) -> (f64, [f64; 2]) {
        let free = [level, before, before + self.change];
        let (eta, [_, below, above]) = self.shape.log_hazard(u, &free);
        (eta, [1.0, below + above])
    }

    fn bounds(&self) -> [(f64, f64); 2] {
        [LEVELS, exponents_before(self.change)]
    }
}

/// The same with the place free.
pub(super) struct KnownChangeFreePlace {
    pub(super) shape: FreeBreakShape,
    pub(super) change: f64,
}

impl Shape<3> for KnownChangeFreePlace {
    fn log_hazard(&self, u: f64, &[level, before, at]: &[f64; 3]) -> (f64, [f64; 3]) {
        let free = [level, before, before + self.change, at];
        let (eta, [_, below, above, by_place]) = self.shape.log_hazard(u, &free);
        (eta, [1.0, below + above, by_place])
    }

    fn bounds(&self) -> [(f64, f64); 3] {
        [LEVELS, exponents_before(self.change), self.shape.within]
    }
}

/// The largest change of exponent that there may be, either way.
pub(super) const MOST_CHANGE: f64 = EXPONENTS.1 - EXPONENTS.0;

/// Exponents before a break after which both are still exponents.
fn exponents_before(change: f64) -> (f64, f64) {
    let (least, most) = EXPONENTS;
    (least.max(least - change), most.min(most - change))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Central differences of step 1e-6, off by 1e-10 or so.
    #[track_caller]
    fn holds<const N: usize>(shape: &impl Shape<N>, u: f64, free: [f64; N], eta: f64) {
        let (found, by) = shape.log_hazard(u, &free);
        assert!(
            (found - eta).abs() < 1e-13 * eta.abs().max(1.0),
            "{found} {eta}"
        );
        for i in 0..N {
            let (mut up, mut down) = (free, free);
            up[i] += 1e-6;
            down[i] -= 1e-6;
            let slope = (shape.log_hazard(u, &up).0 - shape.log_hazard(u, &down).0) / 2e-6;
            assert!(
                (slope - by[i]).abs() < 1e-7 * slope.abs().max(1.0),
                "{i}: {slope} {}",
                by[i]
            );
        }
    }

    // Expected values: mpmath with 30 digits.
    #[test]
    fn each_law_and_its_derivatives() {
        holds(&PowerShape, 1.7, [-0.4, 0.31], -0.927);
        holds(
            &FlooredShape,
            1.7,
            [-0.4, 0.31, 0.12],
            -0.662_154_166_958_877_1,
        );
        holds(&LogisticShape, 1.7, [-0.4, 0.31], -0.459_400_913_863_326_5);
        holds(&LogisticShape, -3.0, [1.4, 9.0], 3.242_592_351_485_814_5);
        holds(
            &GuessShape,
            1.7,
            [-0.4, 0.31, -2.2],
            -1.069_024_766_445_929_3,
        );
        holds(&GuessShape, -7.0, [1.4, 0.8, -2.2], 0.788_457_360_364_270_2);
        let shape = BrokenShape {
            at: 1.1,
            width: 0.3,
        };
        holds(&shape, 1.7, [-0.4, 0.31, 0.72], -0.847_612_145_358_285_6);
        let free = FreeBreakShape {
            width: 0.3,
            within: (-5.0, 5.0),
        };
        holds(
            &free,
            1.7,
            [-0.4, 0.31, 0.72, 1.1],
            -0.847_612_145_358_285_6,
        );
        let change = 0.41;
        holds(
            &KnownChange { shape, change },
            1.7,
            [-0.4, 0.31],
            -0.847_612_145_358_285_6,
        );
        let known = KnownChangeFreePlace {
            shape: free,
            change,
        };
        holds(&known, 1.7, [-0.4, 0.31, 1.1], -0.847_612_145_358_285_6);
    }
}
