//! A figure to SVG and PNG. The only file that names plotters.
//!
//! plotters draws in whole units, so the canvas has 1200 of them to the inch. Texts are set in the embedded Inter faces
//! and leave as outlines: the picture needs no font and looks the same everywhere.

use std::sync::{Arc, OnceLock};

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    BLACK, Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
    WHITE, register_font,
};
use resvg::{tiny_skia, usvg};

use super::figure::{Axis, AxisKind, Figure, Line, Marker, Panel, Series};

/// The embedded faces: Inter 4.1, SIL Open Font License 1.1 (`fonts/OFL.txt`).
const FACES: [(FontStyle, &[u8]); 3] = [
    (
        FontStyle::Normal,
        include_bytes!("fonts/Inter-Regular.sub.ttf"),
    ),
    (FontStyle::Bold, include_bytes!("fonts/Inter-Bold.sub.ttf")),
    (
        FontStyle::Italic,
        include_bytes!("fonts/Inter-Italic.sub.ttf"),
    ),
];
const FAMILY: &str = "Inter";

const UNITS_PER_INCH: f64 = 1200.0;
const DOTS_PER_INCH: f64 = 200.0;
const PANEL_INCHES: (f64, f64) = (3.6, 3.1);
const PANELS_PER_ROW: usize = 2;

const INK: RGBColor = RGBColor(0x22, 0x26, 0x2b);
const SOFT_INK: RGBColor = RGBColor(0x5b, 0x64, 0x70);
const GRID: RGBColor = RGBColor(0xe4, 0xe7, 0xeb);
const SHADE: RGBColor = RGBColor(0xf1, 0xf2, 0xf4);

/// Okabe and Ito's colours for all kinds of colour vision, without yellow, which is too pale for lines on white.
const PALETTE: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
];

/// Why a figure could not be drawn: always a defect, never the user's doing.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw {figure}: {problem}")]
pub struct DrawError {
    figure: String,
    problem: String,
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

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A length in points as canvas units.
fn points(length: f64) -> i32 {
    (length / 72.0 * UNITS_PER_INCH).round() as i32
}

/// Draws all panels.
///
/// # Errors
/// A defect in this program or in a library it draws with.
pub fn draw(figure: &Figure) -> Result<Drawing, DrawError> {
    let failed = |problem: String| DrawError {
        figure: figure.name.clone(),
        problem,
    };
    let fonts = fonts()
        .as_ref()
        .map_err(|problem| failed(problem.clone()))?;
    let rows = figure.panels.len().div_ceil(PANELS_PER_ROW).max(1);
    let columns = figure.panels.len().clamp(1, PANELS_PER_ROW);
    let width = PANEL_INCHES.0 * columns as f64;
    let note = wrap_note(&known(&figure.note), width).map_err(|error| failed(error.to_string()))?;
    let foot = f64::from(points(NOTE_LINE) * note.len() as i32 + points(4.0)) / UNITS_PER_INCH;
    let inches = (width, PANEL_INCHES.1 * rows as f64 + foot);
    let size = (
        (inches.0 * UNITS_PER_INCH) as u32,
        (inches.1 * UNITS_PER_INCH) as u32,
    );
    let mut canvas = String::new();
    {
        let root = SVGBackend::with_string(&mut canvas, size).into_drawing_area();
        draw_figure(&root, (rows, columns), figure, &note)
            .map_err(|error| failed(error.to_string()))?;
    }
    // The physical size replaces the one in canvas units, and lines meet in round joins.
    let body = canvas.find('>').map_or("", |end| &canvas[end + 1..]);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}in\" height=\"{}in\" viewBox=\"0 0 {} {}\">\
         <style>polyline{{stroke-linejoin:round;stroke-linecap:butt}}</style>{body}",
        inches.0, inches.1, size.0, size.1
    );
    let options = usvg::Options {
        fontdb: Arc::clone(fonts),
        font_family: FAMILY.to_owned(),
        ..Default::default()
    };
    let tree = usvg::Tree::from_str(&svg, &options).map_err(|error| failed(error.to_string()))?;
    let (title, caption) = (figure.title.clone(), figure.caption.clone());
    Ok(Drawing {
        figure: figure.name.clone(),
        title,
        caption,
        tree,
    })
}

