//! How many items a comparison needs, before it is made, and with what power so many find it.

use super::rise::first_at;
use crate::domain::special::{normal_cdf, normal_quantile};
use crate::domain::{Level, ProperProbability};

/// What a two-sided comparison of two means is to achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// One minus the rate of false alarms: 0.95 for 5%.
    pub level: Level,
    /// The chance to find a difference that is there.
    pub power: ProperProbability,
}

impl Aim {
    /// That of a two-sided test with this rate of false alarms. Levels nearer to 1 than 2^-53 are taken for 1 - 2^-53.
    #[must_use]
    pub fn at(alpha: ProperProbability, power: ProperProbability) -> Self {
        let nearest_to_one = Level::constant(1.0 - 0.5 * f64::EPSILON);
        Self {
            level: Level::try_from(1.0 - alpha.get()).unwrap_or(nearest_to_one),
            power,
        }
    }

    /// The quantile of the level, and that of the power.
    fn quantiles(self) -> (f64, f64) {
        let tail = 0.5 * (1.0 - self.level.get());
        (-normal_quantile(tail), normal_quantile(self.power.get()))
    }
}

/// What scatters when two are compared on the same items, or each on its own.
///
/// All variances are of credits between 0 and 1, so that none is above 1/4 for one of both, or above 1 for a
/// difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scatter {
    /// Between items, omega^2: of the difference of both mean credits at an item where both are tried on the same items
    /// ([`Self::paired`]), else the sum of both variances.
    pub between_items: f64,
    /// Between attempts at an item, sigma_A^2/K_A + sigma_B^2/K_B: the mean over items of each one's variance, over its
    /// number of attempts.
    pub within_items: f64,
    /// How much items of a cluster repeat each other: 1 if they do not, else [`design_effect`].
    pub design_effect: f64,
}

impl Scatter {
    /// Both on the same items, with so many attempts each. The variance between items is that of the difference; where
    /// only each one's variance s^2 and their correlation r is known, s_A^2 + s_B^2 - 2 r s_A s_B.
    #[must_use]
    pub fn paired(
        difference: f64,
        (of_a, attempts_a): (f64, u32),
        (of_b, attempts_b): (f64, u32),
    ) -> Self {
        Self {
            between_items: difference,
            within_items: of_a / f64::from(attempts_a) + of_b / f64::from(attempts_b),
            design_effect: 1.0,
        }
    }

    /// The same where items come in clusters. Of a paired comparison the correlation is that of differences.
    #[must_use]
    pub fn clustered(self, size: f64, correlation: f64) -> Self {
        Self {
            design_effect: design_effect(size, correlation),
            ..self
        }
    }

    fn variance(&self) -> f64 {
        (self.between_items + self.within_items) * self.design_effect
    }
}

/// 1 + (m - 1) rho: how many times the variance of a mean is larger where items come in clusters of m, two of which
/// correlate by rho (Kish 1965, Survey Sampling, section 5.4).
#[must_use]
pub fn design_effect(size: f64, correlation: f64) -> f64 {
    1.0 + (size - 1.0) * correlation
}

/// Items needed to find a difference delta of two mean credits: (z_level + z_power)^2 variance/delta^2, not rounded;
/// infinite for none. Of a paired comparison the items are common to both; else each has as many.
///
/// Miller 2024 (arXiv:2411.00640, section 5), which holds for many items.
#[must_use]
pub fn items_for_difference(difference: f64, scatter: &Scatter, aim: Aim) -> f64 {
    let (z_level, z_power) = aim.quantiles();
    let z = (z_level + z_power) / difference;
    z * z * scatter.variance()
}

/// The least difference of two mean credits that so many items find with the power: the inverse of
/// [`items_for_difference`].
#[must_use]
pub fn smallest_difference(items: f64, scatter: &Scatter, aim: Aim) -> f64 {
    let (z_level, z_power) = aim.quantiles();
    (z_level + z_power) * libm::sqrt(scatter.variance() / items)
}

/// The power with which so many items find a difference delta of two mean credits: Phi(delta/sqrt(variance/n) - z_level), the
/// inverse of [`items_for_difference`]. Like it, leaves out what is found on the wrong side.
#[must_use]
pub fn power_for_difference(difference: f64, items: f64, scatter: &Scatter, level: Level) -> f64 {
    let deviation = libm::sqrt(scatter.variance() / items);
    normal_cdf(difference.abs() / deviation + normal_quantile(0.5 * (1.0 - level.get())))
}

/// Items that each of two needs, on items of its own, to tell success rates p and q: (z_level sqrt(2 m (1 - m)) + z_power
/// sqrt(p (1 - p) + q (1 - q)))^2/(p - q)^2 with m = (p + q)/2, not rounded; infinite where they are the same.
///
/// Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 4.2, without its correction for
/// continuity.
#[must_use]
pub fn items_for_rates(p: f64, q: f64, aim: Aim) -> f64 {
    let (z_level, z_power) = aim.quantiles();
    let middle = 0.5 * (p + q);
    let none = libm::sqrt(2.0 * middle * (1.0 - middle));
    let both = libm::sqrt(p * (1.0 - p) + q * (1.0 - q));
    let z = (z_level * none + z_power * both) / (p - q);
    z * z
}

