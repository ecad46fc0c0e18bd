//! Thresholds of lanes, digit by digit.

use super::counter::transposed;
use super::words::Words;
use crate::domain::{MOST_OFF, OfLanes, Rounding, nearest_whole_of_product};
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

    /// Gives all lanes the thresholds with these digits, word by word; the lanes where those are in doubt.
    #[inline(always)]
    pub(super) fn set(&mut self, digits: &DigitsOfLanes<C>) -> Words<C> {
        let DigitsOfLanes { low, high } = digits;
        let (low, high) = (planes_of_bytes(*low), planes_of_bytes(*high));
        let planes = low.iter().chain(&high).take(DIGITS as usize);
        for (words, plane) in self.0.iter_mut().rev().zip(planes) {
            *words = *plane;
        }
        high[7]
    }

    /// Gives one lane of a word a threshold.
    pub(super) fn set_lane(&mut self, word: usize, lane: u32, threshold: Threshold) {
        for (plane, digit) in self.0.iter_mut().zip(digit_words(threshold)) {
            let plane = &mut plane.0[word];
            *plane ^= (*plane ^ digit) & 1 << lane;
        }
    }

    /// Gives the lanes of a word those of another word.
    pub(super) fn copy_word(&mut self, from: usize, to: usize) {
        for plane in &mut self.0 {
            plane.0[to] = plane.0[from];
        }
    }
}

/// The digits of a threshold for every lane, word by word, and above them whether they are in doubt: eight lanes in each
/// row.
pub(super) struct DigitsOfLanes<const C: usize> {
    low: [Words<C>; 8],
    high: [Words<C>; 8],
}

// Room for the doubt above the digits.
const _: () = assert!(DIGITS < 16);

impl<const C: usize> DigitsOfLanes<C> {
    pub(super) const NONE: Self = Self {
        low: [Words::NONE; 8],
        high: [Words::NONE; 8],
    };

    /// Gives the lanes of a word digits with these chances, which are off by [`MOST_OFF`] at most.
    #[inline(always)]
    pub(super) fn set_word(&mut self, word: usize, chances: &OfLanes, rounding: Rounding) {
        /// Into how many parts a digit's range is cut.
        const PARTS: u32 = 1 << 16;
        const ALL_PARTS: u32 = PARTS << DIGITS;
        // What cannot be told becomes 0, which is at the edge of a range and so in doubt. No other chance does: below the
        // first edge and above the last one there is no doubt.
        const LEAST: f64 = 0.5 / (1 << DIGITS) as f64;
        const MOST: u32 = ALL_PARTS - PARTS / 2;
        // The parts next to an edge where digits may be those of its other side; 2 for what is lost by rounding.
        const DOUBTFUL: u32 = (MOST_OFF * ALL_PARTS as f64) as u32 + 2;
        // All lanes in one loop: of eight at a time compilers make no vectors.
        let mut parts = [0; 64];
        for (parts, chance) in parts.iter_mut().zip(chances) {
            let chance = if *chance < LEAST { LEAST } else { *chance };
            *parts = nearest_whole_of_product(rounding, chance, f64::from(ALL_PARTS));
        }
        let (mut low, mut high) = ([0; 64], [0; 64]);
        for ((low, high), parts) in low.iter_mut().zip(&mut high).zip(parts) {
            let parts = parts.min(MOST);
            let from_edge = (parts + DOUBTFUL) % PARTS;
            // Below 0, and so with the highest digit, where it is in doubt.
            let in_doubt = from_edge.wrapping_sub(2 * DOUBTFUL) & 1 << 31;
            *low = (parts >> 16) as u8;
            *high = ((parts | in_doubt) >> 24) as u8;
        }
        for (rows, bytes) in [(&mut self.low, &low), (&mut self.high, &high)] {
            for (row, eight) in rows.iter_mut().zip(bytes.as_chunks::<8>().0) {
                row.0[word] = u64::from_le_bytes(*eight);
            }
        }
    }
}

/// The numbers with these digits in every lane, least significant first, word by word.
#[inline(always)]
pub(super) fn set_numbers<const C: usize>(numbers: &mut [OfLanes; C], digits: &[Words<C>]) {
    *numbers = [[0.0; 64]; C];
    let mut weight = 1.0;
    for eight in digits.chunks(8) {
        let mut rows = [Words::NONE; 8];
        for (row, plane) in rows.iter_mut().zip(eight) {
            *row = *plane;
        }
        let rows = bytes_of_planes(rows);
        for (word, numbers) in numbers.iter_mut().enumerate() {
            let mut bytes = [0; 64];
            for (row, eight) in rows.iter().zip(bytes.as_chunks_mut::<8>().0) {
                *eight = row.0[word].to_le_bytes();
            }
            for (number, byte) in numbers.iter_mut().zip(bytes) {
                *number += weight * f64::from(byte);
            }
        }
        weight *= 256.0;
    }
}

/// For each digit of the bytes of all lanes, least significant first, that of every lane. Each row has the bytes of eight
/// lanes.
#[inline(always)]
fn planes_of_bytes<const C: usize>(mut rows: [Words<C>; 8]) -> [Words<C>; 8] {
    // Byte i of row j comes to have digit i of its eight lanes.
    transpose_bytes(&mut rows);
    exchange_rows_and_bytes(&mut rows);
    rows
}

