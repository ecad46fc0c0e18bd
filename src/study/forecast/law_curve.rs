//! Fitted laws of the hazard of a step, and scores that a task makes of them.

use super::foretell::{FittedCurve, Reached};
use crate::domain::{Credit, Scenario};
use crate::study::fit::{CurveFit, HazardProfile, Likelihoods, ScoreCurve};

/// What a law comes to: the expected score over eta = ln h, by the standard deviation of ln w, and how it scatters.
#[derive(Clone, Debug)]
pub(super) struct LawScores {
    curves: Vec<(f64, ScoreCurve)>,
    scatter: Scatter,
}

/// How much less the mean of attempts scatters than that of as many binomial trials.
#[derive(Clone, Debug)]
pub(super) enum Scatter {
    /// As the last of the scores that were measured.
    AsMeasured,
    /// m (1 - m)/v over even values of eta, v the variance of one attempt's credit.
    Computed(Vec<(f64, f64)>),
}

impl LawScores {
    pub(super) fn new(curves: Vec<(f64, ScoreCurve)>, scatter: Scatter) -> Self {
        Self { curves, scatter }
    }

    fn at_deviation(&self, sd: f64) -> Option<&ScoreCurve> {
        let mut curves = self.curves.iter();
        curves.find(|curve| curve.0 == sd).map(|curve| &curve.1)
    }

    /// What a fit comes to, measured scores having had so many trials for each attempt.
    pub(super) fn curve<'a>(
        &'a self,
        fit: &'a CurveFit,
        likelihoods: &'a Likelihoods,
        ln_efficiency: f64,
        trials_per_attempt: f64,
    ) -> Option<LawCurve<'a>> {
        Some(LawCurve {
            own: self.at_deviation(fit.deviation())?,
            profile: HazardProfile::new(fit, likelihoods),
            scores: self,
            fit,
            ln_efficiency,
            trials_per_attempt,
        })
    }
}

impl Scatter {
    /// Of the attempts at the task of a scenario.
    pub(super) fn of(scenario: &Scenario, credit: Credit, curve: &ScoreCurve) -> Self {
        if credit.is_all_or_nothing() && scenario.evaluation.attempts.get() == 1 {
            return Self::Computed(vec![(0.0, 1.0)]);
        }
        let chances = scenario.chances();
        let anywhere = scenario.evaluation.scales.window().0;
        let (first, last) = curve.within();
        let share = |eta: f64| {
            let one = chances.of_run(anywhere, libm::exp(eta)).expected(credit)?;
            let mean = curve.at(eta);
            let share = mean * (1.0 - mean) / one.variance;
            share.is_finite().then_some((eta, share.max(1e-3)))
        };
        let places = (first as i32..=last as i32).map(f64::from);
        match places.filter_map(share).collect::<Vec<_>>() {
            shares if shares.is_empty() => Self::AsMeasured,
            shares => Self::Computed(shares),
        }
    }

    /// Trials for each attempt at eta.
    fn at(&self, eta: f64, measured: f64) -> f64 {
        let shares = match self {
            Self::AsMeasured => return measured,
            Self::Computed(shares) => shares,
        };
        let above = shares.partition_point(|share| share.0 < eta);
        let below = above.checked_sub(1).and_then(|below| shares.get(below));
        match (below, shares.get(above)) {
            (Some((from, one)), Some((to, other))) => {
                one + (other - one) * (eta - from) / (to - from)
            }
            (Some(end), None) | (None, Some(end)) => end.1,
            (None, None) => measured,
        }
    }
}

/// A fitted law as a curve of scores; x = -eta.
pub(super) struct LawCurve<'a> {
    fit: &'a CurveFit,
    profile: HazardProfile<'a>,
    scores: &'a LawScores,
    own: &'a ScoreCurve,
    ln_efficiency: f64,
    trials_per_attempt: f64,
}

/// A signed root of what no law of a family comes to.
pub(super) const NEVER: f64 = 40.0;

impl FittedCurve for LawCurve<'_> {
    fn fitted(&self, ln_scale: f64) -> f64 {
        -self.fit.log_hazard_at(ln_scale + self.ln_efficiency)
    }

    fn root(&mut self, ln_scale: f64, x: f64) -> f64 {
        let sign = x - self.fitted(ln_scale);
        let (score, deviation) = (self.own.at(-x), self.fit.deviation());
        // With another scatter of steps it is another hazard that has the same score.
        let (scores, own) = (self.scores, self.own);
        let same_score = |sd: f64| match sd == deviation {
            true => Some(-x),
            false if score >= own.ends().1 || score <= own.ends().0 => Some(-x),
            false => scores.at_deviation(sd)?.eta_of(score),
        };
        let found = self
            .profile
            .signed_root_by(ln_scale + self.ln_efficiency, same_score);
        found.map_or(NEVER, f64::abs).copysign(sign)
    }

    fn score(&self, x: f64) -> f64 {
        self.own.at(-x)
    }

    fn least_with(&self, score: f64) -> Reached {
        if score <= self.own.ends().0 {
            return Reached::Always;
        }
        match self.own.eta_of(score) {
            Some(eta) => Reached::From(-eta),
            None => Reached::Never,
        }
    }

    fn within(&self) -> (f64, f64) {
        let (first, last) = self.own.within();
        (-last, -first)
    }

    fn ends(&self) -> (f64, f64) {
        self.own.ends()
    }

    fn trials(&self, x: f64, attempts: u64) -> f64 {
        let share = self.scores.scatter.at(-x, self.trials_per_attempt);
        with_scatter(attempts as f64 * share, self.fit.rho)
    }
}

/// As many binomial trials as scatter like n that are correlated: n/(1 + (n - 1) rho).
pub(super) fn with_scatter(n: f64, rho: f64) -> f64 {
    n / (1.0 + (n - 1.0).max(0.0) * rho)
}
