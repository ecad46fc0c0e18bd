//! What was counted at each scale, and how likely each hazard makes it.

use super::link::{Layout, Link, counted_scales};
use super::spline::{Grid, Reading, knots};
use crate::domain::{Counted, Invalid, Scale, Scenario};
use crate::engine::Tally;

/// Why counts do not go with a link.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OtherCounts {
    /// Another number of scales.
    #[error("there are {tallies} tallies for {scales} scales")]
    Scales {
        /// Tallies.
        tallies: usize,
        /// Scales of the scenario that the link is of.
        scales: usize,
    },
    /// Items that the task does not have.
    #[error("the task has no items of {0} steps")]
    Length(u32),
    /// Another task or credit.
    #[error("the counts are those of another task or credit")]
    Layout,
    /// A mean credit that is none, or known from nothing.
    #[error("{mean} of {trials} trials is no rate: give one from 0 to 1, of more than 0 trials")]
    Rate {
        /// The mean.
        mean: f64,
        /// The trials.
        trials: f64,
    },
    /// What is expected is not computed.
    #[error("what is expected of this task is not computed")]
    NotComputed,
    /// A scale that cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// How many attempts at each scale came to what a credit tells apart; expected counts may be fractions.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    layout: Layout,
    /// As the skill curve counts them.
    scales: Vec<Scale>,
    /// For each scale, one for each cell.
    counts: Vec<f64>,
}

impl Evidence {
    /// The counts of the attempts of a scenario, one tally for each of its scales in order.
    ///
    /// # Errors
    /// Tallies of another scenario than the link's, as far as can be told.
    pub fn of(link: &Link, tallies: &[Tally]) -> Result<Self, OtherCounts> {
        if tallies.len() != link.scales.len() {
            return Err(OtherCounts::Scales {
                tallies: tallies.len(),
                scales: link.scales.len(),
            });
        }
        let cells = link.layout.cells();
        let mut counts = vec![0.0; cells * tallies.len()];
        for (tally, counts) in tallies.iter().zip(counts.chunks_exact_mut(cells)) {
            for length in &tally.lengths {
                let first = link.layout.first_of(length.steps);
                let first = first.ok_or(OtherCounts::Length(length.steps))?;
                match &link.layout {
                    Layout::Verdicts(credit, _) => {
                        let right = right_attempts(*credit, length.steps, &length.correct);
                        let all: u64 = length.correct.iter().sum();
                        if let [wrong_sum, right_sum] = counts {
                            *right_sum += right as f64;
                            *wrong_sum += (all - right) as f64;
                        }
                    }
                    Layout::Means(_) | Layout::Rates => return Err(OtherCounts::Layout),
                    Layout::Counts(count, _) => {
                        let into = counts.iter_mut().skip(first);
                        let from = length.histogram(*count).iter();
                        into.zip(from)
                            .for_each(|(into, from)| *into += *from as f64);
                    }
                }
            }
        }
        Ok(Self {
            layout: link.layout.clone(),
            scales: link.scales.clone(),
            counts,
        })
    }

    /// Mean credits and, of each, how many trials of a binomial tell as much: whole numbers or not. `scales` are as the skill
    /// curve counts them, and need not be those of the link's scenario.
    ///
    /// # Errors
    /// [`OtherCounts::Layout`] for a link of counts, [`OtherCounts::Rate`] for a mean outside [0, 1] or of no trials.
    pub fn of_means(
        link: &Link,
        scales: &[Scale],
        means: &[(f64, f64)],
    ) -> Result<Self, OtherCounts> {
        if !matches!(link.layout, Layout::Means(_) | Layout::Rates) {
            return Err(OtherCounts::Layout);
        }
        if scales.len() != means.len() {
            return Err(OtherCounts::Scales {
                tallies: means.len(),
                scales: scales.len(),
            });
        }
        let mut counts = Vec::with_capacity(2 * means.len());
        for &(mean, trials) in means {
            if !((0.0..=1.0).contains(&mean) && trials > 0.0 && trials.is_finite()) {
                return Err(OtherCounts::Rate { mean, trials });
            }
            counts.extend([trials * (1.0 - mean), trials * mean]);
        }
        Ok(Self {
            layout: link.layout.clone(),
            scales: scales.to_vec(),
            counts,
        })
    }

