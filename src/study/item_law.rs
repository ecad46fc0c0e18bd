//! How the success probabilities of items are distributed, from how often each item was right.

mod fit;
mod line;

pub use fit::{CeilingTest, ItemLawFit, ItemLawFits, fit_item_law};
pub use line::{LogLogLine, log_spaced};

use crate::domain::special::ln_binomial_probability;
use crate::domain::{Attempts, Reducer, Successes};

/// A beta law of the success probability of an item, on (0, c): c U with U ~ Beta(a, b).
///
/// Schaeffer et al. 2025 (arXiv:2502.17578, appendix E) find that items of hard tests need a ceiling c below 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemLaw {
    /// Shape at 0, above 0: the fewer items with small probabilities, the larger.
    pub a: f64,
    /// Shape at the ceiling, above 0.
    pub b: f64,
    /// The largest success probability, above 0 and up to 1.
    pub ceiling: f64,
}

impl ItemLaw {
    /// ln of the probability that so many of so many attempts at a new item are right: with s = x + a + b,
    ///
    /// C(m, x) c^x B(x + a, b)/B(a, b) 2F1(-(m - x), x + a; s; c), the hypergeometric function being the mean
    /// of b (b + 1) ... (b + k - 1)/(s (s + 1) ... (s + k - 1)) over k ~ Binomial(m - x, c), a sum of positive terms
    /// (Pfaff's transformation, DLMF 15.8.1). At c = 1 it is the beta-binomial (Skellam 1948, J. R. Stat. Soc. B 10, 257).
    ///
    /// Absolute error about 1e-16 ln Gamma of the largest of m, a, b; time proportional to the square root of m.
    #[must_use]
    pub fn ln_probability(&self, right: u32, attempts: u32) -> f64 {
        let Self { a, b, ceiling: c } = *self;
        let (m, x) = (f64::from(attempts), f64::from(right));
        let n = m - x;
        let s = x + a + b;
        let ln_gamma = libm::lgamma;
        let ln_choose =
            |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        let head = ln_choose(m, x) + ln_gamma(x + a) - ln_gamma(a) + ln_gamma(a + b) - ln_gamma(b);
        let rises = |k: f64| ln_gamma(b + k) - ln_gamma(s + k);
        if c >= 1.0 {
            return head + rises(n);
        }
        // The terms of the sum, from the largest outwards by their ratios.
        let odds = c / (1.0 - c);
        let (ln_c, ln_rest) = (libm::log(c), libm::log1p(-c));
        let ln_term = |k: f64| ln_choose(n, k) + k * ln_c + (n - k) * ln_rest + rises(k);
        let ratio = |k: f64| (n - k) * (b + k) * odds / ((k + 1.0) * (s + k));
        let mode = mode(n, b, s, odds);
        let top = ln_term(mode);
        let mut sum = 1.0;
        let (mut k, mut term) = (mode, 1.0);
        while k < n && term > 1e-17 * sum {
            term *= ratio(k);
            k += 1.0;
            sum += term;
        }
        (k, term) = (mode, 1.0);
        while k > 0.0 && term > 1e-17 * sum {
            k -= 1.0;
            term /= ratio(k);
            sum += term;
        }
        // For small b the terms may rise again towards 0.
        if k > 0.0 {
            sum += libm::exp(ln_term(0.0) - top);
        }
        head + x * ln_c + top + libm::log(sum)
    }

    /// The probability that any of k attempts at a new item is right, for any k.
    #[must_use]
    pub fn pass_at(&self, k: u32) -> f64 {
        -libm::expm1(self.ln_probability(0, k))
    }

    /// The exponent of -ln pass@k, which falls as factor k^-exponent for large k: a (Schaeffer et al. 2025,
    /// arXiv:2502.17578, theorem 3.1). It is approached slowly.
    #[must_use]
    pub const fn exponent(&self) -> f64 {
        self.a
    }

    /// The factor of that power law: c^-a Gamma(a + b)/Gamma(b).
    #[must_use]
    pub fn factor(&self) -> f64 {
        let ln = libm::lgamma(self.a + self.b) - libm::lgamma(self.b);
        libm::exp(ln - self.a * libm::log(self.ceiling))
    }
}

