//! The same quantities computed, not simulated: means over new items and new attempts.

mod options;
mod readings;
mod repeated;

use std::sync::OnceLock;

use super::chain::{Chain, Hazards};
use super::dependence::Past;
use super::edits::Edits;
use super::mixing::{Node, copula_nodes, logit_normal_nodes};
use super::step_chances::mean_over;
use super::{
    Basis, ChoiceTask, Count, Counted, Credit, Dependence, Difficulty, Extraction, Runs, Spread,
    StepChances, StepInformation, StepsTask,
};

/// Mean and variance of the credit of one attempt at a new item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Mean credit.
    pub mean: f64,
    /// Variance of the credit of one attempt.
    pub variance: f64,
}

impl Expected {
    /// Of attempts that all earn the same.
    pub(super) const fn certain(mean: f64) -> Self {
        Self {
            mean,
            variance: 0.0,
        }
    }

    /// Of attempts of several kinds, each with its weight; the weights sum to 1.
    pub(super) fn of_mixture(parts: &[(f64, Self)]) -> Self {
        if let [(_, only)] = parts {
            return *only;
        }
        let mean: f64 = parts.iter().map(|(weight, part)| weight * part.mean).sum();
        let variance = parts.iter().map(|(weight, part)| {
            let off = part.mean - mean;
            weight * (part.variance + off * off)
        });
        Self {
            mean,
            variance: variance.sum(),
        }
    }
}

/// A task with all worked out that does not depend on scale.
#[derive(Clone, Debug)]
pub(super) struct PreparedTask<'a> {
    task: &'a StepsTask,
    /// The question, where that one step is one.
    choice: Option<&'a ChoiceTask>,
    /// For each length, what attempts that are right at some steps write, once somebody asked; `None` where that is not
    /// computed.
    edits: Vec<OnceLock<Option<Edits>>>,
    /// The lengths of items with their probabilities.
    lengths: Vec<Length>,
    /// Where steps are drawn: their multipliers with weights.
    drawn: Vec<Node>,
    longest: u32,
    /// The least and the largest number that an item's hazard is multiplied by.
    relevant: (f64, f64),
}

#[derive(Clone, Debug)]
struct Length {
    steps: u32,
    probability: f64,
    /// The multipliers of its steps; `None` where all are 1 or drawn.
    multipliers: Option<Vec<f64>>,
}

impl<'a> PreparedTask<'a> {
    pub(super) fn new(task: &'a StepsTask, choice: Option<&'a ChoiceTask>) -> Self {
        let length = |(steps, probability)| Length {
            steps,
            probability,
            multipliers: task.difficulty().multipliers(steps),
        };
        let lengths: Vec<Length> = task.lengths().table().iter().map(length).collect();
        let drawn: Vec<(f64, f64)> = match task.difficulty() {
            Difficulty::Normal(normal) => {
                // After retries, a step's success is a polynomial of this degree of that of a try.
                let tries = task
                    .recovery()
                    .verifier()
                    .map_or(1, |one| one.retries_of_step + 1);
                let nodes = logit_normal_nodes(normal.sd.get(), f64::from(tries)).into_iter();
                nodes
                    .map(|(z, weight)| (normal.multiplier(z), weight))
                    .collect()
            }
            _ => Vec::new(),
        };
        let multipliers = lengths
            .iter()
            .filter_map(|length| length.multipliers.as_ref());
        let all = multipliers.flatten().copied();
        let all = all.chain(drawn.iter().map(|node| node.0)).chain([1.0]);
        let (least, most) = all.fold((1.0_f64, 1.0_f64), |(least, most), one| {
            (least.min(one), most.max(one))
        });
        let after_error = match task.dependence() {
            Dependence::Tainted(tainted) => tainted.multiplier.get(),
            Dependence::Markov(markov) => markov.multiplier.get(),
            _ => 1.0,
        };
        let longest = lengths.iter().map(|length| length.steps).max();
        let longest = longest.unwrap_or(1);
        Self {
            task,
            choice,
            edits: lengths.iter().map(|_| OnceLock::new()).collect(),
            lengths,
            drawn,
            longest,
            relevant: (
                least * after_error.min(1.0),
                most * after_error.max(1.0) * f64::from(longest),
            ),
        }
    }

