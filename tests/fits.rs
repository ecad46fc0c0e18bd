//! Curves fitted over scale, held against scipy and against their special cases.

use mirage::domain::{Count, Credit, Deviation, Positive, Scale, Scenario};
use mirage::engine::{LengthTally, Setting, Tally, tally};
use mirage::study::{BreakAt, CurveFit, Evidence, Family, Likelihoods, Links, fit, nearest};

pub(crate) const CREDITS: [&str; 3] = ["exact-match", "prefix-credit", "partial-credit"];

fn scenario(json: &str) -> Scenario {
    serde_json::from_str(json).unwrap()
}

pub(crate) fn credit(word: &str) -> Credit {
    word.parse().unwrap()
}

pub(crate) fn broken(place: BreakAt, width: f64) -> Family {
    let width = Positive::try_from(width).unwrap();
    Family::BrokenPowerLaw { place, width }
}

pub(crate) fn at(n: f64) -> BreakAt {
    BreakAt::Known(Scale::try_from(n).unwrap())
}

/// Seven uneven scales of six steps each, with a chance to guess.
const AWKWARD: &str = r#"{"task": {"steps": 6, "guess": 0.07},
    "evaluation": {"scales": [2e7, 1.1e8, 3e8, 2e9, 9e9, 4e10, 5e11]}}"#;

type Histograms = [[u64; 7]; 7];

/// How many attempts had 0, 1, ..., 6 correct steps, and leading ones, where growth quickens.
const QUICKENS: [Histograms; 2] = [
    [
        [4, 10, 24, 15, 7, 1, 0],
        [1, 22, 47, 46, 21, 5, 1],
        [2, 10, 25, 37, 15, 7, 1],
        [1, 2, 7, 9, 11, 8, 0],
        [0, 1, 4, 27, 34, 45, 9],
        [0, 0, 1, 2, 10, 32, 30],
        [0, 0, 0, 0, 3, 7, 42],
    ],
    [
        [40, 13, 4, 3, 1, 0, 0],
        [82, 31, 18, 8, 2, 1, 1],
        [54, 25, 7, 5, 4, 1, 1],
        [24, 6, 5, 1, 1, 1, 0],
        [37, 24, 12, 21, 14, 3, 9],
        [12, 11, 5, 10, 7, 0, 30],
        [1, 3, 2, 1, 2, 1, 42],
    ],
];

fn tallies(histograms: &[Histograms; 2]) -> Vec<Tally> {
    let [correct, leading] = histograms;
    let both = correct.iter().zip(leading);
    both.map(|(correct, leading)| Tally {
        lengths: vec![LengthTally::new(correct.to_vec(), leading.to_vec())],
        ..Tally::empty(0)
    })
    .collect()
}

fn likelihoods(scenario: &Scenario, word: &str, tallies: &[Tally]) -> Likelihoods {
    let links = Links::of(scenario, credit(word), &Family::SMOOTH).unwrap();
    let evidence = Evidence::of(links.told(), tallies).unwrap();
    links.likelihoods(&evidence).unwrap()
}

/// The largest of 25 to 60 searches by scipy.optimize.minimize (Nelder-Mead, to 1e-13), with likelihoods by their formulas in
/// NumPy; means over steps that differ by Gauss and Hermite's rule of 160 places.
#[track_caller]
fn holds(found: &CurveFit, value: f64, parameters: &[f64]) {
    // Tables are good to 1e-7 of an attempt, of which there are 586.
    assert!(
        (found.log_likelihood - value).abs() < 6e-5 && found.converged,
        "{value}: {found:?}"
    );
    let pairs = found.parameters.iter().zip(parameters);
    for (parameter, expected) in pairs {
        let off = (parameter.value - expected).abs();
        assert!(off < 1e-3 * expected + 1e-6, "{expected}: {found:?}");
    }
    assert_eq!(found.parameters.len(), parameters.len());
    let curve = found.skill_curve().unwrap();
    assert_eq!(found.hazards.len(), 7);
    for (scale, hazard) in SCALES.iter().zip(&found.hazards) {
        let told = curve.hazard(Scale::try_from(*scale).unwrap());
        assert!((told / hazard - 1.0).abs() < 1e-10, "{found:?}");
    }
}

const SCALES: [f64; 7] = [2e7, 1.1e8, 3e8, 2e9, 9e9, 4e10, 5e11];

#[test]
fn each_family_is_fitted_as_scipy_fits_it() {
    let task = scenario(AWKWARD);
    let tallies = tallies(&QUICKENS);
    let families = [
        Family::PowerLaw,
        Family::FlooredPowerLaw,
        Family::Logistic,
        Family::GuessFloored,
        Family::UnevenSteps,
        broken(at(3e9), 0.4),
        broken(BreakAt::Free, 0.4),
    ];
    for (word, expected) in CREDITS.into_iter().zip(QUICKENS_BY_SCIPY) {
        let likelihoods = likelihoods(&task, word, &tallies);
        for (family, (value, parameters)) in families.into_iter().zip(expected) {
            holds(&fit(&likelihoods, family).unwrap(), value, parameters);
        }
    }
}

