//! The inputs of `webhook@1`.

use cauce_model::Problem;
use serde_json::Value;

use crate::inputs::{Inputs, noun};
use crate::signature::Verify;

/// What the sender is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Respond {
    /// That the event is kept, at once.
    #[default]
    Accepted,
    /// What the flow gives, when it has finished.
    Result,
}

/// What the `with` of a checked webhook says about the answer.
#[must_use]
pub fn respond(with: &Value) -> Respond {
    match with.get("respond").and_then(Value::as_str) {
        Some("result") => Respond::Result,
        _ => Respond::Accepted,
    }
}

/// The methods that a webhook may take.
pub(super) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The inputs, read.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) methods: Vec<String>,
    pub(super) verify: Option<Verify>,
}

impl Settings {
    /// Reads the inputs at the JSON pointer `at`, or says everything that is wrong with them.
    pub(super) fn read(with: &Value, at: &str) -> Result<Self, Vec<Problem>> {
        let mut inputs = Inputs::open("webhook@1", with, at, &["methods", "verify", "respond"], &["path"]);
        let methods = methods(&mut inputs);
        inputs.choice("respond", &[("accepted", Respond::Accepted), ("result", Respond::Result)]);
        let verify = match inputs.value("verify") {
            Some(value) => {
                let place = inputs.place("verify");
                if value.is_object() {
                    Verify::read(value, &place, &mut inputs.problems)
                } else {
                    inputs.wrong("verify", format!("`verify` must be an object, not {}", noun(value)));
                    None
                }
            }
            None => None,
        };
        if inputs.problems.is_empty() { Ok(Self { methods, verify }) } else { Err(inputs.problems) }
    }
}

fn methods(inputs: &mut Inputs<'_>) -> Vec<String> {
    let Some(value) = inputs.value("methods") else {
        return vec!["POST".to_owned()];
    };
    let Some(list) = value.as_array().filter(|list| !list.is_empty()) else {
        let message = "`methods` must be a list of at least one method, such as `[POST]`";
        inputs.wrong("methods", message.to_owned());
        return Vec::new();
    };
    let mut methods = Vec::new();
    for value in list {
        match value.as_str().filter(|text| METHODS.contains(text)) {
            Some(text) => methods.push(text.to_owned()),
            None => {
                let message = format!("`methods` holds {value}, which is not one of {}", METHODS.join(", "));
                inputs.wrong("methods", message);
            }
        }
    }
    methods
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_written_means_post_and_an_answer_at_once() {
        let settings = Settings::read(&Value::Null, "").unwrap();
        assert_eq!(settings.methods, ["POST"]);
        assert_eq!(settings.verify, None);
        assert_eq!(respond(&json!({})), Respond::Accepted);
        assert_eq!(respond(&json!({"respond": "result"})), Respond::Result);
    }
}
