//! The likeliest law of a family.

use super::broken;
use super::climb::{Peak, climb};
use super::evidence::CurveLikelihood;
use super::family::Family;
use super::likelihoods::Likelihoods;
use super::links::with_uneven_steps;
use super::shape::{FlooredShape, GuessShape, LogisticShape, PowerShape, Shape};
use super::starts;
use crate::domain::{
    BrokenPowerLaw, Deviation, Gompertz, Invalid, IrreduciblePowerLaw, Logistic, NonNegative,
    Positive, PowerLaw, Probability, Scale, Scenario, Skill, SkillCurve,
};

/// A free number of a law, by the key that a scenario has for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedParameter {
    /// The key.
    pub name: &'static str,
    /// The value, in the key's own unit.
    pub value: f64,
}

/// The likeliest law of a family.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveFit {
    /// The family.
    pub family: Family,
    /// What was free, in the order of its formula. Scales are as the skill curve counts them.
    pub parameters: Vec<FittedParameter>,
    /// The log-likelihood, without what no hazard changes.
    pub log_likelihood: f64,
    /// The hazard of an ordinary step at each measured scale.
    pub hazards: Vec<f64>,
    /// Whether the search ended where no direction within the bounds promises more than a millionth: at a maximum, perhaps
    /// at a bound, such as a floor of 0.
    pub converged: bool,
    /// Searches from different starts.
    pub starts: u32,
    /// Those that came as high, to a thousandth: one alone is a warning.
    pub agreeing: u32,
    /// How often the likelihood was computed.
    pub evaluations: u32,
    /// The correlation between trials of one scale; 0 where rates do not scatter about the curve, as [`Links::likelihoods`]
    /// has it.
    ///
    /// [`Links::likelihoods`]: super::Links::likelihoods
    pub rho: f64,
    /// The law itself.
    pub(super) law: Law,
    /// The mean of ln N, above which it is told.
    pub(super) middle: f64,
}

/// A law as it was searched for, with numbers that are free over u = ln N above the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Law {
    Power(Peak<2>),
    Floored(Peak<3>),
    Logistic(Peak<2>),
    Guess(Peak<3>),
    /// A power law where steps differ.
    Uneven(Peak<2>, f64),
    /// A broken law whose place is the last number.
    Broken(Peak<4>, f64),
}

/// Why a family is not fitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFit {
    /// The likelihoods were not prepared for steps that differ.
    #[error("the likelihoods were made without the family uneven-steps")]
    NotPrepared,
    /// There is nothing to fit to.
    #[error("there are no counts to fit a curve to")]
    NoScales,
    /// There is nothing to compare with.
    #[error("a break is tested against at least one smooth family")]
    NoNull,
    /// The family has no break.
    #[error("{0} has no break whose change of exponent could be told")]
    NotBroken(&'static str),
}

/// The likeliest law of a family: from several starts, by Fisher's scoring.
///
/// A family that holds another as a special case is never less likely than it.
///
/// # Errors
/// See [`NoFit`]. A search that did not converge is no error: the fit says so.
pub fn fit(likelihoods: &Likelihoods, family: Family) -> Result<CurveFit, NoFit> {
    let mut best = fit_without_scatter(likelihoods, family)?;
    for (rho, likelihoods) in &likelihoods.scattered {
        let found = fit_without_scatter(likelihoods, family)?;
        let evaluations = best.evaluations + found.evaluations;
        if found.log_likelihood > best.log_likelihood {
            best = CurveFit { rho: *rho, ..found };
        }
        best.evaluations = evaluations;
    }
    Ok(best)
}

fn fit_without_scatter(likelihoods: &Likelihoods, family: Family) -> Result<CurveFit, NoFit> {
    let told = &likelihoods.told;
    if told.scales() == 0 {
        return Err(NoFit::NoScales);
    }
    let law = match family {
        Family::PowerLaw => power(told).map(Law::Power),
        Family::FlooredPowerLaw => {
            let line = power(told).ok_or(NoFit::NoScales)?;
            let [level, exponent] = line.free;
            let starts = [[level, exponent, 0.0]].into_iter();
            let starts = starts.chain(starts::floored(told));
            climb(told, &FlooredShape, starts).map(Law::Floored)
        }
        Family::Logistic => climb(told, &LogisticShape, starts::logistic(told)).map(Law::Logistic),
        Family::GuessFloored => {
            let line = power(told).ok_or(NoFit::NoScales)?;
            let found = climb(told, &GuessShape, starts::guess_floored(told));
            let line = line.map(|[level, exponent]| [level, exponent, f64::NEG_INFINITY]);
            // Floors tend to 0 without arriving.
            let is_without = |found: &Peak<3>| line.value >= found.value - 1e-7;
            let found = found.filter(|found| !is_without(found) || !line.converged);
            Some(Law::Guess(found.map_or(line, |found| line.or(found))))
        }
        Family::UnevenSteps => Some(uneven(likelihoods)?),
        Family::BrokenPowerLaw { place, width } => {
            broken::fit(told, place, width).map(|peak| Law::Broken(peak, width.get()))
        }
    };
    let law = law.ok_or(NoFit::NoScales)?;
    Ok(CurveFit::of(told, family, law))
}

