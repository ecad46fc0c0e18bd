//! Where searches start: lines through the likeliest hazard of each scale.

use super::evidence::CurveLikelihood;

/// A straight line over u.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) level: f64,
    pub(super) slope: f64,
}

/// An exponent that is typical of losses, towards which lines lean that the counts tell nothing of.
const TYPICAL: f64 = 0.3;

/// What is read off one scale: u, eta, and how sharply the counts tell it.
type Told = (f64, f64, f64);

/// The least squares line through what becomes of each scale, (u, z, weight), its slope leaning towards another.
fn line(points: impl Iterator<Item = Told> + Clone, towards: f64) -> Line {
    // Scales where all is right or wrong tell no more than a side; without any other they decide.
    let weighted = |(u, z, weight): Told| (u, z, weight + 1e-6);
    let points = points.map(weighted);
    let sum = |of: fn(Told) -> f64| points.clone().map(of).sum::<f64>();
    let all = sum(|(_, _, weight)| weight);
    let (mean_u, mean_z) = (
        sum(|(u, _, weight)| u * weight) / all,
        sum(|(_, z, weight)| z * weight) / all,
    );
    let products = points
        .clone()
        .map(|(u, z, weight)| weight * (u - mean_u) * (z - mean_z));
    let squares = points
        .clone()
        .map(|(u, _, weight)| weight * (u - mean_u) * (u - mean_u));
    let lean = 0.01;
    let slope = (products.sum::<f64>() + lean * towards) / (squares.sum::<f64>() + lean);
    Line {
        level: mean_z - slope * mean_u,
        slope,
    }
}

/// The likeliest eta of each scale, within where a count of attempts can tell hazards apart.
fn told(likelihood: &CurveLikelihood) -> impl Iterator<Item = Told> + Clone {
    let modes = likelihood.modes();
    modes.map(|(u, eta, weight)| (u, eta.clamp(-12.0, 3.0), weight))
}

/// Level and exponent of power laws.
pub(super) fn power(likelihood: &CurveLikelihood) -> [[f64; 2]; 3] {
    let line = line(told(likelihood), -TYPICAL);
    let exponent = (-line.slope).max(0.02);
    let centre = centre(likelihood);
    let height = line.level + line.slope * centre;
    [1.0, 0.4, 2.5].map(|factor| {
        let exponent = factor * exponent;
        [height + exponent * centre, exponent]
    })
}

/// Where the counts tell most, over u.
fn centre(likelihood: &CurveLikelihood) -> f64 {
    let (sum, all) = told(likelihood).fold((0.0, 1e-9), |(sum, all), (u, _, weight)| {
        (sum + u * weight, all + weight)
    });
    sum / all
}

/// Level, exponent and floor of laws above a floor, for some shares of the least hazard that was told.
pub(super) fn floored(likelihood: &CurveLikelihood) -> [[f64; 3]; 3] {
    let sharp = told(likelihood).filter(|told| told.2 > 1e-3);
    let least = sharp.map(|told| told.1).fold(f64::INFINITY, f64::min);
    let least = if least.is_finite() {
        libm::exp(least)
    } else {
        0.01
    };
    [0.3, 0.7, 0.95].map(|share| {
        let floor = share * least;
        let reducible = move |(u, eta, weight): Told| {
            let hazard = libm::exp(eta);
            let above = (hazard - floor).max(0.05 * hazard);
            let part = above / hazard;
            (u, libm::log(above), weight * part * part)
        };
        let line = line(told(likelihood).map(reducible), -TYPICAL);
        [line.level, (-line.slope).max(0.02), floor]
    })
}

/// Level and slope of the log-odds.
pub(super) fn logistic(likelihood: &CurveLikelihood) -> [[f64; 2]; 3] {
    let log_odds = |(u, eta, weight): Told| {
        let hazard = libm::exp(eta);
        let log_odds = -libm::log(libm::expm1(hazard));
        // d eta / d log-odds = -(1 - e^-h)/h.
        let by = libm::expm1(-hazard) / hazard;
        (u, log_odds, weight * by * by)
    };
    let line = line(told(likelihood).map(log_odds), TYPICAL);
    let slope = line.slope.max(0.02);
    let centre = centre(likelihood);
    let height = line.level + line.slope * centre;
    [1.0, 0.4, 2.5].map(|factor| {
        let slope = factor * slope;
        [height - slope * centre, slope]
    })
}

/// Level, exponent and logarithm of the floor of laws with a chance to guess.
pub(super) fn guess_floored(likelihood: &CurveLikelihood) -> [[f64; 3]; 3] {
    let first = told(likelihood)
        .filter(|told| told.2 > 1e-3)
        .map(|told| libm::exp(-libm::exp(told.1)));
    let least = first.fold(1.0, f64::min);
    let floors = [0.05, 0.5 * least, 0.9 * least];
    floors.map(|floor| {
        let floor = f64::clamp(floor, 1e-6, 0.95);
        let beyond = move |(u, eta, weight): Told| {
            let success = libm::exp(-libm::exp(eta));
            match success > 1.02 * floor && success < 1.0 {
                true => {
                    let q = -libm::log((success - floor) / (1.0 - floor));
                    let by = (success - floor) * q / (success * libm::exp(eta));
                    (u, libm::log(q), weight * by * by)
                }
                false => (u, 1.2, 0.01 * weight),
            }
        };
        let line = line(told(likelihood).map(beyond), -TYPICAL);
        [line.level, (-line.slope).max(0.02), libm::log(floor)]
    })
}
