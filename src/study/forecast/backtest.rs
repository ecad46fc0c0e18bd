//! What models would have said of the largest scales, had they not been measured.

use super::assess::place_of;
use super::candidate::Candidate;
use super::finding::Given;
use super::forecaster::{ForecastAim, ForecastPoint, NoForecast};
use super::model::ForecastModel;
use super::plan::{ForecastPlan, MeasuredForecastPlan};
use super::quality::{Averaged, holds, interval_score};
use super::scales::decades_beyond;
use super::simulated::{all_measured, of_metric};
use crate::domain::{Level, Metric, Probability, Scale};
use crate::engine::{Control, Interrupted, for_all};
use crate::study::Rate;
use crate::study::measured::Measured;
use crate::study::power::{Extent, Work, scenario_outcomes};
use crate::study::view::View;

/// The most replicates of a back-test.
pub const MOST_BACK_TESTS: u64 = 100;

/// The score whose place is the middle of a rise.
pub(super) const HALF: Probability = Probability::constant(0.5);

/// What back-tests say.
#[derive(Clone, Debug, PartialEq)]
pub struct BackTestFinding {
    /// What it is called.
    pub name: String,
    /// What is known of where the scores come from.
    pub given: Given,
    /// The metric that is foretold.
    pub of: Metric,
    /// The level of all intervals.
    pub level: Level,
    /// How many evaluations were tested: 1 of what was measured.
    pub replicates: u64,
    /// log10 of the scale where the expected score is 1/2; `None` where it never is, or is not known.
    pub x50: Option<f64>,
    /// By model, then by metric, then by depth.
    pub rows: Vec<BackTest>,
}

/// One model, fitted to all but the largest scales of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct BackTest {
    /// The model.
    pub model: ForecastModel,
    /// The metric that it is fitted to.
    pub metric: Metric,
    /// The metric that is foretold.
    pub of: Metric,
    /// How many of the largest scales are held out.
    pub depth: usize,
    /// How many scales are fitted.
    pub fitted: usize,
    /// The furthest scale held out, whose score is foretold.
    pub target: Scale,
    /// How far it lies beyond the largest fitted scale, in decades.
    pub decades: f64,
    /// How far off it was, or why nothing was foretold.
    pub told: Result<BackTestErrors, NoForecast>,
}

/// How far off forecasts of scales held out were.
#[derive(Clone, Debug, PartialEq)]
pub struct BackTestErrors {
    /// How many evaluations were tested.
    pub replicates: u64,
    /// Those whose fit failed: a missed interval each, and in no average.
    pub failed: u64,
    /// The mean absolute error, in points: 100 times the score.
    pub error_points: Averaged,
    /// The same for each decade beyond the largest fitted scale: Owen 2024 (arXiv:2401.04757), error per order of
    /// magnitude.
    pub points_per_decade: Averaged,
    /// The mean [interval score](super::interval_score) of prediction intervals.
    pub interval_score: Averaged,
    /// How often the prediction interval held the score.
    pub coverage: Rate,
    /// The mean absolute error of log10 of the scale where the score is 1/2, in decades: against the true place, or, where
    /// that is not known, against the fit to all scales. `None` where either is never there.
    pub x50_error: Option<Averaged>,
    /// How many evaluations foretold no such place, though there is one.
    pub x50_missed: u64,
}

