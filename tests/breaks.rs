//! The test for a break, held against its theory and against the engine.

use std::num::{NonZeroU32, NonZeroU64};

use mirage::domain::{Items, Level, NonNegative, ProperProbability, Scenario};
use mirage::engine::{Setting, tally};
use mirage::study::{
    BreakAt, ChangeInterval, ChiSquare, Evidence, Family, Links, SlopeChange, fit,
    items_for_noncentrality, lr_statistic, nearest, noncentrality_for,
};

use super::fits::{CREDITS, at, broken, credit, design};
use super::support::assert_rate;

/// Exponent .25, then .5 from 1e10 on, width .2.
const GENUINE: &str = r#""kind": "broken-power-law""#;

fn freedom(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn share(p: f64) -> ProperProbability {
    ProperProbability::try_from(p).unwrap()
}

/// By scipy.stats.ncx2 at noncentralities of 4.9682 for exact match and .148215 an item for prefix credit (52.956 and 65.005
/// items), and the published figures of this design for partial credit.
#[test]
fn planning_numbers_of_a_genuine_break() {
    let design = design(GENUINE, 200);
    for (word, powers, items) in [
        ("exact-match", Some([0.606, 0.501]), [316, 388]),
        ("prefix-credit", None, [53, 66]),
        ("partial-credit", None, [22, 27]),
    ] {
        let links = Links::of(&design, credit(word), &[Family::PowerLaw]).unwrap();
        let near = nearest(&design, &links, Family::PowerLaw).unwrap();
        assert!(near.fit.converged);
        for (place, number) in [1, 2].into_iter().enumerate() {
            let noncentrality = NonNegative::try_from(near.noncentrality()).unwrap();
            let critical = ChiSquare::central(freedom(number)).critical(share(0.05));
            let law = ChiSquare {
                freedom: freedom(number),
                noncentrality,
            };
            let power = law.upper_tail(critical);
            match powers {
                Some(powers) => assert!((power - powers[place]).abs() < 6e-4, "{word} {power}"),
                None => assert!(power > 0.999, "{word} {power}"),
            }
            let needed = noncentrality_for(freedom(number), share(0.05), share(0.8)).unwrap();
            let measured = NonZeroU64::new(200).unwrap();
            let found = items_for_noncentrality(needed, noncentrality, measured);
            assert_eq!(found.map(Items::get), Some(items[place]), "{word}");
        }
        // Its own family has the law itself.
        let own = nearest(&design, &links, broken(at(1e10), 0.2)).unwrap();
        assert!(own.divergence < 1e-3 && own.fit.converged, "{word} {own:?}");
        let change =
            own.fit.parameter("alpha-after").unwrap() - own.fit.parameter("alpha").unwrap();
        assert!((change - 0.25).abs() < 1e-4, "{word} {change}");
    }
}

/// How many of so many replicates of a scenario are called a break at 1e10, by a power law alone and the critical value of
/// chi-square with one degree of freedom.
fn called_a_break(scenario: &Scenario, word: &str, replicates: u64) -> u64 {
    let links = Links::of(scenario, credit(word), &[]).unwrap();
    let statistic = |replicate: u64| {
        let settings = Setting::at_every_scale(scenario, replicate);
        let tallies = settings.iter().map(|one| tally(one, 0..u64::MAX).unwrap());
        let evidence = Evidence::of(links.told(), &tallies.collect::<Vec<_>>()).unwrap();
        let likelihoods = links.likelihoods(&evidence).unwrap();
        let alternative = broken(at(1e10), 0.2);
        let found = lr_statistic(&likelihoods, alternative, &[Family::PowerLaw]).unwrap();
        assert!(found.converged() && found.value > -1e-6, "{found:?}");
        found.value
    };
    let found = (0..replicates).filter(|&replicate| statistic(replicate) > 3.841_458_820_694_124);
    found.count() as u64
}

/// A logistic that no law breaks is called a break by who knows of nothing but power laws, the more often the more the
/// credit tells. Rates of an independent simulation in NumPy, rounded.
#[test]
fn a_smooth_logistic_is_called_a_break() {
    let logistic = design(
        r#""kind": "logistic", "slope": 0.343, "midpoint": 316227766.017"#,
        200,
    );
    for (word, rate) in CREDITS.into_iter().zip([0.07, 0.25, 0.63]) {
        assert_rate(called_a_break(&logistic, word, 1000), 1000, rate);
    }
}

/// Of a break, exact match at 200 items falls short of the power that its noncentrality promises, .606: in 2000 replicates in
/// NumPy, fitted by Newton's method, .4925.
#[test]
fn power_laws_are_called_a_break_at_the_level_and_breaks_at_the_power() {
    let power_law = design(r#""kind": "power-law", "alpha": 0.34"#, 200);
    for word in CREDITS {
        assert_rate(called_a_break(&power_law, word, 1000), 1000, 0.05);
    }
    assert_rate(
        called_a_break(&design(GENUINE, 200), "exact-match", 1000),
        1000,
        0.4925,
    );
}

/// Where items are many the likelihood is a parabola, and both intervals are the same.
#[test]
fn the_interval_by_curvature_is_that_of_the_profile_for_many_items() {
    let scenario = design(GENUINE, 400_000);
    let level = Level::try_from(0.9).unwrap();
    for word in CREDITS {
        let links = Links::of(&scenario, credit(word), &[]).unwrap();
        let evidence = Evidence::expected(links.told(), &scenario).unwrap();
        let likelihoods = links.likelihoods(&evidence).unwrap();
        for place in [at(1e10), BreakAt::Free] {
            let found = fit(&likelihoods, broken(place, 0.2)).unwrap();
            let by = |interval| SlopeChange::of(&likelihoods, &found, interval, level).unwrap();
            let (profile, wald) = (by(ChangeInterval::Profile), by(ChangeInterval::Wald));
            let width = wald.high.unwrap() - wald.low.unwrap();
            assert!(
                profile.converged && width < 0.1,
                "{word} {profile:?} {wald:?}"
            );
            let ends = [
                profile.low.unwrap() - wald.low.unwrap(),
                profile.high.unwrap() - wald.high.unwrap(),
            ];
            assert!(
                ends.iter().all(|off| off.abs() < 0.02 * width),
                "{word} {place:?} {profile:?} {wald:?}"
            );
            assert!(wald.low.unwrap() < 0.25 && wald.high.unwrap() > 0.25);
        }
        let smooth = fit(&likelihoods, Family::PowerLaw).unwrap();
        assert!(SlopeChange::of(&likelihoods, &smooth, ChangeInterval::Wald, level).is_err());
    }
}
