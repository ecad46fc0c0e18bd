//! Chi-square distributions, central and not: what a likelihood-ratio statistic comes to, and how many items a break takes.

use std::num::{NonZeroU32, NonZeroU64};

use super::likelihood::root;
use crate::domain::special::normal_cdf;
use crate::domain::{Items, NonNegative, Positive, ProperProbability};

/// The sum of the squares of independent normal numbers of variance 1; `noncentrality` is the sum of the squares of their
/// means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// How many numbers there are.
    pub freedom: NonZeroU32,
    /// The sum of the squares of their means.
    pub noncentrality: NonNegative,
}

impl ChiSquare {
    /// Of normal numbers of mean 0.
    #[must_use]
    pub const fn central(freedom: NonZeroU32) -> Self {
        Self {
            freedom,
            noncentrality: NonNegative::constant(0.0),
        }
    }

    /// P(X > x), the power of a test with the critical value x: of one number by the normal distribution, else as the
    /// mixture over J ~ Poisson(noncentrality/2) of central ones with 2 J more degrees of freedom (Fisher 1928, Proc. R. Soc.
    /// A 121, 654). Absolute error below 1e-13 for noncentralities up to 1e4.
    #[must_use]
    pub fn upper_tail(&self, x: f64) -> f64 {
        let noncentrality = self.noncentrality.get();
        if x <= 0.0 {
            return 1.0;
        }
        if self.freedom.get() == 1 {
            let (mean, edge) = (libm::sqrt(noncentrality), libm::sqrt(x));
            return normal_cdf(mean - edge) + normal_cdf(-mean - edge);
        }
        let (half_x, mean) = (0.5 * x, 0.5 * noncentrality);
        // Q(a, x/2) of the regularised incomplete gamma function rises by x^a e^-x/Gamma(a + 1) from a to a + 1.
        let odd = self.freedom.get() % 2 == 1;
        let (mut a, mut tail) = match odd {
            true => (0.5, 2.0 * normal_cdf(-libm::sqrt(x))),
            false => (1.0, libm::exp(-half_x)),
        };
        let rise = |a: f64| libm::exp(a * libm::log(half_x) - half_x - libm::lgamma(a + 1.0));
        while a < 0.5 * f64::from(self.freedom.get()) - 0.25 {
            tail += rise(a);
            a += 1.0;
        }
        // Poisson weights beyond twelve deviations are below 1e-30.
        let spread = 12.0 * libm::sqrt(mean) + 40.0;
        let last = (mean + spread) as u64;
        let mut sum = 0.0;
        for j in 0..=last {
            let count = j as f64;
            let weight = match mean {
                0.0 if j > 0 => break,
                0.0 => 1.0,
                mean => libm::exp(count * libm::log(mean) - mean - libm::lgamma(count + 1.0)),
            };
            sum += weight * tail.min(1.0);
            tail += rise(a);
            a += 1.0;
        }
        sum.min(1.0)
    }

    /// P(X <= x), to the absolute error of [`Self::upper_tail`].
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        1.0 - self.upper_tail(x)
    }

    /// The x with P(X > x) = `tail`: the critical value of a test of that level.
    #[must_use]
    pub fn critical(&self, tail: ProperProbability) -> f64 {
        let tail = tail.get();
        let mean = f64::from(self.freedom.get()) + self.noncentrality.get();
        let mut above = mean;
        while self.upper_tail(above) > tail {
            above *= 2.0;
        }
        let mut off = |x: f64| tail - self.upper_tail(x);
        let (low, high) = ((0.0, tail - 1.0), (above, off(above)));
        root(&mut off, low, high, 1e-15 * tail.min(1.0 - tail))
    }
}

/// The noncentrality at which a chi-square test has this power: of .05 and .8 with one degree of freedom, 7.849. `None` if
/// the power is no more than the level, which any noncentrality has.
#[must_use]
pub fn noncentrality_for(
    freedom: NonZeroU32,
    level: ProperProbability,
    power: ProperProbability,
) -> Option<Positive> {
    if power.get() <= level.get() {
        return None;
    }
    let critical = ChiSquare::central(freedom).critical(level);
    let mut short = |noncentrality: f64| {
        let at = ChiSquare {
            freedom,
            noncentrality: NonNegative::try_from(noncentrality)
                .unwrap_or(NonNegative::constant(0.0)),
        };
        at.upper_tail(critical) - power.get()
    };
    let mut most = 1.0;
    while short(most) < 0.0 && most < 1e6 {
        most *= 2.0;
    }
    let (low, high) = ((0.0, short(0.0)), (most, short(most)));
    Positive::try_from(root(&mut short, low, high, 1e-13)).ok()
}

