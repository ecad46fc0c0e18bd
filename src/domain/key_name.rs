//! Keys by their full names, or by as much of their ends as tells them apart.

use super::nearest_name;

/// Why a name stands for no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoSuchKey {
    /// Several keys end so.
    #[error("`{name}` could be {}; write the whole key", quoted(candidates))]
    Ambiguous {
        /// What was written.
        name: String,
        /// The keys that end so.
        candidates: Vec<String>,
    },
    /// No key ends so.
    #[error("there is no key `{name}`{}", nearest.as_ref().map(|key| format!(" (did you mean `{key}`?)")).unwrap_or_default())]
    Unknown {
        /// What was written.
        name: String,
        /// The key most like it.
        nearest: Option<String>,
    },
}

fn quoted(keys: &[String]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(", ")
}

/// The key of that name, or the only one that ends so behind a dot: `items` is `evaluation.items`. A table that a choice
/// has within its own has the keys of another: they are known by two parts at least, `curve.alpha`.
pub(crate) fn full_key(name: &str, keys: &[String]) -> Result<String, NoSuchKey> {
    if keys.iter().any(|key| key == name) {
        return Ok(name.to_owned());
    }
    let ends_so = |key: &&String| {
        let is_deep = key.matches('.').count() > 2;
        key.strip_suffix(name)
            .is_some_and(|rest| !name.is_empty() && rest.ends_with('.'))
            && (!is_deep || name.contains('.'))
    };
    let mut candidates: Vec<String> = keys.iter().filter(ends_so).cloned().collect();
    candidates.sort();
    candidates.dedup();
    match candidates.len() {
        1 => Ok(candidates.remove(0)),
        0 => Err(NoSuchKey::Unknown {
            name: name.to_owned(),
            nearest: nearest_key(name, keys),
        }),
        _ => Err(NoSuchKey::Ambiguous {
            name: name.to_owned(),
            candidates,
        }),
    }
}

/// The key whose end, of as many parts as the name has, is most like the name; else the key most like it as a whole.
fn nearest_key(name: &str, keys: &[String]) -> Option<String> {
    let parts = name.matches('.').count() + 1;
    let end = |key: &str| -> String {
        let all: Vec<&str> = key.split('.').collect();
        all[all.len().saturating_sub(parts)..].join(".")
    };
    let ends: Vec<String> = keys.iter().map(|key| end(key)).collect();
    let by_end = nearest_name(name, ends.iter().map(String::as_str)).and_then(|near| {
        let place = ends.iter().position(|end| *end == near)?;
        keys.get(place).cloned()
    });
    by_end.or_else(|| nearest_name(name, keys.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_end_if_no_other_ends_so() {
        let keys = [
            "seed",
            "skill.kind",
            "task.kind",
            "task.steps",
            "task.steps.to",
            "task.format.curve.to",
        ];
        let keys = keys.map(str::to_owned);
        let read = |name: &str| full_key(name, &keys).map_err(|error| error.to_string());
        assert_eq!(read("seed").unwrap(), "seed");
        assert_eq!(read("steps").unwrap(), "task.steps");
        assert_eq!(read("steps.to").unwrap(), "task.steps.to");
        assert_eq!(read("to").unwrap(), "task.steps.to");
        assert_eq!(read("curve.to").unwrap(), "task.format.curve.to");
        let both = "`kind` could be `skill.kind`, `task.kind`; write the whole key";
        assert_eq!(read("kind").unwrap_err(), both);
        let near = "there is no key `stepz` (did you mean `task.steps`?)";
        assert_eq!(read("stepz").unwrap_err(), near);
        assert_eq!(read("xyzzy").unwrap_err(), "there is no key `xyzzy`");
        assert_eq!(read("").unwrap_err(), "there is no key ``");
        assert_eq!(read("teps").unwrap_err().matches("task.steps").count(), 1);
    }
}