    /// The chances of attempts by these training runs, so many of which are extracted, `attempts` by each run at an item.
    pub(super) fn at(&self, runs: Runs, extraction: Extraction, attempts: u32) -> Chances<'_> {
        Chances {
            prepared: self,
            runs,
            extraction,
            attempts,
            wrong_answers: match self.choice {
                Some(choice) => choice.options() - 1,
                None => self.task.wrong_answers(),
            },
        }
    }
}

/// What an attempt at a new item may come to, at one scale.
#[derive(Clone, Debug)]
pub struct Chances<'a> {
    prepared: &'a PreparedTask<'a>,
    runs: Runs,
    extraction: Extraction,
    /// By each training run at an item.
    attempts: u32,
    wrong_answers: u32,
}

/// What a mean over items is taken of, as a function of the success probability of a step: the sharper it is, the more
/// values of that probability must be looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Powers.
    Powers,
    /// The probability of a number of right steps, in one attempt.
    Counts,
    /// The product of two such probabilities.
    CountsSquared,
}

impl Shape {
    /// The mean of a credit.
    fn of(credit: Counted) -> Self {
        match credit {
            Counted::AllRight | Counted::Share(_) => Self::Powers,
            Counted::PassMark(_) | Counted::Power(_) => Self::Counts,
        }
    }

    /// The square of the mean of a credit.
    fn squared(credit: Counted) -> Self {
        match Self::of(credit) {
            Self::Powers => Self::Powers,
            Self::Counts | Self::CountsSquared => Self::CountsSquared,
        }
    }
}

/// The steps of one attempt at an item of known length and hazard.
enum Process<'a> {
    Independent(StepChances),
    Chained(Chain<'a>, u32),
}

impl Process<'_> {
    fn mean(&self, credit: Counted) -> Option<f64> {
        match self {
            Self::Independent(chances) => chances.mean(credit),
            Self::Chained(chain, steps) => match credit {
                Counted::AllRight => Some(chain.all_right()),
                Counted::Share(Count::Correct) => Some(chain.mean_correct()? / f64::from(*steps)),
                Counted::Share(Count::Leading) => Some(chain.mean_leading() / f64::from(*steps)),
                Counted::PassMark(_) | Counted::Power(_) => {
                    let distribution = chain.distribution(credit.count())?;
                    Some(mean_over(&distribution, |count| credit.value(count, *steps)).min(1.0))
                }
            },
        }
    }

    fn expected(&self, credit: Counted) -> Option<Expected> {
        match self {
            Self::Independent(chances) => chances.expected(credit),
            Self::Chained(chain, steps) => {
                let mean = self.mean(credit)?;
                let variance = match credit {
                    Counted::AllRight | Counted::PassMark(_) => mean * (1.0 - mean),
                    _ => mean_over(&chain.distribution(credit.count())?, |count| {
                        let off = credit.value(count, *steps) - mean;
                        off * off
                    }),
                };
                Some(Expected { mean, variance })
            }
        }
    }

    fn any_credit(&self, credit: Counted) -> Option<f64> {
        match (self, credit) {
            (Self::Independent(chances), _) => chances.any_credit(credit),
            (Self::Chained(..), Counted::AllRight | Counted::PassMark(_)) => self.mean(credit),
            (Self::Chained(chain, _), Counted::Share(Count::Correct) | Counted::Power(_)) => {
                Some(chain.any_right())
            }
            (Self::Chained(chain, _), Counted::Share(Count::Leading)) => Some(chain.first_right()),
        }
    }

    fn distribution(&self, count: Count) -> Option<Vec<f64>> {
        match self {
            Self::Independent(chances) => chances.distribution(count),
            Self::Chained(chain, _) => chain.distribution(count),
        }
    }
}

