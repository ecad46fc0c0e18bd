//! What metrics make of growth, against closed forms and published numbers.

use mirage::domain::{ChangeOfLaw, Credit, Level, Metric, Scenario, StepInformation, Target};
use mirage::files::{Source, load};
use mirage::report::{Verdicts, anatomy_csv, json};
use mirage::study::{
    Anatomy, Change, Confidence, Course, CreditSummary, Finding, MetricAnatomy, MetricRise, NoRise,
    NoSlope, Theorem, UsefulFrom, expect,
};

use crate::support;

fn finding(scenario: Scenario) -> Finding {
    let mut finding = expect("test".to_owned(), scenario);
    support::dissect(&mut finding, 0);
    finding
}

fn of(json: &str) -> Finding {
    finding(serde_json::from_str(json).unwrap())
}

fn shipped(name: &str) -> Finding {
    finding(
        load(&Source::Shipped(name.to_owned()), &[])
            .unwrap()
            .scenario,
    )
}

fn anatomy(finding: &Finding) -> &Anatomy {
    finding.anatomy.as_ref().unwrap()
}

fn metric<'a>(finding: &'a Finding, name: &str) -> &'a MetricAnatomy {
    let wanted: Metric = name.parse().unwrap();
    anatomy(finding)
        .metrics
        .iter()
        .find(|one| one.metric == wanted)
        .unwrap()
}

fn rise<'a>(finding: &'a Finding, name: &str) -> &'a MetricRise {
    metric(finding, name).rise.as_ref().unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

#[test]
fn the_uneven_world_is_moved_and_sharpened() {
    let world = shipped("default");
    let exact = rise(&world, "exact-match");
    close(exact.shift.unwrap(), 2.34, 0.005);
    close(exact.steepening.unwrap(), 3.76, 0.005);
    for (found, known) in [exact.x10, exact.x50, exact.x90]
        .into_iter()
        .zip([10.113, 10.693, 11.602])
    {
        close(found.unwrap(), known, 0.0005);
    }
    close(exact.width.unwrap(), 1.339_537_801_206_627_2 / 0.9, 1e-9);
    close(
        exact.max_slope.unwrap(),
        0.847_073_717_260_343_1 * 0.9,
        1e-7,
    );
    close(
        rise(&world, "partial-credit").max_slope.unwrap(),
        0.203,
        0.0005,
    );
    assert_eq!(exact.verdict.change, Some(Change::Sharpened));
    assert_eq!(exact.verdict.theorem, None);
    // EM = 1 - .05^(1/1000) there.
    close(exact.first_visible.unwrap(), 9.6666, 0.0001);
    assert_eq!((exact.hidden_scales, exact.scales_inside_rise), (14, 8));
    close(exact.hidden_decades, 2.6666, 0.0001);
    // Every step has the same width as exact match.
    let steps = anatomy(&world).single_steps.unwrap();
    close(steps.least / exact.max_slope.unwrap(), 1.0, 1e-7);
    close(steps.most / exact.max_slope.unwrap(), 1.0, 1e-7);
    let useful = &anatomy(&world).usefulness;
    let Some(UsefulFrom::At(x)) = useful.from else {
        panic!("{:?}", useful.from)
    };
    close(x, 11.24, 0.0005);
    assert_eq!(useful.step_success, None);
}

#[test]
fn the_even_world_is_moved_only() {
    let world = shipped("even-steps");
    let exact = rise(&world, "exact-match");
    close(exact.shift.unwrap(), 1.0 / 0.9, 1e-9);
    close(exact.steepening.unwrap(), 1.0, 1e-7);
    let Some(Theorem::PureShift { decades }) = exact.verdict.theorem else {
        panic!("{:?}", exact.verdict)
    };
    close(decades, exact.shift.unwrap(), 1e-9);
    assert_eq!(anatomy(&world).single_steps, None);
    close(
        anatomy(&world).usefulness.step_success.unwrap(),
        libm::pow(0.8, 0.1),
        1e-15,
    );
}

/// What the default must say, word for word.
#[test]
fn verdicts_say_it_with_numbers() {
    let verdicts = Verdicts::of(&shipped("default")).unwrap();
    assert_eq!(
        verdicts.metric,
        [
            "exact-match moved by 2.34 decades and sharpened 3.76 times against partial-credit. A test of 1000 items hides \
          what lies below 10^9.67 (14 of 26 scales; 8 lie inside the rise). Each single step is as sharp as exact match: \
          partial credit is gradual because steps become solvable at different scales."
        ]
    );
    assert!(
        verdicts
            .growth
            .starts_with("smooth. A step of multiplier 1 succeeds with probability ")
    );
    assert_eq!(
        verdicts.usefulness,
        "exact-match reaches q* = 0.8 at 10^11.24."
    );
    let even = Verdicts::of(&shipped("even-steps")).unwrap();
    assert!(
        even.metric[0].starts_with(
            "exact-match moved by 1.11 decades, not sharpened, against partial-credit."
        )
    );
}

/// Largest slope of p^L over that of p: 4 (L/(L+1))^(L+1). Shift: ln of the odds at p = 2^(-1/L), over slope ln 10.
#[test]
fn a_logistic_sharpens_by_at_most_four_over_e() {
    for (steps, slope) in [(2, 0.7), (10, 0.5), (50, 1.6)] {
        let found = of(&format!(
            r#"{{"skill": {{"kind": "logistic", "slope": {slope}, "midpoint": 3e9}}, "task": {{"steps": {steps}}}}}"#
        ));
        let exact = rise(&found, "exact-match");
        let length = f64::from(steps);
        let times = 4.0 * libm::pow(length / (length + 1.0), length + 1.0);
        close(exact.steepening.unwrap(), times, 1e-6);
        let Some(Theorem::AtMostFourOverE { times: told }) = exact.verdict.theorem else {
            panic!("{:?}", exact.verdict)
        };
        close(told, times, 1e-14);
        assert!(times < 4.0 / std::f64::consts::E);
        let p = libm::pow(0.5, 1.0 / length);
        close(
            exact.shift.unwrap(),
            libm::log(p / (1.0 - p)) / slope / std::f64::consts::LN_10,
            1e-9,
        );
    }
}

