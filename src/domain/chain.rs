//! The steps of one attempt where the outcome of one changes the next: computed by the distribution over what an attempt
//! has come to, step by step.

use std::borrow::Cow;

use super::dependence::Past;
use super::recovery::Verifier;
use super::{Count, Dependence, StepsTask};

/// One attempt at an item whose steps have these hazards.
pub(super) struct Chain<'a> {
    task: &'a StepsTask,
    verifier: Option<Verifier>,
    hazards: Hazards,
    steps: u32,
    /// The common factor of the attempt.
    common: f64,
    /// What may come of a step from every place, where that is the same for all steps.
    every_step: Option<Vec<Moves>>,
}

/// The hazards of the steps of an item.
pub(super) enum Hazards {
    /// The same for every step.
    Alike(f64),
    /// One for each step.
    Listed(Vec<f64>),
    /// Drawn for each step: hazards with weights.
    Drawn(Vec<(f64, f64)>),
}

/// Where an attempt stands before a step, beside the number of right steps: whether an error still tells, and how many
/// retries are left.
#[derive(Clone, Copy)]
struct Standing {
    impaired: bool,
    retries: u32,
}

/// The probabilities of what may come of a step: by right (1) or wrong (0), then by where the attempt stands after it.
#[derive(Clone)]
struct Moves([Vec<f64>; 2]);

impl<'a> Chain<'a> {
    /// The longest task of dependent steps whose distribution of correct steps is computed, and the most work: steps
    /// squared times places where an attempt may stand.
    pub(super) const MAX_WORK: u64 = 1 << 23;

    pub(super) fn new(task: &'a StepsTask, hazards: Hazards, steps: u32, common: f64) -> Self {
        let mut chain = Self {
            task,
            verifier: task.recovery().verifier(),
            hazards,
            steps,
            common,
            every_step: None,
        };
        if !chain.counts_errors() && !matches!(chain.hazards, Hazards::Listed(_)) {
            let places = 0..chain.standings();
            chain.every_step = Some(places.map(|place| chain.moves(0, 0, place)).collect());
        }
        chain
    }

    /// Places where an attempt may stand.
    fn standings(&self) -> usize {
        self.states() * (self.budget() as usize + 1)
    }

    /// Clean, and where errors may tell on later steps, impaired.
    fn states(&self) -> usize {
        1 + usize::from(self.task.dependence().impairs())
    }

    fn budget(&self) -> u32 {
        let verifier = self.verifier.as_ref();
        verifier
            .and_then(|verifier| verifier.retries_of_attempt)
            .unwrap_or(0)
    }

    fn standing(&self, place: usize) -> Standing {
        Standing {
            impaired: !place.is_multiple_of(self.states()),
            retries: (place / self.states()) as u32,
        }
    }

    fn place(&self, impaired: bool, retries: u32) -> usize {
        self.states() * retries as usize + usize::from(impaired)
    }

    fn start(&self) -> usize {
        self.place(false, self.budget())
    }

    /// Whether the chance of a step depends on how many errors there were.
    fn counts_errors(&self) -> bool {
        self.task.dependence().counts_errors()
    }

    /// What may come of step `step` (from 0) after `errors` wrong ones.
    fn moves(&self, step: u32, errors: u32, place: usize) -> Moves {
        let Standing { impaired, retries } = self.standing(place);
        let past = Past {
            steps: step,
            errors,
            impaired,
            common: self.common,
        };
        let mut moves = Moves([vec![0.0; self.standings()], vec![0.0; self.standings()]]);
        let mut add = |right: bool, retries: u32, probability: f64| {
            let cleaning = self.task.dependence().cleaning().get();
            for (cleaned, share) in [(false, 1.0 - cleaning), (true, cleaning)] {
                let after = self.task.dependence().impaired(impaired, right, cleaned);
                moves.0[usize::from(right)][self.place(after, retries)] += probability * share;
            }
        };
        let mut one = |hazard: f64, weight: f64| {
            let p = self.task.try_chance(hazard, &past).get();
            match &self.verifier {
                None => {
                    add(true, retries, weight * p);
                    add(false, retries, weight * (1.0 - p));
                }
                Some(verifier) if verifier.retries_of_attempt.is_none() => {
                    let right = verifier.ends_right(p);
                    add(true, retries, weight * right);
                    add(false, retries, weight * (1.0 - right));
                }
                Some(verifier) => {
                    for (used, (right, wrong)) in (0..).zip(verifier.ends(p, retries)) {
                        add(true, retries - used, weight * right);
                        add(false, retries - used, weight * wrong);
                    }
                }
            }
        };
        match &self.hazards {
            Hazards::Alike(hazard) => one(*hazard, 1.0),
            Hazards::Listed(hazards) => one(hazards[step as usize], 1.0),
            Hazards::Drawn(nodes) => nodes
                .iter()
                .for_each(|&(hazard, weight)| one(hazard, weight)),
        }
        moves
    }