/// The same where growth comes to an end.
const FLATTENS: [Histograms; 2] = [
    [
        [13, 17, 26, 5, 0, 0, 0],
        [4, 16, 37, 39, 32, 13, 2],
        [0, 2, 18, 19, 27, 26, 5],
        [0, 0, 0, 2, 4, 14, 18],
        [0, 0, 1, 3, 16, 51, 49],
        [0, 0, 0, 0, 9, 28, 38],
        [0, 0, 0, 2, 6, 15, 29],
    ],
    [
        [42, 16, 3, 0, 0, 0, 0],
        [77, 28, 20, 11, 5, 0, 2],
        [40, 16, 18, 6, 8, 4, 5],
        [5, 2, 2, 4, 4, 3, 18],
        [15, 18, 13, 10, 9, 6, 49],
        [4, 8, 7, 6, 6, 6, 38],
        [6, 5, 4, 5, 1, 2, 29],
    ],
];

#[test]
fn floors_are_fitted_as_scipy_fits_them() {
    let task = scenario(AWKWARD);
    let tallies = tallies(&FLATTENS);
    for (word, expected) in CREDITS.into_iter().zip(FLATTENS_BY_SCIPY) {
        let likelihoods = likelihoods(&task, word, &tallies);
        for (family, (value, parameters)) in Family::SMOOTH.into_iter().zip(expected) {
            holds(&fit(&likelihoods, family).unwrap(), value, parameters);
        }
    }
}

const FLATTENS_BY_SCIPY: [[Expected; 4]; 3] = [
    [
        (-236.878_067_822, &[21_252_312.0, 0.281_501_74]),
        (-228.238_959_561, &[75_007_282.0, 0.741_356_6, 0.113_622_52]),
        (-238.846_384_128, &[57_822_537.0, 0.313_844_68]),
        (-236.878_067_822, &[21_252_312.0, 0.281_501_74, 0.0]),
    ],
    [
        (-877.599_842_365, &[42_304_450.0, 0.320_231_82]),
        (
            -866.777_316_527,
            &[53_200_710.0, 0.563_761_71, 0.096_252_609],
        ),
        (-882.496_662_231, &[122_542_910.0, 0.369_559_87]),
        (-877.599_842_365, &[42_304_450.0, 0.320_231_82, 0.0]),
    ],
    [
        (-812.757_743_251, &[60_172_496.0, 0.349_356_65]),
        (
            -791.116_631_121,
            &[57_288_710.0, 0.560_917_31, 0.095_311_206],
        ),
        (-827.038_916_129, &[183_253_640.0, 0.416_367_05]),
        (-812.757_743_251, &[60_172_496.0, 0.349_356_65, 0.0]),
    ],
];

type Expected = (f64, &'static [f64]);

const QUICKENS_BY_SCIPY: [[Expected; 7]; 3] = [
    [
        (-131.625_667_274, &[525_227_950.0, 0.385_681_24]),
        (-131.625_667_274, &[525_227_950.0, 0.385_681_24, 0.0]),
        (-127.118_951_811, &[1_992_981_200.0, 0.528_047_23]),
        (
            -120.710_030_128,
            &[7_677_942_800.0, 0.707_999_62, 0.378_337_46],
        ),
        (-126.278_906_705, &[97_272_692_673.7, 0.979_159_647, 3.0]),
        (
            -120.437_700_945,
            &[12_265_804.0, 0.009_996_271_9, 0.647_204_96, 3e9],
        ),
        (
            -120.418_717_676,
            &[49_027_050.0, 0.029_346_732, 0.654_142, 3_442_453_500.0],
        ),
    ],
    [
        (-813.088_945_413, &[119_264_840.0, 0.267_392_96]),
        (-813.088_945_413, &[119_264_840.0, 0.267_392_96, 0.0]),
        (-806.353_967_192, &[652_453_150.0, 0.362_219_82]),
        (
            -791.804_552_691,
            &[6_933_477_100.0, 0.675_040_89, 0.382_324_5],
        ),
        (-804.651_964_990, &[159_464_230_963.0, 0.717_415_082, 3.0]),
        (
            -791.019_241_896,
            &[59_237_852.0, 0.045_685_749, 0.604_731_94, 3e9],
        ),
        (
            -791.002_201_576,
            &[62_464_533.0, 0.052_566_896, 0.612_443_88, 3_246_082_200.0],
        ),
    ],
    [
        (-845.875_242_385, &[89_000_561.0, 0.242_819_62]),
        (-845.875_242_385, &[89_000_561.0, 0.242_819_62, 0.0]),
        (-835.638_644_391, &[511_619_570.0, 0.331_209_41]),
        (
            -822.069_729_911,
            &[4_408_279_900.0, 0.537_471_41, 0.382_857_84],
        ),
        (-833.870_694_704, &[202_929_059_877.0, 0.660_247_244, 3.0]),
        (
            -818.078_053_365,
            &[63_706_779.0, 0.100_123_11, 0.534_303_58, 3e9],
        ),
        (
            -817.982_424_983,
            &[64_931_525.0, 0.108_906_89, 0.555_023_09, 3_595_473_300.0],
        ),
    ],
];

/// The design of `configs/genuine-break.toml` with another skill, and so many items.
pub(crate) fn design(skill: &str, items: u64) -> Scenario {
    scenario(&format!(
        r#"{{"skill": {{{skill}}}, "task": {{"steps": 10}},
            "evaluation": {{"scales": "log:1e8:3.16227766017e11:8", "items": {items}}}}}"#
    ))
}

