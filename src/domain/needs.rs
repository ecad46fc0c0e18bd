//! What must be counted of outcomes so that metrics can be scored. Needs never change a draw.

use super::{Basis, Count, Counted, Credit, Metric, Pairing, Reading, Reducer, Scenario};

/// What is counted beside the histograms of correct and of leading correct steps, which are always kept: from those, a
/// test with one attempt at each item can be scored under any metric that is a function of either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Sums over items of an item's mean credit, one for each metric in order; none where items have one attempt, scales
    /// have nothing in common, and every metric is a function of a count.
    pub item_sums: Vec<ItemSum>,
    /// For each of those, what becomes of the attempts of a training run at an item.
    pub reducers: Vec<Reducer>,
    /// Whether scales have something in common.
    pub neighbours: Neighbours,
}

/// Whether the attempts at neighbouring scales have something in common, so that their credits move together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Neighbours {
    /// Nothing.
    #[default]
    Apart,
    /// Items that differ, or random numbers: products of an item's mean credits at both scales are summed as well.
    Together,
}

/// What is summed over the attempts at each item, in units of 2^-32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemSum {
    /// A function of a count.
    Counted(CountSum),
    /// More than that.
    Read(Reading),
}

impl ItemSum {
    /// What a credit is a function of, for these numbers of steps, increasing.
    #[must_use]
    pub fn of(credit: Credit, lengths: impl Iterator<Item = u32>) -> Self {
        match credit.basis() {
            Basis::Counted(counted) => Self::Counted(CountSum::of(counted, lengths)),
            Basis::Read(reading) => Self::Read(reading),
        }
    }

    /// Itself as a function of a count; `None` if it takes more than that.
    #[must_use]
    pub const fn counted(&self) -> Option<&CountSum> {
        match self {
            Self::Counted(sum) => Some(sum),
            Self::Read(_) => None,
        }
    }
}

/// A number that is not negative, in units of 2^-32, to the nearest.
#[must_use]
pub(crate) fn in_units(value: f64) -> u64 {
    (value * 4_294_967_296.0 + 0.5) as u64
}

/// The units of a whole credit.
const ALL: u64 = 1 << 32;

/// A function of a count as tables: what an attempt with 0, 1, ..., L counted steps earns, in units of 2^-32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountSum {
    /// The count it is a function of.
    pub count: Count,
    /// For each number of steps L that an item may have, increasing: its value for each count.
    pub units: Vec<(u32, Vec<u64>)>,
}

impl CountSum {
    /// The tables of a credit for these numbers of steps, increasing.
    #[must_use]
    pub fn of(credit: Counted, lengths: impl Iterator<Item = u32>) -> Self {
        let units = |steps: u32| {
            let unit = |count| in_units(credit.value(count, steps));
            (steps, (0..=steps).map(unit).collect())
        };
        Self {
            count: credit.count(),
            units: lengths.map(units).collect(),
        }
    }

    /// Whether every value is nothing or all there is.
    #[must_use]
    pub fn is_all_or_nothing(&self) -> bool {
        let mut units = self.units.iter().flat_map(|(_, units)| units);
        units.all(|units| matches!(*units, 0 | ALL))
    }

    /// Its values at items of L steps; none if no item has L.
    #[must_use]
    pub fn at_length(&self, steps: u32) -> &[u64] {
        let place = self.units.binary_search_by_key(&steps, |table| table.0);
        place.map_or(&[], |place| self.at_place(place))
    }

    /// Its values at items of the number of steps at this place among those that there may be; none if there is none.
    #[must_use]
    pub fn at_place(&self, place: usize) -> &[u64] {
        self.units.get(place).map_or(&[], |table| &table.1)
    }
}

impl Scenario {
    /// Whether its scales have something in common.
    #[must_use]
    pub fn neighbours(&self) -> Neighbours {
        let task = self.task.chain();
        let shared = task.items_differ() || self.evaluation.pairing != Pairing::Independent;
        match shared && self.evaluation.scales.as_slice().len() > 1 {
            true => Neighbours::Together,
            false => Neighbours::Apart,
        }
    }

    fn needs_item_sums(&self) -> bool {
        let mut metrics = self.evaluation.metrics.as_slice().iter();
        self.evaluation.attempts_per_item() > 1
            || self.neighbours() == Neighbours::Together
            || metrics
                .any(|metric| metric.credit.reading().is_some() || metric.reducer != Reducer::Mean)
    }

    /// What its metrics need of its attempts.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let metrics = match self.needs_item_sums() {
            true => self.evaluation.metrics.as_slice(),
            false => &[],
        };
        Needs {
            neighbours: self.neighbours(),
            ..self.needs_of(metrics)
        }
    }

    /// The sums over items of some metrics.
    #[must_use]
    pub fn needs_of(&self, metrics: &[Metric]) -> Needs {
        let lengths = self.task.chain().lengths().table();
        let item_sum =
            |metric: &Metric| ItemSum::of(metric.credit, lengths.iter().map(|length| length.0));
        Needs {
            reducers: metrics.iter().map(|metric| metric.reducer).collect(),
            item_sums: metrics.iter().map(item_sum).collect(),
            neighbours: Neighbours::Apart,
        }
    }

    /// What its metrics need of its attempts beyond the histograms, in words; empty if nothing.
    #[must_use]
    pub fn canonical_needs(&self) -> String {
        let metrics = self.evaluation.metrics.as_slice().iter();
        if !self.needs_item_sums() {
            return String::new();
        }
        // Forms of a metric need what it needs.
        let of_metric = |metric: &Metric| match metric.reducer {
            Reducer::Mean => format!("{}\n", metric.credit),
            reducer => format!("{reducer}/{}\n", metric.credit),
        };
        let cells = match self.evaluation.attempts_per_item() {
            1 => "",
            _ => "cells\n",
        };
        metrics.map(of_metric).chain([cells.to_owned()]).collect()
    }
}
