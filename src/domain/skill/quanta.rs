//! Skill that comes in discrete pieces.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Break, ChangeOfLaw, Curve, Probability, Scale, hazard_between, hazards_of};
use crate::domain::tagged::checked;
use crate::domain::word_or_number::WordOrNumber;
use crate::domain::{Invalid, Positive, QuantaCount};

/// The quantization model (Michaud et al. 2023, arXiv:2303.13506): skill is made of `count` quanta, of which quantum k is used
/// with a frequency as k^-(alpha+1); N = n capacity learns the n that are used most. A step uses one of them:
/// p = learned where that one is learned, else `unlearned`.
///
/// Over all quanta p is a staircase whose mean is 1 less about a power law with exponent alpha; over one it is a single step.
/// Each stair is a genuine break.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    default,
    deny_unknown_fields,
    rename_all = "kebab-case"
)]
pub struct Quanta {
    /// Success probability of a step whose quantum is not learned, below `learned`.
    unlearned: Probability,
    /// Success probability of a step whose quantum is learned.
    learned: Probability,
    /// How unevenly quanta are used; .4 in the paper's figures, .1 to 1 is typical.
    alpha: Positive,
    /// How many quanta there are.
    count: QuantaCount,
    /// The scale that learns one quantum.
    capacity: Scale,
    /// Which quantum a step uses: any, by frequency, or always the one of this rank.
    of: Quantum,
    /// For n = 0, 1, ...: the share of use of the first n quanta, and that of all others.
    #[serde(skip)]
    shares: Vec<(f64, f64)>,
}

checked!(Quanta);

/// Which quantum a step uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WordOrNumber", into = "WordOrNumber")]
pub enum Quantum {
    /// `any`: each by its frequency of use.
    #[default]
    Any,
    /// Always the one of this rank, from 1.
    Rank(QuantaCount),
}

impl TryFrom<WordOrNumber> for Quantum {
    type Error = Invalid;

    fn try_from(written: WordOrNumber) -> Result<Self, Invalid> {
        match written {
            WordOrNumber::Word(word) if word == "any" => Ok(Self::Any),
            WordOrNumber::Word(word) => Err(Invalid::NeitherWordNorNumber { word, known: "any" }),
            WordOrNumber::Whole(rank) => Ok(Self::Rank(rank.try_into()?)),
            WordOrNumber::Real(rank) if rank.fract() == 0.0 && (0.0..1e15).contains(&rank) => {
                Ok(Self::Rank((rank as u64).try_into()?))
            }
            WordOrNumber::Real(rank) => Err(Invalid::Rank(rank)),
        }
    }
}

impl From<Quantum> for WordOrNumber {
    fn from(quantum: Quantum) -> Self {
        match quantum {
            Quantum::Any => Self::Word("any".to_owned()),
            Quantum::Rank(rank) => Self::Whole(rank.into()),
        }
    }
}

impl JsonSchema for Quantum {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quantum".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (least, most) = (QuantaCount::MIN, QuantaCount::MAX);
        schemars::json_schema!({ "anyOf": [
            { "const": "any", "description": "each quantum by its frequency: a staircase" },
            {
                "title": "a whole number",
                "description": "that quantum alone, up to count: one step",
                "type": "integer",
                "minimum": least,
                "maximum": most,
            },
        ] })
    }
}

impl Default for Quanta {
    fn default() -> Self {
        Self {
            unlearned: Probability::constant(0.05),
            learned: Probability::constant(1.0),
            alpha: Positive::constant(0.4),
            count: QuantaCount::constant(100),
            capacity: Scale::constant(1e8),
            of: Quantum::Any,
            shares: Vec::new(),
        }
        .with_shares()
    }
}

impl Quanta {
    fn checked(self) -> Result<Self, Invalid> {
        if self.unlearned >= self.learned {
            return Err(Invalid::UnlearnedAboveLearned {
                unlearned: self.unlearned.get(),
                learned: self.learned.get(),
            });
        }
        match self.of {
            Quantum::Rank(rank) if rank > self.count => Err(Invalid::NoSuchQuantum {
                rank: rank.get(),
                count: self.count.get(),
            }),
            _ => Ok(self.with_shares()),
        }
    }

    fn with_shares(mut self) -> Self {
        let exponent = self.alpha.get() + 1.0;
        let count = self.count.get();
        let uses: Vec<f64> = match self.of {
            Quantum::Any => (1..=count)
                .map(|k| libm::pow(f64::from(k), -exponent))
                .collect(),
            Quantum::Rank(rank) => (1..=count)
                .map(|k| if k == rank.get() { 1.0 } else { 0.0 })
                .collect(),
        };
        // The rest is summed by itself, from its small end: as a difference it would lose its digits.
        let mut sum = 0.0;
        let mut rests: Vec<f64> = uses
            .iter()
            .rev()
            .map(|one| {
                sum += one;
                sum
            })
            .collect();
        rests.reverse();
        rests.push(0.0);
        let mut learned = 0.0;
        let learned = std::iter::once(0.0).chain(uses.iter().map(|one| {
            learned += one;
            learned
        }));
        let all = rests.first().copied().unwrap_or(1.0);
        self.shares = learned
            .zip(&rests)
            .map(|(learned, &rest)| match rest > 0.0 {
                true => (learned / all, rest / all),
                false => (1.0, 0.0),
            })
            .collect();
        self
    }

