//! What attempts have come to, lane by lane.

use super::batch::Batch;
use super::group::Group;
use super::words::Words;
use crate::domain::{Dependence, Past};

/// What the attempts of a batch have come to, as far as steps depend on it.
pub(super) struct Pasts<const C: usize> {
    /// Lanes whose last error still tells.
    pub(super) impaired: Words<C>,
    /// The digits of the numbers of errors, least significant first; none where steps do not depend on them.
    pub(super) errors: Vec<Words<C>>,
}

impl<const C: usize> Pasts<C> {
    pub(super) fn new(dependence: &Dependence, longest: u32) -> Self {
        let digits = match dependence.counts_errors() {
            true => u32::BITS - longest.leading_zeros(),
            false => 0,
        };
        Self {
            impaired: Words::NONE,
            errors: vec![Words::NONE; digits as usize],
        }
    }

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.impaired = Words::NONE;
        self.errors.fill(Words::NONE);
    }

    /// [`Dependence::impaired`] for all lanes, and the errors.
    #[inline(always)]
    pub(super) fn add(&mut self, dependence: &Dependence, right: Words<C>, cleaned: Words<C>) {
        let before = self.impaired;
        match dependence {
            Dependence::Independent | Dependence::CommonFactor(_) => {}
            Dependence::Halting => self.impaired = before | !right,
            Dependence::Tainted(_) => self.impaired = before & !cleaned | !before & !right,
            Dependence::Markov(_) => self.impaired = !right,
            Dependence::ErrorFraction(_) => {
                let mut carry = !right;
                for plane in &mut self.errors {
                    (*plane, carry) = (*plane ^ carry, *plane & carry);
                }
            }
        }
    }

    /// The past of one lane before a step.
    pub(super) fn of_lane(
        &self,
        group: &Group,
        batch: &Batch<C>,
        step: u32,
        word: usize,
        lane: u32,
    ) -> Past {
        let errors = self.errors.iter().rev();
        Past {
            steps: step,
            errors: errors.fold(0, |errors, plane| {
                errors << 1 | (plane.0[word] >> lane & 1) as u32
            }),
            impaired: self.impaired.0[word] >> lane & 1 == 1,
            common: group.common(batch, word, lane),
        }
    }
}
