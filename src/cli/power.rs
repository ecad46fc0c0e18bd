//! `mirage power`: what a design can tell, before it is paid for.

use std::time::SystemTime;

use clap::{Args, ValueEnum};
use mirage::engine::{Control, with_threads};
use mirage::files::{
    FigureRequest, Folder, Override, PowerStudy, Source, load_power, record_study,
};
use mirage::report::{self, Picture};
use mirage::study::{
    DesignNumber, PowerAtValue, PowerFinding, SolvedPower, planned_powers, power, power_curve,
    required,
};

use super::look::StyleArguments;
use super::progress::interruptible;
use super::settings::SettingArguments;
use super::study_output::{StudyOutput, say_where};
use super::work::WorkArguments;
use super::{Stop, command_line, failed, print, whole};

/// Shown below `mirage power --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage power questions/break-or-mirage         is this break told from smooth growth?
  mirage power my.toml --solve items --target 0.9
                                                 items that a power of .9 takes
  mirage power my.toml --curve items=log:20:2000:9 -o out/power
                                                 powers over items, with a figure
  mirage power my.toml --set power.test=two-rates --set power.alternative.skill.alpha=0.4

The table [power] of FILE says what is asked; every key has a default:
  test = \"lr-known-break\"   or a list of: lr-known-break, lr-unknown-break,
                            slope-change, above-chance, two-rates, paired, dip
  alpha = 0.05              rate of false alarms
  against = [...]           smooth laws that a break must be told from: power-law,
                            floored-power-law, logistic, guess-floored, uneven-steps
  break-at, break-width     where the break is, if the curve does not declare it
  delta = 0.1               the largest change of the exponent that is none
  at, chance                the scale of rates, and the rate of chance
  replicates = 2000         evaluations simulated under each law
  target = 0.8              the power that is asked for
  tasks = { count, affected, correction }      several tasks at once
  [power.alternative]       settings in which the alternative differs";

#[derive(Args)]
pub(super) struct PowerArguments {
    /// A scenario with a table [power] (a file, or the name of a shipped one)
    #[arg(value_name = "FILE|NAME|-", required = true)]
    scenario: String,

    #[command(flatten)]
    settings: SettingArguments,

    /// The number of the design that the target takes
    #[arg(long, value_enum, value_name = "NUMBER", conflicts_with = "curve")]
    solve: Option<Number>,

    /// The power asked for: short for --set power.target=P
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    target: Option<String>,

    /// Powers over a number of the design: items=20,50,100 or items=log:20:2000:9
    #[arg(long, value_name = "NUMBER=VALUES")]
    curve: Option<String>,

    /// Evaluations under each law: short for --set power.replicates=N
    #[arg(long, value_name = "N", value_parser = whole, allow_hyphen_values = true)]
    replicates: Option<u64>,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: PowerFormat,

    #[command(flatten)]
    output: StudyOutput,

    #[command(flatten)]
    style: StyleArguments,

