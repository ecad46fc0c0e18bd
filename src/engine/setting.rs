//! One law at one scale, ready to be attempted.

use super::{Address, Key, LawHash, Role, Stream, Tally, Threshold};
use crate::domain::{ItemSum, Needs, Pairing, Scale, Scenario};

/// What is attempted, how often, and what must be counted. It knows no metric.
#[derive(Clone, Debug)]
pub struct Setting {
    /// One for each training run.
    keys: Vec<Keys>,
    thresholds: Vec<Threshold>,
    items: u64,
    attempts: u32,
    needs: Needs,
}

/// The keys of one training run.
#[derive(Clone, Copy, Debug)]
struct Keys {
    step: Key,
    tie: Key,
}

impl Setting {
    /// The attempts of a scenario at one scale, in one replicate.
    #[must_use]
    pub fn new(scenario: &Scenario, scale: Scale, replicate: u64) -> Self {
        let law = LawHash::from_canonical(&scenario.canonical_law());
        Self::under(law, scenario, scale, replicate)
    }

    /// The attempts of a scenario at each of its scales, in order, in one replicate.
    #[must_use]
    pub fn at_every_scale(scenario: &Scenario, replicate: u64) -> Vec<Self> {
        let law = LawHash::from_canonical(&scenario.canonical_law());
        let scales = scenario.evaluation.scales.as_slice().iter();
        scales
            .map(|&scale| Self::under(law, scenario, scale, replicate))
            .collect()
    }

    fn under(law: LawHash, scenario: &Scenario, scale: Scale, replicate: u64) -> Self {
        let evaluation = &scenario.evaluation;
        let (law, address_scale) = match evaluation.pairing {
            Pairing::Independent => (Some(law), Some(scale)),
            Pairing::Scales => (Some(law), None),
            Pairing::All => (None, None),
        };
        let seed = scenario.seed;
        let keys = |training_seed| {
            let address = Address {
                seed,
                law,
                scale: address_scale,
                training_seed,
                replicate,
            };
            Keys {
                step: address.key(Role::Step),
                tie: address.key(Role::StepTie),
            }
        };
        let chances = scenario.step_chances(scale);
        Self {
            keys: (0..evaluation.training_seeds.get()).map(keys).collect(),
            thresholds: chances.iter().map(Threshold::from).collect(),
            items: evaluation.items.get(),
            attempts: evaluation.attempts.get(),
            needs: evaluation.needs(scenario.task.steps()),
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
        &self.needs.item_sums
    }

    /// Attempts at each item, over all training runs.
    #[must_use]
    pub const fn attempts_per_item(&self) -> u64 {
        self.attempts as u64 * self.keys.len() as u64
    }

    /// Blocks of 64 items, the last one perhaps in part.
    #[must_use]
    pub const fn blocks(&self) -> u64 {
        self.items.div_ceil(64)
    }

    /// Every (training run, attempt) at an item, in order.
    pub(super) fn tries(&self) -> impl Iterator<Item = Try> + '_ {
        let runs = self.keys.iter();
        runs.flat_map(|&keys| (0..self.attempts).map(move |attempt| Try { keys, attempt }))
    }

    pub(super) fn empty_tally(&self) -> Tally {
        Tally::empty(self.thresholds.len(), self.needs.item_sums.len())
    }

    /// The mean credit of an item in units of 2^-32, to the nearest, from the sum over its attempts.
    pub(super) fn item_mean(&self, sum: u128) -> u64 {
        let attempts = u128::from(self.attempts_per_item());
        ((sum + attempts / 2) / attempts) as u64
    }
}

/// One attempt at every item by one training run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try {
    keys: Keys,
    attempt: u32,
}

impl Try {
    pub(super) fn stream(&self, block: u32) -> Stream {
        self.keys.step.stream(block, self.attempt)
    }

    pub(super) fn tie(&self, block: u32, step: u32, lane: u32) -> u64 {
        self.keys.tie.tie(block, self.attempt, step, lane)
    }
}
