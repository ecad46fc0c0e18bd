//! One law at one scale, ready to be attempted.

use super::{Address, Law, Role, Stream, Threshold};
use crate::domain::{Count, Credit, Pairing, Probability, Scale, Scenario};

/// A function of one count whose sums over items are kept: what an attempt with 0, 1, ..., L counted steps adds, in
/// units of 2^-32.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSum {
    /// The count it is a function of.
    pub count: Count,
    /// Its value for each count.
    pub units: Vec<u64>,
}

impl ItemSum {
    /// The sums that a credit of `steps` steps needs.
    #[must_use]
    pub fn of(credit: Credit, steps: u32) -> Self {
        let units = |count| (credit.value(count, steps) * 4_294_967_296.0 + 0.5) as u64;
        Self {
            count: credit.count(),
            units: (0..=steps).map(units).collect(),
        }
    }
}

/// What is attempted, how often, and what must be counted. It knows no metric.
#[derive(Clone, Debug)]
pub struct Setting {
    address: Address,
    thresholds: Vec<Threshold>,
    items: u64,
    attempts: u32,
    training_seeds: u32,
    item_sums: Vec<ItemSum>,
}

impl Setting {
    /// The attempts of a scenario at one scale, in one replicate.
    ///
    /// Sums over items are kept only where items have several attempts: with one, histograms say as much.
    #[must_use]
    pub fn new(scenario: &Scenario, scale: Scale, replicate: u64) -> Self {
        let evaluation = &scenario.evaluation;
        let law = Law::from_canonical(&scenario.canonical_law());
        let (law, address_scale) = match evaluation.pairing {
            Pairing::Independent => (Some(law), Some(scale)),
            Pairing::Scales => (Some(law), None),
            Pairing::All => (None, None),
        };
        let address = Address {
            seed: scenario.seed,
            law,
            scale: address_scale,
            training_seed: 0,
            replicate,
        };
        let chances = scenario.step_chances(scale);
        let threshold = |&p: &f64| {
            Threshold::from(Probability::try_from(p).unwrap_or(Probability::constant(0.0)))
        };
        let steps = scenario.task.steps().get();
        let credits = evaluation
            .metrics
            .as_slice()
            .iter()
            .map(|metric| metric.credit);
        Self {
            address,
            thresholds: chances.as_slice().iter().map(threshold).collect(),
            items: evaluation.items.get(),
            attempts: evaluation.attempts.get(),
            training_seeds: evaluation.training_seeds.get(),
            item_sums: match evaluation.attempts_per_item() {
                1 => Vec::new(),
                _ => credits.map(|credit| ItemSum::of(credit, steps)).collect(),
            },
        }
    }

    /// One threshold for each step.
    #[must_use]
    pub fn thresholds(&self) -> &[Threshold] {
        &self.thresholds
    }

    /// Number of items.
    #[must_use]
    pub const fn items(&self) -> u64 {
        self.items
    }

    /// The sums over items that are wanted.
    #[must_use]
    pub fn item_sums(&self) -> &[ItemSum] {
        &self.item_sums
    }

    /// Attempts at each item, over all training runs.
    #[must_use]
    pub fn attempts_per_item(&self) -> u64 {
        u64::from(self.attempts) * u64::from(self.training_seeds)
    }

    /// Blocks of 64 items, the last one perhaps in part.
    #[must_use]
    pub const fn blocks(&self) -> u64 {
        self.items.div_ceil(64)
    }

    /// Every (training run, attempt) at an item, in order.
    pub(super) fn tries(&self) -> impl Iterator<Item = Try> + '_ {
        (0..self.training_seeds).flat_map(|training_seed| {
            let address = Address {
                training_seed,
                ..self.address
            };
            let (step, tie) = (address.key(Role::Step), address.key(Role::StepTie));
            (0..self.attempts).map(move |attempt| Try { step, tie, attempt })
        })
    }

    pub(super) fn empty_tally(&self) -> Tally {
        Tally::empty(self.thresholds.len(), self.item_sums.len())
    }

    /// The mean credit of an item in units of 2^-32, to the nearest, from the sum over its attempts.
    pub(super) fn item_mean(&self, sum: u64) -> u64 {
        let attempts = self.attempts_per_item();
        ((u128::from(sum) + u128::from(attempts / 2)) / u128::from(attempts)) as u64
    }
}

/// One attempt at every item by one training run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try {
    step: super::Key,
    tie: super::Key,
    attempt: u32,
}

impl Try {
    pub(super) fn stream(&self, block: u32) -> Stream {
        self.step.stream(block, self.attempt)
    }

    pub(super) fn tie(&self, block: u32, step: u32, lane: u32) -> u64 {
        self.tie.tie(block, self.attempt, step, lane)
    }
}

use super::Tally;
