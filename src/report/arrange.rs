//! A figure as a scene: the sheet, its panels, and the notes below them.
//!
//! No text overlaps another, by construction. Headings, numbers at axes, labels at the ends of curves and notes have
//! parts of the sheet to themselves, made as large as they need; labels inside a panel take a free place or are replaced
//! by a number, which the notes explain.

mod cells;
mod clouds;
mod ends;
mod labels;
mod layers;
mod obstacles;
mod panel;
mod raster;
mod side;
mod spots;

use super::board::Board;
use super::faces::Face;
use super::figure::{Figure, Panel};
use super::layout::wrap;
use super::scene::{Anchor, Bounds, Scene, UNITS_PER_INCH};
use super::style::{Size, Style};
use ends::{EndLabels, Room};
use panel::{LabelOfX, Margins, Slot, draw_panel, right_margin};

/// Explanations of the numbers that stand for labels without a place.
#[derive(Default)]
pub(super) struct Key {
    labels: Vec<String>,
    /// Labels of dotted lines without a place.
    dotted: Vec<String>,
    /// Whether curves of a family lack a label.
    has_unnamed: bool,
}

impl Key {
    /// The number of a label, the same for the same words.
    pub(super) fn number(&mut self, label: &str) -> String {
        let place = self.labels.iter().position(|known| known == label);
        let place = place.unwrap_or_else(|| {
            self.labels.push(label.to_owned());
            self.labels.len() - 1
        });
        (place + 1).to_string()
    }

    /// Tells of a dotted line whose label has no place.
    fn dotted(&mut self, label: &str) {
        if !self.dotted.iter().any(|known| known == label) {
            self.dotted.push(label.to_owned());
        }
    }

    fn text(&self) -> String {
        let entries = (1..).zip(&self.labels);
        let mut entries: Vec<String> = entries.map(|(i, label)| format!("{i} = {label}")).collect();
        entries.extend(self.dotted.iter().map(|label| format!("dotted: {label}")));
        if self.has_unnamed {
            entries.push("lines without a label lie in order between those with one".to_owned());
        }
        entries.join("; ")
    }
}

/// Where panels go.
struct Sheet {
    /// In canvas units.
    width: i32,
    columns: usize,
    height: Height,
    scale: f64,
}

/// What follows from what.
#[derive(Clone, Copy)]
enum Height {
    /// The sheet is as high as its rows of panels, each this high.
    OfRow(i32),
    /// The panels share a sheet this high.
    OfSheet(i32),
}

const fn inches(length: f64) -> i32 {
    (length * UNITS_PER_INCH) as i32
}

impl Sheet {
    fn new(size: Size, panels: usize) -> Self {
        match size {
            Size::Page => {
                let columns = panels.clamp(1, 2);
                Self {
                    width: columns as i32 * inches(3.6),
                    columns,
                    height: Height::OfRow(inches(3.1)),
                    scale: 1.0,
                }
            }
            Size::Column => Self {
                width: inches(3.5),
                columns: 1,
                // Many panels are lower, to keep within a page.
                height: Height::OfRow(inches((9.6 / panels.max(1) as f64).clamp(2.3, 3.0))),
                scale: 1.0,
            },
            Size::Slide => {
                let (columns, scale) = match panels {
                    0 | 1 => (1, 2.2),
                    2 => (2, 2.1),
                    3 => (3, 1.6),
                    4 => (2, 1.6),
                    5..=9 => (3, 1.4),
                    _ => (4, 1.0),
                };
                Self {
                    width: 16_000,
                    columns,
                    height: Height::OfSheet(9_000),
                    scale,
                }
            }
        }
    }
}

/// On a slide, what is left for data is at least this wide and high, in points before scaling.
const LEAST_PLOT: (f64, f64) = (70.0, 50.0);

/// On a slide, plots are at most this many times as high as wide: on narrow and high ones every rise looks like a cliff.
const HIGHEST_PLOT: f64 = 1.6;

/// The scene of a figure. Where a slide has no room for its texts, all of it is set smaller.
pub(super) fn arrange(figure: &Figure, style: Style) -> Scene {
    let mut sheet = Sheet::new(style.size, figure.panels.len());
    // Notes that explain more numbers take room, and less room may make more numbers; there are only so many.
    let mut foot = 0;
    loop {
        let attempt = attempt(figure, style, &sheet, foot);
        match sheet.height {
            Height::OfSheet(_) if !attempt.has_room && sheet.scale > 0.4 => {
                sheet.scale *= 0.92;
                foot = 0;
            }
            Height::OfSheet(_) if attempt.foot > foot => foot = attempt.foot,
            _ => return attempt.scene,
        }
    }
}

