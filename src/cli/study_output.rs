//! Where the tables and the figure of a study go.

use std::path::PathBuf;

use clap::Args;
use mirage::files::{Folder, Loaded, Results};
use mirage::report::Picture;

use super::run::pictures;
use super::{FigureFormat, Stop, say};

// A folder, and pictures in it.
#[derive(Args)]
pub(super) struct StudyOutput {
    /// Folder for the tables, the scenario and the figure [default: none]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Formats of the figure: svg, png, pdf, several such as svg,pdf, or none [default: svg,png]
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    figures: Vec<FigureFormat>,
}

impl StudyOutput {
    /// The folder, if it may hold results of these scenarios, and the formats of the figure; before anything is computed.
    pub(super) fn claim(
        &self,
        scenarios: &[Loaded],
    ) -> Result<(Option<Folder>, Vec<Picture>), Stop> {
        let claim = |path| Folder::claim(path, scenarios, Results::Simulated);
        let folder = self.output.clone().map(claim).transpose()?;
        let pictures = pictures(&self.figures, folder.is_some())?;
        Ok((folder, pictures))
    }
}

/// Tells where results are; `None` where they are nowhere.
pub(super) fn say_where(folder: Option<&Folder>, quiet: bool) {
    if let Some(folder) = folder.filter(|_| !quiet) {
        say(&format!("results in {}", folder.path().display()));
    }
}
