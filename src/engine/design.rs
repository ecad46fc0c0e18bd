//! Chance for the points of a sampled design.

use super::item::open_unit;
use super::{Address, Key, LawHash, Role, Stream};
use crate::domain::Seed;

/// The draws of one key of a design. Those of a point depend on the seed, the key and the number of the point only: more
/// points, or more keys, change none of them.
#[derive(Clone, Copy, Debug)]
pub struct DesignDraws(Key);

/// What the streams of all points together are for; those of single points have 0 here.
const PERMUTATION: u32 = 1;
const ROTATION: u32 = 2;

impl DesignDraws {
    /// Those of a full dotted key under a seed.
    #[must_use]
    pub fn new(seed: Seed, key: &str) -> Self {
        let address = Address {
            seed,
            law: Some(LawHash::from_canonical(key)),
            scale: None,
            training_seed: 0,
            replicate: 0,
        };
        Self(address.key(Role::Design))
    }

    /// A number of the open interval (0, 1) for a point: the midpoint of one of 2^53 equal cells.
    #[must_use]
    pub fn unit(self, point: u32) -> f64 {
        open_unit(self.word(point))
    }

    /// 64 random bits for a point: those that [`Self::unit`] is made of.
    #[must_use]
    pub fn word(self, point: u32) -> u64 {
        self.0.stream(point, 0).next_word()
    }

    /// A whole number below `count` for a point, each as likely; 0 if `count` is.
    #[must_use]
    pub fn below(self, point: u32, count: u64) -> u64 {
        below(&mut self.0.stream(point, 0), count)
    }

    /// The numbers from 0 to `count` - 1 in random order (Fisher and Yates).
    #[must_use]
    pub fn permutation(self, count: u32) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..count).collect();
        let mut stream = self.0.stream(0, PERMUTATION);
        for place in (1..numbers.len()).rev() {
            let other = below(&mut stream, place as u64 + 1) as usize;
            numbers.swap(place, other);
        }
        numbers
    }

    /// A whole number below `count` for all points together, each as likely; 0 if `count` is.
    #[must_use]
    pub fn rotation(self, count: u64) -> u64 {
        below(&mut self.0.stream(0, ROTATION), count)
    }
}

/// Words at the incomplete end of the range, where some numbers would come once more than others, are drawn again.
fn below(stream: &mut Stream, count: u64) -> u64 {
    if count == 0 {
        return 0;
    }
    let unfair = (u64::MAX % count + 1) % count;
    loop {
        let word = stream.next_word();
        if word <= u64::MAX - unfair {
            return word % count;
        }
    }
}
