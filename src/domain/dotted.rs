//! A table as a flat list of dotted keys.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// Every value of a table by its dotted key, such as `task.steps`; lists are values.
///
/// What is serialized here is tables of numbers, words and lists, which JSON can hold: it cannot fail.
pub(crate) fn dotted_values(table: &impl Serialize) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    collect(
        String::new(),
        serde_json::to_value(table).unwrap_or_default(),
        &mut values,
    );
    values
}

fn collect(key: String, value: Value, values: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(table) => table.into_iter().for_each(|(name, value)| {
            let key = if key.is_empty() {
                name
            } else {
                format!("{key}.{name}")
            };
            collect(key, value, values);
        }),
        value => drop(values.insert(key, value)),
    }
}
