//! Success probabilities near the true ones, for 64 items or attempts at a time.
//!
//! [`StepsTask::try_chance`] is what decides. Where one only has to know between which digits a probability lies, and there
//! are very many to compute, these are enough: off by [`MOST_OFF`] at most, which the tests hold against it for all
//! structures. Hazards are held either as they are or as odds against, e^h - 1: each of the levers multiplies one of them.

use super::dependence::{CommonFactor, Dependence};
use super::near_functions::{
    exp, exp_minus, expm1, ln_1p, missing_from_one, normal_cdf, normal_quantile,
};
use super::spread::{ItemHazards, Spread};
use super::{Difficulty, Lever, NormalSteps, StepsTask};

/// One number for each lane.
pub(crate) type OfLanes = [f64; 64];

/// No probability is further than this from the true one.
pub(crate) const MOST_OFF: f64 = 1e-9;

/// No multiplier may be less: the hazards that it multiplies end at 700.
const LEAST_MULTIPLIER: f64 = 1e-100;

/// How hard steps are.
#[derive(Clone, Copy)]
pub(crate) struct Hardness {
    /// What multipliers of this lever act on: hazards, or odds against.
    held_for: Lever,
    of_lanes: OfLanes,
}

/// What attempts have come to before a step: a [`Past`](super::Past) for each lane.
#[derive(Clone, Copy)]
pub(crate) struct NearPasts {
    /// Steps taken.
    pub(crate) steps: u32,
    /// Wrong ones among them.
    pub(crate) errors: OfLanes,
    /// Lanes whose last error still tells.
    pub(crate) impaired: u64,
    /// Near the attempts' common factors.
    pub(crate) common: OfLanes,
}

#[inline(always)]
fn map(mut of_lanes: OfLanes, change: impl Fn(f64) -> f64) -> OfLanes {
    for number in &mut of_lanes {
        *number = change(*number);
    }
    of_lanes
}

impl Hardness {
    /// Lanes with these hazards.
    #[inline(always)]
    pub(crate) fn of_hazards(hazards: OfLanes) -> Self {
        Self {
            held_for: Lever::Hazard,
            of_lanes: hazards,
        }
    }

    #[inline(always)]
    pub(crate) fn held_for(self, lever: Lever) -> Self {
        let of_lanes = match (self.held_for, lever) {
            (Lever::Hazard, Lever::LogOdds) => map(self.of_lanes, expm1),
            (Lever::LogOdds, Lever::Hazard) => map(self.of_lanes, ln_1p),
            _ => self.of_lanes,
        };
        Self {
            held_for: lever,
            of_lanes,
        }
    }

    /// [`Lever::hazard`].
    #[inline(always)]
    pub(crate) fn under(self, lever: Lever, multiplier: impl Fn(usize) -> f64) -> Self {
        let mut held = self.held_for(lever);
        for (lane, number) in held.of_lanes.iter_mut().enumerate() {
            *number *= multiplier(lane);
        }
        held
    }

    #[inline(always)]
    fn chances(self) -> OfLanes {
        match self.held_for {
            Lever::Hazard => map(self.of_lanes, exp_minus),
            Lever::LogOdds => map(self.of_lanes, |against| 1.0 / (1.0 + against)),
        }
    }
}

impl ItemHazards {
    /// [`Self::of`] for many items, as hard as an ordinary step of theirs.
    #[inline(always)]
    pub(crate) fn near(&self, latents: &OfLanes) -> Hardness {
        let hazard = self.ordinary();
        match self.spread() {
            Spread::LogitNormal(normal) => {
                let sd = normal.sd.get();
                let ordinary = Hardness::of_hazards([hazard; 64]).held_for(Lever::LogOdds);
                ordinary.under(Lever::LogOdds, |lane| exp(-sd * latents[lane]))
            }
            Spread::GammaFrailty(_) => Hardness::of_hazards(map(*latents, |z| hazard * z)),
            Spread::None => Hardness::of_hazards([hazard; 64]),
            Spread::TwoPoint(_) | Spread::Impossible(_) | Spread::Beta(_) | Spread::ScaledBeta(_) => {
                Hardness::of_hazards(latents.map(|latent| self.of(latent)))
            }
        }
    }
}

