//! Thresholds of lanes, digit by digit.

use super::counter::transposed;
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

    /// Gives all lanes of each word the same threshold, by its digits.
    #[inline(always)]
    pub(super) fn set_words(&mut self, digits: Words<C>) {
        for (place, plane) in (0..DIGITS).rev().zip(&mut self.0) {
            *plane = digits.digit(place);
        }
    }

    /// Gives all lanes the thresholds with these digits, word by word.
    #[inline(always)]
    pub(super) fn set(&mut self, digits: &DigitsOfLanes<C>) {
        let DigitsOfLanes { low, high } = digits;
        let (low, high) = (planes_of_bytes(low), planes_of_bytes(high));
        let planes = low.iter().chain(&high).take(DIGITS as usize);
        for (words, plane) in self.0.iter_mut().rev().zip(planes) {
            *words = *plane;
        }
    }
}

/// The digits of a threshold for every lane, word by word.
pub(super) struct DigitsOfLanes<const C: usize> {
    low: [[u8; 64]; C],
    high: [[u8; 64]; C],
}

impl<const C: usize> DigitsOfLanes<C> {
    pub(super) const NONE: Self = Self {
        low: [[0; 64]; C],
        high: [[0; 64]; C],
    };

    #[inline(always)]
    pub(super) fn set_word(&mut self, word: usize, digits: &[u16; 64]) {
        self.low[word] = digits.map(|digits| digits as u8);
        self.high[word] = digits.map(|digits| (digits >> 8) as u8);
    }

    /// Gives the lanes of a word those of another word.
    pub(super) fn copy_word(&mut self, from: usize, to: usize) {
        self.low[to] = self.low[from];
        self.high[to] = self.high[from];
    }
}

/// For each digit of the bytes of all lanes, least significant first, that of every lane.
#[inline(always)]
fn planes_of_bytes<const C: usize>(lanes: &[[u8; 64]; C]) -> [Words<C>; 8] {
    let mut rows = [Words::NONE; 8];
    for (word, lanes) in lanes.iter().enumerate() {
        for (row, eight) in rows.iter_mut().zip(lanes.as_chunks::<8>().0) {
            row.0[word] = u64::from_le_bytes(*eight);
        }
    }
    // Byte i of row j comes to have digit i of its eight lanes.
    for row in &mut rows {
        for word in &mut row.0 {
            *word = transposed(*word);
        }
    }
    // Rows and bytes are exchanged by halves, quarters and eighths.
    for i in 0..4 {
        exchange(&mut rows, i, i + 4, 32, 0x0000_0000_FFFF_FFFF);
    }
    for i in [0, 1, 4, 5] {
        exchange(&mut rows, i, i + 2, 16, 0x0000_FFFF_0000_FFFF);
    }
    for i in [0, 2, 4, 6] {
        exchange(&mut rows, i, i + 1, 8, 0x00FF_00FF_00FF_00FF);
    }
    rows
}

/// Exchanges the upper parts of one row with the lower ones of another.
#[inline(always)]
fn exchange<const C: usize>(
    rows: &mut [Words<C>; 8],
    one: usize,
    other: usize,
    by: u32,
    mask: u64,
) {
    let (mut first, mut second) = (rows[one], rows[other]);
    for (first, second) in first.0.iter_mut().zip(&mut second.0) {
        let differ = (*first >> by ^ *second) & mask;
        *first ^= differ << by;
        *second ^= differ;
    }
    (rows[one], rows[other]) = (first, second);
}

/// Words of the digits of a threshold that all lanes have, most significant first.
pub(super) fn digit_words(threshold: Threshold) -> [u64; DIGITS as usize] {
    let digits = u64::from(threshold.digits());
    std::array::from_fn(|i| (digits >> (DIGITS as usize - 1 - i) & 1).wrapping_neg())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lane_gets_its_digits() {
        let digits = |lane: usize| (lane as u16).wrapping_mul(40_503) & 0x3FFF;
        let mut of_lanes = DigitsOfLanes::<3>::NONE;
        of_lanes.set_word(1, &std::array::from_fn(digits));
        of_lanes.copy_word(1, 2);
        let mut planes = Planes::NONE;
        planes.set(&of_lanes);
        for lane in 0..64 {
            let of_word = |word: usize| {
                let digits = planes.0.iter().map(|plane| plane.0[word] >> lane & 1);
                digits.fold(0, |digits, digit| digits << 1 | digit as u16)
            };
            let of_words = [of_word(0), of_word(1), of_word(2)];
            assert_eq!(of_words, [0, digits(lane), digits(lane)], "{lane}");
        }
    }
}