#[test]
fn a_family_is_never_less_likely_than_its_special_case() {
    let families = Family::SMOOTH;
    for skill in [
        r#""kind": "irreducible-power-law", "irreducible": 0.05"#,
        r#""kind": "gompertz", "irreducible": 0, "floor": 0.4"#,
        r#""kind": "power-law", "alpha": 0.05"#,
        // Nothing, then everything.
        r#""kind": "power-law", "alpha": 3.0, "c": 3e10"#,
        // Never anything, and always everything.
        r#""kind": "power-law", "alpha": 0.3, "c": 1e20"#,
        r#""kind": "power-law", "alpha": 1.0, "c": 10"#,
    ] {
        let scenario = design(skill, 30);
        for word in CREDITS {
            let links = Links::of(&scenario, credit(word), &families).unwrap();
            for replicate in 0..20 {
                let settings = Setting::at_every_scale(&scenario, replicate);
                let tallies = settings.iter().map(|one| tally(one, 0..u64::MAX).unwrap());
                let evidence = Evidence::of(links.told(), &tallies.collect::<Vec<_>>()).unwrap();
                let likelihoods = links.likelihoods(&evidence).unwrap();
                let value = |family| {
                    let found = fit(&likelihoods, family).unwrap();
                    assert!(found.converged, "{skill} {word} {replicate}: {found:?}");
                    assert!(found.skill_curve().is_ok(), "{found:?}");
                    let value = found.log_likelihood;
                    assert!(value <= evidence.saturated() + 1e-4, "{found:?}");
                    value
                };
                let line = value(Family::PowerLaw);
                for family in [
                    Family::FlooredPowerLaw,
                    Family::GuessFloored,
                    Family::UnevenSteps,
                    broken(at(1e10), 0.2),
                    broken(BreakAt::Free, 0.2),
                ] {
                    let above = value(family) - line;
                    assert!(
                        above > -2e-6,
                        "{skill} {word} {replicate} {family}: {above}"
                    );
                }
            }
        }
    }
}

