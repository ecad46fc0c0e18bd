//! `mirage forecast`: what small scales say of larger ones, and how often that is true.

use std::time::SystemTime;

use clap::{Args, ValueEnum};
use mirage::engine::{Control, Interrupted, with_threads};
use mirage::files::{
    FigureRequest, Folder, ForecastSource, Loaded, Override, Pick, Source, load_forecast_source,
    record_study,
};
use mirage::report::{self, Figure, Picture};
use mirage::study::{
    BackTestFinding, ForecastFinding, HorizonFinding, back_tests, back_tests_of, forecasts,
    forecasts_of, horizon,
};

use super::look::StyleArguments;
use super::progress::interruptible;
use super::settings::SettingArguments;
use super::study_output::{StudyOutput, say_where};
use super::work::WorkArguments;
use super::{Stop, command_line, failed, print, whole};

/// Shown below `mirage forecast --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage forecast default --up-to 1e10 --target 1e11
                                  how well does a task of ten steps continue?
  mirage forecast my.toml --threshold 0.8 --format json
                                  where will it come up to .8? for programs
  mirage forecast my.toml --back-test -o out/back
                                  how far off would forecasts have been?
  mirage forecast out/default/summary.csv --models logit-linear,bnsl
                                  what do scores that were measured say?
  mirage forecast my.toml --horizon --set forecast.horizon.items=[100,1000]
                                  from how far below is the middle foretold?

The table [forecast] of FILE says what is asked; every key has a default:
  of = \"exact-match\"        the metric that is foretold
  target = 1e13             or a list of scales; ten times the largest fitted
  up-to = 1e11              the largest scale that is fitted
  models = [...]            skill-power-law, skill-logistic, logit-linear, bnsl,
                            last-value, ...: mirage schema lists them all
  likelihood = \"binomial\"   or beta-binomial: runs differ as well
  threshold = 0.5           the score whose crossing is foretold
  max-extrapolation = 1     decades beyond which nothing is foretold
  replicates = 500          evaluations simulated
  [forecast.assumed]        settings of another task, taken for the true one
  [forecast.horizon]        within, share, from, per-decade, items, family";

#[derive(Args)]
pub(super) struct ForecastArguments {
    /// A scenario with a table [forecast] (a file, or the name of a shipped one), or a table of scores such as summary.csv
    #[arg(value_name = "FILE|NAME|summary.csv|-", required = true)]
    source: String,

    #[command(flatten)]
    settings: SettingArguments,

    /// Scales that are asked for [default: ten times the largest fitted]: short for --set forecast.target=[...]
    #[arg(long, value_name = "SCALE,...")]
    target: Option<String>,

    /// The largest scale that is fitted [default: the largest measured]: short for --set forecast.up-to=SCALE
    #[arg(long, value_name = "SCALE", allow_hyphen_values = true)]
    up_to: Option<String>,

    /// How far beyond the largest fitted scale anything is foretold [default: 1]: short for --set forecast.max-extrapolation=D
    #[arg(long, value_name = "DECADES", allow_hyphen_values = true)]
    max_extrapolation: Option<String>,

    /// The score whose crossing is foretold [default: from which it pays]: short for --set forecast.threshold=Q
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    threshold: Option<String>,

    /// The metric that is foretold [default: exact-match]: short for --set forecast.of=METRIC
    #[arg(long, visible_alias = "metric", value_name = "METRIC")]
    of: Option<String>,

    /// Models [default: nine]: short for --set forecast.models=[...]
    #[arg(long, value_name = "MODEL,...")]
    models: Option<String>,

    /// Evaluations that are simulated [default: 500]: short for --set forecast.replicates=N
    #[arg(long, value_name = "N", value_parser = whole, allow_hyphen_values = true)]
    replicates: Option<u64>,

    /// The scenario that a table of scores belongs to [default: scenario.toml beside the table]
    #[arg(long, value_name = "FILE|NAME")]
    task: Option<String>,

    /// The scenario whose scores are meant, where a table holds those of several
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,

    /// The point whose scores are meant, where a table holds those of a sweep
    #[arg(long, value_name = "N")]
    point: Option<u64>,

    /// Hold out the largest scales that were measured, and see how far off forecasts of them are
    #[arg(long, conflicts_with = "horizon")]
    back_test: bool,