    #[command(flatten)]
    work: WorkArguments,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum PowerFormat {
    /// For people.
    #[default]
    Table,
    /// A row for each test and metric.
    Csv,
    /// An array with an object for each test and metric.
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Number {
    /// Items of the test set.
    Items,
    /// Scales, even in log10 N between the first and the last.
    Scales,
    /// Attempts of each training run at an item.
    Attempts,
    /// Training runs at each scale.
    TrainingSeeds,
    /// How large the effect is, in units of the alternative's.
    Effect,
}

impl From<Number> for DesignNumber {
    fn from(number: Number) -> Self {
        match number {
            Number::Items => Self::Items,
            Number::Scales => Self::Scales,
            Number::Attempts => Self::Attempts,
            Number::TrainingSeeds => Self::TrainingSeeds,
            Number::Effect => Self::Effect,
        }
    }
}

/// What was asked and is told.
enum Answer {
    Powers(Box<PowerFinding>),
    Curve(DesignNumber, Vec<PowerAtValue>),
    Solved(DesignNumber, Vec<SolvedPower>),
}

pub(super) fn run(arguments: &PowerArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let mut overrides = arguments.settings.overrides()?;
    let short = |name: &str, value: Option<String>| {
        value.map(|value| Override {
            key: format!("power.{name}"),
            words: format!("--{name} {value}"),
            value,
        })
    };
    overrides.extend(short("target", arguments.target.clone()));
    overrides.extend(short(
        "replicates",
        arguments.replicates.map(|number| number.to_string()),
    ));
    let study = load_power(&Source::from(arguments.scenario.as_str()), &overrides)?;
    let curve = arguments.curve.as_deref().map(values).transpose()?;
    let (folder, pictures) = arguments
        .output
        .claim(std::slice::from_ref(&study.loaded))?;
    let cancel = interruptible();
    let progress = arguments.work.progress();
    let events = |event| progress.show(event);
    let control = Control {
        cancel: &cancel,
        events: &events,
    };
    let plan = &study.plan;
    let work = || match (&curve, arguments.solve) {
        (Some((number, values)), _) => power_curve(plan, *number, values, &control)
            .map(|curve| curve.map(|curve| Answer::Curve(*number, curve))),
        (None, Some(number)) => required(plan, number.into(), &control)
            .map(|solved| solved.map(|solved| Answer::Solved(number.into(), solved))),
        (None, None) => power(plan, &control).map(|finding| Ok(Answer::Powers(Box::new(finding)))),
    };
    let answer = with_threads(arguments.work.jobs, work);
    progress.finish();
    let answer = answer
        .map_err(Stop::Failed)?
        .map_err(|_| Stop::Interrupted)?
        .map_err(|error| Stop::Refused(error.to_string()))?;
    let shown = print(&text(arguments.format, &study, &answer)?);
    if let Some(folder) = &folder {
        write((arguments, &pictures), folder, &study, &answer, started)?;
    }
    shown?;
    say_where(folder.as_ref(), arguments.work.quiet);
    untold(&answer)
}

/// A number of the design and the values it is to take.
fn values(words: &str) -> Result<(DesignNumber, Vec<f64>), Stop> {
    let refused = |problem: &str| {
        Stop::Refused(format!(
            "--curve {words}: {problem}, such as --curve items=log:20:2000:9"
        ))
    };
    let (name, list) = words
        .split_once('=')
        .ok_or_else(|| refused("expected NUMBER=VALUES"))?;
    let number = Number::from_str(name.trim(), true).map_err(|_| {
        refused("the number is one of items, scales, attempts, training-seeds and effect")
    })?;
    let number = DesignNumber::from(number);
    let values = number
        .values(list)
        .map_err(|error| Stop::Refused(format!("--curve {words}: {error}")))?;
    Ok((number, values))
}

fn text(format: PowerFormat, study: &PowerStudy, answer: &Answer) -> Result<String, Stop> {
    let plan = &study.plan;
    Ok(match (format, answer) {
        (PowerFormat::Table, Answer::Powers(finding)) => report::power_text(plan, finding),
        (PowerFormat::Table, Answer::Curve(number, curve)) => {
            report::power_curve_text(plan, *number, curve)
        }
        (PowerFormat::Table, Answer::Solved(number, solved)) => {
            report::solved_text(plan, *number, solved)
        }
        (PowerFormat::Csv, Answer::Powers(finding)) => {
            report::power_csv(plan, finding).map_err(failed)?
        }
        (PowerFormat::Csv, Answer::Curve(number, curve)) => {
            report::power_curve_csv(plan, *number, curve).map_err(failed)?
        }
        (PowerFormat::Csv, Answer::Solved(number, solved)) => {
            report::solved_csv(plan, *number, solved).map_err(failed)?
        }
        (PowerFormat::Json, Answer::Powers(finding)) => {
            report::power_json(plan, finding).map_err(failed)?
        }
        (PowerFormat::Json, Answer::Curve(number, curve)) => {
            report::power_curve_json(plan, *number, curve).map_err(failed)?
        }
        (PowerFormat::Json, Answer::Solved(number, solved)) => {
            report::solved_json(plan, *number, solved).map_err(failed)?
        }
    })
}

fn write(
    (arguments, pictures): (&PowerArguments, &[Picture]),
    folder: &Folder,
    study: &PowerStudy,
    answer: &Answer,
    started: SystemTime,
) -> Result<(), Stop> {
    let tables = vec![
        ("power.csv", text(PowerFormat::Csv, study, answer)?),
        ("power.json", text(PowerFormat::Json, study, answer)?),
    ];
    let request = FigureRequest {
        pictures: pictures.to_vec(),
        style: arguments.style.style(),
        ..FigureRequest::default()
    };
    let figure = match answer {
        Answer::Curve(number, curve) => {
            let values: Vec<f64> = curve.iter().map(|at| at.value).collect();
            let planned = planned_powers(&study.plan, *number, &values);
            Some(report::power_figure(&study.plan, *number, curve, &planned))
        }
        Answer::Powers(_) | Answer::Solved(..) => None,
    };
    let figure = figure.filter(|figure| !figure.panels.is_empty() && !request.pictures.is_empty());
    record_study(
        folder,
        (&study.loaded, Some(study.text())),
        tables,
        (figure.as_ref(), &request),
        command_line(),
        started,
    )
    .map_err(failed)
}

/// A power that is asked for and not attained, and a test that tells nothing, are missing.
fn untold(answer: &Answer) -> Result<(), Stop> {
    let problem = match answer {
        Answer::Powers(finding) => {
            let mut rows = finding.rows.iter();
            let all = rows.all(|row| row.told.is_err());
            all.then(|| "no test tells anything under these metrics".to_owned())
        }
        Answer::Curve(..) => None,
        Answer::Solved(_, solved) => solved.iter().find_map(|one| {
            let reason = one.required.as_ref().err()?;
            Some(format!("{} by {}: {reason}", one.test.name(), one.metric))
        }),
    };
    problem.map_or(Ok(()), |problem| Err(Stop::Missing(problem)))
}