    /// What is expected of the attempts of a scenario at its scales: the likelihood's maximum under a family is then at
    /// the nearest of its laws, in Kullback and Leibler's sense (White 1982, Econometrica 50, 1).
    ///
    /// # Errors
    /// The scenario has other lengths than the link, or its probabilities are not computed.
    pub fn expected(link: &Link, scenario: &Scenario) -> Result<Self, OtherCounts> {
        let credit = link.credit.ok_or(OtherCounts::Layout)?;
        let chances = scenario.chances();
        let attempts = scenario.evaluation.attempts_at_all_items() as f64;
        let mut counts = Vec::new();
        for &scale in scenario.evaluation.scales.as_slice() {
            let here = chances.at(scale);
            let shares: Vec<(u32, f64)> = here.lengths().collect();
            let lengths = shares.iter().map(|share| share.0);
            let same_lengths = match &link.layout {
                Layout::Verdicts(_, known) | Layout::Counts(_, known) => {
                    lengths.eq(known.iter().copied())
                }
                Layout::Means(_) => true,
                Layout::Rates => false,
            };
            if !same_lengths {
                return Err(OtherCounts::Layout);
            }
            let probabilities = link.layout.probabilities(&here, credit);
            let probabilities = probabilities.ok_or(OtherCounts::NotComputed)?;
            match &link.layout {
                Layout::Verdicts(..) | Layout::Means(_) | Layout::Rates => {
                    counts.extend(probabilities.iter().map(|p| attempts * p));
                }
                Layout::Counts(..) => {
                    let of_cells = shares
                        .iter()
                        .flat_map(|&(steps, share)| vec![share; steps as usize + 1]);
                    let both = probabilities.iter().zip(of_cells);
                    counts.extend(both.map(|(p, share)| attempts * share * p));
                }
            }
        }
        Ok(Self {
            layout: link.layout.clone(),
            scales: counted_scales(scenario)?,
            counts,
        })
    }

    /// The scales as the skill curve counts them.
    #[must_use]
    pub fn scales(&self) -> &[Scale] {
        &self.scales
    }

    /// The counts at each scale, in order.
    pub fn at_scales(&self) -> impl Iterator<Item = &[f64]> {
        self.counts.chunks_exact(self.layout.cells())
    }

    /// The log-likelihood of the counts' own shares at each scale, which no law exceeds: sum of n_k ln(n_k/n), n the sum
    /// over what an attempt at items of one length may come to.
    #[must_use]
    pub fn saturated(&self) -> f64 {
        let groups = self.layout.groups();
        let of_scale = |counts: &[f64]| {
            let mut rest = counts;
            let mut sum = 0.0;
            for &cells in &groups {
                let (group, after) = rest.split_at_checked(cells).unwrap_or((rest, &[]));
                rest = after;
                let all: f64 = group.iter().sum();
                let possible = group.iter().filter(|count| **count > 0.0);
                sum += possible
                    .map(|count| count * libm::log(count / all))
                    .sum::<f64>();
            }
            sum
        };
        self.at_scales().map(of_scale).sum()
    }
}

/// How many attempts at items of L steps earn all, from how many had each count.
fn right_attempts(credit: Counted, steps: u32, histogram: &[u64]) -> u64 {
    let right = histogram.iter().zip(0..);
    right
        .filter(|(_, count)| credit.value(*count, steps) == 1.0)
        .map(|(attempts, _)| attempts)
        .sum()
}

/// The log-likelihood of the counts of each scale, as a function of eta = ln h there.
#[derive(Clone, Debug)]
pub struct CurveLikelihood {
    grid: Grid,
    /// For each scale, one table after the other.
    tables: Vec<[f64; 2]>,
    /// ln N of each scale, as the skill curve counts it, above the middle.
    places: Vec<f64>,
    /// The mean of ln N.
    middle: f64,
    /// The likeliest eta of each scale by itself, on the grid, with minus the second derivative there.
    modes: Vec<(f64, f64)>,
}

impl CurveLikelihood {
    /// The likelihood of counts.
    ///
    /// # Errors
    /// [`OtherCounts::Layout`] if the counts are those of another task or credit.
    pub fn new(link: &Link, evidence: &Evidence) -> Result<Self, OtherCounts> {
        if link.layout != evidence.layout {
            return Err(OtherCounts::Layout);
        }
        let points = link.grid.points;
        let mut tables = vec![[0.0; 2]; points * evidence.scales.len()];
        let at_scales = evidence.at_scales();
        for (table, counts) in tables.chunks_exact_mut(points).zip(at_scales) {
            let columns = link.columns.chunks_exact(points);
            for (column, &count) in columns.zip(counts) {
                // What did not happen says nothing, however unlikely.
                if count == 0.0 {
                    continue;
                }
                for (into, from) in table.iter_mut().zip(column) {
                    into[0] += count * from[0];
                    into[1] += count * from[1];
                }
            }
        }
        Ok(Self::of_tables(link.grid, tables, &evidence.scales))
    }

