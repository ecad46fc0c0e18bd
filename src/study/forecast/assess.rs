//! Forecasts of a scenario, and how often such forecasts are right.

use super::candidate::Candidate;
use super::finding::{
    FanIntervals, ForecastFan, ForecastFinding, ForecastRow, ForecastTold, Given,
};
use super::forecaster::{Forecast, ForecastAim, ForecastPoint, NoForecast};
use super::plan::ForecastPlan;
use super::quality::{ForecastQuality, Outcome, Truth};
use super::scales::{ForecastScales, decades_beyond};
use super::series::all_series;
use super::simulated::{all_measured, of_metric, score_at};
use crate::domain::{Level, Metric, Probability, Scale, Scenario};
use crate::engine::{Control, Interrupted};
use crate::study::measured::Measured;
use crate::study::power::{Extent, Work, scenario_outcomes};
use crate::study::useful::{UsefulFrom, useful_from};
use crate::study::view::{View, expected};

/// Places of a fan.
const FAN: u32 = 25;

/// Levels of the bands within that of a finding.
const INNER: [Level; 2] = [Level::constant(0.5), Level::constant(0.8)];

/// Logarithms of equal scales may differ by so much.
const HAIR: f64 = 1e-9;

/// Forecasts of a scenario: those of one evaluation, and how often those of its replicates are right.
///
/// Every replicate is an evaluation of its own at all scales, the targets among them: models are fitted to what it measured
/// at the fitted ones, and their intervals held against what is expected at a target and against what it measured there.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn forecasts(
    plan: &ForecastPlan,
    control: &Control<'_>,
) -> Result<ForecastFinding, Interrupted> {
    let (settings, simulated) = (&plan.settings, plan.simulated());
    let level = plan.scenario.evaluation.level;
    let listed = plan.scenario.evaluation.metrics.as_slice();
    let candidates = Candidate::all(settings, listed, Some(plan.task()), level);
    let question = Question {
        of: settings.of,
        scales: plan.scales(),
        attempts: plan.scenario.evaluation.attempts_at_all_items(),
        threshold: plan.threshold(),
    };
    let replicates = settings.replicates.get();
    let outcomes = scenario_outcomes(simulated).saturating_mul(replicates + 1);
    let work = Work::new(control, Extent::Whole, 0, outcomes);
    let first = work.evaluations(simulated, 0..1, |tallies| all_measured(simulated, tallies))?;
    let shown = first.into_iter().flatten().next().unwrap_or_default();
    let repeated = work.evaluations(simulated, 0..replicates, |tallies| {
        let all = all_measured(simulated, tallies);
        let score = |all: &[Measured], target| score_at(of_metric(all, settings.of)?, target);
        let candidates = candidates.iter();
        candidates
            .map(|candidate| question.outcomes(candidate, &all, |_, target| score(&all, target)))
            .collect::<Vec<_>>()
    })?;
    let view = View::of(&plan.scenario, control.cancel);
    let crossing = place_of(&view, settings.of, question.threshold);
    let (mut rows, mut fans) = (Vec::new(), Vec::new());
    for (place, candidate) in candidates.iter().enumerate() {
        let forecast = question.forecast(candidate, &shown);
        for (at, row) in question
            .rows(candidate, &forecast, &shown)
            .into_iter()
            .enumerate()
        {
            let expected = expected_at(&plan.scenario, settings.of, row.target);
            let of_replicate =
                |one: &Option<Vec<Vec<Option<Outcome>>>>| *one.as_ref()?.get(place)?.get(at)?;
            let outcomes: Vec<Option<Outcome>> = repeated.iter().map(of_replicate).collect();
            let truth = Truth { expected, crossing };
            let quality = || ForecastQuality::of(&outcomes, truth, level);
            rows.push(ForecastRow {
                expected,
                quality: outcomes.iter().any(Option::is_some).then(quality),
                ..row
            });
        }
        fans.extend(question.fan(candidate, &shown, forecast));
    }
    Ok(ForecastFinding {
        name: plan.name.clone(),
        given: Given::Scenario(plan.scenario.clone()),
        assumed: plan.assumed.clone(),
        of: settings.of,
        scales: plan.scales().clone(),
        threshold: question.threshold,
        crossing,
        level,
        replicates,
        series: all_series(&shown, question.scales, level, Some(&plan.scenario)),
        rows,
        fans,
    })
}

/// log10 of the scale from which on the expected score is at least as high; `None` where it never is, or always, or is not
/// computed.
pub(super) fn place_of(view: &View<'_>, of: Metric, score: Probability) -> Option<f64> {
    match useful_from(view, of, score.get())? {
        UsefulFrom::At(place) => Some(place),
        UsefulFrom::Everywhere | UsefulFrom::Unattainable { .. } | UsefulFrom::Beyond => None,
    }
}

/// What is expected at one scale; `None` where that is not computed.
pub(super) fn expected_at(scenario: &Scenario, of: Metric, scale: Scale) -> Option<f64> {
    expected(of, &scenario.chances().at(scale))
}

