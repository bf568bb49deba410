//! `with`, read into an action's own type, with errors that name the field.

use cauce_model::{ActionSpec, Failure};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::codes;

/// The input as `T`, after a look at the action's schema. A field that is `null` counts as not given.
///
/// # Errors
/// A permanent failure that names the field and what it should be. No value is shown: it may be a secret.
pub fn read<T: DeserializeOwned>(spec: &ActionSpec, input: Value) -> Result<T, Failure> {
    let Value::Object(mut fields) = input else {
        return Err(wrong(format!("the input of `{}` is {}, not an object", spec.name, kind(&input))));
    };
    // A field without a type takes `null` as a value.
    fields.retain(|name, value| !value.is_null() || types(spec, name).is_empty());
    check(spec, &fields)?;
    serde_json::from_value(Value::Object(fields)).map_err(|error| {
        // Serde shows the value it met in quotes or backticks; only what it expected may be told.
        let text = error.to_string();
        let told = match text.split_once(", expected ") {
            Some((unknown, _)) if unknown.starts_with("unknown field") => unknown.to_owned(),
            Some((_, expected)) => format!("an input has the wrong type: expected {expected}"),
            None if text.starts_with("missing field") => text,
            None => "an input has the wrong form".to_owned(),
        };
        wrong(told).hint("look at the step's input in the run, and at `cauce check`")
    })
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure::permanent(codes::INPUT, message)
}

/// Whether the fields are known, there, and of the type that the schema says.
fn check(spec: &ActionSpec, fields: &Map<String, Value>) -> Result<(), Failure> {
    let known = spec.input.get("properties").and_then(Value::as_object);
    let known: Vec<&str> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    for (name, value) in fields {
        if !known.contains(&name.as_str()) {
            return Err(wrong(format!("`{}` has no input `{}`", spec.name, name.escape_debug()))
                .hint(format!("its inputs are `{}`", known.join("`, `"))));
        }
        let wanted = types(spec, name);
        if !wanted.is_empty() && !wanted.iter().any(|word| has_type(value, word)) {
            let wanted: Vec<&str> = wanted.into_iter().map(people_say).collect();
            let message = format!("the input `{name}` is {}, not {}", kind(value), wanted.join(" or "));
            return Err(wrong(message));
        }
    }
    let required = spec.input.get("required").and_then(Value::as_array);
    let missing =
        required.into_iter().flatten().filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
    missing.map_or(Ok(()), |name| Err(wrong(format!("the input `{name}` is missing"))))
}

/// The types that the schema allows; none where it says nothing.
fn types<'a>(spec: &'a ActionSpec, name: &str) -> Vec<&'a str> {
    match spec.input.get("properties").and_then(|known| known.get(name)?.get("type")) {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_type(value: &Value, word: &str) -> bool {
    match word {
        "integer" => value.is_i64() || value.is_u64(),
        other => word_of(value) == other,
    }
}

/// JSON Schema's word for the type of a value.
fn word_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn kind(value: &Value) -> &'static str {
    people_say(word_of(value))
}

fn people_say(word: &str) -> &'static str {
    match word {
        "boolean" => "a boolean",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        _ => "null",
    }
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use cauce_model::Effect;
    use serde_json::json;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        message: String,
        times: Option<u8>,
        to: Option<OneOrMany>,
    }

    fn spec() -> ActionSpec {
        let properties = json!({
            "message": {"type": "string"}, "times": {"type": "integer"}, "to": {"type": ["string", "array"]},
        });
        ActionSpec {
            name: "shop.order@1".to_owned(),
            summary: "Orders.".to_owned(),
            input: json!({"type": "object", "properties": properties, "required": ["message"]}),
            output: json!({}),
            effect: Effect::None,
            example: json!({}),
        }
    }

    #[test]
    fn an_error_names_the_field_and_shows_no_value() {
        for (input, told) in [
            (json!({}), "the input `message` is missing"),
            (json!({"message": null}), "the input `message` is missing"),
            (json!({"mesage": "s3cret"}), "`shop.order@1` has no input `mesage`"),
            (json!({"message": ["s3cret"]}), "the input `message` is a list, not a text"),
            (json!({"message": 31337}), "the input `message` is a number, not a text"),
            (json!({"message": "m", "to": {}}), "the input `to` is an object, not a text or a list"),
            (json!({"message": "m", "times": 1.5}), "the input `times` is a number, not a whole number"),
            (json!({"message": "m", "times": 31337}), "an input has the wrong type: expected u8"),
            (json!({"message": "m", "to": [31337]}), "an input has the wrong form"),
            (json!("s3cret"), "the input of `shop.order@1` is a text, not an object"),
        ] {
            assert_eq!(read::<Input>(&spec(), input).unwrap_err().error.message, told);
        }
        let failure = read::<Input>(&spec(), json!({"mesage": "m"})).unwrap_err();
        assert_eq!(failure.error.hint.unwrap(), "its inputs are `message`, `times`, `to`");
    }

    #[test]
    fn null_counts_as_not_given() {
        let read: Input = read(&spec(), json!({"message": "m", "times": null, "to": ["a", "b"]})).unwrap();
        assert_eq!((read.message.as_str(), read.times), ("m", None));
        assert_eq!(read.to.map(OneOrMany::into_vec), Some(vec!["a".to_owned(), "b".to_owned()]));
    }
}
