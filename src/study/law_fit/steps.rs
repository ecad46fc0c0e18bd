//! How many independent equal steps scores look like.

use std::str::FromStr;

use super::all_right::AllRightGiven;
use crate::domain::special::{chi_square_tail, normal_quantile};
use crate::domain::{Credit, Level, Metric, Scale, Steps};
use crate::study::{Measured, MeasuredPoint};

/// Numbers of steps that are tried, from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepsRange {
    /// The least.
    from: Steps,
    /// The largest.
    to: Steps,
}

/// A range of steps that holds none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "steps from {from} to {to} are none, or more than {MOST_STEPS}: give a range such as 1..100"
)]
pub struct NoSteps {
    /// From.
    pub from: u32,
    /// To.
    pub to: u32,
}

/// The most numbers of steps that are tried.
pub const MOST_STEPS: u32 = 1000;

impl StepsRange {
    /// All numbers of steps from one to another.
    ///
    /// # Errors
    /// There are none, or more than [`MOST_STEPS`].
    pub fn new(from: Steps, to: Steps) -> Result<Self, NoSteps> {
        match to.get().checked_sub(from.get()) {
            Some(0..MOST_STEPS) => Ok(Self { from, to }),
            _ => Err(NoSteps {
                from: from.get(),
                to: to.get(),
            }),
        }
    }

    /// The least.
    #[must_use]
    pub const fn from(self) -> Steps {
        self.from
    }

    /// The largest.
    #[must_use]
    pub const fn to(self) -> Steps {
        self.to
    }

    /// Itself, or where that is the default up to twice as many as a longer task has.
    pub(super) fn reaching(self, steps: Steps) -> Self {
        let twice = Steps::try_from(2 * u64::from(steps.get()));
        let longer = twice.ok().and_then(|to| Self::new(self.from, to).ok());
        match self == Self::default() && steps > self.to {
            true => longer.unwrap_or(self),
            false => self,
        }
    }

    fn all(self) -> impl Iterator<Item = u32> + Clone {
        self.from.get()..=self.to.get()
    }
}

/// A text that is no range of steps.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "{0:?} is no number of steps: give one such as 10, or a range such as 1..100 of at most {MOST_STEPS}"
)]
pub struct StepsText(String);

impl FromStr for StepsRange {
    type Err = StepsText;

    /// `10`, or `1..100` with both ends in it.
    fn from_str(text: &str) -> Result<Self, StepsText> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let steps = |word: &str| Steps::try_from(word.trim().parse::<u64>().ok()?).ok();
        let ends = steps(from).zip(steps(to.trim_start_matches('=')));
        let range = ends.and_then(|(from, to)| Self::new(from, to).ok());
        range.ok_or_else(|| StepsText(text.to_owned()))
    }
}

impl Default for StepsRange {
    fn default() -> Self {
        Self {
            from: Steps::constant(1),
            to: Steps::constant(100),
        }
    }
}

/// Why scores tell no number of steps.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StepsUntold {
    /// One of the two metrics is missing.
    #[error(
        "{found} alone does not tell the number of steps: it takes exact-match and partial-credit of the same attempts"
    )]
    OneMetric {
        /// The metric there is; "no metric of steps" where there is none.
        found: String,
    },
    /// No scale has both.
    #[error("exact-match and partial-credit were not measured on as many attempts at any scale")]
    NoScale,
    /// More attempts all right than steps allow.
    #[error(
        "at scale {scale:e} exact-match {exact} is above partial-credit {partial}: they are not of the same attempts"
    )]
    Contradiction {
        /// The scale.
        scale: f64,
        /// Exact match.
        exact: f64,
        /// Partial credit.
        partial: f64,
    },
    /// All attempts are right, or none, wherever they were measured.
    #[error(
        "no number of steps from {from} to {to} is told from another: at every scale all attempts are right or none"
    )]
    Flat {
        /// The least that was tried.
        from: u32,
        /// The largest.
        to: u32,
    },
    /// None of those that were tried is possible.
    #[error("no number of independent equal steps from {from} to {to} can have given these scores")]
    Impossible {
        /// The least that was tried.
        from: u32,
        /// The largest.
        to: u32,
    },
}

