//! Skill curves fitted to counts, by maximum likelihood, and whether a law of growth breaks.
//!
//! At each scale one number is not known: the hazard h = -ln p of an ordinary step. What the task makes of it, a [`Link`]
//! tells; with the counts ([`Evidence`]) it gives a likelihood of eta = ln h at each scale, and a [`Family`] is a curve
//! through all of them.

mod broken;
mod climb;
mod curve_fit;
mod evidence;
mod family;
mod likelihoods;
mod link;
mod links;
mod nearest;
mod pinned;
mod profile;
mod score;
mod shape;
mod spline;
mod starts;

pub use broken::{BreakStatistic, ChangeInterval, SlopeChange, lr_statistic};
pub use curve_fit::{CurveFit, FittedParameter, NoFit, fit};
pub use evidence::{CurveLikelihood, Evidence, OtherCounts};
pub use family::{BreakAt, Family};
pub use likelihoods::{CORRELATIONS, Likelihoods};
pub use link::{Link, MOST_CELLS, NoLink};
pub use links::{Links, UNEVEN};
pub use nearest::{Nearest, NoNearest, nearest};
pub use profile::HazardProfile;
pub(in crate::study) use score::ScoreCurve;

#[cfg(test)]
mod tests;
