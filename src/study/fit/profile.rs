//! How surely the hazard at one place is told: the likelihood ratio against every law that has another hazard there.

use super::broken::places;
use super::climb::Peak;
use super::curve_fit::{CurveFit, Law};
use super::evidence::CurveLikelihood;
use super::family::{BreakAt, Family};
use super::likelihoods::Likelihoods;
use super::pinned::{Candidate, FlooredCandidate, Pinnable, PinnedMaximum};
use super::shape::{BrokenShape, FreeBreakShape, GuessShape, LogisticShape, PowerShape};
use crate::domain::Scale;

/// The profile likelihood of the hazard that a family has at any scale.
///
/// Of steps that differ and of rates that scatter, the likeliest of the grids of standard deviations and of correlations is
/// taken at every hazard; of correlations only that of the fit and its neighbours.
pub struct HazardProfile<'a> {
    fit: &'a CurveFit,
    /// With the standard deviation of ln w.
    candidates: Vec<(f64, Box<dyn PinnedMaximum + 'a>)>,
}

impl<'a> HazardProfile<'a> {
    /// That of the family of a fit, under the likelihoods it was fitted to.
    #[must_use]
    pub fn new(fit: &'a CurveFit, likelihoods: &'a Likelihoods) -> Self {
        let each = std::iter::once((0.0, likelihoods));
        let each = each.chain(likelihoods.scattered.iter().map(|(rho, one)| (*rho, one)));
        let each: Vec<(f64, &Likelihoods)> = each.collect();
        let fitted = each.iter().position(|one| one.0 == fit.rho).unwrap_or(0);
        let near = each
            .iter()
            .enumerate()
            .filter(|(i, _)| i.abs_diff(fitted) <= 1);
        let candidates = near.flat_map(|(_, (_, likelihoods))| candidates(fit, likelihoods));
        Self {
            fit,
            candidates: candidates.collect(),
        }
    }

    /// sign sqrt(2 (l_max - l)), l the largest log-likelihood of all laws of the family that have this ln h at this ln N, and
    /// the sign that of ln h less the fitted one: about standard normal if that is the truth (Barndorff-Nielsen and Cox 1994,
    /// Inference and Asymptotics, section 3.4). `None` where no law of the family has such a hazard.
    pub fn signed_root(&mut self, ln_scale: f64, log_hazard: f64) -> Option<f64> {
        self.signed_root_by(ln_scale, |_| Some(log_hazard))
    }

    /// The same where the hazard that is given depends on the standard deviation of ln w.
    pub(in crate::study) fn signed_root_by(
        &mut self,
        ln_scale: f64,
        log_hazard: impl Fn(f64) -> Option<f64>,
    ) -> Option<f64> {
        let u = ln_scale - self.fit.middle;
        let values = self.candidates.iter_mut().filter_map(|(sd, candidate)| {
            let eta = log_hazard(*sd)?;
            candidate.at(u, eta)
        });
        let largest = values.max_by(f64::total_cmp)?;
        let fallen = (self.fit.log_likelihood - largest).max(0.0);
        let own = log_hazard(self.fit.deviation())?;
        let sign = own - self.fit.law.log_hazard(u);
        Some(libm::sqrt(2.0 * fallen).copysign(sign))
    }
}

impl CurveFit {
    /// The signed root of the likelihood ratio of a hazard at a scale, as the skill curve counts it, under the likelihoods that
    /// this was fitted to; see [`HazardProfile::signed_root`]. `None` where no law of the family has such a hazard.
    #[must_use]
    pub fn signed_root(&self, likelihoods: &Likelihoods, scale: Scale, hazard: f64) -> Option<f64> {
        let mut profile = HazardProfile::new(self, likelihoods);
        profile.signed_root(libm::log(scale.get()), libm::log(hazard))
    }

    /// The standard deviation of ln w; 0 of families whose steps are as the task tells.
    pub(in crate::study) const fn deviation(&self) -> f64 {
        match self.law {
            Law::Uneven(_, sd) => sd,
            _ => 0.0,
        }
    }
}

type Candidates<'a> = Vec<(f64, Box<dyn PinnedMaximum + 'a>)>;

/// The searches whose best is the family's.
fn candidates<'a>(fit: &CurveFit, likelihoods: &'a Likelihoods) -> Candidates<'a> {
    let told = &likelihoods.told;
    match fit.law {
        Law::Power(peak) => vec![(0.0, boxed(PowerShape, told, peak.free))],
        Law::Floored(peak) => {
            let [level, exponent, _] = peak.free;
            vec![
                (0.0, Box::new(FlooredCandidate::new(told, peak.free))),
                (0.0, boxed(PowerShape, told, [level, exponent])),
            ]
        }
        Law::Logistic(peak) => vec![(0.0, boxed(LogisticShape, told, peak.free))],
        Law::Guess(Peak { free, .. }) => {
            // Without a floor it is a power law, which no floor above 0 reaches.
            let [level, exponent, ln_floor] = free;
            let floor = ln_floor.max(-10.0);
            vec![
                (0.0, boxed(GuessShape, told, [level, exponent, floor])),
                (0.0, boxed(PowerShape, told, [level, exponent])),
            ]
        }
        Law::Uneven(peak, _) => likelihoods
            .by_deviation()
            .map(|(sd, likelihood)| (sd, boxed(PowerShape, likelihood, peak.free)))
            .collect(),
        Law::Broken(peak, width) => {
            let [level, before, after, at] = peak.free;
            let known = matches!(
                fit.family,
                Family::BrokenPowerLaw {
                    place: BreakAt::Known(_),
                    ..
                }
            );
            let candidate = match known {
                true => boxed(BrokenShape { at, width }, told, [level, before, after]),
                false => {
                    let within = places(told);
                    boxed(FreeBreakShape { width, within }, told, peak.free)
                }
            };
            vec![(0.0, candidate)]
        }
    }
}

fn boxed<'a, S: Pinnable<N> + 'a, const N: usize>(
    shape: S,
    likelihood: &'a CurveLikelihood,
    fitted: [f64; N],
) -> Box<dyn PinnedMaximum + 'a> {
    Box::new(Candidate::new(shape, likelihood, fitted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credit, Scenario};
    use crate::study::fit::{Evidence, Links, fit};

    /// One right answer at the last of three scales: no exponent is too steep, so hazards at a larger one are refused from above
    /// alone, in whichever order they are asked for.
    #[test]
    fn searches_leave_where_the_likelihood_is_flat() {
        let text = r#"{"task": {"steps": 10}, "evaluation": {"scales": [1e8, 3.2e8, 1e9]}}"#;
        let scenario: Scenario = serde_json::from_str(text).unwrap();
        let family = Family::PowerLaw;
        let links = Links::of_means(&scenario, Credit::ExactMatch, &[family]).unwrap();
        let scales = scenario.evaluation.scales.as_slice();
        let means = [(0.0, 100.0), (0.0, 100.0), (0.01, 100.0)];
        let evidence = Evidence::of_means(links.told(), scales, &means).unwrap();
        let likelihoods = links.likelihoods(&evidence).unwrap();
        let fitted = fit(&likelihoods, family).unwrap();
        let mut profile = HazardProfile::new(&fitted, &likelihoods);
        let mut root = |eta: f64| profile.signed_root(libm::log(1e10), eta).unwrap();
        assert!(root(-15.0).abs() < 1e-3);
        let gentle = root(-1.5);
        assert!((0.3..0.7).contains(&gentle), "{gentle}");
        assert!(root(-0.2) > 1.9);
    }
}
