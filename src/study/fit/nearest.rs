//! The law of a family that is nearest to what a scenario says, and how far off it is.

use super::curve_fit::{CurveFit, NoFit, fit};
use super::evidence::{Evidence, OtherCounts};
use super::family::Family;
use super::link::NoLink;
use super::links::Links;
use crate::domain::Scenario;

/// The nearest law of a family, in Kullback and Leibler's sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// The law.
    pub fit: CurveFit,
    /// By how much the expected log-likelihood of all attempts of the scenario falls short of that of the scenario's own
    /// probabilities, in nats: the sum over attempts of their divergences.
    pub divergence: f64,
}

impl Nearest {
    /// The noncentrality of the likelihood-ratio statistic of the scenario's law against this family: twice the divergence
    /// (Wald 1943, Trans. Amer. Math. Soc. 54, 426); it grows in proportion to the number of items.
    #[must_use]
    pub const fn noncentrality(&self) -> f64 {
        2.0 * self.divergence
    }
}

/// Why there is no nearest law.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoNearest {
    /// No hazard tells what is counted.
    #[error(transparent)]
    Link(#[from] NoLink),
    /// The scenario is another's.
    #[error(transparent)]
    Counts(#[from] OtherCounts),
    /// The family is not fitted.
    #[error(transparent)]
    Fit(#[from] NoFit),
}

/// The law of a family nearest to a scenario, at its scales and with its attempts.
///
/// # Errors
/// See [`NoNearest`].
pub fn nearest(scenario: &Scenario, links: &Links, family: Family) -> Result<Nearest, NoNearest> {
    let evidence = Evidence::expected(links.told(), scenario)?;
    let fit = fit(&links.likelihoods(&evidence)?, family)?;
    Ok(Nearest {
        // Where the law is in the family, a rounding may be left.
        divergence: (evidence.saturated() - fit.log_likelihood).max(0.0),
        fit,
    })
}
