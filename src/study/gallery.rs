//! Teaching figures: what one shows, and the numbers that it shows.

mod error;
mod illustration;
mod motion;
mod plan;
mod runs;
mod scores;
mod settings;

use std::sync::atomic::AtomicBool;

pub use error::FigurePlanError;
pub use illustration::{FigureStudy, Illustration, PowerOver};
pub use motion::{Motion, MotionFinding, MotionSettings, animate};
pub use plan::FigurePlan;
pub use runs::{KindOfRun, RunsAt, RunsShown};
pub use scores::{DrawnScores, SCORE_REPLICATES};
pub use settings::{ExamWords, FigureKind, FigureSettings};

use super::{
    Finding, ForecastFinding, PlannedPower, PowerAtValue, ReportedDifferences, ScoreInterval,
    Trace, evaluate, expect_unless, forecasts, planned_powers, powers_of, reported_differences,
    traces,
};
use crate::domain::{Count, Probability, ProperProbability, Scale, Scenario, horizon};
use crate::engine::{Control, Interrupted, Method, Setting, simulate};

/// A teaching figure and the numbers that it shows.
#[derive(Clone, Debug)]
pub struct FigureFinding {
    /// What is shown.
    pub plan: FigurePlan,
    /// One for each of [`FigurePlan::scenarios`], in order, with its anatomy.
    pub findings: Vec<Finding>,
    /// (log10 N, p) of an ordinary step of each world, over its window.
    pub steps: Vec<Vec<(f64, f64)>>,
    /// What is shown besides.
    pub shown: Shown,
}

/// The powers of tests over a number of a design.
#[derive(Clone, Debug)]
pub struct PowersOver {
    /// Simulated, at each of its values.
    pub curve: Vec<PowerAtValue>,
    /// By formulas.
    pub planned: Vec<PlannedPower>,
}

/// What a teaching figure shows besides the anatomies of its worlds.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// Single attempts.
    Attempts {
        /// Step by step, by scale.
        traces: Vec<Trace>,
        /// The expected shares of attempts with 0, 1, ... correct steps at each scale, where they are computed and shown.
        counts: Vec<Vec<f64>>,
    },
    /// Scores of single training runs.
    Runs(RunsShown),
    /// Emergence scores, world by world.
    Scores(Vec<DrawnScores>),
    /// The powers of tests.
    Powers {
        /// Of the plan.
        powers: PowersOver,
        /// What studies of the design as it is report, where two are compared on the same items.
        reported: Option<ReportedDifferences>,
    },
    /// The powers of tests of breaks.
    Break {
        /// Held against all families of the plan.
        powers: PowersOver,
        /// Held against the first of several alone.
        alone: Option<PowersOver>,
    },
    /// What small scales say of larger ones.
    Forecast(Box<ForecastFinding>),
    /// The published scores of each world.
    Published(Vec<Vec<ScoreInterval>>),
}

/// Finds the numbers of a teaching figure: by attempts where it shows some, otherwise by computing what is expected.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn illustrate(plan: FigurePlan, control: &Control<'_>) -> Result<FigureFinding, Interrupted> {
    let scenarios = plan.scenarios();
    let mut findings = match plan.illustration.is_simulated() {
        true => attempted(scenarios, control)?,
        false => expected(scenarios, control.cancel)?,
    };
    for finding in &mut findings {
        finding.dissect(0, control.cancel)?;
    }
    let shown = match &plan.illustration {
        Illustration::Attempts { rows } => Shown::Attempts {
            traces: findings
                .iter()
                .flat_map(|finding| traces(finding, rows.get()))
                .collect(),
            counts: plan.worlds().iter().flat_map(counts).collect(),
        },
        Illustration::Exam { rows, at, .. } => Shown::Attempts {
            traces: findings
                .iter()
                .flat_map(|finding| traces(finding, rows.get()))
                .filter(|trace| at.contains(&trace.scale))
                .collect(),
            counts: Vec::new(),
        },
        Illustration::Runs { at } => {
            let first = plan.worlds().first();
            first.map_or(Shown::Nothing, |world| {
                Shown::Runs(runs::runs_shown(world, at))
            })
        }
        Illustration::Scores => Shown::Scores(scores::drawn_scores(plan.worlds())),
        Illustration::Power(over) => Shown::Powers {
            powers: powers(over, None, control)?,
            reported: reported_differences(&over.plan),
        },
        Illustration::Break { over, alone, .. } => broken(over, alone.as_deref(), control)?,
        Illustration::Forecast { plan } => Shown::Forecast(Box::new(forecasts(plan, control)?)),
        Illustration::Published { scores } => {
            let both = scores.iter().zip(plan.worlds());
            let intervals = both.map(|(one, world)| one.intervals(world.evaluation.level));
            Shown::Published(intervals.collect())
        }
        _ => Shown::Nothing,
    };
    Ok(FigureFinding {
        steps: plan.worlds().iter().map(steps).collect(),
        plan,
        findings,
        shown,
    })
}

