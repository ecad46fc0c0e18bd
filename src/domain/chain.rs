//! The steps of one attempt where the outcome of one changes the next: computed by the distribution over what an attempt
//! has come to, step by step.

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
struct Moves([Vec<f64>; 2]);

impl<'a> Chain<'a> {
    /// The longest task of dependent steps whose distribution of correct steps is computed, and the most work: steps
    /// squared times places where an attempt may stand.
    pub(super) const MAX_WORK: u64 = 1 << 23;

    pub(super) fn new(task: &'a StepsTask, hazards: Hazards, steps: u32, common: f64) -> Self {
        Self {
            task,
            verifier: task.recovery().verifier(),
            hazards,
            steps,
            common,
        }
    }

    /// Places where an attempt may stand.
    fn standings(&self) -> usize {
        2 * (self.budget() as usize + 1)
    }

    fn budget(&self) -> u32 {
        let verifier = self.verifier.as_ref();
        verifier
            .and_then(|verifier| verifier.retries_of_attempt)
            .unwrap_or(0)
    }

    fn standing(&self, place: usize) -> Standing {
        Standing {
            impaired: !place.is_multiple_of(2),
            retries: (place / 2) as u32,
        }
    }

    fn place(impaired: bool, retries: u32) -> usize {
        2 * retries as usize + usize::from(impaired)
    }

    fn start(&self) -> usize {
        Self::place(false, self.budget())
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
                moves.0[usize::from(right)][Self::place(after, retries)] += probability * share;
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

    /// Whether what may come of a step depends on the place alone, as long as there is no error to count.
    const fn steps_alike(&self) -> bool {
        !matches!(self.hazards, Hazards::Listed(_))
    }

    /// The same as [`Self::moves`], worked out once for each place where steps are `alike`.
    fn known_moves<'m>(
        &self,
        known: &'m mut [Option<Moves>],
        alike: bool,
        (step, errors): (u32, u32),
        place: usize,
    ) -> &'m Moves {
        if !alike {
            known[place] = None;
        }
        known[place].get_or_insert_with(|| self.moves(step, errors, place))
    }

    fn nothing_known(&self) -> Vec<Option<Moves>> {
        (0..self.standings()).map(|_| None).collect()
    }

    /// P(the first t steps right), for t from 0 to L.
    fn reached(&self) -> Vec<f64> {
        let mut standing = vec![0.0; self.standings()];
        standing[self.start()] = 1.0;
        let mut reached = vec![1.0];
        let mut known = self.nothing_known();
        for step in 0..self.steps {
            let mut next = vec![0.0; self.standings()];
            for (place, probability) in standing.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let alike = self.steps_alike();
                let Moves([_, right]) = self.known_moves(&mut known, alike, (step, 0), place);
                add_times(&mut next, right, *probability);
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
        let alike = self.steps_alike() && !self.counts_errors();
        let mut known = self.nothing_known();
        for step in 0..self.steps {
            let mut next = vec![0.0; self.standings()];
            for (place, probability) in standing.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let Moves([wrong, right]) =
                    self.known_moves(&mut known, alike, (step, step), place);
                any += probability * right.iter().sum::<f64>();
                add_times(&mut next, wrong, *probability);
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
        let mut known = self.nothing_known();
        for step in 0..self.steps {
            let mut next = vec![0.0; self.standings()];
            for (place, probability) in standing.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let alike = self.steps_alike();
                let Moves([wrong, right]) = self.known_moves(&mut known, alike, (step, 0), place);
                mean += probability * right.iter().sum::<f64>();
                add_times(&mut next, wrong, *probability);
                add_times(&mut next, right, *probability);
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
        let mut known = self.nothing_known();
        for step in 0..self.steps {
            let mut next = vec![vec![0.0; places]; steps + 1];
            if !self.steps_alike() {
                known = self.nothing_known();
            }
            for right_so_far in 0..=step {
                let k = right_so_far as usize;
                let errors = step - right_so_far;
                for place in (0..places).filter(|place| here[k][*place] > 0.0) {
                    let alike = !self.counts_errors();
                    let Moves([wrong, right]) =
                        self.known_moves(&mut known, alike, (step, errors), place);
                    add_times(&mut next[k], wrong, here[k][place]);
                    add_times(&mut next[k + 1], right, here[k][place]);
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
