//! One family fitted to the scores of one metric: its numbers, how well it fits, how well it foretells.

use std::sync::atomic::AtomicBool;

use super::hazard::{StepSuccess, step_success};
use super::scores::{NoLaw, RateDraws, Scores, expected_scores};
use super::settings::LawFitSettings;
use crate::domain::Level;
use crate::domain::special::chi_square_tail;
use crate::engine::{Interrupted, for_all};
use crate::study::fit::{CurveFit, Family, FittedParameter, fit};
use crate::study::{MeasuredPoint, Rate, RateLikelihood};

/// A free number of a law and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterEstimate {
    /// The key that scenarios have for it.
    pub name: &'static str,
    /// The likeliest value.
    pub value: f64,
    /// Lower limit: percentile of a parametric bootstrap (Davison and Hinkley 1997, section 5.3.1); `None` where fits of replicates
    /// failed too often.
    pub low: Option<f64>,
    /// Upper limit, likewise.
    pub high: Option<f64>,
}

/// What a law fitted to the scales before says of the last ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// How many scales were held out: the last ones.
    pub depth: usize,
    /// From the last scale that was fitted to the last that was held out, in decades.
    pub decades: f64,
    /// The mean distance from what was measured there, in hundredths of credit.
    pub points: f64,
    /// The mean over them of ln P(score | foretold) - ln P(score | itself), in nats: 0 where the score is foretold, below it
    /// elsewhere. A proper score (Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359).
    pub log_score: f64,
}

/// One family fitted to the scores of one metric.
#[derive(Clone, Debug)]
pub struct LawFit {
    /// The family.
    pub family: Family,
    /// Its likeliest law.
    pub fit: CurveFit,
    /// Its numbers with their intervals.
    pub parameters: Vec<ParameterEstimate>,
    /// The success of a step at the last measured scale.
    pub step: Option<StepSuccess>,
    /// What it makes of the metric at each measured scale.
    pub expected: Vec<f64>,
    /// Twice the log-likelihood that the scores' own rates have more (McCullagh and Nelder 1989, section 4.4).
    pub deviance: f64,
    /// Scales less free numbers.
    pub freedom: u32,
    /// Pearson's chi-square over that freedom: about 1 where scores scatter as binomial ones do; `None` without any freedom.
    pub dispersion: Option<f64>,
    /// How often chi-square of that freedom is as large, which holds for many trials; `None` without any freedom, and
    /// for a beta-binomial, which takes up what scatter there is.
    pub p: Option<f64>,
    /// How often replicates drawn from the law itself deviate as much from their own fits; the number at hand is counted
    /// among them, so that it is never 0 (Davison and Hinkley 1997, section 4.2). `None` where all failed, and for a
    /// beta-binomial.
    pub p_bootstrap: Option<f64>,
    /// -2 log-likelihood + 2 k, k the free numbers and the correlation of a beta-binomial (Akaike 1974, IEEE Trans. Autom. Control 19, 716).
    pub aic: f64,
    /// -2 log-likelihood + k ln n, n the trials of all scales together: of grouped trials the number of trials, not of groups
    /// (Schwarz 1978, Ann. Stat. 6, 461; Raftery 1995, Sociol. Methodol. 25, 111, section 4).
    pub bic: f64,
    /// One for each number of scales held out, from 1 on, as far as there are scales left to fit to.
    pub held_out: Vec<HeldOut>,
    /// The share of evaluations drawn anew from the measured rates in which no other family has a smaller AIC.
    pub least_aic: Option<Rate>,
    /// Replicates of the parametric bootstrap whose fit did not converge: they are left out of intervals.
    pub failed: u64,
    /// All of them.
    pub replicates: u64,
}

impl LawFit {
    /// The mean distance of held-out scores from what was foretold, over all that were held out, in hundredths of credit.
    #[must_use]
    pub fn held_out_points(&self) -> Option<f64> {
        let weight: usize = self.held_out.iter().map(|one| one.depth).sum();
        let sum: f64 = self
            .held_out
            .iter()
            .map(|one| one.points * one.depth as f64)
            .sum();
        (weight > 0).then(|| sum / weight as f64)
    }
}

