//! Whether the training runs at one scale fall into two groups: the dip of their scores against what one group would show.

mod critical;
mod null;
mod statistic;

pub use critical::{CriticalDip, CriticalDipError};
pub use statistic::dip;

use std::fmt;
use std::ops::Range;

use super::estimate::{Interval, rate_interval};
use super::null::Rate;
use crate::domain::{Level, Seed};
use null::Counts;
use statistic::dip_of_sorted;

/// Below this many runs a dip tells two groups from one only where they lie far apart.
pub const FEWEST_RUNS: u32 = 30;

/// The scores of several training runs at one scale on one test: how many of its items each had right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunScores {
    items: u64,
    /// Increasing.
    right: Vec<u64>,
}

/// Why scores cannot be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunScoresError {
    /// Fewer runs than a shape needs.
    #[error("{0} training runs have no shape: give 4 or more (evaluation.training-seeds = 100)")]
    FewRuns(usize),
    /// More right items than there are.
    #[error("{right} right items of {items}: give at most as many as there are")]
    MoreThanItems {
        /// How many were right.
        right: u64,
        /// How many there are.
        items: u64,
    },
    /// No items, or so many that their law fills no table.
    #[error("{0} items: give from 1 to {max} (evaluation.items)", max = RunScores::MOST_ITEMS)]
    Items(u64),
}

impl RunScores {
    /// The most items of a test.
    pub const MOST_ITEMS: u64 = 1 << 16;

    /// Takes how many of `items` items each run had right, in any order.
    ///
    /// # Errors
    /// Fewer than 4 runs, more right than there are, no items, or more than [`Self::MOST_ITEMS`].
    pub fn new(items: u64, mut right: Vec<u64>) -> Result<Self, RunScoresError> {
        right.sort_unstable();
        if !(1..=Self::MOST_ITEMS).contains(&items) {
            return Err(RunScoresError::Items(items));
        }
        match right.last() {
            Some(&most) if most > items => {
                let right = most;
                Err(RunScoresError::MoreThanItems { right, items })
            }
            _ if right.len() < 4 => Err(RunScoresError::FewRuns(right.len())),
            _ => Ok(Self { items, right }),
        }
    }

    /// How many runs there are, G.
    #[must_use]
    pub fn runs(&self) -> u32 {
        self.right.len() as u32
    }

    /// How many items each run had right, increasing.
    #[must_use]
    pub fn right(&self) -> &[u64] {
        &self.right
    }

    /// Their dip.
    #[must_use]
    pub fn dip(&self) -> f64 {
        dip_of_counts(&self.right)
    }

    /// The mean score, and the variance of a score between runs, with G - 1 in the denominator.
    fn moments(&self) -> (f64, f64) {
        let runs = self.right.len() as f64;
        let scores = || {
            self.right
                .iter()
                .map(|&right| right as f64 / self.items as f64)
        };
        let mean = scores().sum::<f64>() / runs;
        let squares = scores().map(|score| (score - mean) * (score - mean));
        (mean, squares.sum::<f64>() / (runs - 1.0))
    }

    /// The two groups of least variance within them: their mean scores, and the share of runs in the upper one.
    #[must_use]
    pub fn groups(&self) -> TwoGroups {
        let total: u64 = self.right.iter().sum();
        let (runs, items) = (self.right.len() as f64, self.items as f64);
        let mut best = TwoGroups {
            low: total as f64 / runs / items,
            high: total as f64 / runs / items,
            share_high: 0.5,
        };
        let (mut below, mut between) = (0, 0.0);
        for (count, pair) in (1_u32..).zip(self.right.windows(2)) {
            below += pair[0];
            let (lower, upper) = (f64::from(count), runs - f64::from(count));
            let low = below as f64 / lower;
            let high = (total - below) as f64 / upper;
            let apart = lower * upper * (high - low) * (high - low);
            if pair[0] < pair[1] && apart > between {
                between = apart;
                best = TwoGroups {
                    low: low / items,
                    high: high / items,
                    share_high: upper / runs,
                };
            }
        }
        best
    }
}

/// Two groups of training runs, each with one success probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoGroups {
    /// That of the lower one.
    pub low: f64,
    /// That of the upper one.
    pub high: f64,
    /// The share of runs in the upper one.
    pub share_high: f64,
}

/// What one group of training runs is taken to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneGroup {
    /// All have the same success probability: scores differ no more than by chance.
    Same,
    /// A beta law with the mean and the variance of the runs.
    Beta,
    /// A uniform law with their mean, and with their variance as far as it stays within 0 and 1: the unimodal law with the
    /// largest dips (Hartigan and Hartigan 1985, for large numbers).
    Uniform,
}

/// How many evaluations are drawn, and from which random numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replicates {
    /// The scenario's seed.
    pub seed: Seed,
    /// The replicates drawn under each hypothesis; tests that are to be independent of each other take others.
    pub numbers: Range<u64>,
}

