//! How well a test knows where the curve lies, and whether it would take it for a power law.

use super::{AtScale, hazard_of_interest, separate_attempts};
use crate::domain::special::{normal_cdf, normal_quantile};
use crate::domain::{ChancesOverScale, Credit, Level, Scale, Scenario};
use crate::study::rise::least_scale;

/// How far from a scale the slope of ln h is looked for, in decades.
const NEAR: f64 = 1e-4;

/// A precision worth having, in decades.
const TENTH: f64 = 0.1;

/// How well a test knows where a curve of known shape lies along the axis, by all planned scales together.
///
/// Moved by d decades, the curve has ln h(x - d); an item at scale x tells I (d ln h/dx)^2 of d, I being its information
/// about ln h, and n of them at each scale leave the standard error (n sum I (d ln h/dx)^2)^(-1/2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Half the width of the interval of the scenario's level, in decades.
    pub half_width: f64,
    /// What the metric tells of it relative to the reference, over all scales together.
    pub efficiency: f64,
    /// Items for an interval of a tenth of a decade to either side, not rounded.
    pub items_for_a_tenth: f64,
}

impl Place {
    /// How many times as many items as with the reference tell as much.
    #[must_use]
    pub fn times_as_many_items(&self) -> f64 {
        self.efficiency.recip()
    }

    pub(super) fn new(scenario: &Scenario, at_scales: &[AtScale]) -> Option<Self> {
        let (mut told, mut all) = (0.0, 0.0);
        for at in at_scales {
            let (Ok(information), Some(slope)) = (at.information, slope(scenario, at.scale)) else {
                continue;
            };
            told += information.get() * slope * slope;
            all += information.of_steps * slope * slope;
        }
        let z = two_sided(scenario.evaluation.level);
        let attempts = separate_attempts(scenario);
        let of_an_item = attempts / scenario.evaluation.items.get() as f64;
        (told > 0.0 && told.is_finite()).then(|| Self {
            half_width: z / libm::sqrt(attempts * told),
            efficiency: told / all,
            items_for_a_tenth: (z / TENTH) * (z / TENTH) / (told * of_an_item),
        })
    }
}

fn two_sided(level: Level) -> f64 {
    -normal_quantile(0.5 * (1.0 - level.get()))
}

/// d ln h/dx of the training run that is spoken of, per decade; `None` at corners and steps without one.
fn slope(scenario: &Scenario, scale: Scale) -> Option<f64> {
    let near = |off: f64| {
        let scale = Scale::from_log10(scale.log10() + off).ok()?;
        Some(libm::log(hazard_of_interest(scenario, scale)))
    };
    let slope = (near(NEAR)? - near(-NEAR)?) / (2.0 * NEAR);
    slope.is_finite().then_some(slope)
}

/// How far planned growth departs from a power law h = (N/c)^-a, the c and a that fit best, as a test by one metric sees it.
///
/// The statistic of a test of the power law against what is planned is about a squared normal number whose mean is
/// the root of lambda = n sum I (ln h - its best line in x)^2, the line being that of least squares weighted by information.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departure {
    /// lambda.
    pub noncentrality: f64,
    /// How often the most pointed such test would reject the power law at the scenario's level.
    pub rejected: f64,
}

impl Departure {
    pub(super) fn new(scenario: &Scenario, at_scales: &[AtScale], level: Level) -> Option<Self> {
        let attempts = separate_attempts(scenario);
        // (x, ln h, weight)
        let known = at_scales.iter().filter_map(|at| {
            let ln_hazard = libm::log(hazard_of_interest(scenario, at.scale));
            let weight = attempts * at.information.ok()?.get();
            let is_known = ln_hazard.is_finite() && weight > 0.0;
            is_known.then_some((at.scale.log10(), ln_hazard, weight))
        });
        let known: Vec<(f64, f64, f64)> = known.collect();
        if known.len() < 3 {
            return None;
        }
        let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            known.iter().map(|&(x, u, weight)| weight * of(x, u)).sum()
        };
        let all = sum(&|_, _| 1.0);
        let (x0, u0) = (sum(&|x, _| x) / all, sum(&|_, u| u) / all);
        let spread = sum(&|x, _| (x - x0) * (x - x0));
        let slope = sum(&|x, u| (x - x0) * (u - u0)) / spread;
        let lambda = sum(&|x, u| {
            let off = u - u0 - slope * (x - x0);
            off * off
        });
        // One scale that tells all there is to tell leaves no line.
        if !lambda.is_finite() {
            return None;
        }
        let (root, z) = (libm::sqrt(lambda), two_sided(level));
        Some(Self {
            noncentrality: lambda,
            rejected: normal_cdf(root - z) + normal_cdf(-root - z),
        })
    }
}

/// The least scale from which on exact match is expected to be 1/e or more; `None` where there is none, a step leaps over it,
/// or it takes too long to find.
pub(super) fn one_in_e(scenario: &Scenario, chances: &ChancesOverScale<'_>) -> Option<Scale> {
    let (first, last) = scenario.evaluation.scales.window();
    let exact = |scale: Scale| {
        let chances = chances.of_run(scale, hazard_of_interest(scenario, scale));
        let quick = chances.work(Credit::ExactMatch) <= super::effects::QUICK;
        quick.then(|| chances.mean(Credit::ExactMatch)).flatten()
    };
    exact(last)?;
    let middle = libm::exp(-1.0);
    let at = |x: f64| exact(Scale::from_log10(x).ok()?);
    let reaches = |x: f64| at(x).is_some_and(|success| success >= middle);
    let x = least_scale(reaches, (first.log10(), last.log10()))?;
    // A curve may begin above, or leap over it.
    let is_near = at(x).is_some_and(|success| (success - middle).abs() < 0.01);
    Scale::from_log10(x).ok().filter(|_| is_near)
}
