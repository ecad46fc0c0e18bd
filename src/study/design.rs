//! Designs: which values of which keys go together in the points of a sweep.
//!
//! A value is known here by its place in the list that was written; only numbers drawn from a range are made here.

use crate::domain::{Seed, twelve_digits};
use crate::engine::DesignDraws;

/// The most points a design may have. Each takes some seven kilobytes with what must be counted for it, so that all of them
/// still fit into the memory of a machine; and it is as many as an address of [`DesignDraws`] can hold with room to spare.
pub const MOST_POINTS: u64 = 1_000_000;

/// A key and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// Full and dotted.
    pub key: String,
    /// What it takes.
    pub values: SweptValues,
}

/// The values of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SweptValues {
    /// So many, written one by one.
    Listed(usize),
    /// Any in a range.
    Range(Range),
}

/// Numbers between two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    spacing: Spacing,
    ends: Ends,
}

/// Even in what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    /// In the number itself.
    Linear,
    /// In its logarithm.
    Log,
}

/// Both belong to the range.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    Whole(u64, u64),
    Real(f64, f64),
}

/// Which numbers a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Whole ones, from 0 to 2^63 - 1.
    Whole,
    /// Real ones.
    Real,
}

/// A number made here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// For a key of whole numbers.
    Whole(u64),
    /// For any other.
    Real(f64),
}

/// Which points of all combinations a part of a design has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sample {
    /// All of them, the last key fastest.
    #[default]
    Grid,
    /// Points drawn by themselves.
    Random {
        /// How many.
        points: u64,
        /// Which ones.
        seed: Seed,
    },
    /// Points drawn such that each key takes every part of its range, or each of its values, equally often.
    LatinHypercube {
        /// How many.
        points: u64,
        /// Which ones.
        seed: Seed,
    },
}

/// What a key takes at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Taken {
    /// The value at this place of its list, from 0.
    Listed(usize),
    /// A number drawn from its range.
    Drawn(Number),
}

/// Why there is no such range, list or design.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// The text has another form.
    #[error(
        "expected a list such as [1, 2, 5], even steps such as \"lin:0:1:5\" or \"log:1:100:5\", or a range to draw from such as \"lin[0,1]\" or \"log[1,100]\", found the text {0:?}"
    )]
    Unreadable(String),
    /// It is empty, reversed or not finite.
    #[error("{text}: a range goes from a smaller to a larger finite number{}", positive(*from))]
    Ends {
        /// As written.
        text: String,
        /// Where it begins.
        from: f64,
    },
    /// Steps that are no steps.
    #[error("{text}: expected 2 to {MOST_POINTS} steps")]
    Steps {
        /// As written.
        text: String,
    },
    /// There is no whole number in it.
    #[error(
        "{text}: this key takes whole numbers from 0 to 2^63 - 1, and the range has none or goes beyond them"
    )]
    NoWholeNumbers {
        /// As written.
        text: String,
    },
    /// Keys that go together have different numbers of values.
    #[error("`{}` has {} values, `{}` has {}: keys that go together have equally many", one.0, one.1, other.0, other.1)]
    Lengths {
        /// A key and how many values it has.
        one: (String, usize),
        /// Another.
        other: (String, usize),
    },
    /// A key that goes together with others has a range.
    #[error("`{0}` has a range: only lists go together")]
    RangeTogether(String),
    /// A range in a grid.
    #[error(
        "`{0}` has a range to draw from, which a grid cannot list: add sample = {{ kind = \"random\", points = 100 }} or sample = {{ kind = \"latin-hypercube\", points = 100 }} (--random 100 or --latin-hypercube 100), or write even steps such as \"lin:0:1:5\""
    )]
    RangeInGrid(String),
    /// A sample of nothing.
    #[error("there is no key to draw values of; give one a list or a range")]
    NothingToSample,
    /// A sample without points.
    #[error("a sample has 1 to {MOST_POINTS} points, not {0}")]
    SampleSize(u64),
    /// The keys of a part have no values.
    #[error("`{0}` has no values; give at least one")]
    NoValues(String),
    /// Too many combinations.
    #[error("the design has {} points, more than the {MOST_POINTS} that one sweep may have: leave out values, or draw some of the points with sample = {{ kind = \"random\", points = 1000 }} (--random 1000)", told(*.0))]
    TooManyPoints(u128),
}