impl NormalSteps {
    /// [`Self::multiplier`] of steps that drew numbers with these uniform ones.
    #[inline(always)]
    pub(crate) fn near_multipliers(&self, uniforms: &OfLanes) -> OfLanes {
        let sd = self.sd.get();
        let mean = match self.on {
            Lever::Hazard => -0.5 * sd * sd,
            Lever::LogOdds => 0.0,
        };
        map(near_normals(uniforms), |z| exp(mean + sd * z))
    }
}

/// The quantiles of the standard normal.
#[inline(always)]
pub(crate) fn near_normals(uniforms: &OfLanes) -> OfLanes {
    map(*uniforms, |uniform| normal_quantile(uniform, 1.0 - uniform))
}

impl CommonFactor {
    #[inline(always)]
    fn near_chances(&self, hardness: Hardness, common: &OfLanes) -> OfLanes {
        let rho = self.correlation.get();
        let (of_common, of_rest) = (rho.sqrt(), 1.0 / (1.0 - rho).sqrt());
        let mut chances = hardness.held_for(Lever::Hazard).of_lanes;
        for (chance, z) in chances.iter_mut().zip(common) {
            let quantile = normal_quantile(exp_minus(*chance), missing_from_one(*chance));
            *chance = normal_cdf((quantile - of_common * z) * of_rest);
        }
        chances
    }
}

impl Dependence {
    /// [`Self::chance`], as far as it is one.
    #[inline(always)]
    fn near_chances(&self, hardness: Hardness, pasts: &NearPasts) -> OfLanes {
        let after_error = |on: Lever, multiplier: f64| {
            let of = |lane: usize| match pasts.impaired >> lane & 1 {
                0 => 1.0,
                _ => multiplier,
            };
            hardness.under(on, of).chances()
        };
        match self {
            Self::Independent | Self::Halting => hardness.chances(),
            Self::Tainted(tainted) => after_error(tainted.on, tainted.multiplier.get()),
            Self::Markov(markov) => after_error(markov.on, markov.multiplier.get()),
            Self::ErrorFraction(fraction) => {
                let slope = fraction.slope.get() / f64::from(pasts.steps.max(1));
                let mut chances = hardness.chances();
                for (chance, errors) in chances.iter_mut().zip(&pasts.errors) {
                    *chance *= 1.0 - slope * errors;
                }
                chances
            }
            Self::CommonFactor(factor) => factor.near_chances(hardness, &pasts.common),
        }
    }
}

impl StepsTask {
    /// Whether its chances can be had near the true ones.
    pub(crate) fn has_near_chances(&self) -> bool {
        let least = match self.difficulty() {
            // Drawn: e^(-10 10) and some times that.
            Difficulty::Normal(_) => 1.0,
            difficulty => {
                let multipliers = difficulty.multipliers(self.steps().get());
                multipliers.into_iter().flatten().fold(1.0, f64::min)
            }
        };
        let after_error = match self.dependence() {
            Dependence::Tainted(tainted) => tainted.multiplier.get(),
            Dependence::Markov(markov) => markov.multiplier.get(),
            _ => 1.0,
        };
        least >= LEAST_MULTIPLIER && after_error >= LEAST_MULTIPLIER
    }

    /// [`Self::try_chance`] for many attempts at steps of this hardness.
    #[inline(always)]
    pub(crate) fn near_try_chances(&self, hardness: Hardness, pasts: &NearPasts) -> OfLanes {
        let guess = self.guess().get();
        let p = self.dependence().near_chances(hardness, pasts);
        let mut chances = map(p, |p| guess + (1.0 - guess) * p);
        if *self.dependence() == Dependence::Halting {
            for (lane, chance) in chances.iter_mut().enumerate() {
                *chance = match pasts.impaired >> lane & 1 {
                    0 => *chance,
                    _ => 0.0,
                };
            }
        }
        chances
    }
}
