//! What to say of keys that do not stand where they are found.

use serde_json::Value;

use super::known::Keys;
use super::node::{Fields, listed, quoted};
use super::reader::Reader;
use crate::near::nearest;
use crate::problem::{Problem, pointer_to};

impl Reader<'_> {
    /// Reports the keys that do not stand in such an object. Answers what their authors probably meant, so that the
    /// absence of that is not reported as well.
    pub(super) fn check_keys(&mut self, fields: &Fields<'_>, keys: &Keys) -> Vec<&'static str> {
        self.check_keys_but(fields, keys, &[])
    }

    /// The same, but for keys of which something was said already.
    pub(super) fn check_keys_but(
        &mut self,
        fields: &Fields<'_>,
        keys: &Keys,
        told: &[&'static str],
    ) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for (key, value) in fields.map {
            if keys.known.contains(&key.as_str()) || told.contains(&key.as_str()) {
                continue;
            }
            // Guessing what was meant is dear, and a hostile file has very many keys.
            let near = if self.has_enough() { None } else { near_key(key, fields, keys) };
            meant.extend(near);
            let at = pointer_to(&fields.at, key);
            let problem = match near {
                Some(near) if keys.later.contains(&near) => later(at, key, near),
                _ => unknown(at, key, value, near, keys),
            };
            self.report(problem.at_key());
        }
        meant
    }
}

/// The key that was meant: of this version first, and one that is not there yet.
fn near_key(key: &str, fields: &Fields<'_>, keys: &Keys) -> Option<&'static str> {
    let exact = |list: &[&'static str]| list.iter().copied().find(|name| *name == key);
    let absent = keys.known.iter().copied().filter(|known| !fields.has(known));
    exact(keys.later)
        .or_else(|| exact(keys.inputs).and(None))
        .or_else(|| if keys.inputs.contains(&key) { None } else { nearest(key, absent) })
        .or_else(|| nearest(key, keys.later.iter().copied()))
}

fn later(at: String, key: &str, near: &str) -> Problem {
    let message = if key == near {
        format!("`{key}` is not available in this version")
    } else {
        format!("{} is not a key, and `{near}` is not available in this version", quoted(key))
    };
    Problem::error("W013", at, message).hint("do without it, or wait for a version that has it")
}

fn unknown(at: String, key: &str, value: &Value, near: Option<&str>, keys: &Keys) -> Problem {
    let hint = match near {
        Some(near) => format!("did you mean `{}`?", with_value(near, value)),
        None if keys.inputs.contains(&key) => format!("`{key}` is an input: put it under `with`"),
        None => format!("the keys of {} are {}", keys.what, listed(keys.known.iter().copied(), "and")),
    };
    Problem::error("W012", at, format!("{} is not a key of {}", quoted(key), keys.what)).hint(hint)
}

/// Keys whose values take more than a line.
const OF_BLOCKS: &[&str] = &[
    "triggers",
    "steps",
    "inputs",
    "vars",
    "defaults",
    "outputs",
    "finally",
    "with",
    "set",
    "then",
    "else",
    "switch",
    "cases",
    "for_each",
    "repeat",
    "do",
    "branches",
    "wait_for",
    "approve",
    "form",
    "call",
    "concurrency",
    "reentry",
    "cancel_on",
    "debounce",
    "throttle",
    "batch",
];

/// The whole replacement, as long as it is a short line.
fn with_value(key: &str, value: &Value) -> String {
    if OF_BLOCKS.contains(&key) {
        return format!("{key}:");
    }
    let shown = match value {
        Value::String(text) if text.len() <= 40 && !text.contains(['\n', '`']) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => return format!("{key}:"),
    };
    format!("{key}: {shown}")
}
