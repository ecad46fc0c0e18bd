//! What is wrong with a text that is not TOML, in plainer words than the parser's.

use toml::de::Error;

use super::read_error::{Place, ReadError, Spot};

/// The error with its place.
pub(super) fn syntax_error(error: &Error, text: &str, at: &dyn Fn(usize) -> Spot) -> ReadError {
    let byte = error.span().map(|span| span.start);
    let rest = byte.and_then(|byte| text.get(byte..)).unwrap_or_default();
    let problem = error
        .message()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    ReadError {
        place: byte.map_or(Place::Unknown, |byte| at(byte).place()),
        key: String::new(),
        problem: format!("this is not valid TOML: {}", plain(&problem, rest)),
    }
}

/// The parser's words, or plainer ones for what beginners get wrong; `rest` is the text from the mistake on.
fn plain(problem: &str, rest: &str) -> String {
    let here = rest.lines().next().unwrap_or_default().trim();
    let says = |words: &str| problem.starts_with(words);
    let plain = if rest.starts_with('{') && says("invalid key-value pair") {
        "this looks like JSON; write [task] and below it steps = 3"
    } else if says("string values must be quoted") && (here.is_empty() || here.starts_with('#')) {
        "a value is missing behind `=`"
    } else if says("string values must be quoted") && here.contains(['[', ']']) {
        "elements of a list need commas between, and text needs quotes"
    } else if says("string values must be quoted") {
        "text needs quotes, and numbers digits only"
    } else if says("unexpected key or value") && here.starts_with(',') {
        "no comma belongs here; write 1000 or 1_000 for a thousand, 0.5 for a half"
    } else if says("unexpected key or value") {
        "each setting needs a line of its own"
    } else if says("key with no value") && here.starts_with(':') {
        "expected `=`, as in steps = 3"
    } else if says("key with no value") {
        "a setting needs `=` and a value, as in steps = 3"
    } else if says("duplicate key") {
        "this name was given before; each setting and each table stands once"
    } else if says("invalid basic string") {
        "this text is not closed; expected `\"`"
    } else if says("missing escaped value") {
        r"a backslash in a text is written \\"
    } else if says("invalid float") {
        "this is not a number; one looks like 1000, 0.5 or 1.5e9"
    } else if says("recursion limit") || says("cannot recurse") {
        "tables or lists lie too deep inside each other"
    } else if says("invalid mantissa") {
        "a number begins with a digit, as in 0.3"
    } else {
        return problem.trim_end_matches(", expected nothing").to_owned();
    };
    plain.to_owned()
}
