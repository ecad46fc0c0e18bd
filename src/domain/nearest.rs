//! Which name was meant.

/// The valid name most like `word`, if one is alike enough to have been meant.
pub(crate) fn nearest_name<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    names
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name.to_owned())
}

/// A word that names none of the choices there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no {what}{}: give one of {known}", hint(near))]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// What was to be chosen.
    pub what: &'static str,
    /// The name most like it.
    pub near: Option<String>,
    /// All names.
    pub known: String,
}

fn hint(near: &Option<String>) -> String {
    near.as_ref()
        .map_or_else(String::new, |near| format!(" (did you mean {near}?)"))
}

/// The choice that has this name; `what` says in words what is chosen.
pub(crate) fn named<T: Copy>(
    word: &str,
    choices: &[T],
    name: fn(T) -> &'static str,
    what: &'static str,
) -> Result<T, UnknownWord> {
    let names = || choices.iter().map(|&choice| name(choice));
    let mut all = choices.iter().copied();
    all.find(|&choice| name(choice) == word)
        .ok_or_else(|| UnknownWord {
            word: word.to_owned(),
            what,
            near: nearest_name(word, names()),
            known: names().collect::<Vec<_>>().join(", "),
        })
}

/// The JSON Schema of choices by name, each with what it says.
pub(crate) fn schema_of_words(
    words: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> schemars::Schema {
    let word =
        |(name, says)| serde_json::json!({ "type": "string", "const": name, "description": says });
    let words: Vec<serde_json::Value> = words.into_iter().map(word).collect();
    schemars::json_schema!({ "oneOf": words })
}
