//! `mirage gallery`: teaching figures.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mirage::engine::Control;
use mirage::files::{GALLERY, create, figure_talk, gallery_entries, load_figure, make_folder};
use mirage::report::{self, Picture};
use mirage::study::illustrate;

use super::look::StyleArguments;
use super::progress::interruptible;
use super::{Stop, failed, print, say};

/// Shown below `mirage gallery --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage gallery                                 the figures there are
  mirage gallery two-worlds -o figures           one of them, with its numbers
  mirage gallery --all -o figures --theme dark   all of them, for a dark slide
  mirage gallery my-figure.toml -o figures       from a file with a table [figure]

Beside each picture, a file of the same name that ends in .csv holds the numbers
drawn. What to see in it, and what not to conclude, is printed. The figure exam
comes with a talk of two minutes for a class, exam.md.";

#[derive(Args)]
pub(super) struct GalleryArguments {
    /// Figures of the gallery, by name, or files with a table [figure]
    #[arg(value_name = "NAME|FILE")]
    figures: Vec<String>,

    /// List the figures of the gallery
    #[arg(long, conflicts_with_all = ["all", "output"])]
    list: bool,

    /// All figures of the gallery
    #[arg(long, conflicts_with = "figures")]
    all: bool,

    /// The folder for the figures
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Formats of the pictures
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

/// How the file of a talk ends.
const TALK: &str = "md";

/// Lists the gallery, or draws some of it.
pub(super) fn run(arguments: &GalleryArguments) -> Result<(), Stop> {
    let names: Vec<&str> = match arguments.all {
        true => GALLERY.iter().map(|one| one.name).collect(),
        false => arguments.figures.iter().map(String::as_str).collect(),
    };
    if arguments.list || names.is_empty() {
        return print(&report::scenarios(&gallery_entries()?));
    }
    let Some(folder) = &arguments.output else {
        return Err(Stop::Refused(
            "-o is missing: give the folder for the figures, such as -o figures".to_owned(),
        ));
    };
    // All that can be refused is refused before any work is done.
    let plans = names
        .iter()
        .map(|name| Ok((load_figure(name)?, figure_talk(name))));
    let plans: Vec<_> = plans.collect::<Result<_, Stop>>()?;
    let ends: Vec<&str> = std::iter::once("csv")
        .chain(
            arguments
                .format
                .iter()
                .map(|one| Picture::from(*one).extension()),
        )
        .collect();
    let path = |name: &str, end: &str| folder.join(format!("{name}.{end}"));
    let mut paths = plans.iter().flat_map(|(plan, talk)| {
        let talk = talk.map(|_| TALK);
        let ends = ends.iter().copied().chain(talk);
        ends.map(|end| path(&plan.name, end))
    });
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
    for (plan, talk) in plans {
        let finding = illustrate(plan, &control).map_err(|_| Stop::Interrupted)?;
        let plan = &finding.plan;
        let figure = report::teaching_figure(&finding).map_err(failed)?;
        let drawing = report::draw(&figure, arguments.style.style()).map_err(failed)?;
        create(
            &path(&plan.name, "csv"),
            figure.csv().map_err(failed)?.as_bytes(),
        )?;
        for &format in &arguments.format {
            let picture = Picture::from(format);
            let bytes = drawing.bytes(picture).map_err(failed)?;
            create(&path(&plan.name, picture.extension()), &bytes)?;
        }
        if let Some(talk) = talk {
            create(&path(&plan.name, TALK), talk.as_bytes())?;
        }
        print(&report::told_figure(plan))?;
    }
    say(&format!(
        "figures and their numbers are in {}",
        folder.display()
    ));
    Ok(())
}