/// The likeliest power law.
pub(super) fn power(likelihood: &CurveLikelihood) -> Option<Peak<2>> {
    climb(likelihood, &PowerShape, starts::power(likelihood))
}

fn uneven(likelihoods: &Likelihoods) -> Result<Law, NoFit> {
    if likelihoods.uneven.is_empty() {
        return Err(NoFit::NotPrepared);
    }
    let mut best: Option<(Peak<2>, f64)> = None;
    for (sd, likelihood) in likelihoods.by_deviation() {
        let found = power(likelihood).ok_or(NoFit::NoScales)?;
        best = Some(match best {
            Some((before, at)) if before.value >= found.value => {
                let evaluations = before.evaluations + found.evaluations;
                let before = Peak {
                    evaluations,
                    ..before
                };
                (before, at)
            }
            Some((before, _)) => {
                let evaluations = before.evaluations + found.evaluations;
                let found = Peak {
                    evaluations,
                    ..found
                };
                (found, sd)
            }
            None => (found, sd),
        });
    }
    let (peak, sd) = best.ok_or(NoFit::NoScales)?;
    Ok(Law::Uneven(peak, sd))
}

/// What a search came to, whatever was free.
struct Search {
    value: f64,
    converged: bool,
    starts: u32,
    agreeing: u32,
    evaluations: u32,
}

impl<const N: usize> From<Peak<N>> for Search {
    fn from(peak: Peak<N>) -> Self {
        Self {
            value: peak.value,
            converged: peak.converged,
            starts: peak.starts,
            agreeing: peak.agreeing,
            evaluations: peak.evaluations,
        }
    }
}

impl CurveFit {
    fn of(likelihood: &CurveLikelihood, family: Family, law: Law) -> Self {
        let search = match law {
            Law::Power(peak) | Law::Logistic(peak) | Law::Uneven(peak, _) => Search::from(peak),
            Law::Floored(peak) | Law::Guess(peak) => peak.into(),
            Law::Broken(peak, _) => peak.into(),
        };
        let places = likelihood.places().iter();
        Self {
            family,
            parameters: law.parameters(likelihood.middle()),
            log_likelihood: search.value,
            hazards: places.map(|&u| libm::exp(law.log_hazard(u))).collect(),
            converged: search.converged,
            starts: search.starts,
            agreeing: search.agreeing,
            evaluations: search.evaluations,
            rho: 0.0,
            law,
            middle: likelihood.middle(),
        }
    }

    /// The logarithm of the hazard of an ordinary step at a scale, as the skill curve counts it.
    #[must_use]
    pub fn log_hazard(&self, scale: Scale) -> f64 {
        self.log_hazard_at(libm::log(scale.get()))
    }

    /// The same at ln N.
    pub(in crate::study) fn log_hazard_at(&self, ln_scale: f64) -> f64 {
        self.law.log_hazard(ln_scale - self.middle)
    }

