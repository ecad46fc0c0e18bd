//! How the steps of a task differ.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tagged::tagged;
use super::{Deviation, Positive, Probability, Share};

tagged! {
    /// How the steps of a task differ: step i of L has a multiplier w_i, which acts on its hazard (p^w_i) or on its odds
    /// (p/(1-p)/w_i).
    pub enum Difficulty, default "equal" = Self::Equal; {
        "equal" => Equal: "they do not: w_i = 1";
        "ramp" => Ramp(Ramp): "w_i = from (to/from)^((i-1)/(L-1)): even in log10 from the first step to the last";
        "bottleneck" => Bottleneck(Bottleneck):
            "one step has w_i = multiplier, all others 1; it is step 1 + round(place (L-1))";
        "two-rate" => TwoRate(TwoRate):
            "key steps have w_i = key, all others w_i = other; step i is a key step where floor(i share) exceeds floor((i-1) share)",
            source "Arbuzov et al. 2025, arXiv:2505.24187 (key tokens and the rest)";
        "normal" => Normal(NormalSteps):
            "ln w_ij = sd z_ij for step i of item j, z_ij standard normal, drawn once (on the hazard sd z_ij - sd^2/2, so that w has mean 1)";
        "list" => List(MultiplierList): "w_i is the i-th of a list of multipliers, one for each step";
    }
}

/// What a multiplier w of a step or an item acts on. With w above 1 it is harder, with w below 1 easier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lever {
    /// The hazard: p becomes p^w.
    #[default]
    Hazard,
    /// The log-odds: ln(p/(1-p)) becomes ln(p/(1-p)) - ln w.
    LogOdds,
}

impl Lever {
    /// The hazard -ln p that a hazard becomes under a multiplier.
    #[must_use]
    pub fn hazard(self, hazard: f64, multiplier: f64) -> f64 {
        match self {
            Self::Hazard => hazard * multiplier,
            // odds = 1/(e^h - 1), so p = 1/(1 + w (e^h - 1)).
            Self::LogOdds if hazard < 1.0 => libm::log1p(multiplier * libm::expm1(hazard)),
            Self::LogOdds if hazard.is_infinite() => hazard,
            Self::LogOdds => {
                let p = libm::exp(-hazard);
                hazard + libm::log(p + multiplier * (1.0 - p))
            }
        }
    }
}

/// Multipliers w_i = 10^(log10 from + (log10 to - log10 from) (i-1)/(L-1)) for step i of L; a single step gets `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ramp {
    /// Multiplier of the first step.
    pub from: Positive,
    /// Multiplier of the last step.
    pub to: Positive,
    /// What multipliers act on.
    pub on: Lever,
}

impl Default for Ramp {
    fn default() -> Self {
        Self {
            from: Positive::constant(1e-4),
            to: Positive::constant(1.0),
            on: Lever::Hazard,
        }
    }
}

/// One step that is harder (or easier) than all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bottleneck {
    /// Multiplier of that step.
    pub multiplier: Positive,
    /// Where it stands: 0 is the first step, 1 the last.
    pub place: Probability,
    /// What the multiplier acts on.
    pub on: Lever,
}

impl Default for Bottleneck {
    fn default() -> Self {
        Self {
            multiplier: Positive::constant(10.0),
            place: Probability::constant(0.5),
            on: Lever::Hazard,
        }
    }
}

/// Key steps, spread evenly, and the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TwoRate {
    /// Share of key steps: a decimal, so that .29 of 100 steps is 29.
    pub share: Share,
    /// Multiplier of key steps.
    pub key: Positive,
    /// Multiplier of all other steps.
    pub other: Positive,
    /// What multipliers act on.
    pub on: Lever,
}

impl Default for TwoRate {
    fn default() -> Self {
        Self {
            share: Share::constant(100_000),
            key: Positive::constant(1.0),
            other: Positive::constant(0.01),
            on: Lever::Hazard,
        }
    }
}

/// Steps that differ by chance, each item's in its own way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NormalSteps {
    /// Standard deviation of ln w.
    pub sd: Deviation,
    /// What multipliers act on.
    pub on: Lever,
}

impl Default for NormalSteps {
    fn default() -> Self {
        Self {
            sd: Deviation::constant(1.0),
            on: Lever::LogOdds,
        }
    }
}

/// Multipliers, one for each step in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MultiplierList {
    /// Multipliers, one for each step in order.
    #[schemars(extend("minItems" = 1, "examples" = [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]]))]
    pub multipliers: Vec<Positive>,
    /// What multipliers act on.
    #[serde(default)]
    pub on: Lever,
}

impl NormalSteps {
    /// The multiplier of a step that drew z.
    #[must_use]
    pub fn multiplier(&self, z: f64) -> f64 {
        let sd = self.sd.get();
        libm::exp(match self.on {
            Lever::Hazard => sd * z - 0.5 * sd * sd,
            Lever::LogOdds => sd * z,
        })
    }
}

