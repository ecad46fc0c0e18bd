//! The quality of the streams that attempts draw from, before what a seed means is frozen for good.
//!
//! Equidistribution, neighbouring words, lagged correlations, and addresses one bit apart. Each assertion has a false
//! alarm rate of 1e-6 (`support`). A larger battery reads the same words from `cargo run --example stream-bytes`.

use mirage::domain::{Scale, Scenario, Seed};
use mirage::engine::{Address, Key, LawHash, Role};

use crate::support::{assert_scores, chi_square_score, score};

fn address() -> Address {
    let scenario = Scenario::default();
    Address {
        seed: scenario.seed,
        law: Some(LawHash::from_canonical(&scenario.canonical_law())),
        scale: Scale::from_log10(9.0).ok(),
        training_seed: 0,
        replicate: 0,
    }
}

fn key() -> Key {
    address().key(Role::Step)
}

fn words(key: Key, block: u32, attempt: u32, count: usize) -> Vec<u64> {
    let mut stream = key.stream(block, attempt);
    (0..count).map(|_| stream.next_word()).collect()
}

/// 64 times as many fair coins as words: how many agree, as a score.
fn agreement(one: &[u64], other: &[u64]) -> f64 {
    let equal: u32 = one
        .iter()
        .zip(other)
        .map(|(one, other)| (!(one ^ other)).count_ones())
        .sum();
    let coins = 64.0 * one.len() as f64;
    score(f64::from(equal), 0.5 * coins, 0.25 * coins)
}

#[test]
fn every_lane_of_every_word_is_a_fair_coin() {
    // The first 14 words of 65,536 blocks: what one-step tasks use.
    let mut ones = [[0_u32; 64]; 14];
    for block in 0..1 << 16 {
        for (ones, word) in ones.iter_mut().zip(words(key(), block, 0, 14)) {
            (0..64).for_each(|lane| ones[lane] += (word >> lane & 1) as u32);
        }
    }
    let scores: Vec<f64> = ones
        .as_flattened()
        .iter()
        .map(|&ones| score(f64::from(ones), f64::from(1 << 15), f64::from(1 << 14)))
        .collect();
    assert_scores(&scores, "ones in a lane");
    // And their scatter is that of fair coins: a sum of 896 squared scores.
    let squares: f64 = scores.iter().map(|score| score * score).sum();
    assert_scores(
        &[score(squares, 896.0, 2.0 * 896.0)],
        "scatter of ones between lanes",
    );
}

#[test]
fn bytes_and_pairs_of_neighbouring_bytes_are_uniform() {
    let words: Vec<u64> = (0..2_000)
        .flat_map(|block| words(key(), block, 0, 280))
        .collect();
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut counts = vec![0; 256];
    bytes
        .iter()
        .for_each(|&byte| counts[usize::from(byte)] += 1);
    let single = chi_square_score(&counts, &[1.0 / 256.0; 256]).unwrap();
    // The same byte of words 1, 2 and 14 apart: the other generator, the same one, the same digit of the next step.
    let pairs = [1, 2, 14].map(|apart| {
        let mut counts = vec![0; 65_536];
        for (one, other) in words.iter().zip(&words[apart..]) {
            counts[(one >> 56 << 8 | other >> 56) as usize] += 1;
            counts[((one & 255) << 8 | other & 255) as usize] += 1;
        }
        chi_square_score(&counts, &[1.0 / 65_536.0; 65_536]).unwrap()
    });
    assert_scores(&[&[single], &pairs[..]].concat(), "bytes");
}

#[test]
fn words_of_one_stream_do_not_follow_each_other() {
    let long = words(key(), 5, 0, 1 << 18);
    let scores: Vec<f64> = (1..=64)
        .map(|lag| agreement(&long[lag..], &long[..long.len() - lag]))
        .collect();
    assert_scores(&scores, "agreement with an earlier word");
    // A shift by one lane as well: digits that move from item to item.
    let shifted: Vec<u64> = long.iter().map(|word| word.rotate_left(1)).collect();
    let scores: Vec<f64> = (0..=64)
        .map(|lag| agreement(&long[lag..], &shifted[..long.len() - lag]))
        .collect();
    assert_scores(&scores, "agreement with a neighbouring lane");
}