fn positive(from: f64) -> &'static str {
    match from > 0.0 {
        true => "",
        false => ", and a logarithmic one begins above 0",
    }
}

fn told(count: u128) -> String {
    match count {
        u128::MAX => "more than 10^38".to_owned(),
        count => count.to_string(),
    }
}

/// Reads `lin:FIRST:LAST:COUNT` or `log:FIRST:LAST:COUNT`: even steps, rounded to twelve digits, or for whole numbers to
/// those, without repetition. `None` if the text does not begin so.
///
/// # Errors
/// The text does, but goes on in another way, or there are no such steps.
pub fn even_steps(text: &str, numbers: Numbers) -> Option<Result<Vec<Number>, DesignError>> {
    let (spacing, rest) = spacing(text)?;
    Some(steps(text, spacing, rest.strip_prefix(':')?, numbers))
}

fn steps(
    text: &str,
    spacing: Spacing,
    rest: &str,
    numbers: Numbers,
) -> Result<Vec<Number>, DesignError> {
    let unreadable = || DesignError::Unreadable(text.to_owned());
    let parts: Vec<&str> = rest.split(':').collect();
    let [from, to, count] = parts[..] else {
        return Err(unreadable());
    };
    let number = |part| number(part).ok_or_else(unreadable);
    let (from, to, count) = (number(from)?, number(to)?, number(count)?);
    let text = text.to_owned();
    check_ends(&text, spacing, from, to)?;
    if count.fract() != 0.0 || !(2.0..=MOST_POINTS as f64).contains(&count) {
        return Err(DesignError::Steps { text });
    }
    let last = count as u64 - 1;
    let at = |i: u64| match i {
        0 => from,
        i if i == last => to,
        i => between(spacing, from, to, i as f64 / last as f64),
    };
    let all = (0..=last).map(|i| twelve_digits(at(i)));
    match numbers {
        Numbers::Real => Ok(all.map(Number::Real).collect()),
        Numbers::Whole => {
            let whole = |real| whole(libm::round(real));
            let all: Option<Vec<u64>> = all.map(whole).collect();
            let mut all = all.ok_or(DesignError::NoWholeNumbers { text })?;
            all.dedup();
            Ok(all.into_iter().map(Number::Whole).collect())
        }
    }
}

impl Range {
    /// Reads `lin[LEAST,MOST]` or `log[LEAST,MOST]`. `None` if the text does not begin so.
    ///
    /// # Errors
    /// The text does, but goes on in another way, or there are no such numbers.
    pub fn read(text: &str, numbers: Numbers) -> Option<Result<Self, DesignError>> {
        let (spacing, rest) = spacing(text)?;
        let inside = rest.strip_prefix('[')?;
        Some(Self::between(text, spacing, inside, numbers))
    }

    fn between(
        text: &str,
        spacing: Spacing,
        inside: &str,
        numbers: Numbers,
    ) -> Result<Self, DesignError> {
        let ends = inside.trim_end().strip_suffix(']');
        let ends = ends.and_then(|ends| ends.split_once(','));
        let ends = ends.and_then(|(from, to)| Some((number(from)?, number(to)?)));
        let text = text.to_owned();
        let Some((from, to)) = ends else {
            return Err(DesignError::Unreadable(text));
        };
        check_ends(&text, spacing, from, to)?;
        let ends = match numbers {
            Numbers::Real => Ends::Real(from, to),
            Numbers::Whole => {
                let least = whole(libm::ceil(from));
                let most = whole(libm::floor(to));
                match least.zip(most).filter(|(least, most)| least <= most) {
                    Some((least, most)) => Ends::Whole(least, most),
                    None => return Err(DesignError::NoWholeNumbers { text }),
                }
            }
        };
        Ok(Self { spacing, ends })
    }

    /// A number for a point, independent of all others.
    fn random(self, draws: DesignDraws, point: u32) -> Number {
        match (self.ends, self.spacing) {
            (Ends::Whole(least, most), Spacing::Linear) => {
                Number::Whole(least + draws.below(point, most - least + 1))
            }
            _ => self.at(draws.unit(point)),
        }
    }

