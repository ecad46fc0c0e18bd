//! Functions near those of `libm`, of which compilers make vectors: no branches, no calls.
//!
//! Relative errors are below 1e-10 in the ranges that are said, but for [`survival`]; nothing that is published is computed
//! by them. What they cannot tell is NaN, and so is what follows from it.

use super::special::{CENTRE, MIDDLE, TAIL};

/// 1.5 2^52: numbers of at most 2^51 added to it lose what follows the point, and their last digits are the whole number's.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// Beyond this e^-x is next to nothing, and e^x is not yet infinite.
const LARGEST: f64 = 700.0;

/// The whole number nearest to a b, which is below 2^32 and not below 0; 0 for NaN.
#[inline(always)]
pub(crate) fn nearest_whole_of_product(rounding: Rounding, a: f64, b: f64) -> u32 {
    multiply_add(rounding, a, b, WHOLE).to_bits() as u32
}

/// The whole number nearest to a number, as a number and in the last digits of its bits.
#[inline(always)]
fn nearest_whole(x: f64) -> (f64, u64) {
    let shifted = x + WHOLE;
    (shifted - WHOLE, shifted.to_bits())
}

#[inline(always)]
fn at_most(most: f64, x: f64) -> f64 {
    if x > most { most } else { x }
}

/// e^x as 2^k and e^r - 1 with x = k ln 2 + r, for x in -700 to 700.
#[inline(always)]
fn exp_parts(x: f64) -> (f64, f64) {
    let (k, bits) = nearest_whole(x * std::f64::consts::LOG2_E);
    let r = x - k * std::f64::consts::LN_2;
    // Taylor's series: |r| is below .347, and the first term left out 2e-11 of the sum.
    let series = [
        1.0,
        0.5,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
    ];
    let sum = polynomial(series, r);
    (f64::from_bits(bits.wrapping_add(1023) << 52), sum * r)
}

/// The polynomial with these coefficients, those of the lowest powers first.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: [f64; N], x: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for coefficient in coefficients[..N - 1].iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

/// How a b + c is rounded, which matters to speed alone: once where a machine does that at no cost, it is quickest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// As a whole.
    Once,
    /// The product, and then the sum.
    Twice,
}

/// a b + c.
#[expect(
    clippy::disallowed_methods,
    reason = "roundings decide nothing here: where they might, the true chance does"
)]
#[inline(always)]
pub(crate) fn multiply_add(rounding: Rounding, a: f64, b: f64, c: f64) -> f64 {
    match rounding {
        Rounding::Once => a.mul_add(b, c),
        Rounding::Twice => a * b + c,
    }
}

/// e^-x for x of at least 0, with a relative error below 2e-9: what takes longest of most chances.
#[inline(always)]
pub(crate) fn survival(rounding: Rounding, x: f64) -> f64 {
    // Of all polynomials of this degree, the one with the smallest largest relative error for |r| up to ln 2 / 2.
    const SERIES: [f64; 7] = [
        1.000_000_000_554_167_2,
        1.000_000_036_323_220_7,
        0.499_999_920_798_118_34,
        0.166_664_201_697_477_4,
        0.041_668_225_570_012_93,
        0.008_374_815_812_884_285,
        0.001_383_684_599_162_439_3,
    ];
    let x = at_most(LARGEST, x);
    let shifted = multiply_add(rounding, x, -std::f64::consts::LOG2_E, WHOLE);
    let k = shifted - WHOLE;
    let r = multiply_add(rounding, k, -std::f64::consts::LN_2, -x);
    let mut sum = SERIES[6];
    for coefficient in SERIES[..6].iter().rev() {
        sum = multiply_add(rounding, sum, r, *coefficient);
    }
    // Times 2^k. The exponent has room: k is at least -1010.
    let exponent = shifted.to_bits() << 52;
    f64::from_bits(sum.to_bits().wrapping_add(exponent))
}