fn powers(
    over: &PowerOver,
    most: Option<f64>,
    control: &Control<'_>,
) -> Result<PowersOver, Interrupted> {
    let values = over.designs.iter().map(|(value, _)| *value).chain(most);
    Ok(PowersOver {
        curve: powers_of(&over.designs, control)?,
        planned: planned_powers(&over.plan, over.number, &values.collect::<Vec<_>>()),
    })
}

fn broken(
    over: &PowerOver,
    alone: Option<&PowerOver>,
    control: &Control<'_>,
) -> Result<Shown, Interrupted> {
    let all = powers(over, None, control)?;
    // The formula is followed as far.
    let values = all.planned.iter().flat_map(|one| &one.curve);
    let most = values.map(|(value, _)| *value).reduce(f64::max);
    let alone = alone
        .map(|alone| powers(alone, most, control))
        .transpose()?;
    Ok(Shown::Break { powers: all, alone })
}

/// The expected shares of attempts with 0, 1, ... correct steps, at each scale.
fn counts(world: &Scenario) -> Vec<Vec<f64>> {
    let (chances, longest) = (world.chances(), world.task.steps().get());
    let scales = world.evaluation.scales.as_slice().iter();
    scales
        .filter_map(|&scale| chances.at(scale).distribution(Count::Correct, longest))
        .collect()
}

/// Intervals between the places at which the success of a step is shown.
const INTERVALS: u32 = 240;

fn steps(world: &Scenario) -> Vec<(f64, f64)> {
    let (first, last) = world.evaluation.scales.window();
    let (from, to) = (first.log10(), last.log10());
    let place = |i: u32| {
        let x = from + (to - from) * f64::from(i) / f64::from(INTERVALS);
        let scale = Scale::from_log10(x).ok()?;
        Some((x, libm::exp(-world.skill.hazard(scale))))
    };
    (0..=INTERVALS).filter_map(place).collect()
}

/// The length at which tasks of equal, independent steps succeed with this probability, along the skill of a world:
/// (log10 N, H); see [`horizon`]. Without the scales at which it is endless.
#[must_use]
pub fn horizons(steps: &[(f64, f64)], success: ProperProbability) -> Vec<(f64, f64)> {
    let place = |&(x, p): &(f64, f64)| {
        let length = horizon(Probability::try_from(p).ok()?, success);
        length.is_finite().then_some((x, length))
    };
    steps.iter().filter_map(place).collect()
}

fn attempted(scenarios: Vec<Scenario>, control: &Control<'_>) -> Result<Vec<Finding>, Interrupted> {
    let settings: Vec<Setting> = scenarios
        .iter()
        .flat_map(|scenario| Setting::at_every_scale(scenario, 0))
        .collect();
    let mut tallies = simulate(&settings, Method::Kernel, control)?.into_iter();
    let finding = |scenario: Scenario| {
        let count = scenario.evaluation.scales.as_slice().len();
        let tallies = tallies.by_ref().take(count).collect();
        evaluate(scenario.title.clone(), scenario, tallies)
    };
    Ok(scenarios.into_iter().map(finding).collect())
}

fn expected(scenarios: Vec<Scenario>, cancel: &AtomicBool) -> Result<Vec<Finding>, Interrupted> {
    let finding = |scenario: Scenario| expect_unless(cancel, scenario.title.clone(), scenario);
    scenarios.into_iter().map(finding).collect()
}
