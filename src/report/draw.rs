//! A figure drawn. The only file that names plotters, which draws in whole units: the canvas has 1200 to the inch.

use std::sync::OnceLock;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    BLACK, Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
    WHITE, register_font,
};

use super::faces::{self, FAMILY, known};
use super::figure::{Figure, Line, Marker, Panel, Series};
use super::layout::{push_apart, small_ticks, ticks, wrap};
use super::picture::{DrawError, Drawing};

const UNITS_PER_INCH: f64 = 1200.0;
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
    let svg = svg_of(figure).map_err(|error| DrawError::new(figure, &error))?;
    Drawing::new(figure, &svg)
}

fn svg_of(figure: &Figure) -> Result<String, Box<dyn std::error::Error>> {
    register_faces()?;
    let rows = figure.panels.len().div_ceil(PANELS_PER_ROW).max(1);
    let columns = figure.panels.len().clamp(1, PANELS_PER_ROW);
    let width = PANEL_INCHES.0 * columns as f64;
    let note = wrap_note(&known(&figure.note), width)?;
    let foot = f64::from(points(NOTE_LINE) * note.len() as i32 + points(4.0)) / UNITS_PER_INCH;
    let inches = (width, PANEL_INCHES.1 * rows as f64 + foot);
    let size = (
        (inches.0 * UNITS_PER_INCH) as u32,
        (inches.1 * UNITS_PER_INCH) as u32,
    );
    let mut canvas = String::new();
    let root = SVGBackend::with_string(&mut canvas, size).into_drawing_area();
    draw_figure(&root, (rows, columns), figure, &note)?;
    drop(root);
    // The physical size replaces the one in canvas units, and lines meet in round joins.
    let body = canvas.find('>').map_or("", |end| &canvas[end + 1..]);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}in\" height=\"{}in\" viewBox=\"0 0 {} {}\">\
         <style>polyline{{stroke-linejoin:round;stroke-linecap:butt}}</style>{body}",
        inches.0, inches.1, size.0, size.1
    ))
}

/// plotters measures texts in faces that are registered with it, once for the whole process.
fn register_faces() -> Result<(), &'static str> {
    static REGISTERED: OnceLock<Result<(), &'static str>> = OnceLock::new();
    *REGISTERED.get_or_init(|| {
        let styles = [FontStyle::Normal, FontStyle::Bold, FontStyle::Italic];
        let faces = [faces::REGULAR, faces::BOLD, faces::ITALIC];
        let mut both = styles.into_iter().zip(faces);
        both.try_for_each(|(style, face)| register_font(FAMILY, style, face))
            .map_err(|_| "an embedded face cannot be read")
    })
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
        (frame.top, frame.bottom),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_keep_within_their_figure() {
        register_faces().unwrap();
        let note = "Points: simulated, n = 1000 items, with 95% intervals. Curves: expected.";
        let lines = wrap_note(note, 3.6).unwrap();
        assert!(lines.len() > 1 && lines.join(" ") == note, "{lines:?}");
        let widths = lines
            .iter()
            .map(|line| note_style().font.box_size(line).unwrap().0 as i32);
        assert!(widths.max().unwrap() + points(NOTE_LEFT) < (3.6 * UNITS_PER_INCH) as i32);
        assert_eq!(wrap_note(note, 7.2).unwrap().len(), 1);
    }
}
