//! Surprising truths about structured tasks, with what is held fixed in their names: each computed, against numbers from
//! elsewhere, and simulated.

use mirage::domain::{Credit, Scale, Scenario};

use crate::support::{self, assert_rate, assert_scores};

/// A task where an ordinary step of an ordinary item succeeds with probability p.
struct World {
    task: String,
    p: f64,
}

fn world(task: &str, p: f64) -> World {
    World {
        task: task.to_owned(),
        p,
    }
}

/// `steps` independent steps of one item alike any other.
fn plain(steps: u32, p: f64) -> World {
    world(&format!(r#""steps": {steps}"#), p)
}

impl World {
    fn scenario(&self, metrics: &str, items: u64) -> Scenario {
        // Hazards (N/1)^-1: p at N = 1/h.
        let scale = -1.0 / libm::log(self.p);
        let json = format!(
            r#"{{"skill": {{"c": 1, "alpha": 1}}, "task": {{{}}},
                "evaluation": {{"scales": [{scale}], "items": {items}, "metrics": ["{metrics}"]}}}}"#,
            self.task
        );
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"))
    }

    /// Expected mean and variance of a credit.
    fn expected(&self, credit: &str) -> (f64, f64) {
        let scenario = self.scenario(credit, 1);
        let scale: Scale = scenario.evaluation.scales.as_slice()[0];
        let over_scale = scenario.chances();
        let expected = over_scale.at(scale).expected(credit.parse().unwrap());
        let expected = expected.unwrap();
        (expected.mean, expected.variance)
    }

    fn mean(&self, credit: &str) -> f64 {
        self.expected(credit).0
    }

    /// Holds simulated attempts against a mean that is known.
    #[track_caller]
    fn simulated(&self, credit: &str, known: f64) {
        const ITEMS: u64 = 200_000;
        let finding = support::run(self.scenario(credit, ITEMS));
        let found = finding.rows[0].estimate.unwrap().value;
        let kind: Credit = credit.parse().unwrap();
        let successes = (found * ITEMS as f64).round() as u64;
        if kind.is_all_or_nothing() {
            assert_rate(successes, ITEMS, known);
        }
        let variance = self.expected(credit).1;
        let z = (found - known) / libm::sqrt(variance / ITEMS as f64);
        println!(
            "{credit} of {}, p = {}: {known:.6e}; {ITEMS} items {found:.6e}, z {z:+.2}",
            self.task, self.p
        );
        if known * ITEMS as f64 > 30.0 {
            assert_scores(&[z], credit);
        }
    }

    /// Computed to the digits given, and simulated.
    #[track_caller]
    fn has(&self, credit: &str, known: f64) {
        let found = self.mean(credit);
        assert!(
            (found / known - 1.0).abs() <= 1e-12,
            "{credit} of {}: {found} is not {known}",
            self.task
        );
        self.simulated(credit, known);
    }

    /// To the three digits or so that are known of it.
    #[track_caller]
    fn has_about(&self, credit: &str, known: f64, off: f64) {
        let found = self.mean(credit);
        assert!(
            (found - known).abs() <= off,
            "{credit} of {}: {found} is not about {known}",
            self.task
        );
        self.simulated(credit, found);
    }
}

fn power(p: f64, steps: u32) -> f64 {
    libm::pow(p, f64::from(steps))
}

/// The multiplier of the hazard that turns one success probability into another.
fn multiplier(from: f64, to: f64) -> f64 {
    libm::log(to) / libm::log(from)
}

