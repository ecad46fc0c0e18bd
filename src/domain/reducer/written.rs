//! Reducers as they are written, listed and read.

use std::fmt;
use std::str::FromStr;

use super::{AtLeastTwo, Reducer};
use crate::domain::{Attempts, CreditParameter, Invalid, Share};

/// A reducer as catalogues and messages show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReducerEntry {
    /// The name it is written with, up to the sign before its first parameter.
    pub name: &'static str,
    /// How it is written, with the letters of its parameters.
    pub written: &'static str,
    /// Its formula, of m attempts of which j are right.
    pub formula: &'static str,
    /// What it tells, in a plain line.
    pub meaning: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// What is written behind its name.
    pub parameters: &'static [CreditParameter],
}

const WHOLE: &str = "0*[1-9][0-9]*";
const RANGE: &str = "1 to 1073741824";

const CHOSEN: CreditParameter = CreditParameter {
    name: "K",
    range: RANGE,
    meaning: "how many of the attempts at an item count; the item needs at least as many",
    pattern: WHOLE,
};

const MEAN: &str = "mean";
const PASS_AT: &str = "pass@";
const PLUG_IN: &str = "plug-in-pass@";
const PASS_ALL: &str = "pass^";
const G_PASS: &str = "g-pass@";
const MAJORITY: &str = "majority@";
const UNTIL: &str = "pass-until@";
const UNTIL_MLE: &str = "pass-until-mle@";

impl Reducer {
    /// The name of the mean, which is written with no metric.
    pub(in crate::domain) const MEAN: &str = MEAN;

    /// Every reducer, in the order of the documentation.
    pub const CATALOGUE: &'static [ReducerEntry] = &[
        ReducerEntry {
            name: MEAN,
            written: MEAN,
            formula: "j/m",
            meaning: "the share of attempts that are right; of any credit, its mean",
            source: "the sample mean",
            parameters: &[],
        },
        ReducerEntry {
            name: PASS_AT,
            written: "pass@K",
            formula: "1 - C(m-j, K)/C(m, K)",
            meaning: "whether any of K attempts is right",
            source: "Chen et al. 2021, arXiv:2107.03374, equation 1",
            parameters: &[CHOSEN],
        },
        ReducerEntry {
            name: PLUG_IN,
            written: "plug-in-pass@K",
            formula: "1 - (1 - j/m)^K",
            meaning: "the same from the observed rate, which is too low on average",
            source: "Chen et al. 2021, arXiv:2107.03374, appendix A",
            parameters: &[CHOSEN],
        },
        ReducerEntry {
            name: PASS_ALL,
            written: "pass^K",
            formula: "C(j, K)/C(m, K)",
            meaning: "whether all of K attempts are right",
            source: "Yao et al. 2024, arXiv:2406.12045",
            parameters: &[CHOSEN],
        },
        ReducerEntry {
            name: G_PASS,
            written: "g-pass@K:T",
            formula: "the sum of C(j, i) C(m-j, K-i)/C(m, K) over i >= ceil(T K)",
            meaning: "whether at least a share of K attempts is right",
            source: "Liu et al. 2024, arXiv:2412.13147",
            parameters: &[
                CHOSEN,
                CreditParameter {
                    name: "T",
                    range: "above 0 and up to 1, with at most six decimals",
                    meaning: "the least share of the K attempts; a decimal, so that .07 of 100 is 7",
                    pattern: r"(0*\.[0-9]{1,6}|0*1(\.0{0,6})?)",
                },
            ],
        },
        ReducerEntry {
            name: MAJORITY,
            written: "majority@K",
            formula: "P(the right answer is the most frequent of K), ties shared",
            meaning: "whether the vote of K attempts is right",
            source: "Wang et al. 2022, arXiv:2203.11171",
            parameters: &[CHOSEN],
        },
        ReducerEntry {
            name: UNTIL,
            written: "pass-until@R",
            formula: "(R - 1)/(A - 1), the R-th success at attempt A; else j/m",
            meaning: "the success rate, from attempts that go on until R are right: unbiased",
            source: "Girshick, Mosteller and Savage 1946, Ann. Math. Stat. 17, 13",
            parameters: &[CreditParameter {
                name: "R",
                range: "2 to 1073741824",
                meaning: "the successes to wait for; the item needs at least as many attempts",
                pattern: "0*([2-9]|[1-9][0-9]+)",
            }],
        },
        ReducerEntry {
            name: UNTIL_MLE,
            written: "pass-until-mle@R",
            formula: "R/A, the R-th success at attempt A; else j/m",
            meaning: "the same by maximum likelihood, which is too high on average",
            source: "Hu et al. 2023, arXiv:2310.03262, equation 2",
            parameters: &[CreditParameter {
                name: "R",
                range: RANGE,
                meaning: "the successes to wait for; the item needs at least as many attempts",
                pattern: WHOLE,
            }],
        },
    ];
}

