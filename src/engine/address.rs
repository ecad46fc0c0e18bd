//! Where in the space of all draws an attempt takes its own.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::philox::philox4x32_10_wide;
use super::{Role, Stream, philox4x32_10};
use crate::domain::{Neighbours, Scale, Scenario, Seed};

/// The version of what a seed means. It rises with any change of which random number decides what.
pub const LAYOUT: u32 = 1;

/// The hash of a canonical law, which is skill and task without the number of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LawHash([u8; 16]);

impl LawHash {
    /// The first 128 bits of SHA-256 of the canonical text.
    #[must_use]
    pub fn from_canonical(text: &str) -> Self {
        Self(first_half(
            Sha256::new_with_prefix(b"mirage law\n").chain_update(text),
        ))
    }

    /// 32 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.0))
    }
}

/// All that attempts of one training run at one scale have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Address {
    /// The scenario's seed.
    pub seed: Seed,
    /// The law, unless attempts under all laws share their draws.
    pub law: Option<LawHash>,
    /// The scale, unless attempts at all scales share their draws.
    pub scale: Option<Scale>,
    /// Which training run, from 0.
    pub training_seed: u32,
    /// Which repetition of the whole evaluation, from 0.
    pub replicate: u64,
}

impl Address {
    /// The key of all streams of one role at this address: SHA-256 of the address, its first 128 bits.
    ///
    /// The law's hash is all zero and the scale's bits are zero where they are shared; neither is otherwise possible.
    #[must_use]
    pub fn key(&self, role: Role) -> Key {
        let hash = Sha256::new_with_prefix(b"mirage attempt\n")
            .chain_update(self.seed.get().to_le_bytes())
            .chain_update(self.law.map_or([0; 16], |law| law.0))
            .chain_update(
                self.scale
                    .map_or(0, |scale| scale.get().to_bits())
                    .to_le_bytes(),
            )
            .chain_update(self.training_seed.to_le_bytes())
            .chain_update(self.replicate.to_le_bytes())
            .chain_update((role as u32).to_le_bytes());
        let bytes = first_half(hash);
        let word =
            |i: usize| u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        Key([word(0), word(4), word(8), word(12)])
    }
}

/// All that decides the tally of a range of items.
///
/// Titles, levels and thresholds decide none, and metrics only what is summed: scenarios that differ in nothing else have
/// their tallies in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TallyKey {
    /// Half a SHA-256 of layout, seed, law, number of steps, pairing, scale and number of training runs.
    pub address: [u8; 16],
    /// Attempts at each item by each training run.
    pub attempts: u32,
    /// Hash of what is summed over items, the next scale included where products with it are; 0 if nothing is.
    pub needs: u64,
}

impl TallyKey {
    /// The keys of a scenario's scales, in order.
    #[must_use]
    pub fn at_every_scale(scenario: &Scenario) -> Vec<Self> {
        let evaluation = &scenario.evaluation;
        let common = Sha256::new_with_prefix(b"mirage tally\n")
            .chain_update(LAYOUT.to_le_bytes())
            .chain_update(scenario.seed.get().to_le_bytes())
            .chain_update(LawHash::from_canonical(&scenario.canonical_law()).0)
            .chain_update([evaluation.pairing as u8])
            .chain_update(evaluation.training_seeds.get().to_le_bytes())
            .chain_update(scenario.canonical_lengths());
        let (needs, together) = (scenario.canonical_needs(), scenario.neighbours());
        let scales = evaluation.scales.as_slice();
        let key = |(place, scale): (usize, &Scale)| {
            let bits = |scale: Scale| scale.get().to_bits().to_le_bytes();
            let next = scales.get(place + 1).copied();
            let next = next.filter(|_| together == Neighbours::Together);
            let wanted = Sha256::new_with_prefix(b"mirage needs\n")
                .chain_update(next.map_or([0; 8], bits))
                .chain_update(&needs);
            Self {
                address: first_half(common.clone().chain_update(bits(*scale))),
                attempts: evaluation.attempts.get(),
                needs: match needs.is_empty() {
                    true => 0,
                    false => u128::from_le_bytes(first_half(wanted)) as u64,
                },
            }
        };
        scales.iter().enumerate().map(key).collect()
    }
}

