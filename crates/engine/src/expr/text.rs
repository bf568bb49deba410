//! The one text of a value: what keys of waits and limits are compared by.

use serde_json::Value;

/// The text of a value as a key: two values that are `==` have the same one. A text stands for itself.
#[must_use]
pub fn key_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => canonical(other),
    }
}

/// JSON with sorted keys, and whole numbers written as such however they came.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{:.0}", float + 0.0),
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields = fields
                .into_iter()
                .map(|(key, field)| format!("{}:{}", Value::from(key.as_str()), canonical(field)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_have_the_same_text() {
        assert_eq!(key_text(&json!(7.0)), key_text(&json!(7)));
        assert_eq!(key_text(&json!({ "a": 1, "b": [2.0] })), key_text(&json!({ "b": [2], "a": 1.0 })));
        assert_eq!(key_text(&json!(1e20)), "100000000000000000000");
    }

    #[test]
    fn a_text_stands_for_itself_and_differs_from_what_it_looks_like_only_by_type() {
        assert_eq!(key_text(&json!("o-7")), "o-7");
        assert_eq!(key_text(&json!(true)), "true");
        assert_ne!(key_text(&json!(["a"])), key_text(&json!("a")));
    }
}
