//! Two scenarios, or two metrics, on the same items.

use super::difference::{DifferenceMethod, Side};
use super::{Confidence, CreditSummary, Estimate};
use crate::domain::special::beta_cdf;
use crate::domain::{Level, Metric, Range, Reducer, Scale, Scenario};
use crate::engine::{Control, Failure, Interrupted, Method, Setting, Tally, simulate};

/// One side of a comparison: a scenario and, in order, its metrics.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Its name in tables.
    pub name: String,
    /// What is attempted.
    pub scenario: Scenario,
    /// The metrics; each is compared with that in its place on the other side.
    pub metrics: Vec<Metric>,
}

/// Why two sides cannot be compared item by item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Items are drawn from the seed.
    #[error(
        "seed: {one} has {one_seed} and {other} has {other_seed}: the same items take the same seed, such as --seed {one_seed}"
    )]
    Seeds {
        /// The first side.
        one: String,
        /// Its seed.
        one_seed: u64,
        /// The second side.
        other: String,
        /// Its seed.
        other_seed: u64,
    },
    /// Every item needs its like.
    #[error(
        "evaluation.items: {one} has {one_items} and {other} has {other_items}: let them be as many, such as --set evaluation.items={one_items}"
    )]
    Items {
        /// The first side.
        one: String,
        /// Its items.
        one_items: u64,
        /// The second side.
        other: String,
        /// Its items.
        other_items: u64,
    },
    /// They are measured at different places.
    #[error(
        "evaluation.scales: {one} and {other} have no scale in common: set both, such as --set evaluation.scales=log:1e7:1e12:26"
    )]
    Scales {
        /// The first side.
        one: String,
        /// The second side.
        other: String,
    },
}

/// A difference at one scale, of the second side less the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// The scale.
    pub scale: Scale,
    /// The metric of each side.
    pub metrics: [Metric; 2],
    /// What each side scored.
    pub estimates: [Estimate; 2],
    /// The second less the first.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// How the interval was made.
    pub method: DifferenceMethod,
    /// How often the interval should hold the truth.
    pub level: Level,
    /// The correlation, over items, of what an item scored on both sides; `None` where one of them does not vary.
    pub correlation: Option<f64>,
    /// McNemar's test; `None` unless each side is one attempt at each item that earns all or nothing.
    pub mcnemar: Option<McNemar>,
    /// What is expected; `None` where no method computes it.
    pub expected: Option<f64>,
    /// (value - expected) over its standard error; `None` where the items are too few for a normal score, and where
    /// training runs differ.
    pub z: Option<f64>,
}

/// McNemar's exact test of items that one side alone solved: under no difference each was as likely the one's as the
/// other's.
///
/// Source: McNemar 1947, Psychometrika 12, 153; the exact form is the two-sided binomial test of one half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct McNemar {
    /// Items that the first side alone solved.
    pub only_first: u64,
    /// Items that the second side alone solved.
    pub only_second: u64,
    /// Twice the smaller tail, at most 1.
    pub p_value: f64,
}

impl McNemar {
    /// Of items that one side alone solved.
    #[must_use]
    pub fn new(only_first: u64, only_second: u64) -> Self {
        let (fewer, all) = (
            only_first.min(only_second) as f64,
            (only_first + only_second) as f64,
        );
        // P(X <= k) of n fair coins = I_1/2(n - k, k + 1).
        let tail = match all > fewer {
            true => beta_cdf(0.5, all - fewer, fewer + 1.0),
            false => 1.0,
        };
        Self {
            only_first,
            only_second,
            p_value: (2.0 * tail).min(1.0),
        }
    }
}