/// The faces, registered with plotters for measuring and in a database for outlines; no system fonts.
fn fonts() -> &'static Result<Arc<usvg::fontdb::Database>, String> {
    static FONTS: OnceLock<Result<Arc<usvg::fontdb::Database>, String>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut database = usvg::fontdb::Database::new();
        for (style, face) in FACES {
            register_font(FAMILY, style, face)
                .map_err(|_| "an embedded font cannot be read".to_owned())?;
            database.load_font_data(face.to_vec());
        }
        match database.len() {
            3 => Ok(Arc::new(database)),
            found => Err(format!("{found} of 3 embedded fonts were loaded")),
        }
    })
}

impl Drawing {
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

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw_figure(root: &Area<'_>, grid: (usize, usize), figure: &Figure, note: &[String]) -> Drawn {
    root.fill(&WHITE)?;
    let panels_height = f64::from(grid.0 as u32) * PANEL_INCHES.1 * UNITS_PER_INCH;
    let (panels, foot) = root.split_vertically(panels_height as u32);
    let letters = ('a'..='z')
        .map(String::from)
        .chain(std::iter::repeat(String::new()));
    for ((area, panel), letter) in panels
        .split_evenly(grid)
        .iter()
        .zip(&figure.panels)
        .zip(letters)
    {
        draw_panel(area, panel, &letter)?;
    }
    for (i, line) in (0..).zip(note) {
        foot.draw_text(
            line,
            &note_style(),
            (points(NOTE_LEFT), points(NOTE_LINE) * i),
        )?;
    }
    root.present()?;
    Ok(())
}

const NOTE_LEFT: f64 = 44.0;
const NOTE_LINE: f64 = 9.0;

fn note_style() -> TextStyle<'static> {
    text_style(6.5, FontStyle::Italic, SOFT_INK, (HPos::Left, VPos::Top))
}

/// Lines of words that fit below panels of this width in inches.
fn wrap_note(note: &str, inches: f64) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let room = (inches * UNITS_PER_INCH) as i32 - points(NOTE_LEFT) - points(8.0);
    let mut lines = vec![String::new()];
    for word in note.split_whitespace() {
        let last = lines.last().map_or("", String::as_str);
        let longer = format!("{last}{}{word}", if last.is_empty() { "" } else { " " });
        let (width, _) = note_style().font.box_size(&longer)?;
        match lines
            .last_mut()
            .filter(|last| last.is_empty() || width as i32 <= room)
        {
            Some(last) => *last = longer,
            None => lines.push(word.to_owned()),
        }
    }
    Ok(lines)
}

/// A text with letters that the embedded faces lack, which would vanish without a word, replaced by question marks.
fn known(text: &str) -> String {
    let face = ttf_parser::Face::parse(FACES[0].1, 0);
    let has = |letter: char| {
        face.as_ref()
            .is_ok_and(|face| face.glyph_index(letter).is_some())
            && !letter.is_control()
    };
    text.chars()
        .map(|letter| if has(letter) { letter } else { '?' })
        .collect()
}

/// A face, size in points, colour and anchor.
fn text_style(
    size: f64,
    style: FontStyle,
    colour: RGBColor,
    anchor: (HPos, VPos),
) -> TextStyle<'static> {
    // plotters divides sizes by 1.24 on their way to SVG.
    let font = FontDesc::new(
        FontFamily::Name(FAMILY),
        f64::from(points(size)) * 1.24,
        style,
    );
    TextStyle {
        font,
        color: colour.to_backend_color(),
        pos: Pos::new(anchor.0, anchor.1),
    }
}

fn stroke(colour: impl Color, width: f64) -> ShapeStyle {
    ShapeStyle {
        color: colour.to_rgba(),
        filled: false,
        stroke_width: points(width).unsigned_abs(),
    }
}

/// From axis values to canvas units within one panel's area.
struct Frame {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn x(&self, value: f64) -> i32 {
        let share = (value - self.x.0) / (self.x.1 - self.x.0);
        self.left + (share * f64::from(self.right - self.left)).round() as i32
    }

    fn y(&self, value: f64) -> i32 {
        let share = (value - self.y.0) / (self.y.1 - self.y.0);
        self.bottom - (share * f64::from(self.bottom - self.top)).round() as i32
    }
}

