//! Laws that break: fitting them, and by how much the exponent changes.

use super::climb::{Peak, climb, gradient, solve};
use super::curve_fit::{CurveFit, Law, NoFit, fit as fit_family, power};
use super::evidence::CurveLikelihood;
use super::family::{BreakAt, Family};
use super::likelihoods::Likelihoods;
use super::shape::{
    BrokenShape, FreeBreakShape, KnownChange, KnownChangeFreePlace, MOST_CHANGE, Shape,
};
use crate::domain::special::normal_quantile;
use crate::domain::{Level, Positive};
use crate::study::likelihood::likelihood_interval;
use crate::study::maximum::Maximum;

/// The likeliest broken law; the last of its numbers is the place.
pub(super) fn fit(
    likelihood: &CurveLikelihood,
    place: BreakAt,
    width: Positive,
) -> Option<Peak<4>> {
    let width = width.get();
    let line = power(likelihood)?;
    match place {
        BreakAt::Known(at) => {
            let at = libm::log(at.get()) - likelihood.middle();
            Some(at_place(likelihood, line, at, width)?.map(|[a, b, c]| [a, b, c, at]))
        }
        BreakAt::Free => anywhere(likelihood, line, width),
    }
}

/// The likeliest law that breaks at one place, from the likeliest that does not: it is never less likely.
fn at_place(likelihood: &CurveLikelihood, line: Peak<2>, at: f64, width: f64) -> Option<Peak<3>> {
    let [level, exponent] = line.free;
    let level = level - exponent * at;
    let starts = [1.0, 2.0].map(|factor| [level, exponent / factor, exponent * factor]);
    let found = climb(likelihood, &BrokenShape { at, width }, starts)?;
    Some(Peak {
        evaluations: found.evaluations + line.evaluations,
        ..found
    })
}

/// Places that are tried between two neighbouring scales.
const PLACES_BETWEEN: usize = 4;

/// From the second scale to the last but one: at least a scale and a half to either side.
pub(super) fn places(likelihood: &CurveLikelihood) -> (f64, f64) {
    let all = likelihood.places();
    let second = all.get(1).or(all.first()).copied().unwrap_or_default();
    let place = all.len().saturating_sub(2);
    let last = all.get(place).copied().unwrap_or_default();
    (second.min(last), second.max(last))
}

/// The likeliest law that breaks anywhere: the likelihood has a maximum of its own between many neighbouring scales, so all
/// are looked at.
fn anywhere(likelihood: &CurveLikelihood, line: Peak<2>, width: f64) -> Option<Peak<4>> {
    let within = places(likelihood);
    let free = FreeBreakShape { width, within };
    let [level, exponent] = line.free;
    let unbroken = |at: f64| [level - exponent * at, exponent, exponent];
    let inside: Vec<f64> = {
        let all = likelihood.places();
        let pairs = all.windows(2).filter_map(|pair| pair.first_chunk::<2>());
        let between = pairs.flat_map(|&[one, next]| {
            (0..PLACES_BETWEEN).map(move |i| one + (next - one) * i as f64 / PLACES_BETWEEN as f64)
        });
        let is_inside = |at: &f64| (within.0..within.1).contains(at);
        between.filter(is_inside).chain([within.1]).collect()
    };
    let mut profile: Vec<Peak<4>> = Vec::with_capacity(inside.len());
    let mut evaluations = line.evaluations;
    for at in inside {
        let start = match profile.last() {
            // What was likeliest a step to the left, but for the level.
            Some(before) => {
                let [level, before_it, after, last] = before.free;
                let middle = 0.5 * (before_it + after);
                [level - middle * (at - last), before_it, after]
            }
            None => unbroken(at),
        };
        let found = climb(likelihood, &BrokenShape { at, width }, [start])?;
        evaluations += found.evaluations;
        profile.push(found.map(|[a, b, c]| [a, b, c, at]));
    }
    // From every place that is higher than its neighbours.
    let value = |i: usize| profile.get(i).map_or(f64::NEG_INFINITY, |peak| peak.value);
    let is_top = |i: usize| value(i) >= value(i.wrapping_sub(1)) && value(i) >= value(i + 1);
    let tops = profile.iter().enumerate().filter(|(i, _)| is_top(*i));
    let mut starts: Vec<&Peak<4>> = tops.map(|(_, peak)| peak).collect();
    starts.sort_by(|one, other| other.value.total_cmp(&one.value));
    let unbroken_middle = {
        let at = 0.5 * (within.0 + within.1);
        let [level, before, after] = unbroken(at);
        [level, before, after, at]
    };
    let starts = starts.iter().take(3).map(|peak| peak.free);
    let found = climb(likelihood, &free, starts.chain([unbroken_middle]))?;
    Some(Peak {
        evaluations: found.evaluations + evaluations,
        ..found
    })
}

