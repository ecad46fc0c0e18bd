//! Dots that lie on top of each other, drawn beside each other.

use std::collections::BTreeMap;

use super::super::board::Board;
use super::super::figure::Panel;
use super::super::layer::{Cloud, Layer, PointPlace};
use super::super::look::Marker;
use super::super::scene::{Fill, Place};
use super::super::style::Rgb;
use super::panel::Frame;

/// Radius of a dot, in points.
const DOT: f64 = 0.75;
/// How far a dot goes out of the way at most, in points.
const FARTHEST: f64 = 11.0;
/// The same as a share of the distance between neighbouring scales: their dots keep apart.
const SHARE_OF_GAP: f64 = 0.44;
/// How far beyond the ends of the axis a dot may be, in points: no farther than markers are.
const BEYOND: f64 = 1.2;
/// The room of a marker with its outline, and of half a whisker, in points.
const MARKER: f64 = 2.5;
const WHISKER: f64 = 0.5;

/// Dots that are drawn, by bands of height as wide as a dot: those that one could touch are in its own or beside it.
#[derive(Default)]
struct Drawn(BTreeMap<i32, Vec<Place>>);

impl Drawn {
    fn band(board: &Board, y: i32) -> i32 {
        y.div_euclid(board.points(2.0 * DOT).max(1))
    }

    fn add(&mut self, board: &Board, dot: Place) {
        self.0
            .entry(Self::band(board, dot.1))
            .or_default()
            .push(dot);
    }

    /// Those that a dot could touch on its way out of theirs.
    fn near(&self, board: &Board, (x, y): Place, farthest: f64) -> Vec<Place> {
        let (high, band) = (board.points(2.0 * DOT), Self::band(board, y));
        let wide = farthest as i32 + high;
        let bands = self.0.range(band - 1..=band + 1);
        let dots = bands.flat_map(|(_, dots)| dots.iter().copied());
        dots.filter(|dot| (dot.0 - x).abs() <= wide && (dot.1 - y).abs() <= high)
            .collect()
    }
}

/// Every dot of a panel.
pub(super) fn draw_clouds(board: &mut Board, panel: &Panel, frame: &Frame<'_>) {
    for (cloud, dots) in dots(board, panel, frame) {
        let ink = board.theme.colour(cloud.look.colour);
        for dot in dots {
            draw_dot(board, dot, cloud.look.marker, ink);
        }
    }
}

/// Where the dots of each cloud of a panel are drawn, out of the way of each other and of the points.
pub(super) fn dots<'a>(
    board: &Board,
    panel: &'a Panel,
    frame: &Frame<'_>,
) -> Vec<(&'a Cloud, Vec<Place>)> {
    let points: Vec<PointPlace> = panel
        .series()
        .flat_map(|series| series.points.iter().copied())
        .collect();
    let mut drawn = Drawn::default();
    let clouds = panel.layers.iter().filter_map(|layer| match layer {
        Layer::Cloud(cloud) => Some(cloud),
        _ => None,
    });
    clouds
        .map(|cloud| (cloud, spread(board, cloud, &points, &mut drawn, frame)))
        .collect()
}

/// Where the dots of a cloud are drawn: each at its height, as near to its place along the horizontal axis as it covers
/// least of what is `drawn` already.
fn spread(
    board: &Board,
    cloud: &Cloud,
    points: &[PointPlace],
    drawn: &mut Drawn,
    frame: &Frame<'_>,
) -> Vec<Place> {
    let mut dots: Vec<Place> = cloud.places.iter().map(|&at| frame.place(at)).collect();
    dots.sort_unstable();
    let gaps = dots.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let gap = gaps.filter(|gap| *gap > 0).min();
    let farthest = gap.map_or(f64::INFINITY, |gap| SHARE_OF_GAP * f64::from(gap));
    let farthest = farthest.min(f64::from(board.points(FARTHEST)));
    let step = f64::from(board.points(DOT)) / 2.0;
    let steps = (farthest / step) as i32;
    let beyond = board.points(BEYOND);
    let (left, right) = (frame.plot.left - beyond, frame.plot.right + beyond);
    let mut placed = Vec::with_capacity(dots.len());
    for (x, y) in dots {
        let beside = (0..=steps).flat_map(|k| [k, -k]).skip(1);
        let places = beside.map(|k| (x + (f64::from(k) * step).round() as i32, y));
        let places = places.filter(|place| (left..=right).contains(&place.0));
        let near = drawn.near(board, (x, y), farthest);
        // The first of several that cover the same.
        let mut best: Option<(f64, Place)> = None;
        for place in places {
            let covered = covered(board, place, &near, points, frame);
            if best.is_none_or(|(least, _)| covered < least) {
                best = Some((covered, place));
            }
            if covered == 0.0 {
                break;
            }
        }
        let (_, place) = best.unwrap_or((0.0, (x, y)));
        drawn.add(board, place);
        placed.push(place);
    }
    placed
}