const LABEL_SIZE: f64 = 7.5;
const LABEL_LINE: f64 = 9.5;
const LABEL_LETTERS: usize = 16;
const LABEL_GAP: f64 = 9.0;

fn draw_panel(area: &Area<'_>, panel: &Panel, letter: &str) -> Drawn {
    let (width, height) = area.dim_in_pixel();
    let bold = |colour| {
        text_style(
            LABEL_SIZE,
            FontStyle::Bold,
            colour,
            (HPos::Left, VPos::Center),
        )
    };
    let labels: Vec<Vec<String>> = panel
        .series
        .iter()
        .map(|series| wrap(&known(&series.label)))
        .collect();
    let widths = labels.iter().flatten().map(|line| {
        area.estimate_text_size(line, &bold(BLACK))
            .map(|size| size.0)
    });
    let widest = widths
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .max()
        .unwrap_or(0) as i32;
    let frame = Frame {
        left: points(44.0),
        right: width as i32 - widest - points(LABEL_GAP + 6.0),
        top: points(42.0),
        bottom: height as i32 - points(34.0),
        x: (panel.x.from, panel.x.to),
        y: (panel.y.from, panel.y.to),
    };
    draw_axes(area, panel, &frame)?;
    let heading = |size, style, colour| text_style(size, style, colour, (HPos::Left, VPos::Top));
    area.draw_text(
        letter,
        &heading(10.0, FontStyle::Bold, INK),
        (points(6.0), points(6.0)),
    )?;
    area.draw_text(
        &panel.title,
        &heading(10.0, FontStyle::Bold, INK),
        (frame.left, points(6.0)),
    )?;
    area.draw_text(
        &panel.subtitle,
        &heading(7.5, FontStyle::Italic, SOFT_INK),
        (frame.left, points(21.0)),
    )?;
    // All bands below all lines below all points, so that no band tints another's line.
    for series in &panel.series {
        draw_band(area, series, &frame)?;
    }
    draw_reference_lines(area, panel, &frame)?;
    for series in &panel.series {
        draw_curve(area, series, &frame)?;
    }
    for series in &panel.series {
        draw_points(area, series, &frame)?;
    }
    draw_labels(area, panel, &labels, &frame)
}

fn draw_axes(area: &Area<'_>, panel: &Panel, frame: &Frame) -> Drawn {
    let shade = |from: i32, to: i32| {
        Rectangle::new([(from, frame.top), (to, frame.bottom)], SHADE.filled())
    };
    let (first, last) = (frame.x(panel.measured.0), frame.x(panel.measured.1));
    if first > frame.left {
        area.draw(&shade(frame.left, first))?;
    }
    if last < frame.right {
        area.draw(&shade(last, frame.right))?;
    }
    for (value, text) in ticks(&panel.y) {
        let y = frame.y(value);
        area.draw(&PathElement::new(
            vec![(frame.left, y), (frame.right, y)],
            stroke(GRID, 0.6),
        ))?;
        let style = text_style(
            LABEL_SIZE,
            FontStyle::Normal,
            INK,
            (HPos::Right, VPos::Center),
        );
        area.draw_text(&text, &style, (frame.left - points(5.0), y))?;
    }
    for (value, text) in ticks(&panel.x) {
        let x = frame.x(value);
        area.draw(&PathElement::new(
            vec![(x, frame.bottom), (x, frame.bottom + points(3.5))],
            stroke(INK, 0.8),
        ))?;
        let style = text_style(
            LABEL_SIZE,
            FontStyle::Normal,
            INK,
            (HPos::Center, VPos::Top),
        );
        area.draw_text(&text, &style, (x, frame.bottom + points(6.0)))?;
    }
    for value in small_ticks(&panel.x) {
        let x = frame.x(value);
        area.draw(&PathElement::new(
            vec![(x, frame.bottom), (x, frame.bottom + points(2.0))],
            stroke(INK, 0.5),
        ))?;
    }
    area.draw(&PathElement::new(
        vec![(frame.left, frame.bottom), (frame.right, frame.bottom)],
        stroke(INK, 0.8),
    ))?;
    let centre = (
        (frame.left + frame.right) / 2,
        (frame.top + frame.bottom) / 2,
    );
    let style = text_style(8.5, FontStyle::Normal, INK, (HPos::Center, VPos::Top));
    area.draw_text(
        &panel.x.label,
        &style,
        (centre.0, frame.bottom + points(20.0)),
    )?;
    area.draw_text(
        &panel.y.label,
        &style.transform(FontTransform::Rotate270),
        (points(6.0), centre.1),
    )?;
    Ok(())
}

