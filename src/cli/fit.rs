//! `mirage fit`: laws of growth through measured scores.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use mirage::domain::{
    Invalid, Level, Metric, Positive, PowerReplicates, ProperProbability, Scale, Scenario, Seed,
};
use mirage::engine::{Control, with_threads};
use mirage::files::{
    FigureRequest, Folder, LawFile, Loaded, Pick, Scores, Source, load_scores, record_study,
    simulate, study_text, write_law,
};
use mirage::report::{self, Picture};
use mirage::study::{
    BreakQuestion, Family, LawFinding, LawFit, LawFitPlan, LawFitSettings, Measured, OneOrMore,
    RateLikelihood, StepsRange, equal_steps, fit_laws, law_curves, to_scenario,
};

use super::look::LookArguments;
use super::progress::{Progress, interruptible};
use super::settings::SettingArguments;
use super::study_output::{StudyOutput, say_where};
use super::work::WorkArguments;
use super::{Stop, command_line, failed, print, say, whole};

/// Shown below `mirage fit --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage fit summary.csv                     scores of a run, or of your own
  mirage fit scores.csv --steps 10           a task of 10 equal steps
  mirage fit scores.csv --steps 1..50        how many steps does it look to have?
  mirage fit out/sweep/summary.csv --point 3
  mirage fit scores.csv --task my.toml --break --against power-law,logistic
  mirage fit default --metric exact-match    what such data would tell
  mirage fit scores.csv --to-scenario law.toml && mirage run law.toml

A table has a row for each scale and metric. It needs these columns:
  scale, metric, estimate, items
and heeds these: attempts, ci_low, ci_high, level, scenario, point.
The task is that of scenario.toml beside it, unless --task or --steps says so.";

#[derive(Args)]
pub(super) struct FitArguments {
    /// A table of scores (FILE.csv), or a scenario that is simulated once
    #[arg(value_name = "FILE|NAME|-", required = true)]
    source: String,

    #[command(flatten)]
    settings: SettingArguments,

    /// The scenario whose task the scores are of [default: scenario.toml beside the table]
    #[arg(long, value_name = "FILE|NAME")]
    task: Option<String>,

    /// Independent equal steps of the task, or numbers of them to be tried: 10 or 1..100 [default: 1..100]
    #[arg(long, value_name = "STEPS")]
    steps: Option<StepsRange>,

    /// The rows of this scenario, where a table has several
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,

    /// The rows of this point of a sweep
    #[arg(long, value_name = "N", value_parser = whole)]
    point: Option<u64>,

    /// Metrics whose laws are told [default: all]
    #[arg(long, value_name = "METRICS", value_delimiter = ',')]
    metric: Vec<Metric>,

    /// Smooth families that are fitted [default: all]
    #[arg(long, value_name = "FAMILIES", value_delimiter = ',')]
    families: Vec<Family>,

    /// How scores scatter about a law
    #[arg(long, value_enum, default_value_t)]
    likelihood: Likelihood,

    /// Evaluations drawn for each interval, share and p-value
    #[arg(long, value_name = "N", default_value = "300", value_parser = whole)]
    bootstrap: u64,

    /// Level of intervals
    #[arg(long, value_name = "LEVEL", default_value = "0.95")]
    level: f64,

    #[command(flatten)]
    breaks: BreakArguments,

    /// Write the law with the least AIC as a scenario, into a new file
    #[arg(long, value_name = "FILE")]
    to_scenario: Option<PathBuf>,

    /// The family of that law [default: that with the least AIC]
    #[arg(long, value_name = "FAMILY", requires = "to_scenario")]
    family: Option<Family>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: FitFormat,

    #[command(flatten)]
    output: StudyOutput,

    #[command(flatten)]
    look: LookArguments,

    #[command(flatten)]
    work: WorkArguments,
}

// Whether the law breaks.
#[derive(Args)]
struct BreakArguments {
    /// Test whether the law breaks, at a place that is looked for
    #[arg(long = "break")]
    asked: bool,

    /// Test whether it breaks at this scale
    #[arg(long, value_name = "SCALE", allow_hyphen_values = true)]
    break_at: Option<f64>,

    /// How gradually it would, in e-folds of scale [default: 0.2]
    #[arg(long, value_name = "WIDTH", allow_hyphen_values = true)]
    break_width: Option<f64>,

    /// Smooth families that a break must be told from [default: all]
    #[arg(long, value_name = "FAMILIES", value_delimiter = ',')]
    against: Vec<Family>,

    /// Rate of false alarms of that test [default: 0.05]
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    alpha: Option<f64>,