#[test]
fn counts_of_ones_are_uncorrelated_along_blocks_attempts_and_scales() {
    let series = |stream: &dyn Fn(u32) -> Vec<u64>| -> Vec<f64> {
        (0..40_000)
            .map(|i| {
                let ones: u32 = stream(i).iter().map(|word| word.count_ones()).sum();
                score(f64::from(ones), 32.0 * 14.0, 16.0 * 14.0)
            })
            .collect()
    };
    let base = key();
    let neighbouring_scales = |i: u32| {
        let scale = Scale::try_from(f64::from_bits(1e9_f64.to_bits() + u64::from(i))).ok();
        words(Address { scale, ..address() }.key(Role::Step), 0, 0, 14)
    };
    let along = [
        series(&|block| words(base, block, 0, 14)),
        series(&|attempt| words(base, 0, attempt, 14)),
        series(&|i| {
            words(
                Address {
                    replicate: u64::from(i),
                    ..address()
                }
                .key(Role::Step),
                0,
                0,
                14,
            )
        }),
        series(&|i| {
            words(
                Address {
                    training_seed: i,
                    ..address()
                }
                .key(Role::Step),
                0,
                0,
                14,
            )
        }),
        series(&neighbouring_scales),
    ];
    let mut scores = Vec::new();
    for series in &along {
        let count = series.len() as f64;
        scores.push(series.iter().sum::<f64>() / libm::sqrt(count));
        // The fourth moment of a sum of 896 coins, standardized, is 3 - 2/896.
        let squares: f64 = series.iter().map(|value| value * value).sum();
        scores.push(score(squares, count, (2.0 - 2.0 / 896.0) * count));
        for lag in [1, 2, 8, 64] {
            let products: f64 = series[lag..]
                .iter()
                .zip(series)
                .map(|(one, other)| one * other)
                .sum();
            scores.push(products / libm::sqrt(count - lag as f64));
        }
    }
    assert_scores(&scores, "counts of ones");
}

#[test]
fn addresses_one_bit_apart_share_nothing() {
    let base = address();
    let start = |address: Address, role| words(address.key(role), 3, 1, 512);
    let original = start(base, Role::Step);
    let mut scores = Vec::new();
    for bit in 0..63 {
        let seed = Seed::try_from(base.seed.get() ^ 1 << bit).unwrap();
        scores.push(agreement(
            &original,
            &start(Address { seed, ..base }, Role::Step),
        ));
    }
    for bit in 0..52 {
        let scale = Scale::try_from(f64::from_bits(1e9_f64.to_bits() ^ 1 << bit)).ok();
        scores.push(agreement(
            &original,
            &start(Address { scale, ..base }, Role::Step),
        ));
    }
    for bit in 0..30 {
        scores.push(agreement(
            &original,
            &words(base.key(Role::Step), 3 ^ 1 << bit, 1, 512),
        ));
        scores.push(agreement(
            &original,
            &words(base.key(Role::Step), 3, 1 ^ 1 << bit, 512),
        ));
        scores.push(agreement(
            &original,
            &start(
                Address {
                    replicate: 1 << bit,
                    ..base
                },
                Role::Step,
            ),
        ));
        scores.push(agreement(
            &original,
            &start(
                Address {
                    training_seed: 1 << bit,
                    ..base
                },
                Role::Step,
            ),
        ));
    }
    scores.push(agreement(&original, &start(base, Role::StepTie)));
    scores.push(agreement(
        &original,
        &start(Address { law: None, ..base }, Role::Step),
    ));
    scores.push(agreement(
        &original,
        &start(
            Address {
                scale: None,
                ..base
            },
            Role::Step,
        ),
    ));
    assert_scores(&scores, "streams one bit apart");
}

#[test]
fn streams_start_differently_and_ties_differ_from_lane_to_lane() {
    // 2^17 words of 64 bits collide with probability 2^-31.
    let mut first: Vec<u64> = (0..1 << 16)
        .map(|block| words(key(), block, 0, 1)[0])
        .collect();
    first.extend((1..=1 << 16).map(|attempt| words(key(), 0, attempt, 1)[0]));
    let tie = base_tie();
    let mut ties: Vec<u64> = (0..1 << 10)
        .flat_map(|step| (0..64).map(move |lane| tie(7, 2, step, lane)))
        .collect();
    for all in [&mut first, &mut ties] {
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
    let ones: u32 = ties.iter().map(|tie| tie.count_ones()).sum();
    assert_scores(
        &[score(
            f64::from(ones),
            f64::from(1 << 21),
            f64::from(1 << 20),
        )],
        "ones in tie words",
    );
}

fn base_tie() -> impl Fn(u32, u32, u32, u32) -> u64 + Copy {
    let key = address().key(Role::StepTie);
    move |block, attempt, step, lane| key.tie(block, attempt, step, lane)
}
