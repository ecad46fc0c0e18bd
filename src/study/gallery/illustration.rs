//! What a teaching figure shows, with all it takes and nothing else.

use super::error::FigurePlanError;
use super::runs::has_two_kinds;
use super::scores::is_scored;
use super::settings::{ExamWords, FigureKind, FigureSettings};
use crate::domain::{Credit, Items, Metric, Metrics, Scale, Scenario, Steps};
use crate::study::{DesignNumber, ForecastPlan, Measured, OneOrMore, PowerPlan, nearest_smooth};

/// A kind of teaching figure with all it takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Illustration {
    /// See [`FigureKind::Worlds`].
    Worlds,
    /// See [`FigureKind::TestSizes`].
    TestSizes,
    /// See [`FigureKind::Attempts`].
    Attempts {
        /// At how many items of each scale an attempt is shown.
        rows: Items,
    },
    /// See [`FigureKind::Lengths`].
    Lengths {
        /// Numbers of steps.
        lengths: Vec<Steps>,
    },
    /// See [`FigureKind::Metrics`].
    Metrics {
        /// Those of each panel; there is at least one panel.
        panels: Vec<Metrics>,
    },
    /// See [`FigureKind::Axes`].
    Axes,
    /// See [`FigureKind::Scales`].
    Scales,
    /// See [`FigureKind::Claims`].
    Claims,
    /// See [`FigureKind::Horizon`].
    Horizon,
    /// See [`FigureKind::Landscape`].
    Landscape {
        /// Numbers of steps.
        lengths: Vec<Steps>,
    },
    /// See [`FigureKind::Runs`].
    Runs {
        /// The scales whose scores are shown.
        at: Vec<Scale>,
    },
    /// See [`FigureKind::Scores`].
    Scores,
    /// See [`FigureKind::Exam`].
    Exam {
        /// At how many items of each scale an attempt is shown.
        rows: Items,
        /// The scales whose attempts are shown.
        at: Vec<Scale>,
        /// What things are called.
        words: ExamWords,
    },
    /// See [`FigureKind::Power`].
    Power(Box<PowerOver>),
    /// See [`FigureKind::Break`].
    Break {
        /// The powers that are shown.
        over: Box<PowerOver>,
        /// The same where the break is held against the first of several families alone.
        alone: Option<Box<PowerOver>>,
        /// The smooth law nearest to the sought one under the first metric.
        smooth: Box<Scenario>,
    },
    /// See [`FigureKind::Forecast`].
    Forecast {
        /// What is asked.
        plan: Box<ForecastPlan>,
    },
    /// See [`FigureKind::Published`].
    Published {
        /// The published scores of each world, of its first metric.
        scores: Vec<Measured>,
    },
}

/// A power analysis over a number of its design.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerOver {
    /// What is asked.
    pub plan: PowerPlan,
    /// The number of the design.
    pub number: DesignNumber,
    /// The design with each of its values.
    pub designs: Vec<(f64, PowerPlan)>,
}

/// A study that a figure shows.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureStudy {
    /// Of a table `[power]`.
    Power(Box<PowerPlan>),
    /// Of a table `[forecast]`.
    Forecast(Box<ForecastPlan>),
}

impl FigureStudy {
    const fn table(&self) -> &'static str {
        match self {
            Self::Power(_) => "power",
            Self::Forecast(_) => "forecast",
        }
    }
}

impl Illustration {
    /// What settings ask for, of these worlds; there is at least one.
    pub(super) fn new(
        settings: &FigureSettings,
        study: Option<FigureStudy>,
        worlds: &[Scenario],
        scores: &[Vec<Measured>],
    ) -> Result<Self, FigurePlanError> {
        check_given(settings)?;
        check_worlds(settings.kind, worlds)?;
        check_study(settings.kind, study.as_ref())?;
        illustration(settings, study, worlds, scores)
    }

    /// Whether attempts are part of what is shown.
    #[must_use]
    pub const fn is_simulated(&self) -> bool {
        match self {
            Self::Worlds
            | Self::TestSizes
            | Self::Attempts { .. }
            | Self::Scales
            | Self::Runs { .. }
            | Self::Exam { .. }
            | Self::Published { .. }
            | Self::Break { .. } => true,
            Self::Lengths { .. }
            | Self::Metrics { .. }
            | Self::Axes
            | Self::Claims
            | Self::Horizon
            | Self::Landscape { .. }
            | Self::Scores
            | Self::Power(_)
            | Self::Forecast { .. } => false,
        }
    }
}

