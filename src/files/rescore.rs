//! A stored sweep under other metrics.

use super::sweep::SweepControl;
use super::sweep_run::{Sweep, SweepRunError};
use crate::domain::{Invalid, Metrics};
use crate::engine::Failure;

/// Why a sweep cannot be scored again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RescoreError {
    /// Its points differ in their metrics.
    #[error("the sweep is over evaluation.metrics itself: `mirage export` has what there is")]
    Swept,
    /// Its attempts are not all made.
    #[error(
        "{points} of {all} points are not attempted yet; `mirage status` tells which command does that"
    )]
    Incomplete {
        /// Points with something missing.
        points: u64,
        /// Points.
        all: u64,
    },
    /// A scenario file with these metrics would be refused.
    #[error("point {point}: {refusal}")]
    Metrics {
        /// The point.
        point: u64,
        /// Why.
        refusal: Invalid,
    },
    /// The same attempts come to other counts.
    #[error(
        "point {point}: attempted again, scale {scale:e} comes to other counts than those stored; they were made by another version of mirage, or on another machine where draws of rand_distr differ. Make the sweep again in a new folder"
    )]
    Changed {
        /// The point.
        point: u64,
        /// The scale.
        scale: f64,
    },
    /// Attempts failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// Its folder is at fault, or the caller asked to stop.
    #[error(transparent)]
    Run(#[from] SweepRunError),
}

/// How a sweep was scored again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rescored {
    /// From its tallies.
    FromTallies,
    /// By making the same attempts again: what they are to be counted for is not in the tallies. They came to the same
    /// counts as those stored.
    ByReplay,
}

/// The same sweep under other metrics; nothing of it is written to disk.
///
/// # Errors
/// It is not complete, a metric is not one of its tasks, or the attempts that must be made again come to other counts.
pub fn rescore(
    sweep: Sweep,
    metrics: &Metrics,
    control: &SweepControl<'_>,
) -> Result<(Sweep, Rescored), RescoreError> {
    if sweep
        .study()
        .keys
        .iter()
        .any(|key| key == "evaluation.metrics")
    {
        return Err(RescoreError::Swept);
    }
    let missing = sweep.missing();
    if !missing.is_nothing() {
        return Err(RescoreError::Incomplete {
            points: missing.points(),
            all: sweep.study().points.len() as u64,
        });
    }
    let mut study = sweep.study().clone();
    for point in &mut study.points {
        let scenario = point.scenario.clone().under(metrics.clone());
        point.scenario = scenario.map_err(|refusal| RescoreError::Metrics {
            point: point.number,
            refusal,
        })?;
    }
    let again = Sweep::in_memory(study, control.cancel).map_err(SweepRunError::from)?;
    if again.plan().keys == sweep.plan().keys {
        return Ok((again.with_store_of(sweep), Rescored::FromTallies));
    }
    again.attempt(&again.missing(), control)?;
    for (place, point) in again.study().points.iter().enumerate() {
        let items = point.scenario.evaluation.items.get();
        let scales = point.scenario.evaluation.scales.as_slice();
        let keys = again.plan().keys[place]
            .iter()
            .zip(&sweep.plan().keys[place]);
        for ((new, old), scale) in keys.zip(scales) {
            let new = again
                .store()
                .tally(*new, items)
                .map_err(SweepRunError::from)?;
            let old = sweep
                .store()
                .tally(*old, items)
                .map_err(SweepRunError::from)?;
            let (Some(new), Some(old)) = (new.transpose()?, old.transpose()?) else {
                continue;
            };
            if new.lengths != old.lengths {
                return Err(RescoreError::Changed {
                    point: point.number,
                    scale: scale.get(),
                });
            }
        }
    }
    Ok((again, Rescored::ByReplay))
}
