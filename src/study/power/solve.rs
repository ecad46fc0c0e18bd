//! The number of a design that gives a power: how many items, scales, attempts or training runs, or how large an effect.

use super::probit::ProbitLine;
use super::successes::Successes;
use crate::domain::special::normal_quantile;
use crate::domain::{Level, ProperProbability};
use crate::study::Rate;

/// What numbers may be looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoughtNumber {
    kind: NumberKind,
    least: f64,
    most: f64,
}

/// What a number counts or measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Items, scales, attempts, training runs: the power is taken for a normal distribution function of the square root.
    Whole,
    /// How many times as large an effect is: the power is taken for a normal distribution function of it.
    Effect,
}

/// Why no numbers lie between two.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "no numbers from {least} to {most} can be looked at: give finite ones above 0, the larger one last, and from 1 to 2^53 where they are whole"
)]
pub struct SoughtError {
    /// The smaller.
    pub least: f64,
    /// The larger.
    pub most: f64,
}

impl SoughtNumber {
    /// Numbers from the least to the largest that may be looked at.
    ///
    /// # Errors
    /// The least is not below the largest, or not above 0; whole numbers are not whole, or beyond 2^53.
    pub fn new(kind: NumberKind, least: f64, most: f64) -> Result<Self, SoughtError> {
        let is_right = |number: f64| match kind {
            NumberKind::Whole => {
                (1.0..=9_007_199_254_740_992.0).contains(&number) && number.fract() == 0.0
            }
            NumberKind::Effect => number.is_finite() && number > 0.0,
        };
        match least < most && is_right(least) && is_right(most) {
            true => Ok(Self { kind, least, most }),
            false => Err(SoughtError { least, most }),
        }
    }

    /// The nearest number that may be looked at.
    fn nearest(&self, number: f64) -> f64 {
        let number = match self.kind {
            NumberKind::Whole => number.round(),
            NumberKind::Effect => number,
        };
        number.clamp(self.least, self.most)
    }

    /// What the normal quantile of power is straight in.
    fn straight(&self, number: f64) -> f64 {
        match self.kind {
            NumberKind::Whole => libm::sqrt(number),
            NumberKind::Effect => number,
        }
    }

    fn number_at(&self, place: f64) -> f64 {
        match self.kind {
            NumberKind::Whole => place.max(0.0) * place.max(0.0),
            NumberKind::Effect => place,
        }
    }

    /// The least number with at least the power that a real number has; of a number that is whole but for rounding, itself.
    fn rounded_up(&self, number: f64) -> f64 {
        match self.kind {
            NumberKind::Whole => (number * (1.0 - 1e-12)).ceil(),
            NumberKind::Effect => number,
        }
    }

    /// Whether nothing lies between two.
    fn are_neighbours(&self, low: f64, high: f64) -> bool {
        match self.kind {
            NumberKind::Whole => high - low <= 1.0,
            NumberKind::Effect => high - low <= 1e-6 * high,
        }
    }
}

/// A number that was tried, and in how many replicates the test found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TriedNumber {
    /// The number.
    pub value: f64,
    /// In how many replicates of how many.
    pub found: Successes,
}

impl TriedNumber {
    /// The power, with its interval.
    #[must_use]
    pub fn power(&self, level: Level) -> Rate {
        self.found.rate(level)
    }
}

/// The number that gives the power.
#[derive(Clone, Debug, PartialEq)]
pub struct RequiredNumber {
    /// The number; whole ones rounded up.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit; `None` where the largest number that may be looked at is not surely enough.
    pub high: Option<f64>,
    /// How often the limits should hold the number.
    pub level: Level,
    /// How the limits were made.
    pub method: RequiredMethod,
    /// All that was tried, in order.
    pub tried: Vec<TriedNumber>,
}

