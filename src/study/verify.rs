//! The engine held against what is computed by another route: hundreds of worlds, and tens of thousands of numbers.
//!
//! Every number has a p-value: exact, an upper bound, or good to a few percent however small it is (`tails`). Bonferroni: a
//! right program has the smallest of N p-values below x/N with probability at most x, whatever they have in common.

mod repeated;
mod repeated_worlds;
mod tails;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::{
    Chances, Count, Counted, Credit, Items, Likelihood, Metric, Range, Reducer, Scale, Scales,
    Scenario, Seed,
};
use crate::engine::{
    Control, Event, Failure, Interrupted, ItemSums, Method, Setting, Tally, for_all, simulate,
};
use tails::Term;

pub use worlds::{World, worlds};

/// A right program is rejected with at most this probability, whatever the seed.
pub const FALSE_ALARM: f64 = 1e-4;

/// What was counted, and held against its expected value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// Mean credit of attempts, or of what a reducer makes of them.
    Mean(Metric),
    /// Mean squared distance of the credit of an attempt from the expected mean.
    Variance(Credit),
    /// The same of an item's mean over its attempts, or over what a reducer makes of those of each training run.
    ItemVariance(Metric),
    /// The same of what the attempts of one training run at one item come to.
    CellVariance(Metric),
    /// The same of the mean of a training run over its items.
    RunVariance(Metric),
    /// Mean product of an item's mean credits at this scale and the next.
    WithNext(Credit),
    /// How many items have which length: a chi-square over all.
    Lengths,
    /// How many attempts at items of this many steps have which count: a chi-square over all.
    Histogram(Count, u32),
    /// The share, among attempts at items of this many steps, of those with this count.
    Cell(Count, u32, u32),
}

impl Quantity {
    /// What kind of number it is.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean(metric) => match metric.reducer {
                Reducer::Mean => "mean",
                _ => "mean, reduced",
            },
            Self::Variance(_) => "variance",
            Self::ItemVariance(_) => "variance of items",
            Self::CellVariance(_) => "variance of cells",
            Self::RunVariance(_) => "variance of runs",
            Self::WithNext(_) => "product of scales",
            Self::Lengths => "lengths",
            Self::Histogram(..) => "histogram",
            Self::Cell(..) => "cell",
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |count: &Count| match count {
            Count::Correct => "K",
            Count::Leading => "T",
        };
        formatter.write_str(self.name())?;
        match self {
            Self::Mean(metric)
            | Self::ItemVariance(metric)
            | Self::CellVariance(metric)
            | Self::RunVariance(metric) => write!(formatter, " {metric}"),
            Self::Variance(credit) | Self::WithNext(credit) => write!(formatter, " {credit}"),
            Self::Lengths => Ok(()),
            Self::Histogram(count, steps) => write!(formatter, " {}, L={steps}", letter(count)),
            Self::Cell(count, steps, value) => {
                write!(formatter, " {}={value}, L={steps}", letter(count))
            }
        }
    }
}

/// One number that was held against its expected value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// The place of its world.
    pub world: usize,
    /// The scale.
    pub scale: Scale,
    /// What it is.
    pub quantity: Quantity,
    /// Over how many attempts, or items where it is a number of items.
    pub n: u64,
    /// What was counted; of a chi-square, nothing.
    pub observed: Option<f64>,
    /// What was expected.
    pub expected: Option<f64>,
    /// The probability that a right program is as far off: exact, or not less than it to a few percent.
    pub p_value: f64,
}

/// All that was held against expected values.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The seed.
    pub seed: Seed,
    /// By world and scale.
    pub checks: Vec<Check>,
}

/// The smallest p-value of some checks.
#[derive(Clone, Copy, Debug)]
pub struct Worst<'a> {
    /// How many checks there are.
    pub count: usize,
    /// The one.
    pub check: &'a Check,
}

impl Worst<'_> {
    /// Bonferroni: the smallest p-value times their number; a right program shows one below x with probability at most x.
    #[must_use]
    pub fn corrected(&self) -> f64 {
        self.check.p_value * self.count as f64
    }
}

