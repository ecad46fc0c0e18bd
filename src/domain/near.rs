//! Success probabilities near the true ones, for 64 items or attempts at a time.
//!
//! [`StepsTask::try_chance`] is what decides. Where one only has to know between which digits a probability lies, and there
//! are very many to compute, these are enough: off by [`MOST_OFF`] at most, which the tests hold against it for all
//! structures. Hazards are held either as they are or as odds against, e^h - 1: each of the levers multiplies one of them.

use super::dependence::{CommonFactor, Dependence};
use super::near_functions::{
    Rounding, exp, exp_minus, expm1, ln_1p, missing_from_one, multiply_add, normal_cdf,
    normal_quantile, survival,
};
use super::spread::{ItemHazards, Spread};
use super::{Difficulty, Lever, NormalSteps, StepsTask};

/// One number for each lane.
pub(crate) type OfLanes = [f64; 64];

/// No probability is further than this from the true one.
pub(crate) const MOST_OFF: f64 = 1e-8;

/// No multiplier may be less: the hazards that it multiplies end at 700.
const LEAST_MULTIPLIER: f64 = 1e-30;

/// True hazards that come of multiplied odds are sums that may cancel, so that chances very near 1 have no quantiles to go
/// by. They matter for attempts with a common factor as far out, which are few.
const MOST_COMMON: f64 = 4.0;

/// No standard normal number that is drawn is further from 0.
const FURTHEST_NORMAL: f64 = 8.3;

/// How hard steps are.
#[derive(Clone, Copy)]
pub(crate) struct Hardness {
    /// What multipliers of this lever act on: hazards, or odds against.
    held_for: Lever,
    of_lanes: OfLanes,
}

/// What attempts have come to before a step: a [`Past`](super::Past) for each lane.
#[derive(Clone, Copy)]
pub(crate) struct NearPasts<'a> {
    /// Steps taken.
    pub(crate) steps: u32,
    /// Wrong ones among them.
    pub(crate) errors: &'a OfLanes,
    /// Lanes whose last error still tells.
    pub(crate) impaired: u64,
    /// Near the attempts' common factors.
    pub(crate) common: &'a OfLanes,
}

#[inline(always)]
fn map(of_lanes: &OfLanes, change: impl Fn(f64) -> f64) -> OfLanes {
    let mut changed = [0.0; 64];
    for (changed, number) in changed.iter_mut().zip(of_lanes) {
        *changed = change(*number);
    }
    changed
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
    pub(crate) fn held_for(&self, lever: Lever) -> Self {
        let of_lanes = match (self.held_for, lever) {
            (Lever::Hazard, Lever::LogOdds) => map(&self.of_lanes, expm1),
            (Lever::LogOdds, Lever::Hazard) => map(&self.of_lanes, ln_1p),
            _ => self.of_lanes,
        };
        Self {
            held_for: lever,
            of_lanes,
        }
    }

    /// [`Lever::hazard`].
    #[inline(always)]
    pub(crate) fn under(&self, lever: Lever, multiplier: impl Fn(usize) -> f64) -> Self {
        let other;
        let held = match self.held_for == lever {
            true => self,
            false => {
                other = self.held_for(lever);
                &other
            }
        };
        let mut of_lanes = [0.0; 64];
        for (lane, (number, held)) in of_lanes.iter_mut().zip(&held.of_lanes).enumerate() {
            *number = held * multiplier(lane);
        }
        Self {
            held_for: lever,
            of_lanes,
        }
    }

    /// The same under a multiplier of lanes that are impaired.
    #[inline(always)]
    fn after_error(&self, lever: Lever, multiplier: f64, pasts: &NearPasts) -> Self {
        let mut held = self.held_for(lever);
        for (lane, number) in held.of_lanes.iter_mut().enumerate() {
            *number *= match pasts.impaired >> lane & 1 {
                0 => 1.0,
                _ => multiplier,
            };
        }
        held
    }

    #[inline(always)]
    fn chances(&self, rounding: Rounding) -> OfLanes {
        match self.held_for {
            Lever::Hazard => map(&self.of_lanes, |hazard| survival(rounding, hazard)),
            Lever::LogOdds => map(&self.of_lanes, |against| 1.0 / (1.0 + against)),
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
                let mut multipliers = *latents;
                for number in &mut multipliers {
                    *number = exp(-sd * *number);
                }
                ordinary.under(Lever::LogOdds, |lane| multipliers[lane])
            }
            Spread::GammaFrailty(_) => Hardness::of_hazards(map(latents, |z| hazard * z)),
            Spread::None => Hardness::of_hazards([hazard; 64]),
            Spread::TwoPoint(_)
            | Spread::Impossible(_)
            | Spread::Beta(_)
            | Spread::ScaledBeta(_) => Hardness::of_hazards(latents.map(|latent| self.of(latent))),
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
        let mut multipliers = near_normals(uniforms);
        for number in &mut multipliers {
            *number = exp(mean + sd * *number);
        }
        multipliers
    }
}