/// The k with the largest term: the ratio of neighbours is 1 where
/// (odds + 1) k^2 + (s + 1 - odds (n - b)) k + s - odds n b = 0, and below 1 beyond the larger root.
fn mode(n: f64, b: f64, s: f64, odds: f64) -> f64 {
    let half = 0.5 * (odds * (n - b) - s - 1.0);
    let square = half * half + (odds + 1.0) * (odds * n * b - s);
    match square > 0.0 {
        true => ((half + libm::sqrt(square)) / (odds + 1.0))
            .ceil()
            .clamp(0.0, n),
        false => 0.0,
    }
}

/// How many items were right how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessHistogram {
    attempts: u32,
    /// Numbers of right attempts, increasing, and how many items have them: not 0.
    items: Vec<(u32, u64)>,
}

/// Why items tell nothing of their law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemLawError {
    /// More right attempts than there were.
    #[error("{right} right attempts of {attempts}: give at most as many as there were")]
    MoreThanAttempts {
        /// How many were right.
        right: u32,
        /// How many there were.
        attempts: u32,
    },
    /// No items.
    #[error("there are no items: give at least one")]
    NoItems,
    /// Too few attempts to tell items apart from chance.
    #[error(
        "{0} attempts at each item do not tell how items differ: give 3 or more (evaluation.attempts = 3)"
    )]
    FewAttempts(u32),
    /// All right or all wrong.
    #[error(
        "all attempts at all items were {0}: their law cannot be told; choose other scales, or give more attempts"
    )]
    NothingVaries(&'static str),
}

impl SuccessHistogram {
    /// Takes numbers of right attempts, in any order, with how many items have them.
    ///
    /// # Errors
    /// A number is more than `attempts`, or there are no items.
    pub fn new(
        attempts: u32,
        items: impl IntoIterator<Item = (u32, u64)>,
    ) -> Result<Self, ItemLawError> {
        let mut all: Vec<(u32, u64)> = items.into_iter().filter(|(_, count)| *count > 0).collect();
        all.sort_unstable();
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        match all.last() {
            None => Err(ItemLawError::NoItems),
            Some(&(right, _)) if right > attempts => {
                Err(ItemLawError::MoreThanAttempts { right, attempts })
            }
            Some(_) => Ok(Self {
                attempts,
                items: all,
            }),
        }
    }

    /// Attempts at each item, m.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.items.iter().map(|(_, count)| count).sum()
    }

    /// The mean of f over items.
    fn mean(&self, f: impl Fn(u32) -> f64) -> f64 {
        let terms = self
            .items
            .iter()
            .map(|(right, count)| *count as f64 * f(*right));
        terms.sum::<f64>() / self.items() as f64
    }

    /// The share of right attempts.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.mean(f64::from) / f64::from(self.attempts)
    }

    /// pass@k without bias and without a law, for k up to the attempts that there were; `None` beyond.
    #[must_use]
    pub fn pass_at(&self, k: u32) -> Option<f64> {
        let k = Attempts::try_from(u64::from(k)).ok()?;
        let value = |right| {
            Reducer::PassAt(k).value(&Successes {
                attempts: self.attempts,
                right,
                reached: None,
                wrong: &[],
            })
        };
        (k.get() <= self.attempts).then(|| self.mean(value))
    }

    /// ln of the probability of all items under a law.
    #[must_use]
    pub fn ln_likelihood(&self, law: &ItemLaw) -> f64 {
        let of =
            |(right, count): &(u32, u64)| *count as f64 * law.ln_probability(*right, self.attempts);
        self.items.iter().map(of).sum()
    }

    /// ln of the probability of all items if each succeeds as often as all do together.
    pub(super) fn ln_likelihood_of_alike(&self) -> f64 {
        let (rate, m) = (self.rate(), u64::from(self.attempts));
        let of = |(right, count): &(u32, u64)| {
            *count as f64 * ln_binomial_probability(u64::from(*right), m, rate)
        };
        self.items.iter().map(of).sum()
    }

    /// The largest number of right attempts.
    fn most_right(&self) -> u32 {
        self.items.last().map_or(0, |(right, _)| *right)
    }

    /// The least number of right attempts.
    fn fewest_right(&self) -> u32 {
        self.items.first().map_or(0, |(right, _)| *right)
    }
}

#[cfg(test)]
mod tests;