    /// A parameter by its name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<f64> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|parameter| parameter.name == name)?;
        Some(found.value)
    }

    /// Itself as the curve of a scenario.
    ///
    /// # Errors
    /// A parameter that no curve holds.
    pub fn skill_curve(&self) -> Result<SkillCurve, Invalid> {
        let values: Vec<f64> = self.parameters.iter().map(|one| one.value).collect();
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        let scale = |place: usize| Scale::try_from(at(place));
        let positive = |place: usize| Positive::try_from(at(place));
        Ok(match self.family {
            Family::PowerLaw | Family::UnevenSteps => SkillCurve::PowerLaw(PowerLaw {
                c: scale(0)?,
                alpha: positive(1)?,
            }),
            Family::FlooredPowerLaw => SkillCurve::IrreduciblePowerLaw(IrreduciblePowerLaw {
                c: scale(0)?,
                alpha: positive(1)?,
                irreducible: NonNegative::try_from(at(2))?,
            }),
            Family::Logistic => {
                let (floor, ceiling) = (Probability::try_from(0.0)?, Probability::try_from(1.0)?);
                SkillCurve::Logistic(Logistic::new(floor, ceiling, scale(0)?, positive(1)?)?)
            }
            Family::GuessFloored => SkillCurve::Gompertz(Gompertz {
                c: scale(0)?,
                alpha: positive(1)?,
                floor: Probability::try_from(at(2))?,
                irreducible: NonNegative::try_from(0.0)?,
            }),
            Family::BrokenPowerLaw { width, .. } => {
                let mut law = BrokenPowerLaw::default();
                law.c = scale(0)?;
                law.alpha = positive(1)?;
                law.alpha_after = positive(2)?;
                law.break_at = scale(3)?;
                law.break_width = width;
                SkillCurve::BrokenPowerLaw(law)
            }
        })
    }

    /// The scenario that it was fitted to, with this law in the place of its own.
    ///
    /// # Errors
    /// A parameter that no curve holds.
    pub fn scenario(&self, fitted_to: &Scenario) -> Result<Scenario, super::NoLink> {
        let with_task = match (self.family, self.parameter("sd")) {
            (Family::UnevenSteps, Some(sd)) => {
                with_uneven_steps(fitted_to, Deviation::try_from(sd)?)?
            }
            _ => fitted_to.clone(),
        };
        Ok(Scenario {
            skill: Skill {
                curve: self.skill_curve()?,
                ..fitted_to.skill.clone()
            },
            ..with_task
        })
    }
}

impl Law {
    /// eta at u.
    pub(super) fn log_hazard(&self, u: f64) -> f64 {
        match *self {
            Self::Power(peak) | Self::Uneven(peak, _) => PowerShape.log_hazard(u, &peak.free).0,
            Self::Floored(peak) => FlooredShape.log_hazard(u, &peak.free).0,
            Self::Logistic(peak) => LogisticShape.log_hazard(u, &peak.free).0,
            Self::Guess(peak) => match peak.free {
                [level, exponent, f64::NEG_INFINITY] => {
                    PowerShape.log_hazard(u, &[level, exponent]).0
                }
                _ => GuessShape.log_hazard(u, &peak.free).0,
            },
            Self::Broken(peak, width) => {
                let [level, before, after, at] = peak.free;
                let shape = super::shape::BrokenShape { at, width };
                shape.log_hazard(u, &[level, before, after]).0
            }
        }
    }

    /// What was free, by the keys of scenarios.
    fn parameters(&self, middle: f64) -> Vec<FittedParameter> {
        let of = |name: &'static str, value: f64| FittedParameter { name, value };
        let power = |at: f64, level: f64, exponent: f64| {
            let (c, alpha) = power_law(at, level, exponent);
            [of("c", c), of("alpha", alpha)]
        };
        match *self {
            Self::Power(peak) => power(middle, peak.free[0], peak.free[1]).to_vec(),
            Self::Uneven(peak, sd) => {
                let [c, alpha] = power(middle, peak.free[0], peak.free[1]);
                vec![c, alpha, of("sd", sd)]
            }
            Self::Floored(peak) => {
                let [level, exponent, floor] = peak.free;
                let [c, alpha] = power(middle, level, exponent);
                vec![c, alpha, of("irreducible", floor)]
            }
            Self::Guess(peak) => {
                let [level, exponent, ln_floor] = peak.free;
                let [c, alpha] = power(middle, level, exponent);
                vec![c, alpha, of("floor", libm::exp(ln_floor))]
            }
            Self::Logistic(peak) => {
                let [level, slope] = peak.free;
                let (midpoint, slope) = power_law(middle, -level, slope);
                vec![of("midpoint", midpoint), of("slope", slope)]
            }
            Self::Broken(peak, _) => {
                let [level, before, after, at] = peak.free;
                let [c, alpha] = power(middle + at, level, before);
                let break_at = libm::exp(middle + at);
                vec![c, alpha, of("alpha-after", after), of("break-at", break_at)]
            }
        }
    }
}

/// The scale where a line through `level` at `ln_scale` falls to 0, and its slope: of a line so flat that no double holds
/// that scale, those of the flattest that has one.
fn power_law(ln_scale: f64, level: f64, exponent: f64) -> (f64, f64) {
    const LARGEST: f64 = 700.0;
    let ln_c = ln_scale + level / exponent;
    match ln_c.abs() <= LARGEST {
        true => (libm::exp(ln_c), exponent),
        false => {
            let ln_c = LARGEST.copysign(ln_c);
            (libm::exp(ln_c), level / (ln_c - ln_scale))
        }
    }
}
