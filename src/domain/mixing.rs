//! Quadrature over the random effect of a new item: nodes (effect, weight) whose weighted sum of f(effect) is E\[f\].
//!
//! One rule for all laws: the trapezoid rule with equal steps over a coordinate in which the density falls off at both
//! ends and everything is analytic in a strip about the real line. It converges exponentially there (Trefethen and
//! Weideman 2014, SIAM Review 56, 385-458), so that sums over whole tails may be lumped, and needs no table of nodes.
//!
//! What f may be: powers p^n of the item's success probability p, as exact match of n steps of an item that is
//! n/steps times as hard; and, if `counts` says so, probabilities of counts. `counts` is the largest number of trials
//! whose count of successes f reads (steps of one attempt; attempts, for at least one success in many; twice as many
//! for the product of two such functions), 0 if f is made of powers alone: P(K = k) of n trials is a peak of relative
//! width 1/sqrt(n), and the number of nodes grows as sqrt(n).
//!
//! Accuracy, measured (`tests`): 5e-15 absolute, and 1e-10 relative for expectations above 1e-12;
//! what is missing from 1 keeps 1e-12 relative however small, if f is 1 - p^n; weights sum to 1 within 1e-14.

use super::BetaLaw;
use super::skill::softplus;
use super::special::normal_cdf;

/// An effect and its weight.
pub(super) type Node = (f64, f64);

/// A weight below this share of the largest is none.
const NEGLIGIBLE: f64 = 1e-20;

/// Per trial of a count: no peak of ln P(K = k) over ln h is more curved, max u^2/(e^u - 1) = .648.
const CURVATURE_PER_COUNT: f64 = 0.65;

/// The step, in units of ln h, for a density whose logarithm has this second derivative at its peak.
///
/// The rule's relative error for f = exp(-h Z), Z ~ Gamma(k) is |Gamma(k + 2 pi i/step)/Gamma(k)| whatever h > 0; this
/// keeps it below 1e-15 for all k (fitted to the solutions for k = .01 to 1e6).
fn step_for(curvature: f64) -> f64 {
    1.0 / libm::sqrt(12.7 + 2.1 * curvature)
}

/// z ~ N(0, 1), for items whose log-odds are theta + sd z, any theta; sd in \[0, 10\].
pub(super) fn logit_normal_nodes(sd: f64, counts: f64) -> Vec<Node> {
    normal_nodes(sd, 1.0 + CURVATURE_PER_COUNT * counts * sd * sd)
}

/// z ~ N(0, 1), for steps of [`copula_hazard`] given z; rho in \[0, .99\], powers up to p^longest.
pub(super) fn copula_nodes(rho: f64, longest: f64, counts: f64) -> Vec<Node> {
    let slope = rho / (1.0 - rho);
    // Where p^n falls, n Phi(-v) = 1, ln h rises by about v = sqrt(2 ln n) per unit of v.
    let edge = libm::sqrt(slope * 2.0 * libm::log1p(longest));
    normal_nodes(edge, 1.0 + CURVATURE_PER_COUNT * counts * slope)
}

/// The hazard, given its item's z, of a step that succeeds with Phi(q) over all items, where any two steps of an item
/// have latent normal variables of correlation rho in \[0, 1): -ln Phi((q - sqrt(rho) z)/sqrt(1 - rho)), to the leading
/// digits of either end. From a hazard h, q is -[`normal_quantile`](super::special::normal_quantile)(1 - e^-h).
pub(super) fn copula_hazard(q: f64, rho: f64, z: f64) -> f64 {
    let x = (q - libm::sqrt(rho) * z) / libm::sqrt(1.0 - rho);
    match x > 0.0 {
        true => -libm::log1p(-normal_cdf(-x)),
        false => -libm::log(normal_cdf(x)),
    }
}

/// `edge` is the largest slope of ln h over z, `curvature` that of the logarithm of the integrand besides.
fn normal_nodes(edge: f64, curvature: f64) -> Vec<Node> {
    let step = match edge > 0.0 {
        true => step_for(curvature / (edge * edge)) / edge,
        false => 0.5,
    };
    standard_normal_nodes(step)
}