/// e^-x for x of at least 0.
#[inline(always)]
pub(crate) fn exp_minus(x: f64) -> f64 {
    exp(-at_most(LARGEST, x))
}

/// e^x for x in -700 to 700.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let (scale, rest) = exp_parts(x);
    scale + scale * rest
}

/// e^x - 1 for x of at least 0; infinite beyond 700.
#[inline(always)]
pub(crate) fn expm1(x: f64) -> f64 {
    let (scale, rest) = exp_parts(at_most(LARGEST, x));
    let inner = scale * rest + (scale - 1.0);
    if x > LARGEST { f64::INFINITY } else { inner }
}

/// 1 - e^-x for x of at least 0.
#[inline(always)]
pub(crate) fn missing_from_one(x: f64) -> f64 {
    let (scale, rest) = exp_parts(-at_most(LARGEST, x));
    (1.0 - scale) - scale * rest
}

/// ln x for x in 1e-300 to 1e300.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    // x = 2^k m with m in 1/sqrt 2 to sqrt 2.
    // NaN may wrap.
    let bits = x
        .to_bits()
        .wrapping_add(0x3FF0_0000_0000_0000 - 0x3FE6_A09E_667F_3BCD);
    let k = f64::from_bits(WHOLE.to_bits() + (bits >> 52)) - (WHOLE + 1023.0);
    let m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) + 0x3FE6_A09E_667F_3BCD);
    // ln m = 2 artanh s; s^2 is below .0295, and the first term left out 2e-12 of the sum.
    let s = (m - 1.0) / (m + 1.0);
    let series = [
        2.0,
        2.0 / 3.0,
        0.4,
        2.0 / 7.0,
        2.0 / 9.0,
        2.0 / 11.0,
        2.0 / 13.0,
    ];
    k * std::f64::consts::LN_2 + s * polynomial(series, s * s)
}

/// ln(1 + x) for x of at least 0; beyond 1e300 it cannot be told.
#[inline(always)]
pub(crate) fn ln_1p(x: f64) -> f64 {
    let x = if x > 1e300 { f64::NAN } else { x };
    let sum = 1.0 + x;
    // What the sum lost of x is made good, to first order.
    let kept = sum - 1.0;
    let logarithm = ln(sum);
    if kept > 0.0 {
        logarithm * (x / kept)
    } else {
        x
    }
}

/// The quantile of the standard normal for p, `rest` being 1 - p: both in 1e-300 to 1; as that of
/// [`special`](super::special::normal_quantile).
#[inline(always)]
pub(crate) fn normal_quantile(p: f64, rest: f64) -> f64 {
    let q = 0.5 * (p - rest);
    let centre = 0.180_625 - q * q;
    let r = (-ln(if q < 0.0 { p } else { rest })).sqrt();
    let of =
        |(above, below): ([f64; 8], [f64; 8]), r: f64| (polynomial(above, r), polynomial(below, r));
    // Vectors take all three ways: the choice comes before the division, which takes longest.
    let (centre_above, centre_below) = of(CENTRE, centre);
    let (middle_above, middle_below) = of(MIDDLE, r - 1.6);
    let (tail_above, tail_below) = of(TAIL, r - 5.0);
    let above = if r <= 5.0 { middle_above } else { tail_above };
    let below = if r <= 5.0 { middle_below } else { tail_below };
    let above = if q < 0.0 { -above } else { above };
    let is_central = centre >= 0.0;
    let above = if is_central { q * centre_above } else { above };
    let quantile = above / if is_central { centre_below } else { below };
    // The logarithm of NaN is some number.
    quantile + 0.0 * q
}

