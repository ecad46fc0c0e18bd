//! Steps that are tried again.

use super::batch::{Batch, Decisions};
use super::planes::digit_words;
use super::words::Words;
use crate::engine::setting::AtVerifier;
use crate::engine::{DIGITS, Threshold};

/// A verifier and the retries that it asks for.
pub(super) struct Retries<const C: usize> {
    verifier: AtVerifier,
    /// The digits of the rates at which right and wrong tries are accepted.
    rates: [[u64; DIGITS as usize]; 2],
    accepts: Decisions<C>,
    tries: Decisions<C>,
    /// The digits of the numbers of retries left, least significant first; none where only those of a step are counted.
    left: Vec<Words<C>>,
}

impl<const C: usize> Retries<C> {
    pub(super) fn new(verifier: AtVerifier) -> Self {
        let most = verifier.rules.retries_of_attempt.unwrap_or(0);
        Self {
            rates: [verifier.accepts_right, verifier.accepts_wrong].map(digit_words),
            verifier,
            accepts: Decisions::new(),
            tries: Decisions::new(),
            left: vec![Words::NONE; (u32::BITS - most.leading_zeros()) as usize],
        }
    }

    /// Begins an attempt.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        let retries = self.verifier.rules.retries_of_attempt.unwrap_or(0);
        for (place, plane) in self.left.iter_mut().enumerate() {
            *plane = Words::all(u64::from(retries >> place & 1).wrapping_neg());
        }
    }

    /// The step as its last try left it. `right` tells of its first try, `digit` and `exact` the chances of each.
    #[inline(always)]
    pub(super) fn recover(
        &mut self,
        batch: &Batch<C>,
        step: u32,
        mut right: Words<C>,
        active: Words<C>,
        digit: impl Fn(usize, usize) -> u64,
        exact: impl Fn(usize, u32) -> Threshold,
    ) -> Words<C> {
        let rules = self.verifier.rules;
        let is_perfect =
            rules.true_positive_rate.get() == 1.0 && rules.false_positive_rate.get() == 0.0;
        let mut pending = active;
        for retry in 0..rules.retries_of_step {
            if rules.retries_of_attempt.is_some() {
                let left = self.left.iter();
                pending = pending & left.fold(Words::NONE, |any, plane| any | *plane);
            }
            // Nothing else draws from the streams of a step, so that draws which decide nothing may be left out.
            if !pending.any() {
                break;
            }
            let accepted = match is_perfect {
                true => right,
                false => {
                    if retry == 0 {
                        self.accepts
                            .start(batch, |keys| keys.verifier.at_step(step));
                    }
                    self.accept(batch, pending, right)
                }
            };
            pending = pending & !accepted;
            if !pending.any() {
                break;
            }
            if retry == 0 {
                self.tries.start(batch, |keys| keys.retry.at_step(step));
            }
            let again = self.tries.decide(batch, pending, &digit, &exact);
            right = right & !pending | again & pending;
            let mut borrow = pending;
            for plane in &mut self.left {
                (*plane, borrow) = (*plane ^ borrow, !*plane & borrow);
            }
        }
        right
    }

    /// Lanes whose last try the verifier accepts.
    #[inline(always)]
    fn accept(&mut self, batch: &Batch<C>, pending: Words<C>, right: Words<C>) -> Words<C> {
        let [of_right, of_wrong] = &self.rates;
        let digit = |place: usize, word: usize| {
            right.0[word] & of_right[place] | !right.0[word] & of_wrong[place]
        };
        let exact = |word: usize, lane: u32| match right.0[word] >> lane & 1 {
            0 => self.verifier.accepts_wrong,
            _ => self.verifier.accepts_right,
        };
        self.accepts.decide(batch, pending, digit, exact)
    }
}
