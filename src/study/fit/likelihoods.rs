//! The likelihoods of the same counts that some families need.

use super::evidence::{CurveLikelihood, Evidence, OtherCounts};
use super::link::Link;
use super::links::Links;
use crate::domain::Deviation;

/// The correlations between trials of one scale that are looked at beside 0: at .03 a score of a thousand items scatters 5.5
/// times as widely as a binomial.
pub const CORRELATIONS: [f64; 6] = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

/// The likelihoods of the same counts that some families need.
#[derive(Clone, Debug)]
pub struct Likelihoods {
    pub(super) told: CurveLikelihood,
    pub(super) uneven: Vec<(Deviation, CurveLikelihood)>,
    pub(super) told_is_even: bool,
    /// The same with rates that scatter about the curve, by increasing correlation.
    pub(super) scattered: Vec<(f64, Likelihoods)>,
}

impl Links {
    /// How likely each hazard makes these counts.
    ///
    /// # Errors
    /// [`OtherCounts::Layout`] if the counts are those of another task or credit.
    pub fn likelihoods(&self, evidence: &Evidence) -> Result<Likelihoods, OtherCounts> {
        self.each_likelihood(|link| CurveLikelihood::new(link, evidence))
    }

    /// How likely each hazard makes these mean credits, if beside the binomial the rate of each scale itself scatters about
    /// the curve, as between training runs: of n trials a number that is beta-binomial (Skellam 1948, J. R. Stat. Soc. B 10,
    /// 257), of variance n m (1 - m) (1 + (n - 1) rho), rho the correlation between trials of one scale (Prentice 1986, J. Am.
    /// Stat. Assoc. 81, 321). A fit takes the likeliest rho of 0, the binomial, and of [`CORRELATIONS`].
    ///
    /// # Errors
    /// [`OtherCounts::Layout`] if these are no means, or those of another task or credit.
    pub fn scattered_likelihoods(&self, evidence: &Evidence) -> Result<Likelihoods, OtherCounts> {
        let at = |rho: f64| {
            let likelihoods =
                self.each_likelihood(|link| CurveLikelihood::scattered(link, evidence, rho))?;
            Ok((rho, likelihoods))
        };
        let scattered = CORRELATIONS.into_iter().map(at);
        Ok(Likelihoods {
            scattered: scattered.collect::<Result<_, OtherCounts>>()?,
            ..self.likelihoods(evidence)?
        })
    }

    fn each_likelihood(
        &self,
        of: impl Fn(&Link) -> Result<CurveLikelihood, OtherCounts>,
    ) -> Result<Likelihoods, OtherCounts> {
        let uneven = self.uneven.iter();
        let uneven = uneven.map(|(sd, link)| Ok((*sd, of(link)?)));
        Ok(Likelihoods {
            told: of(&self.told)?,
            uneven: uneven.collect::<Result<_, OtherCounts>>()?,
            told_is_even: self.told_is_even,
            scattered: Vec::new(),
        })
    }
}

impl Likelihoods {
    /// That of the task as the scenario tells it.
    #[must_use]
    pub const fn told(&self) -> &CurveLikelihood {
        &self.told
    }

    /// Those of steps that differ, by the standard deviation of ln w: first of equal steps, where the task has such.
    pub(super) fn by_deviation(&self) -> impl Iterator<Item = (f64, &CurveLikelihood)> {
        let even = self.told_is_even.then_some((0.0, &self.told));
        let uneven = self.uneven.iter();
        even.into_iter()
            .chain(uneven.map(|(sd, likelihood)| (sd.get(), likelihood)))
    }
}
