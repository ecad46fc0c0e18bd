//! Thresholds computed lane by lane.

use super::batch::Batch;
use super::counter::counts;
use super::group::Group;
use super::past::Pasts;
use super::planes::{DigitsOfLanes, Planes};
use super::thresholds::Row;
use super::words::Words;
use crate::domain::{Difficulty, Hardness, MOST_OFF, NearPasts, OfLanes, Past, nearest_whole};
use crate::engine::{DIGITS, Threshold};

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
    digits: DigitsOfLanes<C>,
}

struct OfBlock {
    hardness: Hardness,
    places: [u32; 64],
}

/// Thresholds of lanes by their digits, and the lanes where those are in doubt.
struct Near {
    digits: [u16; 64],
    in_doubt: u64,
}

impl Near {
    #[inline(always)]
    fn new(chances: &OfLanes) -> Self {
        const VALUES: f64 = (1 << DIGITS) as f64;
        // From the middle of a digit's range to where it may be another.
        const SURE: f64 = 0.5 - VALUES * MOST_OFF;
        let mut near = Self {
            digits: [0; 64],
            in_doubt: 0,
        };
        let mut doubts = [0; 64];
        let lanes = near.digits.iter_mut().zip(&mut doubts);
        for ((digits, doubt), chance) in lanes.zip(chances) {
            let scaled = chance * VALUES;
            let scaled = if scaled < 0.5 { 0.5 } else { scaled };
            let scaled = if scaled > VALUES - 0.5 {
                VALUES - 0.5
            } else {
                scaled
            };
            let (whole, bits) = nearest_whole(scaled - 0.5);
            *digits = bits as u16;
            let from_middle = scaled - 0.5 - whole;
            // NaN is not sure either.
            *doubt = match from_middle.abs() < SURE {
                true => 0,
                false => 1,
            };
        }
        for (lane, doubt) in doubts.iter().enumerate() {
            near.in_doubt |= doubt << lane;
        }
        near
    }
}

impl Near {
    /// The digits, true ones where they were in doubt.
    #[inline(always)]
    fn settled(mut self, wanted: u64, exact: impl Fn(u32) -> Threshold) -> [u16; 64] {
        self.in_doubt &= wanted;
        if self.in_doubt != 0 {
            self.settle(&exact);
        }
        self.digits
    }

    #[cold]
    #[inline(never)]
    fn settle(&mut self, exact: &dyn Fn(u32) -> Threshold) {
        while self.in_doubt != 0 {
            let lane = self.in_doubt.trailing_zeros();
            self.digits[lane as usize] = exact(lane).digits();
            self.in_doubt &= self.in_doubt - 1;
        }
    }
}

impl<const C: usize> Lanes<C> {
    pub(super) fn new(are_near: bool) -> Self {
        Self {
            are_near,
            blocks: Vec::new(),
            common: Vec::new(),
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
        for (planes, impaired) in [(&mut row.clean, false), (&mut row.impaired, true)] {
            if impaired && !impairs {
                continue;
            }
            for word in 0..batch.words.len() {
                if self.common.is_empty() && word >= group.blocks() {
                    self.digits.copy_word(word % group.blocks(), word);
                    continue;
                }
                let pasts = NearPasts {
                    steps: step,
                    errors: [0.0; 64],
                    impaired: if impaired { !0 } else { 0 },
                    common: self.common.get(word).copied().unwrap_or([0.0; 64]),
                };
                let exact = |lane: u32| {
                    let past = Past {
                        steps: step,
                        errors: 0,
                        impaired,
                        common: group.common(batch, word, lane),
                    };
                    group.threshold(word, lane, step, &past)
                };
                let near = self.near(group, word, step, &pasts);
                self.digits
                    .set_word(word, &near.settled(active.0[word], exact));
            }
            planes.set(&self.digits);
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
        for word in 0..batch.words.len() {
            let near = NearPasts {
                steps: step,
                errors: counts(&pasts.errors, word).map(f64::from),
                impaired: pasts.impaired.0[word],
                common: self.common.get(word).copied().unwrap_or([0.0; 64]),
            };
            let exact = |lane: u32| {
                let past = pasts.of_lane(group, batch, step, word, lane);
                group.threshold(word, lane, step, &past)
            };
            let near = self.near(group, word, step, &near);
            self.digits
                .set_word(word, &near.settled(active.0[word], exact));
        }
        planes.set(&self.digits);
    }

    #[inline(always)]
    fn near(&self, group: &Group, word: usize, step: u32, pasts: &NearPasts) -> Near {
        match self.are_near {
            true => {
                let hardness = self.hardness(group, word % group.blocks(), step);
                Near::new(&group.test.task.near_try_chances(hardness, pasts))
            }
            false => Near {
                digits: [0; 64],
                in_doubt: !0,
            },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Probability;

    /// A chance that may be on either side of a digit leaves it in doubt; any other has the digits of the true one.
    #[test]
    fn doubt_is_where_a_near_chance_may_have_other_digits() {
        let off = MOST_OFF * 0.999;
        for whole in [0, 1, 2, 77, 4096, 8191, 8192, 16_382, 16_383, 16_384] {
            let edge = f64::from(whole) / 16_384.0;
            let chances: OfLanes = std::array::from_fn(|lane| {
                let distance = 2e-9 * (lane as f64 - 31.7);
                (edge + distance).clamp(0.0, 1.0)
            });
            let near = Near::new(&chances);
            let digits = |chance: f64| {
                let chance = Probability::try_from(chance.clamp(0.0, 1.0)).unwrap();
                Threshold::from(chance).digits()
            };
            for (lane, chance) in chances.into_iter().enumerate() {
                let (least, most) = (digits(chance - off), digits(chance + off));
                let in_doubt = near.in_doubt >> lane & 1 == 1;
                assert_eq!(in_doubt, least != most, "{whole}: {chance:e}");
                assert!(
                    in_doubt || near.digits[lane] == least,
                    "{whole}: {chance:e}"
                );
            }
        }
        assert_eq!(Near::new(&[f64::NAN; 64]).in_doubt, !0);
    }
}
