//! What a table `[sweep]` may hold, as JSON Schema.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::design::MOST_POINTS;
use super::{FigureSettings, ForecastSettings, PowerSettings};
use crate::domain::{Scenario, Seed, full_key, known_keys, schema_of};

/// A name in `[sweep]` that is no key of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SweepKey {
    /// Points written one by one.
    Points,
    /// Keys that go together.
    Zip,
    /// Conditions.
    Where,
    /// How points are chosen.
    Sample,
    /// Parts one after the other.
    Blocks,
}

impl SweepKey {
    /// As files write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Zip => "zip",
            Self::Where => "where",
            Self::Sample => "sample",
            Self::Blocks => "blocks",
        }
    }

    /// What it is for, and what it may look like.
    fn schema(self) -> Value {
        match self {
            Self::Points => json!({
                "description": "Points written one by one: a CSV file (beside this one) with a header of keys and a row for each point, or a list of tables. All other keys are combined with each",
                "anyOf": [
                    { "title": "\"FILE.csv\"", "type": "string" },
                    { "title": "a list of tables", "type": "array", "items": { "type": "object" }, "minItems": 1 },
                ],
                "examples": [[{ "task.steps": 5, "skill.alpha": 0.3 }, { "task.steps": 10, "skill.alpha": 0.4 }]],
            }),
            Self::Zip => json!({
                "description": "Keys that go together, value by value; their lists are equally long",
                "type": "array",
                "items": { "type": "array", "items": { "type": "string" }, "minItems": 2 },
                "examples": [[["task.steps", "skill.alpha"]]],
            }),
            Self::Where => json!({
                "description": "Only points where this holds: + - * / ^, comparisons, && || !, parentheses, texts in quotes. A list: all must hold",
                "anyOf": [
                    { "type": "string" },
                    { "type": "array", "items": { "type": "string" } },
                ],
                "examples": ["task.steps * skill.alpha < 4"],
            }),
            Self::Sample => {
                let points = json!({ "type": "integer", "minimum": 1, "maximum": MOST_POINTS });
                let seed = json!({ "type": "integer", "minimum": Seed::MIN, "maximum": Seed::MAX, "default": 1 });
                let form = |kind: &str, settings: Value, required: Value| {
                    let mut properties = settings;
                    properties["kind"] = json!({ "type": "string", "const": kind });
                    json!({
                        "type": "object", "properties": properties, "required": required,
                        "additionalProperties": false,
                    })
                };
                let drawn = json!({ "points": points, "seed": seed });
                json!({
                    "description": "Which points: all of the grid (the last key fastest); some drawn at random; or a Latin hypercube, which takes every part of each range, or each value, equally often. Only the drawn ones take ranges, \"lin[0,1]\" and \"log[1,100]\"",
                    "oneOf": [
                        form("grid", json!({}), json!(["kind"])),
                        form("random", drawn.clone(), json!(["kind", "points"])),
                        form("latin-hypercube", drawn, json!(["kind", "points"])),
                    ],
                    "default": { "kind": "grid" },
                    "examples": [{ "kind": "random", "points": 100, "seed": 1 }],
                })
            }
            Self::Blocks => json!({
                "description": "Designs one after the other, each a table as this one; keys outside are combined with each",
                "type": "array",
                "items": { "type": "object" },
                "minItems": 1,
                "examples": [[{ "task.steps": [1, 2] }, { "skill.alpha": "lin:0.1:0.5:5" }]],
            }),
        }
    }
}

/// The JSON Schema of a scenario file with the tables that make a study of it, which [`Scenario::json_schema`]
/// leaves out.
#[must_use]
pub fn study_schema() -> Value {
    let mut schema = Scenario::json_schema();
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.insert("sweep".to_owned(), sweep_schema());
        properties.insert("power".to_owned(), power_schema());
        properties.insert("forecast".to_owned(), forecast_schema());
        properties.insert("figure".to_owned(), figure_schema());
    }
    schema
}

/// The settings of a power analysis, and its alternative.
fn power_schema() -> Value {
    let mut schema = settings_schema::<PowerSettings>(
        "For mirage power only: what is tested, how surely, and against what",
    );
    schema["properties"]["alternative"] = variant_schema(
        "Settings in which the alternative differs from the scenario: it is the law that a test is to find, or the second of two that are compared",
    );
    with_examples(
        &mut schema,
        [
            ("break-at", json!(1e10)),
            ("break-width", json!(0.2)),
            ("at", json!(1e10)),
            ("chance", json!(0.25)),
            (
                "tasks",
                json!({ "count": 57, "affected": 5, "correction": "holm" }),
            ),
            ("alternative", json!({ "skill.alpha": 0.4 })),
        ],
    );
    schema
}

