//! What must be counted of outcomes so that metrics can be scored. Needs never change a draw.

use super::{Count, Credit, Evaluation, Metric, Reducer, Steps};

/// What is counted beside the histograms of correct and of leading correct steps, which are always kept: from those, a
/// test with one attempt at each item can be scored under any metric that is a function of either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Sums over items of an item's mean credit, one for each metric in order; none where items have one attempt.
    pub item_sums: Vec<ItemSum>,
}

/// A credit as a table: what an attempt with 0, 1, ..., L counted steps earns, in units of 2^-32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSum {
    /// The count it is a function of.
    pub count: Count,
    /// Its value for each count.
    pub units: Vec<u64>,
}

impl ItemSum {
    /// The table of a credit for tasks of L steps.
    #[must_use]
    pub fn of(credit: Credit, steps: Steps) -> Self {
        let steps = steps.get();
        let units = |count| (credit.value(count, steps) * 4_294_967_296.0 + 0.5) as u64;
        Self {
            count: credit.count(),
            units: (0..=steps).map(units).collect(),
        }
    }
}

impl Evaluation {
    /// What its metrics need of tasks of L steps.
    #[must_use]
    pub fn needs(&self, steps: Steps) -> Needs {
        let item_sum = |metric: &Metric| match metric.reducer {
            Reducer::Mean => ItemSum::of(metric.credit, steps),
        };
        match self.attempts_per_item() {
            1 => Needs::default(),
            _ => Needs {
                item_sums: self.metrics.as_slice().iter().map(item_sum).collect(),
            },
        }
    }
}