struct Attempt {
    scene: Scene,
    /// Height of the notes.
    foot: i32,
    /// Whether there is room for data in every panel.
    has_room: bool,
}

fn attempt(figure: &Figure, style: Style, sheet: &Sheet, foot: i32) -> Attempt {
    let mut board = Board {
        theme: style.theme,
        scale: sheet.scale,
        items: Vec::new(),
    };
    let mut key = Key::default();
    let top = match style.size {
        Size::Slide => draw_title(&mut board, &figure.title, sheet.width),
        Size::Page | Size::Column => 0,
    };
    let (slots, bottom) = {
        let words = slots(figure, &board, sheet, (top, foot), EndLabels::Words);
        if words.0.iter().all(|slot| slot.end_labels_fit(&board)) {
            words
        } else {
            slots(figure, &board, sheet, (top, foot), EndLabels::Numbers)
        }
    };
    for slot in &slots {
        slot.number_ends(&mut key);
    }
    let least = (board.points(LEAST_PLOT.0), board.points(LEAST_PLOT.1));
    let has_room = slots
        .iter()
        .all(|slot| slot.plot.width() >= least.0 && slot.plot.height() >= least.1);
    for slot in &slots {
        draw_panel(&mut board, slot, &mut key);
    }
    let below = draw_notes(&mut board, figure, &key, (sheet.width, bottom));
    Attempt {
        foot: below - bottom,
        has_room,
        scene: Scene {
            width: sheet.width,
            height: match sheet.height {
                Height::OfRow(_) => below,
                Height::OfSheet(height) => height,
            },
            items: board.items,
        },
    }
}

/// The heading of a slide; returns where panels may begin.
fn draw_title(board: &mut Board, title: &str, width: i32) -> i32 {
    let font = board.font(Face::Bold, 12.0);
    let (left, top) = (board.points(12.0), board.points(10.0));
    let lines = wrap(title, font, width - 2 * left);
    let ink = board.theme.ink();
    board.texts(&lines, font, ink, Anchor::Left, (left, top)) + board.points(4.0)
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

/// Where each panel goes, and the height at which the last row ends. Panels beside each other have axes at one height.
fn slots<'a>(
    figure: &'a Figure,
    board: &Board,
    sheet: &Sheet,
    (top, foot): (i32, i32),
    ends: EndLabels,
) -> (Vec<Slot<'a>>, i32) {
    let rows: Vec<&[Panel]> = figure.panels.chunks(sheet.columns).collect();
    let (count, width) = (rows.len().max(1) as i32, sheet.width / sheet.columns as i32);
    // A panel alone needs no letter.
    let mut letters = match figure.panels.len() {
        1 => "".chars(),
        _ => LETTERS.chars(),
    };
    let labels: Vec<LabelOfX> = (0..rows.len())
        .map(|i| LabelOfX::of(rows[i], rows.get(i + 1).copied()))
        .collect();
    let saved: i32 = labels.iter().map(|label| label.saved(board)).sum();
    let least = Margins::least(board);
    let mut slots = Vec::new();
    let mut y = top;
    for (row, label) in rows.into_iter().zip(labels) {
        // What labels save is shared, so that all plots are of one height.
        let least_height = match sheet.height {
            Height::OfRow(height) => height,
            Height::OfSheet(height) => (height - top - foot + saved) / count,
        } - label.saved(board);
        let margins: Vec<Margins> = row
            .iter()
            .map(|panel| Margins::of(panel, board, (width, least_height), label))
            .collect();
        let most = |of: fn(&Margins) -> i32| margins.iter().map(of).max().unwrap_or(0);
        let (above, below) = (most(|margins| margins.top), most(|margins| margins.bottom));
        let widths = |height: i32| -> Vec<i32> {
            let room = Room { width, height };
            let right = row
                .iter()
                .map(|panel| right_margin(panel, board, room, ends));
            let both = margins.iter().zip(right);
            both.map(|(margins, right)| width - margins.left - right)
                .collect()
        };
        let height = match sheet.height {
            // Headings of more lines than one make the row higher, not the axes lower.
            Height::OfRow(_) => {
                least_height + above - least.top + below - (least.bottom - label.saved(board))
            }
            Height::OfSheet(_) => {
                let narrowest = widths(least_height - above - below).into_iter().min();
                let highest = f64::from(narrowest.unwrap_or(width)) * HIGHEST_PLOT;
                // A plot without room for data is no measure: the figure is set smaller.
                let highest = (highest as i32).max(board.points(LEAST_PLOT.1));
                least_height.min(highest + above + below)
            }
        };
        let widths = widths(height - above - below);
        for (column, (panel, (margins, wide))) in
            (0..).zip(row.iter().zip(margins.iter().zip(widths)))
        {
            let area = Bounds {
                left: column * width,
                top: y,
                right: (column + 1) * width,
                bottom: y + height,
            };
            slots.push(Slot {
                panel,
                letter: letters.next().map(String::from).unwrap_or_default(),
                area,
                plot: Bounds {
                    left: area.left + margins.left,
                    top: area.top + above,
                    right: area.left + margins.left + wide,
                    bottom: area.bottom - below,
                },
                ends,
                label_of_x: label,
            });
        }
        y += height;
    }
    (slots, y)
}

