//! What labels inside a panel should not cover.

use super::super::board::Board;
use super::super::figure::Panel;
use super::super::layer::{Crossing, CurvePlace, Layer};
use super::super::scene::Place;
use super::clouds;
use super::panel::Frame;

/// What should not be covered, as many places with weights.
pub(super) type Obstacles = Vec<(Place, f64)>;

/// Places along a line, close enough together that no label fits between.
pub(super) fn along(board: &Board, from: Place, to: Place) -> impl Iterator<Item = Place> + use<> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let steps = dx.abs().max(dy.abs()) / board.points(2.5).max(1) + 1;
    (0..=steps).map(move |i| (from.0 + dx * i / steps, from.1 + dy * i / steps))
}

pub(super) fn obstacles(board: &Board, panel: &Panel, frame: &Frame<'_>) -> Obstacles {
    let mut obstacles = Obstacles::new();
    let mut add = |places: &[Place], weight: f64| {
        for pair in places.windows(2) {
            obstacles.extend(along(board, pair[0], pair[1]).map(|place| (place, weight)));
        }
        if let [only] = places {
            obstacles.push((*only, weight));
        }
    };
    let plot = frame.plot;
    for (_, dots) in clouds::dots(board, panel, frame) {
        for dot in dots {
            add(&[dot], 0.1);
        }
    }
    for layer in &panel.layers {
        match layer {
            Layer::Series(series) => {
                let curve: Vec<Place> = series
                    .curve
                    .iter()
                    .map(|at| frame.place((at.x, at.y)))
                    .collect();
                add(&curve, 1.0);
                if board.theme.band().is_none() {
                    let edge = |of: fn(&CurvePlace) -> f64| -> Vec<Place> {
                        let places = series.curve.iter();
                        places.map(|at| frame.place((at.x, of(at)))).collect()
                    };
                    add(&edge(|at| at.low), 0.3);
                    add(&edge(|at| at.high), 0.3);
                }
                for at in &series.points {
                    let x = frame.x(at.x);
                    add(&[(x, frame.y(at.low)), (x, frame.y(at.high))], 0.8);
                    let (x, y) = frame.place((at.x, at.y));
                    for rim in [-1, 0, 1] {
                        add(&[(x, y + rim * board.points(2.0))], 1.0);
                    }
                }
            }
            Layer::Fan(fan) => {
                let curve: Vec<Place> = fan.centre.iter().map(|&at| frame.place(at)).collect();
                add(&curve, 1.0);
            }
            Layer::Distribution(bars) => {
                for bar in &bars.bars {
                    let y = frame.y(bar.height);
                    add(&[(frame.x(bar.from), y), (frame.x(bar.to), y)], 1.0);
                    let x = frame.x(0.5 * (bar.from + bar.to));
                    add(&[(x, y), (x, frame.y(0.0))], 0.3);
                }
            }
            Layer::Line(line) => match line.at {
                Crossing::At(y) => {
                    let y = frame.y(y);
                    add(&[(plot.left, y), (plot.right, y)], 0.4);
                }
                Crossing::Upright(x) => {
                    let x = frame.x(x);
                    add(&[(x, plot.top), (x, plot.bottom)], 0.4);
                }
            },
            Layer::Trace(trace) => {
                for piece in &trace.pieces {
                    let path: Vec<Place> = piece.iter().map(|&at| frame.place(at)).collect();
                    add(&path, 0.5);
                }
            }
            Layer::Across(across) => {
                for at in &across.places {
                    let y = frame.y(at.y);
                    add(&[(frame.x(at.low), y), (frame.x(at.high), y)], 0.8);
                }
            }
            Layer::Region(region) => {
                for x in [frame.x(region.from), frame.x(region.to)] {
                    add(&[(x, plot.top), (x, plot.bottom)], 0.2);
                }
            }
            Layer::Span(span) => {
                let y = frame.y(span.y);
                add(&[(frame.x(span.from), y), (frame.x(span.to), y)], 4.0);
                if let Some((left, right)) = span.ends_at {
                    for (x, end) in [(frame.x(span.from), left), (frame.x(span.to), right)] {
                        add(&[(x, frame.y(end)), (x, y)], 1.0);
                    }
                }
            }
            Layer::Annotation(at) => add(&[frame.place((at.x, at.y))], 8.0),
            // Cells are everywhere; dots lie where there is room for them.
            Layer::Raster(_) | Layer::Heatmap(_) | Layer::Cloud(_) => {}
        }
    }
    obstacles
}