/// What is asked of every model.
pub(super) struct Question<'a> {
    pub(super) of: Metric,
    pub(super) scales: &'a ForecastScales,
    /// Attempts of the evaluation whose score is foretold.
    pub(super) attempts: u64,
    pub(super) threshold: Probability,
}

impl Question<'_> {
    fn aims(&self, scales: impl IntoIterator<Item = Scale>) -> Vec<ForecastAim> {
        let aim = |scale| ForecastAim {
            scale,
            attempts: self.attempts,
        };
        scales.into_iter().map(aim).collect()
    }

    /// What one evaluation foretells at each target, by place and scale, and what it scores there; `None` where the fit failed.
    pub(super) fn outcomes(
        &self,
        candidate: &Candidate,
        all: &[Measured],
        score: impl Fn(usize, Scale) -> Option<f64>,
    ) -> Vec<Option<Outcome>> {
        let targets = &self.scales.targets;
        let aims = self.aims(targets.iter().copied());
        let forecast =
            candidate.forecast(all, self.scales.last_fitted(), &aims, Some(self.threshold));
        let Ok(forecast) = forecast else {
            return vec![None; targets.len()];
        };
        let outcome = |(place, &point): (usize, &ForecastPoint)| {
            Some(Outcome {
                point,
                crossing: forecast.crossing,
                score: score(place, point.scale)?,
            })
        };
        forecast.points.iter().enumerate().map(outcome).collect()
    }

    /// What one evaluation foretells at each target, and over the range of the fan.
    pub(super) fn forecast(
        &self,
        candidate: &Candidate,
        all: &[Measured],
    ) -> Result<Forecast, NoForecast> {
        let targets = self.scales.targets.iter().copied();
        let aims = self.aims(targets.chain(self.places_of_fan()));
        candidate.forecast(all, self.scales.last_fitted(), &aims, Some(self.threshold))
    }

    fn places_of_fan(&self) -> Vec<Scale> {
        let ends = self.scales.fitted.first().zip(self.scales.targets.last());
        let Some((&first, &last)) = ends else {
            return Vec::new();
        };
        let (from, to) = (first.log10(), last.log10());
        let place = |i: u32| match i {
            0 => Some(first),
            i if i + 1 == FAN => Some(last),
            i => Scale::from_log10(from + (to - from) * f64::from(i) / f64::from(FAN - 1)).ok(),
        };
        (0..FAN).filter_map(place).collect()
    }

    /// One for each target, without what is known of it otherwise.
    pub(super) fn rows(
        &self,
        candidate: &Candidate,
        forecast: &Result<Forecast, NoForecast>,
        shown: &[Measured],
    ) -> Vec<ForecastRow> {
        let row = |(place, &target): (usize, &Scale)| ForecastRow {
            model: candidate.model,
            metric: candidate.metric,
            of: self.of,
            target,
            decades: decades_beyond(target, self.scales.last_fitted()),
            told: forecast
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|forecast| {
                    let point = forecast.points.get(place).copied();
                    Ok(ForecastTold {
                        point: point.ok_or(NoForecast::NotConverged(candidate.model))?,
                        crossing: forecast.crossing,
                        fit: forecast.fit.clone(),
                        scales: forecast.scales,
                    })
                }),
            expected: None,
            measured: of_metric(shown, self.of).and_then(|one| score_at(one, target)),
            quality: None,
        };
        self.scales.targets.iter().enumerate().map(row).collect()
    }

    /// The rest of a forecast, from the same scores.
    pub(super) fn fan(
        &self,
        candidate: &Candidate,
        all: &[Measured],
        forecast: Result<Forecast, NoForecast>,
    ) -> Option<ForecastFan> {
        let forecast = forecast.ok()?;
        let levels = INNER.into_iter();
        let levels = levels.filter(|level| level.get() < forecast.level.get());
        let inner = levels.filter_map(|level| self.intervals(candidate, all, level));
        let points = forecast.points.into_iter();
        Some(ForecastFan {
            model: candidate.model,
            metric: candidate.metric,
            of: self.of,
            inner: inner.collect(),
            points: points.skip(self.scales.targets.len()).collect(),
        })
    }

    /// The prediction intervals of one level beyond the last fitted scale.
    fn intervals(
        &self,
        candidate: &Candidate,
        all: &[Measured],
        level: Level,
    ) -> Option<FanIntervals> {
        let last = self.scales.last_fitted();
        let beyond = self.places_of_fan().into_iter();
        let beyond = beyond.filter(|scale| decades_beyond(*scale, last) > -HAIR);
        let aims = self.aims(beyond);
        let forecast = candidate.at_level(level).forecast(all, last, &aims, None);
        let limits = |point: &ForecastPoint| (point.scale, point.prediction.0, point.prediction.1);
        Some(FanIntervals {
            level,
            limits: forecast.ok()?.points.iter().map(limits).collect(),
        })
    }
}
