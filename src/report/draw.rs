//! A figure drawn. The only file that names plotters, which draws in whole units.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
};

use super::arrange::arrange;
use super::faces::{FAMILY, Face};
use super::figure::Figure;
use super::picture::{DrawError, Drawing};
use super::scene::{Anchor, Fill, Item, Pen, Scene, Text, Turn, UNITS_PER_INCH, dashed};
use super::style::{Rgb, Style};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws all panels.
///
/// # Errors
/// A defect in this program or in a library it draws with.
pub fn draw(figure: &Figure, style: Style) -> Result<Drawing, DrawError> {
    let scene = arrange(figure, style);
    let svg = svg_of(&scene, style.theme.background());
    let svg = svg.map_err(|error| DrawError::new(figure, &error))?;
    Drawing::new(figure, style, &scene, &svg)
}

fn svg_of(scene: &Scene, background: Rgb) -> Result<String, Box<dyn std::error::Error>> {
    let (width, height) = (scene.width.unsigned_abs(), scene.height.unsigned_abs());
    let mut canvas = String::new();
    let root = SVGBackend::with_string(&mut canvas, (width, height)).into_drawing_area();
    root.fill(&rgb(background))?;
    scene.items.iter().try_for_each(|item| put(&root, item))?;
    root.present()?;
    drop(root);
    // The physical size replaces the one in canvas units, and lines meet in round joins.
    let body = canvas.find('>').map_or("", |end| &canvas[end + 1..]);
    let inches = |units: u32| f64::from(units) / UNITS_PER_INCH;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}in\" height=\"{}in\" viewBox=\"0 0 {width} {height}\">\
         <style>polyline{{stroke-linejoin:round;stroke-linecap:butt}}</style>{body}",
        inches(width),
        inches(height),
    ))
}

const fn rgb((red, green, blue): Rgb) -> RGBColor {
    RGBColor(red, green, blue)
}

fn filled(fill: Fill) -> ShapeStyle {
    rgb(fill.ink).mix(fill.opacity).filled()
}

fn put(root: &Area<'_>, item: &Item) -> Drawn {
    match item {
        Item::Polygon { corners, fill } => {
            root.draw(&Polygon::new(corners.clone(), filled(*fill)))?;
        }
        Item::Rectangle { bounds, fill } => {
            let corners = [(bounds.left, bounds.top), (bounds.right, bounds.bottom)];
            root.draw(&Rectangle::new(corners, filled(*fill)))?;
        }
        Item::Path { places, pen } => put_path(root, places, pen)?,
        Item::Text(text) => put_text(root, text)?,
    }
    Ok(())
}

fn put_path(root: &Area<'_>, places: &[(i32, i32)], pen: &Pen) -> Drawn {
    let style = ShapeStyle {
        color: rgb(pen.ink).to_rgba(),
        filled: false,
        stroke_width: pen.width.unsigned_abs(),
    };
    for piece in dashed(places, &pen.dashes) {
        root.draw(&PathElement::new(piece, style))?;
    }
    Ok(())
}

