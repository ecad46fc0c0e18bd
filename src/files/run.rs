//! A run: scenarios attempted, scored, and put into a folder.

#[cfg(feature = "figures")]
use std::time::SystemTime;

#[cfg(feature = "figures")]
use super::folder::TALLIES;
#[cfg(feature = "figures")]
use super::scenario_file::FIGURES;
use super::scenario_file::Loaded;
#[cfg(feature = "figures")]
use super::{Folder, FolderError, Input, NewFile, Provenance};
use crate::engine::{self, Control, Interrupted, Method, Setting};
#[cfg(feature = "figures")]
use crate::report::{self, CreditAxis, Figure, Picture, Style};
use crate::study::{self, Finding, evaluate};

/// Attempts every scenario at every scale and scores the attempts; one finding for each scenario, in order.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled.
pub fn simulate(loaded: &[Loaded], control: &Control<'_>) -> Result<Vec<Finding>, Interrupted> {
    let settings_of = |one: &Loaded| Setting::at_every_scale(&one.scenario, 0);
    let settings: Vec<Setting> = loaded.iter().flat_map(settings_of).collect();
    let mut tallies = engine::simulate(&settings, Method::Kernel, control)?.into_iter();
    let finding = |one: &Loaded| {
        let count = one.scenario.evaluation.scales.as_slice().len();
        let tallies = tallies.by_ref().take(count).collect();
        evaluate(one.name.clone(), one.scenario.clone(), tallies)
    };
    Ok(loaded.iter().map(finding).collect())
}

/// What is expected of every scenario, without attempting any.
#[must_use]
pub fn expect(loaded: &[Loaded]) -> Vec<Finding> {
    let finding = |one: &Loaded| study::expect(one.name.clone(), one.scenario.clone());
    loaded.iter().map(finding).collect()
}

/// Why results could not be written.
#[cfg(feature = "figures")]
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
#[cfg(feature = "figures")]
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
#[cfg(feature = "figures")]
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

#[cfg(feature = "figures")]
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
        files.extend([
            text_file(format!("{prefix}anatomy.csv"), report::anatomy_csv(one)?),
            text_file(format!("{prefix}summary.csv"), report::csv(one)?),
            text_file(format!("{prefix}summary.json"), report::json(one)?),
        ]);
    }
    if findings.len() > 1 {
        files.push(text_file("summary.csv".to_owned(), report::csv(findings)?));
        let anatomy = report::anatomy_csv(findings)?;
        files.push(text_file("anatomy.csv".to_owned(), anatomy));
        files.push(text_file(
            "summary.json".to_owned(),
            report::json(findings)?,
        ));
    }
    Ok(files)
}

#[cfg(feature = "figures")]
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

#[cfg(feature = "figures")]
fn text_file(name: String, text: String) -> NewFile {
    NewFile {
        name,
        bytes: text.into_bytes(),
    }
}