fn first_half(hash: Sha256) -> [u8; 16] {
    let digest: [u8; 32] = hash.finalize().into();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

/// 128 bits that stand for (address, role).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key([u32; 4]);

impl Key {
    pub(super) fn words(self) -> [u32; 4] {
        self.0
    }

    /// The stream of one attempt at the 64 items of a block; lane i of every word is item 64 `block` + i.
    ///
    /// Its 512 bits of state are four calls of Philox with the first half of the key as key and
    /// (second half, block, attempt and call) as counter. `attempt` has 30 bits (the scenario's
    /// number of attempts is at most 2^30), the call two.
    #[must_use]
    pub fn stream(self, block: u32, attempt: u32) -> Stream {
        debug_assert!(attempt < 1 << 30, "an attempt has 30 bits");
        let [key0, key1, counter0, counter1] = self.0;
        let call = |call: u32| {
            philox4x32_10(
                [counter0, counter1, block, attempt << 2 | call],
                [key0, key1],
            )
        };
        Stream::from_state([call(0), call(1), call(2), call(3)])
    }

    /// The key of the same role at one step: Philox of the step under this key, which has no streams itself.
    #[must_use]
    pub fn at_step(self, step: u32) -> Self {
        let [key0, key1, counter0, counter1] = self.0;
        Self(philox4x32_10([counter0, counter1, step, 0], [key0, key1]))
    }

    /// A stream of one item's own, for draws that take as many words as they need.
    pub(super) fn item_stream(self, item: u64) -> Stream {
        let [key0, key1, counter0, counter1] = self.0;
        let (block, lane) = ((item / 64) as u32, (item % 64) as u32);
        let call =
            |call: u32| philox4x32_10([counter0, counter1 ^ lane, block, call], [key0, key1]);
        Stream::from_state([call(0), call(1), call(2), call(3)])
    }

    /// A word that depends on the whole address of one lane of one step and on nothing else.
    ///
    /// Step and lane are mixed into the half of the key that Philox counts with: for one key no two lanes share a
    /// counter, and two addresses share both Philox key and counter with probability 2^-128 for each pair of lanes.
    #[must_use]
    pub fn tie(self, block: u32, attempt: u32, step: u32, lane: u32) -> u64 {
        let [key0, key1, counter0, counter1] = self.0;
        let words = philox4x32_10(
            [counter0 ^ step, counter1 ^ lane, block, attempt << 2],
            [key0, key1],
        );
        u64::from(words[0]) | u64::from(words[1]) << 32
    }

    /// [`Self::tie`] for all lanes, written for vectors.
    #[inline(always)]
    pub(super) fn ties_of_lanes(self, block: u32, attempt: u32, step: u32) -> [u64; 64] {
        let [key0, key1, counter0, counter1] = self.0;
        let mut ties = [0; 64];
        for (lane, tie) in (0_u64..).zip(&mut ties) {
            let counter = [
                u64::from(counter0 ^ step),
                u64::from(counter1) ^ lane,
                u64::from(block),
                u64::from(attempt << 2),
            ];
            let words = philox4x32_10_wide(counter, [u64::from(key0), u64::from(key1)]);
            *tie = words[0] | words[1] << 32;
        }
        ties
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(json: &str) -> Vec<TallyKey> {
        TallyKey::at_every_scale(&serde_json::from_str(json).unwrap())
    }

    /// Everything that decides a tally of items that differ, changed one at a time.
    #[test]
    fn a_key_has_what_decides_a_tally() {
        let [seed, alpha, steps, pairing, runs, attempts, metrics, scales] = [
            "5",
            "0.3",
            "7",
            "\"scales\"",
            "2",
            "3",
            "[\"exact-match\"]",
            "[1e8, 1e9]",
        ];
        let of = |change: usize, to: &str| {
            let mut words = [seed, alpha, steps, pairing, runs, attempts, metrics, scales];
            if change < words.len() {
                words[change] = to;
            }
            let [seed, alpha, steps, pairing, runs, attempts, metrics, scales] = words;
            keys(&format!(
                r#"{{"seed": {seed}, "skill": {{"alpha": {alpha}}}, "task": {{"steps": {steps}, "spread": {{"kind": "beta"}}}},
                "evaluation": {{"pairing": {pairing}, "training-seeds": {runs}, "attempts": {attempts}, "metrics": {metrics},
                "scales": {scales}}}}}"#
            ))
        };
        let key = of(usize::MAX, "")[0];
        let all = [
            (0, "6"),
            (1, "0.31"),
            (2, "8"),
            (2, r#"{"kind": "poisson", "mean": 7}"#),
            (3, "\"independent\""),
            (4, "3"),
            (5, "4"),
            (6, "[\"partial-credit\"]"),
            (7, "[1.1e8, 1e9]"),
            // The next scale: products of credits at both are summed.
            (7, "[1e8, 2e9]"),
            (7, "[1e8]"),
        ];
        let mut seen = vec![key];
        for (change, to) in all {
            let other = of(change, to)[0];
            assert!(!seen.contains(&other), "{change} {to}");
            seen.push(other);
        }
    }

    #[test]
    fn a_key_has_nothing_that_decides_no_tally() {
        let plain = keys(r#"{"evaluation": {"scales": [1e8, 1e9]}}"#);
        let other = keys(
            r#"{"title": "t", "usefulness": {"threshold": 0.3}, "evaluation": {"scales": [1e8, 2e9], "items": 7,
            "level": 0.9, "metrics": ["prefix-credit"], "axis": "tokens"}}"#,
        );
        assert_eq!(plain[0], other[0]);
        assert_ne!(plain[0], plain[1]);
    }
}