    /// A number for a point from one of `count` parts of the range, each as likely.
    fn in_part(self, part: u32, count: u32, draws: DesignDraws, point: u32) -> Number {
        match (self.ends, self.spacing) {
            (Ends::Whole(least, most), Spacing::Linear) => {
                /// 2^63 numbers, 2^24 parts and these bits are just below what a u128 holds.
                const BITS: u32 = 40;
                let numbers = u128::from(most - least) + 1;
                let place = u128::from(part) << BITS | u128::from(draws.word(point) >> (64 - BITS));
                let above = numbers * place / (u128::from(count) << BITS);
                Number::Whole(least + above as u64)
            }
            _ => self.at((f64::from(part) + draws.unit(point)) / f64::from(count)),
        }
    }

    /// The number with this share of the range below it.
    fn at(self, share: f64) -> Number {
        match self.ends {
            Ends::Real(from, to) => {
                Number::Real(between(self.spacing, from, to, share).clamp(from, to))
            }
            Ends::Whole(least, most) => {
                // A whole number stands for all reals from it to the next.
                let real = between(self.spacing, least as f64, most as f64 + 1.0, share);
                Number::Whole((libm::floor(real) as u64).clamp(least, most))
            }
        }
    }
}

/// How a text such as `lin:1:5:3` or `log[1,5]` begins, and how it goes on.
fn spacing(text: &str) -> Option<(Spacing, &str)> {
    let text = text.trim();
    let (spacing, rest) = match (text.strip_prefix("lin"), text.strip_prefix("log")) {
        (Some(rest), _) => (Spacing::Linear, rest),
        (None, rest) => (Spacing::Log, rest?),
    };
    Some((spacing, rest.trim_start()))
}

fn number(part: &str) -> Option<f64> {
    part.trim().replace('_', "").parse().ok()
}

fn check_ends(text: &str, spacing: Spacing, from: f64, to: f64) -> Result<(), DesignError> {
    let is_range = from < to && from.is_finite() && to.is_finite();
    match is_range && (to - from).is_finite() && (spacing == Spacing::Linear || from > 0.0) {
        true => Ok(()),
        false => Err(DesignError::Ends {
            text: text.to_owned(),
            from,
        }),
    }
}

fn between(spacing: Spacing, from: f64, to: f64, share: f64) -> f64 {
    match spacing {
        Spacing::Linear => from + share * (to - from),
        Spacing::Log => {
            let (low, high) = (libm::log10(from), libm::log10(to));
            libm::pow(10.0, low + share * (high - low))
        }
    }
}

/// A whole number that scenario files can hold.
fn whole(real: f64) -> Option<u64> {
    // The largest float below 2^63.
    (0.0..=9_223_372_036_854_774_784.0)
        .contains(&real)
        .then_some(real as u64)
}

/// Keys that are combined in one way.
#[derive(Clone, Debug)]
pub struct Part {
    /// Keys by place that go together; a key by itself is a group of one.
    groups: Vec<Group>,
    /// How many keys there are.
    keys: usize,
    sample: Sample,
}

#[derive(Clone, Debug)]
struct Group {
    keys: Vec<usize>,
    values: SweptValues,
    /// Those of its first key.
    draws: Option<DesignDraws>,
    /// For a Latin hypercube: the part of the range of each point.
    parts: Vec<u32>,
    /// For a Latin hypercube: the value of the first part, so that no value is favoured where they do not divide.
    rotation: u64,
}

impl Part {
    /// Keys in order, and groups of them, by place, that go together. A group stands where its first key does.
    ///
    /// # Errors
    /// Keys that go together have lists of different lengths or a range, a range is in a grid, or there are too few or
    /// too many points.
    pub fn new(
        swept: &[Swept],
        together: &[Vec<usize>],
        sample: Sample,
    ) -> Result<Self, DesignError> {
        if let Some(empty) = swept
            .iter()
            .find(|one| one.values == SweptValues::Listed(0))
        {
            return Err(DesignError::NoValues(empty.key.clone()));
        }
        let mut groups = Vec::new();
        for (place, one) in swept.iter().enumerate() {
            let keys = match together.iter().find(|keys| keys.contains(&place)) {
                Some(keys) if keys.iter().any(|&other| other < place) => continue,
                Some(keys) => keys.clone(),
                None => vec![place],
            };
            if keys.len() > 1 {
                let mut others = keys.iter().filter_map(|&place| swept.get(place));
                others.try_for_each(|other| go_together(one, other))?;
            }
            groups.push(Group {
                keys,
                values: one.values,
                draws: None,
                parts: Vec::new(),
                rotation: 0,
            });
        }
        let range = swept
            .iter()
            .find(|one| matches!(one.values, SweptValues::Range(_)));
        let (points, seed) = match (sample, range) {
            (Sample::Grid, Some(range)) => return Err(DesignError::RangeInGrid(range.key.clone())),
            (Sample::Grid, None) => {
                let part = Self {
                    groups,
                    keys: swept.len(),
                    sample,
                };
                return Ok(part);
            }
            (Sample::Random { points, seed } | Sample::LatinHypercube { points, seed }, _) => {
                (points, seed)
            }
        };
        if groups.is_empty() {
            return Err(DesignError::NothingToSample);
        }
        let count = u32::try_from(points)
            .ok()
            .filter(|count| (1..=MOST_POINTS).contains(&u64::from(*count)));
        let count = count.ok_or(DesignError::SampleSize(points))?;
        for group in &mut groups {
            let first = group.keys.first().and_then(|&place| swept.get(place));
            let draws = first.map(|first| DesignDraws::new(seed, &first.key));
            group.draws = draws;
            if let (Sample::LatinHypercube { .. }, Some(draws)) = (sample, draws) {
                group.parts = draws.permutation(count);
                group.rotation = match group.values {
                    SweptValues::Listed(values) => draws.rotation(values as u64),
                    SweptValues::Range(_) => 0,
                };
            }
        }
        Ok(Self {
            groups,
            keys: swept.len(),
            sample,
        })
    }

