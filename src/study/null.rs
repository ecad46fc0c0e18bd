//! How emergent a row of estimates looks, and how often no growth or smooth growth would look as emergent.

use super::estimate::{Interval, rate_interval};
use super::pmf::Pmf;
use crate::domain::special::normal_quantile;
use crate::domain::{Count, Counted, Expected, Level, Seed, StepChances};
use crate::engine::hypothetical_uniforms;

/// Evaluations drawn under each hypothesis.
pub const NULL_REPLICATES: u64 = 2000;

/// Scores beyond these bounds, and infinite ones, count as the bound: the convention of BIG-bench.
const BOUND: f64 = 100.0;

/// Two scores of how a row of credits y_1, ..., y_m over increasing scales rises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Schaeffer et al. 2023 (arXiv:2304.15004, equation 1): sign(argmax - argmin) (max - min) / sqrt(median of
    /// (y_{i+1} - y_i)^2), clipped to -100..100. Clipped at 0 from below it is the breakthroughness of BIG-bench
    /// (Srivastava et al. 2022, arXiv:2206.04615). A straight line through m scales already scores m - 1.
    pub emergence: f64,
    /// Whether the median was 0, and the score infinite before it was clipped.
    pub infinite: bool,
    /// The same with the mean in the place of the median (BIG-bench's linearity).
    pub linearity: f64,
}

impl Scores {
    /// The scores of credits in order of scale; `None` for fewer than two. All are 0 where nothing differs.
    #[must_use]
    pub fn of(credits: &[f64]) -> Option<Self> {
        let first = *credits.first()?;
        // The first of several largest or smallest, as in NumPy.
        let (mut least, mut largest) = ((0, first), (0, first));
        for (i, &credit) in credits.iter().enumerate() {
            if credit < least.1 {
                least = (i, credit);
            }
            if credit > largest.1 {
                largest = (i, credit);
            }
        }
        let mut squares: Vec<f64> = credits
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0]))
            .collect();
        if squares.is_empty() {
            return None;
        }
        let mean = squares.iter().sum::<f64>() / squares.len() as f64;
        let middle = squares.len() / 2;
        let even = squares.len().is_multiple_of(2);
        let (below, upper, _) = squares.select_nth_unstable_by(middle, f64::total_cmp);
        let median = match even {
            true => 0.5 * (below.iter().copied().fold(0.0, f64::max) + *upper),
            false => *upper,
        };
        let range = if largest.0 > least.0 {
            largest.1 - least.1
        } else {
            least.1 - largest.1
        };
        let score = |square: f64| match range {
            0.0 => 0.0,
            _ => (range / libm::sqrt(square)).clamp(-BOUND, BOUND),
        };
        Some(Self {
            emergence: score(median),
            infinite: range != 0.0 && median == 0.0,
            linearity: score(mean),
        })
    }
}

/// How scores fall under a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Null {
    /// How often the emergence score is at least the observed one.
    pub emergence: Rate,
    /// How often the linearity is at least the observed one.
    pub linearity: Rate,
    /// The emergence score that half of the evaluations reach, one in ten, one in twenty, one in a hundred.
    pub quantiles: [f64; 4],
    /// The limits that the replicates leave to the score that one in twenty reaches: order statistics (Hahn and Meeker
    /// 1991, Statistical Intervals, section 5.2, with normal ranks rounded outwards).
    pub one_in_twenty: (f64, f64),
    /// How many emergence scores were infinite before they were clipped.
    pub infinite: u64,
}

/// A share of replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The share.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
    /// How many replicates there were.
    pub replicates: u64,
}

impl Rate {
    /// That of so many hits in at least one replicate.
    pub(super) fn of(hits: u64, replicates: u64, level: Level) -> Self {
        let (count, total) = (hits as f64, replicates as f64);
        Self {
            value: count / total,
            interval: rate_interval(count, total, level),
            replicates,
        }
    }
}