/// Attempts both sides at every scale that both measure, and compares them item by item; by scale, then by metric. A scale
/// at which work failed has its failure.
///
/// Items that differ do so alike on both sides. Attempts share their random numbers as well where both have `pairing =
/// "all"`, or are one scenario.
///
/// # Errors
/// The sides have other items, or no scale in common; the inner one if the caller cancelled.
pub fn contrasts(
    one: &Compared,
    other: &Compared,
    control: &Control<'_>,
) -> Result<Result<Vec<Result<Contrast, Failure>>, Interrupted>, CompareError> {
    let scales = scales_in_common(one, other)?;
    let of = |side: &Compared| side.scenario.needs_of(&side.metrics);
    let pair = |&scale: &Scale| {
        let (one, other) = ((&one.scenario, of(one)), (&other.scenario, of(other)));
        Setting::pair(one, other, scale, 0)
    };
    let settings: Vec<Setting> = scales.iter().flat_map(pair).collect();
    let tallies = match simulate(&settings, Method::Kernel, control) {
        Ok(tallies) => tallies,
        Err(Interrupted) => return Ok(Err(Interrupted)),
    };
    let mut contrasts = Vec::new();
    for (&scale, pair) in scales.iter().zip(tallies.chunks(2)) {
        match pair {
            [Ok(first), Ok(second)] => {
                let of = |place| contrast([one, other], [first, second], scale, place);
                contrasts.extend((0..one.metrics.len()).filter_map(of).map(Ok));
            }
            failed => contrasts.extend(
                failed
                    .iter()
                    .filter_map(|one| Some(Err(one.clone().err()?))),
            ),
        }
    }
    Ok(Ok(contrasts))
}

fn scales_in_common(one: &Compared, other: &Compared) -> Result<Vec<Scale>, CompareError> {
    let [first, second] = [one, other].map(|side| &side.scenario);
    let names = || (one.name.clone(), other.name.clone());
    if first.seed != second.seed {
        let (one, other) = names();
        return Err(CompareError::Seeds {
            one,
            one_seed: first.seed.get(),
            other,
            other_seed: second.seed.get(),
        });
    }
    let [one_items, other_items] = [first, second].map(|scenario| scenario.evaluation.items.get());
    if one_items != other_items {
        let (one, other) = names();
        return Err(CompareError::Items {
            one,
            one_items,
            other,
            other_items,
        });
    }
    let theirs = second.evaluation.scales.as_slice();
    let ours = first.evaluation.scales.as_slice().iter().copied();
    let scales: Vec<Scale> = ours.filter(|scale| theirs.contains(scale)).collect();
    match scales.is_empty() {
        true => {
            let (one, other) = names();
            Err(CompareError::Scales { one, other })
        }
        false => Ok(scales),
    }
}

