//! `mirage gallery`: teaching figures.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mirage::engine::Control;
use mirage::files::{GALLERY, create, gallery_entries, load_figure, make_folder};
use mirage::report::{self, Picture};
use mirage::study::{FigurePlan, animate, illustrate};

use super::look::{StyleArguments, pdf};
use super::progress::interruptible;
use super::{Stop, failed, print, say};

/// Shown below `mirage gallery --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage gallery                                 the figures there are
  mirage gallery two-worlds -o figures           one of them, with its numbers
  mirage gallery --all -o figures --theme dark   all of them, for a dark slide
  mirage gallery my-figure.toml -o figures       from a file with a table [figure]
  mirage gallery harshness --animate -o figures  one that moves, for a slide

Beside each picture, a file of the same name that ends in .csv holds the numbers
drawn; beside NAME.gif, NAME.frames.csv says where the curves of each frame rise.
What to see in a figure, and what not to conclude, is printed.";

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

    /// What moves in a figure, as NAME.gif beside it; with --all, of the figures in which something does
    #[arg(long)]
    animate: bool,

    #[command(flatten)]
    style: StyleArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PictureFormat {
    /// Vector graphics.
    Svg,
    /// Pixels, 200 per inch; on a slide 144.
    Png,
    /// A page that is the figure, for papers; in programs built with the feature pdf.
    Pdf,
}

impl PictureFormat {
    fn picture(self) -> Result<Picture, Stop> {
        match self {
            Self::Svg => Ok(Picture::Svg),
            Self::Png => Ok(Picture::Png),
            Self::Pdf => pdf("--format pdf"),
        }
    }
}

/// The ends of the names of an animation and of its numbers.
const ANIMATION: [&str; 2] = ["gif", "frames.csv"];

fn still_figure(plan: &FigurePlan) -> Stop {
    let all = GALLERY.iter().filter_map(|one| load_figure(one.name).ok());
    let moving = all.filter(|one| one.motion.is_some()).map(|one| one.name);
    let moving: Vec<String> = moving.collect();
    Stop::Refused(format!(
        "--animate: nothing moves in {}; of the gallery, something does in {}, and a file of your own says what does by \
         the key animate of [figure]",
        plan.name,
        moving.join(", ")
    ))
}

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
    let pictures = arguments.format.iter().map(|format| format.picture());
    let pictures: Vec<Picture> = pictures.collect::<Result<_, _>>()?;
    let plans = names.iter().map(|name| load_figure(name));
    let plans: Vec<_> = plans.collect::<Result<_, _>>()?;
    let motion = |plan: &FigurePlan| match arguments.animate {
        true => plan.motion.clone(),
        false => None,
    };
    if arguments.animate
        && !arguments.all
        && let Some(still) = plans.iter().find(|plan| plan.motion.is_none())
    {
        return Err(still_figure(still));
    }
    let path = |name: &str, end: &str| folder.join(format!("{name}.{end}"));
    let mut paths = plans.iter().flat_map(|plan| {
        let pictures = pictures.iter().map(|picture| picture.extension());
        let animation = motion(plan).map(|_| ANIMATION).into_iter().flatten();
        let ends = std::iter::once("csv").chain(pictures).chain(animation);
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
    for plan in plans {
        let finding = illustrate(plan, &control).map_err(|_| Stop::Interrupted)?;
        let plan = &finding.plan;
        let figure = report::teaching_figure(&finding).map_err(failed)?;
        let drawing = report::draw(&figure, arguments.style.style()).map_err(failed)?;
        create(
            &path(&plan.name, "csv"),
            figure.csv().map_err(failed)?.as_bytes(),
        )?;
        for &picture in &pictures {
            let bytes = drawing.bytes(picture).map_err(failed)?;
            create(&path(&plan.name, picture.extension()), &bytes)?;
        }
        if let Some(motion) = motion(plan) {
            let moved = animate(&motion, &cancel).map_err(|_| Stop::Interrupted)?;
            let frames = report::teaching_frames(plan, &moved);
            let bytes = report::animation(&frames, arguments.style.style()).map_err(failed)?;
            let numbers = report::frames_csv(&moved).map_err(failed)?;
            let [picture, table] = ANIMATION.map(|end| path(&plan.name, end));
            create(&table, numbers.as_bytes())?;
            create(&picture, &bytes)?;
        }
        print(&report::told_figure(plan))?;
    }
    say(&format!(
        "figures and their numbers are in {}",
        folder.display()
    ));
    Ok(())
}