impl Difficulty {
    /// What its multipliers act on.
    #[must_use]
    pub const fn lever(&self) -> Lever {
        match self {
            Self::Equal => Lever::Hazard,
            Self::Ramp(ramp) => ramp.on,
            Self::Bottleneck(bottleneck) => bottleneck.on,
            Self::TwoRate(rates) => rates.on,
            Self::Normal(normal) => normal.on,
            Self::List(list) => list.on,
        }
    }

    /// The multiplier of each of `steps` steps; `None` where all are 1, or drawn anew for each item.
    #[must_use]
    pub fn multipliers(&self, steps: u32) -> Option<Vec<f64>> {
        let last = steps.saturating_sub(1);
        match self {
            Self::Equal | Self::Normal(_) => None,
            Self::Ramp(ramp) => {
                let (from, to) = (libm::log10(ramp.from.get()), libm::log10(ramp.to.get()));
                let multiplier = |i: u32| {
                    let left = match last {
                        0 => 0.0,
                        last => f64::from(last - i) / f64::from(last),
                    };
                    libm::pow(10.0, to - (to - from) * left)
                };
                Some((0..steps).map(multiplier).collect())
            }
            Self::Bottleneck(bottleneck) => {
                let mut all = vec![1.0; steps as usize];
                let place = libm::round(bottleneck.place.get() * f64::from(last)) as usize;
                if let Some(one) = all.get_mut(place) {
                    *one = bottleneck.multiplier.get();
                }
                Some(all)
            }
            Self::TwoRate(rates) => {
                let multiplier =
                    |i: u32| match rates.share.whole_steps(i + 1) > rates.share.whole_steps(i) {
                        true => rates.key.get(),
                        false => rates.other.get(),
                    };
                Some((0..steps).map(multiplier).collect())
            }
            Self::List(list) => {
                let listed = list.multipliers.iter().take(steps as usize);
                Some(listed.map(|multiplier| multiplier.get()).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_even_in_log10_and_ends_where_it_says() {
        let weights = Difficulty::Ramp(Ramp::default()).multipliers(10).unwrap();
        assert_eq!((weights[0], weights[9]), (1e-4, 1.0));
        assert!((weights.iter().sum::<f64>() - 1.560_935_023_406_202_7).abs() < 1e-15);
        assert!((weights[7] - 0.129_154_966_501_488_4).abs() < 1e-16); // 10^(-8/9)
        let single = Difficulty::Ramp(Ramp::default()).multipliers(1);
        assert_eq!(single, Some(vec![1.0]));
    }

    #[test]
    fn key_steps_are_spread_evenly_and_counted_exactly() {
        let rates = |share: u32| {
            Difficulty::TwoRate(TwoRate {
                share: Share::constant(share),
                ..TwoRate::default()
            })
        };
        let keys = |share, steps| {
            let all = rates(share).multipliers(steps).unwrap();
            let places = (1..).zip(all).filter(|(_, multiplier)| *multiplier == 1.0);
            places.map(|(step, _)| step).collect::<Vec<u32>>()
        };
        assert_eq!(keys(300_000, 10), [4, 7, 10]);
        // In floating point .29 * 100 is below 29.
        assert_eq!(keys(290_000, 100).len(), 29);
        assert_eq!(keys(290_000, 100).last(), Some(&100));
    }

    #[test]
    fn a_bottleneck_stands_where_it_says() {
        let at = |place: f64, steps| {
            let bottleneck = Bottleneck {
                place: Probability::constant(place),
                multiplier: Positive::constant(7.0),
                on: Lever::Hazard,
            };
            let all = Difficulty::Bottleneck(bottleneck)
                .multipliers(steps)
                .unwrap();
            all.iter().position(|multiplier| *multiplier == 7.0)
        };
        assert_eq!(
            [at(0.0, 5), at(0.3, 5), at(1.0, 5), at(0.3, 1)],
            [Some(0), Some(1), Some(4), Some(0)]
        );
    }

    #[test]
    fn a_multiplier_of_the_odds_divides_them() {
        for (p, multiplier) in [(0.3, 2.5), (0.9, 0.2), (1e-9, 40.0), (0.62, 1.0)] {
            let odds = p / (1.0 - p) / multiplier;
            let found = libm::exp(-Lever::LogOdds.hazard(-libm::log(p), multiplier));
            let expected = odds / (1.0 + odds);
            assert!((found / expected - 1.0).abs() < 1e-14, "{p} {multiplier}");
        }
        // Far below and far above, the leading digits stay: odds of 1e20/3, and of e^-800/3.
        assert!((Lever::LogOdds.hazard(1e-20, 3.0) / 3e-20 - 1.0).abs() < 1e-15);
        assert!((Lever::LogOdds.hazard(800.0, 3.0) - 800.0 - libm::log(3.0)).abs() < 1e-12);
        assert_eq!(Lever::LogOdds.hazard(f64::INFINITY, 0.5), f64::INFINITY);
    }
}
