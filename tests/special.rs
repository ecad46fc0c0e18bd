//! Special functions against mpmath (50 digits) and statrs.

use mirage::domain::special::{
    beta_cdf, beta_quantile, binomial_mid_tails, normal_cdf, normal_interval, normal_quantile,
    student_quantile,
};
use statrs::distribution::{Beta, Binomial, ContinuousCDF, Discrete, DiscreteCDF};

#[track_caller]
fn close(found: f64, expected: f64, relative: f64) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{found} is not {expected}"
    );
}

#[test]
fn normal_distribution() {
    close(normal_cdf(-37.0), 5.725_571_222_524_577e-300, 1e-13);
    close(normal_cdf(-8.5), 9.479_534_822_203_318e-18, 1e-14);
    close(normal_cdf(-1.3), 0.096_800_484_585_610_33, 1e-14);
    close(normal_cdf(0.7), 0.758_036_347_776_927, 1e-14);
}

/// Narrow and wide, near and far, on both sides.
#[test]
fn normal_intervals() {
    let around = |middle: f64, half: f64| normal_interval(middle - half, middle + half, 2.0 * half);
    close(around(0.0, 1e-3), 7.978_844_278_221_252e-4, 1e-15);
    close(around(0.3, 0.2), 0.151_634_623_996_984_12, 1e-15);
    close(around(-8.9, 0.25), 2.546_504_763_927_292e-18, 2e-14);
    close(around(8.9, 0.01), 5.038_172_692_738_253e-20, 2e-14);
    close(around(1.3, 0.26), 0.089_790_009_736_188_39, 1e-15);
    close(around(-9.0, 2.0), 1.279_812_543_885_834_8e-12, 1e-14);
    close(around(9.0, 2.0), 1.279_812_543_885_834_8e-12, 1e-14);
    close(around(0.1, 40.0), 1.0, 1e-15);
    // The same on both sides of the change from series to tails.
    for middle in [0.0, 0.4, -2.5, 6.0, -9.0] {
        let (series, tails) = (around(middle, 0.25), around(middle, 0.250_000_000_001));
        close(series / tails, 1.0, 2e-11 * (1.0 + middle.abs()));
    }
    let infinite = f64::INFINITY;
    assert_eq!(normal_interval(-infinite, infinite, infinite), 1.0);
    assert_eq!(normal_interval(infinite, infinite, infinite), 0.0);
    assert_eq!(normal_interval(infinite, infinite, 0.1), 0.0);
}

#[test]
fn normal_quantiles() {
    close(normal_quantile(1e-300), -37.047_096_299_361_2, 1e-14);
    close(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-14);
    close(normal_quantile(0.002), -2.878_161_739_095_483_4, 1e-14);
    close(normal_quantile(0.3), -0.524_400_512_708_040_8, 1e-14);
    close(normal_quantile(0.85), 1.036_433_389_493_789_6, 1e-14);
    close(normal_quantile(0.975), 1.959_963_984_540_054_2, 1e-14);
    assert_eq!(
        (normal_quantile(0.0), normal_quantile(1.0)),
        (f64::NEG_INFINITY, f64::INFINITY)
    );
    for i in 1..4000 {
        let x = -8.0 + f64::from(i) * 0.004;
        close(
            normal_cdf(normal_quantile(normal_cdf(x))),
            normal_cdf(x),
            1e-13,
        );
    }
}

#[test]
fn beta_distribution() {
    close(beta_cdf(0.3, 2.0, 5.0), 0.579_825, 1e-14);
    close(beta_cdf(1e-5, 0.5, 3.0), 0.005_929_231_084_463_545, 1e-14);
    close(beta_cdf(0.999, 40.0, 0.7), 0.886_507_852_420_927_3, 1e-13);
    close(beta_cdf(0.02, 1.5, 1000.0), 0.999_999_991_300_926, 1e-13);
    close(
        beta_cdf(0.5, 1000.0, 1010.0),
        0.588_269_827_543_727_5,
        1e-11,
    );
    assert_eq!(
        (beta_cdf(0.0, 2.0, 3.0), beta_cdf(1.0, 2.0, 3.0)),
        (0.0, 1.0)
    );
}

#[test]
fn beta_distribution_agrees_with_statrs() {
    for a in [0.4, 1.0, 3.7, 55.0] {
        for b in [0.6, 2.2, 19.0, 400.0] {
            let beta = Beta::new(a, b).unwrap();
            for x in [0.001, 0.1, 0.45, 0.8, 0.99] {
                close(beta_cdf(x, a, b), beta.cdf(x), 1e-10);
            }
            for p in [1e-6, 0.025, 0.4, 0.975] {
                close(beta_cdf(beta_quantile(p, a, b), a, b), p, 1e-10);
            }
        }
    }
}

#[test]
fn beta_quantiles_keep_their_digits_near_the_ends() {
    // I_x(1, n) = 1 - (1 - x)^n and I_x(n, 1) = x^n.
    close(
        beta_quantile(0.025, 1.0, 1e6),
        -libm::expm1(libm::log1p(-0.025) / 1e6),
        1e-12,
    );
    close(
        1.0 - beta_quantile(0.975, 1e6, 1.0),
        -libm::expm1(libm::log(0.975) / 1e6),
        1e-8,
    );
}

#[test]
fn student_quantiles() {
    close(student_quantile(0.975, 1.0), 12.706_204_736_174_694, 1e-12);
    close(student_quantile(0.975, 4.0), 2.776_445_105_197_793_4, 1e-12);
    close(student_quantile(0.995, 29.0), 2.756_385_903_670_605, 1e-12);
    close(
        student_quantile(0.1, 999.0),
        -1.282_399_570_037_397_1,
        1e-11,
    );
    // The two ways meet.
    close(
        student_quantile(0.975, 1_000_000.0),
        student_quantile(0.975, 1_000_001.0),
        1e-9,
    );
}

#[test]
fn binomial_tails_agree_with_statrs() {
    for (n, p) in [(10, 0.3), (200, 0.004), (1000, 0.97)] {
        let binomial = Binomial::new(p, n).unwrap();
        for k in [0, 1, 2, 9, n / 2, n - 3, n]
            .into_iter()
            .filter(|k| *k <= n)
        {
            let (below, above) = binomial_mid_tails(k, n, p);
            let expected = binomial.cdf(k) - 0.5 * binomial.pmf(k);
            assert!(
                (below - expected).abs() < 1e-10 && (below + above - 1.0).abs() < 1e-10,
                "{n} {p} {k}: {below} {expected}"
            );
        }
    }
}