    /// What is learned, and what is not, of n quanta.
    fn share(&self, quanta: usize) -> (f64, f64) {
        let last = self.shares.last().copied().unwrap_or((1.0, 0.0));
        self.shares.get(quanta).copied().unwrap_or(last)
    }

    fn success(&self, quanta: usize) -> f64 {
        let (unlearned, learned) = (self.unlearned.get(), self.learned.get());
        unlearned + (learned - unlearned) * self.share(quanta).0
    }
}

impl Curve for Quanta {
    fn hazard(&self, scale: Scale) -> f64 {
        // The cast of what is more than all is all.
        let quanta = (scale.get() / self.capacity.get()).floor() as usize;
        let (share, rest) = self.share(quanta);
        hazard_between(self.unlearned, self.learned, share, rest)
    }

    fn hazard_limits(&self) -> (f64, f64) {
        hazards_of(self.unlearned, self.learned)
    }

    fn breaks(&self) -> Vec<Break> {
        let steps = 1..=self.count.get();
        let steps = steps.filter(|&k| match self.of {
            Quantum::Any => true,
            Quantum::Rank(rank) => k == rank.get(),
        });
        let step = |k: u32| {
            let at = Scale::try_from(f64::from(k) * self.capacity.get()).ok()?;
            Some(Break {
                at,
                width: 0.0,
                change: ChangeOfLaw::Step {
                    from: self.success(k as usize - 1),
                    to: self.success(k as usize),
                },
            })
        };
        steps.filter_map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve, refusal};
    use super::*;

    // Expected values: mpmath with 40 digits.

    const TOLD: &str =
        r#""kind": "quanta", "alpha": 0.37, "count": 57, "capacity": 3e7, "unlearned": 0.08"#;

    #[test]
    fn the_most_used_quanta_are_learned_first() {
        let told = curve(&format!(r#"{{{TOLD}, "learned": 0.96}}"#));
        close(told.success(at(2.9e7)), 0.08);
        close(told.success(at(3e7)), 0.40560945700345136);
        close(told.success(at(5.9e7)), 0.40560945700345136);
        close(told.success(at(4e8)), 0.8206150066546914);
        close(told.success(at(57.0 * 3e7)), 0.96);
        // 1 - p, which is what the last quantum is used.
        let sure = curve(&format!(r#"{{{TOLD}, "learned": 1.0}}"#));
        close(sure.hazard(at(56.5 * 3e7)), 0.001338888207402218);
        assert_eq!(sure.hazard(at(1e40)), 0.0);
    }

    /// Of 1000 quanta with alpha .4, all but the first 100.
    #[test]
    fn what_is_left_unlearned_is_a_tail_of_powers() {
        let told = curve(
            r#"{"kind": "quanta", "alpha": 0.4, "count": 1000, "capacity": 1, "unlearned": 0, "learned": 1}"#,
        );
        close(-libm::expm1(-told.hazard(at(100.0))), 0.08064377532909599);
    }

    #[test]
    fn a_single_quantum_is_a_single_step() {
        let told = curve(&format!(r#"{{{TOLD}, "learned": 0.96, "of": 13}}"#));
        close(told.success(at(3.89e8)), 0.08);
        close(told.success(at(3.9e8)), 0.96);
        let [step] = told.declared_breaks()[..] else {
            panic!("one step");
        };
        assert_eq!(step.at, at(3.9e8));
        let ChangeOfLaw::Step { from, to } = step.change else {
            panic!("a step");
        };
        close(from, 0.08);
        close(to, 0.96);
    }

    #[test]
    fn there_are_as_many_steps_as_quanta() {
        let told = curve(&format!(r#"{{{TOLD}, "learned": 0.96}}"#));
        let steps = told.declared_breaks();
        assert_eq!((steps.len(), steps[56].at), (57, at(57.0 * 3e7)));
        let ends = steps.iter().map(|step| match step.change {
            ChangeOfLaw::Step { from, to } => (from, to),
            _ => panic!("a step"),
        });
        let ends: Vec<(f64, f64)> = ends.collect();
        close(ends[0].1, 0.40560945700345136);
        assert!(
            ends.windows(2)
                .all(|pair| pair[0].1 == pair[1].0 && pair[1].0 < pair[1].1)
        );
    }

    #[test]
    fn quanta_that_are_none_are_refused() {
        for (json, told) in [
            (
                r#"{"kind": "quanta", "of": 101}"#,
                "there is no quantum 101 of 100",
            ),
            (
                r#"{"kind": "quanta", "of": 0}"#,
                "0 is not in the range of quanta",
            ),
            (
                r#"{"kind": "quanta", "of": 2.5}"#,
                "2.5 is not the rank of a quantum",
            ),
            (
                r#"{"kind": "quanta", "of": "all"}"#,
                r#"give "any" or a number"#,
            ),
            (
                r#"{"kind": "quanta", "unlearned": 1.0}"#,
                "unlearned 1 must be below learned 1",
            ),
        ] {
            assert!(refusal(json).contains(told), "{}", refusal(json));
        }
    }
}