/// How the number and its limits were found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RequiredMethod {
    /// A straight line through normal quantiles of the powers near the target, by maximum likelihood, and Fieller's limits
    /// where it reaches the target.
    Probit {
        /// Powers that it runs through.
        points: u32,
        /// How often a line that is right has powers as far from it: chi-square of the deviance. Below one half the limits are
        /// widened by the deviance over its degrees of freedom.
        fit_p_value: f64,
    },
    /// The power leaps past the target from one number to the next: the numbers next to the leap whose own intervals lie below
    /// and above the target.
    Neighbours,
}

/// Why no number is named.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolveError<E> {
    /// A power could not be simulated.
    #[error("{0}")]
    Power(E),
    /// No number that may be looked at gives the power.
    #[error("no number up to {largest} reaches a power of {target}: the largest found is {} of {} replicates, at {}", best.found.count(), best.found.total(), best.value)]
    Unattainable {
        /// The best of what was tried.
        best: TriedNumber,
        /// The largest number that may be looked at.
        largest: f64,
        /// The power that was wanted.
        target: f64,
        /// All that was tried, in order.
        tried: Vec<TriedNumber>,
    },
    /// The power does not rise with the number.
    #[error("the power does not rise with the number, as far as {} of them tell: there is none to be named", tried.len())]
    NoTrend {
        /// All that was tried, in order.
        tried: Vec<TriedNumber>,
    },
}

/// So many powers near the target are enough.
const NEAR: usize = 8;

/// A power is near the target within so much of the normal quantile: at 80%, from 54% to 94%. Over so little even powers that are
/// no normal distribution function hardly bend: of a test that any success decides, by half a standard error of the number.
const NEARNESS: f64 = 0.75;

/// Powers further away than this tell nothing of how it rises near the target.
const FARTHEST: f64 = 2.2;

/// Where powers are wanted, as normal quantiles off the target, in this order: on both sides, where the place and the slope of
/// the line are known best.
const OFFSETS: [f64; 11] = [0.0, -0.4, 0.4, -0.2, 0.2, -0.5, 0.5, -0.1, 0.1, -0.3, 0.3];

/// The most numbers that are tried.
const MOST_TRIED: usize = 40;

/// Finds the number that gives a power, which only simulation tells.
///
/// `power_at` simulates the power at a number; each call takes random numbers of its own, or the limits promise too much. From
/// the guess the number is doubled or halved until powers lie on both sides of the target; about eight more are then
/// tried near it, at most 40 in all, and a line Phi(a + b sqrt(n)), or Phi(a + b t) for the size of an effect, is fitted to those
/// near the target: the power of a test whose statistic is normal. Other powers bend little within so short a range, and
/// where they do, the lack of fit widens the limits (Finney 1971, Probit Analysis).
///
/// # Errors
/// [`SolveError::Unattainable`] where the largest number has less power than the target; [`SolveError::NoTrend`] where the power
/// does not rise; those of `power_at`.
pub fn solve_for_power<E>(
    power_at: &mut dyn FnMut(f64) -> Result<Successes, E>,
    guess: f64,
    sought: &SoughtNumber,
    target: ProperProbability,
    level: Level,
) -> Result<RequiredNumber, SolveError<E>> {
    let mut search = Search {
        power_at,
        sought: *sought,
        target: target.get(),
        level,
        tried: Vec::new(),
    };
    let start = if guess.is_nan() { sought.least } else { guess };
    let bracket = match search.bracket(sought.nearest(start))? {
        Bracketed::Both(low, high) => Some((low, high)),
        Bracketed::AlreadyLeast => None,
    };
    let Some((low, high)) = bracket else {
        let least = sought.least;
        return Ok(search.required((least, least, Some(least)), RequiredMethod::Neighbours));
    };
    search.refine(low, high)
}

struct Search<'a, E> {
    power_at: &'a mut dyn FnMut(f64) -> Result<Successes, E>,
    sought: SoughtNumber,
    target: f64,
    level: Level,
    tried: Vec<TriedNumber>,
}

enum Bracketed {
    /// A number with too little power, or the least; and one with enough, or the largest.
    Both(f64, f64),
    /// The least is surely enough.
    AlreadyLeast,
}

