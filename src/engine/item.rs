//! What items draw once, for all attempts and scales.

use rand_distr::{Distribution, Gamma};

use super::{Address, Key, Role};
use crate::domain::special::normal_quantile;
use crate::domain::{Latent, OfLanes, Seed, near_normals};

/// Where the items of one test set take their draws: they depend on seed, replicate and item alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemKeys {
    length: Key,
    spread: Key,
    step: Key,
    token: Key,
}

impl ItemKeys {
    pub(super) fn new(seed: Seed, replicate: u64) -> Self {
        let address = Address {
            seed,
            law: None,
            scale: None,
            training_seed: 0,
            replicate,
        };
        Self {
            length: address.key(Role::ItemLength),
            spread: address.key(Role::ItemSpread),
            step: address.key(Role::ItemStep),
            token: address.key(Role::ItemToken),
        }
    }

    /// The word that decides an item's number of steps.
    pub(super) fn length(&self, item: u64) -> u64 {
        word(self.length, item, 0)
    }

    /// The number that tells how hard an item is; 0 where items are alike.
    pub(super) fn latent(&self, item: u64, latent: Latent) -> f64 {
        let uniform = || open_unit(word(self.spread, item, 0));
        match latent {
            Latent::None => 0.0,
            Latent::Uniform => uniform(),
            Latent::Normal => normal_quantile(uniform()),
            Latent::Gamma { shape } => {
                let mut stream = self.spread.item_stream(item);
                // The shapes of scenarios are those of a gamma distribution.
                Gamma::new(shape, shape.recip()).map_or(1.0, |gamma| gamma.sample(&mut stream))
            }
        }
    }

    /// The word that decides the right token of a step of an item.
    pub(super) fn token(&self, item: u64, step: u32) -> u64 {
        word(self.token, item, step)
    }

    /// Near the [numbers](Self::latent) of the items of a block.
    #[inline(always)]
    pub(super) fn near_latents(&self, block: u32, latent: Latent) -> OfLanes {
        let uniforms = || open_units(&self.spread.ties_of_lanes(block, 0, 0));
        match latent {
            Latent::None => [0.0; 64],
            Latent::Uniform => uniforms(),
            Latent::Normal => near_normals(&uniforms()),
            Latent::Gamma { .. } => {
                let of_lane =
                    |lane: usize| self.latent(u64::from(block) * 64 + lane as u64, latent);
                std::array::from_fn(of_lane)
            }
        }
    }

    /// The uniform numbers whose normal quantiles tell how hard a step is, for the items of a block.
    #[inline(always)]
    pub(super) fn step_uniforms(&self, block: u32, step: u32) -> OfLanes {
        open_units(&self.step.ties_of_lanes(block, 0, step))
    }

    /// The standard normal number that tells how hard a step of an item is.
    pub(super) fn step(&self, item: u64, step: u32) -> f64 {
        normal_quantile(open_unit(word(self.step, item, step)))
    }
}

fn word(key: Key, item: u64, step: u32) -> u64 {
    key.tie((item / 64) as u32, 0, step, (item % 64) as u32)
}

/// [`open_unit`] for many words.
#[inline(always)]
pub(super) fn open_units(words: &[u64; 64]) -> OfLanes {
    let mut uniforms = [0.0; 64];
    for (uniform, word) in uniforms.iter_mut().zip(words) {
        *uniform = open_unit(*word);
    }
    uniforms
}

/// The midpoint of the cell of (0, 1) that the first 53 bits of a word choose among 2^53.
#[inline(always)]
pub(super) fn open_unit(word: u64) -> f64 {
    ((word >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}