    /// How many points it has; the largest number stands for more.
    #[must_use]
    pub fn count(&self) -> u128 {
        match self.sample {
            Sample::Grid => self.groups.iter().fold(1, |count: u128, group| {
                count.saturating_mul(group.length() as u128)
            }),
            Sample::Random { points, .. } | Sample::LatinHypercube { points, .. } => points.into(),
        }
    }

    /// What each key takes at a point, by its number below [`Self::count`].
    #[must_use]
    pub fn taken(&self, point: u32) -> Vec<Taken> {
        let mut taken = vec![Taken::Listed(0); self.keys];
        let mut rest = point as usize;
        for group in self.groups.iter().rev() {
            let value = match (self.sample, group.draws) {
                (Sample::Random { .. }, Some(draws)) => group.random(draws, point),
                (Sample::LatinHypercube { .. }, Some(draws)) => group.in_part(draws, point),
                _ => {
                    let place = rest % group.length();
                    rest /= group.length();
                    Taken::Listed(place)
                }
            };
            for &key in &group.keys {
                if let Some(taken) = taken.get_mut(key) {
                    *taken = value;
                }
            }
        }
        taken
    }
}

fn go_together(one: &Swept, other: &Swept) -> Result<(), DesignError> {
    let range = [one, other]
        .into_iter()
        .find(|swept| matches!(swept.values, SweptValues::Range(_)));
    match (range, one.values, other.values) {
        (Some(range), ..) => Err(DesignError::RangeTogether(range.key.clone())),
        (None, SweptValues::Listed(here), SweptValues::Listed(there)) if here != there => {
            Err(DesignError::Lengths {
                one: (one.key.clone(), here),
                other: (other.key.clone(), there),
            })
        }
        _ => Ok(()),
    }
}

impl Group {
    /// How many values there are to choose from; never 0.
    fn length(&self) -> usize {
        match self.values {
            SweptValues::Listed(count) => count.max(1),
            SweptValues::Range(_) => 1,
        }
    }

    fn random(&self, draws: DesignDraws, point: u32) -> Taken {
        match self.values {
            SweptValues::Listed(count) => Taken::Listed(draws.below(point, count as u64) as usize),
            SweptValues::Range(range) => Taken::Drawn(range.random(draws, point)),
        }
    }

    fn in_part(&self, draws: DesignDraws, point: u32) -> Taken {
        let part = self.parts.get(point as usize).copied().unwrap_or(0);
        match self.values {
            SweptValues::Listed(count) => {
                let place = (u64::from(part) + self.rotation) % count.max(1) as u64;
                Taken::Listed(place as usize)
            }
            SweptValues::Range(range) => {
                Taken::Drawn(range.in_part(part, self.parts.len() as u32, draws, point))
            }
        }
    }
}

/// Refuses more points than a sweep may have.
///
/// # Errors
/// There are more.
pub fn check_count(points: u128) -> Result<u32, DesignError> {
    match u32::try_from(points) {
        Ok(count) if u64::from(count) <= MOST_POINTS => Ok(count),
        _ => Err(DesignError::TooManyPoints(points)),
    }
}
