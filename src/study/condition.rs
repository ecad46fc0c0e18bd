//! Conditions on the values of keys, such as `task.steps * skill.alpha < 4`. Nothing is executed: an expression is read
//! into a tree of sums, comparisons and the like.

use std::collections::BTreeMap;

use evalexpr::{EvalexprError, Node, Operator, build_operator_tree};
use serde_json::Value;

use crate::domain::{NoSuchKey, full_key};

/// An expression that is true or false of a table of values.
///
/// Numbers (all of them real: 5/2 is 2.5), texts in double or single quotes, keys (full, or as much of the end as tells
/// them apart), `+ - * / ^`, `== != < <= > >=`, `&& || !` (also `and`, `or`, `not`) and parentheses.
///
/// A key that the table has no value for is neither equal to anything nor more nor less: what is computed of it is
/// unknown, unless the rest decides (`false && unknown` is false, `true || unknown` true), and what is unknown does not
/// hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    term: Term,
}

/// A condition that cannot be read, or that makes no sense of the values it is asked about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in the condition `{condition}`: {problem}")]
pub struct ConditionError {
    /// The text of the condition.
    pub condition: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    Leaf(Leaf),
    Negative(Box<Self>),
    Not(Box<Self>),
    Arithmetic(Arithmetic, Box<[Self; 2]>),
    Comparison(Comparison, Box<[Self; 2]>),
    And(Box<[Self; 2]>),
    Or(Box<[Self; 2]>),
}

