//! The scores of one metric as evidence, and scores drawn in their place.

use crate::domain::special::{beta_quantile, normal_quantile};
use crate::domain::{Invalid, Metric, Range, Reducer, Scale, Scenario, Seed};
use crate::engine::hypothetical_uniforms;
use crate::study::fit::{CurveFit, Evidence, Family, Likelihoods, Links, NoLink, OtherCounts};
use crate::study::pmf::Pmf;
use crate::study::{Measured, MeasuredPoint, RateLikelihood};

/// Why no law is fitted to the scores of a metric.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoLaw {
    /// The scores are no rates.
    #[error("{0} is no rate between 0 and 1, which laws are fitted to")]
    NoRate(Metric),
    /// What is fitted are means over attempts.
    #[error("{metric}: laws are fitted to means over attempts, not to {reducer}")]
    Reduced {
        /// The metric.
        metric: Metric,
        /// Its reducer.
        reducer: String,
    },
    /// The task is not known.
    #[error("{0} needs the task: give --task FILE, or --steps N for equal steps")]
    NoTask(Metric),
    /// A law goes through any so few scores.
    #[error(
        "{family} has {needed} free numbers, and there are {scales} scales: fits take one scale more than numbers, or more"
    )]
    FewScales {
        /// The family.
        family: &'static str,
        /// Its free numbers.
        needed: u32,
        /// The scales.
        scales: usize,
    },
    /// No hazard tells what was measured.
    #[error(transparent)]
    Link(#[from] NoLink),
    /// The scores are those of another task.
    #[error(transparent)]
    Counts(#[from] OtherCounts),
    /// There is no fit.
    #[error(transparent)]
    Fit(#[from] crate::study::fit::NoFit),
    /// The search for the likeliest law did not end at a maximum.
    #[error("the fit of {0} did not converge")]
    NotConverged(&'static str),
    /// What the law makes of the task is not computed.
    #[error("what {0} is expected to be is not computed for this task")]
    NotComputed(Metric),
}

impl From<Invalid> for NoLaw {
    fn from(invalid: Invalid) -> Self {
        Self::Link(invalid.into())
    }
}

/// The scores of one metric, made ready to be fitted however often.
pub(super) struct Scores<'a> {
    pub(super) metric: Metric,
    pub(super) task: &'a Scenario,
    pub(super) points: &'a [MeasuredPoint],
    links: Links,
    /// As the skill curve counts them.
    scales: Vec<Scale>,
    likelihood: RateLikelihood,
}

impl<'a> Scores<'a> {
    pub(super) fn new(
        measured: &'a Measured,
        task: &'a Scenario,
        families: &[Family],
        likelihood: RateLikelihood,
    ) -> Result<Self, NoLaw> {
        let metric = measured.metric();
        if metric.range() != Range::Unit || metric != Metric::mean(metric.credit) {
            return Err(match metric.reducer {
                Reducer::Mean => NoLaw::NoRate(metric),
                reducer => NoLaw::Reduced {
                    metric,
                    reducer: reducer.to_string(),
                },
            });
        }
        let efficiency = task.skill.efficiency.get();
        let scales = measured.points().iter();
        let scales = scales.map(|point| Scale::try_from(point.scale.get() * efficiency));
        Ok(Self {
            metric,
            task,
            points: measured.points(),
            links: Links::of_means(task, metric.credit, families)?,
            scales: scales.collect::<Result<_, _>>()?,
            likelihood,
        })
    }

    /// The measured means.
    pub(super) fn means(&self) -> Vec<f64> {
        self.points.iter().map(|point| point.mean).collect()
    }

    /// Of means at the first scales, which may have been drawn.
    pub(super) fn evidence(&self, means: &[f64]) -> Result<Evidence, NoLaw> {
        let told: Vec<(f64, f64)> = means
            .iter()
            .zip(self.points)
            .map(|(mean, point)| (*mean, point.trials))
            .collect();
        let scales = self.scales.get(..told.len()).unwrap_or(&self.scales);
        Ok(Evidence::of_means(self.links.told(), scales, &told)?)
    }

    pub(super) fn likelihoods(&self, means: &[f64]) -> Result<Likelihoods, NoLaw> {
        let evidence = self.evidence(means)?;
        Ok(match self.likelihood {
            RateLikelihood::Binomial => self.links.likelihoods(&evidence)?,
            RateLikelihood::BetaBinomial => self.links.scattered_likelihoods(&evidence)?,
        })
    }

    /// What a law makes of the metric at each measured scale.
    pub(super) fn expected(&self, fit: &CurveFit) -> Result<Vec<f64>, NoLaw> {
        let scales = self.points.iter().map(|point| point.scale);
        expected_scores(self.task, self.metric, fit, scales)
    }

    /// How many numbers are free in a family, the correlation of a beta-binomial counted.
    pub(super) const fn free(&self, family: Family) -> u32 {
        match self.likelihood {
            RateLikelihood::Binomial => family.free(),
            RateLikelihood::BetaBinomial => family.free() + 1,
        }
    }

    /// Trials of all scales together.
    pub(super) fn trials(&self) -> f64 {
        self.points.iter().map(|point| point.trials).sum()
    }
}

/// What a law makes of a metric at these scales, as a table counts them.
pub(super) fn expected_scores(
    task: &Scenario,
    metric: Metric,
    fit: &CurveFit,
    scales: impl IntoIterator<Item = Scale>,
) -> Result<Vec<f64>, NoLaw> {
    let fitted = fit.scenario(task)?;
    let chances = fitted.chances();
    let longest = fitted.task.steps().get();
    let at = |scale: Scale| {
        let mean = chances.at(scale).mean(metric.credit)?;
        Some(metric.of_mean(mean, longest).clamp(0.0, 1.0))
    };
    let all: Option<Vec<f64>> = scales.into_iter().map(at).collect();
    all.ok_or(NoLaw::NotComputed(metric))
}

/// Rates of whole numbers of trials that are drawn in the place of measured ones.
pub(super) struct RateDraws {
    at_scales: Vec<RateDraw>,
}

enum RateDraw {
    /// Cumulative probabilities from the least count on.
    Table {
        first: u64,
        cumulative: Vec<f64>,
        trials: f64,
    },
    /// So many trials that a table would be long.
    Normal { mean: f64, trials: f64 },
    /// The same about a rate that itself is drawn from a beta distribution.
    Beta { a: f64, b: f64, trials: f64 },
}

/// From this variance of a count on, a normal number is off by less than .002 in probability.
const NORMAL_FROM: f64 = 1e4;

/// From so many trials on, a beta number of the variance of the beta-binomial stands for it.
const BETA_FROM: f64 = 20_000.0;

impl RateDraws {
    /// About these rates, of as many trials as tell as much, in whole numbers: binomial, or beta-binomial of this correlation
    /// where it is above 0.
    pub(super) fn new(points: &[MeasuredPoint], rates: &[f64], rho: f64) -> Self {
        let at_scales = points.iter().zip(rates);
        let draw = |(point, &rate): (&MeasuredPoint, &f64)| {
            let trials = libm::round(point.trials).max(1.0);
            match rho > 0.0 && rate > 0.0 && rate < 1.0 {
                true => RateDraw::beta_binomial(trials, rate, rho),
                false => RateDraw::binomial(trials, rate),
            }
        };
        Self {
            at_scales: at_scales.map(draw).collect(),
        }
    }

    /// The rates of one replicate.
    pub(super) fn rates(&self, seed: Seed, replicate: u64) -> Vec<f64> {
        let uniforms = hypothetical_uniforms(seed, replicate, self.at_scales.len());
        let both = self.at_scales.iter().zip(uniforms);
        both.map(|(draw, uniform)| draw.rate(uniform)).collect()
    }
}

impl RateDraw {
    fn binomial(trials: f64, rate: f64) -> Self {
        if trials * rate * (1.0 - rate) >= NORMAL_FROM {
            return Self::Normal { mean: rate, trials };
        }
        let (first, cumulative) = Pmf::binomial(trials as u64, rate).cumulative();
        Self::Table {
            first,
            cumulative,
            trials,
        }
    }

    fn beta_binomial(trials: f64, rate: f64, rho: f64) -> Self {
        let beta = |rho: f64| {
            let concentration = (1.0 - rho) / rho;
            (rate * concentration, (1.0 - rate) * concentration)
        };
        if trials >= BETA_FROM {
            let (a, b) = beta(rho + (1.0 - rho) / trials);
            return Self::Beta { a, b, trials };
        }
        let (a, b) = beta(rho);
        let ln_beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        let probability = |count: u64| {
            let (count, rest) = (count as f64, trials - count as f64);
            let ways = -libm::log(trials + 1.0) - ln_beta(count + 1.0, rest + 1.0);
            libm::exp(ways + ln_beta(count + a, rest + b) - ln_beta(a, b))
        };
        let counts = 0..=trials as u64;
        let (first, cumulative) = Pmf::new(0, counts.map(probability).collect()).cumulative();
        Self::Table {
            first,
            cumulative,
            trials,
        }
    }

    fn rate(&self, uniform: f64) -> f64 {
        match self {
            Self::Table {
                first,
                cumulative,
                trials,
            } => {
                let place = cumulative.partition_point(|&sum| sum < uniform);
                let place = place.min(cumulative.len().saturating_sub(1));
                ((*first as f64 + place as f64) / trials).min(1.0)
            }
            Self::Normal { mean, trials } => {
                let deviation = libm::sqrt(mean * (1.0 - mean) / trials);
                let drawn = mean + deviation * normal_quantile(uniform);
                (libm::round(drawn * trials) / trials).clamp(0.0, 1.0)
            }
            Self::Beta { a, b, trials } => {
                libm::round(beta_quantile(uniform, *a, *b) * trials) / trials
            }
        }
    }
}
