//! Powers by formula against sums in scipy, and the decisions they are of.

use mirage::domain::special::{binomial_at_least, chi_square_tail, student_two_sided};
use mirage::domain::{Items, Probability, ProperProbability};
use mirage::study::{
    AboveChance, ClosedForm, Discordant, MeanOf, MeanTest, NoItems, PowerAim, PowerFormula,
    Scatter, Successes, TwoRates, items_above_chance, items_for_two_rates,
    normal_items_above_chance,
};

fn rate(share: f64) -> Probability {
    Probability::try_from(share).unwrap()
}

fn proper(share: f64) -> ProperProbability {
    ProperProbability::try_from(share).unwrap()
}

fn items(count: u64) -> Items {
    Items::try_from(count).unwrap()
}

fn successes(count: u64, total: u64) -> Successes {
    Successes::new(count, total).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, relative: f64) {
    assert!(
        (found - expected).abs() <= relative * expected.abs(),
        "{found} is not {expected}"
    );
}

/// scipy: chi2.sf, 2 t.sf, binom.sf(k - 1, n, p).
#[test]
fn tails() {
    for (x, freedom, expected) in [
        (3.2, 1, 0.073_638_270_120_302_58),
        (3.2, 2, 0.201_896_517_994_655_4),
        (11.7, 5, 0.039_137_912_618_971_32),
        (40.0, 6, 4.555_149_505_589_212_5e-7),
        (0.3, 9, 0.999_996_685_890_200_2),
        (180.0, 7, 1.948_150_847_209_176_6e-35),
        (90.0, 101, 0.775_360_840_077_939_5),
    ] {
        close(chi_square_tail(x, freedom), expected, 1e-13);
    }
    assert_eq!(
        (chi_square_tail(0.0, 4), chi_square_tail(f64::INFINITY, 3)),
        (1.0, 0.0)
    );
    for (t, freedom, expected) in [
        (2.1, 3.7, 0.109_264_705_082_224_74),
        (-0.4, 1.0, 0.757_762_116_818_313_2),
        (9.5, 24.0, 1.325_666_855_139_300_7e-9),
        (2.5, 2e6, 0.012_419_410_076_760_826),
        (30.0, 8.0, 1.653_525_675_178_976e-9),
    ] {
        close(student_two_sided(t, freedom), expected, 1e-11);
    }
    // Both sides of where the normal distribution takes over.
    close(
        student_two_sided(2.5, 1e6),
        student_two_sided(2.5, 1.000_001e6),
        1e-9,
    );
    assert_eq!(
        (binomial_at_least(0, 7, 0.3), binomial_at_least(8, 7, 0.3)),
        (1.0, 0.0)
    );
    close(binomial_at_least(7, 7, 0.3), 0.000_218_7, 1e-13);
}

/// scipy: the least k with binom.sf(k - 1, n, p0) <= alpha, and that tail at chance and at the rate.
#[test]
fn critical_counts_above_chance() {
    for (n, chance, other, alpha, critical, size, power) in [
        (
            1000,
            0.25,
            0.28,
            0.05,
            274,
            0.044_096_329_716_543_564,
            0.674_966_914_274_979_8,
        ),
        (7, 0.25, 0.5, 0.05, 5, 0.012_878_417_968_75, 0.226_562_5),
        (
            400,
            0.93,
            0.97,
            0.01,
            384,
            0.008_244_661_009_701_47,
            0.902_016_026_949_611,
        ),
        (
            37,
            0.6,
            0.8,
            5e-8,
            37,
            6.188_654_879_094_309e-9,
            2.596_148_429_267_419e-4,
        ),
    ] {
        let test = AboveChance::new(items(n), rate(chance), proper(alpha));
        assert_eq!(test.critical, Some(critical));
        close(test.size, size, 1e-11);
        close(test.power(rate(other)), power, 1e-11);
        assert!(test.finds(critical) && !test.finds(critical - 1));
        let p_value = AboveChance::p_value(successes(critical, n), rate(chance));
        assert_eq!(p_value, test.size);
    }
}

