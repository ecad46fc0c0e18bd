//! Thresholds computed lane by lane.

use super::batch::Batch;
use super::group::Group;
use super::past::Pasts;
use super::planes::{DigitsOfLanes, Planes, set_numbers};
use super::thresholds::Row;
use super::words::Words;
use crate::domain::{Difficulty, Hardness, NearPasts, OfLanes, Past};
use crate::engine::Threshold;
use crate::engine::simd::rounding;

/// The items of a group, lane by lane, and what its attempts drew.
///
/// The digits of a threshold come from a chance near the true one. Where that leaves a digit in doubt, and where an
/// attempt ties with all digits, the true one decides.
pub(super) struct Lanes<const C: usize> {
    /// Whether chances can be had near the true ones.
    are_near: bool,
    blocks: Vec<OfBlock>,
    /// For each word of the batch, its common factors.
    common: Vec<OfLanes>,
    /// For each word, its numbers of errors.
    errors: [OfLanes; C],
    digits: DigitsOfLanes<C>,
}

static ZEROS: OfLanes = [0.0; 64];

struct OfBlock {
    hardness: Hardness,
    places: [u32; 64],
}

impl<const C: usize> Lanes<C> {
    pub(super) fn new(are_near: bool) -> Self {
        Self {
            are_near,
            blocks: Vec::new(),
            common: Vec::new(),
            errors: [ZEROS; C],
            digits: DigitsOfLanes::NONE,
        }
    }

    /// Begins a group.
    #[inline(always)]
    pub(super) fn start(&mut self, group: &Group) {
        self.blocks.clear();
        for block in 0..group.blocks() {
            let number = group.block(block);
            let hardness = group.at.hardness(group.test, number);
            self.blocks.push(OfBlock {
                hardness: hardness.held_for(group.test.task.difficulty().lever()),
                places: group.test.length_places(number),
            });
        }
    }

    /// Begins a batch.
    #[inline(always)]
    pub(super) fn start_batch(&mut self, group: &Group, batch: &Batch<C>) {
        self.common.clear();
        if group.test.task.dependence().correlation().is_some() {
            for word in &batch.words {
                self.common.push(word.one.near_common(word.block));
            }
        }
    }

    /// The thresholds of both states in which attempts may be.
    #[inline(always)]
    pub(super) fn fill_states(
        &mut self,
        group: &Group,
        batch: &Batch<C>,
        step: u32,
        active: Words<C>,
        row: &mut Row<C>,
    ) {
        let impairs = group.test.task.dependence().impairs();
        // Attempts at an item are alike.
        let different = match self.common.is_empty() {
            true => group.blocks().min(batch.words.len()),
            false => batch.words.len(),
        };
        for (planes, impaired) in [(&mut row.clean, false), (&mut row.impaired, true)] {
            if impaired && !impairs {
                continue;
            }
            for word in 0..different {
                let pasts = NearPasts {
                    steps: step,
                    errors: &ZEROS,
                    impaired: if impaired { !0 } else { 0 },
                    common: self.common.get(word).unwrap_or(&ZEROS),
                };
                let chances = self.chances(group, word, step, &pasts);
                self.digits.set_word(word, &chances, rounding::<C>());
            }
            let exact = |word: usize, lane: u32| {
                let past = Past {
                    steps: step,
                    errors: 0,
                    impaired,
                    common: group.common(batch, word, lane),
                };
                group.threshold(word, lane, step, &past)
            };
            self.set(planes, different, active, exact);
            for word in different..batch.words.len() {
                planes.copy_word(word % group.blocks(), word);
            }
        }
    }

    /// The thresholds for what attempts have come to.
    #[inline(always)]
    pub(super) fn fill(
        &mut self,
        group: &Group,
        batch: &Batch<C>,
        pasts: &Pasts<C>,
        step: u32,
        active: Words<C>,
        planes: &mut Planes<C>,
    ) {
        if !pasts.errors.is_empty() {
            set_numbers(&mut self.errors, &pasts.errors);
        }
        for word in 0..batch.words.len() {
            let near = NearPasts {
                steps: step,
                errors: &self.errors[word],
                impaired: pasts.impaired.0[word],
                common: self.common.get(word).unwrap_or(&ZEROS),
            };
            let chances = self.chances(group, word, step, &near);
            self.digits.set_word(word, &chances, rounding::<C>());
        }
        let exact = |word: usize, lane: u32| {
            let past = pasts.of_lane(group, batch, step, word, lane);
            group.threshold(word, lane, step, &past)
        };
        self.set(planes, batch.words.len(), active, exact);
    }

    /// Chances near the true ones; any where there are none.
    #[inline(always)]
    fn chances(&self, group: &Group, word: usize, step: u32, pasts: &NearPasts) -> OfLanes {
        match self.are_near {
            true => {
                let hardness = self.hardness(group, word % group.blocks(), step);
                let task = &group.test.task;
                task.near_try_chances(&hardness, pasts, rounding::<C>())
            }
            false => ZEROS,
        }
    }

    /// Gives the first words their digits, true ones where they are in doubt.
    #[inline(always)]
    fn set(
        &self,
        planes: &mut Planes<C>,
        words: usize,
        active: Words<C>,
        exact: impl Fn(usize, u32) -> Threshold,
    ) {
        let mut in_doubt = planes.set(&self.digits);
        if !self.are_near {
            in_doubt = Words::all(!0);
        }
        let in_doubt = in_doubt & active;
        if in_doubt.any() {
            settle(planes, &in_doubt.0[..words], &exact);
        }
    }

    /// How hard a step of the items of a block is.
    #[inline(always)]
    fn hardness(&self, group: &Group, block: usize, step: u32) -> Hardness {
        let OfBlock { hardness, places } = &self.blocks[block];
        let difficulty = group.test.task.difficulty();
        let lever = difficulty.lever();
        match difficulty {
            Difficulty::Equal => *hardness,
            Difficulty::Normal(normal) => {
                let kept = group.test.kept_multipliers(group.block(block));
                let multipliers = match kept {
                    Some(kept) => kept[step as usize],
                    None => {
                        let block = group.block(block);
                        group.test.drawn_multipliers(normal, block, step)
                    }
                };
                hardness.under(lever, |lane| multipliers[lane])
            }
            _ => {
                let listed = |place: usize| {
                    let listed = group.test.listed_multipliers(place);
                    let multiplier = listed.and_then(|listed| listed.get(step as usize));
                    multiplier.copied().unwrap_or(1.0)
                };
                match group.test.different_lengths() {
                    1 => {
                        let multiplier = listed(0);
                        hardness.under(lever, |_| multiplier)
                    }
                    _ => hardness.under(lever, |lane| listed(places[lane] as usize)),
                }
            }
        }
    }
}

#[cold]
#[inline(never)]
fn settle<const C: usize>(
    planes: &mut Planes<C>,
    in_doubt: &[u64],
    exact: &dyn Fn(usize, u32) -> Threshold,
) {
    for (word, in_doubt) in in_doubt.iter().enumerate() {
        let mut in_doubt = *in_doubt;
        while in_doubt != 0 {
            let lane = in_doubt.trailing_zeros();
            planes.set_lane(word, lane, exact(word, lane));
            in_doubt &= in_doubt - 1;
        }
    }
}