impl<E> Search<'_, E> {
    fn try_at(&mut self, value: f64) -> Result<TriedNumber, SolveError<E>> {
        let found = (self.power_at)(value).map_err(SolveError::Power)?;
        let one = TriedNumber { value, found };
        self.tried.push(one);
        Ok(one)
    }

    fn is_enough(&self, one: &TriedNumber) -> bool {
        one.found.share() >= self.target
    }

    fn is_surely_enough(&self, one: &TriedNumber) -> bool {
        one.power(self.level).interval.low >= self.target
    }

    fn is_surely_too_little(&self, one: &TriedNumber) -> bool {
        one.power(self.level).interval.high < self.target
    }

    fn bracket(&mut self, guess: f64) -> Result<Bracketed, SolveError<E>> {
        let mut last = self.try_at(guess)?;
        let upwards = !self.is_enough(&last);
        loop {
            let bound = if upwards {
                self.sought.most
            } else {
                self.sought.least
            };
            if last.value == bound {
                return match upwards {
                    true if self.is_surely_too_little(&last) => Err(self.unattainable()),
                    false if self.is_surely_enough(&last) => Ok(Bracketed::AlreadyLeast),
                    _ => Ok(Bracketed::Both(self.sought.least, self.sought.most)),
                };
            }
            let factor = if upwards { 2.0 } else { 0.5 };
            let next = self.try_at(self.sought.nearest(last.value * factor))?;
            if self.is_enough(&next) == upwards {
                let (one, other) = (last.value, next.value);
                return Ok(Bracketed::Both(one.min(other), one.max(other)));
            }
            last = next;
        }
    }

    /// Places powers near the target until there are enough for a line.
    fn refine(mut self, mut low: f64, mut high: f64) -> Result<RequiredNumber, SolveError<E>> {
        let mut line = None;
        while self.tried.len() < MOST_TRIED {
            let near;
            (line, near) = self.line();
            let next = match &line {
                Some(_) if near >= NEAR => break,
                Some(line) => self.next_by(line),
                // Too steep or too far for a line: halve what lies between.
                None if self.sought.are_neighbours(low, high) => break,
                None => {
                    let place = 0.5 * (self.sought.straight(low) + self.sought.straight(high));
                    let middle = self.sought.nearest(self.sought.number_at(place));
                    (low < middle && middle < high).then_some(middle)
                }
            };
            let Some(next) = next else { break };
            let one = self.try_at(next)?;
            if low < next && next < high {
                match self.is_enough(&one) {
                    true => high = next,
                    false => low = next,
                }
            }
        }
        match line {
            Some(line) => self.by_line(&line),
            None if self.sought.are_neighbours(low, high) => self.by_neighbours(low, high),
            None => Err(SolveError::NoTrend { tried: self.tried }),
        }
    }

    /// A rising line through the powers near the target, and how many these are; through those not too far where near ones are
    /// too few for a line.
    fn line(&self) -> (Option<ProbitLine>, usize) {
        let target = normal_quantile(self.target);
        let rising =
            |points: &[(f64, Successes)]| ProbitLine::fit(points).filter(ProbitLine::rises);
        let is_far =
            |one: &&TriedNumber| (normal_quantile(one.found.share()) - target).abs() > FARTHEST;
        let place = |one: &TriedNumber| (self.sought.straight(one.value), one.found);
        let tried = self.tried.iter().filter(|one| !is_far(one));
        let points: Vec<(f64, Successes)> = tried.map(place).collect();
        let Some(mut line) = rising(&points) else {
            return (None, 0);
        };
        let mut near = 0;
        // By the line and not by the powers themselves, which would prefer those that chance moved towards the target.
        for _ in 0..4 {
            let is_near = |(x, _): &&(f64, Successes)| (line.at(*x) - target).abs() <= NEARNESS;
            let those: Vec<(f64, Successes)> = points.iter().filter(is_near).copied().collect();
            let Some(next) = rising(&those) else { break };
            let same = those.len() == near;
            near = those.len();
            line = next;
            if same {
                break;
            }
        }
        (Some(line), near)
    }

    /// The first place that is wanted and not yet tried.
    fn next_by(&self, line: &ProbitLine) -> Option<f64> {
        let target = normal_quantile(self.target);
        let centre = line.crossing(target, self.level).place;
        // A first line through far powers may be far too flat: no further than twice what was tried.
        let largest = self.tried.iter().map(|one| one.value).fold(0.0, f64::max);
        let values = OFFSETS.iter().map(|offset| {
            let value = self.sought.number_at(centre + offset * line.per_unit());
            self.sought.nearest(value.min(2.0 * largest))
        });
        let is_new = |value: &f64| {
            let apart = |one: &TriedNumber| {
                let places = self.sought.straight(one.value) - self.sought.straight(*value);
                one.value != *value && (places / line.per_unit()).abs() > 0.03
            };
            self.tried.iter().all(apart)
        };
        values.into_iter().find(is_new)
    }

    fn by_line(self, line: &ProbitLine) -> Result<RequiredNumber, SolveError<E>> {
        let crossing = line.crossing(normal_quantile(self.target), self.level);
        let (least, most) = (self.sought.least, self.sought.most);
        let number = |place: f64| {
            let number = self.sought.number_at(place);
            self.sought.rounded_up(number).max(least)
        };
        let value = number(crossing.place);
        if value > most {
            return Err(self.unattainable());
        }
        let low = crossing.limits.map_or(least, |(low, _)| number(low));
        let high = crossing.limits.map(|(_, high)| number(high));
        let method = RequiredMethod::Probit {
            points: line.freedom + 2,
            fit_p_value: line.fit_p_value(),
        };
        Ok(self.required((value, low, high.filter(|high| *high <= most)), method))
    }

    /// Outwards from a leap to the first number that is surely too few, and to the first that is surely enough.
    fn by_neighbours(mut self, low: f64, high: f64) -> Result<RequiredNumber, SolveError<E>> {
        let step = match self.sought.kind {
            NumberKind::Whole => 1.0,
            NumberKind::Effect => high - low,
        };
        let few = self.outwards(low, -step, Self::is_surely_too_little)?;
        let enough = self.outwards(high, step, Self::is_surely_enough)?;
        let low = few.map_or(self.sought.least, |few| (few + step).min(high));
        Ok(self.required((high, low, enough), RequiredMethod::Neighbours))
    }

    /// The first number in steps that is surely so; `None` where none is up to the last that may be looked at, or as far as
    /// there are tries left.
    fn outwards(
        &mut self,
        mut value: f64,
        step: f64,
        is_surely: fn(&Self, &TriedNumber) -> bool,
    ) -> Result<Option<f64>, SolveError<E>> {
        loop {
            let known = self.tried.iter().find(|one| one.value == value).copied();
            let one = match known {
                Some(one) => one,
                None if self.tried.len() < MOST_TRIED => self.try_at(value)?,
                None => return Ok(None),
            };
            let next = (value + step).clamp(self.sought.least, self.sought.most);
            match is_surely(self, &one) {
                true => return Ok(Some(value)),
                false if next == value => return Ok(None),
                false => value = next,
            }
        }
    }

    fn required(
        self,
        (value, low, high): (f64, f64, Option<f64>),
        method: RequiredMethod,
    ) -> RequiredNumber {
        RequiredNumber {
            value,
            low,
            high,
            level: self.level,
            method,
            tried: self.tried,
        }
    }

    fn unattainable(&self) -> SolveError<E> {
        let by_share = |one: &&TriedNumber, other: &&TriedNumber| {
            one.found.share().total_cmp(&other.found.share())
        };
        match self.tried.iter().max_by(by_share) {
            Some(best) => SolveError::Unattainable {
                best: *best,
                largest: self.sought.most,
                target: self.target,
                tried: self.tried.clone(),
            },
            None => SolveError::NoTrend { tried: Vec::new() },
        }
    }
}