/// Where an axis has a mark with a number, and the number.
fn ticks(axis: &Axis) -> Vec<(f64, String)> {
    match axis.kind {
        AxisKind::Credit => (0..=4)
            .map(|i| f64::from(i) / 4.0)
            .map(|value| (value, format!("{value:.2}")))
            .collect(),
        AxisKind::Decades => {
            let (from, to) = (axis.from.ceil() as i32, axis.to.floor() as i32);
            // At most seven numbers fit below a panel.
            let step = ((to - from) / 7 + 1) as usize;
            (from..=to)
                .step_by(step)
                .map(|decade| (f64::from(decade), power_of_ten(decade)))
                .collect()
        }
    }
}

/// Ten to the power of a decade: 10⁷.
fn power_of_ten(decade: i32) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => c
            .to_digit(10)
            .and_then(|digit| char::from_u32(0x2070 + digit))
            .unwrap_or(c),
    };
    format!(
        "10{}",
        decade.to_string().chars().map(digit).collect::<String>()
    )
}

/// Where an axis has a mark without a number: at 2 to 9 times each power of ten, on axes short enough to tell them apart.
fn small_ticks(axis: &Axis) -> Vec<f64> {
    match axis.kind {
        AxisKind::Decades if axis.to - axis.from <= 8.0 => {
            let decades = axis.from.floor() as i32..axis.to.ceil() as i32;
            let within = decades.flat_map(|decade| {
                (2..10).map(move |digit| f64::from(decade) + libm::log10(f64::from(digit)))
            });
            within
                .filter(|value| (axis.from..=axis.to).contains(value))
                .collect()
        }
        AxisKind::Decades => (axis.from.ceil() as i32..=axis.to.floor() as i32)
            .map(f64::from)
            .collect(),
        AxisKind::Credit => Vec::new(),
    }
}

fn colour(series: &Series) -> RGBColor {
    PALETTE[series.look.colour % PALETTE.len()]
}

fn draw_band(area: &Area<'_>, series: &Series, frame: &Frame) -> Drawn {
    if series.curve.len() < 2 {
        return Ok(());
    }
    let upper = series
        .curve
        .iter()
        .map(|place| (frame.x(place.x), frame.y(place.high)));
    let lower = series
        .curve
        .iter()
        .rev()
        .map(|place| (frame.x(place.x), frame.y(place.low)));
    area.draw(&Polygon::new(
        upper.chain(lower).collect::<Vec<_>>(),
        colour(series).mix(0.18).filled(),
    ))?;
    Ok(())
}

fn draw_reference_lines(area: &Area<'_>, panel: &Panel, frame: &Frame) -> Drawn {
    let mut lines: Vec<_> = panel.lines.iter().collect();
    lines.sort_by(|one, other| one.y.total_cmp(&other.y));
    // From the lowest line up, each label above its line and above the label below.
    let mut free = i32::MAX;
    for line in lines {
        let y = frame.y(line.y);
        let ends = [(frame.left, y), (frame.right, y)];
        let (dash, gap) = (points(1.2), points(2.2));
        area.draw(&DashedPathElement::new(
            ends,
            dash,
            gap,
            stroke(SOFT_INK, 0.8),
        ))?;
        let style = text_style(7.0, FontStyle::Italic, SOFT_INK, (HPos::Left, VPos::Bottom));
        let foot = free.min(y - points(1.5));
        area.draw_text(&line.label, &style, (frame.left + points(4.0), foot))?;
        free = foot - points(LABEL_LINE);
    }
    Ok(())
}

fn draw_curve(area: &Area<'_>, series: &Series, frame: &Frame) -> Drawn {
    if series.curve.len() < 2 {
        return Ok(());
    }
    let path: Vec<(i32, i32)> = series
        .curve
        .iter()
        .map(|place| (frame.x(place.x), frame.y(place.y)))
        .collect();
    let style = stroke(colour(series), 1.3);
    match series.look.line {
        Line::Solid => area.draw(&PathElement::new(path, style))?,
        Line::Dashed => area.draw(&DashedPathElement::new(
            path,
            points(4.0),
            points(2.6),
            style,
        ))?,
    }
    Ok(())
}