    /// See from how far below the middle of the rise its place is foretold
    #[arg(long)]
    horizon: bool,

    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t)]
    format: ForecastFormat,

    #[command(flatten)]
    output: StudyOutput,

    #[command(flatten)]
    style: StyleArguments,

    #[command(flatten)]
    work: WorkArguments,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ForecastFormat {
    /// For people.
    #[default]
    Table,
    /// A row for each model, metric and target.
    Csv,
    /// An array with an object for each model, metric and target.
    Json,
}

/// What is asked.
#[derive(Clone, Copy)]
enum Question {
    Forecast,
    BackTest,
    Horizon,
}

/// What is told.
enum Answer {
    Forecast(Box<ForecastFinding>),
    BackTest(BackTestFinding),
    Horizon(HorizonFinding),
}

impl ForecastArguments {
    const fn question(&self) -> Question {
        match (self.back_test, self.horizon) {
            (true, _) => Question::BackTest,
            (false, true) => Question::Horizon,
            (false, false) => Question::Forecast,
        }
    }

    fn study(&self) -> Result<ForecastSource, Stop> {
        let pick = Pick {
            scenario: self.scenario.clone(),
            point: self.point,
        };
        let task = self.task.as_deref().map(Source::from);
        let source = Source::from(self.source.as_str());
        let overrides = self.overrides()?;
        Ok(load_forecast_source(
            &source,
            &pick,
            task.as_ref(),
            &overrides,
        )?)
    }

    /// Settings of the scenario, of the table [forecast], and the flags that are short for such.
    fn overrides(&self) -> Result<Vec<Override>, Stop> {
        let mut overrides = self.settings.overrides()?;
        let list = |words: &String| format!("[{words}]");
        let names = |words: &String| {
            let names = words.split(',').map(|name| format!("{:?}", name.trim()));
            format!("[{}]", names.collect::<Vec<_>>().join(", "))
        };
        let replicates = self.replicates.map(|number| number.to_string());
        let flags = [
            ("target", &self.target, self.target.as_ref().map(list)),
            ("up-to", &self.up_to, self.up_to.clone()),
            (
                "max-extrapolation",
                &self.max_extrapolation,
                self.max_extrapolation.clone(),
            ),
            ("threshold", &self.threshold, self.threshold.clone()),
            ("of", &self.of, self.of.clone()),
            ("models", &self.models, self.models.as_ref().map(names)),
            ("replicates", &replicates, replicates.clone()),
        ];
        overrides.extend(flags.into_iter().filter_map(|(name, words, value)| {
            Some(Override {
                key: format!("forecast.{name}"),
                value: value?,
                words: format!("--{name} {}", words.as_ref()?),
            })
        }));
        Ok(overrides)
    }
}

pub(super) fn run(arguments: &ForecastArguments) -> Result<(), Stop> {
    let started = SystemTime::now();
    let study = arguments.study()?;
    let (folder, pictures) = arguments.output.claim(claimed(&study))?;
    let cancel = interruptible();
    let progress = arguments.work.progress();
    let events = |event| progress.show(event);
    let control = Control {
        cancel: &cancel,
        events: &events,
    };
    let work = || answer(&study, arguments.question(), &control);
    let answer = with_threads(arguments.work.jobs, work);
    progress.finish();
    let answer = answer.map_err(Stop::Failed)??;
    let shown = print(&text(arguments.format, &answer)?);
    if let Some(folder) = &folder {
        write((arguments, &pictures), folder, &study, &answer, started)?;
    }
    shown?;
    say_where(folder.as_ref(), arguments.work.quiet);
    untold(&answer)
}

/// The scenarios whose results a folder is to hold.
fn claimed(study: &ForecastSource) -> &[Loaded] {
    match study {
        ForecastSource::Scenario(study) => std::slice::from_ref(&study.loaded),
        ForecastSource::Measured(study) if study.plan.task.is_some() => {
            std::slice::from_ref(&study.loaded)
        }
        ForecastSource::Measured(_) => &[],
    }
}