impl Chances<'_> {
    /// The most multiplications, about, that any expected value may take: some tenths of a second.
    pub const MAX_WORK: f64 = 2e8;

    /// The lengths of items with their probabilities, increasing.
    pub fn lengths(&self) -> impl Iterator<Item = (u32, f64)> {
        let lengths = self.prepared.lengths.iter();
        lengths.map(|length| (length.steps, length.probability))
    }

    /// The largest number of steps that an item may have.
    #[must_use]
    pub fn longest(&self) -> u32 {
        self.prepared.longest
    }

    /// Whether items of a test set differ, so that attempts at the same item move together.
    #[must_use]
    pub fn items_differ(&self) -> bool {
        self.prepared.task.items_differ()
    }

    /// The chances of the steps, where they are independent and the same for every item and training run.
    #[must_use]
    pub fn independent(&self) -> Option<StepChances> {
        let task = self.prepared.task;
        match (
            task.step_information(),
            self.prepared.lengths.as_slice(),
            self.runs,
        ) {
            (StepInformation::Independent, [length], Runs::Alike(hazard)) => {
                Some(self.step_chances(length, hazard, 0.0))
            }
            _ => None,
        }
    }

    /// Those of one training run, whose ordinary step has this hazard.
    fn of_run(&self, hazard: f64) -> Self {
        Self {
            runs: Runs::Alike(hazard),
            ..self.clone()
        }
    }

    /// About how many multiplications [`Self::mean`] takes.
    #[must_use]
    pub fn work(&self, credit: Credit) -> f64 {
        let shape = match self.basis(credit) {
            Basis::Counted(counted) => Shape::of(counted),
            Basis::Read(reading) => return self.reading_work(reading),
        };
        let (items, factors) = self.nodes(shape);
        self.work_over(shape, items.len() * factors.len()) + self.nodes_work(shape)
    }

    /// About how many multiplications it takes to find how items differ for each of several kinds of training runs.
    fn nodes_work(&self, shape: Shape) -> f64 {
        let of_run = match self.prepared.task.spread() {
            Spread::Beta(_) | Spread::ScaledBeta(_) => 2e5,
            _ => 1e3,
        };
        match self.runs {
            Runs::Alike(_) => 0.0,
            Runs::Normal { .. } | Runs::Bimodal { .. } => {
                of_run * self.run_nodes(shape).len() as f64
            }
        }
    }

    /// The mean over attempts of what a credit is a function of (for most credits: the credit itself; see
    /// [`Credit::of_mean`]); `None` where it would need a distribution that is not computed, of correct steps where more
    /// than [`StepChances::MAX_UNEQUAL_STEPS`] steps have unequal chances, or more than [`Self::MAX_WORK`].
    #[must_use]
    pub fn mean(&self, credit: Credit) -> Option<f64> {
        match self.basis(credit) {
            Basis::Counted(counted) => self.counted_mean(counted),
            Basis::Read(reading) => Some(self.read(reading)?.mean),
        }
    }

    fn counted_mean(&self, credit: Counted) -> Option<f64> {
        self.average(Shape::of(credit), |process| process.mean(credit))
    }

    /// Mean and variance of what a credit is a function of, in one attempt; `None` as for [`Self::mean`].
    #[must_use]
    pub fn expected(&self, credit: Credit) -> Option<Expected> {
        match self.basis(credit) {
            Basis::Counted(counted) => self.counted(counted),
            Basis::Read(reading) => self.read(reading),
        }
    }

    fn counted(&self, credit: Counted) -> Option<Expected> {
        if matches!(credit, Counted::AllRight | Counted::PassMark(_)) {
            let mean = self.counted_mean(credit)?;
            let variance = mean * (1.0 - mean);
            return Some(Expected { mean, variance });
        }
        let shape = Shape::squared(credit);
        // The variance of the share of right steps that hang together takes their distribution.
        let cost = match credit.count() {
            Count::Correct if self.prepared.task.has_memory() => Shape::CountsSquared,
            Count::Correct | Count::Leading => shape,
        };
        let mut parts = Vec::new();
        self.for_each(&self.affordable(shape, cost)?, |weight, process| {
            parts.push((weight, process.expected(credit)?));
            Some(())
        })?;
        self.add_floor_and_missed(&mut parts);
        Some(Expected::of_mixture(&parts))
    }

    /// Adds to attempts of several kinds, with their weights, those that are guessed and those that are not extracted.
    fn add_floor_and_missed(&self, parts: &mut Vec<(f64, Expected)>) {
        let floor = self.prepared.task.floor().get();
        if floor > 0.0 {
            parts.iter_mut().for_each(|part| part.0 *= 1.0 - floor);
            parts.push((floor, Expected::certain(1.0)));
        }
        let (extracted, missed) = (self.extraction.extracted(), self.extraction.missed());
        if missed > 0.0 {
            parts.iter_mut().for_each(|part| part.0 *= extracted);
            parts.push((missed, Expected::certain(0.0)));
        }
    }

    /// The variance of an item's mean over this many attempts of what a credit is a function of, which share the item and
    /// nothing else; `None` where it is not computed: beside the reasons of [`Self::mean`], several attempts at items whose
    /// steps are drawn, or by training runs that differ.
    #[must_use]
    pub fn item_variance(&self, credit: Credit, attempts: u64) -> Option<f64> {
        let one = self.expected(credit)?;
        let task = self.prepared.task;
        if attempts > 1 && self.runs_differ() {
            return None;
        }
        let is_drawn = matches!(task.difficulty(), Difficulty::Normal(_));
        if attempts == 1 {
            return Some(one.variance);
        }
        if !task.items_differ() {
            return Some(one.variance / attempts as f64);
        }
        if is_drawn {
            return None;
        }
        let credit = match self.basis(credit) {
            Basis::Counted(counted) => counted,
            Basis::Read(reading) => return self.read_item_variance(reading, one, attempts),
        };
        let (floor, extracted) = (task.floor().get(), self.extraction.extracted());
        let shape = Shape::squared(credit);
        let (items, factors) = self.affordable(shape, shape)?;
        let mut between = 0.0;
        for length in &self.prepared.lengths {
            for &(hazard, weight) in &items {
                let mut mean = 0.0;
                for &(common, share) in &factors {
                    mean += share * self.process(length, hazard, common).mean(credit)?;
                }
                let off = extracted * (floor + (1.0 - floor) * mean) - one.mean;
                between += length.probability * weight * off * off;
            }
        }
        // Of the variance of one attempt, what is not between items is shared by nothing.
        let within = (one.variance - between).max(0.0);
        Some(between + within / attempts as f64)
    }

    /// P(credit > 0); `None` as for [`Self::mean`], and for credits of more than a count.
    #[must_use]
    pub fn any_credit(&self, credit: Credit) -> Option<f64> {
        let Basis::Counted(credit) = self.basis(credit) else {
            return None;
        };
        let shape = match credit {
            Counted::AllRight | Counted::Share(Count::Leading) => Shape::Powers,
            Counted::Share(Count::Correct) | Counted::PassMark(_) | Counted::Power(_) => {
                Shape::Counts
            }
        };
        self.average(shape, |process| process.any_credit(credit))
    }

    /// P(count = 0), ..., P(count = L) over items of L steps; `None` as for [`Self::mean`], or if no item has L steps.
    #[must_use]
    pub fn distribution(&self, count: Count, steps: u32) -> Option<Vec<f64>> {
        let mut lengths = self.prepared.lengths.iter();
        let length = lengths.find(|length| length.steps == steps)?;
        self.distribution_of(length, count, &self.counted_nodes(count)?)
    }

    /// L, its probability, and [`Self::distribution`] over items of L steps, for every length, increasing.
    #[must_use]
    pub fn distributions(&self, count: Count) -> Option<Vec<(u32, f64, Vec<f64>)>> {
        let nodes = self.counted_nodes(count)?;
        let lengths = self.prepared.lengths.iter();
        lengths
            .map(|length| {
                let probabilities = self.distribution_of(length, count, &nodes)?;
                Some((length.steps, length.probability, probabilities))
            })
            .collect()
    }

    fn counted_nodes(&self, count: Count) -> Option<(Vec<Node>, Vec<Node>)> {
        let shape = match count {
            Count::Leading => Shape::Powers,
            Count::Correct => Shape::Counts,
        };
        self.affordable(shape, shape)
    }

    fn distribution_of(
        &self,
        length: &Length,
        count: Count,
        (items, factors): &(Vec<Node>, Vec<Node>),
    ) -> Option<Vec<f64>> {
        let mut sum = vec![0.0; length.steps as usize + 1];
        let floor = self.prepared.task.floor().get();
        let (extracted, missed) = (self.extraction.extracted(), self.extraction.missed());
        for &(hazard, weight) in items {
            for &(common, share) in factors {
                let one = self.process(length, hazard, common).distribution(count)?;
                let weight = extracted * (1.0 - floor) * weight * share;
                sum.iter_mut()
                    .zip(one)
                    .for_each(|(sum, p)| *sum += weight * p);
            }
        }
        *sum.last_mut()? += extracted * floor;
        *sum.first_mut()? += missed;
        Some(sum)
    }

    /// The mean over items of a number that is 1 for an attempt that is right at every step, 0 for one without a right
    /// step.
    fn average(&self, shape: Shape, of: impl Fn(&Process<'_>) -> Option<f64>) -> Option<f64> {
        let mut sum = 0.0;
        self.for_each(&self.affordable(shape, shape)?, |weight, process| {
            sum += weight * of(process)?;
            Some(())
        })?;
        let floor = self.prepared.task.floor().get();
        // A sum of weights may be a rounding above 1.
        Some((self.extraction.extracted() * (floor + (1.0 - floor) * sum)).min(1.0))
    }

    /// The hazards of items, and the common factors of attempts, over which a mean is taken, with weights.
    fn nodes(&self, shape: Shape) -> (Vec<Node>, Vec<Node>) {
        let prepared = self.prepared;
        let counts = self.counts(shape);
        let factors = match prepared.task.dependence().correlation() {
            Some(correlation) => copula_nodes(correlation, f64::from(prepared.longest), counts),
            None => vec![(0.0, 1.0)],
        };
        let spread = prepared.task.spread();
        let of_run = |(hazard, share): Node| {
            let items = spread.items(hazard).nodes(prepared.relevant, counts);
            items
                .into_iter()
                .map(move |(h, weight)| (h, share * weight))
        };
        let runs = self.runs.nodes(counts).into_iter();
        (runs.flat_map(of_run).collect(), factors)
    }

    /// The hazards of training runs over which a mean is taken, with weights.
    fn run_nodes(&self, shape: Shape) -> Vec<Node> {
        self.runs.nodes(self.counts(shape))
    }

    /// The number of trials whose count the functions of a shape tell.
    fn counts(&self, shape: Shape) -> f64 {
        let prepared = self.prepared;
        let longest = f64::from(prepared.longest);
        let tries = prepared.task.recovery().verifier();
        let tries = f64::from(tries.map_or(1, |verifier| verifier.retries_of_step + 1));
        // With m tries a small hazard h becomes h^m, which falls m times as fast over ln h: as much as a count of
        // 9.3 (m^2 - 1) trials does.
        let counts = match shape {
            Shape::Powers => 0.0,
            Shape::Counts => longest,
            Shape::CountsSquared => 2.0 * longest,
        };
        counts * tries * tries + 9.3 * (tries * tries - 1.0)
    }

    /// About how many multiplications it takes to visit so many kinds of attempts at items of each length.
    fn work_over(&self, shape: Shape, kinds: usize) -> f64 {
        let PreparedTask { task, drawn, .. } = self.prepared;
        let remembers = task.has_memory();
        let drawn = drawn.len().max(1) as f64;
        let budget = task.recovery().verifier();
        let budget = budget.and_then(|verifier| verifier.retries_of_attempt);
        let tries = f64::from(budget.unwrap_or(0) + 1);
        let places = tries * (1.0 + f64::from(u8::from(task.dependence().impairs())));
        let counts_errors = task.dependence().counts_errors();
        let of_length = |length: &Length| {
            let steps = f64::from(length.steps);
            let listed = length.multipliers.is_some();
            let different = if listed { steps } else { 1.0 };
            let counted = shape != Shape::Powers;
            if !remembers {
                let all = match (counted, listed) {
                    (true, true) => 0.5 * steps * steps,
                    (true, false) => 5.0 * steps,
                    (false, _) => 10.0 * different,
                };
                return all + 20.0 * different * drawn;
            }
            let moves = places * tries * drawn * 30.0;
            let rounds = match counted || counts_errors {
                true => 0.5 * steps * steps,
                false => steps,
            };
            let known = if counts_errors { rounds } else { different };
            known * moves + 2.0 * rounds * places * places
        };
        let lengths = self.prepared.lengths.iter();
        lengths.map(of_length).sum::<f64>() * kinds as f64
    }

    /// The nodes for a shape, if what is done at each, which costs as much as `cost`, stays within [`Self::MAX_WORK`].
    fn affordable(&self, shape: Shape, cost: Shape) -> Option<(Vec<Node>, Vec<Node>)> {
        let nodes = self.nodes(shape);
        let work = self.work_over(cost, nodes.0.len() * nodes.1.len());
        (work <= Self::MAX_WORK).then_some(nodes)
    }

    fn for_each(
        &self,
        (items, factors): &(Vec<Node>, Vec<Node>),
        mut visit: impl FnMut(f64, &Process<'_>) -> Option<()>,
    ) -> Option<()> {
        for length in &self.prepared.lengths {
            for &(hazard, weight) in items {
                for &(common, share) in factors {
                    let weight = length.probability * weight * share;
                    visit(weight, &self.process(length, hazard, common))?;
                }
            }
        }
        Some(())
    }

    fn process(&self, length: &Length, hazard: f64, common: f64) -> Process<'_> {
        let prepared = self.prepared;
        if !prepared.task.has_memory() {
            return Process::Independent(self.step_chances(length, hazard, common));
        }
        let lever = prepared.task.difficulty().lever();
        let times = |multiplier: f64| lever.hazard(hazard, multiplier);
        let hazards = match (&length.multipliers, prepared.drawn.as_slice()) {
            (Some(multipliers), _) => {
                Hazards::Listed(multipliers.iter().map(|&one| times(one)).collect())
            }
            (None, []) => Hazards::Alike(hazard),
            (None, drawn) => {
                let drawn = drawn.iter();
                Hazards::Drawn(drawn.map(|&(one, weight)| (times(one), weight)).collect())
            }
        };
        let chain = Chain::new(prepared.task, hazards, length.steps, common);
        Process::Chained(chain, length.steps)
    }

    /// The chances of steps that do not depend on each other.
    fn step_chances(&self, length: &Length, hazard: f64, common: f64) -> StepChances {
        let task = self.prepared.task;
        if let Some(choice) = self.prepared.choice {
            return StepChances::alike(choice.accuracy(hazard), 1);
        }
        let lever = task.difficulty().lever();
        let verifier = task.recovery().verifier();
        let past = Past {
            common,
            ..Past::default()
        };
        let chance = |multiplier: f64| {
            let p = task.try_chance(lever.hazard(hazard, multiplier), &past);
            match &verifier {
                Some(verifier) => verifier.ends_right(p.get()),
                None => p.get(),
            }
        };
        let steps = length.steps as usize;
        match (&length.multipliers, self.prepared.drawn.as_slice()) {
            (Some(multipliers), _) => StepChances::new(multipliers.iter().map(|&one| chance(one))),
            (None, []) => StepChances::alike(chance(1.0), steps),
            (None, drawn) => {
                // Over new items, steps drawn separately are independent of each other.
                let mean = drawn
                    .iter()
                    .map(|&(one, weight)| weight * chance(one))
                    .sum();
                StepChances::alike(mean, steps)
            }
        }
    }
}
