//! What came of a run, put into a folder.

use std::time::SystemTime;

use super::folder::{SCENARIO, TALLIES};
use super::scenario_file::{FIGURES, Loaded};
use super::{Folder, FolderError, Input, NewFile, Provenance};
use crate::report::{self, CreditAxis, Figure, Picture, Style};
use crate::study::Finding;

/// Why results could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The folder refused them.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A figure could not be drawn.
    #[error(transparent)]
    Draw(#[from] report::DrawError),
    /// The scenarios share no axis.
    #[error(transparent)]
    Axes(#[from] report::MixedAxes),
    /// A table could not be written.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A summary could not be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The figures a user wants of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FigureRequest {
    /// Formats; none for no figures.
    pub pictures: Vec<Picture>,
    /// Theme and size.
    pub style: Style,
    /// The transform of axes of credit.
    pub credit_axis: CreditAxis,
}

/// Writes findings, the figures asked for, and where they came from: work that `command` began at `started`.
///
/// Several scenarios have a subfolder each, with `figures/` and the summaries of all beside them.
///
/// # Errors
/// Something could not be drawn or written; files already in place are whole.
pub fn record(
    folder: &Folder,
    loaded: &[Loaded],
    findings: &[Finding],
    figures: &FigureRequest,
    command: Vec<String>,
    started: SystemTime,
) -> Result<(), RecordError> {
    folder.open()?;
    // Results before figures: a figure that cannot be drawn costs no result.
    folder.write(result_files(findings)?)?;
    if !figures.pictures.is_empty() {
        let curves: Vec<_> = findings.iter().map(Finding::expected_curves).collect();
        let headline = report::headline(findings, &curves, figures.credit_axis)?;
        folder.write(figure_files(&headline, figures)?)?;
        let anatomy = report::anatomy_figure(findings, figures.credit_axis)?;
        if !anatomy.panels.is_empty() {
            folder.write(figure_files(&anatomy, figures)?)?;
        }
    }
    let provenance = Provenance::new(command, started, loaded.iter().map(Input::new).collect());
    folder.close((serde_json::to_string_pretty(&provenance)? + "\n").into_bytes())?;
    Ok(())
}

/// Tables of a study and its figure, with the scenario file that makes them again, where there is one, and where they came
/// from: work that `command` began at `started`. Each table has the name of its file.
///
/// # Errors
/// The figure could not be drawn, or something could not be written; files already in place are whole.
pub fn record_study(
    folder: &Folder,
    (loaded, scenario): (&Loaded, Option<String>),
    tables: Vec<(&str, String)>,
    (figure, request): (Option<&Figure>, &FigureRequest),
    command: Vec<String>,
    started: SystemTime,
) -> Result<(), RecordError> {
    folder.open()?;
    let scenario = scenario.map(|text| (SCENARIO, text));
    let tables = tables.into_iter().chain(scenario);
    let files = tables.map(|(name, text)| text_file(name.to_owned(), text));
    folder.write(files.collect())?;
    if let Some(figure) = figure {
        folder.write(figure_files(figure, request)?)?;
    }
    let provenance = Provenance::new(command, started, vec![Input::new(loaded)]);
    folder.close((serde_json::to_string_pretty(&provenance)? + "\n").into_bytes())?;
    Ok(())
}

fn result_files(findings: &[Finding]) -> Result<Vec<NewFile>, RecordError> {
    let mut files = Vec::new();
    for finding in findings {
        let prefix = if findings.len() > 1 {
            format!("{}/", finding.name)
        } else {
            String::new()
        };
        let one = std::slice::from_ref(finding);
        files.push(Folder::scenario_file(&prefix, &finding.scenario));
        if !finding.tallies.is_empty() {
            let tallies = report::tally_lines(finding)?;
            files.push(text_file(format!("{prefix}{TALLIES}"), tallies));
        }
        files.extend(where_there_are_some(&prefix, one)?);
        files.extend([
            text_file(format!("{prefix}anatomy.csv"), report::anatomy_csv(one)?),
            text_file(format!("{prefix}practice.csv"), report::practice_csv(one)?),
            text_file(format!("{prefix}summary.csv"), report::csv(one)?),
            text_file(format!("{prefix}summary.json"), report::json(one)?),
        ]);
    }
    if findings.len() > 1 {
        files.push(text_file("summary.csv".to_owned(), report::csv(findings)?));
        let anatomy = report::anatomy_csv(findings)?;
        files.push(text_file("anatomy.csv".to_owned(), anatomy));
        let practice = report::practice_csv(findings)?;
        files.push(text_file("practice.csv".to_owned(), practice));
        files.extend(where_there_are_some("", findings)?);
        files.push(text_file(
            "summary.json".to_owned(),
            report::json(findings)?,
        ));
    }
    Ok(files)
}

/// Tables that need several scales or several training runs.
fn where_there_are_some(prefix: &str, findings: &[Finding]) -> Result<Vec<NewFile>, RecordError> {
    let tables = [
        ("differences", report::differences_csv(findings)?),
        ("repeated", report::repeated_csv(findings)?),
        ("training-runs", report::training_runs_csv(findings)?),
        (
            "training-runs-summary",
            report::training_runs_summary_csv(findings)?,
        ),
    ];
    let tables = tables.into_iter().filter(|(_, table)| !table.is_empty());
    let files = tables.map(|(name, table)| text_file(format!("{prefix}{name}.csv"), table));
    Ok(files.collect())
}

fn figure_files(figure: &Figure, request: &FigureRequest) -> Result<Vec<NewFile>, RecordError> {
    let drawing = report::draw(figure, request.style)?;
    let name = |extension| format!("{FIGURES}/{}.{extension}", figure.name);
    let mut files = vec![text_file(name("csv"), figure.csv()?)];
    for &picture in &request.pictures {
        files.push(NewFile {
            name: name(picture.extension()),
            bytes: drawing.bytes(picture)?,
        });
    }
    Ok(files)
}

fn text_file(name: String, text: String) -> NewFile {
    NewFile {
        name,
        bytes: text.into_bytes(),
    }
}