fn answer(
    study: &ForecastSource,
    question: Question,
    control: &Control<'_>,
) -> Result<Answer, Stop> {
    let interrupted = |_: Interrupted| Stop::Interrupted;
    let forecast = |finding: ForecastFinding| Answer::Forecast(Box::new(finding));
    match (question, study) {
        (Question::Forecast, ForecastSource::Scenario(study)) => forecasts(&study.plan, control)
            .map(forecast)
            .map_err(interrupted),
        (Question::Forecast, ForecastSource::Measured(study)) => forecasts_of(&study.plan, control)
            .map(forecast)
            .map_err(interrupted),
        (Question::BackTest, ForecastSource::Scenario(study)) => back_tests(&study.plan, control)
            .map(Answer::BackTest)
            .map_err(interrupted),
        (Question::BackTest, ForecastSource::Measured(study)) => {
            back_tests_of(&study.plan, control)
                .map(Answer::BackTest)
                .map_err(interrupted)
        }
        (Question::Horizon, ForecastSource::Scenario(study)) => horizon(&study.plan, control)
            .map_err(interrupted)?
            .map(Answer::Horizon)
            .map_err(|error| Stop::Refused(error.to_string())),
        (Question::Horizon, ForecastSource::Measured(_)) => Err(Stop::Refused(
            "--horizon simulates evaluations over ever more scales: give a scenario, not a table of scores"
                .to_owned(),
        )),
    }
}

fn text(format: ForecastFormat, answer: &Answer) -> Result<String, Stop> {
    Ok(match (format, answer) {
        (ForecastFormat::Table, Answer::Forecast(finding)) => report::forecast_text(finding),
        (ForecastFormat::Table, Answer::BackTest(finding)) => report::back_test_text(finding),
        (ForecastFormat::Table, Answer::Horizon(finding)) => report::horizon_text(finding),
        (ForecastFormat::Csv, Answer::Forecast(finding)) => {
            report::forecast_csv(finding).map_err(failed)?
        }
        (ForecastFormat::Csv, Answer::BackTest(finding)) => {
            report::back_test_csv(finding).map_err(failed)?
        }
        (ForecastFormat::Csv, Answer::Horizon(finding)) => {
            report::horizon_csv(finding).map_err(failed)?
        }
        (ForecastFormat::Json, Answer::Forecast(finding)) => {
            report::forecast_json(finding).map_err(failed)?
        }
        (ForecastFormat::Json, Answer::BackTest(finding)) => {
            report::back_test_json(finding).map_err(failed)?
        }
        (ForecastFormat::Json, Answer::Horizon(finding)) => {
            report::horizon_json(finding).map_err(failed)?
        }
    })
}

fn figure(answer: &Answer) -> Figure {
    match answer {
        Answer::Forecast(finding) => report::forecast_figure(finding),
        Answer::BackTest(finding) => report::back_test_figure(finding),
        Answer::Horizon(finding) => report::horizon_figure(finding),
    }
}

fn write(
    (arguments, pictures): (&ForecastArguments, &[Picture]),
    folder: &Folder,
    study: &ForecastSource,
    answer: &Answer,
    started: SystemTime,
) -> Result<(), Stop> {
    let (csv, json) = match answer {
        Answer::Forecast(_) => ("forecast.csv", "forecast.json"),
        Answer::BackTest(_) => ("back-test.csv", "back-test.json"),
        Answer::Horizon(_) => ("horizon.csv", "horizon.json"),
    };
    let mut tables = vec![
        (csv, text(ForecastFormat::Csv, answer)?),
        (json, text(ForecastFormat::Json, answer)?),
    ];
    let request = FigureRequest {
        pictures: pictures.to_vec(),
        style: arguments.style.style(),
        ..FigureRequest::default()
    };
    let figure = Some(figure(answer));
    let figure = figure.filter(|figure| !figure.panels.is_empty() && !request.pictures.is_empty());
    let figure = (figure.as_ref(), &request);
    let (loaded, scenario) = match study {
        ForecastSource::Scenario(study) => (&study.loaded, Some(study.text())),
        ForecastSource::Measured(study) => {
            tables.push(("scores.csv", study.loaded.text.clone()));
            (&study.loaded, study.text())
        }
    };
    record_study(
        folder,
        (loaded, scenario),
        tables,
        figure,
        command_line(),
        started,
    )
    .map_err(failed)
}

/// Where no model tells anything, what was asked for is missing.
fn untold(answer: &Answer) -> Result<(), Stop> {
    let tells = match answer {
        Answer::Forecast(finding) => finding.rows.iter().any(|row| row.told.is_ok()),
        Answer::BackTest(finding) => finding.rows.iter().any(|row| row.told.is_ok()),
        Answer::Horizon(finding) => finding.rows.iter().any(|row| row.told.is_ok()),
    };
    match tells {
        true => Ok(()),
        false => Err(Stop::Missing("no model tells anything".to_owned())),
    }
}