/// The bytes of all lanes with these digits, least significant first: those of eight lanes in each row.
#[inline(always)]
fn bytes_of_planes<const C: usize>(mut rows: [Words<C>; 8]) -> [Words<C>; 8] {
    exchange_rows_and_bytes(&mut rows);
    transpose_bytes(&mut rows);
    rows
}

#[inline(always)]
fn transpose_bytes<const C: usize>(rows: &mut [Words<C>; 8]) {
    for row in rows {
        for word in &mut row.0 {
            *word = transposed(*word);
        }
    }
}

/// Byte i of row j becomes byte j of row i: by halves, quarters and eighths.
#[inline(always)]
fn exchange_rows_and_bytes<const C: usize>(rows: &mut [Words<C>; 8]) {
    for i in 0..4 {
        exchange(rows, i, i + 4, 32, 0x0000_0000_FFFF_FFFF);
    }
    for i in [0, 1, 4, 5] {
        exchange(rows, i, i + 2, 16, 0x0000_FFFF_0000_FFFF);
    }
    for i in [0, 2, 4, 6] {
        exchange(rows, i, i + 1, 8, 0x00FF_00FF_00FF_00FF);
    }
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

    use crate::domain::Probability;

    /// The thresholds of a word, by their digits.
    fn of_word<const C: usize>(planes: &Planes<C>, word: usize) -> [u16; 64] {
        std::array::from_fn(|lane| {
            let digits = planes.0.iter().map(|plane| plane.0[word] >> lane & 1);
            digits.fold(0, |digits, digit| digits << 1 | digit as u16)
        })
    }

    #[test]
    fn every_lane_gets_its_digits() {
        let expected = |lane: usize| (lane as u16).wrapping_mul(40_503) & 0x3FFF;
        let middles = std::array::from_fn(|lane| (f64::from(expected(lane)) + 0.5) / 16_384.0);
        let mut digits = DigitsOfLanes::<4>::NONE;
        for (word, rounding) in [(1, Rounding::Twice), (3, Rounding::Once)] {
            digits.set_word(word, &middles, rounding);
        }
        let mut planes = Planes::NONE;
        assert_eq!(planes.set(&digits), Words::NONE);
        planes.copy_word(1, 2);
        planes.set_lane(2, 5, Probability::try_from(0.75).unwrap().into());
        let mut expected = std::array::from_fn(expected);
        assert_eq!(of_word(&planes, 0), [0; 64]);
        assert_eq!(of_word(&planes, 1), expected);
        assert_eq!(of_word(&planes, 3), expected);
        expected[5] = 0x3000;
        assert_eq!(of_word(&planes, 2), expected);
    }

    /// A chance that may be on either side of a digit leaves it in doubt; any other has the digits of the true one.
    #[test]
    fn doubt_is_where_a_near_chance_may_have_other_digits() {
        let digits = |chance: f64| {
            let chance = Probability::try_from(chance.clamp(0.0, 1.0)).unwrap();
            Threshold::from(chance).digits()
        };
        for whole in [0, 1, 2, 77, 4096, 8191, 8192, 16_382, 16_383, 16_384] {
            let edge = f64::from(whole) / 16_384.0;
            let chances: OfLanes = std::array::from_fn(|lane| {
                let distance = 7e-10 * (lane as f64 - 31.7);
                (edge + distance).clamp(0.0, 1.0)
            });
            let mut near = DigitsOfLanes::<2>::NONE;
            near.set_word(0, &chances, Rounding::Twice);
            near.set_word(1, &chances, Rounding::Once);
            let mut planes = Planes::NONE;
            let in_doubt = planes.set(&near);
            let found = [of_word(&planes, 0), of_word(&planes, 1)];
            for (found, in_doubt) in found.into_iter().zip(in_doubt.0) {
                for (lane, chance) in chances.into_iter().enumerate() {
                    let differ = |off: f64| digits(chance - off) != digits(chance + off);
                    let in_doubt = in_doubt >> lane & 1 == 1;
                    assert!(in_doubt || !differ(MOST_OFF), "{whole}: {chance:e}");
                    assert!(!in_doubt || differ(1.3 * MOST_OFF), "{whole}: {chance:e}");
                    let is_true = found[lane] == digits(chance);
                    assert!(in_doubt || is_true, "{whole}: {chance:e}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_told_is_in_doubt() {
        let mut digits = DigitsOfLanes::<1>::NONE;
        for (nan, rounding) in [(f64::NAN, Rounding::Twice), (-f64::NAN, Rounding::Once)] {
            digits.set_word(0, &[nan; 64], rounding);
            let mut planes = Planes::NONE;
            assert_eq!(planes.set(&digits), Words([!0]));
        }
    }

    #[test]
    fn numbers_have_their_digits() {
        let number = |word: usize, lane: usize| (word * 70_003 + lane * 1_234) as u32;
        let planes: Vec<Words<3>> = (0..18)
            .map(|place| {
                let digit = |word, lane| u64::from(number(word, lane) >> place & 1) << lane;
                let of_word = |word| (0..64).fold(0, |lanes, lane| lanes | digit(word, lane));
                Words([of_word(0), of_word(1), of_word(2)])
            })
            .collect();
        let mut numbers = [[7.0; 64]; 3];
        set_numbers(&mut numbers, &planes);
        for (word, numbers) in numbers.iter().enumerate() {
            let expected = std::array::from_fn(|lane| f64::from(number(word, lane)));
            assert_eq!(*numbers, expected, "{word}");
        }
    }
}
