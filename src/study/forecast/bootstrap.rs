//! Forecasts of what was measured, and how often such forecasts are right where the fitted model holds.

use std::sync::atomic::{AtomicU64, Ordering};

use super::assess::Question;
use super::candidate::Candidate;
use super::finding::{ForecastFinding, ForecastRow, Given};
use super::forecaster::{Forecast, ForecastAim, NoForecast};
use super::plan::MeasuredForecastPlan;
use super::quality::{ForecastQuality, Outcome, Truth};
use super::series::all_series;
use super::simulated::{LOSS, of_metric};
use crate::domain::special::normal_quantile;
use crate::domain::{Metric, Scale};
use crate::engine::{Control, Event, Interrupted, for_all, hypothetical_uniforms};
use crate::study::measured::{Measured, MeasuredPoint};
use crate::study::null::MeanCredit;

/// The random numbers of these replicates.
const FIRST_REPLICATE: u64 = 1 << 44;

/// Forecasts of what was measured, and how often such forecasts are right where the fitted model holds.
///
/// A parametric bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 6.5): at each fitted scale a
/// binomial of as many trials as were measured, rounded, at the score that the fitted model has there; the model is fitted
/// anew, and its intervals are held against what the first fit says of the target and against a binomial there. Losses are
/// drawn as normal numbers about the measured ones. Such replicates tell nothing of whether the model is right.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn forecasts_of(
    plan: &MeasuredForecastPlan,
    control: &Control<'_>,
) -> Result<ForecastFinding, Interrupted> {
    let (settings, level) = (&plan.settings, plan.level());
    let metrics: Vec<Metric> = plan.measured.iter().map(Measured::metric).collect();
    let candidates = Candidate::all(settings, &metrics, plan.task.as_ref(), level);
    let replicates = settings.replicates.get();
    let progress = Progress {
        control,
        done: AtomicU64::new(0),
        total: replicates * candidates.len() as u64,
    };
    let (mut rows, mut fans) = (Vec::new(), Vec::new());
    for candidate in &candidates {
        let question = Question {
            of: settings.of,
            scales: plan.scales(),
            attempts: attempts_ahead(plan, candidate.metric),
            threshold: plan.threshold(),
        };
        let forecast = question.forecast(candidate, &plan.measured);
        let told = question.rows(candidate, &forecast, &plan.measured);
        let resampled = match &forecast {
            Ok(forecast) => Resampled::of(plan, candidate, forecast),
            Err(_) => None,
        };
        let outcomes = match &resampled {
            Some(world) => progress.outcomes(&question, candidate, world, plan)?,
            None => Vec::new(),
        };
        for (at, row) in told.into_iter().enumerate() {
            rows.push(ForecastRow {
                quality: quality(&outcomes, at, &row, plan),
                ..row
            });
        }
        fans.extend(question.fan(candidate, &plan.measured, forecast));
    }
    Ok(ForecastFinding {
        name: plan.name.clone(),
        given: match &plan.task {
            Some(task) => Given::Task(task.clone()),
            None => Given::Nothing,
        },
        assumed: None,
        of: settings.of,
        scales: plan.scales().clone(),
        threshold: plan.threshold(),
        crossing: None,
        level,
        replicates,
        series: all_series(&plan.measured, plan.scales(), level, None),
        rows,
        fans,
    })
}

/// Of what all replicates foretold at one target, if there were any.
fn quality(
    outcomes: &[Vec<Option<Outcome>>],
    at: usize,
    row: &ForecastRow,
    plan: &MeasuredForecastPlan,
) -> Option<ForecastQuality> {
    let told = row.told.as_ref().ok()?;
    let of_target: Option<Vec<Option<Outcome>>> =
        outcomes.iter().map(|one| one.get(at).copied()).collect();
    let of_target = of_target.filter(|all| !all.is_empty())?;
    let truth = Truth {
        expected: Some(told.point.predicted),
        crossing: told.crossing.and_then(|crossing| crossing.place),
    };
    Some(ForecastQuality::of(&of_target, truth, plan.level()))
}

/// Attempts of a new evaluation: those at the largest scale of the metric that is foretold or, if it was not measured, of the
/// one that is fitted.
fn attempts_ahead(plan: &MeasuredForecastPlan, metric: Metric) -> u64 {
    let of = |metric: Metric| of_metric(&plan.measured, metric)?.points().last();
    let last = of(plan.settings.of).or_else(|| of(metric));
    last.map_or(1, |point| point.attempts)
}

/// The fitted model as a world to draw evaluations from.
struct Resampled {
    metric: Metric,
    /// What the fitted scales score, each with its distribution.
    points: Vec<(MeasuredPoint, MeanCredit)>,
    losses: Vec<MeasuredPoint>,
    /// What the targets score.
    targets: Vec<MeanCredit>,
}

