//! One law at one scale, ready to be attempted.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::ahead::MadeAhead;
use super::alike::Alike;
use super::draw::{RunKeys, Try};
use super::item::ItemKeys;
use super::{Address, LawHash, Tally, Threshold};
use crate::domain::{
    ChoiceTask, Difficulty, Hardness, ItemHazards, ItemSum, Latent, LengthTable, Needs, Neighbours,
    NormalSteps, OfLanes, Pairing, Probability, Scale, Scenario, StepInformation, StepsTask, Task,
    Verifier,
};

/// What is attempted, how often, and what must be counted. It knows no metric.
#[derive(Clone, Debug)]
pub struct Setting {
    pub(super) test: Arc<TestSet>,
    pub(super) here: Arc<AtScale>,
    /// The next larger scale, where products of credits at both are wanted.
    pub(super) next: Option<Arc<AtScale>>,
}

/// What all scales of a scenario have in common.
#[derive(Debug)]
pub(super) struct TestSet {
    pub(super) task: StepsTask,
    /// The question, where that one step is one.
    pub(super) choice: Option<ChoiceTask>,
    pub(super) verifier: Option<AtVerifier>,
    pub(super) cleaning: Threshold,
    pub(super) floor: Threshold,
    keys: ItemKeys,
    lengths: LengthTable,
    drawn: Drawn,
    /// For each number of steps that an item may have: the multipliers of its steps, where they differ and are not drawn.
    multipliers: Vec<(u32, Option<Vec<f64>>)>,
    items: u64,
    attempts: u32,
    needs: Needs,
}

/// What the items of the first blocks drew, once somebody asked: all scales ask for the same.
#[derive(Debug)]
struct Drawn {
    latents: Vec<OnceLock<Box<OfLanes>>>,
    lengths: Vec<OnceLock<Box<[u32; 64]>>>,
    /// For each step.
    multipliers: Vec<OnceLock<Vec<OfLanes>>>,
}

/// The most blocks whose draws are kept: some 12 megabytes.
const MOST_BLOCKS_KEPT: u64 = 16_384;

/// The most steps of blocks whose multipliers are kept: 16 megabytes.
const MOST_STEPS_KEPT: u64 = 32_768;

impl Drawn {
    fn of(items: u64, longest: u32) -> Self {
        let blocks = items.div_ceil(64).min(MOST_BLOCKS_KEPT);
        let with_steps = blocks.min(MOST_STEPS_KEPT / u64::from(longest));
        Self {
            latents: (0..blocks).map(|_| OnceLock::new()).collect(),
            lengths: (0..blocks).map(|_| OnceLock::new()).collect(),
            multipliers: (0..with_steps).map(|_| OnceLock::new()).collect(),
        }
    }
}

/// A verifier with its rates as thresholds.
#[derive(Clone, Copy, Debug)]
pub(super) struct AtVerifier {
    pub(super) rules: Verifier,
    pub(super) accepts_right: Threshold,
    pub(super) accepts_wrong: Threshold,
}

/// What differs between scales.
#[derive(Debug)]
pub(super) struct AtScale {
    /// One for each training run.
    runs: Vec<RunKeys>,
    hazard: f64,
    hazards: ItemHazards,
    /// Whether an attempt is extracted; `None` where all are.
    pub(super) gate: Option<Threshold>,
    /// One for each step, where steps are independent, tried once, and the same for every item.
    pub(super) plain: Option<Vec<Threshold>>,
    pub(super) made_ahead: MadeAhead,
    /// See [`Self::alike`].
    alike: OnceLock<Option<Alike>>,
}

/// One item at one scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) number: u64,
    pub(super) steps: u32,
    /// The number that tells how hard it is; 0 where items are alike.
    pub(super) latent: f64,
    /// The hazard of an ordinary step.
    pub(super) hazard: f64,
}

impl Setting {
    /// The attempts of a scenario at one scale, in one replicate.
    #[must_use]
    pub fn new(scenario: &Scenario, scale: Scale, replicate: u64) -> Self {
        let test = Arc::new(TestSet::new(scenario, replicate));
        let law = LawHash::from_canonical(&scenario.canonical_law());
        Self {
            here: Arc::new(AtScale::new(law, scenario, &test, scale, replicate)),
            next: None,
            test,
        }
    }