    /// The largest change of the exponent that counts as none [default: 0.1]
    #[arg(long, value_name = "CHANGE", allow_hyphen_values = true)]
    delta: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Likelihood {
    /// As so many independent trials.
    #[default]
    Binomial,
    /// More widely, by as much as the scores do.
    BetaBinomial,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum FitFormat {
    /// For people.
    #[default]
    Table,
    /// A row for each metric and family.
    Csv,
    /// An array with an object for each.
    Json,
}

pub(super) fn run(arguments: &FitArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let (loaded, scores) = read(arguments)?;
    let settings = settings(arguments, loaded.scenario.seed)?;
    let (folder, pictures) = arguments.output.claim(std::slice::from_ref(&loaded))?;
    let progress = arguments.work.progress();
    let (plan, finding) = fitted(arguments, &loaded, scores, settings, &progress)?;
    progress.finish();
    let shown = print(&text(arguments.format, &plan, &finding)?);
    if let Some(path) = &arguments.to_scenario {
        write_scenario(arguments, path, &finding)?;
    }
    if let Some(folder) = &folder {
        write(
            (arguments, &pictures),
            folder,
            (&loaded, &plan, &finding),
            started,
        )?;
    }
    shown?;
    say_where(folder.as_ref(), arguments.work.quiet);
    untold(&finding)
}

/// What was measured, or is still to be simulated.
enum Wanted {
    Measured(Vec<Measured>, Option<Box<Scenario>>),
    Simulated,
}

fn read(arguments: &FitArguments) -> Result<(Loaded, Wanted), Stop> {
    let overrides = arguments.settings.overrides()?;
    let pick = Pick {
        scenario: arguments.scenario.clone(),
        point: arguments.point,
    };
    let task = arguments.task.as_deref().map(Source::from);
    let source = Source::from(arguments.source.as_str());
    match load_scores(&source, &pick, task.as_ref(), &overrides)? {
        Scores::Scenario(_) if task.is_some() => Err(Stop::Refused(
            "--task goes with a table of scores; a scenario has a task of its own".to_owned(),
        )),
        Scores::Scenario(loaded) => {
            check_steps(arguments.steps, &loaded.origin)?;
            Ok((*loaded, Wanted::Simulated))
        }
        Scores::Summary(summary) => {
            if summary.scenario.is_some() {
                check_steps(arguments.steps, "the scenario of the table")?;
            }
            let of_steps = arguments.steps.filter(|steps| steps.from() == steps.to());
            let of_steps = of_steps.map(|steps| equal_steps(steps.from())).transpose();
            let task = summary.scenario.or(of_steps.map_err(refused("--steps"))?);
            let loaded = Loaded {
                name: summary.name,
                scenario: task.clone().unwrap_or_default(),
                origin: summary.origin,
                text: summary.text,
                has_sweep: false,
            };
            let task = task.map(Box::new);
            Ok((loaded, Wanted::Measured(summary.measured, task)))
        }
    }
}

/// One number of steps is a task, of which there is one already.
fn check_steps(steps: Option<StepsRange>, origin: &str) -> Result<(), Stop> {
    match steps.filter(|steps| steps.from() == steps.to()) {
        Some(steps) => Err(Stop::Refused(format!(
            "--steps {steps}: {origin} tells the task; --set task.steps={steps} changes it, and --steps 1..100 tries several",
            steps = steps.from().get(),
        ))),
        None => Ok(()),
    }
}

fn settings(arguments: &FitArguments, seed: Seed) -> Result<LawFitSettings, Stop> {
    let default = LawFitSettings::default();
    Ok(LawFitSettings {
        families: families("--families", &arguments.families)?.unwrap_or(default.families),
        likelihood: match arguments.likelihood {
            Likelihood::Binomial => RateLikelihood::Binomial,
            Likelihood::BetaBinomial => RateLikelihood::BetaBinomial,
        },
        replicates: PowerReplicates::try_from(arguments.bootstrap)
            .map_err(refused("--bootstrap"))?,
        level: Level::try_from(arguments.level).map_err(refused("--level"))?,
        seed,
        steps: arguments.steps.unwrap_or(default.steps),
        breaks: question(&arguments.breaks)?,
    })
}

/// A flag with a value out of its range.
fn refused(flag: &str) -> impl Fn(Invalid) -> Stop {
    move |error| Stop::Refused(format!("{flag}: {error}"))
}

fn families(flag: &str, named: &[Family]) -> Result<Option<OneOrMore<Family>>, Stop> {
    if named.is_empty() {
        return Ok(None);
    }
    let list = OneOrMore::new(named.to_vec());
    list.map(Some)
        .map_err(|error| Stop::Refused(format!("{flag}: {error}")))
}

fn question(asked: &BreakArguments) -> Result<Option<BreakQuestion>, Stop> {
    if !asked.asked && asked.break_at.is_none() {
        let others = [asked.break_width, asked.alpha, asked.delta];
        return match others.iter().any(Option::is_some) || !asked.against.is_empty() {
            true => Err(Stop::Refused(
                "--break-width, --against, --alpha and --delta go with --break or --break-at SCALE"
                    .to_owned(),
            )),
            false => Ok(None),
        };
    }
    let default = BreakQuestion::default();
    let place = asked.break_at.map(Scale::try_from).transpose();
    let width = asked.break_width.map(Positive::try_from).transpose();
    let alpha = asked.alpha.map(ProperProbability::try_from).transpose();
    let delta = asked.delta.map(Positive::try_from).transpose();
    Ok(Some(BreakQuestion {
        place: place.map_err(refused("--break-at"))?,
        width: width
            .map_err(refused("--break-width"))?
            .unwrap_or(default.width),
        against: families("--against", &asked.against)?.unwrap_or(default.against),
        alpha: alpha.map_err(refused("--alpha"))?.unwrap_or(default.alpha),
        delta: delta.map_err(refused("--delta"))?.unwrap_or(default.delta),
    }))
}

fn fitted(
    arguments: &FitArguments,
    loaded: &Loaded,
    scores: Wanted,
    settings: LawFitSettings,
    progress: &Progress,
) -> Result<(LawFitPlan, LawFinding), Stop> {
    let cancel = interruptible();
    let events = |event| progress.show(event);
    let control = Control {
        cancel: &cancel,
        events: &events,
    };
    let work = || {
        let (measured, task) = match scores {
            Wanted::Measured(measured, task) => (measured, task.map(|task| *task)),
            Wanted::Simulated => {
                let findings = simulate(std::slice::from_ref(loaded), &control)?;
                let metrics = loaded.scenario.evaluation.metrics.as_slice().iter();
                let all =
                    metrics.filter_map(|&metric| Measured::of(findings.first()?, metric).ok());
                (all.collect(), Some(loaded.scenario.clone()))
            }
        };
        let plan = LawFitPlan {
            name: loaded.name.clone(),
            measured,
            metrics: arguments.metric.clone(),
            task,
            settings,
        };
        progress.stage("fitting laws");
        fit_laws(&plan, &cancel).map(|finding| (plan, finding))
    };
    let done = with_threads(arguments.work.jobs, work).map_err(Stop::Failed)?;
    done.map_err(|_| Stop::Interrupted)
}

fn text(format: FitFormat, plan: &LawFitPlan, finding: &LawFinding) -> Result<String, Stop> {
    match format {
        FitFormat::Table => Ok(report::fit_text(plan, finding)),
        FitFormat::Csv => report::fit_csv(finding).map_err(failed),
        FitFormat::Json => report::fit_json(plan, finding).map_err(failed),
    }
}

/// The law that is written: of the first metric that has one.
fn write_scenario(arguments: &FitArguments, path: &Path, finding: &LawFinding) -> Result<(), Stop> {
    let mut told = finding.metrics.iter().filter_map(|metric| {
        let law: &LawFit = match arguments.family {
            Some(family) => metric.of(family)?,
            None => metric.best()?,
        };
        Some((metric.measured.metric(), law))
    });
    let (metric, law) = told.next().ok_or_else(|| {
        Stop::Missing("--to-scenario: no law was fitted that could be written".to_owned())
    })?;
    let scenario = to_scenario(finding, metric, law)
        .map_err(|error| Stop::Refused(format!("--to-scenario: {error}")))?;
    let file = LawFile {
        name: &finding.name,
        metric,
        law,
        scenario: &scenario,
    };
    write_law(path, file)?;
    let shown = path.display();
    say(&format!("wrote {shown}; run it with: mirage run {shown}"));
    Ok(())
}

fn write(
    (arguments, pictures): (&FitArguments, &[Picture]),
    folder: &Folder,
    (loaded, plan, finding): (&Loaded, &LawFitPlan, &LawFinding),
    started: SystemTime,
) -> Result<(), Stop> {
    let mut tables = vec![
        ("fit.csv", text(FitFormat::Csv, plan, finding)?),
        ("fit.json", text(FitFormat::Json, plan, finding)?),
    ];
    if let Ok(profile) = &finding.steps {
        tables.push(("steps.csv", report::steps_csv(profile).map_err(failed)?));
    }
    let request = FigureRequest {
        pictures: pictures.to_vec(),
        style: arguments.look.style(),
        credit_axis: arguments.look.credit_axis.into(),
    };
    let curves = law_curves(finding, plan.settings.level);
    let figure = report::fit_figure(plan, finding, &curves, request.credit_axis);
    let is_drawn = !figure.panels.is_empty() && !request.pictures.is_empty();
    record_study(
        folder,
        (loaded, finding.task.as_ref().map(study_text)),
        tables,
        (is_drawn.then_some(&figure), &request),
        command_line(),
        started,
    )
    .map_err(failed)
}

/// Scores that tell nothing at all.
fn untold(finding: &LawFinding) -> Result<(), Stop> {
    let mut all = finding.metrics.iter();
    let none = all.all(|metric| metric.best().is_none());
    let reason = finding.metrics.iter().flat_map(|metric| &metric.laws);
    let reason = reason.filter_map(|(_, law)| law.as_ref().err()).next();
    match (none, &finding.steps) {
        (true, Err(_)) => Err(Stop::Missing(match reason {
            Some(reason) => format!("no law was fitted: {reason}"),
            None => "no law was fitted: the table has none of these metrics".to_owned(),
        })),
        _ => Ok(()),
    }
}
