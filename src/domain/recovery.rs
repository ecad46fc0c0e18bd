//! How a failed step may be made good.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tagged::{checked, tagged};
use super::{Invalid, Probability, Retries, Tries};

tagged! {
    /// How a failed step may be made good. A verifier looks at each try of a step and accepts it or not: right ones with
    /// the true positive rate, wrong ones with the false positive rate. A step's last try counts as it is.
    pub enum Recovery, default "none" = Self::None; {
        "none" => None: "it may not: a failed step stays failed";
        "retry" => Retry(Retry): "a step that is not accepted is tried again, up to so many tries";
        "retry-budget" => RetryBudget(RetryBudget):
            "a step that is not accepted is tried again, as long as the attempt has retries left";
    }
}

/// Tries for each step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Retry {
    /// Most tries of one step, the first included.
    pub tries: Tries,
    /// Chance that the verifier accepts a right step.
    pub true_positive_rate: Probability,
    /// Chance that the verifier accepts a wrong step; not above that of a right one.
    pub false_positive_rate: Probability,
}

checked!(Retry);

impl Default for Retry {
    fn default() -> Self {
        Self {
            tries: Tries::constant(3),
            true_positive_rate: Probability::constant(1.0),
            false_positive_rate: Probability::constant(0.0),
        }
    }
}

impl Retry {
    fn checked(self) -> Result<Self, Invalid> {
        verifier(self.true_positive_rate, self.false_positive_rate).map(|()| self)
    }
}

/// Retries for a whole attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct RetryBudget {
    /// Retries that an attempt has for all its steps together.
    pub retries: Retries,
    /// Chance that the verifier accepts a right step.
    pub true_positive_rate: Probability,
    /// Chance that the verifier accepts a wrong step; not above that of a right one.
    pub false_positive_rate: Probability,
}

checked!(RetryBudget);

impl Default for RetryBudget {
    fn default() -> Self {
        Self {
            retries: Retries::constant(3),
            true_positive_rate: Probability::constant(1.0),
            false_positive_rate: Probability::constant(0.0),
        }
    }
}

impl RetryBudget {
    fn checked(self) -> Result<Self, Invalid> {
        verifier(self.true_positive_rate, self.false_positive_rate).map(|()| self)
    }
}

fn verifier(true_positive: Probability, false_positive: Probability) -> Result<(), Invalid> {
    if false_positive > true_positive {
        return Err(Invalid::VerifierWorseThanChance {
            true_positive: true_positive.get(),
            false_positive: false_positive.get(),
        });
    }
    Ok(())
}

/// What looks at tries, and how many there may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verifier {
    /// Most retries of one step.
    pub retries_of_step: u32,
    /// Most retries of all steps of an attempt; `None` if only those of each step are counted.
    pub retries_of_attempt: Option<u32>,
    /// Chance that a right try is accepted.
    pub true_positive_rate: Probability,
    /// Chance that a wrong try is accepted.
    pub false_positive_rate: Probability,
}

impl Verifier {
    /// Where up to `retries` follow the first try of a step, each right with probability p: the probabilities that it ends
    /// right, and wrong, after 0, 1, ... of them.
    pub(super) fn ends(&self, p: f64, retries: u32) -> impl Iterator<Item = (f64, f64)> {
        let (right, wrong) = (
            p * self.true_positive_rate.get(),
            (1.0 - p) * self.false_positive_rate.get(),
        );
        let rejected = p * (1.0 - self.true_positive_rate.get())
            + (1.0 - p) * (1.0 - self.false_positive_rate.get());
        let mut reached = 1.0;
        (0..=retries).map(move |used| {
            let here = reached;
            reached *= rejected;
            match used == retries {
                true => (here * p, here * (1.0 - p)),
                false => (here * right, here * wrong),
            }
        })
    }

    /// The chance that a step ends right, each try being right with probability p.
    pub(super) fn ends_right(&self, p: f64) -> f64 {
        self.ends(p, self.retries_of_step).map(|ends| ends.0).sum()
    }
}

impl Recovery {
    /// The verifier; `None` where steps are tried once.
    #[must_use]
    pub fn verifier(&self) -> Option<Verifier> {
        match self {
            Self::None => None,
            Self::Retry(retry) => Some(Verifier {
                retries_of_step: retry.tries.get() - 1,
                retries_of_attempt: None,
                true_positive_rate: retry.true_positive_rate,
                false_positive_rate: retry.false_positive_rate,
            }),
            Self::RetryBudget(budget) => Some(Verifier {
                retries_of_step: budget.retries.get(),
                retries_of_attempt: Some(budget.retries.get()),
                true_positive_rate: budget.true_positive_rate,
                false_positive_rate: budget.false_positive_rate,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(tries: u32, right: f64, wrong: f64) -> Verifier {
        let retry = Retry {
            tries: Tries::constant(tries),
            true_positive_rate: Probability::constant(right),
            false_positive_rate: Probability::constant(wrong),
        };
        Recovery::Retry(retry).verifier().unwrap()
    }

    #[test]
    fn a_perfect_verifier_leaves_only_steps_that_always_fail() {
        assert!((retry(3, 1.0, 0.0).ends_right(0.8) - 0.992).abs() < 1e-14);
        assert!((libm::pow(0.992, 20.0) - 0.851_595_667_085_149_2).abs() < 1e-14);
    }

    #[test]
    fn a_noisy_verifier_nears_its_limit() {
        // p t/(p t + (1-p) f) as tries grow.
        assert!((retry(60, 0.9, 0.1).ends_right(0.6) - 27.0 / 29.0).abs() < 1e-14);
        // Two tries by hand: .6 .9 + (.6 .1 + .4 .9) .6.
        assert!((retry(2, 0.9, 0.1).ends_right(0.6) - 0.792).abs() < 1e-15);
    }
}
