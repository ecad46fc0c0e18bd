//! `mirage gallery`: teaching figures.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use mirage::engine::Control;
use mirage::files::{GALLERY, create, figure_talk, gallery_entries, load_figure, make_folder};
use mirage::report::{self, Picture, Style};
use mirage::study::{FigurePlan, Motion, animate, illustrate};

use super::look::{StyleArguments, pdf};
use super::progress::{Progress, interruptible};
use super::{ProgressStyle, Stop, failed, print, say};

/// Shown below `mirage gallery --help`.
pub(super) const EXAMPLES: &str = "\
Examples:
  mirage gallery                             lists the figures there are
  mirage gallery floor -o figures            draws one of them
  mirage gallery --all -o slides --format png --size slide --theme dark
  mirage gallery harshness --animate -o figures
  mirage gallery my-figure.toml -o figures   draws one of your own

What to see in a figure, and what not to conclude from it, is printed. Beside
each picture NAME.svg, NAME.csv holds the numbers drawn in it; beside an
animation NAME.gif, NAME.frames.csv says where the curves of each frame rise.
The figure exam comes with a talk of two minutes for a class, exam.md. No file
is overwritten. A figure of your own is a scenario with a table [figure]; those
of the gallery, in configs/gallery of the source, are patterns for it.";

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

/// A figure and what is written beside it.
struct Wanted {
    plan: FigurePlan,
    motion: Option<Motion>,
    talk: Option<&'static str>,
}

/// How the names of its files end, each after that of the figure.
const NUMBERS: &str = "csv";
const ANIMATION: &str = "gif";
const FRAMES: &str = "frames.csv";
const TALK: &str = "md";

impl Wanted {
    fn read(name: &str, arguments: &GalleryArguments) -> Result<Self, Stop> {
        let plan = load_figure(name)?;
        let motion = match (arguments.animate, &plan.motion) {
            (true, None) if !arguments.all => return Err(still(&plan)),
            (true, motion) => motion.clone(),
            (false, _) => None,
        };
        let talk = figure_talk(name);
        Ok(Self { plan, motion, talk })
    }

    fn ends(&self, pictures: &[Picture]) -> Vec<&'static str> {
        let moving = self.motion.as_ref().map(|_| [ANIMATION, FRAMES]);
        let pictures = pictures.iter().map(|picture| picture.extension());
        let besides = moving.into_iter().flatten();
        let besides = besides.chain(self.talk.map(|_| TALK));
        std::iter::once(NUMBERS)
            .chain(pictures)
            .chain(besides)
            .collect()
    }

    /// Its files, each with the end of its name.
    fn files(
        &self,
        pictures: &[Picture],
        style: Style,
        cancel: &AtomicBool,
    ) -> Result<Vec<(&'static str, Vec<u8>)>, Stop> {
        let control = Control {
            cancel,
            events: &|_| (),
        };
        let finding = illustrate(self.plan.clone(), &control).map_err(|_| Stop::Interrupted)?;
        let figure = report::teaching_figure(&finding).map_err(failed)?;
        let drawing = report::draw(&figure, style).map_err(failed)?;
        let mut files = vec![(NUMBERS, figure.csv().map_err(failed)?.into_bytes())];
        for &picture in pictures {
            files.push((picture.extension(), drawing.bytes(picture).map_err(failed)?));
        }
        if let Some(motion) = &self.motion {
            let moved = animate(motion, cancel).map_err(|_| Stop::Interrupted)?;
            let frames = report::teaching_frames(&self.plan, &moved);
            let numbers = report::frames_csv(&moved).map_err(failed)?;
            files.push((FRAMES, numbers.into_bytes()));
            files.push((
                ANIMATION,
                report::animation(&frames, style).map_err(failed)?,
            ));
        }
        let talk = self.talk.map(|talk| (TALK, talk.as_bytes().to_vec()));
        Ok(files.into_iter().chain(talk).collect())
    }
}

fn still(plan: &FigurePlan) -> Stop {
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
    let pictures = pictures(&arguments.format)?;
    let wanted = names.iter().map(|name| Wanted::read(name, arguments));
    let wanted: Vec<Wanted> = wanted.collect::<Result<_, _>>()?;
    let path = |wanted: &Wanted, end: &str| folder.join(format!("{}.{end}", wanted.plan.name));
    if let Some(second) = twice(&wanted) {
        return Err(Stop::Refused(format!(
            "two of these figures are called {} and would both be {}: draw one of them into another folder, or give its file another name",
            second.plan.name,
            path(second, NUMBERS).display()
        )));
    }
    let mut paths = wanted.iter().flat_map(|wanted| {
        let ends = wanted.ends(&pictures).into_iter();
        ends.map(|end| path(wanted, end))
    });
    if let Some(there) = paths.find(|path| path.exists()) {
        return Err(Stop::Refused(format!(
            "{} exists and stays as it is; give another folder with -o",
            there.display()
        )));
    }
    make_folder(folder)?;
    let cancel = interruptible();
    let progress = Progress::new(ProgressStyle::Auto);
    for (place, one) in (1..).zip(&wanted) {
        progress.stage(&format!("{} ({place} of {})", one.plan.name, wanted.len()));
        let files = match cancel.load(Ordering::Relaxed) {
            true => Err(Stop::Interrupted),
            false => one.files(&pictures, arguments.style.style(), &cancel),
        };
        progress.finish();
        for (end, bytes) in files? {
            create(&path(one, end), &bytes)?;
        }
        print(&report::told_figure(&one.plan))?;
    }
    say(&format!(
        "figures and their numbers are in {}",
        folder.display()
    ));
    Ok(())
}

/// Each format once.
fn pictures(formats: &[PictureFormat]) -> Result<Vec<Picture>, Stop> {
    let mut pictures: Vec<Picture> = Vec::new();
    for format in formats {
        let picture = format.picture()?;
        if !pictures.contains(&picture) {
            pictures.push(picture);
        }
    }
    Ok(pictures)
}

/// A figure whose name another has as well, to file systems that take capitals for small letters.
fn twice(wanted: &[Wanted]) -> Option<&Wanted> {
    let mut names = BTreeSet::new();
    let is_second = |wanted: &&Wanted| !names.insert(wanted.plan.name.to_lowercase());
    wanted.iter().find(is_second)
}