/// How much a dot at a place would cover, in dots: in part of other dots, wholly of markers and whiskers.
fn covered(
    board: &Board,
    (x, y): Place,
    near: &[Place],
    points: &[PointPlace],
    frame: &Frame<'_>,
) -> f64 {
    let width = f64::from(board.points(2.0 * DOT));
    let far = |place: Place| libm::hypot(f64::from(place.0 - x), f64::from(place.1 - y));
    let of_dots = near.iter().map(|&dot| (1.0 - far(dot) / width).max(0.0));
    let (marker, whisker) = (
        f64::from(board.points(MARKER + DOT)),
        f64::from(board.points(WHISKER + DOT)),
    );
    let of_points = points.iter().map(|at| {
        let centre = frame.place((at.x, at.y));
        let beside = f64::from((centre.0 - x).abs());
        let along = (frame.y(at.high)..=frame.y(at.low)).contains(&y);
        // A marker hides a dot, a whisker crosses it.
        match (far(centre) < marker, along && beside < whisker) {
            (true, _) => 3.0,
            (_, true) => 1.0,
            _ => 0.0,
        }
    });
    of_dots.chain(of_points).sum()
}

/// A small disc; a ring where the marker of its series has straight sides, so that two clouds are told apart in grey.
fn draw_dot(board: &mut Board, (x, y): Place, marker: Marker, ink: Rgb) {
    let radius = f64::from(board.points(DOT));
    let corner = |i: i32| {
        let angle = std::f64::consts::TAU * f64::from(i) / 12.0;
        let offset = |part: f64| (radius * part).round() as i32;
        (x + offset(libm::cos(angle)), y + offset(libm::sin(angle)))
    };
    let outline: Vec<Place> = (0..12).map(corner).collect();
    match marker {
        Marker::Circle | Marker::Triangle => {
            board.polygon(outline, Fill { ink, opacity: 0.5 });
        }
        Marker::Square | Marker::Diamond => {
            let closed = outline.iter().chain(outline.iter().take(2)).copied();
            let pen = board.pen(ink, 0.3, &[]);
            board.path(closed.collect(), pen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::axis::{Axis, CreditAxis};
    use super::super::super::look::Look;
    use super::super::super::scene::{Bounds, UNITS_PER_INCH};
    use super::super::super::style::Theme;
    use super::*;

    /// Where these dots are drawn, in points, on a plot 200 points wide and 100 high over 10^7 to 10^12.
    fn drawn(places: Vec<(f64, f64)>, points: &[PointPlace]) -> Vec<(f64, f64)> {
        let board = Board {
            theme: Theme::Light,
            scale: 1.0,
            items: Vec::new(),
        };
        let (x, y) = (
            Axis::decades("", (7.0, 12.0)),
            Axis::credit("", CreditAxis::Linear, []),
        );
        let frame = Frame {
            plot: Bounds {
                left: 0,
                top: 0,
                right: board.points(200.0),
                bottom: board.points(100.0),
            },
            x: &x,
            y: &y,
        };
        let cloud = Cloud {
            label: String::new(),
            look: Look::at(0),
            places,
        };
        let point = UNITS_PER_INCH / 72.0;
        let dots = spread(&board, &cloud, points, &mut Drawn::default(), &frame).into_iter();
        dots.map(|dot| (f64::from(dot.0) / point, f64::from(dot.1) / point))
            .collect()
    }

    fn apart(dots: &[(f64, f64)]) -> f64 {
        let mut least = f64::INFINITY;
        for (place, one) in dots.iter().enumerate() {
            for other in &dots[..place] {
                least = least.min(libm::hypot(one.0 - other.0, one.1 - other.1));
            }
        }
        least
    }

    #[test]
    fn dots_of_one_scale_do_not_hide_each_other() {
        let same = |x: f64, count: usize| vec![(x, 0.5); count];
        let dots = drawn([same(9.0, 13), same(10.0, 1)].concat(), &[]);
        assert!(apart(&dots) > 0.95 * 2.0 * DOT, "{dots:?}");
        // Those of neighbours keep apart, however many there are.
        let dots = drawn([same(9.0, 60), same(9.2, 60)].concat(), &[]);
        assert!(dots[..60].iter().all(|dot| (dot.0 - 80.0).abs() <= 3.6));
        assert!(dots[60..].iter().all(|dot| (dot.0 - 88.0).abs() <= 3.6));
        let distinct: std::collections::BTreeSet<String> =
            dots.iter().map(|dot| format!("{dot:?}")).collect();
        assert!(distinct.len() >= 30, "{}", distinct.len());
        // No dot leaves its height, none lies on the numbers of the axis.
        let dots = drawn(same(7.0, 40), &[]);
        assert!(dots.iter().all(|dot| (dot.1 - 50.0).abs() < 0.1));
        assert!(dots.iter().all(|dot| dot.0 >= -1.3), "{dots:?}");
    }

    #[test]
    fn dots_lie_beside_markers_and_whiskers() {
        let point = PointPlace {
            x: 9.0,
            y: 0.5,
            low: 0.4,
            high: 0.6,
        };
        let dots = drawn(
            vec![(9.0, 0.5), (9.0, 0.5), (9.0, 0.58), (9.0, 0.8)],
            &[point],
        );
        let beside: Vec<f64> = dots.iter().map(|dot| (dot.0 - 80.0).abs()).collect();
        // In order of height, the highest first.
        assert!(beside[0] < 0.1, "{beside:?}");
        assert!(beside[1] > 1.0 && beside[1] < 2.0, "{beside:?}");
        assert!(beside[2] > MARKER && beside[3] > MARKER, "{beside:?}");
    }
}
