//! A scenario file in which every setting is explained, made from the JSON Schema of scenarios.

use serde_json::{Map, Value};

use super::setting::{WIDTH, toml_value, unbroken, wrapped};
use crate::domain::{Parameter, Scenario, parameters};
use crate::study::study_schema;

/// The text of a new scenario file: every setting at its default with meaning, unit and range, and all other choices
/// switched off by a `#` without a space behind it. `file` is what the file is called.
#[must_use]
pub fn template(file: &str) -> String {
    let schema = Scenario::json_schema();
    let none = Map::new();
    let mut text = head(file);
    let settings = schema["properties"].as_object().unwrap_or(&none).iter();
    let (tables, values): (Vec<_>, Vec<_>) = settings.partition(|(_, schema)| is_table(schema));
    let top: Map<String, Value> = values
        .into_iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    for one in &parameters(&serde_json::json!({ "properties": &top })) {
        text += "\n";
        text += &setting(one, &top[&one.name], Switch::On);
    }
    for (key, schema) in tables {
        text += "\n";
        text += &comment(schema["description"].as_str().unwrap_or_default());
        text += &format!("[{key}]\n");
        text += &table(schema);
    }
    let study = study_schema();
    text += &sweep(&study["properties"]["sweep"]);
    text += &asked("power", &study["properties"]["power"]);
    text + &asked("forecast", &study["properties"]["forecast"])
}

/// A table of settings that ask something of the scenario, switched off: each key at its default, or with an example where
/// it has none; then the tables in it.
fn asked(name: &str, schema: &Value) -> String {
    let mut text = format!(
        "\n{}#[{name}]\n",
        comment(schema["description"].as_str().unwrap_or_default())
    );
    let keys = schema["properties"].as_object().into_iter().flatten();
    let is_inner = |schema: &Value| schema["default"].is_object();
    let (tables, values): (Vec<_>, Vec<_>) = keys.partition(|(_, schema)| is_inner(schema));
    for (key, schema) in values {
        let value = match &schema["default"] {
            Value::Null => &schema["examples"][0],
            default => default,
        };
        text += &comment(schema["description"].as_str().unwrap_or_default());
        text += &format!("#{key} = {}\n", toml_value(value));
    }
    for (key, schema) in tables {
        text += &asked(&format!("{name}.{key}"), schema);
    }
    text
}

/// The table of a sweep, switched off: two keys with values, then all that is no key.
fn sweep(schema: &Value) -> String {
    let key = |key: &str, values: Value| {
        format!("#{} = {}\n", toml_value(&key.into()), toml_value(&values))
    };
    let mut text = format!(
        "\n{}",
        comment(schema["description"].as_str().unwrap_or_default())
    );
    text += "#[sweep]\n";
    text += &comment(
        "A key takes the values of a list; steps even in the number (lin) or in its logarithm (log), from FIRST to LAST, COUNT of them; or tables",
    );
    text += &key("task.steps", [1, 2, 5, 10].into());
    text += &key("skill.alpha", "lin:0.1:0.5:4".into());
    let tables = serde_json::json!([{ "kind": "equal" }, { "kind": "ramp", "from": 1e-3 }]);
    text += &key("task.difficulty", tables);
    let words = schema["properties"].as_object().into_iter().flatten();
    for (word, schema) in words.filter(|(_, schema)| schema["examples"].is_array()) {
        text += &comment(schema["description"].as_str().unwrap_or_default());
        text += &format!("#{word} = {}\n", toml_value(&schema["examples"][0]));
    }
    text
}

fn head(file: &str) -> String {
    format!(
        "\
#:schema ./mirage.schema.json
#
# A scenario for mirage: every setting at its default. Each may be left out.
#
# Run it:             mirage run {file}
# Editor completion:  mirage schema > mirage.schema.json
#                     (once, in this folder; the first line above has editors
#                     of TOML read it, such as VS Code with Even Better TOML)
# What there is:      mirage list curves, mirage list tasks, mirage list metrics
#
# A # with a space behind it starts an explanation. A # without one switches a
# setting off: to choose it, take that # away and remove the settings that stand
# in its place.
"
    )
}

/// Whether a setting is in force.
#[derive(Clone, Copy)]
enum Switch {
    On,
    Off,
}

impl Switch {
    const fn mark(self) -> &'static str {
        match self {
            Self::On => "",
            Self::Off => "#",
        }
    }
}

fn is_table(schema: &Value) -> bool {
    forms(schema)
        .iter()
        .any(|form| form["properties"].is_object())
}

/// The ways in which a table can be written: its kinds, or the table itself.
fn forms(schema: &Value) -> &[Value] {
    match schema["oneOf"].as_array() {
        Some(forms) => forms,
        None => std::slice::from_ref(schema),
    }
}