/// The notes below the panels; returns where they end.
fn draw_notes(board: &mut Board, figure: &Figure, key: &Key, (width, top): (i32, i32)) -> i32 {
    let font = board.font(Face::Italic, 6.5);
    let left = board.points(44.0).min(width / 6);
    let room = width - left - board.points(8.0);
    let mut lines = wrap(&figure.note, font, room);
    lines.extend(wrap(&key.text(), font, room));
    if lines.is_empty() {
        return top;
    }
    let ink = board.theme.soft_ink();
    board.texts(&lines, font, ink, Anchor::Left, (left, top)) + board.points(4.8)
}

#[cfg(test)]
mod tests {
    use super::super::axis::{Axis, CreditAxis};
    use super::super::figure::Panel;
    use super::super::layer::{Layer, PointPlace, Series};
    use super::super::look::Look;
    use super::super::scene::{Item, Place};
    use super::super::style::Theme;
    use super::*;

    fn figure(y: Axis, layers: Vec<Layer>) -> Figure {
        Figure {
            name: "test".to_owned(),
            title: String::new(),
            caption: String::new(),
            note: String::new(),
            panels: vec![Panel {
                title: String::new(),
                subtitle: String::new(),
                x: Axis::decades("", (7.0, 12.0)),
                y,
                measured: None,
                layers,
            }],
        }
    }

    fn paths(scene: &Scene) -> impl Iterator<Item = &Vec<Place>> {
        scene.items.iter().filter_map(|item| match item {
            Item::Path { places, .. } => Some(places),
            _ => None,
        })
    }

    /// The line at the foot of the plot.
    fn foot(scene: &Scene) -> i32 {
        let level = paths(scene).filter(|path| path.len() == 2 && path[0].1 == path[1].1);
        level.map(|path| path[0].1).max().unwrap()
    }

    #[test]
    fn exact_match_of_a_power_law_is_straight_on_cloglog_and_on_no_other_axis() {
        let curve = || {
            (0..=100).map(|i| {
                let x = 9.0 + 0.02 * f64::from(i);
                (x, libm::exp(-10.0 * libm::exp10(-0.34 * (x - 8.0))))
            })
        };
        for kind in CreditAxis::ALL {
            let axis = Axis::credit("", kind, curve().map(|(_, y)| y));
            let layers = vec![Series::curve("", Look::at(0), curve()).into()];
            let scene = arrange(&figure(axis, layers), Style::default());
            let path = paths(&scene).find(|path| path.len() == 101).unwrap();
            let (first, last) = (path[0], path[100]);
            // How far the middle lies from the line between the ends, in canvas units.
            let off = path[50].1 - (first.1 + last.1) / 2;
            assert_eq!(
                off.abs() <= 2,
                kind == CreditAxis::Cloglog,
                "{kind:?}: {off}"
            );
        }
    }

    #[test]
    fn points_at_zero_are_shown_at_the_edge_of_a_log_axis() {
        let points = |ys: &[f64]| -> Vec<Layer> {
            let point = |(i, &y): (u32, &f64)| PointPlace {
                x: 8.0 + f64::from(i),
                y,
                low: (y - 0.01).max(0.0),
                high: y + 0.02,
            };
            let series = Series {
                points: (0..).zip(ys).map(point).collect(),
                ..Series::curve("", Look::at(0), [])
            };
            vec![series.into()]
        };
        let axis = Axis::credit("", CreditAxis::Log, [0.01]);
        for theme in Theme::ALL {
            let style = Style {
                theme,
                size: Size::Page,
            };
            let scene = arrange(&figure(axis.clone(), points(&[0.0, 0.5])), style);
            let foot = foot(&scene);
            let markers: Vec<_> = scene
                .items
                .iter()
                .filter_map(|item| match item {
                    Item::Polygon { corners, .. } => Some(corners),
                    _ => None,
                })
                .collect();
            let [cut, whole] = markers[..] else {
                panic!("{} markers", markers.len())
            };
            let height = |corners: &[Place]| {
                let ys = || corners.iter().map(|place| place.1);
                (ys().min().unwrap(), ys().max().unwrap())
            };
            let ((top, bottom), (upper, lower)) = (height(cut), height(whole));
            assert_eq!(bottom, foot, "the half marker stands on the axis");
            assert!((2 * (bottom - top) - (lower - upper)).abs() <= 2);
            // Its interval reaches from the axis to its upper end.
            assert!(paths(&scene).any(|path| path.len() == 2
                && path[0].0 == path[1].0
                && path[0].1 == foot
                && path[1].1 < top));
        }
    }

