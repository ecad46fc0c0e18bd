//! The streams of several words side by side.

use super::words::Words;
use crate::engine::Key;
use crate::engine::philox::philox4x32_10_wide;
use crate::engine::simd::Work;
pub(super) use crate::engine::stream::Xoshiro;

/// Where words begin to draw: [`Key::stream`] of each, written for vectors.
pub(super) struct Starts<const C: usize> {
    key: [[u64; C]; 2],
    counter: [[u64; C]; 2],
    block: [u64; C],
    attempt: [u64; C],
}

impl<const C: usize> Starts<C> {
    pub(super) const NONE: Self = Self {
        key: [[0; C]; 2],
        counter: [[0; C]; 2],
        block: [0; C],
        attempt: [0; C],
    };

    pub(super) fn set(&mut self, word: usize, key: Key, block: u32, attempt: u32) {
        let [key0, key1, counter0, counter1] = key.words().map(u64::from);
        self.key[0][word] = key0;
        self.key[1][word] = key1;
        self.counter[0][word] = counter0;
        self.counter[1][word] = counter1;
        self.block[word] = u64::from(block);
        self.attempt[word] = u64::from(attempt);
    }

    /// What one call of Philox gives for each word.
    #[inline(always)]
    fn half_state(&self, call: u64, one: &mut Words<C>, other: &mut Words<C>) {
        let ([key0, key1], [counter0, counter1]) = (&self.key, &self.counter);
        for i in 0..C {
            let attempt = self.attempt[i] << 2 | call;
            let counter = [counter0[i], counter1[i], self.block[i], attempt];
            let [a, b, c, d] = philox4x32_10_wide(counter, [key0[i], key1[i]]);
            one.0[i] = a | b << 32;
            other.0[i] = c | d << 32;
        }
    }
}

/// A [`Stream`](crate::engine::Stream) for each of `C` words: two xoshiro256++ generators, taken in turn.
///
/// What is done word by word, in a loop over all `C`, is what compilers make vectors of.
pub(super) struct Streams<const C: usize> {
    next: [Words<C>; 4],
    after: [Words<C>; 4],
}

impl<const C: usize> Streams<C> {
    pub(super) const NONE: Self = Self {
        next: [Words::NONE; 4],
        after: [Words::NONE; 4],
    };

    /// Makes them begin.
    #[inline(always)]
    pub(super) fn start(&mut self, starts: &Starts<C>) {
        let [s0, s1, s2, s3] = &mut self.next;
        starts.half_state(0, s0, s1);
        starts.half_state(1, s2, s3);
        let [s0, s1, s2, s3] = &mut self.after;
        starts.half_state(2, s0, s1);
        starts.half_state(3, s2, s3);
    }

    /// The generators of one word.
    #[inline(always)]
    pub(super) fn of_word(&self, word: usize) -> [Xoshiro; 2] {
        let of = |[s0, s1, s2, s3]: &[Words<C>; 4]| {
            Xoshiro([s0.0[word], s1.0[word], s2.0[word], s3.0[word]])
        };
        [of(&self.next), of(&self.after)]
    }

    /// Keeps the generators of one word.
    #[inline(always)]
    pub(super) fn set_word(&mut self, word: usize, [next, after]: [Xoshiro; 2]) {
        let [s0, s1, s2, s3] = &mut self.next;
        [s0.0[word], s1.0[word], s2.0[word], s3.0[word]] = next.0;
        let [s0, s1, s2, s3] = &mut self.after;
        [s0.0[word], s1.0[word], s2.0[word], s3.0[word]] = after.0;
    }

