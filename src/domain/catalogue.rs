//! What there is to choose from, for people and programs: read off the types and their JSON Schema, never kept by hand.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value};

use super::tagged::{FORMULA, SOURCE};
use super::{
    Credit, CreditParameter, Form, FormEntry, Reducer, ReducerEntry, Scenario, Schema, Skill, Task,
};

/// Something a scenario can choose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The dotted key that chooses it, such as `task.difficulty`.
    pub key: String,
    /// What is written there.
    pub name: String,
    /// Another name for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<&'static str>,
    /// Whether it is what a scenario without that key has.
    pub default: bool,
    /// Its formula, or in a plain line what it means.
    pub formula: String,
    /// What it is, beside the formula; none where the formula is a plain line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
    /// Range and direction, of a metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<&'static str>,
    /// Its parameters, in the order of the documentation.
    pub parameters: Vec<Parameter>,
    /// Where it is from; none where a plain line says all.
    pub source: Option<String>,
}

/// A setting of an [`Entry`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Its key, or the letter that formulas call it.
    pub name: String,
    /// Its default; none if it must be given.
    pub default: Option<Value>,
    /// What it may look like, where there is no default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// What is allowed, in words.
    pub range: String,
    /// What it means.
    pub meaning: String,
}

/// Every skill curve, and how training runs may scatter around it.
#[must_use]
pub fn curves() -> Vec<Entry> {
    choices::<Skill>("skill")
}

/// Every kind of task, and the choices that tasks are made of; where one is a curve, it is among [`curves`].
#[must_use]
pub fn tasks() -> Vec<Entry> {
    let mut all = choices::<Task>("task");
    let is_of_curve = |key: &str| key.ends_with(".curve") || key.contains(".curve.");
    all.retain(|entry| !is_of_curve(&entry.key));
    all
}

/// Every credit of which a metric can be made, and every form that it can be told in.
#[must_use]
pub fn credits() -> Vec<Entry> {
    let defaults = super::Metrics::default();
    let is_default = |name: &str| {
        let mut metrics = defaults.as_slice().iter();
        metrics.any(|metric| metric.to_string() == name)
    };
    let entry = |credit: &super::CreditEntry| Entry {
        key: "evaluation.metrics".to_owned(),
        name: credit.written(),
        alias: credit.alias,
        default: is_default(credit.name),
        formula: credit.formula.to_owned(),
        meaning: Some(credit.meaning),
        values: Some(credit.values),
        parameters: credit.parameter.iter().map(credit_parameter).collect(),
        source: Some(credit.source.to_owned()),
    };
    let form = |form: &FormEntry| Entry {
        key: "evaluation.metrics".to_owned(),
        name: form.written.to_owned(),
        alias: None,
        default: false,
        formula: form.formula.to_owned(),
        meaning: Some(form.meaning),
        values: None,
        parameters: form.parameters.iter().map(credit_parameter).collect(),
        source: Some(form.source.to_owned()),
    };
    let reducer = |reducer: &ReducerEntry| Entry {
        key: "evaluation.metrics".to_owned(),
        name: format!("{}/CREDIT", reducer.written),
        alias: None,
        default: false,
        formula: reducer.formula.to_owned(),
        meaning: Some(reducer.meaning),
        values: None,
        parameters: reducer.parameters.iter().map(credit_parameter).collect(),
        source: Some(reducer.source.to_owned()),
    };
    let credits = Credit::CATALOGUE.iter().map(entry);
    let reducers = Reducer::CATALOGUE.iter().map(reducer);
    let forms = Form::CATALOGUE.iter().map(form);
    credits.chain(reducers).chain(forms).collect()
}

fn credit_parameter(parameter: &CreditParameter) -> Parameter {
    Parameter {
        name: parameter.name.to_owned(),
        default: None,
        example: None,
        range: parameter.range.to_owned(),
        meaning: parameter.meaning.to_owned(),
    }
}

impl Scenario {
    /// The JSON Schema (draft 7, which editors of TOML read) of a scenario file, without references.
    #[must_use]
    pub fn json_schema() -> Value {
        let schema = schema_of::<Self>();
        // A name, not an address: the version of the format is what tells schemas apart.
        let id = format!("urn:mirage-sim:scenario:{}", u64::from(Schema::CURRENT));
        let head = [
            ("$schema", schema["$schema"].clone()),
            ("$id", id.into()),
            ("title", "mirage scenario".into()),
        ];
        let head = head.map(|(key, value)| (key.to_owned(), value));
        let mut whole = Map::from_iter(head);
        for (key, value) in schema.as_object().into_iter().flatten() {
            whole.entry(key).or_insert_with(|| value.clone());
        }
        whole.into()
    }
}