/// Holds out the largest scales of simulated evaluations, one, two, ... of them, as long as a model has the fewest it needs,
/// and holds what it says of the largest against what was measured there. Of the replicates of the plan, up to
/// [`MOST_BACK_TESTS`].
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn back_tests(
    plan: &ForecastPlan,
    control: &Control<'_>,
) -> Result<BackTestFinding, Interrupted> {
    let (settings, scenario) = (&plan.settings, plan.measured());
    let evaluation = &plan.scenario.evaluation;
    let metrics = evaluation.metrics.as_slice();
    let candidates = Candidate::all(settings, metrics, Some(plan.task()), evaluation.level);
    let scales = evaluation.scales.as_slice();
    let x50 = place_of(&View::of(&plan.scenario, control.cancel), settings.of, HALF);
    let tests: Vec<Test> = candidates
        .iter()
        .flat_map(|candidate| Test::all(candidate, scales))
        .collect();
    let replicates = settings.replicates.get().min(MOST_BACK_TESTS);
    let outcomes = scenario_outcomes(scenario).saturating_mul(replicates);
    let work = Work::new(control, Extent::Whole, 0, outcomes);
    let repeated = work.evaluations(scenario, 0..replicates, |tallies| {
        let all = all_measured(scenario, tallies);
        let tests = tests.iter();
        tests
            .map(|test| test.held_against(&all, settings.of, x50))
            .collect::<Vec<_>>()
    })?;
    let row = |(place, test): (usize, &Test)| {
        let of_replicate = |one: &Option<Vec<Held>>| one.as_ref()?.get(place).cloned();
        let held: Vec<Option<Held>> = repeated.iter().map(of_replicate).collect();
        test.row(settings.of, &held, evaluation.level)
    };
    Ok(BackTestFinding {
        name: plan.name.clone(),
        given: Given::Scenario(plan.scenario.clone()),
        of: settings.of,
        level: evaluation.level,
        replicates,
        x50,
        rows: tests.iter().enumerate().map(row).collect(),
    })
}

/// The same of scores that were measured.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn back_tests_of(
    plan: &MeasuredForecastPlan,
    control: &Control<'_>,
) -> Result<BackTestFinding, Interrupted> {
    let (settings, level) = (&plan.settings, plan.level());
    let metrics: Vec<Metric> = plan.measured.iter().map(Measured::metric).collect();
    let candidates = Candidate::all(settings, &metrics, plan.task.as_ref(), level);
    let rows = for_all(&candidates, control.cancel, |candidate| {
        let scales = scales_of_both(plan, candidate.metric);
        // Where the truth is not known, the fit to all scales is what comes nearest to it.
        let x50 = scales.last().and_then(|&last| {
            let place = candidate.place_of(&plan.measured, last, HALF);
            place.ok().flatten()
        });
        let row = |test: Test<'_>| {
            let held = test.held_against(&plan.measured, settings.of, x50);
            test.row(settings.of, &[Some(held)], level)
        };
        let tests = Test::all(candidate, &scales).into_iter();
        tests.map(row).collect::<Vec<_>>()
    })?;
    Ok(BackTestFinding {
        name: plan.name.clone(),
        given: match &plan.task {
            Some(task) => Given::Task(task.clone()),
            None => Given::Nothing,
        },
        of: settings.of,
        level,
        replicates: 1,
        x50: None,
        rows: rows.into_iter().flatten().collect(),
    })
}

/// The scales at which a metric was measured, up to the largest at which the one that is foretold was measured as well.
fn scales_of_both(plan: &MeasuredForecastPlan, metric: Metric) -> Vec<Scale> {
    let scales = |metric: Metric| -> Vec<Scale> {
        let measured = of_metric(&plan.measured, metric);
        let points = measured.into_iter().flat_map(|one| one.points());
        points.map(|point| point.scale).collect()
    };
    let mut fitted = scales(metric);
    let known = scales(plan.settings.of);
    while fitted.last().is_some_and(|last| !known.contains(last)) {
        fitted.pop();
    }
    fitted
}

/// A model that is fitted to all but the largest scales.
struct Test<'a> {
    candidate: &'a Candidate,
    depth: usize,
    fitted: usize,
    /// The largest fitted scale.
    last: Scale,
    /// The furthest held out.
    target: Scale,
}

/// What came of it in one evaluation.
#[derive(Clone, Debug)]
struct Held {
    /// What was foretold, and the score.
    forecast: Result<(ForecastPoint, f64), NoForecast>,
    /// The absolute error of the middle in decades; an inner `None` where it was not foretold, an outer one where there is
    /// none.
    x50_error: Option<Option<f64>>,
}