/// How much likelier the broken law is than the likeliest of all smooth ones.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakStatistic {
    /// 2 (log-likelihood of the broken law - the largest of those of the smooth laws); below 0 where a smooth law that is no
    /// special case of the broken one is likelier.
    pub value: f64,
    /// The broken law.
    pub alternative: CurveFit,
    /// Each smooth law, in the order of the families.
    pub nulls: Vec<CurveFit>,
}

impl BreakStatistic {
    /// Whether every search converged.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.alternative.converged && self.nulls.iter().all(|null| null.converged)
    }

    /// The likeliest smooth law, of several the first.
    #[must_use]
    pub fn null(&self) -> Option<&CurveFit> {
        let nulls = self.nulls.iter().rev();
        nulls.max_by(|one, other| one.log_likelihood.total_cmp(&other.log_likelihood))
    }
}

/// The likelihood-ratio statistic of a broken law against the union of smooth families.
///
/// Twice the difference of log-likelihoods is chi-square for many items if the only null is the power law and the place is
/// known (Wilks 1938, one degree of freedom); in general its distribution is that of replicates.
///
/// # Errors
/// [`NoFit::NoNull`] without a null; else see [`NoFit`].
pub fn lr_statistic(
    likelihoods: &Likelihoods,
    alternative: Family,
    nulls: &[Family],
) -> Result<BreakStatistic, NoFit> {
    let alternative = fit_family(likelihoods, alternative)?;
    let nulls = nulls.iter().map(|&null| fit_family(likelihoods, null));
    let nulls: Vec<CurveFit> = nulls.collect::<Result<_, _>>()?;
    let largest = nulls.iter().map(|null| null.log_likelihood);
    let largest = largest.reduce(f64::max).ok_or(NoFit::NoNull)?;
    Ok(BreakStatistic {
        value: 2.0 * (alternative.log_likelihood - largest),
        alternative,
        nulls,
    })
}

/// By how much the exponent changes at a break.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeChange {
    /// alpha-after - alpha.
    pub value: f64,
    /// Lower limit; `None` if no change down to the least that laws may have is refused, or curvature tells nothing.
    pub low: Option<f64>,
    /// Upper limit; `None` likewise.
    pub high: Option<f64>,
    /// How often the interval should hold the truth, for many items.
    pub level: Level,
    /// Whether the fit and every search on the way converged.
    pub converged: bool,
}

/// How the interval of a change of exponent is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeInterval {
    /// By profile likelihood: see [`LikelihoodInterval`](crate::study::LikelihoodInterval).
    Profile,
    /// The estimate plus and minus z standard errors, from the curvature of the log-likelihood at its maximum (Wald 1943):
    /// quick, and symmetric, which the likelihood of few items is not.
    Wald,
}

impl SlopeChange {
    /// The change of exponent of a broken law that was fitted to these likelihoods.
    ///
    /// # Errors
    /// [`NoFit::NotBroken`] for a fit of another family.
    pub fn of(
        likelihoods: &Likelihoods,
        fit: &CurveFit,
        interval: ChangeInterval,
        level: Level,
    ) -> Result<Self, NoFit> {
        let (Family::BrokenPowerLaw { place, .. }, Law::Broken(peak, width)) =
            (fit.family, fit.law)
        else {
            return Err(NoFit::NotBroken(fit.family.name()));
        };
        let told = &likelihoods.told;
        let [_, before, after, _] = peak.free;
        let value = after - before;
        let open = Self {
            value,
            low: None,
            high: None,
            level,
            converged: fit.converged,
        };
        let sd = deviation(told, place, peak, width);
        Ok(match interval {
            ChangeInterval::Wald => match sd {
                Some(sd) => {
                    let half = -normal_quantile(0.5 * (1.0 - level.get())) * sd;
                    Self {
                        low: Some(value - half),
                        high: Some(value + half),
                        ..open
                    }
                }
                None => open,
            },
            ChangeInterval::Profile => {
                let mut last = peak.free;
                let mut profile = |change: f64| {
                    let found = with_change(told, place, width, change, [last, peak.free]);
                    found.map_or(NOWHERE, |found| {
                        last = found.free;
                        Maximum {
                            place: Vec::new(),
                            value: found.value,
                            evaluations: found.evaluations,
                            converged: found.converged,
                        }
                    })
                };
                let step = 2.0 * sd.unwrap_or(0.1).clamp(1e-6, 1.0);
                let within = (-MOST_CHANGE, MOST_CHANGE);
                let peak = (value, peak.value);
                let found = likelihood_interval(&mut profile, peak, step, within, level);
                Self {
                    low: found.low,
                    high: found.high,
                    converged: fit.converged && found.converged,
                    ..open
                }
            }
        })
    }
}