/// What one scale says of the number of steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepsAtScale {
    /// The scale.
    pub scale: Scale,
    /// Attempts that both metrics were measured on.
    pub attempts: u64,
    /// ln(exact match)/ln(partial credit), which is L where steps are independent and equal; `None` where either is 0 or 1.
    pub closed_form: Option<f64>,
    /// The likeliest number; `None` where several are.
    pub likeliest: Option<u32>,
    /// The least that the likelihood of this scale does not refuse; `None` where it refuses none below.
    pub low: Option<u32>,
    /// The largest, likewise.
    pub high: Option<u32>,
    /// How many standard deviations exact match is off what the number that is likeliest over all scales makes of partial
    /// credit; `None` where less than one attempt of scatter is expected.
    pub score: Option<f64>,
}

/// A test whether one number of steps fits all scales: Pearson's chi-square of the attempts that are all right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heterogeneity {
    /// The sum of squared scores.
    pub statistic: f64,
    /// Scales with a score, less one.
    pub freedom: u32,
    /// How often independent equal steps would scatter as much.
    pub p: f64,
}

/// The likelihood of each number of independent equal steps, given exact match and partial credit of the same attempts.
///
/// Exact match alone tells h(N) L, the hazard of a step times their number; partial credit alone tells h(N). Both together
/// tell L. The right steps S at a scale say nothing of L but through their share, so the likelihood is that of the number M
/// of attempts all right given S (conditional likelihood: Cox and Hinkley 1974, section 2.2): see [`AllRightGiven`].
#[derive(Clone, Debug, PartialEq)]
pub struct StepsProfile {
    /// What was tried.
    pub range: StepsRange,
    /// The log-likelihood of each number tried, less the largest; minus infinity where it is impossible.
    pub log_likelihoods: Vec<(u32, f64)>,
    /// The likeliest number, of several the least.
    pub likeliest: u32,
    /// The least number that is not refused: 2 (largest log-likelihood - its own) is at most z^2 (Wilks 1938); `None` where none
    /// down to the least tried is refused, unless that is 1.
    pub low: Option<u32>,
    /// The largest number that is not refused; `None` where none up to the largest tried is.
    pub high: Option<u32>,
    /// The level of these limits.
    pub level: Level,
    /// What each scale says.
    pub at_scales: Vec<StepsAtScale>,
    /// Whether one number fits all scales; `None` with fewer than two scales that tell.
    pub heterogeneity: Option<Heterogeneity>,
}

/// Attempts at one scale.
struct Seen {
    exact: MeasuredPoint,
    partial: MeasuredPoint,
    all_right: u64,
}

impl Seen {
    fn given(&self, steps: u32) -> Option<AllRightGiven> {
        let attempts = self.exact.attempts;
        let all = attempts.checked_mul(u64::from(steps))? as f64;
        AllRightGiven::new(attempts, steps, libm::round(self.partial.mean * all) as u64)
    }

    fn ln_likelihood(&self, steps: u32) -> f64 {
        self.given(steps).map_or(f64::NEG_INFINITY, |given| {
            given.ln_probability(self.all_right)
        })
    }

    /// Off what is expected, in standard deviations.
    fn score(&self, steps: u32) -> Option<f64> {
        let given = self.given(steps)?;
        let variance = given.variance();
        let off = self.all_right as f64 - given.mean();
        (variance >= 1.0).then(|| off / libm::sqrt(variance))
    }
}