/// The settings of a table: those of the default form, the other forms switched off, then what every form has.
fn table(schema: &Value) -> String {
    let forms = forms(schema);
    let all: Vec<Vec<Parameter>> = forms.iter().map(parameters).collect();
    let is_shared = |one: &Parameter| forms.len() > 1 && all.iter().all(|form| form.contains(one));
    let mut text = String::new();
    for (place, (form, settings)) in forms.iter().zip(&all).enumerate() {
        let switch = if place == 0 { Switch::On } else { Switch::Off };
        let kind = form["properties"]["kind"]["const"].as_str();
        let meaning = match kind {
            Some(kind) => format!("{kind}: {}", described(form)),
            None if forms.len() > 1 => described(form),
            None => String::new(),
        };
        text += &match switch {
            Switch::Off => format!("\n{}", comment(&format!("Or {meaning}"))),
            Switch::On if meaning.is_empty() => String::new(),
            Switch::On => comment(&meaning),
        };
        if let Some(kind) = kind {
            text += &format!("{}kind = {kind:?}\n", switch.mark());
        }
        let mut after_choice = false;
        for one in settings.iter().filter(|one| !is_shared(one)) {
            let schema = &form["properties"][&one.name];
            let is_choice = is_table(schema);
            let alone = match switch {
                // A choice within a choice stays beside the kind that it needs.
                Switch::Off if is_choice => Some(inner_choice(one, schema)),
                _ if is_instead(form, &one.name) => Some(instead(one)),
                _ => None,
            };
            if let Some(lines) = alone {
                text += &lines;
                continue;
            }
            if after_choice && !is_choice {
                text += "\n";
            }
            text += &setting(one, schema, switch);
            after_choice = is_choice;
        }
    }
    let shared = all
        .first()
        .into_iter()
        .flatten()
        .filter(|one| is_shared(one));
    for one in shared {
        text += &setting(one, &forms[0]["properties"][&one.name], Switch::On);
    }
    text
}

/// A setting below what it means: a value, or a choice among kinds of which the others are switched off.
fn setting(one: &Parameter, schema: &Value, switch: Switch) -> String {
    if is_table(schema) {
        return choice(one, schema, switch);
    }
    let names = names(schema).iter().filter_map(|form| {
        let name = form["const"].as_str().or(form["title"].as_str())?;
        Some(comment(&format!(
            "{name}: {}",
            form["description"].as_str()?
        )))
    });
    let value = toml_value(&example(one));
    comment(&bounded(one))
        + &names.collect::<String>()
        + &format!("{}{} = {value}\n", switch.mark(), one.name)
}

/// The names and forms among which a value chooses; of a list, those of its elements.
fn names(schema: &Value) -> &[Value] {
    let forms = schema["anyOf"].as_array();
    let elements = forms.and_then(|forms| {
        let mut lists = forms.iter().map(|form| form["items"]["anyOf"].as_array());
        lists.find_map(|elements| elements)
    });
    let names = schema["oneOf"].as_array().or(elements).or(forms);
    names.map(Vec::as_slice).unwrap_or_default()
}

/// What a setting means, and its range.
fn bounded(one: &Parameter) -> String {
    format!(
        "{} ({})",
        one.meaning.trim_end_matches('.'),
        unbroken(&one.range)
    )
}

fn choice(one: &Parameter, schema: &Value, switch: Switch) -> String {
    let mut text = format!("\n{}", comment(&one.meaning));
    for (place, form) in forms(schema).iter().enumerate() {
        let (start, mark) = match place {
            0 => ("", switch.mark()),
            _ => ("\n", Switch::Off.mark()),
        };
        let kind = &form["properties"]["kind"]["const"];
        text += start;
        let name = kind.as_str().or(form["title"].as_str()).unwrap_or_default();
        text += &comment(&format!("{name}: {}", described(form)));
        // Only a form without a kind is the default of a choice that need not be a table.
        if kind.is_null() {
            text += &format!("{mark}{} = {}\n", one.name, toml_value(&example(one)));
            continue;
        }
        let mut written = Map::from_iter([("kind".to_owned(), kind.clone())]);
        for parameter in parameters(form) {
            text += &comment(&format!("{}: {}", parameter.name, bounded(&parameter)));
            written.insert(parameter.name.clone(), example(&parameter));
        }
        text += &format!("{mark}{} = {}\n", one.name, toml_value(&written.into()));
    }
    text
}

/// A choice with its default, and the others in comments.
fn inner_choice(one: &Parameter, schema: &Value) -> String {
    let mut text = comment(&bounded(one));
    for (place, form) in forms(schema).iter().enumerate() {
        let kind = &form["properties"]["kind"]["const"];
        let mut written = Map::from_iter([("kind".to_owned(), kind.clone())]);
        let settings = parameters(form);
        written.extend(settings.iter().map(|one| (one.name.clone(), example(one))));
        let written = format!("{} = {}", one.name, toml_value(&written.into()));
        text += &match place {
            0 => format!("#{written}\n"),
            _ => comment(&format!("Or {}: {}", unbroken(&written), described(form))),
        };
    }
    text
}

/// Whether a setting may only stand in place of others.
fn is_instead(form: &Value, name: &str) -> bool {
    let groups = form["anyOf"].as_array().into_iter().flatten().skip(1);
    let mut names = groups
        .filter_map(|group| group["required"].as_array())
        .flatten();
    names.any(|one| one == name)
}

fn instead(one: &Parameter) -> String {
    let written = format!("{} = {}", one.name, toml_value(&example(one)));
    comment(&format!("Or {}: {}", unbroken(&written), one.meaning))
}

/// What to write where nothing is known of the user's wishes.
fn example(one: &Parameter) -> Value {
    one.default
        .clone()
        .or_else(|| one.example.clone())
        .unwrap_or_default()
}

fn described(form: &Value) -> String {
    form["description"].as_str().unwrap_or_default().to_owned()
}

/// Each paragraph as lines of comment.
fn comment(text: &str) -> String {
    let paragraphs = text.split("\n\n");
    paragraphs
        .map(|text| wrapped(text, WIDTH, "# ", "# "))
        .collect()
}
