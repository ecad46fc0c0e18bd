//! One model, fitted to the scores of one metric, and what it says of larger scales.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::foretell::{FittedCurve, crossing, looked_at, place, points};
use super::last_value::LastValue;
use super::law_curve::{LawScores, Scatter};
use super::loss_law::LossLaw;
use super::model::ForecastModel;
use super::straight_line::StraightLine;
use super::two_stage::{LossScale, TwoStageCurve};
use crate::domain::{
    Direction, Level, Metric, Positive, Probability, Range, Reducer, Scale, Scenario,
};
use crate::study::fit::{
    BreakAt, CurveFit, Evidence, Family, Likelihoods, Links, NoFit, NoLink, OtherCounts, fit,
};
use crate::study::measured::{Measured, MeasuredPoint};

/// How scores scatter about the curve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateLikelihood {
    /// Binomial, of as many trials as tell as much.
    #[default]
    Binomial,
    /// Beta-binomial: the rate of a scale differs from the curve as well, as between training runs; by how much is free.
    BetaBinomial,
}

/// A scale that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastAim {
    /// The scale.
    pub scale: Scale,
    /// Attempts of the evaluation whose score is foretold there.
    pub attempts: u64,
}

/// What is foretold of the score at one scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastPoint {
    /// The scale.
    pub scale: Scale,
    /// The expected score under the fitted curve.
    pub predicted: f64,
    /// Confidence interval of the expected score.
    pub confidence: (f64, f64),
    /// Prediction interval of the score of a new evaluation there: the confidence distribution of the expected score, and the
    /// binomial scatter of so many attempts (Shen, Liu and Xie 2018, J. Stat. Plan. Inference 195, 126).
    pub prediction: (f64, f64),
    /// The confidence that the expected score is at least the threshold; `None` without one.
    pub crossed: Option<f64>,
}

/// Where the fitted curve comes up to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// The score.
    pub threshold: f64,
    /// log10 of the least scale from which on the curve is at least as high, of those from six decades below the first fitted
    /// scale to twelve above the last; `None` where it never is.
    pub place: Option<f64>,
    /// Lower limit, of the level of the forecast: the curve may come up to the score from there on; `None` where not even the
    /// least scale that was looked at is refused, or the curve cannot be so high.
    pub low: Option<f64>,
    /// Upper limit: from there on it is refused that the curve is lower; `None` where it never is.
    pub high: Option<f64>,
}

/// What one model says of larger scales.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The model.
    pub model: ForecastModel,
    /// The metric that it was fitted to.
    pub metric: Metric,
    /// The metric that is foretold.
    pub of: Metric,
    /// The level of its intervals.
    pub level: Level,
    /// How many scales it was fitted to.
    pub scales: usize,
    /// One for each aim, in order.
    pub points: Vec<ForecastPoint>,
    /// Where the threshold is crossed; `None` without one.
    pub crossing: Option<Crossing>,
    /// The fitted law, where there is one.
    pub fit: Option<CurveFit>,
}