/// Hartigan's dip test, with what one group would show at this very design: as many runs, scored on as many items.
#[derive(Clone, Debug, PartialEq)]
pub struct DipTest {
    /// The dip of the scores.
    pub dip: f64,
    /// How often one group shows as large a dip: (1 + hits)/(1 + replicates), the larger one over all laws of one group that
    /// the runs' mean and variance allow (Davison and Hinkley 1997, section 4.2).
    pub p_value: f64,
    /// The interval of the rate of hits that the replicates leave open.
    pub interval: Interval,
    /// Replicates under each law.
    pub replicates: u64,
    /// The law that shows as large a dip most often.
    pub one_group: OneGroup,
    /// Training runs, G.
    pub runs: u32,
    /// Items of the test.
    pub items: u64,
    /// The two groups that the runs suggest.
    pub groups: TwoGroups,
    /// How often runs of two such groups would be told from one. Too high where there is one group: the groups are the two
    /// halves of chance.
    pub power: Rate,
    /// The level of the interval and of the power: a p-value below 1 - level tells.
    pub level: Level,
}

impl DipTest {
    /// Tests the scores of one scale. Takes time proportional to replicates times runs; 2000 replicates of 250 runs take
    /// about a second.
    ///
    /// Scores are whole numbers of right items, and whole numbers lie on top of each other, which widens dips: each drawn
    /// run has its own success probability and then binomial noise, as the real ones had.
    #[must_use]
    pub fn new(scores: &RunScores, replicates: &Replicates, level: Level) -> Self {
        let observed = dip_of_counts(&scores.right);
        let drawn = replicates
            .numbers
            .end
            .saturating_sub(replicates.numbers.start);
        let mut laws = Vec::new();
        for (law, counts) in null::of_one_group(scores) {
            let mut dips: Vec<f64> = replicates
                .numbers
                .clone()
                .map(|number| counts.dip(scores.runs(), replicates.seed, number))
                .collect();
            dips.sort_by(f64::total_cmp);
            laws.push((law, dips));
        }
        // The same whole numbers have the same dip but for rounding.
        let hits = |dips: &[f64], dip: f64| {
            (dips.len() - dips.partition_point(|one| *one < dip - 1e-12)) as u64
        };
        let worst = |dip: f64| {
            let all = laws.iter().map(|(law, dips)| (hits(dips, dip), *law));
            all.max_by_key(|(hits, _)| *hits)
                .unwrap_or((drawn, OneGroup::Same))
        };
        let p_value = |hits: u64| (1.0 + hits as f64) / (1.0 + drawn as f64);
        let groups = scores.groups();
        let counts = Counts::of_two_groups(&groups, scores.items);
        // Random numbers that decide no null: beyond those of all replicates here.
        let others = replicates.numbers.clone().map(|number| number ^ (1 << 63));
        let told = others
            .map(|number| counts.dip(scores.runs(), replicates.seed, number))
            .filter(|dip| p_value(worst(*dip).0) < 1.0 - level.get())
            .count() as u64;
        let (as_large, one_group) = worst(observed);
        let total = drawn.max(1) as f64;
        Self {
            dip: observed,
            p_value: p_value(as_large),
            interval: rate_interval(as_large as f64, total, level),
            replicates: drawn,
            one_group,
            runs: scores.runs(),
            items: scores.items,
            groups,
            power: Rate::of(told, drawn.max(1), level),
            level,
        }
    }

    /// Whether there are enough runs for an answer.
    #[must_use]
    pub const fn has_enough_runs(&self) -> bool {
        self.runs >= FEWEST_RUNS
    }

    /// Whether the runs fall into two groups, as surely as the level.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.p_value < 1.0 - self.level.get()
    }
}

fn dip_of_counts(sorted: &[u64]) -> f64 {
    let numbers: Vec<f64> = sorted.iter().map(|&right| right as f64).collect();
    dip_of_sorted(&numbers)
}

impl fmt::Display for DipTest {
    /// What was found, in a plain sentence.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TwoGroups {
            low,
            high,
            share_high,
        } = self.groups;
        write!(
            formatter,
            "dip {:.4} of {} training runs on {} items: one group shows as much with p = {:.4} ({:.4} to {:.4} at {}%, {} replicates); ",
            self.dip,
            self.runs,
            self.items,
            self.p_value,
            self.interval.low,
            self.interval.high,
            100.0 * self.level.get(),
            self.replicates,
        )?;
        match (self.tells(), self.has_enough_runs()) {
            (true, _) => write!(
                formatter,
                "the runs fall into groups near {low:.3} and {high:.3}"
            )?,
            (false, true) => write!(formatter, "one group is enough to explain the runs")?,
            (false, false) => write!(
                formatter,
                "{} runs are too few to say that there is one group",
                self.runs
            )?,
        }
        write!(
            formatter,
            "; groups near {low:.3} and {high:.3}, {:.0}% of runs in the upper one, would be told from one group in {:.0}% of such tests",
            100.0 * share_high,
            100.0 * self.power.value,
        )
    }
}

#[cfg(test)]
mod tests;