    /// The likelihood of mean credits whose rates scatter about the curve by a beta law of this correlation between trials.
    ///
    /// # Errors
    /// [`OtherCounts::Layout`] if the counts are not means, or those of another task or credit.
    pub(super) fn scattered(
        link: &Link,
        evidence: &Evidence,
        rho: f64,
    ) -> Result<Self, OtherCounts> {
        let is_of_means = matches!(link.layout, Layout::Means(_) | Layout::Rates);
        if link.layout != evidence.layout || !is_of_means {
            return Err(OtherCounts::Layout);
        }
        let (lost, earned) = link.columns.split_at(link.grid.points);
        let mut tables = Vec::with_capacity(link.grid.points * evidence.scales.len());
        for counts in evidence.at_scales() {
            let &[missed, gained] = counts else {
                return Err(OtherCounts::Layout);
            };
            let shares = lost.iter().zip(earned);
            let values = shares.map(|(lost, earned)| {
                ln_beta_binomial((gained, earned[0]), (missed, lost[0]), rho)
            });
            tables.extend(knots(&values.collect::<Vec<f64>>()));
        }
        Ok(Self::of_tables(link.grid, tables, &evidence.scales))
    }

    fn of_tables(grid: Grid, tables: Vec<[f64; 2]>, scales: &[Scale]) -> Self {
        let logarithms: Vec<f64> = scales.iter().map(|n| libm::log(n.get())).collect();
        let middle = logarithms.iter().sum::<f64>() / logarithms.len().max(1) as f64;
        let modes = tables.chunks_exact(grid.points);
        Self {
            modes: modes.map(|table| mode(grid, table)).collect(),
            grid,
            tables,
            places: logarithms.iter().map(|x| x - middle).collect(),
            middle,
        }
    }

    /// The log-likelihood at these hazards, one for each scale.
    #[must_use]
    pub fn at(&self, hazards: &[f64]) -> f64 {
        let readings = self.tables().zip(hazards);
        readings
            .map(|(table, hazard)| self.grid.read(table, libm::log(*hazard)).value)
            .sum()
    }

    /// How many scales there are.
    #[must_use]
    pub fn scales(&self) -> usize {
        self.places.len()
    }

    /// For each scale: ln N above the middle, and what there is to read.
    pub(super) fn readers(&self) -> impl Iterator<Item = (f64, impl Fn(f64) -> Reading + '_)> {
        let tables = self.tables();
        self.places
            .iter()
            .zip(tables)
            .map(move |(&place, table)| (place, move |eta: f64| self.grid.read(table, eta)))
    }

    /// For each scale: ln N above the middle, the likeliest eta, and how sharply it is told.
    pub(super) fn modes(&self) -> impl Iterator<Item = (f64, f64, f64)> + Clone {
        let both = self.places.iter().zip(&self.modes);
        both.map(|(&place, &(eta, weight))| (place, eta, weight))
    }

    /// ln N of each scale above the middle.
    pub(super) fn places(&self) -> &[f64] {
        &self.places
    }

    /// The mean of ln N.
    pub(super) const fn middle(&self) -> f64 {
        self.middle
    }

    fn tables(&self) -> impl Iterator<Item = &[[f64; 2]]> {
        self.tables.chunks_exact(self.grid.points)
    }
}

/// The largest value of a table, of several the first, and minus the second derivative there.
fn mode(grid: Grid, table: &[[f64; 2]]) -> (f64, f64) {
    let mut best = (0, f64::NEG_INFINITY);
    for (entry, knot) in table.iter().enumerate() {
        if knot[0] > best.1 {
            best = (entry, knot[0]);
        }
    }
    let eta = grid.at(best.0);
    (eta, (-grid.read(table, eta).curvature).max(0.0))
}

/// ln of the beta-binomial probability of `gained` and `missed` trials, whole or not, without the binomial coefficient, from the
/// logarithms of the mean and of what it lacks of 1: a and b of the beta law are mean and lack times (1 - rho)/rho.
fn ln_beta_binomial((gained, ln_mean): (f64, f64), (missed, ln_lack): (f64, f64), rho: f64) -> f64 {
    let concentration = (1.0 - rho) / rho;
    // ln of Gamma(count + a)/Gamma(a).
    let rise = |count: f64, ln_a: f64| match count > 0.0 {
        false => 0.0,
        true if ln_a < -200.0 => libm::lgamma(count) + ln_a,
        true => {
            let a = libm::exp(ln_a);
            libm::lgamma(count + a) - libm::lgamma(a)
        }
    };
    let ln_concentration = libm::log(concentration);
    rise(gained, ln_mean + ln_concentration) + rise(missed, ln_lack + ln_concentration)
        - rise(gained + missed, ln_concentration)
}