#[test]
fn chance_at_its_ends() {
    // Two of two are chance one time in sixteen.
    let few = AboveChance::new(items(2), rate(0.25), proper(0.05));
    assert_eq!(
        (few.critical, few.size, few.power(rate(0.9))),
        (None, 0.0, 0.0)
    );
    let sure = AboveChance::new(items(50), rate(1.0), proper(0.05));
    assert!(sure.critical.is_none() && !sure.finds(50));
    // Without chance one success is proof: 1 - .99^n >= .8 from n = 160.1 on.
    let none = AboveChance::new(items(50), rate(0.0), proper(0.05));
    assert_eq!((none.critical, none.size), (Some(1), 0.0));
    let needed = items_above_chance(rate(0.0), rate(0.01), proper(0.05), proper(0.8));
    assert_eq!(needed, Ok(161));
    let less = items_above_chance(rate(0.25), rate(0.25), proper(0.05), proper(0.8));
    assert_eq!(
        less,
        Err(NoItems::NotAbove {
            rate: 0.25,
            chance: 0.25
        })
    );
    let many = items_above_chance(rate(0.25), rate(0.2501), proper(0.05), proper(0.8));
    assert_eq!(many, Err(NoItems::TooMany));
}

/// scipy: one more than the last n, up to three times what the normal distribution says, whose exact power is below the target. With
/// guesses right one time in four, 28% of 1337 items is at times told with 80% power, of 1385 items and all more always.
#[test]
fn items_above_chance_are_enough_from_there_on() {
    for (chance, other, alpha, target, exact, normal) in [
        (0.25, 0.28, 0.05, 0.8, 1385, 1_320.424_831_454_815),
        (0.25, 0.5, 0.05, 0.8, 28, 20.540_950_326_804_822),
        (0.1, 0.3, 0.01, 0.9, 53, 41.292_516_463_814_79),
        (0.9, 0.97, 0.05, 0.8, 89, 82.816_738_175_627_62),
        (0.96, 0.99, 0.05, 0.8, 192, 183.209_239_069_110_14),
        (0.5, 0.9, 0.05, 0.8, 11, 7.221_489_701_027_870_5),
        (0.02, 0.2, 0.05, 0.95, 30, 24.349_891_086_858_71),
        (1.0 / 3.0, 0.4, 5e-4, 0.8, 908, 867.430_046_276_035_7),
        // 80% at 299 items, then no more until 427: with little chance a tooth is long.
        (0.001, 0.01, 0.05, 0.8, 427, 227.43683005777675),
        (0.002, 0.004, 0.05, 0.8, 5083, 4007.4426143568026),
        (0.99, 0.999, 0.05, 0.8, 473, 446.9088039031519),
    ] {
        let of = [rate(chance), rate(other)];
        let (alpha, target) = (proper(alpha), proper(target));
        assert_eq!(items_above_chance(of[0], of[1], alpha, target), Ok(exact));
        close(
            normal_items_above_chance(of[0], of[1], alpha, target),
            normal,
            1e-12,
        );
    }
}

/// scipy: the sum of binom.pmf(k) binom.pmf(l) where |z| is at least norm.isf(alpha/2).
#[test]
fn powers_of_two_rates() {
    for (n, m, p, q, alpha, expected) in [
        (434, 434, 0.05, 0.1, 0.05, 0.810_153_541_658_982_5),
        (120, 80, 0.3, 0.45, 0.05, 0.585_292_112_585_191_9),
        (120, 80, 0.3, 0.3, 0.05, 0.050_954_881_439_872_195),
        (50, 90, 0.02, 0.02, 0.01, 0.003_042_364_035_480_129_8),
        (30, 30, 1.0, 0.5, 0.05, 0.999_995_784_834_027_4),
    ] {
        let test = TwoRates::new([items(n), items(m)], proper(alpha));
        close(test.power([rate(p), rate(q)]), expected, 1e-11);
    }
    // Nothing is told of rates that all items share.
    let test = TwoRates::new([items(30), items(20)], proper(0.05));
    assert_eq!((test.size(rate(0.0)), test.size(rate(1.0))), (0.0, 0.0));
}

