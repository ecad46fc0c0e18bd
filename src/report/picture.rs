//! A drawn figure as SVG, PNG and PDF. The only file that names resvg, but for the list of faces and PDF.
//!
//! Texts leave as outlines, but for those of a PDF, which holds its faces: a picture needs no font and looks the same
//! everywhere.

use resvg::{tiny_skia, usvg};

use super::faces;
use super::figure::Figure;
use super::scene::{Scene, UNITS_PER_INCH};
use super::style::{Rgb, Style};

/// Why a figure could not be drawn: always a defect, never the user's doing.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {figure}: {problem}")]
pub struct DrawError {
    figure: String,
    problem: String,
}

impl DrawError {
    pub(super) fn new(figure: &Figure, problem: &dyn std::fmt::Display) -> Self {
        Self::of(&figure.name, problem)
    }

    pub(super) fn of(figure: &str, problem: &dyn std::fmt::Display) -> Self {
        Self {
            figure: figure.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Vector graphics.
    Svg,
    /// Pixels.
    Png,
    /// A page of its size, with texts as texts.
    #[cfg(feature = "pdf")]
    Pdf,
}

impl Picture {
    /// All that this program was built with.
    pub const ALL: &[Self] = &[
        Self::Svg,
        Self::Png,
        #[cfg(feature = "pdf")]
        Self::Pdf,
    ];

    /// The end of file names.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            #[cfg(feature = "pdf")]
            Self::Pdf => "pdf",
        }
    }
}

/// A line of text in a picture and the rectangle that holds it, in inches from the upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedText {
    /// The text.
    pub words: String,
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// A picture, ready to be written in any format.
pub struct Drawing {
    figure: String,
    texts: Vec<PlacedText>,
    dots_per_inch: f64,
    background: Rgb,
    title: String,
    caption: String,
    tree: usvg::Tree,
}

impl Drawing {
    /// Takes the SVG of a figure, whose texts become outlines.
    pub(super) fn new(
        figure: &Figure,
        style: Style,
        scene: &Scene,
        svg: &str,
    ) -> Result<Self, DrawError> {
        let inches = |units: i32| f64::from(units) / UNITS_PER_INCH;
        let placed = scene.texts().map(|text| {
            let bounds = text.bounds();
            PlacedText {
                words: text.words.clone(),
                left: inches(bounds.left),
                top: inches(bounds.top),
                right: inches(bounds.right),
                bottom: inches(bounds.bottom),
            }
        });
        let options = usvg::Options {
            fontdb: faces::database(),
            font_family: faces::FAMILY.to_owned(),
            ..Default::default()
        };
        let tree = usvg::Tree::from_str(svg, &options);
        Ok(Self {
            tree: tree.map_err(|error| DrawError::new(figure, &error))?,
            figure: figure.name.clone(),
            texts: placed.collect(),
            dots_per_inch: style.size.dots_per_inch(),
            background: style.theme.background(),
            title: figure.title.clone(),
            caption: figure.caption.clone(),
        })
    }

    /// Every line of text and where it stands. None overlaps another.
    #[must_use]
    pub fn texts(&self) -> &[PlacedText] {
        &self.texts
    }

    /// Width and height in inches.
    #[must_use]
    pub fn inches(&self) -> (f64, f64) {
        let size = self.tree.size();
        // An SVG pixel is 1/96 inch.
        (
            f64::from(size.width()) / 96.0,
            f64::from(size.height()) / 96.0,
        )
    }

    /// The picture in a format.
    ///
    /// # Errors
    /// A defect in this program or in a library it draws with.
    pub fn bytes(&self, picture: Picture) -> Result<Vec<u8>, DrawError> {
        match picture {
            Picture::Svg => Ok(self.svg().into_bytes()),
            Picture::Png => self.png(),
            #[cfg(feature = "pdf")]
            Picture::Pdf => super::pdf::pdf(&self.tree, &self.title, &self.caption)
                .map_err(|problem| self.failed(&problem)),
        }
    }

    /// The picture as SVG, with title and description for those who cannot see it.
    #[must_use]
    pub fn svg(&self) -> String {
        // Whole canvas units, a seventeenth of a point, are finer than any screen or press.
        let options = usvg::WriteOptions {
            coordinates_precision: 0,
            transforms_precision: 5,
            indent: usvg::Indent::None,
            ..Default::default()
        };
        let svg = self.tree.to_string(&options);
        let escape = |text: &str| {
            // XML has no place for control characters.
            let printable: String = text.chars().filter(|letter| !letter.is_control()).collect();
            printable
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        };
        let body = svg.find('>').map_or("", |end| &svg[end + 1..]);
        let (width, height) = (self.tree.size().width(), self.tree.size().height());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width:.1}\" \
             height=\"{height:.1}\" viewBox=\"0 0 {width:.1} {height:.1}\">\
             <title>{}</title><desc>{}</desc>{}\n",
            escape(&self.title),
            escape(&self.caption),
            with_fewer_lines(&with_short_paths(body))
        )
    }

    /// The picture as PNG, at 200 dots to the inch, or 144 on a slide.
    ///
    /// # Errors
    /// A defect in this program or in a library it draws with.
    pub fn png(&self) -> Result<Vec<u8>, DrawError> {
        let failed = |error: png::EncodingError| self.failed(&error);
        let pixels = self.pixels()?;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, pixels.width, pixels.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let per_metre = (self.dots_per_inch / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer
            .write_image_data(pixels.colours.as_flattened())
            .map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }

    /// The picture at 200 dots to the inch, or 144 on a slide.
    pub(super) fn pixels(&self) -> Result<Pixels, DrawError> {
        let size = self.tree.size();
        // An SVG pixel is 1/96 inch.
        let scale = self.dots_per_inch as f32 / 96.0;
        let (width, height) = (
            (size.width() * scale).round() as u32,
            (size.height() * scale).round() as u32,
        );
        let mut picture = tiny_skia::Pixmap::new(width, height)
            .ok_or_else(|| self.failed(&"the picture has no size"))?;
        // A last row of pixels that the picture covers in part shows what is behind it.
        let (red, green, blue) = self.background;
        picture.fill(tiny_skia::Color::from_rgba8(red, green, blue, 0xff));
        resvg::render(
            &self.tree,
            tiny_skia::Transform::from_scale(scale, scale),
            &mut picture.as_mut(),
        );
        // The background is opaque, so nothing is lost with the alpha channel.
        let colours = picture.pixels().iter();
        let colours = colours.map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
        Ok(Pixels {
            width,
            height,
            colours: colours.collect(),
        })
    }

    fn failed(&self, problem: &dyn std::fmt::Display) -> DrawError {
        DrawError::of(&self.figure, problem)
    }
}

