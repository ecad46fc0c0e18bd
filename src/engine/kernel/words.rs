//! Words of 64 lanes, several side by side.

use std::ops::{Add, BitAnd, BitOr, BitXor, Not};

/// `C` words of 64 lanes.
///
/// Every operation takes its words by value and is compiled into its caller: there the whole of an array stays in vector
/// registers, as wide as the caller's target features allow. Changed in place, it would go through memory.
///
/// They begin where a cache line does: a vector that lies across two lines takes twice as long to come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Words<const C: usize>(pub(super) [u64; C]);

impl<const C: usize> Words<C> {
    pub(super) const NONE: Self = Self([0; C]);

    /// The same word everywhere.
    #[inline(always)]
    pub(super) fn all(word: u64) -> Self {
        Self([word; C])
    }

    #[inline(always)]
    fn map(self, change: impl Fn(u64) -> u64) -> Self {
        let mut words = self.0;
        for word in &mut words {
            *word = change(*word);
        }
        Self(words)
    }

    #[inline(always)]
    fn with(self, other: Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.0;
        for (word, other) in words.iter_mut().zip(other.0) {
            *word = join(*word, other);
        }
        Self(words)
    }

    #[inline(always)]
    pub(super) fn any(self) -> bool {
        self.0.iter().fold(0, |any, word| any | word) != 0
    }

    /// How many lanes of each word are set.
    #[inline(always)]
    pub(super) fn count_ones(self) -> Self {
        self.map(|word| u64::from(word.count_ones()))
    }

    /// The binary digit of each word at a place, in every lane.
    #[inline(always)]
    pub(super) fn digit(self, place: u32) -> Self {
        self.map(|word| (word >> place & 1).wrapping_neg())
    }
}

impl<const C: usize> BitAnd for Words<C> {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        self.with(other, |a, b| a & b)
    }
}

impl<const C: usize> BitOr for Words<C> {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        self.with(other, |a, b| a | b)
    }
}

impl<const C: usize> BitXor for Words<C> {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }
}

impl<const C: usize> Not for Words<C> {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        self.map(|word| !word)
    }
}

/// Word by word, modulo 2^64.
impl<const C: usize> Add for Words<C> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, u64::wrapping_add)
    }
}