/// Whether a score is at least another: ratios of the same whole numbers differ in their last bits.
pub(super) fn reaches(score: f64, other: f64) -> bool {
    score >= other - 1e-9 * other.abs()
}

/// Numbers in order of size.
pub(super) struct Ranked(Vec<f64>);

impl Ranked {
    pub(super) fn new(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        Self(numbers)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn of_rank(&self, rank: f64) -> f64 {
        let last = self.len().saturating_sub(1);
        let place = (rank as usize).saturating_sub(1).min(last);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// The least number that is not below a share of them.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        self.of_rank((share * self.len() as f64).ceil())
    }

    /// The limits that they leave to the quantile of what they are drawn from: order statistics (Hahn and Meeker 1991,
    /// Statistical Intervals, section 5.2, with normal ranks rounded outwards).
    pub(super) fn limits(&self, share: f64, level: Level) -> (f64, f64) {
        let middle = share * self.len() as f64;
        let off = -normal_quantile(0.5 * (1.0 - level.get())) * libm::sqrt((1.0 - share) * middle);
        (
            self.of_rank((middle - off).floor()),
            self.of_rank((middle + off).ceil() + 1.0),
        )
    }
}

/// Both hypotheses that a score must be held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nulls {
    /// The expected credit is the same at all scales: the mean over them of what is expected.
    pub no_growth: Null,
    /// The expected credit is a straight line over log10 N between what is expected at the first and at the last scale.
    pub smooth: Null,
}

/// An evaluation whose mean credits are drawn from a distribution for each scale.
pub(super) struct Hypothesis {
    at_scales: Vec<MeanCredit>,
}

impl Hypothesis {
    /// `attempts` at each scale under a credit; one list of step chances for each scale, in order. `None` where the
    /// distribution of the credit is not computed.
    pub(super) fn new(credit: Counted, attempts: u64, chances: &[StepChances]) -> Option<Self> {
        let mut at_scales: Vec<MeanCredit> = Vec::new();
        for (i, one) in chances.iter().enumerate() {
            // A hypothesis of no growth is the same everywhere.
            let same = i > 0 && chances[i - 1] == *one;
            at_scales.push(match at_scales.last().filter(|_| same) {
                Some(before) => before.clone(),
                None => MeanCredit::new(credit, attempts, one)?,
            });
        }
        Some(Self { at_scales })
    }

    /// An evaluation for each replicate number: its credits in order of scale, and their scores; none of fewer than two
    /// scales.
    pub(super) fn drawn(
        &self,
        seed: Seed,
        replicates: impl Iterator<Item = u64>,
    ) -> impl Iterator<Item = (Vec<f64>, Scores)> {
        replicates.filter_map(move |replicate| {
            let uniforms = hypothetical_uniforms(seed, replicate, self.at_scales.len());
            let at_scales = self.at_scales.iter().zip(uniforms);
            let credits = at_scales.map(|(credit, uniform)| credit.quantile(uniform));
            let credits: Vec<f64> = credits.collect();
            let scores = Scores::of(&credits)?;
            Some((credits, scores))
        })
    }

    /// Scores of drawn evaluations, one for each replicate number, held against observed ones.
    pub(super) fn against(
        &self,
        observed: Scores,
        seed: Seed,
        level: Level,
        replicates: impl Iterator<Item = u64>,
    ) -> Null {
        let (mut emergence, mut linearity, mut infinite) = (0, 0, 0);
        let mut drawn = Vec::new();
        for (_, scores) in self.drawn(seed, replicates) {
            emergence += u64::from(reaches(scores.emergence, observed.emergence));
            linearity += u64::from(reaches(scores.linearity, observed.linearity));
            infinite += u64::from(scores.infinite);
            drawn.push(scores.emergence);
        }
        let drawn = Ranked::new(drawn);
        let replicates = drawn.len().max(1) as u64;
        let rate = |hits: u64| Rate::of(hits, replicates, level);
        Null {
            emergence: rate(emergence),
            linearity: rate(linearity),
            quantiles: [0.5, 0.9, 0.95, 0.99].map(|share| drawn.quantile(share)),
            one_in_twenty: drawn.limits(0.95, level),
            infinite,
        }
    }
}