impl Verification {
    /// The smallest p-value; `None` if nothing was checked.
    #[must_use]
    pub fn worst(&self) -> Option<Worst<'_>> {
        worst(self.checks.iter())
    }

    /// Whether a right program would have shown as much with more than [`FALSE_ALARM`].
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.worst()
            .is_some_and(|worst| worst.corrected() >= FALSE_ALARM)
    }

    /// The smallest p-value of the worlds that have a structure, by its name in the order of `worlds`.
    #[must_use]
    pub fn by_structure<'a>(&'a self, worlds: &[World]) -> Vec<(&'static str, Worst<'a>)> {
        let mut names: Vec<&'static str> = Vec::new();
        for name in worlds.iter().flat_map(|world| &world.structures) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let of = |name: &'static str| {
            let has = |check: &&Check| {
                let world = worlds.get(check.world);
                world.is_some_and(|world| world.structures.contains(&name))
            };
            Some((name, worst(self.checks.iter().filter(has))?))
        };
        names.into_iter().filter_map(of).collect()
    }

    /// The smallest p-value of each kind of number.
    #[must_use]
    pub fn by_quantity(&self) -> Vec<(&'static str, Worst<'_>)> {
        let kinds: BTreeSet<Quantity> = self.checks.iter().map(|check| check.quantity).collect();
        let mut names: Vec<&'static str> = Vec::new();
        for name in kinds.iter().map(|kind| kind.name()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let of = |name: &'static str| {
            let checks = self.checks.iter();
            let worst = worst(checks.filter(|check| check.quantity.name() == name))?;
            Some((name, worst))
        };
        names.into_iter().filter_map(of).collect()
    }
}

fn worst<'a>(checks: impl Iterator<Item = &'a Check>) -> Option<Worst<'a>> {
    let least = |least: Option<Worst<'a>>, check: &'a Check| {
        let count = least.map_or(0, |worst| worst.count) + 1;
        let check = match least {
            Some(least) if least.check.p_value <= check.p_value => least.check,
            _ => check,
        };
        Some(Worst { count, check })
    };
    checks.fold(None, least)
}

/// Why there is no verification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// The caller asked to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// Attempts could not be finished.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Attempts every world, each on random numbers of its own, and holds what was counted against what was expected. `items`
/// is the number of attempts at each scale of a world of weight 1.
///
/// # Errors
/// [`Unverified::Interrupted`] if the caller cancelled, [`Unverified::Failed`] if attempts panicked.
pub fn verify(
    worlds: &[World],
    seed: Seed,
    items: Items,
    control: &Control<'_>,
) -> Result<Verification, Unverified> {
    let places: Vec<usize> = (0..worlds.len()).collect();
    let outcomes = |world: &World| {
        let scenario = &world.scenario;
        let steps = u64::from(scenario.task.steps().get());
        let scales = scenario.evaluation.scales.as_slice().len() as u64;
        let attempts = world.weight.saturating_mul(items.get());
        attempts.saturating_mul(scales * steps)
    };
    let total = worlds
        .iter()
        .map(outcomes)
        .fold(0, |sum: u64, one| sum.saturating_add(one));
    let done = AtomicU64::new(0);
    let checks = for_all(&places, control.cancel, |&place| {
        let world = &worlds[place];
        let checks = checks(place, world, seed, items, control);
        let here = outcomes(world);
        let done = done.fetch_add(here, Ordering::Relaxed).saturating_add(here);
        (control.events)(Event::Progress { done, total });
        checks
    })?;
    let checks: Result<Vec<_>, Unverified> = checks.into_iter().collect();
    Ok(Verification {
        seed,
        checks: checks?.concat(),
    })
}

/// Attempts one world, and holds it against what was expected.
fn checks(
    place: usize,
    world: &World,
    seed: Seed,
    items: Items,
    control: &Control<'_>,
) -> Result<Vec<Check>, Unverified> {
    let mut scenario = world.scenario.clone();
    scenario.seed = seed;
    let of_each =
        world.weight.saturating_mul(items.get()) / scenario.evaluation.attempts_per_item();
    let per_batch = world.items.unwrap_or(of_each);
    let batches = of_each.checked_div(per_batch).unwrap_or(1).max(1);
    scenario.evaluation.items = Items::try_from(per_batch).unwrap_or(items);
    let scales = scenario.evaluation.scales.as_slice();
    let alone: Vec<(Scenario, Scale)> = scales
        .iter()
        .map(|&scale| (at_one(&scenario, scale), scale))
        .collect();
    // Worlds and their batches are replicates of each other, so that no two share items, attempts or training runs.
    let settings = |batch: u64| -> Vec<Setting> {
        let replicate = batch << 32 | place as u64;
        match world.kinds.as_slice() {
            // By itself, a scale keeps no products with the next.
            [] => {
                let of = |(scenario, scale): &(Scenario, Scale)| {
                    Setting::new(scenario, *scale, replicate)
                };
                alone.iter().map(of).collect()
            }
            _ => Setting::at_every_scale(&scenario, replicate),
        }
    };
    let silent = Control {
        cancel: control.cancel,
        events: &|_| (),
    };
    let mut sums: Vec<Tally> = Vec::new();
    for first in (0..batches).step_by(BATCHES_AT_ONCE) {
        let some = first..batches.min(first + BATCHES_AT_ONCE as u64);
        let settings: Vec<Setting> = some.flat_map(settings).collect();
        let tallies = simulate(&settings, Method::Kernel, &silent)?;
        for (i, tally) in tallies.into_iter().enumerate() {
            let tally = tally?;
            match sums.get_mut(i % scales.len()) {
                Some(sum) => sum.add(&tally),
                None => sums.push(tally),
            }
        }
    }
    Ok(compare(place, world, &sums))
}