/// With guess .25 and ten steps the largest raw slopes are 1.31 (power law) and 1.81 (logistic) of
/// partial credit's, beyond the theorems, which are therefore not cited.
#[test]
fn guessing_goes_beyond_the_theorems() {
    for (skill, ratio) in [
        (r#"{"kind": "power-law"}"#, 1.31),
        (r#"{"kind": "logistic"}"#, 1.81),
    ] {
        let found = of(&format!(
            r#"{{"skill": {skill}, "task": {{"guess": 0.25}}}}"#
        ));
        let (exact, partial) = (rise(&found, "exact-match"), rise(&found, "partial-credit"));
        let raw = |one: &MetricRise| one.max_slope.unwrap() * (one.high - one.low);
        close(raw(exact) / raw(partial), ratio, 0.005);
        assert_eq!(exact.verdict.theorem, None);
        close(exact.low, libm::pow(0.25, 10.0), 1e-18);
    }
}

/// At one scale dy/dx of exact match is L p^(L-1) times that of partial credit: at its x50, L .5^((L-1)/L).
#[test]
fn at_one_scale_exact_match_is_steeper_by_l_p_to_the_l_minus_1() {
    let found = of(r#"{"task": {"steps": 10}}"#);
    close(
        rise(&found, "exact-match").local_ratio.unwrap(),
        10.0 * libm::pow(0.5, 0.9),
        1e-6,
    );
}

/// A pass-mark of 80% of 100 steps with a logistic: 10-90 width .633 in log-odds, exact match 3.09.
#[test]
fn a_pass_mark_truly_sharpens() {
    let found = of(
        r#"{"skill": {"kind": "logistic", "slope": 1.0}, "task": {"steps": 100},
            "evaluation": {"metrics": ["exact-match", "pass-mark:0.8", "partial-credit"]}}"#,
    );
    let log_odds = |p: f64| libm::log(p / (1.0 - p)) / std::f64::consts::LN_10;
    let width = |low, high| log_odds(high) - log_odds(low);
    close(
        rise(&found, "pass-mark:0.8").width.unwrap(),
        width(0.739_315_323_600_6, 0.842_331_936_046_5),
        1e-9,
    );
    close(
        rise(&found, "exact-match").width.unwrap(),
        width(0.977_237_220_955_811, 0.998_946_949_690_454),
        1e-9,
    );
    assert!(rise(&found, "pass-mark:0.8").steepening.unwrap() > 5.0);
}

/// Linear to 1: the width of p^L is (.9^(1/L) - .1^(1/L)) of five decades, its largest slope L times that of p.
#[test]
fn a_corner_truly_sharpens() {
    let found = of(r#"{"skill": {"kind": "linear-log"}, "task": {"steps": 10}}"#);
    let exact = rise(&found, "exact-match");
    close(exact.width.unwrap(), 5.0 * 0.195_191_02, 1e-7);
    close(exact.steepening.unwrap(), 10.0, 2e-3);
    assert_eq!(anatomy(&found).growth.breaks, []);
}

#[test]
fn a_ceiling_caps_exact_match_and_puts_usefulness_out_of_reach() {
    let found = of(r#"{"skill": {"kind": "logistic", "ceiling": 0.9}}"#);
    let exact = rise(&found, "exact-match");
    close(exact.high, 0.348_678_440_1, 1e-12);
    let UsefulFrom::Unattainable { at_most } = anatomy(&found).usefulness.from.unwrap() else {
        panic!()
    };
    close(at_most, 0.348_678_440_1, 1e-12);
    let verdicts = Verdicts::of(&found).unwrap();
    assert_eq!(
        verdicts.usefulness.split(" Each").next().unwrap(),
        "exact-match never reaches q* = 0.8: it is at most 0.3487."
    );
    assert!(
        verdicts.metric[0].contains("However large the scale, exact-match stays below 0.3487.")
    );
    // A threshold of 1 is neared and never reached, but where the curve arrives.
    let neared = of(r#"{"usefulness": {"threshold": 1.0}}"#);
    assert_eq!(
        anatomy(&neared).usefulness.from,
        Some(UsefulFrom::Unattainable { at_most: 1.0 })
    );
    let arrives = of(r#"{"skill": {"kind": "linear-log"}, "usefulness": {"threshold": 1.0}}"#);
    let Some(UsefulFrom::At(x)) = anatomy(&arrives).usefulness.from else {
        panic!()
    };
    close(x, 12.0, 1e-9);
}

/// What is said of structured tasks holds for them.
#[test]
fn sentences_on_structured_tasks_are_true() {
    let texts = |task: &str| {
        let found = of(&format!(r#"{{"task": {{{task}}}}}"#));
        let Verdicts {
            growth,
            metric,
            usefulness,
        } = Verdicts::of(&found).unwrap();
        (growth, metric.join(" ") + &usefulness)
    };
    // The skill curve tells of a try; after three of them a step succeeds more often.
    let (growth, _) = texts(r#""recovery": {"kind": "retry"}"#);
    assert!(
        growth.starts_with("smooth. A try of an ordinary step succeeds"),
        "{growth}"
    );
    for structure in [
        r#""spread": {"kind": "gamma-frailty"}"#,
        r#""dependence": {"kind": "tainted"}"#,
        r#""steps": {"kind": "log-normal"}"#,
        r#""floor": 0.1"#,
        r#""format": {"kind": "gate"}"#,
    ] {
        let (growth, rest) = texts(structure);
        assert!(
            growth.starts_with("smooth. An ordinary step succeeds"),
            "{growth}"
        );
        // No theorem, no success that each step needs, and no ceiling of all but a rounding.
        for false_here in ["Theorem", "Each step", "stays below"] {
            assert!(!rest.contains(false_here), "{structure}: {rest}");
        }
    }
    // Of a mean over training runs that differ neither theorem nor single steps tell.
    for (between, of_run) in [
        (r#"{"kind": "normal"}"#, "of the median training run"),
        (
            r#"{"kind": "bimodal"}"#,
            "of a training run that breaks through",
        ),
    ] {
        let json =
            format!(r#"{{"skill": {{"between-seeds": {between}}}, "task": {{"steps": 5}}}}"#);
        let told = Verdicts::of(&of(&json)).unwrap();
        let start = format!("smooth. A step {of_run} succeeds");
        assert!(told.growth.starts_with(&start), "{}", told.growth);
        let rest = told.metric.join(" ") + &told.usefulness;
        for false_here in ["Theorem", "Each step"] {
            assert!(!rest.contains(false_here), "{between}: {rest}");
        }
    }
    // The steepness of a step's first try in an ordinary item is that of no step where items differ, and after errors.
    let ramp = r#""difficulty": {"kind": "ramp"}"#;
    assert!(
        texts(ramp)
            .1
            .contains("Each single step is as sharp as exact match")
    );
    for structure in [
        r#""spread": {"kind": "gamma-frailty"}"#,
        r#""dependence": {"kind": "markov"}"#,
        r#""recovery": {"kind": "retry"}"#,
    ] {
        let (_, rest) = texts(&format!("{ramp}, {structure}"));
        assert!(
            rest.contains("sharpened") && !rest.contains("ingle step"),
            "{rest}"
        );
    }
}

/// Where the gate and the skill have their steepest decade, and whose a break is.
#[test]
fn a_gate_is_told_apart_from_the_skill() {
    let at = |midpoint: &str, c: &str, scales: &str| {
        let found = of(&format!(
            r#"{{"skill": {{"c": {c}}}, "evaluation": {{"scales": "{scales}"}},
                "task": {{"steps": 3, "format": {{"kind": "gate", "curve":
                    {{"kind": "logistic", "midpoint": {midpoint}, "slope": 4, "floor": 0.02, "ceiling": 0.98}}}}}}}}"#
        ));
        let gate = anatomy(&found).growth.gate.clone().unwrap();
        let told = Verdicts::of(&found).unwrap().growth;
        (gate, told)
    };
    let wide = "log:1e8:1e12:9";
    let (gate, told) = at("3e9", "1e7", wide);
    // .02 + .96/(1 + 10^2) and .02 + .96/(1 + 10^-2) half a decade to both sides.
    close(gate.largest_gain, 0.96 * 99.0 / 101.0, 1e-9);
    close(gate.gained_from, libm::log10(3e9) - 0.5, 1e-4);
    close(gate.last, 0.98, 1e-9);
    assert!((gate.steepest_inside, gate.skill_steepest_inside) == (true, false));
    assert!(
        told.contains("The steepest decade of the gate lies within the measured scales, that of the skill does not.")
            && told.starts_with("smooth. An ordinary step succeeds"),
        "{told}"
    );
    for (midpoint, c, scales, inside) in [
        ("3e9", "1e10", wide, (true, true)),
        ("3e7", "1e10", wide, (false, true)),
        ("3e7", "1e7", wide, (false, false)),
        ("3e12", "1e14", wide, (false, false)),
        // Half a decade gains less than the decade about it.
        ("3e9", "1e7", "log:3e9:9e9:3", (false, false)),
    ] {
        let (gate, _) = at(midpoint, c, scales);
        let found = (gate.steepest_inside, gate.skill_steepest_inside);
        assert_eq!(found, inside, "{midpoint} {c} {scales}");
    }
    let broken = |scales: &str| {
        of(&format!(
            r#"{{"task": {{"format": {{"kind": "gate", "curve": {{"kind": "broken-power-law"}}}}}},
                "evaluation": {{"scales": "{scales}"}}}}"#
        ))
    };
    let found = broken(wide);
    let growth = &anatomy(&found).growth;
    assert_eq!(growth.breaks, []);
    close(
        growth.gate.clone().unwrap().breaks[0].at.log10(),
        10.0,
        1e-12,
    );
    let told = Verdicts::of(&found).unwrap().growth;
    assert!(
        told.starts_with("smooth.") && told.ends_with("a break of the scorer, not of the skill."),
        "{told}"
    );
    let elsewhere = broken("log:1e8:9e9:9");
    assert_eq!(anatomy(&elsewhere).growth.gate.clone().unwrap().breaks, []);
}

/// Its ends are those of the skill times those of the gate; crossings are of what comes through.
#[test]
fn anatomies_are_of_what_comes_through_a_gate() {
    // p = g = 1/(1 + (N/1e9)^-2), one step: y = p^2.
    let found = of(
        r#"{"skill": {"kind": "logistic", "slope": 2}, "usefulness": {"threshold": 0.25},
            "task": {"steps": 1, "format": {"kind": "gate", "curve": {"kind": "logistic", "slope": 2}}}}"#,
    );
    let exact = rise(&found, "exact-match");
    let place = |y: f64| 9.0 - 0.5 * libm::log10(1.0 / libm::sqrt(y) - 1.0);
    close(exact.x50.unwrap(), place(0.5), 1e-9);
    close(exact.x10.unwrap(), place(0.1), 1e-9);
    // 2 p^2 (1 - p) for each unit of log-odds, at p = 2/3.
    let steepest = 2.0 * std::f64::consts::LN_10 * 8.0 / 27.0;
    close(exact.max_slope.unwrap(), steepest, 1e-6);
    let Some(UsefulFrom::At(x)) = anatomy(&found).usefulness.from else {
        panic!()
    };
    close(x, 9.0, 1e-9);
    let capped = of(
        r#"{"skill": {"kind": "logistic", "floor": 0.2, "ceiling": 0.9},
            "task": {"steps": 2, "floor": 0.1, "format": {"kind": "gate", "curve": {"kind": "logistic", "floor": 0.3, "ceiling": 0.8}}}}"#,
    );
    let exact = rise(&capped, "exact-match");
    close(exact.low, 0.3 * (0.1 + 0.9 * 0.04), 1e-12);
    close(exact.high, 0.8 * (0.1 + 0.9 * 0.81), 1e-12);
    // The skill is there at a finite scale, the gate never is.
    let never = of(
        r#"{"skill": {"kind": "linear-log"}, "usefulness": {"threshold": 0.75},
            "task": {"format": {"kind": "gate", "curve": {"kind": "logistic", "ceiling": 0.75}}}}"#,
    );
    assert_eq!(
        anatomy(&never).usefulness.from,
        Some(UsefulFrom::Unattainable { at_most: 0.75 })
    );
}

#[test]
fn a_break_counts_only_inside_the_window() {
    let broken = |scales: &str| {
        of(&format!(
            r#"{{"skill": {{"kind": "broken-power-law"}}, "evaluation": {{"scales": "{scales}"}}}}"#
        ))
    };
    let inside = broken("log:1e8:1e12:9");
    let [change] = anatomy(&inside).growth.breaks[..] else {
        panic!("one break");
    };
    let (before, after) = (0.25, 0.5);
    assert_eq!(change.at.get(), 1e10);
    assert_eq!(change.change, ChangeOfLaw::Exponent { before, after });
    assert!(
        Verdicts::of(&inside)
            .unwrap()
            .growth
            .starts_with("a break. At 10^10 the exponent")
    );
    assert_eq!(anatomy(&broken("log:1e8:9.9e9:9")).growth.breaks, []);
}

/// With chance 0 any success shows; with chance g a binomial test of n items finds it. References: SciPy 1.17,
/// `binom.isf` and `beta.ppf`.
#[test]
fn what_a_test_can_show() {
    let visible = |guess: f64, items: u64| {
        let found = of(&format!(
            r#"{{"skill": {{"kind": "logistic"}}, "task": {{"steps": 1, "guess": {guess}}}, "evaluation": {{"items": {items}}}}}"#
        ));
        let x = rise(&found, "exact-match").first_visible.unwrap();
        let p = 1.0 / (1.0 + libm::exp(-(x - 9.0) * std::f64::consts::LN_10));
        guess + (1.0 - guess) * p
    };
    close(visible(0.0, 100), 0.029_513_049_61, 1e-9);
    close(visible(0.0, 1), 0.95, 1e-9);
    for (guess, items, least) in DETECTABLE {
        close(visible(guess, items), least, 1e-9);
    }
}

const DETECTABLE: [(f64, u64, f64); 3] = [
    (0.25, 100, 0.405_082_547_379_385_7),
    (0.1, 40, 0.303_705_667_003_414_6),
    (0.5, 1000, 0.552_390_307_055_239),
];

/// Partial credit: without chance any right step shows, P(none of n L steps) = .05; with chance g its mean must exceed g
/// by 1.645 standard errors of each.
#[test]
fn what_a_test_can_show_in_partial_credit() {
    let step = |guess: f64| {
        let found = of(&format!(
            r#"{{"skill": {{"kind": "logistic", "slope": 0.8}}, "task": {{"steps": 4, "guess": {guess}}}, "evaluation": {{"items": 100}}}}"#
        ));
        let x = rise(&found, "partial-credit").first_visible.unwrap();
        let p = 1.0 / (1.0 + libm::exp(-0.8 * (x - 9.0) * std::f64::consts::LN_10));
        guess + (1.0 - guess) * p
    };
    close(step(0.0), 1.0 - libm::pow(0.05, 1.0 / 400.0), 1e-9);
    let (chance, mean) = (0.25, step(0.25));
    let error = |p: f64| libm::sqrt(p * (1.0 - p) / 400.0);
    close(
        mean - chance,
        1.644_853_626_951_472_2 * (error(mean) + error(chance)),
        1e-9,
    );
}

#[test]
fn few_scales_draw_a_jump() {
    let found = of(
        r#"{"skill": {"kind": "power-law", "c": 2e9, "alpha": 0.9}, "evaluation": {"scales": [1e8, 1e9, 5e9, 1e12]}}"#,
    );
    let exact = rise(&found, "exact-match");
    assert_eq!(exact.scales_inside_rise, 0);
    assert!(exact.verdict.drawn_as_a_jump && exact.largest_jump.unwrap() > 0.9);
    assert!(Verdicts::of(&found).unwrap().metric[0].contains("draw it as a jump"));
    assert!(
        !rise(&shipped("default"), "exact-match")
            .verdict
            .drawn_as_a_jump
    );
    // None inside because all lie before the rise: nothing is drawn as a jump.
    let before = of(
        r#"{"skill": {"kind": "power-law", "c": 2e10, "alpha": 0.9}, "evaluation": {"scales": [1e6, 1e7]}}"#,
    );
    assert!(!rise(&before, "exact-match").verdict.drawn_as_a_jump);
}

#[test]
fn partial_credit_that_is_done_before_is_told() {
    let found = of(r#"{"task": {"steps": 1000}, "evaluation": {"scales": "log:1e13:1e19:9"}}"#);
    assert!(
        rise(&found, "exact-match")
            .verdict
            .partial_credit_done_before
    );
    assert!(!rise(&found, "partial-credit").verdict.drawn_as_a_jump);
}

/// The share of the window's gain in its best decade, for a rise that can be solved by hand: p linear, L = 1.
#[test]
fn concentration_of_a_straight_line_is_a_decade_of_its_length() {
    let found = of(
        r#"{"skill": {"kind": "linear-log", "zero-at": 1e8, "one-at": 1e12}, "task": {"steps": 1}, "evaluation": {"scales": "log:1e7:1e12:9"}}"#,
    );
    close(
        rise(&found, "exact-match").concentration.unwrap(),
        0.25,
        1e-9,
    );
    let half = of(
        r#"{"skill": {"kind": "linear-log", "zero-at": 1e8, "one-at": 1e12}, "task": {"steps": 1}, "evaluation": {"scales": "log:1e8:1e10:9"}}"#,
    );
    close(rise(&half, "exact-match").concentration.unwrap(), 0.5, 1e-9);
    // All of a window that is not reached is hidden, and none of one that lies above.
    let before = of(r#"{"evaluation": {"scales": [1e3, 1e5]}}"#);
    close(rise(&before, "exact-match").hidden_decades, 2.0, 1e-9);
    let after = of(r#"{"evaluation": {"scales": [1e13, 1e15]}}"#);
    close(rise(&after, "exact-match").hidden_decades, 0.0, 1e-9);
    close(
        rise(&found, "exact-match").first_visible.unwrap(),
        8.0 + 4.0 * 0.002_991_249,
        1e-6,
    );
}

#[test]
fn what_does_not_rise_or_is_not_computed_says_so() {
    let flat = of(
        r#"{"skill": {"kind": "logistic", "ceiling": 1e-300, "floor": 0.0}, "task": {"steps": 2}}"#,
    );
    assert_eq!(metric(&flat, "exact-match").rise, Err(NoRise::Flat));
    let long = of(
        r#"{"task": {"steps": 3000, "difficulty": {"kind": "ramp"}}, "evaluation": {"metrics": ["pass-mark:0.9"]}}"#,
    );
    assert_eq!(
        metric(&long, "pass-mark:0.9").rise,
        Err(NoRise::NotComputed)
    );
    assert!(metric(&long, "pass-mark:0.9").scores.is_none());
    assert!(Verdicts::of(&long).unwrap().metric[0].contains("not computed"));
}

#[test]
fn the_interval_of_the_useful_scale_surrounds_it() {
    let mut found = support::run(
        load(&Source::Shipped("even-steps".to_owned()), &[])
            .unwrap()
            .scenario,
    );
    support::dissect(&mut found, 0);
    let useful = &anatomy(&found).usefulness;
    let (Some(low), Some(high), Some(UsefulFrom::At(x))) =
        (useful.not_yet, useful.surely, useful.from)
    else {
        panic!("{useful:?}")
    };
    assert!(low.log10() < x && x < high.log10() && high.log10() - low.log10() < 1.0);
    // At ten times fewer items it is wider.
    let mut few = found.scenario.clone();
    few.evaluation.items = 60.try_into().unwrap();
    let mut few = support::run(few);
    support::dissect(&mut few, 0);
    let wide = &anatomy(&few).usefulness;
    assert!(wide.not_yet.unwrap() < low && wide.surely.is_none_or(|surely| surely > high));
}

/// Net value per use is 0 at q*, and negative below: (1 + 4) q - 4 - .1 with value 1, loss 4, review .1.
#[test]
fn gains_follow_the_success_rate() {
    let found = of(r#"{"usefulness": {"value": 1.0, "loss": 4.0, "review": 0.1}}"#);
    let useful = &anatomy(&found).usefulness;
    assert_eq!((useful.gains.len(), useful.threshold), (26, 0.82));
    for (gain, row) in useful.gains.iter().zip(found.rows.iter().step_by(2)) {
        close(
            gain.expected.unwrap(),
            5.0 * row.expected.unwrap() - 4.1,
            1e-12,
        );
    }
    // (4.1/5)^(1/20): L = 20 needs .9901265191118345 in each step.
    let needs: std::collections::BTreeMap<u32, f64> =
        useful.step_success_by_steps.iter().copied().collect();
    close(needs[&20], 0.990_126_519_111_834_5, 1e-14);
}

#[test]
fn smooth_growth_explains_a_score_as_often_as_it_should() {
    // A straight line is its own smooth null: its scores are at least the observed ones about as often as not.
    let mut scenario: Scenario = serde_json::from_str(
        r#"{"skill": {"kind": "linear-log"}, "task": {"steps": 1}, "evaluation": {"scales": "log:1e8:1e11:7", "items": 200, "metrics": ["exact-match"]}}"#,
    )
    .unwrap();
    let mut ranks = Vec::new();
    for seed in 0..60 {
        scenario.seed = seed.try_into().unwrap();
        let mut found = support::run(scenario.clone());
        support::dissect(&mut found, 400);
        ranks.push(
            metric(&found, "exact-match")
                .nulls
                .unwrap()
                .smooth
                .emergence
                .value,
        );
    }
    // Under the null these are nearly uniform: mean 1/2, variance 1/12 (less than 1/12 + 1/1600 with 400 replicates).
    let sum: f64 = ranks.iter().sum();
    support::assert_scores(&[support::score(sum, 30.0, 60.0 / 12.0)], "mean rank");
    assert!(
        ranks.iter().any(|rank| *rank < 0.3) && ranks.iter().any(|rank| *rank > 0.7),
        "{ranks:?}"
    );
}

/// The last scale whose upper limit at the level shared among all scales is below q*, and the first whose lower limit is
/// above: recomputed from the tallies. At the level of one scale both would be others.
#[test]
fn the_useful_scale_is_bracketed_jointly_over_scales() {
    let scenario: Scenario = serde_json::from_str(
        r#"{"task": {"steps": 3, "guess": 0.3}, "evaluation": {"scales": "log:1e7:1e12:101", "items": 400, "level": 0.9}, "usefulness": {"threshold": 0.55}}"#,
    )
    .unwrap();
    let mut found = support::run(scenario);
    support::dissect(&mut found, 0);
    let bracket = |level: f64| {
        let level = Level::try_from(level).unwrap();
        let scales = found.scenario.evaluation.scales.as_slice().iter();
        let limits = scales.zip(&found.tallies).map(|(scale, tally)| {
            let summary =
                CreditSummary::of(tally.as_ref().unwrap(), Metric::mean(Credit::ExactMatch), 0)
                    .unwrap();
            (
                *scale,
                summary
                    .estimate(&Confidence::new(
                        level,
                        StepInformation::Independent,
                        Target::Both,
                    ))
                    .interval,
            )
        });
        let limits: Vec<_> = limits.collect();
        let below = limits
            .iter()
            .rfind(|(_, interval)| interval.high < 0.55)
            .map(|one| one.0);
        (
            below,
            limits
                .iter()
                .find(|(_, interval)| interval.low > 0.55)
                .map(|one| one.0),
        )
    };
    let useful = &anatomy(&found).usefulness;
    assert_eq!((useful.not_yet, useful.surely), bracket(1.0 - 0.1 / 101.0));
    assert_ne!((useful.not_yet, useful.surely), bracket(0.9));
    // (.3 + .7 p)^3 = .55, p = exp(-(N/1e8)^-.34).
    let p = (libm::cbrt(0.55) - 0.3) / 0.7;
    let Some(UsefulFrom::At(x)) = useful.from else {
        panic!("{useful:?}")
    };
    close(x, 8.0 - libm::log10(-libm::log(p)) / 0.34, 1e-9);
}

/// Logistic p^w with w = .5 and 4 has largest slopes k ln 10 (w/(w+1))^(w+1) per decade.
#[test]
fn single_steps_range_from_the_easiest_to_the_hardest() {
    let found = of(
        r#"{"skill": {"kind": "logistic", "slope": 1.3}, "task": {"steps": 4, "difficulty": {"kind": "list", "multipliers": [1.0, 0.5, 4.0, 1.0]}}}"#,
    );
    let steps = anatomy(&found).single_steps.unwrap();
    let slope = |w: f64| 1.3 * std::f64::consts::LN_10 * libm::pow(w / (w + 1.0), w + 1.0);
    close(steps.least, slope(0.5), 1e-6);
    close(steps.most, slope(4.0), 1e-6);
}

/// With a ceiling and a guess: u over the metric's own way, the raw slopes in the local ratio.
#[test]
fn ratios_are_of_each_metric_over_its_own_way() {
    let found = of(
        r#"{"skill": {"kind": "logistic", "slope": 0.9, "ceiling": 0.8}, "task": {"steps": 6, "guess": 0.13}}"#,
    );
    let (exact, partial) = (rise(&found, "exact-match"), rise(&found, "partial-credit"));
    // One step p' = .13 + .87 * .8 s rises from .13 to .826 as s from 0 to 1.
    let (low, high) = (0.13, 0.826);
    let step = |s: f64| low + (high - low) * s;
    let whole = libm::pow(high, 6.0) - libm::pow(low, 6.0);
    // du/ds of exact match is 6 p'^5 (high - low)/whole, times s (1 - s) k ln 10.
    let slope = |s: f64| 6.0 * libm::pow(step(s), 5.0) * (high - low) / whole * s * (1.0 - s);
    let best = (0..=100_000)
        .map(|i| slope(f64::from(i) * 1e-5))
        .fold(0.0, f64::max);
    let k = 0.9 * std::f64::consts::LN_10;
    close(exact.max_slope.unwrap(), k * best, 1e-6);
    close(partial.max_slope.unwrap(), 0.25 * k, 1e-7);
    close(exact.steepening.unwrap(), 4.0 * best, 1e-6);
    // dEM/dPC = 6 p'^5 where EM is half-way.
    let half = libm::pow(
        0.5 * (libm::pow(low, 6.0) + libm::pow(high, 6.0)),
        1.0 / 6.0,
    );
    close(exact.local_ratio.unwrap(), 6.0 * libm::pow(half, 5.0), 1e-6);
    assert_eq!(exact.verdict.theorem, None);
}

/// Every attempt at every item by every training run shows what one item would: N = n k runs.
#[test]
fn repeated_attempts_show_as_much_as_items() {
    let visible = |evaluation: &str| {
        let found = of(&format!(
            r#"{{"task": {{"steps": 2}}, "evaluation": {{{evaluation}}}}}"#
        ));
        rise(&found, "exact-match").first_visible.unwrap()
    };
    close(
        visible(r#""items": 60"#),
        visible(r#""items": 10, "attempts": 3, "training-seeds": 2"#),
        1e-12,
    );
}

#[test]
fn prefix_credit_of_even_steps_is_blunted() {
    let mut scenario = load(&Source::Shipped("even-steps".to_owned()), &[])
        .unwrap()
        .scenario;
    scenario.evaluation.metrics = serde_json::from_str(r#"["prefix-credit"]"#).unwrap();
    let found = finding(scenario);
    close(
        rise(&found, "prefix-credit").steepening.unwrap(),
        0.848,
        0.0005,
    );
    assert_eq!(
        rise(&found, "prefix-credit").verdict.change,
        Some(Change::Blunted)
    );
}

#[test]
fn theorems_hold_for_whole_rises_only() {
    for skill in [
        r#""kind": "logistic", "ceiling": 0.99"#,
        r#""kind": "logistic", "floor": 0.01"#,
        r#""kind": "irreducible-power-law""#,
        r#""kind": "broken-power-law""#,
    ] {
        let found = of(&format!(r#"{{"skill": {{{skill}}}}}"#));
        assert_eq!(rise(&found, "exact-match").verdict.theorem, None, "{skill}");
    }
    // Of one step there is nothing to say.
    assert_eq!(
        rise(&of(r#"{"task": {"steps": 1}}"#), "exact-match")
            .verdict
            .theorem,
        None
    );
}

/// Two neighbours on the slope, close together, draw no jump, though none lies outside.
#[test]
fn two_scales_on_a_slope_are_no_jump() {
    let found =
        of(r#"{"skill": {"c": 2e9, "alpha": 0.9}, "evaluation": {"scales": [3e10, 4e10]}}"#);
    let exact = rise(&found, "exact-match");
    assert_eq!(exact.scales_inside_rise, 2);
    assert!(!exact.verdict.drawn_as_a_jump);
}

/// Exact match is steeper above the break, partial credit below it: not the metric's doing alone.
#[test]
fn a_break_takes_its_part_of_the_steepening() {
    let told = &Verdicts::of(&shipped("genuine-break")).unwrap().metric[0];
    assert!(told.contains("The break has its part in this"), "{told}");
}

#[test]
fn a_rise_longer_than_all_scales_is_neither_sharp_nor_blunt() {
    let found = of(r#"{"skill": {"alpha": 0.001}}"#);
    let exact = rise(&found, "exact-match");
    assert_eq!(
        (exact.max_slope, exact.steepening, exact.verdict.change),
        (Err(NoSlope::Endless), None, None)
    );
    let told = &Verdicts::of(&found).unwrap().metric[0];
    assert!(
        told.contains("cannot be said") && !told.contains("blunted"),
        "{told}"
    );
}

/// Noise that scales share is not what the nulls draw; sums of few graded credits are not known.
#[test]
fn nulls_are_left_out_where_they_would_be_wrong() {
    for (evaluation, name) in [
        (r#""pairing": "scales""#, "exact-match"),
        (r#""pairing": "all""#, "partial-credit"),
        (r#""items": 4, "metrics": ["harshness:30"]"#, "harshness:30"),
    ] {
        let scenario = serde_json::from_str(&format!(r#"{{"evaluation": {{{evaluation}}}}}"#));
        let mut found = support::run(scenario.unwrap());
        support::dissect(&mut found, 20);
        assert!(metric(&found, name).nulls.is_none(), "{evaluation}");
    }
}

/// Uneven scales, two attempts, guessing: under the smooth null, drawn by the engine itself, ranks are uniform.
#[test]
fn the_smooth_null_is_a_line_over_log_scale() {
    // A skill that is linear in log10 N, one step: the expected credit is the line itself, from .3 + .7 * .1 on.
    let json = r#"{"skill": {"kind": "linear-log", "zero-at": 1e7, "one-at": 1e12},
        "task": {"steps": 1, "guess": 0.3},
        "evaluation": {"scales": [3.1e7, 6e7, 1e9, 1.2e9, 7e10], "items": 60, "attempts": 2, "metrics": ["exact-match"]}}"#;
    let mut scenario: Scenario = serde_json::from_str(json).unwrap();
    let (mut emergence, mut linearity) = (0.0, 0.0);
    let seeds = 80;
    for seed in 100..100 + seeds {
        scenario.seed = seed.try_into().unwrap();
        let mut found = support::run(scenario.clone());
        support::dissect(&mut found, 300);
        let null = metric(&found, "exact-match").nulls.unwrap().smooth;
        emergence += null.emergence.value;
        linearity += null.linearity.value;
    }
    let count = seeds as f64;
    let scores = [emergence, linearity].map(|sum| support::score(sum, 0.5 * count, count / 12.0));
    support::assert_scores(&scores, "mean ranks");
}

/// Whatever the scenario: slopes reach at least .8 over the width, ratios are finite, sentences have no "inf" or "NaN", and
/// where a pure shift is cited nothing is sharpened.
#[test]
fn anatomies_of_random_scenarios_make_sense() {
    let skills = [
        r#""kind": "power-law", "c": 3e8, "alpha": A"#,
        r#""kind": "irreducible-power-law", "alpha": A, "irreducible": 0.02"#,
        r#""kind": "logistic", "slope": A, "midpoint": 1e10"#,
        r#""kind": "logistic", "slope": A, "floor": 0.05, "ceiling": 0.95"#,
        r#""kind": "linear-log", "zero-at": 1e8, "one-at": 3e11"#,
        r#""kind": "broken-power-law", "alpha": A, "alpha-after": 2.5, "break-width": 0.01"#,
    ];
    let tasks = [
        r#""steps": 1"#,
        r#""steps": 7, "guess": 0.2"#,
        r#""steps": 12, "difficulty": {"kind": "ramp", "from": 0.003, "to": 2.0}"#,
        r#""steps": 3, "difficulty": {"kind": "list", "multipliers": [0.4, 9.0, 1.0]}"#,
        r#""steps": 3000"#,
    ];
    let metrics =
        r#"["exact-match", "partial-credit", "prefix-credit", "pass-mark:0.6", "harshness:3.3"]"#;
    for (place, skill) in skills.iter().enumerate() {
        for (turn, task) in tasks.iter().enumerate() {
            for exponent in ["0.03", "0.4", "6.0"] {
                let scales =
                    ["[3e9]", "[2e8, 5e9, 4e10]", r#""log:1e7:1e12:17""#][(place + turn) % 3];
                let json = format!(
                    r#"{{"skill": {{{}}}, "task": {{{task}}}, "evaluation": {{"scales": {scales}, "items": 70, "metrics": {metrics}}}}}"#,
                    skill.replace('A', exponent)
                );
                let found = of(&json);
                for one in &anatomy(&found).metrics {
                    let Ok(rise) = &one.rise else { continue };
                    if let (Ok(slope), Some(width)) = (rise.max_slope, rise.width) {
                        assert!(
                            slope.is_finite() && slope >= 0.799_999 / width,
                            "{json}: {one:?}"
                        );
                    }
                    assert!(
                        rise.steepening.is_none_or(f64::is_finite),
                        "{json}: {one:?}"
                    );
                    if let (Some(Theorem::PureShift { .. }), Some(times)) =
                        (rise.verdict.theorem, rise.steepening)
                    {
                        close(times, 1.0, 1e-6);
                    }
                }
                let Verdicts {
                    growth,
                    metric,
                    usefulness,
                } = Verdicts::of(&found).unwrap();
                for told in metric.iter().chain([&growth, &usefulness]) {
                    let words: Vec<&str> = told.split_whitespace().collect();
                    assert!(
                        words
                            .iter()
                            .all(|word| !word.contains("NaN") && *word != "inf"),
                        "{json}: {told}"
                    );
                }
            }
        }
    }
}

#[test]
fn summaries_name_the_numbers_as_agreed() {
    let mut found = support::run(
        load(&Source::Shipped("default".to_owned()), &[])
            .unwrap()
            .scenario,
    );
    support::dissect(&mut found, 50);
    let summary: serde_json::Value =
        serde_json::from_str(&json(std::slice::from_ref(&found)).unwrap()).unwrap();
    let exact = &summary["metric"][0];
    for key in [
        "metric",
        "shift",
        "steepening",
        "local_ratio",
        "width",
        "x10",
        "x50",
        "x90",
        "max_slope",
        "first_visible",
        "hidden_decades",
        "scales_inside_rise",
    ] {
        assert!(!exact[key].is_null(), "{key}");
    }
    close(exact["shift"].as_f64().unwrap(), 2.34, 0.005);
    assert_eq!(summary["growth"]["verdict"], "smooth");
    close(
        summary["usefulness"]["from"].as_f64().unwrap(),
        11.24,
        0.005,
    );
    assert_eq!(exact["smooth_growth"]["replicates"], 50);
    // No other number is called a shift or a steepness.
    fn keys(value: &serde_json::Value, into: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(table) => table.iter().for_each(|(key, value)| {
                into.push(key.clone());
                keys(value, into);
            }),
            serde_json::Value::Array(list) => list.iter().for_each(|value| keys(value, into)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    keys(&summary, &mut all);
    let alike = all
        .iter()
        .filter(|key| key.contains("shift") || key.contains("steep"));
    assert!(
        alike
            .clone()
            .all(|key| key == "shift" || key == "steepening"),
        "{:?}",
        alike.collect::<Vec<_>>()
    );
    let csv = anatomy_csv(std::slice::from_ref(&found)).unwrap();
    assert!(csv.starts_with("point,metric,growth,shift,steepening,") && csv.lines().count() == 3);
}

/// Each kind of break in its own words; a curve without one is smooth, and a table cannot know.
#[test]
fn growth_says_what_kind_of_break_there_is() {
    let growth = |skill: &str, scales: &str| {
        let found = of(&format!(
            r#"{{"skill": {{{skill}}}, "evaluation": {{"scales": "{scales}"}}}}"#
        ));
        let told = Verdicts::of(&found).unwrap().growth;
        (anatomy(&found).growth.course, told)
    };
    let wide = "log:1e8:1e12:9";
    for (skill, begins) in [
        (
            r#""kind": "broken-power-law", "more-breaks": [{"at": 5e10, "alpha-after": 0.1, "width": 0.3}]"#,
            "2 breaks. At 10^10 the exponent of the hazard changes from 0.25 to 0.5, over 0.087 decades. At 10^10.70 the \
             exponent of the hazard changes from 0.5 to 0.1, over 0.13 decades. A step",
        ),
        (
            r#""kind": "broken-power-law", "temperature": 0.5"#,
            "a break. At 10^10 the exponent of the hazard, before temperature, changes from 0.25",
        ),
        (
            r#""kind": "loss-threshold", "data": {"kind": "unlimited"}, "efficiency": 2"#,
            "a break. At 10^8.23 there is a threshold: below, a step stays at 0.2500;",
        ),
        (
            r#""kind": "percolation", "critical-at": 3e9, "temperature": 0.5"#,
            "a break. At 10^9.48 there is a phase transition: below, nothing hangs together and a step stays at 0.0028;",
        ),
        (
            r#""kind": "quanta", "capacity": 3e9, "of": 7, "learned": 0.9"#,
            "a break. At 10^10.32 it jumps from 0.0500 to 0.9000.",
        ),
        (
            r#""kind": "quanta", "capacity": 3e9"#,
            "100 breaks. It climbs in steps, the first at 10^9.48, the last at 10^11.48.",
        ),
        (
            r#""kind": "opposed-slices""#,
            "a break. Around 10^9, over 0.50 decades, slices of items turn against each other",
        ),
    ] {
        let (course, told) = growth(skill, wide);
        assert_eq!(course, Course::Broken, "{skill}");
        assert!(told.starts_with(begins), "{told}");
    }
    for skill in [
        r#""kind": "linear-log""#,
        r#""kind": "gompertz""#,
        r#""kind": "chinchilla""#,
        r#""kind": "gadre""#,
        r#""kind": "hill""#,
        r#""kind": "probit""#,
        r#""kind": "acquisition""#,
    ] {
        let (course, told) = growth(skill, wide);
        assert_eq!(course, Course::Smooth, "{skill}");
        assert!(told.starts_with("smooth. A step"), "{told}");
    }
    let table = r#""kind": "table", "points": [[1e8, 0.2], [1e10, 0.7], [1e12, 0.9]]"#;
    let (course, told) = growth(table, wide);
    assert_eq!(course, Course::Tabulated);
    assert!(told.starts_with("as tabulated: "), "{told}");
    // Outside the window a break is none.
    let (course, _) = growth(r#""kind": "percolation""#, "log:2e9:1e12:9");
    assert_eq!(course, Course::Smooth);
}

/// Between its points a table is what it is; beyond its last one nothing is said.
#[test]
fn a_table_rises_from_its_first_point_to_its_last() {
    let found = of(
        r#"{"skill": {"kind": "table", "points": [[1e8, 0.2], [1e10, 0.7], [1e12, 0.9]]}, "task": {"steps": 1},
            "evaluation": {"scales": "log:1e8:1e12:9"}}"#,
    );
    let partial = rise(&found, "partial-credit");
    close(partial.low, 0.2, 1e-12);
    close(partial.high, 0.9, 1e-12);
    assert!(8.0 < partial.x10.unwrap() && partial.x90.unwrap() < 12.0);
    let told = &Verdicts::of(&found).unwrap().metric[0];
    assert!(
        told.contains("The table ends with exact-match at 0.9000"),
        "{told}"
    );
    let falling = of(
        r#"{"skill": {"kind": "table", "points": [[1e8, 0.7], [1e12, 0.4]]}, "evaluation": {"scales": "log:1e8:1e12:9"}}"#,
    );
    let told = &Verdicts::of(&falling).unwrap().metric[0];
    assert!(told.contains("ends lower than it begins"), "{told}");
}

/// A gain in efficiency moves every place by its logarithm, and a temperature scales a logistic by itself.
#[test]
fn efficiency_moves_and_temperature_sharpens() {
    let with = |more: &str| {
        of(&format!(
            r#"{{"skill": {{"kind": "logistic", "slope": 0.8{more}}}, "evaluation": {{"scales": "log:1e7:1e12:9"}}}}"#
        ))
    };
    let (plain, moved, sharp) = (
        with(""),
        with(r#", "efficiency": 30"#),
        with(r#", "temperature": 0.4"#),
    );
    for metric in ["exact-match", "partial-credit"] {
        let [plain, moved, sharp] = [&plain, &moved, &sharp].map(|found| rise(found, metric));
        close(
            plain.x50.unwrap() - moved.x50.unwrap(),
            libm::log10(30.0),
            1e-9,
        );
        close(plain.width.unwrap(), moved.width.unwrap(), 1e-9);
        close(sharp.width.unwrap() / plain.width.unwrap(), 0.4, 1e-9);
    }
    // p^L of a logistic to a temperature is the same power of a logistic.
    let told = &Verdicts::of(&sharp).unwrap().metric[0];
    assert!(told.contains("Theorem: with a logistic"), "{told}");
    let told = of(r#"{"skill": {"temperature": 0.4}}"#);
    assert_eq!(rise(&told, "exact-match").verdict.theorem, None);
}

/// Chinchilla's reducible loss of compute-optimal models is a power law, and what is known of those holds.
#[test]
fn a_reducible_loss_only_moves() {
    let found = of(
        r#"{"skill": {"kind": "chinchilla", "kappa": 0.3}, "evaluation": {"scales": "log:1e8:1e14:9"}}"#,
    );
    let exact = rise(&found, "exact-match");
    close(exact.shift.unwrap(), 1.0 / 0.34, 1e-8);
    assert!(matches!(
        exact.verdict.theorem,
        Some(Theorem::PureShift { .. })
    ));
}