impl Resampled {
    /// `None` where the fitted score of a scale is not told.
    fn of(plan: &MeasuredForecastPlan, candidate: &Candidate, forecast: &Forecast) -> Option<Self> {
        let last = plan.scales().last_fitted();
        let measured = of_metric(&plan.measured, candidate.metric)?.up_to(last)?;
        let aims: Vec<ForecastAim> = measured.points().iter().map(aim_of).collect();
        let fitted = fitted_scores(plan, candidate, last, &aims).ok()?;
        let points = measured.points().iter().zip(fitted.points);
        let points = points.map(|(point, fitted)| {
            let trials = (point.trials.round() as u64).max(1);
            let point = MeasuredPoint {
                trials: trials as f64,
                ..*point
            };
            (point, MeanCredit::of_rate(trials, fitted.predicted))
        });
        // As many trials for each attempt as at the largest scale.
        let trials_ahead = |point: &MeasuredPoint| {
            let trials = point.trials * attempts_ahead(plan, candidate.metric) as f64;
            ((trials / point.attempts.max(1) as f64).round() as u64).max(1)
        };
        let of = of_metric(&plan.measured, plan.settings.of).unwrap_or(&measured);
        let ahead = of.points().last().map_or(1, trials_ahead);
        let targets = plan.scales().targets.iter().zip(&forecast.points);
        let losses = of_metric(&plan.measured, LOSS).and_then(|losses| losses.up_to(last));
        Some(Self {
            metric: candidate.metric,
            points: points.collect(),
            losses: losses.map_or_else(Vec::new, |losses| losses.points().to_vec()),
            targets: targets
                .map(|(_, point)| MeanCredit::of_rate(ahead, point.predicted))
                .collect(),
        })
    }

    /// What one evaluation measures at the fitted scales, and what it scores at the targets.
    fn drawn(&self, plan: &MeasuredForecastPlan, number: u64) -> (Vec<Measured>, Vec<f64>) {
        let (fitted, losses) = (self.points.len(), self.losses.len());
        let count = fitted + self.targets.len() + losses;
        let uniforms = hypothetical_uniforms(plan.seed(), FIRST_REPLICATE + number, count);
        let (of_points, rest) = uniforms.split_at(fitted);
        let (of_targets, of_losses) = rest.split_at(self.targets.len());
        let points = self.points.iter().zip(of_points);
        let points = points.map(|((point, credit), &uniform)| {
            let mean = credit.quantile(uniform);
            MeasuredPoint::of_rate(point.scale, mean, point.attempts, point.trials)
        });
        let lost = self.losses.iter().zip(of_losses);
        let lost = lost.map(|(point, &uniform)| MeasuredPoint {
            mean: point.mean + point.error * normal_quantile(uniform),
            ..*point
        });
        let all = [
            Measured::new(self.metric, points.collect()),
            Measured::new(LOSS, lost.collect()),
        ];
        let targets = self.targets.iter().zip(of_targets);
        let scores = targets.map(|(credit, &uniform)| credit.quantile(uniform));
        (all.into_iter().flatten().collect(), scores.collect())
    }
}

fn aim_of(point: &MeasuredPoint) -> ForecastAim {
    ForecastAim {
        scale: point.scale,
        attempts: point.attempts,
    }
}

/// What the model, fitted to a metric, says of the same metric.
fn fitted_scores(
    plan: &MeasuredForecastPlan,
    candidate: &Candidate,
    last: Scale,
    aims: &[ForecastAim],
) -> Result<Forecast, NoForecast> {
    let (metric, task) = (candidate.metric, plan.task.as_ref());
    let likelihood = plan.settings.likelihood;
    let itself = Candidate::new(
        candidate.model,
        (metric, metric),
        task,
        likelihood,
        plan.level(),
    );
    itself.forecast(&plan.measured, last, aims, None)
}

/// Replicates of all models, told to a caller as one work.
struct Progress<'a> {
    control: &'a Control<'a>,
    done: AtomicU64,
    total: u64,
}

impl Progress<'_> {
    /// What each replicate of a fitted model foretells, in order, at each target.
    fn outcomes(
        &self,
        question: &Question<'_>,
        candidate: &Candidate,
        world: &Resampled,
        plan: &MeasuredForecastPlan,
    ) -> Result<Vec<Vec<Option<Outcome>>>, Interrupted> {
        let numbers: Vec<u64> = (0..plan.settings.replicates.get()).collect();
        for_all(&numbers, self.control.cancel, |&number| {
            let (all, scores) = world.drawn(plan, number);
            let outcomes = question.outcomes(candidate, &all, |at, _| scores.get(at).copied());
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.control.events)(Event::Progress {
                done,
                total: self.total,
            });
            outcomes
        })
    }
}
