//! One law at one scale, ready to be attempted.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::ahead::MadeAhead;
use super::alike::Alike;
use super::draw::{RunKeys, Try, run_luck};
use super::item::ItemKeys;
use super::{Address, Cells, LawHash, Tally, Threshold};
use crate::domain::{
    ChoiceTask, CountSum, Difficulty, Hardness, ItemHazards, ItemSum, Latent, LengthTable, Needs,
    Neighbours, NormalSteps, OfLanes, Pairing, Probability, Reducer, Scale, Scenario,
    StepInformation, StepsTask, Successes, Task, Verifier, in_units,
};

/// What is attempted, how often, and what must be counted. It knows no metric.
#[derive(Clone, Debug)]
pub struct Setting {
    pub(super) test: Arc<TestSet>,
    pub(super) here: Arc<AtScale>,
    /// What each item's credits are multiplied with: those at the next larger scale, or those of another setting.
    pub(super) next: Option<Beside>,
}

/// Attempts at the same items under other conditions.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) test: Arc<TestSet>,
    pub(super) at: Arc<AtScale>,
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
    /// Whether an attempt earns all or nothing, for each of the wanted sums.
    all_or_nothing: Vec<bool>,
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
    /// Every training run, in order: at least one.
    pub(super) runs: Vec<AtRun>,
    pub(super) made_ahead: MadeAhead,
}

/// What differs between the training runs of a scale.
#[derive(Debug)]
pub(super) struct AtRun {
    keys: RunKeys,
    pub(super) hazard: f64,
    hazards: ItemHazards,
    /// Whether an attempt is extracted; `None` where all are.
    pub(super) gate: Option<Threshold>,
    /// One for each step, where steps are independent, tried once, and the same for every item.
    pub(super) plain: Option<Vec<Threshold>>,
    /// See [`Self::alike`].
    alike: OnceLock<Option<Alike>>,
}

/// What a training run's attempts at an item came to, beyond how many were right.
#[derive(Clone, Copy, Default)]
pub(super) struct CellAttempts<'a> {
    /// The attempt, from 1, that was the last right one asked for.
    pub(super) reached: Option<u32>,
    /// How often each wrong answer was given.
    pub(super) wrong: &'a [u32],
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
        Self::counting(scenario, scenario.needs(), scale, replicate)
    }

    /// The attempts of a scenario at one scale, of which this is counted.
    fn counting(scenario: &Scenario, needs: Needs, scale: Scale, replicate: u64) -> Self {
        let test = Arc::new(TestSet::new(scenario, needs, replicate));
        let law = LawHash::from_canonical(&scenario.canonical_law());
        Self {
            here: Arc::new(AtScale::new(law, scenario, &test, scale, replicate)),
            next: None,
            test,
        }
    }

    /// The attempts of two scenarios at one scale, each with what is counted of it, as many sums of one as of the other:
    /// those of the first, whose scores at an item are multiplied with those of the second, and those of the second. Both
    /// have as many items; the items are the same where the seeds are.
    #[must_use]
    pub fn pair(
        one: (&Scenario, Needs),
        other: (&Scenario, Needs),
        scale: Scale,
        replicate: u64,
    ) -> [Self; 2] {
        debug_assert_eq!(one.0.evaluation.items, other.0.evaluation.items);
        debug_assert_eq!(one.1.item_sums.len(), other.1.item_sums.len());
        let of = |(scenario, needs): (&Scenario, Needs)| {
            Self::counting(scenario, needs, scale, replicate)
        };
        let [one, other] = [of(one), of(other)];
        let beside = Beside {
            test: Arc::clone(&other.test),
            at: Arc::clone(&other.here),
        };
        let next = Some(beside);
        [Self { next, ..one }, other]
    }

    /// The attempts of a scenario at each of its scales, in order, in one replicate.
    #[must_use]
    pub fn at_every_scale(scenario: &Scenario, replicate: u64) -> Vec<Self> {
        let law = LawHash::from_canonical(&scenario.canonical_law());
        let test = Arc::new(TestSet::new(scenario, scenario.needs(), replicate));
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
                next: next.filter(|_| together).map(|at| Beside {
                    test: Arc::clone(&test),
                    at,
                }),
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
        self.test.item_sums()
    }

    pub(super) fn empty_tally(&self) -> Tally {
        Tally {
            cells: self.test.empty_cells(self.here.runs.len()),
            ..Tally::empty(self.item_sums().len())
        }
    }
}

/// A sum over a number of equal terms, divided by it, to the nearest.
pub(super) fn mean_of(sum: u128, terms: u64) -> u64 {
    if terms == 1 {
        return sum as u64;
    }
    let sum = sum + u128::from(terms / 2);
    // Machines divide words faster than pairs of them.
    match u64::try_from(sum) {
        Ok(sum) => sum / terms,
        Err(_) => (sum / u128::from(terms)) as u64,
    }
}