/// The least number of items with which a chi-square test has this power, where so many items have this noncentrality, which
/// grows in proportion to them. `None` if the noncentrality is 0, which no number of items makes larger, or the number is
/// more than a test set may have.
#[must_use]
pub fn items_for_noncentrality(
    needed: Positive,
    noncentrality: NonNegative,
    items: NonZeroU64,
) -> Option<Items> {
    let of_item = noncentrality.get() / items.get() as f64;
    let number = (needed.get() / of_item).ceil();
    if number > Items::MAX as f64 {
        return None;
    }
    Items::try_from((number as u64).max(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn freedom(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn share(p: f64) -> ProperProbability {
        ProperProbability::try_from(p).unwrap()
    }

    /// By mpmath with 30 digits, as the mixture of incomplete gamma functions.
    #[test]
    fn tails_of_one_to_five_degrees_of_freedom() {
        for (number, noncentrality, x, expected) in [
            (1, 7.3, 3.84, 0.771_036_484_240_130_2),
            (2, 9.635, 5.991, 0.800_041_164_002_444_3),
            (3, 10.9, 7.81, 0.800_148_417_713_755_6),
            (3, 0.0, 7.81, 0.050_106_056_350_005_89),
            (4, 0.37, 2.2, 0.734_179_604_004_449_3),
            (2, 400.0, 350.0, 0.906_175_939_652_406_6),
            (5, 31.0, 60.0, 0.030_459_990_452_308_448),
        ] {
            let law = ChiSquare {
                freedom: freedom(number),
                noncentrality: NonNegative::try_from(noncentrality).unwrap(),
            };
            let found = law.upper_tail(x);
            assert!(
                (found - expected).abs() < 2e-13,
                "{number} {noncentrality}: {found}"
            );
            assert!((law.cdf(x) + found - 1.0).abs() < 1e-15);
        }
    }

    /// By scipy.stats.chi2.isf.
    #[test]
    fn critical_values() {
        for (number, tail, expected) in [
            (1, 0.05, 3.841_458_820_694_124),
            (1, 0.001, 10.827_566_170_662_733),
            (2, 0.05, 5.991_464_547_107_979),
            (3, 0.5, 2.365_973_884_375_338),
            (4, 0.001, 18.466_826_952_903_17),
        ] {
            let found = ChiSquare::central(freedom(number)).critical(share(tail));
            assert!((found - expected).abs() < 1e-9, "{number} {tail}: {found}");
        }
    }

    /// By scipy.optimize.brentq on scipy.stats.ncx2.
    #[test]
    fn noncentralities_for_a_power_of_four_fifths() {
        for (number, expected) in [
            (1, 7.848_860_509_326_202),
            (2, 9.634_688_867_970_24),
            (3, 10.902_563_290_133_267),
        ] {
            let found = noncentrality_for(freedom(number), share(0.05), share(0.8)).unwrap();
            assert!((found.get() - expected).abs() < 1e-8, "{number}: {found:?}");
        }
        let none = noncentrality_for(freedom(1), share(0.05), share(0.05));
        assert_eq!(none, None);
    }

    #[test]
    fn items_are_rounded_up() {
        let items = |noncentrality: f64| {
            let needed = Positive::try_from(7.85).unwrap();
            let noncentrality = NonNegative::try_from(noncentrality).unwrap();
            let found =
                items_for_noncentrality(needed, noncentrality, NonZeroU64::new(200).unwrap());
            found.map(Items::get)
        };
        // 7.85/(5/200) = 314.0, a rounding above or below; 7.85/(4.9/200) = 320.4.
        assert!(matches!(items(5.0), Some(314 | 315)));
        assert_eq!(items(4.9), Some(321));
        assert_eq!(
            (items(1e9), items(0.0), items(1e-12)),
            (Some(1), None, None)
        );
    }
}
