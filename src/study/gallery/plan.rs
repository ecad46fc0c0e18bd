//! What a teaching figure shows, once it is known that it can be drawn.

use super::motion::Motion;
use super::runs::has_two_kinds;
use super::scores::is_scored;
use super::settings::{ExamWords, FigureKind, FigureSettings};
use crate::domain::{Credit, Invalid, Items, Metric, Metrics, Scale, Scenario, Steps, Task};
use crate::study::{
    DesignNumber, DesignNumberError, ForecastPlan, Measured, NoPower, OneOrMore, PowerPlan,
    nearest_smooth,
};

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

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FigurePlanError {
    /// A setting without which there is no such figure.
    #[error("a figure of this kind takes {}", told(key))]
    Missing {
        /// The setting.
        key: &'static str,
    },
    /// A setting of another kind.
    #[error("a figure of this kind takes no {key}: leave it out")]
    NotTaken {
        /// The setting.
        key: &'static str,
    },
    /// Worlds on different axes.
    #[error("the worlds count scale in different units: give all the same evaluation.axis")]
    MixedAxes,
    /// Something in it is no scenario.
    #[error("{problem}")]
    Invalid {
        /// The setting at fault.
        key: &'static str,
        /// What is wrong.
        problem: Invalid,
    },
    /// A study without which there is no such figure.
    #[error(
        "a figure of this kind shows the study of a table [{table}]: write one beside [figure]"
    )]
    NoStudy {
        /// The table.
        table: &'static str,
    },
    /// A study of another kind.
    #[error("a figure of this kind shows no [{table}]: leave that table out")]
    OtherStudy {
        /// The table.
        table: &'static str,
    },
    /// A power analysis that asks for something else.
    #[error(
        "a figure of this kind shows how a break is told: let [power] have a test of breaks alone, such as test = \"lr-known-break\""
    )]
    NoBreakTest,
    /// No smooth law to show beside a break.
    #[error("no smooth law is nearest: {0}")]
    NoSmooth(NoPower),
    /// A design of a power analysis that cannot be.
    #[error(transparent)]
    Design(#[from] DesignNumberError),
    /// A table without what is simulated beside it.
    #[error("the table has no {metric} of {world:?}, the first metric of that world")]
    NotPublished {
        /// The world.
        world: String,
        /// Its first metric.
        metric: Metric,
    },
    /// What is compared is not alike.
    #[error(
        "the table has {world:?} at other scales, or of other numbers of attempts, than are simulated: set evaluation.scales = [{}], evaluation.items = {attempts} and evaluation.attempts = 1",
        scales.iter().map(|scale| format!("{scale:e}")).collect::<Vec<_>>().join(", ")
    )]
    OtherEvaluation {
        /// The world.
        world: String,
        /// The scales of the table.
        scales: Vec<f64>,
        /// The attempts at the first of them.
        attempts: u64,
    },
    /// Lengths of a task that has none.
    #[error("only a task of steps has lengths: set task.kind = \"steps\"")]
    NoSteps,
    /// Metrics that move in panels that are not there at the first or at the last frame.
    #[error(
        "from names {from} metrics and to names {to}: each panel takes one of either, such as from = [\"harshness:1\"] and \
         to = [\"harshness:30\"]"
    )]
    UnevenMotion {
        /// Metrics of the first frame.
        from: usize,
        /// Metrics of the last frame.
        to: usize,
    },
    /// Metrics without others between them.
    #[error(
        "nothing lies between {from} and {to}: give two powers, such as harshness:1 and harshness:30, or two pass-marks, \
         such as pass-mark:0.1 and pass-mark:1"
    )]
    NothingBetween {
        /// That of the first frame.
        from: Metric,
        /// That of the last frame.
        to: Metric,
    },
    /// Frames that do not make an animation.
    #[error("{frames} frames: give 2 to 100")]
    Frames {
        /// How many are wanted.
        frames: u8,
    },
    /// A scale that is not measured.
    #[error("{} is none of evaluation.scales: give some of them", .scale.get())]
    NotMeasured {
        /// The scale.
        scale: Scale,
    },
    /// Training runs whose scores are not those of two kinds.
    #[error(
        "a figure of this kind takes several training runs of two kinds, one attempt of each at no more than 200 items, and exact match: set skill.between-seeds.kind = \"bimodal\", evaluation.training-seeds = 40, evaluation.items = 100, evaluation.attempts = 1 and evaluation.metrics = [\"exact-match\"]"
    )]
    OneKindOfRun,
    /// Scores of a row of estimates that cannot be drawn.
    #[error(
        "a figure of this kind draws the first metric at three scales or more: it must be a share of independent steps, such as exact-match"
    )]
    NoScores,
    /// Names for other metrics than there are.
    #[error(
        "there are {metrics} metrics, and names for {names}: give one for each of evaluation.metrics"
    )]
    MetricNames {
        /// How many metrics there are.
        metrics: usize,
        /// How many names.
        names: usize,
    },
    /// Nothing to write below the figure.
    #[error("write a sentence: it is printed with the figure and read to those who cannot see it")]
    NoWords {
        /// The setting at fault.
        key: &'static str,
    },
}

