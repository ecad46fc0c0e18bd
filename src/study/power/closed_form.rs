//! Powers by formula, to stand beside simulated ones.

use std::num::{NonZeroU32, NonZeroU64};

use super::above_chance::{
    AboveChance, items_above_chance, normal_items_above_chance, normal_power_above_chance,
};
use super::least_items::MOST_EXACT_ITEMS;
use super::paired::Discordant;
use super::two_rates::{TwoRates, items_for_two_rates};
use crate::domain::{Items, NonNegative, Probability, ProperProbability};
use crate::study::chi_square::{ChiSquare, items_for_noncentrality, noncentrality_for};
use crate::study::sample_size::{
    Aim, Scatter, items_for_difference, items_for_rates, power_for_difference, power_for_rates,
};

/// How a power is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerFormula {
    /// One success rate against chance: the binomial distribution.
    Binomial,
    /// The same by the normal distribution.
    BinomialNormal,
    /// The z test of two success rates: the sum over both counts.
    TwoBinomials,
    /// The same by the normal distribution.
    Fleiss,
    /// McNemar's exact test: the sum over the items that one side alone solved.
    McNemar,
    /// McNemar's test by the normal distribution.
    Connor,
    /// Mean credits by the normal distribution, each of items of its own or both of the same.
    Miller,
    /// A break at a known place: noncentral chi-square with one degree of freedom.
    ChiSquare,
    /// A break whose place is looked for: the place is taken for a second degree of freedom.
    ChiSquareOfTwo,
}

impl PowerFormula {
    /// The name used in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binomial => "binomial",
            Self::BinomialNormal => "binomial-normal",
            Self::TwoBinomials => "two-binomials",
            Self::Fleiss => "fleiss",
            Self::McNemar => "mcnemar",
            Self::Connor => "connor",
            Self::Miller => "miller",
            Self::ChiSquare => "chi-square",
            Self::ChiSquareOfTwo => "chi-square-of-two",
        }
    }

    /// Where it is from.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Binomial => "exact: tails of the binomial distribution",
            Self::BinomialNormal => {
                "Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, chapter 2"
            }
            Self::TwoBinomials => "exact: sum over the counts of two binomial distributions",
            Self::Fleiss => {
                "Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 4.2"
            }
            Self::McNemar => {
                "exact: sum over the binomial number of items that one side alone solved"
            }
            Self::Connor => "Connor 1987, Biometrics 43, 207",
            Self::Miller => "Miller 2024, arXiv:2411.00640, section 5",
            Self::ChiSquare => {
                "noncentral chi-square for many items: Wald 1943, Trans. Amer. Math. Soc. 54, 426"
            }
            Self::ChiSquareOfTwo => {
                "noncentral chi-square for many items, the place taken for a second degree of freedom"
            }
        }
    }

    /// Whether it holds for any number of items, not only for many.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        match self {
            Self::Binomial | Self::TwoBinomials | Self::McNemar => true,
            Self::BinomialNormal
            | Self::Fleiss
            | Self::Connor
            | Self::Miller
            | Self::ChiSquare
            | Self::ChiSquareOfTwo => false,
        }
    }
}

/// The power of a design by formula, and the items that the target needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClosedForm {
    /// How it is computed.
    pub formula: PowerFormula,
    /// The power of as many items as the design has.
    pub power: f64,
    /// Items for the target power: of each of two where they have items of their own. Not rounded but for exact formulas;
    /// `None` where there is no such number, or it is too large to be computed exactly.
    pub items: Option<f64>,
}

impl ClosedForm {
    fn new(formula: PowerFormula, power: f64, items: f64) -> Self {
        Self {
            formula,
            power,
            items: items.is_finite().then_some(items),
        }
    }

    fn exact(formula: PowerFormula, power: f64, items: Option<u64>) -> Self {
        Self {
            formula,
            power,
            items: items.map(|items| items as f64),
        }
    }