/// The distribution function of the standard normal; absolute error below 1e-11.
///
/// Hart et al. 1968, "Computer Approximations", algorithm 5666, as in West 2005, "Better approximations to cumulative
/// normal functions", Wilmott 9, 70-76.
#[inline(always)]
pub(crate) fn normal_cdf(x: f64) -> f64 {
    const ABOVE: [f64; 7] = [
        220.206_867_912_376,
        221.213_596_169_931,
        112.079_291_497_871,
        33.912_866_078_383,
        6.373_962_203_531_65,
        0.700_383_064_443_688,
        0.035_262_496_599_891_1,
    ];
    const BELOW: [f64; 8] = [
        440.413_735_824_752,
        793.826_512_519_948,
        637.333_633_378_831,
        296.564_248_779_674,
        86.780_732_202_946_1,
        16.064_177_579_207,
        1.755_667_163_182_64,
        0.088_388_347_648_318_4,
    ];
    let distance = at_most(7.0, x.abs());
    let tail =
        exp(-0.5 * distance * distance) * polynomial(ABOVE, distance) / polynomial(BELOW, distance);
    if x > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::super::special;
    use super::*;

    /// The bound that is said of relative errors.
    const BOUND: f64 = 1e-10;

    /// Numbers from 1e-300 to `most`, closer together towards 1.
    fn numbers(most: f64) -> impl Iterator<Item = f64> {
        let numbers = (-30_000..30_000).map(|i| {
            let exponent = f64::from(i) / 30_000.0;
            libm::pow(10.0, 300.0 * exponent * exponent * exponent)
        });
        numbers.filter(move |x| *x <= most)
    }

    #[track_caller]
    fn near(found: f64, expected: f64, at: f64) {
        let off = (found - expected).abs();
        assert!(
            off <= BOUND * expected.abs(),
            "{at:e}: {found:e} is not {expected:e}"
        );
    }

    #[test]
    fn exponentials_and_logarithms() {
        for x in numbers(700.0) {
            near(exp(x), libm::exp(x), x);
            near(exp(-x), libm::exp(-x), x);
            near(exp_minus(x), libm::exp(-x), x);
            for rounding in [Rounding::Once, Rounding::Twice] {
                let off = survival(rounding, x) / libm::exp(-x) - 1.0;
                assert!(off.abs() < 2e-9, "{x:e}: {off:e}");
            }
            near(expm1(x), libm::expm1(x), x);
            near(missing_from_one(x), -libm::expm1(-x), x);
        }
        for x in numbers(1e300) {
            near(ln_1p(x), libm::log1p(x), x);
            near(ln(x), libm::log(x), x);
        }
        assert_eq!(
            (expm1(0.0), ln_1p(0.0), missing_from_one(0.0)),
            (0.0, 0.0, 0.0)
        );
        assert!(survival(Rounding::Twice, f64::INFINITY) < 1e-300);
        assert!(exp_minus(f64::INFINITY) < 1e-300 && expm1(f64::INFINITY).is_infinite());
    }

    #[test]
    fn what_cannot_be_told_is_no_number() {
        assert!(ln_1p(f64::INFINITY).is_nan());
        let nothing = [exp_minus, expm1, missing_from_one, ln_1p, normal_cdf];
        assert!(nothing.iter().all(|function| function(f64::NAN).is_nan()));
        assert!(normal_quantile(f64::NAN, f64::NAN).is_nan());
        for rounding in [Rounding::Once, Rounding::Twice] {
            assert!(survival(rounding, f64::NAN).is_nan());
            for nan in [f64::NAN, -f64::NAN, f64::INFINITY * 0.0] {
                assert_eq!(nearest_whole_of_product(rounding, nan, 3.0), 0);
            }
        }
    }

    #[test]
    fn normal_numbers() {
        for p in numbers(0.5) {
            near(normal_quantile(p, 1.0 - p), special::normal_quantile(p), p);
            near(normal_quantile(1.0 - p, p), -special::normal_quantile(p), p);
        }
        for x in numbers(1e3).flat_map(|x| [x, -x]) {
            let off = (normal_cdf(x) - special::normal_cdf(x)).abs();
            assert!(off < 1e-11, "{x:e}: {off:e}");
        }
    }
}