    /// The attempts of a scenario at each of its scales, in order, in one replicate.
    #[must_use]
    pub fn at_every_scale(scenario: &Scenario, replicate: u64) -> Vec<Self> {
        let law = LawHash::from_canonical(&scenario.canonical_law());
        let test = Arc::new(TestSet::new(scenario, replicate));
        let scales = scenario.evaluation.scales.as_slice().iter();
        let at_scales: Vec<Arc<AtScale>> = scales
            .map(|&scale| Arc::new(AtScale::new(law, scenario, &test, scale, replicate)))
            .collect();
        let together = test.needs.neighbours == Neighbours::Together;
        let next = at_scales.iter().skip(1).cloned().map(Some).chain([None]);
        let settings = at_scales.iter().zip(next);
        settings
            .map(|(here, next)| Self {
                test: Arc::clone(&test),
                here: Arc::clone(here),
                next: next.filter(|_| together),
            })
            .collect()
    }

    /// Number of items.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.test.items
    }

    /// The most steps that an item may have.
    #[must_use]
    pub fn longest(&self) -> u32 {
        self.test.longest()
    }

    /// Attempts at each item, over all training runs.
    #[must_use]
    pub fn attempts_per_item(&self) -> u64 {
        u64::from(self.test.attempts) * self.here.runs.len() as u64
    }

    /// Blocks of 64 items, the last one perhaps in part.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.test.items.div_ceil(64)
    }

    /// The sums over items that are wanted.
    pub(super) fn item_sums(&self) -> &[ItemSum] {
        &self.test.needs.item_sums
    }

    pub(super) fn empty_tally(&self) -> Tally {
        Tally::empty(self.test.needs.item_sums.len())
    }

    /// The mean credit of an item in units of 2^-32, to the nearest, from the sum over its attempts.
    pub(super) fn item_mean(&self, sum: u128) -> u64 {
        let attempts = self.attempts_per_item();
        if attempts == 1 {
            return sum as u64;
        }
        let sum = sum + u128::from(attempts / 2);
        // Machines divide words faster than pairs of them.
        match u64::try_from(sum) {
            Ok(sum) => sum / attempts,
            Err(_) => (sum / u128::from(attempts)) as u64,
        }
    }
}

impl TestSet {
    fn new(scenario: &Scenario, replicate: u64) -> Self {
        let task = scenario.task.chain();
        let accepts = |verifier: Verifier| AtVerifier {
            rules: verifier,
            accepts_right: verifier.true_positive_rate.into(),
            accepts_wrong: verifier.false_positive_rate.into(),
        };
        let lengths = task.lengths().table();
        let multipliers = lengths.iter();
        let multipliers =
            multipliers.map(|(steps, _)| (steps, task.difficulty().multipliers(steps)));
        let multipliers = multipliers.collect();
        Self {
            task: task.clone(),
            choice: match &scenario.task {
                Task::Steps(_) => None,
                Task::Choice(choice) => Some(choice.clone()),
            },
            verifier: task.recovery().verifier().map(accepts),
            cleaning: task.dependence().cleaning().into(),
            floor: task.floor().into(),
            keys: ItemKeys::new(scenario.seed, replicate),
            drawn: Drawn::of(scenario.evaluation.items.get(), task.steps().get()),
            multipliers,
            lengths,
            items: scenario.evaluation.items.get(),
            attempts: scenario.evaluation.attempts.get(),
            needs: scenario.needs(),
        }
    }

    pub(super) fn longest(&self) -> u32 {
        self.multipliers.last().map_or(1, |length| length.0)
    }

    /// How many numbers of steps an item may have.
    pub(super) fn different_lengths(&self) -> usize {
        self.multipliers.len()
    }

    /// One of the numbers of steps that an item may have, by its place among them, increasing.
    pub(super) fn length_at(&self, place: usize) -> u32 {
        self.multipliers[place].0
    }

    /// The number of steps of an item.
    pub(super) fn steps(&self, item: u64) -> u32 {
        match self.multipliers.as_slice() {
            [(steps, _)] => *steps,
            _ => self.lengths.draw(self.keys.length(item)),
        }
    }