    /// Whether a rate is found above chance: exactly, and by the normal distribution. Of a rate that is not above chance no
    /// items are named.
    #[must_use]
    pub fn above_chance(
        items: Items,
        chance: Probability,
        rate: Probability,
        PowerAim { alpha, target }: PowerAim,
    ) -> [Self; 2] {
        let exact = AboveChance::new(items, chance, alpha).power(rate);
        let needed = items_above_chance(chance, rate, alpha, target).ok();
        let normal = normal_power_above_chance(chance, rate, items.get() as f64, alpha);
        let of_normal = match rate > chance {
            true => normal_items_above_chance(chance, rate, alpha, target),
            false => f64::INFINITY,
        };
        [
            Self::exact(PowerFormula::Binomial, exact, needed),
            Self::new(PowerFormula::BinomialNormal, normal, of_normal),
        ]
    }

    /// Whether two rates are told, each of as many items of its own: exactly (up to [`MOST_EXACT_ITEMS`]), and by the normal
    /// distribution.
    #[must_use]
    pub fn two_rates(
        items: Items,
        rates: [Probability; 2],
        PowerAim { alpha, target }: PowerAim,
    ) -> Vec<Self> {
        let ([p, q], aim) = (rates.map(Probability::get), Aim::at(alpha, target));
        let exact = (items.get() <= MOST_EXACT_ITEMS).then(|| {
            let power = TwoRates::new([items; 2], alpha).power(rates);
            let needed = items_for_two_rates(rates, alpha, target).ok();
            Self::exact(PowerFormula::TwoBinomials, power, needed)
        });
        let power = power_for_rates(p, q, items.get() as f64, aim.level);
        let normal = Self::new(PowerFormula::Fleiss, power, items_for_rates(p, q, aim));
        exact.into_iter().chain([normal]).collect()
    }

    /// Whether two rates on the same items are told: exactly (up to [`MOST_EXACT_ITEMS`]), and by the normal distribution.
    #[must_use]
    pub fn paired(
        items: Items,
        discordant: &Discordant,
        PowerAim { alpha, target }: PowerAim,
    ) -> Vec<Self> {
        let exact = (items.get() <= MOST_EXACT_ITEMS).then(|| {
            let power = discordant.power(items, alpha);
            let needed = discordant.items(alpha, target).ok();
            Self::exact(PowerFormula::McNemar, power, needed)
        });
        let power = discordant.connor_power(items.get() as f64, alpha);
        let needed = discordant.connor_items(alpha, target);
        let normal = Self::new(PowerFormula::Connor, power, needed);
        exact.into_iter().chain([normal]).collect()
    }

    /// Whether a likelihood-ratio statistic tells a break, with this noncentrality at the design's items, in proportion to
    /// which it grows.
    #[must_use]
    pub fn of_break(
        items: Items,
        place: BreakFreedom,
        noncentrality: NonNegative,
        PowerAim { alpha, target }: PowerAim,
    ) -> Self {
        let (formula, freedom) = match place {
            BreakFreedom::PlaceKnown => (PowerFormula::ChiSquare, NonZeroU32::MIN),
            BreakFreedom::PlaceFree => (
                PowerFormula::ChiSquareOfTwo,
                NonZeroU32::MIN.saturating_add(1),
            ),
        };
        let critical = ChiSquare::central(freedom).critical(alpha);
        let statistic = ChiSquare {
            freedom,
            noncentrality,
        };
        let count = NonZeroU64::new(items.get()).unwrap_or(NonZeroU64::MIN);
        let needed = noncentrality_for(freedom, alpha, target)
            .and_then(|needed| items_for_noncentrality(needed, noncentrality, count));
        Self::exact(
            formula,
            statistic.upper_tail(critical),
            needed.map(Items::get),
        )
    }

    /// Whether two mean credits are told.
    #[must_use]
    pub fn difference(
        items: Items,
        difference: f64,
        scatter: &Scatter,
        PowerAim { alpha, target }: PowerAim,
    ) -> Self {
        let aim = Aim::at(alpha, target);
        let power = power_for_difference(difference, items.get() as f64, scatter, aim.level);
        let needed = items_for_difference(difference, scatter, aim);
        Self::new(PowerFormula::Miller, power, needed)
    }
}

/// Whether the place of a break is known, or one more number to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakFreedom {
    /// It is known: one degree of freedom.
    PlaceKnown,
    /// It is looked for: two, taken so.
    PlaceFree,
}

/// What a test is to achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerAim {
    /// The rate of false alarms: of one side where only one is asked for, else of both.
    pub alpha: ProperProbability,
    /// The power that is wanted.
    pub target: ProperProbability,
}