fn contrast(
    sides: [&Compared; 2],
    tallies: [&Tally; 2],
    scale: Scale,
    place: usize,
) -> Option<Contrast> {
    let level = sides[0].scenario.evaluation.level;
    let metrics = sides.map(|side| side.metrics[place]);
    let side = |which: usize| {
        let summary = CreditSummary::of(tallies[which], metrics[which], place)?;
        let confidence = Confidence::of(&sides[which].scenario, level);
        let estimate = summary.estimate(&confidence);
        Some(Side { summary, estimate })
    };
    let (first, second) = (side(0)?, side(1)?);
    let products = tallies[0].item_sums.get(place)?.with_next;
    let correlation = first.correlation(&second, products);
    // Differences of what metrics are straight functions of.
    let longest = |which: usize| sides[which].scenario.task.steps().get();
    let slopes = [metrics[0].slope(longest(0))?, metrics[1].slope(longest(1))?];
    let told = |side: Side, which: usize| Side {
        estimate: side.estimate.of_metric(metrics[which], longest(which)),
        ..side
    };
    let off_sign = slopes[0].signum() * slopes[1].signum();
    let expected = |which: usize| {
        let chances = sides[which].scenario.chances();
        let (metric, at_scale) = (metrics[which], chances.at(scale));
        let mean = at_scale.reduced(metric.credit, metric.reducer)?;
        Some(metric.of_mean(mean, at_scale.longest()))
    };
    let expected = expected(0).zip(expected(1)).map(|(one, other)| other - one);
    let (first, second) = (told(first, 0), told(second, 1));
    let value = second.estimate.value - first.estimate.value;
    let over_items = off_sign * correlation.unwrap_or(0.0);
    let (low, high) = first.interval_to(&second, over_items);
    let most = match metrics.map(Metric::range) {
        [Range::Unit, Range::Unit] => 1.0,
        _ => f64::INFINITY,
    };
    let runs_differ = sides.iter().any(|side| side.scenario.skill.runs_differ());
    let alike = slopes[0] == slopes[1] && !runs_differ;
    let z = expected.filter(|_| alike).and_then(|expected| {
        let off = (value - expected) / slopes[0].abs();
        first.score_to(&second, over_items, off)
    });
    let is_single = |which: usize| {
        let one_attempt = tallies[which].attempts == tallies[which].items;
        one_attempt && metrics[which].reducer == Reducer::Mean && metrics[which].is_success_rate()
    };
    let mcnemar = (is_single(0) && is_single(1)).then(|| {
        let solved = |tally: &Tally| (tally.item_sums[place].sum >> 32) as u64;
        let both = (products >> 64) as u64;
        McNemar::new(solved(tallies[0]) - both, solved(tallies[1]) - both)
    });
    Some(Contrast {
        scale,
        metrics,
        estimates: [first.estimate, second.estimate],
        value,
        low: low.max(-most),
        high: high.min(most),
        method: DifferenceMethod::NewcombePaired,
        level,
        correlation,
        mcnemar,
        expected,
        z,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    fn compared(name: &str, json: &str, metrics: &[&str]) -> Compared {
        let scenario: Scenario = serde_json::from_str(json).unwrap();
        Compared {
            name: name.to_owned(),
            scenario,
            metrics: metrics.iter().map(|word| word.parse().unwrap()).collect(),
        }
    }

    fn contrasts(one: &Compared, other: &Compared) -> Vec<Contrast> {
        let control = Control {
            cancel: &AtomicBool::new(false),
            events: &|_| (),
        };
        let all = super::contrasts(one, other, &control).unwrap().unwrap();
        all.into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn mcnemar_is_a_binomial_test_of_one_half() {
        // R: binom.test(3, 13)$p.value, binom.test(5, 10)$p.value.
        assert!((McNemar::new(3, 10).p_value - 0.092_285_156_25).abs() < 1e-12);
        assert_eq!(McNemar::new(5, 5).p_value, 1.0);
        assert_eq!(McNemar::new(0, 0).p_value, 1.0);
        assert!((McNemar::new(12, 0).p_value - 2.0 / 4096.0).abs() < 1e-15);
    }

    /// A pass-mark of half the steps is met wherever all are right.
    #[test]
    fn metrics_of_the_same_attempts_hang_together() {
        let json = r#"{"evaluation": {"scales": [1e9, 1e10], "items": 500}}"#;
        let one = compared("one", json, &["exact-match"]);
        let other = compared("one", json, &["pass-mark:0.5"]);
        for contrast in contrasts(&one, &other) {
            let mcnemar = contrast.mcnemar.unwrap();
            assert_eq!(mcnemar.only_first, 0);
            let gain = mcnemar.only_second as f64 / 500.0;
            assert!((contrast.value - gain).abs() < 1e-12);
            assert!(contrast.low < gain && gain < contrast.high);
            assert!(contrast.z.is_none_or(|z| z.abs() < 5.0));
        }
    }

    /// With random numbers in common a slightly better skill solves all that the other does.
    #[test]
    fn scenarios_of_one_seed_have_their_items_in_common() {
        let json = |alpha: f64, pairing: &str| {
            format!(
                r#"{{"skill": {{"alpha": {alpha}}}, "task": {{"spread": {{"kind": "logit-normal", "sd": 1.5}}}},
                    "evaluation": {{"scales": [3e9], "items": 2000, "pairing": "{pairing}"}}}}"#
            )
        };
        let of = |pairing: &str| {
            let metrics = ["exact-match"];
            let one = compared("one", &json(0.34, pairing), &metrics);
            let other = compared("other", &json(0.36, pairing), &metrics);
            contrasts(&one, &other).remove(0)
        };
        let (apart, common) = (of("independent"), of("all"));
        assert_eq!(common.mcnemar.unwrap().only_first, 0);
        let correlation = apart.correlation.unwrap();
        assert!(correlation > 0.2 && common.correlation.unwrap() > correlation + 0.2);
        assert!(common.high - common.low < apart.high - apart.low);
    }

    #[test]
    fn sides_that_cannot_be_compared_say_why() {
        let refused = |other: &str| {
            let one = compared(
                "one",
                r#"{"evaluation": {"scales": [1e9]}}"#,
                &["exact-match"],
            );
            let other = compared("other", other, &["exact-match"]);
            scales_in_common(&one, &other).unwrap_err().to_string()
        };
        assert!(refused(r#"{"seed": 5}"#).contains("--seed 20230428"));
        let items = r#"{"evaluation": {"scales": [1e9], "items": 5}}"#;
        assert!(refused(items).contains("--set evaluation.items=1000"));
        let scales = r#"{"evaluation": {"scales": [2e9]}}"#;
        assert!(refused(scales).contains("no scale in common"));
    }
}