/// The quantiles of the standard normal.
#[inline(always)]
pub(crate) fn near_normals(uniforms: &OfLanes) -> OfLanes {
    let mut normals = *uniforms;
    // No closure: of those with several callers, compilers make functions, and no vectors.
    for number in &mut normals {
        *number = normal_quantile(*number, 1.0 - *number);
    }
    normals
}

impl CommonFactor {
    #[inline(always)]
    fn near_chances(&self, hardness: &Hardness, common: &OfLanes) -> OfLanes {
        let rho = self.correlation.get();
        let (of_common, of_rest) = (rho.sqrt(), 1.0 / (1.0 - rho).sqrt());
        let mut chances = hardness.held_for(Lever::Hazard).of_lanes;
        for (chance, z) in chances.iter_mut().zip(common) {
            let quantile = normal_quantile(exp_minus(*chance), missing_from_one(*chance));
            let z = if *z > MOST_COMMON { f64::NAN } else { *z };
            *chance = normal_cdf((quantile - of_common * z) * of_rest);
        }
        chances
    }
}

impl Dependence {
    /// [`Self::chance`], as far as it is one.
    #[inline(always)]
    fn near_chances(&self, hardness: &Hardness, pasts: &NearPasts, rounding: Rounding) -> OfLanes {
        match self {
            Self::Independent | Self::Halting => hardness.chances(rounding),
            Self::Tainted(tainted) => {
                let multiplier = tainted.multiplier.get();
                hardness
                    .after_error(tainted.on, multiplier, pasts)
                    .chances(rounding)
            }
            Self::Markov(markov) => {
                let multiplier = markov.multiplier.get();
                hardness
                    .after_error(markov.on, multiplier, pasts)
                    .chances(rounding)
            }
            Self::ErrorFraction(fraction) => {
                let slope = fraction.slope.get() / f64::from(pasts.steps.max(1));
                let mut chances = hardness.chances(rounding);
                for (chance, errors) in chances.iter_mut().zip(pasts.errors) {
                    *chance *= multiply_add(rounding, -slope, *errors, 1.0);
                }
                chances
            }
            Self::CommonFactor(factor) => factor.near_chances(hardness, pasts.common),
        }
    }
}

impl StepsTask {
    /// Whether its chances can be had near the true ones.
    pub(crate) fn has_near_chances(&self) -> bool {
        let of_steps = match self.difficulty() {
            Difficulty::Normal(normal) => {
                let furthest = [-FURTHEST_NORMAL, FURTHEST_NORMAL];
                Some(furthest.map(|z| normal.multiplier(z)).to_vec())
            }
            difficulty => difficulty.multipliers(self.steps().get()),
        };
        let after_error = match self.dependence() {
            Dependence::Tainted(tainted) => Some((tainted.on, tainted.multiplier.get())),
            Dependence::Markov(markov) => Some((markov.on, markov.multiplier.get())),
            _ => None,
        };
        // The terms of sums that may cancel, and what multiplies their errors.
        let mut terms = match self.spread() {
            Spread::LogitNormal(normal) => FURTHEST_NORMAL * normal.sd.get(),
            _ => 0.0,
        };
        let (mut largest, mut least) = (1.0, 1.0_f64);
        let of_steps = (self.difficulty().lever(), of_steps.unwrap_or_default());
        let after_error = after_error.map(|(on, multiplier)| (on, vec![multiplier]));
        for (on, multipliers) in [of_steps].into_iter().chain(after_error) {
            let hardest = multipliers.iter().copied().fold(1.0, f64::max);
            let easiest = multipliers.iter().copied().fold(1.0, f64::min);
            if terms > 0.0 {
                largest *= hardest;
            }
            if on == Lever::LogOdds {
                terms += libm::log(hardest) - libm::log(easiest);
            }
            least = least.min(easiest);
        }
        let true_ones_off = largest * f64::EPSILON * 2.0 * (1.0 + terms);
        least >= LEAST_MULTIPLIER && true_ones_off <= MOST_OFF / 2.0
    }

