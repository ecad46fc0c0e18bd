//! A pair of xoshiro256++ generators, taken in turn.

use std::convert::Infallible;

use rand::TryRng;

/// xoshiro256++ 1.0 of Blackman and Vigna 2021 ("Scrambled linear pseudorandom number generators", ACM TOMS 47, 36).
#[derive(Clone, Debug)]
pub(super) struct Xoshiro(pub(super) [u64; 4]);

impl Xoshiro {
    #[inline(always)]
    pub(super) fn next(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.0;
        let word = s0.wrapping_add(s3).rotate_left(23).wrapping_add(s0);
        let (t2, t3) = (s2 ^ s0, s3 ^ s1);
        self.0 = [s0 ^ t3, s1 ^ t2, t2 ^ s1 << 17, t3.rotate_left(45)];
        word
    }
}

/// The random words of one attempt at one block of 64 items.
///
/// Two generators in turn: a vector machine then has two independent chains to work on. It is a generator of the
/// [`rand`] crate, so any distribution of `rand_distr` draws from it:
///
/// ```
/// use mirage::domain::Scenario;
/// use mirage::engine::{Address, Role};
/// use rand_distr::{Beta, Distribution};
///
/// let address = Address { seed: Scenario::default().seed, law: None, scale: None, training_seed: 0, replicate: 0 };
/// let mut stream = address.key(Role::Step).stream(0, 0);
/// let effect: f64 = Beta::new(8.0, 2.0).unwrap().sample(&mut stream);
/// assert!((0.0..=1.0).contains(&effect));
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    next: Xoshiro,
    after: Xoshiro,
}

impl Stream {
    /// Two states of 256 bits. Neither may be all zero: from a hash, that has probability 2^-255.
    pub(super) fn from_state(words: [[u32; 4]; 4]) -> Self {
        let pair = |[a, b, c, d]: [u32; 4]| {
            [
                u64::from(a) | u64::from(b) << 32,
                u64::from(c) | u64::from(d) << 32,
            ]
        };
        let state = |one, other| {
            let ([s0, s1], [s2, s3]) = (pair(one), pair(other));
            Xoshiro([s0, s1, s2, s3])
        };
        Self {
            next: state(words[0], words[1]),
            after: state(words[2], words[3]),
        }
    }

    /// The next 64 random bits, one for each lane.
    #[inline]
    pub fn next_word(&mut self) -> u64 {
        let word = self.next.next();
        std::mem::swap(&mut self.next, &mut self.after);
        word
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next_word() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next_word())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first words of the authors' C code for the state 1, 2, 3, 4.
    #[test]
    fn known_answers() {
        let mut generator = Xoshiro([1, 2, 3, 4]);
        let words: [u64; 4] = std::array::from_fn(|_| generator.next());
        assert_eq!(
            words,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn the_two_generators_take_turns() {
        let words =
            std::array::from_fn(|call| std::array::from_fn(|word| (call * 4 + word + 1) as u32));
        let mut stream = Stream::from_state(words);
        let (mut even, mut odd) = (stream.next.clone(), stream.after.clone());
        for _ in 0..3 {
            let pair = [stream.next_word(), stream.next_word()];
            assert_eq!(pair, [even.next(), odd.next()]);
        }
    }
}
