//! Workspace variables: filled in at the last moment, masked in everything that comes back.

use std::collections::BTreeMap;

use cauce_model::{Failure, HolePart, Rendered, StepError};
use serde_json::Value;

/// What stands where a value was.
const MASK: &str = "•••";
/// Shorter values would mask half of every text.
const SHORTEST_MASKED: usize = 4;

/// The workspace variables of this process.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Variables {
    /// From names and values.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: values.into_iter().collect() }
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The request with every open place filled.
    ///
    /// # Errors
    /// A variable that is not set.
    pub fn fill(&self, request: &Rendered) -> Result<Value, Failure> {
        let mut value = Value::clone(&request.value);
        for hole in &request.holes {
            let mut text = String::new();
            for part in &hole.parts {
                match part {
                    HolePart::Text(plain) => text.push_str(plain),
                    HolePart::Env(name) => text.push_str(self.get(name).ok_or_else(|| not_set(name))?),
                }
            }
            if let Some(place) = value.pointer_mut(&hole.pointer) {
                *place = Value::String(text);
            }
        }
        Ok(value)
    }

    /// The value with every variable's value masked.
    #[must_use]
    pub fn mask(&self, value: Value) -> Value {
        // Hardly anything that comes back holds one, and to look costs less than to build it anew.
        if self.shows(&value) { self.masked(value) } else { value }
    }

    fn shows(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.shows_in(text),
            Value::Array(items) => items.iter().any(|item| self.shows(item)),
            Value::Object(fields) => {
                fields.iter().any(|(key, field)| self.shows_in(key) || self.shows(field))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn shows_in(&self, text: &str) -> bool {
        self.values.values().any(|value| value.len() >= SHORTEST_MASKED && text.contains(value.as_str()))
    }

    fn masked(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.mask_text(text)),
            Value::Array(items) => items.into_iter().map(|item| self.masked(item)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(key, field)| (self.mask_text(key), self.masked(field))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    /// The failure with every variable's value masked.
    #[must_use]
    pub fn mask_failure(&self, mut failure: Failure) -> Failure {
        let StepError { message, hint, .. } = &mut failure.error;
        *message = self.mask_text(std::mem::take(message));
        *hint = hint.take().map(|hint| self.mask_text(hint));
        failure
    }

    fn mask_text(&self, mut text: String) -> String {
        for value in self.values.values().filter(|value| value.len() >= SHORTEST_MASKED) {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), MASK);
            }
        }
        text
    }
}

fn not_set(name: &str) -> Failure {
    Failure::permanent("R001", format!("the workspace variable `{name}` is not set"))
        .hint(format!("set `CAUCE_ENV_{name}` where the server starts, then resume or replay the run"))
        .retry(cauce_model::RetryAdvice::NeedsLogin)
}

#[cfg(test)]
mod tests {
    use cauce_model::Hole;
    use serde_json::json;

    use super::*;

    fn variables() -> Variables {
        Variables::new([
            ("TOKEN".to_owned(), "s3cret-value".to_owned()),
            ("FLAG".to_owned(), "on".to_owned()),
        ])
    }

    #[test]
    fn open_places_are_filled_and_text_that_looks_like_one_is_not() {
        let request = Rendered {
            value: json!({"auth": "Bearer ${{ env.TOKEN }}", "body": "${{ env.TOKEN }}"}).into(),
            holes: vec![Hole {
                pointer: "/auth".to_owned(),
                parts: vec![HolePart::Text("Bearer ".to_owned()), HolePart::Env("TOKEN".to_owned())],
            }],
            key: "k".to_owned(),
        };
        let filled = variables().fill(&request).unwrap();
        assert_eq!(filled, json!({"auth": "Bearer s3cret-value", "body": "${{ env.TOKEN }}"}));
    }

    #[test]
    fn a_variable_that_is_not_set_is_named_and_the_run_waits_for_a_person() {
        let request = Rendered {
            value: json!({"auth": ""}).into(),
            holes: vec![Hole { pointer: "/auth".to_owned(), parts: vec![HolePart::Env("GONE".to_owned())] }],
            key: "k".to_owned(),
        };
        let failure = variables().fill(&request).unwrap_err();
        assert!(failure.error.message.contains("`GONE`"), "{failure}");
        assert_eq!(failure.retry, cauce_model::RetryAdvice::NeedsLogin);
    }

    #[test]
    fn values_are_masked_wherever_they_come_back() {
        let answer = json!({"echo": ["x s3cret-value y"], "s3cret-value": 1, "flag": "on"});
        assert_eq!(variables().mask(answer), json!({"echo": ["x ••• y"], "•••": 1, "flag": "on"}));
        let failure = variables()
            .mask_failure(Failure::transient("A001", "401 for s3cret-value").hint("s3cret-value?"));
        assert_eq!(failure.error.message, "401 for •••");
        assert_eq!(failure.error.hint.as_deref(), Some("•••?"));
    }
}
