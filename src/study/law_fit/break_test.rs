//! Whether measured scores show a break of the law.

use std::sync::atomic::AtomicBool;

use super::law::fitted;
use super::scores::{NoLaw, RateDraws, Scores};
use super::settings::{BreakQuestion, LawFitSettings};
use crate::domain::{Level, Scale};
use crate::engine::{Interrupted, for_all};
use crate::study::LikelihoodInterval;
use crate::study::fit::{
    BreakStatistic, ChangeInterval, Family, FittedParameter, SlopeChange, lr_statistic,
};
use crate::study::power::{BreakDecision, CriticalError, CriticalValue, ReplicateStatistics};

/// Why scores are not tested for a break.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoBreakTest {
    /// A broken law goes through any so few scores.
    #[error("a break is looked for in {FEWEST_SCALES} scales or more, not in {0}")]
    FewScales(usize),
    /// The break would lie outside what was measured.
    #[error("the break at {at:e} lies outside the measured scales, from {first:e} to {last:e}")]
    Outside {
        /// Where it is asked for.
        at: f64,
        /// The first scale.
        first: f64,
        /// The last.
        last: f64,
    },
    /// A law was not fitted.
    #[error(transparent)]
    Law(#[from] NoLaw),
    /// The replicates give no critical value.
    #[error(transparent)]
    Critical(#[from] CriticalError),
}

/// The fewest scales in which a break is looked for: one more than a broken law has numbers.
pub const FEWEST_SCALES: usize = 5;

/// A smooth family as the null hypothesis.
#[derive(Clone, Debug)]
pub struct SmoothNull {
    /// The family.
    pub family: Family,
    /// Its likeliest law.
    pub parameters: Vec<FittedParameter>,
    /// Its log-likelihood.
    pub log_likelihood: f64,
    /// The share of evaluations drawn from that law whose statistic is as large, this one counted (Davison and Hinkley 1997,
    /// section 4.2).
    pub p: f64,
    /// The statistic that only alpha of them exceed.
    pub critical: f64,
    /// Those whose fits failed: they count as larger.
    pub failed: u64,
}

/// What scores say of a break.
#[derive(Clone, Debug)]
pub struct BreakTest {
    /// Twice the log-likelihood that the broken law has more than the likeliest smooth one.
    pub statistic: f64,
    /// The broken law.
    pub alternative: Vec<FittedParameter>,
    /// Where it breaks, as the table counts scales.
    pub place: Option<Scale>,
    /// Each smooth family.
    pub against: Vec<SmoothNull>,
    /// The largest p-value over them: that of the union of the families.
    pub p: f64,
    /// The largest critical value over them.
    pub critical: f64,
    /// The change of the exponent at the break, by profile likelihood of level 1 - 2 alpha.
    pub change: SlopeChange,
    /// What is to be said.
    pub decision: BreakDecision,
    /// Evaluations drawn under each family.
    pub replicates: u64,
}

/// Tests the scores of one metric; `block` tells its random numbers from those of others.
pub(super) fn break_test(
    scores: &Scores<'_>,
    question: &BreakQuestion,
    settings: &LawFitSettings,
    block: u64,
    cancel: &AtomicBool,
) -> Result<Result<BreakTest, NoBreakTest>, Interrupted> {
    let alternative = question.alternative(scores.task.skill.efficiency);
    let observed = match checked(scores, question)
        .and_then(|()| Ok(statistic(scores, alternative, question, &scores.means())?))
    {
        Ok(observed) => observed,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut nulls = Vec::new();
    for (place, &family) in (0..).zip(question.against.as_slice()) {
        let expected = fitted(scores, family, &scores.means())
            .and_then(|found| Ok((scores.expected(&found)?, found)));
        let (expected, found) = match expected {
            Ok(both) => both,
            Err(reason) => return Ok(Err(reason.into())),
        };
        let draws = RateDraws::new(scores.points, &expected, found.rho);
        let numbers: Vec<u64> = (0..settings.replicates.get()).collect();
        let drawn = for_all(&numbers, cancel, |number| {
            let means = draws.rates(settings.seed, ((block + place) << 32) | number);
            let told = statistic(scores, alternative, question, &means).ok()?;
            Some(told.value)
        })?;
        let drawn = ReplicateStatistics::new(drawn);
        let critical = match CriticalValue::new(&drawn, question.alpha, settings.level) {
            Ok(critical) => critical.value,
            Err(reason) => return Ok(Err(reason.into())),
        };
        let larger = drawn.at_least(observed.value) + drawn.failed();
        nulls.push(SmoothNull {
            family,
            parameters: found.parameters,
            log_likelihood: found.log_likelihood,
            p: (larger + 1) as f64 / (drawn.replicates() + 1) as f64,
            critical,
            failed: drawn.failed(),
        });
    }
    Ok(told(scores, question, settings, observed, nulls))
}

fn checked(scores: &Scores<'_>, question: &BreakQuestion) -> Result<(), NoBreakTest> {
    let scales = scores.points.len();
    if scales < FEWEST_SCALES {
        return Err(NoBreakTest::FewScales(scales));
    }
    let (first, last) = match scores.points {
        [first, .., last] => (first.scale, last.scale),
        _ => return Err(NoBreakTest::FewScales(scales)),
    };
    match question.place {
        Some(at) if at <= first || at >= last => Err(NoBreakTest::Outside {
            at: at.get(),
            first: first.get(),
            last: last.get(),
        }),
        _ => Ok(()),
    }
}

fn statistic(
    scores: &Scores<'_>,
    alternative: Family,
    question: &BreakQuestion,
    means: &[f64],
) -> Result<BreakStatistic, NoLaw> {
    let likelihoods = scores.likelihoods(means)?;
    let found = lr_statistic(&likelihoods, alternative, question.against.as_slice())?;
    match found.converged() {
        true => Ok(found),
        false => Err(NoLaw::NotConverged(alternative.name())),
    }
}

fn told(
    scores: &Scores<'_>,
    question: &BreakQuestion,
    settings: &LawFitSettings,
    observed: BreakStatistic,
    against: Vec<SmoothNull>,
) -> Result<BreakTest, NoBreakTest> {
    let alpha = question.alpha.get();
    let level = Level::try_from(1.0 - (2.0 * alpha).min(0.99)).unwrap_or(Level::constant(0.9));
    let likelihoods = scores.likelihoods(&scores.means())?;
    let change = SlopeChange::of(
        &likelihoods,
        &observed.alternative,
        ChangeInterval::Profile,
        level,
    );
    let change = change.map_err(NoLaw::from)?;
    let interval = LikelihoodInterval {
        low: change.low,
        high: change.high,
        level: change.level,
        converged: change.converged,
    };
    let largest =
        |of: fn(&SmoothNull) -> f64| against.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let critical = largest(|null| null.critical);
    let counted = observed.alternative.parameter("break-at");
    let efficiency = scores.task.skill.efficiency.get();
    Ok(BreakTest {
        statistic: observed.value,
        place: counted.and_then(|at| Scale::try_from(at / efficiency).ok()),
        alternative: observed.alternative.parameters,
        p: largest(|null| null.p),
        critical,
        change,
        decision: BreakDecision::new(observed.value, critical, &interval, question.delta),
        replicates: settings.replicates.get(),
        against,
    })
}