/// How many batches of items are attempted side by side: enough to share their cost, few enough to fit.
const BATCHES_AT_ONCE: usize = 64;

/// Holds tallies, one for each scale of a world in order, against what was expected. `place` is what its checks call the
/// world.
#[must_use]
pub fn compare(place: usize, world: &World, tallies: &[Tally]) -> Vec<Check> {
    let scenario = &world.scenario;
    let chances = scenario.chances();
    let scales = scenario.evaluation.scales.as_slice();
    let mut found = Vec::new();
    for (i, (&scale, tally)) in scales.iter().zip(tallies).enumerate() {
        let chances = chances.at(scale);
        let scores = Scores {
            scenario,
            chances: &chances,
            tally,
            batch: world.items.unwrap_or(tally.items),
        };
        let mut add = |(quantity, n, compared, p_value): Scored| {
            let (observed, expected) = compared.unzip();
            found.push(Check {
                world: place,
                scale,
                quantity,
                n,
                observed,
                expected,
                // A number that is none is the greatest surprise.
                p_value: if p_value.is_nan() { 0.0 } else { p_value },
            });
        };
        match tally.attempts == tally.items || !chances.items_differ() {
            _ if chances.runs_differ() => scores.of_unlike_runs(&mut add),
            true => scores.of_independent_attempts(&mut add),
            false => scores.of_clustered_attempts(&mut add),
        }
        scores.of_reducers(&mut add);
        if let Some(&next) = scales.get(i + 1) {
            scores.with_next(&world.kinds, scale, next, &mut add);
        }
    }
    found
}

fn at_one(scenario: &Scenario, scale: Scale) -> Scenario {
    let mut one = scenario.clone();
    if let Ok(scales) = Scales::listed(vec![scale]) {
        one.evaluation.scales = scales;
    }
    one
}

/// A quantity, over how many, what was observed and expected, and the p-value.
type Scored = (Quantity, u64, Option<(f64, f64)>, f64);

/// What was counted at one scale, and what was expected.
struct Scores<'a> {
    scenario: &'a Scenario,
    chances: &'a Chances<'a>,
    tally: &'a Tally,
    /// Items that are attempted by the same training runs.
    batch: u64,
}