/// z ~ N(0, 1) at multiples of a step, for f that is analytic and at most M in absolute value where |Im z| <= a: the error
/// is at most 2 M e^(a^2/2) / (e^(2 pi a/step) - 1), theorem 5.1 of Trefethen and Weideman with a density that is e^(a^2/2)
/// times as large at height a; e^(-2 (pi/step)^2) where f has no singularity.
pub(super) fn standard_normal_nodes(step: f64) -> Vec<Node> {
    let density = |z: f64| libm::exp(-0.5 * z * z);
    normalised(walk(0.0, step, f64::NEG_INFINITY..=f64::INFINITY, density))
}

/// x ~ Gumbel, of distribution function e^-e^-x, at multiples of a step. The density, e^-x e^-e^-x, is smooth within pi/2 of
/// the real line: the error is about e^(-pi^2/step).
pub(super) fn standard_gumbel_nodes(step: f64) -> Vec<Node> {
    let density = |x: f64| libm::exp(-x - libm::exp(-x));
    normalised(walk(0.0, step, f64::NEG_INFINITY..=f64::INFINITY, density))
}

/// ln Z for frailty Z ~ Gamma(shape k, scale 1/k) of mean 1, for items of hazard h Z; k in \[.01, 1e6\].
///
/// `hazards`: from the smallest h to the largest n h, in \[0, inf\], of any power exp(-n h Z) in f. Z at which none of
/// them is less than 1 are one node, and so are those at which all of them are 0.
pub(super) fn gamma_nodes(
    shape: f64,
    hazards: std::ops::RangeInclusive<f64>,
    counts: f64,
) -> Vec<Node> {
    let (smallest, largest) = hazards.into_inner();
    let step = step_for(shape + CURVATURE_PER_COUNT * counts);
    let all_right = libm::log(1e-18 / largest.clamp(1.0, 1e305));
    let none_right = libm::log(745.0 / smallest);
    // Relative to its peak, at t = 0.
    let density = |t: f64| libm::exp(shape * (t - libm::expm1(t)));
    let mut nodes = walk(0.0, step, all_right..=f64::INFINITY, density);
    if let Some(first) = nodes.first_mut().filter(|first| first.0 < all_right) {
        // So far down the density is e^(k t), and the sum over all the steps further down is a geometric one.
        first.1 /= -libm::expm1(-shape * step);
    }
    let kept = nodes.partition_point(|node| node.0 <= none_right);
    if let Some(&(t, _)) = nodes.get(kept) {
        let beyond = nodes.drain(kept..).map(|node| node.1).sum();
        nodes.push((t, beyond));
    }
    normalised(nodes)
}

/// The hazard -ln X of X ~ Beta(a, b), hardest first; for powers X^n with n in \[1e-4, 1e8\].
pub(super) fn beta_nodes(law: &BetaLaw, counts: f64) -> Vec<Node> {
    // Log-odds beyond which X^1e-4 is 0, and (1 - X)^n and 1 - X^1e8 are.
    const LEAST: f64 = -4e5;
    const LARGEST: f64 = 60.0;
    let (a, b) = law.decays();
    if a == 0.0 || b == 0.0 {
        let hazard = if a == 0.0 { f64::INFINITY } else { 0.0 };
        return vec![(hazard, 1.0)];
    }
    let step = step_for(law.curvature() + CURVATURE_PER_COUNT * counts);
    let coordinate = Stretched::below(-(18.0 + libm::log1p(b)));
    let start = law.peak().clamp(coordinate.knee, LARGEST);
    let least = coordinate.of_log_odds_below_knee(LEAST);
    let mut nodes = walk(start, step, least..=LARGEST, |s| {
        let (y, slope) = coordinate.log_odds(s);
        step * slope * law.density(y)
    });
    if let Some(last) = nodes.last_mut().filter(|last| last.0 > LARGEST) {
        // The density is e^(-b y) there: the sum over all further steps is a geometric one.
        last.1 /= -libm::expm1(-b * step);
    }
    let cut = nodes.first().is_some_and(|first| first.0 < least);
    if cut {
        let others: f64 = nodes.iter().skip(1).map(|node| node.1).sum();
        nodes[0].1 = (1.0 - others).max(0.0);
    }
    for node in &mut nodes {
        node.0 = match node.0 > LARGEST {
            true => 0.0,
            false => softplus(-coordinate.log_odds(node.0).0),
        };
    }
    normalised(nodes)
}

