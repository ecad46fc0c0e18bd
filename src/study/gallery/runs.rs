//! Scores of single training runs that break through or do not.

use crate::domain::special::binomial_probabilities;
use crate::domain::{BetweenSeeds, Metric, Runs, Scale, Scenario};

/// More bars than this cannot be told apart.
const MOST_ITEMS: u64 = 200;

/// Less than this cannot be seen, nor be the most common score.
const NEGLIGIBLE: f64 = 1e-6;

/// Intervals between the places at which the most common score is looked for.
const INTERVALS: u32 = 240;

/// What single training runs score.
#[derive(Clone, Debug, PartialEq)]
pub struct RunsShown {
    /// (log10 N, the score that more runs have than any other) over the window; both sides of its jump.
    pub mode: Vec<(f64, f64)>,
    /// Where it jumps from runs that stay below to runs that break through, in log10 N; `None` where it does not.
    pub jump: Option<f64>,
    /// The scales that are shown, in order.
    pub at: Vec<RunsAt>,
}

/// What single training runs score at a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct RunsAt {
    /// The scale.
    pub scale: Scale,
    /// Those that stay below.
    pub below: KindOfRun,
    /// Those that break through.
    pub through: KindOfRun,
}

/// Training runs that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct KindOfRun {
    /// How many of all runs they are.
    pub share: f64,
    /// The least number of items right that is seen, and the share of all runs with that number right, with one more and
    /// so on.
    pub counts: (u64, Vec<f64>),
}

impl KindOfRun {
    fn new(share: f64, items: u64, success: f64) -> Self {
        let (first, probabilities) = binomial_probabilities(items, success, NEGLIGIBLE);
        let shares = probabilities.into_iter().map(|one| share * one);
        Self {
            share,
            counts: (first, shares.collect()),
        }
    }

    /// The share of all runs that are of this kind and have this number of items right.
    fn at(&self, right: u64) -> f64 {
        let (first, shares) = &self.counts;
        let place = right.checked_sub(*first).map(|place| place as usize);
        place
            .and_then(|place| shares.get(place).copied())
            .unwrap_or(0.0)
    }

    fn numbers(&self) -> impl Iterator<Item = u64> {
        let first = self.counts.0;
        first..first + self.counts.1.len() as u64
    }
}

impl RunsAt {
    /// The number of items right that more runs have than any other; of several, the least.
    fn mode(&self) -> u64 {
        let numbers = self.below.numbers().chain(self.through.numbers());
        let shared = numbers.map(|right| (right, self.below.at(right) + self.through.at(right)));
        let highest = shared.reduce(|best, one| if one.1 > best.1 { one } else { best });
        highest.map_or(0, |(right, _)| right)
    }
}

/// Whether runs of this world are of two kinds whose scores can be shown.
pub(super) fn has_two_kinds(world: &Scenario) -> bool {
    let evaluation = &world.evaluation;
    matches!(world.skill.between_seeds(), BetweenSeeds::Bimodal(_))
        && evaluation.training_seeds.get() > 1
        && evaluation.attempts.get() == 1
        && evaluation.items.get() <= MOST_ITEMS
        && subject(world).is_some()
}

fn subject(world: &Scenario) -> Option<Metric> {
    let metrics = world.evaluation.metrics.as_slice();
    metrics.first().copied().filter(|one| one.is_success_rate())
}

fn at(world: &Scenario, scale: Scale) -> Option<RunsAt> {
    let Runs::Bimodal {
        share,
        hazard,
        failed,
    } = world.skill.runs(scale)
    else {
        return None;
    };
    let (credit, items) = (subject(world)?.credit, world.evaluation.items.get());
    let chances = world.chances();
    let kind = |share: f64, hazard: f64| {
        let success = chances.of_run(scale, hazard).mean(credit)?;
        Some(KindOfRun::new(share, items, success))
    };
    Some(RunsAt {
        scale,
        below: kind(1.0 - share, failed)?,
        through: kind(share, hazard)?,
    })
}

/// Scores over the window and at some scales.
pub(super) fn runs_shown(world: &Scenario, scales: &[Scale]) -> RunsShown {
    let items = world.evaluation.items.get() as f64;
    let (first, last) = world.evaluation.scales.window();
    let (from, to) = (first.log10(), last.log10());
    let here = |x: f64| Some(at(world, Scale::from_log10(x).ok()?)?.mode());
    let place = |i: u32| {
        let x = from + (to - from) * f64::from(i) / f64::from(INTERVALS);
        Some((x, here(x)?))
    };
    let modes: Vec<(f64, u64)> = (0..=INTERVALS).filter_map(place).collect();
    let rises = modes.windows(2).enumerate();
    let rises = rises.map(|(i, two)| (i, two[1].1.saturating_sub(two[0].1)));
    // Without a jump it wanders by one item at a time.
    let largest = rises
        .max_by_key(|(_, rise)| *rise)
        .filter(|(_, rise)| *rise > 1);
    let mut mode: Vec<(f64, f64)> = modes
        .iter()
        .map(|&(x, right)| (x, right as f64 / items))
        .collect();
    let jump = largest.map(|(i, _)| {
        let (before, after) = (modes[i], modes[i + 1]);
        let (mut low, mut high) = (before.0, after.0);
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            match here(middle).is_some_and(|right| 2 * right > before.1 + after.1) {
                true => high = middle,
                false => low = middle,
            }
        }
        mode.splice(
            i + 1..i + 1,
            [
                (high, before.1 as f64 / items),
                (high, after.1 as f64 / items),
            ],
        );
        high
    });
    RunsShown {
        mode,
        jump,
        at: scales
            .iter()
            .filter_map(|&scale| at(world, scale))
            .collect(),
    }
}
