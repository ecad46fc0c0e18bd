//! A drawn figure as SVG and PNG. The only file that names resvg, but for the list of faces.
//!
//! Texts leave as outlines: a picture needs no font and looks the same everywhere.

use resvg::{tiny_skia, usvg};

use super::faces;
use super::figure::Figure;

const DOTS_PER_INCH: f64 = 200.0;

/// Why a figure could not be drawn: always a defect, never the user's doing.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {figure}: {problem}")]
pub struct DrawError {
    figure: String,
    problem: String,
}

impl DrawError {
    pub(super) fn new(figure: &Figure, problem: &dyn std::fmt::Display) -> Self {
        Self {
            figure: figure.name.clone(),
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
}

impl Picture {
    /// The end of file names.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

/// A picture, ready to be written in either format.
pub struct Drawing {
    figure: String,
    title: String,
    caption: String,
    tree: usvg::Tree,
}

impl Drawing {
    /// Takes the SVG of a figure, whose texts become outlines.
    pub(super) fn new(figure: &Figure, svg: &str) -> Result<Self, DrawError> {
        let options = usvg::Options {
            fontdb: faces::database(),
            font_family: faces::FAMILY.to_owned(),
            ..Default::default()
        };
        let tree = usvg::Tree::from_str(svg, &options);
        Ok(Self {
            tree: tree.map_err(|error| DrawError::new(figure, &error))?,
            figure: figure.name.clone(),
            title: figure.title.clone(),
            caption: figure.caption.clone(),
        })
    }

    /// The picture in a format.
    ///
    /// # Errors
    /// A defect in this program or in a library it draws with.
    pub fn bytes(&self, picture: Picture) -> Result<Vec<u8>, DrawError> {
        match picture {
            Picture::Svg => Ok(self.svg().into_bytes()),
            Picture::Png => self.png(),
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
            with_short_paths(body)
        )
    }

    /// The picture as PNG at 200 dots per inch.
    ///
    /// # Errors
    /// A defect in this program or in a library it draws with.
    pub fn png(&self) -> Result<Vec<u8>, DrawError> {
        let failed = |problem: &dyn std::fmt::Display| DrawError {
            figure: self.figure.clone(),
            problem: problem.to_string(),
        };
        let size = self.tree.size();
        // An SVG pixel is 1/96 inch.
        let scale = DOTS_PER_INCH as f32 / 96.0;
        let (width, height) = (
            (size.width() * scale).round() as u32,
            (size.height() * scale).round() as u32,
        );
        let mut picture = tiny_skia::Pixmap::new(width, height)
            .ok_or_else(|| failed(&"the picture has no size"))?;
        resvg::render(
            &self.tree,
            tiny_skia::Transform::from_scale(scale, scale),
            &mut picture.as_mut(),
        );
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let per_metre = (DOTS_PER_INCH / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        // The background is opaque, so nothing is lost with the alpha channel.
        let rgb: Vec<u8> = picture
            .pixels()
            .iter()
            .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
            .collect();
        let mut writer = encoder.write_header().map_err(|error| failed(&error))?;
        writer
            .write_image_data(&rgb)
            .map_err(|error| failed(&error))?;
        writer.finish().map_err(|error| failed(&error))?;
        Ok(bytes)
    }
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
}