    fn panel(x: &str, layers: Vec<Layer>) -> Panel {
        let axis = Axis::credit("Mean credit", CreditAxis::Linear, []);
        let mut panels = figure(axis, layers).panels;
        panels[0].x.label = x.to_owned();
        panels.remove(0)
    }

    fn words(scene: &Scene, words: &str) -> usize {
        scene.texts().filter(|text| text.words == words).count()
    }

    #[test]
    fn a_label_that_the_panels_of_a_column_share_stands_below_the_last() {
        let four = |labels: [&str; 4]| Figure {
            panels: labels.map(|label| panel(label, Vec::new())).to_vec(),
            ..figure(Axis::credit("", CreditAxis::Linear, []), Vec::new())
        };
        let of = |labels, size| {
            let theme = Theme::Light;
            arrange(&four(labels), Style { theme, size })
        };
        for (size, labels) in [(Size::Page, 2), (Size::Slide, 2), (Size::Column, 1)] {
            let scene = of(["N"; 4], size);
            assert_eq!(words(&scene, "N"), labels, "{size:?}");
            // All plots are of one height.
            let feet: Vec<i32> = paths(&scene)
                .filter(|path| path.len() == 2 && path[0].1 == path[1].1)
                .map(|path| path[0].1)
                .collect();
            let rows: std::collections::BTreeSet<i32> = feet.into_iter().collect();
            let rows: Vec<i32> = rows.into_iter().collect();
            let high: Vec<i32> = rows.chunks(5).map(|row| row[4] - row[0]).collect();
            assert!(
                high.iter().all(|one| (one - high[0]).abs() <= 2),
                "{size:?} {high:?}"
            );
        }
        // One of the upper panels has an axis of its own.
        assert_eq!(words(&of(["M", "N", "N", "N"], Size::Page), "N"), 3);
        assert_eq!(words(&of(["M", "N", "N", "N"], Size::Column), "N"), 1);
    }

    #[test]
    fn a_curve_begins_where_it_comes_into_sight() {
        let curve = (0..=100).map(|i| {
            let x = 7.0 + 0.05 * f64::from(i);
            (x, libm::exp(-10.0 * libm::exp10(-0.34 * (x - 8.0))))
        });
        let axis = Axis::credit("", CreditAxis::Log, curve.clone().map(|(_, y)| y));
        let hidden = curve.clone().filter(|(_, y)| *y < axis.from).count();
        assert!(hidden > 10, "{hidden}");
        let layers = vec![Series::curve("", Look::at(0), curve).into()];
        let scene = arrange(&figure(axis, layers), Style::default());
        let path = paths(&scene).find(|path| path.len() > 50).unwrap();
        assert_eq!(path.len(), 101 - hidden + 1);
        let foot = foot(&scene);
        assert!(path[0].1 == foot && path[1].1 < foot);
    }

    #[test]
    fn plots_on_a_slide_are_not_much_higher_than_wide() {
        let style = Style {
            theme: Theme::Light,
            size: Size::Slide,
        };
        let layers = || {
            vec![Series::curve("A label at its end", Look::at(0), [(7.0, 0.1), (12.0, 0.9)]).into()]
        };
        let figure = Figure {
            panels: vec![panel("N", layers()); 3],
            ..figure(Axis::credit("", CreditAxis::Linear, []), Vec::new())
        };
        let scene = arrange(&figure, style);
        let curve = paths(&scene)
            .find(|path| path.len() == 2 && path[0].0 != path[1].0 && path[0].1 != path[1].1);
        let (from, to) = curve.map(|path| (path[0], path[1])).unwrap();
        let (wide, high) = (to.0 - from.0, (from.1 - to.1) * 10 / 8);
        assert!(10 * high <= 17 * wide, "{high} high, {wide} wide");
    }

    #[test]
    fn numbers_are_given_once_for_the_same_words() {
        let mut key = Key::default();
        let numbers = ["one", "two", "one"].map(|label| key.number(label));
        assert_eq!(numbers, ["1", "2", "1"]);
        assert_eq!(key.text(), "1 = one; 2 = two");
    }
}
