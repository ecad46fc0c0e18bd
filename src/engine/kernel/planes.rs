//! Thresholds of lanes, digit by digit.

use super::words::Words;
use crate::engine::{DIGITS, Threshold};

/// For each digit of a threshold, most significant first, that of every lane.
pub(super) struct Planes<const C: usize>(pub(super) [Words<C>; DIGITS as usize]);

impl<const C: usize> Planes<C> {
    pub(super) const NONE: Self = Self([Words::NONE; DIGITS as usize]);

    /// Gives every lane the same threshold.
    pub(super) fn set_all(&mut self, threshold: Threshold) {
        for (plane, digit) in self.0.iter_mut().zip(digit_words(threshold)) {
            *plane = Words::all(digit);
        }
    }

    /// Gives the lanes of a word the thresholds with these digits.
    pub(super) fn set_word(&mut self, word: usize, digits: &[u16; 64]) {
        let mut planes = [0; DIGITS as usize];
        for (lane, digits) in digits.iter().enumerate() {
            for (place, plane) in (0..DIGITS).rev().zip(&mut planes) {
                *plane |= u64::from(digits >> place & 1) << lane;
            }
        }
        for (words, plane) in self.0.iter_mut().zip(planes) {
            words.0[word] = plane;
        }
    }

    /// Gives the lanes of a word those of another word.
    pub(super) fn copy_word(&mut self, from: usize, to: usize) {
        for plane in &mut self.0 {
            plane.0[to] = plane.0[from];
        }
    }
}

/// Words of the digits of a threshold that all lanes have, most significant first.
pub(super) fn digit_words(threshold: Threshold) -> [u64; DIGITS as usize] {
    let digits = u64::from(threshold.digits());
    std::array::from_fn(|i| (digits >> (DIGITS as usize - 1 - i) & 1).wrapping_neg())
}
