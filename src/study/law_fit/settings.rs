//! What is asked of measured scores.

use super::steps::StepsRange;
use crate::domain::{Level, Positive, PowerReplicates, ProperProbability, Scale, Seed};
use crate::study::fit::{BreakAt, Family};
use crate::study::{OneOrMore, RateLikelihood};

/// Which laws are fitted to scores, and how surely they are told.
#[derive(Clone, Debug, PartialEq)]
pub struct LawFitSettings {
    /// The smooth families that are fitted.
    pub families: OneOrMore<Family>,
    /// How scores scatter about a law.
    pub likelihood: RateLikelihood,
    /// Replicates of each bootstrap.
    pub replicates: PowerReplicates,
    /// The level of every interval.
    pub level: Level,
    /// The root of the random numbers of bootstraps.
    pub seed: Seed,
    /// The numbers of steps whose likelihood is told, where exact match and partial credit were measured.
    pub steps: StepsRange,
    /// Whether the law breaks; not asked if `None`.
    pub breaks: Option<BreakQuestion>,
}

impl Default for LawFitSettings {
    fn default() -> Self {
        Self {
            families: OneOrMore::constant(Family::SMOOTH),
            likelihood: RateLikelihood::default(),
            replicates: PowerReplicates::constant(300),
            level: Level::constant(0.95),
            seed: Seed::constant(20_230_428),
            steps: StepsRange::default(),
            breaks: None,
        }
    }
}

/// Whether scores show a break of the law, and against what.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakQuestion {
    /// Where the exponent may change; looked for from the second scale to the last but one if `None`.
    pub place: Option<Scale>,
    /// How gradually it changes, in e-folds of scale.
    pub width: Positive,
    /// The smooth families that a break must be told from: their union is the null hypothesis.
    pub against: OneOrMore<Family>,
    /// The rate of false alarms.
    pub alpha: ProperProbability,
    /// The largest change of the exponent that counts as none.
    pub delta: Positive,
}

impl Default for BreakQuestion {
    fn default() -> Self {
        Self {
            place: None,
            width: Positive::constant(0.2),
            against: OneOrMore::constant(Family::SMOOTH),
            alpha: ProperProbability::constant(0.05),
            delta: Positive::constant(0.1),
        }
    }
}

impl BreakQuestion {
    /// The law with a break, for a skill curve that counts scales so many times as large.
    pub(super) fn alternative(&self, efficiency: Positive) -> Family {
        let counted = self
            .place
            .map(|at| Scale::try_from(at.get() * efficiency.get()));
        let place = match counted {
            Some(Ok(at)) => BreakAt::Known(at),
            Some(Err(_)) | None => BreakAt::Free,
        };
        Family::BrokenPowerLaw {
            place,
            width: self.width,
        }
    }
}
