//! What there is to an answer beyond which steps are right: how likely the right one was, and which tokens were written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::special::normal_cdf;
use super::tagged::{checked, tagged};
use super::{AlphabetSize, Invalid, NoiseDeviation, Probability};

tagged! {
    /// How the losses of right tokens scatter from item to item and from attempt to attempt.
    ///
    /// They are what an evaluation reads off by having the right answer scored, whatever the attempt writes: neither errors
    /// nor retries change them. Without noise they would have no variance and win every comparison of metrics; so metrics
    /// of likelihood want it to be said.
    pub enum Likelihood, default "none" = Self::None; {
        "none" => None:
            "it is not said: metrics of likelihood are refused";
        "log-normal" => LogNormal(LogNormalLoss):
            "h_i = m_i (-ln p_i), ln m_i normal with standard deviation sd and mean -sd^2/2, so that m_i is 1 on average",
            source "a definition of our own";
    }
}

/// Losses that scatter by a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogNormalLoss {
    /// Standard deviation of the logarithm of a step's loss; .3 to 1.5 is typical of single tokens.
    pub sd: NoiseDeviation,
}

impl Default for LogNormalLoss {
    fn default() -> Self {
        Self {
            sd: NoiseDeviation::constant(0.5),
        }
    }
}

impl Likelihood {
    /// No loss of a step counts as more, in nats: probabilities below e^-100 are about where single precision has none.
    pub const MOST_LOSS: f64 = 100.0;

    /// The standard deviation of the logarithm of a step's loss; 0 where none is said.
    #[must_use]
    pub const fn sd(&self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::LogNormal(normal) => normal.sd.get(),
        }
    }

    /// h of a step of this loss -ln p and of this standard normal noise, at most 100 nats.
    #[must_use]
    pub fn loss(&self, loss: f64, noise: f64) -> f64 {
        let sd = self.sd();
        let times = libm::exp(sd * noise - 0.5 * sd * sd);
        // A step that cannot fail has no loss, however large the factor.
        (loss * times).min(Self::MOST_LOSS)
    }

    /// Mean and mean square of h of a step of this loss l over the noise.
    ///
    /// Of at most C nats, E\[h^r\] = l^r e^(r (r - 1) sd^2/2) Phi(k - r sd) + C^r Phi(-k), k = (ln(C/l) + sd^2/2)/sd.
    pub(super) fn loss_moments(&self, loss: f64) -> (f64, f64) {
        let (sd, most) = (self.sd(), Self::MOST_LOSS);
        if sd == 0.0 || loss == f64::INFINITY {
            let least = loss.min(most);
            return (least, least * least);
        }
        let k = (libm::log(most / loss) + 0.5 * sd * sd) / sd;
        let capped = normal_cdf(-k);
        let below = |power: f64, moment: f64| match normal_cdf(k - power * sd) {
            0.0 => 0.0,
            share => moment * share,
        };
        let mean = below(1.0, loss) + most * capped;
        let square = below(2.0, loss * loss * libm::exp(sd * sd)) + most * most * capped;
        (mean, square)
    }
}

tagged! {
    /// Which tokens an answer has, one for each step, and what an attempt writes where a step is wrong: nothing (a share
    /// `deleted` of errors), a stray token and then the right one (`inserted`), or a wrong token.
    pub enum Tokens, default "distinct" = Self::Distinct(DistinctTokens::default()); {
        "distinct" => Distinct(DistinctTokens):
            "every token of the right answer occurs once in it; wrong and stray tokens occur nowhere";
        "alphabet" => Alphabet(AlphabetTokens):
            "every token of the right answer is one of `size` at random; a wrong one any of the others, a stray one any";
    }
}

/// Tokens that occur once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct DistinctTokens {
    /// Share of errors that leave their token out.
    deleted: Probability,
    /// Share of errors that put a stray token before the right one.
    inserted: Probability,
}

checked!(DistinctTokens);

impl Default for DistinctTokens {
    fn default() -> Self {
        Self {
            deleted: Probability::constant(0.0),
            inserted: Probability::constant(0.0),
        }
    }
}

