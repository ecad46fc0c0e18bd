//! A counter in every lane.

use super::words::Words;

/// 64 counters side by side in each of `C` words: plane i holds digit i of every lane's count.
///
/// A carry waits until another of its kind comes; one addition then takes both (carry-save adders). So the plane of the
/// digit 2^i is touched every 2^i additions only.
pub(super) struct Counter<const C: usize> {
    planes: Vec<Words<C>>,
    waiting: Vec<Words<C>>,
    added: u32,
}

impl<const C: usize> Counter<C> {
    /// Counts to `most`.
    pub(super) fn up_to(most: u32) -> Self {
        let planes = vec![Words::NONE; (u32::BITS - most.leading_zeros()) as usize];
        Self {
            waiting: planes.clone(),
            planes,
            added: 0,
        }
    }

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.planes.fill(Words::NONE);
        self.added = 0;
    }

    /// Adds 1 in these lanes.
    #[inline(always)]
    pub(super) fn add(&mut self, lanes: Words<C>) {
        let full = self.added.trailing_ones() as usize;
        self.added += 1;
        let mut carry = lanes;
        for (plane, waiting) in self.planes.iter_mut().zip(&self.waiting).take(full) {
            (*plane, carry) = sum(*plane, *waiting, carry);
        }
        self.waiting[full] = carry;
    }

    /// The digits of all counts, least significant first.
    #[inline(always)]
    pub(super) fn planes(&mut self) -> &[Words<C>] {
        let mut carry = Words::NONE;
        for (place, plane) in self.planes.iter_mut().enumerate() {
            let waiting = match self.added >> place & 1 {
                0 => Words::NONE,
                _ => self.waiting[place],
            };
            (*plane, carry) = sum(*plane, waiting, carry);
        }
        self.added = 0;
        &self.planes
    }

    /// The same with no count in other lanes than these.
    #[inline(always)]
    pub(super) fn planes_of(&mut self, lanes: Words<C>) -> &[Words<C>] {
        self.planes();
        for plane in &mut self.planes {
            *plane = *plane & lanes;
        }
        &self.planes
    }

    /// The counts of one word.
    #[cfg(test)]
    fn of_word(&mut self, word: usize) -> [u32; 64] {
        counts(self.planes(), word)
    }
}

/// The digits of a sum of three.
#[inline(always)]
fn sum<const C: usize>(a: Words<C>, b: Words<C>, c: Words<C>) -> (Words<C>, Words<C>) {
    let odd = a ^ b;
    (odd ^ c, a & b | odd & c)
}

/// The counts of one word, from the digits of all.
#[inline(always)]
pub(super) fn counts<const C: usize>(planes: &[Words<C>], word: usize) -> [u32; 64] {
    let mut counts = [0; 64];
    for (place, planes) in (0..).step_by(8).zip(planes.chunks(8)) {
        let mut eight = [0; 8];
        for (row, plane) in eight.iter_mut().zip(planes) {
            *row = plane.0[word];
        }
        for (byte, counts) in counts.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let rows = eight.map(|plane| (plane >> (8 * byte)) as u8);
            let columns = transposed(u64::from_le_bytes(rows)).to_le_bytes();
            for (count, digits) in counts.iter_mut().zip(columns) {
                *count |= u32::from(digits) << place;
            }
        }
    }
    counts
}

/// Eight bytes of eight bits with rows and columns exchanged (Warren 2013, "Hacker's Delight", 7-3).
#[inline(always)]
pub(super) fn transposed(bits: u64) -> u64 {
    let exchanged = |bits: u64, by: u32, mask: u64| {
        let differ = (bits ^ bits >> by) & mask;
        bits ^ differ ^ differ << by
    };
    let bits = exchanged(bits, 7, 0x00AA_00AA_00AA_00AA);
    let bits = exchanged(bits, 14, 0x0000_CCCC_0000_CCCC);
    exchanged(bits, 28, 0x0000_0000_F0F0_F0F0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lane i of word w is set in the first `target(w, i)` of 300 additions.
    #[test]
    fn every_lane_counts_its_own() {
        let target = |word: usize, lane: usize| (word * 129 + lane * 3) as u32;
        let mut counter = Counter::<3>::up_to(500);
        // Twice: what was counted before must not be left.
        for _ in 0..2 {
            counter.clear();
            for addition in 0..500 {
                let word = |word| {
                    (0..64).fold(0, |lanes, lane| {
                        lanes | u64::from(addition < target(word, lane)) << lane
                    })
                };
                counter.add(Words([word(0), word(1), word(2)]));
            }
            for word in 0..3 {
                let expected = std::array::from_fn(|lane| target(word, lane));
                assert_eq!(counter.of_word(word), expected);
            }
        }
    }
}