impl TestSet {
    fn new(scenario: &Scenario, needs: Needs, replicate: u64) -> Self {
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
        let all_or_nothing = |sum: &ItemSum| sum.counted().is_some_and(CountSum::is_all_or_nothing);
        let all_or_nothing = needs.item_sums.iter().map(all_or_nothing).collect();
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
            needs,
            all_or_nothing,
        }
    }

    pub(super) fn longest(&self) -> u32 {
        self.multipliers.last().map_or(1, |length| length.0)
    }

    /// The sums over items that are wanted.
    pub(super) fn item_sums(&self) -> &[ItemSum] {
        &self.needs.item_sums
    }

    /// How many different wrong answers an item has.
    pub(super) fn wrong_answers(&self) -> u32 {
        match &self.choice {
            Some(choice) => choice.options() - 1,
            None => self.task.wrong_answers(),
        }
    }

    /// What becomes of the attempts of a training run at an item, for each of the wanted sums.
    pub(super) fn reducer(&self, place: usize) -> Reducer {
        self.needs.reducers[place]
    }

    /// No cells yet, for so many training runs: one of each wanted sum where an item has several attempts.
    pub(super) fn empty_cells(&self, runs: usize) -> Vec<Cells> {
        match runs as u64 * u64::from(self.attempts) {
            1 => Vec::new(),
            _ => vec![Cells::empty(runs); self.item_sums().len()],
        }
    }

    /// How many of a training run's several attempts at an item were right, from their sum under one of the wanted sums;
    /// `None` where there is one attempt, or an attempt may earn a part.
    pub(super) fn successes(&self, place: usize, sum: u128) -> Option<u32> {
        let counts = self.attempts > 1 && self.all_or_nothing[place];
        counts.then_some((sum >> 32) as u32)
    }

    /// How many terms there are to what is added up of an item: attempts, or what becomes of those of each training run.
    pub(super) fn terms_of_item(&self, place: usize, runs: usize) -> u64 {
        match self.reducer(place) {
            Reducer::Mean => runs as u64 * u64::from(self.attempts),
            _ => runs as u64,
        }
    }

    /// What a training run's attempts at an item come to under one of the wanted sums, in units of 2^-32. `right` is the
    /// sum over them, in the same units.
    pub(super) fn cell(&self, place: usize, right: u128, attempts: CellAttempts<'_>) -> u64 {
        match self.reducer(place) {
            Reducer::Mean => mean_of(right, u64::from(self.attempts)),
            reducer => in_units(reducer.value(&Successes {
                attempts: self.attempts,
                right: (right >> 32) as u32,
                reached: attempts.reached,
                wrong: attempts.wrong,
            })),
        }
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
        let skill = &scenario.skill;
        let (law, address_scale) = match evaluation.pairing {
            Pairing::Independent => (Some(law), Some(scale)),
            Pairing::Scales => (Some(law), None),
            Pairing::All => (None, None),
        };
        let format = test.task.format();
        let gate = format.gate().map(|_| format.at(scale).chance().into());
        let run = |training_seed| {
            let address = Address {
                seed: scenario.seed,
                law,
                scale: address_scale,
                training_seed,
                replicate,
            };
            let hazard = match skill.runs_differ() {
                true => skill.hazard_of_run(scale, run_luck(&address)),
                false => skill.hazard(scale),
            };
            AtRun::new(test, RunKeys::new(&address, format), hazard, gate)
        };
        Self {
            runs: (0..evaluation.training_seeds.get()).map(run).collect(),
            made_ahead: MadeAhead::default(),
        }
    }

    /// The run of one of the attempts at an item, which are counted over all training runs, and which attempt it is there.
    pub(super) fn one_try(&self, test: &TestSet, place: usize) -> Option<(&AtRun, Try<'_>)> {
        let attempts = test.attempts as usize;
        let run = self.runs.get(place / attempts)?;
        let attempt = (place % attempts) as u32;
        let keys = &run.keys;
        Some((run, Try { keys, attempt }))
    }
}

impl AtRun {
    fn new(test: &TestSet, keys: RunKeys, hazard: f64, gate: Option<Threshold>) -> Self {
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
            keys,
            hazard,
            hazards: test.task.spread().items(hazard),
            gate,
            plain,
            alike: OnceLock::new(),
        }
    }

    /// The thresholds of steps, where they are the same for every item of the run.
    pub(super) fn alike(&self, test: &TestSet) -> Option<&Alike> {
        let alike = self.alike.get_or_init(|| Alike::new(test, self.hazard));
        alike.as_ref()
    }

    /// How hard ordinary steps of the items of a block are, near enough.
    #[inline(always)]
    pub(super) fn hardness(&self, test: &TestSet, block: u64) -> Hardness {
        self.hazards.near(&test.near_latents(block))
    }

    /// An item as it is for this run.
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
            keys: &self.keys,
            attempts: test.attempts,
            block: items.start / 64,
            items: items.clone(),
            next: 0,
        }
    }

    /// Every attempt at an item, in order.
    pub(super) fn tries(&self, test: &TestSet) -> impl Iterator<Item = Try<'_>> {
        let keys = &self.keys;
        (0..test.attempts).map(move |attempt| Try { keys, attempt })
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
    keys: &'a RunKeys,
    attempts: u32,
    items: Range<u64>,
    block: u64,
    /// The next attempt.
    next: u32,
}

impl<'a> Iterator for Attempts<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        if self.block * 64 >= self.items.end {
            return None;
        }
        let (keys, attempt) = (self.keys, self.next);
        let word = Word {
            one: Try { keys, attempt },
            block: self.block as u32,
            present: present_lanes(self.block, &self.items),
        };
        self.next += 1;
        if self.next == self.attempts {
            self.next = 0;
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