/// Laws where steps differ are simulated as they were fitted: the nearest one to a scenario of that family is the scenario.
#[test]
fn steps_that_differ_come_back() {
    let mut told = design(r#""kind": "power-law", "alpha": 0.34"#, 1000);
    let even = told.clone();
    let links = Links::of(&even, credit("partial-credit"), &Family::SMOOTH).unwrap();
    let near = nearest(&told, &links, Family::UnevenSteps).unwrap();
    assert_eq!(near.fit.parameter("sd"), Some(0.0));
    let mirage::domain::Task::Steps(task) = &told.task else {
        panic!("steps")
    };
    let sd = Deviation::try_from(1.5).unwrap();
    let normal = mirage::domain::NormalSteps {
        sd,
        on: mirage::domain::Lever::Hazard,
    };
    let difficulty = mirage::domain::Difficulty::Normal(normal);
    told.task = mirage::domain::Task::Steps(task.with_difficulty(difficulty).unwrap());
    let near = nearest(&told, &links, Family::UnevenSteps).unwrap();
    assert_eq!(near.fit.parameter("sd"), Some(1.5));
    assert!(near.divergence < 1e-3 && (near.fit.parameter("alpha").unwrap() - 0.34).abs() < 1e-4);
    assert_eq!(near.fit.scenario(&even).unwrap().task, told.task);
    let chances = told.chances();
    let here = chances.at(told.evaluation.scales.as_slice()[2]);
    assert!(here.distribution(Count::Correct, 10).is_some());
}

/// Lengths that differ, a chance to be right by a guess of the whole item, and attempts by several training runs: expected
/// counts of all together are nearest to what they are expected of.
#[test]
fn lengths_that_differ_are_counted_apart() {
    let told = scenario(
        r#"{"skill": {"kind": "irreducible-power-law", "c": 4e8, "alpha": 0.41, "irreducible": 0.07},
            "task": {"steps": {"kind": "uniform", "from": 2, "to": 5}, "floor": 0.06, "guess": 0.03},
            "evaluation": {"scales": [3e7, 4e8, 9e8, 5e10, 2e11, 8e12], "items": 150, "attempts": 3, "training-seeds": 2}}"#,
    );
    for word in CREDITS.into_iter().chain(["pass-mark:0.6", "harshness:2"]) {
        let links = Links::of(&told, credit(word), &[]).unwrap();
        let evidence = Evidence::expected(links.told(), &told).unwrap();
        let attempts: Vec<f64> = evidence
            .at_scales()
            .map(|counts| counts.iter().sum())
            .collect();
        assert!(
            attempts.iter().all(|n| (n - 900.0).abs() < 1e-9),
            "{attempts:?}"
        );
        let near = nearest(&told, &links, Family::FlooredPowerLaw).unwrap();
        assert!(
            near.divergence < 6e-4 && near.fit.converged,
            "{word} {near:?}"
        );
        for (parameter, expected) in near.fit.parameters.iter().zip([4e8, 0.41, 0.07]) {
            let off = parameter.value / expected - 1.0;
            assert!(off.abs() < 2e-3, "{word} {near:?}");
        }
        // Counts of attempts are those of the tally, whatever the order of lengths.
        let settings = Setting::at_every_scale(&told, 3);
        let tallies: Vec<Tally> = settings
            .iter()
            .map(|one| tally(one, 0..u64::MAX).unwrap())
            .collect();
        let drawn = Evidence::of(links.told(), &tallies).unwrap();
        for (counts, tally) in drawn.at_scales().zip(&tallies) {
            assert_eq!(counts.iter().sum::<f64>(), tally.attempts as f64);
        }
        assert!(Evidence::of(links.told(), &tallies[1..]).is_err());
        let other = Links::of(&scenario(AWKWARD), credit(word), &[]).unwrap();
        assert!(other.likelihoods(&drawn).is_err());
    }
}

#[test]
fn few_scales_leave_what_they_do_not_tell_as_it_may_be() {
    for scales in ["[1e9]", "[1e9, 7e9]", "[1e9, 7e9, 2e11]"] {
        let few = scenario(&format!(
            r#"{{"task": {{"steps": 3}}, "evaluation": {{"scales": {scales}, "items": 40}}}}"#
        ));
        for word in CREDITS {
            let links = Links::of(&few, credit(word), &Family::SMOOTH).unwrap();
            let evidence = Evidence::expected(links.told(), &few).unwrap();
            let likelihoods = links.likelihoods(&evidence).unwrap();
            let families = Family::SMOOTH.into_iter();
            for family in families.chain([broken(at(8e9), 0.2), broken(BreakAt::Free, 0.2)]) {
                let found = fit(&likelihoods, family).unwrap();
                let short = evidence.saturated() - found.log_likelihood;
                assert!(short > -1e-4 && short < 1.0, "{scales} {word} {found:?}");
                assert!(found.converged && found.skill_curve().is_ok(), "{found:?}");
            }
        }
    }
}

/// The hazard is that before temperature and efficiency: a scenario with either is nearest to its own curve.
#[test]
fn what_stands_beside_the_curve_is_known() {
    let told = scenario(
        r#"{"skill": {"c": 3e8, "alpha": 0.27, "efficiency": 7, "temperature": 0.6, "between-seeds": {"kind": "normal", "sd": 0.4}},
            "task": {"steps": 4, "guess": 0.1, "spread": {"kind": "logit-normal", "sd": 0.8}},
            "evaluation": {"scales": [2e7, 3e8, 1e9, 4e10]}}"#,
    );
    for word in [
        "exact-match",
        "partial-credit",
        "prefix-credit",
        "pass-mark:0.5",
    ] {
        let links = Links::of(&told, credit(word), &[]).unwrap();
        let near = nearest(&told, &links, Family::PowerLaw).unwrap();
        // Tables are good to about 1e-7 of an attempt, of which there are 4000.
        assert!(
            near.divergence < 4e-4 && near.fit.converged,
            "{word} {near:?}"
        );
        let (c, alpha) = (near.fit.parameters[0].value, near.fit.parameters[1].value);
        assert!(
            (c / 3e8 - 1.0).abs() < 1e-4 && (alpha - 0.27).abs() < 1e-5,
            "{word} {near:?}"
        );
        let again = near.fit.scenario(&told).unwrap();
        let scale = told.evaluation.scales.as_slice()[1];
        assert!((again.skill.hazard(scale) / told.skill.hazard(scale) - 1.0).abs() < 1e-4);
    }
}
