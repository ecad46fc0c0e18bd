//! Where a quantity rises along the axis, and how steeply.

/// Beyond these powers of ten there are no scales.
const FARTHEST: f64 = 300.0;

/// Where a rise counts as begun, and short of 1 as done, for the range that is searched for its steepest place.
const EDGE: f64 = 1e-3;

/// Cells of the range of the rise that are looked at.
const CELLS: u32 = 240;

/// Why a rise has no largest slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSlope {
    /// It is not done within all scales, from 10^-300 to 10^300.
    Endless,
    /// It has a corner or a step where its slope grows without end.
    Corner,
}

/// A quantity y over x = log10 N as its share of the way from its lower to its upper end: u = (y - low)/(high - low).
///
/// Searched over all scales from 1e-300 to 1e300; it may fall on the way, but must end above where it begins.
pub(super) struct Rise<'a> {
    y: &'a dyn Fn(f64) -> f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// (x, u) over the range in which it rises, evenly spaced.
    places: Vec<(f64, f64)>,
    /// Whether all of it lies within the scales there are.
    whole: bool,
}

impl<'a> Rise<'a> {
    /// `ends` are what y tends to as N vanishes and grows; the search starts from the window.
    ///
    /// `None` where nothing rises.
    pub(super) fn new(
        y: &'a dyn Fn(f64) -> f64,
        ends: (f64, f64),
        window: (f64, f64),
    ) -> Option<Self> {
        let (low, high) = ends;
        // NaN, for a curve that is not computed, is no rise either.
        if (high - low).is_nan() || high - low <= 1e-12 * high.abs() {
            return None;
        }
        let mut rise = Self {
            y,
            low,
            high,
            places: Vec::new(),
            whole: true,
        };
        let (begun, done) = (
            rise.left_of(window.0, EDGE),
            rise.right_of(window.1, 1.0 - EDGE),
        );
        rise.whole = rise.share(begun) < EDGE && rise.share(done) >= 1.0 - EDGE;
        let begins = rise.between(begun, done, EDGE);
        let ends = rise.between(begins, done, 1.0 - EDGE);
        // A corner at the very end of the rise belongs to it.
        let margin = 0.02 * (ends - begins);
        let (from, to) = (begins - margin, ends + margin);
        let place = |i: u32| from + (to - from) * f64::from(i) / f64::from(CELLS);
        rise.places = (0..=CELLS)
            .map(|i| (place(i), rise.share(place(i))))
            .collect();
        Some(rise)
    }

    /// u(x).
    pub(super) fn share(&self, x: f64) -> f64 {
        ((self.y)(x) - self.low) / (self.high - self.low)
    }

    /// The last x where u comes up to `share`; `None` if that is beyond all scales.
    pub(super) fn crossing(&self, share: f64) -> Option<f64> {
        let (first, last) = (self.places.first()?, self.places.last()?);
        if last.1 < share {
            let right = self.right_of(last.0, share);
            return (self.share(right) >= share).then(|| self.between(last.0, right, share));
        }
        let cell = self
            .places
            .windows(2)
            .rev()
            .find(|cell| cell[0].1 < share && share <= cell[1].1);
        if let Some(cell) = cell {
            return Some(self.between(cell[0].0, cell[1].0, share));
        }
        let left = self.left_of(first.0, share);
        (self.share(left) < share).then(|| self.between(left, first.0, share))
    }

    /// The largest du/dx, per decade: the steepest cell of the range, looked at ever closer until its slope settles.
    pub(super) fn steepest(&self) -> Result<f64, NoSlope> {
        if !self.whole {
            return Err(NoSlope::Endless);
        }
        let (mut from, mut to, mut before) = steepest_part(&self.places).ok_or(NoSlope::Endless)?;
        // No scale tells apart what is closer than this.
        while to - from > 1e-10 * from.abs().max(1.0) {
            let place = |i: u32| from + (to - from) * f64::from(i) / 24.0;
            let closer: Vec<_> = (0..=24).map(|i| (place(i), self.share(place(i)))).collect();
            let (closer_from, closer_to, slope) = steepest_part(&closer).ok_or(NoSlope::Endless)?;
            if slope <= 1.05 * before {
                let step = 8e-4 * (to - from);
                let slope_at = |x: f64| self.slope_over(x, step);
                return Ok(slope_at(peak(&slope_at, from, to)).max(slope));
            }
            (from, to, before) = (closer_from, closer_to, slope);
        }
        Err(NoSlope::Corner)
    }