    /// [`Self::try_chance`] for many attempts at steps of this hardness.
    #[inline(always)]
    pub(crate) fn near_try_chances(
        &self,
        hardness: &Hardness,
        pasts: &NearPasts,
        rounding: Rounding,
    ) -> OfLanes {
        let guess = self.guess().get();
        let p = self.dependence().near_chances(hardness, pasts, rounding);
        let mut chances = map(&p, |p| multiply_add(rounding, 1.0 - guess, p, guess));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Past, Task};

    fn tasks() -> impl Iterator<Item = StepsTask> {
        let spreads = [
            r#"{"kind": "none"}"#,
            r#"{"kind": "logit-normal", "sd": 2.5}"#,
            r#"{"kind": "beta", "concentration": 3}"#,
            r#"{"kind": "scaled-beta", "concentration": 0.3, "ceiling": 0.7}"#,
            r#"{"kind": "gamma-frailty", "shape": 0.2}"#,
            r#"{"kind": "two-point", "share": 0.3, "on": "log-odds", "hard": 1e4, "easy": 1e-4}"#,
            r#"{"kind": "two-point", "share": 0.3, "hard": 1e3}"#,
            r#"{"kind": "impossible", "share": 0.3}"#,
        ];
        let dependences = [
            r#"{"kind": "independent"}"#,
            r#"{"kind": "halting"}"#,
            r#"{"kind": "tainted", "multiplier": 300}"#,
            r#"{"kind": "tainted", "multiplier": 0.003, "on": "log-odds"}"#,
            r#"{"kind": "markov", "multiplier": 1e-4}"#,
            r#"{"kind": "markov", "multiplier": 1e5, "on": "log-odds"}"#,
            r#"{"kind": "error-fraction", "slope": 0.8}"#,
            r#"{"kind": "common-factor", "correlation": 0.99}"#,
        ];
        let difficulties = [
            r#"{"kind": "equal"}"#,
            r#"{"kind": "ramp", "from": 1e-6, "to": 33}"#,
            r#"{"kind": "ramp", "from": 1e-6, "to": 1e6, "on": "log-odds"}"#,
            r#"{"kind": "normal", "sd": 1, "on": "hazard"}"#,
            r#"{"kind": "normal", "sd": 8}"#,
        ];
        let texts = spreads.into_iter().flat_map(move |spread| {
            dependences.into_iter().flat_map(move |dependence| {
                difficulties.into_iter().map(move |difficulty| {
                    format!(
                        r#"{{"kind": "steps", "steps": 7, "guess": 0.1, "spread": {spread},
                            "dependence": {dependence}, "difficulty": {difficulty}}}"#
                    )
                })
            })
        });
        texts.map(|text| serde_json::from_str::<Task>(&text).unwrap().chain().clone())
    }

    /// Uniform numbers from end to end, and some very near them.
    fn uniforms(turn: usize) -> OfLanes {
        std::array::from_fn(|lane| match (lane + 7 * turn) % 64 {
            0 => 5.6e-17,
            1 => 1.0 - f64::EPSILON / 2.0,
            2 => 1e-9,
            place => (place as f64 - 1.3) / 62.0,
        })
    }

    /// The largest distance between near and true chances at steps of many tasks.
    fn most_off(task: &StepsTask, hazard: f64, rounding: Rounding) -> f64 {
        let items = task.spread().items(hazard);
        let drawn = uniforms(0);
        let latents = match task.spread() {
            Spread::LogitNormal(_) => near_normals(&drawn),
            Spread::GammaFrailty(_) => drawn.map(|uniform| uniform / (1.0 - uniform)),
            _ => drawn,
        };
        let lever = task.difficulty().lever();
        let mut most = 0.0_f64;
        for step in 0..7 {
            let listed = task.difficulty().multipliers(7).map(|listed| listed[step]);
            let of_steps = uniforms(step + 1);
            let near_multipliers = match task.difficulty() {
                Difficulty::Normal(normal) => normal.near_multipliers(&of_steps),
                _ => [listed.unwrap_or(1.0); 64],
            };
            let hardness = items
                .near(&latents)
                .under(lever, |lane| near_multipliers[lane]);
            let pasts = NearPasts {
                steps: step as u32,
                errors: &std::array::from_fn(|lane| (lane % (step + 1)) as f64),
                impaired: 0x5A5A_0F0F_3333_6666,
                common: &near_normals(&uniforms(step + 20)),
            };
            let found = task.near_try_chances(&hardness, &pasts, rounding);
            for (lane, found) in found.into_iter().enumerate() {
                let normal = super::super::special::normal_quantile;
                let latent = match task.spread() {
                    Spread::LogitNormal(_) => normal(drawn[lane]),
                    _ => latents[lane],
                };
                let multiplier = match task.difficulty() {
                    Difficulty::Normal(difficulty) => difficulty.multiplier(normal(of_steps[lane])),
                    _ => listed.unwrap_or(1.0),
                };
                let past = Past {
                    steps: step as u32,
                    errors: (lane % (step + 1)) as u32,
                    impaired: pasts.impaired >> lane & 1 == 1,
                    common: normal(uniforms(step + 20)[lane]),
                };
                let hazard = lever.hazard(items.of(latent), multiplier);
                // What cannot be told is NaN, and is passed over here.
                most = most.max((found - task.try_chance(hazard, &past).get()).abs());
            }
        }
        most
    }

    #[test]
    fn chances_are_as_near_as_is_said() {
        let hazards = [
            0.0,
            1e-9,
            0.003,
            0.2,
            1.0,
            6.0,
            80.0,
            695.0,
            2e3,
            f64::INFINITY,
        ];
        let (near, others): (Vec<_>, Vec<_>) = tasks().partition(StepsTask::has_near_chances);
        assert!(near.len() > 280 && !others.is_empty());
        let mut most = 0.0_f64;
        for task in near {
            for hazard in hazards {
                let rounding = if hazard > 0.1 {
                    Rounding::Once
                } else {
                    Rounding::Twice
                };
                let off = most_off(&task, hazard, rounding);
                assert!(off < MOST_OFF / 2.0, "{off:e} at {hazard:e}: {task:?}");
                most = most.max(off);
            }
        }
        assert!(most > MOST_OFF / 1e4, "{most:e}: the bound is far too wide");
    }

    /// Where hazards come to their ends, nothing is told.
    #[test]
    fn what_cannot_be_told_is_no_number() {
        let hardness = Hardness::of_hazards([1e3; 64]).under(Lever::LogOdds, |_| 1.0);
        assert!(
            hardness
                .chances(Rounding::Twice)
                .iter()
                .all(|chance| *chance == 0.0)
        );
        let easier = hardness.under(Lever::Hazard, |_| 1e-3);
        assert!(
            easier
                .chances(Rounding::Twice)
                .iter()
                .all(|chance| chance.is_nan())
        );
    }

    #[test]
    fn multipliers_next_to_nothing_have_no_near_chances() {
        for task in [
            r#"{"kind": "steps", "difficulty": {"kind": "ramp", "from": 1e-101}}"#,
            r#"{"kind": "steps", "dependence": {"kind": "markov", "multiplier": 1e-101}}"#,
        ] {
            let task = serde_json::from_str::<Task>(task).unwrap().chain().clone();
            assert!(!task.has_near_chances());
        }
    }
}