impl<'a> Test<'a> {
    /// At every depth at which the model has the fewest scales it needs.
    fn all(candidate: &'a Candidate, scales: &[Scale]) -> Vec<Self> {
        let most = scales.len().saturating_sub(candidate.model.fewest_scales());
        let of_depth = |depth: usize| {
            let fitted = scales.len().checked_sub(depth)?;
            Some(Self {
                candidate,
                depth,
                fitted,
                last: *scales.get(fitted.checked_sub(1)?)?,
                target: *scales.last()?,
            })
        };
        (1..=most).filter_map(of_depth).collect()
    }

    /// What it says of one evaluation, against what that measured.
    fn held_against(&self, all: &[Measured], of: Metric, x50: Option<f64>) -> Held {
        let known = of_metric(all, of).and_then(|of| {
            let mut points = of.points().iter();
            points.find(|point| point.scale == self.target)
        });
        let aim = ForecastAim {
            scale: self.target,
            attempts: known.map_or(1, |point| point.attempts),
        };
        let forecast = self.candidate.forecast(all, self.last, &[aim], None);
        let none = NoForecast::NotConverged(self.candidate.model);
        let forecast = forecast.and_then(|forecast| {
            let told = forecast.points.first().zip(known);
            told.map(|(point, known)| (*point, known.mean)).ok_or(none)
        });
        let x50_error = x50.map(|x50| {
            let place = self.candidate.place_of(all, self.last, HALF);
            let place = place.ok().flatten()?;
            Some((place - x50).abs())
        });
        Held {
            forecast,
            x50_error,
        }
    }

    fn row(&self, of: Metric, held: &[Option<Held>], level: Level) -> BackTest {
        BackTest {
            model: self.candidate.model,
            metric: self.candidate.metric,
            of,
            depth: self.depth,
            fitted: self.fitted,
            target: self.target,
            decades: self.decades(),
            told: self.errors(held, level),
        }
    }

    fn decades(&self) -> f64 {
        decades_beyond(self.target, self.last)
    }

    fn errors(&self, held: &[Option<Held>], level: Level) -> Result<BackTestErrors, NoForecast> {
        let none = || NoForecast::NotConverged(self.candidate.model);
        let done = || held.iter().flatten();
        let told: Vec<(ForecastPoint, f64)> =
            done().filter_map(|one| one.forecast.clone().ok()).collect();
        if told.is_empty() {
            let mut reasons = done().filter_map(|one| one.forecast.clone().err());
            return Err(reasons.next().unwrap_or_else(none));
        }
        let each = |number: &dyn Fn(&(ForecastPoint, f64)) -> f64| -> Result<Averaged, NoForecast> {
            let numbers: Vec<f64> = told.iter().map(number).collect();
            Averaged::mean(&numbers, level).ok_or_else(none)
        };
        let points =
            |(point, score): &(ForecastPoint, f64)| 100.0 * (point.predicted - score).abs();
        let replicates = held.len() as u64;
        let covered = told
            .iter()
            .filter(|(point, score)| holds(point.prediction, *score));
        let x50: Vec<Option<f64>> = done().filter_map(|one| one.x50_error).collect();
        let x50_errors: Vec<f64> = x50.iter().copied().flatten().collect();
        Ok(BackTestErrors {
            replicates,
            failed: replicates - told.len() as u64,
            error_points: each(&points)?,
            points_per_decade: each(&|one| points(one) / self.decades())?,
            interval_score: each(&|(point, score)| {
                interval_score(point.prediction, level, *score)
            })?,
            coverage: Rate::of(covered.count() as u64, replicates, level),
            x50_error: Averaged::mean(&x50_errors, level),
            x50_missed: (x50.len() - x50_errors.len()) as u64,
        })
    }
}