/// Log-odds y = s to the right of a knee; left of it, ever wider: there f varies like X^n = e^(n y) with any n, over a
/// width in proportion to -y.
struct Stretched {
    knee: f64,
}

impl Stretched {
    /// |y| grows by a factor of e over so much of s.
    const E_FOLD: f64 = 12.0;

    const fn below(knee: f64) -> Self {
        Self { knee }
    }

    /// y and dy/ds: y = s + r - c (e^(r/c) - 1) with r = ln(1 + e^(knee - s)), analytic for |Im s| < pi.
    fn log_odds(&self, s: f64) -> (f64, f64) {
        let past = softplus(self.knee - s);
        let excess = libm::expm1(past / Self::E_FOLD);
        let share = 1.0 / (1.0 + libm::exp(s - self.knee));
        (s + past - Self::E_FOLD * excess, 1.0 + share * excess)
    }

    fn of_log_odds_below_knee(&self, y: f64) -> f64 {
        self.knee - Self::E_FOLD * libm::log1p((self.knee - y) / Self::E_FOLD)
    }
}

/// `density` at equal steps from `start` both ways, in increasing order, until it is negligible or the first step
/// outside of `range`.
fn walk(
    start: f64,
    step: f64,
    range: std::ops::RangeInclusive<f64>,
    density: impl Fn(f64) -> f64,
) -> Vec<Node> {
    // Far more than any law in range takes; it bounds the time of one that is not.
    const MOST: u32 = 1 << 17;
    let one_way = |step: f64, nodes: &mut Vec<Node>| {
        let mut peak = 0.0_f64;
        for j in 0..MOST {
            let at = start + f64::from(j) * step;
            let weight = density(at);
            peak = peak.max(weight);
            if weight > NEGLIGIBLE * peak {
                nodes.push((at, weight));
            }
            if weight <= NEGLIGIBLE * peak || !range.contains(&at) {
                break;
            }
        }
    };
    let mut nodes = Vec::new();
    one_way(-step, &mut nodes);
    nodes.reverse();
    nodes.pop();
    one_way(step, &mut nodes);
    nodes
}