    /// The same, worked out once where all steps are alike.
    fn known_moves(&self, step: u32, errors: u32, place: usize) -> Cow<'_, Moves> {
        match &self.every_step {
            Some(known) => Cow::Borrowed(&known[place]),
            None => Cow::Owned(self.moves(step, errors, place)),
        }
    }

    /// P(the first t steps right), for t from 0 to L.
    fn reached(&self) -> Vec<f64> {
        let mut standing = vec![0.0; self.standings()];
        standing[self.start()] = 1.0;
        let mut reached = vec![1.0];
        for step in 0..self.steps {
            let mut next = vec![0.0; self.standings()];
            for (place, probability) in standing.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let moves = self.known_moves(step, 0, place);
                add_times(&mut next, &moves.0[1], *probability);
            }
            standing = next;
            reached.push(standing.iter().sum());
        }
        reached
    }

    /// P(all steps right).
    pub(super) fn all_right(&self) -> f64 {
        self.reached().last().copied().unwrap_or(1.0)
    }

    /// E\[T\].
    pub(super) fn mean_leading(&self) -> f64 {
        self.reached()[1..].iter().sum()
    }

    /// P(first step right).
    pub(super) fn first_right(&self) -> f64 {
        self.reached().get(1).copied().unwrap_or(1.0)
    }

    /// P(T = 0), ..., P(T = L).
    pub(super) fn leading(&self) -> Vec<f64> {
        let reached = self.reached();
        let after = reached[1..].iter().chain([&0.0]);
        let stops = reached.iter().zip(after);
        stops
            .map(|(here, further)| (here - further).max(0.0))
            .collect()
    }

    /// P(some step right).
    pub(super) fn any_right(&self) -> f64 {
        let mut standing = vec![0.0; self.standings()];
        standing[self.start()] = 1.0;
        let mut any = 0.0;
        for step in 0..self.steps {
            let mut next = vec![0.0; self.standings()];
            for (place, probability) in standing.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let moves = self.known_moves(step, step, place);
                any += probability * moves.0[1].iter().sum::<f64>();
                add_times(&mut next, &moves.0[0], *probability);
            }
            standing = next;
        }
        any
    }

    /// E\[K\]; `None` where it takes more than [`Self::MAX_WORK`].
    pub(super) fn mean_correct(&self) -> Option<f64> {
        if *self.task.dependence() == Dependence::Halting {
            return Some(self.mean_leading());
        }
        if self.counts_errors() {
            let correct = self.correct()?;
            return Some((0_u32..).zip(&correct).map(|(k, p)| f64::from(k) * p).sum());
        }
        let mut standing = vec![0.0; self.standings()];
        standing[self.start()] = 1.0;
        let mut mean = 0.0;
        for step in 0..self.steps {
            let mut next = vec![0.0; self.standings()];
            for (place, probability) in standing.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let moves = self.known_moves(step, 0, place);
                mean += probability * moves.0[1].iter().sum::<f64>();
                add_times(&mut next, &moves.0[0], *probability);
                add_times(&mut next, &moves.0[1], *probability);
            }
            standing = next;
        }
        Some(mean)
    }

    /// P(K = 0), ..., P(K = L); `None` where it takes more than [`Self::MAX_WORK`].
    pub(super) fn correct(&self) -> Option<Vec<f64>> {
        if *self.task.dependence() == Dependence::Halting {
            return Some(self.leading());
        }
        let places = self.standings();
        let steps = self.steps as usize;
        if (steps * steps) as u64 * places as u64 > Self::MAX_WORK {
            return None;
        }
        // By right steps so far, then by place.
        let mut here = vec![vec![0.0; places]; steps + 1];
        here[0][self.start()] = 1.0;
        for step in 0..self.steps {
            let mut next = vec![vec![0.0; places]; steps + 1];
            // What does not depend on errors is worked out once for all numbers of them.
            let of_step = match self.every_step.is_none() && !self.counts_errors() {
                true => (0..places)
                    .map(|place| self.moves(step, 0, place))
                    .collect(),
                false => Vec::new(),
            };
            for right_so_far in 0..=step {
                let k = right_so_far as usize;
                for place in (0..places).filter(|place| here[k][*place] > 0.0) {
                    let moves = match of_step.get(place) {
                        Some(moves) => Cow::Borrowed(moves),
                        None => self.known_moves(step, step - right_so_far, place),
                    };
                    add_times(&mut next[k], &moves.0[0], here[k][place]);
                    add_times(&mut next[k + 1], &moves.0[1], here[k][place]);
                }
            }
            here = next;
        }
        let of_count = |standing: &Vec<f64>| standing.iter().sum();
        Some(here.iter().map(of_count).collect())
    }

    /// What counts of this attempt are: K or T.
    pub(super) fn distribution(&self, count: Count) -> Option<Vec<f64>> {
        match count {
            Count::Leading => Some(self.leading()),
            Count::Correct => self.correct(),
        }
    }
}

fn add_times(into: &mut [f64], from: &[f64], weight: f64) {
    for (sum, term) in into.iter_mut().zip(from) {
        *sum += weight * term;
    }
}