impl ReducerEntry {
    /// The pattern of everything that it is written as.
    #[must_use]
    pub fn pattern(&self) -> String {
        let parameters = self.parameters.iter().map(|parameter| parameter.pattern);
        let parameters: Vec<&str> = parameters.collect();
        format!("{}{}", self.name.replace('^', "\\^"), parameters.join(":"))
    }
}

/// A whole number in plain digits.
fn whole(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn attempts(text: &str) -> Option<Attempts> {
    Attempts::try_from(whole(text)?).ok()
}

impl FromStr for Reducer {
    type Err = Invalid;

    fn from_str(word: &str) -> Result<Self, Invalid> {
        const NONE: &str = "is one of mean, pass@K, plug-in-pass@K, pass^K, g-pass@K:T, majority@K, pass-until@R and \
                            pass-until-mle@R, such as pass@5";
        let refused = |name, problem| Invalid::MetricParameter {
            word: word.to_owned(),
            name,
            problem,
        };
        if word == MEAN {
            return Ok(Self::Mean);
        }
        let end = word.find(['@', '^']).map(|sign| sign + 1);
        let (name, parameters) = word.split_at(end.unwrap_or(word.len()));
        let (found, name, wanted) = match name {
            PASS_AT => (
                attempts(parameters).map(Self::PassAt),
                PASS_AT,
                "needs a number of attempts from 1 to 1073741824, such as pass@5",
            ),
            PLUG_IN => (
                attempts(parameters).map(Self::PlugInPassAt),
                PLUG_IN,
                "needs a number of attempts from 1 to 1073741824, such as plug-in-pass@5",
            ),
            PASS_ALL => (
                attempts(parameters).map(Self::PassAll),
                PASS_ALL,
                "needs a number of attempts from 1 to 1073741824, such as pass^5",
            ),
            MAJORITY => (
                attempts(parameters).map(Self::MajorityAt),
                MAJORITY,
                "needs a number of attempts from 1 to 1073741824, such as majority@5",
            ),
            G_PASS => (
                g_pass(parameters),
                G_PASS,
                "needs a number of attempts from 1 to 1073741824 and, behind a colon, a share above 0 and up to 1 with at \
                 most six decimals, such as g-pass@8:0.75",
            ),
            UNTIL => {
                let successes = whole(parameters).and_then(|r| AtLeastTwo::try_from(r).ok());
                (
                    successes.map(Self::PassUntil),
                    UNTIL,
                    "needs a number of successes from 2 to 1073741824, such as pass-until@2",
                )
            }
            UNTIL_MLE => (
                attempts(parameters).map(Self::PassUntilMle),
                UNTIL_MLE,
                "needs a number of successes from 1 to 1073741824, such as pass-until-mle@1",
            ),
            _ => (None, "a reducer", NONE),
        };
        found.ok_or_else(|| refused(name, wanted))
    }
}

fn g_pass(parameters: &str) -> Option<Reducer> {
    let (k, share) = parameters.split_once(':')?;
    Some(Reducer::GPassAt {
        attempts: attempts(k)?,
        share: share.parse::<Share>().ok()?,
    })
}

impl fmt::Display for Reducer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mean => formatter.write_str(MEAN),
            Self::PassAt(k) => write!(formatter, "{PASS_AT}{}", k.get()),
            Self::PlugInPassAt(k) => write!(formatter, "{PLUG_IN}{}", k.get()),
            Self::PassAll(k) => write!(formatter, "{PASS_ALL}{}", k.get()),
            Self::GPassAt { attempts, share } => {
                write!(formatter, "{G_PASS}{}:{share}", attempts.get())
            }
            Self::MajorityAt(k) => write!(formatter, "{MAJORITY}{}", k.get()),
            Self::PassUntil(r) => write!(formatter, "{UNTIL}{r}"),
            Self::PassUntilMle(r) => write!(formatter, "{UNTIL_MLE}{}", r.get()),
        }
    }
}