const NOWHERE: Maximum = Maximum {
    place: Vec::new(),
    value: f64::NEG_INFINITY,
    evaluations: 0,
    converged: false,
};

/// The likeliest broken law whose exponent changes by a known number.
fn with_change(
    likelihood: &CurveLikelihood,
    place: BreakAt,
    width: f64,
    change: f64,
    starts: [[f64; 4]; 2],
) -> Option<Peak<4>> {
    match place {
        BreakAt::Known(_) => {
            let at = starts[0][3];
            let shape = BrokenShape { at, width };
            let starts =
                starts.map(|[level, before, after, _]| [level, 0.5 * (before + after - change)]);
            let found = climb(likelihood, &KnownChange { shape, change }, starts)?;
            Some(found.map(|[level, before]| [level, before, before + change, at]))
        }
        BreakAt::Free => {
            let within = places(likelihood);
            let shape = FreeBreakShape { width, within };
            let middle = 0.5 * (within.0 + within.1);
            let starts = starts.into_iter().flat_map(|[level, before, after, at]| {
                let before_it = 0.5 * (before + after - change);
                let mean = 0.5 * (before + after);
                let moved = |to: f64| [level - mean * (to - at), before_it, to];
                [
                    moved(at),
                    moved(middle),
                    moved(0.5 * (within.0 + middle)),
                    moved(0.5 * (within.1 + middle)),
                ]
            });
            let found = climb(likelihood, &KnownChangeFreePlace { shape, change }, starts)?;
            Some(found.map(|[level, before, at]| [level, before, before + change, at]))
        }
    }
}

/// The standard error of alpha-after - alpha, from the curvature of the log-likelihood; `None` where it does not curve down
/// in every direction.
fn deviation(
    likelihood: &CurveLikelihood,
    place: BreakAt,
    peak: Peak<4>,
    width: f64,
) -> Option<f64> {
    let [level, before, after, at] = peak.free;
    match place {
        BreakAt::Known(_) => {
            let shape = BrokenShape { at, width };
            change_deviation(likelihood, &shape, [level, before, after])
        }
        BreakAt::Free => {
            let within = places(likelihood);
            change_deviation(likelihood, &FreeBreakShape { width, within }, peak.free)
        }
    }
}

/// Of a shape whose second and third numbers are the exponents; numbers at their bounds are taken for known.
fn change_deviation<const N: usize>(
    likelihood: &CurveLikelihood,
    shape: &impl Shape<N>,
    free: [f64; N],
) -> Option<f64> {
    const APART: f64 = 1e-4;
    let mut curvature = [[0.0; N]; N];
    for (i, row) in curvature.iter_mut().enumerate() {
        let (mut up, mut down) = (free, free);
        up[i] += APART;
        down[i] -= APART;
        let (up, down) = (
            gradient(likelihood, shape, up),
            gradient(likelihood, shape, down),
        );
        for (j, entry) in row.iter_mut().enumerate() {
            *entry = (down[j] - up[j]) / (2.0 * APART);
        }
    }
    let mut held = [false; N];
    let bounds = shape.bounds().into_iter().zip(free);
    for (held, ((least, most), one)) in held.iter_mut().zip(bounds) {
        *held = one <= least || one >= most;
    }
    let mut contrast = [0.0; N];
    contrast[1] = -1.0;
    contrast[2] = 1.0;
    let solved = solve(&curvature, &contrast, &held, 0.0)?;
    let variance = solved[2] - solved[1];
    (variance > 0.0).then(|| libm::sqrt(variance))
}