/// The power with which so many items of each of two tell success rates p and q: Phi((|p - q| sqrt(n) - z_level sqrt(2 m (1 -
/// m)))/sqrt(p (1 - p) + q (1 - q))), the inverse of [`items_for_rates`]. Like it, leaves out what is found on the wrong side.
#[must_use]
pub fn power_for_rates(p: f64, q: f64, items: f64, level: Level) -> f64 {
    let z_level = -normal_quantile(0.5 * (1.0 - level.get()));
    let middle = 0.5 * (p + q);
    let none = libm::sqrt(2.0 * middle * (1.0 - middle));
    let both = libm::sqrt(p * (1.0 - p) + q * (1.0 - q));
    normal_cdf(((p - q).abs() * libm::sqrt(items) - z_level * none) / both)
}

/// The least rate above p that so many items of each tell from p with the power: the inverse of [`items_for_rates`]; `None`
/// where not even a rate of 1 is told.
#[must_use]
pub fn least_rate_above(p: f64, items: f64, aim: Aim) -> Option<f64> {
    let is_told = |q: f64| items_for_rates(p, q, aim) <= items;
    is_told(1.0).then(|| first_at(is_told, p, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIM: Aim = Aim {
        level: Level::constant(0.95),
        power: ProperProbability::constant(0.8),
    };

    /// The examples of Miller 2024: omega^2 = 1/9 and, between attempts, 1/6 for each.
    #[test]
    fn the_examples_of_miller() {
        let many = Scatter::paired(1.0 / 9.0, (0.0, 1), (0.0, 1));
        let items = items_for_difference(0.03, &many, AIM);
        assert!((items - 968.997_5).abs() < 1e-3 && items.ceil() == 969.0);
        let of =
            |attempts| Scatter::paired(1.0 / 9.0, (1.0 / 6.0, attempts), (1.0 / 6.0, attempts));
        let least = |attempts| smallest_difference(198.0, &of(attempts), AIM);
        // He prints 13.2% and 7.5%.
        assert!((least(1) - 0.1327).abs() < 5e-5, "{}", least(1));
        assert!((least(10) - 0.0757).abs() < 5e-5, "{}", least(10));
        let back = items_for_difference(least(3), &of(3), AIM);
        assert!((back - 198.0).abs() < 1e-9);
    }

    #[test]
    fn rates_by_hand() {
        for (p, q, expected) in [
            (0.01, 0.02, 2318.2),
            (0.05, 0.1, 434.4),
            (0.53, 0.5, 4355.4),
        ] {
            let items = items_for_rates(p, q, AIM);
            assert!((items - expected).abs() < 0.05, "{p} {q}: {items}");
        }
        assert!(items_for_rates(0.3, 0.3, AIM).is_infinite());
    }

    #[test]
    fn powers_are_the_inverse_of_items() {
        for (p, q) in [(0.01, 0.02), (0.53, 0.5), (0.7, 0.4)] {
            let power = power_for_rates(p, q, items_for_rates(p, q, AIM), AIM.level);
            assert!((power - 0.8).abs() < 1e-12, "{p} {q}: {power}");
        }
        let scatter = Scatter::paired(0.2, (0.05, 4), (0.1, 5)).clustered(10.0, 0.1);
        let items = items_for_difference(-0.07, &scatter, AIM);
        let power = power_for_difference(-0.07, items, &scatter, AIM.level);
        assert!((power - 0.8).abs() < 1e-12, "{power}");
        // scipy: norm.cdf((.03*sqrt(1000) - norm.isf(.025)*sqrt(2*.515*.485))/sqrt(.5*.5+.53*.47))
        let power = power_for_rates(0.5, 0.53, 1000.0, AIM.level);
        assert!((power - FLEISS_1000).abs() < 1e-12, "{power}");
        assert_eq!(Aim::at(ProperProbability::constant(0.05), AIM.power), AIM);
        let least = ProperProbability::constant(1e-300);
        assert!(Aim::at(least, AIM.power).level.get() < 1.0);
    }

    const FLEISS_1000: f64 = 0.268_288_505_172_032_95;

    #[test]
    fn the_least_rate_that_is_told_takes_all_the_items() {
        for (p, items) in [(0.0, 40.0), (0.013, 250.0), (0.5, 1000.0), (0.93, 700.0)] {
            let q = least_rate_above(p, items, AIM).unwrap();
            assert!(p < q && q <= 1.0);
            assert!((items_for_rates(p, q, AIM) / items - 1.0).abs() < 1e-9);
        }
        assert_eq!(least_rate_above(0.9, 20.0, AIM), None);
    }

    #[test]
    fn clusters_need_more_items() {
        assert!((design_effect(10.0, 0.1) - 1.9).abs() < 1e-15);
        let one = Scatter::paired(0.2, (0.05, 4), (0.1, 5));
        assert!((one.within_items - 0.0325).abs() < 1e-15);
        let of = |scatter| items_for_difference(0.07, &scatter, AIM);
        assert!((of(one.clustered(10.0, 0.1)) / of(one) - 1.9).abs() < 1e-12);
        // Half the difference, four times the items; more of either needs more.
        let half = items_for_difference(0.035, &one, AIM);
        assert!((half / of(one) - 4.0).abs() < 1e-12);
        let powerful = Aim {
            power: ProperProbability::constant(0.9),
            ..AIM
        };
        assert!((items_for_difference(0.07, &one, powerful) / of(one) - 1.338_7).abs() < 1e-3);
    }
}