    /// Draws a number for every lane, digit by digit, and holds it against a threshold with these digits, told by their
    /// place, the most significant being 0, and the word: the lanes whose number is below it, and those whose digits all
    /// equal it, which may be among the former.
    #[inline(always)]
    pub(super) fn hold_against(
        &mut self,
        digit: impl Fn(usize, usize) -> u64,
    ) -> (Words<C>, Words<C>) {
        let (mut right, mut undecided) = (Words::NONE, Words::NONE);
        for word in 0..C {
            let mut generators = self.of_word(word);
            // One after the other and not in a loop, so that the loop over words is the one that becomes vectors.
            let pair = |decided, generators: &mut _, place: usize| {
                hold_pair_against(
                    decided,
                    generators,
                    [digit(place, word), digit(place + 1, word)],
                )
            };
            let decided = pair((0, !0), &mut generators, 0);
            let decided = pair(decided, &mut generators, 2);
            let decided = pair(decided, &mut generators, 4);
            let decided = pair(decided, &mut generators, 6);
            let decided = pair(decided, &mut generators, 8);
            let decided = pair(decided, &mut generators, 10);
            let decided = pair(decided, &mut generators, 12);
            (right.0[word], undecided.0[word]) = decided;
            self.set_word(word, generators);
        }
        (right, undecided)
    }
}

/// Of the lanes (below, undecided) what two more digits make.
#[inline(always)]
fn hold_pair_against(
    (below, undecided): (u64, u64),
    [next, after]: &mut [Xoshiro; 2],
    [first, second]: [u64; 2],
) -> (u64, u64) {
    let (drawn, digit) = (next.next(), first);
    let (below, undecided) = (
        undecided & digit | !undecided & below,
        undecided & !(drawn ^ digit),
    );
    let (drawn, digit) = (after.next(), second);
    (
        undecided & digit | !undecided & below,
        undecided & !(drawn ^ digit),
    )
}

/// Draws the words of plain steps and only joins them: the most that the kernel could do.
pub(in crate::engine) struct DrawOnly {
    pub(in crate::engine) key: Key,
    pub(in crate::engine) blocks: u32,
    pub(in crate::engine) steps: u32,
}

impl Work for DrawOnly {
    type Output = u64;

    #[inline(always)]
    fn run<const C: usize>(self) -> u64 {
        let mut starts = Starts::<C>::NONE;
        let mut streams = Streams::NONE;
        let mut joined = [0; C];
        for first in (0..self.blocks).step_by(C) {
            (0..C).for_each(|word| starts.set(word, self.key, first.wrapping_add(word as u32), 0));
            streams.start(&starts);
            for _ in 0..self.steps {
                for (word, joined) in joined.iter_mut().enumerate() {
                    let mut generators = streams.of_word(word);
                    let mut pair = || {
                        let [next, after] = &mut generators;
                        next.next() ^ after.next()
                    };
                    // Written out for the same reason as digits are.
                    *joined ^= pair() ^ pair() ^ pair() ^ pair() ^ pair() ^ pair() ^ pair();
                    streams.set_word(word, generators);
                }
            }
        }
        joined.iter().fold(0, |all, word| all ^ word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scenario;
    use crate::engine::{Address, Role};

    #[test]
    fn they_are_the_streams_of_their_words() {
        let key = |training_seed| {
            let address = Address {
                seed: Scenario::default().seed,
                law: None,
                scale: None,
                training_seed,
                replicate: 3,
            };
            address.key(Role::Step)
        };
        // Nothing in common: another training run, block and attempt each, the last ones there are.
        let words = [(0, 0, 0), (1, 7, 2), (2, u32::MAX, (1 << 30) - 1)];
        let mut starts = Starts::<3>::NONE;
        for (place, (run, block, attempt)) in words.into_iter().enumerate() {
            starts.set(place, key(run), block, attempt);
        }
        let mut one_by_one = words.map(|(run, block, attempt)| key(run).stream(block, attempt));
        let mut streams = Streams::NONE;
        streams.start(&starts);
        for (word, stream) in one_by_one.iter_mut().enumerate() {
            let mut generators = streams.of_word(word);
            for draw in 0..10 {
                let expected = (stream.next_word(), stream.next_word());
                let [next, after] = &mut generators;
                assert_eq!((next.next(), after.next()), expected, "{word}: {draw}");
                if draw == 4 {
                    streams.set_word(word, generators);
                    generators = streams.of_word(word);
                }
            }
        }
    }
}
