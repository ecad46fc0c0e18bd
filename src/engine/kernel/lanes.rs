//! Thresholds computed lane by lane.

use super::batch::Batch;
use super::group::Group;
use super::past::Pasts;
use super::planes::Planes;
use super::thresholds::Row;
use crate::domain::Past;
use crate::engine::Threshold;
use crate::engine::setting::Item;

/// The items of a group, lane by lane.
#[derive(Default)]
pub(super) struct Lanes {
    /// By the place of their block; fewer than 64 in the last of all.
    items: Vec<Vec<Item>>,
}

impl Lanes {
    pub(super) fn set(&mut self, group: &Group) {
        self.items.clear();
        for block in 0..group.blocks() {
            let lanes = 0..64 - group.existing(block).leading_zeros();
            let items = lanes.map(|lane| group.at.item(group.test, group.item(block, lane)));
            self.items.push(items.collect());
        }
    }

    #[inline(always)]
    pub(super) fn fill_states<const C: usize>(
        &mut self,
        group: &Group,
        batch: &Batch<C>,
        step: u32,
        row: &mut Row<C>,
    ) {
        let has_factor = group.test.task.dependence().correlation().is_some();
        for word in 0..batch.words.len() {
            if !has_factor && word >= group.blocks() {
                row.clean.copy_word(word % group.blocks(), word);
                row.impaired.copy_word(word % group.blocks(), word);
                continue;
            }
            for (planes, impaired) in [(&mut row.clean, false), (&mut row.impaired, true)] {
                let digits = self.digits(group, word, step, |lane| Past {
                    steps: step,
                    errors: 0,
                    impaired,
                    common: match has_factor {
                        true => batch.words[word].one.common(batch.words[word].block, lane),
                        false => 0.0,
                    },
                });
                planes.set_word(word, &digits);
            }
        }
    }

    #[inline(always)]
    pub(super) fn fill<const C: usize>(
        &mut self,
        group: &Group,
        batch: &Batch<C>,
        pasts: &Pasts<C>,
        step: u32,
        planes: &mut Planes<C>,
    ) {
        for word in 0..batch.words.len() {
            let past = |lane| pasts.of_lane(group.test, batch, step, word, lane);
            planes.set_word(word, &self.digits(group, word, step, past));
        }
    }

    fn digits(
        &self,
        group: &Group,
        word: usize,
        step: u32,
        past: impl Fn(u32) -> Past,
    ) -> [u16; 64] {
        let mut digits = [0; 64];
        let items = &self.items[word % group.blocks()];
        for ((lane, item), digits) in (0..).zip(items).zip(&mut digits) {
            if step < item.steps {
                let hazard = group.test.step_hazard(item, step);
                let chance = group.test.task.try_chance(hazard, &past(lane));
                *digits = Threshold::from(chance).digits();
            }
        }
        digits
    }
}