/// All settings that a kind takes are there, and no others.
fn check_given(settings: &FigureSettings) -> Result<(), FigurePlanError> {
    let kind = settings.kind;
    let given = [
        (
            "rows",
            settings.rows.is_some(),
            matches!(kind, FigureKind::Attempts | FigureKind::Exam),
        ),
        (
            "at",
            settings.at.is_some(),
            matches!(kind, FigureKind::Runs | FigureKind::Exam),
        ),
        ("words", settings.words.is_some(), kind == FigureKind::Exam),
        (
            "lengths",
            settings.lengths.is_some(),
            matches!(kind, FigureKind::Lengths | FigureKind::Landscape),
        ),
        (
            "panels",
            settings.panels.is_some(),
            kind == FigureKind::Metrics,
        ),
        (
            "table",
            settings.table.is_some(),
            kind == FigureKind::Published,
        ),
        ("over", settings.over.is_some(), is_of_power(kind)),
        ("values", settings.values.is_some(), is_of_power(kind)),
    ];
    for (key, is_given, is_taken) in given {
        match (is_given, is_taken) {
            (true, false) => return Err(FigurePlanError::NotTaken { key }),
            (false, true) => return Err(FigurePlanError::Missing { key }),
            _ => {}
        }
    }
    if settings.animate.is_some() && kind != FigureKind::Metrics {
        return Err(FigurePlanError::NotTaken { key: "animate" });
    }
    Ok(())
}

/// There are several worlds where they are compared, and one where it is looked at.
fn check_worlds(kind: FigureKind, worlds: &[Scenario]) -> Result<(), FigurePlanError> {
    let has_others = worlds.len() > 1;
    let takes_worlds = matches!(
        kind,
        FigureKind::Worlds
            | FigureKind::TestSizes
            | FigureKind::Lengths
            | FigureKind::Scales
            | FigureKind::Scores
            | FigureKind::Horizon
            | FigureKind::Published
    );
    if has_others && !takes_worlds {
        return Err(FigurePlanError::NotTaken { key: "worlds" });
    }
    if !has_others && matches!(kind, FigureKind::Scales | FigureKind::Scores) {
        return Err(FigurePlanError::Missing { key: "worlds" });
    }
    Ok(())
}

/// There is a study where one is shown, and no other.
fn check_study(kind: FigureKind, study: Option<&FigureStudy>) -> Result<(), FigurePlanError> {
    let shown = match kind {
        FigureKind::Power | FigureKind::Break => Some("power"),
        FigureKind::Forecast => Some("forecast"),
        _ => None,
    };
    match (shown, study.map(FigureStudy::table)) {
        (Some(table), found) if found != Some(table) => Err(FigurePlanError::NoStudy { table }),
        (None, Some(table)) => Err(FigurePlanError::OtherStudy { table }),
        _ => Ok(()),
    }
}

/// What is drawn, once it is known that all of it is there.
fn illustration(
    settings: &FigureSettings,
    study: Option<FigureStudy>,
    worlds: &[Scenario],
    scores: &[Vec<Measured>],
) -> Result<Illustration, FigurePlanError> {
    let Some(first) = worlds.first() else {
        return Err(FigurePlanError::Missing { key: "worlds" });
    };
    let evaluation = &first.evaluation;
    let missing = |key| FigurePlanError::Missing { key };
    let lengths = || -> Result<Vec<Steps>, FigurePlanError> {
        let lengths = settings.lengths.as_ref().ok_or(missing("lengths"))?;
        Ok(lengths.as_slice().to_vec())
    };
    let at = || -> Result<Vec<Scale>, FigurePlanError> {
        let at = settings.at.as_ref().ok_or(missing("at"))?;
        let measured = |&scale: &Scale| {
            let found = evaluation.scales.meant_by(scale);
            found.ok_or(FigurePlanError::NotMeasured { scale })
        };
        at.as_slice().iter().map(measured).collect()
    };
    Ok(match settings.kind {
        FigureKind::Worlds => Illustration::Worlds,
        FigureKind::TestSizes => Illustration::TestSizes,
        FigureKind::Attempts => Illustration::Attempts {
            rows: settings.rows.ok_or(missing("rows"))?,
        },
        FigureKind::Lengths => Illustration::Lengths {
            lengths: lengths()?,
        },
        FigureKind::Metrics => match settings.panels.clone() {
            Some(panels) if !panels.is_empty() => Illustration::Metrics { panels },
            _ => return Err(missing("panels")),
        },
        FigureKind::Axes => Illustration::Axes,
        FigureKind::Scales => Illustration::Scales,
        FigureKind::Claims => Illustration::Claims,
        FigureKind::Horizon => Illustration::Horizon,
        FigureKind::Landscape => Illustration::Landscape {
            lengths: lengths()?,
        },
        FigureKind::Runs => match has_two_kinds(first) {
            true => Illustration::Runs { at: at()? },
            false => return Err(FigurePlanError::OneKindOfRun),
        },
        FigureKind::Scores => match worlds.iter().all(is_scored) {
            true => Illustration::Scores,
            false => return Err(FigurePlanError::NoScores),
        },
        FigureKind::Exam => {
            let words = settings.words.clone().ok_or(missing("words"))?;
            let (metrics, names) = (evaluation.metrics.as_slice().len(), words.metrics.len());
            if metrics != names {
                return Err(FigurePlanError::MetricNames { metrics, names });
            }
            Illustration::Exam {
                rows: settings.rows.ok_or(missing("rows"))?,
                at: at()?,
                words,
            }
        }
        FigureKind::Power => Illustration::Power(Box::new(power_over(settings, study)?)),
        FigureKind::Break => {
            let over = power_over(settings, study)?;
            let smooth = smooth_beside(&over.plan)?;
            Illustration::Break {
                alone: against_first(&over).map(Box::new),
                over: Box::new(over),
                smooth: Box::new(smooth),
            }
        }
        FigureKind::Forecast => match study {
            Some(FigureStudy::Forecast(plan)) => Illustration::Forecast { plan },
            _ => return Err(FigurePlanError::NoStudy { table: "forecast" }),
        },
        FigureKind::Published => {
            let each = worlds.iter().enumerate();
            let of_world = |(place, world)| of_world(world, scores.get(place));
            Illustration::Published {
                scores: each.map(of_world).collect::<Result<_, _>>()?,
            }
        }
    })
}