/// The JSON Schema of a type, without references.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let generator = settings.into_generator();
    generator.into_root_schema_for::<T>().to_value()
}

/// A key of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownKey {
    /// Dotted, such as `skill.midpoint`.
    pub(crate) key: String,
    /// The kind of table that has it; none if every table there has it.
    pub(crate) kind: Option<String>,
    /// What a single value of it is.
    pub(crate) value: KeyValue,
}

/// What a single value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyValue {
    /// A whole number.
    Whole,
    /// A real number, a word, a list or a table.
    Other,
}

/// By a key's schema, of which one form may be a whole number and another a table.
fn key_value(schema: &Value) -> KeyValue {
    let forms = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    let is_whole = |form: &Value| form["type"] == "integer";
    match is_whole(schema) || forms.into_iter().flatten().any(is_whole) {
        true => KeyValue::Whole,
        false => KeyValue::Other,
    }
}

/// Every key that some scenario file may have.
pub(crate) fn known_keys() -> Vec<KnownKey> {
    let mut all = Vec::new();
    collect(&Scenario::json_schema(), "", &mut all);
    all
}

fn collect(schema: &Value, path: &str, all: &mut Vec<KnownKey>) {
    let forms = match schema["oneOf"].as_array() {
        Some(forms) => forms,
        None => std::slice::from_ref(schema),
    };
    for form in forms {
        let kind = form["properties"]["kind"]["const"].as_str();
        for (name, schema) in form["properties"].as_object().into_iter().flatten() {
            let key = format!("{path}{name}");
            collect(schema, &format!("{key}."), all);
            let kind = kind.filter(|_| forms.len() > 1 && name != "kind");
            all.push(KnownKey {
                key,
                kind: kind.map(str::to_owned),
                value: key_value(schema),
            });
        }
    }
}

/// One entry for each kind of a table of the scenario file, and of the choices in it.
fn choices<T: JsonSchema + Default + Serialize>(table: &str) -> Vec<Entry> {
    let mut schema = schema_of::<T>();
    schema["default"] = serde_json::to_value(T::default()).unwrap_or_default();
    let mut entries = Vec::new();
    collect_choices(table, &schema, &mut entries);
    entries
}

