//! Metrics that move, for an animation: what each frame shows, and its numbers.

use std::sync::atomic::AtomicBool;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Finding, expect_unless};
use super::error::FigurePlanError;
use crate::domain::{Credit, Form, Invalid, Metric, Metrics, Reducer, Scenario};
use crate::engine::Interrupted;

/// The key `animate` of a table `[figure]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MotionSettings {
    /// How many frames there are, from 2 to 100.
    pub frames: u8,
    /// The metrics of the first frame, one for each panel.
    pub from: Metrics,
    /// Those of the last frame: each differs from the first by its number only.
    pub to: Metrics,
}

/// A metric in each panel, that moves from frame to frame beside what stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    still: Scenario,
    frames: Vec<Vec<Scenario>>,
}

/// The numbers of an animation.
#[derive(Clone, Debug)]
pub struct MotionFinding {
    /// Partial credit and exact match, in every panel of every frame.
    pub still: Finding,
    /// The metric of each panel with its anatomy, frame by frame.
    pub frames: Vec<Vec<Finding>>,
}

impl Motion {
    /// Metrics that move over the world of a figure.
    ///
    /// # Errors
    /// There is nothing to see between two metrics, they are not one to a panel, there are too few or too many frames, or
    /// the world cannot be scored under them.
    pub fn new(world: &Scenario, settings: &MotionSettings) -> Result<Self, FigurePlanError> {
        let (from, to) = (settings.from.as_slice(), settings.to.as_slice());
        if from.len() != to.len() {
            return Err(FigurePlanError::UnevenMotion {
                from: from.len(),
                to: to.len(),
            });
        }
        if !(2..=100).contains(&settings.frames) {
            return Err(FigurePlanError::Frames {
                frames: settings.frames,
            });
        }
        let last = f64::from(settings.frames - 1);
        let frame = |place: u8| {
            let share = f64::from(place) / last;
            let panels = from.iter().zip(to);
            panels
                .map(|(&from, &to)| {
                    let metric = between(from, to, share)
                        .ok_or(FigurePlanError::NothingBetween { from, to })?;
                    under(world, vec![metric])
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let still = [Credit::PartialCredit, Credit::ExactMatch].map(Metric::mean);
        Ok(Self {
            still: under(world, still.to_vec())?,
            frames: (0..settings.frames).map(frame).collect::<Result<_, _>>()?,
        })
    }
}

/// Means of a credit with a number, which is all that differs.
fn between(from: Metric, to: Metric, share: f64) -> Option<Metric> {
    let is_mean = |metric: Metric| metric.reducer == Reducer::Mean && metric.form == Form::Plain;
    if !is_mean(from) || !is_mean(to) {
        return None;
    }
    from.credit.towards(to.credit, share).map(Metric::mean)
}

fn under(world: &Scenario, metrics: Vec<Metric>) -> Result<Scenario, FigurePlanError> {
    let invalid = |problem: Invalid| FigurePlanError::Invalid {
        key: "animate",
        problem,
    };
    let metrics = Metrics::new(metrics).map_err(invalid)?;
    world.clone().under(metrics).map_err(invalid)
}

/// Computes what is expected in every frame.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
pub fn animate(motion: &Motion, cancel: &AtomicBool) -> Result<MotionFinding, Interrupted> {
    let expected =
        |scenario: &Scenario| expect_unless(cancel, scenario.title.clone(), scenario.clone());
    let panel = |scenario: &Scenario| {
        let mut finding = expected(scenario)?;
        finding.dissect(0, cancel)?;
        Ok(finding)
    };
    let frame = |panels: &Vec<Scenario>| panels.iter().map(panel).collect();
    Ok(MotionFinding {
        still: expected(&motion.still)?,
        frames: motion.frames.iter().map(frame).collect::<Result<_, _>>()?,
    })
}
