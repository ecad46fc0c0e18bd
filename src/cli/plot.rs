//! `mirage plot`: a figure of a sweep.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use mirage::domain::Scale;
use mirage::files::{Dissection, Sweep, SweepControl, create};
use mirage::report::{self, Picture, PlotAxis, PlotRequest, PlotWhat};
use mirage::study::{AnatomyNumber, SweepFinding};

use super::export::told;
use super::look::{CreditAxis, StyleArguments, pdf};
use super::progress::{Progress, interruptible};
use super::{ProgressStyle, Stop, failed, say};

/// Shown below `mirage plot --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage plot out/lengths -o lengths.svg
  mirage plot out/lengths --y exact-match --y-scale cloglog -o straight.svg
  mirage plot out/lengths --x task.steps --by scale -o by-scale.png
  mirage plot out/lengths --what anatomy --y shift,steepening -o anatomy.svg
  mirage plot out/grid --where \"task.steps == 10\" -o ten-steps.svg
  mirage plot out/grid --kind contour --what anatomy --y shift -o shift.svg
  mirage plot out/lengths --kind metric-against-metric -o against.svg

A key may be given by the end of its name: steps for task.steps. Beside the
picture, a file of the same name that ends in .csv holds the numbers drawn.";

#[derive(Args)]
pub(super) struct PlotArguments {
    /// The folder of a sweep
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The new picture; its end decides the format
    #[arg(short, long, value_name = "FILE.svg|FILE.png")]
    output: PathBuf,

    /// What lies along the horizontal axis [default: scale; of an anatomy the swept key]
    #[arg(long, value_name = "scale|KEY")]
    x: Option<String>,

    /// Metrics, or with --what anatomy numbers such as shift [default: all metrics; x50,width,shift,steepening]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    y: Vec<String>,

    /// What lines stand for; in heatmaps and contours the vertical axis [default: the other swept key]
    #[arg(long, value_name = "scale|KEY")]
    by: Option<String>,

    /// A panel for each value of this key
    #[arg(long, value_name = "KEY")]
    facet: Option<String>,

    /// The scale at which mean credit over a key is shown [default: where the first metric differs most]
    #[arg(long, value_name = "N", value_parser = super::replay::scale)]
    at: Option<Scale>,

    /// Draw only the points for which this holds, such as \"task.steps == 10\"
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true)]
    condition: Option<String>,

    /// The kind of figure
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,

    /// Mean credit, or numbers of its anatomy [default: as the names of --y say; summary]
    #[arg(long, value_enum)]
    what: Option<What>,

    /// The axis of credit
    #[arg(long, value_enum, default_value_t)]
    y_scale: CreditAxis,

    /// The axis of a swept key; `auto` is log where the largest value is over 30 times the least
    #[arg(long, value_enum, default_value_t)]
    x_scale: NumberScale,

    #[command(flatten)]
    style: StyleArguments,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Kind {
    /// Lines with points.
    #[default]
    Line,
    /// Coloured cells over two of scale and keys.
    Heatmap,
    /// Lines of equal values over two of scale and keys.
    Contour,
    /// The first of two metrics over the second.
    MetricAgainstMetric,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Mean credit.
    Summary,
    /// What metrics make of growth.
    Anatomy,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum NumberScale {
    /// As suits the values.
    #[default]
    Auto,
    /// Evenly.
    Linear,
    /// By logarithms.
    Log,
}

impl From<Kind> for report::PlotKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Line => Self::Line,
            Kind::Heatmap => Self::Heatmap,
            Kind::Contour => Self::Contour,
            Kind::MetricAgainstMetric => Self::MetricAgainstMetric,
        }
    }
}

impl From<NumberScale> for report::NumberScale {
    fn from(scale: NumberScale) -> Self {
        match scale {
            NumberScale::Auto => Self::Auto,
            NumberScale::Linear => Self::Linear,
            NumberScale::Log => Self::Log,
        }
    }
}

/// Draws a sweep that is stored.
pub(super) fn run(arguments: &PlotArguments) -> Result<(), Stop> {
    // All that can be refused is refused before any work is done.
    let picture = picture(&arguments.output)?;
    let numbers = arguments.output.with_extension("csv");
    let request = request(arguments)?;
    let (sweep, left_out) = stored(arguments)?;
    if sweep.points.is_empty() && left_out > 0 {
        return Err(Stop::Missing(format!(
            "none of the {left_out} points is attempted yet: go on with mirage sweep, then draw"
        )));
    }
    let figure = report::plot(&sweep, &request);
    let figure = figure.map_err(|error| Stop::Refused(error.to_string()))?;
    let drawing = report::draw(&figure, arguments.style.style()).map_err(failed)?;
    let bytes = drawing.bytes(picture).map_err(failed)?;
    let csv = figure.csv().map_err(failed)?;
    create(&numbers, csv.as_bytes())?;
    create(&arguments.output, &bytes)?;
    say(&format!(
        "wrote {}, its numbers in {}",
        arguments.output.display(),
        numbers.display()
    ));
    match left_out {
        0 => Ok(()),
        some => Err(Stop::Missing(format!(
            "{some} points are not attempted yet and left out"
        ))),
    }
}

/// The points that are wanted of the folder's sweep; how many are not attempted yet.
fn stored(arguments: &PlotArguments) -> Result<(SweepFinding, u64), Stop> {
    let cancel = interruptible();
    let progress = Progress::new(ProgressStyle::Auto);
    let events = |event| progress.sweep(event);
    let control = SweepControl {
        cancel: &cancel,
        events: &events,
    };
    let (sweep, repair) = Sweep::in_folder_to_read(&arguments.folder, &cancel)?;
    told(&repair, &arguments.folder, false);
    let sweep = match &arguments.condition {
        Some(condition) => sweep.only_where(condition, &cancel)?,
        None => sweep,
    };
    let findings = sweep.findings(Dissection::WithoutNulls, &control);
    progress.finish();
    Ok(findings?)
}

fn picture(path: &Path) -> Result<Picture, Stop> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let wanted = || format!("-o {}", path.display());
    let picture = match &*extension {
        "svg" => Picture::Svg,
        "png" => Picture::Png,
        "pdf" => pdf(&wanted())?,
        _ => {
            let problem = "give a name that ends in .svg, .png or .pdf";
            return Err(Stop::Refused(format!("{}: {problem}", wanted())));
        }
    };
    let numbers = path.with_extension("csv");
    match [path, &numbers].into_iter().find(|path| path.exists()) {
        Some(there) => Err(Stop::Refused(format!(
            "{} exists and stays as it is; give another name with -o",
            there.display()
        ))),
        None => Ok(picture),
    }
}

fn request(arguments: &PlotArguments) -> Result<PlotRequest, Stop> {
    let words = || arguments.y.iter().map(String::as_str);
    let is_number = |word: &str| word.trim().parse::<AnatomyNumber>().is_ok();
    let what = match arguments.what {
        Some(What::Anatomy) => PlotWhat::anatomy(words()),
        None if words().any(is_number) => PlotWhat::anatomy(words()),
        Some(What::Summary) | None => PlotWhat::summary(words()),
    };
    Ok(PlotRequest {
        kind: arguments.kind.into(),
        what: what.map_err(|error| Stop::Refused(format!("--y: {error}")))?,
        x: arguments.x.as_deref().map(PlotAxis::from),
        by: arguments.by.as_deref().map(PlotAxis::from),
        facet: arguments.facet.clone(),
        at: arguments.at,
        y_scale: arguments.y_scale.into(),
        x_scale: arguments.x_scale.into(),
    })
}