/// The distribution of the mean of N independent credits.
#[derive(Clone, Debug)]
pub(super) enum MeanCredit {
    /// A whole number of units.
    Table {
        first: u64,
        cumulative: Vec<f64>,
        unit: f64,
    },
    /// Normal, rounded to whole units where the credit has any.
    Normal {
        mean: f64,
        deviation: f64,
        unit: Option<f64>,
    },
}

impl MeanCredit {
    /// From this variance of a sum, in units, its table is left for the normal distribution: the two then differ by
    /// less than .002 in probability.
    const NORMAL_FROM: f64 = 1e4;

    /// That of so many trials that succeed at a rate.
    pub(super) fn of_rate(trials: u64, rate: f64) -> Self {
        let variance = rate * (1.0 - rate);
        let unit = (trials as f64).recip();
        if trials as f64 * variance >= Self::NORMAL_FROM {
            let deviation = libm::sqrt(variance * unit);
            return Self::Normal {
                mean: rate,
                deviation,
                unit: Some(unit),
            };
        }
        let (first, cumulative) = Pmf::binomial(trials, rate).cumulative();
        Self::Table {
            first,
            cumulative,
            unit,
        }
    }

    fn new(credit: Counted, attempts: u64, chances: &StepChances) -> Option<Self> {
        let Expected { mean, variance } = chances.expected(credit)?;
        // Sums of other credits lie on no lattice: normal, or not known.
        let many = attempts as f64 * variance >= 30.0;
        let units = match credit {
            Counted::AllRight | Counted::PassMark(_) => Some(1.0),
            Counted::Share(_) => Some(chances.steps() as f64),
            Counted::Power(_) if many => None,
            Counted::Power(_) => return None,
        };
        let total = units.map(|units| units * attempts as f64);
        let normal = Self::Normal {
            mean,
            deviation: libm::sqrt(variance / attempts as f64),
            unit: total.map(f64::recip),
        };
        let Some((units, total)) = units
            .zip(total)
            .filter(|(units, _)| attempts as f64 * variance * units * units < Self::NORMAL_FROM)
        else {
            return Some(normal);
        };
        let sum = match credit {
            Counted::AllRight | Counted::PassMark(_) => Some(Pmf::binomial(attempts, mean)),
            Counted::Share(Count::Correct) if chances.are_alike() => {
                Some(Pmf::binomial(attempts * units as u64, mean))
            }
            _ => Pmf::new(0, chances.distribution(credit.count())?).power(attempts),
        };
        Some(match sum {
            Some(sum) => {
                let (first, cumulative) = sum.cumulative();
                Self::Table {
                    first,
                    cumulative,
                    unit: total.recip(),
                }
            }
            None => normal,
        })
    }

