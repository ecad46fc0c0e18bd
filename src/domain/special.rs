//! Special functions of statistics on `libm`, so that intervals have the same bits on every machine.
//!
//! Accuracies are relative errors found against mpmath and statrs (`tests/special.rs`).

/// Distribution function of the standard normal; relative error below 1e-14 for x above -37.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// ln of [`normal_cdf`], relative error below 1e-14 for every x, however far out.
#[must_use]
pub fn ln_normal_cdf(x: f64) -> f64 {
    if x > 0.0 {
        return libm::log1p(-normal_cdf(-x));
    }
    if x > -8.0 {
        return libm::log(normal_cdf(x));
    }
    // Laplace's continued fraction of Mills' ratio, which has long settled here.
    let t = -x;
    let fraction = (1..=60).rev().fold(t, |rest, k| t + f64::from(k) / rest);
    -0.5 * t * t - 0.5 * libm::log(2.0 * std::f64::consts::PI) - libm::log(fraction)
}

/// The principal branch of Lambert's W: w e^w = x with w >= -1, for x >= -1/e; -1 below. Relative error below 1e-14 for x
/// above -0.36; at its branch point -1/e the last digits of x decide half of those of w.
#[must_use]
pub fn lambert_w0(x: f64) -> f64 {
    let e = std::f64::consts::E;
    // By its series at the branch point, or where it grows as a logarithm.
    let mut w = match x {
        x if x <= -1.0 / e => return -1.0,
        x if x < -0.25 => {
            let p = libm::sqrt(2.0 * (e * x + 1.0));
            -1.0 + p * (1.0 + p * (-1.0 / 3.0 + p * (11.0 / 72.0)))
        }
        x => libm::log1p(x),
    };
    for _ in 0..20 {
        let power = libm::exp(w);
        let off = w * power - x;
        let step = off / (power * (w + 1.0) - (w + 2.0) * off / (2.0 * w + 2.0));
        w -= step;
        if step.abs() <= 1e-16 * w.abs() {
            break;
        }
    }
    w
}

/// P(low < Z < high) for a standard normal Z; `width` is high - low, which whoever has the ends may know with more digits
/// than their difference has. Relative error below 1e-13 wherever the result is above 1e-20.
#[must_use]
pub fn normal_interval(low: f64, high: f64, width: f64) -> f64 {
    if width > 0.5 {
        // From the nearer side, where the tails keep their leading digits.
        return match low > 0.0 {
            true => normal_cdf(-low) - normal_cdf(-high),
            false => normal_cdf(high) - normal_cdf(low),
        };
    }
    let (middle, half) = (0.5 * (low + high), 0.5 * width);
    // Tails that are nearly the same would cancel. Taylor's series around the middle, of which the odd terms vanish:
    // 2 half phi(middle) times the sum of He_n(middle) half^n / (n + 1)! over even n, He_n = z He_(n-1) - (n-1) He_(n-2).
    let density = libm::exp(-0.5 * middle * middle)
        * (0.5 * std::f64::consts::FRAC_2_SQRT_PI)
        * std::f64::consts::FRAC_1_SQRT_2;
    if density == 0.0 {
        return 0.0;
    }
    let (mut before, mut term, mut sum) = (1.0, middle * half, 1.0);
    for n in (2..200).step_by(2) {
        // term: He_n half^n / n!.
        let n = f64::from(n);
        before = (middle * half * term - half * half * before) / n;
        sum += before / (n + 1.0);
        if before.abs() + term.abs() <= f64::EPSILON * 0.01 * sum {
            break;
        }
        term = (middle * half * before - half * half * term) / (n + 1.0);
    }
    2.0 * half * density * sum
}

/// The coefficients of two polynomials, those of the lowest powers first.
type Ratio = ([f64; 8], [f64; 8]);

// Those of [`normal_quantile`]: about p = 1/2, further out, and in the tails.
pub(super) const CENTRE: Ratio = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_4,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);
pub(super) const MIDDLE: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_8e-9,
    ],
);
pub(super) const TAIL: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