/// Why nothing is foretold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoForecast {
    /// The model continues scores of one metric and cannot tell another's.
    #[error(
        "{model} continues {metric} and says nothing of {of}: take a skill model, which knows the task"
    )]
    OtherMetric {
        /// The model.
        model: ForecastModel,
        /// The metric it is fitted to.
        metric: Box<Metric>,
        /// The one asked for.
        of: Box<Metric>,
    },
    /// The task is not known.
    #[error("{0} needs the task: give the scenario that the scores belong to")]
    NoTask(ForecastModel),
    /// There are no losses.
    #[error(
        "{0} needs the loss of a step: measure log-likelihood at the same scales (a scenario does if task.likelihood says how it scatters)"
    )]
    NoLoss(ForecastModel),
    /// Too few scales.
    #[error("{model} needs {needed} scales or more, not {scales}")]
    FewScales {
        /// The model.
        model: ForecastModel,
        /// How many it needs.
        needed: usize,
        /// How many there are.
        scales: usize,
    },
    /// Attempts that are reduced to one number for each item.
    #[error(
        "{0} makes one number of several attempts, and laws of a step tell means over attempts: take its credit alone"
    )]
    Reduced(Metric),
    /// A score that falls as models get better.
    #[error(
        "{0} falls as models grow, and the curves of forecasts rise: take a metric of which more is better"
    )]
    Falls(Metric),
    /// A credit that is no rate.
    #[error("{0} is no rate between 0 and 1, which curves are fitted to")]
    NoRate(Metric),
    /// The search for the likeliest curve did not end at a maximum.
    #[error("the fit of {0} did not converge")]
    NotConverged(ForecastModel),
    /// No hazard tells what is measured.
    #[error(transparent)]
    Link(#[from] NoLink),
    /// Another task's scores.
    #[error(transparent)]
    Counts(#[from] OtherCounts),
    /// No fit.
    #[error(transparent)]
    Fit(#[from] NoFit),
}

/// A model made ready to be fitted to scores of one metric, however often.
#[derive(Clone, Debug)]
pub struct Forecaster {
    model: ForecastModel,
    metric: Metric,
    of: Metric,
    level: Level,
    likelihood: RateLikelihood,
    method: Method,
}

/// How a model is fitted.
#[derive(Clone, Debug)]
enum Method {
    Law(Prepared),
    /// A logistic in the loss.
    TwoStage(Prepared),
    LastValue,
    StraightLine,
}

/// What a law is fitted and told by.
#[derive(Clone, Debug)]
struct Prepared {
    family: Family,
    links: Links,
    scores: LawScores,
    /// ln of what scales are multiplied by where the skill curve counts them.
    ln_efficiency: f64,
}

/// What is made of a fitted curve, of the fitted law where there is one, and of the number of scales.
type Use<'a, R> = dyn FnMut(&mut dyn FittedCurve, Option<&CurveFit>, usize) -> R + 'a;

impl Forecaster {
    /// Prepares a model: `metric` is what was measured, `of` what is foretold, `task` the scenario whose task made the scores,
    /// where it is known.
    ///
    /// # Errors
    /// The model cannot tell `of` from `metric`, or lacks the task.
    pub fn new(
        model: ForecastModel,
        (metric, of): (Metric, Metric),
        task: Option<&Scenario>,
        likelihood: RateLikelihood,
        level: Level,
    ) -> Result<Self, NoForecast> {
        for one in [metric, of] {
            check(one)?;
        }
        if !matches!(model, ForecastModel::Skill(_)) && of != metric {
            return Err(NoForecast::OtherMetric {
                model,
                metric: Box::new(metric),
                of: Box::new(of),
            });
        }
        Ok(Self {
            method: Method::new(model, (metric, of), task)?,
            model,
            metric,
            of,
            level,
            likelihood,
        })
    }

    /// The same with intervals of another level.
    #[must_use]
    pub fn at_level(&self, level: Level) -> Self {
        Self {
            level,
            ..self.clone()
        }
    }

    /// Fits the model to scores and says what they come to at larger scales. `losses` are those of the metric log-likelihood
    /// at the same scales, where they were measured.
    ///
    /// The expected score at a scale has a confidence distribution by the signed root of the profile likelihood ratio (Schweder
    /// and Hjort 2016, Confidence, Likelihood, Probability, chapter 3), whose quantiles are `confidence`; where larger and
    /// larger values are not told apart, the interval is open on that side. `prediction` has the quantiles of the binomial of a
    /// new evaluation, mixed over it.
    ///
    /// # Errors
    /// See [`NoForecast`].
    pub fn forecast(
        &self,
        measured: &Measured,
        losses: Option<&Measured>,
        aims: &[ForecastAim],
        threshold: Option<Probability>,
    ) -> Result<Forecast, NoForecast> {
        self.with_curve(measured, losses, &mut |curve, fit, scales| {
            let crossing = |threshold| crossing(curve, threshold, self.level, range(measured));
            Forecast {
                model: self.model,
                metric: self.metric,
                of: self.of,
                level: self.level,
                scales,
                crossing: threshold.map(crossing),
                points: points(curve, aims, threshold, self.level),
                fit: fit.cloned(),
            }
        })
    }

    /// log10 of the scale from which on the fitted curve is at least as high as a score, without its interval: far quicker
    /// than a forecast. `None` where it never is; see [`Crossing`].
    ///
    /// # Errors
    /// See [`NoForecast`].
    pub fn place_of(
        &self,
        measured: &Measured,
        losses: Option<&Measured>,
        score: Probability,
    ) -> Result<Option<f64>, NoForecast> {
        self.with_curve(measured, losses, &mut |curve, _, _| {
            place(curve, score.get(), range(measured))
        })
    }

    /// Fits the model, and has something made of it.
    fn with_curve<R>(
        &self,
        measured: &Measured,
        losses: Option<&Measured>,
        of: &mut Use<'_, R>,
    ) -> Result<R, NoForecast> {
        let points = measured.points();
        self.check_scales(points.len())?;
        let not_converged = NoForecast::NotConverged(self.model);
        match &self.method {
            Method::Law(prepared) => {
                let (likelihoods, fit) = self.fit(prepared, points, &scales_of(points))?;
                let (ln_efficiency, per_attempt) = (prepared.ln_efficiency, per_attempt(points));
                let scores = &prepared.scores;
                let curve = scores.curve(&fit, &likelihoods, ln_efficiency, per_attempt);
                let mut curve = curve.ok_or(not_converged)?;
                Ok(of(&mut curve, Some(&fit), points.len()))
            }
            Method::TwoStage(prepared) => {
                let losses = losses.ok_or(NoForecast::NoLoss(self.model))?;
                let scaled = LossScale::new(measured, losses);
                let (scale, points, scales) = scaled.ok_or(not_converged.clone())?;
                self.check_scales(points.len())?;
                let (likelihoods, fit) = self.fit(prepared, &points, &scales)?;
                let per_attempt = per_attempt(&points);
                let curve = prepared.scores.curve(&fit, &likelihoods, 0.0, per_attempt);
                let last = points
                    .last()
                    .map_or(0.0, |last| libm::log(last.scale.get()));
                let law = LossLaw::fit(losses, last);
                let (scores, law) = curve.zip(law).ok_or(not_converged)?;
                let mut curve = TwoStageCurve::new(law, scale, scores, last);
                Ok(of(&mut curve, None, points.len()))
            }
            Method::LastValue => {
                let last = points.last().copied().ok_or(NoFit::NoScales)?;
                Ok(of(&mut LastValue::new(last), None, points.len()))
            }
            Method::StraightLine => {
                let mut line = StraightLine::fit(measured).ok_or(not_converged)?;
                Ok(of(&mut line, None, points.len()))
            }
        }
    }

    fn fit(
        &self,
        prepared: &Prepared,
        points: &[MeasuredPoint],
        scales: &[Scale],
    ) -> Result<(Likelihoods, CurveFit), NoForecast> {
        let efficiency = libm::exp(prepared.ln_efficiency);
        let counted = scales.iter().map(|n| Scale::try_from(n.get() * efficiency));
        let counted: Vec<Scale> = counted.collect::<Result<_, _>>().map_err(NoLink::from)?;
        let means = points.iter().map(|point| (point.mean, point.trials));
        let means: Vec<(f64, f64)> = means.collect();
        let links = &prepared.links;
        let evidence = Evidence::of_means(links.told(), &counted, &means)?;
        let likelihoods = match self.likelihood {
            RateLikelihood::Binomial => links.likelihoods(&evidence)?,
            RateLikelihood::BetaBinomial => links.scattered_likelihoods(&evidence)?,
        };
        let fit = fit(&likelihoods, prepared.family)?;
        match fit.converged {
            true => Ok((likelihoods, fit)),
            false => Err(NoForecast::NotConverged(self.model)),
        }
    }

    fn check_scales(&self, scales: usize) -> Result<(), NoForecast> {
        let (model, needed) = (self.model, self.model.fewest_scales());
        match scales >= needed {
            true => Ok(()),
            false => Err(NoForecast::FewScales {
                model,
                needed,
                scales,
            }),
        }
    }
}

/// Curves are fitted to rates that rise.
fn check(metric: Metric) -> Result<(), NoForecast> {
    match (metric.range(), metric.direction()) {
        (Range::Bounded | Range::Open, _) => Err(NoForecast::NoRate(metric)),
        (Range::Unit, Direction::LessIsBetter) => Err(NoForecast::Falls(metric)),
        (Range::Unit, Direction::MoreIsBetter) => Ok(()),
    }
}

/// The width of the break of [`ForecastModel::Bnsl`], in e-folds: a tenth of a decade or so.
const BNSL_WIDTH: Positive = Positive::constant(0.2);

impl Method {
    fn new(
        model: ForecastModel,
        (metric, of): (Metric, Metric),
        task: Option<&Scenario>,
    ) -> Result<Self, NoForecast> {
        let bnsl = Family::BrokenPowerLaw {
            place: BreakAt::Free,
            width: BNSL_WIDTH,
        };
        Ok(match model {
            ForecastModel::Skill(family) => {
                let task = task.ok_or(NoForecast::NoTask(model))?;
                for one in [metric, of] {
                    if one.reducer != Reducer::Mean {
                        return Err(NoForecast::Reduced(one));
                    }
                }
                Self::Law(Prepared::of_task(family, (metric, of), task)?)
            }
            ForecastModel::LogitLinear => Self::Law(Prepared::of_rates(Family::Logistic)),
            ForecastModel::LogLogLinear => Self::Law(Prepared::of_rates(Family::PowerLaw)),
            ForecastModel::Gompertz => Self::Law(Prepared::of_rates(Family::GuessFloored)),
            ForecastModel::Bnsl => Self::Law(Prepared::of_rates(bnsl)),
            ForecastModel::TwoStage => Self::TwoStage(Prepared::of_rates(Family::Logistic)),
            ForecastModel::LastValue => Self::LastValue,
            ForecastModel::StraightLine => Self::StraightLine,
        })
    }
}

impl Prepared {
    fn of_task(
        family: Family,
        (metric, of): (Metric, Metric),
        task: &Scenario,
    ) -> Result<Self, NoForecast> {
        let links = Links::of_means(task, metric.credit, &[family])?;
        let scores = match of == metric {
            true => links.score_curves(),
            false => Links::of_means(task, of.credit, &[family])?.score_curves(),
        };
        let told = scores.first();
        let scatter = told.map(|(_, told)| Scatter::of(task, of.credit, told));
        Ok(Self {
            family,
            links,
            scores: LawScores::new(scores, scatter.unwrap_or(Scatter::AsMeasured)),
            ln_efficiency: libm::log(task.skill.efficiency.get()),
        })
    }

    fn of_rates(family: Family) -> Self {
        let links = Links::of_rates();
        Self {
            family,
            scores: LawScores::new(links.score_curves(), Scatter::AsMeasured),
            links,
            ln_efficiency: 0.0,
        }
    }
}

fn scales_of(points: &[MeasuredPoint]) -> Vec<Scale> {
    points.iter().map(|point| point.scale).collect()
}

/// Trials for each attempt, at the last scale.
fn per_attempt(points: &[MeasuredPoint]) -> f64 {
    let last = points.last();
    last.map_or(1.0, |last| last.trials / last.attempts.max(1) as f64)
}

/// Among which scales crossings are looked for.
fn range(measured: &Measured) -> (f64, f64) {
    let points = measured.points();
    let ends = points.first().zip(points.last());
    ends.map_or((0.0, 0.0), |(first, last)| {
        looked_at(first.scale, last.scale)
    })
}