fn draw_points(area: &Area<'_>, series: &Series, frame: &Frame) -> Drawn {
    let colour = colour(series);
    let place = |at: &super::figure::PointPlace| (frame.x(at.x), frame.y(at.y));
    for at in &series.points {
        let x = frame.x(at.x);
        let interval = vec![(x, frame.y(at.low)), (x, frame.y(at.high))];
        area.draw(&PathElement::new(interval, stroke(colour, 0.8)))?;
    }
    for at in &series.points {
        let outline = marker(series.look.marker, place(at));
        area.draw(&Polygon::new(outline.clone(), WHITE.filled()))?;
        let closed: Vec<_> = outline.iter().chain(&outline[..2]).copied().collect();
        area.draw(&PathElement::new(closed, stroke(colour, 0.9)))?;
    }
    Ok(())
}

/// The corners of a marker.
fn marker(marker: Marker, (x, y): (i32, i32)) -> Vec<(i32, i32)> {
    let (corners, radius, turn) = match marker {
        Marker::Circle => (24, 1.9, 0.0),
        Marker::Square => (4, 2.4, 0.125),
        Marker::Triangle => (3, 2.5, 0.25),
        Marker::Diamond => (4, 2.5, 0.0),
    };
    let radius = f64::from(points(radius));
    let corner = |i: i32| {
        let angle = std::f64::consts::TAU * (f64::from(i) / f64::from(corners) + turn);
        let offset = |part: f64| (radius * part).round() as i32;
        (x + offset(libm::cos(angle)), y - offset(libm::sin(angle)))
    };
    (0..corners).map(corner).collect()
}

/// Labels beside the right ends of their series, pushed apart, with a leader where one had to move.
fn draw_labels(area: &Area<'_>, panel: &Panel, labels: &[Vec<String>], frame: &Frame) -> Drawn {
    let end = |series: &Series| {
        let curve = series.curve.last().map(|place| (place.x, place.y));
        curve.or_else(|| series.points.last().map(|place| (place.x, place.y)))
    };
    let ends: Vec<(i32, i32)> = panel
        .series
        .iter()
        .map(|series| {
            end(series).map_or((frame.right, frame.bottom), |(x, y)| {
                (frame.x(x), frame.y(y))
            })
        })
        .collect();
    let heights: Vec<i32> = labels
        .iter()
        .map(|lines| points(LABEL_LINE) * lines.len() as i32)
        .collect();
    let centres = push_apart(
        &ends.iter().map(|end| end.1).collect::<Vec<_>>(),
        &heights,
        frame.top,
    );
    for (((series, lines), (x, y)), (centre, height)) in panel
        .series
        .iter()
        .zip(labels)
        .zip(ends)
        .zip(centres.into_iter().zip(heights))
    {
        let left = frame.right + points(LABEL_GAP);
        if (centre - y).abs() > points(2.0) || x < frame.right {
            let from = (x + points(2.8), y);
            area.draw(&PathElement::new(
                vec![from, (left - points(1.5), centre)],
                stroke(colour(series), 0.5),
            ))?;
        }
        let style = text_style(
            LABEL_SIZE,
            FontStyle::Bold,
            colour(series),
            (HPos::Left, VPos::Center),
        );
        for (i, line) in (0..).zip(lines) {
            let middle = centre - height / 2 + points(LABEL_LINE) * i + points(LABEL_LINE) / 2;
            area.draw_text(line, &style, (left, middle))?;
        }
    }
    Ok(())
}