/// Quantile of the standard normal for p in [0, 1]: Wichura 1988, algorithm AS 241 (PPND16), Applied Statistics 37,
/// 477-484; relative error about 1e-16. Infinite at 0 and 1.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    let ratio = |(above, below): Ratio, r: f64| {
        let polynomial = |terms: [f64; 8]| terms.iter().rev().fold(0.0, |sum, term| sum * r + term);
        polynomial(above) / polynomial(below)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(CENTRE, 0.180_625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    if r.is_infinite() {
        return r.copysign(q);
    }
    let x = if r <= 5.0 {
        ratio(MIDDLE, r - 1.6)
    } else {
        ratio(TAIL, r - 5.0)
    };
    x.copysign(q)
}

/// ln P(K = k) for K ~ Binomial(n, p); minus infinity where it is impossible.
#[must_use]
pub fn ln_binomial_probability(k: u64, n: u64, p: f64) -> f64 {
    let (right, wrong) = (k as f64, (n - k) as f64);
    let times = |count: f64, logarithm: f64| if count == 0.0 { 0.0 } else { count * logarithm };
    ln_choose(n as f64, right) + times(right, libm::log(p)) + times(wrong, libm::log1p(-p))
}

/// P(K = first), P(K = first + 1), ... for K ~ Binomial(n, p), and first: outwards from the most probable by the ratios
/// of neighbours, so that one logarithm serves all, until they are no more than `negligible` (0: until they underflow).
/// Relative error about 1e-16 for each number from the mode, and that of [`ln_binomial_probability`] at the mode.
#[must_use]
pub fn binomial_probabilities(n: u64, p: f64, negligible: f64) -> (u64, Vec<f64>) {
    let mode = (((n as f64 + 1.0) * p) as u64).min(n);
    let odds = p / (1.0 - p);
    let top = libm::exp(ln_binomial_probability(mode, n, p));
    let mut probabilities = Vec::new();
    let mut below = top;
    for k in (0..mode).rev() {
        below *= (k + 1) as f64 / (n - k) as f64 / odds;
        if below <= negligible {
            break;
        }
        probabilities.push(below);
    }
    probabilities.reverse();
    let first = mode - probabilities.len() as u64;
    probabilities.push(top);
    let mut above = top;
    for k in mode + 1..=n {
        above *= (n - k + 1) as f64 / k as f64 * odds;
        if above <= negligible {
            break;
        }
        probabilities.push(above);
    }
    (first, probabilities)
}

fn ln_choose(n: f64, k: f64) -> f64 {
    libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
}

/// I_x(a, b), the distribution function of Beta(a, b), for a, b > 0 and x in [0, 1]: continued fraction (DLMF 8.17.22)
/// by the modified Lentz method. Relative error below 1e-12 for a + b up to 1e4, growing as (a + b) 1e-16 beyond.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    cdf_and_front(x, a, b, ln_beta(a, b)).0
}

fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// I_x(a, b), and its derivative by the log-odds of x, which is x^a (1-x)^b / B(a, b).
fn cdf_and_front(x: f64, a: f64, b: f64, ln_beta: f64) -> (f64, f64) {
    let front = libm::exp(a * libm::log(x) + b * libm::log1p(-x) - ln_beta);
    // The fraction converges fast below the mean; above it, its mirror does.
    let cdf = if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    };
    (cdf, front)
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    // It needs about sqrt(max(a, b)) rounds.
    for m in 1..100_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

/// The x with I_x(a, b) = p, by Newton's method within a bracket, on a scale that resolves both ends; to the last bits of
/// [`beta_cdf`].
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    // In log-odds, so that quantiles near 0 and 1 keep their leading digits.
    let x = |log_odds: f64| 1.0 / (1.0 + libm::exp(-log_odds));
    let ln_beta = ln_beta(a, b);
    let (mut low, mut high) = (-745.0, 36.0);
    let mut log_odds = libm::log(a / b).clamp(-700.0, 35.0);
    // Bisection alone would be done after 63 rounds.
    for _ in 0..100 {
        let (cdf, front) = cdf_and_front(x(log_odds), a, b, ln_beta);
        if cdf < p {
            low = log_odds;
        } else {
            high = log_odds;
        }
        let newton = log_odds - (cdf - p) / front;
        let next = match newton > low && newton < high {
            true => newton,
            false => 0.5 * (low + high),
        };
        let step = (next - log_odds).abs();
        log_odds = next;
        if step <= 4.0 * f64::EPSILON * log_odds.abs().max(1.0) {
            break;
        }
    }
    x(log_odds)
}