    /// Near the numbers that tell how hard the items of a block are.
    #[inline(always)]
    pub(super) fn near_latents(&self, block: u64) -> OfLanes {
        let latent = self.task.spread().latent();
        let kept = self.drawn.latents.get(block as usize);
        match (latent, kept.and_then(OnceLock::get)) {
            (Latent::None, _) => [0.0; 64],
            (_, Some(latents)) => **latents,
            (_, None) => {
                let latents = self.keys.near_latents(block as u32, latent);
                // Whoever was faster has the same.
                let _ = kept.map(|kept| kept.set(Box::new(latents)));
                latents
            }
        }
    }

    /// The places of the numbers of steps of the items of a block, among all that there may be.
    pub(super) fn length_places(&self, block: u64) -> [u32; 64] {
        let place = |lane: usize| {
            let steps = self.steps(block * 64 + lane as u64);
            self.multipliers.partition_point(|length| length.0 < steps) as u32
        };
        let draw = || std::array::from_fn(place);
        match (
            self.multipliers.len(),
            self.drawn.lengths.get(block as usize),
        ) {
            (1, _) => [0; 64],
            (_, Some(kept)) => **kept.get_or_init(|| Box::new(draw())),
            (_, None) => draw(),
        }
    }

    /// The listed multipliers of items of one of the lengths that there may be, by its place among them.
    pub(super) fn listed_multipliers(&self, place: usize) -> Option<&[f64]> {
        self.multipliers[place].1.as_deref()
    }

    /// Near the multipliers of the steps of a block's items, where they are drawn and there is room to keep them.
    #[inline(always)]
    pub(super) fn kept_multipliers(&self, block: u64) -> Option<&[OfLanes]> {
        let kept = self.drawn.multipliers.get(block as usize)?;
        let Difficulty::Normal(normal) = self.task.difficulty() else {
            return None;
        };
        if kept.get().is_none() {
            let mut all = Vec::with_capacity(self.longest() as usize);
            for step in 0..self.longest() {
                all.push(self.drawn_multipliers(normal, block, step));
            }
            // Whoever was faster has the same.
            let _ = kept.set(all);
        }
        kept.get().map(Vec::as_slice)
    }

    /// Near the multipliers of a step of a block's items.
    #[inline(always)]
    pub(super) fn drawn_multipliers(&self, normal: &NormalSteps, block: u64, step: u32) -> OfLanes {
        normal.near_multipliers(&self.keys.step_uniforms(block as u32, step))
    }

    /// The multiplier of a step of an item.
    pub(super) fn multiplier(&self, item: &Item, step: u32) -> f64 {
        if let Difficulty::Normal(normal) = self.task.difficulty() {
            return normal.multiplier(self.keys.step(item.number, step));
        }
        let place = self
            .multipliers
            .binary_search_by_key(&item.steps, |length| length.0);
        let listed = place
            .ok()
            .and_then(|place| self.multipliers[place].1.as_ref());
        listed.map_or(1.0, |multipliers| multipliers[step as usize])
    }

    /// The word that decides the right token of a step of an item.
    pub(super) fn token_word(&self, item: u64, step: u32) -> u64 {
        self.keys.token(item, step)
    }

    /// The hazard of a step of an item.
    pub(super) fn step_hazard(&self, item: &Item, step: u32) -> f64 {
        let lever = self.task.difficulty().lever();
        lever.hazard(item.hazard, self.multiplier(item, step))
    }
}