/// Beta(8, 2) items: E[p^L] = prod (8 + j)/(10 + j), j < L, which nears 72 L^-2.
#[test]
fn at_equal_mean_step_success_beta_items_raise_exact_match_and_make_it_a_power_law_in_length() {
    let items = |steps: u32| {
        let task =
            format!(r#""steps": {steps}, "spread": {{"kind": "beta", "concentration": 10}}"#);
        world(&task, 0.8)
    };
    items(10).has("partial-credit", 0.8);
    plain(10, 0.8).has("partial-credit", 0.8);
    items(10).has("exact-match", 4.0 / 19.0);
    plain(10, 0.8).has("exact-match", 0.107_374_182_4);
    items(100).has("exact-match", 0.006_116_207_951_070_336_3);
    plain(100, 0.8).has("exact-match", power(0.8, 100));
    assert!((power(0.8, 100) - 2.04e-10).abs() < 0.005e-10);
    // The slope in log-log: towards -2 for items that differ, ever steeper for items alike.
    let slope = |of: &dyn Fn(u32) -> World, steps: u32| {
        let ratio = of(2 * steps).mean("exact-match") / of(steps).mean("exact-match");
        libm::log2(ratio)
    };
    for (steps, tolerance) in [(100, 0.15), (1000, 0.015), (10_000, 0.0015)] {
        let found = slope(&items, steps);
        assert!(found > -2.0 && found < -2.0 + tolerance, "{steps}: {found}");
    }
    let alike = |steps| plain(steps, 0.8);
    assert!((slope(&alike, 1000) - 1000.0 * libm::log2(0.8)).abs() < 1e-9);
}

/// The arithmetic mean of step success is fixed: its geometric mean is largest where steps are alike.
#[test]
fn at_equal_mean_step_success_uneven_steps_lower_exact_match() {
    let uneven = list(&[0.9, 0.8, 0.7, 0.6, 0.5]);
    uneven.has("partial-credit", 0.7);
    uneven.has("exact-match", 0.1512);
    plain(5, 0.7).has("exact-match", 0.168_07);
}

/// Steps of these success probabilities, in order.
fn list(chances: &[f64]) -> World {
    let p = chances[0];
    let multipliers: Vec<f64> = chances.iter().map(|&one| multiplier(p, one)).collect();
    let task = format!(
        r#""steps": {}, "difficulty": {{"kind": "list", "multipliers": {multipliers:?}}}"#,
        chances.len()
    );
    world(&task, p)
}

/// exp(-h sum w_i) does not see how the w_i differ; the mean of exp(-h w_i) does, and is larger.
#[test]
fn at_equal_mean_hazard_uneven_steps_leave_exact_match_and_raise_partial_credit() {
    let ramp: Vec<f64> = (0..10)
        .map(|i| libm::pow(10.0, 0.2 * f64::from(i)))
        .collect();
    let jagged = [3.0, 0.1, 1.4, 0.2, 0.0001, 2.2, 0.7, 1.1, 5.0, 0.4];
    for (weights, p, partial) in [
        (&ramp[..], 0.9, 0.9062),
        (&jagged[..], 0.9, 0.9055),
        (&ramp[..], 0.55, 0.6533),
    ] {
        let mean = weights.iter().sum::<f64>() / 10.0;
        let multipliers: Vec<f64> = weights.iter().map(|w| w / mean).collect();
        let task = format!(
            r#""steps": 10, "difficulty": {{"kind": "list", "multipliers": {multipliers:?}}}"#
        );
        let uneven = world(&task, p);
        let exact = power(p, 10);
        assert!((uneven.mean("exact-match") - exact).abs() < 1e-14);
        assert!((plain(10, p).mean("exact-match") - exact).abs() < 1e-14);
        uneven.simulated("exact-match", exact);
        let raised: f64 = multipliers.iter().map(|w| libm::pow(p, *w)).sum();
        assert!((raised / 10.0 - partial).abs() < 0.000_05, "{raised}");
        uneven.has("partial-credit", raised / 10.0);
    }
}

/// Where each item draws the weights of its steps, of mean 1 on the hazard, steps of new items are still independent: they
/// succeed with the mean of p^w, above p, and exact match is its L-th power.
#[test]
fn at_equal_mean_hazard_steps_drawn_for_each_item_raise_both() {
    let drawn = world(
        r#""steps": 10, "difficulty": {"kind": "normal", "sd": 1, "on": "hazard"}"#,
        0.9,
    );
    let partial = drawn.mean("partial-credit");
    assert!(partial > 0.905, "{partial}");
    drawn.simulated("partial-credit", partial);
    drawn.has("exact-match", power(partial, 10));
}

/// Logit-normal items of sd 1, ten steps: Jensen's inequality for p^10, convex in the log-odds below and concave above.
#[test]
fn at_equal_mean_log_odds_items_that_differ_raise_exact_match_below_and_lower_it_above() {
    let items = |log_odds: f64| {
        let p = 1.0 / (1.0 + libm::exp(-log_odds));
        let task = r#""steps": 10, "spread": {"kind": "logit-normal", "sd": 1}"#;
        (world(task, p), plain(10, p))
    };
    let (differ, alike) = items(0.0);
    alike.has("exact-match", power(0.5, 10));
    differ.has_about("exact-match", 0.029, 0.0005);
    let (differ, alike) = items(3.0);
    alike.has_about("exact-match", 0.615, 0.0005);
    differ.has_about("exact-match", 0.573, 0.0005);
}

/// Twenty steps, .95 until the first error and .7 after it: 17.2076 of 20 steps are right, .8604 of them.
#[test]
fn at_equal_first_errors_taint_lowers_step_accuracy_and_leaves_exact_match() {
    let tainted = world(
        &format!(
            r#""steps": 20, "dependence": {{"kind": "tainted", "multiplier": {}}}"#,
            multiplier(0.95, 0.7)
        ),
        0.95,
    );
    tainted.has("exact-match", 0.358_485_922_408_542_2);
    plain(20, 0.95).has("exact-match", 0.358_485_922_408_542_2);
    tainted.has("partial-credit", 17.207_570_387_957_29 / 20.0);
    tainted.has("prefix-credit", plain(20, 0.95).mean("prefix-credit"));
    // What whoever raises the mean step accuracy to the twentieth power believes.
    let naive = power(tainted.mean("partial-credit"), 20);
    assert!(
        (naive / 0.049_407_306_807_113_85 - 1.0).abs() < 1e-12,
        "{naive}"
    );
    // A taint that is cleaned does less harm, and none to exact match.
    let cleaned = world(&tainted.task.replace('}', r#", "cleaning": 0.5}"#), 0.95);
    cleaned.has("exact-match", 0.358_485_922_408_542_2);
    let partial = cleaned.mean("partial-credit");
    assert!(partial > 0.8604 && partial < 0.95, "{partial}");
    cleaned.simulated("partial-credit", partial);
}

/// The same five steps from the easiest to the hardest, and the other way round.
#[test]
fn at_equal_steps_prefix_credit_depends_on_their_order_and_exact_match_does_not() {
    let easy_first = list(&[0.9, 0.8, 0.7, 0.6, 0.5]);
    let hard_first = list(&[0.5, 0.6, 0.7, 0.8, 0.9]);
    for (world, leading) in [(&easy_first, 2.5776), (&hard_first, 1.3292)] {
        world.has("exact-match", 0.1512);
        world.has("partial-credit", 0.7);
        world.has("prefix-credit", leading / 5.0);
    }
}

/// A step after an error is worse: by what came right before it (markov), or by the share of errors so far. Neither
/// changes what happens before the first error.
#[test]
fn at_equal_first_errors_self_conditioning_lowers_partial_credit_alone() {
    let markov = world(
        &format!(
            r#""steps": 20, "dependence": {{"kind": "markov", "multiplier": {}}}"#,
            multiplier(0.95, 0.7)
        ),
        0.95,
    );
    markov.has("partial-credit", 18.688_888_888_888_87 / 20.0);
    let fraction = world(
        r#""steps": 20, "dependence": {"kind": "error-fraction", "slope": 0.8}"#,
        0.95,
    );
    let partial = fraction.mean("partial-credit");
    assert!(partial < 0.92, "{partial}");
    fraction.simulated("partial-credit", partial);
    for one in [&markov, &fraction] {
        one.has("exact-match", 0.358_485_922_408_542_2);
        one.has("prefix-credit", plain(20, 0.95).mean("prefix-credit"));
    }
}

/// p (1 - p^L)/(1 - p) steps of ten before the first error.
#[test]
fn at_equal_step_success_halting_makes_partial_credit_of_prefix_credit() {
    let halting = world(r#""steps": 10, "dependence": {"kind": "halting"}"#, 0.9);
    halting.has("partial-credit", 0.586_189_403_91);
    halting.has("prefix-credit", 0.586_189_403_91);
    halting.has("exact-match", 0.348_678_440_1);
    plain(10, 0.9).has("partial-credit", 0.9);
    plain(10, 0.9).has("prefix-credit", 0.586_189_403_91);
}

/// Three tries at each of twenty steps of .8, and a verifier that knows: (1 - .2^3)^20. One that errs one time in ten
/// lets no number of tries pass p t/(p t + (1 - p) f): 27/29 for steps of .6.
#[test]
fn at_equal_try_success_retries_help_as_far_as_the_verifier_knows() {
    let retry = |steps: u32, tries: u32, rates: &str, p: f64| {
        let task = format!(
            r#""steps": {steps}, "recovery": {{"kind": "retry", "tries": {tries}{rates}}}"#
        );
        world(&task, p)
    };
    let noisy = r#", "true-positive-rate": 0.9, "false-positive-rate": 0.1"#;
    plain(20, 0.8).has("exact-match", 0.011_529_215_046_068_47);
    retry(20, 3, "", 0.8).has("exact-match", 0.851_595_667_085_149_3);
    // .72 (1 + .26) + .26^2 .8 = .96128.
    retry(20, 3, noisy, 0.8).has("exact-match", power(0.961_28, 20));
    retry(20, 60, noisy, 0.8).has("exact-match", power(0.72 / 0.74, 20));
    retry(1, 60, noisy, 0.6).has("exact-match", 27.0 / 29.0);
    // With a verifier that always accepts, or that tells nothing, tries are worth nothing.
    let blind = r#", "true-positive-rate": 0.5, "false-positive-rate": 0.5"#;
    retry(20, 3, blind, 0.8).has("exact-match", 0.011_529_215_046_068_47);
}

/// Ten steps of .9 with a common factor of correlation .3.
#[test]
fn at_equal_step_success_a_common_factor_raises_exact_match() {
    let common = world(
        r#""steps": 10, "dependence": {"kind": "common-factor", "correlation": 0.3}"#,
        0.9,
    );
    common.has("partial-credit", 0.9);
    common.has("exact-match", 0.504_783_865_946_511_2);
    plain(10, 0.9).has("exact-match", 0.348_678_440_1);
}

/// Half of the items of .99 and half of .6 against items of their mean .795.
#[test]
fn at_equal_mean_step_success_two_kinds_of_items_raise_exact_match() {
    let task = format!(
        r#""steps": 10, "spread": {{"kind": "two-point", "share": 0.5, "hard": {}, "easy": 1}}"#,
        multiplier(0.99, 0.6)
    );
    let mixed = world(&task, 0.99);
    mixed.has("partial-credit", 0.795);
    mixed.has("exact-match", 0.455_214_346_304_402_2);
    plain(10, 0.795).has("exact-match", 0.100_848_928_101_691_2);
}

/// A tenth of the items has no right answer: no skill passes .9.
#[test]
fn at_equal_skill_impossible_items_cap_every_credit() {
    let impossible = |p: f64| {
        let task = r#""steps": 10, "spread": {"kind": "impossible", "share": 0.1}"#;
        world(task, p)
    };
    impossible(0.9).has("exact-match", 0.9 * 0.348_678_440_1);
    impossible(0.9).has("partial-credit", 0.81);
    impossible(1.0 - 1e-9).has("exact-match", 0.9 * power(1.0 - 1e-9, 10));
}

/// E[p^L] >= p^E[L]: tasks of 1 and 19 steps against tasks of ten.
#[test]
fn at_equal_mean_length_lengths_that_differ_raise_exact_match() {
    let task = r#""steps": {"kind": "list", "lengths": [1, 19], "weights": [1, 1]}"#;
    let mixed = world(task, 0.9);
    mixed.has("exact-match", 0.5 * (0.9 + power(0.9, 19)));
    mixed.has("partial-credit", 0.9);
    plain(10, 0.9).has("exact-match", 0.348_678_440_1);
}
