//! Philox4x32-10 of Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3", SC11).

/// Four words that are a strong hash of a counter and a key.
#[must_use]
pub fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let products = [
            u64::from(counter[0]) * 0xD251_1F53,
            u64::from(counter[2]) * 0xCD9E_8D57,
        ];
        let high = products.map(|product| (product >> 32) as u32);
        let low = products.map(|product| product as u32);
        counter = [
            high[1] ^ counter[1] ^ key[0],
            low[1],
            high[0] ^ counter[3] ^ key[1],
            low[0],
        ];
        key = [
            key[0].wrapping_add(0x9E37_79B9),
            key[1].wrapping_add(0xBB67_AE85),
        ];
    }
    counter
}

/// The same with each number in the low half of a word; high halves come and go as zero.
///
/// Vector machines multiply such halves in one instruction, and a loop over many counters becomes vectors.
#[inline(always)]
pub(super) fn philox4x32_10_wide(mut counter: [u64; 4], mut key: [u64; 2]) -> [u64; 4] {
    // High halves are left as they come, and dropped before they could matter.
    let low = |word: u64| word & 0xFFFF_FFFF;
    for _ in 0..10 {
        let products = [low(counter[0]) * 0xD251_1F53, low(counter[2]) * 0xCD9E_8D57];
        counter = [
            products[1] >> 32 ^ counter[1] ^ key[0],
            products[1],
            products[0] >> 32 ^ counter[3] ^ key[1],
            products[0],
        ];
        key = [key[0] + 0x9E37_79B9, key[1] + 0xBB67_AE85];
    }
    counter.map(low)
}

#[cfg(test)]
mod tests {
    use super::{philox4x32_10, philox4x32_10_wide};

    /// The known answers that come with Random123 (`kat_vectors`).
    #[test]
    fn known_answers() {
        assert_eq!(
            philox4x32_10([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32_10([!0; 4], [!0; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let answer = [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1];
        assert_eq!(philox4x32_10(pi, [0xa409_3822, 0x299f_31d0]), answer);
    }

    #[test]
    fn wide_words_hold_the_same_numbers() {
        for [counter, key] in [[0_u32, 0], [!0, !0], [0x1234_5678, 0x9abc_def0]] {
            let counter = [counter, !counter, counter ^ 7, counter.rotate_left(9)];
            let key = [key, key.rotate_left(5)];
            let wide = philox4x32_10_wide(counter.map(u64::from), key.map(u64::from));
            assert_eq!(wide, philox4x32_10(counter, key).map(u64::from));
        }
    }
}