impl DistinctTokens {
    fn checked(self) -> Result<Self, Invalid> {
        shares(self.deleted, self.inserted).map(|()| self)
    }
}

/// Tokens of a finite alphabet, in which a wrong token may be right elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct AlphabetTokens {
    /// How many tokens there are: 10 for digits.
    size: AlphabetSize,
    /// Share of errors that leave their token out.
    deleted: Probability,
    /// Share of errors that put a stray token before the right one.
    inserted: Probability,
}

checked!(AlphabetTokens);

impl Default for AlphabetTokens {
    fn default() -> Self {
        Self {
            size: AlphabetSize::constant(10),
            deleted: Probability::constant(0.0),
            inserted: Probability::constant(0.0),
        }
    }
}

impl AlphabetTokens {
    fn checked(self) -> Result<Self, Invalid> {
        shares(self.deleted, self.inserted).map(|()| self)
    }
}

fn shares(deleted: Probability, inserted: Probability) -> Result<(), Invalid> {
    match deleted.get() + inserted.get() <= 1.0 {
        true => Ok(()),
        false => Err(Invalid::ErrorShares {
            deleted: deleted.get(),
            inserted: inserted.get(),
        }),
    }
}

/// What an attempt writes at a wrong step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongStep {
    /// Nothing.
    Deleted,
    /// A stray token and then the right one.
    Inserted,
    /// A wrong token.
    Replaced,
}

impl Tokens {
    /// Shares of errors that leave a token out, and that put a stray one in.
    #[must_use]
    pub const fn shares(&self) -> (f64, f64) {
        match self {
            Self::Distinct(tokens) => (tokens.deleted.get(), tokens.inserted.get()),
            Self::Alphabet(tokens) => (tokens.deleted.get(), tokens.inserted.get()),
        }
    }

    /// How many tokens there are; `None` without end.
    #[must_use]
    pub const fn size(&self) -> Option<u32> {
        match self {
            Self::Distinct(_) => None,
            Self::Alphabet(tokens) => Some(tokens.size.get()),
        }
    }

    /// What a uniform number in [0, 1) makes of an error.
    #[must_use]
    pub fn wrong_step(&self, uniform: f64) -> WrongStep {
        let (deleted, inserted) = self.shares();
        match uniform {
            _ if uniform < deleted => WrongStep::Deleted,
            _ if uniform < deleted + inserted => WrongStep::Inserted,
            _ => WrongStep::Replaced,
        }
    }
}

/// 1 - D/max(L, M): D by Levenshtein, of the right answer's L tokens and the M written.
#[must_use]
pub fn edit_credit(right: &[u32], written: &[u32]) -> f64 {
    let distance = strsim::generic_levenshtein(&Elements(right), &Elements(written));
    let longer = right.len().max(written.len());
    1.0 - distance as f64 / longer as f64
}

/// 2 S/(L + M): S by the table of all prefixes.
#[must_use]
pub fn subsequence_credit(right: &[u32], written: &[u32]) -> f64 {
    // Of every prefix of `written` and the prefix of `right` so far.
    let mut lengths = vec![0_u32; written.len() + 1];
    for token in right {
        let mut diagonal = 0;
        for (place, other) in written.iter().enumerate() {
            let above = lengths[place + 1];
            lengths[place + 1] = match token == other {
                true => diagonal + 1,
                false => above.max(lengths[place]),
            };
            diagonal = above;
        }
    }
    let common = lengths.last().copied().unwrap_or(0);
    2.0 * f64::from(common) / (right.len() + written.len()) as f64
}

/// Tokens, as what measures their distance wants them.
struct Elements<'a>(&'a [u32]);

