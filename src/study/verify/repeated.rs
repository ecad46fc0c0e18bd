//! What reducers make of several attempts, and training runs that differ: means and variances over what is independent.

use super::{Quantity, Scored, Scores, about, item_variance, largest, share, tails};
use crate::domain::{Metric, Reducer};
use crate::engine::Cells;

/// The parts of a tally that are independent of each other.
pub(super) struct Units {
    /// How many there are.
    pub(super) count: f64,
    /// Items of each.
    items: u64,
    /// Training runs of each.
    runs: u32,
}

/// What a variance is the mean of, and over how many.
struct Squares {
    quantity: Quantity,
    /// The mean of (x - mean)^2.
    seen: f64,
    expected: f64,
    n: f64,
    /// How many of them are as good as independent.
    independent: f64,
}

impl Scores<'_> {
    /// Items, where training runs are alike; training runs, where they differ and items do not.
    ///
    /// Where both differ, the mean over n items and S runs is one over arrangements of min(n, S) pairs that have neither
    /// in common: exponential bounds of the mean of so many independent pairs hold for it (Hoeffding 1963, Journal of the
    /// American Statistical Association 58, 13, section 5).
    pub(super) fn units(&self) -> Units {
        let runs = self.runs();
        let batches = self.tally.items as f64 / self.batch as f64;
        match (self.chances.runs_differ(), self.chances.items_differ()) {
            (false, _) => Units {
                count: self.tally.items as f64,
                items: 1,
                runs,
            },
            (true, false) => Units {
                count: batches * f64::from(runs),
                items: self.batch,
                runs: 1,
            },
            (true, true) => Units {
                count: batches * self.batch.min(u64::from(runs)) as f64,
                items: 1,
                runs: 1,
            },
        }
    }

    fn runs(&self) -> u32 {
        self.scenario.evaluation.training_seeds.get()
    }

    fn metrics(&self, wanted: impl Fn(Reducer) -> bool) -> impl Iterator<Item = (usize, Metric)> {
        let metrics = self.scenario.evaluation.metrics.as_slice().iter();
        let metrics = metrics.copied().enumerate();
        metrics.filter(move |(_, metric)| wanted(metric.reducer))
    }

    /// What reducers other than the mean make of the attempts of a training run at an item.
    pub(super) fn of_reducers(&self, add: &mut impl FnMut(Scored)) {
        for (place, metric) in self.metrics(|reducer| reducer != Reducer::Mean) {
            if let Some(mean) = self.chances.reduced(metric.credit, metric.reducer) {
                self.metric(place, metric, mean, add);
            }
        }
    }

    /// Means of attempts by training runs that differ.
    pub(super) fn of_unlike_runs(&self, add: &mut impl FnMut(Scored)) {
        for (place, metric) in self.metrics(|reducer| reducer == Reducer::Mean) {
            if let Some(mean) = self.chances.mean(metric.credit) {
                self.metric(place, metric, mean, add);
            }
        }
    }

    fn metric(&self, place: usize, metric: Metric, expected: f64, add: &mut impl FnMut(Scored)) {
        let (n, units) = (self.tally.items, self.units());
        let Some(sums) = self.tally.item_sums.get(place) else {
            return;
        };
        let most = largest(metric.credit);
        let variance = self.variance(metric, units.items, units.runs);
        // No variance is larger where the mean is this.
        let law = (expected, variance.unwrap_or(expected * (most - expected)));
        let mean = share(sums.sum, 1, n);
        let p_value = tails::bounded((0.0, most), units.count, law, mean);
        let compared = Some((mean, expected));
        add((Quantity::Mean(metric), n, compared, p_value));
        let squares = [
            self.of_items(place, metric, expected),
            self.of_cells(place, metric, expected),
            self.of_runs(place, metric, expected),
        ];
        let far = expected.max(most - expected);
        for squares in squares.into_iter().flatten() {
            // (x - mean)^2 is at most r, so its variance at most v (r - v).
            let (v, r) = (squares.expected, far * far);
            let (law, seen) = ((v, v * (r - v)), squares.seen);
            let p_value = tails::bounded((0.0, r), squares.independent, law, seen);
            let n = libm::round(squares.n) as u64;
            add((squares.quantity, n, Some((seen, v)), p_value));
        }
    }

    fn variance(&self, metric: Metric, items: u64, runs: u32) -> Option<f64> {
        let Metric {
            credit, reducer, ..
        } = metric;
        self.chances.variance_of_mean(credit, reducer, items, runs)
    }

    fn cells(&self, place: usize) -> Option<&Cells> {
        self.tally.cells.get(place)
    }

    /// Over items, where there are several training runs and they are alike.
    fn of_items(&self, place: usize, metric: Metric, mean: f64) -> Option<Squares> {
        let runs = self.runs();
        if self.chances.runs_differ() || runs == 1 {
            return None;
        }
        let sums = self.tally.item_sums.get(place)?;
        Some(Squares {
            quantity: Quantity::ItemVariance(metric),
            seen: item_variance(sums, self.tally.items, mean),
            expected: self.variance(metric, 1, runs)?,
            n: self.tally.items as f64,
            independent: self.tally.items as f64,
        })
    }

    /// Over items and training runs.
    fn of_cells(&self, place: usize, metric: Metric, mean: f64) -> Option<Squares> {
        let cells = self.cells(place)?;
        let n = self.tally.items * u64::from(self.runs());
        let sum: u128 = cells.by_run.iter().sum();
        Some(Squares {
            quantity: Quantity::CellVariance(metric),
            seen: about(share(cells.squares, 2, n), share(sum, 1, n), mean),
            expected: self.variance(metric, 1, 1)?,
            n: n as f64,
            independent: self.units().count,
        })
    }

    /// Over training runs that differ, at items that do not, where each is kept by itself.
    fn of_runs(&self, place: usize, metric: Metric, mean: f64) -> Option<Squares> {
        let (runs, items) = (self.runs(), self.tally.items);
        let unlike = self.chances.runs_differ() && !self.chances.items_differ();
        if !unlike || items != self.batch {
            return None;
        }
        let by_run = self.cells(place)?.by_run.iter();
        let squares = by_run.map(|&sum| {
            let off = share(sum, 1, items) - mean;
            off * off
        });
        let n = f64::from(runs);
        Some(Squares {
            quantity: Quantity::RunVariance(metric),
            seen: squares.sum::<f64>() / n,
            expected: self.variance(metric, items, 1)?,
            n,
            independent: n,
        })
    }
}