fn put_text(root: &Area<'_>, text: &Text) -> Drawn {
    let face = match text.font.face {
        Face::Regular => FontStyle::Normal,
        Face::Bold => FontStyle::Bold,
        Face::Italic => FontStyle::Italic,
    };
    // plotters divides sizes by 1.24 on their way to SVG.
    let font = FontDesc::new(FontFamily::Name(FAMILY), text.font.size * 1.24, face);
    let across = match text.anchor {
        Anchor::Left => HPos::Left,
        Anchor::Centre => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    // What plotters centres vertically has its baseline half an ex, a quarter of the size, below.
    let quarter = (text.font.size / 4.0).round() as i32;
    let (font, at) = match text.turn {
        Turn::Level => (font, (text.at.0, text.at.1 - quarter)),
        Turn::Upwards => (
            font.transform(FontTransform::Rotate270),
            (text.at.0 - quarter, text.at.1),
        ),
    };
    let style = TextStyle {
        font,
        color: rgb(text.ink).to_backend_color(),
        pos: Pos::new(across, VPos::Center),
    };
    root.draw_text(&text.words, &style, at)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::Rect;
    use resvg::usvg::{Group, Node, Options, Tree};

    use super::super::axis::{Axis, CreditAxis};
    use super::super::faces;
    use super::super::figure::Panel;
    use super::super::layer::{Annotation, Region, Series};
    use super::super::look::Look;
    use super::super::style::{Size, Theme};
    use super::*;

    fn figure() -> Figure {
        let panel = Panel {
            title: "AVATAR Ty. 'fly' WAVE 10⁻³ Å".to_owned(),
            subtitle: "Kerning: AVATAR Toys, Ly, P., 1/n = 0.8".to_owned(),
            x: Axis::decades("Scale N (parameters)", (7.0, 12.0)),
            y: Axis::credit("Mean credit (fjord)", CreditAxis::Logit, [1e-4, 0.999]),
            measured: None,
            layers: vec![
                Series::curve("Wavy Toys (fjq)", Look::at(0), [(7.0, 0.1), (12.0, 0.9)]).into(),
                Region::new("hidden: below what 1000 items show", 7.0, 8.4).into(),
                Annotation::new("useful from 10¹¹·²⁴", 10.0, 0.2).into(),
            ],
        };
        Figure {
            name: "test".to_owned(),
            title: "Title".to_owned(),
            caption: String::new(),
            note: "Points: simulated, n = 1000 items, with 95% intervals.".to_owned(),
            panels: vec![panel],
        }
    }

    fn inked(group: &Group) -> Vec<Rect> {
        let of = |node: &Node| match node {
            Node::Group(group) => inked(group),
            Node::Text(text) => {
                let bounds = text.flattened().bounding_box();
                bounds.transform(text.abs_transform()).into_iter().collect()
            }
            Node::Path(_) | Node::Image(_) => Vec::new(),
        };
        group.children().iter().flat_map(of).collect()
    }

    /// resvg sets the same text with all the rules of the face: what it inks lies where this program says it does.
    #[test]
    fn measured_bounds_hold_what_is_inked() {
        for size in Size::ALL {
            let style = Style {
                theme: Theme::Light,
                size,
            };
            let scene = arrange(&figure(), style);
            let options = Options {
                fontdb: faces::database(),
                font_family: FAMILY.to_owned(),
                ..Default::default()
            };
            let tree = Tree::from_str(&svg_of(&scene, style.theme.background()).unwrap(), &options)
                .unwrap();
            let inked = inked(tree.root());
            let unit = tree.size().width() / scene.width as f32;
            let texts: Vec<&Text> = scene
                .texts()
                .filter(|text| !text.words.is_empty())
                .collect();
            assert_eq!(inked.len(), texts.len());
            for (inked, text) in inked.into_iter().zip(texts) {
                let bounds = text.bounds();
                // Letters may lean out by a hair, and pairs of letters stand closer: a twelfth of their size.
                let hair = text.font.size as f32 / 12.0;
                let edges = [inked.left(), inked.top(), inked.right(), inked.bottom()];
                let units = edges.map(|edge| edge / unit);
                let within = units[0] >= bounds.left as f32 - hair
                    && units[1] >= bounds.top as f32 - hair
                    && units[2] <= bounds.right as f32 + hair
                    && units[3] <= bounds.bottom as f32 + hair;
                assert!(within, "{text:?}: {bounds:?} does not hold {units:?}");
                let long = (units[2] - units[0]).max(units[3] - units[1]);
                let said = bounds.width().max(bounds.height()) as f32;
                assert!(
                    long > 0.9 * said - 4.0 * hair,
                    "{text:?}: {said} but {long}"
                );
            }
        }
    }
}
