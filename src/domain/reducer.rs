//! Reducers: the attempts at one item to one number.

mod counting;
mod moments;
mod vote;
mod written;

pub use moments::ValuesByCount;
pub use written::ReducerEntry;

use std::fmt;

use super::{Attempts, Invalid, Share};
use counting::{hypergeometric, none_chosen};

/// The attempts at one item, by one training run, to one number in `[0, 1]`. All but the mean take attempts that are right
/// or wrong: m of them, j right.
///
/// Where k of the m attempts are chosen, the value is the mean over all choices, so that its expectation over new
/// attempts is that of k attempts, whatever m >= k is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reducer {
    /// Their mean credit: j/m.
    Mean,
    /// Whether any of k attempts is right: 1 - C(m-j, k)/C(m, k). Unbiased for 1 - (1 - q)^k.
    ///
    /// Source: Chen et al. 2021, arXiv:2107.03374, equation 1.
    PassAt(Attempts),
    /// 1 - (1 - j/m)^k: [`Self::PassAt`] with the observed rate in the place of q, which is biased downwards.
    ///
    /// Source: Chen et al. 2021, arXiv:2107.03374, appendix A, which warns of it.
    PlugInPassAt(Attempts),
    /// Whether all of k attempts are right, pass^k: C(j, k)/C(m, k). Unbiased for q^k.
    ///
    /// Source: Yao et al. 2024, arXiv:2406.12045.
    PassAll(Attempts),
    /// Whether at least a share T of k attempts is right: the sum of C(j, i) C(m-j, k-i)/C(m, k) over i >= ceil(T k).
    /// Unbiased for that binomial tail.
    ///
    /// Source: Liu et al. 2024, arXiv:2412.13147.
    GPassAt {
        /// The attempts k.
        attempts: Attempts,
        /// The least share T of them.
        share: Share,
    },
    /// Whether the right answer is the most frequent of k, where answers that lead together share the vote evenly.
    /// Unbiased for the vote of k attempts.
    ///
    /// Source: Wang et al. 2022, arXiv:2203.11171.
    MajorityAt(Attempts),
    /// Attempts until the r-th success, at attempt K: (r - 1)/(K - 1); j/m where m attempts bring fewer. Unbiased for q,
    /// although attempts end at m: over the paths that end at a point, it is the share that begin with a success.
    ///
    /// Source: Girshick, Mosteller and Savage 1946, Ann. Math. Stat. 17, 13; without an end, Haldane 1945, Biometrika 33,
    /// 222.
    PassUntil(AtLeastTwo),
    /// Attempts until the r-th success, at attempt K: r/K; j/m where m attempts bring fewer. Biased upwards: at r = 1,
    /// without an end, the mean is q ln(1/q)/(1 - q).
    ///
    /// Source: Hu et al. 2023, arXiv:2310.03262, equation 2.
    PassUntilMle(Attempts),
}

/// A number of successes to wait for: 2 to 2^30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AtLeastTwo(u32);

impl AtLeastTwo {
    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u64> for AtLeastTwo {
    type Error = Invalid;

    fn try_from(value: u64) -> Result<Self, Invalid> {
        let outside = Invalid::Whole {
            what: "successes",
            value,
            min: 2,
            max: Attempts::MAX,
        };
        match u32::try_from(value) {
            Ok(number) if (2..=Attempts::MAX).contains(&value) => Ok(Self(number)),
            _ => Err(outside),
        }
    }
}

impl fmt::Display for AtLeastTwo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// What the attempts of one training run at one item came to, each right or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successes<'a> {
    /// The attempts, m: at least those that the reducer [needs](Reducer::needed_attempts).
    pub attempts: u32,
    /// How many of them were right, j.
    pub right: u32,
    /// For a pass-until at r: the attempt, from 1, at which the r-th success came; `None` where it did not.
    pub reached: Option<u32>,
    /// How often each wrong answer was given, m - j in sum; empty where all wrong answers are one and the same.
    pub wrong: &'a [u32],
}

impl Reducer {
    /// The fewest attempts that it can be computed from.
    #[must_use]
    pub const fn needed_attempts(self) -> u32 {
        match self {
            Self::Mean => 1,
            Self::PassAt(k) | Self::PlugInPassAt(k) | Self::PassAll(k) | Self::MajorityAt(k) => {
                k.get()
            }
            Self::GPassAt { attempts, .. } => attempts.get(),
            Self::PassUntil(r) => r.get(),
            Self::PassUntilMle(r) => r.get(),
        }
    }

    /// The successes that attempts go on for, r of a pass-until; `None` where they do not.
    #[must_use]
    pub const fn awaited(self) -> Option<u32> {
        match self {
            Self::PassUntil(r) => Some(r.get()),
            Self::PassUntilMle(r) => Some(r.get()),
            Self::Mean
            | Self::PassAt(_)
            | Self::PlugInPassAt(_)
            | Self::PassAll(_)
            | Self::GPassAt { .. }
            | Self::MajorityAt(_) => None,
        }
    }

    /// Whether it is a function of the number of right attempts alone, where wrong ones give one of so many answers.
    #[must_use]
    pub const fn is_by_count(self, wrong_answers: u32) -> bool {
        match self {
            Self::Mean
            | Self::PassAt(_)
            | Self::PlugInPassAt(_)
            | Self::PassAll(_)
            | Self::GPassAt { .. } => true,
            Self::MajorityAt(_) => wrong_answers <= 1,
            Self::PassUntil(_) | Self::PassUntilMle(_) => false,
        }
    }

    /// Its value; within `[0, 1]`. With fewer attempts than it needs, that of all of them.
    ///
    /// Relative error below 1e-13 for up to a thousand attempts, growing with the square root of their number beyond.
    #[must_use]
    pub fn value(self, successes: &Successes<'_>) -> f64 {
        let (attempts, right) = (successes.attempts, successes.right);
        let chosen = |k: Attempts| k.get().min(attempts);
        let rate = || f64::from(right) / f64::from(attempts);
        match self {
            Self::Mean => rate(),
            Self::PassAt(k) => 1.0_f64.min(any_right(attempts, right, chosen(k))),
            Self::PlugInPassAt(k) => -libm::expm1(f64::from(k.get()) * libm::log1p(-rate())),
            Self::PassAll(k) => none_chosen(attempts, attempts - right, chosen(k)),
            Self::GPassAt { attempts: k, share } => {
                let least = share.least_steps(chosen(k));
                let (first, shares) = hypergeometric(attempts, right, chosen(k));
                let below = least.saturating_sub(first) as usize;
                shares.iter().skip(below).sum::<f64>().min(1.0)
            }
            Self::MajorityAt(k) => vote::share(attempts, right, chosen(k), successes.wrong),
            Self::PassUntil(r) => match successes.reached {
                Some(reached) => f64::from(r.get() - 1) / f64::from(reached - 1),
                None => rate(),
            },
            Self::PassUntilMle(r) => match successes.reached {
                Some(reached) => f64::from(r.get()) / f64::from(reached),
                None => rate(),
            },
        }
    }
}

/// The share of choices of k of m attempts with a right one among them: the product of Chen et al., of which k and j may
/// change places, as a sum of what each factor adds, so that small shares keep their digits.
fn any_right(attempts: u32, right: u32, chosen: u32) -> f64 {
    if right > attempts - chosen {
        return 1.0;
    }
    let (fewer, more) = (right.min(chosen), f64::from(right.max(chosen)));
    let adds = |share: f64, i: u32| share + (1.0 - share) * more / f64::from(attempts - i);
    (0..fewer).fold(0.0, adds)
}

#[cfg(test)]
mod tests;