/// A picture as red, green and blue, row by row from the upper left corner.
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colours: Vec<[u8; 3]>,
}

/// The same elements, one to a line, with path data in relative coordinates: half the bytes.
fn with_short_paths(svg: &str) -> String {
    const START: &str = " d=\"";
    let mut short = String::new();
    let mut rest = svg;
    while let Some(start) = rest.find(START).map(|start| start + START.len()) {
        let end = rest[start..]
            .find('"')
            .map_or(rest.len(), |length| start + length);
        short += &rest[..start];
        short += &relative(&rest[start..end]).unwrap_or_else(|| rest[start..end].to_owned());
        rest = &rest[end..];
    }
    (short + rest).replace("><path", ">\n<path")
}

/// Lines that follow each other and are drawn alike, such as the dashes of a curve, as one element.
fn with_fewer_lines(svg: &str) -> String {
    // Up to the data of a path that is a line and nothing else.
    let look = |element: &str| {
        let end = element.find(" d=\"").map(|start| start + 4)?;
        element
            .starts_with("<path fill=\"none\"")
            .then(|| element[..end].to_owned())
    };
    let mut elements: Vec<String> = Vec::new();
    for element in svg.split('\n') {
        let before = elements.last_mut().filter(|last| last.ends_with("\"/>"));
        match (before, look(element)) {
            (Some(last), Some(own)) if look(last).as_ref() == Some(&own) => {
                last.truncate(last.len() - 3);
                // The first move of a path is from the corner of the picture, any other from where the last line ended.
                *last += &element[own.len()..].replacen('m', "M", 1);
            }
            _ => elements.push(element.to_owned()),
        }
    }
    elements.join("\n")
}

/// Path data of whole numbers with each point told from the one before; `None` for commands this does not know.
fn relative(data: &str) -> Option<String> {
    let mut words = data.split_whitespace();
    let (mut here, mut start) = ((0, 0), (0, 0));
    let mut path = String::new();
    while let Some(command) = words.next() {
        let points = match command {
            "M" | "L" => 1,
            "Q" => 2,
            "C" => 3,
            "Z" => 0,
            _ => return None,
        };
        path += &command.to_lowercase();
        let mut point = here;
        for _ in 0..points {
            let mut number = || words.next()?.parse::<i64>().ok();
            point = (number()?, number()?);
            for step in [point.0 - here.0, point.1 - here.1] {
                // A minus sign parts numbers as well as a space does.
                let apart = step >= 0 && path.ends_with(|last: char| last.is_ascii_digit());
                path += &format!("{}{step}", if apart { " " } else { "" });
            }
        }
        match command {
            "M" => start = point,
            "Z" => point = start,
            _ => {}
        }
        here = point;
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_lead_to_the_same_places() {
        let short =
            relative("M 10 20 L 15 18 Q 15 30 -5 40 Z L 10 21 M 3 4 C 1 2 3 4 5 6").unwrap();
        assert_eq!(short, "m10 20l5-2q0 12-20 22zl0 1m-7-17c-2-2 0 0 2 2");
        assert_eq!(relative("M 1 2 A 3 4"), None);
        assert_eq!(relative("M 1 2.5"), None);
    }

    #[test]
    fn lines_drawn_alike_are_one_element_and_areas_stay_apart() {
        let line =
            |ink: &str, data: &str| format!("<path fill=\"none\" stroke=\"{ink}\" d=\"{data}\"/>");
        let area = "<path fill=\"red\" d=\"m1 1l2 0l0 2z\"/>";
        let (red, blue) = (line("red", "m1 2l3 4"), line("blue", "m5 6l7 8"));
        let (red, blue) = (red.as_str(), blue.as_str());
        let svg = [red, red, blue, blue, area, area, red].map(str::to_owned);
        let wanted = [
            line("red", "m1 2l3 4M1 2l3 4"),
            line("blue", "m5 6l7 8M5 6l7 8"),
        ];
        let wanted = [wanted[0].as_str(), wanted[1].as_str(), area, area, red].map(str::to_owned);
        assert_eq!(with_fewer_lines(&svg.join("\n")), wanted.join("\n"));
    }
}
