//! Reading a trigger's `with`: an object of known inputs, every fault of it a problem with its place.

use std::time::Duration;

use cauce_model::near::nearest;
use cauce_model::{Problem, pointer_to, units};
use serde_json::{Map, Value};

use crate::codes;

/// An object under reading.
pub(crate) struct Inputs<'a> {
    map: Option<&'a Map<String, Value>>,
    at: &'a str,
    /// What was found wrong so far.
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Inputs<'a> {
    /// Opens the object at `at`. Keys that are not `known` are problems, and those of `later` say so in other words.
    pub(crate) fn open(owner: &str, value: &'a Value, at: &'a str, known: &[&str], later: &[&str]) -> Self {
        let mut problems = Vec::new();
        let map = value.as_object();
        if map.is_none() && !value.is_null() {
            let message = format!("the inputs of `{owner}` must be an object, not {}", noun(value));
            problems.push(Problem::error(codes::WRONG_INPUT, at, message));
        }
        for key in map.into_iter().flat_map(Map::keys) {
            let place = pointer_to(at, key);
            if later.contains(&key.as_str()) {
                let message = format!("`{key}` of `{owner}` is not available in this version");
                problems
                    .push(Problem::error(codes::NOT_AVAILABLE, place, message).hint("leave it out").at_key());
            } else if !known.contains(&key.as_str()) {
                let message = format!("`{owner}` has no input `{key}`");
                let hint = nearest(key, known.iter().copied())
                    .map_or_else(|| listed(owner, known), |near| format!("did you mean `{near}`?"));
                let problem = Problem::error(codes::UNKNOWN_INPUT, place, message).hint(hint);
                problems.push(problem.at_key());
            }
        }
        Self { map, at, problems }
    }

    /// The JSON pointer of an input.
    pub(crate) fn place(&self, key: &str) -> String {
        pointer_to(self.at, key)
    }

    /// The value of an input, where it is there.
    pub(crate) fn value(&self, key: &str) -> Option<&'a Value> {
        self.map?.get(key)
    }

    /// A text input. One of another kind is a problem.
    pub(crate) fn text(&mut self, key: &str) -> Option<&'a str> {
        let value = self.value(key)?;
        if value.as_str().is_none() {
            self.wrong(key, format!("`{key}` must be a text, not {}", noun(value)));
        }
        value.as_str()
    }

    /// A text input that must be there.
    pub(crate) fn needed_text(&mut self, key: &str, why: &str) -> Option<&'a str> {
        if self.value(key).is_none() {
            self.missing(key, why);
        }
        self.text(key)
    }

    /// A duration, such as `15m`.
    pub(crate) fn duration(&mut self, key: &str) -> Option<Duration> {
        let text = self.text(key)?;
        units::duration(text)
            .map_err(|sentence| {
                let (message, hint) =
                    sentence.rsplit_once(": ").unwrap_or((&sentence, "write it like `15m`"));
                let problem =
                    Problem::error(codes::WRONG_INPUT, self.place(key), format!("`{key}`: {message}"));
                self.problems.push(problem.hint(hint));
            })
            .ok()
    }

    /// One of these words, or the first one where the input is not there.
    pub(crate) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        if self.value(key).is_none() {
            return words.first().map(|(_, choice)| *choice);
        }
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.wrong(key, format!("`{key}` is {}, not `{text}`", names.join(" or ")));
        }
        found
    }

    /// Notes that an input is of the wrong kind or outside its range.
    pub(crate) fn wrong(&mut self, key: &str, message: String) {
        self.problems.push(Problem::error(codes::WRONG_INPUT, self.place(key), message));
    }

    /// Notes that a signature check with this input would prove nothing.
    pub(crate) fn unsound(&mut self, key: &str, message: &str) {
        self.problems.push(Problem::error(codes::UNSOUND_VERIFY, self.place(key), message));
    }

    /// Notes that an input is missing, at the object.
    pub(crate) fn missing(&mut self, key: &str, why: &str) {
        let message = format!("`{key}` is missing: {why}");
        self.problems.push(Problem::error(codes::MISSING_INPUT, self.at, message));
    }
}

/// The hint that lists what there is.
fn listed(owner: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("`{owner}` has no inputs");
    }
    let names: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("the inputs of `{owner}` are {}", names.join(", "))
}

/// What a value is called in a message.
pub(crate) const fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