/// The most scales held out at once.
pub const MOST_HELD_OUT: usize = 3;

/// Fits a family; `block` tells its random numbers from those of others.
pub(super) fn fit_law(
    scores: &Scores<'_>,
    family: Family,
    settings: &LawFitSettings,
    block: u64,
    cancel: &AtomicBool,
) -> Result<Result<LawFit, NoLaw>, Interrupted> {
    let found = match fitted(scores, family, &scores.means()) {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let expected = match scores.expected(&found) {
        Ok(expected) => expected,
        Err(reason) => return Ok(Err(reason)),
    };
    let draws = RateDraws::new(scores.points, &expected, found.rho);
    let numbers: Vec<u64> = (0..settings.replicates.get()).collect();
    let again = for_all(&numbers, cancel, |number| {
        let means = draws.rates(settings.seed, (block << 32) | number);
        let found = fitted(scores, family, &means).ok()?;
        let excess = scores.evidence(&means).ok()?.saturated() - found.log_likelihood;
        Some((found.parameters, 2.0 * excess))
    })?;
    Ok(Ok(told(scores, found, expected, &again, settings)))
}

fn told(
    scores: &Scores<'_>,
    found: CurveFit,
    expected: Vec<f64>,
    again: &[Option<(Vec<FittedParameter>, f64)>],
    settings: &LawFitSettings,
) -> LawFit {
    let family = found.family;
    let both = || scores.points.iter().zip(&expected);
    let deviance = both()
        .map(|(point, &expected)| 2.0 * point.trials * divergence(point.mean, expected))
        .sum();
    let scales = u32::try_from(scores.points.len()).unwrap_or(u32::MAX);
    let free = scores.free(family);
    let freedom = scales.saturating_sub(family.free());
    let (replicates, failed) = (
        again.len() as u64,
        again.iter().filter(|one| one.is_none()).count() as u64,
    );
    // Replicates deviate by the same function of the same tables.
    let own = scores
        .evidence(&scores.means())
        .map(|own| 2.0 * (own.saturated() - found.log_likelihood));
    let own = own.unwrap_or(deviance);
    let larger = again.iter().flatten().filter(|one| one.1 >= own).count() as u64;
    let is_binomial = settings.likelihood == RateLikelihood::Binomial;
    let minus_twice = -2.0 * found.log_likelihood;
    LawFit {
        family,
        parameters: parameters(&found, again, settings.level),
        step: step_success(scores, &found, settings.level),
        deviance,
        freedom,
        dispersion: (freedom > 0).then(|| {
            both()
                .map(|(point, &expected)| pearson(point, expected))
                .sum::<f64>()
                / f64::from(freedom)
        }),
        p: (is_binomial && freedom > 0).then(|| chi_square_tail(deviance, freedom)),
        p_bootstrap: (is_binomial && failed < replicates)
            .then(|| (larger + failed + 1) as f64 / (replicates + 1) as f64),
        aic: minus_twice + 2.0 * f64::from(free),
        bic: minus_twice + f64::from(free) * libm::log(scores.trials()),
        held_out: held_out(scores, family),
        least_aic: None,
        failed,
        replicates,
        expected,
        fit: found,
    }
}

/// The squared distance of a score from what is expected, over its binomial variance.
fn pearson(point: &MeasuredPoint, expected: f64) -> f64 {
    let off = point.mean - expected;
    let variance = expected * (1.0 - expected) / point.trials;
    if off == 0.0 {
        0.0
    } else {
        off * off / variance
    }
}

/// The likeliest law of a family for means at the first scales.
pub(super) fn fitted(
    scores: &Scores<'_>,
    family: Family,
    means: &[f64],
) -> Result<CurveFit, NoLaw> {
    if means.len() <= scores.free(family) as usize {
        return Err(NoLaw::FewScales {
            family: family.name(),
            needed: scores.free(family),
            scales: means.len(),
        });
    }
    let found = fit(&scores.likelihoods(means)?, family)?;
    match found.converged {
        true => Ok(found),
        false => Err(NoLaw::NotConverged(family.name())),
    }
}

/// More failures than one in ten, and those that are left are a choice.
const MOST_FAILED: f64 = 0.1;

fn parameters(
    found: &CurveFit,
    again: &[Option<(Vec<FittedParameter>, f64)>],
    level: Level,
) -> Vec<ParameterEstimate> {
    let tail = 0.5 * (1.0 - level.get());
    let all = found.parameters.iter().enumerate();
    let estimate = |(place, parameter): (usize, &FittedParameter)| {
        let mut values: Vec<f64> = again
            .iter()
            .flatten()
            .filter_map(|(parameters, _)| Some(parameters.get(place)?.value))
            .collect();
        values.sort_by(f64::total_cmp);
        let enough = values.len() as f64 >= (1.0 - MOST_FAILED) * again.len() as f64;
        let limit = |share: f64| enough.then(|| percentile(&values, share)).flatten();
        ParameterEstimate {
            name: parameter.name,
            value: parameter.value,
            low: limit(tail),
            high: limit(1.0 - tail),
        }
    };
    all.map(estimate).collect()
}

/// The value of rank share (R + 1), between its neighbours where that is no whole number; `None` of no values.
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = share * (sorted.len() + 1) as f64;
    let below = (rank.floor() as usize).clamp(1, sorted.len().max(1));
    let one = *sorted.get(below - 1)?;
    let next = sorted.get(below).copied().unwrap_or(one);
    let part = (rank - below as f64).clamp(0.0, 1.0);
    Some(one + part * (next - one))
}

