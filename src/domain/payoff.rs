//! What a task gains, where a wrong result may be caught, tried again and left to a person.

use super::ItemSuccess;

/// What right and wrong results are worth. Made by [`Usefulness`](super::Usefulness), which checks it.
///
/// An attempt is right with probability q and costs `attempt_cost`, its review `review`. A wrong result is caught with
/// probability c, independently of all else; right ones never are. What is caught is tried again, `retries` times at most,
/// and what is caught last goes to a person, who does it right for `fallback`; without `fallback` it is left undone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payoff {
    /// v, the gain of a right result; above 0. All are in one unit.
    pub value: f64,
    /// f, the loss of a wrong result that is not caught; from 0.
    pub loss: f64,
    /// c, the share of wrong results that are caught; 0 to 1.
    pub caught: f64,
    /// Cost of a review; from 0.
    pub review: f64,
    /// Cost of an attempt; from 0.
    pub attempt_cost: f64,
    /// m, how often a task is tried again at most.
    pub retries: u32,
    /// What a person costs; above 0, v at most.
    pub fallback: Option<f64>,
}

impl Payoff {
    /// What a task gains that is not tried: the value less what the person costs; 0 without a person.
    #[must_use]
    pub fn alternative(&self) -> f64 {
        self.fallback.map_or(0.0, |cost| self.value - cost)
    }

    /// (1 - c) f, what a wrong result costs on average.
    fn undetected(&self) -> f64 {
        (1.0 - self.caught) * self.loss
    }

    /// q* = ((1 - c)(f + P) + a + r)/(v + (1 - c) f - c P), P the [alternative](Self::alternative): the success rate of an
    /// item at which using the skill gains as much as the alternative; it gains more above and less below. Retries leave it
    /// where it is, since each is the same bet again.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        let (undetected, instead) = (self.undetected(), self.alternative());
        let price = undetected + (1.0 - self.caught) * instead + (self.review + self.attempt_cost);
        price / (self.value + undetected - self.caught * instead)
    }

    /// What a task gains on average at an item of success rate q, less what it costs. With A = q v - (1 - q)(1 - c) f - a - r
    /// of one attempt and s = c (1 - q), the chance that it is caught, A (1 + s + ... + s^m) + s^(m+1) P.
    ///
    /// It rises with q: by induction over retries each adds v + (1 - c) f - c G and more to the slope, and what is gained
    /// later, G, is never above v.
    #[must_use]
    pub fn gain(&self, success: f64) -> f64 {
        let wrong = 1.0 - success;
        let once =
            success * self.value - wrong * self.undetected() - self.review - self.attempt_cost;
        let caught = self.caught * wrong;
        (0..=self.retries).fold(self.alternative(), |after, _| once + caught * after)
    }

    /// The same on average over items. A retry meets the items that failed: it is no function of the mean success rate.
    #[must_use]
    pub fn gain_over_items(&self, items: &[ItemSuccess]) -> f64 {
        let gains = items.iter();
        gains.map(|item| item.share * self.gain(item.success)).sum()
    }

    /// Expected attempts at a task, 1 + s + ... + s^m.
    #[must_use]
    pub fn attempts(&self, success: f64) -> f64 {
        let caught = self.caught * (1.0 - success);
        (0..self.retries).fold(1.0, |sum, _| 1.0 + caught * sum)
    }

    /// The probability that the skill gets a task right, a person not counted: q (1 + s + ... + s^m).
    #[must_use]
    pub fn right(&self, success: f64) -> f64 {
        success * self.attempts(success)
    }

    /// The share of right ones among results that are not caught, q/(1 - s), whatever the number of retries; `None` where all
    /// are caught.
    #[must_use]
    pub fn right_of_passed(&self, success: f64) -> Option<f64> {
        let passed = 1.0 - self.caught * (1.0 - success);
        (passed > 0.0).then(|| success / passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Payoff = Payoff {
        value: 3.0,
        loss: 4.0,
        caught: 0.25,
        review: 0.1,
        attempt_cost: 0.0,
        retries: 0,
        fallback: None,
    };

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-13,
            "{found} is not {expected}"
        );
    }

    /// Every course that a task may take, one after the other.
    fn followed(payoff: &Payoff, q: f64) -> (f64, f64, f64) {
        let (mut gain, mut attempts, mut right) = (0.0, 0.0, 0.0);
        let (mut reached, mut spent) = (1.0, 0.0);
        for _ in 0..=payoff.retries {
            spent += payoff.attempt_cost + payoff.review;
            attempts += reached;
            right += reached * q;
            gain += reached * q * (payoff.value - spent);
            gain += reached * (1.0 - q) * (1.0 - payoff.caught) * (-payoff.loss - spent);
            reached *= (1.0 - q) * payoff.caught;
        }
        gain += reached * (payoff.fallback.map_or(0.0, |cost| payoff.value - cost) - spent);
        (gain, attempts, right)
    }

    fn all() -> impl Iterator<Item = Payoff> {
        let retries = [0, 1, 3, 10].into_iter();
        retries.flat_map(|retries| {
            [None, Some(0.4), Some(2.0), Some(3.0)].map(|fallback| Payoff {
                retries,
                fallback,
                attempt_cost: 0.05,
                ..PLAIN
            })
        })
    }

    #[test]
    fn gains_are_those_of_all_courses() {
        for payoff in all() {
            for q in [0.0, 0.13, 0.8, 1.0] {
                let (gain, attempts, right) = followed(&payoff, q);
                close(payoff.gain(q), gain);
                close(payoff.attempts(q), attempts);
                close(payoff.right(q), right);
            }
        }
    }

    #[test]
    fn it_pays_above_the_threshold_and_not_below_whatever_the_retries() {
        for payoff in all() {
            let (threshold, alternative) = (payoff.threshold(), payoff.alternative());
            close(payoff.gain(threshold), alternative);
            assert!(payoff.gain(threshold + 0.01) > alternative);
            assert!(payoff.gain(threshold - 0.01) < alternative);
        }
    }

    #[test]
    fn a_gain_rises_with_the_success_rate() {
        for payoff in all() {
            let gains: Vec<f64> = (0..=200)
                .map(|i| payoff.gain(f64::from(i) / 200.0))
                .collect();
            assert!(gains.windows(2).all(|pair| pair[0] < pair[1]), "{payoff:?}");
        }
    }

    /// Half of the items are always right and half of them nearly never: a retry meets only the latter.
    #[test]
    fn where_items_differ_retries_meet_the_hard_ones() {
        let items = [0.99, 0.05].map(|success| ItemSuccess {
            share: 0.5,
            success,
        });
        let gain = |retries: u32| Payoff { retries, ..PLAIN }.gain_over_items(&items);
        let mean = |retries: u32| Payoff { retries, ..PLAIN }.gain(0.52);
        close(gain(0), mean(0));
        assert!(gain(3) < gain(0) && mean(3) > mean(0));
    }

    #[test]
    fn what_passes_is_right_as_often_as_bayes_says() {
        let payoff = Payoff {
            caught: 0.9,
            retries: 3,
            ..PLAIN
        };
        close(payoff.right_of_passed(0.6).unwrap(), 0.6 / 0.64);
        let sure = Payoff {
            caught: 1.0,
            ..payoff
        };
        assert_eq!(sure.right_of_passed(0.0), None);
        close(sure.right(0.8), 1.0 - 0.2 * 0.2 * 0.2 * 0.2);
    }
}
