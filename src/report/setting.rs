//! Settings as people write them, and text broken into lines.

use serde_json::Value;

/// The columns of a terminal that texts keep to.
pub(super) const WIDTH: usize = 80;

const NO_BREAK: &str = "\u{a0}";

/// A value as TOML, in its shortest usual form: `1e8`, `0.34`, `{ kind = "equal" }`.
pub(crate) fn toml_value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        // What JSON escapes, TOML reads; only TOML minds the delete character.
        Value::String(_) => value.to_string().replace('\u{7f}', "\\u007f"),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(real) => shortest_real(real),
            None => number.to_string(),
        },
        Value::Array(list) => {
            let values: Vec<String> = list.iter().map(toml_value).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(table) => {
            let entries = table
                .iter()
                .map(|(key, value)| format!("{} = {}", name(key), toml_value(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A key as TOML writes it: one with a dot in it is quoted, or it would be a table.
fn name(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !key.is_empty() && key.chars().all(is_bare) {
        true => key.to_owned(),
        false => toml_value(&key.into()),
    }
}

fn shortest_real(real: f64) -> String {
    let (plain, scientific) = (format!("{real:?}"), format!("{real:e}"));
    // The point and zero of 10.0 make it a number of reals; they make it no longer to read.
    if scientific.len() < plain.trim_end_matches(".0").len() {
        scientific
    } else {
        plain
    }
}

/// Words in lines of at most `width` columns (a longer word has a line of its own), the first after `first`, the others
/// after `rest`. A no-break space keeps its words together and is written as a plain one.
pub(super) fn wrapped(text: &str, width: usize, first: &str, rest: &str) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            lines += line.trim_end();
            lines += "\n";
            line = rest.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line += " ";
        }
        line += word;
        is_empty = false;
    }
    lines += line.trim_end();
    lines.replace(NO_BREAK, " ") + "\n"
}

/// The same words, kept together by [`wrapped`] unless they are half a line long.
pub(super) fn unbroken(text: &str) -> String {
    match text.chars().count() {
        0..=40 => text.replace(' ', NO_BREAK),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_toml_reads_them() {
        let value: Value = serde_json::from_str(
            r#"{"a": 1e8, "b": 0.34, "c": [1, 10.0], "d": {"kind": "x\"\n\u007f\u0001\u00e4"}, "e": 1e-4}"#,
        )
        .unwrap();
        let text = toml_value(&value);
        assert_eq!(
            text,
            r#"{ a = 1e8, b = 0.34, c = [1, 10.0], d = { kind = "x\"\n\u007f\u0001ä" }, e = 1e-4 }"#
        );
        let read: toml::Table = toml::from_str(&format!("all = {text}")).unwrap();
        assert_eq!(serde_json::to_value(&read["all"]).unwrap(), value);
    }

    #[test]
    fn lines_end_before_the_width_and_lose_no_word() {
        assert_eq!(
            wrapped("one two three", 9, "- ", "  "),
            "- one two\n  three\n"
        );
        assert_eq!(wrapped("unbreakable", 4, "# ", "# "), "# unbreakable\n");
        assert_eq!(
            wrapped(&format!("a {}", unbroken("b c")), 4, "", ""),
            "a\nb c\n"
        );
        assert_eq!(wrapped("", 9, "#", "#"), "#\n");
    }
}