/// Quantile of Student's t with `freedom` degrees of freedom, for p in (0, 1).
#[must_use]
pub fn student_quantile(p: f64, freedom: f64) -> f64 {
    if freedom > 1e6 {
        // The first correction to the normal quantile (Hill 1970); the next is below 1e-11 here.
        let z = normal_quantile(p);
        return z + (z * z * z + z) / (4.0 * freedom);
    }
    let tail = p.min(1.0 - p);
    let y = beta_quantile(2.0 * tail, 0.5 * freedom, 0.5);
    libm::sqrt(freedom * (1.0 - y) / y).copysign(p - 0.5)
}

/// P(|T| >= |t|) for Student's t with `freedom` degrees of freedom, above 0: I_{f/(f + t^2)}(f/2, 1/2); above 10^6 of them by
/// the normal distribution (Abramowitz and Stegun 26.7.8), good to 1e-11.
#[must_use]
pub fn student_two_sided(t: f64, freedom: f64) -> f64 {
    if freedom > 1e6 {
        let z = t.abs() * (1.0 - 0.25 / freedom) / libm::sqrt(1.0 + 0.5 * t * t / freedom);
        return 2.0 * normal_cdf(-z);
    }
    beta_cdf(freedom / (freedom + t * t), 0.5 * freedom, 0.5)
}

/// P(X >= x) for chi-square X with `freedom` degrees of freedom, up to a few hundred: Q(a + 1, y) = Q(a, y) + y^a e^-y/Gamma(a
/// + 1) with y = x/2 (DLMF 8.8.6), from a = 0 or 1/2 to freedom/2. All terms are positive.
#[must_use]
pub fn chi_square_tail(x: f64, freedom: u32) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let y = 0.5 * x;
    // NaN where y is infinite.
    if y > 1e4 {
        return 0.0;
    }
    let (mut tail, mut term, mut a) = match freedom.is_multiple_of(2) {
        true => (0.0, libm::exp(-y), 0.0),
        false => {
            let root = libm::sqrt(y);
            let term = std::f64::consts::FRAC_2_SQRT_PI * root * libm::exp(-y);
            (libm::erfc(root), term, 0.5)
        }
    };
    for _ in 0..freedom / 2 {
        tail += term;
        a += 1.0;
        term *= y / a;
    }
    tail.min(1.0)
}

/// P(K >= k) for K ~ Binomial(n, p): I_p(k, n - k + 1), to its own leading digits as [`beta_cdf`] has them.
#[must_use]
pub fn binomial_at_least(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        k if k > n => 0.0,
        k => beta_cdf(p, k as f64, (n - k) as f64 + 1.0),
    }
}

/// P(K < k) + P(K = k)/2 and P(K > k) + P(K = k)/2 for K ~ Binomial(n, p): the mid-p tails, each to its own leading
/// digits.
#[must_use]
pub fn binomial_mid_tails(k: u64, n: u64, p: f64) -> (f64, f64) {
    let at = libm::exp(ln_binomial_probability(k, n, p));
    let (right, wrong) = (k as f64, (n - k) as f64);
    // P(K < k) = I_{1-p}(n - k + 1, k), P(K > k) = I_p(k + 1, n - k).
    let below = if k == 0 {
        0.0
    } else {
        beta_cdf(1.0 - p, wrong + 1.0, right)
    };
    let above = if k == n {
        0.0
    } else {
        beta_cdf(p, right + 1.0, wrong)
    };
    (below + 0.5 * at, above + 0.5 * at)
}
