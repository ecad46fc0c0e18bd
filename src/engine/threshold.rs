//! A success probability as whole numbers, digit by digit.

use crate::domain::Probability;

/// Binary digits of a uniform number that every lane draws, most significant first; part of [`LAYOUT`](super::LAYOUT).
pub const DIGITS: u32 = 14;

/// Digits left to a tie word.
const REST: u32 = 64 - DIGITS;

/// A step is right if a uniform whole number below 2^64 is below `round(p 2^64)`; p = 0 and p = 1 are exact.
///
/// The first [`DIGITS`] digits of the uniform number come from the stream. In the 2^-14 of cases where they equal those
/// of the threshold, a [`tie`](super::Key::tie) word decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold {
    digits: u16,
    rest: u64,
}

impl Threshold {
    /// The leading digits of the threshold.
    #[must_use]
    pub const fn digits(self) -> u16 {
        self.digits
    }

    /// Whether an attempt whose leading digits equal the threshold's is right.
    #[must_use]
    pub const fn tie_is_right(self, tie: u64) -> bool {
        tie >> DIGITS < self.rest
    }
}

impl From<Probability> for Threshold {
    fn from(p: Probability) -> Self {
        // Scaling by a power of two is exact; the sum of a number below 2^64 and 1/2 is rounded down by the cast.
        let scaled = p.get() * 18_446_744_073_709_551_616.0;
        let whole = if scaled < 4_503_599_627_370_496.0 {
            (scaled + 0.5) as u128
        } else {
            scaled as u128
        };
        if whole >> 64 == 1 {
            return Self {
                digits: (1 << DIGITS) - 1,
                rest: 1 << REST,
            };
        }
        Self {
            digits: (whole >> REST) as u16,
            rest: whole as u64 & ((1 << REST) - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(p: f64) -> (u16, u64) {
        let Threshold { digits, rest } = Probability::try_from(p).unwrap().into();
        (digits, rest)
    }

    #[test]
    fn digits_are_those_of_p_times_two_to_the_64() {
        assert_eq!(threshold(0.5), (1 << 13, 0));
        assert_eq!(
            threshold(1.0 / 3.0),
            (5461, (1.0 / 3.0 * libm::exp2(64.0)) as u64 % (1 << 50))
        );
        assert_eq!(threshold(3.0 * libm::exp2(-64.0)), (0, 3));
        assert_eq!(threshold(0.6 * libm::exp2(-64.0)), (0, 1));
    }

    #[test]
    fn certain_and_impossible_are_exact() {
        assert_eq!(threshold(0.0), (0, 0));
        let certain = Threshold::from(Probability::try_from(1.0).unwrap());
        assert_eq!(certain.digits(), 0x3fff);
        assert!(certain.tie_is_right(u64::MAX));
        let nearly = Threshold::from(Probability::try_from(1.0 - f64::EPSILON / 2.0).unwrap());
        assert!(!nearly.tie_is_right(u64::MAX));
    }
}
