//! `mirage gallery`: teaching figures.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::{Args, ValueEnum};
use mirage::engine::Control;
use mirage::files::{GALLERY, create, gallery_entries, load_figure, make_folder};
use mirage::report::{self, Picture};
use mirage::study::{FigurePlan, illustrate};

use super::look::StyleArguments;
use super::progress::{Progress, interruptible};
use super::{ProgressStyle, Stop, failed, print, say};

/// Shown below `mirage gallery --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage gallery                             lists the figures there are
  mirage gallery floor -o figures            draws one of them
  mirage gallery --all -o slides --format png --size slide --theme dark
  mirage gallery my-figure.toml -o figures   draws one of your own

What to see in a figure, and what not to conclude from it, is printed. Beside each
picture NAME.svg, NAME.csv holds the numbers drawn in it. No file is overwritten.
A figure of your own is a scenario with a table [figure]; those of the gallery,
in configs/gallery of the source, are patterns for it.";

#[derive(Args)]
pub(super) struct GalleryArguments {
    /// Figures of the gallery by name, or files with a table [figure]; without any, the gallery is listed
    #[arg(value_name = "NAME|FILE")]
    figures: Vec<String>,

    /// List the figures of the gallery, with what each shows, and draw none
    #[arg(long, conflicts_with_all = ["all", "output"])]
    list: bool,

    /// Draw all figures of the gallery
    #[arg(long, conflicts_with = "figures")]
    all: bool,

    /// The folder for the figures, made if there is none
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Formats of the pictures, with commas between several
    #[arg(
        long,
        value_enum,
        value_name = "FORMATS",
        value_delimiter = ',',
        default_value = "svg"
    )]
    format: Vec<PictureFormat>,

    #[command(flatten)]
    style: StyleArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PictureFormat {
    /// Vector graphics.
    Svg,
    /// Pixels, 200 per inch; on a slide 144.
    Png,
}

impl From<PictureFormat> for Picture {
    fn from(format: PictureFormat) -> Self {
        match format {
            PictureFormat::Svg => Self::Svg,
            PictureFormat::Png => Self::Png,
        }
    }
}

/// Lists the gallery, or draws some of it.
pub(super) fn run(arguments: &GalleryArguments) -> Result<(), Stop> {
    let names: Vec<&str> = match arguments.all {
        true => GALLERY.iter().map(|one| one.name).collect(),
        false => arguments.figures.iter().map(String::as_str).collect(),
    };
    if names.is_empty() && arguments.output.is_some() {
        return Err(Stop::Refused(
            "which figures are to be drawn? give names, or --all; `mirage gallery` lists them"
                .to_owned(),
        ));
    }
    if arguments.list || names.is_empty() {
        return print(&report::scenarios(&gallery_entries()?));
    }
    let Some(folder) = &arguments.output else {
        return Err(Stop::Refused(
            "-o is missing: give the folder for the figures, such as -o figures".to_owned(),
        ));
    };
    // All that can be refused is refused before any work is done.
    let plans = names.iter().map(|name| load_figure(name));
    let plans: Vec<_> = plans.collect::<Result<_, _>>()?;
    let formats = pictures(&arguments.format);
    let ends: Vec<&str> = std::iter::once("csv")
        .chain(formats.iter().map(|one| one.extension()))
        .collect();
    let path = |name: &str, end: &str| folder.join(format!("{name}.{end}"));
    if let Some(name) = twice(&plans) {
        return Err(Stop::Refused(format!(
            "two of these figures are called {name} and would both be {}: draw one of them into another folder, or give its file another name",
            path(name, "csv").display()
        )));
    }
    let mut paths = plans
        .iter()
        .flat_map(|plan| ends.iter().map(|end| path(&plan.name, end)));
    if let Some(there) = paths.find(|path| path.exists()) {
        return Err(Stop::Refused(format!(
            "{} exists and stays as it is; give another folder with -o",
            there.display()
        )));
    }
    make_folder(folder)?;
    let cancel = interruptible();
    let control = Control {
        cancel: &cancel,
        events: &|_| (),
    };
    let (progress, count) = (Progress::new(ProgressStyle::Auto), plans.len());
    for (place, plan) in (1..).zip(plans) {
        if cancel.load(Ordering::Relaxed) {
            progress.finish();
            return Err(Stop::Interrupted);
        }
        progress.stage(&format!("{} ({place} of {count})", plan.name));
        let finding = illustrate(plan, &control).map_err(|_| {
            progress.finish();
            Stop::Interrupted
        })?;
        let plan = &finding.plan;
        let figure = report::teaching_figure(&finding).map_err(failed)?;
        let drawing = report::draw(&figure, arguments.style.style()).map_err(failed)?;
        create(
            &path(&plan.name, "csv"),
            figure.csv().map_err(failed)?.as_bytes(),
        )?;
        for &picture in &formats {
            let bytes = drawing.bytes(picture).map_err(failed)?;
            create(&path(&plan.name, picture.extension()), &bytes)?;
        }
        progress.finish();
        print(&report::told_figure(plan))?;
    }
    say(&format!(
        "figures and their numbers are in {}",
        folder.display()
    ));
    Ok(())
}

/// Each format once.
fn pictures(formats: &[PictureFormat]) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = Vec::new();
    for picture in formats.iter().copied().map(Picture::from) {
        if !pictures.contains(&picture) {
            pictures.push(picture);
        }
    }
    pictures
}

/// The name of a figure that another has as well, to file systems that take capitals for small letters.
fn twice(plans: &[FigurePlan]) -> Option<&str> {
    let mut names = BTreeSet::new();
    let name = |plan: &FigurePlan| plan.name.to_lowercase();
    let second = plans.iter().find(|plan| !names.insert(name(plan)));
    second.map(|plan| plan.name.as_str())
}