impl Scores<'_> {
    fn credits(&self) -> impl Iterator<Item = (usize, Credit)> {
        let metrics = self.scenario.evaluation.metrics.as_slice().iter();
        let of = |(place, metric): (usize, &Metric)| {
            (metric.reducer == Reducer::Mean).then_some((place, metric.credit))
        };
        metrics.enumerate().filter_map(of)
    }

    /// One attempt at each item, or items that are all alike: attempts are independent.
    fn of_independent_attempts(&self, add: &mut impl FnMut(Scored)) {
        let tally = self.tally;
        let lengths: Vec<(u32, f64)> = self.chances.lengths().collect();
        // Lengths of no item are in no tally.
        let attempted = |steps: u32| tally.lengths.iter().find(|length| length.steps == steps);
        if lengths.len() > 1 {
            let counts = lengths
                .iter()
                .map(|length| attempted(length.0).map_or(0, |length| length.attempts()));
            let counts: Vec<u64> = counts.collect();
            let probabilities: Vec<f64> = lengths.iter().map(|length| length.1).collect();
            let p_value = tails::histogram(&counts, &probabilities);
            add((Quantity::Lengths, tally.items, None, p_value));
        }
        let strays = tally.lengths.iter().any(|length| {
            let known = lengths.iter().any(|known| known.0 == length.steps);
            !known
        });
        if strays {
            add((Quantity::Lengths, tally.items, None, 0.0));
        }
        let mut laws: BTreeMap<Count, Vec<(u32, f64, Vec<f64>)>> = BTreeMap::new();
        for count in [Count::Correct, Count::Leading] {
            for &(steps, share) in &lengths {
                let Some(law) = self.chances.distribution(count, steps) else {
                    continue;
                };
                if let Some(length) = attempted(steps) {
                    let counts = length.histogram(count);
                    cells(count, steps, counts, &law, add);
                }
                laws.entry(count).or_default().push((steps, share, law));
            }
        }
        for (_, credit) in self.credits() {
            let Some(counted) = credit.counted() else {
                continue;
            };
            let empty = Vec::new();
            let law = laws.get(&counted.count()).unwrap_or(&empty);
            self.credit(credit, counted, law, add);
        }
        let per_item = tally.attempts.checked_div(tally.items).unwrap_or(1);
        self.item_means(per_item, |credit| credit.reading().is_some(), add);
        self.item_variances(
            per_item,
            |credit| per_item > 1 || credit.reading().is_some(),
            add,
        );
    }

    /// Mean and variance of a credit, given the distribution of its count at each length with the share of that length.
    fn credit(
        &self,
        credit: Credit,
        counted: Counted,
        law: &[(u32, f64, Vec<f64>)],
        add: &mut impl FnMut(Scored),
    ) {
        let Some(expected) = self.chances.expected(credit) else {
            return;
        };
        let n = self.tally.attempts;
        let seen = |of: &dyn Fn(f64) -> f64| -> f64 {
            let lengths = self.tally.lengths.iter().flat_map(|length| {
                let counts = length.histogram(counted.count()).iter().zip(0..);
                counts
                    .map(move |(seen, count)| *seen as f64 * of(counted.value(count, length.steps)))
            });
            lengths.sum::<f64>() / n as f64
        };
        let terms: Vec<Term> = law
            .iter()
            .flat_map(|(steps, share, law)| {
                let counts = law.iter().zip(0..);
                counts.map(move |(p, count)| (counted.value(count, *steps), share * p))
            })
            .collect();
        let mean = seen(&|value| value);
        let p_value = match credit.is_all_or_nothing() {
            true => {
                let successes = libm::round(mean * n as f64) as u64;
                tails::binomial(successes, n, expected.mean)
            }
            false => mean_p_value(&terms, n, mean, expected.mean),
        };
        add((
            Quantity::Mean(Metric::mean(credit)),
            n,
            Some((mean, expected.mean)),
            p_value,
        ));
        // That of all or nothing is told by its mean.
        if !credit.is_all_or_nothing() {
            let squared = |value: f64| (value - expected.mean) * (value - expected.mean);
            let squares: Vec<Term> = terms
                .iter()
                .map(|&(value, p)| (squared(value), p))
                .collect();
            let variance = seen(&squared);
            let p_value = mean_p_value(&squares, n, variance, expected.variance);
            let compared = Some((variance, expected.variance));
            add((Quantity::Variance(credit), n, compared, p_value));
        }
    }

    /// Several attempts at each of items that differ: only items are independent.
    fn of_clustered_attempts(&self, add: &mut impl FnMut(Scored)) {
        let per_item = self
            .tally
            .attempts
            .checked_div(self.tally.items)
            .unwrap_or(1);
        self.item_means(per_item, |_| true, add);
        self.item_variances(per_item, |_| true, add);
    }

    /// Means over items of the mean over an item's attempts.
    fn item_means(
        &self,
        per_item: u64,
        wanted: impl Fn(Credit) -> bool,
        add: &mut impl FnMut(Scored),
    ) {
        let n = self.tally.items;
        for (place, credit) in self.credits().filter(|(_, credit)| wanted(*credit)) {
            let (Some(expected), Some(sums)) = (
                self.chances.expected(credit),
                self.tally.item_sums.get(place),
            ) else {
                continue;
            };
            // That of one attempt is not less.
            let variance = self.chances.item_variance(credit, per_item);
            let variance = variance.unwrap_or(expected.variance);
            let mean = share(sums.sum, 1, n);
            let law = (expected.mean, variance);
            let p_value = tails::bounded((0.0, largest(credit)), n as f64, law, mean);
            add((
                Quantity::Mean(Metric::mean(credit)),
                n,
                Some((mean, expected.mean)),
                p_value,
            ));
        }
    }

    fn item_variances(
        &self,
        per_item: u64,
        wanted: impl Fn(Credit) -> bool,
        add: &mut impl FnMut(Scored),
    ) {
        let n = self.tally.items;
        for (place, credit) in self.credits().filter(|(_, credit)| wanted(*credit)) {
            let expected = self.chances.expected(credit);
            let variance = self.chances.item_variance(credit, per_item);
            let sums = self.tally.item_sums.get(place);
            let (Some(expected), Some(variance), Some(sums)) = (expected, variance, sums) else {
                continue;
            };
            let mean = expected.mean;
            let seen = item_variance(sums, n, mean);
            // (m - mean)^2 is at most r, so its variance at most v (r - v).
            let far = mean.max(largest(credit) - mean);
            let most = far * far;
            let law = (variance, variance * (most - variance));
            let p_value = tails::bounded((0.0, most), n as f64, law, seen);
            add((
                Quantity::ItemVariance(Metric::mean(credit)),
                n,
                Some((seen, variance)),
                p_value,
            ));
        }
    }

    /// Products of an item's credits at this scale and the next, where it is known what kinds of items there are: given
    /// the item, scales are independent.
    fn with_next(
        &self,
        kinds: &[(f64, Scenario)],
        scale: Scale,
        next: Scale,
        add: &mut impl FnMut(Scored),
    ) {
        if kinds.is_empty() {
            return;
        }
        let n = self.tally.items;
        // Items of a batch are attempted by the same training runs; a mean over all pairs of a run here and a run there
        // is one over matchings of them, whose pairs are independent of each other.
        let independent = match self.chances.runs_differ() {
            true => self.units().count,
            false => n as f64,
        };
        for (place, credit) in self.credits() {
            let product = |(share, kind): &(f64, Scenario)| {
                let chances = kind.chances();
                let mean = |scale| chances.at(scale).mean(credit);
                Some(share * mean(scale)? * mean(next)?)
            };
            let products: Option<Vec<f64>> = kinds.iter().map(product).collect();
            let (Some(products), Some(sums)) = (products, self.tally.item_sums.get(place)) else {
                continue;
            };
            let expected: f64 = products.iter().sum();
            let seen = share(sums.with_next, 2, n);
            let exact = credit.is_all_or_nothing() && self.tally.attempts == n;
            let p_value = match exact && !self.chances.runs_differ() {
                true => tails::binomial(libm::round(seen * n as f64) as u64, n, expected),
                false => {
                    let most = largest(credit) * largest(credit);
                    let law = (expected, expected * (most - expected));
                    tails::bounded((0.0, most), independent, law, seen)
                }
            };
            add((
                Quantity::WithNext(credit),
                n,
                Some((seen, expected)),
                p_value,
            ));
        }
    }
}

