//! A model that is fitted to one metric, over and over.

use super::forecaster::{Forecast, ForecastAim, Forecaster, NoForecast, RateLikelihood};
use super::model::ForecastModel;
use super::settings::ForecastSettings;
use super::simulated::{LOSS, of_metric};
use crate::domain::{Level, Metric, Probability, Range, Scale, Scenario};
use crate::study::measured::Measured;

/// A model made ready to be fitted to one metric, or why it cannot be.
pub(super) struct Candidate {
    pub(super) model: ForecastModel,
    pub(super) metric: Metric,
    pub(super) made: Result<Forecaster, NoForecast>,
}

impl Candidate {
    /// Every model of the settings under every metric that is a rate, by model.
    pub(super) fn all(
        settings: &ForecastSettings,
        metrics: &[Metric],
        task: Option<&Scenario>,
        level: Level,
    ) -> Vec<Self> {
        let rates = metrics
            .iter()
            .filter(|metric| metric.range() == Range::Unit);
        let of_model = |&model: &ForecastModel| {
            rates.clone().map(move |&metric| {
                Self::new(
                    model,
                    (metric, settings.of),
                    task,
                    settings.likelihood,
                    level,
                )
            })
        };
        settings
            .models
            .as_slice()
            .iter()
            .flat_map(of_model)
            .collect()
    }

    pub(super) fn new(
        model: ForecastModel,
        (metric, of): (Metric, Metric),
        task: Option<&Scenario>,
        likelihood: RateLikelihood,
        level: Level,
    ) -> Self {
        Self {
            model,
            metric,
            made: Forecaster::new(model, (metric, of), task, likelihood, level),
        }
    }

    /// The same with intervals of another level.
    pub(super) fn at_level(&self, level: Level) -> Self {
        Self {
            made: self
                .made
                .as_ref()
                .map(|made| made.at_level(level))
                .map_err(Clone::clone),
            ..*self
        }
    }

    /// What it says of scales beyond one, from what was measured up to it.
    pub(super) fn forecast(
        &self,
        all: &[Measured],
        up_to: Scale,
        aims: &[ForecastAim],
        threshold: Option<Probability>,
    ) -> Result<Forecast, NoForecast> {
        let (forecaster, measured, losses) = self.fitted_to(all, up_to)?;
        forecaster.forecast(&measured, losses.as_ref(), aims, threshold)
    }

    /// log10 of the scale from which on what it is fitted to up to a scale comes up to a score.
    pub(super) fn place_of(
        &self,
        all: &[Measured],
        up_to: Scale,
        score: Probability,
    ) -> Result<Option<f64>, NoForecast> {
        let (forecaster, measured, losses) = self.fitted_to(all, up_to)?;
        forecaster.place_of(&measured, losses.as_ref(), score)
    }

    fn fitted_to(
        &self,
        all: &[Measured],
        up_to: Scale,
    ) -> Result<(&Forecaster, Measured, Option<Measured>), NoForecast> {
        let forecaster = self.made.as_ref().map_err(Clone::clone)?;
        let of = |metric: Metric| of_metric(all, metric)?.up_to(up_to);
        let measured = of(self.metric).ok_or(NoForecast::FewScales {
            model: self.model,
            needed: self.model.fewest_scales(),
            scales: 0,
        })?;
        let losses = match self.model.needs_losses() {
            true => of(LOSS),
            false => None,
        };
        Ok((forecaster, measured, losses))
    }
}