/// The published scores of the first metric of a world, which must have been measured as it is.
fn of_world(world: &Scenario, scores: Option<&Vec<Measured>>) -> Result<Measured, FigurePlanError> {
    let evaluation = &world.evaluation;
    let metrics = evaluation.metrics.as_slice();
    let metric = metrics
        .first()
        .copied()
        .unwrap_or(Metric::mean(Credit::ExactMatch));
    let mut all = scores.into_iter().flatten();
    let Some(scores) = all.find(|one| one.metric() == metric) else {
        return Err(FigurePlanError::NotPublished {
            world: world.title.clone(),
            metric,
        });
    };
    let points = || scores.points().iter();
    let simulated = evaluation.scales.as_slice();
    let attempts = evaluation.attempts_at_all_items();
    let is_alike = points()
        .map(|point| point.scale)
        .eq(simulated.iter().copied())
        && points().all(|point| point.attempts == attempts);
    match is_alike {
        true => Ok(scores.clone()),
        false => Err(FigurePlanError::OtherEvaluation {
            world: world.title.clone(),
            scales: points().map(|point| point.scale.get()).collect(),
            attempts: points().next().map_or(0, |point| point.attempts),
        }),
    }
}

const fn is_of_power(kind: FigureKind) -> bool {
    matches!(kind, FigureKind::Power | FigureKind::Break)
}

fn power_over(
    settings: &FigureSettings,
    study: Option<FigureStudy>,
) -> Result<PowerOver, FigurePlanError> {
    let missing = |key| FigurePlanError::Missing { key };
    let Some(FigureStudy::Power(plan)) = study else {
        return Err(FigurePlanError::NoStudy { table: "power" });
    };
    let number = settings.over.ok_or(missing("over"))?;
    let values = settings.values.as_ref().ok_or(missing("values"))?;
    Ok(PowerOver {
        designs: number.designs(&plan, values.as_slice())?,
        number,
        plan: *plan,
    })
}

/// The same analysis against the first family alone; `None` where that is all.
fn against_first(over: &PowerOver) -> Option<PowerOver> {
    let [first, _, ..] = over.plan.settings.against.as_slice() else {
        return None;
    };
    let mut alone = over.clone();
    let plans = alone.designs.iter_mut().map(|(_, plan)| plan);
    for plan in plans.chain([&mut alone.plan]) {
        plan.settings.against = OneOrMore::constant([*first]);
    }
    Some(alone)
}

/// The smooth law that the first metric is likeliest to take a break for.
fn smooth_beside(plan: &PowerPlan) -> Result<Scenario, FigurePlanError> {
    let tests = plan.settings.test.as_slice();
    if !tests.iter().all(|test| test.is_of_breaks()) {
        return Err(FigurePlanError::NoBreakTest);
    }
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let first = metrics
        .first()
        .ok_or(FigurePlanError::Missing { key: "metrics" })?;
    let (_, smooth) = nearest_smooth(plan, *first).map_err(FigurePlanError::NoSmooth)?;
    Ok(Scenario {
        title: "Nearest smooth law".to_owned(),
        ..smooth
    })
}