/// The rule's sum of the density is its integral to 1e-15: the sum makes up for constants that were left out.
fn normalised(mut nodes: Vec<Node>) -> Vec<Node> {
    let total: f64 = nodes.iter().map(|node| node.1).sum();
    for node in &mut nodes {
        node.1 /= total;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: mpmath, 17 digits, from closed forms (beta, gamma) or adaptive quadrature (normal).

    fn mean(nodes: &[Node], f: impl Fn(f64) -> f64) -> f64 {
        nodes
            .iter()
            .map(|&(effect, weight)| weight * f(effect))
            .sum()
    }

    /// To 5e-15, and to `relative` for what is above 1e-12; weights sum to 1.
    #[track_caller]
    fn close(nodes: &[Node], f: impl Fn(f64) -> f64, expected: f64, relative: f64) {
        let found = mean(nodes, f);
        let within = |relative: f64| (found - expected).abs() <= relative * expected;
        assert!(
            (found - expected).abs() <= 5e-15 && (expected < 1e-12 || within(relative)),
            "{found:e} is not {expected:e}"
        );
        assert!((mean(nodes, |_| 1.0) - 1.0).abs() < 1e-14);
        assert!(nodes.iter().all(|node| node.1 >= 0.0));
    }

    /// P(K = k) of n trials of one hazard; to 1e-10, the rounding of ln n!.
    fn count(n: f64, k: f64, hazard: f64) -> f64 {
        let ln_choose = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
        let wrong = match n - k {
            0.0 => 0.0,
            wrong => wrong * libm::log(-libm::expm1(-hazard)),
        };
        libm::exp(ln_choose - k * hazard + wrong)
    }

    /// sd, theta; E\[p^L\] for L = 1, 10, 100, 1e4.
    #[rustfmt::skip]
    const LOGIT_NORMAL: &[(f64, f64, [f64; 4])] = &[
        (0.5, -3.0, [0.052669953981110684, 5.721375226305374e-10, 2.1353567544943693e-27, 2.148382028395984e-124]),
        (0.5, 0.0, [0.5, 0.0055007042132471885, 1.028219062044428e-09, 3.638076363162927e-43]),
        (0.5, 6.0, [0.9972012892642705, 0.9724590879265554, 0.7632885773127136, 2.849073208849869e-05]),
        (1.0, -3.0, [0.06932385800428577, 1.0765369234210011e-05, 5.3653321308844116e-11, 6.712358777162861e-27]),
        (1.0, 0.0, [0.5, 0.02897856447715978, 5.6799914875715126e-05, 1.1187024149557812e-15]),
        (1.0, 6.0, [0.995957352572385, 0.961382647253577, 0.7215197904940175, 0.0032603254292472984]),
        (2.0, -3.0, [0.12959420093457716, 0.0055021106229115446, 0.00012978772049524446, 2.9063890253736044e-09]),
        (2.0, 0.0, [0.5, 0.11509292286925724, 0.011580973996854992, 5.205982866213868e-06]),
        (2.0, 6.0, [0.9858017122388566, 0.9060734191993343, 0.6458701599147817, 0.050264174913396464]),
        (5.0, -3.0, [0.2860444958956935, 0.12958643980415255, 0.05610140966733081, 0.006389903823999466]),
        (5.0, 0.0, [0.5, 0.2927027579901114, 0.15782413945685342, 0.02851098409780518]),
        (5.0, 6.0, [0.8706198284331552, 0.7308532588183966, 0.5644245566960946, 0.2317729498676323]),
        (10.0, -3.0, [0.38391056883627617, 0.2817521558360438, 0.20869219970674446, 0.10228530065938302]),
        (10.0, 0.0, [0.5, 0.3896924701106087, 0.3038860015514714, 0.16581811989267]),
        (10.0, 6.0, [0.7225537762114729, 0.6235177245039977, 0.5326681969851345, 0.35369319929151194]),
    ];

    /// sd, theta, n, k, P(K = k).
    #[rustfmt::skip]
    const LOGIT_NORMAL_COUNTS: &[(f64, f64, f64, f64, f64)] = &[
        (0.5, 1.0, 10.0, 4.0, 0.04419645556740998),
        (0.5, 1.0, 1000.0, 300.0, 4.611401318248563e-06),
        (0.5, 1.0, 100000.0, 70000.0, 3.626035761336145e-05),
        (2.0, -3.0, 10.0, 4.0, 0.03790612932926022),
        (2.0, -3.0, 1000.0, 300.0, 0.0005325396648569467),
        (2.0, -3.0, 100000.0, 70000.0, 1.4932298192622467e-06),
        (10.0, 6.0, 10.0, 4.0, 0.013482685627892873),
        (10.0, 6.0, 1000.0, 300.0, 0.00015026103792268282),
        (10.0, 6.0, 100000.0, 70000.0, 1.6635565894725891e-06),
    ];

    #[test]
    fn logit_normal_items() {
        for &(sd, theta, powers) in LOGIT_NORMAL {
            let nodes = logit_normal_nodes(sd, 0.0);
            for (length, expected) in [1.0, 10.0, 100.0, 1e4].into_iter().zip(powers) {
                let all_right = |z: f64| libm::exp(-length * softplus(-(theta + sd * z)));
                close(&nodes, all_right, expected, 1e-10);
            }
        }
        for &(sd, theta, n, k, expected) in LOGIT_NORMAL_COUNTS {
            let nodes = logit_normal_nodes(sd, n);
            let some_right = |z: f64| count(n, k, softplus(-(theta + sd * z)));
            close(&nodes, some_right, expected, 1e-9);
        }
    }

    /// rho, q; E\[p^L\] for L = 1, 10, 1000, 1e5.
    #[rustfmt::skip]
    const COPULA: &[(f64, f64, [f64; 4])] = &[
        (0.05, 1.2815515655446004, [0.9, 0.3776184352664878, 1.9675094130505528e-09, 2.3120445108305888e-29]),
        (0.05, -0.5244005127080408, [0.3, 5.9450971551472155e-05, 1.2816172700094837e-37, 3.0889256478469293e-209]),
        (0.05, 3.7190164854556804, [0.9999, 0.9990009508469219, 0.9093472973486335, 0.04210747107049465]),
        (0.3, 1.2815515655446004, [0.9, 0.5047838659465111, 0.009303612359640178, 1.9385150346383748e-05]),
        (0.3, -0.5244005127080408, [0.3, 0.005251650530704634, 2.7187539621753567e-08, 1.4656314150681298e-13]),
        (0.3, 3.7190164854556804, [0.9999, 0.9990173057520688, 0.9453603889857588, 0.5374579764793717]),
        (0.95, 1.2815515655446004, [0.9, 0.8297694537512184, 0.7154609580816966, 0.6211288682912411]),
        (0.95, -0.5244005127080408, [0.3, 0.1886062099540641, 0.10070190395073562, 0.06166904157539037]),
        (0.95, 3.7190164854556804, [0.9999, 0.9996979609338352, 0.9988986768695695, 0.9974770205696663]),
        (0.99, 1.2815515655446004, [0.9, 0.8710540550574815, 0.8318828564036072, 0.8015169085311272]),
        (0.99, -0.5244005127080408, [0.3, 0.2480929608552106, 0.19702762871235333, 0.1666915745827539]),
        (0.99, 3.7190164854556804, [0.9999, 0.9998260312097046, 0.999674931692047, 0.9995093781133317]),
    ];

    /// rho, q, n, k, P(K = k).
    #[rustfmt::skip]
    const COPULA_COUNTS: &[(f64, f64, f64, f64, f64)] = &[
        (0.05, 1.2815515655446004, 10.0, 4.0, 0.0006144627387199504),
        (0.05, 1.2815515655446004, 1000.0, 300.0, 1.4996399682713936e-16),
        (0.05, 1.2815515655446004, 100000.0, 70000.0, 1.3245858745647116e-07),
        (0.3, 1.2815515655446004, 10.0, 4.0, 0.00858610460001276),
        (0.3, 1.2815515655446004, 1000.0, 300.0, 1.2847250934777002e-05),
        (0.3, 1.2815515655446004, 100000.0, 70000.0, 5.364968661351656e-06),
        (0.95, -0.5244005127080408, 10.0, 4.0, 0.0205978371548949),
        (0.95, -0.5244005127080408, 1000.0, 300.0, 0.00024117324650217573),
        (0.95, -0.5244005127080408, 100000.0, 70000.0, 2.1194606831155086e-06),
    ];

    #[test]
    fn steps_that_share_a_latent_normal() {
        for &(rho, q, powers) in COPULA {
            for (length, expected) in [1.0, 10.0, 1e3, 1e5].into_iter().zip(powers) {
                let nodes = copula_nodes(rho, length, 0.0);
                let all_right = |z: f64| libm::exp(-length * copula_hazard(q, rho, z));
                close(&nodes, all_right, expected, 1e-10);
            }
        }
        for &(rho, q, n, k, expected) in COPULA_COUNTS {
            let nodes = copula_nodes(rho, n, n);
            close(
                &nodes,
                |z| count(n, k, copula_hazard(q, rho, z)),
                expected,
                1e-9,
            );
        }
    }

    #[test]
    fn independent_steps_need_no_nodes_in_particular() {
        let nodes = copula_nodes(0.0, 1e5, 1e5);
        close(
            &nodes,
            |z| libm::exp(-copula_hazard(1.2, 0.0, z)),
            normal_cdf(1.2),
            1e-14,
        );
        close(&logit_normal_nodes(0.0, 0.0), |z| z * z, 1.0, 1e-14);
    }

    /// E\[exp(-H Z)\] = (1 + H/k)^-k, and what is missing from 1, wherever H lies.
    #[test]
    fn powers_of_items_of_gamma_frailty() {
        for shape in [0.01, 0.1, 0.5, 1.0, 3.0, 10.0, 100.0, 1e4, 1e6] {
            for hazard in [1e-300, 1e-20, 1e-3, 0.1, 1.0, 30.0, 1e4, 1e100, 1e300] {
                let nodes = gamma_nodes(shape, hazard..=1e5 * hazard, 0.0);
                for length in [1.0, 7.3, 100.0, 1e5] {
                    let total = length * hazard;
                    let ln_mean = -shape * libm::log1p(total / shape);
                    let ln_right = |t: f64| -total * libm::exp(t);
                    close(
                        &nodes,
                        |t| libm::exp(ln_right(t)),
                        libm::exp(ln_mean),
                        1e-10,
                    );
                    let wrong = mean(&nodes, |t| -libm::expm1(ln_right(t)));
                    let expected = -libm::expm1(ln_mean);
                    assert!((wrong / expected - 1.0).abs() < 1e-12, "{shape} {total:e}");
                }
            }
        }
    }

    /// k, h, n, number right, P(K = number right).
    #[rustfmt::skip]
    const GAMMA_COUNTS: &[(f64, f64, f64, f64, f64)] = &[
        (0.01, 0.2, 10.0, 0.0, 0.015629221631184284),
        (0.01, 0.2, 10.0, 5.0, 0.002684751206301324),
        (0.01, 0.2, 100.0, 0.0, 0.01043225440994018),
        (0.01, 0.2, 100.0, 30.0, 0.0002543855211325958),
        (0.01, 0.2, 1000.0, 700.0, 3.8005380268022704e-05),
        (0.01, 0.2, 1000.0, 999.0, 0.009061230289923497),
        (0.5, 2.0, 10.0, 0.0, 0.24966301524172996),
        (0.5, 2.0, 10.0, 5.0, 0.05440354610367849),
        (0.5, 2.0, 100.0, 0.0, 0.11596590826664592),
        (0.5, 2.0, 100.0, 30.0, 0.006309217948490447),
        (0.5, 2.0, 1000.0, 700.0, 0.000616856049436915),
        (0.5, 2.0, 1000.0, 999.0, 0.0079086609487926),
        (3.0, 0.7, 10.0, 0.0, 0.013512098372093403),
        (3.0, 0.7, 10.0, 5.0, 0.1499627773217773),
        (3.0, 0.7, 100.0, 0.0, 9.240185167790202e-06),
        (3.0, 0.7, 100.0, 30.0, 0.010984815798863023),
        (3.0, 0.7, 1000.0, 700.0, 0.0015488759087974259),
        (3.0, 0.7, 1000.0, 999.0, 2.326093757018757e-07),
        (100.0, 1.5, 10.0, 0.0, 0.0840595915090058),
        (100.0, 1.5, 10.0, 5.0, 0.044107926207386475),
        (100.0, 1.5, 100.0, 0.0, 3.87406328429226e-09),
        (100.0, 1.5, 100.0, 30.0, 0.026946280675130205),
        (100.0, 1.5, 1000.0, 700.0, 3.330236300590837e-28),
        (100.0, 1.5, 1000.0, 999.0, 3.80805269367471e-119),
        (3.0, 20.0, 10.0, 0.0, 0.9860012898532805),
        (3.0, 20.0, 10.0, 5.0, 0.00023953194146222585),
        (3.0, 20.0, 100.0, 0.0, 0.9519067107517454),
        (3.0, 20.0, 100.0, 30.0, 7.103908315123963e-05),
        (3.0, 20.0, 1000.0, 700.0, 2.935149353268399e-07),
        (3.0, 20.0, 1000.0, 999.0, 1.0139195867057427e-11),
    ];

    #[test]
    fn counts_of_items_of_gamma_frailty() {
        for &(shape, hazard, n, k, expected) in GAMMA_COUNTS {
            let nodes = gamma_nodes(shape, hazard..=n * hazard, n);
            close(
                &nodes,
                |t| count(n, k, hazard * libm::exp(t)),
                expected,
                1e-9,
            );
        }
    }

    #[test]
    fn hazards_that_cannot_vary_take_few_nodes() {
        for (hazards, most) in [
            (0.0..=0.0, 230),
            (f64::INFINITY..=f64::INFINITY, 2),
            (1e300..=1e303, 240),
        ] {
            let nodes = gamma_nodes(0.01, hazards.clone(), 0.0);
            assert!(nodes.len() <= most, "{hazards:?}: {}", nodes.len());
            close(&nodes, |_| 1.0, 1.0, 1e-14);
        }
    }

    /// a, b; E\[X^n\] for n = 1e-4, .3, 1, 10, 100, 1e4, 1e8; 1 - E\[X^10\].
    #[rustfmt::skip]
    const BETA: &[(f64, f64, [f64; 7], f64)] = &[
        (8.0, 2.0, [0.999976389307478, 0.9327633113097552, 0.8, 0.21052631578947367, 0.0061162079510703364, 7.187775606270903e-07, 7.199998776000157e-15], 0.7894736842105263),
        (0.8, 0.2, [0.9999612247339623, 0.9105037054353896, 0.8, 0.537678389248, 0.34167581067794583, 0.136131254408701, 0.021575522423856835], 0.462321610752),
        (80.0, 20.0, [0.9999775604405426, 0.9350026124573719, 0.8, 0.11927082960699487, 2.9526107357401764e-07, 8.729200007306873e-42, 1.0431773415306243e-121], 0.8807291703930051),
        (800000.0, 200000.0, [0.9999776858813335, 0.9352484232723463, 0.8, 0.10737539035774006, 2.0395581804294708e-10, 0.0, 0.0], 0.89262460964226),
        (0.001, 10.0, [0.908833913349251, 0.0015107974243876749, 9.999000099990002e-05, 1.0847947355169703e-09, 2.3519517526072692e-18, 3.6227399748182603e-38, 3.639075856291134e-78], 0.9999999989152053),
        (2e-05, 5.0, [0.1666319497215126, 3.7708602058492625e-05, 3.999984000064e-06, 1.9980683617569416e-09, 4.349775045873207e-14, 4.795402873303523e-24, 4.800199522775247e-44], 0.9999999980019316),
        (10.0, 1e-06, [0.9999999999894834, 0.9999999689371447, 0.99999990000001, 0.999999281228882, 0.9999975558275999, 0.9999930404869377, 0.9999838312025191], 7.187711179115892e-07),
        (100.0, 1.0, [0.999999000001, 0.9970089730807578, 0.9900990099009901, 0.9090909090909091, 0.5, 0.009900990099009901, 9.99999000001e-07], 0.09090909090909091),
        (3.0, 10000.0, [0.9991715647156876, 0.08464999716956874, 0.00029991002699190244, 2.3771202929068087e-32, 2.848827030364521e-239, 0.0, 0.0], 1.0),
        (1e-300, 3.0, [9.998500174981251e-297, 2.2296544035674472e-300, 0.0, 0.0, 0.0, 0.0, 0.0], 1.0),
        (5.0, 1e-300, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], 1.1682289932289933e-300),
        (0.0008, 0.0002, [0.9777777456547844, 0.800466663690498, 0.8, 0.7995477145498757, 0.7991722833565261, 0.7984357669959623, 0.7969663398061042], 0.20045228545012425),
        (1e-05, 1e-05, [0.545454544557394, 0.5000146259617113, 0.5, 0.4999858554742827, 0.49997411390513974, 0.4999510649879726, 0.4999050196637563], 0.5000141445257172),
    ];

    /// a, b, n, k, P(K = k).
    #[rustfmt::skip]
    const BETA_COUNTS: &[(f64, f64, f64, f64, f64)] = &[
        (8.0, 2.0, 10.0, 4.0, 0.025005953798523457),
        (8.0, 2.0, 10.0, 10.0, 0.21052631578947367),
        (8.0, 2.0, 1000.0, 300.0, 1.1577589584708598e-05),
        (8.0, 2.0, 1000.0, 999.0, 0.00014059870584515218),
        (8.0, 2.0, 100000.0, 70000.0, 1.7788232316474736e-05),
        (0.8, 0.2, 10.0, 4.0, 0.03271876608),
        (0.8, 0.2, 10.0, 10.0, 0.537678389248),
        (0.8, 0.2, 1000.0, 300.0, 0.00031651967831873253),
        (0.8, 0.2, 1000.0, 999.0, 0.04315622452690172),
        (0.8, 0.2, 100000.0, 70000.0, 5.264420193765545e-06),
        (80.0, 20.0, 10.0, 4.0, 0.0076333644501169655),
        (80.0, 20.0, 10.0, 10.0, 0.11927082960699487),
        (80.0, 20.0, 1000.0, 300.0, 8.599683111699422e-24),
        (80.0, 20.0, 1000.0, 999.0, 3.48298363758438e-21),
        (80.0, 20.0, 100000.0, 70000.0, 5.783325822009807e-06),
        (0.001, 10.0, 10.0, 4.0, 1.3559987819936716e-05),
        (0.001, 10.0, 10.0, 10.0, 1.0847947355169703e-09),
        (0.001, 10.0, 1000.0, 300.0, 1.3733255196381766e-07),
        (0.001, 10.0, 1000.0, 999.0, 3.482887136468757e-27),
        (0.001, 10.0, 100000.0, 70000.0, 2.8217759256567254e-13),
        (2e-05, 5.0, 10.0, 4.0, 1.0489650020281782e-06),
        (2e-05, 5.0, 10.0, 10.0, 1.9980683617569416e-09),
        (2e-05, 5.0, 1000.0, 300.0, 1.6075444662950145e-08),
        (2e-05, 5.0, 1000.0, 999.0, 2.3786325197105885e-18),
        (2e-05, 5.0, 100000.0, 70000.0, 2.31490567875807e-12),
        (10.0, 1e-06, 10.0, 4.0, 1.2899916983519726e-09),
        (10.0, 1e-06, 10.0, 10.0, 0.999999281228882),
        (10.0, 1e-06, 1000.0, 300.0, 3.118744958675104e-14),
        (10.0, 1e-06, 1000.0, 999.0, 9.910756536700156e-07),
        (10.0, 1e-06, 100000.0, 70000.0, 1.3453818405289511e-12),
    ];

    #[test]
    fn items_of_a_beta_law() {
        for &(a, b, powers, wrong) in BETA {
            let nodes = beta_nodes(&BetaLaw::new(a, b), 0.0);
            assert!(nodes.len() < 800 && nodes.is_sorted_by(|before, after| before.0 > after.0));
            for (n, expected) in [1e-4, 0.3, 1.0, 10.0, 100.0, 1e4, 1e8]
                .into_iter()
                .zip(powers)
            {
                close(&nodes, |hazard| libm::exp(-n * hazard), expected, 1e-10);
            }
            let found = mean(&nodes, |hazard| -libm::expm1(-10.0 * hazard));
            assert!((found / wrong - 1.0).abs() < 1e-12, "{a:e} {b:e} {found:e}");
        }
        for &(a, b, n, k, expected) in BETA_COUNTS {
            let nodes = beta_nodes(&BetaLaw::new(a, b), n);
            close(&nodes, |hazard| count(n, k, hazard), expected, 1e-9);
        }
        assert_eq!(beta_nodes(&BetaLaw::new(8.0, 2.0), 0.0).len(), 128);
    }

    #[test]
    fn laws_of_one_value_are_one_node() {
        assert_eq!(
            beta_nodes(&BetaLaw::new(0.0, 2.0), 0.0),
            [(f64::INFINITY, 1.0)]
        );
        assert_eq!(beta_nodes(&BetaLaw::new(2.0, 0.0), 0.0), [(0.0, 1.0)]);
    }
}