#[derive(Clone, Debug, PartialEq)]
enum Leaf {
    Number(f64),
    Text(String),
    Truth(bool),
    Key(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// What a term comes to.
#[derive(Clone, Debug, PartialEq)]
enum Is<'a> {
    Number(f64),
    Text(&'a str),
    Truth(bool),
    Unknown,
}

/// Nobody writes longer ones, and what lies deep inside parentheses would outgrow the stack.
const LONGEST: usize = 2000;

impl Condition {
    /// Reads a condition on keys among `known`, which are full and dotted.
    ///
    /// # Errors
    /// The text is no such expression, or names a key that is not known or could be several.
    pub fn parse(text: &str, known: &[String]) -> Result<Self, ConditionError> {
        let wrong = |problem: String| ConditionError {
            condition: shown(text),
            problem,
        };
        if text.len() > LONGEST {
            return Err(wrong(format!("it is longer than {LONGEST} bytes")));
        }
        let (expression, leaves) = tokens(text, known).map_err(wrong)?;
        let tree = build_operator_tree(&expression).map_err(|error| wrong(unreadable(&error)))?;
        let term = Term::read(&tree, &leaves).map_err(wrong)?;
        let text = text.to_owned();
        Ok(Self { text, term })
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds of these values by full dotted key; null is no value.
    ///
    /// # Errors
    /// A text is compared with a number or reckoned with, a key holds a list or a table, or what the expression comes to
    /// is neither true nor false.
    pub fn holds(&self, values: &BTreeMap<String, Value>) -> Result<bool, ConditionError> {
        let wrong = |problem: String| ConditionError {
            condition: shown(&self.text),
            problem,
        };
        match self.term.value(values).map_err(wrong)? {
            Is::Truth(truth) => Ok(truth),
            Is::Unknown => Ok(false),
            Is::Number(_) | Is::Text(_) => Err(wrong(
                "it is no comparison; write something like task.steps < 20".to_owned(),
            )),
        }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}

/// The expression with `x0`, `x1`, ... for its leaves, and the leaves. Only what is listed here gets to the parser.
fn tokens(text: &str, known: &[String]) -> Result<(String, Vec<Leaf>), String> {
    let (mut expression, mut leaves) = (String::new(), Vec::new());
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (length, leaf) = match first {
            '"' | '\'' => {
                let end = rest[1..].find(first);
                let end = end.ok_or_else(|| format!("a text is not closed; expected {first}"))?;
                (end + 2, Leaf::Text(rest[1..=end].to_owned()))
            }
            '0'..='9' | '.' => number(rest)?,
            'a'..='z' | 'A'..='Z' | '_' => match key(rest, known)? {
                Word::Leaf(length, leaf) => (length, leaf),
                Word::Operator(length, operator) => {
                    expression += operator;
                    rest = rest[length..].trim_start();
                    continue;
                }
            },
            _ => {
                let length = operator(rest)?;
                expression += &format!(" {} ", &rest[..length]);
                rest = rest[length..].trim_start();
                continue;
            }
        };
        expression += &format!(" x{} ", leaves.len());
        leaves.push(leaf);
        rest = rest[length..].trim_start();
    }
    match leaves.is_empty() {
        true => Err("it is empty; write something like task.steps < 20".to_owned()),
        false => Ok((expression, leaves)),
    }
}

/// The length of the operator that a text begins with.
fn operator(text: &str) -> Result<usize, String> {
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if starts(&["==", "!=", "<=", ">=", "&&", "||"]) {
        return Ok(2);
    }
    if starts(&["+", "-", "*", "/", "^", "(", ")", "<", ">", "!"]) {
        return Ok(1);
    }
    Err(match text.chars().next() {
        Some('=') => "two values are compared with ==".to_owned(),
        Some('&') => "both of two conditions are asked for with &&".to_owned(),
        Some('|') => "either of two conditions is asked for with ||".to_owned(),
        other => format!("{:?} has no meaning here", other.unwrap_or_default()),
    })
}

/// A number as scenario files write it, and its length.
fn number(text: &str) -> Result<(usize, Leaf), String> {
    let mut end = text.len();
    let mut before = ' ';
    for (place, character) in text.char_indices() {
        let sign_of_exponent = matches!(character, '+' | '-') && matches!(before, 'e' | 'E');
        if !(character.is_ascii_alphanumeric()
            || matches!(character, '.' | '_')
            || sign_of_exponent)
        {
            end = place;
            break;
        }
        before = character;
    }
    let written = &text[..end];
    let read = written.replace('_', "").parse();
    let number = read.map_err(|_| format!("`{written}` is not a number"))?;
    Ok((end, Leaf::Number(number)))
}

enum Word {
    Leaf(usize, Leaf),
    Operator(usize, &'static str),
}

/// The longest key at the start of a text; what follows a hyphen may be another one, taken away from the first.
fn key(text: &str, known: &[String]) -> Result<Word, String> {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = text.find(|c| !part_of_name(c)).unwrap_or(text.len());
    let word = text[..end].trim_end_matches(['-', '.']);
    let leaf = |leaf| Ok(Word::Leaf(word.len(), leaf));
    match word {
        "and" => return Ok(Word::Operator(3, " && ")),
        "or" => return Ok(Word::Operator(2, " || ")),
        "not" => return Ok(Word::Operator(3, " ! ")),
        "true" => return leaf(Leaf::Truth(true)),
        "false" => return leaf(Leaf::Truth(false)),
        _ => {}
    }
    let mut refused: Option<NoSuchKey> = None;
    let hyphens = word.rmatch_indices('-').map(|(place, _)| place);
    for length in std::iter::once(word.len()).chain(hyphens) {
        match full_key(&word[..length], known) {
            Ok(key) => return Ok(Word::Leaf(length, Leaf::Key(key))),
            Err(error) => match refused {
                Some(NoSuchKey::Ambiguous { .. }) => {}
                Some(_) if matches!(error, NoSuchKey::Unknown { .. }) => {}
                _ => refused = Some(error),
            },
        }
    }
    Err(match refused {
        Some(error @ NoSuchKey::Unknown { nearest: None, .. }) => {
            format!("{error}; texts stand in quotes")
        }
        other => other.map(|error| error.to_string()).unwrap_or_default(),
    })
}

/// The parser's complaint; what it can still find is a matter of parentheses.
fn unreadable(error: &EvalexprError) -> String {
    match error {
        EvalexprError::UnmatchedLBrace => "a parenthesis is not closed".to_owned(),
        EvalexprError::UnmatchedRBrace => "a parenthesis is closed that was not opened".to_owned(),
        other => format!("it cannot be read: {other}"),
    }
}

impl Term {
    fn read(node: &Node, leaves: &[Leaf]) -> Result<Self, String> {
        let missing = || "a value or an operator is missing".to_owned();
        let one = || match node.children() {
            [one] => Ok(Box::new(Self::read(one, leaves)?)),
            _ => Err(missing()),
        };
        let two = || match node.children() {
            [one, two] => Ok(Box::new([
                Self::read(one, leaves)?,
                Self::read(two, leaves)?,
            ])),
            _ => Err(missing()),
        };
        let reckoned = |operation| Ok(Self::Arithmetic(operation, two()?));
        let compared = |comparison| {
            let is_comparison = |node: &Node| {
                use Operator::{Eq, Geq, Gt, Leq, Lt, Neq};
                matches!(node.operator(), Eq | Neq | Lt | Leq | Gt | Geq)
            };
            match node.children().iter().any(is_comparison) {
                true => Err("one comparison at a time: write 1 < x && x < 5".to_owned()),
                false => Ok(Self::Comparison(comparison, two()?)),
            }
        };
        match node.operator() {
            Operator::RootNode => Ok(*one()?),
            Operator::Neg => Ok(Self::Negative(one()?)),
            Operator::Not => Ok(Self::Not(one()?)),
            Operator::Add => reckoned(Arithmetic::Add),
            Operator::Sub => reckoned(Arithmetic::Subtract),
            Operator::Mul => reckoned(Arithmetic::Multiply),
            Operator::Div => reckoned(Arithmetic::Divide),
            // Mathematicians and this parser begin at different ends.
            Operator::Exp
                if node
                    .children()
                    .iter()
                    .any(|one| *one.operator() == Operator::Exp) =>
            {
                Err("a power of a power needs parentheses".to_owned())
            }
            Operator::Exp => reckoned(Arithmetic::Power),
            Operator::Eq => compared(Comparison::Equal),
            Operator::Neq => compared(Comparison::Unequal),
            Operator::Lt => compared(Comparison::Less),
            Operator::Leq => compared(Comparison::AtMost),
            Operator::Gt => compared(Comparison::More),
            Operator::Geq => compared(Comparison::AtLeast),
            Operator::And => Ok(Self::And(two()?)),
            Operator::Or => Ok(Self::Or(two()?)),
            Operator::VariableIdentifierRead { identifier } => {
                let place = identifier.strip_prefix('x').and_then(|x| x.parse().ok());
                let leaf = place.and_then(|place: usize| leaves.get(place));
                leaf.cloned().map(Self::Leaf).ok_or_else(missing)
            }
            // Two values side by side look like a function and its argument.
            _ => Err(missing()),
        }
    }

    fn value<'a>(&'a self, values: &'a BTreeMap<String, Value>) -> Result<Is<'a>, String> {
        Ok(match self {
            Self::Leaf(leaf) => leaf.value(values)?,
            Self::Negative(term) => match term.value(values)? {
                Is::Unknown => Is::Unknown,
                other => Is::Number(-other.number()?),
            },
            Self::Not(term) => match term.value(values)? {
                Is::Unknown => Is::Unknown,
                other => Is::Truth(!other.truth()?),
            },
            Self::Arithmetic(operation, terms) => {
                match (terms[0].value(values)?, terms[1].value(values)?) {
                    (Is::Unknown, _) | (_, Is::Unknown) => Is::Unknown,
                    (one, two) => Is::Number(operation.of(one.number()?, two.number()?)),
                }
            }
            Self::Comparison(comparison, terms) => {
                match (terms[0].value(values)?, terms[1].value(values)?) {
                    (Is::Unknown, _) | (_, Is::Unknown) => Is::Unknown,
                    (one, two) => Is::Truth(comparison.holds(&one, &two)?),
                }
            }
            Self::And(terms) => match truths(terms, values)? {
                [Some(false), _] | [_, Some(false)] => Is::Truth(false),
                [Some(true), Some(true)] => Is::Truth(true),
                _ => Is::Unknown,
            },
            Self::Or(terms) => match truths(terms, values)? {
                [Some(true), _] | [_, Some(true)] => Is::Truth(true),
                [Some(false), Some(false)] => Is::Truth(false),
                _ => Is::Unknown,
            },
        })
    }
}

/// Whether each of two terms is true; none where it is unknown.
fn truths(
    terms: &[Term; 2],
    values: &BTreeMap<String, Value>,
) -> Result<[Option<bool>; 2], String> {
    let truth = |term: &Term| match term.value(values)? {
        Is::Unknown => Ok(None),
        other => other.truth().map(Some),
    };
    Ok([truth(&terms[0])?, truth(&terms[1])?])
}

impl Leaf {
    fn value<'a>(&'a self, values: &'a BTreeMap<String, Value>) -> Result<Is<'a>, String> {
        Ok(match self {
            Self::Number(number) => Is::Number(*number),
            Self::Text(text) => Is::Text(text),
            Self::Truth(truth) => Is::Truth(*truth),
            Self::Key(key) => match values.get(key) {
                Some(Value::String(text)) => Is::Text(text),
                Some(Value::Bool(truth)) => Is::Truth(*truth),
                Some(Value::Number(number)) => number.as_f64().map_or(Is::Unknown, Is::Number),
                Some(Value::Array(_)) => return Err(format!("`{key}` is a list")),
                Some(Value::Null) => Is::Unknown,
                Some(Value::Object(_)) => return Err(is_table(key)),
                None => match values.keys().any(|other| lies_in(other, key)) {
                    true => return Err(is_table(key)),
                    false => Is::Unknown,
                },
            },
        })
    }
}

fn is_table(key: &str) -> String {
    format!("`{key}` is a table; ask for one of its keys, such as `{key}.kind`")
}

/// Whether a key is one of a table.
fn lies_in(key: &str, table: &str) -> bool {
    key.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('.'))
}

impl Is<'_> {
    fn number(&self) -> Result<f64, String> {
        match self {
            Self::Number(number) => Ok(*number),
            other => Err(format!("{} is not a number", other.told())),
        }
    }

    fn truth(&self) -> Result<bool, String> {
        match self {
            Self::Truth(truth) => Ok(*truth),
            other => Err(format!(
                "{} is neither true nor false; compare it with something",
                other.told()
            )),
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Number(number) => format!("the number {number}"),
            Self::Text(text) => format!("the text {text:?}"),
            Self::Truth(truth) => format!("what is {truth}"),
            Self::Unknown => "what is unknown".to_owned(),
        }
    }
}

impl Arithmetic {
    fn of(self, one: f64, two: f64) -> f64 {
        match self {
            Self::Add => one + two,
            Self::Subtract => one - two,
            Self::Multiply => one * two,
            Self::Divide => one / two,
            Self::Power => libm::pow(one, two),
        }
    }
}

impl Comparison {
    fn holds(self, one: &Is<'_>, two: &Is<'_>) -> Result<bool, String> {
        if let (Self::Equal | Self::Unequal, Is::Text(_) | Is::Truth(_)) = (self, one) {
            return match std::mem::discriminant(one) == std::mem::discriminant(two) {
                true => Ok((one == two) == (self == Self::Equal)),
                false => Err(unlike(one, two)),
            };
        }
        let (Is::Number(one), Is::Number(two)) = (one, two) else {
            return Err(unlike(one, two));
        };
        Ok(match self {
            Self::Equal => one == two,
            Self::Unequal => one != two,
            Self::Less => one < two,
            Self::AtMost => one <= two,
            Self::More => one > two,
            Self::AtLeast => one >= two,
        })
    }
}

fn unlike(one: &Is<'_>, two: &Is<'_>) -> String {
    format!("{} cannot be compared so with {}", one.told(), two.told())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Result<bool, String> {
        let values = [
            ("seed", Value::from(7_u64)),
            ("task.steps", Value::from(5_u64)),
            ("skill.alpha", Value::from(0.5)),
            ("skill.alpha-after", Value::from(0.25)),
            ("skill.kind", Value::from("logistic")),
            ("task.kind", Value::from("steps")),
            ("task.difficulty.kind", Value::from("equal")),
            ("evaluation.training-seeds", Value::from(3_u64)),
            ("evaluation.metrics", Value::from(vec!["exact-match"])),
        ];
        let values: BTreeMap<String, Value> =
            values.map(|(key, value)| (key.to_owned(), value)).into();
        let other_kinds = ["skill.slope", "task.difficulty"].map(str::to_owned);
        let known: Vec<String> = values.keys().cloned().chain(other_kinds).collect();
        let read = Condition::parse(text, &known);
        read.and_then(|condition| condition.holds(&values))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn expressions_mean_what_they_say() {
        for right in [
            "task.steps * skill.alpha < 4",
            "task.steps / 2 == 2.5",
            "steps/2*2 == 5 and alpha == .5",
            "5 - 3 - 1 == 1 && 8 / 2 / 2 == 2",
            "2 + 3 * 4 == 14 && (2 + 3) * 4 == 20",
            "-2 ^ 2 == -4 && (2 ^ 3) ^ 2 == 64 && 2 ^ -1 == 0.5",
            "1e-3 < 1E+3 && 1_000 == 1e3",
            "skill.kind == 'logistic'",
            "skill.kind == \"logistic\" || task.steps == 1",
            "skill.kind != 'power-law'",
            "training-seeds == 3",
            "evaluation.training-seeds-1 == 2",
            "alpha-after == 0.25 && alpha-alpha-after == 0.25",
            "seed-2 == steps",
            "!(steps == 4) && not (steps == 3)",
            "!(steps > 9 || alpha > 9)",
            "true != false",
            "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2",
            // What is unknown leaves the decision to the rest.
            "skill.slope > 1 || steps == 5",
            "steps == 5 || skill.slope > 1",
            "!(skill.slope > 1 && steps == 4)",
        ] {
            assert_eq!(ask(right), Ok(true), "{right}");
        }
        for wrong in [
            "task.steps * skill.alpha > 4",
            "skill.kind == 'power-law'",
            "1 < 2 && 2 < 1",
            "skill.slope > 1",
            "!(skill.slope > 1)",
            "skill.slope * 2 == skill.slope * 2",
            "-skill.slope < 1 && steps == 5",
        ] {
            assert_eq!(ask(wrong), Ok(false), "{wrong}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        for (text, told) in [
            ("", "it is empty; write something like task.steps < 20"),
            ("steps = 5", "two values are compared with =="),
            (
                "steps < 5 & alpha < 1",
                "both of two conditions are asked for with &&",
            ),
            (
                "steps < 5 | alpha < 1",
                "either of two conditions is asked for with ||",
            ),
            ("steps <", "a value or an operator is missing"),
            ("steps alpha", "a value or an operator is missing"),
            ("steps (alpha)", "a value or an operator is missing"),
            ("()", "it is empty; write something like task.steps < 20"),
            (
                "1 < steps < 9",
                "one comparison at a time: write 1 < x && x < 5",
            ),
            ("2 ^ 3 ^ 2 > 1", "a power of a power needs parentheses"),
            ("(steps < 5", "a parenthesis is not closed"),
            ("steps < 5)", "a parenthesis is closed that was not opened"),
            ("steps % 2 == 0", "'%' has no meaning here"),
            ("steps < 5; seed", "';' has no meaning here"),
            ("math::sqrt(4) == 2", "there is no key `math`"),
            (
                "stepz < 5",
                "there is no key `stepz` (did you mean `task.steps`?)",
            ),
            (
                "kind == 'logistic'",
                "`kind` could be `skill.kind`, `task.difficulty.kind`, `task.kind`; write the whole key",
            ),
            ("skill.kind == logistic", "there is no key `logistic`"),
            (
                "skill.kind == 'logistic",
                "a text is not closed; expected '",
            ),
            (
                "skill.kind < 'm'",
                "the text \"logistic\" cannot be compared so with the text \"m\"",
            ),
            (
                "skill.kind == 3",
                "the text \"logistic\" cannot be compared so with the number 3",
            ),
            (
                "3 == skill.kind",
                "the number 3 cannot be compared so with the text \"logistic\"",
            ),
            (
                "skill.kind + 1 == 3",
                "the text \"logistic\" is not a number",
            ),
            (
                "steps + 1",
                "it is no comparison; write something like task.steps < 20",
            ),
            (
                "steps && alpha < 1",
                "the number 5 is neither true nor false; compare it with something",
            ),
            (
                "!steps",
                "the number 5 is neither true nor false; compare it with something",
            ),
            ("metrics == 'exact-match'", "`evaluation.metrics` is a list"),
            (
                "task.difficulty == 'equal'",
                "`task.difficulty` is a table; ask for one of its keys, such as `task.difficulty.kind`",
            ),
            ("1e == 1", "`1e` is not a number"),
            ("1.2.3 == 1", "`1.2.3` is not a number"),
        ] {
            let found = ask(text).unwrap_err();
            let told = format!("in the condition `{text}`: {told}");
            assert!(found.starts_with(&told), "{text}: {found}");
        }
        let deep = format!("{}1 < 2{}", "(".repeat(1000), ")".repeat(990));
        assert!(
            ask(&deep)
                .unwrap_err()
                .ends_with("a parenthesis is not closed")
        );
        assert!(ask(&"(".repeat(100_000)).unwrap_err().len() < 500);
    }
}