/// The largest value of what a credit is a function of.
fn largest(credit: Credit) -> f64 {
    match credit.range() {
        Range::Unit | Range::Bounded => 1.0,
        Range::Open => Likelihood::MOST_LOSS,
    }
}

/// The p-value of a mean of terms of a known distribution, whose mean may be known from elsewhere.
fn mean_p_value(terms: &[Term], n: u64, seen: f64, expected: f64) -> f64 {
    let by_terms = tails::moment(terms, |value| value);
    tails::mean(terms, n as f64, seen - expected + by_terms)
}

/// Every cell of a histogram by itself, and all together.
fn cells(count: Count, steps: u32, counts: &[u64], law: &[f64], add: &mut impl FnMut(Scored)) {
    let n: u64 = counts.iter().sum();
    for ((&seen, &p), value) in counts.iter().zip(law).zip(0..) {
        let p = p.clamp(0.0, 1.0);
        let compared = Some((seen as f64 / n as f64, p));
        let p_value = tails::binomial(seen, n, p);
        add((Quantity::Cell(count, steps, value), n, compared, p_value));
    }
    let p_value = tails::histogram(counts, law);
    add((Quantity::Histogram(count, steps), n, None, p_value));
}

/// A sum of products of so many numbers in units of 2^-32, as a mean.
fn share(sum: u128, factors: i32, n: u64) -> f64 {
    libm::ldexp(sum as f64, -32 * factors) / n as f64
}

/// The mean of (m - mean)^2 over items.
fn item_variance(sums: &ItemSums, n: u64, mean: f64) -> f64 {
    about(share(sums.squares, 2, n), share(sums.sum, 1, n), mean)
}

/// The mean of (x - centre)^2, from those of x^2 and x.
fn about(of_squares: f64, mean: f64, centre: f64) -> f64 {
    of_squares - 2.0 * centre * mean + centre * centre
}
