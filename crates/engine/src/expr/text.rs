//! The one text of a value: what keys of waits and limits are compared by.

use cauce_model::canonical;
use serde_json::Value;

/// The text of a value as a key: two values that are `==` have the same one. A text stands for itself.
#[must_use]
pub fn key_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => canonical(other),
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
    }

    #[test]
    fn a_text_stands_for_itself_and_differs_from_what_it_looks_like_only_by_type() {
        assert_eq!(key_text(&json!("o-7")), "o-7");
        assert_eq!(key_text(&json!(true)), "true");
        assert_ne!(key_text(&json!(["a"])), key_text(&json!("a")));
    }
}
