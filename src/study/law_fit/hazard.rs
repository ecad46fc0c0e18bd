//! How surely scores tell the success of a step.

use super::scores::Scores;
use crate::domain::special::normal_quantile;
use crate::domain::{Level, Scale};
use crate::study::fit::{CurveFit, HazardProfile};
use crate::study::likelihood::root;

/// The success probability of an ordinary step at one scale, under a law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepSuccess {
    /// The scale, as the table counts it.
    pub scale: Scale,
    /// p = exp(-h), h the hazard there.
    pub value: f64,
    /// Lower limit: that of the profile likelihood of h, the least not refused (Wilks 1938); `None` where none is refused.
    pub low: Option<f64>,
    /// Upper limit, likewise.
    pub high: Option<f64>,
}

/// Further than this from the likeliest, in e-folds of the hazard, nothing is looked for.
const FURTHEST: f64 = 20.0;

/// That at the last measured scale.
pub(super) fn step_success(
    scores: &Scores<'_>,
    fit: &CurveFit,
    level: Level,
) -> Option<StepSuccess> {
    let likelihoods = scores.likelihoods(&scores.means()).ok()?;
    let (point, hazard) = (scores.points.last()?, *fit.hazards.last()?);
    let counted = libm::log(point.scale.get() * scores.task.skill.efficiency.get());
    let likeliest = libm::log(hazard);
    let z = -normal_quantile(0.5 * (1.0 - level.get()));
    let mut profile = HazardProfile::new(fit, &likelihoods);
    // Above 0 where a hazard is refused.
    let mut excess = |eta: f64| {
        let root = profile.signed_root(counted, eta);
        root.map_or(f64::INFINITY, |root| libm::fabs(root) - z)
    };
    let mut limit = |direction: f64| {
        let (mut inner, mut step) = ((likeliest, -z), 0.05);
        while step < FURTHEST {
            let place = likeliest + direction * step;
            let found = (place, excess(place));
            if found.1 > 0.0 {
                let eta = root(&mut excess, inner, found, 1e-4);
                return Some(libm::exp(-libm::exp(eta)));
            }
            inner = found;
            step *= 1.6;
        }
        None
    };
    Some(StepSuccess {
        scale: point.scale,
        value: libm::exp(-hazard),
        low: limit(1.0),
        high: limit(-1.0),
    })
}
