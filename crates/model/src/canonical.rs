//! One text for equal values: how an event finds those who wait for it.

use std::fmt::Write;

use serde_json::{Number, Value};
use uuid::Uuid;

/// A longer text is cut here and ends in a hash of all of it, so that an index of such texts stays small.
const LONGEST: usize = 200;

/// A text that is equal for equal values and differs for others: `1` and `1.0` are one number, the order of an object's
/// fields does not count, and a text is never a number.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    if text.len() <= LONGEST {
        return text;
    }
    let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes());
    text.truncate(text.floor_char_boundary(LONGEST));
    text.push('#');
    text.push_str(&hash.as_simple().to_string());
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(is_true) => text.push_str(if *is_true { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number_text(number)),
        Value::String(_) => push(text, value),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { "," });
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (place, (key, field)) in sorted.into_iter().enumerate() {
                text.push_str(if place == 0 { "" } else { "," });
                push(text, key);
                text.push(':');
                write(field, text);
            }
            text.push('}');
        }
    }
}

/// A text with its quotes.
fn push(text: &mut String, quoted: impl serde::Serialize) {
    let quoted = serde_json::to_string(&quoted).expect("a text has a JSON form");
    text.push_str(&quoted);
}

/// The bound of whole numbers in JSON values here: none is as large, so a larger float equals none of them.
const BEYOND: f64 = 1e20;

#[expect(clippy::cast_possible_truncation, reason = "the float is whole and far inside the range of i128")]
fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(float)
            if !number.is_i64() && !number.is_u64() && float.fract() == 0.0 && float.abs() < BEYOND =>
        {
            (float as i128).to_string()
        }
        _ => {
            let mut text = String::new();
            write!(text, "{number}").expect("a String takes every write");
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_have_one_text_and_others_differ() {
        assert_eq!(canonical(&json!(1)), canonical(&json!(1.0)));
        assert_eq!(canonical(&json!(-0.0)), canonical(&json!(0)));
        assert_eq!(
            canonical(&json!(9_223_372_036_854_775_808_u64)),
            canonical(&json!(9.223_372_036_854_776e18))
        );
        assert_eq!(canonical(&json!({"a": 1, "b": [2.0]})), canonical(&json!({"b": [2], "a": 1.0})));
        let all = [
            json!(null),
            json!("null"),
            json!(1),
            json!("1"),
            json!(true),
            json!("true"),
            json!([1]),
            json!("[1]"),
            json!(1.5),
            json!(9_007_199_254_740_993_i64),
            json!(9_007_199_254_740_992.0),
            json!({"1": 1}),
            json!([]),
            json!({}),
            json!(""),
            json!("\u{0}"),
        ];
        let texts: std::collections::HashSet<String> = all.iter().map(canonical).collect();
        assert_eq!(texts.len(), all.len());
    }

    #[test]
    fn a_long_value_has_a_short_text_of_its_own() {
        let (one, other) = (json!("é".repeat(5000)), json!("é".repeat(5001)));
        assert_ne!(canonical(&one), canonical(&other));
        assert!(canonical(&one).len() < 250);
        assert_eq!(canonical(&one), canonical(&one.clone()));
    }
}