impl StepsProfile {
    /// Of exact match and partial credit among these scores.
    ///
    /// # Errors
    /// See [`StepsUntold`].
    pub fn of(measured: &[Measured], range: StepsRange, level: Level) -> Result<Self, StepsUntold> {
        let seen = seen(measured)?;
        let z = -normal_quantile(0.5 * (1.0 - level.get()));
        let profiles: Vec<Vec<(u32, f64)>> = seen
            .iter()
            .map(|one| {
                range
                    .all()
                    .map(|steps| (steps, one.ln_likelihood(steps)))
                    .collect()
            })
            .collect();
        let total = range.all().enumerate().map(|(place, steps)| {
            let all = profiles
                .iter()
                .filter_map(|profile| Some(profile.get(place)?.1));
            (steps, all.sum::<f64>())
        });
        let total: Vec<(u32, f64)> = total.collect();
        let (from, to) = (range.from.get(), range.to.get());
        let best = Best::of(&total, z, range).ok_or(StepsUntold::Impossible { from, to })?;
        if best.low.is_none() && best.high.is_none() && from < to && best.is_flat {
            return Err(StepsUntold::Flat { from, to });
        }
        let at_scales = seen.iter().zip(&profiles).map(|(one, profile)| {
            let own = Best::of(profile, z, range);
            let (exact, partial) = (one.exact.mean, one.partial.mean);
            let told = exact > 0.0 && partial < 1.0 && exact < 1.0;
            StepsAtScale {
                scale: one.exact.scale,
                attempts: one.exact.attempts,
                closed_form: told.then(|| libm::log(exact) / libm::log(partial)),
                likeliest: own
                    .as_ref()
                    .filter(|own| !own.is_flat)
                    .map(|own| own.likeliest),
                low: own.as_ref().and_then(|own| own.low),
                high: own.as_ref().and_then(|own| own.high),
                score: one.score(best.likeliest),
            }
        });
        let at_scales: Vec<StepsAtScale> = at_scales.collect();
        Ok(Self {
            range,
            log_likelihoods: total
                .iter()
                .map(|(steps, value)| (*steps, value - best.value))
                .collect(),
            likeliest: best.likeliest,
            low: best.low,
            high: best.high,
            level,
            heterogeneity: heterogeneity(&at_scales),
            at_scales,
        })
    }
}

/// The likeliest number of steps and those that are not refused.
struct Best {
    likeliest: u32,
    value: f64,
    low: Option<u32>,
    high: Option<u32>,
    /// Whether all are as likely.
    is_flat: bool,
}

impl Best {
    fn of(profile: &[(u32, f64)], z: f64, range: StepsRange) -> Option<Self> {
        let value = profile
            .iter()
            .map(|one| one.1)
            .fold(f64::NEG_INFINITY, f64::max);
        let (likeliest, _) = *profile
            .iter()
            .find(|one| one.1 == value && value.is_finite())?;
        let mut kept = profile.iter().filter(|one| 2.0 * (value - one.1) <= z * z);
        let low = kept.next().map(|one| one.0)?;
        let high = kept.next_back().map_or(low, |one| one.0);
        // Fewer steps than one there are not.
        let is_told = low > range.from.get() || low == 1;
        let least = profile
            .iter()
            .map(|one| one.1)
            .fold(f64::INFINITY, f64::min);
        Some(Self {
            likeliest,
            value,
            low: is_told.then_some(low),
            high: (high < range.to.get()).then_some(high),
            is_flat: value - least < 1e-6,
        })
    }
}

/// The scales at which both metrics were measured on as many attempts.
fn seen(measured: &[Measured]) -> Result<Vec<Seen>, StepsUntold> {
    let of = |credit: Credit| {
        let mut all = measured.iter();
        all.find(|one| one.metric() == Metric::mean(credit))
    };
    let (exact, partial) = match (of(Credit::ExactMatch), of(Credit::PartialCredit)) {
        (Some(exact), Some(partial)) => (exact, partial),
        (one, other) => {
            let found = one.or(other).map(|one| one.metric().to_string());
            let found = found.unwrap_or_else(|| "a metric without them".to_owned());
            return Err(StepsUntold::OneMetric { found });
        }
    };
    let mut seen = Vec::new();
    for &exact in exact.points() {
        let mut others = partial.points().iter();
        let Some(&partial) =
            others.find(|one| one.scale == exact.scale && one.attempts == exact.attempts)
        else {
            continue;
        };
        if exact.mean > partial.mean {
            return Err(StepsUntold::Contradiction {
                scale: exact.scale.get(),
                exact: exact.mean,
                partial: partial.mean,
            });
        }
        let all_right = libm::round(exact.mean * exact.attempts as f64) as u64;
        seen.push(Seen {
            exact,
            partial,
            all_right,
        });
    }
    match seen.is_empty() {
        true => Err(StepsUntold::NoScale),
        false => Ok(seen),
    }
}

fn heterogeneity(at_scales: &[StepsAtScale]) -> Option<Heterogeneity> {
    let scores: Vec<f64> = at_scales.iter().filter_map(|one| one.score).collect();
    let freedom = u32::try_from(scores.len())
        .ok()?
        .checked_sub(1)
        .filter(|freedom| *freedom > 0)?;
    let statistic = scores.iter().map(|score| score * score).sum();
    Some(Heterogeneity {
        statistic,
        freedom,
        p: chi_square_tail(statistic, freedom),
    })
}