fn collect_choices(key: &str, schema: &Value, entries: &mut Vec<Entry>) {
    let kinds = schema["oneOf"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let kinds = kinds.iter().filter(|kind| kind[FORMULA].is_string());
    // The kind of the default; none where the default is no table.
    let default = &schema["default"]["kind"];
    // What every kind of a whole table has is of none: it has entries of its own.
    let is_whole = !key.contains('.');
    let of_all = |one: &Parameter| {
        is_whole
            && kinds.clone().count() > 1
            && kinds.clone().all(|kind| parameters(kind).contains(one))
    };
    let own = |kind| {
        parameters(kind)
            .into_iter()
            .filter(|one| !of_all(one))
            .collect()
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    entries.extend(kinds.clone().map(|kind| Entry {
        key: key.to_owned(),
        name: name(kind).to_owned(),
        alias: None,
        default: kind["properties"]["kind"]["const"] == *default,
        formula: text(&kind[FORMULA]).unwrap_or_default(),
        meaning: None,
        values: None,
        parameters: own(kind),
        source: text(&kind[SOURCE]),
    }));
    let shared = kinds.clone().next().map(parameters).unwrap_or_default();
    let is_number = |one: &Parameter| one.default.as_ref().is_some_and(Value::is_number);
    let shared = shared
        .into_iter()
        .filter(|one| of_all(one) && is_number(one));
    entries.extend(shared.map(|one| Entry {
        key: format!("{key}.{}", one.name),
        name: one.name.clone(),
        alias: None,
        default: false,
        formula: one.meaning.clone(),
        meaning: None,
        values: None,
        parameters: vec![one],
        source: None,
    }));
    for (name, schema) in kinds
        .filter_map(|kind| kind["properties"].as_object())
        .flatten()
    {
        let inner = format!("{key}.{name}");
        // Kinds may share a choice.
        if entries.iter().all(|entry| entry.key != inner) {
            collect_choices(&inner, schema, entries);
        }
    }
}

/// The settings of a table, `kind` aside, by its schema.
pub(crate) fn parameters(table: &Value) -> Vec<Parameter> {
    let none = Map::new();
    let properties = table["properties"].as_object().unwrap_or(&none);
    let settings = properties.iter().filter(|(name, _)| *name != "kind");
    let parameter = |(name, schema): (&String, &Value)| Parameter {
        name: name.clone(),
        default: schema.get("default").cloned(),
        example: schema.get("examples").and_then(|all| all.get(0)).cloned(),
        range: range(schema),
        meaning: one_line(schema["description"].as_str().unwrap_or_default()),
    };
    settings.map(parameter).collect()
}

/// A text without its line ends.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a schema allows, in words.
fn range(schema: &Value) -> String {
    if let Some(kinds) = schema["oneOf"].as_array().or(schema["enum"].as_array()) {
        return either(kinds.iter().map(|kind| name(kind).to_owned()).collect());
    }
    if let Some(forms) = schema["anyOf"].as_array() {
        return either(forms.iter().map(|form| name(form).to_owned()).collect());
    }
    let bound = |key: &str| schema.get(key).map(number);
    let bounds = (
        bound("minimum"),
        bound("exclusiveMinimum"),
        bound("maximum"),
        bound("exclusiveMaximum"),
    );
    let numbers = match bounds {
        (Some(least), _, Some(most), _) => format!("{least} to {most}"),
        (Some(least), ..) => format!("{least} or above"),
        (_, Some(below), _, Some(above)) => format!("between {below} and {above}"),
        (_, Some(below), Some(most), _) => format!("above {below} and up to {most}"),
        (_, Some(below), ..) => format!("above {below}"),
        _ => String::new(),
    };
    match schema["type"].as_str() {
        Some("integer") => format!("whole number, {numbers}"),
        Some("number") => numbers,
        Some("array") => match schema["items"]["title"].as_str() {
            Some(title) => format!("a list, each a {title}"),
            None => format!("a list, each {}", range(&schema["items"])),
        },
        _ => "text".to_owned(),
    }
}

/// What a form of a setting is called.
fn name(schema: &Value) -> &str {
    let named = schema["const"].as_str().or(schema["title"].as_str());
    named.or(schema.as_str()).unwrap_or("text")
}

fn either(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
        None => String::new(),
    }
}

/// A bound as people write it: 1,000,000 and 2^38 are read more easily than all of their digits.
fn number(bound: &Value) -> String {
    match bound.as_u64() {
        Some(whole) if whole > 9_999_999 && whole.is_power_of_two() => {
            format!("2^{}", whole.trailing_zeros())
        }
        Some(whole) if whole > 9_999_999 && (whole + 1).is_power_of_two() => {
            format!("2^{} - 1", (whole + 1).trailing_zeros())
        }
        Some(whole) => grouped(whole),
        None => bound
            .as_f64()
            .map(|bound| bound.to_string())
            .unwrap_or_default(),
    }
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let comma = |place: usize| place > 0 && (digits.len() - place).is_multiple_of(3);
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if comma(place) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_told_in_words() {
        let told = |key: &str| {
            let all = parameters(&Scenario::json_schema()["properties"]["evaluation"]);
            all.into_iter().find(|one| one.name == key).unwrap().range
        };
        assert_eq!(told("items"), "whole number, 1 to 2^38");
        assert_eq!(told("training-seeds"), "whole number, 1 to 100,000");
        assert_eq!(told("level"), "between 0 and 1");
        assert_eq!(told("pairing"), "independent, scales or all");
        let curves = curves();
        assert_eq!(curves[0].parameters[1].range, "above 0");
        assert_eq!(curves[2].parameters[0].range, "0 to 1");
    }

    #[test]
    fn parameters_keep_the_order_of_the_documentation() {
        let names: Vec<String> = curves()[4]
            .parameters
            .iter()
            .map(|one| one.name.clone())
            .collect();
        assert_eq!(
            names,
            [
                "c",
                "alpha",
                "alpha-after",
                "break-at",
                "break-width",
                "more-breaks"
            ]
        );
    }
}