/// The largest of 4000 sizes by scipy, at .5 and at .380.
#[test]
fn sizes_of_two_rates() {
    let largest = |n, m| TwoRates::new([items(n), items(m)], proper(0.05)).largest_size();
    let (size, at) = largest(50, 50);
    close(size, 0.056_889_080_336_786_3, 1e-9);
    close(at, 0.5, 1e-9);
    let (size, at) = largest(60, 20);
    assert!(
        (0.0508..0.050_956_3).contains(&size) && (0.3..0.45).contains(&at),
        "{size} {at}"
    );
}

/// scipy: chi2_contingency without correction.
#[test]
fn two_rates_of_one_evaluation() {
    for (one, other, expected) in [
        (
            successes(30, 100),
            successes(45, 110),
            0.099_399_532_161_656_06,
        ),
        (
            successes(3, 400),
            successes(14, 380),
            0.005_027_548_578_381_816,
        ),
    ] {
        close(TwoRates::p_value(one, other), expected, 1e-11);
        assert!(TwoRates::z(one, other) > 0.0 && TwoRates::z(other, one) < 0.0);
    }
    assert_eq!(TwoRates::p_value(successes(0, 10), successes(0, 30)), 1.0);
    assert_eq!(TwoRates::z(successes(10, 10), successes(30, 30)), 0.0);
}

/// scipy: one more than the last n with a power below the target, up to three times the guess.
#[test]
fn items_for_two_rates_by_their_exact_power() {
    for (p, q, alpha, target, expected) in [
        (0.2, 0.5, 0.05, 0.8, 39),
        (0.05, 0.1, 0.05, 0.8, 424),
        (0.7, 0.95, 0.01, 0.9, 62),
    ] {
        let needed = items_for_two_rates([rate(p), rate(q)], proper(alpha), proper(target));
        assert_eq!(needed, Ok(expected), "{p} {q}");
    }
    let same = items_for_two_rates([rate(0.3); 2], proper(0.05), proper(0.8));
    assert_eq!(same, Err(NoItems::Same(0.3)));
}

/// scipy: the sum of binom.pmf(d, n, psi) binom.pmf(x, d, share) where the exact two-sided p-value of x of d is at most alpha.
#[test]
fn powers_of_mcnemar() {
    for (n, first, second, alpha, expected) in [
        (100, 0.05, 0.15, 0.05, 0.544_445_427_935_231_3),
        (60, 0.2, 0.02, 0.01, 0.633_284_604_882_139_1),
        (200, 0.1, 0.1, 0.05, 0.034_579_077_602_971_624),
        // Five items are never enough at 5%.
        (5, 0.1, 0.5, 0.05, 0.0),
    ] {
        let of = Discordant::new(rate(first), rate(second)).unwrap();
        close(of.power(items(n), proper(alpha)), expected, 1e-10);
    }
    let words = Discordant::new(rate(0.7), rate(0.4))
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("0.7") && words.contains("at most 1"),
        "{words}"
    );
    let nothing = Discordant::new(rate(0.0), rate(0.0)).unwrap();
    assert_eq!(nothing.power(items(50), proper(0.05)), 0.0);
    assert_eq!(
        nothing.items(proper(0.05), proper(0.8)),
        Err(NoItems::Same(0.0))
    );
}

/// scipy, as the powers above; Connor's formula in Python.
#[test]
fn items_for_mcnemar() {
    for (first, second, alpha, target, exact, connor) in [
        (0.05, 0.15, 0.05, 0.8, 168, 154.598_569_560_211_13),
        (0.2, 0.02, 0.01, 0.9, 92, 95.958_035_389_848_69),
    ] {
        let of = Discordant::new(rate(first), rate(second)).unwrap();
        assert_eq!(of.items(proper(alpha), proper(target)), Ok(exact));
        let found = of.connor_items(proper(alpha), proper(target));
        close(found, connor, 1e-12);
        close(of.connor_power(found, proper(alpha)), target, 1e-12);
    }
}