fn told(key: &str) -> &'static str {
    match key {
        "rows" => "rows, such as rows = 8",
        "lengths" => "lengths, such as lengths = [1, 10, 50]",
        "over" => "over, such as over = \"items\"",
        "values" => "values, such as values = [50, 100, 200]",
        "at" => "at, such as at = [1e9, 1e11]",
        "words" => {
            "words, such as words = { scale = \"Hours of preparation\", unit = \"hours\", attempts = \"students\", steps = \"questions\", metrics = [\"all right\"] }"
        }
        "table" => "a table, such as table = \"scores.csv\"",
        "panels" => "panels, such as panels = [[\"exact-match\", \"partial-credit\"]]",
        _ => "worlds, such as worlds = [{ title = \"longer\", \"task.steps\" = 20 }]",
    }
}

impl FigurePlanError {
    /// The key of `[figure]` at fault.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Missing { key }
            | Self::NotTaken { key }
            | Self::NoWords { key }
            | Self::Invalid { key, .. } => key,
            Self::MixedAxes => "worlds",
            Self::UnevenMotion { .. } | Self::NothingBetween { .. } | Self::Frames { .. } => {
                "animate"
            }
            Self::NotPublished { .. } | Self::OtherEvaluation { .. } => "table",
            Self::NoStudy { .. }
            | Self::OtherStudy { .. }
            | Self::NoBreakTest
            | Self::NoSmooth(_) => "kind",
            Self::Design(_) => "values",
            Self::NoSteps => "lengths",
            Self::NotMeasured { .. } => "at",
            Self::OneKindOfRun | Self::NoScores => "kind",
            Self::MetricNames { .. } => "words",
        }
    }
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
        let illustration = illustration(&settings, study, !others.is_empty())?;
        let worlds: Vec<Scenario> = std::iter::once(first).chain(others).collect();
        let mut illustration = fitted(illustration, &worlds)?;
        if let Illustration::Published { scores: published } = &mut illustration {
            let each = worlds.iter().enumerate();
            let of_world = |(place, world)| of_world(world, scores.get(place));
            *published = each.map(of_world).collect::<Result<_, _>>()?;
        }
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

/// What is drawn, with all that it takes and nothing else.
fn illustration(
    settings: &FigureSettings,
    study: Option<FigureStudy>,
    has_worlds: bool,
) -> Result<Illustration, FigurePlanError> {
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
    if has_worlds && !takes_worlds {
        return Err(FigurePlanError::NotTaken { key: "worlds" });
    }
    if !has_worlds && matches!(kind, FigureKind::Scales | FigureKind::Scores) {
        return Err(FigurePlanError::Missing { key: "worlds" });
    }
    let shown = match kind {
        FigureKind::Power | FigureKind::Break => Some("power"),
        FigureKind::Forecast => Some("forecast"),
        _ => None,
    };
    match (shown, study.as_ref().map(FigureStudy::table)) {
        (Some(table), found) if found != Some(table) => {
            return Err(FigurePlanError::NoStudy { table });
        }
        (None, Some(table)) => return Err(FigurePlanError::OtherStudy { table }),
        _ => {}
    }
    let missing = |key| FigurePlanError::Missing { key };
    let lengths = || -> Result<Vec<Steps>, FigurePlanError> {
        let lengths = settings.lengths.as_ref().ok_or(missing("lengths"))?;
        Ok(lengths.as_slice().to_vec())
    };
    let at = || -> Result<Vec<Scale>, FigurePlanError> {
        let at = settings.at.as_ref().ok_or(missing("at"))?;
        Ok(at.as_slice().to_vec())
    };
    Ok(match kind {
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
        FigureKind::Runs => Illustration::Runs { at: at()? },
        FigureKind::Scores => Illustration::Scores,
        FigureKind::Exam => Illustration::Exam {
            rows: settings.rows.ok_or(missing("rows"))?,
            at: at()?,
            words: settings.words.clone().ok_or(missing("words"))?,
        },
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
        FigureKind::Published => Illustration::Published { scores: Vec::new() },
    })
}

/// The same where these worlds can be shown so: at scales that they measure, and with what it takes.
fn fitted(
    illustration: Illustration,
    worlds: &[Scenario],
) -> Result<Illustration, FigurePlanError> {
    let Some(first) = worlds.first() else {
        return Ok(illustration);
    };
    let evaluation = &first.evaluation;
    let measured = |at: Vec<Scale>| -> Result<Vec<Scale>, FigurePlanError> {
        let measured = |scale| evaluation.scales.meant_by(scale);
        at.into_iter()
            .map(|scale| measured(scale).ok_or(FigurePlanError::NotMeasured { scale }))
            .collect()
    };
    Ok(match illustration {
        Illustration::Runs { at } => match has_two_kinds(first) {
            true => Illustration::Runs { at: measured(at)? },
            false => return Err(FigurePlanError::OneKindOfRun),
        },
        Illustration::Scores => match worlds.iter().all(is_scored) {
            true => Illustration::Scores,
            false => return Err(FigurePlanError::NoScores),
        },
        Illustration::Exam { rows, at, words } => {
            let (metrics, names) = (evaluation.metrics.as_slice().len(), words.metrics.len());
            if metrics != names {
                return Err(FigurePlanError::MetricNames { metrics, names });
            }
            Illustration::Exam {
                rows,
                at: measured(at)?,
                words,
            }
        }
        other => other,
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