    /// du/dx at a place, by central differences over 2e-5 of the range of the rise: relative error about 1e-8 where u is
    /// smooth.
    pub(super) fn slope(&self, x: f64) -> f64 {
        let (Some(first), Some(last)) = (self.places.first(), self.places.last()) else {
            return 0.0;
        };
        self.slope_over(x, 1e-5 * (last.0 - first.0))
    }

    fn slope_over(&self, x: f64, step: f64) -> f64 {
        let (from, to) = (x - step, x + step);
        (self.share(to) - self.share(from)) / (to - from)
    }

    /// Where it begins and where it is done, about; as far as there are scales.
    pub(super) fn range(&self) -> (f64, f64) {
        let ends = self.places.first().zip(self.places.last());
        ends.map_or((-FARTHEST, FARTHEST), |(first, last)| (first.0, last.0))
    }

    fn left_of(&self, mut x: f64, share: f64) -> f64 {
        let mut stride = 1.0;
        while self.share(x) >= share && x > -FARTHEST {
            x = (x - stride).max(-FARTHEST);
            stride *= 2.0;
        }
        x
    }

    fn right_of(&self, mut x: f64, share: f64) -> f64 {
        let mut stride = 1.0;
        while self.share(x) < share && x < FARTHEST {
            x = (x + stride).min(FARTHEST);
            stride *= 2.0;
        }
        x
    }

    fn between(&self, from: f64, to: f64, share: f64) -> f64 {
        first_at(|x| self.share(x) >= share, from, to)
    }
}

/// The steepest cell with both its neighbours, and its slope.
fn steepest_part(places: &[(f64, f64)]) -> Option<(f64, f64, f64)> {
    let slope_of = |cell: &[(f64, f64)]| (cell[1].1 - cell[0].1) / (cell[1].0 - cell[0].0);
    let cells = places.windows(2).map(slope_of).enumerate();
    let (i, slope) = cells.max_by(|one, other| one.1.total_cmp(&other.1))?;
    let (before, after) = (i.saturating_sub(1), (i + 2).min(places.len() - 1));
    Some((places[before].0, places[after].0, slope))
}

/// Where a statement that is false at `from` and true at `to` becomes true, to 1e-13 or the last bits.
pub(super) fn first_at(is_true: impl Fn(f64) -> bool, mut from: f64, mut to: f64) -> f64 {
    for _ in 0..64 {
        let middle = 0.5 * (from + to);
        if middle <= from || middle >= to || to - from <= 1e-13 {
            break;
        }
        if is_true(middle) {
            to = middle;
        } else {
            from = middle;
        }
    }
    to
}

/// The least scale from which a statement is true, searched outwards from a window; `None` if it is true nowhere.
pub(super) fn least_scale(is_true: impl Fn(f64) -> bool, window: (f64, f64)) -> Option<f64> {
    let (mut from, mut to, mut stride) = (window.0, window.1, 1.0);
    while !is_true(to) {
        if to >= FARTHEST {
            return None;
        }
        to = (to + stride).min(FARTHEST);
        stride *= 2.0;
    }
    stride = 1.0;
    while is_true(from) && from > -FARTHEST {
        from = (from - stride).max(-FARTHEST);
        stride *= 2.0;
    }
    Some(if is_true(from) {
        from
    } else {
        first_at(is_true, from, to)
    })
}

