//! What a teaching figure shows, once it is known that it can be drawn.

use super::error::FigurePlanError;
use super::illustration::{FigureStudy, Illustration};
use super::motion::Motion;
use super::settings::FigureSettings;
use crate::domain::{Credit, Metric, Metrics, Scenario, Steps, Task};
use crate::study::Measured;

/// A teaching figure that can be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct FigurePlan {
    /// What its files are called.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What there is to see.
    pub see: String,
    /// What must not be concluded.
    pub beware: String,
    /// What is shown.
    pub illustration: Illustration,
    /// What moves when it is animated; `None` where nothing does.
    pub motion: Option<Motion>,
    worlds: Vec<Scenario>,
    scenarios: Vec<Scenario>,
}

impl FigurePlan {
    /// A figure of some worlds, the first of which is that of the file itself, with the study and the published scores of each
    /// world that it shows, where it shows some.
    ///
    /// # Errors
    /// See [`FigurePlanError`].
    pub fn new(
        name: String,
        first: Scenario,
        others: Vec<Scenario>,
        study: Option<FigureStudy>,
        scores: &[Vec<Measured>],
        settings: FigureSettings,
    ) -> Result<Self, FigurePlanError> {
        for (key, words) in [
            ("title", &settings.title),
            ("see", &settings.see),
            ("beware", &settings.beware),
        ] {
            if words.trim().is_empty() {
                return Err(FigurePlanError::NoWords { key });
            }
        }
        let axis = first.evaluation.axis;
        if others.iter().any(|other| other.evaluation.axis != axis) {
            return Err(FigurePlanError::MixedAxes);
        }
        let worlds: Vec<Scenario> = std::iter::once(first).chain(others).collect();
        let illustration = Illustration::new(&settings, study, &worlds, scores)?;
        let scenarios = scenarios(&illustration, &worlds)?;
        let moves = settings.animate.as_ref().zip(worlds.first());
        let motion = moves.map(|(moves, world)| Motion::new(world, moves));
        let motion = motion.transpose()?;
        Ok(Self {
            motion,
            name,
            title: settings.title,
            see: settings.see,
            beware: settings.beware,
            illustration,
            worlds,
            scenarios,
        })
    }

    /// The worlds of the file, in order; there is at least one.
    #[must_use]
    pub fn worlds(&self) -> &[Scenario] {
        &self.worlds
    }

    /// All that is computed or attempted for it: world by world, each length by length, where there are lengths, or panel
    /// by panel, where there are panels.
    #[must_use]
    pub fn scenarios(&self) -> Vec<Scenario> {
        self.scenarios.clone()
    }
}

fn scenarios(
    illustration: &Illustration,
    worlds: &[Scenario],
) -> Result<Vec<Scenario>, FigurePlanError> {
    let scenarios = match illustration {
        Illustration::Lengths { lengths } | Illustration::Landscape { lengths } => worlds
            .iter()
            .flat_map(|world| lengths.iter().map(move |&steps| of_length(world, steps)))
            .collect::<Result<_, _>>()?,
        Illustration::Metrics { panels } => {
            let under = |metrics: &Metrics| {
                let world = worlds.first().cloned().unwrap_or_default();
                world
                    .under(metrics.clone())
                    .map_err(|problem| FigurePlanError::Invalid {
                        key: "panels",
                        problem,
                    })
            };
            panels.iter().map(under).collect::<Result<_, _>>()?
        }
        Illustration::Break { over, smooth, .. } => {
            vec![over.plan.sought().clone(), smooth.as_ref().clone()]
        }
        _ => worlds.to_vec(),
    };
    Ok(scenarios)
}

/// The same world with tasks of this many steps, under exact match and partial credit.
fn of_length(world: &Scenario, steps: Steps) -> Result<Scenario, FigurePlanError> {
    let invalid = |problem| FigurePlanError::Invalid {
        key: "lengths",
        problem,
    };
    let Task::Steps(task) = &world.task else {
        return Err(FigurePlanError::NoSteps);
    };
    let task = Task::Steps(task.with_steps(steps).map_err(invalid)?);
    let scenario = Scenario {
        task,
        ..world.clone()
    };
    let metrics = [Credit::ExactMatch, Credit::PartialCredit].map(Metric::mean);
    let metrics = Metrics::new(metrics.to_vec()).map_err(invalid)?;
    scenario.under(metrics).map_err(invalid)
}