/// scipy: ttest_ind_from_stats(.52, .21, 31, .44, .34, 18, equal_var=False), ttest_1samp.
#[test]
fn means_by_students_t() {
    let mean = |mean: f64, sd: f64, n: f64| MeanOf::new(mean, sd * sd / n, n - 1.0).unwrap();
    let test = MeanTest::welch(&mean(0.52, 0.21, 31.0), &mean(0.44, 0.34, 18.0));
    close(test.p_value, 0.375_135_356_273_093_5, 1e-10);
    close(
        test.difference / test.standard_error,
        -0.903_231_280_719_676_8,
        1e-12,
    );
    let differences = [0.1, -0.2, 0.35, 0.0, 0.6, 0.05, 0.22, -0.11_f64];
    let (sum, squares) = (
        differences.iter().sum(),
        differences.iter().map(|x| x * x).sum(),
    );
    let test = MeanTest::paired(&MeanOf::of_differences(8, sum, squares).unwrap());
    close(test.p_value, 0.209_742_446_948_584_68, 1e-10);
    assert!(test.finds(proper(0.21)) && !test.finds(proper(0.2)));
}

#[test]
fn means_without_a_variance() {
    let mean = |mean, variance, freedom| MeanOf::new(mean, variance, freedom).unwrap();
    let p = |one, other| MeanTest::welch(&one, &other).p_value;
    assert_eq!(p(mean(0.0, 0.0, 9.0), mean(0.0, 0.0, 9.0)), 1.0);
    assert_eq!(p(mean(0.0, 0.0, 9.0), mean(1.0, 0.0, 9.0)), 0.0);
    // One item says nothing of how items differ.
    assert_eq!(p(mean(0.0, 0.0, 0.0), mean(1.0, 0.0, 9.0)), 1.0);
    let known = p(mean(0.0, 0.0, 9.0), mean(1.0, 0.25, f64::INFINITY));
    close(known, 0.045_500_263_896_358_42, 1e-12);
    assert!(MeanOf::new(0.1, -1e-9, 3.0).is_err() && MeanOf::new(f64::NAN, 0.1, 3.0).is_err());
    assert!(MeanOf::of_differences(0, 0.0, 0.0).is_none());
}

/// scipy: norm.cdf of each formula.
#[test]
fn formulas_stand_beside_each_other() {
    let aim = PowerAim {
        alpha: proper(0.05),
        target: proper(0.8),
    };
    let [exact, normal] = ClosedForm::above_chance(items(1000), rate(0.25), rate(0.28), aim);
    assert_eq!(
        (exact.formula, exact.items),
        (PowerFormula::Binomial, Some(1385.0))
    );
    close(exact.power, 0.674_966_914_274_979_8, 1e-11);
    close(normal.power, ABOVE_1000, 1e-12);
    let [_, none] = ClosedForm::above_chance(items(1000), rate(0.25), rate(0.2), aim);
    assert!(none.items.is_none() && none.power < 1e-3);
    let both = ClosedForm::two_rates(items(434), [rate(0.05), rate(0.1)], aim);
    let names: Vec<_> = both.iter().map(|one| one.formula.name()).collect();
    assert_eq!(names, ["two-binomials", "fleiss"]);
    close(both[0].power, 0.810_153_541_658_982_5, 1e-11);
    assert!((both[1].items.unwrap() - 434.4).abs() < 0.05 && (both[1].power - 0.8).abs() < 1e-3);
    let huge = ClosedForm::two_rates(items(1 << 38), [rate(0.05), rate(0.1)], aim);
    assert!(huge.len() == 1 && !huge[0].formula.is_exact() && huge[0].power == 1.0);
    let discordant = Discordant::new(rate(0.05), rate(0.15)).unwrap();
    let paired = ClosedForm::paired(items(100), &discordant, aim);
    assert_eq!(paired[0].items, Some(168.0));
    close(paired[1].power, CONNOR_100, 1e-12);
    let scatter = Scatter::paired(0.2, (0.0, 1), (0.0, 1));
    let means = ClosedForm::difference(items(500), 0.05, &scatter, aim);
    close(means.power, MILLER_500, 1e-12);
    close(means.items.unwrap(), MILLER_ITEMS, 1e-12);
    assert!(
        ClosedForm::difference(items(500), 0.0, &scatter, aim)
            .items
            .is_none()
    );
}

const ABOVE_1000: f64 = 0.700_762_734_803_984_2;
const CONNOR_100: f64 = 0.611_517_639_155_734_5;
const MILLER_500: f64 = 0.705_413_902_442_457;
const MILLER_ITEMS: f64 = 627.910_378_747_927_3;