impl AtScale {
    fn new(
        law: LawHash,
        scenario: &Scenario,
        test: &TestSet,
        scale: Scale,
        replicate: u64,
    ) -> Self {
        let evaluation = &scenario.evaluation;
        let (law, address_scale) = match evaluation.pairing {
            Pairing::Independent => (Some(law), Some(scale)),
            Pairing::Scales => (Some(law), None),
            Pairing::All => (None, None),
        };
        let format = test.task.format();
        let run = |training_seed| {
            let address = Address {
                seed: scenario.seed,
                law,
                scale: address_scale,
                training_seed,
                replicate,
            };
            RunKeys::new(&address, format)
        };
        let hazard = scenario.skill.hazard(scale);
        let is_plain = test.choice.is_none()
            && test.task.step_information() == StepInformation::Independent
            && test.verifier.is_none();
        let plain = is_plain.then(|| {
            let item = Item {
                number: 0,
                steps: test.longest(),
                latent: 0.0,
                hazard,
            };
            let chance = |step| -> Probability {
                let hazard = test.step_hazard(&item, step);
                test.task.try_chance(hazard, &Default::default())
            };
            (0..item.steps).map(|step| chance(step).into()).collect()
        });
        Self {
            runs: (0..evaluation.training_seeds.get()).map(run).collect(),
            hazard,
            hazards: test.task.spread().items(hazard),
            gate: format.gate().map(|_| format.at(scale).chance().into()),
            plain,
            made_ahead: MadeAhead::default(),
            alike: OnceLock::new(),
        }
    }

    /// The thresholds of steps, where they are the same for every item.
    pub(super) fn alike(&self, test: &TestSet) -> Option<&Alike> {
        let alike = self.alike.get_or_init(|| Alike::new(test, self.hazard));
        alike.as_ref()
    }

    /// How hard ordinary steps of the items of a block are, near enough.
    #[inline(always)]
    pub(super) fn hardness(&self, test: &TestSet, block: u64) -> Hardness {
        self.hazards.near(&test.near_latents(block))
    }

    /// An item at this scale.
    pub(super) fn item(&self, test: &TestSet, number: u64) -> Item {
        let latent = test.keys.latent(number, test.task.spread().latent());
        Item {
            number,
            steps: test.steps(number),
            latent,
            hazard: self.hazards.of(latent),
        }
    }

    /// The attempts at some items, 64 at a time.
    pub(super) fn attempts<'a>(&'a self, test: &TestSet, items: &Range<u64>) -> Attempts<'a> {
        Attempts {
            runs: &self.runs,
            attempts: test.attempts,
            block: items.start / 64,
            items: items.clone(),
            next: (0, 0),
        }
    }

    /// Every (training run, attempt) at an item, in order.
    pub(super) fn tries(&self, test: &TestSet) -> impl Iterator<Item = Try<'_>> {
        let attempts = test.attempts;
        let runs = self.runs.iter();
        runs.flat_map(move |keys| (0..attempts).map(move |attempt| Try { keys, attempt }))
    }

    /// One of [`tries`](Self::tries), by its place in them.
    pub(super) fn one_try(&self, test: &TestSet, place: usize) -> Option<Try<'_>> {
        let attempts = test.attempts as usize;
        let keys = self.runs.get(place / attempts)?;
        let attempt = (place % attempts) as u32;
        Some(Try { keys, attempt })
    }
}

/// One attempt at each of the 64 items of a block.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) one: Try<'a>,
    pub(super) block: u32,
    /// The lanes whose items are attempted.
    pub(super) present: u64,
}

/// Every attempt at some items: block after block, all tries of each.
pub(super) struct Attempts<'a> {
    runs: &'a [RunKeys],
    attempts: u32,
    items: Range<u64>,
    block: u64,
    /// The place of the next training run, and its next attempt.
    next: (usize, u32),
}

impl<'a> Iterator for Attempts<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        if self.block * 64 >= self.items.end {
            return None;
        }
        let (run, attempt) = self.next;
        let keys = self.runs.get(run)?;
        let word = Word {
            one: Try { keys, attempt },
            block: self.block as u32,
            present: present_lanes(self.block, &self.items),
        };
        self.next = (run, attempt + 1);
        if attempt + 1 == self.attempts {
            self.next = (run + 1, 0);
        }
        if self.next.0 == self.runs.len() {
            self.next = (0, 0);
            self.block += 1;
        }
        Some(word)
    }
}

/// The lanes of a block whose items are in the range.
pub(super) fn present_lanes(block: u64, items: &Range<u64>) -> u64 {
    let lane = |item: u64| item.saturating_sub(block * 64).min(64) as u32;
    let before = |lane: u32| 1_u64.checked_shl(lane).unwrap_or(0).wrapping_sub(1);
    before(lane(items.end)) & !before(lane(items.start))
}