    /// The credit that a share `uniform` of evaluations does not exceed.
    pub(super) fn quantile(&self, uniform: f64) -> f64 {
        match self {
            Self::Table {
                first,
                cumulative,
                unit,
            } => {
                let place = cumulative.partition_point(|&sum| sum < uniform);
                (*first as f64 + place.min(cumulative.len() - 1) as f64) * unit
            }
            Self::Normal {
                mean,
                deviation,
                unit,
            } => {
                let drawn = mean + deviation * normal_quantile(uniform);
                let rounded = match unit {
                    Some(unit) => libm::round(drawn / unit) * unit,
                    None => drawn,
                };
                rounded.clamp(0.0, 1.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTIAL: Counted = Counted::Share(Count::Correct);
    use crate::domain::Scenario;

    #[test]
    fn scores_by_hand() {
        // Differences .1, 0, .3, .4: squares in order 0, .01, .09, .16; median .05, mean .065.
        let scores = Scores::of(&[0.1, 0.2, 0.2, 0.5, 0.9]).unwrap();
        assert!((scores.emergence - 0.8 / libm::sqrt(0.05)).abs() < 1e-12);
        assert!((scores.linearity - 0.8 / libm::sqrt(0.065)).abs() < 1e-12);
        let falling = Scores::of(&[0.9, 0.5, 0.2, 0.2, 0.1]).unwrap();
        assert!((falling.emergence + scores.emergence).abs() < 1e-12);
        let line: Vec<f64> = (0..26).map(|i| 0.03 * f64::from(i)).collect();
        assert!((Scores::of(&line).unwrap().emergence - 25.0).abs() < 1e-9);
        let sudden = Scores::of(&[0.0, 0.0, 0.0, 0.7]).unwrap();
        assert!(sudden.infinite && sudden.emergence == 100.0);
        let flat = Scores::of(&[0.2, 0.2]).unwrap();
        assert_eq!(
            (flat.emergence, flat.infinite, flat.linearity),
            (0.0, false, 0.0)
        );
        assert_eq!(Scores::of(&[0.2]), None);
    }

    fn chances(scenario: &Scenario, scale: f64) -> StepChances {
        let chances = scenario.chances();
        chances.at(scale.try_into().unwrap()).independent().unwrap()
    }

    #[test]
    fn quantiles_are_the_least_credit_that_is_not_exceeded() {
        let scenario: Scenario =
            serde_json::from_str(r#"{"skill": {"kind": "logistic"}, "task": {"steps": 2}}"#)
                .unwrap();
        // p = 1/2: of 2 attempts at 2 steps, 0, 1, ..., 4 right with probabilities 1, 4, 6, 4, 1 of 16.
        let chances = chances(&scenario, 1e9);
        let credit = MeanCredit::new(PARTIAL, 2, &chances).unwrap();
        let shares = [0.05, 0.2, 0.5, 0.9, 0.99].map(|uniform| credit.quantile(uniform));
        assert_eq!(shares, [0.0, 0.25, 0.5, 0.75, 1.0]);
        // 1e8 attempts: normal with deviation .5/sqrt(2e8), in whole steps.
        let many = MeanCredit::new(PARTIAL, 100_000_000, &chances).unwrap();
        let expected = 0.5 + 1.281_551_565_544_600_4 * 0.5 / libm::sqrt(2e8);
        assert!((many.quantile(0.9) - expected).abs() < 3e-9);
    }

    /// Exact match of a single step is 5% at each of six scales of 100 items. Probabilities of at least 4, 5 and 100 by
    /// 4e7 draws of whole numbers in NumPy (standard error below 6e-5).
    #[test]
    fn no_growth_looks_emergent_as_often_as_is_known() {
        let scenario: Scenario =
            serde_json::from_str(r#"{"skill": {"kind": "logistic", "floor": 0.05, "ceiling": 0.050000001}, "task": {"steps": 1}}"#)
                .unwrap();
        let chances = vec![chances(&scenario, 1e-300); 6];
        let hypothesis = Hypothesis::new(Counted::AllRight, 100, &chances).unwrap();
        let replicates = 20_000;
        for (score, known) in KNOWN {
            let observed = Scores {
                emergence: score,
                infinite: false,
                linearity: 1.0,
            };
            let null = hypothesis.against(
                observed,
                scenario.seed,
                Level::constant(0.95),
                0..replicates,
            );
            let deviation = libm::sqrt(known * (1.0 - known) / replicates as f64);
            let z = (null.emergence.value - known) / deviation;
            assert!(
                z.abs() < 5.0,
                "{score}: {} is not {known}, z {z:.2}",
                null.emergence.value
            );
            assert_eq!(
                null.quantiles
                    .map(|quantile| (quantile * 1e6).round() / 1e6),
                [1.25, 4.0, 5.0, 100.0]
            );
        }
    }

    const KNOWN: [(f64, f64); 3] = [(4.0, 0.115_33), (5.0, 0.065_84), (100.0, 0.010_477)];
}