/// The settings of a forecast, and what it assumes.
fn forecast_schema() -> Value {
    let mut schema = settings_schema::<ForecastSettings>(
        "For mirage forecast only: what is foretold, from which scales, by which models",
    );
    schema["properties"]["assumed"] = variant_schema(
        "Settings in which the task that models take for granted differs from the scenario: what a wrong idea of the task costs",
    );
    let horizon = &mut schema["properties"]["horizon"];
    with_examples(
        horizon,
        [("from", json!(1e8)), ("family", json!("power-law"))],
    );
    with_examples(
        &mut schema,
        [
            ("target", json!(1e13)),
            ("up-to", json!(1e12)),
            ("threshold", json!(0.5)),
            ("assumed", json!({ "task.steps": 20 })),
        ],
    );
    schema
}

/// The settings of a table as one of the properties of a file.
fn settings_schema<T: JsonSchema>(description: &str) -> Value {
    let mut schema = schema_of::<T>();
    if let Some(table) = schema.as_object_mut() {
        table.remove("$schema");
        table.remove("title");
        table.insert("description".to_owned(), description.into());
    }
    schema
}

/// A table whose keys are those of a scenario.
fn variant_schema(description: &str) -> Value {
    json!({ "description": description, "type": "object", "minProperties": 1 })
}

/// What has no default is shown by an example.
fn with_examples<const N: usize>(schema: &mut Value, examples: [(&str, Value); N]) {
    for (key, example) in examples {
        schema["properties"][key]["examples"] = json!([example]);
    }
}

/// What a teaching figure shows, and its other worlds.
fn figure_schema() -> Value {
    let description = "For mirage gallery only: what a teaching figure shows";
    let mut schema = settings_schema::<FigureSettings>(description);
    schema["properties"]["worlds"] = json!({
        "description": "Settings in which each further world differs from the scenario, its title among them",
        "type": "array",
        "items": { "type": "object", "minProperties": 1 },
        "examples": [[{ "title": "longer", "task.steps": 20 }]],
    });
    schema
}

/// Keys by all of their names, then the words of a sweep.
fn sweep_schema() -> Value {
    let mut keys: Vec<String> = known_keys().into_iter().map(|known| known.key).collect();
    keys.sort();
    keys.dedup();
    let mut properties = Map::new();
    for key in &keys {
        properties.insert(key.clone(), values(key, &keys));
        let ends = key.match_indices('.').map(|(dot, _)| &key[dot + 1..]);
        for end in ends.filter(|end| full_key(end, &keys).as_ref() == Ok(key)) {
            properties.insert(end.to_owned(), values(key, &keys));
        }
    }
    let words = [
        SweepKey::Points,
        SweepKey::Zip,
        SweepKey::Where,
        SweepKey::Sample,
        SweepKey::Blocks,
    ];
    for word in words {
        properties.insert(word.name().to_owned(), word.schema());
    }
    json!({
        "description": "For mirage sweep only: keys, each with the values it takes; the points are all combinations",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The values of a key, or if it is one of a table, a table of keys with theirs.
fn values(key: &str, keys: &[String]) -> Value {
    let mut forms = vec![
        json!({ "title": "a list of values", "type": "array", "minItems": 1 }),
        json!({
            "title": "\"lin:FIRST:LAST:COUNT\", \"log:FIRST:LAST:COUNT\", \"lin[LEAST,MOST]\" or \"log[LEAST,MOST]\"",
            "type": "string",
            "pattern": r"^\s*(lin|log)\s*((:[^:]+){3}|\[[^,]+,[^,]+\]\s*)$",
        }),
    ];
    let mut inside = Map::new();
    for other in keys {
        let name = other
            .strip_prefix(key)
            .and_then(|rest| rest.strip_prefix('.'));
        if let Some(name) = name.filter(|name| !name.contains('.')) {
            inside.insert(name.to_owned(), values(other, keys));
        }
    }
    if !inside.is_empty() {
        forms.push(json!({
            "title": "a table of keys, each with its values",
            "type": "object",
            "properties": inside,
            "additionalProperties": false,
        }));
    }
    json!({ "anyOf": forms })
}
