//! Votes on each step, until one answer leads.

use crate::domain::{Probability, ProperProbability};

/// Each step is answered again and again until one of two answers leads by k votes, which then stands: first to ahead by k
/// (Meyerson et al. 2025, arXiv:2511.09030), a gambler's ruin between -k and k (Feller 1968, XIV). Votes are independent and
/// right with probability p; wrong ones all agree, which is the worst case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vote {
    step: Probability,
    lead: u32,
}

impl Vote {
    /// A vote of answers that are right with probability p, to a lead of k; 0 counts as 1, a single answer.
    #[must_use]
    pub const fn new(step: Probability, lead: u32) -> Self {
        let lead = if lead == 0 { 1 } else { lead };
        Self { step, lead }
    }

    /// ln(p/(1 - p)); a vote multiplies it by k.
    fn log_odds(&self) -> f64 {
        libm::log(self.step.get() / (1.0 - self.step.get()))
    }

    /// The lead k.
    #[must_use]
    pub const fn lead(&self) -> u32 {
        self.lead
    }

    /// The probability that a step ends wrong, (1 - p)^k/(p^k + (1 - p)^k), to its leading digits.
    #[must_use]
    pub fn step_error(&self) -> f64 {
        1.0 / (1.0 + libm::exp(f64::from(self.lead) * self.log_odds()))
    }

    /// The probability P = p^k/(p^k + (1 - p)^k) that a step ends right.
    #[must_use]
    pub fn step_success(&self) -> f64 {
        1.0 / (1.0 + libm::exp(-f64::from(self.lead) * self.log_odds()))
    }

    /// The probability P^L that all L steps end right.
    #[must_use]
    pub fn task_success(&self, steps: u64) -> f64 {
        libm::exp(steps as f64 * libm::log1p(-self.step_error()))
    }

    /// Expected votes on a step, k (2P - 1)/(2p - 1): from k to k^2, which it tends to at p = 1/2.
    #[must_use]
    pub fn votes(&self) -> f64 {
        let (k, log_odds) = (f64::from(self.lead), self.log_odds());
        if log_odds == 0.0 {
            return k * k;
        }
        // 2p - 1 is the hyperbolic tangent of half the log-odds, which loses no digits near 1/2.
        k * libm::tanh(0.5 * k * log_odds) / libm::tanh(0.5 * log_odds)
    }

    /// The vote with the least lead under which a task of L steps succeeds with this probability; `None` where no vote does,
    /// as for p of 1/2 or less: a vote makes such steps worse.
    #[must_use]
    pub fn least(step: Probability, steps: u64, success: ProperProbability) -> Option<Self> {
        /// Nobody votes so often.
        const MOST: f64 = 1e6;
        let suffices = |lead: u32| Self::new(step, lead).task_success(steps) >= success.get();
        if suffices(1) {
            return Some(Self::new(step, 1));
        }
        let log_odds = Self::new(step, 1).log_odds();
        let error = -libm::expm1(libm::log(success.get()) / steps as f64);
        let lead = libm::log((1.0 - error) / error) / log_odds;
        if log_odds <= 0.0 || lead.is_nan() || lead > MOST {
            return None;
        }
        // Rounding may put it one off either way.
        let near = (libm::ceil(lead) as u32).max(2);
        let lead = (near - 1..=near + 1).find(|lead| suffices(*lead))?;
        Some(Self::new(step, lead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn p(x: f64) -> Probability {
        Probability::constant(x)
    }

    #[track_caller]
    fn close(found: f64, expected: f64, relative: f64) {
        assert!(
            (found / expected - 1.0).abs() < relative,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn votes_to_a_lead_of_three() {
        let vote = Vote::new(p(0.9), 3);
        close(vote.step_success(), 729.0 / 730.0, 1e-15);
        close(vote.votes(), 3.739_726_027_397_26, 1e-14);
        assert_eq!(Vote::new(p(0.5), 3).votes(), 9.0);
        close(Vote::new(p(0.5 + 1e-9), 3).votes(), 9.0, 1e-12);
        assert_eq!(Vote::new(p(1.0), 3).votes(), 3.0);
        assert_eq!(Vote::new(p(0.7), 1).votes(), 1.0);
    }

    #[test]
    fn a_million_steps() {
        let of =
            |chance: f64, lead: u32, steps: u64| Vote::new(p(chance), lead).task_success(steps);
        close(of(0.99, 3, 1_000_000), 0.356_789_387_936_123_7, 1e-9);
        close(of(0.99, 4, 1_000_000), 0.989_643_795_124_476_9, 1e-12);
        close(of(0.998, 3, 1_048_575), 0.991_596_375_962_030_4, 1e-12);
    }

    #[test]
    fn the_least_lead_is_enough_and_one_less_is_not() {
        for (chance, steps, success) in [(0.99, 1_000_000, 0.9), (0.6, 50, 0.99), (0.998, 20, 0.5)]
        {
            let target = ProperProbability::constant(success);
            let vote = Vote::least(p(chance), steps, target).unwrap();
            assert!(vote.task_success(steps) >= success);
            let less = Vote::new(p(chance), vote.lead() - 1);
            assert!(vote.lead() == 1 || less.task_success(steps) < success);
        }
        let half = ProperProbability::constant(0.5);
        assert_eq!(Vote::least(p(0.5), 10, half), None);
        assert_eq!(Vote::least(p(0.3), 2, half), None);
        assert_eq!(Vote::least(p(1.0), 10, half).unwrap().lead(), 1);
    }

    /// A walk between -k and k, followed until nothing is left of it.
    #[test]
    fn votes_are_a_walk_between_two_ends() {
        let chance = 0.7;
        // The lead of right answers, from -3 to 3.
        let mut at = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        let (mut right, mut votes) = (0.0, 0.0);
        for _ in 0..4000 {
            let mut next = [0.0; 7];
            for (place, mass) in at.into_iter().enumerate() {
                votes += mass;
                match next.get_mut(place + 1) {
                    Some(ahead) => *ahead += chance * mass,
                    None => right += chance * mass,
                }
                if place > 0 {
                    next[place - 1] += (1.0 - chance) * mass;
                }
            }
            at = next;
        }
        let vote = Vote::new(p(chance), 4);
        close(vote.step_success(), right, 1e-12);
        close(vote.votes(), votes, 1e-12);
    }
}