/// The largest gain of y within one decade of a window (or within the window, where that is less), and where that decade
/// begins.
pub(super) fn largest_gain(y: &dyn Fn(f64) -> f64, window: (f64, f64)) -> (f64, f64) {
    let reach = (window.1 - window.0).min(1.0);
    let (first, last) = (window.0, window.1 - reach);
    let gain = |x: f64| y(x + reach) - y(x);
    let place = |i: u32| first + (last - first) * f64::from(i) / f64::from(CELLS);
    let best = (0..=CELLS).max_by(|&one, &other| gain(place(one)).total_cmp(&gain(place(other))));
    let best = best.unwrap_or(0);
    let (before, after) = (place(best.saturating_sub(1)), place((best + 1).min(CELLS)));
    let refined = peak(&gain, before, after);
    // The best place may be an end of the window, which the search only comes near to.
    let start = if gain(refined) > gain(place(best)) {
        refined
    } else {
        place(best)
    };
    (gain(start), start)
}

/// Where a function with a single peak between two places is largest: golden section.
fn peak(f: &dyn Fn(f64) -> f64, mut from: f64, mut to: f64) -> f64 {
    const SHARE: f64 = 0.618_033_988_749_894_9;
    let (mut one, mut other) = (to - SHARE * (to - from), from + SHARE * (to - from));
    let (mut at_one, mut at_other) = (f(one), f(other));
    for _ in 0..40 {
        if at_one > at_other {
            (to, other, at_other) = (other, one, at_one);
            one = to - SHARE * (to - from);
            at_one = f(one);
        } else {
            (from, one, at_one) = (one, other, at_other);
            other = from + SHARE * (to - from);
            at_other = f(other);
        }
    }
    if at_one > at_other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64, relative: f64) {
        assert!(
            (found - expected).abs() <= relative * expected.abs(),
            "{found} is not {expected}"
        );
    }

    /// y = .1 + .6 exp(-exp(-a (x - x0) ln 10)): u = q at x0 - log10(-ln q)/a, steepest a ln 10/e.
    #[test]
    fn a_gumbel_rise_has_its_closed_form_wherever_the_window_lies() {
        for (exponent, place) in [(0.05, 8.0), (0.34, 8.7), (0.9, 2.3), (40.0, 9.123)] {
            let y = |x: f64| {
                0.1 + 0.6
                    * libm::exp(-libm::exp(
                        -exponent * (x - place) * std::f64::consts::LN_10,
                    ))
            };
            for window in [
                (7.0, 12.0),
                (place - 0.01, place + 0.02),
                (20.0, 21.0),
                (-3.0, 1.0),
            ] {
                let rise = Rise::new(&y, (0.1, 0.7), window).unwrap();
                for q in [1e-5, 0.1, 0.5, 0.9, 0.9999] {
                    let expected = place - libm::log10(-libm::log(q)) / exponent;
                    let found = rise.crossing(q).unwrap();
                    assert!((found - expected).abs() < 1e-9, "{q}: {found} {expected}");
                }
                close(
                    rise.steepest().unwrap(),
                    exponent * std::f64::consts::LN_10 / std::f64::consts::E,
                    1e-8,
                );
            }
        }
    }

    #[test]
    fn corners_and_tiny_ranges_are_found() {
        // A line from 8 to 8 + 1e-5, to the power 3: steepest at its upper corner.
        let y = |x: f64| libm::pow(((x - 8.0) * 1e5).clamp(0.0, 1.0), 3.0);
        let rise = Rise::new(&y, (0.0, 1.0), (7.0, 12.0)).unwrap();
        close(rise.steepest().unwrap(), 3e5, 1e-3);
        close(
            rise.crossing(0.5).unwrap() - 8.0,
            1e-5 * libm::cbrt(0.5),
            1e-6,
        );
        close(rise.crossing(1.0).unwrap() - 8.0, 1e-5, 1e-6);
    }

    #[test]
    fn a_dip_on_the_way_moves_the_last_crossing() {
        // Up to .6 at 1, down to .3 at 2, up to 1 at 3.
        let y = |x: f64| match x {
            x if x < 0.0 => 0.0,
            x if x < 1.0 => 0.6 * x,
            x if x < 2.0 => 0.6 - 0.3 * (x - 1.0),
            x if x < 3.0 => 0.3 + 0.7 * (x - 2.0),
            _ => 1.0,
        };
        let rise = Rise::new(&y, (0.0, 1.0), (0.0, 3.0)).unwrap();
        close(rise.crossing(0.5).unwrap(), 2.0 + 2.0 / 7.0, 1e-9);
        close(rise.crossing(0.1).unwrap(), 1.0 / 6.0, 1e-9);
        close(rise.steepest().unwrap(), 0.7, 1e-6);
    }

    /// A step of a thousandth of a decade in the middle of forty: y = .4 of a slow logistic, .6 of a fast one.
    #[test]
    fn a_narrow_rise_within_a_wide_one_is_found() {
        let logistic = |t: f64| 1.0 / (1.0 + libm::exp(-t));
        let y = |x: f64| 0.4 * logistic(0.3 * (x - 3.0)) + 0.6 * logistic(5e3 * (x - 8.123_4));
        let rise = Rise::new(&y, (0.0, 1.0), (7.0, 12.0)).unwrap();
        let slow = 0.4 * 0.3 * logistic(0.3 * 5.1234) * logistic(-0.3 * 5.1234);
        close(rise.steepest().unwrap(), 0.6 * 5e3 / 4.0 + slow, 1e-6);
    }

    #[test]
    fn what_has_no_largest_slope_says_so() {
        let root = |x: f64| libm::sqrt((0.2 * (x - 7.0)).clamp(0.0, 1.0));
        let rise = Rise::new(&root, (0.0, 1.0), (7.0, 12.0)).unwrap();
        assert_eq!(rise.steepest(), Err(NoSlope::Corner));
        let slow = |x: f64| 1.0 / (1.0 + libm::exp(-0.001 * x));
        let rise = Rise::new(&slow, (0.0, 1.0), (7.0, 12.0)).unwrap();
        assert_eq!(rise.steepest(), Err(NoSlope::Endless));
    }

    #[test]
    fn however_small_a_rise_is_one() {
        let y = |x: f64| 1e-14 / (1.0 + libm::exp(-2.0 * (x - 9.0)));
        let rise = Rise::new(&y, (0.0, 1e-14), (7.0, 12.0)).unwrap();
        close(rise.steepest().unwrap(), 0.5, 1e-6);
    }

    #[test]
    fn what_does_not_rise_or_never_gets_there_is_told() {
        assert!(Rise::new(&|_| 0.3, (0.3, 0.3), (7.0, 12.0)).is_none());
        assert!(Rise::new(&|_| f64::NAN, (f64::NAN, 1.0), (7.0, 12.0)).is_none());
        let slow = |x: f64| 1.0 / (1.0 + libm::exp(-0.001 * x));
        let rise = Rise::new(&slow, (0.0, 1.0), (7.0, 12.0)).unwrap();
        assert_eq!(rise.crossing(0.9), None);
        assert_eq!(least_scale(|x| x > 400.0, (7.0, 12.0)), None);
        assert_eq!(least_scale(|_| true, (7.0, 12.0)), Some(-FARTHEST));
        close(
            least_scale(|x| x >= 3.25, (7.0, 12.0)).unwrap(),
            3.25,
            1e-12,
        );
    }

    #[test]
    fn the_decade_of_largest_gain() {
        let y = |x: f64| x * x;
        let (gain, from) = largest_gain(&y, (0.0, 3.5));
        assert_eq!((gain, from), (3.5 * 3.5 - 2.5 * 2.5, 2.5));
        let (gain, from) = largest_gain(&y, (1.0, 1.5));
        assert_eq!((gain, from), (1.25, 1.0));
        let bump = |x: f64| 1.0 / (1.0 + libm::exp(-5.0 * (x - 2.2)));
        let (_, from) = largest_gain(&bump, (0.0, 5.0));
        close(from, 1.7, 1e-6);
    }
}