/// Centres of labels of these heights, as near to where they belong as they can be without overlap, in the same order
/// from top to bottom, none above `top`.
fn push_apart(wanted: &[i32], heights: &[i32], top: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&i| wanted[i]);
    // Groups of labels that touch: their members and the top edge of the group.
    let mut groups: Vec<(Vec<usize>, i32)> = Vec::new();
    let height = |members: &[usize]| members.iter().map(|&i| heights[i]).sum::<i32>();
    let settle = |members: &[usize]| {
        // The mean distance of members from where they belong is zero.
        let mut above = 0;
        let mut sum = 0;
        for &i in members {
            sum += wanted[i] - (above + heights[i] / 2);
            above += heights[i];
        }
        (sum / members.len() as i32).max(top - heights[members[0]] / 2)
    };
    for i in order {
        groups.push((vec![i], settle(&[i])));
        while let [.., above, below] = &groups[..] {
            if above.1 + height(&above.0) <= below.1 {
                break;
            }
            let members: Vec<usize> = above.0.iter().chain(&below.0).copied().collect();
            groups.truncate(groups.len() - 2);
            let edge = settle(&members);
            groups.push((members, edge));
        }
    }
    let mut centres = vec![0; wanted.len()];
    for (members, mut edge) in groups {
        for i in members {
            centres[i] = edge + heights[i] / 2;
            edge += heights[i];
        }
    }
    centres
}

/// Lines of at most [`LABEL_LETTERS`] letters, broken between words, after hyphens, or where nothing else is left.
fn wrap(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        let mut before = " ";
        for part in word.split_inclusive(['-', '_', '+']) {
            let letters: Vec<char> = part.chars().collect();
            for piece in letters.chunks(LABEL_LETTERS) {
                let piece: String = piece.iter().collect();
                let room = |line: &&mut String| {
                    line.chars().count() + before.len() + piece.chars().count() <= LABEL_LETTERS
                };
                match lines.last_mut().filter(room) {
                    Some(line) => *line += &format!("{before}{piece}"),
                    None => lines.push(piece),
                }
                before = "";
            }
        }
    }
    // The end of a label this long tells nothing a reader would look for there.
    lines.truncate(4);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_order_and_never_overlap() {
        let heights = [10, 10, 20, 10];
        let centres = push_apart(&[50, 50, 55, 200], &heights, 0);
        assert_eq!(centres[3], 200);
        let edges = |i: usize| (centres[i] - heights[i] / 2, centres[i] + heights[i] / 2);
        assert!(
            edges(0).1 <= edges(1).0 && edges(1).1 <= edges(2).0,
            "{centres:?}"
        );
        assert!(
            push_apart(&[3, 3], &[10, 10], 30)
                .iter()
                .all(|centre| *centre >= 30)
        );
    }

    #[test]
    fn letters_without_a_glyph_are_not_lost_in_silence() {
        assert_eq!(known("skill 能力 é"), "skill ?? é");
    }

    #[test]
    fn notes_keep_within_their_figure() {
        fonts().as_ref().unwrap();
        let note = "Points: simulated, n = 1000 items, with 95% intervals. Curves: expected.";
        let lines = wrap_note(note, 3.6).unwrap();
        assert!(lines.len() > 1 && lines.join(" ") == note, "{lines:?}");
        let widths = lines
            .iter()
            .map(|line| note_style().font.box_size(line).unwrap().0 as i32);
        assert!(widths.max().unwrap() + points(NOTE_LEFT) < (3.6 * UNITS_PER_INCH) as i32);
        assert_eq!(wrap_note(note, 7.2).unwrap().len(), 1);
    }

    #[test]
    fn decades_are_written_as_powers() {
        assert_eq!([12, -3, 0].map(power_of_ten), ["10¹²", "10⁻³", "10⁰"]);
    }

    #[test]
    fn relative_paths_lead_to_the_same_places() {
        let short =
            relative("M 10 20 L 15 18 Q 15 30 -5 40 Z L 10 21 M 3 4 C 1 2 3 4 5 6").unwrap();
        assert_eq!(short, "m10 20l5-2q0 12-20 22zl0 1m-7-17c-2-2 0 0 2 2");
        assert_eq!(relative("M 1 2 A 3 4"), None);
        assert_eq!(relative("M 1 2.5"), None);
    }

    #[test]
    fn long_labels_are_broken_between_words() {
        assert_eq!(wrap("Uneven steps"), ["Uneven steps"]);
        assert_eq!(
            wrap("A label of some length"),
            ["A label of some", "length"]
        );
        assert_eq!(
            wrap("power-law-translation-2"),
            ["power-law-", "translation-2"]
        );
        assert_eq!(
            wrap(&"x".repeat(40)),
            ["x".repeat(16), "x".repeat(16), "x".repeat(8)]
        );
    }
}