fn held_out(scores: &Scores<'_>, family: Family) -> Vec<HeldOut> {
    let means = scores.means();
    let one = |depth: usize| {
        let kept = means.len().checked_sub(depth)?;
        let found = fitted(scores, family, means.get(..kept)?).ok()?;
        let (before, after) = scores.points.split_at_checked(kept)?;
        let scales = after.iter().map(|point| point.scale);
        let foretold = expected_scores(scores.task, scores.metric, &found, scales).ok()?;
        let off = |f: fn(f64, f64, f64) -> f64| {
            let both = after.iter().zip(&foretold);
            both.map(|(point, &foretold)| f(point.mean, point.trials, foretold))
                .sum::<f64>()
                / depth as f64
        };
        Some(HeldOut {
            depth,
            decades: after.last()?.scale.log10() - before.last()?.scale.log10(),
            points: off(|mean, _, foretold| 100.0 * (mean - foretold).abs()),
            log_score: off(|mean, trials, foretold| -trials * divergence(mean, foretold)),
        })
    };
    (1..=MOST_HELD_OUT).map_while(one).collect()
}

/// sum of m ln(m/q) over right and wrong; rates that are foretold for sure are taken for a millionth of a millionth less.
fn divergence(mean: f64, foretold: f64) -> f64 {
    let sure = foretold.clamp(1e-12, 1.0 - 1e-12);
    let part = |a: f64, b: f64| if a > 0.0 { a * libm::log(a / b) } else { 0.0 };
    (part(mean, sure) + part(1.0 - mean, 1.0 - sure)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_have_the_ranks_of_the_literature() {
        let values: Vec<f64> = (1..=99).map(f64::from).collect();
        assert_eq!(percentile(&values, 0.05), Some(5.0));
        assert_eq!(percentile(&values, 0.975), Some(97.5));
        assert_eq!(percentile(&values, 1e-9), Some(1.0));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn divergences_by_hand() {
        assert!(
            (divergence(0.3, 0.5) - (0.3 * libm::log(0.6) + 0.7 * libm::log(1.4))).abs() < 1e-15
        );
        assert!((divergence(0.0, 0.5) - libm::log(2.0)).abs() < 1e-15);
        assert!(divergence(0.2, 0.0) < 10.0 && divergence(0.4, 0.4) == 0.0);
    }
}
