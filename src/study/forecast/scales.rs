//! Which scales are fitted, which are held out, and which are asked for.

use super::plan::ForecastPlanError;
use super::settings::ForecastSettings;
use crate::domain::{Scale, twelve_digits};

/// Two numbers for the same scale differ by no more than this, in decades.
const SAME: f64 = 1e-9;

/// The fewest scales that anything but the last value is continued from.
const FEWEST_FITTED: usize = 3;

/// What becomes of the scales of a forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastScales {
    /// Those that models are fitted to, increasing; at least three.
    pub fitted: Vec<Scale>,
    /// Those that were measured beyond them, increasing.
    pub held_out: Vec<Scale>,
    /// Those that are asked for, increasing and beyond the fitted ones.
    pub targets: Vec<Scale>,
    last: Scale,
}

impl ForecastScales {
    /// Parts the measured scales, increasing, as the settings say.
    ///
    /// # Errors
    /// [`ForecastPlanError`]: fewer than three are fitted, or a target is not beyond them, or too far.
    pub(super) fn of(
        measured: &[Scale],
        settings: &ForecastSettings,
    ) -> Result<Self, ForecastPlanError> {
        let up_to = settings.up_to.map(Scale::log10);
        let is_fitted = |scale: &Scale| up_to.is_none_or(|last| scale.log10() <= last + SAME);
        let (fitted, held_out): (Vec<Scale>, Vec<Scale>) =
            measured.iter().copied().partition(is_fitted);
        if let (Some(up_to), Some(second), 0 | 1) = (settings.up_to, measured.get(1), fitted.len())
        {
            return Err(ForecastPlanError::UpTo {
                up_to: up_to.get(),
                second: second.get(),
            });
        }
        let Some(&last) = fitted.last().filter(|_| fitted.len() >= FEWEST_FITTED) else {
            return Err(ForecastPlanError::FewScales {
                scales: fitted.len(),
                needed: FEWEST_FITTED,
            });
        };
        let most = settings.max_extrapolation.get();
        let targets = match &settings.target {
            Some(targets) => asked_for(targets.as_slice(), last, most)?,
            None => by_default(&held_out, last, most)?,
        };
        Ok(Self {
            fitted,
            held_out,
            targets,
            last,
        })
    }

    /// The largest fitted scale.
    #[must_use]
    pub const fn last_fitted(&self) -> Scale {
        self.last
    }

    /// All of them, increasing, each once.
    pub(super) fn all(&self) -> Vec<Scale> {
        let mut all = [&self.fitted[..], &self.held_out, &self.targets].concat();
        all.sort_by(|one, other| one.get().total_cmp(&other.get()));
        all.dedup();
        all
    }
}

/// How many decades a scale lies beyond another.
pub(super) fn decades_beyond(scale: Scale, last: Scale) -> f64 {
    scale.log10() - last.log10()
}

fn asked_for(targets: &[Scale], last: Scale, most: f64) -> Result<Vec<Scale>, ForecastPlanError> {
    let mut targets = targets.to_vec();
    targets.sort_by(|one, other| one.get().total_cmp(&other.get()));
    for target in &targets {
        let decades = decades_beyond(*target, last);
        if decades <= SAME {
            return Err(ForecastPlanError::NotBeyond {
                target: target.get(),
                last: last.get(),
            });
        }
        if decades > most + SAME {
            return Err(ForecastPlanError::TooFar {
                target: target.get(),
                decades,
                last: last.get(),
                most,
            });
        }
    }
    Ok(targets)
}

/// Those held out within reach, or else one that is ten times the last, or as far as forecasts go if that is nearer.
fn by_default(held_out: &[Scale], last: Scale, most: f64) -> Result<Vec<Scale>, ForecastPlanError> {
    let within = |scale: &Scale| decades_beyond(*scale, last) <= most + SAME;
    let near: Vec<Scale> = held_out.iter().copied().filter(within).collect();
    if !near.is_empty() {
        return Ok(near);
    }
    let decades = most.min(1.0);
    let times = libm::pow(10.0, decades);
    let target = Scale::try_from(twelve_digits(last.get() * times));
    let too_far = |_| ForecastPlanError::TooFar {
        target: f64::INFINITY,
        decades,
        last: last.get(),
        most,
    };
    Ok(vec![target.map_err(too_far)?])
}
