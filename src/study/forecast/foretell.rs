//! From a fitted curve, and how surely it is told, to what is said of larger scales.

use super::confidence::{ConfidenceDistribution, Quantile};
use super::forecaster::{Crossing, ForecastAim, ForecastPoint};
use super::prediction::prediction_interval;
use crate::domain::special::{normal_cdf, normal_quantile};
use crate::domain::{Level, Probability, Scale};
use crate::study::likelihood::root;

/// A curve that was fitted, told at every scale by a number x that grows with the expected score.
pub(super) trait FittedCurve {
    /// x at ln N.
    fn fitted(&self, ln_scale: f64) -> f64;

    /// The signed root of the likelihood ratio of another x there: above 0 where that is more than the fitted one.
    fn root(&mut self, ln_scale: f64, x: f64) -> f64;

    /// The expected score.
    fn score(&self, x: f64) -> f64;

    /// The least x with at least this score.
    fn least_with(&self, score: f64) -> Reached;

    /// The values of x beyond which the score stays as it is.
    fn within(&self) -> (f64, f64);

    /// The scores towards which it tends as x falls and as it grows.
    fn ends(&self) -> (f64, f64);

    /// How many trials of a binomial scatter as little as the mean of so many attempts.
    fn trials(&self, x: f64, attempts: u64) -> f64;
}

/// From which x on a score is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reached {
    Always,
    From(f64),
    Never,
}

/// Where crossings are looked for, in decades below the first fitted scale and above the last.
const LOOKED_AT: (f64, f64) = (6.0, 12.0);

/// Ends of intervals are found to this difference of the signed root.
const CLOSE: f64 = 1e-4;

/// The middle is found to this many e-folds.
const NEAR: f64 = 1e-6;

/// Expected scores that tell a confidence distribution, at the middles of equal shares of it.
const NODES: usize = 41;

/// Roots beyond which nothing is asked of a confidence distribution, unless its level is higher.
const REACH: f64 = 3.3;

/// What a curve says of the scores at some scales.
pub(super) fn points(
    curve: &mut dyn FittedCurve,
    aims: &[ForecastAim],
    threshold: Option<Probability>,
    level: Level,
) -> Vec<ForecastPoint> {
    let each = aims.iter();
    each.map(|aim| point(curve, aim, threshold, level))
        .collect()
}

fn point(
    curve: &mut dyn FittedCurve,
    aim: &ForecastAim,
    threshold: Option<Probability>,
    level: Level,
) -> ForecastPoint {
    let ln_scale = libm::log(aim.scale.get());
    let fitted = curve.fitted(ln_scale);
    let (low, high) = curve.within();
    let within = (low.min(fitted), high.max(fitted));
    let tail = 0.5 * (1.0 - level.get());
    let z = -normal_quantile(tail);
    let mut root_at = |x: f64| curve.root(ln_scale, x);
    let reach = REACH.max(z + 0.3);
    let told = ConfidenceDistribution::explore(&mut root_at, fitted, within, reach);
    let score = |root: f64| match told.quantile(root) {
        Quantile::Lowest => curve.ends().0,
        Quantile::At(x) => curve.score(x),
        Quantile::Highest => curve.ends().1,
    };
    let share = |node: usize| (node as f64 + 0.5) / NODES as f64;
    let nodes = (0..NODES).map(|node| score(normal_quantile(share(node))));
    let nodes: Vec<f64> = nodes.collect();
    let trials = curve.trials(fitted, aim.attempts).round().max(1.0) as u64;
    let crossed = threshold.map(|threshold| match curve.least_with(threshold.get()) {
        Reached::Always => 1.0,
        Reached::Never => 0.0,
        Reached::From(x) => normal_cdf(-told.root_at(x)),
    });
    ForecastPoint {
        scale: aim.scale,
        predicted: curve.score(fitted),
        confidence: (score(-z), score(z)),
        prediction: prediction_interval(&nodes, trials, tail),
        crossed,
    }
}

/// The scales, as ln N, among which crossings are looked for.
pub(super) fn looked_at(first: Scale, last: Scale) -> (f64, f64) {
    let decade = std::f64::consts::LN_10;
    (
        libm::log(first.get()) - LOOKED_AT.0 * decade,
        libm::log(last.get()) + LOOKED_AT.1 * decade,
    )
}

/// log10 of the scale from which on the curve is at least as high as a score.
pub(super) fn place(curve: &dyn FittedCurve, score: f64, looked_at: (f64, f64)) -> Option<f64> {
    let least = match curve.least_with(score) {
        Reached::Never => return None,
        Reached::Always => f64::NEG_INFINITY,
        Reached::From(x) => x,
    };
    let reached = first_place(&mut |ln_scale| curve.fitted(ln_scale) >= least, looked_at);
    reached.map(|ln_scale| ln_scale / std::f64::consts::LN_10)
}

/// Where a curve comes up to a score, with the scales at which that score is just not refused.
pub(super) fn crossing(
    curve: &mut dyn FittedCurve,
    threshold: Probability,
    level: Level,
    looked_at: (f64, f64),
) -> Crossing {
    let score = threshold.get();
    let open = Crossing {
        threshold: score,
        place: place(curve, score, looked_at),
        low: None,
        high: None,
    };
    let Reached::From(x) = curve.least_with(score) else {
        return open;
    };
    let z = -normal_quantile(0.5 * (1.0 - level.get()));
    // The confidence that the score has been reached grows with scale.
    let mut reached_to = |wanted: f64| {
        let mut short = |ln_scale: f64| -curve.root(ln_scale, x) - wanted;
        let (first, last) = looked_at;
        let (at_first, at_last) = (short(first), short(last));
        match (at_first >= 0.0, at_last >= 0.0) {
            (true, _) => Some(first),
            (false, false) => None,
            (false, true) => Some(root(&mut short, (first, at_first), (last, at_last), CLOSE)),
        }
    };
    let is_inside = |place: &f64| *place > looked_at.0;
    let (low, high) = (reached_to(-z), reached_to(z));
    let log10 = |ln_scale: f64| ln_scale / std::f64::consts::LN_10;
    Crossing {
        // What is refused everywhere is crossed beyond, if at all.
        low: Some(low.unwrap_or(looked_at.1))
            .filter(is_inside)
            .map(log10),
        high: high.map(log10),
        ..open
    }
}

/// The first place where something that stays so holds: the lower end if it does everywhere, `None` if nowhere.
fn first_place(holds: &mut dyn FnMut(f64) -> bool, (low, high): (f64, f64)) -> Option<f64> {
    if !holds(high) {
        return None;
    }
    if holds(low) {
        return Some(low);
    }
    let (mut without, mut with) = (low, high);
    while with - without > NEAR {
        let middle = 0.5 * (without + with);
        match holds(middle) {
            true => with = middle,
            false => without = middle,
        }
    }
    Some(with)
}