impl<'b> IntoIterator for &'b Elements<'_> {
    type Item = &'b u32;
    type IntoIter = std::slice::Iter<'b, u32>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<u32> {
        text.chars().map(u32::from).collect()
    }

    /// sd, loss; mean and mean square, by 30-digit quadrature.
    #[rustfmt::skip]
    const LOSSES: &[(f64, f64, f64, f64)] = &[
        (0.5, 0.2, 0.2, 0.05136101666750966),
        (0.3, 80.0, 76.46560989682624, 6167.628432638142),
        (1.0, 300.0, 89.01444365555496, 8397.800452955618),
        (2.0, 5.0, 4.078270832070298, 153.28378955545585),
        (3.0, 1.0, 0.6342279710972477, 24.290109869369875),
    ];

    #[test]
    fn moments_of_losses_that_scatter_up_to_the_largest() {
        let of = |sd: f64, loss: f64| {
            let sd = sd.try_into().unwrap();
            Likelihood::LogNormal(LogNormalLoss { sd }).loss_moments(loss)
        };
        for &(sd, loss, mean, square) in LOSSES {
            let found = of(sd, loss);
            let off = (found.0 / mean - 1.0)
                .abs()
                .max((found.1 / square - 1.0).abs());
            assert!(off < 1e-13, "{sd} {loss}: {found:?}");
        }
        assert_eq!(of(0.5, 0.0), (0.0, 0.0));
        assert_eq!(of(0.5, f64::INFINITY), (100.0, 1e4));
        assert_eq!(of(0.5, 1e300), (100.0, 1e4));
        assert_eq!(Likelihood::None.loss_moments(7.0), (7.0, 49.0));
    }

    /// Distances of words that textbooks use.
    #[test]
    fn edits_of_words() {
        let credit = |one: &str, other: &str| edit_credit(&tokens(one), &tokens(other));
        assert_eq!(credit("kitten", "sitting"), 1.0 - 3.0 / 7.0);
        assert_eq!(credit("sitting", "kitten"), 1.0 - 3.0 / 7.0);
        assert_eq!(credit("saturday", "sunday"), 1.0 - 3.0 / 8.0);
        assert_eq!((credit("abc", ""), credit("abc", "abc")), (0.0, 1.0));
    }

    #[test]
    fn common_subsequences_of_words() {
        let credit = |one: &str, other: &str| subsequence_credit(&tokens(one), &tokens(other));
        // "BCBA" or another of length 4.
        assert_eq!(credit("ABCBDAB", "BDCABA"), 8.0 / 13.0);
        assert_eq!(credit("BDCABA", "ABCBDAB"), 8.0 / 13.0);
        assert_eq!((credit("abc", ""), credit("abc", "xyz")), (0.0, 0.0));
        assert_eq!(credit("ab", "xab"), 0.8);
    }

    #[test]
    fn shares_of_errors_leave_something_for_the_rest() {
        let read = |json: &str| serde_json::from_str::<Tokens>(json);
        let tokens = read(r#"{"kind": "alphabet", "size": 3, "deleted": 0.2, "inserted": 0.5}"#);
        let tokens = tokens.unwrap();
        let kinds = [0.0, 0.19, 0.2, 0.69, 0.7, 0.99].map(|u| tokens.wrong_step(u));
        use WrongStep::{Deleted, Inserted, Replaced};
        assert_eq!(
            kinds,
            [Deleted, Deleted, Inserted, Inserted, Replaced, Replaced]
        );
        let error = read(r#"{"deleted": 0.7, "inserted": 0.4}"#).unwrap_err();
        assert!(error.to_string().contains("0.7"), "{error}");
    }

    #[test]
    fn noise_keeps_the_mean_loss() {
        let likelihood = Likelihood::LogNormal(LogNormalLoss {
            sd: NoiseDeviation::constant(0.8),
        });
        // exp(.8 z - .32) at z = .4 is 1, at z = -1.1 is e^-1.2.
        assert!((likelihood.loss(0.37, 0.4) - 0.37).abs() < 1e-15);
        assert!((likelihood.loss(2.0, -1.1) - 2.0 * 0.301_194_211_912_202_1).abs() < 1e-15);
        assert_eq!(likelihood.loss(f64::INFINITY, 1.0), Likelihood::MOST_LOSS);
        assert_eq!(likelihood.loss(0.0, 3.0), 0.0);
    }
}
