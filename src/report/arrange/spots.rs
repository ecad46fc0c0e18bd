//! Places to try for a label inside a panel.

use super::super::board::Board;
use super::super::scene::Place;
use super::panel::Frame;

/// What a label belongs to, in canvas units.
#[derive(Clone, Copy)]
pub(super) enum Belongs {
    /// A horizontal line at y.
    Across(i32),
    /// A vertical line at x.
    Upright(i32),
    /// The part of the panel between two x.
    Region(i32, i32),
    /// An arrow from x to x at y.
    Arrow(i32, i32, i32),
    /// A place, which a leader joins to the label.
    Mark(Place),
    /// The right end of a curve inside the panel; a leader joins it to a label that is not beside it.
    End(Place),
    /// A line of any shape, by some of its places.
    Along([Place; ALONG], Seat),
}

/// Where the label of a line of any shape stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// On the line.
    On,
    /// Beside it.
    Beside,
}

/// Places along a line of any shape tried for its label.
pub(super) const ALONG: usize = 19;

/// Places evenly spread over the longest of some chains of places.
pub(super) fn places_along(chains: &[Vec<Place>]) -> Option<[Place; ALONG]> {
    let length =
        |from: Place, to: Place| libm::hypot(f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let total =
        |chain: &Vec<Place>| -> f64 { chain.windows(2).map(|pair| length(pair[0], pair[1])).sum() };
    let longest = chains
        .iter()
        .max_by(|one, other| total(one).total_cmp(&total(other)))?;
    let (all, last) = (total(longest), *longest.last()?);
    let place = |i: usize| {
        let mut left = all * (i as f64 + 1.0) / (ALONG as f64 + 1.0);
        for pair in longest.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let step = length(from, to);
            if left <= step && step > 0.0 {
                let part =
                    |from: i32, to: i32| from + (left / step * f64::from(to - from)).round() as i32;
                return (part(from.0, to.0), part(from.1, to.1));
            }
            left -= step;
        }
        last
    };
    Some(std::array::from_fn(place))
}

/// A place to try: the block's upper left corner and what speaks against it.
pub(super) struct Spot {
    pub(super) corner: Place,
    pub(super) cost: f64,
}

/// Heights or places along something tried for a label.
const TRIES: i32 = 14;

/// All places, for a block of this width and height.
pub(super) fn spots(board: &Board, belongs: Belongs, size: Place, frame: &Frame<'_>) -> Vec<Spot> {
    let (plot, (width, height)) = (frame.plot, size);
    let (gap, side) = (board.points(1.5), board.points(4.0));
    let spread = |from: i32, to: i32, i: i32| from + (to - from) * i / TRIES;
    let mut spots = Vec::new();
    let mut add = |left: i32, top: i32, cost: f64| {
        spots.push(Spot {
            corner: (left, top),
            cost,
        });
    };
    match belongs {
        Belongs::Across(y) => {
            let (first, last) = (plot.left + side, plot.right - side - width);
            for i in 0..=TRIES {
                let cost = match i {
                    0 => 0.0,
                    TRIES => 1.0,
                    _ => 2.0,
                };
                for level in 0..3 {
                    let step = level * (height + gap);
                    add(
                        spread(first, last, i),
                        y - gap - height - step,
                        cost + 5.0 * f64::from(level),
                    );
                }
                add(spread(first, last, i), y + gap, cost + 3.0);
            }
            // Hard by the right end, where a curve has risen or is still to rise.
            add(plot.right - gap - width, y - gap - height, 1.3);
        }
        Belongs::Upright(x) => {
            for i in 0..=TRIES {
                let top = spread(plot.top + gap, plot.bottom - gap - height, i);
                let cost = 0.2 * f64::from(i);
                add(x + side / 2, top, cost);
                add(x - side / 2 - width, top, cost + 0.5);
            }
        }
        Belongs::Region(from, to) => {
            // Words that stick out of a region are less clearly about it.
            let out = f64::from((width - (to - from)).max(0)) / f64::from(width.max(1));
            let centre = ((from + to - width) / 2)
                .min(plot.right - gap - width)
                .max(plot.left + gap);
            for i in 0..=TRIES {
                let top = spread(plot.top + side, plot.bottom - side - height, i);
                let cost = 0.2 * f64::from(i) + 12.0 * out;
                add(centre, top, cost);
                add(from + side, top, cost + 1.0);
                add(to - side - width, top, cost + 1.0);
            }
        }
        Belongs::Arrow(from, to, y) => {
            let rise = board.points(3.5);
            let centre = (from + to - width) / 2;
            let within = centre.min(plot.right - gap - width).max(plot.left + gap);
            let aligned = [(centre, 0.0), (within, 0.5), (from, 1.0), (to - width, 1.0)];
            let slid = (0..=TRIES).map(|i| (spread(from - width / 3, to - width * 2 / 3, i), 1.3));
            for (left, cost) in aligned.into_iter().chain(slid) {
                for level in 0..4 {
                    let (step, more) = (level * height, 4.0 * f64::from(level));
                    add(left, y - rise - height - step, cost + more);
                    add(left, y + rise + step, cost + more + 0.8);
                }
            }
            add(to + side, y - height / 2, 1.5);
            add(from - side - width, y - height / 2, 1.5);
        }
        Belongs::Along(places, seat) => {
            for (i, (x, y)) in places.into_iter().enumerate() {
                // The middle of a line says most clearly what it belongs to.
                let cost = 0.2 * i.abs_diff(ALONG / 2) as f64;
                match seat {
                    Seat::On => add(x - width / 2, y - height / 2, cost),
                    Seat::Beside => {
                        for (left, top) in [
                            (x + side, y + gap),
                            (x - side - width, y - gap - height),
                            (x + side, y - height / 2),
                            (x - side - width, y - height / 2),
                        ] {
                            add(left, top, cost);
                        }
                    }
                }
            }
        }
        Belongs::End((x, y)) => {
            // Labels of ends at one place stand in a column, which no leader crosses.
            let (away, step) = (board.points(8.0), (height + 2 * gap) / 2);
            for (left, cost) in [(x + away, 0.0), (x - away - width, 4.0)] {
                for i in 0..=2 * TRIES {
                    let cost = cost + 0.5 * f64::from(i);
                    add(left, y - height / 2 + i * step, cost);
                    add(left, y - height / 2 - i * step, cost + 0.1);
                }
            }
        }
        Belongs::Mark((x, y)) => {
            for (ring, distance) in (0..).zip([6.0, 10.0, 16.0, 24.0, 36.0, 52.0, 72.0]) {
                let away = board.points(distance);
                let cost = f64::from(ring);
                for (across, up) in [
                    (-1, -1),
                    (1, 1),
                    (1, -1),
                    (-1, 1),
                    (-1, 0),
                    (1, 0),
                    (0, -1),
                    (0, 1),
                ] {
                    let left = match across {
                        -1 => x - away - width,
                        0 => x - width / 2,
                        _ => x + away,
                    };
                    let top = match up {
                        -1 => y - away - height,
                        0 => y - height / 2,
                        _ => y + away,
                    };
                    add(left, top, cost);
                }
            }
        }
    }
    spots
}
