//! What is expected of likelihoods and of what is written.

use super::{Chances, Length, Shape, options};
use crate::domain::edits::Edits;
use crate::domain::mixing::{Node, standard_normal_nodes};
use crate::domain::{Basis, Count, Counted, Credit, Expected, Reading};

/// Mean and mean square of a function of one step's loss.
#[derive(Clone, Copy)]
struct Moments {
    mean: f64,
    square: f64,
}

/// Distance between nodes of the noise, in standard deviations of the logarithm of a loss, 1 and more: functions of
/// e^-e^(sd z) are smooth within pi/(2 sd) of the real line, so that the rule's error is about e^(-pi^2/.25).
const NOISE_STEP: f64 = 0.25;

impl Chances<'_> {
    /// What a credit is a function of for this task: where every error is one wrong token that is right nowhere, what is
    /// written tells no more than how many steps are right.
    #[must_use]
    pub fn basis(&self, credit: Credit) -> Basis {
        let tokens = self.prepared.task.tokens();
        let tell_only_errors = tokens.size().is_none() && tokens.shares() == (0.0, 0.0);
        match credit.basis() {
            Basis::Read(Reading::EditDistance | Reading::CommonSubsequence) if tell_only_errors => {
                Basis::Counted(Counted::Share(Count::Correct))
            }
            basis => basis,
        }
    }

    /// About how many multiplications [`Chances::read`] takes.
    pub(super) fn reading_work(&self, reading: Reading) -> f64 {
        if let Some(choice) = self.prepared.choice {
            let (items, _) = self.nodes(Shape::Powers);
            return options::work(choice) * items.len() as f64;
        }
        if !reading.is_of_likelihood() {
            // Lists are made once, and no longer than some tenths of a second; then each is a sum of 2^L terms.
            return libm::exp2(f64::from(self.prepared.longest.min(30)));
        }
        let (items, _) = self.nodes(Shape::Powers);
        let steps = self
            .prepared
            .lengths
            .iter()
            .map(|length| match length.multipliers {
                Some(_) => f64::from(length.steps),
                None => self.prepared.drawn.len().max(1) as f64,
            });
        // To either side, the density falls to nothing within 9.6 standard deviations.
        let noise = 2.0 * 9.6 / self.noise_step();
        40.0 * noise * steps.sum::<f64>() * items.len() as f64
    }

    /// Mean and variance of a reading in one attempt at a new item; `None` where it would take too long, and for what is
    /// written where steps hang together or there is too much to list.
    pub(super) fn read(&self, reading: Reading) -> Option<Expected> {
        match reading.is_of_writing() {
            true => self.writing(reading),
            false => self.likelihood(reading),
        }
    }

    /// The variance over items of the mean of a reading over several attempts.
    pub(super) fn read_item_variance(
        &self,
        reading: Reading,
        one: Expected,
        attempts: u64,
    ) -> Option<f64> {
        let (items, factors) = self.affordable(Shape::CountsSquared, Shape::Powers)?;
        let mut between = 0.0;
        for length in &self.prepared.lengths {
            for &(hazard, weight) in &items {
                let mean = self.read_of_item(reading, length, hazard, &factors)?.mean;
                let off = mean - one.mean;
                between += length.probability * weight * off * off;
            }
        }
        let within = (one.variance - between).max(0.0);
        Some(between + within / attempts as f64)
    }

    /// Mean and variance of a reading over attempts at an item of known length and hazard.
    pub(super) fn read_of_item(
        &self,
        reading: Reading,
        length: &Length,
        hazard: f64,
        factors: &[Node],
    ) -> Option<Expected> {
        match reading.is_of_writing() {
            true => self.writing_of_item(reading, length, hazard, factors),
            false => self.likelihood_of_item(reading, length, hazard),
        }
    }

    fn likelihood(&self, reading: Reading) -> Option<Expected> {
        if self.reading_work(reading) > Self::MAX_WORK {
            return None;
        }
        let (items, _) = self.nodes(Shape::Powers);
        let mut parts = Vec::new();
        for length in &self.prepared.lengths {
            for &(hazard, weight) in &items {
                let one = self.likelihood_of_item(reading, length, hazard)?;
                parts.push((length.probability * weight, one));
            }
        }
        Some(Expected::of_mixture(&parts))
    }

    /// Steps scatter independently of each other: sums have sums of variances, products products of mean squares.
    fn likelihood_of_item(
        &self,
        reading: Reading,
        length: &Length,
        hazard: f64,
    ) -> Option<Expected> {
        if let Some(choice) = self.prepared.choice {
            return options::expected(choice, reading, hazard);
        }
        let steps = f64::from(length.steps);
        let moments = self.moments(length, hazard, reading);
        let over = |term: &dyn Fn(Moments) -> f64| -> f64 {
            let terms = moments.iter();
            terms.map(|&(moments, count)| count * term(moments)).sum()
        };
        if reading == Reading::SequenceProbability {
            let mean = libm::exp(over(&|one| libm::log(one.mean)));
            let square = libm::exp(over(&|one| libm::log(one.square)));
            return Some(Expected {
                mean,
                variance: (square - mean * mean).max(0.0),
            });
        }
        let divisor = match reading {
            Reading::ShareOfSequenceLoss => f64::from(self.prepared.longest),
            _ => steps,
        };
        let variance = over(&|one| (one.square - one.mean * one.mean).max(0.0));
        Some(Expected {
            mean: over(&|one| one.mean) / divisor,
            variance: variance / (divisor * divisor),
        })
    }

    fn noise_step(&self) -> f64 {
        NOISE_STEP / self.prepared.task.likelihood().sd().max(1.0)
    }

    /// The moments of what a reading takes from the loss of each step, and how many steps have them.
    fn moments(&self, length: &Length, hazard: f64, reading: Reading) -> Vec<(Moments, f64)> {
        let of: Option<fn(f64) -> f64> = match reading {
            Reading::SequenceProbability => Some(|loss| libm::exp(-loss)),
            Reading::StepBrier => Some(|loss| libm::expm1(-loss) * libm::expm1(-loss)),
            // A loss itself is not smooth where it is the largest that counts.
            _ => None,
        };
        let task = self.prepared.task;
        let lever = task.difficulty().lever();
        let likelihood = task.likelihood();
        let noise = match likelihood.sd() > 0.0 {
            true => standard_normal_nodes(self.noise_step()),
            false => vec![(0.0, 1.0)],
        };
        let one = |multiplier: f64| {
            let loss = task.token_loss(lever.hazard(hazard, multiplier));
            let Some(of) = of else {
                return likelihood.loss_moments(loss);
            };
            let values = noise.iter().map(|&(z, weight)| {
                let value = of(likelihood.loss(loss, z));
                (weight * value, weight * value * value)
            });
            values.fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1))
        };
        let steps = f64::from(length.steps);
        let moments = |(mean, square): (f64, f64)| Moments { mean, square };
        match (&length.multipliers, self.prepared.drawn.as_slice()) {
            (Some(multipliers), _) => {
                let runs = multipliers.chunk_by(|one, next| one == next);
                let of_run = |run: &[f64]| (moments(one(run[0])), run.len() as f64);
                runs.map(of_run).collect()
            }
            (None, []) => vec![(moments(one(1.0)), steps)],
            (None, drawn) => {
                let sum = drawn.iter().fold((0.0, 0.0), |sum, &(multiplier, weight)| {
                    let (mean, square) = one(multiplier);
                    (sum.0 + weight * mean, sum.1 + weight * square)
                });
                vec![(moments(sum), steps)]
            }
        }
    }

    fn writing(&self, reading: Reading) -> Option<Expected> {
        let prepared = self.prepared;
        if self.reading_work(reading) > 1e6 {
            return None;
        }
        let (items, factors) = self.affordable(Shape::CountsSquared, Shape::Powers)?;
        let mut parts = Vec::new();
        for length in &prepared.lengths {
            for &(hazard, weight) in &items {
                let weight = length.probability * weight;
                parts.push((
                    weight,
                    self.writing_of_item(reading, length, hazard, &factors)?,
                ));
            }
        }
        Some(Expected::of_mixture(&parts))
    }

    fn writing_of_item(
        &self,
        reading: Reading,
        length: &Length,
        hazard: f64,
        factors: &[Node],
    ) -> Option<Expected> {
        let prepared = self.prepared;
        let task = prepared.task;
        if task.has_memory() || !reading.is_of_writing() {
            return None;
        }
        let edits = self.edits(length.steps)?;
        let mut parts = Vec::new();
        for &(common, share) in factors {
            let chances = self.step_chances(length, hazard, common);
            let chances: Vec<f64> = chances.iter().map(|chance| chance.get()).collect();
            parts.push((share, edits.expected(reading, &chances)));
        }
        self.add_floor_and_missed(&mut parts);
        Some(Expected::of_mixture(&parts))
    }

    fn edits(&self, steps: u32) -> Option<&Edits> {
        let prepared = self.prepared;
        let place = prepared
            .lengths
            .iter()
            .position(|length| length.steps == steps)?;
        let list = || Edits::of(prepared.task.tokens(), steps);
        prepared.edits.get(place)?.get_or_init(list).as_ref()
    }
}
