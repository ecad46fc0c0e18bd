//! Steps of any structure: a threshold for each lane, chosen by what its attempt has come to.

use super::lanes::{LaneThresholds, decide};
use super::{Counts, Item, TestSet, Try, Words, lanes_of};
use crate::domain::{Dependence, Difficulty, Past};
use crate::engine::Threshold;

/// Up to 64 items, attempted side by side.
pub(super) struct Block<'a> {
    test: &'a TestSet,
    items: Vec<Item>,
    longest: u32,
    /// Whether every step of an item has the same chances, if nothing else differs.
    steps_alike: bool,
    /// The thresholds of such steps: clean, and after an error.
    kept: Option<(LaneThresholds, LaneThresholds)>,
}

/// What 64 attempts have come to.
struct Pasts {
    impaired: u64,
    errors: [u32; 64],
    common: [f64; 64],
    /// Retries left, where attempts have so many.
    left: Option<[u32; 64]>,
}

impl<'a> Block<'a> {
    pub(super) fn new(test: &'a TestSet, items: Vec<Item>) -> Self {
        let longest = items.iter().map(|item| item.steps).max();
        Self {
            test,
            longest: longest.unwrap_or(0),
            steps_alike: *test.task.difficulty() == Difficulty::Equal,
            items,
            kept: None,
        }
    }

    pub(super) fn steps(&self, lane: usize) -> u32 {
        self.items[lane].steps
    }

    /// Counts correct and leading steps of one attempt at each item.
    pub(super) fn attempt(&mut self, one: &Try, block: u32, counts: &mut Counts) {
        let test = self.test;
        let dependence = test.task.dependence();
        let has_factor = dependence.correlation().is_some();
        let common = |lane: usize| match has_factor && lane < self.items.len() {
            true => one.common(block, lane as u32),
            false => 0.0,
        };
        let retries = test.verifier.and_then(|at| at.rules.retries_of_attempt);
        let mut pasts = Pasts {
            impaired: 0,
            errors: [0; 64],
            common: std::array::from_fn(common),
            left: retries.map(|retries| [retries; 64]),
        };
        // Another attempt has another common factor.
        if has_factor {
            self.kept = None;
        }
        let mut draws = one.steps(block);
        let mut cleaning = one.cleaning(block);
        let cleans = dependence.cleaning().get() > 0.0;
        let cleaned_by = LaneThresholds::of_all(test.cleaning);
        let present = lanes_of(self.items.len());
        let guessed = match test.task.floor().get() > 0.0 {
            true => decide(
                &mut one.floor(block),
                &LaneThresholds::of_all(test.floor),
                present,
            ),
            false => 0,
        };
        let mut alive = present;
        for step in 0..self.longest {
            let active = self.active(step);
            let thresholds = self.thresholds(step, &pasts);
            let mut right = decide(&mut draws, &thresholds, active);
            right = self.recover(one, block, step, &thresholds, right, active, &mut pasts);
            let cleaned = match cleans {
                true => decide(&mut cleaning, &cleaned_by, active),
                false => 0,
            };
            pasts.impaired = impaired(dependence, pasts.impaired, right, cleaned);
            if dependence.counts_errors() {
                for (lane, errors) in pasts.errors.iter_mut().enumerate() {
                    *errors += (!right >> lane & 1) as u32;
                }
            }
            let counted = right | guessed;
            alive &= counted;
            counts.correct.add(Words([counted & active]));
            counts.leading.add(Words([alive & active]));
        }
    }

    /// The lanes whose items have this step.
    fn active(&self, step: u32) -> u64 {
        let lanes = self.items.iter().enumerate();
        lanes.fold(0, |active, (lane, item)| {
            active | u64::from(step < item.steps) << lane
        })
    }

    /// The thresholds of a step, lane by lane.
    fn thresholds(&mut self, step: u32, pasts: &Pasts) -> LaneThresholds {
        let dependence = self.test.task.dependence();
        if dependence.counts_errors() {
            return self.computed(step, pasts, |_| false);
        }
        let (clean, after_error) = match (&self.kept, self.steps_alike) {
            (Some(kept), true) => kept.clone(),
            _ => {
                let clean = self.computed(step, pasts, |_| false);
                let after_error = match dependence.impairs() {
                    true => self.computed(step, pasts, |_| true),
                    false => clean.clone(),
                };
                self.kept = Some((clean.clone(), after_error.clone()));
                (clean, after_error)
            }
        };
        clean.with(&after_error, pasts.impaired)
    }

    fn computed(
        &self,
        step: u32,
        pasts: &Pasts,
        impaired: impl Fn(usize) -> bool,
    ) -> LaneThresholds {
        let of = |lane: usize| match self.items.get(lane).filter(|item| step < item.steps) {
            Some(item) => {
                let past = Past {
                    steps: step,
                    errors: pasts.errors[lane],
                    impaired: impaired(lane),
                    common: pasts.common[lane],
                };
                let hazard = self.test.step_hazard(item, step);
                Threshold::from(self.test.task.try_chance(hazard, &past))
            }
            None => Threshold::default(),
        };
        LaneThresholds::new(std::array::from_fn(of))
    }

    /// The step as its last try left it.
    #[allow(clippy::too_many_arguments, reason = "the whole state of a step")]
    fn recover(
        &self,
        one: &Try,
        block: u32,
        step: u32,
        thresholds: &LaneThresholds,
        mut right: u64,
        active: u64,
        pasts: &mut Pasts,
    ) -> u64 {
        let Some(verifier) = self.test.verifier else {
            return right;
        };
        let accepts_right = LaneThresholds::of_all(verifier.accepts_right);
        let accepts_wrong = LaneThresholds::of_all(verifier.accepts_wrong);
        let (mut accepts, mut retries) = (one.verifier(block, step), one.retries(block, step));
        let mut pending = active;
        for _ in 0..verifier.rules.retries_of_step {
            if let Some(left) = &pasts.left {
                let has_some =
                    |mask: u64, (lane, left): (usize, &u32)| mask | u64::from(*left > 0) << lane;
                pending &= left.iter().enumerate().fold(0, has_some);
            }
            if pending == 0 {
                break;
            }
            let accepted_by = accepts_wrong.with(&accepts_right, right);
            pending &= !decide(&mut accepts, &accepted_by, pending);
            let again = decide(&mut retries, thresholds, pending);
            right = right & !pending | again & pending;
            for (lane, left) in pasts.left.iter_mut().flatten().enumerate() {
                *left -= (pending >> lane & 1) as u32;
            }
        }
        right
    }
}

/// [`Dependence::impaired`] for 64 lanes.
fn impaired(dependence: &Dependence, before: u64, right: u64, cleaned: u64) -> u64 {
    match dependence {
        Dependence::Independent | Dependence::ErrorFraction(_) | Dependence::CommonFactor(_) => 0,
        Dependence::Halting => before | !right,
        Dependence::Tainted(_) => before & !cleaned | !before & !right,
        Dependence::Markov(_) => !right,
    }
}
